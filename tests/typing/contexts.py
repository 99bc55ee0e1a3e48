"""Contexts: shared, shadowed, subclassed, and as annotations."""

from collections.abc import Callable
from typing import Any, TypeVar

from typing_extensions import assert_type

import zmq
from zmq import SyncContext, SyncSocket


class CountingContext(zmq.Context):
    """A context that counts the sockets that it has made."""

    made: int = 0

    def __init__(self, name: str, io_threads: int = 1) -> None:
        super().__init__(io_threads)
        self._name = name

    def socket(self, *args: Any, **kwargs: Any) -> Any:
        self.made += 1
        return super().socket(*args, **kwargs)


class Service:
    """The usual pattern: use the context of the caller, or by default the shared one."""

    def __init__(self, context: zmq.Context | None = None) -> None:
        self.context = context or zmq.Context.instance()
        self.socket = self.context.socket(zmq.PAIR)

    def close(self) -> None:
        self.socket.close(0)


_SocketT = TypeVar("_SocketT", bound=zmq.Socket[Any])


def make(context: zmq.Context[_SocketT], kind: zmq.SocketType) -> _SocketT:
    """Make a socket of the class that the context uses."""
    return context.socket(kind)


def plain(context: SyncContext, factory: Callable[[SyncContext], SyncSocket]) -> bytes:
    with factory(context) as socket:
        return socket.recv()


def main() -> None:
    with zmq.Context() as owner:
        assert_type(owner, zmq.Context[zmq.Socket[bytes]])
        assert_type(zmq.Context.shadow(owner.underlying), zmq.Context[zmq.Socket[bytes]])
        assert_type(zmq.Context.shadow(owner), zmq.Context[zmq.Socket[bytes]])
        shadow: zmq.Context = zmq.Context(shadow=owner)
        again = zmq.Context(owner)
        with again.socket(zmq.PUSH) as push:
            assert_type(push, zmq.Socket[bytes])
        assert_type(shadow.closed, bool)
        with make(owner, zmq.PUSH) as made:
            assert_type(made, zmq.Socket[bytes])
        service = Service(owner)
        assert_type(service.socket, zmq.Socket[bytes])
        assert_type(service.socket.context, zmq.Context[Any])
        service.close()
        owner.destroy(linger=0)

    with CountingContext("counting") as counting:
        assert_type(counting, CountingContext)
        assert_type(counting.made, int)
        counting.socket(zmq.PUSH).close()
        assert counting.made == 1

    shared = zmq.Context.instance(io_threads=1)
    assert_type(shared, zmq.Context[zmq.Socket[bytes]])

    def pair(context: SyncContext) -> SyncSocket:
        return context.socket(zmq.PAIR)

    with pair(shared) as one, one.bind("inproc://pair"), pair(shared) as two:
        two.connect("inproc://pair")
        two.send(b"done")
        assert_type(one, SyncSocket)
        assert one.recv() == b"done"
    shared.term()


if __name__ == "__main__":
    main()
