"""JSON as bytes, for :meth:`zmq.Socket.send_json` and :meth:`zmq.Socket.recv_json`."""

from __future__ import annotations

import json
import json as jsonmod
from typing import Any

__all__ = ["dumps", "jsonmod", "loads"]


def dumps(o: object, **kwargs: Any) -> bytes:
    """Serialize an object as JSON.

    Parameters
    ----------
    o : object
        An object that :func:`json.dumps` can serialize.
    **kwargs
        Passed to :func:`json.dumps`.

    Returns
    -------
    bytes
        UTF-8 text.

    Raises
    ------
    TypeError, ValueError
        As :func:`json.dumps`.
    """
    return json.dumps(o, **kwargs).encode("utf-8")


def loads(s: bytes | str, **kwargs: Any) -> dict[str, Any] | list[Any] | str | float:
    """Parse an object from JSON.

    Parameters
    ----------
    s : bytes-like or str
        UTF-8 text. (UTF-16 and UTF-32, which :func:`json.loads` accepts, are refused.)
    **kwargs
        Passed to :func:`json.loads`.

    Returns
    -------
    dict, list, str, int, float, bool or None
        The parsed object.

    Raises
    ------
    json.JSONDecodeError
        If the text is not JSON.
    UnicodeDecodeError
        If the bytes are not UTF-8.
    """
    text = s if isinstance(s, str) else str(s, "utf-8")
    loaded: dict[str, Any] | list[Any] | str | float = json.loads(text, **kwargs)
    return loaded
