"""Proxies: messages pass and are captured, and the proxy is controlled."""

from __future__ import annotations

import struct

import pytest
from limits import TIMEOUT_MS

import zmq
from zmq.backend.cython._zmq import monitored_queue


@pytest.fixture
def start(context, in_thread):
    """Run a proxy in a thread: ``start(function, front, back, ...)``. It ends with the context."""
    workers = []

    def begin(function, *sockets, **kwargs):
        def run():
            try:
                function(*sockets, **kwargs)
            except zmq.ContextTerminated:
                return "terminated"
            finally:
                for socket in (*sockets, *kwargs.values()):
                    if isinstance(socket, zmq.Socket):
                        socket.close(0)
            return "told to end"

        worker = in_thread(run)
        workers.append(worker)
        return worker

    yield begin
    context.destroy(0)
    for worker in workers:
        worker.value()


@pytest.fixture
def router_dealer(context):
    """A front and a back end, and a REQ and a REP connected to them."""
    front, back = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    front.bind("inproc://front")
    back.bind("inproc://back")
    request, reply = context.socket(zmq.REQ), context.socket(zmq.REP)
    request.connect("inproc://front")
    reply.connect("inproc://back")
    return front, back, request, reply


def ask(request, reply, parts=(b"question", b"more")):
    request.send_multipart(parts)
    assert reply.recv_multipart() == list(parts)
    reply.send(b"answer")
    assert request.recv() == b"answer"


def test_messages_pass_both_ways(router_dealer, start):
    front, back, request, reply = router_dealer
    worker = start(zmq.proxy, front, back)
    for _ in range(10):
        ask(request, reply)
    request.close()
    reply.close()
    front.context.destroy(0)
    assert worker.value() == "terminated"


def test_passed_messages_are_captured(router_dealer, context, start):
    front, back, request, reply = router_dealer
    capture, seen = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    capture.bind("inproc://capture")
    seen.connect("inproc://capture")
    start(zmq.proxy, front, back, capture)
    ask(request, reply)
    there, back_again = seen.recv_multipart(), seen.recv_multipart()
    assert there[1:] == [b"", b"question", b"more"]
    assert back_again[1:] == [b"", b"answer"]


def test_device_is_a_proxy(router_dealer, start):
    front, back, request, reply = router_dealer
    start(lambda a, b: zmq.device(zmq.QUEUE, a, b), front, back)
    ask(request, reply)


def test_a_streamer(context, start):
    kinds = (zmq.PULL, zmq.PUSH, zmq.PUSH, zmq.PULL)
    front, back, source, sink = (context.socket(kind) for kind in kinds)
    front.bind("inproc://front")
    back.bind("inproc://back")
    source.connect("inproc://front")
    sink.connect("inproc://back")
    start(zmq.proxy, front, back)
    source.send_many([b"%d" % n for n in range(2000)])
    received = []
    while len(received) < 2000:
        received += sink.recv_many(2000)
    assert received == [b"%d" % n for n in range(2000)]


def test_a_forwarder(context, start):
    front, back = context.socket(zmq.XSUB), context.socket(zmq.XPUB)
    front.bind("inproc://front")
    back.bind("inproc://back")
    publisher, subscriber = context.socket(zmq.XPUB), context.socket(zmq.SUB)
    publisher.connect("inproc://front")
    subscriber.connect("inproc://back")
    start(zmq.proxy, front, back)
    subscriber.subscribe("topic")
    assert publisher.recv() == b"\1topic"
    publisher.send(b"topic news")
    assert subscriber.recv() == b"topic news"


def test_full_back_end_stops_the_front_end(context, start):
    front, back = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    front.hwm = back.hwm = 1
    front.bind("inproc://front")
    back.bind("inproc://back")
    source = context.socket(zmq.PUSH)
    source.hwm = 1
    source.connect("inproc://front")
    control, steer = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    control.bind("inproc://control")
    steer.connect("inproc://control")
    worker = start(zmq.proxy_steerable, front, back, control=control)
    sent = 0
    source.sndtimeo = 20
    with pytest.raises(zmq.Again):
        while sent < 1000:
            source.send(b"%d" % sent)
            sent += 1
    assert sent < 10
    sink = context.socket(zmq.PULL)
    sink.connect("inproc://back")
    assert [sink.recv() for _ in range(sent)] == [b"%d" % n for n in range(sent)]
    steer.send(b"TERMINATE")
    assert worker.value() == "told to end"


@pytest.fixture
def steered(router_dealer, context, start):
    front, back, request, reply = router_dealer
    control, steer = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    control.bind("inproc://control")
    steer.connect("inproc://control")
    worker = start(zmq.proxy_steerable, front, back, None, control)
    return request, reply, steer, worker


def test_pause_and_resume(steered):
    request, reply, steer, _ = steered
    ask(request, reply)
    steer.send(b"PAUSE")
    steer.send(b"STATISTICS")  # the reply comes after the pause has begun
    steer.recv_multipart()
    request.send(b"held up")
    assert reply.poll(50) == 0
    steer.send(b"RESUME")
    assert reply.recv() == b"held up"
    reply.send(b"x")
    request.recv()


def test_terminate(steered):
    request, reply, steer, worker = steered
    ask(request, reply)
    steer.send(b"TERMINATE")
    assert worker.value() == "told to end"


def test_statistics(steered):
    request, reply, steer, _ = steered
    ask(request, reply)
    ask(request, reply)
    steer.send(b"STATISTICS")
    numbers = [struct.unpack("=Q", part)[0] for part in steer.recv_multipart()]
    assert len(numbers) == 8
    assert numbers[0] == numbers[6] == 2  # messages from the front end to the back end
    assert numbers[2] == numbers[4] == 2
    assert numbers[1] == numbers[7] >= 2 * len(b"questionmore")
    assert numbers[3] == numbers[5] >= 2 * len(b"answer")


@pytest.mark.parametrize("command", [[b"NONSENSE"], [b""], [b"TERMINATE", b"x"], [b"PAUSE "]])
def test_other_commands_have_no_effect(steered, command):
    request, reply, steer, worker = steered
    steer.send_multipart(command)
    ask(request, reply)
    assert worker.is_alive()


def test_a_rep_as_control_answers(router_dealer, context, start):
    front, back, request, reply = router_dealer
    control, steer = context.socket(zmq.REP), context.socket(zmq.REQ)
    control.bind("inproc://control")
    steer.connect("inproc://control")
    worker = start(zmq.proxy_steerable, front, back, None, control)
    for command in (b"PAUSE", b"RESUME", b"NONSENSE"):
        steer.send(command)
        assert steer.recv() == b""
    ask(request, reply)
    steer.send(b"STATISTICS")
    assert len(steer.recv_multipart()) == 8
    steer.send(b"TERMINATE")
    assert steer.recv() == b""
    assert worker.value() == "told to end"


def test_steerable_without_control_is_a_proxy(router_dealer, start):
    front, back, request, reply = router_dealer
    start(zmq.proxy_steerable, front, back)
    ask(request, reply)


def test_one_socket_as_both_ends(context, start):
    both = context.socket(zmq.DEALER)
    both.bind("inproc://echo")
    client = context.socket(zmq.DEALER)
    client.connect("inproc://echo")
    start(zmq.proxy, both, both)
    for number in range(5000):
        client.send_multipart([b"echo", b"%d" % number])
        assert client.recv_multipart() == [b"echo", b"%d" % number]


def test_monitored_queue_reports_directions(router_dealer, context, start):
    front, back, request, reply = router_dealer
    monitor, seen = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    monitor.bind("inproc://monitor")
    seen.connect("inproc://monitor")
    start(monitored_queue, front, back, monitor, in_prefix=b"there", out_prefix=b"back")
    ask(request, reply)
    assert seen.recv_multipart()[0] == b"there"
    assert seen.recv_multipart()[0] == b"back"


def test_a_monitored_queue_between_routers_swaps_ids(context, start):
    front, back = context.socket(zmq.ROUTER), context.socket(zmq.ROUTER)
    monitor, seen = context.socket(zmq.PUB), context.socket(zmq.SUB)
    seen.subscribe("")
    left, right = context.socket(zmq.DEALER), context.socket(zmq.DEALER)
    left.routing_id, right.routing_id = b"left", b"right"
    for socket, peer, name in ((front, left, "f"), (back, right, "b"), (monitor, seen, "m")):
        socket.bind(f"inproc://{name}")
        peer.connect(f"inproc://{name}")
    start(monitored_queue, front, back, monitor)
    for _ in range(100):
        left.send_multipart([b"right", b"hello"])
        if right.poll(50):
            break
    assert right.recv_multipart() == [b"left", b"hello"]
    right.send_multipart([b"left", b"hi"])
    assert left.poll(TIMEOUT_MS)
    assert left.recv_multipart() == [b"right", b"hi"]


@pytest.mark.parametrize("wrong", [None, 5, "x", object()])
def test_proxies_take_sockets(context, wrong):
    socket = context.socket(zmq.PAIR)
    for call in (
        lambda: zmq.proxy(wrong, socket),
        lambda: zmq.proxy(socket, wrong),
        lambda: zmq.proxy(socket, socket, wrong or 5),
        lambda: zmq.proxy_steerable(socket, wrong),
        lambda: zmq.proxy_steerable(socket, socket, control=wrong or 5),
        lambda: zmq.device(zmq.QUEUE, socket, wrong),
        lambda: monitored_queue(socket, socket, wrong),
    ):
        with pytest.raises(TypeError, match=r"must be a zmq\.Socket"):
            call()


@pytest.mark.parametrize("prefix", ["in", None, 5, bytearray(b"in")])
def test_prefixes_are_bytes(context, prefix):
    socket = context.socket(zmq.PAIR)
    with pytest.raises(TypeError, match="bytes"):
        monitored_queue(socket, socket, socket, prefix)


def test_error_of_a_proxy_is_reported(context):
    with pytest.raises(zmq.ZMQError) as caught:
        push = context.socket(zmq.PUSH)
        push.bind("inproc://x")
        pull = context.socket(zmq.PULL)
        pull.connect("inproc://x")
        push.send(b"x")
        sub = context.socket(zmq.SUB)
        # A SUB cannot be the capture socket.
        pub = context.socket(zmq.PUB)
        pub.bind("inproc://pub")
        zmq.proxy(pull, pub, sub)
    assert caught.value.errno == zmq.ENOTSUP


@pytest.mark.parametrize("run", [zmq.proxy, zmq.proxy_steerable], ids=["proxy", "steerable"])
def test_a_rep_on_both_ends_answers(context, start, run):
    echo, request = context.socket(zmq.REP), context.socket(zmq.REQ)
    echo.bind("inproc://echo")
    request.connect("inproc://echo")
    start(run, echo, echo)
    for parts in ([b"one"], [b"two", b"parts"], [b""] * 5):
        request.send_multipart(parts)
        assert request.recv_multipart() == parts


def test_a_rep_on_both_ends_is_captured(context, start):
    echo, request = context.socket(zmq.REP), context.socket(zmq.REQ)
    capture, captured = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    echo.bind("inproc://echo")
    request.connect("inproc://echo")
    capture.bind("inproc://captured")
    captured.connect("inproc://captured")
    start(monitored_queue, echo, echo, capture)
    request.send_multipart([b"a", b"b"])
    assert request.recv_multipart() == [b"a", b"b"]
    assert captured.recv_multipart() == [b"in", b"a", b"b"]


def test_a_rep_on_both_ends_obeys_commands(context, start):
    echo, request = context.socket(zmq.REP), context.socket(zmq.REQ)
    control, steering = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    echo.bind("inproc://echo")
    request.connect("inproc://echo")
    control.bind("inproc://control")
    steering.connect("inproc://control")
    running = start(zmq.proxy_steerable, echo, echo, None, control)
    request.send(b"x")
    assert request.recv() == b"x"
    steering.send(b"STATISTICS")
    numbers = [struct.unpack("=Q", part)[0] for part in steering.recv_multipart()]
    assert numbers == [1, 1, 0, 0, 0, 0, 1, 1]
    steering.send(b"TERMINATE")
    running.join(TIMEOUT_MS / 1000)
    assert not running.is_alive()
