"""Patches for errors of the system: no descriptors, sockets or memory left, wrong ports."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import wire
from wire import MS, in_a_process, tcp_connect

import zmq
from zmq import _build_info

if sys.platform == "win32":
    pytest.skip("limits the resources of a process, which Windows cannot", allow_module_level=True)

import resource

limits_memory = pytest.mark.skipif(
    bool(_build_info.sanitizers), reason="sanitizers need more address space than the limit"
)


@contextlib.contextmanager
def descriptors_left(count: int) -> Iterator[None]:
    """Limit the number of descriptors that the process can open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, before[1]))
    held = []
    try:
        with pytest.raises(OSError, match="Too many open files"):
            while True:
                held.append(os.dup(2))
        for _ in range(count):
            os.close(held.pop())
        yield
    finally:
        for number in held:
            os.close(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def refused(call: Callable[[], object]) -> bool:
    """Return whether the call fails because of a missing descriptor; raise any other error."""
    try:
        call()
    except zmq.ZMQError as error:
        assert error.errno == errno.EMFILE, error
        return True
    return False


@in_a_process
def test_a_context_without_descriptors() -> None:
    def use(context: zmq.Context) -> None:
        context.socket(zmq.PAIR).close()

    for count in range(1, 7):
        with descriptors_left(count):
            context = zmq.Context()
            was_refused = refused(lambda context=context: use(context))
        assert was_refused == (count < 6)
        use(context)
        context.term()
    with descriptors_left(0):
        assert refused(zmq.Context)


@pytest.mark.skipif(
    "MALLOC_PERTURB_" in os.environ,
    reason="with MALLOC_PERTURB_, malloc writes to all of the 16 GiB that the test allocates",
)
@in_a_process
def test_more_io_threads_than_there_can_be() -> None:
    for count in (1000, 2**31 - 1):
        context = zmq.Context()
        context.set(zmq.IO_THREADS, count)
        with descriptors_left(60), pytest.raises(zmq.ZMQError):
            context.socket(zmq.PAIR)
        context.set(zmq.IO_THREADS, 2)
        context.socket(zmq.PAIR).close()
        context.term()


@limits_memory
@in_a_process
def test_more_sockets_than_there_can_be() -> None:
    # libzmq's table of sockets would need 16 GiB of address space.
    limit = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, limit[1]))
    with zmq.Context() as context:
        context.set(zmq.MAX_SOCKETS, 2**31 - 1)
        with pytest.raises(zmq.ZMQError):
            context.socket(zmq.PAIR)
        context.set(zmq.MAX_SOCKETS, 10)
        context.socket(zmq.PAIR).close()


@in_a_process
def test_an_address_without_descriptors() -> None:
    kinds = {"tcp": zmq.PULL, "ipc": zmq.PULL}
    if zmq.DRAFT_API:
        kinds |= {"ws": zmq.PULL, "udp": zmq.DISH}
    with zmq.Context() as context, contextlib.ExitStack() as stack:
        # All sockets stay open: a closed socket frees its descriptors only some time later.
        for transport, kind in kinds.items():
            sock = stack.enter_context(context.socket(kind))
            address = {"ipc": "ipc://*"}.get(transport, f"{transport}://127.0.0.1:*")
            for count in (0, 0, 1):
                with descriptors_left(count):
                    was_refused = refused(lambda sock=sock, to=address: sock.bind(to))
                # Listing the interfaces also needs a descriptor, but only for a moment.
                assert was_refused == (count == 0)


@pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft sockets")
@in_a_process
def test_closing_a_shared_socket_without_descriptors() -> None:
    with zmq.Context() as context, context.socket(zmq.SERVER) as server:
        server.bind("tcp://127.0.0.1:*")
        context.max_sockets = 5
        for _ in range(20):
            client = context.socket(zmq.CLIENT)
            client.linger = MS
            client.connect(server.last_endpoint.decode())
            client.send(b"goes out all the same")
            assert server.recv() == b"goes out all the same"
            client.send(b"goes out too")
            with descriptors_left(0):
                client.close()
                assert server.recv() == b"goes out too"


@in_a_process
def test_a_running_socket_without_descriptors() -> None:
    with zmq.Context() as context, context.socket(zmq.REP) as server:
        server.bind("tcp://127.0.0.1:*")
        endpoint = server.last_endpoint.decode()
        with context.socket(zmq.REQ) as old, context.socket(zmq.REQ) as new:
            for sock in (server, old, new):
                sock.rcvtimeo = MS
                sock.linger = 0
            new.reconnect_ivl = 10

            def ask() -> None:
                old.send(b"question")
                assert server.recv() == b"question"
                server.send(b"answer")
                assert old.recv() == b"answer"

            old.connect(endpoint)
            ask()
            with descriptors_left(0):
                new.connect(endpoint)
                ask()
            ask()
            new.send(b"later")
            assert server.recv() == b"later"


@in_a_process
def test_accepting_without_descriptors_does_not_turn_in_circles() -> None:
    address = "inproc://monitor"
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.rcvtimeo = MS
        pull.bind("tcp://127.0.0.1:*")
        pull.monitor(address, zmq.EVENT_ACCEPTED | zmq.EVENT_ACCEPT_FAILED)
        with context.socket(zmq.PAIR) as monitor, socket.socket() as raw:
            monitor.rcvtimeo = MS
            monitor.connect(address)

            def next_event() -> int:
                event: int = struct.unpack("=hi", monitor.recv_multipart()[0])[0]
                return event

            with descriptors_left(0):
                raw.connect(("127.0.0.1", wire.port_of(pull.last_endpoint)))
                assert next_event() == zmq.EVENT_ACCEPT_FAILED
                end = time.monotonic() + 0.5
                failures = 0
                while time.monotonic() < end:
                    if monitor.poll(20):
                        assert next_event() == zmq.EVENT_ACCEPT_FAILED
                        failures += 1
                # The patch retries ten times a second; without it, there are thousands of retries.
                assert failures < 50
            while next_event() != zmq.EVENT_ACCEPTED:
                pass
            wire.shake_hands(raw, b"PUSH")
            raw.sendall(wire.frame(b"it was waiting"))
            assert pull.recv() == b"it was waiting"


@in_a_process
def test_polling_more_descriptors_than_the_limit() -> None:
    poller = zmq.Poller()
    pipes = [os.pipe() for _ in range(20)]
    for readable, _ in pipes:
        poller.register(readable, zmq.POLLIN)
    os.write(pipes[0][1], b"x")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (10, before[1]))
    with pytest.raises(zmq.ZMQError) as caught:
        poller.poll(MS)
    assert caught.value.errno == errno.EINVAL
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert poller.poll(MS) == [(pipes[0][0], zmq.POLLIN)]


counts_sleeps = pytest.mark.skipif(
    not hasattr(resource, "RUSAGE_THREAD"),
    reason="this system does not count how often a thread sleeps",
)


def sleeps_till_refused(context: zmq.Context) -> int:
    """Try to create a socket, which fails; return how often this thread slept meanwhile."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
    assert refused(lambda: context.socket(zmq.PAIR))
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - before


def becomes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + wire.PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
    return True


@counts_sleeps
@in_a_process
def test_a_real_shortage_is_said_at_once() -> None:
    with zmq.Context() as context:
        context.socket(zmq.PAIR).close()
        with descriptors_left(0):
            # the closed socket may still free its descriptors
            held = []

            def full() -> bool:
                return refused(lambda: held.append(context.socket(zmq.PAIR)))

            assert becomes_true(full)
            assert sum(sleeps_till_refused(context) for _ in range(20)) < 20
        for sock in held:
            sock.close()


@counts_sleeps
@in_a_process
def test_lingering_closed_socket_stalls_no_other() -> None:
    with zmq.Context() as context:
        context.max_sockets = 2
        with context.socket(zmq.PUSH) as push:
            push.linger = -1
            push.connect("inproc://later")
            push.send(b"keeps the socket")
        pair = context.socket(zmq.PAIR)
        # just after the close, a refused call still waits for the closed socket to be freed
        assert becomes_true(lambda: sleeps_till_refused(context) < 2)
        assert sum(sleeps_till_refused(context) for _ in range(20)) < 20
        pair.close()
        with context.socket(zmq.PULL) as pull:
            pull.bind("inproc://later")


# ---------------------------------------------------------------- frames of any size
@limits_memory
@in_a_process
def test_a_frame_that_no_memory_can_hold() -> None:
    limit = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, limit[1]))
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.maxmsgsize = -1
        pull.rcvtimeo = MS
        pull.bind("tcp://127.0.0.1:*")
        for size in (2**62, 2**63, 2**64 - 1, 2**64 - 40, 2**40, 2**34):
            with tcp_connect(pull.last_endpoint) as raw:
                wire.shake_hands(raw, b"PUSH")
                raw.sendall(struct.pack(">BQ", 2, size) + b"the first bytes")
                wire.assert_closed_by_peer(raw)
            with tcp_connect(pull.last_endpoint) as raw:
                raw.sendall(b"\xff" + struct.pack(">Q", size) + b"\0the first bytes of ZMTP 1.0")
                wire.assert_closed_by_peer(raw)
        with tcp_connect(pull.last_endpoint) as raw:
            wire.shake_hands(raw, b"PUSH")
            raw.sendall(wire.frame(b"it is still there"))
            assert pull.recv() == b"it is still there"
