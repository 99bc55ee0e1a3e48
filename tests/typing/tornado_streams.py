"""ZMQStream, and coroutines of Tornado."""

import asyncio

from tornado.ioloop import IOLoop
from typing_extensions import assert_type

import zmq
import zmq.eventloop.future
from zmq.eventloop.zmqstream import ZMQStream


class Server:
    """Sends messages back in upper case."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.stream = ZMQStream(socket, IOLoop.current())
        self.stream.on_recv(self.reply)

    def reply(self, parts: list[bytes]) -> None:
        *identity, text = parts
        self.stream.send_multipart([*identity, text.upper()])


class Client:
    """Sends requests, and stores the replies."""

    def __init__(self, socket: zmq.Socket[bytes], count: int) -> None:
        self.stream = ZMQStream(socket)
        self.count = count
        self.replies: list[bytes] = []
        self.over = asyncio.Event()
        self.stream.on_recv(self.received, copy=False)
        self.stream.on_send(self.sent)
        self.stream.set_close_callback(self.over.set)

    async def received(self, frames: list[zmq.Frame]) -> None:
        await asyncio.sleep(0)
        self.replies.append(frames[0].bytes)
        if len(self.replies) == self.count:
            self.stream.close()

    def sent(self, parts: list[bytes], status: zmq.MessageTracker | Exception | None) -> None:
        assert not isinstance(status, Exception)


async def streams(context: zmq.Context[zmq.Socket[bytes]]) -> None:
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.bind("inproc://streams")
    dealer.connect("inproc://streams")
    server, client = Server(router), Client(dealer, 3)
    client.stream.send(b"a")
    client.stream.send_multipart([b"b"])
    client.stream.send_string("c")
    assert_type(client.stream.flush(zmq.POLLOUT), int)
    await asyncio.wait_for(client.over.wait(), 20)
    assert_type(client.stream.closed(), bool)
    server.stream.close()
    assert sorted(client.replies) == [b"A", b"B", b"C"]


async def coroutines() -> None:
    with zmq.eventloop.future.Context() as context:
        push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        assert_type(push, zmq.eventloop.future.Socket)
        with push, pull:
            push.bind("inproc://coroutines")
            pull.connect("inproc://coroutines")
            await push.send(b"x")
            assert_type(await pull.recv(), bytes)
            poller = zmq.eventloop.future.Poller()
            poller.register(pull, zmq.POLLIN)
            assert await poller.poll(10) == []


async def main() -> None:
    with zmq.Context() as context:
        await streams(context)
    await coroutines()


if __name__ == "__main__":
    asyncio.run(main())
