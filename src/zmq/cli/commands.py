"""The commands that are sockets: a table of them, and their arguments."""

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
    "send": _Kind(SENDS, "send messages by a socket of any type that sends", "tcp://host:5555"),
    "recv": _Kind(
        RECEIVES, "print the messages of a socket of any type", "--type xpub -b 'tcp://*:5555'"
    ),
    "push": _Kind(
        SENDS,
        "send each message to one of the pullers",
        "tcp://host:5555 < jobs.txt",
        "host:5555 'one job' 'another'",
        "-b :5555 -m tick --repeat 0 --interval 1",
    ),
    "pull": _Kind(
        RECEIVES, "print what is pushed", "-b 'tcp://*:5555' -n 10", "-b :5555 --exec 'wc -c'"
    ),
    "pub": _Kind(
        SENDS,
        "send messages to all subscribers",
        "-b 'tcp://*:5556' --topic news -m 'hello all'",
    ),
    "sub": _Kind(
        RECEIVES,
        "print what is published",
        "tcp://host:5556 --topic news --topic ads",
        "host:5556 news ads --format json | jq .parts",
    ),
    "xpub": _Kind(
        BOTH, "publish, and print who subscribes to what", "-b 'tcp://*:5556' < news.txt"
    ),
    "xsub": _Kind(
        BOTH, "subscribe by messages, print what is published", "tcp://host:5556 --topic news"
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
    "pair": _Kind(BOTH, "talk to one peer", "-b ipc:///tmp/chat"),
    "dealer": _Kind(BOTH, "send to the peers in turn, print what they say", "tcp://host:5558"),
    "router": _Kind(BOTH, "talk to many peers by their routing ids", "-b 'tcp://*:5558' -f hex"),
    "client": _Kind(BOTH, "talk to a SERVER (draft)", "tcp://host:5559"),
    "server": _Kind(BOTH, "talk to many CLIENTs by their routing ids (draft)", "-b 'tcp://*:5559'"),
    "radio": _Kind(
        SENDS, "send messages to a group (draft)", "udp://239.0.0.1:5560 --group news -m hello"
    ),
    "dish": _Kind(
        RECEIVES, "print the messages of groups (draft)", "-b 'udp://*:5560' --group news"
    ),
    "scatter": _Kind(SENDS, "send each message to one gatherer (draft)", "tcp://host:5561"),
    "gather": _Kind(RECEIVES, "print what is scattered (draft)", "-b 'tcp://*:5561'"),
    "channel": _Kind(BOTH, "talk to one peer, thread-safe (draft)", "-b 'tcp://*:5562'"),
    "stream": _Kind(
        BOTH,
        "talk to TCP programs that know no ZeroMQ",
        "tcp://host:80 -f whole -i request.http",
        "-b 'tcp://*:5564'",
    ),
    "dgram": _Kind(BOTH, "talk by UDP datagrams (draft)", "-b 'udp://*:5565'"),
    "peer": _Kind(BOTH, "talk to other PEERs by their routing ids (draft)", "tcp://host:5563"),
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
    "router": "Each message begins with the peer's routing id and the separator, both ways: as it"
    "\nis if it is printable, else 0x and hexadecimal digits.",
    "server": "Each message begins with the peer's routing id, a number, and the separator, both"
    "\nways.",
    "xpub": "What subscribers say is printed: 'subscribe', 'unsubscribe' or 'message', the"
    "\nseparator, and the topic or text. What is sent is published.",
    "xsub": "What is sent is for publishers: it begins with 'subscribe', 'unsubscribe' or 'message'"
    "\nand the separator. What is published is printed.",
    "stream": "With one endpoint to connect to, all goes to that program, and the end of its"
    "\nconnection is the end. Otherwise each piece begins with the connection's routing id and"
    "\nthe separator, both ways; an empty piece tells that a connection has come or gone, and"
    "\nsent, closes it.",
    "dgram": "Each message begins with the address of the peer, such as 127.0.0.1:5565, and the"
    "\nseparator, both ways.",
    "peer": "With one --connect, all goes to that peer. Otherwise each message begins with the"
    "\npeer's routing id, a number, and the separator, both ways.",
}


def add_commands(commands: Any, run: Callable[[argparse.Namespace], None]) -> None:
    """Add a command for each socket type, ``send`` and ``recv``.

    Parameters
    ----------
    commands : object
        What ``add_subparsers`` returned.
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
        help="lines: one message a line (default); nul: NUL after each; whole: the input is one"
        " message, the output has nothing between them; hex: digits, a message a line, parts with"
        " spaces between, - for an empty one; json: an object a line with its parts, read also"
        " from a list of parts or a single text",
    )
    group.add_argument(
        "-s",
        "--separator",
        type=escaped_bytes,
        metavar="SEP",
        help=r"stands between the parts of a message, such as '\t' or '|'. Without it, input is"
        " not cut into parts, and output has a tab",
    )
    if direction != SENDS:
        group.add_argument(
            "--timestamps",
            action="store_true",
            help="print before each message when it came; in json as its time",
        )
        group.add_argument(
            "--raw",
            action="store_true",
            help="do not escape control characters where the output is a terminal",
        )
    if direction != RECEIVES:
        source = group.add_mutually_exclusive_group()
        source.add_argument(
            "-m",
            "--message",
            action="append",
            metavar="TEXT",
            help="send this, and do not read standard input; may be repeated",
        )
        source.add_argument(
            "-i",
            "--input",
            action="append",
            metavar="FILE",
            help="send what is in this file, - for standard input; may be repeated",
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
            help=f"run this shell command for each message, which is its input; {what}",
        )
    else:
        group.add_argument(
            "--repeat",
            type=_repetitions,
            metavar="N",
            help="send all of it N times; 0: until Ctrl-C",
        )
        group.add_argument(
            "--interval",
            type=seconds,
            default=0.0,
            metavar="SECONDS",
            help="send a message each so many seconds",
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
        help="give up, with exit code 124, when so long nothing could be"
        f" {'sent' if direction == SENDS else 'received'} (default: never)",
    )
    if direction == BOTH:
        group.add_argument(
            "-q",
            "--quit-after",
            type=seconds,
            metavar="SECONDS",
            help="end so long after the end of the input (default: go on receiving)",
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
            help="and then so long (default: 0; 0.2 for a radio, to which peers then say what"
            " they join)",
        )
    if name in ("pub", "send"):
        group.add_argument(
            "--topic",
            action="append",
            type=os.fsencode,
            metavar="TOPIC",
            help="publish with this as the first part",
        )
    if name in ("sub", "xsub", "recv"):
        group.add_argument(
            "--topic",
            action="append",
            type=os.fsencode,
            metavar="TOPIC",
            help="subscribe to what begins so; may be repeated (default: to all)",
        )
    if name in ("radio", "send"):
        group.add_argument(
            "--group",
            action="append",
            metavar="GROUP",
            help="send to this group; without, each message begins with its group and the"
            " separator",
        )
    if name in ("dish", "recv"):
        group.add_argument(
            "--group", action="append", metavar="GROUP", help="join this group; may be repeated"
        )
        group.add_argument(
            "--show-group", action="store_true", help="print each message's group before it"
        )


def _repetitions(text: str) -> int:
    """Read a number of times, 0 for ever."""
    return 0 if text == "0" else count(text)
