# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of CURVE, PLAIN and ZAP."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import wire
from compilers import archive_arguments, needs_linking
from memory import memory_in_use, needs_mallinfo
from wire import (
    MS,
    accept,
    bound,
    command,
    frame,
    in_a_process,
    read_frame,
    shake_hands,
    tcp_listener,
)

import zmq
from zmq.utils.monitor import recv_monitor_message


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
                # The client refuses the command, which is out of order, instead of decrypting it
                # without a key.
                assert event["value"] == zmq.PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND
            client.disable_monitor()


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
@in_a_process
def test_man_in_the_middle_cannot_set_curve_flags() -> None:
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
            # Exchange the greetings: each side waits for a part of the other's greeting.
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
    # In a separate program, a function that aborts replaces libsodium's randombytes_close().
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
    """The routing id of the sender of a ZAP request, and the request id."""
    address, empty, version, request_id, *_ = zap.recv_multipart()
    assert (empty, version) == (b"", b"1.0")
    return address, request_id


@in_a_process
def test_late_reply_does_not_reach_the_next_connection() -> None:
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
                # This connection is still silent when the reply for the first one arrives.
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
def test_zap_handler_closes_without_a_reply() -> None:
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
def test_peer_stays_after_its_zap_handler_closes() -> None:
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
def test_zap_handler_of_a_type_that_cannot_reply() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, plain_server=1) as pull:
        with context.socket(zmq.PAIR) as no_handler, context.socket(zmq.PUSH) as push:
            push.linger = 0
            no_handler.bind("inproc://zeromq.zap.01")
            push.plain_username = push.plain_password = b"name"
            with pull.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL) as monitor:
                push.connect(pull.last_endpoint)
                assert monitor.poll(MS)
            pull.disable_monitor()


@in_a_process
def test_plain_server_without_its_enforced_domain_refuses_clients() -> None:
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


@needs_mallinfo
@in_a_process
def test_failed_curve_hello_leaks_no_message() -> None:
    tries, hello = 200, 200
    listener, port = wire.tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.DEALER) as client:
        client.linger = 0
        client.reconnect_ivl = 1
        client.handshake_ivl = 5  # the failed client disconnects only after this time
        client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
        client.curve_serverkey = bytes(32)  # a weak key, with which nothing can be encrypted
        client.connect(f"tcp://127.0.0.1:{port}")

        def refuse(times: int) -> None:
            for _ in range(times):
                with wire.accept(listener) as server:
                    server.sendall(wire.greeting(mechanism=b"CURVE", as_server=True))
                    wire.assert_closed_by_peer(server)

        refuse(20)
        before = memory_in_use()
        refuse(tries)
        grown = memory_in_use() - before
        assert grown < tries * hello / 2, f"{grown} bytes after {tries} attempts"
