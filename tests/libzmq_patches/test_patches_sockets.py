# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of socket types and their options: ROUTER, REP, XPUB, CHANNEL."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
from collections.abc import Iterator

import pytest
import wire
from needs import needs_localhost
from wire import MS, bound, frame, in_a_process, process_commands, shake_hands, tcp_connect

import zmq


@in_a_process
def test_router_gives_metadata_after_a_poll() -> None:
    with (
        zmq.Context() as context,
        bound(context, zmq.ROUTER) as router,
        context.socket(zmq.DEALER) as dealer,
    ):
        dealer.linger = 0
        dealer.connect(router.last_endpoint.decode())
        dealer.send(b"body")
        assert router.poll(MS)
        for part in router.recv_multipart(copy=False):
            assert part.get("Peer-Address") == "127.0.0.1"
            assert part.get("Socket-Type") == "DEALER"


@in_a_process
def test_peer_has_an_id_that_router_would_generate() -> None:
    with zmq.Context() as context, bound(context, zmq.ROUTER) as router:
        with tcp_connect(router.last_endpoint) as first:
            shake_hands(first, b"DEALER")
            first.sendall(frame(b"hello"))
            name, _ = router.recv_multipart()
            (number,) = struct.unpack(">xI", name)
            taken = struct.pack(">xI", (number + 1) & 0xFFFFFFFF)
            with tcp_connect(router.last_endpoint) as second:
                shake_hands(second, b"DEALER", Identity=taken)
                second.sendall(frame(b"mine"))
                assert router.recv_multipart() == [taken, b"mine"]
                with tcp_connect(router.last_endpoint) as third:
                    shake_hands(third, b"DEALER")
                    third.sendall(frame(b"who am I"))
                    name, body = router.recv_multipart()
                    assert body == b"who am I"
                    assert name != taken


def test_mandatory_router_refuses_message_of_one_part(context) -> None:
    with bound(context, zmq.ROUTER) as router, context.socket(zmq.DEALER) as dealer:
        router.router_mandatory = True
        dealer.connect(router.last_endpoint)
        dealer.send(b"")
        name, _ = router.recv_multipart()
        with pytest.raises(zmq.ZMQError, match="two parts or more: the routing id") as caught:
            router.send(name)
        assert caught.value.errno == errno.EINVAL
        router.send_multipart([name, b"afterwards"])
        assert dealer.poll(MS)
        assert dealer.recv() == b"afterwards"


@in_a_process
def test_a_rep_that_cannot_answer() -> None:
    with zmq.Context() as context, context.socket(zmq.REP) as rep:
        rep.linger = 0
        rep.rcvtimeo = MS
        with contextlib.suppress(zmq.ZMQError):  # not an option of REP
            rep.router_mandatory = 1
        rep.bind("tcp://127.0.0.1:*")
        with tcp_connect(rep.last_endpoint) as control:
            shake_hands(control, b"REQ")
            with tcp_connect(rep.last_endpoint) as raw:
                shake_hands(raw, b"REQ")
                raw.sendall((frame(more=True) + frame(b"gone")) * 2)
                wire.wait_until_seen(raw)
                assert rep.recv() == b"gone"
            process_commands(rep, control)
            rep.send(b"to nobody")
            with contextlib.suppress(zmq.ZMQError):
                rep.recv(zmq.DONTWAIT)
                rep.send(b"to nobody")
            control.sendall(frame(more=True) + frame(b"still there?"))
            assert rep.recv() == b"still there?"


def lose_a_subscriber(pub: zmq.Socket) -> None:
    """Connect a peer that subscribes, cancels its subscription and disconnects."""
    with tcp_connect(pub.last_endpoint) as raw:
        shake_hands(raw, b"SUB")
        raw.sendall(frame(b"\1lost") + frame(b"\0lost"))
        wire.wait_until_seen(raw)


@contextlib.contextmanager
def three_subscribers(pub: zmq.Socket) -> Iterator[list[socket.socket]]:
    """Peers that connect after another one has disconnected."""
    with contextlib.ExitStack() as stack:
        peers = []
        for _ in range(3):
            raw = stack.enter_context(tcp_connect(pub.last_endpoint))
            shake_hands(raw, b"SUB")
            process_commands(pub, raw)
            peers.append(raw)
        yield peers


def assert_each_gets_its_own(pub: zmq.Socket, peers: list[socket.socket]) -> None:
    """Every peer subscribes, and first receives a message with its own topic."""
    for n, raw in enumerate(peers):
        topic = b"topic %d" % n
        raw.sendall(frame(b"\1" + topic))
        assert pub.recv() == b"\1" + topic
        pub.subscribe(topic)
        pub.send(topic)
        assert wire.read_frame(raw)[1] == topic


@in_a_process
def test_manual_xpub_forgets_its_last_terminated_pipe() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, xpub_manual=1) as pub:
        lose_a_subscriber(pub)
        assert pub.recv() == b"\1lost"
        assert pub.recv() == b"\0lost"
        with three_subscribers(pub) as peers:
            pub.subscribe(b"secret")  # meant for the disconnected peer
            pub.send(b"secret")
            assert_each_gets_its_own(pub, peers)


@in_a_process
def test_manual_xpub_forgets_a_pending_terminated_pipe() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, xpub_manual=1) as pub:
        lose_a_subscriber(pub)
        with three_subscribers(pub) as peers:
            for expected in (b"\1lost", b"\0lost"):
                assert pub.recv() == expected
                pub.subscribe(b"secret")
                pub.send(b"secret")
            assert_each_gets_its_own(pub, peers)


@in_a_process
def test_manual_xpub_pairs_each_message_with_its_pipe() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, xpub_manual=1) as pub:
        with tcp_connect(pub.last_endpoint) as one, tcp_connect(pub.last_endpoint) as two:
            for raw, name in ((one, b"one"), (two, b"two")):
                shake_hands(raw, b"SUB")
                raw.sendall(frame(b"user message of " + name) + frame(b"\1" + name))
                process_commands(pub, raw)
            for name in (b"one", b"two"):
                assert pub.recv() == b"user message of " + name
                assert pub.recv() == b"\1" + name
                pub.subscribe(name)
            for raw, name in ((one, b"one"), (two, b"two")):
                pub.send(name)
                assert wire.read_frame(raw)[1] == name


@in_a_process
def test_manual_xpub_keeps_last_pipe_when_another_ends() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, xpub_manual=1) as pub:
        other = tcp_connect(pub.last_endpoint)
        shake_hands(other, b"SUB")
        other.sendall(frame(b"\1other"))
        assert pub.recv() == b"\1other"
        with tcp_connect(pub.last_endpoint) as raw:
            shake_hands(raw, b"SUB")
            raw.sendall(frame(b"\1topic"))
            assert pub.recv() == b"\1topic"
            other.close()
            # The unsubscription of the other peer has arrived, but is not received yet.
            assert pub.poll(MS)
            pub.subscribe(b"topic")
            pub.send(b"topic")
            assert wire.read_frame(raw)[1] == b"topic"


@pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft sockets")
@wire.needs_resource
@in_a_process
def test_channel_drops_a_multipart_message_without_a_leak() -> None:
    with zmq.Context() as context, bound(context, zmq.CHANNEL) as channel:
        with tcp_connect(channel.last_endpoint) as raw:
            shake_hands(raw, b"CHANNEL")

            def flood() -> int:
                for _ in range(50):
                    message = frame(b"x" * 1000, more=True) * 9 + frame(b"x" * 1000)
                    raw.sendall(message * 10 + frame(b"single"))
                    assert channel.recv() == b"single"
                return wire.peak_memory()

            before = flood()
            growth = flood() - before
            # 5 MB were sent.
            assert growth < 2_000_000, f"{growth} bytes more"


def test_rep_takes_no_raw_messages() -> None:
    with zmq.Context() as context, context.socket(zmq.REP) as rep:
        with pytest.raises(zmq.ZMQError) as caught:
            rep.router_raw = 1
        assert caught.value.errno == zmq.EINVAL


@wire.needs_resource
@in_a_process
def test_messages_that_xpub_receives_are_freed_once() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.XPUB) as xpub,
        context.socket(zmq.XSUB) as xsub,
    ):
        xpub.bind("inproc://upstream")
        for _ in range(2):
            xsub.connect("inproc://upstream")
        # First send each received message on, to both connections.
        xsub.send(b"x" * 1000)
        for _ in range(6):
            xsub.send(xpub.recv(copy=False))
        while xpub.poll(20):
            xpub.recv()
        # Then only receive the messages.
        before = wire.peak_memory()
        for _ in range(1000):
            xsub.send(b"x" * 100_000)
            assert [len(xpub.recv()) for _ in range(2)] == [100_000] * 2
        assert wire.peak_memory() - before < 50_000_000  # 200 MB were received


@in_a_process
def test_a_raw_router_sends_no_probes() -> None:
    listener, port = wire.tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.router_raw = 1
        router.probe_router = 1
        router.connect_routing_id = b"peer"
        router.connect(f"tcp://127.0.0.1:{port}")
        with wire.accept(listener) as raw:
            router.send_multipart([b"peer", b"data"])
            assert wire.receive(raw, 4) == b"data"


@pytest.mark.parametrize("endpoint", ["inproc://upstream", "tcp://127.0.0.1:*"])
@pytest.mark.parametrize(
    ("last", "received"),
    [(b"\1known", [b"one"]), (b"\0unknown", [b"one", b"\0unknown"])],
    ids=["subscribed before", "never subscribed"],
)
def test_upstream_message_ends_with_a_redundant_subscription(
    endpoint: str, last: bytes, received: list[bytes]
) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.XPUB) as xpub,
        context.socket(zmq.XSUB) as one,
        context.socket(zmq.XSUB) as two,
    ):
        xpub.rcvtimeo = MS
        one.linger = two.linger = 0
        xpub.bind(endpoint)
        for xsub in (one, two):
            xsub.connect(xpub.last_endpoint)
        one.send(b"\1known")
        assert xpub.recv() == b"\1known"
        one.send_multipart([b"one", last])
        assert xpub.recv_multipart() == received
        two.send_multipart([b"two", b"of two"])
        assert xpub.recv_multipart() == [b"two", b"of two"]


# ---------------------------------------------------------------- numbers in addresses
@in_a_process
def test_nonexistent_ports() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as sock:
        hosts = ["tcp://127.0.0.1", "tcp://*", "tcp://127.0.0.1:*;127.0.0.1"]
        if zmq.DRAFT_API:
            hosts += ["ws://127.0.0.1"]
        for host in hosts:
            for port in ("65536", "131073", "99999999999", "18446744073709551617", "-1"):
                for call in (sock.bind, sock.connect):
                    with pytest.raises(zmq.ZMQError) as caught:
                        call(f"{host}:{port}")
                    assert caught.value.errno == errno.EINVAL
        for source in ("127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1"):
            with pytest.raises(zmq.ZMQError):
                sock.connect(f"tcp://{source};127.0.0.1:1")
        sock.connect("tcp://127.0.0.1:65535")
        sock.connect("tcp://127.0.0.1:*;127.0.0.1:65535")


@needs_localhost
@in_a_process
def test_bind_takes_host_names() -> None:
    with zmq.Context() as context:
        for transport in ("tcp", "ws"):
            with context.socket(zmq.PULL) as socket:
                socket.bind(f"{transport}://localhost:*")
                assert socket.last_endpoint.startswith(f"{transport}://127.".encode())


@in_a_process
def test_connecting_with_a_routing_id_that_is_taken() -> None:
    with (
        zmq.Context() as context,
        bound(context, zmq.ROUTER) as one,
        bound(context, zmq.ROUTER) as two,
        context.socket(zmq.ROUTER) as router,
    ):
        router.linger = 0
        router.connect_routing_id = b"name"
        router.connect(one.last_endpoint.decode())
        router.connect_routing_id = b"name"
        with pytest.raises(zmq.ZMQError) as caught:
            router.connect(two.last_endpoint.decode())
        assert caught.value.errno == zmq.EADDRINUSE
        router.connect_routing_id = b"another"
        router.connect(two.last_endpoint.decode())


def test_empty_message_closes_the_connection_at_once() -> None:
    with zmq.Context() as context, bound(context, zmq.STREAM) as stream:
        with tcp_connect(stream.last_endpoint) as client:
            peer, _ = stream.recv_multipart()
            stream.send_multipart([peer, b"the end"])
            stream.send_multipart([peer, b""])
            # No call of the socket follows.
            assert wire.receive(client, 7) == b"the end"
            assert client.recv(1) == b""
