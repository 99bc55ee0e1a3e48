"""Fixtures for the contract: each of its tests runs with every flavour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import flavours
import pytest
from socket_helpers import address_for, connect_pair

import zmq


@pytest.fixture(params=flavours.NAMES)
def flavour(request: pytest.FixtureRequest) -> flavours.Flavour:
    return flavours.flavour_by_name(request.param)


@pytest.fixture
def asynchronous(flavour: flavours.Flavour) -> None:
    """Skip the flavours whose sockets have plain methods."""
    if not flavour.asynchronous:
        pytest.skip("gevent: its methods return values, not awaitables")


@pytest.fixture
def run(flavour: flavours.Flavour) -> Callable[..., Any]:
    """Run a coroutine function to its end, in a bounded time."""
    return flavour.run


@pytest.fixture
def context(flavour: flavours.Flavour) -> Iterator[Any]:
    context = flavour.open_context()
    yield context
    context.destroy(linger=0)


@pytest.fixture
def pair(context: Any) -> tuple[Any, Any]:
    """Two connected PAIR sockets."""
    return connect_pair(context)


@pytest.fixture(params=["inproc", "tcp", "ipc"])
def pipeline(
    request: pytest.FixtureRequest, context: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Any]:
    """A PUSH and a PULL that are connected."""
    address = address_for(request.param, tmp_path_factory)
    return connect_pair(context, zmq.PUSH, zmq.PULL, address)
