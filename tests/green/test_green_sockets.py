"""The parts that only zmq.green has; tests/contract tests the parts that all flavours have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from limits import TIMEOUT_S
from socket_helpers import connect_pair, opened_context

pytest.importorskip("gevent", reason="zmq.green is for gevent: pip install gevent")

import gevent
import gevent.socket

import zmq as plain_zmq
import zmq.green as zmq


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Fail a test that waits too long."""
    with gevent.Timeout(TIMEOUT_S):
        yield


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    with opened_context(zmq.Context) as context:
        yield context


@pytest.fixture
def pair(context: zmq.Context) -> Callable[..., tuple[zmq.Socket, zmq.Socket]]:
    """Make two connected sockets, the first of which binds."""

    def make(
        first: int = zmq.PAIR, second: int = zmq.PAIR, transport: str = "inproc"
    ) -> tuple[zmq.Socket, zmq.Socket]:
        address = "tcp://127.0.0.1:*" if transport == "tcp" else ""
        return connect_pair(context, first, second, address)

    return make


def start(function: Callable, *args: object, **kwargs: object) -> gevent.Greenlet:
    """Start a greenlet, and let it run until it waits."""
    greenlet = gevent.spawn(function, *args, **kwargs)
    gevent.sleep(0.01)
    return greenlet


def test_names_are_those_of_zmq():
    for name in plain_zmq.__all__:
        if name not in ("backend", "constants", "error", "sugar"):
            assert hasattr(zmq, name), name
    assert zmq.Context is not plain_zmq.Context
    assert zmq.Context.instance() is not plain_zmq.Context.instance()
    zmq.Context.instance().term()
    plain_zmq.Context.instance().term()


def test_iteration_waits_for_messages(pair):
    one, other = pair()
    waiting = start(lambda: next(iter(other)))
    assert not waiting.ready()
    one.send(b"x")
    assert waiting.get() == b"x"


def test_many_greenlets_wait_for_one_socket(pair):
    one, other = pair(transport="tcp")
    waiting = [gevent.spawn(other.recv) for _ in range(10)]
    gevent.sleep(0.01)
    for number in range(10):
        one.send(b"%d" % number)
    gevent.joinall(waiting, raise_error=True)
    assert sorted(greenlet.value for greenlet in waiting) == [b"%d" % n for n in range(10)]


def test_select_and_zmq_poll(pair):
    one, other = pair()
    assert zmq.select([other], [], [], 0.01) == ([], [], [])
    assert zmq.select([other], [one], []) == ([], [one], [])
    waiting = start(zmq.select, [other], [], [])
    polling = start(zmq.zmq_poll, [(other, zmq.POLLIN)])
    one.send(b"x")
    assert waiting.get() == ([other], [], [])
    assert polling.get() == [(other, zmq.POLLIN)]


@pytest.mark.parametrize("function", ["device", "proxy"])
def test_device_passes_messages_both_ways(context, function):
    frontend, backend = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    frontend.bind("inproc://frontend")
    backend.bind("inproc://backend")
    request, reply = context.socket(zmq.REQ), context.socket(zmq.REP)
    request.connect("inproc://frontend")
    reply.connect("inproc://backend")
    if function == "device":
        passing = start(zmq.device, zmq.QUEUE, frontend, backend)
    else:
        passing = start(zmq.proxy, frontend, backend)
    for _ in range(200):
        request.send(b"question")
        assert reply.recv() == b"question"
        reply.send(b"answer")
        assert request.recv() == b"answer"
    passing.kill()


def test_proxy_in_one_direction_with_capture(context, pair):
    source, frontend = pair(zmq.PUSH, zmq.PULL, "tcp")
    backend, sink = pair(zmq.PUSH, zmq.PULL, "tcp")
    capture, captured = pair(zmq.PAIR, zmq.PAIR, "tcp")
    passing = start(zmq.proxy, frontend, backend, capture)
    source.send_multipart([b"a", b"b"])
    assert sink.recv_multipart() == [b"a", b"b"]
    assert captured.recv_multipart() == [b"a", b"b"]
    passing.kill()
    with pytest.raises(ValueError, match="nothing can pass"):
        zmq.proxy(sink, frontend)


def test_proxy_ends_when_a_socket_closes(pair):
    _, frontend = pair(zmq.PUSH, zmq.PULL)
    backend, _ = pair(zmq.PUSH, zmq.PULL, "tcp")

    def run() -> int:
        with pytest.raises(zmq.ZMQError) as caught:
            zmq.proxy(frontend, backend)
        return caught.value.errno

    passing = start(run)
    frontend.close()
    assert passing.get() == zmq.ENOTSOCK


def test_error_of_closing_has_no_other_context(pair):
    _, other = pair()

    def receive() -> zmq.ZMQError:
        with pytest.raises(zmq.ZMQError) as caught:
            other.recv()
        return caught.value

    waiting = start(receive)
    other.close()
    assert waiting.get().__context__ is None


def test_repr_names_the_public_module(context):
    socket = context.socket(zmq.PULL)
    assert repr(socket).startswith("<zmq.green.Socket(zmq.PULL)")
    assert repr(context).startswith("<zmq.green.Context(1 socket)")


def test_receive_takes_timeout(pair):
    one, other = pair()
    for timeout in (0, 5):
        for receive in (other.recv, other.recv_multipart, other.recv_string):
            with pytest.raises(zmq.Again, match=rf"no message within timeout \({timeout} ms\)"):
                receive(timeout=timeout)
    other.rcvtimeo = 1
    with pytest.raises(zmq.Again, match=r"no message within RCVTIMEO \(1 ms\)"):
        other.recv()
    waiting = gevent.spawn(other.recv, timeout=10_000)
    gevent.sleep(0)
    one.send(b"late")
    assert waiting.get(timeout=30) == b"late"


def test_receivers_keep_their_order_under_flow(pair):
    one, other = pair(transport="tcp")
    received = {}

    def take(number):
        received[number] = int(other.recv())

    takers = []
    for number in range(200):
        takers.append(gevent.spawn(take, number))
        gevent.sleep(0)
    plain = plain_zmq.Socket.shadow(one.underlying)

    def send():
        pause = threading.Event()
        for number in range(200):
            plain.send(b"%d" % number)
            pause.wait(0.0002)  # so that messages come while the greenlets wake up

    sender = threading.Thread(target=send)
    sender.start()
    gevent.joinall(takers, timeout=30)
    sender.join(30)
    assert received == {number: number for number in range(200)}
