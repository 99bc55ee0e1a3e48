"""Patch of monitors: unread events."""

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
        sock.bind("tcp://127.0.0.1:*")  # dropped: no peer
        monitor.connect("inproc://late")
        sock.bind("tcp://127.0.0.1:*")
        event = recv_monitor_message(monitor)
        assert event["event"] == zmq.EVENT_LISTENING
        assert event["endpoint"] == sock.last_endpoint
