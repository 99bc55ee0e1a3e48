"""device and proxy for gevent: they pass messages while other greenlets run."""

from __future__ import annotations

from typing import Any

import gevent

import zmq
from zmq.constants import DeviceType, SocketType
from zmq.green.core import Socket

__all__ = ["device", "proxy"]

_ONLY_RECEIVE = {SocketType.PULL, SocketType.SUB, SocketType.DISH, SocketType.GATHER}
_ONLY_SEND = {SocketType.PUSH, SocketType.PUB, SocketType.RADIO, SocketType.SCATTER}


def device(device_type: DeviceType, isocket: zmq.Socket[Any], osocket: zmq.Socket[Any]) -> None:
    """Pass messages between two sockets, in each direction that their types allow.

    Parameters
    ----------
    device_type : int
        QUEUE, FORWARDER or STREAMER; the value has no effect.
    isocket, osocket : Socket
        The sockets, of any class. No other greenlet should use them.

    Raises
    ------
    ContextTerminated
        When the context is terminated; the call does not return earlier.
    ZMQError
        ENOTSOCK when a socket is closed by another greenlet.
    ValueError
        If no messages can pass in either direction.
    """
    proxy(isocket, osocket)


def proxy(
    frontend: zmq.Socket[Any],
    backend: zmq.Socket[Any],
    capture: zmq.Socket[Any] | None = None,
) -> None:
    """Pass messages between two sockets, as `zmq.proxy` does, while other greenlets run.

    Parameters
    ----------
    frontend, backend : Socket
        The sockets, of any class. If both are the same socket, it sends each received message back.
    capture : Socket, optional
        Gets a copy of each message.

    Raises
    ------
    ContextTerminated, ZMQError, ValueError
        See `device`.
    """
    one, other = _green(frontend), _green(backend)
    copies = None if capture is None else _green(capture)
    pairs = [(one, other)] if frontend is backend else [(one, other), (other, one)]
    pairs = [
        (source, target)
        for source, target in pairs
        if source.type not in _ONLY_SEND and target.type not in _ONLY_RECEIVE
    ]
    if not pairs:
        raise ValueError(
            f"nothing can pass between {frontend!r} and {backend!r}: one has to receive the"
            " messages that the other sends"
        )
    greenlets = [gevent.spawn(_pass_on, source, target, copies) for source, target in pairs]
    try:
        gevent.joinall(greenlets, count=1)
        for greenlet in greenlets:
            if greenlet.ready():
                greenlet.get()
    finally:
        gevent.killall(greenlets)


def _green(socket: zmq.Socket[Any]) -> Socket:
    if isinstance(socket, Socket):
        return socket
    return Socket.shadow(socket)


def _pass_on(source: Socket, target: Socket, capture: Socket | None) -> None:
    passed = 0
    while True:
        parts = source.recv_multipart(copy=False)
        if capture is not None:
            capture.send_multipart(parts)
        target.send_multipart(parts, copy=False)
        passed += 1
        if passed % 64 == 0:
            # a source that is always ready must not block the others
            gevent.sleep(0)
