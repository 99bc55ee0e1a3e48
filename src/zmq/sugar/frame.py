"""zmq.Frame: the backend's frame, as a class that programs can patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zmq.backend.cython._zmq import _use_frame_class

if TYPE_CHECKING:
    # one class to them: what receives return is declared as the backend's
    from zmq.backend import Frame, Message
else:
    from zmq.backend import Frame as FrameBase

    class Frame(FrameBase):
        __doc__ = FrameBase.__doc__
        # The base has room for attributes: an object of this class is no larger, and its methods
        # are found as fast.
        __slots__ = ()

    Message = Frame

_use_frame_class(Frame)

__all__ = ["Frame", "Message"]
