// Count words that arrive through Python's sockets, in C++. pyzmq.h is included before cppzmq, so
// cppzmq calls the libzmq that Python has loaded.

#include <pyzmq.h>

#include <zmq.hpp>
#include <zmq_addon.hpp>

#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using Counts = std::map<std::string, int>;

// Set the Python exception for a libzmq error that cppzmq has thrown; return NULL.
PyObject *set_error(const zmq::error_t &error)
{
    errno = error.num();
    return PyZMQErr_SetFromErrno();
}

// A socket of C++'s own in a context that belongs to Python.
class OwnSocket
{
  public:
    OwnSocket(void *context, zmq::socket_type type)
        : handle_(zmq_socket(context, static_cast<int>(type)))
    {
        if (!handle_) throw zmq::error_t();
    }
    OwnSocket(const OwnSocket &) = delete;
    OwnSocket &operator=(const OwnSocket &) = delete;
    ~OwnSocket() { zmq_close(handle_); }
    zmq::socket_ref ref() const { return zmq::socket_ref(zmq::from_handle, handle_); }

  private:
    void *handle_;
};

// A zmq.Socket taken from Python for a while. Create and destroy this object while you hold the
// GIL.
class TakenSocket
{
  public:
    explicit TakenSocket(PyObject *socket) : socket_(socket), handle_(PyZMQSocket_Acquire(socket))
    {
    }
    TakenSocket(const TakenSocket &) = delete;
    TakenSocket &operator=(const TakenSocket &) = delete;
    ~TakenSocket()
    {
        if (handle_) PyZMQSocket_Release(socket_);
    }
    explicit operator bool() const { return handle_ != nullptr; }
    zmq::socket_ref ref() const { return zmq::socket_ref(zmq::from_handle, handle_); }

  private:
    PyObject *socket_;
    void *handle_;
};

// Lends the string's memory to libzmq, which frees it on one of its threads.
zmq::message_t message_of(std::string text)
{
    auto *kept = new std::string(std::move(text));
    return zmq::message_t(
        kept->data(), kept->size(), [](void *, void *hint) { delete static_cast<std::string *>(hint); },
        kept);
}

// Counts the words of each message until an empty message comes, then sends the count.
void count_words(zmq::socket_ref socket)
{
    Counts counts;
    zmq::message_t message;
    while (socket.recv(message) && message.size() > 0) {
        std::istringstream words(message.to_string());
        for (std::string word; words >> word;) ++counts[word];
    }
    std::vector<zmq::message_t> parts;
    for (const auto &[word, count] : counts)
        parts.push_back(message_of(word + ' ' + std::to_string(count)));
    if (parts.empty()) parts.emplace_back();
    zmq::send_multipart(socket, parts);
}

// serve(socket): count the words that come through a zmq.Socket, in the calling thread.
PyObject *serve(PyObject *, PyObject *socket)
{
    TakenSocket taken(socket);
    if (!taken) return nullptr;
    PyThreadState *state = PyEval_SaveThread();
    try {
        count_words(taken.ref());
    } catch (const zmq::error_t &error) {
        PyEval_RestoreThread(state);
        return set_error(error);
    }
    PyEval_RestoreThread(state);
    Py_RETURN_NONE;
}

// start(context, endpoint): count on a thread of C++'s own, which Python reaches by inproc.
PyObject *start(PyObject *, PyObject *args)
{
    PyObject *context;
    const char *endpoint;
    if (!PyArg_ParseTuple(args, "Os:start", &context, &endpoint)) return nullptr;
    void *handle = PyZMQContext_Handle(context);
    if (!handle) return nullptr;
    try {
        auto socket = std::make_unique<OwnSocket>(handle, zmq::socket_type::pair);
        socket->ref().connect(endpoint);
        std::thread([socket = std::move(socket)] {
            try {
                count_words(socket->ref());
            } catch (const zmq::error_t &) {
                // the context has been terminated
            }
        }).detach();
    } catch (const zmq::error_t &error) {
        return set_error(error);
    }
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"serve", serve, METH_O, "Count the words that come through a zmq.Socket, then answer."},
    {"start", start, METH_VARARGS, "Count on a thread, connected to an inproc endpoint."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "word_counter", "Counts words, in C++.", -1, methods,
    nullptr, nullptr, nullptr, nullptr,
};

}  // namespace

PyMODINIT_FUNC PyInit_word_counter()
{
    if (import_pyzmq() < 0) return nullptr;
    PyObject *made = PyModule_Create(&module);
#ifdef Py_GIL_DISABLED
    if (made) PyUnstable_Module_SetGIL(made, Py_MOD_GIL_NOT_USED);
#endif
    return made;
}
