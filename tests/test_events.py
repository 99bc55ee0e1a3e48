"""Socket.events(): typed events for loops of all kinds."""

from __future__ import annotations

import asyncio
import copy
import errno
import pickle

import pytest
from limits import TIMEOUT_MS, TIMEOUT_S

import zmq
import zmq.asyncio

ANY = "tcp://127.0.0.1:*"


def test_events_of_a_connection(context):
    server, client = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    server.bind(ANY)
    address = server.last_endpoint.decode()
    with client.events(timeout=TIMEOUT_MS) as events:
        client.connect(address)
        seen = []
        for event in events:
            seen.append(event)
            if event.event == zmq.Event.HANDSHAKE_SUCCEEDED:
                break
    connected = next(event for event in seen if event.name == "connected")
    assert isinstance(connected, zmq.SocketEvent)
    assert connected.endpoint == connected.remote == address
    assert connected.local.startswith("tcp://127.0.0.1:")
    assert connected.descriptor >= 0
    assert connected.error == ""
    assert next(events, None) is None  # the iterator has ended


def test_events_have_the_reason_of_a_failure(context):
    client = context.socket(zmq.DEALER)
    client.reconnect_ivl = 60_000
    with client.events(timeout=TIMEOUT_MS) as events:
        client.connect("tcp://127.0.0.1:1")
        retried = next(event for event in events if event.event == zmq.Event.CONNECT_RETRIED)
    assert 60 <= retried.retry_in <= 120
    assert retried.descriptor is None


def test_reason_of_a_failed_handshake(context):
    server, client = context.socket(zmq.PUSH), context.socket(zmq.PUSH)
    client.reconnect_ivl = 60_000
    server.bind(ANY)
    with client.events(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, timeout=TIMEOUT_MS) as events:
        client.connect(server.last_endpoint.decode())
        assert next(events).error == "zmtp invalid metadata"


def test_events_are_a_number_as_ever(pair):
    one, other = pair
    other.send(b"x")
    assert one.events == one.EVENTS == zmq.POLLIN | zmq.POLLOUT
    assert one.events & zmq.POLLIN
    one.close()
    with pytest.raises(zmq.ZMQError):
        one.events  # noqa: B018


def test_copies_of_events_are_numbers(pair):
    events = pair[0].events
    copies = [copy.copy(events), copy.deepcopy([events])[0]]
    copies += [pickle.loads(pickle.dumps(events, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)]
    assert [(type(number), number) for number in copies] == [(int, zmq.POLLOUT)] * len(copies)


def test_error_number_as_text():
    delayed = zmq.SocketEvent(zmq.Event.CONNECT_DELAYED, errno.ECONNREFUSED, "tcp://x:1")
    assert delayed.error == zmq.strerror(errno.ECONNREFUSED)
    refused = zmq.SocketEvent(zmq.Event.HANDSHAKE_FAILED_AUTH, 400, "tcp://x:1")
    assert "400" in refused.error


def test_iteration_ends_after_a_while(context):
    with context.socket(zmq.DEALER).events(timeout=1) as events:
        assert list(events) == []


def test_iteration_ends_with_the_socket(context):
    socket = context.socket(zmq.DEALER)
    events = socket.events()
    socket.close()
    assert list(events) == []


def test_iteration_ends_with_the_context(in_thread, until):
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    waiting = in_thread(lambda: list(socket.events()))
    until(lambda: any(info.is_monitor and info.in_use for info in context.sockets()))
    context.destroy(0)
    assert waiting.value() == []


def test_events_go_on_with_a_monitor(context):
    socket = context.socket(zmq.ROUTER)
    monitor = socket.get_monitor_socket()
    with socket.events(timeout=TIMEOUT_MS) as events:
        socket.bind(ANY)
        assert next(events).event == zmq.Event.LISTENING
    # the end of the events does not stop a monitor that get_monitor_socket() has started
    assert not monitor.closed
    socket.disable_monitor()
    monitor.close()


def test_each_stream_gets_all_events(context):
    socket = context.socket(zmq.ROUTER)
    first, second = socket.events(timeout=TIMEOUT_MS), socket.events(timeout=TIMEOUT_MS)
    endpoints = []
    for _ in range(3):
        socket.bind(ANY)
        endpoints.append(socket.last_endpoint.decode())
    for stream in (first, second):
        assert [next(stream).endpoint for _ in range(3)] == endpoints
    first.close()
    assert list(first) == []
    # The other reader continues. A third reader begins with the next events.
    third = socket.events(timeout=TIMEOUT_MS)
    socket.bind(ANY)
    endpoint = socket.last_endpoint.decode()
    assert next(second).endpoint == next(third).endpoint == endpoint
    second.close()
    third.close()
    assert [info.is_monitor for info in context.sockets()] == [False]


def test_each_stream_gets_its_own_kinds(context):
    socket = context.socket(zmq.ROUTER)
    with (
        socket.events(zmq.EVENT_CLOSED, timeout=TIMEOUT_MS) as closed,
        socket.events(zmq.EVENT_LISTENING | zmq.EVENT_CLOSED, timeout=TIMEOUT_MS) as both,
        socket.events(zmq.EVENT_LISTENING, timeout=1) as listening,
    ):
        socket.bind(ANY)
        socket.unbind(socket.last_endpoint.decode())
        assert next(closed).name == "closed"
        assert [next(both).name, next(both).name] == ["listening", "closed"]
        assert [event.name for event in listening] == ["listening"]


def test_streams_in_several_threads(context, in_thread, until):
    socket = context.socket(zmq.ROUTER)
    streams = [socket.events(zmq.EVENT_LISTENING, timeout=TIMEOUT_MS) for _ in range(4)]
    waiting = [
        in_thread(lambda stream=stream: [next(stream).endpoint for _ in range(20)])
        for stream in streams
    ]
    endpoints = []
    for _ in range(20):
        socket.bind(ANY)
        endpoints.append(socket.last_endpoint.decode())
    assert [each.value() for each in waiting] == [endpoints] * 4
    socket.close()
    assert [list(stream) for stream in streams] == [[]] * 4


def test_monitor_and_events_exclude_each_other(context):
    socket = context.socket(zmq.ROUTER)
    with socket.events(), pytest.raises(ValueError, match=r"call events\(\) again"):
        socket.get_monitor_socket()
    monitor = socket.get_monitor_socket()
    with socket.events(timeout=1), pytest.raises(zmq.ZMQError, match="close the earlier") as raised:
        socket.events()
    assert raised.value.errno == zmq.EADDRINUSE
    # The reader that has ended leaves room for another one.
    with socket.events(timeout=TIMEOUT_MS) as events:
        socket.bind(ANY)
        assert next(events).event == zmq.Event.LISTENING
    socket.disable_monitor()
    monitor.close()


def test_events_can_begin_again(context):
    socket = context.socket(zmq.ROUTER)
    for _ in range(3):
        with socket.events(timeout=TIMEOUT_MS) as events:
            socket.bind(ANY)
            assert next(events).event == zmq.Event.LISTENING
    assert [info.is_monitor for info in context.sockets()] == [False]


def test_events_in_asyncio(context):
    async def main():
        with zmq.asyncio.Context() as own, own.socket(zmq.ROUTER) as socket:
            async with socket.events() as events:
                socket.bind(ANY)
                async for event in events:
                    return event.event

    assert asyncio.run(asyncio.wait_for(main(), TIMEOUT_S)) == zmq.Event.LISTENING


def test_streams_in_several_tasks():
    async def main():
        with zmq.asyncio.Context() as own, own.socket(zmq.ROUTER) as socket:
            streams = [socket.events(timeout=TIMEOUT_MS) for _ in range(3)]
            waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
            await asyncio.sleep(0)
            socket.bind(ANY)
            found = await asyncio.gather(*waiting)
            for stream in streams:
                stream.close()
            return [event.name for event in found]

    assert asyncio.run(asyncio.wait_for(main(), TIMEOUT_S)) == ["listening"] * 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_events_in_anyio(backend):
    anyio = pytest.importorskip("anyio")
    if backend == "trio":
        pytest.importorskip("trio")
    import zmq.anyio

    async def main():
        with (
            anyio.fail_after(TIMEOUT_S),
            zmq.anyio.Context() as own,
            own.socket(zmq.ROUTER) as socket,
        ):
            async with socket.events(timeout=TIMEOUT_MS) as events:
                socket.bind(ANY)
                async for event in events:
                    return event.event

    assert anyio.run(main, backend=backend) == zmq.Event.LISTENING


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_streams_in_several_anyio_tasks(backend):
    anyio = pytest.importorskip("anyio")
    if backend == "trio":
        pytest.importorskip("trio")
    import zmq.anyio

    async def main():
        found = []

        async def read(stream):
            async with stream:
                found.append((await anext(stream)).name)

        with (
            anyio.fail_after(TIMEOUT_S),
            zmq.anyio.Context() as own,
            own.socket(zmq.ROUTER) as socket,
        ):
            streams = [socket.events(timeout=TIMEOUT_MS) for _ in range(3)]
            async with anyio.create_task_group() as group:
                for stream in streams:
                    group.start_soon(read, stream)
                socket.bind(ANY)
        return found

    assert anyio.run(main, backend=backend) == ["listening"] * 3
