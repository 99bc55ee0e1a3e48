"""Count words, step 3: the server shares out long texts among workers.

    python words_3.py serve
    python words_3.py work          # as often as you like, before or after the server
    python words_3.py watch
    python words_3.py count "$(cat README.md)"

With no argument, all of them run in one process.
"""

import secrets
import sys
import threading

import zmq

SERVICE = "tcp://127.0.0.1:5555"
NEWS = "tcp://127.0.0.1:5556"
TASKS = "tcp://127.0.0.1:5557"
RESULTS = "tcp://127.0.0.1:5558"
TIMEOUT_MS = 5000
WORKER_TIMEOUT_MS = 2000
UNDER_WAY = 100  # the maximum number of tasks without a result


def count_words(text: bytes) -> bytes:
    """Count the words of a text; bytes that are not UTF-8 count as characters."""
    return b"%d" % len(text.decode("utf-8", errors="replace").split())


def work(context: zmq.Context, tasks_endpoint: str, results_endpoint: str) -> None:
    """Count line after line until the context is terminated."""
    with context.socket(zmq.PULL) as tasks, context.socket(zmq.PUSH) as results:
        results.linger = 0
        tasks.connect(tasks_endpoint)
        results.connect(results_endpoint)
        try:
            while True:
                job, line = tasks.recv_multipart()
                results.send_multipart([job, count_words(line)])
        except zmq.ContextTerminated:
            pass


def share_out(text: bytes, tasks: zmq.Socket, results: zmq.Socket) -> bytes:
    """Let the workers count the lines of a text; raise zmq.Again if they do not reply."""
    job = secrets.token_bytes(8)  # to recognize late results of an earlier job
    lines = text.split(b"\n")
    total = sent = done = 0
    while done < len(lines):
        while sent < len(lines) and sent - done < UNDER_WAY:
            tasks.send_multipart([job, lines[sent]])
            sent += 1
        result_of, number = results.recv_multipart()
        if result_of == job:
            total += int(number)
            done += 1
    return b"%d" % total


def serve(service: zmq.Socket, news: zmq.Socket, tasks: zmq.Socket, results: zmq.Socket) -> None:
    """Reply to requests, and publish each text that was counted."""
    tasks.sndtimeo = results.rcvtimeo = WORKER_TIMEOUT_MS
    tasks.linger = 0
    with service, news, tasks, results:
        try:
            while True:
                *_, text = service.recv_multipart()
                try:
                    number = share_out(text, tasks, results)
                except zmq.Again:
                    service.send(b"no worker answers")
                    continue
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
            reply = socket.recv()
        except zmq.Again:
            raise TimeoutError(f"no reply from {endpoint} in {TIMEOUT_MS} ms") from None
        if not reply.isdigit():
            raise TimeoutError(reply.decode())
        return int(reply)


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


def make_server_sockets(context: zmq.Context) -> list[zmq.Socket]:
    """Create the sockets for `serve`, in the order of its parameters."""
    return [context.socket(kind) for kind in (zmq.REP, zmq.XPUB, zmq.PUSH, zmq.PULL)]


def demo() -> None:
    """Run the server and three workers in threads, and ask for the words of 1000 lines."""
    context = zmq.Context()
    sockets = make_server_sockets(context)
    for socket in sockets:
        socket.bind("tcp://127.0.0.1:*")
    service, _, tasks, results = (socket.last_endpoint.decode() for socket in sockets)
    threads = [threading.Thread(target=serve, args=sockets)]
    threads += [threading.Thread(target=work, args=(context, tasks, results)) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        text = "to be or not to be\n" * 1000
        print(f"1000 lines have {count(context, service, text)} words")
    finally:
        context.term()
        for thread in threads:
            thread.join()


def main() -> None:
    match sys.argv[1:]:
        case ["serve"]:
            with zmq.Context() as context:
                sockets = make_server_sockets(context)
                for socket, endpoint in zip(sockets, (SERVICE, NEWS, TASKS, RESULTS), strict=True):
                    socket.bind(endpoint)
                serve(*sockets)
        case ["work"]:
            with zmq.Context() as context:
                work(context, TASKS, RESULTS)
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
