"""The base of all patterns of the demo: sockets with timeouts, and a second process.

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
"""The time limit of a send, a receive, or the start of a process, on a busy machine, in ms."""

PROCESS_LIMIT_S = 600.0
"""The second process ends itself after this many seconds."""

_spawn = multiprocessing.get_context("spawn")  # a new interpreter, on every system


class DemoFailure(Exception):
    """A message was wrong, or the second process failed."""


@dataclass(frozen=True)
class Measure:
    """The result of a pattern: `amount` of `unit` in `seconds`, and the number of `messages`."""

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
    """A pattern to run, and its line of the demo's table."""

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
    """Return the repr of `value`, shortened to about `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "..."


@dataclass(frozen=True)
class Sockets:
    """A context and its sockets, all with timeouts."""

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
        """Close every socket; unsent messages go out while the context terminates."""
        for socket in self.opened:
            socket.close()


def bind(socket: zmq.Socket, endpoint: str) -> str:
    """Bind to `endpoint`, which may be a wildcard, and return the endpoint to connect to."""
    socket.bind(endpoint)
    return str(socket.last_endpoint.decode().rstrip("\0"))


class Other:
    """The second process: runs one of our functions in a new interpreter."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._pipe, other_end = _spawn.Pipe()
        self._process = _spawn.Process(
            target=_run_other, args=(other_end, function, args), daemon=True
        )
        self._process.start()
        other_end.close()

    def is_ready(self, timeout: float = 0.0) -> bool:
        """Return whether the other side is ready, waiting up to `timeout` s."""
        return self._pipe.poll(timeout) and self._take("ready") is None

    def wait_ready(self) -> None:
        """Return when the other side is ready."""
        self._take("ready")

    def result(self) -> Any:
        """Return the result of the function in the second process."""
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
        """Return the error of the second process, if there was one."""
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
        """Wait for the process to end; kill it after a time."""
        self._process.join(PATIENCE_MS / 1000)
        self.end()

    def end(self) -> None:
        """Kill the process, if it still runs."""
        for end_it in (self._process.terminate, self._process.kill):
            if self._process.exitcode is None:
                end_it()
                self._process.join(PATIENCE_MS / 1000)
        self._pipe.close()


def _run_other(pipe: Connection, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Run the second process: call the function and send the result through the pipe."""
    faulthandler.dump_traceback_later(PROCESS_LIMIT_S, exit=True)
    try:
        with zmq.Context() as context, contextlib.closing(Sockets(context)) as sockets:
            value = function(OtherRun(sockets, pipe), *args)
        pipe.send(("result", value))
    except KeyboardInterrupt:
        pass
    except BaseException:
        with contextlib.suppress(OSError):  # the first process may have ended
            pipe.send(("failed", traceback.format_exc().rstrip()))


@dataclass(frozen=True)
class OtherRun:
    """The argument of the function in the second process."""

    sockets: Sockets
    pipe: Connection

    def socket(self, kind: int, **options: Any) -> zmq.Socket:
        """Return a socket with timeouts."""
        return self.sockets.socket(kind, **options)

    def ready(self) -> None:
        """Tell the first process that this side is ready."""
        self.pipe.send(("ready", None))


@dataclass(frozen=True)
class Run:
    """The argument of a pattern: sockets, the number of messages, and progress reports."""

    sockets: Sockets
    messages: int
    folder: str
    progress: Callable[[float], None]

    def socket(self, kind: int, **options: Any) -> zmq.Socket:
        """Return a socket with timeouts."""
        return self.sockets.socket(kind, **options)

    def steps(self, stride: int = 1) -> Iterator[int]:
        """Yield the multiples of `stride` below the number of messages, and report progress."""
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

        The process has ended when the block ends. If the block fails because the other side failed,
        this raises the error of the other side.
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
    """Run one pattern in its own context and return its measurement."""
    with zmq.Context() as context, contextlib.closing(Sockets(context)) as sockets:
        return pattern.play(Run(sockets, messages, folder, tell))


def until_ready(other: Other, beacon: Callable[[], None]) -> None:
    """Send `beacon` every 10 ms until the other side has received one.

    A publisher cannot know when its subscribers are ready, and earlier messages are dropped.
    """
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not other.is_ready(timeout=0.01):
        if time.monotonic() > deadline:
            raise DemoFailure("no first message reached the second process in time")
        beacon()
