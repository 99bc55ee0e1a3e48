"""Encrypted bytes a second from one process to another over tcp, in MB/s."""

from __future__ import annotations

import sys
import time

import zmq
from common import bind_tcp, open_socket, other_process, size_name, tell

KEYS = zmq.curve_keypair()


def push(endpoint: str, server_key: bytes, size: int, count: int) -> None:
    """Be the second process: push `count` messages."""
    context = zmq.Context()
    pusher = open_socket(context, zmq.PUSH)
    pusher.setsockopt(zmq.CURVE_PUBLICKEY, KEYS[0])
    pusher.setsockopt(zmq.CURVE_SECRETKEY, KEYS[1])
    pusher.setsockopt(zmq.CURVE_SERVERKEY, server_key)
    pusher.connect(endpoint)
    message = b"m" * size
    for _ in range(count):
        pusher.send(message)
    pusher.close()
    context.term()


def throughput(size: int, count: int) -> float:
    """Return MB/s from the second process to this one."""
    context = zmq.Context()
    puller = open_socket(context, zmq.PULL)
    puller.setsockopt(zmq.CURVE_SERVER, 1)
    puller.setsockopt(zmq.CURVE_SECRETKEY, KEYS[1])
    endpoint = bind_tcp(puller)
    with other_process("push", endpoint, KEYS[0].decode(), str(size), str(count)):
        puller.recv()
        start = time.perf_counter()
        for _ in range(count - 1):
            puller.recv()
        seconds = time.perf_counter() - start
    context.destroy(linger=0)
    return (count - 1) * size / 1e6 / seconds


def main() -> None:
    for size, count in ((1024, 150_000), (65536, 6_000)):
        tell(f"CURVE, tcp, two processes, {size_name(size)}", throughput(size, count), "MB/s")


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["push", endpoint, server_key, size, count]:
            push(endpoint, server_key.encode(), int(size), int(count))
