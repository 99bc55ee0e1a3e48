"""Cancel receives at random, about as often as they succeed, and count what arrives.

    python tests/contract/stress_cancellation.py [--messages N] [--transport inproc|tcp] [HOW ...]

HOW is asyncio or uvloop (with zmq.asyncio), anyio-asyncio or anyio-trio (with zmq.anyio). By
default asyncio, uvloop and anyio-trio run. Every message has to arrive once and in order; otherwise
the exit code is 1. uvloop, anyio and trio must be installed for the ways that use them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from cancelling import METHODS, receive_number

import zmq

TIMEOUT_S = 1800


class Stress:
    """Sends and receives numbers. The subclasses define how receives are cancelled."""

    most_rounds = 6

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.rng = random.Random(seed)
        self.received: list[int] = []
        self.cancelled = 0
        self.push: Any = None
        self.pull: Any = None

    def open(self, context: Any, transport: str) -> None:
        self.push, self.pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        self.push.linger = 0
        self.push.bind("inproc://stress" if transport == "inproc" else "tcp://127.0.0.1:*")
        self.pull.connect(self.push.last_endpoint.decode())

    async def pause(self) -> None:
        """Let the loop run one iteration."""
        raise NotImplementedError

    def ways(self) -> list[Callable[[], Any]]:
        """Return coroutine functions that receive, some of which cancel the receive."""
        raise NotImplementedError

    async def rounds(self, most: int) -> None:
        for _ in range(self.rng.randrange(most)):
            await self.pause()

    async def number(self) -> int:
        return await receive_number(self.pull, self.rng.choice(METHODS))

    async def send(self) -> None:
        number = 0
        while number < self.count:
            for _ in range(min(self.rng.randrange(1, 4), self.count - number)):
                await self.push.send(b"%d" % number)
                number += 1
            # keep the queue short: about half of the receives find no message
            while number - len(self.received) > self.rng.randrange(1, 4):
                await self.pause()
            await self.rounds(self.most_rounds)
        # these numbers end receives that still wait after the last number
        for _ in range(2):
            await self.push.send(b"-1")

    async def receive(self) -> None:
        ways = self.ways()
        while not self.received or self.received[-1] not in (self.count - 1, -1):
            await self.rng.choice(ways)()


class AsyncioStress(Stress):
    """Cancels in the ways of asyncio."""

    most_rounds = 40

    async def pause(self) -> None:
        await asyncio.sleep(0)

    def ways(self) -> list[Callable[[], Any]]:
        ways = [self.task_cancel, self.task_cancel, self.wait_for, self.wait_for_future]
        ways.append(self.first_of_two)
        if sys.version_info >= (3, 11):
            ways += [self.timeout, self.task_group]
        return ways

    async def outcome(self, task: asyncio.Future[int]) -> None:
        try:
            self.received.append(await task)
        except asyncio.CancelledError:
            self.cancelled += 1

    async def task_cancel(self) -> None:
        task = asyncio.ensure_future(self.number())
        await self.rounds(4)
        task.cancel()
        await self.outcome(task)

    async def first_of_two(self) -> None:
        tasks = [asyncio.ensure_future(self.number()) for _ in range(2)]
        await self.rounds(4)
        tasks[0].cancel()
        for task in tasks:
            await self.outcome(task)

    async def wait_for(self) -> None:
        try:
            number = await asyncio.wait_for(self.number(), self.rng.random() * 0.0002)
        except asyncio.TimeoutError:
            self.cancelled += 1
        else:
            self.received.append(number)

    async def wait_for_future(self) -> None:
        try:
            message = await asyncio.wait_for(self.pull.recv(), self.rng.random() * 0.0002)
        except asyncio.TimeoutError:
            self.cancelled += 1
        else:
            self.received.append(int(message))

    if sys.version_info >= (3, 11):

        async def timeout(self) -> None:
            # Use a separate task. task_group increases the task's count of cancellations;
            # asyncio.timeout in some releases of Python 3.11 then raises CancelledError.
            await asyncio.ensure_future(self.timeout_in_this_task())

        async def timeout_in_this_task(self) -> None:
            try:
                async with asyncio.timeout(self.rng.random() * 0.0002):
                    number = await self.number()
            except TimeoutError:
                self.cancelled += 1
            else:
                self.received.append(number)

        async def task_group(self) -> None:
            """A task group whose other task fails."""
            numbers: list[int] = []

            async def take() -> None:
                numbers.append(await self.number())

            async def fail() -> None:
                await self.rounds(3)
                raise ZeroDivisionError

            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(take())
                    group.create_task(fail())
            except Exception as error:
                if type(error).__name__ != "ExceptionGroup":  # Python 3.10 lacks ExceptionGroup
                    raise
            self.received += numbers
            self.cancelled += not numbers

    async def main(self, transport: str) -> None:
        import zmq.asyncio

        with zmq.asyncio.Context() as context:
            self.open(context, transport)
            with self.push, self.pull:
                sending = asyncio.ensure_future(self.send())
                await asyncio.wait_for(self.receive(), TIMEOUT_S)
                await sending


class AnyioStress(Stress):
    """Cancels in the ways of AnyIO."""

    most_rounds = 20

    def __init__(self, count: int, seed: int) -> None:
        super().__init__(count, seed)
        import anyio
        import anyio.lowlevel

        self.anyio = anyio

    async def pause(self) -> None:
        await self.anyio.lowlevel.checkpoint()

    def ways(self) -> list[Callable[[], Any]]:
        return [
            self.move_on_after,
            self.scope_cancel,
            self.scope_cancel,
            self.task_group,
            self.first_of_two,
        ]

    async def take(self, scope: Any = None) -> None:
        with scope or self.anyio.CancelScope():
            self.received.append(await self.number())
            return
        self.cancelled += 1

    async def move_on_after(self) -> None:
        await self.take(self.anyio.move_on_after(self.rng.random() * 0.0002))

    async def scope_cancel(self) -> None:
        scope = self.anyio.CancelScope()
        async with self.anyio.create_task_group() as group:
            group.start_soon(self.take, scope)
            await self.rounds(5)
            scope.cancel()

    async def first_of_two(self) -> None:
        scope = self.anyio.CancelScope()
        async with self.anyio.create_task_group() as group:
            group.start_soon(self.take, scope)
            await self.pause()
            group.start_soon(self.take)
            await self.rounds(5)
            scope.cancel()

    async def task_group(self) -> None:
        """A task group that is cancelled."""
        count = len(self.received)
        async with self.anyio.create_task_group() as group:
            group.start_soon(self.take)
            await self.rounds(4)
            group.cancel_scope.cancel()
        self.cancelled += len(self.received) == count

    async def main(self, transport: str) -> None:
        import zmq.anyio

        with zmq.anyio.Context() as context:
            self.open(context, transport)
            with self.push, self.pull, self.anyio.fail_after(TIMEOUT_S):
                async with self.anyio.create_task_group() as group:
                    group.start_soon(self.send)
                    await self.receive()


def run(how: str, count: int, transport: str, seed: int) -> bool:
    """Run one way and print the result; return True if all messages arrived once and in order."""
    started = time.perf_counter()
    stress: AsyncioStress | AnyioStress
    if how.startswith("anyio-"):
        stress = AnyioStress(count, seed)
        stress.anyio.run(stress.main, transport, backend=how.removeprefix("anyio-"))
    else:
        stress = AsyncioStress(count, seed)
        if how == "uvloop":
            import uvloop

            loop = uvloop.new_event_loop()
        else:
            loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(stress.main(transport))
        finally:
            loop.close()
    numbers = [number for number in stress.received if number >= 0]
    good = numbers == list(range(count))
    print(
        f"{how:14} {transport:7} {count:,} sent, {len(numbers):,} received,"
        f" {stress.cancelled:,} receives cancelled, {count - len(set(numbers)):,} lost,"
        f" {len(numbers) - len(set(numbers)):,} received twice,"
        f" order {'kept' if numbers == sorted(numbers) else 'LOST'},"
        f" {time.perf_counter() - started:.0f} s: {'good' if good else 'FAILED'}",
        flush=True,
    )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    choices = ["asyncio", "uvloop", "anyio-asyncio", "anyio-trio"]
    parser.add_argument("how", nargs="*", metavar="HOW", help=", ".join(choices))
    parser.add_argument("--messages", type=int, default=200_000, help="default: %(default)s")
    parser.add_argument("--transport", choices=["inproc", "tcp"], default="inproc")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    ways = arguments.how or ["asyncio", "uvloop", "anyio-trio"]
    if not set(ways) <= set(choices):
        parser.error(f"HOW is one of {', '.join(choices)}")
    results = [run(how, arguments.messages, arguments.transport, arguments.seed) for how in ways]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
