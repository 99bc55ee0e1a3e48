"""Devices with two sockets, and the base of all devices."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from threading import Event, Thread
from typing import Any, ClassVar, Protocol

import zmq
from zmq.constants import DeviceType, SocketType
from zmq.error import ContextTerminated, ZMQError

__all__ = ["Device", "ProcessDevice", "ThreadDevice"]

_LAST_LINGER = 1000  # ms


class Device:
    """Two sockets that pass messages to each other.

    The methods to set options, bind and connect only record the calls. The device makes the calls
    when it runs, in its thread or process.

    Parameters
    ----------
    device_type : zmq.DeviceType, default zmq.QUEUE
        The value of the attribute ``device_type``; all types work in the same way.
    in_type, out_type : int
        Values of :class:`zmq.SocketType`: ROUTER and DEALER, XSUB and XPUB, PULL and PUSH. An
        `out_type` of -1 makes a device with one socket, which sends each received message back.

    Attributes
    ----------
    daemon : bool, default True
        True if the thread or process ends with the program.
    done : bool
        True if the device has run and ended.
    context_factory : callable
        Returns the context: :meth:`zmq.Context.instance`, or :class:`zmq.Context` in a
        :class:`ProcessDevice`. Assign another callable before :meth:`start`.

    Raises
    ------
    TypeError
        If a socket type is missing.

    Notes
    -----
    A device ends when its context is terminated. :meth:`start` runs this device, and returns only
    then. Calls ``zmq_proxy``.

    .. versionadded:: 2.1.4
    """

    context_factory: Callable[[], zmq.Context[Any]] = zmq.Context.instance
    """Returns the context of the sockets."""
    daemon: bool
    device_type: int
    in_type: int
    out_type: int

    # The names of the sockets in methods and attributes.
    _roles: ClassVar[tuple[str, ...]] = ("in", "out")

    _in_binds: list[str]
    _in_connects: list[str]
    _in_sockopts: list[tuple[int, Any]]
    _out_binds: list[str]
    _out_connects: list[str]
    _out_sockopts: list[tuple[int, Any]]
    _random_addrs: list[str]
    _sockets: list[zmq.Socket[Any]]
    _context: zmq.Context[Any] | None

    def __init__(
        self,
        device_type: int = DeviceType.QUEUE,
        in_type: int | None = None,
        out_type: int | None = None,
    ) -> None:
        if in_type is None:
            raise TypeError("in_type must be specified: a socket type such as zmq.ROUTER")
        if out_type is None:
            raise TypeError("out_type must be specified: a socket type such as zmq.DEALER")
        self.device_type = device_type
        self.in_type = in_type
        self.out_type = out_type
        for role in self._roles:
            setattr(self, f"_{role}_binds", [])
            setattr(self, f"_{role}_connects", [])
            setattr(self, f"_{role}_sockopts", [])
        self._random_addrs = []
        self._sockets = []
        self._context = None
        self.daemon = True
        self._ended = Event()

    def __getstate__(self) -> dict[str, Any]:
        # The pickled state, for a process that is not forked: no sockets, context or handles.
        left_out: dict[str, Any] = {
            "_sockets": [],
            "_ended": None,
            "_context": None,
            "launcher": None,
        }
        return {**self.__dict__, **left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._sockets = []
        self._context = None
        self._ended = Event()

    @property
    def done(self) -> bool:
        """True if the device has run and ended."""
        return self._ended.is_set() or self._was_ended()

    @done.setter
    def done(self, value: bool) -> None:
        if value:
            self._ended.set()
        else:
            self._ended.clear()

    def _was_ended(self) -> bool:
        """Return whether the device has ended in another process, which cannot set our ``done``."""
        return False

    # ------------------------------------------------------------------ sockets

    def bind_in(self, addr: str) -> None:
        """Bind the first socket to an endpoint, when the device runs.

        Parameters
        ----------
        addr : str
            The endpoint, as for :meth:`zmq.Socket.bind`.
        """
        self._in_binds.append(addr)

    def bind_in_to_random_port(self, addr: str, *args: int, **kwargs: int) -> int:
        """Choose a port that is free now; the first socket binds to it when the device runs.

        Parameters
        ----------
        addr : str
            The endpoint without its port, such as ``tcp://127.0.0.1``.
        *args, **kwargs
            See :meth:`zmq.Socket.bind_to_random_port`.

        Returns
        -------
        int
            The port.

        Raises
        ------
        ZMQBindError
            If none of the tried ports is free.

        .. versionadded:: 19.0
        """
        return self._bind_to_random_port("in", addr, args, kwargs)

    def connect_in(self, addr: str) -> None:
        """Connect the first socket to an endpoint, when the device runs.

        Parameters
        ----------
        addr : str
            The endpoint, as for :meth:`zmq.Socket.connect`.
        """
        self._in_connects.append(addr)

    def setsockopt_in(self, opt: int, value: Any) -> None:
        """Set an option of the first socket, when the device runs.

        The device sets the option before it binds and connects the socket.

        Parameters
        ----------
        opt : int
            A value of :class:`zmq.SocketOption`.
        value : int or bytes
            The value, of the option's type.
        """
        self._in_sockopts.append((opt, value))

    def bind_out(self, addr: str) -> None:
        """Bind the second socket: see :meth:`bind_in`."""
        self._out_binds.append(addr)

    def bind_out_to_random_port(self, addr: str, *args: int, **kwargs: int) -> int:
        """Bind the second socket to a free port: see :meth:`bind_in_to_random_port`.

        .. versionadded:: 19.0
        """
        return self._bind_to_random_port("out", addr, args, kwargs)

    def connect_out(self, addr: str) -> None:
        """Connect the second socket: see :meth:`connect_in`."""
        self._out_connects.append(addr)

    def setsockopt_out(self, opt: int, value: Any) -> None:
        """Set an option of the second socket: see :meth:`setsockopt_in`."""
        self._out_sockopts.append((opt, value))

    def _bind_to_random_port(
        self, role: str, addr: str, args: tuple[int, ...], kwargs: dict[str, int]
    ) -> int:
        # Find a free port: bind it for a moment, because the device's socket does not exist yet.
        with zmq.Context() as context, context.socket(SocketType.REQ) as probe:
            while True:
                port: int = probe.bind_to_random_port(addr, *args, **kwargs)
                endpoint = f"{addr}:{port}"
                # Skip a port that this device has already chosen. The probe keeps the port bound,
                # so the next try gets another one.
                if endpoint not in self._random_addrs:
                    break
        self._random_addrs.append(endpoint)
        getattr(self, f"_{role}_binds").append(endpoint)
        return port

    def _open(self, role: str, socket_type: int) -> zmq.Socket[Any]:
        """Create one of the sockets in the context of the device."""
        assert self._context is not None
        socket: zmq.Socket[Any] = self._context.socket(socket_type)
        self._sockets.append(socket)
        self._prepare(role, socket)
        return socket

    def _prepare(self, role: str, socket: zmq.Socket[Any]) -> None:
        for option, value in getattr(self, f"_{role}_sockopts"):
            socket.setsockopt(option, value)
        for addr in getattr(self, f"_{role}_binds"):
            socket.bind(addr)
        for addr in getattr(self, f"_{role}_connects"):
            socket.connect(addr)

    def _setup_sockets(self) -> tuple[zmq.Socket[Any], ...]:
        """Create the context and the sockets, in the thread or process that will use them."""
        self._context = self.context_factory()
        front = self._open("in", self.in_type)
        if self.out_type < 0:
            self._prepare("out", front)
            return front, front
        return front, self._open("out", self.out_type)

    # ------------------------------------------------------------------ running

    def run_device(self) -> None:
        """Create the sockets and pass messages until the context is terminated.

        Other kinds of devices override this.

        Raises
        ------
        ContextTerminated
            When the context is terminated.
        ZMQError
            If an option cannot be set, or an endpoint cannot be bound or connected.
        """
        front, back = self._setup_sockets()
        zmq.proxy(front, back)

    def run(self) -> None:
        """Run the device here, until the context is terminated.

        Raises
        ------
        ZMQError
            If an option cannot be set, or an endpoint cannot be bound or connected.
        """
        self._sockets = []
        self._context = None
        try:
            self.run_device()
        except ContextTerminated:
            pass  # the usual end
        except ZMQError:
            # This error also occurs if the context was terminated before the sockets were created.
            if self._context is None or not self._context.closed:
                raise
        finally:
            self._close()
            self.done = True

    def _close(self) -> None:
        for socket in self._sockets:
            socket.close()

    def start(self) -> None:
        """Run the device: in this call, or in the background if the class does that.

        Raises
        ------
        ZMQError
            If the device runs in this call: the errors of :meth:`run`.
        """
        self.run()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the device has ended.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in seconds; None means for ever. Afterwards ``done``
            is True if the device has ended.
        """
        self._ended.wait(timeout)


class _Launcher(Protocol):
    """The common interface of threads and processes."""

    daemon: bool

    def start(self) -> None: ...

    def join(self, timeout: float | None = None) -> None: ...

    def is_alive(self) -> bool: ...


class BackgroundDevice(Device):
    """The base of devices in threads and processes."""

    launcher: Any = None
    """The thread or process; None before :meth:`start`."""

    _launch_class: ClassVar[Callable[..., _Launcher]]

    def start(self) -> None:
        """Run the device in the background.

        When this returns, the device may not have bound its endpoints yet. Errors in the background
        are printed on standard error.

        Raises
        ------
        RuntimeError
            If the device runs already.
        """
        if self.launcher is not None and self.launcher.is_alive():
            raise RuntimeError(f"this {type(self).__name__} runs already: call start() only once")
        self.done = False
        launcher = self._launch_class(target=self.run)
        launcher.daemon = self.daemon
        launcher.start()
        self.launcher = launcher

    def join(self, timeout: float | None = None) -> None:
        """Wait until the device has ended.

        Parameters
        ----------
        timeout : float, optional
            The maximum time to wait, in seconds; None means for ever. Afterwards ``done``
            is True if the device has ended.
        """
        if self.launcher is None:
            super().join(timeout)
        else:
            self.launcher.join(timeout)


class ThreadDevice(BackgroundDevice):
    """Two sockets that pass messages to each other, in a thread.

    See :class:`Device`.
    """

    _launch_class = Thread


class ProcessDevice(BackgroundDevice):
    """Two sockets that pass messages to each other, in a process.

    The process has its own context, so ``inproc://`` endpoints do not work. The process ends with
    the program, or by ``launcher.terminate()``. See :class:`Device`.

    Notes
    -----
    This works with every start method of :mod:`multiprocessing`. Methods other than ``"fork"``
    pickle the device: then a custom `context_factory` must be an importable function or class, and
    the program needs the usual ``if __name__ == "__main__"``.
    """

    context_factory = zmq.Context
    _launch_class = multiprocessing.Process

    def _was_ended(self) -> bool:
        # Attributes that the child process sets do not change in this process.
        return self.launcher is not None and self.launcher.exitcode is not None

    def _close(self) -> None:
        # Let the process send its last messages, such as the reply to the command that ended it,
        # but not wait for ever for a peer that has gone.
        for socket in self._sockets:
            if not socket.closed and socket.linger == -1:
                socket.linger = _LAST_LINGER
        super()._close()
        # A context of the program may have other open sockets, and term() would wait for them.
        own = self.context_factory is zmq.Context
        if own and self._context is not None and not self._context.closed:
            self._context.term()
