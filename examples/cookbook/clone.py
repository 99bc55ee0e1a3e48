"""A table that is copied to all clients: they get its state, then every change.

    client REQ -> ROUTER  server    "give me the table"
    client SUB <- XPUB    server    each change, numbered; and heartbeats
    client PUSH -> PULL   server    "set this key to that value"

Run it: ``python clone.py``. The idea is that of https://rfc.zeromq.org/spec/12/.
"""

from __future__ import annotations

import secrets
import threading
import time

import zmq

CHANGE, HEARTBEAT = b"change", b"heartbeat"
INTERVAL_S = 1.0


class Server:
    """Holds the table, numbers its changes and publishes them.

    Parameters
    ----------
    context : zmq.Context
        The context of its sockets.
    tables_at, changes_at, requests_at : str
        The endpoints to bind; the attribute `endpoints` has the bound ones.
    interval_s : float, default 1
        The time between two heartbeats, in seconds.
    """

    def __init__(
        self,
        context: zmq.Context,
        tables_at: str,
        changes_at: str,
        requests_at: str,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._interval_s = interval_s
        self._tables = context.socket(zmq.ROUTER)
        self._changes = context.socket(zmq.XPUB)
        self._requests = context.socket(zmq.PULL)
        self._tables.bind(tables_at)
        self._changes.bind(changes_at)
        self._requests.bind(requests_at)
        sockets = (self._tables, self._changes, self._requests)
        self.endpoints = tuple(socket.last_endpoint.decode() for socket in sockets)
        # Numbers start again when the server restarts, so clients also compare this epoch.
        self._epoch = secrets.token_bytes(8)
        self._number = 0
        self._table: dict[bytes, bytes] = {}

    def run(self) -> None:
        """Serve until the context is terminated."""
        poller = zmq.Poller()
        for socket in (self._tables, self._changes, self._requests):
            poller.register(socket, zmq.POLLIN)
        with self._tables, self._changes, self._requests:
            try:
                beat_at = time.monotonic()
                while True:
                    wait_s = max(0.0, beat_at - time.monotonic())
                    ready = dict(poller.poll(wait_s * 1000))
                    if self._requests in ready:
                        self._change(self._requests.recv_multipart())
                    if self._tables in ready:
                        client, *_ = self._tables.recv_multipart()
                        self._tables.send_multipart([client, b"", *self._snapshot()])
                    if self._changes in ready:
                        self._changes.recv()  # a subscription: send a heartbeat at once
                        beat_at = time.monotonic()
                    if time.monotonic() >= beat_at:
                        self._changes.send_multipart([HEARTBEAT, self._epoch, self._count()])
                        beat_at = time.monotonic() + self._interval_s
            except zmq.ContextTerminated:
                pass

    def _count(self) -> bytes:
        return self._number.to_bytes(8, "big")

    def _snapshot(self) -> list[bytes]:
        pairs = [part for pair in self._table.items() for part in pair]
        return [self._epoch, self._count(), *pairs]

    def _change(self, message: list[bytes]) -> None:
        if len(message) != 2:
            return
        key, value = message
        if value:
            self._table[key] = value
        else:
            self._table.pop(key, None)  # an empty value removes the key
        self._number += 1
        self._changes.send_multipart([CHANGE, self._epoch, self._count(), key, value])


class Client:
    """A copy of the table. Call `update` often, in the thread that uses the table.

    Parameters
    ----------
    context : zmq.Context
        The context of its sockets.
    tables_at, changes_at, requests_at : str
        The endpoints of the server.
    interval_s : float, default 1
        The server's time between two heartbeats, in seconds.
    """

    def __init__(
        self,
        context: zmq.Context,
        tables_at: str,
        changes_at: str,
        requests_at: str,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self.table: dict[bytes, bytes] = {}
        self._context = context
        self._tables_at = tables_at
        self._silence_ms = int(3 * interval_s * 1000)
        self._epoch, self._number = b"", -1
        self._changes = context.socket(zmq.SUB)
        self._changes.subscribe(b"")
        self._changes.connect(changes_at)
        self._requests = context.socket(zmq.PUSH)
        self._requests.linger = self._requests.sndtimeo = self._silence_ms
        self._requests.connect(requests_at)

    def update(self, timeout_ms: int | None = None) -> bool:
        """Wait for one message from the server, and apply it to the table.

        Parameters
        ----------
        timeout_ms : int, optional
            The maximum time to wait, in milliseconds; by default three heartbeats.

        Returns
        -------
        bool
            False if there was no message; the table may then be out of date.
        """
        if not self._changes.poll(self._silence_ms if timeout_ms is None else timeout_ms):
            return False
        kind, epoch, count, *change = self._changes.recv_multipart()
        number = int.from_bytes(count, "big")
        if epoch == self._epoch and number <= self._number:
            return True  # the table already has this change
        if kind == CHANGE and epoch == self._epoch and number == self._number + 1:
            key, value = change
            if value:
                self.table[key] = value
            else:
                self.table.pop(key, None)
            self._number = number
            return True
        return self._fetch_table()  # the first message, a gap, or another server

    def set(self, key: bytes, value: bytes) -> None:
        """Ask the server to set a key; the change comes back by `update`."""
        self._requests.send_multipart([key, value])

    def close(self) -> None:
        """Close the sockets."""
        self._changes.close()
        self._requests.close()

    def _fetch_table(self) -> bool:
        # Changes that arrive meanwhile wait in the SUB. Later `update` skips those that are already
        # in the fetched table.
        with self._context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(self._tables_at)
            socket.send(b"")
            if not socket.poll(self._silence_ms):
                return False  # the next message shows the gap again
            self._epoch, count, *pairs = socket.recv_multipart()
        self._number = int.from_bytes(count, "big")
        self.table = dict(zip(pairs[::2], pairs[1::2], strict=True))
        return True


def main() -> None:
    """Let one client change the table, and another one connect late."""
    context = zmq.Context()
    server = Server(context, *["tcp://127.0.0.1:*"] * 3, interval_s=0.1)
    thread = threading.Thread(target=server.run)
    thread.start()
    early, late = (Client(context, *server.endpoints) for _ in range(2))
    try:
        early.set(b"colour", b"red")
        early.set(b"size", b"10")
        early.set(b"colour", b"blue")
        while early.table != {b"colour": b"blue", b"size": b"10"}:
            assert early.update(), "the server is silent"
        early.set(b"size", b"")
        while late.table != {b"colour": b"blue"}:
            assert late.update(), "the server is silent"
        print(f"a client that came late has {late.table}")
    finally:
        early.close()
        late.close()
        context.term()
        thread.join()


if __name__ == "__main__":
    main()
