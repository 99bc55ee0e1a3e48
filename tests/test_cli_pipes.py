"""Sockets as pipes: the input of one process is the output of another."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from cli_helpers import COMMAND, TIMEOUT, Running, environment, run

import zmq

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)

ANY = "tcp://127.0.0.1:*"


# ------------------------------------------------------------------ sending


@pytest.mark.parametrize(
    ("sender", "receiver"), [("push", "pull"), ("scatter", "gather"), ("pub", "sub")]
)
def test_lines_go_from_process_to_process(sender, receiver):
    with Running(receiver, "-b", ANY, "-n", 3) as receiving:
        endpoint = receiving.endpoint()
        done = run(sender, endpoint, stdin=b"one\ntwo\n\xff\x00three")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert receiving.end() == (0, b"one\ntwo\n\xff\x00three\n", b"")


def test_sender_may_bind_and_receiver_connect():
    with Running("push", "--bind", ANY, "-m", "hello") as sending:
        done = run("pull", "--connect", sending.endpoint(), "--count", 1)
        assert (done.returncode, done.stdout) == (0, b"hello\n")
        assert sending.end()[0] == 0


def test_several_endpoints(bound):
    (first, first_endpoint), (second, second_endpoint) = bound(zmq.PULL), bound(zmq.PULL)
    done = run("push", first_endpoint, "-c", second_endpoint, "--peers", 2, "-m", "a", "-m", "b")
    assert done.returncode == 0
    assert {first.recv(), second.recv()} == {b"a", b"b"}


def test_messages_of_the_arguments_leave_the_input_alone(bound):
    pull, endpoint = bound(zmq.PULL)
    assert run("push", endpoint, "-m", "a b", "-m", "", stdin=b"unread").returncode == 0
    assert [pull.recv(), pull.recv()] == [b"a b", b""]
    assert not pull.poll(0)


def test_files_are_sent(bound, tmp_path):
    pull, endpoint = bound(zmq.PULL)
    (tmp_path / "a").write_bytes(b"\0\n\xff" * 100_000)
    (tmp_path / "b").write_bytes(b"")
    done = run("push", endpoint, "-f", "whole", "-i", tmp_path / "a", "-i", tmp_path / "b")
    assert done.returncode == 0
    assert [pull.recv(), pull.recv()] == [b"\0\n\xff" * 100_000, b""]


def test_whole_input_and_output_are_bytes():
    data = bytes(range(256)) * 5000
    with Running("pull", "-b", ANY, "-n", 1, "-f", "whole") as receiving:
        assert run("push", receiving.endpoint(), "-f", "whole", stdin=data).returncode == 0
        assert receiving.end() == (0, data, b"")


def test_nul_ends_messages():
    with Running("pull", "-b", ANY, "-n", 2, "-f", "nul") as receiving:
        run("push", receiving.endpoint(), "-f", "nul", stdin=b"a\nb\0c\0")
        assert receiving.end()[1] == b"a\nb\0c\0"


def test_hex_round_trip(bound):
    pull, endpoint = bound(zmq.PULL)
    assert run("push", endpoint, "-f", "hex", stdin=b"00ff - 6162\n\n").returncode == 0
    assert pull.recv_multipart() == [b"\0\xff", b"", b"ab"]
    assert pull.recv_multipart() == [b""]
    push, endpoint = bound(zmq.PUSH)
    with Running("pull", endpoint, "-n", 1, "-f", "hex") as receiving:
        push.send_multipart([b"\0\xff", b"", b"ab"])
        assert receiving.end()[1] == b"00ff - 6162\n"


def test_parts_have_a_separator(bound):
    pull, endpoint = bound(zmq.PULL)
    assert run("push", endpoint, "-s", "|", stdin=b"a|b|c\n").returncode == 0
    assert pull.recv_multipart() == [b"a", b"b", b"c"]
    push, endpoint = bound(zmq.PUSH)
    with Running("pull", endpoint, "-n", 1, "-s", r"\x1f") as receiving:
        push.send_multipart([b"a", b"b"])
        assert receiving.end()[1] == b"a\x1fb\n"


def test_input_without_a_separator_is_one_part(bound):
    pull, endpoint = bound(zmq.PULL)
    run("push", endpoint, stdin=b"a\tb\n")
    assert pull.recv_multipart() == [b"a\tb"]


def test_count_ends_sending(bound):
    pull, endpoint = bound(zmq.PULL)
    assert run("push", endpoint, "-n", 2, stdin=b"a\nb\nc\n").returncode == 0
    assert [pull.recv(), pull.recv()] == [b"a", b"b"]
    assert not pull.poll(0)


def test_lines_are_sent_as_they_come(bound):
    pull, endpoint = bound(zmq.PULL)
    with Running("push", endpoint) as sending:
        for line in (b"first", b"second"):
            sending.write(line + b"\n")
            assert pull.recv() == line
        assert sending.end()[0] == 0


def test_send_and_recv_of_any_type():
    with Running("recv", "--type", "sub", "-b", ANY, "--topic", "a", "-n", 1) as receiving:
        endpoint = receiving.endpoint()
        assert run("send", "--type", "pub", endpoint, "-m", "b", "-m", "abc").returncode == 0
        assert receiving.end()[1] == b"abc\n"


def test_recv_pulls_and_send_pushes_by_default():
    with Running("recv", "-b", ANY, "-n", 1) as receiving:
        assert run("send", receiving.endpoint(), "-m", "x").returncode == 0
        assert receiving.end()[1] == b"x\n"


# ------------------------------------------------------------------ topics and groups


def test_publisher_waits_for_its_subscriber():
    with Running("pub", "-b", ANY, "-m", "not lost") as publishing:
        done = run("sub", publishing.endpoint(), "-n", 1)
        assert done.stdout == b"not lost\n"
        assert publishing.end()[0] == 0


def test_publisher_need_not_wait():
    assert run("pub", "-b", ANY, "--peers", 0, "-m", "lost").returncode == 0


def test_topics():
    with Running("pub", "-b", ANY, "--topic", "news", "--peers", 1) as publishing:
        endpoint = publishing.endpoint()
        with Running("sub", endpoint, "--topic", "new", "-n", 2) as subscribed:
            publishing.write(b"one\ntwo\n")
            assert subscribed.end()[1] == b"news\tone\nnews\ttwo\n"
        assert publishing.end()[0] == 0


def test_subscriber_gets_only_its_topics(bound):
    xpub, endpoint = bound(zmq.XPUB)
    with Running("sub", endpoint, "--topic", "a", "--topic", "b", "-n", 2) as subscribed:
        assert {xpub.recv(), xpub.recv()} == {b"\1a", b"\1b"}
        for message in (b"c1", b"b1", b"x", b"a1"):
            xpub.send(message)
        assert subscribed.end()[1] == b"b1\na1\n"


def test_groups(bound):
    dish, endpoint = bound(zmq.DISH)
    dish.join("news")
    with Running("radio", endpoint) as sending:
        sending.write(b"ads\tno\nnews\tyes\n")
        frame = dish.recv(copy=False)
        assert (frame.group, frame.bytes) == ("news", b"yes")
        assert sending.end()[0] == 0


def test_dish_prints_groups_on_demand(bound):
    radio, endpoint = bound(zmq.RADIO)
    arguments = ("--group", "news", "--group", "ads", "--show-group")
    with Running("dish", endpoint, *arguments, "-n", 1, "-v") as receiving:
        receiving.error(b"handshake succeeded")
        while receiving.process.poll() is None:  # until the radio knows both groups
            radio.send(b"hello", group="ads")
        assert receiving.end()[1] == b"ads\thello\n"


def test_radio_and_dish_by_udp():
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        endpoint = f"udp://127.0.0.1:{sock.getsockname()[1]}"
    with (
        Running("dish", "-b", endpoint, "--group", "g", "-n", 1) as receiving,
        Running("radio", endpoint, "--group", "g") as sending,
    ):
        while receiving.process.poll() is None:  # datagrams may be lost
            sending.write(b"hello\n")
            time.sleep(0.01)
        assert receiving.end()[1] == b"hello\n"
        assert sending.end()[0] == 0


# ------------------------------------------------------------------ requests


def test_requests_and_replies():
    with Running("rep", "-b", ANY, "-n", 2) as replying:
        endpoint = replying.endpoint()
        with Running("req", endpoint) as asking:
            for question, answer in ((b"how?", b"well"), (b"why?", b"because")):
                asking.write(question + b"\n")
                assert replying.line() == question
                replying.write(answer + b"\n")
                assert asking.line() == answer
            assert asking.end()[0] == 0
        assert replying.end()[0] == 0


def test_echo():
    with Running("rep", "-b", ANY, "--echo") as replying:
        done = run("req", replying.endpoint(), stdin=b"a\nb\n")
        assert (done.returncode, done.stdout) == (0, b"a\nb\n")
        assert [replying.line(), replying.line()] == [b"a", b"b"]


def test_replies_of_the_arguments():
    with Running("rep", "-b", ANY, "-m", "first", "-m", "second", "-n", 2) as replying:
        done = run("req", replying.endpoint(), "-m", "x", "-m", "y")
        assert done.stdout == b"first\nsecond\n"
        assert replying.end()[0] == 0


def test_replier_without_replies_left_fails():
    with Running("rep", "-b", ANY, stdin=subprocess.DEVNULL) as replying:
        assert run("req", replying.endpoint(), "-m", "x", "-t", "0.2").returncode == 124
        code, out, err = replying.end()
        assert (code, out) == (1, b"x\n")
        assert b"no reply left" in err


# ------------------------------------------------------------------ both ways


@pytest.mark.parametrize("kind", ["pair", "channel", "dealer"])
def test_chat(kind):
    with Running(kind, "-b", ANY) as one:
        endpoint = one.endpoint()
        with Running(kind, endpoint, "-q", 0) as other:
            for _ in range(2):
                other.write(b"ping\n")
                assert one.line() == b"ping"
                one.write(b"pong\n")
                assert other.line() == b"pong"
            assert other.end()[0] == 0
        one.signal()
        assert one.end() == (130, b"", b"")


def test_receiving_continues_after_the_end_of_input(bound):
    pair, endpoint = bound(zmq.PAIR)
    with Running("pair", endpoint, "-n", 2, stdin=subprocess.DEVNULL) as talking:
        pair.send(b"one")
        pair.send(b"two")
        assert talking.end() == (0, b"one\ntwo\n", b"")


def test_quit_after_the_end_of_the_input(bound):
    pair, endpoint = bound(zmq.PAIR)
    assert run("pair", endpoint, "-q", "0.1", stdin=b"a\nb\n").returncode == 0
    assert [pair.recv(), pair.recv()] == [b"a", b"b"]


def test_much_data_in_both_directions_at_once(bound):
    """Both sides send more than the queues hold, without a deadlock."""
    pair, endpoint = bound(zmq.PAIR)
    count = 5000
    lines = b"".join(b"%06d\n" % number for number in range(count))
    with Running("pair", endpoint, "-q", 0) as talking:
        sent = received = 0
        to_write = memoryview(lines)
        out = []
        stdin, stdout = talking.process.stdin.fileno(), talking.process.stdout.fileno()
        os.set_blocking(stdin, False)
        os.set_blocking(stdout, False)
        poller = zmq.Poller()
        poller.register(stdout, zmq.POLLIN)
        while sent < count or received < count or sum(map(len, out)) < len(lines):
            flags = (zmq.POLLIN if received < count else 0) | (zmq.POLLOUT if sent < count else 0)
            poller.register(pair, flags)
            poller.register(stdin, zmq.POLLOUT if to_write else 0)
            events = dict(poller.poll(TIMEOUT * 1000))
            assert events, (
                f"nothing moves: {sent} sent, {received} received, {sum(map(len, out))} read"
            )
            if events.get(pair, 0) & zmq.POLLIN:
                assert pair.recv() == b"%06d" % received
                received += 1
            if events.get(pair, 0) & zmq.POLLOUT:
                pair.send(b"%06d" % sent)
                sent += 1
            if stdin in events:
                written = os.write(stdin, to_write[:65536])
                to_write = to_write[written:]
            if stdout in events:
                out.append(os.read(stdout, 65536))
        assert b"".join(out) == lines
        assert talking.end()[0] == 0


def test_router_replies_by_routing_ids(context):
    with Running("router", "-b", ANY) as routing, context.socket(zmq.DEALER) as dealer:
        dealer.routing_id = b"worker"
        dealer.connect(routing.endpoint())
        dealer.send_multipart([b"a", b"b"])
        assert routing.line() == b"worker\ta\tb"
        routing.write(b"worker\thello\n")
        assert dealer.recv_multipart() == [b"hello"]


def test_router_replies_to_binary_routing_ids(context):
    with Running("router", "-b", ANY) as routing, context.socket(zmq.REQ) as req:
        req.connect(routing.endpoint())
        req.send(b"question")
        routing_id, delimiter, message = routing.line().split(b"\t")
        assert routing_id.startswith(b"0x00")
        assert (delimiter, message) == (b"", b"question")
        routing.write(routing_id + b"\t|answer\n")
        # Without -s, "|answer" is one part, and the REQ drops a reply without an empty delimiter.
        # With -s below, the reply has the delimiter.
    with Running("router", "-b", ANY, "-s", "|") as routing, context.socket(zmq.REQ) as req:
        req.connect(routing.endpoint())
        req.send(b"question")
        routing_id = routing.line().split(b"|")[0]
        routing.write(routing_id + b"||answer\n")
        assert req.recv() == b"answer"


def test_router_reports_an_unknown_peer():
    done = run("router", "-b", ANY, stdin=b"nobody\thello\n")
    assert done.returncode == 1
    assert b"to nobody:" in done.stderr


def test_server_and_client():
    with Running("server", "-b", ANY) as serving:
        with Running("client", serving.endpoint()) as asking:
            asking.write(b"hello\n")
            routing_id, message = serving.line().split(b"\t")
            assert message == b"hello"
            serving.write(routing_id + b"\tbye\n")
            assert asking.line() == b"bye"
        serving.signal()
        assert serving.end()[0] == 130


def test_peers():
    with Running("peer", "-b", ANY) as one, Running("peer", one.endpoint()) as other:
        other.write(b"hello\n")
        routing_id, message = one.line().split(b"\t")
        assert message == b"hello"
        one.write(routing_id + b"\tbye\n")
        assert other.line() == b"bye"


def test_single_part_socket_refuses_multipart(bound):
    _, endpoint = bound(zmq.SERVER)
    done = run("client", endpoint, "-s", ",", stdin=b"a,b\n")
    assert done.returncode == 1
    assert b"messages of one part, got 2" in done.stderr


# ------------------------------------------------------------------ timeouts and exit codes


@pytest.mark.parametrize(
    "arguments",
    [
        ("pull", "-b", ANY),
        ("sub", "-b", ANY),
        ("rep", "-b", ANY),
        ("pair", "-b", ANY),
        ("router", "-b", ANY),
        ("push", "-b", ANY, "-m", "x"),
        ("pub", "-b", ANY, "-m", "x"),
        ("req", "-b", ANY, "-m", "x"),
        ("push", "-b", ANY, "-m", "x", "--peers", "1"),
    ],
)
def test_timeout(arguments):
    done = run(*arguments, "--timeout", "0.1")
    assert (done.returncode, done.stdout) == (124, b"")
    assert b"0.1 s" in done.stderr
    assert b"Traceback" not in done.stderr


def test_undelivered_messages_are_a_timeout():
    done = run("push", "tcp://127.0.0.1:1", "-m", "x", "-t", "0.2")
    assert done.returncode == 124
    assert b"1 message was not delivered within 0.2 s: tcp://127.0.0.1:1" in done.stderr


def test_timeout_of_a_missing_reply(bound):
    _, endpoint = bound(zmq.REP)
    assert run("req", endpoint, "-m", "x", "-t", "0.2").returncode == 124


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("push",), b"endpoint is missing"),
        (("push", "-b", ANY, "-n", "0"), b"from 1 on"),
        (("push", "-b", ANY, "-t", "x"), b"seconds"),
        (("push", "-b", ANY, "-f", "xml"), b"invalid choice"),
        (("push", "-b", ANY, "-s", ""), b"cannot be empty"),
        (("push", "-b", ANY, "-m", "a", "-i", "b"), b"not allowed with"),
        (("push", "-b", ANY, "-O", "nothing=1"), b"socket option"),
        (("push", "-b", ANY, "-O", "linger=x"), b"whole number"),
        (("push", "-b", ANY, "-O", "rcvhwm=99999999999"), b"too large"),
        (("push", "-b", "ipc://\udcff"), b"UTF-8"),
        (("push", "-b", ANY, "--peers", "-1"), b"from 0 on"),
        (("recv", "--type", "push", "-b", ANY), b"does not just receive"),
        (("send", "--type", "rep", "-b", ANY), b"use 'rep'"),
        (("send", "--type", "stream", "-b", ANY), b"use 'stream'"),
        (("send", "--type", "nothing", "-b", ANY), b"no such socket type"),
        (("push", "inproc://here", "-m", "x"), b"ipc:///path"),
        (("dish", "-b", ANY), b"--group"),
        (("radio", "-b", ANY, "--group", "a", "--group", "b"), b"one group"),
        (("push", "-b", ANY, "--curve-server"), b"--curve-key"),
        (("push", "-b", ANY, "--curve-key", "x"), b"--curve-server-key"),
        (("push", "-b", ANY, "--curve-allow", "x"), b"--curve-server"),
        (("push", "-b", ANY, "--plain-user", "x"), b"ZMQ_PLAIN_PASSWORD"),
        (("push", "-b", ANY, "--plain-user", "x", "--curve-server-key", "y"), b"not both"),
        (("push", "nonsense", "-m", "x"), b"expected an endpoint"),
        (("push", "tcp://127.0.0.1", "-m", "x"), b"tcp://127.0.0.1"),
        (("push", "nonsense://a", "-m", "x"), b"nonsense://a"),
        (("pull", "-b", "tcp://nosuchinterface:5555"), b"nosuchinterface"),
        (("push", "udp://127.0.0.1:5555", "-m", "x"), b"udp"),
        (("push", "-b", ANY, "-m", "x", "-i", "/no/such/file"), b"not allowed with"),
        (("push", "-b", ANY, "-i", "/no/such/file"), b"/no/such/file: No such file"),
        (("push", "-b", ANY, "-i", "/"), b"/: Is a directory"),
        (("push", "-b", ANY, "--curve-server-key", "/no/such/file", "-m", "x"), b"/no/such/file"),
        (("pull", "-b", ANY, "text"), b"'text' is no endpoint"),
        (("pull", "tcp://127.0.0.1:1", "-n", "1", "text"), b"'text' is no endpoint"),
        (("req", "tcp://127.0.0.1:1", "text", "-i", "-"), b"another input"),
        (("proxy", "--frontend", "tcp://x", "--backend", ANY), b"tcp://x"),
        (("monitor", "tcp://x"), b"tcp://x"),
        (("pull", "-b", ANY, "--repeat", "2"), b"no option '--repeat'"),
        (("sub", "-b", ANY, "--tpoic", "a"), b"no option '--tpoic'; did you mean '--topic'?"),
        (("sbu", "-b", ANY), b"no command 'sbu'; did you mean 'sub'?"),
        (("help", "sbu"), b"did you mean 'sub'?"),
        (("recv", "--type", "pulll", "-b", ANY), b"did you mean 'pull'?"),
        (("pull", "-b", ANY, "-O", "rcvhmw=1"), b"did you mean 'rcvhwm'?"),
    ],
)
def test_wrong_arguments(arguments, said):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("push", "-b", ANY, "-f", "hex", "-m", "xyz"), b"hexadecimal"),
        (("push", "-b", ANY, "-O", "sndhwm=-1", "-m", "x"), b"sndhwm"),
    ],
)
def test_failures(arguments, said):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


def test_address_in_use(bound):
    _, endpoint = bound(zmq.PULL)
    done = run("pull", "-b", endpoint)
    assert done.returncode == 1
    assert endpoint.encode() in done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
@pytest.mark.parametrize("kind", ["pull", "sub", "rep", "pair", "router", "server", "dealer"])
def test_signals_while_it_waits(kind, number, code):
    with Running(kind, "-b", ANY) as running:
        running.endpoint()
        running.signal(number)
        assert running.end() == (code, b"", b"")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_signals_while_it_reads_its_input(bound, number, code):
    pull, endpoint = bound(zmq.PULL)
    with Running("push", endpoint) as running:
        running.write(b"x\n")
        pull.recv()
        running.signal(number)
        running.process.wait(TIMEOUT)
        assert running.end() == (code, b"", b"")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_signals_while_messages_are_undelivered(number, code):
    with Running("push", "-v", "tcp://127.0.0.1:1", "-m", "x") as running:
        running.error(b"connect retried")
        running.signal(number)
        assert running.process.wait(TIMEOUT) == code
        assert b"Traceback" not in running.end()[2]


def test_broken_pipe_is_quiet(bound):
    push, endpoint = bound(zmq.PUSH)
    with Running("pull", endpoint) as running:
        push.send(b"first")
        assert running.line() == b"first"
        running.process.stdout.close()
        push.send(b"nobody reads this")
        assert running.process.wait(TIMEOUT) == 141
        assert running.process.stderr.read() == b""


def test_head_ends_the_pipeline(bound):
    push, endpoint = bound(zmq.PUSH)
    with subprocess.Popen(
        [*COMMAND, "pull", endpoint], stdout=subprocess.PIPE, env=environment()
    ) as pulling:
        push.send(b"one")
        with subprocess.Popen(
            ["head", "-n", "1"], stdin=pulling.stdout, stdout=subprocess.PIPE
        ) as head:
            pulling.stdout.close()
            assert head.communicate(timeout=TIMEOUT)[0] == b"one\n"
        push.send(b"two")
        assert pulling.wait(TIMEOUT) == 141


def test_closed_input_and_output_do_not_crash(bound):
    pull, endpoint = bound(zmq.PULL)
    shell = f'exec "$0" -m zmq push {endpoint} -m x <&-'
    done = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable], timeout=TIMEOUT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert pull.recv() == b"x"


@pytest.mark.parametrize("arguments", ["info", "--version", "keygen", f"pull -n 1 -b '{ANY}'"])
def test_closed_output_is_a_failure(arguments):
    # With standard output closed, its descriptor is free, and the next socket must not get it.
    with subprocess.Popen(
        ["/bin/sh", "-c", f'exec "$0" -m zmq {arguments} >&-', sys.executable],
        stderr=subprocess.PIPE,
    ) as process:
        errors = b""
        if arguments.startswith("pull"):
            errors = process.stderr.readline()
            assert run("push", errors.split()[-1].decode(), "-m", "x").returncode == 0
        assert process.wait(TIMEOUT) == 1
        errors += process.stderr.read()
        assert b"Bad file descriptor" in errors
        assert b"Traceback" not in errors


def test_closed_errors_do_not_get_into_the_output():
    shell = f"exec \"$0\" -m zmq pull -b '{ANY}' -t 0.1 2>&-"
    done = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable], timeout=TIMEOUT, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (124, b"")


# ------------------------------------------------------------------ options of sockets


def test_socket_options_are_set():
    with Running("router", "-b", ANY) as routing:
        endpoint = routing.endpoint()
        arguments = ("-O", "routing_id=me", "-O", "linger=5000", "-q", "0", "-m", "x")
        assert run("dealer", endpoint, *arguments).returncode == 0
        assert routing.line() == b"me\tx"


def test_verbose_names_endpoint_and_reason(bound):
    _, endpoint = bound(zmq.PULL)
    key = zmq.curve_keypair()[0].decode()
    done = run("push", endpoint, "-v", f"--curve-server-key={key}", "-m", "x")
    assert done.returncode == 1
    # If the peer closes first, its reset can arrive before the greeting that names its mechanism.
    reasons = rf"protocol {endpoint}; protocol_error_zmtp_mechanism_mismatch|no detail {endpoint}"
    assert re.search(rf"handshake failed ({reasons})".encode(), done.stderr)
    done = run("push", "tcp://127.0.0.1:1", "-v", "-m", "x", "-t", "0.3")
    assert b"connect retried tcp://127.0.0.1:1; in 1" in done.stderr


def test_verbose_prints_connections():
    with Running("pull", "-b", ANY, "-n", 1, "-v") as receiving:
        endpoint = receiving.endpoint()
        done = run("push", endpoint, "-v", "-m", "x")
        assert b"connected tcp://" in done.stderr
        assert b"handshake succeeded" in done.stderr
        code, out, err = receiving.end()
        assert (code, out) == (0, b"x\n")
        assert b"accepted" in err
