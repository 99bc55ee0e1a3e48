# The types of the compiled module. The .pxi files describe what its functions do.
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
    Calls ``zmq_errno``. The attribute ``errno`` of an exception has the same number and is more
    reliable: any call after the failed one may have changed the value of this function.
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
    """Return whether libzmq was built with a capability.

    Parameters
    ----------
    capability : str
        The name, such as ``"ipc"``, ``"curve"``, ``"draft"``, ``"ws"``, ``"gssapi"`` or ``"pgm"``.

    Returns
    -------
    bool
        False if the capability is off, or if libzmq does not know the name.

    Notes
    -----
    Calls ``zmq_has``.

    .. versionadded:: 14.1
    """

def _socket_counts(socket: Socket) -> tuple[Any, ...]:
    """Return the members of zmq_socket_counts_t; the last two have one number for each reason."""

def _socket_peers(socket: Socket) -> list[dict[str, Any]]:
    """Return a dict for each peer, with the members of zmq_peer_stats_t."""

def _socket_in_use(socket: Socket) -> bool:
    """Return whether a thread or a task waits in one of the socket's methods."""

def _open_sockets() -> list[Any]:
    """Return all open sockets of this process, in every context; leave out shadows."""

def curve_keypair() -> tuple[bytes, bytes]:
    """Make a new CURVE key pair.

    Returns
    -------
    tuple of bytes
        (public key, secret key), each 40 bytes of Z85 text.

    Raises
    ------
    ZMQError
        ENOTSUP if libzmq was built without CURVE.

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
        The two sockets, such as ROUTER and DEALER, XSUB and XPUB, or PULL and PUSH. Messages go
        both ways if the types allow it.
    capture : Socket, optional
        A PUB, DEALER, PUSH or PAIR. The proxy sends a copy of each message to it.

    Raises
    ------
    ContextTerminated
        When the context is terminated; this is the usual end of a proxy.
    KeyboardInterrupt
        If a signal handler raises it. Other exceptions of a handler propagate, too.

    Notes
    -----
    Works like ``zmq_proxy``, without the GIL. Unlike ``zmq_proxy``, it loses no message when a
    signal arrives.

    .. versionadded:: 13.0
    """

def proxy_steerable(
    frontend: Socket,
    backend: Socket,
    capture: Socket | None = None,
    control: Socket | None = None,
) -> None:
    """Pass messages between two sockets; a third socket controls the proxy.

    Parameters
    ----------
    frontend, backend, capture : Socket
        See `proxy`.
    control : Socket, optional
        A PAIR, PULL, SUB, REP or DEALER. It receives the commands ``b"PAUSE"``, ``b"RESUME"``,
        ``b"TERMINATE"`` and ``b"STATISTICS"``, each a message of one part. The reply to STATISTICS
        has eight parts, 64-bit integers in the machine's byte order. The first four are about the
        front end: messages received, bytes received, messages sent, bytes sent. The last four are
        the same about the back end. A REP replies to the other commands with an empty message.
        Unknown commands do nothing.

    Raises
    ------
    ContextTerminated
        When the context is terminated.
    KeyboardInterrupt
        If a signal handler raises it. Other exceptions of a handler propagate, too.

    Notes
    -----
    This package implements the loop, since newer versions of libzmq lack ``zmq_proxy_steerable``.
    The loop runs without the GIL.

    .. versionadded:: 18.0
    """

def monitored_queue(
    in_socket: Socket,
    out_socket: Socket,
    mon_socket: Socket,
    in_prefix: bytes = b"in",
    out_prefix: bytes = b"out",
) -> None:
    """Pass messages between two sockets, and send a copy of each message to a third socket.

    Parameters
    ----------
    in_socket, out_socket : zmq.Socket
        Messages go both ways. Between two ROUTERs, the function swaps the first two parts of each
        message (the routing ids of sender and receiver).
    mon_socket : zmq.Socket
        Receives each message with an additional first part, which names the direction.
    in_prefix, out_prefix : bytes, default b"in" and b"out"
        The additional part for messages that `in_socket` and `out_socket` received.

    Raises
    ------
    ContextTerminated
        When the context is terminated.
    KeyboardInterrupt
        If a signal handler raises it. Other exceptions of a handler propagate, too.

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
        The maximum time to wait, in milliseconds; None or a negative value means for ever, 0 means
        not at all.

    Returns
    -------
    list of (socket, int)
        The sockets and descriptors with events.

    Raises
    ------
    TypeError
        If an item is neither a socket nor a descriptor.
    ValueError
        If an item is not a pair.

    Notes
    -----
    Does what ``zmq_poll`` does. Each call prepares the poll again; a `Poller` prepares it once.
    """

@final
class _SendEvent:
    """Tells whether libzmq no longer uses a message; it has some methods of `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether libzmq no longer uses the message."""
    def isSet(self) -> bool:
        """Return whether libzmq no longer uses the message."""
    def wait(self, timeout: float | None = None) -> bool:
        """Wait until libzmq no longer uses the message, for at most `timeout` seconds."""

class MessageTracker:
    """Watches one or more messages until libzmq no longer needs their memory.

    A message sent with ``copy=False`` is not copied: libzmq's I/O thread reads the caller's memory
    later, perhaps several times. `done` and `wait` tell when you may change that memory again.

    Parameters
    ----------
    *towatch : MessageTracker, Frame or threading.Event
        The objects to watch. Frames must be tracked (``Frame(data, track=True)``). An event may be
        any object with ``is_set`` and ``wait(timeout in s)``.

    Raises
    ------
    TypeError
        If an object in `towatch` has another type.
    ValueError
        If a Frame in `towatch` is not tracked.

    Notes
    -----
    Any thread may read `done` and call `wait`.
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
        """True when libzmq no longer uses any of the watched messages."""
    def wait(self, timeout: float | None = -1) -> None:
        """Wait until libzmq no longer uses any of the watched messages.

        Parameters
        ----------
        timeout : float, default -1
            The maximum time to wait, in seconds; None or a negative value means for ever.

        Raises
        ------
        NotDone
            If the time ran out first.

        Notes
        -----
        Releases the GIL while it waits; signal handlers run, and may raise.
        """

_FINISHED_TRACKER: MessageTracker

def _use_tracker_class(cls: type[MessageTracker]) -> None:
    """Create all later trackers as objects of `cls`, a Python subclass that programs can patch."""

class Frame:
    """One part of a message, with access to its memory and its properties.

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

        While a view is in use, each access returns that view. The view keeps the message alive: it
        stays valid when the Frame, the socket and the context no longer exist. The view is
        read-only if the memory belongs to a read-only object. It is also read-only if the message
        came over inproc and its memory also belongs to the sender or to another receiver.
        """
    @property
    def bytes(self) -> builtins.bytes:
        """The contents as bytes; the first access copies them, later ones return the same object.

        After `buffer` has returned a writable view, each access makes a new copy.
        """
    @property
    def more(self) -> bool:
        """True if further parts of the same message follow this part (``ZMQ_MORE``)."""
    @property
    def tracker(self) -> MessageTracker | None:
        """The tracker of this Frame's memory; None if the Frame is not tracked."""
    @property
    def tracker_event(self) -> _SendEvent | None:
        """The event that `tracker` waits for; None if there is nothing to wait for."""
    @property
    def routing_id(self) -> int:
        """The routing id of the peer, on SERVER and PEER sockets (draft); 0 if there is none.

        A Frame that a SERVER or PEER received has a routing id. Set the same id on the Frame of the
        reply. Calls ``zmq_msg_routing_id`` and ``zmq_msg_set_routing_id``.
        """
    @routing_id.setter
    def routing_id(self, value: int) -> None: ...
    @property
    def group(self) -> str:
        """The group of the message, on RADIO and DISH sockets (draft).

        Set it to a str or bytes, of at most 255 bytes. It is always read as a str. In that str,
        bytes that are not UTF-8 are surrogates, so setting the str again sets the same group. Calls
        ``zmq_msg_group`` and ``zmq_msg_set_group``.
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
    @overload
    def get(self, option: str | builtins.bytes) -> str:
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
    @overload
    def set(self, option: int | Literal["routing_id"], value: int) -> None:
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
    @overload
    def set(self, option: Literal["group"], value: str | builtins.bytes) -> None:
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
    @overload
    def __getitem__(  # type: ignore[overload-overlap]
        self, key: int | Literal["routing_id"], /
    ) -> int: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __getitem__(self, key: str | builtins.bytes, /) -> str: ...
    @property
    def MORE(self) -> int:
        """``get(zmq.MORE)``: 1 if further parts follow."""
    @property
    def SRCFD(self) -> int:
        """``get(zmq.SRCFD)``: the descriptor of the message's connection (deprecated in libzmq)."""
    @property
    def srcfd(self) -> int:
        """``get(zmq.SRCFD)``."""
    @property
    def SHARED(self) -> int:
        """``get(zmq.SHARED)``: 1 if other messages may use the same memory."""
    @property
    def shared(self) -> int:
        """``get(zmq.SHARED)``."""

Message = Frame

def _use_frame_class(cls: type[Frame]) -> None:
    """From now on create received frames as objects of `cls`, a subclass that can be patched."""

class Context:
    """The backend's context: one libzmq context and the sockets made from it.

    Use `zmq.Context`, which adds convenience methods.

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
        """Close the sockets that no thread is using now; return the other sockets."""
    @property
    def underlying(self) -> int:
        """The address of the libzmq context; 0 once it is terminated."""
    @property
    def closed(self) -> bool:
        """True if the context has been terminated."""
    def get(self, option: int) -> int:
        """Return the value of a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.

        Returns
        -------
        int
            The value. For THREAD_NAME_PREFIX, the number with which the prefix begins, or 0.

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
        """Set the value of a context option.

        Parameters
        ----------
        option : int
            A value of `zmq.ContextOption`.
        optval : int, or bytes or str for THREAD_NAME_PREFIX
            The value. Most options have to be set before the first socket is created.

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
        Calls ``zmq_ctx_set``, or ``zmq_ctx_set_ext`` (draft) for bytes and str. Safe in any thread.

        .. versionadded:: 13.0
        """
    def term(self) -> None:
        """Terminate the context.

        Blocking calls on its sockets raise `ContextTerminated`. Then `term` blocks until every
        socket has been closed, and until each sent message has gone to the network or the LINGER
        time of its socket is over.

        Raises
        ------
        KeyboardInterrupt
            If a signal handler raises it. Other exceptions of a handler propagate, too. The context
            then still exists, and `term` can be called again.

        Notes
        -----
        Calls ``zmq_ctx_term`` without the GIL. Safe in any thread. On a shadow context, `term` only
        forgets the handle.
        """
    def destroy(self, linger: int | None = None) -> None:
        """Close every socket of this context, then terminate it.

        Parameters
        ----------
        linger : int, optional
            A value of LINGER in ms that is set on the sockets first: the time for which unsent
            messages are kept for their peers. 0 drops them. By default each socket keeps its own
            value (-1, for ever, unless it was set).

        Notes
        -----
        A socket that another thread is using at this moment is not closed at once: the call of that
        thread raises `ContextTerminated`, and the socket is closed after that call has returned.
        Calls ``zmq_close``, ``zmq_ctx_shutdown`` and ``zmq_ctx_term``.

        .. versionchanged:: 24
            A context that is deleted or leaves a ``with`` block is destroyed this way.
        """

class _SocketOptionProperty:
    """A socket option as an attribute: ``socket.linger`` and ``socket.LINGER``.

    It is a real data descriptor, created once for each option: with a ``__getattr__`` on the class,
    the interpreter could not use its inline caches for all other attributes.
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

    Use `zmq.Socket`, which adds convenience methods; this class has the methods that send and
    receive.

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
        EINVAL for an unknown type; EMFILE if the context already has MAX_SOCKETS open sockets;
        ENOTSUP if the context has been terminated.

    Notes
    -----
    Calls ``zmq_socket``. Only one thread at a time may send or receive; a second thread gets
    ``ZMQError(EMTHREAD)``. SERVER, CLIENT, RADIO, DISH, SCATTER, GATHER, PEER and CHANNEL are
    thread-safe.
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
        """Pairs (libzmq's name of an endpoint, its other names), in a list that shadows share."""
    def _is_waited_for(self) -> bool:
        """Return whether a task waits for the socket; `zmq.green` also counts its greenlets."""
    def _sleepers(self) -> int:
        """Return the number of polls, sends and receives that sleep on the socket."""
    @property
    def _made_at(self) -> tuple[tuple[str, int], ...] | None: ...
    def _is_waited_in(self) -> bool:
        """Return whether a send or receive waits on the socket, in any thread."""
    def _again(self, receives: bool, dontwait: bool, timeout: float | None = None) -> zmq.Again:
        """Return an Again whose text says why a send or receive has not succeeded."""
    def _close_if_over(self) -> bool:
        """Close this socket if its monitor has ended and no events are left; return True if so."""
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
        """True if the socket has been closed."""
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

        The context keeps unsent messages until they are sent or the LINGER time is over. Closing
        twice does nothing.

        Parameters
        ----------
        linger : int, optional
            A value of LINGER in ms that is set first: -1 keeps unsent messages for ever, 0 drops
            them. A float loses its fraction.

        Raises
        ------
        ZMQError
            EMTHREAD if another thread is using the socket at this moment. A thread that waits in a
            poll, a send or a receive is woken up, and gets ENOTSOCK.

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
    def set(self, option: int, optval: int | bytes | bytearray | memoryview) -> None:
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
    def setsockopt(self, option: int, optval: int | bytes | bytearray | memoryview) -> None:
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
    def _signal_descriptor(self) -> int:
        """Return the descriptor that signals changed events, also for thread-safe sockets."""
    def _events_after_signal(self) -> int:
        """Return the option EVENTS, also for thread-safe sockets; this clears the signal."""
    def bind(self, addr: str | bytes) -> None:
        """Listen on an endpoint; see `zmq.Socket.bind`."""
    def connect(self, addr: str | bytes) -> None:
        """Connect to an endpoint; see `zmq.Socket.connect`."""
    def unbind(self, addr: str | bytes) -> None:
        """Stop listening on an endpoint.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as it was bound; after a wildcard bind, the value of LAST_ENDPOINT.

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
            The routing id of the peer. You can send to it at once: messages wait until there is a
            connection.

        Raises
        ------
        ZMQError
            ENOTSUP if this is not a PEER socket; EFAULT if its option IMMEDIATE is set; and the
            errors of `connect`.

        Notes
        -----
        Calls ``zmq_connect_peer``. Safe in any thread. Draft: a later libzmq may change it.
        """
    def disconnect_peer(self, routing_id: int) -> None:
        """End the connection of one peer of a SERVER or PEER socket (draft).

        Messages sent to the peer go out first. Messages from it that were not yet received are
        dropped. If the peer made the connection, it may connect again, with another routing id. A
        connection that this socket has made by `connect` or `connect_peer` does not reconnect.

        Parameters
        ----------
        routing_id : int
            The routing id of the peer, from a message that it sent or from `connect_peer`.

        Raises
        ------
        ZMQError
            EHOSTUNREACH if no peer has this routing id now; ENOTSUP if this is neither a SERVER nor
            a PEER.

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

        A bound DISH sends its groups to a RADIO that connects, but only when your program next
        calls `poll` or `recv` on the DISH. Until then the RADIO drops the messages that it sends.

        .. versionadded:: 17
        """
    def leave(self, group: str | bytes) -> None:
        """Stop receiving the messages of a group, on a DISH socket (draft).

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
        """Return whether the queue to a peer of a ROUTER has room for a message now (draft).

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

        `zmq.Socket.get_monitor_socket` calls this and returns the socket that receives the events.

        Parameters
        ----------
        addr : str or None
            An ``inproc://`` endpoint to bind; None stops the monitor.
        events : int, default EVENT_ALL
            The `zmq.Event` values to publish.
        version : int, default 1
            The format of the messages. Version 2 (draft) contains both endpoints of a connection
            and 64-bit values, and has additional events such as PIPES_STATS.
        socket_type : int, default PAIR
            The type of the socket that publishes (draft): PAIR, PUB or PUSH, for which the
            reader is a PAIR, SUB or PULL.

        Raises
        ------
        ValueError
            If `version` is neither 1 nor 2.
        ZMQError
            EPROTONOSUPPORT if `addr` is not inproc, EADDRINUSE if it is in use, EINVAL for events
            that `version` does not have, or for another type of socket.

        Notes
        -----
        Calls ``zmq_socket_monitor_versioned``. Draft: a later libzmq may have other versions.
        """
    def monitor_pipes_stats(self) -> None:
        """Request the number of messages in the queues of this socket (draft).

        The monitor then publishes an event PIPES_STATS for each connection. Its ``values`` are the
        number of messages that wait to be sent to the peer, and the number that wait to be received
        from it. Other threads answer the request, and this socket publishes the events when it is
        next used; a call of `poll` is enough.

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
            The maximum time to wait, in milliseconds; None or a negative value means for ever, 0
            means not at all.
        flags : int, default POLLIN
            The events to wait for: POLLIN, POLLOUT or both.

        Returns
        -------
        int
            The events of the socket, or 0 after the timeout.

        Raises
        ------
        ZMQError
            ENOTSOCK if the socket is closed.

        Notes
        -----
        Reads ZMQ_EVENTS, then sleeps on ZMQ_FD without the GIL. Other threads may use the socket
        during the sleep. Use a `Poller` for several sockets.
        """

    # The return type depends on `copy`: a send that copies lends no memory, so it returns None.
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
            DONTWAIT: do not wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the memory of objects of at least `copy_threshold` bytes to libzmq, instead
            of copying it. The memory must not change until libzmq no longer uses it.
        track : bool, default False
            True to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The routing id of the peer, on SERVER and PEER sockets (draft), as `recv_routed`
            returned it. It is not needed for a Frame that has a routing id, such as a Frame from
            `recv`.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker, which
            is already done if there is nothing to wait for.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If the message could not be queued: at once with DONTWAIT, otherwise within SNDTIMEO.
        ZMQError
            For other errors of ``zmq_msg_send``, such as EHOSTUNREACH for an unknown routing id, or
            EFSM for a REQ that has to receive first. EINVAL if `group` is too long, or if this type
            of socket takes no `routing_id` or no `group`.

        Notes
        -----
        Calls ``zmq_msg_send``; releases the GIL only to wait, or to copy a MiB or more.

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
            DONTWAIT: do not wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the memory of objects of at least `copy_threshold` bytes to libzmq, instead
            of copying it. The memory must not change until libzmq no longer uses it.
        track : bool, default False
            True to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The routing id of the peer, on SERVER and PEER sockets (draft), as `recv_routed`
            returned it. It is not needed for a Frame that has a routing id, such as a Frame from
            `recv`.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker, which
            is already done if there is nothing to wait for.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If the message could not be queued: at once with DONTWAIT, otherwise within SNDTIMEO.
        ZMQError
            For other errors of ``zmq_msg_send``, such as EHOSTUNREACH for an unknown routing id, or
            EFSM for a REQ that has to receive first. EINVAL if `group` is too long, or if this type
            of socket takes no `routing_id` or no `group`.

        Notes
        -----
        Calls ``zmq_msg_send``; releases the GIL only to wait, or to copy a MiB or more.

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
            DONTWAIT: do not wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the memory of objects of at least `copy_threshold` bytes to libzmq, instead
            of copying it. The memory must not change until libzmq no longer uses it.
        track : bool, default False
            True to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The routing id of the peer, on SERVER and PEER sockets (draft), as `recv_routed`
            returned it. It is not needed for a Frame that has a routing id, such as a Frame from
            `recv`.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker, which
            is already done if there is nothing to wait for.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If the message could not be queued: at once with DONTWAIT, otherwise within SNDTIMEO.
        ZMQError
            For other errors of ``zmq_msg_send``, such as EHOSTUNREACH for an unknown routing id, or
            EFSM for a REQ that has to receive first. EINVAL if `group` is too long, or if this type
            of socket takes no `routing_id` or no `group`.

        Notes
        -----
        Calls ``zmq_msg_send``; releases the GIL only to wait, or to copy a MiB or more.

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
            DONTWAIT: do not wait; SNDMORE if another part of the same message follows.
        copy : bool, default True
            False lends the memory of objects of at least `copy_threshold` bytes to libzmq, instead
            of copying it. The memory must not change until libzmq no longer uses it.
        track : bool, default False
            True to return a MessageTracker (only with ``copy=False``).
        routing_id : int, optional
            The routing id of the peer, on SERVER and PEER sockets (draft), as `recv_routed`
            returned it. It is not needed for a Frame that has a routing id, such as a Frame from
            `recv`.
        group : str or bytes, optional
            The group, on RADIO sockets (draft), at most 255 bytes; b"" by default.

        Returns
        -------
        MessageTracker or None
            None with ``copy=True``, and for a Frame that is not tracked. Otherwise a tracker, which
            is already done if there is nothing to wait for.

        Raises
        ------
        TypeError
            If `data` is a str or has no buffer.
        ValueError
            If ``track=True`` and `data` is a Frame that is not tracked.
        Again
            If the message could not be queued: at once with DONTWAIT, otherwise within SNDTIMEO.
        ZMQError
            For other errors of ``zmq_msg_send``, such as EHOSTUNREACH for an unknown routing id, or
            EFSM for a REQ that has to receive first. EINVAL if `group` is too long, or if this type
            of socket takes no `routing_id` or no `group`.

        Notes
        -----
        Calls ``zmq_msg_send``; releases the GIL only to wait, or to copy a MiB or more.

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
            At least one part. All parts are checked before the first is sent.
        flags : int, default 0
            See `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            See `send`.
        track : bool, default False
            See `send`; the tracker watches all parts.
        routing_id, group : optional
            See `send`.

        Returns
        -------
        MessageTracker or None
            See `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the error message gives its index.
        ValueError
            If there are no parts.
        Again, ZMQError
            See `send`; then no part of the message has been sent.

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
            At least one part. All parts are checked before the first is sent.
        flags : int, default 0
            See `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            See `send`.
        track : bool, default False
            See `send`; the tracker watches all parts.
        routing_id, group : optional
            See `send`.

        Returns
        -------
        MessageTracker or None
            See `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the error message gives its index.
        ValueError
            If there are no parts.
        Again, ZMQError
            See `send`; then no part of the message has been sent.

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
            At least one part. All parts are checked before the first is sent.
        flags : int, default 0
            See `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            See `send`.
        track : bool, default False
            See `send`; the tracker watches all parts.
        routing_id, group : optional
            See `send`.

        Returns
        -------
        MessageTracker or None
            See `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the error message gives its index.
        ValueError
            If there are no parts.
        Again, ZMQError
            See `send`; then no part of the message has been sent.

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
            At least one part. All parts are checked before the first is sent.
        flags : int, default 0
            See `send`; SNDMORE means that still more parts follow.
        copy : bool, default True
            See `send`.
        track : bool, default False
            See `send`; the tracker watches all parts.
        routing_id, group : optional
            See `send`.

        Returns
        -------
        MessageTracker or None
            See `send`.

        Raises
        ------
        TypeError
            If a part is a str or has no buffer; the error message gives its index.
        ValueError
            If there are no parts.
        Again, ZMQError
            See `send`; then no part of the message has been sent.

        Notes
        -----
        Calls ``zmq_msg_send`` for each part, with ZMQ_SNDMORE for all but the last.
        """
    def send_many(self, messages: Iterable[Frame | Buffer], flags: int = 0) -> int:
        """Send many messages of a single part in one call.

        Parameters
        ----------
        messages : iterable of bytes, Frame, or any objects with a buffer
            Each item is a message. An iterator is read one item at a time, as messages are sent.
        flags : int, default 0
            DONTWAIT to stop at the first message that cannot be queued at once.

        Returns
        -------
        int
            The number of sent messages. It is less than the number of all messages only with
            DONTWAIT, or after SNDTIMEO. To send the others later, pass a list: an iterator has
            already given out the message that could not be queued.

        Raises
        ------
        TypeError
            If a message is a str or has no buffer. With a list or tuple, no message has been sent
            then; with an iterator, the messages before it have been sent.
        ValueError
            If `flags` has SNDMORE.
        ZMQError
            See `send`; `Again` only if no message could be sent.

        Notes
        -----
        Each message costs about half of a call of `send`.
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

        The call waits for a message for at most RCVTIMEO, or for `timeout` if that is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT: do not wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content in libzmq's memory
            and has the message's properties.
        track : bool, default False
            True if the Frame should have a tracker (only with ``copy=False``).
        timeout : float, optional
            The maximum time to wait, in ms; a negative value means for ever, 0 means not at all. By
            default the socket's RCVTIMEO. PyZMQ does not have this parameter.

        Returns
        -------
        bytes or Frame
            The part. The option RCVMORE, or ``Frame.more``, tells whether further parts follow.

        Raises
        ------
        Again
            If no message has arrived: at once with DONTWAIT, otherwise within the time.
        ContextTerminated
            If the context is terminated during the call.
        ZMQError
            For other errors of ``zmq_msg_recv``, such as EFSM for a REQ that has to send first.

        Notes
        -----
        Calls ``zmq_msg_recv``; releases the GIL only to wait, or to copy a MiB or more. Signal
        handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
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

        The call waits for a message for at most RCVTIMEO, or for `timeout` if that is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT: do not wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content in libzmq's memory
            and has the message's properties.
        track : bool, default False
            True if the Frame should have a tracker (only with ``copy=False``).
        timeout : float, optional
            The maximum time to wait, in ms; a negative value means for ever, 0 means not at all. By
            default the socket's RCVTIMEO. PyZMQ does not have this parameter.

        Returns
        -------
        bytes or Frame
            The part. The option RCVMORE, or ``Frame.more``, tells whether further parts follow.

        Raises
        ------
        Again
            If no message has arrived: at once with DONTWAIT, otherwise within the time.
        ContextTerminated
            If the context is terminated during the call.
        ZMQError
            For other errors of ``zmq_msg_recv``, such as EFSM for a REQ that has to send first.

        Notes
        -----
        Calls ``zmq_msg_recv``; releases the GIL only to wait, or to copy a MiB or more. Signal
        handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
        """
    @overload
    def recv(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> Frame:
        """Receive one part of a message.

        The call waits for a message for at most RCVTIMEO, or for `timeout` if that is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT: do not wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content in libzmq's memory
            and has the message's properties.
        track : bool, default False
            True if the Frame should have a tracker (only with ``copy=False``).
        timeout : float, optional
            The maximum time to wait, in ms; a negative value means for ever, 0 means not at all. By
            default the socket's RCVTIMEO. PyZMQ does not have this parameter.

        Returns
        -------
        bytes or Frame
            The part. The option RCVMORE, or ``Frame.more``, tells whether further parts follow.

        Raises
        ------
        Again
            If no message has arrived: at once with DONTWAIT, otherwise within the time.
        ContextTerminated
            If the context is terminated during the call.
        ZMQError
            For other errors of ``zmq_msg_recv``, such as EFSM for a REQ that has to send first.

        Notes
        -----
        Calls ``zmq_msg_recv``; releases the GIL only to wait, or to copy a MiB or more. Signal
        handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
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

        The call waits for a message for at most RCVTIMEO, or for `timeout` if that is given.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT: do not wait.
        copy : bool, default True
            True returns bytes. False returns a Frame, which leaves the content in libzmq's memory
            and has the message's properties.
        track : bool, default False
            True if the Frame should have a tracker (only with ``copy=False``).
        timeout : float, optional
            The maximum time to wait, in ms; a negative value means for ever, 0 means not at all. By
            default the socket's RCVTIMEO. PyZMQ does not have this parameter.

        Returns
        -------
        bytes or Frame
            The part. The option RCVMORE, or ``Frame.more``, tells whether further parts follow.

        Raises
        ------
        Again
            If no message has arrived: at once with DONTWAIT, otherwise within the time.
        ContextTerminated
            If the context is terminated during the call.
        ZMQError
            For other errors of ``zmq_msg_recv``, such as EFSM for a REQ that has to send first.

        Notes
        -----
        Calls ``zmq_msg_recv``; releases the GIL only to wait, or to copy a MiB or more. Signal
        handlers run while it waits (PEP 475), and may raise, as Ctrl-C does.
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
            See `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers complete messages: when the first part
        has arrived, all parts have arrived.
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
            See `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers complete messages: when the first part
        has arrived, all parts have arrived.
        """
    @overload
    def recv_multipart(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> list[Frame]:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            See `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers complete messages: when the first part
        has arrived, all parts have arrived.
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
            See `recv`.

        Returns
        -------
        list of bytes or Frame
            One or more parts.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` for each part. libzmq delivers complete messages: when the first part
        has arrived, all parts have arrived.
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
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and the routing id to pass to `send` for the reply. The id belongs to the
            connection: a client that connects again gets another id.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later libzmq
        may change the behaviour of these sockets.
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
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and the routing id to pass to `send` for the reply. The id belongs to the
            connection: a client that connects again gets another id.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later libzmq
        may change the behaviour of these sockets.
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
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and the routing id to pass to `send` for the reply. The id belongs to the
            connection: a client that connects again gets another id.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later libzmq
        may change the behaviour of these sockets.
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
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            The message, and the routing id to pass to `send` for the reply. The id belongs to the
            connection: a client that connects again gets another id.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_routing_id``. Safe in any thread. Draft: a later libzmq
        may change the behaviour of these sockets.
        """
    @overload
    def recv_grouped(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> tuple[bytes, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are not UTF-8 become surrogates, as
            in ``os.fsdecode``; ``group.encode("utf-8", "surrogateescape")`` returns the original
            bytes.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq may
        change the behaviour of these sockets.
        """
    @overload
    def recv_grouped(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are not UTF-8 become surrogates, as
            in ``os.fsdecode``; ``group.encode("utf-8", "surrogateescape")`` returns the original
            bytes.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq may
        change the behaviour of these sockets.
        """
    @overload
    def recv_grouped(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are not UTF-8 become surrogates, as
            in ``os.fsdecode``; ``group.encode("utf-8", "surrogateescape")`` returns the original
            bytes.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq may
        change the behaviour of these sockets.
        """
    @overload
    def recv_grouped(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[bytes, str] | tuple[Frame, str]:
        """Receive a message and the group it was sent to, on DISH sockets (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            The message and its group. Bytes of the group that are not UTF-8 become surrogates, as
            in ``os.fsdecode``; ``group.encode("utf-8", "surrogateescape")`` returns the original
            bytes.

        Raises
        ------
        ZMQError
            EINVAL if the socket is of another type; then no message has been received.
        Again, ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv`` and ``zmq_msg_group``. Safe in any thread. Draft: a later libzmq may
        change the behaviour of these sockets.
        """
    def recv_many(self, max_messages: int, timeout: float | None = None) -> list[bytes]:
        """Receive the messages that have arrived, many in one call.

        Waits for the first message, then returns it and the other messages that have arrived.

        Parameters
        ----------
        max_messages : int
            The maximum number of messages to return, at least 1.
        timeout : float, optional
            The maximum time to wait for the first message, in ms; a negative value means for ever,
            0 means not at all. By default the socket's RCVTIMEO.

        Returns
        -------
        list of bytes
            The messages in order; empty if the time ran out. Use `recv_many` for messages of a
            single part. The parts of a longer message follow each other in the list, and
            `max_messages` never cuts them off. If you need to know where such a message ends, use
            `recv_multipart`.

        Raises
        ------
        ValueError
            If `max_messages` is less than 1.
        ContextTerminated, ZMQError
            See `recv`.

        Notes
        -----
        Calls ``zmq_msg_recv``. Each message costs about two thirds of a call of `recv`.
        """
    def recv_into(self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0) -> int:
        """Receive one part into memory of the caller.

        Parameters
        ----------
        buffer : object with a writable buffer that is contiguous in C order
            bytearray, memoryview, array, NumPy array...
        nbytes : int, default 0
            The number of bytes of the buffer that may be written; 0 means the entire buffer.
        flags : int, default 0
            DONTWAIT: do not wait.

        Returns
        -------
        int
            The size of the part in bytes. If it is larger than the space in the buffer, the rest of
            the part is lost.

        Raises
        ------
        BufferError
            If the buffer is read-only, not contiguous, or in Fortran order.
        ValueError
            If `nbytes` is negative or larger than the buffer.
        Again, ContextTerminated, ZMQError
            See `recv`.

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
    """Record that a monitor socket gets no more events.

    The socket stays open: programs first stop a monitor, and then read its events up to the last
    one, MONITOR_STOPPED. After that they close the socket, drop it, or terminate its context.
    """

_STABLE_ABI: bool

def _end_unclosed_socket(socket: Socket) -> None:
    """Warn of a socket that was dropped without a close, and close it."""

def _end_unclosed_poller(poller: SocketPoller) -> None: ...
def _use_asyncio(
    asyncio: ModuleType,
    selector_thread_of: Callable[[AbstractEventLoop], Any],
) -> None:
    """Store the parts of asyncio that sockets need; zmq.asyncio calls this once."""

class _TaskWaiters:
    """The base class for waiting operations that are stored in Python, as in `zmq.anyio`.

    A subclass defines `socket_used` and `socket_closes`. They are called in the thread that uses or
    closes the socket, which may be any thread.
    """

    def count(self, waiting: int) -> None:
        """Set the number of waiters. Unless it is 0, each use of the socket calls `socket_used`."""
    def events(self, socket: Socket) -> int:
        """Return ZMQ_EVENTS, or all events on an error; this clears the descriptor's signal."""
    def descriptor(self, socket: Socket) -> int:
        """Return the descriptor that becomes readable when the socket's events change."""

def _task_waiters(socket: Socket, kind: Callable[[], _WaitersT]) -> _WaitersT:
    """Return the waiters of a socket. If there are none, create them; `kind` is their class."""

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
        """Call `function()` when the socket closes, in the thread that closes it."""
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

        The future is not a coroutine: await it, or pass it to `asyncio.ensure_future`, not to
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

        The future is not a coroutine: await it, or pass it to `asyncio.ensure_future`, not to
        `asyncio.create_task`.
        """
    @overload
    def recv(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> Future[Frame]:
        """Return a future of one part of a message; see `zmq.asyncio.Socket`.

        The future is not a coroutine: await it, or pass it to `asyncio.ensure_future`, not to
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

        The future is not a coroutine: await it, or pass it to `asyncio.ensure_future`, not to
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
        """Receive the messages that have arrived, many in one call; see `zmq.asyncio.Socket`."""
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
        """Add a socket or descriptor that `poll` waits for; register it again to change its events.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            The object to wait for.
        flags : int, default POLLIN | POLLOUT
            The events. 0 unregisters the socket, if it is registered.

        Raises
        ------
        TypeError
            If `socket` has no hash, or `flags` is not an integer.

        Notes
        -----
        Each `poll` asks an object for its descriptor, because the descriptor may change. `register`
        does not ask, so an object that is never polled needs no descriptor.
        """
    def modify(self, socket: Socket | int | _HasFileno, flags: int = ...) -> None:
        """Change the events of a registered socket; the same as `register`."""
    def unregister(self, socket: Socket | int | _HasFileno) -> None:
        """Stop waiting for events on this socket.

        Raises
        ------
        KeyError
            If the socket is not registered.
        """
    def _descriptors(self) -> dict[int, int]:
        """Return the registered descriptors that are open, each with its flags."""
    def poll(self, timeout: float | None = None) -> list[tuple[Any, int]]:
        """Wait until there are events, or until the timeout.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in milliseconds, as for `select.poll`; None or a negative
            value means for ever, 0 means not at all.

        Returns
        -------
        list of (socket or int, int)
            The ready sockets and descriptors, each with its events; ``dict(...)`` of the list finds
            events by socket. Empty after the timeout.

        Raises
        ------
        TypeError
            If a registered object is neither a socket nor a descriptor, and has no ``fileno()``.
        ValueError
            If a ``fileno()`` fails, or if only closed descriptors are registered.
        ZMQError
            ENOTSOCK if only closed sockets are registered; EMTHREAD if another thread runs a proxy
            with one of the sockets.

        Notes
        -----
        A closed socket has no events; the poll waits for the other sockets. The poll reads
        ZMQ_EVENTS while it holds the GIL, and sleeps on the descriptors (ZMQ_FD) without the GIL.
        Signal handlers run.
        """

class PollerEvent(NamedTuple):
    """An event that a `SocketPoller` found (draft): a tuple of three.

    Attributes
    ----------
    socket : Socket or int
        The socket, or the descriptor, as it was added.
    events : int
        The requested events that happened: POLLIN, POLLOUT, POLLERR, POLLPRI.
    data : object
        The object that was passed to `SocketPoller.add` together with the socket.
    """

    socket: Any
    """The socket or descriptor, as it was added."""
    events: int
    """The events that are there: `zmq.PollEvent` flags."""
    data: Any
    """What was added with it."""

class SocketPoller:
    """Waits for events on sockets and descriptors that stay registered in libzmq (draft).

    It has three features that `Poller` does not have. Each event contains the object that you
    passed to `add`. `wait` returns a single event. The thread-safe sockets in the poller have one
    descriptor, which another event loop can watch. Use `Poller` unless you need one of these
    features.

    ::

        with zmq.SocketPoller() as poller:
            poller.add(server, zmq.POLLIN, data=handle_request)
            while True:
                socket, events, handle = poller.wait()
                handle(socket)

    Notes
    -----
    Wraps ``zmq_poller_new``. Only one thread at a time may use a poller; a second thread gets
    ``ZMQError(EMTHREAD)``. Other threads may use its sockets while it sleeps. A socket that closes
    leaves the poller. Draft: a later libzmq may change it.
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
        """True if `close` has been called."""
    def close(self) -> None:
        """Release the poller; its sockets stay open. Closing twice does nothing.

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
            The object to wait for. The poller keeps it alive until it is removed.
        events : int, default POLLIN
            POLLIN, POLLOUT, POLLERR and POLLPRI, or some of them; 0 to wait for no event at
            present.
        data : object, optional
            An object that is returned with each event, for example a callback or a name.

        Raises
        ------
        KeyError
            If `socket` is registered already: use `modify`.
        TypeError
            If `socket` is neither a Socket nor an int, and has no ``fileno()``.
        ValueError
            If `socket` is a negative descriptor, or `events` contains an unknown event.
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
            The object that was passed to `add`.
        events : int
            See `add`.

        Raises
        ------
        KeyError
            If `socket` is not registered.

        Notes
        -----
        Calls ``zmq_poller_modify`` or ``zmq_poller_modify_fd``.
        """
    def remove(self, socket: Socket | int | _HasFileno) -> None:
        """Stop waiting for events on this socket or descriptor.

        A descriptor has to be removed before it is closed.

        Parameters
        ----------
        socket : Socket, int, or object with ``fileno()``
            The object that was passed to `add`.

        Raises
        ------
        KeyError
            If `socket` is not registered, or was closed.

        Notes
        -----
        Calls ``zmq_poller_remove`` or ``zmq_poller_remove_fd``.
        """
    def fileno(self) -> int:
        """Return a descriptor that becomes readable when one of the thread-safe sockets may
        have events.

        The descriptor does not signal events of the other sockets and descriptors. It is
        edge-triggered: watch it after a `wait` or `wait_all` that returned no event. When it is
        readable, call `wait` or `wait_all` with a timeout of 0.

        Returns
        -------
        int
            The descriptor. The poller owns it.

        Raises
        ------
        ZMQError
            EINVAL if the poller never had a thread-safe socket.

        Notes
        -----
        Calls ``zmq_poller_fd``.
        """
    def wait(self, timeout: float | None = None) -> PollerEvent | None:
        """Wait until there is an event, or until the timeout.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in milliseconds; None or a negative value means for ever, 0
            means not at all.

        Returns
        -------
        PollerEvent or None
            ``(socket, events, data)`` of the first socket with events, in the order of
            registration. A socket that always has events hides the later ones: use `wait_all` to
            handle all sockets. None after the timeout.

        Raises
        ------
        ContextTerminated
            If the context of a socket is terminated.
        ZMQError
            EFAULT if nothing is registered and there is no timeout; EMTHREAD if another thread uses
            the poller or runs a proxy with one of its sockets.

        Notes
        -----
        Calls ``zmq_poller_wait_all`` for one event. If it has to wait, it sleeps on the descriptors
        without the GIL. Signal handlers run.
        """
    def wait_all(
        self, timeout: float | None = None, max_events: int | None = None
    ) -> list[PollerEvent]:
        """Wait until there are events, or until the timeout, and return all of them.

        Parameters
        ----------
        timeout : float, optional
            See `wait`.
        max_events : int, optional
            The maximum number of events to return; by default there is no limit.

        Returns
        -------
        list of PollerEvent
            Empty after the timeout.

        Raises
        ------
        ValueError
            If `max_events` is less than 1.
        ContextTerminated, ZMQError
            See `wait`.

        Notes
        -----
        Calls ``zmq_poller_wait_all``.
        """

class Timers:
    """Calls functions at regular intervals, in the thread that polls (draft).

    It uses no thread and no signal: your loop polls its sockets for at most `timeout`, and then
    calls `execute`::

        timers = zmq.Timers()
        timers.add(1000, lambda timer_id: publisher.send(b"tick"))
        while True:
            events = poller.poll(timers.timeout())
            timers.execute()

    With asyncio or another event loop, use that loop's own timers.

    Notes
    -----
    Wraps ``zmq_timers_new``. A Timers object belongs to one thread at a time. Functions are
    called in the order in which they are due; they may add, change and cancel timers. Draft: a
    later libzmq may change it.
    """

    def __len__(self) -> int: ...
    def __contains__(self, timer_id: object, /) -> bool: ...
    def add(self, interval: float, callback: Callable[..., object], /, *args: Any) -> int:
        """Call a function repeatedly.

        Parameters
        ----------
        interval : float
            The time until the first call, and between two calls, in milliseconds; at least 1. A
            fraction is rounded up.
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
            If `interval` is not a number, or `callback` cannot be called.
        ValueError
            If `interval` is less than 1, or more than 2147483647 (24 days).

        Notes
        -----
        Calls ``zmq_timers_add``.
        """
    def cancel(self, timer_id: int) -> None:
        """Stop calling a function, even if it is due already.

        Parameters
        ----------
        timer_id : int
            The id that `add` returned.

        Raises
        ------
        ZMQError
            EINVAL if there is no such timer, or it was cancelled before.

        Notes
        -----
        Calls ``zmq_timers_cancel``.
        """
    def set_interval(self, timer_id: int, interval: float) -> None:
        """Change the interval of a timer; the next call is one new interval from now.

        Parameters
        ----------
        timer_id : int
            The id that `add` returned.
        interval : float
            See `add`.

        Raises
        ------
        TypeError, ValueError
            See `add`.
        ZMQError
            EINVAL if there is no such timer.

        Notes
        -----
        Calls ``zmq_timers_set_interval``.
        """
    def reset(self, timer_id: int) -> None:
        """Start the interval of a timer again.

        If you reset a timer on each message, its function is called when no message has come for
        the whole interval.

        Parameters
        ----------
        timer_id : int
            The id that `add` returned.

        Raises
        ------
        ZMQError
            EINVAL if there is no such timer.

        Notes
        -----
        Calls ``zmq_timers_reset``.
        """
    def timeout(self) -> int | None:
        """Return the time until the next function is due.

        Returns
        -------
        int or None
            The time in milliseconds, 0 if a function is due now; None if there are no timers. You
            can pass the value to any ``poll``.

        Notes
        -----
        Calls ``zmq_timers_timeout``.
        """
    def execute(self) -> int:
        """Call all functions that are due, each once.

        The next call of each function is one interval from now. Missed calls are dropped.

        Returns
        -------
        int
            The number of called functions.

        Raises
        ------
        Exception
            The exception that a function raised. All timers continue, and the next `execute` calls
            the functions that were due and have not been called.

        Notes
        -----
        Calls ``zmq_timers_execute``.
        """
