"""Write the seed corpora: for each fuzz target, one file for each kind of input.

The header of each target explains the bytes. The build of the targets runs this program::

    python tests/fuzz/make_seeds.py FOLDER
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

ROUTER, XPUB, SUB, REP, RADIO, DISH, SERVER, PUB = 6, 9, 2, 4, 13, 14, 11, 1


def chunk(body: bytes) -> bytes:
    """The format of ``input::chunk``: a length of two bytes, then that many bytes."""
    return struct.pack(">H", len(body)) + body


def frame(body: bytes, flags: int = 0) -> bytes:
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | 2]) + struct.pack(">Q", len(body)) + body


def command(name: bytes, body: bytes = b"") -> bytes:
    return frame(bytes([len(name)]) + name + body, 4)


def property_(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


def greeting(minor: int = 1, mechanism: bytes = b"NULL") -> bytes:
    head = b"\xff" + bytes(7) + b"\x01\x7f\x03" + bytes([minor])
    return (head + mechanism.ljust(20, b"\0")).ljust(64, b"\0")


READY = command(b"READY", property_(b"Socket-Type", b"DEALER") + property_(b"Identity", b"me"))


def zmtp() -> dict[str, bytes]:
    messages = frame(b"", 1) + frame(b"body") + frame(b"x" * 300)
    ping = command(b"PING", b"\0\x0acontext")
    seeds = {
        "raw-v3-null": bytes([ROUTER, 0, 0, 0]) + chunk(greeting() + READY) + messages,
        "raw-v1": bytes([REP, 0, 0, 0]) + chunk(b"\x01\x00\x05\x01abcd") + b"\x01\x01\x02\x00b",
        "raw-v2": bytes([PUB, 0, 0, 0]) + chunk(b"\xff" + bytes(8) + b"\x7f\x01\x02\0\0\0\2\1a"),
        "subscribe": bytes([XPUB, 0, 2, 16])
        + chunk(command(b"SUBSCRIBE", b"topic") + command(b"CANCEL", b"topic"))
        + frame(b"\1old")
        + frame(b"\0old")
        + frame(b"user"),
        "ping": bytes([ROUTER, 0, 2, 8]) + chunk(ping + command(b"PONG")) + messages,
        "join": bytes([RADIO, 0, 2, 0])
        + chunk(command(b"JOIN", b"g") + command(b"JOIN", b"g" * 40))
        + command(b"LEAVE", b"g"),
        "group": bytes([DISH, 0, 2, 1]) + chunk(frame(b"g", 1) + frame(b"body")) + frame(b"", 1),
        "hwm": bytes([DISH, 0, 2, 1]) + chunk((frame(b"", 1) + frame(b"b")) * 8) + ping,
        "reset": bytes([DISH, 0x40, 2, 9]) + chunk((frame(b"g", 1) + frame(b"b")) * 8) + ping,
        "server": bytes([SERVER, 0, 2, 7]) + chunk(frame(b"one")) + frame(b"two", 1) + frame(b"3"),
        "plain-server": bytes([ROUTER, 2, 2, 0]) + chunk(messages),
        "plain-client": bytes([SUB, 3, 2, 0]) + chunk(messages),
        "connected": bytes([ROUTER, 1, 2, 3]) + chunk(messages) + messages,
        "zap": bytes([ROUTER, 4, 2, 0]) + chunk(messages) + messages,
        "old-router": bytes([ROUTER, 0, 4, 0]) + chunk(frame(b"id") + messages) + messages,
        "oldest": bytes([XPUB, 0, 5, 0]) + chunk(b"\x02\x00\x01") + b"\x06\x00topic",
        "stream": bytes([0xF0, 0, 0, 0]) + chunk(b"GET / HTTP/1.0\r\n") + b"\r\n",
        "error": bytes([ROUTER, 1, 1, 0]) + chunk(command(b"ERROR", b"\x03400")),
    }
    return seeds


def ws_frame(body: bytes, opcode: int = 2, mask: bool = True) -> bytes:
    head = bytes([0x80 | opcode])
    bit = 0x80 if mask else 0
    if len(body) < 126:
        head += bytes([bit | len(body)])
    elif len(body) < 1 << 16:
        head += bytes([bit | 126]) + struct.pack(">H", len(body))
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", len(body))
    return head + (bytes(4) if mask else b"") + body


def ws() -> dict[str, bytes]:
    request = (
        b"GET /x HTTP/1.1\r\nHost: h\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
        b"Sec-WebSocket-Key: abc\r\nSec-WebSocket-Protocol: a, ZWS2.0\r\n\r\n"
    )
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: abc\r\nSec-WebSocket-Protocol: ZWS2.0\r\n\r\n"
    )
    ready = b"\x02\x05READY" + property_(b"Socket-Type", b"SUB")
    control = ws_frame(b"ping", 9) + ws_frame(b"", 10) + ws_frame(b"\x03\xe8", 8)
    return {
        "request": bytes([PUB, 0x80, 0]) + chunk(request + ws_frame(b"\0id")) + ws_frame(b"\0\1a"),
        "answer": bytes([SUB, 0x81, 0]) + chunk(answer + ws_frame(b"\0id", mask=False)),
        "messages": bytes([ROUTER, 0, 2])
        + chunk(ws_frame(b"\0id") + ws_frame(b"\1") + control)
        + ws_frame(b"\0" + b"x" * 200)
        + ws_frame(b"\0" + b"x" * 70000),
        "null": bytes([XPUB, 2, 2]) + chunk(ws_frame(ready) + ws_frame(b"\0\1topic") + control),
        "plain": bytes([ROUTER, 4, 0]) + chunk(ws_frame(b"\2\5HELLO\1u\1p")) + ws_frame(b"\0x"),
        "client": bytes([SUB, 1, 8])
        + chunk(ws_frame(b"\0id", mask=False) * 2)
        + ws_frame(b"\0data", mask=False)
        + ws_frame(b"", 9, False),
        "dish": bytes([DISH, 2, 1])
        + chunk(
            ws_frame(ready.replace(b"\3SUB", b"\5RADIO")) + ws_frame(b"\1g") + ws_frame(b"\0body")
        ),
    }


def udp() -> dict[str, bytes]:
    return {
        "dish": b"\0" + chunk(b"\1gbody") + chunk(b"\x80") + chunk(b"") + chunk(b"\5ab"),
        "dish-full": b"\2" + chunk(b"\0body") * 8,
        "dish-long": b"\x08" + chunk(b"\1g"),
        "dgram": b"\1" + chunk(b"body") + chunk(b""),
        "radio": b"\4" + b"\1g\0\5" + b"\xff" + b"g" * 255 + b"\x1f\x00" + b"\1g\xff\xff",
        "dgram-sends": b"\5" + b"\1a\0\5\1\0" + b"\x0b127.0.0.1:1\0\5\0\0" + b"\1a\xff\xff\1\1",
    }


def socks() -> dict[str, bytes]:
    accepted = b"\x05\0\0\x01\x7f\0\0\1\4\xd2"
    named = b"\x05\0\0\x03\x05proxy\4\xd2"
    return {
        "v4": b"\0" + bytes([len(accepted)]) + accepted + b"\0" + greeting(),
        "pieces": b"\0" + bytes([6]) + accepted[:6] + bytes([4]) + accepted[6:] + greeting(),
        "name": b"\1" + bytes([len(named)]) + named,
        "long-name": b"\0\x05" + b"\x05\0\0\x03\xff" + b"\xff" + b"n" * 300,
        "v6": b"\2\x16" + b"\x05\0\0\x04" + bytes(18),
        "choice": b"\4\2\x05\0",
    }


def address() -> dict[str, bytes]:
    names = {
        0: [
            "127.0.0.1:5555",
            "*:*",
            "lo:1",
            "127.0.0.1:0;127.0.0.1:80",
            "[::1]:80",
            "[fe80::1%1]:2",
        ],
        1: ["127.0.0.1:80/a/b:c?d", "*:*/", "[::1]:80/x"],
        2: ["@abstract", "/tmp/socket", "@"],
        3: ["127.0.0.1:1", "lo;239.0.0.1:5555", "*;239.0.0.1:1", "[::1]:1", "239.0.0.1:*"],
        4: ["127.0.0.1/8", "::1/128", "10.0.0.0/0", "1.2.3.4"],
        0xF5: ["*:*/x", "lo:80", "[::ffff:1.2.3.4%lo]:1"],
    }
    return {
        f"{kind}-{n}-{v6}": bytes([kind | (8 if v6 else 0)]) + name.encode()
        for kind, texts in names.items()
        for n, name in enumerate(texts)
        for v6 in (0, 1)
    }


def decoder() -> dict[str, bytes]:
    v1 = b"\x02\x01a\x05\0abcd\xff" + struct.pack(">Q", 51) + b"\0" + b"x" * 50
    v2 = b"".join(frame(b"x" * n, n & 5) for n in (0, 1, 33, 34, 60, 99))
    seeds = {"v1": b"\0\0\xff" + v1, "v2": b"\1\0\x07" + v2, "v2-zero-copy": b"\x11\x80\x40" + v2}
    for mask in (0, 1):
        frames = b"".join(ws_frame(b"\0" + b"x" * n, 2, bool(mask)) for n in (0, 33, 80, 98))
        frames += ws_frame(b"p", 9, bool(mask)) + ws_frame(b"", 8, bool(mask))
        seeds[f"ws-{mask}"] = bytes([2 | mask << 5, 0, 60]) + frames
        seeds[f"ws-{mask}-zero-copy"] = bytes([0x1A | mask << 5, 200, 255]) + frames
    seeds["raw"] = b"\3\0\x10" + bytes(range(256))
    return seeds


def curve() -> dict[str, bytes]:
    seeds = {}
    for side, bit in (("server", 0), ("client", 0x80)):
        for kind in (ROUTER, XPUB, SUB, DISH):
            seeds[f"{side}-{kind}-messages"] = bytes([kind, bit | 2]) + b"".join(
                flags + chunk(text)
                for flags, text in (
                    (b"\0", b"\0plain"),
                    (b"\0", b"\2\4PING\0\x0a"),
                    (b"\4", b"\2\x09SUBSCRIBEtopic"),
                    (b"\1", b"\1part"),
                    (b"\0", b""),
                )
            )
        seeds[f"{side}-metadata"] = (
            bytes([ROUTER, bit | 3])
            + chunk(bytes(32))
            + chunk(property_(b"Socket-Type", b"DEALER") + property_(b"Identity", b"i"))
        )
        seeds[f"{side}-clear"] = (
            bytes([ROUTER, bit]) + chunk(b"\5HELLO\1\0") + chunk(b"\5READY" + bytes(60))
        )
        seeds[f"{side}-changed"] = bytes([ROUTER, bit | 1]) + chunk(bytes(32)) + b"\7\1"
    return seeds


def options() -> dict[str, bytes]:
    def option(which: int, number: int, value: bytes, space: int = 255) -> bytes:
        return bytes([which, number]) + chunk(value) + bytes([space])

    one = struct.pack("=i", 1)
    routing_id, subscribe, metadata, zap_domain, hello = 5, 6, 95, 55, 110
    return {
        "router": bytes([ROUTER, 5, 2]) + option(0, routing_id, b"me") + option(1, 33, one),
        "pubsub": bytes([XPUB, SUB, 0]) + option(1, 71, one) + option(0, subscribe, b"t"),
        "metadata": bytes([ROUTER, 5, 1])
        + option(0, metadata, b"X-key:value")
        + option(1, zap_domain, b"domain"),
        "hello": bytes([SERVER, 12, 0]) + option(1, hello, b"hi") + option(1, 111, b"bye"),
        "ws": bytes([PUB, SUB, 3]) + option(1, 75, one) + option(0, 54, one),
        "radio": bytes([RADIO, DISH, 2]) + option(1, 69, one),
        "keys": bytes([ROUTER, 5, 2]) + option(0, 48, b"k" * 32) + option(0, 49, b"k" * 40),
    }


def main(corpus: Path) -> None:
    for make in (zmtp, ws, udp, socks, address, decoder, curve, options):
        folder = corpus / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in make().items():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
