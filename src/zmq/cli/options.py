"""Arguments that several commands share, and their types."""

from __future__ import annotations

import argparse
import re
from typing import Any

import zmq
from zmq.cli.outcome import UsageError
from zmq.cli.parser import likeliest
from zmq.constants import SocketOption, SocketType, _OptType
from zmq.error import ZMQError

__all__ = [
    "SOCKET_TYPES",
    "add_command",
    "add_endpoint_options",
    "add_security_options",
    "add_socket_options",
    "count",
    "endpoint_to_bind",
    "endpoint_to_connect",
    "escaped_bytes",
    "seconds",
    "set_socket_options",
    "size",
    "socket_type",
    "sort_arguments",
    "timeout_ms",
]

SOCKET_TYPES = {
    name.lower(): kind
    for name, kind in SocketType.__members__.items()
    if name not in ("XREQ", "XREP")
}


def add_command(
    commands: Any,
    name: str,
    summary: str,
    examples: str = "",
    description: str = "",
    positional: str = "",
) -> argparse.ArgumentParser:
    """Add a command to the parser's commands.

    Parameters
    ----------
    commands : object
        The result of ``add_subparsers``.
    name : str
        The name of the command.
    summary : str
        A short summary.
    examples : str, optional
        Examples at the end of its help; ``{prog}`` stands for the program and the command.
    description : str, optional
        A longer description.
    positional : str, optional
        The text of its usage after the options.

    Returns
    -------
    argparse.ArgumentParser
        The command's own parser.
    """
    text = f"{summary[0].upper()}{summary[1:]}."
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{text}\n\n{description}" if description else text,
    )
    # a usage with all options would hide the important arguments
    parser.usage = f"{parser.prog} [OPTION]... {positional}".rstrip()
    parser.epilog = examples.format(prog=parser.prog).replace("%", "%%")
    return parser


def add_endpoint_options(parser: argparse.ArgumentParser, words: str = "[ENDPOINT]...") -> None:
    """Add the arguments for endpoints to connect to and to bind.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The parser. `sort_arguments` splits its ``arguments`` into ``endpoints`` and ``rest``.
    words : str, optional
        The text of its usage after the options.
    """
    group = parser.add_argument_group("endpoints (tcp://host:port, ipc:///path, ws://host:port)")
    rest = {
        "TEXT": "; then messages, as with -m",
        "TOPIC": "; then topics, as with --topic",
        "GROUP": "; then groups, as with --group",
    }
    more = "".join(text for word, text in rest.items() if f"[{word}]" in words)
    group.add_argument(
        "arguments",
        nargs="*",
        metavar="ENDPOINT",
        help="connect to it; can be repeated; host:port and :port are tcp" + more,
    )
    group.add_argument(
        "-c",
        "--connect",
        action="append",
        default=[],
        type=endpoint_to_connect,
        metavar="ENDPOINT",
        help="the same",
    )
    group.add_argument(
        "-b",
        "--bind",
        action="append",
        default=[],
        type=endpoint_to_bind,
        metavar="ENDPOINT",
        help="listen on it; :5555 is tcp://*:5555, on all interfaces; with port * the command "
        "takes a free port and prints it on standard error; an ipc path is taken over from a "
        "program that still listens on it",
    )


def add_socket_options(parser: argparse.ArgumentParser) -> None:
    """Add ``-O NAME=VALUE`` and ``-v``."""
    group = parser.add_argument_group("sockets")
    group.add_argument(
        "-O",
        "--option",
        action="append",
        default=[],
        type=_socket_option,
        metavar="NAME=VALUE",
        help="set a socket option, such as rcvhwm=10 or ipv6=1; can be repeated",
    )
    group.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="report connection events on standard error",
    )


def add_security_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of CURVE and PLAIN."""
    group = parser.add_argument_group("security")
    group.add_argument(
        "--curve-server-key",
        metavar="KEY",
        help="encrypt with CURVE; the public key of the server: 40 characters, or a certificate "
        "file",
    )
    group.add_argument(
        "--curve-key",
        metavar="FILE",
        help="own certificate with its secret key (clients: a temporary key by default)",
    )
    group.add_argument(
        "--curve-server", action="store_true", help="be the CURVE server; needs --curve-key"
    )
    group.add_argument(
        "--curve-allow",
        metavar="DIR",
        help="as a server, accept only clients with a certificate in this folder (default: all "
        "clients)",
    )
    group.add_argument(
        "--plain-user",
        metavar="NAME",
        help="log in with PLAIN, which does not encrypt; the password is in the environment"
        " variable ZMQ_PLAIN_PASSWORD",
    )
    group.add_argument(
        "--plain-server",
        metavar="FILE",
        help="be the PLAIN server, for the users in this file: lines of NAME:PASSWORD",
    )


# ---------------------------------------------------------------------- types of arguments

# Does not match a URL, which has a slash after its colon.
_SHORT = re.compile(r"(\[[0-9a-fA-F:.]+(?:%\w+)?\]|[^\s:/\[\]]*):([0-9]{1,5}|\*)")


def endpoint_to_connect(text: str) -> str:
    """Parse an endpoint; ``host:port`` means tcp, ``:port`` this machine."""
    found = _SHORT.fullmatch(text)
    return f"tcp://{found[1] or '127.0.0.1'}:{found[2]}" if found else text


def endpoint_to_bind(text: str) -> str:
    """Parse an endpoint; ``host:port`` means tcp, ``:port`` all interfaces."""
    found = _SHORT.fullmatch(text)
    return f"tcp://{found[1] or '*'}:{found[2]}" if found else text


def sort_arguments(options: argparse.Namespace) -> None:
    """Separate the endpoints from the arguments after them.

    Parameters
    ----------
    options : argparse.Namespace
        Its ``arguments`` are split into ``endpoints``, the leading arguments that are endpoints,
        and ``rest``. A short ``host:port`` counts as an endpoint only if it is the first argument,
        and no option gives an endpoint.
    """
    endpoints: list[str] = []
    words = list(options.arguments)
    named = bool(options.connect or options.bind)
    while words:
        short = not (endpoints or named) and _SHORT.fullmatch(words[0])
        if not (short or re.match(r"[a-z]+://", words[0])):
            break
        endpoints.append(endpoint_to_connect(words.pop(0)))
    if words and not (endpoints or named):
        raise UsageError(f"expected an endpoint, such as tcp://127.0.0.1:5555, got {words[0]!r}")
    options.endpoints = endpoints
    options.rest = words


def socket_type(text: str) -> SocketType:
    """Parse the name of a socket type, in upper or lower case."""
    kind = SOCKET_TYPES.get(text.lower())
    if kind is None:
        raise argparse.ArgumentTypeError(
            f"no such socket type: {text!r} (there are {', '.join(sorted(SOCKET_TYPES))})"
            f"{likeliest(text.lower(), SOCKET_TYPES)}"
        )
    return kind


def seconds(text: str) -> float:
    """Parse a time in seconds, not negative."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"expected seconds, such as 2 or 0.5, got {text!r}")
    return value


def timeout_ms(value: float | None) -> int:
    """Convert seconds to libzmq's milliseconds, an int of at least 1; -1 for None."""
    return -1 if value is None else max(1, round(value * 1000))


def count(text: str) -> int:
    """Parse a number of messages, at least 1."""
    value = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, got {text!r}")
    return value


def size(text: str) -> int:
    """Parse a number of bytes, such as ``100``, ``4K`` or ``1M``."""
    found = re.fullmatch(r"([0-9]{1,12})([kmgKMG]?)", text)
    value = int(found[1]) * 1024 ** " KMG".index(found[2].upper() or " ") if found else 0
    if not 0 < value <= 1 << 30:
        raise argparse.ArgumentTypeError(
            f"expected a size from 1 byte to 1G, such as 100, 4K or 1M, got {text!r}"
        )
    return value


def escaped_bytes(text: str) -> bytes:
    r"""Parse typed bytes: ``\t``, ``\n``, ``\0``, ``\\`` and ``\xNN`` are escapes."""
    escapes = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"0": b"\0", b"\\": b"\\"}

    def replace(found: re.Match[bytes]) -> bytes:
        code = found[1]
        if code.startswith(b"x") and len(code) == 3:
            return bytes([int(code[1:], 16)])
        if code in escapes:
            return escapes[code]
        raise argparse.ArgumentTypeError(
            rf"no such escape in {text!r}: there are \t \n \r \0 \\ and \xNN"
        )

    data = text.encode("utf-8", "surrogateescape")
    return re.sub(rb"\\(x[0-9a-fA-F]{2}|.|$)", replace, data, flags=re.DOTALL)


def _socket_option(text: str) -> tuple[SocketOption, int | bytes]:
    name, equals, value = text.partition("=")
    option = SocketOption.__members__.get(name.upper())
    if option is None or not equals:
        raise argparse.ArgumentTypeError(
            f"expected the NAME=VALUE of a socket option, such as rcvhwm=10, got {text!r}"
            f"{likeliest(name.lower(), map(str.lower, SocketOption.__members__))}"
        )
    if option._opt_type == _OptType.bytes:
        return option, escaped_bytes(value)
    try:
        return option, int(value, 0)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"the option {name} takes a whole number, got {value!r}"
        ) from None


def set_socket_options(
    sock: zmq.Socket[Any], options: list[tuple[SocketOption, int | bytes]]
) -> None:
    """Set the socket options given by ``-O``.

    Raises
    ------
    zmq.ZMQError
        With the option's name in its message.
    """
    for option, value in options:
        try:
            sock.set(option, value)
        except ZMQError as error:
            # the error message contains the value, unless that is secret
            raise ZMQError(
                error.errno, f"the socket refuses {option.name.lower()}: {error}"
            ) from error
        except OverflowError:
            raise UsageError(f"--option {option.name.lower()}: {value!r} is too large") from None
