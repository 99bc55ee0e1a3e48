"""Test code that uses sockets: ``python -m pytest test_word_service.py``.

- A fixture creates and closes the sockets, so no test leaves one open.
- Each wait has a timeout: a bug makes a test fail, not hang.
- The system chooses the port: tests may run side by side.
- Nothing sleeps in the hope that the other side is ready: a test waits for a message or an event.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest
from word_service import Client, count_words, serve

import zmq
import zmq.asyncio

TIMEOUT_MS = 10_000


@pytest.fixture
def make_socket() -> Iterator[Callable[[int], zmq.Socket]]:
    """Create sockets with timeouts for calls and for close."""
    with contextlib.ExitStack() as stack:
        context = stack.enter_context(zmq.Context())
        context.rcvtimeo = context.sndtimeo = TIMEOUT_MS  # defaults for its sockets
        context.linger = 0
        yield lambda kind: stack.enter_context(context.socket(kind))


@pytest.fixture
def service() -> Iterator[str]:
    """The endpoint of a running service.

    The service has its own context; terminating this context stops the service.
    """
    context = zmq.Context()
    socket = context.socket(zmq.REP)
    socket.bind("tcp://127.0.0.1:*")
    endpoint = socket.last_endpoint.decode()
    thread = threading.Thread(target=serve, args=(socket,))
    thread.start()
    yield endpoint
    context.term()
    thread.join(TIMEOUT_MS / 1000)
    assert not thread.is_alive()


@pytest.fixture
def client(make_socket: Callable[[int], zmq.Socket], service: str) -> Client:
    socket = make_socket(zmq.REQ)
    socket.connect(service)
    return Client(socket, TIMEOUT_MS)


@pytest.mark.parametrize(("text", "words"), [(b"", 0), (b"one", 1), (b" to be\nor not ", 4)])
def test_counting_needs_no_socket(text: bytes, words: int) -> None:
    assert count_words(text) == words


def test_client_and_service_together(client: Client) -> None:
    assert client.count(b"to be or not to be") == 6


def test_service_survives_a_bad_request(client: Client) -> None:
    with pytest.raises(ValueError, match="invalid start byte"):
        client.count(b"\xff")
    assert client.count(b"still there") == 2


def test_client_with_a_fake_service(
    make_socket: Callable[[int], zmq.Socket],
) -> None:
    """A fake service: the test controls the other socket."""
    fake, socket = make_socket(zmq.ROUTER), make_socket(zmq.REQ)
    fake.bind("inproc://fake")
    socket.connect("inproc://fake")
    result: list[object] = []

    def ask() -> None:
        try:
            result.append(Client(socket, TIMEOUT_MS).count(b"x"))
        except ValueError as error:
            result.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    *envelope, request = fake.recv_multipart()
    assert request == b"x"
    fake.send_multipart([*envelope, b'{"error": "out of order"}'])
    asking.join(TIMEOUT_MS / 1000)
    assert result == ["out of order"]


def test_client_gives_up_and_can_ask_again(make_socket: Callable[[int], zmq.Socket]) -> None:
    fake, socket = make_socket(zmq.ROUTER), make_socket(zmq.REQ)
    fake.bind("inproc://fake")
    socket.connect("inproc://fake")
    client = Client(socket, timeout_ms=1)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            client.count(b"x")
        assert fake.recv_multipart()[-1] == b"x"


def test_asyncio_with_a_timeout_around_all(service: str) -> None:
    async def ask() -> dict[str, int]:
        with zmq.asyncio.Context() as context, context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(service)
            await socket.send(b"to be")
            return await socket.recv_json()

    assert asyncio.run(asyncio.wait_for(ask(), TIMEOUT_MS / 1000)) == {"words": 2}
