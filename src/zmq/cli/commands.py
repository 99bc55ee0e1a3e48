"""The table of the socket commands, and their arguments."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from zmq.cli.messages import FORMATS
from zmq.cli.options import (
    SOCKET_TYPES,
    add_command,
    add_endpoint_options,
    add_security_options,
    add_socket_options,
    count,
    escaped_bytes,
    seconds,
    socket_type,
)
from zmq.constants import SocketType

__all__ = [
    "ANSWERS",
    "ASKS",
    "BOTH",
    "CAN_RECEIVE",
    "CAN_SEND",
    "COMMANDS",
    "RECEIVES",
    "SENDS",
    "SINGLE_PART",
    "add_commands",
]

SENDS, RECEIVES, BOTH, ASKS, ANSWERS = "sends", "receives", "both", "asks", "answers"


class _Kind(NamedTuple):
    direction: str
    summary: str
    example: str
    second_example: str = ""
    third_example: str = ""

    @property
    def examples(self) -> str:
        every = filter(None, (self.example, self.second_example, self.third_example))
        lines = [f"  {{prog}} {example}" for example in every]
        return "\n".join(["example:" if len(lines) == 1 else "examples:", *lines])


COMMANDS = {
    "send": _Kind(SENDS, "send messages with a socket of any sending type", "tcp://host:5555"),
    "recv": _Kind(
        RECEIVES,
        "receive and print messages with a socket of any receiving type",
        "--type xpub -b 'tcp://*:5555'",
    ),
    "push": _Kind(
        SENDS,
        "send each message to one of the pullers",
        "tcp://host:5555 < jobs.txt",
        "host:5555 'one job' 'another'",
        "-b :5555 -m tick --repeat 0 --interval 1",
    ),
    "pull": _Kind(
        RECEIVES,
        "receive and print messages of PUSH sockets",
        "-b 'tcp://*:5555' -n 10",
        "-b :5555 --exec 'wc -c'",
    ),
    "pub": _Kind(
        SENDS,
        "send messages to all subscribers",
        "-b 'tcp://*:5556' --topic news -m 'hello all'",
    ),
    "sub": _Kind(
        RECEIVES,
        "subscribe, and print the messages",
        "tcp://host:5556 --topic news --topic ads",
        "host:5556 news ads --format json | jq .parts",
    ),
    "xpub": _Kind(BOTH, "publish, and print the subscriptions", "-b 'tcp://*:5556' < news.txt"),
    "xsub": _Kind(
        BOTH,
        "send subscriptions as messages, print the published messages",
        "tcp://host:5556 --topic news",
    ),
    "req": _Kind(
        ASKS,
        "send requests, print their replies",
        "tcp://host:5557 -t 2 -m 'how are you?'",
        "host:5557 'how are you?'",
    ),
    "rep": _Kind(
        ANSWERS,
        "print requests, reply to each",
        "-b 'tcp://*:5557' --echo",
        "-b :5557 --exec 'tr a-z A-Z'",
    ),
    "pair": _Kind(BOTH, "exchange messages with one peer", "-b ipc:///tmp/chat"),
    "dealer": _Kind(BOTH, "send to the peers in turn, print their messages", "tcp://host:5558"),
    "router": _Kind(
        BOTH, "exchange messages with many peers by their routing ids", "-b 'tcp://*:5558' -f hex"
    ),
    "client": _Kind(BOTH, "exchange messages with a SERVER (draft)", "tcp://host:5559"),
    "server": _Kind(
        BOTH,
        "exchange messages with many CLIENTs by their routing ids (draft)",
        "-b 'tcp://*:5559'",
    ),
    "radio": _Kind(
        SENDS, "send messages to a group (draft)", "udp://239.0.0.1:5560 --group news -m hello"
    ),
    "dish": _Kind(
        RECEIVES, "join groups, and print their messages (draft)", "-b 'udp://*:5560' --group news"
    ),
    "scatter": _Kind(SENDS, "send each message to one GATHER (draft)", "tcp://host:5561"),
    "gather": _Kind(
        RECEIVES, "receive and print messages of SCATTER sockets (draft)", "-b 'tcp://*:5561'"
    ),
    "channel": _Kind(
        BOTH, "exchange messages with one peer, thread-safe (draft)", "-b 'tcp://*:5562'"
    ),
    "stream": _Kind(
        BOTH,
        "exchange bytes with TCP programs that do not use ZeroMQ",
        "tcp://host:80 -f whole -i request.http",
        "-b 'tcp://*:5564'",
    ),
    "dgram": _Kind(BOTH, "exchange UDP datagrams (draft)", "-b 'udp://*:5565'"),
    "peer": _Kind(
        BOTH, "exchange messages with other PEERs by their routing ids (draft)", "tcp://host:5563"
    ),
}

CAN_SEND = {"push", "pub", "xpub", "pair", "dealer", "radio", "scatter", "client", "channel"}
CAN_RECEIVE = {"pull", "sub", "pair", "dealer", "router", "xsub", "dish", "gather", "client"}
CAN_RECEIVE |= {"server", "channel", "peer", "rep", "xpub", "stream", "dgram"}
SINGLE_PART = {
    SocketType.CLIENT,
    SocketType.SERVER,
    SocketType.RADIO,
    SocketType.SCATTER,
    SocketType.CHANNEL,
    SocketType.PEER,
}

_ADDRESSES = {
    "router": "Each message begins with the peer's routing id and the separator, in both"
    "\ndirections. A routing id that is not printable is written as 0x and hexadecimal digits.",
    "server": "Each message begins with the peer's routing id (a number) and the separator, in both"
    "\ndirections.",
    "xpub": "Prints what subscribers send: 'subscribe' or 'unsubscribe', the separator and the"
    "\ntopic; or 'message', the separator and the text. Publishes its input.",
    "xsub": "Each message to the publishers begins with a word ('subscribe', 'unsubscribe' or"
    "\n'message') and the separator. Prints the published messages.",
    "stream": "With one endpoint to connect to, all input goes to the program there, and the"
    "\ncommand ends when that program closes the connection. Otherwise each piece of data begins"
    "\nwith the connection's routing id and the separator, in both directions. A received empty"
    "\npiece means that a connection has opened or closed; sending an empty piece closes a"
    "\nconnection.",
    "dgram": "Each message begins with the address of the peer, such as 127.0.0.1:5565, and the"
    "\nseparator, in both directions.",
    "peer": "With one --connect, all messages go to that peer. Otherwise each message begins with"
    "\nthe peer's routing id (a number) and the separator, in both directions.",
}


def add_commands(commands: Any, run: Callable[[argparse.Namespace], None]) -> None:
    """Add ``send``, ``recv``, and a command for each socket type.

    Parameters
    ----------
    commands : object
        The result of ``add_subparsers``.
    run : callable
        Runs the command.
    """
    for name, kind in COMMANDS.items():
        words = "[ENDPOINT]... [TEXT]..."
        if kind.direction == RECEIVES:
            words = {
                "sub": "[ENDPOINT]... [TOPIC]...",
                "recv": "[ENDPOINT]... [TOPIC]...",
                "dish": "[ENDPOINT]... [GROUP]...",
            }.get(name, "[ENDPOINT]...")
        parser = add_command(
            commands, name, kind.summary, kind.examples, _ADDRESSES.get(name, ""), words
        )
        add_endpoint_options(parser, words)
        _add_message_options(parser, name, kind.direction)
        add_socket_options(parser)
        add_security_options(parser)
        parser.set_defaults(run=run, direction=kind.direction)


def _add_message_options(parser: argparse.ArgumentParser, name: str, direction: str) -> None:
    group = parser.add_argument_group("messages")
    if direction in (SENDS, RECEIVES) and name in ("send", "recv"):
        default = "push" if direction == SENDS else "pull"
        group.add_argument(
            "--type",
            type=socket_type,
            default=SOCKET_TYPES[default],
            metavar="TYPE",
            help=f"type of the socket (default: {default})",
        )
    group.add_argument(
        "-f",
        "--format",
        choices=FORMATS,
        default="lines",
        help="lines: a message per line (default); nul: a NUL after each message; whole: the whole "
        "input is one message, output without separators; hex: a message per line, its parts as "
        "hexadecimal digits with spaces between them, - for an empty part; json: per line an "
        "object with the parts of a message (the input may also be a list of parts or a text)",
    )
    group.add_argument(
        "-s",
        "--separator",
        type=escaped_bytes,
        metavar="SEP",
        help=r"text between the parts of a message, such as '\t' or '|'. By default input is not "
        r"split into parts, and output has a tab between parts",
    )
    if direction != SENDS:
        group.add_argument(
            "--timestamps",
            action="store_true",
            help="print the time of arrival before each message; in json as the key 'time'",
        )
        group.add_argument(
            "--raw",
            action="store_true",
            help="do not escape control characters on a terminal",
        )
    if direction != RECEIVES:
        source = group.add_mutually_exclusive_group()
        source.add_argument(
            "-m",
            "--message",
            action="append",
            metavar="TEXT",
            help="send this message instead of standard input; can be repeated",
        )
        source.add_argument(
            "-i",
            "--input",
            action="append",
            metavar="FILE",
            help="send the content of this file, - for standard input; can be repeated",
        )
    if direction == ANSWERS:
        source.add_argument("--echo", action="store_true", help="reply with the request")
    if direction in (ANSWERS, RECEIVES):
        where = source if direction == ANSWERS else group
        what = "reply with its output" if direction == ANSWERS else "do not print the message"
        where.add_argument(
            "--exec",
            metavar="COMMAND",
            dest="execute",
            help=f"run this shell command with each message as its standard input; {what}",
        )
    else:
        group.add_argument(
            "--repeat",
            type=_repetitions,
            metavar="N",
            help="send all messages N times; 0: until Ctrl-C",
        )
        group.add_argument(
            "--interval",
            type=seconds,
            default=0.0,
            metavar="SECONDS",
            help="send a message every this many seconds",
        )
    what = {
        SENDS: "sent",
        RECEIVES: "received",
        BOTH: "received",
        ASKS: "answered",
        ANSWERS: "answered",
    }[direction]
    group.add_argument(
        "-n", "--count", type=count, metavar="N", help=f"end after N messages {what}"
    )
    group.add_argument(
        "-t",
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="exit with code 124 after this many seconds in which no message could be"
        f" {'sent' if direction == SENDS else 'received'} (default: never)",
    )
    if direction == BOTH:
        group.add_argument(
            "-q",
            "--quit-after",
            type=seconds,
            metavar="SECONDS",
            help="exit this many seconds after the end of the input (default: keep receiving)",
        )
    if direction in (SENDS, BOTH, ASKS):
        default_peers = 1 if name in ("pub", "radio") else 0
        group.add_argument(
            "--peers",
            type=int,
            metavar="N",
            help="before sending, wait for N"
            f" {'subscribers' if name == 'pub' else 'peers'} (default: {default_peers})",
        )
        group.add_argument(
            "--delay",
            type=seconds,
            metavar="SECONDS",
            help="before sending, wait this many seconds more (default: 0; 0.2 for radio, so that "
            "peers can join groups)",
        )
    if name in ("pub", "send"):
        group.add_argument(
            "--topic",
            action="append",
            type=os.fsencode,
            metavar="TOPIC",
            help="publish with this topic as the first part",
        )
    if name in ("sub", "xsub", "recv"):
        group.add_argument(
            "--topic",
            action="append",
            type=os.fsencode,
            metavar="TOPIC",
            help="subscribe to messages that begin with this; can be repeated (default: all "
            "messages)",
        )
    if name in ("radio", "send"):
        group.add_argument(
            "--group",
            action="append",
            metavar="GROUP",
            help="send to this group; without it, each message begins with its group and the "
            "separator",
        )
    if name in ("dish", "recv"):
        group.add_argument(
            "--group", action="append", metavar="GROUP", help="join this group; can be repeated"
        )
        group.add_argument(
            "--show-group", action="store_true", help="print each message's group before it"
        )


def _repetitions(text: str) -> int:
    """Parse a number of repetitions; 0 means for ever."""
    return 0 if text == "0" else count(text)
