"""The compiled backend: one extension module, `_zmq`, and its names."""

from importlib.machinery import EXTENSION_SUFFIXES as _EXTENSION_SUFFIXES

try:
    from zmq.backend.cython._zmq import (
        IPC_PATH_MAX_LEN,
        PYZMQ_DRAFT_API,
        Context,
        Frame,
        Message,
        PollerEvent,
        Socket,
        SocketPoller,
        Timers,
        curve_keypair,
        curve_public,
        has,
        monitored_queue,
        proxy,
        proxy_steerable,
        strerror,
        zmq_errno,
        zmq_poll,
        zmq_version_info,
    )
except ModuleNotFoundError as _error:
    if _error.name != f"{__name__}._zmq":
        raise
    from zmq.backend.cython._missing_extension import explanation as _explanation

    raise ImportError(
        _explanation(__path__[0], f"_zmq{_EXTENSION_SUFFIXES[0]}"), name=_error.name
    ) from None

from zmq.backend.cython import _zmq

if _zmq._STABLE_ABI:
    # With the stable ABI the compiled class has no finalizer, so a Python subclass adds one.
    SocketPoller = type(  # type: ignore[assignment, misc]
        "SocketPoller",
        (SocketPoller,),
        {
            "__doc__": SocketPoller.__doc__,
            "__module__": SocketPoller.__module__,
            "__slots__": (),
            "__del__": _zmq._end_unclosed_poller,
        },
    )

__all__ = [
    "IPC_PATH_MAX_LEN",
    "PYZMQ_DRAFT_API",
    "Context",
    "Frame",
    "Message",
    "PollerEvent",
    "Socket",
    "SocketPoller",
    "Timers",
    "_zmq",
    "curve_keypair",
    "curve_public",
    "has",
    "monitored_queue",
    "proxy",
    "proxy_steerable",
    "strerror",
    "zmq_errno",
    "zmq_poll",
    "zmq_version_info",
]
