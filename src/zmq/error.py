"""The exceptions and warnings of ZeroMQ.

Every error of libzmq is a :class:`ZMQError`. Errors that programs handle regularly are subclasses
of it: :class:`Again`, :class:`ContextTerminated`.
"""

from __future__ import annotations

from errno import EINTR
from functools import lru_cache as _lru_cache
from typing import Literal, cast

from zmq.constants import Errno

# The backend raises these errors, so it imports this module. Therefore this module imports the
# backend only inside functions.


@_lru_cache(maxsize=64)
def _describe(errno: int) -> str:
    """Return the text of an error number; it is cached, because :class:`Again` is created often."""
    from zmq.backend import strerror

    return strerror(errno)


class DraftFDWarning(RuntimeWarning):
    """Warns that a descriptor for a thread-safe socket is an addition of these bindings.

    libzmq has no :attr:`zmq.FD` for its thread-safe sockets, which are all draft. The replacement
    in this package may change together with the draft API.

    Parameters
    ----------
    msg : str, optional
        Text of the warning; by default the description above.
    """

    def __init__(self, msg: str = "") -> None:
        if not msg:
            msg = (
                "libzmq gives thread-safe (draft) sockets no FD. The bindings return a descriptor "
                "of their own instead, which may change or disappear together with the draft API. "
                "To hide this warning: "
                "warnings.simplefilter('ignore', zmq.error.DraftFDWarning)"
            )
        super().__init__(msg)


class ZMQBaseError(Exception):
    """Base of the exceptions of this package."""


class ZMQError(ZMQBaseError):
    """An error that libzmq reported.

    Parameters
    ----------
    errno : int, optional
        The error number, see :class:`zmq.Errno`. By default the number of this thread's last error:
        ``zmq_errno()``.
    msg : str, optional
        The error message. By default libzmq's text for `errno`: ``zmq_strerror()``.

    Attributes
    ----------
    errno : int or None
        The error number; ``None`` if `errno` was not an int.
    strerror : str
        The error message, also the result of ``str()``.
    """

    errno: int | None = None
    """The error number, a value of :class:`zmq.Errno` or another error number of the system."""
    strerror: str
    """The description of the error."""

    def __init__(self, errno: int | None = None, msg: str | None = None) -> None:
        if errno is None:
            from zmq.backend import zmq_errno

            errno = zmq_errno()
        if isinstance(errno, int):
            self.errno = errno
            self.strerror = _describe(errno) if msg is None else msg
        else:
            self.strerror = str(errno) if msg is None else msg

    def __str__(self) -> str:
        return self.strerror

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{self}')"


class ZMQBindError(ZMQBaseError):
    """:meth:`zmq.Socket.bind_to_random_port` found no free port."""


class NotDone(ZMQBaseError):
    """:meth:`zmq.MessageTracker.wait` timed out before libzmq released the message."""


class ContextTerminated(ZMQError):
    """The context was terminated while one of its sockets was in use (``ETERM``).

    .. versionadded:: 13.0

    Parameters
    ----------
    errno, msg : optional
        Ignored: both are always those of ``ETERM``.
    """

    def __init__(
        self,
        errno: int | Literal["ignored"] = "ignored",
        msg: str = "ignored",
    ) -> None:
        super().__init__(Errno.ETERM)


class Again(ZMQError):
    """The operation would have to wait (``EAGAIN``).

    Raised by calls with :attr:`zmq.DONTWAIT`, and by calls that waited for :attr:`zmq.RCVTIMEO` or
    :attr:`zmq.SNDTIMEO` milliseconds.

    .. versionadded:: 13.0

    Parameters
    ----------
    errno, msg : optional
        Ignored: both are always those of ``EAGAIN``.
    """

    def __init__(
        self,
        errno: int | Literal["ignored"] = "ignored",
        msg: str = "ignored",
    ) -> None:
        super().__init__(Errno.EAGAIN)


# Both bases define errno and strerror with the same meaning, but OSError allows None for both.
class InterruptedSystemCall(ZMQError, InterruptedError):  # type: ignore[misc]
    """A signal interrupted a call (``EINTR``) that could not be continued.

    Calls that a signal interrupts run Python's signal handlers and continue (:pep:`475`), so
    programs should not see this exception.

    Parameters
    ----------
    errno, msg : optional
        Ignored: both are always those of ``EINTR``.
    """

    errno = EINTR
    """The error number: ``EINTR``."""

    def __init__(
        self,
        errno: int | Literal["ignored"] = "ignored",
        msg: str = "ignored",
    ) -> None:
        super().__init__(EINTR)

    def __str__(self) -> str:
        return (
            f"{self.strerror}: a signal interrupted a waiting libzmq call. If an extension module "
            "made the call, the module has to repeat the call. If zmq itself made it, zmq should "
            "have continued to wait: please report a bug."
        )


class ZMQVersionError(NotImplementedError):
    """A feature needs a newer libzmq than the one in use.

    .. versionadded:: 14.2

    Parameters
    ----------
    min_version : str
        The first version of libzmq that has the feature, such as ``"4.3.5"``.
    msg : str, default "Feature"
        Name of the feature.

    Attributes
    ----------
    min_version, msg : str
        The arguments.
    version : str
        The version of libzmq in use.
    """

    min_version: str
    msg: str
    version: str

    def __init__(self, min_version: str, msg: str = "Feature") -> None:
        from zmq.backend import zmq_version_info

        self.msg = msg
        self.min_version = min_version
        self.version = ".".join(map(str, zmq_version_info()))

    def __str__(self) -> str:
        return (
            f"{self.msg} needs libzmq {self.min_version} or newer, and this is libzmq "
            f"{self.version}: use a build of the bindings with a newer libzmq"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{self}')"


_attribute_errors: dict[type[Exception], type[Exception]] = {}


def _also_attribute_error(kind: type[Exception]) -> type[Exception]:
    made = _attribute_errors.get(kind)
    if made is not None:
        return made

    def reduce(self: Exception) -> tuple[object, ...]:
        return kind, self.args

    namespace = {"__module__": kind.__module__, "__doc__": kind.__doc__, "__reduce__": reduce}
    bases = cast("tuple[type, ...]", (kind, AttributeError))
    made = cast("type[Exception]", type(kind.__name__, bases, namespace))
    return _attribute_errors.setdefault(kind, made)


def _with_attribute_error(error: Exception) -> Exception:
    """Return a copy of `error` that is also an :class:`AttributeError`.

    Options are attributes, and reading one may fail, for example on a closed socket. Programs catch
    :class:`ZMQError` in that case. But ``hasattr``, ``getattr`` with a default,
    ``inspect.getmembers`` and ``mock`` expect an :class:`AttributeError`.
    """
    kind = type(error)
    if issubclass(kind, (AttributeError, OSError)):
        # Python does not allow a class with the bases OSError and AttributeError.
        return error
    return _also_attribute_error(kind)(*error.args)


def _check_rc(rc: int | None, errno: int | None = None, error_without_errno: bool = True) -> None:
    """Raise an exception if the return value of a libzmq function means failure.

    Parameters
    ----------
    rc : int
        The return value of the function; -1 means failure.
    errno : int, optional
        The error number, by default that of this thread's last error.
    error_without_errno : bool, default True
        True if -1 is a failure even if the error number is 0.

    Raises
    ------
    InterruptedSystemCall, Again, ContextTerminated
        For ``EINTR``, ``EAGAIN`` and ``ETERM``.
    ZMQError
        For any other error.
    """
    if rc != -1:
        return
    if errno is None:
        from zmq.backend import zmq_errno

        errno = zmq_errno()
    if errno == 0 and not error_without_errno:
        return
    if errno == EINTR:
        raise InterruptedSystemCall(errno)
    if errno == Errno.EAGAIN:
        raise Again(errno)
    if errno == Errno.ETERM:
        raise ContextTerminated(errno)
    raise ZMQError(errno)


def _check_version(
    min_version_info: tuple[int] | tuple[int, int] | tuple[int, int, int], msg: str = "Feature"
) -> None:
    """Raise :class:`ZMQVersionError` if libzmq is older than this.

    Parameters
    ----------
    min_version_info : tuple of one to three ints
        The required version of libzmq.
    msg : str, default "Feature"
        Name of the feature that requires this version.
    """
    from zmq.backend import zmq_version_info

    if zmq_version_info() < min_version_info:
        raise ZMQVersionError(".".join(map(str, min_version_info)), msg)


__all__ = [
    "Again",
    "ContextTerminated",
    "DraftFDWarning",
    "InterruptedSystemCall",
    "NotDone",
    "ZMQBaseError",
    "ZMQBindError",
    "ZMQError",
    "ZMQVersionError",
]
