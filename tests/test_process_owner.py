"""No process outlives its test, or the run of pytest that started it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import process_keeper
import pytest
from limits import TIMEOUT_S
from needs import FORKSERVER_WORKS

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="Windows does not show who has started a process"
)

SLEEP = "import time; time.sleep(600)"
METHODS = [
    method
    for method in multiprocessing.get_all_start_methods()
    if method != "forkserver" or FORKSERVER_WORKS
]

# Ways in which a test can start a process that is hard to find again. Each process writes its
# process id into a file.
WAYS = {
    "child": "subprocess.Popen([sys.executable, '-c', WRITE + SLEEP, file])",
    "grandchild": """
        subprocess.Popen([sys.executable, "-c", f'''
import subprocess, sys
subprocess.run([sys.executable, "-c", {WRITE + SLEEP!r}, sys.argv[1]])
''', file])
    """,
    "detached": """
        subprocess.run([sys.executable, "-c", f'''
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {WRITE + SLEEP!r}, sys.argv[1]], start_new_session=True)
''', file])
    """,
    "without the environment": """
        subprocess.Popen(
            [sys.executable, "-c", WRITE + SLEEP, file], env={}, start_new_session=True
        )
    """,
    "forked": """
        if not os.fork():
            try:
                write(file)
                time.sleep(600)
            finally:
                os._exit(1)
    """,
    "in a terminal": """
        if not pty.fork()[0]:
            os.execve(sys.executable, [sys.executable, "-c", WRITE + SLEEP, file], {})
    """,
    "multiprocessing": """
        for method in METHODS:
            multiprocessing.get_context(method).Process(
                target=write_and_sleep, args=(file + method,), daemon=True
            ).start()
    """,
}

HELPERS = """
import multiprocessing, os, pathlib, pty, subprocess, sys, time
import pytest

WRITE = '''
import os, pathlib, sys
new = pathlib.Path(sys.argv[1] + ".new")
new.write_text(str(os.getpid()))
new.rename(sys.argv[1])
'''
SLEEP = "import time; time.sleep(600)"

def write(file):
    new = pathlib.Path(file + ".new")
    new.write_text(str(os.getpid()))
    new.rename(file)

def write_and_sleep(file):
    write(file)
    time.sleep(600)

def wait_for(file):
    for _ in range(3000):
        if os.path.exists(file):
            return
        time.sleep(0.01)
    raise AssertionError("no process")
"""

PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-p",
    "process_owner",
    "-p",
    "no:cacheprovider",
    # This test ignores the warnings of a process that is forked or left running.
    "-W",
    "ignore",
]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    (tmp_path / "conftest.py").write_text("import process_owner\nprocess_owner.GRACE_S = 0.1\n")
    (tmp_path / "helpers.py").write_text(f"{HELPERS}\nMETHODS = {METHODS}\n")
    return tmp_path


def write_tests(folder: Path, tests: dict[str, list[str]]) -> None:
    """Write a test function for each name in `tests`, with its lines, such as a value of WAYS."""
    lines = [f"import sys; sys.path.insert(0, {str(folder)!r})", "from helpers import *"]
    for name, body in tests.items():
        lines.append(f"def test_{name}():")
        for number, line in enumerate(body):
            lines.append(f"    file = {str(folder / f'pid-{name}-{number}-')!r}")
            lines += ["    if True:", "        " + line.strip()]
            if line == WAYS["multiprocessing"]:
                lines += ["        for method in METHODS:", "            wait_for(file + method)"]
            elif line in WAYS.values():
                lines.append("        wait_for(file)")
    (folder / "test_it.py").write_text("\n".join(lines) + "\n")


def numbers_in(folder: Path) -> list[int]:
    return [int(path.read_text()) for path in folder.glob("pid-*-*") if path.suffix != ".new"]


def runs(pids: list[int]) -> list[int]:
    """Return the processes that still run."""
    return [p.pid for p in process_keeper.list_processes() if p.pid in pids and not p.zombie]


def test_processes_left_behind_are_killed(folder):
    write_tests(folder, {f"way_{number}": [way] for number, way in enumerate(WAYS.values())})
    done = subprocess.run(
        [*PYTEST, "-p", "no:xdist", "."],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S * 3,
        check=False,
    )
    # Each process is found at the end of its test, not at the end of the run.
    assert f"{len(WAYS)} passed, {len(WAYS)} errors" in done.stdout, done.stdout + done.stderr
    found = re.findall("^E .*: The test has left processes behind:", done.stdout, re.MULTILINE)
    assert len(found) == len(WAYS), done.stdout
    assert len(numbers_in(folder)) == len(WAYS) + len(METHODS) - 1
    assert not runs(numbers_in(folder))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_run_leaves_no_process(folder, until, number, workers):
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    write_tests(folder, {"all": [*WAYS.values(), "write(file + 'last'); time.sleep(600)"]})
    options = ["-n", str(workers)] if workers else ["-p", "no:xdist"]
    with (folder / "output").open("wb") as output:
        run = subprocess.Popen(
            [*PYTEST, *options, "."],
            cwd=folder,
            env=environment(),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until(
            lambda: list(folder.glob("pid-*-last")) or run.poll() is not None,
            "the run starts its processes",
        )
        assert run.poll() is None, (folder / "output").read_text()
        pids = numbers_in(folder)
        assert len(pids) == len(WAYS) + len(METHODS)
        assert sorted(runs(pids)) == sorted(pids)
        # Ctrl-C in a terminal reaches the whole group. The end of a run with workers takes many
        # seconds on a busy machine, and sometimes such a run misses the first Ctrl-C.
        for _ in range(3):
            (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(1.5 * TIMEOUT_S)
            if run.poll() is not None:
                break
        assert run.poll() is not None, (folder / "output").read_text()
    finally:
        run.kill()
        run.wait()
    until(lambda: not runs(pids), "every process of the run ends")


def test_processes_of_others_are_not_found(tmp_path):
    assert process_keeper.find_owned("nobody", {os.getpid(): "never", 1: "never"}) == []


@pytest.mark.skipif(shutil.which("ps") is None, reason="ps is not installed")
def test_ps_shows_the_mark():
    environment = {**os.environ, process_keeper.OWNER: "outer:mine"}
    with subprocess.Popen([sys.executable, "-c", SLEEP], env=environment) as child:
        try:
            deadline = time.monotonic() + TIMEOUT_S
            found = []
            while not found and time.monotonic() < deadline:
                found = process_keeper.find_owned("mine", {}, list(process_keeper._by_ps()))
            assert [process.pid for process in found] == [child.pid]
            assert found[0].parent == os.getpid()
        finally:
            child.kill()
