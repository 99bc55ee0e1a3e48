"""Run every scenario under two interpreters in turn and print how they compare.

``make bench`` calls it with an interpreter that has our wheel and one that has PyZMQ. In each
round a scenario runs under one and then under the other, so that whatever else the machine does
falls on both; the ratio is taken within each round, and its median, least and greatest are shown.
Nothing is asserted: figures are for people to read. All values go to build/benchmarks.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
DEFAULT_OUTPUT = HERE.parent / "build" / "benchmarks.json"
TIME_LIMIT_S = 180.0

SCENARIOS: dict[str, list[str]] = {
    "calls": ["calls.py"],
    "multipart": ["multipart.py"],
    "polling": ["polling.py"],
    "threads": ["threads.py"],
    "processes": ["processes.py"],
    "curve": ["curve.py"],
    "imports": ["imports.py"],
    "asyncio": ["aio.py"],
    "uvloop": ["aio.py", "--uvloop"],
}

LESS_IS_BETTER = {"ns", "ms"}


@dataclass
class Line:
    """One measured thing: its values under both interpreters, a value for each round."""

    name: str
    unit: str
    ours: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)

    def ratios(self) -> list[float]:
        """Return, for each round, how many times better ours was."""
        pairs = zip(self.ours, self.peer, strict=False)
        if self.unit in LESS_IS_BETTER:
            return [peer / ours for ours, peer in pairs]
        return [ours / peer for ours, peer in pairs]


def parse_arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--ours", required=True, help="an interpreter that has this package")
    parser.add_argument("--peer", required=True, help="an interpreter that has PyZMQ")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), help="repeatable")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="the JSON file")
    return parser.parse_args()


def run_program(command: Sequence[str]) -> list[dict[str, object]]:
    """Run one program and return its JSON lines; on failure, what it wrote before, and say so."""
    try:
        result = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, timeout=TIME_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"gave up after {TIME_LIMIT_S:.0f} s: {' '.join(command)}", file=sys.stderr)
        return []
    if result.returncode:
        print(f"ended with code {result.returncode}: {' '.join(command)}", file=sys.stderr)
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def version_of(python: str) -> str:
    """Return which package an interpreter has, for the table's head."""
    code = (
        "import zmq, platform; from importlib.metadata import version;"
        " print(f'{version(\"pyzmq\")}, libzmq {zmq.zmq_version()}, '"
        " f'Python {platform.python_version()}')"
    )
    result = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    if result.returncode:
        sys.exit(f"{python} cannot import zmq:\n{result.stderr}")
    return result.stdout.strip()


def measure(ours: str, peer: str, names: Sequence[str], rounds: int) -> list[Line]:
    """Run the scenarios, in each round under both interpreters, and return what they told."""
    lines: dict[str, Line] = {}
    for name in names:
        program, *arguments = SCENARIOS[name]
        for number in range(rounds):
            progress(f"{name}: round {number + 1} of {rounds}")
            for python, is_ours in ((ours, True), (peer, False)):
                command = [python, str(HERE / "scenarios" / program), *arguments]
                for told in run_program(command):
                    line = lines.setdefault(
                        str(told["name"]), Line(str(told["name"]), str(told["unit"]))
                    )
                    values = line.ours if is_ours else line.peer
                    values.append(float(str(told["value"])))
    progress("")
    return list(lines.values())


def progress(text: str) -> None:
    """Show what runs now, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def libzmq_figures(python: str, rounds: int) -> dict[str, list[float]]:
    """Return what a C program over the same libzmq measures; nothing where it cannot be built."""
    compiler = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++")
    code = "import zmq, json; print(json.dumps([zmq.get_includes(), zmq.get_library_dirs()]))"
    asked = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    if compiler is None or asked.returncode:
        return {}
    includes, library_dirs = json.loads(asked.stdout)
    if not any((Path(folder) / "libzmq.a").exists() for folder in library_dirs):
        return {}
    program = HERE.parent / "build" / "libzmq_baseline"
    program.parent.mkdir(exist_ok=True)
    object_file = program.with_suffix(".o")
    compile_c = [os.environ.get("CC") or "cc", "-O2", "-c", str(HERE / "libzmq_baseline.c")]
    compile_c += [f"-I{folder}" for folder in includes] + ["-o", str(object_file)]
    link = [compiler, str(object_file), *(f"-L{folder}" for folder in library_dirs)]
    link += ["-lzmq", "-lpthread", "-o", str(program)]
    for command in (compile_c, link):
        built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if built.returncode:
            print(f"libzmq's own figures are left out:\n{built.stderr}", file=sys.stderr)
            return {}
    figures: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        progress(f"libzmq in C: round {number + 1} of {rounds}")
        for told in run_program([str(program)]):
            figures[str(told["name"])].append(float(str(told["value"])))
    progress("")
    return figures


def shown(values: Sequence[float], unit: str) -> str:
    """Return the median of `values` with its unit, or a dash where there is none."""
    if not values:
        return "-"
    value = statistics.median(values)
    digits = 1 if value < 100 and unit != "ns" else 0
    return f"{value:,.{digits}f} {unit}"


def table(lines: Sequence[Line], libzmq: dict[str, list[float]]) -> str:
    """Return the comparison as an aligned Markdown table."""
    head = ["measured", "ours", "PyZMQ", "times better"]
    rows = [[*head, "libzmq in C"] if libzmq else head]
    for line in lines:
        ratios = line.ratios()
        ratio = "-"
        if ratios:
            ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        row = [line.name, shown(line.ours, line.unit), shown(line.peer, line.unit), ratio]
        rows.append([*row, shown(libzmq.get(line.name, []), line.unit)] if libzmq else row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]
    return "\n".join(
        f"| {row[0]:<{widths[0]}} | "
        + " | ".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        + " |"
        for row in [rows[0], rule, *rows[1:]]
    )


def main() -> int:
    """Measure, print the table, write the JSON file."""
    arguments = parse_arguments()
    versions = {"ours": version_of(arguments.ours), "peer": version_of(arguments.peer)}
    print(f"ours:  pyzmq {versions['ours']}\nPyZMQ: pyzmq {versions['peer']}")
    print(
        f"Medians of {arguments.rounds} rounds; each round runs both, one after the other.\n"
        "In brackets: the least and the greatest ratio of a round. Lines with a star: PyZMQ\n"
        "has no such call and does the same work with single ones.\n"
    )
    names = arguments.only or list(SCENARIOS)
    lines = measure(arguments.ours, arguments.peer, names, arguments.rounds)
    libzmq = {}
    if {"calls", "threads", "processes", "curve"} & set(names):
        libzmq = libzmq_figures(arguments.ours, arguments.rounds)
    print(table(lines, libzmq))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "versions": versions,
        "rounds": arguments.rounds,
        "lines": [vars(line) | {"ratios": line.ratios()} for line in lines],
        "libzmq": libzmq,
    }
    arguments.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"\nevery value: {os.path.relpath(arguments.output)}")
    return 0 if lines else 1


if __name__ == "__main__":
    sys.exit(main())
