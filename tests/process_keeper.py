"""Finds and kills the processes of a run of pytest. Run as a program, this file is the keeper.

``process_owner.py`` explains how. This file runs alone, without pytest or any other package.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

OWNER = "ZMQ_TESTS_OWNER"


class Process(NamedTuple):
    """A process as the system shows it."""

    pid: int
    parent: int
    started: str  # together with `pid`, which may be reused, identifies a process
    owner: str  # the mark
    zombie: bool


# ---------------------------------------------------------------- looking for processes


def _in_proc() -> Iterator[Process]:
    key = OWNER.encode() + b"="
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                # the name of the program, in parentheses, may have spaces in it
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue  # the process has ended meanwhile
        owner = b""
        # We cannot read the environment of another user's process, and such a process is not ours.
        with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
            for entry in file.read().split(b"\0"):
                if entry.startswith(key):
                    owner = entry[len(key) :]
        started = fields[19].decode()
        yield Process(int(name), int(fields[1]), started, owner.decode(), fields[0] in b"ZX")


def _by_ps() -> Iterator[Process]:
    environments = "-AEww" if sys.platform == "darwin" else "axeww"
    listed = subprocess.run(
        ["ps", environments, "-o", "pid=,ppid=,state=,lstart=,command="],
        stdout=subprocess.PIPE,
        errors="replace",
        timeout=60,
        check=False,
    )
    for line in listed.stdout.splitlines():
        fields = line.split(None, 8)
        if len(fields) < 8:
            continue
        words = [word for word in line.split() if word.startswith(OWNER + "=")]
        owner = words[-1].partition("=")[2] if words else ""
        started = " ".join(fields[3:8])
        yield Process(int(fields[0]), int(fields[1]), started, owner, fields[2][0] == "Z")


def list_processes() -> list[Process]:
    """List the processes of this machine, as far as this user may see them."""
    return list(_in_proc() if os.path.exists("/proc/self/environ") else _by_ps())


def find_owned(
    owner: str, noted: dict[int, str], processes: list[Process] | None = None
) -> list[Process]:
    """Find the processes that have the mark or a noted process id, and all their descendants."""
    if processes is None:
        processes = list_processes()
    own = {
        process.pid
        for process in processes
        if owner in process.owner.split(":") or noted.get(process.pid) == process.started
    }
    while True:
        children = {p.pid for p in processes if p.parent in own} - own
        if not children:
            break
        own |= children
    own.discard(os.getpid())
    return [process for process in processes if process.pid in own and not process.zombie]


def kill_owned(find: Callable[[], list[Process]]) -> list[Process]:
    """Kill the processes from `find` repeatedly: a process may start another before it dies."""
    killed: dict[int, Process] = {}
    for _ in range(200):
        found = find()
        if not found:
            break
        for process in found:
            killed[process.pid] = process
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.02)
    return list(killed.values())


def start_of(pid: int) -> str | None:
    """Return when a process started; None if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except FileNotFoundError:
        if os.path.exists("/proc/self/stat"):
            return None
    except ProcessLookupError:
        return None
    return next((process.started for process in _by_ps() if process.pid == pid), None)


# ---------------------------------------------------------------- the keeper


def keep(owner: str, pytest_alive: int, numbers: int) -> None:
    """Record the started processes; kill the remaining ones when pytest has ended.

    Parameters
    ----------
    owner : str
        The run.
    pytest_alive : int
        The read end of a pipe whose write end only pytest holds.
    numbers : int
        The read end of a pipe with the process ids of new processes, one a line.
    """
    # SIGHUP (a closed terminal) and SIGTERM are meant for pytest.
    for name in ("SIGHUP", "SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    noted: dict[int, str] = {}
    rest = b""
    ended = False
    while True:
        readable = select.select([pytest_alive, numbers], [], [], 0 if ended else None)[0]
        if pytest_alive in readable:
            ended = True
        if numbers in readable:
            data = os.read(numbers, 65536)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                started = start_of(int(line))
                if started is not None:
                    noted[int(line)] = started
            if data:
                continue
        if ended:
            break
    kill_owned(lambda: find_owned(owner, noted))


if __name__ == "__main__":
    keep(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
