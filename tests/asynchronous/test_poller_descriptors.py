"""zmq.asyncio.Poller on descriptors: it reports every event, and keeps a program's own readers."""

from __future__ import annotations

import asyncio
import os
import select
import socket

import pytest
from limits import TIMEOUT_MS

import zmq
import zmq.asyncio

LONG_MS = 10 * TIMEOUT_MS
"""Longer than a test may take: events must wake the poll, not its last check at the timeout."""


@pytest.fixture
def ends():
    """Two connected stream sockets."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def poller_for(*pairs):
    poller = zmq.asyncio.Poller()
    for target, flags in pairs:
        poller.register(target, flags)
    return poller


def test_reader_of_the_program_stays(run, ends, loop_name):
    if loop_name == "without-readers":
        pytest.skip("this event loop has no add_reader, so a program cannot have a reader in it")
    one, other = ends
    other.setblocking(False)

    async def main():
        received: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()
        loop.add_reader(other.fileno(), lambda: received.set_result(other.recv(1)))
        try:
            assert await poller_for((other, zmq.POLLIN)).poll(1) == []
            one.send(b"x")
            assert await received == b"x"
        finally:
            loop.remove_reader(other.fileno())

    run(main())


def test_one_descriptor_registered_by_two_names(run, ends):
    one, other = ends

    async def main():
        poller = poller_for((other, zmq.POLLIN), (other.fileno(), zmq.POLLOUT | zmq.POLLIN))
        poller.modify(other.fileno(), zmq.POLLIN)
        waiting = poller.poll(LONG_MS)
        await asyncio.sleep(0)
        one.send(b"x")
        assert await waiting == [(other.fileno(), zmq.POLLIN)] * 2

    run(main())


def test_last_look_where_no_descriptor_stands_for_others(run, monkeypatch):
    """An object that the loop cannot watch is checked after the timeout."""
    for name in ("epoll", "kqueue"):
        monkeypatch.delattr(select, name, raising=False)
    reading, writing = os.pipe()

    async def main():
        waiting = poller_for((writing, zmq.POLLERR)).poll(50)
        await asyncio.sleep(0)
        os.close(reading)
        assert await waiting == [(writing, zmq.POLLERR)]

    try:
        run(main())
    finally:
        os.close(writing)


def test_polls_keep_no_descriptors(run, ends):
    _, other = ends

    async def main():
        poller = poller_for((other, zmq.POLLIN))
        await poller.poll(1)
        await asyncio.sleep(0)
        before = os.dup(0)
        os.close(before)
        for _ in range(20):
            await poller.poll(0.1)
            poller.poll(TIMEOUT_MS).cancel()
            await asyncio.sleep(0)
        after = os.dup(0)
        os.close(after)
        assert after == before

    run(main())
