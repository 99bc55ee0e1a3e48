"""The state of sockets: messages, queues, drops, peers.

.. code-block:: python

    counted = socket.stats()
    print(counted.queued_out, "wait;", counted.dropped.high_water_mark, "did not fit")
    for peer in socket.peers():
        print(peer.state.name, peer.address, peer.queued_out)

`zmq.Socket.stats`, `zmq.Socket.peers` and `zmq.Context.sockets` return what is here.
"""

from __future__ import annotations

import dataclasses
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
    """How many messages a socket has dropped, by reason. A message counts once, whatever its parts.

    The first five were never put into the queue of a peer, so that they do not count in
    `SocketStats.messages_out`. The next four had been. Then come those that were dropped when
    they should have been received, and at last those that came into no queue.
    """

    high_water_mark: int
    """The queue of the peer was full: PUB, XPUB, RADIO, and ROUTER without ROUTER_MANDATORY. Once
    for each such peer."""
    no_peer: int
    """PUB, XPUB, XSUB, RADIO: there was no peer."""
    no_subscriber: int
    """PUB, XPUB, RADIO: no peer had subscribed to it."""
    unroutable: int
    """ROUTER, REP: no peer had that routing id."""
    cut_short: int
    """The peer went away between two parts of the message."""
    conflated: int
    """CONFLATE: a newer message took its place before it was read."""
    peer_gone: int
    """The peer went away, and the message was still in its queue."""
    disconnected: int
    """This side disconnected: the message was still in a queue, to be sent or to be received."""
    network: int
    """The system did not take the datagram (udp)."""
    unsubscribed: int
    """SUB, DISH: it came, but there is no such subscription."""
    malformed: int
    """It came, and is no message for this type: no empty part before a request, many parts for
    a type that has one, a datagram without its group."""
    unexpected: int
    """It came, and nobody waits for it: replies that a REQ has given up, messages to a PUB."""
    ignored: int
    """From a peer that the socket does not take: see `RefusedConnections`."""
    overflow: int
    """A datagram came, and the queue was full (udp)."""

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(dataclasses.astuple(self))

    @property
    def before_queue(self) -> int:
        """Those that send took and that came into no peer's queue: the first five."""
        return (
            self.high_water_mark
            + self.no_peer
            + self.no_subscriber
            + self.unroutable
            + self.cut_short
        )

    @property
    def from_queue(self) -> int:
        """Those that were in a peer's queue and did not leave it: `conflated` and `peer_gone`."""
        return self.conflated + self.peer_gone


@dataclass(frozen=True)
class RefusedConnections:
    """How many connections were not made, or made in vain, by reason.

    Both sides count: the one that refuses, and, as well as it can tell, the one that is refused.
    An attempt to which nobody answers at all is a retry, not a refusal.
    """

    protocol: int
    """The peer does not speak ZMTP, or breaks its rules."""
    mechanism: int
    """The security mechanisms differ, such as NULL and CURVE."""
    authentication: int
    """A wrong key or password, or the ZAP handler said no."""
    socket_type: int
    """The types do not go together, such as PUSH and PUSH."""
    timeout: int
    """The handshake took longer than HANDSHAKE_IVL."""
    closed: int
    """The connection was closed during the handshake. A peer that refuses does that, too."""
    address: int
    """The address is not among those of TCP_ACCEPT_FILTER, or the process not among those of
    the IPC filters."""
    resources: int
    """There were no descriptors or no memory left."""
    routing_id: int
    """ROUTER: another peer has the routing id (see ROUTER_HANDOVER)."""
    busy: int
    """PAIR, CHANNEL: the socket has a peer."""

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(dataclasses.astuple(self))


@dataclass(frozen=True)
class SocketStats:
    """The counters of a socket since it was made: a snapshot by `zmq.Socket.stats`.

    For types that send each message to one peer,
    ``messages_sent == messages_out + dropped.before_queue``. Where a message goes to many peers,
    each copy counts in `messages_out`. Messages that libzmq sends by itself (HELLO_MSG,
    PROBE_ROUTER) count, too.
    """

    messages_sent: int
    """Messages that send has taken. A message of many parts counts once, with its last part."""
    messages_received: int
    """Messages that recv has given out, counted alike."""
    messages_out: int
    """Messages put into the queues of peers: one for each peer that a message goes to.
    Subscriptions are messages of SUB, XSUB and DISH."""
    bytes_out: int
    """Their bytes, without ZMTP's own. Routing ids of ROUTER do not count."""
    messages_in: int
    """Messages taken out of the queues of peers; of PUB, XPUB and RADIO these are subscriptions."""
    bytes_in: int
    """Their bytes."""
    queued_out: int
    """Messages that wait to be sent now; over inproc, those that the peer has yet to receive."""
    queued_bytes_out: int
    """Their bytes."""
    queued_in: int
    """Messages that have come and wait to be received now."""
    queued_bytes_in: int
    """Their bytes, without those of a message that a poll has taken out of its queue."""
    sends_blocked: int
    """Messages that send could not put into a queue at once, so that it waited or raised Again."""
    connections: int
    """Connections there are now."""
    connections_made: int
    """Connections made so far; one that was lost and made again counts twice."""
    connections_lost: int
    """Connections that ended, other than by close, disconnect or unbind on this side."""
    connection_retries: int
    """How often a connection that failed or was lost was put down to be tried again."""
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
    """Being made; over inproc, until somebody binds."""
    WAITING = 1
    """It failed or was lost, and is tried again in `PeerInfo.retry_in` s."""
    HANDSHAKE = 2
    """The network connection is there, and the two sides agree on the rest."""
    CONNECTED = 3
    """Made."""
    CLOSING = 4
    """Over. Messages that came before may be left to be received."""
    IGNORED = 5
    """Made, but the socket takes nothing from it: see `RefusedConnections`."""


@dataclass(frozen=True)
class PeerInfo:
    """A connection of a socket, or the attempt to make one: an element of `zmq.Socket.peers`.

    A call of `connect` stays one entry however often the connection is lost and made again; its
    counters go on. An accepted connection is an entry for as long as it lasts.
    """

    id: int
    """A number of its own within the socket."""
    endpoint: str
    """The endpoint it was connected to, or the endpoint of this side that accepted it."""
    state: PeerState
    """Its state."""
    connects: bool
    """Whether this side has connected; otherwise it was accepted."""
    address: str
    """The peer's address: an IP address, or for ipc ``:uid:gid:pid``, where the system tells."""
    local: str
    """The endpoint on this side."""
    remote: str
    """The endpoint on the other side."""
    routing_id: bytes | int | None
    """The address to send to it with: bytes for ROUTER and STREAM, a number for SERVER and PEER."""
    socket_type: SocketType | None
    """The type of the peer's socket, if it has told."""
    mechanism: SecurityMechanism | None
    """The security mechanism."""
    user_id: str
    """The User-Id that the ZAP handler gave it, or ``""``."""
    metadata: Mapping[str, bytes]
    """All properties of the connection by name, those above included."""
    connected_at: datetime | None
    """Since when there has been this connection, in UTC; None without one."""
    connections_made: int
    """How often it was made."""
    last_error: str
    """Why the connection was lost or could not be made the last time, or ``""``."""
    last_error_number: int
    """The same as an errno, an `Event` ``PROTOCOL_ERROR_...`` or a status code of ZAP; or 0."""
    retry_in: float | None
    """In how many seconds it is tried again, if it is in `PeerState.WAITING`."""
    messages_out: int
    """Messages put into its queue."""
    bytes_out: int
    """Their bytes."""
    messages_in: int
    """Messages taken out of the queue of what has come from it."""
    bytes_in: int
    """Their bytes."""
    queued_out: int
    """Messages that wait to be sent to it."""
    queued_bytes_out: int
    """Their bytes."""
    queued_in: int
    """Messages from it that wait to be received."""
    queued_bytes_in: int
    """Their bytes."""
    dropped: int
    """Messages to it that were dropped: its queue was full, a newer one replaced it, or it went."""

    def as_dict(self) -> dict[str, Any]:
        """Return the members as a dict, for JSON: names for enums, text for bytes and times."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


@dataclass(frozen=True)
class SocketInfo:
    """A socket of a context: an element of `zmq.Context.sockets`."""

    socket: zmq.Socket[Any]
    """The socket."""
    type: SocketType
    """Its type."""
    made_at: str
    """``file:line`` of the call that made it, or ``""``."""
    traceback: Sequence[str]
    """The same of the calls around it, innermost first: one, or as many as the limit of
    `tracemalloc` says if it traced then."""
    closed: bool
    """Whether it has been closed."""
    in_use: bool
    """Whether a thread or a task waits in one of its methods now."""
    is_monitor: bool
    """Whether it receives the events of another one."""

    def __str__(self) -> str:
        where = f", made at {self.made_at}" if self.made_at else ""
        return f"{self.socket!r}{where}"


def encodable(text: str) -> str:
    """Return `text` with what cannot be encoded, of a path or endpoint not in UTF-8, escaped."""
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
    """Return what `socket` has counted; the implementation of `zmq.Socket.stats`."""
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
        last_error=_describe(kind, number),
        last_error_number=number,
        retry_in=retry_in / 1e6 if retry_in >= 0 else None,
        **told,
    )


_NO_ERROR, _SYSTEM_ERROR, _PROTOCOL_ERROR, _AUTHENTICATION_ERROR = range(4)


def _describe(kind: int, number: int) -> str:
    if kind == _SYSTEM_ERROR:
        return strerror(number) if number else ""
    if kind == _PROTOCOL_ERROR:
        try:
            name = str(Event(number).name)
        except ValueError:
            return f"protocol error {number:#x}"
        return name.removeprefix("PROTOCOL_ERROR_").replace("_", " ").lower()
    if kind == _AUTHENTICATION_ERROR:
        return f"the ZAP handler answered with status {number}"
    return ""


def info_of(socket: Any) -> SocketInfo:
    """Return what is known of a socket without asking libzmq."""
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
