"""Forwarding a local port over a paramiko transport: what ``ssh -L`` does."""

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
# How often to look whether the SSH connection is still there, in seconds.
_WATCH_INTERVAL = 0.2


class Handler(socketserver.BaseRequestHandler):
    """Carries the bytes of one connection, both ways, until one side ends it."""

    server: ForwardServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        server = self.server
        with server.connection():
            try:
                channel = server.transport.open_channel(
                    "direct-tcpip", server.remote, self.request.getpeername()
                )
            except Exception as error:
                # paramiko's exceptions have no base that says "refused" alone
                logger.warning("the SSH server does not reach %s:%d: %s", *server.remote, error)
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
                # one direction has ended; the other may go on
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
    """Listens on a port of this machine, and forwards its connections by SSH.

    Parameters
    ----------
    local_port : int
        The port on 127.0.0.1 to listen on; 0 for a free one.
    remote_host : str
        Where the SSH server connects to, as it knows the host by name or address.
    remote_port : int
        The port there.
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
    """Closing the server does not wait for its connections."""

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
        """Return for how many seconds there has been no connection; 0.0 while there is one."""
        with self.lock:
            return 0.0 if self.connections else time.monotonic() - self.idle_since

    def serve_until_idle(self, timeout: float | None) -> None:
        """Forward connections until there has been none for a time, or the SSH connection ends.

        Parameters
        ----------
        timeout : float or None
            Seconds without a connection; None waits for ever.
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
    """Forward a port of this machine by SSH, until the tunnel is idle or the connection ends.

    Parameters
    ----------
    local_port : int
        The port on 127.0.0.1 to listen on.
    remote_host : str
        Where the SSH server connects to.
    remote_port : int
        The port there.
    transport : paramiko.Transport
        An authenticated SSH connection.
    timeout : float, optional
        End after so many seconds without a connection; by default never.

    Raises
    ------
    OSError
        If the local port is taken.
    """
    with ForwardServer(local_port, remote_host, remote_port, transport) as server:
        server.serve_until_idle(timeout)
