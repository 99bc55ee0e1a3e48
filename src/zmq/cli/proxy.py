"""``proxy``: messages passed between two sockets, and copied to a third."""

from __future__ import annotations

import argparse
from typing import Any

import zmq
from zmq.cli.options import (
    add_command,
    add_security_options,
    add_socket_options,
    set_socket_options,
    socket_type,
)
from zmq.cli.outcome import UsageError
from zmq.cli.sockets import authenticating, check_security, opened_context, secure, tell_bound
from zmq.constants import SocketType

__all__ = ["add_commands"]

_KINDS = {
    "queue": (SocketType.ROUTER, SocketType.DEALER),
    "forwarder": (SocketType.XSUB, SocketType.XPUB),
    "streamer": (SocketType.PULL, SocketType.PUSH),
}

_EXAMPLES = """\
examples:
  {prog} --frontend tcp://*:5555 --backend tcp://*:5556
  {prog} --kind forwarder --frontend tcp://*:5557 --backend tcp://*:5558 --capture ipc:///tmp/tap
  {prog} --kind streamer --connect-frontend tcp://host:5559 --backend ipc:///tmp/jobs
"""


def add_commands(commands: Any) -> None:
    """Add the command ``proxy``."""
    parser = add_command(
        commands,
        "proxy",
        "pass messages between two sockets until Ctrl-C",
        _EXAMPLES,
        "queue: REQ or DEALER in front, REP or ROUTER at the back.\n"
        "forwarder: PUB in front, SUB at the back.\n"
        "streamer: PUSH in front, PULL at the back.",
    )
    parser.add_argument(
        "--kind", choices=sorted(_KINDS), default="queue", help="which types (default: queue)"
    )
    for side in ("frontend", "backend", "capture"):
        group = parser.add_argument_group(side)
        group.add_argument(
            f"--{side}",
            action="append",
            default=[],
            metavar="ENDPOINT",
            help="listen here; may be repeated",
        )
        group.add_argument(
            f"--connect-{side}",
            action="append",
            default=[],
            metavar="ENDPOINT",
            help="connect to it; may be repeated",
        )
        default = "pub" if side == "capture" else "as --kind says"
        group.add_argument(
            f"--{side}-type",
            type=socket_type,
            metavar="TYPE",
            help=f"type of the socket (default: {default})",
        )
    add_socket_options(parser)
    add_security_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    check_security(options)
    front_type, back_type = _KINDS[options.kind]
    with opened_context() as context, authenticating(context, options):
        frontend = _make(context, options, "frontend", options.frontend_type or front_type)
        backend = _make(context, options, "backend", options.backend_type or back_type)
        capture = None
        if options.capture or options.connect_capture:
            kind = options.capture_type or SocketType.PUB
            capture = _make(context, options, "capture", kind)
        elif options.capture_type:
            raise UsageError("--capture-type: the capture has no endpoint; add --capture")
        zmq.proxy(frontend, backend, capture)


def _make(
    context: zmq.Context[Any], options: argparse.Namespace, side: str, kind: SocketType
) -> zmq.Socket[Any]:
    to_bind: list[str] = getattr(options, side)
    to_connect: list[str] = getattr(options, f"connect_{side}")
    if not (to_bind or to_connect):
        raise UsageError(f"the {side} needs an endpoint: --{side} or --connect-{side}")
    sock: zmq.Socket[Any] = context.socket(kind)
    set_socket_options(sock, options.option)
    secure(sock, options)
    if kind == SocketType.SUB:
        sock.subscribe(b"")
    for endpoint in to_bind:
        sock.bind(endpoint)
        tell_bound(sock, endpoint, options.verbose, side)
    for endpoint in to_connect:
        sock.connect(endpoint)
    return sock
