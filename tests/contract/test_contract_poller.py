"""Pollers of every flavour."""

from __future__ import annotations

import os
import socket as sockets
import tempfile

import pytest
from limits import TIMEOUT_MS

import zmq

LONG_MS = 10 * TIMEOUT_MS
"""Longer than a test may take: events must wake the poll, not its last check at the timeout."""


@pytest.fixture
def ends():
    """Two connected stream sockets."""
    one, other = sockets.socketpair()
    with one, other:
        yield one, other


@pytest.fixture
def poller_for(flavour):
    """Make a poller: ``poller_for((socket, flags), ...)``."""

    def make(*pairs):
        poller = flavour.poller()
        for target, flags in pairs:
            poller.register(flavour.bare(target), flags)
        return poller

    return make


@pytest.fixture
def poll_while(flavour):
    """Poll, and do something as soon as the poll waits: ``await poll_while(poller, action)``."""

    async def poll(poller, action, timeout=LONG_MS):
        async with flavour.group() as group:
            task = group.start(poller.poll, timeout)
            await flavour.settle()
            assert not task.done
            action()
        return task.value

    return poll


def test_poll_returns_ready_sockets(flavour, run, pair, poller_for, poll_while):
    first, second = pair
    bare, plain = flavour.bare(second), flavour.plain(first)

    async def main():
        poller = poller_for((second, zmq.POLLIN))
        assert await poller.poll(0) == []
        assert await poller.poll(10) == []
        assert await poll_while(poller, lambda: plain.send(b"x")) == [(bare, zmq.POLLIN)]
        assert await second.recv() == b"x"
        poller.modify(bare, zmq.POLLIN | zmq.POLLOUT)
        assert await poller.poll() == [(bare, zmq.POLLOUT)]

    run(main)


def test_poll_takes_plain_sockets(run, poller_for, poll_while):
    with (
        zmq.Context() as context,
        context.socket(zmq.PAIR) as first,
        context.socket(zmq.PAIR) as second,
    ):
        first.bind("inproc://plain")
        second.connect("inproc://plain")

        async def main():
            poller = poller_for((second, zmq.POLLIN))
            return await poll_while(poller, lambda: first.send(b"x"))

        assert run(main) == [(second, zmq.POLLIN)]
        assert second.recv() == b"x"


@pytest.mark.parametrize("form", ["object", "number"])
def test_poll_takes_descriptors(run, ends, poller_for, poll_while, form):
    one, other = ends
    target = other if form == "object" else other.fileno()

    async def main():
        poller = poller_for((target, zmq.POLLIN))
        assert await poller.poll(10) == []
        found = await poll_while(poller, lambda: one.send(b"x"))
        assert found == [(other.fileno(), zmq.POLLIN)]
        poller.modify(target, zmq.POLLOUT)
        return await poller.poll()

    assert run(main) == [(other.fileno(), zmq.POLLOUT)]


def test_poll_waits_for_sockets_and_descriptors(flavour, run, pair, ends, poller_for, poll_while):
    first, second = pair
    one, other = ends
    bare, plain = flavour.bare(second), flavour.plain(first)

    async def main():
        poller = poller_for((second, zmq.POLLIN), (other, zmq.POLLIN))
        assert await poll_while(poller, lambda: plain.send(b"x")) == [(bare, zmq.POLLIN)]
        await second.recv()
        found = await poll_while(poller, lambda: one.send(b"x"))
        assert found == [(other.fileno(), zmq.POLLIN)]

    run(main)


def test_poller_and_receiver_wait_for_one_socket(flavour, run, pair, poller_for):
    first, second = pair

    async def main():
        poller = poller_for((second, zmq.POLLIN))
        async with flavour.group() as group:
            polling, receiving = group.start(poller.poll), group.start(second.recv)
            await flavour.settle()
            await first.send_many([b"x", b"y"])
        return polling.value, receiving.value

    assert run(main) == ([(flavour.bare(second), zmq.POLLIN)], b"x")


def test_closed_descriptor_is_skipped(flavour, run, pair, ends, poller_for, poll_while):
    first, second = pair
    closed, _ = ends
    plain = flavour.plain(first)

    async def main():
        poller = poller_for((closed, zmq.POLLIN), (second, zmq.POLLIN))
        closed.close()
        assert await poller.poll(10) == []
        found = await poll_while(poller, lambda: plain.send(b"x"))
        assert found == [(flavour.bare(second), zmq.POLLIN)]

    run(main)


def test_cancelled_poll_takes_no_message(flavour, run, pair, poller_for):
    first, second = pair

    async def main():
        poller = poller_for((second, zmq.POLLIN))
        for _ in range(20):
            with flavour.move_on_after(0.0005):
                await poller.poll()
        await first.send(b"x")
        assert await poller.poll(1000) == [(flavour.bare(second), zmq.POLLIN)]
        return await second.recv()

    assert run(main) == b"x"


def test_cancelled_poll_leaves_another_alone(flavour, run, ends, poller_for):
    one, other = ends

    async def main():
        async with flavour.group() as group:
            polls = [group.start(poller_for((other, zmq.POLLIN)).poll, LONG_MS) for _ in range(2)]
            await flavour.settle()
            polls[0].cancel()
            await flavour.settle()
            one.send(b"x")
        return polls[1].value

    assert run(main) == [(other.fileno(), zmq.POLLIN)]


def test_closed_socket_is_an_error(run, pair, poller_for):
    _, second = pair

    async def main():
        poller = poller_for((second, zmq.POLLIN))
        second.close()
        with pytest.raises(zmq.ZMQError) as raised:
            await poller.poll(10)
        assert raised.value.errno == zmq.ENOTSOCK

    run(main)


def test_closing_ends_a_poll(flavour, run, pair, poller_for):
    _, second = pair
    poller = poller_for((second, zmq.POLLIN))

    async def poll():
        with pytest.raises((flavour.closed_error, zmq.ZMQError)) as raised:
            await poller.poll(LONG_MS)
        return getattr(raised.value, "errno", zmq.ENOTSOCK)

    async def main():
        async with flavour.group() as group:
            task = group.start(poll)
            await flavour.settle()
            second.close()
        return task.value

    assert run(main) == zmq.ENOTSOCK


def test_others_are_polled_beside_a_closed_socket(run, pair, ends, poller_for, poll_while):
    first, second = pair
    one, other = ends

    async def main():
        poller = poller_for((first, zmq.POLLIN), (second, zmq.POLLIN), (other, zmq.POLLIN))
        first.close()
        assert await poller.poll(1) == []
        found = await poll_while(poller, lambda: one.send(b"x"))
        assert found == [(other.fileno(), zmq.POLLIN)]

    run(main)


def test_two_polls_on_one_descriptor(flavour, run, ends, poller_for):
    one, other = ends

    async def main():
        async with flavour.group() as group:
            polls = [group.start(poller_for((other, zmq.POLLIN)).poll, LONG_MS) for _ in range(2)]
            await flavour.settle()
            one.send(b"x")
        return [task.value for task in polls]

    assert run(main) == [[(other.fileno(), zmq.POLLIN)]] * 2


@pytest.mark.usefixtures("asynchronous")
def test_urgent_data_wakes_up_a_poll(run, poller_for, poll_while):
    with sockets.create_server(("127.0.0.1", 0)) as server:
        one = sockets.create_connection(server.getsockname())
        other, _ = server.accept()

    async def main():
        poller = poller_for((other, zmq.POLLPRI))
        found = await poll_while(poller, lambda: one.send(b"!", sockets.MSG_OOB), -1)
        assert found == [(other.fileno(), zmq.POLLPRI)]

    with one, other:
        run(main)


@pytest.mark.usefixtures("asynchronous")
def test_error_of_a_pipe_wakes_up_a_poll(run, poller_for, poll_while):
    reading, writing = os.pipe()

    async def main():
        found = await poll_while(poller_for((writing, zmq.POLLERR)), lambda: os.close(reading))
        assert found == [(writing, zmq.POLLERR)]

    try:
        run(main)
    finally:
        os.close(writing)


@pytest.mark.usefixtures("asynchronous")
def test_file_on_a_disk_is_ready(run, poller_for):
    async def main():
        with tempfile.TemporaryFile() as file:
            assert await poller_for((file, zmq.POLLIN)).poll(TIMEOUT_MS)
            assert await poller_for((file, zmq.POLLPRI)).poll(1) == []

    run(main)
