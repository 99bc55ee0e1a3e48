"""The cost of one `send` and one `recv` between two inproc sockets of one thread, in ns.

A line with a star is about a call that PyZMQ does not have: there the loop of single calls stands.
"""

from __future__ import annotations

import zmq
from common import nanoseconds_per_call, open_socket, size_name, tell

CALLS = 500  # below the high-water mark: no call waits


def main() -> None:
    context = zmq.Context()
    left, right = (open_socket(context, zmq.PAIR, hwm=CALLS) for _ in range(2))
    left.bind("inproc://calls")
    right.connect("inproc://calls")

    def send_all() -> None:
        for _ in range(CALLS):
            left.send(message)

    def recv_all() -> None:
        for _ in range(CALLS):
            right.recv()

    for size in (16, 4096):
        message = b"m" * size
        name = size_name(size)
        tell(f"send {name}", nanoseconds_per_call(send_all, CALLS, rest=recv_all), "ns")
        send_all()
        tell(f"recv {name}", nanoseconds_per_call(recv_all, CALLS, rest=send_all), "ns")
        recv_all()

    def take_turns() -> None:
        for _ in range(CALLS):
            left.send(message)
            right.recv()

    message = b"m" * 16
    tell("send and recv in turn, 16 B", nanoseconds_per_call(take_turns, CALLS), "ns")
    messages = [message] * CALLS
    if hasattr(left, "send_many"):

        def send_batch() -> None:
            left.send_many(messages)

        def recv_batch() -> None:
            right.recv_many(CALLS)
    else:
        send_batch, recv_batch = send_all, recv_all

    tell(
        "send_many 16 B, a message *", nanoseconds_per_call(send_batch, CALLS, rest=recv_all), "ns"
    )
    send_all()
    tell(
        "recv_many 16 B, a message *", nanoseconds_per_call(recv_batch, CALLS, rest=send_all), "ns"
    )
    context.destroy(linger=0)


if __name__ == "__main__":
    main()
