"""A sending command exits with 0 only if its messages have gone out; otherwise it says why."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
from cli_helpers import COMMAND, Running, environment, run

import zmq

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)

ANY = "tcp://127.0.0.1:*"
NOBODY = "tcp://127.0.0.1:1"
"""An endpoint on which no socket listens."""


@pytest.fixture
def curve_server(bound):
    """The endpoint and the public key of a PULL that is a CURVE server."""
    public, secret = zmq.curve_keypair()
    options = {"curve_publickey": public, "curve_secretkey": secret, "curve_server": 1}
    _, endpoint = bound(zmq.PULL, **options)
    return endpoint, public.decode()


def failed(done, *said):
    assert (done.returncode, done.stdout) == (1, b"")
    for text in said:
        assert text in done.stderr
    assert b"Traceback" not in done.stderr


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    "kind", ["push", "pub", "req", "pair", "dealer", "scatter", "radio", "client", "channel"]
)
def test_socket_of_a_wrong_type(bound, kind):
    _, endpoint = bound(zmq.PULL if kind != "push" else zmq.REP)
    arguments = ["--group", "g"] if kind == "radio" else []
    done = run(kind, endpoint, *arguments, "-m", "x")
    failed(done, endpoint.encode(), b"does not go with a " + kind.upper().encode())


def test_wrong_type_over_websocket(bound):
    _, endpoint = bound(zmq.PULL, "ws://127.0.0.1:*")
    failed(run("req", endpoint, "-m", "x"), b"does not go with a REQ")


def test_plain_client_of_a_curve_server(curve_server):
    failed(run("push", curve_server[0], "-m", "x"), b"1 message was not delivered", b"CURVE")


def test_wrong_key_of_the_server(curve_server):
    other = zmq.curve_keypair()[0].decode()
    done = run("push", curve_server[0], f"--curve-server-key={other}", "-m", "x", "-m", "y")
    failed(done, b"2 messages were not delivered", b"wrong key of the server")


def test_refused_key_of_the_client(tmp_path):
    run("keygen", "server", "-d", tmp_path)
    (tmp_path / "nobody").mkdir()
    server = ("--curve-server", "--curve-key", tmp_path / "server.key_secret")
    with Running("pull", "-b", ANY, *server, "--curve-allow", tmp_path / "nobody") as receiving:
        endpoint = receiving.endpoint()
        done = run("push", endpoint, "--curve-server-key", tmp_path / "server.key", "-m", "x")
        failed(done, b"1 message was not delivered", b"refuses our CURVE key (status 400;")


def test_curve_client_of_a_plain_server(bound):
    _, endpoint = bound(zmq.PULL)
    key = zmq.curve_keypair()[0].decode()
    done = run("push", endpoint, f"--curve-server-key={key}", "-m", "x")
    failed(done, b"1 message was not delivered", endpoint.encode())


def test_server_without_zeromq():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse():
            while True:
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                with connection:
                    connection.recv(10)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(100))

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        endpoint = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        failed(run("push", endpoint, "-m", "x"), b"does not use ZeroMQ")
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_one_of_two_addresses_refuses(bound, curve_server):
    pull, endpoint = bound(zmq.PULL)
    done = run("push", endpoint, curve_server[0], "-m", "a", "-m", "b")
    failed(done, b"1 of 2 messages was not delivered", curve_server[0].encode())
    assert pull.recv() in (b"a", b"b")


def test_receiver_prints_a_refusal(bound):
    _, endpoint = bound(zmq.PULL)
    with Running("sub", endpoint) as subscribed:
        subscribed.error(b"refused by " + endpoint.encode() + b": .* SUB.*; trying again\n")


# ------------------------------------------------------------------ no peer


def test_waiting_is_reported(bound):
    with Running("push", NOBODY, "-m", "a", "-m", "b") as sending:
        sending.error(b"^waiting for tcp://127.0.0.1:1, not connected yet: Connection refused\n")
        sending.signal()
        code, out, err = sending.end()
        assert (code, out) == (130, b"")
        expected = "tcp://127.0.0.1:1, not connected yet: Connection refused"
        assert err == f"2 messages were not delivered: {expected}\n".encode()


def test_waiting_of_a_bound_socket_is_reported():
    with Running("push", "-b", ANY, "-m", "a") as sending:
        endpoint = sending.endpoint().encode()
        sending.error(b"waiting for a peer on " + endpoint + b", none connected yet\n")
        sending.signal(signal.SIGTERM)
        code, _, err = sending.end()
        assert code == 143
        assert err == b"1 message was not delivered: no peer has connected to " + endpoint + b"\n"


def test_waiting_for_one_of_two_is_reported(bound):
    pull, endpoint = bound(zmq.PULL)
    with Running("push", endpoint, NOBODY, "-m", "a", "-m", "b") as sending:
        sending.error(b"^waiting for tcp://127.0.0.1:1, not connected yet: Connection refused\n")
        assert pull.recv() in (b"a", b"b")
        sending.signal()
        assert sending.end()[2].startswith(b"1 of 2 messages was not delivered: tcp://127.0.0.1:1")


def test_receiver_that_is_bound_waits_in_silence():
    done = run("pull", "-b", ANY, "-t", "3")
    assert done.returncode == 124
    assert b"waiting" not in done.stderr


def test_late_receiver_gets_everything(bound, context):
    pull, endpoint = bound(zmq.PULL)
    pull.unbind(endpoint)
    with Running("push", endpoint, "-m", "a", "-m", "b") as sending:
        sending.error(b"waiting for")
        pull.bind(endpoint)
        assert [pull.recv(), pull.recv()] == [b"a", b"b"]
        assert sending.end()[0] == 0


@pytest.mark.parametrize("how", [["-t", "0.3"], ["-O", "linger=300"]])
def test_messages_left_after_the_time(how):
    done = run("push", NOBODY, "-m", "a", "-m", "b", *how)
    assert done.returncode == (124 if how[0] == "-t" else 1)
    assert b"2 messages were not delivered within 0.3 s: " + NOBODY.encode() in done.stderr


def test_name_that_does_not_exist():
    done = run("push", "tcp://does-not-exist.invalid:1", "-m", "a", "-t", "0.3")
    assert done.returncode == 124
    assert b"1 message was not delivered within 0.3 s: tcp://does-not-exist.invalid" in done.stderr


def test_ctrl_c_counts_the_remaining_messages(bound):
    pull, endpoint = bound(zmq.PULL, rcvhwm=1)
    lines = b"".join(b"%0100000d\n" % number for number in range(300))
    with Running("push", endpoint, "-O", "sndhwm=1000") as sending:
        os.set_blocking(sending.process.stdin.fileno(), True)
        sending.process.stdin.write(lines)
        sending.end_input()
        assert pull.recv()
        sending.signal()
        code, _, err = sending.end()
        assert code == 130
        assert b"messages were not delivered: " in err


def test_closed_input_sends_nothing_and_succeeds():
    done = run("push", NOBODY, stdin=b"")
    assert (done.returncode, done.stderr) == (0, b"")


def test_failing_input_counts_the_messages_sent():
    done = run("push", NOBODY, "-f", "hex", stdin=b"00\nxyz\n")
    failed(done, b"hexadecimal", b"1 message was not delivered: tcp://127.0.0.1:1")


def test_request_without_a_reply(bound):
    done = run("req", NOBODY, "-m", "x", "-t", "0.3")
    assert done.returncode == 124
    assert b"1 message was not delivered: tcp://127.0.0.1:1, not connected yet" in done.stderr


def test_end_of_a_pipeline_is_seen():
    # the reader of standard output ends first
    command = [*COMMAND, "pair", "-b", ANY, "-m", "x"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as pairing:
        endpoint = pairing.stderr.readline().split()[-1].decode()
        pairing.stdout.close()
        assert run("pair", endpoint, "-q", 0, "-m", "y").returncode == 0
        assert pairing.wait(30) == 141


# ------------------------------------------------------------------ publishers


def test_publisher_that_need_not_wait_says_so():
    done = run("pub", "-b", ANY, "--peers", 0, "-m", "a", "-m", "b")
    assert done.returncode == 0
    assert b"2 messages dropped: no subscriber wanted any of them" in done.stderr


def test_publisher_with_subscribers_of_other_topics():
    with Running("pub", "-b", ANY, "-m", "weather") as publishing:
        with Running("sub", publishing.endpoint(), "--topic", "news"):
            code, out, err = publishing.end()
        assert (code, out) == (1, b"")
        assert b"1 message dropped: no subscriber wanted it" in err


def test_unsubscribed_topics_are_reported_on_demand():
    with Running("pub", "-b", ANY, "-v", "-m", "a1", "-m", "b2") as publishing:
        endpoint = publishing.endpoint()
        with Running("sub", endpoint, "--topic", "a", "-n", 1) as subscribed:
            assert subscribed.end()[1] == b"a1\n"
        code, _, err = publishing.end()
        assert code == 0
        assert b"no subscriber wanted 1 of 2 messages\n" in err


# ------------------------------------------------------------------ large ones


def test_large_messages_to_a_slow_reader(bound, tmp_path):
    """Messages that have left the queues are not lost when the sender ends."""
    size, count = 5_000_000, 8
    (tmp_path / "large").write_bytes(bytes(size))
    pull, endpoint = bound(zmq.PULL, rcvhwm=1)
    files = [item for _ in range(count) for item in ("-i", tmp_path / "large")]
    with Running("push", endpoint, "-f", "whole", *files) as sending:
        for _ in range(count):
            assert len(pull.recv()) == size
            pull.poll(50)
        assert sending.end()[0] == 0
