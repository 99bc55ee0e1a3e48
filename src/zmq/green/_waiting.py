"""Greenlets that wait for sockets, and their wake-up.

A socket's descriptor is edge-triggered: it signals a change only once. The signal may come before a
greenlet waits, and any use of the socket may clear it. Therefore all greenlets of a thread that
wait for one socket share an entry, and every use of the socket checks the entry and wakes the
greenlets that can go on.
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
        # One item for each greenlet, in the order of arrival: the awaited events, the object that
        # wakes the greenlet, and a flag: true if the greenlet waits to send or receive, false if it
        # only polls.
        self.waiting: list[tuple[int, Event, bool]] = []
        self.error: zmq.ZMQError | None = None
        self._watcher = hub.loop.io(socket._signal_descriptor(), 1)
        self._watcher.start(self.look)

    def look(self) -> int:
        """Read the events of the socket, and wake the greenlets that wait for them."""
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
        """Return True if no other greenlet has waited longer for one of the events in `flags`.

        A greenlet may see a message that arrived only after an earlier greenlet had found none. The
        message belongs to the earlier greenlet, which `look` has woken again.
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


# Maps the address of a libzmq socket and the id of the thread's hub to the entry. A shadow has the
# address of the shadowed socket, so both share the entry.
_waiters: dict[tuple[int, int], _Waiters] = {}


def watch(socket: zmq.Socket[Any]) -> _Waiters:
    """Return the entry of a socket; the caller must add its greenlet to the entry at once."""
    hub = get_hub()
    key = (socket.underlying, id(hub))
    found = _waiters.get(key)
    if found is not None and found.socket.closed:
        # The socket of this entry was closed through an object of another class; a new socket has
        # its address.
        _wake(found)
        found = None
    if found is None:
        found = _waiters[key] = _Waiters(key, socket, hub)
    return found


def look_after(socket: zmq.Socket[Any]) -> None:
    """Call this after each use of a socket: the use may have cleared a signal that others need."""
    if _waiters:
        found = _waiters.get((socket.underlying, id(get_hub())))
        if found is not None:
            found.look()


def is_waited_for(socket: zmq.Socket[Any]) -> bool:
    """Return True if a greenlet of this thread waits for a socket."""
    return bool(_waiters) and (socket.underlying, id(get_hub())) in _waiters


def wake_all(socket: zmq.Socket[Any]) -> None:
    """Before a socket closes, wake the greenlets that wait for it, so that they get an error."""
    if _waiters:
        found = _waiters.get((socket.underlying, id(get_hub())))
        if found is not None:
            _wake(found)


def _wake(waiters: _Waiters) -> None:
    # stop the watcher first: its descriptor will be closed
    waiters.end()
    for _, event, _ in waiters.waiting:
        event.set()


def deadline_after(milliseconds: float | None) -> float | None:
    """Return the time at which a timeout ends; None for no timeout."""
    if milliseconds is None or milliseconds < 0:
        return None
    return time.monotonic() + milliseconds / 1000


def seconds_until(deadline: float | None) -> float | None:
    """Return the remaining time; None means for ever."""
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def wait_for(
    socket: zmq.Socket[Any], flags: int, deadline: float | None, *, takes: bool = False
) -> int:
    """Wait, while other greenlets run, until a socket has one of the events.

    With `takes`, the caller will send or receive; such greenlets go on in the order of arrival.

    Returns
    -------
    int
        The events that have occurred; 0 after the timeout.

    Raises
    ------
    ZMQError
        ENOTSOCK if the socket is closed during the call; ContextTerminated if its context is
        terminated.
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
            # check once more after the timeout: an event may have occurred at the same moment
            over = not event.wait(seconds_until(deadline))
    finally:
        waiters.remove(flags, event, takes)
        if not waiters.waiting:
            socket._close_if_over()
        elif not socket.closed:
            waiters.look()  # let the next greenlet go on, even if this one has been killed
