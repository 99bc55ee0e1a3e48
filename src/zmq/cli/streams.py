"""Standard input and output, even if they are closed or broken."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

__all__ = ["flush_output", "open_missing_streams"]


def open_missing_streams() -> None:
    """Replace standard streams that were closed when Python started.

    Otherwise the next file or socket would get the descriptor, and the program would use it as
    standard output. The new standard input is empty. The new standard error discards all text. A
    write to the new standard output fails, so that output does not get lost silently.
    """
    # in the order of the descriptors, because each new one gets the lowest free number
    if sys.stdin is None:
        _open_null(0, os.O_RDONLY)
        sys.stdin = os.fdopen(0, closefd=False)
    if sys.stdout is None:
        _open_null(1, os.O_RDONLY)
        sys.stdout = os.fdopen(1, "w", closefd=False)
    if sys.stderr is None:
        _open_null(2, os.O_WRONLY)
        sys.stderr = os.fdopen(2, "w", closefd=False, buffering=1)


def _open_null(descriptor: int, flags: int) -> None:
    try:
        os.fstat(descriptor)
    except OSError:
        null = os.open(os.devnull, flags)
        if null != descriptor:
            os.dup2(null, descriptor)
            os.close(null)


def flush_output() -> None:
    """Flush the buffers now: at exit, Python would report an error for a closed pipe."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
