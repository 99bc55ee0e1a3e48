"""allow_interrupt handles Ctrl-C on Windows, and does nothing on other systems."""

from __future__ import annotations

import ctypes
import sys

import pytest

from zmq.utils.win32 import allow_interrupt

CTRL_C_EVENT = 0
CTRL_BREAK_EVENT = 1


class Windows:
    """Replaces the part of Windows that allow_interrupt uses: the list of handlers."""

    def __init__(self) -> None:
        self.handlers: list[object] = []
        self.works = True

        def set_handler(handler, add):
            if self.works and add:
                self.handlers.insert(0, handler)
            elif self.works:
                self.handlers.remove(handler)
            return self.works

        self.SetConsoleCtrlHandler = set_handler

    def press(self, event: int) -> list[bool]:
        """Call the handlers like Windows, and return their results."""
        results = []
        for handler in self.handlers:
            results.append(handler(event))
            if results[-1]:
                break
        return results


@pytest.fixture
def windows(monkeypatch):
    """Make this machine look as if it ran Windows."""
    windows = Windows()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "WinDLL", lambda *args, **kwargs: windows, raising=False)
    monkeypatch.setattr(ctypes, "WINFUNCTYPE", lambda *types: lambda f: f, raising=False)
    monkeypatch.setattr(ctypes, "WinError", lambda code: OSError(code, "failed"), raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: 6, raising=False)
    return windows


@pytest.mark.skipif(sys.platform == "win32", reason="tests the systems where it does nothing")
def test_it_does_nothing_elsewhere():
    called = []
    with allow_interrupt(lambda: called.append(1)) as entered:
        pass
    assert entered is None
    assert called == []


def test_action_runs_on_ctrl_c(windows):
    called = []
    with allow_interrupt(lambda: called.append(1)):
        windows.press(CTRL_C_EVENT)
    assert called == [1]


def test_ctrl_c_reaches_python_too(windows):
    with allow_interrupt(lambda: True):
        assert windows.press(CTRL_C_EVENT) == [False]


def test_action_does_not_run_on_other_events(windows):
    called = []
    with allow_interrupt(lambda: called.append(1)):
        windows.press(CTRL_BREAK_EVENT)
    assert called == []


def test_action_is_optional(windows):
    with allow_interrupt():
        assert windows.press(CTRL_C_EVENT) == [False]


def test_handler_is_removed_at_the_end(windows):
    def fail():
        with allow_interrupt():
            assert len(windows.handlers) == 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert windows.handlers == []


def test_it_can_be_entered_again(windows):
    interrupt = allow_interrupt()
    for _ in range(2):
        with interrupt:
            assert len(windows.handlers) == 1
    assert windows.handlers == []


def test_failure_of_windows_is_an_oserror(windows):
    windows.works = False
    with pytest.raises(OSError, match="failed"), allow_interrupt():
        pass
