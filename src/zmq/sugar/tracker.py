"""MessageTracker under the name that programs know it by; the class is the backend's."""

from zmq.backend.cython._zmq import _FINISHED_TRACKER, MessageTracker

__all__ = ["_FINISHED_TRACKER", "MessageTracker"]
