"""Publish and subscribe: each subscriber gets its topics.

Run it in one terminal as ``python pub_sub.py publish`` and in others as
``python pub_sub.py subscribe TOPIC``. With no argument it shows both in one process.
"""

import itertools
import sys
import time

import zmq

ENDPOINT = "tcp://127.0.0.1:5556"
CITIES = ["Oslo", "Lagos", "Quito"]


def publish(endpoint: str) -> None:
    """Publish a temperature every second until Ctrl-C."""
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        socket.bind(endpoint)
        for number in itertools.count():
            city = CITIES[number % len(CITIES)]
            socket.send_string(f"{city} {15 + number % 10} degrees")
            time.sleep(1)


def subscribe(endpoint: str, topic: str) -> None:
    """Print every message that begins with `topic` until Ctrl-C."""
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.subscribe(topic)
        socket.connect(endpoint)
        while True:
            print(socket.recv_string())


def both() -> None:
    """Publish three temperatures to a subscriber of one city."""
    with (
        zmq.Context() as context,
        context.socket(zmq.XPUB) as publisher,
        context.socket(zmq.SUB) as subscriber,
    ):
        publisher.rcvtimeo = subscriber.rcvtimeo = 5000
        publisher.bind("tcp://127.0.0.1:*")
        subscriber.subscribe("Lagos")
        subscriber.connect(publisher.last_endpoint)
        # Messages published before a subscription has arrived are dropped, so wait for it. An XPUB
        # is a PUB that also receives the subscriptions: a byte 1, and then the topic.
        assert publisher.recv() == b"\x01Lagos"
        for city in CITIES:
            publisher.send_string(f"{city} 21 degrees")
        print(subscriber.recv_string())


def main() -> None:
    """Run the command of the command line."""
    match sys.argv[1:]:
        case ["publish"]:
            print(f"publishing at {ENDPOINT}; Ctrl-C ends it")
            publish(ENDPOINT)
        case ["subscribe", topic]:
            subscribe(ENDPOINT, topic)
        case []:
            both()
        case _:
            sys.exit("usage: python pub_sub.py [publish | subscribe TOPIC]")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()
