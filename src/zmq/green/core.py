"""Context and Socket for gevent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import zmq
from zmq.constants import DONTWAIT, POLLIN, POLLOUT, SocketOption
from zmq.green._waiting import deadline_after, is_waited_for, look_after, wait_for, wake_all

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Context", "Socket"]

_T = TypeVar("_T")


class Socket(zmq.Socket[bytes]):
    """A socket whose calls block only the calling greenlet, not its thread.

    All methods are those of `zmq.Socket`. Several greenlets may wait for one socket; closing it
    wakes them. Greenlets switch only between complete messages. If you send the parts of a message
    one by one, with SNDMORE, send them all from one greenlet.
    """

    def _attempt(
        self,
        operation: Callable[[], _T],
        event: int,
        timeout_option: int,
        flags: int,
        timeout: float | None = None,
    ) -> _T:
        """Repeat a non-blocking call until it does not raise `Again`."""
        deadline: float | None = None
        started = False
        while True:
            try:
                return operation()
            except zmq.Again:
                if flags & DONTWAIT:
                    raise
            finally:
                if not self.closed:
                    look_after(self)
            # leave the except block first: exceptions from here must not have Again as their
            # context
            if not started:
                deadline = deadline_after(
                    _as_int(super().get(timeout_option)) if timeout is None else timeout
                )
                started = True
            if not wait_for(self, event, deadline, takes=True):
                raise self._again(event == POLLIN, False, timeout)

    def _is_waited_for(self) -> bool:
        return is_waited_for(self)

    # ------------------------------------------------------------------ sending and receiving

    def _send_waiting(self, operation: Callable[[], _T], flags: int) -> _T:
        return self._attempt(operation, POLLOUT, SocketOption.SNDTIMEO, flags)

    def _recv_waiting(
        self, operation: Callable[[], _T], flags: int, timeout: float | None = None
    ) -> _T:
        return self._attempt(operation, POLLIN, SocketOption.RCVTIMEO, flags, timeout)

    if not TYPE_CHECKING:  # the types are those of the base class

        def send(self, data, flags=0, copy=True, track=False, routing_id=None, group=None):
            """Send one part of a message; see `zmq.Socket.send`."""
            send = super().send
            return self._send_waiting(
                lambda: send(data, flags | DONTWAIT, copy, track, routing_id, group), flags
            )

        def send_multipart(
            self, msg_parts, flags=0, copy=True, track=False, *, routing_id=None, group=None
        ):
            """Send a message of several parts; see `zmq.Socket.send_multipart`."""
            is_sequence = isinstance(msg_parts, (list, tuple, str, bytes))
            parts = msg_parts if is_sequence else list(msg_parts)
            send_multipart = super().send_multipart
            return self._send_waiting(
                lambda: send_multipart(
                    parts, flags | DONTWAIT, copy, track, routing_id=routing_id, group=group
                ),
                flags,
            )

        def recv(self, flags=0, copy=True, track=False, *, timeout=None):
            """Receive one part of a message; see `zmq.Socket.recv`."""
            recv = super().recv
            return self._recv_waiting(lambda: recv(flags | DONTWAIT, copy, track), flags, timeout)

        def recv_multipart(self, flags=0, copy=True, track=False, *, timeout=None):
            """Receive all parts of one message; see `zmq.Socket.recv_multipart`."""
            recv_multipart = super().recv_multipart
            return self._recv_waiting(
                lambda: recv_multipart(flags | DONTWAIT, copy, track), flags, timeout
            )

        def recv_routed(self, flags=0, copy=True, track=False):
            """Receive a message and its sender's routing id; see `zmq.Socket.recv_routed`."""
            recv_routed = super().recv_routed
            return self._recv_waiting(lambda: recv_routed(flags | DONTWAIT, copy, track), flags)

        def recv_grouped(self, flags=0, copy=True, track=False):
            """Receive a message and the group it was sent to; see `zmq.Socket.recv_grouped`."""
            recv_grouped = super().recv_grouped
            return self._recv_waiting(lambda: recv_grouped(flags | DONTWAIT, copy, track), flags)

    def send_many(self, messages: Iterable[zmq.Frame | Buffer], flags: int = 0) -> int:
        """Send many messages of a single part; see `zmq.Socket.send_many`."""
        if flags & DONTWAIT or isinstance(messages, (str, bytes, bytearray, memoryview, zmq.Frame)):
            try:
                return super().send_many(messages, flags)
            finally:
                look_after(self)
        sent = 0
        if not isinstance(messages, (list, tuple)):
            for data in messages:
                try:
                    self.send(data, flags)
                except zmq.Again:
                    if not sent:
                        raise
                    break
                sent += 1
            return sent
        send_many = super().send_many
        while sent < len(messages):
            rest = messages[sent:] if sent else messages
            try:
                sent += self._send_waiting(
                    lambda rest=rest: send_many(rest, flags | DONTWAIT),  # type: ignore[misc]
                    flags,
                )
            except zmq.Again:
                if not sent:
                    raise
                break
        return sent

    def recv_many(self, max_messages: int, timeout: float | None = None) -> list[bytes]:
        """Receive the messages that have arrived; see `zmq.Socket.recv_many`."""
        received = super().recv_many(max_messages, 0)
        if not received:
            if timeout is None:
                timeout = _as_int(super().get(SocketOption.RCVTIMEO))
            deadline = deadline_after(timeout)
            while not received and wait_for(self, POLLIN, deadline, takes=True):
                received = super().recv_many(max_messages, 0)
        look_after(self)
        return received

    def recv_into(self, buffer: Buffer, /, *, nbytes: int = 0, flags: int = 0) -> int:
        """Receive one part into the caller's buffer; see `zmq.Socket.recv_into`."""
        recv_into = super().recv_into
        return self._attempt(
            lambda: recv_into(buffer, nbytes=nbytes, flags=flags | DONTWAIT),
            POLLIN,
            SocketOption.RCVTIMEO,
            flags,
        )

    def poll(self, timeout: float | None = None, flags: int = POLLIN) -> int:
        """Wait for events on this socket; see `zmq.Socket.poll`."""
        events = super().poll(0, flags)
        look_after(self)
        if events or timeout == 0:
            return events
        return int(wait_for(self, flags, deadline_after(timeout)))

    # ------------------------------------------------------------------ other uses of the socket

    if not TYPE_CHECKING:  # the base class has the types

        def get(self, option: int) -> int | bytes:
            """Return the value of a socket option; see `zmq.Socket.get`."""
            value = super().get(option)
            # Before libzmq reads one of these options, it processes commands, which clears the
            # descriptor's signal.
            if option in (SocketOption.EVENTS, SocketOption.TOPICS_COUNT):
                look_after(self)
            return value

        getsockopt = get

    def bind(self, addr: str | bytes) -> Any:
        """Listen on an endpoint; see `zmq.Socket.bind`."""
        try:
            return super().bind(addr)
        finally:
            look_after(self)

    def connect(self, addr: str | bytes) -> Any:
        """Connect to an endpoint; see `zmq.Socket.connect`."""
        try:
            return super().connect(addr)
        finally:
            look_after(self)

    def connect_peer(self, addr: str | bytes) -> int:
        """Connect a PEER and return its routing id; see `zmq.Socket.connect_peer`."""
        try:
            return super().connect_peer(addr)
        finally:
            look_after(self)

    def disconnect_peer(self, routing_id: int) -> None:
        """End the connection of one peer; see `zmq.Socket.disconnect_peer`."""
        try:
            super().disconnect_peer(routing_id)
        finally:
            look_after(self)

    def unbind(self, addr: str | bytes) -> None:
        """Undo a `bind`; see `zmq.Socket.unbind`."""
        try:
            super().unbind(addr)
        finally:
            look_after(self)

    def disconnect(self, addr: str | bytes) -> None:
        """Undo a `connect`; see `zmq.Socket.disconnect`."""
        try:
            super().disconnect(addr)
        finally:
            look_after(self)

    def close(self, linger: int | None = None) -> None:
        """Close the socket; see `zmq.Socket.close`. Greenlets that wait for it get ENOTSOCK."""
        if not self.closed:
            wake_all(self)
        super().close(linger)


class Context(zmq.Context[Socket]):
    """The context of gevent's sockets: like `zmq.Context`, but its sockets are `Socket`."""

    _socket_class = Socket
    # separate from zmq.Context: instance() must not return a context of plain sockets
    _instance = None


def _as_int(value: int | bytes) -> int:
    assert isinstance(value, int)
    return value
