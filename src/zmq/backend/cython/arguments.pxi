# Checks of arguments, and their conversion to C.

cdef enum:
    # Systems leave the first page of memory unmapped.
    LOWEST_ADDRESS = 4096


cdef int _not_a_number(object name, object expected, object value) except -1:
    raise TypeError(f"{name} is {expected}, got {value!r} (a {type(value).__name__})")


# The usual arguments, which need no conversion.
cdef object _NO_FLAGS = 0
cdef object _POLLIN = PollEvent.POLLIN


cdef inline int _flags(object flags) except? -1:
    """Convert the flags of a send or receive to C."""
    if flags is _NO_FLAGS:
        return 0
    if not PyIndex_Check(flags):
        _not_a_number("flags", "a zmq.Flag such as zmq.DONTWAIT", flags)
    return flags


cdef inline short _wanted_events(object flags) except? -1:
    """Convert the events to wait for to C."""
    if flags is _POLLIN:
        return libzmq.ZMQ_POLLIN
    if not PyIndex_Check(flags):
        _not_a_number("flags", "zmq.POLLIN, zmq.POLLOUT or both", flags)
    return <int> flags


cdef int _integer(object value, object expected) except? -1:
    """Convert a number to a C int, or raise a TypeError that says what was `expected`."""
    if not PyIndex_Check(value):
        raise TypeError(f"{expected}, got {value!r}")
    return value


cdef Py_ssize_t _size(object name, object value) except? -1:
    if not PyIndex_Check(value):
        _not_a_number(name, "a whole number", value)
    return value


cdef int _linger(object linger) except? -1:
    # a computed time may be a float
    if isinstance(linger, float) and isfinite(linger):
        return int(linger)
    if not PyIndex_Check(linger):
        _not_a_number("linger", "a whole number of milliseconds, -1 for ever, or None", linger)
    return linger


cdef int _check_address(object address) except -1:
    """Refuse a number that cannot be the address of a libzmq object.

    An accepted number may still be wrong.
    """
    if address < LOWEST_ADDRESS or address % sizeof(void *):
        raise ValueError(
            f"{address} is not the address of a libzmq object: pass the object that you want to"
            " shadow, or its `underlying`"
        )
    return 0


# -- checks that all flavours of sockets share --------------------------------------------


cdef Py_ssize_t _message_count(object max_messages) except -1:
    cdef Py_ssize_t count = _size("max_messages", max_messages)
    if count < 1:
        raise ValueError(f"max_messages must be at least 1, got {max_messages}")
    return count


cpdef int _check_recv_many(object max_messages, object timeout) except -1:
    """Check the arguments of a `recv_many` that may have to wait."""
    _message_count(max_messages)
    if timeout is not None:
        _milliseconds(timeout)
    return 0


cpdef int _check_send_many(object messages, int flags) except -1:
    """Check the arguments of `send_many`, but not each message."""
    if flags & libzmq.ZMQ_SNDMORE:
        raise ValueError("send_many() sends complete messages, so it does not accept SNDMORE")
    if isinstance(messages, (str, bytes, bytearray, memoryview, Frame)):
        raise TypeError(
            f"send_many() takes an iterable of messages, got {type(messages).__name__}"
        )
    return 0


cpdef object _room_to_receive(object buffer, object nbytes):
    """Check the arguments of a `recv_into` that may have to wait; return the buffer's memory."""
    view = memoryview(buffer)
    if view.readonly or not view.c_contiguous:
        raise BufferError("recv_into() needs a buffer that is writable and contiguous in C order")
    _check_nbytes(_size("nbytes", nbytes), view.nbytes)
    return view


cdef int _check_nbytes(Py_ssize_t nbytes, Py_ssize_t size) except -1:
    if nbytes < 0 or nbytes > size:
        raise ValueError(
            f"nbytes={nbytes} does not fit: it must be from 0 to {size}, the size of the buffer"
        )
    return 0
