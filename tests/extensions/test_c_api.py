"""pyzmq.h: the libzmq that Python uses, for C."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import sys
import threading

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.asyncio


@pytest.fixture
def held(pair, probe):
    """A socket that C has acquired, and its peer."""
    probe.acquire(pair[0])
    yield pair
    probe.release(pair[0])


# ---------------------------------------------------------------- the objects' handles


def test_handles_are_those_of_the_objects(context, probe):
    socket = context.socket(zmq.PAIR)
    assert probe.context_handle(context) == context.underlying
    assert probe.socket_handle(socket) == socket.underlying


def test_the_checks_tell_the_classes(context, probe):
    socket = context.socket(zmq.PAIR)
    assert probe.kinds(context) == (1, 0, 0)
    assert probe.kinds(socket) == (0, 1, 0)
    assert probe.kinds(zmq.Frame(b"x")) == (0, 0, 1)
    assert probe.kinds(zmq.asyncio.Socket.from_socket(socket)) == (0, 1, 0)
    assert probe.kinds(None) == (0, 0, 0)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("context_handle", "Context"),
        ("socket_handle", "Socket"),
        ("acquire", "Socket"),
        ("frame_address", "Frame"),
    ],
)
def test_another_type_is_refused(function, expected, probe):
    with pytest.raises(TypeError, match=rf"expected a zmq.{expected}, got bytes"):
        getattr(probe, function)(b"")


@pytest.mark.parametrize("function", ["socket_handle", "acquire"])
def test_a_closed_socket_is_refused(function, context, probe):
    socket = context.socket(zmq.PAIR)
    socket.close()
    with pytest.raises(zmq.ZMQError, match="has been closed") as caught:
        getattr(probe, function)(socket)
    assert caught.value.errno == zmq.ENOTSOCK


def test_a_terminated_context_is_refused(probe):
    context = zmq.Context()
    context.term()
    with pytest.raises(zmq.ZMQError, match="has been terminated"):
        probe.context_handle(context)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_objects_from_before_a_fork_are_refused(pair, context, probe):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        refused = b""
        for function, thing in (("acquire", pair[0]), ("context_handle", context)):
            try:
                getattr(probe, function)(thing)
            except zmq.ZMQError as error:
                refused += b"y" if "forked" in str(error) else b"n"
        os.write(writer, refused)
        os._exit(0)
    os.close(writer)
    assert os.read(reader, 10) == b"yy"
    os.close(reader)
    os.waitpid(child, 0)


# ---------------------------------------------------------------- acquired sockets


def test_c_sends_through_an_acquired_socket(held, probe):
    one, other = held
    assert probe.send(one.underlying, b"from C") == 0
    assert other.recv() == b"from C"


@pytest.mark.parametrize("use", ["send", "close", "poll", "getsockopt"])
def test_an_acquired_socket_is_refused_to_others(use, held):
    one, _ = held
    arguments = {"send": (b"x",), "close": (), "poll": (0,), "getsockopt": (zmq.LINGER,)}[use]
    with pytest.raises(zmq.ZMQError, match="in use by") as caught:
        getattr(one, use)(*arguments)
    assert caught.value.errno == zmq.EMTHREAD


def test_the_error_names_the_extension(held):
    with pytest.raises(zmq.ZMQError, match="by an extension module, which has acquired it"):
        held[0].send(b"x")


def test_an_acquired_socket_is_not_acquired_again(held, probe):
    with pytest.raises(zmq.ZMQError, match="has acquired it"):
        probe.acquire(held[0])


def test_busy_socket_cannot_be_acquired_by_another_thread(pair, probe, in_thread, until):
    one, other = pair
    waiting = in_thread(one.recv)

    def refused():
        try:
            probe.acquire(one)
        except zmq.ZMQError as error:
            return error
        probe.release(one)
        return None

    assert until(refused).errno == zmq.EMTHREAD
    other.send(b"done")
    assert waiting.value() == b"done"


def test_a_released_socket_is_as_before(pair, probe):
    one, other = pair
    probe.acquire(one)
    probe.release(one)
    one.send(b"x")
    assert other.recv() == b"x"


def test_a_thread_safe_socket_is_acquired_by_many(context, probe):
    server = context.socket(zmq.SERVER)
    assert probe.acquire(server) == probe.acquire(server)
    probe.release(server)
    probe.release(server)
    server.close()


def test_acquiring_a_socket_acquires_its_shadow(pair, probe):
    shadow = zmq.Socket.shadow(pair[0])
    probe.acquire(shadow)
    with pytest.raises(zmq.ZMQError, match="has acquired it"):
        pair[0].send(b"x")
    probe.release(shadow)
    pair[0].send(b"x")
    assert pair[1].recv() == b"x"


def test_an_acquired_socket_stays_alive(context, probe):
    # The fixture `context` would keep the socket alive, but here only C may do that.
    own = zmq.Context()
    socket = own.socket(zmq.PUSH)
    address = probe.acquire(socket)
    del socket
    gc.collect()
    assert probe.send(address, b"x") == errno.EAGAIN  # the socket is alive, and has no peer
    (socket,) = own._sockets.values()
    probe.release(socket)
    socket.close()
    own.term()


def test_release_without_acquire_is_a_harmless_error(pair, probe, monkeypatch):
    told = []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: told.append(unraisable.exc_value))
    probe.release(pair[0])
    assert "has not been acquired" in str(told.pop())
    probe.release(b"no socket")
    assert "expected a zmq.Socket" in str(told.pop())
    pair[0].send(b"x")
    assert pair[1].recv() == b"x"


def test_release_keeps_errno_and_the_exception(pair, probe):
    probe.acquire(pair[0])
    with pytest.raises(LookupError, match="kept"):
        probe.fail_and_release(pair[0])


def test_release_wakes_asyncio(probe):
    """C's receive clears the signal of the descriptor that asyncio waits for."""

    async def main():
        with zmq.asyncio.Context() as context:
            one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            one.bind("inproc://wakes")
            other.connect("inproc://wakes")
            receive = asyncio.ensure_future(one.recv())
            await asyncio.sleep(0)
            sender = zmq.Socket.shadow(other)
            # Both messages arrive before the loop runs, so they cause only one signal. C's receive
            # clears this signal.
            sender.send(b"for C")
            sender.send(b"for asyncio")
            address = probe.acquire(one)
            assert probe.receive(address) == b"for C"
            probe.release(one)
            assert await asyncio.wait_for(receive, TIMEOUT_S) == b"for asyncio"
            one.close()
            other.close()

    asyncio.run(main())


@pytest.mark.parametrize("operation", ["recv", "send"])
def test_release_wakes_up_waiting_asyncio_tasks(probe, operation):
    """asyncio's operation waits until C has released the socket, even if it could end earlier."""

    async def main():
        with zmq.asyncio.Context() as context:
            one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            plain = zmq.Socket.shadow(other)
            one.sndhwm = other.rcvhwm = 1
            one.bind("inproc://goes-on")
            other.connect("inproc://goes-on")
            if operation == "send":
                while await one.poll(0, zmq.POLLOUT):
                    await one.send(b"fills")
                waiting = asyncio.ensure_future(one.send(b"last"))
            else:
                waiting = asyncio.ensure_future(one.recv())
            await asyncio.sleep(0.01)
            assert not waiting.done()
            descriptor = one.get(zmq.FD)
            probe.acquire(one)
            if operation == "send":
                while plain.poll(0):
                    plain.recv()
            else:
                plain.send(b"body")
            await asyncio.sleep(0.05)
            assert not waiting.done()
            # The loop must not watch the descriptor: it is readable, and would keep the loop busy.
            assert not asyncio.get_running_loop().remove_reader(descriptor)
            probe.release(one)
            result = await asyncio.wait_for(waiting, TIMEOUT_S)
            assert result == (b"body" if operation == "recv" else None)
            one.close(0)
            other.close(0)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("function", "error"), [("context_from", zmq.Errno.EFAULT), ("socket_from", zmq.ENOTSOCK)]
)
def test_a_null_handle_is_refused(probe, function, error):
    with pytest.raises(zmq.ZMQError, match="did zmq_") as caught:
        getattr(probe, function)(0)
    assert caught.value.errno == error


def test_socket_is_not_a_context(probe, pair):
    with pytest.raises(zmq.ZMQError, match="not that of a context") as caught:
        probe.context_from(pair[0].underlying)
    assert caught.value.errno == zmq.Errno.EFAULT


def test_terminating_the_context_waits_for_the_release(probe, in_thread, until):
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    address = probe.acquire(socket)
    destroying = in_thread(lambda: context.destroy(linger=0))
    # The C code gets ETERM from libzmq, and then releases the socket.
    assert until(lambda: probe.receive(address) == zmq.ETERM)
    assert not socket.closed
    probe.release(socket)
    destroying.value()
    assert socket.closed
    assert context.closed


# ---------------------------------------------------------------- sockets of C's own


def test_inproc_connects_c_socket_to_python_socket(context, probe, endpoint):
    address = endpoint("inproc")
    pull = context.socket(zmq.PULL)
    pull.bind(address)
    push = probe.open(probe.context_handle(context), zmq.PUSH)
    assert probe.connect(push, address) == 0
    assert probe.send(push, b"inproc") == 0
    assert pull.recv() == b"inproc"
    assert probe.close(push) == 0


def test_python_uses_a_socket_of_c(context, probe, endpoint):
    address = endpoint("inproc")
    pull = context.socket(zmq.PULL)
    pull.bind(address)
    handle = probe.open(context.underlying, zmq.PUSH)
    push = probe.socket_from(handle)
    assert isinstance(push, zmq.Socket)
    assert push.type == zmq.PUSH
    push.connect(address)
    push.send(b"by Python")
    assert pull.recv() == b"by Python"
    assert probe.close(handle) == 0


def test_python_uses_a_context_of_c(probe):
    handle = probe.new_context()
    context = probe.context_from(handle)
    assert isinstance(context, zmq.Context)
    context.socket(zmq.PAIR).close()
    del context
    assert probe.term_context(handle) == 0


# ---------------------------------------------------------------- messages


def test_memory_of_c_is_sent_without_a_copy(pair, probe, until):
    frame = probe.frame_of(b"lent")
    address = probe.frame_address(frame)
    pair[0].send(frame, copy=False)
    del frame
    assert probe.buffers_lent() == 1
    received = pair[1].recv(copy=False)
    assert bytes(received) == b"lent"
    assert probe.frame_address(received) == address
    del received
    assert until(lambda: probe.buffers_lent() == 0)


def test_a_frame_from_c_is_an_ordinary_one(probe):
    frame = probe.frame_of(b"bytes")
    assert type(frame) is zmq.Frame
    assert (frame.bytes, len(frame), frame.more) == (b"bytes", 5, False)


def test_uninitialized_message_makes_no_frame(probe):
    with pytest.raises(zmq.ZMQError, match="PyZMQFrame_FromMessage") as caught:
        probe.frame_of_garbage()
    assert caught.value.errno == errno.EFAULT


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EAGAIN, zmq.Again),
        (zmq.ETERM, zmq.ContextTerminated),
        (errno.EINTR, zmq.error.InterruptedSystemCall),
        (zmq.EFSM, zmq.ZMQError),
    ],
)
def test_an_errno_becomes_the_exception_that_python_raises(number, expected, probe):
    with pytest.raises(expected) as caught:
        probe.fail(number)
    assert caught.value.errno == number
    assert type(caught.value) is expected


def test_many_threads_share_a_socket_by_turns(pair, probe):
    """A refused thread tries again: no message is lost, and the process does not abort."""
    one, other = pair
    one.sndhwm = 0

    def send():
        sent = 0
        while sent < 200:
            try:
                address = probe.acquire(one)
            except zmq.ZMQError:
                continue
            sent += probe.send(address, b"x") == 0
            probe.release(one)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    received = [other.recv() for _ in range(800)]
    for thread in threads:
        thread.join(TIMEOUT_S)
    assert len(received) == 800


# ---------------------------------------------------------------- zmq_ppoll


@pytest.fixture
def blocked_signal():
    """Block SIGUSR1; return a list that gets an entry for each handled signal."""
    handled = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    yield handled
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.skipif(sys.platform != "linux", reason="calls ppoll, which not every other system has")
@pytest.mark.parametrize("kind", [zmq.PULL, zmq.SERVER])
def test_ppoll_takes_a_blocked_signal(probe, context, blocked_signal, kind):
    address = context.socket(kind).underlying
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    assert probe.poll_in(address, 10, False) == 0
    assert blocked_signal == []
    assert probe.poll_in(address, TIMEOUT_S * 1000, True) == -errno.EINTR
    assert blocked_signal == [signal.SIGUSR1]
    assert signal.SIGUSR1 in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.skipif(sys.platform != "linux", reason="calls ppoll, which not every other system has")
@pytest.mark.parametrize("types", [(zmq.PUSH, zmq.PULL), (zmq.CLIENT, zmq.SERVER)])
def test_ppoll_sees_messages(probe, socket_pair, types):
    sender, receiver = socket_pair(*types)
    assert probe.poll_in(receiver.underlying, 0, True) == 0
    sender.send(b"message")
    assert probe.poll_in(receiver.underlying, TIMEOUT_S * 1000, True) == 1
