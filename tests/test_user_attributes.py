"""Users can set their own attributes on objects, and patch the classes, as test suites do."""

from __future__ import annotations

import copy
import gc
import inspect
import weakref
from unittest.mock import Mock, patch

import pytest
from limits import TIMEOUT_MS

import zmq
import zmq.backend


@pytest.mark.parametrize("cls", [zmq.MessageTracker, zmq.Poller])
def test_objects_take_attributes(cls):
    made = cls()
    made.note = "mine"
    assert made.note == "mine"
    assert vars(made) == {"note": "mine"}
    del made.note
    assert not hasattr(made, "note")


@pytest.mark.parametrize("cls", [zmq.Context, zmq.Frame, zmq.MessageTracker, zmq.Poller])
def test_classes_can_be_patched(cls):
    with patch.object(cls, "__len__", lambda self: 3, create=True):
        made = cls()
        assert len(made) == 3
    if cls is zmq.Context:
        made.destroy()


def test_methods_of_a_frame_can_be_replaced():
    frame = zmq.Frame(b"x")
    frame.get = Mock(return_value=1)
    assert frame.get("x") == 1
    frame._note = "mine"
    assert vars(frame) == {"get": frame.get, "_note": "mine"}
    del frame.get
    with pytest.raises(zmq.ZMQError):
        frame.get("x")


def test_frames_of_a_subclass_take_attributes():
    class Part(zmq.Frame):
        pass

    part = Part(b"x")
    part.note = "mine"
    assert part.note == "mine"


def test_poll_can_be_mocked(pair):
    poller = zmq.Poller()
    poller.poll = Mock(return_value=[1])
    assert poller.poll() == [1]
    with patch.object(zmq.Poller, "poll", Mock(return_value=[2])):
        assert zmq.Poller().poll() == [2]
    other = zmq.Poller()
    other.register(pair[0], zmq.POLLOUT)
    assert other.poll(TIMEOUT_MS) == [(pair[0], zmq.POLLOUT)]


def test_copied_poller_has_the_attributes():
    poller = zmq.Poller()
    poller.register(0, zmq.POLLIN)
    poller.note = "mine"
    other = copy.copy(poller)
    assert (other.note, other.sockets) == ("mine", poller.sockets)
    assert other.sockets is not poller.sockets


def test_received_frames_are_of_the_public_class(pair):
    one, other = pair
    one.send_multipart([b"a", b"b"])
    frames = other.recv_multipart(copy=False)
    assert [type(frame) for frame in frames] == [zmq.Frame, zmq.Frame]
    assert isinstance(frames[0], zmq.backend.Frame)
    assert type(copy.copy(frames[0])) is zmq.Frame
    assert repr(frames[0]) == "<zmq.Frame(b'a')>"


def test_trackers_are_of_the_public_class(pair):
    one, _ = pair
    tracker = one.send_multipart([bytes(100_000), bytes(100_000)], copy=False, track=True)
    frame = zmq.Frame(bytes(100_000), copy=False, track=True)
    one.send(frame, copy=False)
    for found in (tracker, frame.tracker, copy.copy(tracker), one.send(b"", copy=False)):
        assert type(found) is zmq.MessageTracker
    assert zmq._FINISHED_TRACKER is one.send(b"", copy=False, track=True)


def test_frame_in_a_cycle_with_itself_is_collected():
    frame = zmq.Frame(b"x")
    frame._itself = frame
    reference = weakref.ref(frame)
    del frame
    gc.collect()
    assert reference() is None


def test_context_of_a_socket_can_be_assigned(context):
    socket = context.socket(zmq.PULL)
    with zmq.Context() as other:
        socket.context = other
        assert socket.context is other
        assert other._open_sockets == 0
    # the socket still belongs to the context that made it
    assert context._open_sockets == 1
    socket.close()
    assert context._open_sockets == 0


@pytest.mark.parametrize("value", [1, "context", Mock()])
def test_context_of_a_socket_is_a_context(context, value):
    with pytest.raises(TypeError):
        context.socket(zmq.PULL).context = value


def test_members_of_a_frame_are_listed():
    assert {"bytes", "more", "group"} <= dict(inspect.getmembers(zmq.Frame(b"x"))).keys()
    assert not hasattr(zmq.Frame(b"x"), "srcfd")
    assert Mock(spec=zmq.Frame(b"x")).bytes
