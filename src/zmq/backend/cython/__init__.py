"""The compiled backend."""

from zmq.backend.cython import _zmq

__all__ = ["_zmq"]
