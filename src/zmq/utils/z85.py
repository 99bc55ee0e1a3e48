"""Z85: binary data as printable text, see ZeroMQ RFC 32.

Four bytes become five characters, none of which is a quote, a backslash or a blank. CURVE keys use
this format: 32 bytes become 40 characters.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

Z85CHARS: bytes = (
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
)
"""The 85 characters; the index of each is its value."""

Z85MAP: dict[int, int] = {character: value for value, character in enumerate(Z85CHARS)}
"""The value of each character, by its ASCII code."""

_WEIGHTS = (85**4, 85**3, 85**2, 85, 1)


# Invalid text raises a ValueError. PyZMQ raises a KeyError or a struct.error instead. Programs may
# catch these, so the classes below derive from them, too.


class _InvalidCharacterError(ValueError, KeyError):
    # str() of a KeyError would be the repr of the message.
    __str__ = ValueError.__str__


class _TooLargeError(ValueError, struct.error):
    pass


def encode(rawbytes: bytes | bytearray | memoryview) -> bytes:
    """Encode bytes as Z85 text; the same as ``zmq_z85_encode``.

    Parameters
    ----------
    rawbytes : bytes-like
        The bytes. Their number must be a multiple of 4.

    Returns
    -------
    bytes
        ASCII text, 5/4 as long as the bytes.

    Raises
    ------
    ValueError
        If the length is not a multiple of 4.
    TypeError
        If `rawbytes` is not bytes-like.
    """
    raw = memoryview(rawbytes).tobytes()
    if len(raw) % 4:
        raise ValueError(
            f"cannot encode {len(raw)} bytes as Z85: the length must be a multiple of 4, "
            "pad the bytes first"
        )
    encoded = bytearray()
    for (number,) in struct.iter_unpack(">I", raw):
        encoded += bytes(Z85CHARS[number // weight % 85] for weight in _WEIGHTS)
    return bytes(encoded)


def decode(z85bytes: str | bytes | bytearray | memoryview) -> bytes:
    """Decode Z85 text; the same as ``zmq_z85_decode``.

    Parameters
    ----------
    z85bytes : str or bytes-like
        The text. Its length must be a multiple of 5.

    Returns
    -------
    bytes
        The bytes, 4/5 as long as the text.

    Raises
    ------
    ValueError
        If the length is not a multiple of 5, if a character is not one of :data:`Z85CHARS`, or if
        five characters encode a number that is too large for four bytes. In the second case it is
        also a :class:`KeyError`, in the third a :class:`struct.error`.
    TypeError
        If `z85bytes` is neither str nor bytes-like.
    """
    codes: Sequence[int]
    if isinstance(z85bytes, str):
        codes = [ord(character) for character in z85bytes]
    else:
        codes = memoryview(z85bytes).tobytes()
    if len(codes) % 5:
        raise ValueError(
            f"cannot decode {len(codes)} characters of Z85: the length must be a multiple of 5"
        )
    decoded = bytearray()
    for start in range(0, len(codes), 5):
        number = 0
        for place, code in enumerate(codes[start : start + 5], start):
            if code not in Z85MAP:
                raise _InvalidCharacterError(
                    f"cannot decode Z85: {chr(code)!r} at position {place} is not a Z85 character"
                )
            number = number * 85 + Z85MAP[code]
        if number > 0xFFFFFFFF:
            raise _TooLargeError(
                f"cannot decode Z85: the characters at positions {start} to {start + 4} mean "
                f"{number}, which is too large for four bytes"
            )
        decoded += number.to_bytes(4, "big")
    return bytes(decoded)
