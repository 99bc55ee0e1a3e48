"""Ctrl-C on Windows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

__all__ = ["allow_interrupt"]


class allow_interrupt:
    """Context manager that runs a function at once when Ctrl-C is pressed, on Windows.

    Windows reports Ctrl-C on a separate thread, while Python's main thread may be waiting inside
    libzmq and cannot run its signal handlers. The function can end that wait, for example by
    sending to a socket that the main thread waits for. It runs on that separate thread, so it must
    not use a socket that another thread uses. Afterwards Python raises :class:`KeyboardInterrupt`
    as usual.

    On other systems signals interrupt libzmq, and this does nothing.

    Parameters
    ----------
    action : callable, optional
        Called without arguments for every Ctrl-C.

    Examples
    --------
    Stop a loop of :mod:`zmq.eventloop`::

        with allow_interrupt(loop.stop):
            loop.start()
    """

    def __init__(self, action: Callable[[], Any] | None = None) -> None:
        self.action = action
        if sys.platform == "win32":
            import ctypes
            from ctypes import wintypes

            self._set_handler = ctypes.WinDLL("kernel32", use_last_error=True).SetConsoleCtrlHandler
            handler_type = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
            self._set_handler.argtypes = (handler_type, wintypes.BOOL)
            self._set_handler.restype = wintypes.BOOL
            # Keep a reference as long as Windows may call it.
            self._handler = handler_type(self._handle)

    def _handle(self, event: int) -> bool:
        ctrl_c = 0
        if event == ctrl_c and self.action is not None:
            self.action()
        # Return "not handled", so that Windows calls Python's own handler, which causes the
        # KeyboardInterrupt.
        return False

    def _install(self, add: bool) -> None:
        if sys.platform == "win32":
            import ctypes

            if not self._set_handler(self._handler, add):
                raise ctypes.WinError(ctypes.get_last_error())

    def __enter__(self) -> None:
        self._install(True)

    def __exit__(self, *args: Any) -> None:
        self._install(False)
