"""Socket.peers(), refused connections, and Context.sockets()."""

from __future__ import annotations

import contextlib
import errno
import json
import re
import socket as system_socket
import sys
import tracemalloc
from datetime import datetime, timedelta, timezone

import pytest

import zmq
from zmq.auth.thread import ThreadAuthenticator

ANY = "tcp://127.0.0.1:*"
CONNECTED = zmq.PeerState.CONNECTED


def look(socket):
    """Let a socket notice that its connections have changed."""
    return socket.getsockopt(zmq.EVENTS)


def states(socket):
    """Return the states of the socket's peers."""
    return [peer.state.name for peer in socket.peers()]


def reasons(socket):
    """Return the reasons for which the socket has refused connections, with the counts."""
    return {name: n for name, n in socket.stats().as_dict()["refused"].items() if n}


# ------------------------------------------------------------------ peers


@pytest.mark.parametrize("transport", ["tcp", "ipc", "ws"])
def test_both_sides_of_a_connection(context, endpoint, until, transport):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.bind(endpoint(transport))
    dealer.routing_id = b"its name"
    address = router.last_endpoint.decode()
    dealer.connect(address)
    dealer.send(b"hello")
    router.recv_multipart()
    [accepted], [connected] = router.peers(), dealer.peers()

    assert accepted.state == connected.state == CONNECTED
    assert (accepted.connects, connected.connects) == (False, True)
    assert connected.endpoint == address
    assert accepted.routing_id == b"its name"
    assert accepted.metadata["Identity"] == b"its name"
    assert accepted.socket_type == zmq.DEALER
    assert connected.socket_type == zmq.ROUTER
    assert accepted.mechanism == connected.mechanism == zmq.SecurityMechanism.NULL
    assert accepted.connections_made == connected.connections_made == 1
    assert accepted.last_error == connected.last_error == ""
    assert accepted.retry_in is None
    assert (accepted.messages_in, connected.messages_out) == (1, 1)
    assert (accepted.bytes_in, connected.bytes_out) == (5, 5)
    now = datetime.now(timezone.utc)
    for peer in (accepted, connected):
        assert now - timedelta(minutes=5) < peer.connected_at <= now
        json.dumps(peer.as_dict())
    if transport != "ipc":
        assert accepted.address == "127.0.0.1"
        assert accepted.metadata["Peer-Address"] == b"127.0.0.1"


def test_both_sides_over_inproc(socket_pair):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    client.send(b"hello")
    _, routing_id = server.recv_routed()
    [accepted], [connected] = server.peers(), client.peers()
    assert accepted.routing_id == routing_id
    assert (accepted.socket_type, connected.socket_type) == (zmq.CLIENT, zmq.SERVER)
    assert accepted.endpoint == connected.endpoint
    assert (accepted.connects, connected.connects) == (False, True)
    assert accepted.state == connected.state == CONNECTED


def test_absent_peer_is_listed(context, until):
    with system_socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_ivl = 60_000
    dealer.connect(f"tcp://127.0.0.1:{port}")
    dealer.send(b"x")
    until(lambda: dealer.peers()[0].state == zmq.PeerState.WAITING)
    [peer] = dealer.peers()
    assert peer.endpoint == f"tcp://127.0.0.1:{port}"
    assert peer.last_error == "Connection refused"
    assert peer.last_error_number == errno.ECONNREFUSED
    assert 0 < peer.retry_in <= 120
    assert (peer.connected_at, peer.connections_made, peer.queued_out) == (None, 0, 1)
    assert dealer.stats().connection_retries == 1


def test_absent_peer_with_immediate(context, until):
    dealer = context.socket(zmq.DEALER)
    dealer.immediate = 1
    dealer.reconnect_ivl = 60_000
    dealer.connect("tcp://127.0.0.1:1")
    until(lambda: dealer.peers()[0].state == zmq.PeerState.WAITING)
    assert dealer.peers()[0].last_error == "Connection refused"


def test_name_that_does_not_resolve(context, until):
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_ivl = 60_000
    dealer.connect("tcp://no-such-host.invalid:5555")
    until(lambda: dealer.peers()[0].state == zmq.PeerState.WAITING)
    assert dealer.peers()[0].last_error


def test_connect_before_bind(context, endpoint):
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    address = endpoint("inproc")
    one.connect(address)
    assert [peer.state for peer in one.peers()] == [zmq.PeerState.CONNECTING]
    other.bind(address)
    assert [peer.state for peer in one.peers()] == [CONNECTED]


def test_counters_go_on_when_a_peer_comes_back(context, until):
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    pull.bind(ANY)
    address = pull.last_endpoint.decode()
    push.reconnect_ivl = 1
    push.connect(address)
    push.send(b"one")
    pull.recv()
    first = push.peers()[0]
    pull.unbind(address)
    until(lambda: look(pull) is not None and push.peers()[0].state != CONNECTED)
    pull.bind(address)
    push.send(b"two")
    pull.recv()
    [peer] = push.peers()
    assert (peer.id, peer.messages_out, peer.connections_made) == (first.id, 2, 2)
    assert peer.last_error


def test_disconnected_accepted_peer_is_not_listed(context, until):
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    pull.bind(ANY)
    push.connect(pull.last_endpoint.decode())
    push.send(b"one")
    push.send(b"two")
    until(lambda: look(pull) is not None and pull.stats().queued_in == 2)
    push.close()
    until(lambda: pull.stats().connections == 0)
    # The messages of the peer are still in the queue.
    [peer] = pull.peers()
    assert (peer.state, peer.queued_in) == (zmq.PeerState.CLOSING, 2)
    assert [pull.recv(), pull.recv()] == [b"one", b"two"]
    until(lambda: look(pull) is not None and not pull.peers())
    assert pull.stats().messages_received == 2
    assert pull.stats().connections_lost == 1


@pytest.mark.parametrize("transport", ["inproc", "ipc", "tcp", "ws"])
def test_queue_of_a_new_peer_is_seen(context, endpoint, until, transport):
    pull = context.socket(zmq.PULL)
    pull.bind(endpoint(transport))
    address = pull.last_endpoint.decode()
    pushes = [context.socket(zmq.PUSH) for _ in range(3)]
    for number, push in enumerate(pushes, 1):
        push.connect(address)
        for _ in range(number):
            push.send(b"four")
    # The PULL has processed no commands since then, but the queues are counted.
    until(lambda: pull.stats().queued_in == 6)
    assert pull.stats().queued_bytes_in == 24
    assert [(peer.queued_in, peer.state) for peer in pull.peers()] == [
        (number, CONNECTED) for number in sorted(peer.queued_in for peer in pull.peers())
    ]
    assert sorted(peer.queued_in for peer in pull.peers()) == [1, 2, 3]
    assert pull.stats().messages_received == pull.stats().messages_in == 0
    for _ in range(6):
        assert pull.recv() == b"four"
    stats = pull.stats()
    assert (stats.queued_in, stats.messages_received, stats.connections) == (0, 6, 3)


@pytest.mark.parametrize("transport", ["ipc", "tcp", "ws"])
def test_idle_socket_lists_no_ended_peers(context, endpoint, until, transport):
    pull = context.socket(zmq.PULL)
    pull.bind(endpoint(transport))
    for number in range(1, 6):
        with context.socket(zmq.PUSH) as push:
            push.connect(pull.last_endpoint.decode())
            until(lambda: push.stats().connections == 1)
        until(lambda n=number: pull.stats().connections_lost == n)
    # The PULL has processed no commands, and no message of these peers is left.
    until(lambda: not pull.peers())
    with context.socket(zmq.PUSH) as push:
        push.connect(pull.last_endpoint.decode())
        push.send(b"left")
        until(lambda: pull.stats().queued_in == 1)
    until(lambda: pull.stats().connections_lost == 6)
    [peer] = pull.peers()
    assert (peer.state, peer.queued_in) == (zmq.PeerState.CLOSING, 1)
    assert pull.recv() == b"left"
    assert pull.peers() == []


def test_connection_that_is_given_up_is_listed(context, until):
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_ivl = 60_000
    dealer.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
    address = "tcp://127.0.0.1:1"
    for _ in range(3):
        dealer.connect(address)
        until(lambda: look(dealer) is not None and states(dealer) == ["STOPPED"])
        until(lambda: dealer.peers()[0].last_error)
    [peer] = dealer.peers()
    assert (peer.endpoint, peer.last_error, peer.retry_in) == (address, "Connection refused", None)
    with contextlib.suppress(zmq.ZMQError):  # the socket is already disconnected
        dealer.disconnect(address)
    until(lambda: look(dealer) is not None and dealer.peers() == [])


def test_connection_without_another_try_is_listed(context, until):
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_ivl = -1
    dealer.connect("tcp://127.0.0.1:1")
    until(lambda: states(dealer) == ["STOPPED"])
    assert dealer.peers()[0].last_error == "Connection refused"
    dealer.disconnect("tcp://127.0.0.1:1")
    until(lambda: look(dealer) is not None and dealer.peers() == [])


@pytest.mark.parametrize("proxy", [None, b"no-such-host.invalid:1080"], ids=["direct", "socks"])
def test_unknown_host_is_named(context, until, proxy):
    dealer = context.socket(zmq.DEALER)
    if proxy is not None:
        dealer.socks_proxy = proxy
    dealer.connect("tcp://no-such-host.invalid:5555")
    until(lambda: dealer.peers()[0].last_error == "unknown host")
    assert dealer.peers()[0].last_error_number == errno.ENOENT


@pytest.mark.skipif(
    sys.platform != "linux", reason="needs many loopback addresses, which only Linux has"
)
def test_only_the_newest_given_up_are_listed(context, until):
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
    addresses = [f"tcp://127.0.1.{number}:1" for number in range(1, 101)]
    for address in addresses:
        dealer.connect(address)
        until(lambda: look(dealer) is not None and "CONNECTING" not in states(dealer))
    until(lambda: look(dealer) is not None and len(dealer.peers()) == 64)
    assert [peer.endpoint for peer in dealer.peers()][-60:] == addresses[-60:]


def test_peers_over_udp(context):
    radio = context.socket(zmq.RADIO)
    radio.connect("udp://127.0.0.1:5")
    radio.send(b"x", group="g")
    [peer] = radio.peers()
    assert (peer.endpoint, peer.connects, peer.messages_out) == ("udp://127.0.0.1:5", True, 1)


def test_users_are_named(context, until):
    with ThreadAuthenticator(context) as authenticator:
        authenticator.configure_plain(domain="*", passwords={"alice": "secret"})
        server, client = context.socket(zmq.PULL), context.socket(zmq.PUSH)
        server.plain_server = 1
        server.bind(ANY)
        client.plain_username, client.plain_password = b"alice", b"secret"
        client.connect(server.last_endpoint.decode())
        client.send(b"x")
        server.recv()
        [peer] = server.peers()
        assert (peer.user_id, peer.mechanism) == ("alice", zmq.SecurityMechanism.PLAIN)


# ------------------------------------------------------------------ refusals


def connected(context, server_type, client_type, prepare=lambda server, client: None):
    """A server, and a client that tries to connect once."""
    server, client = context.socket(server_type), context.socket(client_type)
    client.reconnect_ivl = 60_000
    prepare(server, client)
    server.bind(ANY)
    client.connect(server.last_endpoint.decode())
    return server, client


def test_types_that_do_not_go_together(context, until):
    server, client = connected(context, zmq.PUSH, zmq.PUSH)
    until(lambda: reasons(server) == {"socket_type": 1})
    until(lambda: client.stats().refused.total == 1)
    assert server.stats().connections_made == 0


def test_mechanisms_that_differ(context, until):
    def prepare(server, client):
        server.curve_server = 1
        server.curve_secretkey = zmq.curve_keypair()[1]

    server, client = connected(context, zmq.PULL, zmq.PUSH, prepare)
    until(lambda: reasons(server) == {"mechanism": 1})
    until(lambda: client.stats().refused.total == 1)
    [peer] = client.peers()
    assert peer.state in (zmq.PeerState.WAITING, zmq.PeerState.CONNECTING)
    assert peer.last_error


def test_wrong_server_key(context, until):
    def prepare(server, client):
        server.curve_server = 1
        server.curve_secretkey = zmq.curve_keypair()[1]
        client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
        client.curve_serverkey = zmq.curve_keypair()[0]

    server, client = connected(context, zmq.PULL, zmq.PUSH, prepare)
    until(lambda: reasons(server) == {"authentication": 1})
    until(lambda: reasons(client) == {"closed": 1})


def test_user_that_zap_refuses(context, until):
    def prepare(server, client):
        server.plain_server = 1
        client.plain_username, client.plain_password = b"alice", b"wrong"

    with ThreadAuthenticator(context) as authenticator:
        authenticator.configure_plain(domain="*", passwords={"alice": "secret"})
        server, client = connected(context, zmq.PULL, zmq.PUSH, prepare)
        until(lambda: reasons(server) == {"authentication": 1})
        until(lambda: reasons(client) == {"authentication": 1})
        # The reason stays known after the connection has stopped, which the socket notices in its
        # next call.
        for _ in range(10):
            until(lambda: states(client) == ["STOPPED"])
            look(client)
        [peer] = client.peers()
        assert peer.last_error == "refused: the ZAP handler replied with status 400"
        assert (peer.last_error_number, peer.retry_in, peer.connected_at) == (400, None, None)
        client.disconnect(server.last_endpoint.decode())
        until(lambda: look(client) is not None and not client.peers())


@pytest.mark.parametrize("status", [b"300", b"500"])
def test_answer_of_zap_that_decides_nothing(context, in_thread, until, status):
    zap = context.socket(zmq.REP)
    zap.bind("inproc://zeromq.zap.01")

    def answer():
        version, request = zap.recv_multipart()[:2]
        zap.send_multipart([version, request, status, b"not now", b"", b""])

    def prepare(server, client):
        server.plain_server = 1
        client.plain_username, client.plain_password = b"alice", b"secret"

    answering = in_thread(answer)
    server, client = connected(context, zmq.PULL, zmq.PUSH, prepare)
    answering.value()
    if status == b"500":
        until(lambda: reasons(client) == {"authentication": 1})
        until(lambda: states(client) == ["STOPPED"])
        assert "refused" in client.peers()[0].last_error
        assert "500" in client.peers()[0].last_error
    else:
        # ZMTP cannot report this reason: the server just closes, and the client reconnects.
        until(lambda: reasons(client) == {"closed": 1})
        until(lambda: states(client) == ["WAITING"])
        [peer] = client.peers()
        assert 0 < peer.retry_in <= 120
        assert peer.last_error == "closed by the peer"
    until(lambda: reasons(server) == {"authentication": 1})
    zap.close()


def test_peer_that_speaks_something_else(context, until):
    server = context.socket(zmq.PULL)
    server.curve_server = 1
    server.curve_secretkey = zmq.curve_keypair()[1]
    server.bind(ANY)
    port = int(server.last_endpoint.rsplit(b":", 1)[1])
    with system_socket.create_connection(("127.0.0.1", port)) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        until(lambda: reasons(server) == {"protocol": 1})


@pytest.mark.parametrize("transport", ["tcp", "ws"])
@pytest.mark.parametrize("leaves", [True, False])
def test_clients_of_http_are_refused(context, endpoint, until, transport, leaves):
    server = context.socket(zmq.PULL)
    server.bind(endpoint(transport))
    port = int(server.last_endpoint.rsplit(b":", 1)[1].rstrip(b"/"))
    said = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: somebody\r\nAccept: */*\r\n\r\n",
        b"G",
    ]
    for number, request in enumerate(said, 1):
        with system_socket.create_connection(("127.0.0.1", port)) as stranger:
            stranger.sendall(request)
            if leaves or request == b"G":
                with contextlib.suppress(OSError):  # the connection may already be closed
                    stranger.shutdown(system_socket.SHUT_WR)
            until(lambda n=number: server.stats().refused.total == n)
    stats = server.stats()
    assert (stats.connections_made, stats.connections, stats.connections_lost) == (0, 0, 0)
    assert stats.refused.protocol + stats.refused.closed == 3
    until(lambda: look(server) is not None and not server.peers())


def test_old_peer_counts_with_its_routing_id(context, until):
    router = context.socket(zmq.ROUTER)
    router.bind(ANY)
    port = int(router.last_endpoint.rsplit(b":", 1)[1])
    with system_socket.create_connection(("127.0.0.1", port)) as old:
        old.sendall(b"\x06\x00o")  # the first bytes of a routing id in ZMTP 1.0
        until(lambda: router.peers())
        assert (states(router), router.stats().connections_made) == (["HANDSHAKE"], 0)
        old.sendall(b"ldie\x06\x00hello")
        assert router.recv_multipart() == [b"oldie", b"hello"]
        assert (states(router), router.stats().connections_made) == (["CONNECTED"], 1)
    until(lambda: router.stats().connections_lost == 1)


def test_peer_that_says_nothing(context, until):
    server = context.socket(zmq.PULL)
    server.handshake_ivl = 10
    server.bind(ANY)
    port = int(server.last_endpoint.rsplit(b":", 1)[1])
    with system_socket.create_connection(("127.0.0.1", port)):
        until(lambda: reasons(server) == {"timeout": 1})


def test_peer_that_leaves_in_the_handshake(context, until):
    server = context.socket(zmq.PULL)
    server.bind(ANY)
    port = int(server.last_endpoint.rsplit(b":", 1)[1])
    with system_socket.create_connection(("127.0.0.1", port)):
        until(lambda: server.peers())
        assert server.peers()[0].state == zmq.PeerState.HANDSHAKE
    until(lambda: reasons(server) == {"closed": 1})
    until(lambda: not server.peers())


def test_address_that_is_filtered(context, until):
    def prepare(server, client):
        server.setsockopt(zmq.TCP_ACCEPT_FILTER, b"192.0.2.1")

    server, _ = connected(context, zmq.PULL, zmq.PUSH, prepare)
    until(lambda: reasons(server) == {"address": 1})


# ------------------------------------------------------------------ Context.sockets


def test_sockets_of_a_context():
    with zmq.Context() as context, context.socket(zmq.PUSH) as push:
        line = test_sockets_of_a_context.__code__.co_firstlineno + 1
        shadow = zmq.Context.shadow(context)
        with shadow.socket(zmq.PULL) as pull:
            context.socket(zmq.PUB).close()
            found = context.sockets()
            assert [info.socket for info in found] == [push, pull]
            assert [info.type for info in found] == [zmq.PUSH, zmq.PULL]
            assert found[0].made_at.endswith(f"test_stats_peers.py:{line}")
            assert not found[0].in_use
            assert not found[0].is_monitor
            assert "test_stats_peers.py" in str(found[0])


def test_monitor_sockets_are_marked(context):
    push = context.socket(zmq.PUSH)
    push.get_monitor_socket()
    assert sorted(info.is_monitor for info in context.sockets()) == [False, True]
    push.disable_monitor()


def test_traceback_of_a_socket(context):
    tracemalloc.start(5)
    try:
        context.socket(zmq.PUSH)
        context.socket(zmq.PULL)
    finally:
        tracemalloc.stop()
    context.socket(zmq.PUB)
    traced, also, untraced = context.sockets()
    assert len(traced.traceback) == len(also.traceback) == 5
    assert any("test_stats_peers.py" in place for place in traced.traceback)
    assert traced.made_at == traced.traceback[0]
    assert untraced.traceback == (untraced.made_at,)


def test_warning_names_the_open_sockets():
    made = zmq.Context()
    kept = made.socket(zmq.PUSH)
    line = test_warning_names_the_open_sockets.__code__.co_firstlineno + 2
    with pytest.warns(
        ResourceWarning, match=rf"these sockets still open: .*PUSH.*test_stats_peers\.py:{line}\b"
    ):
        made.__del__()
    assert kept.closed  # a context that is collected closes its sockets
    made.term()


def test_waiting_term_names_the_open_sockets(run_python):
    done = run_python(
        """
        import threading
        import zmq
        import zmq.sugar.context

        zmq.sugar.context._PATIENCE_S = 0.01
        context = zmq.Context()
        push = context.socket(zmq.PUSH)
        told = threading.Event()

        import warnings
        warnings.simplefilter("always")
        def note(message, category, *rest, **more):
            print(category.__name__, message)
            told.set()
        warnings.showwarning = note

        def close_when_told():
            told.wait(30)
            push.close()

        threading.Thread(target=close_when_told).start()
        context.term()
        """
    )
    assert "ResourceWarning" in done.stdout
    assert "has waited 0.01 s for its termination, with these sockets still open" in done.stdout
    assert re.search(r"PUSH.*, made at <string>:8\b", done.stdout)
