"""Patches of the UDP engine: RADIO, DISH and DGRAM over udp://."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import time
from pathlib import Path

import pytest
import wire
from wire import in_a_process, port_of, udp_socket

import zmq

pytestmark = pytest.mark.skipif(
    not zmq.DRAFT_API, reason="udp:// needs draft sockets, which this build lacks"
)


def bound_dish(context: zmq.Context, port: int, **options: int) -> zmq.Socket:
    dish = context.socket(zmq.DISH)
    for name, value in options.items():
        setattr(dish, name, value)
    dish.rcvtimeo = int(wire.PATIENCE * 1000)
    dish.bind(f"udp://127.0.0.1:{port}")
    dish.join("g")
    # A libzmq without the patches binds the socket some time later.
    deadline = time.monotonic() + wire.PATIENCE
    with udp_socket()[0] as raw:
        while time.monotonic() < deadline:
            raw.sendto(b"\x01gready", ("127.0.0.1", port))
            if dish.poll(20):
                break
    while dish.poll(20):
        assert dish.recv() == b"ready"
    return dish


def free_udp_port() -> int:
    """A port that was free a moment ago. Stock libzmq does not report the port that it binds."""
    probe, port = udp_socket()
    probe.close()
    return port


def udp_inodes() -> set[str]:
    """Return the inode numbers of this process's sockets; a new socket has a new number."""
    folder = Path("/proc/self/fd")
    found = set()
    for entry in folder.iterdir():
        try:
            target = os.readlink(entry)
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


@in_a_process
def test_group_length_of_0x80_is_not_negative() -> None:
    port = free_udp_port()
    with zmq.Context() as context, bound_dish(context, port) as dish, udp_socket()[0] as raw:
        for datagram in (b"\x80", b"\xff", b"\x80" + b"x" * 100, b"\xff" * 300, b""):
            raw.sendto(datagram, ("127.0.0.1", port))
        raw.sendto(b"\x01gbody", ("127.0.0.1", port))
        message = dish.recv(copy=False)
        while bytes(message) != b"body":
            message = dish.recv(copy=False)
        assert message.group == "g"


@wire.needs_resource
@in_a_process
def test_a_group_beyond_the_datagram_leaks_nothing() -> None:
    port = free_udp_port()

    def flood() -> int:
        for _ in range(400):
            for _ in range(100):
                raw.sendto(b"\x7fab", ("127.0.0.1", port))
            # A reply to the last datagram shows that the engine has processed the earlier ones.
            raw.sendto(b"\x01gend", ("127.0.0.1", port))
            assert dish.recv() == b"end"
        return wire.peak_memory()

    with zmq.Context() as context, bound_dish(context, port) as dish, udp_socket()[0] as raw:
        before = flood()
        growth = flood() - before
        # Stock libzmq leaks a message of 127 bytes for each of the 40000 datagrams.
        assert growth < 2_000_000, f"{growth} bytes more"


@in_a_process
def test_radio_refuses_messages_larger_than_a_datagram() -> None:
    port = free_udp_port()
    with (
        zmq.Context() as context,
        bound_dish(context, port) as dish,
        context.socket(zmq.RADIO) as radio,
    ):
        radio.linger = 0
        radio.connect(f"udp://127.0.0.1:{port}")
        for size in (1_000_000, 65_506):
            with pytest.raises(zmq.ZMQError, match="65507") as caught:
                radio.send(b"x" * size, group="g")
            assert caught.value.errno == zmq.EMSGSIZE
        for size in (8_191, 60_000, 65_505):
            radio.send(b"x" * size, group="g")
            assert len(dish.recv()) == size


@in_a_process
def test_dgram_refuses_too_large_messages_and_stays_usable() -> None:
    raw, port = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.linger = 0
        dgram.bind(f"udp://127.0.0.1:{free_udp_port()}")
        address = f"127.0.0.1:{port}".encode()
        for size in (1_000_000, 65_508):
            with pytest.raises(zmq.ZMQError, match="65507") as caught:
                dgram.send_multipart([address, b"x" * size])
            assert caught.value.errno == zmq.EMSGSIZE
        for size in (8_193, 65_507):
            dgram.send_multipart([address, b"x" * size])
            assert len(raw.recv(70_000)) == size


@in_a_process
def test_dgram_of_three_parts_is_refused_once() -> None:
    raw, port = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.linger = 0
        dgram.bind(f"udp://127.0.0.1:{free_udp_port()}")
        address = f"127.0.0.1:{port}".encode()
        dgram.send(address, zmq.SNDMORE)
        with pytest.raises(zmq.ZMQError):
            dgram.send(b"two", zmq.SNDMORE)
        dgram.send_multipart([address, b"whole"])
        assert raw.recv(100) == b"whole"


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="recognizes a socket by its entry in /proc"
)
@in_a_process
def test_socket_survives_a_datagram_that_cannot_be_sent() -> None:
    raw, port = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.linger = 0
        dgram.bind(f"udp://127.0.0.1:{free_udp_port()}")
        address = f"127.0.0.1:{port}".encode()
        dgram.send_multipart([address, b"before"])
        assert raw.recv(100) == b"before"
        sockets = udp_inodes()
        # The system refuses this with EACCES: a broadcast needs the option SO_BROADCAST.
        dgram.send_multipart([b"127.255.255.255:9", b"lost"])
        dgram.send_multipart([address, b"after"])
        assert raw.recv(100) == b"after"
        assert udp_inodes() == sockets


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="recognizes a socket by its entry in /proc"
)
@in_a_process
def test_socket_survives_a_wake_up_without_data() -> None:
    port = free_udp_port()
    with (
        zmq.Context() as context,
        bound_dish(context, port, rcvhwm=1) as dish,
        udp_socket()[0] as raw,
    ):
        raw.sendto(b"\x01gfirst", ("127.0.0.1", port))
        assert dish.recv() == b"first"
        sockets = udp_inodes()
        # Fill the pipe and empty it, several times; each time the engine tries to read more.
        for n in range(10):
            for _ in range(50):
                raw.sendto(b"\x01gx", ("127.0.0.1", port))
            while dish.poll(50):
                assert dish.recv() == b"x"
            assert udp_inodes() == sockets, f"round {n}"


@in_a_process
def test_bind_reports_a_port_that_is_taken() -> None:
    raw, port = udp_socket()
    with raw, zmq.Context() as context:
        for kind in (zmq.DISH, zmq.DGRAM):
            with context.socket(kind) as sock:
                with pytest.raises(zmq.ZMQError) as caught:
                    sock.bind(f"udp://127.0.0.1:{port}")
                assert caught.value.errno == zmq.EADDRINUSE


@pytest.mark.parametrize("kind", ["DISH", "DGRAM"])
@pytest.mark.parametrize("address", ["127.0.0.1", "*"])
def test_port_of_a_draft_socket_is_in_use(kind: str, address: str) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.DGRAM) as holder,
        context.socket(zmq.SocketType[kind]) as second,
    ):
        holder.bind("udp://127.0.0.1:*")
        port = port_of(holder.last_endpoint)
        with pytest.raises(zmq.ZMQError) as caught:
            second.bind(f"udp://{address}:{port}")
        assert caught.value.errno == zmq.EADDRINUSE
        holder.close()
        # the engine closes the UDP socket in another thread
        deadline = time.monotonic() + wire.PATIENCE
        while second.last_endpoint == b"":
            try:
                second.bind(f"udp://{address}:{port}")
            except zmq.ZMQError:
                assert time.monotonic() < deadline
                time.sleep(0.01)


def test_members_of_a_multicast_group_share_its_port() -> None:
    with zmq.Context() as context:
        context.rcvtimeo = int(wire.PATIENCE * 1000)
        with (
            context.socket(zmq.DISH) as one,
            context.socket(zmq.DISH) as other,
            context.socket(zmq.RADIO) as radio,
        ):
            endpoint = f"udp://127.0.0.1;239.0.0.7:{free_udp_port()}"
            for dish in (one, other):
                dish.bind(endpoint)
                dish.join("g")
            radio.connect(endpoint)
            radio.send(b"to both", group="g")
            assert [one.recv(), other.recv()] == [b"to both"] * 2


@wire.needs_resource
@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux delivers the groups of other sockets"
)
def test_a_dish_gets_its_own_multicast_group_only() -> None:
    port = free_udp_port()
    with zmq.Context() as context:
        context.rcvtimeo = int(wire.PATIENCE * 1000)
        with contextlib.ExitStack() as stack:
            dishes, radios = [], []
            for n in (7, 8):
                endpoint = f"udp://127.0.0.1;239.0.0.{n}:{port}"
                dish = stack.enter_context(context.socket(zmq.DISH))
                dish.bind(endpoint)
                dish.join("g")
                radio = stack.enter_context(context.socket(zmq.RADIO))
                radio.connect(endpoint)
                dishes.append(dish)
                radios.append(radio)
            for radio, body in zip(radios, (b"to 7", b"to 8"), strict=True):
                radio.send(body, group="g")
            assert [dish.recv() for dish in dishes] == [b"to 7", b"to 8"]
            assert not any(dish.poll(50) for dish in dishes)


@in_a_process
def test_connect_reports_that_no_socket_is_left() -> None:
    with zmq.Context() as context, context.socket(zmq.RADIO) as radio:
        radio.linger = 0
        held = []
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        try:
            while True:
                try:
                    held.append(socket.socket())
                except OSError:
                    break
            with pytest.raises(zmq.ZMQError) as caught:
                radio.connect("udp://127.0.0.1:9")
            assert caught.value.errno == errno.EMFILE
        finally:
            for sock in held:
                sock.close()


@in_a_process
def test_the_largest_datagram_is_delivered_whole() -> None:
    port = free_udp_port()
    with zmq.Context() as context, bound_dish(context, port) as dish, udp_socket()[0] as raw:
        for size in (8_191, 65_505):
            raw.sendto(b"\x01g" + b"x" * size, ("127.0.0.1", port))
            assert dish.recv() == b"x" * size


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback address")
@in_a_process
def test_dgram_over_ipv6() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as raw:
        raw.bind(("::1", 0))
        raw.settimeout(wire.PATIENCE)
        probe = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        probe.bind(("::1", 0))
        port = probe.getsockname()[1]
        probe.close()
        with zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
            dgram.linger = 0
            dgram.rcvtimeo = int(wire.PATIENCE * 1000)
            dgram.ipv6 = 1
            dgram.bind(f"udp://[::1]:{port}")
            raw.sendto(b"question", ("::1", port))
            sender, body = dgram.recv_multipart()
            assert body == b"question"
            assert sender == b"[::1]:%d\0" % raw.getsockname()[1]
            dgram.send_multipart([sender, b"answer"])
            assert raw.recv(100) == b"answer"


@in_a_process
def test_last_endpoint_has_the_port_that_was_chosen() -> None:
    with zmq.Context() as context, context.socket(zmq.DISH) as dish, udp_socket()[0] as raw:
        dish.rcvtimeo = int(wire.PATIENCE * 1000)
        dish.bind("udp://127.0.0.1:*")
        endpoint = dish.last_endpoint
        assert endpoint.startswith(b"udp://127.0.0.1:")
        dish.join("g")
        raw.sendto(b"\x01ghello", ("127.0.0.1", port_of(endpoint)))
        assert dish.recv() == b"hello"
        dish.unbind(endpoint)


@in_a_process
def test_send_on_an_unbound_dgram_fails() -> None:
    with zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.sndtimeo = 1000
        dgram.linger = 0
        for _ in range(2):
            with pytest.raises(zmq.ZMQError) as caught:
                dgram.send_multipart([b"127.0.0.1:9", b"body"])
            assert caught.value.errno == zmq.ENOTCONN


@pytest.mark.parametrize(
    "address",
    [
        b"",
        b"\0",
        b"127.0.0.1",
        b"127.0.0.1:",
        b"127.0.0.1:0",
        b"127.0.0.1:99999",
        b"127.0.0.1:1x",
        b"127.0.0.1:+1",
        b"127.0.0.1: 1",
        b"127.0.0.1:9\0more",
        b"127.0.0.1:9\0\0",
        b"localhost:9",
        b"[::1]:9",
    ],
)
def test_dgram_refuses_an_invalid_address(address: bytes) -> None:
    raw, port = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.bind("udp://127.0.0.1:*")
        with pytest.raises(zmq.ZMQError, match="address of the receiver") as caught:
            dgram.send_multipart([address, b"lost"])
        assert caught.value.errno == zmq.EINVAL
        dgram.send_multipart([b"127.0.0.1:%d" % port, b"found"])
        assert raw.recv(100) == b"found"


def test_dgram_has_one_endpoint_at_a_time() -> None:
    raw, _ = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.rcvtimeo = int(wire.PATIENCE * 1000)
        dgram.bind("udp://127.0.0.1:*")
        with pytest.raises(zmq.ZMQError, match="unbind") as caught:
            dgram.bind("udp://127.0.0.1:*")
        assert caught.value.errno == errno.EISCONN
        for n in range(20):
            dgram.unbind(dgram.last_endpoint)
            dgram.bind("udp://127.0.0.1:*")
            raw.sendto(b"%d" % n, ("127.0.0.1", port_of(dgram.last_endpoint)))
            sender, body = dgram.recv_multipart()
            assert body == b"%d" % n
            dgram.send_multipart([sender, b"back"])
            assert raw.recv(100) == b"back"


@in_a_process
def test_dgram_forgets_an_address_when_it_is_unbound() -> None:
    raw, port = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        for _ in range(20):
            dgram.bind("udp://127.0.0.1:*")
            dgram.send(b"127.0.0.1:%d" % port, zmq.SNDMORE)
            dgram.unbind(dgram.last_endpoint)
            dgram.bind("udp://127.0.0.1:*")
            with pytest.raises(zmq.ZMQError):
                dgram.send(b"127.0.0.1:9")
            dgram.send_multipart([b"127.0.0.1:%d" % port, b"whole"])
            assert raw.recv(100) == b"whole"
            dgram.unbind(dgram.last_endpoint)


@in_a_process
def test_limits_of_messages_leave_datagrams_alone() -> None:
    raw, _ = udp_socket()
    with raw, zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        dgram.max_parts = dgram.max_pending_bytes = 1
        dgram.rcvtimeo = int(wire.PATIENCE * 1000)
        dgram.bind("udp://127.0.0.1:*")
        for number in range(3):
            raw.sendto(b"%d" % number, ("127.0.0.1", port_of(dgram.last_endpoint)))
            assert dgram.recv_multipart()[1] == b"%d" % number


@pytest.mark.parametrize(
    "endpoint", ["tcp://127.0.0.1:*", "inproc://datagrams", "ws://127.0.0.1:*"]
)
def test_dgram_binds_to_udp_only(endpoint: str) -> None:
    with zmq.Context() as context, context.socket(zmq.DGRAM) as dgram:
        with pytest.raises(zmq.ZMQError) as caught:
            dgram.bind(endpoint)
        assert caught.value.errno == zmq.ENOCOMPATPROTO
