"""The output of the demo: a live table on a terminal, otherwise plain aligned lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TextIO

from harness import Measure, Pattern

if TYPE_CHECKING:
    from rich.table import Table

HEADINGS = ("pattern", "transport", "security", "messages", "rate", "result")
RATE_WIDTH = len("12,345,678 echo/s")


class Report(Protocol):
    """The interface to report the progress of the demo."""

    def begin(self) -> None:
        """No pattern has started yet."""

    def end(self) -> None:
        """All patterns are done."""

    def started(self, pattern: Pattern) -> None:
        """`pattern` begins."""

    def progressed(self, pattern: Pattern, fraction: float) -> None:
        """Show that `pattern` has done this part of its work, from 0 to 1."""

    def passed(self, pattern: Pattern, measure: Measure) -> None:
        """`pattern` is done without errors."""

    def failed(self, pattern: Pattern, error: BaseException) -> None:
        """`pattern` failed."""


def make_report(title: str, patterns: Sequence[Pattern], plain: bool) -> Report:
    """Return the live report if the terminal and the rich package allow it."""
    if not plain and sys.stdout.isatty():
        try:
            from rich.console import Console
        except ImportError:
            pass
        else:
            console = Console()
            if not console.is_dumb_terminal:
                return LiveReport(title, patterns, console)
    return PlainReport(title, patterns, sys.stdout)


def figure(rate: float, unit: str) -> str:
    """Format a rate with three significant digits, as in ``1,230,000 msg/s``."""
    digits = len(str(int(rate)))
    return f"{round(rate, 3 - digits) if digits > 3 else round(rate):,.0f} {unit}"


class PlainReport:
    """A line for each pattern, for a pipe or a log."""

    def __init__(self, title: str, patterns: Sequence[Pattern], stream: TextIO) -> None:
        self._title = title
        self._stream = stream
        self._widths = [
            max(len(heading), *(len(cell) for cell in column))
            for heading, column in zip(
                HEADINGS[:3],
                zip(*((p.name, p.transport, p.security) for p in patterns), strict=True),
                strict=False,
            )
        ]

    def begin(self) -> None:
        """Print the headings."""
        self._print(self._title)
        self._print()
        self._line(*HEADINGS)

    def end(self) -> None:
        """Print an empty line after the table."""
        self._print()

    def started(self, pattern: Pattern) -> None:
        """Do nothing: a line is printed when it is complete."""

    def progressed(self, pattern: Pattern, fraction: float) -> None:
        """Do nothing: a log needs no progress bar."""

    def passed(self, pattern: Pattern, measure: Measure) -> None:
        """Print the line of `pattern`."""
        self._line(
            pattern.name,
            pattern.transport,
            pattern.security,
            f"{measure.messages:,}",
            figure(measure.rate, measure.unit),
            "ok",
        )

    def failed(self, pattern: Pattern, error: BaseException) -> None:
        """Print the line of `pattern` and the error."""
        self._line(pattern.name, pattern.transport, pattern.security, "-", "-", "FAILED")
        for line in describe(error).splitlines():
            self._print(f"    {line}")

    def _line(self, name: str, transport: str, security: str, *rest: str) -> None:
        first, second, third = self._widths
        messages, rate, result = rest
        self._print(
            f"{name:<{first}}  {transport:<{second}}  {security:<{third}}"
            f"  {messages:>9}  {rate:>{RATE_WIDTH}}  {result}"
        )

    def _print(self, text: str = "") -> None:
        print(text, file=self._stream, flush=True)


def describe(error: BaseException) -> str:
    """Return a readable text for `error`."""
    return f"{type(error).__name__}: {error}"


class LiveReport:
    """A live table, with a progress bar in the current line."""

    def __init__(self, title: str, patterns: Sequence[Pattern], console: object) -> None:
        from rich.console import Console
        from rich.live import Live

        assert isinstance(console, Console)
        self._title = title
        self._patterns = list(patterns)
        self._fraction: dict[Pattern, float] = {}
        self._measures: dict[Pattern, Measure] = {}
        self._errors: dict[Pattern, BaseException] = {}
        self._console = console
        self._live = Live(get_renderable=self._table, console=console, refresh_per_second=12)

    def begin(self) -> None:
        """Draw the empty table."""
        self._live.start()

    def end(self) -> None:
        """Finish the table, and print the errors below it."""
        self._live.stop()
        for pattern, failure in self._errors.items():
            self._console.print(f"[bold red]{pattern.name} ({pattern.transport})[/]")
            self._console.print(describe(failure), markup=False, highlight=False)

    def started(self, pattern: Pattern) -> None:
        """Show a bar in the line of `pattern`."""
        self._fraction[pattern] = 0.0

    def progressed(self, pattern: Pattern, fraction: float) -> None:
        """Update the bar; the table is redrawn a few times a second."""
        self._fraction[pattern] = fraction

    def passed(self, pattern: Pattern, measure: Measure) -> None:
        """Fill the line of `pattern`."""
        self._measures[pattern] = measure

    def failed(self, pattern: Pattern, error: BaseException) -> None:
        """Mark the line of `pattern`; the error is printed below the table."""
        self._errors[pattern] = error

    def _table(self) -> Table:
        from rich import box
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        table = Table(
            title=self._title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
        )
        table.show_edge = table.pad_edge = False  # to fit a terminal of 80 columns
        for heading in HEADINGS:
            right = heading in ("messages", "rate")
            table.add_column(
                heading,
                justify="right" if right else "left",
                no_wrap=True,
                min_width={
                    "rate": RATE_WIDTH,
                    "messages": len("1,234,567"),
                    "result": len("FAILED"),
                }.get(heading),
            )
        for pattern in self._patterns:
            cells = [pattern.name, pattern.transport, security(pattern.security)]
            if pattern in self._measures:
                measure = self._measures[pattern]
                count, rate = f"{measure.messages:,}", figure(measure.rate, measure.unit)
                table.add_row(*cells, count, f"[bold]{rate}[/]", "[bold green]ok[/]")
            elif pattern in self._errors:
                table.add_row(*cells, "", "", "[bold red]FAILED[/]")
            elif pattern in self._fraction:
                bar = ProgressBar(total=1.0, completed=self._fraction[pattern], width=RATE_WIDTH)
                table.add_row(*cells, "", bar, "[yellow]...[/]", style="yellow")
            else:
                table.add_row(*cells, "", "", "", style="dim")
        return table


def security(name: str) -> str:
    """Return the name in colour where the messages are encrypted."""
    return f"[cyan]{name}[/]" if name == "CURVE" else f"[dim]{name}[/]"
