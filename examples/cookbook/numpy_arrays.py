"""Send NumPy arrays without a copy in Python.

Run it: ``python numpy_arrays.py``. A message has two parts: a header in JSON, and the bytes.
"""

from __future__ import annotations

import json
import math

import numpy as np

import zmq


def send_array(socket: zmq.Socket, array: np.ndarray, flags: int = 0) -> zmq.MessageTracker:
    """Send an array.

    Returns
    -------
    zmq.MessageTracker
        The memory of the array is lent to libzmq. Do not change the array before `tracker.done` is
        true, or `tracker.wait()` has returned. (Arrays of less than `zmq.COPY_THRESHOLD` bytes are
        copied; their tracker is done at once.)

    Raises
    ------
    TypeError
        If the array contains Python objects or fields.
    """
    if array.dtype.hasobject or array.dtype.names:
        raise TypeError(f"cannot send an array of {array.dtype}")
    array = np.asarray(array, order="C")  # copies only an array that is not contiguous
    header = json.dumps({"dtype": array.dtype.str, "shape": array.shape}).encode()
    data = memoryview(array.reshape(-1).view(np.uint8))
    return socket.send_multipart([header, data], flags, copy=False, track=True)


def recv_array(socket: zmq.Socket, flags: int = 0) -> np.ndarray:
    """Receive an array. It is read-only, because over inproc it uses the memory of the sender.

    Raises
    ------
    ValueError
        If the message is not an array.
    """
    parts = socket.recv_multipart(flags, copy=False)
    if len(parts) != 2:
        raise ValueError(f"an array has two parts, this message {len(parts)}")
    header, data = parts
    try:
        described = json.loads(header.bytes)
        dtype = np.dtype(described["dtype"])
        shape = tuple(int(length) for length in described["shape"])
    except (KeyError, OverflowError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"not the header of an array: {header.bytes[:100]!r}") from error
    if dtype.hasobject or min(shape, default=0) < 0:
        raise ValueError(f"not the header of an array: {header.bytes[:100]!r}")
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"an array of {dtype} and shape {shape} is not {len(data)} bytes long")
    # The array keeps the frame alive, and the frame keeps the memory of the message.
    array = np.ndarray(shape, dtype, data.buffer)
    array.flags.writeable = False
    return array


def main() -> None:
    """Send two images from one socket to another, and reuse the memory."""
    with (
        zmq.Context() as context,
        context.socket(zmq.PUSH) as sender,
        context.socket(zmq.PULL) as receiver,
    ):
        sender.sndtimeo = receiver.rcvtimeo = 5000
        receiver.bind("tcp://127.0.0.1:*")
        sender.connect(receiver.last_endpoint)
        image = np.zeros((1080, 1920, 3), np.uint8)
        for number in range(2):
            image[:] = number
            tracker = send_array(sender, image)
            received = recv_array(receiver)
            tracker.wait(5)  # seconds; from here on the image may change
            print(received.shape, received.dtype, received.mean(), received.flags.writeable)


if __name__ == "__main__":
    main()
