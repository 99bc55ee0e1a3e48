"""Patches of an engine without memory: each allocation fails in its turn."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import platform
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import wire

import zmq
from zmq import _build_info
from zmq.auth.thread import ThreadAuthenticator

MS = int(wire.PATIENCE * 1000)
#: The I/O thread of the context whose prefix for the names of threads is S.
IO_THREAD = b"S/ZMQbg/IO/0"
names = itertools.count()
MESSAGES = [
    [b"s"],
    [b"x" * 40],
    [b"y" * 5000],
    [b"z" * 100_000],
    [b"1", b"2" * 50, b"3" * 9000],
]

needs_draft = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, and so no such sockets"
)
needs_curve = pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")


def why_malloc_stays() -> str | None:
    """Why no malloc of ours can take the place of the system's, or None if one can."""
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
    """The malloc of this process, which has been preloaded."""

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


def pass_messages(server: zmq.Socket, client: zmq.Socket, ended: Callable[[], bool]) -> bool:
    """Pass all messages to the server and back; False if they do not come, and it has ended."""

    def comes(sock: zmq.Socket) -> bool:
        for _ in range(MS // 5):
            if sock.poll(5):
                return True
            if ended():
                return False
        raise AssertionError("no message comes, and nothing has failed")

    name = b"%d" % next(names)
    for parts in MESSAGES:
        client.send_multipart([name, *parts])
        received: list[bytes] = []
        while received[1:2] != [name]:  # or another client's, which has gone
            if not comes(server):
                return False
            received = server.recv_multipart()
        server.send_multipart(received)
        if not comes(client):
            return False
        assert client.recv_multipart() == [name, *parts]
    return True


def fail_each(transport: str, mechanism: str, all_others: bool) -> None:
    """Let one allocation after the other fail while a client connects and passes messages.

    Another client, whose connection was there before, must notice nothing.
    """
    malloc = Malloc()
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(zmq.Context())
        ours.set(zmq.THREAD_NAME_PREFIX, b"S")
        others = stack.enter_context(zmq.Context())
        if mechanism != "NULL":
            auth = stack.enter_context(ThreadAuthenticator(ours))
            auth.configure_plain(domain="*", passwords={"user": "password"})
            auth.configure_curve(domain="*", location=zmq.auth.CURVE_ALLOW_ANY)
        server = stack.enter_context(ours.socket(zmq.ROUTER))
        server.linger = 0
        public, secret = zmq.curve_keypair() if mechanism == "CURVE" else (b"", b"")
        if mechanism == "CURVE":
            server.curve_server = True
            server.curve_secretkey = secret
        elif mechanism == "PLAIN":
            server.plain_server = True
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="zmq-"))
        server.bind(f"ipc://{folder}/s" if transport == "ipc" else f"{transport}://127.0.0.1:*")

        def connected() -> zmq.Socket:
            client = others.socket(zmq.DEALER)
            client.linger = 0
            client.reconnect_ivl = 5
            client.sndtimeo = MS
            if mechanism == "CURVE":
                client.curve_serverkey = public
                client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
            elif mechanism == "PLAIN":
                client.plain_username = b"user"
                client.plain_password = b"password"
            client.connect(server.last_endpoint)
            return client

        monitor = stack.enter_context(server.get_monitor_socket())
        stays = stack.enter_context(connected())
        assert pass_messages(server, stays, lambda: False)
        for number in range(1000):
            with malloc.failing(number, all_others), connected() as client:
                pass_messages(server, client, malloc.has_failed)
                if all_others and malloc.has_failed():
                    time.sleep(0.01)  # as long as it fails, the client tries again
            while server.poll(0):
                server.recv_multipart()
            assert pass_messages(server, stays, lambda: False)
            while monitor.poll(0):
                monitor.recv_multipart()
            if not malloc.has_failed():
                break
        else:
            raise AssertionError("1,000 allocations for one connection")
        print(f"{number} allocations")
        server.disable_monitor()
        assert number > 20


@pytest.mark.parametrize("all_others", [False, True], ids=["one", "one and all others"])
@pytest.mark.parametrize(
    ("transport", "mechanism"),
    [
        ("tcp", "NULL"),
        ("tcp", "PLAIN"),
        pytest.param("tcp", "CURVE", marks=needs_curve),
        ("ipc", "NULL"),
        pytest.param("ws", "NULL", marks=needs_draft),
        pytest.param("ws", "CURVE", marks=[needs_draft, needs_curve]),
    ],
)
def test_any_failed_allocation_ends_one_connection(
    failing_malloc: Path, transport: str, mechanism: str, all_others: bool
) -> None:
    call = f"test_patches_engine_memory.fail_each({transport!r}, {mechanism!r}, {all_others})"
    folder = Path(__file__).parent
    paths = [str(folder), str(folder.parent), os.environ.get("PYTHONPATH")]
    child = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", f"import test_patches_engine_memory; {call}"],
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


@pytest.mark.parametrize("transport", ["ipc", "tcp"])
def test_descriptor_tells_of_a_new_endpoint(context, endpoint, transport) -> None:
    # Programs that look at ZMQ_EVENTS for no other reason would miss the first message.
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    pull.bind(endpoint(transport))
    push.connect(pull.last_endpoint)
    for sock in (pull, push):
        assert select.select([sock.get(zmq.FD)], [], [], wire.PATIENCE)[0]
