"""The poller of AnyIO sockets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from anyio import (
    CancelScope,
    create_task_group,
    current_time,
    wait_readable,
    wait_writable,
)
from anyio.lowlevel import checkpoint

import zmq as _zmq
from zmq._descriptors import descriptor_set
from zmq.anyio._socket import Socket
from zmq.anyio._waiting import deadline_after
from zmq.constants import POLLERR, POLLIN, POLLOUT, POLLPRI

__all__ = ["Poller"]


class Poller(_zmq.Poller):
    """Waits for events on many sockets and descriptors, while other tasks run.

    Accepts sockets of any class, integer file descriptors and objects with ``fileno()``.
    """

    async def poll(  # type: ignore[override]
        self, timeout: float | None = -1
    ) -> list[tuple[Any, int]]:
        """Wait until there are events, or until the timeout.

        Parameters
        ----------
        timeout : float, default -1
            The maximum time to wait, in ms; None or a negative value means for ever, 0 means not at
            all.

        Returns
        -------
        list of (socket or int, int)
            The ready sockets and descriptors, with their events; empty after the timeout. The poll
            receives no messages, so cancelling it loses none.

        Raises
        ------
        ZMQError
            ENOTSOCK if a socket is closed during the poll, or if all sockets were already closed
            and there is nothing else to wait for.
        """
        await checkpoint()
        ready = self._poll_now()
        deadline = deadline_after(timeout)
        if ready or current_time() >= deadline:
            return ready
        descriptors = self._descriptors()
        watched = descriptor_set(descriptors) if descriptors else None
        try:
            if watched is not None:
                descriptors = {watched.fileno(): int(POLLIN)}
            while not ready and current_time() < deadline:
                errors: list[Exception] = []
                with CancelScope(deadline=deadline):
                    async with create_task_group() as group:
                        scope = group.cancel_scope
                        for wait in self._waits(descriptors):
                            group.start_soon(_first, wait, scope, errors)
                if errors:
                    raise errors[0]
                ready = self._poll_now()
        finally:
            if watched is not None:
                watched.close()
        return ready

    def _poll_now(self) -> list[tuple[Any, int]]:
        ready = super().poll(0)
        for target, _ in self.sockets:
            if isinstance(target, Socket) and not target.closed:
                # This check has cleared the signal of the descriptor.
                target._waiters().look_for_sleepers()
        return ready

    def _waits(self, descriptors: dict[int, int]) -> list[Callable[[], Any]]:
        """Return a coroutine function for each object, to wait for the object's events."""
        waits: list[Callable[[], Any]] = []
        for target, flags in self.sockets:
            if isinstance(target, _zmq.Socket) and not target.closed:
                socket = target if isinstance(target, Socket) else Socket(shadow=target)
                waits.append(partial(socket.poll, None, flags))
        for number, flags in descriptors.items():
            if flags & (POLLIN | POLLPRI | POLLERR):
                waits.append(partial(wait_readable, number))
            if flags & POLLOUT:
                waits.append(partial(wait_writable, number))
        return waits


async def _first(wait: Callable[[], Any], scope: CancelScope, errors: list[Exception]) -> None:
    """Wait, then cancel the other waits."""
    try:
        await wait()
    except Exception as error:
        errors.append(error)
    scope.cancel()
