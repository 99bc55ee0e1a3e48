"""Count words, step 4: a broker routes requests to workers, and replies to clients.

    python words_4.py serve
    python words_4.py work          # as often as you like, before or after the broker
    python words_4.py watch
    python words_4.py count "to be or not to be" "hello" "good morning"

With no argument, all of them run in one process.
"""

import sys
import threading

import zmq

SERVICE = "tcp://127.0.0.1:5555"
NEWS = "tcp://127.0.0.1:5556"
WORK = "tcp://127.0.0.1:5557"
TIMEOUT_MS = 5000


def count_words(text: bytes) -> bytes:
    """Count the words of a text; bytes that are not UTF-8 count as characters."""
    return b"%d" % len(text.decode("utf-8", errors="replace").split())


def work(context: zmq.Context, endpoint: str) -> None:
    """Reply to one request after the other until the context is terminated."""
    with context.socket(zmq.REP) as socket:
        socket.linger = 0
        socket.connect(endpoint)
        try:
            while True:
                *request_id, text = socket.recv_multipart()
                socket.send_multipart([*request_id, count_words(text)])
        except zmq.ContextTerminated:
            pass


def serve(clients: zmq.Socket, news: zmq.Socket, workers: zmq.Socket) -> None:
    """Pass requests to workers, and their replies back to the clients."""
    workers.linger = 0
    with clients, news, workers:
        poller = zmq.Poller()
        poller.register(clients, zmq.POLLIN)
        poller.register(workers, zmq.POLLIN)
        try:
            while True:
                ready = dict(poller.poll())
                if workers in ready:
                    reply = workers.recv_multipart()
                    clients.send_multipart(reply)
                    news.send_multipart([b"counted", reply[-1]])
                if clients in ready:
                    request = clients.recv_multipart()
                    try:
                        workers.send_multipart(request, zmq.DONTWAIT)
                    except zmq.Again:  # no worker, or the queues of all workers are full
                        clients.send_multipart([*request[:-1], b"busy"])
        except zmq.ContextTerminated:
            pass


def count_all(context: zmq.Context, endpoint: str, texts: list[str]) -> list[int]:
    """Send all texts at once, and collect the replies in whatever order they come."""
    with context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.rcvtimeo = TIMEOUT_MS
        socket.connect(endpoint)
        for number, text in enumerate(texts):
            # An empty part ends the envelope: the worker's REP needs it.
            socket.send_multipart([b"", b"%d" % number, text.encode()])
        counted: dict[int, int] = {}
        while len(counted) < len(texts):
            try:
                _, request_id, reply = socket.recv_multipart()
            except zmq.Again:
                raise TimeoutError(f"no reply from {endpoint} in {TIMEOUT_MS} ms") from None
            if not reply.isdigit():
                raise TimeoutError(reply.decode())
            counted[int(request_id)] = int(reply)
        return [counted[number] for number in range(len(texts))]


def watch(context: zmq.Context, endpoint: str) -> None:
    """Print all news until Ctrl-C."""
    with context.socket(zmq.SUB) as subscriber:
        subscriber.subscribe("counted")
        subscriber.connect(endpoint)
        while True:
            _, number = subscriber.recv_multipart()
            print(f"news: {number.decode(errors='replace')} words")


def make_broker_sockets(context: zmq.Context) -> list[zmq.Socket]:
    """Create the sockets for `serve`, in the order of its parameters."""
    return [context.socket(kind) for kind in (zmq.ROUTER, zmq.PUB, zmq.DEALER)]


def demo() -> None:
    """Run the broker and three workers in threads, and count the words of three texts at once."""
    context = zmq.Context()
    sockets = make_broker_sockets(context)
    for socket in sockets:
        socket.bind("tcp://127.0.0.1:*")
    service, _, workers_at = (socket.last_endpoint.decode() for socket in sockets)
    threads = [threading.Thread(target=work, args=(context, workers_at)) for _ in range(3)]
    for thread in threads:
        thread.start()
    # Start the broker only when a worker is connected: before that, it could only reply "busy".
    sockets[-1].poll(TIMEOUT_MS, zmq.POLLOUT)
    threads.append(threading.Thread(target=serve, args=sockets))
    threads[-1].start()
    try:
        texts = ["to be or not to be", "hello", "good morning"]
        for text, number in zip(texts, count_all(context, service, texts), strict=True):
            print(f"{text!r} has {number} words")
    finally:
        context.term()
        for thread in threads:
            thread.join()


def main() -> None:
    match sys.argv[1:]:
        case ["serve"]:
            with zmq.Context() as context:
                sockets = make_broker_sockets(context)
                for socket, endpoint in zip(sockets, (SERVICE, NEWS, WORK), strict=True):
                    socket.bind(endpoint)
                serve(*sockets)
        case ["work"]:
            with zmq.Context() as context:
                work(context, WORK)
        case ["watch"]:
            with zmq.Context() as context:
                watch(context, NEWS)
        case ["count", *texts] if texts:
            with zmq.Context() as context:
                print(*count_all(context, SERVICE, texts))
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
