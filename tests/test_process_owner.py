"""No process outlives its test, or the run of pytest that started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import process_keeper
import pytest
from limits import TIMEOUT_S

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="Windows does not show who has started a process"
)

SLEEP = "import time; time.sleep(600)"

# How a test can start a process that is hard to find again. Each writes its number into a file.
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
        for method in multiprocessing.get_all_start_methods():
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

pytest_of = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-p",
    "process_owner",
    "-p",
    "no:cacheprovider",
    # The warnings of a process that is forked or left running are not what is tested here.
    "-W",
    "ignore",
]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    (tmp_path / "helpers.py").write_text(HELPERS)
    return tmp_path


def write_test(folder: Path, ways: dict[str, str], last_line: str) -> list[Path]:
    """Write a test that starts processes; return the files that their numbers come in."""
    files = []
    lines = [f"import sys; sys.path.insert(0, {str(folder)!r})", "from helpers import *", ""]
    lines.append("def test_starts_processes():")
    for number, way in enumerate(ways.values()):
        file = folder / f"pid-{number}-"
        lines += [f"    file = {str(file)!r}", "    if True:", "        " + way.strip()]
        if "get_all_start_methods" in way:
            lines += [
                "        for method in multiprocessing.get_all_start_methods():",
                "            wait_for(file + method)",
            ]
        else:
            lines.append("        wait_for(file)")
    lines.append(f"    {last_line}")
    (folder / "test_it.py").write_text("\n".join(lines) + "\n")
    return files


def numbers_in(folder: Path) -> list[int]:
    return [int(path.read_text()) for path in folder.glob("pid-*-*") if path.suffix != ".new"]


def runs(pid: int) -> bool:
    return any(p.pid == pid and not p.zombie for p in process_keeper.list_processes())


@pytest.mark.parametrize("way", WAYS)
def test_process_left_behind_is_killed(folder, way):
    write_test(folder, {way: WAYS[way]}, "pass")
    done = subprocess.run(
        [*pytest_of, "-p", "no:xdist", "."],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S * 2,
        check=False,
    )
    assert "The test has left processes behind" in done.stdout, done.stdout + done.stderr
    assert numbers_in(folder)
    assert not [pid for pid in numbers_in(folder) if runs(pid)]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_run_leaves_no_process(folder, until, number, workers):
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    write_test(folder, WAYS, "write(file + 'last'); time.sleep(600)")
    options = ["-n", str(workers)] if workers else ["-p", "no:xdist"]
    with (folder / "output").open("wb") as output:
        run = subprocess.Popen(
            [*pytest_of, *options, "."],
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
        assert len(pids) >= len(WAYS) + 1
        assert all(runs(pid) for pid in pids)
        # Ctrl-C in a terminal reaches the whole group.
        (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
        run.wait(TIMEOUT_S)
    finally:
        run.kill()
        run.wait()
    until(lambda: not any(runs(pid) for pid in pids), "every process of the run ends")


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
