"""Greenlets that wait for sockets, and what wakes them.

A socket's descriptor signals once that something has changed. The signal may come before
anybody waits, and any use of the socket may take it. Therefore all that wait for one socket
in one thread share an entry, and every use of the socket looks after them.
"""

from __future__ import annotations

import time
from typing import Any

from gevent.event import Event
from gevent.hub import get_hub

import zmq

__all__ = [
    "deadline_after",
    "is_waited_for",
    "look_after",
    "seconds_until",
    "wait_for",
    "wake_all",
    "watch",
]


class _Waiters:
    """The greenlets of one thread that wait for one libzmq socket."""

    def __init__(self, key: tuple[int, int], socket: zmq.Socket[Any], hub: Any) -> None:
        self.key = key
        self.socket = socket
        # In the order in which they came: the events, what wakes the greenlet, and whether it
        # sends or receives then.
        self.waiting: list[tuple[int, Event, bool]] = []
        self.error: zmq.ZMQError | None = None
        self._watcher = hub.loop.io(socket._signal_descriptor(), 1)
        self._watcher.start(self.look)

    def look(self) -> int:
        """Read the events, and wake those who wait for them."""
        self.error = None
        try:
            events = self.socket._events_after_signal()
        except zmq.ZMQError as error:
            self.error = error
            events = zmq.POLLIN | zmq.POLLOUT
        for flags, event, _ in self.waiting:
            if flags & events:
                event.set()
        return events

    def is_next(self, flags: int, event: Event) -> bool:
        """Whether no other greenlet that came earlier is to send or receive for the events.

        A message may come while those that were woken run one after the other. It belongs to the
        first that waits, which `look` has woken.
        """
        return next(one for mask, one, takes in self.waiting if takes and mask & flags) is event

    def add(self, flags: int, event: Event, takes: bool = False) -> None:
        self.waiting.append((flags, event, takes))

    def remove(self, flags: int, event: Event, takes: bool = False) -> None:
        self.waiting.remove((flags, event, takes))
        if not self.waiting:
            self.end()

    def end(self) -> None:
        self._watcher.stop()
        self._watcher.close()
        if _waiters.get(self.key) is self:
            del _waiters[self.key]


# By the address of the libzmq socket, which shadows share, and the thread's hub.
_waiters: dict[tuple[int, int], _Waiters] = {}


def watch(socket: zmq.Socket[Any]) -> _Waiters:
    """Return the entry of a socket; whoever calls adds itself to it at once."""
    hub = get_hub()
    key = (socket.underlying, id(hub))
    found = _waiters.get(key)
    if found is not None and found.socket.closed:
        # closed as a socket of another class, and its address used again
        _wake(found)
        found = None
    if found is None:
        found = _waiters[key] = _Waiters(key, socket, hub)
    return found


def look_after(socket: zmq.Socket[Any]) -> None:
    """To be called after each use of a socket: it may have taken the signal of others."""
    if _waiters:
        found = _waiters.get((socket.underlying, id(get_hub())))
        if found is not None:
            found.look()


def is_waited_for(socket: zmq.Socket[Any]) -> bool:
    """Whether a greenlet of this thread waits for a socket."""
    return bool(_waiters) and (socket.underlying, id(get_hub())) in _waiters


def wake_all(socket: zmq.Socket[Any]) -> None:
    """To be called before a socket closes: nothing that waits for it will happen."""
    if _waiters:
        found = _waiters.get((socket.underlying, id(get_hub())))
        if found is not None:
            _wake(found)


def _wake(waiters: _Waiters) -> None:
    # its descriptor goes away
    waiters.end()
    for _, event, _ in waiters.waiting:
        event.set()


def deadline_after(milliseconds: float | None) -> float | None:
    """The time at which a timeout is over; None for one that never is."""
    if milliseconds is None or milliseconds < 0:
        return None
    return time.monotonic() + milliseconds / 1000


def seconds_until(deadline: float | None) -> float | None:
    """How long to wait; None for ever."""
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def wait_for(
    socket: zmq.Socket[Any], flags: int, deadline: float | None, *, takes: bool = False
) -> int:
    """Let other greenlets run until a socket has one of the events.

    Greenlets that are to send or receive then, as `takes` says, have their turn in the order in
    which they came.

    Returns
    -------
    int
        Those of the events that are there; 0 if the time is over.

    Raises
    ------
    ZMQError
        ENOTSOCK if the socket is, or is being, closed; ContextTerminated.
    """
    waiters = watch(socket)
    event = Event()
    waiters.add(flags, event, takes)
    over = False
    try:
        while True:
            event.clear()
            events = waiters.look()
            if waiters.error is not None:
                raise waiters.error
            if takes and events & flags and not waiters.is_next(flags, event):
                events = 0
            if events & flags or over:
                return events & flags
            # once more after the time is over: something may have come at the same moment
            over = not event.wait(seconds_until(deadline))
    finally:
        waiters.remove(flags, event, takes)
        if not waiters.waiting:
            socket._close_if_over()
        elif not socket.closed:
            waiters.look()  # the next one may go on, even if this one has been killed
