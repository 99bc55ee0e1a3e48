"""A pool of workers with heartbeats: the pool notices workers that start, stop, hang and crash.

    client REQ -> ROUTER pool ROUTER <- DEALER worker

Run it: ``python paranoid_pirate.py``. The protocol is that of https://rfc.zeromq.org/spec/6/.
"""

from __future__ import annotations

import collections
import threading
import time
from collections.abc import Callable

import zmq

READY, HEARTBEAT = b"\x01", b"\x02"


class Pool:
    """Gives each request to the worker that has been free for the longest time.

    Parameters
    ----------
    clients, workers : zmq.Socket
        Bound ROUTER sockets. The pool closes them.
    interval_s : float, default 1
        The time between two heartbeats, in seconds. The pool removes a worker after three missing
        heartbeats. The worker comes back when it says again that it is ready.
    """

    def __init__(self, clients: zmq.Socket, workers: zmq.Socket, interval_s: float = 1.0) -> None:
        self._clients = clients
        self._workers = workers
        self._interval_s = interval_s
        # routing ids of the free workers and their expiry, in the order in which they became free
        self._free: collections.OrderedDict[bytes, float] = collections.OrderedDict()

    def run(self) -> None:
        """Pass on requests and replies until the context is terminated."""
        workers_only, both = zmq.Poller(), zmq.Poller()
        workers_only.register(self._workers, zmq.POLLIN)
        both.register(self._workers, zmq.POLLIN)
        both.register(self._clients, zmq.POLLIN)
        with self._clients, self._workers:
            try:
                beat_at = time.monotonic() + self._interval_s
                while True:
                    # While no worker is free, requests wait in the queue of the socket.
                    poller = both if self._free else workers_only
                    wait_s = max(0.0, beat_at - time.monotonic())
                    ready = dict(poller.poll(wait_s * 1000))
                    if self._workers in ready:
                        self._hear_worker()
                    self._forget_silent()
                    if self._clients in ready and self._free:
                        worker, _ = self._free.popitem(last=False)
                        self._workers.send_multipart([worker, *self._clients.recv_multipart()])
                    if time.monotonic() >= beat_at:
                        for worker in self._free:
                            self._workers.send_multipart([worker, HEARTBEAT])
                        beat_at = time.monotonic() + self._interval_s
            except zmq.ContextTerminated:
                pass

    def _hear_worker(self) -> None:
        worker, *message = self._workers.recv_multipart()
        if message == [HEARTBEAT]:
            # A heartbeat sent just before the worker got a request does not make the worker free.
            if worker in self._free:
                self._free[worker] = self._expiry()
            return
        if message != [READY]:
            self._clients.send_multipart(message)  # a reply, with its client in front
        self._free.pop(worker, None)
        self._free[worker] = self._expiry()

    def _expiry(self) -> float:
        return time.monotonic() + 3 * self._interval_s

    def _forget_silent(self) -> None:
        now = time.monotonic()
        for worker in [worker for worker, expiry in self._free.items() if expiry < now]:
            del self._free[worker]


def work(
    context: zmq.Context,
    endpoint: str,
    handle: Callable[[bytes], bytes],
    interval_s: float = 1.0,
    longest_pause_s: float = 30.0,
) -> None:
    """Handle requests of a pool until the context is terminated.

    After three silent intervals the worker reconnects to the pool, with a pause that doubles each
    time. An exception in `handle` ends the worker.
    """
    pause_s = interval_s
    try:
        while True:
            with context.socket(zmq.DEALER) as socket:
                socket.linger = 0
                socket.connect(endpoint)
                socket.send(READY)
                if _serve(socket, handle, interval_s):
                    pause_s = interval_s  # the pool was alive: start with the shortest pause
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_pause_s)
    except zmq.ContextTerminated:
        pass


def _serve(socket: zmq.Socket, handle: Callable[[bytes], bytes], interval_s: float) -> bool:
    """Handle requests until the pool is silent; return whether the pool has ever sent anything."""
    heard = False
    silent_at = time.monotonic() + 3 * interval_s
    beat_at = time.monotonic() + interval_s
    while True:
        wait_s = max(0.0, min(beat_at, silent_at) - time.monotonic())
        if socket.poll(wait_s * 1000):
            message = socket.recv_multipart()
            heard = True
            if message != [HEARTBEAT]:
                *client, body = message
                socket.send_multipart([*client, handle(body)])
            silent_at = time.monotonic() + 3 * interval_s
        elif time.monotonic() >= silent_at:
            return heard
        if time.monotonic() >= beat_at:
            socket.send(HEARTBEAT)
            beat_at = time.monotonic() + interval_s


def request(context: zmq.Context, endpoint: str, body: bytes, timeout_ms: int, tries: int) -> bytes:
    """Send a request, and repeat it if no reply comes in time; see lazy_pirate.py."""
    for _ in range(tries):
        with context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(endpoint)
            socket.send(body)
            if socket.poll(timeout_ms):
                return socket.recv()
    raise TimeoutError(f"no reply from {endpoint} in {tries} tries of {timeout_ms} ms")


def main() -> None:
    """Start three workers, two of which crash, and send twenty requests."""
    interval_s = 0.1
    context = zmq.Context()
    clients, workers = context.socket(zmq.ROUTER), context.socket(zmq.ROUTER)
    clients.bind("tcp://127.0.0.1:*")
    workers.bind("tcp://127.0.0.1:*")
    endpoint, workers_at = clients.last_endpoint.decode(), workers.last_endpoint.decode()

    class CrashError(Exception):
        """Ends a worker."""

    def crash(body: bytes) -> bytes:
        raise CrashError

    def run_worker(handle: Callable[[bytes], bytes]) -> None:
        try:
            work(context, workers_at, handle, interval_s)
        except CrashError:
            pass

    threads = [threading.Thread(target=Pool(clients, workers, interval_s).run)]
    threads += [
        threading.Thread(target=run_worker, args=(handle,))
        for handle in (crash, bytes.upper, crash)
    ]
    for thread in threads:
        thread.start()
    try:
        words = [b"word %d" % number for number in range(20)]
        replies = [request(context, endpoint, word, timeout_ms=500, tries=50) for word in words]
        assert replies == [word.upper() for word in words]
        print(f"{len(replies)} requests, {len(replies)} replies")
    finally:
        context.term()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
