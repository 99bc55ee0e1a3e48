"""Fixtures for AnyIO's sockets: every test runs on asyncio and on trio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flavours import AnyIO
from socket_helpers import connect_pair, opened_context

import zmq.anyio


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    return request.param


@pytest.fixture
def run(backend: str) -> Callable[..., Any]:
    """Run a coroutine function to its end, in a bounded time."""
    return AnyIO(f"anyio-{backend}").run


@pytest.fixture
def context() -> Iterator[zmq.anyio.Context]:
    with opened_context(zmq.anyio.Context) as context:
        yield context


@pytest.fixture
def pair(context: zmq.anyio.Context) -> tuple[zmq.anyio.Socket, zmq.anyio.Socket]:
    """Two connected PAIR sockets."""
    return connect_pair(context)
