"""Messages a second through asyncio, with the standard loop or with uvloop (``--uvloop``)."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import time
from collections.abc import Coroutine
from typing import Any

import zmq
from common import bind_tcp, open_socket, other_process, tell

for _needed in ["zmq.asyncio", *(["uvloop"] if "--uvloop" in sys.argv else [])]:
    if importlib.util.find_spec(_needed) is None:
        sys.exit(0)  # nothing to measure
import zmq.asyncio  # noqa: E402


async def inproc_ping(count: int) -> float:
    """Return round trips/s between two tasks of one loop."""
    context = zmq.asyncio.Context()
    left, right = (open_socket(context, zmq.PAIR) for _ in range(2))
    left.bind("inproc://ping")
    right.connect("inproc://ping")

    async def answer() -> None:
        for _ in range(count):
            await right.send(await right.recv())

    task = asyncio.ensure_future(answer())
    start = time.perf_counter()
    for _ in range(count):
        await left.send(b"m" * 16)
        await left.recv()
    seconds = time.perf_counter() - start
    await task
    context.destroy(linger=0)
    return count / seconds


async def inproc_one_way(count: int) -> float:
    """Return messages/s from one task to another of the same loop."""
    context = zmq.asyncio.Context()
    left, right = (open_socket(context, zmq.PAIR) for _ in range(2))
    left.bind("inproc://one-way")
    right.connect("inproc://one-way")

    async def send_all() -> None:
        message = b"m" * 16
        for _ in range(count):
            await left.send(message)

    task = asyncio.ensure_future(send_all())
    start = time.perf_counter()
    for _ in range(count):
        await right.recv()
    seconds = time.perf_counter() - start
    await task
    context.destroy(linger=0)
    return count / seconds


async def push(endpoint: str, count: int) -> None:
    """Be the second process: push `count` messages."""
    context = zmq.asyncio.Context()
    pusher = open_socket(context, zmq.PUSH)
    pusher.connect(endpoint)
    message = b"m" * 16
    for _ in range(count):
        await pusher.send(message)
    pusher.close()
    context.term()


async def tcp_one_way(count: int) -> float:
    """Return messages/s from the second process to this one."""
    context = zmq.asyncio.Context()
    puller = open_socket(context, zmq.PULL)
    endpoint = bind_tcp(puller)
    with other_process("push", endpoint, str(count), *sys.argv[1:2]):
        await puller.recv()
        start = time.perf_counter()
        for _ in range(count - 1):
            await puller.recv()
        seconds = time.perf_counter() - start
    context.destroy(linger=0)
    return (count - 1) / seconds


async def echo(endpoint: str, count: int) -> None:
    """Be the second process: answer `count` messages."""
    context = zmq.asyncio.Context()
    socket = open_socket(context, zmq.REP)
    socket.connect(endpoint)
    for _ in range(count):
        await socket.send(await socket.recv())
    socket.close()
    context.term()


async def tcp_round_trips(count: int) -> float:
    """Return round trips/s with the second process."""
    context = zmq.asyncio.Context()
    socket = open_socket(context, zmq.REQ)
    endpoint = bind_tcp(socket)
    message = b"m" * 16
    with other_process("echo", endpoint, str(count), *sys.argv[1:2]):
        await socket.send(message)
        await socket.recv()
        start = time.perf_counter()
        for _ in range(count - 1):
            await socket.send(message)
            await socket.recv()
        seconds = time.perf_counter() - start
    context.destroy(linger=0)
    return (count - 1) / seconds


def run(main: Coroutine[Any, Any, float | None]) -> float | None:
    """Run a coroutine on the loop that the command line asks for."""
    if "--uvloop" in sys.argv:
        import uvloop

        loop = uvloop.new_event_loop()
    else:
        loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


def main() -> None:
    name = "uvloop" if "--uvloop" in sys.argv else "asyncio"
    tell(f"{name}, inproc ping, 16 B", run(inproc_ping(10_000)) or 0, "trips/s")
    tell(f"{name}, inproc one way, 16 B", run(inproc_one_way(40_000)) or 0, "msg/s")
    tell(f"{name}, tcp one way, 16 B", run(tcp_one_way(60_000)) or 0, "msg/s")
    tell(f"{name}, tcp round trips, 16 B", run(tcp_round_trips(5_000)) or 0, "trips/s")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [] | ["--uvloop"]:
            main()
        case ["push", endpoint, count, *_]:
            run(push(endpoint, int(count)))
        case ["echo", endpoint, count, *_]:
            run(echo(endpoint, int(count)))
