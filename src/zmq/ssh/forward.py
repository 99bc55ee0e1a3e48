"""Forwards a local port over a paramiko transport, like ``ssh -L``."""

from __future__ import annotations

import logging
import select
import socketserver
import threading
import time
from typing import Any

__all__ = ["ForwardServer", "forward_tunnel"]

logger = logging.getLogger("zmq.ssh.forward")

_CHUNK = 65536
# The time between two checks that the SSH connection still exists, in seconds.
_WATCH_INTERVAL = 0.2


class Handler(socketserver.BaseRequestHandler):
    """Forwards the bytes of one connection in both directions, until the remote side ends it."""

    server: ForwardServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        server = self.server
        with server.connection():
            try:
                channel = server.transport.open_channel(
                    "direct-tcpip", server.remote, self.request.getpeername()
                )
            except Exception as error:
                # paramiko raises one of several classes: SSHException, EOFError, OSError
                logger.warning("the SSH server cannot reach %s:%d: %s", *server.remote, error)
                return
            try:
                self.__carry(channel)
            except OSError as error:
                logger.debug("a connection to %s:%d was cut: %s", *server.remote, error)
            finally:
                channel.close()

    def __carry(self, channel: Any) -> None:
        sock = self.request
        other = {sock: channel, channel: sock}
        open_ends = [sock, channel]
        while open_ends:
            for end in select.select(open_ends, [], [])[0]:
                data = end.recv(_CHUNK)
                if data:
                    other[end].sendall(data)
                    continue
                # the local program may end its direction first, and still receive
                open_ends.remove(end)
                if end is sock:
                    channel.shutdown_write()
                else:
                    return


class _Connection:
    """Counts a connection of a ForwardServer while it lasts."""

    def __init__(self, server: ForwardServer) -> None:
        self._server = server

    def __enter__(self) -> None:
        with self._server.lock:
            self._server.connections += 1

    def __exit__(self, *exc: object) -> None:
        with self._server.lock:
            self._server.connections -= 1
            self._server.idle_since = time.monotonic()


class ForwardServer(socketserver.ThreadingTCPServer):
    """Listens on a local port, and forwards its connections by SSH.

    Parameters
    ----------
    local_port : int
        The port on 127.0.0.1 to listen on; 0 for a free one.
    remote_host : str
        The host that the SSH server connects to, by name or address.
    remote_port : int
        The port on that host.
    transport : paramiko.Transport
        An authenticated SSH connection.

    Raises
    ------
    OSError
        If the local port is taken.
    """

    daemon_threads: bool = True
    """Connections end with the program."""
    allow_reuse_address: bool = True
    """The port can be taken again as soon as the server has ended."""
    block_on_close: bool = False
    """Closing the server does not wait for open connections."""

    def __init__(self, local_port: int, remote_host: str, remote_port: int, transport: Any) -> None:
        self.remote = (remote_host, remote_port)
        self.transport = transport
        self.lock = threading.Lock()
        self.connections = 0
        self.idle_since = time.monotonic()
        super().__init__(("127.0.0.1", local_port), Handler)

    def connection(self) -> _Connection:
        """Return a context manager that counts a connection while it lasts."""
        return _Connection(self)

    def idle_time(self) -> float:
        """Return the seconds since the last connection ended; 0.0 while one is open."""
        with self.lock:
            return 0.0 if self.connections else time.monotonic() - self.idle_since

    def serve_until_idle(self, timeout: float | None) -> None:
        """Forward connections until none is open for `timeout`, or the SSH connection ends.

        Parameters
        ----------
        timeout : float or None
            Return after this many seconds without an open connection; None means never.
        """
        self.timeout = _WATCH_INTERVAL
        while self.transport.is_active():
            self.handle_request()
            if timeout is not None and self.idle_time() >= timeout:
                return


def forward_tunnel(
    local_port: int,
    remote_host: str,
    remote_port: int,
    transport: Any,
    timeout: float | None = None,
) -> None:
    """Forward a local port by SSH, until the tunnel is idle or the SSH connection ends.

    Parameters
    ----------
    local_port : int
        The port on 127.0.0.1 to listen on.
    remote_host : str
        The host that the SSH server connects to.
    remote_port : int
        The port on that host.
    transport : paramiko.Transport
        An authenticated SSH connection.
    timeout : float, optional
        End after this many seconds without a connection; by default never.

    Raises
    ------
    OSError
        If the local port is taken.
    """
    with ForwardServer(local_port, remote_host, remote_port, transport) as server:
        server.serve_until_idle(timeout)
