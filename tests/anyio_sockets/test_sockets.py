"""zmq.anyio: sockets that send, receive and poll as coroutines."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import anyio
import anyio.lowlevel
import pytest
from limits import TIMEOUT_S

import zmq
import zmq.anyio
import zmq.asyncio
from zmq.utils.monitor import recv_monitor_message


async def _settle():
    """Let the other tasks come to where they wait."""
    for _ in range(5):
        await anyio.lowlevel.checkpoint()


class Received(list):
    """What tasks received, in the order in which they did."""

    async def receive(self, socket):
        self.append(await socket.recv())


def _set_bytes(buffer, data):
    buffer[:] = data


METHODS = {
    "bytes": (lambda s: s.send(b"x"), lambda s: s.recv(), b"x"),
    "frame": (lambda s: s.send(zmq.Frame(b"x")), lambda s: s.recv(), b"x"),
    "multipart": (lambda s: s.send_multipart([b"a", b"b"]), lambda s: s.recv_multipart(), None),
    "string": (lambda s: s.send_string("ü"), lambda s: s.recv_string(), "ü"),
    "unicode": (lambda s: s.send_unicode("ü"), lambda s: s.recv_unicode(), "ü"),
    "json": (lambda s: s.send_json({"a": 1}), lambda s: s.recv_json(), {"a": 1}),
    "pyobj": (lambda s: s.send_pyobj({1, 2}), lambda s: s.recv_pyobj(), {1, 2}),
    "serialized": (
        lambda s: s.send_serialized(5, lambda n: [b"%d" % n]),
        lambda s: s.recv_serialized(lambda parts: int(parts[0])),
        5,
    ),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("waits", [False, True])
def test_what_is_sent_is_received(run, pair, method, waits):
    first, second = pair
    send, receive, expected = METHODS[method]

    async def main():
        received = []

        async def take():
            received.append(await receive(second))

        async with anyio.create_task_group() as group:
            if waits:
                group.start_soon(take)
                await _settle()
            await send(first)
            if not waits:
                group.start_soon(take)
        return received

    assert run(main) == [[b"a", b"b"] if expected is None else expected]


def test_frames(run, pair):
    first, second = pair

    async def main():
        tracker = await first.send(b"x" * 100_000, copy=False, track=True)
        frame = await second.recv(copy=False)
        await first.send_multipart([b"a", b"b"])
        frames = await second.recv_multipart(copy=False)
        return tracker, frame, frames

    tracker, frame, frames = run(main)
    assert isinstance(tracker, zmq.MessageTracker)
    assert frame.bytes == b"x" * 100_000
    assert [bytes(part) for part in frames] == [b"a", b"b"]


def test_recv_into(run, pair):
    first, second = pair
    buffer = bytearray(4)

    async def main():
        with anyio.move_on_after(0.01):
            await second.recv_into(buffer)
        assert buffer == bytes(4)
        await first.send(b"abc")
        with pytest.raises(BufferError):
            await second.recv_into(b"read-only")
        with pytest.raises(ValueError, match="does not fit"):
            await second.recv_into(buffer, nbytes=5)
        return await second.recv_into(buffer)

    assert run(main) == 3
    assert buffer == b"abc\0"


def test_recv_many_and_send_many(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 5
    push.bind("inproc://many")
    pull.connect("inproc://many")
    messages = [b"%d" % number for number in range(100)]

    async def main():
        assert await pull.recv_many(10, timeout=0) == []
        received = []
        sent = []

        async def send():
            sent.append(await push.send_many(iter(messages)))

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            while len(received) < 100:
                received += await pull.recv_many(7)
        assert received == messages
        assert sent == [100]
        # what finds room is sent, the rest is not
        push.sndtimeo = 10
        count = await push.send_many(messages)
        assert 0 < count < 100
        with pytest.raises(zmq.Again):
            await push.send_many(messages)
        assert len(await pull.recv_many(100)) == count
        await push.poll(flags=zmq.POLLOUT)
        assert 0 < await push.send_many(messages, zmq.DONTWAIT) < 100

    run(main)


def test_what_waits_to_be_sent_does_not_change(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.bind("inproc://kept")
    data = bytearray(b"before")

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(push.send, data)
            await _settle()
            _set_bytes(data, b"after!")
            pull.connect("inproc://kept")
            return await pull.recv()

    assert run(main) == b"before"


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_receive_timeout(run, pair, milliseconds):
    first, second = pair
    second.rcvtimeo = milliseconds

    async def main():
        with pytest.raises(zmq.Again):
            await second.recv()
        assert await second.recv_many(5) == []
        await first.send(b"x")
        return await second.recv()

    assert run(main) == b"x"


def test_receive_takes_timeout(run, pair):
    first, second = pair

    async def main():
        for timeout in (0, 5):
            for receive in (second.recv, second.recv_multipart, second.recv_string):
                with pytest.raises(zmq.Again, match=rf"message within timeout \({timeout} ms\)"):
                    await receive(timeout=timeout)
        second.rcvtimeo = 1
        with pytest.raises(zmq.Again, match=r"no message within RCVTIMEO \(1 ms\)"):
            await second.recv()
        with pytest.raises(TypeError, match="timeout is a number of milliseconds"):
            await second.recv(timeout="5")
        await first.send(b"x")
        return await second.recv(timeout=TIMEOUT_S * 1000)

    assert run(main) == b"x"


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_send_timeout(run, context, milliseconds):
    push = context.socket(zmq.PUSH)
    push.sndtimeo = milliseconds
    push.bind("inproc://nobody")

    async def main():
        with pytest.raises(zmq.Again):
            await push.send(b"x")

    run(main)


def test_dontwait(run, pair):
    first, second = pair

    async def main():
        with pytest.raises(zmq.Again):
            await second.recv(zmq.DONTWAIT)
        await first.send(b"x", zmq.DONTWAIT)
        return await second.recv(zmq.DONTWAIT)

    assert run(main) == b"x"


def test_send_waits_for_room(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 2
    push.bind("inproc://room")
    pull.connect("inproc://room")

    async def main():
        async with anyio.create_task_group() as group:

            async def send():
                for number in range(200):
                    await push.send_multipart([b"%d" % number, b"x"])

            group.start_soon(send)
            return [int((await pull.recv_multipart())[0]) for _ in range(200)]

    assert run(main) == list(range(200))


def test_router_waits_for_room_at_its_peer(run, context):
    """libzmq says of a ROUTER that there is always room."""
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.router_mandatory = 1
    router.sndhwm = dealer.rcvhwm = 2
    dealer.routing_id = b"peer"
    router.bind("inproc://router")
    dealer.connect("inproc://router")

    async def main():
        async with anyio.create_task_group() as group:

            async def send():
                for number in range(50):
                    await router.send_multipart([b"peer", b"%d" % number])

            async def receive():
                await router.recv_multipart()

            await dealer.send(b"hello")
            await router.recv_multipart()
            group.start_soon(receive)
            group.start_soon(send)
            await _settle()
            received = [int(await dealer.recv()) for _ in range(50)]
            group.cancel_scope.cancel()
        return received

    assert run(main) == list(range(50))


def test_receivers_take_turns_in_the_order_in_which_they_came(run, pipeline):
    push, pull = pipeline

    async def main():
        order = []

        async def receive(number):
            order.append((number, int(await pull.recv())))

        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(receive, number)
                await _settle()
            for number in range(20):
                await push.send(b"%d" % number)
        return order

    assert run(main) == [(number, number) for number in range(20)]


def test_the_others_go_on_when_the_one_that_watches_is_cancelled(run, pair):
    first, second = pair

    async def main():
        received = Received()
        watching = anyio.CancelScope()

        async def watch():
            with watching:
                await second.recv()

        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            await _settle()
            for _ in range(3):
                group.start_soon(received.receive, second)
            await _settle()
            watching.cancel()
            await _settle()
            for number in range(3):
                await first.send(b"%d" % number)
        return received

    assert run(main) == [b"0", b"1", b"2"]


def test_poll(run, pair):
    first, second = pair

    async def main():
        assert await second.poll(0) == 0
        assert await second.poll(5) == 0
        assert await first.poll(100, zmq.POLLOUT) == zmq.POLLOUT
        events = []

        async def poll():
            events.append(await second.poll())

        async with anyio.create_task_group() as group:
            group.start_soon(poll)
            group.start_soon(poll)
            await _settle()
            await first.send(b"x")
        assert events == [zmq.POLLIN] * 2
        assert await second.poll(0, zmq.POLLIN | zmq.POLLOUT) == zmq.POLLIN | zmq.POLLOUT
        return await second.recv()

    assert run(main) == b"x"


@pytest.mark.parametrize("through_a_shadow", [False, True])
def test_other_uses_of_the_socket_do_not_swallow_a_wake_up(run, pair, through_a_shadow):
    first, second = pair
    plain = zmq.Socket(first)
    user = zmq.Socket(second)

    async def main():
        received = Received()
        for number in range(300):
            async with anyio.create_task_group() as group:
                group.start_soon(received.receive, second)
                await _settle()
                plain.send(b"%d" % number)
                # each of these processes the socket's commands, and with them the signal
                if through_a_shadow:
                    user.send(b"back")
                    user.get(zmq.EVENTS)
                else:
                    await second.send(b"back")
                    second.linger = 0
                await first.recv()
        return received

    assert run(main) == [b"%d" % number for number in range(300)]


def test_closing_wakes_what_waits(run, pair):
    _first, second = pair

    async def main():
        errors = []

        async def note(function):
            with pytest.raises(zmq.ZMQError) as raised:
                await function()
            errors.append(raised.value.errno)

        async with anyio.create_task_group() as group:
            for function in (second.recv, second.recv_multipart, second.poll):
                group.start_soon(note, function)
            await _settle()
            second.close()
        return errors

    assert run(main) == [zmq.ENOTSOCK] * 3


def test_closed_socket(run, pair):
    pair[0].close()

    async def main():
        for function in (pair[0].recv, pair[0].poll):
            with pytest.raises(zmq.ZMQError) as raised:
                await function()
            assert raised.value.errno == zmq.ENOTSOCK

    run(main)


def test_terminating_the_context_ends_what_waits(run):
    context = zmq.anyio.Context()

    async def main():
        socket = context.socket(zmq.PULL)
        socket.bind("inproc://ends")
        thread = threading.Thread(target=context.term)
        received = []

        async def iterate():
            async for message in socket:
                received.append(message)

        async with anyio.create_task_group() as group:
            group.start_soon(iterate)
            await _settle()
            thread.start()
            with pytest.raises(zmq.ContextTerminated):
                await socket.recv()
        socket.close()
        thread.join(TIMEOUT_S)
        assert not thread.is_alive()

    run(main)


def test_async_with_and_async_for(run):
    async def main():
        received = []
        async with zmq.anyio.Context() as context:
            async with context.socket(zmq.PUSH) as push, context.socket(zmq.PULL) as pull:
                push.bind("inproc://for")
                pull.connect("inproc://for")
                await push.send(b"one")
                await push.send_multipart([b"t", b"w", b"o"])
                async for message in pull:
                    received.append(message)
                    if len(received) == 2:
                        break
            assert push.closed
            assert pull.closed
        assert context.closed
        return received

    assert run(main) == [b"one", [b"t", b"w", b"o"]]


def test_iteration_must_be_asynchronous(pair):
    with pytest.raises(TypeError, match="async for"):
        iter(pair[0])


def test_from_socket(run):
    with zmq.Context() as context, context.socket(zmq.PAIR) as plain:
        plain.bind("inproc://plain")
        with context.socket(zmq.PAIR) as other:
            other.connect("inproc://plain")

            async def main():
                socket = zmq.anyio.Socket.from_socket(plain)
                other.send(b"x")
                return await socket.recv()

            assert run(main) == b"x"


def test_wrong_messages(run, pair):
    async def main():
        for send, data in (
            (pair[0].send, "text"),
            (pair[0].send, None),
            (pair[0].send_multipart, [b"a", 5]),
            (pair[0].send_multipart, b"bytes"),
            (pair[0].send_many, b"bytes"),
            (pair[0].send_string, b"bytes"),
        ):
            with pytest.raises(TypeError):
                await send(data)
        with pytest.raises(ValueError, match="SNDMORE"):
            await pair[0].send_many([b"x"], zmq.SNDMORE)
        assert await pair[1].poll(0) == 0

    run(main)


def test_request_and_reply_out_of_turn(run, context):
    request, reply = context.socket(zmq.REQ), context.socket(zmq.REP)

    async def main():
        for operation in (request.recv(zmq.DONTWAIT), reply.send(b"x")):
            with pytest.raises(zmq.ZMQError) as raised:
                await operation
            assert raised.value.errno == zmq.EFSM
        request.rcvtimeo = 10
        with pytest.raises(zmq.Again):
            await request.recv()

    run(main)


@pytest.mark.parametrize("receive", ["recv", "recv_multipart", "recv_json", "recv_many"])
def test_answer_is_awaited_before_the_request(run, context, receive):
    request, reply = context.socket(zmq.REQ), context.socket(zmq.REP)
    reply.bind("inproc://turns")
    request.connect("inproc://turns")
    answers = []

    async def wait():
        arguments = (1,) if receive == "recv_many" else ()
        answers.append(await getattr(request, receive)(*arguments))

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(wait)
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            await request.send(b"question")
            assert await reply.recv() == b"question"
            group.start_soon(reply.recv)  # out of turn, until the answer is sent
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            await reply.send(b"5")
            while not answers:
                await anyio.lowlevel.checkpoint()
            await request.send(b"again")
        assert answers == [{"recv": b"5", "recv_json": 5}.get(receive, [b"5"])]

    run(main)


def test_socket_outlives_its_loop(run, pair):
    first, second = pair

    async def main():
        with anyio.move_on_after(0.01):
            await second.recv()
        await first.send(b"x")
        return await second.recv()

    assert [run(main) for _ in range(3)] == [b"x"] * 3


def test_use_in_a_second_loop_while_the_first_waits(run, pair, in_thread):
    _first, second = pair

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(second.recv)
            await _settle()
            with pytest.raises(RuntimeError, match="another event loop"):
                in_thread(lambda: run(second.recv)).value()
            group.cancel_scope.cancel()

    run(main)


def test_use_with_asyncio_while_a_task_waits(run, backend, pair, in_thread):
    _first, second = pair
    if backend == "trio":
        other = "zmq.anyio"

        async def main():
            async with anyio.create_task_group() as group:
                group.start_soon(second.recv)
                await _settle()

                async def receive():
                    return await zmq.asyncio.Socket(second).recv()

                with pytest.raises(RuntimeError, match=other):
                    in_thread(lambda: anyio.run(receive)).value()
                group.cancel_scope.cancel()
    else:

        async def main():
            waiting = zmq.asyncio.Socket(second).recv()
            with pytest.raises(RuntimeError, match=r"zmq\.asyncio"):
                await second.recv()
            waiting.cancel()
            # and then it can be used
            await pair[0].send(b"x")
            assert await second.recv() == b"x"

    run(main)


def test_use_with_no_loop(pair):
    receiving = pair[0].recv()
    with pytest.raises(RuntimeError):
        receiving.send(None)


def test_loops_in_several_threads(run, context, in_thread):
    def work(number):
        async def main():
            first, second = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            first.bind(f"inproc://thread-{number}")
            second.connect(f"inproc://thread-{number}")
            received = Received()
            for index in range(100):
                async with anyio.create_task_group() as group:
                    group.start_soon(received.receive, second)
                    await first.send(b"%d" % index)
            return received

        return run(main)

    workers = [in_thread(lambda number=number: work(number)) for number in range(3)]
    assert [worker.value() for worker in workers] == [[b"%d" % n for n in range(100)]] * 3


@pytest.mark.parametrize(
    ("sender", "receiver"),
    [(zmq.CLIENT, zmq.SERVER), (zmq.SCATTER, zmq.GATHER), (zmq.CHANNEL, zmq.CHANNEL)],
)
def test_thread_safe_draft_sockets(run, context, sender, receiver):
    first, second = context.socket(sender), context.socket(receiver)
    second.bind("tcp://127.0.0.1:*")
    first.connect(second.last_endpoint.decode())

    async def main():
        frames = []

        async def receive():
            frames.append(await second.recv(copy=False))

        for number in range(100):
            async with anyio.create_task_group() as group:
                group.start_soon(receive)
                await _settle()
                await first.send(b"%d" % number)
            if receiver == zmq.SERVER:
                await second.send(b"reply", routing_id=frames[-1].routing_id)
                assert await first.recv() == b"reply"
        return [int(frame.bytes) for frame in frames]

    assert run(main) == list(range(100))


def test_draft_socket_used_in_another_thread(run, context, in_thread):
    """A thread-safe socket: what one thread sends may swallow what another waits for."""
    first, second = context.socket(zmq.CHANNEL), context.socket(zmq.CHANNEL)
    second.bind("inproc://channel")
    first.connect("inproc://channel")
    plain, user = zmq.Socket(first), zmq.Socket(second)
    done = threading.Event()

    def use():
        while not done.is_set():
            user.get(zmq.EVENTS)

    async def main():
        received = Received()
        for number in range(200):
            async with anyio.create_task_group() as group:
                group.start_soon(received.receive, second)
                await _settle()
                plain.send(b"%d" % number)
        return received

    worker = in_thread(use)
    try:
        assert run(main) == [b"%d" % number for number in range(200)]
    finally:
        done.set()
    worker.value()


def test_instance_is_not_that_of_plain_contexts():
    plain, asynchronous = zmq.Context.instance(), zmq.anyio.Context.instance()
    assert type(asynchronous) is zmq.anyio.Context
    assert plain is not asynchronous
    plain.term()
    asynchronous.term()


def test_without_anyio_the_import_says_what_to_install():
    program = "import sys; sys.modules['anyio'] = None\nimport zmq\nimport zmq.anyio"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert done.returncode == 1
    assert "pip install anyio" in done.stderr


@pytest.mark.parametrize("stop", ["disable_monitor", "close"])
def test_monitor_reads_all_events_up_to_the_end(run, context, stop):
    async def main():
        socket = context.socket(zmq.REP)
        monitor = socket.get_monitor_socket()
        events = []

        async def watch():
            while not events or events[-1] != zmq.EVENT_MONITOR_STOPPED:
                events.append((await recv_monitor_message(monitor))["event"])

        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            await _settle()
            socket.bind("tcp://127.0.0.1:*")
            getattr(socket, stop)()
        # after the last event there is nothing to wait for
        assert monitor.closed
        return events

    events = run(main)
    assert (events[0], events[-1]) == (zmq.Event.LISTENING, zmq.Event.MONITOR_STOPPED)


def test_loop_that_moves_to_another_thread(pair, in_thread):
    first, second = pair
    loop = asyncio.new_event_loop()
    received = []

    async def receive():
        received.append(await second.recv())

    async def main(message):
        with anyio.fail_after(TIMEOUT_S):
            async with anyio.create_task_group() as group:
                group.start_soon(receive)
                await _settle()
                await first.send(message)

    try:
        loop.run_until_complete(main(b"0"))
        in_thread(lambda: loop.run_until_complete(main(b"1"))).value()
        loop.run_until_complete(main(b"2"))
    finally:
        loop.close()
    assert received == [b"0", b"1", b"2"]
