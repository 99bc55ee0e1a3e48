"""zmq.Socket: the backend's socket, with convenience methods."""

from __future__ import annotations

import errno
import itertools
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast
from warnings import warn

from zmq.backend.cython._zmq import (
    _STABLE_ABI,
    _end_monitor,
    _end_unclosed_socket,
    _SocketOptionProperty,
)
from zmq.constants import (
    EVENT_ALL,
    EVENT_ALL_V2,
    Errno,
    Event,
    SocketOption,
    SocketType,
    _OptType,
)
from zmq.error import ContextTerminated, ZMQBindError, ZMQError, _with_attribute_error

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self
    from typing_extensions import TypeVar as _TypeVar

    import zmq
    from zmq._events import AsyncEventStream, EventStream
    from zmq.backend.cython._zmq import Frame, MessageTracker
    from zmq.stats import PeerInfo, SocketStats
    from zmq.sugar.option_attributes import SocketWithOptions as SocketBase

    # The result of a receive: bytes, or a future of bytes. zmq.Socket without a parameter means any
    # kind of socket.
    _ReceivedT = _TypeVar("_ReceivedT", default=Any)
else:
    from zmq.backend import Socket as SocketBase

    _ReceivedT = TypeVar("_ReceivedT")

_T = TypeVar("_T")
_SocketT = TypeVar("_SocketT", bound="Socket[Any]")
_JSON = Any

__all__ = ["Socket", "SyncSocket"]

_monitor_numbers = itertools.count(1)

# json, pickle and random are imported on first use: they would take a quarter of the time of
# `import zmq`, and most programs do not need them.

# pickle.DEFAULT_PROTOCOL
_DEFAULT_PROTOCOL = 5 if sys.version_info >= (3, 14) else 4


def _topics_of_events(events: int | None) -> list[bytes]:
    """Return the topics to subscribe to: the messages of a monitor begin with the kind of event."""
    if events is None or events & EVENT_ALL_V2 == EVENT_ALL_V2:
        return [b""]
    events |= Event.MONITOR_STOPPED
    bits = [1 << n for n in range(events.bit_length()) if events >> n & 1]
    return [bit.to_bytes(8, sys.byteorder) for bit in bits]


def _waiting(timeout: float | None) -> dict[str, Any]:
    """Return the timeout, if given, as a keyword argument: a subclass may lack the parameter."""
    return {} if timeout is None else {"timeout": timeout}


class EventsOption(int):
    """The value of `Socket.events`: a number that can also be called.

    Parameters
    ----------
    value : int
        The value of the option EVENTS.
    socket : Socket
        The socket of this value.
    """

    _socket: Any

    def __new__(cls, value: int, socket: Any) -> Self:
        made = super().__new__(cls, value)
        made._socket = socket
        return made

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        """Copies and pickles are plain numbers."""
        return int, (int(self),)

    def __call__(self, events: int | None = None, *, timeout: float | None = None) -> EventStream:
        """Return an iterator over the connection events of the socket.

        Parameters
        ----------
        events : int, optional
            The kinds of `zmq.Event` to report; by default all.
        timeout : float, optional
            The maximum time to wait for the next event, in ms; then the iteration ends. By default
            for ever.

        Returns
        -------
        zmq.EventStream
            An iterator of `zmq.SocketEvent`; it reports events from this call on. It is also a
            context manager: the end of its ``with`` block stops the events.

        Raises
        ------
        ZMQError
            The errors of `Socket.monitor`. EADDRINUSE if another iterator receives the events of
            the monitor that `Socket.get_monitor_socket` has started.

        Notes
        -----
        Each iterator gets all events that it has asked for, in any thread or task. The iteration
        also ends when the socket is closed or its context is terminated. If a program does not read
        the events, and their queue is full, libzmq drops further events.

        A socket has one monitor. The first call starts it, unless the program has started it with
        `Socket.get_monitor_socket`. In that case only one iterator can receive events, and it
        misses those that the program itself receives from the monitor's socket.
        """
        from zmq._events import EventStream

        return EventStream(self._socket, events, timeout)


class AsyncEventsOption(EventsOption):
    """The value of `events` for sockets of `zmq.asyncio` and `zmq.anyio`."""

    def __call__(  # type: ignore[override]
        self, events: int | None = None, *, timeout: float | None = None
    ) -> AsyncEventStream:
        """Return an asynchronous iterator over the connection events of the socket.

        Parameters
        ----------
        events, timeout
            See `EventsOption`.

        Returns
        -------
        zmq.AsyncEventStream
            An iterator of `zmq.SocketEvent` for ``async for``. It is also a context manager for
            ``async with``.
        """
        from zmq._events import AsyncEventStream

        return AsyncEventStream(self._socket, events, timeout)


class _SocketContext(Generic[_SocketT]):
    """The result of bind and connect: the end of its ``with`` block undoes the call.

    Attributes
    ----------
    socket : Socket
        The socket.
    kind : str
        ``"bind"`` or ``"connect"``.
    addr : str or bytes
        The endpoint; after a wildcard bind, the endpoint with the chosen port. It is bytes only if
        it was given as bytes that are not UTF-8.
    """

    __slots__ = ("addr", "kind", "socket")

    def __init__(self, socket: _SocketT, kind: str, addr: str | bytes) -> None:
        self.socket = socket
        self.kind = kind
        self.addr = addr

    def __repr__(self) -> str:
        return f"<SocketContext({self.kind}={self.addr!r})>"

    def __enter__(self) -> _SocketT:
        return self.socket

    def __exit__(self, *exc_info: object) -> None:
        if self.socket.closed:
            return
        if self.kind == "bind":
            self.socket.unbind(self.addr)
        else:
            self.socket.disconnect(self.addr)


def _decoded(addr: str | bytes) -> str | bytes:
    """Return an endpoint as a str, or unchanged if it is an ipc path that is not UTF-8."""
    if isinstance(addr, bytes):
        with suppress(UnicodeDecodeError):
            return addr.decode("utf-8")
    return addr


def _with_port_of(bound: str, addr: str) -> str:
    """Replace a wildcard port by its number: ``tcp://*:0`` becomes ``tcp://*:5555``."""
    path = ""
    if addr.startswith("ws://"):
        bound = bound.partition("://")[2].partition("/")[0]
        host, _, path = addr[5:].partition("/")
        addr = f"ws://{host}"
        path = path and f"/{path}"
    start, colon, port = addr.rpartition(":")
    number = bound.rpartition(":")[2]
    return f"{start}{colon}{number}{path}" if port in ("*", "0") and number.isdigit() else addr


class Socket(SocketBase, Generic[_ReceivedT]):
    """A ZeroMQ socket.

    Create one with ``context.socket(zmq.PUSH)``. Socket options are attributes:
    ``socket.linger = 0``, ``socket.rcvtimeo``, in lower or upper case.

    Parameters
    ----------
    ctx_or_socket : Context or Socket
        The context of the new socket; or a socket to shadow, to use the same libzmq socket through
        another class, such as that of asyncio.
    socket_type : int
        A value of `zmq.SocketType`.
    shadow : Socket or int, optional
        A socket, or the address of a libzmq socket, to shadow.
    copy_threshold : int, optional
        Size in bytes below which sends copy even with ``copy=False``; by default
        `zmq.COPY_THRESHOLD`.

    Raises
    ------
    TypeError
        If the context or the type is missing.
    ZMQError
        EINVAL for an unknown type, EMFILE if the context has no free sockets or the process has no
        free file descriptors.

    Notes
    -----
    Only one thread at a time may send or receive; a second one gets ``ZMQError(EMTHREAD)``. The
    draft types SERVER, CLIENT, RADIO, DISH, SCATTER, GATHER, PEER and CHANNEL are thread-safe.

    .. versionchanged:: 25
        Sockets can be shadowed by passing another Socket.
    """

    @classmethod
    def shadow(cls, address: int | zmq.Socket[Any]) -> Self:
        """Return a socket of this class that uses the libzmq socket of another.

        Parameters
        ----------
        address : Socket, int or FFI pointer
            The socket, or the address of the libzmq socket.

        Returns
        -------
        Socket
            Its garbage collection does not close the libzmq socket; `close` does.

        .. versionadded:: 14.1
        .. versionchanged:: 25
            Accepts sockets, not only addresses.
        """
        if isinstance(address, SocketBase):
            return cls(shadow=address)
        from zmq.utils.interop import cast_int_addr

        return cls(shadow=cast_int_addr(address))

    def __copy__(self, memo: Any = None) -> Self:
        return self.shadow(self)

    __deepcopy__ = __copy__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        cls = type(self)
        # "zmq.Socket", not the module that defines it
        module = {"zmq.sugar.socket": "zmq", "zmq.green.core": "zmq.green"}.get(
            cls.__module__, cls.__module__
        )
        name = f"{module}.{cls.__qualname__}"
        closed = " closed" if self.closed else ""
        return f"<{name}(zmq.{self._type_name}) at {id(self):#x}{closed}>"

    @property
    def _type_name(self) -> str:
        kind = self.type
        return kind.name if isinstance(kind, SocketType) else str(kind)

    @property
    def socket_type(self) -> SocketType:
        """The type of the socket. Deprecated: use ``socket.type``."""
        warn("Socket.socket_type is deprecated, use Socket.type", DeprecationWarning, stacklevel=2)
        return self.type

    def __iter__(self) -> Iterator[Any]:
        """Receive messages one after the other, until the context is terminated.

        Yields
        ------
        bytes or list of bytes
            bytes for a message with a single part, otherwise a list of the parts.
        """
        while True:
            try:
                parts = self.recv_multipart()
            except ContextTerminated:
                return
            yield parts[0] if len(parts) == 1 else parts

    def __contains__(self, item: object) -> bool:
        # without this method, `in` would receive messages to compare them
        raise TypeError("a socket is not a container: receive from it")

    # ------------------------------------------------------------------ endpoints

    def bind(self, addr: str | bytes) -> _SocketContext[Self]:  # type: ignore[override]
        """Listen on an endpoint; other sockets `connect` to it.

        Parameters
        ----------
        addr : str or bytes
            ``transport://address``: ``tcp://127.0.0.1:5555``, ``ipc:///run/app.sock``,
            ``inproc://name``, ``ws://127.0.0.1:8080/path`` or ``udp://...``. With ``*`` or 0 as the
            port, the system chooses one: see ``last_endpoint``.

        Returns
        -------
        context manager
            Its ``with`` block gets the socket, and unbinds at the end.

        Raises
        ------
        TypeError
            If `addr` is neither a str nor bytes.
        ZMQError
            EADDRINUSE, ENODEV, EINVAL, EPROTONOSUPPORT...; the message names the address.

        Notes
        -----
        Calls ``zmq_bind``; releases the GIL, except for inproc.

        A bind of an ipc path replaces the socket file that is there, so that a program can start
        again after a crash. It raises no error if another socket still listens on this path: new
        clients then connect to the new socket.

        .. versionadded:: 20.0
            The context manager.
        """
        super().bind(addr)
        addr = _decoded(addr)
        bound = addr
        if isinstance(addr, str) and not addr.startswith("inproc://"):
            # unbind needs the port that replaced the wildcard
            bound = self.get_string(SocketOption.LAST_ENDPOINT) or addr
            if bound != addr:
                self._endpoint_names.append((bound, (addr, _with_port_of(bound, addr))))
        return _SocketContext(self, "bind", bound)

    def connect(self, addr: str | bytes) -> _SocketContext[Self]:  # type: ignore[override]
        """Connect to an endpoint, now or as soon as a peer is there.

        Parameters
        ----------
        addr : str or bytes
            ``transport://address``, as the peer binds it.

        Returns
        -------
        context manager
            Its ``with`` block gets the socket, and disconnects at the end.

        Raises
        ------
        TypeError
            If `addr` is neither a str nor bytes.
        ZMQError
            EINVAL, EPROTONOSUPPORT, ECONNREFUSED (inproc)...; the message names the address.

        Notes
        -----
        Calls ``zmq_connect``, which does not wait for the connection. Over udp and ws it looks up
        the host, and releases the GIL meanwhile.

        .. versionadded:: 20.0
            The context manager.
        """
        super().connect(addr)
        addr = _decoded(addr)
        if isinstance(addr, str) and addr.startswith("ws://"):
            # libzmq disconnects by `addr`, which may lack the path that LAST_ENDPOINT has;
            # `disconnect` accepts both
            last = self.get_string(SocketOption.LAST_ENDPOINT)
            if last != addr:
                self._endpoint_names.append((addr, (last,)))
        return _SocketContext(self, "connect", addr)

    def unbind(self, addr: str | bytes) -> None:
        """Stop listening on an endpoint.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as given to `bind`, including wildcards, or as in ``last_endpoint``. If
            several endpoints were bound by the same name, the last one is unbound.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not bound there.

        Notes
        -----
        Calls ``zmq_unbind``.

        .. versionadded:: 13.0
        """
        self._end_endpoint(super().unbind, addr)

    def disconnect(self, addr: str | bytes) -> None:
        """Undo a connect.

        Parameters
        ----------
        addr : str or bytes
            The endpoint as given to `connect`, or as in ``last_endpoint``.

        Raises
        ------
        ZMQError
            ENOENT if the socket is not connected there.

        Notes
        -----
        Calls ``zmq_disconnect``.

        .. versionadded:: 13.0
        """
        self._end_endpoint(super().disconnect, addr)

    def _end_endpoint(self, end: Callable[[str | bytes], None], addr: str | bytes) -> None:
        """Unbind or disconnect; `addr` is libzmq's name of the endpoint or one of its aliases."""
        text = addr.decode("utf-8", "replace") if isinstance(addr, bytes) else addr
        names = self._endpoint_names
        try:
            end(addr)
        except ZMQError as error:
            if error.errno != errno.ENOENT:
                raise
            for entry in reversed(names):
                if text not in entry[1]:
                    continue
                names.remove(entry)
                try:
                    end(entry[0])
                except ZMQError:
                    continue  # this endpoint had already ended
                return
            raise
        for entry in reversed(names):
            if entry[0] == text:
                names.remove(entry)
                break

    def bind_to_random_port(
        self, addr: str, min_port: int = 49152, max_port: int = 65536, max_tries: int = 100
    ) -> int:
        """Bind to a free port.

        Parameters
        ----------
        addr : str or bytes
            The endpoint without its port, such as ``tcp://127.0.0.1``.
        min_port, max_port : int
            The first port of the range, and the port after the last one. If neither is given, the
            system chooses the port.
        max_tries : int, default 100
            The number of ports to try.

        Returns
        -------
        int
            The port.

        Raises
        ------
        ZMQBindError
            If none of the tried ports was free.
        ZMQError
            If the address cannot be bound for another reason.
        """
        if not isinstance(addr, str):
            raise TypeError(f"addr must be a str such as 'tcp://127.0.0.1', got {addr!r}")
        try:
            return self._bind_to_random_port(addr, min_port, max_port, max_tries)
        except ZMQError as error:
            host, colon, port = addr.partition("://")[2].rpartition(":")
            if (
                not colon
                or not (port.isdigit() or port == "*")
                or host.count(":") > 1 > (host.count("]"))
            ):
                raise
            raise ZMQError(
                error.errno,
                f"{error}. The endpoint has a port already: pass {addr[: -len(port) - 1]!r} to "
                "bind_to_random_port(), or the endpoint with its port to bind()",
            ) from None

    def _bind_to_random_port(self, addr: str, min_port: int, max_port: int, max_tries: int) -> int:
        if (min_port, max_port) == (49152, 65536) and addr.startswith(("tcp://", "ws://")):
            self.bind(f"{addr}:*")
            endpoint = self.get_string(SocketOption.LAST_ENDPOINT)
            if endpoint.startswith("ws://"):
                endpoint = "ws:" + endpoint[3:].split("/", 3)[2]
            return int(endpoint.rpartition(":")[2])
        ports = range(int(min_port), int(max_port))
        if not ports:
            raise ValueError(
                f"no ports to choose from: min_port={min_port} is not below max_port={max_port}"
            )
        import random

        for _ in range(max_tries):
            port = random.choice(ports)
            try:
                self.bind(f"{addr}:{port}")
            except ZMQError as error:
                # on Windows reserved ports fail with EACCES
                if error.errno not in (Errno.EADDRINUSE, errno.EACCES):
                    raise
                continue
            return port
        raise ZMQBindError(
            f"Could not bind socket to random port: {max_tries} tries from {min_port} to"
            f" {max_port - 1} at {addr!r}"
        )

    # ------------------------------------------------------------------ options

    def set_string(self, option: int, optval: str, encoding: str = "utf-8") -> None:
        """Set an option whose value is text.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption` that takes bytes.
        optval : str
            The text.
        encoding : str, default "utf-8"
            The encoding of the text.

        Raises
        ------
        TypeError
            If `optval` is not a str.
        """
        if not isinstance(optval, str):
            raise TypeError(
                f"unicode strings only: set_string() takes a str, got {type(optval).__name__};"
                " set() takes bytes and ints"
            )
        self.set(option, optval.encode(encoding))

    def get_string(self, option: int, encoding: str = "utf-8") -> str:
        """Return an option whose value is text.

        Parameters
        ----------
        option : int
            A value of `zmq.SocketOption` whose values are bytes.
        encoding : str, default "utf-8"
            The encoding of the text.

        Returns
        -------
        str
            The text.

        Raises
        ------
        TypeError
            If the option's values are ints.
        """
        try:
            is_text = SocketOption(option)._opt_type == _OptType.bytes
        except ValueError:
            is_text = True
        if not is_text:
            raise TypeError(f"option {option} will not return a string to be decoded")
        return cast(bytes, self.get(option)).decode(encoding)

    setsockopt_string = setsockopt_unicode = set_string
    getsockopt_string = getsockopt_unicode = get_string

    def get_hwm(self) -> int:
        """Return the high-water mark SNDHWM: the maximum number of messages queued for a peer."""
        try:
            return self.get(SocketOption.SNDHWM)
        except ZMQError:
            return self.get(SocketOption.RCVHWM)

    def set_hwm(self, value: int) -> None:
        """Set both high-water marks, SNDHWM and RCVHWM.

        Parameters
        ----------
        value : int
            The number of messages that can be queued for each peer; 0 means no limit. Applies to
            endpoints that are bound or connected afterwards.

        Raises
        ------
        ZMQError
            EINVAL for a negative number.
        """
        self.set(SocketOption.SNDHWM, value)
        self.set(SocketOption.RCVHWM, value)

    @property
    def hwm(self) -> int:
        """Both high-water marks, in messages for each peer; 0 means no limit. Returns SNDHWM."""
        return self.sndhwm

    @hwm.setter
    def hwm(self, value: int) -> None:
        self.set_hwm(value)

    def subscribe(self, topic: str | bytes) -> None:
        """Subscribe a SUB socket to the messages that start with a topic.

        Parameters
        ----------
        topic : str or bytes
            A str is encoded as UTF-8; an empty topic subscribes to all.

        Raises
        ------
        ZMQError
            EINVAL if this is not a SUB socket.

        .. versionadded:: 15.3
        """
        self.set(SocketOption.SUBSCRIBE, topic.encode() if isinstance(topic, str) else topic)

    def unsubscribe(self, topic: str | bytes) -> None:
        """Undo a `subscribe`.

        Parameters
        ----------
        topic : str or bytes
            The topic.

        .. versionadded:: 15.3
        """
        self.set(SocketOption.UNSUBSCRIBE, topic.encode() if isinstance(topic, str) else topic)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the socket's events change.

        It is edge-triggered: after each wake-up, and after each send and recv, read ``EVENTS`` and
        handle the events until there are none.

        Returns
        -------
        int
            The option FD.

        .. versionadded:: 17.0
        """
        return self.get(SocketOption.FD)

    # ------------------------------------------------------------------ monitoring

    def get_monitor_socket(
        self, events: int | None = None, addr: str | None = None, *, version: int = 1
    ) -> Self:
        """Return a PAIR socket that receives this socket's events.

        Parameters
        ----------
        events : int, optional
            The kinds of `zmq.Event` to receive; by default all.
        addr : str, optional
            The inproc endpoint to use; by default a new one.
        version : int, default 1
            The format of the messages. Version 2 (draft) has both endpoints of a connection, 64-bit
            values, and the event PIPES_STATS; see `monitor_pipes_stats`.

        Returns
        -------
        Socket
            The same socket at each call, until `disable_monitor`. Pass its messages to
            `zmq.utils.monitor.parse_monitor_message`.

        Raises
        ------
        ValueError
            If `version` is neither 1 nor 2, or differs from that of the running monitor; or if
            iterators of `events` still use the monitor.

        .. versionadded:: 14.0
        """
        monitor = self._monitor_socket
        if monitor is not None and not monitor.closed:
            if self._event_readers:
                raise ValueError(
                    "events() already uses the socket's only monitor: for another reader call"
                    " events() again, or close all events() of the socket first"
                )
            if version != self._monitor_version:
                raise ValueError(
                    f"the socket has a monitor of version {self._monitor_version} already: call"
                    f" disable_monitor() before you ask for version {version}"
                )
            return cast("Self", monitor)
        if addr is None:
            addr = self._new_monitor_address()
        if events is None:
            events = EVENT_ALL if version == 1 else EVENT_ALL_V2
        self.monitor(addr, events, version=version)
        monitor = self.context.socket(SocketType.PAIR, socket_class=type(self)._monitor_class())
        try:
            monitor.connect(addr)
        except BaseException:
            self.monitor(None, 0)
            monitor.close(0)
            raise
        self._monitor_socket = monitor
        self._monitor_version = version
        monitor._monitored = weakref.ref(self)
        return cast("Self", monitor)

    def _new_monitor_address(self) -> str:
        # use a new address each time, because a stopped monitor releases its address only later
        return f"inproc://monitor.s-{self.underlying}-{next(_monitor_numbers)}"

    def _event_reader(self, events: int | None) -> Any:
        """Return a socket that receives the events for one of several readers."""
        monitor = self._monitor_socket
        if monitor is not None and not monitor.closed and not self._event_readers:
            if monitor._has_stream:
                raise ZMQError(
                    Errno.EADDRINUSE,
                    f"{self!r} has a monitor that get_monitor_socket() or monitor() started, and"
                    " only one events() can read from it: close the earlier events() first. After"
                    " disable_monitor(), several events() can read at the same time",
                )
            monitor._has_stream = True
            return monitor
        readers = self._event_readers
        if not readers:
            self._events_address = self._new_monitor_address()
            self.monitor(self._events_address, EVENT_ALL_V2, version=2, socket_type=SocketType.PUB)
        reader = self.context.socket(SocketType.SUB, socket_class=type(self)._monitor_class())
        try:
            for prefix in _topics_of_events(events):
                reader.subscribe(prefix)
            reader.connect(self._events_address)
        except BaseException:
            if not readers:
                self.monitor(None, 0)
            reader.close(0)
            raise
        reader._monitored = weakref.ref(self)
        if not readers:
            self._monitor_socket = reader
            self._monitor_version = 2
        self._event_readers = [*(readers or ()), reader]
        return reader

    def _end_event_reader(self, reader: Any) -> None:
        """Close a socket from `_event_reader`; closing the last one stops the monitor."""
        if reader._has_stream:
            reader._has_stream = False
            return
        readers = [other for other in self._event_readers or () if other is not reader]
        if len(readers) != len(self._event_readers or ()):
            if readers:
                self._event_readers = readers
                self._monitor_socket = readers[0]
            elif not self.closed:
                try:
                    self.disable_monitor()
                except ZMQError:  # the context is being terminated, and with it the monitor
                    pass
        reader.close(0)

    @classmethod
    def _monitor_class(cls) -> Any:
        """Return the class of monitor sockets; None means the class that the context creates."""
        return None

    def disable_monitor(self) -> None:
        """Stop the monitor that `get_monitor_socket` started.

        The monitor's socket stays open. You can still receive the events reported so far. The last
        event is MONITOR_STOPPED; close the socket then.

        .. versionadded:: 14.4
        """
        monitor, self._monitor_socket = self._monitor_socket, None
        readers, self._event_readers = self._event_readers, None
        self.monitor(None, 0)
        for each in readers or (monitor,):
            if each is not None:
                _end_monitor(each)

    _events_option: type[EventsOption]

    @property
    def events(self) -> EventsOption:
        """The option EVENTS, an int; calling it returns an iterator over connection events.

        ``socket.events & zmq.POLLIN`` is true if there is a message. A call returns an iterator
        over the events of a monitor::

            with socket.events() as events:
                socket.connect("tcp://127.0.0.1:5555")
                for event in events:
                    print(event.name, event.endpoint, event.error)

        See `zmq.EventsOption`. Sockets of `zmq.asyncio` and `zmq.anyio` return an iterator for
        ``async with`` and ``async for``.
        """
        try:
            value = self.get(SocketOption.EVENTS)
        except ZMQError as error:
            raise _with_attribute_error(error) from None
        return self._events_option(value, self)

    @events.setter
    def events(self, value: int) -> None:
        self.set(SocketOption.EVENTS, value)

    # ------------------------------------------------------------------ looking inside

    def stats(self) -> SocketStats:
        """Return the counters of this socket since its creation.

        ::

            before = socket.stats()
            ...
            now = socket.stats()
            print(now.messages_sent - before.messages_sent, "sent,", now.queued_out, "wait")

        Returns
        -------
        zmq.SocketStats
            Messages and bytes in each direction, queued messages, dropped messages by reason, and
            connections.

        Raises
        ------
        ZMQError
            ENOTSOCK if the socket has been closed.

        Notes
        -----
        Calls ``zmq_socket_stats`` of our libzmq. Safe in any thread, even while another thread
        waits in a method of this socket. The call never waits, and changes nothing. It does not
        process connection changes: messages in the queues of a lost peer still count as queued
        until the next use of the socket, for example `poll` with a timeout of 0. While other
        threads send, counters that should agree may differ by a message.
        """
        from zmq.stats import stats_of

        return stats_of(self)

    def peers(self) -> list[PeerInfo]:
        """Return the connections of this socket, including those in progress.

        Returns
        -------
        list of zmq.PeerInfo
            The connections, in the order in which they began. An outgoing connection is listed from
            the call of `connect` on, an incoming one as soon as it is accepted.

        Raises
        ------
        ZMQError
            ENOTSOCK if the socket has been closed.

        Notes
        -----
        Calls ``zmq_socket_peers`` of our libzmq. Safe in any thread, like `stats`.
        """
        from zmq.stats import peers_of

        return peers_of(self)

    # ------------------------------------------------------------------ serialisation

    def send_serialized(
        self,
        msg: _T,
        serialize: Callable[[_T], Iterable[Frame | Buffer]],
        flags: int = 0,
        copy: bool = True,
        **kwargs: Any,
    ) -> MessageTracker | None:
        """Send an object, which a function converts to the parts of a message.

        Parameters
        ----------
        msg : object
            The object to send.
        serialize : callable
            ``serialize(msg)`` returns the parts, as `send_multipart` takes them.
        flags, copy, **kwargs
            See `send_multipart`.

        Returns
        -------
        MessageTracker or None
            See `send_multipart`.

        .. versionadded:: 17
        """
        return self.send_multipart(serialize(msg), flags=flags, copy=copy, **kwargs)

    def recv_serialized(
        self,
        deserialize: Callable[[list[Any]], _T],
        flags: int = 0,
        copy: bool = True,
        *,
        timeout: float | None = None,
    ) -> _T:
        """Receive the parts of a message, which a function converts to an object.

        Parameters
        ----------
        deserialize : callable
            ``deserialize(parts)`` gets the list that `recv_multipart` returns.
        flags, copy, timeout
            See `recv_multipart`.

        Returns
        -------
        object
            The result of `deserialize`.

        .. versionadded:: 17
        """
        parts = self.recv_multipart(flags=flags, copy=copy, **_waiting(timeout))
        loaded: _T = self._deserialize(parts, deserialize)
        return loaded

    def _deserialize(self, received: Any, load: Callable[[Any], Any]) -> Any:
        # Asynchronous sockets receive an awaitable, and override this.
        return load(received)

    def send_string(
        self, u: str, flags: int = 0, copy: bool = True, encoding: str = "utf-8", **kwargs: Any
    ) -> MessageTracker | None:
        """Send text.

        Parameters
        ----------
        u : str
            The text.
        flags, copy, **kwargs
            See `send`.
        encoding : str, default "utf-8"
            The encoding of the text.

        Returns
        -------
        MessageTracker or None
            See `send`.

        Raises
        ------
        TypeError
            If `u` is not a str.
        """
        if not isinstance(u, str):
            raise TypeError(
                f"str objects only: send_string() got {type(u).__name__}; send() takes bytes"
            )
        return self.send(u.encode(encoding), flags=flags, copy=copy, **kwargs)

    send_unicode = send_string

    def recv_string(
        self, flags: int = 0, encoding: str = "utf-8", *, timeout: float | None = None
    ) -> str:
        """Receive text.

        Parameters
        ----------
        flags, timeout
            See `recv`.
        encoding : str, default "utf-8"
            The encoding of the text.

        Returns
        -------
        str
            The text.

        Raises
        ------
        UnicodeDecodeError
            If the message is not text in this encoding. Then the message has been received and is
            lost.
        """
        received = self.recv(flags=flags, **_waiting(timeout))
        return cast(str, self._deserialize(received, lambda data: data.decode(encoding)))

    recv_unicode = recv_string

    def send_pyobj(
        self, obj: object, flags: int = 0, protocol: int = _DEFAULT_PROTOCOL, **kwargs: Any
    ) -> MessageTracker | None:
        """Send a Python object, pickled.

        Parameters
        ----------
        obj : object
            The object to send.
        flags, **kwargs
            See `send`.
        protocol : int, default pickle.DEFAULT_PROTOCOL
            Pickle's protocol.

        Returns
        -------
        MessageTracker or None
            See `send`.
        """
        import pickle

        tracker: MessageTracker | None = self.send(
            pickle.dumps(obj, protocol), flags=flags, **kwargs
        )
        return tracker

    def recv_pyobj(self, flags: int = 0, *, timeout: float | None = None) -> Any:
        """Receive a Python object, pickled.

        Unpickling runs code that the message names: only receive from peers that you trust.

        Parameters
        ----------
        flags, timeout
            See `recv`.

        Returns
        -------
        object
            The object that was sent.

        Raises
        ------
        pickle.UnpicklingError
            If the message cannot be unpickled; other exceptions are possible, too. Then the message
            has been received and is lost.
        """
        import pickle

        return self._deserialize(self.recv(flags=flags, **_waiting(timeout)), pickle.loads)

    def send_json(self, obj: object, flags: int = 0, **kwargs: Any) -> None:
        """Send a Python object as JSON.

        Parameters
        ----------
        obj : object
            The object to send.
        flags : int, default 0
            See `send`.
        **kwargs
            `copy`, `track`, `routing_id` and `group` go to `send`, all others to `json.dumps`.
        """
        from zmq.utils import jsonapi

        names = ("copy", "track", "routing_id", "group")
        send_kwargs = {name: kwargs.pop(name) for name in names if name in kwargs}
        # asynchronous sockets return a future to await
        return cast(None, self.send(jsonapi.dumps(obj, **kwargs), flags=flags, **send_kwargs))

    def recv_json(self, flags: int = 0, *, timeout: float | None = None, **kwargs: Any) -> _JSON:
        """Receive a Python object as JSON.

        Parameters
        ----------
        flags, timeout
            See `recv`.
        **kwargs
            Go to `json.loads`.

        Returns
        -------
        list, str, int, float, dict, bool or None
            The object that was sent.

        Raises
        ------
        json.JSONDecodeError
            If the message is not JSON. Then the message has been received and is lost.
        """
        from zmq.utils import jsonapi

        received = self.recv(flags=flags, **_waiting(timeout))
        return self._deserialize(received, lambda data: jsonapi.loads(data, **kwargs))


def _add_option_properties() -> None:
    for name, number in SocketOption.__members__.items():
        for attribute in (name, name.lower()):
            if attribute in ("hwm", "type", "events"):
                continue  # these have properties of their own
            method = Socket.__dict__.get(attribute)
            setattr(Socket, attribute, _SocketOptionProperty(int(number), attribute, method))
    for name, old in (("IDENTITY", "ROUTING_ID"), ("CONNECT_RID", "CONNECT_ROUTING_ID")):
        for attribute in (name, name.lower()):
            setattr(
                Socket, attribute, _SocketOptionProperty(int(SocketOption[old]), attribute, None)
            )


_add_option_properties()
Socket._events_option = EventsOption
if _STABLE_ABI:
    # in that case the compiled class has no finalizer
    Socket.__del__ = _end_unclosed_socket  # type: ignore[method-assign]

SyncSocket: TypeAlias = Socket[bytes]
