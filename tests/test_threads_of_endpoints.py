"""Bind and connect in one thread while another thread works."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from limits import TIMEOUT_S

import zmq


@pytest.fixture(autouse=True)
def no_switches() -> Iterator[None]:
    """Let a thread keep the GIL until it waits, or until a call releases the GIL."""
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        pytest.skip("without the GIL, other threads run even if a call does not release it")
    before = sys.getswitchinterval()
    sys.setswitchinterval(TIMEOUT_S)
    yield
    sys.setswitchinterval(before)


_CALLS: dict[str, Callable[[zmq.Socket, str], object]] = {
    "bind inproc": lambda s, folder: s.bind("inproc://new"),
    "connect inproc": lambda s, folder: s.connect("inproc://bound"),
    "connect inproc first": lambda s, folder: s.connect("inproc://not-yet-bound"),
    "connect tcp": lambda s, folder: s.connect("tcp://localhost:1"),
    "connect ipc": lambda s, folder: s.connect(f"ipc://{folder}/none"),
    "unbind inproc": lambda s, folder: s.unbind("inproc://mine"),
    "disconnect inproc": lambda s, folder: s.disconnect("inproc://theirs"),
    "subscribe": lambda s, folder: s.subscribe("topic"),
}


@pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS.keys())
def test_quick_calls_let_no_thread_in(context, tmp_path, call) -> None:
    publisher, subscriber = context.socket(zmq.PUB), context.socket(zmq.SUB)
    publisher.bind("inproc://bound")
    publisher.bind("inproc://theirs")
    subscriber.bind("inproc://mine")
    subscriber.connect("inproc://theirs")
    done: list[str] = []

    def work() -> None:
        call(subscriber, str(tmp_path))
        done.append("call")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    done.append("other thread")
    thread.join(TIMEOUT_S)
    assert done == ["call", "other thread"]


def test_subscriber_thread_misses_no_message(context) -> None:
    for turn in range(100):
        publisher, subscriber = context.socket(zmq.PUB), context.socket(zmq.SUB)
        publisher.bind(f"inproc://first-{turn}")
        received: list[bytes] = []

        def receive(turn=turn, subscriber=subscriber, received=received) -> None:
            subscriber.connect(f"inproc://first-{turn}")
            subscriber.subscribe("")
            received.append(subscriber.recv())

        thread = threading.Thread(target=receive, daemon=True)
        thread.start()
        publisher.send(b"first")
        thread.join(TIMEOUT_S)
        assert received == [b"first"]
