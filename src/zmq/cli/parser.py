"""The argument parser: for a wrong argument it prints the usage, and suggests a similar one."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from zmq.cli.outcome import EXIT_USAGE

__all__ = ["Parser", "likeliest"]


def likeliest(text: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'sub'?`` if a known word is similar to the text, otherwise ""."""
    found = difflib.get_close_matches(text, list(known), 1, 0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


class Parser(argparse.ArgumentParser):
    """The parser of the program, or of a command.

    If the command has ``arguments``, words that follow an option are also added to them.
    """

    def __init__(self, prog: str | None = None, **kwargs: Any) -> None:
        # _SubParsersAction creates parsers of this class, with its own arguments.
        kwargs["formatter_class"] = argparse.RawDescriptionHelpFormatter
        kwargs["allow_abbrev"] = False
        super().__init__(prog, **kwargs)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse all arguments; none may be left over."""
        found, rest = super().parse_known_args(args, namespace or argparse.Namespace())
        words: list[str] = []
        while rest:
            word = rest.pop(0)
            if word == "--":
                words += rest
                break
            if word.startswith("-") and word != "-" and not word[1:2].isdigit():
                name = word.partition("=")[0]
                self.error(f"no option {name!r}{likeliest(name, self._option_string_actions)}")
            words.append(word)
        if words and not hasattr(found, "arguments"):
            self.error(f"an argument too much: {words[0]!r}")
        if words:
            found.arguments = [*found.arguments, *words]
        return found, []

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and exit."""
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n{self.prog}: try '{self.prog} --help'\n")
