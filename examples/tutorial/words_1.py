"""Count words, step 1: a server replies to requests.

    python words_1.py serve
    python words_1.py count "to be or not to be"

With no argument, server and client run in one process.
"""

import sys
import threading

import zmq

SERVICE = "tcp://127.0.0.1:5555"
TIMEOUT_MS = 5000


def count_words(text: bytes) -> bytes:
    """Count the words of a text; bytes that are not UTF-8 count as characters."""
    return b"%d" % len(text.decode("utf-8", errors="replace").split())


def serve(service: zmq.Socket) -> None:
    """Reply to one request after the other until the context is terminated."""
    with service:
        try:
            while True:
                *_, text = service.recv_multipart()
                service.send(count_words(text))
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


def demo() -> None:
    """Run the server in a thread, and ask it twice."""
    context = zmq.Context()
    service = context.socket(zmq.REP)
    service.bind("tcp://127.0.0.1:*")  # any free port
    endpoint = service.last_endpoint.decode()
    # From here on the socket belongs to the thread.
    server = threading.Thread(target=serve, args=(service,))
    server.start()
    try:
        for text in ("to be or not to be", "hello"):
            print(f"{text!r} has {count(context, endpoint, text)} words")
    finally:
        context.term()  # wakes the server, and waits until its socket is closed
        server.join()


def main() -> None:
    match sys.argv[1:]:
        case ["serve"]:
            with zmq.Context() as context, context.socket(zmq.REP) as service:
                service.bind(SERVICE)
                serve(service)
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
