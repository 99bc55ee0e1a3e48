"""Patches of an engine that has no memory: in each run another allocation fails."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import itertools
import os
import platform
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import wire

import zmq
import zmq.auth
from zmq import _build_info
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

MS = int(wire.PATIENCE * 1000)
#: The name of the I/O thread of a context with the thread name prefix S.
IO_THREAD = b"S/ZMQbg/IO/0"
names = itertools.count()
#: A topic or group so long that each subscription to it, and each message for it, allocates memory.
TOPIC = b"t" * 40
MESSAGES = [
    [b"s"],
    [b"x" * 40],
    [b"y" * 5000],
    [b"z" * 100_000],
    [b"1", b"2" * 50, b"3" * 9000],
]

needs_draft = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, which the test needs"
)
needs_curve = pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")


def why_malloc_stays() -> str | None:
    """Return why our malloc cannot replace the system's, or None if it can."""
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        return "replaces functions of GNU's C library"
    if _build_info.sanitizers:
        return "a sanitizer has a malloc of its own"
    if shutil.which("cc") is None:
        return "needs a C compiler, cc"
    return None


pytestmark = pytest.mark.skipif(
    why_malloc_stays() is not None, reason=why_malloc_stays() or "malloc can be replaced"
)


@pytest.fixture(scope="module")
def failing_malloc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library to preload."""
    library = tmp_path_factory.mktemp("malloc") / "failing_malloc.so"
    source = Path(__file__).with_name("failing_malloc.c")
    command = ["cc", "-shared", "-fPIC", "-O1", str(source), "-o", str(library)]
    subprocess.run(command, check=True, timeout=60)
    return library


class Malloc:
    """The preloaded malloc of this process."""

    def __init__(self) -> None:
        library = ctypes.CDLL(os.environ["LD_PRELOAD"])
        self._fail = library.fail_allocations
        self._fail.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_int]
        self._failed = library.failed_allocations
        self._failed.restype = ctypes.c_long

    @contextlib.contextmanager
    def failing(self, number: int, all_others: bool) -> Iterator[None]:
        self._fail(IO_THREAD, number, all_others)
        try:
            yield
        finally:
            self._fail(IO_THREAD, -1, False)

    def has_failed(self) -> bool:
        return bool(self._failed())


def comes(sock: zmq.Socket, ended: Callable[[], bool]) -> bool:
    """Wait for a message; return False if none comes before ``ended`` returns True."""
    for _ in range(MS // 5):
        if sock.poll(5):
            return True
        if ended():
            return False
    raise AssertionError("no message came, and no allocation has failed")


def pass_messages(server: zmq.Socket, client: zmq.Socket, ended: Callable[[], bool]) -> bool:
    """Send all messages to the server and back; return False if the connection ended instead."""
    name = b"%d" % next(names)
    for parts in MESSAGES:
        client.send_multipart([name, *parts])
        received: list[bytes] = []
        while received[1:2] != [name]:  # skip messages of clients that have disconnected
            if not comes(server, ended):
                return False
            received = server.recv_multipart()
        server.send_multipart(received)
        if not comes(client, ended):
            return False
        assert client.recv_multipart() == [name, *parts]
    return True


def publish(sender: zmq.Socket, receiver: zmq.Socket, ended: Callable[[], bool]) -> bool:
    """Send a message until it arrives; return False if the connection ended instead."""
    body = TOPIC + b"%d" % next(names)
    group = TOPIC if sender.socket_type == zmq.RADIO else None
    for _ in range(MS // 5):
        sender.send(body, group=group)
        while receiver.poll(5):
            if receiver.recv() == body:
                return True
        if ended():
            return False
    raise AssertionError("no message came, and no allocation has failed")


def collect(receiver: zmq.Socket, sender: zmq.Socket, ended: Callable[[], bool]) -> bool:
    """Do the same as `publish`, but the server receives."""
    return publish(sender, receiver, ended)


#: The types of server and client, and how they exchange messages.
PATTERNS: dict[str, tuple[int, int, Callable[..., bool]]] = {
    "ROUTER": (zmq.ROUTER, zmq.DEALER, pass_messages),
    "PUB": (zmq.PUB, zmq.SUB, publish),
    "RADIO": (zmq.RADIO, zmq.DISH, publish),
    "DISH": (zmq.DISH, zmq.RADIO, collect),
}


def listen(sock: zmq.Socket) -> None:
    """Subscribe a SUB to the topic of the tests, or let a DISH join their group."""
    if sock.socket_type == zmq.SUB:
        sock.subscribe(TOPIC)
    elif sock.socket_type == zmq.DISH:
        sock.join(TOPIC.decode())


def fail_each(pattern: str, transport: str, mechanism: str, all_others: bool) -> None:
    """Let one allocation after the other fail while a client connects and sends messages.

    This must not affect another client, which connected before.
    """
    malloc = Malloc()
    server_type, client_type, exchange = PATTERNS[pattern]
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(zmq.Context())
        ours.set(zmq.THREAD_NAME_PREFIX, b"S")
        others = stack.enter_context(zmq.Context())
        if mechanism != "NULL":
            auth = stack.enter_context(ThreadAuthenticator(ours))
            auth.configure_plain(domain="*", passwords={"user": "password"})
            auth.configure_curve(domain="*", location=zmq.auth.CURVE_ALLOW_ANY)
        server = stack.enter_context(ours.socket(server_type))
        server.linger = 0
        public, secret = zmq.curve_keypair() if mechanism == "CURVE" else (b"", b"")
        if mechanism == "CURVE":
            server.curve_server = True
            server.curve_secretkey = secret
        elif mechanism == "PLAIN":
            server.plain_server = True
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="zmq-"))
        path = "/a-path-that-fits-no-short-string" if transport == "ws" else ""
        server.bind(
            f"ipc://{folder}/s" if transport == "ipc" else f"{transport}://127.0.0.1:*{path}"
        )
        listen(server)

        def connected() -> zmq.Socket:
            client = others.socket(client_type)
            client.linger = 0
            client.reconnect_ivl = 5
            client.sndtimeo = MS
            if mechanism == "CURVE":
                client.curve_serverkey = public
                client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
            elif mechanism == "PLAIN":
                client.plain_username = b"user"
                client.plain_password = b"password"
            listen(client)
            client.connect(server.last_endpoint.decode())
            return client

        monitor = stack.enter_context(server.get_monitor_socket())
        failures = set()
        stays = stack.enter_context(connected())
        assert exchange(server, stays, lambda: False)
        for number in range(1000):
            with malloc.failing(number, all_others), connected() as client:
                exchange(server, client, malloc.has_failed)
                if all_others and malloc.has_failed():
                    time.sleep(0.01)  # the client reconnects, and fails each time
            while pattern == "ROUTER" and server.poll(0):
                server.recv_multipart()
            assert exchange(server, stays, lambda: False)
            while monitor.poll(0):
                event = recv_monitor_message(monitor)
                if event["value"] == errno.ENOMEM:
                    failures.add(event["event"])
            if not malloc.has_failed():
                break
        else:
            raise AssertionError("a connection needs more than 1,000 allocations")
        print(f"{number} allocations")
        server.disable_monitor()
        assert number > 20
        assert {zmq.EVENT_ACCEPT_FAILED, zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL} <= failures


def fail_each_raw(all_others: bool) -> None:
    """Do the same as `fail_each` with a STREAM, whose pipes exist before the handshake."""
    malloc = Malloc()
    body = b"x" * 9000
    with zmq.Context() as ours:
        ours.set(zmq.THREAD_NAME_PREFIX, b"S")
        with ours.socket(zmq.STREAM) as server:
            server.linger = server.sndtimeo = 0
            server.bind("tcp://127.0.0.1:*")

            def echoes(raw: socket.socket) -> bool:
                raw.sendall(body)
                missing = len(body)
                deadline = time.monotonic() + wire.PATIENCE
                while missing:
                    assert time.monotonic() < deadline
                    while server.poll(0):
                        label, received = server.recv_multipart()
                        if received:  # an empty message means a new or closed connection
                            with contextlib.suppress(zmq.ZMQError):
                                server.send_multipart([label, received])
                    if select.select([raw], [], [], 0.001)[0]:
                        received = raw.recv(missing)
                        if not received:
                            return False
                        missing -= len(received)
                return True

            with wire.tcp_connect(server.last_endpoint) as stays:
                assert echoes(stays)
                for number in range(1000):
                    with (
                        malloc.failing(number, all_others),
                        contextlib.suppress(OSError),
                        wire.tcp_connect(server.last_endpoint) as raw,
                    ):
                        assert echoes(raw) or malloc.has_failed()
                    while server.poll(0):
                        server.recv_multipart()
                    if not malloc.has_failed():
                        break
                    assert echoes(stays)
        print(f"{number} allocations")
        assert 10 < number < 999


def fail_each_datagram(kind: int, all_others: bool) -> None:
    """Let one allocation after the other fail while a datagram comes; the next one must arrive."""
    malloc = Malloc()
    group = b"a-group-with-a-long-name" if kind == zmq.DISH else b""
    head = bytes([len(group)]) + group if kind == zmq.DISH else b""
    with zmq.Context() as ours, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
        ours.set(zmq.THREAD_NAME_PREFIX, b"S")
        with ours.socket(kind) as sock:
            sock.rcvtimeo = MS
            probe, port = wire.udp_socket()
            probe.close()
            sock.bind(f"udp://127.0.0.1:{port}")
            if kind == zmq.DISH:
                sock.join(group.decode())

            def send(body: bytes) -> None:
                raw.sendto(head + body, ("127.0.0.1", port))

            def received() -> bytes:
                body = b"first"
                while body == b"first":
                    body = sock.recv() if kind == zmq.DISH else sock.recv_multipart()[1]
                return body

            while not sock.poll(5):  # until the socket is bound
                send(b"first")
            send(b"second")
            assert received() == b"second"
            for number in range(1000):
                lost = b"%d" % number + b"x" * 100
                with malloc.failing(number, all_others):
                    send(lost)
                    while not (sock.poll(5) or malloc.has_failed()):
                        pass
                comes_through = b"%d" % number + b"y" * 200
                send(comes_through)
                first = received()
                assert first in (lost, comes_through)
                if first == lost:
                    assert received() == comes_through
                if not malloc.has_failed():
                    break
        print(f"{number} allocations")
        assert 1 <= number < 999


def end_without_memory(messages: int) -> None:
    """End a connection that has sent this number of messages, while every allocation fails."""
    malloc = Malloc()
    with zmq.Context() as ours, zmq.Context() as others:
        ours.set(zmq.THREAD_NAME_PREFIX, b"S")
        with ours.socket(zmq.PULL) as pull, others.socket(zmq.PUSH) as stays:
            pull.linger = stays.linger = 0
            pull.bind("tcp://127.0.0.1:*")
            monitor = pull.get_monitor_socket()
            monitor.rcvtimeo = pull.rcvtimeo = MS
            stays.connect(pull.last_endpoint.decode())
            stays.send(b"before")
            assert pull.recv() == b"before"
            with wire.tcp_connect(pull.last_endpoint) as raw:
                wire.shake_hands(raw, b"PUSH")
                raw.sendall(wire.frame(b"x") * messages)
                wire.wait_until_seen(raw)
                with malloc.failing(0, True):
                    raw.close()
                    while recv_monitor_message(monitor)["event"] != zmq.EVENT_DISCONNECTED:
                        pass
            assert [pull.recv() for _ in range(messages)] == [b"x"] * messages
            stays.send(b"after")
            assert pull.recv() == b"after"
            pull.disable_monitor()
            monitor.close()


def run_with_malloc(failing_malloc: Path, call: str) -> None:
    """Run a function of this file in a separate process, with the failing malloc."""
    folder = Path(__file__).parent
    paths = [str(folder), str(folder.parent), os.environ.get("PYTHONPATH")]
    code = f"from test_patches_engine_memory import *; {call}"
    child = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", code],
        env={
            **os.environ,
            "LD_PRELOAD": str(failing_malloc),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        },
        capture_output=True,
        text=True,
        timeout=100,
    )
    report = "\n".join((child.stdout + child.stderr).strip().splitlines()[-25:])
    assert child.returncode == 0, f"the process ended with {child.returncode}:\n{report}"


all_or_one = pytest.mark.parametrize("all_others", [False, True], ids=["one", "one and all others"])


@all_or_one
@pytest.mark.parametrize(
    ("pattern", "transport", "mechanism"),
    [
        ("ROUTER", "tcp", "NULL"),
        ("ROUTER", "tcp", "PLAIN"),
        pytest.param("ROUTER", "tcp", "CURVE", marks=needs_curve),
        ("ROUTER", "ipc", "NULL"),
        pytest.param("ROUTER", "ws", "NULL", marks=needs_draft),
        pytest.param("ROUTER", "ws", "CURVE", marks=[needs_draft, needs_curve]),
        ("PUB", "tcp", "NULL"),
        pytest.param("RADIO", "tcp", "NULL", marks=needs_draft),
        pytest.param("DISH", "tcp", "NULL", marks=needs_draft),
    ],
)
def test_any_failed_allocation_ends_one_connection(
    failing_malloc: Path, pattern: str, transport: str, mechanism: str, all_others: bool
) -> None:
    call = f"fail_each({pattern!r}, {transport!r}, {mechanism!r}, {all_others})"
    run_with_malloc(failing_malloc, call)


@all_or_one
def test_any_failed_allocation_ends_one_raw_connection(
    failing_malloc: Path, all_others: bool
) -> None:
    run_with_malloc(failing_malloc, f"fail_each_raw({all_others})")


@needs_draft
@all_or_one
@pytest.mark.parametrize("kind", ["DGRAM", "DISH"])
def test_datagram_without_memory_is_lost(failing_malloc: Path, kind: str, all_others: bool) -> None:
    run_with_malloc(failing_malloc, f"fail_each_datagram(zmq.{kind}, {all_others})")


def test_connection_ends_without_memory(failing_malloc: Path) -> None:
    # One of these numbers of messages fills the memory of the pipe, so that the end of the
    # connection would need more memory.
    call = "[end_without_memory(messages) for messages in range(250, 260)]"
    run_with_malloc(failing_malloc, call)
