"""Sockets of zmq.anyio: methods that may have to wait are coroutine functions."""

from typing import Any

import anyio
from typing_extensions import assert_type

import zmq
import zmq.anyio


async def serve(socket: zmq.anyio.Socket, count: int) -> None:
    for _ in range(count):
        identity, request = await socket.recv_multipart()
        assert_type(request, bytes)
        await socket.send_multipart([identity, request.upper()])


async def ask(socket: zmq.anyio.Socket, copy: bool) -> None:
    await socket.send(b"one")
    assert_type(await socket.recv(), bytes)
    await socket.send_string("two")
    assert_type(await socket.recv_string(), str)
    await socket.send_json({"a": 1})
    document: dict[str, int] = await socket.recv_json()
    assert document == {"A": 1}
    assert_type(await socket.send(b"three", copy=False, track=True), zmq.MessageTracker)
    assert_type(await socket.recv(copy=False), zmq.Frame)
    assert_type(await socket.send(b"four", copy=copy), zmq.MessageTracker | None)
    assert_type(await socket.poll(5000, zmq.POLLIN), int)
    assert_type(await socket.recv(copy=copy), bytes | zmq.Frame)


async def batches(sender: zmq.anyio.Socket, receiver: zmq.anyio.Socket) -> None:
    assert_type(await sender.send_many([b"1", b"2"]), int)
    assert_type(await receiver.recv_many(2, timeout=5000), list[bytes])
    await sender.send(b"last")
    poller = zmq.anyio.Poller()
    poller.register(receiver, zmq.POLLIN)
    events = dict(await poller.poll(timeout=5000))
    assert events[receiver] == zmq.POLLIN
    async for message in receiver:
        assert message == b"last"
        break


async def main() -> None:
    async with zmq.anyio.Context() as context:
        router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
        assert_type(router, zmq.anyio.Socket)
        async with router, dealer, anyio.create_task_group() as group:
            router.bind("tcp://127.0.0.1:*")
            dealer.connect(router.last_endpoint)
            group.start_soon(serve, router, 5)
            with anyio.fail_after(20):
                await ask(dealer, copy=True)
        async with context.socket(zmq.PAIR) as one, context.socket(zmq.PAIR) as two:
            one.bind("inproc://pair")
            two.connect("inproc://pair")
            await batches(one, two)
            assert_type(zmq.Socket.shadow(one), zmq.Socket[Any])


if __name__ == "__main__":
    for backend in ("asyncio", "trio"):
        anyio.run(main, backend=backend)
