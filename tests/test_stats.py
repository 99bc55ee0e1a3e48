"""Socket.stats(): messages, bytes, queues and connections, in all types and transports."""

from __future__ import annotations

import dataclasses
import json
import threading

import pytest
from limits import TIMEOUT_MS

import zmq

TRANSPORTS = ["inproc", "tcp", "ipc", "ws"]


def look(socket):
    """Let a socket notice that its connections have changed."""
    return socket.getsockopt(zmq.EVENTS)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_messages_and_bytes_are_counted(socket_pair, transport):
    push, pull = socket_pair(zmq.PUSH, zmq.PULL, transport)
    push.send(b"one")
    push.send_multipart([b"two", b"", b"three"])
    push.send(b"x" * 100_000, copy=False)
    for _ in range(3):
        pull.recv_multipart()

    sent, received = push.stats(), pull.stats()
    assert (sent.messages_sent, sent.messages_out, sent.bytes_out) == (3, 3, 100_011)
    assert (received.messages_received, received.messages_in, received.bytes_in) == (3, 3, 100_011)
    assert (sent.messages_received, received.messages_sent) == (0, 0)
    assert (received.queued_in, received.queued_bytes_in) == (0, 0)
    assert sent.dropped.total == received.dropped.total == 0


PAIRS = [
    (zmq.PAIR, zmq.PAIR),
    (zmq.PUSH, zmq.PULL),
    (zmq.DEALER, zmq.DEALER),
    (zmq.CLIENT, zmq.SERVER),
    (zmq.SCATTER, zmq.GATHER),
    (zmq.CHANNEL, zmq.CHANNEL),
]


@pytest.mark.parametrize("transport", ["inproc", "tcp"])
@pytest.mark.parametrize("types", PAIRS, ids=lambda types: f"{types[0].name}-{types[1].name}")
def test_types_count_alike(context, endpoint, until, types, transport):
    sender, receiver = context.socket(types[0]), context.socket(types[1])
    address = endpoint(transport)
    receiver.bind(address)
    sender.connect(address if transport == "inproc" else receiver.last_endpoint.decode())
    for number in range(7):
        sender.send(b"%d" % number)
    until(lambda: receiver.stats().queued_in == 7 or look(receiver) is None)
    for _ in range(3):
        receiver.recv()

    assert (sender.stats().messages_sent, sender.stats().bytes_out) == (7, 7)
    assert (receiver.stats().messages_received, receiver.stats().queued_in) == (3, 4)
    assert receiver.stats().queued_bytes_in == 4


def test_queue_of_a_peer_that_is_away(context):
    push = context.socket(zmq.PUSH)
    push.connect("tcp://127.0.0.1:1")
    for _ in range(5):
        push.send(b"four")
    assert (push.stats().queued_out, push.stats().queued_bytes_out) == (5, 20)
    assert push.stats().messages_out == 5


def test_part_of_a_message_does_not_count(pair):
    one, other = pair
    one.send(b"part", zmq.SNDMORE)
    assert (one.stats().messages_sent, one.stats().messages_out) == (0, 0)
    one.send(b"end")
    assert (one.stats().messages_sent, one.stats().queued_out) == (1, 1)
    other.recv()
    assert (other.stats().messages_received, other.stats().queued_in) == (0, 1)
    other.recv()
    assert (other.stats().messages_received, other.stats().queued_in) == (1, 0)


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("kind", [zmq.ROUTER, zmq.SUB, zmq.PULL])
def test_poll_takes_nothing_from_the_queue(context, endpoint, kind, parts):
    peer = {zmq.ROUTER: zmq.DEALER, zmq.SUB: zmq.PUB, zmq.PULL: zmq.PUSH}[kind]
    receiver, sender = context.socket(kind), context.socket(peer)
    address = endpoint("inproc")
    receiver.bind(address)
    if kind == zmq.SUB:
        receiver.subscribe(b"")
    sender.connect(address)
    assert look(receiver) is not None
    look(sender)
    sender.send_multipart([b"part"] * parts)
    sender.send_multipart([b"part"] * parts)
    assert receiver.poll(TIMEOUT_MS)
    assert receiver.stats().queued_in == 2
    receiver.recv_multipart()
    assert (receiver.stats().queued_in, receiver.stats().messages_received) == (1, 1)


def test_requests_and_replies_are_counted(socket_pair):
    rep, req = socket_pair(zmq.REP, zmq.REQ, "tcp")
    for _ in range(3):
        req.send(b"what")
        rep.recv()
        rep.send(b"that")
        req.recv()
    for stats in (rep.stats(), req.stats()):
        assert (stats.messages_sent, stats.messages_received) == (3, 3)
        assert (stats.messages_out, stats.messages_in) == (3, 3)
        assert (stats.bytes_out, stats.bytes_in) == (12, 12)


def test_each_copy_of_a_publisher_counts(context, endpoint, until):
    pub = context.socket(zmq.XPUB)
    address = endpoint("inproc")
    pub.bind(address)
    subs = [context.socket(zmq.SUB) for _ in range(3)]
    for sub in subs:
        sub.subscribe(b"")
        sub.connect(address)
    assert pub.recv() == b"\x01"
    look(pub)
    pub.send(b"news")
    assert (pub.stats().messages_sent, pub.stats().messages_out) == (1, 3)
    assert pub.stats().bytes_out == 12
    assert [sub.recv() for sub in subs] == [b"news"] * 3


def test_notifications_of_an_xpub_wait(socket_pair, until):
    xpub, sub = socket_pair(zmq.XPUB, zmq.SUB)
    sub.subscribe(b"a")
    until(lambda: look(xpub) & zmq.POLLIN and xpub.stats().queued_in == 2)
    assert sorted([xpub.recv(), xpub.recv()]) == [b"\x01", b"\x01a"]
    assert (xpub.stats().messages_received, xpub.stats().queued_in) == (2, 0)


def test_blocked_message_counts_once(socket_pair, in_thread, until):
    push, pull = socket_pair(zmq.PUSH, zmq.PULL, hwm=1)
    sent = 0
    with pytest.raises(zmq.Again):
        while True:
            push.send(b"x", zmq.DONTWAIT)
            sent += 1
    assert push.stats().sends_blocked == 1
    for _ in range(5):
        with pytest.raises(zmq.Again):
            push.send(b"x", zmq.DONTWAIT)
    assert push.stats().sends_blocked == 1
    for _ in range(sent):
        pull.recv()
    push.send(b"x")
    assert push.stats().sends_blocked == 1
    assert push.stats().messages_sent == sent + 1
    assert push.stats().dropped.total == 0


def test_stats_of_a_socket_that_waits(context, endpoint, in_thread, until):
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    address = endpoint("inproc")
    pull.bind(address)
    waiting = in_thread(pull.recv)
    until(lambda: context.sockets()[0].in_use)
    # Another thread waits in the socket. The calls do not disturb this thread.
    assert pull.stats().messages_received == 0
    assert pull.peers() == []
    push.connect(address)
    push.send(b"at last")
    assert waiting.value() == b"at last"
    assert pull.stats().messages_received == 1


def test_stats_while_the_socket_works(socket_pair):
    push, pull = socket_pair(zmq.PUSH, zmq.PULL, "tcp", hwm=0)
    ended = threading.Event()
    seen = []

    def watch():
        while not ended.is_set():
            seen.append((push.stats(), pull.stats(), push.peers(), pull.peers()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(2000):
            push.send(b"x")
        for _ in range(2000):
            pull.recv()
    finally:
        ended.set()
        watcher.join()
    counted = [sent.messages_sent for sent, *_ in seen]
    assert counted == sorted(counted)
    assert push.stats().messages_out == pull.stats().messages_in == 2000


def test_stats_do_not_look_for_news(context, endpoint):
    pub, sub = context.socket(zmq.PUB), context.socket(zmq.SUB)
    address = endpoint("inproc")
    pub.bind(address)
    sub.connect(address)
    descriptor = pub.getsockopt(zmq.FD)
    assert descriptor >= 0
    pub.stats()
    pub.peers()
    poller = zmq.Poller()
    poller.register(descriptor, zmq.POLLIN)
    # the calls above have processed no commands, so the descriptor is still readable
    assert poller.poll(TIMEOUT_MS)


def test_connections_are_counted(context, until):
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    pull.bind("tcp://127.0.0.1:*")
    address = pull.last_endpoint.decode()
    push.reconnect_ivl = 1
    push.connect(address)
    until(lambda: push.stats().connections == pull.stats().connections == 1)
    assert pull.stats().connections_made == 1

    pull.unbind(address)
    until(lambda: look(pull) is not None and push.stats().connections_lost == 1)
    until(lambda: pull.stats().connections == 0)
    # This side has closed the connection.
    assert (pull.stats().connections_lost, pull.stats().connections_closed) == (0, 1)
    assert push.stats().connections_closed == 0
    until(lambda: push.stats().connection_retries > 1)
    assert push.stats().connections == 0

    pull.bind(address)
    until(lambda: push.stats().connections == 1)
    assert push.stats().connections_made == 2


def test_connections_over_inproc_are_counted(context, endpoint, until):
    address = endpoint("inproc")
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    one.connect(address)
    assert one.stats().connections == 0
    other.bind(address)
    assert one.stats().connections == other.stats().connections == 1
    assert one.stats().connections_made == 1
    other.close()
    until(lambda: look(one) is not None and one.stats().connections == 0)
    assert (one.stats().connections_lost, one.stats().connections_closed) == (1, 0)


@pytest.mark.parametrize("transport", ["inproc", "ipc", "tcp", "ws"])
@pytest.mark.parametrize("way", ["close", "disconnect", "twin"])
def test_each_end_of_a_connection_counts(context, endpoint, until, transport, way):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.bind(endpoint(transport))
    address = router.last_endpoint.decode()
    dealer.routing_id = b"name"
    dealer.connect(address)
    until(lambda: look(router) is not None and router.stats().connections == 1)
    until(lambda: dealer.stats().connections == 1)
    if way == "twin":
        with context.socket(zmq.DEALER) as twin:
            twin.routing_id = b"name"
            twin.reconnect_ivl = 60_000
            twin.connect(address)
            until(lambda: look(router) is not None and router.stats().refused.routing_id == 1)
    elif way == "disconnect":
        dealer.disconnect(address)
        # Over inproc the other side has to acknowledge the end.
        until(lambda: look(router) + look(dealer) >= 0 and dealer.stats().connections == 0)
        assert (dealer.stats().connections_lost, dealer.stats().connections_closed) == (0, 1)
    dealer.close()
    until(lambda: look(router) is not None and router.stats().connections == 0)
    stats = router.stats()
    assert stats.connections_lost == 1
    assert stats.connections_closed == stats.refused.routing_id == (way == "twin")
    assert stats.connections_made == stats.connections_lost + stats.connections_closed


def test_stats_of_a_closed_socket(context):
    socket = context.socket(zmq.PUSH)
    socket.close()
    for ask in (socket.stats, socket.peers):
        with pytest.raises(zmq.ZMQError) as raised:
            ask()
        assert raised.value.errno == zmq.ENOTSOCK


def test_stats_of_a_shadow(pair):
    one, _ = pair
    one.send(b"x")
    assert zmq.Socket.shadow(one).stats() == one.stats()


def test_stats_are_frozen_and_for_json(pair):
    stats = pair[0].stats()
    with pytest.raises(dataclasses.FrozenInstanceError):
        stats.messages_sent = 5
    told = json.loads(json.dumps(stats.as_dict()))
    assert told["dropped"]["high_water_mark"] == 0
    assert isinstance(stats, zmq.SocketStats)
    assert isinstance(stats.dropped, zmq.DroppedMessages)
    assert isinstance(stats.refused, zmq.RefusedConnections)


def test_udp_messages_are_counted(context, until):
    radio, dish = context.socket(zmq.RADIO), context.socket(zmq.DISH)
    dish.bind("udp://127.0.0.1:*")
    dish.join("news")
    radio.connect(dish.last_endpoint.decode())
    radio.send(b"body", group="news")
    radio.send(b"body", group="other")
    radio.send(b"body", group="news")
    assert [dish.recv(), dish.recv()] == [b"body"] * 2
    assert (radio.stats().messages_sent, radio.stats().messages_out) == (3, 3)
    assert dish.stats().messages_received == 2
    assert dish.stats().dropped.unsubscribed == 1


def test_raw_bytes_are_counted(context):
    server, client = context.socket(zmq.STREAM), context.socket(zmq.STREAM)
    server.bind("tcp://127.0.0.1:*")
    client.connect(server.last_endpoint.decode())
    name, empty = client.recv_multipart()  # this message reports the connection
    assert empty == b""
    client.send_multipart([name, b"twelve bytes"])
    received = b""
    while len(received) < 12:
        received += server.recv_multipart()[1]
    assert client.stats().bytes_out == 12
    assert server.stats().bytes_in == 12
