"""ZMQStream: a socket with callbacks in Tornado's event loop."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import time
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from tornado.ioloop import IOLoop
from tornado.log import gen_log

import zmq
import zmq.asyncio
from zmq.constants import DONTWAIT, POLLIN, POLLOUT, SocketOption
from zmq.eventloop._handlers import add_socket
from zmq.utils import jsonapi

if TYPE_CHECKING:
    from typing_extensions import Self

    _Status: TypeAlias = zmq.MessageTracker | Exception | None
    _SendCallback: TypeAlias = Callable[[list[Any], _Status], Any]

__all__ = ["ZMQStream"]

# A stream handles at most this many messages in a row, for at most this many seconds. Then other
# sockets, timers and tasks can run, even if the socket is always ready.
_MESSAGES_PER_ROUND = 128
_SECONDS_PER_ROUND = 0.001


class ZMQStream:
    """A socket in Tornado's event loop, with callbacks for received and sent messages.

    Received messages go to the callback given to `on_recv`, always as a list of parts. The stream
    queues messages to send, and sends them in order as soon as the socket can take them. Callbacks
    may be functions or coroutine functions; the stream logs their exceptions and goes on.

    Parameters
    ----------
    socket : zmq.Socket
        The socket. If the socket is asynchronous, the stream uses a plain shadow of it, with a
        RuntimeWarning.
    io_loop : tornado.ioloop.IOLoop, optional
        The loop; by default ``IOLoop.current()``.

    Attributes
    ----------
    socket : zmq.Socket
        The socket, to set options, bind and connect. You may also send and receive with it
        directly; the stream notices that.
    io_loop : tornado.ioloop.IOLoop
        The loop.

    Raises
    ------
    TypeError
        If `socket` is not a socket, or `io_loop` is not an IOLoop on asyncio.

    Notes
    -----
    All socket types work, including the thread-safe draft types. Use a stream in the thread of its
    loop. The stream handles at most 128 messages in a row, for at most 1 ms; then it lets the loop
    run. If the context is terminated, the stream closes.
    """

    socket: zmq.Socket[Any]
    io_loop: IOLoop

    def __init__(self, socket: zmq.Socket[Any], io_loop: IOLoop | None = None) -> None:
        if not isinstance(socket, zmq.Socket):
            raise TypeError(f"ZMQStream() takes a zmq.Socket, got {type(socket).__name__}")
        if isinstance(socket, zmq.asyncio.Socket):
            warnings.warn(
                "ZMQStream needs a plain zmq.Socket, got a"
                f" {type(socket).__module__}.{type(socket).__name__}, and uses a plain shadow of"
                " it. Create the socket with context.socket(kind, socket_class=zmq.Socket), or"
                " pass zmq.Socket(shadow=socket)",
                RuntimeWarning,
                stacklevel=2,
            )
            socket = zmq.Socket(shadow=socket)
        self.socket = socket
        self.io_loop = io_loop if io_loop is not None else IOLoop.current()
        loop = getattr(self.io_loop, "asyncio_loop", None)
        if loop is None:
            raise TypeError(
                f"io_loop must be a tornado.ioloop.IOLoop, got {type(io_loop).__name__}; for"
                " coroutines in an asyncio loop use zmq.asyncio"
            )
        self._loop: asyncio.AbstractEventLoop = loop
        # The stream waits with this asynchronous socket, because it copes with three things: the
        # descriptor is edge-triggered, a loop may lack add_reader, and direct uses of the plain
        # socket clear the descriptor's signal.
        self._waiter = zmq.asyncio.Socket(shadow=socket, io_loop=loop)
        self._waiter._call_on_close(add_socket(self.io_loop, socket, keep_alive=True))
        self._wait: asyncio.Future[int] | None = None
        self._wait_flags = 0
        self._scheduled = False
        self._send_queue: deque[tuple[list[Any], dict[str, Any]]] = deque()
        self._recv_callback: Callable[[list[Any]], Any] | None = None
        self._recv_copy = True
        self._send_callback: _SendCallback | None = None
        self._close_callback: Callable[[], Any] | None = None
        self._ended = False
        # the loop itself keeps only weak references to tasks
        self._tasks: set[asyncio.Future[Any]] = set()
        self.bind = socket.bind
        self.bind_to_random_port = socket.bind_to_random_port
        self.connect = socket.connect
        self.setsockopt = socket.setsockopt
        self.getsockopt = socket.getsockopt
        self.setsockopt_string = self.setsockopt_unicode = socket.setsockopt_string
        self.getsockopt_string = self.getsockopt_unicode = socket.getsockopt_string

    # ------------------------------------------------------------------ callbacks

    @overload
    def on_recv(
        self, callback: Callable[[list[bytes]], Any] | None, copy: Literal[True] = True
    ) -> None: ...
    @overload
    def on_recv(
        self, callback: Callable[[list[zmq.Frame]], Any] | None, copy: Literal[False]
    ) -> None: ...
    @overload
    def on_recv(self, callback: Callable[[list[Any]], Any] | None, copy: bool = True) -> None: ...
    def on_recv(self, callback: Callable[[list[Any]], Any] | None, copy: bool = True) -> None:
        """Call a function with each received message.

        Parameters
        ----------
        callback : callable or None
            Called as ``callback(parts)``. A coroutine runs as a task, so the next message may
            arrive before it ends. With None the stream stops receiving; messages wait in the
            socket.
        copy : bool, default True
            True for parts as bytes, False for parts as `zmq.Frame`.

        Raises
        ------
        OSError
            If the stream is closed.
        TypeError
            If `callback` is not callable.
        """
        self._require_open()
        _require_callable(callback)
        self._recv_callback = callback
        self._recv_copy = copy
        self._schedule()

    @overload
    def on_recv_stream(
        self, callback: Callable[[Self, list[bytes]], Any] | None, copy: Literal[True] = True
    ) -> None: ...
    @overload
    def on_recv_stream(
        self, callback: Callable[[Self, list[zmq.Frame]], Any] | None, copy: Literal[False]
    ) -> None: ...
    @overload
    def on_recv_stream(
        self, callback: Callable[[Self, list[Any]], Any] | None, copy: bool = True
    ) -> None: ...
    def on_recv_stream(
        self, callback: Callable[[Self, list[Any]], Any] | None, copy: bool = True
    ) -> None:
        """Like `on_recv`, but call ``callback(stream, parts)``: one function for many streams."""
        _require_callable(callback)
        if callback is None:
            self.stop_on_recv()
            return
        function = callback
        self.on_recv(lambda parts: function(self, parts), copy=copy)

    def stop_on_recv(self) -> None:
        """Stop receiving; messages wait in the socket."""
        self.on_recv(None)

    def on_send(self, callback: _SendCallback | None) -> None:
        """Call a function after each sent message.

        Parameters
        ----------
        callback : callable or None
            Called as ``callback(parts, status)``: the parts given to `send_multipart`, and the
            result of `zmq.Socket.send_multipart`, or the exception that it raised.

        Raises
        ------
        OSError
            If the stream is closed.
        TypeError
            If `callback` is not callable.
        """
        self._require_open()
        _require_callable(callback)
        self._send_callback = callback

    def on_send_stream(
        self, callback: Callable[[Self, list[Any], zmq.MessageTracker | None], Any] | None
    ) -> None:
        """Like `on_send`, but call ``callback(stream, parts, status)``."""
        _require_callable(callback)
        if callback is None:
            self.stop_on_send()
            return
        function: Callable[..., Any] = callback
        self.on_send(lambda parts, status: function(self, parts, status))

    def stop_on_send(self) -> None:
        """Remove the callback of `on_send`."""
        self.on_send(None)

    def on_err(self, callback: Callable[..., Any]) -> None:
        """Do nothing: sockets report no errors in this way. Deprecated."""
        gen_log.warning("ZMQStream.on_err() does nothing: sockets report no such errors")

    def stop_on_err(self) -> None:
        """Do nothing. Deprecated."""
        gen_log.warning("ZMQStream.stop_on_err() does nothing: sockets report no such errors")

    def set_close_callback(self, callback: Callable[[], Any] | None) -> None:
        """Call a function without arguments when the stream has closed; None removes it."""
        _require_callable(callback)
        self._close_callback = callback

    # ------------------------------------------------------------------ sending

    def send(
        self,
        msg: Any,
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        callback: _SendCallback | None = None,
        **kwargs: Any,
    ) -> None:
        """Queue a message of one part; see `send_multipart`."""
        self.send_multipart([msg], flags, copy, track, callback, **kwargs)

    def send_multipart(
        self,
        msg: Sequence[Any],
        flags: int = 0,
        copy: bool = True,
        track: bool = False,
        callback: _SendCallback | None = None,
        **kwargs: Any,
    ) -> None:
        """Queue a message. The loop, or `flush`, sends it.

        Parameters
        ----------
        msg : sequence of bytes, Frame, or objects with a buffer
            Its parts. Do not change them before they are sent.
        flags, copy, track, **kwargs
            See `zmq.Socket.send_multipart`.
        callback : callable, optional
            Becomes the callback of `on_send`, for all messages.

        Raises
        ------
        OSError
            If the stream is closed.
        """
        self._require_open()
        if callback is not None:
            self.on_send(callback)
        kwargs.update(flags=flags, copy=copy, track=track)
        self._send_queue.append((msg, kwargs))  # type: ignore[arg-type]
        self._schedule()

    def send_string(
        self,
        u: str,
        flags: int = 0,
        encoding: str = "utf-8",
        callback: _SendCallback | None = None,
        **kwargs: Any,
    ) -> None:
        """Queue text; see `zmq.Socket.send_string` and `send_multipart`.

        Raises
        ------
        TypeError
            If `u` is not a str.
        """
        if not isinstance(u, str):
            raise TypeError(
                f"str objects only: send_string() got {type(u).__name__}; send() takes bytes"
            )
        self.send(u.encode(encoding), flags=flags, callback=callback, **kwargs)

    send_unicode = send_string

    def send_json(
        self, obj: Any, flags: int = 0, callback: _SendCallback | None = None, **kwargs: Any
    ) -> None:
        """Queue an object as JSON; see `zmq.Socket.send_json` and `send_multipart`."""
        names = ("copy", "track", "routing_id", "group")
        send_kwargs = {name: kwargs.pop(name) for name in names if name in kwargs}
        data = jsonapi.dumps(obj, **kwargs)
        self.send(data, flags=flags, callback=callback, **send_kwargs)

    def send_pyobj(
        self,
        obj: Any,
        flags: int = 0,
        protocol: int = -1,
        callback: _SendCallback | None = None,
        **kwargs: Any,
    ) -> None:
        """Queue a pickled object; see `zmq.Socket.send_pyobj` and `send_multipart`."""
        self.send(pickle.dumps(obj, protocol), flags=flags, callback=callback, **kwargs)

    def flush(self, flag: int = POLLIN | POLLOUT, limit: int | None = None) -> int:
        """Send and receive at once as many messages as possible, and call the callbacks.

        Parameters
        ----------
        flag : int, default POLLIN | POLLOUT
            POLLIN to receive, if there is a callback; POLLOUT to send queued messages.
        limit : int, optional
            The largest number of messages to send and receive; by default all that are ready,
            including those that arrive meanwhile.

        Returns
        -------
        int
            The number of messages sent and received.

        Raises
        ------
        OSError
            If the stream is closed.
        Exception
            The exception of a callback, after it has been logged.
        """
        self._require_open()
        passed = 0
        try:
            moved = True
            while moved and (limit is None or passed < limit):
                moved = False
                if flag & POLLIN and self._receive_one():
                    moved = True
                    passed += 1
                if limit is not None and passed >= limit:
                    break
                if flag & POLLOUT and self._send_one():
                    moved = True
                    passed += 1
        finally:
            if not self._ended:
                self._schedule()
        return passed

    # ------------------------------------------------------------------ state

    def receiving(self) -> bool:
        """Return whether the stream receives messages, because it has a callback for them."""
        return self._recv_callback is not None

    def sending(self) -> bool:
        """Return whether messages wait in the queue."""
        return bool(self._send_queue)

    def closed(self) -> bool:
        """Return whether the stream, and so its socket, is closed."""
        if not self._ended and self.socket.closed:
            self._end()
            if not self._loop.is_closed():
                message = (
                    f"{self.socket!r} was closed, but its ZMQStream was not: close the stream"
                    " instead, which also closes the socket"
                )
                gen_log.warning(message)
                warnings.warn(message, UserWarning, stacklevel=2)
        return self._ended

    def close(self, linger: int | None = None) -> None:
        """Close the stream and its socket. Messages still in the stream's queue are dropped.

        Parameters
        ----------
        linger : int, optional
            The LINGER time in ms, as for `zmq.Socket.close`.
        """
        if self._ended:
            return
        # cancel the wait before the socket closes, because the close would wake up this stream
        wait, self._wait = self._wait, None
        if wait is not None and not self._loop.is_closed():
            wait.cancel()
        self.socket.close(linger)
        self._end()

    # ------------------------------------------------------------------ the work

    def _require_open(self) -> None:
        if self.closed():
            raise OSError("Stream is closed")

    def _end(self) -> None:
        """Clean up after the socket has closed."""
        self._ended = True
        self._wait = None
        self._recv_callback = None
        self._send_queue.clear()
        callback, self._close_callback = self._close_callback, None
        if callback is not None:
            try:
                self._run_callback(callback)
            except Exception:
                pass  # logged

    def _schedule(self) -> None:
        """Let the loop check the socket soon."""
        if self._scheduled:
            return
        self._scheduled = True
        try:
            if asyncio._get_running_loop() is self._loop:
                self._loop.call_soon(self._round)
            else:
                self._loop.call_soon_threadsafe(self._round)
        except RuntimeError:
            self._scheduled = False
            if not self._loop.is_closed():
                raise

    def _woken(self, wait: asyncio.Future[int]) -> None:
        if not wait.cancelled():
            wait.exception()  # mark it as seen: a receive or send will report the error
        if wait is self._wait:
            self._wait = None
            self._round()

    def _round(self) -> None:
        self._scheduled = False
        if self.closed():
            return
        try:
            left = _MESSAGES_PER_ROUND
            end = time.monotonic() + _SECONDS_PER_ROUND
            moved = True
            while moved and left > 0 and not self._ended:
                moved = False
                try:
                    moved = self._receive_one()
                    moved = self._send_one() or moved
                except Exception:
                    moved = True  # logged
                left -= 1
                if time.monotonic() >= end:
                    break
        finally:
            # do this even if a callback raises KeyboardInterrupt or SystemExit
            if not self.closed():
                self._watch()

    def _watch(self) -> None:
        """Call `_round` when the stream can send or receive, but not in this iteration."""
        wanted = (POLLIN if self._recv_callback is not None else 0) | (
            POLLOUT if self._send_queue else 0
        )
        if self._wait is not None:
            if self._wait_flags == wanted and not self._wait.done():
                return
            wait, self._wait = self._wait, None
            wait.cancel()
        if wanted:
            self._wait_flags = wanted
            self._wait = self._waiter.poll(None, wanted)
            self._wait.add_done_callback(self._woken)

    def _receive_one(self) -> bool:
        """Receive one message and call back; False if there is none."""
        callback = self._recv_callback
        if callback is None:
            return False
        try:
            parts = self.socket.recv_multipart(DONTWAIT, self._recv_copy)
        except zmq.Again:
            return False
        except zmq.ContextTerminated:
            self.close()
            return False
        except zmq.ZMQError as error:
            if error.errno in (zmq.ENOTSOCK, zmq.EFSM):
                return False  # the socket was closed during the call, or a REQ has to send first
            gen_log.error("a ZMQStream cannot receive: %s", error)
            return False
        self._run_callback(callback, parts)
        return True

    def _send_one(self) -> bool:
        """Send the first message of the queue and call back; False if that is not possible."""
        queue = self._send_queue
        if not queue:
            return False
        try:
            # Check the events first: wait while a REQ may not send yet or a ROUTER has no peers.
            if not self._events() & POLLOUT:
                return False
        except zmq.ContextTerminated:
            self.close()
            return False
        except zmq.ZMQError:
            return False  # the socket was closed during the call
        parts, kwargs = queue.popleft()
        status: _Status
        try:
            status = self.socket.send_multipart(
                parts, **{**kwargs, "flags": kwargs["flags"] | DONTWAIT}
            )
        except zmq.Again:
            # the queue of a peer is full
            queue.appendleft((parts, kwargs))
            return False
        except zmq.ContextTerminated:
            self.close()
            return False
        except Exception as error:
            gen_log.error("a ZMQStream cannot send %r: %s", parts, error, exc_info=error)
            status = error
        callback = self._send_callback
        if callback is not None:
            self._run_callback(callback, parts, status)
        return True

    def _events(self) -> int:
        return self.socket.get(SocketOption.EVENTS)

    def _run_callback(self, callback: Callable[..., Any], *args: Any) -> None:
        try:
            result = callback(*args)
        except Exception:
            gen_log.error("Uncaught exception in ZMQStream callback", exc_info=True)
            raise
        if result is not None and inspect.isawaitable(result):
            task = asyncio.ensure_future(result, loop=self._loop)
            if not task.done():
                self._tasks.add(task)
            task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            gen_log.error("Uncaught exception in ZMQStream callback", exc_info=task.exception())


class _NotCallableError(TypeError, AssertionError):
    """Programs may catch either: TypeError, or the AssertionError of PyZMQ."""


def _require_callable(callback: object) -> None:
    if callback is not None and not callable(callback):
        raise _NotCallableError(
            f"a callback must be a function or None, got {type(callback).__name__}: {callback!r}"
        )
