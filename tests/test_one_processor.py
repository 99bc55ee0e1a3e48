"""Threads over inproc on one processor, where a send releases the GIL."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system binds no process to a processor"
)

PREAMBLE = """
import os, threading
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import zmq
context = zmq.Context()
context.rcvtimeo = context.sndtimeo = 20_000
def pair(one, other, **options):
    first, second = context.socket(one), context.socket(other)
    for name, value in options.items():
        setattr(first, name, value)
        setattr(second, name, value)
    first.bind("inproc://here")
    second.connect("inproc://here")
    return first, second
"""


@pytest.fixture
def check(run_python):
    """Run a program that prints "ok" at its end."""

    def run(program: str) -> None:
        result = run_python(PREAMBLE + program)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout == "ok\n"

    return run


def test_requests_and_replies_between_threads(check):
    check(
        """
rep, req = pair(zmq.REP, zmq.REQ)
def serve():
    for _ in range(2000):
        rep.send_multipart(rep.recv_multipart())
thread = threading.Thread(target=serve)
thread.start()
for number in range(2000):
    parts = [b"%d" % number, bytes(20_000), b""]
    req.send_multipart(parts)
    assert req.recv_multipart() == parts
thread.join()
context.destroy()
print("ok")
"""
    )


def test_full_queue_makes_a_send_wait(check):
    check(
        """
pull, push = pair(zmq.PULL, zmq.PUSH, hwm=2)
received = []
thread = threading.Thread(target=lambda: received.extend(pull.recv() for _ in range(3000)))
thread.start()
for number in range(3000):
    push.send(b"%d" % number)
thread.join()
assert received == [b"%d" % number for number in range(3000)]
try:
    for _ in range(100):
        push.send(b"x", zmq.DONTWAIT)
except zmq.Again as error:
    assert error.errno == zmq.EAGAIN
    print("ok")
context.destroy(linger=0)
"""
    )


def test_second_thread_on_a_socket_is_refused(check):
    check(
        """
pull, push = pair(zmq.PULL, zmq.PUSH, hwm=0)
errors = []
def send():
    try:
        for _ in range(20_000):
            push.send(b"x")
    except zmq.ZMQError as error:
        errors.append(error.errno)
threads = [threading.Thread(target=send) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert set(errors) <= {zmq.EMTHREAD}
context.destroy(linger=0)
print("ok")
"""
    )


def test_closed_socket_refuses_a_send(check):
    check(
        """
pull, push = pair(zmq.PULL, zmq.PUSH)
push.close()
try:
    push.send(b"x")
except zmq.ZMQError as error:
    assert error.errno == zmq.ENOTSOCK
    print("ok")
context.destroy()
"""
    )
