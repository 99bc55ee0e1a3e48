"""Shared by the patterns: clocks, sockets with timeouts, endpoints, and output for the runner."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from package import zmq
from settings import Settings

BACKLOG = 4096
"""The largest number of connections that wait to be accepted; 100 are too few for 5,000 clients."""

HIGH_WATER_MARK = 1000
"""libzmq's default, set explicitly because pyomq and PyZMQ may differ."""

Announce = Callable[..., None]
"""Tells the client that the server is bound: ``announce(endpoints, server_key)``."""


class UnsupportedError(Exception):
    """The package cannot do this."""


class Meter:
    """The time, the processor time and the memory of this process between two points."""

    def __init__(self) -> None:
        self.result: dict[str, float] = {}
        self._start = self._processor_start = 0.0
        self._created = time.perf_counter()
        self._memory_start = 0

    def start(self) -> None:
        """Begin the measured part."""
        self._start = time.perf_counter()
        self._processor_start = time.process_time()

    def stop(self, messages: int) -> None:
        """End the measurement of the measured role, after `messages` messages."""
        self.result["seconds"] = time.perf_counter() - self._start
        self.result["messages"] = messages
        self.stop_processor()

    def stop_processor(self) -> None:
        """End the measurement of the other role, of which only the processor time counts."""
        if "processor" not in self.result:
            self.result["processor"] = time.process_time() - self._processor_start

    def before_connections(self) -> None:
        """Record the time and the memory, before the first of many sockets."""
        self._memory_start = resident_bytes()
        self._created = time.perf_counter()

    def after_connections(self, count: int) -> None:
        """Report the time of `count` connections, and the memory of each."""
        self.result["connect_seconds"] = time.perf_counter() - self._created
        self.result["connection_bytes"] = (resident_bytes() - self._memory_start) / count


def resident_bytes() -> int:
    """Return the resident memory of this process; 0 on systems without /proc."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * 4096
    except OSError:
        return 0


def tell(word: str, *rest: object) -> None:
    """Write one line to the runner."""
    print(word, *rest, flush=True)


def tell_result(result: dict[str, float]) -> None:
    """Write the last line to the runner."""
    tell("result", json.dumps(result))


def new_context(settings: Settings, factory: Any = None) -> Any:
    """Return a context that has room for all sockets."""
    context = (factory or zmq.Context)()
    if settings.peers > 500 and hasattr(zmq, "MAX_SOCKETS"):
        context.set(zmq.MAX_SOCKETS, 2 * settings.peers)
    return context


def open_socket(context: Any, kind: int, settings: Settings, hwm: int = HIGH_WATER_MARK) -> Any:
    """Return a socket with timeouts; `hwm` is set in both directions."""
    socket = context.socket(kind)
    for option, value in (
        (zmq.LINGER, settings.patience),
        (zmq.RCVTIMEO, settings.patience),
        (zmq.SNDTIMEO, settings.patience),
        (zmq.RCVHWM, hwm),
        (zmq.SNDHWM, hwm),
    ):
        socket.setsockopt(option, value)
    return socket


def expect_many(socket: Any, settings: Settings) -> None:
    """Let a server accept all its peers at once, if the package has the option BACKLOG."""
    if settings.peers > 50:
        try:
            socket.setsockopt(zmq.BACKLOG, BACKLOG)
        except (NotImplementedError, zmq.ZMQError):  # pyomq
            pass


def serve_encrypted(socket: Any, settings: Settings) -> str:
    """Make the socket a CURVE server if the workload needs it; return its public key."""
    if not settings.curve:
        return ""
    public, secret = zmq.curve_keypair()
    socket.setsockopt(zmq.CURVE_SERVER, 1)
    socket.setsockopt(zmq.CURVE_PUBLICKEY, public)
    socket.setsockopt(zmq.CURVE_SECRETKEY, secret)
    return str(public.decode())


def connect_encrypted(socket: Any, settings: Settings) -> None:
    """Make the socket a CURVE client if the workload needs it."""
    if settings.curve:
        public, secret = zmq.curve_keypair()
        socket.setsockopt(zmq.CURVE_SERVERKEY, settings.server_key.encode())
        socket.setsockopt(zmq.CURVE_PUBLICKEY, public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, secret)


def address(settings: Settings, number: int = 0) -> str:
    """Return the endpoint to bind for the server's socket with that number."""
    match settings.transport:
        case "ipc":
            return f"ipc://{settings.folder}/{number}"
        case "inproc":
            return f"inproc://benchmark-{number}"
        case transport:
            return f"{transport}://127.0.0.1:*"


def endpoint_of(socket: Any, settings: Settings, number: int = 0) -> str:
    """Return the bound endpoint of the socket with that number."""
    if settings.transport in ("ipc", "inproc"):
        return address(settings, number)
    endpoint: bytes = socket.getsockopt(zmq.LAST_ENDPOINT)
    return endpoint.decode().rstrip("\0")


def is_many(socket: Any, settings: Settings) -> bool:
    """Return whether to send messages in batches."""
    return bool(settings.many) and hasattr(socket, "send_many")


def fail(error: BaseException) -> int:
    """Report that the workload is unsupported, or failed; return the exit code of this worker."""
    if isinstance(error, UnsupportedError):
        tell("unsupported", error)
        return 0
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return 1
