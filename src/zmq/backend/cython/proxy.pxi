# Proxies: two sockets that are connected in C, with the GIL released.

cdef extern from *:
    """
    static inline int zmqpy_raise_pending() { return -1; }
    """
    int _raise_pending "zmqpy_raise_pending"() except -1

cdef extern from "proxy_loop.hpp" namespace "zmqpy" nogil:
    cdef cppclass ProxyLoop:
        void *frontend
        void *backend
        void *capture
        void *control
        const char *frontend_prefix
        size_t frontend_prefix_size
        const char *backend_prefix
        size_t backend_prefix_size
        cbool swap_ids
        int (*run_handlers)(void *sockets) except -1
        void *sockets
        int run()


cdef Socket _proxy_socket(object socket, str role):
    if not isinstance(socket, Socket):
        raise TypeError(f"{role} must be a zmq.Socket, got {type(socket).__name__}")
    return socket


cdef list _distinct(list sockets):
    """Return the sockets to take; a shadow and its owner count as one."""
    cdef set guards = set()
    found = []
    for socket in sockets:
        if socket is not None and <size_t> (<Socket> socket)._guard not in guards:
            guards.add(<size_t> (<Socket> socket)._guard)
            found.append(socket)
    return found


cdef int _take_all(list sockets) except -1:
    cdef int count = 0
    for socket in sockets:
        try:
            _begin(<Socket> socket, LONG_USE)
        except BaseException:
            _leave_all(sockets[:count])
            raise
        count += 1
    return 0


cdef int _leave_all(list sockets) except -1:
    for socket in sockets:
        _give_back(guard_of(<Socket> socket), LONG_USE)
    for socket in sockets:
        if guard_of(<Socket> socket).waiting:
            _look_after_waiters(<Socket> socket)
    return 0


def proxy(frontend, backend, capture=None) -> None:
    """Pass messages between two sockets until the context is terminated.

    Parameters
    ----------
    frontend, backend : Socket
        The two sockets, such as ROUTER and DEALER, XSUB and XPUB, or PULL and PUSH. Messages go
        both ways if the types allow it.
    capture : Socket, optional
        A PUB, DEALER, PUSH or PAIR. The proxy sends a copy of each message to it.

    Raises
    ------
    ContextTerminated
        When the context is terminated; this is the usual end of a proxy.
    KeyboardInterrupt
        If a signal handler raises it. Other exceptions of a handler propagate, too.

    Notes
    -----
    Works like ``zmq_proxy``, without the GIL. Unlike ``zmq_proxy``, it loses no message when a
    signal arrives.

    .. versionadded:: 13.0
    """
    cdef Socket front = _proxy_socket(frontend, "frontend")
    cdef Socket back = _proxy_socket(backend, "backend")
    cdef Socket copy_to = None if capture is None else _proxy_socket(capture, "capture")
    cdef ProxyLoop loop
    cdef list sockets = _distinct([front, back, copy_to])
    _take_all(sockets)
    loop.frontend = front.handle
    loop.backend = back.handle
    if copy_to is not None:
        loop.capture = copy_to.handle
    _run_loop(&loop, sockets)


cdef int _run_handlers(void *sockets) except -1 with gil:
    _leave_all(<list> sockets)
    _check_signals()
    _take_all(<list> sockets)
    return 0


cdef int _run_loop(ProxyLoop *loop, list sockets) except -1:
    cdef int rc
    cdef int errnum
    loop.run_handlers = _run_handlers
    loop.sockets = <void *> sockets
    with nogil:
        rc = loop.run()
        errnum = libzmq.zmq_errno()
    if rc < 0 and errnum == EINTR:
        # run_handlers has failed: it has set an exception, and given the sockets back
        _raise_pending()
    _leave_all(sockets)
    if rc < 0:
        _raise_errno(errnum, "(proxy)")
    return 0


def proxy_steerable(frontend, backend, capture=None, control=None) -> None:
    """Pass messages between two sockets; a third socket controls the proxy.

    Parameters
    ----------
    frontend, backend, capture : Socket
        See `proxy`.
    control : Socket, optional
        A PAIR, PULL, SUB, REP or DEALER. It receives the commands ``b"PAUSE"``, ``b"RESUME"``,
        ``b"TERMINATE"`` and ``b"STATISTICS"``, each a message of one part. The reply to STATISTICS
        has eight parts, 64-bit integers in the machine's byte order. The first four are about the
        front end: messages received, bytes received, messages sent, bytes sent. The last four are
        the same about the back end. A REP replies to the other commands with an empty message.
        Unknown commands do nothing.

    Raises
    ------
    ContextTerminated
        When the context is terminated.
    KeyboardInterrupt
        If a signal handler raises it. Other exceptions of a handler propagate, too.

    Notes
    -----
    This package implements the loop, since newer versions of libzmq lack ``zmq_proxy_steerable``.
    The loop runs without the GIL.

    .. versionadded:: 18.0
    """
    cdef Socket front = _proxy_socket(frontend, "frontend")
    cdef Socket back = _proxy_socket(backend, "backend")
    cdef Socket copy_to = None if capture is None else _proxy_socket(capture, "capture")
    cdef Socket steering = None if control is None else _proxy_socket(control, "control")
    cdef ProxyLoop loop
    cdef list sockets = _distinct([front, back, copy_to, steering])
    _take_all(sockets)
    loop.frontend = front.handle
    loop.backend = back.handle
    if copy_to is not None:
        loop.capture = copy_to.handle
    if steering is not None:
        loop.control = steering.handle
    _run_loop(&loop, sockets)


def monitored_queue(in_socket, out_socket, mon_socket, in_prefix=b"in", out_prefix=b"out") -> None:
    """Pass messages between two sockets, and send a copy of each message to a third socket.

    Parameters
    ----------
    in_socket, out_socket : zmq.Socket
        Messages go both ways. Between two ROUTERs, the function swaps the first two parts of each
        message (the routing ids of sender and receiver).
    mon_socket : zmq.Socket
        Receives each message with an additional first part, which names the direction.
    in_prefix, out_prefix : bytes, default b"in" and b"out"
        The additional part for messages that `in_socket` and `out_socket` received.

    Raises
    ------
    ContextTerminated
        When the context is terminated.
    KeyboardInterrupt
        If a signal handler raises it. Other exceptions of a handler propagate, too.

    Notes
    -----
    Runs without the GIL.
    """
    cdef Socket incoming = _proxy_socket(in_socket, "in_socket")
    cdef Socket outgoing = _proxy_socket(out_socket, "out_socket")
    cdef Socket monitoring = _proxy_socket(mon_socket, "mon_socket")
    for prefix in (in_prefix, out_prefix):
        if not isinstance(prefix, bytes):
            raise TypeError(f"a prefix is bytes, got {type(prefix).__name__}")
    cdef bytes before_in = in_prefix
    cdef bytes before_out = out_prefix
    cdef ProxyLoop loop
    cdef list sockets = _distinct([incoming, outgoing, monitoring])
    _take_all(sockets)
    loop.frontend = incoming.handle
    loop.backend = outgoing.handle
    loop.capture = monitoring.handle
    loop.frontend_prefix = before_in
    loop.frontend_prefix_size = len(before_in)
    loop.backend_prefix = before_out
    loop.backend_prefix_size = len(before_out)
    loop.swap_ids = incoming._type == SocketType.ROUTER and outgoing._type == SocketType.ROUTER
    _run_loop(&loop, sockets)
