"""Patches of the draft API: the poller, timers, messages about connections."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
import wire
from compilers import archive_arguments, needs_linking
from wire import MS, accept, in_a_process, tcp_listener

import zmq

pytestmark = pytest.mark.skipif(not zmq.DRAFT_API, reason="this build has no draft API")


@in_a_process
def test_poll_in_a_terminated_context() -> None:
    context = zmq.Context()
    with context.socket(zmq.PULL) as pull, context.socket(zmq.SERVER) as server:
        old = zmq.Poller()
        old.register(pull, zmq.POLLIN)
        old.register(server, zmq.POLLIN)
        ending = threading.Thread(target=context.term)
        ending.start()
        for _ in range(2):
            with pytest.raises(zmq.ContextTerminated):
                old.poll(MS)
    ending.join()


@in_a_process
def test_poller_is_changed_after_its_context_was_terminated() -> None:
    context = zmq.Context()
    with (
        context.socket(zmq.PULL) as pull,
        context.socket(zmq.SERVER) as server,
        zmq.SocketPoller() as poller,
    ):
        poller.add(pull)
        poller.add(server)
        ending = threading.Thread(target=context.term)
        ending.start()
        with pytest.raises(zmq.ContextTerminated):
            poller.wait(MS)
        poller.modify(pull, zmq.POLLIN | zmq.POLLOUT)
        for _ in range(2):
            with pytest.raises(zmq.ContextTerminated):
                poller.wait(MS)
    ending.join()


def test_each_flag_of_reconnect_stop_stands_for_itself() -> None:
    listener, port = tcp_listener()
    with listener, zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        dealer.reconnect_ivl = 5
        dealer.reconnect_stop = zmq.RECONNECT_STOP_AFTER_DISCONNECT
        dealer.connect(f"tcp://127.0.0.1:{port}")
        for _ in range(3):  # if the flag covered failed handshakes, the socket would stop
            accept(listener).close()
    includes = [Path(folder) / "zmq.h" for folder in zmq.get_includes()]
    header = next(path for path in includes if path.is_file()).read_text()
    assert "ZMQ_RECONNECT_STOP_AFTER_DISCONNECT 0x4" in header


@pytest.mark.parametrize("kind", [zmq.DEALER, zmq.CLIENT], ids=lambda kind: kind.name)
def test_a_hiccup_message_is_received_each_time(kind: zmq.SocketType) -> None:
    with zmq.Context() as context, context.socket(kind) as sock:
        sock.linger = 0
        sock.rcvtimeo = MS
        sock.reconnect_ivl = 5
        sock.rcvhwm = 1
        sock.setsockopt(114, b"hiccup")
        listener, port = tcp_listener()
        peer_type = b"ROUTER" if kind == zmq.DEALER else b"SERVER"
        with listener:
            sock.connect(f"tcp://127.0.0.1:{port}")
            accept(listener).close()  # no hiccup: there was no connection yet
            for number in range(4):
                with accept(listener) as raw:
                    wire.shake_hands(raw, peer_type)
                    raw.sendall(wire.frame(b"%d" % number))
                    assert sock.recv() == b"%d" % number
                assert sock.recv() == b"hiccup"


PROGRAM = r"""
#include <zmq.h>
#include <stdio.h>
#include <stdlib.h>

static void *timers;
static int ids[3], calls[3];

static void change (int id, void *arg)
{
    int which = *(int *) arg;
    calls[which]++;
    if (which == 0)
        zmq_timers_set_interval (timers, id, 3600000);
    else if (which == 1) {
        zmq_timers_reset (timers, id);
        zmq_timers_cancel (timers, ids[2]);
    }
}

int main (void)
{
    int which[3] = {0, 1, 2};
    int i;
    timers = zmq_timers_new ();
    for (i = 0; i != 3; i++)
        ids[i] = zmq_timers_add (timers, 5, change, &which[i]);
    for (i = 0; i != 200 && !calls[1]; i++) {
        zmq_poll (NULL, 0, zmq_timers_timeout (timers));
        zmq_timers_execute (timers);
    }
    if (calls[0] != 1 || calls[1] != 1 || calls[2] != 0)
        return 1;
    for (i = 0; i != 2; i++)
        zmq_timers_cancel (timers, ids[i]);
    calls[2] = 0;
    zmq_timers_add (timers, 0, change, &which[2]);
    zmq_timers_execute (timers);
    zmq_timers_execute (timers);
    if (calls[2] != 2)
        return 2;
    return zmq_timers_destroy (&timers);
}
"""


@needs_linking
def test_handlers_change_their_timers(tmp_path: Path) -> None:
    source, program = tmp_path / "program.cpp", tmp_path / "program"
    source.write_text(PROGRAM)
    command = ["c++", "-DZMQ_BUILD_DRAFT_API", *(f"-I{path}" for path in zmq.get_includes())]
    command += [str(source), *archive_arguments(), "-o", str(program)]
    subprocess.run(command, check=True, timeout=120)
    assert subprocess.run([str(program)], timeout=30).returncode == 0


def test_server_does_not_wait_for_a_gone_client() -> None:
    with zmq.Context() as context, context.socket(zmq.SERVER) as server:
        server.linger = 0
        server.rcvtimeo = server.sndtimeo = MS
        server.sndhwm = 5
        server.bind("tcp://127.0.0.1:*")
        with wire.tcp_connect(server.last_endpoint) as raw:
            wire.shake_hands(raw, b"CLIENT")
            raw.sendall(wire.frame(b"a"))
            request = server.recv(copy=False)
        with pytest.raises(zmq.ZMQError) as raised:
            while True:
                server.send(b"x" * 1000, routing_id=request.routing_id)
        assert raised.value.errno == zmq.EHOSTUNREACH


@pytest.mark.parametrize("kind", [zmq.SERVER, zmq.ROUTER], ids=lambda kind: kind.name)
def test_waiting_send_ends_when_its_peer_disconnects(kind: zmq.SocketType) -> None:
    with zmq.Context() as context, context.socket(kind) as sock:
        sock.linger = 0
        sock.rcvtimeo = sock.sndtimeo = MS
        sock.sndhwm = 5
        if kind == zmq.ROUTER:
            sock.router_mandatory = 1
        sock.bind("tcp://127.0.0.1:*")
        raw = wire.tcp_connect(sock.last_endpoint)
        wire.shake_hands(raw, b"CLIENT" if kind == zmq.SERVER else b"DEALER")
        raw.sendall(wire.frame(b"a"))
        body = bytes(100_000)
        if kind == zmq.SERVER:
            routing_id = sock.recv(copy=False).routing_id

            def send(flags: int) -> None:
                sock.send(body, flags, routing_id=routing_id)
        else:
            name = sock.recv_multipart()[0]

            def send(flags: int) -> None:
                sock.send_multipart([name, body], flags)

        with pytest.raises(zmq.Again):
            for _ in range(10_000):
                send(zmq.DONTWAIT)
        leaving = threading.Timer(0.2, raw.close)
        leaving.start()
        with pytest.raises(zmq.ZMQError) as raised:
            while True:
                send(0)
        assert raised.value.errno == zmq.EHOSTUNREACH
        leaving.join()


# ---------------------------------------------------------------- zmq_disconnect_peer


@pytest.mark.parametrize("transport", ["tcp", "ipc", "ws", "inproc"])
@pytest.mark.parametrize("kind", [zmq.SERVER, zmq.PEER])
def test_peer_is_disconnected_by_its_number(context, endpoint, transport, kind) -> None:
    server, client, other = (context.socket(each) for each in (kind, zmq.CLIENT, zmq.CLIENT))
    if kind == zmq.PEER:
        client, other = context.socket(zmq.PEER), context.socket(zmq.PEER)
    server.bind(endpoint(transport))
    numbers = []
    for peer in (client, other):
        if kind == zmq.PEER:
            peer.send(b"hello", routing_id=peer.connect_peer(server.last_endpoint.decode()))
        else:
            peer.connect(server.last_endpoint)
            peer.send(b"hello")
        numbers.append(server.recv_routed()[1])
    server.disconnect_peer(numbers[0])
    for call in (
        lambda: server.disconnect_peer(numbers[0]),
        lambda: server.send(b"x", routing_id=numbers[0]),
    ):
        with pytest.raises(zmq.ZMQError) as raised:
            call()
        assert raised.value.errno == zmq.EHOSTUNREACH
    server.send(b"still here", routing_id=numbers[1])
    assert other.recv() == b"still here"


@pytest.mark.parametrize("transport", ["tcp", "ipc", "ws"])
def test_disconnected_client_connects_again(context, endpoint, transport) -> None:
    server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
    server.bind(endpoint(transport))
    client.reconnect_ivl = 10
    monitor = client.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    client.connect(server.last_endpoint)
    client.send(b"first")
    before = server.recv_routed()[1]
    server.disconnect_peer(before)
    assert monitor.poll(10_000)
    client.disable_monitor()
    client.send(b"second")
    body, after = server.recv_routed()
    assert body == b"second"
    assert after != before


@pytest.mark.parametrize("transport", ["tcp", "ipc", "inproc"])
def test_messages_precede_a_disconnection(context, endpoint, transport) -> None:
    server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
    server.bind(endpoint(transport))
    client.connect(server.last_endpoint)
    client.send(b"hello")
    number = server.recv_routed()[1]
    for index in range(500):
        server.send(b"%d" % index, routing_id=number)
    server.disconnect_peer(number)
    assert [client.recv() for _ in range(500)] == [b"%d" % index for index in range(500)]


def test_peer_does_not_reconnect_after_its_disconnect(context, until) -> None:
    one, other = context.socket(zmq.PEER), context.socket(zmq.PEER)
    one.bind("tcp://127.0.0.1:*")
    other.reconnect_ivl = 10
    address = one.last_endpoint.decode()
    number = other.connect_peer(address)
    other.send(b"hello", routing_id=number)
    assert one.recv_routed()[0] == b"hello"
    other.disconnect_peer(number)
    with pytest.raises(zmq.ZMQError):
        other.send(b"more", routing_id=number)
    again = other.connect_peer(address)
    other.send(b"again", routing_id=again)
    assert one.recv_routed()[0] == b"again"


def test_disconnecting_a_peer_says_why_not(context) -> None:
    server = context.socket(zmq.SERVER)
    with pytest.raises(zmq.ZMQError, match="no peer has routing_id=7") as raised:
        server.disconnect_peer(7)
    assert raised.value.errno == zmq.EHOSTUNREACH
    with pytest.raises(zmq.ZMQError, match="this is a ROUTER") as raised:
        context.socket(zmq.ROUTER).disconnect_peer(7)
    assert raised.value.errno == zmq.ENOTSUP
    with pytest.raises(ValueError, match="between 1 and 4294967295"):
        server.disconnect_peer(0)
    with pytest.raises(TypeError, match="must be an int"):
        server.disconnect_peer(b"7")
