"""Stop an asyncio server gracefully: requests that have begun get their reply.

Run it: ``python stop_asyncio.py``. Ctrl-C or SIGTERM ends it; with ``--seconds 1`` it ends by
itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal

import zmq
import zmq.asyncio


async def handle(socket: zmq.asyncio.Socket, request: list[bytes]) -> None:
    """Reply to one request, after some work."""
    *envelope, body = request
    await asyncio.sleep(0.05)
    await socket.send_multipart([*envelope, body.upper()])


async def serve(socket: zmq.asyncio.Socket, stop: asyncio.Event, most_at_once: int = 100) -> None:
    """Handle requests, each in a task, until the event is set; then finish the current ones."""

    async def receive() -> list[bytes]:
        return await socket.recv_multipart()

    tasks: set[asyncio.Task[None]] = set()
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        # A task that awaits a receive loses no message when it is cancelled. A future of
        # `recv_multipart` that no task awaits could lose one.
        receiving = asyncio.create_task(receive())
        await asyncio.wait({receiving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not receiving.done():
            receiving.cancel()
            break
        task = asyncio.create_task(handle(socket, receiving.result()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        if len(tasks) >= most_at_once:  # further requests wait in the queue of the socket
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if tasks:
        await asyncio.wait(tasks)


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set the event on SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


async def ask_on_and_on(context: zmq.asyncio.Context, endpoint: str, counts: list[int]) -> None:
    """Send requests one after the other, and count them and their replies."""
    with context.socket(zmq.REQ) as socket:
        socket.connect(endpoint)
        socket.linger = 0
        while True:
            await socket.send(b"hello")
            counts[0] += 1
            await socket.recv()
            counts[1] += 1


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, help="end after this time")
    seconds = parser.parse_args().seconds
    stop = asyncio.Event()
    stop_on_signals(stop)
    if seconds is not None:
        asyncio.get_running_loop().call_later(seconds, stop.set)
    with zmq.asyncio.Context() as context:
        with context.socket(zmq.ROUTER) as server:
            server.linger = 5000  # how long unsent replies are kept after close, in ms
            server.bind("tcp://127.0.0.1:*")
            counts = [0, 0]
            asking = asyncio.create_task(
                ask_on_and_on(context, server.last_endpoint.decode(), counts)
            )
            await serve(server, stop)
        print(f"at least one reply was sent: {counts[1] > 0}")
        print(f"at most one request is left: {counts[0] - counts[1] <= 1}")
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking


if __name__ == "__main__":
    asyncio.run(main())
