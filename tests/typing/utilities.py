"""Versions and zmq.utils."""

import threading
from collections.abc import Awaitable
from typing import Any

from typing_extensions import assert_type

import zmq
import zmq.asyncio
from zmq.utils import z85
from zmq.utils.garbage import GarbageCollector, gc, gcref
from zmq.utils.interop import cast_int_addr
from zmq.utils.jsonapi import dumps, loads
from zmq.utils.monitor import parse_monitor_message, recv_monitor_message
from zmq.utils.strtypes import cast_bytes, cast_unicode
from zmq.utils.win32 import allow_interrupt

assert_type(zmq.__version__, str)
assert_type(zmq.zmq_version(), str)
assert_type(zmq.pyzmq_version(), str)
assert_type(zmq.zmq_version_info(), tuple[int, int, int])
major: int = zmq.pyzmq_version_info()[0]
assert_type(zmq.Stopwatch().stop(), int)

assert_type(z85.encode(b"1234"), bytes)
assert_type(z85.encode(memoryview(b"1234")), bytes)
assert_type(z85.decode("f!$Kw"), bytes)
assert_type(z85.decode(bytearray(b"f!$Kw")), bytes)
z85.encode("1234")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

assert_type(dumps({"a": 1}, indent=2), bytes)
value: "dict[str, Any] | list[Any] | str | float" = loads(b"[]")
assert_type(cast_bytes("text"), bytes)
assert_type(cast_unicode(b"bytes", "utf-8"), str)
assert_type(cast_int_addr(5), int)

key: int = gc.store(object(), threading.Event())
collector: GarbageCollector = GarbageCollector()
reference: gcref = collector.refs[key]

with allow_interrupt(lambda: None):
    pass


def in_a_thread(monitor: "zmq.Socket[bytes]") -> None:
    message = recv_monitor_message(monitor, zmq.DONTWAIT)
    assert_type(message["event"], zmq.Event)
    assert_type(message["value"], int)
    assert_type(message["endpoint"], bytes)
    if "values" in message:
        assert_type(message["values"], list[int])
    assert_type(message.get("remote_endpoint", b""), bytes)
    message["nothing"]  # type: ignore[typeddict-item]  # pyright: ignore


async def in_a_task(monitor: zmq.asyncio.Socket) -> None:
    coming: Awaitable[Any] = recv_monitor_message(monitor)
    await coming
    message = await recv_monitor_message(monitor, flags=zmq.DONTWAIT)
    assert_type(message["endpoint"], bytes)


parse_monitor_message([b"123456", b"endpoint"])
