"""Patches for connections that end, reconnect, or fail to connect."""

from __future__ import annotations

import contextlib
import ctypes
import select
import time
from collections.abc import Callable

import pytest
import wire
from wire import (
    MS,
    accept,
    bound,
    frame,
    greeting,
    in_a_process,
    read_frame,
    shake_hands,
    tcp_listener,
)

import zmq
from zmq.utils.monitor import recv_monitor_message

MANY = 20_000


def tries_to_send(sock: zmq.Socket, parts: list[bytes]) -> bool:
    """Return whether the peer is connected."""
    try:
        sock.send_multipart(parts, zmq.DONTWAIT)
    except zmq.ZMQError as error:
        assert error.errno == zmq.EHOSTUNREACH
        return False
    return True


def bind_once_free(sock: zmq.Socket, address: str) -> None:
    """Bind to an address that a just closed socket may still use."""
    deadline = time.monotonic() + wire.PATIENCE
    while True:
        try:
            sock.bind(address)
        except zmq.ZMQError as error:
            if error.errno != zmq.EADDRINUSE or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def wait_for_event(monitor: zmq.Socket, event: int) -> bytes:
    """The endpoint of the next event of that kind."""
    monitor.rcvtimeo = MS
    while (message := recv_monitor_message(monitor))["event"] != event:
        pass
    return message["endpoint"]


# ---------------------------------------------------------------- when to stop
def test_uncleared_memory_stops_no_ipc_connection(run_python, endpoint) -> None:
    program = """
        import sys, zmq
        with zmq.Context() as context, context.socket(zmq.PULL) as pull:
            with context.socket(zmq.PUSH) as push:
                push.reconnect_stop = zmq.RECONNECT_STOP_AFTER_DISCONNECT
                push.reconnect_ivl = 5
                monitor = push.get_monitor_socket(zmq.EVENT_CLOSED)
                push.linger = monitor.linger = pull.linger = 0
                pull.rcvtimeo = monitor.rcvtimeo = 10_000
                push.connect(sys.argv[1])
                monitor.recv_multipart()  # nobody is there
                pull.bind(sys.argv[1])
                push.send(b"message")
                assert pull.recv() == b"message"
                push.disable_monitor()
                monitor.close()
    """
    # This makes glibc fill allocated memory with a byte that is not 0. With other C libraries the
    # test proves nothing.
    run_python(program, endpoint("ipc"), env={"MALLOC_PERTURB_": "85"})


def test_disconnect_stops_no_other_ipc_connection(context, endpoint) -> None:
    one, other = endpoint("ipc"), endpoint("ipc")
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.reconnect_stop = zmq.RECONNECT_STOP_AFTER_DISCONNECT
    push.reconnect_ivl = 5
    push.connect(one)
    push.disconnect(one)
    monitor = push.get_monitor_socket(zmq.EVENT_CLOSED)
    push.connect(other)
    while wait_for_event(monitor, zmq.EVENT_CLOSED) != other.encode():
        pass  # skip the event for the end of the first connection
    pull.bind(other)
    push.send(b"message")
    assert pull.recv() == b"message"
    push.disable_monitor()
    monitor.close()


@in_a_process
def test_stopping_after_disconnect_ends_lingering() -> None:
    context = zmq.Context()
    push = context.socket(zmq.PUSH)
    push.linger = -1
    push.reconnect_ivl = 5
    push.reconnect_stop = zmq.RECONNECT_STOP_AFTER_DISCONNECT
    push.connect("ipc://@nobody-binds-this-name")
    push.send(b"nobody will get this")
    push.disconnect("ipc://@nobody-binds-this-name")
    push.close()
    context.term()


@in_a_process
def test_connection_never_made_again_ends_lingering() -> None:
    listener, port = tcp_listener()
    context = zmq.Context()
    push = context.socket(zmq.PUSH)
    push.linger = -1
    push.reconnect_ivl = -1
    push.connect(f"tcp://127.0.0.1:{port}")
    push.send(b"nobody will get this")
    push.close()
    with listener:
        accept(listener).close()
    context.term()


@in_a_process
def test_refused_connection_ends_lingering() -> None:
    listener, port = tcp_listener()
    listener.close()
    for _ in range(30):
        context = zmq.Context()
        push = context.socket(zmq.PUSH)
        push.linger = -1
        push.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
        push.connect(f"tcp://127.0.0.1:{port}")
        # After the refusal there is no peer, and a waiting send would not end.
        with contextlib.suppress(zmq.Again):
            push.send(b"nobody will get this", zmq.DONTWAIT)
        push.close()
        context.term()


@pytest.mark.parametrize("kind", [zmq.DEALER, zmq.REQ, zmq.SUB, zmq.PUB, zmq.PUSH])
def test_stopped_connection_is_made_again(context, until, kind) -> None:
    listener, port = tcp_listener()
    listener.close()
    address = f"tcp://127.0.0.1:{port}"
    socket = context.socket(kind)
    socket.linger = 0
    socket.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
    socket.connect(address)
    until(lambda: socket.poll(0) >= 0 and socket.peers()[0].state == zmq.PeerState.STOPPED)
    peer = {zmq.DEALER: zmq.ROUTER, zmq.REQ: zmq.REP, zmq.SUB: zmq.PUB, zmq.PUB: zmq.SUB}
    with context.socket(peer.get(kind, zmq.PULL)) as server:
        server.bind(address)
        socket.connect(address)
        until(lambda: socket.stats().connections == 1)


@pytest.mark.parametrize("kind", [zmq.DEALER, zmq.REQ, zmq.PUSH, zmq.PAIR, zmq.CLIENT])
def test_stopped_connection_takes_no_message(context, until, kind) -> None:
    listener, port = tcp_listener()
    listener.close()
    with context.socket(kind) as sock, bound(context, zmq.PULL) as pull:
        sock.linger = 0
        sock.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
        sock.connect(f"tcp://127.0.0.1:{port}")
        until(lambda: sock.peers()[0].state == zmq.PeerState.STOPPED)
        # The I/O thread passes this message on after it has told the socket of the stop.
        with context.socket(zmq.PUSH) as push:
            push.connect(pull.last_endpoint)
            push.send(b"")
            assert pull.poll(MS)
        with pytest.raises(zmq.Again, match=f"no peer yet .*:{port} failed: Connection refused"):
            sock.send(b"nobody reads this", zmq.DONTWAIT)
        assert sock.stats().messages_sent == 0


@in_a_process
def test_disconnect_of_a_connection_that_ended_itself() -> None:
    with contextlib.suppress(AttributeError):
        # glibc overwrites freed memory, so that using it fails each time.
        ctypes.CDLL(None).mallopt(-6, 85)
    listener, port = tcp_listener()
    other, other_port = tcp_listener()
    with listener, other, zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        dealer.plain_username = dealer.plain_password = b"x"
        dealer.connect(f"tcp://127.0.0.1:{port}")
        monitor = dealer.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
        with accept(listener) as raw:
            raw.sendall(greeting(mechanism=b"PLAIN", as_server=True))
            wire.receive(raw, 64)
            assert read_frame(raw)[1].startswith(b"\x05HELLO")
            raw.sendall(frame(b"\x05ERROR\x03400", command=True))
            wire.assert_closed_by_peer(raw)
        deadline = time.monotonic() + wire.PATIENCE
        for _ in range(3):
            # When the only I/O thread makes a connection, it has finished its earlier work.
            assert not dealer.poll(0)
            dealer.connect(f"tcp://127.0.0.1:{other_port}")
            accept(other).close()
            assert time.monotonic() < deadline
        dealer.disconnect(f"tcp://127.0.0.1:{port}")
        dealer.disable_monitor()
        monitor.close()


# ---------------------------------------------------------------- a socket that connects to itself
def test_tcp_socket_does_not_connect_to_itself(context) -> None:
    probe, port = tcp_listener()
    probe.close()
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_ivl = 5
    monitor = dealer.get_monitor_socket(
        zmq.EVENT_CONNECT_RETRIED | zmq.EVENT_CONNECTED | zmq.EVENT_HANDSHAKE_SUCCEEDED
    )
    monitor.rcvtimeo = MS
    # The source port equals the target port. The system may also choose it so, by chance.
    dealer.connect(f"tcp://127.0.0.1:{port};127.0.0.1:{port}")
    events = [recv_monitor_message(monitor)["event"] for _ in range(2)]
    assert events == [zmq.EVENT_CONNECT_RETRIED] * 2
    dealer.disable_monitor()
    monitor.close()


# ---------------------------------------------------------------- subscriptions
def received_subscriptions(xpub: zmq.Socket, expected: int) -> set[bytes]:
    xpub.rcvtimeo = MS
    return {xpub.recv() for _ in range(expected)}


@pytest.mark.parametrize("transport", ["tcp", "ipc", "inproc", "ws"])
def test_second_publisher_gets_all_subscriptions(context, endpoint, transport) -> None:
    sub = context.socket(zmq.SUB)
    topics = {b"%d" % number for number in range(MANY)}
    for topic in topics:
        sub.subscribe(topic)
    xpub = context.socket(zmq.XPUB)
    xpub.bind(endpoint(transport))
    sub.connect(xpub.last_endpoint.decode())
    assert received_subscriptions(xpub, MANY) == {b"\1" + topic for topic in topics}


def test_restarted_publisher_gets_all_subscriptions(context) -> None:
    sub = context.socket(zmq.SUB)
    sub.reconnect_ivl = 5
    topics = {b"%d" % number for number in range(MANY)}
    address = "tcp://127.0.0.1:*"
    for run in range(2):
        xpub = context.socket(zmq.XPUB)
        bind_once_free(xpub, address)
        if run == 0:
            address = xpub.last_endpoint.decode()
            sub.connect(address)
            for topic in topics:
                sub.subscribe(topic)
        deadline = time.monotonic() + wire.PATIENCE
        while not xpub.poll(10) and time.monotonic() < deadline:
            sub.poll(0)  # a socket notices a new connection when it is used
        assert received_subscriptions(xpub, MANY) == {b"\1" + topic for topic in topics}
        xpub.unbind(address)
        xpub.close()


def test_late_publisher_gets_all_changes(context, until) -> None:
    probe, port = tcp_listener()
    probe.close()
    sub = context.socket(zmq.SUB)
    sub.reconnect_ivl = 5
    sub.connect(f"tcp://127.0.0.1:{port}")
    for number in range(MANY):
        sub.subscribe(b"%d" % number)
    for number in range(MANY - 1):
        sub.unsubscribe(b"%d" % number)
    xpub = context.socket(zmq.XPUB)
    xpub.rcvhwm = 0  # unsubscriptions beyond a high-water mark would be lost
    xpub.bind(f"tcp://127.0.0.1:{port}")
    changes = [xpub.recv() for _ in range(2 * MANY - 1)]
    assert changes[MANY - 1] == b"\1%d" % (MANY - 1)
    assert changes[-1] == b"\0%d" % (MANY - 2)
    pub_sends = b"%d" % (MANY - 1)
    sub.rcvtimeo = MS
    xpub.send(pub_sends)
    assert sub.recv() == pub_sends


def test_radio_gets_every_group(context) -> None:
    listener, port = tcp_listener()
    dish = context.socket(zmq.DISH)
    dish.sndhwm = 10
    groups = {b"%d" % number for number in range(100)}
    for group in groups:
        dish.join(group.decode())
    dish.connect(f"tcp://127.0.0.1:{port}")
    for number in range(100, 200):
        dish.join(str(number))
        groups.add(b"%d" % number)
    with listener, accept(listener) as raw:
        shake_hands(raw, b"RADIO")
        assert {read_frame(raw)[1] for _ in groups} == {b"\4JOIN" + group for group in groups}


def test_xsub_message_passes_after_a_reconnection(context, until) -> None:
    xsub = context.socket(zmq.XSUB)
    xsub.sndhwm = 2
    xsub.reconnect_ivl = 5
    listener, port = tcp_listener()
    with listener:
        xsub.connect(f"tcp://127.0.0.1:{port}")
        for _ in range(5):  # until the pipe is full
            xsub.send(b"message")
        accept(listener).close()
        with accept(listener) as raw:
            shake_hands(raw, b"XPUB")
            raw.sendall(wire.frame(b"x"))
            xsub.rcvtimeo = MS
            assert xsub.recv() == b"x"
            xsub.send(b"another")
            assert read_frame(raw)[1] == b"another"


# ---------------------------------------------------------------- routing ids
@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_routing_id_of_immediate_connection_is_kept(
    context, endpoint, until: Callable[..., object], transport
) -> None:
    router = context.socket(zmq.ROUTER)
    router.router_mandatory = 1
    router.reconnect_ivl = 5
    router.immediate = 1
    router.connect_routing_id = b"chosen"
    address = endpoint(transport)
    for run in range(3):  # each new peer at the address gets the same routing id
        dealer = context.socket(zmq.DEALER)
        dealer.routing_id = b"dealer%d" % run
        bind_once_free(dealer, address)
        if run == 0:
            address = dealer.last_endpoint.decode()
            router.connect(address)
        until(lambda: tries_to_send(router, [b"chosen", b"request"]))
        assert dealer.recv() == b"request"
        dealer.send(b"reply")
        assert router.recv_multipart() == [b"chosen", b"reply"]
        dealer.unbind(address)
        dealer.close()
        until(lambda: not tries_to_send(router, [b"chosen", b"nobody is there"]))


def test_immediate_connection_takes_its_id_only(context, until) -> None:
    router = context.socket(zmq.ROUTER)
    router.router_mandatory = 1
    router.immediate = 1
    dealers = {}
    for name in (b"one", b"other"):
        dealers[name] = context.socket(zmq.DEALER)
        dealers[name].bind("tcp://127.0.0.1:*")
        router.connect_routing_id = name
        router.connect(dealers[name].last_endpoint.decode())
    for name, dealer in dealers.items():
        until(lambda name=name: tries_to_send(router, [name, name]))
        assert dealer.recv() == name


def test_stream_keeps_id_of_immediate_connection(context, until) -> None:
    listener, port = tcp_listener()
    stream = context.socket(zmq.STREAM)
    stream.immediate = 1
    stream.connect_routing_id = b"chosen"
    with listener:
        stream.connect(f"tcp://127.0.0.1:{port}")
        with accept(listener) as raw:
            until(lambda: tries_to_send(stream, [b"chosen", b"bytes"]))
            assert wire.receive(raw, 5) == b"bytes"


@pytest.mark.parametrize("names", [(b"first", b"second"), (b"first", b""), (b"", b"second")])
def test_router_notices_another_peer(context, until, names) -> None:
    router = context.socket(zmq.ROUTER)
    router.router_mandatory = 1
    router.reconnect_ivl = 5
    address = "tcp://127.0.0.1:*"
    seen = []
    for run, name in enumerate(names):
        dealer = context.socket(zmq.DEALER)
        if name:
            dealer.routing_id = name
        bind_once_free(dealer, address)
        if run == 0:
            address = dealer.last_endpoint.decode()
            router.connect(address)
        dealer.send(b"hello")
        label, body = router.recv_multipart()
        assert body == b"hello"
        assert label == name if name else label not in names
        seen.append(label)
        router.send_multipart([label, b"reply"])
        assert dealer.recv() == b"reply"
        dealer.unbind(address)
        dealer.close()
    assert not tries_to_send(router, [seen[0], b"the one that has gone"])


def test_router_that_only_sends_notices_another_peer(context, until) -> None:
    router = context.socket(zmq.ROUTER)
    router.router_mandatory = 1
    router.reconnect_ivl = 5
    address = "tcp://127.0.0.1:*"
    for run, name in enumerate((b"first", b"second", b"third")):
        dealer = context.socket(zmq.DEALER)
        dealer.routing_id = name
        bind_once_free(dealer, address)
        if run == 0:
            address = dealer.last_endpoint.decode()
            router.connect(address)
        until(lambda name=name: tries_to_send(router, [name, b"message"]))
        assert dealer.recv() == b"message"
        dealer.unbind(address)
        dealer.close()


def test_another_peer_takes_no_id_in_use(context, until) -> None:
    router = context.socket(zmq.ROUTER)
    router.reconnect_ivl = 5
    router.bind("tcp://127.0.0.1:*")
    holder = context.socket(zmq.DEALER)
    holder.routing_id = b"taken"
    holder.connect(router.last_endpoint.decode())
    holder.send(b"hello")
    assert router.recv_multipart() == [b"taken", b"hello"]

    address = "tcp://127.0.0.1:*"
    for run, name in enumerate((b"first", b"taken")):
        dealer = context.socket(zmq.DEALER)
        dealer.routing_id = name
        bind_once_free(dealer, address)
        if run == 0:
            address = dealer.last_endpoint.decode()
            router.connect(address)
        dealer.send(b"hello")
        label = router.recv_multipart()[0]
        assert label == name if run == 0 else label not in (b"first", b"taken")
        dealer.unbind(address)
        dealer.close()
    router.send_multipart([b"taken", b"reply"])
    assert holder.recv() == b"reply"


@pytest.mark.parametrize("handover", [0, 1])
def test_peer_is_served_that_came_back_unread(context, handover) -> None:
    router = context.socket(zmq.ROUTER)
    router.router_handover = handover
    monitor = router.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    router.bind("tcp://127.0.0.1:*")
    address = router.last_endpoint.decode()
    for run in (b"1", b"2", b"3"):
        dealer = context.socket(zmq.DEALER)
        dealer.routing_id = b"name"
        dealer.linger = MS
        dealer.connect(address)
        dealer.send(run)
        if run != b"3":
            dealer.close()
            wait_for_event(monitor, zmq.EVENT_DISCONNECTED)
    assert {tuple(router.recv_multipart()) for _ in range(3)} == {
        (b"name", b"1"),
        (b"name", b"2"),
        (b"name", b"3"),
    }
    router.send_multipart([b"name", b"reply"])
    assert dealer.recv() == b"reply"
    dealer.linger = 0
    router.disable_monitor()
    monitor.close()


def test_rep_serves_peer_that_came_back_unread(context) -> None:
    rep = context.socket(zmq.REP)
    monitor = rep.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    rep.bind("tcp://127.0.0.1:*")
    gone = wire.tcp_connect(rep.last_endpoint)
    with gone:
        shake_hands(gone, b"REQ", Identity=b"name")
        gone.sendall(wire.frame(more=True) + wire.frame(b"first"))
        wire.wait_until_seen(gone)
    wait_for_event(monitor, zmq.EVENT_DISCONNECTED)
    with wire.tcp_connect(rep.last_endpoint) as raw:
        shake_hands(raw, b"REQ", Identity=b"name")
        raw.sendall(wire.frame(more=True) + wire.frame(b"second"))
        assert rep.recv() == b"first"
        rep.send(b"for the connection that has gone")
        assert rep.recv() == b"second"
        rep.send(b"reply")
        assert [read_frame(raw)[1] for _ in range(2)] == [b"", b"reply"]
    rep.disable_monitor()
    monitor.close()


# ---------------------------------------------------------------- the descriptor
@pytest.mark.parametrize("transport", ["ipc", "tcp"])
def test_descriptor_becomes_readable_for_a_new_endpoint(context, endpoint, transport) -> None:
    # Otherwise, a program that waits for a readable descriptor would miss the first message.
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    pull.bind(endpoint(transport))
    push.connect(pull.last_endpoint)
    for sock in (pull, push):
        assert select.select([sock.get(zmq.FD)], [], [], wire.PATIENCE)[0]
