"""A progress bar on standard error: rich's if rich is installed, otherwise a line of text."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

__all__ = ["Progress", "open_progress"]


_BAR_FROM = 60
"""The smallest width of a terminal that has room for a bar, in columns."""


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


class Progress(Protocol):
    """The interface to report progress."""

    def describe(self, text: str) -> None:
        """Report the current step."""

    def advance(self, amount: float) -> None:
        """Report that a part of the total is done."""


class _NoProgress:
    def describe(self, text: str) -> None:
        pass

    def advance(self, amount: float) -> None:
        pass


class _TextProgress:
    def __init__(self, total: float) -> None:
        self._total = total
        self._done = 0.0
        self._text = ""
        self._shown = 0

    def describe(self, text: str) -> None:
        self._text = text
        self._show()

    def advance(self, amount: float) -> None:
        self._done += amount
        self._show()

    def _show(self) -> None:
        share = min(1.0, self._done / self._total)
        # A line that fills the last column wraps, and cannot be overwritten.
        room = _columns() - 1
        line = f"{share:4.0%} {self._text}"
        if room >= _BAR_FROM:
            line = f"[{'#' * round(share * 20):20}] {line}"
        self._show_line(line[:room])

    def _show_line(self, line: str) -> None:
        sys.stderr.write(f"\r{line:{self._shown}}")
        sys.stderr.flush()
        self._shown = len(line)

    def clear(self) -> None:
        self._show_line("")
        sys.stderr.write("\r")
        sys.stderr.flush()


class _RichProgress:
    def __init__(self, bar: Any, total: float) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def describe(self, text: str) -> None:
        self._bar.update(self._task, description=text)

    def advance(self, amount: float) -> None:
        self._bar.advance(self._task, amount)


@contextmanager
def open_progress(total: float, show: bool = True) -> Iterator[Progress]:
    """Show a bar until the block ends, if standard error is a terminal.

    Parameters
    ----------
    total : float
        The sum of all calls of ``advance``.
    show : bool
        False to show no bar.
    """
    if not show or not sys.stderr.isatty():
        yield _NoProgress()
        return
    try:
        if _columns() < _BAR_FROM:
            raise ImportError  # rich would wrap its line
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichBar
    except ImportError:
        text = _TextProgress(total)
        try:
            yield text
        finally:
            text.clear()
        return
    columns = (
        TextColumn("{task.description:22}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
    )
    with RichBar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _RichProgress(bar, total)
