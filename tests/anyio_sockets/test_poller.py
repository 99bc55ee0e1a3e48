"""zmq.anyio.Poller."""

from __future__ import annotations

import socket as sockets

import anyio
import anyio.lowlevel
import pytest

import zmq
import zmq.anyio


async def _poll_while(poller, action, timeout=10_000):
    """Poll, and do something once that waits."""
    found = []

    async def poll():
        found.append(await poller.poll(timeout))

    async with anyio.create_task_group() as group:
        group.start_soon(poll)
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
        assert not found
        action()
    return found[0]


def test_poll_returns_what_is_ready(run, pair):
    first, second = pair
    plain = zmq.Socket(first)

    async def main():
        poller = zmq.anyio.Poller()
        poller.register(second, zmq.POLLIN)
        assert await poller.poll(0) == []
        assert await poller.poll(10) == []
        assert await _poll_while(poller, lambda: plain.send(b"x")) == [(second, zmq.POLLIN)]
        assert await second.recv() == b"x"
        poller.modify(second, zmq.POLLIN | zmq.POLLOUT)
        assert await poller.poll() == [(second, zmq.POLLOUT)]

    run(main)


def test_closed_descriptor_is_passed_over(run, pair):
    first, second = pair
    plain = zmq.Socket(first)
    left, right = sockets.socketpair()

    async def main():
        poller = zmq.anyio.Poller()
        poller.register(left, zmq.POLLIN)
        poller.register(second, zmq.POLLIN)
        left.close()
        assert await poller.poll(10) == []
        assert await _poll_while(poller, lambda: plain.send(b"x")) == [(second, zmq.POLLIN)]

    with left, right:
        run(main)


def test_poll_plain_sockets(run):
    with (
        zmq.Context() as context,
        context.socket(zmq.PAIR) as first,
        context.socket(zmq.PAIR) as second,
    ):
        first.bind("inproc://plain")
        second.connect("inproc://plain")

        async def main():
            poller = zmq.anyio.Poller()
            poller.register(second, zmq.POLLIN)
            return await _poll_while(poller, lambda: first.send(b"x"))

        assert run(main) == [(second, zmq.POLLIN)]
        assert second.recv() == b"x"


def test_poll_descriptors(run):
    left, right = sockets.socketpair()
    with left, right:

        async def main():
            poller = zmq.anyio.Poller()
            poller.register(left, zmq.POLLIN)
            assert await poller.poll(10) == []
            assert await _poll_while(poller, lambda: right.send(b"x")) == [
                (left.fileno(), zmq.POLLIN)
            ]
            poller.modify(left, zmq.POLLOUT)
            return await poller.poll()

        assert run(main) == [(left.fileno(), zmq.POLLOUT)]


def test_cancelled_poll_takes_nothing(run, pair):
    first, second = pair

    async def main():
        poller = zmq.anyio.Poller()
        poller.register(second, zmq.POLLIN)
        for _ in range(20):
            with anyio.move_on_after(0.0005):
                await poller.poll()
        await first.send(b"x")
        assert await poller.poll(1000) == [(second, zmq.POLLIN)]
        return await second.recv()

    assert run(main) == b"x"


def test_polling_does_not_swallow_the_wake_up_of_a_receiver(run, pair):
    first, second = pair
    plain = zmq.Socket(first)

    async def main():
        received = []
        poller = zmq.anyio.Poller()
        poller.register(second, zmq.POLLIN)

        async def receive():
            received.append(await second.recv())

        for number in range(100):
            async with anyio.create_task_group() as group:
                group.start_soon(receive)
                for _ in range(5):
                    await anyio.lowlevel.checkpoint()
                plain.send(b"%d" % number)
                await poller.poll(0)
        return received

    assert run(main) == [b"%d" % number for number in range(100)]


def test_socket_closed_meanwhile(run, pair):
    _first, second = pair

    async def main():
        poller = zmq.anyio.Poller()
        poller.register(second, zmq.POLLIN)

        async def poll():
            with pytest.raises(zmq.ZMQError) as raised:
                await poller.poll()
            assert raised.value.errno == zmq.ENOTSOCK

        async with anyio.create_task_group() as group:
            group.start_soon(poll)
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            second.close()

    run(main)


def test_urgent_data_arrives_when_it_comes(run):
    with sockets.create_server(("127.0.0.1", 0)) as server:
        one = sockets.create_connection(server.getsockname())
        other, _ = server.accept()

    async def main():
        poller = zmq.anyio.Poller()
        poller.register(other, zmq.POLLPRI)
        found = await _poll_while(poller, lambda: one.send(b"!", sockets.MSG_OOB), -1)
        assert found == [(other.fileno(), zmq.POLLPRI)]

    with one, other:
        run(main)


def test_two_polls_on_one_descriptor(run):
    one, other = sockets.socketpair()

    async def main():
        found = []

        async def poll():
            poller = zmq.anyio.Poller()
            poller.register(other, zmq.POLLIN)
            found.append(await poller.poll())

        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(poll)
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            one.send(b"x")
        assert found == [[(other.fileno(), zmq.POLLIN)]] * 2

    with one, other:
        run(main)


def test_others_are_polled_beside_a_closed_socket(run, pair):
    first, second = pair
    one, other = sockets.socketpair()

    async def main():
        poller = zmq.anyio.Poller()
        for target in (first, second, other):
            poller.register(target, zmq.POLLIN)
        first.close()
        assert await poller.poll(1) == []
        found = await _poll_while(poller, lambda: one.send(b"x"))
        assert found == [(other.fileno(), zmq.POLLIN)]

    with one, other:
        run(main)
