"""Devices that copy each message to a third socket, with its direction."""

from __future__ import annotations

from zmq.constants import SocketType
from zmq.devices.monitoredqueue import monitored_queue
from zmq.devices.proxydevice import ProcessProxy, Proxy, ProxyBase, ThreadProxy

__all__ = ["MonitoredQueue", "ProcessMonitoredQueue", "ThreadMonitoredQueue"]


class MonitoredQueueBase(ProxyBase):
    """The base of all monitored queues.

    Parameters
    ----------
    in_type, out_type, mon_type : int
        See :class:`~zmq.devices.Proxy`.
    in_prefix, out_prefix : bytes, default b"in" and b"out"
        The part that is put before each copy: `in_prefix` if the message came from the first
        socket, `out_prefix` if it came from the second.
    """

    _in_prefix: bytes
    _out_prefix: bytes

    def __init__(
        self,
        in_type: int,
        out_type: int,
        mon_type: int = SocketType.PUB,
        in_prefix: bytes = b"in",
        out_prefix: bytes = b"out",
    ) -> None:
        super().__init__(in_type, out_type, mon_type)
        for name, prefix in (("in_prefix", in_prefix), ("out_prefix", out_prefix)):
            if not isinstance(prefix, bytes):
                raise TypeError(f"{name} must be bytes, got {type(prefix).__name__}: {prefix!r}")
        self._in_prefix = in_prefix
        self._out_prefix = out_prefix

    def run_device(self) -> None:
        """Create the sockets and pass messages until the context is terminated.

        Raises
        ------
        ContextTerminated
            When the context is terminated.
        ZMQError
            If an option cannot be set, or an endpoint cannot be bound or connected.
        """
        front, back, monitor = self._setup_sockets()
        monitored_queue(front, back, monitor, self._in_prefix, self._out_prefix)


class MonitoredQueue(MonitoredQueueBase, Proxy):
    """Two sockets that pass messages to each other, and copies with their direction to a third.

    :meth:`start` runs the proxy in the calling thread.

    Parameters
    ----------
    in_type, out_type : int
        See :class:`~zmq.devices.Device`. With two ROUTERs the first two parts of a message, the
        routing ids of sender and receiver, are swapped.
    mon_type : int, default zmq.PUB
        The type of the socket that gets the copies: PUB, PUSH, DEALER or PAIR.
    in_prefix, out_prefix : bytes, default b"in" and b"out"
        The part that is put before each copy: `in_prefix` if the message came from the first
        socket, `out_prefix` if it came from the second.
        A SUB can subscribe to one of the prefixes.

    Raises
    ------
    TypeError
        If a prefix is not bytes.
    """


class ThreadMonitoredQueue(MonitoredQueueBase, ThreadProxy):
    """A `MonitoredQueue` in a thread."""


class ProcessMonitoredQueue(MonitoredQueueBase, ProcessProxy):
    """A `MonitoredQueue` in a process: see :class:`~zmq.devices.ProcessDevice`."""
