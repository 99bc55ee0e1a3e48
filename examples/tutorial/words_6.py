"""Count words, step 6: encrypted, and only for known workers and clients.

    python words_6.py make-keys
    python words_6.py serve
    python words_6.py work          # as often as you like, before or after the broker
    python words_6.py count "to be or not to be" "hello" "good morning"

With no argument, all of them run in one process, with keys of their own.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import zmq
import zmq.asyncio
import zmq.auth
from zmq.auth.asyncio import AsyncioAuthenticator
from zmq.utils.monitor import recv_monitor_message

SERVICE = "tcp://127.0.0.1:5555"
NEWS = "tcp://127.0.0.1:5556"
WORK = "tcp://127.0.0.1:5557"
TIMEOUT_S = 5
REFUSED = "the server refuses our key"
KEYS = Path("keys")


def make_keys(keys: Path) -> None:
    """Create all keys, and accept one worker and one client.

    In real use each machine creates its own, keeps NAME.key_secret secret, and publishes NAME.key.
    """
    keys.mkdir()
    for name in ("server", "worker", "client"):
        zmq.auth.create_certificates(keys, name)
    for name in ("worker", "client"):
        allowed = keys / f"allowed-{name}s"
        allowed.mkdir()
        (keys / f"{name}.key").rename(allowed / f"{name}.key")


def be_server(socket: zmq.Socket, keys: Path, domain: str) -> None:
    """Let a socket accept only the peers of a domain; call this before bind."""
    _, socket.curve_secretkey = zmq.auth.load_certificate(keys / "server.key_secret")
    socket.curve_server = True
    socket.zap_domain = domain.encode()
    socket.zap_enforce_domain = True  # refuse all peers while no authenticator runs


def be_client(socket: zmq.Socket, keys: Path, name: str) -> None:
    """Give a socket the key of `name` and that of our server; call this before connect."""
    public, secret = zmq.auth.load_certificate(keys / f"{name}.key_secret")
    socket.curve_publickey, socket.curve_secretkey = public, secret
    socket.curve_serverkey, _ = zmq.auth.load_certificate(keys / "server.key")


def count_words(text: bytes) -> bytes:
    """Count the words of a text; bytes that are not UTF-8 count as characters."""
    return b"%d" % len(text.decode("utf-8", errors="replace").split())


async def work(context: zmq.asyncio.Context, endpoint: str, keys: Path) -> None:
    """Reply to one request after the other until cancelled."""
    with context.socket(zmq.REP) as socket:
        socket.linger = 0
        be_client(socket, keys, "worker")
        socket.connect(endpoint)
        while True:
            *request_id, text = await socket.recv_multipart()
            await socket.send_multipart([*request_id, count_words(text)])


async def serve(
    clients: zmq.asyncio.Socket, news: zmq.asyncio.Socket, workers: zmq.asyncio.Socket
) -> None:
    """Pass requests to workers, and replies back, until cancelled."""

    async def pass_requests() -> None:
        while True:
            request = await clients.recv_multipart()
            try:
                await workers.send_multipart(request, zmq.DONTWAIT)
            except zmq.Again:
                await clients.send_multipart([*request[:-1], b"busy"])

    async def pass_replies() -> None:
        while True:
            reply = await workers.recv_multipart()
            await clients.send_multipart(reply)
            await news.send_multipart([b"counted", reply[-1]])

    workers.linger = 0
    with clients, news, workers:
        await asyncio.gather(pass_requests(), pass_replies())


class Client:
    """Sends requests of many tasks over one socket; replies may arrive in any order."""

    def __init__(self, context: zmq.asyncio.Context, endpoint: str, keys: Path, name: str) -> None:
        self._socket = context.socket(zmq.DEALER)
        self._socket.linger = 0
        be_client(self._socket, keys, name)
        # Only the client's monitor reports a refusal by the server.
        self._refusals = self._socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
        self._socket.connect(endpoint)
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        self._last_id = 0
        self._is_refused = False
        self._tasks = [
            asyncio.create_task(self._receive()),
            asyncio.create_task(self._watch_refusals()),
        ]

    async def _receive(self) -> None:
        while True:
            _, request_id, reply = await self._socket.recv_multipart()
            future = self._waiting.get(request_id)
            if future is not None and not future.done():
                future.set_result(reply)

    async def _watch_refusals(self) -> None:
        await recv_monitor_message(self._refusals)
        self._is_refused = True
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(PermissionError(REFUSED))

    async def count(self, text: str) -> int:
        """Ask for the number of words; raise TimeoutError or PermissionError."""
        if self._is_refused:
            raise PermissionError(REFUSED)
        self._last_id += 1
        request_id = b"%d" % self._last_id
        future = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        try:
            # Without DONTWAIT, a send waits if the queue is full or the client was refused.
            await self._socket.send_multipart([b"", request_id, text.encode()], zmq.DONTWAIT)
            reply = await asyncio.wait_for(future, TIMEOUT_S)
        except zmq.Again:
            raise TimeoutError("no connection, or too many requests") from None
        except asyncio.TimeoutError:
            raise TimeoutError(f"no reply in {TIMEOUT_S} s") from None
        finally:
            del self._waiting[request_id]
        if not reply.isdigit():
            raise TimeoutError(reply.decode())
        return int(reply)

    async def close(self) -> None:
        """End the tasks and close the socket."""
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        self._socket.disable_monitor()
        self._socket.close()


async def count_all(
    context: zmq.asyncio.Context, endpoint: str, keys: Path, texts: list[str], name: str = "client"
) -> list[int]:
    """Ask for all texts at once."""
    client = Client(context, endpoint, keys, name)
    try:
        return await asyncio.gather(*(client.count(text) for text in texts))
    finally:
        await client.close()


def make_broker_sockets(
    context: zmq.asyncio.Context, keys: Path, endpoints: list[str]
) -> list[zmq.asyncio.Socket]:
    """Create and bind the sockets for `serve`, in the order of its parameters."""
    kinds = (zmq.ROUTER, zmq.PUB, zmq.DEALER)
    sockets = [context.socket(kind) for kind in kinds]
    domains = ("clients", "clients", "workers")
    for socket, domain, endpoint in zip(sockets, domains, endpoints, strict=True):
        be_server(socket, keys, domain)
        socket.bind(endpoint)
    return sockets


def make_authenticator(context: zmq.asyncio.Context, keys: Path) -> AsyncioAuthenticator:
    """Accept the clients and workers whose public keys are in our folders."""
    authenticator = AsyncioAuthenticator(context)
    for domain in ("clients", "workers"):
        authenticator.configure_curve(domain=domain, location=keys / f"allowed-{domain}")
    return authenticator


async def demo(context: zmq.asyncio.Context, keys: Path) -> None:
    """Run the broker and three workers as tasks; ask as a known client, then as a stranger."""
    make_keys(keys)
    zmq.auth.create_certificates(keys, "stranger")
    with make_authenticator(context, keys):
        sockets = make_broker_sockets(context, keys, ["tcp://127.0.0.1:*"] * 3)
        service, _, workers_at = (socket.last_endpoint.decode() for socket in sockets)
        tasks = [asyncio.create_task(work(context, workers_at, keys)) for _ in range(3)]
        await sockets[-1].poll(TIMEOUT_S * 1000, zmq.POLLOUT)  # until a worker is connected
        tasks.append(asyncio.create_task(serve(*sockets)))
        try:
            texts = ["to be or not to be", "hello", "good morning"]
            numbers = await count_all(context, service, keys, texts)
            for text, number in zip(texts, numbers, strict=True):
                print(f"{text!r} has {number} words")
            try:
                await count_all(context, service, keys, ["hello"], "stranger")
            except PermissionError as error:
                print(f"a stranger: {error}")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


async def main() -> None:
    with zmq.asyncio.Context() as context:
        match sys.argv[1:]:
            case ["make-keys"]:
                make_keys(KEYS)
            case ["serve"]:
                with make_authenticator(context, KEYS):
                    await serve(*make_broker_sockets(context, KEYS, [SERVICE, NEWS, WORK]))
            case ["work"]:
                await work(context, WORK, KEYS)
            case ["count", *texts] if texts:
                print(*await count_all(context, SERVICE, KEYS, texts))
            case []:
                with tempfile.TemporaryDirectory() as folder:
                    await demo(context, Path(folder, "keys"))
            case _:
                sys.exit(__doc__)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (TimeoutError, PermissionError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
