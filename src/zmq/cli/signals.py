"""Ctrl-C and SIGTERM: the first one raises an exception in the main thread.

Python alone does not guarantee that a signal raises an exception. A signal that arrives between the
interpreter's last check for signals and a system call does not end that call. And Python drops an
exception that a handler raises in a destructor.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from zmq.cli.outcome import Terminated

__all__ = ["held_signals", "raising_signals"]

_RAISED = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: Terminated}
_NUDGE_INTERVAL = 0.05  # seconds


@contextmanager
def raising_signals() -> Iterator[None]:
    """Turn SIGINT into KeyboardInterrupt, SIGTERM into Terminated; both BaseExceptions.

    Does nothing outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # SIGINT may be ignored: shells start background commands in this way.
    numbers = [
        number
        for number in _RAISED
        if number != signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN
    ]
    nudger = _Nudger() if hasattr(signal, "pthread_kill") else None
    before = {number: signal.signal(number, _raise) for number in numbers}
    unraisable_before = sys.unraisablehook

    def keep(unraisable: Any) -> None:
        for number, exception in _RAISED.items():
            if issubclass(unraisable.exc_type, exception):
                _raise_later(number)
                return
        unraisable_before(unraisable)

    sys.unraisablehook = keep
    try:
        yield
    finally:
        sys.unraisablehook = unraisable_before
        for number, handler in before.items():
            signal.signal(number, handler)
        if nudger is not None:
            nudger.close()


class held_signals:
    """Delay the exceptions of `raising_signals` until the end of a ``with`` block.

    Use it for steps that belong together, such as sending a message and counting it. The block must
    be short, because Ctrl-C has no effect before its end; a send in it waits for at most half a
    second.
    """

    _holding = False
    _came: signal.Signals | None = None

    def __enter__(self) -> None:
        held_signals._holding = True

    def __exit__(self, *exc: object) -> None:
        held_signals._holding = False
        came, held_signals._came = held_signals._came, None
        if came is not None:
            raise _RAISED[came]


def _raise(number: int, frame: FrameType | None) -> None:
    if held_signals._holding:
        held_signals._came = signal.Signals(number)
        return
    raise _RAISED[signal.Signals(number)]


def _raise_later(number: int) -> None:
    """Send the signal again a moment later: a destructor has dropped its exception."""

    def send() -> None:
        time.sleep(0.01)
        os.kill(os.getpid(), number)

    threading.Thread(target=send, name="zmq-cli-signal", daemon=True).start()


class _Nudger:
    """Makes the main thread check for signals even while it waits in a system call.

    Every signal writes a byte into a pipe. A thread reads the byte and sends SIGURG to the main
    thread. This ends the main thread's system call. The thread sends SIGURG again and again until
    Python has handled the signal.
    """

    def __init__(self) -> None:
        self._main = threading.get_ident()
        self._handled = False
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._urg_before = signal.signal(signal.SIGURG, self._on_nudge)
        self._fd_before = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        self._thread = threading.Thread(target=self._run, name="zmq-cli-nudger", daemon=True)
        # The new thread inherits the blocked signals, so only the main thread gets them.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _RAISED)
        try:
            self._thread.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _on_nudge(self, number: int, frame: FrameType | None) -> None:
        self._handled = True

    def _run(self) -> None:
        while number := os.read(self._reading, 1):
            if number[0] == 0:
                return
            if number[0] in _RAISED:
                self._nudge()

    def _nudge(self) -> None:
        # Python handles lower signal numbers first: when it has handled SIGURG, it has handled
        # SIGINT and SIGTERM, too.
        self._handled = False
        while not self._handled:
            signal.pthread_kill(self._main, signal.SIGURG)
            time.sleep(_NUDGE_INTERVAL)

    def close(self) -> None:
        """Stop the thread."""
        signal.set_wakeup_fd(self._fd_before)
        self._handled = True
        with suppress(OSError):
            os.write(self._writing, b"\0")
        self._thread.join()
        signal.signal(signal.SIGURG, self._urg_before)
        os.close(self._reading)
        os.close(self._writing)
