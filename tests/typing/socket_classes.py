"""Sockets of a program's own class, and contexts that create them."""

import threading
from typing import Any

from typing_extensions import assert_type

import zmq


class LineSocket(zmq.Socket[bytes]):
    """Sends and receives lines of text, and counts the lines."""

    lines: int = 0

    def send_line(self, line: str) -> None:
        self.lines += 1
        self.send_string(line + "\n")

    def recv_line(self) -> str:
        self.lines += 1
        return self.recv_string().rstrip("\n")


class NamedSocket(zmq.Socket):
    """Takes an additional argument."""

    name: str = ""

    def __init__(self, *args: Any, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name


class LineContext(zmq.Context[LineSocket]):
    _socket_class = LineSocket


def serialize(pair: tuple[int, str]) -> list[bytes]:
    return [b"%d" % pair[0], pair[1].encode()]


def deserialize(parts: list[bytes]) -> tuple[int, str]:
    return int(parts[0]), parts[1].decode()


def talk(context: LineContext) -> str:
    with context.socket(zmq.PAIR) as one, one.bind("inproc://lines") as bound:
        assert_type(one, LineSocket)
        assert_type(bound, LineSocket)
        with context.socket(zmq.PAIR) as two, two.connect("inproc://lines") as connected:
            assert_type(connected, LineSocket)
            connected.send_line("hello")
            line = bound.recv_line()
            assert_type(bound.lines, int)
            two.send_serialized((5, "five"), serialize)
            assert_type(one.recv_serialized(deserialize), tuple[int, str])
            two.send_pyobj([1, 2])
            assert one.recv_pyobj() == [1, 2]
    return line


def main() -> None:
    with LineContext() as lines:
        assert_type(lines, LineContext)
        assert talk(lines) == "hello"
    assert_type(LineContext.instance(), LineContext)
    LineContext.instance().term()

    with zmq.Context() as context:
        line = context.socket(zmq.PUSH, socket_class=LineSocket)
        assert_type(line, LineSocket)
        with LineSocket(context, zmq.PUSH) as direct:
            assert_type(direct, LineSocket)
        named = context.socket(zmq.PUSH, NamedSocket, name="named", copy_threshold=0)
        assert_type(named, NamedSocket)
        assert named.name == "named"
        shadow = LineSocket.shadow(named)
        assert_type(shadow, LineSocket)
        assert_type(zmq.Socket(named), zmq.Socket[Any])
        assert_type(zmq.Socket(shadow=named.underlying, copy_threshold=0), zmq.Socket[Any])
        thread = threading.Thread(target=zmq.Socket.close, args=(named, 0))
        thread.start()
        thread.join(5)
        context.destroy(0)


if __name__ == "__main__":
    main()
