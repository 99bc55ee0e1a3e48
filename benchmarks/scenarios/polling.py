"""The cost of asking whether a message is there, in ns."""

from __future__ import annotations

import zmq
from common import nanoseconds_per_call, open_socket, tell

CALLS = 500


def main() -> None:
    context = zmq.Context()
    sockets = []
    for number in range(10):
        left, right = (open_socket(context, zmq.PAIR) for _ in range(2))
        left.bind(f"inproc://poll-{number}")
        right.connect(f"inproc://poll-{number}")
        left.send(b"ready")
        sockets.append(right)

    def poll_socket() -> None:
        for _ in range(CALLS):
            sockets[0].poll(0)

    tell("Socket.poll, ready", nanoseconds_per_call(poll_socket, CALLS), "ns")

    for count in (1, 10):
        poller = zmq.Poller()
        for socket in sockets[:count]:
            poller.register(socket, zmq.POLLIN)

        def poll_all(poller: zmq.Poller = poller) -> None:
            for _ in range(CALLS):
                poller.poll(0)

        name = f"Poller.poll, {count} socket{'s' if count > 1 else ''} ready"
        tell(name, nanoseconds_per_call(poll_all, CALLS), "ns")
    context.destroy(linger=0)


if __name__ == "__main__":
    main()
