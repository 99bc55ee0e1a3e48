"""Patches of XPUB: the notifications that it keeps while its user does not receive."""

from __future__ import annotations

import contextlib
import random
import select
import socket
from collections.abc import Iterator

import pytest
import wire
from wire import (
    MS,
    command,
    frame,
    in_a_process,
    needs_resource,
    shake_hands,
    tcp_connect,
)

import zmq

MARK = 100


@contextlib.contextmanager
def xpub_and_xsubs(
    context: zmq.Context, count: int, **options: int
) -> Iterator[tuple[zmq.Socket, list[zmq.Socket]]]:
    """An XPUB with a high-water mark of MARK, and XSUBs connected to it over inproc."""
    with contextlib.ExitStack() as stack:
        xpub, *xsubs = (
            stack.enter_context(context.socket(kind)) for kind in [zmq.XPUB] + count * [zmq.XSUB]
        )
        for sock in (xpub, *xsubs):
            sock.linger = 0
            sock.rcvtimeo = sock.sndtimeo = MS
        xpub.rcvhwm = MARK
        for name, value in options.items():
            setattr(xpub, name, value)
        xpub.bind("inproc://xpub")
        for xsub in xsubs:
            xsub.connect("inproc://xpub")
        yield xpub, xsubs


def take_all(sock: zmq.Socket, peer: socket.socket) -> None:
    """Let the socket read all data that this peer has sent, even above the high-water mark."""
    for n in range(2):
        context = b"seen %d" % n
        peer.sendall(command(b"PING", b"\0\0" + context))
        for _ in range(MS):
            sock.get(zmq.EVENTS)
            if select.select([peer], [], [], 0.001)[0]:
                assert wire.read_frame(peer)[1] == b"\x04PONG" + context
                break
    sock.get(zmq.EVENTS)


def wait_until_full(sock: zmq.Socket, peer: socket.socket) -> None:
    """Let the socket read until it no longer replies to this peer."""
    for _ in range(200):
        peer.sendall(command(b"PING", b"\0\0"))
        for _ in range(300):
            sock.get(zmq.EVENTS)
            if select.select([peer], [], [], 0.001)[0]:
                assert wire.read_frame(peer)[1] == b"\x04PONG"
                break
        else:
            return
    raise AssertionError("the socket takes everything")


def received(xpub: zmq.Socket) -> list[bytes]:
    """Return the notifications that the user has not received yet."""
    messages = []
    while xpub.poll(0):
        messages.append(xpub.recv())
    return messages


@needs_resource
@in_a_process
def test_notifications_without_a_reader_are_bounded() -> None:
    with zmq.Context() as context, wire.bound(context, zmq.XPUB) as xpub:
        with tcp_connect(xpub.last_endpoint) as raw:
            shake_hands(raw, b"SUB")
            before = 0
            for number in range(60):
                if number == 10:
                    before = wire.peak_memory()
                topics = [b"%d" % n for n in range(number * 1000, number * 1000 + 1000)]
                for name in (b"SUBSCRIBE", b"CANCEL", b"CANCEL"):
                    raw.sendall(b"".join(command(name, topic) for topic in topics))
                take_all(xpub, raw)
            grown = wire.peak_memory() - before
            assert grown < 3_000_000, f"{grown} bytes for 150,000 notifications"
        topics = [b"%d" % n for n in range(1000)]
        told = [b"\1" + topic for topic in topics] + [b"\0" + topic for topic in topics]
        assert received(xpub) == told


@pytest.mark.parametrize("kind", [zmq.XPUB, zmq.PUB], ids=["XPUB", "PUB"])
def test_subscriptions_go_on_without_a_reader(context: zmq.Context, kind: int) -> None:
    pub = context.socket(kind)
    pub.rcvhwm = MARK
    pub.bind("tcp://127.0.0.1:*")
    with tcp_connect(pub.last_endpoint) as raw:
        shake_hands(raw, b"SUB")
        raw.sendall(b"".join(command(b"SUBSCRIBE", b"%05d" % n) for n in range(50 * MARK)))
        take_all(pub, raw)
        for number in (0, 10 * MARK, 50 * MARK - 1):
            pub.send(b"%05d" % number)
            assert wire.read_frame(raw) == (0, b"%05d" % number)


def test_late_reader_receives_every_subscription(context: zmq.Context) -> None:
    with xpub_and_xsubs(context, 1) as (xpub, [xsub]):
        topics = [b"%05d" % n for n in range(50 * MARK)]
        for topic in topics:
            xsub.send(b"\1" + topic)
        assert received(xpub) == [b"\1" + topic for topic in topics]


def test_undone_subscription_beyond_mark_is_silent(context: zmq.Context) -> None:
    with xpub_and_xsubs(context, 1) as (xpub, [xsub]):
        xsub.send(b"\1known")
        assert received(xpub) == [b"\1known"]
        for n in range(MARK):
            xsub.send(b"\1%d" % n)
        xsub.send(b"\1")
        for message in (b"\1undone", b"\0known", b"\1stays", b"\0undone", b"\1known", b"\0"):
            xsub.send(message)
        xsub.send(b"\0known")
        assert received(xpub)[MARK:] == [b"\1stays", b"\0known"]


@pytest.mark.parametrize("seed", range(5))
def test_late_reader_learns_the_present_topics(context: zmq.Context, seed: int) -> None:
    """All notifications together give the present topics, no matter when the user receives."""
    chance = random.Random(seed)
    with xpub_and_xsubs(context, 3) as (xpub, xsubs):
        topics: list[set[bytes]] = [set() for _ in xsubs]
        known: set[bytes] = set()

        def receive(count: int) -> None:
            for _ in range(count):
                if not xpub.poll(0):
                    break
                message = xpub.recv()
                topic = message[1:]
                assert (topic in known) == (message[0] == 0), message
                (known.add if message[0] else known.remove)(topic)

        for _ in range(200):
            for _ in range(chance.randrange(3 * MARK)):
                number = chance.randrange(len(xsubs))
                topic = b"%d" % chance.randrange(4 * MARK)
                subscribe = topic not in topics[number]
                (topics[number].add if subscribe else topics[number].remove)(topic)
                xsubs[number].send((b"\1" if subscribe else b"\0") + topic)
            if chance.random() < 0.5:
                receive(chance.randrange(2 * MARK))
        for xsub in xsubs[1:]:
            xsub.close()
        # The remaining topics of the closed XSUBs go when the XPUB notices the disconnects.
        for _ in range(MS):
            receive(1000 * MARK)
            if known == topics[0]:
                break
            xpub.poll(1)
        assert known == topics[0]


@pytest.mark.parametrize("option", ["xpub_verbose", "xpub_verboser", "xpub_manual"])
def test_reader_of_each_subscription_loses_none(context: zmq.Context, option: str) -> None:
    xpub = wire.bound(context, zmq.XPUB, rcvhwm=MARK, **{option: 1})
    with tcp_connect(xpub.last_endpoint) as raw:
        shake_hands(raw, b"SUB")
        topics = [b"%d" % (n % 7) for n in range(50 * MARK)]
        raw.sendall(b"".join(command(b"SUBSCRIBE", topic) for topic in topics))
        wait_until_full(xpub, raw)
        assert [xpub.recv() for _ in topics] == [b"\1" + topic for topic in topics]


def test_messages_of_xsub_wait_for_the_reader(context: zmq.Context) -> None:
    xpub = wire.bound(context, zmq.XPUB, rcvhwm=MARK)
    with tcp_connect(xpub.last_endpoint) as raw:
        shake_hands(raw, b"XSUB")
        messages = [[b"a%d" % n, b"b"] for n in range(50 * MARK)]
        raw.sendall(b"".join(frame(a, more=True) + frame(b) for a, b in messages))
        wait_until_full(xpub, raw)
        assert [xpub.recv_multipart() for _ in messages] == messages


def test_stopped_peer_is_removed_after_its_disconnect(context: zmq.Context) -> None:
    xpub = wire.bound(context, zmq.XPUB, rcvhwm=MARK, xpub_verboser=1)
    with tcp_connect(xpub.last_endpoint) as raw:
        shake_hands(raw, b"SUB")
        raw.sendall(command(b"SUBSCRIBE", b"topic") * (MARK + MARK // 2))
        assert xpub.poll(MS)
    messages = [xpub.recv() for _ in range(MARK + MARK // 2 + 1)]
    assert messages == [b"\1topic"] * (MARK + MARK // 2) + [b"\0topic"]
    with tcp_connect(xpub.last_endpoint) as raw:
        shake_hands(raw, b"SUB")
        raw.sendall(command(b"SUBSCRIBE", b"other"))
        assert xpub.recv() == b"\1other"


def test_unread_notifications_go_with_the_socket(context: zmq.Context) -> None:
    xpub = wire.bound(context, zmq.XPUB, rcvhwm=MARK)
    with tcp_connect(xpub.last_endpoint) as raw:
        shake_hands(raw, b"SUB", X_property=b"value")
        raw.sendall(b"".join(command(b"SUBSCRIBE", b"%d" % n) for n in range(3 * MARK)))
        take_all(xpub, raw)
        xpub.close()
        wire.assert_closed_by_peer(raw)


def test_notification_beyond_mark_keeps_its_metadata(context: zmq.Context) -> None:
    xpub = wire.bound(context, zmq.XPUB, rcvhwm=MARK)
    with tcp_connect(xpub.last_endpoint) as raw:
        shake_hands(raw, b"SUB", X_property=b"value")
        raw.sendall(b"".join(command(b"SUBSCRIBE", b"%d" % n) for n in range(3 * MARK)))
        take_all(xpub, raw)
        for _ in range(3 * MARK):
            assert xpub.recv(copy=False).get("X-property") == "value"


@in_a_process
def test_ends_of_peers_leave_other_topics_alone() -> None:
    long_topics = [b"%02d" % n + b"x" * 70_000 for n in range(40)]
    with zmq.Context() as context, wire.bound(context, zmq.XPUB) as xpub:
        endpoint = xpub.last_endpoint
        xpub.bind("inproc://xpub")
        with tcp_connect(endpoint) as raw, tcp_connect(endpoint) as other:
            for peer in (raw, other):
                shake_hands(peer, b"SUB")
                for topic in long_topics:
                    peer.sendall(command(b"SUBSCRIBE", topic))
                take_all(xpub, peer)
            assert received(xpub) == [b"\1" + topic for topic in long_topics]
            # Walking through 2.8 million nodes for each ended peer would take minutes.
            for n in range(1000):
                with context.socket(zmq.XSUB) as xsub:
                    xsub.linger = 0
                    xsub.connect("inproc://xpub")
                    xsub.send(b"\1%d" % n)
                    assert xpub.recv() == b"\1%d" % n
                assert xpub.recv() == b"\0%d" % n
            assert xpub.get(zmq.TOPICS_COUNT) == len(long_topics)


@pytest.mark.parametrize("option", [None, "xpub_verbose", "xpub_verboser", "xpub_manual"])
def test_lost_peer_unsubscribes_in_byte_order(context: zmq.Context, option: str | None) -> None:
    chance = random.Random(1)
    topics = [b"", b"\0", b"a", b"a\0", b"a\xff", b"b", b"\xff", b"\xff\xff"]
    topics += [bytes(chance.choices(b"ab\x80", k=chance.randrange(2, 9))) for _ in range(500)]
    topics = list(dict.fromkeys(topics))
    chance.shuffle(topics)
    # The other peer has every second topic.
    with xpub_and_xsubs(context, 2, rcvhwm=0) as (xpub, [xsub, other]):
        if option:
            setattr(xpub, option, 1)
        for number, topic in enumerate(topics):
            xsub.send(b"\1" + topic)
            if number % 2:
                other.send(b"\1" + topic)
        received(xpub)
        gone = topics[::10]
        for topic in gone:
            xsub.send(b"\0" + topic)
        received(xpub)
        xsub.close()
        each = option in ("xpub_verboser", "xpub_manual")
        left = sorted(set(topics if each else topics[::2]) - set(gone))
        assert [xpub.recv() for _ in left] == [b"\0" + topic for topic in left]
        assert not xpub.poll(20)


@pytest.mark.parametrize("seed", range(3))
def test_subscribers_come_and_go(context: zmq.Context, until: object, seed: int) -> None:
    """The topics of all peers, and the receivers of a message, match a model."""
    chance = random.Random(seed)
    with xpub_and_xsubs(context, 0, rcvhwm=0) as (xpub, _), contextlib.ExitStack() as stack:
        peers: dict[zmq.Socket, set[bytes]] = {}

        def topics() -> set[bytes]:
            return {topic for subscribed in peers.values() for topic in subscribed}

        for _ in range(40):
            for _ in range(chance.randrange(4)):
                xsub = stack.enter_context(context.socket(zmq.XSUB))
                xsub.linger = 0
                xsub.rcvtimeo = MS
                xsub.connect("inproc://xpub")
                peers[xsub] = set()
            for xsub, subscribed in peers.items():
                for _ in range(chance.randrange(60)):
                    topic = bytes(chance.choices(b"abc\xff", k=chance.randrange(6)))
                    if topic not in subscribed:
                        subscribed.add(topic)
                        xsub.send(b"\1" + topic)
                    else:
                        subscribed.remove(topic)
                        xsub.send(b"\0" + topic)
            for xsub in chance.sample(list(peers), chance.randrange(len(peers) + 1)):
                if chance.random() < 0.4:
                    del peers[xsub]
                    xsub.close()
            until(lambda: xpub.get(zmq.TOPICS_COUNT) == len(topics()))
            body = bytes(chance.choices(b"abc\xff", k=8))
            xpub.send(body)
            for xsub, subscribed in peers.items():
                wanted = any(body.startswith(topic) for topic in subscribed)
                assert bool(xsub.poll(0)) == wanted
                if wanted:
                    assert xsub.recv() == body
        for xsub in peers:
            xsub.close()
        until(lambda: xpub.get(zmq.TOPICS_COUNT) == 0)


def test_lost_manual_subscriptions_are_forgotten(context: zmq.Context) -> None:
    with xpub_and_xsubs(context, 0) as (xpub, _):
        # Sometimes a new pipe gets the address of a deleted one, but must not get its topics.
        for n in range(100):
            with context.socket(zmq.XSUB) as xsub:
                xsub.linger = 0
                xsub.connect("inproc://xpub")
                xpub.xpub_manual = 1
                xsub.send(b"\1%d" % n)
                assert xpub.recv() == b"\1%d" % n
                xpub.subscribe(b"granted")
                if n % 2:
                    xpub.xpub_manual = 0
            assert xpub.recv() == (b"\0granted" if n % 2 else b"\0%d" % n)
