"""One thread waits in a receive or a send, and other threads use the same socket meanwhile."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import pytest
from limits import TIMEOUT_MS

import zmq

# A type that receives, and the type and first message of its peer.
_RECEIVERS = {
    "PAIR": (zmq.PAIR, zmq.PAIR, [b"x"]),
    "PULL": (zmq.PULL, zmq.PUSH, [b"x"]),
    "SUB": (zmq.SUB, zmq.PUB, [b"x"]),
    "XSUB": (zmq.XSUB, zmq.XPUB, [b"x"]),
    "XPUB": (zmq.XPUB, zmq.XSUB, [b"\1x"]),
    "DEALER": (zmq.DEALER, zmq.DEALER, [b"x"]),
    "ROUTER": (zmq.ROUTER, zmq.DEALER, [b"x"]),
    "REP": (zmq.REP, zmq.REQ, [b"x"]),
    "STREAM": (zmq.STREAM, zmq.STREAM, []),
}

# A type that sends, and the type of its peer.
_SENDERS = {
    "PAIR": (zmq.PAIR, zmq.PAIR),
    "PUSH": (zmq.PUSH, zmq.PULL),
    "DEALER": (zmq.DEALER, zmq.DEALER),
    "REQ": (zmq.REQ, zmq.REP),
}

_RECEIVES: dict[str, Callable[[zmq.Socket], object]] = {
    "recv": lambda s: s.recv(),
    "recv frame": lambda s: s.recv(copy=False).bytes,
    "recv_multipart": lambda s: s.recv_multipart()[0],
    "recv_into": lambda s: b"x"[: s.recv_into(bytearray(5))],
    "recv_many": lambda s: s.recv_many(5)[0],
    "recv_many for a time": lambda s: s.recv_many(5, TIMEOUT_MS)[0],
    "recv_string": lambda s: s.recv_string().encode(),
    "iteration": lambda s: next(iter(s)),
}

every_receive = pytest.mark.parametrize("receive", _RECEIVES.values(), ids=_RECEIVES.keys())


def _poll(socket: zmq.Socket) -> list[object]:
    poller = zmq.Poller()
    poller.register(socket, zmq.POLLIN)
    return poller.poll(0)


def _wait(socket: zmq.Socket) -> object:
    with zmq.SocketPoller() as poller:
        poller.add(socket, zmq.POLLIN)
        return poller.wait(0)


_USES: dict[str, Callable[[zmq.Socket], object]] = {
    "get": lambda s: s.get(zmq.RCVHWM),
    "get bytes": lambda s: s.getsockopt(zmq.ROUTING_ID),
    "get int64": lambda s: s.get(zmq.MAXMSGSIZE),
    "get EVENTS": lambda s: s.get(zmq.EVENTS),
    "attribute": lambda s: s.linger,
    "last_endpoint": lambda s: s.last_endpoint,
    "fileno": lambda s: s.fileno(),
    "set": lambda s: s.setsockopt(zmq.LINGER, 0),
    "set bytes": lambda s: s.set(zmq.TCP_KEEPALIVE, 1),
    "bind": lambda s: s.unbind(s.bind("tcp://127.0.0.1:*").addr),
    "connect": lambda s: s.disconnect(s.connect("tcp://127.0.0.1:1").addr),
    "monitor": lambda s: s.disable_monitor() if s.get_monitor_socket() else None,
    "poll": lambda s: s.poll(0),
    "poll for a while": lambda s: s.poll(1),
    "Poller": _poll,
    "SocketPoller": _wait,
    "shadow": lambda s: zmq.Socket(s).get(zmq.TYPE),
    "shadow of the address": lambda s: zmq.Socket.shadow(s.underlying).get(zmq.TYPE),
}


def _errno_of(call: Callable[[], object]) -> int:
    try:
        call()
    except zmq.ZMQError as error:
        return int(error.errno)
    return 0


def _is_asleep(socket: zmq.Socket) -> bool:
    """Call the socket, so that its waiting thread leaves libzmq; return whether the thread left."""
    socket.get(zmq.LINGER)
    return socket._sleepers() == 1


@pytest.mark.parametrize(("kind", "peer_kind", "message"), _RECEIVERS.values(), ids=_RECEIVERS)
def test_every_type_that_receives(context, in_thread, until, kind, peer_kind, message) -> None:
    socket, peer = context.socket(kind), context.socket(peer_kind)
    if kind == zmq.XSUB:
        socket.send(b"\1")
    receiving = in_thread(socket.recv)
    until(socket._is_waited_in)
    assert socket.type == kind
    socket.linger = 0
    assert socket.get(zmq.LINGER) == 0
    if kind == zmq.SUB:
        socket.subscribe("")
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    assert socket.last_endpoint == f"tcp://127.0.0.1:{port}".encode()
    assert receiving.is_alive()
    peer.connect(f"tcp://127.0.0.1:{port}")
    if peer_kind in (zmq.PUB, zmq.XPUB):
        # messages before the subscription arrives are dropped
        until(lambda: peer.send(b"x") or not receiving.is_alive())
    elif message:
        peer.send_multipart(message)
    assert receiving.value() is not None


def test_request_that_waits_for_its_answer(context, in_thread, until) -> None:
    client, server = context.socket(zmq.REQ), context.socket(zmq.REP)
    client.connect(f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}")
    for _ in range(20):
        client.send(b"x")
        receiving = in_thread(client.recv)
        until(client._is_waited_in)
        assert client.get(zmq.EVENTS) == 0
        server.send(server.recv())
        assert receiving.value() == b"x"


@pytest.mark.parametrize("use", _USES.values(), ids=_USES.keys())
def test_other_threads_use_it_meanwhile(pair, in_thread, until, use) -> None:
    receiver, sender = pair
    for _ in range(3):
        receiving = in_thread(receiver.recv)
        until(receiver._is_waited_in)
        for _ in range(20):
            use(receiver)
        assert receiving.is_alive()
        sender.send(b"x")
        assert receiving.value() == b"x"


@every_receive
def test_every_way_to_receive(socket_pair, in_thread, until, receive) -> None:
    receiver, sender = socket_pair(zmq.DEALER, zmq.DEALER)
    for timeout in (-1, TIMEOUT_MS):
        receiver.rcvtimeo = timeout
        receiving = in_thread(lambda: receive(receiver))
        until(receiver._is_waited_in)
        for _ in range(20):
            receiver.get(zmq.EVENTS)
        sender.send(b"x")
        assert receiving.value() == b"x"


@pytest.mark.parametrize(("kind", "peer_kind"), _SENDERS.values(), ids=_SENDERS.keys())
def test_connect_of_another_thread_ends_a_send(context, in_thread, until, kind, peer_kind) -> None:
    for transport in ("inproc://late", "tcp://127.0.0.1:*"):
        for timeout in (-1, TIMEOUT_MS):
            peer, socket = context.socket(peer_kind), context.socket(kind)
            peer.bind(transport.replace("late", f"late{timeout}"))
            socket.sndtimeo = timeout
            sending = in_thread(lambda socket=socket: socket.send(b"x"))
            until(socket._is_waited_in)
            assert socket.get(zmq.SNDTIMEO) == timeout
            socket.connect(peer.last_endpoint)
            sending.value()
            assert peer.recv() == b"x"
            peer.close()
            socket.close()


def test_send_of_a_router_continues(context, in_thread, until) -> None:
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.router_mandatory = True
    router.sndhwm = dealer.rcvhwm = 1
    dealer.routing_id = b"peer"
    router.bind("inproc://full")
    dealer.connect("inproc://full")
    dealer.send(b"hello")
    router.recv_multipart()
    sent = 0
    with contextlib.suppress(zmq.Again):
        while True:
            router.send_multipart([b"peer", b"%d" % sent], zmq.DONTWAIT)
            sent += 1
    sending = in_thread(lambda: router.send_multipart([b"peer", b"last"]))
    until(router._is_waited_in)
    router.get(zmq.LINGER)
    assert [dealer.recv() for _ in range(sent)] == [b"%d" % number for number in range(sent)]
    assert dealer.recv() == b"last"
    sending.value()


def test_taken_signal_wakes_the_receive(socket_pair, in_thread, until) -> None:
    receiver, sender = socket_pair(zmq.PAIR, zmq.PAIR)
    for _ in range(50):
        receiving = in_thread(receiver.recv)
        until(lambda: _is_asleep(receiver))
        sender.send(b"x")
        with contextlib.suppress(zmq.ZMQError):
            receiver.get(zmq.EVENTS)
        assert receiving.value() == b"x"


@pytest.mark.parametrize("asleep", [False, True], ids=["in libzmq", "asleep"])
@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.recv(),
        lambda s: s.recv(zmq.DONTWAIT),
        lambda s: s.recv_many(5),
        lambda s: s.recv_multipart(),
        lambda s: s.send(b"x"),
        lambda s: s.send(b"x", zmq.DONTWAIT),
        lambda s: zmq.proxy(s, s),
    ],
    ids=["recv", "DONTWAIT", "recv_many", "recv_multipart", "send", "send DONTWAIT", "proxy"],
)
def test_second_message_of_another_thread_is_refused(pair, in_thread, until, use, asleep) -> None:
    receiver, sender = pair
    receiving = in_thread(receiver.recv)
    until((lambda: _is_asleep(receiver)) if asleep else receiver._is_waited_in)
    assert _errno_of(lambda: use(receiver)) == zmq.EMTHREAD
    assert receiving.is_alive()
    sender.send(b"x")
    assert receiving.value() == b"x"


@pytest.mark.parametrize("asleep", [False, True], ids=["in libzmq", "asleep"])
@pytest.mark.parametrize("shadow", [False, True], ids=["itself", "by a shadow"])
@pytest.mark.parametrize("timeout", [-1, TIMEOUT_MS])
@every_receive
def test_close_of_another_thread_ends_the_wait(
    context, in_thread, until, receive, timeout, shadow, asleep
) -> None:
    socket = context.socket(zmq.PULL)
    socket.rcvtimeo = timeout
    receiving = in_thread(lambda: _errno_of(lambda: receive(socket)))
    until((lambda: _is_asleep(socket)) if asleep else socket._is_waited_in)
    (zmq.Socket(socket) if shadow else socket).close()
    assert socket.closed
    assert receiving.value() == zmq.ENOTSOCK


def test_close_of_another_thread_ends_a_send(context, in_thread, until) -> None:
    socket = context.socket(zmq.PUSH)
    sending = in_thread(lambda: _errno_of(lambda: socket.send(b"x")))
    until(socket._is_waited_in)
    socket.close()
    assert sending.value() == zmq.ENOTSOCK


@pytest.mark.parametrize("end", [zmq.Context.destroy, zmq.Context.term], ids=["destroy", "term"])
def test_end_of_the_context_ends_the_sleep(in_thread, until, end) -> None:
    context = zmq.Context()
    socket = context.socket(zmq.PULL)

    def receive() -> int:
        error = _errno_of(socket.recv)
        socket.close()
        return error

    receiving = in_thread(receive)
    until(lambda: _is_asleep(socket))
    end(context)
    assert receiving.value() == zmq.ETERM
    assert context.closed


@pytest.mark.parametrize("kind", [zmq.PULL, zmq.PUSH])
def test_timeout_at_the_beginning_holds(context, in_thread, until, kind) -> None:
    socket = context.socket(kind)
    call = socket.recv if kind == zmq.PULL else lambda: socket.send(b"x")
    socket.rcvtimeo = socket.sndtimeo = 300
    waiting = in_thread(lambda: _errno_of(call))
    until(socket._is_waited_in)
    socket.rcvtimeo = socket.sndtimeo = -1
    while waiting.is_alive():
        socket.get(zmq.EVENTS)
    assert waiting.value() == zmq.EAGAIN

    waiting = in_thread(lambda: _errno_of(call))
    until(socket._is_waited_in)
    socket.rcvtimeo = socket.sndtimeo = 0
    socket.get(zmq.EVENTS)
    assert waiting.is_alive()
    socket.close()
    assert waiting.value() == zmq.ENOTSOCK


@pytest.mark.parametrize("spin_time", [0, 200])
def test_messages_pass_while_others_use_the_sockets(spin_time, in_thread) -> None:
    count = 200
    with zmq.Context() as context:
        context.set(zmq.SPIN_TIME, spin_time)
        client, server = context.socket(zmq.DEALER), context.socket(zmq.DEALER)
        client.connect(f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}")
        stop = threading.Event()

        def use() -> int:
            turns = 0
            while not stop.is_set():
                for socket in (client, server):
                    socket.get(zmq.EVENTS)
                    socket.linger = 0
                    socket.poll(0)
                    socket.unbind(socket.bind("tcp://127.0.0.1:*").addr)
                    socket.disconnect(socket.connect("inproc://nowhere").addr)
                    stop.wait(0.001)
                turns += 1
            return turns

        def answer() -> None:
            for _ in range(count):
                server.send(server.recv())

        def ask() -> list[bytes]:
            answers = []
            for number in range(count):
                client.send(b"%d" % number)
                answers.append(client.recv())
            return answers

        using = [in_thread(use), in_thread(use)]
        answering, asking = in_thread(answer), in_thread(ask)
        try:
            assert asking.value() == [b"%d" % number for number in range(count)]
            answering.value()
        finally:
            stop.set()
        assert all(thread.value() for thread in using)


def test_signal_handler_receives_while_it_sleeps(run_python) -> None:
    result = run_python(
        """
import os, signal, threading
import zmq

context = zmq.Context()
receiver, sender = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
receiver.bind("inproc://handled")
sender.connect("inproc://handled")

def handle(*_):
    sender.send(b"1")
    print(receiver.recv())
    sender.send(b"2")

def interrupt():
    while not (receiver._is_waited_in() and receiver.get(zmq.LINGER) and receiver._sleepers()):
        pass
    os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, handle)
thread = threading.Thread(target=interrupt)
thread.start()
print(receiver.recv())
thread.join()
context.destroy()
"""
    )
    assert result.stdout == "b'1'\nb'2'\n"
