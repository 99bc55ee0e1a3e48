"""An authenticator in an asyncio event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import zmq
from zmq.asyncio import Poller
from zmq.auth.base import Authenticator
from zmq.error import Again

__all__ = ["AsyncioAuthenticator"]


class AsyncioAuthenticator(Authenticator):
    """A ZAP handler in an asyncio event loop.

    Parameters
    ----------
    context : zmq.Context or zmq.asyncio.Context, optional
        The context whose servers ask this authenticator; by default
        :meth:`zmq.Context.instance`.
    loop : asyncio.AbstractEventLoop, optional
        The loop; by default the loop that runs when :meth:`start` is called.
    encoding, log
        See :class:`zmq.auth.Authenticator`.

    Notes
    -----
    Start and stop it in the thread of the loop. Servers need not be asynchronous. But a server or
    client that blocks the thread of the loop waits for ever, because the authenticator cannot run.

    .. versionadded:: 15.2
    """

    def __init__(
        self,
        context: zmq.Context[Any] | None = None,
        loop: Any = None,
        encoding: str = "utf-8",
        log: Any = None,
    ) -> None:
        super().__init__(context, encoding, log)
        self._loop = loop
        self._poller: Poller | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Become the ZAP handler of the context, in a task of the loop.

        Raises
        ------
        RuntimeError
            If no event loop was given and none runs.
        ZMQError
            EADDRINUSE if the context has a handler already.
        """
        loop = self._loop or _running_loop()
        super().start()
        self._poller = Poller()
        self._poller.register(self.zap_socket, zmq.POLLIN)
        self._task = loop.create_task(self._serve(self._poller, self.zap_socket))

    def stop(self) -> None:
        """Stop being the ZAP handler, at once."""
        poller, self._poller = self._poller, None
        task, self._task = self._task, None
        if poller is not None:
            poller.unregister(self.zap_socket)
        if task is not None and not task.get_loop().is_closed():
            task.cancel()
        super().stop()

    async def _serve(self, poller: Poller, requests: zmq.Socket[bytes]) -> None:
        # The context may end before this task begins.
        while self.zap_socket is requests and not requests.closed:
            if await poller.poll() and not requests.closed:
                # A message without an envelope also makes the socket ready; libzmq drops it.
                with suppress(Again):
                    await self.handle_zap_message(requests.recv_multipart(zmq.DONTWAIT))


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "cannot start an AsyncioAuthenticator without a running event loop: call start() in a "
            "coroutine, pass loop=, or use zmq.auth.thread.ThreadAuthenticator"
        ) from None
