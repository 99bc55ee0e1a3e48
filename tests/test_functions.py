"""Functions that need no socket."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import zmq


@pytest.mark.parametrize("name", ["ipc", "curve", "draft", "WS", "ws", b"curve"])
def test_has_is_true_for_built_in_features(name):
    assert zmq.has(name) is True


@pytest.mark.parametrize("name", ["pgm", "norm", "gssapi", "vmci", "tipc", "WSS", "nonsense", ""])
def test_has_is_false_for_missing_features(name):
    assert zmq.has(name) is False


@pytest.mark.parametrize("name", [5, None, []])
def test_a_capability_is_text(name):
    with pytest.raises(TypeError, match="capability"):
        zmq.has(name)


def test_versions():
    assert zmq.zmq_version_info() >= (4, 3, 4)
    assert zmq.zmq_version() == "{}.{}.{}".format(*zmq.zmq_version_info())


def test_key_pairs():
    public, secret = zmq.curve_keypair()
    assert (len(public), len(secret)) == (40, 40)
    assert zmq.curve_keypair() != (public, secret)
    assert zmq.curve_public(secret) == zmq.curve_public(secret.decode()) == public


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (b"", ValueError),
        (b"x" * 39, ValueError),
        (b"x" * 41, ValueError),
        (5, TypeError),
        (None, TypeError),
        (b"\xff" * 40, zmq.ZMQError),
    ],
)
def test_missing_secret_key(key, error):
    with pytest.raises(error):
        zmq.curve_public(key)


def test_strerror():
    assert zmq.strerror(zmq.ETERM) == "Context was terminated"
    assert zmq.strerror(2) == os.strerror(2)
    assert isinstance(zmq.strerror(-12345), str)
    with pytest.raises(TypeError):
        zmq.strerror("x")
    with pytest.raises(OverflowError):
        zmq.strerror(2**40)


def test_zmq_errno(context):
    with pytest.raises(zmq.Again):
        context.socket(zmq.PULL).recv(zmq.DONTWAIT)
    assert isinstance(zmq.zmq_errno(), int)


def test_where_to_build_on_this():
    assert any((Path(folder) / "zmq.h").exists() for folder in zmq.get_includes())
    assert any((Path(folder) / "zmq" / "__init__.pxd").exists() for folder in zmq.get_includes())
    assert any((Path(folder) / "libzmq.a").exists() for folder in zmq.get_library_dirs())


def test_drafts_are_there():
    assert zmq.DRAFT_API is True
    assert zmq.PYZMQ_DRAFT_API is True
