"""Whether what was sent has gone out, and to whom; else how much has not, and why."""

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
    """Write a line on standard error, if anybody can read it."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


class Delivery:
    """Counts the messages of a socket until they have gone out.

    Parameters
    ----------
    watch : PeerWatch
        The socket's connections.
    timeout : float or None
        For how long to wait, in seconds: what ``--timeout`` says.
    linger_ms : int or None
        Stands for it where the user has set that option of the socket; -1 is for ever.
    connectionless : bool
        Whether nothing can be known, as over UDP.
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
        """Messages that could not even be queued."""

    def begin(self) -> None:
        """Note that a message is to be sent."""
        self.blocked = 1
        self._watch.wants_peers = True

    def done(self) -> None:
        """Note that it is queued."""
        self.blocked = 0
        self.sent += 1

    def check(self, sending: bool) -> None:
        """Look whether a peer will ever take what is sent, or send anything.

        Parameters
        ----------
        sending : bool
            Whether something is to be sent at all.

        Raises
        ------
        CommandError
            If not: all refuse.
        """
        refusal = self._watch.refusal(sending or bool(self.sent or self.blocked))
        if refusal is None:
            return
        if self.sent or self.blocked:
            raise self.failure(CommandError)
        raise CommandError(f"refused by {refusal}")

    def wait(self, needs_peers: bool) -> None:
        """Wait until all has gone out.

        Parameters
        ----------
        needs_peers : bool
            Whether queues may be empty because there is no queue: a PUB's messages need none.

        Raises
        ------
        CommandError
            If it never will.
        TimeoutExpired
            After the timeout, with how many were left.
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
            raise CommandError(f"what was queued for it was dropped: {dropped}")

    def failure(
        self,
        kind: type[CommandError],
        what: str = "",
        within: str = "",
        waiting: dict[str, int] | None = None,
    ) -> CommandError:
        """Return the exception that says how many messages were not delivered, and why.

        Parameters
        ----------
        kind : type
            Of the exception.
        what, within : str, optional
            What comes before that, and in which time.
        waiting : dict, optional
            What `PeerWatch.waiting` returned, where that is known.
        """
        self._told = True
        count = self._count(waiting)
        if count:
            count += f" not delivered{within}"
        text = "; ".join(filter(None, [what, count]))
        return kind(f"{text}: {self._watch.why(waiting)}")

    def tell_rest(self) -> None:
        """Say on standard error how many messages are left, where something else ends it."""
        if self._told:
            return
        with suppress(ZMQError):
            count = self._count()
            if count:
                tell(f"{count} not delivered: {self._watch.why()}")

    def _count(self, waiting: dict[str, int] | None = None) -> str:
        """``2 of 3 messages were``; nothing if all are delivered."""
        every = self.sent + self.blocked
        if self._connectionless or not every:
            return ""
        left = every
        if waiting is None:
            # The answer comes after all that the monitor has to say of peers until now.
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
    """What the subscribers of a PUB want, which is an XPUB here to know it.

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
        """Wait for so many subscriptions.

        Parameters
        ----------
        number : int
            How many.
        timeout : float or None
            For how long, in seconds.
        delivery : Delivery
            Looks whether all peers refuse.

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
                    raise TimeoutExpired(f"{found} of {number} subscribers within {timeout:g} s")
            found += self._note()

    def _note(self) -> int:
        """Receive what subscribers say; return how many subscriptions are new."""
        new = 0
        with suppress(Again):
            while True:
                message = self._sock.recv(zmq.DONTWAIT)
                if message.startswith(b"\1"):
                    self._topics[message[1:]] += 1
                    new += 1
                elif message.startswith(b"\0"):
                    self._topics[message[1:]] -= 1
                    self._topics += Counter()  # without those that nobody wants any more
        return new

    def count(self, first: bytes) -> None:
        """Take note of a message that is about to be published, by its first part."""
        self._note()
        lengths = set(map(len, self._topics))
        if not any(first[:length] in self._topics for length in lengths):
            self._unwanted += 1

    def check_wanted(self, sent: int, waited: bool, verbose: bool) -> None:
        """Tell of messages that were dropped, as a PUB does with what nobody wants.

        Parameters
        ----------
        sent : int
            How many there were.
        waited : bool
            Whether the user wanted a subscriber to be there.
        verbose : bool
            Whether to tell although some were wanted: topics that nobody wants are usual.

        Raises
        ------
        CommandError
            If nobody wanted any, and the user did want a subscriber.
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
