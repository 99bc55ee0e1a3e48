# Convert users' timeouts, in ms, to deadlines of the monotonic clock.

# A timeout of more milliseconds than this (30,000 years) means for ever.
cdef double _LONGEST_TIMEOUT_MS = 1e15


cdef double _milliseconds(object timeout) except? -1.0:
    """Convert a timeout to a C double, or raise a TypeError that says what was expected."""
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
    """Convert a timeout to a deadline in ms: -1 means for ever, 0 means not at all."""
    cdef double milliseconds
    deadline[0] = -1
    if timeout is None:
        return 0
    milliseconds = _milliseconds(timeout)
    if milliseconds != milliseconds:
        raise ValueError("timeout is a number of milliseconds or None, got nan")
    if milliseconds == 0:
        deadline[0] = 0
    elif 0 < milliseconds < _LONGEST_TIMEOUT_MS:
        # A fraction of a millisecond is rounded up: "a short time" must not become "not at all".
        deadline[0] = <long long> milliseconds
        if deadline[0] < milliseconds:
            deadline[0] += 1
        deadline[0] += monotonic_ms()
    return 0


cdef long _ms_until(long long deadline):
    """Return the time until a deadline in the form that libzmq expects: -1 means for ever."""
    cdef long long left
    if deadline < 0:
        return -1
    left = deadline - monotonic_ms()
    if left < 0:
        return 0
    return <long> min(left, <long long> INT_MAX)


cdef bint _is_over(long long deadline):
    return deadline >= 0 and monotonic_ms() >= deadline
