"""100,000 numbered messages arrive in order, each once, while the sender or the receiver restarts.

A program can rely on exactly these two rules:

- PUSH and PULL keep the order and lose nothing if one side restarts **at a quiet moment**, when no
  message is on its way. A sender closes with a linger, so that its messages are delivered first.
  The next sender starts when the receiver has received all of them. A receiver ends when it has
  received all messages. The sender continues when the next receiver has received a message.
  Messages to a receiver that has gone are lost.
- If **the application acknowledges** the messages, none is lost in a crash at any moment. The
  sender keeps the numbers that are not acknowledged, and sends them again. The receiver accepts
  each number once. This test uses two DEALERs.

`make test` runs this test between two processes of ours, with fewer messages. `make interop` sends
all messages, also to and from pyomq and zeromq.js.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from limits import TIMEOUT_S
from remote_peer import PeerError, Remote, shown

WHOLE = os.environ.get("INTEROP") == "whole"
COUNT = 100_000 if WHOLE else 3_000
BATCHES = 10 if WHOLE else 3
PAIRS = [("ours", "ours")]
if WHOLE:
    for other in ("pyomq", "zeromq.js"):
        PAIRS += [("ours", other), (other, "ours")]

Start = Callable[[str], Remote]
pairs = pytest.mark.parametrize(
    ("sender_name", "receiver_name"), PAIRS, ids=[f"{a}-to-{b}" for a, b in PAIRS]
)
binders = pytest.mark.parametrize("sender_binds", [False, True], ids=["to-bound", "from-bound"])


class Exchange:
    """A sender and a receiver, either of which can be replaced at the same endpoint."""

    def __init__(self, start: Start, names: dict[str, str], types: dict[str, str]) -> None:
        self.start, self.names, self.types = start, names, types
        self.roles: dict[str, Remote] = {}
        self.binder, self.endpoint = "", "tcp://127.0.0.1:*"

    def open(self, role: str, binds: bool) -> Remote:
        """Start one side, for the first time or again."""
        remote = self.roles[role] = self.start(self.names[role])
        remote.tell("open", self.types[role])
        if not binds:
            remote.tell("connect", self.endpoint)
            return remote
        for _ in range(600):
            try:
                self.endpoint = remote.tell("bind", self.endpoint)
                return remote
            except PeerError:  # the system may not have given the port back yet
                assert remote.process.poll() is None
                threading.Event().wait(0.05)
        raise AssertionError(f"{self.endpoint} stays in use")


def exchange(
    start: Start, sender_name: str, receiver_name: str, sender_binds: bool, types: tuple[str, str]
) -> Exchange:
    names = {"sender": sender_name, "receiver": receiver_name}
    both = Exchange(start, names, dict(zip(names, types, strict=True)))
    for role in sorted(names, reverse=sender_binds):  # the side that binds comes first
        both.open(role, binds=(role == "sender") == sender_binds)
    return both


@pytest.mark.timeout(600)
@pairs
@binders
def test_sender_restarts_when_all_has_arrived(
    start_peer: Start, sender_name: str, receiver_name: str, sender_binds: bool
) -> None:
    both = exchange(start_peer, sender_name, receiver_name, sender_binds, ("PUSH", "PULL"))
    size = COUNT // BATCHES
    for number in range(BATCHES):
        sender, receiver = both.roles["sender"], both.roles["receiver"]
        receiver.begin("receive-numbers", number * size, size)
        sender.tell("send-numbers", number * size, size)
        sender.tell("close")
        sender.end()
        assert receiver.answer() == "all"
        both.open("sender", sender_binds)


@pytest.mark.timeout(600)
@pairs
@binders
def test_receiver_restarts_when_all_has_arrived(
    start_peer: Start, sender_name: str, receiver_name: str, sender_binds: bool
) -> None:
    both = exchange(start_peer, sender_name, receiver_name, sender_binds, ("PUSH", "PULL"))
    size = COUNT // BATCHES
    for number in range(BATCHES):
        sender, receiver = both.roles["sender"], both.roles["receiver"]
        receiver.begin("receive-numbers", number * size, size)
        sender.tell("send-numbers", number * size, size)
        assert receiver.answer() == "all"
        receiver.tell("close")
        receiver.end()
        receiver = both.open("receiver", not sender_binds)
        for _ in range(1000):
            sender.send(b"is it there?")
            if receiver.receive(30):
                break
        sender.send(b"go on")
        while (came := receiver.receive()) != [shown(b"go on")]:
            assert came, "nothing more came"


@pytest.mark.timeout(600)
@pairs
@binders
@pytest.mark.parametrize("crashing", ["sender", "receiver"])
def test_acknowledged_messages_survive_crashes(
    start_peer: Start,
    tmp_path: Path,
    sender_name: str,
    receiver_name: str,
    sender_binds: bool,
    crashing: str,
) -> None:
    kept = tmp_path / "newest"
    kept.write_text("0")
    both = exchange(start_peer, sender_name, receiver_name, sender_binds, ("DEALER", "DEALER"))
    both.roles["receiver"].begin("receive-acknowledged", kept, COUNT)
    both.roles["sender"].begin("send-acknowledged", 1, COUNT)
    for crash in range(1, 4):
        wait_for(kept, crash * COUNT // 4)
        both.roles[crashing].kill()
        both.open(crashing, binds=(crashing == "sender") == sender_binds)
        if crashing == "receiver":
            both.roles[crashing].begin("receive-acknowledged", kept, COUNT)
        else:
            both.roles[crashing].begin("send-acknowledged", int(kept.read_text()) + 1, COUNT)
    assert both.roles["receiver"].answer() == "all"
    assert both.roles["sender"].answer() == "all"
    assert int(kept.read_text()) == COUNT


def wait_for(kept: Path, number: int) -> None:
    """Wait until the receiver has stored this number, or a later one."""
    for _ in range(TIMEOUT_S * 200):
        if int(kept.read_text() or 0) >= number:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{kept.read_text()} messages have arrived, but not all")
