"""Run the tests of libzmq's patches without and with the patches, and print a table.

Builds the package twice, into a work folder: once with all patches of ``vendor/libzmq/patches``,
and once only with those that stock libzmq needs to compile (the topic ``build``). Run it in an
environment that can build the package (CMake, ninja, Cython, scikit-build-core) and has pytest::

    python tools/check_patches_against_stock.py [--work FOLDER] [-- PYTEST_ARGUMENTS]

Exits with 1 if a test fails with the patches. The table marks a test that passes without the
patches. Most of the marked tests check that a fix does not change too much.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from other_build import environment
from patches import PATCHES, PatchError, read_series, source_tree

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "libzmq_patches"
#: The exit code of a run that took too long.
TIME_IS_UP = 124


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], text=True, check=True, **options)  # type: ignore[call-overload, no-any-return]


def stock_tree(work: Path) -> Path:
    """Unpack libzmq with only the patches that compilers need.

    Patches of the topic ``build`` that change lines of other patches are left out.
    """
    names = [name for name in read_series(PATCHES / "series") if name.startswith("build/")]
    while True:
        try:
            return source_tree(work, names)
        except PatchError as error:
            found = re.search(r"(build/[\w-]+\.patch) does not fit", str(error))
            if found is None:
                raise
            names.remove(found[1])


def build(work: Path, name: str, *defines: str) -> Path:
    """Build and install the package into a folder of its own."""
    target = work / name
    shutil.rmtree(target, ignore_errors=True)
    run(
        sys.executable,
        *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-build-isolation", "--no-deps", "--target", target),
        *(f"-Ccmake.define.{define}" for define in defines),
        f"-Cbuild-dir={work / ('build-' + name)}",
        ROOT,
    )
    return target


def results(python: Path, arguments: list[str]) -> dict[str, str]:
    """Return the outcome of each test: 'passes', 'skipped', 'crashes (signal 6)', 'fails'."""
    ends: dict[str, str] = {}
    for file in sorted(TESTS.glob("test_*.py")):
        found, _ = results_of(python, [*arguments, str(file)])
        # A test that crashes pytest's own process ends all others of its file.
        ends |= found if found is not None else one_by_one(python, file)
    return ends


def one_by_one(python: Path, file: Path) -> dict[str, str]:
    """Run each test of a file in a process of its own."""
    listed = subprocess.run(
        [python, "-m", "pytest", "--collect-only", "-q", file],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    ends: dict[str, str] = {}
    for line in listed.stdout.splitlines():
        _, separator, test = line.partition("::")
        if separator:
            found, code = results_of(python, [f"{file}::{test}"], seconds=180)
            if found is None:
                end = "hangs" if code == TIME_IS_UP else f"crashes (signal {-code})"
                found = {f"{file.stem}::{test}": end}
            ends |= found
    return ends


def results_of(
    python: Path, arguments: list[str], seconds: float = 600
) -> tuple[dict[str, str] | None, int]:
    """Return the results of a run, or None if it crashed or took too long, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        pytest = subprocess.Popen(
            [python, "-m", "pytest", "-q", f"--junitxml={report}", *arguments],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = pytest.wait(seconds)
        except subprocess.TimeoutExpired:
            # A call of stock libzmq hangs, so no time limit of pytest works.
            os.killpg(pytest.pid, signal.SIGKILL)
            pytest.wait()
            return None, TIME_IS_UP
        if not report.exists():
            return None, code
        ends: dict[str, str] = {}
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname', '').rsplit('.', 1)[-1]}::{case.get('name')}"
            failure = case.find("failure")
            if failure is not None:
                text = failure.get("message", "")
                crash = re.search(r"the process ended with (signal \d+)", text)
                if crash:
                    ends[name] = f"crashes ({crash[1]})"
                else:
                    ends[name] = "hangs" if "TimeoutExpired" in text else "fails"
            else:
                ends[name] = "skipped" if case.find("skipped") is not None else "passes"
        return ends, code


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "patches-against-stock")
    parser.add_argument("arguments", nargs="*", help="for pytest, after '--'")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)

    package = build(
        work,
        "stock",
        f"FETCHCONTENT_SOURCE_DIR_LIBZMQ={stock_tree(work)}",
        f"CMAKE_CXX_FLAGS=-include {ROOT / 'tools' / 'stock_stand_ins.hpp'}",
    )
    stock = results(environment(work / "stock-venv", package), options.arguments)
    package = build(work, "ours")
    ours = results(environment(work / "ours-venv", package), options.arguments)

    width = max(len(name) for name in ours)
    print(f"{'test':{width}}  {'stock':20}  ours")
    for name, end in ours.items():
        without = stock.get(name, "not run")
        mark = "  (also without the patches)" if without == end == "passes" else ""
        print(f"{name:{width}}  {without:20}  {end}{mark}")
    bad = [name for name, end in ours.items() if end not in ("passes", "skipped")]
    told_apart = sum(
        stock.get(name, "passes") != "passes" for name, end in ours.items() if end == "passes"
    )
    print(
        f"\n{len(ours)} tests: {len(ours) - len(bad)} pass or are skipped with the patches, "
        f"{told_apart} of them do not pass without"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
