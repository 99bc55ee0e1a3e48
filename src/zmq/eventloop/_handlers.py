"""Registers waiting sockets as handlers of Tornado's loop.

Sockets wait with ``add_reader`` of the asyncio loop, so Tornado does not know them. But
``IOLoop.close(all_fds=True)`` promises to close everything that waits in the loop: it closes the
objects that have handlers. Programs close the loop of a thread in this way, and terminate the
context afterwards; a socket that stayed open would block the termination for ever.

So each socket registers a handler for no events. This handler is never called, and is removed when
the socket closes.
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
    """Represents a socket among the handlers of a loop."""

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
    """Register a socket, so that ``io_loop.close(all_fds=True)`` closes it.

    Parameters
    ----------
    io_loop : tornado.ioloop.IOLoop
        The loop in which the socket waits.
    socket : zmq.Socket
        The socket.
    keep_alive : bool
        True if the loop keeps the socket alive until the socket closes.

    Returns
    -------
    callable
        A function that removes the handler; it may be called in any thread.
    """
    descriptor = socket._signal_descriptor()
    entry = _Entry((lambda: socket) if keep_alive else weakref.ref(socket), descriptor)
    try:
        io_loop.add_handler(entry, _never_called, 0)
    except ValueError:
        # the descriptor already has a handler, of another stream on this socket or of the program
        return _do_nothing

    def remove() -> None:
        handlers: dict[int, Any] = getattr(io_loop, "handlers", {})
        # The handler may be gone, because a closing loop first removes its handlers. The descriptor
        # may belong to another socket by now.
        if handlers.get(descriptor, (None,))[0] is entry:
            io_loop.remove_handler(descriptor)

    return remove


def running_io_loop(loop: object) -> IOLoop | None:
    """Return the Tornado loop that wraps the asyncio loop `loop`, if it runs in this thread."""
    tornado = sys.modules.get("tornado.ioloop")
    if tornado is None or asyncio._get_running_loop() is not loop:
        return None
    found: IOLoop | None = tornado.IOLoop.current(instance=False)
    return found


def _never_called(descriptor: Any, events: int) -> None:
    """Do nothing: the handler is registered for no events."""


def _do_nothing() -> None:
    """Do nothing: we registered no handler."""
