"""Imports all names from zmq, as old programs do."""

# ruff: noqa: F403, F405

from typing_extensions import assert_type

from zmq import *


def main() -> None:
    with Context() as context, context.socket(PAIR) as one, context.socket(PAIR) as other:
        assert_type(one, Socket[bytes])
        one.bind("inproc://names")
        other.connect("inproc://names")
        one.send(b"x", DONTWAIT)
        assert_type(other.recv(copy=False), Frame)
        try:
            other.recv(NOBLOCK)
        except Again as error:
            assert_type(error.strerror, str)
        assert_type(zmq_version_info(), tuple[int, int, int])
        assert has("ipc") in {True, False}


if __name__ == "__main__":
    main()
