"""ZeroMQ for Python.

Sockets that carry atomic messages over tcp, ipc, inproc, ws and udp, in the patterns of ZeroMQ:
publish-subscribe, request-reply, pipeline, and the draft ones. Begin with `Context`::

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

from zmq import backend, constants, error, sugar
from zmq.backend import (
    IPC_PATH_MAX_LEN,
    PYZMQ_DRAFT_API,
    curve_keypair,
    curve_public,
    has,
    proxy,
    proxy_steerable,
    strerror,
    zmq_errno,
    zmq_poll,
)
from zmq.constants import *  # noqa: F403
from zmq.error import *  # noqa: F403 - once more, where type checkers look for it
from zmq.sugar import *  # noqa: F403
from zmq.sugar import _FINISHED_TRACKER, __revision__, __version__  # noqa: F401

COPY_THRESHOLD: int = 65536
"""Size in bytes below which sockets made from now on copy even with ``copy=False``."""

DRAFT_API: bool = PYZMQ_DRAFT_API
"""Whether the draft API is there; in this distribution it always is."""


def get_includes() -> list[str]:
    """Return the folders to search for headers and pxd files, to build on this package.

    Returns
    -------
    list of str
        The folder that holds the package (for ``from zmq cimport ...``), ``zmq/utils``, and
        the one with ``zmq.h``.
    """
    from zmq._build_info import include_dir

    package = _dirname(__file__)
    return [_dirname(package), _join(package, "utils"), include_dir]


def get_library_dirs() -> list[str]:
    """Return the folders to search for the library, to link with the bundled libzmq.

    Returns
    -------
    list of str
        The one folder with ``libzmq.a``, libsodium included: ``libraries=["zmq"]`` is all.
    """
    from zmq._build_info import library_dir

    return [library_dir]


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
# In this form pyright reads them.
__all__ += constants.__all__
__all__ += sugar.__all__
