"""Run small programs under this package and under PyZMQ 27.3.0, and print where they differ.

Usage::

    python tests/compatibility/compare_with_pyzmq.py [AREA...] [--peer PYTHON] [--ours PYTHON]
        [--all]

The folder ``compared`` has a file of programs for each area. The code above the line of dashes runs
before all programs of the area. Each line below the dashes is a program: an expression. Each
program runs in its own process. The tool compares the results (without addresses and the like), or
the type and errno of the exceptions. If a result is a dict of outcomes, each is compared
separately.

The reason for a difference stands below the program, indented: ``reason: ...``. For a dict it is
``reason of KEY: ...``; KEY may have the wildcards of `fnmatch`. Users find the same reasons in
docs/moving-from-pyzmq.md.

Without ``--peer`` a virtual environment with PyZMQ 27.3.0, gevent and Tornado is made in a
temporary folder. Differences in the words of error messages are intended, and shown only with
``--all``. The exit code is 1 if there is a difference without a reason, or a reason without a
difference.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "compared"

_RUN = """
import json, os, sys
namespace = {}
try:
    exec(sys.argv[1], namespace)
    value = eval(sys.argv[2], namespace)
    result = {"result": repr(value)}
    if type(value) is dict and value and all(type(part) is str for part in value.values()):
        result["parts"] = value
except BaseException as error:
    result = {"exception": type(error).__name__, "errno": getattr(error, "errno", None),
              "message": str(error), "bases": [base.__name__ for base in type(error).__mro__]}
print("RESULT" + json.dumps(result))
sys.stdout.flush()
os._exit(0)
"""


@dataclasses.dataclass
class Program:
    """One line of an area's file, with the reasons below it."""

    area: str
    prepare: str
    text: str
    reasons: dict[str, str] = dataclasses.field(default_factory=dict)

    def reason(self, key: str) -> str | None:
        """Return the pattern in `reasons` that matches the key ("" if the result is no dict)."""
        if key in self.reasons:
            return key
        matching = (pattern for pattern in self.reasons if fnmatch.fnmatch(key, pattern))
        return next(matching, None)


def read_area(area: str) -> Iterator[Program]:
    """Read an area's file."""
    prepare, _, lines = (FOLDER / f"{area}.txt").read_text("utf-8").partition("\n----\n")
    program = None
    for line in lines.splitlines():
        if not line.startswith(" "):
            if program is not None:
                yield program
            program = Program(area, prepare, line)
            continue
        found = re.fullmatch(r" +reason(?: of (.+?))?: (.+)", line)
        if found is None or program is None:
            sys.exit(f"{area}.txt: expected 'reason: ...' below a program, got {line!r}")
        program.reasons[found[1] or ""] = found[2]
    if program is not None:
        yield program


def run(python: str, program: Program) -> dict[str, object]:
    """Run one program. A crash, or a program that does not end, is also a result."""
    try:
        completed = subprocess.run(
            [python, "-c", _RUN, program.prepare, program.text],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return {"exception": "does not end", "errno": None, "message": ""}
    for line in completed.stdout.splitlines():
        if line.startswith("RESULT"):
            return json.loads(line[6:])
    return {
        "exception": f"ended with {completed.returncode}",
        "errno": None,
        "message": completed.stderr[-300:],
    }


def comparable(text: object) -> str:
    """Remove a result's values that differ from run to run."""
    return re.sub(r"0x[0-9a-f]+", "0x...", str(text))


def shown(outcome: dict[str, object]) -> str:
    """An outcome in one line."""
    if "result" in outcome:
        return comparable(outcome["result"])
    number = "" if outcome["errno"] is None else f" errno {outcome['errno']}"
    return f"{outcome['exception']}{number}: {outcome['message']}"


def are_alike(theirs: dict[str, object], ours: dict[str, object]) -> bool:
    """Return whether both outcomes agree; ours may raise a subclass, which handlers also catch."""
    if "result" in theirs and "result" in ours:
        return comparable(theirs["result"]) == comparable(ours["result"])
    if "result" in theirs or "result" in ours:
        return False
    bases = ours.get("bases", [ours["exception"]])
    return theirs["exception"] in bases and theirs["errno"] == ours["errno"]


def differences(
    theirs: dict[str, object], ours: dict[str, object]
) -> Iterator[tuple[str, str, str]]:
    """Return each difference: the key in a dict of outcomes (or ""), PyZMQ's outcome and ours."""
    if "parts" in theirs and "parts" in ours:
        their_parts, our_parts = dict(theirs["parts"]), dict(ours["parts"])
        for key in their_parts | our_parts:
            pair = [comparable(parts.get(key)) for parts in (their_parts, our_parts)]
            if pair[0] != pair[1]:
                yield key, *pair
    elif not are_alike(theirs, ours):
        yield "", shown(theirs), shown(ours)


def make_peer(folder: str) -> str:
    """Make a virtual environment with PyZMQ 27.3.0; return the path of its interpreter."""
    venv.create(folder, with_pip=True)
    python = str(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    wanted = ["pyzmq==27.3.0", "gevent", "tornado"]
    subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
    return python


def report(
    program: Program, theirs: dict[str, object], ours: dict[str, object], wordings: bool
) -> int:
    """Print how one program differs; return the number of differences without a reason."""
    unexplained = 0
    used = set()
    for key, their, our in differences(theirs, ours):
        pattern = program.reason(key)
        if pattern is not None:
            used.add(pattern)
        else:
            unexplained += 1
        print(
            f"{'explained' if pattern is not None else 'DIFFERS  '}  {program.area}:"
            f" {program.text}{f' [{key}]' if key else ''}\n    PyZMQ: {their}\n    ours:  {our}"
            + ("" if pattern is None else f"\n    why:   {program.reasons[pattern]}")
        )
    for pattern in program.reasons.keys() - used:
        unexplained += 1
        of = f" [{pattern}]" if pattern else ""
        print(f"SAME NOW   {program.area}: {program.text}{of}: {shown(ours)}")
    if wordings and are_alike(theirs, ours) and shown(theirs) != shown(ours):
        print(
            f"wording    {program.area}: {program.text}\n    PyZMQ: {shown(theirs)}\n"
            f"    ours:  {shown(ours)}"
        )
    return unexplained


def main() -> int:
    areas = sorted(path.stem for path in FOLDER.glob("*.txt"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(areas)}")
    parser.add_argument("--peer", help="an interpreter with PyZMQ 27.3.0")
    parser.add_argument("--ours", default=sys.executable, help="an interpreter with this package")
    parser.add_argument("--only", default="", help="run only programs that contain this text")
    parser.add_argument("--all", action="store_true", help="also print differences in wording")
    options = parser.parse_args()
    unknown = set(options.areas) - set(areas)
    if unknown:
        parser.error(f"no area {', '.join(unknown)}; there are {', '.join(areas)}")
    programs = [
        program
        for area in options.areas or areas
        for program in read_area(area)
        if options.only in program.text
    ]
    with tempfile.TemporaryDirectory() as folder:
        peer = options.peer or make_peer(folder)
        with ThreadPoolExecutor(2) as pool:
            theirs = pool.map(lambda program: run(peer, program), programs)
            ours = pool.map(lambda program: run(options.ours, program), programs)
            unexplained = sum(
                report(program, their, our, options.all)
                for program, their, our in zip(programs, theirs, ours, strict=True)
            )
    print(f"{len(programs)} programs, {unexplained} differences without a reason")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
