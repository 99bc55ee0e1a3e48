"""The tests cause each kind of drop, and check its count."""

from __future__ import annotations

import socket as system_socket
import struct

import pytest
from limits import TIMEOUT_MS

import zmq

ANY = "tcp://127.0.0.1:*"


def look(socket):
    """Let a socket notice that its connections have changed."""
    return socket.getsockopt(zmq.EVENTS)


def reasons(socket):
    """Return the reasons for which the socket has dropped messages, with the counts."""
    return {name: n for name, n in socket.stats().as_dict()["dropped"].items() if n}


@pytest.mark.parametrize("kind", [zmq.PUB, zmq.XPUB])
def test_full_queues_drop_of_publishers(context, endpoint, kind):
    pub = context.socket(kind)
    pub.sndhwm = 2
    address = endpoint("inproc")
    pub.bind(address)
    slow, quick = context.socket(zmq.SUB), context.socket(zmq.SUB)
    for sub, hwm in ((slow, 2), (quick, 1000)):
        sub.rcvhwm = hwm
        sub.subscribe(b"a")
        sub.subscribe(b"ab")  # a message matches both topics, and is dropped once
        sub.connect(address)
    look(pub)
    for _ in range(10):
        pub.send_multipart([b"abc", b"body"])
    stats = pub.stats()
    assert stats.messages_sent == 10
    # Over inproc the high-water marks of both sides add up, so the slow SUB gets 4 messages.
    assert reasons(pub) == {"high_water_mark": 6}
    assert stats.messages_out == 14
    assert sorted(peer.dropped for peer in pub.peers()) == [0, 6]
    for _ in range(4):
        slow.recv_multipart()
    assert slow.poll(0) == 0
    for _ in range(10):
        quick.recv_multipart()


def test_full_queue_drops_no_other_topic(context, endpoint):
    pub, sub = context.socket(zmq.PUB), context.socket(zmq.SUB)
    pub.sndhwm = sub.rcvhwm = 1
    address = endpoint("inproc")
    pub.bind(address)
    sub.subscribe(b"a")
    sub.connect(address)
    look(pub)
    for _ in range(5):
        pub.send(b"a")
        pub.send(b"b")
    assert reasons(pub) == {"high_water_mark": 3, "no_subscriber": 5}


def test_inverted_matching_counts_other_topics(context, endpoint):
    pub, sub = context.socket(zmq.PUB), context.socket(zmq.SUB)
    pub.invert_matching = sub.invert_matching = 1
    pub.sndhwm = sub.rcvhwm = 1
    address = endpoint("inproc")
    pub.bind(address)
    sub.subscribe(b"a")
    sub.connect(address)
    look(pub)
    for _ in range(5):
        pub.send(b"a")
        pub.send(b"b")
    assert reasons(pub) == {"high_water_mark": 3, "no_subscriber": 5}


def test_nodrop_drops_nothing(context, endpoint):
    pub, sub = context.socket(zmq.XPUB), context.socket(zmq.SUB)
    pub.xpub_nodrop = 1
    pub.sndhwm = sub.rcvhwm = 1
    address = endpoint("inproc")
    pub.bind(address)
    sub.subscribe(b"")
    sub.connect(address)
    look(pub)
    for _ in range(2):
        pub.send(b"x", zmq.DONTWAIT)
    with pytest.raises(zmq.Again):
        pub.send(b"x", zmq.DONTWAIT)
    assert reasons(pub) == {}
    assert (pub.stats().messages_sent, pub.stats().sends_blocked) == (2, 1)


@pytest.mark.parametrize("kind", [zmq.PUB, zmq.XPUB, zmq.RADIO])
def test_send_without_peer(context, endpoint, kind):
    pub = context.socket(kind)
    group = {"group": "news"} if kind == zmq.RADIO else {}
    pub.bind(endpoint("inproc"))
    pub.send(b"x", **group)
    assert reasons(pub) == {"no_peer": 1}
    assert pub.stats().messages_sent == 1


@pytest.mark.parametrize("kind", [zmq.PUB, zmq.RADIO])
def test_message_without_subscriber(context, endpoint, kind):
    pub = context.socket(kind)
    sub = context.socket(zmq.SUB if kind == zmq.PUB else zmq.DISH)
    group = {"group": "news"} if kind == zmq.RADIO else {}
    address = endpoint("inproc")
    pub.bind(address)
    sub.connect(address)
    look(pub)
    pub.send(b"x", **group)
    pub.send(b"x", **group)
    assert reasons(pub) == {"no_subscriber": 2}


def test_router_knows_no_such_peer(context, endpoint):
    router = context.socket(zmq.ROUTER)
    router.bind(endpoint("inproc"))
    router.send_multipart([b"nobody", b"part", b"part"])
    router.send(b"no more than a name")
    assert reasons(router) == {"unroutable": 2}
    assert router.stats().messages_sent == 2
    router.router_mandatory = 1
    with pytest.raises(zmq.ZMQError):
        router.send_multipart([b"nobody", b"x"])
    assert reasons(router) == {"unroutable": 2}


def test_router_with_a_full_queue(context, endpoint):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.sndhwm = dealer.rcvhwm = 1
    dealer.routing_id = b"d"
    address = endpoint("inproc")
    router.bind(address)
    dealer.connect(address)
    look(router)
    for _ in range(5):
        router.send_multipart([b"d", b"x"])
    assert reasons(router) == {"high_water_mark": 3}
    assert router.peers()[0].dropped == 3
    assert router.stats().messages_out == 2


def test_reply_to_a_requester_that_went(context, until):
    rep, req = context.socket(zmq.REP), context.socket(zmq.REQ)
    rep.bind(ANY)
    req.connect(rep.last_endpoint.decode())
    req.send(b"what")
    rep.recv()
    req.close()
    until(lambda: rep.stats().connections == 0)
    look(rep)
    rep.send(b"that")
    # The queue may have ended before or after it got the reply.
    until(lambda: look(rep) is not None and sum(reasons(rep).values()) == 1)
    assert rep.stats().messages_sent == 1


def test_peer_disconnects_between_two_parts(context, endpoint, until):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    address = endpoint("inproc")
    pull.bind(address)
    push.connect(address)
    push.send(b"part", zmq.SNDMORE)
    pull.close()
    until(lambda: look(push) is not None and not push.peers())
    push.send(b"end", zmq.DONTWAIT)
    assert reasons(push) == {"cut_short": 1}
    assert (push.stats().messages_sent, push.stats().messages_out) == (1, 0)


@pytest.mark.parametrize("transport", ["inproc", "tcp"])
def test_newer_messages_replace_older_ones(context, endpoint, until, transport):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    pull.conflate = 1
    push.bind(ANY if transport == "tcp" else endpoint("inproc"))
    pull.connect(push.last_endpoint.decode())
    push.send(b"first")
    assert pull.recv() == b"first"
    for _ in range(9):
        push.send(b"more")
    push.send(b"last")
    # Over tcp the receiver's queue drops messages. Over inproc there is only one queue, and the
    # sender counts its drops.
    dropping = pull if transport == "tcp" else push
    until(lambda: reasons(dropping) == {"conflated": 9})
    assert reasons(push if dropping is pull else pull) == {}
    assert pull.stats().queued_in == 1
    assert pull.recv() == b"last"
    assert pull.stats().messages_received == 2


def test_peer_disconnects_with_a_full_queue(context, until):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = 0
    push.bind(ANY)
    pull.rcvhwm = 1
    pull.rcvbuf = push.sndbuf = 4096
    pull.connect(push.last_endpoint.decode())
    body = b"x" * 10_000
    until(lambda: push.stats().connections == 1)
    for _ in range(500):
        push.send(body)
    pull.close()
    until(lambda: look(push) is not None and not push.peers())
    stats = push.stats()
    assert stats.messages_out == 500
    assert stats.queued_out == 0
    # Some messages were already on the network, and their outcome is unknown.
    assert 0 < stats.dropped.peer_gone < 500
    assert reasons(push) == {"peer_gone": stats.dropped.peer_gone}


def test_peer_over_inproc_disconnects(context, endpoint, until):
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    address = endpoint("inproc")
    one.bind(address)
    other.connect(address)
    for _ in range(5):
        one.send(b"x")
    other.recv()
    other.close()
    until(lambda: look(one) is not None and not one.peers())
    assert reasons(one) == {"peer_gone": 4}


def test_disconnecting_drops_received_messages(context, endpoint, until):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    address = endpoint("inproc")
    push.bind(address)
    pull.connect(address)
    for _ in range(5):
        push.send(b"x")
    pull.recv()
    pull.disconnect(address)

    def both_see():
        look(push)
        look(pull)
        return not push.peers() and not pull.peers()

    until(both_see)
    assert reasons(pull) == {"disconnected": 4}
    # Both sides count the same messages as dropped. The sender's reason is that its peer has gone.
    assert reasons(push) == {"peer_gone": 4}


def test_connection_lost_with_immediate(context, until):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    pull.rcvhwm = 1
    pull.rcvbuf = push.sndbuf = 4096
    pull.bind(ANY)
    push.immediate = 1
    push.sndhwm = 0
    push.connect(pull.last_endpoint.decode())
    until(lambda: push.stats().connections == 1)
    for _ in range(500):
        push.send(b"x" * 10_000)
    pull.close()
    until(lambda: look(push) is not None and push.stats().queued_out == 0)
    stats = push.stats()
    assert stats.messages_out == 500
    assert 0 < stats.dropped.peer_gone < 500
    assert reasons(push) == {"peer_gone": stats.dropped.peer_gone}
    assert push.peers()[0].dropped == stats.dropped.peer_gone
    assert push.peers()[0].messages_out == 500


def test_message_without_a_subscription(context, endpoint):
    pub, sub = context.socket(zmq.XPUB), context.socket(zmq.SUB)
    address = endpoint("inproc")
    pub.bind(address)
    sub.subscribe(b"a")
    sub.connect(address)
    assert pub.recv() == b"\x01a"
    for _ in range(3):
        pub.send_multipart([b"a", b"more"])
    sub.unsubscribe(b"a")
    assert sub.poll(0) == 0
    assert reasons(sub) == {"unsubscribed": 3}
    assert sub.stats().messages_in == 3


def test_request_without_its_envelope(socket_pair, until):
    rep, dealer = socket_pair(zmq.REP, zmq.DEALER)
    dealer.send(b"no empty part")
    dealer.send_multipart([b"", b"a request"])
    assert rep.recv() == b"a request"
    assert reasons(rep) == {"malformed": 1}
    assert rep.stats().messages_received == 1


@pytest.mark.parametrize(
    ("kind", "peer"),
    [(zmq.SERVER, zmq.DEALER), (zmq.GATHER, zmq.PUSH), (zmq.CHANNEL, zmq.PAIR)],
)
def test_parts_for_a_single_part_type(context, endpoint, kind, peer):
    receiver, sender = context.socket(kind), context.socket(peer)
    address = endpoint("inproc")
    receiver.bind(address)
    sender.connect(address)
    sender.send_multipart([b"one", b"two", b"three"])
    sender.send(b"single")
    assert receiver.recv() == b"single"
    assert reasons(receiver) == {"malformed": 1}


def test_unexpected_reply(context, endpoint):
    router, req = context.socket(zmq.ROUTER), context.socket(zmq.REQ)
    req.req_relaxed = req.req_correlate = 1
    address = endpoint("inproc")
    router.bind(address)
    req.connect(address)
    req.send(b"first")
    late = router.recv_multipart()
    req.send(b"second")
    now = router.recv_multipart()
    router.send_multipart(late)
    router.send_multipart(now)
    assert req.recv() == b"second"
    assert reasons(req) == {"unexpected": 1}


def test_message_to_a_publisher(context, endpoint, until):
    pub, xsub = context.socket(zmq.PUB), context.socket(zmq.XSUB)
    address = endpoint("inproc")
    pub.bind(address)
    xsub.connect(address)
    xsub.send_multipart([b"hello", b"there"])
    until(lambda: look(pub) is not None and reasons(pub) == {"unexpected": 1})


def test_messages_of_a_peer_not_taken(context, until):
    router = context.socket(zmq.ROUTER)
    router.bind(ANY)
    dealers = [context.socket(zmq.DEALER) for _ in range(2)]
    for dealer in dealers:
        dealer.routing_id = b"the same"
        dealer.connect(router.last_endpoint.decode())
        dealer.send(b"hello")
        until(lambda: look(router) is not None and router.stats().connections_made > 0)
    until(lambda: look(router) is not None and router.stats().refused.routing_id == 1)
    for dealer in dealers:
        dealer.send(b"more")
    until(lambda: look(router) is not None and router.stats().dropped.ignored >= 1)
    assert [router.recv_multipart()[1], router.recv_multipart()[1]] == [b"hello", b"more"]
    assert router.stats().refused.total == 1


def test_second_peer_of_a_pair(context, until):
    one = context.socket(zmq.PAIR)
    one.bind(ANY)
    others = [context.socket(zmq.PAIR) for _ in range(2)]
    for number, other in enumerate(others):
        other.connect(one.last_endpoint.decode())
        until(lambda n=number: look(one) is not None and one.stats().connections_made == n + 1)
    until(lambda: look(one) is not None and one.stats().refused.busy == 1)
    assert one.stats().connections == 1
    assert [peer.state for peer in one.peers()] == [
        zmq.PeerState.CONNECTED,
        zmq.PeerState.IGNORED,
    ]


def test_malformed_datagrams(context, until):
    dish = context.socket(zmq.DISH)
    dish.bind("udp://127.0.0.1:*")
    dish.join("g")
    port = int(dish.last_endpoint.rsplit(b":", 1)[1])
    with system_socket.socket(system_socket.AF_INET, system_socket.SOCK_DGRAM) as sender:
        sender.sendto(b"", ("127.0.0.1", port))
        sender.sendto(struct.pack("B", 200) + b"short", ("127.0.0.1", port))
        sender.sendto(struct.pack("B", 1) + b"gbody", ("127.0.0.1", port))
        assert dish.recv() == b"body"
    assert reasons(dish) == {"malformed": 2}


def test_datagrams_for_a_full_queue(context, until):
    dish = context.socket(zmq.DISH)
    dish.rcvhwm = 1
    dish.bind("udp://127.0.0.1:*")
    dish.join("g")
    port = int(dish.last_endpoint.rsplit(b":", 1)[1])
    with system_socket.socket(system_socket.AF_INET, system_socket.SOCK_DGRAM) as sender:
        for _ in range(3):
            sender.sendto(b"\x01gbody", ("127.0.0.1", port))
        until(lambda: dish.stats().dropped.overflow)
    assert dish.poll(TIMEOUT_MS)
    assert reasons(dish) == {"overflow": 1}  # libzmq stops reading until there is room
