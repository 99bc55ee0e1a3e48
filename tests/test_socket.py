"""Sockets: endpoints, sending and receiving, serialisation, monitors, shadows."""

from __future__ import annotations

import copy
import errno
import gc
import pickle
import select
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import TIMEOUT_MS, TIMEOUT_S

import zmq
from zmq.utils.monitor import parse_monitor_message

TRANSPORTS = ["inproc", "ipc", "tcp", "ws"]


# -- sending and receiving --------------------------------------------------------------------


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("size", [0, 1, 29, 30, 33, 34, 255, 256, 8192, 70_000, 3_000_000])
def test_messages_of_all_sizes_arrive(socket_pair, transport, size):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, transport)
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    one.send(data)
    assert other.recv() == data
    one.send(bytearray(data), copy=False)
    assert other.recv(copy=False).bytes == data


@pytest.mark.parametrize("transport", ["inproc", "tcp"])
@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 1000, 10_000])
def test_messages_of_many_parts_arrive(socket_pair, transport, count):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, transport)
    parts = [b"%d" % n for n in range(count)]
    one.send_multipart(parts)
    assert other.recv_multipart() == parts
    one.send_multipart([zmq.Frame(part) for part in parts], copy=False)
    assert [frame.bytes for frame in other.recv_multipart(copy=False)] == parts


@given(st.lists(st.binary(max_size=100), min_size=1, max_size=40), st.booleans())
def test_any_parts_arrive(parts, copy):
    with zmq.Context() as context, context.socket(zmq.PAIR) as one, context.socket(zmq.PAIR) as two:
        one.bind("inproc://x")
        two.connect("inproc://x")
        one.send_multipart(parts, copy=copy)
        assert two.recv_multipart() == parts
        for part in parts:
            one.send(part, zmq.SNDMORE, copy=copy)
        one.send(b"end")
        assert two.recv_multipart(copy=False)[-1].bytes == b"end"


def test_parts_may_come_one_by_one(pair):
    one, other = pair
    one.send(b"a", zmq.SNDMORE)
    one.send(b"b")
    assert other.recv() == b"a"
    assert other.rcvmore == 1
    frame = other.recv(copy=False)
    assert not frame.more
    assert other.rcvmore == 0


@pytest.mark.parametrize("parts", [(b"a", b"b"), iter([b"a", b"b"]), {b"a": 1, b"b": 2}])
def test_parts_may_be_any_iterable(pair, parts):
    one, other = pair
    one.send_multipart(parts)
    assert other.recv_multipart() == [b"a", b"b"]


def test_a_message_has_at_least_one_part(pair):
    with pytest.raises(ValueError, match="at least one"):
        pair[0].send_multipart([])


@pytest.mark.parametrize("parts", [b"abc", "abc", bytearray(b"abc"), memoryview(b"abc")])
def test_single_part_is_not_a_multipart_message(pair, parts):
    with pytest.raises(TypeError, match=r"send\(\)"):
        pair[0].send_multipart(parts)


@pytest.mark.parametrize("bad", ["str", 5, None, object(), ["nested"]])
def test_nothing_is_sent_where_one_part_is_wrong(pair, bad):
    one, other = pair
    with pytest.raises(TypeError, match="Frame 1"):
        one.send_multipart([b"good", bad])
    one.send(b"next")
    assert other.recv_multipart() == [b"next"]


def test_message_stays_whole_when_the_peer_leaves(context):
    """If the peer leaves in mid-message, the rest must not become a separate message."""
    for turn in range(20):
        endpoint = f"inproc://whole-{turn}"
        push, gone = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        push.sndtimeo = 0 if turn % 2 else TIMEOUT_MS
        push.bind(endpoint)
        gone.connect(endpoint)
        push.send(b"head", zmq.SNDMORE)
        gone.close(0)
        stays = context.socket(zmq.PULL)
        stays.connect(endpoint)
        push.get(zmq.EVENTS)
        push.send(b"tail")
        push.sndtimeo = TIMEOUT_MS
        push.send_multipart([b"another", b"message"])
        assert stays.recv_multipart() in ([b"another", b"message"], [b"head", b"tail"])
        push.close(0)
        stays.close(0)


@pytest.mark.parametrize("data", ["text", 5, None, object(), [b"x"], 1.5])
@pytest.mark.parametrize("copy", [True, False])
def test_only_bytes_are_sent(pair, data, copy):
    with pytest.raises(TypeError):
        pair[0].send(data, copy=copy)


def test_a_str_points_at_send_string(pair):
    with pytest.raises(TypeError, match="send_string"):
        pair[0].send("text")


@pytest.mark.parametrize("receive", ["recv", "recv_multipart", "recv_string", "recv_json"])
def test_dontwait_raises_again(context, receive):
    socket = context.socket(zmq.PULL)
    with pytest.raises(zmq.Again) as caught:
        getattr(socket, receive)(zmq.DONTWAIT)
    assert caught.value.errno == errno.EAGAIN
    socket.rcvtimeo = 10
    with pytest.raises(zmq.Again):
        getattr(socket, receive)()


def test_sending_without_a_peer_raises_again(context):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(zmq.Again):
        socket.send(b"x", zmq.DONTWAIT)
    socket.sndtimeo = 10
    for send in (lambda: socket.send(b"x"), lambda: socket.send_multipart([b"x", b"y"])):
        with pytest.raises(zmq.Again):
            send()


def test_full_queue_raises_again_until_there_is_room(socket_pair):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, hwm=2)
    sent = 0
    with pytest.raises(zmq.Again):
        while True:
            one.send_multipart([b"%d" % sent, b"x"], zmq.DONTWAIT)
            sent += 1
    assert sent >= 2
    assert [other.recv_multipart()[0] for _ in range(sent)] == [b"%d" % n for n in range(sent)]
    one.send(b"again")
    assert other.recv() == b"again"


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        (zmq.REQ, lambda s: s.recv()),
        (zmq.REP, lambda s: s.send(b"x")),
        (zmq.PUSH, lambda s: s.recv()),
        (zmq.PULL, lambda s: s.send(b"x")),
        (zmq.PUB, lambda s: s.recv()),
        (zmq.SUB, lambda s: s.send(b"x")),
    ],
)
def test_error_names_the_unsupported_operation(context, kind, call):
    with pytest.raises(zmq.ZMQError, match=zmq.SocketType(kind).name) as caught:
        call(context.socket(kind))
    assert caught.value.errno in (zmq.EFSM, zmq.ENOTSUP)


def test_a_router_that_must_knows_its_peers(context):
    router = context.socket(zmq.ROUTER)
    router.router_mandatory = 1
    with pytest.raises(zmq.ZMQError, match="routing id") as caught:
        router.send_multipart([b"nobody", b"x"])
    assert caught.value.errno == zmq.EHOSTUNREACH


def test_client_and_server(socket_pair):
    server, client = socket_pair(zmq.SERVER, zmq.CLIENT)
    client.send(b"question")
    frame = server.recv(copy=False)
    assert frame.bytes == b"question"
    server.send(b"answer", routing_id=frame.routing_id)
    assert client.recv() == b"answer"
    answer = zmq.Frame(b"once more")
    answer.routing_id = frame["routing_id"]
    server.send(answer)
    assert client.recv() == b"once more"
    with pytest.raises(zmq.ZMQError, match="CLIENT"):
        client.send(b"x", zmq.SNDMORE)
    with pytest.raises(zmq.ZMQError, match="routing_id=12345"):
        server.send(b"x", routing_id=12345)


@pytest.mark.parametrize("routing_id", [0, -1, 2**32, 2**70])
def test_a_routing_id_out_of_range_is_refused(context, routing_id):
    with pytest.raises(ValueError, match="routing_id"):
        context.socket(zmq.SERVER).send(b"x", routing_id=routing_id)


@pytest.mark.parametrize("routing_id", ["1", b"1", 1.5])
def test_a_routing_id_is_an_int(context, routing_id):
    with pytest.raises(TypeError, match="routing_id"):
        context.socket(zmq.SERVER).send(b"x", routing_id=routing_id)


def test_radio_and_dish(context):
    radio, dish = context.socket(zmq.RADIO), context.socket(zmq.DISH)
    dish.bind("inproc://air")
    dish.join("news")
    radio.connect("inproc://air")
    dish.rcvtimeo = 20
    for _ in range(200):
        radio.send(b"hello", group="news")
        try:
            frame = dish.recv(copy=False)
            break
        except zmq.Again:
            continue
    assert (frame.group, frame["group"], frame.bytes) == ("news", "news", b"hello")
    with pytest.raises(zmq.ZMQError, match="once"):
        dish.join("news")
    dish.leave(b"news")
    with pytest.raises(zmq.ZMQError, match="joined"):
        dish.leave("news")


@pytest.mark.parametrize("group", ["x" * 256, "a\0b", b"x" * 300])
def test_invalid_group_is_refused(context, group):
    for call in (
        lambda: context.socket(zmq.DISH).join(group),
        lambda: context.socket(zmq.RADIO).send(b"", group=group),
    ):
        with pytest.raises(zmq.ZMQError, match="group") as caught:
            call()
        assert caught.value.errno == zmq.EINVAL


@pytest.mark.parametrize("group", [5, None, 1.5])
def test_a_group_is_text(context, group):
    with pytest.raises(TypeError, match="group"):
        context.socket(zmq.DISH).join(group)


def test_groups_are_for_dishes(context):
    for call in (lambda s: s.join("x"), lambda s: s.leave("x")):
        with pytest.raises(zmq.ZMQError) as caught:
            call(context.socket(zmq.PUSH))
        assert caught.value.errno in (zmq.ENOTSUP, zmq.EINVAL)


def test_connect_peer(context):
    one, other = context.socket(zmq.PEER), context.socket(zmq.PEER)
    one.bind("inproc://peers")
    routing_id = other.connect_peer("inproc://peers")
    other.send(b"hello", routing_id=routing_id)
    frame = one.recv(copy=False)
    one.send(b"back", routing_id=frame.routing_id)
    assert other.recv() == b"back"
    with pytest.raises(zmq.ZMQError, match="inproc://x"):
        context.socket(zmq.PUSH).connect_peer("inproc://x")


# -- recv_into --------------------------------------------------------------------------------


def test_recv_into_fills_a_buffer(pair):
    one, other = pair
    buffer = bytearray(b"." * 10)
    one.send(b"hello")
    assert other.recv_into(buffer) == 5
    assert buffer == b"hello....."
    one.send(b"0123456789abc")
    assert other.recv_into(buffer) == 13
    assert buffer == b"0123456789"
    one.send(b"xyz")
    assert other.recv_into(memoryview(buffer)[5:], nbytes=2) == 3
    assert buffer == b"01234xy789"
    one.send(b"")
    assert other.recv_into(buffer, flags=zmq.DONTWAIT) == 0
    with pytest.raises(zmq.Again):
        other.recv_into(buffer, flags=zmq.DONTWAIT)


def test_recv_into_refuses_unwritable_buffers(pair):
    one, other = pair
    one.send(b"x")
    with pytest.raises(BufferError):
        other.recv_into(b"read-only")
    with pytest.raises(BufferError):
        other.recv_into(memoryview(bytearray(10))[::2])
    with pytest.raises(TypeError):
        other.recv_into("text")
    for size in (-1, 11):
        with pytest.raises(ValueError, match=str(size)):
            other.recv_into(bytearray(10), nbytes=size)
    assert other.recv() == b"x"


# -- many at once -----------------------------------------------------------------------------


def test_many_messages_in_one_call(socket_pair):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, hwm=0)
    messages = [b"a", bytearray(b"b"), zmq.Frame(b"c"), memoryview(b"d")]
    assert one.send_many(messages) == 4
    assert one.send_many(iter([b"e"])) == 1
    assert one.send_many([]) == 0
    assert other.recv_many(2) == [b"a", b"b"]
    assert other.recv_many(100) == [b"c", b"d", b"e"]
    assert other.recv_many(100, timeout=0) == []
    assert other.recv_many(100, timeout=5) == []
    other.rcvtimeo = 5
    assert other.recv_many(100) == []


def test_send_many_stops_where_the_queue_is_full(socket_pair):
    one, other = socket_pair(zmq.PUSH, zmq.PULL, hwm=2)
    sent = one.send_many([b"%d" % n for n in range(100)], zmq.DONTWAIT)
    assert 0 < sent < 100
    with pytest.raises(zmq.Again):
        one.send_many([b"x"], zmq.DONTWAIT)
    assert other.recv_many(1000) == [b"%d" % n for n in range(sent)]


def test_recv_many_does_not_cut_messages_off(pair):
    one, other = pair
    one.send_multipart([b"a", b"b", b"c"])
    one.send(b"d")
    assert other.recv_many(2) == [b"a", b"b", b"c"]
    assert other.recv_many(1) == [b"d"]


def test_send_many_looks_at_all_messages_first(pair):
    one, other = pair
    for messages in ([b"a", 5], [b"a", "text"], (b"a", None)):
        with pytest.raises(TypeError, match="message 1"):
            one.send_many(messages)
    for messages in (b"abc", "abc", zmq.Frame(b"x"), 5):
        with pytest.raises(TypeError):
            one.send_many(messages)
    with pytest.raises(ValueError, match="SNDMORE"):
        one.send_many([b"a"], zmq.SNDMORE)
    assert other.poll(0) == 0


@pytest.mark.parametrize("count", [0, -1])
def test_recv_many_takes_at_least_one(pair, count):
    with pytest.raises(ValueError, match=str(count)):
        pair[0].recv_many(count)


def test_recv_many_on_a_sending_socket(context):
    with pytest.raises(zmq.ZMQError, match="PUSH"):
        context.socket(zmq.PUSH).recv_many(5)


def test_iteration_ends_with_the_context(context, socket_pair, in_thread):
    one, other = socket_pair(zmq.PUSH, zmq.PULL)
    one.send_many([b"a", b"b"])
    one.send_multipart([b"c", b"d"])

    def read():
        with other:
            return list(other)

    worker = in_thread(read)
    one.close()
    context.term()
    found = worker.value()
    assert found == [b"a", b"b", [b"c", b"d"]][: len(found)]


# -- serialisation ----------------------------------------------------------------------------


@pytest.mark.parametrize("obj", [{"a": [1, 2.5, None, "ü"]}, [], "text", 5, None, True])
def test_json_arrives(pair, obj):
    one, other = pair
    one.send_json(obj)
    assert other.recv_json() == obj
    one.send_json(obj, indent=2)
    assert other.recv_json(parse_float=float) == obj


@pytest.mark.parametrize("obj", [{1: {2}}, (b"x", None), zmq.PUSH])
def test_python_objects_arrive(pair, obj):
    one, other = pair
    one.send_pyobj(obj)
    assert other.recv_pyobj() == obj
    one.send_pyobj(obj, protocol=2)
    assert other.recv_pyobj() == obj


@given(st.text())
def test_text_arrives(text):
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return
    with zmq.Context() as context, context.socket(zmq.PAIR) as one, context.socket(zmq.PAIR) as two:
        one.bind("inproc://x")
        two.connect("inproc://x")
        one.send_string(text)
        assert two.recv() == encoded
        one.send_unicode(text, encoding="utf-16")
        assert two.recv_string(encoding="utf-16") == text


def test_text_is_str(pair):
    one, other = pair
    with pytest.raises(TypeError, match=r"send\(\)"):
        one.send_string(b"x")
    one.send(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        other.recv_string()


def test_serialisers_of_ones_own(pair):
    one, other = pair
    one.send_serialized(5, lambda n: [b"%d" % n, b"x"])
    assert other.recv_serialized(lambda parts: int(parts[0])) == 5
    one.send_serialized(5, lambda n: [b"%d" % n], copy=False)
    assert other.recv_serialized(lambda parts: parts[0].bytes, copy=False) == b"5"


# -- endpoints --------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_bind_and_connect_undo_themselves(context, endpoint, transport):
    one, other = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    address = endpoint(transport)
    with one.bind(address) as bound:
        assert bound is one
        where = one.last_endpoint.decode() if transport != "inproc" else address
        with other.connect(where) as connected:
            assert connected is other
            one.send(b"x")
            assert other.recv() == b"x"
        with pytest.raises(zmq.ZMQError, match="not connected"):
            other.disconnect(where)
    with pytest.raises(zmq.ZMQError) as caught:
        one.unbind(where)
    assert caught.value.errno in (errno.ENOENT, zmq.EINVAL)


def test_closed_socket_may_leave_its_block(context):
    socket = context.socket(zmq.PUSH)
    with socket.bind("inproc://x"):
        socket.close()


def test_result_of_bind_has_a_repr(context):
    socket = context.socket(zmq.PUSH)
    assert "tcp://127.0.0.1:" in repr(socket.bind("tcp://127.0.0.1:*"))
    assert "connect" in repr(socket.connect("tcp://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("address", "number", "hint"),
    [
        ("nonsense", zmq.EINVAL, "transport://address"),
        ("tcp://", zmq.EINVAL, "tcp://"),
        ("tcp://nonsense", zmq.EINVAL, "nonsense"),
        ("foo://x", zmq.EPROTONOSUPPORT, "the transports of this build are tcp, inproc, udp"),
        ("tcp://192.0.2.1:5", None, "192.0.2.1"),
        ("ipc:///no/such/folder/x", errno.ENOENT, "no such folder"),
        ("ipc://" + "x" * 200, errno.ENAMETOOLONG, "200 bytes.*107"),
        ("udp://127.0.0.1:5", zmq.ENOCOMPATPROTO, "RADIO"),
    ],
)
def test_a_bad_address_is_named(context, address, number, hint):
    with pytest.raises(zmq.ZMQError, match=hint) as caught:
        context.socket(zmq.PUSH).bind(address)
    assert number is None or caught.value.errno == number
    assert address in str(caught.value)


@pytest.mark.parametrize("number", ["LINGER", 2.5, None, b"17"])
def test_error_names_a_wrong_number(context, number):
    with pytest.raises(TypeError, match=r"zmq\.PUSH, got"):
        context.socket(number)
    sock = context.socket(zmq.PUSH)
    with pytest.raises(TypeError, match=r"zmq\.LINGER, got"):
        sock.get(number)
    with pytest.raises(TypeError, match=r"zmq\.LINGER, got"):
        sock.set(number, 1)


def test_random_port_address_must_be_str(context):
    with pytest.raises(TypeError, match="addr must be a str"):
        context.socket(zmq.PUSH).bind_to_random_port(b"tcp://127.0.0.1")


@pytest.mark.parametrize("address", ["", "x", "tcp://x", "foo://x", "ipc://"])
def test_bad_address_is_refused_by_connect(context, address):
    with pytest.raises(zmq.ZMQError, match="addr="):
        context.socket(zmq.PUSH).connect(address)


@pytest.mark.parametrize("address", [5, None, [], object()])
@pytest.mark.parametrize("call", ["bind", "connect", "unbind", "disconnect", "connect_peer"])
def test_an_address_is_text(context, call, address):
    with pytest.raises(TypeError, match="str"):
        getattr(context.socket(zmq.PUSH), call)(address)


def test_an_address_in_use_is_named(context):
    one = context.socket(zmq.PUSH)
    one.bind("tcp://127.0.0.1:*")
    address = one.last_endpoint.decode()
    with pytest.raises(zmq.ZMQError, match=address) as caught:
        context.socket(zmq.PUSH).bind(address)
    assert caught.value.errno == zmq.EADDRINUSE


def test_unbound_endpoint_cannot_be_unbound(context):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(zmq.ZMQError, match="not bound"):
        socket.unbind("tcp://127.0.0.1:9")
    with pytest.raises(zmq.ZMQError, match="not connected"):
        socket.disconnect("tcp://127.0.0.1:9")


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_a_random_port(context, transport):
    socket = context.socket(zmq.PUSH)
    port = socket.bind_to_random_port(f"{transport}://127.0.0.1")
    assert f":{port}" in socket.last_endpoint.decode()


def test_a_random_port_of_a_range(context):
    socket = context.socket(zmq.PUSH)
    assert 40000 <= socket.bind_to_random_port("tcp://127.0.0.1", 40000, 60000) < 60000


def test_a_random_port_that_is_taken(context):
    socket = context.socket(zmq.PUSH)
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    with pytest.raises(zmq.ZMQBindError, match=str(port)):
        context.socket(zmq.PUSH).bind_to_random_port("tcp://127.0.0.1", port, port + 1, 3)
    with pytest.raises(ValueError, match="max_port"):
        socket.bind_to_random_port("tcp://127.0.0.1", 6, 5)
    with pytest.raises(zmq.ZMQError):
        socket.bind_to_random_port("tcp://nonsense", 5000, 6000)


def test_random_names_over_ipc(context, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    socket = context.socket(zmq.PUSH)
    assert socket.last_endpoint == b""
    number = socket.bind_to_random_port("ipc://name")
    assert (tmp_path / f"name:{number}").exists()


def test_the_longest_path_is_bound(context, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    socket = context.socket(zmq.PUSH)
    socket.bind("ipc://" + "x" * zmq.IPC_PATH_MAX_LEN)
    with pytest.raises(zmq.ZMQError):
        socket.bind("ipc://" + "x" * (zmq.IPC_PATH_MAX_LEN + 1))


# -- polling one ------------------------------------------------------------------------------


def test_poll_reports_the_events(pair):
    one, other = pair
    assert other.poll(0) == 0
    assert other.poll(5) == 0
    assert other.poll(0.5) == 0
    assert one.poll(0, zmq.POLLOUT) == zmq.POLLOUT
    one.send(b"x")
    assert other.poll() == zmq.POLLIN
    assert other.poll(TIMEOUT_MS, zmq.POLLIN | zmq.POLLOUT) == zmq.POLLIN | zmq.POLLOUT
    assert other.poll(-1) == zmq.POLLIN


def test_poll_waits(pair, in_thread):
    one, other = pair
    worker = in_thread(lambda: other.poll(TIMEOUT_MS))
    one.send(b"x")
    assert worker.value() == zmq.POLLIN


@pytest.mark.parametrize("timeout", ["5", b"5", [], float("nan")])
def test_a_timeout_is_a_number(pair, timeout):
    with pytest.raises((TypeError, ValueError)):
        pair[0].poll(timeout)


# -- monitors ---------------------------------------------------------------------------------


def test_monitor_reports_connections(context):
    server = context.socket(zmq.REP)
    monitor = server.get_monitor_socket()
    monitor.rcvtimeo = TIMEOUT_MS
    assert server.get_monitor_socket() is monitor
    server.bind("tcp://127.0.0.1:*")
    client = context.socket(zmq.REQ)
    client.connect(server.last_endpoint.decode())
    seen = set()
    while zmq.EVENT_HANDSHAKE_SUCCEEDED not in seen:
        seen.add(parse_monitor_message(monitor.recv_multipart())["event"])
    assert zmq.EVENT_LISTENING in seen
    assert zmq.EVENT_ACCEPTED in seen
    server.disable_monitor()
    assert not monitor.closed
    while zmq.EVENT_MONITOR_STOPPED not in seen:
        seen.add(parse_monitor_message(monitor.recv_multipart())["event"])
    assert server.get_monitor_socket() is not monitor
    again = server.get_monitor_socket(zmq.EVENT_CLOSED, "inproc://chosen")
    assert not again.closed
    server.close()
    assert not again.closed
    parse_monitor_message(again.recv_multipart())  # MONITOR_STOPPED


@pytest.mark.parametrize("order", ["monitor first", "socket first", "destroyed", "used on"])
def test_a_monitor_never_blocks(run_python, order):
    """Run in a separate process, because a blocked call could not be ended otherwise."""
    result = run_python(
        """
        import sys, zmq
        for _ in range(10):
            context = zmq.Context()
            socket = context.socket(zmq.PUSH)
            monitor = socket.get_monitor_socket()
            order = sys.argv[1]
            if order == "monitor first":
                monitor.close(); socket.close(); context.term()
            elif order == "socket first":
                socket.close(); context.term()
            elif order == "used on":
                monitor.close(); socket.bind("tcp://127.0.0.1:*"); socket.close(); context.term()
            else:
                context.destroy()
        print("ok")
        """,
        order,
    )
    assert result.stdout == "ok\n"


def test_a_monitor_by_hand(context):
    socket = context.socket(zmq.PUSH)
    socket.monitor("inproc://by-hand", zmq.EVENT_LISTENING)
    monitor = context.socket(zmq.PAIR)
    monitor.connect("inproc://by-hand")
    socket.bind("tcp://127.0.0.1:*")
    event, _ = monitor.recv_multipart()
    assert struct.unpack("=hi", event)[0] == zmq.EVENT_LISTENING
    socket.monitor(None, 0)
    with pytest.raises(zmq.ZMQError, match="inproc") as caught:
        socket.monitor("tcp://127.0.0.1:*", zmq.EVENT_ALL)
    assert caught.value.errno == zmq.EPROTONOSUPPORT


# -- life -------------------------------------------------------------------------------------


def test_a_closed_socket_says_so(context):
    socket = context.socket(zmq.PUSH)
    socket.close()
    socket.close(5)
    assert socket.closed
    assert socket.underlying == 0
    assert repr(socket).endswith("closed>")
    for call in (
        lambda: socket.send(b"x"),
        lambda: socket.send(bytearray(100_000), copy=False),
        lambda: socket.send_multipart([b"x"]),
        lambda: socket.send_many([b"x"]),
        lambda: socket.recv(),
        lambda: socket.recv(copy=False),
        lambda: socket.recv_multipart(),
        lambda: socket.recv_many(1),
        lambda: socket.recv_into(bytearray(5)),
        lambda: socket.poll(0),
        lambda: socket.bind("inproc://x"),
        lambda: socket.connect("inproc://x"),
        lambda: socket.unbind("inproc://x"),
        lambda: socket.disconnect("inproc://x"),
        lambda: socket.join("x"),
        lambda: socket.leave("x"),
        lambda: socket.connect_peer("inproc://x"),
        lambda: socket.monitor(None),
        lambda: socket.get_monitor_socket(),
        lambda: socket.disable_monitor(),
        lambda: zmq.Socket(socket),
        lambda: zmq.proxy(socket, socket),
    ):
        with pytest.raises(zmq.ZMQError, match="closed") as caught:
            call()
        assert caught.value.errno == zmq.ENOTSOCK


def test_socket_closes_at_the_end_of_a_block(context):
    with context.socket(zmq.PUSH) as socket:
        assert not socket.closed
    assert socket.closed


@pytest.mark.parametrize("linger", ["x", 1.5j, []])
def test_close_looks_at_linger_first(context, linger):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(TypeError):
        socket.close(linger)
    assert not socket.closed


@pytest.mark.parametrize("args", [(), (None, zmq.PUSH), (5, zmq.PUSH), ("x", zmq.PUSH)], ids=repr)
def test_a_socket_needs_a_context(args):
    with pytest.raises(TypeError, match=r"context"):
        zmq.Socket(*args)


def test_init_twice_is_refused(context):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(RuntimeError, match="twice"):
        socket.__init__(context, zmq.PUSH)


def test_a_socket_that_was_never_initialised_is_closed():
    socket = zmq.Socket.__new__(zmq.Socket)
    assert socket.closed
    assert "closed" in repr(socket)
    with pytest.raises(zmq.ZMQError):
        socket.send(b"x")
    socket.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda s: zmq.Socket(s),
        lambda s: zmq.Socket(shadow=s),
        lambda s: zmq.Socket.shadow(s),
        lambda s: zmq.Socket.shadow(s.underlying),
        lambda s: zmq.Socket(shadow=s.underlying),
        lambda s: zmq.Socket(zmq.Socket(s)),
        copy.copy,
        copy.deepcopy,
    ],
)
def test_a_shadow_uses_the_same_libzmq_socket(pair, make):
    one, other = pair
    shadow = make(one)
    assert shadow.underlying == one.underlying
    assert shadow.type == zmq.PAIR
    assert shadow.context is one.context
    shadow.send(b"x")
    assert other.recv() == b"x"
    del shadow
    gc.collect()
    assert not one.closed


def test_closing_the_owner_closes_the_shadows(context):
    socket = context.socket(zmq.PUSH)
    shadows = [zmq.Socket(socket), zmq.Socket.shadow(socket.underlying)]
    socket.close()
    assert all(shadow.closed for shadow in shadows)


def test_closing_a_shadow_closes_the_owner(context):
    socket = context.socket(zmq.PUSH)
    zmq.Socket(socket).close()
    assert socket.closed


@pytest.mark.parametrize("value", ["x", object(), 1.5])
def test_a_shadow_of_nonsense_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        zmq.Socket.shadow(value)


def test_a_socket_cannot_be_pickled(context):
    with pytest.raises(TypeError, match="endpoint"):
        pickle.dumps(context.socket(zmq.PUSH))


def test_sockets_are_equal_to_themselves_only(pair):
    one, other = pair
    assert one != other
    assert len({one, other, one}) == 2
    assert zmq.Socket(one) != one


def test_the_draft_fd_warns(context):
    socket = context.socket(zmq.SERVER)
    with pytest.warns(zmq.DraftFDWarning):
        descriptor = socket.fileno()
    assert descriptor >= 0
    with pytest.warns(zmq.DraftFDWarning):
        assert descriptor == socket.FD


def test_the_fd_of_a_socket_becomes_readable(pair):
    import select

    one, other = pair
    assert other.get(zmq.EVENTS) == zmq.POLLOUT
    one.send(b"x")
    readable, _, _ = select.select([other], [], [], 30)
    assert readable == [other]
    assert other.get(zmq.EVENTS) & zmq.POLLIN


def test_generic_sockets_have_an_alias():
    assert zmq.SyncSocket.__origin__ is zmq.Socket
    assert zmq.Socket[bytes].__args__ == (bytes,)


@pytest.mark.parametrize("name", ["bind", "connect", "unbind", "disconnect", "monitor"])
def test_nul_in_an_endpoint_is_refused(context, name):
    socket = context.socket(zmq.PAIR)
    with pytest.raises(zmq.ZMQError, match="no NUL") as caught:
        getattr(socket, name)("inproc://a\0b")
    assert caught.value.errno == errno.EINVAL


def test_random_ports_from_text(context):
    port = context.socket(zmq.PAIR).bind_to_random_port("tcp://127.0.0.1", "50000", "60000")
    assert 50000 <= port < 60000


@pytest.mark.parametrize("kind", [zmq.PUSH, zmq.DEALER], ids=["PUSH", "DEALER"])
@pytest.mark.parametrize("call", ["send", "send_multipart"])
def test_message_is_dropped_whole_when_its_peer_leaves(context, kind, call):
    socket = context.socket(kind)
    peer_kind = zmq.PULL if kind == zmq.PUSH else zmq.DEALER
    socket.bind("inproc://leaving")
    leaving = context.socket(peer_kind)
    leaving.connect("inproc://leaving")
    socket.send(b"head", zmq.SNDMORE)
    # This processes earlier commands, so that the next signal is the end of the peer.
    socket.get(zmq.EVENTS)
    leaving.close()
    assert select.select([socket.fileno()], [], [], TIMEOUT_S)[0]
    time.sleep(0.02)  # libzmq checks its mailbox only from time to time
    getattr(socket, call)(b"tail" if call == "send" else [b"middle", b"tail"])
    staying = context.socket(peer_kind)
    staying.connect("inproc://leaving")
    socket.send(b"whole")
    assert staying.recv_multipart() == [b"whole"]


def test_send_json_takes_the_options_of_send(pair):
    one, other = pair
    tracker = one.send_json({"a": [1] * 50_000}, copy=False, track=True, separators=(",", ":"))
    assert isinstance(tracker, zmq.MessageTracker)
    assert other.recv_json() == {"a": [1] * 50_000}
    tracker.wait(TIMEOUT_S)
