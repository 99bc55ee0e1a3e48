"""zmq.Context: the backend's context, with convenience methods."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar, cast, overload
from warnings import warn

from zmq.constants import ContextOption, Errno, SocketOption
from zmq.error import ZMQError, _with_attribute_error
from zmq.sugar.socket import Socket

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self
    from typing_extensions import TypeVar as _TypeVar

    import zmq
    from zmq.stats import SocketInfo
    from zmq.sugar.option_attributes import ContextWithOptions as ContextBase

    # The class of a context's sockets; zmq.Context without a parameter has plain sockets.
    _SocketT_co = _TypeVar("_SocketT_co", bound=Socket[Any], default=Socket[bytes], covariant=True)
else:
    from zmq.backend import Context as ContextBase

    _SocketT_co = TypeVar("_SocketT_co", bound=Socket, covariant=True)

_OtherSocketT = TypeVar("_OtherSocketT")

__all__ = ["Context", "SyncContext"]

# The time that term() waits for open sockets before it warns about them.
_PATIENCE_S = 5.0


def _open_sockets_of(context: Any) -> str:
    """Return a text for a warning: the open sockets that a context waits for."""
    open_sockets = [s for s in list(context._sockets.values()) if not s.closed]
    if not open_sockets:
        return ""
    try:
        from zmq.stats import info_of
    except ImportError:  # late in the interpreter's exit
        return ""
    found = [info_of(socket) for socket in open_sockets]
    shown = "; ".join(map(str, found[:5]))
    others = f"; and {len(found) - 5} others" if len(found) > 5 else ""
    return f", with these sockets still open: {shown}{others}"


def _warn_of_open_sockets(context: Any) -> None:
    kept_by = _open_sockets_of(context)
    if kept_by:
        warn(
            f"{context!r} has waited {_PATIENCE_S:g} s for its termination{kept_by}",
            ResourceWarning,
            stacklevel=1,
        )


class Context(ContextBase, Generic[_SocketT_co]):
    """Owns the I/O threads of a program, and creates its sockets.

    One context is enough for a whole process with all its threads: see `instance`. As a context
    manager it closes its sockets and terminates at the end of the block.

    Default options of new sockets are attributes: ``context.linger = 0``. The options of the
    context itself are also attributes: ``context.max_sockets``.

    Parameters
    ----------
    io_threads : int or Context, default 1
        The number of I/O threads; or a context to shadow, to use the same libzmq context through
        another class, such as that of asyncio.
    shadow : Context or int, optional
        A context, or the address of a libzmq context, to shadow.

    Raises
    ------
    ZMQError
        EINVAL for a negative number of threads.

    Notes
    -----
    Contexts are thread-safe. A context that is garbage collected is destroyed, with a
    ResourceWarning. The collection does not wait: the messages of its sockets are sent in the
    background. The exit of the interpreter waits until they are sent, or until Ctrl-C. The exit
    does not wait for the messages of contexts that have not been collected.

    .. versionchanged:: 24
        A context is destroyed when it is deleted or when its ``with`` block ends.
    .. versionchanged:: 25
        Contexts can be shadowed by passing another Context.
    """

    _socket_class: type[Any] = Socket
    _instance: ClassVar[Any] = None
    _instance_lock: ClassVar[Lock] = Lock()
    _instance_pid: ClassVar[int | None] = None

    sockopts: dict[int, Any]

    def __init__(
        self, io_threads: int | zmq.Context[Any] = 1, shadow: zmq.Context[Any] | int = 0
    ) -> None:
        if shadow and not isinstance(shadow, (ContextBase, int)):
            from zmq.utils.interop import cast_int_addr

            shadow = cast_int_addr(shadow)
        super().__init__(io_threads, shadow)
        original = shadow or io_threads
        # A shadow starts with the default options of the shadowed context.
        object.__setattr__(
            self, "sockopts", dict(original.sockopts) if isinstance(original, Context) else {}
        )
        if os.environ.get("PYZMQ_METRICS"):
            from zmq.metrics import _serve_as_environment_says

            _serve_as_environment_says()

    def __del__(self) -> None:
        if self._shadow or self.closed or self._abandoned:
            return
        try:
            warn(
                f"Unclosed context {self!r}{_open_sockets_of(self)}",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )
        finally:
            # This also runs if the warning raises. Sockets in a reference cycle with the context
            # are garbage, too, and no longer in _sockets: their destructors close them. The backend
            # terminates the context in another thread, because a destructor must not wait.
            self._close_sockets()

    def sockets(self) -> list[SocketInfo]:
        """Return the open sockets of this context, each with the place of its creation.

        Returns
        -------
        list of zmq.SocketInfo
            The sockets that still exist and are not closed, in the order of creation, including the
            sockets of its shadows.

        Notes
        -----
        Safe in any thread. The place is one line of code. If `tracemalloc` was tracing when a
        socket was created, the ``traceback`` of its entry has as many lines as the limit:
        ``python -X tracemalloc=10``.
        """
        from zmq.stats import info_of

        found = [s for s in list(self._sockets.values()) if not s.closed]
        return [info_of(socket) for socket in found]

    def term(self) -> None:
        # Like term() of the backend, with a warning: otherwise a program would wait silently for a
        # socket that is never closed.
        if not any(not socket.closed for socket in list(self._sockets.values())):
            super().term()
            return
        watch = Timer(_PATIENCE_S, _warn_of_open_sockets, (self,))
        watch.daemon = True
        try:
            watch.start()
        except RuntimeError:  # the interpreter is exiting, and starts no threads
            super().term()
            return
        try:
            super().term()
        finally:
            watch.cancel()

    term.__doc__ = ContextBase.term.__doc__

    def __repr__(self) -> str:
        cls = type(self)
        module = {"zmq.sugar.context": "zmq", "zmq.green.core": "zmq.green"}.get(
            cls.__module__, cls.__module__
        )
        name = f"{module}.{cls.__qualname__}"
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
        self._destroy_at_exit()

    def _destroy_at_exit(self) -> None:
        """Destroy the context at the end of a `with` block, and warn of open sockets."""
        try:
            for socket in list(self._sockets.values()):
                if not socket.closed and not socket._monitor_ended:
                    warn(
                        f"Destroying context with unclosed socket {socket!r}",
                        ResourceWarning,
                        stacklevel=3,
                        source=socket,
                    )
        finally:
            # run this even if the warning raises
            self.destroy()

    def __copy__(self, memo: Any = None) -> Self:
        return self.shadow(self)

    __deepcopy__ = __copy__

    @classmethod
    def shadow(cls, address: int | zmq.Context[Any]) -> Self:
        """Return a context of this class that uses the libzmq context of another.

        Parameters
        ----------
        address : Context, int or FFI pointer
            The context, or the address of the libzmq context.

        Returns
        -------
        Context
            Terminating or collecting it does not affect the other context.

        .. versionadded:: 14.1
        .. versionchanged:: 25
            Accepts contexts, not only addresses.
        """
        if isinstance(address, ContextBase):
            return cls(shadow=cast(Any, address))
        from zmq.utils.interop import cast_int_addr

        return cls(shadow=cast_int_addr(address))

    @classmethod
    def shadow_pyczmq(cls, ctx: Any) -> Self:
        """Return a context that uses the libzmq context of a pyczmq ``zctx_t *``.

        Parameters
        ----------
        ctx : FFI pointer
            The ``zctx_t *``.

        Returns
        -------
        Context
            A shadow, as from `shadow`.

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
        """Return the shared context of the process; create it if necessary.

        Parameters
        ----------
        io_threads : int, default 1
            The number of I/O threads, if the context is created now.

        Returns
        -------
        Context
            The shared context of this class. A subclass shares the context of its base class,
            except that `zmq.asyncio.Context`, `zmq.anyio.Context` and `zmq.green.Context` have one
            each. After the context was terminated, and in a forked process, this is a new context.

        Notes
        -----
        Safe in any thread.

        .. versionchanged:: 18.1
            A forked process gets a context of its own.
        """
        pid = os.getpid()
        found = cls._instance
        if found is None or cls._instance_pid != pid or found.closed:
            with _instance_lock_of(cls, pid):
                found = cls._instance
                if found is None or cls._instance_pid != pid or found.closed:
                    found = cls(io_threads=io_threads)
                    cls._instance = found
                    cls._instance_pid = pid
        return cast("Self", found)

    @overload
    def socket(self, socket_type: int, socket_class: None = None, **kwargs: Any) -> _SocketT_co: ...

    @overload
    def socket(
        self, socket_type: int, socket_class: Callable[..., _OtherSocketT], **kwargs: Any
    ) -> _OtherSocketT: ...

    def socket(
        self,
        socket_type: int,
        socket_class: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Create a socket in this context.

        Parameters
        ----------
        socket_type : int
            A value of `zmq.SocketType`: REQ, REP, PUB, SUB, PAIR, DEALER, ROUTER...
        socket_class : callable, optional
            The class of the socket; by default that of the context. Use it for example for an
            asyncio socket in a plain context.
        **kwargs
            Passed to the class.

        Returns
        -------
        Socket
            The socket, with the context's default options.

        Raises
        ------
        ZMQError
            ENOTSUP if the context has been terminated; also the errors that the class of the
            socket raises.

        .. versionchanged:: 25
            Added `socket_class`.
        """
        if self._shadow and self.underlying and self.closed:
            raise ZMQError(
                Errno.EFAULT,
                "Bad address (the context that this one shadows has been terminated; shadow a"
                " new one)",
            )
        if self.closed:
            raise ZMQError(
                Errno.ENOTSUP,
                "Operation not supported (the context has been terminated; make a new one)",
            )
        if socket_class is None:
            socket_class = self._socket_class
        socket = socket_class(self, socket_type, **kwargs)
        try:
            for option, value in self.sockopts.items():
                # not every type has every option: a default for SUB must not break PUSH
                with suppress(ZMQError):
                    socket.set(option, value)
        except BaseException:
            socket.close(0)
            raise
        return socket

    # ------------------------------------------------------------------ options

    def setsockopt(self, opt: int, value: Any) -> None:
        """Set a default option for new sockets of this context.

        Parameters
        ----------
        opt : int
            A value of `zmq.SocketOption`.
        value : int or bytes
            The value, of the option's type. It is ignored for sockets without this option.

        .. versionadded:: 13.0
        """
        self.sockopts[opt] = value

    def getsockopt(self, opt: int) -> Any:
        """Return a default option for new sockets of this context.

        Parameters
        ----------
        opt : int
            A value of `zmq.SocketOption`.

        Returns
        -------
        int or bytes
            The value given to `setsockopt`.

        Raises
        ------
        KeyError
            If no default was set; sockets then start with libzmq's default.

        .. versionadded:: 13.0
        """
        return self.sockopts[opt]

    def _read_option(self, name: str) -> Any:
        upper = name.upper()
        if upper in ContextOption.__members__ and upper != "BLOCKY":
            try:
                return self.get(ContextOption[upper])
            except (ZMQError, RuntimeError) as error:
                if isinstance(error, ZMQError) and error.errno == Errno.EINVAL:
                    raise AttributeError(f"{upper} can be set, but not read") from error
                # hasattr(), mock and inspect expect AttributeError; other programs expect the error
                # of get()
                raise _with_attribute_error(error) from None
        option = _socket_option(upper)
        if option is None:
            raise AttributeError(
                f"{type(self).__name__} has no such option: {upper}{_most_like(name)}"
            )
        try:
            return self.sockopts[option]
        except KeyError:
            raise AttributeError(
                f"{upper} has no default in this context: new sockets have libzmq's default"
            ) from None

    def _write_option(self, name: str, value: Any) -> None:
        if (
            hasattr(type(self), name)
            or name in self.__dict__
            or name.startswith("_")
            or any(name in getattr(cls, "__annotations__", ()) for cls in type(self).__mro__)
        ):
            object.__setattr__(self, name, value)
            return
        upper = name.upper()
        if upper in ContextOption.__members__:
            self.set(ContextOption[upper], value)
            return
        option = _socket_option(upper)
        if option is None:
            raise AttributeError(
                f"{type(self).__name__} has no such option: {upper}{_most_like(name)}; declare"
                " other attributes in a subclass"
            )
        self.setsockopt(option, value)

    def _forget_option(self, name: str) -> None:
        option = _socket_option(name.upper())
        if option is None or name in self.__dict__:
            object.__delattr__(self, name)
            return
        if self.sockopts.pop(option, None) is None:
            raise AttributeError(f"{name.upper()} has no default in this context")

    if not TYPE_CHECKING:
        # Hidden from type checkers: they know each option by name, and so find a misspelt one.
        __getattr__ = _read_option
        __setattr__ = _write_option
        __delattr__ = _forget_option

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *ContextOption.__members__})


def _socket_option(name: str) -> SocketOption | None:
    aliases = {"IDENTITY": "ROUTING_ID", "CONNECT_RID": "CONNECT_ROUTING_ID"}
    return SocketOption.__members__.get(aliases.get(name, name))


def _most_like(name: str) -> str:
    """Return a hint that names the most similar option, or an empty string."""
    from difflib import get_close_matches

    names = [*ContextOption.__members__, *SocketOption.__members__]
    found = get_close_matches(name.lower(), [one.lower() for one in names], 1, 0.7)
    return f"; did you mean {found[0]!r}?" if found else ""


def _instance_lock_of(cls: type[Context[Any]], pid: int) -> Lock:
    # If another thread holds the lock during a fork, nothing releases the child's copy of the lock.
    if cls._instance_pid not in (None, pid):
        cls._instance_lock = Lock()
    return cls._instance_lock


SyncContext: TypeAlias = Context[Socket[bytes]]
