"""Frames, zero-copy sends and trackers: the overloads of send and recv."""

from array import array
from typing import Literal

from typing_extensions import assert_type

import zmq

PAYLOAD = bytes(100_000)


def sends(socket: zmq.Socket[bytes], copy: bool, track: bool) -> list[zmq.MessageTracker]:
    """The result of a send depends on `copy`."""
    assert_type(socket.send(b"", zmq.SNDMORE), None)
    assert_type(socket.send(PAYLOAD, zmq.SNDMORE, copy=True), None)
    assert_type(socket.send(PAYLOAD, zmq.SNDMORE, track=True), None)
    kept = [
        socket.send(PAYLOAD, zmq.SNDMORE, copy=False),
        socket.send(PAYLOAD, zmq.SNDMORE, copy=False, track=True),
        socket.send(PAYLOAD, zmq.SNDMORE, False, True),
        socket.send(zmq.Frame(PAYLOAD, track=True), zmq.SNDMORE, copy=False, track=True),
    ]
    assert_type(kept, list[zmq.MessageTracker])
    perhaps = socket.send(array("d", [1.5]), zmq.SNDMORE, copy=copy, track=track)
    assert_type(perhaps, zmq.MessageTracker | None)
    assert_type(socket.send_multipart([b"a", b"b"], zmq.SNDMORE), None)
    tracker = socket.send_multipart((PAYLOAD, memoryview(PAYLOAD)), copy=False, track=True)
    assert_type(tracker, zmq.MessageTracker)
    some = socket.send_multipart((b"%d" % number for number in range(3)), copy=copy)
    assert_type(some, zmq.MessageTracker | None)
    if some is not None:
        kept.append(some)
    return [*kept, tracker]


def receives(socket: zmq.Socket[bytes], copy: bool) -> int:
    """The result of a receive depends on `copy`, too."""
    assert_type(socket.recv(), bytes)
    assert_type(socket.recv(0, True), bytes)
    assert_type(socket.recv(copy=False), zmq.Frame)
    assert_type(socket.recv(0, False, track=True), zmq.Frame)
    assert_type(socket.recv(copy=copy), bytes | zmq.Frame)
    frames = socket.recv_multipart(copy=False)
    assert_type(frames, list[zmq.Frame])
    assert_type(socket.recv_multipart(copy=copy), list[bytes] | list[zmq.Frame])
    return sum(len(frame) for frame in frames)


def look_at(frame: zmq.Frame) -> bytes:
    assert_type(frame.more, bool)
    assert_type(frame["Socket-Type"], str)
    assert_type(frame.get(zmq.MORE), int)
    assert_type(frame.get("routing_id"), int)
    assert_type(frame.get("group"), str)
    assert_type(frame.tracker, zmq.MessageTracker | None)
    assert_type(frame.buffer, memoryview)
    view = memoryview(frame)
    assert_type(view.nbytes, int)
    return frame.bytes


def many(sender: zmq.Socket[bytes], receiver: zmq.Socket[bytes]) -> list[bytes]:
    sent = sender.send_many([b"1", bytearray(b"2"), zmq.Message(b"3")], flags=zmq.DONTWAIT)
    assert_type(sent, int)
    received = receiver.recv_many(max_messages=10, timeout=5000)
    assert_type(received, list[bytes])
    return received


def main() -> None:
    copy: Literal[False] = False
    with zmq.Context() as context, context.socket(zmq.PUSH) as push:
        push.copy_threshold = 10_000
        with context.socket(zmq.PULL) as pull, pull.bind("tcp://127.0.0.1:*"):
            push.connect(pull.last_endpoint.decode())
            pull.rcvtimeo = 5000
            trackers = sends(push, copy=True, track=False)
            assert receives(pull, copy=False) > len(PAYLOAD)
            zmq.MessageTracker(*trackers).wait(timeout=5)
            assert push.send(PAYLOAD, copy=copy).done in {True, False}
            assert look_at(pull.recv(copy=copy)) == PAYLOAD
            assert many(push, pull)


if __name__ == "__main__":
    main()
