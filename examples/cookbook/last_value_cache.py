"""A cache between publishers and subscribers: a late subscriber gets the last value at once.

    publisher PUSH -> PULL cache XPUB -> SUB subscriber

Run it: ``python last_value_cache.py``. Messages have two parts, topic and value.
"""

from __future__ import annotations

import threading

import zmq


def run_cache(updates: zmq.Socket, subscribers: zmq.Socket, most_topics: int = 100_000) -> None:
    """Pass on updates, and send new subscribers the last values, until the context is terminated.

    When a subscriber subscribes to a topic, the other subscribers of that topic also get its last
    value again. So values must be states ("21 degrees"), not changes ("2 degrees more").

    Parameters
    ----------
    updates : zmq.Socket
        A bound PULL socket, to which publishers connect. It loses no message. A SUB that connects
        to publishers would work, too, but lose messages published before its subscription.
    subscribers : zmq.Socket
        An XPUB socket that is not yet bound or connected, since XPUB_VERBOSE must be set first.
    most_topics : int, default 100000
        The maximum number of cached topics; values of further topics are only passed on.
    """
    values: dict[bytes, bytes] = {}
    poller = zmq.Poller()
    poller.register(updates, zmq.POLLIN)
    poller.register(subscribers, zmq.POLLIN)
    with updates, subscribers:
        try:
            while True:
                ready = dict(poller.poll())
                if updates in ready:
                    message = updates.recv_multipart()
                    if len(message) == 2:
                        topic, value = message
                        if topic in values or len(values) < most_topics:
                            values[topic] = value
                        subscribers.send_multipart(message)
                if subscribers in ready:
                    event = subscribers.recv()
                    if event[:1] == b"\x01":  # a subscription; an unsubscription begins with 0
                        prefix = event[1:]
                        for topic, value in values.items():
                            if topic.startswith(prefix):
                                subscribers.send_multipart([topic, value])
        except zmq.ContextTerminated:
            pass


def make_cache_sockets(
    context: zmq.Context, updates_at: str, subscribers_at: str
) -> tuple[zmq.Socket, zmq.Socket]:
    """Create and bind the sockets of a cache."""
    updates, subscribers = context.socket(zmq.PULL), context.socket(zmq.XPUB)
    subscribers.xpub_verbose = True  # receive each subscription, not only the first of a topic
    updates.bind(updates_at)
    subscribers.bind(subscribers_at)
    return updates, subscribers


def subscribe(context: zmq.Context, endpoint: str, topic: str) -> zmq.Socket:
    """Create a subscriber."""
    socket = context.socket(zmq.SUB)
    socket.rcvtimeo = 5000
    socket.subscribe(topic)
    socket.connect(endpoint)
    return socket


def main() -> None:
    """Publish before there is a subscriber, and subscribe twice."""
    context = zmq.Context()
    sockets = make_cache_sockets(context, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
    updates_at, subscribers_at = (socket.last_endpoint.decode() for socket in sockets)
    cache = threading.Thread(target=run_cache, args=sockets)
    cache.start()
    try:
        with context.socket(zmq.PUSH) as publisher:
            publisher.connect(updates_at)
            publisher.send_multipart([b"temperature/Oslo", b"4"])
            publisher.send_multipart([b"temperature/Lagos", b"31"])
        # The closed socket keeps its messages until they have gone out (LINGER).
        for _ in range(2):
            with subscribe(context, subscribers_at, "temperature/Lagos") as subscriber:
                print(subscriber.recv_multipart())
    finally:
        context.term()
        cache.join()


if __name__ == "__main__":
    main()
