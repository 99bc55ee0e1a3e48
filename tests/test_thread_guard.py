"""If two threads send or receive at one socket, the second gets EMTHREAD."""

from __future__ import annotations

import threading

import pytest
from limits import TIMEOUT_MS

import zmq


@pytest.fixture
def socket_in_use(context, in_thread, until):
    """A PAIR in which another thread is waiting for a message."""
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    one.bind("inproc://guarded")
    other.connect("inproc://guarded")
    worker = in_thread(one.recv)

    until(one._is_waited_in)
    yield one
    assert worker.is_alive()
    other.send(b"done")
    assert worker.value() == b"done"


_CALLS = {
    "recv": lambda s: s.recv(),
    "recv DONTWAIT": lambda s: s.recv(zmq.DONTWAIT),
    "recv frame": lambda s: s.recv(copy=False),
    "recv_multipart": lambda s: s.recv_multipart(),
    "recv_into": lambda s: s.recv_into(bytearray(5)),
    "recv_many": lambda s: s.recv_many(5),
    "recv_string": lambda s: s.recv_string(),
    "send": lambda s: s.send(b"x"),
    "send frame": lambda s: s.send(zmq.Frame(b"x")),
    "send lent": lambda s: s.send(bytearray(100000), copy=False),
    "send_multipart": lambda s: s.send_multipart([b"x", b"y"]),
    "send_many": lambda s: s.send_many([b"x"]),
    "proxy": lambda s: zmq.proxy(s, s),
    "proxy_steerable": lambda s: zmq.proxy_steerable(s, s),
}


@pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS.keys())
def test_second_thread_gets_an_error(socket_in_use, call):
    with pytest.raises(zmq.ZMQError, match=r"PAIR.* in use by another thread") as caught:
        call(socket_in_use)
    assert caught.value.errno == zmq.EMTHREAD


def test_a_shadow_shares_the_guard(context, in_thread, until):
    one = context.socket(zmq.PAIR)
    shadow = zmq.Socket(one)
    by_address = zmq.Socket.shadow(one.underlying)
    one.bind("inproc://guarded")
    other = context.socket(zmq.PAIR)
    other.connect("inproc://guarded")
    worker = in_thread(shadow.recv)

    until(shadow._is_waited_in)
    for socket in (one, by_address):
        with pytest.raises(zmq.ZMQError, match="in use by another thread"):
            socket.recv(zmq.DONTWAIT)
    other.send(b"x")
    assert worker.value() == b"x"
    for socket in (one, by_address):
        with pytest.raises(zmq.Again):
            socket.recv(zmq.DONTWAIT)


def test_sleeping_poller_lets_the_others_in(context, in_thread, until):
    sockets = [context.socket(zmq.PULL) for _ in range(3)]
    sockets[0].bind("inproc://p")
    poller = zmq.Poller()
    for socket in sockets:
        poller.register(socket, zmq.POLLIN)
    worker = in_thread(lambda: poller.poll(TIMEOUT_MS))
    until(lambda: all(socket._sleepers() for socket in sockets))
    with pytest.raises(zmq.Again):
        sockets[2].recv(zmq.DONTWAIT)
    assert poller.poll(0) == []
    sender = context.socket(zmq.PUSH)
    sender.connect("inproc://p")
    sender.send(b"x")
    assert worker.value() == [(sockets[0], zmq.POLLIN)]
    assert sockets[0].recv() == b"x"


def test_refused_poll_releases_all_sockets(context, in_thread, until):
    free, used, other = (context.socket(kind) for kind in (zmq.PAIR, zmq.PULL, zmq.PUSH))

    def is_refused():
        try:
            used.get(zmq.LINGER)
        except zmq.ZMQError as error:
            return error.errno == zmq.EMTHREAD
        return False

    def run_proxy():
        with pytest.raises(zmq.ContextTerminated):
            zmq.proxy(used, other)
        used.close()
        other.close()
        return True

    worker = in_thread(run_proxy)
    until(is_refused)
    poller = zmq.Poller()
    poller.register(free)
    poller.register(used)
    for _ in range(3):
        with pytest.raises(zmq.ZMQError):
            poller.poll(0)
        with pytest.raises(zmq.ZMQError):
            poller.poll()
    free.get(zmq.LINGER)
    assert free.poll(0) == 0
    context.destroy(0)
    assert worker.value()


def test_a_socket_may_wander_between_threads(pair, in_thread):
    one, other = pair
    for number in range(20):
        in_thread(lambda n=number: one.send(b"%d" % n)).value()
        assert in_thread(other.recv).value() == b"%d" % number


def test_thread_safe_sockets_are_for_all_threads(context, in_thread):
    server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
    server.bind("inproc://threads")
    client.connect("inproc://threads")
    count = 50
    start = threading.Barrier(4)

    def send():
        start.wait(30)
        for _ in range(count):
            client.send(b"x")

    def receive():
        start.wait(30)
        return [server.recv() for _ in range(count)]

    workers = [in_thread(send), in_thread(send), in_thread(receive), in_thread(receive)]
    assert [w.value() for w in workers[2:]] == [[b"x"] * count] * 2
