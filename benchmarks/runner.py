"""One workload under one competitor: its processes, its time limit, its system calls."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from .competitors import Competitor
from .results import Measured
from .workers.settings import Settings
from .workloads import Workload

TRACED_MESSAGES = {"one_way": 4_000, "fan_out": 4_000, "round_trip": 600, "routed": 600}
"""Pattern -> the most messages of a run under strace, which makes each call much slower."""


class FailedError(Exception):
    """A run ended without a result; the table shows the text."""


class Worker:
    """One process of a run, and its output lines."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._errors = tempfile.TemporaryFile(  # noqa: SIM115 (closed in `end`)
            "w+", encoding="utf-8", errors="replace"
        )
        # A separate session, so that strace and its program end together.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment,
            start_new_session=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, word: str, deadline: float) -> str:
        """Return the rest of the next line that begins with `word`."""
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise FailedError("hangs, and was ended") from None
            if line is None:
                raise FailedError(self._last_words())
            first, _, rest = line.partition(" ")
            if first == word:
                return rest
            if first == "unsupported":
                raise FailedError(rest)

    def _last_words(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        return lines[-1] if lines else f"ended with code {code}"

    def wait(self, deadline: float) -> None:
        """Wait for the process to end."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise FailedError("hangs at exit, and was ended") from None

    def end(self) -> None:
        """End the process if it still runs, and all its child processes."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._errors.close()


@contextlib.contextmanager
def on_one_processor(wanted: bool) -> Iterator[None]:
    """Run the processes started in the block on one processor, if `wanted`."""
    if not wanted or not hasattr(os, "sched_setaffinity"):
        yield
        return
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, processors)


def run(
    workload: Workload,
    competitor: Competitor,
    *,
    prefixes: Sequence[Sequence[str]] = ((), ()),
) -> dict[str, float]:
    """Run a workload once; return the values of each role, with keys such as `server.seconds`.

    `prefixes` are put before the commands of the server and of the client.
    """
    deadline = time.monotonic() + workload.time_limit
    environment = os.environ | dict(competitor.environment)
    workers: list[Worker] = []

    def start(settings: Settings, prefix: Sequence[str]) -> Worker:
        command = [*prefix, *competitor.command, *settings.arguments()]
        worker = Worker(command, environment)
        ends.callback(worker.end)
        workers.append(worker)
        return worker

    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as ends:
        ends.enter_context(on_one_processor(workload.one_processor))
        if workload.in_one_process:
            settings = workload.settings("both")
            settings.folder = folder
            told = {"both": json.loads(start(settings, prefixes[0]).line("result", deadline))}
        else:
            settings = workload.settings("server")
            settings.folder = folder
            server = start(settings, prefixes[0])
            endpoint, _, key = server.line("ready", deadline).partition(" ")
            settings = workload.settings("client")
            settings.endpoint, settings.server_key = endpoint, key
            client = start(settings, prefixes[1])
            told = {
                "client": json.loads(client.line("result", deadline)),
                "server": json.loads(server.line("result", deadline)),
            }
        for worker in workers:
            worker.wait(deadline)
    return {f"{role}.{name}": value for role, of in told.items() for name, value in of.items()}


def measure(workload: Workload, competitor: Competitor) -> Measured:
    """Run a workload once; return its rate, or the reason why it failed."""
    try:
        told = run(workload, competitor)
    except FailedError as error:
        return Measured(failure=str(error))
    by_role = {role: told.get(f"{role}.messages", 0) for role in ("both", "client", "server")}
    role, messages = max(by_role.items(), key=lambda item: item[1])
    if not messages:
        return Measured(failure="no messages were measured")
    processor = [value for name, value in told.items() if name.endswith(".processor")]
    return Measured(
        rate=messages / told[f"{role}.seconds"],
        processor_us=sum(processor) / messages * 1e6 if processor else None,
        connect_s=told.get("client.connect_seconds"),
        server_bytes=told.get("server.connection_bytes"),
        client_bytes=told.get("client.connection_bytes"),
    )


def can_trace() -> bool:
    """Return whether strace is installed and may trace processes."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    tried = subprocess.run(
        [strace, "-f", "-c", "-o", os.devnull, "true"], capture_output=True, timeout=20, check=False
    )
    return tried.returncode == 0


class Tracer:
    """Counts system calls of a short run, minus those of a run that only starts and ends."""

    def __init__(self) -> None:
        self._starts: dict[tuple[object, ...], int] = {}

    def calls_per_message(self, workload: Workload, competitor: Competitor) -> float | None:
        """Return the system calls of both processes for each message; None if a run failed."""
        most = TRACED_MESSAGES[workload.pattern] // workload.peers
        slow = replace(workload, time_limit=3 * workload.time_limit)
        long = slow.with_count(min(workload.count, max(4, most)))
        short = slow.with_count(0)
        kind = (
            *(competitor.key, workload.pattern, workload.transport, workload.flavour),
            *(workload.peers, workload.topics, workload.curve, workload.one_processor),
        )
        try:
            if kind not in self._starts:
                self._starts[kind], _ = count_calls(short, competitor)
            calls, messages = count_calls(long, competitor)
        except FailedError:
            return None
        return max(0.0, (calls - self._starts[kind]) / messages) if messages else None


def count_calls(workload: Workload, competitor: Competitor) -> tuple[int, float]:
    """Return the system calls of all processes of one run, and its messages."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = [Path(folder, name) for name in ("server", "client")]
        prefixes = [["strace", "-f", "-c", "-o", str(file)] for file in files]
        told = run(workload, competitor, prefixes=prefixes)
        messages = max(value for name, value in told.items() if name.endswith(".messages"))
        calls = sum(total_of(file.read_text("utf-8")) for file in files if file.exists())
        return calls, messages


def total_of(summary: str) -> int:
    """Return the number of calls in the last line of what ``strace -c`` writes."""
    for line in reversed(summary.splitlines()):
        words = line.split()
        if words and words[-1] == "total":
            return int(words[3])
    return 0
