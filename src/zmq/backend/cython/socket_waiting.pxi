# How a thread waits: for a socket's events, or until a send or receive succeeds.

cdef extern from "spinning.hpp" namespace "zmqpy" nogil:
    int spin_send(zmq_msg_t *msg, void *socket, int flags, int microseconds)
    int spin_recv(zmq_msg_t *msg, void *socket, int flags, int microseconds)

cdef enum:
    # A timeout option that has not been read yet.
    NOT_READ = -2
    # The pause before the next attempt, if no event signals when it may succeed.
    RETRY_MS = 1


cdef class _SocketPolling(_SocketEndpoints):
    """Waiting for events."""

    def poll(
        self, timeout: float | None = None, flags: int | PollEvent = PollEvent.POLLIN
    ) -> int:
        """Wait for events on this socket.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in milliseconds; None or a negative value means for ever, 0
            means not at all.
        flags : int, default POLLIN
            The events to wait for: POLLIN, POLLOUT or both.

        Returns
        -------
        int
            The events of the socket, or 0 after the timeout.

        Raises
        ------
        ZMQError
            ENOTSOCK if the socket is closed.

        Notes
        -----
        Reads ZMQ_EVENTS, then sleeps on ZMQ_FD without the GIL. Other threads may use the socket
        during the sleep. Use a `Poller` for several sockets.
        """
        cdef int events = 0
        cdef size_t size = sizeof(events)
        cdef int errnum
        cdef long long deadline
        cdef short wanted = _wanted_events(flags)
        _deadline_of(timeout, &deadline)
        while True:
            errnum = _read_option(self, libzmq.ZMQ_EVENTS, &events, &size)
            if not errnum:
                break
            if errnum != EINTR:
                _raise_errno(errnum, f"(poll of {self!r})")
            _check_signals()
        events &= wanted
        if events or deadline == 0:
            return events
        if guard_of(self).shared:
            return _wait_in_libzmq(self, wanted, deadline)
        return _wait_asleep(self, wanted, deadline, False)

    def _again(self, bint receives, bint dontwait, timeout=None):
        """Return an Again whose text says why a send or receive has not succeeded."""
        return _why_again(self, receives, dontwait, timeout)


cdef object _why_again(_SocketBase socket, bint receives, bint dontwait, object timeout=None):
    """Return an Again whose text says why a send or receive has not succeeded."""
    if receives and socket._type == libzmq.ZMQ_SUB and _told(
        socket, libzmq.ZMQ_TOPICS_COUNT
    ) == 0:
        reason = "no message, and this SUB has no subscription: call subscribe() first"
    elif dontwait and receives:
        # The text is created in advance, because programs that try again and again raise many of
        # these errors.
        return _again("no message is there, and DONTWAIT does not wait")
    else:
        reason = "no message" if receives else _why_not_sent(socket)
    if dontwait:
        return _again(f"{reason}, and DONTWAIT does not wait")
    name = "timeout"
    if timeout is None:
        name = "RCVTIMEO" if receives else "SNDTIMEO"
        timeout = _told(socket, libzmq.ZMQ_RCVTIMEO if receives else libzmq.ZMQ_SNDTIMEO)
        if timeout < 0:
            return _again(f"{reason} in time")
    return _again(f"{reason} within {name} ({timeout:g} ms)")


# -- until there are events ---------------------------------------------------------------


cdef int _wait_for(_SocketBase socket, short events, long long deadline) except -1:
    """Wait without the GIL for events or the deadline; a send or receive calls this.

    Returns the events that came, 0 at the deadline. Meanwhile signal handlers run, and other
    threads cannot send or receive on this socket, unless it is thread-safe.
    """
    if guard_of(socket).shared:
        return _wait_in_libzmq(socket, events, deadline)
    return _wait_asleep(socket, events, deadline, True)


cdef int _wait_asleep(_SocketBase socket, short events, long long deadline,
                      bint is_part) except -1:
    """Sleep on a classic socket's descriptor; `is_part` is true during a send or receive."""
    cdef _PollSet items = _PollSet()
    items.fill([(socket, events)])
    items.is_part = is_part
    found = items.wait(deadline)
    return found[0][1] if found else 0


cdef int _wait_in_libzmq(_SocketBase socket, short events, long long deadline) except -1:
    """Sleep in libzmq on a thread-safe socket."""
    cdef libzmq.zmq_pollitem_t item
    cdef long left
    cdef int rc
    cdef int errnum
    item.fd = 0
    item.events = events
    item.revents = 0
    while True:
        left = _ms_until(deadline)
        # A signal that has arrived before the sleep does not end it, so run its handler now.
        _check_signals()
        _begin(socket, LONG_USE)
        item.socket = socket.handle
        with nogil:
            rc = libzmq.zmq_poll(&item, 1, left)
            errnum = _errno_of(rc)
        _end(socket, LONG_USE)
        if rc > 0:
            return item.revents
        if errnum == EINTR:
            _check_signals()
        elif errnum:
            _raise_errno(errnum, f"(poll of {socket!r})")
        elif _is_over(deadline):
            return 0


# -- until a send or receive succeeds -----------------------------------------------------


cdef inline int _try_once(bint sends, zmq_msg_t *msg, void *handle, int flags) noexcept nogil:
    if sends:
        return libzmq.zmq_msg_send(msg, handle, flags)
    return libzmq.zmq_msg_recv(msg, handle, flags)


cdef int _transfer_waiting(_SocketBase socket, bint sends, zmq_msg_t *msg, int flags,
                           int errnum) except -1:
    """Send or receive `msg` after an attempt has failed with `errnum`; return libzmq's result.

    A classic socket waits in libzmq, which is the fastest way. If a signal arrives or another
    thread wants to use the socket, this wait ends, and the thread then sleeps as in a poll. With a
    thread-safe socket it sleeps from the beginning, because libzmq would wait on a condition
    variable, and no signal ends such a wait.
    """
    cdef bint sleeps = guard_of(socket).shared
    cdef int option = libzmq.ZMQ_SNDTIMEO if sends else libzmq.ZMQ_RCVTIMEO
    cdef int timeout = NOT_READ
    cdef size_t size = sizeof(timeout)
    cdef long long started = 0  # the time at which the wait began
    cdef long long deadline = -1
    cdef int rc
    while True:
        if errnum == EINTR or (errnum == EAGAIN and started and sleeps):
            _check_signals()
            if started:
                sleeps = True
                if timeout == NOT_READ:
                    timeout = _get_int(socket, option)
                if timeout >= 0:
                    deadline = started + timeout
                _wait_to_try(socket, sends, deadline)
        elif errnum == EAGAIN and not flags & libzmq.ZMQ_DONTWAIT and not started:
            started = monotonic_ms()
            rc = _spin(socket, sends, msg, flags, &errnum)
            if rc >= 0:
                return rc
            if errnum != EAGAIN or sleeps:
                continue
        elif errnum == EAGAIN:
            raise _why_again(socket, not sends, flags & libzmq.ZMQ_DONTWAIT)
        elif sends:
            _raise_send_error(socket, errnum, libzmq.zmq_msg_routing_id(msg))
        else:
            _raise_recv_error(socket, errnum)
        # A signal that has arrived before the sleep does not end it, so run its handler now.
        _check_signals()
        if sleeps or not started:
            _begin(socket, BRIEF_BLOCKING_USE)
            with nogil:
                rc = _try_once(sends, msg, socket.handle, flags | libzmq.ZMQ_DONTWAIT)
                errnum = _errno_of(rc)
            _end(socket, BRIEF_BLOCKING_USE)
        else:
            _begin(socket, WAITING_USE)
            with nogil:
                rc = _try_once(sends, msg, socket.handle, flags)
                errnum = _errno_of(rc)
            if errnum == EINTR:
                # Read the timeout option now: as soon as this thread gives the socket back, the
                # thread that ended the wait may change the option.
                libzmq.zmq_getsockopt(socket.handle, option, &timeout, &size)
            _end(socket, WAITING_USE)
        if rc >= 0:
            return rc
        if errnum == EAGAIN and sends and sleeps and _is_always_ready_to_send(socket):
            # POLLOUT only says that some peer has room; the queue for this message is full.
            with nogil:
                _sleep_ms(RETRY_MS)


cdef int _spin(_SocketBase socket, bint sends, zmq_msg_t *msg, int flags,
               int *errnum) except? -2:
    """Try to send or receive for the context's SPIN_TIME; return libzmq's result."""
    cdef int rc = -1
    cdef int spin_time = 0
    context = socket.context
    if isinstance(context, Context) and (<Context> context).handle != NULL:
        spin_time = libzmq.zmq_ctx_get((<Context> context).handle, libzmq.ZMQ_SPIN_TIME)
    if spin_time <= 0:
        return -1
    _begin(socket, WAITING_USE)
    with nogil:
        if sends:
            rc = spin_send(msg, socket.handle, flags, spin_time)
        else:
            rc = spin_recv(msg, socket.handle, flags, spin_time)
        errnum[0] = _errno_of(rc)
    _end(socket, WAITING_USE)
    return rc


cdef int _wait_to_try(_SocketBase socket, bint sends, long long deadline) except -1:
    """Sleep until a send or receive may succeed; raise Again at the deadline.

    A poll of a thread-safe socket needs a descriptor. If the process has none left, this sleeps for
    a moment instead.
    """
    try:
        if not _wait_for(socket, libzmq.ZMQ_POLLOUT if sends else libzmq.ZMQ_POLLIN, deadline):
            raise _why_again(socket, not sends, False)
    except ZMQError as error:
        if error.errno != EMFILE:
            raise
        if _is_over(deadline):
            raise _why_again(socket, not sends, False) from None
        with nogil:
            _sleep_ms(RETRY_MS)
    return 0


cdef bint _is_always_ready_to_send(_SocketBase socket):
    return socket._type in (
        libzmq.ZMQ_SERVER, libzmq.ZMQ_PEER, libzmq.ZMQ_ROUTER, libzmq.ZMQ_STREAM, libzmq.ZMQ_PUB,
        libzmq.ZMQ_XPUB,
    )


cdef object _recv_within(_SocketBase socket, object receive, int flags, bint copy, bint track,
                         object timeout):
    """Receive like `receive`, and wait for at most `timeout` ms."""
    cdef long long deadline
    _deadline_of(timeout, &deadline)
    while True:
        try:
            return receive(socket, flags | libzmq.ZMQ_DONTWAIT, copy, track)
        except Again:
            if flags & libzmq.ZMQ_DONTWAIT:
                raise
        if deadline == 0 or not _wait_for(socket, libzmq.ZMQ_POLLIN, deadline):
            raise _why_again(socket, True, False, timeout)
