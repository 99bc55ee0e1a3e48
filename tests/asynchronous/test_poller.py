"""zmq.asyncio.Poller."""

from __future__ import annotations

import asyncio
import socket as sockets

import pytest

import zmq
import zmq.asyncio


def test_poll_returns_what_is_ready(run, pair):
    first, second = pair

    async def main():
        poller = zmq.asyncio.Poller()
        poller.register(second, zmq.POLLIN)
        assert await poller.poll(0) == []
        assert await poller.poll(10) == []
        waiting = asyncio.ensure_future(poller.poll())
        await asyncio.sleep(0)
        await first.send(b"x")
        assert await waiting == [(second, zmq.POLLIN)]
        assert await second.recv() == b"x"

    run(main())


def test_poll_plain_sockets(run):
    with zmq.Context() as context:
        first, second = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        first.bind("inproc://plain")
        second.connect("inproc://plain")

        async def main():
            poller = zmq.asyncio.Poller()
            poller.register(second, zmq.POLLIN)
            waiting = asyncio.ensure_future(poller.poll(5000))
            await asyncio.sleep(0)
            first.send(b"x")
            return await waiting

        assert run(main()) == [(second, zmq.POLLIN)]
        assert second.recv() == b"x"


def test_closed_descriptor_is_passed_over(run, pair):
    first, second = pair
    left, right = sockets.socketpair()

    async def main():
        poller = zmq.asyncio.Poller()
        poller.register(left, zmq.POLLIN)
        poller.register(second, zmq.POLLIN)
        left.close()
        assert await poller.poll(10) == []
        waiting = asyncio.ensure_future(poller.poll(5000))
        await asyncio.sleep(0)
        await first.send(b"x")
        assert await waiting == [(second, zmq.POLLIN)]

    with left, right:
        run(main())


def test_poll_descriptors(run):
    left, right = sockets.socketpair()
    with left, right:

        async def main():
            poller = zmq.asyncio.Poller()
            poller.register(left, zmq.POLLIN)
            poller.register(left.fileno(), zmq.POLLIN)
            assert await poller.poll(10) == []
            waiting = asyncio.ensure_future(poller.poll(5000))
            await asyncio.sleep(0)
            right.send(b"x")
            return await waiting

        assert (left.fileno(), zmq.POLLIN) in run(main())


def test_cancelled_poll_takes_nothing(run, pair):
    first, second = pair

    async def main():
        poller = zmq.asyncio.Poller()
        poller.register(second, zmq.POLLIN)
        for _ in range(50):
            waiting = poller.poll()
            waiting.cancel()
        await first.send(b"x")
        assert await poller.poll(1000) == [(second, zmq.POLLIN)]
        return await second.recv()

    assert run(main()) == b"x"


def test_closed_socket(run, pair):
    _first, second = pair
    second.close()

    async def main():
        poller = zmq.asyncio.Poller()
        poller.register(second, zmq.POLLIN)
        with pytest.raises(zmq.ZMQError) as raised:
            await poller.poll(10)
        assert raised.value.errno == zmq.ENOTSOCK

    run(main())


def test_socket_closed_meanwhile(run, pair):
    _first, second = pair

    async def main():
        poller = zmq.asyncio.Poller()
        poller.register(second, zmq.POLLIN)
        waiting = poller.poll(5000)
        second.close()
        with pytest.raises((asyncio.CancelledError, zmq.ZMQError)):
            await waiting

    run(main())
