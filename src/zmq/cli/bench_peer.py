"""The other process of ``bench``: runs the tasks that it receives over a control socket."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import zmq
from zmq.constants import SocketType
from zmq.error import Again, ZMQError

__all__ = ["run", "serve"]

# The other side counts as dead if it has not replied for this time, in ms.
_PATIENCE = 30_000


def serve(context: zmq.Context[Any], control_endpoint: str) -> None:
    """Run tasks until the task ``quit``.

    Parameters
    ----------
    context : zmq.Context
        The context of the sockets.
    control_endpoint : str
        The endpoint of a PAIR that sends the tasks as JSON objects: ``do`` is ``send``, ``echo`` or
        ``quit``.
    """
    with context.socket(SocketType.PAIR) as control:
        control.linger = 0
        control.rcvtimeo = _PATIENCE
        control.connect(control_endpoint)
        while True:
            try:
                task = control.recv_json()
            except Again:
                return
            answer: dict[str, str] = {}
            try:
                if task["do"] == "quit":
                    return
                if task["do"] == "send":
                    _send(context, task, control)
                else:
                    _echo(context, task)
            except Again:
                answer["error"] = "timeout"
            except ZMQError as error:
                answer["error"] = str(error)
            control.send_json(answer)


def _send(context: zmq.Context[Any], task: dict[str, Any], control: zmq.Socket[Any]) -> None:
    """Send messages of one size for a time, then an empty message; wait until it has arrived."""
    message = bytes(task["size"])
    with context.socket(SocketType.PUSH) as push:
        push.set_hwm(task["hwm"])
        push.sndtimeo = push.linger = _PATIENCE
        push.connect(task["endpoint"])
        # the time begins when the connection is established
        push.send(message)
        ends_at = time.perf_counter() + task["seconds"]
        send = push.send
        chunk = range(max(1, min(200, (1 << 22) // task["size"])))
        batch = [message] * len(chunk)
        while time.perf_counter() < ends_at:
            if task["batch"]:
                sent = push.send_many(batch)
                while sent < len(batch):
                    sent += push.send_many(batch[sent:])
            else:
                for _ in chunk:
                    send(message)
        push.send(b"")
        control.recv()


def _echo(context: zmq.Context[Any], task: dict[str, Any]) -> None:
    """Reply to each request with its own content, until a request is empty."""
    with context.socket(SocketType.REP) as rep:
        rep.rcvtimeo = rep.sndtimeo = rep.linger = _PATIENCE
        rep.connect(task["endpoint"])
        message = b"-"
        while message:
            message = rep.recv()
            rep.send(message)


def run(control_endpoint: str) -> None:
    """Run `serve` as the other process, until `serve` returns or standard input ends."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    with zmq.Context() as context:
        serve(context, control_endpoint)


def _end_with_input() -> None:
    """End this process at once when the process that started it has ended."""
    os.read(0, 1)
    os._exit(1)
