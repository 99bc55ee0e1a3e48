"""Creates a command's context, attaches its sockets, and waits until their messages are sent."""

from __future__ import annotations

import argparse
import errno
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import zmq
from zmq.cli.options import timeout_ms
from zmq.cli.outcome import (
    EXIT_INTERRUPTED,
    EXIT_TERMINATED,
    LeaveNow,
    Terminated,
    TimeoutExpired,
    UsageError,
)
from zmq.constants import SocketOption, SocketType
from zmq.error import Again, ZMQError

__all__ = [
    "GLANCE_MS",
    "Attached",
    "attach",
    "check_endpoints",
    "delivering",
    "glance_ms",
    "opened_context",
    "opening",
    "patiently",
    "tell_bound",
]


_T = TypeVar("_T")

GLANCE_MS = 500
"""The maximum time that one call of libzmq waits.

A signal that arrives just before the call begins to wait does not end the wait. So each call ends
after this time, and Python can handle signals.
"""


def glance_ms(timeout: float | None) -> int:
    """Return the time that one call may wait, in ms, for a user's limit of `timeout` seconds."""
    return GLANCE_MS if timeout is None else min(GLANCE_MS, timeout_ms(timeout))


def patiently(
    call: Callable[[], _T], timeout: float | None, check: Callable[[], None] | None = None
) -> _T:
    """Repeat a call until it does not raise Again.

    Parameters
    ----------
    call : callable
        Sends or receives, with RCVTIMEO and SNDTIMEO of at most `GLANCE_MS`.
    timeout : float or None
        The maximum time, in seconds.
    check : callable, optional
        Called before each repetition; it may raise.

    Returns
    -------
    object
        The result of the call.

    Raises
    ------
    Again
        After `timeout` seconds.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            return call()
        except Again:
            if check is not None:
                check()
            if deadline is not None and time.monotonic() >= deadline - 0.001:
                raise


@contextmanager
def opened_context(timeout: float | None = None) -> Iterator[zmq.Context[Any]]:
    """Provide a context; at the end, wait until its sockets have sent their messages.

    On an exception, such as Ctrl-C, unsent messages are dropped.

    Parameters
    ----------
    timeout : float, optional
        The linger time of its sockets, in seconds.

    Raises
    ------
    TimeoutExpired
        If messages were left after that time.
    LeaveNow
        If a signal arrived while messages were being sent.
    """
    context = zmq.Context()
    try:
        yield context
    except LeaveNow:
        raise
    except BaseException:
        context.destroy(linger=0)
        raise
    with delivering(timeout):
        context.term()


@contextmanager
def delivering(timeout: float | None) -> Iterator[None]:
    """Raise if a block that waits for a closed socket's messages takes too long or gets a signal.

    Parameters
    ----------
    timeout : float or None
        The linger time of the socket, in seconds.

    Raises
    ------
    TimeoutExpired
        If the block has taken all of that time, which means that messages are left.
    LeaveNow
        If a signal arrived.
    """
    started = time.monotonic()
    try:
        yield
    except KeyboardInterrupt:
        raise LeaveNow(EXIT_INTERRUPTED) from None
    except Terminated:
        raise LeaveNow(EXIT_TERMINATED) from None
    if timeout is not None and time.monotonic() - started >= timeout:
        raise TimeoutExpired(f"not all messages could be delivered within {timeout:g} s")


class Attached(NamedTuple):
    """The endpoints that a socket was attached to."""

    connected: list[tuple[str, str]]
    """Each endpoint that the socket connects to, as libzmq writes it and as the user wrote it."""
    bound: list[str]
    routing_ids: list[int]
    """Routing ids of the peers that a PEER connected to."""


def attach(sock: zmq.Socket[Any], options: argparse.Namespace) -> Attached:
    """Bind and connect a socket as the arguments say.

    Parameters
    ----------
    sock : zmq.Socket
        The socket.
    options : argparse.Namespace
        The arguments ``bind``, ``connect``, ``endpoints`` and ``verbose``.

    Returns
    -------
    Attached
        The endpoints.

    Raises
    ------
    UsageError
        If there is no endpoint.
    zmq.ZMQError
        If libzmq refuses an endpoint.
    """
    to_connect = [*options.endpoints, *options.connect]
    if not (to_connect or options.bind):
        raise UsageError("an endpoint is missing, such as tcp://127.0.0.1:5555")
    check_endpoints([*to_connect, *options.bind])
    attached = Attached([], [], [])
    for endpoint in options.bind:
        opening(sock.bind, endpoint)
        attached.bound.append(tell_bound(sock, endpoint, options.verbose))
    for endpoint in to_connect:
        if sock.type == SocketType.PEER:
            attached.routing_ids.append(opening(sock.connect_peer, endpoint))
        else:
            opening(sock.connect, endpoint)
        attached.connected.append((sock.get_string(SocketOption.LAST_ENDPOINT), endpoint))
    return attached


# The errors of libzmq for endpoints that are wrong on any network.
_WRONG_ENDPOINT = {errno.EINVAL, errno.ENODEV, errno.EPROTONOSUPPORT, zmq.ENOCOMPATPROTO}


def opening(call: Callable[[str], _T], endpoint: str) -> _T:
    """Bind or connect.

    Raises
    ------
    UsageError
        If the endpoint is invalid, or not supported by this type of socket.
    zmq.ZMQError
        If binding or connecting fails.
    """
    try:
        return call(endpoint)
    except ZMQError as error:
        if error.errno in _WRONG_ENDPOINT:
            raise UsageError(str(error)) from error
        raise


def check_endpoints(endpoints: Iterable[str]) -> None:
    """Raise if no other process can reach an endpoint, or if it is not text.

    Raises
    ------
    UsageError
        If an endpoint is inproc, or not UTF-8.
    """
    for endpoint in endpoints:
        try:
            endpoint.encode()
        except UnicodeEncodeError:
            raise UsageError(f"endpoints are text in UTF-8, got {endpoint!a}") from None
        if endpoint.startswith("inproc:"):
            raise UsageError(
                f"{endpoint}: inproc connects only threads of one process; between processes on "
                "one machine use ipc:///path"
            )


def tell_bound(sock: zmq.Socket[Any], endpoint: str, verbose: bool, name: str = "") -> str:
    """Print on standard error the endpoint of a socket, if the user cannot know it.

    Parameters
    ----------
    sock : zmq.Socket
        The socket, just bound.
    endpoint : str
        The endpoint that the user gave.
    verbose : bool
        True to print it always.
    name : str, optional
        The name of the socket in the output.

    Returns
    -------
    str
        The endpoint that the socket is bound to.
    """
    bound = sock.get_string(SocketOption.LAST_ENDPOINT)
    if "://" not in bound:  # e.g. for udp
        bound = endpoint
    if verbose or "*" in endpoint or endpoint.endswith(":0"):
        print(f"{name} bound to {bound}".strip(), file=sys.stderr, flush=True)
    return bound
