"""What the scenario programs share: bounded sockets, a second process, a way to tell results."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import zmq

PATIENCE_MS = 20_000
"""No send or receive waits longer than this, in ms."""


def tell(name: str, value: float, unit: str) -> None:
    """Print one result; with ns and ms less is better, with all other units more."""
    print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)


def size_name(size: int) -> str:
    """Return a size in bytes the way people say it: 16 B, 4 KB, 64 KB."""
    return f"{size} B" if size < 1024 else f"{size // 1024} KB"


def open_socket(context: Any, kind: int, hwm: int | None = None) -> Any:
    """Return a socket that does not wait for ever; `hwm` is set in both directions."""
    socket = context.socket(kind)
    socket.setsockopt(zmq.LINGER, PATIENCE_MS)
    socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
    socket.setsockopt(zmq.SNDTIMEO, PATIENCE_MS)
    if hwm is not None:
        socket.setsockopt(zmq.RCVHWM, hwm)
        socket.setsockopt(zmq.SNDHWM, hwm)
    return socket


def bind_tcp(socket: Any) -> str:
    """Bind to a free port on loopback and return the endpoint."""
    socket.bind("tcp://127.0.0.1:*")
    return str(socket.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0"))


@contextlib.contextmanager
def other_process(*arguments: str) -> Iterator[None]:
    """Run this same program with `arguments` while the block runs; it ends with the block."""
    process = subprocess.Popen([sys.executable, sys.argv[0], *arguments])
    try:
        yield
        code = process.wait(PATIENCE_MS / 1000)
        if code:
            raise SystemExit(f"the second process ended with code {code}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def nanoseconds_per_call(
    block: Callable[[], None], calls: int, rest: Callable[[], None] | None = None
) -> float:
    """Return the median time of one call in ns, of many runs of `block`, which makes `calls`.

    `rest` runs after each block, untimed: it takes back what the block did.
    """
    times = []
    end = time.perf_counter() + 0.7
    while len(times) < 20 or time.perf_counter() < end:
        start = time.perf_counter_ns()
        block()
        times.append(time.perf_counter_ns() - start)
        if rest is not None:
            rest()
    return sorted(times)[len(times) // 2] / calls
