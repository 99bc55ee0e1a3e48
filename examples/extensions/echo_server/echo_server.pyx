# cython: language_level=3, freethreading_compatible=True
"""A server that replies on a C thread, independent of Python.

The server has its own copy of libzmq, so its objects cannot be used with Python's sockets; messages
pass over tcp or ipc.
"""

cimport cython
from zmq.backend.cython cimport libzmq


cdef void _answer(void *router) noexcept nogil:
    """Send each message back to its sender, until the context is shut down."""
    cdef libzmq.zmq_msg_t part
    cdef int more
    while True:
        libzmq.zmq_msg_init(&part)
        if libzmq.zmq_msg_recv(&part, router, 0) < 0:
            break
        more = libzmq.zmq_msg_more(&part)
        if libzmq.zmq_msg_send(&part, router, libzmq.ZMQ_SNDMORE if more else 0) < 0:
            break
    libzmq.zmq_msg_close(&part)
    libzmq.zmq_close(router)


def libzmq_version() -> tuple[int, int, int]:
    """Return the version of the linked libzmq."""
    cdef int major, minor, patch
    libzmq.zmq_version(&major, &minor, &patch)
    return major, minor, patch


cdef class EchoServer:
    """Reply to requests at `endpoint` with their own content until `stop` is called."""

    cdef void *_context
    cdef void *_thread
    cdef readonly str endpoint

    def __cinit__(self, str endpoint):
        cdef char bound[256]
        cdef size_t size = sizeof(bound)
        cdef int linger = 0
        cdef void *router
        self._context = libzmq.zmq_ctx_new()
        router = libzmq.zmq_socket(self._context, libzmq.ZMQ_ROUTER)
        libzmq.zmq_setsockopt(router, libzmq.ZMQ_LINGER, &linger, sizeof(linger))
        if libzmq.zmq_bind(router, endpoint.encode()) < 0:
            error = libzmq.zmq_strerror(libzmq.zmq_errno()).decode()
            libzmq.zmq_close(router)
            self.stop()
            raise OSError(f"{endpoint}: {error}")
        libzmq.zmq_getsockopt(router, libzmq.ZMQ_LAST_ENDPOINT, bound, &size)
        self.endpoint = bound.decode()
        self._thread = libzmq.zmq_threadstart(_answer, router)

    def stop(self) -> None:
        """Stop the thread and close the sockets; a second call in any thread has no effect."""
        cdef void *context
        cdef void *thread
        with cython.critical_section(self):
            context, thread = self._context, self._thread
            self._context = self._thread = NULL
        if context == NULL:
            return
        with nogil:
            libzmq.zmq_ctx_shutdown(context)
            if thread != NULL:
                libzmq.zmq_threadclose(thread)
            libzmq.zmq_ctx_term(context)

    def __dealloc__(self):
        self.stop()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.stop()
