"""Measure all competitors in turn, print a comparison, and write the pages: ``make bench``.

A line of the tables is one workload. In each round, the competitors run a line one after the other,
so that other load on the machine affects them equally. A complete run writes docs/benchmarks.json,
and the tables and plots of docs/performance.md and of the README. A short or partial run writes
only into build/. The program asserts nothing: the figures are for readers.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from . import competitors, results, runner, tables
from .results import Report
from .workloads import GROUPS, chosen

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "benchmarks"
DOCS = ROOT / "docs"
COMMITTED = DOCS / "benchmarks.json"
PLOTS = Path("_static", "benchmarks")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ours", default=sys.executable, help="an interpreter with this package")
    parser.add_argument("--pyzmq", help="an interpreter that has PyZMQ")
    parser.add_argument("--pyomq", help="an interpreter that has pyomq")
    parser.add_argument("--rounds", type=int, help="default: 3, or 1 with --quick")
    parser.add_argument(
        "--minutes",
        type=float,
        default=25,
        help="start another round only if it can end within this time; default: %(default)s",
    )
    parser.add_argument(
        "--quick", action="store_true", help="measure a few short lines of each group"
    )
    parser.add_argument(
        "--only",
        action="append",
        metavar="TEXT",
        help=f"measure lines whose name has TEXT, such as 'tcp' or 'fan-out: 10 SUB'; groups: "
        f"{', '.join(GROUPS)}; repeatable",
    )
    parser.add_argument(
        "--competitors",
        default=",".join(competitors.TITLES),
        metavar="NAMES",
        help="names, separated by commas; default: %(default)s",
    )
    parser.add_argument("--no-calls", action="store_true", help="do not count system calls")
    parser.add_argument("--list", action="store_true", help="list the lines, measure nothing")
    parser.add_argument(
        "--pages",
        action="store_true",
        help="measure nothing; write the pages from docs/benchmarks.json",
    )
    return parser.parse_args(arguments)


def progress(text: str) -> None:
    """Show the current run, only on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def measure(options: argparse.Namespace) -> Report:
    """Run the measurements of the command line."""
    names = options.competitors.split(",")
    unknown = set(names) - set(competitors.TITLES)
    if unknown:
        known = ", ".join(competitors.TITLES)
        sys.exit(f"unknown competitor {', '.join(sorted(unknown))}: expected some of {known}")
    workloads = chosen(quick=options.quick, only=options.only)
    if not workloads:
        sys.exit(f"no line has {' or '.join(options.only)} in its name: --list shows all")
    found, skipped = competitors.find(options.ours, options.pyzmq, options.pyomq, names, BUILD)
    for competitor in found:
        print(f"{competitor.title}: {competitor.version}")
    for name, reason in skipped.items():
        print(f"{competitors.TITLES[name]} is left out: {reason}")
    if not found:
        sys.exit("no competitor is left to measure")
    tracer = runner.Tracer() if not options.no_calls and runner.can_trace() else None
    if tracer is None and not options.no_calls:
        print("System calls are not counted: strace is missing, or may not trace processes")
    tools = results.Tools(runner.measure, tracer.calls_per_message if tracer else None, progress)
    return results.take(
        workloads,
        found,
        skipped,
        tools,
        rounds=options.rounds or (1 if options.quick else 3),
        quick=options.quick,
        minutes=options.minutes,
    )


def write_pages(report: Report) -> None:
    """Write tables and plots into docs/performance.md and the README."""
    from .plots import draw_all

    plots = draw_all(report, DOCS / PLOTS)
    pictures = [tables.picture(p.name, PLOTS.as_posix(), p.description) for p in plots]
    text = "\n\n".join([*pictures, tables.performance(report)])
    tables.replace_between(DOCS / "performance.md", "figures", text)
    first = plots[0]
    shown = tables.picture(first.name, f"docs/{PLOTS.as_posix()}", first.description)
    text = f"{shown}\n\n{tables.readme(report)}\n\n{tables.heading(report)}"
    tables.replace_between(ROOT / "README.md", "figures", text)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write; return the exit code."""
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    if options.list:
        for workload in chosen(quick=options.quick, only=options.only):
            print(workload.key)
        return 0
    if options.pages:
        write_pages(results.read(COMMITTED))
        return 0
    report = measure(options)
    tables.show(report)
    everything = not options.quick and not options.only and not report.skipped
    path = COMMITTED if everything else BUILD / "benchmarks.json"
    report.write(path)
    print(f"\nevery value: {os.path.relpath(path)}")
    if everything:
        write_pages(report)
        print("docs/performance.md, README.md and the plots are written")
    elif not options.quick and not options.only:
        print(
            "docs/performance.md is unchanged: it is written only if all competitors are measured"
        )
    measured = any(figures.rate for line in report.lines for figures in line.figures.values())
    return 0 if measured else 1


if __name__ == "__main__":
    sys.exit(main())
