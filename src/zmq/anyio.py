"""ZeroMQ sockets for AnyIO: for programs that run on trio or on asyncio.

The same API as `zmq.asyncio`, of coroutine functions::

    import anyio
    import zmq
    import zmq.anyio

    async def main() -> None:
        async with zmq.anyio.Context() as context, context.socket(zmq.PULL) as socket:
            socket.bind("tcp://127.0.0.1:5555")
            with anyio.move_on_after(5):
                message = await socket.recv()

    anyio.run(main, backend="trio")

Needs the package anyio, and trio to run on trio.
"""

from __future__ import annotations

import asyncio
import math
import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, overload

import zmq as _zmq
from zmq._descriptors import descriptor_set
from zmq.backend.cython._zmq import _task_waiters, _TaskWaiters
from zmq.constants import (
    DONTWAIT,
    EFSM,
    EVENTS,
    POLLERR,
    POLLIN,
    POLLOUT,
    POLLPRI,
    SNDMORE,
    SocketOption,
)
from zmq.error import Again, ContextTerminated, ZMQError
from zmq.sugar.socket import AsyncEventsOption
from zmq.utils import jsonapi

try:
    from anyio import (
        CancelScope,
        ClosedResourceError,
        Event,
        create_task_group,
        current_time,
        get_cancelled_exc_class,
        notify_closing,
        wait_readable,
        wait_writable,
    )
    from anyio.lowlevel import checkpoint
except ImportError as error:
    raise ImportError(
        "zmq.anyio needs the package anyio, 4.10 or newer: install it with 'pip install anyio',"
        " and 'pip install trio' to run on trio"
    ) from error

sniffio: Any
try:
    sniffio = import_module("sniffio")
except ImportError:  # newer releases of anyio do without
    sniffio = None

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self

_T = TypeVar("_T")

__all__ = ["Context", "Poller", "Socket"]

# When libzmq says that there is room, and a send finds none: a ROUTER with ROUTER_MANDATORY and
# a peer whose queue is full does so. Its signal tells when there is; this is for the case
# that something else took it.
_LOOK_AGAIN_S = 0.01


class _Ticket:
    """The place of a task among those that use a socket."""

    __slots__ = ("event", "wanted")

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.event: Event | None = None


def _running_loop() -> tuple[Any, Callable[..., Any]]:
    """The event loop here: asyncio's loop or trio's token, and how another thread reaches it."""
    if get_cancelled_exc_class() is asyncio.CancelledError:
        loop = asyncio.get_running_loop()
        return loop, loop.call_soon_threadsafe
    token = sys.modules["trio"].lowlevel.current_trio_token()
    return token, token.run_sync_soon


class _State(_TaskWaiters):
    """The tasks that use one libzmq socket. Shared by all AnyIO sockets of that handle.

    A task takes a ticket, and operates when its ticket is the first of its queue. Of those
    that sleep, one (the watcher) waits for the descriptor, the others for an event. While
    there are sleepers, there is a watcher or one of them has been woken and is to run.

    The descriptor is readable while libzmq has news that nobody looked at, and any use of the
    socket is such a look. So whoever has used it looks what others can do now: `look`.
    """

    def __init__(self) -> None:
        self.receivers: deque[_Ticket] = deque()
        self.senders: deque[_Ticket] = deque()
        self.pollers: deque[_Ticket] = deque()
        self.sleepers: dict[_Ticket, None] = {}
        self.watcher: _Ticket | None = None
        self.watched = -1
        self.socket: Socket | None = None  # one to look through, while there are sleepers
        self.operating = False
        self.closed = False
        self.loop: Any = None
        self.thread = 0
        self.soon: Callable[..., Any] | None = None

    # -- which loop -------------------------------------------------------------------------

    def use_loop(self, socket: Socket) -> None:
        """Serve the loop that runs."""
        loop, soon = _running_loop()
        if self.loop is loop:
            self.thread = threading.get_ident()  # a loop of asyncio may run in another now
            return
        waited_for = self.receivers or self.senders or self.pollers
        if waited_for and not self.loop_is_closed():
            raise RuntimeError(
                "the socket is waited for in another event loop: use a socket in one loop and"
                " thread at a time, and finish or cancel what waits before"
            )
        self.receivers.clear()
        self.senders.clear()
        self.pollers.clear()
        self.sleepers.clear()
        self.count(0)
        self.watcher = None
        self.socket = None
        # For thread-safe sockets this has to be before the first look: what came earlier gives
        # their descriptor no signal.
        self.watched = self.descriptor(socket)
        self.loop, self.soon, self.thread = loop, soon, threading.get_ident()

    def loop_is_closed(self) -> bool:
        # trio's ends only after all of its tasks, which take their tickets with them
        return isinstance(self.loop, asyncio.AbstractEventLoop) and self.loop.is_closed()

    def loop_runs_here(self) -> bool:
        if isinstance(self.loop, asyncio.AbstractEventLoop):
            return asyncio._get_running_loop() is self.loop
        try:
            return sys.modules["trio"].lowlevel.current_trio_token() is self.loop
        except RuntimeError:
            return False

    def call_in_loop(self, function: Callable[[], Any]) -> None:
        if self.loop_runs_here():
            function()
        elif self.soon is not None:
            try:
                self.soon(function)
            except RuntimeError:
                pass  # the loop is over, and nobody sleeps any more

    # -- called when the socket is used or closed by anybody, in any thread -------------------

    def socket_used(self) -> None:
        if not self.operating or threading.get_ident() != self.thread:
            self.call_in_loop(self.look_for_sleepers)

    def socket_closes(self) -> None:
        self.closed = True
        self.call_in_loop(self.wake_all)

    # -- waking -----------------------------------------------------------------------------

    def look(self, socket: Socket) -> int:
        """Wake those who can go on; return the socket's events."""
        if self.closed:
            self.wake_all()
            return POLLIN | POLLOUT
        events = self.events(socket)
        if self.sleepers:
            if events & POLLIN and self.receivers:
                self.wake(self.receivers[0])
            if events & POLLOUT and self.senders:
                self.wake(self.senders[0])
            for ticket in self.pollers:
                if events & ticket.wanted:
                    self.wake(ticket)
        return events

    def look_for_sleepers(self) -> None:
        if self.sleepers and self.socket is not None:
            self.look(self.socket)

    def wake_all(self) -> None:
        for ticket in self.sleepers:
            self.wake(ticket)

    def wake(self, ticket: _Ticket) -> None:
        if ticket is self.watcher:
            # Nothing closes: but this wakes it with no cancellation, which might be mistaken
            # for another one that comes at the same time.
            if sniffio is not None and isinstance(self.loop, asyncio.AbstractEventLoop):
                # outside of tasks AnyIO would not know where it is
                token = sniffio.current_async_library_cvar.set("asyncio")
                try:
                    notify_closing(self.watched)
                finally:
                    sniffio.current_async_library_cvar.reset(token)
            else:
                notify_closing(self.watched)
        elif ticket.event is not None:
            ticket.event.set()

    # -- operations -------------------------------------------------------------------------

    def leave(self, queue: deque[_Ticket], ticket: _Ticket, socket: Socket) -> None:
        """Give up a place, and see to it that the others go on."""
        if queue and queue[0] is ticket:
            queue.popleft()
        else:
            try:
                queue.remove(ticket)
            except ValueError:
                return  # left behind in a loop that was closed
        if not self.sleepers:
            socket._close_if_over()
        else:
            self.look(socket)
            if self.watcher is None and not any(
                sleeper.event is not None and sleeper.event.is_set() for sleeper in self.sleepers
            ):
                self.wake(next(iter(self.sleepers)))

    async def sleep(self, ticket: _Ticket, socket: Socket, deadline: float) -> None:
        """Wait until there may be something to do for this ticket, or for others."""
        self.sleepers[ticket] = None
        self.socket = socket
        self.count(len(self.sleepers))
        try:
            with CancelScope(deadline=deadline):
                if self.watcher is None:
                    self.watcher = ticket
                    try:
                        await wait_readable(self.watched)
                    except ClosedResourceError:
                        pass  # see wake()
                    finally:
                        if self.watcher is ticket:
                            self.watcher = None
                else:
                    ticket.event = Event()
                    await ticket.event.wait()
        finally:
            ticket.event = None
            if self.sleepers.pop(ticket, self) is None:
                self.count(len(self.sleepers))
                if not self.sleepers:
                    self.socket = None

    def perform(self, operation: Callable[[], _T]) -> _T:
        """Use the socket. It must not wake others by that: a look follows."""
        self.operating = True
        try:
            return operation()
        finally:
            self.operating = False

    async def operate(
        self,
        socket: Socket,
        receives: bool,
        attempt: Callable[[], _T],
        flags: int,
        timeout: float | None = None,
        expired: Callable[[], _T] | None = None,
    ) -> _T:
        """Attempt until it succeeds, and do nothing that might be cancelled thereafter."""
        self.use_loop(socket)
        queue, wanted = (self.receivers, POLLIN) if receives else (self.senders, POLLOUT)
        ticket = _Ticket(wanted)
        if flags & DONTWAIT:
            queue = deque()  # past those who wait
        queue.append(ticket)
        deadline: float | None = None
        given = timeout
        try:
            await checkpoint()
            while True:
                ready = False
                if self.closed or queue[0] is ticket:
                    for _ in range(2):
                        try:
                            return self.perform(attempt)
                        except ZMQError as error:
                            # EFSM: another task may send what is to be received an answer to
                            later = isinstance(error, Again) or (receives and error.errno == EFSM)
                            if flags & DONTWAIT or not later:
                                raise
                        ready = bool(self.look(socket) & wanted)
                        if not ready:
                            break
                else:
                    self.look(socket)
                if deadline is None:
                    if timeout is None:
                        timeout = self.perform(lambda: _timeout_option(socket, receives))
                    deadline = _deadline(timeout)
                if deadline <= current_time():
                    if expired is not None:
                        return expired()
                    raise socket._again(receives, False, given)
                until = min(deadline, current_time() + _LOOK_AGAIN_S) if ready else deadline
                await self.sleep(ticket, socket, until)
        finally:
            self.leave(queue, ticket, socket)

    async def poll(self, socket: Socket, flags: int, timeout: float | None) -> int:
        self.use_loop(socket)
        ticket = _Ticket(flags)
        self.pollers.append(ticket)
        deadline = _deadline(timeout)
        try:
            await checkpoint()
            while True:
                events = self.look(socket) & (POLLIN | POLLOUT)
                if events == POLLIN | POLLOUT:
                    # which also says that the socket cannot be asked: this raises then
                    self.perform(lambda: socket.get(EVENTS))
                if events & flags:
                    return events & flags
                if deadline <= current_time():
                    return 0
                await self.sleep(ticket, socket, deadline)
        finally:
            self.leave(self.pollers, ticket, socket)


def _deadline(timeout: float | None) -> float:
    """When a timeout in ms is over, in seconds of the loop's clock."""
    if timeout is not None and not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout is a number of milliseconds or None, got {timeout!r}")
    return math.inf if timeout is None or timeout < 0 else current_time() + timeout / 1000


def _timeout_option(socket: Socket, receives: bool) -> int:
    return socket.get(SocketOption.RCVTIMEO if receives else SocketOption.SNDTIMEO)


def _kept(part: Any) -> Any:
    """Return a copy of the part, which does not change while it waits to be sent."""
    if part is None or isinstance(part, (bytes, str, _zmq.Frame)):
        return part
    try:
        return _zmq.Frame(part, copy=True)
    except TypeError:
        return part  # send() says what is wrong with it


class Socket(_zmq.Socket[Any]):  # pyright: ignore[reportIncompatibleMethodOverride]
    """A ZeroMQ socket whose sends, receives and polls are coroutine functions.

    ``await socket.recv()`` gives what `zmq.Socket.recv` returns; so do all the other
    ``send*`` and ``recv*`` methods and `poll`. Each starts with a checkpoint: it lets other
    tasks run, and notices a cancellation. Several tasks may wait for one socket; they receive
    in the order in which they came.

    **What a cancellation does.** No message is lost or reordered when a receive is cancelled,
    at any moment and in any way: a `anyio.CancelScope`, a timeout, a task group that fails,
    or a task of asyncio. The message is taken in one step with the return to the caller, and
    nothing is cancelled between. A cancelled send has sent its message whole or not at all,
    and `send_many` each message whole or not at all. The limit: a result that the caller gave
    to something else to keep (a task of asyncio that nobody reads any more) is with that.

    Parameters
    ----------
    context : Context or Socket
        The context to make the socket in; or a socket to shadow.
    socket_type : int
        A value of `zmq.SocketType`.
    shadow : Socket or int, optional
        As for `zmq.Socket`.
    copy_threshold : int, optional
        As for `zmq.Socket`.

    Raises
    ------
    RuntimeError
        From an operation, if tasks of another event loop, or of `zmq.asyncio`, wait for the
        socket; or if no event loop runs.
    ZMQError
        ENOTSOCK from an operation on a closed socket, and from all that wait when it closes.
        Close a socket in the thread of its loop.

    Notes
    -----
    RCVTIMEO and SNDTIMEO hold: `zmq.Again` is raised after that many ms. Waits for ZMQ_FD
    with `anyio.wait_readable`. Thread-safe draft sockets have no ZMQ_FD; the descriptor of a
    ``zmq_poller`` stands in. Others belong to one thread at a time.
    """

    @classmethod
    def from_socket(cls, socket: _zmq.Socket[Any]) -> Self:
        """Make an AnyIO socket that uses the libzmq socket of another.

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

    def _waiters(self) -> _State:
        return _task_waiters(self, _State)

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
            DONTWAIT to raise `zmq.Again` where it would have to wait.
        copy : bool, default True
            False for a `zmq.Frame` in place of bytes.
        track : bool, default False
            As for `zmq.Socket.recv`.
        timeout : float, optional
            How long to wait, in ms: negative for ever, 0 not at all. By default the socket's
            RCVTIMEO.

        Returns
        -------
        bytes or Frame
            The part. A cancelled call has taken nothing.

        Raises
        ------
        Again
            When the time is over.
        ContextTerminated, ZMQError
            As for `zmq.Socket.recv`; ENOTSOCK when the socket is closed meanwhile.
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
            As for `recv`.

        Returns
        -------
        list of bytes or list of Frame
            The parts. A cancelled call has taken none of them.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`.
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
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, int)
            As for `zmq.Socket.recv_routed`. A cancelled call has taken nothing.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`; EINVAL if the socket is of another type.
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
            As for `recv`.

        Returns
        -------
        tuple of (bytes or Frame, str)
            As for `zmq.Socket.recv_grouped`. A cancelled call has taken nothing.

        Raises
        ------
        Again, ContextTerminated, ZMQError
            As for `recv`; EINVAL if the socket is of another type.
        """
        receive = super().recv_grouped
        return await self._waiters().operate(
            self, True, lambda: receive(flags | DONTWAIT, copy, track), flags
        )

    async def recv_into(  # type: ignore[override]
        self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0
    ) -> int:
        """Receive one part into memory of the caller.

        Parameters
        ----------
        buffer : object with a writable, contiguous buffer
            A cancelled call has not written to it.
        nbytes : int, default 0
            How many bytes of it may be written; 0 means all of it.
        flags : int, default 0
            As for `recv`.

        Returns
        -------
        int
            The size of the part in bytes, see `zmq.Socket.recv_into`.

        Raises
        ------
        BufferError, ValueError
            As for `zmq.Socket.recv_into`.
        Again, ContextTerminated, ZMQError
            As for `recv`.
        """
        receive = super().recv_into
        view = memoryview(buffer)
        if view.readonly or not view.contiguous:
            raise BufferError("recv_into() needs a buffer that is writable and contiguous")
        if nbytes < 0 or nbytes > view.nbytes:
            raise ValueError(
                f"nbytes={nbytes} does not fit: it is from 0 to the size of the buffer,"
                f" {view.nbytes} bytes"
            )
        return await self._waiters().operate(
            self, True, lambda: receive(view, nbytes=nbytes, flags=flags | DONTWAIT), flags
        )

    async def recv_many(  # type: ignore[override]
        self, max_messages: int, timeout: float | None = None
    ) -> list[bytes]:
        """Receive the messages that are there, many in one call.

        Parameters
        ----------
        max_messages : int
            How many to take at the most, at least 1.
        timeout : float, optional
            How long to wait for the first, in ms: negative for ever, 0 not at all. By default
            the socket's RCVTIMEO.

        Returns
        -------
        list of bytes
            The messages in order; empty if the time ran out. A cancelled call has taken none.

        Raises
        ------
        ValueError
            If `max_messages` is less than 1.
        TypeError
            If `timeout` is no number.
        ContextTerminated, ZMQError
            As for `recv`.
        """
        if max_messages < 1:
            raise ValueError(f"max_messages must be at least 1, got {max_messages}")
        if timeout is not None and not isinstance(timeout, (int, float)):
            raise TypeError(f"timeout is a number of milliseconds or None, got {timeout!r}")
        receive = super().recv_many

        def attempt() -> list[bytes]:
            messages = receive(max_messages, 0)
            if not messages:
                raise Again()
            return messages

        return await self._waiters().operate(self, True, attempt, 0, timeout, list)

    async def recv_string(  # type: ignore[override]
        self, flags: int = 0, encoding: str = "utf-8", *, timeout: float | None = None
    ) -> str:
        """Receive text; see `zmq.Socket.recv_string` and `recv`."""
        text: str = (await self.recv(flags, timeout=timeout)).decode(encoding)
        return text

    recv_unicode = recv_string  # type: ignore[assignment]

    async def recv_json(
        self, flags: int = 0, *, timeout: float | None = None, **kwargs: Any
    ) -> Any:
        """Receive a Python object as JSON; see `zmq.Socket.recv_json` and `recv`."""
        return jsonapi.loads(await self.recv(flags, timeout=timeout), **kwargs)

    async def recv_pyobj(self, flags: int = 0, *, timeout: float | None = None) -> Any:
        """Receive a pickled object, from a peer you trust; see `zmq.Socket.recv_pyobj`."""
        return pickle.loads(await self.recv(flags, timeout=timeout))

    async def recv_serialized(  # type: ignore[override]
        self,
        deserialize: Callable[[list[Any]], _T],
        flags: int = 0,
        copy: bool = True,
        *,
        timeout: float | None = None,
    ) -> _T:
        """Receive what a function makes of the parts; see `zmq.Socket.recv_serialized`."""
        return deserialize(await self.recv_multipart(flags, copy, timeout=timeout))

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
            With `copy`, what it holds at the time of the call.
        flags : int, default 0
            DONTWAIT to raise `zmq.Again` where it would have to wait; SNDMORE if more parts
            follow (prefer `send_multipart`, which nothing can tear).
        copy, track, routing_id, group
            As for `zmq.Socket.send`.

        Returns
        -------
        MessageTracker or None
            As for `zmq.Socket.send`. A cancelled call has sent nothing.

        Raises
        ------
        Again
            When SNDTIMEO ms are over.
        TypeError, ContextTerminated, ZMQError
            As for `zmq.Socket.send`; ENOTSOCK when the socket is closed meanwhile.
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
            As for `send`.

        Returns
        -------
        MessageTracker or None
            As for `send`. A cancelled call has sent none of the parts.

        Raises
        ------
        TypeError, ValueError
            As for `zmq.Socket.send_multipart`.
        Again, ContextTerminated, ZMQError
            As for `send`.
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
            Each is a message, sent whole or not at all. Those that found room before a call
            was cancelled have been sent.
        flags : int, default 0
            DONTWAIT to stop at the first message that cannot be queued at once.

        Returns
        -------
        int
            How many were sent: fewer than there are only with DONTWAIT, or when there was no
            room for SNDTIMEO ms.

        Raises
        ------
        TypeError, ValueError, ZMQError
            As for `zmq.Socket.send_many`; `Again` only if not one message could be sent.
        """
        if flags & SNDMORE:
            raise ValueError("send_many() sends whole messages: SNDMORE does not go with it")
        if isinstance(messages, (str, bytes, bytearray, memoryview, _zmq.Frame)):
            raise TypeError(
                f"send_many() takes an iterable of messages, got {type(messages).__name__}"
            )
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

    async def send_string(  # type: ignore[override]
        self, u: str, flags: int = 0, copy: bool = True, encoding: str = "utf-8", **kwargs: Any
    ) -> _zmq.MessageTracker | None:
        """Send text; see `zmq.Socket.send_string` and `send`."""
        if not isinstance(u, str):
            raise TypeError(
                f"str objects only: send_string() got {type(u).__name__}; send() takes bytes"
            )
        return await self.send(u.encode(encoding), flags, copy, **kwargs)

    send_unicode = send_string  # type: ignore[assignment]

    async def send_json(  # type: ignore[override]
        self, obj: object, flags: int = 0, **kwargs: Any
    ) -> None:
        """Send a Python object as JSON; see `zmq.Socket.send_json` and `send`."""
        options = {name: kwargs.pop(name) for name in ("routing_id", "group") if name in kwargs}
        await self.send(jsonapi.dumps(obj, **kwargs), flags, **options)

    async def send_pyobj(  # type: ignore[override]
        self,
        obj: object,
        flags: int = 0,
        protocol: int = pickle.DEFAULT_PROTOCOL,
        **kwargs: Any,
    ) -> _zmq.MessageTracker | None:
        """Send a Python object, pickled; see `zmq.Socket.send_pyobj` and `send`."""
        tracker: _zmq.MessageTracker | None = await self.send(
            pickle.dumps(obj, protocol), flags, **kwargs
        )
        return tracker

    async def send_serialized(  # type: ignore[override]
        self,
        msg: _T,
        serialize: Callable[[_T], Iterable[Any]],
        flags: int = 0,
        copy: bool = True,
        **kwargs: Any,
    ) -> _zmq.MessageTracker | None:
        """Send the parts that a function makes of an object; see `zmq.Socket.send_serialized`."""
        return await self.send_multipart(serialize(msg), flags, copy, **kwargs)

    # -- polling ----------------------------------------------------------------------------

    async def poll(  # type: ignore[override]
        self, timeout: float | None = None, flags: int = POLLIN
    ) -> int:
        """Wait for events on this socket.

        Parameters
        ----------
        timeout : float, optional
            How long to wait, in ms; None or negative for ever, 0 not at all.
        flags : int, default POLLIN
            POLLIN, POLLOUT or both.

        Returns
        -------
        int
            The events that there are, 0 if the time ran out. Nothing is taken from the
            socket, so cancelling it loses nothing.

        Raises
        ------
        ContextTerminated, ZMQError
            ENOTSOCK if the socket is closed, also meanwhile.
        """
        return await self._waiters().poll(self, flags, timeout)

    # -- as a context manager and an iterator -----------------------------------------------

    def __iter__(self) -> NoReturn:
        raise TypeError("an asynchronous socket is iterated over with 'async for'")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        """Receive the next message: bytes for a single part, else a list of the parts."""
        try:
            parts = await self.recv_multipart()
        except ContextTerminated:
            raise StopAsyncIteration from None
        return parts[0] if len(parts) == 1 else parts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    _events_option = AsyncEventsOption

    if TYPE_CHECKING:

        @property
        def events(self) -> AsyncEventsOption: ...

        @events.setter
        def events(self, value: int) -> None: ...


class Context(_zmq.Context[Socket]):
    """The context of AnyIO sockets: as `zmq.Context`, but its sockets are `Socket`."""

    _socket_class = Socket
    # of its own: instance() must not return a context of plain sockets
    _instance = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._destroy_at_exit()


class Poller(_zmq.Poller):
    """Waits for events on many sockets and descriptors, while other tasks run.

    Takes sockets of any kind, integer file descriptors and objects with ``fileno()``.
    """

    async def poll(  # type: ignore[override]
        self, timeout: float | None = -1
    ) -> list[tuple[Any, int]]:
        """Wait until there are events, or the time is over.

        Parameters
        ----------
        timeout : float, default -1
            How long to wait, in ms; negative or None for ever, 0 not at all.

        Returns
        -------
        list of (socket or int, int)
            What was registered, with its events; empty if the time ran out. Nothing is taken
            from the sockets, so cancelling it loses nothing.

        Raises
        ------
        ZMQError
            ENOTSOCK if a socket is closed meanwhile, or all of them were before, and there is
            nothing else to wait for.
        """
        await checkpoint()
        ready = self._poll_now()
        deadline = _deadline(timeout)
        if ready or current_time() >= deadline:
            return ready
        descriptors = self._descriptors()
        watched = descriptor_set(descriptors) if descriptors else None
        try:
            if watched is not None:
                descriptors = {watched.fileno(): int(POLLIN)}
            while not ready and current_time() < deadline:
                errors: list[Exception] = []
                with CancelScope(deadline=deadline):
                    async with create_task_group() as group:
                        scope = group.cancel_scope
                        for wait in self._waits(descriptors):
                            group.start_soon(_first, wait, scope, errors)
                if errors:
                    raise errors[0]
                ready = self._poll_now()
        finally:
            if watched is not None:
                watched.close()
        return ready

    def _poll_now(self) -> list[tuple[Any, int]]:
        ready = super().poll(0)
        for target, _ in self.sockets:
            if isinstance(target, Socket) and not target.closed:
                # zmq_poll looked at it, of which tasks that wait for it must know
                target._waiters().look_for_sleepers()
        return ready

    def _waits(self, descriptors: dict[int, int]) -> list[Callable[[], Any]]:
        """A function to call and await for each event to wait for."""
        waits: list[Callable[[], Any]] = []
        for target, flags in self.sockets:
            if isinstance(target, _zmq.Socket) and not target.closed:
                socket = target if isinstance(target, Socket) else Socket(shadow=target)
                waits.append(partial(socket.poll, None, flags))
        for number, flags in descriptors.items():
            if flags & (POLLIN | POLLPRI | POLLERR):
                waits.append(partial(wait_readable, number))
            if flags & POLLOUT:
                waits.append(partial(wait_writable, number))
        return waits


async def _first(wait: Callable[[], Any], scope: CancelScope, errors: list[Exception]) -> None:
    """Wait, then end the wait of the others."""
    try:
        await wait()
    except Exception as error:
        errors.append(error)
    scope.cancel()
