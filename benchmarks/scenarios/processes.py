"""Messages a second from one process to another over tcp, and round trips."""

from __future__ import annotations

import sys
import time

import zmq
from common import bind_tcp, open_socket, other_process, size_name, tell

BATCH = 500


def push(endpoint: str, size: int, count: int, many: bool) -> None:
    """Be the second process: push `count` messages."""
    context = zmq.Context()
    pusher = open_socket(context, zmq.PUSH)
    pusher.connect(endpoint)
    message = b"m" * size
    if many and hasattr(pusher, "send_many"):
        batch = [message] * BATCH
        for _ in range(count // BATCH):
            pusher.send_many(batch)
    else:
        for _ in range(count):
            pusher.send(message)
    pusher.close()
    context.term()


def one_way(size: int, count: int, many: bool = False) -> float:
    """Return messages/s from the second process to this one."""
    context = zmq.Context()
    puller = open_socket(context, zmq.PULL)
    endpoint = bind_tcp(puller)
    with other_process("push", endpoint, str(size), str(count), "many" if many else "one"):
        puller.recv()
        start = time.perf_counter()
        if many and hasattr(puller, "recv_many"):
            left = count - 1
            while left:
                left -= len(puller.recv_many(min(BATCH, left), timeout=20_000))
        else:
            for _ in range(count - 1):
                puller.recv()
        seconds = time.perf_counter() - start
    context.destroy(linger=0)
    return (count - 1) / seconds


def echo(endpoint: str, count: int) -> None:
    """Be the second process: answer `count` messages."""
    context = zmq.Context()
    socket = open_socket(context, zmq.REP)
    socket.connect(endpoint)
    for _ in range(count):
        socket.send(socket.recv())
    socket.close()
    context.term()


def round_trips(count: int) -> float:
    """Return round trips/s of 16 B with the second process."""
    context = zmq.Context()
    socket = open_socket(context, zmq.REQ)
    endpoint = bind_tcp(socket)
    message = b"m" * 16
    with other_process("echo", endpoint, str(count)):
        socket.send(message)
        socket.recv()
        start = time.perf_counter()
        for _ in range(count - 1):
            socket.send(message)
            socket.recv()
        seconds = time.perf_counter() - start
    context.destroy(linger=0)
    return (count - 1) / seconds


def main() -> None:
    for size, count in ((16, 500_000), (4096, 150_000)):
        tell(f"tcp, two processes, {size_name(size)}", one_way(size, count), "msg/s")
    tell(
        "tcp, two processes, 16 B, send_many, recv_many *",
        one_way(16, 1_000_000, many=True),
        "msg/s",
    )
    tell("tcp, two processes, 16 B, REQ/REP", round_trips(10_000), "trips/s")


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["push", endpoint, size, count, mode]:
            push(endpoint, int(size), int(count), many=mode == "many")
        case ["echo", endpoint, count]:
            echo(endpoint, int(count))
