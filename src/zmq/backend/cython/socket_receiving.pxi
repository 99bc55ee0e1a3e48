# Receiving.


cdef class _SocketReceiving(_SocketSending):
    """Receiving messages."""

    def recv(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False, *,
        timeout: float | None = None
    ) -> bytes | Frame:
        """Receive one part of a message.

        The call waits for a message for at most RCVTIMEO, or for `timeout` if that is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT: do not wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content in libzmq's memory
            and has the message's properties.
        track : bool, default False
            True if the Frame should have a tracker (only with ``copy=False``).
        timeout : float, optional
            The maximum time to wait, in ms; a negative value means for ever, 0 means not at all. By
            default the socket's RCVTIMEO. PyZMQ does not have this parameter.

        Returns
        -------
        bytes or Frame
            The part. The option RCVMORE, or ``Frame.more``, tells whether further parts follow.

        Raises
        ------
        Again
            If no message has arrived: at once with DONTWAIT, otherwise within the time.
        ContextTerminated
            If the context is terminated during the call.
        ZMQError
            For other errors of ``zmq_msg_recv``, such as EFSM for a REQ that has to send first.

        Notes
        -----
        Calls ``zmq_msg_recv``; releases the GIL only to wait, or to copy a MiB or more. Signal
        handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        if timeout is not None:
            return _recv_within(self, Socket.recv, c_flags, copy, track, timeout)
        if copy:
            return _bytes_of_received(&msg, _recv_msg(self, &msg, c_flags))
        return _recv_frame(self, c_flags, track)

    def recv_multipart(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False, *,
        timeout: float | None = None
    ) -> list:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            See `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers complete messages: when the first part
        has arrived, all parts have arrived.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Frame frame
        cdef list parts = []
        cdef bint more = True
        cdef int size
        if timeout is not None:
            return _recv_within(self, Socket.recv_multipart, c_flags, copy, track, timeout)
        while more:
            if copy:
                size = _recv_msg(self, &msg, c_flags)
                more = libzmq.zmq_msg_more(&msg)
                parts.append(_bytes_of_received(&msg, size))
            else:
                frame = _recv_frame(self, c_flags, track)
                more = libzmq.zmq_msg_more(&frame.zmq_msg)
                parts.append(frame)
        return parts

    def recv_routed(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False
    ) -> tuple:
        """Receive a message and the routing id of its sender, on SERVER and PEER sockets (draft).

        ::

            body, routing_id = server.recv_routed()
            server.send(answer, routing_id=routing_id)

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and the routing id to pass to `send` for the reply. The id belongs to the
            connection: a client that connects again gets another id.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later libzmq
        may change the behaviour of these sockets.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Frame frame
        cdef uint32_t routing_id
        _check_has_routing_ids(self, "recv_routed()")
        if copy:
            _recv_msg(self, &msg, c_flags)
            routing_id = libzmq.zmq_msg_routing_id(&msg)
            return _bytes_of_msg(&msg), routing_id
        frame = _recv_frame(self, c_flags, track)
        return frame, libzmq.zmq_msg_routing_id(&frame.zmq_msg)

    def recv_grouped(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False
    ) -> tuple:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are not UTF-8 become surrogates, as
            in ``os.fsdecode``; ``group.encode("utf-8", "surrogateescape")`` returns the original
            bytes.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq may
        change the behaviour of these sockets.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Frame frame
        _check_has_groups(self, "recv_grouped()", libzmq.ZMQ_DISH)
        if copy:
            _recv_msg(self, &msg, c_flags)
            try:
                group = _group_of_msg(&msg)
            except BaseException:
                libzmq.zmq_msg_close(&msg)
                raise
            return _bytes_of_msg(&msg), group
        frame = _recv_frame(self, c_flags, track)
        return frame, _group_of_msg(&frame.zmq_msg)

    def recv_many(self, max_messages: int, timeout: float | None = None) -> list:
        """Receive the messages that have arrived, many in one call.

        Waits for the first message, then returns it and the other messages that have arrived.

        Parameters
        ----------
        max_messages : int
            The maximum number of messages to return, at least 1.
        timeout : float, optional
            The maximum time to wait for the first message, in ms; a negative value means for ever,
            0 means not at all. By default the socket's RCVTIMEO.

        Returns
        -------
        list of bytes
            The messages in order; empty if the time ran out. Use `recv_many` for messages of a
            single part. The parts of a longer message follow each other in the list, and
            `max_messages` never cuts them off. If you need to know where such a message ends, use
            `recv_multipart`.

        Raises
        ------
        ValueError
            If `max_messages` is less than 1.
        ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv``. Each message costs about two thirds of a call of `recv`.
        """
        cdef zmq_msg_t msg
        cdef list received = []
        cdef bint more = False
        cdef int rc
        cdef int errnum
        cdef long long deadline
        cdef Py_ssize_t left = _message_count(max_messages)
        while left > 0 or more:
            _begin(self, SHORT_USE)
            libzmq.zmq_msg_init(&msg)
            rc = libzmq.zmq_msg_recv(&msg, self.handle, libzmq.ZMQ_DONTWAIT)
            errnum = _errno_of(rc)
            _end(self, SHORT_USE)
            if errnum:
                libzmq.zmq_msg_close(&msg)
                if errnum == EINTR:
                    if received and not more:
                        # A signal handler may raise, and then the messages would be lost.
                        return received
                    _check_signals()
                    continue
                if errnum != EAGAIN:
                    if received:
                        return received
                    _raise_recv_error(self, errnum)
                if more:
                    continue
                if received:
                    return received
                if timeout is None:
                    timeout = _get_int(self, libzmq.ZMQ_RCVTIMEO)
                _deadline_of(timeout, &deadline)
                if deadline == 0 or not _wait_for(self, libzmq.ZMQ_POLLIN, deadline):
                    return received
                timeout = 0
                continue
            more = libzmq.zmq_msg_more(&msg)
            received.append(_bytes_of_received(&msg, rc))
            left -= 1
        return received

    def recv_into(
        self, buffer: Buffer, /, *, nbytes: int = 0, flags: int | Flag = 0
    ) -> int:
        """Receive one part into memory of the caller.

        Parameters
        ----------
        buffer : object with a writable buffer that is contiguous in C order
            bytearray, memoryview, array, NumPy array...
        nbytes : int, default 0
            The number of bytes of the buffer that may be written; 0 means the entire buffer.
        flags : int, default 0
            DONTWAIT: do not wait.

        Returns
        -------
        int
            The size of the part in bytes. If it is larger than the space in the buffer, the rest of
            the part is lost.

        Raises
        ------
        BufferError
            If the buffer is read-only, not contiguous, or in Fortran order.
        ValueError
            If `nbytes` is negative or larger than the buffer.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv``.

        .. versionadded:: 26.4
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Py_buffer view
        cdef size_t size
        cdef Py_ssize_t room = _size("nbytes", nbytes)
        try:
            PyObject_GetBuffer(buffer, &view, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE)
        except (BufferError, ValueError) as error:
            # NumPy raises ValueError.
            raise BufferError(
                f"recv_into() needs a buffer that is writable and contiguous in C order: {error}"
            ) from None
        try:
            _check_nbytes(room, view.len)
            _recv_msg(self, &msg, c_flags)
            size = libzmq.zmq_msg_size(&msg)
            _copy_memory(view.buf, libzmq.zmq_msg_data(&msg),
                         min(size, <size_t> (room if room else view.len)))
            libzmq.zmq_msg_close(&msg)
            return size
        finally:
            PyBuffer_Release(&view)


cdef int _recv_msg(_SocketBase socket, zmq_msg_t *msg, int flags) except -1:
    """Initialise `msg` and receive into it; on an exception, close it.

    Returns the size as libzmq does: at most 2 GiB - 1.
    """
    cdef int rc
    cdef int errnum
    _begin(socket, SHORT_USE)
    libzmq.zmq_msg_init(msg)
    # The first attempt does not wait, and keeps the GIL. Most calls need no second attempt.
    rc = libzmq.zmq_msg_recv(msg, socket.handle, flags | libzmq.ZMQ_DONTWAIT)
    if rc >= 0:
        _end(socket, SHORT_USE)
        return rc
    errnum = libzmq.zmq_errno()
    try:
        _end(socket, SHORT_USE)
        return _transfer_waiting(socket, False, msg, flags, errnum)
    except BaseException:
        libzmq.zmq_msg_close(msg)
        raise


cdef object _recv_frame(_SocketBase socket, int flags, bint track):
    cdef zmq_msg_t msg
    cdef Frame frame
    _recv_msg(socket, &msg, flags)
    frame = Frame.__new__(_frame_class)
    _fill_received(frame, &msg)
    if track:
        frame._tracker = _FINISHED_TRACKER
    return frame


cdef object _bytes_of_msg(zmq_msg_t *msg):
    """Return the contents as bytes, and close `msg`."""
    return _bytes_of_received(msg, libzmq.zmq_msg_size(msg))


cdef object _bytes_of_received(zmq_msg_t *msg, size_t size):
    """Return the contents as bytes, and close `msg`. `size` is the result of `_recv_msg`."""
    cdef bytes contents
    cdef PyObject *lent
    try:
        if size >= LEND_BYTES_SIZE:
            size = libzmq.zmq_msg_size(msg)
            lent = lent_bytes(libzmq.zmq_msg_data(msg), size)
            if lent != NULL:
                return <bytes> lent
        if size < COPY_WITHOUT_GIL_SIZE:
            contents = PyBytes_FromStringAndSize(<const char *> libzmq.zmq_msg_data(msg), size)
        else:
            contents = PyBytes_FromStringAndSize(NULL, size)
            _copy_memory(PyBytes_AS_STRING(contents), libzmq.zmq_msg_data(msg), size)
    finally:
        libzmq.zmq_msg_close(msg)
    return contents
