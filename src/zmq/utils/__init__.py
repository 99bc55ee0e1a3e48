"""Small helpers around the bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zmq.utils import interop as interop
    from zmq.utils import jsonapi as jsonapi
else:

    def __getattr__(name: str) -> Any:
        # Programs use these modules after only `import zmq`. They are imported on first use,
        # because json alone would take a tenth of the import time.
        if name in ("interop", "jsonapi"):
            from importlib import import_module

            return import_module(f"zmq.utils.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
