# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of ZMTP: frames and commands that a peer sends, and those that we send."""

from __future__ import annotations

import wire
from wire import (
    accept,
    bound,
    command,
    frame,
    greeting,
    in_a_process,
    read_frame,
    receive,
    shake_hands,
    tcp_listener,
)

import zmq
from zmq.auth.thread import ThreadAuthenticator


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
def test_command_longer_than_its_frame_ends_the_connection() -> None:
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
            # The TTL is 65.6 s. In ms, with 16 bits only, it would become 64.
            raw.sendall(command(b"PING", (656).to_bytes(2, "big") + b"context"))
            assert read_frame(raw)[1] == b"\x04PONGcontext"
            wire.assert_stays_open(raw, 0.5)
            raw.sendall(frame(b"still here"))
            assert pull.recv() == b"still here"


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
