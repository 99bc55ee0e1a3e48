# MessageTracker: it tells whether libzmq still uses the memory of messages.


@cython.final
cdef class _SendEvent:
    """Tells whether libzmq no longer uses a message; it has some methods of `threading.Event`."""

    cdef SendState *state

    def __cinit__(self):
        self.state = NULL

    def __init__(self):
        raise TypeError("only tracked sends create this object: use MessageTracker")

    def __dealloc__(self):
        if self.state != NULL:
            self.state.release()

    def is_set(self) -> bool:
        """Return whether libzmq no longer uses the message."""
        release_returned_buffers()
        return self.state == NULL or send_is_done(self.state)

    isSet = is_set

    def wait(self, timeout=None) -> bool:
        """Wait until libzmq no longer uses the message, for at most `timeout` seconds."""
        if self.state == NULL:
            return True
        return _wait_for_state(self.state, -1 if timeout is None else timeout)


cdef _SendEvent _send_event(SendState *state):
    cdef _SendEvent event = _SendEvent.__new__(_SendEvent)
    state.retain()
    event.state = state
    return event


cdef bint _wait_for_state(SendState *state, double seconds) except -1:
    """Wait without the GIL in slices, between which Python's signal handlers run."""
    cdef long long deadline = 0
    cdef long long left
    cdef long slice_ms
    cdef bint done
    cdef bint for_ever = seconds < 0 or seconds > 1e12
    if not for_ever:
        deadline = monotonic_ms() + <long long>(seconds * 1000 + 0.999)
    while True:
        slice_ms = 50
        if not for_ever:
            left = deadline - monotonic_ms()
            slice_ms = 0 if left <= 0 else (<long>left if left < 50 else 50)
        with nogil:
            done = wait_for_send(state, slice_ms)
        release_returned_buffers()
        if done:
            return True
        _check_signals()
        if not for_ever and slice_ms == 0:
            return False


cdef class MessageTracker:
    """MessageTracker(*towatch)
--

    Watches one or more messages until libzmq no longer needs their memory.

    A message sent with ``copy=False`` is not copied: libzmq's I/O thread reads the caller's memory
    later, perhaps several times. `done` and `wait` tell when you may change that memory again.

    Parameters
    ----------
    *towatch : MessageTracker, Frame or threading.Event
        The objects to watch. Frames must be tracked (``Frame(data, track=True)``). An event may be
        any object with ``is_set`` and ``wait(timeout in s)``.

    Raises
    ------
    TypeError
        If an object in `towatch` has another type.
    ValueError
        If a Frame in `towatch` is not tracked.

    Notes
    -----
    Any thread may read `done` and call `wait`.
    """

    cdef object __weakref__
    cdef dict __dict__  # the user's attributes, see zmq.sugar.tracker
    cdef set _events
    cdef set _peers

    def __cinit__(self, *args, **kwargs):
        self._events = set()
        self._peers = set()

    def __init__(self, *towatch):
        for item in towatch:
            if isinstance(item, MessageTracker):
                self._peers.add(item)
            elif isinstance(item, Frame):
                if item.tracker is None:
                    raise ValueError(
                        "Not a tracked message: make the Frame with track=True to watch it"
                    )
                self._peers.add(item.tracker)
            elif hasattr(item, "is_set") and hasattr(item, "wait"):
                self._events.add(item)
            else:
                raise TypeError(
                    "MessageTracker watches events, trackers and tracked Frames,"
                    f" not {type(item).__name__}"
                )

    def __copy__(self):
        return _tracker_class(self)

    def __reduce__(self):
        raise TypeError(
            "a MessageTracker cannot be pickled, it watches memory of this process"
        )

    @property
    def events(self) -> set:
        """The events that this tracker watches directly."""
        return self._events

    @property
    def peers(self) -> set:
        """The trackers that this tracker watches."""
        return self._peers

    @property
    def done(self) -> bool:
        """True when libzmq no longer uses any of the watched messages."""
        for event in self._all_events():
            if not event.is_set():
                return False
        return True

    cdef list _all_events(self):
        """Return the events of this tracker and of all trackers that it watches, at any depth."""
        cdef list found = []
        cdef list waiting = [self]
        cdef set seen = {self}
        while waiting:
            tracker = waiting.pop()
            found.extend((<MessageTracker?> tracker)._events)
            for peer in (<MessageTracker> tracker)._peers:
                if peer not in seen:
                    seen.add(peer)
                    waiting.append(peer)
        return found

    def wait(self, timeout: float | None = -1) -> None:
        """Wait until libzmq no longer uses any of the watched messages.

        Parameters
        ----------
        timeout : float, default -1
            The maximum time to wait, in seconds; None or a negative value means for ever.

        Raises
        ------
        NotDone
            If the time ran out first.

        Notes
        -----
        Releases the GIL while it waits; signal handlers run, and may raise.
        """
        cdef double seconds = -1 if timeout is None else timeout
        cdef long long deadline = 0
        cdef double left = -1
        cdef bint bounded = 0 <= seconds <= 1e12
        if seconds != seconds:
            raise ValueError("timeout is a number of seconds or None, got nan")
        if bounded:
            deadline = monotonic_ms() + <long long>(seconds * 1000 + 0.999)
        for event in self._all_events():
            if bounded:
                left = max(0, deadline - monotonic_ms()) / 1000
            if not event.wait(left if bounded else None):
                raise NotDone()


cdef object _tracker_class = MessageTracker

_FINISHED_TRACKER = MessageTracker()


def _use_tracker_class(cls):
    """Create all later trackers as objects of `cls`, a Python subclass that programs can patch."""
    global _tracker_class, _FINISHED_TRACKER
    _tracker_class = cls
    _FINISHED_TRACKER = cls()


cdef MessageTracker _tracker_of(SendState *state):
    cdef MessageTracker tracker = MessageTracker.__new__(_tracker_class)
    tracker._events = {_send_event(state)}
    tracker._peers = set()
    return tracker
