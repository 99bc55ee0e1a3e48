"""Patches of how an engine moves bytes: mailboxes, gathering writes, reads in large pieces."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import textwrap

import pytest
import wire
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import MS, in_a_process

import zmq

# Sizes around the limits of copied bodies, buffers, blocks and batches.
SIZES = st.one_of(
    st.integers(0, 80),
    st.integers(1000, 1100),
    st.integers(4000, 8300),
    st.sampled_from([16384, 32768, 65536, 131072, 262144, 524288, 1048576]).flatmap(
        lambda size: st.integers(size - 80, size + 80)
    ),
)


def body(size: int, number: int) -> bytes:
    """Content that shows its position in the stream."""
    return (number.to_bytes(4, "big") * (size // 4 + 1))[:size]


@pytest.fixture(params=["tcp://127.0.0.1:*", "ipc", "ws://127.0.0.1:*"])
def address(request, tmp_path) -> str:
    return request.param if request.param != "ipc" else f"ipc://{tmp_path}/engine"


def connected(context: zmq.Context, address: str, **options: int) -> tuple[zmq.Socket, zmq.Socket]:
    """A PUSH and a PULL with no high-water mark, and these options."""
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    for socket in (push, pull):
        socket.hwm = 0
        socket.rcvtimeo = socket.sndtimeo = MS
        for name, value in options.items():
            setattr(socket, name, value)
    pull.bind(address)
    push.connect(pull.last_endpoint.decode())
    return push, pull


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.lists(SIZES, min_size=1, max_size=4), min_size=1, max_size=40))
@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_messages_of_all_sizes_arrive(transport, sizes):
    with zmq.Context() as context:
        push, pull = connected(context, f"{transport}://127.0.0.1:*")
        sent = [[body(size, number) for size in message] for number, message in enumerate(sizes)]
        for message in sent:
            push.send_multipart(message)
        assert [pull.recv_multipart() for _ in sent] == sent
        context.destroy(linger=0)


@pytest.mark.parametrize("options", [{}, {"sndbuf": 4096, "rcvbuf": 4096}], ids=["", "small"])
def test_writes_the_system_takes_in_part(context, address, options):
    generator = random.Random(5)
    push, pull = connected(context, address, **options)
    sizes = [generator.choice([0, 20, 900, 1500, 5000, 70000]) for _ in range(800)]
    # Nothing is read until all messages are queued, so that the system's buffers are full.
    for number, size in enumerate(sizes):
        push.send(body(size, number))
    for number, size in enumerate(sizes):
        assert pull.recv() == body(size, number)


@pytest.mark.parametrize("size", [1, 100, 8192, 1 << 20])
def test_batch_sizes_that_the_user_sets(context, address, size):
    push, pull = connected(context, address, in_batch_size=size, out_batch_size=size)
    for number in range(300):
        push.send(body(number * 7, number))
    for number in range(300):
        assert pull.recv() == body(number * 7, number)


def test_message_shared_by_connections_stays_whole(context, address):
    publisher = context.socket(zmq.XPUB)
    publisher.xpub_verbose = 1  # so that the publisher receives each subscription
    publisher.bind(address)
    subscribers = [context.socket(zmq.SUB) for _ in range(3)]
    for subscriber in subscribers:
        subscriber.rcvtimeo = MS
        subscriber.connect(publisher.last_endpoint.decode())
        subscriber.subscribe(b"")
    for _ in subscribers:
        assert publisher.poll(MS)
        publisher.recv()
    sent = [body(size, size) for size in (10, 2000, 100_000) for _ in range(5)]
    for message in sent:
        publisher.send(message)
    for subscriber in subscribers:
        assert [subscriber.recv() for _ in sent] == sent


def test_lent_memory_is_given_back(context, address):
    push, pull = connected(context, address)
    trackers = [push.send(bytearray(200_000), copy=False, track=True) for _ in range(20)]
    for _ in trackers:
        assert len(pull.recv()) == 200_000
    for tracker in trackers:
        tracker.wait(timeout=wire.PATIENCE)


def test_connection_that_ends_gives_lent_memory_back(context):
    push, pull = connected(context, "tcp://127.0.0.1:*", linger=0)
    push.send(b"first")
    pull.recv()
    trackers = [push.send(bytearray(500_000), copy=False, track=True) for _ in range(40)]
    pull.close(0)
    push.close(0)
    for tracker in trackers:
        tracker.wait(timeout=wire.PATIENCE)


@wire.needs_resource
@in_a_process
def test_kept_message_does_not_keep_its_neighbours() -> None:
    with zmq.Context() as context:
        push, pull = connected(context, "tcp://127.0.0.1:*")
        kept = []
        before = wire.peak_memory()
        for _ in range(300):
            push.send(bytes(200))
            for _ in range(80):
                push.send(bytes(4000))
            kept.append(pull.recv(copy=False))
            for _ in range(80):
                pull.recv(copy=False)
        assert sum(len(frame) for frame in kept) == 300 * 200
        # one buffer of 256 KB for each kept message would be 77 MB
        assert wire.peak_memory() - before < 20 << 20


# ---------------------------------------------------------------- system calls

ROUND_TRIPS = """
    import sys, threading, zmq
    count, endpoint = int(sys.argv[1]), sys.argv[2]
    with zmq.Context() as context:
        reply, request = context.socket(zmq.REP), context.socket(zmq.REQ)
        for socket in (reply, request):
            socket.rcvtimeo = socket.sndtimeo = 30_000
        reply.bind(endpoint)
        request.connect(reply.last_endpoint.decode())

        def serve():
            for _ in range(count):
                reply.send(reply.recv())

        thread = threading.Thread(target=serve)
        thread.start()
        for _ in range(count):
            request.send(b"?")
            request.recv()
        thread.join()
"""

ONE_WAY = """
    import sys, zmq
    count, endpoint = int(sys.argv[1]), sys.argv[2]
    with zmq.Context() as context:
        push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        pull.rcvtimeo = push.sndtimeo = 30_000
        pull.bind(endpoint)
        push.connect(pull.last_endpoint.decode())
        message = bytes(4096)
        for _ in range(count // 500):
            for _ in range(500):
                push.send(message)
            for _ in range(500):
                pull.recv()
"""


@pytest.fixture(scope="module")
def count_calls(tmp_path_factory):
    """Run a program under strace, and return how many system calls it made."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("counts system calls with strace (Debian: strace)")
    log = tmp_path_factory.mktemp("strace") / "log"
    trial = subprocess.run(
        [strace, "-f", "-o", log, "true"], capture_output=True, text=True, timeout=60
    )
    if trial.returncode:
        pytest.skip(f"strace may not trace here: {trial.stderr.strip()}")

    def count(program: str, repetitions: int, endpoint: str) -> int:
        subprocess.run(
            [strace, "-f", "-c", "-o", log, sys.executable, "-c", textwrap.dedent(program),
             str(repetitions), endpoint],
            check=True,
            timeout=120,
        )  # fmt: skip
        # "% time, seconds, usecs/call, calls, errors, syscall"
        lines = re.findall(
            r"^ *[0-9.]+ +[0-9.]+ +[0-9]+ +([0-9]+) .*?(\w+)$", log.read_text(), re.M
        )
        assert lines
        # Do not count futex calls: threads also make them to wait for the GIL.
        return sum(int(calls) for calls, name in lines if name not in ("futex", "total"))

    return count


def calls_for_each(count_calls, program: str, endpoint: str, more: int) -> float:
    """Return the system calls of one repetition, without the program's start and end."""
    few = count_calls(program, 500, endpoint)
    return (count_calls(program, 500 + more, endpoint) - few) / more


@pytest.mark.slow
@pytest.mark.parametrize(
    ("endpoint", "limit"), [("tcp://127.0.0.1:*", 20.5), ("inproc://round-trip", 8.5)]
)
def test_system_calls_of_a_round_trip(count_calls, endpoint, limit):
    assert calls_for_each(count_calls, ROUND_TRIPS, endpoint, 1000) < limit


@pytest.mark.slow
def test_system_calls_of_a_message(count_calls):
    assert calls_for_each(count_calls, ONE_WAY, "tcp://127.0.0.1:*", 5000) < 0.5
