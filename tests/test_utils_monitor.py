"""Events of a monitored socket."""

from __future__ import annotations

import asyncio
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zmq
from zmq.constants import Event
from zmq.utils.monitor import parse_monitor_message, recv_monitor_message

EVENTS = [event for event in Event if event.name.isupper() and event <= Event.PIPES_STATS]
VERSION_1_EVENTS = [event for event in EVENTS if event <= Event.ALL_V1]


def with_monitor(ctx, socket_type):
    """Create a socket and its monitor, which times out after 10 s."""
    sock = ctx.socket(socket_type)
    sock.linger = 0
    monitor = sock.get_monitor_socket()
    monitor.rcvtimeo = 10_000
    return sock, monitor


@pytest.fixture
def monitored(ctx):
    """A function that creates monitored sockets, which are closed after the test."""
    made = []

    def make(socket_type):
        pair = with_monitor(ctx, socket_type)
        made.extend(pair)
        return pair

    yield make
    for sock in made:
        sock.close(0)


def events_until(monitor, last):
    """Receive events until one of the kind `last` arrives, and return them all."""
    events = []
    while not events or events[-1]["event"] != last:
        events.append(recv_monitor_message(monitor))
        assert len(events) < 1000
    return events


def test_bind_is_reported(monitored):
    sock, monitor = monitored(zmq.REP)
    sock.bind("tcp://127.0.0.1:*")
    message = recv_monitor_message(monitor)
    assert message["event"] is Event.LISTENING
    assert message["value"] > 0  # a descriptor
    assert message["endpoint"] == sock.last_endpoint
    assert set(message) == {"event", "value", "endpoint"}


def test_failed_bind_is_reported_with_its_error(monitored):
    first, _ = monitored(zmq.REP)
    first.bind("tcp://127.0.0.1:*")
    second, monitor = monitored(zmq.REP)
    with pytest.raises(zmq.ZMQError):
        second.bind(first.last_endpoint.decode())
    message = events_until(monitor, zmq.EVENT_BIND_FAILED)[-1]
    assert message["value"] == zmq.EADDRINUSE


def test_life_of_a_connection_is_reported(monitored):
    server, server_monitor = monitored(zmq.REP)
    server.bind("tcp://127.0.0.1:*")
    client, client_monitor = monitored(zmq.REQ)
    endpoint = server.last_endpoint
    client.connect(endpoint.decode())
    at_client = events_until(client_monitor, zmq.EVENT_HANDSHAKE_SUCCEEDED)
    assert [event["event"].name for event in at_client[-2:]] == ["CONNECTED", "HANDSHAKE_SUCCEEDED"]
    assert {event["endpoint"] for event in at_client} == {endpoint}
    at_server = events_until(server_monitor, zmq.EVENT_HANDSHAKE_SUCCEEDED)
    assert [event["event"].name for event in at_server] == [
        "LISTENING",
        "ACCEPTED",
        "HANDSHAKE_SUCCEEDED",
    ]
    client.close()
    at_server = events_until(server_monitor, zmq.EVENT_DISCONNECTED)
    assert [event["event"].name for event in at_server] == ["DISCONNECTED"]


@pytest.mark.parametrize("stop", ["disable_monitor", "close"])
def test_thread_reads_all_events_up_to_the_end(monitored, stop):
    sock, monitor = monitored(zmq.REP)
    events = []

    def read():
        while not events or events[-1] != zmq.EVENT_MONITOR_STOPPED:
            events.append(recv_monitor_message(monitor)["event"])

    sock.bind("tcp://127.0.0.1:*")
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    getattr(sock, stop)()
    thread.join(10)
    assert events[0] is Event.LISTENING
    assert events[-1] is Event.MONITOR_STOPPED


@pytest.mark.parametrize("stop", ["disable_monitor", "close"])
def test_events_are_read_after_the_stop(monitored, stop):
    sock, monitor = monitored(zmq.REP)
    sock.bind("tcp://127.0.0.1:*")
    getattr(sock, stop)()
    assert not monitor.closed
    events = events_until(monitor, zmq.EVENT_MONITOR_STOPPED)
    assert events[0]["event"] is Event.LISTENING
    assert not monitor.poll(0)
    monitor.close()


def test_asking_twice_gives_the_same_monitor(monitored):
    sock, monitor = monitored(zmq.REP)
    assert sock.get_monitor_socket() is monitor


@pytest.mark.parametrize("stop", ["disable_monitor", "close"])
def test_context_ends_with_a_stopped_monitor_open(in_thread, stop):
    with zmq.Context() as context:
        sock = context.socket(zmq.REP)
        monitor = sock.get_monitor_socket()
        sock.bind("tcp://127.0.0.1:*")
        getattr(sock, stop)()
        sock.close()
        in_thread(context.term).value()
        assert monitor.closed


def test_context_ends_before_the_monitored_socket(in_thread):
    context = zmq.Context()
    sock = context.socket(zmq.REP)
    monitor = sock.get_monitor_socket()
    ending = in_thread(context.term)
    with pytest.raises(zmq.ContextTerminated):
        sock.recv()
    sock.close()
    ending.value()
    assert monitor.closed


def test_a_monitor_can_be_started_again_at_once(ctx):
    with ctx.socket(zmq.PULL) as sock:
        for _ in range(50):
            monitor = sock.get_monitor_socket()
            monitor.rcvtimeo = 10_000
            sock.bind("tcp://127.0.0.1:*")
            assert recv_monitor_message(monitor)["event"] == Event.LISTENING
            sock.disable_monitor()


def test_mismatch_of_mechanisms_is_reported_as_an_event(monitored):
    server, _ = monitored(zmq.REP)
    server.plain_server = True
    server.bind("tcp://127.0.0.1:*")
    client, monitor = monitored(zmq.REQ)
    client.connect(server.last_endpoint.decode())
    message = events_until(monitor, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)[-1]
    assert message["value"] is Event.PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH


def test_no_event_is_again(monitored):
    _, monitor = monitored(zmq.REP)
    with pytest.raises(zmq.Again):
        recv_monitor_message(monitor, zmq.DONTWAIT)


def test_asynchronous_socket_is_awaited():
    from zmq import asyncio as zmq_asyncio

    async def first_event():
        with zmq_asyncio.Context() as ctx:
            sock, monitor = with_monitor(ctx, zmq.REP)
            with sock, monitor:
                coming = recv_monitor_message(monitor)
                sock.bind("tcp://127.0.0.1:*")
                message = await asyncio.wait_for(coming, 10)
                return message, sock.last_endpoint

    message, endpoint = asyncio.run(first_event())
    assert message["event"] is Event.LISTENING
    assert message["endpoint"] == endpoint


@given(st.sampled_from(VERSION_1_EVENTS), st.integers(0, 2**32 - 1), st.binary(max_size=50))
def test_version_1_is_parsed(event, value, endpoint):
    message = parse_monitor_message([struct.pack("=HI", event, value), endpoint])
    assert message == {"event": event, "value": value, "endpoint": endpoint}


def version_2(event, values, local=b"", remote=b""):
    numbers = [event, len(values), *values]
    return [struct.pack("=Q", number) for number in numbers] + [local, remote]


@given(
    st.sampled_from(EVENTS),
    st.lists(st.integers(0, 2**64 - 1), max_size=5),
    st.binary(max_size=50),
    st.binary(max_size=50),
)
def test_version_2_is_parsed(event, values, local, remote):
    message = parse_monitor_message(version_2(event, values, local, remote))
    assert message["event"] == event
    assert message["values"] == values
    assert message["value"] == (values[0] if values else 0)
    assert message["local_endpoint"] == local
    assert message["remote_endpoint"] == remote
    assert message["endpoint"] in {local, remote}


@pytest.mark.parametrize(
    ("event", "local", "remote", "endpoint"),
    [
        (Event.LISTENING, b"local", b"", b"local"),
        (Event.ACCEPTED, b"local", b"remote", b"local"),
        (Event.CONNECTED, b"local", b"remote", b"remote"),
        (Event.CONNECT_DELAYED, b"", b"remote", b"remote"),
        (Event.CLOSED, b"local", b"", b"local"),
    ],
)
def test_version_2_endpoint_is_the_most_specific_one(event, local, remote, endpoint):
    assert parse_monitor_message(version_2(event, [5], local, remote))["endpoint"] == endpoint


def test_lengths_of_queues_are_the_values():
    message = parse_monitor_message(version_2(Event.PIPES_STATS, [3, 4], b"a", b"b"))
    assert message["event"] is Event.PIPES_STATS
    assert message["values"] == [3, 4]


@pytest.mark.parametrize(
    "parts",
    [
        [struct.pack("=HI", Event.HANDSHAKE_FAILED_PROTOCOL, 0x11000001), b""],
        version_2(Event.HANDSHAKE_FAILED_PROTOCOL, [0x11000001]),
    ],
    ids=["version 1", "version 2"],
)
def test_protocol_error_is_an_event(parts):
    assert parse_monitor_message(parts)["value"] is Event.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC


def test_value_is_an_int_otherwise():
    message = parse_monitor_message([struct.pack("=HI", Event.CONNECTED, 12), b""])
    assert type(message["value"]) is int


@pytest.mark.parametrize("kind", [bytearray, memoryview, zmq.Frame])
def test_parts_can_be_other_buffers(kind):
    parts = [kind(struct.pack("=HI", Event.CONNECTED, 12)), kind(b"endpoint")]
    assert parse_monitor_message(parts)["endpoint"] == b"endpoint"


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"123456"],
        [b"12345", b"endpoint"],
        [b"123456", b"endpoint", b"more"],
        version_2(Event.CONNECTED, [1])[:-1],
        [*version_2(Event.CONNECTED, [1]), b"more"],
        [struct.pack("=Q", 1), struct.pack("=Q", 2**64 - 1), b"local", b"remote"],
        [struct.pack("=Q", 1), struct.pack("=Q", 1), b"short", b"local", b"remote"],
    ],
)
def test_other_messages_are_refused(parts):
    with pytest.raises(RuntimeError, match="not a message of a monitor socket"):
        parse_monitor_message(parts)


@given(st.lists(st.binary(max_size=10), max_size=6))
def test_any_message_is_parsed_or_refused(parts):
    try:
        message = parse_monitor_message(parts)
    except RuntimeError:
        return
    assert {"event", "value", "endpoint"} <= set(message)


# -- version 2, on real sockets ---------------------------------------------------------------


def test_version_2_names_both_ends_of_a_connection(monitored, ctx):
    server, client = ctx.socket(zmq.SERVER), ctx.socket(zmq.CLIENT)
    with server, client:
        server.linger = client.linger = 0
        monitor = server.get_monitor_socket(version=2)
        assert server.get_monitor_socket(version=2) is monitor
        monitor.rcvtimeo = 10_000
        server.bind("tcp://127.0.0.1:*")
        client.connect(server.last_endpoint.decode())
        listening, accepted, done = events_until(monitor, zmq.EVENT_HANDSHAKE_SUCCEEDED)
        assert listening["event"] is Event.LISTENING
        assert listening["local_endpoint"] == server.last_endpoint
        for event in (accepted, done):
            assert event["local_endpoint"] == server.last_endpoint
            assert event["remote_endpoint"].startswith(b"tcp://127.0.0.1:")
            assert event["remote_endpoint"] != server.last_endpoint
        with pytest.raises(ValueError, match="has a monitor of version 2 already"):
            server.get_monitor_socket()
        server.disable_monitor()
        assert not server.get_monitor_socket().closed
        server.disable_monitor()


def test_numbers_of_waiting_messages(ctx):
    with ctx.socket(zmq.PUSH) as push, ctx.socket(zmq.PULL) as pull:
        push.linger = pull.linger = 0
        pull.rcvhwm = 1
        push.sndhwm = 0
        pull.bind("tcp://127.0.0.1:*")
        monitor = push.get_monitor_socket(zmq.EVENT_PIPES_STATS, version=2)
        with monitor:
            with pytest.raises(zmq.Again):
                push.monitor_pipes_stats()
            push.connect(pull.last_endpoint.decode())
            for _ in range(300):
                push.send(bytes(100_000))
            push.monitor_pipes_stats()
            for _ in range(1000):
                push.poll(10, zmq.POLLOUT)
                if monitor.poll(10):
                    break
            message = recv_monitor_message(monitor, zmq.DONTWAIT)
            assert message["event"] is Event.PIPES_STATS
            outbound, inbound = message["values"]
            assert 0 < outbound <= 300
            assert inbound == 0
            assert message["remote_endpoint"] == pull.last_endpoint


def test_statistics_without_a_monitor_are_refused(ctx):
    with ctx.socket(zmq.PUSH) as push:
        for start in (lambda: None, push.get_monitor_socket):
            start()
            with pytest.raises(zmq.ZMQError, match="start one with version=2") as raised:
                push.monitor_pipes_stats()
            assert raised.value.errno == zmq.EINVAL
        push.disable_monitor()


@pytest.mark.parametrize(
    ("publisher", "reader"), [(zmq.PUB, zmq.SUB), (zmq.PUSH, zmq.PULL), (zmq.PAIR, zmq.PAIR)]
)
@pytest.mark.parametrize("version", [1, 2])
def test_monitor_publishes_by_other_sockets(ctx, publisher, reader, version):
    with ctx.socket(zmq.REP) as sock, ctx.socket(reader) as monitor:
        sock.monitor("inproc://by-others", version=version, socket_type=publisher)
        monitor.rcvtimeo = 10_000
        if reader == zmq.SUB:
            monitor.subscribe(b"")
        monitor.connect("inproc://by-others")
        message = None
        for _ in range(100):  # a PUB drops messages before the subscription
            sock.bind("tcp://127.0.0.1:*")
            if monitor.poll(100):
                message = recv_monitor_message(monitor)
                break
        assert message["event"] is Event.LISTENING
        assert ("values" in message) == (version == 2)
        sock.monitor(None)


def test_monitor_says_why_not(ctx):
    with ctx.socket(zmq.REP) as sock:
        with pytest.raises(ValueError, match="version 1 or 2, got 3"):
            sock.monitor("inproc://x", version=3)
        with pytest.raises(ValueError, match="version 1 or 2, got 0"):
            sock.get_monitor_socket(version=0)
        with pytest.raises(zmq.ZMQError, match="has no events 0x10000: use version=2"):
            sock.monitor("inproc://x", zmq.EVENT_PIPES_STATS)
        with pytest.raises(zmq.ZMQError, match="by PAIR, PUB or PUSH, not PULL"):
            sock.monitor("inproc://x", socket_type=zmq.PULL)
        with pytest.raises(zmq.ZMQError, match="binds an unused inproc://"):
            sock.monitor("tcp://127.0.0.1:*", version=2)
        with pytest.raises(OverflowError):
            sock.monitor("inproc://x", -1)
        with pytest.raises(OverflowError):
            sock.monitor("inproc://x", 2**64, version=2)


def test_version_2_in_asyncio():
    from zmq import asyncio as zmq_asyncio

    async def first_event():
        with (
            zmq_asyncio.Context() as ctx,
            ctx.socket(zmq.REP) as sock,
            sock.get_monitor_socket(version=2) as monitor,
        ):
            coming = recv_monitor_message(monitor)
            sock.bind("tcp://127.0.0.1:*")
            message = await asyncio.wait_for(coming, 10)
            return message, sock.last_endpoint

    message, endpoint = asyncio.run(first_event())
    assert message["event"] is Event.LISTENING
    assert message["local_endpoint"] == endpoint
    assert message["remote_endpoint"] == b""
