"""Patches of endpoints: their syntax, and their names in monitor events."""

from __future__ import annotations

import errno

import pytest
import wire
from needs import needs_localhost
from wire import MS, accept, tcp_listener

import zmq
from zmq.utils.monitor import recv_monitor_message


# ---------------------------------------------------------------- ports
@pytest.mark.parametrize("port", ["80x", " 80", "80 ", "+80", "0x50", "80/", "", "1e3", "65536"])
@pytest.mark.parametrize("transport", ["tcp", "udp", "ws"])
def test_only_digits_are_a_port(context, transport, port) -> None:
    binder = context.socket(zmq.DGRAM if transport == "udp" else zmq.PULL)
    connecter = context.socket(zmq.RADIO if transport == "udp" else zmq.PUSH)
    if transport == "ws" and port == "80/":
        pytest.skip("over ws a path may follow the port")
    for call in (binder.bind, connecter.connect):
        with pytest.raises(zmq.ZMQError, match="a port from 1 to 65535") as caught:
            call(f"{transport}://127.0.0.1:{port}")
        assert caught.value.errno == errno.EINVAL


def test_only_digits_are_the_source_port(context) -> None:
    push = context.socket(zmq.PUSH)
    with pytest.raises(zmq.ZMQError, match="a port from 1 to 65535"):
        push.connect("tcp://127.0.0.1:80x;127.0.0.1:80")


def test_only_digits_are_a_zone(context) -> None:
    pull = context.socket(zmq.PULL)
    pull.ipv6 = 1
    with pytest.raises(zmq.ZMQError):
        pull.bind("tcp://[::1%1x]:*")


# ---------------------------------------------------------------- names
@needs_localhost
def test_udp_binds_to_a_host_name(context) -> None:
    probe, port = wire.udp_socket()
    probe.close()
    dish, radio = context.socket(zmq.DISH), context.socket(zmq.RADIO)
    dish.rcvtimeo = MS
    dish.join("g")
    dish.bind(f"udp://localhost:{port}")
    radio.connect(f"udp://127.0.0.1:{port}")
    radio.send(b"message", group="g")
    assert dish.recv() == b"message"


# ---------------------------------------------------------------- monitors
@needs_localhost
def test_monitor_names_a_connection_always_alike(context) -> None:
    listener, port = tcp_listener()
    push = context.socket(zmq.PUSH)
    push.reconnect_ivl = 5
    monitor = push.get_monitor_socket()
    monitor.rcvtimeo = MS
    address = f"tcp://localhost:{port}"
    with listener:
        push.connect(address)
        for _ in range(2):
            accept(listener).close()
    retries, endpoints = 0, set()
    while retries < 4:  # the later retries find no listener
        event = recv_monitor_message(monitor)
        retries += event["event"] == zmq.EVENT_CONNECT_RETRIED
        endpoints.add(event["endpoint"])
    assert endpoints == {address.encode()}
    push.disable_monitor()
    monitor.close()


@pytest.mark.parametrize("host", [pytest.param("localhost", marks=needs_localhost), "127.0.0.1"])
def test_refused_connection_ends_by_its_name(context, until, host) -> None:
    listener, port = tcp_listener()
    listener.close()
    push = context.socket(zmq.PUSH)
    push.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
    push.connect(f"tcp://{host}:{port}")
    until(lambda: not push.poll(0, zmq.POLLOUT))


def test_connection_through_proxy_has_its_name(context) -> None:
    listener, port = tcp_listener()
    push = context.socket(zmq.PUSH)
    push.reconnect_ivl = 5
    push.socks_proxy = b"127.0.0.1:%d" % port
    monitor = push.get_monitor_socket()
    monitor.rcvtimeo = MS
    with listener:
        push.connect("tcp://example.invalid:5555")
        accept(listener).close()
    events = [recv_monitor_message(monitor) for _ in range(3)]
    assert {event["endpoint"] for event in events} == {b"tcp://example.invalid:5555"}
    push.disable_monitor()
    monitor.close()


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_unread_monitor_leaves_the_error_of_bind(context, transport) -> None:
    sock = context.socket(zmq.PULL)
    sock.monitor("inproc://nobody-reads-this", zmq.EVENT_ALL)
    with pytest.raises(zmq.ZMQError) as caught:
        sock.bind(f"{transport}://203.0.113.7:5555")
    assert caught.value.errno == errno.EADDRNOTAVAIL
