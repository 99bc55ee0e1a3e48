# Polling many sockets and descriptors at once.


cdef class _PollSet:
    """The array for ``zmq_poll``, which is kept from one call to the next."""

    cdef libzmq.zmq_pollitem_t *items
    cdef int count
    cdef list entries        # (socket or descriptor or object, flags), in the order of `items`
    cdef list sockets        # the Socket of each item, or None
    cdef list firsts         # index of an earlier item with the same libzmq socket, or -1
    cdef bint has_repeated   # whether a socket has more than one item
    cdef bint has_objects    # whether each poll has to get the descriptors of objects
    cdef bint has_classic    # whether there are sockets that are not thread-safe
    cdef libzmq.zmq_pollitem_t *descriptors  # the items of `items` that are not sockets
    cdef int *places                  # their indices in `items`
    cdef int descriptor_count
    cdef int errnum          # the errno of the last failed check or sleep
    cdef bint busy           # a thread is in poll()
    cdef bint is_part        # a send or receive sleeps here, and no other thread may start one
    cdef long long deadline  # the deadline of the last poll(), negative for none

    def __cinit__(self):
        self.items = NULL
        self.descriptors = NULL
        self.places = NULL

    def __dealloc__(self):
        free(self.items)
        free(self.descriptors)
        free(self.places)

    cdef int fill(self, list entries) except -1:
        cdef libzmq.zmq_pollitem_t *items
        cdef libzmq.zmq_pollitem_t *descriptors = NULL
        cdef int *places = NULL
        cdef int descriptor_count = 0
        cdef bint has_classic = False
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
        items = <libzmq.zmq_pollitem_t *> malloc(
            max(1, len(entries)) * sizeof(libzmq.zmq_pollitem_t)
        )
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
                    if not guard_of(<Socket> target).shared:
                        has_classic = True
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
                    descriptor_count += 1
                index += 1
            if has_repeated:
                # Reading the events of a socket clears the signal of its descriptor. So a
                # poll that sleeps reads each socket once, at its first item, for the events of all
                # its items: see `look_asleep`. But `wait_in_libzmq` uses zmq_poll, which reads the
                # socket at each item. If only an earlier item waited for an event, a later item
                # could clear the signal of this event, and the poll would never end. So all items
                # of a socket wait for the same events.
                for index, first in enumerate(firsts):
                    if first >= 0:
                        items[index].events = items[first].events
                index = len(firsts)
            if descriptor_count:
                descriptors = <libzmq.zmq_pollitem_t *> malloc(
                    descriptor_count * sizeof(libzmq.zmq_pollitem_t)
                )
                places = <int *> malloc(descriptor_count * sizeof(int))
                if descriptors == NULL or places == NULL:
                    raise MemoryError(f"no memory to poll {len(entries)} items")
                descriptor_count = 0
                for index, target in enumerate(sockets):
                    if target is None:
                        descriptors[descriptor_count] = items[index]
                        places[descriptor_count] = index
                        descriptor_count += 1
                index = len(sockets)
        except BaseException:
            free(items)
            free(descriptors)
            free(places)
            raise
        free(self.items)
        free(self.descriptors)
        free(self.places)
        self.descriptors = descriptors
        self.places = places
        self.descriptor_count = descriptor_count
        self.has_classic = has_classic
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

    cdef list poll(self, object timeout):
        cdef long long deadline
        cdef int rc
        _deadline_of(timeout, &deadline)
        self.deadline = deadline
        # First check without waiting: events that are already there are returned without releasing
        # the GIL.
        self.enter()
        rc = self.look()
        self.leave(False)
        if rc > 0:
            return self.ready()
        if rc < 0 and self.errnum != EINTR:
            _raise_errno(self.errnum, "(poll)")
        if rc == 0 and deadline == 0:
            return []
        return self.wait(deadline)

    cdef list wait(self, long long deadline):
        """Sleep until there are events, or until the deadline (in ms; -1 means no deadline)."""
        cdef long left
        cdef int rc
        while True:
            # A signal that has arrived before the sleep does not end it, so run its handler now.
            _check_signals()
            left = _ms_until(deadline)
            if self.has_classic:
                rc = self.sleep(left)
            else:
                rc = self.wait_in_libzmq(left)
            if rc > 0:
                return self.ready()
            if rc < 0:
                if self.errnum != EINTR:
                    _raise_errno(self.errnum, "(poll)")
            elif _is_over(deadline):
                return []

    # -- looking --------------------------------------------------------------------------

    cdef bint is_repeated(self, int index):
        """Return whether an earlier item is the same socket, or shares its handle."""
        return self.has_repeated and self.firsts[index] >= 0

    cdef int enter(self) except -1:
        """Take all sockets for a check, each once, or take none and raise."""
        cdef int index
        cdef Socket socket
        for index in range(self.count):
            item = self.sockets[index]
            if item is None:
                continue
            socket = item
            if self.is_repeated(index):
                if socket.handle == NULL:
                    self.give_back(index)
                    _refuse(socket)
            else:
                try:
                    _begin(socket, BRIEF_USE)
                except BaseException:
                    self.give_back(index)
                    raise
            self.items[index].socket = socket.handle
        return 0

    cdef int give_back(self, int count) except -1:
        """Give back those of the first `count` sockets that were taken."""
        cdef int index
        for index in range(count):
            if self.items[index].socket != NULL and not self.is_repeated(index):
                _give_back(guard_of(<Socket> self.sockets[index]), BRIEF_USE)
        return 0

    cdef int leave(self, bint asleep) except -1:
        """Give all sockets back, and wake up their other waiters that can go on."""
        cdef int index
        cdef Socket socket
        cdef ThreadGuard *guard
        self.give_back(self.count)
        for index in range(self.count):
            if self.items[index].socket == NULL or self.is_repeated(index):
                continue
            socket = self.sockets[index]
            guard = guard_of(socket)
            if guard.waiting > (asleep and not guard.shared):
                _look_after_waiters(socket)
        return 0

    cdef int look(self) noexcept:
        """Read the events of all taken sockets; return the number of items with events, or -1."""
        cdef int index
        cdef int found = 0
        cdef int events
        cdef size_t size = sizeof(events)
        cdef libzmq.zmq_pollitem_t *item
        for index in range(self.count):
            item = &self.items[index]
            item.revents = 0
            if item.socket == NULL:
                continue
            if libzmq.zmq_getsockopt(item.socket, libzmq.ZMQ_EVENTS, &events, &size) < 0:
                self.errnum = libzmq.zmq_errno()
                return -1
            item.revents = events & item.events
            if item.revents:
                found += 1
        if self.descriptor_count:
            if libzmq.zmq_poll(self.descriptors, self.descriptor_count, 0) < 0:
                self.errnum = libzmq.zmq_errno()
                return -1
            for index in range(self.descriptor_count):
                if self.descriptors[index].revents:
                    self.items[self.places[index]].revents = self.descriptors[index].revents
                    found += 1
        return found

    # -- sleeping -------------------------------------------------------------------------

    cdef int wait_in_libzmq(self, long left) except -2:
        """Wait in libzmq: all sockets are thread-safe, so other threads may use them meanwhile."""
        cdef int rc
        cdef PollSleep users
        self.hold_thread_safe(&users)
        with nogil:
            rc = libzmq.zmq_poll(self.items, self.count, left)
            self.errnum = libzmq.zmq_errno()
        return rc

    cdef int hold_thread_safe(self, PollSleep *users) except -1:
        cdef int index
        cdef Socket socket
        for index in range(self.count):
            item = self.sockets[index]
            if item is None or not guard_of(<Socket> item).shared:
                continue
            socket = item
            if (
                socket._generation != fork_generation
                or not users.hold(guard_of(socket))
                or socket.handle == NULL
            ):
                _refuse(socket)
            self.items[index].socket = socket.handle
        return 0

    cdef int sleep(self, long left) except -2:
        """Check the events, sleep for at most `left` ms, and check again.

        Returns what `look` returns. Once the first check has begun, each use of a socket by another
        thread wakes up this thread.
        """
        cdef PollSleep sleep
        cdef ThreadGuard *guard = NULL
        cdef int index
        cdef int rc
        if self.is_part:
            guard = guard_of(<Socket> self.sockets[0])
        self.hold_thread_safe(&sleep)
        for index in range(self.descriptor_count):
            sleep.add_descriptor(self.descriptors[index].fd, self.descriptors[index].events)
        rc = self.look_asleep(&sleep, True)
        if rc != 0 or left == 0:
            return rc
        if guard != NULL:
            guard.fall_asleep()
        try:
            with nogil:
                rc = sleep.sleep(left)
                self.errnum = libzmq.zmq_errno()
        finally:
            if guard != NULL:
                guard.wake_up()
        if rc < 0:
            return rc
        return self.look_asleep(&sleep, False)

    cdef int look_asleep(self, PollSleep *sleep, bint first) except -2:
        """Check the sockets that no other thread is using; if `first`, also prepare the sleep."""
        cdef int index
        cdef int rc = 0
        cdef Socket socket
        cdef ThreadGuard *guard
        cdef libzmq.zmq_fd_t descriptor = 0
        cdef size_t size
        for index in range(self.count):
            item = self.sockets[index]
            if item is None:
                continue
            socket = item
            guard = guard_of(socket)
            if self.is_repeated(index):
                # the first item of this socket was checked already
                self.items[index].socket = NULL
                continue
            if first and not guard.shared:
                sleep.watch(guard, self.items[index].events)
            if guard.closing:
                self.give_back(index)
                raise ZMQError(
                    ENOTSOCK, f"Socket operation on non-socket ({socket!r} has been closed)"
                )
            if socket._generation != fork_generation:
                self.give_back(index)
                _refuse(socket)
            if not guard.enter_briefly():
                self.items[index].socket = NULL
                sleep.come_back_soon()
                continue
            self.items[index].socket = socket.handle
            if socket.handle == NULL:
                guard.leave()
                self.give_back(index)
                _refuse(socket)
            if not first or rc < 0 or not self.items[index].events:
                continue
            if guard.shared:
                rc = sleep.add_thread_safe(socket.handle, self.items[index].events)
            else:
                size = sizeof(descriptor)
                rc = libzmq.zmq_getsockopt(socket.handle, libzmq.ZMQ_FD, &descriptor, &size)
                if rc == 0:
                    sleep.add_descriptor(descriptor, libzmq.ZMQ_POLLIN)
            if rc < 0:
                self.errnum = libzmq.zmq_errno()
        if rc == 0:
            rc = self.look()
        self.leave(True)
        return rc

    cdef bint await_closing(self) except -1:
        """Wait for threads that are closing one of the sockets; return False if there are none."""
        cdef bint found = False
        for item in self.sockets:
            while (
                item is not None
                and (<Socket> item).handle != NULL
                and guard_of(<Socket> item).closing
            ):
                found = True
                with nogil:
                    _sleep_ms(1)
                _check_signals()
        return found

    cdef list ready(self):
        cdef int index
        cdef int first
        cdef int events
        cdef list result = []
        if self.has_repeated:
            # events that arrived between two checks of a socket are only in its later item
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
    """Poll, and continue without closed sockets as long as anything is left to wait for.

    Event loops close sockets first and unregister them later. An error of the poll would end such a
    loop because of a socket that it no longer needs. But if nothing is left to wait for, the poll
    raises the error of the closed socket.
    """
    cdef _PollSet left
    try:
        while True:
            try:
                return items.poll(timeout)
            except ZMQError as error:
                if error.errno != ENOTSOCK:
                    raise
                closing = items.await_closing()
                left = items.without_closed()
                if left.count == 0 or (left.count == items.count and not closing):
                    raise
            if items.deadline >= 0:
                timeout = max(0, items.deadline - monotonic_ms())
            left.busy = True
            if poller is not None:
                with cython.critical_section(poller):
                    if poller._set is items:
                        # poll these items until another socket is registered
                        poller._set = left
            items.busy = False
            items = left
    finally:
        items.busy = False


cdef object _number_of(object target):
    """Return the descriptor of an object other than a socket; negative if the object is closed.

    The result is a Python int, because a C descriptor on Windows is unsigned.
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


cdef libzmq.zmq_fd_t _descriptor_of(object target) except? -1:
    descriptor = _number_of(target)
    if descriptor < 0:
        raise ValueError(f"{target!r} has no valid descriptor, got {descriptor}; is it closed?")
    return descriptor


cdef list _with_descriptors(list entries):
    """Replace objects by their descriptors, and leave out closed objects.

    Event loops close objects first and unregister them later. But if nothing else is left to wait
    for, this function raises an error.
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
    if not PyIndex_Check(flags):
        _not_a_number("flags", "zmq.POLLIN, zmq.POLLOUT or both", flags)
    return flags


cdef int _poll_flags(object flags) except -1:
    cdef int events = _as_events(flags)
    if events < 0 or events > ALL_POLL_EVENTS:
        raise ValueError(
            "flags are POLLIN, POLLOUT, POLLERR, POLLPRI or a combination of them, got"
            f" {flags!r}"
        )
    return events


# Other flags of poll(), such as select.POLLHUP, are not events to wait for.
cdef int ALL_POLL_EVENTS = 15  # POLLIN, POLLOUT, POLLERR and POLLPRI


cdef class Poller:
    """Poller()
--

    Waits for events on many sockets and descriptors, as `select.poll` does.

    Takes `zmq.Socket`, integer file descriptors, and objects with ``fileno()``.

    Notes
    -----
    Does what ``zmq_poll`` does. A Poller may be used by one thread at a time. Other threads may use
    its sockets while it sleeps.
    """

    cdef object __weakref__
    cdef dict __dict__            # the user's attributes, see zmq.sugar.poll
    cdef public list sockets      # tuples (socket or descriptor, flags), in order of registration
    cdef dict _positions          # socket or descriptor -> index in `sockets`
    cdef _PollSet _set            # None if `sockets` has changed since the last poll

    def __cinit__(self, *args, **kwargs):
        self.sockets = []
        self._positions = {}
        self._set = None

    def __bool__(self) -> bool:
        # without this, an empty Poller would be false
        return True

    def __reduce__(self):
        # a copy registers the sockets again, because it needs its own list and poll set
        return _poller_with, (type(self), self.sockets), vars(self) or None

    def __contains__(self, socket) -> bool:
        return socket in self._positions

    def __len__(self) -> int:
        return len(self.sockets)

    def __getattr__(self, name):
        # PyZMQ has this name. It is not a property, because subclasses may also set it
        if name == "_map":
            return self._positions
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def register(
        self, socket, flags: int | PollEvent = PollEvent.POLLIN | PollEvent.POLLOUT
    ) -> None:
        """Add a socket or descriptor that `poll` waits for; register it again to change its events.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            The object to wait for.
        flags : int, default POLLIN | POLLOUT
            The events. 0 unregisters the socket, if it is registered.

        Raises
        ------
        TypeError
            If `socket` has no hash, or `flags` is not an integer.

        Notes
        -----
        Each `poll` asks an object for its descriptor, because the descriptor may change. `register`
        does not ask, so an object that is never polled needs no descriptor.
        """
        if not flags:
            if socket in self._positions:
                self.unregister(socket)
            return
        if not isinstance(flags, int):
            # PyZMQ takes a float, too
            flags = int(flags) if isinstance(flags, float) else _as_events(flags)
        with cython.critical_section(self):
            position = self._positions.get(socket)
            if position is None:
                self._positions[socket] = len(self.sockets)
                self.sockets.append((socket, flags))
            else:
                self.sockets[position] = (socket, flags)
            self._set = None

    def modify(
        self, socket, flags: int | PollEvent = PollEvent.POLLIN | PollEvent.POLLOUT
    ) -> None:
        """Change the events of a registered socket; the same as `register`."""
        self.register(socket, flags)

    def unregister(self, socket) -> None:
        """Stop waiting for events on this socket.

        Raises
        ------
        KeyError
            If the socket is not registered.
        """
        with cython.critical_section(self):
            position = self._positions.pop(socket)
            self.sockets.pop(position)
            for later, _ in self.sockets[position:]:
                self._positions[later] -= 1
            self._set = None

    def _descriptors(self) -> dict:
        """Return the registered descriptors that are open, each with its flags."""
        cdef dict descriptors = {}
        for target, flags in list(self.sockets):
            if not isinstance(target, Socket):
                number = _number_of(target)
                if number >= 0:
                    descriptors[number] = descriptors.get(number, 0) | flags
        return descriptors

    def poll(self, timeout: float | None = None) -> list:
        """Wait until there are events, or until the timeout.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in milliseconds, as for `select.poll`; None or a negative
            value means for ever, 0 means not at all.

        Returns
        -------
        list of (socket or int, int)
            The ready sockets and descriptors, each with its events; ``dict(...)`` of the list finds
            events by socket. Empty after the timeout.

        Raises
        ------
        TypeError
            If a registered object is neither a socket nor a descriptor, and has no ``fileno()``.
        ValueError
            If a ``fileno()`` fails, or if only closed descriptors are registered.
        ZMQError
            ENOTSOCK if only closed sockets are registered; EMTHREAD if another thread runs a proxy
            with one of the sockets.

        Notes
        -----
        A closed socket has no events; the poll waits for the other sockets. The poll reads
        ZMQ_EVENTS while it holds the GIL, and sleeps on the descriptors (ZMQ_FD) without the GIL.
        Signal handlers run.
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
        The maximum time to wait, in milliseconds; None or a negative value means for ever, 0 means
        not at all.

    Returns
    -------
    list of (socket, int)
        The sockets and descriptors with events.

    Raises
    ------
    TypeError
        If an item is neither a socket nor a descriptor.
    ValueError
        If an item is not a pair.

    Notes
    -----
    Does what ``zmq_poll`` does. Each call prepares the poll again; a `Poller` prepares it once.
    """
    cdef _PollSet items = _PollSet()
    cdef list entries = []
    if isinstance(sockets, Socket):
        raise TypeError("zmq_poll() takes a list of (socket, flags), got a socket")
    for entry in sockets:
        if isinstance(entry, Socket):
            # without this check the code would iterate over the socket, which receives from it
            raise TypeError("zmq_poll() takes pairs of (socket, flags), got a socket alone")
        target, flags = entry
        entries.append((target, _as_events(flags)))
    items.fill(entries)
    return _poll_items(items, timeout, None)
