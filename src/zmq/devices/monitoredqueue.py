"""The function behind :class:`zmq.devices.MonitoredQueue`."""

from __future__ import annotations

from zmq.backend import monitored_queue

__all__ = ["monitored_queue"]
