"""The entries of sockets among the handlers of Tornado's loop.

Sockets wait through readers of the asyncio loop, which Tornado knows nothing about. But
``IOLoop.close(all_fds=True)`` promises to close what waits in the loop, and closes the objects
among its handlers. Programs end their threads that way, and terminate the context afterwards: a
socket that stayed open would keep them waiting for ever.

So each socket has an entry, for no events: it is never called, and goes as the socket closes.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import zmq

if TYPE_CHECKING:
    from tornado.ioloop import IOLoop


class _Entry:
    """What stands among the handlers for a socket."""

    def __init__(self, socket: Callable[[], zmq.Socket[Any] | None], descriptor: int) -> None:
        self._socket = socket
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        socket = self._socket()
        if socket is not None:
            socket.close()


def add_socket(io_loop: IOLoop, socket: zmq.Socket[Any], *, keep_alive: bool) -> Callable[[], None]:
    """Have ``io_loop.close(all_fds=True)`` close a socket.

    Parameters
    ----------
    io_loop : tornado.ioloop.IOLoop
        The loop in which the socket waits.
    socket : zmq.Socket
        The socket.
    keep_alive : bool
        Whether the loop keeps the socket alive until it is closed.

    Returns
    -------
    callable
        Takes the entry away again, in any thread.
    """
    descriptor = socket._signal_descriptor()
    entry = _Entry((lambda: socket) if keep_alive else weakref.ref(socket), descriptor)
    try:
        io_loop.add_handler(entry, _never_called, 0)
    except ValueError:
        # the descriptor has a handler: that of another stream on this socket, or the program's
        return _do_nothing

    def remove() -> None:
        handlers: dict[int, Any] = getattr(io_loop, "handlers", {})
        # The loop takes its entries away before it closes what they stand for, and by now the
        # descriptor may be another socket's.
        if handlers.get(descriptor, (None,))[0] is entry:
            io_loop.remove_handler(descriptor)

    return remove


def running_io_loop(loop: object) -> IOLoop | None:
    """Return Tornado's loop upon the asyncio loop `loop`, if both run in this thread."""
    tornado = sys.modules.get("tornado.ioloop")
    if tornado is None or asyncio._get_running_loop() is not loop:
        return None
    found: IOLoop | None = tornado.IOLoop.current(instance=False)
    return found


def _never_called(descriptor: Any, events: int) -> None:
    """Handle no events: none are asked for."""


def _do_nothing() -> None:
    """Take away no entry: there is none of ours."""
