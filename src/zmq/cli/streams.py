"""Standard input and output, closed or broken ones too."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

__all__ = ["flush_output", "open_missing_streams"]


def open_missing_streams() -> None:
    """Put something in the place of standard streams that were closed when Python started.

    Else the next file or socket would get the descriptor, and be taken for standard output.
    Input is at its end then, errors go nowhere, and output fails when it is written: it may not
    get lost without a word.
    """
    # in the order of the descriptors: each gets the lowest that is free
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
    """Write out what is buffered now: at exit, Python would complain about a closed pipe."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
