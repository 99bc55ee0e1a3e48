"""zmq.MessageTracker: the backend's tracker as a Python class, which programs can patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zmq.backend.cython import _zmq

if TYPE_CHECKING:
    # type checkers see only the backend's class, which sends are declared to return
    from zmq.backend.cython._zmq import MessageTracker
else:

    class MessageTracker(_zmq.MessageTracker):
        __doc__ = _zmq.MessageTracker.__doc__
        # Objects have the __dict__ of the base class.
        __slots__ = ()


_zmq._use_tracker_class(MessageTracker)

_FINISHED_TRACKER: MessageTracker = _zmq._FINISHED_TRACKER

__all__ = ["_FINISHED_TRACKER", "MessageTracker"]
