"""Sockets of zmq.asyncio: methods that may have to wait return a future."""

import asyncio
from typing import Any

from typing_extensions import assert_type

import zmq
import zmq.asyncio
from zmq.utils.monitor import recv_monitor_message


async def serve(socket: zmq.asyncio.Socket, count: int) -> None:
    for _ in range(count):
        identity, request = await socket.recv_multipart()
        assert_type(request, bytes)
        await socket.send_multipart([identity, request.upper()])
    frames = await socket.recv_multipart(copy=False)
    assert_type(frames, list[zmq.Frame])
    await socket.send_multipart(frames, copy=False)


async def ask(socket: zmq.asyncio.Socket, copy: bool) -> None:
    future = socket.send(b"one")
    assert_type(future, asyncio.Future[None])
    await future
    assert_type(await socket.recv(timeout=10_000), bytes)
    assert_type(await socket.send_string("two"), zmq.MessageTracker | None)
    assert_type(await socket.recv_string(), str)
    assert_type(await socket.send_json({"a": 1}), None)
    document: dict[str, int] = await socket.recv_json()
    assert document == {"A": 1}
    assert_type(
        await socket.send_serialized(5, lambda number: [b"%d" % number]), zmq.MessageTracker | None
    )
    assert_type(await socket.recv_serialized(lambda parts: int(parts[0])), int)
    assert_type(await socket.send(b"four", copy=False, track=True), zmq.MessageTracker)
    assert_type(await socket.recv(copy=False), zmq.Frame)
    assert_type(await socket.send(b"five", copy=copy), zmq.MessageTracker | None)
    assert_type(await socket.poll(5000, zmq.POLLIN), int)
    assert_type(await socket.recv(copy=copy), bytes | zmq.Frame)


async def batches(sender: zmq.asyncio.Socket, receiver: zmq.asyncio.Socket) -> int:
    assert_type(await sender.send_many([b"1", b"2"]), int)
    received = await receiver.recv_many(2, timeout=5000)
    assert_type(received, list[bytes])
    await sender.send_pyobj([1])
    assert await receiver.recv_pyobj() == [1]
    await sender.send(b"12")
    buffer = bytearray(2)
    assert_type(await receiver.recv_into(buffer), int)
    poller = zmq.asyncio.Poller()
    poller.register(receiver, zmq.POLLIN)
    await sender.send(b"last")
    events = dict(await poller.poll(timeout=5000))
    assert events[receiver] == zmq.POLLIN
    async for message in receiver:
        assert message == b"last"
        break
    return len(received)


async def main() -> None:
    async with zmq.asyncio.Context() as context:
        router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
        assert_type(router, zmq.asyncio.Socket)
        with router.bind("tcp://127.0.0.1:*") as bound:
            assert_type(bound, zmq.asyncio.Socket)
            monitor = dealer.get_monitor_socket()
            assert_type(monitor, zmq.asyncio.Socket)
            dealer.linger = 0
            dealer.rcvtimeo = router.rcvtimeo = 5000
            dealer.connect(router.last_endpoint)
            event = await recv_monitor_message(monitor)
            assert_type(event["event"], zmq.Event)
            dealer.disable_monitor()
            await asyncio.gather(serve(router, 5), ask(dealer, copy=True))

        async with context.socket(zmq.PAIR) as one, context.socket(zmq.PAIR) as two:
            one.rcvtimeo = two.rcvtimeo = 5000
            one.bind("inproc://pair")
            two.connect("inproc://pair")
            assert await batches(one, two) == 2

        with zmq.Context(context) as plain:
            shadow = zmq.Socket.shadow(router)
            assert_type(shadow, zmq.Socket[Any])
            with plain.socket(zmq.PUSH, zmq.asyncio.Socket) as push:
                assert_type(push, zmq.asyncio.Socket)
            assert_type(zmq.asyncio.Socket.from_socket(shadow), zmq.asyncio.Socket)
            assert_type(zmq.asyncio.Context.shadow(plain), zmq.asyncio.Context)
        context.destroy(linger=0)
    assert_type(zmq.asyncio.Context.instance(), zmq.asyncio.Context)
    zmq.asyncio.Context.instance().term()


if __name__ == "__main__":
    asyncio.run(main())
