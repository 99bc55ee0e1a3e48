"""ZeroMQ sockets for Tornado coroutines.

Tornado's loops and futures are those of asyncio. So these are the sockets of `zmq.asyncio`, with
the same guarantees.
"""

from __future__ import annotations

from asyncio import CancelledError
from typing import Any

import zmq as _zmq
import zmq.asyncio as _zmq_asyncio
from zmq.eventloop._handlers import add_socket, running_io_loop

__all__ = ["CancelledError", "Context", "Poller", "Socket"]


class Socket(_zmq_asyncio.Socket):
    """A socket whose sends and receives are awaited: see `zmq.asyncio.Socket`.

    Parameters
    ----------
    context, socket_type, shadow, copy_threshold
        See `zmq.asyncio.Socket`.
    io_loop : tornado.ioloop.IOLoop or asyncio.AbstractEventLoop, optional
        The loop for operations that are started while no loop runs.
    """

    def __init__(
        self,
        context: Any = None,
        socket_type: int = -1,
        io_loop: Any = None,
        _from_socket: _zmq.Socket[Any] | None = None,
        *,
        shadow: Any = 0,
        copy_threshold: int | None = None,
    ) -> None:
        self._io_loop = io_loop
        super().__init__(
            context,
            socket_type,
            getattr(io_loop, "asyncio_loop", io_loop),
            _from_socket,
            shadow=shadow,
            copy_threshold=copy_threshold,
        )

    def _starts_waiting(self, loop: Any) -> None:
        io_loop = self._io_loop
        if getattr(io_loop, "asyncio_loop", None) is not loop:
            io_loop = running_io_loop(loop)
        if io_loop is not None:
            self._call_on_close(add_socket(io_loop, self, keep_alive=False))


class Context(_zmq.Context[Socket]):
    """The context of these sockets: like `zmq.Context`, but its sockets are `Socket`.

    Parameters
    ----------
    *args, **kwargs
        See `zmq.Context`; the old argument `io_loop` is ignored.
    """

    _socket_class = Socket
    # separate from zmq.Context: instance() must not return a context with plain sockets
    _instance = None
    io_loop: Any = None
    """This has no effect any more, because sockets use the running event loop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("io_loop", None)
        super().__init__(*args, **kwargs)


class Poller(_zmq_asyncio.Poller):
    """Waits for events on many sockets and descriptors: see `zmq.asyncio.Poller`."""
