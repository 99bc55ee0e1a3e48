"""Parses the messages of a monitor socket.

.. code-block:: python

    monitor = sock.get_monitor_socket()
    while True:
        message = recv_monitor_message(monitor)
        print(message["event"].name, message["endpoint"])
        if message["event"] == zmq.EVENT_MONITOR_STOPPED:
            break
"""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, overload

import zmq
from zmq.constants import Event

if TYPE_CHECKING:
    import zmq.asyncio

__all__ = ["parse_monitor_message", "recv_monitor_message"]

_VERSION_1 = struct.Struct("=HI")
_UINT64 = struct.Struct("=Q")


class _MonitorMessageV1(TypedDict):
    event: Event
    value: int
    endpoint: bytes


class _MonitorMessage(_MonitorMessageV1, total=False):
    """An event; only version 2 of the protocol has the last three fields."""

    values: list[int]
    local_endpoint: bytes
    remote_endpoint: bytes


# Events of a listener: for these the local endpoint is more useful than the address of a peer.
_AT_LISTENER = Event.LISTENING | Event.BIND_FAILED | Event.ACCEPTED | Event.ACCEPT_FAILED


def parse_monitor_message(msg: Sequence[bytes]) -> _MonitorMessage:
    """Parse the message of a monitor socket.

    Parameters
    ----------
    msg : list of bytes
        The parts of the message: two in version 1 of the protocol, which
        :meth:`zmq.Socket.monitor` uses by default; four or more in version 2, which is a draft.

    Returns
    -------
    dict
        ``event`` (:class:`zmq.Event`) is the kind of event. ``value`` (int) is a descriptor, an
        error number, a time in ms or a status code, as :class:`zmq.Event` says for each kind; for a
        protocol error it is a :class:`zmq.Event`. ``endpoint`` (bytes) is the endpoint.

        Version 2 has three more items: ``values`` (list of int), whose first is ``value``, and
        ``local_endpoint`` and ``remote_endpoint`` (bytes, empty if unknown). In version 2,
        ``endpoint`` is the local endpoint for events of a listener. For other events it is the
        remote endpoint or, if that is unknown, the local one.

    Raises
    ------
    RuntimeError
        If this is not a message of a monitor socket.
    """
    parts = [bytes(part) for part in msg]
    sizes = [len(part) for part in parts]
    if len(parts) == 2 and sizes[0] == _VERSION_1.size:
        number, value = _VERSION_1.unpack(parts[0])
        event = Event(number)
        return {"event": event, "value": _detail(event, value), "endpoint": parts[1]}

    if len(parts) >= 4 and sizes[0] == sizes[1] == _UINT64.size:
        number, count = (_UINT64.unpack(part)[0] for part in parts[:2])
        if len(parts) == count + 4 and all(size == _UINT64.size for size in sizes[2:-2]):
            event = Event(number)
            values = [_UINT64.unpack(part)[0] for part in parts[2:-2]]
            local, remote = parts[-2:]
            return {
                "event": event,
                "value": _detail(event, values[0] if values else 0),
                "endpoint": local if event & _AT_LISTENER else remote or local,
                "values": values,
                "local_endpoint": local,
                "remote_endpoint": remote,
            }

    raise RuntimeError(
        f"not a message of a monitor socket: {msg!r}. Expected an event of 6 bytes and an "
        "endpoint, or (version 2) numbers of 8 bytes each and two endpoints"
    )


def _detail(event: Event, value: int) -> int:
    return Event(value) if event == Event.HANDSHAKE_FAILED_PROTOCOL else value


async def _parse_monitor_msg_async(awaitable_msg: Awaitable[list[bytes]]) -> _MonitorMessage:
    return parse_monitor_message(await awaitable_msg)


@overload
def recv_monitor_message(
    socket: zmq.asyncio.Socket, flags: int = 0
) -> Awaitable[_MonitorMessage]: ...


@overload
def recv_monitor_message(socket: zmq.Socket[bytes], flags: int = 0) -> _MonitorMessage: ...


def recv_monitor_message(
    socket: zmq.Socket[Any], flags: int = 0
) -> _MonitorMessage | Awaitable[_MonitorMessage]:
    """Receive an event from a monitor socket.

    Parameters
    ----------
    socket : zmq.Socket or zmq.asyncio.Socket
        The result of :meth:`zmq.Socket.get_monitor_socket`, or a PAIR that is connected to the
        endpoint given to :meth:`zmq.Socket.monitor`.
    flags : int, default 0
        :attr:`zmq.DONTWAIT` or 0.

    Returns
    -------
    dict, or awaitable of it
        See :func:`parse_monitor_message`. An awaitable if the socket is asynchronous.

    Raises
    ------
    Again
        If there is no event now (with ``DONTWAIT``) or within ``RCVTIMEO`` ms.
    RuntimeError
        If the message does not come from a monitor socket.
    """
    msg: Any = socket.recv_multipart(flags)
    if isinstance(msg, Awaitable):
        return _parse_monitor_msg_async(msg)
    return parse_monitor_message(msg)
