"""Tornado's event loop under an old name; see `zmq.eventloop.ioloop`.

.. deprecated:: 17
    Use `tornado.ioloop`.
"""

from __future__ import annotations

from zmq.eventloop.ioloop import IOLoop, PeriodicCallback, ZMQIOLoop, install

__all__ = ["IOLoop", "PeriodicCallback", "ZMQIOLoop", "install"]
