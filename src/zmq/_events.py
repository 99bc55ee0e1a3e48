"""The iterators that `zmq.Socket.events` returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from zmq.backend import strerror
from zmq.constants import Event
from zmq.error import Again, ContextTerminated, ZMQError
from zmq.utils.monitor import parse_monitor_message

if TYPE_CHECKING:
    from typing_extensions import Self

    import zmq

__all__ = ["AsyncEventStream", "EventStream", "SocketEvent"]

_WITH_ERRNO = (
    Event.CONNECT_DELAYED
    | Event.BIND_FAILED
    | Event.ACCEPT_FAILED
    | Event.CLOSE_FAILED
    | Event.HANDSHAKE_FAILED_NO_DETAIL
)
_WITH_DESCRIPTOR = (
    Event.CONNECTED | Event.LISTENING | Event.ACCEPTED | Event.CLOSED | Event.DISCONNECTED
)


@dataclass(frozen=True)
class SocketEvent:
    """An event of a socket's connections, from `zmq.Socket.events`."""

    event: Event
    """The kind of event."""
    value: int
    """The value: a descriptor, an errno, ms until the next attempt, or a code; see `zmq.Event`."""
    endpoint: str
    """The endpoint of a listener, or the remote endpoint of a connect."""
    local: str = ""
    """The local endpoint, if it is known."""
    remote: str = ""
    """The remote endpoint, if it is known."""

    @property
    def name(self) -> str:
        """The name of the event in lower case, such as ``"handshake_succeeded"``."""
        return str(self.event.name).lower()

    @property
    def error(self) -> str:
        """The error as a text, or ``""``."""
        if self.event == Event.HANDSHAKE_FAILED_PROTOCOL:
            name = str(Event(self.value).name)
            return name.removeprefix("PROTOCOL_ERROR_").replace("_", " ").lower()
        if self.event == Event.HANDSHAKE_FAILED_AUTH:
            return f"the ZAP handler replied with status {self.value}"
        return strerror(self.value) if self.event & _WITH_ERRNO and self.value else ""

    @property
    def retry_in(self) -> float | None:
        """For CONNECT_RETRIED, the seconds until the next attempt."""
        return self.value / 1000 if self.event == Event.CONNECT_RETRIED else None

    @property
    def descriptor(self) -> int | None:
        """The descriptor of the connection or listener, for events that have one."""
        return self.value if self.event & _WITH_DESCRIPTOR else None


def _event_of(parts: Sequence[bytes]) -> SocketEvent:
    told = parse_monitor_message(parts)
    return SocketEvent(
        told["event"],
        told["value"],
        told["endpoint"].decode("utf-8", "replace"),
        told.get("local_endpoint", b"").decode("utf-8", "replace"),
        told.get("remote_endpoint", b"").decode("utf-8", "replace"),
    )


class _Stream:
    """A reader of the events of a socket.

    The socket has one monitor, which publishes; each stream has a socket of its own that
    subscribes to it. If the program has started the monitor itself, only one stream can read it.
    """

    def __init__(self, socket: zmq.Socket[Any], events: int | None, timeout: float | None) -> None:
        self._socket = socket
        self._monitor: Any = socket._event_reader(events)
        self._timeout = timeout
        self._over = False

    def _take(self, parts: Sequence[bytes]) -> SocketEvent | None:
        event = _event_of(parts)
        if event.event == Event.MONITOR_STOPPED:
            self.close()
            return None
        return event

    def close(self) -> None:
        """Stop the events; the end of a ``with`` block does so. A second call has no effect."""
        if self._over:
            return
        self._over = True
        self._socket._end_event_reader(self._monitor)


class EventStream(_Stream):
    """The events of a socket, one by one: an iterator and a context manager."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> SocketEvent:
        try:
            if self._over or (self._timeout is not None and not self._monitor.poll(self._timeout)):
                raise StopIteration
            event = self._take(self._monitor.recv_multipart())
        except (Again, ContextTerminated):
            raise StopIteration from None
        except ZMQError:
            if self._monitor.closed:  # closed by another stream of the same socket
                raise StopIteration from None
            raise
        if event is None:
            raise StopIteration
        return event

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncEventStream(_Stream):
    """Events for ``async for`` and ``async with``, from sockets of asyncio and AnyIO."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SocketEvent:
        try:
            if self._over or (
                self._timeout is not None and not await self._monitor.poll(self._timeout)
            ):
                raise StopAsyncIteration
            event = self._take(await self._monitor.recv_multipart())
        except (Again, ContextTerminated):
            raise StopAsyncIteration from None
        except ZMQError:
            if self._monitor.closed:  # closed by another stream of the same socket
                raise StopAsyncIteration from None
            raise
        if event is None:
            raise StopAsyncIteration
        return event

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
