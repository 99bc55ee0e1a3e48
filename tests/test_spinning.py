"""SPIN_TIME: threads that spin for a while before they sleep."""

from __future__ import annotations

import threading
import time

import pytest
from limits import TIMEOUT_MS

import zmq


@pytest.fixture
def spinning(request, context):
    context.set(zmq.SPIN_TIME, getattr(request, "param", 1000))
    return context


def pair(
    context: zmq.Context, one: int, other: int, endpoint: str
) -> tuple[zmq.Socket, zmq.Socket]:
    bound, connected = context.socket(one), context.socket(other)
    for sock in (bound, connected):
        sock.linger = 0
        sock.rcvtimeo = sock.sndtimeo = TIMEOUT_MS
    bound.bind(endpoint)
    connected.connect(bound.last_endpoint)
    return bound, connected


def test_threads_sleep_at_once_by_default(context) -> None:
    assert context.get(zmq.SPIN_TIME) == context.spin_time == 0


@pytest.mark.parametrize("microseconds", [-1, 1001, 2**31 - 1])
def test_spin_time_has_a_range(context, microseconds) -> None:
    with pytest.raises(zmq.ZMQError) as error:
        context.set(zmq.SPIN_TIME, microseconds)
    assert error.value.errno == zmq.EINVAL
    assert context.get(zmq.SPIN_TIME) == 0


@pytest.mark.parametrize("spinning", [1, 1000], indirect=True)
@pytest.mark.parametrize("transport", ["inproc", "ipc", "tcp"])
def test_messages_pass_between_spinning_threads(spinning, endpoint, transport) -> None:
    rep, req = pair(spinning, zmq.REP, zmq.REQ, endpoint(transport))

    def echo() -> None:
        for _ in range(300):
            rep.send(rep.recv())

    thread = threading.Thread(target=echo)
    thread.start()
    for number in range(300):
        req.send(b"%d" % number)
        assert req.recv() == b"%d" % number
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft sockets")
def test_thread_safe_sockets_spin(spinning) -> None:
    server, client = pair(spinning, zmq.SERVER, zmq.CLIENT, "inproc://spinning")
    thread = threading.Timer(0.05, client.send, [b"late"])
    thread.start()
    assert server.recv() == b"late"
    thread.join(10)


def test_spinning_keeps_the_receive_timeout(spinning) -> None:
    pull = spinning.socket(zmq.PULL)
    pull.rcvtimeo = 50
    started = time.monotonic()
    with pytest.raises(zmq.Again):
        pull.recv()
    assert time.monotonic() - started >= 0.05


def test_spinning_send_waits_for_a_peer(spinning, endpoint) -> None:
    address = endpoint("inproc")
    push = spinning.socket(zmq.PUSH)
    push.linger = 0
    push.sndtimeo = TIMEOUT_MS
    push.bind(address)
    pulls = []

    def connect() -> None:
        pulls.append(spinning.socket(zmq.PULL))
        pulls[0].connect(address)

    thread = threading.Timer(0.05, connect)
    thread.start()
    push.send(b"message")
    thread.join(10)
    pulls[0].rcvtimeo = TIMEOUT_MS
    assert pulls[0].recv() == b"message"
    pulls[0].close()


def test_signal_ends_a_spinning_receive(run_python) -> None:
    program = """
        import signal, zmq

        class Handled(Exception):
            pass

        def handle(number, frame):
            raise Handled

        signal.signal(signal.SIGALRM, handle)
        with zmq.Context() as context:
            context.set(zmq.SPIN_TIME, 1000)
            with context.socket(zmq.PULL) as pull:
                for delay in range(1, 101):
                    try:
                        signal.setitimer(signal.ITIMER_REAL, delay / 50_000)
                        pull.recv()
                    except Handled:
                        pass
    """
    run_python(program)


def test_ended_context_ends_a_spinning_receive() -> None:
    context = zmq.Context()
    context.set(zmq.SPIN_TIME, 1000)
    pull = context.socket(zmq.PULL)
    errors = []

    def receive() -> None:
        try:
            pull.recv()
        except zmq.ContextTerminated as error:
            errors.append(error)
        pull.close()

    thread = threading.Thread(target=receive)
    thread.start()
    context.term()
    thread.join(10)
    assert len(errors) == 1
