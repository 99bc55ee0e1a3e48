"""Our sockets with hand-written peers: each version of ZMTP, each mechanism, either side binds.

A peer writes either each byte alone, or as much as possible at once. `make test` runs some of the
combinations. `make interop` runs all of them, and also messages of 64 MB.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
import raw_zmtp
import wire
from raw_zmtp import Keys, RawPeer
from wire import MS

import zmq
import zmq.auth.thread

WHOLE = os.environ.get("INTEROP") == "whole"
MB = 1_000_000
DRAFT = {"CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER", "CHANNEL", "PEER"}


class Way(NamedTuple):
    """The protocol of a raw peer: version, mechanism and the way it writes."""

    version: str
    mechanism: str
    raw_binds: bool
    slowly: bool

    def __str__(self) -> str:
        binder = "raw" if self.raw_binds else "ours"
        writes = "byte-by-byte" if self.slowly else "one-write"
        return f"{self.version}-{self.mechanism}-{binder}-binds-{writes}"


WAYS = [
    Way(version, mechanism, raw_binds, slowly)
    for version in ("1.0", "2.0", "3.0", "3.1")
    for mechanism in ("NULL", "PLAIN", "CURVE")
    if mechanism == "NULL" or version >= "3.0"
    for raw_binds in (False, True)
    for slowly in (False, True)
]
LARGE_WAYS = [way for way in WAYS if not way.slowly]


def ways(found: list[Way]) -> pytest.MarkDecorator:
    if not WHOLE:
        found = [way for way in found if way.slowly == way.raw_binds or found is LARGE_WAYS]
    return pytest.mark.parametrize("way", found, ids=map(str, found))


class Pair:
    """Our socket and raw peers that speak to it."""

    def __init__(self, context: zmq.Context, way: Way, ours: str, raw: str) -> None:
        self.way, self.raw_kind = way, raw
        self.keys = Keys.make() if way.mechanism == "CURVE" else None
        self.listener, port = wire.tcp_listener() if way.raw_binds else (None, 0)
        self.endpoint = f"tcp://127.0.0.1:{port or '*'}"
        self.context, self.ours_kind = context, ours
        self.peers: list[RawPeer] = []

    def open(self, **options: object) -> zmq.Socket:
        """Make our socket, and bind or connect it."""
        sock = self.context.socket(getattr(zmq, self.ours_kind))
        sock.rcvtimeo = sock.sndtimeo = MS
        for name, value in options.items():
            setattr(sock, name, value)
        if self.way.mechanism == "PLAIN" and self.way.raw_binds:
            sock.plain_username, sock.plain_password = b"user", b"password"
        elif self.way.mechanism == "PLAIN":
            sock.plain_server = True
        elif self.keys is not None:
            raw_zmtp.set_keys(sock, self.keys, not self.way.raw_binds)
        if self.way.raw_binds:
            sock.connect(self.endpoint)
        else:
            sock.bind(self.endpoint)
            self.endpoint = sock.last_endpoint.decode()
        return sock

    def peer(self, *first: bytes, routing_id: bytes = b"") -> RawPeer:
        """Accept or connect, shake hands, and send a first message if one is given."""
        if self.listener is not None:
            connection = wire.accept(self.listener)
        else:
            connection = wire.tcp_connect(self.endpoint.encode())
        peer = RawPeer(
            connection,
            self.way.version,
            self.raw_kind,
            self.way.mechanism,
            is_server=self.way.raw_binds,
            slowly=self.way.slowly,
            keys=self.keys,
            routing_id=routing_id,
        )
        self.peers.append(peer)
        peer.shake_hands(*first)
        return peer

    def close(self) -> None:
        for peer in self.peers:
            peer.close()
        if self.listener is not None:
            self.listener.close()


Pairs = Callable[[Way, str, str], Pair]


@pytest.fixture
def pair(context: zmq.Context) -> Iterator[Pairs]:
    """Make a `Pair`; its raw peers are closed at the end."""
    made: list[Pair] = []
    authenticator = zmq.auth.thread.ThreadAuthenticator(context)

    def make(way: Way, ours: str, raw: str) -> Pair:
        if way.mechanism == "CURVE":
            pytest.importorskip("nacl", reason="needs PyNaCl, which is installed with paramiko")
            if not zmq.has("curve"):
                pytest.skip("this build has no CURVE")
        if way.mechanism == "PLAIN" and not way.raw_binds and not authenticator.is_alive():
            authenticator.start()
            authenticator.configure_plain(domain="*", passwords={"user": "password"})
        made.append(Pair(context, way, ours, raw))
        return made[-1]

    yield make
    for one in made:
        one.close()
    if authenticator.is_alive():
        authenticator.stop()


# ---------------------------------------------------------------- patterns
MESSAGES = [[b"x"], [b""], [bytes(254)], [bytes(255)], [bytes(256)], [b"a", b"", b"c"], [b"p"] * 10]


def in_front(ours: str, raw: str) -> tuple[list[bytes], list[bytes]]:
    """Return the parts before a message on the wire, and those before it in our program."""
    if raw == "REQ":
        return [b""], [b"name", b""] if ours == "ROUTER" else []
    if ours == "REQ" or raw == "REP":
        return [b""], [b"name", b""] if ours == "ROUTER" else [b""] * (ours == "DEALER")
    if ours == "REP":
        return [b"outer", b""], []
    return [], [b"name"] if ours == "ROUTER" else []


BOTH_WAYS = [
    ("REP", "REQ"),
    ("REP", "DEALER"),
    ("ROUTER", "REQ"),
    ("ROUTER", "DEALER"),
    ("ROUTER", "ROUTER"),
    ("DEALER", "DEALER"),
    ("DEALER", "ROUTER"),
    ("PAIR", "PAIR"),
    ("SERVER", "CLIENT"),
    ("CHANNEL", "CHANNEL"),
]


def of_version(pairs: list[tuple[str, str]]) -> list[object]:
    return [
        pytest.param(way, ours, raw, id=f"{way}-{ours}-{raw}")
        for way in WAYS
        for number, (ours, raw) in enumerate(pairs)
        if way.version >= "3.0" or ours not in DRAFT
        if WHOLE or (number + WAYS.index(way)) % 4 == 0
    ]


def skip_drafts(kind: str) -> None:
    if kind in DRAFT and not zmq.DRAFT_API:
        pytest.skip("this build has no draft sockets")


@pytest.mark.parametrize(("way", "ours", "raw"), of_version(BOTH_WAYS))
def test_messages_and_answers(pair: Pairs, way: Way, ours: str, raw: str) -> None:
    skip_drafts(ours)
    both = pair(way, ours, raw)
    sock = both.open()
    outside, inside = in_front(ours, raw)
    messages = [m for m in MESSAGES if len(m) == 1 or ours not in DRAFT]
    peer = both.peer(*outside, *messages[0], routing_id=b"name")
    for number, message in enumerate(messages):
        if number > 0:
            peer.send(*outside, *message)
        if ours == "SERVER":
            came = sock.recv(copy=False)
            assert came.bytes == message[0]
            sock.send(message[0], routing_id=came.routing_id)
        else:
            assert sock.recv_multipart() == [*inside, *message]
            sock.send_multipart([*inside, *message])
        assert peer.receive() == [*outside, *message]


ASKED = [("REQ", "REP"), ("REQ", "ROUTER"), ("DEALER", "REP"), ("CLIENT", "SERVER")]


@pytest.mark.parametrize(("way", "ours", "raw"), of_version(ASKED))
def test_requests_and_replies(pair: Pairs, way: Way, ours: str, raw: str) -> None:
    skip_drafts(ours)
    both = pair(way, ours, raw)
    sock = both.open()
    peer = both.peer(routing_id=b"name")
    outside, inside = in_front(ours, raw)
    for message in MESSAGES:
        if len(message) > 1 and ours in DRAFT:
            continue
        sock.send_multipart([*inside, *message])
        assert peer.receive() == [*outside, *message]
        peer.send(*outside, *message, *([b"end"] if ours not in DRAFT else []))
        expected = [*inside, *message, *([b"end"] if ours not in DRAFT else [])]
        assert sock.recv_multipart() == expected


@pytest.mark.parametrize(
    ("way", "ours", "raw"), of_version([("PULL", "PUSH"), ("GATHER", "SCATTER")])
)
def test_messages_to_ours(pair: Pairs, way: Way, ours: str, raw: str) -> None:
    skip_drafts(ours)
    both = pair(way, ours, raw)
    sock = both.open()
    peer = both.peer(b"first")
    assert sock.recv() == b"first"
    for message in MESSAGES:
        if len(message) == 1 or ours == "PULL":
            peer.send(*message)
            assert sock.recv_multipart() == message


@pytest.mark.parametrize(
    ("way", "ours", "raw"), of_version([("PUSH", "PULL"), ("SCATTER", "GATHER")])
)
def test_messages_of_ours(pair: Pairs, way: Way, ours: str, raw: str) -> None:
    skip_drafts(ours)
    both = pair(way, ours, raw)
    sock = both.open()
    peer = both.peer()
    for message in MESSAGES:
        if len(message) == 1 or ours == "PUSH":
            sock.send_multipart(message)
            assert peer.receive() == message


@pytest.mark.parametrize(
    ("way", "ours", "raw"),
    of_version([("PUB", "SUB"), ("PUB", "XSUB"), ("XPUB", "SUB"), ("XPUB", "XSUB")]),
)
def test_publisher_of_ours(pair: Pairs, way: Way, ours: str, raw: str) -> None:
    both = pair(way, ours, raw)
    pub = both.open()
    peer = both.peer()
    peer.subscribe(b"a")
    for _ in range(1000):
        pub.send(b"a probe")
        if peer.is_readable(0.01):
            break
    pub.send(b"a last probe")
    while peer.receive() != [b"a last probe"]:
        pass
    if way.version != "1.0":  # a ZMTP 1.0 subscriber gets everything
        pub.send_multipart([b"b", b"not for it"])
    for message in MESSAGES:
        pub.send_multipart([b"a topic", *message])
        assert peer.receive() == [b"a topic", *message]
    if ours == "XPUB" and way.version != "1.0":
        assert pub.recv() == b"\1a"
        peer.subscribe(b"a", on=False)
        assert pub.recv() == b"\0a"
        peer.subscribe(b"c")
        assert pub.recv() == b"\1c"
        pub.send_multipart([b"a", b"no more"])
        pub.send_multipart([b"c", b"the end"])
        assert peer.receive() == [b"c", b"the end"]


@pytest.mark.parametrize(
    ("way", "ours", "raw"),
    of_version([("SUB", "PUB"), ("SUB", "XPUB"), ("XSUB", "PUB"), ("XSUB", "XPUB")]),
)
def test_subscriber_of_ours(pair: Pairs, way: Way, ours: str, raw: str) -> None:
    both = pair(way, ours, raw)
    sub = both.open()
    if ours == "SUB":
        sub.subscribe(b"a")
    else:
        sub.send(b"\1a")
    peer = both.peer()
    if way.version != "1.0":
        wait_for_word(sub, peer)
        assert peer.receive_subscription(may_be_message=ours == "XSUB") == b"\1a"
    if ours == "SUB":  # an XSUB does not filter messages
        peer.send(b"b", b"not for it")
    for message in MESSAGES:
        peer.send(b"a topic", *message)
        assert sub.recv_multipart() == [b"a topic", *message]


def wait_for_word(sock: zmq.Socket, peer: RawPeer) -> None:
    """Wait until the peer has data to read.

    A socket handles a new peer only while the program uses the socket.
    """
    for _ in range(MS // 10):
        sock.getsockopt(zmq.EVENTS)
        if peer.is_readable(0.01):
            return
    raise AssertionError("our socket sent nothing")


@ways([way for way in WAYS if way.version >= "3.0"])
def test_dish_of_ours(pair: Pairs, way: Way) -> None:
    skip_drafts("DISH")
    both = pair(way, "DISH", "RADIO")
    dish = both.open()
    dish.join("group")
    peer = both.peer()
    wait_for_word(dish, peer)
    assert peer.receive_command(b"JOIN") == b"group"
    peer.send(b"other", b"not for it")
    peer.send(b"group", b"body")
    came = dish.recv(copy=False)
    assert (came.group, came.bytes) == ("group", b"body")
    dish.leave("group")
    assert peer.receive_command(b"LEAVE") == b"group"


@ways([way for way in WAYS if way.version >= "3.0"])
def test_radio_of_ours(pair: Pairs, way: Way) -> None:
    skip_drafts("RADIO")
    both = pair(way, "RADIO", "DISH")
    radio = both.open()
    peer = both.peer()
    peer.send_command(b"JOIN", b"group")
    for _ in range(1000):
        radio.send(b"probe", group="group")
        if peer.is_readable(0.01):
            break
    radio.send(b"not for it", group="other")
    radio.send(b"the end", group="group")
    while (came := peer.receive()) != [b"group", b"the end"]:
        assert came == [b"group", b"probe"]


# ---------------------------------------------------------------- sizes and parts
AROUND = [0, 1, 252, 253, 254, 255, 256, 8_190, 8_191, 8_192, 8_193, 65_535, 65_536, 70_001, MB]


@ways(LARGE_WAYS)
def test_sizes(pair: Pairs, way: Way) -> None:
    both = pair(way, "DEALER", "DEALER")
    dealer = both.open()
    peer = both.peer()
    for size in [*AROUND, 64 * MB] if WHOLE else AROUND:
        body = bytes(range(251)) * (size // 251) + bytes(size % 251)
        peer.send(body)
        assert dealer.recv() == body
        dealer.send(body)
        assert peer.receive() == [body]


@ways(WAYS)
def test_parts(pair: Pairs, way: Way) -> None:
    both = pair(way, "DEALER", "DEALER")
    dealer = both.open()
    peer = both.peer()
    for count in (1, 2, 3, 10, 99, 100):
        message = [bytes([n]) * (n % 3) for n in range(count)]
        peer.send(*message)
        assert dealer.recv_multipart() == message
        dealer.send_multipart(message)
        assert peer.receive() == message


# ---------------------------------------------------------------- subscriptions
TOPIC_SIZES = [0, 1, 29, 30, 31, 244, 245, 246, 252, 253, 254, 255, 256, 999, 1000]
SUBSCRIBING = [way for way in WAYS if way.version != "1.0"]


@ways(SUBSCRIBING)
def test_subscriptions_to_ours(pair: Pairs, way: Way) -> None:
    both = pair(way, "XPUB", "SUB")
    xpub = both.open()
    peer = both.peer()
    for on in (True, False):
        for size in TOPIC_SIZES:
            peer.subscribe(b"t" * size, on)
            assert xpub.recv() == bytes([on]) + b"t" * size


@ways([way for way in WAYS if way.version == "3.1"])
def test_subscriptions_as_messages(pair: Pairs, way: Way) -> None:
    """A peer with version 3.1 may still send subscriptions as 3.0 does."""
    both = pair(way, "XPUB", "SUB")
    xpub = both.open()
    peer = both.peer()
    for first in (b"\1", b"\0"):
        for size in TOPIC_SIZES:
            peer.send(first + b"t" * size)
            assert xpub.recv() == first + b"t" * size


@ways(SUBSCRIBING)
def test_subscriptions_of_ours(pair: Pairs, way: Way) -> None:
    both = pair(way, "SUB", "XPUB")
    sub = both.open()
    sub.subscribe(b"early")
    peer = both.peer()
    wait_for_word(sub, peer)
    assert peer.receive_subscription() == b"\1early"
    for size in TOPIC_SIZES:
        sub.subscribe(b"t" * size)
        assert peer.receive_subscription() == b"\1" + b"t" * size
    for size in TOPIC_SIZES:
        sub.unsubscribe(b"t" * size)
        assert peer.receive_subscription() == b"\0" + b"t" * size


# ---------------------------------------------------------------- restarts
@ways(WAYS)
def test_restart_of_raw_peer(pair: Pairs, way: Way) -> None:
    both = pair(way, "PULL", "PUSH")
    pull = both.open(reconnect_ivl=10)
    for number in range(3):
        peer = both.peer(b"first %d" % number)
        assert pull.recv() == b"first %d" % number
        # The peer leaves half a message in the connection. This message never arrives.
        peer.write(peer.bytes_of(b"half", b"of a message")[:-3])
        peer.close()


@ways(WAYS)
def test_restart_of_ours(pair: Pairs, way: Way) -> None:
    both = pair(way, "PUSH", "PULL")
    for number in range(3):
        push = both.open()
        peer = both.peer()
        push.send_multipart([b"number", b"%d" % number])
        assert peer.receive() == [b"number", b"%d" % number]
        push.close()
        wire.assert_closed_by_peer(peer.connection)
        peer.close()


@ways(WAYS)
def test_subscriptions_return_after_a_restart(pair: Pairs, way: Way) -> None:
    both = pair(way, "SUB", "PUB")
    sub = both.open(reconnect_ivl=10)
    sub.subscribe(b"a")
    sub.subscribe(b"b")
    for number in range(3):
        peer = both.peer()
        if way.version != "1.0":
            wait_for_word(sub, peer)
            assert {peer.receive_subscription() for _ in range(2)} == {b"\1a", b"\1b"}
        peer.send(b"a", b"%d" % number)
        assert sub.recv_multipart() == [b"a", b"%d" % number]
        peer.close()


# ---------------------------------------------------------------- heartbeats
HEARTBEAT_MS = 50


@ways([way for way in WAYS if way.version >= "3.0"])
def test_pings_of_ours_are_answered(pair: Pairs, way: Way) -> None:
    both = pair(way, "DEALER", "DEALER")
    dealer = both.open(heartbeat_ivl=HEARTBEAT_MS, heartbeat_timeout=MS)
    peer = both.peer()
    for _ in range(5):
        ping = peer.receive_command(b"PING")
        peer.send_command(b"PONG", ping[2:])
    peer.send(b"still here")
    assert dealer.recv() == b"still here"


@ways([way for way in WAYS if way.version >= "3.0"])
def test_silence_ends_the_connection(pair: Pairs, way: Way) -> None:
    both = pair(way, "DEALER", "DEALER")
    _dealer = both.open(heartbeat_ivl=HEARTBEAT_MS, heartbeat_timeout=2 * HEARTBEAT_MS)
    peer = both.peer()
    wire.assert_closed_by_peer(peer.connection)


@ways([way for way in WAYS if way.version < "3.0"])
def test_old_peers_are_not_pinged(pair: Pairs, way: Way) -> None:
    """ZMTP 1.0 and 2.0 have no commands: a PING would be a message. Silence ends no connection."""
    both = pair(way, "DEALER", "DEALER")
    dealer = both.open(heartbeat_ivl=HEARTBEAT_MS, heartbeat_timeout=2 * HEARTBEAT_MS)
    peer = both.peer()
    assert not peer.is_readable(10 * HEARTBEAT_MS / 1000)
    peer.send(b"still here")
    assert dealer.recv() == b"still here"
    dealer.send(b"and here")
    assert peer.receive() == [b"and here"]


@ways([way for way in WAYS if way.version >= "3.0"])
def test_pings_of_the_peer(pair: Pairs, way: Way) -> None:
    both = pair(way, "DEALER", "DEALER")
    dealer = both.open()
    peer = both.peer()
    for content in (b"", b"c", b"sixteen bytes...", b""):
        peer.send_command(b"PING", b"\0\0" + content)
        assert peer.receive_command(b"PONG") == content
    peer.send(b"after")
    assert dealer.recv() == b"after"
