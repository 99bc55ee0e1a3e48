"""The counters of a process's sockets, for programs that watch it.

`snapshot` tells it as data, `openmetrics` as the text that Prometheus and others read,
`PrometheusCollector` to the package ``prometheus_client``, and `serve` to `zmq top` and other
processes::

    import zmq.metrics

    zmq.metrics.serve("ipc:///tmp/my-program")  # then: zmq top ipc:///tmp/my-program

A program that does not call `serve` does so with its first context when the environment variable
``PYZMQ_METRICS`` names an endpoint. The variable is then removed from its environment: the
processes that it starts do not tell.
"""

from __future__ import annotations

import contextlib
import json
import os
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
"""The Content-Type of what `openmetrics` returns."""


class _Family(NamedTuple):
    name: str
    kind: str
    help: str
    member: str
    unit: str = ""


# The names follow OpenMetrics: a counter's samples end in _total.
_OF_SOCKETS = (
    _Family("zmq_messages_sent", "counter", "Messages that send has taken.", "messages_sent"),
    _Family(
        "zmq_messages_received",
        "counter",
        "Messages that recv has given out.",
        "messages_received",
    ),
    _Family(
        "zmq_messages_out",
        "counter",
        "Messages put into queues of peers, each copy counted.",
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
        "Messages that found no room in a queue at once.",
        "sends_blocked",
    ),
    _Family("zmq_connections", "gauge", "Connections there are.", "connections"),
    _Family("zmq_connections_made", "counter", "Connections made.", "connections_made"),
    _Family("zmq_connections_lost", "counter", "Connections lost.", "connections_lost"),
    _Family(
        "zmq_connection_retries",
        "counter",
        "Connections put down to be tried again.",
        "connection_retries",
    ),
)
_DROPPED = _Family("zmq_messages_dropped", "counter", "Messages dropped, by reason.", "dropped")
_REFUSED = _Family(
    "zmq_connections_refused", "counter", "Connections refused, by reason.", "refused"
)
_OF_PEERS = (
    _Family("zmq_peer_messages_out", "counter", "Messages put into its queue.", "messages_out"),
    _Family("zmq_peer_out_bytes", "counter", "Bytes put into its queue.", "bytes_out", "bytes"),
    _Family("zmq_peer_messages_in", "counter", "Messages taken from its queue.", "messages_in"),
    _Family("zmq_peer_in_bytes", "counter", "Bytes taken from its queue.", "bytes_in", "bytes"),
    _Family(
        "zmq_peer_messages_queued_out", "gauge", "Messages that wait for the peer.", "queued_out"
    ),
    _Family(
        "zmq_peer_messages_queued_in", "gauge", "Messages of it that wait for us.", "queued_in"
    ),
    _Family("zmq_peer_messages_dropped", "counter", "Messages to it dropped.", "dropped"),
)

_numbers: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
_numbers_lock = threading.Lock()
_last_number = 0
# Those of the servers below tell nothing about the program.
_own_contexts: weakref.WeakSet[Any] = weakref.WeakSet()


def _number_of(socket: Any) -> int:
    """A number that stays with a socket for as long as the process lasts."""
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
                continue  # closed just now
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
    """Return what sockets have counted, as data for JSON.

    Parameters
    ----------
    sockets : iterable of Socket, optional
        The sockets; by default all open ones of the process, of all contexts, without those
        that receive the events of others.

    Returns
    -------
    dict
        ``pid``, ``time`` (s since 1970), and ``sockets``, a list of dicts: ``socket`` (a number
        that stays with it), ``type``, ``made_at``, ``stats`` (the members of
        `zmq.SocketStats`) and ``peers`` (those of `zmq.PeerInfo`).

    Notes
    -----
    Safe in any thread; waits for nobody.
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
    """Return what sockets have counted, as text in the OpenMetrics format.

    Parameters
    ----------
    sockets : iterable of Socket, optional
        As for `snapshot`.
    peers : bool, default False
        Whether to tell of each peer, too. That is a time series for each connection: a server
        with many clients that come and go is better watched without.

    Returns
    -------
    str
        To be sent with the Content-Type `CONTENT_TYPE`.
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
        As for `snapshot`.
    peers : bool, default False
        As for `openmetrics`.

    Raises
    ------
    ImportError
        If there is no ``prometheus_client``: ``pip install pyzmq[metrics]``.
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
        """Return nothing: the registry need not collect to know that no names clash."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yield the metric families, as ``prometheus_client`` asks for them."""
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
    except Exception as error:  # the next question may do better
        return json.dumps({"error": repr(error)}).encode()


class Server:
    """Answers those who watch this process; made by `serve`.

    Attributes
    ----------
    endpoint : str
        Where it answers: the endpoint that was bound, with its port.
    """

    def __init__(self, endpoint: str) -> None:
        # The program's own contexts may end, and must not wait for this one.
        self._context = zmq.Context()
        _own_contexts.add(self._context)
        try:
            self._socket: zmq.Socket[bytes] = self._context.socket(zmq.REP)
            self._socket.linger = 0
            # a question is one short word
            self._socket.maxmsgsize = _LONGEST_QUESTION
            with contextlib.suppress(ZMQError):  # a libzmq of others has no such option
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
                    time.sleep(0.1)  # such as no memory: not again and again at once

    def close(self) -> None:
        """Answer no more. Done at the end of a ``with`` block; twice does nothing."""
        if self._pid == os.getpid() and not self._context.closed:
            self._context.term()  # the thread closes its socket itself, when it has answered
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
    """Tell those who ask what this process has counted: `zmq top`, or a program of one's own.

    Parameters
    ----------
    endpoint : str
        Where to answer, such as ``"ipc:///tmp/my-program"`` or ``"tcp://127.0.0.1:*"``.
        ``{pid}`` in it stands for the number of the process.

    Returns
    -------
    Server
        With the `endpoint` that was bound. It answers in a thread of its own, until its `close`
        or the end of the process. A process that is forked from this one does not answer.

    Raises
    ------
    ZMQError
        If the endpoint cannot be bound.
    ValueError
        If it is one of inproc, where no other process could ask, or cannot be written in UTF-8.

    Notes
    -----
    Every program that can connect gets an answer. The answers hold endpoints and addresses of
    peers, and no messages. A question is a message of a REQ, ``json`` or ``openmetrics``. The
    server disconnects a peer that sends more than 1024 bytes.
    """
    if endpoint.startswith("inproc:"):
        raise ValueError(f"{endpoint}: no other process can ask there; use ipc:// or tcp://")
    return Server(endpoint.replace("{pid}", str(os.getpid())))


_from_environment: list[Server] = []


def _serve_as_environment_says() -> None:
    """Called when the first context is made, where PYZMQ_METRICS is set."""
    # Not for the processes that this one starts: one that binds a path of ipc takes it from others.
    endpoint = os.environ.pop("PYZMQ_METRICS", "")
    if not endpoint:
        return
    try:
        _from_environment.append(serve(endpoint))
    except (ZMQError, ValueError) as error:
        # The program itself works.
        message = encodable(f"PYZMQ_METRICS={endpoint}: {error}")
        warnings.warn(message, RuntimeWarning, stacklevel=4)
