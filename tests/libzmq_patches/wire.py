"""Raw peers for the tests of libzmq's patches: they compose the bytes of the protocol."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import pytest
from limits import TIMEOUT_MS, TIMEOUT_S
from socket_helpers import bound as bound

import zmq

try:
    import resource
except ModuleNotFoundError:  # on Windows
    resource = None  # type: ignore[assignment]

#: The longest wait for an expected event, in seconds and in ms.
PATIENCE = float(TIMEOUT_S)
MS = TIMEOUT_MS


# ---------------------------------------------------------------- a process for each scenario
def in_a_process(scenario: Callable[[], None]) -> Callable[[], None]:
    """Return a test that runs a function in a child process.

    If libzmq aborts, only the child process ends; the test sees the return code. The child imports
    the module by its path and calls the function, so a scenario is written like any test.
    """

    @wraps(scenario)
    def test() -> None:
        path = Path(scenario.__code__.co_filename)
        code = f"import wire; wire.run_scenario({str(path)!r}, {scenario.__name__!r})"
        env = dict(os.environ)
        folder = Path(__file__).parent
        paths = [str(folder), str(folder.parent), env.get("PYTHONPATH")]
        env["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        child = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", code],
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        report = "\n".join((child.stdout + child.stderr).strip().splitlines()[-25:])
        how = f"signal {-child.returncode}" if child.returncode < 0 else f"code {child.returncode}"
        assert child.returncode == 0, f"the process ended with {how}:\n{report}"

    test.scenario = scenario  # type: ignore[attr-defined]
    return test


def run_scenario(path: str, name: str) -> None:
    """Run the function of a test; called in the child process."""
    spec = importlib.util.spec_from_file_location("scenario", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    getattr(module, name).scenario()


# ---------------------------------------------------------------- what a process uses
needs_resource = pytest.mark.skipif(
    resource is None, reason="Windows has no such limits, and does not report the peak memory"
)
"""A mark for tests that set limits or call `peak_memory`."""


def peak_memory() -> int:
    """Return the largest amount of memory that this process has had, in bytes."""
    if sys.platform == "linux":
        # ru_maxrss would begin with the peak of the process that started this one.
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


# ---------------------------------------------------------------- raw sockets
def port_of(endpoint: bytes) -> int:
    """The port of a last_endpoint."""
    return int(endpoint.rsplit(b":", 1)[1].split(b"/")[0])


def tcp_connect(endpoint: bytes) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(endpoint)), timeout=PATIENCE)


def tcp_listener() -> tuple[socket.socket, int]:
    """A listening socket, and its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(PATIENCE)
    return listener, listener.getsockname()[1]


def accept(listener: socket.socket) -> socket.socket:
    connection, _ = listener.accept()
    connection.settimeout(PATIENCE)
    return connection


def udp_socket() -> tuple[socket.socket, int]:
    """A datagram socket bound to a port of the loopback interface, and that port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(PATIENCE)
    return sock, sock.getsockname()[1]


def reset(connection: socket.socket) -> None:
    """Close with a reset: the other side gets an error at once, in both directions."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def receive(connection: socket.socket, size: int) -> bytes:
    """Read exactly ``size`` bytes; fail if the connection ends before."""
    data = bytearray(size)
    came = 0
    while came < size:
        count = connection.recv_into(memoryview(data)[came:])
        assert count, f"the connection ended after {came} of {size} bytes: {bytes(data[:came])!r}"
        came += count
    return bytes(data)


def assert_closed_by_peer(connection: socket.socket) -> None:
    """Read until the other side closes; fail if it keeps the connection open."""
    connection.settimeout(PATIENCE)
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        raise AssertionError("the connection is still open") from None


def assert_stays_open(connection: socket.socket, seconds: float) -> None:
    """Read for a while; fail if the other side closes."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            assert connection.recv(65536), "the connection was closed"
        except TimeoutError:
            return


# ---------------------------------------------------------------- ZMTP
def greeting(minor: int = 1, mechanism: bytes = b"NULL", as_server: bool = False) -> bytes:
    head = b"\xff" + bytes(7) + b"\x01\x7f\x03" + bytes([minor])
    return (head + mechanism.ljust(20, b"\0") + bytes([as_server])).ljust(64, b"\0")


def frame(body: bytes = b"", more: bool = False, command: bool = False) -> bytes:
    flags = more | command << 2
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | 2]) + struct.pack(">Q", len(body)) + body


def command(name: bytes, body: bytes = b"") -> bytes:
    return frame(bytes([len(name)]) + name + body, command=True)


def metadata(**properties: bytes) -> bytes:
    """Return the properties of a READY command; ``_`` in a name means ``-``."""
    text = b""
    for name, value in properties.items():
        name = name.replace("_", "-")
        text += bytes([len(name)]) + name.encode() + struct.pack(">I", len(value)) + value
    return text


def ready(socket_type: bytes, **properties: bytes) -> bytes:
    return command(b"READY", metadata(Socket_Type=socket_type, **properties))


def read_frame(connection: socket.socket) -> tuple[int, bytes]:
    """Return the flags and the body of the next frame of ZMTP 2.0 and later."""
    flags = receive(connection, 1)[0]
    if flags & 2:
        (size,) = struct.unpack(">Q", receive(connection, 8))
    else:
        size = receive(connection, 1)[0]
    return flags, receive(connection, size)


def shake_hands(connection: socket.socket, socket_type: bytes, **properties: bytes) -> None:
    """Shake hands with ZMTP 3.1 and NULL, as a socket of this type."""
    connection.sendall(greeting())
    receive(connection, 64)
    connection.sendall(ready(socket_type, **properties))
    flags, body = read_frame(connection)
    assert flags & 4, body
    assert body.startswith(b"\x05READY"), body


def wait_until_seen(connection: socket.socket) -> None:
    """Wait until the I/O thread has passed on everything that this peer has sent.

    The I/O thread replies before it passes on the data, so wait for the second reply.
    """
    for n in range(2):
        context = b"seen %d" % n
        connection.sendall(command(b"PING", b"\0\0" + context))
        while read_frame(connection)[1] != b"\x04PONG" + context:
            pass


def wait_until_stopped(connection: socket.socket) -> None:
    """Wait until the I/O thread stops reading from this peer: a PING gets no reply."""
    answered = True
    while answered:
        connection.settimeout(PATIENCE)
        connection.sendall(command(b"PING", b"\0\0"))
        answered = False
        end = time.monotonic() + 0.3
        while not answered and (left := end - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                answered = read_frame(connection)[1] == b"\x04PONG"
            except TimeoutError:
                return


# ---------------------------------------------------------------- ws://
def ws_request(
    protocol: str = "ZWS2.0",
    *more_headers: str,
    key: str = "dGVzdGtleQ==",
    connection: str = "Upgrade",
) -> bytes:
    lines = [
        "GET / HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        f"Connection: {connection}",
        f"Sec-WebSocket-Key: {key}",
        *more_headers,
        f"Sec-WebSocket-Protocol: {protocol}",
        "Sec-WebSocket-Version: 13",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ws_accept_key(key: str) -> bytes:
    magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1((key + magic).encode()).digest())


def read_http_head(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += receive(connection, 1)
    return data


def ws_open(endpoint: bytes, protocol: str = "ZWS2.0") -> socket.socket:
    """A client's connection after the upgrade."""
    connection = tcp_connect(endpoint)
    connection.sendall(ws_request(protocol))
    assert read_http_head(connection).startswith(b"HTTP/1.1 101 ")
    return connection


def ws_frame(body: bytes, opcode: int = 2, final: bool = True, masked: bool = True) -> bytes:
    """A frame of a client (masked with zeros) or of a server."""
    head = bytes([final << 7 | opcode])
    bit = masked << 7
    if len(body) < 126:
        head += bytes([bit | len(body)])
    else:
        head += bytes([bit | 126]) + struct.pack(">H", len(body))
    return head + (bytes(4) if masked else b"") + body


def read_ws_frame(connection: socket.socket) -> tuple[int, bytes]:
    """Opcode and body, unmasked."""
    first, second = receive(connection, 2)
    size = second & 127
    if size == 126:
        (size,) = struct.unpack(">H", receive(connection, 2))
    elif size == 127:
        (size,) = struct.unpack(">Q", receive(connection, 8))
    mask = receive(connection, 4) if second & 128 else bytes(4)
    body = receive(connection, size)
    return first & 15, bytes(byte ^ mask[i % 4] for i, byte in enumerate(body))


def set_mechanism(mechanism: str, server: zmq.Socket, client: zmq.Socket) -> None:
    """Set NULL, PLAIN or CURVE on both sides of a connection that asks a ZAP handler."""
    if mechanism == "NULL":
        server.zap_domain = b"global"
    elif mechanism == "PLAIN":
        server.plain_server = True
        client.plain_username = b"user"
        client.plain_password = b"password"
    else:
        public, secret = zmq.curve_keypair()
        server.curve_server = True
        server.curve_secretkey = secret
        client.curve_serverkey = public
        client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()


def process_commands(sock: zmq.Socket, peer: socket.socket) -> None:
    """Let the socket, and the I/O thread in between, process their commands several times."""
    for _ in range(6):
        sock.getsockopt(zmq.EVENTS)
        wait_until_seen(peer)
    sock.getsockopt(zmq.EVENTS)
