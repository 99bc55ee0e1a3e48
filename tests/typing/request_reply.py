"""A client and a server: REQ and REP, strings, JSON and pickles."""

import threading
from typing import Any

from typing_extensions import assert_type

import zmq


def serve(context: zmq.Context, endpoint: str) -> int:
    """Reply until asked to stop; return the number of replies."""
    answered = 0
    with context.socket(zmq.REP) as socket:
        assert_type(socket, zmq.Socket[bytes])
        socket.linger = 0
        socket.connect(endpoint)
        while True:
            request = socket.recv()
            assert_type(request, bytes)
            if request == b"stop":
                socket.send(b"")
                return answered
            assert_type(socket.send(request.upper()), None)
            answered += 1


def ask(socket: zmq.Socket[bytes]) -> None:
    assert_type(socket.send(b"hello"), None)
    assert_type(socket.recv(timeout=10_000), bytes)
    socket.send_string("text", encoding="utf-8")
    assert_type(socket.recv_string(), str)
    socket.send_json([1, 2.5], ensure_ascii=True)
    answer: list[Any] = socket.recv_json()
    assert answer == [1, 2.5]
    socket.send(bytearray(b"a buffer"))
    buffer = bytearray(8)
    assert_type(socket.recv_into(buffer, nbytes=8), int)
    socket.send(memoryview(b"a view"), flags=zmq.DONTWAIT)
    if socket.poll(timeout=1000) & zmq.POLLIN:
        part = socket.recv(zmq.DONTWAIT)
        assert_type(part, bytes)


def main() -> None:
    with zmq.Context() as context:
        assert_type(context, zmq.Context[zmq.Socket[bytes]])
        socket = context.socket(zmq.REQ)
        port = socket.bind_to_random_port("tcp://127.0.0.1", min_port=49152, max_tries=5)
        assert_type(port, int)
        server = threading.Thread(target=serve, args=(context, f"tcp://127.0.0.1:{port}"))
        server.start()
        try:
            socket.rcvtimeo = 5000
            ask(socket)
        except zmq.Again as error:
            assert_type(error.errno, int | None)
            raise
        finally:
            socket.send(b"stop")
            socket.recv()
            server.join(5)
            socket.close(linger=0)


if __name__ == "__main__":
    main()
