"""Run a command with a time limit, and leave none of its processes behind.

Usage::

    python owned_run.py SECONDS LEFT-BEHIND COMMAND...

Test suites start kernels, daemons and workers, some in separate sessions. A suite that hangs or
crashes does not end these processes. On Linux this program therefore becomes the parent of every
orphan below it (a "child subreaper"). After the command has ended, the program kills the remaining
processes. It writes their command lines into the file LEFT-BEHIND, one per line, because it also
matters what a suite leaves behind. On other systems the program kills only the process group of the
command, and only if the time limit or a signal ends the run.

The exit code is that of the command, 124 after the time limit, or 130 after SIGINT or SIGTERM.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

# numbers of linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

TIME_IS_UP = 124

# Daemons that were asked to end may need a moment.
SECONDS_OF_GRACE = 5.0


class _Ended(Exception):
    """The time limit is over, or the parent ends this process."""


def _raise_ended(number: int, frame: object) -> None:
    raise _Ended(signal.Signals(number).name)


def adopt_orphans() -> bool:
    """Become the parent of orphaned descendants, and end with our own parent.

    Return whether it worked.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    return libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def descendants() -> dict[int, str]:
    """Return the live processes below this one, with their command lines."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name, which ends at the last ")", may contain blanks.
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:  # the process has ended meanwhile
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found: dict[int, str] = {}
    ours = {os.getpid()}
    while ours:
        ours = {pid for pid, parent in parents.items() if parent in ours and pid not in found}
        for pid in ours:
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                words = []
            found[pid] = b" ".join(words).decode(errors="replace").strip()
    return found


def reap() -> None:
    """Collect the children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def end_the_rest() -> list[str]:
    """Kill the processes below this one that do not end soon; return their command lines."""
    deadline = time.monotonic() + SECONDS_OF_GRACE
    while descendants() and time.monotonic() < deadline:
        reap()
        time.sleep(0.1)
    stayed = sorted(descendants().values())
    # This process becomes the parent of a killed process's children, so search until there are
    # none.
    while left := descendants():
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()
        time.sleep(0.02)
    reap()
    return stayed


def main() -> int:
    seconds, left_behind, *command = sys.argv[1:]
    adopts = adopt_orphans()
    signal.signal(signal.SIGALRM, _raise_ended)
    signal.signal(signal.SIGTERM, _raise_ended)
    signal.signal(signal.SIGINT, _raise_ended)
    status = TIME_IS_UP
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    try:
        while True:
            # Collect every child, not only the command. Otherwise an orphan that has ended would
            # remain as a zombie, and a test could wait for its end for ever.
            pid, code = os.waitpid(-1, 0)
            if pid == process.pid:
                status = os.waitstatus_to_exitcode(code)
                break
    except _Ended as ended:
        if str(ended) != "SIGALRM":
            status = 130
    finally:
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if status in (TIME_IS_UP, 130):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        stayed = end_the_rest() if adopts else []
        Path(left_behind).write_text("".join(f"{line}\n" for line in stayed), "utf-8")
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
