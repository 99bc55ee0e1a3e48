"""The state of sockets: messages, queues, drops and peers.

.. code-block:: python

    counted = socket.stats()
    print(counted.queued_out, "wait;", counted.dropped.high_water_mark, "did not fit")
    for peer in socket.peers():
        print(peer.state.name, peer.address, peer.queued_out)

`zmq.Socket.stats`, `zmq.Socket.peers` and `zmq.Context.sockets` return these classes.
"""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from zmq.backend import strerror
from zmq.backend.cython._zmq import _socket_counts, _socket_in_use, _socket_peers
from zmq.constants import Event, SecurityMechanism, SocketType

if TYPE_CHECKING:
    from collections.abc import Sequence

    import zmq

__all__ = [
    "DroppedMessages",
    "PeerInfo",
    "PeerState",
    "RefusedConnections",
    "SocketInfo",
    "SocketStats",
]

_T = TypeVar("_T")


@dataclass(frozen=True)
class DroppedMessages:
    """The number of messages that a socket has dropped, by reason.

    A message counts once, however many parts it has.

    The first five counters are for messages that were never put into the queue of a peer, and so do
    not count in `SocketStats.messages_out`. The next four are for messages that were in a queue,
    the others for messages that were dropped on arrival.
    """

    high_water_mark: int
    """The queue of the peer was full; counts once for each such peer.

    It happens with PUB, XPUB, RADIO, and ROUTER without ROUTER_MANDATORY.
    """
    no_peer: int
    """PUB, XPUB, XSUB, RADIO: the socket had no peer."""
    no_subscriber: int
    """PUB, XPUB, RADIO: no peer had subscribed to the message."""
    unroutable: int
    """ROUTER, REP: no peer had that routing id."""
    cut_short: int
    """The peer disconnected between two parts of the message."""
    conflated: int
    """CONFLATE: a newer message replaced the message before it was read."""
    peer_gone: int
    """The peer disconnected while the message was still in its queue."""
    disconnected: int
    """This side disconnected while the message was still in a queue, to be sent or received."""
    network: int
    """The system refused the datagram (udp)."""
    unsubscribed: int
    """SUB, DISH: the message arrived, but the socket has no such subscription."""
    malformed: int
    """The message had a wrong form for the type, such as a request without an empty part first."""
    unexpected: int
    """The socket does not expect the message: late replies to a REQ, messages to a PUB."""
    ignored: int
    """The message came from a refused peer: see `RefusedConnections`."""
    overflow: int
    """A datagram arrived while the queue was full (udp)."""

    @property
    def total(self) -> int:
        """The sum of all reasons."""
        return sum(dataclasses.astuple(self))

    @property
    def before_queue(self) -> int:
        """The messages that send accepted but put into no peer's queue: the first five reasons."""
        return (
            self.high_water_mark
            + self.no_peer
            + self.no_subscriber
            + self.unroutable
            + self.cut_short
        )

    @property
    def from_queue(self) -> int:
        """The messages that were dropped from a peer's queue: `conflated` and `peer_gone`."""
        return self.conflated + self.peer_gone


@dataclass(frozen=True)
class RefusedConnections:
    """The number of connections that were refused, by reason.

    Both sides count a refusal: the refusing side and, if it knows the reason, the refused side. An
    attempt without any answer counts as a retry, not as a refusal.
    """

    protocol: int
    """The peer does not use ZMTP, or violates the protocol."""
    mechanism: int
    """The security mechanisms differ, such as NULL and CURVE."""
    authentication: int
    """The key or password is wrong, or the ZAP handler refused the peer."""
    socket_type: int
    """The socket types do not fit together, such as PUSH and PUSH."""
    timeout: int
    """The handshake took longer than HANDSHAKE_IVL."""
    closed: int
    """The connection was closed during the handshake, for example by a peer that refuses it."""
    address: int
    """TCP_ACCEPT_FILTER excludes the address, or the IPC filters exclude the process."""
    resources: int
    """The process had no descriptors or no memory left."""
    routing_id: int
    """ROUTER: another peer has the routing id (see ROUTER_HANDOVER)."""
    busy: int
    """PAIR, CHANNEL: the socket already has a peer."""

    @property
    def total(self) -> int:
        """The sum of all reasons."""
        return sum(dataclasses.astuple(self))


@dataclass(frozen=True)
class SocketStats:
    """The counters of a socket since its creation: a snapshot from `zmq.Socket.stats`.

    For types that send each message to one peer,
    ``messages_sent == messages_out + dropped.before_queue``. If a message goes to many peers, each
    copy counts in `messages_out`. Messages that libzmq sends by itself (HELLO_MSG, PROBE_ROUTER)
    count, too.
    """

    messages_sent: int
    """Messages that send has accepted. A message of many parts counts once, with its last part."""
    messages_received: int
    """Messages that recv has returned, counted in the same way."""
    messages_out: int
    """Messages put into the queues of peers; a message counts once for each peer that gets it.

    Subscriptions of SUB, XSUB and DISH count, too.
    """
    bytes_out: int
    """The bytes of `messages_out`, without ZMTP's headers and ROUTER's routing ids."""
    messages_in: int
    """Messages taken out of peers' queues; for PUB, XPUB and RADIO these are subscriptions."""
    bytes_in: int
    """The bytes of `messages_in`."""
    queued_out: int
    """Messages that wait to be sent now; over inproc, messages that the peer has not received."""
    queued_bytes_out: int
    """The bytes of `queued_out`."""
    queued_in: int
    """Messages that have arrived and wait to be received now."""
    queued_bytes_in: int
    """The bytes of `queued_in`, except those of a message that a poll took out of its queue."""
    sends_blocked: int
    """Messages that send could not queue at once, so that it waited or raised Again."""
    connections: int
    """Current connections: `connections_made` minus `connections_lost` and `connections_closed`."""
    connections_made: int
    """Connections made so far; a connection that was lost and reconnected counts twice."""
    connections_lost: int
    """Connections that the network or the peer ended."""
    connections_closed: int
    """Connections that this side ended: by disconnect or unbind, or because the socket refused the
    peer after the handshake (`RefusedConnections.routing_id` and `RefusedConnections.busy`)."""
    connection_retries: int
    """The number of times that a reconnect was scheduled for a failed or lost connection."""
    dropped: DroppedMessages
    """Messages dropped, by reason."""
    refused: RefusedConnections
    """Connections refused, by reason."""

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as a dict, for JSON; `dropped` and `refused` are dicts in it."""
        return dataclasses.asdict(self)


class PeerState(Enum):
    """The state of a connection."""

    CONNECTING = 0
    """The connection is being established. Over inproc this lasts until a socket binds."""
    WAITING = 1
    """The connection failed or was lost; the next attempt is in `PeerInfo.retry_in` s."""
    HANDSHAKE = 2
    """The network connection is established; the ZMTP handshake is in progress."""
    CONNECTED = 3
    """The connection is established: messages can pass."""
    CLOSING = 4
    """The connection has ended, but messages from it may still wait to be received."""
    IGNORED = 5
    """The connection is established, but the socket ignores it: see `RefusedConnections`."""
    STOPPED = 6
    """The connection failed, was lost or was refused, and the socket does not try again: the ZAP
    handler of the peer refused it for good, or RECONNECT_IVL or RECONNECT_STOP forbids it."""


@dataclass(frozen=True)
class PeerInfo:
    """A connection of a socket, or an attempt to connect: an element of `zmq.Socket.peers`.

    A call of `connect` has one entry, even if the connection is lost and reconnects; its counters
    continue. An accepted connection has an entry until it has ended and its messages have been
    received. An entry in `PeerState.STOPPED` stays until it is disconnected or connected again; if
    there are more than 64 of them, the newest 64 stay.
    """

    id: int
    """A number that identifies the peer within the socket."""
    endpoint: str
    """The endpoint given to `connect`, or the local endpoint that accepted the connection."""
    state: PeerState
    """The state of the connection."""
    connects: bool
    """True if this side connected; otherwise it accepted the connection."""
    address: str
    """The peer's address: an IP address, or for ipc ``:uid:gid:pid`` if the system provides it."""
    local: str
    """The local endpoint."""
    remote: str
    """The remote endpoint."""
    routing_id: bytes | int | None
    """The routing id of the peer: bytes for ROUTER and STREAM, a number for SERVER and PEER."""
    socket_type: SocketType | None
    """The type of the peer's socket, if the peer has sent it."""
    mechanism: SecurityMechanism | None
    """The security mechanism."""
    user_id: str
    """The User-Id that the ZAP handler gave the peer, or ``""``."""
    metadata: Mapping[str, bytes]
    """All properties of the connection by name, including those above."""
    connected_at: datetime | None
    """The time at which the connection was established, in UTC; None without a connection."""
    connections_made: int
    """The number of times that the connection was established."""
    last_error: str
    """The reason of the last failure or loss of the connection, or ``""``."""
    last_error_number: int
    """The number of that error: an errno, an `Event` ``PROTOCOL_ERROR_...``, a ZAP status, or 0."""
    retry_in: float | None
    """The seconds until the next attempt, in the state `PeerState.WAITING`."""
    messages_out: int
    """Messages put into the peer's queue."""
    bytes_out: int
    """The bytes of `messages_out`."""
    messages_in: int
    """Messages from the peer that were taken out of its queue."""
    bytes_in: int
    """The bytes of `messages_in`."""
    queued_out: int
    """Messages that wait to be sent to the peer."""
    queued_bytes_out: int
    """The bytes of `queued_out`."""
    queued_in: int
    """Messages from the peer that wait to be received."""
    queued_bytes_in: int
    """The bytes of `queued_in`."""
    dropped: int
    """Messages to the peer that were dropped: full queue, replaced message, or lost peer."""

    def as_dict(self) -> dict[str, Any]:
        """Return the members as a dict, for JSON: names for enums, text for bytes and times."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


@dataclass(frozen=True)
class SocketInfo:
    """A socket of a context: an element of `zmq.Context.sockets`."""

    socket: zmq.Socket[Any]
    """The socket."""
    type: SocketType
    """The type of the socket."""
    made_at: str
    """``file:line`` of the call that created the socket, or ``""``."""
    traceback: Sequence[str]
    """``file:line`` of that call and its callers, innermost first.

    There is one line; if `tracemalloc` was tracing, there are as many lines as its limit.
    """
    closed: bool
    """True if the socket has been closed."""
    in_use: bool
    """True if a thread or task now waits in one of the socket's methods."""
    is_monitor: bool
    """True if the socket is the monitor of another socket."""

    def __str__(self) -> str:
        where = f", made at {self.made_at}" if self.made_at else ""
        return f"{self.socket!r}{where}"


def encodable(text: str) -> str:
    """Return `text` with escapes for bytes of a path or endpoint that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_plain(name): _plain(item) for name, item in value.items()}
    return value


def stats_of(socket: zmq.Socket[Any]) -> SocketStats:
    """Return the counters of `socket`; the implementation of `zmq.Socket.stats`."""
    counts: Any = _socket_counts(socket)
    members: list[Any] = list(counts[:-2])
    members += [DroppedMessages(*counts[-2]), RefusedConnections(*counts[-1])]
    return SocketStats(*members)


def peers_of(socket: zmq.Socket[Any]) -> list[PeerInfo]:
    """Return the peers of `socket`; the implementation of `zmq.Socket.peers`."""
    return [_peer_info(told) for told in _socket_peers(socket)]


def _peer_info(told: dict[str, Any]) -> PeerInfo:
    metadata = told["metadata"]
    state = PeerState(told["state"])
    connected_at = told.pop("connected_at")
    retry_in = told.pop("retry_in")
    kind, number = told.pop("error_kind"), told.pop("error")
    mechanism = told.pop("mechanism")
    told["state"] = state
    has_connection = state in (PeerState.CONNECTED, PeerState.IGNORED)
    return PeerInfo(
        socket_type=SocketType.__members__.get(metadata.get("Socket-Type", b"").decode("latin-1")),
        mechanism=SecurityMechanism(mechanism) if mechanism >= 0 else None,
        user_id=metadata.get("User-Id", b"").decode("utf-8", "replace"),
        connected_at=(
            datetime.fromtimestamp(connected_at / 1e6, timezone.utc) if has_connection else None
        ),
        last_error=describe_error(kind, number, told["endpoint"]),
        last_error_number=number,
        retry_in=retry_in / 1e6 if retry_in >= 0 else None,
        **told,
    )


_NO_ERROR, _SYSTEM_ERROR, _PROTOCOL_ERROR, _AUTHENTICATION_ERROR = range(4)


def describe_error(kind: int, number: int, endpoint: str) -> str:
    """Return the reason of a failed connection as a text."""
    if kind == _SYSTEM_ERROR:
        # libzmq reports EPIPE if the peer has closed the connection
        if number == errno.EPIPE:
            return "closed by the peer"
        # libzmq reports ENOENT if it cannot resolve the host name
        if number == errno.ENOENT and endpoint.startswith("tcp:"):
            return "unknown host"
        return strerror(number) if number else ""
    if kind == _PROTOCOL_ERROR:
        try:
            name = str(Event(number).name)
        except ValueError:
            return f"protocol error {number:#x}"
        return name.removeprefix("PROTOCOL_ERROR_").replace("_", " ").lower()
    if kind == _AUTHENTICATION_ERROR:
        return f"refused: the ZAP handler replied with status {number}"
    return ""


def info_of(socket: Any) -> SocketInfo:
    """Return what Python knows about a socket, without a call to libzmq."""
    places = [f"{_short(file)}:{line}" for file, line in socket._made_at or ()]
    return SocketInfo(
        socket=socket,
        type=socket.type,
        made_at=places[0] if places else "",
        traceback=tuple(places),
        closed=socket.closed,
        in_use=_socket_in_use(socket),
        is_monitor=socket._monitored is not None,
    )


def _short(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):
        return path
    return path if relative.startswith("..") else relative
