"""The programs of examples/watching, and the metrics for OpenTelemetry and Prometheus."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from limits import TIMEOUT_S

import zmq
import zmq.metrics

FOLDER = Path(__file__).parent.parent / "examples" / "watching"


def command(program, *arguments):
    path = str(FOLDER / f"{program}.py")
    return [sys.executable, "-W", "error", "-X", "utf8", path, *map(str, arguments)]


def run(program, *arguments):
    done = subprocess.run(
        command(program, *arguments), capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def get(url):
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
        return answer.read().decode(), answer.headers.get_content_type()


def test_opentelemetry_is_told():
    pytest.importorskip("opentelemetry.sdk")
    [resource] = json.loads(run("opentelemetry_gauges"))["resource_metrics"]
    [scope] = resource["scope_metrics"]
    told = {
        (metric["name"], point["attributes"]["type"]): point["value"]
        for metric in scope["metrics"]
        for point in metric["data"]["data_points"]
    }
    assert told["zmq.messages_sent", "PUSH"] == 3
    assert told["zmq.messages_received", "PULL"] == 1
    # the one queue between the sockets counts at both ends
    assert told["zmq.queued_out", "PUSH"] == told["zmq.queued_in", "PULL"] == 2


def test_prometheus_is_told(socket_pair):
    prometheus_client = pytest.importorskip("prometheus_client")
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    push.send(b"hello")
    registry = prometheus_client.CollectorRegistry()
    registry.register(zmq.metrics.PrometheusCollector([push, pull]))
    server, thread = prometheus_client.start_http_server(0, "127.0.0.1", registry=registry)
    try:
        text, _ = get(f"http://127.0.0.1:{server.server_port}/metrics")
    finally:
        server.shutdown()
        server.server_close()
        thread.join(TIMEOUT_S)
    number = zmq.metrics.snapshot([push])["sockets"][0]["socket"]
    [line] = [
        line
        for line in text.splitlines()
        if line.startswith("zmq_messages_sent_total{") and f'socket="{number}"' in line
    ]
    assert line.endswith(" 1.0")
    assert 'type="PUSH"' in line
    # The names are the same as in the text format, which needs no package.
    ours = {line.split("{")[0] for line in zmq.metrics.openmetrics([push]).splitlines()}
    theirs = {line.split("{")[0] for line in text.splitlines()}
    names = {name for name in ours if name.startswith("zmq_")}
    assert names
    assert names <= theirs


def test_dashboard_of_a_busy_program(endpoint, tmp_path):
    watched = endpoint("ipc") if zmq.has("ipc") else endpoint("tcp")
    name = tmp_path / "picture"
    with subprocess.Popen(
        command("busy_program", watched, 60), stdout=subprocess.PIPE, text=True
    ) as busy:
        try:
            answers_at = busy.stdout.readline().split()[-1]
            run(
                "dashboard",
                answers_at,
                "--port",
                0,
                "--interval",
                0.05,
                "--seconds",
                1,
                "--save",
                name,
            )
        finally:
            busy.kill()
    for theme in ("light", "dark"):
        picture = ElementTree.parse(f"{name}-{theme}.svg").getroot()
        texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert "messages that wait" in texts
        drawn = {text.split()[-1] for text in texts}
        assert len(drawn & {"PUSH", "PULL", "PUB", "SUB", "ROUTER", "REQ"}) >= 3


def test_dashboard_answers_a_browser(socket_pair, endpoint):
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    push.send(b"hello")
    pull.recv()
    with (
        zmq.metrics.serve(endpoint("tcp")) as server,
        subprocess.Popen(
            command("dashboard", server.endpoint, "--port", 0, "--interval", 0.01),
            stdout=subprocess.PIPE,
            text=True,
        ) as dashboard,
    ):
        try:
            url = dashboard.stdout.readline().strip()
            page, kind = get(url)
            assert kind == "text/html"
            assert "light.svg" in page
            for theme in ("light", "dark"):
                picture, kind = get(f"{url}/{theme}.svg?1")
                assert kind == "image/svg+xml"
                assert "messages a second" in picture
        finally:
            dashboard.kill()


def test_busy_program_ends(endpoint):
    assert run("busy_program", endpoint("tcp"), 0.5).startswith("answers at tcp://")
