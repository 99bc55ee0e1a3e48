"""Sockets of every flavour: sending, receiving, polling, closing."""

from __future__ import annotations

import inspect
import threading
import time

import pytest
from socket_helpers import connect_pair

import zmq
from zmq.utils.monitor import recv_monitor_message


async def _into(socket):
    buffer = bytearray(8)
    size = await socket.recv_into(buffer, nbytes=4)
    return size, bytes(buffer)


async def _frame(socket):
    return (await socket.recv(copy=False)).bytes


async def _frames(socket):
    return [frame.bytes for frame in await socket.recv_multipart(copy=False)]


METHODS = {
    "bytes": (lambda s: s.send(b"x"), lambda s: s.recv(), b"x"),
    "frame": (lambda s: s.send(zmq.Frame(b"x")), _frame, b"x"),
    "multipart": (
        lambda s: s.send_multipart([b"a", b"", b"c" * 100_000]),
        lambda s: s.recv_multipart(),
        [b"a", b"", b"c" * 100_000],
    ),
    "frames": (lambda s: s.send_multipart([b"a", b"b"], copy=False), _frames, [b"a", b"b"]),
    "many": (lambda s: s.send_many([b"a"]), lambda s: s.recv_many(5), [b"a"]),
    "into": (lambda s: s.send(b"abcdef"), _into, (6, b"abcd\0\0\0\0")),
    "string": (lambda s: s.send_string("ü"), lambda s: s.recv_string(), "ü"),
    "unicode": (lambda s: s.send_unicode("ü"), lambda s: s.recv_unicode(), "ü"),
    "json": (
        lambda s: s.send_json({"a": [1, 2.5, None]}),
        lambda s: s.recv_json(),
        {"a": [1, 2.5, None]},
    ),
    "pyobj": (lambda s: s.send_pyobj((1, {2})), lambda s: s.recv_pyobj(), (1, {2})),
    "serialized": (
        lambda s: s.send_serialized(5, lambda number: [b"%d" % number]),
        lambda s: s.recv_serialized(lambda parts: int(parts[0])),
        5,
    ),
    "poll": (lambda s: s.send(b"x"), lambda s: s.poll(), zmq.POLLIN),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("early", [False, True], ids=["late", "early"])
def test_message_arrives(flavour, run, pair, method, early):
    first, second = pair
    send, receive, expected = METHODS[method]

    async def main():
        async with flavour.group() as group:
            if early:
                task = group.start(receive, second)
                await flavour.settle()
                assert not task.done
            await send(first)
            if not early:
                task = group.start(receive, second)
        return task.value

    assert run(main) == expected


def test_receive_waits_for_a_message(flavour, run, pipeline):
    push, pull = pipeline

    async def main():
        async with flavour.group() as group:
            task = group.start(pull.recv)
            await flavour.sleep(0.01)
            assert not task.done
            await push.send(b"late")
        return task.value

    assert run(main) == b"late"


def test_receivers_take_turns_in_order(flavour, run, pipeline):
    push, pull = pipeline

    async def main():
        async with flavour.group() as group:
            tasks = []
            for _ in range(20):
                tasks.append(group.start(pull.recv))
                await flavour.settle()
            for number in range(20):
                await push.send(b"%d" % number)
        return [int(task.value) for task in tasks]

    assert run(main) == list(range(20))


@pytest.mark.parametrize("early", [False, True], ids=["late", "early"])
def test_unreadable_message_raises_in_its_receiver(flavour, run, pair, early):
    first, second = pair

    async def receive():
        with pytest.raises(ValueError, match="Expecting"):
            await second.recv_json()

    async def main():
        async with flavour.group() as group:
            if early:
                group.start(receive)
                await flavour.settle()
            await first.send(b"{")
            await first.send(b"next")
            if not early:
                group.start(receive)
        return await second.recv()

    assert run(main) == b"next"


def test_frames_and_trackers(run, pair):
    first, second = pair

    async def main():
        tracker = await first.send(b"x" * 100_000, copy=False, track=True)
        frame = await second.recv(copy=False)
        await first.send_multipart([b"a", b"b"], copy=False)
        start = await second.recv(copy=False)
        rest = await second.recv_multipart(copy=False)
        return tracker, frame, start, rest

    tracker, frame, start, rest = run(main)
    assert isinstance(tracker, zmq.MessageTracker)
    assert frame.bytes == b"x" * 100_000
    assert (start.bytes, start.more) == (b"a", True)
    assert [part.bytes for part in rest] == [b"b"]


def test_recv_into_checks_the_buffer(flavour, run, pair):
    first, second = pair
    buffer = bytearray(4)

    async def main():
        with flavour.move_on_after(0.01):
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


def test_many_messages_in_batches(flavour, run, pipeline):
    push, pull = pipeline
    messages = [b"%d" % number for number in range(5000)]

    async def main():
        received = []
        async with flavour.group() as group:
            sending = group.start(push.send_many, iter(messages))
            while len(received) < len(messages):
                received += await pull.recv_many(700)
        assert sending.value == len(messages)
        assert await pull.recv_many(10, timeout=5) == []
        assert await pull.recv_many(10, timeout=0) == []
        return received

    assert run(main) == messages


def test_send_many_returns_the_number_sent(run, context):
    push, pull = connect_pair(context, zmq.PUSH, zmq.PULL, hwm=5)
    push.sndtimeo = 20
    messages = [b"%d" % number for number in range(100)]

    async def main():
        count = await push.send_many(messages)
        assert 0 < count < 100
        with pytest.raises(zmq.Again):
            await push.send_many(messages)
        with pytest.raises(zmq.Again):
            await push.send_many(iter(messages), zmq.DONTWAIT)
        assert await pull.recv_many(100) == messages[:count]
        await push.poll(flags=zmq.POLLOUT)
        assert 0 < await push.send_many(messages, zmq.DONTWAIT) < 100

    run(main)


async def _poll_and_send(socket):
    await socket.poll(flags=zmq.POLLOUT)
    await socket.send(b"last", zmq.DONTWAIT)


@pytest.mark.parametrize(
    "send",
    [
        lambda s: s.send(b"last"),
        lambda s: s.send_multipart([b"last"]),
        lambda s: s.send_many([b"last"]),
        lambda s: s.send_many(iter([b"last"])),
        _poll_and_send,
    ],
    ids=["send", "multipart", "many", "iterator", "poll"],
)
def test_full_socket_waits_for_room(flavour, run, context, send):
    push, pull = connect_pair(context, zmq.PUSH, zmq.PULL, hwm=1)

    async def main():
        filled = 0
        while await push.poll(0, zmq.POLLOUT):
            await push.send(b"fill", zmq.DONTWAIT)
            filled += 1
        async with flavour.group() as group:
            task = group.start(send, push)
            await flavour.settle()
            assert not task.done
            received = [await pull.recv() for _ in range(filled + 1)]
        assert task.done
        assert received == [b"fill"] * filled + [b"last"]

    run(main)


def test_multipart_messages_wait_for_room(flavour, run, context):
    push, pull = connect_pair(context, zmq.PUSH, zmq.PULL, hwm=2)

    async def send():
        for number in range(200):
            await push.send_multipart([b"%d" % number, b"x"])

    async def main():
        async with flavour.group() as group:
            group.start(send)
            return [await pull.recv_multipart() for _ in range(200)]

    assert run(main) == [[b"%d" % number, b"x"] for number in range(200)]


def test_router_waits_for_room_at_its_peer(flavour, run, context):
    """libzmq always reports a ROUTER as writable, even if its peer has no room."""
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.router_mandatory = 1
    router.sndhwm = dealer.rcvhwm = 2
    dealer.routing_id = b"peer"
    router.bind("inproc://router")
    dealer.connect("inproc://router")

    async def send():
        for number in range(50):
            await router.send_multipart([b"peer", b"%d" % number])

    async def main():
        await dealer.send(b"hello")
        await router.recv_multipart()
        async with flavour.group() as group:
            group.start(router.recv_multipart)
            group.start(send)
            await flavour.settle()
            received = [int(await dealer.recv()) for _ in range(50)]
            group.cancel()
        return received

    assert run(main) == list(range(50))


def test_waiting_message_does_not_change(flavour, run, context):
    if flavour.name == "green":
        pytest.skip("gevent: while a send waits, a change of the buffer changes the message")
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.bind("inproc://kept")
    data = bytearray(b"before")

    async def main():
        async with flavour.group() as group:
            group.start(push.send, data)
            await flavour.settle()
            group.start(push.send_multipart, [data, b"x"])
            await flavour.settle()
            data[:] = b"after!"
            pull.connect("inproc://kept")
            return await pull.recv(), await pull.recv_multipart()

    assert run(main) == (b"before", [b"before", b"x"])


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_receive_timeout(run, pair, milliseconds):
    first, second = pair
    second.rcvtimeo = milliseconds

    async def main():
        with pytest.raises(zmq.Again):
            await second.recv()
        with pytest.raises(zmq.Again):
            await second.recv_multipart()
        with pytest.raises(zmq.Again):
            await second.recv_into(bytearray(1))
        assert await second.recv_many(5) == []
        await first.send(b"x")
        return await second.recv()

    assert run(main) == b"x"


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_send_timeout(run, context, milliseconds):
    push = context.socket(zmq.PUSH)
    push.sndtimeo = milliseconds
    push.bind("inproc://no-peer")

    async def main():
        with pytest.raises(zmq.Again):
            await push.send(b"x")

    run(main)


def test_dontwait(run, pair):
    first, second = pair

    async def main():
        with pytest.raises(zmq.Again):
            await second.recv(zmq.DONTWAIT)
        with pytest.raises(zmq.Again):
            await second.recv_multipart(zmq.DONTWAIT)
        await first.send(b"x", zmq.DONTWAIT)
        await second.poll()
        return await second.recv(zmq.DONTWAIT)

    assert run(main) == b"x"


def test_poll(flavour, run, pair):
    first, second = pair

    async def main():
        assert await second.poll(0) == 0
        assert await second.poll(5) == 0
        assert await first.poll(100, zmq.POLLOUT) == zmq.POLLOUT
        async with flavour.group() as group:
            polls = [group.start(second.poll) for _ in range(2)]
            cancelled = group.start(second.poll, 1000)
            await flavour.settle()
            cancelled.cancel()
            await first.send(b"x")
        assert [task.value for task in polls] == [zmq.POLLIN] * 2
        assert await second.poll(0, zmq.POLLIN | zmq.POLLOUT) == zmq.POLLIN | zmq.POLLOUT
        return await second.recv()

    assert run(main) == b"x"


def test_others_continue_when_the_first_is_cancelled(flavour, run, pair):
    first, second = pair

    async def main():
        async with flavour.group() as group:
            watching = group.start(second.recv)
            await flavour.settle()
            tasks = []
            for _ in range(3):
                tasks.append(group.start(second.recv))
                await flavour.settle()
            watching.cancel()
            await flavour.settle()
            for number in range(3):
                await first.send(b"%d" % number)
        return [task.value for task in tasks]

    assert run(main) == [b"0", b"1", b"2"]


async def _send(flavour, socket):
    await socket.send(b"back")


async def _get(flavour, socket):
    socket.get(zmq.EVENTS)


async def _set(flavour, socket):
    socket.linger = 0


async def _poll(flavour, socket):
    await socket.poll(0)


async def _connect(flavour, socket):
    socket.connect("inproc://elsewhere")


async def _send_through_a_shadow(flavour, socket):
    flavour.synchronous.Socket(flavour.bare(socket)).send(b"back")


async def _get_through_a_shadow(flavour, socket):
    flavour.synchronous.Socket(flavour.bare(socket)).get(zmq.EVENTS)


async def _poll_with_zmq_poll(flavour, socket):
    flavour.synchronous.zmq_poll([(flavour.bare(socket), zmq.POLLIN)], 0)


async def _poll_a_shadow(flavour, socket):
    poller = flavour.synchronous.Poller()
    poller.register(flavour.synchronous.Socket(flavour.bare(socket)), zmq.POLLIN)
    poller.poll(0)


async def _poll_with_a_poller(flavour, socket):
    poller = flavour.poller()
    poller.register(flavour.bare(socket), zmq.POLLIN)
    await poller.poll(0)


@pytest.mark.parametrize(
    "use",
    [
        _send,
        _get,
        _set,
        _poll,
        _connect,
        _send_through_a_shadow,
        _get_through_a_shadow,
        _poll_with_zmq_poll,
        _poll_a_shadow,
        _poll_with_a_poller,
    ],
    ids=lambda use: use.__name__[1:],
)
def test_no_use_swallows_a_wake_up(flavour, run, context, use):
    """Each use of a socket processes commands, and so clears the signal that a task waits for."""
    first, second = connect_pair(context, hwm=0)
    plain = flavour.plain(first)
    rounds = 10 if use is _connect else 100

    async def main():
        received = []
        for number in range(rounds):
            async with flavour.group() as group:
                task = group.start(second.recv)
                await flavour.settle()
                plain.send(b"%d" % number)
                if number % 10 == 0:
                    # libzmq checks for commands at most once per ms: sleep, without running tasks,
                    # so that `use` processes commands
                    time.sleep(0.002)
                await use(flavour, second)
            received.append(int(task.value))
        return received

    assert run(main) == list(range(rounds))


def test_shadows_share_their_waiting_tasks(flavour, run, pair):
    first, second = pair
    shadow = flavour.shadow(second)

    async def main():
        async with flavour.group() as group:
            tasks = []
            for socket in (second, shadow, second):
                tasks.append(group.start(socket.recv))
                await flavour.settle()
            for number in range(3):
                await first.send(b"%d" % number)
        return [task.value for task in tasks]

    assert run(main) == [b"0", b"1", b"2"]


@pytest.mark.usefixtures("asynchronous")
def test_from_socket(flavour, run):
    with zmq.Context() as context, context.socket(zmq.PAIR) as plain:
        plain.bind("inproc://plain")
        with context.socket(zmq.PAIR) as other:
            other.connect("inproc://plain")

            async def main():
                socket = flavour.module.Socket.from_socket(plain)
                other.send(b"x")
                return await socket.recv()

            assert run(main) == b"x"


@pytest.mark.usefixtures("asynchronous")
def test_socket_in_a_plain_context(flavour, run):
    with zmq.Context() as context:
        socket = context.socket(zmq.PAIR, socket_class=flavour.module.Socket)
        assert isinstance(socket, flavour.module.Socket)

        async def main():
            return await socket.poll(0)

        assert run(main) == 0


@pytest.mark.usefixtures("asynchronous")
def test_async_with_and_async_for(flavour, run):
    async def main():
        received = []
        async with flavour.module.Context() as context:
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


@pytest.mark.usefixtures("asynchronous")
def test_iteration_must_be_asynchronous(pair):
    with pytest.raises(TypeError, match="async for"):
        iter(pair[0])


@pytest.mark.parametrize("stop", ["disable_monitor", "close"])
def test_monitor_reads_all_events_up_to_the_end(flavour, run, context, stop):
    async def next_event(monitor):
        message = recv_monitor_message(monitor)
        return (await message if inspect.isawaitable(message) else message)["event"]

    async def watch(monitor):
        events = []
        while not events or events[-1] != zmq.EVENT_MONITOR_STOPPED:
            events.append(await next_event(monitor))
        if not flavour.asynchronous:
            return events
        # no event can follow the last one, so the monitor's socket is closed
        with pytest.raises(zmq.ZMQError, match="closed") as raised:
            await next_event(monitor)
        assert raised.value.errno == zmq.ENOTSOCK
        return events

    async def main():
        socket = context.socket(zmq.REP)
        monitor = socket.get_monitor_socket()
        async with flavour.group() as group:
            watching = group.start(watch, monitor)
            await flavour.settle()
            socket.bind("tcp://127.0.0.1:*")
            getattr(socket, stop)()
        assert monitor.closed or not flavour.asynchronous
        return watching.value

    events = run(main)
    assert (events[0], events[-1]) == (zmq.EVENT_LISTENING, zmq.EVENT_MONITOR_STOPPED)


def test_closing_ends_waiting_calls(flavour, run, pair):
    first, second = pair

    async def wait(function):
        with pytest.raises(flavour.closed_error) as raised:
            await function()
        return getattr(raised.value, "errno", zmq.ENOTSOCK)

    async def main():
        functions = (second.recv, second.recv, second.recv_multipart, second.poll)
        async with flavour.group() as group:
            tasks = [group.start(wait, function) for function in functions]
            await flavour.settle()
            second.close()
        # The other socket still works.
        assert await first.poll(0) == 0
        return [task.value for task in tasks]

    assert run(main) == [zmq.ENOTSOCK] * 4


def test_closed_socket(run, pair):
    pair[0].close()

    async def main():
        for function in (pair[0].recv, pair[0].poll):
            with pytest.raises(zmq.ZMQError) as raised:
                await function()
            assert raised.value.errno == zmq.ENOTSOCK

    run(main)


def test_terminating_the_context_ends_waiting_calls(flavour, run, in_thread):
    context = flavour.open_context()
    socket = context.socket(zmq.PULL)

    async def receive():
        with pytest.raises(zmq.ContextTerminated):
            await socket.recv()
        return "terminated"

    async def iterate():
        received = [message async for message in socket]
        assert received == []

    async def main():
        socket.bind("inproc://ends")
        async with flavour.group() as group:
            receiving = group.start(receive)
            if flavour.asynchronous:
                group.start(iterate)
            await flavour.settle()
            terminating = in_thread(context.term)
        socket.close()
        return receiving.value, terminating

    value, terminating = run(main)
    assert value == "terminated"
    terminating.value()


def test_wrong_messages(run, pair):
    first, second = pair

    async def main():
        for send, data in (
            (first.send, "text"),
            (first.send, None),
            (first.send_multipart, [b"a", 5]),
            (first.send_multipart, b"bytes"),
            (first.send_many, b"bytes"),
            (first.send_string, b"bytes"),
        ):
            with pytest.raises(TypeError):
                await send(data)
        with pytest.raises(ValueError, match="SNDMORE"):
            await first.send_many([b"x"], zmq.SNDMORE)
        assert await second.poll(0) == 0

    run(main)


def test_request_and_reply_out_of_turn(flavour, run, context):
    request, reply = context.socket(zmq.REQ), context.socket(zmq.REP)

    async def main():
        for call in (lambda: request.recv(zmq.DONTWAIT), lambda: reply.send(b"x")):
            with pytest.raises(zmq.ZMQError) as raised:
                await call()
            assert raised.value.errno == zmq.EFSM
        request.rcvtimeo = 10
        # Asynchronous flavours wait, because another task may send. Green sockets fail like
        # zmq.Socket.
        with pytest.raises(zmq.Again if flavour.asynchronous else zmq.ZMQError) as raised:
            await request.recv()
        assert raised.value.errno == (zmq.EAGAIN if flavour.asynchronous else zmq.EFSM)

    run(main)


@pytest.mark.parametrize("receive", ["recv", "recv_multipart", "recv_json", "recv_many"])
@pytest.mark.usefixtures("asynchronous")
def test_reply_is_awaited_before_the_request(flavour, run, context, receive):
    request, reply = connect_pair(context, zmq.REQ, zmq.REP)
    arguments = (1,) if receive == "recv_many" else ()

    async def main():
        async with flavour.group() as group:
            answer = group.start(getattr(request, receive), *arguments)
            await flavour.settle()
            await request.send(b"question")
            assert await reply.recv() == b"question"
            second = group.start(reply.recv)  # waits, because a REP must reply first
            await flavour.settle()
            await reply.send(b"5")
            while not answer.done:
                await flavour.round()
            await request.send(b"again")
        assert answer.value == {"recv": b"5", "recv_json": 5}.get(receive, [b"5"])
        assert second.value == b"again"

    run(main)


def test_socket_outlives_its_loop(flavour, run, pair):
    first, second = pair

    async def main():
        with flavour.move_on_after(0.01):
            await second.recv()
        await first.send(b"x")
        return await second.recv()

    assert [run(main) for _ in range(3)] == [b"x"] * 3


@pytest.mark.usefixtures("asynchronous")
def test_loops_in_several_threads(flavour, run, context, in_thread):
    """Each thread has its own loop and sockets, in one context."""

    def work():
        async def main():
            first, second = connect_pair(context)
            received = []
            for index in range(100):
                async with flavour.group() as group:
                    task = group.start(second.recv)
                    await flavour.round()
                    await first.send(b"%d" % index)
                received.append(int(task.value))
            return received

        return run(main)

    workers = [in_thread(work) for _ in range(3)]
    assert [worker.value() for worker in workers] == [list(range(100))] * 3


@pytest.mark.usefixtures("asynchronous")
def test_second_loop_fails_while_the_first_waits(flavour, run, pair, in_thread):
    first, second = pair

    async def receive():
        return await second.recv()

    async def main():
        async with flavour.group() as group:
            task = group.start(receive)
            await flavour.settle()
            with pytest.raises(RuntimeError, match="another event loop"):
                in_thread(lambda: run(receive)).value()
            task.cancel()
        # After that, another loop can use the socket.
        await first.send(b"x")

    run(main)
    assert run(receive) == b"x"


@pytest.mark.usefixtures("asynchronous")
def test_ready_socket_does_not_starve_other_tasks(flavour, run, pipeline):
    push, pull = pipeline

    async def main():
        rounds = 0

        async def count():
            nonlocal rounds
            while True:
                rounds += 1
                await flavour.round()

        async with flavour.group() as group:
            group.start(count)
            for _ in range(2000):
                await push.send(b"x")
            sending, rounds = rounds, 0
            for _ in range(2000):
                await pull.recv()
            group.cancel()
        return sending, rounds

    sending, receiving = run(main)
    assert sending >= 2000 // 130
    assert receiving >= 2000 // 130


@pytest.mark.parametrize(
    ("sender", "receiver"),
    [
        (zmq.CLIENT, zmq.SERVER),
        (zmq.SCATTER, zmq.GATHER),
        (zmq.CHANNEL, zmq.CHANNEL),
        (zmq.RADIO, zmq.DISH),
    ],
)
def test_thread_safe_draft_sockets(flavour, run, context, sender, receiver):
    first, second = context.socket(sender), context.socket(receiver)
    second.bind("tcp://127.0.0.1:*")
    if receiver == zmq.DISH:
        second.join("g")
    first.connect(second.last_endpoint.decode())
    options = {"group": "g"} if sender == zmq.RADIO else {}

    async def receive():
        return await second.recv(copy=False)

    async def main():
        if sender == zmq.RADIO:
            # a RADIO drops messages that it sends before the DISH has joined
            async with flavour.group() as group:
                joined = group.start(receive)
                while not joined.done:
                    await first.send(b"0", **options)
                    await flavour.sleep(0.005)
            while await second.poll(50):
                await second.recv()
        numbers = []
        for number in range(100):
            async with flavour.group() as group:
                receiving = group.start(receive)
                await flavour.settle()
                await first.send(b"%d" % number, **options)
            frame = receiving.value
            numbers.append(int(frame.bytes))
            if receiver == zmq.SERVER:
                await second.send(b"reply", routing_id=frame.routing_id)
                assert await first.recv() == b"reply"
        return numbers

    assert run(main) == list(range(100))


def test_draft_socket_used_in_another_thread(flavour, run, context, in_thread):
    """Using a thread-safe socket in one thread may clear the signal that another thread needs."""
    first, second = connect_pair(context, zmq.CHANNEL, zmq.CHANNEL)
    plain, user = flavour.plain(first), flavour.plain(second)
    done = threading.Event()

    def use():
        while not done.is_set():
            user.get(zmq.EVENTS)

    async def main():
        received = []
        for number in range(200):
            async with flavour.group() as group:
                task = group.start(second.recv)
                await flavour.settle()
                plain.send(b"%d" % number)
            received.append(int(task.value))
        return received

    worker = in_thread(use)
    try:
        assert run(main) == list(range(200))
    finally:
        done.set()
    worker.value()


def test_reading_topics_count_wakes_a_receiver(flavour, run, context):
    """The read lets libzmq notice the message, and so clears the signal of the descriptor."""
    publisher, subscriber = connect_pair(context, zmq.XPUB, zmq.XSUB)

    async def main():
        async with flavour.group() as group:
            receiving = group.start(publisher.recv)
            await flavour.settle()
            flavour.plain(subscriber).send(b"\1a")
            assert publisher.topics_count == 1
        return receiving.value

    assert run(main) == b"\1a"


def test_instance_is_not_that_of_plain_contexts(flavour):
    plain, other = zmq.Context.instance(), flavour.module.Context.instance()
    assert type(other) is flavour.module.Context
    assert plain is not other
    plain.term()
    other.term()


def test_one_sends_while_another_receives(flavour, run, context):
    one, other = connect_pair(context, zmq.PAIR, zmq.PAIR, "tcp://127.0.0.1:*")

    async def echo():
        for _ in range(500):
            await other.send(await other.recv())

    async def flood():
        for number in range(500):
            await one.send(b"%d" % number)
            if number % 7 == 0:
                await flavour.round()

    async def main():
        async with flavour.group() as group:
            group.start(echo)
            group.start(flood)
            return [int(await one.recv()) for _ in range(500)]

    assert run(main) == list(range(500))
