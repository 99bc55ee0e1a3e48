"""Servers and clients for the tests of authentication, and the outcome of a connection."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from limits import TIMEOUT_MS

import zmq
from zmq.auth.asyncio import AsyncioAuthenticator
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

ENDS = {
    zmq.Event.HANDSHAKE_SUCCEEDED,
    zmq.Event.HANDSHAKE_FAILED_AUTH,
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL,
}


class Outcome(NamedTuple):
    """The event that ended the handshake, and its value, at the client and at the server."""

    client: tuple[zmq.Event, int]
    server: tuple[zmq.Event, int]


ACCEPTED = (zmq.Event.HANDSHAKE_SUCCEEDED, 0)
REFUSED = (zmq.Event.HANDSHAKE_FAILED_AUTH, 400)


def end_of_handshake(monitor):
    for _ in range(100):
        message = recv_monitor_message(monitor)
        if message["event"] in ENDS:
            return message["event"], message["value"]
    raise AssertionError("no handshake ended within 100 events")


class Server:
    """A REP server with options, and clients that try to connect to it."""

    def __init__(self, context, endpoint="tcp://127.0.0.1:*", **options):
        self._stack = ExitStack()
        self.socket = self._stack.enter_context(context.socket(zmq.REP))
        self.socket.linger = 0
        self.socket.rcvtimeo = self.socket.sndtimeo = TIMEOUT_MS
        for name, value in options.items():
            setattr(self.socket, name, value)
        self._monitor = self.socket.get_monitor_socket()
        self._stack.callback(self.socket.disable_monitor)
        self._monitor.rcvtimeo = TIMEOUT_MS
        self.socket.bind(endpoint)
        self.endpoint = self.socket.last_endpoint.decode().rstrip("\0")

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._stack.close()

    @contextmanager
    def client(self, **options):
        """Connect a client in a new context; return it and the outcome of its handshake."""
        with zmq.Context() as context, context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.rcvtimeo = socket.sndtimeo = TIMEOUT_MS
            socket.reconnect_ivl = -1  # one try
            for name, value in options.items():
                setattr(socket, name, value)
            monitor = socket.get_monitor_socket()
            monitor.rcvtimeo = TIMEOUT_MS
            socket.connect(self.endpoint)
            at_server = end_of_handshake(self._monitor)
            try:
                yield socket, Outcome(end_of_handshake(monitor), at_server)
            finally:
                socket.disable_monitor()

    def outcome(self, **options):
        """Return the outcome of a client with these options."""
        with self.client(**options) as (_, outcome):
            return outcome

    def accepts(self, **options):
        """Return whether a client with these options is accepted.

        Fail if it is neither accepted nor refused.
        """
        outcome = self.outcome(**options)
        if outcome == (ACCEPTED, ACCEPTED):
            return True
        assert outcome == (REFUSED, REFUSED)
        return False

    def user_id_of(self, **options):
        """Send a message from a client with these options; return its user id on the server."""
        with self.client(**options) as (socket, _):
            socket.send(b"hello")
            frame = self.socket.recv(copy=False)
            self.socket.send(b"world")
            assert socket.recv() == b"world"
            return frame["User-Id"]


@contextmanager
def running(kind, context, **options):
    """Run an authenticator in the background.

    The authenticator works in one thread, and the test configures it from another.
    """
    if kind == "thread":
        with ThreadAuthenticator(context, **options) as authenticator:
            yield authenticator
        return
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    authenticator = AsyncioAuthenticator(context, **options)

    async def call(method):
        method()

    try:
        asyncio.run_coroutine_threadsafe(call(authenticator.start), loop).result(10)
        yield authenticator
    finally:
        asyncio.run_coroutine_threadsafe(call(authenticator.stop), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def curve_client(server_public, keys):
    """The options of a CURVE client."""
    public, secret = keys
    return {
        "curve_serverkey": server_public,
        "curve_publickey": public,
        "curve_secretkey": secret,
    }
