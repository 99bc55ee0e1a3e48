# Socket options: their types, and the properties of a socket that read and set them.

cdef enum:
    OPTION_INT = 0
    OPTION_INT64 = 1
    OPTION_BYTES = 2
    OPTION_FD = 3
    OPTION_COUNT = 256
    OUR_OPTIONS = 10000
    OUR_OPTION_COUNT = 16

# The type of every option, by number. With a wrong type, libzmq would read past the end of the
# value. The types of our own options, with numbers from OUR_OPTIONS on, follow those of libzmq's
# options.
cdef unsigned char _option_types[OPTION_COUNT + OUR_OPTION_COUNT]
cdef dict _type_numbers = {
    _OptType.int: OPTION_INT,
    _OptType.int64: OPTION_INT64,
    _OptType.bytes: OPTION_BYTES,
    _OptType.fd: OPTION_FD,
}
for _number in range(OPTION_COUNT + OUR_OPTION_COUNT):
    _option_types[_number] = OPTION_INT
for _option in SocketOption:
    if 0 <= _option < OPTION_COUNT:
        _option_types[<int> _option] = _type_numbers[_option._opt_type]
    elif OUR_OPTIONS <= _option < OUR_OPTIONS + OUR_OPTION_COUNT:
        _option_types[<int> _option - OUR_OPTIONS + OPTION_COUNT] = (
            _type_numbers[_option._opt_type]
        )
    else:
        raise AssertionError(f"{_option!r}: make OUR_OPTION_COUNT larger")
del _number, _option

cdef dict _socket_type_members = {int(member): member for member in SocketType}


cdef inline int _option_type(int option):
    if 0 <= option < OPTION_COUNT:
        return _option_types[option]
    if OUR_OPTIONS <= option < OUR_OPTIONS + OUR_OPTION_COUNT:
        return _option_types[option - OUR_OPTIONS + OPTION_COUNT]
    return OPTION_INT


cdef object _option_name(int option):
    try:
        return SocketOption(option).name
    except ValueError:
        return str(option)


# Error messages leave out the values of these options, because logs store error messages.
cdef object _SECRET_OPTIONS = frozenset((
    SocketOption.CURVE_SECRETKEY,
    SocketOption.PLAIN_PASSWORD,
    SocketOption.SOCKS_PASSWORD,
))


cdef bytes _NO_KEY = b"0" * 40

cdef object _CURVE_KEYS = frozenset((
    SocketOption.CURVE_PUBLICKEY,
    SocketOption.CURVE_SECRETKEY,
    SocketOption.CURVE_SERVERKEY,
))

cdef object _CURVE_OPTIONS = _CURVE_KEYS | {SocketOption.CURVE_SERVER}

# Security options, which apply to later binds and connects. Without them, the identity of peers is
# not checked.
cdef object _SECURITY_OPTIONS = _CURVE_OPTIONS | {
    SocketOption.PLAIN_SERVER,
    SocketOption.PLAIN_USERNAME,
    SocketOption.PLAIN_PASSWORD,
    SocketOption.ZAP_DOMAIN,
}

# The values that an unset option has when it is read.
cdef object _UNSET_VALUES = frozenset((None, 0, b"", _NO_KEY))

cdef object _READ_ONLY_OPTIONS = frozenset((
    SocketOption.EVENTS,
    SocketOption.FD,
    SocketOption.LAST_ENDPOINT,
    SocketOption.MECHANISM,
    SocketOption.RCVMORE,
    SocketOption.THREAD_SAFE,
    SocketOption.TOPICS_COUNT,
    SocketOption.TYPE,
))

# Options that are times in ms, for error messages about a float or None.
cdef object _WAITING_OPTIONS = frozenset((
    SocketOption.LINGER,
    SocketOption.RCVTIMEO,
    SocketOption.SNDTIMEO,
))
cdef object _TIME_OPTIONS = frozenset((
    SocketOption.CONNECT_TIMEOUT,
    SocketOption.HANDSHAKE_IVL,
    SocketOption.HEARTBEAT_IVL,
    SocketOption.HEARTBEAT_TIMEOUT,
    SocketOption.HEARTBEAT_TTL,
    SocketOption.RECONNECT_IVL,
    SocketOption.RECONNECT_IVL_MAX,
    SocketOption.RECOVERY_IVL,
    SocketOption.TCP_MAXRT,
))

# Options that only some types of sockets have: the types, by option.
cdef dict _TYPES_WITH_OPTION = {}
for _types, _names in (
    (("SUB", "XPUB"), ("SUBSCRIBE", "UNSUBSCRIBE")),
    (("ROUTER",), ("ROUTER_MANDATORY", "ROUTER_HANDOVER", "ROUTER_NOTIFY", "ROUTER_RAW")),
    (("REQ",), ("REQ_CORRELATE", "REQ_RELAXED")),
    (("ROUTER", "STREAM"), ("CONNECT_ROUTING_ID",)),
    (("STREAM",), ("STREAM_NOTIFY",)),
    (("XPUB", "PUB"), (
        "XPUB_MANUAL", "XPUB_MANUAL_LAST_VALUE", "XPUB_VERBOSE", "XPUB_VERBOSER",
        "XPUB_WELCOME_MSG",
    )),
    (("XPUB", "PUB", "RADIO"), ("XPUB_NODROP",)),
    (("ROUTER", "DEALER", "REQ"), ("PROBE_ROUTER",)),
):
    for _name in _names:
        _TYPES_WITH_OPTION[SocketOption[_name]] = _types
del _types, _names, _name


cdef object _unit(int option):
    """Return the unit of an option, for an error message about a value that is not a number."""
    if option in _WAITING_OPTIONS:
        return " of milliseconds, -1 for ever"
    if option in _TIME_OPTIONS:
        return " of milliseconds"
    return ""


cdef object _key_form(int option):
    return ", 40 characters of Z85 or 32 raw bytes" if option in _CURVE_KEYS else ""


cdef object _refused_value(int option, object value, int socket_type):
    """Return the reason for which libzmq refuses the value, to append to libzmq's own text."""
    cdef object name = _option_name(option)
    cdef object kind = _type_name(socket_type)
    if option in _READ_ONLY_OPTIONS:
        return f"(option {name} is read only: it cannot be set to {value!r})"
    types = _TYPES_WITH_OPTION.get(option)
    if types is not None and kind not in types:
        if types[0] == "SUB" and kind == "XSUB":
            return f"(only SUB sockets have the option {name}: an XSUB sends messages instead)"
        main = types[0] if option in (SocketOption.SUBSCRIBE, SocketOption.UNSUBSCRIBE) else (
            " and ".join(types)
        )
        return f"(only {main} sockets have the option {name}, and this is a {kind})"
    if option in (SocketOption.ROUTING_ID, SocketOption.CONNECT_ROUTING_ID):
        size = len(value)
        if not 1 <= size <= 255:
            return f"(option {name} takes 1 to 255 bytes, got {size})"
    if option in _CURVE_KEYS:
        size = len(value)
        if size not in (32, 40):
            return f"(option {name} takes 40 characters of Z85 or 32 bytes, got {size})"
        if size == 40:
            return f"(option {name}: the 40 characters are not Z85)"
    if name == str(option):
        return _UNKNOWN_OPTION.format(option)
    return (
        f"(option {name} does not take {_shown_value(option, value)} on {kind} sockets"
        f"{_values_of(name)})"
    )


cdef str _UNKNOWN_OPTION = "(there is no option {}; zmq.SocketOption has all of them)"


cdef object _unreadable(int option):
    """Return the reason for which libzmq does not read an option."""
    name = _option_name(option)
    if name == str(option):
        return _UNKNOWN_OPTION.format(option)
    return f"(option {name} cannot be read)"


cdef object _context_option_name(int option):
    try:
        return ContextOption(option).name
    except ValueError:
        return str(option)


cdef object _refused_context_value(int option, object value):
    """Return the reason for which libzmq refuses the value of a context option."""
    name = _context_option_name(option)
    if name == str(option):
        return f"(there is no context option {option}; zmq.ContextOption has all of them)"
    values = _values_of(name, "ContextOption")
    return f"(context option {name} does not take {value!r} now{values})"


cdef object _values_of(object name, object enum="SocketOption"):
    """Return the values that an option takes, to append to an error message."""
    from zmq._option_texts import option_texts

    text = option_texts(enum).get(name)
    return f"; its value: {text.value}" if text is not None and text.value else ""


cdef object _most_like(object cls, object name):
    """Return a hint that names the most similar attribute, or an empty string."""
    from difflib import get_close_matches

    known = [one for one in dir(cls) if not one.startswith("_")]
    found = get_close_matches(name, known, 1, 0.7)
    return f"; did you mean {found[0]!r}?" if found else ""


cdef object _shown_value(int option, value):
    """Return the value as a text for an error message, without passwords and keys."""
    if option in _SECRET_OPTIONS:
        return f"this {type(value).__name__}"
    return repr(value)


# A socket option as an attribute: ``socket.linger`` and ``socket.LINGER``.
#
# Each option has its own data descriptor. A ``__getattr__`` on the class would keep the interpreter
# from using its inline caches for any attribute of sockets. This class has no docstring, because in
# a wheel of the stable ABI a docstring would hide the property `__doc__`.
cdef class _SocketOptionProperty:
    cdef readonly int option
    cdef readonly str name
    cdef readonly object method  # the method with the option's name, which reading returns
    cdef bint is_topic           # the option also takes a str, like the method

    def __init__(self, int option, str name, method=None):
        self.option = option
        self.name = name
        self.method = method
        self.is_topic = option in (SocketOption.SUBSCRIBE, SocketOption.UNSUBSCRIBE)

    def __get__(self, instance, owner):
        if self.method is not None:
            return self.method.__get__(instance, owner)
        if instance is None:
            return self
        try:
            return instance.get(self.option)
        except ZMQError as error:
            if error.errno == EINVAL:
                # raise AttributeError, because hasattr() and getattr() with a default depend on it
                raise AttributeError(f"{self.name} attribute is write-only") from error
            # an error of both types: hasattr() and mock expect AttributeError, programs ZMQError
            raise _with_attribute_error(error) from None

    def __set__(self, instance, value):
        if instance is None:
            raise AttributeError(f"can't set attribute {self.name!r}")
        if self.is_topic and isinstance(value, str):
            value = value.encode("utf-8")
        instance.set(self.option, value)

    def __delete__(self, instance):
        raise AttributeError(f"the socket option {self.name} cannot be deleted")

    @property
    def __doc__(self):
        from zmq._option_texts import option_texts

        text = option_texts().get(self.name.upper())
        if text is None:
            return f"The socket option zmq.{self.name.upper()}, see `zmq.SocketOption`."
        return str(text)

    def __repr__(self):
        return f"<socket option {self.name}>"
