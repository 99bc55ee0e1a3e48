"""The same patterns with asynchronous sockets: asyncio, uvloop and AnyIO."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from blocking import BATCH
from common import (
    Announce,
    Meter,
    UnsupportedError,
    address,
    endpoint_of,
    expect_many,
    is_many,
    open_socket,
)
from package import NAME, zmq
from settings import Settings

ServerRole = Callable[[Any, Settings, Meter, Announce], Awaitable[None]]
ClientRole = Callable[[Any, Settings, Meter], Awaitable[None]]


async def settled(value: Any) -> Any:
    """Return the result of a call that has to be awaited only in some packages."""
    return await value if inspect.isawaitable(value) else value


async def one_way_server(
    context: Any, settings: Settings, meter: Meter, announce: Announce
) -> None:
    puller = open_socket(context, zmq.PULL, settings)
    await settled(puller.bind(address(settings)))
    announce(endpoint_of(puller, settings))
    await puller.recv()
    meter.start()
    if is_many(puller, settings):
        left = settings.count
        while left:
            left -= len(await puller.recv_many(min(BATCH, left)))
    else:
        for _ in range(settings.count):
            await puller.recv()
    meter.stop(settings.count)
    await settled(puller.close())


async def one_way_client(context: Any, settings: Settings, meter: Meter) -> None:
    pusher = open_socket(context, zmq.PUSH, settings)
    await settled(pusher.connect(settings.endpoint))
    message = b"m" * settings.size
    meter.start()
    await pusher.send(message)
    if is_many(pusher, settings):
        for first in range(0, settings.count, BATCH):
            await pusher.send_many([message] * min(BATCH, settings.count - first))
    else:
        for _ in range(settings.count):
            await pusher.send(message)
    await settled(pusher.close())


async def round_trip_server(
    context: Any, settings: Settings, meter: Meter, announce: Announce
) -> None:
    socket = open_socket(context, zmq.REP, settings)
    await settled(socket.bind(address(settings)))
    announce(endpoint_of(socket, settings))
    await socket.send(await socket.recv())
    meter.start()
    for _ in range(settings.count):
        await socket.send(await socket.recv())
    await settled(socket.close())


async def round_trip_client(context: Any, settings: Settings, meter: Meter) -> None:
    socket = open_socket(context, zmq.REQ, settings)
    await settled(socket.connect(settings.endpoint))
    message = b"m" * settings.size
    await socket.send(message)
    await socket.recv()
    meter.start()
    for _ in range(settings.count):
        await socket.send(message)
        await socket.recv()
    meter.stop(settings.count)
    await settled(socket.close())


async def routed_server(context: Any, settings: Settings, meter: Meter, announce: Announce) -> None:
    router = open_socket(context, zmq.ROUTER, settings, hwm=max(1000, 2 * settings.peers))
    expect_many(router, settings)
    meter.before_connections()
    await settled(router.bind(address(settings)))
    announce(endpoint_of(router, settings))
    for _ in range(settings.peers):
        await router.send_multipart(await router.recv_multipart())
    meter.after_connections(settings.peers)
    meter.start()
    for _ in range(settings.count * settings.peers):
        await router.send_multipart(await router.recv_multipart())
    await settled(router.close())


async def routed_client(context: Any, settings: Settings, meter: Meter) -> None:
    """Send requests from one task for each peer, each with its own socket."""
    message = b"m" * settings.size
    meter.before_connections()
    dealers = []
    for _ in range(settings.peers):
        dealer = open_socket(context, zmq.DEALER, settings)
        await settled(dealer.connect(settings.endpoint))
        dealers.append(dealer)

    async def ask(dealer: Any, count: int) -> None:
        for _ in range(count):
            await dealer.send(message)
            await dealer.recv()

    await together(settings, *(ask(dealer, 1) for dealer in dealers))
    meter.after_connections(settings.peers)
    meter.start()
    await together(settings, *(ask(dealer, settings.count) for dealer in dealers))
    meter.stop(settings.count * settings.peers)
    for dealer in dealers:
        await settled(dealer.close())


async def together(settings: Settings, *coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all coroutines at once, each in its own task."""
    if settings.flavour == "anyio":
        import anyio

        async with anyio.create_task_group() as group:
            for coroutine in coroutines:
                group.start_soon(settled, coroutine)
    else:
        await asyncio.gather(*coroutines)


PATTERNS: dict[str, tuple[ServerRole, ClientRole]] = {
    "one_way": (one_way_server, one_way_client),
    "round_trip": (round_trip_server, round_trip_client),
    "routed": (routed_server, routed_client),
}


def context_factory(settings: Settings) -> Any:
    """Return the class of contexts of this flavour."""
    name = "anyio" if settings.flavour == "anyio" else "asyncio"
    try:
        return importlib.import_module(f"{NAME}.{name}").Context
    except ModuleNotFoundError as error:
        raise UnsupportedError(f"no sockets for {name}") from error


def run(settings: Settings, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine function in the event loop of this flavour."""
    if settings.flavour == "asyncio":
        asyncio.run(main())
        return
    try:
        library: Any = importlib.import_module(settings.flavour)
    except ModuleNotFoundError as error:
        raise UnsupportedError(f"{settings.flavour} is not installed") from error
    if settings.flavour == "anyio":
        library.run(main)
        return
    loop = library.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()
