"""The patterns with blocking sockets: each has a function for the server and for the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common import (
    Announce,
    Meter,
    address,
    connect_encrypted,
    endpoint_of,
    expect_many,
    is_many,
    open_socket,
    serve_encrypted,
)
from package import zmq
from settings import Settings

BATCH = 500
"""Messages in one call of send_many or recv_many."""

ServerRole = Callable[[Any, Settings, Meter, Announce], None]
ClientRole = Callable[[Any, Settings, Meter], None]


def one_way_server(context: Any, settings: Settings, meter: Meter, announce: Announce) -> None:
    """Pull `count` messages after the first one; the arrival of the first starts the clock."""
    puller = open_socket(context, zmq.PULL, settings)
    key = serve_encrypted(puller, settings)
    puller.bind(address(settings))
    announce(endpoint_of(puller, settings), key)
    puller.recv()
    meter.start()
    if is_many(puller, settings):
        left = settings.count
        while left:
            left -= len(puller.recv_many(min(BATCH, left), timeout=settings.patience))
    else:
        for _ in range(settings.count):
            puller.recv()
    meter.stop(settings.count)
    puller.close()


def one_way_client(context: Any, settings: Settings, meter: Meter) -> None:
    """Push the messages."""
    pusher = open_socket(context, zmq.PUSH, settings)
    connect_encrypted(pusher, settings)
    pusher.connect(settings.endpoint)
    message = b"m" * settings.size
    meter.start()
    pusher.send(message)
    if is_many(pusher, settings):
        for first in range(0, settings.count, BATCH):
            pusher.send_many([message] * min(BATCH, settings.count - first))
    else:
        for _ in range(settings.count):
            pusher.send(message)
    pusher.close()


def round_trip_server(context: Any, settings: Settings, meter: Meter, announce: Announce) -> None:
    """Reply to `count` requests after the first one."""
    socket = open_socket(context, zmq.REP, settings)
    key = serve_encrypted(socket, settings)
    socket.bind(address(settings))
    announce(endpoint_of(socket, settings), key)
    socket.send(socket.recv())
    meter.start()
    for _ in range(settings.count):
        socket.send(socket.recv())
    socket.close()


def round_trip_client(context: Any, settings: Settings, meter: Meter) -> None:
    """Send requests, and wait for each reply."""
    socket = open_socket(context, zmq.REQ, settings)
    connect_encrypted(socket, settings)
    socket.connect(settings.endpoint)
    message = b"m" * settings.size
    socket.send(message)
    socket.recv()
    meter.start()
    for _ in range(settings.count):
        socket.send(message)
        socket.recv()
    meter.stop(settings.count)
    socket.close()


def window(settings: Settings) -> int:
    """Return the rounds between acknowledgements; the publisher is at most two windows ahead."""
    return 1 if settings.topics else max(20, 400 // settings.peers)


def topic_names(settings: Settings) -> list[bytes]:
    """Return the topics; the topic with index `i` belongs to the subscriber `i % peers`."""
    return [b"topic-%05d " % number for number in range(settings.topics)]


def fan_out_server(context: Any, settings: Settings, meter: Meter, announce: Announce) -> None:
    """Publish to all peers or, if there are topics, to one after the other, as fast as they read.

    The publisher is an XPUB socket, which works like a PUB but receives the subscriptions. It
    starts to publish when all subscriptions have arrived. It sets no high-water mark: libzmq
    reports only from time to time how much was read, so the publisher would drop messages well
    before a queue is full. Instead, the acknowledgements keep the queues short.
    """
    publisher = open_socket(context, zmq.XPUB, settings, hwm=0)
    acknowledged = open_socket(context, zmq.PULL, settings)
    publisher.setsockopt(zmq.XPUB_VERBOSE, 1)  # receive all, not only the first to a topic
    expect_many(publisher, settings)
    meter.before_connections()
    publisher.bind(address(settings, 0))
    acknowledged.bind(address(settings, 1))
    announce(f"{endpoint_of(publisher, settings, 0)},{endpoint_of(acknowledged, settings, 1)}")
    for _ in range(settings.topics or settings.peers):
        publisher.recv()
    topics = topic_names(settings)
    padding = b"m" * (settings.size - 12)
    messages = [topic + padding for topic in topics] or [b"m" * settings.size]
    for message in messages:
        publisher.send(message)
    acknowledged.recv()
    meter.after_connections(settings.peers)
    meter.start()
    per_window = settings.peers if topics else window(settings)
    number = 0
    for index in range(settings.count // window(settings)):
        if index >= 2:
            acknowledged.recv()
        for _ in range(per_window):
            publisher.send(messages[number % len(messages)])
            number += 1
    for _ in range(min(2, settings.count // window(settings))):
        acknowledged.recv()
    publisher.close()
    acknowledged.close()


def fan_out_client(context: Any, settings: Settings, meter: Meter) -> None:
    """Subscribe with all peers; take one message from each in turn."""
    publisher, acknowledge = settings.endpoints
    acknowledger = open_socket(context, zmq.PUSH, settings)
    acknowledger.connect(acknowledge)
    meter.before_connections()
    subscribers = []
    topics = topic_names(settings)
    for peer in range(settings.peers):
        subscriber = open_socket(context, zmq.SUB, settings, hwm=0)
        subscriber.setsockopt(zmq.LINGER, 0)  # drop subscriptions for a server that has ended
        for topic in topics[peer :: settings.peers] or [b""]:
            subscriber.setsockopt(zmq.SUBSCRIBE, topic)
        subscriber.connect(publisher)
        subscribers.append(subscriber)
    for index in range(settings.topics or settings.peers):
        subscribers[index % settings.peers].recv()
    meter.after_connections(settings.peers)
    acknowledger.send(b"")
    meter.start()
    rounds = settings.count // window(settings) * window(settings)
    for index in range(1, rounds + 1):
        for subscriber in subscribers:
            subscriber.recv()
        if index % window(settings) == 0:
            acknowledger.send(b"")
    meter.stop(rounds * settings.peers)
    for subscriber in subscribers:
        subscriber.close()
    acknowledger.close()


def routed_server(context: Any, settings: Settings, meter: Meter, announce: Announce) -> None:
    """Reply to `peers` clients through one ROUTER: once to each, then `count` times more."""
    router = open_socket(context, zmq.ROUTER, settings, hwm=max(1000, 2 * settings.peers))
    expect_many(router, settings)
    meter.before_connections()
    router.bind(address(settings))
    announce(endpoint_of(router, settings))
    for _ in range(settings.peers):
        router.send_multipart(router.recv_multipart())
    meter.after_connections(settings.peers)
    meter.start()
    for _ in range(settings.count * settings.peers):
        router.send_multipart(router.recv_multipart())
    router.close()


def routed_client(context: Any, settings: Settings, meter: Meter) -> None:
    """Send a request from every peer, then receive every reply."""
    message = b"m" * settings.size
    meter.before_connections()
    dealers = []
    for _ in range(settings.peers):
        dealer = open_socket(context, zmq.DEALER, settings)
        dealer.connect(settings.endpoint)
        dealers.append(dealer)
    for dealer in dealers:
        dealer.send(message)
    for dealer in dealers:
        dealer.recv()
    meter.after_connections(settings.peers)
    meter.start()
    for _ in range(settings.count):
        for dealer in dealers:
            dealer.send(message)
        for dealer in dealers:
            dealer.recv()
    meter.stop(settings.count * settings.peers)
    for dealer in dealers:
        dealer.close()


PATTERNS: dict[str, tuple[ServerRole, ClientRole]] = {
    "one_way": (one_way_server, one_way_client),
    "round_trip": (round_trip_server, round_trip_client),
    "fan_out": (fan_out_server, fan_out_client),
    "routed": (routed_server, routed_client),
}
