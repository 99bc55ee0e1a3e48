"""The other implementations: how tests find and control them.

A peer is a process with one socket. Each input line is a command. The peer answers each command
with a line, ``ok WORDS`` or ``error TEXT``:

=================================== =============================================================
command                             effect, and the words of the answer
=================================== =============================================================
version                             the version of the library
open TYPE                           make the socket, such as ``DEALER``
routing-id PART                     set its routing id
plain-server USER PASSWORD          accept clients with this user and password
plain-client USER PASSWORD          send this user and password
curve-server PUBLIC SECRET          keys in Z85
curve-client SERVER PUBLIC SECRET   keys in Z85
heartbeat MS TIMEOUT_MS             send a PING each time that MS have passed
bind ENDPOINT                       the endpoint, with the port of the system's choice
connect ENDPOINT
subscribe PART, unsubscribe PART    for SUB, and for XSUB by a message
join GROUP                          for DISH
send PART...                        RADIO has the group first; SERVER answers its last client
receive [MS]                        the parts (of DISH, the group first), or ``nothing``
send-numbers FIRST COUNT            messages of 8 bytes, each a number
receive-numbers FIRST COUNT         ``all``, or ``wrong: ...``
send-acknowledged FIRST LAST        numbers, again until LAST is acknowledged; ``all``
receive-acknowledged FILE LAST      numbers, each once; FILE keeps the newest; ``all``
close                               close after all messages have been sent
=================================== =============================================================

The end of the input ends the process. A part is written in hexadecimal, an empty part as ``-``, and
a long part as ``@SIZE.SEED``: a pattern that both sides know. Received parts are written in the
same way, but parts of more than 32 bytes as ``#SIZE.CRC32``.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from limits import TIMEOUT_MS, TIMEOUT_S

import zmq

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "peers"
INSTALLED = ROOT / "build" / "interop"
"""The folder with the packages that ``make interop`` has installed, and the compiled programs."""
NODE_FOLDER = INSTALLED / "node"
DEBIAN_FOLDER = INSTALLED / "debian" / "usr"

CLASSIC = frozenset(
    [
        "PAIR",
        "PUB",
        "SUB",
        "REQ",
        "REP",
        "DEALER",
        "ROUTER",
        "PULL",
        "PUSH",
        "XPUB",
        "XSUB",
        "STREAM",
    ]
)
DRAFT = frozenset(["CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER", "PEER", "CHANNEL"])


class Peer(NamedTuple):
    """Another implementation, and the features that it supports."""

    name: str
    find: Callable[[], list[str] | str]
    """Return the command that starts the peer, or the reason why it cannot be started."""
    types: frozenset[str]
    transports: frozenset[str]
    mechanisms: frozenset[str] = frozenset({"NULL", "PLAIN", "CURVE"})
    has_heartbeats: bool = True

    def why_missing(self) -> str | None:
        found = _found(self.name)
        return found if isinstance(found, str) else None

    def command(self) -> list[str]:
        found = _found(self.name)
        assert not isinstance(found, str), found
        return found


@functools.cache
def _found(name: str) -> list[str] | str:
    return PEERS[name].find()


# ---------------------------------------------------------------- finding and compiling
def _python(environment: str, module: str) -> list[str] | str:
    python = ROOT / environment / "bin" / "python"
    if not python.exists():
        return f"needs {environment}: `make interop` makes it"
    command = [str(python), str(PROGRAMS / "python_peer.py"), module]
    if subprocess.run([str(python), "-c", f"import {module}"], capture_output=True).returncode:
        return f"{environment} has no {module} for this Python"
    return command


def _ours() -> list[str]:
    return [sys.executable, str(PROGRAMS / "python_peer.py"), "zmq"]


def _node(package: str, program: str) -> list[str] | str:
    node = shutil.which("node")
    if node is None:
        return "needs Node.js (Debian's nodejs)"
    if not (NODE_FOLDER / "node_modules" / package).is_dir():
        return f"needs npm's {package}: `make interop` installs it"
    return [node, str(PROGRAMS / program), str(NODE_FOLDER)]


def _compile(name: str, sources: list[str], command: list[str]) -> Path | str:
    """Run a compiler that writes into a folder, unless this was done before; return the folder."""
    texts = [(PROGRAMS / source).read_bytes() for source in sources]
    key = hashlib.sha256(b"\0".join([repr(command).encode(), *texts])).hexdigest()[:16]
    folder = INSTALLED / "compiled" / f"{name}-{platform.machine()}-{key}"
    if not folder.is_dir():
        making = folder.with_name(f"{folder.name}.{os.getpid()}")
        making.mkdir(parents=True)
        command = [word.replace("FOLDER", str(making)) for word in command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=PROGRAMS, timeout=120)
        if done.returncode:
            shutil.rmtree(making)
            return f"the peer for {name} does not compile: {done.stderr}"
        try:
            making.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(making)
    return folder


def _c_program(name: str, header: str, libraries: list[str], package: str) -> list[str] | str:
    if os.name != "posix" or shutil.which("cc") is None:
        return "needs a C compiler, cc"
    options: list[str] = []
    if not Path("/usr/include", header).exists():
        if not (DEBIAN_FOLDER / "include" / header).exists():
            return f"needs {header} (Debian's {package})"
        (folder,) = (DEBIAN_FOLDER / "lib").glob("*-linux-gnu")
        options = [f"-I{DEBIAN_FOLDER}/include", f"-L{folder}", f"-Wl,-rpath,{folder}"]
    source = f"{name}_peer.c"
    command = ["cc", "-O1", *options, "-o", "FOLDER/peer", source]
    compiled = _compile(name, [source, "protocol.h"], [*command, *libraries])
    return compiled if isinstance(compiled, str) else [str(compiled / "peer")]


def _libzmq() -> list[str] | str:
    return _c_program("libzmq", "zmq.h", ["-lzmq"], "libzmq3-dev")


def _czmq() -> list[str] | str:
    return _c_program("czmq", "czmq.h", ["-lczmq", "-lzmq"], "libczmq-dev")


def _jeromq() -> list[str] | str:
    folders = [Path("/usr/share/java"), DEBIAN_FOLDER / "share" / "java"]
    jar = next((found for folder in folders if (found := folder / "jeromq.jar").exists()), None)
    if jar is None:
        return "needs jeromq.jar (Debian's libjeromq-java)"
    if shutil.which("javac") is None or shutil.which("java") is None:
        return "needs a Java compiler (Debian's default-jdk-headless)"
    command = ["javac", "-cp", str(jar), "-d", "FOLDER", "JeromqPeer.java"]
    compiled = _compile("jeromq", ["JeromqPeer.java"], command)
    if isinstance(compiled, str):
        return compiled
    path = os.pathsep.join([str(jar), str(compiled)])
    return ["java", "-XX:TieredStopAtLevel=1", "-Xmx1g", "-cp", path, "JeromqPeer"]


_TCP_IPC = frozenset({"tcp", "ipc"})
PEERS = {
    peer.name: peer
    for peer in [
        Peer("libzmq", _libzmq, CLASSIC, _TCP_IPC),
        Peer("czmq", _czmq, CLASSIC, _TCP_IPC),
        Peer("PyZMQ", lambda: _python(".venv-pyzmq", "zmq"), CLASSIC, _TCP_IPC),
        Peer("pyomq", lambda: _python(".venv-pyomq", "pyomq"), CLASSIC | DRAFT, _TCP_IPC),
        Peer(
            "zeromq.js",
            lambda: _node("zeromq", "zeromq_js_peer.mjs"),
            CLASSIC | DRAFT - {"PEER", "CHANNEL"},
            _TCP_IPC | {"ws"},
        ),
        Peer(
            "jszmq",
            lambda: _node("jszmq", "jszmq_peer.mjs"),
            CLASSIC - {"PAIR", "STREAM"},
            frozenset({"ws"}),
            frozenset({"NULL"}),
            has_heartbeats=False,
        ),
        Peer(
            "JeroMQ",
            _jeromq,
            CLASSIC - {"STREAM"},
            frozenset({"tcp"}),
            frozenset({"NULL"}),
            has_heartbeats=False,
        ),
        Peer("ours", _ours, CLASSIC | DRAFT, _TCP_IPC | {"ws"}),
    ]
}
"""The peers by their names. ``ours`` is another process that runs this package."""


# ---------------------------------------------------------------- parts
class Pattern(bytes):
    """Bytes that each peer can generate from a size and a seed."""

    word: str

    def __new__(cls, size: int, seed: int = 0) -> Pattern:
        pattern = bytes((7 * n + seed) & 255 for n in range(251))
        made = super().__new__(cls, (pattern * (size // 251 + 1))[:size])
        made.word = f"@{size}.{seed}"
        return made


def said(part: bytes) -> str:
    """Return the text of a part in a command."""
    return part.word if isinstance(part, Pattern) else part.hex() or "-"


def shown(part: bytes) -> str:
    """Return the text of a received part."""
    if len(part) <= 32:
        return part.hex() or "-"
    return f"#{len(part)}.{zlib.crc32(part):08x}"


def bytes_of(word: str) -> bytes:
    """Return the part of at most 32 bytes that has this text."""
    return b"" if word == "-" else bytes.fromhex(word)


# ---------------------------------------------------------------- the two sides
class Remote:
    """A peer's process; each method sends a command and waits for the answer."""

    timeout_ms = TIMEOUT_MS

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.process = subprocess.Popen(
            peer.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors: list[str] = []
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()
        # Killing the process also ends a test that would wait for a line for ever.
        self._guard = threading.Timer(4 * TIMEOUT_S, self.process.kill)
        self._guard.start()

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line)

    def begin(self, *words: object) -> None:
        """Send a command without waiting for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """Wait for the answer to the oldest command."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line.startswith("ok"):
            if not line:
                self.process.wait(TIMEOUT_S)
                self._reader.join(TIMEOUT_S)
            raise PeerError(
                f"{self.peer.name}: {line or f'ended with {self.process.returncode}'}\n"
                + "".join(self.errors[-20:])
            )
        return line.removeprefix("ok").strip()

    def tell(self, *words: object) -> str:
        self.begin(*words)
        return self.answer()

    def send(self, *parts: bytes) -> None:
        self.tell("send", *map(said, parts))

    def receive(self, timeout_ms: int | None = None) -> list[str]:
        """Return the texts (see `shown`) of the next message's parts, or [] after the timeout."""
        answer = self.tell("receive", self.timeout_ms if timeout_ms is None else timeout_ms)
        return [] if answer == "nothing" else answer.split()

    def subscribe(self, topic: bytes) -> None:
        self.tell("subscribe", said(topic))

    def unsubscribe(self, topic: bytes) -> None:
        self.tell("unsubscribe", said(topic))

    def kill(self) -> None:
        """End the process at once, like a crash."""
        self.process.kill()
        self.process.wait()
        self.end()

    def end(self) -> None:
        """Let the process end by itself, after it has delivered its sent messages."""
        self._guard.cancel()
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
            self.process.wait(TIMEOUT_S)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            pass
        finally:
            self.process.kill()
            self.process.wait()
        self._reader.join(TIMEOUT_S)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


class PeerError(AssertionError):
    """A peer answered a command with an error, or ended."""


class Local:
    """One of our sockets, with the methods of `Remote`."""

    timeout_ms = TIMEOUT_MS

    def __init__(self, context: zmq.Context, kind: str) -> None:
        self.kind = kind
        self.socket = context.socket(getattr(zmq, kind))
        self.socket.rcvtimeo = self.socket.sndtimeo = TIMEOUT_MS
        self._client: object = None
        if kind == "ROUTER":
            self.socket.router_mandatory = True

    def send(self, *parts: bytes) -> None:
        if self.kind == "RADIO":
            self.socket.send(parts[1], group=parts[0].decode())
        elif self.kind == "SERVER":
            self.socket.send(parts[0], routing_id=self._client)
        else:
            self.socket.send_multipart(parts)

    def receive(self, timeout_ms: int | None = None) -> list[str]:
        if not self.socket.poll(self.timeout_ms if timeout_ms is None else timeout_ms):
            return []
        if self.kind not in ("DISH", "SERVER"):
            return [shown(part) for part in self.socket.recv_multipart()]
        message = self.socket.recv(copy=False)
        if self.kind == "DISH":
            return [shown(message.group.encode()), shown(message.bytes)]
        self._client = message.routing_id
        return [shown(message.bytes)]

    def subscribe(self, topic: bytes) -> None:
        if self.kind == "XSUB":
            self.socket.send(b"\1" + topic)
        else:
            self.socket.subscribe(topic)

    def unsubscribe(self, topic: bytes) -> None:
        if self.kind == "XSUB":
            self.socket.send(b"\0" + topic)
        else:
            self.socket.unsubscribe(topic)
