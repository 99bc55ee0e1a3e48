"""Poller, select and zmq_poll, of sockets and of descriptors."""

import socket as net

from typing_extensions import assert_type

import zmq


class Worker:
    """Forward from a PULL to a PUSH until a byte arrives at a system socket."""

    def __init__(self, source: zmq.Socket[bytes], sink: zmq.Socket[bytes], stop: net.socket):
        self.source = source
        self.sink = sink
        self.stop = stop
        self.poller = zmq.Poller()
        self.poller.register(source, zmq.POLLIN)
        self.poller.register(stop.fileno(), zmq.PollEvent.POLLIN)
        self.poller.register(sink)

    def run(self) -> int:
        forwarded = 0
        self.poller.modify(self.sink, flags=zmq.POLLERR)
        while True:
            events = dict(self.poller.poll(timeout=5000))
            if self.source in events:
                self.sink.send(self.source.recv())
                forwarded += 1
            elif self.stop.fileno() in events:
                break
        self.poller.unregister(self.sink)
        assert_type(self.sink in self.poller, bool)
        assert_type(len(self.poller), int)
        return forwarded


def readable(sockets: list[zmq.Socket[bytes]], seconds: float | None) -> int:
    ready, _, _ = zmq.select(sockets, [], [], timeout=seconds)
    return len(ready)


def once(sock: zmq.Socket[bytes], other: net.socket) -> list[int]:
    found = zmq.zmq_poll([(sock, zmq.POLLIN), (other, zmq.POLLOUT)], timeout=1000)
    mask = sock.poll(0.5, zmq.POLLIN | zmq.POLLOUT)
    assert_type(mask, int)
    return [events for _, events in found]


def main() -> None:
    context = zmq.Context.instance()
    assert_type(context, zmq.Context[zmq.Socket[bytes]])
    ours, theirs = net.socketpair()
    with (
        ours,
        theirs,
        context.socket(zmq.PUSH) as feed,
        context.socket(zmq.PULL) as source,
        context.socket(zmq.PUSH) as sink,
        context.socket(zmq.PULL) as drain,
    ):
        source.bind("inproc://source")
        feed.connect("inproc://source")
        drain.bind("inproc://drain")
        sink.connect("inproc://drain")
        feed.send(b"one")
        ours.send(b"stop")
        assert Worker(source, sink, theirs).run() == 1
        assert readable([drain], 5) == 1
        assert once(drain, ours) != []
        assert_type(feed.fileno(), int)
        events: int = feed.events
        assert events & zmq.POLLOUT
    context.term()


if __name__ == "__main__":
    main()
