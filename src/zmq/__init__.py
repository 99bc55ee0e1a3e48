"""ZeroMQ for Python.

Sockets carry whole messages over tcp, ipc, inproc, ws and udp, in the patterns of ZeroMQ:
publish-subscribe, request-reply, pipeline, and the draft patterns. Begin with `Context`::

    import zmq

    context = zmq.Context()
    socket = context.socket(zmq.REQ)
    socket.connect("tcp://127.0.0.1:5555")
    socket.send(b"hello")
    print(socket.recv())
"""

from __future__ import annotations

from os.path import dirname as _dirname
from os.path import join as _join
from typing import TYPE_CHECKING, Any

from zmq import backend as backend
from zmq import constants as constants
from zmq import error as error
from zmq import sugar as sugar
from zmq.backend import IPC_PATH_MAX_LEN as IPC_PATH_MAX_LEN
from zmq.backend import PYZMQ_DRAFT_API as PYZMQ_DRAFT_API
from zmq.backend import curve_keypair as curve_keypair
from zmq.backend import curve_public as curve_public
from zmq.backend import has as has
from zmq.backend import proxy as proxy
from zmq.backend import proxy_steerable as proxy_steerable
from zmq.backend import strerror as strerror
from zmq.backend import zmq_errno as zmq_errno
from zmq.backend import zmq_poll as zmq_poll
from zmq.constants import *  # noqa: F403
from zmq.error import *  # noqa: F403 - once more, where type checkers look for it
from zmq.sugar import *  # noqa: F403
from zmq.sugar import _FINISHED_TRACKER as _FINISHED_TRACKER
from zmq.sugar import __revision__ as __revision__
from zmq.sugar import __version__ as __version__

if TYPE_CHECKING:
    from zmq import utils as utils
    from zmq._events import AsyncEventStream as AsyncEventStream
    from zmq._events import EventStream as EventStream
    from zmq._events import SocketEvent as SocketEvent
    from zmq.stats import DroppedMessages as DroppedMessages
    from zmq.stats import PeerInfo as PeerInfo
    from zmq.stats import PeerState as PeerState
    from zmq.stats import RefusedConnections as RefusedConnections
    from zmq.stats import SocketInfo as SocketInfo
    from zmq.stats import SocketStats as SocketStats
    from zmq.sugar.socket import EventsOption as EventsOption
else:
    # Some programs use these modules after only `import zmq`. Each is imported on first use,
    # because most programs need none of them.
    _LATER = {
        "AsyncEventStream": "_events",
        "DroppedMessages": "stats",
        "EventStream": "_events",
        "EventsOption": "sugar.socket",
        "PeerInfo": "stats",
        "PeerState": "stats",
        "RefusedConnections": "stats",
        "SocketEvent": "_events",
        "SocketInfo": "stats",
        "SocketStats": "stats",
    }

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name in ("utils", "_future", "metrics", "stats"):
            return import_module(f"zmq.{name}")
        if name in _LATER:
            value = getattr(import_module(f"zmq.{_LATER[name]}"), name)
            globals()[name] = value
            return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


COPY_THRESHOLD: int = 65536
"""Size in bytes below which new sockets copy even with ``copy=False``."""

DRAFT_API: bool = PYZMQ_DRAFT_API
"""Whether this build has the draft API; this distribution always has it."""


def get_includes() -> list[str]:
    """Return the include folders for extensions that build on this package.

    Returns
    -------
    list of str
        The folder that contains the package (for ``from zmq cimport ...``), ``zmq/utils``, and the
        folder with ``zmq.h``.
    """
    from zmq._build_info import include_dir

    package = _dirname(__file__)
    return [_dirname(package), _join(package, "utils"), include_dir]


def get_library_dirs() -> list[str]:
    """Return the library folders for extensions that link the bundled libzmq.

    Returns
    -------
    list of str
        One folder with ``libzmq.a``, which includes libsodium; use ``libraries=["zmq"]``.
    """
    from zmq._build_info import library_dir

    return [library_dir]


# Type checkers do not see this assignment, because mypy would take the literal part for the whole
# list. They use the ``as`` imports and the star imports instead.
if not TYPE_CHECKING:
    __all__ = [
        "COPY_THRESHOLD",
        "DRAFT_API",
        "IPC_PATH_MAX_LEN",
        "PYZMQ_DRAFT_API",
        "backend",
        "constants",
        "curve_keypair",
        "curve_public",
        "error",
        "get_includes",
        "get_library_dirs",
        "has",
        "proxy",
        "proxy_steerable",
        "strerror",
        "sugar",
        "zmq_errno",
        "zmq_poll",
    ]
    __all__ += constants.__all__
    __all__ += sugar.__all__
