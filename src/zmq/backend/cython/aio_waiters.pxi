# The operations that wait for a socket in an event loop, and how they wake up.
#
# The difficulty is ZMQ_FD, the descriptor of a socket. A program cannot wait for a message by
# waiting until the descriptor is readable, because a readable descriptor only means: "the state of
# this socket has changed since it was last checked". The descriptor is the reading end of the
# mailbox in which the I/O threads leave commands for the socket ("this pipe has a message", "this
# pipe has room again"). libzmq reads the mailbox in each call on the socket: zmq_msg_send,
# zmq_msg_recv, zmq_getsockopt(ZMQ_EVENTS) and others. So the descriptor is edge-triggered, with
# these consequences:
#
# - The descriptor becomes readable once, and not again while the same message waits. A task that
#   finds the descriptor readable must read ZMQ_EVENTS, and receive until nothing is left.
# - Any use of the socket, by any task and for any purpose, clears the signal. Example: task A waits
#   in recv(), and a message arrives. Before the loop checks the descriptor, task B calls send().
#   That call reads the mailbox, and the descriptor is not readable any more. Task A would continue
#   to sleep, although its message has arrived.
# - The signal may have been cleared before a task begins to wait. So a task reads ZMQ_EVENTS after
#   it has begun to watch the descriptor, and before it sleeps.
#
# Therefore all code of this package follows one rule: after each use of a socket that has waiters,
# read ZMQ_EVENTS and wake up the waiters that can go on. `_end` in socket_calls.pxi follows this
# rule for all methods. It calls `look` of the object in the socket's `_async_state`, whose class is
# one of those below. The guard's field `waiting`, which `set_operations` keeps up to date, tells
# `_end` cheaply whether there are waiters.
#
# Thread-safe sockets have no descriptor. The code uses the descriptor of a zmq_poller that watches
# the socket instead. This descriptor is edge-triggered, too, and zmq_poller_wait clears its signal.


cdef class _AsyncSocket(Socket)


cdef class _Waiters:
    """The operations that wait for one libzmq socket.

    Each use of the socket calls `look`; closing the socket calls `close`.
    """

    cdef ThreadGuard *guard

    cdef bint is_waited_for(self):
        return False

    cdef int look(self) except -1:
        """Wake up the waiters that can go on; called after a use of the socket."""
        return 0

    cdef int close(self) except -1:
        """End all operations that wait for the socket; called when it closes."""
        return 0

    cdef int events_now(self, _SocketBase socket) except -1:
        """Return ZMQ_EVENTS; this clears the signal of the descriptor.

        If the events cannot be read, return all events: then each operation makes an attempt, and
        gets the error.
        """
        cdef int events = 0
        cdef size_t size = sizeof(events)
        cdef libzmq.zmq_poller_event_t event
        cdef void *poller
        cdef ThreadGuard *guard = guard_of(socket)
        if not _has_begun(socket, BRIEF_USE):
            return libzmq.ZMQ_POLLIN | libzmq.ZMQ_POLLOUT
        if guard.shared:
            poller = _owner_of(socket)._draft_poller
            if poller != NULL:
                libzmq.zmq_poller_wait(poller, &event, 0)
        if libzmq.zmq_getsockopt(socket.handle, libzmq.ZMQ_EVENTS, &events, &size) < 0:
            events = libzmq.ZMQ_POLLIN | libzmq.ZMQ_POLLOUT
        _give_back(guard, BRIEF_USE)
        if guard.has_sleepers():
            guard.wake_sleepers(events)
        return events


cdef class _TaskWaiters(_Waiters):
    """The base class for waiting operations that are stored in Python, as in `zmq.anyio`.

    A subclass defines `socket_used` and `socket_closes`. They are called in the thread that uses or
    closes the socket, which may be any thread.
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
        """Set the number of waiters. Unless it is 0, each use of the socket calls `socket_used`."""
        self.waiting = waiting
        if self.guard != NULL:
            self.guard.set_operations(waiting)

    def events(self, Socket socket not None):
        """Return ZMQ_EVENTS, or all events on an error; this clears the descriptor's signal."""
        return self.events_now(socket)

    def descriptor(self, Socket socket not None):
        """Return the descriptor that becomes readable when the socket's events change."""
        return _signal_descriptor_of(socket)


def _task_waiters(Socket socket not None, kind):
    """Return the waiters of a socket. If there are none, create them; `kind` is their class."""
    cdef _SocketBase owner = _owner_of(socket)
    cdef _TaskWaiters made
    if socket.handle == NULL or socket._generation != fork_generation:
        _refuse(socket)
    if isinstance(owner._async_state, _TaskWaiters):
        return owner._async_state
    _replace_waiters(owner, "zmq.asyncio", "zmq.anyio")
    made = kind()
    made.guard = guard_of(socket)
    owner._async_state = made
    return made


cdef int _replace_waiters(_SocketBase owner, str old, str new) except -1:
    """End the waiters of flavour `old`; raise RuntimeError if any of its operations still waits."""
    cdef _Waiters waiters
    if owner._async_state is None:
        return 0
    waiters = owner._async_state
    if waiters.is_waited_for():
        raise RuntimeError(
            f"operations of {old} wait for the socket: finish or cancel them before you use the"
            f" socket with {new}"
        )
    waiters.close()
    owner._async_state = None
    return 0


cdef class _AsyncState(_Waiters):
    """The asyncio operations that wait for one libzmq socket, and the reader that wakes them up.

    All asynchronous sockets that use the same handle share this object. It has no reference to a
    socket; the waiting operations have one.
    """

    cdef object loop
    cdef object reader            # an object with add_reader: the loop, or a thread with a selector
    cdef object descriptor
    cdef bint reading
    cdef bint known_to_loop       # _starts_waiting() was called for this loop
    cdef object receivers         # deque of _PendingOperation
    cdef object senders
    cdef list pollers             # tuples (future, flags, timer, socket)
    cdef int at_once              # operations that completed since the loop's last round
    cdef bint looking
    cdef list on_close            # functions to call as the socket closes

    def __cinit__(self):
        self.receivers = deque()
        self.senders = deque()
        self.pollers = []
        self.on_close = []

    cdef int use_loop(self, object loop) except -1:
        """Use `loop` from now on."""
        if self.loop is loop:
            return 0
        if self.loop is not None:
            if not self.loop.is_closed():
                if self.is_waited_for():
                    raise RuntimeError(
                        "operations in another event loop wait for the socket: use a socket in one"
                        " loop at a time, and finish or cancel those operations first"
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
        """Return whether this thread may use the loop: the loop runs in this thread, or in none.

        A loop may run in one thread now and in another one later, so the thread is not stored.
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
        self.descriptor = _signal_descriptor_of(socket)
        self.reader = self.loop
        try:
            self.loop.add_reader(self.descriptor, self._readable)
        except NotImplementedError:
            # A loop without readers, such as Windows' Proactor loop.
            self.reader = _selector_thread_of(self.loop)
            self.reader.add_reader(self.descriptor, self._readable)
        self.reading = True
        if not self.known_to_loop:
            self.known_to_loop = True
            (<_AsyncSocket> socket)._starts_waiting(self.loop)
        if self.guard.shared:
            # Messages that arrived before the poller began to watch the socket caused no signal.
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
        """Cancel all operations that wait for the socket; called when it closes."""
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
        """Return whether an extension module has acquired the socket."""
        return _owner_of(socket)._acquired > 0 and not self.guard.shared

    def _readable(self):
        """Check the socket; the loop calls this when the socket's descriptor is readable."""
        if self.is_waited_for():
            self.look()
        else:
            # Nobody waits any more. The next operation that waits starts reading again.
            self.stop_reading()

    def _look(self):
        if self.is_waited_for():
            self.look()

    cdef int look(self) except -1:
        """Wake up the operations that can go on with the socket's current events."""
        if self.looking:
            return 0
        if self.loop is None:
            return 0
        if not self.may_call():
            try:
                self.loop.call_soon_threadsafe(self._look)
            except RuntimeError:
                # The loop may have closed in the meantime. A closed loop has no waiters.
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
                # Until the extension releases the socket, the descriptor may stay readable, and the
                # loop would call the reader again and again. PyZMQSocket_Release calls `look`.
                self.stop_reading()
                break
            self.start_reading(socket)
            events = self.events_now(socket)
            if events & libzmq.ZMQ_POLLIN and self.receivers:
                progress = self.go_on(self.receivers)
            if events & libzmq.ZMQ_POLLOUT and self.senders:
                progress = self.go_on(self.senders) or progress
                if not progress and self.receivers:
                    # A failed send may have cleared the signal of a message.
                    if self.events_now(socket) & libzmq.ZMQ_POLLIN:
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
        """Wake up the first operation, or complete it if no task awaits it.

        Return True if it is complete.
        """
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
        """Attempt an operation that waits, without waking up other operations."""
        cdef bint looking = self.looking
        self.looking = True
        try:
            return _perform(socket, kind, arguments)
        finally:
            self.looking = looking

    def _look_for_receivers(self):
        """Check the receivers after a failed send, which may have cleared a message's signal."""
        if self.looking or not self.receivers or self.receivers[0].done():
            return
        self.looking = True
        try:
            if self.events_now(self.receivers[0].socket) & libzmq.ZMQ_POLLIN:
                if self.go_on(self.receivers):
                    self.loop.call_soon(self._look)
        finally:
            self.looking = False
        self.count()

    def _finished(self, operation):
        """Remove an operation that has ended, and check the next one."""
        self.remove(operation)
        if self.is_waited_for():
            self.look()
        else:
            _close_if_over(<Socket> operation.socket)

    def _cancelled(self, operation):
        """Remove an operation that was cancelled, and check the next one.

        The check happens in the loop's next round, because other operations may be cancelled
        together with this one, for example by `asyncio.gather`. A check now could give one of them
        a message, which would then be lost.
        """
        self.remove(operation)
        if not self.is_waited_for():
            _close_if_over(<Socket> operation.socket)
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
