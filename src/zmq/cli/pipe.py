"""Sockets as pipes: ``push``, ``sub``, ``req`` and the others, netcat for ZeroMQ."""

from __future__ import annotations

import argparse
import os
import queue
import signal
import socket as _socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, NamedTuple

import zmq
from zmq.cli.messages import FORMATS, Format, routing_id_from_text, routing_id_to_text
from zmq.cli.options import (
    SOCKET_TYPES,
    add_command,
    add_endpoint_options,
    add_security_options,
    add_socket_options,
    count,
    escaped_bytes,
    seconds,
    set_socket_options,
    socket_type,
    timeout_ms,
)
from zmq.cli.outcome import CommandError, LeaveNow, TimeoutExpired, UsageError
from zmq.cli.peers import PeerWatch, messages
from zmq.cli.sockets import (
    GLANCE_MS,
    attach,
    authenticating,
    check_security,
    delivering,
    glance_ms,
    opened_context,
    patiently,
    secure,
)
from zmq.constants import SocketOption, SocketType
from zmq.error import Again, ZMQError

__all__ = ["add_commands"]

_CHUNK = 65536
_SENDS, _RECEIVES, _BOTH, _ASKS, _ANSWERS = "sends", "receives", "both", "asks", "answers"


class _Kind(NamedTuple):
    direction: str
    summary: str
    example: str


_COMMANDS = {
    "send": _Kind(_SENDS, "send messages by a socket of any type that sends", "tcp://host:5555"),
    "recv": _Kind(_RECEIVES, "print the messages of a socket of any type", "-b tcp://*:5555"),
    "push": _Kind(_SENDS, "send each message to one of the pullers", "tcp://host:5555 < jobs.txt"),
    "pull": _Kind(_RECEIVES, "print what is pushed", "-b tcp://*:5555 -n 10"),
    "pub": _Kind(
        _SENDS, "send messages to all subscribers", "-b tcp://*:5556 --topic news -m 'hello all'"
    ),
    "sub": _Kind(_RECEIVES, "print what is published", "tcp://host:5556 --topic news --topic ads"),
    "req": _Kind(
        _ASKS, "send requests, print their replies", "tcp://host:5557 -t 2 -m 'how are you?'"
    ),
    "rep": _Kind(_ANSWERS, "print requests, reply to each", "-b tcp://*:5557 --echo"),
    "pair": _Kind(_BOTH, "talk to one peer", "-b ipc:///tmp/chat"),
    "dealer": _Kind(_BOTH, "send to the peers in turn, print what they say", "tcp://host:5558"),
    "router": _Kind(_BOTH, "talk to many peers by their routing ids", "-b tcp://*:5558 -f hex"),
    "client": _Kind(_BOTH, "talk to a SERVER (draft)", "tcp://host:5559"),
    "server": _Kind(_BOTH, "talk to many CLIENTs by their routing ids (draft)", "-b tcp://*:5559"),
    "radio": _Kind(
        _SENDS, "send messages to a group (draft)", "udp://239.0.0.1:5560 --group news -m hello"
    ),
    "dish": _Kind(
        _RECEIVES, "print the messages of groups (draft)", "-b udp://*:5560 --group news"
    ),
    "scatter": _Kind(_SENDS, "send each message to one gatherer (draft)", "tcp://host:5561"),
    "gather": _Kind(_RECEIVES, "print what is scattered (draft)", "-b tcp://*:5561"),
    "channel": _Kind(_BOTH, "talk to one peer, thread-safe (draft)", "-b tcp://*:5562"),
    "peer": _Kind(_BOTH, "talk to other PEERs by their routing ids (draft)", "tcp://host:5563"),
}

_CAN_SEND = {"push", "pub", "xpub", "pair", "dealer", "radio", "scatter", "client", "channel"}
_CAN_RECEIVE = {"pull", "sub", "pair", "dealer", "router", "xsub", "dish", "gather", "client"}
_CAN_RECEIVE |= {"server", "channel", "peer", "rep"}
_SINGLE_PART = {
    SocketType.CLIENT,
    SocketType.SERVER,
    SocketType.RADIO,
    SocketType.SCATTER,
    SocketType.CHANNEL,
    SocketType.PEER,
}

_ADDRESSES = {
    "router": "Each message begins with the peer's routing id and the separator, both ways: as it"
    "\nis if it is printable, else 0x and hexadecimal digits.",
    "server": "Each message begins with the peer's routing id, a number, and the separator, both"
    "\nways.",
    "peer": "With one --connect, all goes to that peer. Otherwise each message begins with the"
    "\npeer's routing id, a number, and the separator, both ways.",
}


def add_commands(commands: Any) -> None:
    """Add a command for each socket type, ``send`` and ``recv``."""
    for name, kind in _COMMANDS.items():
        parser = add_command(
            commands,
            name,
            kind.summary,
            "example:\n  {prog} " + kind.example,
            _ADDRESSES.get(name, ""),
            "[ENDPOINT]...",
        )
        add_endpoint_options(parser)
        _add_message_options(parser, name, kind.direction)
        add_socket_options(parser)
        add_security_options(parser)
        parser.set_defaults(run=_run, direction=kind.direction)


def _add_message_options(parser: argparse.ArgumentParser, name: str, direction: str) -> None:
    group = parser.add_argument_group("messages")
    if direction in (_SENDS, _RECEIVES) and name in ("send", "recv"):
        default = "push" if direction == _SENDS else "pull"
        group.add_argument(
            "--type",
            type=socket_type,
            default=SOCKET_TYPES[default],
            metavar="TYPE",
            help=f"type of the socket (default: {default})",
        )
    group.add_argument(
        "-f",
        "--format",
        choices=FORMATS,
        default="lines",
        help="lines: one message a line (default); nul: NUL after each; whole: the input is one"
        " message, the output has nothing between them; hex: digits, a message a line, parts with"
        " spaces between, - for an empty one",
    )
    group.add_argument(
        "-s",
        "--separator",
        type=escaped_bytes,
        metavar="SEP",
        help=r"stands between the parts of a message, such as '\t' or '|'. Without it, input is"
        " not cut into parts, and output has a tab",
    )
    if direction != _RECEIVES:
        source = group.add_mutually_exclusive_group()
        source.add_argument(
            "-m",
            "--message",
            action="append",
            metavar="TEXT",
            help="send this, and do not read standard input; may be repeated",
        )
        source.add_argument(
            "-i",
            "--input",
            action="append",
            metavar="FILE",
            help="send what is in this file; may be repeated",
        )
    if direction == _ANSWERS:
        source.add_argument("--echo", action="store_true", help="reply with the request")
    what = {
        _SENDS: "sent",
        _RECEIVES: "received",
        _BOTH: "received",
        _ASKS: "answered",
        _ANSWERS: "answered",
    }[direction]
    group.add_argument(
        "-n", "--count", type=count, metavar="N", help=f"end after N messages {what}"
    )
    group.add_argument(
        "-t",
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="give up, with exit code 124, when so long nothing could be"
        f" {'sent' if direction == _SENDS else 'received'} (default: never)",
    )
    if direction == _BOTH:
        group.add_argument(
            "-q",
            "--quit-after",
            type=seconds,
            metavar="SECONDS",
            help="end so long after the end of the input (default: go on receiving)",
        )
    if direction in (_SENDS, _BOTH, _ASKS):
        default_peers = 1 if name in ("pub", "radio") else 0
        group.add_argument(
            "--peers",
            type=int,
            metavar="N",
            help="before sending, wait for N"
            f" {'subscribers' if name == 'pub' else 'peers'} (default: {default_peers})",
        )
        group.add_argument(
            "--delay",
            type=seconds,
            default=0.0,
            metavar="SECONDS",
            help="and then so long (default: 0)",
        )
    if name in ("pub", "send"):
        group.add_argument(
            "--topic",
            action="append",
            type=os.fsencode,
            metavar="TOPIC",
            help="publish with this as the first part",
        )
    if name in ("sub", "recv"):
        group.add_argument(
            "--topic",
            action="append",
            type=os.fsencode,
            metavar="TOPIC",
            help="subscribe to what begins so; may be repeated (default: to all)",
        )
    if name in ("radio", "send"):
        group.add_argument(
            "--group",
            action="append",
            metavar="GROUP",
            help="send to this group; without, each message begins with its group and the"
            " separator",
        )
    if name in ("dish", "recv"):
        group.add_argument(
            "--group", action="append", metavar="GROUP", help="join this group; may be repeated"
        )
        group.add_argument(
            "--show-group", action="store_true", help="print each message's group before it"
        )


# ---------------------------------------------------------------------- running


def _run(options: argparse.Namespace) -> None:
    kind = getattr(options, "type", None) or SOCKET_TYPES[options.command]
    _check(options, kind)
    check_security(options)
    receives = options.direction == _RECEIVES
    linger_ms = 0 if receives else timeout_ms(options.timeout)
    if linger_ms > 0:
        linger_ms += 100  # so that the linger time is over after the timeout, not just before
    with (
        opened_context(None if receives else options.timeout) as context,
        authenticating(context, options),
        _Pipe(context, kind, options, linger_ms) as pipe,
    ):
        pipe.run()
        pipe.output.flush()
        pipe.deliver()


def _check(options: argparse.Namespace, kind: SocketType) -> None:
    name = kind.name.lower()
    if options.command == "send" and name not in _CAN_SEND:
        raise UsageError(f"a {kind.name} does not just send; {_other_command(name)}")
    if options.command == "recv" and name not in _CAN_RECEIVE:
        raise UsageError(f"a {kind.name} does not just receive; {_other_command(name)}")
    group = getattr(options, "group", None)
    if options.direction == _SENDS and group and len(group) > 1:
        raise UsageError("--group: messages go to one group")
    topic = getattr(options, "topic", None)
    if options.direction == _SENDS and topic and len(topic) > 1:
        raise UsageError("--topic: messages have one topic")
    if kind == SocketType.DISH and not group:
        raise UsageError("a DISH receives only groups that it joins: --group GROUP")
    peers = getattr(options, "peers", None)
    if peers is not None and peers < 0:
        raise UsageError(f"--peers takes a number from 0 on, got {peers}")


def _other_command(name: str) -> str:
    return f"use '{name}'" if name in _COMMANDS else "no command is for that type"


def _peers_to_wait_for(kind: SocketType, options: argparse.Namespace) -> int:
    asked: int | None = getattr(options, "peers", None)
    if asked is not None:
        return asked
    every = [*options.endpoints, *options.connect, *options.bind]
    if any(endpoint.startswith("udp:") for endpoint in every):
        return 0  # UDP knows none
    return 1 if kind in (SocketType.PUB, SocketType.RADIO) else 0


class _Pipe:
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
        self.sent = 0
        self.blocked = 0  # messages that could not even be queued
        self.told_undelivered = False
        self.topics: Counter[bytes] = Counter()  # what the subscribers of a PUB want
        self.unwanted = 0  # messages that no subscriber wanted
        self.peers: int = _peers_to_wait_for(kind, options)
        self.group: str | None = (getattr(options, "group", None) or [None])[0]
        self.output = sys.stdout.buffer
        # XPUB is a PUB to its peers, and knows what they have subscribed to
        self.publishes = kind == SocketType.PUB
        self.sock: zmq.Socket[Any] = context.socket(SocketType.XPUB if self.publishes else kind)
        try:
            # libzmq knows the mechanism of a socket only when it has its keys
            self._set_options()
            self.watch = PeerWatch(self.sock, _tell, kind, options.verbose)
        except BaseException:
            self.sock.close(0)
            raise
        try:
            self._set_up()
        except BaseException:
            self._close(0)
            raise

    def __enter__(self) -> _Pipe:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        try:
            if kind is not None and not (self.told_undelivered or kind is LeaveNow):
                self._tell_undelivered()
        finally:
            # messages are only worth waiting for if all went well
            self._close(self.linger_ms if kind is None else 0)

    def _close(self, linger_ms: int) -> None:
        self.sock.close(linger_ms)
        # Its thread ends when all is delivered. Terminating the context would end it before.
        with delivering(self.timeout if linger_ms else None):
            self.watch.join()

    def run(self) -> None:
        """Do what the command is for."""
        {
            _SENDS: self.send_all,
            _RECEIVES: self.receive_all,
            _BOTH: self.talk,
            _ASKS: self.ask,
            _ANSWERS: self.answer,
        }[self.options.direction]()

    def _set_options(self) -> None:
        options, sock = self.options, self.sock
        wait_ms = glance_ms(self.timeout)
        sock.set(SocketOption.RCVTIMEO, wait_ms)
        sock.set(SocketOption.SNDTIMEO, wait_ms)
        if self.kind == SocketType.ROUTER:
            sock.set(SocketOption.ROUTER_MANDATORY, 1)
        if self.publishes:
            sock.set(SocketOption.XPUB_VERBOSER, 1)
        set_socket_options(sock, options.option)
        for option, value in options.option:
            if option == SocketOption.LINGER and isinstance(value, int):
                self.linger_ms = value
        secure(sock, options)

    def _set_up(self) -> None:
        options, sock = self.options, self.sock
        if self.kind == SocketType.SUB:
            for topic in options.topic or [b""]:
                sock.subscribe(topic)
        elif self.kind == SocketType.XSUB:
            for topic in options.topic or [b""]:
                sock.send(b"\1" + topic)
        if self.kind == SocketType.DISH:
            for group in options.group:
                sock.join(group)
        attached = attach(sock, options)
        self.watch.attached(attached.connected, attached.bound)
        # a PEER that is connected to one other needs no addresses
        routing_ids = attached.routing_ids
        self.only_peer = routing_ids[0] if len(routing_ids) == 1 and not options.bind else None
        self.addressed = self.kind in (SocketType.ROUTER, SocketType.SERVER) or (
            self.kind == SocketType.PEER and self.only_peer is None
        )
        self.group_first = self.kind == SocketType.RADIO and self.group is None
        separator = options.separator
        self.format = Format(
            options.format,
            b"\t" if separator is None else separator or _no_separator(),
            split=separator is not None,
        )
        self.watch.wants_peers = options.direction in (_SENDS, _ASKS)
        if self.publishes:
            self._wait_for_subscriptions()
        elif self.peers:
            self.watch.wait(self.peers, self.timeout, self._check_refusal)
        if getattr(options, "delay", 0.0):
            time.sleep(options.delay)

    # -- messages from outside

    def records(self) -> Iterator[bytes]:
        """The messages that the arguments, files or standard input hold."""
        options = self.options
        if options.message is not None:
            yield from (os.fsencode(text) for text in options.message)
        elif options.input is not None:
            for path in options.input:
                with open(path, "rb") as file:
                    yield from self.format.records(_chunks(file))
        else:
            yield from self.format.records(_read_stdin())

    # -- one message

    def send(self, record: bytes) -> None:
        """Send a message of the input."""
        address, parts = self.format.decode(record, self.addressed or self.group_first)
        topic = getattr(self.options, "topic", None)
        if topic:
            parts = [*topic, *parts]
        if self.publishes:
            self._note_subscriptions()
            first = parts[0]
            if not any(first[:length] in self.topics for length in range(len(first) + 1)):
                self.unwanted += 1
        self.blocked = 1
        try:
            patiently(lambda: self._send(address, parts), self.timeout, self._check_refusal)
        except Again:
            raise self._undelivered(
                TimeoutExpired, f"nothing could be sent for {self.timeout:g} s"
            ) from None
        self.blocked = 0
        self.sent += 1

    def _send(self, address: bytes, parts: list[bytes]) -> None:
        kind, sock = self.kind, self.sock
        if kind in _SINGLE_PART and len(parts) > 1:
            raise CommandError(f"a {kind.name} sends messages of one part, got {len(parts)}")
        if kind == SocketType.ROUTER:
            self._send_to(address, [routing_id_from_text(address), *parts])
        elif kind == SocketType.SERVER or (kind == SocketType.PEER and self.addressed):
            if not address.isdigit():
                raise CommandError(f"a routing id is a number here, got {address!r}")
            self._send_to(address, parts, routing_id=int(address))
        elif kind == SocketType.PEER:
            sock.send(parts[0], routing_id=self.only_peer)
        elif kind == SocketType.RADIO:
            sock.send(parts[0], group=address if self.group is None else self.group)
        elif kind in _SINGLE_PART:
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
        """Receive a message: the address to print before it, and its parts."""
        try:
            return patiently(self._receive, self.timeout, self._check_refusal)
        except Again:
            raise TimeoutExpired(f"nothing was received for {self.timeout:g} s") from None

    def _receive(self) -> tuple[bytes | None, list[bytes]]:
        kind, sock = self.kind, self.sock
        if kind == SocketType.ROUTER:
            routing_id, *parts = sock.recv_multipart()
            return routing_id_to_text(routing_id), parts
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

    def write(self, address: bytes | None, parts: list[bytes]) -> None:
        """Print a message, at once."""
        self.output.write(self.format.encode(parts, address))
        self.output.flush()

    # -- whether messages arrive

    def deliver(self) -> None:
        """Wait until the messages that were sent have gone out.

        Raises
        ------
        CommandError
            If they never will, or if no subscriber wanted one.
        TimeoutExpired
            After the timeout, with how many were left.
        """
        if self.publishes:
            self._check_wanted()
        if not self.sent or not self._knows_peers:
            return
        self.watch.wants_peers = True
        limit_ms = -1 if self.linger_ms < 0 else self.linger_ms
        deadline = None if limit_ms < 0 else time.monotonic() + limit_ms / 1000
        pause = 0.002
        while True:
            waiting = self.watch.waiting()
            if waiting is not None and not waiting and (self.watch.peers or self.publishes):
                break
            self._check_refusal()
            if waiting and self.watch.hopeless(waiting):
                raise self._undelivered(CommandError, waiting=waiting)
            if deadline is not None and time.monotonic() >= deadline:
                in_time = self.timeout is not None and limit_ms >= self.timeout * 1000
                kind = TimeoutExpired if in_time else CommandError
                limit = self.timeout if in_time else limit_ms / 1000
                raise self._undelivered(kind, within=f" within {limit:g} s", waiting=waiting)
            self.watch.wait_for_change(pause)
            pause = min(0.05, pause * 2)
        dropped = self.watch.dropped_by_refusal()
        if dropped:
            raise CommandError(f"what was queued for it was dropped: {dropped}")

    @property
    def _knows_peers(self) -> bool:
        """Whether there are connections at all: UDP has none."""
        options = self.options
        every = [*options.endpoints, *options.connect, *options.bind]
        return not any(endpoint.startswith("udp:") for endpoint in every)

    def _undelivered(
        self,
        kind: type[CommandError],
        what: str = "",
        within: str = "",
        waiting: dict[str, int] | None = None,
    ) -> CommandError:
        """The exception that says how many messages were not delivered, and why."""
        self.told_undelivered = True
        text = self._count_undelivered(waiting)
        if text:
            text += f" not delivered{within}"
        return kind("; ".join(filter(None, [what, text])) + f": {self.watch.why(waiting)}")

    def _count_undelivered(self, waiting: dict[str, int] | None = None) -> str:
        """Say how many messages were not delivered; nothing if all were."""
        if not self._knows_peers or not (self.sent or self.blocked):
            return ""
        left = self.blocked
        if not self.watch.peers and not self.publishes:
            left += self.sent
        else:
            if waiting is None:
                waiting = self.watch.waiting()
            if waiting is None:
                return f"an unknown number of {messages(self.sent + self.blocked)} was"
            left += sum(waiting.values())
        if not left:
            return ""
        all_of_them = self.sent + self.blocked
        number = messages(left) if left == all_of_them else f"{left} of {messages(all_of_them)}"
        return f"{number} {'was' if left == 1 else 'were'}"

    def _tell_undelivered(self) -> None:
        """Say on standard error how many messages were left, where something else ends it."""
        with suppress(ZMQError):
            text = self._count_undelivered()
            if text:
                _tell(f"{text} not delivered: {self.watch.why()}")

    def _check_refusal(self) -> None:
        """Raise CommandError if no peer will ever take what is sent, or send anything."""
        sending = self.options.direction in (_SENDS, _ASKS) or bool(self.sent or self.blocked)
        refusal = self.watch.refusal(sending)
        if refusal is None:
            return
        if self.sent or self.blocked:
            raise self._undelivered(CommandError)
        raise CommandError(f"refused by {refusal}")

    # -- subscribers

    def _note_subscriptions(self) -> int:
        """Receive what an XPUB's subscribers say; return how many subscriptions are new."""
        new = 0
        with suppress(Again):
            while True:
                message = self.sock.recv(zmq.DONTWAIT)
                if message.startswith(b"\1"):
                    self.topics[message[1:]] += 1
                    new += 1
                elif message.startswith(b"\0"):
                    self.topics[message[1:]] -= 1
                    self.topics += Counter()  # without those that nobody wants any more
        return new

    def _wait_for_subscriptions(self) -> None:
        deadline = None if self.timeout is None else time.monotonic() + self.timeout
        found = 0
        while found < self.peers:
            if not self.sock.poll(glance_ms(self.timeout)):
                self._check_refusal()
                if deadline is not None and time.monotonic() >= deadline - 0.001:
                    raise TimeoutExpired(
                        f"{found} of {self.peers} subscribers within {self.timeout:g} s"
                    )
            found += self._note_subscriptions()

    def _check_wanted(self) -> None:
        """Tell of messages that a PUB has dropped, as it does with what nobody wants."""
        if not self.unwanted:
            return
        text = f"no subscriber wanted {self.unwanted} of {messages(self.sent)}"
        if self.unwanted == self.sent:
            text = f"no subscriber wanted {'it' if self.sent == 1 else 'any of them'}"
            text = f"{messages(self.sent)} dropped: {text}"
        if self.unwanted == self.sent and self.peers:
            raise CommandError(text)
        # Topics that nobody wants are usual; that nothing arrived is worth a line.
        if self.unwanted == self.sent or self.options.verbose:
            _tell(text)

    # -- the ways to use a socket

    def send_all(self) -> None:
        """Send the input."""
        for number, record in enumerate(self.records(), 1):
            self.send(record)
            if number == self.options.count:
                return

    def receive_all(self) -> None:
        """Print what comes."""
        number = 0
        while number != self.options.count:
            address, parts = self.receive()
            self.output.write(self.format.encode(parts, address))
            number += 1
            # a system call a message would be slow where they come in thousands
            if not self.sock.poll(0):
                self.output.flush()

    def ask(self) -> None:
        """Send each request, print its reply."""
        for number, record in enumerate(self.records(), 1):
            self.send(record)
            self.write(*self.receive())
            if number == self.options.count:
                return

    def answer(self) -> None:
        """Print each request, and reply with itself or the next of the input."""
        records = None if self.options.echo else self.records()
        number = 0
        while number != self.options.count:
            address, parts = self.receive()
            self.write(address, parts)
            if records is None:
                self.sock.send_multipart(parts)
            else:
                record = next(records, None)
                if record is None:
                    raise CommandError("the input has no reply left for this request")
                self.send(record)
            number += 1

    def talk(self) -> None:
        """Send the input, print what comes, both at once."""
        source = _Reader()
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
                # input is read only as fast as it can be sent
                poller.register(
                    source.ready, 0 if pending is not None or source.ended else zmq.POLLIN
                )
                poller.register(self.sock, zmq.POLLIN | (0 if pending is None else zmq.POLLOUT))
                # A ROUTER without peers is not ready, but may say that it does not know one.
                at_once = pending is not None and self.addressed
                wait_ms = 0 if at_once else self._wait_ms(quiet_since, ends_at)
                happened = dict(poller.poll(wait_ms)).get(self.sock, 0)
                if at_once:
                    happened |= zmq.POLLOUT
                now = time.monotonic()
                self.blocked = 0 if pending is None else 1
                if not happened:
                    self._check_refusal()
                if happened & zmq.POLLIN:
                    self.write(*self.receive())
                    number += 1
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
        """How long to poll."""
        limits = [] if ends_at is None else [ends_at]
        if self.timeout is not None:
            limits.append(quiet_since + self.timeout)
        if not limits:
            return GLANCE_MS
        return min(GLANCE_MS, max(0.0, min(limits) - time.monotonic()) * 1000)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold Ctrl-C back while something is opened: it must not be lost before it has a name."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Reader:
    """Reads the input in a thread: on some systems nothing can wait for it and a socket."""

    def __init__(self) -> None:
        self._queue: queue.Queue[bytes | BaseException | None] = queue.Queue(maxsize=1000)
        self.ended = False
        # becomes readable with each message in the queue
        with _signals_held():
            self.ready, self._bell = _socket.socketpair()
        self.ready.setblocking(False)

    def start(self, records: Iterator[bytes]) -> None:
        """Begin to read."""
        # A daemon, since nothing can interrupt a read.
        threading.Thread(
            target=self._run, args=(records,), name="zmq-cli-input", daemon=True
        ).start()

    def _run(self, records: Iterator[bytes]) -> None:
        last: BaseException | None = None
        try:
            for record in records:
                self._put(record)
        except BaseException as error:
            last = error
        self._put(last)

    def _put(self, item: bytes | BaseException | None) -> None:
        self._queue.put(item)
        with suppress(OSError):
            self._bell.send(b"\0")

    def take(self) -> bytes | None:
        """Return a message if there is one; None otherwise, and at the end."""
        with suppress(OSError):
            self.ready.recv(4096)
        try:
            item = self._queue.get_nowait()
        except queue.Empty:
            return None
        if isinstance(item, bytes):
            return item
        self.ended = True
        if item is not None:
            raise item
        return None

    def close(self) -> None:
        """Ring no more."""
        self.ready.close()
        self._bell.close()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _read_stdin() -> Iterator[bytes]:
    """Pieces of standard input, as they come.

    Not by ``sys.stdin``: a thread that waits in it would hold its lock when the program ends.
    """
    descriptor = sys.stdin.fileno()
    while True:
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            return
        yield chunk


def _no_separator() -> bytes:
    raise UsageError("--separator cannot be empty")


def _tell(text: str) -> None:
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
