# From libzmq's errno to Python's exceptions.


cdef object _error_text(int errnum):
    text = zmq_strerror(errnum).decode("utf-8", "replace")
    # musl and Windows leave out which number it is that they do not know
    if text in ("No error information", "Unknown error"):
        return f"Unknown error {errnum}"
    return text


cdef int _raise_errno(int errnum, object detail=None) except -1:
    """Raise the exception for `errnum`; `detail` is put behind libzmq's text for it."""
    if errnum == EAGAIN:
        raise Again()
    if errnum == ETERM:
        raise ContextTerminated()
    if errnum == EINTR:
        raise InterruptedSystemCall()
    if detail is None:
        raise ZMQError(errnum)
    raise ZMQError(errnum, f"{_error_text(errnum)} {detail}")


cdef object _again(object detail):
    """An Again whose text has `detail` behind libzmq's."""
    error = Again()
    error.strerror = f"{error.strerror}: {detail}"
    return error


cdef int _not_a_number(object name, object expected, object value) except -1:
    raise TypeError(f"{name} is {expected}, got {value!r} (a {type(value).__name__})")


# The default of flags, which needs no conversion.
cdef object _NO_FLAGS = 0
cdef object _POLLIN = PollEvent.POLLIN


cdef inline int _flags(object flags) except? -1:
    """The flags of a send or receive as C has them."""
    if flags is _NO_FLAGS:
        return 0
    if not PyIndex_Check(flags):
        _not_a_number("flags", "a zmq.Flag such as zmq.DONTWAIT", flags)
    return flags


cdef inline short _wanted_events(object flags) except? -1:
    """The events to wait for as C has them."""
    if flags is _POLLIN:
        return 1
    if not PyIndex_Check(flags):
        _not_a_number("flags", "zmq.POLLIN, zmq.POLLOUT or both", flags)
    return <int> flags


cdef Py_ssize_t _size(object name, object value) except? -1:
    if not PyIndex_Check(value):
        _not_a_number(name, "a whole number", value)
    return value


cdef int _linger(object linger) except? -1:
    if not PyIndex_Check(linger):
        _not_a_number("linger", "a whole number of milliseconds, -1 for ever, or None", linger)
    return linger


cdef int _check_address(object address) except -1:
    """Refuse what cannot be the address of a libzmq object; anything else has to be believed."""
    if address < 4096 or address % sizeof(void *):
        raise ValueError(
            f"{address} is not the address of a libzmq object; pass the object to shadow itself,"
            " or its `underlying`"
        )
    return 0


cdef int _check_signals() except -1:
    """Run Python's signal handlers, as PEP 475 asks of an interrupted call."""
    PyErr_CheckSignals()
    return 0
