"""One interface to the flavours of sockets: asyncio, AnyIO and gevent.

The tests in the folder ``contract`` use it, and run with every flavour. They are written with
coroutines. With asyncio and AnyIO, AnyIO's task groups run the coroutines. With gevent, each task
is a greenlet that runs its coroutine in one go: the methods of its sockets block the greenlet, so
the coroutine itself never suspends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

import anyio
import anyio.lowlevel
import event_loops
import pytest
from limits import TIMEOUT_S
from socket_helpers import keep_sockets

import zmq
import zmq.anyio
import zmq.asyncio

NAMES = [
    "asyncio",
    "asyncio-uvloop",
    "asyncio-without-readers",
    "anyio-asyncio",
    "anyio-trio",
    "green",
]

SETTLING_ROUNDS = 10
"""The number of loop iterations after which every other task waits."""


class Flavour:
    """One way of waiting. `module` has the Context, Socket and Poller of the flavour."""

    name: str
    module: ModuleType

    closed_error: type[BaseException] = zmq.ZMQError
    """The error that a waiting call raises when its socket is closed."""

    synchronous: ModuleType = zmq
    """The module of the blocking sockets that can shadow sockets of this flavour."""

    asynchronous = True
    """True if the methods of sockets return awaitables."""

    def open_context(self) -> Any:
        """Make a context of this flavour that keeps its sockets."""
        return keep_sockets(self.module.Context())

    def poller(self) -> Any:
        """Make a poller of this flavour."""
        return self.module.Poller()

    def run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Run a coroutine function to its end, in a new loop and in a bounded time."""
        raise NotImplementedError

    def group(self) -> Any:
        """Return a group of tasks for ``async with``; the end of the block waits for the tasks."""
        return TaskGroup()

    async def settle(self) -> None:
        """Let the other tasks run until they wait."""
        for _ in range(SETTLING_ROUNDS):
            await self.round()

    async def round(self) -> None:
        """Let the loop run one iteration."""
        await anyio.lowlevel.checkpoint()

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    def move_on_after(self, seconds: float) -> Any:
        """Return a context manager that ends its block after this time, without an error."""
        return anyio.move_on_after(seconds)

    def bare(self, socket: Any) -> Any:
        """Return the flavour's own socket, which pollers and functions take."""
        return socket

    def plain(self, socket: Any) -> zmq.Socket[bytes]:
        """Make a synchronous shadow of the socket."""
        return zmq.Socket(self.bare(socket))

    def shadow(self, socket: Any) -> Any:
        """Make a shadow of this flavour."""
        return self.module.Socket(zmq.Socket(self.bare(socket)))


# ---------------------------------------------------------------- asyncio and AnyIO
class Task:
    """A task of a group. Once the task is `done`, `value` is its result."""

    def __init__(self) -> None:
        self._scope = anyio.CancelScope()
        self.value: Any = None
        self.done = False
        self.cancelled = False

    async def run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        with self._scope:
            self.value = await function(*args)
            self.done = True
        self.cancelled = self._scope.cancelled_caught

    def cancel(self) -> None:
        self._scope.cancel()


class TaskGroup:
    """A task group of AnyIO whose tasks have results."""

    def __init__(self) -> None:
        self._group = anyio.create_task_group()

    async def __aenter__(self) -> TaskGroup:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *args: Any) -> Any:
        return await self._group.__aexit__(*args)

    def start(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Task:
        task = Task()
        self._group.start_soon(task.run, function, *args)
        return task

    def cancel(self) -> None:
        self._group.cancel_scope.cancel()


class Asyncio(Flavour):
    """zmq.asyncio, on one of asyncio's event loops."""

    module = zmq.asyncio
    closed_error = asyncio.CancelledError

    def __init__(self, name: str) -> None:
        self.name = name
        self._loop_name = name.partition("-")[2] or "asyncio"
        event_loops.close_loop(event_loops.new_loop(self._loop_name))  # skips without uvloop

    def run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        async def bounded() -> Any:
            with anyio.fail_after(TIMEOUT_S):
                return await function(*args)

        loop = event_loops.new_loop(self._loop_name)
        unhandled: list[Any] = []
        loop.set_exception_handler(lambda loop, context: unhandled.append(context))
        try:
            result = loop.run_until_complete(bounded())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            event_loops.close_loop(loop)
        assert not unhandled
        return result


class AnyIO(Flavour):
    """zmq.anyio, on one of AnyIO's backends."""

    module = zmq.anyio

    def __init__(self, name: str) -> None:
        self.name = name
        self._backend = name.partition("-")[2]
        pytest.importorskip(self._backend, reason=f"{self._backend} is not installed")

    def run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        async def bounded() -> Any:
            with anyio.fail_after(TIMEOUT_S):
                return await function(*args)

        return anyio.run(bounded, backend=self._backend)


# ---------------------------------------------------------------- gevent
AWAITED = {"poll"} | {
    f"{direction}{suffix}"
    for direction in ("send", "recv")
    for suffix in (
        "",
        "_into",
        "_json",
        "_many",
        "_multipart",
        "_pyobj",
        "_serialized",
        "_string",
        "_unicode",
        "_grouped",
        "_routed",
    )
}
"""The socket methods that may wait."""


def _drive(coroutine: Any) -> Any:
    """Run a coroutine that never suspends."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a coroutine of the green flavour suspended")


class AwaitableObject:
    """A green socket or poller with coroutine functions as its waiting methods."""

    def __init__(self, bare: Any) -> None:
        object.__setattr__(self, "bare", bare)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.bare, name)
        if name not in AWAITED:
            return value

        async def wait(*args: Any, **kwargs: Any) -> Any:
            return value(*args, **kwargs)

        return wait

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.bare, name, value)


class GreenContext(AwaitableObject):
    """A green context whose sockets have coroutine functions."""

    def socket(self, *args: Any, **kwargs: Any) -> AwaitableObject:
        return AwaitableObject(self.bare.socket(*args, **kwargs))


class GreenTask:
    """A greenlet with the interface of Task."""

    def __init__(self, function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        import gevent

        self.value: Any = None
        self.done = False
        self.greenlet = gevent.spawn(self._run, function, *args)

    def _run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        self.value = _drive(function(*args))
        self.done = True

    @property
    def cancelled(self) -> bool:
        return self.greenlet.ready() and not self.done

    def cancel(self) -> None:
        self.greenlet.kill(block=False)


class GreenGroup:
    """Greenlets with the interface of TaskGroup."""

    def __init__(self) -> None:
        self._tasks: list[GreenTask] = []

    async def __aenter__(self) -> GreenGroup:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        import gevent

        if kind is not None:
            self.cancel()
        gevent.joinall([task.greenlet for task in self._tasks], raise_error=kind is None)

    def start(self, function: Callable[..., Awaitable[Any]], *args: Any) -> GreenTask:
        self._tasks.append(GreenTask(function, *args))
        return self._tasks[-1]

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()


class Green(Flavour):
    """zmq.green, in greenlets of gevent."""

    asynchronous = False

    def __init__(self, name: str) -> None:
        pytest.importorskip("gevent", reason="zmq.green is for gevent: pip install gevent")
        import zmq.green

        self.name = name
        self.module = self.synchronous = zmq.green

    def open_context(self) -> Any:
        return GreenContext(super().open_context())

    def poller(self) -> Any:
        return AwaitableObject(self.module.Poller())

    def run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        import gevent

        with gevent.Timeout(TIMEOUT_S):
            return _drive(function(*args))

    def group(self) -> GreenGroup:
        return GreenGroup()

    async def round(self) -> None:
        import gevent

        gevent.sleep(0)

    async def sleep(self, seconds: float) -> None:
        import gevent

        gevent.sleep(seconds)

    @contextlib.contextmanager
    def move_on_after(self, seconds: float) -> Iterator[None]:
        import gevent

        with gevent.Timeout(seconds, False):
            yield

    def bare(self, socket: Any) -> Any:
        return socket.bare if isinstance(socket, AwaitableObject) else socket

    def shadow(self, socket: Any) -> Any:
        return AwaitableObject(super().shadow(socket))


def flavour_by_name(name: str) -> Flavour:
    """Make one of the flavours in NAMES; skip the test if its library is missing."""
    cls = {"asyncio": Asyncio, "anyio": AnyIO, "green": Green}[name.partition("-")[0]]
    return cls(name)
