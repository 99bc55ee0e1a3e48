# Frame, which is one part of a message, and the conversion of Python objects to libzmq's messages.

# copy=False avoids the copy only for objects of at least this size, in bytes.
_DEFAULT_COPY_THRESHOLD = 65536

# From this size on, a copy releases the GIL, so that other threads can run. Shorter copies keep it:
# copying 1 MiB takes about 100 us, but getting the GIL back from a busy thread takes up to 5 ms.
cdef enum:
    COPY_WITHOUT_GIL_SIZE = 1 << 20

# Even with copy=True, a bytes object of at least this size is lent, not copied. Bytes objects
# cannot change, so no program notices the difference. See `_init_msg_of_bytes`.
cdef enum:
    LEND_BYTES_SIZE = 1 << 14


cdef inline void _copy_memory(void *target, const void *source, size_t size):
    if size < COPY_WITHOUT_GIL_SIZE:
        memcpy(target, source, size)
    else:
        with nogil:
            memcpy(target, source, size)


cdef int _init_msg_copying(zmq_msg_t *msg, const void *data, Py_ssize_t size) except -1:
    if libzmq.zmq_msg_init_size(msg, size) < 0:
        raise MemoryError(f"no memory for a message of {size} bytes")
    _copy_memory(libzmq.zmq_msg_data(msg), data, size)
    return 0


cdef int _lend(zmq_msg_t *msg, Py_buffer *view, SendState *state, bint instead_of_copy) except -1:
    """Make `msg` from the memory of `view`, which is released when libzmq no longer uses it."""
    cdef LentBuffer *lent
    release_returned_buffers()
    lent = new LentBuffer()
    lent.view = view[0]
    lent.state = state
    lent.instead_of_copy = instead_of_copy
    note_lent(lent)
    if libzmq.zmq_msg_init_data(msg, view.buf, view.len, return_buffer, lent) < 0:
        return_buffer(NULL, lent)
        raise MemoryError(f"no memory for a message of {view.len} bytes")
    return 0


cdef int _init_msg_of_bytes(zmq_msg_t *msg, object data) except -1:
    """Make `msg` from a bytes object, for a caller who has asked for a copy.

    A large object is lent: that saves the memory and the copy, and over inproc the receiver gets
    the object itself. Measured times: over tcp, a send of 64 KB took 28 us of processor time when
    copied and 15 us when lent. Over inproc, 16 KB took 0.66 us when copied and 0.5 us when lent,
    from send to receive; 1 MB took 104 us and 0.5 us.
    """
    cdef Py_buffer view
    cdef Py_ssize_t size = PyBytes_GET_SIZE(data)
    if size < LEND_BYTES_SIZE or not may_lend_instead_of_copy(size):
        return _init_msg_copying(msg, PyBytes_AS_STRING(data), size)
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    return _lend(msg, &view, NULL, True)


cdef object _other_send(object data):
    """Return advice about an object that has no buffer, for an error message."""
    if hasattr(type(data), "__await__"):
        return ": await it, and send its result"
    if data is None:
        return ": an empty message is b''"
    if isinstance(data, (list, tuple)):
        return ": send_multipart() sends the parts of one message, send_json() JSON"
    if isinstance(data, (dict, int, float)):
        return ": send_json() sends it as JSON, send_pyobj() pickled"
    return ": send_pyobj() sends objects pickled"


cdef bint _get_buffer(object data, Py_buffer *view) except -1:
    """Get any buffer of `data`; return True if the buffer is contiguous in C order."""
    if isinstance(data, str):
        raise TypeError(
            "unicode not allowed: got a str, expected bytes or another object with a buffer;"
            " use send_string(), or encode() it first"
        )
    if not PyObject_CheckBuffer(data):
        raise TypeError(
            f"a bytes-like object is required, not {type(data).__name__!r}{_other_send(data)}"
        )
    try:
        PyObject_GetBuffer(data, view, PyBUF_C_CONTIGUOUS)
        return True
    except (BufferError, ValueError):
        # strided, or in Fortran order (NumPy raises ValueError): get the buffer as it is. It is
        # copied in C order later, because the receiver expects the bytes in that order.
        PyObject_GetBuffer(data, view, PyBUF_FULL_RO)
        return False


cdef int _init_msg_from_view(zmq_msg_t *msg, Py_buffer *view, bint contiguous) except -1:
    if contiguous:
        return _init_msg_copying(msg, view.buf, view.len)
    if libzmq.zmq_msg_init_size(msg, view.len) < 0:
        raise MemoryError(f"no memory for a message of {view.len} bytes")
    try:
        PyBuffer_ToContiguous(libzmq.zmq_msg_data(msg), view, view.len, b'C')
    except BaseException:
        libzmq.zmq_msg_close(msg)
        raise
    return 0


cdef int _init_msg(zmq_msg_t *msg, object data, bint copy, Py_ssize_t copy_threshold,
                   SendState **state, bint *readonly) except -1:
    """Make `msg` from a copy of `data`, or lend the memory of `data` to libzmq.

    If `state` is given and the memory is lent, `state` receives a new object that tracks the
    memory.
    """
    cdef Py_buffer view
    cdef bint contiguous
    cdef SendState *tracked = NULL
    if PyBytes_CheckExact(data) and (copy or PyBytes_GET_SIZE(data) < copy_threshold):
        return _init_msg_copying(msg, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    contiguous = _get_buffer(data, &view)
    if copy or not contiguous or view.len < copy_threshold:
        try:
            _init_msg_from_view(msg, &view, contiguous)
        finally:
            PyBuffer_Release(&view)
        return 0
    if state != NULL:
        tracked = new SendState()
        tracked.retain()  # once for libzmq, once for the caller
    if readonly != NULL:
        readonly[0] = view.readonly
    try:
        _lend(msg, &view, tracked, False)
    except MemoryError:
        if tracked != NULL:
            tracked.release()
        raise
    if state != NULL:
        state[0] = tracked
    return 1


cdef uint32_t _checked_routing_id(object routing_id) except 0:
    if not isinstance(routing_id, int):
        raise TypeError(f"routing_id must be an int, got {type(routing_id).__name__}")
    if not 0 < routing_id < 1 << 32:
        raise ValueError(
            f"routing_id must be between 1 and 4294967295, got {routing_id}:"
            " use the routing_id of a Frame that a SERVER or PEER received"
        )
    return routing_id


cdef int _set_routing_id(zmq_msg_t *msg, object routing_id) except -1:
    cdef int errnum
    if libzmq.zmq_msg_set_routing_id(msg, _checked_routing_id(routing_id)) < 0:
        errnum = libzmq.zmq_errno()
        _raise_errno(errnum, f"(routing_id={routing_id})")
    return 0


cdef bytes _group_name(object group):
    cdef bytes name
    if isinstance(group, str):
        name = group.encode("utf-8", "surrogateescape")
    elif isinstance(group, bytes):
        name = group
    else:
        raise TypeError(f"group must be str or bytes, got {type(group).__name__}")
    if len(name) > libzmq.ZMQ_GROUP_MAX_LENGTH:
        raise ZMQError(
            EINVAL,
            f"Invalid argument (a group name has at most {libzmq.ZMQ_GROUP_MAX_LENGTH} bytes,"
            f" got {len(name)})",
        )
    if b"\0" in name:
        raise ZMQError(EINVAL, f"Invalid argument (a group name has no NUL, got {name!r})")
    return name


cdef object _source_descriptor(Frame frame, str name):
    """Return the option SRCFD, or raise AttributeError, which tools that list attributes expect."""
    try:
        return frame.get(2)
    except ZMQError:
        raise AttributeError(
            f"this Frame has no {name}: it was not received over tcp or ipc"
        ) from None


cdef object _group_of_msg(zmq_msg_t *msg):
    cdef const char *name = libzmq.zmq_msg_group(msg)
    return "" if name == NULL else name.decode("utf-8", "surrogateescape")


cdef int _set_group(zmq_msg_t *msg, object group) except -1:
    cdef bytes name = _group_name(group)
    cdef int errnum
    if libzmq.zmq_msg_set_group(msg, name) < 0:
        errnum = libzmq.zmq_errno()
        _raise_errno(errnum, f"(group={group!r})")
    return 0


@cython.freelist(64)
cdef class Frame:
    """Frame(data=None, track=False, copy=None, copy_threshold=None)
--

    One part of a message, with access to its memory and its properties.

    `Socket.recv` and `Socket.recv_multipart` return Frames when called with ``copy=False``:
    the bytes stay in libzmq's memory, and the Frame has properties of the connection, such as
    ``frame["User-Id"]``. A Frame can be sent more than once.

    Parameters
    ----------
    data : object with a buffer, optional
        bytes, bytearray, memoryview, array, NumPy array... Without it the Frame is empty.
    track : bool, default False
        With True, `tracker` tells when libzmq no longer uses the memory of `data`.
    copy : bool, optional
        True copies `data`. False lends its memory to libzmq; then `data` must not change until
        `tracker` is done. By default `copy_threshold` decides.
    copy_threshold : int, optional
        Size in bytes below which `data` is copied if `copy` is not given; by default
        `zmq.COPY_THRESHOLD` (65536).

    Raises
    ------
    TypeError
        If `data` is a str or has no buffer.

    Notes
    -----
    Wraps a ``zmq_msg_t``. Several threads may read and send one Frame. While a thread sets an
    option of the Frame or writes to its memory, no other thread may use the Frame. Frames compare
    by identity; to compare contents, use ``bytes(frame)``.
    """

    def __cinit__(self, *args, **kwargs):
        self._state = NULL
        libzmq.zmq_msg_init(&self.zmq_msg)
        self._initialised = True

    def __init__(self, data=None, bint track=False, copy=None, copy_threshold=None):
        cdef bint readonly = False
        cdef zmq_msg_t msg
        cdef Py_ssize_t threshold
        cdef SendState *state = NULL
        if data is None:
            libzmq.zmq_msg_init(&msg)
            self._replace(&msg, NULL, False, None, track)
            return
        if isinstance(data, str):
            raise TypeError(
                "Str objects not allowed: a Frame is made from bytes or another object with a"
                " buffer; encode() the str first"
            )
        if copy is not None:
            threshold = 0
        elif copy_threshold is not None:
            threshold = copy_threshold
        else:
            threshold = _module_copy_threshold()
        _init_msg(&msg, data, copy is not None and copy, threshold,
                  &state if track else NULL, &readonly)
        self._replace(&msg, state, readonly, data if PyBytes_CheckExact(data) else None, track)

    cdef int _replace(self, zmq_msg_t *msg, void *state, bint readonly, object contents,
                      bint track) except -1:
        """Take ownership of `msg` and release the old message: __init__ may be called again."""
        with cython.critical_section(self):
            if self._views:
                libzmq.zmq_msg_close(msg)
                if state != NULL:
                    (<SendState *> state).release()
                raise BufferError(
                    "the Frame's memory is in use by a memoryview: make another Frame instead"
                )
            libzmq.zmq_msg_move(&self.zmq_msg, msg)
            if self._state != NULL:
                (<SendState *> self._state).release()
            self._state = state
            self._readonly = readonly
            self._lent_instead_of_copy = False
            self._written_through = False
            self._bytes = contents
            self._tracker = _FINISHED_TRACKER if track and state == NULL else None
            self._tracker_event = None
        return 0

    def __dealloc__(self):
        if self._initialised:
            libzmq.zmq_msg_close(&self.zmq_msg)
        if self._state != NULL:
            (<SendState *> self._state).release()

    def __copy__(self):
        """Return another Frame of the same message; no bytes are copied."""
        cdef Frame other = type(self).__new__(type(self))
        with cython.critical_section(self):
            self._own_memory()
            libzmq.zmq_msg_copy(&other.zmq_msg, &self.zmq_msg)
            other._bytes = self._bytes
            other._readonly = self._readonly
            other._written_through = self._written_through
            if self._state != NULL:
                (<SendState *> self._state).retain()
                other._state = self._state
            other._tracker = self._tracker
            other._tracker_event = self._tracker_event
        return other

    def __reduce__(self):
        raise TypeError(
            "a Frame cannot be pickled, its memory belongs to libzmq: pickle bytes(frame) instead"
        )

    def __setattr__(self, name, value):
        # Programs may replace methods, and subclasses may have any attributes. But a misspelt
        # option must not become an attribute.
        if type(self) is _frame_class and not (hasattr(type(self), name) or name.startswith("_")):
            raise AttributeError(
                f"Frame has no such option: {name.upper()}; declare other attributes in a subclass"
            )
        PyObject_GenericSetAttr(self, name, value)

    cdef int _own_memory(self) except -1:
        """Copy bytes that a sender has lent, because a view of this frame may write to them."""
        if self._lent_instead_of_copy:
            if zmq_msg_own_memory(&self.zmq_msg) < 0:
                raise MemoryError(f"no memory for a message of {len(self)} bytes")
            self._lent_instead_of_copy = False
        return 0

    def __getbuffer__(self, Py_buffer *view, int flags):
        with cython.critical_section(self):
            self._own_memory()
            if not self._readonly:
                # The owner of a writable view may write to it: from now on cached bytes may be
                # outdated, and a send with copy=True has to copy.
                self._written_through = True
                self._bytes = None
            PyBuffer_FillInfo(view, self, libzmq.zmq_msg_data(&self.zmq_msg),
                              libzmq.zmq_msg_size(&self.zmq_msg),
                              self._readonly, flags)
            self._views += 1

    def __releasebuffer__(self, Py_buffer *view):
        with cython.critical_section(self):
            self._views -= 1

    def __len__(self) -> int:
        return libzmq.zmq_msg_size(&self.zmq_msg)

    def __repr__(self):
        cdef size_t size = libzmq.zmq_msg_size(&self.zmq_msg)
        cdef const char *data = <const char *> libzmq.zmq_msg_data(&self.zmq_msg)
        cls = type(self)
        name = "zmq.Frame" if cls is _frame_class else f"{cls.__module__}.{cls.__qualname__}"
        if size > 16:
            if size < 1000:
                shown = f"{size}B"
            elif size <= 1000000:
                shown = f"{size // 1000}kB"
            else:
                shown = f"{size // 1000000}MB"
            return f"<{name}({data[:12]!r}...{shown})>"
        return f"<{name}({data[:size]!r})>"

    @property
    def buffer(self) -> memoryview:
        """The contents as a memoryview of bytes.

        While a view is in use, each access returns that view. The view keeps the message alive: it
        stays valid when the Frame, the socket and the context no longer exist. The view is
        read-only if the memory belongs to a read-only object. It is also read-only if the message
        came over inproc and its memory also belongs to the sender or to another receiver.
        """
        view = None if self._view is None else self._view()
        if view is not None:
            try:
                len(view)
                return view
            except ValueError:
                pass  # released
        # Store a weak reference: the view refers to the frame, so a strong reference would make a
        # cycle, which reference counts cannot free.
        view = memoryview(self)
        self._view = weakref.ref(view)
        return view

    @property
    def bytes(self) -> bytes:
        """The contents as bytes; the first access copies them, later ones return the same object.

        After `buffer` has returned a writable view, each access makes a new copy.
        """
        cdef PyObject *lent
        with cython.critical_section(self):
            if self._bytes is not None:
                return self._bytes
            lent = lent_bytes(
                libzmq.zmq_msg_data(&self.zmq_msg), libzmq.zmq_msg_size(&self.zmq_msg)
            )
            if lent != NULL:
                self._bytes = <object> lent
                return self._bytes
            contents = PyBytes_FromStringAndSize(
                <const char *> libzmq.zmq_msg_data(&self.zmq_msg),
                libzmq.zmq_msg_size(&self.zmq_msg),
            )
            if not self._written_through:
                self._bytes = contents
            return contents

    @property
    def more(self) -> bool:
        """True if further parts of the same message follow this part (``ZMQ_MORE``)."""
        return bool(libzmq.zmq_msg_more(&self.zmq_msg))

    @property
    def tracker(self) -> MessageTracker | None:
        """The tracker of this Frame's memory; None if the Frame is not tracked."""
        with cython.critical_section(self):
            if self._tracker is None and self._state != NULL:
                self._tracker = _tracker_of(<SendState *> self._state)
            return self._tracker

    @property
    def tracker_event(self):
        """The event that `tracker` waits for; None if there is nothing to wait for."""
        with cython.critical_section(self):
            if self._tracker_event is None and self._state != NULL:
                self._tracker_event = _send_event(<SendState *> self._state)
            return self._tracker_event

    @property
    def routing_id(self) -> int:
        """The routing id of the peer, on SERVER and PEER sockets (draft); 0 if there is none.

        A Frame that a SERVER or PEER received has a routing id. Set the same id on the Frame of the
        reply. Calls ``zmq_msg_routing_id`` and ``zmq_msg_set_routing_id``.
        """
        return libzmq.zmq_msg_routing_id(&self.zmq_msg)

    @routing_id.setter
    def routing_id(self, value):
        _set_routing_id(&self.zmq_msg, value)

    @property
    def group(self) -> str:
        """The group of the message, on RADIO and DISH sockets (draft).

        Set it to a str or bytes, of at most 255 bytes. It is always read as a str. In that str,
        bytes that are not UTF-8 are surrogates, so setting the str again sets the same group. Calls
        ``zmq_msg_group`` and ``zmq_msg_set_group``.
        """
        return _group_of_msg(&self.zmq_msg)

    @group.setter
    def group(self, value):
        _set_group(&self.zmq_msg, value)

    def get(self, option):
        """Return an option or a property of the message.

        Parameters
        ----------
        option : int, str or bytes
            A value of `zmq.MessageOption`; or the name of a property, such as
            ``"User-Id"``, ``"Peer-Address"``, ``"Socket-Type"``, ``"Routing-Id"``; or
            ``"routing_id"`` or ``"group"``.

        Returns
        -------
        int or str
            An int for an option and for the routing id, a str for a property.

        Raises
        ------
        ZMQError
            EINVAL if the message has no such option or property.

        Notes
        -----
        Calls ``zmq_msg_get`` or ``zmq_msg_gets``.

        .. versionadded:: 13.0
        .. versionchanged:: 14.3
            Properties.
        .. versionchanged:: 17.0
            ``routing_id`` and ``group``.
        """
        cdef int number
        cdef int value
        cdef const char *text
        cdef bytes name
        cdef int errnum
        if isinstance(option, int):
            number = option
            value = libzmq.zmq_msg_get(&self.zmq_msg, number)
            if value < 0:
                errnum = libzmq.zmq_errno()
                _raise_errno(errnum, f"(the message has no option {option!r})")
            return value
        if option == "routing_id":
            return self.routing_id
        if option == "group":
            return self.group
        if isinstance(option, str):
            name = option.encode("utf-8")
        elif isinstance(option, bytes):
            name = option
        else:
            raise TypeError(
                "a Frame option is a zmq.MessageOption or the name of a property,"
                f" got {type(option).__name__}"
            )
        text = libzmq.zmq_msg_gets(&self.zmq_msg, name)
        if text == NULL:
            errnum = libzmq.zmq_errno()
            _raise_errno(errnum, f"(the message has no property {option!r})")
        return text.decode("utf-8", "surrogateescape")

    def set(self, option, value) -> None:
        """Set an option of the message.

        Parameters
        ----------
        option : int or str
            ``"routing_id"`` or ``"group"``; libzmq has no numbered option that can be set.
        value : int or str
            The new value.

        Raises
        ------
        ZMQError
            EINVAL for an option that cannot be set.

        Notes
        -----
        Calls ``zmq_msg_set``.

        .. versionadded:: 13.0
        """
        cdef int number
        cdef int number_value
        cdef int errnum
        if option == "routing_id":
            self.routing_id = value
        elif option == "group":
            self.group = value
        elif isinstance(option, int):
            number = option
            number_value = value
            if libzmq.zmq_msg_set(&self.zmq_msg, number, number_value) < 0:
                errnum = libzmq.zmq_errno()
                _raise_errno(errnum, f"(the message option {option!r} cannot be set)")
        else:
            raise TypeError(
                f"a Frame option is an int, 'routing_id' or 'group', got {option!r}"
            )

    def __getitem__(self, key):
        return self.get(key)

    # Options by name, as attributes.

    @property
    def MORE(self) -> int:
        """``get(zmq.MORE)``: 1 if further parts follow."""
        return self.get(1)

    @property
    def srcfd(self) -> int:
        """``get(zmq.SRCFD)``."""
        return _source_descriptor(self, "srcfd")

    @property
    def shared(self) -> int:
        """``get(zmq.SHARED)``."""
        return self.get(3)

    @property
    def SRCFD(self) -> int:
        """``get(zmq.SRCFD)``: the descriptor of the message's connection (deprecated in libzmq)."""
        return _source_descriptor(self, "SRCFD")

    @property
    def SHARED(self) -> int:
        """``get(zmq.SHARED)``: 1 if other messages may use the same memory."""
        return self.get(3)


cdef void _fill_received(Frame frame, zmq_msg_t *msg):
    """Move a received message into a new frame."""
    cdef HowLent lent
    libzmq.zmq_msg_move(&frame.zmq_msg, msg)
    lent = how_lent(libzmq.zmq_msg_data(&frame.zmq_msg))
    frame._lent_instead_of_copy = lent == LENT_INSTEAD_OF_COPY
    frame._readonly = not frame._lent_instead_of_copy and (
        lent != NOT_LENT or libzmq.zmq_msg_get(&frame.zmq_msg, libzmq.ZMQ_SHARED) > 0
    )


Message = Frame


cdef object _frame_class = Frame


def _use_frame_class(cls):
    """From now on create received frames as objects of `cls`, a subclass that can be patched."""
    global _frame_class
    _frame_class = cls


cdef Py_ssize_t _module_copy_threshold() except? -1:
    # Programs may assign to zmq.COPY_THRESHOLD, so read it each time that no threshold is given.
    import zmq
    return getattr(zmq, "COPY_THRESHOLD", _DEFAULT_COPY_THRESHOLD)
