"""Tornado's event loop under an old name.

.. deprecated:: 17
    Use `tornado.ioloop`: Tornado's own loop works with sockets.
"""

from __future__ import annotations

import warnings

from tornado.ioloop import IOLoop, PeriodicCallback

__all__ = ["IOLoop", "PeriodicCallback", "ZMQIOLoop", "install"]


ZMQIOLoop = IOLoop


def _warn(what: str) -> None:
    warnings.warn(
        f"{what} is not needed any more: sockets work with Tornado's own loop, tornado.ioloop",
        DeprecationWarning,
        stacklevel=3,
    )


_warn("zmq.eventloop.ioloop")


def install() -> None:
    """Do nothing, with a DeprecationWarning: Tornado's own loop works with sockets.

    .. deprecated:: 17
    """
    _warn("zmq.eventloop.ioloop.install()")
