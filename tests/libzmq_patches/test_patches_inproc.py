# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of inproc://: connecting before binding, and any two socket types."""

from __future__ import annotations

import contextlib
import errno
import itertools
import threading
import time
from functools import partial

import pytest
import wire
from wire import MS, in_a_process

import zmq

TYPES = "PAIR PUB SUB REQ REP DEALER ROUTER PULL PUSH XPUB XSUB STREAM"


DRAFT_TYPES = "SERVER CLIENT RADIO DISH GATHER SCATTER DGRAM PEER CHANNEL"


def talk(*socks: zmq.Socket) -> None:
    """Send and receive, without waiting, if the socket type allows it."""
    for sock in socks:
        for flags in (0, zmq.SNDMORE, 0):
            with contextlib.suppress(zmq.ZMQError, ValueError):
                sock.send(b"x" * 40, flags | zmq.DONTWAIT)
        for _ in range(6):
            with contextlib.suppress(zmq.ZMQError):
                sock.recv(zmq.DONTWAIT)


@in_a_process
def test_any_two_sockets_over_inproc() -> None:
    types = [getattr(zmq, name) for name in TYPES.split()]
    if zmq.DRAFT_API:
        types += [getattr(zmq, name) for name in DRAFT_TYPES.split()]
    options = {
        zmq.CONFLATE: 1,
        zmq.PROBE_ROUTER: 1,
        zmq.RCVHWM: 1,
        zmq.SNDHWM: 1,
    }
    with zmq.Context() as context:
        for n, (one, other, connect_first) in enumerate(itertools.product(types, types, (0, 1))):
            socks = [context.socket(one), context.socket(other)]
            for sock in socks:
                sock.linger = 0
                if n % 4 > 1:
                    for option, value in options.items():
                        with contextlib.suppress(zmq.ZMQError):
                            sock.setsockopt(option, value)
                if sock.socket_type == zmq.SUB:
                    sock.subscribe(b"")
                elif zmq.DRAFT_API and sock.socket_type == zmq.DISH:
                    sock.join("g" * 20)
            name = f"inproc://pair-{n}"
            steps = [partial(socks[0].bind, name), partial(socks[1].connect, name)]
            for step in reversed(steps) if connect_first else steps:
                with contextlib.suppress(zmq.ZMQError):  # some types, like DGRAM, cannot connect
                    step()
                talk(*socks)
            socks.pop(n // 2 % 2).close()
            talk(*socks)
            socks.pop().close()


@in_a_process
def test_pair_binds_while_several_peers_await_its_id() -> None:
    kinds = [zmq.PAIR, zmq.CHANNEL] if zmq.DRAFT_API else [zmq.PAIR]
    for kind, other in itertools.product(kinds, (zmq.ROUTER, zmq.REP, zmq.DEALER)):
        with zmq.Context() as context, contextlib.ExitStack() as stack:
            for _ in range(3):
                sock = stack.enter_context(context.socket(other))
                sock.linger = 0
                sock.connect("inproc://pair")
            pair = stack.enter_context(context.socket(kind))
            pair.bind("inproc://pair")
            talk(pair)


@pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft sockets")
@in_a_process
def test_shared_sockets_that_talk_in_several_threads() -> None:
    count = 2000

    def send(sock: zmq.Socket) -> None:
        for _ in range(count):
            sock.send(b"x")

    def receive(sock: zmq.Socket) -> None:
        for _ in range(count):
            sock.recv()

    with zmq.Context() as context:
        with context.socket(zmq.CHANNEL) as one, context.socket(zmq.CHANNEL) as other:
            for sock in (one, other):
                sock.linger = 0
                sock.rcvhwm = sock.sndhwm = 1
            one.bind("inproc://threads")
            other.connect("inproc://threads")
            # each socket sends and receives at the same time
            work = [(send, one), (receive, one), (send, other), (receive, other)]
            threads = [threading.Thread(target=what, args=(sock,)) for what, sock in work]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()


@in_a_process
def test_conflating_socket_sends_before_bind() -> None:
    for kind, other in ((zmq.PUSH, zmq.PULL), (zmq.DEALER, zmq.DEALER)):
        with zmq.Context() as context:
            with context.socket(kind) as one, context.socket(other) as two:
                one.linger = two.linger = 0
                one.conflate = 1
                two.rcvtimeo = MS
                one.connect("inproc://later")
                for body in (b"replaced", b"before"):
                    one.send(body)
                two.bind("inproc://later")
                assert two.recv() == b"before"
                one.send(b"after")
                assert two.recv() == b"after"


@in_a_process
def test_bind_while_another_thread_uses_the_pipe() -> None:
    # Only the thread sanitizer detects this bug in every run.
    rounds = 300
    together = threading.Barrier(2, timeout=MS / 1000)
    received = []

    def bind(context: zmq.Context) -> None:
        for n in range(rounds):
            with context.socket(zmq.PULL) as pull:
                pull.linger = 0
                pull.rcvtimeo = MS
                together.wait()
                pull.bind(f"inproc://round-{n}")
                received.append([pull.recv() for _ in range(3)])
                together.wait()

    with zmq.Context() as context:
        thread = threading.Thread(target=bind, args=(context,))
        thread.start()
        for n in range(rounds):
            with context.socket(zmq.PUSH) as push:
                push.connect(f"inproc://round-{n}")
                push.sndhwm = 5
                push.send(b"1")
                together.wait()
                push.send(b"2")
                push.sndhwm = 1000
                push.send(b"3")
                push.disconnect(f"inproc://round-{n}")
                together.wait()
        thread.join()
    assert received == [[b"1", b"2", b"3"]] * rounds


# ---------------------------------------------------------------- inproc names that are never bound
@in_a_process
def test_context_ends_with_a_name_never_bound() -> None:
    for kind in (zmq.PAIR, zmq.DEALER, zmq.ROUTER, zmq.REQ, zmq.PUB, zmq.XSUB, zmq.PUSH):
        for close_first in (True, False):
            context = zmq.Context()
            context.max_sockets = 1
            sock = context.socket(kind)
            sock.connect("inproc://nobody")
            sock.connect("inproc://nobody")
            sock.connect("inproc://nobody else")
            sock.disconnect("inproc://nobody else")
            with contextlib.suppress(zmq.ZMQError):  # some kinds wait for a peer
                sock.send(b"is lost", zmq.DONTWAIT)
            if close_first:
                sock.close()
                context.term()
                continue
            ending = threading.Thread(target=context.term)
            ending.start()
            with pytest.raises(zmq.ContextTerminated):
                while True:
                    sock.poll(MS)
            sock.close()
            ending.join()


@in_a_process
def test_closed_sockets_without_a_bound_peer_are_freed() -> None:
    with zmq.Context() as context:
        context.max_sockets = 20
        deadline = time.monotonic() + wire.PATIENCE
        made = 0
        while made < 200:
            # The reaper may not have freed the last sockets yet, but does so soon.
            try:
                sock = context.socket(zmq.DEALER)
            except zmq.ZMQError as error:
                assert error.errno == errno.EMFILE
                assert time.monotonic() < deadline, f"no socket was freed after {made}"
                continue
            made += 1
            sock.connect("inproc://nobody")
            sock.send(b"is lost")
            sock.close(linger=0)


@in_a_process
def test_linger_keeps_messages_sent_before_the_bind() -> None:
    with zmq.Context() as context:
        with context.socket(zmq.PUSH) as push:
            push.linger = -1
            push.connect("inproc://later")
            push.send(b"kept")
        with context.socket(zmq.PULL) as pull:
            pull.rcvtimeo = MS
            pull.bind("inproc://later")
            assert pull.recv() == b"kept"
