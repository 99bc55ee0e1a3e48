"""Messages a second from one thread to another over inproc."""

from __future__ import annotations

import threading
import time

import zmq
from common import open_socket, size_name, tell


def measure(size: int, count: int) -> float:
    """Return messages/s from a thread that sends to this one, which receives."""
    context = zmq.Context()
    puller = open_socket(context, zmq.PULL)
    puller.bind("inproc://threads")
    message = b"m" * size

    def send_all() -> None:
        pusher = open_socket(context, zmq.PUSH)
        pusher.connect("inproc://threads")
        for _ in range(count):
            pusher.send(message)
        pusher.close()

    thread = threading.Thread(target=send_all)
    thread.start()
    puller.recv()
    start = time.perf_counter()
    for _ in range(count - 1):
        puller.recv()
    seconds = time.perf_counter() - start
    thread.join()
    context.destroy(linger=0)
    return (count - 1) / seconds


def main() -> None:
    for size, count in ((16, 400_000), (4096, 200_000)):
        tell(f"inproc, two threads, {size_name(size)}", measure(size, count), "msg/s")


if __name__ == "__main__":
    main()
