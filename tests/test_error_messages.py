"""Error messages: each names the wrong argument and says what to do."""

from __future__ import annotations

import asyncio
import pickle
import re
import warnings

import pytest

import zmq
import zmq.asyncio
import zmq.auth
from zmq.utils.monitor import recv_monitor_message

PATIENCE = 10_000  # ms


@pytest.fixture
def ctx():
    with zmq.Context() as context:
        yield context


@pytest.fixture
def push(ctx):
    with ctx.socket(zmq.PUSH) as socket:
        socket.linger = 0
        yield socket


@pytest.fixture
def pull(ctx):
    with ctx.socket(zmq.PULL) as socket:
        yield socket


def text_of(kind: type[BaseException], function, *args, **kwargs) -> str:
    """Return the text of the exception that a call raises."""
    with pytest.raises(kind) as caught:
        function(*args, **kwargs)
    return str(caught.value)


# ---------------------------------------------------------------------- Again


def test_failed_receive_names_its_timeout(pull):
    pull.rcvtimeo = 10
    error = text_of(zmq.Again, pull.recv)
    assert error == f"{zmq.strerror(zmq.EAGAIN)}: no message within RCVTIMEO (10 ms)"
    assert text_of(zmq.Again, pull.recv_multipart) == error
    assert text_of(zmq.Again, pull.recv_into, bytearray(1)) == error


def test_receive_without_waiting_says_so(pull):
    error = text_of(zmq.Again, pull.recv, zmq.DONTWAIT)
    assert error.endswith(": no message is there, and DONTWAIT does not wait")


def test_sub_without_subscription_says_so(ctx):
    with ctx.socket(zmq.SUB) as sub:
        for flags in (0, zmq.DONTWAIT):
            sub.rcvtimeo = 1
            error = text_of(zmq.Again, sub.recv, flags)
            assert "this SUB has no subscription: call subscribe()" in error
        sub.subscribe("a")
        assert "subscription" not in text_of(zmq.Again, sub.recv)


def test_again_keeps_number_and_pickles(pull):
    with pytest.raises(zmq.Again) as caught:
        pull.recv(zmq.DONTWAIT)
    copied = pickle.loads(pickle.dumps(caught.value))
    assert (caught.value.errno, copied.errno) == (zmq.EAGAIN, zmq.EAGAIN)
    assert str(copied) == str(caught.value)
    assert str(zmq.Again()) == zmq.strerror(zmq.EAGAIN)


def test_error_of_a_send_without_peer(push):
    push.bind("tcp://127.0.0.1:*")
    push.sndtimeo = 10
    assert text_of(zmq.Again, push.send, b"x").endswith(": no peer yet within SNDTIMEO (10 ms)")
    error = text_of(zmq.Again, push.send, b"x", zmq.DONTWAIT)
    assert error.endswith(": no peer yet, and DONTWAIT does not wait")


def test_error_of_a_full_queue(ctx, push, pull):
    push.sndhwm = pull.rcvhwm = 1
    push.sndtimeo = 10
    pull.bind("inproc://full")
    push.connect("inproc://full")
    with pytest.raises(zmq.Again) as caught:
        for _ in range(10):
            push.send(b"x")
    assert str(caught.value).endswith(
        ": the queue to the peer is full (SNDHWM 1): no room within SNDTIMEO (10 ms)"
    )
    with ctx.socket(zmq.PULL) as second:
        second.rcvhwm = 1
        second.bind("inproc://full-too")
        push.connect("inproc://full-too")
        with pytest.raises(zmq.Again) as caught:
            for _ in range(10):
                push.send(b"x", zmq.DONTWAIT)
    assert ": the queues to all 2 peers are full (SNDHWM 1): no room" in str(caught.value)


def test_router_reports_one_full_queue(ctx):
    with ctx.socket(zmq.ROUTER) as router, ctx.socket(zmq.DEALER) as dealer:
        router.linger = 0
        router.router_mandatory = 1
        router.sndhwm = dealer.rcvhwm = 1
        dealer.routing_id = b"slow"
        router.bind("inproc://router")
        dealer.connect("inproc://router")
        dealer.send(b"here")
        assert router.poll(PATIENCE)
        with ctx.socket(zmq.DEALER) as other:
            other.connect("inproc://router")
            other.send(b"here, too")
            router.recv_multipart()
            router.recv_multipart()
            with pytest.raises(zmq.Again, match=r"the queue to this peer is full \(SNDHWM 1\)"):
                for _ in range(10):
                    router.send_multipart([b"slow", b"x"], zmq.DONTWAIT)


# ---------------------------------------------------------------------- arguments


FLAGS = "flags is a zmq.Flag such as zmq.DONTWAIT, got 'NOBLOCK' (a str)"


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("recv", ()),
        ("recv_multipart", ()),
        ("recv_string", ()),
        ("recv_into", (bytearray(1),)),
        ("send", (b"",)),
        ("send_multipart", ([b""],)),
        ("send_many", ([b""],)),
    ],
)
@pytest.mark.parametrize("kind", [zmq.Socket, zmq.asyncio.Socket])
def test_wrong_flags_are_named(ctx, method, arguments, kind):
    with ctx.socket(zmq.PAIR, socket_class=kind) as socket:
        assert text_of(TypeError, getattr(socket, method), *arguments, flags="NOBLOCK") == FLAGS


def test_flags_may_be_any_integer(pull):
    for flags in (1, True, zmq.NOBLOCK):
        with pytest.raises(zmq.Again):
            pull.recv(flags)


def test_wrong_arguments_of_poll_are_named(pull):
    async def poll():
        with zmq.asyncio.Context() as context, context.socket(zmq.PULL) as awaiting:
            return text_of(TypeError, awaiting.poll, 10, "IN")

    error = text_of(TypeError, pull.poll, 10, "IN")
    assert error == "flags is zmq.POLLIN, zmq.POLLOUT or both, got 'IN' (a str)"
    assert asyncio.run(poll()) == error
    assert text_of(TypeError, pull.poll, "10") == (
        "timeout is a number of milliseconds or None, got '10' (a str)"
    )


def test_wrong_arguments_of_poller_are_named(pull):
    poller = zmq.Poller()
    assert text_of(TypeError, poller.register, pull, "IN").startswith("flags is zmq.POLLIN")
    assert "timeout is a number of milliseconds" in text_of(TypeError, poller.poll, "5")
    assert "timeout must be a number of seconds" in text_of(
        TypeError, zmq.select, [pull], [], [], "5"
    )


@pytest.mark.parametrize("linger", [float("inf"), float("nan")])
def test_linger_without_end_is_no_float(ctx, linger):
    with ctx.socket(zmq.PULL) as socket, pytest.raises(TypeError, match="-1 for ever"):
        socket.close(linger=linger)


@pytest.mark.parametrize("linger", [1.5, 0.0])
def test_computed_linger_may_be_a_float(linger):
    context = zmq.Context()
    first, second = context.socket(zmq.PULL), context.socket(zmq.PULL)
    first.close(linger=linger)
    context.destroy(linger=linger)
    assert first.closed
    assert second.closed


def test_wrong_linger_of_close_is_named(ctx):
    socket = ctx.socket(zmq.PULL)
    assert text_of(TypeError, socket.close, linger="0") == (
        "linger is a whole number of milliseconds, -1 for ever, or None, got '0' (a str)"
    )
    assert not socket.closed
    socket.close()


def test_wrong_sizes_are_named(pull):
    assert text_of(TypeError, pull.recv_many, "5").startswith("max_messages is a whole number")
    error = text_of(TypeError, pull.recv_into, bytearray(4), nbytes="4")
    assert error == "nbytes is a whole number, got '4' (a str)"


def test_wrong_number_of_threads_is_named():
    assert text_of(TypeError, zmq.Context, "2").startswith("io_threads is a number of threads")


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        ({}, "send_json()"),
        (3, "send_json()"),
        ([b"a"], "send_multipart()"),
        (None, "an empty message is b''"),
        (object(), "send_pyobj()"),
    ],
)
def test_send_names_method_for_other_types(push, data, hint):
    error = text_of(TypeError, push.send, data)
    assert error.startswith(f"a bytes-like object is required, not {type(data).__name__!r}")
    assert hint in error


# ---------------------------------------------------------------------- a forgotten await


def test_forgotten_await_is_named():
    async def forget():
        with zmq.asyncio.Context() as context, context.socket(zmq.PULL) as pull:
            pull.bind("inproc://await")
            future = pull.recv()
            for name in ("decode", "split", "bytes"):
                assert not hasattr(future, name)
                assert "`await` it" in text_of(AttributeError, getattr, future, name)
            assert "`await` it" in text_of(TypeError, lambda: future[0])
            with (
                context.socket(zmq.PUSH) as push,
                pytest.raises(TypeError, match=": await it, and send its result"),
            ):
                await push.send(future)
            future.cancel()

    asyncio.run(asyncio.wait_for(forget(), 30))


def test_asyncio_again_names_its_timeout():
    async def receive():
        with zmq.asyncio.Context() as context, context.socket(zmq.PULL) as pull:
            pull.rcvtimeo = 10
            with pytest.raises(zmq.Again, match=r"no message within RCVTIMEO \(10 ms\)"):
                await pull.recv()
            with pytest.raises(zmq.Again, match="DONTWAIT does not wait"):
                await pull.recv(zmq.DONTWAIT)
            with context.socket(zmq.PUSH) as push:
                push.sndtimeo = 10
                with pytest.raises(zmq.Again, match=r"no peer yet within SNDTIMEO \(10 ms\)"):
                    await push.send(b"")

    asyncio.run(asyncio.wait_for(receive(), 30))


# ---------------------------------------------------------------------- options


@pytest.mark.parametrize("name", ["fd", "FD", "type", "closed", "last_endpoint", "rcvmore"])
def test_read_only_attribute_says_so(pull, name):
    with pytest.raises((AttributeError, zmq.ZMQError), match=r"read only|not writable"):
        setattr(pull, name, 3 if name != "last_endpoint" else b"")


def test_option_of_other_types_names_them(pull):
    error = text_of(zmq.ZMQError, pull.subscribe, "")
    assert "(only SUB sockets have the option SUBSCRIBE, and this is a PULL)" in error
    error = text_of(zmq.ZMQError, setattr, pull, "router_mandatory", 1)
    assert "(only ROUTER sockets have the option ROUTER_MANDATORY, and this is a PULL)" in error


@pytest.mark.parametrize("value", [0.5, None, "10"])
def test_texts_give_times_in_milliseconds(pull, value):
    error = text_of(TypeError, setattr, pull, "rcvtimeo", value)
    assert "RCVTIMEO takes an int" in error
    if not isinstance(value, str):
        assert "of milliseconds, -1 for ever" in error


def test_long_routing_id_tells_its_length(ctx):
    with ctx.socket(zmq.DEALER) as dealer:
        error = text_of(zmq.ZMQError, dealer.set, zmq.ROUTING_ID, b"x" * 300)
        assert error.endswith("(option ROUTING_ID takes 1 to 255 bytes, got 300)")
        dealer.routing_id = b"\0abcd"  # reserved for ids that a ROUTER chooses, but accepted
        assert dealer.routing_id == b"\0abcd"


def test_text_for_an_option_names_its_type(pull):
    error = text_of(TypeError, pull.setsockopt, zmq.LINGER, "1")
    assert error == ("the option LINGER takes an int of milliseconds, -1 for ever, got the str '1'")
    error = text_of(TypeError, pull.setsockopt, zmq.ZAP_DOMAIN, "me")
    assert error == (
        "the option ZAP_DOMAIN takes bytes, got the str 'me': encode() it, or use set_string()"
    )


@pytest.mark.parametrize("method", ["bind", "connect"])
def test_text_of_bytes_as_endpoint_is_named(pull, method):
    error = text_of(zmq.ZMQError, getattr(pull, method), str(b"tcp://127.0.0.1:5555"))
    assert "this is the text of a bytes object" in error
    assert "last_endpoint.decode()" in error


def test_wildcard_is_for_bind_only(pull):
    error = text_of(zmq.ZMQError, pull.connect, "tcp://*:5555")
    assert "* is for bind only" in error
    assert "* is for bind only" not in text_of(zmq.ZMQError, pull.bind, "tcp://*:none")


def test_bytes_are_endpoints_with_wildcard_names(pull):
    with pull.bind(b"tcp://127.0.0.1:*") as bound:
        assert bound is pull
    pull.bind(b"tcp://127.0.0.1:*")
    pull.unbind(b"tcp://127.0.0.1:*")


@pytest.mark.parametrize("size", [0, 5, 31, 41])
def test_keys_of_wrong_size_tell_it(pull, size):
    error = text_of(zmq.ZMQError, setattr, pull, "curve_secretkey", b"s" * size)
    assert f"CURVE_SECRETKEY takes 40 characters of Z85 or 32 bytes, got {size})" in error
    assert "sss" not in error


def test_key_as_text_is_not_shown(pull):
    error = text_of(TypeError, setattr, pull, "curve_secretkey", "s" * 40)
    assert "CURVE_SECRETKEY takes bytes, got a str: encode() it" in error
    assert "sss" not in error


def test_misspelt_option_names_the_likely_one(ctx, pull):
    assert "did you mean 'rcvtimeo'?" in text_of(AttributeError, setattr, pull, "rcvtimeout", 1)
    assert "did you mean 'linger'?" in text_of(AttributeError, setattr, ctx, "lingr", 1)
    assert "did you mean 'linger'?" in text_of(AttributeError, getattr, ctx, "lingr")
    assert "did you mean" not in text_of(AttributeError, setattr, pull, "qwertyuiop", 1)


# ---------------------------------------------------------------------- endpoints, security


@pytest.mark.parametrize("addr", ["tcp://127.0.0.1:5555", "tcp://*:*", "ws://127.0.0.1:80"])
def test_random_port_of_endpoint_with_port(pull, addr):
    error = text_of(zmq.ZMQError, pull.bind_to_random_port, addr)
    without = addr.rpartition(":")[0]
    assert f"The endpoint has a port already: pass {without!r} to bind_to_random_port()," in error


@pytest.mark.parametrize(
    ("endpoint", "advice"),
    [
        ("tcp://127.0.0.1:*", "or bind to port * and read last_endpoint"),
        ("inproc://taken", "another socket of this context is bound to this name"),
    ],
)
def test_address_in_use_says_what_to_do(ctx, pull, endpoint, advice):
    pull.bind(endpoint)
    with ctx.socket(zmq.PULL) as second:
        assert advice in text_of(zmq.ZMQError, second.bind, pull.last_endpoint)


def test_ipv6_address_without_the_option_names_it(pull):
    error = text_of(zmq.ZMQError, pull.bind, "tcp://[::1]:*")
    assert error.endswith(": IPv6 is off; set the option ipv6 to 1 before bind")


def test_unknown_transport_names_those_there_are(pull):
    error = text_of(zmq.ZMQError, pull.bind, "http://127.0.0.1:80")
    assert "the transports of this build are tcp, inproc, udp" in error


def test_refused_value_names_those_allowed(ctx, pull):
    error = text_of(zmq.ZMQError, pull.set, zmq.HEARTBEAT_TTL, 10_000_000)
    assert "does not take 10000000 on PULL sockets; its value: int, in ms, up to 6553599" in error
    error = text_of(zmq.ZMQError, ctx.set, zmq.IO_THREADS, -1)
    assert "context option IO_THREADS does not take -1 now; its value: int, 0 or more" in error


def test_option_that_does_not_exist_says_so(ctx, pull):
    for call in (lambda: pull.set(9999, 1), lambda: pull.get(9999)):
        assert "there is no option 9999" in text_of(zmq.ZMQError, call)
    for call in (lambda: ctx.set(9999, 1), lambda: ctx.get(9999)):
        assert "there is no context option 9999" in text_of(zmq.ZMQError, call)


def test_second_authenticator_gets_a_clear_error(ctx):
    first, second = zmq.auth.Authenticator(ctx), zmq.auth.Authenticator(ctx)
    first.start()
    try:
        with pytest.raises(
            zmq.ZMQError, match="the context has an authenticator already"
        ) as caught:
            second.start()
        assert caught.value.errno == zmq.EADDRINUSE
    finally:
        first.stop()


def test_bytes_as_passwords_warn(ctx):
    authenticator = zmq.auth.Authenticator(ctx)
    with pytest.warns(RuntimeWarning, match="users and passwords of PLAIN must be str") as caught:
        authenticator.configure_plain("*", {"user": b"secret"})
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        authenticator.configure_plain("*", {"user": "secret"})


def end_of_handshake(monitor) -> int:
    """The event at the end of a handshake, successful or not."""
    ends = zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    ends |= zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    while monitor.poll(PATIENCE):
        event = recv_monitor_message(monitor)["event"]
        if event & ends:
            return event
    raise AssertionError("no handshake has ended")


@pytest.fixture
def refused_client(ctx):
    """A function that connects a PUSH with the given keys, and expects a warning and a refusal."""
    if not zmq.has("curve"):
        pytest.skip("this build has no CURVE")
    public, secret = zmq.curve_keypair()
    with ctx.socket(zmq.PULL) as server, ctx.socket(zmq.PUSH) as client:
        server.curve_server, server.curve_secretkey = 1, secret
        monitor = server.get_monitor_socket()
        server.bind("tcp://127.0.0.1:*")
        client.linger = 0
        client.curve_serverkey = public

        def connect(expected, public_key=None, secret_key=None):
            if public_key:
                client.curve_publickey = public_key
            if secret_key:
                client.curve_secretkey = secret_key
            with pytest.warns(RuntimeWarning, match=expected) as got:
                client.connect(server.last_endpoint)
            assert got[0].filename == __file__
            # the handshake fails: a program that works never gets this warning
            assert end_of_handshake(monitor) != zmq.EVENT_HANDSHAKE_SUCCEEDED

        yield connect
        server.disable_monitor()
        monitor.close()


@pytest.mark.parametrize("given", ["none", "public_key", "secret_key"])
def test_curve_client_without_keys_warns(refused_client, given):
    keys = dict(zip(("public_key", "secret_key"), zmq.curve_keypair(), strict=True))
    mine = {name: key for name, key in keys.items() if name == given}
    refused_client("a CURVE client without a key of its own", **mine)


def test_curve_client_with_mixed_keys_warns(refused_client):
    expected = "^curve_publickey and curve_secretkey of a CURVE client are not a pair"
    refused_client(expected, zmq.curve_keypair()[0], zmq.curve_keypair()[1])


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
def test_curve_server_without_key_warns(ctx):
    with ctx.socket(zmq.PULL) as server:
        server.curve_server = 1
        with pytest.warns(RuntimeWarning, match="a CURVE server without a key of its own"):
            server.bind("tcp://127.0.0.1:*")


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
def test_server_that_becomes_a_client_warns(ctx):
    with ctx.socket(zmq.PULL) as server:
        server.curve_server = 1
        with pytest.warns(RuntimeWarning, match="curve_serverkey makes this socket a CURVE client"):
            server.curve_serverkey = zmq.curve_keypair()[0]
        assert server.curve_server == 0
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            server.curve_serverkey = zmq.curve_keypair()[0]


def test_enforced_domain_that_is_empty_warns(push, pull):
    pull.zap_enforce_domain = 1
    with pytest.warns(RuntimeWarning, match="zap_domain is empty: .* accepts all peers") as caught:
        pull.bind("tcp://127.0.0.1:*")
    assert caught[0].filename == __file__
    push.zap_enforce_domain, push.zap_domain = 1, b"domain"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        push.bind("tcp://127.0.0.1:*")


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
def test_curve_with_keys_does_not_warn(ctx):
    public, secret = zmq.curve_keypair()
    with ctx.socket(zmq.PULL) as server, ctx.socket(zmq.PUSH) as client:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            server.curve_server, server.curve_secretkey = 1, secret
            server.bind("tcp://127.0.0.1:*")
            client.curve_serverkey = public
            client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
            client.connect(server.last_endpoint)
            # inproc has no handshake
            with ctx.socket(zmq.PUSH) as near:
                near.curve_serverkey = public
                near.bind("inproc://curve")
        client.send(b"secret")
        assert server.poll(PATIENCE)


def test_plain_without_authenticator_is_an_event(ctx):
    with ctx.socket(zmq.PULL) as server, ctx.socket(zmq.PUSH) as client:
        server.plain_server = 1
        monitor = server.get_monitor_socket()
        server.bind("tcp://127.0.0.1:*")
        client.linger = 0
        client.plain_username, client.plain_password = b"user", b"secret"
        client.connect(server.last_endpoint)
        assert end_of_handshake(monitor) != zmq.EVENT_HANDSHAKE_SUCCEEDED
        server.disable_monitor()
        monitor.close()


# ---------------------------------------------------------------------- recv(timeout=ms)


RECEIVES = {
    "recv": (lambda push, data: push.send(data), b"1"),
    "recv_multipart": (lambda push, data: push.send_multipart(data), [b"1", b"2"]),
    "recv_string": (lambda push, data: push.send_string(data), "1"),
    "recv_json": (lambda push, data: push.send_json(data), {"a": 1}),
    "recv_pyobj": (lambda push, data: push.send_pyobj(data), (1, 2)),
}


@pytest.mark.parametrize("method", RECEIVES)
def test_receive_takes_timeout(push, pull, method):
    send, data = RECEIVES[method]
    pull.bind("inproc://timeout")
    push.connect("inproc://timeout")
    receive = getattr(pull, method)
    error = text_of(zmq.Again, receive, timeout=5)
    assert error.endswith(": no message within timeout (5 ms)")
    assert "within timeout (0 ms)" in text_of(zmq.Again, receive, timeout=0)
    assert "DONTWAIT" in text_of(zmq.Again, receive, zmq.DONTWAIT, timeout=PATIENCE)
    send(push, data)
    assert receive(timeout=PATIENCE) == data
    send(push, data)
    assert receive(timeout=-1) == data
    assert text_of(TypeError, receive, timeout="5").startswith("timeout is a number of millisec")


@pytest.mark.parametrize("method", RECEIVES)
def test_asyncio_receive_takes_timeout(method):
    send, data = RECEIVES[method]

    async def receive():
        context = zmq.asyncio.Context()
        with context, context.socket(zmq.PULL) as pull, context.socket(zmq.PUSH) as push:
            pull.bind("inproc://timeout")
            push.connect("inproc://timeout")
            for timeout in (0, 5):
                with pytest.raises(zmq.Again, match=rf"within timeout \({timeout} ms\)"):
                    await getattr(pull, method)(timeout=timeout)
            pull.rcvtimeo = 1
            waits = getattr(pull, method)(timeout=PATIENCE)
            await send(push, data)
            assert await waits == data

    asyncio.run(asyncio.wait_for(receive(), 30))


def test_receive_with_timeout_gives_frames(push, pull):
    pull.bind("inproc://frames")
    push.connect("inproc://frames")
    push.send(b"1")
    frame = pull.recv(copy=False, timeout=PATIENCE)
    assert isinstance(frame, zmq.Frame)
    assert frame.bytes == b"1"


# ---------------------------------------------------------------------- signatures


def test_signatures_show_types_and_flags():
    import inspect

    assert str(inspect.signature(zmq.Socket.recv)) == (
        "(self, flags: 'int | Flag' = 0, copy: 'bool' = True, track: 'bool' = False, *,"
        " timeout: 'float | None' = None) -> 'bytes | Frame'"
    )
    poll = inspect.signature(zmq.Socket.poll).parameters["flags"]
    assert (poll.default, poll.annotation) == (zmq.POLLIN, "int | PollEvent")
    assert re.search(r"POLLIN", repr(poll.default))
    for method in ("send", "send_multipart", "recv_multipart", "recv_many", "get", "set"):
        parameters = inspect.signature(getattr(zmq.Socket, method)).parameters.values()
        missing = [one.name for one in parameters if one.annotation is inspect.Parameter.empty]
        assert missing in (["self"], ["self", "optval"])
