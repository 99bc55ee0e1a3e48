"""Fixtures for the asynchronous sockets: every test runs on asyncio's own loop and on uvloop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

import zmq
import zmq.asyncio

TIMEOUT = 30.0


class LoopWithoutReaders(asyncio.SelectorEventLoop):
    """Refuses readers, as the Proactor loop of Windows does."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        raise NotImplementedError

    def remove_reader(self, fd: Any) -> bool:
        raise NotImplementedError


def _loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if name == "uvloop":
        import uvloop

        return uvloop.new_event_loop
    if name == "without-readers":
        return LoopWithoutReaders
    return asyncio.SelectorEventLoop


@pytest.fixture(params=["asyncio", "uvloop", "without-readers"])
def loop_name(request: pytest.FixtureRequest) -> str:
    if request.param == "uvloop":
        # there is none for Windows, nor for free-threaded builds
        pytest.importorskip("uvloop", reason="uvloop is not installed")
    return request.param


@pytest.fixture
def new_loop(loop_name: str) -> Iterator[Callable[[], asyncio.AbstractEventLoop]]:
    """Make an event loop, which is closed at the end."""
    loops = []

    def make() -> asyncio.AbstractEventLoop:
        loop = _loop_factory(loop_name)()
        loops.append(loop)
        return loop

    yield make
    from zmq import _selector_thread

    for loop in loops:
        loop.close()
        thread = _selector_thread._threads.pop(loop, None)
        if thread is not None:
            thread.close()


@pytest.fixture
def run(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end in a new loop, in a bounded time."""

    def run_coroutine(coroutine: Coroutine[Any, Any, Any]) -> Any:
        loop = new_loop()
        unhandled = []
        loop.set_exception_handler(lambda loop, context: unhandled.append(context))
        try:
            result = loop.run_until_complete(asyncio.wait_for(coroutine, TIMEOUT))
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()
        assert not unhandled
        return result

    return run_coroutine


@pytest.fixture
def context() -> Iterator[zmq.asyncio.Context]:
    sockets = []

    class Context(zmq.asyncio.Context):
        """Keeps its sockets, for destroy() to close them when the test is over."""

        def socket(self, *args: Any, **kwargs: Any) -> Any:
            socket = super().socket(*args, **kwargs)
            sockets.append(socket)
            return socket

    with Context() as context:
        context.linger = 0
        yield context


@pytest.fixture
def pair(context: zmq.asyncio.Context) -> tuple[zmq.asyncio.Socket, zmq.asyncio.Socket]:
    """Two connected PAIR sockets."""
    first, second = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    first.bind("inproc://pair")
    second.connect("inproc://pair")
    return first, second


@pytest.fixture(params=["inproc", "tcp", "ipc"])
def pipeline(
    request: pytest.FixtureRequest, context: zmq.asyncio.Context, tmp_path_factory: Any
) -> tuple[zmq.asyncio.Socket, zmq.asyncio.Socket]:
    """A PUSH and a PULL that are connected."""
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    if request.param == "ipc":
        if not zmq.has("ipc"):
            pytest.skip("this platform has no ipc")
        folder = tmp_path_factory.mktemp("s")
        endpoint = f"ipc://{folder}/s"
    else:
        endpoint = {"inproc": "inproc://pipeline", "tcp": "tcp://127.0.0.1:*"}[request.param]
    push.bind(endpoint)
    pull.connect(push.last_endpoint.decode())
    return push, pull
