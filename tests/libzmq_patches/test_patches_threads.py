"""Patches of how libzmq's threads are scheduled."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest
from wire import in_a_process

import zmq

if sys.platform != "linux":
    pytest.skip("reads a thread's priority from Linux' /proc", allow_module_level=True)

PRIORITY = 7


def may_be_real_time() -> bool:
    """Return whether this process may have threads of SCHED_FIFO; a short-lived thread tries it."""
    granted = []

    def ask() -> None:
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
        except PermissionError:
            return
        granted.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return bool(granted)


pytestmark = pytest.mark.skipif(
    not may_be_real_time(), reason="this process may not choose how its threads are scheduled"
)


def io_thread(context: zmq.Context) -> int:
    """Return the I/O thread of the context, after it has started and passed a message."""
    with context.socket(zmq.PULL) as pull, context.socket(zmq.PUSH) as push:
        pull.rcvtimeo = 20_000
        pull.bind("tcp://127.0.0.1:*")
        push.connect(pull.last_endpoint.decode())
        push.send(b"")
        pull.recv()
    tasks = Path("/proc/self/task")
    (number,) = (int(task.name) for task in tasks.iterdir() if "IO/" in (task / "comm").read_text())
    return number


def scheduling(thread: int) -> tuple[int, int]:
    return os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority


@in_a_process
def test_an_ordinary_policy_from_a_real_time_thread() -> None:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    with zmq.Context() as context:
        context.set(zmq.THREAD_SCHED_POLICY, os.SCHED_OTHER)
        assert scheduling(io_thread(context)) == (os.SCHED_OTHER, 0)


@in_a_process
def test_a_real_time_policy_without_a_priority() -> None:
    with zmq.Context() as context:
        context.set(zmq.THREAD_SCHED_POLICY, os.SCHED_FIFO)
        assert scheduling(io_thread(context)) == (os.SCHED_FIFO, 1)


@in_a_process
def test_a_real_time_policy_with_a_priority() -> None:
    with zmq.Context() as context:
        context.set(zmq.THREAD_SCHED_POLICY, os.SCHED_RR)
        context.set(zmq.THREAD_PRIORITY, PRIORITY)
        assert scheduling(io_thread(context)) == (os.SCHED_RR, PRIORITY)


@in_a_process
def test_priority_zero_leaves_the_nice_value() -> None:
    with zmq.Context() as context:
        context.set(zmq.THREAD_PRIORITY, 0)
        before = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, io_thread(context)) == before


@in_a_process
def test_a_priority_is_a_nice_value_otherwise() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, 0)
    with zmq.Context() as context:
        context.set(zmq.THREAD_PRIORITY, 1)
        # libzmq subtracts 20 from the nice value, and the system allows no value below -20.
        highest = max(-20, os.getpriority(os.PRIO_PROCESS, 0) - 20)
        assert os.getpriority(os.PRIO_PROCESS, io_thread(context)) == highest
        assert os.getpriority(os.PRIO_PROCESS, 0) > -20
