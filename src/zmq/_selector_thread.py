"""Watch descriptors for event loops without add_reader, such as Windows' Proactor loop.

One thread for each such loop waits in a selector and calls back through
``loop.call_soon_threadsafe``.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import threading
import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["SelectorThread", "selector_thread_of"]


class SelectorThread:
    """Watches descriptors for one event loop.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        The loop that runs the callbacks. The thread ends when the loop is closed or garbage
        collected, or after a call of `close`.

    Notes
    -----
    A ready descriptor stays readable until its callback has run. The thread watches it again only
    after that, so that the selector does not return it again and again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._callbacks: dict[int, Callable[[], Any]] = {}
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Condition()
        self._closing = False
        self._ended = False
        self._removals = 0  # requested by remove_reader()
        self._removed = 0  # done by the thread
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="zmq-selector-thread", daemon=True)
        self._thread.start()

    def add_reader(self, descriptor: int, callback: Callable[[], Any]) -> None:
        """Call `callback` in the loop whenever `descriptor` is readable."""
        with self._lock:
            self._callbacks[descriptor] = callback
        self._wake()

    def remove_reader(self, descriptor: int) -> bool:
        """Stop watching `descriptor`; return whether it was watched.

        After this returns, the descriptor may be closed and its number reused.
        """
        with self._lock:
            known = self._callbacks.pop(descriptor, None) is not None
            if known and self._thread is not threading.current_thread():
                self._removals += 1
                number = self._removals
                self._wake()
                self._lock.wait_for(lambda: self._removed >= number or self._ended, timeout=5)
        return known

    def close(self) -> None:
        """Stop the thread; it calls no more callbacks."""
        with self._lock:
            self._closing = True
            self._callbacks.clear()
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _wake(self) -> None:
        try:
            self._waker.send(b"w")
        except OSError:
            pass  # the pipe is full, so the thread is awake already; or the pipe is closed

    def _run(self) -> None:
        watched: set[int] = set()
        in_flight: set[int] = set()
        try:
            while True:
                with self._lock:
                    loop = self._loop()
                    if self._closing or loop is None or loop.is_closed():
                        return
                    del loop
                    wanted = set(self._callbacks) - in_flight
                    for descriptor in watched - wanted:
                        self._selector.unregister(descriptor)
                    for descriptor in wanted - watched:
                        self._selector.register(descriptor, selectors.EVENT_READ)
                    watched = wanted
                    self._removed = self._removals
                    self._lock.notify_all()
                # wake up from time to time to check whether the loop still exists
                for key, _ in self._selector.select(timeout=1):
                    if key.fd == self._woken.fileno():
                        self._drain()
                        continue
                    in_flight.add(key.fd)
                    if not self._call_in_loop(key.fd, in_flight):
                        return
        finally:
            with self._lock:
                self._ended = True
                self._lock.notify_all()
            self._selector.close()
            self._waker.close()
            self._woken.close()

    def _drain(self) -> None:
        try:
            while self._woken.recv(4096):
                pass
        except OSError:
            pass

    def _call_in_loop(self, descriptor: int, in_flight: set[int]) -> bool:
        def call() -> None:
            with self._lock:
                callback = self._callbacks.get(descriptor)
            try:
                if callback is not None:
                    callback()
            finally:
                in_flight.discard(descriptor)
                self._wake()

        loop = self._loop()
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(call)
        except RuntimeError:
            return False  # the loop has been closed
        return True


_threads: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, SelectorThread] = (
    weakref.WeakKeyDictionary()
)
_threads_lock = threading.Lock()


def selector_thread_of(loop: asyncio.AbstractEventLoop) -> SelectorThread:
    """Return the thread that watches descriptors for `loop`; start it if necessary."""
    with _threads_lock:
        found = _threads.get(loop)
        if found is None:
            found = _threads[loop] = SelectorThread(loop)
        return found
