"""The results, and their JSON file."""

from __future__ import annotations

import datetime
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .competitors import Competitor
from .workloads import Workload


@dataclass
class Measured:
    """One run: a rate with its costs, or the reason why it failed."""

    rate: float | None = None
    """Messages, round trips or calls per second."""
    processor_us: float | None = None
    """Processor time per message, of all threads and processes, in microseconds."""
    connect_s: float | None = None
    """The time until every peer had received a message."""
    server_bytes: float | None = None
    client_bytes: float | None = None
    """Memory of a connection in each process."""
    failure: str | None = None


@dataclass
class Figures:
    """The figures of one workload under one competitor.

    Each list has a value for each successful round.
    """

    rate: list[float] = field(default_factory=list)
    processor_us: list[float] = field(default_factory=list)
    connect_s: list[float] = field(default_factory=list)
    server_bytes: list[float] = field(default_factory=list)
    client_bytes: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    system_calls: float | None = None
    """System calls per message, of all processes."""

    def add(self, measured: Measured) -> None:
        """Add the results of one run."""
        if measured.failure is not None:
            self.failures.append(measured.failure)
        for name in ("rate", "processor_us", "connect_s", "server_bytes", "client_bytes"):
            value = getattr(measured, name)
            if value is not None:
                getattr(self, name).append(value)

    def median(self, name: str) -> float | None:
        """Return the median of one list of values, or None if the list is empty."""
        values = getattr(self, name)
        return statistics.median(values) if values else None


@dataclass
class Line:
    """One workload under all competitors."""

    workload: Workload
    figures: dict[str, Figures] = field(default_factory=dict)

    def of(self, key: str) -> Figures:
        """Return the figures of one competitor; create them if they do not exist yet."""
        return self.figures.setdefault(key, Figures())

    def ratio(self, key: str) -> float | None:
        """Return our median rate divided by that of `key`."""
        ours, theirs = self.of("ours").median("rate"), self.of(key).median("rate")
        return ours / theirs if ours and theirs else None


@dataclass
class Report:
    """One full run."""

    machine: dict[str, str]
    date: str
    rounds: int
    quick: bool
    versions: dict[str, str]
    skipped: dict[str, str]
    """The missing competitors, and the reasons."""
    lines: list[Line]

    def group(self, name: str) -> list[Line]:
        """Return the lines of one table."""
        return [line for line in self.lines if line.workload.group == name]

    def write(self, path: Path) -> None:
        """Write the JSON file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(rounded(asdict(self)), indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Report:
    """Return a report from a file of `Report.write`."""
    content = json.loads(path.read_text("utf-8"))
    lines = []
    for line in content.pop("lines"):
        told = line["workload"]
        workload = Workload(**told | {"competitors": tuple(told["competitors"])})
        lines.append(Line(workload, {k: Figures(**v) for k, v in line["figures"].items()}))
    return Report(**content, lines=lines)


def rounded(value: Any) -> Any:
    """Round to five significant digits, which is more than the precision of a run."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def describe_machine() -> dict[str, str]:
    """Return a description of this machine, including its load before the run."""
    model = platform.processor() or platform.machine()
    try:
        for text in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if text.startswith("model name"):
                model = text.partition(":")[2].strip()
                break
    except OSError:
        pass
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return {
        "name": platform.node(),
        "processor": model,
        "processors": str(processors),
        "system": f"{platform.system()} {platform.release()}",
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
    }


@dataclass(frozen=True)
class Tools:
    """The functions that measure and show progress; tests replace them."""

    measure: Callable[[Workload, Competitor], Measured]
    count_calls: Callable[[Workload, Competitor], float | None] | None
    """Counts the system calls for each message; None if this machine cannot."""
    progress: Callable[[str], None]


def take(
    workloads: Sequence[Workload],
    competitors: Sequence[Competitor],
    skipped: dict[str, str],
    tools: Tools,
    *,
    rounds: int,
    quick: bool,
    minutes: float,
) -> Report:
    """Measure everything: a round, the system calls, and more rounds while `minutes` allow."""
    report = Report(
        describe_machine(),
        datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        1,
        quick,
        {competitor.key: competitor.version for competitor in competitors},
        skipped,
        [Line(workload) for workload in workloads],
    )
    start = time.monotonic()
    take_round(report, competitors, tools)
    round_time = time.monotonic() - start
    take_system_calls(report, competitors, tools)
    while report.rounds < rounds and time.monotonic() + round_time - start < minutes * 60:
        report.rounds += 1
        take_round(report, competitors, tools)
    tools.progress("")
    return report


def take_round(report: Report, competitors: Sequence[Competitor], tools: Tools) -> None:
    """Measure each line under all competitors in turn; in each round a different one begins."""
    for line in report.lines:
        workload = line.workload
        if workload.rounds is not None and report.rounds > workload.rounds:
            continue
        for competitor in taking_part(workload, rotated(competitors, report.rounds - 1)):
            figures = line.of(competitor.key)
            if len(figures.failures) > 1:  # it fails each time: do not wait for its limit again
                continue
            tools.progress(f"round {report.rounds}: {workload.key}: {competitor.title}")
            figures.add(tools.measure(workload, competitor))


def take_system_calls(report: Report, competitors: Sequence[Competitor], tools: Tools) -> None:
    """Count the system calls of each line that can be measured."""
    for line in report.lines if tools.count_calls else ():
        for competitor in taking_part(line.workload, competitors):
            figures = line.of(competitor.key)
            if tools.count_calls and line.workload.traced and figures.rate:
                tools.progress(f"system calls: {line.workload.key}: {competitor.title}")
                figures.system_calls = tools.count_calls(line.workload, competitor)


def rotated(competitors: Sequence[Competitor], number: int) -> list[Competitor]:
    """Return the competitors in a different order for each round."""
    first = number % len(competitors)
    return [*competitors[first:], *competitors[:first]]


def taking_part(workload: Workload, competitors: Sequence[Competitor]) -> list[Competitor]:
    """Return the competitors that support the workload."""
    return [competitor for competitor in competitors if competitor.key in workload.competitors]
