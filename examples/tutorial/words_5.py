"""Count words, step 5: broker, workers and clients in asyncio.

    python words_5.py serve
    python words_5.py work          # as often as you like, before or after the broker
    python words_5.py count "to be or not to be" "hello" "good morning"

With no argument, all of them run in one process.
"""

import asyncio
import sys

import zmq
import zmq.asyncio

SERVICE = "tcp://127.0.0.1:5555"
NEWS = "tcp://127.0.0.1:5556"
WORK = "tcp://127.0.0.1:5557"
TIMEOUT_S = 5


def count_words(text: bytes) -> bytes:
    """Count the words of a text; bytes that are not UTF-8 count as characters."""
    return b"%d" % len(text.decode("utf-8", errors="replace").split())


async def work(context: zmq.asyncio.Context, endpoint: str) -> None:
    """Reply to one request after the other until cancelled."""
    with context.socket(zmq.REP) as socket:
        socket.linger = 0
        socket.connect(endpoint)
        while True:
            *request_id, text = await socket.recv_multipart()
            await socket.send_multipart([*request_id, count_words(text)])


async def serve(
    clients: zmq.asyncio.Socket, news: zmq.asyncio.Socket, workers: zmq.asyncio.Socket
) -> None:
    """Pass requests to workers, and replies back, until cancelled."""

    async def pass_requests() -> None:
        while True:
            request = await clients.recv_multipart()
            try:
                await workers.send_multipart(request, zmq.DONTWAIT)
            except zmq.Again:
                await clients.send_multipart([*request[:-1], b"busy"])

    async def pass_replies() -> None:
        while True:
            reply = await workers.recv_multipart()
            await clients.send_multipart(reply)
            await news.send_multipart([b"counted", reply[-1]])

    workers.linger = 0
    with clients, news, workers:
        await asyncio.gather(pass_requests(), pass_replies())


class Client:
    """Sends requests of many tasks over one socket; replies may arrive in any order."""

    def __init__(self, context: zmq.asyncio.Context, endpoint: str) -> None:
        self._socket = context.socket(zmq.DEALER)
        self._socket.linger = 0
        self._socket.connect(endpoint)
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        self._last_id = 0
        self._receiver = asyncio.create_task(self._receive())

    async def _receive(self) -> None:
        while True:
            _, request_id, reply = await self._socket.recv_multipart()
            future = self._waiting.get(request_id)
            if future is not None and not future.done():
                future.set_result(reply)

    async def count(self, text: str) -> int:
        """Ask for the number of words; raise TimeoutError if there is no reply in time."""
        self._last_id += 1
        request_id = b"%d" % self._last_id
        future = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        try:
            # Without DONTWAIT, a send waits if the queue is full or the client was refused.
            await self._socket.send_multipart([b"", request_id, text.encode()], zmq.DONTWAIT)
            reply = await asyncio.wait_for(future, TIMEOUT_S)
        except zmq.Again:
            raise TimeoutError("no connection, or too many requests") from None
        except asyncio.TimeoutError:
            raise TimeoutError(f"no reply in {TIMEOUT_S} s") from None
        finally:
            del self._waiting[request_id]
        if not reply.isdigit():
            raise TimeoutError(reply.decode())
        return int(reply)

    async def close(self) -> None:
        """End the task and close the socket."""
        self._receiver.cancel()
        await asyncio.wait([self._receiver])
        self._socket.close()


async def count_all(context: zmq.asyncio.Context, endpoint: str, texts: list[str]) -> list[int]:
    """Ask for all texts at once."""
    client = Client(context, endpoint)
    try:
        return await asyncio.gather(*(client.count(text) for text in texts))
    finally:
        await client.close()


def make_broker_sockets(context: zmq.asyncio.Context) -> list[zmq.asyncio.Socket]:
    """Create the sockets for `serve`, in the order of its parameters."""
    return [context.socket(kind) for kind in (zmq.ROUTER, zmq.PUB, zmq.DEALER)]


async def demo(context: zmq.asyncio.Context) -> None:
    """Run the broker and three workers as tasks, and ask for three texts at once."""
    sockets = make_broker_sockets(context)
    for socket in sockets:
        socket.bind("tcp://127.0.0.1:*")
    service, _, workers_at = (socket.last_endpoint.decode() for socket in sockets)
    tasks = [asyncio.create_task(work(context, workers_at)) for _ in range(3)]
    await sockets[-1].poll(TIMEOUT_S * 1000, zmq.POLLOUT)  # until a worker is connected
    tasks.append(asyncio.create_task(serve(*sockets)))
    try:
        texts = ["to be or not to be", "hello", "good morning"]
        for text, number in zip(texts, await count_all(context, service, texts), strict=True):
            print(f"{text!r} has {number} words")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def main() -> None:
    with zmq.asyncio.Context() as context:
        match sys.argv[1:]:
            case ["serve"]:
                sockets = make_broker_sockets(context)
                for socket, endpoint in zip(sockets, (SERVICE, NEWS, WORK), strict=True):
                    socket.bind(endpoint)
                await serve(*sockets)
            case ["work"]:
                await work(context, WORK)
            case ["count", *texts] if texts:
                print(*await count_all(context, SERVICE, texts))
            case []:
                await demo(context)
            case _:
                sys.exit(__doc__)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except TimeoutError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
