"""ZeroMQ sockets for AnyIO: for programs that run on trio or on asyncio.

It has the API of `zmq.asyncio`, as coroutine functions::

    import anyio
    import zmq
    import zmq.anyio

    async def main() -> None:
        async with zmq.anyio.Context() as context, context.socket(zmq.PULL) as socket:
            socket.bind("tcp://127.0.0.1:5555")
            with anyio.move_on_after(5):
                message = await socket.recv()

    anyio.run(main, backend="trio")

Needs the package anyio, and trio to run on trio.
"""

from __future__ import annotations

try:
    # The modules below import several functions of anyio; this one is the newest.
    from anyio import notify_closing as _notify_closing  # noqa: F401
except ImportError as error:
    raise ImportError(
        "zmq.anyio needs the package anyio, 4.10 or newer: install it with 'pip install anyio',"
        " and 'pip install trio' to run on trio"
    ) from error

from zmq.anyio._poller import Poller
from zmq.anyio._socket import Context, Socket

__all__ = ["Context", "Poller", "Socket"]

# Users know the classes under the name of this module, also in reprs and tracebacks.
for _class in (Context, Poller, Socket):
    _class.__module__ = __name__
del _class
