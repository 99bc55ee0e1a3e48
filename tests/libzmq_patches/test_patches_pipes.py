# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of the pipes between sockets and sessions, and of fair queues and load balancers."""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import subprocess
import sys
import time
from functools import partial

import pytest
import wire
from wire import MS, bound, frame, in_a_process, process_commands, shake_hands, tcp_connect

import zmq
from zmq.utils.monitor import recv_monitor_message


@in_a_process
def test_a_multipart_message_for_a_socket_that_conflates() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, conflate=1) as pull:
        with tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH")
            raw.sendall(frame(b"first of two", more=True))
            assert pull.recv() == b"first of two"
            assert not pull.rcvmore
            assert not pull.poll(50)
            raw.sendall(frame(b"second of two"))
            assert pull.recv() == b"second of two"


@wire.needs_resource
@in_a_process
def test_conflation_neither_leaks_nor_loses_the_last_message() -> None:
    # Another process sends, so that sending and reading coincide often.
    flood = (
        "import socket, sys\n"
        "raw = socket.socket(fileno=int(sys.argv[1]))\n"
        "for _ in range(3000):\n"
        "    raw.sendall((b'\\0\\xc8' + b'x' * 200) * 100)\n"
        "raw.sendall(b'\\0\\4last')\n"
    )
    with zmq.Context() as context, bound(context, zmq.PULL, conflate=1) as pull:
        with tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH")
            raw.settimeout(None)
            before = wire.peak_memory()
            for _ in range(3):
                number = raw.fileno()
                child = subprocess.Popen(
                    [sys.executable, "-c", flood, str(number)], pass_fds=[number]
                )
                deadline = time.monotonic() + 3 * wire.PATIENCE
                body = b""
                while body != b"last" and time.monotonic() < deadline:
                    with contextlib.suppress(zmq.Again):
                        body = pull.recv(zmq.DONTWAIT)
                assert body == b"last"
                assert child.wait(wire.PATIENCE) == 0
            growth = wire.peak_memory() - before
            # 180 MB were sent; most messages were replaced.
            assert growth < 4_000_000, f"{growth} bytes more"


@pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft sockets")
@in_a_process
def test_a_disconnect_message_when_both_ends_go() -> None:
    with zmq.Context() as context:
        for n in range(300):
            server = context.socket(zmq.SERVER)
            server.disconnect_msg = b"gone"
            server.bind(f"inproc://both-{n}")
            client = context.socket(zmq.CLIENT)
            client.connect(f"inproc://both-{n}")
            client.send(b"hello")
            server.close(linger=0)
            # In some rounds the client has acknowledged the end of the pipe, but has not received
            # the server's acknowledgement yet, when it closes.
            for _ in range(n % 30):
                client.poll(0)
            client.close(linger=0)


@wire.needs_resource
@in_a_process
def test_subscriber_leaves_in_the_middle_of_a_message() -> None:
    def flood(pub: zmq.Socket, control: socket.socket) -> int:
        for _ in range(20):
            with tcp_connect(pub.last_endpoint) as raw:
                shake_hands(raw, b"SUB")
                raw.sendall(frame(b"\1"))
                wire.wait_until_seen(raw)
                pub.send(b"x" * 1_000_000, zmq.SNDMORE)
            process_commands(pub, control)
            pub.send(b"the rest")
        return wire.peak_memory()

    with zmq.Context() as context, context.socket(zmq.PUB) as pub:
        pub.linger = 0
        pub.bind("tcp://127.0.0.1:*")
        with tcp_connect(pub.last_endpoint) as control:
            shake_hands(control, b"SUB")
            before = flood(pub, control)
            growth = flood(pub, control) - before
            # 20 MB were sent.
            assert growth < 10_000_000, f"{growth} bytes more"


@in_a_process
def test_high_water_mark_set_just_after_peer_left() -> None:
    steps = ["connect", "bind", "send", "recv", "disconnect", "unbind", "connect", "sndhwm"]
    order = random.Random(0)
    with zmq.Context() as context:
        for _ in range(2000):
            name = f"inproc://name-{order.randrange(5)}"
            with context.socket(zmq.PAIR) as one, context.socket(zmq.PAIR) as two:
                one.linger = two.linger = 0
                one.sndhwm = 3
                do = {
                    "connect": partial(one.connect, name),
                    "bind": partial(two.bind, name),
                    "send": partial(one.send, b"x", zmq.DONTWAIT),
                    "recv": partial(two.recv, zmq.DONTWAIT),
                    "disconnect": partial(one.disconnect, name),
                    "unbind": partial(two.unbind, name),
                    "sndhwm": partial(one.setsockopt, zmq.SNDHWM, 5),
                }
                order.shuffle(steps)
                for step in steps:
                    with contextlib.suppress(zmq.ZMQError):
                        do[step]()


def slow_peer(port: int, socket_type: bytes) -> socket.socket:
    """A peer that shakes hands, and reads nothing after that."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(MS / 1000)
    raw.connect(("127.0.0.1", port))
    shake_hands(raw, socket_type)
    return raw


@in_a_process
def test_peer_leaves_in_mid_message_of_ended_pipe() -> None:
    kinds = {zmq.PUSH: b"PULL", zmq.DEALER: b"DEALER", zmq.PAIR: b"PAIR"}
    endings = (
        lambda sock: sock.unbind(sock.last_endpoint),
        lambda sock: sock.close(linger=0),
    )
    for (kind, peer), end in itertools.product(kinds.items(), endings):
        for _ in range(3):
            with zmq.Context() as context, context.socket(kind) as sock:
                sock.linger = 0
                sock.sndbuf = 4096
                sock.sndtimeo = MS
                sock.bind("tcp://127.0.0.1:*")
                raw = slow_peer(wire.port_of(sock.last_endpoint), peer)
                sock.send_multipart([bytes(3_000_000)] * 3)
                wire.receive(raw, 1)  # the first message is being sent
                end(sock)
                wire.reset(raw)
                # wait until the only I/O thread has passed a later message on
                with context.socket(zmq.REP) as rep, context.socket(zmq.REQ) as req:
                    rep.linger = req.linger = 0
                    rep.bind("tcp://127.0.0.1:*")
                    req.connect(rep.last_endpoint)
                    req.send(b"")
                    assert rep.recv() == b""


@in_a_process
def test_numbers_of_waiting_messages_are_exact() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.PUSH) as push,
        context.socket(zmq.PULL) as pull,
    ):
        push.linger = pull.linger = 0
        pull.rcvtimeo = MS
        monitor = push.get_monitor_socket(zmq.EVENT_PIPES_STATS, version=2)

        def waiting() -> int:
            push.monitor_pipes_stats()
            for _ in range(MS // 10):
                push.poll(10)  # let the socket process the reply, which is a command
                if monitor.poll(0):
                    return int(recv_monitor_message(monitor)["values"][0])
            raise AssertionError("no answer")

        pull.bind("tcp://127.0.0.1:*")
        endpoint = pull.last_endpoint.decode()
        push.connect(endpoint)
        for _ in range(3):
            push.send(b"")
        for _ in range(3):
            pull.recv()
        assert waiting() == 0
        pull.unbind(endpoint)
        pull.close()
        for _ in range(7):
            push.send(b"")
        assert waiting() <= 7
        push.disable_monitor()


@in_a_process
def test_statistics_while_peers_go() -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.bind("tcp://127.0.0.1:*")
        monitor = router.get_monitor_socket(zmq.EVENT_PIPES_STATS, version=2)
        for number in range(300):
            with context.socket(zmq.DEALER) as dealer:
                dealer.linger = 0
                dealer.connect(router.last_endpoint.decode())
                dealer.send(b"x")
                if number % 3:
                    router.poll(5)
                with contextlib.suppress(zmq.Again):
                    router.monitor_pipes_stats()
            while router.poll(0):
                router.recv_multipart()
            while monitor.poll(0):
                monitor.recv_multipart()
        router.disable_monitor()


@pytest.mark.parametrize("address", ["inproc://largest", "tcp://127.0.0.1:*"])
def test_largest_high_water_marks_add_up(address: str) -> None:
    """Without the patch, the undefined-behaviour sanitizer reports an overflow."""
    largest = 2**31 - 1
    with zmq.Context() as context:
        pull = bound(context, zmq.PULL, address, rcvhwm=largest)
        with pull, context.socket(zmq.PUSH) as push:
            push.sndhwm = largest
            push.connect(pull.last_endpoint)
            push.sndhwm = largest - 1  # libzmq computes the connection's marks again
            for number in range(3000):
                push.send(b"%d" % number)
            assert [int(pull.recv()) for _ in range(3000)] == list(range(3000))


@pytest.mark.parametrize("kind", [zmq.REQ, zmq.REP], ids=["REQ without request", "REP to reply"])
def test_idle_socket_keeps_no_ended_connections(context, until, kind) -> None:
    with bound(context, kind) as idle, contextlib.ExitStack() as stack:
        idle.linger = 0
        if kind == zmq.REP:
            asking = stack.enter_context(context.socket(zmq.REQ))
            asking.linger = 0
            asking.connect(idle.last_endpoint)
            asking.send(b"request")
            assert idle.recv() == b"request"
        before = len(idle.peers())
        for _ in range(20):
            with tcp_connect(idle.last_endpoint) as raw:
                shake_hands(raw, b"REP" if kind == zmq.REQ else b"REQ")
        until(lambda: idle.stats().connections_lost == 20)
        until(lambda: idle.poll(0) >= 0 and len(idle.peers()) == before)


@pytest.mark.parametrize(
    ("kind", "kind_of_peer"),
    [
        (zmq.PULL, zmq.PUSH),
        (zmq.REP, zmq.REQ),
        (zmq.ROUTER, zmq.DEALER),
        (zmq.SERVER, zmq.CLIENT),
        (zmq.GATHER, zmq.SCATTER),
    ],
)
def test_messages_before_the_end_are_received(context, until, kind, kind_of_peer) -> None:
    with bound(context, kind) as sock:
        for number in range(20):
            with context.socket(kind_of_peer) as peer:
                peer.linger = 10_000
                peer.connect(sock.last_endpoint)
                peer.send(b"%d" % number)
        received = set()
        while len(received) < 20:
            assert sock.poll(MS)
            received.add(sock.recv_multipart()[-1])
            if kind == zmq.REP:
                sock.send(b"reply")
        assert received == {b"%d" % number for number in range(20)}
        until(lambda: sock.poll(0) >= 0 and not sock.peers())
