# ruff: noqa: SIM117 (the peers of a scenario, one inside the other)
"""Patches of ROUTER and XPUB, of pipes, and of options."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
import wire
from wire import frame, in_a_process, shake_hands, tcp_connect

import zmq

MS = int(wire.PATIENCE * 1000)


def bound(context: zmq.Context, kind: int, **options: object) -> zmq.Socket:
    sock = context.socket(kind)
    sock.linger = 0
    sock.rcvtimeo = MS
    for name, value in options.items():
        setattr(sock, name, value)
    sock.bind("tcp://127.0.0.1:*")
    return sock


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
def test_a_peer_with_the_name_that_router_would_give() -> None:
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


def process_commands(sock: zmq.Socket, peer: socket.socket) -> None:
    """Give the socket, and the I/O thread in between, several turns at their commands."""
    for _ in range(6):
        sock.getsockopt(zmq.EVENTS)
        wire.wait_until_seen(peer)
    sock.getsockopt(zmq.EVENTS)


def lose_a_subscriber(pub: zmq.Socket) -> None:
    """A peer that subscribes, cancels and leaves."""
    with tcp_connect(pub.last_endpoint) as raw:
        shake_hands(raw, b"SUB")
        raw.sendall(frame(b"\1lost") + frame(b"\0lost"))
        wire.wait_until_seen(raw)


@contextlib.contextmanager
def three_subscribers(pub: zmq.Socket) -> Iterator[list[socket.socket]]:
    """Peers that have come after another one has gone for good."""
    with contextlib.ExitStack() as stack:
        peers = []
        for _ in range(3):
            raw = stack.enter_context(tcp_connect(pub.last_endpoint))
            shake_hands(raw, b"SUB")
            process_commands(pub, raw)
            peers.append(raw)
        yield peers


def assert_each_gets_its_own(pub: zmq.Socket, peers: list[socket.socket]) -> None:
    """Every peer subscribes; its topic is the first that it hears of."""
    for n, raw in enumerate(peers):
        topic = b"topic %d" % n
        raw.sendall(frame(b"\1" + topic))
        assert pub.recv() == b"\1" + topic
        pub.subscribe(topic)
        pub.send(topic)
        assert wire.read_frame(raw)[1] == topic


@in_a_process
def test_manual_xpub_forgets_the_pipe_that_it_received_from_last() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, xpub_manual=1) as pub:
        lose_a_subscriber(pub)
        assert pub.recv() == b"\1lost"
        assert pub.recv() == b"\0lost"
        with three_subscribers(pub) as peers:
            pub.subscribe(b"secret")  # for a peer that is gone
            pub.send(b"secret")
            assert_each_gets_its_own(pub, peers)


@in_a_process
def test_manual_xpub_forgets_the_pipe_that_it_has_yet_to_receive_from() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, xpub_manual=1) as pub:
        lose_a_subscriber(pub)
        with three_subscribers(pub) as peers:
            for expected in (b"\1lost", b"\0lost"):
                assert pub.recv() == expected
                pub.subscribe(b"secret")
                pub.send(b"secret")
            assert_each_gets_its_own(pub, peers)


@in_a_process
def test_manual_xpub_pairs_each_message_with_its_own_pipe() -> None:
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
def test_manual_xpub_keeps_the_last_pipe_when_another_ends() -> None:
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
            # The cancellation of the other has arrived, and has yet to be received.
            assert pub.poll(MS)
            pub.subscribe(b"topic")
            pub.send(b"topic")
            assert wire.read_frame(raw)[1] == b"topic"


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
    # Another process sends, so that sending and reading meet as often as they can.
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
            # Of 180 MB that were sent, most of them replaced.
            assert growth < 4_000_000, f"{growth} bytes more"


@pytest.mark.skipif(not zmq.DRAFT_API, reason="draft sockets; this build has none")
@wire.needs_resource
@in_a_process
def test_a_channel_drops_a_multipart_message_without_a_leak() -> None:
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
            # Of 5 MB that were sent.
            assert growth < 2_000_000, f"{growth} bytes more"


@pytest.mark.skipif(not zmq.DRAFT_API, reason="draft sockets; this build has none")
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
            # Now and then the client has said goodbye to the server, and is yet to hear the last.
            for _ in range(n % 30):
                client.poll(0)
            client.close(linger=0)


@wire.needs_resource
@in_a_process
def test_a_subscriber_leaves_in_the_middle_of_a_message() -> None:
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
            # Of 20 MB that were sent.
            assert growth < 10_000_000, f"{growth} bytes more"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="ipc://; this system has none")
@in_a_process
def test_what_was_sent_over_ipc_before_a_close_arrives() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.rcvhwm = 1
        pull.rcvtimeo = MS
        pull.bind("ipc://*")
        path = pull.last_endpoint.removeprefix(b"ipc://").decode()
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(wire.PATIENCE)
            raw.connect(path)
            shake_hands(raw, b"PUSH")
            # more than the engine reads at once, less than the system holds
            messages = [b"%d" % n + b"x" * 1000 for n in range(25)]
            raw.sendall(b"".join(map(frame, messages)))
            wire.wait_until_stopped(raw)
        # who comes later is answered later: by then the I/O thread knows of the end
        with socket.socket(socket.AF_UNIX) as other:
            other.settimeout(wire.PATIENCE)
            other.connect(path)
            shake_hands(other, b"PUSH")
        assert [pull.recv() for _ in messages] == messages


TYPES = "PAIR PUB SUB REQ REP DEALER ROUTER PULL PUSH XPUB XSUB STREAM"
DRAFT_TYPES = "SERVER CLIENT RADIO DISH GATHER SCATTER DGRAM PEER CHANNEL"


def talk(*socks: zmq.Socket) -> None:
    """Say and hear whatever the type allows, without waiting."""
    for sock in socks:
        for flags in (0, zmq.SNDMORE, 0):
            with contextlib.suppress(zmq.ZMQError, ValueError):
                sock.send(b"x" * 40, flags | zmq.DONTWAIT)
        for _ in range(6):
            with contextlib.suppress(zmq.ZMQError):
                sock.recv(zmq.DONTWAIT)


@in_a_process
def test_any_two_sockets_over_inproc() -> None:
    types = [getattr(zmq, name) for name in TYPES.split()]
    if zmq.DRAFT_API:
        types += [getattr(zmq, name) for name in DRAFT_TYPES.split()]
    options = {
        zmq.CONFLATE: 1,
        zmq.PROBE_ROUTER: 1,
        zmq.RCVHWM: 1,
        zmq.SNDHWM: 1,
    }
    with zmq.Context() as context:
        for n, (one, other, connect_first) in enumerate(itertools.product(types, types, (0, 1))):
            socks = [context.socket(one), context.socket(other)]
            for sock in socks:
                sock.linger = 0
                if n % 4 > 1:
                    for option, value in options.items():
                        with contextlib.suppress(zmq.ZMQError):
                            sock.setsockopt(option, value)
                if sock.socket_type == zmq.SUB:
                    sock.subscribe(b"")
                elif zmq.DRAFT_API and sock.socket_type == zmq.DISH:
                    sock.join("g" * 20)
            name = f"inproc://pair-{n}"
            steps = [partial(socks[0].bind, name), partial(socks[1].connect, name)]
            for step in reversed(steps) if connect_first else steps:
                with contextlib.suppress(zmq.ZMQError):  # DGRAM and its like connect to nothing
                    step()
                talk(*socks)
            socks.pop(n // 2 % 2).close()
            talk(*socks)
            socks.pop().close()


@in_a_process
def test_a_pair_is_bound_where_several_wait_for_its_routing_id() -> None:
    kinds = [zmq.PAIR, zmq.CHANNEL] if zmq.DRAFT_API else [zmq.PAIR]
    for kind, other in itertools.product(kinds, (zmq.ROUTER, zmq.REP, zmq.DEALER)):
        with zmq.Context() as context, contextlib.ExitStack() as stack:
            for _ in range(3):
                sock = stack.enter_context(context.socket(other))
                sock.linger = 0
                sock.connect("inproc://pair")
            pair = stack.enter_context(context.socket(kind))
            pair.bind("inproc://pair")
            talk(pair)


@pytest.mark.skipif(not zmq.DRAFT_API, reason="draft sockets; this build has none")
@in_a_process
def test_shared_sockets_that_talk_in_several_threads() -> None:
    count = 2000

    def send(sock: zmq.Socket) -> None:
        for _ in range(count):
            sock.send(b"x")

    def receive(sock: zmq.Socket) -> None:
        for _ in range(count):
            sock.recv()

    with zmq.Context() as context:
        with context.socket(zmq.CHANNEL) as one, context.socket(zmq.CHANNEL) as other:
            for sock in (one, other):
                sock.linger = 0
                sock.rcvhwm = sock.sndhwm = 1
            one.bind("inproc://threads")
            other.connect("inproc://threads")
            # each is sent from and received from at once
            work = [(send, one), (receive, one), (send, other), (receive, other)]
            threads = [threading.Thread(target=what, args=(sock,)) for what, sock in work]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()


@in_a_process
def test_what_a_conflating_socket_sends_before_anybody_binds() -> None:
    for kind, other in ((zmq.PUSH, zmq.PULL), (zmq.DEALER, zmq.DEALER)):
        with zmq.Context() as context:
            with context.socket(kind) as one, context.socket(other) as two:
                one.linger = two.linger = 0
                one.conflate = 1
                two.rcvtimeo = MS
                one.connect("inproc://later")
                for body in (b"replaced", b"before"):
                    one.send(body)
                two.bind("inproc://later")
                assert two.recv() == b"before"
                one.send(b"after")
                assert two.recv() == b"after"


@in_a_process
def test_a_thread_binds_what_another_one_is_using() -> None:
    # What this is for only the thread sanitizer sees each time.
    rounds = 300
    together = threading.Barrier(2, timeout=MS / 1000)
    received = []

    def bind(context: zmq.Context) -> None:
        for n in range(rounds):
            with context.socket(zmq.PULL) as pull:
                pull.linger = 0
                pull.rcvtimeo = MS
                together.wait()
                pull.bind(f"inproc://round-{n}")
                received.append([pull.recv() for _ in range(3)])
                together.wait()

    with zmq.Context() as context:
        thread = threading.Thread(target=bind, args=(context,))
        thread.start()
        for n in range(rounds):
            with context.socket(zmq.PUSH) as push:
                push.connect(f"inproc://round-{n}")
                push.sndhwm = 5
                push.send(b"1")
                together.wait()
                push.send(b"2")
                push.sndhwm = 1000
                push.send(b"3")
                push.disconnect(f"inproc://round-{n}")
                together.wait()
        thread.join()
    assert received == [[b"1", b"2", b"3"]] * rounds


@in_a_process
def test_a_high_water_mark_is_set_when_the_peer_has_just_gone() -> None:
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


# ---------------------------------------------------------------- options
@in_a_process
def test_a_cpu_that_there_is_not() -> None:
    with zmq.Context() as context:
        context.set(zmq.THREAD_AFFINITY_CPU_ADD, 1000)
        context.set(zmq.THREAD_SCHED_POLICY, 77)
        with bound(context, zmq.PULL) as pull, context.socket(zmq.PUSH) as push:
            push.connect(pull.last_endpoint.decode())
            push.send(b"it runs")
            assert pull.recv() == b"it runs"


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="gives up the privileges of root")
@in_a_process
def test_a_socket_priority_that_is_a_privilege() -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    with zmq.Context() as context, bound(context, zmq.PULL, priority=7) as pull:
        with context.socket(zmq.PUSH) as push:
            push.linger = 0
            push.connect(pull.last_endpoint.decode())
            push.send(b"it listens")
            assert pull.recv() == b"it listens"


@in_a_process
def test_a_descriptor_that_is_no_listener() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull, socket.socket() as plain:
        with open(os.devnull) as file:
            for number in (9_999, plain.fileno(), file.fileno()):
                pull.use_fd = number
                for transport in ("tcp", "ws") if zmq.DRAFT_API else ("tcp",):
                    with pytest.raises(zmq.ZMQError):
                        pull.bind(f"{transport}://127.0.0.1:*")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            pull.use_fd = os.dup(listener.fileno())
            pull.bind("tcp://127.0.0.1:*")


def test_rep_takes_no_raw_messages() -> None:
    with zmq.Context() as context, context.socket(zmq.REP) as rep:
        with pytest.raises(zmq.ZMQError) as caught:
            rep.router_raw = 1
        assert caught.value.errno == zmq.EINVAL


def slow_peer(port: int, socket_type: bytes) -> socket.socket:
    """A peer that shakes hands, and reads nothing after that."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(MS / 1000)
    raw.connect(("127.0.0.1", port))
    shake_hands(raw, socket_type)
    return raw


@in_a_process
def test_a_peer_leaves_in_the_middle_of_a_message_of_an_ended_pipe() -> None:
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
                wire.receive(raw, 1)  # it is being sent
                end(sock)
                wire.reset(raw)
                # the same I/O thread has looked after what comes later
                with context.socket(zmq.REP) as rep, context.socket(zmq.REQ) as req:
                    rep.linger = req.linger = 0
                    rep.bind("tcp://127.0.0.1:*")
                    req.connect(rep.last_endpoint)
                    req.send(b"")
                    assert rep.recv() == b""


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
        # sent on, to both again
        xsub.send(b"x" * 1000)
        for _ in range(6):
            xsub.send(xpub.recv(copy=False))
        while xpub.poll(20):
            xpub.recv()
        # and only received
        before = wire.peak_memory()
        for _ in range(1000):
            xsub.send(b"x" * 100_000)
            assert [len(xpub.recv()) for _ in range(2)] == [100_000] * 2
        assert wire.peak_memory() - before < 50_000_000  # of 200,000,000


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


@pytest.mark.skipif(not zmq.has("ws"), reason="this build has no ws://")
@pytest.mark.parametrize("host", ["127.0.0.1", "*", "localhost"])
@pytest.mark.parametrize("path", ["", "/", "/a/path"])
def test_ws_is_unbound_by_the_name_that_it_was_bound_by(host: str, path: str) -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.bind("ws://127.0.0.1:*")
        port = wire.port_of(pull.last_endpoint)
        pull.unbind(pull.last_endpoint)
        endpoint = f"ws://{host}:{port}{path}"
        deadline = time.monotonic() + wire.PATIENCE
        while True:  # the port is let go in another thread
            try:
                pull.bind(endpoint)
                break
            except zmq.ZMQError as error:
                assert error.errno == zmq.EADDRINUSE
                assert time.monotonic() < deadline
                time.sleep(0.01)
        pull.unbind(endpoint)
        with pytest.raises(zmq.ZMQError) as caught:
            pull.unbind(endpoint)
        assert caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("endpoint", ["inproc://upstream", "tcp://127.0.0.1:*"])
@pytest.mark.parametrize(
    ("last", "received"),
    [(b"\1known", [b"one"]), (b"\0unknown", [b"one", b"\0unknown"])],
    ids=["subscribed before", "never subscribed"],
)
def test_a_message_upstream_ends_with_a_subscription_that_changes_nothing(
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
