"""Show the records of a :class:`zmq.log.handlers.PUBHandler`: ``python -m zmq.log ENDPOINT``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest

import zmq
from zmq.cli.outcome import EXIT_TERMINATED, Terminated
from zmq.cli.signals import raising_signals

# A message must not control the terminal: replace all control characters except tabs and line
# breaks by visible ones.
_CONTROL_CHARACTERS = {
    code: "\N{REPLACEMENT CHARACTER}"
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\t\n"
}

_STYLES = {
    "DEBUG": "cyan",
    "INFO": "green",
    "WARNING": "yellow",
    "ERROR": "red",
    "CRITICAL": "bold white on red",
}


class TopicAligner:
    """Pads the parts of topics to the width of the widest one so far."""

    def __init__(self) -> None:
        self.widths: list[int] = []

    def align(self, topic: str) -> str:
        parts = topic.split(".")
        pairs = zip_longest(parts, self.widths)
        self.widths = [max(len(part or ""), width or 0) for part, width in pairs]
        padded = [part.ljust(width) for part, width in zip(parts, self.widths, strict=False)]
        # Blanks stand for each missing part and its dot.
        blank = "".join(" " * (width + 1) for width in self.widths[len(parts) :])
        return ".".join(padded) + blank


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m zmq.log",
        description="Show the log messages of a zmq.log.handlers.PUBHandler, until interrupted.",
    )
    parser.add_argument(
        "zmq_pub_url", help="endpoint that the handler is bound to, such as tcp://127.0.0.1:12345"
    )
    parser.add_argument(
        "-t",
        "--topic",
        action="append",
        help="show only messages whose topic begins with this; can be repeated",
    )
    parser.add_argument(
        "--timestamp", action="store_true", help="show the local time of arrival of each message"
    )
    parser.add_argument(
        "--separator",
        default=" | ",
        help="text between topic and message (default: %(default)r)",
    )
    parser.add_argument(
        "--dateformat",
        default="%Y-%m-%d %H:%M:%S",
        metavar="FORMAT",
        help="strftime format of --timestamp (default: %(default)s)",
    )
    parser.add_argument("--align", action="store_true", help="pad topics to the same width")
    parser.add_argument(
        "--color",
        action="store_true",
        help="colour by level on a terminal; needs the package rich",
    )
    return parser


def plain_printer() -> Callable[[str, str], None]:
    def show(line: str, level: str) -> None:
        print(line, flush=True)

    return show


def colour_printer() -> Callable[[str, str], None]:
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        print("no colour: install the package rich for it", file=sys.stderr)
        return plain_printer()
    console = Console(soft_wrap=True, highlight=False)

    def show(line: str, level: str) -> None:
        console.print(Text(line, style=_STYLES.get(level, "")))

    return show


def level_of(topic: str) -> str:
    """Return the level in a topic: the first part that is the name of a level."""
    return next((part for part in topic.split(".") if part in _STYLES), "")


def watch(options: argparse.Namespace, show: Callable[[str, str], None]) -> None:
    """Print messages for ever."""
    aligner = TopicAligner()
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        for topic in options.topic or [""]:
            socket.subscribe(topic)
        socket.connect(options.zmq_pub_url)
        while True:
            first, *rest = (
                part.decode("utf8", "replace").translate(_CONTROL_CHARACTERS)
                for part in socket.recv_multipart()
            )
            level = level_of(first)
            if options.align:
                first = aligner.align(first)
            line = first + options.separator + " ".join(rest).rstrip("\n")
            if options.timestamp:
                line = f"{datetime.now().strftime(options.dateformat)} {line}"
            show(line, level)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    argv : list of str, optional
        The arguments; by default ``sys.argv[1:]``.

    Returns
    -------
    int
        The exit code: 0 when interrupted or when the reader of the output has ended, 1 for a wrong
        endpoint, 143 after SIGTERM.
    """
    parser = arguments()
    options = parser.parse_args(argv)
    try:
        with raising_signals():
            watch(options, colour_printer() if options.color else plain_printer())
    except KeyboardInterrupt:
        pass
    except Terminated:
        return EXIT_TERMINATED
    except BrokenPipeError:
        # Otherwise the interpreter would report an error when it flushes the output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except zmq.ZMQError as error:
        print(f"{parser.prog}: cannot watch {options.zmq_pub_url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
