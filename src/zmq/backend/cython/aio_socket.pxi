# The sockets of asyncio: the backend of zmq.asyncio.Socket.


cdef object _kept_part(object part, bint copy, bint track):
    if isinstance(part, (bytes, Frame)):
        return part
    return Frame(part, track=track, copy=copy or None)


cdef class _AsyncSocket(Socket):
    """The backend of `zmq.asyncio.Socket`."""

    cdef readonly object io_loop  # the loop to use while none is running, or None
    cdef int _not_received        # the errno of the last receive that could not complete at once

    def __init__(
        self, context=None, socket_type=-1, io_loop=None, *, shadow=0, copy_threshold=None
    ):
        Socket.__init__(self, context, socket_type, shadow=shadow, copy_threshold=copy_threshold)
        self.io_loop = io_loop

    cdef _AsyncState _state(self):
        """Return the waiters of this socket, for the running loop."""
        cdef _AsyncState state = self._state_of_any_loop()
        loop = _running_loop()
        if loop is None:
            loop = self.io_loop if self.io_loop is not None else _event_loop()
        if state.loop is not loop:
            state.use_loop(loop)
        return state

    cdef _AsyncState _state_of_any_loop(self):
        cdef _SocketBase owner = _owner_of(self)
        cdef _AsyncState state
        if self.handle == NULL or self._generation != fork_generation:
            _refuse(self)
        if isinstance(owner._async_state, _AsyncState):
            return owner._async_state
        _replace_waiters(owner, "zmq.anyio", "zmq.asyncio")
        state = _AsyncState()
        state.guard = guard_of(self)
        owner._async_state = state
        return state

    def _call_on_close(self, function):
        """Call `function()` when the socket closes, in the thread that closes it."""
        self._state_of_any_loop().on_close.append(function)

    def _starts_waiting(self, loop):
        """Called before the socket first waits in `loop`; for subclasses."""

    # -- now or later -----------------------------------------------------------------------

    cdef object _operate(self, int kind, object arguments, int flags, object timeout=None):
        """Attempt the operation now, unless another one waits. If it cannot complete, it waits."""
        cdef _AsyncState state = self._state()
        operations = state.receivers if kind < SEND else state.senders
        if flags & libzmq.ZMQ_DONTWAIT or (not operations and state.at_once < OPERATIONS_PER_ROUND):
            state.at_once += 1
            self._not_received = 0
            try:
                result = _perform(self, kind, arguments)
            except Exception as error:
                return _failed_future(state.loop, error)
            if result is not _not_yet:
                if state.guard != NULL and state.guard.waiting:
                    state.look()
                return _done_future(state.loop, result)
            if flags & libzmq.ZMQ_DONTWAIT:
                if kind == SEND_MANY and arguments[5][0]:
                    return _done_future(state.loop, arguments[5][0])
                if kind < SEND and self._not_received == EFSM:
                    try:
                        _raise_recv_error(self, EFSM)
                    except ZMQError as error:
                        return _failed_future(state.loop, error)
                return _failed_future(state.loop, _why_again(self, kind < SEND, True))
        return self._wait_with(state, operations, kind, arguments, timeout)

    cdef object _wait_with(self, _AsyncState state, object operations, int kind,
                           object arguments, object timeout):
        given = timeout
        if timeout is None:
            try:
                if _close_if_over(self):
                    _refuse(self)
                option = libzmq.ZMQ_RCVTIMEO if kind < SEND else libzmq.ZMQ_SNDTIMEO
                timeout = _get_int(self, option)
            except ZMQError as error:
                return _failed_future(state.loop, error)
        if timeout == 0 and not operations and state.at_once < OPERATIONS_PER_ROUND:
            if kind == RECV_MANY:
                return _done_future(state.loop, [])
            return _failed_future(state.loop, _why_again(self, kind < SEND, False, given))
        if kind == SEND or kind == SEND_MULTIPART:
            try:
                arguments = self._kept(kind, arguments)
            except Exception as error:
                return _failed_future(state.loop, error)
        operation = _PendingOperation(state.loop, self, state, kind, arguments)
        operation.timeout = given
        operations.append(operation)
        state.count()
        if timeout >= 0:
            operation.timer = state.loop.call_later(timeout / 1000, operation.expire)
        if state.at_once >= OPERATIONS_PER_ROUND:
            # Many operations completed at once, so let the loop run. Its next round checks this
            # operation.
            state.loop.call_soon(state._look)
        state.at_once = 0
        state.start_reading(self)
        return operation

    cdef object _kept(self, int kind, object arguments):
        """Return the arguments of a send that waits, with copies of data that may change."""
        data, flags, copy, track, routing_id, group = arguments
        if kind == SEND:
            kept = _kept_part(data, copy, track)
        else:
            kept = [_kept_part(part, copy, track) for part in data]
        return kept, flags, copy, track, routing_id, group

    # -- receiving --------------------------------------------------------------------------

    def recv(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False, *,
        timeout: float | None = None
    ):
        """Return a future of one part of a message; see `zmq.asyncio.Socket`.

        The future is not a coroutine: await it, or pass it to `asyncio.ensure_future`, not to
        `asyncio.create_task`.
        """
        cdef int c_flags = _flags(flags)
        cdef _AsyncState state
        cdef zmq_msg_t msg
        if timeout is not None:
            _milliseconds(timeout)
        elif copy and not c_flags:
            state = self._state()
            if not state.receivers and state.at_once < OPERATIONS_PER_ROUND:
                # A shortcut for the usual case: it takes 1 us less than _operate.
                state.at_once += 1
                try:
                    if _recv_now(self, &msg):
                        result = _bytes_of_msg(&msg)
                        if state.guard.waiting:
                            state.look()
                        return _done_future(state.loop, result)
                except Exception as error:
                    return _failed_future(state.loop, error)
            return self._wait_with(state, state.receivers, RECV, None, None)
        return self._operate(RECV if copy else RECV_FRAME, track, c_flags, timeout)

    def recv_multipart(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False, *,
        timeout: float | None = None
    ):
        """Receive all parts of one message; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        if timeout is not None:
            _milliseconds(timeout)
        return self._operate(
            RECV_MULTIPART if copy else RECV_MULTIPART_FRAMES, track, c_flags, timeout
        )

    def recv_routed(self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False):
        """Receive a message and the routing id of its sender; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        return self._operate(RECV_ROUTED, (copy, track), c_flags)

    def recv_grouped(self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False):
        """Receive a message and the group it was sent to; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        return self._operate(RECV_GROUPED, (copy, track), c_flags)

    def recv_into(self, buffer: Buffer, /, *, nbytes: int = 0, flags: int | Flag = 0):
        """Receive one part into memory of the caller; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        return self._operate(RECV_INTO, (_room_to_receive(buffer, nbytes), nbytes), c_flags)

    def recv_many(self, max_messages: int, timeout: float | None = None):
        """Receive the messages that have arrived, many in one call; see `zmq.asyncio.Socket`."""
        _check_recv_many(max_messages, timeout)
        return self._operate(RECV_MANY, max_messages, 0, timeout)

    # -- sending ----------------------------------------------------------------------------

    def send(
        self, data: Frame | Buffer, flags: int | Flag = 0, bint copy: bool = True,
        bint track: bool = False, routing_id: int | None = None,
        group: str | bytes | None = None
    ):
        """Send one part of a message; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        cdef _AsyncState state
        cdef zmq_msg_t msg
        cdef int rc
        cdef int errnum
        if (
            copy
            and PyBytes_CheckExact(data)
            and not (c_flags & libzmq.ZMQ_SNDMORE or guard_of(self).mid_message)
            and routing_id is None
            and group is None
        ):
            state = self._state()
            if not state.senders and state.at_once < OPERATIONS_PER_ROUND:
                state.at_once += 1
                _init_msg_of_bytes(&msg, data)
                try:
                    _begin(self, SHORT_USE)
                except ZMQError as error:
                    libzmq.zmq_msg_close(&msg)
                    return _failed_future(state.loop, error)
                rc = libzmq.zmq_msg_send(&msg, self.handle, c_flags | libzmq.ZMQ_DONTWAIT)
                errnum = _errno_of(rc)
                _end_in_loop(self, SHORT_USE)
                if rc >= 0:
                    if state.guard.waiting:
                        state.look()
                    return _done_future(state.loop, None)
                libzmq.zmq_msg_close(&msg)
                if errnum != EAGAIN and errnum != EINTR:
                    try:
                        _raise_send_error(self, errnum, 0)
                    except Exception as error:
                        return _failed_future(state.loop, error)
                if c_flags & libzmq.ZMQ_DONTWAIT:
                    return _failed_future(state.loop, _why_again(self, False, True))
                return self._wait_with(state, state.senders, SEND,
                                       (data, c_flags, copy, track, None, None), None)
        return self._operate(SEND, (data, c_flags, copy, track, routing_id, group), c_flags)

    def send_multipart(
        self, msg_parts: Iterable[Frame | Buffer], flags: int | Flag = 0, bint copy: bool = True,
        bint track: bool = False, *, routing_id: int | None = None,
        group: str | bytes | None = None
    ):
        """Send the parts of one message; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        if not isinstance(msg_parts, (list, tuple, str, bytes, bytearray, memoryview, Frame)):
            msg_parts = list(msg_parts)  # an iterator yields its parts only once
        return self._operate(
            SEND_MULTIPART, (msg_parts, c_flags, copy, track, routing_id, group), c_flags
        )

    def send_many(self, messages: Iterable[Frame | Buffer], flags: int | Flag = 0):
        """Send many messages of a single part in one call; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        _check_send_many(messages, c_flags)
        rest = [
            data if isinstance(data, (bytes, Frame)) else Frame(data, copy=True)
            for data in messages
        ]
        rest.reverse()
        return self._operate(SEND_MANY, (rest, 0, True, False, None, [0]), c_flags)

    # -- polling ----------------------------------------------------------------------------

    def poll(self, timeout: float | None = None, flags: int | PollEvent = PollEvent.POLLIN):
        """Wait for events on this socket; see `zmq.asyncio.Socket`."""
        cdef short wanted = _wanted_events(flags)
        cdef _AsyncState state = self._state()
        cdef int events
        cdef double milliseconds
        if timeout is not None:
            milliseconds = _milliseconds(timeout)
            timeout = milliseconds
            if timeout < 0:
                timeout = None
        try:
            if _close_if_over(self):
                _refuse(self)
            events = _get_int(self, libzmq.ZMQ_EVENTS) & wanted
        except ZMQError as error:
            return _failed_future(state.loop, error)
        if (events and state.at_once < OPERATIONS_PER_ROUND) or timeout == 0:
            state.at_once += 1
            if state.guard.waiting:
                state.look()
            return _done_future(state.loop, events)
        future = _Future(loop=state.loop)
        timer = None
        if timeout is not None:
            timer = state.loop.call_later(timeout / 1000, state._poll_over, future, 0)
        state.pollers.append((future, wanted, timer, self))
        future.add_done_callback(state._poll_done)
        state.count()
        if state.at_once >= OPERATIONS_PER_ROUND:
            state.loop.call_soon(state._look)
        state.at_once = 0
        state.start_reading(self)
        return future

    def _deserialize(self, received, load):
        """Pass the result of a future through `load`; see `zmq.Socket._deserialize`."""
        if isinstance(received, _PendingOperation):
            received.convert = load
            return received
        loop = received.get_loop()
        error = received.exception()
        if error is not None:
            return _failed_future(loop, error)
        try:
            return _done_future(loop, load(received.result()))
        except Exception as error:
            return _failed_future(loop, error)
