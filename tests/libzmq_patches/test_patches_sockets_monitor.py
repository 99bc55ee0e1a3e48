"""Patches of monitors: unread events, and readers that come later."""

from __future__ import annotations

from wire import MS, in_a_process

import zmq
from zmq.utils.monitor import recv_monitor_message


@in_a_process
def test_monitor_without_a_reader_blocks_no_socket() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as sock:
        sock.monitor("inproc://nobody", zmq.EVENT_ALL)
        sock.bind("tcp://127.0.0.1:*")
        sock.monitor("inproc://another", zmq.EVENT_ALL)
        sock.monitor(None, 0)


@in_a_process
def test_unread_monitor_blocks_no_socket() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as sock:
        monitor = sock.get_monitor_socket()
        monitor.set_hwm(1)
        for _ in range(3000):
            sock.bind("tcp://127.0.0.1:*")
            sock.unbind(sock.last_endpoint.decode())
        sock.disable_monitor()


@in_a_process
def test_events_are_whole_with_a_late_reader() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.PULL) as sock,
        context.socket(zmq.PAIR) as monitor,
    ):
        monitor.rcvtimeo = MS
        sock.monitor("inproc://late", zmq.EVENT_LISTENING)
        sock.bind("tcp://127.0.0.1:*")  # libzmq drops this event, as the monitor has no reader yet
        monitor.connect("inproc://late")
        sock.bind("tcp://127.0.0.1:*")
        event = recv_monitor_message(monitor)
        assert event["event"] == zmq.EVENT_LISTENING
        assert event["endpoint"] == sock.last_endpoint


@in_a_process
def test_new_reader_of_a_publishing_monitor() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as sock:
        sock.monitor("inproc://all", zmq.EVENT_LISTENING, socket_type=zmq.PUB)
        readers: list[zmq.Socket[bytes]] = []
        for _ in range(20):
            reader = context.socket(zmq.SUB)
            reader.rcvtimeo = MS
            reader.subscribe(b"")
            reader.connect("inproc://all")
            readers.append(reader)
            sock.bind("tcp://127.0.0.1:*")
            for each in readers:
                assert recv_monitor_message(each)["endpoint"] == sock.last_endpoint
        for reader in readers:
            reader.close()
