"""JSON to and from bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmq.utils import jsonapi

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


@given(JSON_VALUES)
def test_loads_undoes_dumps(value):
    assert jsonapi.loads(jsonapi.dumps(value)) == value


def test_dumps_returns_utf8_bytes():
    assert jsonapi.dumps({"a": "é"}, ensure_ascii=False) == '{"a": "é"}'.encode()


def test_dumps_escapes_non_ascii_text():
    assert jsonapi.dumps({"a": "é"}) == b'{"a": "\\u00e9"}'


def test_dumps_passes_keywords_on():
    assert (
        jsonapi.dumps({"b": 1, "a": 2}, sort_keys=True, separators=(",", ":")) == b'{"a":2,"b":1}'
    )


def test_loads_passes_keywords_on():
    assert jsonapi.loads(b"[1]", parse_int=str) == ["1"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda raw: raw.decode()])
def test_loads_reads_text_and_bytes(kind):
    assert jsonapi.loads(kind('{"a": "é"}'.encode())) == {"a": "é"}


def test_loads_refuses_invalid_json():
    with pytest.raises(json.JSONDecodeError):
        jsonapi.loads(b"{")


@pytest.mark.parametrize("raw", [b"\xff", "[1]".encode("utf-16")])
def test_loads_refuses_invalid_utf8(raw):
    with pytest.raises(UnicodeDecodeError):
        jsonapi.loads(raw)


def test_dumps_refuses_unserializable_values():
    with pytest.raises(TypeError):
        jsonapi.dumps(object())
