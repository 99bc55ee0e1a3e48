"""The tables of docs/performance.md and of the README, made from a report."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from .competitors import TITLES
from .results import Figures, Line, Report
from .workloads import GROUPS

NOTHING = "-"


def amount(value: float | None) -> str:
    """Format a number with about three digits: 0.31, 4.4, 535, 880k, 3.41M."""
    if value is None:
        return NOTHING
    if value >= 999_500:
        return f"{value / 1e6:,.3g}M" if value < 1e9 else f"{value / 1e6:,.0f}M"
    if value >= 9_995:
        return f"{value / 1e3:.0f}k"
    if value >= 99.5:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"


def times(value: float | None) -> str:
    """Format a ratio: 1.24, 12."""
    if value is None:
        return NOTHING
    return f"{value:.2f}" if value < 9.95 else f"{value:.0f}"


def speed(figures: Figures, unit: str) -> str:
    """Format the median rate, or the time of one call if that is the unit."""
    rate = figures.median("rate")
    if rate is None:
        return NOTHING
    match unit:
        case "ns":
            return amount(1e9 / rate)
        case "ms":
            return amount(1e3 / rate)
        case _:
            return amount(rate)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return an aligned Markdown table; the first row is its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(
        "| "
        + " | ".join(
            [
                f"{row[0]:<{widths[0]}}",
                *(f"{c:>{w}}" for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        + " |"
        for row in [rows[0], rule, *rows[1:]]
    )


def present(lines: Sequence[Line], report: Report) -> list[str]:
    """Return the competitors that took part in one of these lines, in the order of TITLES."""
    return [key for key in TITLES if key in report.versions and any_figure(lines, key)]


def any_figure(lines: Sequence[Line], key: str) -> bool:
    """Return whether a competitor took part in one of the lines."""
    return any(line.of(key).rate or line.of(key).failures for line in lines)


def rates(lines: Sequence[Line], keys: Sequence[str]) -> str:
    """Return the table of rates, with our rate divided by the others'."""
    unit = lines[0].workload.unit
    heading = {"ns": "ns a call", "ms": "ms"}.get(unit, "a second")
    others = [key for key in keys if key != "ours"]
    head = [heading, *(TITLES[key] for key in keys), *(f"times {TITLES[key]}" for key in others)]
    rows = [head]
    for line in lines:
        row = [line.workload.name, *(speed(line.of(key), unit) for key in keys)]
        rows.append([*row, *(times(line.ratio(key)) for key in others)])
    return table(rows)


def costs(lines: Sequence[Line], keys: Sequence[str]) -> str:
    """Return the table of processor time and system calls per message."""
    head = ["a message", *(f"{TITLES[key]}, us" for key in keys)]
    rows = [[*head, *(f"{TITLES[key]}, calls" for key in keys)]]
    for line in lines:
        row = [line.workload.name, *(amount(line.of(k).median("processor_us")) for k in keys)]
        rows.append([*row, *(amount(line.of(key).system_calls) for key in keys)])
    return table(rows)


def connections(lines: Sequence[Line], keys: Sequence[str]) -> str:
    """Return the table of the time and memory of many connections."""
    head = ["", *(f"{TITLES[key]}, s" for key in keys)]
    rows = [[*head, *(f"{TITLES[key]}, KB" for key in keys)]]
    for line in lines:
        row = [line.workload.name, *(amount(line.of(key).median("connect_s")) for key in keys)]
        rows.append([*row, *(memory(line.of(key)) for key in keys)])
    return table(rows)


def memory(figures: Figures) -> str:
    """Return the memory of one connection in the server and in the client, in KB."""
    server, client = figures.median("server_bytes"), figures.median("client_bytes")
    if server is None or client is None:
        return NOTHING
    return f"{server / 1024:.1f} + {client / 1024:.1f}"


def failures(lines: Sequence[Line]) -> list[str]:
    """Return a sentence for each line that a competitor could not run."""
    sentences = []
    for line in lines:
        for key, figures in line.figures.items():
            for reason, count in Counter(figures.failures).items():
                of = len(figures.failures) + len(figures.rate)
                often = f"{count} of {of} runs" if of > 1 else "its run"
                text = f"- {line.workload.name}: {TITLES[key]}, {often}: `{reason}`"
                sentences.append(text)
    return sentences


def section(name: str, report: Report) -> str:
    """Return the heading and the tables of one group."""
    lines = report.group(name)
    keys = present(lines, report)
    parts = [f"### {GROUPS[name]}", rates(lines, keys)]
    if any(line.of(key).system_calls is not None for line in lines for key in keys):
        parts.append("Processor time and system calls, of both sides together:")
        parts.append(costs(lines, keys))
    if name in ("scale", "peers"):
        parts.append(
            "Time until all peers are connected and have received a message; memory of one"
            " connection, server + client:"
        )
        parts.append(connections(lines, keys))
    told = failures(lines)
    if told:
        parts.append("Not measured:\n\n" + "\n".join(told))
    return "\n\n".join(parts)


def heading(report: Report) -> str:
    """Return the machine, the date and the versions of the report."""
    machine = report.machine
    rounds = "one round" if report.rounds == 1 else f"medians of {report.rounds} rounds"
    facts = [
        f"- {machine['processors']} processors, {machine['processor']}, {machine['system']},"
        f" host `{machine['name']}`",
        f"- {report.date}, load {machine['load']} when it began, {rounds}",
        *(f"- {TITLES[key]}: {version}" for key, version in report.versions.items()),
        *(f"- {TITLES[key]} is left out: {reason}" for key, reason in report.skipped.items()),
    ]
    return "\n".join(facts)


def performance(report: Report) -> str:
    """Return the text that `make bench` writes into docs/performance.md."""
    sections = [section(name, report) for name in GROUPS if report.group(name)]
    return "\n\n".join([heading(report), *sections])


README_LINES = (
    "one way, tcp: 16 B",
    "one way, tcp: 64 KB",
    "asyncio: tcp, round trip, 16 B",
)
"""The lines of the README's table, by their keys."""


def readme(report: Report) -> str:
    """Return the text that `make bench` writes into the README."""
    by_key = {line.workload.key: line for line in report.lines}
    lines = [by_key[key] for key in README_LINES if key in by_key]
    keys = [key for key in TITLES if key in report.versions]
    rows = [["", *(TITLES[key] for key in keys), *(["times PyZMQ"] if "pyzmq" in keys else [])]]
    for line in lines:
        unit = line.workload.unit
        row = [line.workload.key.replace("calls: ", "").replace("import: ", "")]
        for key in keys:
            text = speed(line.of(key), unit)
            row.append(text if text == NOTHING else f"{text}{'' if unit == '/s' else ' '}{unit}")
        rows.append([*row, *([times(line.ratio("pyzmq"))] if "pyzmq" in keys else [])])
    return table(rows)


def replace_between(path: Path, name: str, text: str) -> None:
    """Put `text` between a page's marks ``<!-- name -->`` and ``<!-- end of name -->``."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    page = path.read_text("utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"{path}: expected {begin} and {end} around the figures")
    whole = f"{begin}\n\n{text}\n\n{end}"
    path.write_text(pattern.sub(lambda _: whole, page, count=1), encoding="utf-8")


def picture(name: str, folder: str, description: str) -> str:
    """Return the HTML of a plot that follows the reader's light or dark colours."""
    return (
        "<picture>\n"
        f'  <source media="(prefers-color-scheme: dark)" srcset="{folder}/{name}-dark.svg">\n'
        f'  <img src="{folder}/{name}-light.svg" alt="{html.escape(description)}">\n'
        "</picture>"
    )


Printer = Callable[[str], None]


def show(report: Report, say: Printer = print) -> None:
    """Print the rates of all groups."""
    for name in GROUPS:
        lines = report.group(name)
        if lines:
            keys = present(lines, report)
            say(f"\n{GROUPS[name]}\n\n{rates(lines, keys)}")
            for sentence in failures(lines):
                say(sentence)
