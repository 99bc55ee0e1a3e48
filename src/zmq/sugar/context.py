"""zmq.Context: the backend's context, with conveniences."""

from __future__ import annotations

import os
from threading import Lock
from types import GenericAlias, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast
from warnings import warn

from zmq.backend import Context as ContextBase
from zmq.backend.cython._zmq import is_interpreter_exiting
from zmq.constants import ContextOption, Errno, SocketOption
from zmq.error import ZMQError
from zmq.sugar.socket import Socket

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    import zmq

_SocketT = TypeVar("_SocketT", bound="zmq.Socket", covariant=True)

__all__ = ["Context", "SyncContext"]


class Context(ContextBase):
    """The I/O threads of a program, and the factory of its sockets.

    One context serves a whole process, all its threads included: see `instance`. As a
    context manager it is destroyed at the end, sockets and all.

    Default options for new sockets are attributes: ``context.linger = 0``. Options of the
    context itself are, too: ``context.max_sockets``.

    Parameters
    ----------
    io_threads : int or Context, default 1
        The number of I/O threads; or a context to shadow: to use the same libzmq context
        through another class, such as the asyncio one.
    shadow : Context or int, optional
        A context, or the address of a libzmq context, to shadow.

    Raises
    ------
    ZMQError
        EINVAL for a negative number of threads.

    Notes
    -----
    Contexts are thread-safe. One that is collected without having been terminated is
    destroyed, with a ResourceWarning. At the exit of the interpreter nothing is waited for.

    .. versionchanged:: 24
        A context that is deleted, or leaves its ``with`` block, is destroyed.
    .. versionchanged:: 25
        Contexts can be shadowed by passing another Context.
    """

    __class_getitem__ = classmethod(GenericAlias)

    _socket_class: ClassVar[Any] = Socket
    _instance: ClassVar[Any] = None
    _instance_lock: ClassVar[Lock] = Lock()
    _instance_pid: ClassVar[int | None] = None

    sockopts: dict[int, Any]

    def __init__(self, io_threads: int | zmq.Context = 1, shadow: Context | int = 0) -> None:
        if shadow and not isinstance(shadow, (ContextBase, int)):
            from zmq.utils.interop import cast_int_addr

            shadow = cast_int_addr(shadow)
        super().__init__(io_threads, shadow)
        original = shadow or io_threads
        # A shadow starts with the defaults of what it shadows.
        object.__setattr__(
            self, "sockopts", dict(original.sockopts) if isinstance(original, Context) else {}
        )

    def __del__(self) -> None:
        if (
            self._shadow
            or self.closed
            or is_interpreter_exiting()
            or not self._made_in_this_process
        ):
            return
        warn(f"Unclosed context {self!r}", ResourceWarning, stacklevel=2, source=self)
        self.destroy()

    def __repr__(self) -> str:
        cls = type(self)
        name = "zmq.Context" if cls is Context else f"{cls.__module__}.{cls.__qualname__}"
        count = len(self._sockets)
        sockets = "" if not count else f"{count} socket{'s' if count > 1 else ''}"
        closed = " closed" if self.closed else ""
        return f"<{name}({sockets}) at {id(self):#x}{closed}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.destroy()

    def __copy__(self, memo: Any = None) -> Self:
        return self.shadow(self)

    __deepcopy__ = __copy__

    @classmethod
    def shadow(cls, address: int | zmq.Context) -> Self:
        """Make a context of this class that uses the libzmq context of another.

        Parameters
        ----------
        address : Context, int or FFI pointer
            The context, or the address of the libzmq context.

        Returns
        -------
        Context
            Terminating it, or collecting it, leaves the other alone.

        .. versionadded:: 14.1
        .. versionchanged:: 25
            Contexts, not only addresses.
        """
        if isinstance(address, ContextBase):
            return cls(shadow=cast(Any, address))
        from zmq.utils.interop import cast_int_addr

        return cls(shadow=cast_int_addr(address))

    @classmethod
    def shadow_pyczmq(cls, ctx: Any) -> Self:
        """Make a context that uses the one of a pyczmq ``zctx_t *``.

        Parameters
        ----------
        ctx : FFI pointer
            The ``zctx_t *``.

        Returns
        -------
        Context
            As `shadow` makes it.

        Raises
        ------
        ImportError
            If pyczmq is not installed.

        .. versionadded:: 14.1
        """
        from pyczmq import zctx  # type: ignore[import-not-found, unused-ignore]

        return cls.shadow(zctx.underlying(ctx))

    @classmethod
    def instance(cls, io_threads: int = 1) -> Self:
        """Return the context that all of the process shares, making it if need be.

        Parameters
        ----------
        io_threads : int, default 1
            The number of I/O threads, if it is made now.

        Returns
        -------
        Context
            One for each class, and a new one after it was terminated and in a process that
            was forked.

        Notes
        -----
        Safe in any thread.

        .. versionchanged:: 18.1
            Forked processes get their own.
        """
        pid = os.getpid()
        found = cls.__dict__.get("_instance")
        if found is None or cls._instance_pid != pid or found.closed:
            with _instance_lock_of(cls, pid):
                found = cls.__dict__.get("_instance")
                if found is None or cls._instance_pid != pid or found.closed:
                    found = cls(io_threads=io_threads)
                    cls._instance = found
                    cls._instance_pid = pid
        return cast("Self", found)

    def socket(
        self,
        socket_type: int,
        socket_class: Callable[[Any, int], Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Make a socket in this context.

        Parameters
        ----------
        socket_type : int
            A value of `zmq.SocketType`: REQ, REP, PUB, SUB, PAIR, DEALER, ROUTER...
        socket_class : callable, optional
            The class to make; by default the context's own. An asyncio socket in a plain
            context, say.
        **kwargs
            Go to the class.

        Returns
        -------
        Socket
            With the context's default options set.

        Raises
        ------
        ZMQError
            ENOTSUP if the context has been terminated, and what the class raises.

        .. versionchanged:: 25
            `socket_class`.
        """
        if self.closed:
            raise ZMQError(
                Errno.ENOTSUP,
                "Operation not supported (the context has been terminated; make a new one)",
            )
        if socket_class is None:
            socket_class = self._socket_class
        socket = socket_class(self, socket_type, **kwargs)
        for option, value in self.sockopts.items():
            try:
                socket.set(option, value)
            except ZMQError:
                # not every type has every option: what is set for SUB does not hinder PUSH
                pass
        return socket

    # ------------------------------------------------------------------ options

    def setsockopt(self, opt: int, value: Any) -> None:
        """Set a default option for the sockets that this context will make.

        Parameters
        ----------
        opt : int
            A value of `zmq.SocketOption`.
        value : int or bytes
            As the option's type is. Sockets that do not have the option go without.

        .. versionadded:: 13.0
        """
        self.sockopts[opt] = value

    def getsockopt(self, opt: int) -> Any:
        """Return a default option for the sockets that this context will make.

        Parameters
        ----------
        opt : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            What `setsockopt` set.

        Raises
        ------
        KeyError
            If nothing was set: libzmq's own default holds.

        .. versionadded:: 13.0
        """
        return self.sockopts[opt]

    def __getattr__(self, name: str) -> Any:
        upper = name.upper()
        if upper in ContextOption.__members__ and upper != "BLOCKY":
            return self.get(ContextOption[upper])
        option = _socket_option(upper)
        if option is None:
            raise AttributeError(f"{type(self).__name__} has no such option: {upper}")
        try:
            return self.sockopts[option]
        except KeyError:
            raise AttributeError(
                f"{upper} has no default in this context: its sockets start with libzmq's"
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(type(self), name) or name in self.__dict__ or name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        upper = name.upper()
        if upper in ContextOption.__members__:
            self.set(ContextOption[upper], value)
            return
        option = _socket_option(upper)
        if option is None:
            raise AttributeError(
                f"{type(self).__name__} has no such option: {upper}; declare other attributes in"
                " a subclass"
            )
        self.setsockopt(option, value)

    def __delattr__(self, name: str) -> None:
        option = _socket_option(name.upper())
        if option is None or name in self.__dict__:
            object.__delattr__(self, name)
            return
        if self.sockopts.pop(option, None) is None:
            raise AttributeError(f"{name.upper()} has no default in this context")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *ContextOption.__members__})


def _socket_option(name: str) -> SocketOption | None:
    aliases = {"IDENTITY": "ROUTING_ID", "CONNECT_RID": "CONNECT_ROUTING_ID"}
    return SocketOption.__members__.get(aliases.get(name, name))


def _instance_lock_of(cls: type[Context], pid: int) -> Lock:
    # A lock that another thread held at the time of a fork would never be free in the child.
    if cls._instance_pid not in (None, pid):
        cls._instance_lock = Lock()
    return cls._instance_lock


SyncContext = Context[Socket]
