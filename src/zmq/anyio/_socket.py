"""Sockets and contexts whose operations are coroutine functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import zmq as _zmq
from zmq.anyio._waiting import State
from zmq.backend.cython._zmq import (
    _check_recv_many,
    _check_send_many,
    _room_to_receive,
    _task_waiters,
)
from zmq.constants import DONTWAIT, POLLIN
from zmq.error import Again
from zmq.sugar.asynchronous import AsyncContextManager, AsyncSocketMethods

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self

    from zmq.sugar.socket import AsyncEventsOption

_T = TypeVar("_T")

__all__ = ["Context", "Socket"]


def _kept(part: Any) -> Any:
    """Return the part, or a copy if it might change while it waits to be sent."""
    if part is None or isinstance(part, (bytes, str, _zmq.Frame)):
        return part
    try:
        return _zmq.Frame(part, copy=True)
    except TypeError:
        return part  # send() raises the error


class Socket(  # pyright: ignore[reportIncompatibleMethodOverride]
    AsyncSocketMethods, _zmq.Socket[Any]
):
    """A ZeroMQ socket whose sends, receives and polls are coroutine functions.

    ``await socket.recv()`` returns the same as `zmq.Socket.recv`; the same holds for all other
    ``send*`` and ``recv*`` methods and for `poll`. Each operation starts with a checkpoint: it lets
    other tasks run, and notices a cancellation. Several tasks may wait for one socket; they receive
    in the order in which they began to wait.

    **Cancellation.** A cancelled receive loses and reorders no message, whenever and however it is
    cancelled: by an `anyio.CancelScope`, a timeout, a task group that fails, or through asyncio.
    The receive takes the message and returns it to its caller in one step, which cannot be
    cancelled. A cancelled send has sent the whole message or nothing; a cancelled `send_many` has
    sent each message completely or not at all. There is one limit: the socket cannot save a
    message that your code receives and then loses, for example as the result of an asyncio task
    that nobody reads.

    Parameters
    ----------
    context : Context or Socket
        The context of the new socket; or a socket to shadow.
    socket_type : int
        A value of `zmq.SocketType`.
    shadow : Socket or int, optional
        See `zmq.Socket`.
    copy_threshold : int, optional
        See `zmq.Socket`.

    Raises
    ------
    RuntimeError
        If an operation starts while tasks of another event loop, or of `zmq.asyncio`, wait for the
        socket; or if no event loop runs.
    ZMQError
        ENOTSOCK from an operation on a closed socket, and from all operations that wait when it
        closes. Close a socket in the thread of its loop.

    Notes
    -----
    RCVTIMEO and SNDTIMEO apply: an operation raises `zmq.Again` after that many ms. The socket
    watches ZMQ_FD with `anyio.wait_readable`. Thread-safe draft sockets have no ZMQ_FD; the socket
    watches the descriptor of a ``zmq_poller`` instead. Sockets of other types belong to one thread
    at a time.
    """

    @classmethod
    def from_socket(cls, socket: _zmq.Socket[Any]) -> Self:
        """Return an AnyIO socket that uses the libzmq socket of another socket.

        Parameters
        ----------
        socket : zmq.Socket
            The other socket.

        Returns
        -------
        Socket
            A shadow, see `zmq.Socket.shadow`.
        """
        return cls(shadow=socket)

    def _waiters(self) -> State:
        return _task_waiters(self, State)

    # -- receiving --------------------------------------------------------------------------

    @overload  # type: ignore[override]
    async def recv(
        self,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> bytes: ...
    @overload
    async def recv(
        self,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        timeout: float | None = None,
    ) -> _zmq.Frame: ...
    @overload
    async def recv(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> _zmq.Frame: ...
    @overload
    async def recv(
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> bytes | _zmq.Frame: ...
    async def recv(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> bytes | _zmq.Frame:
        """Receive one part of a message.

        Parameters
        ----------
        flags : int, default 0
            DONTWAIT to raise `zmq.Again` instead of waiting.
        copy : bool, default True
            False for a `zmq.Frame` instead of bytes.
        track : bool, default False
            See `zmq.Socket.recv`.
        timeout : float, optional
            The maximum time to wait, in ms; a negative value means for ever, 0 means not at all. By
            default the socket's RCVTIMEO.

        Returns
        -------
        bytes or Frame
            The part. A cancelled call has taken nothing.

        Raises
        ------
        Again
            When the time is over.
        ContextTerminated, ZMQError
            See `zmq.Socket.recv`; ENOTSOCK if the socket is closed during the call.
        """
        receive = super().recv
        return await self._waiters().operate(
            self, True, lambda: receive(flags | DONTWAIT, copy, track), flags, timeout
        )

    @overload  # type: ignore[override]
    async def recv_multipart(
        self,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> list[bytes]: ...
    @overload
    async def recv_multipart(
        self,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        timeout: float | None = None,
    ) -> list[_zmq.Frame]: ...
    @overload
    async def recv_multipart(
        self, flags: int, copy: Literal[False], track: bool = False, *, timeout: float | None = None
    ) -> list[_zmq.Frame]: ...
    @overload
    async def recv_multipart(
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> list[bytes] | list[_zmq.Frame]: ...
    async def recv_multipart(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        timeout: float | None = None,
    ) -> list[bytes] | list[_zmq.Frame]:
        """Receive all parts of one message.

        Parameters
        ----------
        flags, copy, track, timeout
            See `recv`.

        Returns
        -------
        list of bytes or list of Frame
            The parts. A cancelled call has received none of them.

        Raises
        ------
        Again, ZMQError
            See `recv`.
        """
        receive = super().recv_multipart
        return await self._waiters().operate(
            self, True, lambda: receive(flags | DONTWAIT, copy, track), flags, timeout
        )

    async def recv_routed(  # type: ignore[override]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[Any, int]:
        """Receive a message and the routing id of its sender, on SERVER and PEER (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            See `zmq.Socket.recv_routed`. A cancelled call has taken nothing.

        Raises
        ------
        Again, ZMQError
            See `recv`; EINVAL if the socket is of another type.
        """
        receive = super().recv_routed
        return await self._waiters().operate(
            self, True, lambda: receive(flags | DONTWAIT, copy, track), flags
        )

    async def recv_grouped(  # type: ignore[override]
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> tuple[Any, str]:
        """Receive a message and the group it was sent to, on DISH (draft).

        Parameters
        ----------
        flags, copy, track
            See `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            See `zmq.Socket.recv_grouped`. A cancelled call has taken nothing.

        Raises
        ------
        Again, ZMQError
            See `recv`; EINVAL if the socket is of another type.
        """
        receive = super().recv_grouped
        return await self._waiters().operate(
            self, True, lambda: receive(flags | DONTWAIT, copy, track), flags
        )

    async def recv_into(  # type: ignore[override]
        self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0
    ) -> int:
        """Receive one part into the caller's memory.

        Parameters
        ----------
        buffer : object with a writable, contiguous buffer
            The buffer. A cancelled call has not written to it.
        nbytes : int, default 0
            The number of bytes of the buffer that may be written; 0 means the entire buffer.
        flags : int, default 0
            See `recv`.

        Returns
        -------
        int
            The size of the part in bytes; see `zmq.Socket.recv_into`.

        Raises
        ------
        BufferError, ValueError
            See `zmq.Socket.recv_into`.
        Again, ZMQError
            See `recv`.
        """
        receive = super().recv_into
        view = _room_to_receive(buffer, nbytes)
        return await self._waiters().operate(
            self, True, lambda: receive(view, nbytes=nbytes, flags=flags | DONTWAIT), flags
        )

    async def recv_many(  # type: ignore[override]
        self, max_messages: int, timeout: float | None = None
    ) -> list[bytes]:
        """Receive the messages that have arrived, many in one call.

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
            The messages in order; empty if the time ran out. A cancelled call has received none.

        Raises
        ------
        ValueError
            If `max_messages` is less than 1.
        TypeError
            If `timeout` is not a number.
        ContextTerminated, ZMQError
            See `recv`.
        """
        _check_recv_many(max_messages, timeout)
        receive = super().recv_many

        def attempt() -> list[bytes]:
            messages = receive(max_messages, 0)
            if not messages:
                raise Again()
            return messages

        return await self._waiters().operate(self, True, attempt, 0, timeout, list)

    # -- sending ----------------------------------------------------------------------------

    @overload  # type: ignore[override]
    async def send(
        self,
        data: Any,
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> None: ...
    @overload
    async def send(
        self,
        data: Any,
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker: ...
    @overload
    async def send(
        self,
        data: Any,
        flags: int,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker: ...
    @overload
    async def send(
        self,
        data: Any,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker | None: ...
    async def send(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        data: Any,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker | None:
        """Send one part of a message.

        Parameters
        ----------
        data : bytes, Frame or object with a buffer
            The content; with `copy`, the content at the time of the call.
        flags : int, default 0
            DONTWAIT to raise `zmq.Again` instead of waiting; SNDMORE if more parts follow
            (prefer `send_multipart`, which sends all parts or none).
        copy, track, routing_id, group
            See `zmq.Socket.send`.

        Returns
        -------
        MessageTracker or None
            See `zmq.Socket.send`. A cancelled call has sent nothing.

        Raises
        ------
        Again
            After SNDTIMEO ms.
        TypeError, ZMQError
            See `zmq.Socket.send`; ENOTSOCK if the socket is closed during the call.
        """
        transmit: Callable[..., Any] = super().send
        if copy:
            data = _kept(data)

        def attempt() -> _zmq.MessageTracker | None:
            tracker: _zmq.MessageTracker | None = transmit(
                data, flags | DONTWAIT, copy, track, routing_id, group
            )
            return tracker

        return await self._waiters().operate(self, False, attempt, flags)

    @overload  # type: ignore[override]
    async def send_multipart(
        self,
        msg_parts: Iterable[Any],
        flags: int = 0,
        copy: Literal[True] = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> None: ...
    @overload
    async def send_multipart(
        self,
        msg_parts: Iterable[Any],
        flags: int = 0,
        *,
        copy: Literal[False],
        track: bool = False,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker: ...
    @overload
    async def send_multipart(
        self,
        msg_parts: Iterable[Any],
        flags: int,
        copy: Literal[False],
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker: ...
    @overload
    async def send_multipart(
        self,
        msg_parts: Iterable[Any],
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker | None: ...
    async def send_multipart(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        msg_parts: Iterable[Any],
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        *,
        routing_id: int | None = None,
        group: str | bytes | None = None,
    ) -> _zmq.MessageTracker | None:
        """Send the parts of one message.

        Parameters
        ----------
        msg_parts : iterable of bytes, Frame, or objects with a buffer
            At least one part.
        flags, copy, track, routing_id, group
            See `send`.

        Returns
        -------
        MessageTracker or None
            See `send`. A cancelled call has sent none of the parts.

        Raises
        ------
        TypeError, ValueError
            See `zmq.Socket.send_multipart`.
        Again, ZMQError
            See `send`.
        """
        transmit: Callable[..., Any] = super().send_multipart
        parts: Any = msg_parts
        if not isinstance(msg_parts, (str, bytes, bytearray, memoryview, _zmq.Frame)):
            parts = [_kept(part) if copy else part for part in msg_parts]

        def attempt() -> _zmq.MessageTracker | None:
            tracker: _zmq.MessageTracker | None = transmit(
                parts, flags | DONTWAIT, copy, track, routing_id=routing_id, group=group
            )
            return tracker

        return await self._waiters().operate(self, False, attempt, flags)

    async def send_many(  # type: ignore[override]
        self, messages: Iterable[Any], flags: int = 0
    ) -> int:
        """Send many messages of a single part in one call.

        Parameters
        ----------
        messages : iterable of bytes, Frame, or objects with a buffer
            Each item is a message, which is sent completely or not at all. If the call is
            cancelled, the messages that found room before have been sent.
        flags : int, default 0
            DONTWAIT to stop at the first message that cannot be queued at once.

        Returns
        -------
        int
            The number of sent messages. It is less than the number of all messages only with
            DONTWAIT, or if there was no room for SNDTIMEO ms.

        Raises
        ------
        TypeError, ValueError, ZMQError
            See `zmq.Socket.send_many`; `Again` only if no message could be sent.
        """
        _check_send_many(messages, flags)
        transmit = super().send_many
        rest = [_kept(data) for data in messages]
        count = len(rest)

        def attempt() -> int:
            sent = transmit(rest, DONTWAIT)
            del rest[:sent]
            if rest and not (flags & DONTWAIT and sent):
                raise Again()
            return count - len(rest)

        def expired() -> int:
            if len(rest) == count:
                raise Again()
            return count - len(rest)

        return await self._waiters().operate(self, False, attempt, flags, None, expired)

    # -- serialisation ----------------------------------------------------------------------

    # In zmq.Socket these methods call `send`, `recv` and so on, which return coroutines here.

    def _deserialize(
        self, received: Awaitable[Any], load: Callable[[Any], _T]
    ) -> Coroutine[Any, Any, _T]:
        async def deserialized() -> _T:
            return load(await received)

        return deserialized()

    if TYPE_CHECKING:

        async def send_string(  # type: ignore[override]
            self, u: str, flags: int = 0, copy: bool = True, encoding: str = "utf-8", **kwargs: Any
        ) -> _zmq.MessageTracker | None: ...

        send_unicode = send_string  # type: ignore[assignment]

        async def recv_string(  # type: ignore[override]
            self, flags: int = 0, encoding: str = "utf-8", *, timeout: float | None = None
        ) -> str: ...

        recv_unicode = recv_string  # type: ignore[assignment]

        async def send_json(  # type: ignore[override]
            self, obj: object, flags: int = 0, **kwargs: Any
        ) -> None: ...

        async def recv_json(
            self, flags: int = 0, *, timeout: float | None = None, **kwargs: Any
        ) -> Any: ...

        async def send_pyobj(  # type: ignore[override]
            self, obj: object, flags: int = 0, protocol: int = ..., **kwargs: Any
        ) -> _zmq.MessageTracker | None: ...

        async def recv_pyobj(self, flags: int = 0, *, timeout: float | None = None) -> Any: ...

        async def send_serialized(  # type: ignore[override]
            self,
            msg: _T,
            serialize: Callable[[_T], Iterable[Any]],
            flags: int = 0,
            copy: bool = True,
            **kwargs: Any,
        ) -> _zmq.MessageTracker | None: ...

        async def recv_serialized(  # type: ignore[override]
            self,
            deserialize: Callable[[list[Any]], _T],
            flags: int = 0,
            copy: bool = True,
            *,
            timeout: float | None = None,
        ) -> _T: ...

    # -- polling ----------------------------------------------------------------------------

    async def poll(  # type: ignore[override]
        self, timeout: float | None = None, flags: int = POLLIN
    ) -> int:
        """Wait for events on this socket.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in ms; None or a negative value means for ever, 0 means not at
            all.
        flags : int, default POLLIN
            POLLIN, POLLOUT or both.

        Returns
        -------
        int
            The events of the socket, or 0 after the timeout. The poll receives no messages, so
            cancelling it loses none.

        Raises
        ------
        ContextTerminated, ZMQError
            ENOTSOCK if the socket is closed, even if it is closed during the call.
        """
        return await self._waiters().poll(self, flags, timeout)

    if TYPE_CHECKING:

        @property
        def events(self) -> AsyncEventsOption: ...

        @events.setter
        def events(self, value: int) -> None: ...


class Context(AsyncContextManager, _zmq.Context[Socket]):
    """The context of AnyIO sockets: like `zmq.Context`, but its sockets are `Socket`."""

    _socket_class = Socket
    # separate from zmq.Context: instance() must not return a context of plain sockets
    _instance = None
