"""Devices with a third socket that gets a copy of each message."""

from __future__ import annotations

from typing import Any, ClassVar

import zmq
from zmq.constants import DeviceType, SocketType
from zmq.devices.basedevice import Device, ProcessDevice, ThreadDevice

__all__ = ["ProcessProxy", "Proxy", "ThreadProxy"]


class ProxyBase(Device):
    """The base of all proxies: adds the third socket.

    Parameters
    ----------
    in_type, out_type : int
        See :class:`~zmq.devices.Device`.
    mon_type : int, default zmq.PUB
        The type of the socket that gets the copies: PUB, PUSH, DEALER or PAIR.

    Notes
    -----
    Calls ``zmq_proxy``.
    """

    mon_type: int
    _mon_binds: list[str]
    _mon_connects: list[str]
    _mon_sockopts: list[tuple[int, Any]]

    _roles: ClassVar[tuple[str, ...]] = ("in", "out", "mon")

    def __init__(self, in_type: int, out_type: int, mon_type: int = SocketType.PUB) -> None:
        super().__init__(DeviceType.QUEUE, in_type, out_type)
        self.mon_type = mon_type

    def bind_mon(self, addr: str) -> None:
        """Bind the monitoring socket: see :meth:`bind_in`."""
        self._mon_binds.append(addr)

    def bind_mon_to_random_port(self, addr: str, *args: int, **kwargs: int) -> int:
        """Bind the monitoring socket to a free port: see :meth:`bind_in_to_random_port`.

        .. versionadded:: 19.0
        """
        return self._bind_to_random_port("mon", addr, args, kwargs)

    def connect_mon(self, addr: str) -> None:
        """Connect the monitoring socket: see :meth:`connect_in`."""
        self._mon_connects.append(addr)

    def setsockopt_mon(self, opt: int, value: Any) -> None:
        """Set an option of the monitoring socket: see :meth:`setsockopt_in`."""
        self._mon_sockopts.append((opt, value))

    def _setup_sockets(self) -> tuple[zmq.Socket[Any], ...]:
        return *super()._setup_sockets(), self._open("mon", self.mon_type)

    def run_device(self) -> None:
        """Create the sockets and pass messages until the context is terminated.

        Raises
        ------
        ContextTerminated
            When the context is terminated.
        ZMQError
            If an option cannot be set, or an endpoint cannot be bound or connected.
        """
        front, back, capture = self._setup_sockets()
        zmq.proxy(front, back, capture)


class Proxy(ProxyBase, Device):
    """Two sockets that pass messages to each other, and copies to a third.

    :meth:`start` runs the proxy in the calling thread.

    Parameters
    ----------
    in_type, out_type : int
        See :class:`~zmq.devices.Device`.
    mon_type : int, default zmq.PUB
        The type of the socket that gets the copies: PUB, PUSH, DEALER or PAIR.

    Notes
    -----
    Calls ``zmq_proxy``.

    .. versionadded:: 13.0
    """


class ThreadProxy(ProxyBase, ThreadDevice):
    """A `Proxy` in a thread.

    .. versionadded:: 13.0
    """


class ProcessProxy(ProxyBase, ProcessDevice):
    """A `Proxy` in a process: see :class:`~zmq.devices.ProcessDevice`.

    .. versionadded:: 13.0
    """
