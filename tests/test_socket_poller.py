"""SocketPoller: libzmq's own poller."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket as network
import sys
import threading
import weakref

import pytest
from limits import TIMEOUT_MS, TIMEOUT_S

import zmq


@pytest.fixture
def poller():
    with zmq.SocketPoller() as made:
        yield made


@pytest.fixture(params=[(zmq.PUSH, zmq.PULL), (zmq.CHANNEL, zmq.CHANNEL)], ids=["PUSH", "CHANNEL"])
def pipe(request, socket_pair):
    """A sender and a receiver, both ordinary or both thread-safe sockets."""
    return socket_pair(*request.param)


def test_event_comes_with_the_data(poller, pipe):
    sender, receiver = pipe
    data = object()
    poller.add(receiver, zmq.POLLIN, data)
    assert poller.wait(0) is None
    sender.send(b"a")
    event = poller.wait(TIMEOUT_MS)
    assert event == (receiver, zmq.POLLIN, data)
    assert event.socket is receiver
    assert event.events == zmq.POLLIN
    assert event.data is data
    assert receiver.recv() == b"a"
    assert poller.wait(0) is None


def test_events_come_while_it_waits(poller, pipe, in_thread):
    sender, receiver = pipe
    poller.add(receiver)
    for _ in range(20):
        waiting = in_thread(lambda: poller.wait(TIMEOUT_MS))
        sender.send(b"a")
        assert waiting.value().socket is receiver
        receiver.recv()


def test_all_events_of_sockets_and_descriptors(poller, socket_pair):
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    one, other = network.socketpair()
    with one, other:
        poller.add(pull, zmq.POLLIN, "pull")
        poller.add(server, zmq.POLLIN, "server")
        poller.add(one, zmq.POLLIN | zmq.POLLOUT, "object")
        poller.add(other.fileno(), zmq.POLLIN, "descriptor")
        assert len(poller) == 4
        push.send(b"a")
        client.send(b"b")
        one.send(b"c")
        events = poller.wait_all(TIMEOUT_MS)
        while len(events) < 4:
            events = poller.wait_all(TIMEOUT_MS)
        assert [tuple(event) for event in events] == [
            (pull, zmq.POLLIN, "pull"),
            (server, zmq.POLLIN, "server"),
            (one, zmq.POLLOUT, "object"),
            (other.fileno(), zmq.POLLIN, "descriptor"),
        ]
        assert [event.data for event in poller.wait_all(TIMEOUT_MS, 2)] == ["pull", "server"]
        assert poller.wait(TIMEOUT_MS).data == "pull"


def test_plain_poller_takes_thread_safe_sockets(socket_pair):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    poller = zmq.Poller()
    poller.register(server, zmq.POLLIN)
    poller.register(pull, zmq.POLLIN)
    assert poller.poll(0) == []
    client.send(b"a")
    assert poller.poll(TIMEOUT_MS) == [(server, zmq.POLLIN)]
    push.send(b"b")
    assert poller.poll(TIMEOUT_MS) == [(server, zmq.POLLIN), (pull, zmq.POLLIN)]


def test_modify_changes_the_events_and_keeps_the_data(poller, pipe):
    sender, _ = pipe
    poller.add(sender, 0, "data")
    assert poller.wait(0) is None
    poller.modify(sender, zmq.POLLOUT)
    assert poller.wait(TIMEOUT_MS) == (sender, zmq.POLLOUT, "data")
    poller.modify(sender, 0)
    assert poller.wait(5) is None


def test_removed_socket_has_no_events(poller, pipe):
    sender, receiver = pipe
    poller.add(receiver)
    assert receiver in poller
    sender.send(b"a")
    poller.remove(receiver)
    assert receiver not in poller
    assert poller.wait(0) is None
    poller.add(receiver)
    assert poller.wait(TIMEOUT_MS).socket is receiver


def test_removed_descriptor_has_no_events(poller):
    one, other = network.socketpair()
    with one, other:
        poller.add(one, zmq.POLLOUT)
        poller.modify(one.fileno(), zmq.POLLOUT | zmq.POLLERR)
        assert poller.wait(TIMEOUT_MS) == (one, zmq.POLLOUT, None)
        poller.remove(one)
        assert one not in poller
        assert poller.wait(5) is None


def test_closed_socket_leaves_the_poller(poller, pipe, context):
    sender, receiver = pipe
    poller.add(receiver)
    poller.add(sender, zmq.POLLOUT)
    receiver.close()
    assert len(poller) == 1
    assert receiver not in poller
    assert poller.wait(TIMEOUT_MS) in (None, (sender, zmq.POLLOUT, None))
    for _ in range(10):  # new ones, perhaps at the same address
        made = context.socket(receiver.type)
        poller.add(made)
        made.close()
    assert len(poller) == 1
    with pytest.raises(KeyError, match="is not registered"):
        poller.remove(receiver)
    with pytest.raises(zmq.ZMQError) as raised:
        poller.add(receiver)
    assert raised.value.errno == zmq.ENOTSOCK


def test_socket_outlives_its_pollers(pipe):
    sender, receiver = pipe
    for _ in range(10):
        poller = zmq.SocketPoller()
        poller.add(receiver)
        poller.add(sender, zmq.POLLOUT)
        poller.wait(0)
        del poller
    sender.send(b"a")
    assert receiver.recv() == b"a"


def test_poller_and_sockets_are_collected_together():
    context = zmq.Context()
    for kind in (zmq.PULL, zmq.SERVER, zmq.DISH):
        socket = context.socket(kind)
        poller = zmq.SocketPoller()
        poller.add(socket, zmq.POLLIN, poller)
        poller.wait(0)
        reference = weakref.ref(poller)
        with pytest.warns(ResourceWarning, match="Unclosed socket"):
            del socket, poller
            gc.collect()
        assert reference() is None
    context.term()


def test_shadow_is_the_same_socket(poller, pipe):
    sender, receiver = pipe
    shadow = zmq.Socket.shadow(receiver)
    poller.add(shadow)
    assert receiver in poller
    with pytest.raises(KeyError, match="already"):
        poller.add(receiver)
    sender.send(b"a")
    assert poller.wait(TIMEOUT_MS).socket is shadow
    receiver.close()
    assert len(poller) == 0


def test_misuse_is_reported(poller, context):
    pull = context.socket(zmq.PULL)
    with pytest.raises(KeyError, match=r"is not registered with this SocketPoller: add\(\) it"):
        poller.modify(pull, zmq.POLLIN)
    with pytest.raises(KeyError):
        poller.remove(5)
    poller.add(pull)
    with pytest.raises(KeyError, match=r"already: modify\(\) changes its events"):
        poller.add(pull)
    with pytest.raises(ValueError, match="flags are POLLIN"):
        poller.add(5, 16)
    with pytest.raises(ValueError, match="no valid descriptor"):
        poller.add(-1)
    with pytest.raises(TypeError, match="must be a 0MQ socket"):
        poller.add("pull")
    assert "pull" not in poller
    with pytest.raises(TypeError, match="timeout is a number"):
        poller.wait("5")
    with pytest.raises(ValueError, match="max_events must be at least 1"):
        poller.wait_all(0, 0)


def test_waiting_for_nothing_for_ever_is_refused(poller, context):
    with pytest.raises(zmq.ZMQError, match="nothing is registered"):
        poller.wait()
    poller.add(context.socket(zmq.PULL), 0)
    with pytest.raises(zmq.ZMQError, match="nothing is registered"):
        poller.wait_all()
    assert poller.wait(1) is None
    assert poller.wait_all(1) == []


def test_closed_poller_is_refused(context):
    poller = zmq.SocketPoller()
    pull = context.socket(zmq.PULL)
    poller.add(pull)
    poller.close()
    poller.close()
    assert poller.closed
    assert "closed" in repr(poller)
    for use in (
        lambda: poller.wait(0),
        lambda: poller.add(5),
        lambda: poller.fileno(),
    ):
        with pytest.raises(zmq.ZMQError, match="SocketPoller has been closed"):
            use()


def test_descriptor_becomes_readable_for_thread_safe_sockets(poller, socket_pair):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    with pytest.raises(zmq.ZMQError, match="once a thread-safe socket was added"):
        poller.fileno()
    poller.add(server)
    descriptor = poller.fileno()
    for number in range(5):
        while poller.wait(0):
            server.recv()
        client.send(b"%d" % number)
        assert select.select([descriptor], [], [], TIMEOUT_S)[0] == [descriptor]
        while not poller.wait(0):
            assert select.select([descriptor], [], [], TIMEOUT_S)[0]


def test_second_thread_is_refused(poller, pipe, in_thread, until):
    sender, receiver = pipe
    poller.add(receiver)
    waiting = in_thread(lambda: poller.wait(TIMEOUT_MS))

    def is_refused():
        try:
            poller.wait(0)
        except zmq.ZMQError as error:
            assert error.errno == zmq.EMTHREAD
            return True

    until(is_refused)
    for use in (
        lambda: poller.add(5),
        lambda: poller.modify(receiver, 0),
        lambda: poller.remove(receiver),
        poller.close,
    ):
        with pytest.raises(zmq.ZMQError) as raised:
            use()
        assert raised.value.errno == zmq.EMTHREAD
    sender.send(b"a")
    assert waiting.value().socket is receiver
    assert receiver.recv() == b"a"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
def test_signal_handler_runs_while_it_waits(poller, pipe):
    sender, receiver = pipe
    poller.add(receiver)
    old = signal.signal(signal.SIGUSR1, lambda *_: sender.send(b"from the handler"))
    try:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        assert poller.wait(TIMEOUT_MS).socket is receiver
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, old)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_child_of_a_fork_gets_an_error(run_python):
    run_python(
        """
        import os, zmq
        context = zmq.Context()
        server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
        server.bind("inproc://a"); client.connect("inproc://a")
        poller = zmq.SocketPoller()
        poller.add(server)
        child = os.fork()
        if not child:
            try:
                poller.wait(0)
            except zmq.ZMQError as error:
                assert "forked" in str(error)
                poller.close()
                os._exit(0)
            os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        client.send(b"a")
        assert poller.wait(10_000).socket is server
        poller.close()
        context.destroy(0)
        """
    )


def test_event_is_pickled_by_its_name():
    assert zmq.PollerEvent.__module__ == "zmq"
    assert zmq.PollerEvent(5, 1, None)._fields == ("socket", "events", "data")
