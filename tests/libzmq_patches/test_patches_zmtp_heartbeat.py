"""Patches of heartbeats: every byte is a sign of life, and a full queue is no silence."""

from __future__ import annotations

import threading

import pytest
import wire
from wire import MS, command, frame, shake_hands

import zmq

BODY = b"a message that takes longer than the timers"


def send_slowly(connection, data: bytes) -> None:
    """Send the data within about two seconds, with no long silence."""
    pace = threading.Event()
    for n in range(len(data)):
        connection.sendall(data[n : n + 1])
        pace.wait(2.0 / len(data))


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_slow_message_is_a_sign_of_life(context, endpoint, transport) -> None:
    pull = context.socket(zmq.PULL)
    pull.rcvtimeo = MS
    pull.heartbeat_ivl = 100
    pull.heartbeat_timeout = 900
    pull.bind(endpoint(transport))
    if transport == "tcp":
        with wire.tcp_connect(pull.last_endpoint) as raw:
            shake_hands(raw, b"PUSH")
            send_slowly(raw, frame(BODY))
            assert pull.recv() == BODY
    else:
        with wire.ws_open(pull.last_endpoint) as raw:
            raw.sendall(wire.ws_frame(b"\0"))  # an empty routing id
            send_slowly(raw, wire.ws_frame(b"\0" + BODY))
            assert pull.recv() == BODY


def test_slow_message_keeps_within_the_ttl(context, endpoint) -> None:
    pull = context.socket(zmq.PULL)
    pull.rcvtimeo = MS
    pull.bind(endpoint("tcp"))
    with wire.tcp_connect(pull.last_endpoint) as raw:
        shake_hands(raw, b"PUSH")
        raw.sendall(command(b"PING", (9).to_bytes(2, "big")))  # 0.9 s
        send_slowly(raw, frame(BODY))
        assert pull.recv() == BODY


@pytest.mark.parametrize("last", [b"", frame(BODY), frame(BODY)[:10]], ids=["ping", "all", "part"])
def test_silence_after_the_ttl_ends_connection(context, endpoint, last) -> None:
    pull = context.socket(zmq.PULL)
    pull.bind(endpoint("tcp"))
    with wire.tcp_connect(pull.last_endpoint) as raw:
        shake_hands(raw, b"PUSH")
        raw.sendall(command(b"PING", (5).to_bytes(2, "big")))
        wire.read_frame(raw)  # wait for the reply, so that the data below arrive separately
        raw.sendall(last)
        wire.assert_closed_by_peer(raw)


def test_another_ping_takes_the_ttl_back(context, endpoint) -> None:
    pull = context.socket(zmq.PULL)
    pull.rcvtimeo = MS
    pull.bind(endpoint("tcp"))
    with wire.tcp_connect(pull.last_endpoint) as raw:
        shake_hands(raw, b"PUSH")
        raw.sendall(command(b"PING", (5).to_bytes(2, "big")))
        raw.sendall(command(b"PING", bytes(2)))
        wire.assert_stays_open(raw, 1.2)
        raw.sendall(frame(b"still here"))
        assert pull.recv() == b"still here"


@pytest.mark.parametrize("transport", ["tcp", "ipc", "ws"])
@pytest.mark.parametrize("side", ["receiver", "sender", "both"])
def test_full_queue_does_not_end_the_connection(context, endpoint, transport, side) -> None:
    pull = context.socket(zmq.PULL)
    pull.rcvhwm, pull.rcvbuf, pull.rcvtimeo = 2, 4096, MS
    pull.heartbeat_ivl = 0 if side == "sender" else 100
    pull.bind(endpoint(transport))
    monitor = pull.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    push = context.socket(zmq.PUSH)
    push.sndhwm = 0
    push.heartbeat_ivl = 0 if side == "receiver" else 100
    push.heartbeat_timeout = 300
    push.connect(pull.last_endpoint.decode())
    assert monitor.poll(300) == 0  # time for PINGs: the PULL learns their interval
    for _ in range(100):
        push.send(bytes(20_000))
    assert len(pull.recv()) == 20_000
    assert monitor.poll(700) == 0
    assert [len(pull.recv()) for _ in range(99)] == [20_000] * 99


def test_full_queue_sends_signs_of_life(context, endpoint) -> None:
    pull = context.socket(zmq.PULL)
    pull.rcvhwm, pull.rcvbuf, pull.rcvtimeo = 2, 4096, MS
    pull.bind(endpoint("tcp"))
    with wire.tcp_connect(pull.last_endpoint) as raw:
        shake_hands(raw, b"PUSH")
        pause = threading.Event()
        for _ in range(2):
            pause.wait(0.05)  # twice, so that the PULL knows the interval
            raw.sendall(command(b"PING", bytes(2)))
            assert wire.read_frame(raw) == (4, b"\4PONG")
        raw.sendall(frame(BODY) * 100)
        for _ in range(5):
            assert wire.read_frame(raw) == (4, b"\4PONG")
        assert [pull.recv() for _ in range(100)] == [BODY] * 100
