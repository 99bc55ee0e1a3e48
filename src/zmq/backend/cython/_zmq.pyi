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

_T = TypeVar("_T")
_WaitersT = TypeVar("_WaitersT", bound=_TaskWaiters)

@type_check_only
class _HasFileno(Protocol):
    def fileno(self) -> int: ...

@type_check_only
class _Event(Protocol):
    """As much of threading.Event as a MessageTracker needs."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None, /) -> bool: ...

IPC_PATH_MAX_LEN: int
PYZMQ_DRAFT_API: bool
_C_API: object  # a capsule, for pyzmq.h

def zmq_errno() -> int: ...
def strerror(errno: int) -> str: ...
def zmq_version_info() -> tuple[int, int, int]: ...
def has(capability: str) -> bool: ...
def curve_keypair() -> tuple[bytes, bytes]: ...
def curve_public(secret_key: bytes | str) -> bytes: ...
def proxy(frontend: Socket, backend: Socket, capture: Socket | None = None) -> None: ...
def proxy_steerable(
    frontend: Socket,
    backend: Socket,
    capture: Socket | None = None,
    control: Socket | None = None,
) -> None: ...
def monitored_queue(
    in_socket: Socket,
    out_socket: Socket,
    mon_socket: Socket,
    in_prefix: bytes = b"in",
    out_prefix: bytes = b"out",
) -> None: ...
def zmq_poll(
    sockets: Iterable[tuple[Socket | int | _HasFileno, int]], timeout: float | None = -1
) -> list[tuple[Any, int]]: ...

@final
class _SendEvent:
    def is_set(self) -> bool: ...
    def isSet(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...

class MessageTracker:
    def __init__(self, *towatch: MessageTracker | Frame | _Event) -> None: ...
    def __copy__(self) -> MessageTracker: ...
    @property
    def events(self) -> set[Any]: ...
    @property
    def peers(self) -> set[MessageTracker]: ...
    @property
    def done(self) -> bool: ...
    def wait(self, timeout: float | None = -1) -> None: ...

_FINISHED_TRACKER: MessageTracker

class Frame:
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
    def buffer(self) -> memoryview: ...
    @property
    def bytes(self) -> builtins.bytes: ...
    @property
    def more(self) -> bool: ...
    @property
    def tracker(self) -> MessageTracker | None: ...
    @property
    def tracker_event(self) -> _SendEvent | None: ...
    @property
    def routing_id(self) -> int: ...
    @routing_id.setter
    def routing_id(self, value: int) -> None: ...
    @property
    def group(self) -> str: ...
    @group.setter
    def group(self, value: str | builtins.bytes) -> None: ...
    @overload
    def get(  # type: ignore[overload-overlap]
        self, option: int | Literal["routing_id"]
    ) -> int: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def get(self, option: str | builtins.bytes) -> str: ...
    @overload
    def set(self, option: int | Literal["routing_id"], value: int) -> None: ...
    @overload
    def set(self, option: Literal["group"], value: str | builtins.bytes) -> None: ...
    @overload
    def __getitem__(  # type: ignore[overload-overlap]
        self, key: int | Literal["routing_id"], /
    ) -> int: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __getitem__(self, key: str | builtins.bytes, /) -> str: ...
    @property
    def MORE(self) -> int: ...
    @property
    def SRCFD(self) -> int: ...
    @property
    def srcfd(self) -> int: ...
    @property
    def SHARED(self) -> int: ...
    @property
    def shared(self) -> int: ...

Message = Frame

class Context:
    def __init__(self, io_threads: int | Context = 1, shadow: Context | int = 0) -> None: ...
    @property
    def _shadow(self) -> bool: ...
    @property
    def _sockets(self) -> WeakValueDictionary[int, Socket]: ...
    @property
    def _open_sockets(self) -> int: ...
    @property
    def _abandoned(self) -> bool: ...
    def _close_sockets(self, linger: int | None = None) -> list[Socket]: ...
    @property
    def underlying(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    def get(self, option: int) -> int: ...
    def set(self, option: int, optval: int | bytes | str) -> None: ...
    def term(self) -> None: ...
    def destroy(self, linger: int | None = None) -> None: ...

class _SocketOptionProperty:
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
    def _is_waited_for(self) -> bool: ...
    def _close_if_over(self) -> bool: ...
    @property
    def _shadow(self) -> bool: ...
    @property
    def context(self) -> zmq.Context[Any]: ...
    @property
    def type(self) -> SocketType: ...
    @property
    def underlying(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    @property
    def copy_threshold(self) -> int: ...
    @copy_threshold.setter
    def copy_threshold(self, value: int) -> None: ...
    def close(self, linger: int | None = None) -> None: ...
    def get(self, option: int) -> int | bytes: ...
    def set(self, option: int, optval: int | bytes | bytearray | memoryview) -> None: ...
    def getsockopt(self, option: int) -> int | bytes: ...
    def setsockopt(self, option: int, optval: int | bytes | bytearray | memoryview) -> None: ...
    def _signal_descriptor(self) -> int: ...
    def _events_after_signal(self) -> int: ...
    def bind(self, addr: str) -> None: ...
    def connect(self, addr: str) -> None: ...
    def unbind(self, addr: str | bytes) -> None: ...
    def disconnect(self, addr: str | bytes) -> None: ...
    def connect_peer(self, addr: str) -> int: ...
    def join(self, group: str | bytes) -> None: ...
    def leave(self, group: str | bytes) -> None: ...
    def get_peer_state(self, routing_id: bytes | bytearray | memoryview) -> int: ...
    def monitor(
        self,
        addr: str | bytes | None,
        events: int = ...,
        *,
        version: int = 1,
        socket_type: int = ...,
    ) -> None: ...
    def monitor_pipes_stats(self) -> None: ...
    def poll(self, timeout: float | None = None, flags: int = 1) -> int: ...

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
    ) -> None: ...
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
    ) -> MessageTracker: ...
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker: ...
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> MessageTracker | None: ...
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
    ) -> None: ...
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
    ) -> MessageTracker: ...
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
    ) -> MessageTracker: ...
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
    ) -> MessageTracker | None: ...
    def send_many(self, messages: Iterable[Frame | Buffer], flags: int = 0) -> int: ...
    @overload
    def recv(self, flags: int = 0, copy: Literal[True] = True, track: bool = False) -> bytes: ...
    @overload
    def recv(self, flags: int = 0, *, copy: Literal[False], track: bool = False) -> Frame: ...
    @overload
    def recv(self, flags: int, copy: Literal[False], track: bool = False) -> Frame: ...
    @overload
    def recv(self, flags: int = 0, copy: bool = True, track: bool = False) -> bytes | Frame: ...
    @overload
    def recv_multipart(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> list[bytes]: ...
    @overload
    def recv_multipart(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> list[Frame]: ...
    @overload
    def recv_multipart(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> list[Frame]: ...
    @overload
    def recv_multipart(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> list[bytes] | list[Frame]: ...
    @overload
    def recv_routed(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> tuple[bytes, int]: ...
    @overload
    def recv_routed(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, int]: ...
    @overload
    def recv_routed(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, int]: ...
    @overload
    def recv_routed(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[bytes, int] | tuple[Frame, int]: ...
    @overload
    def recv_grouped(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> tuple[bytes, str]: ...
    @overload
    def recv_grouped(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, str]: ...
    @overload
    def recv_grouped(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> tuple[Frame, str]: ...
    @overload
    def recv_grouped(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[bytes, str] | tuple[Frame, str]: ...
    def recv_many(self, max_messages: int, timeout: float | None = None) -> list[bytes]: ...
    def recv_into(self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0) -> int: ...

def _end_monitor(monitor: Socket) -> None: ...
def _use_asyncio(
    asyncio: ModuleType,
    selector_thread_of: Callable[[AbstractEventLoop], Any],
) -> None: ...

class _TaskWaiters:
    def count(self, waiting: int) -> None: ...
    def events(self, socket: Socket) -> int: ...
    def descriptor(self, socket: Socket) -> int: ...

def _task_waiters(socket: Socket, kind: Callable[[], _WaitersT]) -> _WaitersT: ...

class _AsyncSocket(Socket):
    def __init__(
        self,
        context: Context | Socket | None = None,
        socket_type: int = -1,
        io_loop: AbstractEventLoop | None = None,
        *,
        shadow: Socket | int = 0,
        copy_threshold: int | None = None,
    ) -> None: ...
    @property
    def io_loop(self) -> AbstractEventLoop | None: ...
    def poll(  # type: ignore[override]
        self, timeout: float | None = None, flags: int = 1
    ) -> Future[int]: ...
    @overload  # type: ignore[override]
    def send(
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[None]: ...
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
    ) -> Future[MessageTracker]: ...
    @overload
    def send(
        self,
        data: Frame | Buffer,
        flags: int,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker]: ...
    @overload
    def send(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        data: Frame | Buffer,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> Future[MessageTracker] | Future[None]: ...
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
    ) -> Future[None]: ...
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
    ) -> Future[MessageTracker]: ...
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
    ) -> Future[MessageTracker]: ...
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
    ) -> Future[MessageTracker] | Future[None]: ...
    def send_many(  # type: ignore[override]
        self, messages: Iterable[Frame | Buffer], flags: int = 0
    ) -> Future[int]: ...
    @overload  # type: ignore[override]
    def recv(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> Future[bytes]: ...
    @overload
    def recv(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> Future[Frame]: ...
    @overload
    def recv(self, flags: int, copy: Literal[False], track: bool = False) -> Future[Frame]: ...
    @overload
    def recv(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> Future[bytes] | Future[Frame]: ...
    @overload  # type: ignore[override]
    def recv_multipart(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> Future[list[bytes]]: ...
    @overload
    def recv_multipart(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> Future[list[Frame]]: ...
    @overload
    def recv_multipart(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> Future[list[Frame]]: ...
    @overload
    def recv_multipart(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> Future[list[bytes]] | Future[list[Frame]]: ...
    @overload  # type: ignore[override]
    def recv_routed(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> Future[tuple[bytes, int]]: ...
    @overload
    def recv_routed(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, int]]: ...
    @overload
    def recv_routed(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, int]]: ...
    @overload
    def recv_routed(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> Future[tuple[bytes, int]] | Future[tuple[Frame, int]]: ...
    @overload  # type: ignore[override]
    def recv_grouped(
        self, flags: int = 0, copy: Literal[True] = True, track: bool = False
    ) -> Future[tuple[bytes, str]]: ...
    @overload
    def recv_grouped(
        self, flags: int = 0, *, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, str]]: ...
    @overload
    def recv_grouped(
        self, flags: int, copy: Literal[False], track: bool = False
    ) -> Future[tuple[Frame, str]]: ...
    @overload
    def recv_grouped(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> Future[tuple[bytes, str]] | Future[tuple[Frame, str]]: ...
    def recv_many(  # type: ignore[override]
        self, max_messages: int, timeout: float | None = None
    ) -> Future[list[bytes]]: ...
    def recv_into(  # type: ignore[override]
        self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0
    ) -> Future[int]: ...
    def _deserialize(self, received: Future[Any], load: Callable[[Any], _T]) -> Future[_T]: ...

class Poller:
    sockets: list[tuple[Any, int]]
    def __contains__(self, socket: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def register(self, socket: Socket | int | _HasFileno, flags: int = 3) -> None: ...
    def modify(self, socket: Socket | int | _HasFileno, flags: int = 3) -> None: ...
    def unregister(self, socket: Socket | int | _HasFileno) -> None: ...
    def poll(self, timeout: float | None = None) -> list[tuple[Any, int]]: ...

class PollerEvent(NamedTuple):
    socket: Any
    events: int
    data: Any

class SocketPoller:
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
    def closed(self) -> bool: ...
    def close(self) -> None: ...
    def add(
        self, socket: Socket | int | _HasFileno, events: int = 1, data: object = None
    ) -> None: ...
    def modify(self, socket: Socket | int | _HasFileno, events: int) -> None: ...
    def remove(self, socket: Socket | int | _HasFileno) -> None: ...
    def fileno(self) -> int: ...
    def wait(self, timeout: float | None = None) -> PollerEvent | None: ...
    def wait_all(
        self, timeout: float | None = None, max_events: int | None = None
    ) -> list[PollerEvent]: ...

class Timers:
    def __len__(self) -> int: ...
    def __contains__(self, timer_id: object, /) -> bool: ...
    def add(self, interval: float, callback: Callable[..., object], /, *args: Any) -> int: ...
    def cancel(self, timer_id: int) -> None: ...
    def set_interval(self, timer_id: int, interval: float) -> None: ...
    def reset(self, timer_id: int) -> None: ...
    def timeout(self) -> int | None: ...
    def execute(self) -> int: ...
