"""A decorated function keeps its type, without the parameters that the decorator passes."""

from typing import Any

from typing_extensions import assert_type

import zmq
from zmq.decorators import context, socket


@context()
@socket("sock", zmq.PUSH)
def work(*args: Any, **kwargs: Any) -> int:
    return 5


@socket(zmq.PUSH, name="sock", context_name="ctx", copy_threshold=0)
async def work_async(ctx: "zmq.Context[Any]", **kwargs: Any) -> str:
    return "done"


assert_type(work(), int)


async def main(ctx: "zmq.Context[Any]") -> None:
    assert_type(await work_async(ctx), str)


context()(5)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
