"""The counters add up whatever sockets do: sent = delivered + queued + dropped."""

from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st
from limits import TIMEOUT_MS

import zmq

_PAIRS = [
    (zmq.PUSH, zmq.PULL),
    (zmq.PAIR, zmq.PAIR),
    (zmq.DEALER, zmq.DEALER),
    (zmq.PUB, zmq.SUB),
    (zmq.DEALER, zmq.ROUTER),
    (zmq.CLIENT, zmq.SERVER),
    (zmq.SCATTER, zmq.GATHER),
]

_OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("recv"), st.integers(0, 2), st.integers(1, 5)),
        st.tuples(st.just("poll"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("new"), st.just(0), st.just(0)),
        st.tuples(st.just("close"), st.integers(0, 2), st.just(0)),
    ),
    max_size=60,
)


class _System:
    """A sender that binds over inproc, and receivers that come and go."""

    def __init__(self, context, types, hwm, conflate):
        self.context = context
        self.types = types
        self.hwm = hwm
        self.conflate = conflate
        self.sender = context.socket(types[0])
        self.sender.sndhwm = hwm
        self.address = f"inproc://random-{id(self)}"
        self.sender.bind(self.address)
        self.receivers = []
        self.accepted = self.delivered = self.unsubscribed = 0
        self.of_the_closed = 0

    def run(self, name, which, number):
        receiver = self.receivers[which] if which < len(self.receivers) else None
        if name == "new" and len(self.receivers) < (1 if self.types[0] == zmq.PAIR else 3):
            receiver = self.context.socket(self.types[1])
            receiver.rcvhwm = self.hwm
            receiver.linger = 0
            if self.conflate:
                receiver.conflate = 1
            if self.types[1] == zmq.SUB:
                receiver.subscribe(b"")
            receiver.connect(self.address)
            self.receivers.append(receiver)
            self.look()
        elif name == "send":
            single = self.conflate or self.types[0] in (zmq.CLIENT, zmq.SCATTER)
            parts = [b"body"] * (1 if single else number)
            try:
                self.sender.send_multipart(parts, zmq.DONTWAIT)
                self.accepted += 1
            except zmq.Again:
                pass
        elif receiver is None:
            return
        elif name == "recv":
            for _ in range(number):
                try:
                    receiver.recv_multipart(zmq.DONTWAIT)
                    self.delivered += 1
                except zmq.Again:
                    return
        elif name == "poll":
            receiver.poll(0)
        elif name == "close":
            receiver.poll(0)
            stats = receiver.stats()
            # a message that a poll has taken out of its queue is dropped with the socket
            self.of_the_closed += stats.messages_in - stats.messages_received
            self.of_the_closed -= stats.dropped.total
            receiver.close()
            self.receivers.remove(receiver)

    def look(self):
        self.sender.getsockopt(zmq.EVENTS)

    def wait_for_ends(self):
        """Let the sender notice disconnected receivers."""
        pause = threading.Event()
        for _ in range(TIMEOUT_MS):
            self.look()
            if len(self.sender.peers()) == len(self.receivers):
                return
            pause.wait(0.001)
        raise AssertionError("receivers that were closed are still there")

    def check(self):
        sent = self.sender.stats()
        got = [receiver.stats() for receiver in self.receivers]
        assert sent.messages_sent == self.accepted
        before = sent.dropped.before_queue
        if self.types[0] != zmq.PUB:
            assert sent.messages_sent == sent.messages_out + before
        copies = sent.messages_out
        # every message in messages_out was delivered, waits, or was dropped
        waiting = sum(stats.queued_in for stats in got)
        dropped = sent.dropped.from_queue + sent.dropped.disconnected
        dropped += sum(stats.dropped.total for stats in got)
        assert copies == self.delivered + waiting + dropped + self.of_the_closed, (sent, got)
        assert sum(stats.messages_received for stats in got) <= self.delivered
        for stats in got:
            assert stats.messages_in + stats.queued_in >= stats.messages_received
        assert sent.bytes_out % 4 == 0


@settings(max_examples=120)
@given(
    types=st.sampled_from(_PAIRS),
    hwm=st.sampled_from([0, 1, 2, 5]),
    conflate=st.booleans(),
    operations=_OPERATIONS,
)
def test_counters_add_up(types, hwm, conflate, operations):
    conflate = conflate and types in [(zmq.PUSH, zmq.PULL), (zmq.PAIR, zmq.PAIR)]
    with zmq.Context() as context:
        system = _System(context, types, hwm, conflate)
        try:
            for operation in operations:
                system.run(*operation)
            system.wait_for_ends()
            system.check()
        finally:
            context.destroy(0)
