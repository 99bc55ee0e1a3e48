"""zmq.asyncio: what its sockets do when nothing is cancelled."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.asyncio
from zmq.utils.monitor import recv_monitor_message


def test_receive_returns_a_future_that_is_done(run, pair):
    first, second = pair

    async def main():
        sent = first.send(b"hello")
        assert isinstance(sent, asyncio.Future)
        assert sent.done()
        received = second.recv()
        assert isinstance(received, asyncio.Future)
        assert received.done()
        return await received

    assert run(main()) == b"hello"


def test_receive_waits_for_a_message(run, pipeline):
    push, pull = pipeline

    async def main():
        received = asyncio.ensure_future(pull.recv())
        await asyncio.sleep(0.01)
        assert not received.done()
        await push.send(b"late")
        return await received

    assert run(main()) == b"late"


def test_receives_complete_in_the_order_of_their_calls(run, pipeline):
    push, pull = pipeline

    async def main():
        futures = [pull.recv() for _ in range(100)]
        tasks = [asyncio.ensure_future(_await(pull.recv())) for _ in range(100)]
        await asyncio.sleep(0)
        for number in range(200):
            await push.send(b"%d" % number)
        return [int(m) for m in await asyncio.gather(*futures, *tasks)]

    assert run(main()) == list(range(200))


async def _await(future):
    return await future


@pytest.mark.parametrize(
    ("send", "receive", "value"),
    [
        ("send_string", "recv_string", "späm"),
        ("send_unicode", "recv_unicode", "späm"),
        ("send_json", "recv_json", {"a": [1, 2.5, None]}),
        ("send_pyobj", "recv_pyobj", (1, {2, 3})),
        ("send_multipart", "recv_multipart", [b"a", b"", b"c" * 100_000]),
    ],
)
@pytest.mark.parametrize("early", [True, False])
def test_serialised_messages(run, pair, send, receive, value, early):
    first, second = pair

    async def main():
        if early:
            future = getattr(second, receive)()
            await getattr(first, send)(value)
        else:
            await getattr(first, send)(value)
            future = getattr(second, receive)()
        return await future

    assert run(main()) == value


@pytest.mark.parametrize("early", [True, False])
def test_send_and_receive_serialized(run, pair, early):
    first, second = pair

    async def main():
        future = second.recv_serialized(lambda parts: pickle.loads(parts[0])) if early else None
        await first.send_serialized([1, 2], lambda value: [pickle.dumps(value)])
        if future is None:
            future = second.recv_serialized(lambda parts: pickle.loads(parts[0]))
        return await future

    assert run(main()) == [1, 2]


@pytest.mark.parametrize("early", [True, False])
def test_message_that_cannot_be_read_raises_when_awaited(run, pair, early):
    first, second = pair

    async def main():
        future = second.recv_json() if early else None
        await first.send(b"{")
        await first.send(b"next")
        if future is None:
            future = second.recv_json()
        with pytest.raises(ValueError, match="Expecting"):
            await future
        return await second.recv()

    assert run(main()) == b"next"


def test_receive_frames(run, pair):
    first, second = pair

    async def main():
        await first.send_multipart([b"a", b"b"], copy=False)
        frame = await second.recv(copy=False)
        rest = await second.recv_multipart(copy=False)
        early = second.recv_multipart(copy=False)
        await first.send(b"c")
        return frame, rest, await early

    frame, rest, early = run(main())
    assert frame.bytes == b"a"
    assert frame.more
    assert [part.bytes for part in rest] == [b"b"]
    assert [part.bytes for part in early] == [b"c"]


@pytest.mark.parametrize("early", [True, False])
def test_receive_into(run, pair, early):
    first, second = pair
    buffer = bytearray(8)

    async def main():
        future = second.recv_into(buffer, nbytes=4) if early else None
        await first.send(b"abcdef")
        if future is None:
            future = second.recv_into(buffer, nbytes=4)
        return await future

    assert run(main()) == 6
    assert buffer == b"abcd\0\0\0\0"


def test_receive_into_checks_the_buffer_at_once(pair):
    with pytest.raises(BufferError):
        pair[0].recv_into(b"read-only")
    with pytest.raises(ValueError, match="does not fit"):
        pair[0].recv_into(bytearray(3), nbytes=4)


def test_send_many_and_receive_many(run, pipeline):
    push, pull = pipeline
    messages = [b"%d" % number for number in range(5000)]

    async def main():
        sending = push.send_many(messages)
        received = []
        while len(received) < len(messages):
            received += await pull.recv_many(700)
        assert await sending == len(messages)
        assert await pull.recv_many(10, timeout=5) == []
        return received

    assert run(main()) == messages


def test_send_waits_for_room(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 1
    push.bind("inproc://room")
    pull.connect("inproc://room")

    async def main():
        futures = [push.send_multipart([b"%d" % number, b"x"]) for number in range(20)]
        assert not futures[-1].done()
        received = [await pull.recv_multipart() for _ in range(20)]
        await asyncio.gather(*futures)
        return received

    assert run(main()) == [[b"%d" % number, b"x"] for number in range(20)]


def test_what_waits_to_be_sent_does_not_change(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    data = bytearray(b"before")
    push.bind("inproc://snapshot")

    async def main():
        single, multi = push.send(data), push.send_multipart([data, b"x"])
        assert not single.done()
        data[:] = b"after!"
        pull.connect("inproc://snapshot")
        await single
        await multi
        return await pull.recv(), await pull.recv_multipart()

    assert run(main()) == (b"before", [b"before", b"x"])


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_receive_timeout(run, pair, milliseconds):
    first, second = pair
    second.rcvtimeo = milliseconds

    async def main():
        with pytest.raises(zmq.Again):
            await second.recv()
        with pytest.raises(zmq.Again):
            await asyncio.wait_for(asyncio.shield(second.recv_multipart()), 10)
        await first.send(b"x")
        return await second.recv()

    assert run(main()) == b"x"


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_send_timeout(run, context, milliseconds):
    push = context.socket(zmq.PUSH)
    push.sndtimeo = milliseconds
    push.bind("inproc://nobody")

    async def main():
        with pytest.raises(zmq.Again):
            await push.send(b"x")

    run(main())


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

    assert run(main()) == b"x"


def test_poll(run, pair):
    first, second = pair

    async def main():
        assert await second.poll(0) == 0
        assert await second.poll(5) == 0
        assert await first.poll(100, zmq.POLLOUT) == zmq.POLLOUT
        waiting = second.poll()
        cancelled = second.poll(1000)
        cancelled.cancel()
        await first.send(b"x")
        assert await waiting == zmq.POLLIN
        assert await second.poll(0, zmq.POLLIN | zmq.POLLOUT) == zmq.POLLIN | zmq.POLLOUT
        return await second.recv()

    assert run(main()) == b"x"


def test_other_uses_of_the_socket_do_not_swallow_a_wake_up(run, pair):
    first, second = pair

    async def main():
        for number in range(300):
            receiving = asyncio.ensure_future(_await(second.recv()))
            await asyncio.sleep(0)
            first.send(b"%d" % number)
            # each of these processes the socket's commands, and with them the signal
            second.get(zmq.EVENTS)
            second.send(b"back")
            second.linger = 0
            assert await receiving == b"%d" % number
            await first.recv()

    run(main())


def test_synchronous_shadow_does_not_swallow_a_wake_up(run, pair):
    first, second = pair
    shadow = zmq.Socket(second)

    async def main():
        for number in range(100):
            receiving = asyncio.ensure_future(_await(second.recv()))
            await asyncio.sleep(0)
            first.send(b"%d" % number)
            shadow.send(b"back")
            assert await receiving == b"%d" % number
            await first.recv()

    run(main())


def test_a_plain_poller_does_not_swallow_a_wake_up(run, pair):
    first, second = pair
    poller = zmq.Poller()
    poller.register(second, zmq.POLLIN)

    async def main():
        for number in range(100):
            receiving = asyncio.ensure_future(_await(second.recv()))
            await asyncio.sleep(0)
            first.send(b"%d" % number)
            poller.poll(0)
            assert await receiving == b"%d" % number

    run(main())


def test_send_many_tells_how_many_were_sent_when_the_time_is_over(run, context):
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 5
    push.sndtimeo = 20
    push.bind("inproc://part")
    pull.connect("inproc://part")

    async def main():
        sent = await push.send_many([b"%d" % number for number in range(100)])
        with pytest.raises(zmq.Again):
            await push.send_many([b"x"], zmq.DONTWAIT)
        return sent, await pull.recv_many(100)

    sent, received = run(main())
    assert 0 < sent < 100
    assert received == [b"%d" % number for number in range(sent)]


def test_shadows_share_what_waits(run, pair):
    first, second = pair
    shadow = zmq.asyncio.Socket(zmq.Socket(second))

    async def main():
        futures = [second.recv(), shadow.recv(), second.recv()]
        for number in range(3):
            await first.send(b"%d" % number)
        return await asyncio.gather(*futures)

    assert run(main()) == [b"0", b"1", b"2"]


def test_from_socket(run):
    with zmq.Context() as context, context.socket(zmq.PAIR) as plain:
        plain.bind("inproc://plain")
        other = context.socket(zmq.PAIR)
        other.connect("inproc://plain")

        async def main():
            socket = zmq.asyncio.Socket.from_socket(plain)
            other.send(b"x")
            return await socket.recv()

        assert run(main()) == b"x"


def test_socket_in_a_plain_context(run):
    with zmq.Context() as context:
        socket = context.socket(zmq.PAIR, socket_class=zmq.asyncio.Socket)
        assert isinstance(socket, zmq.asyncio.Socket)

        async def main():
            return await socket.poll(0)

        assert run(main()) == 0


def test_async_with_and_async_for(run):
    async def main():
        received = []
        async with zmq.asyncio.Context() as context:
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

    assert run(main()) == [b"one", [b"t", b"w", b"o"]]


def test_iteration_must_be_asynchronous(pair):
    with pytest.raises(TypeError, match="async for"):
        iter(pair[0])


@pytest.mark.parametrize("stop", ["disable_monitor", "close"])
def test_monitor_reads_all_events_up_to_the_end(run, context, stop):
    async def main():
        socket = context.socket(zmq.REP)
        monitor = socket.get_monitor_socket()
        events = []

        async def watch():
            while True:
                events.append((await recv_monitor_message(monitor))["event"])

        watching = asyncio.ensure_future(watch())
        await asyncio.sleep(0)
        socket.bind("tcp://127.0.0.1:*")
        getattr(socket, stop)()
        # after the last event there is nothing to wait for, and the socket is closed
        with pytest.raises(zmq.ZMQError, match="closed") as raised:
            await watching
        assert raised.value.errno == zmq.ENOTSOCK
        assert monitor.closed
        return events

    events = run(main())
    assert (events[0], events[-1]) == (zmq.Event.LISTENING, zmq.Event.MONITOR_STOPPED)


def test_monitor_is_closed_when_its_reader_is_cancelled(run, context):
    async def main():
        socket = context.socket(zmq.REP)
        monitor = socket.get_monitor_socket()
        reading = asyncio.ensure_future(_await(monitor.recv_multipart()))
        polling = monitor.poll()
        await asyncio.sleep(0)
        socket.disable_monitor()
        reading.cancel()
        assert await polling == zmq.POLLIN
        await monitor.recv_multipart()
        with pytest.raises(zmq.ZMQError, match="closed"):
            await monitor.poll()
        assert monitor.closed

    run(main())


def test_closing_cancels_what_waits(run, pair):
    _first, second = pair

    async def main():
        awaited = asyncio.ensure_future(_await(second.recv()))
        kept, polled = second.recv(), second.poll()
        await asyncio.sleep(0)
        second.close()
        for future in (awaited, kept, polled):
            with pytest.raises(asyncio.CancelledError):
                await future
        with pytest.raises(zmq.ZMQError) as raised:
            second.recv()
        assert raised.value.errno == zmq.ENOTSOCK

    run(main())


def test_terminating_the_context_ends_what_waits(run):
    async def main():
        context = zmq.asyncio.Context()
        socket = context.socket(zmq.PULL)
        socket.bind("inproc://ends")
        receiving = asyncio.ensure_future(_await(socket.recv()))
        await asyncio.sleep(0)
        thread = threading.Thread(target=context.term)
        thread.start()
        try:
            with pytest.raises(zmq.ContextTerminated):
                await receiving
        finally:
            socket.close()
            thread.join(10)
        assert not thread.is_alive()

    run(main())


def test_errors_are_raised_when_awaited(run, pair):
    first, _second = pair

    async def main():
        for future in (first.send("text"), first.send_multipart([b"a", 5]), first.send(None)):
            with pytest.raises(TypeError):
                await future

    run(main())


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

    run(main())


@pytest.mark.parametrize("receive", ["recv", "recv_multipart", "recv_json", "recv_many"])
def test_answer_is_awaited_before_the_request(run, context, receive):
    request, reply = context.socket(zmq.REQ), context.socket(zmq.REP)
    reply.bind("inproc://turns")
    request.connect("inproc://turns")
    arguments = (1,) if receive == "recv_many" else ()

    async def main():
        answer = asyncio.ensure_future(getattr(request, receive)(*arguments))
        await asyncio.sleep(0)
        await request.send(b"question")
        assert await reply.recv() == b"question"
        second = asyncio.ensure_future(reply.recv())  # out of turn, until the answer is sent
        await asyncio.sleep(0)
        await reply.send(b"5")
        assert await answer == {"recv": b"5", "recv_json": 5}.get(receive, [b"5"])
        await request.send(b"again")
        assert await second == b"again"

    run(main())


def test_socket_outlives_its_loop(run, pair):
    first, second = pair

    async def receive():
        await first.send(b"x")
        waiting = second.recv()
        await waiting
        kept = second.recv()  # left behind in a loop that ends
        assert not kept.done()
        return await second.poll(0)

    for _ in range(3):
        assert run(receive()) == 0


def test_loops_in_several_threads(loop_name, run):
    """Each thread has a loop and sockets of its own, in one context."""
    results = []

    def work(context, number):
        async def main():
            first, second = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            first.bind(f"inproc://thread-{number}")
            second.connect(f"inproc://thread-{number}")
            with first, second:
                for index in range(500):
                    receiving = asyncio.ensure_future(_await(second.recv()))
                    await asyncio.sleep(0)
                    await first.send(b"%d" % index)
                    assert await receiving == b"%d" % index
            results.append(number)

        asyncio.run(main())

    with zmq.asyncio.Context() as context:
        threads = [threading.Thread(target=work, args=(context, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(results) == [0, 1, 2, 3]


def test_loop_that_moves_to_another_thread(new_loop, pair, in_thread):
    """Set up in one thread, as with run_until_complete(), and run in another."""
    first, second = pair
    loop = new_loop()

    async def send_late(message):
        receiving = asyncio.ensure_future(_await(second.recv()))
        await asyncio.sleep(0.01)
        await first.send(message)
        return await asyncio.wait_for(receiving, TIMEOUT_S)

    for message in (b"0", b"1"):
        assert loop.run_until_complete(send_late(message)) == message
        moved = in_thread(lambda: loop.run_until_complete(send_late(b"moved")))
        assert moved.value() == b"moved"


def test_operation_that_began_in_another_thread_than_the_loop(new_loop, pair, in_thread):
    first, second = pair
    loop = new_loop()
    receiving = zmq.asyncio.Socket.from_socket(second, loop).recv()
    zmq.Socket.shadow(first).send(b"x")

    async def main():
        return await asyncio.wait_for(receiving, TIMEOUT_S)

    assert in_thread(lambda: loop.run_until_complete(main())).value() == b"x"


def test_loop_that_moved_is_idle_while_it_waits(pair, in_thread):
    _, second = pair
    loop = asyncio.SelectorEventLoop()
    rounds = 0
    select = loop._selector.select

    def count(timeout):
        nonlocal rounds
        rounds += 1
        return select(timeout)

    loop._selector.select = count
    receiving = zmq.asyncio.Socket.from_socket(second, loop).recv()
    # what a use of the socket sets going must come to an end
    zmq.Socket.shadow(second).get(zmq.EVENTS)

    async def wait():
        await asyncio.wait({receiving}, timeout=0.2)

    try:
        in_thread(lambda: loop.run_until_complete(wait())).value()
        assert rounds < 50
        receiving.cancel()
    finally:
        loop.close()


def test_use_in_a_second_loop_while_the_first_waits(pair):
    _first, second = pair
    loop = asyncio.new_event_loop()
    other = asyncio.new_event_loop()

    async def start():
        return second.recv()

    try:
        waiting = loop.run_until_complete(_wrapped(start))
        with pytest.raises(RuntimeError, match="another event loop"):
            other.run_until_complete(_wrapped(start))
        waiting[0].cancel()
        loop.run_until_complete(asyncio.sleep(0))
        again = other.run_until_complete(_wrapped(start))
        again[0].cancel()
        other.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()
        other.close()


async def _wrapped(start):
    return [await start()]


def test_io_loop_serves_where_no_loop_runs(pair):
    first, second = pair
    loop = asyncio.new_event_loop()
    try:
        shadows = [zmq.asyncio.Socket.from_socket(socket, loop) for socket in (first, second)]
        receiving = shadows[1].recv()
        shadows[0].send(b"x")
        assert loop.run_until_complete(receiving) == b"x"
    finally:
        loop.close()


def test_always_ready_socket_does_not_starve_the_loop(run, pipeline):
    push, pull = pipeline
    pull.rcvhwm = push.sndhwm = 0

    async def main():
        rounds = 0
        stop = False

        async def count():
            nonlocal rounds
            while not stop:
                rounds += 1
                await asyncio.sleep(0)

        counting = asyncio.ensure_future(count())
        for _ in range(2000):
            await push.send(b"x")
        sending, rounds = rounds, 0
        for _ in range(2000):
            await pull.recv()
        stop = True
        await counting
        return sending, rounds

    sending, receiving = run(main())
    assert sending >= 2000 // 130
    assert receiving >= 2000 // 130


@pytest.mark.parametrize("kind", ["recv", "recv_multipart", "send", "send_multipart", "poll"])
def test_128_operations_complete_at_once_and_then_the_loop_has_a_round(run, pair, kind):
    """The bound that the documentation names."""
    first, second = pair
    first.sndhwm = second.rcvhwm = 0

    async def main():
        plain = zmq.Socket.shadow(first)
        for _ in range(1000):
            plain.send(b"x")
        start = {
            "recv": second.recv,
            "recv_multipart": second.recv_multipart,
            "send": lambda: first.send(b"x"),
            "send_multipart": lambda: first.send_multipart([b"x"]),
            "poll": second.poll,
        }[kind]
        counts = []
        for _ in range(3):
            count = 0
            while (future := start()).done():
                count += 1
                assert count < 1000
            counts.append(count)
            await future
        return counts

    assert run(main()) == [128, 128, 128]


def test_unclosed_socket_warns(run):
    context = zmq.asyncio.Context()
    sockets = [context.socket(zmq.PULL)]
    sockets[0].bind("inproc://unclosed")

    async def main():
        await sockets[0].poll(0)

    run(main())
    with pytest.warns(ResourceWarning, match="Unclosed socket"):
        sockets.clear()
        gc.collect()
    context.term()


@pytest.mark.parametrize(
    ("sender", "receiver"),
    [
        (zmq.CLIENT, zmq.SERVER),
        (zmq.SCATTER, zmq.GATHER),
        (zmq.CHANNEL, zmq.CHANNEL),
        (zmq.RADIO, zmq.DISH),
    ],
)
def test_thread_safe_draft_sockets(run, context, sender, receiver):
    first, second = context.socket(sender), context.socket(receiver)
    second.bind("tcp://127.0.0.1:*")
    if receiver == zmq.DISH:
        second.join("g")
    first.connect(second.last_endpoint.decode())
    options = {"group": "g"} if sender == zmq.RADIO else {}

    async def main():
        if sender == zmq.RADIO:
            # a RADIO drops what it sends before the DISH has joined
            received = asyncio.ensure_future(_await(second.recv()))
            while not received.done():
                await first.send(b"0", **options)
                await asyncio.sleep(0.005)
            while await second.poll(50):
                await second.recv()
        for number in range(300):
            receiving = asyncio.ensure_future(_await(second.recv(copy=False)))
            await asyncio.sleep(0)
            await first.send(b"%d" % number, **options)
            frame = await receiving
            assert frame.bytes == b"%d" % number
            if receiver == zmq.SERVER:
                await second.send(b"reply", routing_id=frame.routing_id)
                assert await first.recv() == b"reply"

    run(main())


def test_instance_is_not_that_of_plain_contexts():
    plain = zmq.Context.instance()
    asynchronous = zmq.asyncio.Context.instance()
    assert type(asynchronous) is zmq.asyncio.Context
    assert plain is not asynchronous
    plain.term()
    asynchronous.term()


def test_install_is_deprecated():
    with pytest.warns(DeprecationWarning, match="not needed"):
        zmq.asyncio.install()
