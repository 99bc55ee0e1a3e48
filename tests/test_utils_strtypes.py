"""Conversions between text and bytes, kept for old programs."""

from __future__ import annotations

import pytest

from zmq.utils import strtypes

pytestmark = pytest.mark.filterwarnings("ignore:zmq.utils.strtypes:DeprecationWarning")


@pytest.mark.parametrize("function", [strtypes.cast_bytes, strtypes.asbytes, strtypes.b])
def test_cast_bytes_encodes_text_and_leaves_bytes(function):
    assert function("é") == b"\xc3\xa9"
    assert function(b"\xe9") == b"\xe9"


@pytest.mark.parametrize("function", [strtypes.cast_unicode, strtypes.u])
def test_cast_unicode_decodes_bytes_and_leaves_text(function):
    assert function(b"\xc3\xa9") == "é"
    assert function("é") == "é"


def test_encoding_and_errors_are_used():
    assert strtypes.b("é", "latin1") == b"\xe9"
    assert strtypes.b("é", "ascii", "replace") == b"?"
    assert strtypes.u(b"\xe9", encoding="latin1") == "é"
    assert strtypes.u(b"\xff", errors="replace") == "\ufffd"


def test_undecodable_bytes_are_an_error():
    with pytest.raises(UnicodeDecodeError):
        strtypes.u(b"\xff")


@pytest.mark.parametrize("function", [strtypes.cast_bytes, strtypes.cast_unicode])
@pytest.mark.parametrize("wrong", [5, None, bytearray(b"a")])
def test_other_types_are_refused(function, wrong):
    with pytest.raises(TypeError, match="bytes"):
        function(wrong)


@pytest.mark.parametrize("function", [strtypes.cast_bytes, strtypes.cast_unicode])
def test_use_warns_at_the_caller(function):
    with pytest.warns(DeprecationWarning, match="strtypes") as caught:
        function("text")
    assert caught[0].filename == __file__


def test_names_of_types():
    assert strtypes.bytes is bytes
    assert strtypes.unicode is str
    assert strtypes.basestring == (str,)
