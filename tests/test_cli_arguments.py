"""The arguments of commands: short endpoints, messages, repetitions, formats, --exec."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import datetime

import pytest
from cli_helpers import COMMAND, TIMEOUT, Running, environment, run

import zmq
from zmq.cli.messages import Format, printable
from zmq.cli.options import endpoint_to_bind, endpoint_to_connect

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)

ANY = "tcp://127.0.0.1:*"


# ------------------------------------------------------------------ endpoints


@pytest.mark.parametrize(
    ("text", "connected", "bound_to"),
    [
        ("host:5555", "tcp://host:5555", "tcp://host:5555"),
        (":5555", "tcp://127.0.0.1:5555", "tcp://*:5555"),
        ("*:5555", "tcp://*:5555", "tcp://*:5555"),
        ("[::1]:5555", "tcp://[::1]:5555", "tcp://[::1]:5555"),
        ("127.0.0.1:*", "tcp://127.0.0.1:*", "tcp://127.0.0.1:*"),
        ("tcp://host:1", "tcp://host:1", "tcp://host:1"),
        ("ipc:///tmp/x", "ipc:///tmp/x", "ipc:///tmp/x"),
        ("nonsense", "nonsense", "nonsense"),
    ],
)
def test_short_endpoints(text, connected, bound_to):
    assert (endpoint_to_connect(text), endpoint_to_bind(text)) == (connected, bound_to)


def test_short_endpoints_work():
    with Running("pull", "-b", "127.0.0.1:*", "-n", 1) as receiving:
        port = receiving.endpoint().rpartition(":")[2]
        assert run("push", f":{port}", "-m", "x").returncode == 0
        assert receiving.end()[1] == b"x\n"


# ------------------------------------------------------------------ messages and topics


def test_messages_follow_the_endpoints(bound):
    pull, endpoint = bound(zmq.PULL)
    assert run("push", endpoint, "one", "-t", 20, "two", "10:30").returncode == 0
    assert [pull.recv() for _ in range(3)] == [b"one", b"two", b"10:30"]


def test_message_that_looks_like_an_option(bound):
    pull, endpoint = bound(zmq.PULL)
    assert run("push", endpoint, "--", "--x", "-5").returncode == 0
    assert [pull.recv(), pull.recv()] == [b"--x", b"-5"]


def test_messages_of_a_socket_that_is_bound(bound):
    with Running("push", "-b", ANY, "10:30", "x") as sending:
        done = run("pull", sending.endpoint(), "-n", 2)
        assert done.stdout == b"10:30\nx\n"
        assert sending.end()[0] == 0


def test_topics_follow_the_endpoint(bound):
    xpub, endpoint = bound(zmq.XPUB)
    with Running("sub", endpoint, "news", "ads", "-n", 1) as subscribed:
        assert {xpub.recv(), xpub.recv()} == {b"\1news", b"\1ads"}
        xpub.send(b"ads: x")
        assert subscribed.end()[1] == b"ads: x\n"


def test_standard_input_among_files(bound, tmp_path):
    pull, endpoint = bound(zmq.PULL)
    (tmp_path / "a").write_bytes(b"from a\n")
    done = run("push", endpoint, "-i", tmp_path / "a", "-i", "-", stdin=b"from stdin\n")
    assert done.returncode == 0
    assert [pull.recv(), pull.recv()] == [b"from a", b"from stdin"]


def test_repeated_messages(bound):
    pull, endpoint = bound(zmq.PULL)
    done = run("push", endpoint, "--repeat", 3, "--interval", "0.01", stdin=b"a\nb\n")
    assert done.returncode == 0
    assert [pull.recv() for _ in range(6)] == [b"a", b"b"] * 3


def test_repeated_for_ever(bound):
    pull, endpoint = bound(zmq.PULL)
    with Running("push", endpoint, "tick", "--repeat", 0, "--interval", "0.01") as sending:
        assert [pull.recv() for _ in range(5)] == [b"tick"] * 5
        sending.signal()
        assert sending.end()[0] == 130


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize(
    ("record", "parts"),
    [
        (b'"text"', [b"text"]),
        (b'["a", "b"]', [b"a", b"b"]),
        (b'{"parts": ["a", {"hex": "00ff"}]}', [b"a", b"\0\xff"]),
        (b'{"hex": "00"}', None),
        (b"nonsense", None),
        (b"5", None),
    ],
)
def test_json_is_read(record, parts):
    form = Format("json")
    if parts is None:
        with pytest.raises(Exception, match="expected JSON"):
            form.decode(record)
    else:
        assert form.decode(record) == (b"", parts)


def test_json_is_read_as_it_was_written():
    form = Format("json", address_name="routing_id")
    for parts in ([b""], [b"a\n", b"\xff\0", "\u00e4\u0085".encode()]):
        text = form.encode(parts, b"peer", "2026-01-01T00:00:00+00:00")
        assert text.count(b"\n") == 1
        assert form.decode(text.rstrip(b"\n"), addressed=True) == (b"peer", parts)


def test_json_with_times():
    with Running("pull", "-b", ANY, "-n", 1, "-f", "json", "--timestamps") as receiving:
        run("push", receiving.endpoint(), "-f", "json", stdin=b'["a", {"hex": "ff"}]\n')
        found = json.loads(receiving.end()[1])
        assert found["parts"] == ["a", {"hex": "ff"}]
        assert datetime.fromisoformat(found["time"]).tzinfo is not None


def test_times_before_lines():
    with Running("pull", "-b", ANY, "-n", 1, "--timestamps") as receiving:
        run("push", receiving.endpoint(), "hello")
        when, message = receiving.end()[1].split(b"\t")
        datetime.fromisoformat(when.decode())
        assert message == b"hello\n"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"plain\ttext\n", b"plain\ttext\n"),
        (b"\x1b[2J", rb"\x1b[2J"),
        (b"\r\x7f", rb"\x0d\x7f"),
        ("\u009b5m".encode(), rb"\x9b5m"),
        (b"\xff", rb"\xff"),
        ("\u00e4".encode(), "\u00e4".encode()),
    ],
)
def test_control_characters_are_escaped(data, shown):
    assert printable(data) == shown


# ------------------------------------------------------------------ commands for messages


def test_a_command_replies():
    with Running("rep", "-b", ANY, "--exec", "tr a-z A-Z", "-n", 2) as replying:
        done = run("req", replying.endpoint(), "hello", "two")
        assert done.stdout == b"HELLO\nTWO\n"
        assert replying.end() == (0, b"", b"")


def test_a_command_that_fails_still_replies():
    with Running("rep", "-b", ANY, "--exec", "exit 3", "-n", 1) as replying:
        assert run("req", replying.endpoint(), "hello").stdout == b"\n"
        assert b"--exec ended with 3" in replying.end()[2]


def test_a_command_for_each_message():
    with Running("pull", "-b", ANY, "--exec", "cat; echo end", "-n", 2) as receiving:
        run("push", receiving.endpoint(), "a", "b")
        assert receiving.end() == (0, b"a\nend\nb\nend\n", b"")


def test_failed_commands_are_counted():
    with Running("pull", "-b", ANY, "--exec", 'test "$(cat)" = a', "-n", 2) as receiving:
        run("push", receiving.endpoint(), "a", "b")
        code, _, err = receiving.end()
        assert code == 1
        assert b"--exec failed for 1 of 2 messages" in err


# ------------------------------------------------------------------ the other types


def test_xpub_prints_subscriptions():
    with Running("xpub", "-b", ANY) as publishing:
        with Running("sub", publishing.endpoint(), "news") as subscribed:
            assert publishing.line() == b"subscribe\tnews"
            publishing.write(b"news: one\n")
            assert subscribed.line() == b"news: one"
        assert publishing.line() == b"unsubscribe\tnews"


def test_xsub_subscribes_by_messages(bound):
    xpub, endpoint = bound(zmq.XPUB)
    with Running("xsub", endpoint) as subscribing:
        subscribing.write(b"subscribe\tnews\n")
        assert xpub.recv() == b"\1news"
        xpub.send(b"news: one")
        assert subscribing.line() == b"news: one"
        subscribing.write(b"message\thello\n")
        assert xpub.recv() == b"hello"
        subscribing.write(b"unsubscribe\tnews\n")
        assert xpub.recv() == b"\0news"


def test_stream_talks_to_a_program_without_zeromq():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with Running("stream", endpoint, "-f", "whole", "question\n") as asking:
            connection = listener.accept()[0]
            with connection:
                assert connection.recv(100) == b"question\n"
                connection.sendall(b"answer\n")
            assert asking.end() == (0, b"answer\n", b"")


def test_stream_serves_programs_without_zeromq():
    with Running("stream", "-b", ANY) as serving:
        port = int(serving.endpoint().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
            routing_id, data = serving.line().split(b"\t")
            assert data == b""
            client.sendall(b"hello")
            assert serving.line() == routing_id + b"\thello"
            serving.write(routing_id + b"\tbye\n")
            assert client.recv(100) == b"bye"
        assert serving.line() == routing_id + b"\t"


def test_datagrams():
    with Running("dgram", "-b", "udp://127.0.0.1:*") as talking:
        endpoint = talking.endpoint()
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(TIMEOUT)
            sock.sendto(b"hello", ("127.0.0.1", int(endpoint.rpartition(":")[2])))
            address, message = talking.line().split(b"\t")
            assert message == b"hello"
            talking.write(address + b"\tbye\n")
            assert sock.recv(100) == b"bye"


def test_arguments_after_options_in_a_shell():
    # Users may put options between the arguments.
    done = subprocess.run(
        [*COMMAND, "push", "-t", "0.1", "tcp://127.0.0.1:1", "-f", "lines", "a"],
        env=environment(),
        timeout=TIMEOUT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 124
    assert b"1 message was not delivered" in done.stderr
