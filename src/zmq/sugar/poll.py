"""`select`, and zmq.Poller: the backend's poller as a Python class, which programs can patch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zmq.backend import zmq_poll
from zmq.backend.cython._zmq import Socket
from zmq.constants import POLLERR, POLLIN, POLLOUT

if TYPE_CHECKING:
    from zmq.backend.cython._zmq import Poller
else:
    from zmq.backend.cython._zmq import Poller as PollerBase

    class Poller(PollerBase):
        __doc__ = PollerBase.__doc__
        # Objects have the __dict__ of the base class. They are not larger than its objects, and
        # method lookup is as fast.
        __slots__ = ()


__all__ = ["Poller", "select"]


def select(
    rlist: Sequence[Any],
    wlist: Sequence[Any],
    xlist: Sequence[Any],
    timeout: float | None = None,
) -> tuple[list[Any], list[Any], list[Any]]:
    """Wait for sockets to become ready, like `select.select`.

    Parameters
    ----------
    rlist, wlist, xlist : list of Socket, int, or objects with ``fileno()``
        The objects to wait on for input, for room to send, and for errors. An object may be in
        several lists.
    timeout : float, optional
        The maximum time to wait, in seconds (not ms); None or a negative value means for ever, 0
        means not at all.

    Returns
    -------
    tuple of three lists
        The ready members of each list: a socket itself, the descriptor of any other object. All
        lists are empty after the timeout.

    Raises
    ------
    TypeError
        If an item is neither a socket nor a descriptor.
    ZMQError
        ENOTSOCK if a socket is closed.

    Notes
    -----
    Calls ``zmq_poll``.
    """
    wanted: dict[Any, int] = {}
    for sockets, event in ((rlist, POLLIN), (wlist, POLLOUT), (xlist, POLLERR)):
        if isinstance(sockets, Socket):
            # a socket is iterable, so the code below would receive from it
            raise TypeError("select() takes lists of sockets, got a socket")
        for socket in sockets:
            wanted[socket] = wanted.get(socket, 0) | event
    if timeout is not None and not hasattr(timeout, "__float__"):
        raise TypeError(f"timeout must be a number of seconds or None, got {timeout!r}")
    milliseconds = -1 if timeout is None or timeout < 0 else timeout * 1000
    ready = zmq_poll(list(wanted.items()), milliseconds)
    return (
        [socket for socket, events in ready if events & POLLIN],
        [socket for socket, events in ready if events & POLLOUT],
        [socket for socket, events in ready if events & POLLERR],
    )
