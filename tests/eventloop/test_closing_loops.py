"""``IOLoop.close(all_fds=True)`` closes the sockets that wait in the loop: programs rely on it."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.asyncio
import zmq.eventloop.future

pytest.importorskip("tornado", reason="needs Tornado's loop: pip install tornado")

from tornado.ioloop import IOLoop

from zmq.eventloop.zmqstream import ZMQStream


@pytest.fixture
def loop():
    loop = IOLoop(make_current=False)
    yield loop
    if not loop.asyncio_loop.is_closed():
        loop.close()


def run(loop: IOLoop, function):
    """Call a function while the loop runs."""

    async def call():
        return function()

    return loop.run_sync(call, timeout=TIMEOUT_S)


@pytest.mark.parametrize("kind", [zmq.PULL, zmq.SERVER])
def test_closing_the_loop_closes_streams(context, loop, kind):
    socket = context.socket(kind)
    stream = run(loop, lambda: ZMQStream(socket))
    run(loop, lambda: stream.on_recv(print))
    loop.close(all_fds=True)
    assert socket.closed
    assert stream.closed()


def test_closing_the_loop_closes_idle_streams(context, loop):
    socket = context.socket(zmq.PULL)
    run(loop, lambda: ZMQStream(socket))
    loop.close(all_fds=True)
    assert socket.closed


def test_plain_close_of_the_loop_closes_no_socket(context, loop):
    socket = context.socket(zmq.PULL)
    run(loop, lambda: ZMQStream(socket).on_recv(print))
    loop.close()
    assert not socket.closed


def test_shadow_in_a_stream_closes_the_socket(context, loop):
    socket = context.socket(zmq.PULL)
    run(loop, lambda: ZMQStream(zmq.Socket.shadow(socket)).on_recv(print))
    loop.close(all_fds=True)
    assert socket.closed


def test_two_streams_on_one_socket(context, loop):
    socket = context.socket(zmq.PULL)
    streams = [run(loop, lambda: ZMQStream(socket)) for _ in range(2)]
    loop.close(all_fds=True)
    assert socket.closed
    assert [stream.closed() for stream in streams] == [True, True]


def test_context_ends_after_a_thread_closed_its_loop():
    context = zmq.Context()
    started = threading.Event()
    loops = []

    def serve() -> None:
        loop = IOLoop(make_current=False)
        loops.append(loop)
        socket = context.socket(zmq.ROUTER)
        socket.bind("inproc://served")

        async def start() -> None:
            ZMQStream(socket).on_recv(print)
            loop.add_callback(started.set)

        loop.add_callback(start)
        loop.start()
        loop.close(all_fds=True)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert started.wait(TIMEOUT_S)
    loops[0].add_callback(loops[0].stop)
    thread.join(TIMEOUT_S)
    ending = threading.Thread(target=context.term, daemon=True)
    ending.start()
    ending.join(TIMEOUT_S)
    assert not ending.is_alive()


def test_closed_stream_leaves_its_descriptor_free(context, loop):
    one, other = context.socket(zmq.PULL), context.socket(zmq.PULL)
    streams = run(loop, lambda: [ZMQStream(one), ZMQStream(other)])
    assert len(loop.handlers) == 2
    run(loop, streams[0].close)
    other.close(0)
    assert not loop.handlers
    # The loop can now watch another socket with the same descriptor.
    run(loop, lambda: ZMQStream(context.socket(zmq.PULL)))
    assert len(loop.handlers) == 1


def test_descriptor_with_a_handler_keeps_it(context, loop):
    socket = context.socket(zmq.PULL)
    calls = []
    loop.add_handler(socket.fileno(), lambda *args: calls.append(args), 0)
    run(loop, lambda: ZMQStream(socket).close())
    assert list(loop.handlers)
    loop.remove_handler(next(iter(loop.handlers)))


def test_closing_the_loop_closes_future_sockets(context, loop):
    futures = zmq.eventloop.future.Context.shadow(context)
    waited, idle = futures.socket(zmq.PULL), futures.socket(zmq.PULL)

    async def wait() -> None:
        received = waited.recv()
        await asyncio.sleep(0)
        received.cancel()

    loop.run_sync(wait, timeout=TIMEOUT_S)
    loop.close(all_fds=True)
    assert waited.closed
    assert not idle.closed
    idle.close()


def test_loop_keeps_no_future_socket_alive(context, loop):
    futures = zmq.eventloop.future.Context.shadow(context)

    async def wait() -> weakref.ref:
        socket = futures.socket(zmq.PULL)
        received = socket.recv()
        await asyncio.sleep(0)
        received.cancel()
        await asyncio.sleep(0)
        with pytest.warns(ResourceWarning):
            reference = weakref.ref(socket)
            del socket, received
            gc.collect()
        return reference

    assert loop.run_sync(wait, timeout=TIMEOUT_S)() is None
    assert not loop.handlers


def test_asyncio_sockets_stay_open(context, loop):
    """The sockets wait in asyncio's loop, and Tornado's loop closes only its own objects."""
    socket = zmq.asyncio.Context.shadow(context).socket(zmq.PULL)

    async def wait() -> None:
        received = socket.recv()
        await asyncio.sleep(0)
        received.cancel()

    loop.run_sync(wait, timeout=TIMEOUT_S)
    loop.close(all_fds=True)
    assert not socket.closed
    socket.close()
