"""Locust, distributed: a master and workers in separate processes, over zmq.

Run by ``make dependents`` where locust is installed. Locust's simulated users send no requests: the
test checks the traffic between the processes.
"""

from __future__ import annotations

import csv
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SECONDS = 60

LOCUSTFILE = """
import time
from locust import User, constant, events, task

class Quiet(User):
    wait_time = constant(0.01)

    @task
    def nothing(self):
        self.environment.events.request.fire(
            request_type="none", name="nothing", response_time=1, response_length=0,
            exception=None, context={},
        )

@events.init.add_listener
def when_made(environment, **kwargs):
    def greeted(environment, msg, **kwargs):
        print("GREETED", msg.data, flush=True)
    if environment.runner is not None:
        environment.runner.register_message("greeting", greeted)

@events.test_start.add_listener
def when_started(environment, **kwargs):
    if type(environment.runner).__name__ == "MasterRunner":
        environment.runner.send_message("greeting", "from the master")
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Start]:
    """Start a locust process with ``start(...)``; all these processes are killed at the end."""
    (tmp_path / "locustfile.py").write_text(LOCUSTFILE)
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "locust", "-f", "locustfile.py", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate(timeout=SECONDS)


def master(start: Start, port: int, *arguments: str) -> subprocess.Popen[str]:
    return start(
        "--master", "--headless", "--master-bind-host", "127.0.0.1",
        "--master-bind-port", str(port), "--expect-workers", "2", "-u", "4", "-r", "4",
        *arguments,
    )  # fmt: skip


def worker(start: Start, port: int) -> subprocess.Popen[str]:
    return start("--worker", "--master-host", "127.0.0.1", "--master-port", str(port))


def ended(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    return output


def test_workers_count_for_the_master(start: Start, port: int, tmp_path: Path) -> None:
    boss = master(start, port, "-t", "3s", "--csv", "result")
    workers = [worker(start, port) for _ in range(2)]
    output = ended(boss)
    said = [ended(process) for process in workers]
    assert "2 workers connected" in output.lower() or "2 workers" in output, output
    with (tmp_path / "result_stats.csv").open() as file:
        counts = {row["Name"]: int(row["Request Count"]) for row in csv.DictReader(file)}
    assert counts["nothing"] > 10
    assert counts["Aggregated"] == counts["nothing"]
    # a message of a user-defined type, from the master to each worker
    assert all("GREETED from the master" in text for text in said), said


def test_worker_that_dies_is_missed(start: Start, port: int) -> None:
    boss = master(start, port, "-t", "12s")
    workers = [worker(start, port) for _ in range(2)]
    lines: list[str] = []
    assert boss.stdout is not None
    for line in boss.stdout:
        lines.append(line)
        if "All users spawned" in line:
            break
    os.kill(workers[0].pid, signal.SIGKILL)
    output = "".join(lines) + ended(boss)
    assert "failed to send heartbeat" in output or "missing" in output, output
    ended(workers[1])


def test_workers_end_with_their_master(start: Start, port: int) -> None:
    boss = master(start, port)
    workers = [worker(start, port) for _ in range(2)]
    lines: list[str] = []
    assert boss.stdout is not None
    for line in boss.stdout:
        lines.append(line)
        if "All users spawned" in line:
            break
    boss.send_signal(signal.SIGTERM)
    ended(boss)
    for process in workers:
        ended(process)
