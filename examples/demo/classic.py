"""The patterns that every ZeroMQ has: REQ/REP, PUB/SUB, PUSH/PULL, ROUTER/DEALER, PAIR."""

from __future__ import annotations

import threading
import time

import zmq
from harness import DemoFailure, Measure, OtherRun, Run, bind, expect, until_ready

# REQ/REP


def ask(run: OtherRun, endpoint: str, count: int, server_key: bytes | None) -> float:
    """Send `count` requests one after the other; return the time in seconds."""
    questions = run.socket(zmq.REQ)
    if server_key is not None:
        questions.curve_publickey, questions.curve_secretkey = zmq.curve_keypair()
        questions.curve_serverkey = server_key
    questions.connect(endpoint)
    questions.send(b"0")  # do not count the connection and its handshake
    expect(questions.recv(), b"0")
    start = time.perf_counter()
    for number in range(1, count):
        questions.send(b"%d" % number)
        expect(questions.recv(), b"%d" % number**2)
    return time.perf_counter() - start


def answer(run: Run, endpoint: str, server_keys: tuple[bytes, bytes] | None = None) -> Measure:
    """Reply to every number with its square."""
    answers = run.socket(zmq.REP)
    if server_keys is not None:
        answers.curve_server = True
        answers.curve_publickey, answers.curve_secretkey = server_keys
        expect(answers.mechanism, zmq.CURVE, "security mechanism")
    address = bind(answers, endpoint)
    public_key = None if server_keys is None else server_keys[0]
    with run.second_process(ask, address, run.messages, public_key) as other:
        for number in run.steps():
            expect(answers.recv(), b"%d" % number)
            answers.send(b"%d" % number**2)
        seconds = other.result()
    return Measure(run.messages, seconds, "req/s", run.messages - 1)


def req_rep_curve(run: Run) -> Measure:
    """Request and reply, encrypted and authenticated."""
    return answer(run, "tcp://127.0.0.1:*", zmq.curve_keypair())


def req_rep_websocket(run: Run) -> Measure:
    """Request and reply in WebSocket frames."""
    return answer(run, "ws://127.0.0.1:*")


# PUB/SUB

TOPICS = (b"weather.", b"traffic.", b"sport.")
WANTED = (b"weather.", b"sport.")


def subscribe(run: OtherRun, endpoint: str, count: int) -> tuple[int, float]:
    """Receive the subscribed topics until the end; return the number of messages and seconds."""
    news = run.socket(zmq.SUB, rcvhwm=0)
    for topic in (*WANTED, b"start", b"end"):
        news.subscribe(topic)
    news.connect(endpoint)
    expect(news.recv(), b"start")
    run.ready()
    message = b"start"
    while message == b"start":
        message = news.recv()
    start = time.perf_counter()
    received = []
    while message != b"end":
        received.append(message)
        message = news.recv()
    seconds = time.perf_counter() - start
    for topic in WANTED:
        numbers = [int(m[len(topic) :]) for m in received if m.startswith(topic)]
        expected = [n for n in range(count) if TOPICS[n % len(TOPICS)] == topic]
        expect(numbers, expected, f"messages of {topic.decode()}")
    expect(len([m for m in received if m.startswith(b"traffic.")]), 0, "unwanted messages")
    return len(received), seconds


def pub_sub(run: Run) -> Measure:
    """Publish three topics; the subscriber gets the two that it has subscribed to."""
    publisher = run.socket(zmq.PUB, sndhwm=0)
    endpoint = bind(
        publisher, f"ipc://{run.folder}/news" if zmq.has("ipc") else "tcp://127.0.0.1:*"
    )
    with run.second_process(subscribe, endpoint, run.messages) as other:
        until_ready(other, lambda: publisher.send(b"start"))
        for number in run.steps():
            publisher.send(TOPICS[number % len(TOPICS)] + b"%d" % number)
        publisher.send(b"end")
        arrived, seconds = other.result()
    return Measure(arrived, seconds)


# PUSH/PULL

BATCH = 1000


def numbered(count: int) -> list[bytes]:
    """Return `count` messages of 16 bytes that contain their number."""
    return [number.to_bytes(16, "big") for number in range(count)]


def push(run: OtherRun, endpoint: str, count: int, batches: bool) -> None:
    """Push `count` numbered messages, one or many per call."""
    pusher = run.socket(zmq.PUSH)
    pusher.connect(endpoint)
    messages = numbered(count)
    run.ready()
    if batches:
        for start in range(0, count, BATCH):
            pusher.send_many(messages[start : start + BATCH])
    else:
        for message in messages:
            pusher.send(message)


def pull(run: Run, batches: bool) -> Measure:
    """Pull the messages of the other process as fast as possible."""
    puller = run.socket(zmq.PULL)
    endpoint = bind(puller, "tcp://127.0.0.1:*")
    received: list[bytes] = []
    with run.second_process(push, endpoint, run.messages, batches) as other:
        other.wait_ready()
        start = time.perf_counter()
        if batches:
            while len(received) < run.messages:
                batch = puller.recv_many(BATCH, timeout=puller.rcvtimeo)
                if not batch:
                    raise DemoFailure(f"nothing came after {len(received)} messages")
                received += batch
                run.progress(len(received) / run.messages)
        else:
            for done in run.steps(BATCH):
                for _ in range(min(BATCH, run.messages - done)):
                    received.append(puller.recv())
        seconds = time.perf_counter() - start
        other.result()
    expect(received == numbered(run.messages), True, "every message in order")
    return Measure(run.messages, seconds)


def push_pull(run: Run) -> Measure:
    """Throughput of `send` and `recv`."""
    return pull(run, batches=False)


def push_pull_many(run: Run) -> Measure:
    """Throughput of `send_many` and `recv_many`."""
    return pull(run, batches=True)


MEBIBYTE = 1 << 20


def push_large(run: OtherRun, endpoint: str, count: int) -> None:
    """Push `count` messages of 1 MiB without copying them."""
    pusher = run.socket(zmq.PUSH)
    pusher.connect(endpoint)
    run.ready()
    bodies = [bytes([number]) * MEBIBYTE for number in range(16)]
    for number in range(count):
        pusher.send(bodies[number % len(bodies)], copy=False)


def push_pull_zero_copy(run: Run) -> Measure:
    """Large messages that neither side copies in Python."""
    puller = run.socket(zmq.PULL, rcvhwm=16)
    endpoint = bind(puller, "tcp://127.0.0.1:*")
    with run.second_process(push_large, endpoint, run.messages) as other:
        other.wait_ready()
        start = time.perf_counter()
        for number in run.steps():
            body = puller.recv(copy=False).buffer
            expect((len(body), body[0], body[-1]), (MEBIBYTE, number % 16, number % 16))
        seconds = time.perf_counter() - start
        other.result()
    return Measure(run.messages, seconds, "MB/s", run.messages * MEBIBYTE / 1e6)


# ROUTER/DEALER

WORKERS = (b"ada", b"barbara", b"grace")
WINDOW = 100


def work(run: OtherRun, endpoint: str) -> None:
    """Run three workers; each replies to a number with the sum of all numbers up to it."""
    poller = zmq.Poller()
    dealers = []
    for name in WORKERS:
        dealer = run.socket(zmq.DEALER, routing_id=name)
        dealer.connect(endpoint)
        dealer.send(b"ready")
        poller.register(dealer, zmq.POLLIN)
        dealers.append(dealer)
    while dealers:
        ready = poller.poll(int(dealers[0].rcvtimeo))
        if not ready:
            raise DemoFailure("no more tasks came")
        for dealer, _ in ready:
            task = dealer.recv()
            if task == b"stop":
                poller.unregister(dealer)
                dealers.remove(dealer)
                continue
            number = int(task)
            dealer.send_multipart([task, b"%d" % (number * (number + 1) // 2)])


def router_dealer(run: Run) -> Measure:
    """Send tasks to workers by name and match their replies."""
    router = run.socket(zmq.ROUTER, router_mandatory=True)
    endpoint = bind(router, "tcp://127.0.0.1:*")
    with run.second_process(work, endpoint):
        present = {router.recv_multipart()[0] for _ in WORKERS}
        expect(present, set(WORKERS), "workers")
        start = time.perf_counter()
        for first in run.steps(WINDOW):
            tasks = range(first, min(first + WINDOW, run.messages))
            for number in tasks:
                router.send_multipart([WORKERS[number % len(WORKERS)], b"%d" % number])
            answers = {
                int(task): (name, int(total)) for name, task, total in receive(router, len(tasks))
            }
            for number in tasks:
                wanted = (WORKERS[number % len(WORKERS)], number * (number + 1) // 2)
                expect(answers.get(number), wanted, f"answer to {number}")
        seconds = time.perf_counter() - start
        for name in WORKERS:
            router.send_multipart([name, b"stop"])
    return Measure(run.messages, seconds, "task/s")


def receive(socket: zmq.Socket, count: int) -> list[list[bytes]]:
    """Return `count` multipart messages."""
    return [socket.recv_multipart() for _ in range(count)]


# PAIR


def pair_threads(run: Run) -> Measure:
    """Two threads of this process, with no network between them."""
    left = run.socket(zmq.PAIR)
    right = run.socket(zmq.PAIR)
    left.bind("inproc://pair")
    messages = numbered(run.messages)

    def send_all() -> None:
        right.connect("inproc://pair")
        for message in messages:
            right.send(message)

    thread = threading.Thread(target=send_all)
    start = time.perf_counter()
    thread.start()
    try:
        for done in run.steps(BATCH):
            for number in range(done, min(done + BATCH, run.messages)):
                expect(left.recv(), messages[number])
        seconds = time.perf_counter() - start
    finally:
        thread.join()
    return Measure(run.messages, seconds)
