"""Messages as text: how they are cut out of standard input, and written to standard output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from zmq.cli.outcome import CommandError

__all__ = ["FORMATS", "Format", "routing_id_from_text", "routing_id_to_text"]

FORMATS = ("lines", "nul", "whole", "hex")

_ENDS = {"lines": b"\n", "nul": b"\0", "hex": b"\n"}
# A routing id that is shown as it is: nothing that a terminal or a separator could be.
_PLAIN_ID = re.compile(rb"(?!0x)[!-~]{1,255}")


class Format:
    r"""How messages look outside of ZeroMQ.

    Parameters
    ----------
    kind : str
        ``lines`` and ``nul`` end each message with a newline or a NUL; ``whole`` takes all of the
        input for one message, and writes messages with nothing between; ``hex`` has a message a
        line, its parts as hexadecimal digits, with spaces between them, ``-`` for an empty one.
    separator : bytes
        Stands between the parts of a message (``hex`` needs none).
    split : bool
        Whether to cut messages that are read into parts at all.
    """

    def __init__(self, kind: str, separator: bytes = b"\t", split: bool = False) -> None:
        self.kind = kind
        self.separator = b" " if kind == "hex" else separator
        self.split = split

    def records(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Cut the input into messages.

        Parameters
        ----------
        chunks : iterable of bytes
            The input, in pieces of any size.

        Yields
        ------
        bytes
            Each message, as soon as its end was read. The last needs no end.
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
        """Read a message.

        Parameters
        ----------
        record : bytes
            What `records` gave.
        addressed : bool
            Whether the address of the peer comes first.

        Returns
        -------
        (bytes, list of bytes)
            The address, empty if there is none, and the parts.

        Raises
        ------
        CommandError
            If the address is missing, or the digits are none.
        """
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
                    f"a message begins with its address and {self.separator!r}, got"
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

    def encode(self, parts: Sequence[bytes], address: bytes | None = None) -> bytes:
        """Write a message.

        Parameters
        ----------
        parts : list of bytes
            Its parts.
        address : bytes, optional
            The address of the peer, to come first.

        Returns
        -------
        bytes
            With its end.
        """
        if self.kind == "hex":
            parts = [part.hex().encode() or b"-" for part in parts]
        fields = [*parts] if address is None else [address, *parts]
        return self.separator.join(fields) + _ENDS.get(self.kind, b"")


def routing_id_to_text(routing_id: bytes) -> bytes:
    """Write a routing id: as it is if it is printable, else as ``0x`` and its digits."""
    if _PLAIN_ID.fullmatch(routing_id):
        return routing_id
    return b"0x" + routing_id.hex().encode()


def routing_id_from_text(text: bytes) -> bytes:
    """Read what `routing_id_to_text` wrote.

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
