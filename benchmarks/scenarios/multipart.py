"""The cost of one multipart message of three parts of 16 B, one thread, inproc, in ns."""

from __future__ import annotations

import zmq
from common import nanoseconds_per_call, open_socket, tell

CALLS = 150


def main() -> None:
    context = zmq.Context()
    left, right = (open_socket(context, zmq.PAIR, hwm=3 * CALLS) for _ in range(2))
    left.bind("inproc://multipart")
    right.connect("inproc://multipart")
    parts = [b"a" * 16, b"b" * 16, b"c" * 16]

    def send_all() -> None:
        for _ in range(CALLS):
            left.send_multipart(parts)

    def recv_all() -> None:
        for _ in range(CALLS):
            right.recv_multipart()

    tell("send_multipart 3 x 16 B", nanoseconds_per_call(send_all, CALLS, rest=recv_all), "ns")
    send_all()
    tell("recv_multipart 3 x 16 B", nanoseconds_per_call(recv_all, CALLS, rest=send_all), "ns")
    context.destroy(linger=0)


if __name__ == "__main__":
    main()
