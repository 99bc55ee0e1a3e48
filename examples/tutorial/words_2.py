"""Count words, step 2: the server publishes its counts.

    python words_2.py serve
    python words_2.py watch
    python words_2.py count "to be or not to be"

With no argument, all of them run in one process.
"""

import sys
import threading

import zmq

SERVICE = "tcp://127.0.0.1:5555"
NEWS = "tcp://127.0.0.1:5556"
TIMEOUT_MS = 5000


def count_words(text: bytes) -> bytes:
    """Count the words of a text; bytes that are not UTF-8 count as characters."""
    return b"%d" % len(text.decode("utf-8", errors="replace").split())


def serve(service: zmq.Socket, news: zmq.Socket) -> None:
    """Reply to requests, and publish each text that was counted."""
    with service, news:
        try:
            while True:
                *_, text = service.recv_multipart()
                number = count_words(text)
                service.send(number)
                topic = b"short" if int(number) < 5 else b"long"
                news.send_multipart([topic, number, text])
        except zmq.ContextTerminated:
            pass


def count(context: zmq.Context, endpoint: str, text: str) -> int:
    """Ask the server for the number of words; raise TimeoutError if it does not reply."""
    with context.socket(zmq.REQ) as socket:
        socket.linger = 0  # drop an undelivered request when the socket closes
        socket.rcvtimeo = TIMEOUT_MS
        socket.connect(endpoint)
        socket.send_string(text)
        try:
            return int(socket.recv())
        except zmq.Again:
            raise TimeoutError(f"no reply from {endpoint} in {TIMEOUT_MS} ms") from None


def print_news(subscriber: zmq.Socket) -> None:
    """Receive one message, and print it."""
    topic, number, text = subscriber.recv_multipart()
    print(f"news: {topic.decode()} text, {int(number)} words: {text.decode(errors='replace')}")


def watch(context: zmq.Context, endpoint: str) -> None:
    """Print all news until Ctrl-C."""
    with context.socket(zmq.SUB) as subscriber:
        subscriber.subscribe("")  # every topic
        subscriber.connect(endpoint)
        while True:
            print_news(subscriber)


def demo() -> None:
    """Run the server in a thread, subscribe to long texts, and ask twice."""
    context = zmq.Context()
    service, news = context.socket(zmq.REP), context.socket(zmq.XPUB)
    for socket in (service, news):
        socket.bind("tcp://127.0.0.1:*")
    service_endpoint, news_endpoint = (s.last_endpoint.decode() for s in (service, news))

    subscriber = context.socket(zmq.SUB)
    subscriber.rcvtimeo = news.rcvtimeo = TIMEOUT_MS
    subscriber.subscribe("long")
    subscriber.connect(news_endpoint)
    # An XPUB receives subscriptions. Messages published before the subscription arrives are
    # dropped.
    assert news.recv() == b"\x01long"

    server = threading.Thread(target=serve, args=(service, news))
    server.start()
    try:
        for text in ("hello", "to be or not to be"):
            print(f"{text!r} has {count(context, service_endpoint, text)} words")
        print_news(subscriber)
    finally:
        subscriber.close()
        context.term()
        server.join()


def main() -> None:
    match sys.argv[1:]:
        case ["serve"]:
            with zmq.Context() as context:
                service, news = context.socket(zmq.REP), context.socket(zmq.XPUB)
                with service, news:
                    service.bind(SERVICE)
                    news.bind(NEWS)
                    serve(service, news)
        case ["watch"]:
            with zmq.Context() as context:
                watch(context, NEWS)
        case ["count", text]:
            with zmq.Context() as context:
                print(count(context, SERVICE, text))
        case []:
            demo()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except TimeoutError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
