"""No message is lost, doubled or reordered when receives are cancelled."""

from __future__ import annotations

import random

import anyio
import anyio.lowlevel
import pytest

import zmq
import zmq.anyio


async def _number(socket, method):
    """Receive one number by any of the methods."""
    if method == "recv_string":
        return int(await socket.recv_string())
    if method == "recv_json":
        return await socket.recv_json()
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


METHODS = [
    "recv",
    "recv_string",
    "recv_json",
    "recv_multipart",
    "recv_frame",
    "recv_into",
    "recv_many",
]


class Receiver:
    """Receives numbers and cancels now and then, in one of the ways there are."""

    def __init__(self, socket, rng):
        self.socket = socket
        self.rng = rng
        self.received = []
        self.cancelled = 0

    async def take(self, scope=None):
        with scope or anyio.CancelScope():
            self.received.append(await _number(self.socket, self.rng.choice(METHODS)))
            return
        self.cancelled += 1

    async def rounds(self, most):
        for _ in range(self.rng.randrange(most)):
            await anyio.lowlevel.checkpoint()

    async def move_on_after(self):
        await self.take(anyio.move_on_after(self.rng.random() * 0.0002))

    async def scope_cancel(self):
        """CancelScope.cancel by another task, some rounds of the loop after the start."""
        scope = anyio.CancelScope()
        async with anyio.create_task_group() as group:
            group.start_soon(self.take, scope)
            await self.rounds(5)
            scope.cancel()

    async def cancelled_before(self):
        """Level cancellation: in a scope that is cancelled already, nothing is received."""
        scope = anyio.CancelScope()
        scope.cancel()
        count = len(self.received)
        await self.take(scope)
        assert len(self.received) == count

    async def task_group(self):
        """A task group whose other task fails."""
        count = len(self.received)

        async def fail():
            await self.rounds(4)
            raise ZeroDivisionError

        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self.take)
                group.start_soon(fail)
        except BaseException as error:
            if type(error).__name__ != "ExceptionGroup":  # which Python 3.10 does not have
                raise
        self.cancelled += len(self.received) == count

    async def first_of_two(self):
        """The first of two receivers is cancelled: the second gets what the first left."""
        scope = anyio.CancelScope()
        async with anyio.create_task_group() as group:
            group.start_soon(self.take, scope)
            await anyio.lowlevel.checkpoint()
            group.start_soon(self.take)
            await self.rounds(5)
            scope.cancel()


async def stress(push, pull, count, seed):
    rng = random.Random(seed)
    receiver = Receiver(pull, rng)
    ways = [
        receiver.move_on_after,
        receiver.scope_cancel,
        receiver.scope_cancel,
        receiver.cancelled_before,
        receiver.task_group,
        receiver.first_of_two,
    ]

    async def send():
        number = 0
        while number < count:
            for _ in range(min(rng.randrange(1, 4), count - number)):
                await push.send(b"%d" % number)
                number += 1
            # about as often as a message comes, none is there
            for _ in range(rng.randrange(6)):
                await anyio.lowlevel.checkpoint()
        # lets a last receiver that is not cancelled end
        for _ in range(2):
            await push.send(b"-1")

    async with anyio.create_task_group() as group:
        group.start_soon(send)
        while not receiver.received or receiver.received[-1] not in (count - 1, -1):
            await rng.choice(ways)()
    return [number for number in receiver.received if number >= 0], receiver.cancelled


@pytest.mark.parametrize("seed", range(2))
def test_no_message_is_lost_by_a_cancelled_receive(run, pipeline, seed):
    received, cancelled = run(stress, *pipeline, 1500, seed)
    assert received == list(range(1500))
    assert cancelled > 500


def test_cancelled_after_it_was_woken(run, pair):
    """The moment that loses messages elsewhere: ready, woken, cancelled before it resumes."""
    first, second = pair
    plain = zmq.Socket(first)

    async def main():
        received = []

        async def receive(scope):
            with scope:
                received.append(await second.recv())

        scopes = [anyio.CancelScope() for _ in range(3)]
        async with anyio.create_task_group() as group:
            for scope in scopes:
                group.start_soon(receive, scope)
                for _ in range(5):
                    await anyio.lowlevel.checkpoint()
            plain.send(b"7")
            second.get(zmq.EVENTS)  # wakes the first, which has not resumed yet
            scopes[0].cancel()
            scopes[1].cancel()
            plain.send(b"8")
        # the last was not cancelled; the first took the message, or left it
        if len(received) == 1:
            received.append(await second.recv())
        return received, [scope.cancelled_caught for scope in scopes[1:]]

    assert run(main) == ([b"7", b"8"], [True, False])


def test_deadline_at_the_moment_of_the_message(run, pair):
    first, second = pair
    plain = zmq.Socket(first)

    async def main():
        received = []

        async def send(number):
            await anyio.sleep(0.0005)
            plain.send(b"%d" % number)

        for number in range(200):
            async with anyio.create_task_group() as group:
                group.start_soon(send, number)
                while len(received) <= number:
                    with anyio.move_on_after(0.0005):
                        received.append(int(await second.recv()))
        return received

    assert run(main) == list(range(200))


def test_timeout_of_the_socket_at_the_moment_of_the_message(run, pair):
    first, second = pair
    second.rcvtimeo = 1
    plain = zmq.Socket(first)

    async def main():
        received = []

        async def send(number):
            await anyio.sleep(0.001)
            plain.send(b"%d" % number)

        for number in range(200):
            async with anyio.create_task_group() as group:
                group.start_soon(send, number)
                while len(received) <= number:
                    try:
                        received.append(int(await second.recv()))
                    except zmq.Again:
                        pass
        return received

    assert run(main) == list(range(200))


def test_cancelled_sends_go_whole_or_not_at_all(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 3
    push.bind("inproc://whole")
    pull.connect("inproc://whole")
    rng = random.Random(2)

    async def main():
        accepted, received = [], []
        cancelled = 0

        async def receive():
            while True:
                parts = await pull.recv_multipart()
                if parts == [b"end"]:
                    return
                received.append(parts)
                for _ in range(rng.randrange(8)):
                    await anyio.lowlevel.checkpoint()

        async def send(scope, parts):
            with scope:
                await push.send_multipart(parts)
                accepted.append(parts)

        async with anyio.create_task_group() as group:
            group.start_soon(receive)
            for number in range(1500):
                scope = anyio.CancelScope()
                async with anyio.create_task_group() as sending:
                    sending.start_soon(send, scope, [b"%d" % number] * 3)
                    for _ in range(rng.randrange(6)):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()
                cancelled += scope.cancelled_caught
            await push.send(b"end")
        return accepted, received, cancelled

    accepted, received, cancelled = run(main)
    assert received == accepted
    assert len(accepted) > 100
    assert cancelled > 100
    assert all(len(parts) == 3 and len(set(parts)) == 1 for parts in received)


def test_many_timeouts_leave_nothing_behind(run, pair):
    first, second = pair

    async def main():
        for _ in range(300):
            with anyio.move_on_after(0):
                await second.recv()
            with anyio.move_on_after(0.0001):
                await second.poll()
        state = second._waiters()
        assert not state.receivers
        assert not state.pollers
        assert not state.sleepers
        await first.send(b"x")
        return await second.recv()

    assert run(main) == b"x"
