"""Logging over ZeroMQ: a handler for :mod:`logging` that publishes records, and a program that
shows them.

``python -m zmq.log tcp://127.0.0.1:12345`` shows the records that a
:class:`zmq.log.handlers.PUBHandler` publishes there.
"""

from __future__ import annotations

from zmq.log import handlers

__all__ = ["handlers"]
