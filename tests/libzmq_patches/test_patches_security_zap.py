# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches for the replies of a ZAP handler."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest
from wire import MS, set_mechanism

import zmq
from zmq.utils.monitor import recv_monitor_message

needs_draft = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, which the test needs"
)


@contextlib.contextmanager
def zap_handler(context: zmq.Context, statuses: list[bytes]) -> Iterator[list[bytes]]:
    """A ZAP handler that replies with one status after the other, then always with the last one.

    It yields the list of its replies, which grows with each reply.
    """
    answers: list[bytes] = []

    def serve() -> None:
        with handler, context.socket(zmq.PAIR) as stop:
            stop.connect("inproc://stop")
            poller = zmq.Poller()
            poller.register(handler, zmq.POLLIN)
            poller.register(stop, zmq.POLLIN)
            while stop not in dict(poller.poll(MS)):
                request = handler.recv_multipart()
                status = statuses[min(len(answers), len(statuses) - 1)]
                answers.append(status)
                handler.send_multipart([b"1.0", request[1], status, b"", b"", b""])

    handler = context.socket(zmq.REP)
    handler.linger = 0
    handler.bind("inproc://zeromq.zap.01")
    with context.socket(zmq.PAIR) as stop:
        stop.bind("inproc://stop")
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield answers
        finally:
            stop.send(b"")
            thread.join(MS / 1000)


@contextlib.contextmanager
def server_and_client(
    context: zmq.Context, mechanism: str
) -> Iterator[tuple[zmq.Socket, zmq.Socket]]:
    with context.socket(zmq.PULL) as server, context.socket(zmq.PUSH) as client:
        for sock in (server, client):
            sock.linger = 0
            sock.rcvtimeo = sock.sndtimeo = MS
            sock.handshake_ivl = 10 * MS  # nothing but the status ends the connection
            sock.reconnect_ivl = 10
        set_mechanism(mechanism, server, client)
        yield server, client


MECHANISMS = [
    "NULL",
    "PLAIN",
    pytest.param(
        "CURVE",
        marks=pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE"),
    ),
]
TRANSPORTS = ["tcp", "ipc", pytest.param("ws", marks=needs_draft)]


@pytest.mark.parametrize("binds", ["server", "client"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_peer_retries_after_status_300(
    transport: str, mechanism: str, binds: str, endpoint: Callable[[str], str]
) -> None:
    with zmq.Context() as context, zap_handler(context, [b"300", b"300", b"200"]) as answers:
        with server_and_client(context, mechanism) as (server, client):
            one, other = (server, client) if binds == "server" else (client, server)
            one.bind(endpoint(transport))
            other.connect(one.last_endpoint)
            client.send(b"let in")
            assert server.recv() == b"let in"
            assert answers == [b"300", b"300", b"200"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_status_300_is_one_event(mechanism: str) -> None:
    events = (
        zmq.EVENT_HANDSHAKE_FAILED_AUTH
        | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
        | zmq.EVENT_HANDSHAKE_SUCCEEDED
        | zmq.EVENT_DISCONNECTED
    )
    with zmq.Context() as context, zap_handler(context, [b"300", b"200"]):
        with server_and_client(context, mechanism) as (server, client):
            with server.get_monitor_socket(events) as monitor:
                monitor.rcvtimeo = MS
                server.bind("tcp://127.0.0.1:*")
                client.connect(server.last_endpoint)
                seen = [recv_monitor_message(monitor) for _ in range(3)]
                server.disable_monitor()
            assert [(event["event"], event["value"]) for event in seen[:1]] == [
                (zmq.EVENT_HANDSHAKE_FAILED_AUTH, 300)
            ]
            assert [event["event"] for event in seen[1:]] == [
                zmq.EVENT_DISCONNECTED,
                zmq.EVENT_HANDSHAKE_SUCCEEDED,
            ]


def test_status_300_ends_reconnects_with_the_option() -> None:
    with zmq.Context() as context, zap_handler(context, [b"300"]) as answers:
        with server_and_client(context, "PLAIN") as (server, client):
            for sock in (server, client):
                sock.reconnect_stop = zmq.RECONNECT_STOP_HANDSHAKE_FAILED
            client.bind("tcp://127.0.0.1:*")
            with server.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
                monitor.rcvtimeo = MS
                server.connect(client.last_endpoint)
                recv_monitor_message(monitor)
                # A second connection would be made within some milliseconds.
                assert not monitor.poll(300)
                server.disable_monitor()
            assert answers == [b"300"]
