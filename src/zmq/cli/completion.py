"""The commands ``help`` and ``completion``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from zmq.cli.options import add_command
from zmq.cli.outcome import CommandError, UsageError
from zmq.cli.parser import likeliest

__all__ = ["add_commands", "names_of_commands"]

_SHELLS = ("bash", "zsh", "tcsh")

_HELP_EXAMPLES = """\
example:
  {prog} sub
"""

_COMPLETION_EXAMPLES = """\
examples:
  eval "$({prog} bash)"                        in ~/.bashrc
  {prog} zsh > ~/.zfunc/_zmq                   with fpath+=~/.zfunc in ~/.zshrc
"""


def add_commands(commands: Any, parser: argparse.ArgumentParser) -> None:
    """Add ``help`` and ``completion``.

    Parameters
    ----------
    commands : object
        The result of ``add_subparsers``.
    parser : argparse.ArgumentParser
        The parser of all commands.
    """
    asked = add_command(
        commands, "help", "show the help of a command", _HELP_EXAMPLES, positional="[COMMAND]"
    )
    asked.add_argument(
        "topic",
        nargs="?",
        metavar="COMMAND",
        help="the command; by default the list of all commands",
    )
    asked.set_defaults(run=lambda options: _print_help(parser, options.topic))
    completing = add_command(
        commands,
        "completion",
        "print a shell script that completes commands and options",
        _COMPLETION_EXAMPLES,
        "The script completes the commands of the program 'zmq'. Needs the package shtab.",
        "SHELL",
    )
    completing.add_argument(
        "shell", choices=_SHELLS, metavar="SHELL", help=f"one of {', '.join(_SHELLS)}"
    )
    completing.set_defaults(run=lambda options: _print_script(parser, options.shell))


def names_of_commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """Return the parsers of the commands, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return action.choices
    return {}


def _print_help(parser: argparse.ArgumentParser, command: str | None) -> None:
    if command is None:
        parser.print_help()
        return
    known = names_of_commands(parser)
    if command not in known:
        raise UsageError(f"no command {command!r}{likeliest(command, known)}")
    known[command].print_help()


def _print_script(parser: argparse.ArgumentParser, shell: str) -> None:
    try:
        import shtab
    except ImportError as error:
        raise CommandError("completion needs the package shtab: pip install shtab") from error
    parser.prog = "zmq"
    for name, command in names_of_commands(parser).items():
        command.prog = f"zmq {name}"
        for action in command._actions:
            if action.metavar == "FILE":
                action.complete = shtab.FILE  # type: ignore[attr-defined]
            elif action.metavar == "DIR":
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell))
