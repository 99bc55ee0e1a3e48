# Endpoints and groups, which give a socket its peers, and monitors, which report on them.

ctypedef int (*_EndpointCall)(void *socket, const char *endpoint) noexcept nogil

cdef enum:
    # Version 1 of the messages of monitors has 16 bits for events.
    EVENT_BITS_OF_VERSION_1 = 16


cdef class _SocketEndpoints(_SocketOptions):
    """Binding, connecting and monitoring."""

    def bind(self, addr: str | bytes) -> None:
        """Listen on an endpoint; see `zmq.Socket.bind`."""
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef int errnum = 0
        if _call_with(self, libzmq.zmq_bind, endpoint, _binds_at_once(endpoint), &errnum) < 0:
            _raise_errno(errnum, _endpoint_hint(self, errnum, endpoint, True))
        _count_endpoint(self, endpoint, True, 1)
        _warn_of_wrong_keys(self, endpoint)
        _warn_of_missing_domain(self, endpoint)

    def connect(self, addr: str | bytes) -> None:
        """Connect to an endpoint; see `zmq.Socket.connect`."""
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef int errnum = 0
        if _call_with(self, libzmq.zmq_connect, endpoint, _connects_at_once(endpoint), &errnum) < 0:
            _raise_errno(errnum, _endpoint_hint(self, errnum, endpoint, False))
        _count_endpoint(self, endpoint, False, 1)
        _warn_of_wrong_keys(self, endpoint)

    def unbind(self, addr: str | bytes) -> None:
        """Stop listening on an endpoint.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as it was bound; after a wildcard bind, the value of LAST_ENDPOINT.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not bound there.

        Notes
        -----
        Calls ``zmq_unbind``.

        .. versionadded:: 13.0
        """
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef int errnum = 0
        if _call_with(self, libzmq.zmq_unbind, endpoint, True, &errnum) < 0:
            if errnum == ENOENT:
                _raise_errno(errnum, f"(the socket is not bound to addr={addr!r})")
            _raise_errno(errnum, _endpoint_hint(self, errnum, endpoint, True))
        _count_endpoint(self, endpoint, True, -1)

    def disconnect(self, addr: str | bytes) -> None:
        """Undo a connect.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as it was connected.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not connected there.

        Notes
        -----
        Calls ``zmq_disconnect``.

        .. versionadded:: 13.0
        """
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef int errnum = 0
        if _call_with(self, libzmq.zmq_disconnect, endpoint, True, &errnum) < 0:
            if errnum == ENOENT:
                _raise_errno(errnum, f"(the socket is not connected to addr={addr!r})")
            _raise_errno(errnum, _endpoint_hint(self, errnum, endpoint, False))
        _count_endpoint(self, endpoint, False, -1)

    @property
    def _endpoint_names(self):
        """Pairs (libzmq's name of an endpoint, its other names), in a list that shadows share."""
        cdef _SocketBase owner = _owner_of(self)
        with cython.critical_section(owner):
            if owner._names_of_endpoints is None:
                owner._names_of_endpoints = []
            return owner._names_of_endpoints

    def connect_peer(self, addr: str | bytes) -> int:
        """Connect a PEER socket and return the routing id of the peer (draft).

        Parameters
        ----------
        addr : str or bytes
            The endpoint.

        Returns
        -------
        int
            The routing id of the peer. You can send to it at once: messages wait until there is a
            connection.

        Raises
        ------
        ZMQError
            ENOTSUP if this is not a PEER socket; EFAULT if its option IMMEDIATE is set; and the
            errors of `connect`.

        Notes
        -----
        Calls ``zmq_connect_peer``. Safe in any thread. Draft: a later libzmq may change it.
        """
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef uint32_t routing_id
        cdef int errnum = 0
        routing_id = <uint32_t> _call_with(
            self, _connect_peer, endpoint, _connects_at_once(endpoint), &errnum
        )
        if routing_id == 0:
            if errnum == ENOTSUP:
                _raise_errno(
                    errnum,
                    f"(addr={addr!r}: connect_peer() is for PEER sockets, and this is a"
                    f" {_type_name(self._type)}: use connect())",
                )
            if errnum == EFAULT:
                _raise_errno(
                    errnum,
                    f"(addr={addr!r}: connect_peer() needs a queue to the peer at once, so it"
                    " does not work with the option IMMEDIATE)",
                )
            _raise_errno(errnum, _endpoint_hint(self, errnum, endpoint, False))
        _count_endpoint(self, endpoint, False, 1)
        return routing_id

    def disconnect_peer(self, routing_id: int) -> None:
        """End the connection of one peer of a SERVER or PEER socket (draft).

        Messages sent to the peer go out first. Messages from it that were not yet received are
        dropped. If the peer made the connection, it may connect again, with another routing id. A
        connection that this socket has made by `connect` or `connect_peer` does not reconnect.

        Parameters
        ----------
        routing_id : int
            The routing id of the peer, from a message that it sent or from `connect_peer`.

        Raises
        ------
        ZMQError
            EHOSTUNREACH if no peer has this routing id now; ENOTSUP if this is neither a SERVER nor
            a PEER.

        Notes
        -----
        Calls ``zmq_disconnect_peer``, which libzmq has since 2026. Safe in any thread. Draft: a
        later libzmq may change it.
        """
        cdef uint32_t peer = _checked_routing_id(routing_id)
        cdef int rc
        cdef int errnum
        _begin(self, BRIEF_USE)
        rc = libzmq.zmq_disconnect_peer(self.handle, peer)
        errnum = _errno_of(rc)
        _end(self, BRIEF_USE)
        if errnum:
            if errnum == ENOTSUP:
                _raise_errno(
                    errnum,
                    f"(routing_id={routing_id}: disconnect_peer() is for SERVER and PEER sockets,"
                    f" and this is a {_type_name(self._type)})",
                )
            if errnum == EHOSTUNREACH:
                _raise_errno(errnum, f"(no peer has routing_id={routing_id}, or it has gone)")
            _raise_errno(errnum)

    def get_peer_state(self, routing_id: bytes) -> int:
        """Return whether the queue to a peer of a ROUTER has room for a message now (draft).

        Parameters
        ----------
        routing_id : bytes
            The routing id of the peer: the first part of the messages from it.

        Returns
        -------
        int
            POLLOUT if the queue to the peer is below its high-water mark, else 0. POLLIN is
            reserved: libzmq does not report it yet.

        Raises
        ------
        TypeError
            If `routing_id` is not bytes.
        ZMQError
            EHOSTUNREACH if no peer has this routing id, ENOTSUP if this is not a ROUTER.

        Notes
        -----
        Calls ``zmq_socket_get_peer_state``. Draft: a later libzmq may report POLLIN, or serve
        other types of sockets.
        """
        cdef Py_buffer view
        cdef int rc
        cdef int errnum
        if not isinstance(routing_id, (bytes, bytearray, memoryview)):
            raise TypeError(
                "get_peer_state() takes the routing id of a peer of a ROUTER as bytes, got"
                f" {type(routing_id).__name__}"
            )
        PyObject_GetBuffer(routing_id, &view, PyBUF_SIMPLE)
        try:
            _begin(self, BRIEF_USE)
            rc = libzmq.zmq_socket_get_peer_state(self.handle, view.buf, view.len)
            errnum = _errno_of(rc)
            _end(self, BRIEF_USE)
        finally:
            PyBuffer_Release(&view)
        if errnum:
            if errnum == ENOTSUP:
                _raise_errno(
                    errnum,
                    "(only a ROUTER knows the state of its peers, and this is a"
                    f" {_type_name(self._type)})",
                )
            if errnum == EHOSTUNREACH:
                _raise_errno(errnum, f"(no peer has the routing id {bytes(routing_id)!r})")
            _raise_errno(errnum, "(get_peer_state)")
        return rc

    def join(self, group: str | bytes) -> None:
        """Receive the messages of a group, on a DISH socket (draft).

        Parameters
        ----------
        group : str or bytes
            The name, at most 255 bytes; a str is encoded as UTF-8.

        Raises
        ------
        ZMQError
            EINVAL if the name is too long or the group was joined already; ENOTSUP if this
            is not a DISH socket.

        Notes
        -----
        Calls ``zmq_join``. Safe in any thread. Draft: a later libzmq may change it.

        A bound DISH sends its groups to a RADIO that connects, but only when your program next
        calls `poll` or `recv` on the DISH. Until then the RADIO drops the messages that it sends.

        .. versionadded:: 17
        """
        problem = "was joined before: join each group only once"
        _change_group(self, libzmq.zmq_join, "join", problem, group)

    def leave(self, group: str | bytes) -> None:
        """Stop receiving the messages of a group, on a DISH socket (draft).

        Parameters
        ----------
        group : str or bytes
            The name that was joined.

        Raises
        ------
        ZMQError
            EINVAL if the group was not joined; ENOTSUP if this is not a DISH socket.

        Notes
        -----
        Calls ``zmq_leave``. Safe in any thread. Draft: a later libzmq may change it.

        .. versionadded:: 17
        """
        _change_group(self, libzmq.zmq_leave, "leave", "was not joined", group)

    def monitor(
        self, addr: str | bytes | None, events: int = libzmq.ZMQ_EVENT_ALL, *, version: int = 1,
        socket_type: int = libzmq.ZMQ_PAIR
    ) -> None:
        """Publish this socket's events on an inproc endpoint.

        `zmq.Socket.get_monitor_socket` calls this and returns the socket that receives the events.

        Parameters
        ----------
        addr : str or None
            An ``inproc://`` endpoint to bind; None stops the monitor.
        events : int, default EVENT_ALL
            The `zmq.Event` values to publish.
        version : int, default 1
            The format of the messages. Version 2 (draft) contains both endpoints of a connection
            and 64-bit values, and has additional events such as PIPES_STATS.
        socket_type : int, default PAIR
            The type of the socket that publishes (draft): PAIR, PUB or PUSH, for which the
            reader is a PAIR, SUB or PULL.

        Raises
        ------
        ValueError
            If `version` is neither 1 nor 2.
        ZMQError
            EPROTONOSUPPORT if `addr` is not inproc, EADDRINUSE if it is in use, EINVAL for events
            that `version` does not have, or for another type of socket.

        Notes
        -----
        Calls ``zmq_socket_monitor_versioned``. Draft: a later libzmq may have other versions.
        """
        cdef bytes endpoint
        cdef const char *c_endpoint = NULL
        cdef uint64_t mask = 0
        cdef int number = version
        cdef int kind = socket_type
        cdef int errnum
        cdef int rc
        if number != 1 and number != 2:
            raise ValueError(f"the messages of a monitor have version 1 or 2, got {version!r}")
        if addr is not None:
            endpoint = _endpoint_bytes(addr)
            c_endpoint = endpoint
            mask = events
        _begin(self, BRIEF_BLOCKING_USE)
        with nogil:
            rc = libzmq.zmq_socket_monitor_versioned(self.handle, c_endpoint, mask, number, kind)
            errnum = _errno_of(rc)
        _end(self, BRIEF_BLOCKING_USE)
        if errnum:
            if errnum == EINVAL and number == 1 and mask >> EVENT_BITS_OF_VERSION_1:
                _raise_errno(
                    errnum, f"(version 1 of monitors has no events {mask:#x}: use version=2)"
                )
            if errnum == EINVAL and kind not in (
                SocketType.PAIR, SocketType.PUB, SocketType.PUSH
            ):
                _raise_errno(
                    errnum,
                    f"(a monitor publishes by PAIR, PUB or PUSH, not {_type_name(kind)})",
                )
            _raise_errno(
                errnum, f"(addr={addr!r}: a monitor binds an unused inproc:// endpoint)"
            )

    def monitor_pipes_stats(self) -> None:
        """Request the number of messages in the queues of this socket (draft).

        The monitor then publishes an event PIPES_STATS for each connection. Its ``values`` are the
        number of messages that wait to be sent to the peer, and the number that wait to be received
        from it. Other threads answer the request, and this socket publishes the events when it is
        next used; a call of `poll` is enough.

        Raises
        ------
        Again
            If the socket has no connections.
        ZMQError
            EINVAL if no monitor was started with ``version=2`` and the event PIPES_STATS.

        Notes
        -----
        Calls ``zmq_socket_monitor_pipes_stats``. Draft: a later libzmq may change it.
        """
        cdef int rc
        cdef int errnum
        _begin(self, BRIEF_USE)
        rc = libzmq.zmq_socket_monitor_pipes_stats(self.handle)
        errnum = _errno_of(rc)
        _end(self, BRIEF_USE)
        if errnum:
            if errnum == EINVAL:
                _raise_errno(
                    errnum,
                    "(no monitor would report the numbers of messages: start one with version=2"
                    " and the event PIPES_STATS, as get_monitor_socket(version=2) does)",
                )
            _raise_errno(errnum, "(monitor_pipes_stats)")


cdef bint _binds_at_once(bytes endpoint):
    return endpoint.startswith(b"inproc://")


# Some programs connect and subscribe in one thread, and send in another thread as soon as the first
# thread has started. If connect released the GIL, the other thread could send before the first one
# subscribes. So short calls keep the GIL: those over inproc take 1 to 5 us. A connect over tcp or
# ipc takes 8 us, because an I/O thread does the rest, including the look-up of a name. Other calls
# release the GIL: a bind makes system calls (20 to 100 us, more on a slow file system), and other
# transports look up names, which may take seconds.
cdef bint _connects_at_once(bytes endpoint):
    return endpoint.startswith((b"inproc://", b"tcp://", b"ipc://"))


cdef int _connect_peer(void *socket, const char *endpoint) noexcept nogil:
    # Returns a routing id, or 0 on an error. An id may be negative as an int: it is not an `rc`.
    return <int> libzmq.zmq_connect_peer(socket, endpoint)


cdef int _call_with(_SocketBase socket, _EndpointCall call, const char *endpoint, bint at_once,
                    int *errnum) except? -2:
    """Call a function of libzmq that takes an endpoint; keep the GIL if the call is short.

    Returns the function's result, and libzmq's errno if the function has failed.
    """
    cdef int rc
    if at_once:
        _begin(socket, BRIEF_USE)
        rc = call(socket.handle, endpoint)
        errnum[0] = libzmq.zmq_errno()
        _end(socket, BRIEF_USE)
    else:
        _begin(socket, BRIEF_BLOCKING_USE)
        with nogil:
            rc = call(socket.handle, endpoint)
            errnum[0] = libzmq.zmq_errno()
        _end(socket, BRIEF_BLOCKING_USE)
    return rc


cdef int _change_group(_SocketBase socket, _EndpointCall change, object method, object problem,
                       object group) except -1:
    """Join or leave a group."""
    cdef bytes name = _group_name(group)
    cdef int rc
    cdef int errnum
    _begin(socket, BRIEF_USE)
    rc = change(socket.handle, name)
    errnum = _errno_of(rc)
    _end(socket, BRIEF_USE)
    if errnum:
        _raise_group_error(socket, errnum, method, problem, group)
    return 0


cdef bytes _endpoint_bytes(object addr):
    cdef bytes endpoint
    if isinstance(addr, str):
        endpoint = addr.encode("utf-8")
    elif isinstance(addr, bytes):
        endpoint = addr
    else:
        raise TypeError(
            f"Expected addr to be str, got addr={addr!r}: an endpoint is a str such as"
            " 'tcp://127.0.0.1:5555'"
        )
    if b"\0" in endpoint:
        # libzmq would read the endpoint only up to the NUL.
        raise ZMQError(EINVAL, f"Invalid argument (addr={addr!r}: an endpoint has no NUL)")
    return endpoint


cdef int _count_endpoint(_SocketBase socket, bytes endpoint, bint binds, int change) except -1:
    """Count bound and connected endpoints, for warnings about options that are set too late."""
    cdef _SocketBase owner = _owner_of(socket)
    with cython.critical_section(owner):
        if endpoint.startswith(b"inproc://"):
            guard_of(owner).gives_way = _is_single_processor()
            if not binds:
                owner._near_connects = max(0, owner._near_connects + change)
        elif endpoint.startswith(b"udp://"):
            pass
        elif binds:
            owner._binds = max(0, owner._binds + change)
        else:
            owner._connects = max(0, owner._connects + change)
    return 0


cdef bint _is_single_processor():
    """Return whether all threads of this process run on one processor."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) == 1
    return os.cpu_count() == 1


cdef int _warn_of_wrong_keys(_SocketBase socket, bytes endpoint) except -1:
    """Warn of keys with which a server silently refuses clients, or that keep nothing secret."""
    cdef int server
    if endpoint.startswith((b"inproc://", b"udp://")):
        return 0  # these transports have no handshake
    if _told(socket, libzmq.ZMQ_MECHANISM) != libzmq.ZMQ_CURVE:
        return 0
    server = _told(socket, libzmq.ZMQ_CURVE_SERVER)
    missing = [
        name
        for name, option in (
            ("curve_publickey", SocketOption.CURVE_PUBLICKEY),
            ("curve_secretkey", SocketOption.CURVE_SECRETKEY),
        )
        if not (server and name == "curve_publickey") and Socket.get(socket, option) == _NO_KEY
    ]
    if missing:
        if server:
            text = "a CURVE server without a key of its own uses a key that everybody knows"
        else:
            text = "a CURVE client without a key of its own is silently refused by the server"
        text += f": set {' and '.join(missing)} before bind and connect;"
        text += " zmq.curve_keypair() creates a pair of keys"
        warn(text, RuntimeWarning, stacklevel=_level_of_user())
    elif not server:
        # A server ignores its own curve_publickey.
        secret = Socket.get(socket, SocketOption.CURVE_SECRETKEY)
        if curve_public(secret) != Socket.get(socket, SocketOption.CURVE_PUBLICKEY):
            text = (
                "curve_publickey and curve_secretkey of a CURVE client are not a pair, so the"
                " server silently refuses the client: set both, before connect, to a pair from"
                " zmq.curve_keypair()"
            )
            warn(text, RuntimeWarning, stacklevel=_level_of_user())
    return 0


cdef int _warn_of_missing_domain(_SocketBase socket, bytes endpoint) except -1:
    """Warn of an enforced ZAP domain that is empty, because libzmq then accepts all peers."""
    if endpoint.startswith((b"inproc://", b"udp://")):
        return 0  # these transports have no handshake
    if (
        _told(socket, libzmq.ZMQ_ZAP_ENFORCE_DOMAIN) == 1
        and _told(socket, libzmq.ZMQ_MECHANISM) == libzmq.ZMQ_NULL
        and not Socket.get(socket, SocketOption.ZAP_DOMAIN)
    ):
        warn(
            "zap_enforce_domain is 1 and zap_domain is empty: libzmq asks no authenticator and"
            " accepts all peers; set zap_domain before bind",
            RuntimeWarning,
            stacklevel=_level_of_user(),
        )
    return 0
