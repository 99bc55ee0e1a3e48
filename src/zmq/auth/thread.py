"""An authenticator in a thread of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import Any

import zmq
from zmq.auth.base import Authenticator
from zmq.error import Again, ContextTerminated, ZMQError

__all__ = ["ThreadAuthenticator"]


class AuthenticationThread(Thread):
    """Receives ZAP requests and replies to them, until it is stopped or the context terminates."""

    def __init__(self, authenticator: ThreadAuthenticator, pipe: zmq.Socket[bytes]) -> None:
        super().__init__(name="zmq.auth", daemon=True)
        self.authenticator = authenticator
        self.pipe = pipe
        self.__loop: asyncio.AbstractEventLoop | None = None
        self.__answering: asyncio.Task[None] | None = None
        self.__ending = False

    def run(self) -> None:
        loop = self.__loop = asyncio.new_event_loop()  # for asynchronous callbacks
        try:
            self.__serve(loop)
        except asyncio.CancelledError:
            pass  # interrupt() has cancelled the callback
        except ContextTerminated:
            # Context.term() waits for this socket. The thread that called term() may be the one
            # that would stop the authenticator, so close the socket here.
            self.authenticator._close()
        finally:
            self.pipe.close(0)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def __serve(self, loop: asyncio.AbstractEventLoop) -> None:
        requests = self.authenticator.zap_socket
        poller = zmq.Poller()
        poller.register(self.pipe, zmq.POLLIN)
        poller.register(requests, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if self.pipe in ready:
                return
            if requests in ready:
                # A message without an envelope also makes the socket ready; libzmq drops it.
                with suppress(Again):
                    request = requests.recv_multipart(zmq.DONTWAIT)
                    loop.run_until_complete(self.__answer(request))

    async def __answer(self, request: list[bytes]) -> None:
        self.__answering = asyncio.current_task()
        if self.__ending:
            self.__cancel()
        await self.authenticator.handle_zap_message(request)
        self.__answering = None

    def interrupt(self) -> None:
        """Cancel the awaited callback, if there is one; may be called in any thread."""
        self.__ending = True
        try:
            if self.__loop is not None:
                self.__loop.call_soon_threadsafe(self.__cancel)
        except RuntimeError:
            pass  # the loop is closed: the thread has ended

    def __cancel(self) -> None:
        if self.__answering is not None:
            self.__answering.cancel()


class ThreadAuthenticator(Authenticator):
    """A ZAP handler in a thread of its own, for programs without an event loop.

    Parameters
    ----------
    context, encoding, log
        See :class:`zmq.auth.Authenticator`.

    Notes
    -----
    You may configure it in any thread while it runs; start and stop it in one thread. Callbacks
    run in the authenticator's thread, which has an event loop for asynchronous callbacks.

    The thread is a daemon, and also ends when the context is terminated.

    .. versionadded:: 14.1
    """

    pipe: zmq.Socket[bytes]
    """The socket that stops the thread; None unless started."""
    pipe_endpoint: str = ""
    """The inproc endpoint of that socket."""
    thread: AuthenticationThread
    """None unless started."""

    def __init__(
        self,
        context: zmq.Context[Any] | None = None,
        encoding: str = "utf-8",
        log: Any = None,
    ) -> None:
        super().__init__(context, encoding, log)
        self.pipe = None  # type: ignore[assignment]
        self.pipe_endpoint = f"inproc://{id(self)}.inproc"
        self.thread = None  # type: ignore[assignment]

    def start(self) -> None:
        """Become the ZAP handler of the context, in a new thread.

        When this returns, the handler is ready for clients.

        Raises
        ------
        ZMQError
            EADDRINUSE if the context already has a handler.
        """
        if self.thread is not None and not self.thread.is_alive():
            self.stop()  # clean up after a thread that ended with its context
        super().start()
        pipe: zmq.Socket[bytes] = self.context.socket(zmq.PAIR, socket_class=zmq.Socket)
        end: zmq.Socket[bytes] = self.context.socket(zmq.PAIR, socket_class=zmq.Socket)
        try:
            pipe.linger = end.linger = 0
            pipe.bind(self.pipe_endpoint)
            end.connect(self.pipe_endpoint)
            thread = AuthenticationThread(self, end)
            thread.start()
        except BaseException:
            pipe.close(0)
            end.close(0)
            super().stop()
            raise
        self.pipe = pipe
        self.thread = thread

    def stop(self) -> None:
        """End the thread and wait for it.

        If an asynchronous callback has not decided on a client yet, the client gets a temporary
        error. A synchronous callback that is running ends first.
        """
        thread, self.thread = self.thread, None  # type: ignore[assignment]
        if thread is not None and thread.is_alive():
            thread.interrupt()
            self._tell_to_end()
            thread.join()
        self._close()

    def is_alive(self) -> bool:
        """Return whether the thread runs."""
        return self.thread is not None and self.thread.is_alive()

    def _tell_to_end(self) -> None:
        # The thread may already be ending and have closed the pipe.
        with suppress(ZMQError, AttributeError):
            self.pipe.send(b"TERMINATE", zmq.DONTWAIT)

    def _close(self) -> None:
        pipe, self.pipe = self.pipe, None  # type: ignore[assignment]
        if pipe is not None:
            # A program may call start() again at once, but close() would free the endpoint only
            # some time later.
            with suppress(ZMQError):
                pipe.unbind(self.pipe_endpoint)
            pipe.close(0)
        super().stop()
