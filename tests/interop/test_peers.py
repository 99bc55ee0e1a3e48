"""Our package with every installed implementation: all patterns, transports and mechanisms.

`make test` runs a part of the matrix. `make interop` sets ``INTEROP=whole`` in the environment, and
runs all of it. Tests of a peer that is not installed are skipped; the reason says what to install.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pytest
from known_faults import fault_of
from limits import TIMEOUT_MS
from remote_peer import PEERS, Local, Pattern, PeerError, Remote, bytes_of, shown

import zmq
import zmq.auth.thread

WHOLE = os.environ.get("INTEROP") == "whole"
USER, PASSWORD = "user", "pass-word"
MB = 1_000_000
HEARTBEAT_MS = 50
SHORT_MS = 3_000


class Case(NamedTuple):
    """One cell of the matrix."""

    peer: str
    what: str
    """The tested feature; "pattern" is a pair of socket types."""
    ours: str
    theirs: str
    transport: str
    mechanism: str
    ours_binds: bool

    def __str__(self) -> str:
        binder = "ours" if self.ours_binds else "theirs"
        types = f"{self.ours}-{self.theirs}"
        what = "" if self.what == "pattern" else f"{self.what}-"
        return f"{self.peer}-{what}{types}-{self.transport}-{self.mechanism}-{binder}-binds"


# ---------------------------------------------------------------- conversations
Side = Local | Remote
Sides = Callable[[Case], tuple[Local, Remote, str]]


def messages(parts: int) -> list[list[bytes]]:
    """Return messages of one part and, unless ``parts`` is 1, messages of up to ``parts`` parts."""
    single = [[b"body"], [b""], [Pattern(255, 1)], [Pattern(256, 2)], [Pattern(70_001, 3)]]
    several = [[b"", b"after an empty one"], [b"a", b"", b"c"], [b"p"] * parts]
    return single if parts == 1 else single + several


def words(*parts: bytes) -> list[str]:
    return [shown(part) for part in parts]


def send_each(sender: Side, receiver: Side, *, parts: int = 9) -> None:
    for message in messages(parts):
        sender.send(*message)
        assert receiver.receive() == words(*message)


def send_each_way(one: Side, other: Side) -> None:
    send_each(one, other)
    send_each(other, one)


def send_parts_each_way(one: Side, other: Side) -> None:
    send_each(one, other, parts=1)
    send_each(other, one, parts=1)


def send_single_parts(sender: Side, receiver: Side) -> None:
    send_each(sender, receiver, parts=1)


def request_and_reply(req: Side, rep: Side) -> None:
    for message in messages(9):
        req.send(*message)
        assert rep.receive() == words(*message)
        rep.send(*reversed(message), b"reply")
        assert req.receive() == words(*reversed(message), b"reply")


def request_from_dealer(dealer: Side, rep: Side) -> None:
    for message in messages(9):
        dealer.send(b"outer", b"", *message)
        assert rep.receive() == words(*message)
        rep.send(*message, b"reply")
        assert dealer.receive() == words(b"outer", b"", *message, b"reply")


def request_to_router(req: Side, router: Side) -> None:
    for message in messages(9):
        req.send(*message)
        name, *rest = router.receive()
        assert rest == words(b"", *message)
        router.send(bytes_of(name), b"", *message, b"reply")
        assert req.receive() == words(*message, b"reply")


def dealer_and_router(dealer: Side, router: Side) -> None:
    for message in messages(9):
        dealer.send(*message)
        assert router.receive() == words(b"first", *message)
        router.send(b"first", *message)
        assert dealer.receive() == words(*message)


def router_and_router(one: Side, other: Side) -> None:
    # The first sender waits for the peer's routing id, because a mandatory ROUTER refuses to send
    # before it knows the id.
    for message in messages(9):
        send_when_possible(one, b"second", *message)
        assert other.receive() == words(b"first", *message)
        other.send(b"first", *message)
        assert one.receive() == words(b"second", *message)


def send_when_possible(router: Side, *message: bytes) -> None:
    """Send to a peer whose routing id may not have arrived yet; remote peers wait by themselves."""
    if isinstance(router, Remote):
        router.send(*message)
        return
    for _ in range(3000):
        try:
            router.send(*message)
            return
        except zmq.ZMQError as error:
            assert error.errno == zmq.EHOSTUNREACH
            router.socket.poll(10)
    raise AssertionError("the peer's routing id never arrived")


def skip_until(receiver: Side, *message: bytes) -> None:
    """Receive up to this message."""
    while (came := receiver.receive()) != words(*message):
        assert came, "nothing more came"


def publish_until_received(pub: Side, sub: Side, topic: bytes) -> None:
    """Publish until a message arrives: then the subscription works.

    Receive the remaining messages.
    """
    for _ in range(sub.timeout_ms // 30):
        pub.send(topic, b"is it there?")
        if sub.receive(30):
            break
    else:
        raise AssertionError(f"the subscription to {topic!r} did not arrive")
    pub.send(topic, b"that is all")
    skip_until(sub, topic, b"that is all")


def publish_and_subscribe(pub: Side, sub: Side) -> None:
    sub.subscribe(b"a")
    publish_until_received(pub, sub, b"a")
    pub.send(b"b", b"not for it")
    for message in messages(9):
        pub.send(b"a topic", *message)
        assert sub.receive() == words(b"a topic", *message)
    sub.unsubscribe(b"a")
    sub.subscribe(b"c")
    publish_until_received(pub, sub, b"c")
    pub.send(b"a", b"no more")
    pub.send(b"c", b"the end")
    assert sub.receive() == words(b"c", b"the end")


def stream_and_stream(one: Side, other: Side) -> None:
    (name, nothing), (others_name, others_nothing) = one.receive(), other.receive()
    assert nothing == others_nothing == "-"  # the empty message reports the connection
    one.send(bytes_of(name), b"GET /")
    assert other.receive() == [others_name, shown(b"GET /")]
    other.send(bytes_of(others_name), b"200")
    assert one.receive() == [name, shown(b"200")]


def radio_and_dish(radio: Side, dish: Side) -> None:
    if isinstance(dish, Remote):
        dish.tell("join", "group")
    else:
        dish.socket.join("group")
    for _ in range(dish.timeout_ms // 30):
        radio.send(b"group", b"is it there?")
        if dish.receive(30):
            break
    radio.send(b"other", b"not for it")
    radio.send(b"group", b"that is all")
    skip_until(dish, b"group", b"that is all")
    for message in messages(1):
        radio.send(b"group", *message)
        assert dish.receive() == words(b"group", *message)


def peer_and_peer(one: Side, other: Side) -> None:
    for message in messages(1):
        one.send(*message)
        name, *rest = other.receive()
        assert rest == words(*message)
        other.send(bytes_of(name), *message)
        assert one.receive()[1:] == words(*message)


CONVERSATIONS: dict[tuple[str, str], Callable[[Side, Side], None]] = {
    ("REQ", "REP"): request_and_reply,
    ("REQ", "ROUTER"): request_to_router,
    ("DEALER", "REP"): request_from_dealer,
    ("DEALER", "ROUTER"): dealer_and_router,
    ("DEALER", "DEALER"): send_each_way,
    ("ROUTER", "ROUTER"): router_and_router,
    ("PUSH", "PULL"): send_each,
    ("PAIR", "PAIR"): send_each_way,
    ("PUB", "SUB"): publish_and_subscribe,
    ("PUB", "XSUB"): publish_and_subscribe,
    ("XPUB", "SUB"): publish_and_subscribe,
    ("XPUB", "XSUB"): publish_and_subscribe,
    ("STREAM", "STREAM"): stream_and_stream,
    ("CLIENT", "SERVER"): send_parts_each_way,
    ("RADIO", "DISH"): radio_and_dish,
    ("SCATTER", "GATHER"): send_single_parts,
    ("CHANNEL", "CHANNEL"): send_parts_each_way,
}
NAMED = {("DEALER", "ROUTER"), ("ROUTER", "ROUTER")}
"""Pairs whose sides have routing ids, ``first`` and ``second``."""
DRAFT = {"CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER", "CHANNEL"}


# ---------------------------------------------------------------- the cells
def ways() -> Iterator[tuple[str, str, str, bool]]:
    """Yield a peer, a transport and a mechanism that both sides support, and whether ours binds."""
    for peer in PEERS.values():
        for transport in sorted(peer.transports):
            for mechanism in ("NULL", "PLAIN", "CURVE"):
                if mechanism in peer.mechanisms:
                    yield peer.name, transport, mechanism, True
                    yield peer.name, transport, mechanism, False


def patterns() -> Iterator[Case]:
    for peer, transport, mechanism, binds in ways():
        quick = mechanism == "NULL" and transport == ("ws" if peer == "jszmq" else "tcp")
        for number, pair in enumerate(CONVERSATIONS):
            for ours, theirs in dict.fromkeys([pair, pair[::-1]]):
                if theirs not in PEERS[peer].types:
                    continue
                if pair == ("STREAM", "STREAM") and (transport, mechanism) != ("tcp", "NULL"):
                    continue
                alternating = binds == ((number + (ours == pair[0])) % 2 == 0)
                if peer != "ours" and (WHOLE or (quick and alternating)):
                    yield Case(peer, "pattern", ours, theirs, transport, mechanism, binds)


QUICK_WAYS = {
    "sizes": {("tcp", "NULL"), ("tcp", "PLAIN"), ("tcp", "CURVE"), ("ipc", "NULL"), ("ws", "NULL")},
    "parts": {("tcp", "CURVE"), ("ws", "NULL")},
    "restart": {("tcp", "NULL"), ("ws", "NULL")},
    "heartbeats": {("tcp", "NULL")},
}
"""For each kind of test, the transports and mechanisms that `make test` tries.

Only one side binds there: the peer if it is a PUSH, otherwise our socket.
"""


def each_way(what: str, ours: str = "DEALER", theirs: str = "DEALER") -> list[Case]:
    return [
        Case(peer, what, ours, theirs, transport, mechanism, binds)
        for peer, transport, mechanism, binds in ways()
        if WHOLE or (binds == (theirs != "PUSH") and (transport, mechanism) in QUICK_WAYS[what])
        if what != "heartbeats" or PEERS[peer].has_heartbeats
    ]


def one_way(what: str, ours: str, theirs: str) -> list[Case]:
    return [
        Case(peer, what, ours, theirs, transport, mechanism, binds)
        for peer, transport, mechanism, binds in ways()
        if mechanism == "NULL" and (WHOLE or (transport != "ipc" and binds))
    ]


def cases(found: list[Case] | Iterator[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=str(case)) for case in found])


# ---------------------------------------------------------------- both sides
SERVER_KEYS, CLIENT_KEYS = (
    (zmq.curve_keypair(), zmq.curve_keypair()) if zmq.has("curve") else ((b"", b""), (b"", b""))
)


def secure(local: Local, case: Case) -> None:
    """Set the mechanism of our socket; the side that binds is the server."""
    socket = local.socket
    if case.mechanism == "PLAIN" and case.ours_binds:
        socket.plain_server = True
    elif case.mechanism == "PLAIN":
        socket.plain_username, socket.plain_password = USER.encode(), PASSWORD.encode()
    elif case.mechanism == "CURVE" and case.ours_binds:
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = SERVER_KEYS
    elif case.mechanism == "CURVE":
        socket.curve_serverkey = SERVER_KEYS[0]
        socket.curve_publickey, socket.curve_secretkey = CLIENT_KEYS


def secure_theirs(remote: Remote, case: Case) -> None:
    """Set the mechanism of the peer's socket."""
    server, client = ([key.decode() for key in keys] for keys in (SERVER_KEYS, CLIENT_KEYS))
    if case.mechanism == "PLAIN":
        remote.tell("plain-client" if case.ours_binds else "plain-server", USER, PASSWORD)
    elif case.mechanism == "CURVE" and case.ours_binds:
        remote.tell("curve-client", server[0], *client)
    elif case.mechanism == "CURVE":
        remote.tell("curve-server", *server)


def join(local: Local, remote: Remote, case: Case, folder: str) -> str:
    """Bind and connect; return the endpoint."""
    path = f"ipc://{folder}/socket"
    endpoint = path if case.transport == "ipc" else f"{case.transport}://127.0.0.1:*"
    if case.ours_binds:
        local.socket.bind(endpoint)
        endpoint = local.socket.last_endpoint.decode()
        remote.tell("connect", endpoint)
    else:
        endpoint = remote.tell("bind", endpoint)
        local.socket.connect(endpoint)
    return endpoint


@pytest.fixture
def short_folder() -> Iterator[str]:
    """A folder whose path is short enough for ipc."""
    with tempfile.TemporaryDirectory(prefix="zmq-", ignore_cleanup_errors=True) as folder:
        yield folder


@pytest.fixture
def sides(
    request: pytest.FixtureRequest,
    context: zmq.Context,
    start_peer: Callable[[str], Remote],
    short_folder: str,
) -> Iterator[Sides]:
    """Make our socket and the peer's, connected as a case says; return them and the endpoint."""
    with contextlib.ExitStack() as stack:

        def make(case: Case) -> tuple[Local, Remote, str]:
            skip_what_ours_has_not(case)
            remote = start_peer(case.peer)
            remote.tell("open", case.theirs)
            local = Local(context, case.ours)
            fault = fault_of(case, remote.tell("version"))
            if fault is not None:
                request.applymarker(pytest.mark.xfail(strict=True, reason=fault.text))
                local.timeout_ms = remote.timeout_ms = SHORT_MS  # perhaps no message arrives at all
            if (case.ours, case.theirs) in NAMED:
                local.socket.routing_id = b"first"
                remote.tell("routing-id", b"second".hex())
            elif (case.theirs, case.ours) in NAMED:
                local.socket.routing_id = b"second"
                remote.tell("routing-id", b"first".hex())
            secure(local, case)
            secure_theirs(remote, case)
            if case.what == "heartbeats":
                local.socket.heartbeat_ivl = HEARTBEAT_MS
                local.socket.heartbeat_timeout = TIMEOUT_MS
                remote.tell("heartbeat", HEARTBEAT_MS, TIMEOUT_MS)
            if case.mechanism == "PLAIN" and case.ours_binds:
                authenticator = zmq.auth.thread.ThreadAuthenticator(context)
                stack.enter_context(authenticator)
                authenticator.configure_plain(domain="*", passwords={USER: PASSWORD})
            return local, remote, join(local, remote, case, short_folder)

        yield make


def skip_what_ours_has_not(case: Case) -> None:
    if case.transport == "ipc" and not zmq.has("ipc"):
        pytest.skip("this platform has no ipc")
    if case.transport == "ws" and not zmq.has("ws"):
        pytest.skip("this build has no ws://")
    if case.mechanism == "CURVE" and not zmq.has("curve"):
        pytest.skip("this build has no CURVE")
    if case.ours in DRAFT and not zmq.DRAFT_API:
        pytest.skip("this build has no draft sockets")


# ---------------------------------------------------------------- the tests
@cases(patterns())
def test_pattern(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    pair = (case.ours, case.theirs)
    if pair in CONVERSATIONS:
        CONVERSATIONS[pair](local, remote)
    else:
        CONVERSATIONS[pair[::-1]](remote, local)


@cases(each_way("sizes"))
def test_sizes(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    around = [0, 1, 254, 255, 256, 8_191, 8_192, 8_193, 65_535, 65_536, MB]
    for size in [*around, 64 * MB] if WHOLE else around:
        body = Pattern(size, size % 251)
        local.send(body)
        assert remote.receive() == words(body)
        remote.send(body)
        assert local.receive() == words(body)


@cases(each_way("parts"))
def test_parts(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    for count in (1, 2, 3, 10, 63, 64, 99, 100):
        message = [Pattern(n * n % 300, n) for n in range(count)]
        local.send(*message)
        assert remote.receive() == words(*message)
        remote.send(*message)
        assert local.receive() == words(*message)


TOPIC_SIZES = [0, 1, 30, 31, 100, 244, 245, 256, 999, 1000]
LONG_COMMANDS = range(246, 256)
"""Topics of these sizes fit in a short frame, but not together with the command name SUBSCRIBE."""


def subscribe_and_back(sub: Side, xpub: Side, sizes: Iterable[int]) -> None:
    for first, call in ((1, sub.subscribe), (0, sub.unsubscribe)):
        for size in sizes:
            call(b"t" * size)
            expected = words(bytes([first]) + b"t" * size)
            for _ in range(xpub.timeout_ms // 50):
                sub.receive(0)  # a socket handles a new peer only while it is used
                came = xpub.receive(50)
                if came:
                    break
            assert came == expected


@cases(one_way("subscriptions", "XPUB", "SUB"))
def test_their_subscriptions(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    subscribe_and_back(remote, local, TOPIC_SIZES)


@cases(one_way("subscriptions", "SUB", "XPUB"))
def test_our_subscriptions(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    subscribe_and_back(local, remote, TOPIC_SIZES)


@cases(one_way("long-commands", "XPUB", "SUB"))
def test_their_long_commands(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    subscribe_and_back(remote, local, LONG_COMMANDS)


@cases(one_way("long-commands", "SUB", "XPUB"))
def test_our_long_commands(case: Case, sides: Sides) -> None:
    local, remote, _ = sides(case)
    subscribe_and_back(local, remote, LONG_COMMANDS)


@cases(each_way("restart", "PULL", "PUSH"))
def test_restart_of_their_sender(
    case: Case,
    sides: Sides,
    start_peer: Callable[[str], Remote],
) -> None:
    local, remote, endpoint = sides(case)
    for number in range(3):
        remote.send(b"number %d" % number)
        assert local.receive() == words(b"number %d" % number)
        remote.kill()
        remote = start_again(case, endpoint, start_peer)
    remote.send(b"the end")
    assert local.receive() == words(b"the end")


@cases(each_way("restart", "PUSH", "PULL"))
def test_restart_of_their_receiver(
    case: Case,
    sides: Sides,
    start_peer: Callable[[str], Remote],
) -> None:
    local, remote, endpoint = sides(case)
    for number in range(3):
        local.send(b"number %d" % number)
        assert remote.receive() == words(b"number %d" % number)
        remote.kill()
        remote = start_again(case, endpoint, start_peer)
        # Messages to the peer that has gone may be lost. Messages after the first received message
        # are not lost.
        send_until_received(local, remote)


def start_again(case: Case, endpoint: str, start_peer: Callable[[str], Remote]) -> Remote:
    """Start the peer again, with the same endpoint and keys."""
    remote = start_peer(case.peer)
    remote.tell("open", case.theirs)
    secure_theirs(remote, case)
    if case.ours_binds:
        remote.tell("connect", endpoint)
    else:
        bind_again(remote, endpoint)
    return remote


def bind_again(remote: Remote, endpoint: str) -> None:
    """Bind to an endpoint that the system may not have released yet."""
    for _ in range(600):
        try:
            remote.tell("bind", endpoint)
            return
        except PeerError:
            if remote.process.poll() is not None:
                raise
            threading.Event().wait(0.05)
    raise AssertionError(f"{endpoint} stays in use")


def send_until_received(sender: Local, receiver: Remote) -> None:
    for _ in range(1000):
        sender.send(b"is it there?")
        if receiver.receive(30):
            break
    sender.send(b"that is all")
    skip_until(receiver, b"that is all")


@cases(each_way("heartbeats"))
def test_heartbeats(case: Case, sides: Sides) -> None:
    """Both sides send PINGs repeatedly. A PING must not end a connection, and is not a message."""
    local, remote, _ = sides(case)
    remote.send(b"before")
    assert local.receive() == words(b"before")
    with local.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
        assert not monitor.poll(10 * HEARTBEAT_MS)
        local.socket.disable_monitor()
    local.send(b"after")
    assert remote.receive() == words(b"after")
