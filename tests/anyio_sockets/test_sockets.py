"""The parts that only zmq.anyio has; tests/contract tests the parts that all flavours have."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import anyio
import anyio.lowlevel
import pytest
from limits import TIMEOUT_S

import zmq
import zmq.anyio
import zmq.asyncio


async def _settle():
    """Let the other tasks run until they wait."""
    for _ in range(5):
        await anyio.lowlevel.checkpoint()


def test_many_timeouts_leave_nothing_behind(run, pair):
    _first, second = pair

    async def main():
        for _ in range(300):
            with anyio.move_on_after(0):
                await second.recv()
            with anyio.move_on_after(0.0001):
                await second.poll()
        state = second._waiters()
        assert not state.receivers
        assert not state.pollers
        assert not state.sleepers

    run(main)


def test_use_with_asyncio_while_a_task_waits(run, backend, pair, in_thread):
    _first, second = pair
    if backend == "trio":
        other = "zmq.anyio"

        async def main():
            async with anyio.create_task_group() as group:
                group.start_soon(second.recv)
                await _settle()

                async def receive():
                    return await zmq.asyncio.Socket(second).recv()

                with pytest.raises(RuntimeError, match=other):
                    in_thread(lambda: anyio.run(receive)).value()
                group.cancel_scope.cancel()
    else:

        async def main():
            waiting = zmq.asyncio.Socket(second).recv()
            with pytest.raises(RuntimeError, match=r"zmq\.asyncio"):
                await second.recv()
            waiting.cancel()
            # that call was cancelled, so this flavour can use the socket again
            await pair[0].send(b"x")
            assert await second.recv() == b"x"

    run(main)


def test_use_without_a_loop(pair):
    receiving = pair[0].recv()
    with pytest.raises(RuntimeError):
        receiving.send(None)


def test_import_without_anyio_names_the_remedy():
    program = "import sys; sys.modules['anyio'] = None\nimport zmq\nimport zmq.anyio"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert done.returncode == 1
    assert "pip install anyio" in done.stderr


def test_loop_that_moves_to_another_thread(pair, in_thread):
    first, second = pair
    loop = asyncio.new_event_loop()
    received = []

    async def receive():
        received.append(await second.recv())

    async def main(message):
        with anyio.fail_after(TIMEOUT_S):
            async with anyio.create_task_group() as group:
                group.start_soon(receive)
                await _settle()
                await first.send(message)

    try:
        loop.run_until_complete(main(b"0"))
        in_thread(lambda: loop.run_until_complete(main(b"1"))).value()
        loop.run_until_complete(main(b"2"))
    finally:
        loop.close()
    assert received == [b"0", b"1", b"2"]


def test_receive_takes_timeout(run, pair):
    first, second = pair

    async def main():
        for timeout in (0, 5):
            for receive in (second.recv, second.recv_multipart, second.recv_string):
                with pytest.raises(zmq.Again, match=rf"message within timeout \({timeout} ms\)"):
                    await receive(timeout=timeout)
        second.rcvtimeo = 1
        with pytest.raises(zmq.Again, match=r"no message within RCVTIMEO \(1 ms\)"):
            await second.recv()
        with pytest.raises(TypeError, match="timeout is a number of milliseconds"):
            await second.recv(timeout="5")
        await first.send(b"x")
        return await second.recv(timeout=TIMEOUT_S * 1000)

    assert run(main) == b"x"
