"""Helpers for the tests of every flavour: contexts that keep their sockets, and connected pairs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from limits import TIMEOUT_MS

import zmq

_numbers = itertools.count(1)


def keep_sockets(context: Any) -> Any:
    """Let a context keep references to its sockets: destroy() closes them, so tests need not."""
    make_socket = context.socket
    kept = []

    def make_and_keep(*args: Any, **kwargs: Any) -> Any:
        kept.append(make_socket(*args, **kwargs))
        return kept[-1]

    context.socket = make_and_keep
    context.linger = 0
    return context


@contextmanager
def opened_context(cls: Any = zmq.Context) -> Iterator[Any]:
    """A context of any flavour that closes its sockets, without linger, at the end."""
    context = keep_sockets(cls())
    try:
        yield context
    finally:
        context.destroy(linger=0)


def connect_pair(
    context: Any,
    first: int = zmq.PAIR,
    second: int = zmq.PAIR,
    address: str = "",
    hwm: int | None = None,
) -> tuple[Any, Any]:
    """Connect two sockets, of which the first binds; without an address, use inproc."""
    one, other = context.socket(first), context.socket(second)
    if hwm is not None:
        one.hwm = other.hwm = hwm
    if second == zmq.SUB:
        other.subscribe(b"")
    one.bind(address or f"inproc://pair-{next(_numbers)}")
    other.connect(one.last_endpoint.decode())
    return one, other


def address_for(transport: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an address to bind; skip the test if the platform lacks the transport."""
    if transport == "ipc":
        if not zmq.has("ipc"):
            pytest.skip("this platform has no ipc")
        # the path of a socket must be short
        return f"ipc://{tmp_path_factory.mktemp('s')}/s"
    return "tcp://127.0.0.1:*" if transport == "tcp" else f"inproc://at-{next(_numbers)}"


def bound(context: Any, kind: int, address: str = "tcp://127.0.0.1:*", **options: object) -> Any:
    """A bound socket with these options, by default on a free tcp port."""
    socket = context.socket(kind)
    socket.linger = 0
    socket.rcvtimeo = socket.sndtimeo = TIMEOUT_MS
    for name, value in options.items():
        setattr(socket, name, value)
    socket.bind(address)
    return socket
