"""Frames: construction, contents, properties, options."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zmq

BIG = zmq.COPY_THRESHOLD * 2


@given(st.binary(max_size=300))
def test_contents(data):
    frame = zmq.Frame(data)
    assert bytes(frame) == frame.bytes == data
    assert len(frame) == len(data)
    assert frame.buffer == data
    assert memoryview(frame).nbytes == len(data)
    assert bool(frame) == bool(data)


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda d: array("B", d)])
@pytest.mark.parametrize("copy", [True, False, None])
@pytest.mark.parametrize("size", [0, 5, BIG])
def test_made_from_any_buffer(make, copy, size):
    data = make(b"x" * size)
    assert zmq.Frame(data, copy=copy).bytes == b"x" * size
    assert zmq.Frame(data, track=True, copy=copy).tracker is not None


def test_an_empty_frame():
    frame = zmq.Frame()
    assert frame.bytes == b""
    assert not frame.more
    assert frame.tracker is None
    assert zmq.Frame(track=True).tracker.done
    assert zmq.Frame(None).bytes == b""


@pytest.mark.parametrize("data", ["text", 5, [], object(), 1.5])
def test_made_of_nothing_else(data):
    with pytest.raises(TypeError):
        zmq.Frame(data)


def test_the_copy_threshold_decides():
    data = bytearray(b"x" * 100)
    assert zmq.Frame(data, track=True, copy_threshold=1000).tracker.done
    assert not zmq.Frame(data, track=True, copy_threshold=10).tracker.done
    assert zmq.Frame(data, track=True).tracker.done
    assert zmq.Frame(bytearray(BIG), track=True, copy=True).tracker.done
    assert not zmq.Frame(bytearray(BIG), track=True).tracker.done


def test_bytes_are_kept():
    frame = zmq.Frame(b"x" * 100)
    assert frame.bytes is frame.bytes


def test_bytes_follow_writes_to_the_buffer():
    frame = zmq.Frame(b"hello")
    assert frame.bytes == b"hello"
    view = frame.buffer
    view[0] = ord("j")
    assert frame.bytes == b"jello"
    view[0] = ord("c")
    assert frame.bytes == b"cello"


def test_memory_of_bytes_is_read_only():
    data = b"x" * BIG
    view = zmq.Frame(data, copy=False).buffer
    assert view.readonly
    with pytest.raises(TypeError):
        view[0] = 0
    assert data == b"x" * BIG


def test_a_copy_shares_the_message():
    frame = zmq.Frame(b"hello" * 100, track=True)
    other = copy.copy(frame)
    assert other is not frame
    assert type(other) is zmq.Frame
    assert other.bytes == frame.bytes
    assert other.tracker.done
    lent = zmq.Frame(bytearray(BIG), copy=False, track=True)
    shared = copy.copy(lent)
    tracker = lent.tracker
    del lent
    assert not tracker.done
    assert not shared.tracker.done
    assert shared.tracker_event is not None
    del shared
    tracker.wait(30)


@pytest.mark.parametrize("call", [pickle.dumps, copy.deepcopy])
def test_a_frame_cannot_be_pickled(call):
    with pytest.raises(TypeError, match="bytes"):
        call(zmq.Frame(b"x"))


def test_frames_are_equal_to_themselves_only():
    frame = zmq.Frame(b"x")
    assert frame == frame
    assert frame != zmq.Frame(b"x")
    assert len({frame, zmq.Frame(b"x")}) == 2


def test_repr_and_str():
    assert repr(zmq.Frame(b"abc")) == str(zmq.Frame(b"abc")) == "<zmq.Frame(b'abc')>"
    for size, shown in ((17, "17B"), (999, "999B"), (1500, "1kB"), (2_500_000, "2MB")):
        assert repr(zmq.Frame(b"x" * size)) == f"<zmq.Frame(b'xxxxxxxxxxxx'...{shown})>"

    class Mine(zmq.Frame):
        note: str

    mine = Mine(b"x")
    mine.note = "kept"
    assert mine.note == "kept"
    assert "Mine(b'x')" in repr(mine)


def test_init_again_replaces_the_contents():
    frame = zmq.Frame(bytearray(BIG), copy=False, track=True)
    tracker = frame.tracker
    frame.__init__(b"new")
    assert frame.bytes == b"new"
    assert frame.tracker is None
    tracker.wait(30)
    frame.__init__()
    assert frame.bytes == b""


def test_memory_that_is_in_view_is_not_replaced():
    frame = zmq.Frame(bytearray(BIG), copy=False)
    view = frame.buffer
    with pytest.raises(BufferError, match="make another Frame"):
        frame.__init__(b"new")
    assert len(view) == BIG


def test_a_frame_is_sent_again_and_again(pair):
    one, other = pair
    for data in (b"small", b"x" * 100, b"x" * BIG):
        frame = zmq.Frame(data)
        for flag in (True, False):
            one.send(frame, copy=flag)
            one.send_multipart([frame, frame], copy=flag)
            assert other.recv() == data
            assert other.recv_multipart() == [data, data]
        assert frame.bytes == data


def test_write_after_send_does_not_change_the_message(pair):
    one, other = pair
    frame = zmq.Frame(b"hello" * 100)
    view = frame.buffer
    one.send(frame)
    view[:5] = b"HELLO"
    assert other.recv() == b"hello" * 100
    one.send(frame)
    assert other.recv()[:10] == b"HELLOhello"


def test_a_received_frame_is_sent_on(socket_pair):
    one, other = socket_pair(transport="tcp")
    one.send(b"x" * BIG)
    frame = other.recv(copy=False)
    other.send(frame, copy=False)
    assert one.recv() == b"x" * BIG


def test_more(pair):
    one, other = pair
    one.send_multipart([b"a", b"b"])
    first, second = other.recv_multipart(copy=False)
    assert first.more
    assert first.get(zmq.MORE) == first.MORE == 1
    assert not second.more
    assert second.get(zmq.MORE) == 0


def test_received_frames_may_be_tracked(pair):
    one, other = pair
    one.send_multipart([b"a", b"b"])
    assert [f.tracker.done for f in other.recv_multipart(copy=False, track=True)] == [True, True]
    one.send(b"a")
    assert other.recv(copy=False, track=True).tracker.done


def test_properties_of_the_connection(socket_pair):
    one, other = socket_pair(zmq.REQ, zmq.REP, "tcp")
    one.send(b"x")
    frame = other.recv(copy=False)
    assert frame["Socket-Type"] == frame.get(b"Socket-Type") == "REQ"
    assert frame["Peer-Address"] == "127.0.0.1"
    assert frame.get(zmq.SRCFD) == frame.SRCFD == frame.srcfd >= 0
    assert frame.SHARED == frame.shared == 0
    with pytest.raises(zmq.ZMQError, match="No-Such-Thing") as caught:
        frame["No-Such-Thing"]
    assert caught.value.errno == zmq.EINVAL


@pytest.mark.parametrize("option", [999, -1, 0])
def test_an_unknown_option_is_refused(option):
    frame = zmq.Frame(b"x")
    with pytest.raises(zmq.ZMQError, match=str(option)):
        frame.get(option)
    with pytest.raises(zmq.ZMQError, match=str(option)):
        frame.set(option, 1)


@pytest.mark.parametrize("option", [None, [], 1.5])
def test_an_option_is_a_number_or_a_name(option):
    frame = zmq.Frame(b"x")
    with pytest.raises(TypeError):
        frame.get(option)
    with pytest.raises(TypeError):
        frame.set(option, 1)
    with pytest.raises(TypeError):
        frame[option]


def test_routing_id_and_group():
    frame = zmq.Frame(b"x")
    assert frame.routing_id == frame["routing_id"] == frame.get("routing_id") == 0
    assert frame.group == frame["group"] == ""
    frame.routing_id = 5
    frame.group = b"news"
    assert (frame.routing_id, frame.group) == (5, "news")
    frame.set("routing_id", 2**32 - 1)
    frame.set("group", "ü")
    assert (frame.get("routing_id"), frame.get("group")) == (2**32 - 1, "ü")
    for value in (0, -1, 2**32):
        with pytest.raises(ValueError, match="routing_id"):
            frame.routing_id = value
    with pytest.raises(TypeError):
        frame.routing_id = "5"
    with pytest.raises(TypeError):
        frame.group = 5
    with pytest.raises(zmq.ZMQError, match="255"):
        frame.group = "x" * 256


def test_a_written_frame_keeps_routing_id_and_group(context):
    server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
    server.bind("inproc://x")
    client.connect("inproc://x")
    client.send(b"question")
    answer = server.recv(copy=False)
    answer.buffer[:3] = b"abc"
    server.send(answer)
    assert client.recv() == b"abcstion"


def test_unknown_attributes_are_refused():
    frame = zmq.Frame(b"x")
    with pytest.raises(AttributeError):
        frame.foo = 1
    with pytest.raises(AttributeError):
        frame.foo  # noqa: B018
    with pytest.raises(AttributeError):
        frame.bytes = b"y"


def test_many_frames_are_freed():
    frames = [zmq.Frame(b"x" * n) for n in range(500)]
    views = [frame.buffer for frame in frames]
    del frames
    gc.collect()
    assert [len(view) for view in views] == list(range(500))


def test_buffer_is_one_view_while_in_use():
    frame = zmq.Frame(b"x" * 100)
    view = frame.buffer
    assert frame.buffer is view
    assert frame.buffer is frame.buffer
    view.release()
    with frame.buffer as other:
        assert other is not view
        assert other == b"x" * 100
    # The frame can be initialized again if no view of it is in use.
    del view, other
    frame.__init__(b"y")
    assert frame.buffer == b"y"


def test_asking_for_the_buffer_makes_no_cycle():
    frame = zmq.Frame(b"x")
    reference = weakref.ref(frame)
    assert frame.buffer == b"x"
    gc.disable()
    try:
        del frame
        assert reference() is None
    finally:
        gc.enable()
