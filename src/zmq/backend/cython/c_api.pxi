# The functions by which C code uses Context, Socket and Frame objects: pyzmq.h declares them. Their
# table also contains libzmq's functions.

cdef extern from "c_api_table.hpp" namespace "zmqpy":
    ctypedef struct _CApi "PyZMQ_API":
        int (*PyZMQContext_Check)(object) noexcept
        int (*PyZMQSocket_Check)(object) noexcept
        int (*PyZMQFrame_Check)(object) noexcept
        void *(*PyZMQContext_Handle)(object) except NULL
        void *(*PyZMQSocket_Handle)(object) except NULL
        void *(*PyZMQSocket_Acquire)(object) except NULL
        void (*PyZMQSocket_Release)(object) noexcept
        zmq_msg_t *(*PyZMQFrame_Message)(object) except NULL
        object (*PyZMQContext_FromHandle)(void *)
        object (*PyZMQSocket_FromHandle)(void *)
        object (*PyZMQFrame_FromMessage)(zmq_msg_t *)
        object (*PyZMQErr_SetFromErrno)()
    _CApi _c_api "zmqpy::c_api_table"


cdef int _c_context_check(object candidate) noexcept:
    return isinstance(candidate, Context)


cdef int _c_socket_check(object candidate) noexcept:
    return isinstance(candidate, Socket)


cdef int _c_frame_check(object candidate) noexcept:
    return isinstance(candidate, Frame)


cdef object _wrong_type(str expected, object got):
    return TypeError(f"expected a zmq.{expected}, got {type(got).__name__}")


cdef void *_c_context_handle(object candidate) except NULL:
    if not isinstance(candidate, Context):
        raise _wrong_type("Context", candidate)
    (<Context> candidate)._check()
    return (<Context> candidate).handle


cdef void *_c_socket_handle(object candidate) except NULL:
    cdef Socket socket
    if not isinstance(candidate, Socket):
        raise _wrong_type("Socket", candidate)
    socket = candidate
    _begin(socket, SHORT_USE)
    _give_back(guard_of(socket), SHORT_USE)
    return socket.handle


cdef void *_c_socket_acquire(object candidate) except NULL:
    cdef Socket socket
    cdef _SocketBase owner
    if not isinstance(candidate, Socket):
        raise _wrong_type("Socket", candidate)
    socket = candidate
    _begin(socket, LONG_USE)
    owner = _owner_of(socket)
    with cython.critical_section(owner):
        owner._acquired += 1
    Py_INCREF(socket)
    return socket.handle


cdef void _c_socket_release(object candidate) noexcept:
    cdef PyObject *kind
    cdef PyObject *value
    cdef PyObject *traceback
    cdef Socket socket
    cdef _SocketBase owner
    cdef int errnum = c_errno.errno
    PyErr_Fetch(&kind, &value, &traceback)
    try:
        if not isinstance(candidate, Socket):
            raise _wrong_type("Socket", candidate)
        socket = candidate
        owner = _owner_of(socket)
        with cython.critical_section(owner):
            if owner._acquired == 0:
                raise RuntimeError(
                    f"PyZMQSocket_Release({socket!r}): the socket has not been acquired"
                )
            owner._acquired -= 1
        _give_back(guard_of(socket), LONG_USE)
        try:
            _look_after_waiters(socket)
        finally:
            Py_DECREF(socket)
    except BaseException as error:
        PyErr_SetObject(type(error), error)
        PyErr_WriteUnraisable(candidate)
    PyErr_Restore(kind, value, traceback)
    c_errno.errno = errnum


cdef zmq_msg_t *_c_frame_message(object candidate) except NULL:
    if not isinstance(candidate, Frame):
        raise _wrong_type("Frame", candidate)
    return &(<Frame> candidate).zmq_msg


cdef object _c_context_from_handle(void *handle):
    import zmq

    if handle == NULL or libzmq.zmq_ctx_get(handle, libzmq.ZMQ_IO_THREADS) < 0:
        raise ZMQError(
            EFAULT,
            "Bad address (PyZMQContext_FromHandle: the handle is not that of a context; did"
            " zmq_ctx_new() fail?)",
        )
    return zmq.Context(shadow=<size_t> handle)


cdef object _c_socket_from_handle(void *handle):
    import zmq

    if handle == NULL:
        raise ZMQError(
            ENOTSOCK,
            "Socket operation on non-socket (PyZMQSocket_FromHandle: the handle is NULL; did"
            " zmq_socket() fail?)",
        )
    return zmq.Socket(shadow=<size_t> handle)


cdef object _c_frame_from_message(zmq_msg_t *message):
    cdef Frame frame = Frame.__new__(_frame_class)
    if libzmq.zmq_msg_move(&frame.zmq_msg, message) < 0:
        _raise_errno(libzmq.zmq_errno(), "(PyZMQFrame_FromMessage: the message is not initialized)")
    return frame


cdef object _c_set_from_errno():
    cdef int errnum = libzmq.zmq_errno()
    if errnum == EINTR:
        _check_signals()
    _raise_errno(errnum)


_c_api.PyZMQContext_Check = _c_context_check
_c_api.PyZMQSocket_Check = _c_socket_check
_c_api.PyZMQFrame_Check = _c_frame_check
_c_api.PyZMQContext_Handle = _c_context_handle
_c_api.PyZMQSocket_Handle = _c_socket_handle
_c_api.PyZMQSocket_Acquire = _c_socket_acquire
_c_api.PyZMQSocket_Release = _c_socket_release
_c_api.PyZMQFrame_Message = _c_frame_message
_c_api.PyZMQContext_FromHandle = _c_context_from_handle
_c_api.PyZMQSocket_FromHandle = _c_socket_from_handle
_c_api.PyZMQFrame_FromMessage = _c_frame_from_message
_c_api.PyZMQErr_SetFromErrno = _c_set_from_errno

_C_API = PyCapsule_New(&_c_api, "zmq.backend.cython._zmq._C_API", NULL)
