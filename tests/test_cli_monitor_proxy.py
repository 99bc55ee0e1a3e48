"""The commands monitor and proxy."""

from __future__ import annotations

import json
import re
import signal
import sys

import pytest
from cli_helpers import Running, run

import zmq

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)

ANY = "tcp://127.0.0.1:*"


# ------------------------------------------------------------------ monitor


def test_monitor_prints_a_connection(context):
    with context.socket(zmq.ROUTER) as router:
        router.bind(ANY)
        endpoint = router.last_endpoint.decode()
        with Running("monitor", endpoint) as monitoring:
            line = monitoring.line().decode()
            while "handshake_succeeded" not in line:
                assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} [a-z_]+ tcp://\S+( .*)?", line)
                line = monitoring.line().decode()
            router.unbind(endpoint)
            monitoring.signal()
            assert monitoring.end()[0] == 130


def test_monitor_ends_with_an_event(context):
    with context.socket(zmq.REP) as rep:
        rep.bind(ANY)
        done = run(
            "monitor", "--type", "req", rep.last_endpoint.decode(), "--until", "handshake-succeeded"
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"handshake_succeeded" in done.stdout.splitlines()[-1]


def test_monitor_as_json():
    done = run("monitor", "tcp://127.0.0.1:1", "--json", "--until", "connect_retried")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["event"] == "connect_retried"
    assert events[-1]["endpoint"] == "tcp://127.0.0.1:1"
    assert events[-1]["detail"] == f"in {events[-1]['value']} ms: Connection refused"
    assert "connect_delayed" in [event["event"] for event in events]


def test_monitor_names_an_unknown_host():
    done = run("monitor", "tcp://no-such-host.invalid:5555", "--until", "connect_retried")
    assert done.stdout.endswith(b" ms: unknown host\n")


def test_monitor_says_why_a_handshake_failed(context):
    public, secret = zmq.curve_keypair()
    with context.socket(zmq.PULL) as pull:
        pull.curve_server = True
        pull.curve_publickey, pull.curve_secretkey = public, secret
        pull.bind("tcp://127.0.0.1:*")
        endpoint = pull.last_endpoint.decode()
        done = run("monitor", "--type", "push", endpoint, "--until", "handshake_failed_no_detail")
    assert b"it closes the connection during the handshake" in done.stdout
    assert b"wants CURVE or PLAIN" in done.stdout


def test_monitor_says_why_it_refused_a_client(context):
    with Running("monitor", "-b", ANY, "--type", "pull") as monitoring:
        endpoint = monitoring.endpoint()
        with context.socket(zmq.PUSH) as push:
            push.plain_username = push.plain_password = b"x"
            push.connect(endpoint)
            while b"handshake_failed_protocol" not in (line := monitoring.line()):
                pass
    assert line.rstrip().endswith(b"it does not use NULL")


def test_monitor_of_a_bound_socket(context):
    with Running("monitor", "-b", ANY, "--type", "pull", "--until", "disconnected") as monitoring:
        endpoint = monitoring.endpoint()
        assert b"listening" in monitoring.line()
        with context.socket(zmq.PUSH) as push:
            push.connect(endpoint)
            assert b" accepted " in monitoring.line()
            while b"handshake_succeeded" not in monitoring.line():
                pass
        code, out, _ = monitoring.end()
        assert (code, out.count(b"disconnected")) == (0, 1)


def test_monitor_prints_a_failed_handshake(context):
    with context.socket(zmq.REP) as rep:
        rep.bind(ANY)
        done = run("monitor", rep.last_endpoint.decode(), "--curve-server-key", "x" * 40, "-n", 4)
        assert b"handshake_failed" in done.stdout
        assert b"disconnected" in done.stdout


def test_monitor_counts_and_times_out():
    assert run("monitor", "-b", ANY, "-n", 1).returncode == 0
    done = run("monitor", "-b", ANY, "-t", "0.2")
    assert done.returncode == 124
    assert b"listening" in done.stdout


def test_monitor_stops_waiting_in_spite_of_other_events():
    # each attempt to connect causes events
    done = run("monitor", "tcp://127.0.0.1:1", "--until", "handshake_succeeded", "-t", "0.5")
    assert done.returncode == 124
    assert b"connect_retried" in done.stdout
    assert b"handshake_succeeded did not happen for 0.5 s" in done.stderr


@pytest.mark.parametrize("arguments", [("monitor",), ("monitor", "-b", ANY, "--until", "nonsense")])
def test_wrong_arguments_of_monitor(arguments):
    assert run(*arguments).returncode == 2


# ------------------------------------------------------------------ proxy


def proxy_endpoints(running, *sides):
    return [running.error(rf"{side} bound to (\S+)\n".encode())[1].decode() for side in sides]


def test_proxy_passes_requests_and_replies(context):
    with (
        Running("proxy", "--frontend", ANY, "--backend", ANY) as running,
        context.socket(zmq.REQ) as req,
        context.socket(zmq.REP) as rep,
    ):
        front, back = proxy_endpoints(running, "frontend", "backend")
        req.connect(front)
        rep.connect(back)
        req.send(b"question")
        assert rep.recv() == b"question"
        rep.send(b"answer")
        assert req.recv() == b"answer"
        running.signal(signal.SIGTERM)
        assert running.end() == (143, b"", b"")


def test_proxy_streams_to_a_capture(context):
    with (
        context.socket(zmq.PUSH) as push,
        context.socket(zmq.PULL) as pull,
        context.socket(zmq.PULL) as tap,
    ):
        push.bind(ANY)
        tap.bind(ANY)
        with Running(
            "proxy", "--kind", "streamer", "--connect-frontend", push.last_endpoint.decode(),
            "--backend", ANY, "--connect-capture", tap.last_endpoint.decode(),
            "--capture-type", "push",
        ) as running:  # fmt: skip
            pull.connect(proxy_endpoints(running, "backend")[0])
            push.send_multipart([b"a", b"b"])
            assert pull.recv_multipart() == [b"a", b"b"]
            assert tap.recv_multipart() == [b"a", b"b"]
            running.signal()
            assert running.end()[:2] == (130, b"")


def test_proxy_forwards_subscriptions_and_messages(context):
    with (
        Running("proxy", "--kind", "forwarder", "--frontend", ANY, "--backend", ANY) as running,
        context.socket(zmq.XPUB) as publisher,
        context.socket(zmq.SUB) as subscriber,
    ):
        front, back = proxy_endpoints(running, "frontend", "backend")
        publisher.connect(front)
        subscriber.connect(back)
        subscriber.subscribe("news")
        assert publisher.recv() == b"\1news"
        publisher.send(b"news: none")
        assert subscriber.recv() == b"news: none"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--frontend", ANY),
        ("--backend", ANY),
        ("--frontend", ANY, "--backend", ANY, "--kind", "nonsense"),
        ("--frontend", ANY, "--backend", ANY, "--capture-type", "pub"),
        ("--frontend", ANY, "--backend", ANY, "--frontend-type", "nonsense"),
        ("--frontend", ANY, "--backend", "inproc://here"),
    ],
)
def test_wrong_arguments_of_proxy(arguments):
    done = run("proxy", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
