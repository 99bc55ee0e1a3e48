# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of ws://: addresses, the upgrade, frames and masking."""

from __future__ import annotations

import errno
import functools
import time

import pytest
import wire
from needs import needs_localhost
from wire import (
    MS,
    accept,
    in_a_process,
    read_http_head,
    read_ws_frame,
    tcp_listener,
    ws_frame,
    ws_open,
    ws_request,
)

import zmq

pytestmark = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, and so no ws transport"
)

PING, PONG, CLOSE = 9, 10, 8


bound = functools.partial(wire.bound, address="ws://127.0.0.1:*")


# ---------------------------------------------------------------- addresses
@in_a_process
def test_the_path_starts_at_the_first_slash() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context:
        for path in ("/a/b", "/a:1/b;c", "/"):
            with context.socket(zmq.SUB) as sub:
                sub.linger = 0
                sub.connect(f"ws://127.0.0.1:{port}{path}")
                with accept(listener) as raw:
                    head = read_http_head(raw).split(b"\r\n")
                    assert head[0] == f"GET {path} HTTP/1.1".encode()
                    assert b"Host: 127.0.0.1" in head


@in_a_process
def test_binding_to_a_path_of_two_parts() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.linger = 0
        pull.rcvtimeo = MS
        pull.bind("ws://127.0.0.1:*/a/b")
        assert pull.last_endpoint.endswith(b"/a/b")
        with context.socket(zmq.PUSH) as push:
            push.connect(pull.last_endpoint.decode())
            push.send(b"hello")
            assert pull.recv() == b"hello"


@in_a_process
def test_an_address_cannot_add_to_the_request() -> None:
    with zmq.Context() as context, context.socket(zmq.SUB) as sub:
        for path in ("/ HTTP/1.1\r\nX: y\r\n", "/a b", "/\x7f"):
            with pytest.raises(zmq.ZMQError) as caught:
                sub.connect(f"ws://127.0.0.1:1{path}")
            assert caught.value.errno == errno.EINVAL


@in_a_process
def test_an_address_has_a_greatest_length() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.SUB) as sub:
        sub.linger = 0
        with pytest.raises(zmq.ZMQError) as caught:
            sub.connect(f"ws://127.0.0.1:{port}/" + "a" * 9000)
        assert caught.value.errno == errno.ENAMETOOLONG
        sub.connect(f"ws://127.0.0.1:{port}/" + "a" * 4095)
        with accept(listener) as raw:
            assert read_http_head(raw).startswith(b"GET /" + b"a" * 4095 + b" ")


# ---------------------------------------------------------------- the upgrade
@in_a_process
def test_the_last_of_two_keys_counts() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with wire.tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(
                ws_request("ZWS2.0", "Sec-WebSocket-Key: c2hvcnQ=", key="bG9uZ2VyIHRoYW4gdGhhdA==")
            )
            head = read_http_head(raw)
            assert b"Sec-WebSocket-Accept: " + wire.ws_accept_key("c2hvcnQ=") in head


@pytest.mark.parametrize("words", ["keep-alive, Upgrade", "upgrade,x", "x ,\tUPGRADE"])
def test_the_connection_header_is_a_list(words: str) -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with wire.tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(ws_request(connection=words))
            assert read_http_head(raw).startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize("words", ["keep-alive", "upgraded", "x-upgrade, up grade"])
def test_a_connection_header_without_upgrade_is_refused(words: str) -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with wire.tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(ws_request(connection=words))
            wire.assert_closed_by_peer(raw)


@in_a_process
def test_silent_client_is_disconnected() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, handshake_ivl=100) as pull:
        for start in (b"", b"GET / HTTP/1.1\r\nHost: "):
            with wire.tcp_connect(pull.last_endpoint) as raw:
                raw.sendall(start)
                wire.assert_closed_by_peer(raw)


@in_a_process
def test_the_handshake_timer_stops_after_the_upgrade() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL, handshake_ivl=200) as pull:
        with ws_open(pull.last_endpoint) as raw:
            raw.sendall(ws_frame(b"\0"))
            wire.assert_stays_open(raw, 0.6)
            raw.sendall(ws_frame(b"\0still here"))
            assert pull.recv() == b"still here"


# ---------------------------------------------------------------- frames
@in_a_process
def test_a_malformed_frame_ends_the_connection() -> None:
    malformed = {
        "a fragment": ws_frame(b"\0part", final=False),
        "an unknown opcode": ws_frame(b"\0x", opcode=3),
        "a frame that is not masked": ws_frame(b"\0x", masked=False),
        "a message without flags": ws_frame(b""),
        "a long ping": ws_frame(b"x" * 126, opcode=PING),
    }
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        for what, text in malformed.items():
            with ws_open(pull.last_endpoint) as raw:
                raw.sendall(ws_frame(b"\0"))
                raw.sendall(ws_frame(b"\0before"))
                assert pull.recv() == b"before"
                raw.sendall(text)
                try:
                    wire.assert_closed_by_peer(raw)
                except AssertionError:
                    raise AssertionError(f"{what} was accepted") from None


@in_a_process
def test_heartbeats_of_a_connection_without_a_mechanism() -> None:
    with zmq.Context() as context, bound(context, zmq.XPUB, heartbeat_ivl=50) as pub:
        with ws_open(pub.last_endpoint) as raw:
            assert read_ws_frame(raw) == (2, b"\0")  # the routing id
            raw.sendall(ws_frame(b"\0") + ws_frame(b"\0\1topic"))
            assert pub.recv() == b"\1topic"
            for _ in range(3):
                assert read_ws_frame(raw) == (PING, b"")
                raw.sendall(ws_frame(b"", opcode=PONG))
            pub.send(b"topic: news")
            opcode, body = read_ws_frame(raw)
            while opcode == PING:
                opcode, body = read_ws_frame(raw)
            assert (opcode, body) == (2, b"\0topic: news")


@in_a_process
def test_control_frames_are_answered_without_a_mechanism() -> None:
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with ws_open(pull.last_endpoint) as raw:
            assert read_ws_frame(raw) == (2, b"\0")
            raw.sendall(ws_frame(b"\0") + ws_frame(b"", opcode=PING))
            assert read_ws_frame(raw)[0] == PONG
            raw.sendall(ws_frame(b"\x03\xe8", opcode=CLOSE))
            assert read_ws_frame(raw) == (CLOSE, b"\x03\xe8")
            wire.assert_closed_by_peer(raw)


@in_a_process
def test_control_frame_is_not_a_routing_id() -> None:
    with zmq.Context() as context, bound(context, zmq.ROUTER) as router:
        with ws_open(router.last_endpoint) as raw:
            raw.sendall(ws_frame(b"ping", opcode=PING) + ws_frame(b"\0name") + ws_frame(b"\0body"))
            wire.assert_closed_by_peer(raw)
            assert not router.poll(0)


# ---------------------------------------------------------------- masking
@in_a_process
def test_masking_leaves_the_senders_data_alone() -> None:
    data = bytes(range(256)) * 1000
    original = bytearray(data)
    with zmq.Context() as context, bound(context, zmq.PULL) as pull:
        with context.socket(zmq.PUSH) as push:
            push.connect(pull.last_endpoint.decode())
            push.send(data, copy=False)
            assert pull.recv() == original
            assert data == original


@pytest.mark.skipif(not zmq.has("ws"), reason="this build has no ws://")
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "*", pytest.param("localhost", marks=needs_localhost)]
)
@pytest.mark.parametrize("path", ["", "/", "/a/path"])
def test_ws_is_unbound_by_its_bound_name(host: str, path: str) -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.bind("ws://127.0.0.1:*")
        port = wire.port_of(pull.last_endpoint)
        pull.unbind(pull.last_endpoint)
        endpoint = f"ws://{host}:{port}{path}"
        deadline = time.monotonic() + wire.PATIENCE
        while True:  # another thread releases the port
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
