# The types of the compiled module. What it does is said where it is done: in the .pxi files.
# tests/test_typing.py compares this with the module by mypy.stubtest.

import builtins
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterable
from types import ModuleType, TracebackType
from typing import (
    Any,
    Literal,
    NamedTuple,
    NoReturn,
    Protocol,
    TypeVar,
    final,
    overload,
    type_check_only,
)
from weakref import WeakValueDictionary

from typing_extensions import Buffer, Self

import zmq
from zmq.constants import SocketType
from zmq.sugar.option_attributes import BytesOption, IntOption

_T = TypeVar("_T")
_WaitersT = TypeVar("_WaitersT", bound=_TaskWaiters)

@type_check_only
class _HasFileno(Protocol):
    def fileno(self) -> int: ...

@type_check_only
class _Event(Protocol):
    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None, /) -> bool: ...

IPC_PATH_MAX_LEN: int
"""How many bytes the path of an ``ipc://`` endpoint can have on this system."""
PYZMQ_DRAFT_API: bool
"""Whether this build has the draft sockets and functions."""
_C_API: object  # a capsule, for pyzmq.h

def zmq_errno() -> int:
    """Return the errno that the last failed call to libzmq left in this thread.

    Returns
    -------
    int
        One of the values of `zmq.Errno`, or another errno of the platform.

    Notes
    -----
    Calls ``zmq_errno``. The exceptions carry the same number as ``errno``, which is the
    safer place to look: any call in between may have changed it.
    """

def strerror(errno: int) -> str:
    """Return the text that libzmq has for an error number.

    Parameters
    ----------
    errno : int
        A value of `zmq.Errno` or an errno of the platform.

    Returns
    -------
    str
        The text, in English for libzmq's own errors.

    Notes
    -----
    Calls ``zmq_strerror``.
    """

def zmq_version_info() -> tuple[int, int, int]:
    """Return the version of the libzmq in use as three integers.

    Returns
    -------
    tuple of int
        (major, minor, patch)

    Notes
    -----
    Calls ``zmq_version``.
    """

def has(capability: str) -> bool:
    """Tell whether libzmq was built with a capability.

    Parameters
    ----------
    capability : str
        Such as ``"ipc"``, ``"curve"``, ``"draft"``, ``"ws"``, ``"gssapi"``, ``"pgm"``.

    Returns
    -------
    bool
        False for a capability that is off and for a name that libzmq does not know.

    Notes
    -----
    Calls ``zmq_has``.

    .. versionadded:: 14.1
    """

def _socket_counts(socket: Socket) -> tuple[Any, ...]:
    """The numbers of zmq_socket_counts_t, the reasons as two tuples at the end."""

def _socket_peers(socket: Socket) -> list[dict[str, Any]]:
    """A dict for each peer, with the members of zmq_peer_stats_t."""

def _socket_in_use(socket: Socket) -> bool:
    """Whether a thread or a task waits in one of its methods."""

def _open_sockets() -> list[Any]:
    """All sockets of this process that are open, of all contexts, without their shadows."""

def curve_keypair() -> tuple[bytes, bytes]:
    """Make a new key pair for CURVE.

    Returns
    -------
    tuple of bytes
        (public key, secret key), each 40 bytes of Z85 text.

    Raises
    ------
    ZMQError
        ENOTSUP where libzmq was built without CURVE.

    Notes
    -----
    Calls ``zmq_curve_keypair``. Safe in any thread.

    .. versionadded:: 14.0
    """

def curve_public(secret_key: bytes | str) -> bytes:
    """Compute the public key that belongs to a CURVE secret key.

    Parameters
    ----------
    secret_key : bytes or str
        40 characters of Z85.

    Returns
    -------
    bytes
        The public key, 40 bytes of Z85 text.

    Raises
    ------
    TypeError
        If `secret_key` is neither bytes nor str.
    ValueError
        If it is not 40 characters long.
    ZMQError
        EINVAL if it is not Z85; ENOTSUP without CURVE.

    Notes
    -----
    Calls ``zmq_curve_public``. Safe in any thread.
    """

def proxy(frontend: Socket, backend: Socket, capture: Socket | None = None) -> None:
    """Pass messages between two sockets until the context is terminated.

    Parameters
    ----------
    frontend, backend : Socket
        Messages go both ways where the types allow it: ROUTER and DEALER, XSUB and XPUB,
        PULL and PUSH.
    capture : Socket, optional
        Receives a copy of each message: PUB, DEALER, PUSH or PAIR.

    Raises
    ------
    ContextTerminated
        When the context is terminated: the usual way for a proxy to end.
    KeyboardInterrupt
        Or what else a signal handler raises.

    Notes
    -----
    Does what ``zmq_proxy`` does, without the GIL; unlike that, it loses no message to a signal.

    .. versionadded:: 13.0
    """

def proxy_steerable(
    frontend: Socket,
    backend: Socket,
    capture: Socket | None = None,
    control: Socket | None = None,
) -> None:
    """Pass messages between two sockets, steered through a third.

    Parameters
    ----------
    frontend, backend, capture : Socket
        As for `proxy`.
    control : Socket, optional
        Takes the commands ``b"PAUSE"``, ``b"RESUME"``, ``b"TERMINATE"`` and
        ``b"STATISTICS"``, each a message of one part: PAIR, PULL, SUB, REP or DEALER.
        STATISTICS is answered with eight parts, 64-bit integers of the machine's byte
        order: messages and bytes received and sent by the front end, then the back end. A
        REP answers the other commands with an empty message. Unknown ones do nothing.

    Raises
    ------
    ContextTerminated
        When the context is terminated.
    KeyboardInterrupt
        Or what else a signal handler raises.

    Notes
    -----
    A loop of our own without the GIL, since newer versions of libzmq no longer have
    ``zmq_proxy_steerable``.

    .. versionadded:: 18.0
    """

def monitored_queue(
    in_socket: Socket,
    out_socket: Socket,
    mon_socket: Socket,
    in_prefix: bytes = b"in",
    out_prefix: bytes = b"out",
) -> None:
    """Pass messages between two sockets, and a copy of each to a third, with its direction.

    Parameters
    ----------
    in_socket, out_socket : zmq.Socket
        Messages go both ways. With two ROUTERs the first two parts, the routing ids of
        sender and receiver, trade places.
    mon_socket : zmq.Socket
        Receives each message behind a part of its own that says where it came from.
    in_prefix, out_prefix : bytes, default b"in" and b"out"
        That part, for messages that `in_socket` and `out_socket` received.

    Raises
    ------
    ContextTerminated
        When the context is terminated.
    KeyboardInterrupt
        Or what else a signal handler raises.

    Notes
    -----
    Runs without the GIL.
    """

def zmq_poll(
    sockets: Iterable[tuple[Socket | int | _HasFileno, int]], timeout: float | None = -1
) -> list[tuple[Any, int]]:
    """Wait for events on sockets and descriptors, once.

    Parameters
    ----------
    sockets : iterable of (socket, int)
        Sockets, descriptors or objects with ``fileno()``, each with the events to wait for.
    timeout : float, default -1
        How long to wait, in milliseconds; negative or None for ever, 0 not at all.

    Returns
    -------
    list of (socket, int)
        Those with events.

    Raises
    ------
    TypeError
        If an item is neither a socket nor a descriptor.
    ValueError
        If an item is not a pair.

    Notes
    -----
    Does what ``zmq_poll`` does. A `Poller` keeps what this makes anew at each call.
    """

@final
class _SendEvent:
    """Tells whether libzmq is done with one message; as much of `threading.Event` as that takes."""

    def is_set(self) -> bool:
        """Tell whether libzmq has let go of the message."""
    def isSet(self) -> bool:
        """Tell whether libzmq has let go of the message."""
    def wait(self, timeout: float | None = None) -> bool:
        """Wait until libzmq has let go of the message, at most `timeout` seconds."""

class MessageTracker:
    """Watches one or more messages until libzmq no longer needs their memory.

    A message sent with ``copy=False`` is not copied: libzmq reads the caller's memory when
    its I/O thread gets to it, perhaps several times. `done` and `wait` tell when that memory
    may be changed again.

    Parameters
    ----------
    *towatch : MessageTracker, Frame or threading.Event
        What to watch. Frames must be tracked ones (``Frame(data, track=True)``). Anything
        with ``is_set`` and ``wait(timeout in s)`` serves as an event.

    Raises
    ------
    TypeError
        If one of `towatch` is none of these.
    ValueError
        If a Frame in `towatch` is not tracked.

    Notes
    -----
    May be queried and waited for in any thread.
    """

    def __init__(self, *towatch: MessageTracker | Frame | _Event) -> None: ...
    def __copy__(self) -> MessageTracker: ...
    @property
    def events(self) -> set[Any]:
        """The events that this tracker watches directly."""
    @property
    def peers(self) -> set[MessageTracker]:
        """The trackers that this tracker watches."""
    @property
    def done(self) -> bool:
        """True once libzmq is done with every message watched."""
    def wait(self, timeout: float | None = -1) -> None:
        """Wait until libzmq is done with every message watched.

        Parameters
        ----------
        timeout : float, default -1
            How long to wait, in seconds; negative or None waits for ever.

        Raises
        ------
        NotDone
            If the time ran out first.

        Notes
        -----
        Gives the GIL up while it waits; signal handlers run, and may raise.
        """

_FINISHED_TRACKER: MessageTracker

def _use_tracker_class(cls: type[MessageTracker]) -> None:
    """Make trackers of `cls`, a subclass that can be patched, from now on."""

class Frame:
    """One part of a message, with access to its memory and its properties.

    `Socket.recv` and `Socket.recv_multipart` return Frames when called with ``copy=False``:
    the bytes stay where libzmq put them, and properties of the connection they came by can
    be asked for (``frame["User-Id"]``). A Frame can be sent, and sent again.

    Parameters
    ----------
    data : object with a buffer, optional
        bytes, bytearray, memoryview, array, NumPy array... Without it the Frame is empty.
    track : bool, default False
        Whether `tracker` shall tell when libzmq is done with the memory of `data`.
    copy : bool, optional
        True copies `data`; False lends its memory to libzmq, and it must not change until
        `tracker` says so. By default `copy_threshold` decides.
    copy_threshold : int, optional
        Size in bytes below which `data` is copied if `copy` is not given; by default
        `zmq.COPY_THRESHOLD` (65536).

    Raises
    ------
    TypeError
        If `data` is a str or has no buffer.

    Notes
    -----
    Wraps a ``zmq_msg_t``. Several threads may read and send one Frame; while one sets
    something, or writes to its memory, no other may use it.
    Comparison is by identity; compare ``bytes(frame)`` for contents.
    """

    def __init__(
        self,
        data: Buffer | None = None,
        track: bool = False,
        copy: bool | None = None,
        copy_threshold: int | None = None,
    ) -> None: ...
    def __copy__(self) -> Self: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __len__(self) -> int: ...
    @property
    def buffer(self) -> memoryview:
        """The contents as a memoryview of bytes.

        The same view while one is in use. It keeps the message alive: it stays valid after the
        Frame, the socket and the
        context are gone. It is writable unless the memory belongs to a read-only object, or
        came over inproc and is the sender's too, or another receiver's.
        """
    @property
    def bytes(self) -> builtins.bytes:
        """The contents as bytes; copied when first asked for, the same object from then on.

        Where `buffer` has handed out a writable view, each call copies anew.
        """
    @property
    def more(self) -> bool:
        """Whether further parts of the same message follow this one (``ZMQ_MORE``)."""
    @property
    def tracker(self) -> MessageTracker | None:
        """Tells when libzmq is done with this Frame's memory; None if it is not tracked."""
    @property
    def tracker_event(self) -> _SendEvent | None:
        """The event behind `tracker`; None if there is nothing to wait for."""
    @property
    def routing_id(self) -> int:
        """The routing id of the peer, on SERVER and PEER sockets (draft); 0 where there is none.

        A Frame that a SERVER or PEER received has it; set it on the Frame that answers.
        Calls ``zmq_msg_routing_id`` and ``zmq_msg_set_routing_id``.
        """
    @routing_id.setter
    def routing_id(self, value: int) -> None: ...
    @property
    def group(self) -> str:
        """The group of the message, on RADIO and DISH sockets (draft).

        str or bytes to set, at most 255 bytes. A str in any case when read: bytes that are no
        UTF-8 are surrogates in it, and set the same group again. Calls ``zmq_msg_group`` and
        ``zmq_msg_set_group``.
        """
    @group.setter
    def group(self, value: str | builtins.bytes) -> None: ...
    @overload
    def get(  # type: ignore[overload-overlap]
        self, option: int | Literal["routing_id"]
    ) -> int:  # pyright: ignore[reportOverlappingOverload]
        """Return an option or a property of the message.

        Parameters
        ----------
        option : int, str or bytes
            A value of `zmq.MessageOption`; or the name of a property, such as
            ``"User-Id"``, ``"Peer-Address"``, ``"Socket-Type"``, ``"Routing-Id"``; or
            ``"routing_id"`` and ``"group"``.

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
    @overload
    def get(self, option: str | builtins.bytes) -> str:
        """Return an option or a property of the message.

        Parameters
        ----------
        option : int, str or bytes
            A value of `zmq.MessageOption`; or the name of a property, such as
            ``"User-Id"``, ``"Peer-Address"``, ``"Socket-Type"``, ``"Routing-Id"``; or
            ``"routing_id"`` and ``"group"``.

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
    @overload
    def set(self, option: int | Literal["routing_id"], value: int) -> None:
        """Set an option of the message.

        Parameters
        ----------
        option : int or str
            ``"routing_id"`` or ``"group"``; libzmq has no numbered option that can be set.
        value : int or str
            What to set it to.

        Raises
        ------
        ZMQError
            EINVAL for an option that cannot be set.

        Notes
        -----
        Calls ``zmq_msg_set``.

        .. versionadded:: 13.0
        """
    @overload
    def set(self, option: Literal["group"], value: str | builtins.bytes) -> None:
        """Set an option of the message.

        Parameters
        ----------
        option : int or str
            ``"routing_id"`` or ``"group"``; libzmq has no numbered option that can be set.
        value : int or str
            What to set it to.

        Raises
        ------
        ZMQError
            EINVAL for an option that cannot be set.

        Notes
        -----
        Calls ``zmq_msg_set``.

        .. versionadded:: 13.0
        """
    @overload
    def __getitem__(  # type: ignore[overload-overlap]
        self, key: int | Literal["routing_id"], /
    ) -> int: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __getitem__(self, key: str | builtins.bytes, /) -> str: ...
    @property
    def MORE(self) -> int:
        """``get(zmq.MORE)``: 1 where further parts follow."""
    @property
    def SRCFD(self) -> int:
        """``get(zmq.SRCFD)``: the descriptor the message came in by (deprecated in libzmq)."""
    @property
    def srcfd(self) -> int:
        """``get(zmq.SRCFD)``."""
    @property
    def SHARED(self) -> int:
        """``get(zmq.SHARED)``: 1 where other messages may use the same memory."""
    @property
    def shared(self) -> int:
        """``get(zmq.SHARED)``."""

Message = Frame

def _use_frame_class(cls: type[Frame]) -> None:
    """Make received frames of `cls`, a subclass that can be patched, from now on."""

class Context:
    """The backend's context: one libzmq context and the sockets made from it.

    Use `zmq.Context`, which adds the conveniences.

    Parameters
    ----------
    io_threads : int or Context, default 1
        The number of I/O threads; or a Context to shadow.
    shadow : Context or int, optional
        A Context, or the address of a libzmq context, to use without owning it.
    """

    def __init__(self, io_threads: int | Context = 1, shadow: Context | int = 0) -> None: ...
    @property
    def _shadow(self) -> bool: ...
    @property
    def _sockets(self) -> WeakValueDictionary[int, Socket]: ...
    @property
    def _open_sockets(self) -> int: ...
    @property
    def _abandoned(self) -> bool: ...
    def _close_sockets(self, linger: int | None = None) -> list[Socket]:
        """Close the sockets that nobody is using now; return the others."""
    @property
    def underlying(self) -> int:
        """The address of the libzmq context; 0 once it is terminated."""
    @property
    def closed(self) -> bool:
        """Whether the context has been terminated."""
    def get(self, option: int) -> int:
        """Return the value of a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.

        Returns
        -------
        int or bytes
            bytes for THREAD_NAME_PREFIX where it is a name, an int for all others.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, EFAULT if a shadow's context has been terminated.
        RuntimeError
            If the context has been terminated.

        Notes
        -----
        Calls ``zmq_ctx_get``. Safe in any thread.

        .. versionadded:: 13.0
        """
    def set(self, option: int, optval: int | bytes | str) -> None:
        """Set a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.
        optval : int, or bytes or str for THREAD_NAME_PREFIX
            Most options have to be set before the first socket is made.

        Raises
        ------
        TypeError
            If `optval` has the wrong type.
        ZMQError
            EINVAL if there is no such option, or the value is out of its range; EFAULT if a
            shadow's context has been terminated.
        RuntimeError
            If the context has been terminated.

        Notes
        -----
        Calls ``zmq_ctx_set``, or ``zmq_ctx_set_ext`` (draft) for a name. Safe in any thread.

        .. versionadded:: 13.0
        """
    def term(self) -> None:
        """Close or terminate the context.

        Blocking calls on its sockets raise `ContextTerminated`. Then `term` blocks until
        every socket has been closed, and each message sent has gone to the network or its
        socket's LINGER time is over.

        Raises
        ------
        KeyboardInterrupt
            Or what else a signal handler raises; the context then still exists, and `term`
            can be called again.

        Notes
        -----
        Calls ``zmq_ctx_term`` without the GIL. Safe in any thread. On a shadow context it
        only forgets the handle.
        """
    def destroy(self, linger: int | None = None) -> None:
        """Close every socket of this context, then terminate it.

        Parameters
        ----------
        linger : int, optional
            LINGER in ms to give the sockets first: how long unsent messages are kept for
            their peers. 0 drops them. By default each socket keeps what it has (-1, for
            ever, unless set).

        Notes
        -----
        A socket that another thread is using right now is not closed under it: that
        thread's call raises `ContextTerminated`, and the socket is closed once it is back.
        Calls ``zmq_close``, ``zmq_ctx_shutdown`` and ``zmq_ctx_term``.

        .. versionchanged:: 24
            A context that is deleted or leaves a ``with`` block is destroyed this way.
        """

class _SocketOptionProperty:
    """A socket option as an attribute: ``socket.linger`` and ``socket.LINGER``.

    A real data descriptor, made once for each option: a ``__getattr__`` on the class would
    cost every other attribute the interpreter's inline caches.
    """

    def __init__(self, option: int, name: str, method: Any = None) -> None: ...
    @property
    def option(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def method(self) -> Any: ...
    def __get__(self, instance: Socket | None, owner: type[Socket] | None = None, /) -> Any: ...
    def __set__(self, instance: Socket, value: Any, /) -> None: ...
    def __delete__(self, instance: Socket, /) -> NoReturn: ...

class Socket:
    """The backend's socket: one libzmq socket.

    Use `zmq.Socket`, which adds the conveniences; all that sends and receives is here.

    Parameters
    ----------
    ctx_or_socket : Context or Socket
        The context to make the socket in, or a Socket to shadow.
    socket_type : int
        A value of `zmq.SocketType`.
    shadow : Socket or int, optional
        A Socket, or the address of a libzmq socket, to use without owning it.
    copy_threshold : int, optional
        Size in bytes below which sends copy even with ``copy=False``; by default
        `zmq.COPY_THRESHOLD`.

    Raises
    ------
    TypeError
        If the context or the type is missing.
    ZMQError
        EINVAL for an unknown type, EMFILE if the context's MAX_SOCKETS are all in use,
        ENOTSUP if the context has been terminated.

    Notes
    -----
    Calls ``zmq_socket``. One thread at a time sends or receives; a second that does so meanwhile
    gets ``ZMQError(EMTHREAD)``. SERVER, CLIENT, RADIO, DISH, SCATTER, GATHER,
    PEER and CHANNEL are thread-safe.
    """

    def __init__(
        self,
        ctx_or_socket: Context | Socket | None = None,
        socket_type: int = 0,
        *,
        shadow: Socket | int = 0,
        copy_threshold: int | None = None,
    ) -> None: ...
    def __del__(self) -> None: ...
    _monitor_socket: Any
    _monitor_version: int
    _event_readers: Any
    _events_address: Any
    _has_stream: bool
    @property
    def _monitor_ended(self) -> bool: ...
    @property
    def _endpoint_names(self) -> list[tuple[str, tuple[str, ...]]]:
        """The names of endpoints besides those that libzmq knows, also of shadows."""
    def _is_waited_for(self) -> bool:
        """Whether a task waits for the socket; `zmq.green` adds its greenlets."""
    def _sleepers(self) -> int:
        """How many polls, sends and receives sleep on the socket, in all threads."""
    @property
    def _made_at(self) -> tuple[tuple[str, int], ...] | None: ...
    def _is_waited_in(self) -> bool:
        """Whether a send or receive waits on the socket, in any thread."""
    def _again(self, receives: bool, dontwait: bool, timeout: float | None = None) -> zmq.Again:
        """The exception for a send or receive that would have to wait, and says why."""
    def _close_if_over(self) -> bool:
        """Close the socket of a monitor that has ended and was read to its end; True if it did."""
    @property
    def _shadow(self) -> bool: ...
    context: zmq.Context[Any]
    """The context that the socket was made in."""
    @property
    def type(self) -> SocketType:
        """The type of the socket, a member of `zmq.SocketType`."""
    @property
    def underlying(self) -> int:
        """The address of the libzmq socket; 0 once it is closed."""
    @property
    def closed(self) -> bool:
        """Whether the socket has been closed."""
    @property
    def copy_threshold(self) -> int:
        """The size in bytes below which sends copy even with ``copy=False``.

        Lending memory to libzmq costs more than copying a small message. The default is
        `zmq.COPY_THRESHOLD`, 65536.

        .. versionadded:: 17
        """
    @copy_threshold.setter
    def copy_threshold(self, value: int) -> None: ...
    def close(self, linger: int | None = None) -> None:
        """Close the socket.

        Messages not yet sent stay with the context until they are delivered or the LINGER
        time is over. Closing twice does nothing.

        Parameters
        ----------
        linger : int, optional
            LINGER in ms to set first: -1 for ever, 0 drops unsent messages. A float loses its
            fraction.

        Raises
        ------
        ZMQError
            EMTHREAD if another thread is using the socket at this moment. One that waits in a
            poll, a send or a receive is woken, and gets ENOTSOCK.

        Notes
        -----
        Calls ``zmq_close``. A shadow closes the socket that it shadows.

        A socket of `zmq.asyncio` cancels its operations that wait: the tasks that await them get
        `asyncio.CancelledError`.
        """
    @overload
    def get(self, option: BytesOption) -> bytes:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
    @overload
    def get(self, option: IntOption) -> int:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
    @overload
    def get(self, option: int) -> int | bytes:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
    def set(self, option: int, optval: int | bytes | bytearray | memoryview) -> None:
        """Set a socket option.

        Most options take effect for endpoints bound or connected afterwards; SUBSCRIBE,
        UNSUBSCRIBE, LINGER and a few others at once.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.
        optval : int or bytes
            As the option's type is; `set_string` takes a str.

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
    @overload
    def getsockopt(self, option: BytesOption) -> bytes:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
    @overload
    def getsockopt(self, option: IntOption) -> int:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
    @overload
    def getsockopt(self, option: int) -> int | bytes:
        """Return the value of a socket option.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            As the option's type is. CURVE keys come as 40 bytes of Z85 text.

        Raises
        ------
        ZMQError
            EINVAL if there is no such option, or it can only be set.

        Notes
        -----
        Calls ``zmq_getsockopt``. Thread-safe draft sockets have no FD of their own: asked for
        it, they give that of a ``zmq_poller`` and emit `DraftFDWarning`.
        """
    def setsockopt(self, option: int, optval: int | bytes | bytearray | memoryview) -> None:
        """Set a socket option.

        Most options take effect for endpoints bound or connected afterwards; SUBSCRIBE,
        UNSUBSCRIBE, LINGER and a few others at once.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption`.
        optval : int or bytes
            As the option's type is; `set_string` takes a str.

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
    def _signal_descriptor(self) -> int:
        """The descriptor that signals a change of the events, also of thread-safe sockets."""
    def _events_after_signal(self) -> int:
        """The option EVENTS; takes the signal off the descriptor, also of thread-safe sockets."""
    def bind(self, addr: str | bytes) -> None:
        """Listen on an endpoint; see `zmq.Socket.bind`."""
    def connect(self, addr: str | bytes) -> None:
        """Connect to an endpoint; see `zmq.Socket.connect`."""
    def unbind(self, addr: str | bytes) -> None:
        """Stop listening on an endpoint.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as it was bound; after a wildcard bind, as LAST_ENDPOINT says.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not bound there.

        Notes
        -----
        Calls ``zmq_unbind``.

        .. versionadded:: 13.0
        """
    def disconnect(self, addr: str | bytes) -> None:
        """Undo a connect.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as it was connected.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not connected there.

        Notes
        -----
        Calls ``zmq_disconnect``.

        .. versionadded:: 13.0
        """
    def connect_peer(self, addr: str | bytes) -> int:
        """Connect a PEER socket and return the routing id of the peer (draft).

        Parameters
        ----------
        addr : str or bytes
            The endpoint.

        Returns
        -------
        int
            The routing id to send to this peer with, at once: what is sent before there is a
            connection waits for it.

        Raises
        ------
        ZMQError
            ENOTSUP if this is not a PEER socket, EFAULT if its option IMMEDIATE is set, and
            what `connect` raises.

        Notes
        -----
        Calls ``zmq_connect_peer``. Safe in any thread. Draft: a later libzmq may change it.
        """
    def disconnect_peer(self, routing_id: int) -> None:
        """End the connection of one peer of a SERVER or PEER socket (draft).

        Messages sent to the peer go out first. Messages that came from it and were not received
        are dropped. A peer that had connected may connect again, under another routing id. A
        connection that this socket has made by `connect` or `connect_peer` is not made again.

        Parameters
        ----------
        routing_id : int
            The routing id of the peer: that of a message from it, or what `connect_peer` returned.

        Raises
        ------
        ZMQError
            EHOSTUNREACH if no peer has this routing id, or has it no more; ENOTSUP if this is
            neither a SERVER nor a PEER.

        Notes
        -----
        Calls ``zmq_disconnect_peer``, which libzmq has since 2026. Safe in any thread. Draft: a
        later libzmq may change it.
        """
    def join(self, group: str | bytes) -> None:
        """Receive the messages of a group, on a DISH socket (draft).

        Parameters
        ----------
        group : str or bytes
            The name, at most 255 bytes; a str is encoded as UTF-8.

        Raises
        ------
        ZMQError
            EINVAL if the name is too long or the group was joined already; ENOTSUP if this
            is not a DISH socket.

        Notes
        -----
        Calls ``zmq_join``. Safe in any thread. Draft: a later libzmq may change it.

        A RADIO that connects to a bound DISH hears of the groups when the DISH is next used, by
        `poll` or `recv`; what it sends before is dropped.

        .. versionadded:: 17
        """
    def leave(self, group: str | bytes) -> None:
        """Receive the messages of a group no more, on a DISH socket (draft).

        Parameters
        ----------
        group : str or bytes
            The name that was joined.

        Raises
        ------
        ZMQError
            EINVAL if the group was not joined; ENOTSUP if this is not a DISH socket.

        Notes
        -----
        Calls ``zmq_leave``. Safe in any thread. Draft: a later libzmq may change it.

        .. versionadded:: 17
        """
    def get_peer_state(self, routing_id: bytes | bytearray | memoryview) -> int:
        """Tell whether a message to a peer of a ROUTER would find room now (draft).

        Parameters
        ----------
        routing_id : bytes
            The routing id of the peer: the first part of the messages from it.

        Returns
        -------
        int
            POLLOUT if the queue to the peer is below its high-water mark, else 0. POLLIN is
            reserved: libzmq does not report it yet.

        Raises
        ------
        TypeError
            If `routing_id` is not bytes.
        ZMQError
            EHOSTUNREACH if no peer has this routing id, ENOTSUP if this is not a ROUTER.

        Notes
        -----
        Calls ``zmq_socket_get_peer_state``. Draft: a later libzmq may report POLLIN, or serve
        other types of sockets.
        """
    def monitor(
        self,
        addr: str | bytes | None,
        events: int = ...,
        *,
        version: int = 1,
        socket_type: int = ...,
    ) -> None:
        """Publish this socket's events on an inproc endpoint.

        `zmq.Socket.get_monitor_socket` does this and gives the socket to receive them from.

        Parameters
        ----------
        addr : str or None
            An ``inproc://`` endpoint to bind; None stops the monitor there is.
        events : int, default EVENT_ALL
            Which `zmq.Event` to publish.
        version : int, default 1
            The form of the messages. 2 (draft) tells both endpoints of a connection and
            64-bit values, and has events that 1 has not, such as PIPES_STATS.
        socket_type : int, default PAIR
            The type of the socket that publishes (draft): PAIR, PUB or PUSH, for which the
            reader is a PAIR, SUB or PULL.

        Raises
        ------
        ValueError
            If `version` is neither 1 nor 2.
        ZMQError
            EPROTONOSUPPORT if `addr` is not inproc, EADDRINUSE if it is in use, EINVAL for
            events that `version` has not, or another type of socket.

        Notes
        -----
        Calls ``zmq_socket_monitor_versioned``. Draft: a later libzmq may have other versions.
        """
    def monitor_pipes_stats(self) -> None:
        """Ask for the number of messages in the queues of this socket (draft).

        The monitor then tells of each connection by an event PIPES_STATS, whose ``values`` are
        the numbers of messages that wait to be sent to the peer and to be received from it. The
        events are published as the answers come from other threads and this socket is used:
        its `poll` is enough.

        Raises
        ------
        Again
            If the socket has no connections.
        ZMQError
            EINVAL if no monitor was started with ``version=2`` and the event PIPES_STATS.

        Notes
        -----
        Calls ``zmq_socket_monitor_pipes_stats``. Draft: a later libzmq may change it.
        """
    def poll(self, timeout: float | None = None, flags: int = ...) -> int:
        """Wait for events on this socket.

        Parameters
        ----------
        timeout : float, optional
            How long to wait, in milliseconds; None or negative waits for ever, 0 not at all.
        flags : int, default POLLIN
            POLLIN, POLLOUT or both: what to wait for.

        Returns
        -------
        int
            The events that are there, 0 if the time ran out.

        Raises
        ------
        ZMQError
            ENOTSOCK if the socket is closed.

        Notes
        -----
        Asks ZMQ_EVENTS, then sleeps on ZMQ_FD without the GIL. Other threads may use the socket
        while it sleeps. Use a `Poller` for several sockets.
        """

    # What a send returns depends on `copy`: the tracker of a copy would have nothing to track.
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> None:
        """Send one part of a message.

        The part is queued; an I/O thread sends it later. If the queue is full (high-water
        mark) or there is no peer, the call waits, at most SNDTIMEO.

        Parameters
        ----------
        data : bytes, Frame, or any object with a buffer
            The content.
        flags : int, default 0
            DONTWAIT not to wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the object's memory to libzmq instead of copying it, from
            `copy_threshold` bytes on. It must not change until libzmq is done with it.
        track : bool, default False
            Whether to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The peer, on SERVER and PEER sockets (draft): what `recv_routed` returned. A Frame
            that has one, as `recv` returns it, needs none.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker,
            finished if nobody has to wait.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If DONTWAIT is set, or SNDTIMEO over, and the message could not be queued.
        ZMQError
            For what else ``zmq_msg_send`` refuses, such as EHOSTUNREACH for an unknown
            routing id, EFSM for a REQ that has to receive first; EINVAL for a group that is too
            long, and for `routing_id` or `group` on a type of socket that has none.

        Notes
        -----
        Calls ``zmq_msg_send``; gives the GIL up only to wait, or to copy a MiB or more.

        .. versionchanged:: 17.0
            `routing_id` and `group`.
        """
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker:
        """Send one part of a message.

        The part is queued; an I/O thread sends it later. If the queue is full (high-water
        mark) or there is no peer, the call waits, at most SNDTIMEO.

        Parameters
        ----------
        data : bytes, Frame, or any object with a buffer
            The content.
        flags : int, default 0
            DONTWAIT not to wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the object's memory to libzmq instead of copying it, from
            `copy_threshold` bytes on. It must not change until libzmq is done with it.
        track : bool, default False
            Whether to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The peer, on SERVER and PEER sockets (draft): what `recv_routed` returned. A Frame
            that has one, as `recv` returns it, needs none.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker,
            finished if nobody has to wait.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If DONTWAIT is set, or SNDTIMEO over, and the message could not be queued.
        ZMQError
            For what else ``zmq_msg_send`` refuses, such as EHOSTUNREACH for an unknown
            routing id, EFSM for a REQ that has to receive first; EINVAL for a group that is too
            long, and for `routing_id` or `group` on a type of socket that has none.

        Notes
        -----
        Calls ``zmq_msg_send``; gives the GIL up only to wait, or to copy a MiB or more.

        .. versionchanged:: 17.0
            `routing_id` and `group`.
        """
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker:
        """Send one part of a message.

        The part is queued; an I/O thread sends it later. If the queue is full (high-water
        mark) or there is no peer, the call waits, at most SNDTIMEO.

        Parameters
        ----------
        data : bytes, Frame, or any object with a buffer
            The content.
        flags : int, default 0
            DONTWAIT not to wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the object's memory to libzmq instead of copying it, from
            `copy_threshold` bytes on. It must not change until libzmq is done with it.
        track : bool, default False
            Whether to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The peer, on SERVER and PEER sockets (draft): what `recv_routed` returned. A Frame
            that has one, as `recv` returns it, needs none.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker,
            finished if nobody has to wait.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If DONTWAIT is set, or SNDTIMEO over, and the message could not be queued.
        ZMQError
            For what else ``zmq_msg_send`` refuses, such as EHOSTUNREACH for an unknown
            routing id, EFSM for a REQ that has to receive first; EINVAL for a group that is too
            long, and for `routing_id` or `group` on a type of socket that has none.

        Notes
        -----
        Calls ``zmq_msg_send``; gives the GIL up only to wait, or to copy a MiB or more.

        .. versionchanged:: 17.0
            `routing_id` and `group`.
        """
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker | None:
        """Send one part of a message.

        The part is queued; an I/O thread sends it later. If the queue is full (high-water
        mark) or there is no peer, the call waits, at most SNDTIMEO.

        Parameters
        ----------
        data : bytes, Frame, or any object with a buffer
            The content.
        flags : int, default 0
            DONTWAIT not to wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the object's memory to libzmq instead of copying it, from
            `copy_threshold` bytes on. It must not change until libzmq is done with it.
        track : bool, default False
            Whether to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The peer, on SERVER and PEER sockets (draft): what `recv_routed` returned. A Frame
            that has one, as `recv` returns it, needs none.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker,
            finished if nobody has to wait.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If DONTWAIT is set, or SNDTIMEO over, and the message could not be queued.
        ZMQError
            For what else ``zmq_msg_send`` refuses, such as EHOSTUNREACH for an unknown
            routing id, EFSM for a REQ that has to receive first; EINVAL for a group that is too
            long, and for `routing_id` or `group` on a type of socket that has none.

        Notes
        -----
        Calls ``zmq_msg_send``; gives the GIL up only to wait, or to copy a MiB or more.

        .. versionchanged:: 17.0
            `routing_id` and `group`.
        """
    @overload
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> None:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or any objects with a buffer
            At least one part. All are looked at before the first is sent.
        flags : int, default 0
            As for `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            As for `send`.
        track : bool, default False
            As for `send`; the tracker watches all parts.
        routing_id, group : optional
            As for `send`.

        Returns
        -------
        MessageTracker or None
            As for `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the message names its place.
        ValueError
            If there are no parts.
        Again, ZMQError
            As for `send`; nothing of the message has been sent then.

        Notes
        -----
        Calls ``zmq_msg_send`` for each part, with ZMQ_SNDMORE for all but the last.
        """
    @overload
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or any objects with a buffer
            At least one part. All are looked at before the first is sent.
        flags : int, default 0
            As for `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            As for `send`.
        track : bool, default False
            As for `send`; the tracker watches all parts.
        routing_id, group : optional
            As for `send`.

        Returns
        -------
        MessageTracker or None
            As for `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the message names its place.
        ValueError
            If there are no parts.
        Again, ZMQError
            As for `send`; nothing of the message has been sent then.

        Notes
        -----
        Calls ``zmq_msg_send`` for each part, with ZMQ_SNDMORE for all but the last.
        """
    @overload
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int,
        copy: Literal[False],
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or any objects with a buffer
            At least one part. All are looked at before the first is sent.
        flags : int, default 0
            As for `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            As for `send`.
        track : bool, default False
            As for `send`; the tracker watches all parts.
        routing_id, group : optional
            As for `send`.

        Returns
        -------
        MessageTracker or None
            As for `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the message names its place.
        ValueError
            If there are no parts.
        Again, ZMQError
            As for `send`; nothing of the message has been sent then.

        Notes
        -----
        Calls ``zmq_msg_send`` for each part, with ZMQ_SNDMORE for all but the last.
        """
    @overload
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker | None:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or any objects with a buffer
            At least one part. All are looked at before the first is sent.
        flags : int, default 0
            As for `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            As for `send`.
        track : bool, default False
            As for `send`; the tracker watches all parts.
        routing_id, group : optional
            As for `send`.

        Returns
        -------
        MessageTracker or None
            As for `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the message names its place.
        ValueError
            If there are no parts.
        Again, ZMQError
            As for `send`; nothing of the message has been sent then.

        Notes
        -----
        Calls ``zmq_msg_send`` for each part, with ZMQ_SNDMORE for all but the last.
        """
    def send_many(self, messages: Iterable[Frame | Buffer], flags: int = 0) -> int:
        """Send many messages of a single part in one call.

        Parameters
        ----------
        messages : iterable of bytes, Frame, or any objects with a buffer
            Each is a message. They are taken one after the other as they are sent.
        flags : int, default 0
            DONTWAIT to stop at the first message that cannot be queued at once.

        Returns
        -------
        int
            How many were sent: fewer than there are only with DONTWAIT or when SNDTIMEO
            was over. Pass a list to be able to send the others later; of an iterator, the
            message that could not be queued has been taken.

        Raises
        ------
        TypeError
            If a message is a str or has no buffer. Of a list or tuple none has been sent
            then; of an iterator, those before it have.
        ValueError
            If `flags` has SNDMORE.
        ZMQError
            As for `send`; `Again` only if not one message could be sent.

        Notes
        -----
        Costs about half as much for each message as a call of `send`.
        """
    @overload
    def recv(
        self,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> bytes:
        """Receive one part of a message.

        Waits until one is there, at most RCVTIMEO, or `timeout` where it is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT not to wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content where libzmq
            put it and knows the message's properties.
        track : bool, default False
            Whether the Frame shall have a tracker (only with ``copy=False``).
        timeout : float, optional
            How long to wait, in ms: negative for ever, 0 not at all. By default the socket's
            RCVTIMEO. PyZMQ does not have it.

        Returns
        -------
        bytes or Frame
            The part; the option RCVMORE, or ``Frame.more``, tells whether others follow.

        Raises
        ------
        Again
            If DONTWAIT is set, or the time is over, and no message is there.
        ContextTerminated
            If the context is terminated meanwhile.
        ZMQError
            For what else ``zmq_msg_recv`` refuses, such as EFSM for a REQ that has to send
            first.

        Notes
        -----
        Calls ``zmq_msg_recv``; gives the GIL up only to wait, or to copy a MiB or more.
        Signal handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
    @overload
    def recv(
        self,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        timeout: float | None = None,
    ) -> Frame:
        """Receive one part of a message.

        Waits until one is there, at most RCVTIMEO, or `timeout` where it is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT not to wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content where libzmq
            put it and knows the message's properties.
        track : bool, default False
            Whether the Frame shall have a tracker (only with ``copy=False``).
        timeout : float, optional
            How long to wait, in ms: negative for ever, 0 not at all. By default the socket's
            RCVTIMEO. PyZMQ does not have it.

        Returns
        -------
        bytes or Frame
            The part; the option RCVMORE, or ``Frame.more``, tells whether others follow.

        Raises
        ------
        Again
            If DONTWAIT is set, or the time is over, and no message is there.
        ContextTerminated
            If the context is terminated meanwhile.
        ZMQError
            For what else ``zmq_msg_recv`` refuses, such as EFSM for a REQ that has to send
            first.

        Notes
        -----
        Calls ``zmq_msg_recv``; gives the GIL up only to wait, or to copy a MiB or more.
        Signal handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
    @overload
    def recv(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> Frame:
        """Receive one part of a message.

        Waits until one is there, at most RCVTIMEO, or `timeout` where it is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT not to wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content where libzmq
            put it and knows the message's properties.
        track : bool, default False
            Whether the Frame shall have a tracker (only with ``copy=False``).
        timeout : float, optional
            How long to wait, in ms: negative for ever, 0 not at all. By default the socket's
            RCVTIMEO. PyZMQ does not have it.

        Returns
        -------
        bytes or Frame
            The part; the option RCVMORE, or ``Frame.more``, tells whether others follow.

        Raises
        ------
        Again
            If DONTWAIT is set, or the time is over, and no message is there.
        ContextTerminated
            If the context is terminated meanwhile.
        ZMQError
            For what else ``zmq_msg_recv`` refuses, such as EFSM for a REQ that has to send
            first.

        Notes
        -----
        Calls ``zmq_msg_recv``; gives the GIL up only to wait, or to copy a MiB or more.
        Signal handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
    @overload
    def recv(
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> bytes | Frame:
        """Receive one part of a message.

        Waits until one is there, at most RCVTIMEO, or `timeout` where it is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT not to wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content where libzmq
            put it and knows the message's properties.
        track : bool, default False
            Whether the Frame shall have a tracker (only with ``copy=False``).
        timeout : float, optional
            How long to wait, in ms: negative for ever, 0 not at all. By default the socket's
            RCVTIMEO. PyZMQ does not have it.

        Returns
        -------
        bytes or Frame
            The part; the option RCVMORE, or ``Frame.more``, tells whether others follow.

        Raises
        ------
        Again
            If DONTWAIT is set, or the time is over, and no message is there.
        ContextTerminated
            If the context is terminated meanwhile.
        ZMQError
            For what else ``zmq_msg_recv`` refuses, such as EFSM for a REQ that has to send
            first.

        Notes
        -----
        Calls ``zmq_msg_recv``; gives the GIL up only to wait, or to copy a MiB or more.
        Signal handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
    @overload
    def recv_multipart(
        self,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> list[bytes]:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            As for `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers messages whole: once the first
        part is there, the others are.
        """
    @overload
    def recv_multipart(
        self,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        timeout: float | None = None,
    ) -> list[Frame]:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            As for `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers messages whole: once the first
        part is there, the others are.
        """
    @overload
    def recv_multipart(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> list[Frame]:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            As for `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers messages whole: once the first
        part is there, the others are.
        """
    @overload
    def recv_multipart(
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> list[bytes] | list[Frame]:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            As for `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers messages whole: once the first
        part is there, the others are.
        """
    @overload
    def recv_routed(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> tuple[bytes, int]:
        """Receive a message and the routing id of its sender, on SERVER and PEER sockets (draft).

        ::

            body, routing_id = server.recv_routed()
            server.send(answer, routing_id=routing_id)

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and what to `send` the answer with. The id stands for the connection:
            a client that connects again gets another one.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later
        libzmq may change what these sockets do.
        """
    @overload
    def recv_routed(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, int]:
        """Receive a message and the routing id of its sender, on SERVER and PEER sockets (draft).

        ::

            body, routing_id = server.recv_routed()
            server.send(answer, routing_id=routing_id)

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and what to `send` the answer with. The id stands for the connection:
            a client that connects again gets another one.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later
        libzmq may change what these sockets do.
        """
    @overload
    def recv_routed(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, int]:
        """Receive a message and the routing id of its sender, on SERVER and PEER sockets (draft).

        ::

            body, routing_id = server.recv_routed()
            server.send(answer, routing_id=routing_id)

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and what to `send` the answer with. The id stands for the connection:
            a client that connects again gets another one.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later
        libzmq may change what these sockets do.
        """
    @overload
    def recv_routed(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[bytes, int] | tuple[Frame, int]:
        """Receive a message and the routing id of its sender, on SERVER and PEER sockets (draft).

        ::

            body, routing_id = server.recv_routed()
            server.send(answer, routing_id=routing_id)

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and what to `send` the answer with. The id stands for the connection:
            a client that connects again gets another one.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later
        libzmq may change what these sockets do.
        """
    @overload
    def recv_grouped(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> tuple[bytes, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are no UTF-8 are surrogates, as
            in ``os.fsdecode``: ``group.encode("utf-8", "surrogateescape")`` gives them back.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq
        may change what these sockets do.
        """
    @overload
    def recv_grouped(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are no UTF-8 are surrogates, as
            in ``os.fsdecode``: ``group.encode("utf-8", "surrogateescape")`` gives them back.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq
        may change what these sockets do.
        """
    @overload
    def recv_grouped(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are no UTF-8 are surrogates, as
            in ``os.fsdecode``: ``group.encode("utf-8", "surrogateescape")`` gives them back.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq
        may change what these sockets do.
        """
    @overload
    def recv_grouped(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[bytes, str] | tuple[Frame, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are no UTF-8 are surrogates, as
            in ``os.fsdecode``: ``group.encode("utf-8", "surrogateescape")`` gives them back.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; nothing has been received then.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq
        may change what these sockets do.
        """
    def recv_many(self, max_messages: int, timeout: float | None = None) -> list[bytes]:
        """Receive the messages that are there, many in one call.

        Waits for the first message; then takes what has come, without waiting for more.

        Parameters
        ----------
        max_messages : int
            How many to take at the most, at least 1.
        timeout : float, optional
            How long to wait for the first, in ms: negative for ever, 0 not at all. By
            default the socket's RCVTIMEO.

        Returns
        -------
        list of bytes
            The messages in order; empty if the time ran out. Meant for messages of a single
            part: parts of longer ones follow each other in the list, never cut off by
            `max_messages`; use `recv_multipart` where their bounds matter.

        Raises
        ------
        ValueError
            If `max_messages` is less than 1.
        ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv``. Costs about two thirds as much for each message as a call of
        `recv`.
        """
    def recv_into(self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0) -> int:
        """Receive one part into memory of the caller.

        Parameters
        ----------
        buffer : object with a writable buffer that is contiguous in C order
            bytearray, memoryview, array, NumPy array...
        nbytes : int, default 0
            How many bytes of the buffer may be written; 0 means all of it.
        flags : int, default 0
            DONTWAIT not to wait.

        Returns
        -------
        int
            The size of the part in bytes. If it is larger than the room there is, the rest
            of the part is gone.

        Raises
        ------
        BufferError
            If the buffer is read-only, not contiguous, or in Fortran's order.
        ValueError
            If `nbytes` is negative or larger than the buffer.
        Again, ContextTerminated, ZMQError
            As for `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv``.

        .. versionadded:: 26.4
        """

def _check_recv_many(max_messages: int, timeout: float | None) -> int:
    """Check the arguments of a `recv_many` that may have to wait."""

def _check_send_many(messages: Iterable[object], flags: int) -> int:
    """Check the arguments of `send_many`, but not each message."""

def _room_to_receive(buffer: Buffer, nbytes: int) -> memoryview:
    """Check the arguments of a `recv_into` that may have to wait; return the buffer's memory."""

def _end_monitor(monitor: Socket) -> None:
    """Note that a monitor socket gets no more events.

    The socket stays open: programs stop a monitor first, and then read what it has reported, up to
    the last event, MONITOR_STOPPED. Then they close the socket; they may also drop it, or terminate
    its context.
    """

_STABLE_ABI: bool

def _end_unclosed_socket(socket: Socket) -> None:
    """Warn of a socket that was dropped without a close, and close it."""

def _end_unclosed_poller(poller: SocketPoller) -> None: ...
def _use_asyncio(
    asyncio: ModuleType,
    selector_thread_of: Callable[[AbstractEventLoop], Any],
) -> None:
    """Take what sockets need of asyncio; zmq.asyncio calls this once."""

class _TaskWaiters:
    """The operations that wait for one socket, kept in Python: the base of `zmq.anyio`'s class.

    A subclass defines `socket_used` and `socket_closes`. They are called in the thread that uses or
    closes the socket, which may be any.
    """

    def count(self, waiting: int) -> None:
        """Set how many wait. While it is not 0, each use of the socket calls `socket_used`."""
    def events(self, socket: Socket) -> int:
        """ZMQ_EVENTS; takes the signal off the descriptor. All events on an error."""
    def descriptor(self, socket: Socket) -> int:
        """The descriptor that becomes readable as the socket's events change."""

def _task_waiters(socket: Socket, kind: Callable[[], _WaitersT]) -> _WaitersT:
    """Return the waiters of a socket. If it has none, make them: `kind` is a _TaskWaiters class."""

class _AsyncSocket(Socket):
    """The backend of `zmq.asyncio.Socket`."""

    def __init__(
        self,
        context: Context | Socket | None = None,
        socket_type: int = -1,
        io_loop: AbstractEventLoop | None = None,
        *,
        shadow: Socket | int = 0,
        copy_threshold: int | None = None,
    ) -> None: ...
    def _call_on_close(self, function: Callable[[], object]) -> None:
        """Call `function()` as the socket closes, in the thread that closes it."""
    def _starts_waiting(self, loop: AbstractEventLoop) -> None:
        """Called before the socket first waits in `loop`; for subclasses."""
    @property
    def io_loop(self) -> AbstractEventLoop | None:
        """The event loop to use where none is running, as it was given; deprecated."""
    def poll(  # type: ignore[override]
        self, timeout: float | None = None, flags: int = ...
    ) -> Future[int]:
        """Wait for events on this socket; see `zmq.asyncio.Socket`."""
    @overload  # type: ignore[override]
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[None]:
        """Send one part of a message; see `zmq.asyncio.Socket`."""
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker]:
        """Send one part of a message; see `zmq.asyncio.Socket`."""
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker]:
        """Send one part of a message; see `zmq.asyncio.Socket`."""
    @overload
    def send(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker] | Future[None]:
        """Send one part of a message; see `zmq.asyncio.Socket`."""
    @overload  # type: ignore[override]
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[None]:
        """Send the parts of one message; see `zmq.asyncio.Socket`."""
    @overload
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker]:
        """Send the parts of one message; see `zmq.asyncio.Socket`."""
    @overload
    def send_multipart(
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int,
        copy: Literal[False],
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker]:
        """Send the parts of one message; see `zmq.asyncio.Socket`."""
    @overload
    def send_multipart(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        msg_parts: Iterable[Frame | Buffer],
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker] | Future[None]:
        """Send the parts of one message; see `zmq.asyncio.Socket`."""
    def send_many(  # type: ignore[override]
        self, messages: Iterable[Frame | Buffer], flags: int = 0
    ) -> Future[int]:
        """Send many messages of a single part in one call; see `zmq.asyncio.Socket`."""
    @overload  # type: ignore[override]
    def recv(
        self,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> Future[bytes]:
        """Return a future of one part of a message; see `zmq.asyncio.Socket`.

        It is no coroutine: await it, or pass it to `asyncio.ensure_future`, not to
        `asyncio.create_task`.
        """
    @overload
    def recv(
        self,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        timeout: float | None = None,
    ) -> Future[Frame]:
        """Return a future of one part of a message; see `zmq.asyncio.Socket`.

        It is no coroutine: await it, or pass it to `asyncio.ensure_future`, not to
        `asyncio.create_task`.
        """
    @overload
    def recv(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> Future[Frame]:
        """Return a future of one part of a message; see `zmq.asyncio.Socket`.

        It is no coroutine: await it, or pass it to `asyncio.ensure_future`, not to
        `asyncio.create_task`.
        """
    @overload
    def recv(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> Future[bytes] | Future[Frame]:
        """Return a future of one part of a message; see `zmq.asyncio.Socket`.

        It is no coroutine: await it, or pass it to `asyncio.ensure_future`, not to
        `asyncio.create_task`.
        """
    @overload  # type: ignore[override]
    def recv_multipart(
        self,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> Future[list[bytes]]:
        """Receive all parts of one message; see `zmq.asyncio.Socket`."""
    @overload
    def recv_multipart(
        self,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        timeout: float | None = None,
    ) -> Future[list[Frame]]:
        """Receive all parts of one message; see `zmq.asyncio.Socket`."""
    @overload
    def recv_multipart(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> Future[list[Frame]]:
        """Receive all parts of one message; see `zmq.asyncio.Socket`."""
    @overload
    def recv_multipart(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> Future[list[bytes]] | Future[list[Frame]]:
        """Receive all parts of one message; see `zmq.asyncio.Socket`."""
    @overload  # type: ignore[override]
    def recv_routed(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> Future[tuple[bytes, int]]:
        """Receive a message and the routing id of its sender; see `zmq.asyncio.Socket`."""
    @overload
    def recv_routed(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, int]]:
        """Receive a message and the routing id of its sender; see `zmq.asyncio.Socket`."""
    @overload
    def recv_routed(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, int]]:
        """Receive a message and the routing id of its sender; see `zmq.asyncio.Socket`."""
    @overload
    def recv_routed(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> Future[tuple[bytes, int]] | Future[tuple[Frame, int]]:
        """Receive a message and the routing id of its sender; see `zmq.asyncio.Socket`."""
    @overload  # type: ignore[override]
    def recv_grouped(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> Future[tuple[bytes, str]]:
        """Receive a message and the group it was sent to; see `zmq.asyncio.Socket`."""
    @overload
    def recv_grouped(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, str]]:
        """Receive a message and the group it was sent to; see `zmq.asyncio.Socket`."""
    @overload
    def recv_grouped(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, str]]:
        """Receive a message and the group it was sent to; see `zmq.asyncio.Socket`."""
    @overload
    def recv_grouped(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> Future[tuple[bytes, str]] | Future[tuple[Frame, str]]:
        """Receive a message and the group it was sent to; see `zmq.asyncio.Socket`."""
    def recv_many(  # type: ignore[override]
        self, max_messages: int, timeout: float | None = None
    ) -> Future[list[bytes]]:
        """Receive the messages that are there, many in one call; see `zmq.asyncio.Socket`."""
    def recv_into(  # type: ignore[override]
        self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0
    ) -> Future[int]:
        """Receive one part into memory of the caller; see `zmq.asyncio.Socket`."""
    def _deserialize(self, received: Future[Any], load: Callable[[Any], _T]) -> Future[_T]:
        """Pass the result of a future through `load`; see `zmq.Socket._deserialize`."""

class Poller:
    """Waits for events on many sockets and descriptors, as `select.poll` does.

    Takes `zmq.Socket`, integer file descriptors, and objects with ``fileno()``.

    Notes
    -----
    Does what ``zmq_poll`` does. A Poller may be used by one thread at a time. Other threads may use
    its sockets while it sleeps.
    """

    sockets: list[tuple[Any, int]]
    """The registered sockets and descriptors, each with its events."""
    _map: dict[Any, int]
    def __contains__(self, socket: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def register(self, socket: Socket | int | _HasFileno, flags: int = ...) -> None:
        """Wait for events on a socket or descriptor; register it again to change which.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            What to wait for.
        flags : int, default POLLIN | POLLOUT
            The events. 0 unregisters the socket, if it is registered.

        Raises
        ------
        TypeError
            If `socket` has no hash, or `flags` are no integer.

        Notes
        -----
        Whether it has a descriptor is found out by `poll`: objects are asked for it each time,
        for it may be another by then, and tests register objects that are never polled.
        """
    def modify(self, socket: Socket | int | _HasFileno, flags: int = ...) -> None:
        """Change the events of a registered socket; the same as `register`."""
    def unregister(self, socket: Socket | int | _HasFileno) -> None:
        """Wait for events on this socket no more.

        Raises
        ------
        KeyError
            If it is not registered.
        """
    def _descriptors(self) -> dict[int, int]:
        """The registered descriptors that are open, each with its flags."""
    def poll(self, timeout: float | None = None) -> list[tuple[Any, int]]:
        """Wait until there are events, or the time is over.

        Parameters
        ----------
        timeout : float, optional
            How long to wait, in milliseconds, as for `select.poll`; None or negative for
            ever, 0 not at all.

        Returns
        -------
        list of (socket or int, int)
            The ready sockets and descriptors, with their events; ``dict()`` takes it. Empty if
            the time ran out.

        Raises
        ------
        TypeError
            If something is neither a socket nor a descriptor, and has no ``fileno()``.
        ValueError
            If a ``fileno()`` fails, or all that is registered is closed descriptors.
        ZMQError
            ENOTSOCK if all that is registered is closed sockets, EMTHREAD if another thread
            runs a proxy with one.

        Notes
        -----
        A closed socket has no events; the others are waited for. Looks at ZMQ_EVENTS without giving
        up the GIL, and sleeps without it on the descriptors, ZMQ_FD. Signal handlers run.
        """

class PollerEvent(NamedTuple):
    """An event that a `SocketPoller` found (draft): a tuple of three.

    Attributes
    ----------
    socket : Socket or int
        The socket, or the descriptor, as it was added.
    events : int
        Those of the events waited for that are there: POLLIN, POLLOUT, POLLERR, POLLPRI.
    data : object
        The object that was given to `SocketPoller.add` with it.
    """

    socket: Any
    """The socket or descriptor, as it was added."""
    events: int
    """The events that are there: `zmq.PollEvent` flags."""
    data: Any
    """What was added with it."""

class SocketPoller:
    """Waits for events on sockets and descriptors that stay registered in libzmq (draft).

    It differs from `Poller` in that an event comes with an object of yours, that one event
    can be waited for, and that the thread-safe sockets in it have a descriptor to wait for in
    a loop of another kind. Use `Poller` unless you need one of these.

    ::

        with zmq.SocketPoller() as poller:
            poller.add(server, zmq.POLLIN, data=handle_request)
            while True:
                socket, events, handle = poller.wait()
                handle(socket)

    Notes
    -----
    Wraps ``zmq_poller_new``. One thread at a time may use it, else ``ZMQError(EMTHREAD)`` is
    raised. Other threads may use its sockets while it sleeps. A socket that is closed leaves the
    poller. Draft: a later libzmq may change it.
    """

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None: ...
    def __del__(self) -> None: ...
    def __len__(self) -> int: ...
    def __contains__(self, socket: object, /) -> bool: ...
    @property
    def closed(self) -> bool:
        """Whether `close` has been called."""
    def close(self) -> None:
        """Release the poller, and no socket. Closing twice does nothing.

        Raises
        ------
        ZMQError
            EMTHREAD while another thread waits.

        Notes
        -----
        Calls ``zmq_poller_destroy``.
        """
    def add(self, socket: Socket | int | _HasFileno, events: int = 1, data: object = None) -> None:
        """Wait for events on a socket or descriptor from now on.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            What to wait for. The poller keeps it alive until it is removed.
        events : int, default POLLIN
            POLLIN, POLLOUT, POLLERR and POLLPRI, or some of them; 0 for none at present.
        data : object, optional
            Given back with each event: a callback, a name, whatever helps to handle it.

        Raises
        ------
        KeyError
            If it is registered already: use `modify`.
        TypeError
            If it is none of these.
        ValueError
            If it is a negative descriptor, or `events` are none of these.
        ZMQError
            ENOTSOCK if the socket or the poller is closed.

        Notes
        -----
        Calls ``zmq_poller_add`` or ``zmq_poller_add_fd``.
        """
    def modify(self, socket: Socket | int | _HasFileno, events: int) -> None:
        """Change the events of a registered socket or descriptor; its data stays.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            As it was added.
        events : int
            As for `add`.

        Raises
        ------
        KeyError
            If it is not registered.

        Notes
        -----
        Calls ``zmq_poller_modify`` or ``zmq_poller_modify_fd``.
        """
    def remove(self, socket: Socket | int | _HasFileno) -> None:
        """Wait for events on this socket or descriptor no more.

        A descriptor has to be removed before it is closed.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            As it was added.

        Raises
        ------
        KeyError
            If it is not registered, or was closed.

        Notes
        -----
        Calls ``zmq_poller_remove`` or ``zmq_poller_remove_fd``.
        """
    def fileno(self) -> int:
        """Return a descriptor that becomes readable when one of the thread-safe sockets may
        have events.

        It tells nothing of the other sockets and descriptors. It is edge-triggered: wait for it
        after a `wait` or `wait_all` that found nothing, and call one of them, with a timeout of
        0, when it is readable.

        Returns
        -------
        int
            The descriptor, which stays the poller's.

        Raises
        ------
        ZMQError
            EINVAL if there has been no thread-safe socket in the poller.

        Notes
        -----
        Calls ``zmq_poller_fd``.
        """
    def wait(self, timeout: float | None = None) -> PollerEvent | None:
        """Wait until there is an event, or the time is over.

        Parameters
        ----------
        timeout : float, optional
            How long to wait, in milliseconds; None or negative for ever, 0 not at all.

        Returns
        -------
        PollerEvent or None
            ``(socket, events, data)`` of the first in order of registration that has events,
            so one that always has some hides the others: use `wait_all` to be fair. None if
            the time ran out.

        Raises
        ------
        ContextTerminated
            If the context of a socket is terminated.
        ZMQError
            EFAULT if nothing is registered and there is no timeout; EMTHREAD if another
            thread uses the poller, or runs a proxy with one of its sockets.

        Notes
        -----
        Calls ``zmq_poller_wait_all`` for one event, and sleeps on the descriptors without the GIL
        where it has to wait. Signal handlers run.
        """
    def wait_all(
        self, timeout: float | None = None, max_events: int | None = None
    ) -> list[PollerEvent]:
        """Wait until there are events, or the time is over, and return them all.

        Parameters
        ----------
        timeout : float, optional
            As for `wait`.
        max_events : int, optional
            How many to return at the most; by default all that are there.

        Returns
        -------
        list of PollerEvent
            Empty if the time ran out.

        Raises
        ------
        ValueError
            If `max_events` is less than 1.
        ContextTerminated, ZMQError
            As for `wait`.

        Notes
        -----
        Calls ``zmq_poller_wait_all``.
        """

class Timers:
    """Calls functions every so many milliseconds, in the thread that polls (draft).

    No thread and no signal is behind it: the loop that waits for sockets waits as long as
    `timeout` says, and then calls `execute`::

        timers = zmq.Timers()
        timers.add(1000, lambda timer_id: publisher.send(b"tick"))
        while True:
            events = poller.poll(timers.timeout())
            timers.execute()

    A program on asyncio or another event loop has that loop's own timers.

    Notes
    -----
    Wraps ``zmq_timers_new``. A Timers object belongs to one thread at a time. Functions are
    called in the order in which they are due; they may add, change and cancel timers. Draft: a
    later libzmq may change it.
    """

    def __len__(self) -> int: ...
    def __contains__(self, timer_id: object, /) -> bool: ...
    def add(self, interval: float, callback: Callable[..., object], /, *args: Any) -> int:
        """Call a function again and again.

        Parameters
        ----------
        interval : float
            The time between two calls in milliseconds, at least 1; the first is that long
            from now. A fraction is rounded up.
        callback : callable
            Called as ``callback(timer_id, *args)`` by `execute`.
        *args
            Given to `callback`.

        Returns
        -------
        int
            The id of the timer.

        Raises
        ------
        TypeError
            If `interval` is no number, or `callback` cannot be called.
        ValueError
            If `interval` is less than 1, or more than 2147483647 (24 days).

        Notes
        -----
        Calls ``zmq_timers_add``.
        """
    def cancel(self, timer_id: int) -> None:
        """Call a function no more, not even where it is due already.

        Parameters
        ----------
        timer_id : int
            What `add` returned.

        Raises
        ------
        ZMQError
            EINVAL if there is no such timer, or it was cancelled before.

        Notes
        -----
        Calls ``zmq_timers_cancel``.
        """
    def set_interval(self, timer_id: int, interval: float) -> None:
        """Change the interval of a timer; the next call is that long from now.

        Parameters
        ----------
        timer_id : int
            What `add` returned.
        interval : float
            As for `add`.

        Raises
        ------
        TypeError, ValueError
            As for `add`.
        ZMQError
            EINVAL if there is no such timer.

        Notes
        -----
        Calls ``zmq_timers_set_interval``.
        """
    def reset(self, timer_id: int) -> None:
        """Begin the interval of a timer anew: what is to happen only after a pause.

        Parameters
        ----------
        timer_id : int
            What `add` returned.

        Raises
        ------
        ZMQError
            EINVAL if there is no such timer.

        Notes
        -----
        Calls ``zmq_timers_reset``.
        """
    def timeout(self) -> int | None:
        """Return how long it is until a function is due.

        Returns
        -------
        int or None
            Milliseconds, 0 if one is due now; None if there are no timers. Any ``poll`` takes
            it as it is.

        Notes
        -----
        Calls ``zmq_timers_timeout``.
        """
    def execute(self) -> int:
        """Call all functions that are due, each once.

        The next call of each is its interval from now; calls that were missed are not made up
        for.

        Returns
        -------
        int
            How many were called.

        Raises
        ------
        Exception
            Whatever a function raises, at once. The timers stay as they are, and those that
            were due after it are called by the next `execute`.

        Notes
        -----
        Calls ``zmq_timers_execute``.
        """
