"""The input of a command: messages from its arguments, files or standard input."""

from __future__ import annotations

import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from zmq.cli.messages import Format

__all__ = ["Reader", "check_files", "repeated", "texts"]

_CHUNK = 65536
STANDARD_INPUT = "-"


def texts(
    form: Format, given: Iterable[str] | None, files: Iterable[str] | None
) -> Iterator[bytes]:
    """Yield the messages from the arguments, files or standard input.

    Parameters
    ----------
    form : Format
        The format that splits files and standard input into messages.
    given : iterable of str, optional
        Messages from the command line.
    files : iterable of str, optional
        Files to read if there are no messages on the command line; ``-`` is standard input. Without
        messages and files, standard input is read.
    """
    if given is not None:
        yield from (os.fsencode(text) for text in given)
        return
    for path in files or [STANDARD_INPUT]:
        if path == STANDARD_INPUT:
            yield from form.records(_read_stdin())
        else:
            with open(path, "rb") as file:
                yield from form.records(_chunks(file))


def check_files(files: Iterable[str] | None) -> None:
    """Check that the files exist, before any message is sent.

    Raises
    ------
    OSError
        With the name of the first missing file.
    """
    for path in files or ():
        if path != STANDARD_INPUT:
            with open(path, "rb"):
                pass


def repeated(records: Iterator[bytes], times: int | None, interval: float) -> Iterator[bytes]:
    """Yield messages again and again, with pauses.

    Parameters
    ----------
    records : iterator of bytes
        The messages.
    times : int or None
        The number of times to yield all of them; 0 means for ever, None means once.
    interval : float
        Seconds from one message to the next.
    """
    kept: list[bytes] = []
    due = time.monotonic()

    def wait() -> None:
        nonlocal due
        due = max(due + interval, time.monotonic())
        time.sleep(due - time.monotonic() if due > time.monotonic() else 0)

    first = True
    for record in records:
        if interval and not first:
            wait()
        first = False
        if times is not None and times != 1:
            kept.append(record)
        yield record
    done = 1
    while kept and (times == 0 or done != times):
        for record in kept:
            if interval:
                wait()
            yield record
        done += 1


@contextmanager
def _signals_held() -> Iterator[None]:
    """Delay Ctrl-C until a new object is stored in a variable, so that it can be closed."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Reader:
    """Reads the input in a thread: some systems cannot wait for input and a socket at once."""

    def __init__(self) -> None:
        self._queue: queue.Queue[bytes | BaseException | None] = queue.Queue(maxsize=1000)
        self.ended = False
        # becomes readable with each message in the queue
        with _signals_held():
            self.ready, self._bell = socket.socketpair()
        self.ready.setblocking(False)

    def start(self, records: Iterator[bytes]) -> None:
        """Start reading."""
        # A daemon thread, because a read cannot be interrupted.
        threading.Thread(
            target=self._run, args=(records,), name="zmq-cli-input", daemon=True
        ).start()

    def _run(self, records: Iterator[bytes]) -> None:
        last: BaseException | None = None
        try:
            for record in records:
                self._put(record)
        except BaseException as error:
            last = error
        self._put(last)

    def _put(self, item: bytes | BaseException | None) -> None:
        self._queue.put(item)
        with suppress(OSError):
            self._bell.send(b"\0")

    def take(self) -> bytes | None:
        """Return the next message, or None if there is none yet or the input has ended."""
        with suppress(OSError):
            self.ready.recv(4096)
        try:
            item = self._queue.get_nowait()
        except queue.Empty:
            return None
        if isinstance(item, bytes):
            return item
        self.ended = True
        if item is not None:
            raise item
        return None

    def close(self) -> None:
        """Stop signalling new messages."""
        self.ready.close()
        self._bell.close()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _read_stdin() -> Iterator[bytes]:
    """Yield pieces of standard input as they arrive.

    It does not use ``sys.stdin``, whose lock a waiting thread would hold at exit.
    """
    descriptor = sys.stdin.fileno()
    while True:
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            return
        yield chunk
