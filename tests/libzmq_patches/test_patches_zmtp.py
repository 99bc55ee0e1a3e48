# ruff: noqa: SIM117 (the peers of a scenario, one inside the other)
"""Patches of the ZMTP engine and its encoders, of CURVE and of ZAP: what a peer can send."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import wire
from compilers import archive_arguments, needs_linking
from wire import (
    accept,
    command,
    frame,
    greeting,
    in_a_process,
    read_frame,
    ready,
    receive,
    shake_hands,
    tcp_listener,
)

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

MS = int(wire.PATIENCE * 1000)


def bound(context: zmq.Context, kind: int, **options: object) -> zmq.Socket:
    sock = context.socket(kind)
    sock.linger = 0
    sock.rcvtimeo = MS
    for name, value in options.items():
        setattr(sock, name, value)
    sock.bind("tcp://127.0.0.1:*")
    return sock


# ---------------------------------------------------------------- encoders
@in_a_process
def test_subscriptions_of_every_length_arrive() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB) as pub, context.socket(zmq.SUB) as sub:
        sub.connect(pub.last_endpoint.decode())
        for size in [*range(240, 262), 1]:
            topic = b"t" * size
            sub.subscribe(topic)
            assert pub.recv() == b"\1" + topic
            sub.unsubscribe(topic)
            assert pub.recv() == b"\0" + topic


@in_a_process
def test_subscriptions_to_a_peer_of_zmtp_3_0() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.SUB) as sub:
        sub.linger = 0
        for size in (254, 255, 256):
            sub.subscribe(b"t" * size)
        sub.connect(f"tcp://127.0.0.1:{port}")
        with accept(listener) as raw:
            raw.sendall(wire.greeting(minor=0))
            wire.receive(raw, 64)
            raw.sendall(wire.ready(b"PUB"))
            read_frame(raw)
            sizes = {len(read_frame(raw)[1]) for _ in range(3)}
            assert sizes == {255, 256, 257}


# ---------------------------------------------------------------- commands
@in_a_process
def test_a_short_ping_gets_no_memory_in_answer() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        for body in (b"", b"\x00"):
            with wire.tcp_connect(pull.last_endpoint) as raw:
                shake_hands(raw, b"PUSH")
                raw.sendall(command(b"PING", body))
                wire.assert_closed_by_peer(raw)


@in_a_process
def test_a_command_longer_than_its_frame_ends_the_connection() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        for body in (b"", b"\x09SUB"):
            with wire.tcp_connect(pull.last_endpoint) as raw:
                shake_hands(raw, b"PUSH")
                raw.sendall(frame(body, command=True))
                wire.assert_closed_by_peer(raw)


@in_a_process
def test_a_long_ttl_is_not_a_short_one() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with wire.tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH")
            # 65.6 s, which is 64 ms more than 16 bits hold.
            raw.sendall(command(b"PING", (656).to_bytes(2, "big") + b"context"))
            assert read_frame(raw)[1] == b"\x04PONGcontext"
            wire.assert_stays_open(raw, 0.5)
            raw.sendall(frame(b"still here"))
            assert pull.recv() == b"still here"


# ---------------------------------------------------------------- handshake
@in_a_process
def test_the_handshake_timer_of_an_old_peer_stops() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, handshake_ivl=200) as pull:
        with wire.tcp_connect(pull.last_endpoint) as raw:
            # ZMTP 2.0: signature, revision, socket type PUSH, an empty routing id
            raw.sendall(b"\xff" + bytes(7) + b"\x01\x7f\x01\x08\x00\x00")
            raw.sendall(frame(b"first"))
            assert pull.recv() == b"first"
            wire.assert_stays_open(raw, 0.6)
            raw.sendall(frame(b"second"))
            assert pull.recv() == b"second"


@in_a_process
def test_a_peer_cannot_give_itself_a_user_id() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with wire.tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH", User_Id=b"root", X_mine=b"value")
            raw.sendall(frame(b"body"))
            message = pull.recv(copy=False)
            assert message.get("X-mine") == "value"
            with pytest.raises(zmq.ZMQError):
                message.get("User-Id")


# ---------------------------------------------------------------- a pipe that outlives the engine
def fill_pipe_and_leave(listener, sock: zmq.Socket) -> None:
    """Send until the socket's pipe is full, then let its heartbeat end the connection."""
    with accept(listener) as raw:
        kind = b"DEALER" if sock.socket_type == zmq.ROUTER else b"PUSH"
        shake_hands(raw, kind, Identity=b"me")
        raw.sendall(frame(b"x") * 20)
        wire.assert_closed_by_peer(raw)


@in_a_process
def test_a_full_pipe_is_restarted_after_a_reconnect() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.linger = 0
        pull.rcvtimeo = MS
        pull.rcvhwm = 2
        pull.reconnect_ivl = 10
        pull.heartbeat_ivl = 50
        pull.heartbeat_timeout = 100
        pull.connect(f"tcp://127.0.0.1:{port}")
        fill_pipe_and_leave(listener, pull)
        with accept(listener):
            # The next connection is there, and silent, when the pipe drains.
            while pull.poll(100):
                assert pull.recv() == b"x"
        with accept(listener) as raw:
            shake_hands(raw, b"PUSH")
            raw.sendall(frame(b"again"))
            while pull.recv() != b"again":
                pass


@in_a_process
def test_the_routing_id_of_an_old_peer_finds_a_full_pipe() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.rcvtimeo = MS
        router.rcvhwm = 2
        router.reconnect_ivl = 10
        router.heartbeat_ivl = 50
        router.heartbeat_timeout = 100
        router.connect(f"tcp://127.0.0.1:{port}")
        fill_pipe_and_leave(listener, router)
        with accept(listener) as raw:
            # ZMTP 2.0: signature, revision, socket type DEALER, routing id
            raw.sendall(b"\xff" + bytes(7) + b"\x01\x7f\x01\x05" + frame(b"me") + frame(b"old"))
            # Its greeting and its routing id come when ours has been looked at.
            wire.receive(raw, 12 + 2)
            deadline = time.monotonic() + wire.PATIENCE
            body = b""
            while body != b"old" and time.monotonic() < deadline:
                _, body = router.recv_multipart()
            assert body == b"old"


@in_a_process
def test_the_routing_id_of_a_new_peer_finds_a_full_pipe() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.rcvtimeo = MS
        router.rcvhwm = 2
        router.reconnect_ivl = 10
        router.heartbeat_ivl = 50
        router.heartbeat_timeout = 100
        router.connect(f"tcp://127.0.0.1:{port}")
        fill_pipe_and_leave(listener, router)
        with accept(listener) as raw:
            shake_hands(raw, b"DEALER", Identity=b"me")
            raw.sendall(frame(b"new"))
            body = b""
            while body != b"new":
                _, body = router.recv_multipart()


@in_a_process
def test_a_heartbeat_is_due_after_the_connection_was_reset() -> None:
    heartbeats = {"heartbeat_ivl": 50, "heartbeat_timeout": 30_000}
    with zmq.Context() as context, bound(context, zmq.PULL, rcvhwm=1, **heartbeats) as pull:
        raw = wire.tcp_connect(pull.last_endpoint)
        shake_hands(raw, b"PUSH")
        raw.sendall(frame(b"x") * 20)
        wire.wait_until_stopped(raw)
        wire.reset(raw)
        # Several heartbeats later, by the clock of a connection that is well.
        with wire.tcp_connect(pull.last_endpoint) as other:
            shake_hands(other, b"PUSH")
            for _ in range(5):
                assert read_frame(other)[1].startswith(b"\x04PING")
                other.sendall(command(b"PONG"))
            other.sendall(frame(b"alive"))
            while pull.recv() != b"alive":
                pass


@in_a_process
def test_a_ping_is_found_after_the_connection_was_reset() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, rcvhwm=1) as pull:
        with pull.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
            monitor.rcvtimeo = MS
            raw = wire.tcp_connect(pull.last_endpoint)
            shake_hands(raw, b"PUSH")
            raw.sendall(frame(b"x") * 20 + command(b"PING", b"\0\0"))
            wire.wait_until_stopped(raw)
            wire.reset(raw)
            with wire.tcp_connect(pull.last_endpoint) as other:
                # The I/O thread has seen the reset when it has answered this one.
                shake_hands(other, b"PUSH")
                wire.wait_until_seen(other)
                for _ in range(20):
                    assert pull.recv() == b"x"
                recv_monitor_message(monitor)
                other.sendall(frame(b"alive"))
                assert pull.recv() == b"alive"
        pull.disable_monitor()


# ---------------------------------------------------------------- listeners
@pytest.mark.skipif(not zmq.has("ipc"), reason="this build has no ipc://")
@wire.needs_resource
@in_a_process
def test_too_many_open_files_do_not_abort_an_ipc_listener() -> None:
    client = (
        "import socket, sys\n"
        "held = []\n"
        "for _ in range(40):\n"
        "    held.append(socket.socket(socket.AF_UNIX))\n"
        "    held[-1].connect('\\0' + sys.argv[1])\n"
        "print('connected', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.linger = 0
        pull.rcvtimeo = MS
        name = f"libzmq-patches-{time.monotonic_ns()}"
        pull.bind(f"ipc://@{name}")
        child = subprocess.Popen(
            [sys.executable, "-c", client, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (25, hard))
        try:
            assert child.stdout.readline() == b"connected\n"
            # Let the listener meet the limit: it cannot take them all.
            assert not pull.poll(200)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            child.stdin.close()
            child.wait(wire.PATIENCE)
            child.stdout.close()
        with context.socket(zmq.PUSH) as push:
            push.connect(f"ipc://@{name}")
            push.send(b"it listens")
            assert pull.recv() == b"it listens"


# ---------------------------------------------------------------- CURVE
@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
@in_a_process
def test_a_curve_client_takes_ready_after_welcome_only() -> None:
    public, _ = zmq.curve_keypair()
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.DEALER) as client:
        client.linger = 0
        client.curve_serverkey = public
        client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
        with client.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL) as monitor:
            monitor.rcvtimeo = MS
            client.connect(f"tcp://127.0.0.1:{port}")
            with accept(listener) as raw:
                raw.sendall(wire.greeting(mechanism=b"CURVE", as_server=True))
                wire.receive(raw, 64 + 2 + 200)
                raw.sendall(command(b"READY", bytes(8) + bytes(40)))
                event = recv_monitor_message(monitor)
                # Refused for its order, rather than opened with a key that there is not.
                assert event["value"] == zmq.PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND
            client.disable_monitor()


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
@in_a_process
def test_nobody_between_two_curve_peers_sets_flags() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context:
        public, secret = zmq.curve_keypair()
        server = bound(context, zmq.PULL, curve_server=1, curve_secretkey=secret)
        client = context.socket(zmq.PUSH)
        client.linger = 0
        client.curve_serverkey = public
        client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
        client.connect(f"tcp://127.0.0.1:{port}")
        with accept(listener) as left, wire.tcp_connect(server.last_endpoint) as right:
            # The greetings: each side waits for a part of the other's.
            for size in (10, 1, 53):
                left.sendall(wire.receive(right, size))
                right.sendall(wire.receive(left, size))
            # HELLO, WELCOME, INITIATE, READY
            for source, target in ((left, right), (right, left)) * 2:
                target.sendall(frame(read_frame(source)[1], command=True))
            client.send(b"one")
            client.send(b"two")
            right.sendall(frame(read_frame(left)[1], more=True))
            right.sendall(frame(read_frame(left)[1], command=True))
            assert server.recv() == b"one"
            assert not server.rcvmore
            assert server.recv() == b"two"
        client.close()
        server.close()


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
@needs_linking
@pytest.mark.skipif(sys.platform != "linux", reason="needs the --wrap option of GNU's linker")
def test_a_context_leaves_the_random_source_open(tmp_path: Path) -> None:
    # libsodium's function is replaced, in a program of its own, by one that cannot be overlooked.
    source = tmp_path / "program.cpp"
    source.write_text(
        "#include <zmq.h>\n"
        "#include <stdlib.h>\n"
        'extern "C" int __wrap_randombytes_close (void) { abort (); }\n'
        "int main ()\n"
        "{\n"
        "    void *ctx = zmq_ctx_new ();\n"
        "    void *sock = zmq_socket (ctx, ZMQ_PAIR);\n"
        "    zmq_close (sock);\n"
        "    return zmq_ctx_term (ctx);\n"
        "}\n"
    )
    program = tmp_path / "program"
    includes = [f"-I{path}" for path in zmq.get_includes()]
    link = [*archive_arguments(), "-Wl,--wrap=randombytes_close"]
    command = ["c++", *includes, str(source), *link, "-o", str(program)]
    subprocess.run(command, check=True, timeout=120)
    assert subprocess.run([str(program)], timeout=30).returncode == 0


# ---------------------------------------------------------------- ZAP
def read_zap_request(zap: zmq.Socket) -> tuple[bytes, bytes]:
    """The address of a request, and its id."""
    address, empty, version, request_id, *_ = zap.recv_multipart()
    assert (empty, version) == (b"", b"1.0")
    return address, request_id


@in_a_process
def test_a_late_reply_does_not_reach_the_next_connection() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as zap:
        zap.linger = 0
        zap.rcvtimeo = MS
        zap.bind("inproc://zeromq.zap.01")
        with context.socket(zmq.PULL) as pull:
            pull.linger = 0
            pull.plain_server = 1
            pull.reconnect_ivl = 10
            pull.connect(f"tcp://127.0.0.1:{port}")
            with accept(listener) as raw:
                raw.sendall(wire.greeting(mechanism=b"PLAIN"))
                wire.receive(raw, 64)
                raw.sendall(command(b"HELLO", b"\x04good\x04word"))
                address, request_id = read_zap_request(zap)
            with accept(listener) as raw:
                # Connected, and silent.
                zap.send_multipart([address, b"", b"1.0", request_id, b"200", b"OK", b"", b""])
                wire.receive(raw, 10)
                raw.sendall(wire.greeting(mechanism=b"PLAIN"))
                wire.receive(raw, 54)
                raw.sendall(command(b"HELLO", b"\x03bad\x04word"))
                address, request_id = read_zap_request(zap)
                zap.send_multipart([address, b"", b"1.0", request_id, b"400", b"No", b"", b""])
                _, answer = read_frame(raw)
                assert answer.endswith(b"\x03400"), answer


@in_a_process
def test_a_zap_handler_that_goes_without_an_answer() -> None:
    for read in (False, True):
        with zmq.Context() as context, context.socket(zmq.PULL) as pull:
            pull.linger = 0
            pull.plain_server = 1
            pull.handshake_ivl = 0  # for ever
            pull.bind("tcp://127.0.0.1:*")
            with wire.tcp_connect(pull.last_endpoint) as raw:
                with context.socket(zmq.ROUTER) as zap:
                    zap.linger = 0
                    zap.rcvtimeo = MS
                    zap.bind("inproc://zeromq.zap.01")
                    raw.sendall(wire.greeting(mechanism=b"PLAIN"))
                    wire.receive(raw, 64)
                    raw.sendall(command(b"HELLO", b"\x04good\x04word"))
                    assert zap.poll(MS)
                    if read:
                        read_zap_request(zap)
                wire.assert_closed_by_peer(raw)


@in_a_process
def test_a_peer_stays_when_the_zap_handler_that_let_it_in_goes() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, plain_server=1) as pull:
        with context.socket(zmq.REP) as zap, context.socket(zmq.PUSH) as push:
            push.linger = 0
            zap.rcvtimeo = MS
            zap.bind("inproc://zeromq.zap.01")
            push.plain_username = push.plain_password = b"name"
            push.connect(pull.last_endpoint)
            _, request_id, *_ = zap.recv_multipart()
            zap.send_multipart([b"1.0", request_id, b"200", b"OK", b"", b""])
            push.send(b"before")
            assert pull.recv() == b"before"
            zap.close()
            with pull.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
                assert not monitor.poll(200)
            pull.disable_monitor()
            push.send(b"after")
            assert pull.recv() == b"after"


@in_a_process
def test_a_zap_handler_of_a_type_that_cannot_answer() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, plain_server=1) as pull:
        with context.socket(zmq.PAIR) as no_handler, context.socket(zmq.PUSH) as push:
            push.linger = 0
            no_handler.bind("inproc://zeromq.zap.01")
            push.plain_username = push.plain_password = b"name"
            with pull.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL) as monitor:
                push.connect(pull.last_endpoint)
                assert monitor.poll(MS)
            pull.disable_monitor()


# ---------------------------------------------------------------- SOCKS
def socks_client(context: zmq.Context, port: int) -> zmq.Socket:
    client = context.socket(zmq.DEALER)
    client.linger = 0
    client.rcvtimeo = MS
    client.reconnect_ivl = 10_000
    client.socks_proxy = f"127.0.0.1:{port}".encode()
    client.connect("tcp://192.0.2.1:1234")
    return client


def accept_socks(listener):
    raw = accept(listener)
    assert wire.receive(raw, 3) == b"\x05\x01\x00"
    raw.sendall(b"\x05\x00")
    assert wire.receive(raw, 10) == b"\x05\x01\x00\x01\xc0\x00\x02\x01\x04\xd2"
    return raw


@in_a_process
def test_a_socks_answer_in_pieces() -> None:
    listener, port = tcp_listener()
    answer = b"\x05\x00\x00\x03\xc8" + b"n" * 200 + b"\x04\xd2"
    with listener, zmq.Context() as context, socks_client(context, port) as client:
        with accept_socks(listener) as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(answer), 60):
                raw.sendall(answer[start : start + 60])
                time.sleep(0.02)  # so that it is read in pieces; it may be, anyway
            shake_hands(raw, b"ROUTER")
            raw.sendall(frame(b"through the proxy"))
            assert client.recv() == b"through the proxy"


@in_a_process
def test_a_socks_answer_that_never_ends() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, socks_client(context, port):
        with accept_socks(listener) as raw:
            # A name of 128 bytes, and a flood: what follows the answer is no greeting.
            with contextlib.suppress(ConnectionError):
                raw.sendall(b"\x05\x00\x00\x03\x80" + b"A" * 200_000)
                raw.shutdown(socket.SHUT_WR)
            wire.assert_closed_by_peer(raw)


@in_a_process
def test_closing_after_a_socks_proxy_has_refused() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context:
        with socks_client(context, port) as client:
            with client.get_monitor_socket(zmq.EVENT_CONNECT_RETRIED) as monitor:
                monitor.rcvtimeo = MS
                with accept_socks(listener) as raw:
                    raw.sendall(b"\x05\x02\x00\x01" + bytes(6))
                    wire.assert_closed_by_peer(raw)
                recv_monitor_message(monitor)
            client.disable_monitor()


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


@in_a_process
def test_a_plain_server_that_enforces_a_domain_it_has_not_got_refuses_clients() -> None:
    with zmq.Context() as context, context.socket(zmq.REP) as server:
        server.plain_server = True
        server.zap_enforce_domain = True
        events = server.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
        server.bind("tcp://127.0.0.1:*")
        with context.socket(zmq.REQ) as client:
            client.linger = 0
            client.plain_username = b"somebody"
            client.plain_password = b"secret"
            client.connect(server.last_endpoint)
            assert events.poll(MS)
        server.disable_monitor()


#: What a peer may send in place of ZMTP, or in the middle of it.
VIOLATIONS = {
    "another mechanism": greeting(mechanism=b"PLAIN", as_server=True),
    "no such type": greeting() + ready(b"NONSENSE"),
    "the wrong type": greeting() + ready(b"PUSH"),
    "a message that is too large": greeting() + ready(b"DEALER") + b"\x02" + b"\x7f" * 8,
    "a malformed command": greeting() + ready(b"DEALER") + frame(b"\xff", command=True),
    "a malformed READY": greeting() + command(b"READY", b"\xff"),
    "zeros": b"\0" * 200,
}


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_socket_connects_again_after_a_peer_that_breaks_the_protocol(violation: str) -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        dealer.maxmsgsize = 1000
        dealer.reconnect_ivl = 10
        dealer.rcvtimeo = int(wire.PATIENCE * 1000)
        dealer.connect(f"tcp://127.0.0.1:{port}")
        for _ in range(3):
            with accept(listener) as raw:
                raw.sendall(VIOLATIONS[violation])
                wire.assert_closed_by_peer(raw)
        with accept(listener) as raw:
            shake_hands(raw, b"DEALER")
            raw.sendall(frame(b"at last"))
            assert dealer.recv() == b"at last"


def test_a_lingering_socket_does_not_wait_for_a_peer_that_breaks_the_protocol() -> None:
    listener, port = tcp_listener()
    with listener:
        context = zmq.Context()
        dealer = context.socket(zmq.DEALER)
        dealer.reconnect_ivl = 10
        dealer.connect(f"tcp://127.0.0.1:{port}")
        dealer.send(b"for nobody")
        dealer.close(linger=-1)
        ended = threading.Thread(target=context.term)
        ended.start()
        # As long as the close has not come to the I/O thread, it connects again.
        listener.settimeout(0.1)
        for _ in range(int(wire.PATIENCE * 10)):
            try:
                raw = listener.accept()[0]
            except TimeoutError:
                pass
            else:
                with raw:
                    raw.settimeout(wire.PATIENCE)
                    raw.sendall(b"\0" * 200)
                    wire.assert_closed_by_peer(raw)
            if not ended.is_alive():
                break
        ended.join(wire.PATIENCE)
        assert not ended.is_alive()


def refused(connection: socket.socket, name: bytes = b"\x05ERROR") -> None:
    """Let a client of PLAIN in no further than HELLO."""
    connection.sendall(greeting(mechanism=b"PLAIN", as_server=True))
    receive(connection, 64)
    assert read_frame(connection)[1].startswith(b"\x05HELLO")
    connection.sendall(frame(name + b"\x03400", command=True))


#: As a libzmq without the patch spells ERROR.
refused_by_stock = partial(refused, name=b"^RROR")


def broken(connection: socket.socket) -> None:
    connection.sendall(greeting() + command(b"READY", b"\xff"))


@pytest.mark.parametrize("reason", [refused, refused_by_stock, broken])
def test_a_socket_gives_up(reason: Callable[[socket.socket], None]) -> None:
    if reason is broken and not zmq.DRAFT_API:
        pytest.skip("RECONNECT_STOP is a draft option; this build has none")
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.reconnect_ivl = 10
        if reason is not broken:
            dealer.plain_username = dealer.plain_password = b"x"
        else:
            dealer.reconnect_stop = zmq.RECONNECT_STOP_HANDSHAKE_FAILED
        dealer.connect(f"tcp://127.0.0.1:{port}")
        with accept(listener) as raw:
            reason(raw)
            wire.assert_closed_by_peer(raw)
        listener.settimeout(0.3)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_plain_server_says_error() -> None:
    with (
        zmq.Context() as context,
        ThreadAuthenticator(context) as authenticator,
        bound(context, zmq.PULL, plain_server=1) as server,
        wire.tcp_connect(server.last_endpoint) as raw,
    ):
        authenticator.configure_plain(passwords={})
        raw.sendall(greeting(mechanism=b"PLAIN"))
        receive(raw, 64)
        raw.sendall(command(b"HELLO", b"\1x\1x"))
        assert read_frame(raw) == (4, b"\x05ERROR\x03400")
