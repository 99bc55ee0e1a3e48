"""``options``: explain the options of sockets and contexts."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from enum import IntEnum
from typing import Any

from zmq._option_texts import OptionText, option_texts
from zmq.cli.options import add_command
from zmq.cli.outcome import UsageError
from zmq.cli.parser import likeliest
from zmq.constants import ContextOption, SocketOption

__all__ = ["add_commands"]

_EXAMPLES = """\
examples:
  {prog}
  {prog} rcvtimeo linger
  {prog} --json | jq '.[].name'
"""

_KINDS: dict[str, tuple[str, type[IntEnum]]] = {
    "sockets": ("SocketOption", SocketOption),
    "contexts": ("ContextOption", ContextOption),
}


def add_commands(commands: Any) -> None:
    """Add the command ``options``."""
    parser = add_command(
        commands,
        "options",
        "explain the options of sockets and contexts",
        _EXAMPLES,
        positional="[NAME]...",
    )
    parser.add_argument(
        "arguments",
        nargs="*",
        metavar="NAME",
        help="the options to explain; by default a list of all",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array of objects")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    found = _chosen(options.arguments) if options.arguments else _all()
    if options.json:
        json.dump(
            [{**text._asdict(), "name": text.name.lower(), "of": kind} for kind, text in found],
            sys.stdout,
            indent=2,
        )
        print()
    elif options.arguments:
        print("\n\n".join(f"{text.name.lower()}\n{_indented(str(text))}" for _, text in found))
    else:
        _print_list(found)


def _all() -> list[tuple[str, OptionText]]:
    found = []
    for kind, (enum, members) in _KINDS.items():
        texts = option_texts(enum)
        found += [(kind, texts[member.name]) for member in members if member.name in texts]
    if not found:
        raise UsageError(
            "the texts of the options are in the package's source files, which are not installed"
        )
    return found


def _chosen(names: list[str]) -> list[tuple[str, OptionText]]:
    by_name: dict[str, tuple[str, OptionText]] = {}
    for kind, (enum, _) in _KINDS.items():
        for name, text in option_texts(enum).items():
            by_name.setdefault(name.lower(), (kind, text))
    for name in names:
        if name.lower() not in by_name:
            raise UsageError(f"no such option: {name!r}{likeliest(name.lower(), by_name)}")
    return [by_name[name.lower()] for name in names]


def _indented(text: str) -> str:
    return textwrap.indent(text, "  ")


def _print_list(found: list[tuple[str, OptionText]]) -> None:
    width = max(len(text.name) for _, text in found) + 2
    shown = ""
    for kind, text in found:
        if kind != shown:
            print(f"{'' if not shown else chr(10)}Options of {kind}")
            shown = kind
        print(f"  {text.name.lower():{width}}{text.summary}")
