"""Repeated calls leak no objects and no memory of libzmq."""

from __future__ import annotations

import asyncio
import copy
import gc
import sys
import warnings
from collections.abc import Callable

import pytest
from limits import TIMEOUT_S
from memory import memory_in_use

import zmq
import zmq.asyncio

# If each turn leaks one object, MOST_BLOCKS is exceeded. If each turn leaks the smallest piece of
# memory, MOST_BYTES is exceeded.
TURNS = 1000
MOST_BLOCKS = 400
MOST_BYTES = 24 * TURNS
LARGE = b"x" * 70_000


def assert_no_leak(
    turn: Callable[[], object], turns: int = TURNS, bytes_each: int = MOST_BYTES // TURNS
) -> None:
    """Run `turn` often; the remaining objects and memory must not grow with each turn.

    Caches fill once, and I/O threads free memory later, so one round without growth is enough.
    """
    for _ in range(turns // 5 + 5):
        turn()
    most_blocks = max(turns * MOST_BLOCKS // TURNS, 20)
    blocks = memory = 0
    for _ in range(5):
        gc.collect()
        blocks_before, memory_before = sys.getallocatedblocks(), memory_in_use()
        for _ in range(turns):
            turn()
        gc.collect()
        blocks = sys.getallocatedblocks() - blocks_before
        memory = memory_in_use() - memory_before
        if blocks < most_blocks and memory < turns * bytes_each:
            return
    raise AssertionError(f"{turns} turns left {blocks} objects and {memory} bytes behind")


class Sockets:
    """Functions for the programs below."""

    def __init__(self, context: zmq.Context, pair: tuple[zmq.Socket, zmq.Socket]) -> None:
        self.context = context
        self.one, self.other = pair
        self.closed = context.socket(zmq.PAIR)
        self.closed.close()
        self.lonely = context.socket(zmq.PUSH)
        self.router = context.socket(zmq.ROUTER)
        self.router.router_mandatory = True
        self.poller = zmq.Poller()
        self.poller.register(self.one)
        self.lent = bytearray(LARGE)
        self.frame = zmq.Frame(self.lent, copy=False, track=True)
        self.room = bytearray(100)

    def raises(self, error: type[Exception], call: Callable[..., object], *args: object) -> None:
        try:
            call(*args)
        except error:
            return
        raise AssertionError(f"{call} raised no {error}")


PROGRAMS: dict[str, Callable[[Sockets], object]] = {
    "send, recv": lambda s: (s.one.send(b"x" * 50), s.other.recv()),
    "large": lambda s: (s.one.send(LARGE), s.other.recv()),
    "bytearray": lambda s: (s.one.send(s.room), s.other.recv()),
    "strided": lambda s: (s.one.send(memoryview(b"abcdef")[::2]), s.other.recv()),
    "frame": lambda s: (s.one.send(b"x" * 50), s.other.recv(copy=False).bytes),
    "tracked frame": lambda s: (s.one.send(b"x"), s.other.recv(copy=False, track=True).tracker),
    "view of a frame": lambda s: (s.one.send(LARGE), s.other.recv(copy=False).buffer[1:]),
    "lent": lambda s: (s.one.send(s.lent, copy=False), s.other.recv()),
    "lent and tracked": lambda s: (
        (tracker := s.one.send(s.lent, copy=False, track=True)),
        s.other.recv(),
        tracker.wait(TIMEOUT_S),
    ),
    "frame again": lambda s: (s.one.send(s.frame, copy=False, track=True), s.other.recv()),
    "multipart": lambda s: (s.one.send_multipart([b"a", s.room, "é".encode()]),
                            s.other.recv_multipart()),
    "many parts": lambda s: (s.one.send_multipart([b"a" * 40] * 40),
                             s.other.recv_multipart(copy=False)),
    "lent multipart": lambda s: (s.one.send_multipart([s.lent, s.frame], copy=False, track=True),
                                 s.other.recv_multipart()),
    "send_many": lambda s: (s.one.send_many([b"a" * 40, s.room]), s.other.recv_many(2)),
    "recv_into": lambda s: (s.one.send(b"x" * 50), s.other.recv_into(s.room)),
    "string": lambda s: (s.one.send_string("é" * 50), s.other.recv_string()),
    "json": lambda s: (s.one.send_json({"a": [1, 2]}), s.other.recv_json()),
    "pyobj": lambda s: (s.one.send_pyobj({"a": [1, 2]}), s.other.recv_pyobj()),
    "poll": lambda s: (s.one.poll(0), s.one.poll(0, zmq.POLLOUT)),
    "Poller": lambda s: s.poller.poll(0),
    "new Poller": lambda s: copy.copy(s.poller).poll(0),
    "select": lambda s: zmq.select([s.one], [s.one], [], 0),
    "options": lambda s: (
        s.one.set(zmq.SNDHWM, 5), s.one.get(zmq.LAST_ENDPOINT), s.one.get(zmq.MAXMSGSIZE),
        setattr(s.one, "routing_id", b"me"), s.one.routing_id, s.one.fileno(), s.one.linger),
    "wrong options": lambda s: (
        s.raises(TypeError, s.one.set, zmq.LINGER, "x"),
        s.raises(TypeError, s.one.set, zmq.ROUTING_ID, 5),
        s.raises(OverflowError, s.one.set, zmq.LINGER, 1 << 40),
        s.raises(zmq.ZMQError, s.one.set, 9999, 5),
        s.raises(zmq.ZMQError, s.one.get, 9999),
        s.raises(AttributeError, getattr, s.one, "nonsense"),
        s.raises(AttributeError, setattr, s.one, "nonsense", 5)),
    "wrong data": lambda s: (
        s.raises(TypeError, s.one.send, "x"),
        s.raises(TypeError, s.one.send, 5),
        s.raises(TypeError, s.one.send_multipart, [LARGE, s.lent, "x"]),
        s.raises(ValueError, s.one.send_multipart, []),
        s.raises(zmq.ZMQError, s.one.send, b"x", 0, True, False, -1),
        s.raises(BufferError, s.one.recv_into, b"read-only"),
        s.raises(TypeError, zmq.Frame, "x")),
    "no message": lambda s: (
        s.raises(zmq.Again, s.one.recv, zmq.DONTWAIT),
        s.raises(zmq.Again, s.one.recv_multipart, zmq.DONTWAIT, False),
        s.raises(zmq.Again, lambda: s.one.recv_into(s.room, flags=zmq.DONTWAIT))),
    "no room": lambda s: (
        s.raises(zmq.Again, s.lonely.send, LARGE, zmq.DONTWAIT),
        s.raises(zmq.Again, s.lonely.send, s.lent, zmq.DONTWAIT, False, True),
        s.raises(zmq.Again, s.lonely.send, s.frame, zmq.DONTWAIT, False),
        s.raises(zmq.Again, s.lonely.send_multipart, [LARGE] * 20, zmq.DONTWAIT),
        s.raises(zmq.Again, s.lonely.send_many, [LARGE] * 2, zmq.DONTWAIT)),
    "no such peer": lambda s: (
        s.raises(zmq.ZMQError, s.router.send_multipart, [b"nobody", LARGE]),
        s.raises(zmq.ZMQError, s.router.send, s.lent, zmq.SNDMORE, False)),
    "closed": lambda s: (
        s.raises(zmq.ZMQError, s.closed.send, LARGE),
        s.raises(zmq.ZMQError, s.closed.send, s.lent, 0, False),
        s.raises(zmq.ZMQError, s.closed.send_multipart, [LARGE, s.lent]),
        s.raises(zmq.ZMQError, s.closed.recv),
        s.raises(zmq.ZMQError, s.closed.poll, 0),
        s.raises(zmq.ZMQError, s.closed.get, zmq.LINGER)),
    "wrong endpoints": lambda s: (
        s.raises(zmq.ZMQError, s.one.bind, "nonsense"),
        s.raises(zmq.ZMQError, s.one.bind, "foo://x"),
        s.raises(TypeError, s.one.connect, 5),
        s.raises(zmq.ZMQError, s.one.connect, "ipc://" + "x" * 300),
        s.raises(zmq.ZMQError, s.one.unbind, "tcp://127.0.0.1:9")),
    "frames": lambda s: (
        zmq.Frame(LARGE).bytes, zmq.Frame(s.lent, track=True).tracker, copy.copy(s.frame),
        repr(zmq.Frame(b"x")), zmq.Frame(s.lent, copy=False).buffer,
        s.raises(zmq.ZMQError, zmq.Frame(b"x").get, "nonsense")),
    "trackers": lambda s: zmq.MessageTracker(s.frame, zmq.MessageTracker(s.frame)).done,
    "shadows": lambda s: (zmq.Socket.shadow(s.one), copy.copy(s.one),
                          zmq.Context.shadow(s.context)),
    "versions": lambda s: (zmq.zmq_version(), zmq.has("curve"), zmq.strerror(5),
                           zmq.curve_keypair()),
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_nothing_is_left_behind(context, pair, program):
    sockets = Sockets(context, pair)
    assert_no_leak(lambda: program(sockets))


# A thread of the context frees a socket's memory after the socket is closed. When the context has
# ended, all memory is free.
def test_sockets_leave_nothing_behind():
    def turn() -> None:
        with zmq.Context() as plain:
            for _ in range(50):
                one, other = plain.socket(zmq.PAIR), plain.socket(zmq.PAIR)
                with one.bind("inproc://leak"), other.connect("inproc://leak"):
                    one.send(LARGE)
                    other.recv()
                one.close(0)
                other.close(0)

    assert_no_leak(turn, turns=5, bytes_each=20_000)


def test_unclosed_sockets_leave_nothing_behind():
    def turn() -> None:
        with zmq.Context() as plain:
            for _ in range(50):
                socket = plain.socket(zmq.PUSH)
                holder = [socket]
                holder.append(holder)
            del socket, holder
            gc.collect()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        assert_no_leak(turn, turns=5, bytes_each=20_000)


def test_contexts_leave_nothing_behind():
    def turn() -> None:
        with zmq.Context() as made, made.socket(zmq.REP) as socket:
            socket.bind("inproc://leak")

    assert_no_leak(turn, turns=30, bytes_each=4000)


def test_monitors_leave_nothing_behind():
    def turn() -> None:
        with plain.socket(zmq.REP) as socket:
            socket.get_monitor_socket()
            socket.bind("tcp://127.0.0.1:*")
            socket.disable_monitor()

    with zmq.Context() as plain:
        assert_no_leak(turn, turns=50, bytes_each=2000)


def test_cancelled_receives_leave_nothing_behind():
    async def cancel_often() -> None:
        async def cancel() -> None:
            waiting = [asyncio.ensure_future(call()) for call in calls]
            await asyncio.sleep(0)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

        def blocks() -> int:
            gc.collect()
            return sys.getallocatedblocks()

        with zmq.asyncio.Context() as context, context.socket(zmq.PAIR) as socket:
            calls = [socket.recv, socket.recv_multipart, socket.poll, lambda: socket.send(LARGE)]
            grown = 0
            for _ in range(5):
                before = blocks()
                for _ in range(200):
                    await cancel()
                grown = blocks() - before
                if grown < 100:
                    return
            raise AssertionError(f"200 turns left {grown} objects behind")

    asyncio.run(cancel_often())


def test_a_leak_is_noticed():
    kept: list[object] = []
    with pytest.raises(AssertionError, match="objects"):
        assert_no_leak(lambda: kept.append(zmq.Frame(b"x")))
