"""Setting a security option after bind or connect gives a warning, in each flavour."""

from __future__ import annotations

import importlib
import warnings

import pytest

import zmq

FLAVOURS = ["zmq", "zmq.asyncio", "zmq.anyio", "zmq.green"]

needs_curve = pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")


@pytest.fixture(params=FLAVOURS)
def ctx(request):
    if request.param == "zmq.green":
        pytest.importorskip("gevent")
    with importlib.import_module(request.param).Context() as context:
        yield context


@pytest.fixture
def sock(ctx):
    with ctx.socket(zmq.DEALER) as socket:
        socket.linger = 0
        yield socket


def test_curve_server_after_bind_warns(sock):
    if not zmq.has("curve"):
        pytest.skip("this build has no CURVE")
    sock.bind("tcp://127.0.0.1:*")
    with pytest.warns(RuntimeWarning) as caught:
        sock.curve_server = 1
    assert [str(warning.message) for warning in caught] == [
        "curve_server was set after bind: endpoints bound before stay unencrypted."
        " Set it before bind."
    ]
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("name", "value", "effect"),
    [
        pytest.param("curve_secretkey", b"k" * 32, "stay unencrypted", marks=needs_curve),
        pytest.param("curve_publickey", b"k" * 32, "stay unencrypted", marks=needs_curve),
        pytest.param("curve_serverkey", b"k" * 32, "stay unencrypted", marks=needs_curve),
        ("plain_server", 1, "ask for no password"),
        ("plain_username", b"me", "do not use it"),
        ("plain_password", b"secret", "do not use it"),
        ("routing_id", b"me", "do not use it"),
    ],
)
def test_option_set_after_connect_warns(sock, name, value, effect):
    sock.connect("tcp://127.0.0.1:1")
    expected = f"{name} was set after connect: endpoints connected before {effect}."
    with pytest.warns(RuntimeWarning, match=f"^{expected}"):
        sock.set(zmq.SocketOption[name.upper()], value)


def test_zap_domain_after_bind_warns(sock):
    sock.bind("tcp://127.0.0.1:*")
    expected = "^zap_domain was set after bind: endpoints bound before do not use it."
    with pytest.warns(RuntimeWarning, match=expected):
        sock.zap_domain = b"lab"


@needs_curve
def test_same_or_other_keys_do_not_warn(sock):
    public, secret = zmq.curve_keypair()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            sock.curve_secretkey, sock.curve_publickey = secret, public
            sock.curve_serverkey = zmq.curve_keypair()[0]
            sock.routing_id = b"me"
            sock.connect("tcp://127.0.0.1:1")


def test_options_between_endpoints_do_not_warn(sock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sock.bind("inproc://late-options")  # inproc has no handshake
        with sock.bind("tcp://127.0.0.1:*"), sock.connect("tcp://127.0.0.1:1"):
            pass
        sock.plain_server = 1
        sock.routing_id = b"me"
        sock.bind("tcp://127.0.0.1:*")
