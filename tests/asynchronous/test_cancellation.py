"""No message is lost, doubled or reordered when receives are cancelled."""

from __future__ import annotations

import asyncio
import random

import cancelling
import pytest
from limits import TIMEOUT_S

import zmq
import zmq.asyncio


async def _timeout_minds_an_earlier_cancel():
    """Return whether asyncio.timeout raises CancelledError in a task that was cancelled before.

    Some releases of Python 3.11 do that: they count cancellation requests from before the timeout,
    too. A TaskGroup that fails leaves a cancellation request in its task.
    """
    asyncio.current_task().cancel()
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        pass
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(TIMEOUT_S)
    except TimeoutError:
        return False
    except asyncio.CancelledError:
        return True


class Receiver(cancelling.Receiver):
    """Cancels in the ways of asyncio."""

    fresh_tasks = False

    async def task_cancel(self):
        """Call Task.cancel a few iterations of the loop after the task's start."""
        task = asyncio.ensure_future(self.receive())
        for _ in range(self.rng.randrange(4)):
            await asyncio.sleep(0)
        task.cancel()
        try:
            self.received.append(await task)
        except asyncio.CancelledError:
            self.cancelled += 1

    async def wait_for_coroutine(self):
        try:
            number = await asyncio.wait_for(self.receive(), self.rng.random() * 0.0002)
        except asyncio.TimeoutError:
            self.cancelled += 1
        else:
            self.received.append(number)

    async def wait_for_future(self):
        try:
            message = await asyncio.wait_for(self.socket.recv(), self.rng.random() * 0.0002)
        except asyncio.TimeoutError:
            self.cancelled += 1
        else:
            self.received.append(int(message))

    async def timeout(self):
        try:
            async with asyncio.timeout(self.rng.random() * 0.0002):
                number = await self.receive()
        except TimeoutError:
            self.cancelled += 1
        else:
            self.received.append(number)

    async def timeout_in_a_task(self):
        await asyncio.ensure_future(self.timeout())

    async def task_group(self):
        """Receive in a task group whose other task fails."""
        numbers = []

        async def receive():
            numbers.append(await self.receive())

        async def fail():
            for _ in range(self.rng.randrange(3)):
                await asyncio.sleep(0)
            raise ZeroDivisionError

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(receive())
                group.create_task(fail())
        except BaseException as error:
            if type(error).__name__ != "ExceptionGroup":  # Python 3.10 lacks ExceptionGroup
                raise
        self.received += numbers
        self.cancelled += not numbers

    async def first_of_two(self):
        """The first of two receivers is cancelled: the second gets the message."""
        first = asyncio.ensure_future(self.receive())
        second = asyncio.ensure_future(self.receive())
        for _ in range(self.rng.randrange(4)):
            await asyncio.sleep(0)
        first.cancel()
        for task in (first, second):
            try:
                self.received.append(await task)
            except asyncio.CancelledError:
                self.cancelled += 1

    def ways(self):
        ways = [self.task_cancel, self.task_cancel, self.wait_for_coroutine]
        ways += [self.wait_for_future, self.first_of_two]
        if hasattr(asyncio, "timeout"):
            ways += [self.timeout_in_a_task if self.fresh_tasks else self.timeout, self.task_group]
        return ways


async def stress(push, pull, count, seed):
    rng = random.Random(seed)
    receiver = Receiver(pull, rng)
    if hasattr(asyncio, "timeout"):
        receiver.fresh_tasks = await asyncio.ensure_future(_timeout_minds_an_earlier_cancel())

    async def next_round():
        await asyncio.sleep(0)

    sending = asyncio.ensure_future(cancelling.send_numbers(push, count, rng, next_round))
    result = await cancelling.receive_all(receiver, count)
    await sending
    return result


@pytest.mark.parametrize("seed", range(3))
def test_cancelled_receives_lose_no_message(run, pipeline, seed):
    received, cancelled = run(stress(*pipeline, 1500, seed))
    assert received == list(range(1500))
    assert cancelled > 100


def test_wait_for_returns_the_message_or_leaves_it(run, pair):
    """Use wait_for on a future whose message arrives at the moment of the timeout."""
    first, second = pair

    async def main():
        received = []
        for number in range(300):
            loop = asyncio.get_running_loop()
            loop.call_later(0.0005, lambda n=number: first.send(b"%d" % n))
            while True:
                try:
                    received.append(int(await asyncio.wait_for(second.recv(), 0.0005)))
                    break
                except asyncio.TimeoutError:
                    continue
        return received

    assert run(main()) == list(range(300))


def test_cancelled_after_it_was_woken(run, pair):
    """Cancel a task after it was woken and before it resumes.

    Other implementations lose messages then.
    """
    first, second = pair

    async def main():
        task = asyncio.ensure_future(cancelling.receive_number(second, "recv_string"))
        await asyncio.sleep(0)
        first.send(b"7")
        second.get(zmq.EVENTS)  # wakes the receiver, which has not resumed yet
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await second.recv()

    assert run(main()) == b"7"


def test_cancelled_after_it_was_woken_wakes_the_next(run, pair):
    first, second = pair

    async def main():
        task = asyncio.ensure_future(cancelling.receive_number(second, "recv"))
        following = asyncio.ensure_future(cancelling.receive_number(second, "recv"))
        await asyncio.sleep(0)
        first.send(b"7")
        second.get(zmq.EVENTS)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await following

    assert run(main()) == 7


def test_closing_loop_loses_nothing(run, pair):
    first, second = pair

    async def abandon():
        task = asyncio.ensure_future(cancelling.receive_number(second, "recv"))
        await asyncio.sleep(0)
        first.send(b"8")
        second.get(zmq.EVENTS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def receive():
        return await second.recv()

    run(abandon())
    assert run(receive()) == b"8"


def test_two_tasks_that_await_one_future(run, pair):
    first, second = pair

    async def main():
        future = second.recv()

        async def wait():
            return await future

        tasks = [asyncio.ensure_future(wait()) for _ in range(3)]
        await asyncio.sleep(0)
        await first.send(b"x")
        return await asyncio.gather(*tasks)

    assert run(main()) == [b"x"] * 3


def test_cancelled_sends_are_complete_or_not_sent(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 3
    push.bind("inproc://whole")
    pull.connect("inproc://whole")
    rng = random.Random(2)

    async def main():
        accepted = []
        received = []

        async def receive():
            while True:
                parts = await pull.recv_multipart()
                if parts == [b"end"]:
                    return
                received.append(parts)
                if rng.random() < 0.5:
                    await asyncio.sleep(0)

        receiving = asyncio.ensure_future(receive())
        for number in range(1500):
            parts = [b"%d" % number] * 3

            async def send(parts=parts):
                await push.send_multipart(parts)

            task = asyncio.ensure_future(send())
            for _ in range(rng.randrange(3)):
                await asyncio.sleep(0)
            task.cancel()
            try:
                await task
                accepted.append(parts)
            except asyncio.CancelledError:
                pass
        await push.send(b"end")
        await receiving
        return accepted, received

    accepted, received = run(main())
    assert all(len(parts) == 3 and len(set(parts)) == 1 for parts in received)
    numbers = [int(parts[0]) for parts in received]
    assert numbers == sorted(set(numbers))
    assert {parts[0] for parts in accepted} <= {parts[0] for parts in received}


def test_many_timeouts_leave_nothing_behind(run, pair):
    first, second = pair

    async def main():
        for _ in range(2000):
            future = second.recv()
            future.cancel()
        for _ in range(200):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(second.recv(), 0)
        await first.send(b"x")
        return await second.recv()

    assert run(main()) == b"x"


def test_receives_that_are_cancelled_together_take_no_message(run, pair):
    """A cancelled receive must not pass its message to a receive that is cancelled, too."""
    first, second = pair

    async def main():
        gathered = asyncio.gather(*(second.recv() for _ in range(3)))
        await asyncio.sleep(0)
        await first.send(b"kept")
        gathered.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gathered
        assert await second.recv() == b"kept"

    run(main())


def test_cancelled_receive_leaves_message_to_future_with_callbacks(run, pair):
    first, second = pair

    async def main():
        receiving, other = asyncio.ensure_future(_received(second)), second.recv()
        received = []
        await asyncio.sleep(0)
        other.add_done_callback(lambda future: received.append(future.result()))
        await first.send(b"for the other")
        receiving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await receiving
        await asyncio.wait({other})
        assert received == [b"for the other"]

    run(main())


async def _received(socket):
    return await socket.recv()
