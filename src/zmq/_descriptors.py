"""One descriptor for many: becomes readable as soon as one of others has an event.

Event loops watch a descriptor for reading and for writing, and keep one callback for each. That
is too little for a poller: urgent data and errors are events of their own, two polls may wait for
the same descriptor, and the program may have a callback there that has to stay. A poll that
watches through an epoll (or kqueue) descriptor of its own has none of these problems, since loops
can watch that one as any other.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Mapping
from typing import Protocol

from zmq.constants import POLLIN, POLLOUT, POLLPRI

__all__ = ["DescriptorSet", "descriptor_set"]


class DescriptorSet(Protocol):
    """As much of epoll and kqueue objects as a poll needs."""

    def fileno(self) -> int: ...
    def close(self) -> None: ...


if sys.platform == "linux":

    def descriptor_set(flags_of: Mapping[int, int]) -> DescriptorSet | None:
        """Make a descriptor that is readable while one of some others has an event.

        Parameters
        ----------
        flags_of : mapping of int to int
            Descriptors, and the events to watch each for. Errors always count.

        Returns
        -------
        DescriptorSet or None
            To be closed by the caller; None where the system has no such descriptor.
        """
        if not hasattr(select, "epoll"):  # taken away by gevent
            return None
        made = select.epoll()
        try:
            for descriptor, flags in flags_of.items():
                mask = select.EPOLLERR
                mask |= select.EPOLLIN if flags & POLLIN else 0
                mask |= select.EPOLLOUT if flags & POLLOUT else 0
                mask |= select.EPOLLPRI if flags & POLLPRI else 0
                try:
                    made.register(descriptor, mask)
                except PermissionError:
                    pass  # a file on a disk, for which nobody has to wait
        except BaseException:
            made.close()
            raise
        return made

elif sys.platform != "win32":

    def descriptor_set(flags_of: Mapping[int, int]) -> DescriptorSet | None:
        """Make a descriptor that is readable once one of some others has news."""
        if not hasattr(select, "kqueue"):
            return None
        made = select.kqueue()
        changes = []
        for descriptor, flags in flags_of.items():
            # News only: data that nobody asked for would else keep the descriptor readable.
            action = select.KQ_EV_ADD | select.KQ_EV_CLEAR
            if flags & ~POLLOUT:
                changes.append(select.kevent(descriptor, select.KQ_FILTER_READ, action))
            if flags & POLLOUT:
                changes.append(select.kevent(descriptor, select.KQ_FILTER_WRITE, action))
        try:
            made.control(changes, 0)
        except BaseException:
            made.close()
            raise
        return made

else:

    def descriptor_set(flags_of: Mapping[int, int]) -> DescriptorSet | None:
        """Return None: Windows has no descriptor that stands for others."""
        return None
