"""Patch of CONFLATE: memory does not grow if the reader does not read."""

from __future__ import annotations

import pytest
import wire
from wire import in_a_process

import zmq


@wire.needs_resource
@in_a_process
def test_conflated_messages_without_reader_take_no_memory() -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.PULL) as pull,
        context.socket(zmq.PUSH) as push,
    ):
        push.linger = 0
        push.conflate = pull.conflate = 1
        pull.bind("inproc://conflated")
        push.connect("inproc://conflated")
        push.send(b"first")
        before = wire.peak_memory()
        for _ in range(400_000):
            push.send(b"one of many")
        push.send(b"last")
        growth = wire.peak_memory() - before
        assert growth < 4_000_000, f"{growth} bytes more"
        assert pull.recv() == b"last"


@pytest.mark.parametrize("transport", ["inproc", "tcp"])
def test_conflated_reader_wakes_for_every_message(context, endpoint, in_thread, transport) -> None:
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    push.conflate = pull.conflate = 1
    address = endpoint(transport)
    pull.bind(address)
    push.connect(pull.last_endpoint.decode())

    def read() -> list[int]:
        seen = [int(pull.recv())]
        while seen[-1] != 20_000:
            seen.append(int(pull.recv()))
        return seen

    reader = in_thread(read)
    for number in range(1, 20_001):
        push.send(b"%d" % number)
    seen = reader.value()
    assert seen == sorted(set(seen))
