"""The Python layer over the backend: the names of ``import zmq``."""

from __future__ import annotations

from typing import Any

from zmq import error as error
from zmq.backend import PollerEvent, SocketPoller, Timers, proxy
from zmq.constants import DeviceType
from zmq.error import (
    Again,
    ContextTerminated,
    DraftFDWarning,
    InterruptedSystemCall,
    NotDone,
    ZMQBaseError,
    ZMQBindError,
    ZMQError,
    ZMQVersionError,
)
from zmq.sugar.context import Context, SyncContext
from zmq.sugar.frame import Frame, Message
from zmq.sugar.poll import Poller, select
from zmq.sugar.socket import Socket, SyncSocket
from zmq.sugar.stopwatch import Stopwatch
from zmq.sugar.tracker import _FINISHED_TRACKER, MessageTracker
from zmq.sugar.version import (
    __revision__,
    __version__,
    pyzmq_version,
    pyzmq_version_info,
    zmq_version,
    zmq_version_info,
)


def device(device_type: DeviceType, frontend: Socket[Any], backend: Socket[Any]) -> None:
    """Pass messages between two sockets. Deprecated: use `proxy`.

    Parameters
    ----------
    device_type : int
        QUEUE, FORWARDER or STREAMER; the value has no effect.
    frontend, backend : Socket
        See `proxy`.

    Raises
    ------
    ContextTerminated
        When the context is terminated.

    Notes
    -----
    This is the same as `proxy`, as in libzmq since version 3.2.
    """
    proxy(frontend, backend)


__all__ = [
    "_FINISHED_TRACKER",
    "Again",
    "Context",
    "ContextTerminated",
    "DraftFDWarning",
    "Frame",
    "InterruptedSystemCall",
    "Message",
    "MessageTracker",
    "NotDone",
    "Poller",
    "PollerEvent",
    "Socket",
    "SocketPoller",
    "Stopwatch",
    "SyncContext",
    "SyncSocket",
    "Timers",
    "ZMQBaseError",
    "ZMQBindError",
    "ZMQError",
    "ZMQVersionError",
    "__revision__",
    "__version__",
    "device",
    "pyzmq_version",
    "pyzmq_version_info",
    "select",
    "zmq_version",
    "zmq_version_info",
]
