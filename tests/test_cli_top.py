"""The command top."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
from cli_helpers import Running, environment, run

import zmq
import zmq.metrics
from zmq.cli import top

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)


@pytest.fixture
def server(socket_pair, endpoint):
    """This process's answer about two sockets, one of which has a waiting message."""
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    push.send(b"one")
    pull.recv()
    push.send(b"two")
    with zmq.metrics.serve(endpoint("ipc")) as made:
        yield made


def told_of(kind):
    return [s for s in zmq.metrics.snapshot()["sockets"] if s["type"] == kind]


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
    [*_, made_at] = [s["made_at"] for s in told_of("PULL")]
    assert made_at
    assert any(re.search(rf"\bPULL +{re.escape(made_at)} ", line) for line in lines)
    assert any("connected" in line for line in lines)


def test_top_shows_rates(server):
    done = run("top", server.endpoint, "--format", "table", "--count", "2", "--interval", "0.01")
    assert done.returncode == 0
    last = done.stdout.decode().splitlines()[-1].split()
    assert "-" not in last


def test_top_filters_its_rows(server):
    done = run("top", server.endpoint, "--once", "--filter", "no such thing")
    assert len(done.stdout.splitlines()) == 1


def test_top_looks_where_the_environment_says(server):
    done = run("top", "--once", env=environment(PYZMQ_METRICS=server.endpoint))
    # The child tries to answer at the same endpoint, which is already in use.
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


# ------------------------------------------------------------------ answers of other programs


def answer(**changes):
    """Return the answer of a process about two sockets, with changed values of the first."""
    context = zmq.Context()
    with context, context.socket(zmq.PUSH) as push, context.socket(zmq.PULL) as pull:
        push.bind("inproc://x")
        pull.connect("inproc://x")
        told = zmq.metrics.snapshot([push, pull])
    told["sockets"][0].update(changes)
    return told


def top_of(context, endpoint, told, *options):
    """Run top once on an endpoint that answers `told`."""
    with context.socket(zmq.REP) as rep:
        rep.bind(endpoint("ipc"))
        with Running("top", rep.last_endpoint.decode(), "--once", *options) as watching:
            rep.recv()
            rep.send(told)
            return watching.end()


NOISE = "\x1b]0;x\x07\r\nrow\t\x9b[red]\ud800"
SHOWN = r"\x1b]0;x\x07\x0d\x0arow\x09\x9b[red]\ud800"


def test_lines_have_no_control_characters(context, endpoint):
    told = answer(type=NOISE, made_at=NOISE)
    told["sockets"][1]["peers"][0].update(
        user_id=NOISE, endpoint=NOISE, socket_type=NOISE, last_error=NOISE, state=NOISE
    )
    code, out, err = top_of(context, endpoint, json.dumps(told).encode(), "--peers")
    assert (code, err) == (0, b"")
    assert all(byte >= 0x20 for line in out.split(b"\n") for byte in line)
    assert len(out.splitlines()) == 5
    assert out.decode().count(SHOWN) == 7


HOSTILE = {
    "a list": b"[1]",
    "nothing": b"",
    "not UTF-8": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "deep dicts": b'{"sockets":' * 50_000,
    "null": b"null",
    "sockets are a number": b'{"sockets": 1, "pid": 1, "time": 1}',
    "an empty socket": b'{"sockets": [{}], "pid": 1, "time": 1}',
    "no pid": b'{"sockets": [], "time": 1}',
    "infinite": b'{"sockets": [], "pid": 1, "time": Infinity}',
    "many digits": b'{"sockets": [], "pid": 1, "time": ' + b"9" * 5000 + b"}",
    "text as pid": json.dumps(answer() | {"pid": NOISE}).encode(),
    "no stats": json.dumps(answer(stats={})).encode(),
    "text in stats": json.dumps(
        answer(stats=answer()["sockets"][0]["stats"] | {"bytes_in": "x"})
    ).encode(),
    "an empty peer": json.dumps(answer(peers=[{}])).encode(),
}


@pytest.mark.parametrize("options", [(), ("--format", "json", "--filter", "x")])
@pytest.mark.parametrize("told", HOSTILE.values(), ids=HOSTILE)
def test_invalid_answer(context, endpoint, told, options):
    code, out, err = top_of(context, endpoint, told, *options)
    assert (code, out) == (1, b"")
    assert err.endswith(b": the answer does not come from zmq.metrics\n")


@pytest.mark.parametrize("width", [24, 40, 80, 120, 200])
def test_narrow_table_names_each_socket(width):
    rich_console = pytest.importorskip("rich.console")
    row = top._Row(
        "12345", "17 DEALER", "/a/long/way/to/the/program.py:123", *[1234.0] * 4, 5, 6, 7, 8.0, "1",
        "high water mark 7"
    )  # fmt: skip
    console = rich_console.Console(width=width, record=True, file=io.StringIO())
    console.print(top._rich_table([row, row._replace(socket="18 ROUTER")], "title", width))
    lines = console.export_text().splitlines()
    assert all(len(line) <= width for line in lines)
    assert any("17 DEALER" in line for line in lines)
    assert any("18 ROUTER" in line for line in lines)
    assert width < 80 or any("/a/long/way/to/the" in line for line in lines)
    assert width < 200 or "B out/s" in lines[2]


def test_top_finds_the_processes_of_a_pattern(server):
    pattern = server.endpoint + "-{pid}"
    with zmq.metrics.serve(pattern) as made:
        done = run("top", pattern, "--once", "--format", "json")
        assert (done.returncode, done.stderr) == (0, b"")
        assert [process["endpoint"] for process in json.loads(done.stdout)] == [made.endpoint]
    Path(made.endpoint.removeprefix("ipc://")).unlink()  # libzmq leaves the file
    done = run("top", pattern, "--once")
    assert done.returncode == 2
    assert b"no process serves its metrics at such a path" in done.stderr
