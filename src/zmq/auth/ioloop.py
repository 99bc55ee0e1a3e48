"""An authenticator in a tornado event loop: deprecated, as tornado now runs on asyncio.

.. deprecated:: 22
    Use :mod:`zmq.auth.asyncio`.
"""

from __future__ import annotations

import warnings
from typing import Any

import zmq
from zmq.auth.asyncio import AsyncioAuthenticator

__all__ = ["IOLoopAuthenticator"]

warnings.warn(
    "zmq.auth.ioloop.IOLoopAuthenticator is deprecated: use "
    "zmq.auth.asyncio.AsyncioAuthenticator, which runs under tornado as well",
    DeprecationWarning,
    stacklevel=2,
)


class IOLoopAuthenticator(AsyncioAuthenticator):
    """A ZAP handler in a tornado event loop.

    Parameters
    ----------
    context, encoding, log
        See :class:`zmq.auth.Authenticator`.
    io_loop : tornado.ioloop.IOLoop or asyncio.AbstractEventLoop, optional
        The loop; by default the loop that runs when :meth:`start` is called, otherwise tornado's
        current loop.

    .. deprecated:: 22
        Use :class:`zmq.auth.asyncio.AsyncioAuthenticator`.
    """

    def __init__(
        self,
        context: zmq.Context[Any] | None = None,
        encoding: str = "utf-8",
        log: Any = None,
        io_loop: Any = None,
    ) -> None:
        if io_loop is not None:
            warnings.warn(
                "IOLoopAuthenticator(io_loop=...) is deprecated: start it in its loop instead",
                DeprecationWarning,
                stacklevel=2,
            )
        # A tornado loop wraps an asyncio loop.
        super().__init__(context, getattr(io_loop, "asyncio_loop", io_loop), encoding, log)

    def start(self) -> None:
        """Become the ZAP handler of the context.

        Raises
        ------
        RuntimeError
            If no event loop was given, none runs, and tornado is not installed.
        ZMQError
            EADDRINUSE if the context has a handler already.
        """
        if self._loop is None:
            self._loop = _tornado_loop()
        super().start()


def _tornado_loop() -> Any:
    try:
        from tornado.ioloop import IOLoop  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    return getattr(IOLoop.current(), "asyncio_loop", None)
