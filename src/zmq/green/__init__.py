"""ZeroMQ for gevent: the API of `zmq`, but calls that wait let other greenlets run.

::

    import zmq.green as zmq

    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    socket.connect("tcp://127.0.0.1:5555")
    message = socket.recv()

No monkey-patching is needed. RCVTIMEO, SNDTIMEO, `gevent.Timeout` and `gevent.kill` work, and lose
no message. `proxy_steerable`, ``Context.term`` and ``Context.destroy`` are those of `zmq`: they
block all greenlets of the thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import zmq as _zmq

if TYPE_CHECKING:
    # all names except those redefined below
    from zmq import COPY_THRESHOLD as COPY_THRESHOLD
    from zmq import DRAFT_API as DRAFT_API
    from zmq import IPC_PATH_MAX_LEN as IPC_PATH_MAX_LEN
    from zmq import PYZMQ_DRAFT_API as PYZMQ_DRAFT_API
    from zmq import Frame as Frame
    from zmq import Message as Message
    from zmq import MessageTracker as MessageTracker
    from zmq import PollerEvent as PollerEvent
    from zmq import Stopwatch as Stopwatch
    from zmq import SyncContext as SyncContext
    from zmq import SyncSocket as SyncSocket
    from zmq import Timers as Timers
    from zmq import curve_keypair as curve_keypair
    from zmq import curve_public as curve_public
    from zmq import get_includes as get_includes
    from zmq import get_library_dirs as get_library_dirs
    from zmq import has as has
    from zmq import proxy_steerable as proxy_steerable
    from zmq import pyzmq_version as pyzmq_version
    from zmq import pyzmq_version_info as pyzmq_version_info
    from zmq import strerror as strerror
    from zmq import zmq_errno as zmq_errno
    from zmq import zmq_version as zmq_version
    from zmq import zmq_version_info as zmq_version_info
    from zmq.constants import *  # noqa: F403
    from zmq.error import *  # noqa: F403
else:
    from zmq import *  # noqa: F403
from zmq import __revision__ as __revision__
from zmq import __version__ as __version__
from zmq.green.core import Context as Context
from zmq.green.core import Socket as Socket
from zmq.green.device import device as device
from zmq.green.device import proxy as proxy
from zmq.green.poll import Poller as Poller
from zmq.green.poll import SocketPoller as SocketPoller
from zmq.green.poll import select as select
from zmq.green.poll import zmq_poll as zmq_poll

if not TYPE_CHECKING:
    # Type checkers treat the imports above as public, and do not evaluate this expression.
    __all__ = [n for n in _zmq.__all__ if n not in ("backend", "constants", "error", "sugar")]
