"""Other threads can use a socket while one thread polls it: a sleeping poll does not lock it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable

import pytest
from limits import TIMEOUT_MS

import zmq


def _poll_socket(socket: zmq.Socket, flags: int, timeout: float) -> int:
    return socket.poll(timeout, flags)


def _poll_poller(socket: zmq.Socket, flags: int, timeout: float) -> int:
    poller = zmq.Poller()
    poller.register(socket, flags)
    return dict(poller.poll(timeout)).get(socket, 0)


def _poll_function(socket: zmq.Socket, flags: int, timeout: float) -> int:
    return dict(zmq.zmq_poll([(socket, flags)], timeout)).get(socket, 0)


def _poll_select(socket: zmq.Socket, flags: int, timeout: float) -> int:
    readers = [socket] if flags & zmq.POLLIN else []
    writers = [socket] if flags & zmq.POLLOUT else []
    readable, writable, _ = zmq.select(readers, writers, [], timeout / 1000)
    return (zmq.POLLIN if readable else 0) | (zmq.POLLOUT if writable else 0)


def _poll_socket_poller(socket: zmq.Socket, flags: int, timeout: float) -> int:
    with zmq.SocketPoller() as poller:
        poller.add(socket, flags)
        found = poller.wait(timeout)
    return 0 if found is None else found.events


_POLLS = {
    "Socket.poll": _poll_socket,
    "Poller.poll": _poll_poller,
    "zmq_poll": _poll_function,
    "select": _poll_select,
    "SocketPoller.wait": _poll_socket_poller,
}

every_poll = pytest.mark.parametrize("poll", _POLLS.values(), ids=_POLLS.keys())


@pytest.fixture
def subscriber(context: zmq.Context) -> zmq.Socket:
    socket = context.socket(zmq.SUB)
    socket.bind("inproc://polled")
    return socket


def _recv(socket: zmq.Socket) -> None:
    with contextlib.suppress(zmq.Again):
        socket.recv(zmq.DONTWAIT)


_USES: dict[str, Callable[[zmq.Socket], object]] = {
    "get": lambda s: s.get(zmq.RCVHWM),
    "get bytes": lambda s: s.get(zmq.ROUTING_ID),
    "get EVENTS": lambda s: s.get(zmq.EVENTS),
    "last_endpoint": lambda s: s.last_endpoint,
    "fileno": lambda s: s.fileno(),
    "set": lambda s: s.set(zmq.LINGER, 0),
    "subscribe": lambda s: s.subscribe("topic"),
    "bind": lambda s: s.unbind(s.bind("tcp://127.0.0.1:*").addr),
    "connect": lambda s: s.disconnect(s.connect("inproc://other").addr),
    "monitor": lambda s: s.disable_monitor() if s.get_monitor_socket() else None,
    "recv": _recv,
    "poll": lambda s: s.poll(0),
    "shadow": lambda s: zmq.Socket(s).get(zmq.TYPE),
}


@pytest.mark.parametrize("use", _USES.values(), ids=_USES.keys())
@every_poll
def test_other_threads_use_it(context, subscriber, in_thread, until, poll, use) -> None:
    waiting = in_thread(lambda: poll(subscriber, zmq.POLLIN, TIMEOUT_MS))
    until(lambda: subscriber._sleepers())
    for _ in range(20):
        use(subscriber)
    subscriber.subscribe("")
    publisher = context.socket(zmq.PUB)
    publisher.connect("inproc://polled")
    # messages before the subscription arrives are dropped
    until(lambda: publisher.send(b"x") or not waiting.is_alive())
    assert waiting.value() == zmq.POLLIN
    assert subscriber.recv() == b"x"


@every_poll
def test_taken_signal_wakes_the_poll(socket_pair, in_thread, until, poll) -> None:
    receiver, sender = socket_pair(zmq.PAIR, zmq.PAIR)
    for _ in range(50):
        waiting = in_thread(lambda: poll(receiver, zmq.POLLIN, TIMEOUT_MS))
        until(lambda: receiver._sleepers())
        sender.send(b"x")
        receiver.get(zmq.EVENTS)
        assert waiting.value() == zmq.POLLIN
        assert receiver.recv() == b"x"


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.get(zmq.EVENTS),
        lambda s: s.poll(0),
        lambda s: s.poll(1, zmq.POLLIN),
        _recv,
        lambda s: s.recv_many(1, 0),
        lambda s: _poll_poller(s, zmq.POLLIN, 0),
        lambda s: _poll_socket_poller(s, zmq.POLLIN, 0),
        lambda s: s.connect("inproc://polled-signal"),
    ],
    ids=["get", "poll 0", "poll", "recv", "recv_many", "Poller", "SocketPoller", "connect"],
)
def test_any_use_hands_the_signal_on(socket_pair, in_thread, until, use) -> None:
    socket, peer = socket_pair(zmq.DEALER, zmq.DEALER, hwm=1)
    while socket.poll(0, zmq.POLLOUT):
        socket.send(b"x")
    waiting = in_thread(lambda: socket.poll(TIMEOUT_MS, zmq.POLLOUT))
    until(lambda: socket._sleepers())
    while peer.poll(0):
        peer.recv()
    use(socket)
    assert waiting.value() == zmq.POLLOUT


def test_two_sleeping_polls_both_wake_up(socket_pair, in_thread, until) -> None:
    receiver, sender = socket_pair(zmq.PAIR, zmq.PAIR)
    for _ in range(50):
        waiting = [
            in_thread(lambda: receiver.poll(TIMEOUT_MS)),
            in_thread(lambda: _poll_poller(receiver, zmq.POLLIN, TIMEOUT_MS)),
        ]
        until(lambda: receiver._sleepers() == 2)
        sender.send(b"x")
        assert [thread.value() for thread in waiting] == [zmq.POLLIN] * 2
        assert receiver.recv() == b"x"


@every_poll
def test_connect_of_another_thread_ends_it(context, in_thread, until, poll) -> None:
    receiver = context.socket(zmq.PULL)
    receiver.bind("inproc://later")
    sender = context.socket(zmq.PUSH)
    waiting = in_thread(lambda: poll(sender, zmq.POLLOUT, TIMEOUT_MS))
    until(lambda: sender._sleepers())
    sender.connect("inproc://later")
    assert waiting.value() == zmq.POLLOUT


@every_poll
def test_time_ends_it_while_another_thread_receives(pair, in_thread, until, poll) -> None:
    receiver, sender = pair
    waiting = in_thread(lambda: poll(receiver, zmq.POLLIN, 300))
    until(lambda: receiver._sleepers())
    receiving = in_thread(receiver.recv)
    assert waiting.value() == 0
    sender.send(b"x")
    assert receiving.value() == b"x"


@every_poll
def test_poll_continues_after_a_receive_elsewhere(pair, in_thread, until, poll) -> None:
    receiver, sender = pair
    waiting = in_thread(lambda: poll(receiver, zmq.POLLIN, TIMEOUT_MS))
    until(lambda: receiver._sleepers())
    receiving = in_thread(receiver.recv)
    until(receiver._is_waited_in)
    sender.send(b"1")
    assert receiving.value() == b"1"
    sender.send(b"2")
    assert waiting.value() == zmq.POLLIN
    assert receiver.recv() == b"2"


@every_poll
def test_close_ends_a_poll_of_another_thread(pair, in_thread, until, poll) -> None:
    receiver, _ = pair

    def wait() -> int | None:
        try:
            return poll(receiver, zmq.POLLIN, 500 if poll is _poll_socket_poller else TIMEOUT_MS)
        except zmq.ZMQError as error:
            return error.errno

    waiting = in_thread(wait)
    until(lambda: receiver._sleepers())
    receiver.close()
    assert receiver.closed
    # A SocketPoller removes closed sockets, and continues.
    assert waiting.value() == (0 if poll is _poll_socket_poller else zmq.ENOTSOCK)


def test_poll_continues_when_one_socket_closes(context, in_thread, until) -> None:
    closed, pull, push = (context.socket(kind) for kind in (zmq.PULL, zmq.PULL, zmq.PUSH))
    push.connect(f"tcp://127.0.0.1:{pull.bind_to_random_port('tcp://127.0.0.1')}")
    poller = zmq.Poller()
    poller.register(closed, zmq.POLLIN)
    poller.register(pull, zmq.POLLIN)
    waiting = in_thread(lambda: poller.poll(TIMEOUT_MS))
    until(lambda: closed._sleepers())
    closed.close()
    push.send(b"x")
    assert waiting.value() == [(pull, zmq.POLLIN)]


@pytest.mark.parametrize("end", [zmq.Context.destroy, zmq.Context.term], ids=["destroy", "term"])
@every_poll
def test_end_of_the_context_ends_it(in_thread, until, poll, end) -> None:
    context = zmq.Context()
    socket = context.socket(zmq.PULL)

    def wait() -> str:
        try:
            poll(socket, zmq.POLLIN, TIMEOUT_MS)
        except zmq.ContextTerminated:
            socket.close()
            return "terminated"
        return "polled"

    waiting = in_thread(wait)
    until(lambda: socket._sleepers())
    end(context)
    assert waiting.value() == "terminated"
    assert context.closed
    assert socket.closed


@every_poll
def test_shutdown_seen_by_another_thread_ends_it(in_thread, until, poll) -> None:
    context = zmq.Context()
    socket = context.socket(zmq.PULL)

    def wait() -> bool:
        with pytest.raises(zmq.ContextTerminated):
            poll(socket, zmq.POLLIN, TIMEOUT_MS)
        return True

    waiting = in_thread(wait)
    until(lambda: socket._sleepers())
    ending = in_thread(context.term)

    def is_seen() -> bool:
        try:
            socket.get(zmq.EVENTS)
        except zmq.ContextTerminated:
            return True
        return False

    until(is_seen)
    assert waiting.value()
    socket.close()
    ending.value()


@pytest.mark.parametrize("kind", ["Poller", "SocketPoller"])
def test_other_things_beside_it_wake_the_poll(context, socket_pair, in_thread, until, kind) -> None:
    classic, peer = socket_pair(zmq.PAIR, zmq.PAIR)
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    reading, writing = os.pipe()
    poller = zmq.Poller() if kind == "Poller" else zmq.SocketPoller()
    for target in (classic, server, reading):
        if isinstance(poller, zmq.Poller):
            poller.register(target, zmq.POLLIN)
        else:
            poller.add(target, zmq.POLLIN)

    def wait() -> set[object]:
        if isinstance(poller, zmq.Poller):
            return {target for target, _ in poller.poll(TIMEOUT_MS)}
        return {event.socket for event in poller.wait_all(TIMEOUT_MS)}

    wakes: list[tuple[object, Callable[[], object], Callable[[], object]]] = [
        (classic, lambda: peer.send(b"x"), classic.recv),
        (server, lambda: client.send(b"x"), server.recv),
        (reading, lambda: os.write(writing, b"x"), lambda: os.read(reading, 1)),
    ]
    try:
        for target, wake, take in wakes * 3:
            waiting = in_thread(wait)
            until(lambda: classic._sleepers())
            classic.get(zmq.LINGER)
            wake()
            assert waiting.value() == {target}
            take()
    finally:
        if isinstance(poller, zmq.SocketPoller):
            poller.close()
        os.close(reading)
        os.close(writing)


def test_poll_waits_for_brief_calls_of_others(context, in_thread) -> None:
    socket = context.socket(zmq.DEALER)
    stop = threading.Event()

    def poll() -> None:
        while not stop.is_set():
            socket.poll(0)
            socket.poll(1)
            _poll_poller(socket, zmq.POLLIN, 1)
            _poll_socket_poller(socket, zmq.POLLIN, 0)

    polling = in_thread(poll)
    try:
        for _ in range(300):
            socket.bind("tcp://127.0.0.1:*")
            socket.unbind(socket.last_endpoint)
            socket.connect("tcp://127.0.0.1:1")
            socket.disconnect("tcp://127.0.0.1:1")
            socket.get(zmq.EVENTS)
    finally:
        stop.set()
        polling.value()


def test_uses_wait_for_a_bind_of_another_thread(context, in_thread) -> None:
    socket = context.socket(zmq.DEALER)

    def bind() -> None:
        for _ in range(200):
            socket.unbind(socket.bind("tcp://127.0.0.1:*").addr)

    binding = in_thread(bind)
    while binding.is_alive():
        socket.get(zmq.LINGER)
        socket.set(zmq.LINGER, 0)
        with pytest.raises(zmq.Again):
            socket.recv(zmq.DONTWAIT)
    binding.value()


def test_it_sends_while_another_thread_polls(socket_pair, in_thread, until) -> None:
    client, server = socket_pair(zmq.DEALER, zmq.DEALER)
    count = 2000

    def answer() -> None:
        for _ in range(count):
            server.send(server.recv())

    def receive() -> list[bytes]:
        received: list[bytes] = []
        poller = zmq.Poller()
        poller.register(client, zmq.POLLIN)
        while len(received) < count and poller.poll(TIMEOUT_MS):
            with lock:
                while client.poll(0):
                    received.append(client.recv())
        return received

    lock = threading.Lock()
    answering = in_thread(answer)
    receiving = in_thread(receive)
    for number in range(count):
        with lock:
            client.send(b"%d" % number)
    answering.value()
    assert receiving.value() == [b"%d" % number for number in range(count)]


def test_signal_handler_may_close_the_polled_socket(run_python) -> None:
    result = run_python(
        """
import os, signal, threading
import zmq

context = zmq.Context()
socket = context.socket(zmq.PULL)
signal.signal(signal.SIGUSR1, lambda *_: socket.close())

def interrupt():
    while not socket.closed:
        if socket._sleepers():
            os.kill(os.getpid(), signal.SIGUSR1)
        done.wait(0.05)

done = threading.Event()
threading.Thread(target=interrupt, daemon=True).start()
try:
    socket.poll()
except zmq.ZMQError as error:
    print(error.errno == zmq.ENOTSOCK)
done.set()
context.term()
"""
    )
    assert result.stdout == "True\n"


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no limit on descriptors that a program can set"
)
def test_poll_without_a_descriptor_left(run_python) -> None:
    result = run_python(
        """
import os, resource, threading
import zmq

context = zmq.Context()
receiver, sender = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
receiver.bind("inproc://scarce")
sender.connect("inproc://scarce")
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
taken = []
try:
    while True:
        taken.append(os.dup(0))
except OSError:
    pass

def send():
    while not receiver._sleepers():
        pass
    sender.send(b"x")
    receiver.get(zmq.EVENTS)  # takes the signal

threading.Thread(target=send).start()
print(receiver.poll(10000))
context.destroy(0)
"""
    )
    assert result.stdout == "1\n"
