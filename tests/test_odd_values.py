"""Any option value, any endpoint, and calls in any order can cause an error, but never a crash."""

from __future__ import annotations

import contextlib
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zmq

_STABLE = [zmq.PAIR, zmq.PUB, zmq.SUB, zmq.REQ, zmq.REP, zmq.DEALER, zmq.ROUTER, zmq.PULL]
_STABLE += [zmq.PUSH, zmq.XPUB, zmq.XSUB, zmq.STREAM]
_DRAFT = [zmq.SERVER, zmq.CLIENT, zmq.RADIO, zmq.DISH, zmq.GATHER, zmq.SCATTER, zmq.DGRAM]
_DRAFT += [zmq.PEER, zmq.CHANNEL]
_KINDS = _STABLE + _DRAFT if zmq.DRAFT_API else _STABLE

_EXPECTED = (zmq.ZMQError, TypeError, ValueError, OverflowError)

_LONG = st.sampled_from([0, 1, 3, 4, 5, 8, 31, 32, 33, 40, 41, 255, 256, 300, 9000])
_VALUES = st.one_of(
    st.sampled_from([0, 1, -1, 2, 255, 256, 65536, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63)]),
    st.integers(-(2**63), 2**63 - 1),
    _LONG.map(lambda size: b"x" * size),
    _LONG.map(lambda size: b"\xff" * size),
    st.binary(max_size=50),
    st.sampled_from(["", "lo", "127.0.0.1/33", "::1/129", "127.0.0.1:1", "x" * 256]),
)

# Calls that wait for ever by design, and foreign descriptors, are not tried.
_OPTIONS = st.integers(0, 130).filter(
    lambda option: option not in (zmq.LINGER, zmq.RCVTIMEO, zmq.SNDTIMEO, zmq.USE_FD)
)

_odd = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Change to a new folder, because ipc:// creates files."""
    before = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("odd"))
    yield
    os.chdir(before)


def _quiet(context, kind):
    sock = context.socket(kind)
    sock.linger = 0
    sock.sndtimeo = sock.rcvtimeo = 1
    return sock


@pytest.mark.filterwarnings("ignore::zmq.error.DraftFDWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of CURVE keys that are not a pair
@_odd
@given(kind=st.sampled_from(_KINDS), changes=st.lists(st.tuples(_OPTIONS, _VALUES), max_size=8))
def test_options_of_sockets(kind, changes):
    with zmq.Context() as context, _quiet(context, kind) as sock:
        for option, value in changes:
            with contextlib.suppress(*_EXPECTED):
                sock.setsockopt(option, value)
        for option in range(131):
            with contextlib.suppress(*_EXPECTED):
                sock.getsockopt(option)
        for call in (
            lambda: sock.bind("tcp://127.0.0.1:*"),
            lambda: sock.bind("inproc://odd"),
            lambda: sock.connect("tcp://127.0.0.1:1"),
            lambda: sock.send(b"x"),
            lambda: sock.recv(),
        ):
            with contextlib.suppress(*_EXPECTED):
                call()
        sock.close(0)
        context.destroy(0)


@_odd
@given(changes=st.lists(st.tuples(st.integers(0, 20), _VALUES), max_size=6))
def test_options_of_contexts(changes):
    with zmq.Context() as context:
        for option, value in changes:
            # Large numbers of I/O threads and sockets are not tried.
            if option in (zmq.IO_THREADS, zmq.MAX_SOCKETS) and value not in (0, 1, 2):
                continue
            with contextlib.suppress(*_EXPECTED):
                context.set(option, value)
        for option in range(21):
            with contextlib.suppress(*_EXPECTED):
                context.get(option)
        with contextlib.suppress(zmq.ZMQError):
            _quiet(context, zmq.PAIR).close()


_PIECES = ["tcp://", "ipc://", "ws://", "udp://", "inproc://", "wss://", "tipc://", "pgm://", "://"]
_PIECES += [":", "*", "%", "lo", "%lo", "%1", "[", "]", "[::]", "::1", "[fe80::1%lo]", "127.0.0.1"]
_PIECES += ["224.0.0.1", "255.255.255.255", "0", "-1", "65535", "65536", "1e5", "0x50", "/", ";"]
_PIECES += ["@", "@abstract", ".", ".."]
_PIECES += ["\0", " ", "\n", "\udcff", "é", "a" * 108, "a" * 300, "x" * 5000]
_ENDPOINTS = st.tuples(
    st.sampled_from(["tcp://", "ipc://", "ws://", "udp://", "inproc://", ""]),
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6).map("".join),
).map("".join)


@_odd
@given(
    kind=st.sampled_from(_KINDS),
    ipv6=st.booleans(),
    endpoints=st.lists(_ENDPOINTS, min_size=1, max_size=3),
    calls=st.lists(
        st.tuples(
            st.sampled_from(["bind", "connect", "unbind", "disconnect", "monitor"]),
            st.integers(0, 2),
        ),
        max_size=8,
    ),
)
def test_endpoints(folder, kind, ipv6, endpoints, calls):
    with zmq.Context() as context, _quiet(context, kind) as sock:
        sock.ipv6 = ipv6
        for name, number in calls:
            arguments = (
                endpoints[number % len(endpoints)],
                *([65535] if name == "monitor" else []),
            )
            with contextlib.suppress(*_EXPECTED):
                getattr(sock, name)(*arguments)
        sock.close(0)
        context.destroy(0)


_STEPS = ["bind", "connect", "unbind", "disconnect", "send", "more", "recv", "join", "subscribe"]
_STEPS += ["close"]


@_odd
@given(
    kinds=st.lists(st.sampled_from(_KINDS), min_size=2, max_size=3),
    steps=st.lists(
        st.tuples(
            st.sampled_from(_STEPS),
            st.integers(0, 2),
        ),
        max_size=20,
    ),
)
def test_calls_in_any_order(kinds, steps):
    name = "inproc://any"
    with zmq.Context() as context, contextlib.ExitStack() as stack:
        socks = [stack.enter_context(_quiet(context, kind)) for kind in kinds]
        for step, number in steps:
            sock = socks[number % len(socks)]
            with contextlib.suppress(*_EXPECTED):
                if step in ("bind", "connect", "unbind", "disconnect"):
                    getattr(sock, step)(name)
                elif step == "send":
                    sock.send(b"x" * 100)
                elif step == "more":
                    sock.send(b"x", zmq.SNDMORE)
                elif step == "join":
                    sock.join("group")
                elif step == "subscribe":
                    sock.subscribe(b"")
                elif step == "recv":
                    sock.recv()
                else:
                    sock.close(0)
