"""A request with a timeout and retries: the client never waits for ever.

Run it: ``python lazy_pirate.py``. `Requester` is for your programs; `serve` shows how a server can
handle repeated requests.
"""

from __future__ import annotations

import collections
import threading
import uuid
from collections.abc import Callable

import zmq


class NoReplyError(Exception):
    """No server replied in time, in any of the tries."""


class Requester:
    """Sends requests to a REP or ROUTER server, and repeats them if no reply arrives.

    Only one thread at a time may use it, like its socket.

    Parameters
    ----------
    context : zmq.Context
        The context of its socket.
    endpoint : str
        The endpoint of the server.
    timeout_ms : int, default 2500
        The time that each try waits for the reply, in milliseconds.
    tries : int, default 3
        The maximum number of times that a request is sent.
    """

    def __init__(
        self, context: zmq.Context, endpoint: str, timeout_ms: int = 2500, tries: int = 3
    ) -> None:
        self._context = context
        self._endpoint = endpoint
        self._timeout_ms = timeout_ms
        self._tries = tries
        self._socket: zmq.Socket | None = None

    def request(self, body: bytes) -> bytes:
        """Send a request and return the reply.

        Raises
        ------
        NoReplyError
            If there was no reply to any of the tries.
        """
        request_id = uuid.uuid4().bytes  # the same for each try, so a server recognizes it
        for _ in range(self._tries):
            socket = self._connected()
            socket.send_multipart([request_id, body])
            if socket.poll(self._timeout_ms):
                replied_id, reply = socket.recv_multipart()
                if replied_id == request_id:
                    return reply
            # A REQ that waits for a reply cannot send, so the next try needs a new REQ. The new one
            # also ignores late replies, and connects again.
            self.close()
        raise NoReplyError(
            f"no reply from {self._endpoint} in {self._tries} tries of {self._timeout_ms} ms"
        )

    def _connected(self) -> zmq.Socket:
        if self._socket is None:
            self._socket = self._context.socket(zmq.REQ)
            self._socket.linger = 0  # drop a request that no server has received
            self._socket.connect(self._endpoint)
        return self._socket

    def close(self) -> None:
        """Close the socket; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Requester:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def serve(socket: zmq.Socket, handle: Callable[[bytes], bytes], remembered: int = 1000) -> None:
    """Reply until the context is terminated; a repeated request is not handled again."""
    replies: collections.OrderedDict[bytes, bytes] = collections.OrderedDict()
    with socket:
        try:
            while True:
                parts = socket.recv_multipart()
                if len(parts) != 2:
                    socket.send_multipart([b"", b"a request has two parts"])
                    continue
                request_id, body = parts
                if request_id not in replies:
                    replies[request_id] = handle(body)
                    if len(replies) > remembered:
                        replies.popitem(last=False)
                socket.send_multipart([request_id, replies[request_id]])
        except zmq.ContextTerminated:
            pass


def main() -> None:
    """Ask a server that is slow the first time, then one that does not exist."""
    context = zmq.Context()
    socket = context.socket(zmq.REP)
    socket.bind("tcp://127.0.0.1:*")
    endpoint = socket.last_endpoint.decode()
    handled = []
    awake = threading.Event()

    def handle(body: bytes) -> bytes:
        handled.append(body)
        awake.wait(0.6)  # longer than a try
        awake.set()
        return body.upper()

    server = threading.Thread(target=serve, args=(socket, handle))
    server.start()
    try:
        with Requester(context, endpoint, timeout_ms=400, tries=20) as requester:
            print(requester.request(b"hello"), f"was handled {len(handled)} time")
    finally:
        context.term()
        server.join()

    with zmq.Context() as context, Requester(context, endpoint, timeout_ms=100) as requester:
        try:
            requester.request(b"hello")
        except NoReplyError:
            print("no reply in 3 tries of 100 ms")


if __name__ == "__main__":
    main()
