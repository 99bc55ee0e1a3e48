"""ZeroMQ sockets for asyncio.

The API is that of `zmq`, but methods that may have to wait return a future::

    import asyncio
    import zmq
    import zmq.asyncio

    async def main() -> None:
        with zmq.asyncio.Context() as context, context.socket(zmq.PULL) as socket:
            socket.bind("tcp://127.0.0.1:5555")
            message = await socket.recv()

    asyncio.run(main())
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import zmq as _zmq
from zmq._descriptors import DescriptorSet, descriptor_set
from zmq._selector_thread import selector_thread_of
from zmq.backend.cython._zmq import _AsyncSocket, _use_asyncio
from zmq.constants import POLLIN, POLLOUT
from zmq.sugar.asynchronous import AsyncContextManager, AsyncSocketMethods

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer, Self

    from zmq.sugar.socket import AsyncEventsOption

_T = TypeVar("_T")

__all__ = ["Context", "Poller", "Socket", "ZMQEventLoop", "install"]

_use_asyncio(asyncio, selector_thread_of)


class Socket(  # pyright: ignore[reportIncompatibleMethodOverride]
    AsyncSocketMethods, _AsyncSocket, _zmq.Socket[asyncio.Future[Any]]
):
    """A ZeroMQ socket whose sends, receives and polls return futures.

    ``await socket.recv()`` returns the same as `zmq.Socket.recv`; the same holds for all other
    ``send*`` and ``recv*`` methods and for `poll`. An operation that can complete at once does so,
    and its future is done. Other operations wait in the order in which they were called. Awaiting
    the future raises the errors of the operation. Only a closed socket, a wrong event loop and some
    wrong arguments raise at once.

    **Cancellation.** A cancelled receive loses and reorders no message, whenever and however it is
    cancelled: by `asyncio.Task.cancel`, `asyncio.timeout`, `asyncio.wait_for`, an
    `asyncio.TaskGroup` that fails, or a loop that closes. A message stays in the socket's queue
    until the awaiting task resumes and takes it. A cancelled send has sent the whole message or
    nothing. There is one limit: a future that no task awaits directly (stored, passed to
    `asyncio.wait` or `asyncio.gather`, or with callbacks) takes its message as soon as the message
    arrives. If you discard that future afterwards, its message is lost. A future that is cancelled
    before its message arrives takes none.

    **Closing.** `close` cancels the operations that wait: the tasks that await them get
    `asyncio.CancelledError`.

    **Futures.** The methods return futures, not coroutines. `asyncio.create_task` accepts no
    futures: await the future, or pass it to `asyncio.ensure_future`.

    **Fairness.** After 128 operations in a row that complete at once, the socket lets the event
    loop run one iteration. So a socket that is always ready delays other tasks by about 0.1 ms at
    most.

    Parameters
    ----------
    context : Context or Socket
        The context of the new socket; or a socket to shadow.
    socket_type : int
        A value of `zmq.SocketType`.
    io_loop : asyncio.AbstractEventLoop, optional
        The loop for operations that are started while no loop runs. Other operations use the
        running loop. After the socket's loop has closed, the socket can be used in another loop.

    Raises
    ------
    RuntimeError
        If an operation is started while other operations wait in another loop.

    Notes
    -----
    RCVTIMEO and SNDTIMEO apply: an operation raises `zmq.Again` after that many ms. The socket
    watches ZMQ_FD with ``loop.add_reader``, or in a thread if the loop has no readers (the Proactor
    loop of Windows). Thread-safe draft sockets have no ZMQ_FD; the socket watches the descriptor of
    a ``zmq_poller`` instead.
    """

    def __init__(
        self,
        context: Any = None,
        socket_type: int = -1,
        io_loop: asyncio.AbstractEventLoop | None = None,
        _from_socket: _zmq.Socket[Any] | None = None,
        *,
        shadow: Any = 0,
        copy_threshold: int | None = None,
    ) -> None:
        if _from_socket is not None:
            shadow = _from_socket
            context = None
        super().__init__(
            context, socket_type, io_loop, shadow=shadow, copy_threshold=copy_threshold
        )

    @classmethod
    def from_socket(cls, socket: _zmq.Socket[Any], io_loop: Any = None) -> Self:
        """Return an asynchronous socket that uses the libzmq socket of another socket.

        Parameters
        ----------
        socket : zmq.Socket
            The other socket.
        io_loop : asyncio.AbstractEventLoop, optional
            See the class.

        Returns
        -------
        Socket
            A shadow, see `zmq.Socket.shadow`.
        """
        return cls(io_loop=io_loop, shadow=socket)

    if TYPE_CHECKING:
        # In zmq.Socket these methods call send and recv, which return futures here.

        def send_string(  # type: ignore[override]
            self, u: str, flags: int = 0, copy: bool = True, encoding: str = "utf-8", **kwargs: Any
        ) -> asyncio.Future[_zmq.MessageTracker | None]: ...

        send_unicode = send_string  # type: ignore[assignment]

        def recv_string(  # type: ignore[override]
            self, flags: int = 0, encoding: str = "utf-8", *, timeout: float | None = None
        ) -> asyncio.Future[str]: ...

        recv_unicode = recv_string  # type: ignore[assignment]

        def send_json(  # type: ignore[override]
            self, obj: object, flags: int = 0, **kwargs: Any
        ) -> asyncio.Future[None]: ...

        def recv_json(
            self, flags: int = 0, *, timeout: float | None = None, **kwargs: Any
        ) -> asyncio.Future[Any]: ...

        def send_pyobj(  # type: ignore[override]
            self, obj: object, flags: int = 0, protocol: int = ..., **kwargs: Any
        ) -> asyncio.Future[_zmq.MessageTracker | None]: ...

        def recv_pyobj(
            self, flags: int = 0, *, timeout: float | None = None
        ) -> asyncio.Future[Any]: ...

        def send_serialized(  # type: ignore[override]
            self,
            msg: _T,
            serialize: Callable[[_T], Iterable[_zmq.Frame | Buffer]],
            flags: int = 0,
            copy: bool = True,
            **kwargs: Any,
        ) -> asyncio.Future[_zmq.MessageTracker | None]: ...

        def recv_serialized(  # type: ignore[override]
            self,
            deserialize: Callable[[list[Any]], _T],
            flags: int = 0,
            copy: bool = True,
            *,
            timeout: float | None = None,
        ) -> asyncio.Future[_T]: ...

        @property
        def events(self) -> AsyncEventsOption: ...

        @events.setter
        def events(self, value: int) -> None: ...


class Context(AsyncContextManager, _zmq.Context[Socket]):
    """The context of asynchronous sockets: as `zmq.Context`, but its sockets are `Socket`."""

    _socket_class = Socket
    # separate from zmq.Context: instance() must not return a context of plain sockets
    _instance = None


class Poller(_zmq.Poller):
    """Waits for events on many sockets and descriptors, in the event loop.

    Accepts sockets of any class, integer file descriptors and objects with ``fileno()``.
    """

    def poll(self, timeout: float | None = -1) -> asyncio.Future[list[tuple[Any, int]]]:  # type: ignore[override]
        """Wait until there are events, or the timeout has passed.

        Parameters
        ----------
        timeout : float, default -1
            The maximum time to wait, in milliseconds; None or a negative value means for ever, 0
            means not at all.

        Returns
        -------
        Future of list of (socket or int, int)
            Each registered object that is ready, with its events; empty after the timeout. The poll
            receives no messages, so cancelling it loses none.
        """
        loop = _current_loop()
        future: asyncio.Future[list[tuple[Any, int]]] = loop.create_future()
        try:
            ready = super().poll(0)
        except Exception as error:
            future.set_exception(error)
            return future
        if ready or timeout == 0:
            future.set_result(ready)
            return future
        _PollWait(loop, self, future, timeout)
        return future

    def _poll_now(self) -> list[tuple[Any, int]]:
        return super().poll(0)


class _PollWait:
    """One wait of a Poller: watches all registered objects until one is ready."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        poller: Poller,
        future: asyncio.Future[Any],
        timeout: float | None,
    ) -> None:
        self.loop = loop
        self.poller = poller
        self.future = future
        self.waits: list[asyncio.Future[int]] = []
        self.undo: list[tuple[Callable[[Any], Any], Any]] = []
        self.shadows: list[Socket] = []
        self.descriptor_set: DescriptorSet | None = None
        self.timer = None
        if timeout is not None and timeout >= 0:
            self.timer = loop.call_later(timeout / 1000, self.expire)
        future.add_done_callback(self.clean_up)
        try:
            for target, flags in poller.sockets:
                if isinstance(target, _zmq.Socket):
                    self.watch_socket(target, flags)
            descriptors = poller._descriptors()
            if descriptors:
                self.watch_descriptors(descriptors)
        except Exception as error:
            if not future.done():
                future.set_exception(error)

    def watch_socket(self, target: _zmq.Socket[Any], flags: int) -> None:
        if target.closed:
            return  # a closed socket is never ready again
        if not isinstance(target, Socket):
            target = Socket(shadow=target)
            self.shadows.append(target)
        wait = target.poll(None, flags)
        self.waits.append(wait)
        wait.add_done_callback(self.look)

    def watch_descriptors(self, flags_of: dict[int, int]) -> None:
        self.descriptor_set = descriptor_set(flags_of)
        if self.descriptor_set is not None:
            self.watch_descriptor(self.descriptor_set.fileno(), POLLIN)
            return
        for descriptor, flags in flags_of.items():
            self.watch_descriptor(descriptor, flags)

    def watch_descriptor(self, descriptor: int, flags: int) -> None:
        try:
            if flags & POLLIN:
                self.loop.add_reader(descriptor, self.look)
                self.undo.append((self.loop.remove_reader, descriptor))
            if flags & POLLOUT:
                self.loop.add_writer(descriptor, self.look)
                self.undo.append((self.loop.remove_writer, descriptor))
        except NotImplementedError:
            readers = selector_thread_of(self.loop)
            if flags & POLLOUT:
                raise NotImplementedError(
                    f"{type(self.loop).__name__} cannot watch descriptors for POLLOUT; use a"
                    " SelectorEventLoop"
                ) from None
            readers.add_reader(descriptor, self.look)
            self.undo.append((readers.remove_reader, descriptor))

    def look(self, wait: asyncio.Future[int] | None = None) -> None:
        if self.future.done() or (wait is not None and wait.cancelled()):
            if wait is not None and wait.cancelled() and not self.future.done():
                self.future.cancel()  # a socket was closed during the poll
            return
        try:
            ready = self.poller._poll_now()
        except Exception as error:
            self.future.set_exception(error)
            return
        if ready:
            self.finish(ready)
        elif wait is not None:
            # another task has handled the event: wait for the next one
            for target, flags in self.poller.sockets:
                if isinstance(target, _zmq.Socket):
                    self.watch_socket(target, flags)

    def expire(self) -> None:
        """Check all objects a last time: some loops cannot watch for every kind of event."""
        if self.future.done():
            return
        try:
            self.finish(self.poller._poll_now())
        except Exception as error:
            self.future.set_exception(error)

    def finish(self, ready: list[tuple[Any, int]]) -> None:
        if not self.future.done():
            self.future.set_result(ready)

    def clean_up(self, future: asyncio.Future[Any]) -> None:
        if self.timer is not None:
            self.timer.cancel()
        for wait in self.waits:
            wait.remove_done_callback(self.look)
            wait.cancel()
        if not self.loop.is_closed():
            for undo, descriptor in self.undo:
                undo(descriptor)
        if self.descriptor_set is not None:
            self.descriptor_set.close()


def _current_loop() -> asyncio.AbstractEventLoop:
    return asyncio._get_running_loop() or asyncio.get_event_loop()


class ZMQEventLoop(asyncio.SelectorEventLoop):
    """An event loop. Deprecated: every asyncio loop works with these sockets."""


def install() -> None:
    """Do nothing. Deprecated: every asyncio loop works with these sockets."""
    warnings.warn(
        "zmq.asyncio.install() is not needed any more: zmq.asyncio works with every event loop",
        DeprecationWarning,
        stacklevel=2,
    )
