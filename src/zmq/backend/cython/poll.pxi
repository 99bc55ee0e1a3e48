# Polling many sockets and descriptors at once.


cdef class _PollSet:
    """The array that ``zmq_poll`` works on, kept from one call to the next."""

    cdef zmq_pollitem_t *items
    cdef int count
    cdef list entries        # (socket or descriptor or object, flags), in the order of `items`
    cdef list sockets        # the Socket of each item, or None
    cdef list firsts         # index of an earlier item with the same libzmq socket, or -1
    cdef bint has_repeated   # whether one has
    cdef bint has_objects    # whether descriptors have to be asked for at each poll
    cdef bint busy           # a thread is in poll()
    cdef long long deadline  # of the last poll(), negative for none

    def __cinit__(self):
        self.items = NULL

    def __dealloc__(self):
        free(self.items)

    cdef int fill(self, list entries) except -1:
        cdef zmq_pollitem_t *items
        cdef int index = 0
        cdef list sockets = []
        cdef list firsts = []
        cdef bint has_repeated = False
        cdef bint has_objects = False
        cdef bint with_descriptors = False
        cdef dict seen = {}
        cdef int first
        for target, _ in entries:
            if not isinstance(target, Socket):
                has_objects = has_objects or not isinstance(target, int)
                with_descriptors = True
        if with_descriptors:
            entries = _with_descriptors(entries)
        items = <zmq_pollitem_t *> malloc(max(1, len(entries)) * sizeof(zmq_pollitem_t))
        if items == NULL:
            raise MemoryError(f"no memory to poll {len(entries)} items")
        try:
            for target, flags in entries:
                items[index].socket = NULL
                items[index].fd = 0
                items[index].events = <int> flags & ALL_POLL_EVENTS
                items[index].revents = 0
                if isinstance(target, Socket):
                    sockets.append(target)
                    first = seen.setdefault(<size_t> (<Socket> target)._guard, index)
                    if first < index:
                        has_repeated = True
                        items[first].events |= items[index].events
                        firsts.append(first)
                    else:
                        firsts.append(-1)
                else:
                    sockets.append(None)
                    firsts.append(-1)
                    items[index].fd = target
                index += 1
            if has_repeated:
                # zmq_poll looks at one item after the other, and to look at a socket takes the
                # news out of its descriptor. News of what only an item before waits for would
                # be gone that way, and the wait for them would have no end.
                for index, first in enumerate(firsts):
                    if first >= 0:
                        items[index].events = items[first].events
                index = len(firsts)
        except BaseException:
            free(items)
            raise
        free(self.items)
        self.items = items
        self.count = index
        self.entries = entries
        self.sockets = sockets
        self.firsts = firsts
        self.has_repeated = has_repeated
        self.has_objects = has_objects
        return 0

    cdef _PollSet without_closed(self):
        cdef _PollSet left = _PollSet()
        left.fill([
            entry for entry in self.entries
            if not isinstance(entry[0], Socket) or (<Socket> entry[0]).handle != NULL
        ])
        return left

    cdef int enter(self, bint blocking) except -1:
        """Take every socket, all or none; one that stands there twice, once."""
        cdef int index
        cdef Socket socket
        for index in range(self.count):
            item = self.sockets[index]
            if item is None:
                continue
            socket = item
            if self.firsts[index] >= 0:
                # the same socket, or a shadow of it, was taken before
                if socket.handle == NULL:
                    self.leave(blocking, index)
                    socket._refuse()
            else:
                try:
                    if blocking:
                        socket._take()
                    else:
                        socket._enter()
                except BaseException:
                    self.leave(blocking, index)
                    raise
            self.items[index].socket = socket.handle
        return 0

    cdef int leave(self, bint blocking, int count) except -1:
        cdef int index
        cdef Socket socket
        for index in range(count):
            item = self.sockets[index]
            if item is None or self.firsts[index] >= 0:
                continue
            socket = item
            if blocking:
                (<ThreadGuard *> socket._guard).leave_blocking()
            else:
                (<ThreadGuard *> socket._guard).leave()
            if (<ThreadGuard *> socket._guard).waiting:
                socket._look_after_waiters()
        return 0

    cdef list poll(self, object timeout):
        cdef long long deadline
        cdef long long left
        cdef int rc
        cdef int errnum
        _deadline_of(timeout, &deadline)
        self.deadline = deadline
        # Without waiting first: what is there is reported with no change of the GIL.
        self.enter(False)
        rc = _libzmq_poll(self.items, self.count, 0)
        errnum = _libzmq_errno()
        self.leave(False, self.count)
        while True:
            if rc < 0:
                if errnum != EINTR:
                    _raise_errno(errnum, "(poll)")
                _check_signals()
            elif rc > 0:
                return self.ready()
            elif deadline >= 0 and (deadline == 0 or monotonic_ms() >= deadline):
                return []
            left = -1
            if deadline >= 0:
                left = deadline - monotonic_ms()
                if left < 0:
                    left = 0
                elif left > 0x7fffffff:
                    left = 0x7fffffff
            # a signal that came since must not wait for the next one
            _check_signals()
            self.enter(True)
            with nogil:
                rc = _libzmq_poll(self.items, self.count, <long> left)
                errnum = _libzmq_errno()
            self.leave(True, self.count)

    cdef list ready(self):
        cdef int index
        cdef int first
        cdef int events
        cdef list result = []
        if self.has_repeated:
            # what came between two looks at a socket, the earlier item has not
            for index in range(self.count):
                first = self.firsts[index]
                if first >= 0:
                    self.items[first].revents |= self.items[index].revents
        for index in range(self.count):
            target = self.sockets[index]
            events = self.items[index].revents
            if target is None:
                target = self.items[index].fd
            elif self.has_repeated:
                first = self.firsts[index]
                if first >= 0:
                    events = self.items[first].revents
                events &= self.entries[index][1]
            if events:
                result.append((target, events))
        return result


cdef class Poller


cdef list _poll_items(_PollSet items, object timeout, Poller poller):
    """Poll, and go on without what is closed, for as long as there is something to wait for.

    Event loops close sockets first and unregister them later. To refuse the poll would end the
    whole loop, for a socket that nobody asks for any more. But where no other is left, and the
    wait would be for nothing, the error of the closed one says so.
    """
    cdef _PollSet left
    try:
        while True:
            try:
                return items.poll(timeout)
            except ZMQError as error:
                if error.errno != ENOTSOCK:
                    raise
                left = items.without_closed()
                if left.count in (0, items.count):
                    raise
            if items.deadline >= 0:
                timeout = max(0, items.deadline - monotonic_ms())
            left.busy = True
            if poller is not None:
                with cython.critical_section(poller):
                    if poller._set is items:
                        # until another socket is registered, this is what there is to poll
                        poller._set = left
            items.busy = False
            items = left
    finally:
        items.busy = False


cdef object _number_of(object target):
    """The descriptor of what is no socket, as Python's integer: those of Windows have no sign in C.

    Negative where it is closed.
    """
    if isinstance(target, int):
        return target
    if not hasattr(target, "fileno"):
        raise TypeError(
            "Socket must be a 0MQ socket, an integer fd or have a fileno() method:"
            f" got {target!r}"
        )
    try:
        return int(target.fileno())
    except Exception as error:
        raise ValueError(f"fileno() must return a valid integer fd: {target!r}") from error


cdef zmq_fd_t _descriptor_of(object target) except? -1:
    descriptor = _number_of(target)
    if descriptor < 0:
        raise ValueError(f"{target!r} has no valid descriptor, got {descriptor}; is it closed?")
    return descriptor


cdef list _with_descriptors(list entries):
    """The same with descriptors for objects, and without those that are closed.

    Event loops close what they wait for first, and unregister it later. But where there is
    nothing else to wait for, the error says so.
    """
    cdef list left = []
    cdef object closed = None
    for target, flags in entries:
        if not isinstance(target, Socket):
            descriptor = _number_of(target)
            if descriptor < 0:
                closed = target
                continue
            target = descriptor
        left.append((target, flags))
    if not left:
        _descriptor_of(closed)
    return left


cdef int _as_events(object flags) except? -1:
    return flags


cdef int _poll_flags(object flags) except -1:
    cdef int events = flags
    if events < 0 or events > ALL_POLL_EVENTS:
        raise ValueError(
            f"flags are POLLIN, POLLOUT, POLLERR and POLLPRI or some of them, got {flags!r}"
        )
    return events


# What poll takes besides, as select.POLLHUP, is no event to wait for.
cdef int ALL_POLL_EVENTS = 15  # POLLIN, POLLOUT, POLLERR and POLLPRI


cdef class Poller:
    """Poller()
--

    Waits for events on many sockets and descriptors, as `select.poll` does.

    Takes `zmq.Socket`, integer file descriptors, and objects with ``fileno()``.

    Notes
    -----
    Calls ``zmq_poll``. A Poller may be used by one thread at a time, and takes part in the
    use of its sockets by that thread while it waits.
    """

    cdef object __weakref__
    cdef dict __dict__            # the user's attributes, see zmq.sugar.poll
    cdef public list sockets      # of (socket or descriptor, flags), in order of registration
    cdef dict _positions          # the same, to the index in `sockets`
    cdef _PollSet _set            # NULL-like None where `sockets` has changed since

    def __cinit__(self, *args, **kwargs):
        self.sockets = []
        self._positions = {}
        self._set = None

    def __bool__(self) -> bool:
        # an empty one is no less a Poller
        return True

    def __reduce__(self):
        # copies share no list: each keeps a poll set of its own
        return _poller_with, (type(self), self.sockets), vars(self) or None

    def __contains__(self, socket) -> bool:
        return socket in self._positions

    def __len__(self) -> int:
        return len(self.sockets)

    def register(self, socket, flags=ZMQ_POLLIN | ZMQ_POLLOUT) -> None:
        """Wait for events on a socket or descriptor; register it again to change which.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            What to wait for.
        flags : int, default POLLIN | POLLOUT
            The events. 0 unregisters the socket, if it is registered.

        Raises
        ------
        TypeError
            If `socket` has no hash, or `flags` are no integer.

        Notes
        -----
        Whether it has a descriptor is found out by `poll`: objects are asked for it each time,
        for it may be another by then, and tests register objects that are never polled.
        """
        if not flags:
            if socket in self._positions:
                self.unregister(socket)
            return
        if not isinstance(flags, int):
            flags = _as_events(flags)
        with cython.critical_section(self):
            position = self._positions.get(socket)
            if position is None:
                self._positions[socket] = len(self.sockets)
                self.sockets.append((socket, flags))
            else:
                self.sockets[position] = (socket, flags)
            self._set = None

    def modify(self, socket, flags=ZMQ_POLLIN | ZMQ_POLLOUT) -> None:
        """Change the events of a registered socket; the same as `register`."""
        self.register(socket, flags)

    def unregister(self, socket) -> None:
        """Wait for events on this socket no more.

        Raises
        ------
        KeyError
            If it is not registered.
        """
        with cython.critical_section(self):
            position = self._positions.pop(socket)
            self.sockets.pop(position)
            for later, _ in self.sockets[position:]:
                self._positions[later] -= 1
            self._set = None

    def _descriptors(self) -> dict:
        """The registered descriptors that are open, each with its flags."""
        cdef dict descriptors = {}
        for target, flags in list(self.sockets):
            if not isinstance(target, Socket):
                number = _number_of(target)
                if number >= 0:
                    descriptors[number] = descriptors.get(number, 0) | flags
        return descriptors

    def poll(self, timeout=None) -> list:
        """Wait until there are events, or the time is over.

        Parameters
        ----------
        timeout : float, optional
            How long to wait, in milliseconds, as for `select.poll`; None or negative for
            ever, 0 not at all.

        Returns
        -------
        list of (socket or int, int)
            What was registered, with its events; often made a dict of. Empty if the time
            ran out.

        Raises
        ------
        TypeError
            If something is neither a socket nor a descriptor, and has no ``fileno()``.
        ValueError
            If a ``fileno()`` fails, or all that is registered is closed descriptors.
        ZMQError
            ENOTSOCK if all that is registered is closed sockets, EMTHREAD if another thread
            uses one.

        Notes
        -----
        A closed socket has no events; the others are waited for. Looks once without giving up the
        GIL, and waits without it. Signal handlers run.
        """
        cdef _PollSet items
        if timeout is not None and not isinstance(timeout, (int, float)):
            raise TypeError(f"timeout is a number of milliseconds or None, got {timeout!r}")
        with cython.critical_section(self):
            items = self._set
            if items is None or items.busy or items.has_objects:
                items = _PollSet()
                items.fill(list(self.sockets))
                self._set = items
            items.busy = True
        return _poll_items(items, timeout, self)


def _poller_with(cls, sockets):
    poller = cls()
    for socket, flags in sockets:
        poller.register(socket, flags)
    return poller


def zmq_poll(sockets, timeout=-1) -> list:
    """Wait for events on sockets and descriptors, once.

    Parameters
    ----------
    sockets : iterable of (socket, int)
        Sockets, descriptors or objects with ``fileno()``, each with the events to wait for.
    timeout : float, default -1
        How long to wait, in milliseconds; negative or None for ever, 0 not at all.

    Returns
    -------
    list of (socket, int)
        Those with events.

    Raises
    ------
    TypeError
        If an item is neither a socket nor a descriptor.
    ValueError
        If an item is not a pair.

    Notes
    -----
    Calls ``zmq_poll``. A `Poller` keeps what this makes anew at each call.
    """
    cdef _PollSet items = _PollSet()
    cdef list entries = []
    if isinstance(sockets, Socket):
        raise TypeError("zmq_poll() takes a list of (socket, flags), got a socket")
    for entry in sockets:
        if isinstance(entry, Socket):
            # which would else be received from, being iterable
            raise TypeError("zmq_poll() takes pairs of (socket, flags), got a socket alone")
        target, flags = entry
        entries.append((target, _as_events(flags)))
    items.fill(entries)
    return _poll_items(items, timeout, None)
