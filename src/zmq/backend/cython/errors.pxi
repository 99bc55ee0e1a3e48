# Convert libzmq's errno to Python's exceptions.


cdef object _error_text(int errnum):
    text = libzmq.zmq_strerror(errnum).decode("utf-8", "replace")
    # for an unknown number, musl and Windows do not print the number itself
    if text in ("No error information", "Unknown error"):
        return f"Unknown error {errnum}"
    return text


cdef int _raise_errno(int errnum, object detail=None) except -1:
    """Raise the exception for `errnum`; `detail` is appended to libzmq's text."""
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
    """Return an Again with `detail` appended to libzmq's text."""
    error = Again()
    error.strerror = f"{error.strerror}: {detail}"
    return error


cdef int _check_signals() except -1:
    """Run Python's signal handlers, as PEP 475 requires of an interrupted call."""
    PyErr_CheckSignals()
    return 0
