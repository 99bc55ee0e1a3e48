"""Owns the processes that the tests start: no process outlives its test or the run.

A fixture alone is not enough, for three reasons. A test can fail between the start of a process and
the line that would end it. pytest can be interrupted, or killed so that none of its code runs any
more. And a process that a test started may have started other processes, which still run after the
first one was killed.

Each process has a mark: the environment variable ``ZMQ_TESTS_OWNER``. A process inherits it from
its parent, so all descendants have it, even detached ones. The variable is a path of owners: the
run of pytest, the worker of xdist, the test. Three kinds of processes do not show the mark: a
forked child that runs no other program, a process that was given an environment without the mark,
and a process that writes its title over its environment, as sshd does. Their process ids are
recorded when they start, and processes that they start are found as their children.

A fixture and a separate process look for the marks:

- the fixture :func:`owned_processes`, after each test: it kills processes that the test has left
  behind, and fails the test. It first waits a moment, because some processes may be just ending.
- the process, called the keeper: it holds one end of a pipe, which tells it when pytest has ended
  for any reason. Then it kills the remaining processes of the run. It runs in a separate session,
  so that Ctrl-C in the terminal does not reach it.

Linux shows the environment of a process in ``/proc``, other Unix systems show it with ``ps``.
Windows does not show it. So there is no keeper on Windows, and after a test only the processes that
the test itself started are killed.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import multiprocessing.process
import os
import secrets
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator

import process_keeper
import pytest
from process_keeper import OWNER, Process, find_owned, kill_owned, list_processes, start_of

__all__ = ["owned_processes", "pytest_configure", "pytest_unconfigure"]

GRACE_S = 5
"""The time in which a process may end by itself after its test."""
KEEPER_S = 30
"""The longest time that pytest waits for its keeper."""

_SEES_PROCESSES = os.name == "posix"


class _Owner:
    """The started processes of one pytest process, the first or a worker."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.outer = os.environ.get(OWNER, "")
        self.test = ""
        self.tests = itertools.count(1)
        self.noted: dict[int, str] = {}  # processes of the current test
        self.longer: set[int] = set()  # processes of fixtures for several tests
        self.forked = False
        self.popens: weakref.WeakSet[subprocess.Popen[bytes]] = weakref.WeakSet()
        self.keeper: subprocess.Popen[bytes] | None = None
        self.pytest_alive = self.numbers = -1

    def start_keeper(self) -> None:
        alive, self.pytest_alive = os.pipe()
        numbers, self.numbers = os.pipe()
        self.keeper = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                process_keeper.__file__,
                self.name,
                str(alive),
                str(numbers),
            ],
            pass_fds=(alive, numbers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        self.longer.add(self.keeper.pid)
        os.close(alive)
        os.close(numbers)

    def end_keeper(self) -> None:
        if self.keeper is not None:
            os.close(self.pytest_alive)
            os.close(self.numbers)
            self.pytest_alive = self.numbers = -1
            self.keeper.wait(KEEPER_S)
            self.keeper = None

    def begin_test(self) -> None:
        self.test = f"test-{next(self.tests)}-of-{self.name}"
        self.noted.clear()
        self.popens.clear()
        self.forked = False
        self.mark()

    def end_test(self) -> None:
        self.test = ""
        self.mark()

    def mark(self) -> None:
        os.environ[OWNER] = ":".join(filter(None, [self.outer, self.name, self.test]))

    def note(self, pid: int | None) -> None:
        if pid is None:
            return
        if not self.test:
            self.longer.add(pid)
        elif _SEES_PROCESSES:
            self.noted[pid] = start_of(pid) or ""
        if self.numbers >= 0:
            # The pipe is broken if somebody has killed the keeper.
            with contextlib.suppress(BrokenPipeError):
                os.write(self.numbers, b"%d\n" % pid)

    def after_fork_in_child(self) -> None:
        # As long as any process has this end open, the keeper believes that pytest is alive.
        if self.pytest_alive >= 0:
            os.close(self.pytest_alive)
            self.pytest_alive = -1
        self.keeper = None
        self.note(os.getpid())

    def find_left(self) -> list[Process]:
        """Find the running processes that the current test has started."""
        if not self.noted and not self.forked:
            return []
        processes = list_processes()
        noted = dict(self.noted)
        for process in processes:
            # A child that was only forked shows the environment with which pytest was started.
            if (
                process.parent == os.getpid()
                and process.pid not in self.longer
                and self.name not in process.owner.split(":")
            ):
                noted[process.pid] = process.started
        helpers = _helpers_of_multiprocessing()
        left = find_owned(self.test, noted, processes)
        return [process for process in left if process.pid not in helpers]


_owner: _Owner | None = None


def _note_every_start() -> None:
    """Let each way to start a process report to the owner."""
    popen_init = subprocess.Popen.__init__
    process_start = multiprocessing.process.BaseProcess.start

    def init_and_note(self, *args, **kwargs):
        popen_init(self, *args, **kwargs)
        if _owner is not None:
            _owner.popens.add(self)
            _owner.note(self.pid)

    def start_and_note(self):
        process_start(self)
        if _owner is not None:
            _owner.note(self.pid)

    def forked_in_child():
        if _owner is not None:
            _owner.after_fork_in_child()

    def forked_in_parent():
        # The process id is unknown here, but the child has sent it to the keeper.
        if _owner is not None:
            _owner.forked = True

    subprocess.Popen.__init__ = functools.wraps(popen_init)(init_and_note)
    multiprocessing.process.BaseProcess.start = functools.wraps(process_start)(start_and_note)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forked_in_child, after_in_parent=forked_in_parent)


def _helpers_of_multiprocessing() -> set[int]:
    """Find the processes that multiprocessing starts once and uses until the end."""
    tracker = getattr(
        sys.modules.get("multiprocessing.resource_tracker"), "_resource_tracker", None
    )
    server = getattr(sys.modules.get("multiprocessing.forkserver"), "_forkserver", None)
    numbers = {getattr(tracker, "_pid", None), getattr(server, "_forkserver_pid", None)}
    return {number for number in numbers if number is not None}


def pytest_configure() -> None:
    global _owner
    if _owner is None:
        owner = _Owner()
        if _SEES_PROCESSES:
            owner.start_keeper()
        owner.mark()
        _owner = owner
        _note_every_start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _owner is not None:
        _owner.end_keeper()


@pytest.fixture(autouse=True)
def owned_processes() -> Iterator[None]:
    """Kill the processes that a test has left behind, and fail the test for them."""
    owner = _owner
    assert owner is not None
    owner.begin_test()
    try:
        yield
        if not _SEES_PROCESSES:
            left = [f"{process.args}" for process in owner.popens if process.poll() is None]
            for process in owner.popens:
                process.kill()
        else:
            deadline = time.monotonic() + GRACE_S
            while owner.find_left() and time.monotonic() < deadline:
                time.sleep(0.02)
            commands = {process.pid: _command(process.pid) for process in owner.find_left()}
            left = [
                f"{process.pid}: {commands.get(process.pid, '')}"
                for process in kill_owned(owner.find_left)
            ]
    finally:
        owner.end_test()
    assert not left, "The test has left processes behind:\n" + "\n".join(left)


def _command(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "its command line is not readable"
