# Asynchronous sockets for asyncio: what zmq.asyncio is made of.
#
# An operation that can complete at once does, and returns a future that is done. Any other
# waits in the order of its call. A message leaves libzmq's queue only in the step in which its
# receiver takes it: an operation that a task awaits is only woken when the socket is ready,
# and the task receives when it resumes. If it was cancelled meanwhile, the message is still
# in the queue, for the next operation.

from collections import deque

# How many operations in a row complete at once before one is put off to the loop's next
# round. 128 take about 0.1 ms; a round costs about 10 us, 80 ns for each operation then.
cdef enum:
    OPERATIONS_PER_ROUND = 128

cdef enum:
    RECV = 0
    RECV_FRAME = 1
    RECV_MULTIPART = 2
    RECV_MULTIPART_FRAMES = 3
    RECV_INTO = 4
    RECV_MANY = 5
    RECV_ROUTED = 6
    RECV_GROUPED = 7
    SEND = 8
    SEND_MULTIPART = 9
    SEND_MANY = 10

# Set by _use_asyncio(), so that `import zmq` does not import asyncio.
cdef object _Future = None
cdef object _PendingOperation = None
cdef object _running_loop = None
cdef object _event_loop = None
cdef object _selector_thread_of = None


cdef object _done_future(object loop, object result):
    future = _Future(loop=loop)
    future.set_result(result)
    return future


cdef object _failed_future(object loop, object error):
    future = _Future(loop=loop)
    future.set_exception(error)
    return future


cdef class _AsyncSocket(Socket)


cdef class _Waiters:
    """The operations that wait for one libzmq socket. Its uses and its end call this object."""

    cdef ThreadGuard *guard

    cdef bint is_waited_for(self):
        return False

    cdef int look(self) except -1:
        """The socket was used, which may have taken the signal off its descriptor."""
        return 0

    cdef int close(self) except -1:
        """The socket closes: nothing that waits for it will happen."""
        return 0

    cdef int events_now(self, Socket socket) except -1:
        cdef int events = 0
        cdef size_t size = sizeof(events)
        cdef zmq_poller_event_t event
        if socket.handle == NULL or not (<ThreadGuard *> socket._guard).enter_briefly():
            return ZMQ_POLLIN | ZMQ_POLLOUT
        if (<ThreadGuard *> socket._guard).shared:
            root = socket if socket._shadow_of is None else socket._shadow_of
            if (<Socket> root)._draft_poller != NULL:
                # takes the signal off the descriptor
                zmq_poller_wait((<Socket> root)._draft_poller, &event, 0)
        rc = zmq_getsockopt(socket.handle, ZMQ_EVENTS, &events, &size)
        (<ThreadGuard *> socket._guard).leave()
        if rc < 0:
            # each operation tries, and gets to know the error
            events = ZMQ_POLLIN | ZMQ_POLLOUT
        if (<ThreadGuard *> socket._guard).has_sleepers():
            (<ThreadGuard *> socket._guard).wake_sleepers(events)
        return events


cdef class _TaskWaiters(_Waiters):
    """The operations that wait for one socket, kept in Python: the base of zmq.anyio's class.

    A subclass has `socket_used` and `socket_closes`, which are called in whichever thread
    that happens.
    """

    cdef int waiting

    cdef bint is_waited_for(self):
        return self.waiting > 0

    cdef int look(self) except -1:
        self.socket_used()
        return 0

    cdef int close(self) except -1:
        self.guard.set_operations(0)
        self.guard = NULL
        self.socket_closes()
        return 0

    def count(self, int waiting):
        """Say how many wait: while any do, each use of the socket is told."""
        self.waiting = waiting
        if self.guard != NULL:
            self.guard.set_operations(waiting)

    def events(self, Socket socket not None):
        """ZMQ_EVENTS, off which this takes the descriptor's signal; all of them on an error."""
        return self.events_now(socket)

    def descriptor(self, Socket socket not None):
        """The descriptor that becomes readable as the socket's events change."""
        if (<ThreadGuard *> socket._guard).shared:
            return socket._poller_descriptor()
        return socket._get_descriptor()


def _task_waiters(Socket socket not None, kind):
    """The waiters of a socket: `kind()`, a _TaskWaiters, where there are none yet."""
    cdef Socket root = socket if socket._shadow_of is None else socket._shadow_of
    cdef _TaskWaiters made
    if socket.handle == NULL or socket._generation != fork_generation:
        socket._refuse()
    waiters = root._async_state
    if isinstance(waiters, _TaskWaiters):
        return waiters
    if waiters is not None:
        if (<_Waiters> waiters).is_waited_for():
            raise RuntimeError(
                "the socket is waited for with zmq.asyncio: finish or cancel what waits before"
                " it is used with zmq.anyio"
            )
        (<_Waiters> waiters).close()
    made = kind()
    made.guard = <ThreadGuard *> socket._guard
    root._async_state = made
    return made


cdef class _AsyncState(_Waiters):
    """The operations that wait for one libzmq socket, and the reader that wakes them.

    Shared by all asynchronous sockets that use the same handle. Holds no socket itself: what
    waits does.
    """

    cdef object loop
    cdef object reader            # what has add_reader: the loop, or a thread with a selector
    cdef object descriptor
    cdef bint reading
    cdef bint known_to_loop       # _starts_waiting() was called for this loop
    cdef object receivers         # deque of _PendingOperation
    cdef object senders
    cdef list pollers             # of (future, flags, timer, socket)
    cdef int at_once              # operations that completed since the loop's last round
    cdef bint looking
    cdef list on_close            # functions to call as the socket closes

    def __cinit__(self):
        self.receivers = deque()
        self.senders = deque()
        self.pollers = []
        self.on_close = []

    cdef int use_loop(self, object loop) except -1:
        """Serve `loop` from now on."""
        if self.loop is loop:
            return 0
        if self.loop is not None:
            if not self.loop.is_closed():
                if self.is_waited_for():
                    raise RuntimeError(
                        "the socket is waited for in another event loop: use a socket in one"
                        " loop at a time, and finish or cancel what waits before"
                    )
                self.stop_reading()
            self.receivers.clear()
            self.senders.clear()
            self.pollers = []
            self.count()
        self.known_to_loop = False
        self.reading = False
        self.at_once = 0
        self.loop = loop
        return 0

    cdef bint may_call(self) except -1:
        """Whether this thread may use the loop: it runs here, or nowhere.

        A loop may run in one thread today and in another tomorrow, so no thread is kept.
        """
        return _running_loop() is self.loop or not self.loop.is_running()

    cdef bint is_waited_for(self):
        return bool(self.receivers) or bool(self.senders) or bool(self.pollers)

    cdef int count(self) except -1:
        if self.guard != NULL:
            self.guard.set_operations(
                len(self.receivers) + len(self.senders) + len(self.pollers)
            )
        return 0

    cdef int start_reading(self, Socket socket) except -1:
        if self.reading:
            return 0
        if self.guard.shared:
            self.descriptor = socket._poller_descriptor()
        else:
            self.descriptor = socket._get_descriptor()
        self.reader = self.loop
        try:
            self.loop.add_reader(self.descriptor, self._readable)
        except NotImplementedError:
            # such as Windows' Proactor loop
            self.reader = _selector_thread_of(self.loop)
            self.reader.add_reader(self.descriptor, self._readable)
        self.reading = True
        if not self.known_to_loop:
            self.known_to_loop = True
            (<_AsyncSocket> socket)._starts_waiting(self.loop)
        if self.guard.shared:
            # what came before the poller watched gave it no signal
            self.loop.call_soon(self._look)
        return 0

    cdef int stop_reading(self) except -1:
        if not self.reading:
            return 0
        self.reading = False
        if self.loop.is_closed():
            return 0
        if self.may_call():
            self.reader.remove_reader(self.descriptor)
        else:
            self.loop.call_soon_threadsafe(self.reader.remove_reader, self.descriptor)
        return 0

    cdef int close(self) except -1:
        """The socket closes: nothing that waits for it will happen."""
        self.stop_reading()
        operations = [*self.receivers, *self.senders, *[entry[0] for entry in self.pollers]]
        self.receivers.clear()
        self.senders.clear()
        self.pollers = []
        self.count()
        self.guard = NULL
        functions, self.on_close = self.on_close, []
        for function in functions:
            function()
        if not operations or self.loop.is_closed():
            return 0
        if self.may_call():
            for operation in operations:
                operation.cancel()
        else:
            for operation in operations:
                self.loop.call_soon_threadsafe(operation.cancel)
        return 0

    def _is_acquired(self, Socket socket not None):
        """Whether an extension module has the socket, and nobody else may use it."""
        root = socket if socket._shadow_of is None else socket._shadow_of
        return (<Socket> root)._acquired > 0 and not self.guard.shared

    def _readable(self):
        """The reader's callback: the socket's state may have changed."""
        if self.is_waited_for():
            self.look()
        else:
            # Nobody waits any more: whoever does next starts reading again.
            self.stop_reading()

    def _look(self):
        if self.is_waited_for():
            self.look()

    cdef int look(self) except -1:
        """Wake what the socket's events allow to go on."""
        if self.looking:
            return 0
        if self.loop is None:
            return 0
        if not self.may_call():
            try:
                self.loop.call_soon_threadsafe(self._look)
            except RuntimeError:
                # Nobody waits in a loop that has closed, perhaps in this moment.
                if not self.loop.is_closed():
                    raise
            return 0
        self.looking = True
        try:
            self.wake()
        finally:
            self.looking = False
        return 0

    cdef int wake(self) except -1:
        cdef int events
        cdef bint progress = True
        while progress:
            progress = False
            while self.receivers and self.receivers[0].done():
                self.receivers.popleft()
            while self.senders and self.senders[0].done():
                self.senders.popleft()
            if self.receivers:
                socket = self.receivers[0].socket
            elif self.senders:
                socket = self.senders[0].socket
            elif self.pollers:
                socket = self.pollers[0][3]
            else:
                break
            if self._is_acquired(socket):
                # The descriptor would call for as long as that lasts; the release looks again.
                self.stop_reading()
                break
            self.start_reading(socket)
            events = self.events_now(socket)
            if events & ZMQ_POLLIN and self.receivers:
                progress = self.go_on(self.receivers)
            if events & ZMQ_POLLOUT and self.senders:
                progress = self.go_on(self.senders) or progress
                if not progress and self.receivers:
                    # a send in vain may have taken the signal of a message
                    if self.events_now(socket) & ZMQ_POLLIN:
                        progress = self.go_on(self.receivers)
            for entry in list(self.pollers):
                future, flags, timer, _ = entry
                if events & flags:
                    self.pollers.remove(entry)
                    if timer is not None:
                        timer.cancel()
                    if not future.done():
                        future.set_result(events & flags)
        self.count()
        return 0

    cdef bint go_on(self, object operations) except -1:
        """Wake the first operation, or complete it if no task awaits it; True if it is complete."""
        operation = operations[0]
        awaited = operation.awaited
        if awaited is not None:
            if not awaited.done():
                awaited.set_result(None)
            return False
        if not operation.attempt():
            return False
        if operations and operations[0] is operation:
            operations.popleft()
        return True

    cdef int remove(self, object operation) except -1:
        operations = self.receivers if operation.kind < SEND else self.senders
        if operations and operations[0] is operation:
            operations.popleft()
        else:
            try:
                operations.remove(operation)
            except ValueError:
                pass
        self.count()
        return 0

    def _perform(self, _AsyncSocket socket not None, int kind, object arguments):
        """Try an operation that waits. It uses the socket, and must not wake itself by that."""
        cdef bint looking = self.looking
        self.looking = True
        try:
            return socket._perform(kind, arguments)
        finally:
            self.looking = looking

    def _look_for_receivers(self):
        """A send in vain may have taken the signal of a message."""
        if self.looking or not self.receivers or self.receivers[0].done():
            return
        self.looking = True
        try:
            if self.events_now(self.receivers[0].socket) & ZMQ_POLLIN:
                if self.go_on(self.receivers):
                    self.loop.call_soon(self._look)
        finally:
            self.looking = False
        self.count()

    def _finished(self, operation):
        """An operation came to an end: take it out, and see to the next."""
        self.remove(operation)
        if self.is_waited_for():
            self.look()
        else:
            (<Socket> operation.socket)._close_if_over()

    def _cancelled(self, operation):
        """An operation was cancelled: take it out, and see to the next.

        In the loop's next round, for then those that are cancelled together with this one, as
        by `asyncio.gather`, get no message that nobody would read.
        """
        self.remove(operation)
        if not self.is_waited_for():
            (<Socket> operation.socket)._close_if_over()
        elif not self.loop.is_closed():
            self.loop.call_soon(self._look)

    def _poll_over(self, future, events):
        for entry in self.pollers:
            if entry[0] is future:
                self.pollers.remove(entry)
                break
        self.count()
        if not future.done():
            future.set_result(events)

    def _poll_done(self, future):
        if future.cancelled():
            for entry in self.pollers:
                if entry[0] is future:
                    if entry[2] is not None:
                        entry[2].cancel()
                    self.pollers.remove(entry)
                    break
            self.count()


# Attributes of bytes, lists of parts and frames. A program that forgets an await asks for these.
cdef tuple _NAMES_OF_MESSAGES = (
    "append", "buffer", "bytes", "decode", "endswith", "find", "get", "hex", "index", "items",
    "join", "keys", "more", "partition", "pop", "replace", "split", "splitlines", "startswith",
    "strip", "tobytes", "values",
)


def _await_property(name):
    """An attribute that a message has, and the future of one has not."""

    def refuse(self):
        raise AttributeError(
            f"'{type(self).__name__}' object has no attribute {name!r}: it is the future of a"
            " message, `await` it"
        )

    return property(refuse, doc="What the message has that this is the future of.")


def _use_asyncio(asyncio, selector_thread_of):
    """Called once by zmq.asyncio: hand over what the sockets need of asyncio."""
    global _Future, _PendingOperation, _running_loop, _event_loop, _selector_thread_of
    if _Future is not None:
        return

    class PendingOperation(asyncio.Future):
        """A send or recv that could not complete at once."""

        __slots__ = (
            "socket", "state", "kind", "arguments", "awaited", "timer", "expired", "convert",
            "timeout",
        )

        def __init__(self, loop, socket, state, kind, arguments):
            asyncio.Future.__init__(self, loop=loop)
            self.socket = socket
            self.state = state
            self.kind = kind
            self.arguments = arguments
            self.awaited = None
            self.timer = None
            self.expired = False
            self.convert = None
            self.timeout = None  # in ms, where it is not the socket's

        def attempt(self):
            """Try once, now. True if that ended the operation, one way or the other."""
            try:
                if self.state._is_acquired(self.socket):
                    result = _not_yet
                else:
                    result = self.state._perform(self.socket, self.kind, self.arguments)
                if result is _not_yet:
                    if not self.expired:
                        return False
                    if self.kind == RECV_MANY:
                        result = []
                    elif self.kind == SEND_MANY and self.arguments[5][0]:
                        result = self.arguments[5][0]
                    else:
                        raise self.socket._again(self.kind < SEND, False, self.timeout)
                if self.convert is not None:
                    result = self.convert(result)
            except Exception as error:
                if not self.done():
                    self.set_exception(error)
            else:
                if not self.done():
                    self.set_result(result)
            self.release()
            return True

        def release(self):
            if self.timer is not None:
                self.timer.cancel()
                self.timer = None
            self.arguments = None

        def expire(self):
            """RCVTIMEO or SNDTIMEO is over."""
            self.timer = None
            self.expired = True
            if self.done():
                return
            if self.awaited is not None:
                if not self.awaited.done():
                    self.awaited.set_result(None)
            elif self.attempt():
                self.state._finished(self)

        def cancel(self, msg=None):
            if self.done():
                return False
            asyncio.Future.cancel(self, msg)
            self.release()
            if self.awaited is not None and not self.awaited.done():
                self.awaited.cancel(msg)
            self.state._cancelled(self)
            return True

        def __await__(self):
            if self.awaited is not None:
                # Another task awaits it already, and will receive for both.
                return (yield from asyncio.Future.__await__(self))
            while not self.done():
                self.awaited = _Future(loop=self.get_loop())
                try:
                    yield from self.awaited
                except BaseException:
                    # Cancelled, woken or not: nothing has been taken from the socket.
                    self.awaited = None
                    if self.done():
                        # cancelled as a future, by somebody else
                        raise
                    self.cancel()
                    raise
                self.awaited = None
                if self.done():
                    break
                if self.attempt():
                    self.state._finished(self)
                elif self.kind >= SEND:
                    self.state._look_for_receivers()
            return self.result()

        __iter__ = __await__

        def __getitem__(self, key):
            raise TypeError(
                f"'{type(self).__name__}' object is not subscriptable: it is the future of a"
                " message, `await` it"
            )

    # A __getattr__ would slow down every other attribute.
    for name in _NAMES_OF_MESSAGES:
        setattr(PendingOperation, name, _await_property(name))
    _Future = asyncio.Future
    _PendingOperation = PendingOperation
    _running_loop = asyncio._get_running_loop
    _event_loop = asyncio.get_event_loop
    _selector_thread_of = selector_thread_of


cdef object _not_yet = object()


cdef object _kept_part(object part, bint copy, bint track):
    if isinstance(part, (bytes, Frame)):
        return part
    return Frame(part, track=track, copy=copy or None)


cdef class _AsyncSocket(Socket):
    """The backend of `zmq.asyncio.Socket`."""

    cdef readonly object io_loop  # the loop to use where none is running, or None
    cdef int _not_received        # the errno of the last receive that could not complete at once

    def __init__(
        self, context=None, socket_type=-1, io_loop=None, *, shadow=0, copy_threshold=None
    ):
        Socket.__init__(self, context, socket_type, shadow=shadow, copy_threshold=copy_threshold)
        self.io_loop = io_loop

    cdef _AsyncState _state(self):
        """The state of this socket, serving the loop that runs."""
        cdef _AsyncState state = self._state_of_any_loop()
        loop = _running_loop()
        if loop is None:
            loop = self.io_loop if self.io_loop is not None else _event_loop()
        if state.loop is not loop:
            state.use_loop(loop)
        return state

    cdef _AsyncState _state_of_any_loop(self):
        cdef Socket root = self if self._shadow_of is None else self._shadow_of
        cdef _AsyncState state
        if self.handle == NULL or self._generation != fork_generation:
            self._refuse()
        if root._async_state is not None and not isinstance(root._async_state, _AsyncState):
            if (<_Waiters> root._async_state).is_waited_for():
                raise RuntimeError(
                    "the socket is waited for with zmq.anyio: finish or cancel what waits before"
                    " it is used with zmq.asyncio"
                )
            (<_Waiters> root._async_state).close()
            root._async_state = None
        if root._async_state is None:
            state = _AsyncState()
            state.guard = <ThreadGuard *> self._guard
            root._async_state = state
        else:
            state = root._async_state
        return state

    def _call_on_close(self, function):
        """Call `function()` as the socket closes, in the thread that closes it."""
        self._state_of_any_loop().on_close.append(function)

    def _starts_waiting(self, loop):
        """Called before the socket first waits in `loop`; for subclasses."""

    # -- trying once ------------------------------------------------------------------------

    cdef int _recv_now(self, zmq_msg_t *msg) except -1:
        """Receive into `msg` without waiting: 1 if there was something, else 0.

        EFSM is none of its errors. A task may wait for the answer before another sends the
        request, and then the receive can go on.
        """
        cdef int rc
        cdef int errnum
        self._enter()
        zmq_msg_init(msg)
        rc = zmq_msg_recv(msg, self.handle, ZMQ_DONTWAIT)
        errnum = _libzmq_errno()
        (<ThreadGuard *> self._guard).leave()
        if (<ThreadGuard *> self._guard).has_sleepers():
            self._wake_sleepers()
        if rc >= 0:
            return 1
        zmq_msg_close(msg)
        if errnum == EAGAIN or errnum == EINTR or errnum == EFSM:
            self._not_received = errnum
            return 0
        self._raise_recv_error(errnum)

    cdef object _receive(self, int kind, object arguments):
        """One receive of the given kind, without waiting; `_not_yet` if nothing is there."""
        cdef zmq_msg_t msg
        cdef Frame frame
        cdef list parts
        cdef bint more
        cdef int size
        cdef bint track = False
        if kind == RECV_INTO:
            if not self._get_int(ZMQ_EVENTS) & ZMQ_POLLIN:
                return _not_yet
            buffer, nbytes = arguments
            return Socket.recv_into(self, buffer, nbytes=nbytes, flags=ZMQ_DONTWAIT)
        if kind == RECV_MANY:
            try:
                parts = Socket.recv_many(self, arguments, 0)
            except ZMQError as error:
                if error.errno != EFSM:
                    raise
                parts = None
            return parts if parts else _not_yet
        if kind == RECV_ROUTED or kind == RECV_GROUPED:
            # (copy, track); the sockets that have these are thread-safe: another thread may
            # have taken what the events told of
            try:
                if kind == RECV_ROUTED:
                    return Socket.recv_routed(self, ZMQ_DONTWAIT, *arguments)
                return Socket.recv_grouped(self, ZMQ_DONTWAIT, *arguments)
            except Again:
                return _not_yet
        if not self._recv_now(&msg):
            return _not_yet
        if kind == RECV:
            return _bytes_of_msg(&msg)
        if kind == RECV_MULTIPART:
            more = zmq_msg_more(&msg)
            parts = [_bytes_of_msg(&msg)]
            while more:
                size = self._recv_msg(&msg, 0)
                more = zmq_msg_more(&msg)
                parts.append(_bytes_of_received(&msg, size))
            return parts
        track = arguments is not None and arguments
        frame = Frame.__new__(_frame_class)
        _fill_received(frame, &msg)
        if track:
            frame._tracker = _FINISHED_TRACKER
        if kind == RECV_FRAME:
            return frame
        parts = [frame]
        while zmq_msg_more(&frame.zmq_msg):
            frame = self._recv_frame(0, track)
            parts.append(frame)
        return parts

    cdef object _transmit(self, int kind, object arguments):
        """One send of the given kind, without waiting; `_not_yet` if there is no room."""
        data, flags, copy, track, routing_id, group = arguments
        try:
            if kind == SEND:
                return Socket.send(self, data, flags | ZMQ_DONTWAIT, copy, track, routing_id,
                                   group)
            if kind == SEND_MULTIPART:
                return Socket.send_multipart(self, data, flags | ZMQ_DONTWAIT, copy, track,
                                             routing_id=routing_id, group=group)
            # SEND_MANY: `data` is what is left, last first; `group` counts what was sent
            while data:
                Socket.send(self, data[-1], ZMQ_DONTWAIT)
                data.pop()
                group[0] += 1
            return group[0]
        except Again:
            return _not_yet

    cdef object _perform(self, int kind, object arguments):
        if kind < SEND:
            return self._receive(kind, arguments)
        return self._transmit(kind, arguments)

    # -- now or later -----------------------------------------------------------------------

    cdef object _operate(self, int kind, object arguments, int flags, object timeout=None):
        """Do it now if nothing waits before it, else let it wait."""
        cdef _AsyncState state = self._state()
        operations = state.receivers if kind < SEND else state.senders
        if flags & ZMQ_DONTWAIT or (not operations and state.at_once < OPERATIONS_PER_ROUND):
            state.at_once += 1
            self._not_received = 0
            try:
                result = self._perform(kind, arguments)
            except Exception as error:
                return _failed_future(state.loop, error)
            if result is not _not_yet:
                if state.guard != NULL and state.guard.waiting:
                    state.look()
                return _done_future(state.loop, result)
            if flags & ZMQ_DONTWAIT:
                if kind == SEND_MANY and arguments[5][0]:
                    return _done_future(state.loop, arguments[5][0])
                if kind < SEND and self._not_received == EFSM:
                    try:
                        self._raise_recv_error(EFSM)
                    except ZMQError as error:
                        return _failed_future(state.loop, error)
                return _failed_future(state.loop, self._again(kind < SEND, True))
        return self._wait_with(state, operations, kind, arguments, timeout)

    cdef object _wait_with(self, _AsyncState state, object operations, int kind,
                           object arguments, object timeout):
        given = timeout
        if timeout is None:
            try:
                if self._close_if_over():
                    self._refuse()
                timeout = self._get_int(ZMQ_RCVTIMEO if kind < SEND else ZMQ_SNDTIMEO)
            except ZMQError as error:
                return _failed_future(state.loop, error)
        if timeout == 0 and not operations and state.at_once < OPERATIONS_PER_ROUND:
            if kind == RECV_MANY:
                return _done_future(state.loop, [])
            return _failed_future(state.loop, self._again(kind < SEND, False, given))
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
            # Let the loop have its round; this operation is the first of the next.
            state.loop.call_soon(state._look)
        state.at_once = 0
        state.start_reading(self)
        return operation

    cdef object _kept(self, int kind, object arguments):
        """The arguments of a send that waits: what it sends must not change meanwhile."""
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
        """Receive one part of a message; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        cdef _AsyncState state
        cdef zmq_msg_t msg
        if timeout is not None:
            _milliseconds(timeout)
        elif copy and not c_flags:
            state = self._state()
            if not state.receivers and state.at_once < OPERATIONS_PER_ROUND:
                # The usual case, with nothing in its way: 1 us less than through _operate.
                state.at_once += 1
                try:
                    if self._recv_now(&msg):
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

    def recv_into(self, buffer: Buffer, /, *, Py_ssize_t nbytes: int = 0, flags: int | Flag = 0):
        """Receive one part into memory of the caller; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        cdef Py_ssize_t size
        view = memoryview(buffer)
        size = view.nbytes
        if view.readonly or not view.c_contiguous:
            raise BufferError(
                "recv_into() needs a buffer that is writable and contiguous in C order"
            )
        if nbytes < 0 or nbytes > size:
            raise ValueError(
                f"nbytes={nbytes} does not fit: it is from 0 to the size of the buffer,"
                f" {size} bytes"
            )
        return self._operate(RECV_INTO, (view, nbytes), c_flags)

    def recv_many(self, Py_ssize_t max_messages: int, timeout: float | None = None):
        """Receive the messages that are there, many in one call; see `zmq.asyncio.Socket`."""
        if max_messages < 1:
            raise ValueError(f"max_messages must be at least 1, got {max_messages}")
        if timeout is not None and not isinstance(timeout, (int, float)):
            raise TypeError(f"timeout is a number of milliseconds or None, got {timeout!r}")
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
            and not (c_flags & ZMQ_SNDMORE or (<ThreadGuard *> self._guard).mid_message)
            and routing_id is None
            and group is None
        ):
            state = self._state()
            if not state.senders and state.at_once < OPERATIONS_PER_ROUND:
                state.at_once += 1
                _init_msg_of_bytes(&msg, data)
                try:
                    self._enter()
                except ZMQError as error:
                    zmq_msg_close(&msg)
                    return _failed_future(state.loop, error)
                rc = zmq_msg_send(&msg, self.handle, c_flags | ZMQ_DONTWAIT)
                errnum = _libzmq_errno()
                (<ThreadGuard *> self._guard).leave()
                if (<ThreadGuard *> self._guard).has_sleepers():
                    self._wake_sleepers()
                if rc >= 0:
                    if state.guard.waiting:
                        state.look()
                    return _done_future(state.loop, None)
                zmq_msg_close(&msg)
                if errnum != EAGAIN and errnum != EINTR:
                    try:
                        self._raise_send_error(errnum, 0)
                    except Exception as error:
                        return _failed_future(state.loop, error)
                if c_flags & ZMQ_DONTWAIT:
                    return _failed_future(state.loop, self._again(False, True))
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
            msg_parts = list(msg_parts)  # an iterator yields its parts but once
        return self._operate(
            SEND_MULTIPART, (msg_parts, c_flags, copy, track, routing_id, group), c_flags
        )

    def send_many(self, messages: Iterable[Frame | Buffer], flags: int | Flag = 0):
        """Send many messages of a single part in one call; see `zmq.asyncio.Socket`."""
        cdef int c_flags = _flags(flags)
        if c_flags & ZMQ_SNDMORE:
            raise ValueError("send_many() sends whole messages: SNDMORE does not go with it")
        if isinstance(messages, (str, bytes, bytearray, memoryview, Frame)):
            raise TypeError(
                f"send_many() takes an iterable of messages, got {type(messages).__name__}"
            )
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
            if self._close_if_over():
                self._refuse()
            events = self._get_int(ZMQ_EVENTS) & wanted
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
        """Let what is received go through `load`."""
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
