# From libzmq's errno to Python's exceptions.


cdef object _error_text(int errnum):
    text = libzmq.zmq_strerror(errnum).decode("utf-8", "replace")
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


cdef int _check_signals() except -1:
    """Run Python's signal handlers, as PEP 475 asks of an interrupted call."""
    PyErr_CheckSignals()
    return 0
