"""The event loops of asyncio that the tests run on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

NAMES = ["asyncio", "uvloop", "without-readers"]


class LoopWithoutReaders(asyncio.SelectorEventLoop):
    """A loop that refuses readers, like Windows' Proactor loop."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        raise NotImplementedError

    def remove_reader(self, fd: Any) -> bool:
        raise NotImplementedError


def new_loop(name: str) -> asyncio.AbstractEventLoop:
    """Make a loop by one of NAMES; skip the test if uvloop is missing."""
    if name == "uvloop":
        # uvloop has no wheels for Windows and for free-threaded builds
        return pytest.importorskip("uvloop", reason="uvloop is not installed").new_event_loop()
    return LoopWithoutReaders() if name == "without-readers" else asyncio.SelectorEventLoop()


def close_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop, and end the thread that selects for a loop without readers."""
    from zmq import _selector_thread

    loop.close()
    thread = _selector_thread._threads.pop(loop, None)
    if thread is not None:
        thread.close()
