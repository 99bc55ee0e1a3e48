"""Receives numbers and sometimes cancels a receive, for the tests of every flavour."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

METHODS = [
    "recv",
    "recv_string",
    "recv_json",
    "recv_multipart",
    "recv_frame",
    "recv_into",
    "recv_many",
]


async def receive_number(socket: Any, method: str) -> int:
    """Receive one number by any of METHODS."""
    if method == "recv_string":
        return int(await socket.recv_string())
    if method == "recv_json":
        return int(await socket.recv_json())
    if method == "recv_multipart":
        return int((await socket.recv_multipart())[0])
    if method == "recv_frame":
        return int(bytes(await socket.recv(copy=False)))
    if method == "recv_into":
        buffer = bytearray(16)
        return int(buffer[: await socket.recv_into(buffer)])
    if method == "recv_many":
        return int((await socket.recv_many(1))[0])
    return int(await socket.recv())


class Receiver:
    """Receives numbers. Each of a subclass's `ways` receives, and may cancel the receive."""

    def __init__(self, socket: Any, rng: random.Random) -> None:
        self.socket = socket
        self.rng = rng
        self.received: list[int] = []
        self.cancelled = 0

    async def receive(self) -> int:
        """Receive one number by a random method."""
        return await receive_number(self.socket, self.rng.choice(METHODS))

    def ways(self) -> list[Callable[[], Awaitable[None]]]:
        raise NotImplementedError


async def send_numbers(
    push: Any,
    count: int,
    rng: random.Random,
    next_round: Callable[[], Awaitable[None]],
    most_rounds: int = 6,
    receiver: Receiver | None = None,
) -> None:
    """Send numbers, with so many loop iterations in between that a receive often has to wait.

    On a busy machine every message may arrive in time, so that no receive is cancelled. While
    `receiver` has cancelled fewer than one receive in fifty, the next send waits for up to 300 more
    iterations.
    """
    number = 0
    while number < count:
        for _ in range(300):
            if receiver is None or receiver.cancelled >= number // 50:
                break
            await next_round()
        for _ in range(min(rng.randrange(1, 4), count - number)):
            await push.send(b"%d" % number)
            number += 1
        for _ in range(rng.randrange(most_rounds)):
            await next_round()
    # These numbers end receives that still wait after the last number.
    for _ in range(2):
        await push.send(b"-1")


async def receive_all(receiver: Receiver, count: int) -> tuple[list[int], int]:
    """Receive until the last number has come; return the numbers and the count of cancellations."""
    ways = receiver.ways()
    while not receiver.received or receiver.received[-1] not in (count - 1, -1):
        await receiver.rng.choice(ways)()
    return [number for number in receiver.received if number >= 0], receiver.cancelled
