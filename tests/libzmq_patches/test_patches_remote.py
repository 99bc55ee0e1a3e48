# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches that protect from remote peers: memory, descriptors, replies, subscriptions."""

from __future__ import annotations

import contextlib
import errno
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import wire
from wire import (
    MS,
    accept,
    bound,
    command,
    frame,
    in_a_process,
    needs_resource,
    read_http_head,
    set_mechanism,
    shake_hands,
    tcp_connect,
    tcp_listener,
    ws_frame,
    ws_open,
)

import zmq
from zmq import _build_info
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

needs_draft = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, which the test needs"
)


@contextlib.contextmanager
def monitored(sock: zmq.Socket) -> Iterator[Callable[[int], dict[str, object]]]:
    """A function that waits for an event."""
    monitor = sock.get_monitor_socket()
    monitor.rcvtimeo = MS

    def wait_for(event: int) -> dict[str, object]:
        for _ in range(10_000):
            message = recv_monitor_message(monitor)
            if message["event"] == event:
                return message
        raise AssertionError(f"{event!r} is not among the first 10,000 events")

    try:
        yield wait_for
    finally:
        sock.disable_monitor()


# ---------------------------------------------------------------- malformed requests
def test_rep_answers_after_malformed_request_of_ended_peer() -> None:
    with zmq.Context() as context, bound(context, zmq.REP) as rep:
        for _ in range(5):
            with monitored(rep) as wait_for:
                with tcp_connect(rep.last_endpoint) as raw:
                    shake_hands(raw, b"DEALER")
                    raw.sendall(frame(b"no delimiter"))
                    wire.wait_until_seen(raw)
                wait_for(zmq.Event.DISCONNECTED)
            with context.socket(zmq.REQ) as req:
                req.linger = 0
                req.rcvtimeo = 3000
                req.connect(rep.last_endpoint)
                req.send(b"question")
                assert rep.recv() == b"question"
                rep.send(b"answer")
                assert req.recv() == b"answer"


@pytest.mark.parametrize("endpoint", ["inproc://malformed", "tcp://127.0.0.1:*"])
def test_polled_rep_skips_malformed_request(endpoint: str) -> None:
    with zmq.Context() as context:
        with context.socket(zmq.REP) as rep, context.socket(zmq.DEALER) as dealer:
            rep.rcvtimeo = dealer.rcvtimeo = MS
            rep.bind(endpoint)
            dealer.connect(rep.last_endpoint)
            for request in (b"first", b"second"):
                dealer.send(b"no delimiter")
                assert rep.poll(200) == 0
                dealer.send_multipart([b"", request, b"rest"])
                assert rep.poll(MS) == zmq.POLLIN
                # The request has arrived, but has not been received.
                assert rep.get(zmq.EVENTS) == zmq.POLLIN
                with pytest.raises(zmq.ZMQError) as raised:
                    rep.send(b"too early")
                assert raised.value.errno == zmq.EFSM
                assert rep.recv_multipart() == [request, b"rest"]
                rep.send(b"reply to " + request)
                assert dealer.recv_multipart() == [b"", b"reply to " + request]


@pytest.mark.parametrize("correlated", [False, True])
def test_polled_req_skips_malformed_reply(correlated: bool) -> None:
    with zmq.Context() as context:
        with context.socket(zmq.REQ) as req, context.socket(zmq.ROUTER) as router:
            req.rcvtimeo = router.rcvtimeo = MS
            req.req_correlate = correlated
            router.bind("inproc://malformed")
            req.connect("inproc://malformed")
            for _ in range(2):
                req.send(b"request")
                *envelope, _ = router.recv_multipart()
                router.send_multipart([envelope[0], b"no delimiter"])
                assert req.poll(200) == 0
                router.send_multipart([*envelope, b"reply", b"rest"])
                assert req.poll(MS) == zmq.POLLIN
                assert req.get(zmq.EVENTS) == zmq.POLLIN
                assert req.recv_multipart() == [b"reply", b"rest"]


def test_relaxed_req_drops_polled_reply() -> None:
    with zmq.Context() as context:
        with context.socket(zmq.REQ) as req, context.socket(zmq.ROUTER) as router:
            req.rcvtimeo = router.rcvtimeo = MS
            req.req_relaxed = True
            router.bind("inproc://relaxed")
            req.connect("inproc://relaxed")
            for number in (b"1", b"2"):
                req.send(b"request " + number)
                *envelope, _ = router.recv_multipart()
                router.send_multipart([*envelope, b"reply", b"rest"])
                assert req.poll(MS) == zmq.POLLIN
            assert req.recv_multipart() == [b"reply", b"rest"]
            req.send(b"request 3")
            *envelope, request = router.recv_multipart()
            assert request == b"request 3"
            router.send_multipart([*envelope, b"last"])
            assert req.recv_multipart() == [b"last"]


@needs_draft
@pytest.mark.parametrize(
    ("kind", "peer"),
    [
        ("CLIENT", b"SERVER"),
        ("SERVER", b"CLIENT"),
        ("PEER", b"PEER"),
        ("CHANNEL", b"CHANNEL"),
        ("GATHER", b"SCATTER"),
    ],
)
def test_poll_skips_multipart_messages_of_raw_peers(kind: str, peer: bytes) -> None:
    with zmq.Context() as context, bound(context, getattr(zmq, kind)) as sock:
        with tcp_connect(sock.last_endpoint) as raw:
            shake_hands(raw, peer)
            for body in (b"first", b"second"):
                raw.sendall(frame(b"two", more=True) + frame(b"parts"))
                wire.wait_until_seen(raw)
                assert sock.poll(200) == 0
                raw.sendall(frame(body))
                assert sock.poll(MS) == zmq.POLLIN
                assert sock.recv() == body


# ---------------------------------------------------------------- peers that are refused
def memory_of_refused_peers(kind: int, count: int) -> int:
    """Return by how many bytes the process grows if `count` peers ask for a taken routing id."""

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    with zmq.Context() as context, bound(context, kind) as sock:
        with tcp_connect(sock.last_endpoint) as holder:
            shake_hands(holder, b"DEALER", Identity=b"taken")
            before = 0
            for number in range(count + 200):
                if number == 200:
                    before = resident()
                with tcp_connect(sock.last_endpoint) as raw:
                    shake_hands(raw, b"DEALER", Identity=b"taken")
                sock.get(zmq.EVENTS)
            # Ended connections are released before another one is accepted.
            with tcp_connect(sock.last_endpoint) as raw:
                shake_hands(raw, b"DEALER", Identity=b"free")
                raw.sendall(frame(b"", more=True) + frame(b"hello"))
                assert sock.poll(MS)
            return resident() - before


@pytest.mark.skipif(sys.platform != "linux", reason="reads the current memory use in Linux' /proc")
@in_a_process
def test_taken_routing_id_leaves_no_memory() -> None:
    for kind in (zmq.ROUTER, zmq.REP):
        grown = memory_of_refused_peers(kind, 2000)
        assert grown < 8_000_000, f"{grown} bytes for 2,000 connections"


def ignored_by(sock: zmq.Socket, kind: bytes, first: bytes, second: bytes) -> None:
    """Connect two peers, of which the socket keeps one; expect that both are released."""
    with monitored(sock) as wait_for:
        with tcp_connect(sock.last_endpoint) as one, tcp_connect(sock.last_endpoint) as other:
            for raw, name in ((one, first), (other, second)):
                shake_hands(raw, kind, Identity=name)
                wait_for(zmq.Event.HANDSHAKE_SUCCEEDED)
                for _ in range(20):  # let the socket notice the peer, and end the peer's pipe
                    sock.poll(10)
            for raw in (one, other):
                raw.sendall(frame(b"hello") * 2)
        wait_for(zmq.Event.DISCONNECTED)
        wait_for(zmq.Event.DISCONNECTED)


@pytest.mark.parametrize(
    ("kind", "peer", "options"),
    [
        (zmq.ROUTER, b"DEALER", {}),
        (zmq.ROUTER, b"DEALER", {"router_handover": 1}),
        (zmq.REP, b"DEALER", {}),
        (zmq.PAIR, b"PAIR", {}),
        pytest.param(zmq.CHANNEL, b"CHANNEL", {}, marks=needs_draft),
    ],
    ids=["ROUTER", "ROUTER-handover", "REP", "PAIR", "CHANNEL"],
)
def test_ignored_connection_ends_with_its_peer(
    kind: zmq.SocketType, peer: bytes, options: dict[str, int]
) -> None:
    with zmq.Context() as context, bound(context, kind, **options) as sock:
        ignored_by(sock, peer, b"same", b"same")


# ---------------------------------------------------------------- messages without an end
@needs_resource
@in_a_process
def test_message_without_end_is_bounded() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull, monitored(pull) as wait_for:
        before = wire.peak_memory()
        with tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH")
            piece = frame(b"", more=True) * 500_000
            with contextlib.suppress(ConnectionError):
                for _ in range(30):
                    raw.sendall(piece)
                raise AssertionError("the connection still exists after 15,000,000 parts")
        failure = wait_for(zmq.Event.HANDSHAKE_FAILED_PROTOCOL)
        assert failure["value"] == zmq.Event.PROTOCOL_ERROR_ZMTP_TOO_MANY_PARTS
        grown = wire.peak_memory() - before
        assert grown < 200_000_000, f"{grown} bytes"


@needs_resource
@in_a_process
def test_small_parts_keep_no_buffers() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH")
            before = wire.peak_memory()
            for _ in range(2000):  # wait for each reply, so that each part is in its own buffer
                raw.sendall(frame(b"x" * 40, more=True) + command(b"PING", b"\0\0"))
                wire.read_frame(raw)
            raw.sendall(frame(b"the end"))
            assert len(pull.recv_multipart()) == 2001
            grown = wire.peak_memory() - before
            assert grown < 10_000_000, f"{grown} bytes for 2,000 parts of 40"


@pytest.mark.parametrize(
    ("options", "detail"),
    [
        ({"max_parts": 10}, zmq.Event.PROTOCOL_ERROR_ZMTP_TOO_MANY_PARTS),
        (
            {"max_pending_bytes": 1000},
            zmq.Event.PROTOCOL_ERROR_ZMTP_TOO_MANY_PENDING_BYTES,
        ),
    ],
    ids=["max_parts", "max_pending_bytes"],
)
@pytest.mark.parametrize("transport", ["tcp", "ipc", pytest.param("ws", marks=needs_draft)])
def test_connection_beyond_limit_ends(
    transport: str,
    options: dict[str, int],
    detail: int,
    context: zmq.Context,
    endpoint: Callable[[str], str],
) -> None:
    pull = context.socket(zmq.PULL)
    for name, value in options.items():
        setattr(pull, name, value)
    push = context.socket(zmq.PUSH)
    with monitored(pull) as wait_for, monitored(push) as wait_for_push:
        pull.bind(endpoint(transport))
        push.connect(pull.last_endpoint)
        within = [b"x" * 100] * 9 + [b"x" * 5000]
        push.send_multipart(within)
        assert pull.recv_multipart() == within
        push.send_multipart([b"x" * 101] * 10 + [b""])
        assert wait_for(zmq.Event.HANDSHAKE_FAILED_PROTOCOL)["value"] == detail
        wait_for(zmq.Event.DISCONNECTED)
        # Messages that are sent before this side notices the end of the connection are lost.
        wait_for_push(zmq.Event.DISCONNECTED)
        push.send(b"next")
        assert pull.recv() == b"next"


def test_limits_of_messages_are_checked(context: zmq.Context) -> None:
    sock = context.socket(zmq.PULL)
    assert (sock.max_parts, sock.max_pending_bytes) == (1 << 20, 1 << 32)
    for name in ("max_parts", "max_pending_bytes"):
        setattr(sock, name, 0)
        assert getattr(sock, name) == 0
        with pytest.raises(zmq.ZMQError) as caught:
            setattr(sock, name, -1)
        assert caught.value.errno == zmq.Errno.EINVAL


def test_message_at_no_limit_arrives(context: zmq.Context) -> None:
    pull = context.socket(zmq.PULL)
    pull.max_parts = pull.max_pending_bytes = 0
    pull.bind("tcp://127.0.0.1:*")
    push = context.socket(zmq.PUSH)
    push.connect(pull.last_endpoint)
    parts = [b"%040d" % n for n in range(3000)]
    push.send_multipart(parts)
    assert pull.recv_multipart() == parts


# ---------------------------------------------------------------- no memory
FLOOD = """
import sys, wire
with wire.tcp_connect(sys.argv[1].encode()) as raw:
    wire.shake_hands(raw, b"PUSH")
    piece = wire.frame(b"", more=True) * 500_000
    try:
        for _ in range(400):
            raw.sendall(piece)
    except ConnectionError:
        print("ended", flush=True)
"""


@needs_resource
@pytest.mark.skipif(
    bool(_build_info.sanitizers), reason="sanitizers need more address space than the limit"
)
@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux enforces a limit on the address space"
)
@in_a_process
def test_out_of_memory_ends_the_connection() -> None:
    import resource

    with zmq.Context() as context, bound(context, zmq.PULL, max_parts=0) as pull:
        with monitored(pull) as wait_for:
            with tcp_connect(pull.last_endpoint) as raw:
                shake_hands(raw, b"PUSH")
                raw.sendall(frame(b"first"))
                assert pull.recv() == b"first"
                child = subprocess.Popen(
                    [sys.executable, "-c", FLOOD, pull.last_endpoint.decode()],
                    stdout=subprocess.PIPE,
                )
                with child:
                    used = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
                    limits = resource.getrlimit(resource.RLIMIT_AS)
                    resource.setrlimit(resource.RLIMIT_AS, (used + 100_000_000, limits[1]))
                    try:
                        failure = wait_for(zmq.Event.HANDSHAKE_FAILED_NO_DETAIL)
                        wait_for(zmq.Event.DISCONNECTED)
                    finally:
                        resource.setrlimit(resource.RLIMIT_AS, limits)
                    assert failure["value"] == errno.ENOMEM
                    assert child.communicate(timeout=60)[0] == b"ended\n"
                raw.sendall(frame(b"second"))
                assert pull.recv() == b"second"


# ---------------------------------------------------------------- every type as every server
def publish(send: Callable[[], object], receiver: zmq.Socket) -> None:
    """Send until the subscription has arrived and the receiver has a message."""
    for _ in range(MS // 50):
        send()
        if receiver.poll(50):
            assert receiver.recv() == b"topic"
            return
    raise AssertionError("nothing arrived")


def request(req: zmq.Socket, rep: zmq.Socket) -> None:
    req.send(b"question")
    assert rep.recv() == b"question"
    rep.send(b"answer")
    assert req.recv() == b"answer"


def route(dealer: zmq.Socket, router: zmq.Socket) -> None:
    dealer.send(b"question")
    name, message = router.recv_multipart()
    assert message == b"question"
    router.send_multipart([name, b"answer"])
    assert dealer.recv() == b"answer"


def pass_on(sender: zmq.Socket, receiver: zmq.Socket) -> None:
    sender.send(b"message")
    assert receiver.recv() == b"message"


def pass_both_ways(one: zmq.Socket, other: zmq.Socket) -> None:
    pass_on(one, other)
    pass_on(other, one)


def subscribe(publisher: zmq.Socket, subscriber: zmq.Socket) -> None:
    if subscriber.type == zmq.XSUB:
        subscriber.send(b"\1topic")
    else:
        subscriber.subscribe(b"topic")
    if publisher.type == zmq.XPUB:
        for _ in range(MS // 50):
            if publisher.poll(50):
                break
            subscriber.poll(0)  # a bound subscriber sends its subscriptions when it is used
        assert publisher.recv(zmq.DONTWAIT) == b"\1topic"
    publish(lambda: publisher.send(b"topic"), subscriber)


def join(radio: zmq.Socket, dish: zmq.Socket) -> None:
    dish.join("group")
    publish(lambda: radio.send(b"topic", group="group"), dish)


def serve(client: zmq.Socket, server: zmq.Socket) -> None:
    client.send(b"question")
    question = server.recv(copy=False)
    assert question.bytes == b"question"
    server.send(b"answer", routing_id=question.routing_id)
    assert client.recv() == b"answer"


PATTERNS = [
    ("REQ", "REP", request),
    ("REQ", "ROUTER", None),
    ("DEALER", "REP", None),
    ("DEALER", "ROUTER", route),
    ("DEALER", "DEALER", pass_both_ways),
    ("PUB", "SUB", subscribe),
    ("PUB", "XSUB", subscribe),
    ("XPUB", "SUB", subscribe),
    ("XPUB", "XSUB", subscribe),
    ("PUSH", "PULL", pass_on),
    ("PAIR", "PAIR", pass_both_ways),
    ("CLIENT", "SERVER", serve),
    ("RADIO", "DISH", join),
    ("SCATTER", "GATHER", pass_on),
    ("CHANNEL", "CHANNEL", pass_both_ways),
    ("PEER", "PEER", None),
]
DRAFT = {"CLIENT", "RADIO", "SCATTER", "CHANNEL", "PEER"}


def exchange(kinds: tuple[str, str], one: zmq.Socket, other: zmq.Socket) -> None:
    """Exchange messages between these two socket types."""
    if kinds == ("REQ", "ROUTER"):
        one.send(b"question")
        name, empty, message = other.recv_multipart()
        assert (empty, message) == (b"", b"question")
        other.send_multipart([name, b"", b"answer"])
        assert one.recv() == b"answer"
    elif kinds == ("DEALER", "REP"):
        one.send_multipart([b"", b"question"])
        assert other.recv() == b"question"
        other.send(b"answer")
        assert one.recv_multipart() == [b"", b"answer"]
    else:
        next(function for *names, function in PATTERNS if tuple(names) == kinds)(one, other)


@contextlib.contextmanager
def authenticator(context: zmq.Context) -> Iterator[None]:
    """Run an authenticator that knows one user, and accepts all CURVE keys."""
    with ThreadAuthenticator(context) as auth:
        auth.configure_plain(domain="*", passwords={"user": "password"})
        auth.configure_curve(domain="*", location=zmq.auth.CURVE_ALLOW_ANY)
        yield


@pytest.mark.parametrize("server_is", ["first", "second"])
@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(names, id="-".join(names), marks=[needs_draft] if names[0] in DRAFT else [])
        for *names, _ in PATTERNS
    ],
)
@pytest.mark.parametrize("mechanism", ["NULL", "PLAIN", "CURVE"])
@pytest.mark.parametrize("transport", ["tcp", pytest.param("ws", marks=needs_draft)])
def test_server_of_every_type_passes_messages(
    transport: str, mechanism: str, kinds: list[str], server_is: str
) -> None:
    with contextlib.ExitStack() as stack:
        context = stack.enter_context(zmq.Context())
        stack.enter_context(authenticator(context))
        sockets = [stack.enter_context(context.socket(zmq.SocketType[kind])) for kind in kinds]
        for sock in sockets:
            sock.linger = 0
            sock.rcvtimeo = sock.sndtimeo = MS
        server, client = sockets if server_is == "first" else sockets[::-1]
        set_mechanism(mechanism, server, client)
        server.bind(f"{transport}://127.0.0.1:*")
        address = server.last_endpoint.decode()
        if kinds[0] == "PEER":
            routing_id = client.connect_peer(address)
            client.send(b"question", routing_id=routing_id)
            question = server.recv(copy=False)
            server.send(b"answer", routing_id=question.routing_id)
            assert client.recv() == b"answer"
        else:
            client.connect(address)
            exchange((kinds[0], kinds[1]), *sockets)


# ---------------------------------------------------------------- ws://
@needs_draft
def test_ws_understands_subscription_commands() -> None:
    with zmq.Context() as context, context.socket(zmq.XPUB) as xpub:
        xpub.rcvtimeo = MS
        xpub.bind("ws://127.0.0.1:*")
        with ws_open(xpub.last_endpoint) as raw:
            raw.sendall(ws_frame(b"\0"))  # the routing id
            raw.sendall(ws_frame(b"\2\x09SUBSCRIBEtopic"))
            assert xpub.recv() == b"\1topic"
            raw.sendall(ws_frame(b"\2\x06CANCELtopic"))
            assert xpub.recv() == b"\0topic"


@needs_draft
@pytest.mark.parametrize("call", ["bind", "connect"])
@pytest.mark.parametrize("options", [{}, {"router_raw": 1}], ids=["STREAM", "ROUTER_RAW"])
def test_ws_refuses_raw_sockets(options: dict[str, int], call: str) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER if options else zmq.STREAM) as sock:
        sock.linger = 0
        for name, value in options.items():
            setattr(sock, name, value)
        with pytest.raises(zmq.ZMQError) as caught:
            getattr(sock, call)("ws://127.0.0.1:1" if call == "connect" else "ws://127.0.0.1:*")
        assert caught.value.errno == zmq.Errno.ENOCOMPATPROTO


def in_two_processes(program: str, *args: str) -> list[str]:
    """Return the output of two processes."""
    outputs = []
    for _ in range(2):
        child = subprocess.run(
            [sys.executable, "-c", program, *args],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        outputs.append(child.stdout)
    return outputs


def test_routing_ids_differ_between_processes() -> None:
    outputs = in_two_processes(
        "import zmq\n"
        "with zmq.Context() as context, context.socket(zmq.ROUTER) as router:\n"
        "    router.bind('inproc://router')\n"
        "    with context.socket(zmq.DEALER) as dealer:\n"
        "        dealer.connect('inproc://router')\n"
        "        dealer.send(b'')\n"
        "        print(router.recv())\n"
    )
    assert outputs[0] != outputs[1]


@needs_draft
def test_ws_keys_differ_between_processes() -> None:
    program = (
        "import sys, zmq\n"
        "with zmq.Context() as context, context.socket(zmq.PUSH) as push:\n"
        "    push.linger = 0\n"
        "    with context.socket(zmq.PAIR) as done:\n"
        "        monitor = push.get_monitor_socket(zmq.EVENT_DISCONNECTED)\n"
        "        push.connect(f'ws://127.0.0.1:{sys.argv[1]}')\n"
        "        monitor.poll(10000)\n"
        "        push.disable_monitor()\n"
    )
    listener, port = tcp_listener()
    keys = []
    with listener:
        for _ in range(2):
            with subprocess.Popen([sys.executable, "-c", program, str(port)]) as child:
                with accept(listener) as raw:
                    head = read_http_head(raw)
                assert child.wait(60) == 0
            keys.append(next(x for x in head.split(b"\r\n") if x.startswith(b"Sec-WebSocket-Key")))
    assert keys[0] != keys[1]
