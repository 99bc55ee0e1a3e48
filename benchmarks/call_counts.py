"""Count the instructions of single calls with callgrind: ``make bench-calls``.

Other load on the machine does not affect these counts, so one run shows which calls have become
slower. The program compares the counts with those stored in call_counts.json, and fails if a call
takes a few percent more. Counts depend on the compiler and the interpreter. If these differ from
those in the file, the program does not fail. ``ARGS=--write`` stores the new counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import competitors
from .competitors import WORKERS, Competitor, MissingError
from .tables import NOTHING, table, times
from .workers.settings import Settings
from .workloads import CALL_NAMES

KEPT = Path(__file__).parent / "call_counts.json"
BUILD = Path(__file__).parent.parent / "build" / "benchmarks"
TOLERANCE = 1.03
"""The allowed ratio to the stored count: counts differ by about one percent from run to run."""
TOLERANCE_OF_LARGE = 1.12
"""The same for messages of 16 KB or more: malloc's instructions depend on addresses.

``send and recv, 16 KB`` took 2,769 to 3,024 instructions in five runs of one build.
"""
LARGE = (" 16 KB", " 64 KB", " 256 KB", " 1 MB")

TIME_LIMIT_S = 900

Counts = dict[str, float]
"""Call -> instructions."""


def compile_requests(folder: Path) -> Path:
    """Return the library that tells callgrind when to count, or raise MissingError."""
    if shutil.which("valgrind") is None:
        raise MissingError("no valgrind: install Valgrind (Debian: apt-get install valgrind)")
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "callgrind_requests.so"
    command = [*shlex.split(os.environ.get("CC", "cc")), "-O2", "-shared", "-fPIC"]
    command += [str(WORKERS / "callgrind_requests.c"), "-o", str(library)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if built.returncode:
        raise MissingError(f"callgrind_requests.c does not compile: {built.stderr.strip()}")
    return library


def count(competitor: Competitor, library: Path, only: str = "") -> Counts:
    """Return the instructions of each call whose name has `only` in it."""
    settings = Settings("count", "both", call=only)
    environment = os.environ | dict(competitor.environment)
    environment |= {"BENCHMARK_CALLGRIND_REQUESTS": str(library), "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
        command += [f"--callgrind-out-file={folder}/counted", "--dump-line=no", "--quiet"]
        command += [*competitor.command, *settings.arguments()]
        result = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
        if result.returncode or "result" not in result.stdout:
            sys.exit(f"{competitor.title} under callgrind failed:\n{result.stderr.strip()}")
        counted = [counted_in(path) for path in Path(folder).glob("counted.*")]
    requests = sum(total for name, _calls, total in counted if name == "nothing")
    each = {name: (total - requests) / calls for name, calls, total in counted}
    return {name: round(each[name], 1) for name in CALL_NAMES if name in each}


def counted_in(path: Path) -> tuple[str, int, int]:
    """Return the content of a callgrind file: name, number of calls, instructions."""
    text = path.read_text("utf-8", errors="replace")
    request = re.search(r"^desc: Trigger: Client Request: (\d+) (.+)$", text, re.MULTILINE)
    total = re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)
    if request is None or total is None:
        return "", 1, 0
    return request[2], int(request[1]), int(total[1])


def made_with(competitor: Competitor) -> dict[str, str]:
    """Return the versions that the counts depend on, besides the sources."""
    code = (
        "import platform; print(platform.python_implementation(), platform.python_version())\n"
        "print(platform.python_compiler())"
    )
    told = subprocess.run(
        [competitor.command[0], "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    python, compiler = told.stdout.splitlines()
    return {"python": python, "its compiler": compiler, "machine": platform.machine()}


def compare(kept: Counts, ours: Counts, pyzmq: Counts) -> tuple[str, list[str]]:
    """Return the table, and the calls that exceed their stored count."""
    rows = [["instructions a call", "kept", "now", "now / kept", "PyZMQ", "PyZMQ / now"]]
    dearer = []
    for name in ours:
        now, before, peer = ours[name], kept.get(name), pyzmq.get(name)
        rows.append(
            [
                name,
                f"{before:,.0f}" if before else NOTHING,
                f"{now:,.0f}",
                f"{now / before:.3f}" if before else NOTHING,
                f"{peer:,.0f}" if peer else NOTHING,
                times(peer / now if peer else None),
            ]
        )
        tolerance = TOLERANCE_OF_LARGE if name.endswith(LARGE) else TOLERANCE
        if before and now > before * tolerance:
            dearer.append(f"{name}: {now:,.0f} instructions, {now / before - 1:.1%} more than kept")
    return table(rows), dearer


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.call_counts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ours", default=sys.executable, help="an interpreter with this package")
    parser.add_argument("--pyzmq", help="an interpreter that has PyZMQ")
    parser.add_argument("--only", default="", metavar="TEXT", help="calls whose name has TEXT")
    parser.add_argument("--write", action="store_true", help="keep the counts of this run")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Count, compare, print; return the exit code."""
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        library = compile_requests(BUILD)
        ours = competitors.with_python("ours", options.ours)
        pyzmq = competitors.with_python("pyzmq", options.pyzmq) if options.pyzmq else None
    except MissingError as error:
        sys.exit(str(error))
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {"ours": {}, "pyzmq": {}}
    environment = made_with(ours)
    counts = count(ours, library, options.only)
    # PyZMQ's release stays the same: count it only for --write, or if it is not stored yet.
    peer = dict(kept["pyzmq"])
    if pyzmq and (options.write or not peer):
        peer = count(pyzmq, library, options.only)
    text, dearer = compare(kept["ours"], counts, peer)
    print(text)
    if options.write:
        kept = {
            "made with": environment | {"PyZMQ": pyzmq.version if pyzmq else ""},
            "ours": kept["ours"] | counts,
            "pyzmq": kept["pyzmq"] | peer,
        }
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        print(f"\nkept in {os.path.relpath(KEPT)}")
        return 0
    same = {name: kept.get("made with", {}).get(name) for name in environment} == environment
    for sentence in dearer:
        print(sentence)
    if dearer and not same:
        print("the kept counts are of another interpreter or compiler, so this is no failure")
    return 1 if dearer and same else 0


if __name__ == "__main__":
    sys.exit(main())
