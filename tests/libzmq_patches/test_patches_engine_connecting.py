"""Patch of connecting sockets: no error of a connection aborts the process."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import wire

import zmq

needs_draft = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="this build has no draft API, and so no ws transport"
)
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="preloads a library, which needs Linux and a C compiler",
)

# The preloaded library makes the first attempt fail with ERROR_OF_CONNECTION. The second one
# connects.
PROGRAM = """
import sys, tempfile, zmq
with zmq.Context() as context, tempfile.TemporaryDirectory() as folder:
    with context.socket(zmq.PULL) as pull, context.socket(zmq.PUSH) as push:
        pull.linger = push.linger = 0
        pull.rcvtimeo = int(sys.argv[2])
        push.reconnect_ivl = 1
        if sys.argv[1] == "socks":
            # Only the connection to the proxy is made; no data arrive there.
            push.socks_proxy = pull.bind("tcp://127.0.0.1:*").addr.removeprefix("tcp://").encode()
            with push.events(zmq.EVENT_CLOSED, timeout=int(sys.argv[2])) as events:
                push.connect("tcp://192.0.2.1:1")
                print(next(iter(events)).name)
        else:
            address = "ipc://" + folder + "/s" if sys.argv[1] == "ipc" else sys.argv[1] + "://127.0.0.1:*"
            push.connect(pull.bind(address).addr)
            push.send(b"connected")
            print(pull.recv().decode())
"""


@pytest.fixture(scope="module")
def failing_connection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library to preload."""
    library = tmp_path_factory.mktemp("connection") / "failing_connection.so"
    source = Path(__file__).with_name("failing_connection.c")
    command = ["cc", "-shared", "-fPIC", "-O1", str(source), "-o", str(library), "-ldl"]
    subprocess.run(command, check=True, timeout=60)
    return library


@pytest.mark.parametrize(
    "error", [errno.EPIPE, errno.EPROTO, errno.EACCES, errno.EHOSTDOWN], ids=errno.errorcode.get
)
@pytest.mark.parametrize(
    "transport", ["tcp", "ipc", "socks", pytest.param("ws", marks=needs_draft)]
)
def test_unusual_error_does_not_abort(failing_connection: Path, transport: str, error: int) -> None:
    # If a sanitizer is preloaded, it has to be the first library.
    preloaded = f"{os.environ.get('LD_PRELOAD', '')} {failing_connection}".strip()
    settings = {"LD_PRELOAD": preloaded, "ERROR_OF_CONNECTION": str(error)}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, transport, str(wire.MS)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ("closed\n" if transport == "socks" else "connected\n")
