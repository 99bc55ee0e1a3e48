"""A socket between standard input and output: the commands ``push``, ``sub``, ``req``, ..."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import zmq
from zmq.cli.commands import (
    ANSWERS,
    ASKS,
    BOTH,
    CAN_RECEIVE,
    CAN_SEND,
    RECEIVES,
    SENDS,
    SINGLE_PART,
)
from zmq.cli.delivery import Delivery, Subscribers, tell
from zmq.cli.input import Reader, check_files, repeated, texts
from zmq.cli.messages import Format, routing_id_from_text, routing_id_to_text
from zmq.cli.options import SOCKET_TYPES, set_socket_options, sort_arguments, timeout_ms
from zmq.cli.outcome import CommandError, LeaveNow, TimeoutExpired, UsageError
from zmq.cli.peers import PeerWatch, messages
from zmq.cli.security import authenticating, check_security, secure
from zmq.cli.signals import held_signals
from zmq.cli.sockets import (
    GLANCE_MS,
    attach,
    delivering,
    glance_ms,
    opened_context,
    patiently,
)
from zmq.constants import SocketOption, SocketType
from zmq.error import Again, ZMQError

__all__ = ["run"]

_ADDRESSED = {SocketType.ROUTER, SocketType.SERVER, SocketType.DGRAM}
_ADDRESS_NAMES = {
    SocketType.ROUTER: "routing_id",
    SocketType.SERVER: "routing_id",
    SocketType.PEER: "routing_id",
    SocketType.STREAM: "routing_id",
    SocketType.RADIO: "group",
    SocketType.DISH: "group",
    SocketType.XPUB: "event",
    SocketType.XSUB: "event",
}
_TIME_TO_JOIN = 0.2  # seconds
_FROM_SUBSCRIBERS = {b"\0": b"unsubscribe", b"\1": b"subscribe"}
_TO_PUBLISHERS = {b"unsubscribe": b"\0", b"subscribe": b"\1", b"message": b""}


def run(options: argparse.Namespace) -> None:
    """Run a socket command.

    Parameters
    ----------
    options : argparse.Namespace
        The arguments of the command.
    """
    kind = getattr(options, "type", None) or SOCKET_TYPES[options.command]
    sort_arguments(options)
    _take_rest(options, kind)
    _check(options, kind)
    check_security(options)
    check_files(getattr(options, "input", None))
    receives = options.direction == RECEIVES
    linger_ms = 0 if receives else timeout_ms(options.timeout)
    if linger_ms > 0:
        linger_ms += 100  # so that the linger time ends after the timeout, not just before it
    with (
        opened_context(None if receives else options.timeout) as context,
        authenticating(context, options),
        Session(context, kind, options, linger_ms) as session,
    ):
        session.run()
        session.output.flush()
        session.deliver()


def _take_rest(options: argparse.Namespace, kind: SocketType) -> None:
    """Use the arguments after the endpoints as messages, topics or groups."""
    rest: list[str] = options.rest
    if not rest:
        return
    if options.direction != RECEIVES:
        if options.input is not None or getattr(options, "echo", False):
            raise UsageError(f"the text {rest[0]!r} cannot be combined with another input")
        options.message = [*(options.message or []), *rest]
    elif kind == SocketType.SUB:
        options.topic = [*(options.topic or []), *map(os.fsencode, rest)]
    elif kind == SocketType.DISH:
        options.group = [*(options.group or []), *rest]
    else:
        raise UsageError(f"an argument too much: {rest[0]!r} is no endpoint")


def _check(options: argparse.Namespace, kind: SocketType) -> None:
    name = kind.name.lower()
    if options.command == "send" and name not in CAN_SEND:
        raise UsageError(f"a {kind.name} does not just send; use '{name}'")
    if options.command == "recv" and name not in CAN_RECEIVE:
        raise UsageError(f"a {kind.name} does not just receive; use '{name}'")
    group = getattr(options, "group", None)
    if options.direction == SENDS and group and len(group) > 1:
        raise UsageError("--group: messages go to one group")
    topic = getattr(options, "topic", None)
    if options.direction == SENDS and topic and len(topic) > 1:
        raise UsageError("--topic: a message has one topic")
    if kind == SocketType.DISH and not group:
        raise UsageError("a DISH receives only groups that it joins: --group GROUP")
    peers = getattr(options, "peers", None)
    if peers is not None and peers < 0:
        raise UsageError(f"--peers takes a number from 0 on, got {peers}")


def _is_connectionless(options: argparse.Namespace) -> bool:
    every = [*options.endpoints, *options.connect, *options.bind]
    return any(endpoint.startswith("udp:") for endpoint in every)


def _peers_to_wait_for(kind: SocketType, options: argparse.Namespace) -> int:
    asked: int | None = getattr(options, "peers", None)
    if asked is not None:
        return asked
    if _is_connectionless(options):
        return 0
    return 1 if kind in (SocketType.PUB, SocketType.RADIO) else 0


class Session:
    """A socket between standard input and standard output."""

    def __init__(
        self,
        context: zmq.Context[Any],
        kind: SocketType,
        options: argparse.Namespace,
        linger_ms: int,
    ) -> None:
        self.options = options
        self.linger_ms = linger_ms
        self.kind = kind
        self.timeout: float | None = options.timeout
        self.peers: int = _peers_to_wait_for(kind, options)
        self.group: str | None = (getattr(options, "group", None) or [None])[0]
        self.output = sys.stdout.buffer
        self.failed = 0  # failed runs of --exec
        # an XPUB is a PUB to its peers, and knows their subscriptions
        publishes = kind == SocketType.PUB
        self.sock: zmq.Socket[Any] = context.socket(SocketType.XPUB if publishes else kind)
        self.subscribers = Subscribers(self.sock) if publishes else None
        self.connectionless = _is_connectionless(options)
        try:
            # set the options first: the keys determine the mechanism, which the watch reads
            given = self._set_options()
            self.watch = PeerWatch(self.sock, tell, kind, options.verbose)
            self.delivery = Delivery(self.watch, self.timeout, given, self.connectionless)
        except BaseException:
            self.sock.close(0)
            raise
        try:
            self._set_up()
        except BaseException:
            self._close(0)
            raise

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        try:
            if kind is not None and kind is not LeaveNow:
                self.delivery.tell_rest()
        finally:
            # wait for messages only if there was no error
            self._close(self.linger_ms if kind is None else 0)

    def _close(self, linger_ms: int) -> None:
        self.sock.close(linger_ms)
        # Wait for the thread of the watch, which ends when all messages are delivered. Terminating
        # the context now would end it earlier.
        with delivering(self.timeout if linger_ms else None):
            self.watch.join()

    def run(self) -> None:
        """Run the loop of the command."""
        {
            SENDS: self.send_all,
            RECEIVES: self.receive_all,
            BOTH: self.talk,
            ASKS: self.ask,
            ANSWERS: self.answer,
        }[self.options.direction]()

    def _set_options(self) -> int | None:
        """Set the options of the socket; return LINGER if the user has set it."""
        options, sock = self.options, self.sock
        wait_ms = glance_ms(self.timeout)
        sock.set(SocketOption.RCVTIMEO, wait_ms)
        sock.set(SocketOption.SNDTIMEO, wait_ms)
        if self.kind == SocketType.ROUTER:
            sock.set(SocketOption.ROUTER_MANDATORY, 1)
        if self.subscribers is not None:
            sock.set(SocketOption.XPUB_VERBOSER, 1)
        set_socket_options(sock, options.option)
        secure(sock, options)
        given = dict(options.option).get(SocketOption.LINGER)
        if not isinstance(given, int):
            return None
        self.linger_ms = given
        return given

    def _set_up(self) -> None:
        options, sock = self.options, self.sock
        if self.kind == SocketType.SUB:
            for topic in options.topic or [b""]:
                sock.subscribe(topic)
        elif self.kind == SocketType.XSUB:
            given = options.topic or ([b""] if options.direction == RECEIVES else [])
            for topic in given:
                sock.send(b"\1" + topic)
        if self.kind == SocketType.DISH:
            for group in options.group:
                sock.join(group)
        attached = attach(sock, options)
        self.watch.attached(attached.connected, attached.bound)
        # a PEER that is connected to one other PEER needs no addresses
        routing_ids = attached.routing_ids
        self.only_peer = routing_ids[0] if len(routing_ids) == 1 and not options.bind else None
        self.only_stream: bytes | None = None
        if self.kind == SocketType.STREAM and len(attached.connected) == 1 and not options.bind:
            routing_id = sock.get(SocketOption.ROUTING_ID)  # id of the last peer
            self.only_stream = routing_id if isinstance(routing_id, bytes) else None
        self.addressed = self.kind in _ADDRESSED or (
            (self.kind == SocketType.PEER and self.only_peer is None)
            or (self.kind == SocketType.STREAM and self.only_stream is None)
        )
        self.address_first = (
            self.addressed
            or self.kind == SocketType.XSUB
            or (self.kind == SocketType.RADIO and self.group is None)
        )
        separator = options.separator
        self.format = Format(
            options.format,
            b"\t" if separator is None else separator or _no_separator(),
            split=separator is not None,
            address_name=_ADDRESS_NAMES.get(self.kind, "address"),
            escape=sys.stdout.isatty() and not getattr(options, "raw", False),
        )
        self.watch.wants_peers = self.peers > 0
        if self.subscribers is not None:
            self.subscribers.wait(self.peers, self.timeout, self.delivery)
        elif self.peers:
            self.watch.wait(self.peers, self.timeout, self._check_refusal)
        delay = getattr(options, "delay", 0.0)
        if delay is None:
            # A DISH sends its groups after the handshake. A RADIO does not report that, so wait for
            # a fixed time.
            joins = self.kind == SocketType.RADIO and not self.connectionless
            delay = _TIME_TO_JOIN if joins else 0.0
        time.sleep(delay)

    # -- input

    def records(self) -> Iterator[bytes]:
        """Return the messages from the arguments, files or standard input."""
        options = self.options
        found = texts(self.format, options.message, options.input)
        times = getattr(options, "repeat", None)
        interval = getattr(options, "interval", 0.0)
        return repeated(found, times, interval) if interval or times is not None else found

    # -- one message

    def send(self, record: bytes) -> None:
        """Send a message of the input."""
        self.send_parts(*self.format.decode(record, self.address_first))

    def send_parts(self, address: bytes, parts: list[bytes]) -> None:
        """Send a message."""
        topic = None if self.kind == SocketType.XSUB else getattr(self.options, "topic", None)
        if topic:
            parts = [*topic, *parts]
        if self.subscribers is not None:
            self.subscribers.count(parts[0])
        self.delivery.begin()

        def attempt() -> None:
            # A signal between the two calls would make a delivered message look undelivered.
            with held_signals():
                self._send(address, parts)
                self.delivery.done()

        try:
            patiently(attempt, self.timeout, self._check_refusal)
        except Again:
            raise self.delivery.failure(
                TimeoutExpired, f"nothing could be sent for {self.timeout:g} s"
            ) from None

    def _send(self, address: bytes, parts: list[bytes]) -> None:
        kind, sock = self.kind, self.sock
        if kind in SINGLE_PART and len(parts) > 1:
            raise CommandError(f"a {kind.name} sends messages of one part, got {len(parts)}")
        if kind == SocketType.ROUTER:
            self._send_to(address, [routing_id_from_text(address), *parts])
        elif kind == SocketType.STREAM:
            if len(parts) > 1:
                raise CommandError(f"a STREAM sends plain bytes, not parts: got {len(parts)} parts")
            if self.only_stream is not None:
                sock.send_multipart([self.only_stream, *parts])
            else:
                self._send_to(address, [routing_id_from_text(address), *parts])
        elif kind == SocketType.DGRAM:
            self._send_to(address, [address, *parts])
        elif kind == SocketType.XSUB:
            if address not in _TO_PUBLISHERS:
                raise CommandError(
                    "an XSUB sends 'subscribe', 'unsubscribe' or 'message', the separator and"
                    f" text, got {address.decode(errors='replace')!r}"
                )
            sock.send_multipart([_TO_PUBLISHERS[address] + parts[0], *parts[1:]])
        elif kind == SocketType.SERVER or (kind == SocketType.PEER and self.addressed):
            if not address.isdigit():
                raise CommandError(f"a routing id is a number here, got {address!r}")
            self._send_to(address, parts, routing_id=int(address))
        elif kind == SocketType.PEER:
            sock.send(parts[0], routing_id=self.only_peer)
        elif kind == SocketType.RADIO:
            sock.send(parts[0], group=address if self.group is None else self.group)
        elif kind in SINGLE_PART:
            sock.send(parts[0])
        else:
            sock.send_multipart(parts)

    def _send_to(self, address: bytes, parts: list[bytes], **kwargs: Any) -> None:
        try:
            if kwargs:
                self.sock.send(parts[0], **kwargs)
            else:
                self.sock.send_multipart(parts)
        except Again:
            raise
        except (ZMQError, ValueError) as error:
            raise CommandError(f"to {address.decode(errors='replace')}: {error}") from error

    def receive(self) -> tuple[bytes | None, list[bytes]]:
        """Receive a message; return the address to print before it, and its parts."""
        try:
            return patiently(self._receive, self.timeout, self._check_refusal)
        except Again:
            raise TimeoutExpired(f"nothing was received for {self.timeout:g} s") from None

    def _receive(self) -> tuple[bytes | None, list[bytes]]:
        kind, sock = self.kind, self.sock
        if kind == SocketType.ROUTER:
            routing_id, *parts = sock.recv_multipart()
            return routing_id_to_text(routing_id), parts
        if kind == SocketType.STREAM:
            routing_id, data = sock.recv_multipart()
            return None if self.only_stream else routing_id_to_text(routing_id), [data]
        if kind == SocketType.DGRAM:
            sender, *parts = sock.recv_multipart()
            return sender, parts
        if kind == SocketType.XPUB:
            first, *parts = sock.recv_multipart()
            what = _FROM_SUBSCRIBERS.get(first[:1], b"message")
            return what, [first if what == b"message" else first[1:], *parts]
        if kind in (SocketType.SERVER, SocketType.PEER):
            frame = sock.recv(copy=False)
            address = str(frame.routing_id).encode() if self.addressed else None
            return address, [frame.bytes]
        if kind == SocketType.DISH:
            frame = sock.recv(copy=False)
            return frame.group.encode() if self.options.show_group else None, [frame.bytes]
        if kind in (SocketType.GATHER, SocketType.CLIENT, SocketType.CHANNEL):
            return None, [sock.recv()]
        return None, sock.recv_multipart()

    def write(self, address: bytes | None, parts: list[bytes], flush: bool = True) -> None:
        """Print a message, or give it to ``--exec``."""
        if getattr(self.options, "execute", None) is not None:
            self.execute(address, parts)
            return
        now = None
        if getattr(self.options, "timestamps", False):
            now = datetime.now().astimezone().isoformat(timespec="milliseconds")
        self.output.write(self.format.encode(parts, address, now))
        if flush:
            self.output.flush()

    def execute(self, address: bytes | None, parts: list[bytes]) -> bytes:
        """Run the command of ``--exec`` with a message as its input; return its output."""
        answers = self.options.direction == ANSWERS
        done = subprocess.run(
            self.options.execute,
            shell=True,
            input=self.format.encode(parts, address),
            stdout=subprocess.PIPE if answers else None,
            check=False,
        )
        if done.returncode:
            self.failed += 1
            tell(f"--exec ended with {done.returncode}")
        return done.stdout or b""

    def deliver(self) -> None:
        """Wait until the sent messages have gone out."""
        if self.subscribers is not None:
            verbose = self.options.verbose
            self.subscribers.check_wanted(self.delivery.sent, self.peers > 0, verbose)
        self.delivery.wait(needs_peers=self.subscribers is None)

    def _check_refusal(self) -> None:
        """Raise CommandError if no peer will ever receive our messages, or send messages to us."""
        self.delivery.check(self.options.direction in (SENDS, ASKS))

    # -- loops

    def send_all(self) -> None:
        """Send the input."""
        for number, record in enumerate(self.records(), 1):
            self.send(record)
            if number == self.options.count:
                return

    def receive_all(self) -> None:
        """Print each received message, or run a command with it."""
        number = 0
        while number != self.options.count:
            self.write(*self.receive(), flush=False)
            number += 1
            # a system call for each message would be slow with thousands of messages
            if not self.sock.poll(0):
                self.output.flush()
        if self.failed:
            raise CommandError(f"--exec failed for {self.failed} of {messages(number)}")

    def ask(self) -> None:
        """Send each request and print its reply."""
        for number, record in enumerate(self.records(), 1):
            self.send(record)
            self.write(*self.receive())
            if number == self.options.count:
                return

    def answer(self) -> None:
        """Reply to each request with the request, a command's output or the next input.

        Without a command, print the request, too.
        """
        options = self.options
        records = None if options.echo or options.execute else self.records()
        number = 0
        while number != options.count:
            address, parts = self.receive()
            if options.execute:
                self.send(self._without_end(self.execute(address, parts)))
            elif records is None:
                self.write(address, parts)
                self.send_parts(b"", parts)
            else:
                self.write(address, parts)
                record = next(records, None)
                if record is None:
                    raise CommandError("the input has no reply left for this request")
                self.send(record)
            number += 1

    def _without_end(self, output: bytes) -> bytes:
        """Return a command's output without the end that the format adds to messages."""
        end = self.format.end
        return output[: -len(end)] if end and output.endswith(end) else output

    def talk(self) -> None:
        """Send the input and print received messages at the same time."""
        source = Reader()
        is_open = False  # the connection of a STREAM
        poller = zmq.Poller()
        pending: bytes | None = None
        number = 0
        quiet_since = time.monotonic()
        ends_at: float | None = None
        try:
            source.start(self.records())
            while number != self.options.count:
                if pending is None:
                    pending = source.take()
                if source.ended and ends_at is None and self.options.quit_after is not None:
                    ends_at = time.monotonic() + self.options.quit_after
                # read input only as fast as it can be sent
                poller.register(
                    source.ready, 0 if pending is not None or source.ended else zmq.POLLIN
                )
                poller.register(self.sock, zmq.POLLIN | (0 if pending is None else zmq.POLLOUT))
                # A ROUTER without peers is never ready. So try at once: it may raise EHOSTUNREACH.
                at_once = pending is not None and self.addressed
                wait_ms = 0 if at_once else self._wait_ms(quiet_since, ends_at)
                happened = dict(poller.poll(wait_ms)).get(self.sock, 0)
                if at_once:
                    happened |= zmq.POLLOUT
                now = time.monotonic()
                self.delivery.blocked = 0 if pending is None else 1
                if not happened:
                    self._check_refusal()
                if happened & zmq.POLLIN:
                    address, parts = self.receive()
                    if self.only_stream is None:
                        self.write(address, parts)
                        number += 1
                    elif parts[0]:
                        self.write(None, parts)
                        number += 1
                    elif is_open:
                        return  # the peer has closed the connection
                    else:
                        is_open = True
                if pending is not None and happened & zmq.POLLOUT:
                    self.send(pending)
                    pending = None
                if happened:
                    quiet_since = now
                elif ends_at is not None and now >= ends_at:
                    return
                elif self.timeout is not None and now - quiet_since >= self.timeout:
                    raise TimeoutExpired(f"nothing was received for {self.timeout:g} s")
        finally:
            source.close()

    def _wait_ms(self, quiet_since: float, ends_at: float | None) -> float:
        """Return how long to poll."""
        limits = [] if ends_at is None else [ends_at]
        if self.timeout is not None:
            limits.append(quiet_since + self.timeout)
        if not limits:
            return GLANCE_MS
        return min(GLANCE_MS, max(0.0, min(limits) - time.monotonic()) * 1000)


def _no_separator() -> bytes:
    raise UsageError("--separator cannot be empty")
