"""Old names of the asyncio classes, for programs that subclass them; use `zmq.asyncio` instead."""

from __future__ import annotations

from zmq.asyncio import Poller as _AsyncPoller
from zmq.asyncio import Socket as _AsyncSocket

__all__ = ["_AsyncPoller", "_AsyncSocket"]
