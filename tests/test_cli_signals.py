"""One Ctrl-C ends the command, whenever it is pressed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest
from cli_helpers import environment, run
from limits import TIMEOUT_S as TIMEOUT

from zmq.cli.outcome import Terminated
from zmq.cli.signals import raising_signals

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)

BOTH = pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)]
)


def run_python(source, **kwargs):
    return subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        **kwargs,
    )


@BOTH
def test_signal_raises(number, raised):
    with pytest.raises(raised), raising_signals():
        os.kill(os.getpid(), number)
        threading.Event().wait(TIMEOUT)


# A signal does not interrupt the system call of the main thread if another thread gets the signal,
# or if it arrives just before the call.
WAITING = """
import os, signal, sys, threading, time
import zmq
from zmq.cli.signals import raising_signals

def take_signal():
    while not waiting.is_set():
        time.sleep(0.01)
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
    time.sleep(30)

waiting = threading.Event()
reading, writing = os.pipe()
with raising_signals():
    threading.Thread(target=take_signal, daemon=True).start()
    try:
        waiting.set()
        {wait}
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.parametrize(
    "wait",
    [
        "os.read(reading, 1)",
        "time.sleep(1000)",
        "threading.Lock().acquire() and threading.Event().wait()",
        "zmq.Context().socket(zmq.PULL).recv()",
    ],
)
def test_signal_that_wakes_no_system_call(wait):
    done = run_python(WAITING.format(wait=wait))
    assert done.stdout == "interrupted\n", done.stderr


IN_A_DESTRUCTOR = """
import os, signal, time
from zmq.cli.signals import raising_signals

class Closes:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(100):
            pass

with raising_signals():
    try:
        Closes()
        time.sleep(1000)
    except KeyboardInterrupt:
        print("interrupted")
"""


def test_signal_in_a_destructor():
    done = run_python(IN_A_DESTRUCTOR)
    assert (done.stdout, done.stderr) == ("interrupted\n", "")


def test_interrupt_while_the_program_is_being_read(tmp_path):
    (tmp_path / "argparse.py").write_text("raise KeyboardInterrupt")
    done = run("info", env=environment(PYTHONPATH=str(tmp_path)))
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_other_errors_of_destructors_are_reported():
    class Fails:
        def __del__(self):
            raise ValueError("in a destructor")

    told = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: told.append(str(unraisable.exc_value))
    try:
        with raising_signals():
            Fails()
    finally:
        sys.unraisablehook = before
    assert told == ["in a destructor"]


def test_everything_is_put_back():
    def state():
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGURG)
        return [*map(signal.getsignal, numbers), sys.unraisablehook, threading.active_count()]

    before = state()
    with raising_signals():
        assert state() != before
    assert state() == before
    assert signal.set_wakeup_fd(-1) == -1


def test_ignored_interrupts_stay_ignored():
    # ignore SIGINT, as shells do for commands in the background
    source = """
import os, signal
from zmq.cli.signals import raising_signals
with raising_signals():
    os.kill(os.getpid(), signal.SIGINT)
    print("goes on")
"""
    done = run_python(source, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    assert (done.returncode, done.stdout) == (0, "goes on\n")


def test_another_thread_handles_no_signals():
    failures = []

    def run():
        try:
            with raising_signals():
                assert signal.getsignal(signal.SIGINT) == before
        except BaseException as error:
            failures.append(error)

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(TIMEOUT)
    assert failures == []
