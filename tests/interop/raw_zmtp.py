"""Peers that speak ZMTP 1.0, 2.0, 3.0 and 3.1 over a plain socket, with NULL, PLAIN and CURVE.

The peers share no code with libzmq. They follow the specifications 13/ZMTP, 15/ZMTP, 23/ZMTP,
37/ZMTP, 24/ZMTP-PLAIN and 25/ZMTP-CURVE.
"""

from __future__ import annotations

import os
import select
import socket
import struct
from typing import NamedTuple

import wire

try:
    from nacl import bindings as nacl
except ModuleNotFoundError:  # without PyNaCl, the tests leave out CURVE
    nacl = None

import zmq

TYPES_OF_ZMTP_2 = ["PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH"]


class Keys(NamedTuple):
    """The long-term keys of both sides of CURVE, as bytes."""

    server: tuple[bytes, bytes]
    client: tuple[bytes, bytes]

    @classmethod
    def make(cls) -> Keys:
        return cls(nacl.crypto_box_keypair(), nacl.crypto_box_keypair())


class Frame(NamedTuple):
    """A received frame: a part of a message, or a command."""

    is_command: bool
    more: bool
    body: bytes


class RawPeer:
    """A peer behind a plain socket, after `shake_hands`.

    Parameters
    ----------
    connection : socket.socket
    version : str
        ``"1.0"``, ``"2.0"``, ``"3.0"`` or ``"3.1"``.
    kind : str
        The socket type that the peer announces, such as ``"DEALER"``.
    mechanism : str
    is_server : bool
        True for a PLAIN or CURVE server.
    slowly : bool
        True to write each byte alone. Otherwise all data that need no reply go in one write.
    keys : Keys, optional
    routing_id : bytes
    """

    def __init__(
        self,
        connection: socket.socket,
        version: str,
        kind: str,
        mechanism: str = "NULL",
        *,
        is_server: bool = False,
        slowly: bool = False,
        keys: Keys | None = None,
        routing_id: bytes = b"",
    ) -> None:
        self.connection = connection
        self.version = version
        self.kind = kind
        self.mechanism = mechanism
        self.is_server = is_server
        self.slowly = slowly
        self.keys = keys
        self.routing_id = routing_id
        self.others_properties: dict[bytes, bytes] = {}
        self._box = b""  # the shared key of CURVE messages
        self._sent = 0  # the nonce of the last message sent
        self._received = 0
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # ------------------------------------------------------------ bytes
    def write(self, data: bytes) -> None:
        if self.slowly:
            for n in range(len(data)):
                self.connection.sendall(data[n : n + 1])
        else:
            self.connection.sendall(data)

    def read(self, size: int) -> bytes:
        return wire.receive(self.connection, size)

    def is_readable(self, timeout_s: float) -> bool:
        return bool(select.select([self.connection], [], [], timeout_s)[0])

    def close(self) -> None:
        self.connection.close()

    # ------------------------------------------------------------ frames
    def _frame(self, body: bytes, more: bool = False, is_command: bool = False) -> bytes:
        if self.version == "1.0":
            size = len(body) + 1
            head = bytes([size]) if size < 255 else b"\xff" + struct.pack(">Q", size)
            return head + bytes([more]) + body
        if not self._box:
            return wire.frame(body, more=more, command=is_command)
        self._sent += 1
        nonce = struct.pack(">Q", self._sent)
        prefix = b"CurveZMQMESSAGES" if self.is_server else b"CurveZMQMESSAGEC"
        plain = bytes([more | is_command << 1]) + body
        boxed = nacl.crypto_box_easy_afternm(plain, prefix + nonce, self._box)
        return wire.frame(b"\x07MESSAGE" + nonce + boxed)

    def read_frame(self) -> Frame:
        if self.version == "1.0":
            size = self.read(1)[0]
            if size == 255:
                (size,) = struct.unpack(">Q", self.read(8))
            more = self.read(1)[0] & 1
            return Frame(False, bool(more), self.read(size - 1))
        flags, body = wire.read_frame(self.connection)
        if not self._box:
            return Frame(bool(flags & 4), bool(flags & 1), body)
        assert body.startswith(b"\x07MESSAGE")
        nonce = body[8:16]
        (number,) = struct.unpack(">Q", nonce)
        assert number > self._received
        self._received = number
        prefix = b"CurveZMQMESSAGEC" if self.is_server else b"CurveZMQMESSAGES"
        plain = nacl.crypto_box_open_easy_afternm(body[16:], prefix + nonce, self._box)
        return Frame(bool(plain[0] & 2), bool(plain[0] & 1), plain[1:])

    # ------------------------------------------------------------ messages
    def bytes_of(self, *parts: bytes) -> bytes:
        """Return the bytes of a message on the wire."""
        last = len(parts) - 1
        return b"".join(self._frame(part, more=n < last) for n, part in enumerate(parts))

    def send(self, *parts: bytes) -> None:
        self.write(self.bytes_of(*parts))

    def receive(self) -> list[bytes]:
        """Return the parts of the next message; fail if a command arrives."""
        parts = []
        while True:
            frame = self.read_frame()
            assert not frame.is_command, frame
            parts.append(frame.body)
            if not frame.more:
                return parts

    def send_command(self, name: bytes, body: bytes = b"") -> None:
        self.write(self._frame(bytes([len(name)]) + name + body, is_command=True))

    def receive_command(self, name: bytes) -> bytes:
        frame = self.read_frame()
        start = bytes([len(name)]) + name
        assert frame.is_command, frame
        assert frame.body.startswith(start), frame
        return frame.body[len(start) :]

    def subscribe(self, topic: bytes, on: bool = True) -> None:
        """Send a subscription: a command from ZMTP 3.1 on, a message in older versions."""
        if self.version == "3.1":
            self.send_command(b"SUBSCRIBE" if on else b"CANCEL", topic)
        else:
            self.send(bytes([on]) + topic)

    def receive_subscription(self, *, may_be_message: bool = False) -> bytes:
        """Return a subscription, which begins with 1, or a cancellation, which begins with 0.

        With ZMTP 3.1 a SUB sends a command. An XSUB may pass its user's message on unchanged.
        """
        frame = self.read_frame()
        assert not frame.more
        if not may_be_message:
            assert frame.is_command == (self.version == "3.1"), frame
        if not frame.is_command:
            return frame.body
        for start, first in ((b"\x09SUBSCRIBE", b"\1"), (b"\x06CANCEL", b"\0")):
            if frame.body.startswith(start):
                return first + frame.body[len(start) :]
        raise AssertionError(frame)

    # ------------------------------------------------------------ handshakes
    def shake_hands(self, *first: bytes) -> None:
        """Shake hands, and send a first message if one is given.

        NULL and the old versions need no reply, so all data go in one write.
        """
        early = b""
        if first and self.mechanism == "NULL":
            early = self.bytes_of(*first)
        if self.version == "1.0":
            self._shake_hands_1(early)
        elif self.version == "2.0":
            self._shake_hands_2(early)
        else:
            self._shake_hands_3(early)
        if first and self.mechanism != "NULL":
            self.send(*first)

    def _shake_hands_1(self, early: bytes) -> None:
        self.write(self._frame(self.routing_id) + early)
        # A newer peer begins with bytes that an old peer reads as the header of a long frame, which
        # contains the routing id.
        assert self.read(1) == b"\xff"
        (size,) = struct.unpack(">Q", self.read(8))
        self.read(1)
        self.others_properties[b"Identity"] = self.read(size - 1)

    def _shake_hands_2(self, early: bytes) -> None:
        signature = b"\xff" + struct.pack(">Q", len(self.routing_id) + 1) + b"\x7f"
        number = TYPES_OF_ZMTP_2.index(self.kind.removeprefix("X"))
        self.write(signature + bytes([1, number]) + self._frame(self.routing_id) + early)
        assert self.read(10)[::9] == b"\xff\x7f"
        assert self.read(1)[0] >= 1
        self.others_properties[b"Socket-Type"] = self.read(1)
        self.others_properties[b"Identity"] = self.read_frame().body

    def _shake_hands_3(self, early: bytes) -> None:
        greeting = wire.greeting(int(self.version[2]), self.mechanism.encode(), self.is_server)
        properties = {"Socket_Type": self.kind.encode()}
        if self.kind in ("REQ", "DEALER", "ROUTER"):
            properties["Identity"] = self.routing_id
        metadata = wire.metadata(**properties)
        if self.mechanism == "NULL":
            self.write(greeting + wire.command(b"READY", metadata) + early)
            self._read_greeting()
            self._take_properties(self.receive_command(b"READY"))
            return
        self.write(greeting)
        self._read_greeting()
        name = f"_{self.mechanism.lower()}_{'server' if self.is_server else 'client'}"
        getattr(self, name)(metadata)

    def _read_greeting(self) -> None:
        greeting = self.read(64)
        assert greeting[0] == 0xFF
        assert greeting[9:12] in (b"\x7f\x03\x00", b"\x7f\x03\x01")
        assert greeting[12:32].rstrip(b"\0") == self.mechanism.encode()

    def _take_properties(self, metadata: bytes) -> None:
        while metadata:
            name, metadata = metadata[1 : 1 + metadata[0]], metadata[1 + metadata[0] :]
            (size,) = struct.unpack(">I", metadata[:4])
            self.others_properties[name] = metadata[4 : 4 + size]
            metadata = metadata[4 + size :]

    def _plain_client(self, metadata: bytes) -> None:
        self.send_command(b"HELLO", b"\x04user\x08password")
        assert self.receive_command(b"WELCOME") == b""
        self.send_command(b"INITIATE", metadata)
        self._take_properties(self.receive_command(b"READY"))

    def _plain_server(self, metadata: bytes) -> None:
        assert self.receive_command(b"HELLO") == b"\x04user\x08password"
        self.send_command(b"WELCOME")
        self._take_properties(self.receive_command(b"INITIATE"))
        self.send_command(b"READY", metadata)

    def _curve_client(self, metadata: bytes) -> None:
        assert self.keys is not None
        server, (public, secret) = self.keys.server[0], self.keys.client
        own_public, own_secret = nacl.crypto_box_keypair()  # of this connection
        nonce = struct.pack(">Q", 1)
        hello = nacl.crypto_box(bytes(64), b"CurveZMQHELLO---" + nonce, server, own_secret)
        self.send_command(b"HELLO", b"\1\0" + bytes(72) + own_public + nonce + hello)

        welcome = self.receive_command(b"WELCOME")
        plain = nacl.crypto_box_open(welcome[16:], b"WELCOME-" + welcome[:16], server, own_secret)
        others_public, cookie = plain[:32], plain[32:]
        vouch_nonce = os.urandom(16)
        vouch = nacl.crypto_box(
            own_public + server, b"VOUCH---" + vouch_nonce, others_public, secret
        )
        box = nacl.crypto_box_beforenm(others_public, own_secret)
        nonce = struct.pack(">Q", 2)
        initiate = nacl.crypto_box_easy_afternm(
            public + vouch_nonce + vouch + metadata, b"CurveZMQINITIATE" + nonce, box
        )
        self.send_command(b"INITIATE", cookie + nonce + initiate)

        ready = self.receive_command(b"READY")
        plain = nacl.crypto_box_open_easy_afternm(ready[8:], b"CurveZMQREADY---" + ready[:8], box)
        self._take_properties(plain)
        (self._received,) = struct.unpack(">Q", ready[:8])
        self._sent, self._box = 2, box

    def _curve_server(self, metadata: bytes) -> None:
        assert self.keys is not None
        secret, own = self.keys.server[1], nacl.crypto_box_keypair()
        hello = self.receive_command(b"HELLO")
        assert hello[:2] == b"\1\0"
        others_public, nonce = hello[74:106], hello[106:114]
        plain = nacl.crypto_box_open(
            hello[114:], b"CurveZMQHELLO---" + nonce, others_public, secret
        )
        assert plain == bytes(64)
        cookie, nonce = os.urandom(96), os.urandom(16)
        welcome = nacl.crypto_box(own[0] + cookie, b"WELCOME-" + nonce, others_public, secret)
        self.send_command(b"WELCOME", nonce + welcome)

        initiate = self.receive_command(b"INITIATE")
        assert initiate[:96] == cookie
        box = nacl.crypto_box_beforenm(others_public, own[1])
        plain = nacl.crypto_box_open_easy_afternm(
            initiate[104:], b"CurveZMQINITIATE" + initiate[96:104], box
        )
        assert plain[:32] == self.keys.client[0]
        vouch = nacl.crypto_box_open(plain[48:128], b"VOUCH---" + plain[32:48], plain[:32], own[1])
        assert vouch == others_public + self.keys.server[0]
        self._take_properties(plain[128:])
        nonce = struct.pack(">Q", 1)
        ready = nacl.crypto_box_easy_afternm(metadata, b"CurveZMQREADY---" + nonce, box)
        self.send_command(b"READY", nonce + ready)
        (self._received,) = struct.unpack(">Q", initiate[96:104])
        self._sent, self._box = 1, box


def set_keys(sock: zmq.Socket, keys: Keys, is_server: bool) -> None:
    """Set the keys of our socket; its peer uses the keys of the other side."""
    if is_server:
        sock.curve_server = True
        sock.curve_publickey, sock.curve_secretkey = keys.server
    else:
        sock.curve_serverkey = keys.server[0]
        sock.curve_publickey, sock.curve_secretkey = keys.client
