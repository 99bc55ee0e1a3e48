"""zmq.Frame: the backend's frame as a Python class, which programs can patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zmq.backend.cython._zmq import _use_frame_class

if TYPE_CHECKING:
    # type checkers see only the backend's class, which receives are declared to return
    from zmq.backend import Frame, Message
else:
    from zmq.backend import Frame as FrameBase

    class Frame(FrameBase):
        __doc__ = FrameBase.__doc__
        # Objects have the __dict__ of the base class. They are not larger than its objects, and
        # method lookup is as fast.
        __slots__ = ()

    Message = Frame

_use_frame_class(Frame)

__all__ = ["Frame", "Message"]
