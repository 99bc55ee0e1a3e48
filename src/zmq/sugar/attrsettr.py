"""Options as attributes, for classes that have `get` and `set` methods.

This mixin exists for programs that derive from it, or use it in isinstance(). `zmq.Socket` has a
property for each option instead, because an attribute hook would slow down all other attributes.
`zmq.Context` has hooks of its own.
"""

from __future__ import annotations

from abc import ABCMeta
from typing import Any

from zmq.constants import SocketOption
from zmq.error import ZMQError, _with_attribute_error
from zmq.sugar.context import Context
from zmq.sugar.socket import Socket

__all__ = ["AttributeSetter"]


class AttributeSetter(metaclass=ABCMeta):  # noqa: B024 - so that classes can be registered
    """Attributes with the name of a socket option, in upper or lower case, use `get` and `set`.

    `zmq.Context` and `zmq.Socket` count as subclasses.
    """

    def get(self, option: int) -> Any:
        """Return the value of an option; subclasses implement this."""
        raise AttributeError(f"{type(self).__name__} has no get() to read option {option} with")

    def set(self, option: int, value: Any) -> None:
        """Set the value of an option; subclasses implement this."""
        raise AttributeError(f"{type(self).__name__} has no set() to set option {option} with")

    def __getattr__(self, name: str) -> Any:
        option = SocketOption.__members__.get(name.upper())
        if option is None:
            raise AttributeError(f"{type(self).__name__} has no such option: {name.upper()}")
        try:
            return self.get(option)
        except ZMQError as error:
            raise _with_attribute_error(error) from None

    def __setattr__(self, name: str, value: Any) -> None:
        option = SocketOption.__members__.get(name.upper())
        if option is None or hasattr(type(self), name):
            object.__setattr__(self, name, value)
        else:
            self.set(option, value)


AttributeSetter.register(Context)
AttributeSetter.register(Socket)
