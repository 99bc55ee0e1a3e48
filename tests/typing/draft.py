"""The draft API: SERVER and CLIENT, DISH, libzmq's poller, timers, monitors of version 2."""

import asyncio
from collections.abc import Callable

from typing_extensions import assert_type

import zmq
import zmq.asyncio
from zmq.utils.monitor import recv_monitor_message


def answer(server: zmq.Socket[bytes]) -> None:
    body, routing_id = server.recv_routed()
    assert_type(body, bytes)
    assert_type(routing_id, int)
    server.send(body.upper(), routing_id=routing_id)


def serve(context: zmq.Context[zmq.Socket[bytes]]) -> bytes:
    with (
        context.socket(zmq.SERVER) as server,
        context.socket(zmq.CLIENT) as client,
        zmq.SocketPoller() as poller,
    ):
        server.bind("inproc://serve")
        client.connect("inproc://serve")
        handler: Callable[[zmq.Socket[bytes]], None] = answer
        poller.add(server, zmq.POLLIN, data=handler)
        client.send(b"question")
        event = poller.wait(5000)
        assert_type(event, zmq.PollerEvent | None)
        assert event is not None
        socket, events, data = event
        assert events & zmq.POLLIN
        data(socket)
        poller.modify(server, zmq.POLLIN | zmq.POLLOUT)
        assert_type(poller.wait_all(0, max_events=5), list[zmq.PollerEvent])
        assert_type(poller.fileno(), int)
        poller.remove(server)
        assert len(poller) == 0
        client.rcvtimeo = 5000
        return client.recv()


def tune_in(context: zmq.Context[zmq.Socket[bytes]]) -> str:
    with context.socket(zmq.RADIO) as radio, context.socket(zmq.DISH) as dish:
        dish.bind("inproc://air")
        dish.join("news")
        radio.connect("inproc://air")
        while not dish.poll(20):
            radio.send(b"hello", group="news")
        frame, group = dish.recv_grouped(copy=False)
        assert_type(frame, zmq.Frame)
        assert_type(group, str)
        return group


def count(timers: zmq.Timers) -> int:
    calls: list[tuple[int, str]] = []

    def note(timer_id: int, text: str) -> None:
        calls.append((timer_id, text))

    timer = timers.add(1.5, note, "tick")
    assert_type(timer, int)
    timers.set_interval(timer, 1)
    timers.reset(timer)
    while not calls:
        timeout = timers.timeout()
        assert_type(timeout, int | None)
        zmq.Poller().poll(timeout)
        assert_type(timers.execute(), int)
    timers.cancel(timer)
    return len(timers)


def watch(context: zmq.Context[zmq.Socket[bytes]]) -> bytes:
    with context.socket(zmq.ROUTER) as router:
        monitor = router.get_monitor_socket(version=2)
        assert_type(monitor, zmq.Socket[bytes])
        monitor.rcvtimeo = 5000
        router.bind("tcp://127.0.0.1:*")
        message = recv_monitor_message(monitor)
        try:
            assert_type(router.get_peer_state(b"peer"), int)
            router.monitor_pipes_stats()
        except zmq.ZMQError as error:
            assert error.errno == zmq.EHOSTUNREACH
        router.disable_monitor()
        assert "local_endpoint" in message
        return message["local_endpoint"]


async def serve_asynchronously() -> bytes:
    with zmq.asyncio.Context() as context:
        server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
        with server, client:
            server.bind("inproc://serve")
            client.connect("inproc://serve")
            await client.send(b"question")
            body, routing_id = await server.recv_routed()
            assert_type(body, bytes)
            await server.send(body, routing_id=routing_id)
            frame, _ = await server.recv_routed(copy=False) if not body else (None, 0)
            assert frame is None
            return await client.recv()


def main() -> None:
    with zmq.Context() as context:
        assert serve(context) == b"QUESTION"
        assert tune_in(context) == "news"
        assert watch(context).startswith(b"tcp://")
    assert count(zmq.Timers()) == 0
    assert asyncio.run(serve_asynchronously()) == b"question"


if __name__ == "__main__":
    main()
