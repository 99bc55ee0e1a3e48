# Sending.

# send_multipart() keeps up to this number of parts on the C stack; for more, it allocates memory.
cdef enum:
    PARTS_ON_STACK = 16


cdef class _SocketSending(_SocketPolling):
    """Sending messages."""

    def send(
        self, data: Frame | Buffer, flags: int | Flag = 0, bint copy: bool = True,
        bint track: bool = False, routing_id: int | None = None,
        group: str | bytes | None = None
    ) -> MessageTracker | None:
        """Send one part of a message.

        The part is queued; an I/O thread sends it later. If the queue is full (high-water
        mark) or there is no peer, the call waits, at most SNDTIMEO.

        Parameters
        ----------
        data : bytes, Frame, or any object with a buffer
            The content.
        flags : int, default 0
            DONTWAIT: do not wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the memory of objects of at least `copy_threshold` bytes to libzmq, instead
            of copying it. The memory must not change until libzmq no longer uses it.
        track : bool, default False
            True to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The routing id of the peer, on SERVER and PEER sockets (draft), as `recv_routed`
            returned it. It is not needed for a Frame that has a routing id, such as a Frame from
            `recv`.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker, which
            is already done if there is nothing to wait for.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If the message could not be queued: at once with DONTWAIT, otherwise within SNDTIMEO.
        ZMQError
            For other errors of ``zmq_msg_send``, such as EHOSTUNREACH for an unknown routing id, or
            EFSM for a REQ that has to receive first. EINVAL if `group` is too long, or if this type
            of socket takes no `routing_id` or no `group`.

        Notes
        -----
        Calls ``zmq_msg_send``; releases the GIL only to wait, or to copy a MiB or more.

        .. versionchanged:: 17.0
            `routing_id` and `group`.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        if copy and PyBytes_CheckExact(data) and routing_id is None and group is None:
            _init_msg_of_bytes(&msg, data)
            _send_msg(self, &msg, c_flags)
            return None
        return _send_other(self, data, c_flags, copy, track, routing_id, group)

    def send_multipart(
        self, msg_parts: Iterable[Frame | Buffer], flags: int | Flag = 0, bint copy: bool = True,
        bint track: bool = False, *, routing_id: int | None = None,
        group: str | bytes | None = None
    ) -> MessageTracker | None:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or any objects with a buffer
            At least one part. All parts are checked before the first is sent.
        flags : int, default 0
            See `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            See `send`.
        track : bool, default False
            See `send`; the tracker watches all parts.
        routing_id, group : optional
            See `send`.

        Returns
        -------
        MessageTracker or None
            See `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the error message gives its index.
        ValueError
            If there are no parts.
        Again, ZMQError
            See `send`; then no part of the message has been sent.

        Notes
        -----
        Calls ``zmq_msg_send`` for each part, with ZMQ_SNDMORE for all but the last.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t on_stack[PARTS_ON_STACK]
        cdef zmq_msg_t *messages = on_stack
        cdef Py_ssize_t count, index
        cdef Py_ssize_t made = 0
        cdef Py_ssize_t sent = 0
        cdef SendState *state
        cdef list trackers = None
        cdef Py_ssize_t threshold = 0
        if not isinstance(msg_parts, (list, tuple)):
            if isinstance(msg_parts, (str, bytes, bytearray, memoryview, Frame, Socket)):
                raise TypeError(
                    "send_multipart() takes a list of parts, got"
                    f" {type(msg_parts).__name__}. Frame 0 does not support the buffer interface."
                    " Use send() for a single part"
                )
            msg_parts = list(msg_parts)
        parts = msg_parts
        count = len(parts)
        if count == 0:
            raise ValueError("send_multipart() needs at least one part, got an empty sequence")
        if routing_id is not None:
            _check_has_routing_ids(self, "routing_id=")
        if group is not None:
            _check_has_groups(self, "group=", libzmq.ZMQ_RADIO)
        if count > PARTS_ON_STACK:
            messages = <zmq_msg_t *> malloc(count * sizeof(zmq_msg_t))
            if messages == NULL:
                raise MemoryError(f"no memory for a message of {count} parts")
        if not copy:
            threshold = self.copy_threshold
            if track:
                trackers = []
        try:
            for index in range(count):
                part = parts[index]
                if copy and PyBytes_CheckExact(part):
                    _init_msg_of_bytes(&messages[index], part)
                elif isinstance(part, Frame):
                    if trackers is not None:
                        tracker = (<Frame> part).tracker
                        if tracker is None:
                            raise ValueError(f"Not a tracked message: Frame {index}")
                        trackers.append(tracker)
                    _msg_of_frame(&messages[index], part, copy)
                elif isinstance(part, str) or not PyObject_CheckBuffer(part):
                    raise TypeError(
                        f"Frame {index} ({_shortened(part)}) does not support the buffer"
                        f" interface. A part is bytes-like, not {type(part).__name__}"
                    )
                else:
                    state = NULL
                    _init_msg(&messages[index], part, copy, threshold,
                              &state if trackers is not None else NULL, NULL)
                    if state != NULL:
                        trackers.append(_send_event(state))
                        state.release()
                made += 1
                if routing_id is not None:
                    _set_routing_id(&messages[index], routing_id)
                if group is not None:
                    _set_group(&messages[index], group)
            for index in range(count):
                sent += 1  # from here on the part is libzmq's, even if sending it fails
                _send_msg(self, &messages[index],
                          c_flags | libzmq.ZMQ_SNDMORE if index < count - 1 else c_flags)
        finally:
            for index in range(sent, made):
                libzmq.zmq_msg_close(&messages[index])
            if messages != on_stack:
                free(messages)
        if copy:
            return None
        if trackers:
            return _tracker_class(*trackers)
        return _FINISHED_TRACKER

    def send_many(self, messages: Iterable[Frame | Buffer], flags: int | Flag = 0) -> int:
        """Send many messages of a single part in one call.

        Parameters
        ----------
        messages : iterable of bytes, Frame, or any objects with a buffer
            Each item is a message. An iterator is read one item at a time, as messages are sent.
        flags : int, default 0
            DONTWAIT to stop at the first message that cannot be queued at once.

        Returns
        -------
        int
            The number of sent messages. It is less than the number of all messages only with
            DONTWAIT, or after SNDTIMEO. To send the others later, pass a list: an iterator has
            already given out the message that could not be queued.

        Raises
        ------
        TypeError
            If a message is a str or has no buffer. With a list or tuple, no message has been sent
            then; with an iterator, the messages before it have been sent.
        ValueError
            If `flags` has SNDMORE.
        ZMQError
            See `send`; `Again` only if no message could be sent.

        Notes
        -----
        Each message costs about half of a call of `send`.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Py_ssize_t sent = 0
        _check_send_many(messages, c_flags)
        if isinstance(messages, (list, tuple)):
            for index, data in enumerate(messages):
                if not PyBytes_CheckExact(data) and not (
                    isinstance(data, Frame) or PyObject_CheckBuffer(data)
                ):
                    raise TypeError(
                        f"message {index} ({_shortened(data)}) is not bytes-like but"
                        f" {type(data).__name__}"
                    )
        for data in messages:
            if PyBytes_CheckExact(data):
                _init_msg_of_bytes(&msg, data)
            elif isinstance(data, Frame):
                _msg_of_frame(&msg, data, True)
            else:
                _init_msg(&msg, data, True, 0, NULL, NULL)
            try:
                _send_msg(self, &msg, c_flags)
            except Again:
                if sent == 0:
                    raise
                break
            sent += 1
        return sent


cdef int _send_msg(_SocketBase socket, zmq_msg_t *msg, int flags) except -1:
    """Send `msg` and give its memory to libzmq; on an exception, close it.

    The first attempt does not wait. Most calls need no second attempt. The first attempt keeps the
    GIL, except over inproc on a single processor, where the guard's `gives_way` is true.

    The reason for `gives_way`: a send over inproc may wake another Python thread, and with a single
    processor the system may run that thread at once. If the sender held the GIL, the other thread
    would fall asleep again to wait for the GIL. So a round trip took 17.7 us and 8 changes of
    threads. It takes 5.8 us and 2 changes since the send releases the GIL.
    """
    cdef ThreadGuard *guard = guard_of(socket)
    cdef int kind = BRIEF_BLOCKING_USE if guard.gives_way else SHORT_USE
    cdef int rc
    cdef int errnum
    if not _has_begun(socket, kind):
        try:
            _begin_late(socket, kind)
        except BaseException:
            libzmq.zmq_msg_close(msg)
            raise
    if not guard.mid_message:
        if kind == SHORT_USE:
            rc = libzmq.zmq_msg_send(msg, socket.handle, flags | libzmq.ZMQ_DONTWAIT)
            errnum = _errno_of(rc)
        else:
            with nogil:
                rc = libzmq.zmq_msg_send(msg, socket.handle, flags | libzmq.ZMQ_DONTWAIT)
                errnum = _errno_of(rc)
    else:
        # This is a later part, and the socket has a type that `_type_drops_the_rest` names. On such
        # a socket a later part never waits: if the peer has disconnected meanwhile, libzmq drops
        # the rest of the message. With DONTWAIT it would refuse the part instead, and treat the
        # next attempt as the first part of another message.
        rc = libzmq.zmq_msg_send(msg, socket.handle, flags & ~libzmq.ZMQ_DONTWAIT)
        errnum = _errno_of(rc)
    if not errnum:
        guard.mid_message = flags & libzmq.ZMQ_SNDMORE and socket._drops_the_rest
        _end(socket, kind)
        return 0
    try:
        _end(socket, kind)
        if guard.mid_message:
            guard.mid_message = flags & libzmq.ZMQ_SNDMORE
            if errnum == EAGAIN:
                # With SNDTIMEO=0 libzmq reports EAGAIN for a part that it would otherwise drop.
                libzmq.zmq_msg_close(msg)
                return 0
        _transfer_waiting(socket, True, msg, flags, errnum)
    except BaseException:
        libzmq.zmq_msg_close(msg)
        raise
    guard.mid_message = flags & libzmq.ZMQ_SNDMORE and socket._drops_the_rest
    return 0


cdef object _send_other(_SocketBase socket, object data, int flags, bint copy, bint track,
                        object routing_id, object group):
    cdef zmq_msg_t msg
    cdef SendState *state = NULL
    cdef object tracker = None
    if routing_id is not None:
        _check_has_routing_ids(socket, "routing_id=")
    if group is not None:
        _check_has_groups(socket, "group=", libzmq.ZMQ_RADIO)
    if not copy:
        tracker = _FINISHED_TRACKER
    if isinstance(data, Frame):
        if not copy:
            # None for a frame that is not tracked
            tracker = (<Frame> data).tracker
            if track and tracker is None:
                raise ValueError(
                    "Not a tracked message: make the Frame with track=True to send it with"
                    " track=True"
                )
        _msg_of_frame(&msg, data, copy)
    elif copy and PyBytes_CheckExact(data):
        _init_msg_of_bytes(&msg, data)
    else:
        _init_msg(&msg, data, copy, socket.copy_threshold,
                  &state if track and not copy else NULL, NULL)
        if state != NULL:
            tracker = _tracker_of(state)
            state.release()
    try:
        if routing_id is not None:
            _set_routing_id(&msg, routing_id)
        if group is not None:
            _set_group(&msg, group)
    except BaseException:
        libzmq.zmq_msg_close(&msg)
        raise
    _send_msg(socket, &msg, flags)
    return tracker


cdef int _msg_of_frame(zmq_msg_t *msg, Frame frame, bint copy) except -1:
    """Create a message that shares the frame's memory, unless `copy` and a view may change it."""
    cdef zmq_msg_t *original
    with cython.critical_section(frame):
        if copy and frame._written_through:
            original = &frame.zmq_msg
            _init_msg_copying(msg, libzmq.zmq_msg_data(original), libzmq.zmq_msg_size(original))
            if libzmq.zmq_msg_routing_id(original):
                libzmq.zmq_msg_set_routing_id(msg, libzmq.zmq_msg_routing_id(original))
            if libzmq.zmq_msg_group(original) != NULL:
                libzmq.zmq_msg_set_group(msg, libzmq.zmq_msg_group(original))
            return 0
        libzmq.zmq_msg_init(msg)
        if libzmq.zmq_msg_copy(msg, &frame.zmq_msg) < 0:
            _raise_errno(libzmq.zmq_errno(), "(the frame cannot be sent)")
        return 0
