"""A peer in Python. The first argument names its module: ours, PyZMQ or pyomq.

``remote_peer.py`` explains the lines that it reads and writes.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import threading
import time
import zlib
from typing import Any

zmq = importlib.import_module(sys.argv[1])
IS_PYOMQ = sys.argv[1] == "pyomq"
# Earlier versions of pyomq send a group as the first part of a message.
HAS_GROUPS = not IS_PYOMQ or "group" in inspect.signature(zmq.Socket.send).parameters
WAIT_MS = 30_000

context = zmq.Context()
socket: Any = None
kind = ""
client: Any = None  # for a SERVER: the sender of the last message


def part_of(word: str) -> bytes:
    if word == "-":
        return b""
    if word[0] == "@":
        size, seed = map(int, word[1:].split("."))
        pattern = bytes((7 * n + seed) & 255 for n in range(251))
        return (pattern * (size // 251 + 1))[:size]
    return bytes.fromhex(word)


def word_of(part: bytes) -> str:
    if len(part) <= 32:
        return part.hex() or "-"
    return f"#{len(part)}.{zlib.crc32(part):08x}"


def open_(type_name: str) -> None:
    global socket, kind
    kind = type_name
    socket = context.socket(getattr(zmq, type_name))
    socket.linger = WAIT_MS
    if kind == "ROUTER":
        socket.router_mandatory = 1


def check_password(user: str, password: str) -> None:
    """Answer as a ZAP handler until the context ends."""
    handler = context.socket(zmq.REP)
    handler.linger = 0
    handler.bind("inproc://zeromq.zap.01")

    def answer() -> None:
        while True:
            try:
                request = handler.recv_multipart()
            except zmq.ZMQError:
                return
            allowed = request[6:8] == [user.encode(), password.encode()]
            status = [b"200", b"OK"] if allowed else [b"400", b"the password is wrong"]
            handler.send_multipart([*request[:2], *status, b"", b""])

    threading.Thread(target=answer, daemon=True).start()


def plain_server(user: str, password: str) -> None:
    socket.plain_server = 1
    if IS_PYOMQ:
        socket.set_plain_auth([(user, password)])
    else:
        check_password(user, password)


def plain_client(user: str, password: str) -> None:
    socket.plain_username = user.encode()
    socket.plain_password = password.encode()


def curve_server(public: str, secret: str) -> None:
    socket.curve_server = 1
    socket.curve_publickey = public.encode()
    socket.curve_secretkey = secret.encode()


def curve_client(server: str, public: str, secret: str) -> None:
    socket.curve_serverkey = server.encode()
    socket.curve_publickey = public.encode()
    socket.curve_secretkey = secret.encode()


def heartbeat(interval_ms: str, timeout_ms: str) -> None:
    socket.heartbeat_ivl = int(interval_ms)
    socket.heartbeat_timeout = int(timeout_ms)


def routing_id(word: str) -> None:
    socket.routing_id = part_of(word)


def bind(endpoint: str) -> str:
    socket.bind(endpoint)
    bound = socket.last_endpoint
    return bound.decode() if isinstance(bound, bytes) else bound


def connect(endpoint: str) -> None:
    socket.connect(endpoint)


def subscribe(word: str) -> None:
    if kind == "XSUB":
        socket.send(b"\1" + part_of(word))
    else:
        socket.subscribe(part_of(word))


def unsubscribe(word: str) -> None:
    if kind == "XSUB":
        socket.send(b"\0" + part_of(word))
    else:
        socket.unsubscribe(part_of(word))


def join(group: str) -> None:
    socket.join(group)


def send(*words: str) -> None:
    parts = [part_of(word) for word in words]
    if kind == "RADIO" and HAS_GROUPS:
        socket.send(parts[1], group=parts[0].decode())
    elif kind == "SERVER" and not IS_PYOMQ:
        socket.send(parts[0], routing_id=client)
    elif kind == "SERVER":
        frame = zmq.Frame(parts[0])
        frame.routing_id = client
        socket.send(frame)
    else:
        send_waiting(parts)


def send_waiting(parts: list[bytes]) -> None:
    """Send a message; a ROUTER waits until the peer with that routing id has connected."""
    deadline = time.monotonic() + WAIT_MS / 1000
    while True:
        try:
            socket.send_multipart(parts)
            return
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def receive(timeout_ms: str = str(WAIT_MS)) -> str:
    global client
    if not socket.poll(int(timeout_ms)):
        return "nothing"
    if kind == "SERVER":
        message = socket.recv(copy=False)
        client = message.routing_id
        parts = [message.bytes]
    elif kind == "DISH" and HAS_GROUPS:
        message = socket.recv(copy=False)
        parts = [message.group.encode(), message.bytes]
    else:
        parts = socket.recv_multipart()
    return " ".join(map(word_of, parts))


def send_numbers(first: str, count: str) -> None:
    for number in range(int(first), int(first) + int(count)):
        socket.send(number.to_bytes(8, "big"))


def receive_numbers(first: str, count: str) -> str:
    socket.rcvtimeo = WAIT_MS
    for number in range(int(first), int(first) + int(count)):
        got = socket.recv()
        if got != number.to_bytes(8, "big"):
            return f"wrong: {number} was expected, {got.hex()} came"
    return "all"


def send_acknowledged(first: str, last: str) -> str:
    """Send all numbers, repeatedly if necessary, until the receiver acknowledges the last one."""
    window, acknowledged, following = 500, int(first) - 1, int(first)
    deadline = time.monotonic() + 120
    while acknowledged < int(last):
        if time.monotonic() > deadline:
            return f"wrong: {acknowledged} is the last that was acknowledged"
        while following <= min(int(last), acknowledged + window):
            socket.send(following.to_bytes(8, "big"))
            following += 1
        if socket.poll(200):
            acknowledged = max(acknowledged, int.from_bytes(socket.recv(), "big"))
        else:
            following = acknowledged + 1
    return "all"


def receive_acknowledged(file: str, last: str) -> str:
    """Accept each number once, in order; a file keeps the newest number for the next process."""
    with open(file, "r+b", buffering=0) as kept:
        newest = int(kept.read() or 0)
        if newest:  # the previous process may not have acknowledged this number
            socket.send(newest.to_bytes(8, "big"))
        since = 0
        deadline = time.monotonic() + 120
        while newest < int(last):
            if time.monotonic() > deadline:
                return f"wrong: {newest} is the last that came"
            if not socket.poll(200):
                continue
            number = int.from_bytes(socket.recv(), "big")
            if number == newest + 1:
                newest, since = number, since + 1
            if number != newest or since >= 100 or newest == int(last):
                since = 0
                kept.seek(0)
                kept.write(b"%020d" % newest)  # one write, so that a kill leaves no partial number
                socket.send(newest.to_bytes(8, "big"))
    return "all"


def close() -> None:
    socket.close()
    context.term()


COMMANDS = {
    name.replace("_", "-").strip("-"): function
    for name, function in globals().items()
    if callable(function) and getattr(function, "__module__", "") == __name__
}


def version() -> str:
    name = "pyomq_version" if IS_PYOMQ else "pyzmq_version"
    below = "" if IS_PYOMQ else f" with libzmq {zmq.zmq_version()}"
    return f"{getattr(zmq, name)()}{below}"


COMMANDS["version"] = version

for line in sys.stdin:
    command, *words = line.split()
    try:
        answer = COMMANDS[command](*words)
    except Exception as error:
        print(f"error {type(error).__name__}: {error}", flush=True)
    else:
        print(f"ok {answer or ''}".rstrip(), flush=True)
os._exit(0)
