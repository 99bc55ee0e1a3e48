"""The programs in examples/ run to their end and print the expected output."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
TIMEOUT_S = 100


def run(*arguments: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd=EXAMPLES,
        **kwargs,  # type: ignore[call-overload]
    )


@pytest.fixture(scope="module")
def demo() -> subprocess.CompletedProcess[str]:
    return run("demo", "--quick")


def test_demo_passes_every_pattern(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stdout + demo.stderr
    passed, total = re.findall(r"^(\d+) of (\d+) passed", demo.stdout, re.MULTILINE)[0]
    assert passed == total
    assert "FAILED" not in demo.stdout


def test_demo_shows_every_transport_and_security(
    demo: subprocess.CompletedProcess[str],
) -> None:
    lines = [line.split() for line in demo.stdout.splitlines()]
    words = {word for line in lines for word in line}
    assert {"tcp", "ipc", "inproc", "udp", "ws", "CURVE"} <= words


def test_demo_writes_plain_aligned_lines_to_a_pipe(
    demo: subprocess.CompletedProcess[str],
) -> None:
    assert "\x1b" not in demo.stdout
    rows = [line for line in demo.stdout.splitlines() if line.endswith("  ok")]
    assert len(rows) >= 12
    assert len({len(row) for row in rows}) == 1


def test_demo_leaves_stderr_empty(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.stderr == ""


def test_demo_fails_when_a_pattern_fails(tmp_path: Path) -> None:
    # A context that can have no sockets, so no message can pass.
    (tmp_path / "sitecustomize.py").write_text(
        "import zmq\nzmq.Context.socket = lambda self, kind: 1 / 0\n", encoding="utf-8"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = run("demo", "--quick", "--only", "req/rep", env=environment)
    assert result.returncode == 1
    assert "FAILED" in result.stdout
    assert "ZeroDivisionError" in result.stdout


@pytest.mark.slow
def test_demo_waits_for_a_slow_second_process(tmp_path: Path) -> None:
    # On a busy machine, a process may take this long to start.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\n'--multiprocessing-fork' in sys.orig_argv and time.sleep(12)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = run("demo", "--quick", "--only", "req/rep", env=environment)
    assert result.returncode == 0, result.stdout + result.stderr


def test_demo_says_when_no_pattern_is_meant() -> None:
    result = run("demo", "--only", "carrier pigeon")
    assert result.returncode == 1
    assert "carrier pigeon" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no POSIX pseudo-terminals")
@pytest.mark.skipif(importlib.util.find_spec("rich") is None, reason="needs the package rich")
def test_demo_draws_a_live_table_on_a_terminal() -> None:
    code = "import pty, sys; sys.exit(pty.spawn([sys.executable, *sys.argv[1:]]) >> 8)"
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "80"}
    result = run("-c", code, "demo", "--quick", "--only", "ws", env=environment)
    assert result.returncode == 0, result.stdout
    assert "\x1b[" in result.stdout
    assert "ok" in result.stdout


@pytest.mark.parametrize(
    ("program", "output"),
    [
        ("req_rep.py", "Hello, Ada!\nHello, Grace!\nGoodbye.\n"),
        ("pub_sub.py", "Lagos 21 degrees\n"),
        ("push_pull.py", "the squares of 0 to 999 add up to 332833500\n"),
    ],
)
def test_small_example_prints_the_documented_output(program: str, output: str) -> None:
    result = run(program)
    assert result.returncode == 0, result.stderr
    assert result.stdout == output
