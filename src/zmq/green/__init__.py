"""ZeroMQ for gevent: the names of `zmq`, where what waits lets other greenlets run.

::

    import zmq.green as zmq

    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    socket.connect("tcp://127.0.0.1:5555")
    message = socket.recv()

Nothing has to be monkey-patched. RCVTIMEO and SNDTIMEO hold, and so do `gevent.Timeout` and
`gevent.kill`: a message is either received or still there. `proxy_steerable` and what
terminates contexts are those of `zmq`, and make all greenlets of the thread wait.
"""

from __future__ import annotations

import zmq as _zmq
from zmq import *  # noqa: F403
from zmq import _FINISHED_TRACKER, __revision__, __version__  # noqa: F401
from zmq.green.core import Context, Socket
from zmq.green.device import device, proxy  # type: ignore[assignment]
from zmq.green.poll import Poller, select, zmq_poll

__all__ = [
    *(name for name in _zmq.__all__ if name not in ("backend", "constants", "error", "sugar")),
    "Context",
    "Poller",
    "Socket",
    "device",
    "proxy",
    "select",
    "zmq_poll",
]
