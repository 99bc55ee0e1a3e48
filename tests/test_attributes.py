"""Attributes as Python's own tools read them: hasattr, inspect, mock, pickle."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterator
from unittest import mock

import pytest

import zmq
from zmq.sugar.attrsettr import AttributeSetter

# socket_type is a deprecated alias of type
pytestmark = pytest.mark.filterwarnings("ignore:Socket.socket_type:DeprecationWarning")


@pytest.fixture(params=["open socket", "closed socket", "open context", "closed context"])
def subject(request: pytest.FixtureRequest) -> Iterator[zmq.Socket | zmq.Context]:
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    if "closed" in request.param:
        context.destroy(linger=0)
    yield socket if "socket" in request.param else context
    context.destroy(linger=0)


def test_hasattr_answers_for_every_listed_name(subject):
    assert all(hasattr(subject, name) in (True, False) for name in dir(subject))


def test_inspect_lists_all_members(subject):
    names = {name for name, _ in inspect.getmembers(subject)}
    assert {"closed", "underlying", "set"} <= names


@pytest.mark.parametrize("make", [lambda thing: mock.Mock(spec=thing), mock.create_autospec])
def test_mock_takes_it_as_specification(subject, make):
    stand_in = make(subject)
    stand_in.set(1, 2)
    stand_in.set.assert_called_once_with(1, 2)


def test_option_that_can_only_be_set(context):
    assert not hasattr(context, "THREAD_AFFINITY_CPU_ADD")
    with pytest.raises(AttributeError, match="can be set, but not read"):
        context.thread_affinity_cpu_add  # noqa: B018


@pytest.mark.parametrize("name", ["linger", "EVENTS", "hwm", "fd", "last_endpoint", "rcvmore"])
def test_option_of_closed_socket_raises_both(context, name):
    socket = context.socket(zmq.PULL)
    socket.close()
    with pytest.raises(zmq.ZMQError) as caught:
        getattr(socket, name)
    assert caught.value.errno == zmq.ENOTSOCK
    assert isinstance(caught.value, AttributeError)
    assert getattr(socket, name, "default") == "default"


def test_option_of_closed_context_raises_both():
    context = zmq.Context()
    context.term()
    with pytest.raises(RuntimeError, match="destroyed") as caught:
        context.IO_THREADS  # noqa: B018
    assert isinstance(caught.value, AttributeError)


def test_error_of_an_option_can_be_pickled(context):
    socket = context.socket(zmq.PULL)
    socket.close()
    with pytest.raises(zmq.ZMQError) as caught:
        socket.linger  # noqa: B018
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is zmq.ZMQError
    assert (copy.errno, str(copy)) == (caught.value.errno, str(caught.value))


def test_sockets_and_contexts_count_as_attribute_setters(context):
    assert isinstance(context, AttributeSetter)
    assert isinstance(context.socket(zmq.PULL), AttributeSetter)


def test_attribute_setter_passes_options_on():
    class Recorder(AttributeSetter):
        def __init__(self):
            self.seen = {}

        def get(self, option):
            return self.seen[option]

        def set(self, option, value):
            self.seen[option] = value

    recorder = Recorder()
    recorder.linger = 5
    recorder.RCVHWM = 7
    assert recorder.seen == {zmq.LINGER: 5, zmq.RCVHWM: 7}
    assert (recorder.LINGER, recorder.rcvhwm) == (5, 7)
    assert not hasattr(recorder, "other")
