"""Exports the counters of a process's sockets to monitoring programs.

`snapshot` returns them as data, `openmetrics` as text for Prometheus and others.
`PrometheusCollector` adds them to the package ``prometheus_client``, and `serve` sends them to
`zmq top` and other processes::

    import zmq.metrics

    zmq.metrics.serve("ipc:///tmp/my-program")  # then: zmq top ipc:///tmp/my-program

If the environment variable ``PYZMQ_METRICS`` names an endpoint, the first context of a program
calls `serve` automatically. The program then removes the variable from its environment, so that its
child processes do not serve there.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket as system_socket
import threading
import time
import warnings
import weakref
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

import zmq
from zmq.backend.cython._zmq import _open_sockets
from zmq.constants import Errno
from zmq.error import ZMQError
from zmq.stats import PeerInfo, SocketStats, encodable, info_of

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["PrometheusCollector", "Server", "openmetrics", "serve", "snapshot"]

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
"""The Content-Type of the text from `openmetrics`."""


class _Family(NamedTuple):
    name: str
    kind: str
    help: str
    member: str
    unit: str = ""


# The names follow OpenMetrics: samples of counters end in _total.
_OF_SOCKETS = (
    _Family("zmq_messages_sent", "counter", "Messages that send has accepted.", "messages_sent"),
    _Family(
        "zmq_messages_received",
        "counter",
        "Messages that recv has returned.",
        "messages_received",
    ),
    _Family(
        "zmq_messages_out",
        "counter",
        "Messages put into queues of peers, counting each copy.",
        "messages_out",
    ),
    _Family("zmq_out_bytes", "counter", "Bytes put into queues of peers.", "bytes_out", "bytes"),
    _Family("zmq_messages_in", "counter", "Messages taken from queues of peers.", "messages_in"),
    _Family("zmq_in_bytes", "counter", "Bytes taken from queues of peers.", "bytes_in", "bytes"),
    _Family("zmq_messages_queued_out", "gauge", "Messages that wait to be sent.", "queued_out"),
    _Family(
        "zmq_queued_out_bytes", "gauge", "Bytes that wait to be sent.", "queued_bytes_out", "bytes"
    ),
    _Family("zmq_messages_queued_in", "gauge", "Messages that wait to be received.", "queued_in"),
    _Family(
        "zmq_queued_in_bytes",
        "gauge",
        "Bytes that wait to be received.",
        "queued_bytes_in",
        "bytes",
    ),
    _Family(
        "zmq_sends_blocked",
        "counter",
        "Messages that send could not queue at once.",
        "sends_blocked",
    ),
    _Family("zmq_connections", "gauge", "Current connections.", "connections"),
    _Family("zmq_connections_made", "counter", "Connections made.", "connections_made"),
    _Family("zmq_connections_lost", "counter", "Connections lost.", "connections_lost"),
    _Family(
        "zmq_connections_closed",
        "counter",
        "Connections that this side has ended.",
        "connections_closed",
    ),
    _Family(
        "zmq_connection_retries",
        "counter",
        "Reconnects scheduled after a failed or lost connection.",
        "connection_retries",
    ),
)
_DROPPED = _Family("zmq_messages_dropped", "counter", "Messages dropped, by reason.", "dropped")
_REFUSED = _Family(
    "zmq_connections_refused", "counter", "Connections refused, by reason.", "refused"
)
_OF_PEERS = (
    _Family(
        "zmq_peer_messages_out", "counter", "Messages put into the peer's queue.", "messages_out"
    ),
    _Family(
        "zmq_peer_out_bytes", "counter", "Bytes put into the peer's queue.", "bytes_out", "bytes"
    ),
    _Family(
        "zmq_peer_messages_in", "counter", "Messages taken from the peer's queue.", "messages_in"
    ),
    _Family(
        "zmq_peer_in_bytes", "counter", "Bytes taken from the peer's queue.", "bytes_in", "bytes"
    ),
    _Family(
        "zmq_peer_messages_queued_out",
        "gauge",
        "Messages that wait to be sent to the peer.",
        "queued_out",
    ),
    _Family(
        "zmq_peer_messages_queued_in",
        "gauge",
        "Messages from the peer that wait to be received.",
        "queued_in",
    ),
    _Family(
        "zmq_peer_messages_dropped",
        "counter",
        "Messages to the peer that were dropped.",
        "dropped",
    ),
)

_numbers: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
_numbers_lock = threading.Lock()
_last_number = 0
# The contexts of the servers below: the metrics leave out their sockets.
_own_contexts: weakref.WeakSet[Any] = weakref.WeakSet()


def _number_of(socket: Any) -> int:
    """Return a number that identifies a socket as long as the process lasts."""
    global _last_number
    with _numbers_lock:
        number = _numbers.get(socket)
        if number is None:
            _last_number += 1
            number = _numbers[socket] = _last_number
        return number


class _Counted(NamedTuple):
    number: int
    socket: Any
    labels: dict[str, str]
    stats: SocketStats
    peers: list[PeerInfo]


def _count(sockets: Iterable[Any] | None, peers: bool) -> Iterator[_Counted]:
    if sockets is None:
        sockets = [
            socket
            for socket in _open_sockets()
            if socket._monitored is None and socket.context not in _own_contexts
        ]
    for socket in sorted(sockets, key=_number_of):
        try:
            stats, of_peers = socket.stats(), socket.peers() if peers else []
        except ZMQError as error:
            if error.errno == Errno.ENOTSOCK:
                continue  # closed a moment ago
            raise
        info = info_of(socket)
        number = _number_of(socket)
        labels = {
            "socket": str(number),
            "type": info.type.name,
            "made_at": encodable(info.made_at),
        }
        yield _Counted(number, socket, labels, stats, of_peers)


def snapshot(sockets: Iterable[zmq.Socket[Any]] | None = None) -> dict[str, Any]:
    """Return the counters of sockets, as data for JSON.

    Parameters
    ----------
    sockets : iterable of Socket, optional
        The sockets; by default all open sockets in all contexts of the process, except monitor
        sockets.

    Returns
    -------
    dict
        ``pid``, ``time`` (s since 1970), and ``sockets``, a list with a dict for each socket. The
        dict has ``socket`` (a number that identifies the socket), ``type``, ``made_at``, ``stats``
        (a dict with the members of `zmq.SocketStats`) and ``peers`` (a list of dicts with the
        members of `zmq.PeerInfo`).

    Notes
    -----
    Safe in any thread; never waits.
    """
    return {
        "pid": os.getpid(),
        "time": time.time(),
        "sockets": [
            {
                "socket": counted.number,
                "type": counted.labels["type"],
                "made_at": counted.labels["made_at"],
                "stats": counted.stats.as_dict(),
                "peers": [peer.as_dict() for peer in counted.peers],
            }
            for counted in _count(sockets, peers=True)
        ],
    }


_Sample = tuple[dict[str, str], int]


def _samples(sockets: Iterable[Any] | None, peers: bool) -> Iterator[tuple[_Family, list[_Sample]]]:
    every = list(_count(sockets, peers))
    for family in _OF_SOCKETS:
        yield family, [(c.labels, getattr(c.stats, family.member)) for c in every]
    for family in (_DROPPED, _REFUSED):
        yield (
            family,
            [
                (counted.labels | {"reason": reason}, value)
                for counted in every
                for reason, value in counted.stats.as_dict()[family.member].items()
            ],
        )
    if not peers:
        return
    for family in _OF_PEERS:
        yield (
            family,
            [
                (
                    counted.labels
                    | {
                        "peer": str(peer.id),
                        "endpoint": encodable(peer.endpoint),
                        "address": encodable(peer.address),
                    },
                    getattr(peer, family.member),
                )
                for counted in every
                for peer in counted.peers
            ],
        )


def openmetrics(sockets: Iterable[zmq.Socket[Any]] | None = None, *, peers: bool = False) -> str:
    """Return the counters of sockets, as text in the OpenMetrics format.

    Parameters
    ----------
    sockets : iterable of Socket, optional
        See `snapshot`.
    peers : bool, default False
        True to include each peer. That creates a time series for each connection; do not use it
        for a server with many short-lived clients.

    Returns
    -------
    str
        The text; send it with the Content-Type `CONTENT_TYPE`.
    """
    lines = []
    for family, samples in _samples(sockets, peers):
        lines.append(f"# TYPE {family.name} {family.kind}")
        if family.unit:
            lines.append(f"# UNIT {family.name} {family.unit}")
        lines.append(f"# HELP {family.name} {family.help}")
        suffix = "_total" if family.kind == "counter" else ""
        for labels, value in samples:
            shown = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            lines.append(f"{family.name}{suffix}{{{shown}}} {value}")
    return "\n".join([*lines, "# EOF", ""])


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class PrometheusCollector:
    """A collector for the package ``prometheus_client``, which it needs.

    ::

        from prometheus_client import REGISTRY, start_http_server

        REGISTRY.register(zmq.metrics.PrometheusCollector())
        start_http_server(8000)

    Parameters
    ----------
    sockets : iterable of Socket, optional
        See `snapshot`.
    peers : bool, default False
        See `openmetrics`.

    Raises
    ------
    ImportError
        If ``prometheus_client`` is not installed: ``pip install pyzmq[metrics]``.
    """

    def __init__(
        self, sockets: Iterable[zmq.Socket[Any]] | None = None, *, peers: bool = False
    ) -> None:
        try:
            from prometheus_client import core
        except ImportError as error:
            raise ImportError(
                "zmq.metrics.PrometheusCollector needs the package prometheus_client: install it"
                " with 'pip install prometheus_client'"
            ) from error
        self._classes: dict[str, Any] = {
            "counter": core.CounterMetricFamily,
            "gauge": core.GaugeMetricFamily,
        }
        self._sockets = None if sockets is None else list(sockets)
        self._peers = peers

    def describe(self) -> list[Any]:
        """Return no metrics.

        Without this method, the registry would call `collect` to find clashes of names.
        """
        return []

    def collect(self) -> Iterator[Any]:
        """Yield the metric families for ``prometheus_client``."""
        for family, samples in _samples(self._sockets, self._peers):
            names = list(samples[0][0]) if samples else []
            metric = self._classes[family.kind](
                family.name, family.help, labels=names, unit=family.unit
            )
            for labels, value in samples:
                metric.add_metric(list(labels.values()), value)
            yield metric


_LONGEST_QUESTION = 1024
_MOST_PARTS = 8


def _answer_to(asked: list[bytes]) -> bytes:
    try:
        if asked == [b"openmetrics"]:
            return openmetrics().encode()
        return json.dumps(snapshot()).encode()
    except Exception as error:  # the next request may succeed
        return json.dumps({"error": repr(error)}).encode()


class Server:
    """Replies to the programs that watch this process; created by `serve`.

    Attributes
    ----------
    endpoint : str
        The bound endpoint, including its port.
    """

    def __init__(self, endpoint: str) -> None:
        # A separate context, because terminating the program's contexts must not wait for this
        # socket.
        self._context = zmq.Context()
        _own_contexts.add(self._context)
        try:
            self._socket: zmq.Socket[bytes] = self._context.socket(zmq.REP)
            self._socket.linger = 0
            # a request is one short word
            self._socket.maxmsgsize = _LONGEST_QUESTION
            with contextlib.suppress(ZMQError):  # other builds of libzmq do not have this option
                self._socket.set(zmq.MAX_PARTS, _MOST_PARTS)
            self._socket.bind(endpoint)
        except BaseException:
            self._context.destroy(0)
            raise
        self.endpoint: str = self._socket.last_endpoint.decode()
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._answer, name="zmq.metrics", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<zmq.metrics.Server at {self.endpoint}>"

    def _answer(self) -> None:
        with self._socket:
            while True:
                try:
                    asked = self._socket.recv_multipart()
                    self._socket.send(_answer_to(asked))
                except ZMQError as error:
                    if error.errno in (Errno.ETERM, Errno.ENOTSOCK):
                        return  # closed
                    time.sleep(0.1)  # for example no memory: wait a moment before the next try

    def close(self) -> None:
        """Stop serving; the end of a ``with`` block does so. A second call has no effect."""
        if self._pid == os.getpid() and not self._context.closed:
            self._context.term()  # the thread closes its socket itself, after its current reply
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def serve(endpoint: str) -> Server:
    """Serve the counters of this process to `zmq top` and other programs.

    Parameters
    ----------
    endpoint : str
        The endpoint to bind, such as ``"ipc:///tmp/my-program"`` or ``"tcp://127.0.0.1:*"``.
        ``{pid}`` in it is replaced by the process id.

    Returns
    -------
    Server
        The server; its `endpoint` is the bound endpoint. It serves in a thread of its own, until
        its `close` or the end of the process. A forked child does not serve.

    Raises
    ------
    ZMQError
        If the endpoint cannot be bound. EADDRINUSE if another socket listens on it, also on an ipc
        path, which `zmq.Socket.bind` would take over.
    ValueError
        If the endpoint is inproc, which other processes cannot reach, or is not valid UTF-8.

    Notes
    -----
    Every program that can connect gets a reply. Replies contain endpoints and addresses of peers,
    but no messages. A request is the message ``json`` or ``openmetrics`` from a REQ. The server
    disconnects a peer that sends a message part of more than 1024 bytes.
    """
    if endpoint.startswith("inproc:"):
        raise ValueError(f"{endpoint}: other processes cannot reach it; use ipc:// or tcp://")
    endpoint = endpoint.replace("{pid}", str(os.getpid()))
    if _somebody_listens(endpoint):
        raise ZMQError(
            Errno.EADDRINUSE,
            f"{zmq.strerror(Errno.EADDRINUSE)} (addr={endpoint!r}: another socket listens on this"
            " path; for several processes use a path with {pid})",
        )
    return Server(endpoint)


def _somebody_listens(endpoint: str) -> bool:
    """Return True if a socket listens on an ipc path: a bind would take the path away from it."""
    path = endpoint.removeprefix("ipc://")
    if path == endpoint or path == "*" or not hasattr(system_socket, "AF_UNIX"):
        return False
    if path.startswith("@"):
        return False  # binding an abstract name that is in use fails
    with system_socket.socket(system_socket.AF_UNIX, system_socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(path)
        except BlockingIOError:
            return True  # its queue of connections is full
        except (OSError, ValueError):
            return False
    return True


_from_environment: list[Server] = []


def _serve_as_environment_says() -> None:
    """Serve at the endpoint in PYZMQ_METRICS, if that is set when the first context is created."""
    # Child processes must not see the variable: a child that binds the same ipc path takes over the
    # path.
    endpoint = os.environ.pop("PYZMQ_METRICS", "")
    if not endpoint:
        return
    try:
        _from_environment.append(serve(endpoint))
    except (ZMQError, ValueError) as error:
        # The program itself must keep working.
        message = encodable(f"PYZMQ_METRICS={endpoint}: {error}")
        warnings.warn(message, RuntimeWarning, stacklevel=4)
