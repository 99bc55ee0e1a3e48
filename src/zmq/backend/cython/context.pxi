# Context: the I/O threads, and the sockets that use them.


def _is_monitor(socket) -> bool:
    return socket._monitored is not None


# An option of our patched libzmq that is not in zmq.h. It says whether libzmq is about to free a
# closed socket.
cdef enum:
    _FREEING_SOCKETS = 0x7a01


cdef dict _live_contexts = {}  # address of a libzmq context -> weak reference to its owner


cdef class Context:
    """Context(io_threads=1, shadow=0)
--

    The backend's context: one libzmq context and the sockets made from it.

    Use `zmq.Context`, which adds convenience methods.

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
            _raise_errno(errnum, f"(io_threads={threads}: expected a number from 0 on)")
        self.handle = handle
        _live_contexts[<size_t> handle] = weakref.ref(self)

    def __dealloc__(self):
        # If another thread is terminating the context, that thread also frees it.
        if self.handle == NULL or self._shadow or self._terminating:
            return
        self._forget_address(<size_t> self.handle)
        if self._generation != fork_generation or interpreter_is_exiting():
            return
        # Terminate in the background, because the termination waits until messages have been sent,
        # and until sockets that are also garbage have been closed.
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
            # libzmq may now free the context at any moment
            raise ContextTerminated()
        if self._generation != fork_generation:
            raise ZMQError(
                ENOTSUP,
                "Operation not supported (the context was made before this process was forked;"
                " make a new one in the child, or call Context.instance() there)",
            )
        return 0

    cdef Context _root(self):
        """Return the owner of the handle.

        Callers lock the owner while they use the handle. Otherwise, without a GIL, `term` could
        free the handle at the same time.
        """
        return self if self._shadow_of is None else self._shadow_of

    cdef int _forget_address(self, size_t address) except -1:
        # a new context of another thread may already have the same address
        with cython.critical_section(_live_contexts):
            reference = _live_contexts.get(address)
            if reference is not None and reference() in (None, self):
                _live_contexts.pop(address, None)
        return 0

    cdef void *_make_socket(self, int kind) except? NULL:
        """Create a libzmq socket; return NULL on an error, with errno set.

        libzmq frees a closed socket in a thread of its own. Until then the closed socket still
        counts as open and keeps its descriptors, so threads that open and close sockets without a
        pause get EMFILE. If libzmq is about to free a closed socket, this method waits for a
        moment. Otherwise the limit is really reached, and a wait would only delay the caller.
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
                # The last closed socket may have been freed between the failure and this call, so
                # try once more even if zmq_ctx_get returns 0. Without our patches it returns -1.
                room_to_come = libzmq.zmq_ctx_get(self.handle, _FREEING_SOCKETS) != 0
            if room_to_come:
                patience_ms -= 1
                with nogil:
                    _sleep_ms(1)

    cdef int _add_socket(self, object socket) except -1:
        # the owner of the handle also counts the sockets of its shadows, because it has to close
        # them before it terminates
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
        # For a destructor, which may run when the globals of its module no longer exist.
        return self._generation != fork_generation or interpreter_is_exiting()

    @property
    def underlying(self) -> int:
        """The address of the libzmq context; 0 once it is terminated."""
        return <size_t> self.handle

    @property
    def closed(self) -> bool:
        """True if the context has been terminated."""
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
        int
            The value. For THREAD_NAME_PREFIX, the number with which the prefix begins, or 0.

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
        cdef int errnum
        if self.handle == NULL:
            raise RuntimeError("Context has been destroyed: its options cannot be read any more")
        with cython.critical_section(self._root()):
            self._check()
            value = libzmq.zmq_ctx_get(self.handle, number)
        if value < 0:
            errnum = libzmq.zmq_errno()
            _raise_errno(errnum, f"(there is no context option {option})")
        return value

    def set(self, option: int, optval) -> None:
        """Set the value of a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.
        optval : int, or bytes or str for THREAD_NAME_PREFIX
            The value. Most options have to be set before the first socket is created.

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
        Calls ``zmq_ctx_set``, or ``zmq_ctx_set_ext`` (draft) for bytes and str. Safe in any thread.

        .. versionadded:: 13.0
        """
        cdef int number = option
        cdef int value
        cdef int errnum
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
                    f"expected int, got: {optval!r} (for the context option"
                    f" {_context_option_name(number)})"
                )
            value = optval
            with cython.critical_section(self._root()):
                self._check()
                rc = libzmq.zmq_ctx_set(self.handle, number, value)
        if rc < 0:
            errnum = libzmq.zmq_errno()
            _raise_errno(errnum, _refused_context_value(number, optval))

    def term(self) -> None:
        """Terminate the context.

        Blocking calls on its sockets raise `ContextTerminated`. Then `term` blocks until every
        socket has been closed, and until each sent message has gone to the network or the LINGER
        time of its socket is over.

        Raises
        ------
        KeyboardInterrupt
            If a signal handler raises it. Other exceptions of a handler propagate, too. The context
            then still exists, and `term` can be called again.

        Notes
        -----
        Calls ``zmq_ctx_term`` without the GIL. Safe in any thread. On a shadow context, `term` only
        forgets the handle.
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
            # a signal handler that runs in term() may call term() again
            again = terminating and self._terminating_thread == PyThread_get_thread_ident()
            if not terminating:
                self._terminating = True
                self._terminating_thread = PyThread_get_thread_ident()
        if terminating and not again:
            # another thread terminates the context: only wait, and do not use the context again
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
                    try:
                        _check_signals()
                    except BaseException as error:
                        self._say_what_term_waits_for(error)
                        raise
                else:
                    _raise_errno(errnum, "(term)")
        finally:
            self._terminating = again
        release_returned_buffers()

    def _say_what_term_waits_for(self, error):
        """Add a note to the exception that interrupts `term`, such as KeyboardInterrupt."""
        if not hasattr(error, "add_note"):  # before CPython 3.11
            return
        still_open = [socket for socket in self._sockets.values() if not socket.closed]
        if still_open:
            error.add_note(
                f"Context.term() was waiting until these sockets are closed: {still_open}"
            )
        else:
            error.add_note(
                "Context.term() was waiting for peers to take the unsent messages of closed"
                " sockets: see the option LINGER"
            )

    def destroy(self, linger: int | None = None) -> None:
        """Close every socket of this context, then terminate it.

        Parameters
        ----------
        linger : int, optional
            A value of LINGER in ms that is set on the sockets first: the time for which unsent
            messages are kept for their peers. 0 drops them. By default each socket keeps its own
            value (-1, for ever, unless it was set).

        Notes
        -----
        A socket that another thread is using at this moment is not closed at once: the call of that
        thread raises `ContextTerminated`, and the socket is closed after that call has returned.
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
        """Close the sockets that no thread is using now; return the other sockets."""
        cdef Socket socket
        in_use = []
        # close a monitor after the socket that it watches: otherwise that socket would wait for a
        # reader of its events
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
            f"a {type(self).__name__} cannot be pickled, because it exists only in this process:"
            " create a new one where you need it"
        )


def _wait_for_forgotten_contexts():
    """At the interpreter's exit, wait until garbage-collected contexts have sent their messages.

    A signal that has a handler ends the wait, even if the handler does not raise: a user who stops
    a process by a signal does not want to wait for messages that may never be received.
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
