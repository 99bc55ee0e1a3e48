"""Checks whether all messages have gone out; if not, reports how many are left, and why."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import zmq
from zmq.cli.outcome import CommandError, TimeoutExpired
from zmq.cli.peers import PeerWatch, messages
from zmq.cli.sockets import glance_ms
from zmq.error import Again, ZMQError

__all__ = ["Delivery", "Subscribers", "tell"]


def tell(text: str) -> None:
    """Write a line to standard error, if that is open."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


class Delivery:
    """Counts the messages of a socket until they have gone out.

    Parameters
    ----------
    watch : PeerWatch
        The connections of the socket.
    timeout : float or None
        The maximum time to wait, in seconds: the value of ``--timeout``.
    linger_ms : int or None
        Replaces `timeout` if the user has set the option LINGER of the socket; -1 means for ever.
    connectionless : bool
        True if delivery cannot be observed, as over UDP.
    """

    def __init__(
        self,
        watch: PeerWatch,
        timeout: float | None,
        linger_ms: int | None,
        connectionless: bool,
    ) -> None:
        self._watch = watch
        self._limit = timeout
        self._error: type[CommandError] = TimeoutExpired
        if linger_ms is not None:
            self._limit = None if linger_ms < 0 else linger_ms / 1000
            self._error = CommandError
        self._connectionless = connectionless
        self._told = False
        self.sent = 0
        self.blocked = 0
        """Messages that could not be queued."""

    def begin(self) -> None:
        """Count a message that will be sent."""
        self.blocked = 1
        self._watch.wants_peers = True

    def done(self) -> None:
        """Count the message as queued."""
        self.blocked = 0
        self.sent += 1

    def check(self, sending: bool) -> None:
        """Raise if no peer can ever receive our messages, or send messages to us.

        Parameters
        ----------
        sending : bool
            True if the command sends.

        Raises
        ------
        CommandError
            If all peers refuse.
        """
        refusal = self._watch.refusal(sending or bool(self.sent or self.blocked))
        if refusal is None:
            return
        if self.sent or self.blocked:
            raise self.failure(CommandError)
        raise CommandError(f"refused by {refusal}")

    def wait(self, needs_peers: bool) -> None:
        """Wait until all messages have gone out.

        Parameters
        ----------
        needs_peers : bool
            True if an empty queue means delivery only after a peer has connected; False for a PUB,
            whose messages may go to nobody.

        Raises
        ------
        CommandError
            If no peer will ever take the messages.
        TimeoutExpired
            After the timeout; the message says how many were left.
        """
        if not self.sent or self._connectionless:
            return
        watch = self._watch
        deadline = None if self._limit is None else time.monotonic() + self._limit
        pause = 0.002
        while True:
            waiting = watch.waiting()
            if waiting == {} and (watch.peers or not needs_peers):
                break
            self.check(True)
            if waiting and watch.hopeless(waiting):
                raise self.failure(CommandError, waiting=waiting)
            if deadline is not None and time.monotonic() >= deadline:
                raise self.failure(
                    self._error, within=f" within {self._limit:g} s", waiting=waiting
                )
            watch.wait_for_change(pause)
            pause = min(0.05, pause * 2)
        dropped = watch.dropped_by_refusal()
        if dropped:
            raise CommandError(f"the queued messages were dropped: {dropped}")

    def failure(
        self,
        kind: type[CommandError],
        what: str = "",
        within: str = "",
        waiting: dict[str, int] | None = None,
    ) -> CommandError:
        """Return an exception that says how many messages were not delivered, and why.

        Parameters
        ----------
        kind : type
            The class of the exception.
        what, within : str, optional
            The text before the number, and the time limit as text.
        waiting : dict, optional
            The result of `PeerWatch.waiting`, if known.
        """
        self._told = True
        count = self._count(waiting)
        if count:
            count += f" not delivered{within}"
        text = "; ".join(filter(None, [what, count]))
        return kind(f"{text}: {self._watch.why(waiting)}")

    def tell_rest(self) -> None:
        """Print how many messages are left, unless `failure` has already said it."""
        if self._told:
            return
        with suppress(ZMQError):
            count = self._count()
            if count:
                tell(f"{count} not delivered: {self._watch.why()}")

    def _count(self, waiting: dict[str, int] | None = None) -> str:
        """Return text such as ``2 of 3 messages were``; an empty string if all are delivered."""
        every = self.sent + self.blocked
        if self._connectionless or not every:
            return ""
        left = every
        if waiting is None:
            # The reply comes after all earlier events of the monitor, so then `peers` is correct.
            waiting = self._watch.waiting()
        if self._watch.peers:
            if waiting is None:
                return f"an unknown number of {messages(every)} was"
            left = self.blocked + sum(waiting.values())
        if not left:
            return ""
        number = messages(left) if left == every else f"{left} of {messages(every)}"
        return f"{number} {'was' if left == 1 else 'were'}"


class Subscribers:
    """The subscriptions to a PUB; the command uses an XPUB instead, to receive them.

    Parameters
    ----------
    sock : zmq.Socket
        The XPUB, with XPUB_VERBOSER.
    """

    def __init__(self, sock: zmq.Socket[Any]) -> None:
        self._sock = sock
        self._topics: Counter[bytes] = Counter()
        self._unwanted = 0

    def wait(self, number: int, timeout: float | None, delivery: Delivery) -> None:
        """Wait for a number of subscriptions.

        Parameters
        ----------
        number : int
            The number to wait for.
        timeout : float or None
            The maximum time, in seconds.
        delivery : Delivery
            Checks whether all peers refuse.

        Raises
        ------
        TimeoutExpired
            After `timeout`.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        found = 0
        while found < number:
            if not self._sock.poll(glance_ms(timeout)):
                delivery.check(True)
                if deadline is not None and time.monotonic() >= deadline - 0.001:
                    raise TimeoutExpired(
                        f"found {found} of {number} subscribers within {timeout:g} s"
                    )
            found += self._note()

    def _note(self) -> int:
        """Receive the messages of subscribers; return the number of new subscriptions."""
        new = 0
        with suppress(Again):
            while True:
                message = self._sock.recv(zmq.DONTWAIT)
                if message.startswith(b"\1"):
                    self._topics[message[1:]] += 1
                    new += 1
                elif message.startswith(b"\0"):
                    self._topics[message[1:]] -= 1
                    self._topics += Counter()  # removes topics without subscribers
        return new

    def count(self, first: bytes) -> None:
        """Count a message that will be published, if no subscriber wants its first part."""
        self._note()
        lengths = set(map(len, self._topics))
        if not any(first[:length] in self._topics for length in lengths):
            self._unwanted += 1

    def check_wanted(self, sent: int, waited: bool, verbose: bool) -> None:
        """Report messages that were dropped because they had no subscriber.

        Parameters
        ----------
        sent : int
            The number of published messages.
        waited : bool
            True if the command waited for a subscriber.
        verbose : bool
            True to report drops even if other messages had subscribers.

        Raises
        ------
        CommandError
            If no message had a subscriber, although the command waited for one.
        """
        unwanted = self._unwanted
        if not unwanted:
            return
        if unwanted < sent:
            if verbose:
                tell(f"no subscriber wanted {unwanted} of {messages(sent)}")
            return
        them = "it" if sent == 1 else "any of them"
        text = f"{messages(sent)} dropped: no subscriber wanted {them}"
        if waited:
            raise CommandError(text)
        tell(text)
