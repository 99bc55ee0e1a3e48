"""Fixtures for all tests.

Warnings are errors. So are problems that Python would only print: an exception that could not be
raised, a socket or context that a test left open.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import process_owner
import pytest
import socket_helpers
from limits import TIMEOUT_MS, TIMEOUT_S
from socket_helpers import connect_pair, opened_context

import zmq

_names = itertools.count(1)

# test_benchmarks.py tests programs for POSIX systems. A copy of the tests may lack these
# programs.
if sys.platform == "win32" or not (Path(__file__).parent.parent / "benchmarks").is_dir():
    collect_ignore = ["test_benchmarks.py"]

# Shells start background commands with SIGINT ignored, and the programs that the tests start and
# interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine may be slow, so there is no deadline.
hypothesis.settings.register_profile("no deadlines", deadline=None)
hypothesis.settings.load_profile("no deadlines")


def pytest_configure(config: pytest.Config) -> None:
    """End the processes that a test or the run leaves behind."""
    config.pluginmanager.register(process_owner)


@pytest.hookimpl(optionalhook=True)  # xdist may not be installed
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Run tests that share an expensive fixture in one worker.

    The marks of xdist 3.8 do not work, because xdist writes the group of a test into a field that
    pytest 9.2 does not have.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class SharedFixtures(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if file.startswith("tests/build/"):
                return "build"
            return file if file == "tests/test_typing.py" else nodeid

    return SharedFixtures(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Allow minutes for tests that run compilers or type checkers: the processors may be busy."""
    for item in items:
        if item.path.parent.name == "build" or item.path.name == "test_typing.py":
            item.add_marker(pytest.mark.timeout(900))


def pytest_collection_finish() -> None:
    """Make garbage collections between tests fast, by freezing the existing objects."""
    gc.collect()
    gc.freeze()


class _Messages(logging.Handler):
    """Stores the log records."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture(autouse=True)
def nothing_unraised(owned_processes: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test for exceptions that it cannot catch, in destructors and threads.

    A ResourceWarning for a socket or a context is such an exception, because it comes from a
    destructor. The test also fails for problems that asyncio and Tornado only log: "exception was
    never retrieved", "Task was destroyed but it is pending", an exception in a callback.
    """
    messages = _Messages()
    unraised = messages.texts

    def note(args: object) -> None:
        unraised.append(
            f"{getattr(args, 'exc_type', None)}: {getattr(args, 'exc_value', None)}"
            f" in {getattr(args, 'object', None) or getattr(args, 'thread', None)!r}"
        )

    loggers = [logging.getLogger(name) for name in ("asyncio", "tornado.application")]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "unraisablehook", note)
        patch.setattr(threading, "excepthook", note)
        for logger in loggers:
            logger.addHandler(messages)
        try:
            yield
            gc.collect()
        finally:
            for logger in loggers:
                logger.removeHandler(messages)
    assert not unraised, "\n".join(unraised)


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    """A context that keeps its sockets, and closes them at the end of the test."""
    with opened_context() as made:
        made.rcvtimeo = made.sndtimeo = TIMEOUT_MS
        yield made


@pytest.fixture
def ctx() -> Iterator[zmq.Context]:
    """A context whose sockets the test closes itself."""
    with zmq.Context() as made:
        yield made


@pytest.fixture
def bound(context: zmq.Context) -> Callable[..., tuple[zmq.Socket, str]]:
    """Make a bound socket: ``bound(zmq.PULL, linger=0)`` returns it and its endpoint."""

    def make(kind: int, *address: str, **options: Any) -> tuple[zmq.Socket, str]:
        socket = socket_helpers.bound(context, kind, *address, **options)
        return socket, socket.last_endpoint.decode()

    return make


@pytest.fixture
def endpoint() -> Iterator[Callable[[str], str]]:
    """Make an endpoint to bind: ``endpoint("tcp")``, ``"ipc"``, ``"inproc"`` or ``"ws"``."""
    folders: list[tempfile.TemporaryDirectory[str]] = []

    def make(transport: str) -> str:
        if transport in ("tcp", "ws"):
            return f"{transport}://127.0.0.1:*"
        if transport == "ipc":
            # not below tmp_path: a socket's path must be short
            if not folders:
                folders.append(
                    tempfile.TemporaryDirectory(prefix="zmq-", ignore_cleanup_errors=True)
                )
            return f"ipc://{folders[0].name}/{next(_names)}.sock"
        return f"inproc://test-{next(_names)}"

    yield make
    for folder in folders:
        folder.cleanup()


@pytest.fixture
def socket_pair(
    context: zmq.Context, endpoint: Callable[[str], str]
) -> Callable[..., tuple[zmq.Socket, zmq.Socket]]:
    """Make two connected sockets: ``socket_pair(zmq.PUSH, zmq.PULL, "tcp")``.

    The first binds. The sockets are closed with the context.
    """

    def make(
        first: int = zmq.PAIR,
        second: int = zmq.PAIR,
        transport: str = "inproc",
        *,
        hwm: int | None = None,
    ) -> tuple[zmq.Socket, zmq.Socket]:
        return connect_pair(context, first, second, endpoint(transport), hwm)

    return make


@pytest.fixture
def pair(socket_pair: Callable[..., tuple[zmq.Socket, zmq.Socket]]):
    """Two connected PAIR sockets over inproc."""
    return socket_pair()


class Result:
    """The exit code and the output of a program."""

    def __init__(self, completed: subprocess.CompletedProcess[str]) -> None:
        self.returncode = completed.returncode
        self.stdout = completed.stdout
        self.stderr = completed.stderr

    def __repr__(self) -> str:
        return f"<ended with {self.returncode}\n{self.stdout}\n{self.stderr}>"


@pytest.fixture
def run_python() -> Callable[..., Result]:
    """Run a program in a separate process: ``run_python("print(5)").stdout``.

    The program has to end by itself and with `returncode` (0). If it still runs after `timeout`
    seconds, it is killed and the test fails.
    """

    def run(
        program: str,
        *args: str,
        timeout: float = TIMEOUT_S,
        returncode: int | None = 0,
        options: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
    ) -> Result:
        completed = subprocess.run(
            [sys.executable, "-X", "faulthandler", *options, "-c", textwrap.dedent(program), *args],
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **(env or {})},
            check=False,
        )
        result = Result(completed)
        if returncode is not None:
            assert result.returncode == returncode, result
        return result

    return run


class Worker(threading.Thread):
    """A thread; `value` returns its result or raises its exception."""

    def __init__(self, function: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._function = function
        self._value: object = None
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:
            self._error = error

    def value(self) -> object:
        self.join(TIMEOUT_S)
        assert not self.is_alive(), f"{self._function} did not end"
        if self._error is not None:
            raise self._error
        return self._value


@pytest.fixture
def in_thread() -> Callable[[Callable[[], object]], Worker]:
    """Run a function in a thread: ``in_thread(function).value()``."""
    return Worker


def _until(condition: Callable[[], object], what: str = "") -> object:
    """Wait until `condition` is true, and return its result."""
    pause = threading.Event()
    for _ in range(TIMEOUT_S * 200):
        found = condition()
        if found:
            return found
        pause.wait(0.005)
    raise AssertionError(f"this never became true: {what or condition}")


@pytest.fixture
def until() -> Callable[..., object]:
    """Wait until a condition is true: ``until(lambda: thing.ready)``."""
    return _until
