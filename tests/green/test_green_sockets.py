"""zmq.green: greenlets wait for sockets, and others run meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from limits import TIMEOUT_S

pytest.importorskip("gevent", reason="zmq.green is for gevent: pip install gevent")

import gevent
import gevent.socket

import zmq as plain_zmq
import zmq.green as zmq
from zmq.utils.monitor import recv_monitor_message


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Fail what waits for ever."""
    with gevent.Timeout(TIMEOUT_S):
        yield


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    """A context that keeps its sockets, and closes them at the end."""
    with zmq.Context() as context:
        context.linger = 0
        make_socket, kept = context.socket, []

        def make_and_keep(*args: object, **kwargs: object) -> zmq.Socket:
            kept.append(make_socket(*args, **kwargs))
            return kept[-1]

        context.socket = make_and_keep
        yield context


@pytest.fixture
def pair(context: zmq.Context) -> Callable[..., tuple[zmq.Socket, zmq.Socket]]:
    """Make two connected sockets, the first of which binds."""

    def make(
        first: int = zmq.PAIR, second: int = zmq.PAIR, transport: str = "inproc", hwm: int = 1000
    ) -> tuple[zmq.Socket, zmq.Socket]:
        one, other = context.socket(first), context.socket(second)
        one.hwm = other.hwm = hwm
        one.bind("inproc://green" if transport == "inproc" else "tcp://127.0.0.1:*")
        other.connect("inproc://green" if transport == "inproc" else one.last_endpoint.decode())
        return one, other

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


@pytest.mark.parametrize("transport", ["inproc", "tcp"])
def test_messages_go_between_greenlets(pair, transport):
    push, pull = pair(zmq.PUSH, zmq.PULL, transport, hwm=3)

    def send() -> None:
        for number in range(2000):
            push.send(b"%d" % number)

    greenlet = gevent.spawn(send)
    assert [pull.recv() for _ in range(2000)] == [b"%d" % n for n in range(2000)]
    greenlet.get()


@pytest.mark.parametrize(
    ("receive", "send", "expected"),
    [
        (lambda s: s.recv(), lambda s: s.send(b"x"), b"x"),
        (lambda s: s.recv(copy=False).bytes, lambda s: s.send(b"x", copy=False), b"x"),
        (
            lambda s: s.recv_multipart(),
            lambda s: s.send_multipart(iter([b"a", b"b"])),
            [b"a", b"b"],
        ),
        (lambda s: s.recv_many(5), lambda s: s.send_many([b"a"]), [b"a"]),
        (lambda s: s.recv_into(bytearray(4)), lambda s: s.send(b"abc"), 3),
        (lambda s: s.recv_string(), lambda s: s.send_string("ä"), "ä"),
        (lambda s: s.recv_json(), lambda s: s.send_json([1]), [1]),
        (lambda s: s.recv_pyobj(), lambda s: s.send_pyobj({2}), {2}),
        (lambda s: s.poll(), lambda s: s.send(b"x"), zmq.POLLIN),
        (lambda s: next(iter(s)), lambda s: s.send(b"x"), b"x"),
    ],
    ids=["recv", "frame", "multipart", "many", "into", "string", "json", "pyobj", "poll", "iter"],
)
def test_others_run_while_one_receives(pair, receive, send, expected):
    one, other = pair()
    waiting = start(receive, other)
    assert not waiting.ready()
    send(one)
    assert waiting.get() == expected


@pytest.mark.parametrize(
    "send",
    [
        lambda s: s.send(b"last"),
        lambda s: s.send_multipart([b"last"]),
        lambda s: s.send_many([b"last"]),
        lambda s: s.send_many(iter([b"last"])),
        lambda s: (s.poll(flags=zmq.POLLOUT), s.send(b"last", zmq.DONTWAIT)),
    ],
    ids=["send", "multipart", "many", "iterator", "poll"],
)
def test_others_run_while_one_sends(pair, send):
    push, pull = pair(zmq.PUSH, zmq.PULL, hwm=1)
    filled = 0
    while push.poll(0, zmq.POLLOUT):
        push.send(b"fill", zmq.DONTWAIT)
        filled += 1
    waiting = start(send, push)
    assert not waiting.ready()
    received = [pull.recv() for _ in range(filled + 1)]
    assert received == [b"fill"] * filled + [b"last"]
    waiting.get()


def test_send_many_sends_all_as_room_comes(pair):
    push, pull = pair(zmq.PUSH, zmq.PULL, hwm=2)
    sending = start(push.send_many, [b"%d" % n for n in range(100)])
    assert [pull.recv() for _ in range(100)] == [b"%d" % n for n in range(100)]
    assert sending.get() == 100


def test_send_many_returns_the_number_sent(pair):
    push, _ = pair(zmq.PUSH, zmq.PULL, hwm=2)
    push.sndtimeo = 10
    sent = push.send_many([b"x"] * 100)
    assert 0 < sent < 100
    with pytest.raises(zmq.Again):
        push.send_many([b"x"])
    with pytest.raises(zmq.Again):
        push.send_many(iter([b"x"]), zmq.DONTWAIT)


def test_timeouts_of_gevent_lose_nothing(pair):
    one, other = pair()
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
        other.recv()
    one.send(b"kept")
    assert other.recv() == b"kept"


def test_killed_greenlets_lose_nothing(pair):
    one, other = pair()
    received = []

    def receive() -> None:
        while True:
            received.append(other.recv())

    for number in range(200):
        greenlet = gevent.spawn(receive)
        gevent.sleep(0)
        one.send(b"%d" % number)
        if number % 2:
            gevent.sleep(0)
        greenlet.kill()
    while len(received) < 200:
        received.append(other.recv())
    assert received == [b"%d" % n for n in range(200)]


def test_timeouts_of_the_socket_hold(pair):
    one, other = pair()
    other.rcvtimeo = 10
    for receive in (other.recv, other.recv_multipart, lambda: other.recv_into(bytearray(1))):
        with pytest.raises(zmq.Again):
            receive()
    assert other.recv_many(1) == []
    assert other.recv_many(1, timeout=0) == []
    assert other.poll(10) == 0
    one.sndtimeo = 0
    with pytest.raises(zmq.Again):
        for _ in range(10**6):
            one.send(b"fill")


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


def test_dontwait_does_not_wait(pair):
    _, other = pair()
    with pytest.raises(zmq.Again):
        other.recv(zmq.DONTWAIT)


def test_many_greenlets_wait_for_one_socket(pair):
    one, other = pair(transport="tcp")
    waiting = [gevent.spawn(other.recv) for _ in range(10)]
    gevent.sleep(0.01)
    for number in range(10):
        one.send(b"%d" % number)
    gevent.joinall(waiting, raise_error=True)
    assert sorted(greenlet.value for greenlet in waiting) == [b"%d" % n for n in range(10)]


def test_one_sends_while_another_receives(pair):
    """What one does with a socket does not take the signal that the other waits for."""
    one, other = pair(transport="tcp")

    def echo() -> None:
        for _ in range(500):
            other.send(other.recv())

    def flood() -> None:
        for number in range(500):
            one.send(b"%d" % number)
            if number % 7 == 0:
                gevent.sleep(0)

    greenlets = [gevent.spawn(echo), gevent.spawn(flood)]
    assert [one.recv() for _ in range(500)] == [b"%d" % n for n in range(500)]
    gevent.joinall(greenlets, raise_error=True)


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.send(b"y"),
        lambda s: s.get(zmq.EVENTS),
        lambda s: s.poll(0),
        lambda s: s.connect("inproc://elsewhere"),
        lambda s: zmq.zmq_poll([(s, zmq.POLLIN)], 0),
    ],
    ids=["send", "get", "poll", "connect", "zmq_poll"],
)
def test_no_use_of_a_socket_takes_the_signal_of_who_waits(pair, use):
    one, other = pair()
    waiting = start(other.recv)
    one.send(b"x")
    # libzmq looks for signals once in a ms; no greenlet runs meanwhile
    time.sleep(0.01)
    use(other)
    assert waiting.get(timeout=TIMEOUT_S) == b"x"


def test_closing_wakes_those_who_wait(pair):
    one, other = pair()

    def receive() -> int:
        with pytest.raises(zmq.ZMQError) as caught:
            other.recv()
        return caught.value.errno

    def poll() -> int:
        poller = zmq.Poller()
        poller.register(other, zmq.POLLIN)
        with pytest.raises(zmq.ZMQError) as caught:
            poller.poll()
        return caught.value.errno

    waiting = [start(receive), start(receive), start(poll)]
    other.close()
    assert [greenlet.get() for greenlet in waiting] == [zmq.ENOTSOCK] * 3
    # and other sockets, which may get the same descriptor, work
    assert one.poll(0) == 0


def test_others_are_polled_beside_a_closed_socket(pair, context):
    one, other = pair()
    closed = context.socket(zmq.PULL)
    left, right = gevent.socket.socketpair()
    poller = zmq.Poller()
    for socket in (closed, left, other):
        poller.register(socket, zmq.POLLIN)
    for socket in (closed, left, right):
        socket.close()
    assert poller.poll(1) == []
    polling = start(poller.poll)
    one.send(b"x")
    assert polling.get(timeout=TIMEOUT_S) == [(other, zmq.POLLIN)]


def test_terminated_context_wakes_those_who_wait():
    context = zmq.Context()
    socket = context.socket(zmq.PULL)

    def receive() -> None:
        try:
            with pytest.raises(zmq.ContextTerminated):
                socket.recv()
        finally:
            socket.close()

    waiting = start(receive)
    gevent.get_hub().threadpool.spawn(context.term).get()
    waiting.get()


def test_shadows_share_those_who_wait(pair, until):
    one, other = pair(transport="tcp")
    shadow = zmq.Socket(other)
    waiting = start(shadow.recv)
    one.send(b"x")
    # takes the signal
    until(lambda: other.poll(0))
    assert waiting.get() == b"x"


def test_thread_safe_types(pair):
    server, client = pair(zmq.SERVER, zmq.CLIENT, "tcp")

    def echo() -> None:
        for _ in range(100):
            frame = server.recv(copy=False)
            server.send(frame.bytes, routing_id=frame.routing_id)

    greenlet = start(echo)
    for number in range(100):
        client.send(b"%d" % number)
        assert client.recv() == b"%d" % number
    greenlet.get()


def test_poller_waits_for_sockets_and_descriptors(pair):
    one, other = pair()
    read_end, write_end = os.pipe()
    try:
        poller = zmq.Poller()
        poller.register(other, zmq.POLLIN)
        poller.register(read_end, zmq.POLLIN)
        assert poller.poll(10) == []
        waiting = start(poller.poll)
        one.send(b"x")
        assert waiting.get() == [(other, zmq.POLLIN)]
        other.recv()
        waiting = start(poller.poll)
        os.write(write_end, b"x")
        assert waiting.get() == [(read_end, zmq.POLLIN)]
        poller.modify(other, zmq.POLLOUT)
        assert (other, zmq.POLLOUT) in poller.poll()
    finally:
        os.close(read_end)
        os.close(write_end)


def test_poller_and_greenlets_wait_for_the_same_socket(pair):
    one, other = pair(transport="tcp")
    poller = zmq.Poller()
    poller.register(other, zmq.POLLIN)
    polling, receiving = start(poller.poll), start(other.recv)
    one.send_many([b"x", b"y"])
    assert polling.get() == [(other, zmq.POLLIN)]
    assert receiving.get() == b"x"


def test_select_and_zmq_poll(pair):
    one, other = pair()
    assert zmq.select([other], [], [], 0.01) == ([], [], [])
    assert zmq.select([other], [one], []) == ([], [one], [])
    waiting = start(zmq.select, [other], [], [])
    polling = start(zmq.zmq_poll, [(other, zmq.POLLIN)])
    one.send(b"x")
    assert waiting.get() == ([other], [], [])
    assert polling.get() == [(other, zmq.POLLIN)]


def test_poller_takes_plain_sockets():
    with plain_zmq.Context() as context:
        one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        one.bind("inproc://plain")
        other.connect("inproc://plain")
        poller = zmq.Poller()
        poller.register(other, zmq.POLLIN)
        waiting = start(poller.poll)
        one.send(b"x")
        assert waiting.get() == [(other, zmq.POLLIN)]


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


def test_monitor_reads_all_events_up_to_the_end(context):
    socket = context.socket(zmq.REP)
    monitor = socket.get_monitor_socket()
    events = []

    def watch() -> None:
        while not events or events[-1] != zmq.EVENT_MONITOR_STOPPED:
            events.append(recv_monitor_message(monitor)["event"])

    watching = start(watch)
    socket.bind("tcp://127.0.0.1:*")
    socket.disable_monitor()
    watching.get()
    assert (events[0], events[-1]) == (zmq.EVENT_LISTENING, zmq.EVENT_MONITOR_STOPPED)


def test_error_that_ends_a_wait_is_no_consequence_of_another(pair):
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
