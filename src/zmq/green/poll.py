"""Poller and select for gevent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gevent.event import Event
from gevent.hub import get_hub

import zmq
from zmq.constants import POLLERR, POLLIN, POLLOUT
from zmq.green._waiting import deadline_after, look_after, seconds_until, watch

__all__ = ["Poller", "SocketPoller", "select", "zmq_poll"]


class Poller(zmq.Poller):
    """Waits for many sockets and descriptors, while other greenlets run: see `zmq.Poller`.

    Sockets may be those of `zmq.green` or of any other class.
    """

    def poll(self, timeout: float | None = None) -> list[tuple[Any, int]]:
        """Wait until there are events, or the timeout has passed.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in ms; None or a negative value means for ever, 0 means not at
            all.

        Returns
        -------
        list of (socket or int, int)
            Each registered object that is ready, with its events; empty after the timeout.

        Raises
        ------
        ZMQError
            ENOTSOCK if all sockets are closed and no descriptor is registered.
        """
        ready = self._poll_now()
        if ready or timeout == 0:
            return ready
        deadline = deadline_after(timeout)
        event = Event()
        loop = get_hub().loop
        undo: list[Any] = []
        try:
            for target, flags in self.sockets:
                if isinstance(target, zmq.Socket):
                    if target.closed:
                        continue  # a closed socket is never ready again
                    waiters = watch(target)
                    waiters.add(flags, event)
                    undo.append(lambda w=waiters, f=flags: w.remove(f, event))
            for descriptor, flags in self._descriptors().items():
                # gevent's 1 means readable or an error, 2 means writable
                interest = (1 if flags & ~POLLOUT else 0) | (2 if flags & POLLOUT else 0)
                watcher = loop.io(descriptor, interest)
                undo.append(watcher.close)
                undo.append(watcher.stop)
                watcher.start(event.set)
            while True:
                # check after the watchers have started, so that no event is missed in between
                ready = self._poll_now()
                if ready:
                    return ready
                if not event.wait(seconds_until(deadline)):
                    return self._poll_now()
                event.clear()
        finally:
            for do in reversed(undo):
                do()

    def _poll_now(self) -> list[tuple[Any, int]]:
        try:
            return super().poll(0)
        finally:
            for target, _ in self.sockets:
                if isinstance(target, zmq.Socket) and not target.closed:
                    look_after(target)


class SocketPoller(zmq.SocketPoller):
    """Waits like libzmq's own poller, while other greenlets run: see `zmq.SocketPoller`."""

    def __init__(self) -> None:
        super().__init__()
        self._waits = Poller()

    def add(self, socket: Any, events: int = POLLIN, data: object = None) -> None:
        """Wait for events on a socket or descriptor; see `zmq.SocketPoller.add`."""
        super().add(socket, events, data)
        self._waits.register(socket, events)

    def modify(self, socket: Any, events: int) -> None:
        """Change the events of a socket or descriptor; see `zmq.SocketPoller.modify`."""
        super().modify(socket, events)
        self._waits.register(socket, events)

    def remove(self, socket: Any) -> None:
        """Stop waiting for a socket or descriptor; see `zmq.SocketPoller.remove`."""
        super().remove(socket)
        if socket in self._waits:
            self._waits.unregister(socket)

    def wait(self, timeout: float | None = None) -> zmq.PollerEvent | None:
        """Wait until there is an event, or until the timeout; see `zmq.SocketPoller.wait`."""
        found = self._wait_for(1, timeout)
        return found[0] if found else None

    def wait_all(
        self, timeout: float | None = None, max_events: int | None = None
    ) -> list[zmq.PollerEvent]:
        """Wait until there are events, or until the timeout; see `zmq.SocketPoller.wait_all`."""
        return self._wait_for(max_events, timeout)

    def _wait_for(self, max_events: int | None, timeout: float | None) -> list[zmq.PollerEvent]:
        deadline = deadline_after(timeout)
        while True:
            found = super().wait_all(0, max_events)
            if found or timeout == 0:
                return found
            for target, _ in list(self._waits.sockets):
                if target not in self:  # the socket was closed during the call
                    self._waits.unregister(target)
            seconds = seconds_until(deadline)
            if not len(self._waits) and seconds is None:
                return super().wait_all(None, max_events)  # raises, because it would wait for ever
            if not self._waits.poll(None if seconds is None else seconds * 1000):
                return []


def zmq_poll(
    sockets: Iterable[tuple[Any, int]], timeout: float | None = -1
) -> list[tuple[Any, int]]:
    """Wait for many sockets and descriptors; see `zmq.zmq_poll` and `Poller.poll`."""
    poller = Poller()
    for socket, flags in sockets:
        poller.register(socket, flags)
    return poller.poll(timeout)


def select(
    rlist: Sequence[Any],
    wlist: Sequence[Any],
    xlist: Sequence[Any],
    timeout: float | None = None,
) -> tuple[list[Any], list[Any], list[Any]]:
    """Wait for sockets like `select.select`, while other greenlets run: see `zmq.select`.

    Parameters
    ----------
    rlist, wlist, xlist : list of Socket, int, or objects with ``fileno()``
        The objects to wait on for input, for room to send, and for errors.
    timeout : float, optional
        The maximum time to wait, in seconds (not ms); None or a negative value means for ever, 0
        means not at all.

    Returns
    -------
    tuple of three lists
        The members of each list that are ready; all lists are empty after the timeout.
    """
    wanted: dict[Any, int] = {}
    for sockets, event in ((rlist, POLLIN), (wlist, POLLOUT), (xlist, POLLERR)):
        for socket in sockets:
            wanted[socket] = wanted.get(socket, 0) | event
    milliseconds = -1 if timeout is None or timeout < 0 else timeout * 1000
    ready = dict(zmq_poll(list(wanted.items()), milliseconds))
    return (
        [socket for socket in rlist if ready.get(socket, 0) & POLLIN],
        [socket for socket in wlist if ready.get(socket, 0) & POLLOUT],
        [socket for socket in xlist if ready.get(socket, 0) & POLLERR],
    )
