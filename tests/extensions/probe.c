/*  Each function of pyzmq.h as a Python function, for the tests.

    With LINKED the module has its own copy of libzmq, from libzmq.a, and no functions of pyzmq.h.  */

#ifdef LINKED
#include <Python.h>
#include <zmq.h>
#define MODULE "probe_linked"
#define INIT PyInit_probe_linked
#else
#include <pyzmq.h>
#define MODULE "probe"
#define INIT PyInit_probe
#endif

#define ADDRESS(object) PyLong_AsVoidPtr(object)

static void *buffers; /* an atomic counter of the buffers that libzmq has not yet returned */

static void give_back(void *data, void *hint)
{
    free(data);
    zmq_atomic_counter_dec(hint);
}

static PyObject *buffers_lent(PyObject *self, PyObject *none)
{
    (void) self, (void) none;
    return PyLong_FromLong(zmq_atomic_counter_value(buffers));
}

/*  send(address, bytes): 0, or the errno. Zero-copy, without the GIL.  */
static PyObject *send_raw(PyObject *self, PyObject *args)
{
    PyObject *address, *bytes;
    zmq_msg_t msg;
    void *socket, *data;
    int rc;
    Py_ssize_t size;
    (void) self;
    if (!PyArg_ParseTuple(args, "OO!:send", &address, &PyBytes_Type, &bytes))
        return NULL;
    socket = ADDRESS(address);
    size = PyBytes_Size(bytes);
    data = malloc((size_t) size + 1);
    memcpy(data, PyBytes_AsString(bytes), (size_t) size);
    zmq_atomic_counter_inc(buffers);
    zmq_msg_init_data(&msg, data, (size_t) size, give_back, buffers);
    Py_BEGIN_ALLOW_THREADS
    rc = zmq_msg_send(&msg, socket, ZMQ_DONTWAIT);
    Py_END_ALLOW_THREADS
    if (rc >= 0)
        return PyLong_FromLong(0);
    rc = zmq_errno();
    zmq_msg_close(&msg);
    return PyLong_FromLong(rc);
}

static PyObject *receive_raw(PyObject *self, PyObject *address)
{
    char buffer[256];
    int size = zmq_recv(ADDRESS(address), buffer, sizeof buffer, ZMQ_DONTWAIT);
    (void) self;
    if (size < 0)
        return PyLong_FromLong(zmq_errno());
    return PyBytes_FromStringAndSize(buffer, size);
}

/*  open(context, type): the address of a socket, or minus the errno.  */
static PyObject *open_raw(PyObject *self, PyObject *args)
{
    PyObject *address;
    void *socket;
    int type;
    (void) self;
    if (!PyArg_ParseTuple(args, "Oi:open", &address, &type))
        return NULL;
    socket = zmq_socket(ADDRESS(address), type);
    return socket ? PyLong_FromVoidPtr(socket) : PyLong_FromLong(-zmq_errno());
}

static PyObject *close_raw(PyObject *self, PyObject *address)
{
    (void) self;
    return PyLong_FromLong(zmq_close(ADDRESS(address)) ? zmq_errno() : 0);
}

static PyObject *connect_raw(PyObject *self, PyObject *args)
{
    PyObject *address;
    const char *endpoint;
    (void) self;
    if (!PyArg_ParseTuple(args, "Os:connect", &address, &endpoint))
        return NULL;
    return PyLong_FromLong(zmq_connect(ADDRESS(address), endpoint) ? zmq_errno() : 0);
}

/*  poll_in(address, timeout, masked): how many sockets have a message, or minus the errno. If
    masked is true, the function calls zmq_ppoll() with no signal blocked.  */
static PyObject *poll_in(PyObject *self, PyObject *args)
{
    PyObject *address;
    zmq_pollitem_t item = {NULL, 0, ZMQ_POLLIN, 0};
    sigset_t none;
    int timeout, masked, rc;
    (void) self;
    if (!PyArg_ParseTuple(args, "Oip:poll_in", &address, &timeout, &masked))
        return NULL;
    item.socket = ADDRESS(address);
    sigemptyset(&none);
    rc = masked ? zmq_ppoll(&item, 1, timeout, &none) : zmq_poll(&item, 1, timeout);
    return PyLong_FromLong(rc < 0 ? -zmq_errno() : rc);
}

static PyObject *new_context(PyObject *self, PyObject *none)
{
    (void) self, (void) none;
    return PyLong_FromVoidPtr(zmq_ctx_new());
}

static PyObject *term_context(PyObject *self, PyObject *address)
{
    int rc;
    void *context = ADDRESS(address);
    (void) self;
    Py_BEGIN_ALLOW_THREADS
    rc = zmq_ctx_term(context);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc ? zmq_errno() : 0);
}

/* poller_add(poller, socket): returns 0 or the errno. Creates a poller if there is none. */ static
PyObject *poller_add(PyObject *self, PyObject *args) {
    PyObject *poller_address, *socket_address;
    void *poller, *own;
    int rc;
    (void) self;
    if (!PyArg_ParseTuple(args, "OO:poller_add", &poller_address, &socket_address))
        return NULL;
    own = zmq_poller_new();
    poller = poller_address == Py_None ? own : ADDRESS(poller_address);
    rc = zmq_poller_add(poller, ADDRESS(socket_address), NULL, ZMQ_POLLIN) ? zmq_errno() : 0;
    zmq_poller_destroy(&own);
    return PyLong_FromLong(rc);
}

static PyObject *new_timers(PyObject *self, PyObject *none)
{
    (void) self, (void) none;
    return PyLong_FromVoidPtr(zmq_timers_new());
}

static PyObject *destroy_timers(PyObject *self, PyObject *address)
{
    void *timers = ADDRESS(address);
    (void) self;
    return PyLong_FromLong(zmq_timers_destroy(&timers) ? zmq_errno() : 0);
}

#ifndef LINKED

/*  sendable(bytes): a Frame around memory that C owns.  */
static PyObject *frame_of(PyObject *self, PyObject *bytes)
{
    zmq_msg_t msg;
    size_t size = (size_t) PyBytes_Size(bytes);
    void *data = malloc(size + 1);
    (void) self;
    memcpy(data, PyBytes_AsString(bytes), size);
    zmq_atomic_counter_inc(buffers);
    zmq_msg_init_data(&msg, data, size, give_back, buffers);
    return PyZMQFrame_FromMessage(&msg);
}

static PyObject *frame_of_garbage(PyObject *self, PyObject *none)
{
    zmq_msg_t msg;
    (void) self, (void) none;
    memset(&msg, 0, sizeof msg);
    return PyZMQFrame_FromMessage(&msg);
}

static PyObject *frame_address(PyObject *self, PyObject *object)
{
    zmq_msg_t *msg = PyZMQFrame_Message(object);
    (void) self;
    return msg ? PyLong_FromVoidPtr(zmq_msg_data(msg)) : NULL;
}

static PyObject *kinds(PyObject *self, PyObject *object)
{
    (void) self;
    return Py_BuildValue("(iii)", PyZMQContext_Check(object), PyZMQSocket_Check(object),
                         PyZMQFrame_Check(object));
}

static PyObject *address_or_error(void *handle)
{
    return handle ? PyLong_FromVoidPtr(handle) : NULL;
}

static PyObject *context_handle(PyObject *self, PyObject *object)
{
    (void) self;
    return address_or_error(PyZMQContext_Handle(object));
}

static PyObject *socket_handle(PyObject *self, PyObject *object)
{
    (void) self;
    return address_or_error(PyZMQSocket_Handle(object));
}

static PyObject *acquire(PyObject *self, PyObject *object)
{
    (void) self;
    return address_or_error(PyZMQSocket_Acquire(object));
}

static PyObject *release(PyObject *self, PyObject *object)
{
    (void) self;
    PyZMQSocket_Release(object);
    Py_RETURN_NONE;
}

/*  Shows whether Release keeps errno and the current exception.  */
static PyObject *fail_and_release(PyObject *self, PyObject *object)
{
    (void) self;
    errno = EMTHREAD;
    PyErr_SetString(PyExc_LookupError, "kept");
    PyZMQSocket_Release(object);
    if (errno != EMTHREAD)
        PyErr_SetString(PyExc_AssertionError, "errno has been changed");
    return NULL;
}

static PyObject *context_from(PyObject *self, PyObject *address)
{
    (void) self;
    return PyZMQContext_FromHandle(ADDRESS(address));
}

static PyObject *socket_from(PyObject *self, PyObject *address)
{
    (void) self;
    return PyZMQSocket_FromHandle(ADDRESS(address));
}

static PyObject *fail(PyObject *self, PyObject *number)
{
    (void) self;
    errno = (int) PyLong_AsLong(number);
    return PyZMQErr_SetFromErrno();
}

#endif

static PyMethodDef methods[] = {
    {"buffers_lent", buffers_lent, METH_NOARGS, NULL},
    {"send", send_raw, METH_VARARGS, NULL},
    {"receive", receive_raw, METH_O, NULL},
    {"open", open_raw, METH_VARARGS, NULL},
    {"close", close_raw, METH_O, NULL},
    {"connect", connect_raw, METH_VARARGS, NULL},
    {"poll_in", poll_in, METH_VARARGS, NULL},
    {"new_context", new_context, METH_NOARGS, NULL},
    {"term_context", term_context, METH_O, NULL},
    {"poller_add", poller_add, METH_VARARGS, NULL},
    {"new_timers", new_timers, METH_NOARGS, NULL},
    {"destroy_timers", destroy_timers, METH_O, NULL},
#ifndef LINKED
    {"frame_of", frame_of, METH_O, NULL},
    {"frame_of_garbage", frame_of_garbage, METH_NOARGS, NULL},
    {"frame_address", frame_address, METH_O, NULL},
    {"kinds", kinds, METH_O, NULL},
    {"context_handle", context_handle, METH_O, NULL},
    {"socket_handle", socket_handle, METH_O, NULL},
    {"acquire", acquire, METH_O, NULL},
    {"release", release, METH_O, NULL},
    {"fail_and_release", fail_and_release, METH_O, NULL},
    {"context_from", context_from, METH_O, NULL},
    {"socket_from", socket_from, METH_O, NULL},
    {"fail", fail, METH_O, NULL},
#endif
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, MODULE, NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC INIT(void)
{
    PyObject *made;
#ifndef LINKED
    if (import_pyzmq() < 0)
        return NULL;
#endif
    buffers = zmq_atomic_counter_new();
    made = PyModule_Create(&module);
#ifdef Py_GIL_DISABLED
    if (made != NULL)
        PyUnstable_Module_SetGIL(made, Py_MOD_GIL_NOT_USED);
#endif
    return made;
}
