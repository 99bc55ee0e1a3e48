"""Run other projects' tests on this package and on PyZMQ 27.3.0, side by side.

Usage::

    python run_dependents.py --wheel FOLDER [NAME...] [--repository NAME=PATH] [--work FOLDER]

Each package of dependents.toml gets a virtual environment with its pinned version and all that
it requires except pyzmq. Its tests run there twice: with our wheel, and with PyZMQ 27.3.0. Each of
the two is unpacked in its own folder, which ``PYTHONPATH`` names. So nothing else differs between
the two runs, and the processes that a test starts use the same package as the test. PyZMQ is a
black box: this tool does not use its tests or sources.

The tests come from the source distribution on PyPI, from a copy of the repository given with
``--repository NAME=PATH``, or from the folder ``sessions`` beside this file. A package without
tests is reported and skipped.

Every run and every test has a time limit. No process outlives its run (see owned_run.py). A test
that hangs or crashes is recorded, and the others run in a new process. A test that passes with
PyZMQ and fails with ours runs up to two times more. If the test then passes, it counts as flaky.

The tool prints one table. The exit code is 1 if a test passes with PyZMQ and fails with ours.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:  # use pip's copy of tomli, as these versions have no tomllib
    from pip._vendor import tomli as tomllib

HERE = Path(__file__).resolve().parent
PYZMQ = "pyzmq==27.3.0"
SIDES = ("pyzmq", "ours")
# A hang is the outcome of one test and does not end the run. After this many hangs, the run ends.
ROUNDS = 8
INSTALL_SECONDS = 1200
# This many tests are printed for each reason of failure. The package's JSON file has all of them.
SHOWN = 4


@dataclasses.dataclass
class Package:
    """One entry of dependents.toml."""

    name: str
    version: str
    tests_from: str
    tests: list[str]
    seconds: float
    requires: list[str] = dataclasses.field(default_factory=list)
    arguments: list[str] = dataclasses.field(default_factory=list)
    revision: str = "HEAD"
    test_seconds: float = 60
    alone: bool = False
    install: str = ""
    before: str = ""
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    deselect: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Run:
    """The outcomes of one side's tests."""

    outcomes: dict[str, str]
    reasons: dict[str, str]
    left_behind: list[str]
    seconds: float
    ended: str

    def passed(self) -> set[str]:
        return {test for test, outcome in self.outcomes.items() if outcome == "passed"}


class NotRun(Exception):
    """A package cannot be run here; the text says why."""


def call(command: list[str], log: Path, seconds: float = INSTALL_SECONDS) -> None:
    """Run a command that prepares a run; if it fails, raise NotRun with the end of the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        try:
            done = subprocess.run(
                command, stdout=file, stderr=subprocess.STDOUT, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise NotRun(f"took longer than {seconds:.0f} s: {' '.join(command[-3:])}") from None
    if done.returncode:
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
        raise NotRun(f"see {log}: {lines[-1] if lines else ''}")


def interpreter(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare_sides(work: Path, wheels: Path) -> dict[str, Path]:
    """Unpack our newest wheel and PyZMQ's into a folder each."""
    found = sorted(wheels.glob("pyzmq-*.whl"), key=lambda path: path.stat().st_mtime)
    if not found:
        sys.exit(f"{wheels} has no wheel of pyzmq: run `make dependents`, which builds it")
    folders = {side: work / "sides" / side for side in SIDES}
    for side, requirement in (("pyzmq", PYZMQ), ("ours", str(found[-1]))):
        stamp = work / "sides" / f"{side}.stamp"
        wanted = requirement if side == "pyzmq" else f"{requirement} {found[-1].stat().st_mtime}"
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        shutil.rmtree(folders[side], ignore_errors=True)
        call(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:",
             "--target", str(folders[side]), requirement],
            work / "logs" / f"install-{side}.txt",
        )  # fmt: skip
        stamp.write_text(wanted)
    return folders


def prepare_environment(package: Package, work: Path) -> Path:
    """Make the virtual environment of a package, without pyzmq; return its interpreter."""
    folder = work / "environments" / package.name
    python = interpreter(folder)
    stamp = folder / "stamp.json"
    wanted = json.dumps([package.version, package.install, package.requires, sys.version])
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    log = work / "logs" / f"{package.name}-install.txt"
    log.unlink(missing_ok=True)
    call([sys.executable, "-m", "venv", str(folder)], log)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    what = package.install or f"{package.name}=={package.version}"
    call(
        [*pip, "install", "--quiet", "--prefer-binary", what, "pytest-timeout", *package.requires],
        log,
    )
    call([*pip, "uninstall", "--quiet", "--yes", "pyzmq"], log)
    stamp.write_text(wanted)
    return python


def prepare_tests(package: Package, work: Path, repositories: dict[str, Path]) -> Path:
    """Get the package's tests; return the folder to copy for each run."""
    if package.tests_from == "here":
        return HERE
    folder = work / "sources" / f"{package.name}-{package.version}"
    if (folder / "complete").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    log = work / "logs" / f"{package.name}-sources.txt"
    if package.tests_from == "repository":
        if package.name not in repositories:
            raise NotRun(
                "its tests are not on PyPI: name a copy of its repository with"
                f" --repository {package.name}=PATH"
            )
        archive = folder / "repository.tar"
        call(
            ["git", "-C", str(repositories[package.name]), "archive", "--output", str(archive),
             package.revision],
            log,
        )  # fmt: skip
    else:
        call(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary",
             package.name, "--dest", str(folder), f"{package.name}=={package.version}"],
            log,
        )  # fmt: skip
        archive = next(folder.glob("*.tar.gz"))
    with tarfile.open(archive) as tar:
        # CPython 3.11.2 and older have no tar filters: extractall() has no argument `filter`.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # type: ignore[assignment]
        tar.extractall(folder / "tree")
    archive.unlink()
    entries = list((folder / "tree").iterdir())
    if len(entries) == 1:  # the top folder of a source distribution
        entries[0].rename(folder / "top")
        (folder / "tree").rmdir()
        (folder / "top").rename(folder / "tree")
    (folder / "complete").touch()
    return folder


class Suite:
    """A package that is ready to be run."""

    def __init__(self, package: Package, python: Path, tests: Path, work: Path) -> None:
        self.package = package
        self.python = python
        self.tests = tests
        self.work = work

    def run(
        self, side: str, zmq_folder: Path, only: list[str] | None = None, attempt: int = 0
    ) -> Run:
        """Run the suite, or only some tests of it, on one side."""
        name = f"{self.package.name}-{side}" + (f"-again{attempt}" if attempt else "")
        log = self.work / "logs" / f"{name}.txt"
        log.unlink(missing_ok=True)
        started = time.monotonic()
        # The path must be short: some tests put ipc sockets into it.
        with tempfile.TemporaryDirectory(prefix="dep-", ignore_cleanup_errors=True) as scratch:
            tree = Path(scratch) / "tree"
            if self.package.tests_from == "here":
                tree.mkdir()
                shutil.copytree(HERE / "sessions", tree / "sessions")
            else:
                shutil.copytree(self.tests / "tree", tree, symlinks=True)
            return self._rounds(side, zmq_folder, only, Path(scratch), log, started)

    def _rounds(
        self,
        side: str,
        zmq_folder: Path,
        only: list[str] | None,
        scratch: Path,
        log: Path,
        started: float,
    ) -> Run:
        """Run until every test has an outcome, in a new process after each hang or crash."""
        outcomes: dict[str, str] = {}
        reasons: dict[str, str] = {}
        left: list[str] = []
        deadline = started + self.package.seconds
        ended = "took all of its rounds"
        for _ in range(ROUNDS):
            remaining = deadline - time.monotonic()
            if remaining <= 1:
                ended = "the time was up"
                break
            status, hung = self._round(
                zmq_folder, only, scratch, log, remaining, outcomes, reasons, left
            )
            if not hung:
                # 5: no test was left to run
                ended = "" if status in (0, 1, 5) else f"ended with {status}"
                break
            outcomes[hung] = "hung" if status == 124 else f"ended the process with {status}"
        return Run(outcomes, reasons, left, time.monotonic() - started, ended)

    def _round(
        self,
        zmq_folder: Path,
        only: list[str] | None,
        scratch: Path,
        log: Path,
        seconds: float,
        outcomes: dict[str, str],
        reasons: dict[str, str],
        left: list[str],
    ) -> tuple[int, str]:
        """Run pytest once; return its status, and the test in which it hung or crashed, if any."""
        notes, done, left_behind = (scratch / name for name in ("notes", "done", "left"))
        home = scratch / "home"
        home.mkdir(exist_ok=True)
        (scratch / "tmp").mkdir(exist_ok=True)
        notes.write_text("")
        done.write_text(json.dumps([*outcomes, *self.package.deselect]))
        environment = {
            # Pass only the environment variables that a program needs.
            **{key: os.environ[key] for key in ("LANG", "LC_ALL", "TZ") if key in os.environ},
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "TMPDIR": str(scratch / "tmp"),
            "PYTHONPATH": os.pathsep.join([str(zmq_folder), str(HERE)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DEPENDENTS_OUTCOMES": str(notes),
            "DEPENDENTS_DONE": str(done),
            "DEPENDENTS_BEFORE": self.package.before,
            **self.package.environment,
        }
        command = [
            str(self.python), "-X", "faulthandler", "-m", "pytest", "-p", "outcomes_plugin",
            "-p", "no:cacheprovider", "-q", "--color=no", "--continue-on-collection-errors",
            "-o", f"timeout={self.package.test_seconds}", "-o", "timeout_method=signal",
            *self.package.arguments,
            *(only if only is not None else self.package.tests),
        ]  # fmt: skip
        owner = [sys.executable, str(HERE / "owned_run.py"), str(seconds), str(left_behind)]
        with log.open("a", encoding="utf-8") as file:
            process = subprocess.Popen(
                owner + command,
                cwd=scratch / "tree",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                # A run normally ends by itself. _wait() ends a hanging test that ignores signals.
                status = self._wait(process, notes, seconds)
            except BaseException:
                process.terminate()
                process.wait(30)
                raise
        if left_behind.exists():
            left += left_behind.read_text("utf-8").splitlines()
        unfinished = ""
        for line in notes.read_text("utf-8").splitlines():
            note = json.loads(line)
            if note["outcome"] == "started":
                unfinished = note["test"]
                continue
            unfinished = ""
            outcomes[note["test"]] = note["outcome"]
            reasons[note["test"]] = note.get("why", "")
        return status, unfinished

    def _wait(self, process: subprocess.Popen[bytes], notes: Path, seconds: float) -> int:
        """Wait for a run; end it if no test has ended for much longer than a test may take."""
        patience = 2 * self.package.test_seconds + 30
        size, since = 0, time.monotonic()
        while True:
            try:
                return process.wait(1)
            except subprocess.TimeoutExpired:
                pass
            now = notes.stat().st_size if notes.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > patience:
                process.terminate()
                process.wait(60)
                return 124


def compare(suite: Suite, sides: dict[str, Path], *, verbose: bool = True) -> dict[str, object]:
    """Run both sides of a suite. Tests that pass only with PyZMQ run again with ours."""
    with ThreadPoolExecutor(1 if suite.package.alone else 2) as pool:
        runs = dict(
            zip(SIDES, pool.map(lambda side: suite.run(side, sides[side]), SIDES), strict=True)
        )
    theirs, ours = runs["pyzmq"], runs["ours"]
    failing = sorted(theirs.passed() - ours.passed())
    unsteady: list[str] = []
    for attempt in (1, 2):
        if not failing:
            break
        again = suite.run("ours", sides["ours"], only=failing[:60], attempt=attempt)
        unsteady += [test for test in failing if again.outcomes.get(test) == "passed"]
        for test in failing:
            if test in again.outcomes:
                ours.outcomes[test] = again.outcomes[test]
                ours.reasons[test] = again.reasons.get(test, "")
        failing = [test for test in failing if test not in unsteady]
    return {
        "package": suite.package.name,
        "version": suite.package.version,
        "tests": len(set(theirs.outcomes) | set(ours.outcomes)),
        "passed": {side: len(run.passed()) for side, run in runs.items()},
        "failing": {
            test: [ours.outcomes.get(test, "not run"), ours.reasons.get(test, "")]
            for test in failing
        },
        "better": sorted(ours.passed() - theirs.passed()),
        "unsteady": unsteady,
        "failed on both": sorted(
            test
            for test, outcome in theirs.outcomes.items()
            if outcome not in ("passed", "skipped", "xfailed") and test not in ours.passed()
        ),
        "left behind": {side: run.left_behind for side, run in runs.items()},
        "seconds": {side: round(run.seconds) for side, run in runs.items()},
        "ended": {side: run.ended for side, run in runs.items()},
    }


def table(results: list[dict[str, object]], left_out: dict[str, str]) -> str:
    """Return a table of all suites, and below it the tests that differ."""
    head = ("package", "version", "tests", "passed with PyZMQ", "passed with ours",
            "fail with ours only", "left behind (both)", "seconds (both)")  # fmt: skip
    rows: list[tuple[str, ...]] = []
    below: list[str] = []
    for result in results:
        both = {
            key: [result[key][side] for side in SIDES]
            for key in ("passed", "left behind", "seconds", "ended")
        }
        rows.append(
            (
                str(result["package"]),
                str(result["version"]),
                str(result["tests"]),
                *map(str, both["passed"]),
                str(len(result["failing"])),
                ", ".join(str(len(left)) for left in both["left behind"]),
                ", ".join(map(str, both["seconds"])),
            )
        )
        name = result["package"]
        by_reason: dict[str, list[str]] = {}
        for test, (outcome, reason) in result["failing"].items():
            first = reason.strip().splitlines()[:1] or [outcome]
            by_reason.setdefault(first[0][:160], []).append(test)
        for reason, tests in by_reason.items():
            shown = ", ".join(tests[:SHOWN]) + (", ..." if len(tests) > SHOWN else "")
            below.append(f"{name}: FAIL WITH OURS ONLY ({len(tests)}): {reason}: {shown}")
        below += [f"{name}: unsteady with ours: {test}" for test in result["unsteady"]]
        below += [f"{name}: passes with ours only: {test}" for test in result["better"]]
        for side, ended in zip(SIDES, both["ended"], strict=True):
            if ended:
                below.append(f"{name}: the run with {side} {ended}")
        for side, left in zip(SIDES, both["left behind"], strict=True):
            below += [f"{name}: left behind with {side}: {line[:150]}" for line in left]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [head, tuple("-" * width for width in widths), *rows]
    ]
    lines += ["", *below]
    lines += [f"{name}: not run: {why}" for name, why in left_out.items()]
    return "\n".join(lines)


def read_packages(path: Path) -> dict[str, Package]:
    """Read dependents.toml."""
    entries = tomllib.loads(path.read_text("utf-8"))
    return {name: Package(name, **entry) for name, entry in entries.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="packages of the list (default: all)")
    parser.add_argument("--wheel", type=Path, required=True, help="the folder with our wheel")
    parser.add_argument("--work", type=Path, default=Path("build/dependents"))
    parser.add_argument("--list", type=Path, default=HERE / "dependents.toml")
    parser.add_argument("--repository", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--prepare", action="store_true", help="install, and run nothing")
    options = parser.parse_args()
    repositories = {
        name: Path(path) for name, _, path in (text.partition("=") for text in options.repository)
    }
    packages = read_packages(options.list)
    unknown = [name for name in [*options.names, *repositories] if name not in packages]
    if unknown:
        parser.error(
            f"{options.list.name} has no {', '.join(unknown)}; it has {', '.join(packages)}"
        )
    work = options.work.resolve()
    (work / "logs").mkdir(parents=True, exist_ok=True)
    sides = {} if options.prepare else prepare_sides(work, options.wheel)
    results, left_out = [], {}
    for name in options.names or packages:
        package = packages[name]
        print(f"{name} {package.version}", file=sys.stderr, flush=True)
        try:
            tests = prepare_tests(package, work, repositories)
            suite = Suite(package, prepare_environment(package, work), tests, work)
        except NotRun as why:
            left_out[name] = str(why)
            continue
        if options.prepare:
            continue
        result = compare(suite, sides)
        results.append(result)
        (work / f"{name}.json").write_text(json.dumps(result, indent=1))
        print(table([result], {}), file=sys.stderr, flush=True)
    print(table(results, left_out))
    return 1 if any(result["failing"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
