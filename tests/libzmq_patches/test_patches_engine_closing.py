"""Patches of the end of a connection: the last messages, and messages nobody receives."""

from __future__ import annotations

import threading

import pytest
from wire import MS, PATIENCE, bound

import zmq

MESSAGES = 62
"""Together with their headers, messages of 4 KB that fit into one batch of 256 KB."""

SMALL_BUFFERS = {"sndbuf": 4096, "rcvbuf": 4096}


@pytest.fixture(params=["tcp://127.0.0.1:*", "ipc", "ws://127.0.0.1:*"])
def address(request, tmp_path) -> str:
    return request.param if request.param != "ipc" else f"ipc://{tmp_path}/closing"


def opened(context: zmq.Context, socket_type: int, **options: object) -> zmq.Socket:
    """Return a socket with small buffers that sends any number of messages, and receives few."""
    socket = context.socket(socket_type)
    for name, value in {**SMALL_BUFFERS, "sndhwm": 0, "rcvhwm": 1, **options}.items():
        setattr(socket, name, value)
    return socket


def closing(socket: zmq.Socket, context: zmq.Context) -> threading.Thread:
    """Close the socket without a limit of time; the thread ends when it has sent everything."""
    socket.close(linger=-1)
    thread = threading.Thread(target=context.term, daemon=True)
    thread.start()
    # Without the patch, the thread ends although nobody has read the messages.
    thread.join(0.2)
    return thread


@pytest.mark.parametrize("way", ["close", "disconnect"])
def test_last_messages_of_a_closing_socket_arrive(context, address, way):
    pull = opened(context, zmq.PULL, rcvtimeo=MS)
    pull.bind(address)
    endpoint = pull.last_endpoint.decode()
    sending = zmq.Context()
    push = opened(sending, zmq.PUSH)
    push.connect(endpoint)
    for _ in range(MESSAGES):
        push.send(bytes(4096))
    if way == "disconnect":
        push.linger = -1
        push.disconnect(endpoint)
    thread = closing(push, sending)
    assert [len(pull.recv()) for _ in range(MESSAGES)] == [4096] * MESSAGES
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_last_messages_of_a_closing_curve_client(context):
    public, secret = zmq.curve_keypair()
    pull = opened(context, zmq.PULL, rcvtimeo=MS, curve_server=True, curve_secretkey=secret)
    pull.bind("tcp://127.0.0.1:*")
    sending = zmq.Context()
    own_public, own_secret = zmq.curve_keypair()
    push = opened(
        sending,
        zmq.PUSH,
        curve_serverkey=public,
        curve_publickey=own_public,
        curve_secretkey=own_secret,
    )
    push.connect(pull.last_endpoint.decode())
    for _ in range(MESSAGES):
        push.send(bytes(4096))
    thread = closing(push, sending)
    assert [len(pull.recv()) for _ in range(MESSAGES)] == [4096] * MESSAGES
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_linger_limits_the_last_messages(context, address):
    pull = opened(context, zmq.PULL)
    pull.bind(address)
    sending = zmq.Context()
    push = opened(sending, zmq.PUSH)
    push.connect(pull.last_endpoint.decode())
    for _ in range(MESSAGES):
        push.send(bytes(4096))
    push.close(linger=50)
    thread = threading.Thread(target=sending.term, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def crowded(context, address):
    """A ROUTER, a DEALER that has not received the ROUTER's messages, and the DEALER's context."""
    sending = zmq.Context()
    with bound(context, zmq.ROUTER, address) as router:
        router.sndhwm, router.rcvtimeo = 0, MS
        dealer = opened(sending, zmq.DEALER, reconnect_ivl=-1)
        dealer.connect(router.last_endpoint.decode())
        dealer.send(b"here I am")
        peer, _ = router.recv_multipart()
        for _ in range(1000):
            router.send_multipart([peer, bytes(10_000)])
        yield router, dealer, sending


def test_last_messages_arrive_beside_unread_input(crowded):
    router, dealer, sending = crowded
    for _ in range(300):
        dealer.send(bytes(20_000))
    thread = closing(dealer, sending)
    assert [len(router.recv_multipart()[1]) for _ in range(300)] == [20_000] * 300
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_closing_socket_notices_the_peers_end(crowded):
    router, dealer, sending = crowded
    for _ in range(1500):
        dealer.send(bytes(20_000))
    thread = closing(dealer, sending)
    router.close(linger=0)
    thread.join(PATIENCE)
    assert not thread.is_alive()
