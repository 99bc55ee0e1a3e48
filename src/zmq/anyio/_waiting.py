"""Tasks that wait for sockets, and their wake-up.

The descriptor of a socket is edge-triggered. `aio_waiters.pxi` of the backend explains the
consequences. The most important one: each use of a socket clears the signal of its descriptor. So
after each use, the code has to read the events and wake up the tasks that can go on.
"""

from __future__ import annotations

import asyncio
import math
import sys
import threading
from collections import deque
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import (
    CancelScope,
    ClosedResourceError,
    Event,
    current_time,
    get_cancelled_exc_class,
    notify_closing,
    wait_readable,
)
from anyio.lowlevel import checkpoint

from zmq.backend.cython._zmq import _TaskWaiters
from zmq.constants import DONTWAIT, EFSM, EVENTS, POLLIN, POLLOUT, SocketOption
from zmq.error import Again, ZMQError

sniffio: Any
try:
    sniffio = import_module("sniffio")
except ImportError:  # newer releases of anyio do not need it
    sniffio = None

if TYPE_CHECKING:
    from zmq.anyio._socket import Socket

_T = TypeVar("_T")

__all__ = ["State", "deadline_after"]

# libzmq may report room although a send finds none, for example on a ROUTER with ROUTER_MANDATORY
# when the queue of the addressed peer is full. The descriptor signals when there is room. After
# this time the task checks again, in case another use of the socket has cleared that signal.
_LOOK_AGAIN_S = 0.01


class Ticket:
    """The place of a task among the tasks that use a socket."""

    __slots__ = ("event", "wanted")

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.event: Event | None = None


def _running_loop() -> tuple[Any, Callable[..., Any]]:
    """Return the running loop, and its function for calls from other threads.

    In trio, a token represents the loop.
    """
    if get_cancelled_exc_class() is asyncio.CancelledError:
        loop = asyncio.get_running_loop()
        return loop, loop.call_soon_threadsafe
    token = sys.modules["trio"].lowlevel.current_trio_token()
    return token, token.run_sync_soon


class State(_TaskWaiters):
    """The tasks that use one libzmq socket. All AnyIO sockets of that handle share this object.

    A task takes a ticket, and operates when its ticket is the first of its queue. One of the
    sleeping tasks, the watcher, waits for the descriptor; each other sleeping task waits for an
    event object. If tasks sleep and none of them is the watcher, one of them has been woken and is
    about to run.

    Every use of the socket clears the signal of the descriptor. So after each use, `look` checks
    the events again and wakes up the other tasks.
    """

    def __init__(self) -> None:
        self.receivers: deque[Ticket] = deque()
        self.senders: deque[Ticket] = deque()
        self.pollers: deque[Ticket] = deque()
        self.sleepers: dict[Ticket, None] = {}
        self.watcher: Ticket | None = None
        self.watched = -1
        self.socket: Socket | None = None  # for reading the events, while there are sleepers
        self.operating = False
        self.closed = False
        self.loop: Any = None
        self.thread = 0
        self.soon: Callable[..., Any] | None = None

    # -- which loop -------------------------------------------------------------------------

    def use_loop(self, socket: Socket) -> None:
        """Use this object in the running loop."""
        loop, soon = _running_loop()
        if self.loop is loop:
            self.thread = threading.get_ident()  # an asyncio loop may have changed threads
            return
        waited_for = self.receivers or self.senders or self.pollers
        if waited_for and not self.loop_is_closed():
            raise RuntimeError(
                "operations in another event loop wait for the socket: use a socket in one loop and"
                " thread at a time, and finish or cancel those operations first"
            )
        self.receivers.clear()
        self.senders.clear()
        self.pollers.clear()
        self.sleepers.clear()
        self.count(0)
        self.watcher = None
        self.socket = None
        # Create the descriptor before the first check: the descriptor of a thread-safe socket does
        # not signal messages that arrived before its creation.
        self.watched = self.descriptor(socket)
        self.loop, self.soon, self.thread = loop, soon, threading.get_ident()

    def loop_is_closed(self) -> bool:
        # Only an asyncio loop can leave tickets behind: a trio loop ends after all its tasks, and
        # each task removes its ticket at its end.
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
                pass  # the loop has ended, so no task sleeps any more

    # -- called when any code uses or closes the socket, in any thread -----------------------

    def socket_used(self) -> None:
        if not self.operating or threading.get_ident() != self.thread:
            self.call_in_loop(self.look_for_sleepers)

    def socket_closes(self) -> None:
        self.closed = True
        self.call_in_loop(self.wake_all)

    # -- waking -----------------------------------------------------------------------------

    def look(self, socket: Socket) -> int:
        """Wake up the tasks that can go on; return the socket's events."""
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

    def wake(self, ticket: Ticket) -> None:
        if ticket is self.watcher:
            # `notify_closing` closes nothing, it only wakes up the watcher. If this code cancelled
            # the wait instead, AnyIO could confuse that with another cancellation at the same time.
            if sniffio is not None and isinstance(self.loop, asyncio.AbstractEventLoop):
                # Outside of a task, AnyIO does not know which loop it runs on.
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

    def leave(self, queue: deque[Ticket], ticket: Ticket, socket: Socket) -> None:
        """Give up a ticket's place, and let the other tasks go on."""
        if queue and queue[0] is ticket:
            queue.popleft()
        else:
            try:
                queue.remove(ticket)
            except ValueError:
                return  # the ticket belongs to a loop that was closed
        if not self.sleepers:
            socket._close_if_over()
        else:
            self.look(socket)
            if self.watcher is None and not any(
                sleeper.event is not None and sleeper.event.is_set() for sleeper in self.sleepers
            ):
                self.wake(next(iter(self.sleepers)))

    async def sleep(self, ticket: Ticket, socket: Socket, deadline: float) -> None:
        """Sleep until the ticket may go on; the watcher also wakes up for other tickets."""
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
        """Run `operation` without waking up other tasks: the caller calls `look` afterwards."""
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
        """Repeat the attempt until it succeeds; the call cannot be cancelled after that."""
        self.use_loop(socket)
        queue, wanted = (self.receivers, POLLIN) if receives else (self.senders, POLLOUT)
        ticket = Ticket(wanted)
        if flags & DONTWAIT:
            queue = deque()  # such a call does not wait for its turn
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
                            # EFSM is not an error here: another task may send the request whose
                            # reply this task receives.
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
                    deadline = deadline_after(timeout)
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
        ticket = Ticket(flags)
        self.pollers.append(ticket)
        deadline = deadline_after(timeout)
        try:
            await checkpoint()
            while True:
                events = self.look(socket) & (POLLIN | POLLOUT)
                if events == POLLIN | POLLOUT:
                    # `look` returns both events even if it cannot read them from the socket. In
                    # that case this line raises.
                    self.perform(lambda: socket.get(EVENTS))
                if events & flags:
                    return events & flags
                if deadline <= current_time():
                    return 0
                await self.sleep(ticket, socket, deadline)
        finally:
            self.leave(self.pollers, ticket, socket)


def deadline_after(timeout: float | None) -> float:
    """Return the time at which a timeout in ms ends: seconds on the loop's clock."""
    if timeout is not None and not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout is a number of milliseconds or None, got {timeout!r}")
    return math.inf if timeout is None or timeout < 0 else current_time() + timeout / 1000


def _timeout_option(socket: Socket, receives: bool) -> int:
    return socket.get(SocketOption.RCVTIMEO if receives else SocketOption.SNDTIMEO)
