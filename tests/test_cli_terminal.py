"""The command line in a terminal: lines typed, Ctrl-C, Ctrl-D, progress and tables."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time

import pytest
from cli_helpers import COMMAND, TIMEOUT, Running, environment, run

if sys.platform == "win32":
    pytest.skip("Windows has no POSIX pseudo-terminals", allow_module_level=True)

import fcntl
import pty
import termios

ANY = "tcp://127.0.0.1:*"
CTRL_C, CTRL_D = b"\x03", b"\x04"


# Make this the controlling terminal, and execute the program.
TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A command in a new terminal, as a shell starts it."""

    def __init__(self, *arguments, env=None, columns=80):
        # Do not use pty.fork(): after a fork of a process with threads, Python shows a warning.
        self.fd, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, *COMMAND, *map(str, arguments)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=env or environment(TERM="xterm", COLUMNS="80"),
        )
        os.close(slave)
        self.seen = b""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT)
        os.close(self.fd)

    def _read(self, left):
        if not select.select([self.fd], [], [], left)[0]:
            return b""
        try:
            return os.read(self.fd, 65536)
        except OSError:  # on Linux this means that the other side was closed
            return None

    def wait_for(self, pattern):
        deadline = time.monotonic() + TIMEOUT
        while True:
            found = re.search(pattern, self.seen)
            if found:
                self.seen = self.seen[found.end() :]
                return found
            left = deadline - time.monotonic()
            assert left > 0, f"no {pattern!r} in {self.seen!r}"
            chunk = self._read(left)
            assert chunk is not None, f"no {pattern!r}: ended after {self.seen!r}"
            self.seen += chunk

    def type(self, data):
        os.write(self.fd, data)

    def end(self):
        """Wait for the end; return the exit code and the output since the last call."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            left = deadline - time.monotonic()
            assert left > 0, f"the command did not end; it printed {self.seen!r}"
            chunk = self._read(min(left, 1))
            if chunk is None or (chunk == b"" and self.process.poll() is not None):
                return self.process.wait(TIMEOUT), self.seen
            self.seen += chunk


def bound_to(terminal):
    return terminal.wait_for(rb"bound to (\S+)\r\n")[1].decode()


@pytest.mark.parametrize("kind", ["pull", "sub", "rep", "pair", "router", "client"])
def test_ctrl_c_while_it_waits(kind):
    with Terminal(kind, "-b", ANY) as terminal:
        bound_to(terminal)
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert code == 130
        assert b"Traceback" not in shown


def test_ctrl_c_at_the_prompt_for_input():
    with Terminal("push", "-b", ANY) as terminal:
        bound_to(terminal)
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert (code, b"Traceback" in shown) == (130, False)


def test_ctrl_c_while_no_peer_takes_the_message():
    with Terminal("push", "-b", ANY, "-m", "x") as terminal:
        bound_to(terminal)
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert (code, b"Traceback" in shown) == (130, False)


def test_lines_typed_are_sent_and_ctrl_d_ends():
    with Terminal("push", "-b", ANY) as terminal:
        endpoint = bound_to(terminal)
        with Running("pull", endpoint) as receiving:
            for line in (b"first", b"second"):
                terminal.type(line + b"\n")
                assert receiving.line() == line
            terminal.type(CTRL_D)
            assert terminal.end()[0] == 0
            receiving.signal()
            assert receiving.end()[0] == 130


def test_chat_in_a_terminal():
    with Terminal("pair", "-b", ANY) as terminal:
        endpoint = bound_to(terminal)
        with Running("pair", endpoint, "-q", 0) as other:
            other.write(b"knock, knock\n")
            terminal.wait_for(rb"knock, knock\r\n")
            terminal.type(b"who is there?\n")
            assert other.line() == b"who is there?"
            assert other.end()[0] == 0
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert (code, b"Traceback" in shown) == (130, False)


def test_messages_are_shown_as_they_come():
    with Terminal("pull", "-b", ANY) as terminal:
        endpoint = bound_to(terminal)
        for message in ("one", "two"):
            assert run("push", endpoint, "-m", message).returncode == 0
            terminal.wait_for(message.encode() + b"\r\n")


def test_control_characters_of_peers_are_escaped():
    for arguments, shown in (((), rb"\\x1b\[2J\\x07\r\n"), (("--raw",), rb"\x1b\[2J\x07\r\n")):
        with Terminal("pull", "-b", ANY, *arguments) as terminal:
            endpoint = bound_to(terminal)
            assert run("push", endpoint, stdin=b"\x1b[2J\x07").returncode == 0
            terminal.wait_for(shown)


def test_ctrl_c_ends_a_proxy():
    with Terminal("proxy", "--frontend", ANY, "--backend", ANY) as terminal:
        terminal.wait_for(rb"backend bound to")
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert (code, b"Traceback" in shown) == (130, False)


def test_ctrl_c_ends_a_monitor():
    with Terminal("monitor", "tcp://127.0.0.1:1") as terminal:
        terminal.wait_for(rb"connect_retried tcp://127.0.0.1:1")
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert (code, b"Traceback" in shown) == (130, False)


def test_progress_bar_and_tables():
    pytest.importorskip("rich", reason="rich draws the tables and bars: pip install rich")
    with Terminal("bench", "--sizes", "16", "--seconds", "0.5") as terminal:
        terminal.wait_for(rb"throughput, 16 B")
        terminal.wait_for(rb"latency, 16 B")
        code, shown = terminal.end()
        assert code == 0
        assert "┃".encode() in shown  # a table that rich draws
        assert b"median" in shown


def test_progress_without_rich(tmp_path):
    (tmp_path / "rich.py").write_text("raise ImportError('not here')\n")
    env = environment(TERM="xterm", PYTHONPATH=str(tmp_path))
    with Terminal("bench", "--sizes", "16", "--seconds", "0.3", env=env) as terminal:
        terminal.wait_for(rb"\[#* *\] +\d+% throughput, 16 B")
        code, shown = terminal.end()
        assert code == 0
        assert b"median" in shown
        assert "┃".encode() not in shown


@pytest.mark.parametrize("columns", [10, 40])
def test_progress_fits_a_narrow_terminal(columns):
    arguments = ("bench", "--sizes", "16", "--seconds", "0.3", "--json")
    env = environment(TERM="xterm")
    env.pop("COLUMNS", None)
    with Terminal(*arguments, env=env, columns=columns) as terminal:
        found = terminal.wait_for(rb"(?s)\A(.*?)\{\r\n")  # the output before the result
        for line in found[1].split(b"\r"):
            assert len(line) < columns
        assert b"throughput"[: columns - 6] in found[1]
        assert terminal.end()[0] == 0


def test_ctrl_c_ends_benchmark_and_clears_its_bar():
    with Terminal("bench", "--seconds", "1000") as terminal:
        terminal.wait_for(rb"throughput, 16 B")
        terminal.type(CTRL_C)
        code, shown = terminal.end()
        assert (code, b"Traceback" in shown) == (130, False)


def test_bench_shows_no_progress_on_demand():
    with Terminal("bench", "--sizes", "16", "--seconds", "0.1", "--no-progress") as terminal:
        code, shown = terminal.end()
        assert code == 0
        assert b"throughput, 16 B" not in shown
