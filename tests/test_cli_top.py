"""The command top."""

from __future__ import annotations

import json
import os
import re
import sys

import pytest
from cli_helpers import Running, environment, run

import zmq
import zmq.metrics

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)


@pytest.fixture
def server(socket_pair, endpoint):
    """What this process tells, of two sockets with a message that waits."""
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    push.send(b"one")
    pull.recv()
    push.send(b"two")
    with zmq.metrics.serve(endpoint("ipc")) as made:
        yield made


def test_top_once_as_json(server):
    done = run("top", server.endpoint, "--once", "--format", "json", "--filter", "pu")
    assert (done.returncode, done.stderr) == (0, b"")
    [process] = json.loads(done.stdout)
    assert process["pid"] == os.getpid()
    assert process["endpoint"] == server.endpoint
    pull = [s for s in process["sockets"] if s["type"] == "PULL"][-1]
    assert (pull["stats"]["messages_received"], pull["stats"]["queued_in"]) == (1, 1)


def test_top_once_as_lines(server):
    done = run("top", server.endpoint, "--once", "--peers", "--sort", "queued")
    assert (done.returncode, done.stderr) == (0, b"")
    header, *lines = done.stdout.decode().splitlines()
    assert header.split()[:2] == ["pid", "socket"]
    assert any(re.search(r"\bPULL\b.*test_cli_top\.py|conftest\.py", line) for line in lines)
    assert any("connected" in line for line in lines)


def test_top_tells_rates(server):
    done = run("top", server.endpoint, "--format", "table", "--count", "2", "--interval", "0.01")
    assert done.returncode == 0
    last = done.stdout.decode().splitlines()[-1].split()
    assert "-" not in last


def test_top_shows_only_what_matches(server):
    done = run("top", server.endpoint, "--once", "--filter", "no such thing")
    assert len(done.stdout.splitlines()) == 1


def test_top_looks_where_the_environment_says(server):
    done = run("top", "--once", env=environment(PYZMQ_METRICS=server.endpoint))
    # the child answers there, too, if it can; the endpoint is taken
    assert done.returncode == 0
    assert str(os.getpid()).encode() in done.stdout


def test_top_without_an_endpoint():
    env = environment()
    env.pop("PYZMQ_METRICS", None)
    done = run("top", "--once", env=env)
    assert done.returncode == 2
    assert b"an endpoint is missing" in done.stderr


def test_process_that_does_not_answer(endpoint):
    done = run("top", endpoint("ipc"), "--once", "--timeout", "0.1")
    assert done.returncode == 124
    assert b"no answer for 0.1 s" in done.stderr


def test_top_draws_a_picture(server, tmp_path):
    pytest.importorskip("rich")
    picture = tmp_path / "top.svg"
    done = run("top", server.endpoint, "--once", "--save", picture)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"PULL" in picture.read_bytes()
    assert run("top", server.endpoint, "--once", "--save", "x.png").returncode == 2


def test_top_ends_with_ctrl_c(server):
    with Running("top", server.endpoint, "--interval", "0.05") as watching:
        watching.line()
        watching.signal()
        assert watching.end()[0] == 130
