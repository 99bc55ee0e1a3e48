"""Fixtures for AnyIO's sockets: every test runs on asyncio and on trio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from limits import TIMEOUT_S

import zmq
import zmq.anyio


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def run(backend: str) -> Callable[..., Any]:
    """Run a coroutine function to its end, in a bounded time."""

    def run_function(function: Callable[..., Any], *args: Any) -> Any:
        async def bounded() -> Any:
            with anyio.fail_after(TIMEOUT_S):
                return await function(*args)

        return anyio.run(bounded, backend=backend)

    return run_function


@pytest.fixture
def context() -> Iterator[zmq.anyio.Context]:
    sockets = []

    class Context(zmq.anyio.Context):
        """Keeps its sockets, for destroy() to close them when the test is over."""

        def socket(self, *args: Any, **kwargs: Any) -> Any:
            socket = super().socket(*args, **kwargs)
            sockets.append(socket)
            return socket

    with Context() as context:
        context.linger = 0
        yield context


@pytest.fixture
def pair(context: zmq.anyio.Context) -> tuple[zmq.anyio.Socket, zmq.anyio.Socket]:
    """Two connected PAIR sockets."""
    first, second = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    first.bind("inproc://pair")
    second.connect("inproc://pair")
    return first, second


@pytest.fixture(params=["inproc", "tcp"])
def pipeline(
    request: pytest.FixtureRequest, context: zmq.anyio.Context
) -> tuple[zmq.anyio.Socket, zmq.anyio.Socket]:
    """A PUSH and a PULL that are connected."""
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.bind({"inproc": "inproc://pipeline", "tcp": "tcp://127.0.0.1:*"}[request.param])
    pull.connect(push.last_endpoint.decode())
    return push, pull
