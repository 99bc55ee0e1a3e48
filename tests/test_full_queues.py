"""When a queue is full or a peer is missing, each socket type behaves as docs/patterns says."""

from __future__ import annotations

import pytest

import zmq

WAITING = [
    (zmq.PUSH, zmq.PULL),
    (zmq.DEALER, zmq.DEALER),
    (zmq.DEALER, zmq.ROUTER),
    (zmq.PAIR, zmq.PAIR),
    (zmq.CLIENT, zmq.SERVER),
    (zmq.SCATTER, zmq.GATHER),
    (zmq.CHANNEL, zmq.CHANNEL),
]
names = [f"{first.name}-{second.name}" for first, second in WAITING]
HWM = 10


def numbers_of(receiver: zmq.Socket) -> list[int]:
    """Receive all messages that have arrived."""
    numbers = []
    while receiver.poll(0):
        numbers.append(int(receiver.recv_multipart()[-1]))
    return numbers


def send_until_full(sender: zmq.Socket, most: int = 1000, **kwargs: object) -> int:
    """Send numbers until the queue is full, and return how many were sent."""
    for number in range(most):
        try:
            sender.send(b"%d" % number, zmq.DONTWAIT, **kwargs)
        except zmq.Again:
            return number
    return most


@pytest.mark.parametrize(("first", "second"), WAITING, ids=names)
def test_full_queue_drops_nothing(socket_pair, first, second):
    sender, receiver = socket_pair(first, second, hwm=HWM)
    sent = send_until_full(sender)
    assert 0 < sent < 1000
    assert numbers_of(receiver) == list(range(sent))
    sender.send(b"5")  # there is room again


@pytest.mark.parametrize("kind", [*dict(WAITING), zmq.REQ], ids=lambda kind: kind.name)
def test_send_waits_for_a_peer(context, kind):
    sender = context.socket(kind)
    sender.bind("tcp://127.0.0.1:*")
    with pytest.raises(zmq.Again):
        sender.send(b"x", zmq.DONTWAIT)


def test_publisher_drops_when_full(socket_pair):
    publisher, subscriber = socket_pair(zmq.XPUB, zmq.SUB, hwm=HWM)
    publisher.recv()
    assert send_until_full(publisher) == 1000
    received = numbers_of(subscriber)
    assert received == list(range(len(received)))
    assert 0 < len(received) < 1000


def test_publisher_with_nodrop_waits(socket_pair):
    publisher, subscriber = socket_pair(zmq.XPUB, zmq.SUB, hwm=HWM)
    publisher.xpub_nodrop = True
    publisher.recv()
    sent = send_until_full(publisher)
    assert numbers_of(subscriber) == list(range(sent))


def test_radio_drops_when_full(context, until):
    radio, dish = context.socket(zmq.RADIO), context.socket(zmq.DISH)
    radio.hwm = dish.hwm = HWM
    dish.join("group")
    radio.bind("inproc://radio")
    dish.connect("inproc://radio")

    def is_joined() -> bool:
        radio.send(b"0", group="group")
        return bool(dish.poll(0))

    until(is_joined)
    assert send_until_full(radio, group="group") == 1000
    assert 0 < len(numbers_of(dish)) < 1000


def test_router_drops_unroutable_messages(context):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.hwm = dealer.hwm = HWM
    dealer.routing_id = b"dealer"
    router.bind("inproc://router")
    dealer.connect("inproc://router")
    dealer.send(b"hello")
    router.recv_multipart()
    router.send_multipart([b"nobody", b"x"])
    for number in range(1000):
        router.send_multipart([b"dealer", b"%d" % number])
    received = numbers_of(dealer)
    assert received == list(range(len(received)))
    assert 0 < len(received) < 1000


def test_mandatory_router_says_so(context):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.hwm = dealer.hwm = HWM
    router.router_mandatory = True
    dealer.routing_id = b"dealer"
    router.bind("inproc://router")
    dealer.connect("inproc://router")
    dealer.send(b"hello")
    router.recv_multipart()
    with pytest.raises(zmq.ZMQError) as caught:
        router.send_multipart([b"nobody", b"x"])
    assert caught.value.errno == zmq.EHOSTUNREACH
    with pytest.raises(zmq.Again):
        for number in range(1000):
            router.send_multipart([b"dealer", b"%d" % number], zmq.DONTWAIT)


@pytest.mark.parametrize("kind", [zmq.SERVER, zmq.PEER], ids=lambda kind: kind.name)
def test_unknown_routing_id_is_an_error(context, kind):
    socket = context.socket(kind)
    socket.bind("tcp://127.0.0.1:*")
    with pytest.raises(zmq.ZMQError) as caught:
        socket.send(b"x", routing_id=5)
    assert caught.value.errno == zmq.EHOSTUNREACH


def test_closed_connection_of_a_stream(context):
    stream = context.socket(zmq.STREAM)
    stream.bind("tcp://127.0.0.1:*")
    with pytest.raises(zmq.ZMQError) as caught:
        stream.send_multipart([b"nobody", b"x"])
    assert caught.value.errno == zmq.EHOSTUNREACH


@pytest.mark.parametrize("kind", [zmq.PAIR, zmq.CHANNEL], ids=lambda kind: kind.name)
def test_third_peer_of_a_pair_is_dropped(context, kind):
    bound, first, second = (context.socket(kind) for _ in range(3))
    bound.bind("inproc://pair")
    first.connect("inproc://pair")
    second.connect("inproc://pair")
    second.send(b"from the third")
    first.send(b"from the first")
    assert bound.recv() == b"from the first"
    assert not bound.poll(0)
