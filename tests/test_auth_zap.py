"""ZAP 1.0 (ZeroMQ RFC 27): every request gets the right reply."""

from __future__ import annotations

import asyncio
import logging

import pytest
from auth_clients import running
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import TIMEOUT_MS

import zmq
from zmq.auth import Authenticator
from zmq.auth.asyncio import AsyncioAuthenticator
from zmq.utils import z85

ENDPOINT = "inproc://zeromq.zap.01"
KEY = bytes(range(32))


@pytest.fixture(params=["thread", "asyncio"])
def auth(request, ctx):
    with running(request.param, ctx) as authenticator:
        yield authenticator


@pytest.fixture
def ask(ctx, auth):
    """A function that sends a request to the handler and returns its reply."""
    with ctx.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.rcvtimeo = TIMEOUT_MS
        socket.connect(ENDPOINT)

        def ask(request):
            socket.send_multipart(request)
            return socket.recv_multipart()

        yield ask


def request(
    mechanism=b"NULL",
    *credentials,
    version=b"1.0",
    request_id=b"1",
    domain=b"",
    address=b"127.0.0.1",
    routing_id=b"",
):
    return [version, request_id, domain, address, routing_id, mechanism, *credentials]


def refusal(text, request_id=b"1"):
    return [b"1.0", request_id, b"400", text, b"", b""]


def acceptance(user_id, request_id=b"1"):
    return [b"1.0", request_id, b"200", b"OK", user_id, b""]


def test_null_is_anonymous(ask):
    assert ask(request()) == acceptance(b"anonymous")


@pytest.mark.parametrize("request_id", [b"", b"7", b"\xff\x00", b"x" * 255])
def test_request_id_is_returned_as_it_is(ask, request_id):
    assert ask(request(request_id=request_id)) == acceptance(b"anonymous", request_id)


def test_folder_without_certificates_is_logged(auth, caplog, tmp_path):
    auth.configure_curve("*", tmp_path)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert f"No certificates (*.key) in {tmp_path}: all CURVE clients" in caplog.text


def test_refusal_is_logged_at_info(ask, auth, caplog):
    caplog.set_level("INFO", "zmq.auth")
    auth.deny("127.0.0.1")
    ask(request())
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "DENIED '127.0.0.1' (b'NULL'): Address denied" in caplog.text


@pytest.mark.parametrize("version", [b"", b"1", b"2.0", b"1.0 ", b"\xff"])
def test_other_version_is_refused_and_logged(ask, caplog, version):
    assert ask(request(version=version)) == refusal(b"Invalid version")
    assert "Invalid ZAP version" in caplog.text


@pytest.mark.parametrize("count", range(1, 6))
def test_short_request_is_refused_and_logged(ask, caplog, count):
    request_id = b"1" if count > 1 else b""
    assert ask(request()[:count]) == refusal(b"Not enough frames", request_id)
    assert "not enough frames" in caplog.text


@pytest.mark.parametrize("mechanism", [b"", b"FOO", b"null", b"PLAIN ", b"\xff", b"x" * 1000])
def test_unknown_mechanism_is_refused_and_logged(ask, caplog, mechanism):
    assert ask(request(mechanism, b"a", b"b")) == refusal(b"NO ACCESS")
    assert "Unknown ZAP mechanism" in caplog.text


@pytest.mark.parametrize(
    ("mechanism", "credentials"),
    [
        (b"NULL", [b"x"]),
        (b"PLAIN", []),
        (b"PLAIN", [b"user"]),
        (b"PLAIN", [b"user", b"password", b"x"]),
        (b"CURVE", []),
        (b"CURVE", [KEY, b"x"]),
        (b"CURVE", [KEY[1:]]),
        (b"CURVE", [z85.encode(KEY)]),
        (b"GSSAPI", []),
        (b"GSSAPI", [b"principal", b"x"]),
        (b"GSSAPI", [b"\xff"]),
    ],
)
def test_wrong_credentials_are_refused_and_logged(ask, auth, caplog, mechanism, credentials):
    auth.configure_plain(passwords={"user": "password"})
    auth.configure_curve(location="*")
    assert ask(request(mechanism, *credentials)) == refusal(b"Invalid credentials")
    assert f"Invalid {mechanism.decode()} credentials" in caplog.text


def test_handler_survives_a_bad_request(ask):
    ask([b""])
    assert ask(request()) == acceptance(b"anonymous")


def test_passwords_are_not_logged(ask, auth, caplog):
    caplog.set_level(logging.DEBUG)
    auth.configure_plain(passwords={"user": "verysecret"})
    for credentials in ([b"user", b"verysecret"], [b"user", b"verysecret?"], [b"", b"verysecret"]):
        ask(request(b"PLAIN", *credentials))
        ask(request(b"PLAIN", *credentials, b"x"))
    ask(request(b"PLAIN", b"user", b"verysecret", version=b"2.0"))
    assert "user" in caplog.text
    assert "verysecret" not in caplog.text


def test_log_lines_cannot_be_forged(ask, caplog):
    caplog.set_level(logging.DEBUG)
    ask(request(domain=b"\nERROR", address=b"\nERROR", routing_id=b"\nERROR"))
    ask(request(b"\nERROR"))
    ask(request(version=b"\nERROR"))
    assert caplog.records
    assert not [record for record in caplog.records if "\n" in record.getMessage()]


def test_own_log_is_used(ctx, caplog):
    with running("thread", ctx, log=logging.getLogger("mine")), ctx.socket(zmq.REQ) as socket:
        socket.connect(ENDPOINT)
        socket.send(b"x")
        assert socket.poll(TIMEOUT_MS)
    assert {record.name for record in caplog.records} == {"mine"}


# ------------------------------------------------------------------ PLAIN


@pytest.mark.parametrize(
    ("user", "password", "reply"),
    [
        (b"alice", b"secret", acceptance(b"alice")),
        (b"alice", b"Secret", refusal(b"Invalid password")),
        (b"alice", b"", refusal(b"Invalid password")),
        (b"alice", b"\xff", refusal(b"Invalid password")),
        (b"bob", b"secret", refusal(b"Invalid username")),
        (b"\xff", b"secret", refusal(b"Invalid username")),
        (b"", b"secret", refusal(b"Invalid username")),
        ("zoë".encode(), "naïve".encode(), acceptance("zoë".encode())),
    ],
)
def test_plain(ask, auth, user, password, reply):
    auth.configure_plain(passwords={"alice": "secret", "zoë": "naïve"})
    assert ask(request(b"PLAIN", user, password)) == reply


def test_plain_without_passwords_is_refused(ask):
    assert ask(request(b"PLAIN", b"alice", b"x")) == refusal(b"No passwords defined")


@pytest.mark.parametrize("passwords", [None, {}])
def test_no_passwords_change_nothing(ask, auth, passwords):
    auth.configure_plain(passwords={"alice": "secret"})
    auth.configure_plain(passwords=passwords)
    assert ask(request(b"PLAIN", b"alice", b"secret")) == acceptance(b"alice")


def test_passwords_are_replaced_while_it_runs(ask, auth):
    auth.configure_plain(passwords={"alice": "secret"})
    auth.configure_plain(passwords={"alice": "changed"})
    assert ask(request(b"PLAIN", b"alice", b"secret")) == refusal(b"Invalid password")
    assert ask(request(b"PLAIN", b"alice", b"changed")) == acceptance(b"alice")


def test_plain_domains_are_apart(ask, auth):
    auth.configure_plain("*", {"alice": "secret"})
    auth.configure_plain("lab", {"bob": "secret"})
    alice, bob = (request(b"PLAIN", name, b"secret") for name in (b"alice", b"bob"))
    alice[2] = bob[2] = b"lab"
    assert ask(alice) == refusal(b"Invalid username")
    assert ask(bob) == acceptance(b"bob")
    alice[2] = bob[2] = b"elsewhere"
    assert ask(alice) == ask(bob) == refusal(b"Invalid domain")


def test_encoding_is_used(ctx):
    with running("thread", ctx, encoding="latin-1") as auth, ctx.socket(zmq.REQ) as socket:
        auth.configure_plain(passwords={"zoë": "naïve"})
        socket.connect(ENDPOINT)
        socket.send_multipart(request(b"PLAIN", "zoë".encode("latin-1"), "naïve".encode("latin-1")))
        assert socket.poll(TIMEOUT_MS)
        assert socket.recv_multipart() == acceptance("zoë".encode("latin-1"))


# ------------------------------------------------------------------ CURVE and GSSAPI


def test_curve_without_configuration_is_refused(ask):
    assert ask(request(b"CURVE", KEY)) == refusal(b"Unknown domain")


def test_handler_allows_any_curve_client_by_key(ask, auth):
    auth.configure_curve(location=zmq.auth.CURVE_ALLOW_ANY)
    assert ask(request(b"CURVE", KEY)) == acceptance(z85.encode(KEY))
    assert ask(request(b"CURVE", KEY, domain=b"lab")) == acceptance(z85.encode(KEY))


def test_curve_domains_are_apart(ask, auth):
    class Yes:
        def callback(self, domain, key):
            return True

    auth.configure_curve_callback("lab", Yes())
    assert ask(request(b"CURVE", KEY, domain=b"lab")) == acceptance(z85.encode(KEY))
    assert ask(request(b"CURVE", KEY)) == refusal(b"Unknown domain")


@pytest.mark.parametrize("domain", [b"", b"lab"])
def test_gssapi_is_allowed_by_its_principal(ask, auth, domain):
    auth.configure_gssapi("lab", "somewhere")
    reply = ask(request(b"GSSAPI", b"alice@EXAMPLE", domain=domain))
    assert reply == acceptance(b"alice@EXAMPLE")


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("allowed", "address", "let_in"),
    [
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
        (["127.0.0.1", "127.0.0.2"], "127.0.0.2", True),
        (["127.0.0.1"], "127.0.0.11", False),
        (["127.0.0.1"], "", False),
        (["127.0.0.1"], "\udcff", False),
        (["127.0.0.1"], "::ffff:127.0.0.1", True),
        (["::1"], "::1", True),
        (["::1"], "0:0:0:0:0:0:0:1", True),
        (["FE80::A"], "fe80::a", True),
        (["::1"], "::2", False),
        (["localhost:0:0:123"], "localhost:0:0:123", True),
        (["10.0.0.0/8"], "10.0.0.1", False),
        ([], "127.0.0.1", True),
    ],
)
def test_allowed_addresses(ask, auth, allowed, address, let_in):
    auth.allow(*allowed)
    reply = ask(request(address=address.encode("utf-8", "surrogateescape")))
    assert reply == (acceptance(b"anonymous") if let_in else refusal(b"Address not allowed"))


@pytest.mark.parametrize(
    ("denied", "address", "let_in"),
    [
        (["127.0.0.1"], "127.0.0.1", False),
        (["127.0.0.1"], "127.0.0.2", True),
        (["127.0.0.1"], "", True),
        (["127.0.0.1"], "::ffff:127.0.0.1", False),
        (["::ffff:127.0.0.1"], "127.0.0.1", False),
        (["::1"], "0::1", False),
        ([], "127.0.0.1", True),
    ],
)
def test_denied_addresses(ask, auth, denied, address, let_in):
    auth.deny(*denied)
    reply = ask(request(address=address.encode()))
    assert reply == (acceptance(b"anonymous") if let_in else refusal(b"Address denied"))


def test_addresses_add_up(ask, auth):
    auth.allow("127.0.0.1")
    auth.allow("127.0.0.2")
    assert ask(request(address=b"127.0.0.1")) == acceptance(b"anonymous")
    assert ask(request(address=b"127.0.0.2")) == acceptance(b"anonymous")


def test_allowed_address_needs_its_credentials_too(ask, auth):
    auth.allow("127.0.0.1")
    assert ask(request(b"PLAIN", b"a", b"b")) == refusal(b"No passwords defined")


def test_allow_and_deny_exclude_each_other(ctx):
    auth = Authenticator(ctx)
    auth.allow("127.0.0.1")
    with pytest.raises(ValueError, match=r"not both: allow\(\) was called"):
        auth.deny("127.0.0.2")
    auth = Authenticator(ctx)
    auth.deny("127.0.0.1")
    with pytest.raises(ValueError, match=r"not both: deny\(\) was called"):
        auth.allow("127.0.0.2")


@pytest.mark.parametrize("address", [None, 5, b"127.0.0.1", ["127.0.0.1"]])
def test_address_other_than_str_is_refused(ctx, address):
    auth = Authenticator(ctx)
    with pytest.raises(TypeError, match="addresses must be str"):
        auth.allow(address)
    with pytest.raises(TypeError, match="addresses must be str"):
        auth.deny(address)


@pytest.mark.parametrize("method", ["allow", "deny"])
@pytest.mark.parametrize("address", ["localhost", "10.0.0.0/8", "127.0.0.1:5555", "[::1]", ""])
def test_invalid_address_causes_a_warning(ctx, caplog, method, address):
    getattr(Authenticator(ctx), method)(address, "127.0.0.1", "::1", "localhost:0:0:1")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert f"{method}({address!r}) matches no client" in caplog.text


# ------------------------------------------------------------------ callbacks


class Provider:
    """Returns a value, or raises it if it is an exception."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def callback(self, domain, key):
        self.asked.append((domain, key))
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


class AsyncProvider(Provider):
    async def callback(self, domain, key):
        await asyncio.sleep(0)
        return super().callback(domain, key)


@pytest.fixture(params=[Provider, AsyncProvider])
def provider_class(request):
    return request.param


@pytest.mark.parametrize(
    ("answer", "let_in"), [(True, True), (1, True), (False, False), (None, False), (0, False)]
)
def test_callback_decides(ask, auth, provider_class, answer, let_in):
    provider = provider_class(answer)
    auth.configure_curve_callback("*", provider)
    reply = ask(request(b"CURVE", KEY))
    assert reply == (acceptance(z85.encode(KEY)) if let_in else refusal(b"Unknown key"))
    assert provider.asked == [("*", z85.encode(KEY))]


def test_failing_callback_is_an_internal_error_and_logged(ask, auth, provider_class, caplog):
    auth.configure_curve_callback("*", provider_class(ValueError("out of order")))
    assert ask(request(b"CURVE", KEY)) == [b"1.0", b"1", b"500", b"Internal error", b"", b""]
    assert "out of order" in caplog.text
    assert ask(request()) == acceptance(b"anonymous")


def test_stopping_handler_refuses_its_waiting_request_temporarily(ctx):
    handler = Authenticator(ctx)
    handler.start()
    with ctx.socket(zmq.REQ) as asking:
        asking.linger, asking.rcvtimeo = 0, TIMEOUT_MS
        asking.connect(ENDPOINT)
        asking.send_multipart(request(request_id=b"7"))
        assert handler.zap_socket.poll(TIMEOUT_MS)
        handler.stop()
        assert asking.recv_multipart()[:3] == [b"1.0", b"7", b"300"]


def test_stopping_loop_refuses_its_undecided_request_temporarily(ctx):
    class Slow:
        async def callback(self, domain, key):
            asked.set()
            await asyncio.Event().wait()

    async def stop_while_it_is_asked():
        handler = AsyncioAuthenticator(ctx)
        handler.start()
        handler.configure_curve_callback("*", Slow())
        asking.send_multipart(request(b"CURVE", KEY, request_id=b"7"))
        await asyncio.wait_for(asked.wait(), TIMEOUT_MS)
        handler.stop()

    asked = asyncio.Event()
    with ctx.socket(zmq.REQ) as asking:
        asking.linger, asking.rcvtimeo = 0, TIMEOUT_MS
        asking.connect(ENDPOINT)
        asyncio.run(stop_while_it_is_asked())
        assert asking.recv_multipart()[:3] == [b"1.0", b"7", b"300"]


@pytest.mark.parametrize("leave", [SystemExit, KeyboardInterrupt])
def test_system_exit_in_callback_ends_only_its_request(ask, auth, provider_class, caplog, leave):
    auth.configure_curve_callback("*", provider_class(leave("enough")))
    assert ask(request(b"CURVE", KEY)) == [b"1.0", b"1", b"500", b"Internal error", b"", b""]
    assert "Could not reply" in caplog.text
    assert ask(request()) == acceptance(b"anonymous")


def test_cancelled_callback_cancels_only_its_request(ask, auth):
    auth.configure_curve_callback("*", AsyncProvider(asyncio.CancelledError()))
    assert ask(request(b"CURVE", KEY)) == [b"1.0", b"1", b"500", b"Internal error", b"", b""]
    assert ask(request()) == acceptance(b"anonymous")


def test_callback_goes_before_certificates(ask, auth, tmp_path):
    auth.configure_curve_callback("*", Provider(True))
    auth.configure_curve(location=tmp_path)
    assert ask(request(b"CURVE", KEY)) == acceptance(z85.encode(KEY))


def test_callback_replaces_allowing_any_client(ask, auth):
    auth.configure_curve(location="*")
    auth.configure_curve_callback("*", Provider(False))
    assert ask(request(b"CURVE", KEY)) == refusal(b"Unknown key")


def test_provider_without_callback_is_refused(ctx):
    with pytest.raises(TypeError, match=r"must have a method callback\(domain, key\)"):
        Authenticator(ctx).configure_curve_callback("*", object())


def test_no_provider_is_logged(ctx, caplog):
    Authenticator(ctx).configure_curve_callback("lab", None)
    assert "None credentials_provider provided for domain:lab" in caplog.text


def test_user_id_can_be_overridden(ctx):
    class Named(zmq.auth.thread.ThreadAuthenticator):
        def curve_user_id(self, client_public_key):
            return f"zoë {client_public_key[0]}"

    with Named(ctx) as auth, ctx.socket(zmq.REQ) as socket:
        auth.configure_curve(location="*")
        socket.connect(ENDPOINT)
        socket.send_multipart(request(b"CURVE", KEY))
        assert socket.poll(TIMEOUT_MS)
        assert socket.recv_multipart() == acceptance("zoë 0".encode())


# ------------------------------------------------------------------ anything at all

frames = st.lists(
    st.one_of(
        st.binary(max_size=300),
        st.sampled_from(
            [b"", b"1.0", b"1", b"NULL", b"PLAIN", b"CURVE", b"GSSAPI", b"127.0.0.1", KEY]
        ),
    ),
    min_size=1,
    max_size=9,
)
nearly_requests = st.builds(
    lambda mechanism, credentials, domain, address: request(
        mechanism, *credentials, domain=domain, address=address
    ),
    st.sampled_from([b"NULL", b"PLAIN", b"CURVE", b"GSSAPI"]),
    st.lists(st.binary(max_size=40), max_size=3),
    st.binary(max_size=20),
    st.binary(max_size=20),
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(frames, nearly_requests))
def test_anything_is_answered(ask, auth, message):
    auth.configure_plain(passwords={"alice": "secret"})
    auth.configure_curve_callback("*", Provider(False))
    reply = ask(message)
    version, request_id, status, text, user_id, metadata = reply
    assert version == b"1.0"
    assert request_id == (message[1] if len(message) > 1 else b"")
    assert 0 < len(text) < 256
    assert metadata == b""
    if status == b"200":
        assert message[5] in {b"NULL", b"GSSAPI"} or message[6:] == [b"alice", b"secret"]
    else:
        assert status == b"400"
        assert user_id == b""


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(frames)
def test_handler_survives_junk_without_an_envelope(ctx, ask, message):
    with ctx.socket(zmq.DEALER) as junk:
        junk.linger = 0
        junk.connect(ENDPOINT)
        junk.send_multipart(message)
        assert ask(request()) == acceptance(b"anonymous")


@pytest.mark.parametrize(
    "configure",
    [
        lambda auth, folder: auth.configure_plain(b"lab", {"alice": "secret"}),
        lambda auth, folder: auth.configure_curve(b"lab", folder),
        lambda auth, folder: auth.configure_curve_callback(b"lab", Provider(True)),
    ],
    ids=["plain", "curve", "callback"],
)
def test_domain_as_bytes_warns(ctx, tmp_path, configure):
    with pytest.warns(RuntimeWarning, match="^the domain of an authenticator must be a str"):
        configure(Authenticator(ctx), tmp_path)
