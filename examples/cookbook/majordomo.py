"""A broker for services by name: workers offer a service, clients ask for it.

    client REQ -> ROUTER broker <- DEALER worker of a service

Run it: ``python majordomo.py``. The protocol is that of https://rfc.zeromq.org/spec/7/.
``mmi.service`` tells whether a service has workers, as in https://rfc.zeromq.org/spec/8/.
"""

from __future__ import annotations

import collections
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import zmq

CLIENT, WORKER = b"MDPC01", b"MDPW01"
READY, REQUEST, REPLY, HEARTBEAT, DISCONNECT = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"


@dataclass
class Service:
    """A service: requests that wait for a worker, or workers that wait for a request."""

    name: bytes
    requests: collections.deque[tuple[float, list[bytes]]] = field(
        default_factory=collections.deque
    )
    free: collections.deque[Worker] = field(default_factory=collections.deque)
    workers: int = 0


@dataclass(eq=False)
class Worker:
    """The broker's data about a worker."""

    routing_id: bytes
    service: Service
    expiry: float
    busy: bool = False


class Broker:
    """Routes requests to the workers of a service.

    Parameters
    ----------
    socket : zmq.Socket
        A bound ROUTER socket, for clients and workers. The broker closes it.
    interval_s : float, default 2.5
        The time between two heartbeats, in seconds. The broker removes a free worker after three
        missing heartbeats.
    request_s : float, default 60
        The time that a request may wait for a worker, and then for its reply, in seconds.
    most_waiting : int, default 10000
        The number of requests of all services that may wait for a worker; further requests are
        dropped.
    """

    def __init__(
        self,
        socket: zmq.Socket,
        interval_s: float = 2.5,
        request_s: float = 60.0,
        most_waiting: int = 10_000,
    ) -> None:
        self._socket = socket
        self._interval_s = interval_s
        self._request_s = request_s
        self._most_waiting = most_waiting
        self._waiting = 0
        self._services: dict[bytes, Service] = {}
        self._workers: dict[bytes, Worker] = {}

    def run(self) -> None:
        """Route messages until the context is terminated."""
        with self._socket:
            try:
                beat_at = time.monotonic() + self._interval_s
                while True:
                    wait_s = max(0.0, beat_at - time.monotonic())
                    if self._socket.poll(wait_s * 1000):
                        self._hear(self._socket.recv_multipart())
                    if time.monotonic() >= beat_at:
                        self._forget_expired()
                        for worker in self._workers.values():
                            if not worker.busy:
                                self._tell(worker.routing_id, HEARTBEAT)
                        beat_at = time.monotonic() + self._interval_s
            except zmq.ContextTerminated:
                pass

    def _hear(self, message: list[bytes]) -> None:
        match message:
            case [client, b"", protocol, name, *body] if protocol == CLIENT and body:
                self._hear_client(client, name, body)
            case [worker, b"", protocol, command, *rest] if protocol == WORKER:
                self._hear_worker(worker, command, rest)
            case _:
                pass  # the message is not of our protocol

    def _hear_client(self, client: bytes, name: bytes, body: list[bytes]) -> None:
        if name == b"mmi.service":
            asked = self._services.get(body[-1])
            found = b"200" if asked is not None and asked.workers else b"404"
            self._socket.send_multipart([client, b"", CLIENT, name, found])
            return
        if name.startswith(b"mmi."):
            self._socket.send_multipart([client, b"", CLIENT, name, b"501"])
            return
        service = self._services.get(name)
        if service is None:
            service = self._services[name] = Service(name)
        if self._waiting < self._most_waiting:
            self._waiting += 1
            expiry = time.monotonic() + self._request_s
            service.requests.append((expiry, [client, b"", *body]))
        self._dispatch(service)

    def _hear_worker(self, routing_id: bytes, command: bytes, rest: list[bytes]) -> None:
        worker = self._workers.get(routing_id)
        match command, rest:
            case [b"\x01", [name]] if worker is None and not name.startswith(b"mmi."):  # READY
                service = self._services.setdefault(name, Service(name))
                service.workers += 1
                worker = self._workers[routing_id] = Worker(routing_id, service, 0.0)
                self._set_free(worker)
            case [b"\x03", [client, b"", *body]] if worker is not None and worker.busy:  # REPLY
                self._socket.send_multipart([client, b"", CLIENT, worker.service.name, *body])
                self._set_free(worker)
            case [b"\x04", []] if worker is not None:  # HEARTBEAT
                if not worker.busy:
                    worker.expiry = time.monotonic() + 3 * self._interval_s
            case [b"\x05", []]:  # DISCONNECT
                if worker is not None:
                    self._forget(worker)
            case _:
                # the worker was removed or violates the protocol: let it start again
                if worker is not None:
                    self._forget(worker)
                self._tell(routing_id, DISCONNECT)

    def _set_free(self, worker: Worker) -> None:
        worker.busy = False
        worker.expiry = time.monotonic() + 3 * self._interval_s
        worker.service.free.append(worker)
        self._dispatch(worker.service)

    def _dispatch(self, service: Service) -> None:
        now = time.monotonic()
        while service.requests and service.requests[0][0] < now:
            service.requests.popleft()
            self._waiting -= 1
        while service.requests and service.free:
            worker = service.free.popleft()
            if worker.expiry < now:
                self._forget(worker)
                continue
            _, request = service.requests.popleft()
            self._waiting -= 1
            worker.busy = True
            worker.expiry = now + self._request_s
            self._tell(worker.routing_id, REQUEST, *request)

    def _tell(self, routing_id: bytes, command: bytes, *rest: bytes) -> None:
        self._socket.send_multipart([routing_id, b"", WORKER, command, *rest])

    def _forget(self, worker: Worker) -> None:
        service = worker.service
        self._workers.pop(worker.routing_id, None)
        if worker in service.free:
            service.free.remove(worker)
        service.workers -= 1

    def _forget_expired(self) -> None:
        now = time.monotonic()
        for worker in [worker for worker in self._workers.values() if worker.expiry < now]:
            self._forget(worker)
            self._tell(worker.routing_id, DISCONNECT)
        for service in list(self._services.values()):
            self._dispatch(service)  # drops requests that have waited too long
            if not service.workers and not service.requests:
                del self._services[service.name]


def work(
    context: zmq.Context,
    endpoint: str,
    service: bytes,
    handle: Callable[[list[bytes]], list[bytes]],
    interval_s: float = 2.5,
) -> None:
    """Offer a service until the context is terminated; reconnect when the broker has gone."""
    try:
        while True:
            with context.socket(zmq.DEALER) as socket:
                socket.linger = 0
                socket.connect(endpoint)
                socket.send_multipart([b"", WORKER, READY, service])
                _serve(socket, handle, interval_s)
            time.sleep(interval_s)
    except zmq.ContextTerminated:
        pass


def _serve(
    socket: zmq.Socket, handle: Callable[[list[bytes]], list[bytes]], interval_s: float
) -> None:
    silent_at = time.monotonic() + 3 * interval_s
    beat_at = time.monotonic() + interval_s
    while True:
        wait_s = max(0.0, min(beat_at, silent_at) - time.monotonic())
        if socket.poll(wait_s * 1000):
            match socket.recv_multipart():
                case [b"", protocol, b"\x02", client, b"", *body] if protocol == WORKER:  # REQUEST
                    socket.send_multipart([b"", WORKER, REPLY, client, b"", *handle(body)])
                case [b"", protocol, b"\x05"] if protocol == WORKER:  # DISCONNECT
                    return
            silent_at = time.monotonic() + 3 * interval_s
        elif time.monotonic() >= silent_at:
            return
        if time.monotonic() >= beat_at:
            socket.send_multipart([b"", WORKER, HEARTBEAT])
            beat_at = time.monotonic() + interval_s


def request(
    context: zmq.Context,
    endpoint: str,
    service: bytes,
    *body: bytes,
    timeout_ms: int = 2500,
    tries: int = 3,
) -> list[bytes]:
    """Send a request to a service, and repeat it if no reply comes in time; see lazy_pirate.py."""
    for _ in range(tries):
        with context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(endpoint)
            socket.send_multipart([CLIENT, service, *body])
            if socket.poll(timeout_ms):
                protocol, replied, *reply = socket.recv_multipart()
                if protocol == CLIENT and replied == service:
                    return reply
    raise TimeoutError(f"no reply from {service!r} in {tries} tries of {timeout_ms} ms")


def main() -> None:
    """Offer two services, and send requests to them and to one that does not exist."""
    interval_s = 1.0
    context = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.bind("tcp://127.0.0.1:*")
    endpoint = socket.last_endpoint.decode()

    def offer(service: bytes, handle: Callable[[list[bytes]], list[bytes]]) -> threading.Thread:
        return threading.Thread(target=work, args=(context, endpoint, service, handle, interval_s))

    threads = [
        threading.Thread(target=Broker(socket, interval_s).run),
        offer(b"upper", lambda body: [part.upper() for part in body]),
        offer(b"upper", lambda body: [part.upper() for part in body]),
        offer(b"length", lambda body: [b"%d" % len(part) for part in body]),
    ]
    for thread in threads:
        thread.start()
    try:
        print(request(context, endpoint, b"upper", b"hello"))
        print(request(context, endpoint, b"length", b"hello", b"you"))
        print(request(context, endpoint, b"mmi.service", b"length"))
        print(request(context, endpoint, b"mmi.service", b"coffee"))
        try:
            request(context, endpoint, b"coffee", b"black", timeout_ms=100)
        except TimeoutError as error:
            print(error)
    finally:
        context.term()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
