"""What every pattern of the demo is built on: sockets that never wait for ever, a second process.

A pattern is a function that takes a `Run`, moves messages between this process and a second one,
checks every one of them, and returns a `Measure`.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import zmq

PATIENCE_MS = 60_000
"""How long one send or receive, or the start of a process, may take on a busy machine, in ms."""

PROCESS_LIMIT_S = 600.0
"""A second process that is still there after this many seconds ends itself."""

_spawn = multiprocessing.get_context("spawn")  # a new interpreter, on every system


class DemoFailure(Exception):
    """A message was not what it should have been, or the second process failed."""


@dataclass(frozen=True)
class Measure:
    """What a pattern moved: `amount` of `unit` in `seconds`, and `messages` in all."""

    messages: int
    seconds: float
    unit: str = "msg/s"
    amount: float | None = None

    @property
    def rate(self) -> float:
        """`amount` (by default the number of messages) per second."""
        amount = self.messages if self.amount is None else self.amount
        return amount / self.seconds if self.seconds > 0 else float("inf")


@dataclass(frozen=True)
class Pattern:
    """A line of the demo."""

    name: str
    transport: str
    security: str
    messages: int
    play: Callable[[Run], Measure]


def expect(received: object, wanted: object, what: str = "message") -> None:
    """Raise `DemoFailure` unless `received` equals `wanted`."""
    if received != wanted:
        raise DemoFailure(f"{what}: got {shorten(received)}, expected {shorten(wanted)}")


def shorten(value: object, limit: int = 60) -> str:
    """Return the repr of `value`, cut to about `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "..."


@dataclass(frozen=True)
class Sockets:
    """A context and the sockets made in it, whose every wait is bounded."""

    context: zmq.Context
    opened: list[zmq.Socket] = field(default_factory=list)

    def socket(self, kind: int, **options: Any) -> zmq.Socket:
        """Return a new socket; `options` are set before it is used."""
        socket = self.context.socket(kind)
        self.opened.append(socket)
        socket.rcvtimeo = PATIENCE_MS
        socket.sndtimeo = PATIENCE_MS
        socket.linger = PATIENCE_MS // 2
        for name, value in options.items():
            setattr(socket, name, value)
        return socket

    def close(self) -> None:
        """Close every socket; what is not sent yet goes out while the context terminates."""
        for socket in self.opened:
            socket.close()


def bind(socket: zmq.Socket, endpoint: str) -> str:
    """Bind to `endpoint`, which may be a wildcard, and return the endpoint to connect to."""
    socket.bind(endpoint)
    return str(socket.last_endpoint.decode().rstrip("\0"))


class Other:
    """The second process: a function of ours, running in an interpreter of its own."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._pipe, other_end = _spawn.Pipe()
        self._process = _spawn.Process(
            target=_run_other, args=(other_end, function, args), daemon=True
        )
        self._process.start()
        other_end.close()

    def is_ready(self, timeout: float = 0.0) -> bool:
        """Tell whether the other side said that it is ready, waiting up to `timeout` s."""
        return self._pipe.poll(timeout) and self._take("ready") is None

    def wait_ready(self) -> None:
        """Return when the other side said that it is ready."""
        self._take("ready")

    def result(self) -> Any:
        """Return what the function returned there."""
        return self._take("result")

    def _take(self, wanted: str) -> Any:
        if not self._pipe.poll(PATIENCE_MS / 1000):
            raise DemoFailure(f"the second process did not say {wanted!r} in time")
        try:
            kind, value = self._pipe.recv()
        except EOFError:
            raise self._ended_early() from None
        if kind == "failed":
            raise DemoFailure(f"in the second process:\n{value}")
        expect(kind, wanted, "state of the second process")
        return value

    def _ended_early(self) -> DemoFailure:
        self._process.join(PATIENCE_MS / 1000)
        return DemoFailure(f"the second process ended, exit code {self._process.exitcode}")

    def failure(self) -> DemoFailure | None:
        """Return what went wrong over there, where anything did."""
        try:
            while self._pipe.poll(0):
                kind, value = self._pipe.recv()
                if kind == "failed":
                    return DemoFailure(f"in the second process:\n{value}")
                if kind == "result":
                    return None
        except EOFError:
            return self._ended_early()
        return None

    def reap(self) -> None:
        """Wait for the process to end; one that does not is made to."""
        self._process.join(PATIENCE_MS / 1000)
        self.end()

    def end(self) -> None:
        """Make the process end now, where it has not yet."""
        for end_it in (self._process.terminate, self._process.kill):
            if self._process.exitcode is None:
                end_it()
                self._process.join(PATIENCE_MS / 1000)
        self._pipe.close()


def _run_other(pipe: Connection, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Be the second process: call the function and tell through the pipe how it went."""
    faulthandler.dump_traceback_later(PROCESS_LIMIT_S, exit=True)
    try:
        with zmq.Context() as context, contextlib.closing(Sockets(context)) as sockets:
            value = function(OtherRun(sockets, pipe), *args)
        pipe.send(("result", value))
    except KeyboardInterrupt:
        pass
    except BaseException:
        with contextlib.suppress(OSError):  # the first process may be gone
            pipe.send(("failed", traceback.format_exc().rstrip()))


@dataclass(frozen=True)
class OtherRun:
    """What the function in the second process is given."""

    sockets: Sockets
    pipe: Connection

    def socket(self, kind: int, **options: Any) -> zmq.Socket:
        """Return a socket whose every wait is bounded."""
        return self.sockets.socket(kind, **options)

    def ready(self) -> None:
        """Tell the first process that this side is set up."""
        self.pipe.send(("ready", None))


@dataclass(frozen=True)
class Run:
    """What a pattern is given: sockets, the number of messages to move, and a way to tell."""

    sockets: Sockets
    messages: int
    folder: str
    progress: Callable[[float], None]

    def socket(self, kind: int, **options: Any) -> zmq.Socket:
        """Return a socket whose every wait is bounded."""
        return self.sockets.socket(kind, **options)

    def steps(self, stride: int = 1) -> Iterator[int]:
        """Yield 0, `stride`, ... below the number of messages, telling of the progress."""
        told = 0
        for number in range(0, self.messages, stride):
            if number - told >= self.messages / 50:
                self.progress(number / self.messages)
                told = number
            yield number
        self.progress(1.0)

    @contextlib.contextmanager
    def second_process(self, function: Callable[..., Any], *args: Any) -> Iterator[Other]:
        """Run ``function(OtherRun, *args)`` in a second process while the block runs.

        The process is gone when the block ends. Where the block fails because the other side
        did, what the other side says is raised.
        """
        other = Other(function, args)
        try:
            yield other
            other.reap()
        except (zmq.ZMQError, DemoFailure) as error:
            raise other.failure() or error from None
        finally:
            other.end()


def play(pattern: Pattern, messages: int, folder: str, tell: Callable[[float], None]) -> Measure:
    """Play one pattern in a context of its own and return what it measured."""
    with zmq.Context() as context, contextlib.closing(Sockets(context)) as sockets:
        return pattern.play(Run(sockets, messages, folder, tell))


def until_ready(other: Other, beacon: Callable[[], None]) -> None:
    """Send `beacon` every 10 ms until the other side says that one has reached it.

    A publisher cannot know when its subscribers are there, and what it sends before is gone.
    """
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not other.is_ready(timeout=0.01):
        if time.monotonic() > deadline:
            raise DemoFailure("no first message reached the second process in time")
        beacon()
