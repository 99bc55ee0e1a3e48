"""Base classes of the sockets and contexts for asyncio and AnyIO."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, cast

from zmq.error import ContextTerminated
from zmq.sugar.socket import AsyncEventsOption, EventsOption

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["AsyncContextManager", "AsyncSocketMethods"]


class AsyncSocketMethods:
    """Adds ``async for``, ``async with`` and ``events()``.

    This base class must come before `zmq.Socket`.
    """

    __slots__ = ()

    def __iter__(self) -> NoReturn:
        raise TypeError("iterate over an asynchronous socket with 'async for'")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        """Receive the next message: bytes for a single part, otherwise a list of the parts."""
        try:
            parts = await cast(Any, self).recv_multipart()
        except ContextTerminated:
            raise StopAsyncIteration from None
        return parts[0] if len(parts) == 1 else parts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        cast(Any, self).close()

    _events_option: type[EventsOption] = AsyncEventsOption


class AsyncContextManager:
    """``async with`` for contexts."""

    __slots__ = ()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        cast(Any, self)._destroy_at_exit()
