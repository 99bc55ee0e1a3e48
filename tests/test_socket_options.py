"""Options of sockets: the type of each, and all the ways to name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zmq
from zmq._option_texts import option_texts
from zmq.constants import SocketOption, _OptType

_READ_ONLY = sorted(name for name, text in option_texts().items() if "read only" in text.value)

_INTS = sorted({int(o): o for o in SocketOption if o._opt_type == _OptType.int}.values(), key=int)
_BYTES = sorted(
    {int(o): o for o in SocketOption if o._opt_type == _OptType.bytes}.values(), key=int
)

# Each option of this libzmq returns the value that was set: (option, type, value).
_SETTABLE = [
    ("AFFINITY", zmq.PUSH, 5),
    ("AFFINITY", zmq.PUSH, 2**63 - 1),
    ("ROUTING_ID", zmq.DEALER, b"me\0you"),
    ("ROUTING_ID", zmq.DEALER, b"x" * 255),
    ("RATE", zmq.SUB, 50),
    ("RECOVERY_IVL", zmq.SUB, 5),
    ("SNDBUF", zmq.PUSH, 4096),
    ("RCVBUF", zmq.PULL, 4096),
    ("LINGER", zmq.PUSH, -1),
    ("LINGER", zmq.PUSH, 2**31 - 1),
    ("RECONNECT_IVL", zmq.PUSH, 7),
    ("RECONNECT_IVL_MAX", zmq.PUSH, 7),
    ("BACKLOG", zmq.PUSH, 7),
    ("MAXMSGSIZE", zmq.PULL, 2**40),
    ("MAXMSGSIZE", zmq.PULL, -1),
    ("SNDHWM", zmq.PUSH, 0),
    ("RCVHWM", zmq.PULL, 7),
    ("MULTICAST_HOPS", zmq.PUB, 3),
    ("RCVTIMEO", zmq.PULL, 7),
    ("SNDTIMEO", zmq.PUSH, 7),
    ("TCP_KEEPALIVE", zmq.PUSH, 1),
    ("TCP_KEEPALIVE_CNT", zmq.PUSH, 3),
    ("TCP_KEEPALIVE_IDLE", zmq.PUSH, 3),
    ("TCP_KEEPALIVE_INTVL", zmq.PUSH, 3),
    ("IMMEDIATE", zmq.PUSH, 1),
    ("IPV6", zmq.PUSH, 1),
    ("IPV4ONLY", zmq.PUSH, 0),
    ("PLAIN_SERVER", zmq.PUSH, 1),
    ("PLAIN_USERNAME", zmq.PUSH, b"admin"),
    ("PLAIN_PASSWORD", zmq.PUSH, b"secret"),
    ("CURVE_SERVER", zmq.PUSH, 1),
    ("ZAP_DOMAIN", zmq.PUSH, b"domain"),
    ("TOS", zmq.PUSH, 4),
    ("HANDSHAKE_IVL", zmq.PUSH, 5),
    ("SOCKS_PROXY", zmq.PUSH, b"127.0.0.1:1"),
    ("INVERT_MATCHING", zmq.PUB, 1),
    ("HEARTBEAT_IVL", zmq.PUSH, 5),
    ("HEARTBEAT_TTL", zmq.PUSH, 500),
    ("HEARTBEAT_TIMEOUT", zmq.PUSH, 5),
    ("CONNECT_TIMEOUT", zmq.PUSH, 5),
    ("TCP_MAXRT", zmq.PUSH, 5),
    ("MULTICAST_MAXTPDU", zmq.PUB, 1000),
    ("USE_FD", zmq.PUSH, 7),
    ("BINDTODEVICE", zmq.PUSH, b"lo"),
    ("ZAP_ENFORCE_DOMAIN", zmq.PUSH, 1),
    ("MULTICAST_LOOP", zmq.PUB, 0),
    ("ROUTER_NOTIFY", zmq.ROUTER, 3),
    ("IN_BATCH_SIZE", zmq.PUSH, 4096),
    ("OUT_BATCH_SIZE", zmq.PUSH, 4096),
    ("SOCKS_USERNAME", zmq.PUSH, b"name"),
    ("SOCKS_PASSWORD", zmq.PUSH, b"word"),
    ("RECONNECT_STOP", zmq.PUSH, 1),
    ("PRIORITY", zmq.PUSH, 3),
    ("CONFLATE", zmq.PULL, 1),
    ("BUSY_POLL", zmq.PULL, 7),
    ("LOOPBACK_FASTPATH", zmq.PUSH, 1),
    ("MAX_PARTS", zmq.PULL, 7),
    ("MAX_PENDING_BYTES", zmq.PULL, 2**40),
]

# These can only be set.
_WRITE_ONLY = [
    ("SUBSCRIBE", zmq.SUB, b"topic"),
    ("UNSUBSCRIBE", zmq.SUB, b"topic"),
    ("ROUTER_MANDATORY", zmq.ROUTER, 1),
    ("ROUTER_HANDOVER", zmq.ROUTER, 1),
    ("ROUTER_RAW", zmq.ROUTER, 1),
    ("PROBE_ROUTER", zmq.DEALER, 1),
    ("REQ_CORRELATE", zmq.REQ, 1),
    ("REQ_RELAXED", zmq.REQ, 1),
    ("CONNECT_ROUTING_ID", zmq.ROUTER, b"peer"),
    ("XPUB_VERBOSE", zmq.XPUB, 1),
    ("XPUB_VERBOSER", zmq.XPUB, 1),
    ("XPUB_NODROP", zmq.XPUB, 1),
    ("XPUB_MANUAL", zmq.XPUB, 1),
    ("XPUB_WELCOME_MSG", zmq.XPUB, b"hi"),
    ("STREAM_NOTIFY", zmq.STREAM, 0),
    ("ONLY_FIRST_SUBSCRIBE", zmq.XPUB, 1),
    ("XPUB_MANUAL_LAST_VALUE", zmq.XPUB, 1),
    ("HELLO_MSG", zmq.ROUTER, b"hello"),
    ("DISCONNECT_MSG", zmq.ROUTER, b"bye"),
    ("METADATA", zmq.PUSH, b"X-key:value"),
    ("HICCUP_MSG", zmq.DEALER, b"broken"),
    ("TCP_ACCEPT_FILTER", zmq.PULL, b"127.0.0.1"),
    ("XSUB_VERBOSE_UNSUBSCRIBE", zmq.XSUB, 1),
]

# Options with tests of their own, and those that some builds lack.
_NOT_LISTED = ("BLOCKY", "HWM", "CURVE_", "IPC_FILTER_", "GSSAPI_", "NORM_", "VMCI_", "WSS_")


def test_every_option_is_in_a_list():
    listed = {*_READ_ONLY, *(name for name, *_ in _SETTABLE + _WRITE_ONLY)}
    missing = {option.name for option in SocketOption} - listed
    assert [name for name in missing if not name.startswith(_NOT_LISTED)] == []


@pytest.mark.parametrize(("name", "kind", "value"), _SETTABLE)
def test_an_option_is_read_as_it_was_set(context, name, kind, value):
    socket = context.socket(kind)
    socket.set(SocketOption[name], value)
    assert socket.get(SocketOption[name]) == value
    assert socket.get(int(SocketOption[name])) == value
    assert socket.getsockopt(SocketOption[name]) == value
    assert getattr(socket, name) == value
    assert getattr(socket, name.lower()) == value


@pytest.mark.parametrize(("name", "kind", "value"), _SETTABLE + _WRITE_ONLY)
@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_an_option_is_set_as_an_attribute(context, name, kind, value, spelling):
    setattr(context.socket(kind), spelling(name), value)


@pytest.mark.parametrize(("name", "kind", "value"), _WRITE_ONLY)
def test_reading_a_write_only_option_is_explained(context, name, kind, value):
    socket = context.socket(kind)
    with pytest.raises(zmq.ZMQError, match=name) as caught:
        socket.get(SocketOption[name])
    assert caught.value.errno == zmq.EINVAL
    with pytest.raises(AttributeError, match="write-only"):
        getattr(socket, name)
    if name not in ("SUBSCRIBE", "UNSUBSCRIBE"):  # lower-case names are the methods
        assert not hasattr(socket, name.lower())


@pytest.mark.parametrize("name", sorted(_READ_ONLY))
def test_setting_a_read_only_option_is_explained(context, name):
    socket = context.socket(zmq.SUB)
    value = b"x" if SocketOption[name]._opt_type == _OptType.bytes else 1
    assert socket.get(SocketOption[name]) is not None
    with pytest.raises(zmq.ZMQError, match=f"{name} is read only") as caught:
        socket.set(SocketOption[name], value)
    assert caught.value.errno == zmq.EINVAL


@pytest.mark.parametrize("option", _INTS, ids=lambda o: o.name)
def test_an_option_of_ints_takes_nothing_else(context, option):
    socket = context.socket(zmq.DEALER)
    for value in (b"1", None, 1.0, [], object()):
        with pytest.raises(TypeError, match=rf"{option.name}.*int"):
            socket.set(option, value)


@pytest.mark.parametrize("option", _BYTES, ids=lambda o: o.name)
def test_an_option_of_bytes_takes_nothing_else(context, option):
    socket = context.socket(zmq.DEALER)
    for value in (1, None, 1.0, []):
        with pytest.raises(TypeError, match=rf"{option.name}.*bytes"):
            socket.set(option, value)


@pytest.mark.parametrize("option", _BYTES, ids=lambda o: o.name)
def test_a_str_points_at_set_string(context, option):
    with pytest.raises(TypeError, match=r"use set_string\(\)"):
        context.socket(zmq.DEALER).set(option, "x")


@pytest.mark.parametrize("option", _INTS, ids=lambda o: o.name)
def test_a_str_is_no_number(context, option):
    with pytest.raises(TypeError, match=f"{option.name} takes an int.*got the str 'x'"):
        context.socket(zmq.DEALER).set(option, "x")


@pytest.mark.parametrize("option", list(SocketOption.__members__))
def test_every_option_can_be_asked_for(context, option):
    """Every read returns a value of the right type or raises an exception."""
    socket = context.socket(zmq.DEALER)
    try:
        value = socket.get(SocketOption[option])
    except zmq.ZMQError as error:
        assert error.errno in (zmq.EINVAL, zmq.ENOTSUP)
    else:
        expected = bytes if SocketOption[option]._opt_type == _OptType.bytes else int
        assert isinstance(value, expected)


@given(number=st.integers(-(2**31), 2**31 - 1), value=st.integers() | st.binary(max_size=300))
def test_any_number_is_an_option_or_an_error(number, value):
    with zmq.Context() as context, context.socket(zmq.PAIR) as socket:
        for call in (lambda: socket.set(number, value), lambda: socket.get(number)):
            try:
                call()
            except (zmq.ZMQError, TypeError, OverflowError):
                pass
        socket.set(zmq.LINGER, 0)


@pytest.mark.parametrize("option", [2**31, -(2**31) - 1, 2**70])
def test_number_other_than_int_is_refused(context, option):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(OverflowError):
        socket.get(option)
    with pytest.raises(OverflowError):
        socket.set(option, 1)


@pytest.mark.parametrize("option", ["LINGER", None, b"x", []])
def test_an_option_is_a_number(context, option):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(TypeError):
        socket.get(option)
    with pytest.raises(TypeError):
        socket.set(option, 1)


@pytest.mark.parametrize(("name", "value"), [("LINGER", 2**31), ("MAXMSGSIZE", 2**63)])
def test_an_int_too_large_is_refused(context, name, value):
    with pytest.raises(OverflowError):
        context.socket(zmq.PUSH).set(SocketOption[name], value)


@pytest.mark.parametrize("view", [bytes, bytearray, memoryview])
def test_bytes_may_come_in_any_buffer(context, view):
    socket = context.socket(zmq.DEALER)
    socket.routing_id = view(b"abc")
    assert socket.routing_id == b"abc"


def test_hwm_is_both(context):
    socket = context.socket(zmq.DEALER)
    socket.hwm = 7
    assert (socket.hwm, socket.sndhwm, socket.rcvhwm, socket.get_hwm()) == (7, 7, 7, 7)
    socket.set_hwm(8)
    assert (socket.sndhwm, socket.rcvhwm) == (8, 8)
    with pytest.raises(zmq.ZMQError, match="SNDHWM"):
        socket.hwm = -1


def test_old_names_of_options_work(context):
    socket = context.socket(zmq.DEALER)
    socket.identity = b"me"
    assert socket.IDENTITY == socket.routing_id == b"me"
    router = context.socket(zmq.ROUTER)
    router.connect_rid = b"you"


def test_text_options(context):
    socket = context.socket(zmq.DEALER)
    socket.set_string(zmq.ROUTING_ID, "naïve")
    assert socket.get_string(zmq.ROUTING_ID) == "naïve"
    socket.setsockopt_string(zmq.ROUTING_ID, "naïve", encoding="latin-1")
    assert socket.get(zmq.ROUTING_ID) == "naïve".encode("latin-1")
    assert socket.getsockopt_string(zmq.ROUTING_ID, "latin-1") == "naïve"
    assert socket.getsockopt_unicode(zmq.ROUTING_ID, "latin-1") == "naïve"


def test_text_functions_refuse_other_types(context):
    socket = context.socket(zmq.DEALER)
    with pytest.raises(TypeError, match="str"):
        socket.set_string(zmq.ROUTING_ID, b"x")
    with pytest.raises(TypeError, match="string"):
        socket.get_string(zmq.LINGER)
    with pytest.raises(zmq.ZMQError):
        socket.get_string(9999)


def test_curve_keys_are_read_as_text(context):
    public, secret = zmq.curve_keypair()
    socket = context.socket(zmq.DEALER)
    socket.curve_publickey = public
    socket.curve_secretkey = secret
    socket.curve_serverkey = public
    assert socket.get(zmq.CURVE_PUBLICKEY) == socket.curve_publickey == public
    assert socket.get(zmq.CURVE_SECRETKEY) == secret
    assert socket.get(zmq.CURVE_SERVERKEY) == public
    assert socket.mechanism == zmq.CURVE


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 41, b"\xff" * 40])
def test_invalid_key_is_refused(context, key):
    with pytest.raises(zmq.ZMQError, match="CURVE_PUBLICKEY"):
        context.socket(zmq.DEALER).set(zmq.CURVE_PUBLICKEY, key)


def test_a_topic_may_be_text(context):
    subscriber = context.socket(zmq.SUB)
    publisher = context.socket(zmq.XPUB)
    publisher.bind("inproc://topics")
    subscriber.connect("inproc://topics")
    for subscribe, topic in (
        (lambda: subscriber.subscribe("a"), b"\1a"),
        (lambda: subscriber.subscribe(b"b"), b"\1b"),
        (lambda: setattr(subscriber, "subscribe", "c"), b"\1c"),
        (lambda: setattr(subscriber, "SUBSCRIBE", "d"), b"\1d"),
        (lambda: subscriber.unsubscribe("a"), b"\0a"),
        (lambda: setattr(subscriber, "UNSUBSCRIBE", b"b"), b"\0b"),
        (lambda: subscriber.set_string(zmq.UNSUBSCRIBE, "c"), b"\0c"),
    ):
        subscribe()
        assert publisher.recv() == topic


def test_subscribing_is_for_subscribers(context):
    with pytest.raises(zmq.ZMQError, match="PUSH"):
        context.socket(zmq.PUSH).subscribe(b"")
    with pytest.raises(TypeError):
        context.socket(zmq.SUB).subscribe(5)


def test_attributes_other_than_options_are_refused(context):
    socket = context.socket(zmq.PUSH)
    with pytest.raises(AttributeError):
        socket.foo  # noqa: B018
    with pytest.raises(AttributeError, match="FOO"):
        socket.foo = 1
    with pytest.raises(AttributeError, match="closed"):
        socket.closed = True
    with pytest.raises(AttributeError, match="linger"):
        del socket.linger


def test_subclasses_may_declare_attributes(context):
    class Annotated(zmq.Socket):
        name: str
        count = 0

    socket = context.socket(zmq.PUSH, socket_class=Annotated)
    socket.name = "x"
    socket.count = 5
    socket._private = 7
    assert (socket.name, socket.count, socket._private) == ("x", 5, 7)
    with pytest.raises(AttributeError):
        socket.other = 1


def test_options_are_found_on_the_class():
    assert "linger" in repr(zmq.Socket.linger)
    assert "unsent messages" in zmq.Socket.linger.__doc__
    assert "LINGER" in dir(zmq.Socket)
    assert "rcvtimeo" in dir(zmq.Socket)


def test_the_type_of_a_socket_is_an_enum(context):
    socket = context.socket(7)
    assert socket.type is zmq.SocketType.PULL
    assert socket.TYPE == 7
    with pytest.warns(DeprecationWarning, match="socket_type"):
        assert socket.socket_type is zmq.SocketType.PULL


def test_options_of_a_closed_socket(context):
    socket = context.socket(zmq.PUSH)
    socket.close()
    for call in (
        lambda: socket.linger,
        lambda: setattr(socket, "linger", 0),
        lambda: socket.get(zmq.ROUTING_ID),
        lambda: socket.set(zmq.ROUTING_ID, b"x"),
        lambda: socket.fileno(),
        lambda: socket.hwm,
    ):
        with pytest.raises(zmq.ZMQError, match="closed") as caught:
            call()
        assert caught.value.errno == zmq.ENOTSOCK


@pytest.mark.parametrize("value", [b"tale" * 100, "tale"])
@pytest.mark.parametrize(
    "option", [zmq.PLAIN_PASSWORD, zmq.CURVE_SECRETKEY, zmq.SOCKS_PASSWORD], ids=lambda o: o.name
)
def test_error_does_not_show_a_secret(context, option, value):
    socket = context.socket(zmq.PUSH)
    with pytest.raises((zmq.ZMQError, TypeError), match=option.name) as raised:
        socket.set(option, value)
    assert "tale" not in str(raised.value)
