"""zmq.metrics: OpenMetrics, prometheus_client, and metrics for other processes."""

from __future__ import annotations

import json
import os
import sys

import pytest
from limits import TIMEOUT_MS

import zmq
import zmq.metrics


@pytest.fixture
def sockets(socket_pair):
    """A PUSH and a PULL after one message."""
    push, pull = socket_pair(zmq.PUSH, zmq.PULL)
    push.send(b"hello")
    pull.recv()
    return push, pull


def test_snapshot_is_for_json(sockets):
    told = json.loads(json.dumps(zmq.metrics.snapshot(sockets)))
    assert told["pid"] == os.getpid()
    push, pull = told["sockets"]
    assert (push["type"], pull["type"]) == ("PUSH", "PULL")
    assert (push["stats"]["messages_sent"], pull["stats"]["messages_received"]) == (1, 1)
    assert push["peers"][0]["socket_type"] == "PULL"
    assert push["stats"]["dropped"]["high_water_mark"] == 0


def test_snapshot_finds_all_sockets(sockets):
    every = zmq.metrics.snapshot()["sockets"]
    for socket in zmq.metrics.snapshot(sockets)["sockets"]:
        assert socket["socket"] in [found["socket"] for found in every]


def test_numbers_stay_with_sockets(sockets):
    first = zmq.metrics.snapshot(sockets)["sockets"]
    second = zmq.metrics.snapshot(reversed(sockets))["sockets"]
    assert [s["socket"] for s in first] == [s["socket"] for s in second]


def test_closed_sockets_are_left_out(sockets):
    push, pull = sockets
    push.close()
    assert [s["type"] for s in zmq.metrics.snapshot([push, pull])["sockets"]] == ["PULL"]


def test_openmetrics_text_parses(sockets):
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    families = list(
        parser.text_string_to_metric_families(zmq.metrics.openmetrics(sockets, peers=True))
    )
    samples = {
        (sample.name, sample.labels["type"], sample.labels.get("reason")): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples["zmq_messages_sent_total", "PUSH", None] == 1
    assert samples["zmq_messages_received_total", "PULL", None] == 1
    assert samples["zmq_out_bytes_total", "PUSH", None] == 5
    assert samples["zmq_messages_dropped_total", "PUSH", "high_water_mark"] == 0
    assert samples["zmq_connections", "PULL", None] == 1
    assert samples["zmq_peer_messages_out_total", "PUSH", None] == 1


def test_labels_are_escaped(context, monkeypatch):
    push = context.socket(zmq.PUSH)
    push.connect('inproc://a"b\\c')
    text = zmq.metrics.openmetrics([push], peers=True)
    assert r'endpoint="inproc://a\"b\\c"' in text


def test_text_not_in_utf8_is_escaped(context, monkeypatch):
    push = context.socket(zmq.PUSH)
    push.connect(b"inproc://\xff")
    monkeypatch.setattr("zmq.stats._short", lambda path: "\udcff.py")
    text = zmq.metrics.openmetrics([push], peers=True).encode().decode()
    assert r'endpoint="inproc://\\udcff"' in text
    assert r'made_at="\\udcff.py:' in text
    [told] = zmq.metrics.snapshot([push])["sockets"]
    assert told["peers"][0]["endpoint"] == r"inproc://\udcff"


def test_collector_escapes_what_is_not_utf8(context):
    prometheus_client = pytest.importorskip("prometheus_client")
    push = context.socket(zmq.PUSH)
    push.connect(b"inproc://\xff")
    registry = prometheus_client.CollectorRegistry()
    registry.register(zmq.metrics.PrometheusCollector([push], peers=True))
    assert rb"inproc://\\udcff" in prometheus_client.generate_latest(registry)


def test_peers_are_asked_only_when_wanted(sockets, monkeypatch):
    asked = []
    monkeypatch.setattr(zmq.Socket, "peers", lambda self: asked.append(self) or [])
    zmq.metrics.openmetrics(sockets)
    assert asked == []
    zmq.metrics.openmetrics(sockets, peers=True)
    assert len(asked) == 2


def test_prometheus_client_collects(sockets):
    prometheus_client = pytest.importorskip("prometheus_client")
    registry = prometheus_client.CollectorRegistry()
    registry.register(zmq.metrics.PrometheusCollector(sockets, peers=True))
    text = prometheus_client.generate_latest(registry).decode()
    assert 'zmq_messages_sent_total{made_at="' in text
    assert 'type="PUSH"} 1.0' in text
    assert "zmq_out_bytes_total" in text


def ask(context, endpoint, question=b"json"):
    with context.socket(zmq.REQ) as req:
        req.rcvtimeo = TIMEOUT_MS
        req.connect(endpoint)
        req.send(question)
        return req.recv()


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_process_serves_its_metrics(context, endpoint, sockets, transport):
    with zmq.metrics.serve(endpoint(transport)) as server:
        told = json.loads(ask(context, server.endpoint))
        text = ask(context, server.endpoint, b"openmetrics").decode()
    assert told["pid"] == os.getpid()
    assert "PULL" in [socket["type"] for socket in told["sockets"]]
    assert text.endswith("# EOF\n")
    # The output does not include the server's own socket.
    assert "REP" not in [socket["type"] for socket in told["sockets"]]
    server.close()


def test_question_of_two_parts(context, endpoint):
    with zmq.metrics.serve(endpoint("tcp")) as server:
        with context.socket(zmq.REQ) as req:
            req.rcvtimeo = TIMEOUT_MS
            req.connect(server.endpoint)
            req.send_multipart([b"json", b"more"])
            assert "sockets" in json.loads(req.recv())
        assert "sockets" in json.loads(ask(context, server.endpoint))


def test_failure_ends_one_answer_only(context, endpoint, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no")

    with zmq.metrics.serve(endpoint("tcp")) as server:
        with monkeypatch.context() as patched:
            patched.setattr(zmq.metrics, "snapshot", fail)
            told = json.loads(ask(context, server.endpoint))
        assert told == {"error": "RuntimeError('no')"}
        assert "sockets" in json.loads(ask(context, server.endpoint))


@pytest.mark.parametrize("question", [[b"x" * 1025], [b"x"] * 50_000])
def test_long_question_is_not_answered(context, endpoint, question):
    with zmq.metrics.serve(endpoint("tcp")) as server:
        with context.socket(zmq.REQ) as req:
            req.linger = 0
            req.reconnect_ivl = -1
            with req.events(zmq.EVENT_DISCONNECTED, timeout=TIMEOUT_MS) as events:
                req.connect(server.endpoint)
                req.send_multipart(question)
                assert next(events).name == "disconnected"
        assert "sockets" in json.loads(ask(context, server.endpoint))


def test_server_closes_during_requests(run_python, endpoint):
    done = run_python(
        f"""
        import threading, zmq, zmq.metrics
        context = zmq.Context()
        for number in range(5):
            server = zmq.metrics.serve({endpoint("ipc")!r})
            first = threading.Event()
            def ask():
                with context.socket(zmq.REQ) as req:
                    req.linger = 0
                    req.connect(server.endpoint)
                    while True:
                        req.send(b"openmetrics")
                        if not req.poll(30000 if not first.is_set() else 100):
                            return
                        req.recv()
                        first.set()
            asking = threading.Thread(target=ask)
            asking.start()
            first.wait()
            server.close()
            asking.join()
        print("closed")
        """
    )
    assert (done.stdout, done.stderr) == ("closed\n", "")


def test_inproc_is_refused():
    with pytest.raises(ValueError, match="other processes cannot reach it"):
        zmq.metrics.serve("inproc://x")


def test_endpoint_in_use(endpoint):
    with zmq.metrics.serve(endpoint("tcp")) as server, pytest.raises(zmq.ZMQError):
        zmq.metrics.serve(server.endpoint)


def test_environment_says_where_to_tell(run_python, endpoint):
    done = run_python(
        """
        import json, os, zmq
        endpoint = os.environ["PYZMQ_METRICS"].replace("{pid}", str(os.getpid()))
        context = zmq.Context()
        assert "PYZMQ_METRICS" not in os.environ  # not for its children
        with context, context.socket(zmq.PUSH) as push, context.socket(zmq.REQ) as req:
            push.connect("inproc://nowhere")
            req.connect(endpoint)
            req.send(b"json")
            assert req.poll(30000)
            print([socket["type"] for socket in json.loads(req.recv())["sockets"]])
        """,
        env={"PYZMQ_METRICS": endpoint("ipc") + "{pid}"},
    )
    assert done.stdout == "['PUSH', 'REQ']\n"


def test_program_runs_when_it_cannot_tell(run_python):
    done = run_python(
        "import zmq; zmq.Context().term(); print(zmq.zmq_version())",
        env={"PYZMQ_METRICS": "nonsense://x"},
    )
    assert done.stdout == f"{zmq.zmq_version()}\n"
    assert "PYZMQ_METRICS=nonsense://x" in done.stderr


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the environment may have to be UTF-8"
)
def test_environment_not_in_utf8(run_python):
    done = run_python(
        "import zmq; zmq.Context().term(); print(zmq.zmq_version())",
        env={"PYZMQ_METRICS": "tcp://127.0.0.1:*\udcff"},
    )
    assert done.stdout == f"{zmq.zmq_version()}\n"
    assert r"RuntimeWarning: PYZMQ_METRICS=tcp://127.0.0.1:*\udcff" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows, ipc has no socket file to check")
def test_path_in_use_is_not_taken_over(run_python, tmp_path):
    endpoint = f"ipc://{tmp_path}/metrics"
    with zmq.metrics.serve(endpoint):
        with pytest.raises(zmq.ZMQError, match="another socket listens on this path") as caught:
            zmq.metrics.serve(endpoint)
        assert caught.value.errno == zmq.EADDRINUSE
        done = run_python("import zmq; zmq.Context().term()", env={"PYZMQ_METRICS": endpoint})
        assert "another socket listens on this path" in done.stderr
    # A file that no process listens on does not prevent the start.
    (tmp_path / "metrics").touch()
    zmq.metrics.serve(endpoint).close()
