"""Fixtures for the asynchronous sockets: every test runs on asyncio's own loop and on uvloop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import event_loops
import pytest
from limits import TIMEOUT_S
from socket_helpers import address_for, connect_pair, opened_context

import zmq
import zmq.asyncio


@pytest.fixture(params=event_loops.NAMES)
def loop_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def new_loop(loop_name: str) -> Iterator[Callable[[], asyncio.AbstractEventLoop]]:
    """Create an event loop that is closed after the test."""
    loops = []

    def make() -> asyncio.AbstractEventLoop:
        loops.append(event_loops.new_loop(loop_name))
        return loops[-1]

    yield make
    for loop in loops:
        event_loops.close_loop(loop)


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
            result = loop.run_until_complete(asyncio.wait_for(coroutine, TIMEOUT_S))
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
    with opened_context(zmq.asyncio.Context) as context:
        yield context


@pytest.fixture
def pair(context: zmq.asyncio.Context) -> tuple[zmq.asyncio.Socket, zmq.asyncio.Socket]:
    """Two connected PAIR sockets."""
    return connect_pair(context)


@pytest.fixture(params=["inproc", "tcp", "ipc"])
def pipeline(
    request: pytest.FixtureRequest,
    context: zmq.asyncio.Context,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[zmq.asyncio.Socket, zmq.asyncio.Socket]:
    """A PUSH and a PULL that are connected."""
    address = address_for(request.param, tmp_path_factory)
    return connect_pair(context, zmq.PUSH, zmq.PULL, address)
