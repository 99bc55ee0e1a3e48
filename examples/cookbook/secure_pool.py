"""A worker pool in asyncio: known keys only, heartbeats, and a graceful end by SIGTERM.

    client REQ -> ROUTER pool ROUTER <- DEALER worker

    python secure_pool.py make-keys
    python secure_pool.py pool
    python secure_pool.py work          # as often as you like, before or after the pool
    python secure_pool.py ask hello world

Ctrl-C and SIGTERM end a pool or a worker; a request that it has begun gets its reply. With no
argument, all of them run in one process, with keys of their own.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import zmq
import zmq.asyncio
import zmq.auth
from zmq.auth.asyncio import AsyncioAuthenticator

CLIENTS_AT = "tcp://127.0.0.1:5555"
WORKERS_AT = "tcp://127.0.0.1:5556"
KEYS = Path("keys")
DOMAINS = {"client": "clients", "worker": "workers"}

# messages of a worker, apart from its replies
READY, BUSY, GOODBYE = b"\x01", b"\x02", b"\x03"
MOST_TRIES = 3

Handler = Callable[[bytes], Awaitable[bytes]]


# ---------------------------------------------------------------------- keys


def make_keys(keys: Path) -> None:
    """Create all keys, and accept one client and one worker.

    In real use each machine creates its own, keeps NAME.key_secret secret, and publishes NAME.key.
    """
    keys.mkdir()
    for name in ("pool", *DOMAINS):
        zmq.auth.create_certificates(keys, name)
    for name, domain in DOMAINS.items():
        (keys / domain).mkdir()
        (keys / f"{name}.key").rename(keys / domain / f"{name}.key")


def be_server(socket: zmq.Socket, keys: Path, domain: str) -> None:
    """Let a socket accept only the keys of a domain; call this before bind."""
    _, socket.curve_secretkey = zmq.auth.load_certificate(keys / "pool.key_secret")
    socket.curve_server = True
    socket.zap_domain = domain.encode()
    socket.zap_enforce_domain = True  # refuse all peers while no authenticator runs


def be_client(socket: zmq.Socket, keys: Path, name: str) -> None:
    """Give a socket the key of `name` and that of the pool; call this before connect."""
    public, secret = zmq.auth.load_certificate(keys / f"{name}.key_secret")
    socket.curve_publickey, socket.curve_secretkey = public, secret
    socket.curve_serverkey, _ = zmq.auth.load_certificate(keys / "pool.key")


# ---------------------------------------------------------------------- the pool


class Pool:
    """Gives each request to the worker that has been free for the longest time.

    If a worker is silent or says goodbye, the pool gives its request to another worker.

    Parameters
    ----------
    clients, workers : zmq.asyncio.Socket
        Bound ROUTER sockets.
    interval_s : float, default 1
        The time between two heartbeats of a worker, in seconds.
    """

    def __init__(
        self,
        clients: zmq.asyncio.Socket,
        workers: zmq.asyncio.Socket,
        interval_s: float = 1.0,
    ) -> None:
        self._clients = clients
        self._workers = workers
        self._interval_s = interval_s
        self._last_heard: dict[bytes, float] = {}  # of each worker
        self._free: collections.deque[bytes] = collections.deque()
        self._has_free = asyncio.Event()
        # the request of each busy worker, and how often it has been given to a worker
        self._given: dict[bytes, tuple[list[bytes], int]] = {}
        # requests of workers that have gone; they wait here for a free worker
        self._left: collections.deque[tuple[list[bytes], int]] = collections.deque()

    async def run(self, stop: asyncio.Event, patience_s: float = 10.0) -> None:
        """Pass on requests and replies until the event is set; then wait for the busy workers."""
        passing = asyncio.create_task(self._pass_requests())
        others = [asyncio.create_task(self._hear_workers()), asyncio.create_task(self._watch())]
        stopping = asyncio.create_task(stop.wait())
        every = [passing, *others, stopping]
        try:
            await asyncio.wait(every, return_when=asyncio.FIRST_COMPLETED)
            passing.cancel()
            ends_at = time.monotonic() + patience_s
            while (self._given or self._left) and time.monotonic() < ends_at:
                done, _ = await asyncio.wait(others, timeout=0.01)
                if done:
                    break
        finally:
            for task in every:
                task.cancel()
            for result in await asyncio.gather(*every, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result

    async def _pass_requests(self) -> None:
        while True:
            # While no worker is free, requests wait in the queue of the socket.
            await self._has_free.wait()
            await self._give(await self._clients.recv_multipart(), 1)

    async def _give(self, request: list[bytes], tries: int) -> None:
        if not self._free:
            self._left.append((request, tries))
            return
        worker = self._free.popleft()
        if not self._free:
            self._has_free.clear()
        self._given[worker] = request, tries
        await self._workers.send_multipart([worker, *request])

    async def _hear_workers(self) -> None:
        while True:
            worker, *message = await self._workers.recv_multipart()
            if message == [GOODBYE]:
                await self._forget(worker)
                continue
            self._last_heard[worker] = time.monotonic()
            if message == [BUSY]:
                continue
            if message != [READY]:
                # After `_forget` another worker handles the request, so drop this reply.
                if self._given.pop(worker, None) is None:
                    continue
                await self._clients.send_multipart(message)
            # If the pool has already given this worker a request, the READY was sent before that
            # request arrived: the worker is not free.
            if worker not in self._given and worker not in self._free:
                self._free.append(worker)
                if self._left:
                    await self._give(*self._left.popleft())
                else:
                    self._has_free.set()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            oldest = time.monotonic() - 3 * self._interval_s
            for worker in [name for name, at in self._last_heard.items() if at < oldest]:
                await self._forget(worker)

    async def _forget(self, worker: bytes) -> None:
        self._last_heard.pop(worker, None)
        if worker in self._free:
            self._free.remove(worker)
            if not self._free:
                self._has_free.clear()
        request, tries = self._given.pop(worker, (None, 0))
        # After MOST_TRIES, give the request up: it may crash each worker that gets it.
        if request is not None and tries < MOST_TRIES:
            await self._give(request, tries + 1)


# ---------------------------------------------------------------------- workers and clients


async def work(
    socket: zmq.asyncio.Socket, handle: Handler, stop: asyncio.Event, interval_s: float = 1.0
) -> None:
    """Handle requests until the event is set; the current request is still finished.

    The socket is a connected DEALER with the option IMMEDIATE. It reconnects when the pool comes
    back, and the next heartbeat says that this worker is ready.
    """
    state = READY

    async def beat() -> None:
        while True:
            with contextlib.suppress(zmq.Again):  # no connection
                await socket.send(state, zmq.DONTWAIT)
            await asyncio.sleep(interval_s)

    async def receive() -> list[bytes]:
        return await socket.recv_multipart()

    beating, stopping = asyncio.create_task(beat()), asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            receiving = asyncio.create_task(receive())
            await asyncio.wait({receiving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not receiving.done():
                receiving.cancel()
                break
            *client, body = receiving.result()
            state = BUSY
            reply = await handle(body)
            state = READY
            await socket.send_multipart([*client, reply])
    finally:
        beating.cancel()
        stopping.cancel()
        with contextlib.suppress(zmq.Again):
            await socket.send(GOODBYE, zmq.DONTWAIT)


def worker_socket(context: zmq.asyncio.Context, endpoint: str, keys: Path) -> zmq.asyncio.Socket:
    """Create a socket for `work`."""
    socket = context.socket(zmq.DEALER)
    socket.linger = 1000  # how long a reply is kept after close, in ms
    socket.immediate = True  # no heartbeats in the queue while the pool is away
    socket.heartbeat_ivl = 1000  # notice a pool whose machine has gone, in ms
    be_client(socket, keys, "worker")
    socket.connect(endpoint)
    return socket


async def ask(
    context: zmq.asyncio.Context, endpoint: str, keys: Path, body: bytes, timeout_ms: int = 5000
) -> bytes:
    """Send a request; repeat it up to twice if no reply comes in time."""
    for _ in range(3):
        with context.socket(zmq.REQ) as socket:
            socket.linger = 0
            be_client(socket, keys, "client")
            socket.connect(endpoint)
            await socket.send(body)
            if await socket.poll(timeout_ms):
                return await socket.recv()
    raise TimeoutError(f"no reply from {endpoint} in 3 tries of {timeout_ms} ms")


async def upper(body: bytes) -> bytes:
    """Handle a request. Run a slow function by asyncio.to_thread, so that heartbeats go on."""
    await asyncio.sleep(0.01)
    return body.upper()


# ---------------------------------------------------------------------- programs


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


@contextlib.contextmanager
def pool_sockets(
    context: zmq.asyncio.Context, keys: Path, *endpoints: str
) -> Iterator[tuple[zmq.asyncio.Socket, zmq.asyncio.Socket]]:
    """Bind the sockets of a pool, and run their authenticator."""
    with (
        AsyncioAuthenticator(context) as authenticator,
        context.socket(zmq.ROUTER) as clients,
        context.socket(zmq.ROUTER) as workers,
    ):
        sockets = clients, workers
        for socket, domain, endpoint in zip(sockets, DOMAINS.values(), endpoints, strict=True):
            authenticator.configure_curve(domain=domain, location=keys / domain)
            be_server(socket, keys, domain)
            socket.linger = 1000
            socket.bind(endpoint)
        yield sockets


async def demo(keys: Path) -> None:
    """Run a pool and three workers, one of which crashes, and send requests."""
    make_keys(keys)
    interval_s = 0.1

    async def crash(body: bytes) -> bytes:
        raise RuntimeError("this worker crashes")

    stop = asyncio.Event()
    with (
        zmq.asyncio.Context() as context,
        pool_sockets(context, keys, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*") as sockets,
    ):
        clients_at, workers_at = (socket.last_endpoint.decode() for socket in sockets)
        running = asyncio.create_task(Pool(*sockets, interval_s).run(stop))
        with contextlib.ExitStack() as stack:
            working = []
            for handle in (upper, crash, upper):
                socket = stack.enter_context(worker_socket(context, workers_at, keys))
                working.append(asyncio.create_task(work(socket, handle, stop, interval_s)))
            words = [b"word %d" % number for number in range(20)]
            replies = await asyncio.gather(
                *(ask(context, clients_at, keys, word) for word in words)
            )
            assert replies == [word.upper() for word in words]
            print(f"{len(replies)} requests, {len(replies)} replies")
            stop.set()
            await asyncio.gather(*working, return_exceptions=True)
        await running


async def run(command: str, texts: list[str]) -> None:
    """Run one of the programs."""
    with zmq.asyncio.Context() as context:
        if command == "pool":
            with pool_sockets(context, KEYS, CLIENTS_AT, WORKERS_AT) as sockets:
                await Pool(*sockets).run(stop_on_signals())
        elif command == "work":
            with worker_socket(context, WORKERS_AT, KEYS) as socket:
                await work(socket, upper, stop_on_signals())
        else:
            asking = (ask(context, CLIENTS_AT, KEYS, text.encode()) for text in texts)
            for reply in await asyncio.gather(*asking):
                print(reply.decode())


def main() -> None:
    if len(sys.argv) == 1:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(demo(Path(folder) / "keys"))
    elif sys.argv[1] == "make-keys":
        make_keys(KEYS)
    elif sys.argv[1] in ("pool", "work", "ask"):
        asyncio.run(run(sys.argv[1], sys.argv[2:]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
