"""The argument parser, and the signals and exit codes of all commands."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress

from zmq.cli import (
    bench,
    builders,
    commands,
    completion,
    info,
    keygen,
    monitor,
    option_list,
    proxy,
    session,
    top,
)
from zmq.cli.outcome import (
    EXIT_BROKEN_PIPE,
    EXIT_FAILURE,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_TERMINATED,
    EXIT_TIMEOUT,
    EXIT_USAGE,
    CommandError,
    LeaveNow,
    Terminated,
    TimeoutExpired,
    UsageError,
)
from zmq.cli.parser import Parser, likeliest
from zmq.cli.signals import raising_signals
from zmq.cli.streams import flush_output, open_missing_streams
from zmq.error import ZMQError

__all__ = ["main", "make_parser"]

_EPILOG = """\
exit codes:
  0 done, 1 failed, 2 wrong arguments, 124 timeout, 130 Ctrl-C, 143 SIGTERM,
  141 the reader of the output ended

examples:
  {prog} pull --bind tcp://127.0.0.1:5555 > got.txt
  {prog} push tcp://127.0.0.1:5555 < messages.txt
  {prog} sub tcp://127.0.0.1:5556 --topic weather | head -n 3
  {prog} rep --bind 'tcp://*:5557' --exec 'tr a-z A-Z'
  cc app.c $({prog} --cflags --libs)

'{prog} help COMMAND' shows more examples.
"""


# A missing or unreadable file or folder in the arguments of any command.
_WRONG_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


def _program_name() -> str:
    name = os.path.basename(sys.argv[0])
    return "python -m zmq" if name in ("__main__.py", "-m", "-c", "") else name


def make_parser(prog: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands.

    Parameters
    ----------
    prog : str, optional
        The program's name in its help; by default the name it was started with.

    Returns
    -------
    argparse.ArgumentParser
        The parsed arguments have the attribute ``run``, a function that takes them.
    """
    prog = prog or _program_name()
    parser = Parser(
        prog=prog,
        description="ZeroMQ in the shell: use sockets as pipes, make keys, measure, watch events.",
        epilog=_EPILOG.format(prog=prog),
    )
    builders.add_options(parser)
    added = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    commands.add_commands(added, session.run)
    for module in (monitor, top, proxy, keygen, bench, info, option_list):
        module.add_commands(added)
    completion.add_commands(added, parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        The arguments; by default ``sys.argv[1:]``.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed, 2 wrong arguments, 124 timeout, 130 Ctrl-C, 143 SIGTERM,
        141 if the reader of standard output has ended.

    Notes
    -----
    It handles signals only in the main thread. It writes results, such as messages, to standard
    output, and everything else to standard error.
    """
    open_missing_streams()
    try:
        with raising_signals():
            return _run(make_parser(), arguments)
    except (KeyboardInterrupt, Terminated) as signal:
        # A signal may interrupt the statement that stores a new socket or file, so do not warn that
        # it is open.
        warnings.simplefilter("ignore", ResourceWarning)
        return EXIT_TERMINATED if isinstance(signal, Terminated) else EXIT_INTERRUPTED


def _run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    name = parser.prog
    try:
        try:
            _check_command(parser, arguments)
            options = parser.parse_args(arguments)
        except SystemExit as ended:
            sys.stdout.flush()  # the help may still be in the buffer
            return ended.code if isinstance(ended.code, int) else EXIT_USAGE
        if options.command is None:
            return _run_without_command(parser, options)
        name = f"{parser.prog} {options.command}"
        options.run(options)
        sys.stdout.flush()
        return EXIT_OK
    except LeaveNow as leaving:
        flush_output()
        os._exit(leaving.exit_code)
    except BrokenPipeError:
        return EXIT_BROKEN_PIPE
    except UsageError as error:
        _complain(f"{name}: {error}\n{name}: try '{name} --help'")
        return EXIT_USAGE
    except TimeoutExpired as error:
        _complain(f"{name}: {error}")
        return EXIT_TIMEOUT
    except _WRONG_FILE as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{name}: {where}{error.strerror}")
        return EXIT_USAGE
    except (CommandError, ZMQError, OSError, ImportError) as error:
        _complain(f"{name}: {error}")
        return EXIT_FAILURE
    finally:
        flush_output()


def _check_command(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> None:
    """Exit if the command does not exist; suggest the most similar one instead of listing all."""
    words = sys.argv[1:] if arguments is None else arguments
    command = next((word for word in words if not word.startswith("-")), None)
    known = completion.names_of_commands(parser)
    if command is not None and command not in known:
        parser.error(f"no command {command!r}{likeliest(command, known)}")


def _run_without_command(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if builders.print_asked(options):
        sys.stdout.flush()
        return EXIT_OK
    parser.print_usage(sys.stderr)
    _complain(f"{parser.prog}: a command is missing; try '{parser.prog} --help'")
    return EXIT_USAGE


def _complain(text: str) -> None:
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
