"""The command bench: two processes, tables, JSON and plots."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import sys
import time

import pytest
from cli_helpers import TIMEOUT, Running, environment, run

from zmq import cli
from zmq.cli.progress import open_progress

QUICK = ("bench", "--sizes", "16,64K", "--seconds", "0.1")


@pytest.mark.parametrize("transport", ["tcp", "ipc", "ws", "inproc"])
def test_bench_as_json(transport):
    if transport == "ipc" and sys.platform == "win32":
        pytest.skip("ipc is for POSIX systems")
    done = run(*QUICK, "--transport", transport, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert found["transport"] == transport
    assert [row["size"] for row in found["throughput"]] == [16, 65536]
    for row in found["throughput"]:
        assert row["messages"] > 0
        assert row["messages_per_second"] == pytest.approx(row["messages"] / row["elapsed"])
    for row in found["latency"]:
        times = row["microseconds"]
        assert 0 < times["min"] <= times["median"] <= times["p90"] <= times["p99"] <= times["max"]


def test_bench_in_batches():
    done = run(*QUICK, "--batch", "--only", "throughput", "--json")
    found = json.loads(done.stdout)
    assert found["throughput"][0]["messages"] > 0
    assert "latency" not in found


def test_bench_prints_tables():
    out = run(*QUICK).stdout.decode()
    assert "PUSH to PULL" in out
    assert "REQ to REP" in out
    assert "64 KiB" in out


def test_bench_draws_into_files(tmp_path):
    pytest.importorskip("matplotlib", reason="--save draws with matplotlib: pip install matplotlib")
    done = run(*QUICK, "--save", tmp_path / "a.png", "--save", tmp_path / "a.svg")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    svg = (tmp_path / "a.svg").read_text()
    assert "<svg" in svg


def test_bench_draws_in_the_terminal():
    pytest.importorskip("plotext", reason="--plot draws with plotext: pip install plotext")
    env = environment(PYTHONIOENCODING="utf-8")
    out = run(*QUICK, "--only", "latency", "--plot", env=env).stdout.decode()
    assert "┤" in out
    assert "median" in out


@pytest.mark.parametrize(
    ("package", "option"), [("plotext", ["--plot"]), ("matplotlib", ["--save", "a.png"])]
)
def test_bench_names_missing_packages_before_measuring(package, option, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, package, None)
    assert cli.main(["bench", "--seconds", "1000", *option]) == 1
    assert f"pip install {package}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--sizes", "0"),
        ("--sizes", "x"),
        ("--seconds", "0"),
        ("--transport", "pgm"),
        ("--save", "a.gif"),
    ],
)
def test_wrong_arguments_of_bench(arguments, capsys):
    assert cli.main(["bench", *arguments]) == 2
    assert capsys.readouterr().out == ""


looks_into_proc = pytest.mark.skipif(
    sys.platform != "linux" or not os.path.isdir("/proc/self/task"),
    reason="finds processes in Linux' /proc",
)


def _wait_for_child(running, name):
    pid = running.process.pid
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(FileNotFoundError):
                if name in pathlib.Path(f"/proc/{child}/cmdline").read_bytes():
                    return
        time.sleep(0.02)
    raise AssertionError(f"{name} was not started")


@looks_into_proc
def test_bench_can_be_interrupted():
    with Running("bench", "--seconds", "1000") as running:
        _wait_for_child(running, b"bench_peer")
        running.signal()
        assert running.end() == (130, b"", b"")


@looks_into_proc
def test_peer_process_ends_with_its_parent():
    with Running("bench", "--seconds", "1000") as running:
        _wait_for_child(running, b"bench_peer")
        running.process.kill()
        # Both processes write to the same standard error, so end() returns only when both have
        # ended.
        assert running.end() == (-signal.SIGKILL, b"", b"")


def test_no_progress_where_there_is_no_terminal(capsys):
    with open_progress(2.0) as progress:
        progress.describe("x")
        progress.advance(1.0)
    assert capsys.readouterr() == ("", "")
