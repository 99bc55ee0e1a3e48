# Reading and setting the options of a socket.

cdef enum:
    # Only endpoints of ws:// can be longer than this, because their path has no limit.
    OPTION_BUFFER_SIZE = 1024
    # libzmq writes keys as Z85 text, not raw, if the buffer has exactly this size.
    Z85_KEY_BUFFER_SIZE = 41
    LONGEST_ENDPOINT = 1 << 30


cdef class _SocketOptions(_SocketBase):
    """The options of a socket."""

    def get(self, option: int | SocketOption) -> int | bytes:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            A value of the option's type. CURVE keys are returned as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own. For them, this
        returns the descriptor of a ``zmq_poller`` and emits `DraftFDWarning`.
        """
        cdef int number = _integer(option, "an option is a zmq.SocketOption, such as zmq.LINGER")
        cdef int kind = _option_type(number)
        cdef int value = 0
        cdef int64_t value64 = 0
        cdef libzmq.zmq_fd_t descriptor = 0
        cdef char buffer[OPTION_BUFFER_SIZE]
        cdef size_t size
        cdef void *place
        cdef int errnum
        if number == libzmq.ZMQ_FD and guard_of(self).shared:
            # fileno() is written in Python, so it adds a frame.
            in_fileno = sys._getframe(0).f_globals.get("__name__") == "zmq.sugar.socket"
            warn(DraftFDWarning(), stacklevel=2 if in_fileno else 1)
            return _poller_descriptor(self)
        if kind == OPTION_BYTES:
            place = buffer
            size = sizeof(buffer)
            if libzmq.ZMQ_CURVE_PUBLICKEY <= number <= libzmq.ZMQ_CURVE_SERVERKEY:
                size = Z85_KEY_BUFFER_SIZE
        elif kind == OPTION_INT64:
            place = &value64
            size = sizeof(value64)
        elif kind == OPTION_FD:
            place = &descriptor
            size = sizeof(descriptor)
        else:
            place = &value
            size = sizeof(value)
        errnum = _read_option(self, number, place, &size)
        if errnum == EINVAL and number == libzmq.ZMQ_LAST_ENDPOINT:
            return _long_last_endpoint(self)
        if errnum:
            _raise_errno(errnum, _unreadable(number))
        if kind == OPTION_BYTES:
            # Remove the NUL that ends a string. A routing id has none, and may end in a zero byte.
            if number != libzmq.ZMQ_ROUTING_ID and size > 0 and buffer[size - 1] == 0:
                size -= 1
            return PyBytes_FromStringAndSize(buffer, size)
        if kind == OPTION_INT64:
            return value64
        if kind == OPTION_FD:
            return descriptor
        return value

    def set(self, option: int | SocketOption, optval: int | bytes) -> None:
        """Set a socket option.

        Most options affect endpoints that are bound or connected afterwards. SUBSCRIBE,
        UNSUBSCRIBE, LINGER and a few others take effect at once.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.
        optval : int or bytes
            A value of the option's type; `set_string` takes a str.

        Raises
        ------
        TypeError
            If `optval` has the wrong type.
        OverflowError
            If an int is too large for the option.
        ZMQError
            EINVAL if there is no such option, or it does not take this value.

        Notes
        -----
        Calls ``zmq_setsockopt``.
        """
        cdef int number = _integer(option, "an option is a zmq.SocketOption, such as zmq.LINGER")
        cdef int kind = _option_type(number)
        cdef int value
        cdef int64_t value64
        cdef libzmq.zmq_fd_t descriptor
        cdef int errnum
        cdef Py_buffer view
        if isinstance(optval, str):
            wanted = "bytes" if kind == OPTION_BYTES else (
                f"an int{_unit(number)}"
            )
            raise TypeError(
                f"the option {_option_name(number)} takes {wanted},"
                f" got {'a str' if number in _SECRET_OPTIONS else f'the str {optval!r}'}"
                f"{': encode() it, or use set_string()' if kind == OPTION_BYTES else ''}"
            )
        was_server = number == libzmq.ZMQ_CURVE_SERVERKEY and (
            _told(self, libzmq.ZMQ_CURVE_SERVER) == 1
        )
        before = None
        mechanism = NOT_TOLD
        late = _comes_late(self, number)
        if late:
            before = _value_or_none(self, number)
            mechanism = _told(self, libzmq.ZMQ_MECHANISM)
        if kind == OPTION_BYTES:
            if not isinstance(optval, (bytes, bytearray, memoryview)):
                raise TypeError(
                    f"expected bytes, got: {_shown_value(number, optval)} (the option"
                    f" {_option_name(number)} takes bytes{_key_form(number)}, not"
                    f" {type(optval).__name__})"
                )
            PyObject_GetBuffer(optval, &view, PyBUF_SIMPLE)
            try:
                errnum = _write_option(self, number, view.buf, view.len)
            finally:
                PyBuffer_Release(&view)
        elif not isinstance(optval, int):
            raise TypeError(
                f"expected int, got: {optval!r} (the option {_option_name(number)} takes"
                f" an int{_unit(number)}, not {type(optval).__name__})"
            )
        elif kind == OPTION_INT64:
            value64 = optval
            errnum = _write_option(self, number, &value64, sizeof(value64))
        elif kind == OPTION_FD:
            descriptor = optval
            errnum = _write_option(self, number, &descriptor, sizeof(descriptor))
        else:
            value = optval
            errnum = _write_option(self, number, &value, sizeof(value))
        if errnum:
            _raise_errno(errnum, _refused_value(number, optval, self._type))
        if was_server:
            warn(
                "curve_serverkey makes this socket a CURVE client, and resets curve_server to 0:"
                " set curve_serverkey only on the clients of a server",
                RuntimeWarning,
                stacklevel=_level_of_user(),
            )
        if late and before in _UNSET_VALUES and _value_or_none(self, number) not in _UNSET_VALUES:
            _warn_of_late_option(number, mechanism, late)

    getsockopt = get
    setsockopt = set

    # For event loops other than asyncio's: their code is in Python and cannot call C functions.

    def _signal_descriptor(self):
        """Return the descriptor that signals changed events, also for thread-safe sockets."""
        return _signal_descriptor_of(self)

    def _events_after_signal(self):
        """Return the option EVENTS, also for thread-safe sockets; this clears the signal."""
        cdef void *poller = _owner_of(self)._draft_poller
        cdef libzmq.zmq_poller_event_t event
        if poller != NULL:
            libzmq.zmq_poller_wait(poller, &event, 0)
        return _get_int(self, libzmq.ZMQ_EVENTS)


cdef inline int _read_option(_SocketBase socket, int option, void *value,
                             size_t *size) except -1:
    """Read an option; return libzmq's errno, or 0 if it was read."""
    cdef int rc
    cdef int errnum
    _begin(socket, BRIEF_USE)
    rc = libzmq.zmq_getsockopt(socket.handle, option, value, size)
    errnum = _errno_of(rc)
    _end(socket, BRIEF_USE)
    return errnum


cdef inline int _write_option(_SocketBase socket, int option, const void *value,
                              size_t size) except -1:
    """Set an option; return libzmq's errno, or 0 if it was set."""
    cdef int rc
    cdef int errnum
    _begin(socket, BRIEF_USE)
    rc = libzmq.zmq_setsockopt(socket.handle, option, value, size)
    errnum = _errno_of(rc)
    _end(socket, BRIEF_USE)
    return errnum


cdef object _comes_late(_SocketBase socket, int option):
    """Return the earlier calls that the option does not affect: "bind", "connect", both or ""."""
    cdef _SocketBase owner = _owner_of(socket)
    if not (owner._binds or owner._connects or owner._near_connects):
        return ""
    if option == libzmq.ZMQ_ROUTING_ID:
        return "connect" if owner._connects or owner._near_connects else ""
    if option not in _SECURITY_OPTIONS:
        return ""
    if option == libzmq.ZMQ_ZAP_DOMAIN or not owner._connects:
        return "bind" if owner._binds else ""
    return "bind and connect" if owner._binds else "connect"


cdef object _value_or_none(_SocketBase socket, int option):
    try:
        return Socket.get(socket, option)
    except ZMQError:
        return None


cdef int _warn_of_late_option(int option, int mechanism, object calls) except -1:
    """Warn that endpoints of this socket do not use an option, because it was set too late.

    Call this only if the option had no value before: programs may set other keys for each endpoint.
    """
    effect = "do not use it"
    if mechanism == libzmq.ZMQ_NULL and option in _CURVE_OPTIONS:
        effect = "stay unencrypted"
    elif option == libzmq.ZMQ_PLAIN_SERVER:
        effect = "ask for no password"
    made = {"bind": "bound", "connect": "connected"}.get(calls, "bound or connected")
    warn(
        f"{_option_name(option).lower()} was set after {calls}: endpoints {made} before"
        f" {effect}. Set it before {calls}.",
        RuntimeWarning,
        stacklevel=_level_of_user(),
    )
    return 0


cdef object _long_last_endpoint(_SocketBase socket):
    """Return the option LAST_ENDPOINT, of any length."""
    cdef bytearray endpoint
    cdef size_t size = OPTION_BUFFER_SIZE
    cdef int errnum = EINVAL
    while errnum == EINVAL and size < LONGEST_ENDPOINT:
        size *= 8
        endpoint = bytearray(size)
        errnum = _read_option(socket, libzmq.ZMQ_LAST_ENDPOINT, <char *> endpoint, &size)
    if errnum:
        _raise_errno(errnum, "(option LAST_ENDPOINT cannot be read)")
    return bytes(endpoint[: size - 1])
