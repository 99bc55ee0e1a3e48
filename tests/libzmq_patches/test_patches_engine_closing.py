"""Patches of the end of a connection: the last messages, and messages nobody receives."""

from __future__ import annotations

import socket
import threading

import pytest
from wire import (
    MS,
    PATIENCE,
    accept,
    bound,
    frame,
    port_of,
    receive,
    shake_hands,
    tcp_listener,
)

import zmq

MESSAGES = 62
"""Together with their headers, messages of 4 KB that fit into one batch of 256 KB."""

SMALL_BUFFERS = {"sndbuf": 4096, "rcvbuf": 4096}


@pytest.fixture(params=["tcp://127.0.0.1:*", "ipc", "ws://127.0.0.1:*"])
def address(request, tmp_path) -> str:
    return request.param if request.param != "ipc" else f"ipc://{tmp_path}/closing"


def opened(context: zmq.Context, socket_type: int, **options: object) -> zmq.Socket:
    """Return a socket with small buffers that sends any number of messages, and receives few."""
    sock = context.socket(socket_type)
    for name, value in {**SMALL_BUFFERS, "sndhwm": 0, "rcvhwm": 1, **options}.items():
        setattr(sock, name, value)
    return sock


def closing(sock: zmq.Socket, context: zmq.Context) -> threading.Thread:
    """Close the socket without a limit of time; the thread ends when it has sent everything."""
    sock.close(linger=-1)
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


@pytest.mark.parametrize("way", ["close", "disconnect"])
def test_last_messages_reach_a_slow_peer_that_sends(context, address, way):
    sending = zmq.Context()
    router = context.socket(zmq.ROUTER)
    router.sndhwm, router.rcvhwm, router.rcvbuf, router.rcvtimeo = 0, 1, 4096, MS
    router.bind(address)
    endpoint = router.last_endpoint.decode()
    dealer = sending.socket(zmq.DEALER)
    dealer.rcvhwm, dealer.reconnect_ivl = 1, -1
    dealer.connect(endpoint)
    dealer.send(b"here I am")
    peer, _ = router.recv_multipart()
    for _ in range(1000):
        router.send_multipart([peer, bytes(10_000)])
    for _ in range(30):
        dealer.send(bytes(20_000))
    if way == "disconnect":
        dealer.linger = -1
        dealer.disconnect(endpoint)
    # The system has room for all messages of the DEALER, so it can close at once.
    thread = closing(dealer, sending)
    assert [len(router.recv_multipart()[1]) for _ in range(30)] == [20_000] * 30
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_last_messages_of_a_closing_server_arrive(context, address):
    serving = zmq.Context()
    router = serving.socket(zmq.ROUTER)
    router.rcvhwm = 1
    router.bind(address)
    dealer = context.socket(zmq.DEALER)
    dealer.rcvhwm, dealer.rcvbuf, dealer.rcvtimeo, dealer.sndhwm = 1, 4096, MS, 0
    dealer.connect(router.last_endpoint.decode())
    dealer.send(b"here I am")
    peer, _ = router.recv_multipart()
    for _ in range(30):
        router.send_multipart([peer, bytes(20_000)])
    for _ in range(1000):
        dealer.send(bytes(10_000))
    thread = closing(router, serving)
    assert [len(dealer.recv()) for _ in range(30)] == [20_000] * 30
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_closed_stream_connection_delivers_its_last_bytes(context):
    client = socket.socket()
    client.settimeout(PATIENCE)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with bound(context, zmq.STREAM) as stream, client:
        stream.rcvhwm = 1
        client.connect(("127.0.0.1", port_of(stream.last_endpoint)))
        peer, _ = stream.recv_multipart()
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        stream.recv_multipart()
        stream.send_multipart([peer, bytes(200_000)])
        stream.send_multipart([peer, b""])
        client.sendall(bytes(100_000))
        assert len(receive(client, 200_000)) == 200_000
        assert client.recv(1) == b""


@pytest.mark.parametrize("linger", [50, -1])
def test_peer_that_reads_nothing_cannot_stop_closing(context, linger):
    sending = zmq.Context()
    listener, port = tcp_listener()
    dealer = sending.socket(zmq.DEALER)
    dealer.connect(f"tcp://127.0.0.1:{port}")
    with listener, accept(listener) as peer:
        shake_hands(peer, b"DEALER")
        dealer.send(bytes(10_000))
        dealer.close(linger=linger)
        thread = threading.Thread(target=sending.term, daemon=True)
        thread.start()
        peer.sendall(frame(b"a message") * 100)
        thread.join(PATIENCE)
        assert not thread.is_alive()
