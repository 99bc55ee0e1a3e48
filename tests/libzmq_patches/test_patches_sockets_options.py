"""Patches that add options and functions of libzmq 4.3.5 and later."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import zmq


@pytest.fixture
def pair_of(context: zmq.Context, endpoint: Callable[[str], str]):
    """Connect two sockets: ``pair_of(zmq.XPUB, zmq.XSUB)``; the first one binds."""

    def make(bound: int, connected: int, transport: str = "tcp") -> tuple[zmq.Socket, zmq.Socket]:
        first, second = context.socket(bound), context.socket(connected)
        first.bind(endpoint(transport))
        second.connect(first.last_endpoint)
        return first, second

    return make


# ---------------------------------------------------------------- TOPICS_COUNT


@pytest.mark.parametrize("kind", [zmq.SUB, zmq.XSUB])
def test_topics_are_counted_once(context: zmq.Context, kind: int) -> None:
    sub = context.socket(kind)

    def subscribe(topic: bytes) -> None:
        sub.subscribe(topic) if kind == zmq.SUB else sub.send(b"\1" + topic)

    def cancel(topic: bytes) -> None:
        sub.unsubscribe(topic) if kind == zmq.SUB else sub.send(b"\0" + topic)

    counts = [sub.topics_count]
    for topic in (b"", b"a", b"abc", b"abd", b"a"):
        subscribe(topic)
        counts.append(sub.topics_count)
    for topic in (b"a", b"a", b"a", b"never", b"abc", b"abd", b""):
        cancel(topic)
        counts.append(sub.topics_count)
    assert counts == [0, 1, 2, 3, 4, 4, 4, 3, 3, 3, 2, 1, 0]


@pytest.mark.parametrize("kind", [zmq.PUB, zmq.XPUB])
@pytest.mark.parametrize("transport", ["tcp", "inproc"])
def test_publisher_counts_topics_of_all_peers(pair_of, context, until, kind, transport) -> None:
    pub, sub = pair_of(kind, zmq.SUB, transport)
    other = context.socket(zmq.SUB)
    other.connect(pub.last_endpoint)
    assert pub.topics_count == 0
    for topic in (b"a", b"b"):
        sub.subscribe(topic)
    for topic in (b"b", b"c", b"d"):
        other.subscribe(topic)
    until(lambda: pub.topics_count == 4)
    sub.unsubscribe(b"b")  # the other subscriber still has this topic
    sub.unsubscribe(b"a")
    until(lambda: pub.topics_count == 3)
    other.unsubscribe(b"b")
    until(lambda: pub.topics_count == 2)


@pytest.mark.parametrize("option", [None, "xpub_verbose", "xpub_verboser", "xpub_manual"])
def test_topics_of_a_lost_peer_go(pair_of, context, until, option) -> None:
    pub, sub = pair_of(zmq.XPUB, zmq.XSUB)
    if option:
        setattr(pub, option, 1)
    other = context.socket(zmq.XSUB)
    other.connect(pub.last_endpoint)
    sent = [(sub, b"\1a"), (sub, b"\1b"), (other, b"\1b"), (other, b"\1c")]
    for subscriber, message in sent:
        subscriber.send(message)
    if option == "xpub_manual":
        for _ in sent:
            pub.subscribe(pub.recv()[1:])
    until(lambda: pub.topics_count == 3)
    sub.close()
    until(lambda: pub.topics_count == 2)
    other.close()
    until(lambda: pub.topics_count == 0)


def test_manual_publisher_counts_granted_subscriptions(pair_of) -> None:
    pub, sub = pair_of(zmq.XPUB, zmq.XSUB)
    pub.xpub_manual = 1
    sub.send(b"\1wish")
    assert pub.recv() == b"\1wish"
    assert pub.topics_count == 0
    pub.subscribe(b"one")
    pub.subscribe(b"other")
    pub.subscribe(b"one")
    assert pub.topics_count == 2
    pub.unsubscribe(b"one")
    assert pub.topics_count == 1


@pytest.mark.parametrize("kind", [zmq.PUSH, zmq.PAIR, zmq.ROUTER, zmq.RADIO, zmq.SERVER])
def test_other_sockets_count_no_topics(context: zmq.Context, kind: int) -> None:
    with pytest.raises(zmq.ZMQError) as raised:
        context.socket(kind).get(zmq.TOPICS_COUNT)
    assert raised.value.errno == zmq.EINVAL


def test_count_of_topics_is_read_only(context: zmq.Context) -> None:
    with pytest.raises(zmq.ZMQError):
        context.socket(zmq.SUB).set(zmq.TOPICS_COUNT, 1)


# ---------------------------------------------------------------- XSUB_VERBOSE_UNSUBSCRIBE


@pytest.mark.parametrize("verbose", [0, 1])
def test_xsub_passes_every_unsubscription_on(pair_of, verbose: int) -> None:
    pub, sub = pair_of(zmq.XPUB, zmq.XSUB)
    pub.xpub_verboser = 1
    sub.set(zmq.XSUB_VERBOSE_UNSUBSCRIBE, verbose)
    for message in (b"\1a", b"\1a", b"\0a", b"\0a", b"\1end"):
        sub.send(message)
    received = iter(pub.recv, b"\1end")
    expected = [b"\1a", b"\1a", b"\0a", b"\0a"] if verbose else [b"\1a", b"\1a", b"\0a"]
    assert list(received) == expected


def test_only_xsub_is_verbose_that_way(context: zmq.Context) -> None:
    for kind in (zmq.SUB, zmq.XPUB, zmq.PUSH):
        with pytest.raises(zmq.ZMQError):
            context.socket(kind).set(zmq.XSUB_VERBOSE_UNSUBSCRIBE, 1)


# ---------------------------------------------------------------- BUSY_POLL


def test_busy_poll_is_kept(context: zmq.Context) -> None:
    push = context.socket(zmq.PUSH)
    assert push.busy_poll == 0
    push.busy_poll = 50
    assert push.busy_poll == 50
    with pytest.raises(zmq.ZMQError):
        push.busy_poll = -1
    assert push.busy_poll == 50


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has SO_BUSY_POLL")
def test_busy_poll_reaches_the_kernel(pair_of, context: zmq.Context) -> None:
    SO_BUSY_POLL = 46
    with socket.socket() as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, 37)
        except OSError as error:
            pytest.skip(f"this process may not set SO_BUSY_POLL: {error}")
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    pull.busy_poll = push.busy_poll = 37
    pull.bind("tcp://127.0.0.1:*")
    push.connect(pull.last_endpoint)
    push.send(b"connected")
    pull.recv()
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        # Copy only sockets: socket.socket() refuses other descriptors, and leaves the copy open.
        if link.is_socket():
            with socket.socket(fileno=os.dup(int(link.name))) as copy:
                found += copy.getsockopt(socket.SOL_SOCKET, SO_BUSY_POLL) == 37
    assert found == 3  # the listener, and both ends
