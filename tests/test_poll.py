"""Poller, select and zmq_poll."""

from __future__ import annotations

import copy
import errno
import os
import socket as _socket
import sys
from unittest.mock import Mock

import pytest
from limits import TIMEOUT_MS, TIMEOUT_S

import zmq


@pytest.fixture
def pipe():
    if sys.platform == "win32":
        pytest.skip("Windows polls sockets only, not pipes")
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_events_of_sockets(pair):
    one, other = pair
    poller = zmq.Poller()
    poller.register(one, zmq.POLLIN | zmq.POLLOUT)
    poller.register(other, zmq.POLLIN)
    assert poller.poll(0) == [(one, zmq.POLLOUT)]
    one.send(b"x")
    assert dict(poller.poll(TIMEOUT_MS)) == {one: zmq.POLLOUT, other: zmq.POLLIN}
    assert other.recv() == b"x"
    assert dict(poller.poll(0)) == {one: zmq.POLLOUT}


def test_events_of_descriptors(pipe):
    reading, writing = pipe
    poller = zmq.Poller()
    poller.register(reading, zmq.POLLIN)
    assert poller.poll(0) == []
    os.write(writing, b"x")
    assert poller.poll(TIMEOUT_MS) == [(reading, zmq.POLLIN)]


def test_events_of_objects_with_fileno(pair):
    one, other = pair
    left, right = _socket.socketpair()
    with left, right:
        poller = zmq.Poller()
        poller.register(left)
        poller.register(other, zmq.POLLIN)
        assert poller.poll(0) == [(left.fileno(), zmq.POLLOUT)]
        right.send(b"x")
        one.send(b"x")
        found = dict(poller.poll(TIMEOUT_MS))
        assert found[left.fileno()] & zmq.POLLIN


def test_poll_waits(pair, in_thread):
    one, other = pair
    poller = zmq.Poller()
    poller.register(other, zmq.POLLIN)
    worker = in_thread(poller.poll)
    one.send(b"x")
    assert worker.value() == [(other, zmq.POLLIN)]


@pytest.mark.parametrize("timeout", [0, 1, 0.5, 1e-9, None])
def test_nothing_registered(timeout):
    if timeout is not None:
        assert zmq.Poller().poll(timeout) == []


@pytest.mark.parametrize("timeout", ["1", b"1", [], float("nan")])
def test_a_timeout_is_a_number(pair, timeout):
    poller = zmq.Poller()
    poller.register(pair[0])
    with pytest.raises((TypeError, ValueError), match="number"):
        poller.poll(timeout)


@pytest.mark.parametrize("timeout", [-1, -0.5, float("-inf"), float("inf"), 1e300, 2**62, 2**31])
def test_long_timeouts(pair, timeout):
    one, other = pair
    one.send(b"x")
    poller = zmq.Poller()
    poller.register(other, zmq.POLLIN)
    assert poller.poll(timeout) == [(other, zmq.POLLIN)]
    assert other.poll(timeout) == zmq.POLLIN


def test_registering_again_changes_the_events(pair):
    one, _ = pair
    poller = zmq.Poller()
    poller.register(one, zmq.POLLIN)
    poller.register(one, zmq.POLLOUT)
    assert poller.sockets == [(one, zmq.POLLOUT)]
    assert poller.poll(0) == [(one, zmq.POLLOUT)]
    poller.modify(one, zmq.POLLIN)
    assert poller.poll(0) == []
    poller.modify(one)
    assert poller.poll(0) == [(one, zmq.POLLOUT)]
    poller.register(one, 0)
    assert one not in poller
    assert len(poller) == 0
    poller.register(one, 0)


def test_unregistering(pair):
    one, other = pair
    poller = zmq.Poller()
    poller.register(one)
    poller.register(other)
    poller.register(0, zmq.POLLIN)
    assert one in poller
    poller.unregister(one)
    assert one not in poller
    assert other in poller
    assert [target for target, _ in poller.sockets] == [other, 0]
    poller.unregister(0)
    poller.unregister(other)
    assert poller.poll(0) == []
    with pytest.raises(KeyError):
        poller.unregister(one)


@pytest.mark.parametrize("target", ["text", None, 1.5, b"x", object()])
def test_only_sockets_and_descriptors_are_polled(target):
    poller = zmq.Poller()
    poller.register(target)
    assert target in poller
    with pytest.raises(TypeError, match="fileno"):
        poller.poll(0)
    poller.unregister(target)
    assert poller.poll(0) == []
    with pytest.raises(TypeError, match="fileno"):
        zmq.zmq_poll([(target, zmq.POLLIN)], 0)


@pytest.mark.parametrize("answer", ["text", None, OSError(errno.EBADF, "bad"), Mock()])
def test_fileno_gives_an_integer(answer):
    target = Mock(**{"fileno.side_effect": [answer] * 2})
    poller = zmq.Poller()
    poller.register(target)
    with pytest.raises(ValueError, match="fileno"):
        poller.poll(0)
    with pytest.raises(ValueError, match="fileno"):
        zmq.zmq_poll([(target, zmq.POLLIN)], 0)


def test_descriptors_fit_into_a_c_integer():
    poller = zmq.Poller()
    poller.register(2**70)
    with pytest.raises(OverflowError):
        poller.poll(0)


def test_only_closed_descriptors_are_reported():
    left, right = _socket.socketpair()
    with left, right:
        poller = zmq.Poller()
        poller.register(left, zmq.POLLIN)
        assert poller.poll(0) == []
    with pytest.raises(ValueError, match="is it closed"):
        poller.poll(0)
    poller.unregister(left)
    assert poller.poll(0) == []


def test_others_are_polled_beside_closed_descriptors(pair):
    one, other = pair
    left, right = _socket.socketpair()
    with left, right:
        poller = zmq.Poller()
        poller.register(left, zmq.POLLIN)
        poller.register(other, zmq.POLLIN)
        assert poller.poll(0) == []
    assert poller.poll(5) == []
    one.send(b"x")
    assert poller.poll(TIMEOUT_MS) == [(other, zmq.POLLIN)]
    assert zmq.zmq_poll([(-1, zmq.POLLIN), (other, zmq.POLLIN)], 0) == [(other, zmq.POLLIN)]


def test_objects_are_asked_at_each_poll(pipe):
    left, right = _socket.socketpair()
    with left, right:
        target = Mock(**{"fileno.return_value": left.fileno()})
        poller = zmq.Poller()
        poller.register(target, zmq.POLLIN)
        assert poller.poll(0) == []
        reading, writing = pipe
        os.write(writing, b"x")
        target.fileno.return_value = reading
        assert poller.poll(TIMEOUT_MS) == [(reading, zmq.POLLIN)]


@pytest.mark.parametrize("flags", [-1, 16, 2**20, True, 1.0])
def test_other_flags_are_not_events(pair, flags):
    pair[0].send(b"x")
    poller = zmq.Poller()
    poller.register(pair[1], flags)
    wanted = int(flags) & (zmq.POLLIN | zmq.POLLOUT)
    assert poller.poll(0) == ([(pair[1], wanted)] if wanted else [])


@pytest.mark.parametrize("flags", [0, None, []])
def test_no_flags_register_nothing(pair, flags):
    poller = zmq.Poller()
    poller.register(pair[0], flags)
    assert poller.sockets == []


def test_flags_are_a_number(pair):
    with pytest.raises(TypeError):
        zmq.Poller().register(pair[0], "1")


def test_closed_socket_is_reported(pair):
    one, other = pair
    poller = zmq.Poller()
    poller.register(one)
    poller.register(other)
    poller.poll(0)
    poller.unregister(other)
    one.close()
    for poll in (lambda: poller.poll(0), poller.poll, lambda: zmq.select([one], [], [], 0)):
        with pytest.raises(zmq.ZMQError, match="closed") as caught:
            poll()
        assert caught.value.errno == zmq.ENOTSOCK
    poller.unregister(one)
    assert poller.poll(0) == []


def test_others_are_polled_beside_a_closed_socket(pair, context):
    one, other = pair
    closed = context.socket(zmq.PULL)
    poller = zmq.Poller()
    for socket in (one, closed, other):
        poller.register(socket, zmq.POLLIN)
    assert poller.poll(0) == []
    closed.close()
    assert poller.poll(0) == []
    assert poller.poll(5) == []
    one.send(b"x")
    assert poller.poll(TIMEOUT_MS) == [(other, zmq.POLLIN)]
    # Event loops do this: they close the socket first, and unregister it later.
    poller.unregister(closed)
    assert poller.poll(TIMEOUT_MS) == [(other, zmq.POLLIN)]
    assert len(poller) == 2


def test_descriptor_is_polled_beside_a_closed_socket(context):
    closed = context.socket(zmq.PULL)
    closed.close()
    reading, writing = os.pipe()
    try:
        poller = zmq.Poller()
        poller.register(closed, zmq.POLLIN)
        poller.register(reading, zmq.POLLIN)
        os.write(writing, b"x")
        assert poller.poll(TIMEOUT_MS) == [(reading, zmq.POLLIN)]
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("poll", ["zmq_poll", "select"])
def test_functions_poll_beside_a_closed_socket(pair, context, poll):
    one, other = pair
    closed = context.socket(zmq.PULL)
    closed.close()
    one.send(b"x")
    if poll == "select":
        assert zmq.select([closed, other], [], [], TIMEOUT_S) == ([other], [], [])
    else:
        pairs = [(closed, zmq.POLLIN), (other, zmq.POLLIN)]
        assert zmq.zmq_poll(pairs, TIMEOUT_MS) == [(other, zmq.POLLIN)]


def test_closed_descriptor_is_an_error_event():
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    poller = zmq.Poller()
    poller.register(reading, zmq.POLLIN)
    assert poller.poll(0) == [(reading, zmq.POLLERR)]


def test_a_socket_and_its_shadow_in_one_poller(pair):
    one, _ = pair
    shadow = zmq.Socket(one)
    poller = zmq.Poller()
    poller.register(one, zmq.POLLOUT)
    poller.register(shadow, zmq.POLLIN | zmq.POLLOUT)
    assert dict(poller.poll(TIMEOUT_MS)) == {one: zmq.POLLOUT, shadow: zmq.POLLOUT}
    poller.modify(one, zmq.POLLIN)
    poller.modify(shadow, zmq.POLLIN)
    assert poller.poll(5) == []
    one.close()
    with pytest.raises(zmq.ZMQError):
        poller.poll(0)


def test_poller_has_a_closed_shadow_and_its_original(pair):
    one, _ = pair
    first, second = zmq.Socket(one), zmq.Socket(one)
    poller = zmq.Poller()
    poller.register(first)
    poller.register(second)
    poller.poll(0)
    del first
    poller.poll(0)
    second.close()
    with pytest.raises(zmq.ZMQError):
        poller.poll(0)
    assert one.closed


def test_many_sockets(context):
    # each socket has a file descriptor for its signals
    if sys.platform != "win32":
        import resource

        if 0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 256:
            pytest.skip("RLIMIT_NOFILE is below 256 here (ulimit -n)")
    pull = [context.socket(zmq.PULL) for _ in range(200)]
    push = context.socket(zmq.PUSH)
    poller = zmq.Poller()
    for number, socket in enumerate(pull):
        socket.bind(f"inproc://many-{number}")
        poller.register(socket, zmq.POLLIN)
    push.connect("inproc://many-117")
    push.send(b"x")
    assert poller.poll(TIMEOUT_MS) == [(pull[117], zmq.POLLIN)]


def test_thread_safe_sockets_are_polled(socket_pair):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    poller = zmq.Poller()
    poller.register(server, zmq.POLLIN)
    client.send(b"x")
    assert poller.poll(TIMEOUT_MS) == [(server, zmq.POLLIN)]
    server.recv()
    assert poller.poll(5) == []
    assert server.poll(5) == 0


def test_two_threads_may_use_one_poller_of_descriptors(pipe, in_thread):
    reading, writing = pipe
    poller = zmq.Poller()
    poller.register(reading, zmq.POLLIN)
    workers = [in_thread(lambda: poller.poll(TIMEOUT_MS)) for _ in range(3)]
    os.write(writing, b"x")
    assert [w.value() for w in workers] == [[(reading, zmq.POLLIN)]] * 3


# -- zmq_poll and select ----------------------------------------------------------------------


def test_zmq_poll(pair):
    one, other = pair
    assert zmq.zmq_poll([(one, zmq.POLLOUT), (other, zmq.POLLIN)], 0) == [(one, zmq.POLLOUT)]
    assert zmq.zmq_poll([], 0) == []
    assert zmq.zmq_poll(iter([(other, zmq.POLLIN)]), 5) == []
    one.send(b"x")
    assert zmq.zmq_poll([(other, zmq.POLLIN)]) == [(other, zmq.POLLIN)]


def test_zmq_poll_takes_a_socket_twice(pair):
    one, other = pair
    assert zmq.zmq_poll([(one, zmq.POLLIN), (one, zmq.POLLOUT)], TIMEOUT_MS) == [(one, zmq.POLLOUT)]
    other.send(b"x")
    items = [(one, zmq.POLLIN), (one, zmq.POLLOUT), (other, zmq.POLLIN), (one, zmq.POLLERR)]
    assert zmq.zmq_poll(items, TIMEOUT_MS) == [(one, zmq.POLLIN), (one, zmq.POLLOUT)]


def test_socket_registered_often_misses_no_event(socket_pair, in_thread):
    """A message arrives for the first item while the later items are checked."""
    one, other = socket_pair(zmq.DEALER, zmq.DEALER)
    items = [(one, zmq.POLLIN)] + [(one, zmq.POLLERR)] * 20

    def echo():
        for _ in range(5000):
            assert zmq.zmq_poll(items, TIMEOUT_MS) == [(one, zmq.POLLIN)]
            one.send(one.recv(zmq.DONTWAIT))

    echoing = in_thread(echo)
    for _ in range(5000):
        other.send(b"x")
        assert other.recv() == b"x"
    echoing.value()


@pytest.mark.parametrize("entries", [[5], [(5,)], [(0, 1, 2)], 5, None])
def test_zmq_poll_takes_pairs(entries):
    with pytest.raises((TypeError, ValueError)):
        zmq.zmq_poll(entries, 0)


def test_select(pair):
    one, other = pair
    assert zmq.select([other], [one], [one, other], 0) == ([], [one], [])
    assert zmq.select([other], [], [], 0.005) == ([], [], [])
    assert zmq.select([], [], [], 0) == ([], [], [])
    one.send(b"x")
    assert zmq.select([one, other], [other], [other]) == ([other], [other], []) or zmq.select(
        [other], [], [], -1
    ) == ([other], [], [])
    with pytest.raises(TypeError):
        zmq.select(["x"], [], [], 0)


def test_a_terminated_context_ends_a_poll(in_thread):
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    poller = zmq.Poller()
    poller.register(socket)

    def poll():
        try:
            poller.poll()
        except zmq.ContextTerminated:
            socket.close()
            return "terminated"

    worker = in_thread(poll)
    context.term()
    assert worker.value() == "terminated"


def test_a_poller_is_true_even_if_empty():
    assert zmq.Poller()


def test_copies_of_a_poller_are_independent(pair):
    one, other = pair
    poller = zmq.Poller()
    poller.register(one, zmq.POLLIN)
    copied = copy.copy(poller)
    assert copied.poll(0) == []
    copied.register(other, zmq.POLLOUT)
    poller.unregister(one)
    assert copied.sockets == [(one, zmq.POLLIN), (other, zmq.POLLOUT)]
    assert copied.poll(TIMEOUT_MS) == [(other, zmq.POLLOUT)]
    assert poller.sockets == []


def test_subclass_of_poller_need_not_call_init(pair):
    class Mine(zmq.Poller):
        def __init__(self, socket):
            self.register(socket, zmq.POLLOUT)

    assert Mine(pair[0]).poll(TIMEOUT_MS) == [(pair[0], zmq.POLLOUT)]


@pytest.mark.parametrize(
    "mistake",
    [
        lambda socket, other: zmq.zmq_poll([socket], 0),
        lambda socket, other: zmq.zmq_poll(socket, 0),
        lambda socket, other: zmq.select(socket, [], [], 0),
        lambda socket, other: other.send_multipart(socket),
        lambda socket, other: b"x" in socket,
    ],
    ids=["no pair", "no list", "select", "send_multipart", "in"],
)
def test_socket_given_as_a_list_loses_nothing(socket_pair, mistake):
    # A socket is iterable, and iteration over it receives messages.
    one, other = socket_pair()
    one.send(b"kept")
    with pytest.raises(TypeError):
        mistake(other, one)
    assert other.recv() == b"kept"
