"""Z85 as RFC 32 defines it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zmq
from zmq.utils import z85

# From ZeroMQ RFC 32 and its reference implementation.
RFC_VECTORS = [
    (b"", b""),
    (bytes.fromhex("864FD26FB559F75B"), b"HelloWorld"),
    (
        bytes.fromhex("8E0BDD697628B91D8F245587EE95C5B04D48963F79259877B49CD9063AEAD3B7"),
        b"JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6",
    ),
]
LIMITS = [(b"\0\0\0\0", b"00000"), (b"\xff\xff\xff\xff", b"%nSc0")]


@pytest.mark.parametrize(("raw", "text"), RFC_VECTORS + LIMITS)
def test_encode(raw, text):
    assert z85.encode(raw) == text


@pytest.mark.parametrize(("raw", "text"), RFC_VECTORS + LIMITS)
def test_decode(raw, text):
    assert z85.decode(text) == raw


@given(st.binary().map(lambda raw: raw[: len(raw) // 4 * 4]))
def test_decode_undoes_encode(raw):
    text = z85.encode(raw)
    assert len(text) * 4 == len(raw) * 5
    assert z85.decode(text) == raw
    assert z85.decode(text.decode("ascii")) == raw


def characters_for(number):
    """Return the five characters for a number, even if the number is too large."""
    return "".join(chr(z85.Z85CHARS[number // 85**place % 85]) for place in (4, 3, 2, 1, 0))


@given(st.integers(0, 2**32 - 1))
def test_encode_undoes_decode(number):
    text = characters_for(number)
    assert z85.decode(text) == struct.pack(">I", number)
    assert z85.encode(z85.decode(text)) == text.encode()


@given(st.integers(2**32, 85**5 - 1))
def test_decode_refuses_groups_of_more_than_four_bytes(number):
    with pytest.raises(ValueError, match=f"{number}, which is too large"):
        z85.decode(characters_for(number))


@given(st.text(max_size=12).filter(lambda text: set(text) - set(z85.Z85CHARS.decode())))
def test_decode_refuses_any_other_text(text):
    with pytest.raises(ValueError, match="Z85"):
        z85.decode(text)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_like_objects_are_accepted(kind):
    assert z85.encode(kind(b"1234")) == b"f!$Kw"
    assert z85.decode(kind(b"f!$Kw")) == b"1234"


def test_sliced_memoryview_is_accepted():
    assert z85.encode(memoryview(b"1.2.3.4.")[::2]) == b"f!$Kw"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 33])
def test_encode_refuses_other_lengths(size):
    with pytest.raises(ValueError, match=rf"{size} bytes .* multiple of 4"):
        z85.encode(b"x" * size)


@pytest.mark.parametrize("size", [1, 4, 6, 41])
def test_decode_refuses_other_lengths(size):
    with pytest.raises(ValueError, match=rf"{size} characters .* multiple of 5"):
        z85.decode("x" * size)


@pytest.mark.parametrize("character", [" ", "~", '"', "\\", "\0", "\x7f", "é", "€"])
def test_decode_refuses_other_characters(character):
    with pytest.raises(ValueError, match="position 7") as caught:
        z85.decode("Hello" + "00" + character + "00")
    assert repr(character) in str(caught.value)


def test_invalid_character_is_a_key_error_as_well():
    with pytest.raises(KeyError):
        z85.decode(b"Hell~")


@pytest.mark.parametrize("text", ["%nSc1", "#####"])
def test_decode_says_which_characters_are_too_large(text):
    with pytest.raises(ValueError, match=r"positions 5 to 9 .* too large"):
        z85.decode("Hello" + text)


def test_too_large_number_is_also_a_struct_error():
    with pytest.raises(struct.error):
        z85.decode(b"%nSc1")


@pytest.mark.parametrize("wrong", [5, None, "text"])
def test_encode_refuses_other_types_than_bytes(wrong):
    with pytest.raises(TypeError):
        z85.encode(wrong)


@pytest.mark.parametrize("wrong", [5, None])
def test_decode_refuses_other_types_than_text_and_bytes(wrong):
    with pytest.raises(TypeError):
        z85.decode(wrong)


def test_tables_belong_together():
    assert len(z85.Z85CHARS) == 85
    assert [z85.Z85MAP[character] for character in z85.Z85CHARS] == list(range(85))


def test_curve_keys_are_z85():
    for key in zmq.curve_keypair():
        raw = z85.decode(key)
        assert len(raw) == 32
        assert z85.encode(raw) == key
