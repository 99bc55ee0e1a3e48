# The life of a socket: creating, shadowing, checking and closing it.

cdef dict _live_sockets = {}  # address of a libzmq socket -> weak reference to its owner


cdef class _SocketBase:
    """The base class of sockets, with their fields, their creation and their closing.

    Users see only its subclass `Socket`. The other base classes of `Socket` add the rest, each in a
    file of its own.
    """

    def __cinit__(self, *args, **kwargs):
        self.handle = NULL
        self._draft_poller = NULL
        self._own_guard = <void *> new ThreadGuard()
        self._guard = self._own_guard
        self._generation = fork_generation
        self._type = -1
        self._copy_threshold = -1

    def __del__(self):
        _end_unclosed_socket(self)

    def __dealloc__(self):
        cdef ThreadGuard *guard
        # At the interpreter's exit the libzmq socket stays open: the I/O threads go on sending its
        # messages for as long as the process lives, and the exit does not wait for them.
        if self.handle != NULL and not self._shadow and self._generation == fork_generation:
            _forget_live_socket(self)
            if not interpreter_is_exiting():
                libzmq.zmq_close(self.handle)
        if self._draft_poller != NULL and self._generation == fork_generation:
            libzmq.zmq_poller_destroy(&self._draft_poller)
        guard = <ThreadGuard *> self._own_guard
        del guard

    @property
    def type(self) -> SocketType:
        """The type of the socket, a member of `zmq.SocketType`."""
        return _socket_type_members.get(self._type, self._type)

    @property
    def underlying(self) -> int:
        """The address of the libzmq socket; 0 once it is closed."""
        return <size_t> self.handle

    @property
    def closed(self) -> bool:
        """True if the socket has been closed."""
        return self.handle == NULL

    @property
    def copy_threshold(self) -> int:
        """The size in bytes below which sends copy even with ``copy=False``.

        Lending memory to libzmq costs more than copying a small message. The default is
        `zmq.COPY_THRESHOLD`, 65536.

        .. versionadded:: 17
        """
        if self._copy_threshold < 0:
            self._copy_threshold = _module_copy_threshold()
        return self._copy_threshold

    @copy_threshold.setter
    def copy_threshold(self, value):
        cdef Py_ssize_t threshold = value
        if threshold < 0:
            raise ValueError(f"copy_threshold is a size in bytes, got {threshold}")
        self._copy_threshold = threshold

    def close(self, linger: int | None = None) -> None:
        """Close the socket.

        The context keeps unsent messages until they are sent or the LINGER time is over. Closing
        twice does nothing.

        Parameters
        ----------
        linger : int, optional
            A value of LINGER in ms that is set first: -1 keeps unsent messages for ever, 0 drops
            them. A float loses its fraction.

        Raises
        ------
        ZMQError
            EMTHREAD if another thread is using the socket at this moment. A thread that waits in a
            poll, a send or a receive is woken up, and gets ENOTSOCK.

        Notes
        -----
        Calls ``zmq_close``. A shadow closes the socket that it shadows.

        A socket of `zmq.asyncio` cancels its operations that wait: the tasks that await them get
        `asyncio.CancelledError`.
        """
        if self._shadow_of is not None:
            self._shadow_of.close(linger)
            self.handle = NULL
            return
        _close_socket(self, linger)

    def _close_if_over(self):
        """Close this socket if its monitor has ended and no events are left; return True if so."""
        return _close_if_over(self)

    def _is_waited_for(self):
        """Return whether a task waits for the socket; `zmq.green` also counts its greenlets."""
        return self._async_state is not None and (<_Waiters> self._async_state).is_waited_for()

    def _sleepers(self):
        """Return the number of polls, sends and receives that sleep on the socket."""
        return guard_of(self).count_sleepers()

    def _is_waited_in(self):
        """Return whether a send or receive waits on the socket, in any thread."""
        cdef ThreadGuard *guard = guard_of(self)
        return guard.is_waited_in() or guard.is_asleep()

    def __reduce__(self):
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled, because it exists only in this process:"
            " send its endpoint instead, and create a socket in the other process"
        )

    def __setattr__(self, name, value):
        if not (
            hasattr(type(self), name)
            or name.startswith("_")
            or any(name in getattr(cls, "__annotations__", ()) for cls in type(self).__mro__)
        ):
            raise AttributeError(
                f"Socket has no such option: {name.upper()}{_most_like(type(self), name)}; declare"
                " other attributes in a subclass, as class attributes or by annotations"
            )
        PyObject_GenericSetAttr(self, name, value)


cdef int _make_handle(_SocketBase socket, object context, object socket_type) except -1:
    """Create a libzmq socket that `socket` owns."""
    cdef void *handle
    cdef int kind
    if context is None:
        raise TypeError(
            "context must be specified: make sockets with context.socket(zmq.PUSH)"
        )
    if not isinstance(context, Context):
        raise TypeError(
            "Socket() takes a zmq.Context and a socket type,"
            f" got {type(context).__name__} as the context"
        )
    kind = _integer(socket_type, "socket_type is a zmq.SocketType, such as zmq.PUSH")
    if kind < 0:
        raise TypeError("socket_type must be specified: a value of zmq.SocketType")
    # A libzmq without drafts creates such a socket, but aborts when a peer connects.
    if kind >= libzmq.ZMQ_SERVER and not PYZMQ_DRAFT_API:
        _raise_errno(
            EINVAL,
            f"(socket_type={socket_type!r} is a draft, and this build has no draft sockets:"
            " see zmq.has('draft'))",
        )
    handle = (<Context> context)._make_socket(kind)
    if handle == NULL:
        errnum = libzmq.zmq_errno()
        if errnum == EINVAL:
            _raise_errno(errnum, f"(socket_type={socket_type!r} is not a zmq.SocketType)")
        if errnum == EMFILE:
            _raise_errno(
                errnum,
                "(the context has no sockets left, or the process no file descriptors:"
                " close some, or raise MAX_SOCKETS of the context, or `ulimit -n`)",
            )
        _raise_errno(errnum, "(no socket could be made)")
    socket.handle = handle
    socket.context = context
    socket._made_in = context
    socket._type = kind
    socket._drops_the_rest = _type_drops_the_rest(kind)
    socket._made_at = _place_of_caller()
    _live_sockets[<size_t> handle] = weakref.ref(socket)
    guard_of(socket).shared = _get_int(socket, libzmq.ZMQ_THREAD_SAFE)
    socket._made_in._add_socket(socket)
    return 0


cdef int _borrow(_SocketBase socket, _SocketBase owner) except -1:
    """Use the handle and the guard of `owner` until `owner` is closed."""
    owner = _owner_of(owner)
    socket._shadow = True
    socket._shadow_of = owner
    socket.handle = owner.handle
    socket.context = owner.context
    socket._type = owner._type
    socket._drops_the_rest = owner._drops_the_rest
    socket._guard = owner._guard
    if socket._copy_threshold < 0:
        socket._copy_threshold = owner._copy_threshold
    with cython.critical_section(owner):
        shadows = [] if owner._shadows is None else owner._shadows
        owner._shadows = [r for r in shadows if r() is not None]
        owner._shadows.append(weakref.ref(socket))
    return 0


cdef int _borrow_handle(_SocketBase socket, object address, object context) except -1:
    """Use a libzmq socket by its address, whether this package or other code has created it."""
    _check_address(address)
    reference = _live_sockets.get(<size_t> address)
    owner = reference() if reference is not None else None
    if owner is not None:
        return _borrow(socket, owner)
    socket._shadow = True
    socket.handle = <void *> <size_t> address
    if isinstance(context, Context):
        socket.context = context
    socket._type = _get_int(socket, libzmq.ZMQ_TYPE)
    socket._drops_the_rest = _type_drops_the_rest(socket._type)
    guard_of(socket).shared = _get_int(socket, libzmq.ZMQ_THREAD_SAFE)
    return 0


cdef bint _type_drops_the_rest(int socket_type):
    """Return whether libzmq drops the rest of a message if the peer disconnects in its middle."""
    return socket_type in (
        SocketType.PUSH, SocketType.DEALER, SocketType.REQ, SocketType.PAIR
    )


cdef int _forget_live_socket(_SocketBase socket) except -1:
    # Do this before zmq_close: afterwards, a new socket of another thread may have the same
    # address.
    if not socket._shadow:
        _live_sockets.pop(<size_t> socket.handle, None)
    return 0


# -- closing ------------------------------------------------------------------------------


cdef int _take_to_close(_SocketBase socket) except -1:
    """Take the socket when no thread uses it or sleeps on it; `leave_alone` gives it back."""
    cdef ThreadGuard *guard = guard_of(socket)
    try:
        while not guard.enter_alone():
            if guard.has_sleepers():
                guard.closing = True
                with nogil:
                    guard.wake_to_close()
            elif guard.is_waited_in():
                # The waiting call then leaves libzmq, and continues its wait as a sleeper.
                guard.closing = True
                guard.end_wait(&socket.handle)
                with nogil:
                    guard.await_free(True)
            elif guard.is_soon_free(guard.is_asleep()):
                with nogil:
                    guard.await_free(False)
            else:
                raise ZMQError(
                    EMTHREAD,
                    f"{socket!r} is in use by another thread, so it cannot be closed now:"
                    " close it in that thread, or terminate its context to wake that thread"
                    " up",
                )
            _check_signals()
    finally:
        guard.closing = False
    return 0


# In a module of the stable ABI, Cython creates no finalizer for a class, because that ABI has no
# function to call it. In such a module, zmq.sugar calls _end_unclosed_socket from a class written
# in Python.
_STABLE_ABI = bool(ZMQPY_STABLE_ABI)


cpdef object _end_unclosed_socket(_SocketBase socket):
    """Warn of a socket that was dropped without a close, and close it."""
    if socket.handle == NULL or socket._shadow or socket._generation != fork_generation:
        return None
    try:
        if not socket._monitor_ended:
            # A compiled method has no frame, so level 1 is the line that dropped the socket.
            warn(f"Unclosed socket {socket!r}", ResourceWarning, stacklevel=1, source=socket)
    except Exception as error:
        # Late in the interpreter's exit, the modules that show a warning no longer exist.
        if isinstance(error, Warning) or not interpreter_is_exiting():
            raise
    finally:
        # Close the socket even if a filter turns the warning into an error.
        if not interpreter_is_exiting():
            _close_socket(socket, None)


cdef int _close_socket(_SocketBase socket, object linger) except -1:
    cdef int milliseconds
    if socket.handle == NULL:
        return 0
    if socket._generation != fork_generation:
        # The parent process made the socket, and closes it.
        socket.handle = NULL
        return 0
    if linger is not None:
        milliseconds = _linger(linger)
    _take_to_close(socket)
    try:
        if socket.handle == NULL:
            return 0  # another thread has closed it just before
        monitor, socket._monitor_socket = socket._monitor_socket, None
        readers, socket._event_readers = socket._event_readers, None
        if socket._async_state is not None:
            (<_Waiters> socket._async_state).close()
            socket._async_state = None
        _stop_monitoring_for(socket)
        if linger is not None:
            libzmq.zmq_setsockopt(
                socket.handle, libzmq.ZMQ_LINGER, &milliseconds, sizeof(milliseconds)
            )
        if socket._draft_poller != NULL:
            libzmq.zmq_poller_destroy(&socket._draft_poller)
        _leave_pollers(socket)
        if monitor is not None:
            libzmq.zmq_socket_monitor(socket.handle, NULL, 0)
        _forget_live_socket(socket)
        shadows = [] if socket._shadows is None else [r() for r in socket._shadows]
        # Threads that read the counters of the socket hold this lock, too.
        with cython.critical_section(_live_sockets):
            libzmq.zmq_close(socket.handle)
            socket.handle = NULL
            for shadow in shadows:
                if shadow is not None:
                    (<_SocketBase> shadow).handle = NULL
        socket._shadows = None
    finally:
        guard_of(socket).leave_alone()
    if socket._made_in is not None:
        socket._made_in._discard_socket(socket)
    if monitor is not None:
        for reader in readers or (monitor,):
            _end_monitor(reader)
    return 0


cdef int _leave_pollers(_SocketBase socket) except -1:
    """Remove a socket that closes from the SocketPollers that watch it."""
    with cython.critical_section(socket):
        pollers = None if socket._pollers is None else list(socket._pollers)
    if pollers is None:
        return 0
    for poller in pollers:
        (<_SocketPollerHandle> poller).forget(socket.handle)
    with cython.critical_section(socket):
        socket._pollers = None
    return 0


# -- the sockets of monitors --------------------------------------------------------------


cdef int _stop_monitoring_for(_SocketBase monitor) except -1:
    """Stop the monitor whose events `monitor` reads: unread ones would block the watched socket."""
    cdef _SocketBase watched
    if monitor._monitored is None:
        return 0
    watched = monitor._monitored()
    if watched is not None and watched.handle != NULL and watched._monitor_socket is monitor:
        libzmq.zmq_socket_monitor(watched.handle, NULL, 0)
    return 0


def _end_monitor(_SocketBase monitor not None):
    """Record that a monitor socket gets no more events.

    The socket stays open: programs first stop a monitor, and then read its events up to the last
    one, MONITOR_STOPPED. After that they close the socket, drop it, or terminate its context.
    """
    monitor._monitor_ended = True
    if monitor._made_in is not None and monitor._made_in._root()._terminating:
        _close_ended_monitor(monitor)


cdef bint _close_if_over(_SocketBase socket) except -1:
    """Close the socket of a monitor that has ended, if all of its events have been read.

    Return True if this call closed it: then a caller need not wait for events that will not come.
    """
    if not socket._monitor_ended or socket.handle == NULL:
        return False
    try:
        if _get_int(socket, libzmq.ZMQ_EVENTS) & libzmq.ZMQ_POLLIN:
            return False
    except ZMQError:
        pass
    socket.close(0)
    return True


cdef int _close_ended_monitor(_SocketBase monitor) except -1:
    """Close the socket of a monitor that has ended, because its context is being terminated."""
    if not monitor._monitor_ended or not guard_of(monitor).is_free():
        return 0
    try:
        monitor.close(0)
    except ZMQError as error:
        # Another thread reads the socket, and gets ContextTerminated.
        if error.errno != EMTHREAD:
            raise
    return 0
