# Context: the I/O threads, and the sockets that live on them.


def _is_monitor(socket) -> bool:
    return socket._monitored is not None


# An option of our patched libzmq, not in zmq.h: whether a closed socket is about to be freed.
cdef enum:
    _FREEING_SOCKETS = 0x7a01


cdef dict _live_contexts = {}  # address of a libzmq context -> weak reference to its owner


cdef class Context:
    """Context(io_threads=1, shadow=0)
--

    The backend's context: one libzmq context and the sockets made from it.

    Use `zmq.Context`, which adds the conveniences.

    Parameters
    ----------
    io_threads : int or Context, default 1
        The number of I/O threads; or a Context to shadow.
    shadow : Context or int, optional
        A Context, or the address of a libzmq context, to use without owning it.
    """

    def __cinit__(self, *args, **kwargs):
        self.handle = NULL
        self._generation = fork_generation
        self._sockets = weakref.WeakValueDictionary()

    def __init__(self, io_threads=1, shadow=0):
        cdef void *handle
        cdef int errnum
        cdef int threads
        if isinstance(io_threads, Context):
            io_threads, shadow = 1, io_threads
        if self.handle != NULL:
            raise RuntimeError("the context exists already: __init__ was called twice")
        self._generation = fork_generation
        if isinstance(shadow, Context):
            (<Context> shadow)._check()
            self._shadow = True
            self._shadow_of = shadow
            self.handle = (<Context> shadow).handle
            return
        if shadow:
            _check_address(shadow)
            self._shadow = True
            self.handle = <void *> <size_t> shadow
            reference = _live_contexts.get(<size_t> self.handle)
            if reference is not None:
                self._shadow_of = reference()
            return
        threads = _integer(io_threads, "io_threads is a number of threads, or a Context to shadow")
        handle = libzmq.zmq_ctx_new()
        if handle == NULL:
            _raise_errno(libzmq.zmq_errno(), "(no context could be made)")
        if libzmq.zmq_ctx_set(handle, libzmq.ZMQ_IO_THREADS, threads) < 0:
            errnum = libzmq.zmq_errno()
            libzmq.zmq_ctx_term(handle)
            _raise_errno(errnum, f"(io_threads={threads}: a context has none or more)")
        self.handle = handle
        _live_contexts[<size_t> handle] = weakref.ref(self)

    def __dealloc__(self):
        # A context that somebody still terminates is left to that thread.
        if self.handle == NULL or self._shadow or self._terminating:
            return
        self._forget_address(<size_t> self.handle)
        if self._generation != fork_generation or interpreter_is_exiting():
            return
        # Not here: it waits for what was sent, and for sockets that are garbage like this.
        terminate_in_background(self.handle)
        self.handle = NULL

    cdef int _check(self) except -1:
        if self.handle != NULL and self.closed:
            raise ZMQError(
                EFAULT,
                "Bad address (the context that this one shadows has been terminated; shadow a"
                " new one)",
            )
        if self.handle == NULL:
            raise ZMQError(
                ENOTSUP,
                "Operation not supported (the context has been terminated; make a new one)",
            )
        if self._terminating or (
            self._shadow_of is not None and (<Context> self._shadow_of)._terminating
        ):
            # libzmq may free it at any moment now
            raise ContextTerminated()
        if self._generation != fork_generation:
            raise ZMQError(
                ENOTSUP,
                "Operation not supported (the context was made before this process was forked;"
                " make a new one in the child, or call Context.instance() there)",
            )
        return 0

    cdef Context _root(self):
        """The owner of the handle. Without a GIL its lock keeps `term` from freeing the handle."""
        return self if self._shadow_of is None else self._shadow_of

    cdef int _forget_address(self, size_t address) except -1:
        # by now another thread's new context may have the same address
        with cython.critical_section(_live_contexts):
            reference = _live_contexts.get(address)
            if reference is not None and reference() in (None, self):
                _live_contexts.pop(address, None)
        return 0

    cdef void *_make_socket(self, int kind) except? NULL:
        """A new socket of libzmq, or NULL; errno says why.

        libzmq frees a closed socket in a thread of its own. Until then its place and its
        descriptors are not to be had, and threads that open and close without a pause run into
        EMFILE. libzmq knows whether a closed socket is about to go: then this waits a moment.
        Otherwise the limit is a real one, and waiting would only hold up the caller.
        """
        cdef Context root = self._root()
        cdef void *handle
        cdef int patience_ms = 100
        cdef bint room_to_come = True
        while True:
            with cython.critical_section(root):
                self._check()
                handle = libzmq.zmq_socket(self.handle, kind)
                if (
                    handle != NULL
                    or libzmq.zmq_errno() != EMFILE
                    or patience_ms == 0
                    or not room_to_come
                    or root._open_sockets >= libzmq.zmq_ctx_get(self.handle, libzmq.ZMQ_MAX_SOCKETS)
                ):
                    return handle
                # Asked after a failure. The last closed socket may have gone between the two, so
                # the answer "no" is worth one more try. A libzmq without our patches answers -1.
                room_to_come = libzmq.zmq_ctx_get(self.handle, _FREEING_SOCKETS) != 0
            if room_to_come:
                patience_ms -= 1
                with nogil:
                    _sleep_ms(1)

    cdef int _add_socket(self, object socket) except -1:
        # the owner of the handle has to close the sockets of its shadows, too, to terminate
        with cython.critical_section(self):
            self._open_sockets += 1
        self._sockets[id(socket)] = socket
        if self._shadow_of is not None:
            (<Context> self._shadow_of)._add_socket(socket)
        return 0

    cdef int _discard_socket(self, object socket) except -1:
        with cython.critical_section(self):
            self._open_sockets -= 1
        self._sockets.pop(id(socket), None)
        if self._shadow_of is not None:
            (<Context> self._shadow_of)._discard_socket(socket)
        return 0

    @property
    def _abandoned(self) -> bool:
        # Asked by a destructor that may run when the globals of its module are gone.
        return self._generation != fork_generation or interpreter_is_exiting()

    @property
    def underlying(self) -> int:
        """The address of the libzmq context; 0 once it is terminated."""
        return <size_t> self.handle

    @property
    def closed(self) -> bool:
        """Whether the context has been terminated."""
        return self.handle == NULL or (
            self._shadow_of is not None and (<Context> self._shadow_of).handle == NULL
        )

    def get(self, option: int):
        """Return the value of a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.

        Returns
        -------
        int or bytes
            bytes for THREAD_NAME_PREFIX where it is a name, an int for all others.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, EFAULT if a shadow's context has been terminated.
        RuntimeError
            If the context has been terminated.

        Notes
        -----
        Calls ``zmq_ctx_get``. Safe in any thread.

        .. versionadded:: 13.0
        """
        cdef int number = option
        cdef int value
        if self.handle == NULL:
            raise RuntimeError("Context has been destroyed: its options cannot be read any more")
        with cython.critical_section(self._root()):
            self._check()
            value = libzmq.zmq_ctx_get(self.handle, number)
        if value < 0:
            _raise_errno(libzmq.zmq_errno(), f"(there is no context option {option!r})")
        return value

    def set(self, option: int, optval) -> None:
        """Set a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.
        optval : int, or bytes or str for THREAD_NAME_PREFIX
            Most options have to be set before the first socket is made.

        Raises
        ------
        TypeError
            If `optval` has the wrong type.
        ZMQError
            EINVAL if there is no such option, or the value is out of its range; EFAULT if a
            shadow's context has been terminated.
        RuntimeError
            If the context has been terminated.

        Notes
        -----
        Calls ``zmq_ctx_set``, or ``zmq_ctx_set_ext`` (draft) for a name. Safe in any thread.

        .. versionadded:: 13.0
        """
        cdef int number = option
        cdef int value
        cdef bytes text
        cdef int rc
        if self.handle == NULL:
            raise RuntimeError("Context has been destroyed: its options cannot be set any more")
        self._check()
        if number == libzmq.ZMQ_THREAD_NAME_PREFIX and isinstance(optval, (bytes, str)):
            text = <bytes> (optval.encode("utf-8") if isinstance(optval, str) else optval)
            with cython.critical_section(self._root()):
                self._check()
                rc = libzmq.zmq_ctx_set_ext(self.handle, number, PyBytes_AS_STRING(text), len(text))
        else:
            if not isinstance(optval, int):
                raise TypeError(
                    f"expected int, got: {optval!r} (for the context option {option!r})"
                )
            value = optval
            with cython.critical_section(self._root()):
                self._check()
                rc = libzmq.zmq_ctx_set(self.handle, number, value)
        if rc < 0:
            _raise_errno(libzmq.zmq_errno(), f"(context option {option!r}, value {optval!r})")

    def term(self) -> None:
        """Close or terminate the context.

        Blocking calls on its sockets raise `ContextTerminated`. Then `term` blocks until
        every socket has been closed, and each message sent has gone to the network or its
        socket's LINGER time is over.

        Raises
        ------
        KeyboardInterrupt
            Or what else a signal handler raises; the context then still exists, and `term`
            can be called again.

        Notes
        -----
        Calls ``zmq_ctx_term`` without the GIL. Safe in any thread. On a shadow context it
        only forgets the handle.
        """
        cdef int rc
        cdef int errnum
        cdef bint again = False
        cdef bint terminating
        if self._shadow or self.handle == NULL or self._generation != fork_generation:
            self.handle = NULL
            return
        with cython.critical_section(self):
            terminating = self._terminating
            # a signal handler that runs in term() may call it again
            again = terminating and self._terminating_thread == PyThread_get_thread_ident()
            if not terminating:
                self._terminating = True
                self._terminating_thread = PyThread_get_thread_ident()
        if terminating and not again:
            # another thread is at it: the context must not be touched again, only waited for
            while self.handle != NULL and self._terminating:
                with nogil:
                    _sleep_ms(1)
                _check_signals()
            return
        try:
            for socket in list(self._sockets.values()):
                _close_ended_monitor(<Socket> socket)
            while self.handle != NULL:
                with nogil:
                    rc = libzmq.zmq_ctx_term(self.handle)
                    errnum = libzmq.zmq_errno()
                if rc == 0:
                    self._forget_address(<size_t> self.handle)
                    self.handle = NULL
                elif errnum == EINTR:
                    _check_signals()
                else:
                    _raise_errno(errnum, "(term)")
        finally:
            self._terminating = again
        release_returned_buffers()

    def destroy(self, linger: int | None = None) -> None:
        """Close every socket of this context, then terminate it.

        Parameters
        ----------
        linger : int, optional
            LINGER in ms to give the sockets first: how long unsent messages are kept for
            their peers. 0 drops them. By default each socket keeps what it has (-1, for
            ever, unless set).

        Notes
        -----
        A socket that another thread is using right now is not closed under it: that
        thread's call raises `ContextTerminated`, and the socket is closed once it is back.
        Calls ``zmq_close``, ``zmq_ctx_shutdown`` and ``zmq_ctx_term``.

        .. versionchanged:: 24
            A context that is deleted or leaves a ``with`` block is destroyed this way.
        """
        cdef Socket socket
        if self.closed or self._generation != fork_generation:
            self.handle = NULL
            return
        in_use = self._close_sockets(linger)
        if in_use and not self._shadow:
            libzmq.zmq_ctx_shutdown(self.handle)
            for item in in_use:
                socket = item
                while socket.handle != NULL and not guard_of(socket).is_free():
                    with nogil:
                        _sleep_ms(1)
                    _check_signals()
                if socket.handle != NULL:
                    socket.close(linger)
        self.term()

    def _close_sockets(self, linger=None):
        """Close the sockets that nobody is using now; return the others."""
        cdef Socket socket
        in_use = []
        # monitors after what they watch, which would else wait for someone to read its events
        for item in sorted(self._sockets.values(), key=_is_monitor):
            socket = item
            if socket.handle == NULL:
                continue
            if not guard_of(socket).is_free():
                in_use.append(socket)
                continue
            try:
                socket.close(linger)
            except ZMQError as error:
                if error.errno != EMTHREAD:
                    raise
                in_use.append(socket)
        self._sockets.clear()
        return in_use

    def __reduce__(self):
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled, it lives in this process:"
            " make one where it is needed"
        )


def _wait_for_forgotten_contexts():
    """Called as the interpreter exits: what contexts sent that nobody holds goes out first.

    A signal that has a handler ends the wait, whether the handler raises, as that of Ctrl-C does,
    or not: who stops a process by a signal does not wait for messages that nobody may ever take.
    """
    cdef bint done = False
    cdef bint interrupted = False
    while not done and not interrupted:
        with nogil:
            interrupted = pause_is_interrupted(20)
            done = wait_for_terminations(0)
        release_returned_buffers()
        _check_signals()


atexit.register(_wait_for_forgotten_contexts)


cdef extern from *:
    """
    #include <thread>
    #include <chrono>
    static inline void zmqpy_sleep_ms(int milliseconds) {
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    }
    """
    void _sleep_ms "zmqpy_sleep_ms"(int milliseconds) nogil
