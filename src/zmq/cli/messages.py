"""Formats of messages on standard input and standard output."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zmq.cli.outcome import CommandError

__all__ = ["FORMATS", "Format", "printable", "routing_id_from_text", "routing_id_to_text"]

FORMATS = ("lines", "nul", "whole", "hex", "json")

_ENDS = {"lines": b"\n", "nul": b"\0", "hex": b"\n", "json": b"\n"}
_CONTROLS = {
    code: rf"\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"
}
# the surrogates that stand for bytes that are not UTF-8
_CONTROLS |= {0xDC00 + code: rf"\x{code:02x}" for code in range(0x80, 0x100)}
_CONTROLS_IN_JSON = {code: rf"\u{code:04x}" for code in range(0x7F, 0xA0)}
# A routing id that is shown unchanged: printable ASCII without spaces.
_PLAIN_ID = re.compile(rb"(?!0x)[!-~]{1,255}")


class Format:
    r"""A text format of messages.

    Parameters
    ----------
    kind : str
        ``lines`` and ``nul`` end each message with a newline or a NUL; ``whole`` reads the whole
        input as one message, and writes messages without separators; ``hex`` has a message per
        line, each part as hexadecimal digits, an empty part as ``-``, with spaces between parts;
        ``json`` has an object per line.
    separator : bytes
        Separates the parts of a message (``hex`` needs none).
    split : bool
        True to split input messages into parts.
    address_name : str
        The key of the peer's address in ``json``.
    escape : bool
        True to write control characters as escapes.
    """

    def __init__(
        self,
        kind: str,
        separator: bytes = b"\t",
        split: bool = False,
        address_name: str = "address",
        escape: bool = False,
    ) -> None:
        self.kind = kind
        self.separator = b" " if kind == "hex" else separator
        self.split = split
        self.address_name = address_name
        self.escape = escape

    @property
    def end(self) -> bytes:
        """The end of a message."""
        return _ENDS.get(self.kind, b"")

    def records(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Split the input into messages.

        Parameters
        ----------
        chunks : iterable of bytes
            The input, in pieces of any size.

        Yields
        ------
        bytes
            Each message, as soon as its end was read. The last message needs no end.
        """
        if self.kind == "whole":
            yield b"".join(chunks)
            return
        end = _ENDS[self.kind]
        rest: list[bytes] = []
        for chunk in chunks:
            first, *others = chunk.split(end)
            rest.append(first)
            for other in others:
                yield b"".join(rest)
                rest = [other]
        last = b"".join(rest)
        if last:
            yield last

    def decode(self, record: bytes, addressed: bool = False) -> tuple[bytes, list[bytes]]:
        """Parse a message.

        Parameters
        ----------
        record : bytes
            A message from `records`.
        addressed : bool
            True if the message begins with the address of the peer.

        Returns
        -------
        (bytes, list of bytes)
            The address, empty if there is none, and the parts.

        Raises
        ------
        CommandError
            If the address is missing, or a part is not hexadecimal.
        """
        if self.kind == "json":
            return self._from_json(record, addressed)
        address = b""
        if addressed:
            if self.kind == "hex":
                address, _, record = record.strip().partition(b" ")
                found = True
            else:
                address, found_separator, record = record.partition(self.separator)
                found = bool(found_separator)
            if not found or not address:
                raise CommandError(
                    f"a message must begin with its address and {self.separator!r}, got"
                    f" {record or address!r}"
                )
        if self.kind == "hex":
            try:
                parts = [
                    b"" if part == b"-" else bytes.fromhex(part.decode("ascii"))
                    for part in record.split()
                ]
            except ValueError:
                raise CommandError(
                    f"expected pairs of hexadecimal digits, got {record[:60]!r}"
                ) from None
            return address, parts or [b""]
        if self.split:
            return address, record.split(self.separator)
        return address, [record]

    def encode(
        self, parts: Sequence[bytes], address: bytes | None = None, time: str | None = None
    ) -> bytes:
        """Format a message.

        Parameters
        ----------
        parts : list of bytes
            Its parts.
        address : bytes, optional
            The address of the peer, put first.
        time : str, optional
            The time of arrival, put before the address.

        Returns
        -------
        bytes
            The text of the message, including its end.
        """
        if self.kind == "json":
            return self._to_json(parts, address, time)
        if self.kind == "hex":
            parts = [part.hex().encode() or b"-" for part in parts]
        elif self.escape:
            parts = [printable(part) for part in parts]
            address = None if address is None else printable(address)
        fields = [*parts] if address is None else [address, *parts]
        if time is not None:
            fields.insert(0, time.encode())
        return self.separator.join(fields) + self.end

    def _to_json(self, parts: Sequence[bytes], address: bytes | None, time: str | None) -> bytes:
        found: dict[str, Any] = {}
        if time is not None:
            found["time"] = time
        if address is not None:
            found[self.address_name] = address.decode(errors="replace")
        found["parts"] = [_part_to_json(part) for part in parts]
        text = json.dumps(found, ensure_ascii=False, separators=(", ", ": "))
        # Of the control characters, json.dumps() escapes only those below U+0020.
        return text.translate(_CONTROLS_IN_JSON).encode() + b"\n"

    def _from_json(self, record: bytes, addressed: bool) -> tuple[bytes, list[bytes]]:
        try:
            found = json.loads(record)
            address = b""
            if isinstance(found, dict):
                address = str(found.get(self.address_name, "")).encode()
                found = found["parts"]
            if isinstance(found, (str, dict)):
                found = [found]
            parts = [_part_from_json(part) for part in found]
        except (ValueError, KeyError, TypeError):
            raise CommandError(
                'expected JSON such as "text", ["two", "parts"] or {"parts": [{"hex": "00ff"}]},'
                f" got {record[:60]!r}"
            ) from None
        if addressed and not address:
            raise CommandError(
                f'expected {{"{self.address_name}": "...", "parts": [...]}}, got {record[:60]!r}'
            )
        return address, parts or [b""]


def _part_to_json(part: bytes) -> str | dict[str, str]:
    try:
        return part.decode()
    except UnicodeDecodeError:
        return {"hex": part.hex()}


def _part_from_json(part: Any) -> bytes:
    if isinstance(part, str):
        return part.encode()
    return bytes.fromhex(part["hex"])


def printable(data: bytes) -> bytes:
    r"""Replace control characters, and bytes that are not UTF-8, by ``\xNN``.

    A message must not send commands to the terminal. Tabs and line breaks stay.
    """
    text = data.decode("utf-8", "surrogateescape")
    return text.translate(_CONTROLS).encode("utf-8")


def routing_id_to_text(routing_id: bytes) -> bytes:
    """Format a routing id: unchanged if it is printable, otherwise as ``0x`` and its digits."""
    if _PLAIN_ID.fullmatch(routing_id):
        return routing_id
    return b"0x" + routing_id.hex().encode()


def routing_id_from_text(text: bytes) -> bytes:
    """Parse the text that `routing_id_to_text` returned.

    Raises
    ------
    CommandError
        If ``0x`` is not followed by pairs of digits.
    """
    if not text.startswith(b"0x"):
        return text
    try:
        return bytes.fromhex(text[2:].decode("ascii"))
    except ValueError:
        raise CommandError(f"expected 0x and pairs of hexadecimal digits, got {text!r}") from None
