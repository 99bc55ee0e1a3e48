"""``monitor``: print the events of a socket as they happen."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import datetime
from typing import Any

import zmq
from zmq.cli.options import (
    add_command,
    add_endpoint_options,
    add_security_options,
    add_socket_options,
    count,
    seconds,
    set_socket_options,
    socket_type,
    sort_arguments,
)
from zmq.cli.outcome import TimeoutExpired, UsageError
from zmq.cli.peers import describe_event
from zmq.cli.security import authenticating, check_security, secure
from zmq.cli.sockets import (
    attach,
    glance_ms,
    opened_context,
    patiently,
)
from zmq.constants import Event, SocketType
from zmq.error import Again
from zmq.utils.monitor import parse_monitor_message

__all__ = ["add_commands"]

_EXAMPLES = """\
examples:
  {prog} tcp://host:5555                        watch a connection
  {prog} tcp://host:5555 --until handshake_succeeded -t 5 && echo up
  {prog} --type pull -b 'tcp://*:5555' --json   print each client that connects
"""


def add_commands(commands: Any) -> None:
    """Add the command ``monitor``."""
    parser = add_command(
        commands,
        "monitor",
        "connect or bind a socket, print its events",
        _EXAMPLES,
        "Each line has the time, the event, the endpoint, and the value if the event has one.",
        "[ENDPOINT]...",
    )
    add_endpoint_options(parser)
    group = parser.add_argument_group("events")
    group.add_argument(
        "--type",
        type=socket_type,
        default=SocketType.DEALER,
        metavar="TYPE",
        help="type of the socket (default: dealer)",
    )
    group.add_argument(
        "--until", type=_event, metavar="EVENT", help="end with exit code 0 after this event"
    )
    group.add_argument("-n", "--count", type=count, metavar="N", help="end after N events")
    group.add_argument(
        "-t",
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="exit with code 124 after this many seconds without an event, or without the event of "
        "--until (default: never)",
    )
    group.add_argument("--json", action="store_true", help="print a JSON object per line")
    add_socket_options(parser)
    add_security_options(parser)
    parser.set_defaults(run=_run)


def _event(text: str) -> Event:
    name = text.upper().replace("-", "_")
    event = Event.__members__.get(name)
    if event is None or name.startswith(("ALL", "PROTOCOL")):
        raise argparse.ArgumentTypeError(
            f"no such event: {text!r}, expected one such as connected or handshake_succeeded"
        )
    return event


def _run(options: argparse.Namespace) -> None:
    sort_arguments(options)
    if options.rest:
        raise UsageError(f"an argument too much: {options.rest[0]!r} is no endpoint")
    check_security(options)
    with opened_context() as context, authenticating(context, options):
        sock = context.socket(options.type)
        with sock:
            sock.linger = 0
            set_socket_options(sock, options.option)
            secure(sock, options)
            events = sock.get_monitor_socket()
            events.rcvtimeo = glance_ms(options.timeout)
            try:
                attached = attach(sock, options)
                _print_events(events, sock, attached.bound, options)
            except Again:
                missed = "nothing happened"
                if options.until is not None:
                    missed = f"{options.until.name.lower()} did not happen"
                raise TimeoutExpired(f"{missed} for {options.timeout:g} s") from None
            finally:
                sock.disable_monitor()


def _print_events(
    events: zmq.Socket[Any], sock: zmq.Socket[Any], bound: list[str], options: argparse.Namespace
) -> None:
    number = 0
    timeout = options.timeout
    # With --until, the timeout limits the whole time, because an absent peer causes an event at
    # each attempt to connect.
    deadline = None if options.until is None or timeout is None else time.monotonic() + timeout
    while number != options.count:
        if deadline is not None:
            timeout = deadline - time.monotonic()
            if timeout <= 0:
                raise Again
        message = parse_monitor_message(patiently(events.recv_multipart, timeout))
        event, value = message["event"], message["value"]
        endpoint = message["endpoint"].decode(errors="replace")
        now = datetime.now().astimezone()
        name = str(event.name).lower()
        detail = describe_event(event, value, sock, sock.type, endpoint, endpoint not in bound)
        if options.json:
            line = json.dumps(
                {
                    "time": now.isoformat(timespec="milliseconds"),
                    "event": name,
                    "endpoint": endpoint,
                    "value": int(value),
                    "detail": detail,
                }
            )
        else:
            line = (
                f"{now:%H:%M:%S}.{now.microsecond // 1000:03} {name} {endpoint} {detail}".rstrip()
            )
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        number += 1
        if event == options.until or event == Event.MONITOR_STOPPED:
            return
