# Socket counters and peers. Any thread may ask libzmq for both, even while the socket's own thread
# waits in a recv. So these functions do not take the socket's guard.
#
# Only close() must not run at the same time, because it frees the memory that is read here. With a
# GIL, close() and these functions keep the GIL until they have finished. Without a GIL, they hold
# the lock of _live_sockets.


def _socket_counts(Socket socket not None) -> tuple:
    """Return the members of zmq_socket_counts_t; the last two have one number for each reason."""
    cdef libzmq.zmq_socket_counts_t counts
    cdef int rc
    cdef int i
    with cython.critical_section(_live_sockets):
        if socket.handle == NULL or socket._generation != fork_generation:
            _refuse(socket)
        rc = libzmq.zmq_socket_stats(socket.handle, &counts, sizeof(counts))
    if rc < 0:
        _raise_errno(libzmq.zmq_errno(), "(the counters of this socket cannot be read)")
    return (
        counts.messages_sent,
        counts.messages_received,
        counts.messages_out,
        counts.bytes_out,
        counts.messages_in,
        counts.bytes_in,
        counts.queued_out,
        counts.queued_bytes_out,
        counts.queued_in,
        counts.queued_bytes_in,
        counts.sends_blocked,
        counts.connections,
        counts.connections_made,
        counts.connections_lost,
        counts.connections_closed,
        counts.connection_retries,
        tuple([counts.dropped[i] for i in range(libzmq.ZMQ_DROPPED_REASONS)]),
        tuple([counts.refused[i] for i in range(libzmq.ZMQ_REFUSED_REASONS)]),
    )


def _socket_peers(Socket socket not None) -> list:
    """Return a dict for each peer, with the members of zmq_peer_stats_t."""
    cdef libzmq.zmq_peers_t *peers
    cdef size_t i
    with cython.critical_section(_live_sockets):
        if socket.handle == NULL or socket._generation != fork_generation:
            _refuse(socket)
        peers = libzmq.zmq_socket_peers(socket.handle)
    if peers == NULL:
        _raise_errno(libzmq.zmq_errno(), "(the peers of this socket cannot be read)")
    try:
        return [_peer_as_dict(&peers.peers[i]) for i in range(peers.count)]
    finally:
        libzmq.zmq_peers_free(peers)


cdef object _peer_as_dict(const libzmq.zmq_peer_stats_t *peer):
    cdef size_t i
    metadata = {}
    for i in range(peer.property_count):
        metadata[_text(peer.properties[i].name)] = PyBytes_FromStringAndSize(
            <const char *> peer.properties[i].value, peer.properties[i].size
        )
    routing_id = None
    if peer.number:
        routing_id = peer.number
    elif peer.routing_id_size:
        routing_id = PyBytes_FromStringAndSize(
            <const char *> peer.routing_id, peer.routing_id_size
        )
    return {
        "id": peer.id,
        "endpoint": _text(peer.endpoint),
        "local": _text(peer.local),
        "remote": _text(peer.remote),
        "address": _text(peer.address),
        "routing_id": routing_id,
        "state": peer.state,
        "connects": bool(peer.connects),
        "mechanism": peer.mechanism,
        "metadata": metadata,
        "connected_at": peer.connected_at,
        "connections_made": peer.connections_made,
        "retry_in": peer.retry_in,
        "error_kind": peer.error_kind,
        "error": peer.error,
        "messages_out": peer.messages_out,
        "bytes_out": peer.bytes_out,
        "messages_in": peer.messages_in,
        "bytes_in": peer.bytes_in,
        "queued_out": peer.queued_out,
        "queued_bytes_out": peer.queued_bytes_out,
        "queued_in": peer.queued_in,
        "queued_bytes_in": peer.queued_bytes_in,
        "dropped": peer.dropped,
    }


cdef object _text(const char *text):
    return (<bytes> text).decode("utf-8", "surrogateescape")


cdef object _place_of_caller():
    """Return where the program creates a socket: pairs (file, line), innermost first.

    The innermost frames, which belong to this package, are left out. There is one pair, or as many
    as tracemalloc keeps if it is tracing. tracemalloc's own get_object_traceback() is not used: in
    CPython 3.11 it fails for objects that have a dict.
    """
    tracemalloc = sys.modules.get("tracemalloc")
    limit = 1
    if tracemalloc is not None and tracemalloc.is_tracing():
        limit = tracemalloc.get_traceback_limit()
    try:
        frame = sys._getframe()
    except ValueError:
        return ()  # called by C code, without a Python frame
    places = []
    while frame is not None and len(places) < limit:
        module = frame.f_globals.get("__name__")
        inside = isinstance(module, str) and (module == "zmq" or module.startswith("zmq."))
        if places or not inside:
            places.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return tuple(places)


def _socket_in_use(Socket socket not None) -> bool:
    """Return whether a thread or a task waits in one of the socket's methods."""
    return not guard_of(socket).is_free() or socket._is_waited_for()


def _open_sockets() -> list:
    """Return all open sockets of this process, in every context; leave out shadows."""
    found = [reference() for reference in list(_live_sockets.values())]
    return [socket for socket in found if socket is not None and not socket.closed]
