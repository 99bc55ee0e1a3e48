"""Publish log records on a PUB socket, each under a topic.

.. code-block:: python

    handler = PUBHandler("tcp://127.0.0.1:12345", root_topic="myprogram")
    logger = logging.getLogger("myprogram")
    logger.addHandler(handler)
    logger.warning("engine::oil pressure %d", 3)

The last line sends two parts: the topic ``myprogram.WARNING.engine`` and the text. A topic consists
of the handler's root topic, the level and, if the logged message contains :data:`TOPIC_DELIM`, the
text before it. Subscribers select messages by the beginning of the topic.
"""

from __future__ import annotations

import copy
import logging
from typing import Any, Final

import zmq

__all__ = ["TOPIC_DELIM", "PUBHandler", "TopicLogger"]

TOPIC_DELIM: Final = "::"
"""The delimiter between a topic and the message after it."""

_SHORT = "%(message)s\n"
_WITH_PLACE = "%(levelname)s %(filename)s:%(lineno)d - %(message)s\n"
_WITH_ERROR = "%(levelname)s %(filename)s:%(lineno)d - %(message)s - %(exc_info)s\n"


def _default_formatters() -> dict[int, logging.Formatter | None]:
    return {
        logging.DEBUG: logging.Formatter(_WITH_PLACE),
        logging.INFO: logging.Formatter(_SHORT),
        logging.WARNING: logging.Formatter(_WITH_PLACE),
        logging.ERROR: logging.Formatter(_WITH_ERROR),
        logging.CRITICAL: logging.Formatter(_WITH_PLACE),
    }


# The modules with asynchronous socket classes.
_ASYNCHRONOUS = frozenset({"zmq.asyncio", "zmq.anyio"})


class PUBHandler(logging.Handler):
    """A logging handler that publishes records.

    Parameters
    ----------
    interface_or_socket : str or zmq.Socket
        An endpoint, for a new PUB socket that the handler binds, and closes in :meth:`close`; or a
        socket to send on, which the caller has to close.
    context : zmq.Context, optional
        The context of the new socket. By default the handler creates one, and terminates it when
        the handler is closed. Queued records are then sent for at most a second, unless the LINGER
        of the socket is set.
    root_topic : str, default ""
        The beginning of all topics, followed by a dot.

    Attributes
    ----------
    socket : zmq.Socket
        The socket to send on; if the given socket is asynchronous, a plain shadow of it. Any thread
        may log, because the handler has a lock. Other code must not use the socket.
    ctx : zmq.Context
        The socket's context.
    formatters : dict of int to logging.Formatter
        The formatters by level.

    Raises
    ------
    ZMQError
        If the endpoint cannot be bound.
    TypeError
        If `interface_or_socket` is neither a str nor a socket.
    """

    ctx: zmq.Context[Any]
    socket: zmq.Socket[bytes]
    formatters: dict[int, logging.Formatter | None]

    def __init__(
        self,
        interface_or_socket: str | zmq.Socket[bytes],
        context: zmq.Context[Any] | None = None,
        root_topic: str = "",
    ) -> None:
        super().__init__()
        self.root_topic = root_topic
        self.formatters = _default_formatters()
        self.__owns_socket = not isinstance(interface_or_socket, zmq.Socket)
        self.__owns_context = False
        if isinstance(interface_or_socket, zmq.Socket):
            self.socket = interface_or_socket
            if any(cls.__module__ in _ASYNCHRONOUS for cls in type(self.socket).__mro__):
                # emit() cannot await, and runs in threads without an event loop
                self.socket = zmq.Socket.shadow(self.socket)
            self.ctx = self.socket.context
            return
        if not isinstance(interface_or_socket, str):
            raise TypeError(
                "PUBHandler takes an endpoint (str) or a zmq.Socket, got "
                f"{type(interface_or_socket).__name__}: {interface_or_socket!r}"
            )
        self.__owns_context = context is None
        self.ctx = context or zmq.Context()
        # A plain socket, even in an asynchronous context, because emit() cannot await.
        self.socket = self.ctx.socket(zmq.PUB, socket_class=zmq.Socket)
        try:
            self.socket.bind(interface_or_socket)
        except BaseException:
            self.socket.close(0)
            if self.__owns_context:
                self.ctx.term()
            raise

    @property
    def root_topic(self) -> str:
        """The beginning of all topics."""
        return self.__root_topic

    @root_topic.setter
    def root_topic(self, value: str) -> None:
        self.setRootTopic(value)

    def setRootTopic(self, root_topic: str) -> None:
        """Set the beginning of all topics.

        Parameters
        ----------
        root_topic : str
            The root topic; bytes are decoded as UTF-8.
        """
        if isinstance(root_topic, bytes):
            root_topic = root_topic.decode("utf8")
        self.__root_topic = root_topic

    def setFormatter(self, fmt: logging.Formatter | None, level: int = logging.NOTSET) -> None:
        """Set the formatter of records.

        Parameters
        ----------
        fmt : logging.Formatter or None
            The formatter; None restores the default.
        level : int, default logging.NOTSET
            The level of the records; NOTSET for all of them. A level without a formatter uses the
            formatter of the next lower level.
        """
        defaults = _default_formatters()
        if level == logging.NOTSET:
            self.formatter = fmt
            levels = list(self.formatters)
            self.formatters = {
                number: fmt or defaults[number] for number in levels if fmt or number in defaults
            }
        elif fmt is None and level not in defaults:
            self.formatters.pop(level, None)
        else:
            self.formatters[level] = fmt or defaults[level]

    def format(self, record: logging.LogRecord) -> str:
        """Format a record with the formatter of its level.

        Parameters
        ----------
        record : logging.LogRecord
            The record.

        Returns
        -------
        str
            The text.
        """
        formatter = self.formatters.get(record.levelno)
        if formatter is None:
            set_levels = [level for level, found in self.formatters.items() if found is not None]
            lower = [level for level in set_levels if level < record.levelno]
            formatter = self.formatters[max(lower) if lower else min(set_levels)]
        assert formatter is not None
        return formatter.format(record)

    def emit(self, record: logging.LogRecord) -> None:
        """Publish a record: its topic and its text, in two parts.

        Errors go to :meth:`logging.Handler.handleError`: a logging call must not raise.

        Parameters
        ----------
        record : logging.LogRecord
            The record. It is not changed, because other handlers use it, too.
        """
        try:
            # Look for the topic before the arguments are inserted, because an argument may contain
            # the delimiter.
            topic, delimiter, message = str(record.msg).partition(TOPIC_DELIM)
            if delimiter:
                record = copy.copy(record)
                record.msg = message
            else:
                topic = ""
            parts = (self.root_topic, record.levelname, topic)
            full_topic = ".".join(part for part in parts if part)
            self.socket.send_multipart(
                [full_topic.encode("utf8"), self.format(record).encode("utf8", "replace")]
            )
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Close the socket and terminate the context, if the handler created them."""
        self.acquire()
        try:
            if self.__owns_socket and not self.socket.closed:
                if self.__owns_context and self.socket.linger < 0:
                    # otherwise a subscriber that has stopped reading would keep the program alive
                    self.socket.linger = 1000
                self.socket.close()
            if self.__owns_context:
                self.ctx.term()
        finally:
            self.release()
        super().close()


class TopicLogger(logging.Logger):
    """A logger whose methods take a topic before the message.

    .. code-block:: python

        logging.setLoggerClass(TopicLogger)
        logger = logging.getLogger("myprogram")
        logger.warning("engine", "oil pressure %d", 3)

    The logger joins topic and message by :data:`TOPIC_DELIM`. :class:`PUBHandler` separates them
    again; other handlers show both.
    """

    def log(  # type: ignore[override]
        self, level: int, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message under a topic.

        Parameters
        ----------
        level : int
            Such as ``logging.WARNING``.
        topic : str
            The topic.
        msg : str
            The message, with ``%`` for the arguments.
        *args
            The arguments.
        **kwargs
            See :meth:`logging.Logger.log`.
        """
        self.__log_under(level, topic, msg, args, kwargs)

    def debug(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message of level DEBUG under a topic: see :meth:`log`."""
        self.__log_under(logging.DEBUG, topic, msg, args, kwargs)

    def info(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message of level INFO under a topic: see :meth:`log`."""
        self.__log_under(logging.INFO, topic, msg, args, kwargs)

    def warning(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message of level WARNING under a topic: see :meth:`log`."""
        self.__log_under(logging.WARNING, topic, msg, args, kwargs)

    def error(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message of level ERROR under a topic: see :meth:`log`."""
        self.__log_under(logging.ERROR, topic, msg, args, kwargs)

    def critical(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message of level CRITICAL under a topic: see :meth:`log`."""
        self.__log_under(logging.CRITICAL, topic, msg, args, kwargs)

    def exception(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, exc_info: Any = True, **kwargs: Any
    ) -> None:
        """Log a message of level ERROR and the current exception under a topic."""
        self.__log_under(logging.ERROR, topic, msg, args, {"exc_info": exc_info, **kwargs})

    def warn(  # type: ignore[override]
        self, topic: str, msg: object, *args: object, **kwargs: Any
    ) -> None:
        """Log a message of level WARNING under a topic: the old name of :meth:`warning`."""
        self.__log_under(logging.WARNING, topic, msg, args, kwargs)

    fatal = critical  # type: ignore[assignment]

    def __log_under(
        self, level: int, topic: str, msg: object, args: tuple[object, ...], kwargs: dict[str, Any]
    ) -> None:
        # Skip two frames, this method's and its caller's, so that the record has the place of the
        # program's call.
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 2
        super().log(level, f"{topic}{TOPIC_DELIM}{msg}", *args, **kwargs)
