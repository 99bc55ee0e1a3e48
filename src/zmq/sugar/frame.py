"""Frame under the name that programs know it by; the class is the backend's."""

from zmq.backend import Frame, Message

__all__ = ["Frame", "Message"]
