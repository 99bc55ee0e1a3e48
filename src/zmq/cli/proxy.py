"""``proxy``: pass messages between two sockets, and copies to a third."""

from __future__ import annotations

import argparse
import threading
from contextlib import ExitStack
from typing import Any

import zmq
from zmq.cli.options import (
    add_command,
    add_security_options,
    add_socket_options,
    endpoint_to_bind,
    endpoint_to_connect,
    set_socket_options,
    socket_type,
)
from zmq.cli.outcome import UsageError
from zmq.cli.security import authenticating, check_security, secure
from zmq.cli.sockets import (
    check_endpoints,
    opened_context,
    opening,
    tell_bound,
)
from zmq.constants import SocketType
from zmq.error import ContextTerminated

__all__ = ["add_commands"]

_KINDS = {
    "queue": (SocketType.ROUTER, SocketType.DEALER),
    "forwarder": (SocketType.XSUB, SocketType.XPUB),
    "streamer": (SocketType.PULL, SocketType.PUSH),
}

_EXAMPLES = """\
examples:
  {prog} --frontend 'tcp://*:5555' --backend 'tcp://*:5556'
  {prog} --kind forwarder --frontend 'tcp://*:5557' --backend 'tcp://*:5558'
  {prog} --frontend 'tcp://*:5555' --backend 'tcp://*:5556' --capture ipc:///tmp/tap
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
        "--kind", choices=sorted(_KINDS), default="queue", help="kind of proxy (default: queue)"
    )
    for side in ("frontend", "backend", "capture"):
        group = parser.add_argument_group(side)
        group.add_argument(
            f"--{side}",
            action="append",
            default=[],
            type=endpoint_to_bind,
            metavar="ENDPOINT",
            help="listen here; can be repeated",
        )
        group.add_argument(
            f"--connect-{side}",
            action="append",
            default=[],
            type=endpoint_to_connect,
            metavar="ENDPOINT",
            help="connect to it; can be repeated",
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
    kinds = {
        "frontend": options.frontend_type or front_type,
        "backend": options.backend_type or back_type,
        "capture": options.capture_type or SocketType.PUB,
    }
    for side in kinds:
        given = getattr(options, side) or getattr(options, f"connect_{side}")
        if not given and (side != "capture" or options.capture_type):
            raise UsageError(f"the {side} needs an endpoint: --{side} or --connect-{side}")
        if not given:
            kinds = {name: kind for name, kind in kinds.items() if name != side}
    with (
        opened_context() as context,
        authenticating(context, options),
        ExitStack() as opened,
    ):
        sockets: list[zmq.Socket[Any]] = []
        for side, kind in kinds.items():
            sock = opened.enter_context(context.socket(kind))
            sock.linger = 0
            sockets.append(sock)
            _set_up(sock, options, side)
        _run_proxy(context, sockets)


def _run_proxy(context: zmq.Context[Any], sockets: list[zmq.Socket[Any]]) -> None:
    """Run the proxy in another thread, so that this thread handles signals at once.

    Raises
    ------
    zmq.ZMQError
        If the proxy fails.
    """
    failures: list[BaseException] = []
    finished = threading.Event()

    def run() -> None:
        try:
            zmq.proxy(*sockets)
        except ContextTerminated:
            pass
        except BaseException as error:
            failures.append(error)
        finally:
            for sock in sockets:
                sock.close()
            finished.set()

    thread = threading.Thread(target=run, name="zmq-cli-proxy", daemon=True)
    try:
        thread.start()
        finished.wait()
    except BaseException:
        # do not use is_alive(): in some versions of Python it is wrong after an interrupted join()
        if thread.ident is not None:
            context.term()  # this ends the proxy
        raise
    if failures:
        raise failures[0]


def _set_up(sock: zmq.Socket[Any], options: argparse.Namespace, side: str) -> None:
    check_endpoints([*getattr(options, side), *getattr(options, f"connect_{side}")])
    set_socket_options(sock, options.option)
    secure(sock, options)
    if sock.type == SocketType.SUB:
        sock.subscribe(b"")
    for endpoint in getattr(options, side):
        opening(sock.bind, endpoint)
        tell_bound(sock, endpoint, options.verbose, side)
    for endpoint in getattr(options, f"connect_{side}"):
        opening(sock.connect, endpoint)
