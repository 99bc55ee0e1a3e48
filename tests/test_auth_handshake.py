"""Authenticators with real servers and clients: a refused client gets monitor events."""

from __future__ import annotations

import asyncio
import gc
import os
import socket as system_sockets
import sys
import threading

import pytest
from auth_clients import REFUSED, Server, curve_client, running

import zmq
import zmq.asyncio
import zmq.auth
from zmq.auth.asyncio import AsyncioAuthenticator
from zmq.auth.thread import ThreadAuthenticator


@pytest.fixture(params=["thread", "asyncio"])
def auth(request, ctx):
    with running(request.param, ctx) as authenticator:
        yield authenticator


SERVER_PUBLIC, SERVER_SECRET = zmq.curve_keypair()
CURVE_SERVER = {"curve_server": True, "curve_secretkey": SERVER_SECRET}


def certified(folder, name):
    """Create the certificate of a client; return the client's options."""
    keys = zmq.auth.load_certificate(zmq.auth.create_certificates(folder, name)[1])
    return curve_client(SERVER_PUBLIC, keys)


def stranger():
    return curve_client(SERVER_PUBLIC, zmq.curve_keypair())


# ------------------------------------------------------------------ NULL and addresses


def test_null_client_is_allowed(ctx, auth):
    with Server(ctx, zap_domain=b"lab") as server:
        assert server.user_id_of() == "anonymous"


def test_address_that_is_allowed(ctx, auth):
    auth.allow("127.0.0.1")
    with Server(ctx, zap_domain=b"lab") as server:
        assert server.accepts()


def test_address_that_is_not_allowed(ctx, auth):
    auth.allow("127.0.0.2")
    with Server(ctx, zap_domain=b"lab") as server:
        assert server.outcome() == (REFUSED, REFUSED)


def test_address_that_is_denied(ctx, auth):
    auth.deny("127.0.0.1")
    with Server(ctx, zap_domain=b"lab") as server:
        assert not server.accepts()


def test_address_that_is_not_denied(ctx, auth):
    auth.deny("127.0.0.2")
    with Server(ctx, zap_domain=b"lab") as server:
        assert server.accepts()


def test_address_is_denied_while_the_server_runs(ctx, auth):
    with Server(ctx, zap_domain=b"lab") as server:
        assert server.accepts()
        auth.deny("127.0.0.1")
        assert not server.accepts()


def has_ipv6():
    if not system_sockets.has_ipv6:
        return False
    try:
        with system_sockets.socket(system_sockets.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


@needs_ipv6
def test_ipv6_address_that_is_allowed(ctx, auth):
    auth.allow("0:0:0:0:0:0:0:1")
    with Server(ctx, "tcp://[::1]:*", zap_domain=b"lab", ipv6=True) as server:
        assert server.accepts(ipv6=True)


@needs_ipv6
def test_ipv6_address_that_is_denied(ctx, auth):
    auth.deny("::1")
    with Server(ctx, "tcp://[::1]:*", zap_domain=b"lab", ipv6=True) as server:
        assert not server.accepts(ipv6=True)


@needs_ipv6
def test_denied_ipv4_address_stays_denied_over_ipv6(ctx, auth):
    auth.deny("127.0.0.1")
    with Server(ctx, "tcp://[::]:*", zap_domain=b"lab", ipv6=True) as server:
        server.endpoint = f"tcp://127.0.0.1:{server.endpoint.rpartition(':')[2]}"
        assert not server.accepts()


needs_ipc = pytest.mark.skipif(not zmq.has("ipc"), reason="this system has no ipc transport")


@needs_ipc
def test_ipc_client_is_not_at_an_allowed_address(ctx, auth, tmp_path):
    auth.allow("127.0.0.1")
    with Server(ctx, f"ipc://{tmp_path}/lab", zap_domain=b"lab") as server:
        assert not server.accepts()


@needs_ipc
@pytest.mark.skipif(
    sys.platform != "linux",
    reason="only Linux reports the user, group and process of an ipc client",
)
def test_ipc_filters_check_user_group_and_process(ctx, auth, tmp_path):
    auth.allow(f"localhost:{os.getuid()}:{os.getgid()}:{os.getpid()}")
    with Server(ctx, f"ipc://{tmp_path}/lab", zap_domain=b"lab") as server:
        assert server.accepts()


@needs_ipc
def test_ipc_client_is_not_at_a_denied_address(ctx, auth, tmp_path):
    auth.deny("127.0.0.1")
    with Server(ctx, f"ipc://{tmp_path}/lab", zap_domain=b"lab") as server:
        assert server.accepts()


# ------------------------------------------------------------------ PLAIN


def plain_client(user, password):
    return {"plain_username": user, "plain_password": password}


def test_plain_client_is_allowed_under_its_name(ctx, auth):
    auth.configure_plain(passwords={"alice": "secret"})
    with Server(ctx, plain_server=True) as server:
        assert server.user_id_of(**plain_client(b"alice", b"secret")) == "alice"


@pytest.mark.parametrize(("user", "password"), [(b"alice", b"wrong"), (b"bob", b"secret")])
def test_plain_client_with_wrong_credentials_is_refused(ctx, auth, user, password):
    auth.configure_plain(passwords={"alice": "secret"})
    with Server(ctx, plain_server=True) as server:
        assert not server.accepts(**plain_client(user, password))


def test_plain_client_of_another_domain_is_refused(ctx, auth):
    auth.configure_plain("lab", {"alice": "secret"})
    with Server(ctx, plain_server=True, zap_domain=b"office") as server:
        assert not server.accepts(**plain_client(b"alice", b"secret"))
    with Server(ctx, plain_server=True, zap_domain=b"lab") as server:
        assert server.accepts(**plain_client(b"alice", b"secret"))


def test_null_client_mismatches_a_plain_server(ctx, auth):
    auth.configure_plain(passwords={"alice": "secret"})
    with Server(ctx, plain_server=True) as server:
        # The side that notices the error first closes the connection.
        assert (
            zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
            zmq.Event.PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH,
        ) in server.outcome()


# ------------------------------------------------------------------ CURVE


def test_certified_client_is_allowed_under_its_key(ctx, auth, tmp_path):
    alice = certified(tmp_path, "alice")
    auth.configure_curve(location=tmp_path)
    with Server(ctx, **CURVE_SERVER) as server:
        assert server.user_id_of(**alice) == alice["curve_publickey"].decode()


def test_stranger_is_refused(ctx, auth, tmp_path):
    certified(tmp_path, "alice")
    auth.configure_curve(location=tmp_path)
    with Server(ctx, **CURVE_SERVER) as server:
        assert not server.accepts(**stranger())


def test_any_client_is_allowed(ctx, auth):
    auth.configure_curve(location=zmq.auth.CURVE_ALLOW_ANY)
    with Server(ctx, **CURVE_SERVER) as server:
        assert server.accepts(**stranger())


def test_client_is_refused_before_anything_is_configured(ctx, auth):
    with Server(ctx, **CURVE_SERVER) as server:
        assert not server.accepts(**stranger())


def test_certificates_are_read_again_while_the_server_runs(ctx, auth, tmp_path):
    alice = certified(tmp_path, "alice")
    auth.configure_curve(location=tmp_path)
    with Server(ctx, **CURVE_SERVER) as server:
        bob = certified(tmp_path, "bob")
        assert not server.accepts(**bob)
        auth.configure_curve(location=tmp_path)
        assert server.accepts(**bob)
        (tmp_path / "alice.key").unlink()
        auth.configure_curve(location=tmp_path)
        assert not server.accepts(**alice)
        assert server.accepts(**bob)


def test_unreadable_folder_keeps_the_clients(ctx, auth, tmp_path, caplog):
    alice = certified(tmp_path, "alice")
    auth.configure_curve(location=tmp_path)
    (tmp_path / "bad.key").write_text("hello")
    auth.configure_curve(location=tmp_path)
    assert "bad.key" in caplog.text
    with Server(ctx, **CURVE_SERVER) as server:
        assert server.accepts(**alice)
        assert not server.accepts(**stranger())


def test_missing_folder_refuses_all_clients(ctx, auth, tmp_path, caplog):
    auth.configure_curve(location="*")
    auth.configure_curve(location=tmp_path / "none")
    assert "Failed to load CURVE certs" in caplog.text
    with Server(ctx, **CURVE_SERVER) as server:
        assert not server.accepts(**stranger())


def test_certificates_of_another_domain_do_not_help(ctx, auth, tmp_path):
    alice = certified(tmp_path, "alice")
    auth.configure_curve("lab", tmp_path)
    with Server(ctx, zap_domain=b"office", **CURVE_SERVER) as server:
        assert not server.accepts(**alice)
    with Server(ctx, zap_domain=b"lab", **CURVE_SERVER) as server:
        assert server.accepts(**alice)


class Only:
    """A provider that accepts one client."""

    def __init__(self, key):
        self.key = key

    def callback(self, domain, key):
        return key == self.key


class AsyncOnly(Only):
    async def callback(self, domain, key):
        await asyncio.sleep(0.001)
        return key == self.key


@pytest.mark.parametrize("provider_class", [Only, AsyncOnly])
def test_callback_lets_in_and_refuses(ctx, auth, provider_class):
    alice = stranger()
    auth.configure_curve_callback("*", provider_class(alice["curve_publickey"]))
    with Server(ctx, **CURVE_SERVER) as server:
        assert server.accepts(**alice)
        assert not server.accepts(**stranger())


def test_client_is_refused_when_the_callback_fails(ctx, auth, caplog):
    class Broken:
        def callback(self, domain, key):
            raise RuntimeError("out of order")

    auth.configure_curve_callback("*", Broken())
    with Server(ctx, **CURVE_SERVER) as server:
        failed = (zmq.Event.HANDSHAKE_FAILED_AUTH, 500)
        assert server.outcome(**stranger()) == (failed, failed)
        auth.configure_curve(location="*")
        assert server.accepts(**stranger())
    assert "out of order" in caplog.text


def test_client_that_expects_another_server_fails(ctx, auth):
    auth.configure_curve(location="*")
    with Server(ctx, **CURVE_SERVER) as server:
        options = curve_client(zmq.curve_keypair()[0], zmq.curve_keypair())
        assert server.outcome(**options).server == (
            zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
            zmq.Event.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC,
        )


# ------------------------------------------------------------------ start and stop


@pytest.fixture(params=["plain", "asyncio"])
def any_ctx(request):
    cls = {"plain": zmq.Context, "asyncio": zmq.asyncio.Context}[request.param]
    with cls() as context:
        yield context


def test_thread_starts_and_stops(any_ctx):
    auth = ThreadAuthenticator(any_ctx)
    assert not auth.is_alive()
    assert auth.thread is auth.pipe is auth.zap_socket is None
    for _ in range(3):
        auth.start()
        assert auth.is_alive()
        assert auth.thread.daemon
        assert type(auth.zap_socket) is zmq.Socket
        auth.stop()
        assert not auth.is_alive()
        assert auth.thread is auth.pipe is auth.zap_socket is None
    auth.stop()


def test_context_has_one_handler(ctx):
    with ThreadAuthenticator(ctx) as first:
        second = ThreadAuthenticator(ctx)
        for auth in (first, second):
            with pytest.raises(zmq.ZMQError) as raised:
                auth.start()
            assert raised.value.errno == zmq.EADDRINUSE
        assert first.is_alive()
        assert not second.is_alive()
    with second:
        assert second.is_alive()


def test_configuration_is_kept_over_a_restart(ctx):
    auth = ThreadAuthenticator(ctx)
    auth.configure_plain(passwords={"alice": "secret"})
    with auth:
        pass
    with auth, Server(ctx, plain_server=True) as server:
        assert server.accepts(**plain_client(b"alice", b"secret"))


def test_thread_ends_with_the_context():
    ctx = zmq.Context()
    auth = ThreadAuthenticator(ctx)
    auth.start()
    thread = auth.thread
    ending = threading.Thread(target=ctx.term)
    ending.start()
    ending.join(10)
    assert not ending.is_alive()
    thread.join(10)
    assert not auth.is_alive()
    auth.stop()


def test_default_context_is_the_shared_one():
    assert ThreadAuthenticator().context is zmq.Context.instance()
    zmq.Context.instance().term()


class Never:
    """A provider whose callback never decides."""

    def __init__(self):
        self.asked = threading.Event()
        self.cancelled = False

    async def callback(self, domain, key):
        self.asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.mark.parametrize("kind", ["thread", "asyncio"])
def test_stop_does_not_wait_for_an_asynchronous_callback(ctx, kind):
    never = Never()
    with ctx.socket(zmq.REQ) as socket:
        socket.linger = 0
        with running(kind, ctx) as auth:
            auth.configure_curve_callback("*", never)
            socket.connect("inproc://zeromq.zap.01")
            socket.send_multipart([b"1.0", b"1", b"", b"127.0.0.1", b"", b"CURVE", bytes(32)])
            assert never.asked.wait(10)
        assert never.cancelled
        if kind == "thread":
            assert socket.poll(10_000)
            assert socket.recv_multipart()[2] == b"300"


def test_asyncio_authenticator_serves_asynchronous_sockets():
    async def serve():
        with zmq.asyncio.Context() as ctx:
            auth = AsyncioAuthenticator(ctx)
            auth.configure_plain(passwords={"alice": "secret"})
            with auth, ctx.socket(zmq.REP) as server, ctx.socket(zmq.REQ) as client:
                server.plain_server = True
                port = server.bind_to_random_port("tcp://127.0.0.1")
                client.plain_username = b"alice"
                client.plain_password = b"secret"
                client.connect(f"tcp://127.0.0.1:{port}")
                await client.send(b"hello")
                return await asyncio.wait_for(server.recv(copy=False), 10)

    frame = asyncio.run(serve())
    assert frame.bytes == b"hello"
    assert frame["User-Id"] == "alice"


def test_asyncio_authenticator_starts_and_stops_many_times(any_ctx):
    async def cycle():
        auth = AsyncioAuthenticator(any_ctx)
        auth.stop()
        for _ in range(3):
            auth.start()
            assert type(auth.zap_socket) is zmq.Socket
            await asyncio.sleep(0)
            auth.stop()
            assert auth.zap_socket is None
            auth.start()
            auth.stop()

    asyncio.run(cycle())


def test_asyncio_authenticator_that_cannot_start_can_be_stopped(ctx):
    async def start_two():
        with AsyncioAuthenticator(ctx) as first:
            second = AsyncioAuthenticator(ctx)
            with pytest.raises(zmq.ZMQError):
                second.start()
            second.stop()
            assert first.zap_socket is not None

    asyncio.run(start_two())


def test_asyncio_authenticator_needs_a_loop(ctx):
    with pytest.raises(RuntimeError, match="without a running event loop"):
        AsyncioAuthenticator(ctx).start()


def test_loop_can_be_given(ctx):
    loop = asyncio.new_event_loop()
    auth = AsyncioAuthenticator(ctx, loop)
    auth.start()
    try:
        with ctx.socket(zmq.REQ) as socket:
            socket.connect("inproc://zeromq.zap.01")
            socket.send(b"junk")

            async def answered():
                while not socket.poll(0):
                    await asyncio.sleep(0)

            loop.run_until_complete(asyncio.wait_for(answered(), 10))
            assert socket.recv_multipart()[2] == b"400"
    finally:
        auth.stop()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def deprecated_authenticator_class():
    sys.modules.pop("zmq.auth.ioloop", None)
    with pytest.warns(DeprecationWarning, match="use zmq.auth.asyncio.AsyncioAuthenticator"):
        from zmq.auth.ioloop import IOLoopAuthenticator
    return IOLoopAuthenticator


def test_ioloop_authenticator_is_deprecated_and_works_under_asyncio(ctx):
    cls = deprecated_authenticator_class()

    async def ask():
        with cls(ctx), zmq.asyncio.Context(shadow=ctx).socket(zmq.REQ) as socket:
            socket.connect("inproc://zeromq.zap.01")
            await socket.send(b"junk")
            return await asyncio.wait_for(socket.recv_multipart(), 10)

    assert asyncio.run(ask())[2] == b"400"


def test_ioloop_authenticator_takes_the_loop_of_tornado(ctx):
    ioloop = pytest.importorskip("tornado.ioloop", reason="tornado is not installed")
    cls = deprecated_authenticator_class()
    loop = ioloop.IOLoop(make_current=False)
    with pytest.warns(DeprecationWarning, match="io_loop"):
        auth = cls(ctx, io_loop=loop)

    async def ask():
        with zmq.asyncio.Context(shadow=ctx).socket(zmq.REQ) as socket:
            socket.connect("inproc://zeromq.zap.01")
            await socket.send(b"junk")
            return await asyncio.wait_for(socket.recv_multipart(), 10)

    auth.start()
    try:
        assert loop.run_sync(ask)[2] == b"400"
    finally:
        auth.stop()
        loop.run_sync(lambda: asyncio.sleep(0))
        loop.close()


def test_context_ends_before_the_authenticator_begins():
    async def main():
        problems = []
        asyncio.get_running_loop().set_exception_handler(lambda _, seen: problems.append(seen))
        with zmq.asyncio.Context() as context:
            authenticator = AsyncioAuthenticator(context)
            authenticator.start()
            context.destroy(linger=0)
        await asyncio.sleep(0.01)
        del authenticator
        gc.collect()
        await asyncio.sleep(0)
        return problems

    assert asyncio.run(main()) == []
