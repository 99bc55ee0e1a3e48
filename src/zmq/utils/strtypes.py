"""Conversions between text and bytes, which programs needed with Python 2.

Deprecated, and kept for old programs: ``str.encode`` and ``bytes.decode`` do the same. Every
function here causes a DeprecationWarning.
"""

from __future__ import annotations

import warnings
from builtins import bytes  # noqa: UP029 - to be imported from here
from builtins import str as unicode

basestring: tuple[type[str]] = (str,)
"""The types of text, for ``isinstance``."""

__all__ = [
    "asbytes",
    "b",
    "basestring",
    "bytes",
    "cast_bytes",
    "cast_unicode",
    "u",
    "unicode",
]


def _warn(instead: str) -> None:
    warnings.warn(
        f"zmq.utils.strtypes is deprecated: use {instead}", DeprecationWarning, stacklevel=3
    )


def cast_bytes(s: str | bytes, encoding: str = "utf8", errors: str = "strict") -> bytes:
    """Return `s` as bytes; encode it if it is a str.

    Parameters
    ----------
    s : str or bytes
        The text or bytes to convert.
    encoding, errors : str
        See :meth:`str.encode`.

    Raises
    ------
    TypeError
        If `s` is neither str nor bytes.
    """
    _warn("str.encode")
    if isinstance(s, bytes):
        return s
    if isinstance(s, str):
        return s.encode(encoding, errors)
    raise TypeError(f"expected str or bytes, got {type(s).__name__}: {s!r}")


def cast_unicode(s: str | bytes, encoding: str = "utf8", errors: str = "strict") -> str:
    """Return `s` as a str; decode it if it is bytes.

    Parameters
    ----------
    s : str or bytes
        The text or bytes to convert.
    encoding, errors : str
        See :meth:`bytes.decode`.

    Raises
    ------
    TypeError
        If `s` is neither str nor bytes.
    """
    _warn("bytes.decode")
    if isinstance(s, bytes):
        return s.decode(encoding, errors)
    if isinstance(s, str):
        return s
    raise TypeError(f"expected str or bytes, got {type(s).__name__}: {s!r}")


b = asbytes = cast_bytes
u = cast_unicode
