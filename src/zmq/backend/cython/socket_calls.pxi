# The beginning and the end of each call into libzmq on a socket.
#
# All methods of sockets use libzmq in the same order:
#
#     _begin(self, BRIEF_USE)            # takes the socket, or raises
#     rc = libzmq.zmq_unbind(self.handle, endpoint)
#     errnum = _errno_of(rc)             # before anything else changes errno
#     _end(self, BRIEF_USE)              # gives the socket back, and wakes up its waiters
#     if errnum:
#         _raise_errno(errnum, ...)
#
# A call that may take long and its `_errno_of` are together in a block `with nogil:`. The kind of
# such a call is one of the last three below.

# The kinds of calls. thread_guard.hpp explains what each means to other threads.
cdef enum:
    SHORT_USE           # an attempt to send or receive
    BRIEF_USE           # an option, a look at the events, a connect over tcp
    LONG_USE            # a proxy, an extension, a poll of thread-safe sockets; without the GIL
    BRIEF_BLOCKING_USE  # a bind, an attempt to send or receive; without the GIL
    WAITING_USE         # a send or receive that waits in libzmq, without the GIL


cdef inline ThreadGuard *guard_of(_SocketBase socket) noexcept nogil:
    # a void pointer, since C extensions cimport the class, and C has no ThreadGuard
    return <ThreadGuard *> socket._guard


cdef inline _SocketBase _owner_of(_SocketBase socket):
    """Return the socket that owns the handle: the shadowed socket, or the socket itself."""
    return socket if socket._shadow_of is None else socket._shadow_of


cdef inline cbool _take(ThreadGuard *guard, int kind) noexcept:
    if kind == SHORT_USE:
        return guard.enter()
    if kind == BRIEF_USE:
        return guard.enter_briefly()
    if kind == LONG_USE:
        return guard.enter_blocking()
    if kind == BRIEF_BLOCKING_USE:
        return guard.enter_blocking_briefly()
    return guard.enter_waiting()


cdef inline void _give_back(ThreadGuard *guard, int kind) noexcept:
    if kind == SHORT_USE or kind == BRIEF_USE:
        guard.leave()
    else:
        guard.leave_blocking()


cdef inline bint _has_begun(_SocketBase socket, int kind) noexcept:
    """Take the socket for a call; return False if it is not free at once."""
    if socket._generation != fork_generation or not _take(guard_of(socket), kind):
        return False
    if socket.handle == NULL:
        # Check the handle only after the guard was taken: from then on no other thread can close
        # the socket.
        _give_back(guard_of(socket), kind)
        return False
    return True


cdef inline int _begin(_SocketBase socket, int kind) except -1:
    """Take the socket for a call, or raise; `_end` gives it back."""
    if not _has_begun(socket, kind):
        _begin_late(socket, kind)
    return 0


cdef int _begin_late(_SocketBase socket, int kind) except -1:
    """Wait until another thread's brief call has ended and take the socket, or raise.

    If `kind` is brief, this first ends a send or receive that waits in another thread.
    """
    cdef ThreadGuard *guard = guard_of(socket)
    cdef bint briefly = kind == BRIEF_USE or kind == BRIEF_BLOCKING_USE
    while (
        socket._generation == fork_generation
        and socket.handle != NULL
        and guard.is_soon_free(briefly)
    ):
        if briefly and guard.is_waited_in():
            guard.end_wait(&socket.handle)
        with nogil:
            guard.await_free(briefly)
        _check_signals()
        if _has_begun(socket, kind):
            return 0
    _refuse(socket)


cdef int _refuse(_SocketBase socket) except -1:
    """Raise the error that says why the socket cannot be used."""
    if socket.handle == NULL:
        raise ZMQError(
            ENOTSOCK, f"Socket operation on non-socket ({socket!r} has been closed)"
        )
    if socket._generation != fork_generation:
        raise ZMQError(
            ENOTSOCK,
            f"Socket operation on non-socket ({socket!r} was made before this process was"
            " forked; make contexts and sockets in the child)",
        )
    if _owner_of(socket)._acquired:
        raise ZMQError(
            EMTHREAD,
            f"{socket!r} is in use by an extension module, which has acquired it; use it after"
            " the module has released it",
        )
    raise ZMQError(
        EMTHREAD,
        f"{socket!r} is in use by another thread: a socket belongs to one thread at a time;"
        " give each thread a socket of its own, or use one of the thread-safe types",
    )


cdef inline int _errno_of(int rc) noexcept nogil:
    """Return the errno of a call that has returned `rc`; 0 if the call has succeeded."""
    return libzmq.zmq_errno() if rc < 0 else 0


cdef inline int _end(_SocketBase socket, int kind) except -1:
    """Give the socket back, and wake up the waiters that can go on because of this use.

    Each use of a socket may change its events, and clears the signal of its descriptor. So waiters
    that sleep until the descriptor becomes readable would continue to sleep: see aio_waiters.pxi.
    """
    cdef ThreadGuard *guard = guard_of(socket)
    _give_back(guard, kind)
    if guard.waiting:
        _look_after_waiters(socket)
    return 0


cdef inline int _end_in_loop(_SocketBase socket, int kind) except -1:
    """Do the same as `_end` for an event loop, which wakes up its own operations itself."""
    cdef ThreadGuard *guard = guard_of(socket)
    _give_back(guard, kind)
    if guard.has_sleepers():
        _wake_sleepers(socket)
    return 0


cdef int _look_after_waiters(_SocketBase socket) except -1:
    """Wake up the polls and the asynchronous operations that can go on."""
    cdef _SocketBase owner = _owner_of(socket)
    if guard_of(socket).has_sleepers():
        _wake_sleepers(socket)
    if owner._async_state is not None:
        (<_Waiters> owner._async_state).look()
    return 0


cdef int _wake_sleepers(_SocketBase socket) except -1:
    """Wake up the polls of other threads that wait for one of the socket's present events."""
    cdef ThreadGuard *guard = guard_of(socket)
    cdef int events = -1
    cdef int found = 0
    cdef size_t size = sizeof(found)
    if socket.handle != NULL and guard.enter_briefly():
        if libzmq.zmq_getsockopt(socket.handle, libzmq.ZMQ_EVENTS, &found, &size) == 0:
            events = found
        guard.leave()
    guard.wake_sleepers(events)
    return 0


# -- options that other methods need ------------------------------------------------------


cdef int _get_int(_SocketBase socket, int option) except? -1:
    """Return an int option; a caller in an event loop wakes up its waiting operations itself."""
    cdef int value = 0
    cdef size_t size = sizeof(value)
    cdef int rc
    cdef int errnum
    _begin(socket, BRIEF_USE)
    rc = libzmq.zmq_getsockopt(socket.handle, option, &value, &size)
    errnum = _errno_of(rc)
    _end_in_loop(socket, BRIEF_USE)
    if errnum:
        _raise_errno(errnum, f"(option {_option_name(option)} cannot be read)")
    return value


cdef object _get_descriptor(_SocketBase socket):
    """Return the option FD; this does not clear the signal, so no waiter has to be woken up."""
    cdef libzmq.zmq_fd_t descriptor = 0
    cdef size_t size = sizeof(descriptor)
    cdef int rc
    cdef int errnum
    _begin(socket, BRIEF_USE)
    rc = libzmq.zmq_getsockopt(socket.handle, libzmq.ZMQ_FD, &descriptor, &size)
    errnum = _errno_of(rc)
    _give_back(guard_of(socket), BRIEF_USE)
    if errnum:
        _raise_errno(errnum, "(option FD cannot be read)")
    return descriptor


cdef object _poller_descriptor(_SocketBase socket):
    """Return the descriptor of a zmq_poller that watches this thread-safe socket."""
    cdef libzmq.zmq_fd_t descriptor = 0
    cdef _SocketBase owner = _owner_of(socket)
    _begin(owner, BRIEF_USE)
    _give_back(guard_of(owner), BRIEF_USE)
    with cython.critical_section(owner):
        if owner._draft_poller == NULL:
            owner._draft_poller = _new_draft_poller(owner)
        if libzmq.zmq_poller_fd(owner._draft_poller, &descriptor) < 0:
            _raise_errno(libzmq.zmq_errno(), "(zmq_poller_fd)")
    return descriptor


cdef void *_new_draft_poller(_SocketBase socket) except NULL:
    cdef void *poller = libzmq.zmq_poller_new()
    cdef short events = libzmq.ZMQ_POLLIN | libzmq.ZMQ_POLLOUT
    if poller == NULL:
        _raise_errno(libzmq.zmq_errno(), "(no zmq_poller could be made)")
    if libzmq.zmq_poller_add(poller, socket.handle, NULL, events) < 0:
        errnum = libzmq.zmq_errno()
        libzmq.zmq_poller_destroy(&poller)
        _raise_errno(errnum, "(zmq_poller_add)")
    return poller


cdef object _signal_descriptor_of(_SocketBase socket):
    """The descriptor that becomes readable as the socket's events change.

    Thread-safe sockets have no descriptor of their own, so this uses the descriptor of a
    zmq_poller.
    """
    if guard_of(socket).shared:
        return _poller_descriptor(socket)
    return _get_descriptor(socket)
