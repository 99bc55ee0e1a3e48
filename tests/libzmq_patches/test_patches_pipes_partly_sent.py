"""Messages of which only a part is sent when their peer, or another one, disconnects."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import wire
from wire import MS

import zmq


@pytest.fixture(params=["inproc", "ipc", "tcp", "ws"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param != "inproc" and not zmq.has(request.param) and request.param != "tcp":
        pytest.skip(f"this build has no {request.param}://")
    with tempfile.TemporaryDirectory() as folder:  # paths of pytest's folders are too long for ipc
        yield {
            "inproc": "inproc://partly-sent",
            "ipc": f"ipc://{Path(folder, 'socket')}",
            "tcp": "tcp://127.0.0.1:*",
            "ws": "ws://127.0.0.1:*",
        }[request.param]


def let_it_know(sock: zmq.Socket) -> None:
    """Wait a moment, so that the socket notices a disconnect; no assertion depends on this."""
    for _ in range(5):
        sock.poll(20, zmq.POLLIN)


@pytest.mark.parametrize("gone", range(3))
def test_rest_of_a_message_follows_its_first_part(endpoint: str, gone: int) -> None:
    with zmq.Context() as context, contextlib.ExitStack() as stack:
        dealer, *peers = [stack.enter_context(context.socket(zmq.DEALER)) for _ in range(4)]
        for sock in (dealer, *peers):
            sock.linger = 0
            sock.rcvtimeo = sock.sndtimeo = MS
        dealer.bind(endpoint)
        for peer in peers:
            peer.connect(dealer.last_endpoint)
            peer.send(b"here")
            dealer.recv()
        turns = {}  # the peer that receives in each turn
        for turn in range(3):
            dealer.send(b"%d" % turn)
        for peer in peers:
            turns[int(peer.recv())] = peer
        dealer.send(b"first")
        dealer.send(b"second")
        dealer.send(b"begun", zmq.SNDMORE)
        turns[gone].close()
        let_it_know(dealer)
        dealer.send(b"end")
        dealer.send(b"fourth")
        expected = [[b"first"], [b"second"], [b"begun", b"end"]]
        for turn, message in enumerate(expected):
            if turn != gone:
                assert turns[turn].recv_multipart() == message
        assert b"fourth" in [peer.recv() for peer in peers if not peer.closed and peer.poll(20)]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_pair_drops_message_rest_for_a_gone_peer(endpoint: str, left: int) -> None:
    with zmq.Context() as context, contextlib.ExitStack() as stack:
        pair, one, two = [stack.enter_context(context.socket(zmq.PAIR)) for _ in range(3)]
        for sock in (pair, one, two):
            sock.linger = 0
            sock.rcvtimeo = sock.sndtimeo = MS
        pair.bind(endpoint)
        one.connect(pair.last_endpoint)
        one.send(b"here")
        assert pair.recv() == b"here"
        pair.send(b"begun", zmq.SNDMORE)
        one.close()
        let_it_know(pair)
        assert pair.poll(0, zmq.POLLOUT)
        for _ in range(left):
            pair.send(b"middle", zmq.SNDMORE | zmq.DONTWAIT)
        pair.send(b"end", zmq.DONTWAIT)
        deadline = time.monotonic() + wire.PATIENCE
        while not pair.poll(20):  # a PAIR refuses others while it has a peer
            two.connect(pair.last_endpoint)
            two.send(b"here")
            assert time.monotonic() < deadline
        pair.send_multipart([b"next", b"end"])
        assert two.recv_multipart() == [b"next", b"end"]


def test_next_connection_gets_no_rest_of_upstream_message() -> None:
    listener, port = wire.tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.XSUB) as xsub:
        xsub.linger = 0
        xsub.sndtimeo = MS
        xsub.reconnect_ivl = 1
        monitor = xsub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        xsub.connect(f"tcp://127.0.0.1:{port}")
        with wire.accept(listener) as raw:
            wire.shake_hands(raw, b"XPUB")
            xsub.send(b"ready")
            assert wire.read_frame(raw) == (0, b"ready")
            xsub.send(b"begun" * 100, zmq.SNDMORE)
        assert monitor.poll(MS)
        xsub.disable_monitor()
        with wire.accept(listener) as raw:
            wire.shake_hands(raw, b"XPUB")
            let_it_know(xsub)
            xsub.send(b"end")
            xsub.send_multipart([b"next", b"end"])
            assert [wire.read_frame(raw) for _ in range(2)] == [(1, b"next"), (0, b"end")]


def test_high_water_mark_is_lowered_in_mid_message() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.PUB) as pub,
        context.socket(zmq.SUB) as sub,
    ):
        sub.rcvtimeo = MS
        pub.sndhwm = 2
        sub.rcvhwm = 1
        sub.subscribe(b"")
        pub.bind("inproc://lowered")
        sub.connect("inproc://lowered")
        pub.send(b"first")
        pub.send(b"second")
        pub.send(b"begun", zmq.SNDMORE)
        pub.sndhwm = 1
        pub.send(b"end")
        assert [sub.recv() for _ in range(2)] == [b"first", b"second"]
        received = []
        deadline = time.monotonic() + wire.PATIENCE
        while not received or received[-1] != [b"next", b"end"]:
            pub.send_multipart([b"next", b"end"])
            if sub.poll(20):
                received.append(sub.recv_multipart())
            assert time.monotonic() < deadline
        assert received[:-1] in ([], [[b"begun", b"end"]])


@pytest.mark.parametrize("left", [0, 1])
def test_request_to_a_gone_peer_counts_as_sent(endpoint: str, left: int) -> None:
    with zmq.Context() as context, contextlib.ExitStack() as stack:
        req = stack.enter_context(context.socket(zmq.REQ))
        one, two = [stack.enter_context(context.socket(zmq.ROUTER)) for _ in range(2)]
        for sock in (req, one, two):
            sock.linger = 0
            sock.rcvtimeo = sock.sndtimeo = MS
        req.bind(endpoint)
        one.connect(req.last_endpoint)
        req.send(b"first")
        one.send_multipart([*one.recv_multipart()[:2], b"reply"])
        assert req.recv() == b"reply"
        req.send(b"begun", zmq.SNDMORE)
        one.close()
        let_it_know(req)
        for _ in range(left):
            req.send(b"middle", zmq.SNDMORE)
        req.send(b"end")
        with pytest.raises(zmq.Again):
            req.recv(zmq.DONTWAIT)
        req.req_relaxed = True
        two.connect(req.last_endpoint)
        req.send(b"next")
        assert two.recv_multipart()[1:] == [b"", b"next"]
