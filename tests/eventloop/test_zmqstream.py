"""ZMQStream: callbacks for received and sent messages, in Tornado's loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.asyncio

pytest.importorskip("tornado", reason="ZMQStream runs in Tornado's loop: pip install tornado")

from tornado.ioloop import IOLoop

from zmq.eventloop.zmqstream import ZMQStream


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine function in a new loop, with a time limit."""

    async def limited() -> None:
        await asyncio.wait_for(test(), TIMEOUT_S)

    asyncio.run(limited())


class Inbox:
    """A callback that stores its arguments."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self._news = asyncio.Event()

    def __call__(self, *args: object) -> None:
        self.calls.append(args)
        self._news.set()

    async def count(self, number: int) -> list[tuple]:
        while len(self.calls) < number:
            self._news.clear()
            await self._news.wait()
        return self.calls


@pytest.fixture
def streams(socket_pair):
    """Make two connected streams, in the running loop."""

    def make(*args: object, **kwargs: object) -> tuple[ZMQStream, ZMQStream]:
        one, other = socket_pair(*args, **kwargs)
        return ZMQStream(one), ZMQStream(other)

    return make


@pytest.mark.parametrize("transport", ["inproc", "tcp"])
def test_messages_go_from_stream_to_stream(streams, transport):
    async def test() -> None:
        push, pull = streams(zmq.PUSH, zmq.PULL, transport)
        inbox = Inbox()
        pull.on_recv(inbox)
        for number in range(1000):
            push.send_multipart([b"%d" % number, b"part"])
        assert push.sending()
        calls = await inbox.count(1000)
        assert [parts for (parts,) in calls] == [[b"%d" % n, b"part"] for n in range(1000)]
        assert not push.sending()

    run(test)


def test_on_recv_stream_gives_stream_and_frames(streams):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()
        other.on_recv_stream(inbox, copy=False)
        one.send(b"data")
        [(stream, [frame])] = await inbox.count(1)
        assert stream is other
        assert isinstance(frame, zmq.Frame)
        assert frame.bytes == b"data"

    run(test)


def test_on_send_gets_parts_and_tracker(streams):
    async def test() -> None:
        one, _ = streams()
        inbox, inbox_stream = Inbox(), Inbox()
        one.on_send(inbox)
        one.send_multipart([b"a", b"b"], copy=False, track=True)
        [(parts, status)] = await inbox.count(1)
        assert parts == [b"a", b"b"]
        assert isinstance(status, zmq.MessageTracker)
        one.on_send_stream(inbox_stream)
        one.send(b"c")
        assert await inbox_stream.count(1) == [(one, [b"c"], None)]
        one.stop_on_send()
        one.send(b"d")
        one.flush()
        assert (len(inbox.calls), len(inbox_stream.calls)) == (1, 1)

    run(test)


def test_callback_given_to_send_is_called(streams):
    async def test() -> None:
        one, _ = streams()
        inbox = Inbox()
        one.send(b"x", callback=inbox)
        assert await inbox.count(1) == [([b"x"], None)]

    run(test)


def test_encoding_sends(streams):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()
        other.on_recv(inbox)
        one.send_string("ä")
        one.send_unicode("ö", encoding="latin-1")
        one.send_json({"a": 1})
        one.send_pyobj(None, protocol=0)
        calls = await inbox.count(4)
        assert [parts for (parts,) in calls[:3]] == [["ä".encode()], [b"\xf6"], [b'{"a": 1}']]
        assert calls[3] == ([b"N."],)
        with pytest.raises(TypeError, match="str objects only"):
            one.send_string(b"bytes")

    run(test)


def test_stop_on_recv_leaves_messages_in_the_socket(streams):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()
        other.on_recv(inbox)
        assert other.receiving()
        other.stop_on_recv()
        assert not other.receiving()
        one.send(b"kept")
        one.flush()
        assert other.flush() == 0
        assert await asyncio.to_thread(other.socket.recv) == b"kept"

    run(test)


def test_flush_passes_messages_at_once(streams):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()
        other.on_recv(inbox)
        for number in range(10):
            one.send(b"%d" % number)
        assert one.flush(zmq.POLLIN) == 0
        assert one.flush(zmq.POLLOUT, limit=4) == 4
        assert other.flush(limit=3) == 3
        assert [parts for (parts,) in inbox.calls] == [[b"0"], [b"1"], [b"2"]]
        assert other.flush(zmq.POLLOUT) == 0
        assert one.flush() == 6
        assert other.flush() == 7
        assert len(inbox.calls) == 10

    run(test)


def test_loop_receives_messages_left_by_flush(streams):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()
        other.on_recv(inbox)
        for _ in range(10):
            one.send(b"x")
        one.flush()
        other.flush(limit=1)
        await inbox.count(10)

    run(test)


def test_socket_may_be_used_directly(streams):
    """An operation that clears the descriptor's signal does not stop the stream."""

    async def test() -> None:
        one, other = streams(transport="tcp")
        inbox = Inbox()
        other.on_recv(inbox)
        for number in range(200):
            one.socket.send(b"x")
            other.socket.send(b"y")
            await asyncio.to_thread(one.socket.recv)
            await inbox.count(number + 1)

    run(test)


def test_coroutine_callbacks_are_run(streams):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()

        async def slow(parts: list) -> None:
            await asyncio.sleep(0)
            inbox(parts)

        other.on_recv(slow)
        for number in range(20):
            one.send(b"%d" % number)
        calls = await inbox.count(20)
        assert [parts for (parts,) in calls] == [[b"%d" % n] for n in range(20)]

    run(test)


@pytest.mark.parametrize("kind", ["function", "coroutine"])
def test_stream_survives_an_exception_in_a_callback(streams, caplog, kind):
    async def test() -> None:
        one, other = streams()
        inbox = Inbox()

        def fail(parts: list) -> None:
            inbox(parts)
            raise ValueError("on purpose")

        async def fail_later(parts: list) -> None:
            fail(parts)

        other.on_recv(fail if kind == "function" else fail_later)
        with caplog.at_level(logging.ERROR, logger="tornado.general"):
            one.send(b"1")
            one.send(b"2")
            await inbox.count(2)
            one.send(b"3")
            await inbox.count(3)
            await asyncio.sleep(0)

    run(test)
    logged = [record for record in caplog.records if "ZMQStream callback" in record.message]
    assert len(logged) == 3
    assert all("on purpose" in str(record.exc_info[1]) for record in logged)


def test_flush_raises_the_exception_of_a_callback(streams, caplog):
    async def test() -> None:
        one, other = streams()
        other.on_recv(lambda parts: 1 / 0)
        one.send(b"x")
        one.flush()
        with pytest.raises(ZeroDivisionError):
            other.flush()

    run(test)


def test_unsendable_record_is_logged_and_reported(streams, caplog):
    async def test() -> None:
        one, other = streams()
        sent, received = Inbox(), Inbox()
        one.on_send(sent)
        other.on_recv(received)
        one.send("text")
        one.send(b"bytes")
        calls = await sent.count(2)
        assert isinstance(calls[0][1], TypeError)
        assert calls[1] == ([b"bytes"], None)
        await received.count(1)

    run(test)
    assert any("cannot send" in record.message for record in caplog.records)


def test_closing_inside_a_callback(streams):
    async def test() -> None:
        one, other = streams()
        inbox, closings = Inbox(), Inbox()

        def close(parts: list) -> None:
            other.close()
            inbox(parts)

        other.set_close_callback(closings)
        other.on_recv(close)
        for _ in range(5):
            one.send(b"x")
        await inbox.count(1)
        await closings.count(1)
        assert other.closed()
        assert other.socket.closed
        for _ in range(5):
            await asyncio.sleep(0)
        assert len(inbox.calls) == 1
        other.close()
        assert len(closings.calls) == 1

    run(test)


def test_closed_stream_refuses_work(streams):
    async def test() -> None:
        one, _ = streams()
        one.close()
        for use in (lambda: one.send(b"x"), lambda: one.on_recv(print), one.flush):
            with pytest.raises(OSError, match="Stream is closed"):
                use()
        assert not one.receiving()
        assert not one.sending()

    run(test)


def test_closed_socket_closes_its_stream(streams, caplog):
    async def test() -> None:
        _, other = streams()
        closings = Inbox()
        other.set_close_callback(closings)
        other.on_recv(print)
        await asyncio.sleep(0.01)
        with pytest.warns(UserWarning, match="was closed, but its ZMQStream was not"):
            other.socket.close()
            await closings.count(1)
        assert other.closed()
        assert "was closed, but its ZMQStream was not" in caplog.text

    run(test)


def test_terminating_the_context_closes_streams():
    async def test() -> None:
        context = zmq.Context()
        stream = ZMQStream(context.socket(zmq.PULL))
        closings = Inbox()
        stream.set_close_callback(closings)
        stream.on_recv(print)
        await asyncio.sleep(0)
        await asyncio.to_thread(context.term)
        await closings.count(1)

    run(test)


def test_async_socket_is_shadowed():
    async def test() -> None:
        with zmq.asyncio.Context() as context:
            one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            one.bind("inproc://shadowed")
            other.connect("inproc://shadowed")
            with pytest.warns(RuntimeWarning, match="plain zmq.Socket"):
                stream = ZMQStream(other)
            assert type(stream.socket) is zmq.Socket
            inbox = Inbox()
            stream.on_recv(inbox)
            await one.send(b"to the stream")
            await inbox.count(1)
            stream.send(b"from the stream")
            assert await one.recv() == b"from the stream"
            await other.send(b"from the socket")
            assert await one.recv() == b"from the socket"
            stream.close()
            assert other.closed

    run(test)


def test_req_waits_for_its_turn(streams):
    async def test() -> None:
        rep, req = streams(zmq.REP, zmq.REQ)
        inbox = Inbox()
        rep.on_recv(lambda parts: rep.send_multipart(parts))
        req.on_recv(inbox)
        for number in range(5):
            req.send(b"%d" % number)
        calls = await inbox.count(5)
        assert [parts for (parts,) in calls] == [[b"%d" % n] for n in range(5)]

    run(test)


def test_queue_is_sent_once_there_is_room(socket_pair):
    async def test() -> None:
        push, pull = socket_pair(zmq.PUSH, zmq.PULL, "inproc", hwm=1)
        stream = ZMQStream(push)
        for number in range(20):
            stream.send(b"%d" % number)
        received = [await asyncio.to_thread(pull.recv) for _ in range(20)]
        assert received == [b"%d" % n for n in range(20)]

    run(test)


def test_thread_safe_types_work(streams):
    async def test() -> None:
        server, client = streams(zmq.SERVER, zmq.CLIENT, "tcp")
        inbox = Inbox()

        def echo(parts: list) -> None:
            server.send(parts[0].bytes, routing_id=parts[0].routing_id)

        server.on_recv(echo, copy=False)
        client.on_recv(inbox)
        for number in range(50):
            client.send(b"%d" % number)
        calls = await inbox.count(50)
        assert calls[-1] == ([b"49"],)

    run(test)


def test_a_busy_stream_leaves_others_their_turn(streams):
    """Two streams that return each message to the other for ever do not block the loop."""

    async def test() -> None:
        one, other = streams()
        one.on_recv(one.send_multipart)
        other.on_recv(other.send_multipart)
        one.send(b"for ever")
        for _ in range(20):
            await asyncio.sleep(0.001)
        one.close()
        other.close()

    run(test)


def test_stream_made_before_its_loop_runs(socket_pair, in_thread):
    one, other = socket_pair()
    loop = IOLoop(make_current=False)
    stream = ZMQStream(other, loop)

    def stop(parts: list) -> None:
        assert parts == [b"x"]
        loop.stop()

    stream.on_recv(stop)
    one.send(b"x")
    in_thread(loop.start).value()
    stream.close()
    loop.close()


def test_stream_shows_methods_of_its_socket(context):
    async def test() -> None:
        stream = ZMQStream(context.socket(zmq.PULL))
        assert stream.bind_to_random_port("tcp://127.0.0.1") > 0
        stream.setsockopt(zmq.LINGER, 7)
        assert stream.getsockopt(zmq.LINGER) == 7

    run(test)


def test_wrong_arguments_are_refused(context):
    async def test() -> None:
        socket = context.socket(zmq.PULL)
        with pytest.raises(TypeError, match=r"takes a zmq\.Socket"):
            ZMQStream(5)
        with pytest.raises(TypeError, match=r"tornado\.ioloop\.IOLoop"):
            ZMQStream(socket, asyncio.get_running_loop())
        with pytest.raises(TypeError, match="function or None"):
            ZMQStream(socket).on_recv("print")

    run(test)


def test_on_err_only_warns(streams, caplog):
    async def test() -> None:
        one, _ = streams()
        one.on_err(print)
        one.stop_on_err()

    run(test)
    assert len(caplog.records) == 2


@pytest.mark.parametrize("name", ["on_recv", "on_send", "on_recv_stream", "on_send_stream"])
@pytest.mark.parametrize("error", [TypeError, AssertionError])
def test_callback_that_cannot_be_called_is_refused(streams, name, error):
    async def test() -> None:
        one, _ = streams()
        with pytest.raises(error, match="got int: 1"):
            getattr(one, name)(1)

    run(test)
