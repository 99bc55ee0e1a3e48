"""Errors have a number and a text. `except` with a base class catches them."""

from typing_extensions import assert_type

import zmq

try:
    raise zmq.ZMQError(zmq.EAGAIN, "a text")
except zmq.Again as err:
    again: zmq.ZMQError = err
except zmq.ZMQError as err:
    assert_type(err.errno, int | None)
    assert_type(err.strerror, str)
    base: zmq.ZMQBaseError = err

made: list[zmq.ZMQError] = [
    zmq.ZMQError(),
    zmq.ZMQError(11),
    zmq.ZMQError(errno=zmq.EAGAIN, msg="a text"),
    zmq.Again(),
    zmq.Again(11, "a text"),
    zmq.ContextTerminated(),
    zmq.InterruptedSystemCall(),
]

interrupted: InterruptedError = zmq.InterruptedSystemCall()
not_implemented: NotImplementedError = zmq.ZMQVersionError("4.3.5", "A feature")
warning: RuntimeWarning = zmq.DraftFDWarning()
assert_type(zmq.ZMQVersionError("4.3.5").version, str)
others: list[zmq.ZMQBaseError] = [zmq.NotDone(), zmq.ZMQBindError("a text")]

zmq.ZMQVersionError()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
zmq.ZMQError("a text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
