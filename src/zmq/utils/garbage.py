"""Keeps Python objects alive until a ZeroMQ message releases them.

This module is for extension modules that lend the memory of a Python object to libzmq. libzmq
releases that memory on one of its threads, where the extension must not use Python. So the
extension stores the object here first, and later sends its key to :attr:`GarbageCollector.url`.
This package does not use it for its own messages.
"""

from __future__ import annotations

import atexit
import logging
import os
import struct
import warnings
import weakref
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import zmq

__all__ = ["GarbageCollector", "GarbageCollectorThread", "gc", "gcref"]

# A key is sent as one C size_t of this machine.
_KEY = struct.Struct("N")
_STOP = b"DIE"

_logger = logging.getLogger(__name__)


class gcref(NamedTuple):
    """An object that is kept alive, and the event to set when it is released."""

    obj: object
    """The object."""
    event: Event | None
    """Set when the object is released."""


class GarbageCollectorThread(Thread):
    """The thread that receives keys and releases their objects. Created by
    :class:`GarbageCollector`.

    Parameters
    ----------
    gc : GarbageCollector
        The collector to work for.

    Raises
    ------
    ZMQError
        If another thread already receives at this collector's url and context.
    """

    def __init__(self, gc: GarbageCollector) -> None:
        super().__init__(name="zmq-garbage-collector", daemon=True)
        # Two underscores avoid name clashes: Thread has a _context since Python 3.14. The thread
        # does not refer to the collector, because a running thread would keep it alive for ever.
        self.__refs = gc.refs
        self.__lock = gc._lock
        self.__url = gc.url
        self.__context = gc.context
        # Bind here and not in run(), so that the caller gets the errors.
        self.__socket = self.__context.socket(zmq.PULL)
        try:
            self.__socket.bind(self.__url)
        except BaseException:
            self.__socket.close(0)
            raise

    def run(self) -> None:
        """Release objects until stop() is called or the context is terminated."""
        with self.__socket as keys:
            while True:
                try:
                    message = keys.recv()
                except zmq.ContextTerminated:
                    return
                if message == _STOP:
                    return
                self.__let_go(message)

    def stop(self) -> None:
        """Stop the thread, and wait until it has ended."""
        try:
            with self.__context.socket(zmq.PUSH) as control:
                control.connect(self.__url)
                control.send(_STOP)
        except zmq.ZMQError:
            # The context is terminated, which ends the thread as well.
            pass
        self.join()

    def __let_go(self, message: bytes) -> None:
        if len(message) != _KEY.size:
            _logger.error(
                "expected a key of %d bytes, got %r: pack it as a C size_t",
                _KEY.size,
                message,
            )
            return
        (key,) = _KEY.unpack(message)
        with self.__lock:
            ref = self.__refs.pop(key, None)
        if ref is not None and ref.event is not None:
            ref.event.set()


class GarbageCollector:
    """Keeps objects alive, each until its key arrives as a message.

    Send the key, packed as a C ``size_t`` (``struct.pack("N", key)``), from a PUSH socket of
    :attr:`context` that is connected to :attr:`url`. All methods may be called from any thread.
    After :func:`os.fork` the child starts with nothing stored.

    Parameters
    ----------
    context : zmq.Context, optional
        The context of the receiving socket; by default a new one, created when needed.

    Attributes
    ----------
    url : str
        The endpoint that keys are sent to.
    refs : dict
        The stored objects: a :class:`gcref` for each key.
    thread : GarbageCollectorThread or None
        The thread that receives keys.
    """

    url = "inproc://pyzmq.gc.01"
    """The endpoint that keys are sent to."""

    def __init__(self, context: zmq.Context[Any] | None = None) -> None:
        self._stay_down = False
        self._context = context
        self._forget()
        _collectors.add(self)

    def _forget(self) -> None:
        """Start without objects, thread and context."""
        self.refs: dict[int, gcref] = {}
        self.thread: GarbageCollectorThread | None = None
        self._own_context: zmq.Context[Any] | None = None
        self._lock = Lock()  # protects refs
        self._control = Lock()  # protects starting and stopping

    def _after_fork(self) -> None:
        # A forked child does not have the parent's threads, and one of these may have held the
        # locks.
        self._context = None
        self._forget()

    @property
    def context(self) -> zmq.Context[Any]:
        """The context of the receiving socket.

        It can be set. Setting it while the collector is running causes a :class:`RuntimeWarning`,
        and takes effect at the next start.
        """
        if self._context is not None:
            return self._context
        if self._own_context is None or self._own_context.closed:
            self._own_context = zmq.Context()
        return self._own_context

    @context.setter
    def context(self, context: zmq.Context[Any]) -> None:
        if self.is_alive():
            warnings.warn(
                "the running garbage collector keeps its old context: stop() and start() it to use "
                "the new one",
                RuntimeWarning,
                stacklevel=2,
            )
        self._context = context

    def is_alive(self) -> bool:
        """Return whether the collector is running."""
        return self.thread is not None and self.thread.is_alive()

    def start(self) -> None:
        """Start to receive keys, unless the collector is running; :meth:`store` also starts it.

        Raises
        ------
        ZMQError
            If another collector already receives at the same url and context, or the context is
            terminated.
        """
        with self._control:
            if not self.is_alive():
                thread = GarbageCollectorThread(self)
                thread.start()
                self.thread = thread

    def stop(self) -> None:
        """Stop receiving keys, and release all objects. The collector can be started again."""
        with self._control:
            if self.thread is not None:
                self.thread.stop()
                self.thread = None
            if self._own_context is not None:
                self._own_context.term()
                self._own_context = None
            with self._lock:
                refs = list(self.refs.values())
                self.refs.clear()
        for ref in refs:
            if ref.event is not None:
                ref.event.set()

    def store(self, obj: object, event: Event | None = None) -> int:
        """Keep an object alive until its key is received.

        Parameters
        ----------
        obj : object
            Any object.
        event : threading.Event, optional
            Set when the object is released.

        Returns
        -------
        int
            The key.
        """
        if not self._stay_down:
            self.start()
        ref = gcref(obj, event)
        key = id(ref)
        with self._lock:
            self.refs[key] = ref
        return key

    def __del__(self) -> None:
        self.stop()


_collectors: weakref.WeakSet[GarbageCollector] = weakref.WeakSet()


def _stop_all() -> None:
    for collector in list(_collectors):
        collector._stay_down = True
        collector.stop()


def _after_fork() -> None:
    for collector in list(_collectors):
        collector._after_fork()


atexit.register(_stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

gc = GarbageCollector()
"""The shared collector of the process."""
