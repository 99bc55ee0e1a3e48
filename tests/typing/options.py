"""Options as attributes of sockets and contexts: readable, settable, or both."""

from typing_extensions import assert_type

import zmq


def configure(socket: zmq.Socket) -> None:
    """This accepts every socket, also an asynchronous one."""
    socket.linger = 0
    socket.LINGER = socket.linger + 1
    socket.routing_id = b"me"
    socket.IDENTITY = socket.identity
    socket.hwm = 10
    socket.maxmsgsize = -1
    socket.tcp_keepalive = 1
    socket.copy_threshold = 0
    socket.plain_username, socket.plain_password = b"user", b"secret"
    socket.set(zmq.IPV6, 1)
    socket.set_string(zmq.ZAP_DOMAIN, "domain", encoding="ascii")
    socket.set_hwm(5)


def read(socket: zmq.Socket) -> None:
    assert_type(socket.LINGER, int)
    assert_type(socket.affinity, int)
    assert_type(socket.identity, bytes)
    assert_type(socket.hwm, int)
    assert_type(socket.get_hwm(), int)
    assert_type(socket.zap_domain, bytes)
    assert_type(socket.get(zmq.IPV6), int)
    assert_type(socket.getsockopt(zmq.SNDHWM), int)
    assert_type(socket.getsockopt(zmq.IDENTITY), bytes)
    assert_type(socket.get(zmq.SocketOption.FD), int)
    assert_type(socket.get(zmq.LAST_ENDPOINT), bytes)
    number: int = zmq.LINGER.value
    assert_type(socket.get(number), int | bytes)
    assert_type(socket.getsockopt_string(zmq.ZAP_DOMAIN), str)


def describe(socket: zmq.Socket[bytes]) -> str:
    """Read-only options."""
    assert_type(socket.type, zmq.SocketType)
    assert_type(socket.TYPE, int)
    assert_type(socket.last_endpoint, bytes)
    assert_type(socket.fd, int)
    assert_type(socket.FD, int)
    assert_type(socket.rcvmore, int)
    assert_type(zmq.SecurityMechanism(socket.mechanism), zmq.SecurityMechanism)
    assert_type(socket.thread_safe, int)
    assert_type(socket.closed, bool)
    assert_type(socket.underlying, int)
    return f"{socket.type.name} at {socket.last_endpoint.decode()}"


def secure(socket: zmq.Socket[bytes]) -> None:
    """Write-only options, and the keys, which can also be read."""
    public, secret = zmq.curve_keypair()
    assert_type(public, bytes)
    assert_type(zmq.curve_public(secret), bytes)
    socket.curve_publickey = public
    socket.CURVE_SECRETKEY = secret
    socket.curve_serverkey = public
    keys = [socket.CURVE_PUBLICKEY, socket.curve_secretkey]
    assert_type(keys, list[bytes])
    assert keys == [public, secret]
    socket.router_mandatory = 1
    socket.probe_router = 0


def read_defaults(context: zmq.Context) -> None:
    assert_type(context.linger, int)
    assert_type(context.SUBSCRIBE, bytes)


def main() -> None:
    with zmq.Context(io_threads=1) as context:
        context.max_sockets = 100
        assert_type(context.MAX_SOCKETS, int)
        assert_type(context.socket_limit, int)
        assert_type(context.get(zmq.ContextOption.IO_THREADS), int)
        context.set(zmq.IO_THREADS, 2)
        context.thread_name_prefix = 5

        # Options that new sockets start with.
        context.linger = 0
        context.sndtimeo = 1000
        context.subscribe = b""
        context.setsockopt(zmq.RCVTIMEO, 1000)
        read_defaults(context)
        del context.sndtimeo

        with context.socket(zmq.ROUTER) as socket:
            configure(socket)
            read(socket)
            secure(socket)
            socket.bind("tcp://127.0.0.1:*")
            assert describe(socket).startswith("ROUTER at tcp://")


if __name__ == "__main__":
    main()
