"""Messages of which only a part is received when the connection ends or the rest is not needed."""

from __future__ import annotations

import contextlib
import itertools
import socket

import pytest
import wire
from wire import MS, in_a_process

import zmq

#: The receiving type, and the type that sends to it.
PAIRS_OF_TYPES = [("PULL", "PUSH"), ("SUB", "PUB"), ("DEALER", "DEALER"), ("ROUTER", "DEALER")]


def receiver_of(kind: str, senders: list[zmq.Socket]) -> zmq.Socket:
    """A socket that is connected to several bound sockets."""
    receiver = senders[0].context.socket(zmq.SocketType[kind])
    receiver.linger = 0
    receiver.rcvtimeo = MS
    if kind == "SUB":
        receiver.subscribe(b"")
    for sender in senders:
        receiver.connect(sender.last_endpoint)
    return receiver


def wait_for_connection(receiver: zmq.Socket, sender: zmq.Socket) -> None:
    """Send until a message arrives (a PUB drops early messages), and receive its parts."""
    while not receiver.poll(20):
        sender.send(b"first")
    sender.send(b"last")
    while receiver.recv_multipart()[-1] != b"last":
        pass


def read_on(kind: str, peer: str, endpoint: str, given_up: int, polled: bool) -> None:
    """Close one of three connections in mid-message, or between a poll and a receive."""
    messages = [[b"%d" % n, b"middle", b"end"] for n in range(3)]
    with zmq.Context() as context, contextlib.ExitStack() as stack:
        senders = []
        for n in range(3):
            sender = stack.enter_context(context.socket(zmq.SocketType[peer]))
            sender.linger = 0
            sender.bind(endpoint.format(n))
            senders.append(sender)
        receiver = stack.enter_context(receiver_of(kind, senders))
        for sender in senders:
            wait_for_connection(receiver, sender)
        for sender, message in zip(senders, messages, strict=True):
            sender.send_multipart(message)
        envelope = 1 if kind == "ROUTER" else 0
        begun = []
        if polled:
            assert receiver.poll(MS)
        else:
            begun = [receiver.recv() for _ in range(envelope + 1)]
            assert receiver.rcvmore
        receiver.disconnect(senders[given_up].last_endpoint)
        received = []
        expected = [message for n, message in enumerate(messages) if n != given_up]
        while any(message not in received for message in expected):
            assert receiver.poll(MS)
            received.append((begun + receiver.recv_multipart())[envelope:])
            begun = []
        # the message of the ended connection may arrive, but only as a whole
        assert sorted(received) in (expected, messages)


@in_a_process
def test_message_is_read_whole_after_its_connection_ended() -> None:
    for (kind, peer), endpoint, given_up, polled in itertools.product(
        PAIRS_OF_TYPES, ("inproc://{}", "tcp://127.0.0.1:*"), range(3), (False, True)
    ):
        read_on(kind, peer, endpoint, given_up, polled)


def break_the_connection(sock: zmq.Socket, socket_type: bytes, messages: int) -> None:
    """Receive one part from a peer that sends messages of two parts, and then disconnects."""
    listener, port = wire.tcp_listener()
    monitor = sock.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    with listener:
        sock.connect(f"tcp://127.0.0.1:{port}")
        with wire.accept(listener) as raw:
            wire.shake_hands(raw, socket_type)
            for n in range(messages):
                raw.sendall(wire.frame(b"%d" % n, more=True) + wire.frame(b"end"))
            assert sock.recv() == b"0"
        assert monitor.poll(MS)
    sock.disable_monitor()


@in_a_process
def test_messages_of_a_connection_without_reconnect_stay_readable() -> None:
    messages = 100
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.rcvtimeo = MS
        pull.reconnect_ivl = -1
        break_the_connection(pull, b"PUSH", messages)
        assert pull.poll(MS)
        assert pull.recv() == b"end"
        for n in range(1, messages):
            assert pull.recv_multipart() == [b"%d" % n, b"end"]


@in_a_process
def test_messages_of_an_immediate_socket_stay_readable() -> None:
    messages = 100
    kinds = {zmq.PULL: b"PUSH", zmq.SUB: b"PUB", zmq.DEALER: b"DEALER"}
    for (kind, peer), still in itertools.product(kinds.items(), (True, False)):
        with zmq.Context() as context, context.socket(kind) as sock:
            sock.linger = 0
            sock.rcvtimeo = MS
            sock.immediate = True
            if kind == zmq.SUB:
                sock.subscribe(b"")
            break_the_connection(sock, peer, messages)
            sock.immediate = still
            assert sock.poll(MS)
            assert sock.recv() == b"end"
            for n in range(1, messages):
                assert sock.recv_multipart() == [b"%d" % n, b"end"]


@in_a_process
def test_immediate_socket_uses_the_next_connection() -> None:
    listener, port = wire.tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        dealer.rcvtimeo = dealer.sndtimeo = MS
        dealer.reconnect_ivl = 10
        dealer.immediate = True
        dealer.connect(f"tcp://127.0.0.1:{port}")
        for n in range(5):
            with wire.accept(listener) as raw:
                wire.shake_hands(raw, b"DEALER")
                raw.sendall(wire.frame(b"%d" % n))
                dealer.send(b"%d" % n)
                assert wire.read_frame(raw) == (0, b"%d" % n)
        assert [dealer.recv() for _ in range(5)] == [b"%d" % n for n in range(5)]


@in_a_process
def test_stream_closes_a_peer_in_mid_message() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.STREAM) as stream,
        context.socket(zmq.DEALER) as dealer,
        context.socket(zmq.DEALER) as other,
    ):
        stream.rcvtimeo = MS
        dealer.linger = other.linger = 0
        stream.bind("inproc://stream")
        dealer.connect("inproc://stream")
        dealer.send_multipart([b"1", b"2", b"3"])
        peer, data = stream.recv_multipart()
        assert data == b"1"
        stream.send_multipart([peer, b""])
        with pytest.raises(zmq.Again):
            stream.recv(zmq.DONTWAIT)
        other.connect("inproc://stream")
        other.send(b"4")
        assert stream.recv_multipart()[1] == b"4"


@in_a_process
def test_raw_router_closes_a_peer_in_mid_message() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as router,
        context.socket(zmq.DEALER) as dealer,
    ):
        router.rcvtimeo = MS
        router.router_raw = True
        dealer.linger = 0
        router.bind("inproc://router")
        dealer.connect("inproc://router")
        dealer.send_multipart([b"1", b"2", b"3"])
        dealer.send(b"4")
        peer = router.recv()
        assert router.recv() == b"1"
        router.send_multipart([peer, b""])
        assert router.recv_multipart() == [b"2", b"3"]
        with pytest.raises(zmq.Again):
            router.recv(zmq.DONTWAIT)


def request(context: zmq.Context, relaxed: bool) -> tuple[zmq.Socket, zmq.Socket]:
    """A REQ that has received the first part of a reply, and the ROUTER that sends the reply."""
    router = context.socket(zmq.ROUTER)
    req = context.socket(zmq.REQ)
    router.linger = req.linger = 0
    router.rcvtimeo = req.rcvtimeo = req.sndtimeo = MS
    req.req_relaxed = relaxed
    router.bind("tcp://127.0.0.1:*")
    req.connect(router.last_endpoint)
    req.send(b"first")
    router.send_multipart([*router.recv_multipart()[:2], b"1", b"2", b"3"])
    assert req.recv() == b"1"
    return req, router


@pytest.mark.parametrize("disconnected", [True, False])
def test_rest_of_a_reply_is_not_a_reply(disconnected: bool) -> None:
    with zmq.Context() as context:
        req, router = request(context, relaxed=True)
        with req, router:
            if disconnected:
                req.disconnect(router.last_endpoint)
                with pytest.raises(zmq.Again):  # no peer
                    req.send(b"second", zmq.DONTWAIT)
                req.connect(router.last_endpoint)
            req.send(b"second")
            *address, question = router.recv_multipart()
            assert question == b"second"
            router.send_multipart([*address, b"4", b"5"])
            assert req.recv_multipart() == [b"4", b"5"]


def test_req_cannot_send_before_the_whole_reply() -> None:
    with zmq.Context() as context:
        req, router = request(context, relaxed=False)
        with req, router:
            req.disconnect(router.last_endpoint)
            assert not req.poll(0, zmq.POLLOUT)
            with pytest.raises(zmq.ZMQError) as caught:
                req.send(b"second")
            assert caught.value.errno == zmq.EFSM
            assert req.recv_multipart() == [b"2", b"3"]
            req.connect(router.last_endpoint)
            req.send(b"second")
            assert router.recv_multipart()[-1] == b"second"


@pytest.mark.parametrize("received", [0, 1])
def test_rep_cannot_send_before_the_whole_request(received: int) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.REP) as rep,
        context.socket(zmq.REQ) as req,
    ):
        rep.linger = req.linger = 0
        rep.rcvtimeo = MS
        req.bind("tcp://127.0.0.1:*")
        rep.connect(req.last_endpoint)
        parts = [b"1", b"2", b"3"]
        req.send_multipart(parts)
        assert rep.poll(MS)
        assert [rep.recv() for _ in range(received)] == parts[:received]
        rep.disconnect(req.last_endpoint)
        assert not rep.poll(0, zmq.POLLOUT)
        with pytest.raises(zmq.ZMQError) as caught:
            rep.send(b"reply")
        assert caught.value.errno == zmq.EFSM
        assert rep.recv_multipart() == parts[received:]
        rep.send(b"reply")  # to no peer


def wait_for_io_thread(context: zmq.Context) -> None:
    """Wait until the only I/O thread has finished its earlier work."""
    with context.socket(zmq.REP) as rep, context.socket(zmq.REQ) as req:
        rep.linger = req.linger = 0
        rep.rcvtimeo = MS
        rep.bind("tcp://127.0.0.1:*")
        req.connect(rep.last_endpoint)
        req.send(b"")
        rep.recv()


@in_a_process
def test_message_is_read_whole_when_another_connection_breaks() -> None:
    for broken in range(2):
        with (
            zmq.Context() as context,
            context.socket(zmq.PULL) as pull,
            contextlib.ExitStack() as stack,
        ):
            pull.rcvtimeo = MS
            pull.immediate = True
            peers = []
            for _ in range(3):
                listener, port = wire.tcp_listener()
                stack.enter_context(listener)
                pull.connect(f"tcp://127.0.0.1:{port}")
                raw = stack.enter_context(wire.accept(listener))
                wire.shake_hands(raw, b"PUSH")
                peers.append(raw)

            def send(n: int, peers: list[socket.socket] = peers) -> None:
                peers[n].sendall(wire.frame(b"%d" % n, more=True) + wire.frame(b"end %d" % n))

            for n in range(3):
                send(n)
            wait_for_io_thread(context)
            order = [int(pull.recv_multipart()[0]) for _ in range(2)]
            begun = int(pull.recv())
            send(order[1 - broken])
            peers[order[broken]].close()
            for _ in range(3):  # the pipe's termination and its acknowledgement take several rounds
                wait_for_io_thread(context)
                assert pull.poll(0)
            assert pull.recv_multipart() == [b"end %d" % begun]
            assert pull.recv_multipart()[1] == b"end %d" % order[1 - broken]
