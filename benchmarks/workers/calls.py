"""Single calls in one thread: their time, and under callgrind their instructions.

A function describes each call: it creates the sockets and yields a `Block`. A call with a star is
one that only this package has; other packages do the same work with other calls.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from common import Meter, UnsupportedError, new_context, open_socket
from package import NAME, zmq
from settings import Settings

SETTINGS = Settings("call", "both")


def nothing() -> None:
    """Do nothing."""


@dataclass
class Block:
    """Some calls to time, and the untimed work that makes them repeatable."""

    run: Callable[[], object]
    calls: int
    rest: Callable[[], object] = nothing


CALLS: dict[str, Callable[[], Any]] = {}
"""The call's name -> a context manager that yields its block."""


def call(name: str) -> Callable[[Callable[..., Iterator[Block]]], Callable[..., Iterator[Block]]]:
    """Add the generator below to CALLS."""

    def enter(generator: Callable[..., Iterator[Block]]) -> Callable[..., Iterator[Block]]:
        CALLS[name] = contextmanager(generator)
        return generator

    return enter


@contextmanager
def pair(hwm: int) -> Iterator[tuple[Any, Any]]:
    """Yield two connected sockets of one context."""
    context = zmq.Context()
    left, right = (open_socket(context, zmq.PAIR, SETTINGS, hwm) for _ in range(2))
    left.bind("inproc://calls")
    right.connect("inproc://calls")
    try:
        yield left, right
    finally:
        left.close(linger=0)
        right.close(linger=0)
        context.term()


def repeated(function: Callable[..., object], count: int, *arguments: Any) -> Callable[[], None]:
    """Return a function that calls `function` a number of times."""
    match arguments:
        case ():

            def run() -> None:
                for _ in range(count):
                    function()

        case (argument,):

            def run() -> None:
                for _ in range(count):
                    function(argument)

        case _:
            raise ValueError(f"expected no argument or one, got {len(arguments)}")
    return run


def define_single(size: int, name: str) -> None:
    """Define the calls of `send` and `recv` for one size."""
    count = 500

    @call(f"send {name}")
    def send() -> Iterator[Block]:
        with pair(count) as (left, right):
            yield Block(repeated(left.send, count, b"m" * size), count, repeated(right.recv, count))

    @call(f"recv {name}")
    def recv() -> Iterator[Block]:
        with pair(count) as (left, right):
            fill = repeated(left.send, count, b"m" * size)
            fill()
            yield Block(repeated(right.recv, count), count, fill)


def define_multipart(parts: int) -> None:
    """Define the calls that send and receive messages of a number of parts of 16 bytes."""
    count = 100

    @call(f"send_multipart, {parts} parts")
    def send() -> Iterator[Block]:
        with pair(count * parts) as (left, right):
            run = repeated(left.send_multipart, count, [b"m" * 16] * parts)
            yield Block(run, count, repeated(right.recv_multipart, count))

    @call(f"recv_multipart, {parts} parts")
    def recv() -> Iterator[Block]:
        with pair(count * parts) as (left, right):
            fill = repeated(left.send_multipart, count, [b"m" * 16] * parts)
            fill()
            yield Block(repeated(right.recv_multipart, count), count, fill)


def define_copies(size: int, name: str) -> None:
    """Define the calls that send and receive a large message: with copies, with copy=False, and
    with recv_into.
    """
    count = max(4, min(20, 2**21 // size))  # a block is shorter than a time slice of the scheduler

    @call(f"send and recv, {name}")
    def copied() -> Iterator[Block]:
        with pair(count) as (left, right):
            message = b"m" * size

            def run() -> None:
                for _ in range(count):
                    left.send(message)
                    right.recv()

            yield Block(run, count)

    @call(f"send and recv, copy=False, {name}")
    def not_copied() -> Iterator[Block]:
        with pair(count) as (left, right):
            message = b"m" * size

            def run() -> None:
                for _ in range(count):
                    left.send(message, copy=False)
                    right.recv(copy=False)

            yield Block(run, count)

    @call(f"recv_into, {name}")
    def recv_into() -> Iterator[Block]:
        with pair(count) as (left, right):
            if not hasattr(right, "recv_into"):
                raise UnsupportedError("no recv_into")
            fill = repeated(left.send, count, b"m" * size)
            fill()
            yield Block(repeated(right.recv_into, count, bytearray(size)), count, fill)


def define_poller(sockets: int, ready: int) -> None:
    """Define the call that polls a number of sockets, some of them ready."""
    count = 5 if sockets > 100 else 500

    @call(f"Poller.poll, {sockets:,} sockets, {ready:,} ready")
    def poll() -> Iterator[Block]:
        context = new_context(Settings("call", "both", peers=2 * sockets + 2))
        left, right = [], []
        poller = zmq.Poller()
        for number in range(sockets):
            left.append(open_socket(context, zmq.PAIR, SETTINGS))
            right.append(open_socket(context, zmq.PAIR, SETTINGS))
            left[-1].bind(f"inproc://poll-{number}")
            right[-1].connect(f"inproc://poll-{number}")
            poller.register(right[-1], zmq.POLLIN)
            if number < ready:
                left[-1].send(b"ready")
        try:
            yield Block(repeated(poller.poll, count, 0), count)
        finally:
            for socket in [*left, *right]:
                socket.close(linger=0)
            context.term()


for _size, _name in ((16, "16 B"), (4096, "4 KB")):
    define_single(_size, _name)


@call("send and recv in turn, 16 B")
def in_turn() -> Iterator[Block]:
    count = 500
    with pair(count) as (left, right):
        message = b"m" * 16

        def run() -> None:
            for _ in range(count):
                left.send(message)
                right.recv()

        yield Block(run, count)


@call("send_many 16 B, a message *")
def send_many() -> Iterator[Block]:
    count = 500
    with pair(count) as (left, right):
        messages = [b"m" * 16] * count
        if hasattr(left, "send_many"):
            run: Callable[[], object] = lambda: left.send_many(messages)  # noqa: E731
        else:
            run = repeated(left.send, count, messages[0])
        yield Block(run, count, repeated(right.recv, count))


@call("recv_many 16 B, a message *")
def recv_many() -> Iterator[Block]:
    count = 500
    with pair(count) as (left, right):
        fill = repeated(left.send, count, b"m" * 16)
        fill()
        if hasattr(right, "recv_many"):
            run: Callable[[], object] = lambda: right.recv_many(count)  # noqa: E731
        else:
            run = repeated(right.recv, count)
        yield Block(run, count, fill)


@call("recv, nothing there")
def recv_nothing() -> Iterator[Block]:
    count = 500
    with pair(count) as (_left, right):

        def run() -> None:
            for _ in range(count):
                try:
                    right.recv(zmq.DONTWAIT)
                except zmq.Again:
                    pass

        yield Block(run, count)


@call("recv_many, nothing there *")
def recv_many_nothing() -> Iterator[Block]:
    count = 500
    with pair(count) as (_left, right):
        many = hasattr(right, "recv_many")

        def run() -> None:
            for _ in range(count):
                try:
                    right.recv_many(500, timeout=0) if many else right.recv(zmq.DONTWAIT)
                except zmq.Again:
                    pass

        yield Block(run, count)


for _parts in (2, 3, 5, 10):
    define_multipart(_parts)

for _size, _name in ((16384, "16 KB"), (65536, "64 KB"), (262144, "256 KB"), (1048576, "1 MB")):
    define_copies(_size, _name)


@call("Socket.poll, ready")
def poll_socket() -> Iterator[Block]:
    count = 500
    with pair(count) as (left, right):
        left.send(b"ready")
        yield Block(repeated(right.poll, count, 0), count)


for _sockets, _ready in ((1, 1), (10, 10), (1000, 1), (1000, 1000)):
    define_poller(_sockets, _ready)


def measure_call(settings: Settings, meter: Meter) -> None:
    """Time one call: the median of many blocks, in `count` ms."""
    if settings.call not in CALLS:
        raise UnsupportedError(f"no call {settings.call!r}")
    with CALLS[settings.call]() as block:
        times: list[int] = []
        processor_times: list[int] = []
        end = time.perf_counter() + settings.count / 1000
        while len(times) < 5 or time.perf_counter() < end:
            processor_start = time.process_time_ns()
            start = time.perf_counter_ns()
            block.run()
            times.append(time.perf_counter_ns() - start)
            processor_times.append(time.process_time_ns() - processor_start)
            block.rest()
    meter.result.update(
        messages=block.calls,
        seconds=sorted(times)[len(times) // 2] / 1e9,
        processor=sorted(processor_times)[len(times) // 2] / 1e9,
    )


def count_instructions(settings: Settings, meter: Meter) -> None:
    """Run a block of each call between two requests to callgrind, which writes a file for each."""
    callgrind = ctypes.CDLL(os.environ["BENCHMARK_CALLGRIND_REQUESTS"])
    gc.disable()
    callgrind.counting_begin()
    callgrind.counting_end(b"1 nothing")  # the cost of the requests themselves
    for name, described in CALLS.items():
        if settings.call and settings.call not in name:
            continue
        try:
            with described() as block:
                block.run()  # not counted: the first run does more work
                block.rest()
                callgrind.counting_begin()
                block.run()
                callgrind.counting_end(f"{block.calls} {name}".encode())
                block.rest()
        except UnsupportedError:
            pass
    meter.result.update(messages=1)


def measure_import(settings: Settings, meter: Meter) -> None:
    """Time ``import`` in new interpreters; return the minimum: other load only adds time."""
    module = f"{NAME}.asyncio" if settings.call == "asyncio" else NAME
    if importlib.util.find_spec(module) is None:
        raise UnsupportedError(f"no {module}")
    times = [import_seconds(module) for _ in range(settings.count + 1)]
    meter.result.update(messages=1, seconds=min(times[1:]))  # the first import compiles the modules


def import_seconds(module: str) -> float:
    """Return the time of ``-X importtime`` for `module` including its imports."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    for line in result.stderr.splitlines():
        _own, cumulative, name = line.removeprefix("import time:").split("|")
        if name.strip() == module:
            return int(cumulative) / 1e6
    raise RuntimeError(f"-X importtime does not name {module}")


PATTERNS: dict[str, Callable[[Settings, Meter], None]] = {
    "call": measure_call,
    "count": count_instructions,
    "import": measure_import,
}
