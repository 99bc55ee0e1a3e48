"""The monitor of a socket, and a proxy in a thread with its control socket."""

import threading

from typing_extensions import assert_type

import zmq
from zmq.utils.monitor import parse_monitor_message, recv_monitor_message


def events_until(monitor: zmq.Socket[bytes], last: zmq.Event) -> list[str]:
    seen: list[str] = []
    while True:
        message = recv_monitor_message(monitor)
        assert_type(message["event"], zmq.Event)
        assert_type(message["endpoint"], bytes)
        seen.append(message["event"].name or "?")
        if message["event"] == last:
            return seen


def watch(context: zmq.Context[zmq.Socket[bytes]]) -> list[str]:
    with context.socket(zmq.PAIR) as server, context.socket(zmq.PAIR) as client:
        monitor = server.get_monitor_socket(zmq.EVENT_LISTENING | zmq.Event.HANDSHAKE_SUCCEEDED)
        assert_type(monitor, zmq.Socket[bytes])
        monitor.rcvtimeo = 5000
        server.bind("tcp://127.0.0.1:*")
        client.connect(server.last_endpoint)
        seen = events_until(monitor, zmq.Event.HANDSHAKE_SUCCEEDED)
        server.disable_monitor()

        server.monitor("inproc://another", events=zmq.EVENT_ALL)
        with context.socket(zmq.PAIR) as another:
            another.connect("inproc://another")
            server.monitor(None)
            while parse_monitor_message(another.recv_multipart())["event"] != (
                zmq.EVENT_MONITOR_STOPPED
            ):
                pass
        return seen


def forward(context: zmq.Context[zmq.Socket[bytes]]) -> None:
    front, back, control, steering = (context.socket(zmq.PAIR) for _ in range(4))
    with front, back, control, steering:
        front.bind("inproc://front")
        back.bind("inproc://back")
        control.bind("inproc://control")
        steering.connect("inproc://control")
        proxy = threading.Thread(
            target=zmq.proxy_steerable, args=(front, back), kwargs={"control": control}
        )
        proxy.start()
        steering.send(b"TERMINATE")
        proxy.join(5)


def versions() -> tuple[int, int, int]:
    if zmq.zmq_version_info() < (4, 3):
        raise zmq.ZMQVersionError("4.3")
    assert_type(zmq.strerror(zmq.EAGAIN), str)
    assert_type(zmq.zmq_errno(), int)
    assert_type(zmq.get_includes(), list[str])
    assert_type(zmq.get_library_dirs(), list[str])
    assert_type(zmq.IPC_PATH_MAX_LEN, int)
    assert_type(zmq.DRAFT_API, bool)
    assert_type(zmq.COPY_THRESHOLD, int)
    return zmq.zmq_version_info()


def main() -> None:
    assert versions() >= (4, 3, 0)
    with zmq.Context() as context:
        assert watch(context) == ["LISTENING", "HANDSHAKE_SUCCEEDED"]
        forward(context)


if __name__ == "__main__":
    main()
