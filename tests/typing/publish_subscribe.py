"""A publisher and subscribers: topics, XPUB, RADIO and DISH with groups."""

from collections.abc import Iterator

from typing_extensions import assert_type

import zmq


def subscriptions(publisher: zmq.Socket[bytes], count: int) -> Iterator[tuple[bool, bytes]]:
    """For each message to an XPUB, yield whether it is a subscription, and its topic."""
    for _ in range(count):
        message = publisher.recv()
        yield message[0] == 1, message[1:]


def publish(context: zmq.Context[zmq.Socket[bytes]]) -> list[bytes]:
    with context.socket(zmq.XPUB) as publisher, context.socket(zmq.SUB) as subscriber:
        publisher.XPUB_VERBOSE = 1
        publisher.sndhwm = 10
        publisher.bind("tcp://127.0.0.1:*")
        endpoint = publisher.last_endpoint
        assert_type(endpoint, bytes)
        subscriber.rcvtimeo = 5000
        subscriber.subscribe(b"weather")
        subscriber.subscribe("sports")
        subscriber.SUBSCRIBE = b"news"
        subscriber.setsockopt(zmq.SUBSCRIBE, b"traffic")
        subscriber.set(zmq.SocketOption.RCVHWM, 5)
        subscriber.setsockopt_string(zmq.SUBSCRIBE, "cinema")
        subscriber.connect(endpoint.decode())
        publisher.rcvtimeo = 5000
        for subscribed, topic in subscriptions(publisher, 5):
            assert_type(subscribed, bool)
            assert_type(topic, bytes)
        assert_type(publisher.send_multipart([b"weather", b"rain"]), None)
        publisher.send(b"sports", zmq.SNDMORE)
        publisher.send(b"0:0")
        subscriber.unsubscribe("cinema")
        received = subscriber.recv_multipart()
        assert_type(received, list[bytes])
        more = subscriber.get(zmq.RCVMORE)
        assert_type(more, int)
        assert_type(subscriber.getsockopt(zmq.LINGER), int)
        assert_type(subscriber.get_string(zmq.LAST_ENDPOINT), str)
        return received


def broadcast(context: zmq.Context[zmq.Socket[bytes]]) -> str:
    with (
        context.socket(zmq.RADIO) as radio,
        context.socket(zmq.DISH) as dish,
        dish.bind("inproc://broadcast") as bound,
        radio.connect("inproc://broadcast") as connected,
    ):
        assert_type(bound, zmq.Socket[bytes])
        bound.join("group")
        bound.join(b"other")
        bound.leave(b"other")
        # The RADIO drops messages to groups without members.
        for _ in range(100):
            connected.send(b"to all", group="group")
            if bound.poll(50):
                break
        frame = bound.recv(zmq.DONTWAIT, copy=False)
        assert_type(frame, zmq.Frame)
        assert_type(frame.group, str)
        return frame.group


def main() -> None:
    with zmq.Context() as context:
        assert publish(context) == [b"weather", b"rain"]
        if zmq.has("draft"):
            assert broadcast(context) == "group"


if __name__ == "__main__":
    main()
