# libzmq's timers (draft). They tell a polling thread when the next timer is due.

cdef enum:
    LONGEST_INTERVAL = 0x7fffffff


cdef void _note_due(int timer_id, void *timers) noexcept with gil:
    (<Timers> timers)._due[timer_id] = None


cdef class Timers:
    """Timers()
--

    Calls functions at regular intervals, in the thread that polls (draft).

    It uses no thread and no signal: your loop polls its sockets for at most `timeout`, and then
    calls `execute`::

        timers = zmq.Timers()
        timers.add(1000, lambda timer_id: publisher.send(b"tick"))
        while True:
            events = poller.poll(timers.timeout())
            timers.execute()

    With asyncio or another event loop, use that loop's own timers.

    Notes
    -----
    Wraps ``zmq_timers_new``. A Timers object belongs to one thread at a time. Functions are
    called in the order in which they are due; they may add, change and cancel timers. Draft: a
    later libzmq may change it.
    """

    cdef object __weakref__
    cdef void *_handle
    cdef ThreadGuard _guard
    # Change these only while you have the guard. Keep a removed value alive until you have given
    # the guard back, because its destructor may use the timers.
    cdef dict _callbacks          # timer id -> (callback, arguments)
    cdef dict _due                # ids of the due timers, in the order of their calls

    def __cinit__(self):
        self._callbacks = {}
        self._due = {}
        self._handle = libzmq.zmq_timers_new()
        if self._handle == NULL:
            raise MemoryError("no memory for timers")

    def __dealloc__(self):
        if self._handle != NULL:
            libzmq.zmq_timers_destroy(&self._handle)

    def __repr__(self):
        return f"<zmq.{type(self).__name__} at {<size_t> <void *> self:#x}, {len(self)} timers>"

    def __reduce__(self):
        raise TypeError("Timers cannot be pickled: they exist only in this process")

    def __len__(self) -> int:
        return len(self._callbacks)

    def __contains__(self, timer_id) -> bool:
        return timer_id in self._callbacks

    cdef int _enter(self) except -1:
        if not self._guard.enter():
            raise ZMQError(
                EMTHREAD,
                "the Timers are in use by another thread: give each thread timers of its own",
            )
        return 0

    cdef int _check(self, object timer_id) except -1:
        if timer_id not in self._callbacks:
            raise ZMQError(
                EINVAL,
                f"Invalid argument (there is no timer {timer_id!r}: pass a number that add()"
                " returned and that was not yet cancelled)",
            )
        return 0

    def add(self, interval, callback, /, *args) -> int:
        """Call a function repeatedly.

        Parameters
        ----------
        interval : float
            The time until the first call, and between two calls, in milliseconds; at least 1. A
            fraction is rounded up.
        callback : callable
            Called as ``callback(timer_id, *args)`` by `execute`.
        *args
            Given to `callback`.

        Returns
        -------
        int
            The id of the timer.

        Raises
        ------
        TypeError
            If `interval` is not a number, or `callback` cannot be called.
        ValueError
            If `interval` is less than 1, or more than 2147483647 (24 days).

        Notes
        -----
        Calls ``zmq_timers_add``.
        """
        cdef size_t milliseconds = _interval(interval)
        cdef int timer_id
        cdef int errnum
        if not callable(callback):
            raise TypeError(f"callback is a function to call, got {callback!r}")
        self._enter()
        timer_id = libzmq.zmq_timers_add(self._handle, milliseconds, _note_due, <void *> self)
        errnum = libzmq.zmq_errno()
        if timer_id >= 0:
            self._callbacks[timer_id] = (callback, args)
        self._guard.leave()
        if timer_id < 0:
            _raise_errno(errnum, "(Timers.add)")
        return timer_id

    def cancel(self, timer_id) -> None:
        """Stop calling a function, even if it is due already.

        Parameters
        ----------
        timer_id : int
            The id that `add` returned.

        Raises
        ------
        ZMQError
            EINVAL if there is no such timer, or it was cancelled before.

        Notes
        -----
        Calls ``zmq_timers_cancel``.
        """
        cdef int rc
        cdef int errnum
        self._check(timer_id)
        self._enter()
        rc = libzmq.zmq_timers_cancel(self._handle, timer_id)
        errnum = libzmq.zmq_errno()
        if rc == 0:
            cancelled = self._callbacks.pop(timer_id, None)  # noqa: F841 (lives until the end)
            self._due.pop(timer_id, None)
        self._guard.leave()
        if rc < 0:
            _raise_errno(errnum, "(Timers.cancel)")

    def set_interval(self, timer_id, interval) -> None:
        """Change the interval of a timer; the next call is one new interval from now.

        Parameters
        ----------
        timer_id : int
            The id that `add` returned.
        interval : float
            See `add`.

        Raises
        ------
        TypeError, ValueError
            See `add`.
        ZMQError
            EINVAL if there is no such timer.

        Notes
        -----
        Calls ``zmq_timers_set_interval``.
        """
        cdef size_t milliseconds = _interval(interval)
        cdef int rc
        cdef int errnum
        self._check(timer_id)
        self._enter()
        rc = libzmq.zmq_timers_set_interval(self._handle, timer_id, milliseconds)
        errnum = libzmq.zmq_errno()
        if rc == 0:
            self._due.pop(timer_id, None)
        self._guard.leave()
        if rc < 0:
            _raise_errno(errnum, "(Timers.set_interval)")

    def reset(self, timer_id) -> None:
        """Start the interval of a timer again.

        If you reset a timer on each message, its function is called when no message has come for
        the whole interval.

        Parameters
        ----------
        timer_id : int
            The id that `add` returned.

        Raises
        ------
        ZMQError
            EINVAL if there is no such timer.

        Notes
        -----
        Calls ``zmq_timers_reset``.
        """
        cdef int rc
        cdef int errnum
        self._check(timer_id)
        self._enter()
        rc = libzmq.zmq_timers_reset(self._handle, timer_id)
        errnum = libzmq.zmq_errno()
        if rc == 0:
            self._due.pop(timer_id, None)
        self._guard.leave()
        if rc < 0:
            _raise_errno(errnum, "(Timers.reset)")

    def timeout(self):
        """Return the time until the next function is due.

        Returns
        -------
        int or None
            The time in milliseconds, 0 if a function is due now; None if there are no timers. You
            can pass the value to any ``poll``.

        Notes
        -----
        Calls ``zmq_timers_timeout``.
        """
        cdef long milliseconds
        if self._due:
            return 0
        self._enter()
        milliseconds = libzmq.zmq_timers_timeout(self._handle)
        self._guard.leave()
        return None if milliseconds < 0 else milliseconds

    def execute(self) -> int:
        """Call all functions that are due, each once.

        The next call of each function is one interval from now. Missed calls are dropped.

        Returns
        -------
        int
            The number of called functions.

        Raises
        ------
        Exception
            The exception that a function raised. All timers continue, and the next `execute` calls
            the functions that were due and have not been called.

        Notes
        -----
        Calls ``zmq_timers_execute``.
        """
        cdef int rc
        cdef int errnum
        cdef int called = 0
        self._enter()
        rc = libzmq.zmq_timers_execute(self._handle)
        errnum = libzmq.zmq_errno()
        self._guard.leave()
        if rc < 0:
            _raise_errno(errnum, "(Timers.execute)")
        while True:
            timer_id, entry = self._take_due()
            if entry is None:
                return called
            callback, arguments = entry
            called += 1
            callback(timer_id, *arguments)

    cdef tuple _take_due(self):
        self._enter()
        for timer_id in self._due:
            entry = self._callbacks[timer_id]
            del self._due[timer_id]
            break
        else:
            timer_id = entry = None
        self._guard.leave()
        return timer_id, entry


cdef size_t _interval(object interval) except? 0:
    cdef double milliseconds
    if not isinstance(interval, (int, float)):
        raise TypeError(f"interval is a number of milliseconds, got {interval!r}")
    if not 1 <= interval <= LONGEST_INTERVAL:
        raise ValueError(
            f"interval is from 1 to {LONGEST_INTERVAL} milliseconds (24 days), got {interval!r}"
        )
    milliseconds = interval
    return <size_t> milliseconds + (<size_t> milliseconds < milliseconds)
