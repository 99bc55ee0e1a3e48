"""A descriptor that becomes readable as soon as one of many other descriptors has an event.

Event loops watch a descriptor for reading and for writing, with one callback for each. That is not
enough for a poller: urgent data and errors are separate events, two polls may wait for the same
descriptor, and the program may have its own callback on it, which must stay. So each poll makes its
own epoll (or kqueue) descriptor. This watches the other descriptors for all their events, and the
loop watches only this one, for reading.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Mapping
from typing import Protocol

from zmq.constants import POLLIN, POLLOUT, POLLPRI

__all__ = ["DescriptorSet", "descriptor_set"]


class DescriptorSet(Protocol):
    """The methods of epoll and kqueue objects that a poll needs."""

    def fileno(self) -> int: ...
    def close(self) -> None: ...


if sys.platform == "linux":

    def descriptor_set(flags_of: Mapping[int, int]) -> DescriptorSet | None:
        """Create a descriptor that is readable while one of the given descriptors has an event.

        Parameters
        ----------
        flags_of : mapping of int to int
            Descriptors, and the events to watch for. Errors are always watched.

        Returns
        -------
        DescriptorSet or None
            The caller has to close it. None if the system has no such descriptor.
        """
        if not hasattr(select, "epoll"):  # removed by gevent's monkey-patching
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
                    pass  # a file on a disk, which is always ready
        except BaseException:
            made.close()
            raise
        return made

elif sys.platform != "win32":

    def descriptor_set(flags_of: Mapping[int, int]) -> DescriptorSet | None:
        """Create a descriptor that becomes readable when a given descriptor gets a new event."""
        if not hasattr(select, "kqueue"):
            return None
        made = select.kqueue()
        changes = []
        for descriptor, flags in flags_of.items():
            # Edge-triggered: a poll for POLLPRI or POLLERR alone uses the read filter, too, and
            # ordinary data would keep the descriptor readable.
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
        """Return None: Windows has no descriptor that represents other descriptors."""
        return None
