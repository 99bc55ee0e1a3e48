"""Devices with a fourth socket that takes commands."""

from __future__ import annotations

from typing import Any

import zmq
from zmq.constants import SocketType
from zmq.devices.proxydevice import ProcessProxy, Proxy, ProxyBase, ThreadProxy

__all__ = ["ProcessProxySteerable", "ProxySteerable", "ThreadProxySteerable"]


class ProxySteerableBase(ProxyBase):
    """The base of all steerable proxies: adds the fourth socket.

    Parameters
    ----------
    in_type, out_type, mon_type : int
        See :class:`~zmq.devices.Proxy`.
    ctrl_type : int, optional
        The type of the socket for commands: PAIR, PULL, SUB, REP or DEALER. None means PAIR if
        the socket is bound or connected, otherwise no socket.
    """

    ctrl_type: int | None
    _ctrl_binds: list[str]
    _ctrl_connects: list[str]
    _ctrl_sockopts: list[tuple[int, Any]]

    _roles = ("in", "out", "mon", "ctrl")

    def __init__(
        self,
        in_type: int,
        out_type: int,
        mon_type: int = SocketType.PUB,
        ctrl_type: int | None = None,
    ) -> None:
        super().__init__(in_type, out_type, mon_type)
        self.ctrl_type = ctrl_type

    def bind_ctrl(self, addr: str) -> None:
        """Bind the socket for commands: see :meth:`bind_in`."""
        self._ctrl_binds.append(addr)

    def bind_ctrl_to_random_port(self, addr: str, *args: int, **kwargs: int) -> int:
        """Bind the socket for commands to a free port: see :meth:`bind_in_to_random_port`.

        .. versionadded:: 19.0
        """
        return self._bind_to_random_port("ctrl", addr, args, kwargs)

    def connect_ctrl(self, addr: str) -> None:
        """Connect the socket for commands: see :meth:`connect_in`."""
        self._ctrl_connects.append(addr)

    def setsockopt_ctrl(self, opt: int, value: Any) -> None:
        """Set an option of the socket for commands: see :meth:`setsockopt_in`."""
        self._ctrl_sockopts.append((opt, value))

    def _setup_sockets(self) -> tuple[zmq.Socket[Any], ...]:
        sockets = super()._setup_sockets()
        ctrl_type = self.ctrl_type
        if ctrl_type is None and (self._ctrl_binds or self._ctrl_connects):
            ctrl_type = SocketType.PAIR
        if ctrl_type is None:
            return sockets
        return *sockets, self._open("ctrl", ctrl_type)

    def run_device(self) -> None:
        """Create the sockets and pass messages until TERMINATE or the end of the context.

        Raises
        ------
        ContextTerminated
            If the context is terminated.
        ZMQError
            If an option cannot be set, or an endpoint cannot be bound or connected.
        """
        zmq.proxy_steerable(*self._setup_sockets())


class ProxySteerable(ProxySteerableBase, Proxy):
    """Two sockets that pass messages to each other and copies to a third; a fourth takes commands.

    :meth:`start` runs the proxy in the calling thread, until a command ``TERMINATE`` comes. The
    commands are those of :func:`zmq.proxy_steerable`.

    Parameters
    ----------
    in_type, out_type, mon_type : int
        See :class:`~zmq.devices.Proxy`.
    ctrl_type : int, optional
        The type of the socket for commands: PAIR, PULL, SUB, REP or DEALER. None means PAIR if
        the socket is bound or connected, otherwise no socket.

    .. versionadded:: 18.0
    """


class ThreadProxySteerable(ProxySteerableBase, ThreadProxy):
    """A `ProxySteerable` in a thread.

    .. versionadded:: 18.0
    """


class ProcessProxySteerable(ProxySteerableBase, ProcessProxy):
    """A `ProxySteerable` in a process: see :class:`~zmq.devices.ProcessDevice`.

    .. versionadded:: 18.0
    """
