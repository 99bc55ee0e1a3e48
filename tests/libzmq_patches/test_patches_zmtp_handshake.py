# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of the handshake: the data that a peer may send."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator

import pytest
import wire
from wire import (
    MS,
    accept,
    assert_closed_by_peer,
    command,
    frame,
    greeting,
    metadata,
    read_frame,
    receive,
    tcp_connect,
    tcp_listener,
    ws_open,
)

import zmq
import zmq.auth.thread
from zmq.utils.monitor import recv_monitor_message

LARGEST = 65536

needs_draft = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, which the test needs"
)


def properties(count: int, socket_type: bytes = b"PUSH") -> bytes:
    """Return this number of properties, of which the first is the type."""
    short = b"".join(bytes([5]) + b"%05d" % n + bytes(4) for n in range(count - 1))
    return metadata(Socket_Type=socket_type) + short


def command_of_size(name: bytes, size: int) -> bytes:
    """Return the header of a command of this size, and the name that begins the command."""
    return b"\6" + struct.pack(">Q", size) + bytes([len(name)]) + name


def open_null(raw: socket.socket) -> bytes:
    raw.sendall(greeting())
    receive(raw, 64)
    return b"READY"


def open_plain(raw: socket.socket) -> bytes:
    raw.sendall(greeting(mechanism=b"PLAIN"))
    receive(raw, 64)
    raw.sendall(command(b"HELLO", b"\4user\10password"))
    assert read_frame(raw)[1] == b"\7WELCOME"
    return b"INITIATE"


@contextlib.contextmanager
def refused(sock: zmq.Socket, detail: int) -> Iterator[None]:
    """Expect that the socket ends one connection for this reason."""
    with sock.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL) as monitor:
        monitor.rcvtimeo = MS
        yield
        assert recv_monitor_message(monitor)["value"] == detail
        sock.disable_monitor()


@pytest.fixture
def plain_users(context: zmq.Context) -> Iterator[None]:
    """Accept clients with the right password."""
    with zmq.auth.thread.ThreadAuthenticator(context) as auth:
        auth.configure_plain(domain="*", passwords={"user": "password"})
        yield


def pull_socket(context: zmq.Context, begin: Callable[[socket.socket], bytes]) -> zmq.Socket:
    return wire.bound(context, zmq.PULL, plain_server=begin is open_plain)


OPENINGS = pytest.mark.parametrize("begin", [open_null, open_plain], ids=["NULL", "PLAIN"])


@OPENINGS
@pytest.mark.usefixtures("plain_users")
def test_too_many_properties_end_the_connection(
    context: zmq.Context, begin: Callable[[socket.socket], bytes]
) -> None:
    pull = pull_socket(context, begin)
    with refused(pull, zmq.Event.PROTOCOL_ERROR_ZMTP_TOO_MANY_PROPERTIES):
        with tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(command(begin(raw), properties(257)))
            assert_closed_by_peer(raw)


@OPENINGS
@pytest.mark.usefixtures("plain_users")
def test_as_many_properties_as_allowed_arrive(
    context: zmq.Context, begin: Callable[[socket.socket], bytes]
) -> None:
    pull = pull_socket(context, begin)
    with tcp_connect(pull.last_endpoint) as raw:
        raw.sendall(command(begin(raw), properties(256)) + frame(b"body"))
        message = pull.recv(copy=False)
        assert message.bytes == b"body"
        assert message.get("00254") == ""


@OPENINGS
@pytest.mark.usefixtures("plain_users")
def test_too_large_command_ends_the_connection(
    context: zmq.Context, begin: Callable[[socket.socket], bytes]
) -> None:
    pull = pull_socket(context, begin)
    with refused(pull, zmq.Event.PROTOCOL_ERROR_ZMTP_HANDSHAKE_TOO_LARGE):
        with tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(command_of_size(begin(raw), LARGEST + 1))
            assert_closed_by_peer(raw)


@OPENINGS
@pytest.mark.usefixtures("plain_users")
def test_largest_command_and_larger_messages_arrive(
    context: zmq.Context, begin: Callable[[socket.socket], bytes]
) -> None:
    pull = pull_socket(context, begin)
    with tcp_connect(pull.last_endpoint) as raw:
        name = begin(raw)
        rest = len(metadata(Socket_Type=b"PUSH", X_long=b"")) + 1 + len(name)
        value = b"x" * (LARGEST - rest)
        raw.sendall(command(name, metadata(Socket_Type=b"PUSH", X_long=value)))
        raw.sendall(frame(b"body" * LARGEST))
        message = pull.recv(copy=False)
        assert message.bytes == b"body" * LARGEST
        assert message.get("X-long") == value.decode()


def test_server_that_says_too_much_is_left(context: zmq.Context) -> None:
    listener, port = tcp_listener()
    push = context.socket(zmq.PUSH)
    push.plain_username = b"user"
    push.plain_password = b"password"
    with listener, refused(push, zmq.Event.PROTOCOL_ERROR_ZMTP_TOO_MANY_PROPERTIES):
        push.connect(f"tcp://127.0.0.1:{port}")
        with accept(listener) as raw:
            raw.sendall(greeting(mechanism=b"PLAIN", as_server=True))
            receive(raw, 64)
            read_frame(raw)
            raw.sendall(command(b"WELCOME"))
            read_frame(raw)
            raw.sendall(command(b"READY", properties(257, b"PULL")))
            assert_closed_by_peer(raw)


def open_zmtp_1(endpoint: bytes, size: int) -> socket.socket:
    raw = tcp_connect(endpoint)
    raw.sendall(b"\xff" + struct.pack(">Q", size + 1) + b"\0")
    return raw


def open_zmtp_2(endpoint: bytes, size: int) -> socket.socket:
    raw = tcp_connect(endpoint)
    raw.sendall(b"\xff" + bytes(8) + b"\x7f\x01\x05\2" + struct.pack(">Q", size))
    return raw


def open_zws(endpoint: bytes, size: int) -> socket.socket:
    raw = ws_open(endpoint)
    raw.sendall(b"\x82\xff" + struct.pack(">Q", size + 1) + bytes(4) + b"\0")
    return raw


PROTOCOLS = pytest.mark.parametrize(
    ("transport", "begin"),
    [
        ("tcp", open_zmtp_1),
        ("tcp", open_zmtp_2),
        pytest.param("ws", open_zws, marks=needs_draft),
    ],
    ids=["ZMTP 1.0", "ZMTP 2.0", "ZWS 2.0"],
)


@PROTOCOLS
def test_too_large_routing_id_ends_the_connection(
    context: zmq.Context, transport: str, begin: Callable[[bytes, int], socket.socket]
) -> None:
    router = context.socket(zmq.ROUTER)
    router.bind(f"{transport}://127.0.0.1:*")
    with refused(router, zmq.Event.PROTOCOL_ERROR_ZMTP_HANDSHAKE_TOO_LARGE):
        with begin(router.last_endpoint, LARGEST + 1) as raw:
            assert_closed_by_peer(raw)


@PROTOCOLS
def test_message_may_be_larger_than_routing_id(
    context: zmq.Context, transport: str, begin: Callable[[bytes, int], socket.socket]
) -> None:
    router = context.socket(zmq.ROUTER)
    router.rcvtimeo = MS
    router.bind(f"{transport}://127.0.0.1:*")
    body = bytes(2 * LARGEST)
    with begin(router.last_endpoint, 1) as raw:
        if begin is open_zmtp_1:
            raw.sendall(b"A\xff" + struct.pack(">Q", len(body) + 1) + b"\0" + body)
        elif begin is open_zmtp_2:
            raw.sendall(b"A" + frame(body))
        else:
            head = b"\x82\xff" + struct.pack(">Q", len(body) + 1) + bytes(4)
            raw.sendall(b"A" + head + b"\0" + body)
        assert router.recv_multipart() == [b"A", body]


def test_metadata_option_keeps_to_the_limits(context: zmq.Context) -> None:
    pull = context.socket(zmq.PULL)
    pull.bind("tcp://127.0.0.1:*")
    push = context.socket(zmq.PUSH)
    for n in range(254):
        push.metadata = b"X-%d:%d" % (n, n)
    with pytest.raises(zmq.ZMQError) as caught:
        push.metadata = b"X-254:254"
    assert caught.value.errno == zmq.Errno.EINVAL
    push.connect(pull.last_endpoint)
    push.send(b"body")
    assert pull.recv(copy=False).get("X-253") == "253"
    large = context.socket(zmq.PUSH)
    with pytest.raises(zmq.ZMQError) as caught:
        large.metadata = b"X-large:" + b"x" * LARGEST
    assert caught.value.errno == zmq.Errno.EINVAL


@pytest.mark.parametrize("asks_zap", [False, True], ids=["", "ZAP"])
def test_messages_right_after_ready_arrive(context: zmq.Context, asks_zap: bool) -> None:
    """A peer need not wait for our READY: this peer sends everything in one write."""
    options = {"zap_domain": b"global"} if asks_zap else {}
    handler = zmq.auth.thread.ThreadAuthenticator(context)
    with handler if asks_zap else contextlib.nullcontext():
        pull = wire.bound(context, zmq.PULL, **options)
        early = b"".join(frame(b"%d" % n) for n in range(1000))
        for _ in range(20):
            with tcp_connect(pull.last_endpoint) as raw:
                raw.sendall(greeting() + wire.ready(b"PUSH") + early)
                assert [pull.recv() for _ in range(1000)] == [b"%d" % n for n in range(1000)]
                raw.sendall(frame(b"late"))
                assert pull.recv() == b"late"
        xpub = wire.bound(context, zmq.XPUB, **options)
        with tcp_connect(xpub.last_endpoint) as raw:
            raw.sendall(greeting() + wire.ready(b"SUB") + command(b"SUBSCRIBE", b"topic"))
            assert xpub.recv() == b"\1topic"
            xpub.send(b"topic: news")
            receive(raw, 64)
            while read_frame(raw) != (0, b"topic: news"):
                pass


def test_second_ready_before_ours_ends_connection(context: zmq.Context) -> None:
    pull = wire.bound(context, zmq.PULL)
    with refused(pull, zmq.Event.PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND):
        with tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(greeting() + 2 * wire.ready(b"PUSH") + frame(b"body"))
            assert_closed_by_peer(raw)
            assert not pull.poll(0)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: somebody\r\nAccept: */*\r\n\r\n" * 2,
        b"POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAccept: */*\r\n\r\n" * 2,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(100)),
    ],
    ids=["GET", "POST", "TLS"],
)
def test_client_of_another_protocol_is_turned_away(
    context: zmq.Context, said: bytes, whole: bool
) -> None:
    rep = context.socket(zmq.REP)
    monitor = rep.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
    monitor.rcvtimeo = MS
    rep.bind("tcp://127.0.0.1:*")
    with tcp_connect(rep.last_endpoint) as raw:
        if whole:
            raw.sendall(said)
        else:
            raw.sendall(said[:1])
            receive(raw, 1)
            raw.sendall(said[1:])
        assert_closed_by_peer(raw)
    event = recv_monitor_message(monitor)
    assert event["event"] == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    rep.disable_monitor()
    monitor.close()


@pytest.mark.parametrize(
    "property_",
    [b"\1X", b"\1X\0\0\0\1", b"\1X\xff\xff\xff\xff", b"\1X\0\0\0\2a", b"\xff", b"\2X"],
    ids=["no length", "no value", "no large value", "half a value", "no name", "half a name"],
)
def test_property_that_is_cut_off_is_refused(context: zmq.Context, property_: bytes) -> None:
    with wire.bound(context, zmq.PULL) as pull:
        events = pull.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
        with wire.tcp_connect(pull.last_endpoint) as raw:
            raw.sendall(wire.greeting())
            wire.receive(raw, 64)
            raw.sendall(wire.command(b"READY", wire.metadata(Socket_Type=b"PUSH") + property_))
            assert events.poll(wire.MS)
            event = recv_monitor_message(events)
            assert event["value"] == zmq.PROTOCOL_ERROR_ZMTP_INVALID_METADATA
        pull.disable_monitor()
        events.close()
