"""The patterns of libzmq's draft API: CLIENT/SERVER, RADIO/DISH, SCATTER/GATHER, CHANNEL."""

from __future__ import annotations

import socket as network
import time

import zmq
from harness import Measure, OtherRun, Run, bind, expect, until_ready

# CLIENT/SERVER

CLIENTS = 3
WINDOW = 50


def be_clients(run: OtherRun, endpoint: str, count: int) -> float:
    """Run several clients, each with several pending requests; return the seconds."""
    clients = [run.socket(zmq.CLIENT) for _ in range(CLIENTS)]
    for client in clients:
        client.connect(endpoint)
    start = time.perf_counter()
    for first in range(0, count, WINDOW):
        requests = range(first, min(first + WINDOW, count))
        for number in requests:
            clients[number % CLIENTS].send(b"%d" % number)
        for number in requests:  # a client's replies arrive in the order of its requests
            expect(clients[number % CLIENTS].recv(), b"%d" % number**2)
    return time.perf_counter() - start


def client_server(run: Run) -> Measure:
    """Reply to many clients, each by the routing id of its request."""
    server = run.socket(zmq.SERVER)
    endpoint = bind(server, "tcp://127.0.0.1:*")
    senders = set()
    with run.second_process(be_clients, endpoint, run.messages) as other:
        for _ in run.steps():
            request = server.recv(copy=False)
            senders.add(request.routing_id)
            server.send(b"%d" % int(request.bytes) ** 2, routing_id=request.routing_id)
        seconds = other.result()
    expect(len(senders), min(CLIENTS, run.messages), "number of routing ids")
    return Measure(run.messages, seconds, "req/s")


# RADIO/DISH

UDP_WINDOW = 32
"""The number of datagrams in flight: few enough for the kernel's buffer."""


def tune_in(run: OtherRun, endpoint: str, acknowledge: str, count: int) -> None:
    """Receive group "music" from UDP and acknowledge each window of messages."""
    acknowledgements = run.socket(zmq.PUSH)
    acknowledgements.connect(acknowledge)
    dish = run.socket(zmq.DISH)
    dish.bind(endpoint)
    dish.join("music")
    frame = dish.recv(copy=False)
    run.ready()
    for number in range(count):
        while frame.bytes == b"start":
            frame = dish.recv(copy=False)
        expect((frame.group, frame.bytes), ("music", b"%d" % number))
        if number % UDP_WINDOW == UDP_WINDOW - 1 or number == count - 1:
            acknowledgements.send(b"%d" % number)
        if number < count - 1:
            frame = dish.recv(copy=False)


def radio_dish(run: Run) -> Measure:
    """Datagrams to a group; messages to a group without members are dropped."""
    acknowledgements = run.socket(zmq.PULL)
    acknowledge = bind(acknowledgements, "tcp://127.0.0.1:*")
    radio = run.socket(zmq.RADIO)
    endpoint = f"udp://127.0.0.1:{free_udp_port()}"
    radio.connect(endpoint)
    with run.second_process(tune_in, endpoint, acknowledge, run.messages) as other:
        until_ready(other, lambda: radio.send(b"start", group="music"))
        start = time.perf_counter()
        for first in run.steps(UDP_WINDOW):
            last = min(first + UDP_WINDOW, run.messages) - 1
            for number in range(first, last + 1):
                radio.send(b"noise", group="static")
                radio.send(b"%d" % number, group="music")
            expect(acknowledgements.recv(), b"%d" % last, "acknowledgement")
        seconds = time.perf_counter() - start
        other.result()
    return Measure(run.messages, seconds)


def free_udp_port() -> int:
    """Return a UDP port that was free a moment ago: the second process binds it."""
    with network.socket(network.AF_INET, network.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# SCATTER/GATHER


def gather(run: OtherRun, endpoint: str, count: int) -> float:
    """Gather `count` numbers; return the seconds from the first to the last."""
    gatherer = run.socket(zmq.GATHER)
    gatherer.connect(endpoint)
    expect(gatherer.recv(), b"0")
    start = time.perf_counter()
    for number in range(1, count):
        expect(gatherer.recv(), b"%d" % number)
    return time.perf_counter() - start


def scatter_gather(run: Run) -> Measure:
    """PUSH/PULL with sockets that threads may share."""
    scatterer = run.socket(zmq.SCATTER)
    endpoint = bind(
        scatterer, f"ipc://{run.folder}/scatter" if zmq.has("ipc") else "tcp://127.0.0.1:*"
    )
    with run.second_process(gather, endpoint, run.messages) as other:
        for number in run.steps():
            scatterer.send(b"%d" % number)
        seconds = other.result()
    return Measure(run.messages, seconds)


# CHANNEL


def echo(run: OtherRun, endpoint: str, count: int) -> None:
    """Send back `count` messages, each reversed."""
    channel = run.socket(zmq.CHANNEL)
    channel.connect(endpoint)
    for _ in range(count):
        channel.send(channel.recv()[::-1])


def channel_pair(run: Run) -> Measure:
    """Two peers, both directions at once, with a window of messages in flight."""
    channel = run.socket(zmq.CHANNEL)
    endpoint = bind(channel, "tcp://127.0.0.1:*")
    with run.second_process(echo, endpoint, run.messages) as other:
        channel.send(b"0")
        expect(channel.recv(), b"0")
        start = time.perf_counter()
        for first in range(1, run.messages, WINDOW):
            numbers = range(first, min(first + WINDOW, run.messages))
            for number in numbers:
                channel.send(b"%d" % number)
            for number in numbers:
                expect(channel.recv(), (b"%d" % number)[::-1])
            run.progress(numbers[-1] / run.messages)
        seconds = time.perf_counter() - start
        other.result()
    return Measure(run.messages, seconds, "echo/s", run.messages - 1)
