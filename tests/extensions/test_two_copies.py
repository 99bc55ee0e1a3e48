"""Two copies of libzmq in a process: they can exchange messages, but not handles."""

from __future__ import annotations

import errno

import pytest
from limits import TIMEOUT_MS

import zmq


@pytest.fixture
def foreign(probe_linked):
    """The handles of a context and of a socket of the other copy."""
    context = probe_linked.new_context()
    socket = probe_linked.open(context, zmq.PAIR)
    assert socket > 0
    yield context, socket
    assert probe_linked.close(socket) == 0
    assert probe_linked.term_context(context) == 0


def test_there_are_two_copies(probe_linked, context):
    assert probe_linked.open(probe_linked.new_context(), zmq.PAIR) > 0


def test_the_other_copy_refuses_our_socket(probe_linked, context, pair):
    assert probe_linked.send(pair[0].underlying, b"x") == zmq.ENOTSOCK
    assert probe_linked.close(pair[0].underlying) == zmq.ENOTSOCK
    pair[0].send(b"still well")
    assert pair[1].recv() == b"still well"


def test_the_other_copy_refuses_our_context(probe_linked, context):
    assert probe_linked.open(context.underlying, zmq.PAIR) == -errno.EFAULT


def test_we_refuse_a_socket_of_the_other_copy(foreign):
    with pytest.raises(zmq.ZMQError) as caught:
        zmq.Socket.shadow(foreign[1])
    assert caught.value.errno == zmq.ENOTSOCK


def test_we_refuse_a_context_of_the_other_copy(foreign):
    shadow = zmq.Context.shadow(foreign[0])
    with pytest.raises(zmq.ZMQError) as caught:
        shadow.socket(zmq.PAIR)
    assert caught.value.errno == errno.EFAULT


def test_polling_a_socket_of_another_copy_fails(foreign, probe):
    assert probe.poller_add(None, foreign[1]) == zmq.ENOTSOCK


def test_timers_of_the_other_copy_are_refused(probe, probe_linked):
    timers = probe_linked.new_timers()
    assert probe.destroy_timers(timers) == errno.EFAULT
    assert probe_linked.destroy_timers(timers) == 0


def test_a_module_that_shares_takes_our_handles(probe, pair):
    """This test has no second copy: it is the control experiment for the tests above."""
    assert probe.send(pair[0].underlying, b"x") == 0
    assert probe.poller_add(None, pair[1].underlying) == 0
    assert pair[1].recv() == b"x"


def test_the_copies_talk_over_ipc(probe_linked, foreign, context, endpoint):
    server = context.socket(zmq.PAIR)
    server.bind(endpoint("ipc") if zmq.has("ipc") else endpoint("tcp"))
    assert probe_linked.connect(foreign[1], server.last_endpoint.decode()) == 0
    server.send(b"to the other copy")
    server.poll(TIMEOUT_MS, zmq.POLLOUT)
    assert probe_linked.send(foreign[1], b"from the other copy") == 0
    assert server.recv() == b"from the other copy"


def test_inproc_does_not_reach_the_other_copy(probe_linked, foreign, context, endpoint):
    address = endpoint("inproc")
    server = context.socket(zmq.PAIR)
    server.bind(address)
    assert probe_linked.connect(foreign[1], address) == 0
    assert probe_linked.send(foreign[1], b"waits for a bind there") == 0
    assert server.poll(0) == 0
