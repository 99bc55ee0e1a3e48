"""Endpoints can be unbound and disconnected by every name given to bind or connect."""

from __future__ import annotations

import errno

import pytest
from limits import TIMEOUT_MS
from needs import needs_localhost

import zmq


def last_of(socket: zmq.Socket) -> str:
    return socket.get_string(zmq.LAST_ENDPOINT)


@pytest.mark.parametrize(
    "addr",
    [
        "tcp://*:*",
        "tcp://127.0.0.1:0",
        pytest.param("tcp://localhost:*", marks=needs_localhost),
        "ws://127.0.0.1:*",
        "ws://*:*/path",
    ],
)
@pytest.mark.parametrize("as_bytes", [False, True])
def test_unbind_by_the_wildcard(context, addr, as_bytes):
    socket = context.socket(zmq.PULL)
    socket.bind(addr)
    bound = last_of(socket)
    socket.unbind(addr.encode() if as_bytes else addr)
    for name in (addr, bound):
        with pytest.raises(zmq.ZMQError) as caught:
            socket.unbind(name)
        assert caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("ipv6", [0, 1])
def test_unbind_by_the_wildcard_and_the_port(context, until, ipv6):
    socket = context.socket(zmq.PULL)
    socket.ipv6 = ipv6
    address = f"tcp://*:{socket.bind_to_random_port('tcp://*')}"
    socket.unbind(address)

    def bound() -> bool:
        # libzmq releases the port a little later
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            assert error.errno == errno.EADDRINUSE
            return False
        return True

    until(bound)
    socket.unbind(address)
    until(bound)


def test_unbind_by_the_name_that_is_shown(context):
    socket = context.socket(zmq.PULL)
    socket.bind("tcp://*:*")
    bound = last_of(socket)
    socket.unbind(bound)
    with pytest.raises(zmq.ZMQError):
        socket.unbind("tcp://*:*")
    socket.bind("tcp://*:*")
    assert last_of(socket) != bound
    socket.unbind("tcp://*:*")


def test_one_name_for_many_ends_the_last(context):
    socket = context.socket(zmq.PULL)
    bound = []
    for _ in range(3):
        socket.bind("tcp://127.0.0.1:*")
        bound.append(last_of(socket))
    socket.unbind(bound[2])
    socket.unbind("tcp://127.0.0.1:*")
    with pytest.raises(zmq.ZMQError):
        socket.unbind(bound[1])
    socket.unbind(bound[0])


def test_unbind_by_the_wildcard_through_a_shadow(context):
    socket = context.socket(zmq.PULL)
    socket.bind("tcp://127.0.0.1:*")
    zmq.Socket(shadow=socket).unbind("tcp://127.0.0.1:*")


@pytest.mark.parametrize("path", ["", "/", "/path"])
def test_disconnect_websocket_by_either_name(context, endpoint, path):
    server, client = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    server.bind("ws://127.0.0.1:*" + path)
    address = last_of(server).rstrip("/") + ("" if path == "/path" else path)
    for shown in (False, True):
        client.connect(address)
        client.send(b"x")
        assert server.poll(TIMEOUT_MS)
        server.recv()
        client.disconnect(last_of(client) if shown else address)


@pytest.mark.parametrize("method", ["unbind", "disconnect"])
def test_other_names_are_refused(context, method):
    socket = context.socket(zmq.PULL)
    socket.bind("tcp://127.0.0.1:*")
    with pytest.raises(zmq.ZMQError) as caught:
        getattr(socket, method)("tcp://127.0.0.1:1")
    assert caught.value.errno == errno.ENOENT
    with pytest.raises(TypeError):
        getattr(socket, method)(1)
