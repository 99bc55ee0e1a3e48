# Socket: the hot path. Nothing of Python's stands between these methods and libzmq.

# How many parts of a multipart message are kept on the C stack.
cdef enum:
    PARTS_ON_STACK = 16

cdef extern from "spinning.hpp" namespace "zmqpy" nogil:
    int spin_send(zmq_msg_t *msg, void *socket, int flags, int microseconds)
    int spin_recv(zmq_msg_t *msg, void *socket, int flags, int microseconds)

# How a call uses a socket, see thread_guard.hpp.
cdef enum:
    SHORT_USE = 0
    BRIEF_USE = 1
    LONG_USE = 2
    BRIEF_BLOCKING_USE = 3
    WAITING_USE = 4

# A timeout that has not been read yet.
cdef enum:
    NOT_READ = -2

# An option of our patched libzmq, not in zmq.h: the number of queues to peers.
cdef enum:
    _QUEUES_TO_PEERS = 0x7a02


cdef dict _live_sockets = {}  # address of a libzmq socket -> weak reference to its owner


cdef double _milliseconds(object timeout) except? -1.0:
    """A timeout as C has it; what is no number is told what was expected."""
    if isinstance(timeout, (int, float)):
        return timeout
    return _milliseconds_of_another(timeout)


cdef double _milliseconds_of_another(object timeout) except? -1.0:
    try:
        return timeout
    except TypeError:
        raise TypeError(
            f"timeout is a number of milliseconds or None, got {timeout!r}"
            f" (a {type(timeout).__name__})"
        ) from None


cdef int _deadline_of(object timeout, long long *deadline) except -1:
    """A timeout in ms, as users give it, to a deadline: -1 for ever, 0 not at all."""
    cdef double milliseconds
    deadline[0] = -1
    if timeout is None:
        return 0
    milliseconds = _milliseconds(timeout)
    if milliseconds != milliseconds:
        raise ValueError("timeout is a number of milliseconds or None, got nan")
    if milliseconds == 0:
        deadline[0] = 0
    elif 0 < milliseconds < 1e15:
        # a fraction of a millisecond is rounded up: it shall not become "no wait"
        deadline[0] = <long long> milliseconds
        if deadline[0] < milliseconds:
            deadline[0] += 1
        deadline[0] += monotonic_ms()
    return 0


cdef bytes _endpoint_bytes(object addr):
    cdef bytes endpoint
    if isinstance(addr, str):
        endpoint = addr.encode("utf-8")
    elif isinstance(addr, bytes):
        endpoint = addr
    else:
        raise TypeError(
            f"Expected addr to be str, got addr={addr!r}: an endpoint is a str such as"
            " 'tcp://127.0.0.1:5555'"
        )
    if b"\0" in endpoint:
        # to libzmq it would end there
        raise ZMQError(EINVAL, f"Invalid argument (addr={addr!r}: an endpoint has no NUL)")
    return endpoint


# Which calls on endpoints keep the GIL. Programs connect or subscribe in one thread and send in
# another as soon as they have started it, so the first call must not let the other thread in before
# the second. inproc takes 1 to 5 us; a connect over tcp or ipc 8 us, for an I/O thread does the
# rest, also the look-up of a name. A bind makes system calls (20 to 100 us, more on a slow file
# system), and the other transports look names up, which may take seconds: these give the GIL up.
cdef bint _connects_at_once(bytes endpoint):
    return endpoint.startswith((b"inproc://", b"tcp://", b"ipc://"))


cdef int _told(Socket socket, int option):
    """The value of an option for an error message; -2 where it is not told."""
    cdef int value = -2
    cdef size_t size = sizeof(value)
    if (
        socket.handle == NULL
        or socket._generation != fork_generation
        or not (<ThreadGuard *> socket._guard).enter_briefly()
    ):
        return -2
    if socket.handle != NULL and zmq_getsockopt(socket.handle, option, &value, &size) < 0:
        value = -2
    (<ThreadGuard *> socket._guard).leave()
    return value


cdef object _why_not_sent(Socket socket):
    """Why there was no room for a message."""
    queues = _told(socket, _QUEUES_TO_PEERS)
    if queues == 0:
        return "no peer yet"
    full = f"full (SNDHWM {_told(socket, ZMQ_SNDHWM)}): no room"
    if queues == 1:
        return f"the queue to the peer is {full}"
    if socket._type in (ZMQ_ROUTER, ZMQ_SERVER, ZMQ_PEER):
        return f"the queue to this peer is {full}"
    if socket._type in (ZMQ_PUB, ZMQ_XPUB, ZMQ_RADIO):
        return f"the queue to a subscriber is {full}"
    if queues > 1:
        return f"the queues to all {queues} peers are {full}"
    return f"no peer yet, or the queues are {full}"


cdef object _endpoint_hint(int errnum, bytes endpoint, bint binding):
    """Advice about an endpoint that libzmq refused, to follow libzmq's own text."""
    shown = endpoint.decode("utf-8", "replace")
    hint = ""
    if endpoint.startswith(b"ipc://"):
        path = endpoint[6:]
        if errnum == ENAMETOOLONG or (
            errnum == EINVAL and len(path) > IPC_PATH_MAX_LEN
        ):
            return (
                f"(addr={shown!r}): the ipc path has {len(path)} bytes,"
                f" zmq.IPC_PATH_MAX_LEN={IPC_PATH_MAX_LEN} are allowed"
            )
        if errnum == ENOENT:
            folder = path.decode("utf-8", "replace").rpartition("/")[0]
            hint = f": no such folder {folder!r} for the ipc path; make it first"
    transport = endpoint.partition(b"://")[0].decode("utf-8", "replace")
    if errnum == EINVAL:
        if transport in ("tcp", "udp", "ws"):
            path = "[/path]" if transport == "ws" else ""
            chosen = ", or * for one that the system chooses" if binding else ""
            hint = f": expected {transport}://host:port{path}, the port from 1 to 65535{chosen}"
        else:
            hint = ": expected transport://address, such as 'tcp://127.0.0.1:5555'"
    elif errnum == ENOCOMPATPROTO:
        hint = ": this transport does not go with this type of socket"
        if transport == "udp":
            hint = ": over udp RADIO sockets connect, DISH and DGRAM sockets bind, no others"
    elif errnum == EISCONN:
        hint = ": a DGRAM socket has one endpoint, which it has already; unbind it first"
    elif errnum == EPROTONOSUPPORT:
        hint = ": zmq.has() tells which transports this build has"
    elif errnum == ENODEV and binding:
        hint = ": bind needs an address or interface of this machine, or '*' for all"
    return f"(addr={shown!r}){hint}"


cdef int _warn_of_missing_keys(Socket socket, bytes endpoint) except -1:
    """Warn of a connection that CURVE will refuse in silence, or that keeps nothing secret."""
    cdef int server
    if endpoint.startswith((b"inproc://", b"udp://")):
        return 0  # these have no handshake
    if _told(socket, ZMQ_MECHANISM) != ZMQ_CURVE:
        return 0
    server = _told(socket, ZMQ_CURVE_SERVER)
    missing = [
        name
        for name, option in (
            ("curve_publickey", SocketOption.CURVE_PUBLICKEY),
            ("curve_secretkey", SocketOption.CURVE_SECRETKEY),
        )
        if not (server and name == "curve_publickey") and Socket.get(socket, option) == _NO_KEY
    ]
    if missing:
        text = (
            f"a CURVE {'server' if server else 'client'} without a key of its own:"
            f" set {' and '.join(missing)} before bind and connect, to keys as"
            " zmq.curve_keypair() makes them; "
        )
        text += "anybody knows its key" if server else "the server refuses it in silence"
        # the frames of Python: bind or connect in zmq.sugar, then its caller
        warn(text, RuntimeWarning, stacklevel=2)
    return 0


cdef int _integer(object value, object expected) except? -1:
    """A number for libzmq; what is none is told what was expected."""
    if not PyIndex_Check(value):
        raise TypeError(f"{expected}, got {value!r}")
    return value


cdef class Socket:
    """Socket(ctx_or_socket=None, socket_type=0, *, shadow=0, copy_threshold=None)
--

    The backend's socket: one libzmq socket.

    Use `zmq.Socket`, which adds the conveniences; all that sends and receives is here.

    Parameters
    ----------
    ctx_or_socket : Context or Socket
        The context to make the socket in, or a Socket to shadow.
    socket_type : int
        A value of `zmq.SocketType`.
    shadow : Socket or int, optional
        A Socket, or the address of a libzmq socket, to use without owning it.
    copy_threshold : int, optional
        Size in bytes below which sends copy even with ``copy=False``; by default
        `zmq.COPY_THRESHOLD`.

    Raises
    ------
    TypeError
        If the context or the type is missing.
    ZMQError
        EINVAL for an unknown type, EMFILE if the context's MAX_SOCKETS are all in use,
        ENOTSUP if the context has been terminated.

    Notes
    -----
    Calls ``zmq_socket``. One thread at a time sends or receives; a second that does so meanwhile
    gets ``ZMQError(EMTHREAD)``. SERVER, CLIENT, RADIO, DISH, SCATTER, GATHER,
    PEER and CHANNEL are thread-safe.
    """

    def __cinit__(self, *args, **kwargs):
        self.handle = NULL
        self._draft_poller = NULL
        self._own_guard = <void *> new ThreadGuard()
        self._guard = self._own_guard
        self._generation = fork_generation
        self._type = -1
        self._copy_threshold = -1

    def __init__(self, ctx_or_socket=None, socket_type=0, *, shadow=0, copy_threshold=None):
        cdef void *handle
        cdef Socket original
        cdef int kind
        if self.handle != NULL:
            raise RuntimeError("the socket exists already: __init__ was called twice")
        if copy_threshold is not None:
            self._copy_threshold = copy_threshold
        if isinstance(ctx_or_socket, Socket):
            shadow = ctx_or_socket
            ctx_or_socket = None
        self._generation = fork_generation
        if isinstance(shadow, Socket):
            original = shadow
            original._enter_briefly()
            (<ThreadGuard *> original._guard).leave()
            self._borrow(original)
            return
        if shadow:
            _check_address(shadow)
            reference = _live_sockets.get(<size_t> shadow)
            owner = reference() if reference is not None else None
            if owner is not None:
                self._borrow(owner)
                return
            self._shadow = True
            self.handle = <void *> <size_t> shadow
            if isinstance(ctx_or_socket, Context):
                self.context = ctx_or_socket
            self._type = self._get_int(ZMQ_TYPE)
            self._drops_the_rest = _type_drops_the_rest(self._type)
            (<ThreadGuard *> self._guard).shared = self._get_int(ZMQ_THREAD_SAFE)
            return
        if ctx_or_socket is None:
            raise TypeError(
                "context must be specified: make sockets with context.socket(zmq.PUSH)"
            )
        if not isinstance(ctx_or_socket, Context):
            raise TypeError(
                "Socket() takes a zmq.Context and a socket type,"
                f" got {type(ctx_or_socket).__name__} as the context"
            )
        kind = _integer(socket_type, "socket_type is a zmq.SocketType, such as zmq.PUSH")
        if kind < 0:
            raise TypeError("socket_type must be specified: a value of zmq.SocketType")
        # Without its drafts libzmq makes such a socket, and aborts when a peer connects.
        if kind >= ZMQ_SERVER and not PYZMQ_DRAFT_API:
            _raise_errno(
                EINVAL,
                f"(socket_type={socket_type!r} is a draft, and this build has no draft sockets:"
                " see zmq.has('draft'))",
            )
        handle = (<Context> ctx_or_socket)._make_socket(kind)
        if handle == NULL:
            errnum = _libzmq_errno()
            if errnum == EINVAL:
                _raise_errno(errnum, f"(socket_type={socket_type!r} is not a zmq.SocketType)")
            if errnum == EMFILE:
                _raise_errno(
                    errnum,
                    "(the context has no sockets left, or the process no file descriptors:"
                    " close some, or raise MAX_SOCKETS of the context, or `ulimit -n`)",
                )
            _raise_errno(errnum, "(no socket could be made)")
        self.handle = handle
        self.context = ctx_or_socket
        self._made_in = ctx_or_socket
        self._type = kind
        self._drops_the_rest = _type_drops_the_rest(kind)
        self._made_at = _place_of_caller()
        _live_sockets[<size_t> handle] = weakref.ref(self)
        (<ThreadGuard *> self._guard).shared = self._get_int(ZMQ_THREAD_SAFE)
        self._made_in._add_socket(self)

    cdef int _borrow(self, Socket owner) except -1:
        """Use the handle and the thread guard of `owner`, until that is closed."""
        if owner._shadow_of is not None:
            owner = owner._shadow_of
        self._shadow = True
        self._shadow_of = owner
        self.handle = owner.handle
        self.context = owner.context
        self._type = owner._type
        self._drops_the_rest = owner._drops_the_rest
        self._guard = owner._guard
        if self._copy_threshold < 0:
            self._copy_threshold = owner._copy_threshold
        with cython.critical_section(owner):
            shadows = [] if owner._shadows is None else owner._shadows
            owner._shadows = [r for r in shadows if r() is not None]
            owner._shadows.append(weakref.ref(self))
        return 0

    def __del__(self):
        if self.handle == NULL or self._shadow or self._generation != fork_generation:
            return
        try:
            if not self._monitor_ended:
                # a compiled method has no frame: the first is that of the line that dropped it
                warn(f"Unclosed socket {self!r}", ResourceWarning, stacklevel=1, source=self)
        except Exception as error:
            # Late in the interpreter's exit, what a warning is made with is gone: who would
            # read one then?
            if isinstance(error, Warning) or not interpreter_is_exiting():
                raise
        finally:
            # also where warnings are errors
            if not interpreter_is_exiting():
                self._close(None)

    def __dealloc__(self):
        cdef ThreadGuard *guard
        # At interpreter exit the socket stays as it is: its messages go on to the network
        # while the process lasts, and nothing waits for them.
        if self.handle != NULL and not self._shadow and self._generation == fork_generation:
            self._forget_address()
            if not interpreter_is_exiting():
                zmq_close(self.handle)
        if self._draft_poller != NULL and self._generation == fork_generation:
            zmq_poller_destroy(&self._draft_poller)
        guard = <ThreadGuard *> self._own_guard
        del guard

    cdef int _forget_address(self) except -1:
        # before zmq_close: from then on another thread's socket may have the address
        if not self._shadow:
            _live_sockets.pop(<size_t> self.handle, None)
        return 0

    # -- guards ---------------------------------------------------------------------------

    cdef int _enter(self) except -1:
        """Take the socket for one call into libzmq; the caller gives it back."""
        if self._generation != fork_generation or not (<ThreadGuard *> self._guard).enter():
            self._enter_late(SHORT_USE)
        if self.handle == NULL:
            # asked once nobody can close it any more
            (<ThreadGuard *> self._guard).leave()
            self._refuse()
        return 0

    cdef int _enter_briefly(self) except -1:
        """Take the socket for a brief call, as a look at the events; given back with `leave`."""
        if self._generation != fork_generation or not (<ThreadGuard *> self._guard).enter_briefly():
            self._enter_late(BRIEF_USE)
        if self.handle == NULL:
            (<ThreadGuard *> self._guard).leave()
            self._refuse()
        return 0

    cdef int _take(self) except -1:
        """Take the socket for a call without the GIL, or raise."""
        if (
            self._generation != fork_generation
            or not (<ThreadGuard *> self._guard).enter_blocking()
        ):
            self._enter_late(LONG_USE)
        if self.handle == NULL:
            (<ThreadGuard *> self._guard).leave_blocking()
            self._refuse()
        return 0

    cdef int _take_briefly(self) except -1:
        """The same for a call that waits for no message: others wait until it is over."""
        if (
            self._generation != fork_generation
            or not (<ThreadGuard *> self._guard).enter_blocking_briefly()
        ):
            self._enter_late(BRIEF_BLOCKING_USE)
        if self.handle == NULL:
            (<ThreadGuard *> self._guard).leave_blocking()
            self._refuse()
        return 0

    cdef int _take_to_wait(self) except -1:
        """The same for a send or receive that waits: brief calls of others end the wait."""
        if (
            self._generation != fork_generation
            or not (<ThreadGuard *> self._guard).enter_waiting()
        ):
            self._enter_late(WAITING_USE)
        if self.handle == NULL:
            (<ThreadGuard *> self._guard).leave_blocking()
            self._refuse()
        return 0

    cdef int _enter_late(self, int kind) except -1:
        """Take the socket once another thread's brief call is over, or say why not.

        A brief call ends the wait of a send or receive first.
        """
        cdef ThreadGuard *guard = <ThreadGuard *> self._guard
        cdef bint briefly = kind == BRIEF_USE or kind == BRIEF_BLOCKING_USE
        cdef bint entered
        while (
            self._generation == fork_generation
            and self.handle != NULL
            and guard.is_soon_free(briefly)
        ):
            if briefly and guard.is_waited_in():
                guard.end_wait(&self.handle)
            with nogil:
                guard.await_free(briefly)
            _check_signals()
            if kind == SHORT_USE:
                entered = guard.enter()
            elif kind == BRIEF_USE:
                entered = guard.enter_briefly()
            elif kind == LONG_USE:
                entered = guard.enter_blocking()
            elif kind == WAITING_USE:
                entered = guard.enter_waiting()
            else:
                entered = guard.enter_blocking_briefly()
            if entered:
                return 0
        self._refuse()

    cdef int _refuse(self) except -1:
        """Say why the socket cannot be used."""
        if self.handle == NULL:
            raise ZMQError(
                ENOTSOCK, f"Socket operation on non-socket ({self!r} has been closed)"
            )
        if self._generation != fork_generation:
            raise ZMQError(
                ENOTSOCK,
                f"Socket operation on non-socket ({self!r} was made before this process was"
                " forked; make contexts and sockets in the child)",
            )
        if (self if self._shadow_of is None else self._shadow_of)._acquired:
            raise ZMQError(
                EMTHREAD,
                f"{self!r} is in use by an extension module, which has acquired it; use it once"
                " that has released it",
            )
        raise ZMQError(
            EMTHREAD,
            f"{self!r} is in use by another thread: a socket belongs to one thread at a time;"
            " give each thread a socket of its own, or use one of the thread-safe types",
        )

    @property
    def type(self) -> SocketType:
        """The type of the socket, a member of `zmq.SocketType`."""
        return _socket_type_members.get(self._type, self._type)

    # -- life -----------------------------------------------------------------------------

    @property
    def underlying(self) -> int:
        """The address of the libzmq socket; 0 once it is closed."""
        return <size_t> self.handle

    @property
    def closed(self) -> bool:
        """Whether the socket has been closed."""
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

        Messages not yet sent stay with the context until they are delivered or the LINGER
        time is over. Closing twice does nothing.

        Parameters
        ----------
        linger : int, optional
            LINGER in ms to set first: -1 for ever, 0 drops unsent messages.

        Raises
        ------
        ZMQError
            EMTHREAD if another thread is using the socket at this moment. One that waits in a
            poll, a send or a receive is woken, and gets ENOTSOCK.

        Notes
        -----
        Calls ``zmq_close``. A shadow closes the socket that it shadows.
        """
        if self._shadow_of is not None:
            self._shadow_of.close(linger)
            self.handle = NULL
            return
        self._close(linger)

    cdef int _close(self, object linger) except -1:
        cdef ThreadGuard *guard
        cdef int milliseconds
        if self.handle == NULL:
            return 0
        if self._generation != fork_generation:
            # what the parent process made is the parent's to close
            self.handle = NULL
            return 0
        if linger is not None:
            milliseconds = _linger(linger)
        guard = <ThreadGuard *> self._guard
        try:
            while not guard.enter_alone():
                if guard.has_sleepers():
                    guard.closing = True
                    with nogil:
                        guard.wake_to_close()
                elif guard.is_waited_in():
                    # what is left of that wait is a sleep
                    guard.closing = True
                    guard.end_wait(&self.handle)
                    with nogil:
                        guard.await_free(True)
                elif guard.is_soon_free(guard.is_asleep()):
                    with nogil:
                        guard.await_free(False)
                else:
                    raise ZMQError(
                        EMTHREAD,
                        f"{self!r} is in use by another thread and cannot be closed under it;"
                        " close it in that thread, or terminate its context to wake that thread"
                        " up",
                    )
                _check_signals()
        finally:
            guard.closing = False
        try:
            if self.handle == NULL:
                # closed by another thread just before
                return 0
            monitor, self._monitor_socket = self._monitor_socket, None
            if self._async_state is not None:
                (<_Waiters> self._async_state).close()
                self._async_state = None
            if self._monitored is not None:
                # A monitor that nobody reads from would block the socket that it watches.
                watched = self._monitored()
                if (
                    watched is not None
                    and (<Socket> watched).handle != NULL
                    and (<Socket> watched)._monitor_socket is self
                ):
                    zmq_socket_monitor((<Socket> watched).handle, NULL, 0)
            if linger is not None:
                zmq_setsockopt(self.handle, ZMQ_LINGER, &milliseconds, sizeof(milliseconds))
            if self._draft_poller != NULL:
                zmq_poller_destroy(&self._draft_poller)
            with cython.critical_section(self):
                pollers = None if self._pollers is None else list(self._pollers)
            if pollers is not None:
                for poller in pollers:
                    (<_SocketPollerHandle> poller).forget(self.handle)
                with cython.critical_section(self):
                    self._pollers = None
            if monitor is not None:
                zmq_socket_monitor(self.handle, NULL, 0)
            self._forget_address()
            shadows = [] if self._shadows is None else [r() for r in self._shadows]
            # who reads the counters of the socket holds this, too
            with cython.critical_section(_live_sockets):
                zmq_close(self.handle)
                self.handle = NULL
                for shadow in shadows:
                    if shadow is not None:
                        (<Socket> shadow).handle = NULL
            self._shadows = None
        finally:
            guard.leave_alone()
        if self._made_in is not None:
            self._made_in._discard_socket(self)
        if monitor is not None:
            _end_monitor(monitor)
        return 0

    def _is_waited_for(self):
        """Whether a task waits for it; green sockets say it of their greenlets."""
        return self._async_state is not None and (<_Waiters> self._async_state).is_waited_for()

    def _sleepers(self):
        """How many polls, sends and receives sleep on it, in all threads."""
        return (<ThreadGuard *> self._guard).count_sleepers()

    def _is_waited_in(self):
        """Whether a send or receive waits on it, in any thread."""
        cdef ThreadGuard *guard = <ThreadGuard *> self._guard
        return guard.is_waited_in() or guard.is_asleep()

    cpdef bint _close_if_over(self) except -1:
        """Close the socket of a monitor that was stopped and whose events have all been read.

        True if this closed it: nobody has to wait for what will not come.
        """
        if not self._monitor_ended or self.handle == NULL:
            return False
        try:
            if self._get_int(ZMQ_EVENTS) & ZMQ_POLLIN:
                return False
        except ZMQError:
            pass
        self.close(0)
        return True

    cdef int _close_ended_monitor(self) except -1:
        """Close it for the end of its context, after which nobody can read it."""
        if not self._monitor_ended or not (<ThreadGuard *> self._guard).is_free():
            return 0
        try:
            self.close(0)
        except ZMQError as error:
            if error.errno != EMTHREAD:  # another thread reads it, and gets the event of the end
                raise
        return 0

    cdef int _look_after_waiters(self) except -1:
        """Wake who waits for what this use of the socket may have made possible."""
        cdef Socket root = self if self._shadow_of is None else self._shadow_of
        if (<ThreadGuard *> self._guard).has_sleepers():
            self._wake_sleepers()
        if root._async_state is not None:
            (<_Waiters> root._async_state).look()
        return 0

    cdef int _wake_sleepers(self) except -1:
        """Wake the polls of other threads that wait for an event which the socket has now."""
        cdef int events = -1
        cdef int found = 0
        cdef size_t size = sizeof(found)
        if self.handle != NULL and (<ThreadGuard *> self._guard).enter_briefly():
            if zmq_getsockopt(self.handle, ZMQ_EVENTS, &found, &size) == 0:
                events = found
            (<ThreadGuard *> self._guard).leave()
        (<ThreadGuard *> self._guard).wake_sleepers(events)
        return 0

    def __reduce__(self):
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled, it lives in this process: send its"
            " endpoint instead, and make a socket there"
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

    # -- options --------------------------------------------------------------------------

    cdef int _get_int(self, int option) except? -1:
        cdef int value = 0
        cdef size_t size = sizeof(value)
        cdef int rc
        cdef int errnum
        self._enter_briefly()
        rc = zmq_getsockopt(self.handle, option, &value, &size)
        errnum = _libzmq_errno()
        (<ThreadGuard *> self._guard).leave()
        if (<ThreadGuard *> self._guard).has_sleepers():
            self._wake_sleepers()
        if rc < 0:
            _raise_errno(errnum, f"(option {_option_name(option)} cannot be read)")
        return value

    cdef object _get_descriptor(self):
        """The option FD, without a look at what waits."""
        cdef zmq_fd_t descriptor = 0
        cdef size_t size = sizeof(descriptor)
        cdef int rc
        self._enter_briefly()
        rc = zmq_getsockopt(self.handle, ZMQ_FD, &descriptor, &size)
        (<ThreadGuard *> self._guard).leave()
        if rc < 0:
            _raise_errno(_libzmq_errno(), "(option FD cannot be read)")
        return descriptor

    def get(self, option: int | SocketOption) -> int | bytes:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
        cdef int number = _integer(option, "an option is a zmq.SocketOption, such as zmq.LINGER")
        cdef int kind = _option_type(number)
        cdef int value = 0
        cdef int64_t value64 = 0
        cdef zmq_fd_t descriptor = 0
        cdef size_t size
        cdef char buffer[1024]
        cdef int rc
        if number == ZMQ_FD and (<ThreadGuard *> self._guard).shared:
            # fileno() is written in Python, and has a frame
            in_fileno = sys._getframe(0).f_globals.get("__name__") == "zmq.sugar.socket"
            warn(DraftFDWarning(), stacklevel=2 if in_fileno else 1)
            return self._poller_descriptor()
        if kind == OPTION_BYTES:
            # libzmq tells raw keys from Z85 by the size of the buffer
            size = 41 if 48 <= number <= 50 else sizeof(buffer)
            self._enter_briefly()
            rc = zmq_getsockopt(self.handle, number, buffer, &size)
        elif kind == OPTION_INT64:
            size = sizeof(value64)
            self._enter_briefly()
            rc = zmq_getsockopt(self.handle, number, &value64, &size)
        elif kind == OPTION_FD:
            size = sizeof(descriptor)
            self._enter_briefly()
            rc = zmq_getsockopt(self.handle, number, &descriptor, &size)
        else:
            size = sizeof(value)
            self._enter_briefly()
            rc = zmq_getsockopt(self.handle, number, &value, &size)
        (<ThreadGuard *> self._guard).leave()
        errnum = _libzmq_errno()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0 and errnum == EINVAL and number == ZMQ_LAST_ENDPOINT:
            return self._long_last_endpoint()
        if rc < 0:
            _raise_errno(errnum, f"(option {_option_name(number)} cannot be read)")
        if kind == OPTION_BYTES:
            # texts end in a NUL that is not part of them; a routing id may contain one
            if number != 5 and size > 0 and buffer[size - 1] == 0:
                size -= 1
            return PyBytes_FromStringAndSize(buffer, size)
        if kind == OPTION_INT64:
            return value64
        if kind == OPTION_FD:
            return descriptor
        return value

    cdef object _long_last_endpoint(self):
        """The option LAST_ENDPOINT, of any length: the path of a ws:// endpoint has no limit."""
        cdef bytearray endpoint
        cdef size_t size = 1024
        cdef int rc = -1
        cdef int errnum = EINVAL
        while rc < 0 and errnum == EINVAL and size < 1 << 30:
            size *= 8
            endpoint = bytearray(size)
            self._enter_briefly()
            rc = zmq_getsockopt(self.handle, ZMQ_LAST_ENDPOINT, <char *> endpoint, &size)
            (<ThreadGuard *> self._guard).leave()
            errnum = _libzmq_errno()
        if rc < 0:
            _raise_errno(errnum, "(option LAST_ENDPOINT cannot be read)")
        return bytes(endpoint[: size - 1])

    def set(self, option: int | SocketOption, optval: int | bytes) -> None:
        """Set a socket option.

        Most options take effect for endpoints bound or connected afterwards; SUBSCRIBE,
        UNSUBSCRIBE, LINGER and a few others at once.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.
        optval : int or bytes
            As the option's type is; `set_string` takes a str.

        Raises
        ------
        TypeError
            If `optval` has the wrong type.
        OverflowError
            If an int is too large for the option.
        ZMQError
            EINVAL if there is no such option, or it does not take this value.

        Notes
        -----
        Calls ``zmq_setsockopt``.
        """
        cdef int number = _integer(option, "an option is a zmq.SocketOption, such as zmq.LINGER")
        cdef int kind = _option_type(number)
        cdef int value
        cdef int64_t value64
        cdef zmq_fd_t descriptor
        cdef int rc
        cdef Py_buffer view
        if isinstance(optval, str):
            raise TypeError(
                "unicode not allowed, use setsockopt_string: the option"
                f" {_option_name(number)} takes {'bytes' if kind == OPTION_BYTES else 'an int'},"
                f" got {'a str' if number in _SECRET_OPTIONS else f'the str {optval!r}'}"
                f"{': encode() it' if kind == OPTION_BYTES else ''}"
            )
        if kind == OPTION_BYTES:
            if not isinstance(optval, (bytes, bytearray, memoryview)):
                raise TypeError(
                    f"expected bytes, got: {_shown_value(number, optval)} (the option"
                    f" {_option_name(number)} takes bytes{_key_form(number)}, not"
                    f" {type(optval).__name__})"
                )
            PyObject_GetBuffer(optval, &view, PyBUF_SIMPLE)
            try:
                self._enter_briefly()
                rc = zmq_setsockopt(self.handle, number, view.buf, view.len)
                (<ThreadGuard *> self._guard).leave()
                errnum = _libzmq_errno()
            finally:
                PyBuffer_Release(&view)
        else:
            if not isinstance(optval, int):
                raise TypeError(
                    f"expected int, got: {optval!r} (the option {_option_name(number)} takes"
                    f" an int{_unit(number)}, not {type(optval).__name__})"
                )
            if kind == OPTION_INT64:
                value64 = optval
                self._enter_briefly()
                rc = zmq_setsockopt(self.handle, number, &value64, sizeof(value64))
            elif kind == OPTION_FD:
                descriptor = optval
                self._enter_briefly()
                rc = zmq_setsockopt(self.handle, number, &descriptor, sizeof(descriptor))
            else:
                value = optval
                self._enter_briefly()
                rc = zmq_setsockopt(self.handle, number, &value, sizeof(value))
            (<ThreadGuard *> self._guard).leave()
            errnum = _libzmq_errno()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0:
            _raise_errno(errnum, _refused_value(number, optval, self._type))

    getsockopt = get
    setsockopt = set

    cdef object _poller_descriptor(self):
        """The descriptor of a zmq_poller that watches this thread-safe socket."""
        cdef zmq_fd_t descriptor = 0
        if self._shadow_of is not None:
            return self._shadow_of._poller_descriptor()
        self._enter_briefly()
        (<ThreadGuard *> self._guard).leave()
        with cython.critical_section(self):
            if self._draft_poller == NULL:
                self._draft_poller = self._new_draft_poller()
            if zmq_poller_fd(self._draft_poller, &descriptor) < 0:
                _raise_errno(_libzmq_errno(), "(zmq_poller_fd)")
        return descriptor

    cdef void *_new_draft_poller(self) except NULL:
        cdef void *poller = zmq_poller_new()
        if poller == NULL:
            _raise_errno(_libzmq_errno(), "(no zmq_poller could be made)")
        if zmq_poller_add(poller, self.handle, NULL, ZMQ_POLLIN | ZMQ_POLLOUT) < 0:
            errnum = _libzmq_errno()
            zmq_poller_destroy(&poller)
            _raise_errno(errnum, "(zmq_poller_add)")
        return poller

    # For event loops other than asyncio's, written in Python.

    def _signal_descriptor(self):
        """The descriptor that signals a change of the events, also of thread-safe sockets."""
        if (<ThreadGuard *> self._guard).shared:
            return self._poller_descriptor()
        return self._get_descriptor()

    def _events_after_signal(self):
        """The option EVENTS; takes the signal off the descriptor, also of thread-safe sockets."""
        cdef Socket root = self if self._shadow_of is None else self._shadow_of
        cdef zmq_poller_event_t event
        if root._draft_poller != NULL:
            zmq_poller_wait(root._draft_poller, &event, 0)
        return self._get_int(ZMQ_EVENTS)

    # -- endpoints ------------------------------------------------------------------------

    def bind(self, addr: str) -> None:
        """Listen on an endpoint; see `zmq.Socket.bind`."""
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef const char *c_endpoint = endpoint
        cdef int rc
        cdef int errnum
        if endpoint.startswith(b"inproc://"):
            self._enter_briefly()
            rc = zmq_bind(self.handle, c_endpoint)
            errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave()
        else:
            self._take_briefly()
            with nogil:
                rc = zmq_bind(self.handle, c_endpoint)
                errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave_blocking()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0:
            _raise_errno(errnum, _endpoint_hint(errnum, endpoint, True))
        _warn_of_missing_keys(self, endpoint)

    def connect(self, addr: str) -> None:
        """Connect to an endpoint; see `zmq.Socket.connect`."""
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef const char *c_endpoint = endpoint
        cdef int rc
        cdef int errnum
        if _connects_at_once(endpoint):
            self._enter_briefly()
            rc = zmq_connect(self.handle, c_endpoint)
            errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave()
        else:
            self._take_briefly()
            with nogil:
                rc = zmq_connect(self.handle, c_endpoint)
                errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave_blocking()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0:
            _raise_errno(errnum, _endpoint_hint(errnum, endpoint, False))
        _warn_of_missing_keys(self, endpoint)

    def unbind(self, addr: str | bytes) -> None:
        """Stop listening on an endpoint.

        Parameters
        ----------
        addr : str
            The endpoint as it was bound; after a wildcard bind, as LAST_ENDPOINT says.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not bound there.

        Notes
        -----
        Calls ``zmq_unbind``.

        .. versionadded:: 13.0
        """
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef int rc
        self._enter_briefly()
        rc = zmq_unbind(self.handle, endpoint)
        (<ThreadGuard *> self._guard).leave()
        errnum = _libzmq_errno()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0:
            if errnum == ENOENT:
                _raise_errno(errnum, f"(the socket is not bound to addr={addr!r})")
            _raise_errno(errnum, _endpoint_hint(errnum, endpoint, True))

    def disconnect(self, addr: str | bytes) -> None:
        """Undo a connect.

        Parameters
        ----------
        addr : str
            The endpoint as it was connected.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not connected there.

        Notes
        -----
        Calls ``zmq_disconnect``.

        .. versionadded:: 13.0
        """
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef int rc
        self._enter_briefly()
        rc = zmq_disconnect(self.handle, endpoint)
        (<ThreadGuard *> self._guard).leave()
        errnum = _libzmq_errno()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0:
            if errnum == ENOENT:
                _raise_errno(errnum, f"(the socket is not connected to addr={addr!r})")
            _raise_errno(errnum, _endpoint_hint(errnum, endpoint, False))

    @property
    def _endpoint_names(self):
        """The names of endpoints besides those that libzmq knows, also of shadows."""
        cdef Socket root = self if self._shadow_of is None else self._shadow_of
        with cython.critical_section(root):
            if root._names_of_endpoints is None:
                root._names_of_endpoints = []
            return root._names_of_endpoints

    def connect_peer(self, addr: str) -> int:
        """Connect a PEER socket and return the routing id of the peer (draft).

        Parameters
        ----------
        addr : str
            The endpoint.

        Returns
        -------
        int
            The routing id to send to this peer with, at once: what is sent before there is a
            connection waits for it.

        Raises
        ------
        ZMQError
            ENOTSUP if this is not a PEER socket, EFAULT if its option IMMEDIATE is set, and
            what `connect` raises.

        Notes
        -----
        Calls ``zmq_connect_peer``. Safe in any thread. Draft: a later libzmq may change it.
        """
        cdef bytes endpoint = _endpoint_bytes(addr)
        cdef const char *c_endpoint = endpoint
        cdef uint32_t routing_id
        cdef int errnum
        if _connects_at_once(endpoint):
            self._enter_briefly()
            routing_id = zmq_connect_peer(self.handle, c_endpoint)
            errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave()
        else:
            self._take_briefly()
            with nogil:
                routing_id = zmq_connect_peer(self.handle, c_endpoint)
                errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave_blocking()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if routing_id == 0:
            if errnum == ENOTSUP:
                _raise_errno(
                    errnum,
                    f"(addr={addr!r}: connect_peer() is for PEER sockets, and this is a"
                    f" {_type_name(self._type)}: use connect())",
                )
            if errnum == EFAULT:
                _raise_errno(
                    errnum,
                    f"(addr={addr!r}: connect_peer() needs a queue to the peer at once, it does"
                    " not go with the option IMMEDIATE)",
                )
            _raise_errno(errnum, _endpoint_hint(errnum, endpoint, False))
        return routing_id

    def disconnect_peer(self, routing_id: int) -> None:
        """End the connection of one peer of a SERVER or PEER socket (draft).

        Messages sent to the peer go out first. Messages that came from it and were not received
        is dropped. A peer that had connected may connect again, under another routing id. A
        connection that this socket has made by `connect` or `connect_peer` is not made again.

        Parameters
        ----------
        routing_id : int
            The routing id of the peer: that of a message from it, or what `connect_peer` returned.

        Raises
        ------
        ZMQError
            EHOSTUNREACH if no peer has this routing id, or has it no more; ENOTSUP if this is
            neither a SERVER nor a PEER.

        Notes
        -----
        Calls ``zmq_disconnect_peer``, which libzmq has since 2026. Safe in any thread. Draft: a
        later libzmq may change it.
        """
        cdef uint32_t peer = _checked_routing_id(routing_id)
        cdef int rc
        self._enter_briefly()
        rc = zmq_disconnect_peer(self.handle, peer)
        (<ThreadGuard *> self._guard).leave()
        errnum = _libzmq_errno()
        if (<ThreadGuard *> self._guard).waiting:
            self._look_after_waiters()
        if rc < 0:
            if errnum == ENOTSUP:
                _raise_errno(
                    errnum,
                    f"(routing_id={routing_id}: disconnect_peer() is for SERVER and PEER sockets,"
                    f" and this is a {_type_name(self._type)})",
                )
            if errnum == EHOSTUNREACH:
                _raise_errno(errnum, f"(no peer has routing_id={routing_id}, or it has gone)")
            _raise_errno(errnum)

    def get_peer_state(self, routing_id: bytes) -> int:
        """Tell whether a message to a peer of a ROUTER would find room now (draft).

        Parameters
        ----------
        routing_id : bytes
            The routing id of the peer: the first part of the messages from it.

        Returns
        -------
        int
            POLLOUT if the queue to the peer is below its high-water mark, else 0. POLLIN is
            reserved: libzmq does not report it yet.

        Raises
        ------
        TypeError
            If `routing_id` is not bytes.
        ZMQError
            EHOSTUNREACH if no peer has this routing id, ENOTSUP if this is not a ROUTER.

        Notes
        -----
        Calls ``zmq_socket_get_peer_state``. Draft: a later libzmq may report POLLIN, or serve
        other types of sockets.
        """
        cdef Py_buffer view
        cdef int rc
        cdef int errnum
        if not isinstance(routing_id, (bytes, bytearray, memoryview)):
            raise TypeError(
                "get_peer_state() takes the routing id of a peer of a ROUTER as bytes, got"
                f" {type(routing_id).__name__}"
            )
        PyObject_GetBuffer(routing_id, &view, PyBUF_SIMPLE)
        try:
            self._enter_briefly()
            rc = zmq_socket_get_peer_state(self.handle, view.buf, view.len)
            errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave()
        finally:
            PyBuffer_Release(&view)
        if rc < 0:
            if errnum == ENOTSUP:
                _raise_errno(
                    errnum,
                    "(only a ROUTER tells the state of a peer, and this is a"
                    f" {_type_name(self._type)})",
                )
            if errnum == EHOSTUNREACH:
                _raise_errno(errnum, f"(no peer has the routing id {bytes(routing_id)!r})")
            _raise_errno(errnum, "(get_peer_state)")
        return rc

    def join(self, group: str | bytes) -> None:
        """Receive the messages of a group, on a DISH socket (draft).

        Parameters
        ----------
        group : str or bytes
            The name, at most 255 bytes; a str is encoded as UTF-8.

        Raises
        ------
        ZMQError
            EINVAL if the name is too long or the group was joined already; ENOTSUP if this
            is not a DISH socket.

        Notes
        -----
        Calls ``zmq_join``. Safe in any thread. Draft: a later libzmq may change it.

        A RADIO that connects to a bound DISH hears of the groups when the DISH is next used, by
        `poll` or `recv`; what it sends before is dropped.

        .. versionadded:: 17
        """
        cdef bytes name = _group_name(group)
        cdef int rc
        self._enter_briefly()
        rc = zmq_join(self.handle, name)
        (<ThreadGuard *> self._guard).leave()
        if rc < 0:
            self._raise_group_error(
                _libzmq_errno(), "join", "was joined before: each is joined once", group
            )

    def leave(self, group: str | bytes) -> None:
        """Receive the messages of a group no more, on a DISH socket (draft).

        Parameters
        ----------
        group : str or bytes
            The name that was joined.

        Raises
        ------
        ZMQError
            EINVAL if the group was not joined; ENOTSUP if this is not a DISH socket.

        Notes
        -----
        Calls ``zmq_leave``. Safe in any thread. Draft: a later libzmq may change it.

        .. versionadded:: 17
        """
        cdef bytes name = _group_name(group)
        cdef int rc
        self._enter_briefly()
        rc = zmq_leave(self.handle, name)
        (<ThreadGuard *> self._guard).leave()
        if rc < 0:
            self._raise_group_error(_libzmq_errno(), "leave", "was not joined", group)

    cdef int _raise_group_error(self, int errnum, object method, object problem,
                                object group) except -1:
        if self._type == ZMQ_DISH and errnum == EINVAL:
            _raise_errno(errnum, f"(the group {group!r} {problem})")
        hint = {
            SocketType.RADIO: ": a RADIO sends to groups, with send(..., group=)",
            SocketType.SUB: ": a SUB subscribes to topics",
            SocketType.XSUB: ": an XSUB subscribes to topics",
        }.get(self._type, "")
        _raise_errno(
            errnum,
            f"({method}() is for DISH sockets, and this is a {_type_name(self._type)}{hint})",
        )

    def monitor(
        self, addr: str | bytes | None, events: int = ZMQ_EVENT_ALL, *, version: int = 1,
        socket_type: int = ZMQ_PAIR
    ) -> None:
        """Publish this socket's events on an inproc endpoint.

        `zmq.Socket.get_monitor_socket` does this and gives the socket to receive them from.

        Parameters
        ----------
        addr : str or None
            An ``inproc://`` endpoint to bind; None stops the monitor there is.
        events : int, default EVENT_ALL
            Which `zmq.Event` to publish.
        version : int, default 1
            The form of the messages. 2 (draft) tells both endpoints of a connection and
            64-bit values, and has events that 1 has not, such as PIPES_STATS.
        socket_type : int, default PAIR
            The type of the socket that publishes (draft): PAIR, PUB or PUSH, for which the
            reader is a PAIR, SUB or PULL.

        Raises
        ------
        ValueError
            If `version` is neither 1 nor 2.
        ZMQError
            EPROTONOSUPPORT if `addr` is not inproc, EADDRINUSE if it is in use, EINVAL for
            events that `version` has not, or another type of socket.

        Notes
        -----
        Calls ``zmq_socket_monitor_versioned``. Draft: a later libzmq may have other versions.
        """
        cdef bytes endpoint
        cdef const char *c_endpoint = NULL
        cdef uint64_t mask = 0
        cdef int number = version
        cdef int kind = socket_type
        cdef int errnum
        cdef int rc
        if number != 1 and number != 2:
            raise ValueError(f"the messages of a monitor have version 1 or 2, got {version!r}")
        if addr is not None:
            endpoint = _endpoint_bytes(addr)
            c_endpoint = endpoint
            mask = events
        self._take_briefly()
        with nogil:
            rc = zmq_socket_monitor_versioned(self.handle, c_endpoint, mask, number, kind)
            errnum = _libzmq_errno()
        (<ThreadGuard *> self._guard).leave_blocking()
        if rc < 0:
            if errnum == EINVAL and number == 1 and mask >> 16:
                _raise_errno(
                    errnum, f"(version 1 of monitors has no events {mask:#x}: use version=2)"
                )
            if errnum == EINVAL and kind not in (
                SocketType.PAIR, SocketType.PUB, SocketType.PUSH
            ):
                _raise_errno(
                    errnum,
                    f"(a monitor publishes by PAIR, PUB or PUSH, not {_type_name(kind)})",
                )
            _raise_errno(
                errnum, f"(addr={addr!r}: a monitor binds an unused inproc:// endpoint)"
            )

    def monitor_pipes_stats(self) -> None:
        """Ask for the number of messages in the queues of this socket (draft).

        The monitor then tells of each connection by an event PIPES_STATS, whose ``values`` are
        the numbers of messages that wait to be sent to the peer and to be received from it. The
        events are published as the answers come from other threads and this socket is used:
        its `poll` is enough.

        Raises
        ------
        Again
            If the socket has no connections.
        ZMQError
            EINVAL if no monitor was started with ``version=2`` and the event PIPES_STATS.

        Notes
        -----
        Calls ``zmq_socket_monitor_pipes_stats``. Draft: a later libzmq may change it.
        """
        cdef int rc
        cdef int errnum
        self._enter_briefly()
        rc = zmq_socket_monitor_pipes_stats(self.handle)
        errnum = _libzmq_errno()
        (<ThreadGuard *> self._guard).leave()
        if rc < 0:
            if errnum == EINVAL:
                _raise_errno(
                    errnum,
                    "(nobody would be told: start the monitor with version=2 and the event"
                    " PIPES_STATS, as get_monitor_socket(version=2) does)",
                )
            _raise_errno(errnum, "(monitor_pipes_stats)")

    # -- waiting --------------------------------------------------------------------------

    cdef int _wait_for(self, short events, long long deadline) except -1:
        """Wait without the GIL until one of `events` or the deadline (in ms; -1: for ever).

        Part of a send or receive: other threads do neither meanwhile. Returns the events that
        came, 0 at the deadline. Signal handlers run.
        """
        cdef zmq_pollitem_t item
        cdef long long left
        cdef int rc
        cdef int errnum
        cdef _PollSet items
        if not (<ThreadGuard *> self._guard).shared:
            items = _PollSet()
            items.fill([(self, events)])
            items.is_part = True
            found = items.wait(deadline)
            return found[0][1] if found else 0
        item.fd = 0
        item.events = events
        item.revents = 0
        while True:
            left = -1
            if deadline >= 0:
                left = deadline - monotonic_ms()
                if left < 0:
                    left = 0
                elif left > 0x7fffffff:
                    left = 0x7fffffff
            # a signal that came since must not wait for the next one
            _check_signals()
            self._take()
            item.socket = self.handle
            with nogil:
                rc = _libzmq_poll(&item, 1, <long> left)
                errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave_blocking()
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            if rc > 0:
                return item.revents
            if rc < 0:
                if errnum != EINTR:
                    _raise_errno(errnum, f"(poll of {self!r})")
                _check_signals()
            elif deadline >= 0 and monotonic_ms() >= deadline:
                return 0

    cdef int _spin(self, zmq_msg_t *msg, int flags, bint sends, int *errnum) except? -2:
        """Try to send or receive for the context's SPIN_TIME; return what libzmq returns."""
        cdef int rc = -1
        cdef int spin_time = 0
        context = self.context
        if isinstance(context, Context) and (<Context> context).handle != NULL:
            spin_time = zmq_ctx_get((<Context> context).handle, ZMQ_SPIN_TIME)
        if spin_time <= 0:
            return -1
        self._take_to_wait()
        with nogil:
            if sends:
                rc = spin_send(msg, self.handle, flags, spin_time)
            else:
                rc = spin_recv(msg, self.handle, flags, spin_time)
            errnum[0] = _libzmq_errno()
        (<ThreadGuard *> self._guard).leave_blocking()
        return rc

    def _again(self, bint receives, bint dontwait, timeout=None):
        """The exception for a send or receive that would have to wait, and says why."""
        if dontwait and receives:
            # made all the time, in loops that ask again and again
            return _again("no message is there, and DONTWAIT does not wait")
        reason = "no message" if receives else _why_not_sent(self)
        if dontwait:
            return _again(f"{reason}, and DONTWAIT does not wait")
        name = "timeout"
        if timeout is None:
            name = "RCVTIMEO" if receives else "SNDTIMEO"
            timeout = _told(self, ZMQ_RCVTIMEO if receives else ZMQ_SNDTIMEO)
            if timeout < 0:
                return _again(f"{reason} in time")
        return _again(f"{reason} within {name} ({timeout:g} ms)")

    cdef int _wait_to_try(self, short events, long long deadline) except -1:
        """Wait until a send or receive may succeed; raise Again at the deadline.

        To poll a thread-safe socket takes a descriptor. Where the process has none left, this
        waits for a millisecond.
        """
        try:
            if not self._wait_for(events, deadline):
                raise self._again(events == ZMQ_POLLIN, False)
        except ZMQError as error:
            if error.errno != EMFILE:
                raise
            if deadline >= 0 and monotonic_ms() >= deadline:
                raise self._again(events == ZMQ_POLLIN, False) from None
            with nogil:
                _sleep_ms(1)
        return 0

    def poll(
        self, timeout: float | None = None, flags: int | PollEvent = PollEvent.POLLIN
    ) -> int:
        """Wait for events on this socket.

        Parameters
        ----------
        timeout : float, optional
            How long to wait, in milliseconds; None or negative waits for ever, 0 not at all.
        flags : int, default POLLIN
            POLLIN, POLLOUT or both: what to wait for.

        Returns
        -------
        int
            The events that are there, 0 if the time ran out.

        Raises
        ------
        ZMQError
            ENOTSOCK if the socket is closed.

        Notes
        -----
        Asks ZMQ_EVENTS, then sleeps on ZMQ_FD without the GIL. Other threads may use the socket
        while it sleeps. Use a `Poller` for several sockets.
        """
        cdef int events = 0
        cdef size_t size = sizeof(events)
        cdef int rc
        cdef int errnum
        cdef long long deadline
        cdef _PollSet items
        cdef short wanted = _wanted_events(flags)
        _deadline_of(timeout, &deadline)
        while True:
            self._enter_briefly()
            rc = zmq_getsockopt(self.handle, ZMQ_EVENTS, &events, &size)
            errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave()
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            if rc == 0:
                break
            if errnum != EINTR:
                _raise_errno(errnum, f"(poll of {self!r})")
            _check_signals()
        events &= wanted
        if events or deadline == 0:
            return events
        if (<ThreadGuard *> self._guard).shared:
            return self._wait_for(wanted, deadline)
        items = _PollSet()
        items.fill([(self, wanted)])
        found = items.wait(deadline)
        return found[0][1] if found else 0

    # -- sending --------------------------------------------------------------------------

    cdef int _send_msg(self, zmq_msg_t *msg, int flags) except -1:
        """Send `msg` and give its memory to libzmq; on an exception it has been closed."""
        cdef int rc
        cdef int errnum
        if self._generation != fork_generation or not (<ThreadGuard *> self._guard).enter():
            try:
                self._enter_late(SHORT_USE)
            except BaseException:
                zmq_msg_close(msg)
                raise
        if self.handle == NULL:
            (<ThreadGuard *> self._guard).leave()
            zmq_msg_close(msg)
            self._refuse()
        # Without waiting first: then the GIL need not change hands, most calls need no more.
        if not (<ThreadGuard *> self._guard).mid_message:
            rc = zmq_msg_send(msg, self.handle, flags | ZMQ_DONTWAIT)
        else:
            # A later part never waits on these types. If the peer has gone meanwhile, libzmq
            # drops the rest of the message; with DONTWAIT it would refuse the part, and then
            # take it for the first of another message.
            rc = zmq_msg_send(msg, self.handle, flags & ~ZMQ_DONTWAIT)
        (<ThreadGuard *> self._guard).leave()
        if rc >= 0:
            (<ThreadGuard *> self._guard).mid_message = (
                flags & ZMQ_SNDMORE and self._drops_the_rest
            )
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            return 0
        errnum = _libzmq_errno()
        if (<ThreadGuard *> self._guard).mid_message:
            (<ThreadGuard *> self._guard).mid_message = flags & ZMQ_SNDMORE
            if errnum == EAGAIN:
                # SNDTIMEO is 0: told of what is otherwise dropped in silence
                zmq_msg_close(msg)
                return 0
        try:
            return self._send_waiting(msg, flags, errnum)
        except BaseException:
            zmq_msg_close(msg)
            raise

    cdef int _send_waiting(self, zmq_msg_t *msg, int flags, int errnum) except -1:
        cdef int rc
        cdef long long started = 0
        cdef long long deadline = -1
        # Whether to wait as poll() does, and not in libzmq. libzmq waits for a thread-safe socket
        # on a condition variable, and no signal ends that. For the others, libzmq waits well until
        # a signal comes, or another thread wants to use the socket; the rest is for poll().
        cdef bint polls = (<ThreadGuard *> self._guard).shared
        cdef int timeout = NOT_READ
        cdef size_t size = sizeof(timeout)
        if (<ThreadGuard *> self._guard).waiting:
            # a try in vain may have taken the signal of what others wait for
            self._look_after_waiters()
        while True:
            if errnum == EINTR or (errnum == EAGAIN and started and polls):
                _check_signals()
                if started:
                    polls = True
                    if timeout == NOT_READ:
                        timeout = self._get_int(ZMQ_SNDTIMEO)
                    if timeout >= 0:
                        deadline = started + timeout
                    self._wait_to_try(ZMQ_POLLOUT, deadline)
            elif errnum == EAGAIN and not flags & ZMQ_DONTWAIT and not started:
                started = monotonic_ms()
                rc = self._spin(msg, flags, True, &errnum)
                if rc >= 0:
                    (<ThreadGuard *> self._guard).mid_message = (
                        flags & ZMQ_SNDMORE and self._drops_the_rest
                    )
                    return 0
                if errnum != EAGAIN or polls:
                    continue
            elif errnum == EAGAIN:
                raise self._again(False, flags & ZMQ_DONTWAIT)
            else:
                self._raise_send_error(errnum, zmq_msg_routing_id(msg))
            # a signal that came since must not wait for the next one
            _check_signals()
            if polls or not started:
                self._take_briefly()
                with nogil:
                    rc = zmq_msg_send(msg, self.handle, flags | ZMQ_DONTWAIT)
                    errnum = _libzmq_errno()
            else:
                self._take_to_wait()
                with nogil:
                    rc = zmq_msg_send(msg, self.handle, flags)
                    errnum = _libzmq_errno()
                if rc < 0 and errnum == EINTR:
                    # before another thread can set it
                    zmq_getsockopt(self.handle, ZMQ_SNDTIMEO, &timeout, &size)
            (<ThreadGuard *> self._guard).leave_blocking()
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            if rc >= 0:
                (<ThreadGuard *> self._guard).mid_message = (
                    flags & ZMQ_SNDMORE and self._drops_the_rest
                )
                return 0
            if errnum == EAGAIN and polls and self._is_always_ready_to_send():
                # to some peer; the queue to this one is full
                with nogil:
                    _sleep_ms(1)

    cdef bint _is_always_ready_to_send(self):
        return self._type in (ZMQ_SERVER, ZMQ_PEER, ZMQ_ROUTER, ZMQ_STREAM, ZMQ_PUB, ZMQ_XPUB)

    cdef int _raise_send_error(self, int errnum, uint32_t routing_id) except -1:
        name = _type_name(self._type)
        if errnum == EHOSTUNREACH:
            if self._type == ZMQ_SERVER or self._type == ZMQ_PEER:
                if not routing_id:
                    _raise_errno(
                        errnum,
                        f"(a {name} has to be told which peer to send to: give the routing_id"
                        " that recv_routed() returned)",
                    )
                _raise_errno(errnum, f"(no peer has routing_id={routing_id}, or it has gone)")
            _raise_errno(errnum, "(no peer has this routing id, or it has gone)")
        if errnum == EINVAL:
            if self._type == ZMQ_DGRAM:
                _raise_errno(
                    errnum,
                    "(a DGRAM sends two parts: the address of the receiver, such as"
                    " b'127.0.0.1:5555' or b'[::1]:5555', and the datagram)",
                )
            if self._type >= ZMQ_SERVER and self._type <= ZMQ_CHANNEL:
                _raise_errno(
                    errnum,
                    f"({name} sockets send messages of a single part: join the parts, or use one"
                    " of the other types)",
                )
            if self._type == ZMQ_STREAM:
                _raise_errno(errnum, "(a STREAM sends two parts: a routing id, and the data)")
            _raise_errno(errnum, f"({name} sockets do not send this)")
        if errnum == EFSM:
            _raise_errno(
                errnum,
                f"({name}: a REQ sends and receives in turn, a REP receives and sends in turn)",
            )
        if errnum == ENOTSUP:
            _raise_errno(errnum, f"({name} sockets only receive)")
        if errnum == EMSGSIZE:
            _raise_errno(
                errnum,
                "(a datagram holds 65507 bytes; of a RADIO's, the group and 1 byte are a part)",
            )
        if errnum == ENOTCONN and self._type == ZMQ_DGRAM:
            _raise_errno(errnum, "(a DGRAM sends from the endpoint that it is bound to: bind it)")
        _raise_errno(errnum)

    cdef int _check_has_routing_ids(self, object what) except -1:
        if self._type != ZMQ_SERVER and self._type != ZMQ_PEER:
            raise ZMQError(
                EINVAL,
                f"Invalid argument ({what} is for SERVER and PEER sockets, and this is a"
                f" {_type_name(self._type)}{_routing_hint(self._type)})",
            )
        return 0

    cdef int _check_has_groups(self, object what, int socket_type) except -1:
        if self._type != socket_type:
            raise ZMQError(
                EINVAL,
                f"Invalid argument ({what} is for {_type_name(socket_type)} sockets, and this is"
                f" a {_type_name(self._type)})",
            )
        return 0

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
            DONTWAIT not to wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the object's memory to libzmq instead of copying it, from
            `copy_threshold` bytes on. It must not change until libzmq is done with it.
        track : bool, default False
            Whether to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The peer, on SERVER and PEER sockets (draft): what `recv_routed` returned. A Frame
            that has one, as `recv` returns it, needs none.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker,
            finished if nobody has to wait.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If DONTWAIT is set, or SNDTIMEO over, and the message could not be queued.
        ZMQError
            For what else ``zmq_msg_send`` refuses, such as EHOSTUNREACH for an unknown
            routing id, EFSM for a REQ that has to receive first; EINVAL for a group that is too
            long, and for `routing_id` or `group` on a type of socket that has none.

        Notes
        -----
        Calls ``zmq_msg_send``; gives the GIL up only to wait, or to copy a MiB or more.

        .. versionchanged:: 17.0
            `routing_id` and `group`.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        if copy and PyBytes_CheckExact(data) and routing_id is None and group is None:
            _init_msg_of_bytes(&msg, data)
            self._send_msg(&msg, c_flags)
            return None
        return self._send_other(data, c_flags, copy, track, routing_id, group)

    cdef object _send_other(self, object data, int flags, bint copy, bint track,
                            object routing_id, object group):
        cdef zmq_msg_t msg
        cdef SendState *state = NULL
        cdef object tracker = None
        if routing_id is not None:
            self._check_has_routing_ids("routing_id=")
        if group is not None:
            self._check_has_groups("group=", ZMQ_RADIO)
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
            self._msg_of_frame(&msg, data, copy)
        elif copy and PyBytes_CheckExact(data):
            _init_msg_of_bytes(&msg, data)
        else:
            _init_msg(&msg, data, copy, self.copy_threshold,
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
            zmq_msg_close(&msg)
            raise
        self._send_msg(&msg, flags)
        return tracker

    cdef int _msg_of_frame(self, zmq_msg_t *msg, Frame frame, bint copy) except -1:
        """A message with the frame's contents, sharing its memory where nobody can tell."""
        with cython.critical_section(frame):
            if copy and frame._written_through:
                _init_msg_copying(msg, zmq_msg_data(&frame.zmq_msg), zmq_msg_size(&frame.zmq_msg))
                if zmq_msg_routing_id(&frame.zmq_msg):
                    zmq_msg_set_routing_id(msg, zmq_msg_routing_id(&frame.zmq_msg))
                if zmq_msg_group(&frame.zmq_msg) != NULL:
                    zmq_msg_set_group(msg, zmq_msg_group(&frame.zmq_msg))
                return 0
            zmq_msg_init(msg)
            if zmq_msg_copy(msg, &frame.zmq_msg) < 0:
                _raise_errno(_libzmq_errno(), "(the frame cannot be sent)")
            return 0

    def send_multipart(
        self, msg_parts: Iterable[Frame | Buffer], flags: int | Flag = 0, bint copy: bool = True,
        bint track: bool = False, *, routing_id: int | None = None,
        group: str | bytes | None = None
    ) -> MessageTracker | None:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or any objects with a buffer
            At least one part. All are looked at before the first is sent.
        flags : int, default 0
            As for `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            As for `send`.
        track : bool, default False
            As for `send`; the tracker watches all parts.
        routing_id, group : optional
            As for `send`.

        Returns
        -------
        MessageTracker or None
            As for `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the message names its place.
        ValueError
            If there are no parts.
        Again, ZMQError
            As for `send`; nothing of the message has been sent then.

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
            self._check_has_routing_ids("routing_id=")
        if group is not None:
            self._check_has_groups("group=", ZMQ_RADIO)
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
                    self._msg_of_frame(&messages[index], part, copy)
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
                self._send_msg(&messages[index],
                               c_flags | ZMQ_SNDMORE if index < count - 1 else c_flags)
        finally:
            for index in range(sent, made):
                zmq_msg_close(&messages[index])
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
            Each is a message. They are taken one after the other as they are sent.
        flags : int, default 0
            DONTWAIT to stop at the first message that cannot be queued at once.

        Returns
        -------
        int
            How many were sent: fewer than there are only with DONTWAIT or when SNDTIMEO
            was over. Pass a list to be able to send the others later; of an iterator, the
            message that could not be queued has been taken.

        Raises
        ------
        TypeError
            If a message is a str or has no buffer. Of a list or tuple none has been sent
            then; of an iterator, those before it have.
        ValueError
            If `flags` has SNDMORE.
        ZMQError
            As for `send`; `Again` only if not one message could be sent.

        Notes
        -----
        Costs about half as much for each message as a call of `send`.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Py_ssize_t sent = 0
        if c_flags & ZMQ_SNDMORE:
            raise ValueError("send_many() sends whole messages: SNDMORE does not go with it")
        if isinstance(messages, (str, bytes, bytearray, memoryview, Frame)):
            raise TypeError(
                f"send_many() takes an iterable of messages, got {type(messages).__name__}"
            )
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
                self._msg_of_frame(&msg, data, True)
            else:
                _init_msg(&msg, data, True, 0, NULL, NULL)
            try:
                self._send_msg(&msg, c_flags)
            except Again:
                if sent == 0:
                    raise
                break
            sent += 1
        return sent

    # -- receiving ------------------------------------------------------------------------

    cdef int _recv_msg(self, zmq_msg_t *msg, int flags) except -1:
        """Receive into `msg`, which is initialised here and closed again on an exception.

        Returns the size as libzmq does: at most 2 GiB - 1.
        """
        cdef int rc
        cdef int errnum
        self._enter()
        zmq_msg_init(msg)
        rc = zmq_msg_recv(msg, self.handle, flags | ZMQ_DONTWAIT)
        (<ThreadGuard *> self._guard).leave()
        if rc >= 0:
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            return rc
        errnum = _libzmq_errno()
        try:
            return self._recv_waiting(msg, flags, errnum)
        except BaseException:
            zmq_msg_close(msg)
            raise

    cdef int _recv_waiting(self, zmq_msg_t *msg, int flags, int errnum) except -1:
        cdef int rc
        cdef long long started = 0
        cdef long long deadline = -1
        # Whether to wait as poll() does, and not in libzmq. libzmq waits for a thread-safe socket
        # on a condition variable, and no signal ends that. For the others, libzmq waits well until
        # a signal comes, or another thread wants to use the socket; the rest is for poll().
        cdef bint polls = (<ThreadGuard *> self._guard).shared
        cdef int timeout = NOT_READ
        cdef size_t size = sizeof(timeout)
        if (<ThreadGuard *> self._guard).waiting:
            # a try in vain may have taken the signal of what others wait for
            self._look_after_waiters()
        while True:
            if errnum == EINTR or (errnum == EAGAIN and started and polls):
                _check_signals()
                if started:
                    polls = True
                    if timeout == NOT_READ:
                        timeout = self._get_int(ZMQ_RCVTIMEO)
                    if timeout >= 0:
                        deadline = started + timeout
                    self._wait_to_try(ZMQ_POLLIN, deadline)
            elif errnum == EAGAIN and not flags & ZMQ_DONTWAIT and not started:
                started = monotonic_ms()
                rc = self._spin(msg, flags, False, &errnum)
                if rc >= 0:
                    return rc
                if errnum != EAGAIN or polls:
                    continue
            elif errnum == EAGAIN:
                raise self._again(True, flags & ZMQ_DONTWAIT)
            else:
                self._raise_recv_error(errnum)
            # a signal that came since must not wait for the next one
            _check_signals()
            if polls or not started:
                self._take_briefly()
                with nogil:
                    rc = zmq_msg_recv(msg, self.handle, flags | ZMQ_DONTWAIT)
                    errnum = _libzmq_errno()
            else:
                self._take_to_wait()
                with nogil:
                    rc = zmq_msg_recv(msg, self.handle, flags)
                    errnum = _libzmq_errno()
                if rc < 0 and errnum == EINTR:
                    # before another thread can set it
                    zmq_getsockopt(self.handle, ZMQ_RCVTIMEO, &timeout, &size)
            (<ThreadGuard *> self._guard).leave_blocking()
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            if rc >= 0:
                return rc

    cdef int _raise_recv_error(self, int errnum) except -1:
        if errnum == EFSM:
            _raise_errno(
                errnum,
                f"({_type_name(self._type)}: a REQ sends and receives in turn, a REP receives"
                " and sends in turn)",
            )
        if errnum == ENOTSUP:
            _raise_errno(errnum, f"({_type_name(self._type)} sockets only send)")
        _raise_errno(errnum)

    def recv(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False, *,
        timeout: float | None = None
    ) -> bytes | Frame:
        """Receive one part of a message.

        Waits until one is there, at most RCVTIMEO, or `timeout` where it is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT not to wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content where libzmq
            put it and knows the message's properties.
        track : bool, default False
            Whether the Frame shall have a tracker (only with ``copy=False``).
        timeout : float, optional
            How long to wait, in ms: negative for ever, 0 not at all. By default the socket's
            RCVTIMEO. PyZMQ does not have it.

        Returns
        -------
        bytes or Frame
            The part; the option RCVMORE, or ``Frame.more``, tells whether others follow.

        Raises
        ------
        Again
            If DONTWAIT is set, or the time is over, and no message is there.
        ContextTerminated
            If the context is terminated meanwhile.
        ZMQError
            For what else ``zmq_msg_recv`` refuses, such as EFSM for a REQ that has to send
            first.

        Notes
        -----
        Calls ``zmq_msg_recv``; gives the GIL up only to wait, or to copy a MiB or more.
        Signal handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        if timeout is not None:
            return _recv_within(self, Socket.recv, c_flags, copy, track, timeout)
        if copy:
            return _bytes_of_received(&msg, self._recv_msg(&msg, c_flags))
        return self._recv_frame(c_flags, track)

    cdef object _recv_frame(self, int flags, bint track):
        cdef zmq_msg_t msg
        cdef Frame frame
        self._recv_msg(&msg, flags)
        frame = Frame.__new__(_frame_class)
        _fill_received(frame, &msg)
        if track:
            frame._tracker = _FINISHED_TRACKER
        return frame

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
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and what to `send` the answer with. The id stands for the connection:
            a client that connects again gets another one.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later
        libzmq may change what these sockets do.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Frame frame
        cdef uint32_t routing_id
        self._check_has_routing_ids("recv_routed()")
        if copy:
            self._recv_msg(&msg, c_flags)
            routing_id = zmq_msg_routing_id(&msg)
            return _bytes_of_msg(&msg), routing_id
        frame = self._recv_frame(c_flags, track)
        return frame, zmq_msg_routing_id(&frame.zmq_msg)

    def recv_grouped(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False
    ) -> tuple:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are no UTF-8 are surrogates, as
            in ``os.fsdecode``: ``group.encode("utf-8", "surrogateescape")`` gives them back.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq
        may change what these sockets do.
        """
        cdef int c_flags = _flags(flags)
        cdef zmq_msg_t msg
        cdef Frame frame
        self._check_has_groups("recv_grouped()", ZMQ_DISH)
        if copy:
            self._recv_msg(&msg, c_flags)
            try:
                group = _group_of_msg(&msg)
            except BaseException:
                zmq_msg_close(&msg)
                raise
            return _bytes_of_msg(&msg), group
        frame = self._recv_frame(c_flags, track)
        return frame, _group_of_msg(&frame.zmq_msg)

    def recv_multipart(
        self, flags: int | Flag = 0, bint copy: bool = True, bint track: bool = False, *,
        timeout: float | None = None
    ) -> list:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            As for `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers messages whole: once the first
        part is there, the others are.
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
                size = self._recv_msg(&msg, c_flags)
                more = zmq_msg_more(&msg)
                parts.append(_bytes_of_received(&msg, size))
            else:
                frame = self._recv_frame(c_flags, track)
                more = zmq_msg_more(&frame.zmq_msg)
                parts.append(frame)
        return parts

    def recv_many(self, max_messages: int, timeout: float | None = None) -> list:
        """Receive the messages that are there, many in one call.

        Waits for the first message; then takes what has come, without waiting for more.

        Parameters
        ----------
        max_messages : int
            How many to take at the most, at least 1.
        timeout : float, optional
            How long to wait for the first, in ms: negative for ever, 0 not at all. By
            default the socket's RCVTIMEO.

        Returns
        -------
        list of bytes
            The messages in order; empty if the time ran out. Meant for messages of a single
            part: parts of longer ones follow each other in the list, never cut off by
            `max_messages`; use `recv_multipart` where their bounds matter.

        Raises
        ------
        ValueError
            If `max_messages` is less than 1.
        ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv``. Costs about two thirds as much for each message as a call of
        `recv`.
        """
        cdef zmq_msg_t msg
        cdef list received = []
        cdef bint more = False
        cdef int rc
        cdef int errnum
        cdef long long deadline
        cdef Py_ssize_t left = _size("max_messages", max_messages)
        if left < 1:
            raise ValueError(f"max_messages must be at least 1, got {max_messages}")
        while left > 0 or more:
            self._enter()
            zmq_msg_init(&msg)
            rc = zmq_msg_recv(&msg, self.handle, ZMQ_DONTWAIT)
            errnum = _libzmq_errno()
            (<ThreadGuard *> self._guard).leave()
            if (<ThreadGuard *> self._guard).waiting:
                self._look_after_waiters()
            if rc < 0:
                zmq_msg_close(&msg)
                if errnum == EINTR:
                    if received and not more:
                        # its handler may raise, and they would be gone
                        return received
                    _check_signals()
                    continue
                if errnum != EAGAIN:
                    if received:
                        return received
                    self._raise_recv_error(errnum)
                if more:
                    continue
                if received:
                    return received
                if timeout is None:
                    timeout = self._get_int(ZMQ_RCVTIMEO)
                _deadline_of(timeout, &deadline)
                if deadline == 0 or not self._wait_for(ZMQ_POLLIN, deadline):
                    return received
                timeout = 0
                continue
            more = zmq_msg_more(&msg)
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
            How many bytes of the buffer may be written; 0 means all of it.
        flags : int, default 0
            DONTWAIT not to wait.

        Returns
        -------
        int
            The size of the part in bytes. If it is larger than the room there is, the rest
            of the part is gone.

        Raises
        ------
        BufferError
            If the buffer is read-only, not contiguous, or in Fortran's order.
        ValueError
            If `nbytes` is negative or larger than the buffer.
        Again, ContextTerminated, ZMQError
            As for `recv`.

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
            # ValueError is NumPy's for the same
            raise BufferError(
                f"recv_into() needs a buffer that is writable and contiguous in C order: {error}"
            ) from None
        try:
            if room < 0 or room > view.len:
                raise ValueError(
                    f"nbytes={nbytes} does not fit: it is from 0 to the size of the buffer,"
                    f" {view.len} bytes"
                )
            self._recv_msg(&msg, c_flags)
            size = zmq_msg_size(&msg)
            _copy_memory(view.buf, zmq_msg_data(&msg),
                         min(size, <size_t> (room if room else view.len)))
            zmq_msg_close(&msg)
            return size
        finally:
            PyBuffer_Release(&view)


cdef object _recv_within(Socket socket, object receive, int flags, bint copy, bint track,
                         object timeout):
    """Receive as `receive` does, and wait as long as `timeout` says (in ms)."""
    cdef long long deadline
    _deadline_of(timeout, &deadline)
    while True:
        try:
            return receive(socket, flags | ZMQ_DONTWAIT, copy, track)
        except Again:
            if flags & ZMQ_DONTWAIT:
                raise
        if deadline == 0 or not socket._wait_for(ZMQ_POLLIN, deadline):
            raise socket._again(True, False, timeout)


cdef object _bytes_of_msg(zmq_msg_t *msg):
    """The contents as bytes; closes `msg`."""
    return _bytes_of_received(msg, zmq_msg_size(msg))


cdef object _bytes_of_received(zmq_msg_t *msg, size_t size):
    """The contents as bytes; closes `msg`. Its size is what `_recv_msg` has returned."""
    cdef bytes contents
    cdef PyObject *lent
    try:
        if size >= LEND_BYTES_SIZE:
            size = zmq_msg_size(msg)
            lent = lent_bytes(zmq_msg_data(msg), size)
            if lent != NULL:
                return <bytes> lent
        if size < COPY_WITHOUT_GIL_SIZE:
            contents = PyBytes_FromStringAndSize(<const char *> zmq_msg_data(msg), size)
        else:
            contents = PyBytes_FromStringAndSize(NULL, size)
            _copy_memory(PyBytes_AS_STRING(contents), zmq_msg_data(msg), size)
    finally:
        zmq_msg_close(msg)
    return contents


def _end_monitor(Socket monitor not None):
    """Note that a monitor socket gets no more events.

    It stays open: programs stop a monitor first, and then read what it has reported up to the
    last event, MONITOR_STOPPED. They close it afterwards; collecting it is enough, and so is the
    end of its context.
    """
    monitor._monitor_ended = True
    if monitor._made_in is not None and monitor._made_in._root()._terminating:
        monitor._close_ended_monitor()


cdef bint _type_drops_the_rest(int socket_type):
    return socket_type in (
        SocketType.PUSH, SocketType.DEALER, SocketType.REQ, SocketType.PAIR
    )


cdef object _routing_hint(int socket_type):
    if socket_type == SocketType.ROUTER:
        return ": the first part of its messages is the routing id"
    return ""


cdef object _type_name(int socket_type):
    member = _socket_type_members.get(socket_type)
    return str(socket_type) if member is None else member.name


cdef object _shortened(object value):
    text = repr(value)
    return text if len(text) <= 24 else text[:20] + "..."
