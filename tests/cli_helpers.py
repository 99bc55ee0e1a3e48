"""Runs the command line like a user: as a process, with pipes or a terminal."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time

from limits import TIMEOUT_S as TIMEOUT

__all__ = ["COMMAND", "TIMEOUT", "Running", "environment", "run"]

# Ignore resource warnings: a signal may interrupt the statement that stores a new socket or file.
COMMAND = [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-m", "zmq"]


def environment(**changes):
    env = dict(os.environ)
    env.pop("ZMQ_PLAIN_PASSWORD", None)
    env["PYTHONUNBUFFERED"] = ""
    env["PYTHONUTF8"] = "1"  # on Windows, pipes have another encoding by default
    env.update(changes)
    return env


def run(*arguments, stdin=b"", env=None, cwd=None):
    """Run a command to its end; return the result, with its output as bytes."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        timeout=TIMEOUT,
        env=env or environment(),
        cwd=cwd,
        check=False,
    )
    if os.name == "nt":  # on Windows, lines of text end with \r\n
        done.stdout = done.stdout.replace(b"\r\n", b"\n")
        done.stderr = done.stderr.replace(b"\r\n", b"\n")
    return done


class Running:
    """A command that runs; leaving its ``with`` block ends it."""

    def __init__(self, *arguments, stdin=subprocess.PIPE, env=None):
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env or environment(),
            bufsize=0,
            # a shell starts each command in its own process group
            start_new_session=True,
        )
        self._read = {self.process.stdout: b"", self.process.stderr: b""}

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        process = self.process
        if process.poll() is None:
            process.kill()
        process.wait(TIMEOUT)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _wait_for(self, pipe, pattern):
        deadline = time.monotonic() + TIMEOUT
        while True:
            found = re.search(pattern, self._read[pipe])
            if found:
                self._read[pipe] = self._read[pipe][found.end() :]
                return found
            left = deadline - time.monotonic()
            assert left > 0, f"no {pattern!r} in {self._read[pipe]!r}"
            if not select.select([pipe], [], [], left)[0]:
                continue
            chunk = os.read(pipe.fileno(), 65536)
            assert chunk, (
                f"no {pattern!r}: ended after {self._read[pipe]!r}; {self._rest_of_errors(pipe)!r}"
            )
            self._read[pipe] += chunk

    def _rest_of_errors(self, pipe):
        return b"" if pipe is self.process.stderr else self.process.stderr.read()

    def endpoint(self):
        """Return the endpoint that the command says it is bound to."""
        return self.error(rb"bound to (\S+)\n")[1].decode()

    def error(self, pattern):
        """Wait for a text on standard error that matches the pattern."""
        return self._wait_for(self.process.stderr, pattern)

    def line(self):
        """The next line of standard output, without its end."""
        return self._wait_for(self.process.stdout, rb"([^\n]*)\n")[1]

    def write(self, data):
        self.process.stdin.write(data)

    def end_input(self):
        self.process.stdin.close()
        self.process.stdin = None

    def signal(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def end(self):
        """Wait for the end of the command; return the exit code and the output not read yet."""
        if self.process.stdin is not None:
            self.end_input()
        out, err = self.process.communicate(timeout=TIMEOUT)
        out = self._read[self.process.stdout] + out
        err = self._read[self.process.stderr] + err
        return self.process.returncode, out, err
