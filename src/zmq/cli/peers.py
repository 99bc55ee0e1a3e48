"""Watches the connections of a socket: connected peers, refusals, and queued messages."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import zmq
from zmq.cli.outcome import TimeoutExpired
from zmq.constants import Event, SocketOption, SocketType
from zmq.error import Again, ZMQError
from zmq.utils.monitor import recv_monitor_message

__all__ = ["PeerWatch", "describe_event", "messages"]

_WAITS_IN_SILENCE = 2.0
"""Seconds until the command reports that an address does not answer."""

_TRIES = 3
"""A connection that was never up counts as hopeless after this many refusals.

The first refusal may come from a server that is just starting.
"""

_STATISTICS_MS = 300
"""The maximum time to wait for libzmq's reply with the number of queued messages."""

_GOES_WITH = {
    SocketType.PUSH: "PULL",
    SocketType.PULL: "PUSH",
    SocketType.PUB: "SUB or XSUB",
    SocketType.XPUB: "SUB or XSUB",
    SocketType.SUB: "PUB or XPUB",
    SocketType.XSUB: "PUB or XPUB",
    SocketType.REQ: "REP or ROUTER",
    SocketType.REP: "REQ or DEALER",
    SocketType.DEALER: "REP, DEALER or ROUTER",
    SocketType.ROUTER: "REQ, DEALER or ROUTER",
    SocketType.PAIR: "PAIR",
    SocketType.CLIENT: "SERVER",
    SocketType.SERVER: "CLIENT",
    SocketType.RADIO: "DISH",
    SocketType.DISH: "RADIO",
    SocketType.SCATTER: "GATHER",
    SocketType.GATHER: "SCATTER",
    SocketType.CHANNEL: "CHANNEL",
    SocketType.PEER: "PEER",
}

_ERRNO_EVENTS = {Event.BIND_FAILED, Event.ACCEPT_FAILED, Event.CLOSE_FAILED}
_MECHANISMS = ("NULL", "PLAIN", "CURVE", "GSSAPI")


def messages(number: int) -> str:
    """Return ``1 message``, ``2 messages``."""
    return f"{number} message" if number == 1 else f"{number} messages"


@dataclass
class _Connection:
    """The state of an address that the socket connects to, or of an accepted peer."""

    name: str
    handshakes_needed: int = 1
    handshakes: int = 0
    connected: bool = False
    refused: bool = False
    up: bool = False
    ever_up: bool = False
    refusals: int = 0
    for_good: bool = False
    reason: str = ""
    last_error: str = ""
    """Why the last try to connect failed."""

    def begin(self) -> None:
        self.connected = True
        self.handshakes = 0
        self.refused = False
        self.up = self.handshakes_needed == 0
        self.ever_up = self.ever_up or self.up

    def refuse(self, reason: str, vague: bool = False) -> None:
        self.refused = True
        self.refusals += 1
        # Keep a clear reason: the next time, the refusal may look like an ordinary disconnect.
        if not (vague and self.reason):
            self.reason = reason

    @property
    def hopeless(self) -> bool:
        """True if no message will ever be sent to this address."""
        return self.for_good or (not self.ever_up and self.refusals >= _TRIES)

    @property
    def state(self) -> str:
        """The name of this address, and the reason why messages are not sent to it."""
        if self.up:
            return f"{self.name} does not read them"
        if self.reason:
            return f"{self.name}: {self.reason}"
        if self.connected:
            return f"{self.name}, connected, no handshake yet"
        if self.ever_up:
            return f"{self.name}, whose connection was lost"
        if self.last_error:
            return f"{self.name}, not connected yet: {self.last_error}"
        return f"{self.name}, not connected yet"


@dataclass
class _Queues:
    """libzmq's replies with the numbers of queued messages."""

    by_name: list[tuple[str, int]] = field(default_factory=list)


class PeerWatch:
    """Follows the events of a socket, in a thread of its own.

    Parameters
    ----------
    sock : zmq.Socket
        The socket, before it binds or connects. The thread ends when the socket is closed.
    tell : callable
        Called in that thread with a line of text for the user.
    kind : zmq.SocketType
        The type of the socket as the user knows it.
    verbose : bool
        True to report each event.
    """

    def __init__(
        self,
        sock: zmq.Socket[Any],
        tell: Callable[[str], None],
        kind: SocketType,
        verbose: bool = False,
    ) -> None:
        self._sock = sock
        self._tell = tell
        self._verbose = verbose
        self._kind = kind
        self._mechanism = _MECHANISMS[int(sock.get(SocketOption.MECHANISM))]
        self._peers = 0
        self._connects: dict[str, _Connection] = {}
        self._accepted: dict[str, _Connection] = {}
        self._refused_peer = ""
        self._bound: list[str] = []
        self._queues = _Queues()
        self._changed = threading.Condition()
        self.wants_peers = False
        """True if messages wait to be sent, so that the user should know about missing peers."""
        self._thread: threading.Thread | None = None
        if kind == SocketType.DGRAM:  # has no connections to monitor
            self._counts = False
            return
        endpoint = f"inproc://zmq-cli-watch-{id(sock)}"
        # Without libzmq's draft functions the number of queued messages is unknown.
        self._counts = zmq.has("draft")
        if self._counts:
            sock.monitor(endpoint, Event.ALL_V2, version=2)
        else:
            sock.monitor(endpoint, Event.ALL)
        events = sock.context.socket(SocketType.PAIR)
        events.connect(endpoint)
        self._thread = threading.Thread(
            target=self._run, args=(events,), name="zmq-cli-watch", daemon=True
        )
        self._thread.start()

    def attached(self, connects: Iterable[tuple[str, str]], bound: Iterable[str]) -> None:
        """Tell the watch the endpoints of the socket.

        Parameters
        ----------
        connects : iterable of (str, str)
            Each endpoint that the socket connects to, as libzmq writes it and as the user wrote it.
        bound : iterable of str
            The endpoints that the socket is bound to.
        """
        with self._changed:
            for endpoint, name in connects:
                self._connection(endpoint).name = name
            self._bound.extend(bound)

    # -- events, in the thread

    def _run(self, events: zmq.Socket[Any]) -> None:
        patience: float | None = time.monotonic() + _WAITS_IN_SILENCE
        with events, suppress(ZMQError):
            while True:
                left = -1.0 if patience is None else (patience - time.monotonic()) * 1000
                if patience is not None and (left <= 0 or not events.poll(left)):
                    # False: a bound socket with nothing to send needs no peer, so look again later
                    patience = None if self._tell_of_absence() else time.monotonic() + 0.25
                    continue
                message = recv_monitor_message(events)
                event = Event(message["event"])
                if event == Event.MONITOR_STOPPED:
                    return
                remote = message.get("remote_endpoint", message["endpoint"]).decode(
                    errors="replace"
                )
                if self._verbose and event != Event.PIPES_STATS:
                    where = message["endpoint"].decode(errors="replace")
                    known = self._connects.get(remote)
                    detail = describe_event(
                        event, message["value"], self._sock, self._kind, remote, known is not None
                    )
                    self._tell(
                        f"{_plain_name(event)} {known.name if known else where}"
                        + (f"; {detail}" if detail else "")
                    )
                last_error = ""
                if event == Event.CONNECT_RETRIED:  # ask without the lock, because this may wait
                    last_error = _last_error(self._sock, remote)
                with self._changed:
                    if event == Event.PIPES_STATS:
                        self._queues.by_name.append((remote, message["value"]))
                    else:
                        self._note(event, message["value"], remote, last_error)
                    self._changed.notify_all()

    def _connection(self, endpoint: str) -> _Connection:
        if endpoint not in self._connects:
            self._connects[endpoint] = self._new_connection(endpoint)
        return self._connects[endpoint]

    def _new_connection(self, endpoint: str) -> _Connection:
        if self._kind == SocketType.STREAM:
            return _Connection(endpoint, 0)
        # WebSocket has a handshake of its own, which causes an event, too.
        return _Connection(endpoint, 2 if endpoint.startswith(("ws:", "wss:")) else 1)

    def _note(self, event: Event, value: int, remote: str, last_error: str) -> None:
        if event == Event.CONNECT_DELAYED:
            self._connection(remote)
        elif event == Event.CONNECT_RETRIED:
            self._connection(remote).last_error = last_error
        elif event in (Event.CONNECTED, Event.ACCEPTED):
            if event == Event.ACCEPTED:
                self._accepted[remote] = begun = self._new_connection(remote)
            else:
                begun = self._connection(remote)
            begun.begin()
            self._peers += begun.up
        connection = self._connects.get(remote) or self._accepted.get(remote)
        if connection is None:
            return
        if event == Event.HANDSHAKE_SUCCEEDED:
            connection.handshakes += 1
            if connection.handshakes == connection.handshakes_needed:
                connection.up = connection.ever_up = True
                connection.refusals = 0
                connection.reason = ""
                self._peers += 1
        elif event in _REFUSALS and not connection.up:
            vague = event == Event.HANDSHAKE_FAILED_NO_DETAIL
            reason = describe_refusal(
                event,
                value,
                self._kind,
                self._mechanism,
                connection is not self._accepted.get(remote),
            )
            connection.refuse(reason, vague)
            connection.for_good = event == Event.HANDSHAKE_FAILED_AUTH and value >= 400
        elif event == Event.DISCONNECTED:
            if connection.connected and not (connection.up or connection.refused):
                connection.refuse(
                    f"its socket does not go with a {self._kind.name} (expected"
                    f" {_GOES_WITH.get(self._kind, 'another')}), or it does not use ZeroMQ"
                )
            connection.connected = connection.up = False
            if self._accepted.pop(remote, None) is not None and connection.refused:
                self._refused_peer = f"the peer {remote} was refused: {connection.reason}"

    def _tell_of_absence(self) -> bool:
        """Report the missing peers; return whether that is finished."""
        with self._changed:
            never_up = [found for found in self._connects.values() if not found.ever_up]
            absent = [found.state for found in never_up if not found.refusals]
            refused = [found.state for found in never_up if found.refusals]
            if self._bound and not self._connects and not self._peers:
                if not self.wants_peers:
                    return False
                absent = [f"a peer on {endpoint}, none connected yet" for endpoint in self._bound]
                if self._refused_peer:
                    absent.append(self._refused_peer)
        if absent:
            self._tell("waiting for " + "; ".join(absent))
        for text in refused:
            self._tell(f"refused by {text}; trying again")
        return True

    # -- results, for the thread of the socket

    @property
    def peers(self) -> int:
        """The number of peers that have connected so far."""
        return self._peers

    def refusal(self, sending: bool) -> str | None:
        """Return the reason if no peer will ever receive or send messages, otherwise None.

        Parameters
        ----------
        sending : bool
            True if messages wait to be sent. A command that only receives may keep waiting while
            libzmq retries.
        """
        with self._changed:
            if self._bound or not self._connects:
                return None
            found = list(self._connects.values())
            hopeless = [
                connection
                for connection in found
                if connection.for_good or (sending and connection.hopeless)
            ]
            if len(hopeless) < len(found):
                return None
            return "; ".join(connection.state for connection in hopeless)

    def hopeless(self, waiting: Iterable[str]) -> bool:
        """Return whether none of these remote endpoints will ever receive a message."""
        with self._changed:
            return all(name in self._connects and self._connects[name].hopeless for name in waiting)

    def dropped_by_refusal(self) -> str:
        """Return the addresses that refuse for good; libzmq has dropped their messages."""
        with self._changed:
            return "; ".join(found.state for found in self._connects.values() if found.for_good)

    def why(self, waiting: dict[str, int] | None = None) -> str:
        """Say why messages are not delivered.

        Parameters
        ----------
        waiting : dict, optional
            The numbers of queued messages, as returned by `waiting`.
        """
        with self._changed:
            reasons = [
                found.state
                for endpoint, found in self._connects.items()
                if not found.up or (waiting and waiting.get(endpoint))
            ]
            if self._bound and not self._peers:
                reasons += [f"no peer has connected to {endpoint}" for endpoint in self._bound]
                if self._refused_peer:
                    reasons.append(self._refused_peer)
            elif self._bound and not reasons:
                up = [found.name for found in self._accepted.values() if found.up]
                reasons.append(
                    f"{', '.join(up)} does not read them" if up else "all peers have gone"
                )
            return "; ".join(reasons) or "the peer does not read them"

    def waiting(self) -> dict[str, int] | None:
        """Ask libzmq how many messages are queued, for each connection that has some.

        Returns
        -------
        dict or None
            The numbers by remote endpoint; None if there was no reply in time.
        """
        if not self._counts:
            return {}
        with self._changed:
            self._queues = queues = _Queues()
            expected = len(
                [found for found in self._connects.values() if not found.for_good]
            ) + len([found for found in self._accepted.values() if found.up])
        try:
            self._sock.monitor_pipes_stats()
        except Again:
            return {}
        deadline = time.monotonic() + _STATISTICS_MS / 1000
        pause = 0.0005
        while time.monotonic() < deadline:
            self._sock.get(SocketOption.EVENTS)  # libzmq now processes the replies
            with self._changed:
                if len(queues.by_name) >= max(1, expected):
                    break
                self._changed.wait(pause)
            pause = min(0.02, pause * 2)
        with self._changed:
            if not queues.by_name:
                return None
            found: dict[str, int] = {}
            for name, number in queues.by_name:
                if number:
                    found[name] = found.get(name, 0) + number
            return found

    def wait_for_change(self, seconds: float) -> None:
        """Wait for the next event, at most this long."""
        with self._changed:
            self._changed.wait(seconds)

    def join(self) -> None:
        """Wait for the thread to end, after the socket was closed."""
        if self._thread is not None:
            self._thread.join()

    def wait(self, peers: int, timeout: float | None, check: Callable[[], None]) -> None:
        """Wait until a number of peers have connected so far.

        Parameters
        ----------
        peers : int
            The number to wait for.
        timeout : float or None
            The maximum time, in seconds.
        check : callable
            Called from time to time; it may raise.

        Raises
        ------
        TimeoutExpired
            After `timeout` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._peers < peers:
            check()
            left = 0.2 if deadline is None else min(0.2, deadline - time.monotonic())
            if left <= 0:
                raise TimeoutExpired(
                    f"found {self._peers} of {peers} peers within {timeout:g} s: {self.why()}"
                )
            with self._changed:
                self._changed.wait_for(lambda: self._peers >= peers, left)


_REFUSALS = {
    Event.HANDSHAKE_FAILED_AUTH,
    Event.HANDSHAKE_FAILED_PROTOCOL,
    Event.HANDSHAKE_FAILED_NO_DETAIL,
}


def _plain_name(event: Event) -> str:
    return str(event.name).lower().replace("_", " ")


def describe_event(
    event: Event, value: int, sock: zmq.Socket[Any], kind: SocketType, endpoint: str, connects: bool
) -> str:
    """Describe the value of an event, if it has a meaning for users.

    Parameters
    ----------
    event : zmq.Event
        The event.
    value : int
        The value of the event.
    sock : zmq.Socket
        The socket of the event.
    kind : zmq.SocketType
        The type of the socket as the user knows it.
    endpoint : str
        The endpoint of the connection.
    connects : bool
        Whether the socket has connected to the endpoint; False if it has accepted the connection.
    """
    if event in _REFUSALS:
        mechanism = _MECHANISMS[int(sock.get(SocketOption.MECHANISM))]
        return describe_refusal(event, value, kind, mechanism, connects)
    if event == Event.CONNECT_RETRIED:
        reason = _last_error(sock, endpoint)
        return f"in {value} ms: {reason}" if reason else f"in {value} ms"
    if event in _ERRNO_EVENTS:
        return _strerror(value)
    return ""


def describe_refusal(
    event: Event, value: int, kind: SocketType, mechanism: str, connects: bool
) -> str:
    """Say why a handshake failed.

    Parameters
    ----------
    event : zmq.Event
        One of the HANDSHAKE_FAILED events.
    value : int
        The value of the event.
    kind : zmq.SocketType
        The type of our socket.
    mechanism : str
        The security mechanism of our socket: NULL, PLAIN, CURVE or GSSAPI.
    connects : bool
        Whether our socket has connected; False if it has accepted the connection.
    """
    goes_with = _GOES_WITH.get(kind, "another")
    if event == Event.HANDSHAKE_FAILED_AUTH:
        whose = "our" if connects else "its"
        what = {"CURVE": f"{whose} CURVE key", "PLAIN": f"{whose} user or password"}.get(mechanism)
        if connects:
            advice = "; pass a key that it accepts by --curve-key" if mechanism == "CURVE" else ""
            return f"it refuses {what or 'us'} (status {int(value)}{advice})"
        return f"{what or 'it'} was refused (status {int(value)})"
    if event == Event.HANDSHAKE_FAILED_PROTOCOL:
        if value == Event.PROTOCOL_ERROR_ZMTP_INVALID_METADATA:
            # the socket type is the only property of a handshake that libzmq checks
            return f"its socket does not go with a {kind.name} (expected {goes_with})"
        if value != Event.PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH:
            return f"the handshake failed ({_plain_name(Event(value))})"
        if not connects:
            return f"it does not use {mechanism}"
        hint = " (does it want CURVE or PLAIN?)" if mechanism == "NULL" else ""
        return f"it wants another mechanism than {mechanism}{hint}"
    if value not in (0, errno.EPIPE, errno.ECONNRESET):
        return f"the handshake failed ({_strerror(value)})"
    closed = "it closes the connection during the handshake"
    other = f"its socket does not go with a {kind.name}"
    if mechanism == "NULL":
        return f"{closed} (perhaps {other}, it wants CURVE or PLAIN, or it does not use ZeroMQ)"
    if not connects:
        return f"{closed} (perhaps {other}, or it does not use {mechanism})"
    what = "key of the server" if mechanism == "CURVE" else "user or password"
    return f"{closed} (wrong {what}, or perhaps {other})"


def _last_error(sock: zmq.Socket[Any], endpoint: str) -> str:
    """Return the reason why the socket is not connected to an endpoint."""
    with suppress(ZMQError):  # the socket was closed, or another thread is sending
        for peer in sock.peers():
            if peer.connects and peer.last_error and endpoint in (peer.endpoint, peer.remote):
                return peer.last_error
    return ""


def _strerror(number: int) -> str:
    with suppress(ValueError, OverflowError):
        return os.strerror(number)
    return f"error {number}"
