"""Memory lent to libzmq stays alive until libzmq no longer needs it, and is then released."""

from __future__ import annotations

import copy
import gc
import mmap
import pickle
import sys
import threading
import weakref
from array import array

import pytest
from limits import TIMEOUT_MS, TIMEOUT_S

import zmq

BIG = zmq.COPY_THRESHOLD * 2


class Buffer(bytearray):
    """A bytearray that can be referred to weakly."""


def is_resizable(data: bytearray) -> bool:
    try:
        data.append(0)
    except BufferError:
        return False
    data.pop()
    return True


def test_memory_is_lent_until_the_message_ends(pair, until):
    one, other = pair
    data = Buffer(b"x" * BIG)
    tracker = one.send(data, copy=False, track=True)
    assert not tracker.done
    assert not is_resizable(data)
    frame = other.recv(copy=False)
    data[0] = ord("y")  # the receiver of an inproc message uses the same memory
    assert frame.bytes[:2] == b"yx"
    assert not tracker.done
    del frame
    tracker.wait(TIMEOUT_S)
    assert tracker.done
    until(lambda: is_resizable(data))


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_the_memory_is_released_by_an_io_thread(socket_pair, until, transport):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, transport)
    data = Buffer(b"x" * BIG)
    reference = weakref.ref(data)
    one.send(data, copy=False)
    del data
    assert other.recv() == b"x" * BIG
    until(lambda: reference() is None, "the pending call released the buffer")


def test_later_send_releases_returned_memory(context):
    one, other = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    one.bind("inproc://later")
    other.connect("inproc://later")
    references = []
    for _ in range(50):
        data = Buffer(b"x" * BIG)
        references.append(weakref.ref(data))
        one.send(data, copy=False)
        del data
        other.recv()
    one.send(b"", copy=False)
    assert sum(reference() is not None for reference in references) <= 1


@pytest.mark.parametrize("size", [0, 1, 30, 33, zmq.COPY_THRESHOLD - 1])
def test_small_messages_are_copied(pair, size):
    one, other = pair
    data = bytearray(b"x" * size)
    tracker = one.send(data, copy=False, track=True)
    assert tracker.done
    assert is_resizable(data)
    assert other.recv() == data


@pytest.mark.parametrize("size", [0, 1, 29, 30, 33, 34, 100])
def test_a_threshold_of_zero_lends_everything(socket_pair, size, until):
    one, other = socket_pair()
    one.copy_threshold = 0
    data = bytearray(b"x" * size)
    tracker = one.send(data, copy=False, track=True)
    frame = other.recv(copy=False)
    assert frame.bytes == b"x" * size
    del frame
    tracker.wait(TIMEOUT_S)
    until(lambda: is_resizable(data))


def test_bytes_are_lent_too(pair, until):
    one, other = pair
    data = b"x" * BIG
    before = sys.getrefcount(data)
    tracker = one.send(data, copy=False, track=True)
    assert sys.getrefcount(data) == before + 1
    frame = other.recv(copy=False)
    with pytest.raises(TypeError):
        zmq.Frame(data, copy=False).buffer[0] = 0
    del frame
    tracker.wait(TIMEOUT_S)
    until(lambda: sys.getrefcount(data) == before)


@pytest.mark.parametrize(
    "make",
    [
        bytearray,
        memoryview,
        lambda data: array("B", data),
        lambda data: memoryview(data)[10:-10],
        lambda data: memoryview(data).cast("I"),
    ],
    ids=["bytearray", "memoryview", "array", "slice", "cast"],
)
@pytest.mark.parametrize("copy", [True, False])
def test_every_kind_of_buffer_arrives(socket_pair, make, copy):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, "tcp")
    data = bytes(range(256)) * (BIG // 256)
    made = make(data)
    one.send(made, copy=copy)
    assert other.recv() == bytes(memoryview(made).cast("B"))


@pytest.mark.parametrize("copy", [True, False])
def test_an_mmap_arrives(pair, copy):
    one, other = pair
    with mmap.mmap(-1, BIG) as memory:
        memory[:5] = b"hello"
        one.send(memory, copy=copy)
        assert other.recv()[:6] == b"hello\0"
        one.send(b"")  # this releases the returned buffers


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("step", [2, -1])
def test_strided_memory_is_copied(pair, copy, step):
    one, other = pair
    data = bytearray(range(256)) * (BIG // 128)
    tracker = one.send(memoryview(data)[::step], copy=copy)
    assert tracker is None or tracker.done
    assert is_resizable(data)
    assert other.recv() == bytes(data[::step])


def test_numpy_arrays_arrive(pair):
    numpy = pytest.importorskip("numpy", reason="NumPy is optional")
    one, other = pair
    matrix = numpy.arange(60000, dtype="f8").reshape(200, 300)
    for sent, expected in (
        (matrix, matrix.tobytes()),
        (matrix[::2, 5:7], matrix[::2, 5:7].tobytes()),
        (matrix.T, matrix.T.tobytes()),  # in Fortran order in memory, in C order in the message
    ):
        for copied in (True, False):
            one.send(sent, copy=copied)
            assert other.recv() == expected
    target = numpy.empty_like(matrix)
    one.send(matrix)
    assert other.recv_into(target) == matrix.nbytes
    assert (target == matrix).all()
    with pytest.raises(BufferError):
        other.recv_into(target[::2, ::2])


# -- frames -----------------------------------------------------------------------------------


def test_a_frame_lends_once_and_is_sent_often(socket_pair, until):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, "tcp")
    data = Buffer(b"x" * BIG)
    frame = zmq.Frame(data, copy=False, track=True)
    for _ in range(3):
        assert one.send(frame, copy=False, track=True) is not None
    for _ in range(3):
        assert other.recv() == bytes(data)
    assert frame.bytes == bytes(data)
    assert not frame.tracker.done
    tracker = frame.tracker
    del frame
    tracker.wait(TIMEOUT_S)
    until(lambda: is_resizable(data))


def test_a_view_outlives_frame_socket_and_context():
    context = zmq.Context()
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    one.bind("inproc://view")
    other.connect("inproc://view")
    one.send(b"abc" * BIG)
    view = other.recv(copy=False).buffer
    one.close()
    other.close()
    context.term()
    gc.collect()
    assert view[:6] == b"abcabc"
    assert len(view) == 3 * BIG


@pytest.mark.parametrize("make", [bytes, bytearray])
def test_received_frame_is_read_only(pair, make):
    one, other = pair
    data = make(b"abc" * BIG)
    one.send(data, copy=False)
    view = other.recv(copy=False).buffer
    assert view.readonly
    with pytest.raises(TypeError):
        view[0] = ord("x")
    assert data[:3] == b"abc"


def test_receiver_cannot_write_into_a_sent_frame(pair):
    one, other = pair
    frame = zmq.Frame(b"abc" * 100)
    one.send(frame, copy=False)
    assert other.recv(copy=False).buffer.readonly
    assert frame.bytes == b"abc" * 100


@pytest.mark.parametrize("size", [100, BIG])
def test_receivers_cannot_write_to_each_others_message(context, size):
    pub = context.socket(zmq.PUB)
    pub.bind("inproc://shared")
    subs = [context.socket(zmq.SUB) for _ in range(2)]
    for sub in subs:
        sub.connect("inproc://shared")
        sub.subscribe(b"")
    data = b"abc" * size
    pub.send(data)
    frames = [sub.recv(copy=False) for sub in subs]
    for frame in frames:
        if not frame.buffer.readonly:
            frame.buffer[0] = ord("x")
            frame.buffer[1] = ord("0") + frames.index(frame)
    assert [frame.bytes[2:] for frame in frames] == [data[2:]] * 2
    if size == 100:
        assert all(frame.buffer.readonly for frame in frames)
    else:
        assert [frame.bytes[:2] for frame in frames] == [b"x0", b"x1"]
    assert data == b"abc" * size


def test_large_bytes_arrive_as_same_object(pair):
    one, other = pair
    data = b"abc" * BIG
    one.send(data)
    assert other.recv() is data
    one.send_multipart([data, b"short", data])
    first, short, last = other.recv_multipart()
    assert first is last is data
    assert short == b"short"
    one.send(data, copy=False)
    assert other.recv(copy=False).bytes is data
    one.send(data)
    into = bytearray(len(data))
    assert other.recv_into(into) == len(data)
    assert into == data


def test_view_of_larger_bytes_arrives_alone(pair):
    one, other = pair
    data = b"abc" * BIG
    one.send(memoryview(data)[:BIG], copy=False)
    assert other.recv() == data[:BIG]


def test_bytes_are_found_only_while_lent(pair):
    one, other = pair
    data = b"abc" * BIG
    one.send(memoryview(data), copy=False)
    held = other.recv(copy=False)  # this frame keeps the memory lent
    one.send(data)
    assert other.recv() is data
    one.send(memoryview(data), copy=False)
    received = other.recv()
    assert received == held.bytes == data
    assert received is not data


def test_frame_of_lent_bytes_is_writable(context):
    data = b"abc" * BIG
    server, client = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    server.bind("inproc://writable")
    client.connect("inproc://writable")
    client.send_multipart([data, data])
    _, frame, last = server.recv_multipart(copy=False)
    view = frame.buffer
    assert not view.readonly
    view[0] = ord("x")
    assert frame.bytes == b"x" + data[1:]
    assert frame.more
    assert last.bytes is data
    assert data == b"abc" * BIG


def test_copy_of_lent_frame_shares_its_memory(pair):
    one, other = pair
    data = b"abc" * BIG
    one.send(data)
    frame = other.recv(copy=False)
    twin = copy.copy(frame)
    frame.buffer[0] = ord("x")
    assert bytes(twin.buffer[:3]) == b"xbc"
    assert data[:3] == b"abc"


def test_lent_frame_is_sent_on_without_copy(pair):
    one, other = pair
    data = b"abc" * BIG
    one.send(data)
    other.send(other.recv(copy=False))
    assert one.recv() is data


@pytest.mark.parametrize("transport", ["tcp", "ipc", "ws"])
def test_sent_bytes_are_released(socket_pair, until, transport):
    if transport == "ws" and not zmq.has("ws"):
        pytest.skip("this build has no ws")
    one, other = socket_pair(zmq.PUSH, zmq.PULL, transport)
    data = b"abc" * BIG
    references = sys.getrefcount(data)
    for _ in range(5):
        one.send(data)
    assert [other.recv() for _ in range(5)] == [b"abc" * BIG] * 5
    assert data == b"abc" * BIG  # ws has not masked the bytes in place
    until(lambda: sys.getrefcount(data) == references, "the pending call released the bytes")


def test_bytes_are_lent_up_to_a_bound(context, until):
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    one.sndhwm = other.rcvhwm = 0
    one.bind("inproc://bound")
    other.connect("inproc://bound")
    data = bytes(8 << 20)
    references = sys.getrefcount(data)
    for _ in range(40):
        one.send(data)
    assert sys.getrefcount(data) - references <= 32  # 256 MiB
    assert all(other.recv() == data for _ in range(40))
    until(lambda: sys.getrefcount(data) == references)
    one.send(data)
    assert other.recv() is data


def test_copied_memory_is_writable(pair):
    one, other = pair
    data = b"abc" * BIG
    for message in (data, b"short"):
        one.send(message)
        view = other.recv(copy=False).buffer
        view[0] = ord("x")
    assert data[:3] == b"abc"
    # another message reuses the memory of a freed message
    one.send(bytearray(data), copy=False)
    assert other.recv() == data
    one.send(data)
    assert not other.recv(copy=False).buffer.readonly


def test_a_view_of_lent_memory_outlives_everything(until):
    context = zmq.Context()
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    one.bind("inproc://view")
    other.connect("inproc://view")
    data = Buffer(b"abc" * BIG)
    reference = weakref.ref(data)
    one.send(data, copy=False)
    view = other.recv(copy=False).buffer
    del data
    context.destroy()
    gc.collect()
    assert reference() is not None
    assert view[:3] == b"abc"
    view.release()
    gc.collect()
    until(lambda: reference() is None)


def test_a_message_that_is_never_received_is_released(until):
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    socket.connect("inproc://nobody")
    data = Buffer(b"x" * BIG)
    tracker = socket.send(data, copy=False, track=True)
    assert not tracker.done
    context.destroy(linger=0)
    tracker.wait(TIMEOUT_S)
    until(lambda: is_resizable(data))


def test_a_send_that_fails_releases(context, until):
    socket = context.socket(zmq.PUSH)  # without a peer
    data = bytearray(b"x" * BIG)
    with pytest.raises(zmq.Again):
        socket.send(data, zmq.DONTWAIT, copy=False, track=True)
    until(lambda: is_resizable(data))
    with pytest.raises(zmq.Again):
        socket.send_multipart([data, data], zmq.DONTWAIT, copy=False, track=True)
    until(lambda: is_resizable(data))
    with pytest.raises(TypeError):
        socket.send_multipart([data, 5], copy=False)
    until(lambda: is_resizable(data))
    socket.close()
    with pytest.raises(zmq.ZMQError):
        socket.send(data, copy=False)
    until(lambda: is_resizable(data))


# -- trackers ---------------------------------------------------------------------------------


def test_a_tracker_watches_all_parts(pair):
    one, other = pair
    parts = [bytearray(b"x" * BIG) for _ in range(3)]
    tracker = one.send_multipart([*parts, b"small"], copy=False, track=True)
    frames = other.recv_multipart(copy=False)
    assert [len(frame) for frame in frames] == [BIG, BIG, BIG, 5]
    while frames:
        assert not tracker.done
        with pytest.raises(zmq.NotDone):
            tracker.wait(0)
        frames.pop(0)
        if len(frames) == 1:
            break
    tracker.wait(TIMEOUT_S)
    assert tracker.done


def test_waiting_for_a_tracker_ends_with_the_message(pair, in_thread):
    one, other = pair
    tracker = one.send(bytearray(BIG), copy=False, track=True)
    waiting = in_thread(lambda: tracker.wait(TIMEOUT_S))
    assert not tracker.done
    other.recv()
    waiting.value()
    assert tracker.done


@pytest.mark.parametrize("timeout", [0, 0.001, 0.0])
def test_waiting_has_a_timeout(pair, timeout):
    one, _ = pair
    tracker = one.send(bytearray(BIG), copy=False, track=True)
    with pytest.raises(zmq.NotDone):
        tracker.wait(timeout)
    with pytest.raises(zmq.NotDone):
        zmq.MessageTracker(tracker).wait(timeout=timeout)


def test_a_tracker_of_trackers_frames_and_events():
    frame = zmq.Frame(bytearray(BIG), copy=False, track=True)
    event = threading.Event()
    tracker = zmq.MessageTracker(frame, event, zmq.MessageTracker())
    assert not tracker.done
    del frame
    with pytest.raises(zmq.NotDone):
        tracker.wait(0.01)
    event.set()
    tracker.wait(TIMEOUT_S)
    assert tracker.done
    assert zmq.MessageTracker().done
    zmq.MessageTracker().wait()
    zmq.MessageTracker().wait(None)


@pytest.mark.parametrize("value", [5, None, "x", object()])
def test_a_tracker_watches_nothing_else(value):
    with pytest.raises(TypeError):
        zmq.MessageTracker(value)


@pytest.mark.parametrize("timeout", ["1", [], float("nan")])
def test_a_timeout_of_a_tracker_is_a_number(timeout):
    with pytest.raises((TypeError, ValueError)):
        zmq.MessageTracker().wait(timeout)


def test_an_untracked_frame_cannot_be_watched(pair):
    one, _ = pair
    frame = zmq.Frame(b"x")
    assert frame.tracker is None
    assert frame.tracker_event is None
    with pytest.raises(ValueError, match="track=True"):
        zmq.MessageTracker(frame)
    with pytest.raises(ValueError, match="track=True"):
        one.send(frame, copy=False, track=True)
    with pytest.raises(ValueError, match="Frame 1"):
        one.send_multipart([b"x", frame], copy=False, track=True)


def test_the_event_of_a_frame():
    frame = zmq.Frame(bytearray(BIG), copy=False, track=True)
    event = frame.tracker_event
    assert not event.is_set()
    assert not event.wait(0)
    assert frame.tracker_event is event
    with pytest.raises(TypeError):
        type(event)()
    assert type(event).__new__(type(event)).is_set()
    assert type(event).__new__(type(event)).wait()
    del frame
    assert event.wait(TIMEOUT_S)
    assert event.is_set()


def test_sends_with_copy_return_none(pair):
    one, _ = pair
    assert one.send(b"x", track=True) is None
    assert one.send_multipart([b"x"], track=True) is None
    assert one.send(b"x", copy=False).done


def test_the_copy_threshold_of_a_socket(context, monkeypatch):
    assert context.socket(zmq.PUSH).copy_threshold == zmq.COPY_THRESHOLD
    monkeypatch.setattr(zmq, "COPY_THRESHOLD", 5)
    socket = context.socket(zmq.PUSH)
    assert socket.copy_threshold == 5
    socket.copy_threshold = 7
    assert socket.copy_threshold == 7
    with pytest.raises(ValueError, match="-1"):
        socket.copy_threshold = -1
    with pytest.raises(TypeError):
        socket.copy_threshold = "x"


def test_many_threads_lend_at_once(context, in_thread, until):
    references = []

    def exchange(number: int) -> None:
        one, other = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        one.bind(f"inproc://lend-{number}")
        other.connect(f"inproc://lend-{number}")
        for _ in range(200):
            data = Buffer(b"x" * BIG)
            references.append(weakref.ref(data))
            one.send(data, copy=False)
            del data
            assert other.poll(TIMEOUT_MS)
            assert len(other.recv()) == BIG

    for worker in [in_thread(lambda n=n: exchange(n)) for n in range(4)]:
        worker.value()
    until(lambda: all(reference() is None for reference in references))


def test_trackers_of_trackers_may_go_deep():
    tracker = zmq.MessageTracker(frame := zmq.Frame(bytearray(BIG), copy=False, track=True))
    for _ in range(100_000):
        tracker = zmq.MessageTracker(tracker)
    assert not tracker.done
    with pytest.raises(zmq.NotDone):
        tracker.wait(0)
    del frame
    tracker.wait(TIMEOUT_S)
    assert tracker.done


def test_a_tracker_that_watches_itself():
    tracker = zmq.MessageTracker()
    tracker.peers.add(tracker)
    assert tracker.done
    tracker.wait(TIMEOUT_S)
    tracker.peers.clear()


def test_a_tracker_can_be_copied_and_not_pickled():
    tracker = zmq.MessageTracker(frame := zmq.Frame(bytearray(BIG), copy=False, track=True))
    copied = copy.copy(tracker)
    assert not copied.done
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(tracker)
    del frame
    copied.wait(TIMEOUT_S)


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("shape", [(2, 3), (300, 300)])
def test_fortran_arrays_are_sent_in_logical_order(pair, copy, shape):
    numpy = pytest.importorskip("numpy", reason="sends NumPy's arrays: pip install numpy")
    one, other = pair
    array = numpy.arange(shape[0] * shape[1]).reshape(shape)
    in_order_of_fortran = numpy.asfortranarray(array)
    one.send(in_order_of_fortran, copy=copy)
    assert numpy.frombuffer(other.recv(), array.dtype).reshape(shape).tolist() == array.tolist()
    assert zmq.Frame(in_order_of_fortran, copy=copy).bytes == array.tobytes()


def test_receiving_into_order_of_fortran_is_refused(pair):
    numpy = pytest.importorskip("numpy", reason="receives into NumPy's arrays: pip install numpy")
    one, other = pair
    one.send(b"123456")
    with pytest.raises(BufferError, match="C order"):
        other.recv_into(numpy.zeros((2, 3), "u1", order="F"))
    assert other.recv_into(numpy.zeros((2, 3), "u1")) == 6
