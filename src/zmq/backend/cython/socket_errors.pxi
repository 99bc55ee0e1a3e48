# Details for error messages: the reason for which libzmq has refused a call.

cdef enum:
    # The result for an option that cannot be read at the moment. -2 is not a valid
    # value of any option that this file reads.
    NOT_TOLD = -2
    # An option of our patched libzmq that is not in zmq.h: the number of queues to peers.
    QUEUES_TO_PEERS = 0x7a02
    # States of a peer: values of zmq.stats.PeerState.
    PEER_WAITING = 1
    PEER_STOPPED = 6
    # Longer values are cut off in error messages.
    SHOWN_LENGTH = 24


cdef int _level_of_user():
    """Return the stacklevel of the first frame that is not in this package."""
    cdef int level = 1
    frame = sys._getframe(0)
    while frame.f_back is not None:
        module = frame.f_globals.get("__name__")
        if module != "zmq" and not str(module).startswith("zmq."):
            break
        frame = frame.f_back
        level += 1
    return level


cdef int _told(_SocketBase socket, int option):
    """Return the value of an option for an error message, or NOT_TOLD."""
    cdef int value = NOT_TOLD
    cdef size_t size = sizeof(value)
    if not _has_begun(socket, BRIEF_USE):
        return NOT_TOLD
    if libzmq.zmq_getsockopt(socket.handle, option, &value, &size) < 0:
        value = NOT_TOLD
    _give_back(guard_of(socket), BRIEF_USE)
    return value


cdef object _why_not_sent(_SocketBase socket):
    """Return the reason for which there was no room for a message."""
    queues = _told(socket, QUEUES_TO_PEERS)
    if queues == 0:
        return f"no peer yet{_failed_connection(socket)}"
    full = f"full (SNDHWM {_told(socket, libzmq.ZMQ_SNDHWM)}): no room"
    if queues == 1:
        return f"the queue to the peer is {full}{_failed_connection(socket)}"
    if socket._type in (libzmq.ZMQ_ROUTER, libzmq.ZMQ_SERVER, libzmq.ZMQ_PEER):
        return f"the queue to this peer is {full}"
    if socket._type in (libzmq.ZMQ_PUB, libzmq.ZMQ_XPUB, libzmq.ZMQ_RADIO):
        return f"the queue to a subscriber is {full}"
    if queues > 1:
        return f"the queues to all {queues} peers are {full}"
    return f"no peer yet, or the queues are {full}"


cdef object _failed_connection(_SocketBase socket):
    """Return a text for an error message: which connection failed first, and why."""
    cdef libzmq.zmq_peers_t *peers
    cdef size_t i
    from zmq.stats import describe_error

    if not _has_begun(socket, BRIEF_USE):
        return ""
    peers = libzmq.zmq_socket_peers(socket.handle)
    _give_back(guard_of(socket), BRIEF_USE)
    if peers == NULL:
        return ""
    try:
        for i in range(peers.count):
            if peers.peers[i].error and peers.peers[i].state in (PEER_WAITING, PEER_STOPPED):
                endpoint = _text(peers.peers[i].endpoint)
                reason = describe_error(peers.peers[i].error_kind, peers.peers[i].error, endpoint)
                return f" (the connection to {endpoint} failed: {reason})"
    finally:
        libzmq.zmq_peers_free(peers)
    return ""


cdef int _raise_send_error(_SocketBase socket, int errnum, uint32_t routing_id) except -1:
    name = _type_name(socket._type)
    if errnum == EHOSTUNREACH:
        if socket._type == libzmq.ZMQ_SERVER or socket._type == libzmq.ZMQ_PEER:
            if not routing_id:
                _raise_errno(
                    errnum,
                    f"(a {name} needs the peer to send to: pass the routing_id that"
                    " recv_routed() returned)",
                )
            _raise_errno(errnum, f"(no peer has routing_id={routing_id}, or it has gone)")
        _raise_errno(errnum, "(no peer has this routing id, or it has gone)")
    if errnum == EINVAL:
        if socket._type == libzmq.ZMQ_DGRAM:
            _raise_errno(
                errnum,
                "(a DGRAM sends two parts: the address of the receiver, such as"
                " b'127.0.0.1:5555' or b'[::1]:5555', and the datagram)",
            )
        if socket._type >= libzmq.ZMQ_SERVER and socket._type <= libzmq.ZMQ_CHANNEL:
            _raise_errno(
                errnum,
                f"({name} sockets send messages of a single part: join the parts, or use one"
                " of the other types)",
            )
        if socket._type == libzmq.ZMQ_ROUTER:
            _raise_errno(
                errnum,
                "(a ROUTER sends two parts or more: the routing id of the peer, and the message)",
            )
        if socket._type == libzmq.ZMQ_STREAM:
            _raise_errno(errnum, "(a STREAM sends two parts: a routing id, and the data)")
        _raise_errno(errnum, f"({name} sockets do not send this)")
    if errnum == EFSM:
        _raise_errno(
            errnum,
            f"({name}: a REQ sends and receives in turn, a REP receives and sends in turn)",
        )
    if errnum == ENOTSUP:
        _raise_errno(errnum, f"({name} sockets only receive)")
    if errnum == EMSGSIZE:
        _raise_errno(
            errnum,
            "(a datagram has at most 65507 bytes; a RADIO also puts the group and 1 more byte into"
            " it)",
        )
    if errnum == ENOTCONN and socket._type == libzmq.ZMQ_DGRAM:
        _raise_errno(errnum, "(a DGRAM sends from the endpoint that it is bound to: bind it)")
    _raise_errno(errnum)


cdef int _raise_recv_error(_SocketBase socket, int errnum) except -1:
    if errnum == EFSM:
        _raise_errno(
            errnum,
            f"({_type_name(socket._type)}: a REQ sends and receives in turn, a REP receives"
            " and sends in turn)",
        )
    if errnum == ENOTSUP:
        _raise_errno(errnum, f"({_type_name(socket._type)} sockets only send)")
    _raise_errno(errnum)


cdef int _raise_group_error(_SocketBase socket, int errnum, object method, object problem,
                            object group) except -1:
    if socket._type == libzmq.ZMQ_DISH and errnum == EINVAL:
        _raise_errno(errnum, f"(the group {group!r} {problem})")
    hint = {
        SocketType.RADIO: ": a RADIO sends to groups, with send(..., group=)",
        SocketType.SUB: ": a SUB subscribes to topics",
        SocketType.XSUB: ": an XSUB subscribes to topics",
    }.get(socket._type, "")
    _raise_errno(
        errnum,
        f"({method}() is for DISH sockets, and this is a {_type_name(socket._type)}{hint})",
    )


cdef object _endpoint_hint(_SocketBase socket, int errnum, bytes endpoint, bint binding):
    """Return advice about an endpoint that libzmq refused, to append to libzmq's own text."""
    shown = endpoint.decode("utf-8", "replace")
    hint = ""
    if endpoint.startswith(b"ipc://"):
        path = endpoint[6:]
        if errnum == ENAMETOOLONG or (
            errnum == EINVAL and len(path) > IPC_PATH_MAX_LEN
        ):
            return (
                f"(addr={shown!r}): the ipc path has {len(path)} bytes,"
                f" zmq.IPC_PATH_MAX_LEN={IPC_PATH_MAX_LEN} are allowed"
            )
        if errnum == ENOENT:
            folder = path.decode("utf-8", "replace").rpartition("/")[0]
            hint = f": no such folder {folder!r} for the ipc path; create it first"
    transport = endpoint.partition(b"://")[0].decode("utf-8", "replace")
    if errnum == EINVAL:
        if transport in ("tcp", "udp", "ws"):
            path = "[/path]" if transport == "ws" else ""
            chosen = ", or * for a port that the system chooses" if binding else ""
            hint = f": expected {transport}://host:port{path}, with a port from 1 to 65535{chosen}"
            if not binding and endpoint.partition(b"://")[2].startswith(b"*"):
                hint += "; * is for bind only, connect needs the name or address of the peer"
        else:
            hint = ": expected transport://address, such as 'tcp://127.0.0.1:5555'"
    elif errnum == ENOCOMPATPROTO:
        hint = ": this type of socket does not support this transport"
        if transport == "udp":
            hint = ": over udp, only RADIO sockets connect, and only DISH and DGRAM sockets bind"
    elif errnum == EISCONN:
        hint = ": a DGRAM socket has only one endpoint; unbind the present one first"
    elif errnum == EPROTONOSUPPORT:
        hint = f": the transports of this build are {', '.join(_transports())}"
    elif errnum == EADDRINUSE:
        if endpoint.startswith(b"inproc://"):
            hint = ": another socket of this context is bound to this name"
        elif transport in ("tcp", "ws"):
            hint = (
                ": another socket is bound to this port; close that socket or end its program, or"
                " bind to port * and read last_endpoint"
            )
        else:
            hint = ": another socket is bound to this address"
    elif errnum == ENODEV and binding:
        host = endpoint.partition(b"://")[2].rpartition(b":")[0]
        if b":" in host and _told(socket, libzmq.ZMQ_IPV6) == 0:
            hint = ": IPv6 is off; set the option ipv6 to 1 before bind"
        else:
            hint = ": bind needs an address or interface of this machine, or '*' for all"
    if shown.startswith(("b'", 'b"')):
        hint = (
            ": this is the text of a bytes object; decode it first, for example by"
            " last_endpoint.decode()"
        )
    return f"(addr={shown!r}){hint}"


cdef int _check_has_routing_ids(_SocketBase socket, object what) except -1:
    if socket._type != libzmq.ZMQ_SERVER and socket._type != libzmq.ZMQ_PEER:
        raise ZMQError(
            EINVAL,
            f"Invalid argument ({what} is for SERVER and PEER sockets, and this is a"
            f" {_type_name(socket._type)}{_routing_hint(socket._type)})",
        )
    return 0


cdef int _check_has_groups(_SocketBase socket, object what, int socket_type) except -1:
    if socket._type != socket_type:
        raise ZMQError(
            EINVAL,
            f"Invalid argument ({what} is for {_type_name(socket_type)} sockets, and this is"
            f" a {_type_name(socket._type)})",
        )
    return 0


cdef object _routing_hint(int socket_type):
    if socket_type == SocketType.ROUTER:
        return ": the first part of its messages is the routing id"
    return ""


cdef object _type_name(int socket_type):
    member = _socket_type_members.get(socket_type)
    return str(socket_type) if member is None else member.name


cdef object _shortened(object value):
    text = repr(value)
    if len(text) <= SHOWN_LENGTH:
        return text
    return text[: SHOWN_LENGTH - 4] + "..."
