"""The futures and event loops of zmq.asyncio; tests/contract tests all other behaviour."""

from __future__ import annotations

import asyncio
import gc
import pickle

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.asyncio


def test_ready_call_returns_a_done_future(run, pair):
    first, second = pair

    async def main():
        sent = first.send(b"hello")
        assert isinstance(sent, asyncio.Future)
        assert sent.done()
        received = second.recv()
        assert isinstance(received, asyncio.Future)
        assert received.done()
        return await received

    assert run(main()) == b"hello"


def test_receives_complete_in_the_order_of_calls(run, pipeline):
    push, pull = pipeline

    async def main():
        futures = [pull.recv() for _ in range(100)]
        tasks = [asyncio.ensure_future(_await(pull.recv())) for _ in range(100)]
        await asyncio.sleep(0)
        for number in range(200):
            await push.send(b"%d" % number)
        return [int(m) for m in await asyncio.gather(*futures, *tasks)]

    assert run(main()) == list(range(200))


async def _await(future):
    return await future


EARLY = [
    ("recv_string", [b"x"], "x"),
    ("recv_json", [b"[1]"], [1]),
    ("recv_pyobj", [pickle.dumps({1})], {1}),
    ("recv_multipart", [b"a", b"b"], [b"a", b"b"]),
    ("recv_many", [b"a"], [b"a"]),
    ("poll", [b"x"], zmq.POLLIN),
]


@pytest.mark.parametrize(("receive", "message", "expected"), EARLY)
def test_pending_future_receives(run, pair, receive, message, expected):
    """A future that no task awaits yet takes its message as soon as the message arrives."""
    first, second = pair
    arguments = (1,) if receive == "recv_many" else ()

    async def main():
        future = getattr(second, receive)(*arguments)
        assert not future.done()
        await first.send_multipart(message)
        return await future

    assert run(main()) == expected


def test_pending_futures_of_frames_and_buffers(run, pair):
    first, second = pair
    buffer = bytearray(8)

    async def main():
        frames = second.recv_multipart(copy=False)
        size = second.recv_into(buffer, nbytes=4)
        number = second.recv_serialized(lambda parts: int(parts[0]))
        unreadable = second.recv_json()
        for message in (b"frame", b"abcdef", b"5", b"{", b"next"):
            await first.send(message)
        with pytest.raises(ValueError, match="Expecting"):
            await unreadable
        assert [part.bytes for part in await frames] == [b"frame"]
        assert await size == 6
        assert await number == 5
        return await second.recv()

    assert run(main()) == b"next"
    assert buffer == b"abcd\0\0\0\0"


def test_receive_into_checks_the_buffer_at_once(pair):
    with pytest.raises(BufferError):
        pair[0].recv_into(b"read-only")
    with pytest.raises(ValueError, match="does not fit"):
        pair[0].recv_into(bytearray(3), nbytes=4)


def test_pending_sends_complete_in_order(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 1
    push.bind("inproc://room")
    pull.connect("inproc://room")

    async def main():
        futures = [push.send_multipart([b"%d" % number, b"x"]) for number in range(20)]
        assert not futures[-1].done()
        received = [await pull.recv_multipart() for _ in range(20)]
        await asyncio.gather(*futures)
        return received

    assert run(main()) == [[b"%d" % number, b"x"] for number in range(20)]


def test_shadows_share_their_futures(run, pair):
    first, second = pair
    shadow = zmq.asyncio.Socket(zmq.Socket(second))

    async def main():
        futures = [second.recv(), shadow.recv(), second.recv()]
        for number in range(3):
            await first.send(b"%d" % number)
        return await asyncio.gather(*futures)

    assert run(main()) == [b"0", b"1", b"2"]


def test_monitor_is_closed_when_its_reader_is_cancelled(run, context):
    async def main():
        socket = context.socket(zmq.REP)
        monitor = socket.get_monitor_socket()
        reading = asyncio.ensure_future(_await(monitor.recv_multipart()))
        polling = monitor.poll()
        await asyncio.sleep(0)
        socket.disable_monitor()
        reading.cancel()
        assert await polling == zmq.POLLIN
        await monitor.recv_multipart()
        with pytest.raises(zmq.ZMQError, match="closed"):
            await monitor.poll()
        assert monitor.closed

    run(main())


def test_closing_cancels_pending_futures(run, pair):
    _first, second = pair

    async def main():
        awaited = asyncio.ensure_future(_await(second.recv()))
        kept, polled = second.recv(), second.poll()
        await asyncio.sleep(0)
        second.close()
        for future in (awaited, kept, polled):
            with pytest.raises(asyncio.CancelledError):
                await future
        with pytest.raises(zmq.ZMQError) as raised:
            second.recv()
        assert raised.value.errno == zmq.ENOTSOCK

    run(main())


def test_errors_are_raised_when_awaited(run, pair):
    first, _second = pair

    async def main():
        for future in (first.send("text"), first.send_multipart([b"a", 5]), first.send(None)):
            with pytest.raises(TypeError):
                await future

    run(main())


def test_socket_outlives_its_loop(run, pair):
    first, second = pair

    async def receive():
        await first.send(b"x")
        waiting = second.recv()
        await waiting
        kept = second.recv()  # still waiting when its loop ends
        assert not kept.done()
        return await second.poll(0)

    for _ in range(3):
        assert run(receive()) == 0


def test_loop_that_moves_to_another_thread(new_loop, pair, in_thread):
    """Run the same loop by turns in this thread and in another."""
    first, second = pair
    loop = new_loop()

    async def send_late(message):
        receiving = asyncio.ensure_future(_await(second.recv()))
        await asyncio.sleep(0.01)
        await first.send(message)
        return await asyncio.wait_for(receiving, TIMEOUT_S)

    for message in (b"0", b"1"):
        assert loop.run_until_complete(send_late(message)) == message
        moved = in_thread(lambda: loop.run_until_complete(send_late(b"moved")))
        assert moved.value() == b"moved"


def test_call_outside_the_thread_of_its_loop(new_loop, pair, in_thread):
    first, second = pair
    loop = new_loop()
    receiving = zmq.asyncio.Socket.from_socket(second, loop).recv()
    zmq.Socket.shadow(first).send(b"x")

    async def main():
        return await asyncio.wait_for(receiving, TIMEOUT_S)

    assert in_thread(lambda: loop.run_until_complete(main())).value() == b"x"


def test_moved_loop_is_idle_while_it_waits(pair, in_thread):
    _, second = pair
    loop = asyncio.SelectorEventLoop()
    rounds = 0
    select = loop._selector.select

    def count(timeout):
        nonlocal rounds
        rounds += 1
        return select(timeout)

    loop._selector.select = count
    receiving = zmq.asyncio.Socket.from_socket(second, loop).recv()
    # This use of the socket starts tasks. They must end, so that the loop becomes idle.
    zmq.Socket.shadow(second).get(zmq.EVENTS)

    async def wait():
        await asyncio.wait({receiving}, timeout=0.2)

    try:
        in_thread(lambda: loop.run_until_complete(wait())).value()
        assert rounds < 50
        receiving.cancel()
    finally:
        loop.close()


def test_second_loop_fails_while_a_stopped_one_waits(pair):
    _first, second = pair
    loop = asyncio.new_event_loop()
    other = asyncio.new_event_loop()

    async def start():
        return second.recv()

    try:
        waiting = loop.run_until_complete(_wrapped(start))
        with pytest.raises(RuntimeError, match="another event loop"):
            other.run_until_complete(_wrapped(start))
        waiting[0].cancel()
        loop.run_until_complete(asyncio.sleep(0))
        again = other.run_until_complete(_wrapped(start))
        again[0].cancel()
        other.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()
        other.close()


async def _wrapped(start):
    return [await start()]


def test_io_loop_serves_without_a_running_loop(pair):
    first, second = pair
    loop = asyncio.new_event_loop()
    try:
        shadows = [zmq.asyncio.Socket.from_socket(socket, loop) for socket in (first, second)]
        receiving = shadows[1].recv()
        shadows[0].send(b"x")
        assert loop.run_until_complete(receiving) == b"x"
    finally:
        loop.close()


@pytest.mark.parametrize("kind", ["recv", "recv_multipart", "send", "send_multipart", "poll"])
def test_loop_has_a_round_after_128_ready_calls(run, pair, kind):
    """The documentation promises this limit of 128 calls."""
    first, second = pair
    first.sndhwm = second.rcvhwm = 0

    async def main():
        plain = zmq.Socket.shadow(first)
        for _ in range(1000):
            plain.send(b"x")
        start = {
            "recv": second.recv,
            "recv_multipart": second.recv_multipart,
            "send": lambda: first.send(b"x"),
            "send_multipart": lambda: first.send_multipart([b"x"]),
            "poll": second.poll,
        }[kind]
        counts = []
        for _ in range(3):
            count = 0
            while (future := start()).done():
                count += 1
                assert count < 1000
            counts.append(count)
            await future
        return counts

    assert run(main()) == [128, 128, 128]


def test_unclosed_socket_warns(run):
    context = zmq.asyncio.Context()
    sockets = [context.socket(zmq.PULL)]
    sockets[0].bind("inproc://unclosed")

    async def main():
        await sockets[0].poll(0)

    run(main())
    with pytest.warns(ResourceWarning, match="Unclosed socket"):
        sockets.clear()
        gc.collect()
    context.term()


def test_install_is_deprecated():
    with pytest.warns(DeprecationWarning, match="not needed"):
        zmq.asyncio.install()
