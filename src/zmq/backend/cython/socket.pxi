# Socket: one class with all operations of a libzmq socket.
#
# The methods are in base classes, each in a file of its own, because Cython cannot continue a class
# in another file. The order is _SocketBase (socket_life.pxi), _SocketOptions, _SocketEndpoints,
# _SocketPolling (socket_waiting.pxi), _SocketSending, _SocketReceiving. Base classes cost nothing:
# Python finds a method of a base as fast as one of the class itself, and the compiler knows where
# each field is.


cdef class Socket(_SocketReceiving):
    """Socket(ctx_or_socket=None, socket_type=0, *, shadow=0, copy_threshold=None)
--

    The backend's socket: one libzmq socket.

    Use `zmq.Socket`, which adds convenience methods; this class has the methods that send and
    receive.

    Parameters
    ----------
    ctx_or_socket : Context or Socket
        The context to make the socket in, or a Socket to shadow.
    socket_type : int
        A value of `zmq.SocketType`.
    shadow : Socket or int, optional
        A Socket, or the address of a libzmq socket, to use without owning it.
    copy_threshold : int, optional
        Size in bytes below which sends copy even with ``copy=False``; by default
        `zmq.COPY_THRESHOLD`.

    Raises
    ------
    TypeError
        If the context or the type is missing.
    ZMQError
        EINVAL for an unknown type; EMFILE if the context already has MAX_SOCKETS open sockets;
        ENOTSUP if the context has been terminated.

    Notes
    -----
    Calls ``zmq_socket``. Only one thread at a time may send or receive; a second thread gets
    ``ZMQError(EMTHREAD)``. SERVER, CLIENT, RADIO, DISH, SCATTER, GATHER, PEER and CHANNEL are
    thread-safe.
    """

    def __init__(self, ctx_or_socket=None, socket_type=0, *, shadow=0, copy_threshold=None):
        if self.handle != NULL:
            raise RuntimeError("the socket exists already: __init__ was called twice")
        if copy_threshold is not None:
            self._copy_threshold = copy_threshold
        if isinstance(ctx_or_socket, Socket):
            shadow = ctx_or_socket
            ctx_or_socket = None
        self._generation = fork_generation
        if isinstance(shadow, Socket):
            _begin(<_SocketBase> shadow, BRIEF_USE)
            _give_back(guard_of(<_SocketBase> shadow), BRIEF_USE)
            _borrow(self, shadow)
        elif shadow:
            _borrow_handle(self, shadow, ctx_or_socket)
        else:
            _make_handle(self, ctx_or_socket, socket_type)


cdef int _name_methods_of_socket() except -1:
    """Change the qualified names of all methods to names in Socket, the class that users know."""
    for base in Socket.__mro__:
        for method in vars(base).values():
            if isinstance(method, type(_end_monitor)):
                method.__qualname__ = f"Socket.{method.__name__}"
    return 0


_name_methods_of_socket()
