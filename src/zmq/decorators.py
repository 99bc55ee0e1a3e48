"""Decorators that give a function a context or a socket, and close it when the function returns.

.. code-block:: python

    import zmq
    from zmq.decorators import context, socket


    @context()
    @socket(zmq.PUSH)
    def send_one(ctx, sock):
        sock.connect("tcp://127.0.0.1:5555")
        sock.send(b"hello")

Each call of ``send_one()`` creates both and closes both. With a name, as in
``@socket("sock", zmq.PUSH)``, the function gets the socket as that keyword argument. Without a name
the socket follows the positional arguments; objects of outer decorators come first. ``async def``
functions are decorated in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction, isroutine
from types import TracebackType
from typing import Any, Protocol, TypeVar, cast

import zmq

__all__ = ("context", "socket")

_CallableT = TypeVar("_CallableT", bound=Callable[..., Any])


class _DecoratorCallable(Protocol):
    """A decorator of functions, which adds the new object to the arguments of each call."""

    def __call__(self, func: _CallableT, /) -> _CallableT: ...


class _ContextManager(Protocol):
    """An argument of a decorated function: a context or a socket."""

    def __enter__(self) -> Any: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> Any: ...


# Creates the context or socket for one call of the function, given its arguments.
_Factory = Callable[[tuple[Any, ...], dict[str, Any]], _ContextManager]


def _split_name(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[str | None, tuple[Any, ...], dict[str, Any]]:
    """Take the name of the keyword argument from a decorator's own arguments."""
    if isinstance(kwargs.get("name"), str):
        kwargs = dict(kwargs)
        return kwargs.pop("name"), args, kwargs
    if args and isinstance(args[0], str):
        return args[0], args[1:], kwargs
    return None, args, kwargs


def _refuse_bare_use(decorator: str, args: tuple[Any, ...]) -> None:
    """Raise at once, instead of a confusing error when the decorated function is called."""
    if args and isroutine(args[0]):
        raise TypeError(
            f"@{decorator} was used without parentheses on {args[0]!r}: "
            f"write @{decorator}(...) above the function"
        )


def _decorator(name: str | None, make: _Factory) -> _DecoratorCallable:
    """Return a decorator that passes the result of `make`, as `name` or as the last argument."""

    def passed(made: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return ((), {name: made}) if name else ((made,), {})

    def decorate(func: _CallableT, /) -> _CallableT:
        if iscoroutinefunction(func):

            @wraps(func)
            async def call_async(*args: Any, **kwargs: Any) -> Any:
                with make(args, kwargs) as made:
                    more_args, more_kwargs = passed(made)
                    return await func(*args, *more_args, **kwargs, **more_kwargs)

            return cast("_CallableT", call_async)

        @wraps(func)
        def call(*args: Any, **kwargs: Any) -> Any:
            with make(args, kwargs) as made:
                more_args, more_kwargs = passed(made)
                return func(*args, *more_args, **kwargs, **more_kwargs)

        return cast("_CallableT", call)

    return decorate


def context(*args: Any, **kwargs: Any) -> _DecoratorCallable:
    """Decorate a function so that each call gets a new context.

    The context is destroyed when the function returns or raises: :meth:`zmq.Context.destroy`.

    Parameters
    ----------
    name : str, optional
        The name of the keyword argument that receives the context; given by keyword, or as the
        first positional argument. Without a name the context follows the positional arguments.
    *args, **kwargs
        Passed to :class:`zmq.Context`.

    Returns
    -------
    callable
        The decorator.

    Raises
    ------
    TypeError
        If the decorator is used without parentheses. The decorated function also raises it, if its
        caller passes the argument that the decorator adds.
    """
    _refuse_bare_use("context", args)
    name, context_args, context_kwargs = _split_name(args, kwargs)

    def make(_args: tuple[Any, ...], _kwargs: dict[str, Any]) -> _ContextManager:
        made: _ContextManager = zmq.Context(*context_args, **context_kwargs)
        return made

    return _decorator(name, make)


def socket(*args: Any, **kwargs: Any) -> _DecoratorCallable:
    """Decorate a function so that each call gets a new socket.

    The socket is closed when the function returns or raises. The context is taken from the
    arguments of the call: the keyword argument `context_name` if that is a context, otherwise the
    first positional argument that is one, otherwise :meth:`zmq.Context.instance`.

    Parameters
    ----------
    name : str, optional
        The name of the keyword argument that receives the socket; given by keyword, or as the first
        positional argument. Without a name the socket follows the positional arguments.
    socket_type : int
        Such as ``zmq.PUSH``; given by keyword, or by position after `name`.
    context_name : str, default "context"
        Keyword only: the name of the keyword argument that may be a context.
    *args, **kwargs
        Passed to :meth:`zmq.Context.socket`.

    Returns
    -------
    callable
        The decorator.

    Raises
    ------
    TypeError
        If the decorator is used without parentheses. The decorated function also raises it, if its
        caller passes the argument that the decorator adds.
    """
    _refuse_bare_use("socket", args)
    name, socket_args, socket_kwargs = _split_name(args, kwargs)
    socket_kwargs = dict(socket_kwargs)
    context_name = socket_kwargs.pop("context_name", "context")

    def find_context(args: tuple[Any, ...], kwargs: dict[str, Any]) -> zmq.Context[Any]:
        for candidate in (kwargs.get(context_name), *args):
            if isinstance(candidate, zmq.Context):
                return candidate
        return zmq.Context.instance()

    def make(args: tuple[Any, ...], kwargs: dict[str, Any]) -> _ContextManager:
        made: _ContextManager = find_context(args, kwargs).socket(*socket_args, **socket_kwargs)
        return made

    return _decorator(name, make)
