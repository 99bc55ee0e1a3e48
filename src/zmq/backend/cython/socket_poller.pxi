# libzmq's own poller, which is a draft: sockets stay registered between two waits.

from collections import namedtuple

PollerEvent = namedtuple("PollerEvent", ["socket", "events", "data"])
PollerEvent.__module__ = "zmq"
PollerEvent.__doc__ = """An event that a `SocketPoller` found (draft): a tuple of three.

Attributes
----------
socket : Socket or int
    The socket, or the descriptor, as it was added.
events : int
    The requested events that happened: POLLIN, POLLOUT, POLLERR, POLLPRI.
data : object
    The object that was passed to `SocketPoller.add` together with the socket.
"""


# `_sleep` returns this when another thread closes one of the sockets.
cdef enum:
    CLOSING = 1


cdef class _SocketPollerHandle:
    """The zmq_poller of a SocketPoller.

    A socket that closes removes itself from the zmq_poller, so sockets keep a reference to this
    object. A reference to the SocketPoller would make a cycle, because that refers to its sockets.
    """

    cdef void *poller
    cdef ThreadGuard guard
    cdef int generation
    cdef bint forgotten           # a socket has closed since this flag was last checked

    def __cinit__(self):
        self.generation = fork_generation
        if not PYZMQ_DRAFT_API:
            _raise_errno(
                ENOTSUP,
                "(SocketPoller is a draft, and this build has no drafts: see zmq.has('draft'))",
            )
        self.poller = libzmq.zmq_poller_new()
        if self.poller == NULL:
            raise MemoryError("no memory for a zmq_poller")

    def __dealloc__(self):
        self.destroy()

    cdef int destroy(self) except -1:
        # in a forked child, the descriptors also belong to the parent
        if self.poller != NULL and self.generation == fork_generation:
            libzmq.zmq_poller_destroy(&self.poller)
        self.poller = NULL
        return 0

    cdef int enter(self) except -1:
        # Take the guard even for a call that keeps the GIL: creating an event runs Python code, and
        # so other threads may run.
        if self.poller == NULL:
            raise ZMQError(
                ENOTSOCK, "Socket operation on non-socket (the SocketPoller has been closed)"
            )
        if self.generation != fork_generation:
            raise ZMQError(
                ENOTSOCK,
                "Socket operation on non-socket (the SocketPoller was made before this process"
                " was forked; make another in the child)",
            )
        if not self.guard.enter_blocking():
            raise ZMQError(
                EMTHREAD,
                "the SocketPoller is in use by another thread: give each thread a poller of its"
                " own, or wake that thread up first",
            )
        return 0

    cdef int forget(self, void *socket) except -1:
        """Remove a socket from libzmq's poller, because the socket closes."""
        if self.poller == NULL or self.generation != fork_generation:
            return 0
        self.enter()
        libzmq.zmq_poller_remove(self.poller, socket)
        self.forgotten = True
        self.guard.leave_blocking()
        return 0


cdef class _Registration:
    """A socket or descriptor in a SocketPoller."""

    cdef object target            # the object that was passed to add()
    cdef object data
    cdef Socket socket            # None for a descriptor
    cdef libzmq.zmq_fd_t descriptor
    cdef int events


cdef class SocketPoller:
    """SocketPoller()
--

    Waits for events on sockets and descriptors that stay registered in libzmq (draft).

    It has three features that `Poller` does not have. Each event contains the object that you
    passed to `add`. `wait` returns a single event. The thread-safe sockets in the poller have one
    descriptor, which another event loop can watch. Use `Poller` unless you need one of these
    features.

    ::

        with zmq.SocketPoller() as poller:
            poller.add(server, zmq.POLLIN, data=handle_request)
            while True:
                socket, events, handle = poller.wait()
                handle(socket)

    Notes
    -----
    Wraps ``zmq_poller_new``. Only one thread at a time may use a poller; a second thread gets
    ``ZMQError(EMTHREAD)``. Other threads may use its sockets while it sleeps. A socket that closes
    leaves the poller. Draft: a later libzmq may change it.
    """

    cdef object __weakref__
    cdef _SocketPollerHandle _handle
    # Change these fields only while you have the handle's guard. Release removed objects
    # afterwards, because their destructors may use the poller.
    cdef dict _registrations      # by the address of the socket's guard, or by ~descriptor
    cdef list _entries            # the values of `_registrations`; None after a change
    cdef libzmq.zmq_poller_event_t *_events
    cdef Py_ssize_t _room

    def __cinit__(self):
        self._handle = _SocketPollerHandle()
        self._registrations = {}
        self._events = NULL

    def __dealloc__(self):
        free(self._events)

    def __del__(self):
        self._end_unclosed()

    cdef int _end_unclosed(self) except -1:
        # do this while the registered sockets still exist
        cdef _Registration entry
        if self._handle is not None:
            for entry in self._registrations.values():
                self._leave_socket(entry)
            self._handle.destroy()
        return 0

    def __enter__(self):
        return self

    def __exit__(self, exc_type=None, exc_value=None, traceback=None):
        self.close()

    def __repr__(self):
        state = "closed" if self.closed else f"{len(self)} registered"
        return f"<zmq.{type(self).__name__} at {<size_t> <void *> self:#x}, {state}>"

    def __reduce__(self):
        raise TypeError("a SocketPoller cannot be pickled: it exists only in this process")

    @property
    def closed(self) -> bool:
        """True if `close` has been called."""
        return self._handle.poller == NULL

    def close(self) -> None:
        """Release the poller; its sockets stay open. Closing twice does nothing.

        Raises
        ------
        ZMQError
            EMTHREAD while another thread waits.

        Notes
        -----
        Calls ``zmq_poller_destroy``.
        """
        cdef _Registration entry
        if self._handle.poller == NULL:
            return
        if self._handle.generation == fork_generation:
            self._handle.enter()
        for entry in list(self._registrations.values()):
            self._leave_socket(entry)
        self._handle.destroy()
        self._entries = None
        self._registrations.clear()

    def __len__(self) -> int:
        cdef _Registration entry
        cdef Py_ssize_t count = 0
        for entry in list(self._registrations.values()):
            count += entry.socket is None or entry.socket.handle != NULL
        return count

    def __contains__(self, socket) -> bool:
        try:
            return self._find(self._key(socket)) is not None
        except (TypeError, ValueError):
            return False

    # -- what is registered ---------------------------------------------------------------

    cdef object _key(self, object target):
        if isinstance(target, Socket):
            return <size_t> (<Socket> target)._guard
        return ~_descriptor_of(target)

    cdef _Registration _find(self, object key):
        """Return the registration with this key; None if there is none or its socket is closed."""
        cdef _Registration entry = self._registrations.get(key)
        if entry is not None and entry.socket is not None and entry.socket.handle == NULL:
            return None
        return entry

    cdef object _not_registered(self, object target):
        return KeyError(f"{target!r} is not registered with this SocketPoller: add() it")

    cdef list _current(self, list garbage):
        """Return all registrations; the caller must have taken the poller.

        Closed sockets are removed; libzmq's poller has removed them already.
        """
        cdef _Registration entry
        if self._handle.forgotten:
            self._handle.forgotten = False
            garbage.append(self._entries)
            self._entries = None
            for key, value in list(self._registrations.items()):
                entry = value
                if entry.socket is not None and entry.socket.handle == NULL:
                    garbage.append(entry)
                    del self._registrations[key]
        if self._entries is None:
            self._entries = list(self._registrations.values())
        return self._entries

    cdef int _leave_socket(self, _Registration entry) except -1:
        """Remove this poller from the pollers that the socket notifies when it closes."""
        cdef Socket root
        if entry.socket is None:
            return 0
        root = _owner_of(entry.socket)
        with cython.critical_section(root):
            if root._pollers is not None and self._handle in root._pollers:
                root._pollers.remove(self._handle)
        return 0

    cdef int _enter_socket(self, _Registration entry) except -1:
        """Add this poller to the pollers that the socket notifies when it closes."""
        cdef Socket root
        if entry.socket is None:
            return 0
        root = _owner_of(entry.socket)
        with cython.critical_section(root):
            if root._pollers is None:
                root._pollers = []
            root._pollers.append(self._handle)
        return 0

    def add(self, socket, events=libzmq.ZMQ_POLLIN, data=None) -> None:
        """Wait for events on a socket or descriptor from now on.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            The object to wait for. The poller keeps it alive until it is removed.
        events : int, default POLLIN
            POLLIN, POLLOUT, POLLERR and POLLPRI, or some of them; 0 to wait for no event at
            present.
        data : object, optional
            An object that is returned with each event, for example a callback or a name.

        Raises
        ------
        KeyError
            If `socket` is registered already: use `modify`.
        TypeError
            If `socket` is neither a Socket nor an int, and has no ``fileno()``.
        ValueError
            If `socket` is a negative descriptor, or `events` contains an unknown event.
        ZMQError
            ENOTSOCK if the socket or the poller is closed.

        Notes
        -----
        Calls ``zmq_poller_add`` or ``zmq_poller_add_fd``.
        """
        cdef int flags = _poll_flags(events)
        cdef _Registration entry = _Registration()
        entry.target = socket
        entry.data = data
        if not isinstance(socket, Socket):
            entry.descriptor = _descriptor_of(socket)
            self._add(entry, ~entry.descriptor, flags)
            return
        entry.socket = socket
        # hold the socket until it is registered, so that no thread closes it
        _begin(entry.socket, BRIEF_USE)
        try:
            self._add(entry, self._key(socket), flags)
        finally:
            _give_back(guard_of(entry.socket), BRIEF_USE)

    cdef int _add(self, _Registration entry, object key, int flags) except -1:
        cdef int rc = 0
        cdef int errnum = 0
        cdef bint known
        cdef tuple garbage  # noqa: F841 (see _registrations)
        self._handle.enter()
        try:
            known = self._find(key) is not None
            if not known:
                if entry.socket is not None:
                    rc = libzmq.zmq_poller_add(
                        self._handle.poller, entry.socket.handle, <void *> entry, flags
                    )
                else:
                    rc = libzmq.zmq_poller_add_fd(
                        self._handle.poller, entry.descriptor, <void *> entry, flags
                    )
                errnum = libzmq.zmq_errno()
                if rc == 0:
                    entry.events = flags
                    garbage = (self._entries, self._registrations.get(key))
                    self._registrations[key] = entry
                    self._entries = None
                    self._enter_socket(entry)
        finally:
            self._handle.guard.leave_blocking()
        if known:
            raise KeyError(
                f"{entry.target!r} is registered with this SocketPoller already: modify() changes"
                " its events, remove() it to change its data"
            )
        if rc < 0:
            _raise_errno(errnum, f"(SocketPoller.add of {entry.target!r})")
        return 0

    def modify(self, socket, events) -> None:
        """Change the events of a registered socket or descriptor; its data stays.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            The object that was passed to `add`.
        events : int
            See `add`.

        Raises
        ------
        KeyError
            If `socket` is not registered.

        Notes
        -----
        Calls ``zmq_poller_modify`` or ``zmq_poller_modify_fd``.
        """
        cdef int flags = _poll_flags(events)
        cdef object key = self._key(socket)
        cdef _Registration entry
        cdef int rc = 0
        cdef int errnum
        if self._find(key) is None:
            raise self._not_registered(socket)
        self._handle.enter()
        try:
            entry = self._find(key)
            if entry is None:
                pass
            elif entry.socket is not None:
                rc = libzmq.zmq_poller_modify(self._handle.poller, entry.socket.handle, flags)
            else:
                rc = libzmq.zmq_poller_modify_fd(self._handle.poller, entry.descriptor, flags)
            errnum = libzmq.zmq_errno()
            if entry is not None and rc == 0:
                entry.events = flags
        finally:
            self._handle.guard.leave_blocking()
        if entry is None:
            raise self._not_registered(socket)
        if rc < 0:
            _raise_errno(errnum, f"(SocketPoller.modify of {socket!r})")

    def remove(self, socket) -> None:
        """Stop waiting for events on this socket or descriptor.

        A descriptor has to be removed before it is closed.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            The object that was passed to `add`.

        Raises
        ------
        KeyError
            If `socket` is not registered, or was closed.

        Notes
        -----
        Calls ``zmq_poller_remove`` or ``zmq_poller_remove_fd``.
        """
        cdef object key = self._key(socket)
        cdef _Registration entry
        cdef list garbage  # noqa: F841 (see _registrations)
        cdef int rc = 0
        cdef int errnum
        if self._find(key) is None:
            raise self._not_registered(socket)
        self._handle.enter()
        try:
            entry = self._find(key)
            if entry is None:
                pass
            elif entry.socket is not None:
                rc = libzmq.zmq_poller_remove(self._handle.poller, entry.socket.handle)
            else:
                rc = libzmq.zmq_poller_remove_fd(self._handle.poller, entry.descriptor)
            errnum = libzmq.zmq_errno()
            if entry is not None and rc == 0:
                garbage = self._entries
                self._entries = None
                del self._registrations[key]
                self._leave_socket(entry)
        finally:
            self._handle.guard.leave_blocking()
        if entry is None:
            raise self._not_registered(socket)
        if rc < 0:
            _raise_errno(errnum, f"(SocketPoller.remove of {socket!r})")

    def fileno(self) -> int:
        """Return a descriptor that becomes readable when one of the thread-safe sockets may
        have events.

        The descriptor does not signal events of the other sockets and descriptors. It is
        edge-triggered: watch it after a `wait` or `wait_all` that returned no event. When it is
        readable, call `wait` or `wait_all` with a timeout of 0.

        Returns
        -------
        int
            The descriptor. The poller owns it.

        Raises
        ------
        ZMQError
            EINVAL if the poller never had a thread-safe socket.

        Notes
        -----
        Calls ``zmq_poller_fd``.
        """
        cdef libzmq.zmq_fd_t descriptor = 0
        cdef int rc
        cdef int errnum
        self._handle.enter()
        rc = libzmq.zmq_poller_fd(self._handle.poller, &descriptor)
        errnum = libzmq.zmq_errno()
        self._handle.guard.leave_blocking()
        if rc < 0:
            _raise_errno(
                errnum,
                "(a SocketPoller has a descriptor once a thread-safe socket was added: a SERVER,"
                " CLIENT, RADIO, DISH, SCATTER, GATHER, PEER or CHANNEL)",
            )
        return descriptor

    # -- waiting --------------------------------------------------------------------------

    cdef list _enter(self, bint has_slept, list garbage):
        """Take the poller and its sockets, all or none; return the registrations.

        Return None if another thread uses one of the sockets and this thread has slept before.
        """
        cdef _Registration entry
        cdef list entries = []
        cdef Py_ssize_t taken = 0
        cdef bint in_use = False
        self._handle.enter()
        try:
            entries = self._current(garbage)
            for entry in entries:
                if entry.socket is not None:
                    if not has_slept or entry.socket._generation != fork_generation:
                        _begin(entry.socket, BRIEF_USE)
                    elif not guard_of(entry.socket).enter_briefly():
                        in_use = True
                        break
                taken += 1
        except BaseException:
            self._leave(entries[:taken])
            raise
        if in_use:
            self._leave(entries[:taken])
            return None
        return entries

    cdef int _leave(self, list entries) except -1:
        cdef _Registration entry
        self._handle.guard.leave_blocking()
        for entry in entries:
            if entry.socket is not None:
                _give_back(guard_of(entry.socket), BRIEF_USE)
        for entry in entries:
            if entry.socket is not None and guard_of(entry.socket).waiting:
                _look_after_waiters(entry.socket)
        return 0

    cdef list _wait(self, Py_ssize_t count, object timeout):
        cdef long long deadline
        cdef long left
        cdef int wanted
        cdef int rc
        cdef int errnum = 0
        cdef bint has_slept = False
        cdef list entries
        cdef list found = None
        cdef list garbage = []
        cdef libzmq.zmq_poller_event_t *room
        if timeout is not None and not isinstance(timeout, (int, float)):
            raise TypeError(f"timeout is a number of milliseconds or None, got {timeout!r}")
        _deadline_of(timeout, &deadline)
        while True:
            # Check without releasing the GIL.
            entries = self._enter(has_slept, garbage)
            if entries is not None:
                wanted = <int> max(1, min(count, len(entries)))
                if wanted > self._room:
                    room = <libzmq.zmq_poller_event_t *> realloc(
                        self._events, wanted * sizeof(libzmq.zmq_poller_event_t)
                    )
                    if room == NULL:
                        self._leave(entries)
                        raise MemoryError(f"no memory for {wanted} events")
                    self._events = room
                    self._room = wanted
                rc = libzmq.zmq_poller_wait_all(self._handle.poller, self._events, wanted, 0)
                errnum = libzmq.zmq_errno()
                try:
                    # do this before another thread stores its events in the same place
                    if rc > 0:
                        found = self._found(rc)
                finally:
                    self._leave(entries)
                if found is not None:
                    return found
                if rc < 0 and errnum != EINTR and errnum != EAGAIN:
                    _raise_errno(errnum, "(SocketPoller.wait)")
            _check_signals()
            left = _ms_until(deadline)
            if left == 0:
                return []
            if self._sleep(left, garbage) == CLOSING:
                with nogil:
                    _sleep_ms(1)
            has_slept = True

    cdef int _sleep(self, long left, list garbage) except -1:
        """Sleep until there may be an event, for at most `left` ms; a signal also ends the sleep.

        During the sleep the poller is in use, but its sockets are not. Each use of a socket by
        another thread wakes up this thread.
        """
        cdef PollSleep sleep
        cdef _Registration entry
        cdef ThreadGuard *guard
        cdef bint waits_for_something = False
        cdef bint closing = False
        cdef int rc = 0
        cdef int errnum = 0
        cdef int events = 0
        cdef libzmq.zmq_fd_t descriptor = 0
        cdef size_t size
        self._handle.enter()
        try:
            for entry in self._current(garbage):
                waits_for_something = waits_for_something or entry.events
                if entry.socket is None:
                    if entry.events:
                        sleep.add_descriptor(entry.descriptor, entry.events)
                    continue
                guard = guard_of(entry.socket)
                if guard.shared:
                    if not sleep.hold(guard):
                        return 0  # a thread is closing the socket
                else:
                    sleep.watch(guard, entry.events)
                    if guard.closing:
                        closing = True
                        break
                if not guard.enter_briefly():
                    sleep.come_back_soon()
                    continue
                if entry.socket.handle != NULL:
                    if guard.shared:
                        if entry.events:
                            rc = sleep.add_thread_safe(entry.socket.handle, entry.events)
                    else:
                        size = sizeof(descriptor)
                        rc = libzmq.zmq_getsockopt(
                            entry.socket.handle, libzmq.ZMQ_FD, &descriptor, &size
                        )
                        if rc == 0 and entry.events:
                            sleep.add_descriptor(descriptor, libzmq.ZMQ_POLLIN)
                    if rc == 0:
                        size = sizeof(events)
                        rc = libzmq.zmq_getsockopt(
                            entry.socket.handle, libzmq.ZMQ_EVENTS, &events, &size
                        )
                    errnum = libzmq.zmq_errno()
                guard.leave()
                if guard.waiting > (not guard.shared):
                    _look_after_waiters(entry.socket)
                if entry.socket.handle == NULL or events & entry.events:
                    return 0  # check the events
                if rc < 0:
                    break
            if closing:
                pass
            elif rc == 0 and not waits_for_something and left < 0:
                _raise_errno(
                    EFAULT,
                    "(nothing is registered with this SocketPoller, or only with events=0: it"
                    " would wait for ever)",
                )
            if rc == 0 and not closing:
                with nogil:
                    rc = sleep.sleep(left)
                    errnum = libzmq.zmq_errno()
        finally:
            self._handle.guard.leave_blocking()
        if closing:
            # the thread that closes the socket waits until this thread has released it
            return CLOSING
        if rc < 0 and errnum != EINTR:
            _raise_errno(errnum, "(SocketPoller.wait)")
        return 0

    cdef list _found(self, int count):
        cdef int index
        cdef _Registration entry
        cdef list found = []
        for index in range(count):
            entry = <_Registration> self._events[index].user_data
            found.append(
                PollerEvent(entry.target, self._events[index].events, entry.data)
            )
        return found

    def wait(self, timeout=None):
        """Wait until there is an event, or until the timeout.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in milliseconds; None or a negative value means for ever, 0
            means not at all.

        Returns
        -------
        PollerEvent or None
            ``(socket, events, data)`` of the first socket with events, in the order of
            registration. A socket that always has events hides the later ones: use `wait_all` to
            handle all sockets. None after the timeout.

        Raises
        ------
        ContextTerminated
            If the context of a socket is terminated.
        ZMQError
            EFAULT if nothing is registered and there is no timeout; EMTHREAD if another thread uses
            the poller or runs a proxy with one of its sockets.

        Notes
        -----
        Calls ``zmq_poller_wait_all`` for one event. If it has to wait, it sleeps on the descriptors
        without the GIL. Signal handlers run.
        """
        found = self._wait(1, timeout)
        return found[0] if found else None

    def wait_all(self, timeout=None, max_events=None) -> list:
        """Wait until there are events, or until the timeout, and return all of them.

        Parameters
        ----------
        timeout : float, optional
            See `wait`.
        max_events : int, optional
            The maximum number of events to return; by default there is no limit.

        Returns
        -------
        list of PollerEvent
            Empty after the timeout.

        Raises
        ------
        ValueError
            If `max_events` is less than 1.
        ContextTerminated, ZMQError
            See `wait`.

        Notes
        -----
        Calls ``zmq_poller_wait_all``.
        """
        if max_events is None:
            return self._wait(0x7fffffff, timeout)
        if max_events < 1:
            raise ValueError(f"max_events must be at least 1, got {max_events}")
        return self._wait(min(max_events, 0x7fffffff), timeout)


def _end_unclosed_poller(SocketPoller poller not None):
    poller._end_unclosed()
