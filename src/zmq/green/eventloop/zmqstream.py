"""ZMQStream on sockets of `zmq.green`."""

from __future__ import annotations

from typing import Any

from tornado.ioloop import IOLoop

import zmq
from zmq.eventloop import zmqstream

__all__ = ["ZMQStream"]


class ZMQStream(zmqstream.ZMQStream):
    """A socket in Tornado's event loop, which calls back: see `zmq.eventloop.zmqstream`.

    Parameters
    ----------
    socket : zmq.Socket
        A socket of `zmq.green` or `zmq`; nothing waits in it, so any will do.
    io_loop : tornado.ioloop.IOLoop, optional
        The loop; by default ``IOLoop.current()``. Other greenlets run while it waits if
        `select` has been monkey-patched before it was made.
    """

    def __init__(self, socket: zmq.Socket[Any], io_loop: IOLoop | None = None) -> None:
        super().__init__(socket, io_loop)
