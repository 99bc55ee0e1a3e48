"""The draft API on real sockets: types, transports, options, errors."""

from __future__ import annotations

import asyncio
import socket as network
import threading
from contextlib import suppress

import pytest
from limits import TIMEOUT_MS, TIMEOUT_S

import zmq
import zmq.asyncio
from zmq.utils.monitor import recv_monitor_message

STREAMS = ["tcp", "ipc", "inproc", "ws"] if zmq.has("ipc") else ["tcp", "inproc", "ws"]


def free_udp_port(family=network.AF_INET):
    with network.socket(family, network.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1" if family == network.AF_INET else "::1", 0))
        return probe.getsockname()[1]


def send_until_received(radio, dish, group, body=b"0"):
    """A RADIO drops messages to groups without members: send until one arrives, receive all."""
    for _ in range(TIMEOUT_S * 50):
        radio.send(body, group=group)
        if dish.poll(20):
            break
    received = dish.recv_grouped()
    while dish.poll(50):
        dish.recv()
    return received


# -- SERVER, CLIENT, PEER ----------------------------------------------------------------------


@pytest.mark.parametrize("transport", STREAMS)
def test_server_answers_each_client(context, endpoint, transport):
    server = context.socket(zmq.SERVER)
    server.bind(endpoint(transport))
    clients = [context.socket(zmq.CLIENT) for _ in range(3)]
    for number, client in enumerate(clients):
        client.connect(server.last_endpoint.decode())
        client.send(b"%d" % number)
    ids = set()
    for _ in clients:
        body, routing_id = server.recv_routed()
        assert type(body) is bytes
        ids.add(routing_id)
        server.send(body * 2, routing_id=routing_id)
    assert len(ids) == 3
    assert [client.recv() for client in clients] == [b"00", b"11", b"22"]


def test_frame_from_a_client_is_its_own_answer(socket_pair):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    client.send(b"echo")
    frame, routing_id = server.recv_routed(copy=False)
    assert frame.routing_id == routing_id
    server.send(frame)
    assert client.recv() == b"echo"


@pytest.mark.parametrize("transport", STREAMS)
def test_peers_talk_both_ways(context, endpoint, transport):
    one, other = context.socket(zmq.PEER), context.socket(zmq.PEER)
    one.bind(endpoint(transport))
    routing_id = other.connect_peer(one.last_endpoint.decode())
    other.send(b"hello", routing_id=routing_id)
    body, sender = one.recv_routed()
    one.send(body.upper(), routing_id=sender)
    assert other.recv_routed() == (b"HELLO", routing_id)


def test_connect_peer_says_why_not(context):
    peer = context.socket(zmq.PEER)
    with pytest.raises(zmq.ZMQError, match="this is a CLIENT: use connect") as raised:
        context.socket(zmq.CLIENT).connect_peer("tcp://127.0.0.1:1")
    assert raised.value.errno == zmq.ENOTSUP
    with pytest.raises(zmq.ZMQError, match="expected transport://address"):
        peer.connect_peer("nonsense")
    with pytest.raises(TypeError, match="Expected addr to be str"):
        peer.connect_peer(5)
    peer.immediate = 1
    with pytest.raises(zmq.ZMQError, match="IMMEDIATE") as raised:
        peer.connect_peer("tcp://127.0.0.1:1")
    assert raised.value.errno == 14  # EFAULT


def test_receive_without_a_message_is_again(context):
    for socket in (context.socket(zmq.SERVER), context.socket(zmq.PEER)):
        with pytest.raises(zmq.Again):
            socket.recv_routed(zmq.DONTWAIT)
        socket.rcvtimeo = 5
        with pytest.raises(zmq.Again):
            socket.recv_routed()
    with pytest.raises(zmq.Again):
        context.socket(zmq.DISH).recv_grouped(zmq.DONTWAIT)


def test_reply_to_a_gone_client_is_refused(context, socket_pair, until):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT, "tcp")
    client.send(b"a")
    _, routing_id = server.recv_routed()
    client.close()

    def is_refused():
        try:
            server.send(b"b", routing_id=routing_id)
        except zmq.ZMQError as error:
            assert error.errno == zmq.EHOSTUNREACH
            assert f"no peer has routing_id={routing_id}, or it has gone" in str(error)
            return True

    until(is_refused)


def test_threads_share_a_server(socket_pair, in_thread):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT, "tcp")

    def serve():
        served = 0
        while True:
            body, routing_id = server.recv_routed()
            if body == b"stop":
                return served
            server.send(body, routing_id=routing_id)
            served += 1

    threads = [in_thread(serve) for _ in range(3)]
    for number in range(300):
        client.send(b"%d" % number)
    assert {client.recv() for _ in range(300)} == {b"%d" % number for number in range(300)}
    for _ in threads:
        client.send(b"stop")
    assert sum(thread.value() for thread in threads) == 300


# -- RADIO, DISH -------------------------------------------------------------------------------

GROUPS = ["g", b"bytes", "größer", b"\xff\xfe", "x" * 255, ""]


@pytest.mark.parametrize("group", GROUPS, ids=["str", "bytes", "utf-8", "other", "255", "empty"])
@pytest.mark.parametrize("transport", STREAMS)
def test_groups(context, endpoint, transport, group):
    radio, dish = context.socket(zmq.RADIO), context.socket(zmq.DISH)
    radio.bind(endpoint(transport))
    dish.join(group)
    dish.join("another")
    dish.connect(radio.last_endpoint.decode())
    body, name = send_until_received(radio, dish, group, b"hello")
    assert body == b"hello"
    raw = group.encode() if isinstance(group, str) else group
    assert name.encode("utf-8", "surrogateescape") == raw
    radio.send(b"nobody", group="nobody")
    radio.send(b"again", group=name)  # the name as it was received
    frame, same = dish.recv_grouped(copy=False)
    assert (frame.bytes, frame.group, same) == (b"again", name, name)
    dish.leave(group)
    dish.join(name)
    dish.leave(raw)


@pytest.mark.parametrize("address", ["127.0.0.1", "239.0.0.7"], ids=["unicast", "multicast"])
def test_groups_over_udp(context, address):
    endpoint = f"udp://{address}:{free_udp_port()}"
    if address != "127.0.0.1":
        endpoint = endpoint.replace("udp://", "udp://127.0.0.1;")
    radio, dish = context.socket(zmq.RADIO), context.socket(zmq.DISH)
    dish.bind(endpoint)
    dish.join("x" * 255)
    dish.join("g")
    radio.connect(endpoint)
    assert send_until_received(radio, dish, "x" * 255, b"long") == (b"long", "x" * 255)
    radio.send(b"not joined", group="h")
    radio.send(b"joined", group="g")
    assert dish.recv_grouped() == (b"joined", "g")


@pytest.mark.parametrize("length", [256, 300])
def test_group_that_is_too_long_is_refused(context, length):
    radio, dish = context.socket(zmq.RADIO), context.socket(zmq.DISH)
    for use in (
        lambda: radio.send(b"", group="x" * length),
        lambda: dish.join(b"x" * length),
        lambda: dish.leave("x" * length),
        lambda: setattr(zmq.Frame(b""), "group", "x" * length),
    ):
        with pytest.raises(zmq.ZMQError, match=f"has at most 255 bytes, got {length}") as raised:
            use()
        assert raised.value.errno == zmq.EINVAL


def test_group_is_asked_of_the_right_type(context):
    dish = context.socket(zmq.DISH)
    dish.join("g")
    with pytest.raises(zmq.ZMQError, match="the group 'g' was joined before"):
        dish.join(b"g".decode())
    with pytest.raises(zmq.ZMQError, match="the group b'h' was not joined"):
        dish.leave(b"h")
    with pytest.raises(zmq.ZMQError, match="this is a RADIO: a RADIO sends to groups"):
        context.socket(zmq.RADIO).join("g")
    with pytest.raises(zmq.ZMQError, match="this is a SUB: a SUB subscribes"):
        context.socket(zmq.SUB).join("g")


# -- SCATTER, GATHER, CHANNEL, DGRAM -----------------------------------------------------------


@pytest.mark.parametrize("transport", STREAMS)
def test_scattered_messages_are_shared_out(context, endpoint, transport):
    scatter = context.socket(zmq.SCATTER)
    scatter.bind(endpoint(transport))
    gatherers = [context.socket(zmq.GATHER) for _ in range(2)]
    for gather in gatherers:
        gather.connect(scatter.last_endpoint.decode())
    received = {0: 0, 1: 0}
    for _ in range(TIMEOUT_S * 100):
        scatter.send(b"x")
        for number, gather in enumerate(gatherers):
            if gather.poll(5):
                received[number] += bool(gather.recv())
        if all(received.values()):
            break
    assert all(received.values())


@pytest.mark.parametrize("transport", STREAMS)
def test_channel_sends_in_both_directions(socket_pair, transport):
    one, other = socket_pair(zmq.CHANNEL, zmq.CHANNEL, transport)
    for number in range(20):
        one.send(b"%d" % number)
        other.send(b"back %d" % number)
    assert [other.recv() for _ in range(20)] == [b"%d" % number for number in range(20)]
    assert [one.recv() for _ in range(20)] == [b"back %d" % number for number in range(20)]


def test_datagrams_have_addresses(context):
    one, other = context.socket(zmq.DGRAM), context.socket(zmq.DGRAM)
    ports = [free_udp_port(), free_udp_port()]
    one.bind(f"udp://127.0.0.1:{ports[0]}")
    other.bind(f"udp://127.0.0.1:{ports[1]}")
    one.send_multipart([b"127.0.0.1:%d" % ports[1], b"hello"])
    sender, body = other.recv_multipart()
    # libzmq appends a NUL to the address, and also accepts one
    assert (sender.rstrip(b"\0"), body) == (b"127.0.0.1:%d" % ports[0], b"hello")
    other.send_multipart([sender, b"back"])
    assert one.recv_multipart()[1] == b"back"


# -- refused calls ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [zmq.CLIENT, zmq.SERVER, zmq.RADIO, zmq.SCATTER, zmq.PEER, zmq.CHANNEL],
    ids=lambda kind: kind.name,
)
def test_messages_of_several_parts_are_refused(context, kind):
    socket = context.socket(kind)
    socket.bind("inproc://parts")
    for send in (
        lambda: socket.send(b"a", zmq.SNDMORE),
        lambda: socket.send_multipart([b"a", b"b"]),
    ):
        with pytest.raises(
            zmq.ZMQError, match=f"{kind.name} sockets send messages of a single part"
        ) as raised:
            send()
        assert raised.value.errno == zmq.EINVAL


def test_datagram_without_an_address_is_refused(context):
    dgram = context.socket(zmq.DGRAM)
    dgram.bind(f"udp://127.0.0.1:{free_udp_port()}")
    with pytest.raises(zmq.ZMQError, match="a DGRAM sends two parts"):
        dgram.send(b"alone")


@pytest.mark.parametrize("kind", [zmq.SERVER, zmq.PEER], ids=lambda kind: kind.name)
def test_message_without_a_peer_is_refused(context, kind):
    socket = context.socket(kind)
    with pytest.raises(zmq.ZMQError, match=r"pass the routing_id that recv_routed\(\)") as raised:
        socket.send(b"a")
    assert raised.value.errno == zmq.EHOSTUNREACH
    with pytest.raises(zmq.ZMQError, match="no peer has routing_id=77"):
        socket.send(b"a", routing_id=77)
    frame = zmq.Frame(b"a")
    frame.routing_id = 78
    with pytest.raises(zmq.ZMQError, match="no peer has routing_id=78"):
        socket.send(frame, copy=False)


def test_routing_id_or_group_needs_its_socket_type(context):
    pair = context.socket(zmq.PAIR)
    pair.bind("inproc://wrong-type")
    peer = context.socket(zmq.PAIR)
    peer.connect("inproc://wrong-type")
    peer.send(b"kept")
    for use, words in (
        (lambda: pair.send(b"", routing_id=5), "routing_id= is for SERVER and PEER"),
        (lambda: pair.send_multipart([b""], routing_id=5), "routing_id= is for SERVER"),
        (lambda: pair.send(b"", group="g"), "group= is for RADIO sockets, and this is a PAIR"),
        (lambda: pair.send_multipart([b""], group="g"), "group= is for RADIO"),
        (pair.recv_routed, r"recv_routed\(\) is for SERVER and PEER sockets, and this is a PAIR"),
        (pair.recv_grouped, r"recv_grouped\(\) is for DISH sockets, and this is a PAIR"),
        (
            context.socket(zmq.ROUTER).recv_routed,
            "this is a ROUTER: the first part of its messages is the routing id",
        ),
    ):
        with pytest.raises(zmq.ZMQError, match=words) as raised:
            use()
        assert raised.value.errno == zmq.EINVAL
    assert pair.recv() == b"kept"


@pytest.mark.parametrize(
    ("kind", "use", "words"),
    [
        (zmq.RADIO, lambda s: s.recv(), "RADIO sockets only send"),
        (zmq.SCATTER, lambda s: s.recv(), "SCATTER sockets only send"),
        (zmq.DISH, lambda s: s.send(b""), "DISH sockets only receive"),
        (zmq.GATHER, lambda s: s.send(b""), "GATHER sockets only receive"),
    ],
)
def test_one_way_types_say_so(context, kind, use, words):
    with pytest.raises(zmq.ZMQError, match=words) as raised:
        use(context.socket(kind))
    assert raised.value.errno == zmq.ENOTSUP


# -- ws:// -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 124, 125, 65534, 65535, 300_000])
def test_sizes_over_ws(socket_pair, size):
    one, other = socket_pair(zmq.PAIR, zmq.PAIR, "ws")
    body = bytes(range(256)) * (size // 256 + 1)
    parts = [b"", body[:size], b"end"]
    one.send_multipart(parts)
    assert other.recv_multipart() == parts
    other.send_multipart(parts)
    assert one.recv_multipart() == parts


def test_publishers_over_ws(context, endpoint):
    pub = context.socket(zmq.XPUB)
    pub.bind(endpoint("ws"))
    sub, xsub = context.socket(zmq.SUB), context.socket(zmq.XSUB)
    for socket in (sub, xsub):
        socket.connect(pub.last_endpoint.decode())
    sub.subscribe("a")
    xsub.send(b"\x01b")
    assert {pub.recv(), pub.recv()} == {b"\x01a", b"\x01b"}
    pub.send_multipart([b"a", b"to sub"])
    pub.send_multipart([b"b", b"to xsub"])
    assert sub.recv_multipart() == [b"a", b"to sub"]
    assert xsub.recv_multipart() == [b"b", b"to xsub"]
    sub.unsubscribe("a")
    assert pub.recv() == b"\x00a"


@pytest.mark.parametrize(
    ("first", "second"),
    [(zmq.REP, zmq.REQ), (zmq.ROUTER, zmq.REQ), (zmq.DEALER, zmq.REP)],
    ids=["REP REQ", "ROUTER REQ", "DEALER REP"],
)
def test_requests_over_ws(socket_pair, first, second):
    one, other = socket_pair(first, second, "ws")
    asker, answerer = (one, other) if first == zmq.DEALER else (other, one)
    asker.send_multipart([b"", b"question"] if first == zmq.DEALER else [b"question"])
    received = answerer.recv_multipart()
    assert received[-1] == b"question"
    answerer.send_multipart([*received[:-1], b"answer"])
    assert asker.recv_multipart()[-1] == b"answer"


@pytest.mark.parametrize("binds", [True, False])
def test_pipeline_over_ws(socket_pair, binds):
    one, other = socket_pair(*((zmq.PUSH, zmq.PULL) if binds else (zmq.PULL, zmq.PUSH)), "ws")
    push, pull = (one, other) if binds else (other, one)
    assert push.send_many([b"%d" % number for number in range(500)]) == 500
    assert [pull.recv() for _ in range(500)] == [b"%d" % number for number in range(500)]


def test_heartbeats_over_ws(context, endpoint):
    server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
    server.heartbeat_ivl = client.heartbeat_ivl = 10
    server.heartbeat_timeout = client.heartbeat_timeout = TIMEOUT_MS
    server.bind(endpoint("ws"))
    client.connect(server.last_endpoint.decode())
    client.send(b"a")
    _, routing_id = server.recv_routed()
    threading.Event().wait(0.1)
    server.send(b"b", routing_id=routing_id)
    assert client.recv() == b"b"


def test_endpoint_with_a_long_path(context):
    bound, connected = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    path = "x" * 3000
    bound.bind(f"ws://127.0.0.1:*/{path}")
    assert bound.last_endpoint.endswith(path.encode())
    connected.connect(bound.last_endpoint.decode())
    connected.send(b"arrives")
    assert bound.recv() == b"arrives"
    bound.unbind(bound.last_endpoint)


# -- messages about connections ----------------------------------------------------------------


@pytest.mark.parametrize("transport", STREAMS)
@pytest.mark.parametrize("kind", [zmq.CLIENT, zmq.DEALER], ids=lambda kind: kind.name)
def test_hello_and_disconnect_messages(context, endpoint, transport, kind):
    bound = context.socket(zmq.SERVER if kind == zmq.CLIENT else zmq.ROUTER)
    bound.hello_msg = b"welcome"
    bound.disconnect_msg = b"gone"
    bound.bind(endpoint(transport))
    peer = context.socket(kind)
    peer.hello_msg = b"here I am"
    peer.connect(bound.last_endpoint.decode())
    assert peer.recv() == b"welcome"
    first = bound.recv_routed() if kind == zmq.CLIENT else bound.recv_multipart()[::-1]
    assert first[0] == b"here I am"
    peer.close()
    last = bound.recv_routed() if kind == zmq.CLIENT else bound.recv_multipart()[::-1]
    assert last[0] == b"gone"
    assert last[1] == first[1]


@pytest.mark.parametrize(
    ("option", "kinds"),
    [
        ("hello_msg", {"DEALER", "ROUTER", "CLIENT", "SERVER", "PEER"}),
        ("disconnect_msg", {"ROUTER", "SERVER", "PEER"}),
        ("hiccup_msg", {"DEALER", "CLIENT", "PEER"}),
    ],
)
def test_messages_about_connections_are_for_some_types(context, option, kinds):
    taken = set()
    for kind in zmq.SocketType:
        socket = context.socket(kind)
        setattr(socket, option, b"")  # every type accepts an empty value, which means no message
        with suppress(zmq.ZMQError):
            setattr(socket, option, b"text")
            taken.add(kind.name)
    assert taken == kinds


@pytest.mark.parametrize("transport", [name for name in STREAMS if name != "inproc"])
@pytest.mark.parametrize("kind", [zmq.CLIENT, zmq.DEALER, zmq.PEER], ids=lambda kind: kind.name)
def test_hiccup_message(context, endpoint, transport, kind):
    peer_kind = zmq.ROUTER if kind == zmq.DEALER else zmq.SERVER
    peer_kind = zmq.PEER if kind == zmq.PEER else peer_kind
    socket = context.socket(kind)
    socket.hiccup_msg = b"hiccup"
    socket.hello_msg = b"hello"
    socket.reconnect_ivl = 10
    bound = context.socket(peer_kind)
    bound.bind(endpoint(transport))
    address = bound.last_endpoint.decode()
    routing_id = None
    if kind == zmq.PEER:
        routing_id = socket.connect_peer(address)
    else:
        socket.connect(address)
    for _ in range(3):
        assert bound.recv_multipart()[-1] == b"hello"
        bound.close()
        body, *rest = socket.recv_routed() if routing_id else [socket.recv()]
        assert body == b"hiccup"
        assert rest == ([routing_id] if routing_id else [])
        bound = context.socket(peer_kind)
        for _ in range(TIMEOUT_S * 100):  # the address may be in use a little longer
            try:
                bound.bind(address)
                break
            except zmq.ZMQError as error:
                assert error.errno == zmq.EADDRINUSE
                threading.Event().wait(0.01)
    assert bound.recv_multipart()[-1] == b"hello"


def test_reconnect_stops_when_it_is_refused(context):
    with network.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_ivl = 5
    dealer.reconnect_stop = zmq.RECONNECT_STOP_CONN_REFUSED
    monitor = dealer.get_monitor_socket()
    dealer.connect(f"tcp://127.0.0.1:{port}")
    while recv_monitor_message(monitor)["event"] != zmq.EVENT_CLOSED:
        pass
    assert dealer.poll(100) == 0
    assert not monitor.poll(100)  # no CONNECT_RETRIED
    with pytest.raises(zmq.Again):
        dealer.send(b"x", zmq.DONTWAIT)


def test_reconnect_stops_when_peer_lacks_zmtp(context):
    with network.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT_S)
        dealer = context.socket(zmq.DEALER)
        dealer.reconnect_ivl = 5
        dealer.reconnect_stop = zmq.RECONNECT_STOP_HANDSHAKE_FAILED
        dealer.connect(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        listener.accept()[0].close()
        listener.settimeout(0.3)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_flags_of_reconnect_stop_are_separate(context):
    assert zmq.RECONNECT_STOP_AFTER_DISCONNECT == 4
    dealer = context.socket(zmq.DEALER)
    dealer.reconnect_stop = zmq.RECONNECT_STOP_AFTER_DISCONNECT
    assert dealer.reconnect_stop == 4
    dealer.reconnect_ivl = 5
    # This flag does not switch on the other two.
    with network.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT_S)
        dealer.connect(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        for _ in range(3):
            listener.accept()[0].close()


@pytest.mark.parametrize("value", [-1, 8, 255])
def test_reconnect_stop_takes_its_flags_only(context, value):
    dealer = context.socket(zmq.DEALER)
    with pytest.raises(zmq.ZMQError, match="RECONNECT_STOP"):
        dealer.reconnect_stop = value
    dealer.reconnect_stop = 7


# -- the state of a peer -----------------------------------------------------------------------


def test_state_of_a_peer(context, until):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.sndhwm = dealer.rcvhwm = 2
    router.bind("inproc://state")
    dealer.routing_id = b"peer"
    dealer.connect("inproc://state")
    dealer.send(b"x")
    router.recv_multipart()
    assert router.get_peer_state(b"peer") == zmq.POLLOUT
    assert router.get_peer_state(memoryview(b"peer")) == zmq.POLLOUT
    router.router_mandatory = 1
    with pytest.raises(zmq.Again):
        for _ in range(100):
            router.send_multipart([b"peer", b"y"], zmq.DONTWAIT)
    assert router.get_peer_state(b"peer") == 0
    while dealer.poll(0):
        dealer.recv()
    # A command reports the change; the socket processes the command when it is used.
    until(lambda: router.poll(0) == 0 and router.get_peer_state(b"peer") == zmq.POLLOUT)


def test_state_of_a_peer_is_refused(context):
    router = context.socket(zmq.ROUTER)
    with pytest.raises(zmq.ZMQError, match="no peer has the routing id b'nobody'") as raised:
        router.get_peer_state(b"nobody")
    assert raised.value.errno == zmq.EHOSTUNREACH
    with pytest.raises(zmq.ZMQError, match=r"only a ROUTER .*this is a DEALER") as raised:
        context.socket(zmq.DEALER).get_peer_state(b"x")
    assert raised.value.errno == zmq.ENOTSUP
    with pytest.raises(TypeError, match="as bytes, got str"):
        router.get_peer_state("peer")
    for routing_id in (b"", b"x" * 300):
        with pytest.raises(zmq.ZMQError):
            router.get_peer_state(routing_id)


# -- asyncio -----------------------------------------------------------------------------------


def test_routed_and_grouped_messages_in_asyncio():
    async def main():
        async with zmq.asyncio.Context() as context:
            context.linger = 0
            with context.socket(zmq.SERVER) as server, context.socket(zmq.CLIENT) as client:
                server.bind("tcp://127.0.0.1:*")
                client.connect(server.last_endpoint.decode())
                for wait_first in (True, False):
                    receiving = server.recv_routed(copy=wait_first)
                    assert not receiving.done()
                    await client.send(b"question")
                    body, routing_id = await asyncio.wait_for(receiving, TIMEOUT_S)
                    await server.send(body, routing_id=routing_id)
                    assert await client.recv() == b"question"
                # A cancelled receive does not take a message.
                task = asyncio.ensure_future(asyncio.wait_for(server.recv_routed(), 0.01))
                with pytest.raises(asyncio.TimeoutError):
                    await task
                await client.send(b"kept")
                assert (await server.recv_routed())[0] == b"kept"
                with pytest.raises(zmq.Again):
                    await server.recv_routed(zmq.DONTWAIT)
                with pytest.raises(zmq.ZMQError, match="for SERVER and PEER"):
                    await client.recv_routed()
            with context.socket(zmq.RADIO) as radio, context.socket(zmq.DISH) as dish:
                dish.bind("tcp://127.0.0.1:*")
                dish.join("g")
                radio.connect(dish.last_endpoint.decode())
                receiving = dish.recv_grouped()
                while not receiving.done():
                    await radio.send(b"hello", group="g")
                    await asyncio.wait([receiving], timeout=0.02)
                assert await receiving == (b"hello", "g")

    asyncio.run(main())


def test_poller_in_asyncio_takes_thread_safe_sockets():
    async def main():
        async with zmq.asyncio.Context() as context:
            context.linger = 0
            with (
                context.socket(zmq.SERVER) as server,
                context.socket(zmq.CLIENT) as client,
                context.socket(zmq.PULL) as pull,
            ):
                server.bind("tcp://127.0.0.1:*")
                client.connect(server.last_endpoint.decode())
                poller = zmq.asyncio.Poller()
                poller.register(server, zmq.POLLIN)
                poller.register(pull, zmq.POLLIN)
                for _ in range(20):
                    polling = poller.poll(TIMEOUT_MS)
                    await client.send(b"x")
                    assert await polling == [(server, zmq.POLLIN)]
                    await server.recv()

    asyncio.run(main())


# -- AnyIO and gevent --------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_routed_and_grouped_messages_in_anyio(backend):
    anyio = pytest.importorskip("anyio", reason="anyio is not installed")
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    import zmq.anyio

    async def main():
        async with zmq.anyio.Context() as context:
            context.linger = 0
            with context.socket(zmq.SERVER) as server, context.socket(zmq.CLIENT) as client:
                server.bind("tcp://127.0.0.1:*")
                client.connect(server.last_endpoint.decode())

                async def serve():
                    for copy in (True, False):
                        body, routing_id = await server.recv_routed(copy=copy)
                        await server.send(body, routing_id=routing_id)

                with anyio.fail_after(TIMEOUT_S):
                    async with anyio.create_task_group() as tasks:
                        tasks.start_soon(serve)
                        for _ in range(2):
                            await client.send(b"question")
                            assert await client.recv() == b"question"
                with pytest.raises(zmq.Again):
                    await server.recv_routed(zmq.DONTWAIT)
                with pytest.raises(zmq.ZMQError, match="for DISH sockets"):
                    await server.recv_grouped()

    anyio.run(main, backend=backend)


def test_routed_messages_in_gevent():
    gevent = pytest.importorskip("gevent", reason="gevent is not installed")
    import zmq.green

    with zmq.green.Context() as context:
        server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
        with server, client, gevent.Timeout(TIMEOUT_S):
            server.bind("tcp://127.0.0.1:*")
            client.connect(server.last_endpoint.decode())

            def serve():
                body, routing_id = server.recv_routed()
                server.send(body, routing_id=routing_id)

            serving = gevent.spawn(serve)
            gevent.sleep(0)
            client.send(b"question")
            assert client.recv() == b"question"
            serving.get()
            with pytest.raises(zmq.ZMQError, match="for DISH sockets"):
                server.recv_grouped()


def test_poller_of_libzmq_lets_greenlets_run():
    gevent = pytest.importorskip("gevent", reason="gevent is not installed")
    import zmq.green

    with zmq.green.Context() as context, gevent.Timeout(TIMEOUT_S):
        server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
        with server, client, zmq.green.SocketPoller() as poller:
            server.bind("inproc://green")
            client.connect("inproc://green")
            poller.add(server, zmq.POLLIN, "data")
            poller.add(client, 0)
            poller.modify(client, zmq.POLLIN)
            for _ in range(5):
                assert poller.wait(5) is None
                waiting = gevent.spawn(poller.wait)
                gevent.sleep(0)
                client.send(b"x")
                assert waiting.get() == (server, zmq.POLLIN, "data")
                assert [event.data for event in poller.wait_all(0)] == ["data"]
                server.recv()
            poller.remove(client)
            client.close()
            assert poller.wait_all(5) == []
            assert len(poller) == 1
