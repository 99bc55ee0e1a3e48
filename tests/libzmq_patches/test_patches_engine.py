# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of the engines, their sessions, and SOCKS: connections that break, stop or start."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
import wire
from wire import (
    MS,
    accept,
    bound,
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
from zmq.utils.monitor import recv_monitor_message


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs ipc://, which this system lacks")
@in_a_process
def test_messages_sent_over_ipc_before_closing_arrive() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.rcvhwm = 1
        pull.rcvtimeo = MS
        pull.bind("ipc://*")
        path = pull.last_endpoint.removeprefix(b"ipc://").decode()
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(wire.PATIENCE)
            raw.connect(path)
            shake_hands(raw, b"PUSH")
            # more than the engine reads at once, less than the system's buffers hold
            messages = [b"%d" % n + b"x" * 1000 for n in range(25)]
            raw.sendall(b"".join(map(frame, messages)))
            wire.wait_until_stopped(raw)
        # When a later connection gets its reply, the I/O thread has noticed the end of the first
        # one.
        with socket.socket(socket.AF_UNIX) as other:
            other.settimeout(wire.PATIENCE)
            other.connect(path)
            shake_hands(other, b"PUSH")
        assert [pull.recv() for _ in messages] == messages


@in_a_process
def test_context_ends_when_a_disconnected_raw_peer_closes() -> None:
    for kind, n in itertools.product((zmq.STREAM, zmq.ROUTER), range(300)):
        with zmq.Context() as context, socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(wire.PATIENCE)
            port = listener.getsockname()[1]
            with context.socket(kind) as sock:
                sock.linger = 0
                sock.immediate = True
                sock.reconnect_ivl = 1
                if kind == zmq.ROUTER:
                    sock.router_raw = True
                sock.connect(f"tcp://127.0.0.1:{port}")
                raw, _ = listener.accept()
                end = time.perf_counter() + n / 1e6  # the other side ends then
                if n % 2:
                    raw.close()
                else:
                    sock.disconnect(sock.last_endpoint)
                while time.perf_counter() < end:
                    pass
                if n % 2:
                    sock.disconnect(sock.last_endpoint)
                else:
                    raw.close()
                sock.poll(n % 3)


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


# ---------------------------------------------------------------- a pipe that outlives the engine
def fill_pipe_and_leave(listener, sock: zmq.Socket) -> None:
    """Send as many messages as fill the socket's pipe (RCVHWM is 2), and end the connection."""
    with accept(listener) as raw:
        kind = b"DEALER" if sock.socket_type == zmq.ROUTER else b"PUSH"
        shake_hands(raw, kind, Identity=b"me")
        raw.sendall(frame(b"x") * 2)


@in_a_process
def test_a_full_pipe_is_restarted_after_a_reconnect() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.rcvtimeo = MS
        router.rcvhwm = 2
        router.reconnect_ivl = 10
        router.connect(f"tcp://127.0.0.1:{port}")
        fill_pipe_and_leave(listener, router)
        with accept(listener) as raw:
            # The second connection finds the pipe full: it cannot pass on the routing id.
            shake_hands(raw, b"DEALER", Identity=b"me")
        with accept(listener) as raw:
            # While the pipe drains, the third connection already exists, and sends nothing.
            while router.poll(100):
                assert router.recv_multipart() == [b"me", b"x"]
            shake_hands(raw, b"DEALER", Identity=b"me")
            raw.sendall(frame(b"again"))
            assert router.recv_multipart() == [b"me", b"again"]


@in_a_process
def test_routing_id_of_old_peer_meets_full_pipe() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.rcvtimeo = MS
        router.rcvhwm = 2
        router.reconnect_ivl = 10
        router.connect(f"tcp://127.0.0.1:{port}")
        fill_pipe_and_leave(listener, router)
        with accept(listener) as raw:
            # ZMTP 2.0: signature, revision, socket type DEALER, routing id
            raw.sendall(b"\xff" + bytes(7) + b"\x01\x7f\x01\x05" + frame(b"me") + frame(b"old"))
            # The ROUTER sends all of its greeting, and its routing id, after it has checked ours.
            wire.receive(raw, 12 + 2)
            deadline = time.monotonic() + wire.PATIENCE
            body = b""
            while body != b"old" and time.monotonic() < deadline:
                _, body = router.recv_multipart()
            assert body == b"old"


@in_a_process
def test_routing_id_of_new_peer_meets_full_pipe() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.linger = 0
        router.rcvtimeo = MS
        router.rcvhwm = 2
        router.reconnect_ivl = 10
        router.connect(f"tcp://127.0.0.1:{port}")
        fill_pipe_and_leave(listener, router)
        with accept(listener) as raw:
            shake_hands(raw, b"DEALER", Identity=b"me")
            raw.sendall(frame(b"new"))
            body = b""
            while body != b"new":
                _, body = router.recv_multipart()


@in_a_process
def test_heartbeat_is_due_after_a_connection_reset() -> None:
    heartbeats = {"heartbeat_ivl": 50, "heartbeat_timeout": 30_000}
    with zmq.Context() as context, bound(context, zmq.PULL, rcvhwm=1, **heartbeats) as pull:
        raw = wire.tcp_connect(pull.last_endpoint)
        shake_hands(raw, b"PUSH")
        raw.sendall(frame(b"x") * 20)
        wire.wait_until_stopped(raw)
        wire.reset(raw)
        # Heartbeats on another connection show when several intervals have passed.
        with wire.tcp_connect(pull.last_endpoint) as other:
            shake_hands(other, b"PUSH")
            for _ in range(5):
                assert read_frame(other)[1].startswith(b"\x04PING")
                other.sendall(command(b"PONG"))
            other.sendall(frame(b"alive"))
            while pull.recv() != b"alive":
                pass


@in_a_process
def test_ping_arrives_after_a_connection_reset() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, rcvhwm=1) as pull:
        with pull.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
            monitor.rcvtimeo = MS
            raw = wire.tcp_connect(pull.last_endpoint)
            shake_hands(raw, b"PUSH")
            raw.sendall(frame(b"x") * 20 + command(b"PING", b"\0\0"))
            wire.wait_until_stopped(raw)
            wire.reset(raw)
            with wire.tcp_connect(pull.last_endpoint) as other:
                # When the I/O thread has replied to this connection, it has noticed the reset.
                shake_hands(other, b"PUSH")
                wire.wait_until_seen(other)
                for _ in range(20):
                    assert pull.recv() == b"x"
                recv_monitor_message(monitor)
                other.sendall(frame(b"alive"))
                assert pull.recv() == b"alive"
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
                time.sleep(0.02)  # so that libzmq reads the answer in pieces
            shake_hands(raw, b"ROUTER")
            raw.sendall(frame(b"through the proxy"))
            assert client.recv() == b"through the proxy"


@in_a_process
def test_a_socks_answer_that_never_ends() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, socks_client(context, port):
        with accept_socks(listener) as raw:
            # The reply has a name of 128 bytes, then many bytes follow that are not a greeting.
            with contextlib.suppress(OSError):
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


#: Data that a peer may send instead of ZMTP, or in the middle of a ZMTP connection.
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
def test_socket_reconnects_after_a_protocol_error(violation: str) -> None:
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


def test_linger_ends_when_the_peer_breaks_the_protocol() -> None:
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
        # The I/O thread reconnects until it gets the command to close.
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
    """Refuse a PLAIN client with an ERROR after its HELLO."""
    connection.sendall(greeting(mechanism=b"PLAIN", as_server=True))
    receive(connection, 64)
    assert read_frame(connection)[1].startswith(b"\x05HELLO")
    connection.sendall(frame(name + b"\x03400", command=True))


#: A libzmq without the patch spells ERROR in this way.
refused_by_stock = partial(refused, name=b"^RROR")


def broken(connection: socket.socket) -> None:
    connection.sendall(greeting() + command(b"READY", b"\xff"))


@pytest.mark.parametrize("reason", [refused, refused_by_stock, broken])
def test_socket_stops_reconnecting(reason: Callable[[socket.socket], None]) -> None:
    if reason is broken and not zmq.DRAFT_API:
        pytest.skip("needs RECONNECT_STOP, a draft option, which this build lacks")
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
