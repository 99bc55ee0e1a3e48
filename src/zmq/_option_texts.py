"""The texts of options: meaning, value, default, time when a value applies, socket types.

Each text is a docstring below its member in ``constants.py``; Python discards such docstrings. This
module reads the texts from that file, for ``zmq.Socket.linger.__doc__``, ``python -m zmq options``,
the type stubs and the documentation. It is imported only when a text is needed.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["OptionText", "members_of", "option_texts", "without_roles"]

_SOURCE = Path(__file__).with_name("constants.py")
_FIELD = re.compile(r":(Value|Default|Applies|Sockets): ")


class OptionText(NamedTuple):
    """The text of an option.

    Attributes
    ----------
    name : str
        The name of the member.
    meaning : str
        One or more sentences.
    value : str
        Type, unit and special values; ``read only`` and ``set only``.
    default : str
        The value of a new socket or context.
    applies : str
        When a new value applies; empty if the option is read only.
    sockets : str
        The socket types that use the option; empty for options of contexts.
    """

    name: str
    meaning: str
    value: str
    default: str
    applies: str
    sockets: str

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return each non-empty field with its heading."""
        every = (
            ("Value", self.value),
            ("Default", self.default),
            ("Applies", self.applies),
            ("Sockets", self.sockets),
        )
        return [(heading, text) for heading, text in every if text]

    @property
    def summary(self) -> str:
        """The first sentence of the meaning, and before it the mark ``Draft`` of a draft option."""
        found = re.match(r"(Draft[^.]*\. )?(.*?\.)(?=\s|$)", self.meaning, re.DOTALL)
        return " ".join((found[0] if found else self.meaning).split())

    def __str__(self) -> str:
        lines = "\n".join(f"{heading}: {text}" for heading, text in self.fields)
        return f"{self.meaning}\n\n{lines}"


def without_roles(text: str) -> str:
    """Return a docstring without Sphinx roles; only the backticks around names stay."""
    text = re.sub(r":doc:`/?([^`<]+)`", r"the page \1 of the documentation", text)
    return re.sub(r":[a-z]+:(?=`)", "", text)


@lru_cache(maxsize=1)
def _docstrings() -> dict[str, dict[str, str]]:
    try:
        source = _SOURCE.read_text(encoding="utf-8")
    except OSError:  # installed without sources
        return {}
    found: dict[str, dict[str, str]] = {}
    for kind in ast.parse(source).body:
        if not isinstance(kind, ast.ClassDef):
            continue
        members = found.setdefault(kind.name, {})
        # the docstring of an alias is only "Old name of MEMBER."
        for node, after in zip(kind.body, kind.body[1:], strict=False):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
            ):
                members[node.targets[0].id] = inspect.cleandoc(str(after.value.value))
    return found


def members_of(enum: str) -> dict[str, str]:
    """Return the docstrings of the members of an enum of `zmq.constants`.

    Parameters
    ----------
    enum : str
        The name of the class.

    Returns
    -------
    dict
        The docstring of each member and alias, by name. Empty if the source of the package is not
        installed.
    """
    return dict(_docstrings().get(enum, {}))


@lru_cache(maxsize=2)
def option_texts(enum: str = "SocketOption") -> dict[str, OptionText]:
    """Return the texts of all options of a kind.

    Parameters
    ----------
    enum : str, default "SocketOption"
        ``"SocketOption"`` or ``"ContextOption"``.

    Returns
    -------
    dict
        The `OptionText` of each option, by name; an old name has the text of the new one. Empty if
        the source of the package is not installed.
    """
    found: dict[str, OptionText] = {}
    aliases: dict[str, str] = {}
    for name, docstring in members_of(enum).items():
        alias = re.fullmatch(r"Old name of (\w+)\.", docstring)
        if alias is not None:
            aliases[name] = alias[1]
            continue
        meaning, *rest = _FIELD.split(without_roles(docstring))
        fields = {
            heading.lower(): " ".join(text.split())
            for heading, text in zip(rest[::2], rest[1::2], strict=True)
        }
        found[name] = OptionText(
            name,
            meaning.strip(),
            fields.get("value", ""),
            fields.get("default", ""),
            fields.get("applies", ""),
            fields.get("sockets", ""),
        )
    for name, member in aliases.items():
        text = found[member]
        found[name] = text._replace(meaning=f"Old name of {member}. {text.meaning}")
    return found
