"""Run random operations on sockets of all types, and check whether the process survives.

    python tests/fuzz/random_operations.py [SEED...] [--operations N] [--threads N] [--trace]

Each seed runs in a separate process. ``--trace`` prints the operations of one thread. The exit code
is 1 if a process has crashed, hung, or raised an unexpected exception.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import random
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import zmq
from zmq.constants import SocketOption, SocketType

#: The number of seconds after which a process counts as hanging.
PATIENCE = 120

#: The expected exceptions for nonsensical arguments.
EXPECTED = (zmq.ZMQError, TypeError, ValueError, OverflowError, RuntimeError)

#: Options that are not set: USE_FD accepts any descriptor, and LINGER may wait for ever.
LEFT_OUT = {SocketOption.USE_FD, SocketOption.LINGER, SocketOption.FD}
OPTIONS = [option for option in SocketOption if option not in LEFT_OUT]

#: Groups of types that can connect to each other. Among sockets of all types, few would match.
FAMILIES = [
    ["PUSH", "PULL"],
    ["PUB", "SUB", "XPUB", "XSUB"],
    ["REQ", "REP", "DEALER", "ROUTER"],
    ["PAIR", "CHANNEL"],
    ["ROUTER", "STREAM"],
    ["SERVER", "CLIENT", "PEER"],
    ["RADIO", "DISH", "DGRAM"],
    ["SCATTER", "GATHER"],
    [kind.name for kind in SocketType],
]

#: Common options of a socket. A random choice from all options would set them too rarely.
SWITCHES = [
    SocketOption.IMMEDIATE,
    SocketOption.CONFLATE,
    SocketOption.REQ_RELAXED,
    SocketOption.REQ_CORRELATE,
    SocketOption.ROUTER_HANDOVER,
    SocketOption.ROUTER_MANDATORY,
    SocketOption.ROUTER_RAW,
    SocketOption.XPUB_MANUAL,
    SocketOption.INVERT_MATCHING,
]

#: Socket types that identify their peers by numbers.
NUMBERING = {getattr(zmq, name, None) for name in ("SERVER", "PEER")}

NUMBERS = [0, 1, 2, 3, 7, 10, 100, -1, 2**31 - 1, -(2**31)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Worker:
    """The sockets of a thread, and its operations on them."""

    def __init__(
        self, context: zmq.Context, seed: str, endpoints: list[str], shared: list[zmq.Socket]
    ) -> None:
        self.context = context
        self.choices = random.Random(seed)
        self.endpoints = endpoints
        self.shared = shared
        self.types = self.choices.choice(FAMILIES) if zmq.DRAFT_API else FAMILIES[2]
        self.own: list[zmq.Socket] = []
        # Routing ids of peers: three that may not exist, and the last known ones.
        self.peers = [0, 1, 2**32 - 1]
        self.doings: list[tuple[int, Callable[[zmq.Socket], object]]] = [
            (2, self.bind),
            (3, self.connect),
            (1, self.end_endpoint),
            (4, self.send),
            (1, self.send_on),
            (4, self.receive),
            (1, self.poll),
            (1, self.close),
            (2, self.set_option),
            (1, self.get_option),
            (1, self.subscribe),
            (1, self.monitor),
        ]
        self.weights = [weight for weight, _ in self.doings]

    def run(self, operations: int, trace: bool) -> None:
        for number in range(operations):
            if len(self.own) < 3 or self.choices.random() < 0.05:
                self.open()
            if len(self.own) > 20:
                self.close(self.choices.choice(self.own))
            sock = self.choices.choice(self.own + self.shared)
            _, do = self.choices.choices(self.doings, self.weights)[0]
            if trace:
                print(number, do.__name__, sock, flush=True)
            try:
                result = do(sock)
            except EXPECTED as error:
                result = error
            if trace:
                print("   ", repr(result)[:150], flush=True)

    def open(self) -> None:
        sock = self.context.socket(SocketType[self.choices.choice(self.types)])
        sock.linger = 0
        if self.choices.random() < 0.5:
            with contextlib.suppress(zmq.ZMQError):  # this type lacks the option
                sock.set(self.choices.choice(SWITCHES), 1)
        if sock.get(zmq.THREAD_SAFE) and self.choices.random() < 0.3:
            self.shared.append(sock)
            del self.shared[:-5]  # the oldest is closed when it is no longer referenced
        else:
            self.own.append(sock)

    def close(self, sock: zmq.Socket) -> None:
        if sock in self.own:
            self.own.remove(sock)
            sock.close()

    def bytes(self) -> bytes:
        size = self.choices.choice([0, 0, 1, 5, 32, 33, 40, 255, 256, 300, 8192, 70_000])
        start = self.choices.choice([b"", b"\0", b"\1", b"\1a", b"a"])
        return (start + self.choices.randbytes(size))[:size]

    def endpoint(self, sock: zmq.Socket | None = None) -> str:
        if sock is not None and self.choices.random() < 0.7:
            return sock.last_endpoint.decode()
        return self.choices.choice(self.endpoints)

    def bind(self, sock: zmq.Socket) -> str:
        endpoint = self.endpoint()
        sock.bind(endpoint)
        return endpoint

    def connect(self, sock: zmq.Socket) -> str:
        endpoint = self.endpoint()
        if sock.type == getattr(zmq, "PEER", None) and self.choices.random() < 0.5:
            self.peers.append(sock.connect_peer(endpoint))
            return f"{endpoint} {self.peers[-1]}"
        sock.connect(endpoint)
        return endpoint

    def end_endpoint(self, sock: zmq.Socket) -> str:
        if sock.type in NUMBERING and self.choices.random() < 0.5:
            peer = self.choices.choice(self.peers)
            sock.disconnect_peer(peer)
            return f"peer {peer}"
        endpoint = self.endpoint(sock)
        end = self.choices.choice([sock.unbind, sock.disconnect])
        end(endpoint)
        return f"{end.__name__} {endpoint}"

    def send(self, sock: zmq.Socket) -> str:
        how = self.choices.randrange(6)
        if how == 0:
            sock.send(self.bytes(), zmq.DONTWAIT | zmq.SNDMORE)
        elif how == 1:
            sock.send(self.bytes(), zmq.DONTWAIT, routing_id=self.choices.choice(self.peers))
        elif how == 2:
            sock.send(self.bytes(), zmq.DONTWAIT, group=self.choices.choice(["", "a", "b" * 255]))
        elif how == 3:
            address = b"127.0.0.1:%d" % free_port()
            sock.send_multipart([address, self.bytes()], zmq.DONTWAIT)
        else:
            parts = [self.bytes() for _ in range(self.choices.randrange(1, 4))]
            sock.send_multipart(parts, zmq.DONTWAIT, copy=self.choices.random() < 0.5)
        return f"way {how}"

    def send_on(self, sock: zmq.Socket) -> str:
        frame = sock.recv(zmq.DONTWAIT, copy=False)
        other = self.choices.choice(self.own)
        other.send(frame, zmq.DONTWAIT, copy=self.choices.random() < 0.5)
        return f"{frame!r} to {other!r}"

    def receive(self, sock: zmq.Socket) -> object:
        how = self.choices.randrange(5)
        if how == 0:
            return sock.recv_multipart(zmq.DONTWAIT)
        if how == 1:
            frame = sock.recv(zmq.DONTWAIT, copy=False)
            if frame.routing_id:
                self.peers.append(frame.routing_id)
                del self.peers[3:-20]
            return frame
        if how == 2:
            return sock.recv_into(bytearray(self.choices.randrange(100)), flags=zmq.DONTWAIT)
        if how == 3:
            return sock.recv_many(5, zmq.DONTWAIT)
        return sock.recv(zmq.DONTWAIT)

    def poll(self, sock: zmq.Socket) -> int:
        return sock.poll(self.choices.choice([0, 1, 5]), self.choices.choice([1, 2, 3]))

    def set_option(self, sock: zmq.Socket) -> str:
        option = self.choices.choice(OPTIONS)
        value: int | bytes = self.choices.choice(NUMBERS)
        if self.choices.random() < 0.5:
            value = self.choices.choice([b"", b"x", b"\0", b"X-a:b", self.bytes()])
        sock.set(option, value)
        return f"{option.name} {value!r}"

    def get_option(self, sock: zmq.Socket) -> object:
        return sock.get(self.choices.choice(OPTIONS))

    def subscribe(self, sock: zmq.Socket) -> object:
        topic = self.choices.choice([b"", b"a", b"\1", b"x" * 250])
        group = self.choices.choice(["a", "b" * 255])
        do, name = self.choices.choice(
            [
                (sock.subscribe, topic),
                (sock.unsubscribe, topic),
                (sock.join, group),
                (sock.leave, group),
            ]
        )
        return do(name)

    def monitor(self, sock: zmq.Socket) -> object:
        if self.choices.random() < 0.5:
            return sock.disable_monitor()
        return sock.get_monitor_socket()


def run(seed: int, operations: int, threads: int, trace: bool) -> None:
    """Run one process."""
    faulthandler.enable()
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    warnings.simplefilter("ignore")
    shared: list[zmq.Socket] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        ports = [free_port() for _ in range(3)]
        endpoints = [f"inproc://{n}" for n in range(4)]
        endpoints += [f"ipc://{Path(folder, str(n))}" for n in range(3)] if zmq.has("ipc") else []
        for port in ports:
            endpoints += [f"tcp://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/path"]
            endpoints += [f"udp://127.0.0.1:{port}", f"udp://127.0.0.1;239.0.0.1:{port}"]
        endpoints += ["tcp://127.0.0.1:*", "ws://127.0.0.1:*", "udp://127.0.0.1:*", "tcp://"]
        context = zmq.Context(1 + seed % 2)
        stack.callback(context.destroy, linger=0)
        workers = [Worker(context, f"{seed} {n}", endpoints, shared) for n in range(threads)]
        running = [threading.Thread(target=w.run, args=(operations, trace)) for w in workers[1:]]
        for thread in running:
            thread.start()
        workers[0].run(operations, trace)
        for thread in running:
            thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seeds", nargs="*", type=int, help="default: a new one")
    parser.add_argument("--operations", type=int, default=3000, help="the number for each thread")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    seeds = arguments.seeds or [random.SystemRandom().randrange(2**31)]
    if arguments.here:
        run(seeds[0], arguments.operations, arguments.threads, arguments.trace)
        return 0
    status = 0
    for seed in seeds:
        options = [str(seed), "--here", "--operations", str(arguments.operations)]
        options += ["--threads", str(arguments.threads), *["--trace"] * arguments.trace]
        child = subprocess.run([sys.executable, __file__, *options], check=False)
        print(f"seed {seed}: {'ok' if child.returncode == 0 else child.returncode}", flush=True)
        status = status or int(child.returncode != 0)
    return status


if __name__ == "__main__":
    sys.exit(main())
