# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of RADIO and DISH over stream transports, and of messages' groups."""

from __future__ import annotations

import errno
import random

import pytest
import wire
from wire import (
    MS,
    accept,
    bound,
    command,
    frame,
    in_a_process,
    shake_hands,
    tcp_connect,
    tcp_listener,
)

import zmq

pytestmark = pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft sockets")

LONG = "a group of more than fourteen bytes"


def send_until_received(radio: zmq.Socket, dish: zmq.Socket, body: bytes, group: str) -> None:
    """Send repeatedly, because a RADIO drops messages to a group without members."""
    while not dish.poll(20):
        radio.send(body, group=group)
    assert dish.recv() == body


@in_a_process
def test_peer_joins_a_group_with_too_long_name() -> None:
    with zmq.Context() as context, bound(context, zmq.RADIO) as radio:
        for name in (b"JOIN", b"LEAVE"):
            with tcp_connect(radio.last_endpoint) as raw:
                shake_hands(raw, b"DISH")
                raw.sendall(command(name, b"g" * 256))
                wire.assert_closed_by_peer(raw)
        with context.socket(zmq.DISH) as dish:
            dish.connect(radio.last_endpoint.decode())
            dish.join("g" * 255)
            send_until_received(radio, dish, b"body", "g" * 255)


@in_a_process
def test_the_empty_group_when_the_pipe_is_full() -> None:
    with zmq.Context() as context, bound(context, zmq.DISH, rcvhwm=1) as dish:
        dish.join("")
        with tcp_connect(dish.last_endpoint) as raw:
            shake_hands(raw, b"RADIO")
            raw.sendall((frame(b"", more=True) + frame(b"body")) * 20)
            for _ in range(20):
                assert dish.recv() == b"body"


@in_a_process
def test_group_joined_twice_is_left_once() -> None:
    with zmq.Context() as context, bound(context, zmq.RADIO) as radio:
        with tcp_connect(radio.last_endpoint) as raw:
            shake_hands(raw, b"DISH")
            for message in (b"JOIN g", b"JOIN g", b"LEAVE g", b"JOIN h"):
                raw.sendall(command(*message.split()))
            wire.process_commands(radio, raw)
            radio.send(b"unwanted", group="g")
            radio.send(b"body", group="h")
            assert [wire.read_frame(raw) for _ in range(2)] == [(1, b"h"), (0, b"body")]


@in_a_process
def test_members_of_groups_come_and_go() -> None:
    """A message reaches exactly the members that a model predicts."""
    chance = random.Random(1)
    with zmq.Context() as context, context.socket(zmq.RADIO) as radio:
        radio.linger = 0
        radio.bind("inproc://radio")
        dishes: dict[zmq.Socket, set[str]] = {}
        for number in range(400):
            for _ in range(chance.randrange(3)):
                dish = context.socket(zmq.DISH)
                dish.connect("inproc://radio")
                dishes[dish] = set()
            for dish, joined in dishes.items():
                for group in chance.sample("abcdefgh", chance.randrange(4)):
                    if group in joined:
                        joined.remove(group)
                        dish.leave(group)
                    else:
                        joined.add(group)
                        dish.join(group)
            for dish in chance.sample(list(dishes), len(dishes) // 3):
                del dishes[dish]
                dish.close()
            group = chance.choice("abcdefgh")
            radio.get(zmq.EVENTS)
            radio.send(b"%d" % number, group=group)
            for dish, joined in dishes.items():
                assert bool(dish.poll(0)) == (group in joined)
                if group in joined:
                    assert dish.recv() == b"%d" % number
        for dish in dishes:
            dish.close()


@in_a_process
def test_heartbeat_is_not_a_group() -> None:
    ping = command(b"PING", b"\x00\x64")
    with zmq.Context() as context, bound(context, zmq.DISH) as dish:
        dish.join("g")
        with tcp_connect(dish.last_endpoint) as raw:
            shake_hands(raw, b"RADIO")
            raw.sendall(ping + frame(b"g", more=True) + ping + frame(b"body") + ping)
            message = dish.recv(copy=False)
            assert (bytes(message), message.group) == (b"body", "g")
            for _ in range(3):
                assert wire.read_frame(raw)[1] in (b"\x04PONG", b"\x04JOINg")


@in_a_process
def test_radio_and_dish_with_heartbeats() -> None:
    # The timeout is longer than a busy machine needs for a reply.
    heartbeats = {"heartbeat_ivl": 20, "heartbeat_timeout": 1000}
    with zmq.Context() as context, bound(context, zmq.RADIO, **heartbeats) as radio:
        with context.socket(zmq.DISH) as dish:
            with dish.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
                dish.connect(radio.last_endpoint.decode())
                dish.join("g")
                send_until_received(radio, dish, b"body", "g")
                assert not monitor.poll(1500)
            dish.disable_monitor()


@in_a_process
def test_a_long_group_for_several_peers() -> None:
    with zmq.Context() as context, bound(context, zmq.RADIO) as radio:
        dishes = [context.socket(zmq.DISH) for _ in range(4)]
        for dish in dishes:
            dish.rcvtimeo = MS
            dish.connect(radio.last_endpoint.decode())
            dish.join(LONG)
        for dish in dishes:
            send_until_received(radio, dish, b"there?", LONG)
        for n in range(500):
            for size in (5, 100):  # stored inside zmq_msg_t, and in separate memory
                body = b"%d " % n + b"x" * size
                radio.send(body, group=LONG)
                for dish in dishes:
                    message = dish.recv(copy=False)
                    while bytes(message) == b"there?":
                        message = dish.recv(copy=False)
                    assert (bytes(message), message.group) == (body, LONG)
        for dish in dishes:
            dish.close()


@in_a_process
def test_joining_a_long_group_with_several_peers() -> None:
    with zmq.Context() as context, context.socket(zmq.DISH) as dish:
        radios = [bound(context, zmq.RADIO) for _ in range(4)]
        for radio in radios:
            dish.connect(radio.last_endpoint.decode())
        for n in range(200):
            dish.join(f"{LONG} {n}")
        for n in range(199):
            dish.leave(f"{LONG} {n}")
        for radio in radios:
            send_until_received(radio, dish, b"body", f"{LONG} 199")
            while dish.poll(20):
                dish.recv()
            radio.close()


@in_a_process
def test_a_message_takes_no_group_of_256_bytes() -> None:
    with zmq.Context() as context, bound(context, zmq.RADIO) as radio:
        with pytest.raises((zmq.ZMQError, ValueError)) as caught:
            radio.send(b"body", group="g" * 256)
        assert getattr(caught.value, "errno", errno.EINVAL) == errno.EINVAL
        radio.send(b"body", group="g" * 255)


@pytest.mark.skipif(
    not hasattr(zmq.Frame, "group"), reason="sets Frame.group, which this package lacks"
)
@in_a_process
def test_a_message_takes_one_group_after_another() -> None:
    frame_ = zmq.Frame(b"body")
    for group in (LONG, "fourteen bytes", LONG * 2, "short", LONG, ""):
        frame_.group = group
        assert frame_.group == group


@in_a_process
def test_radio_loses_its_peer_between_group_and_body() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.RADIO) as radio:
        radio.linger = 0
        radio.reconnect_ivl = 10
        radio.connect(f"tcp://127.0.0.1:{port}")
        for _ in range(2):
            with accept(listener) as raw:
                shake_hands(raw, b"DISH")
                raw.sendall(command(b"JOIN", b"g"))
                # The messages exceed the system's buffers, so the connection ends in mid-message.
                for _ in range(20):
                    radio.send(b"x" * 1_000_000, group="g")
        with accept(listener) as raw:
            shake_hands(raw, b"DISH")
            flags, body = wire.read_frame(raw)
            assert (flags & 1, body) == (1, b"g")


@in_a_process
def test_socket_of_another_type_receives_a_join() -> None:
    for kind in (zmq.CLIENT, zmq.PAIR, zmq.XPUB, zmq.PULL):
        with zmq.Context() as context, context.socket(zmq.DISH) as dish:
            dish.bind("inproc://wrong")
            with context.socket(kind) as other:
                other.linger = 0
                other.connect("inproc://wrong")
                dish.join("g")
                dish.poll(10)
                if other.poll(100):
                    assert other.recv() == b""
