# Socket options: their types, and the properties that stand for them on a socket.

cdef enum:
    OPTION_INT = 0
    OPTION_INT64 = 1
    OPTION_BYTES = 2
    OPTION_FD = 3
    OPTION_COUNT = 256
    OUR_OPTIONS = 10000
    OUR_OPTION_COUNT = 16

# The type of every option, by number; libzmq would read past the end of a wrong one.
# Those of our own, numbered from OUR_OPTIONS on, follow libzmq's.
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


# Of error messages, a log keeps what it should not.
cdef object _SECRET_OPTIONS = frozenset((
    SocketOption.CURVE_SECRETKEY,
    SocketOption.PLAIN_PASSWORD,
    SocketOption.SOCKS_PASSWORD,
))


cdef object _shown_value(int option, value):
    """A value for an error message; not that of a password or key."""
    if option in _SECRET_OPTIONS:
        return f"this {type(value).__name__}"
    return repr(value)


cdef class _SocketOptionProperty:
    """A socket option as an attribute: ``socket.linger`` and ``socket.LINGER``.

    A real data descriptor, made once for each option: a ``__getattr__`` on the class would
    cost every other attribute the interpreter's inline caches.
    """

    cdef readonly int option
    cdef readonly str name
    cdef readonly object method  # what reading gives where a method has the option's name
    cdef bint is_topic           # also takes a str, as the method does

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
                # an AttributeError: hasattr() and getattr() with a default go by it
                raise AttributeError(f"{self.name} attribute is write-only") from error
            # hasattr(), mock and inspect go by AttributeError, other programs by ZMQError
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
