"""zmq.green: the types of zmq, with sockets that let other greenlets run."""

import gevent  # type: ignore[import-untyped]
from typing_extensions import assert_type

import zmq.green as zmq


def serve(socket: zmq.Socket, count: int) -> None:
    for _ in range(count):
        identity, request = socket.recv_multipart()
        assert_type(request, bytes)
        socket.send_multipart([identity, request.upper()])


def ask(socket: zmq.Socket, copy: bool) -> None:
    socket.send(b"one")
    assert_type(socket.recv(), bytes)
    socket.send_string("two")
    assert_type(socket.recv_string(), str)
    socket.send(b"three", copy=False)
    assert_type(socket.recv(copy=False), zmq.Frame)
    socket.send(b"four")
    assert_type(socket.poll(5000, zmq.POLLIN), int)
    assert_type(socket.recv(copy=copy), bytes | zmq.Frame)
    assert_type(socket.send_many([b"five"]), int)
    poller = zmq.Poller()
    poller.register(socket, zmq.POLLIN)
    assert dict(poller.poll(5000)) == {socket: zmq.POLLIN}
    assert_type(socket.recv_many(1), list[bytes])


def main() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as router,
        context.socket(zmq.DEALER) as dealer,
        gevent.Timeout(20),
    ):
        assert_type(router, zmq.Socket)
        router.bind("tcp://127.0.0.1:*")
        dealer.connect(router.last_endpoint)
        gevent.spawn(serve, router, 5)
        ask(dealer, copy=True)


if __name__ == "__main__":
    main()
