"""zmq.eventloop.future and zmq.eventloop.ioloop: old names for the asyncio classes."""

from __future__ import annotations

import asyncio
import importlib
import sys
import warnings

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.eventloop
from zmq.eventloop import future

pytest.importorskip("tornado", reason="needs Tornado's loop: pip install tornado")

from tornado import gen
from tornado.ioloop import IOLoop


@pytest.fixture
def loop():
    loop = IOLoop(make_current=False)
    yield loop
    loop.close()


def test_coroutines_of_tornado_await_sockets(loop):
    @gen.coroutine
    def exchange():
        with future.Context() as context:
            one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            one.bind("inproc://tornado")
            other.connect("inproc://tornado")
            waiting = other.recv_multipart()
            yield one.send_multipart([b"a", b"b"])
            received = yield waiting
            yield other.send_json({"n": 1})
            poller = future.Poller()
            poller.register(one, zmq.POLLIN)
            events = yield poller.poll()
            assert events == [(one, zmq.POLLIN)]
            decoded = yield one.recv_json()
            return received, decoded

    assert loop.run_sync(exchange, TIMEOUT_S) == ([b"a", b"b"], {"n": 1})


def test_cancelled_receive_raises_cancelled_error(loop):
    async def cancel() -> None:
        with future.Context() as context, context.socket(zmq.PULL) as socket:
            waiting = socket.recv()
            waiting.cancel()
            with pytest.raises(future.CancelledError):
                await waiting

    loop.run_sync(cancel, TIMEOUT_S)


def test_socket_takes_a_loop_of_tornado(loop):
    with future.Context(io_loop=loop) as context:
        one = context.socket(zmq.PAIR, io_loop=loop)
        other = context.socket(zmq.PAIR, io_loop=loop)
        one.bind("inproc://given")
        other.connect("inproc://given")
        waiting = other.recv()  # while no loop runs
        one.send(b"x")
        assert isinstance(waiting, asyncio.Future)

        async def receive() -> bytes:
            return await waiting

        assert loop.run_sync(receive, TIMEOUT_S) == b"x"


def test_from_socket_shadows(context):
    plain = context.socket(zmq.PULL)
    socket = future.Socket.from_socket(plain)
    assert isinstance(socket, future.Socket)
    assert socket.underlying == plain.underlying


def test_ioloop_is_deprecated():
    sys.modules.pop("zmq.eventloop.ioloop", None)
    with pytest.warns(DeprecationWarning, match=r"tornado\.ioloop"):
        ioloop = importlib.import_module("zmq.eventloop.ioloop")
    assert ioloop.IOLoop is IOLoop is zmq.eventloop.IOLoop
    with pytest.warns(DeprecationWarning, match="install"):
        ioloop.install()


def test_old_names_are_one_loop():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from zmq.eventloop import ioloop
    assert ioloop.ZMQIOLoop is ioloop.IOLoop is IOLoop


def test_authenticator_warns_of_its_loop(context, loop):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from zmq.auth.ioloop import IOLoopAuthenticator
    with pytest.warns(DeprecationWarning, match="io_loop"):
        IOLoopAuthenticator(context, io_loop=loop)
