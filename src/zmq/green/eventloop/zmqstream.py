"""ZMQStream on sockets of `zmq.green`."""

from __future__ import annotations

from typing import Any

from tornado.ioloop import IOLoop

import zmq
from zmq.eventloop import zmqstream

__all__ = ["ZMQStream"]


class ZMQStream(zmqstream.ZMQStream):
    """A socket with callbacks in Tornado's event loop: see `zmq.eventloop.zmqstream`.

    Parameters
    ----------
    socket : zmq.Socket
        A socket of `zmq.green` or `zmq`; the stream's calls never wait, so both work.
    io_loop : tornado.ioloop.IOLoop, optional
        The loop; by default ``IOLoop.current()``. Other greenlets run while the loop waits, if
        `select` was monkey-patched before the loop was created.
    """

    def __init__(self, socket: zmq.Socket[Any], io_loop: IOLoop | None = None) -> None:
        super().__init__(socket, io_loop)
