"""How long ``import zmq`` takes in a new interpreter at best, in ms."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from common import tell

RUNS = 15


def import_time(module: str) -> float:
    """Return what ``-X importtime`` says for `module` and all that it imports, in ms."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    for line in result.stderr.splitlines():
        _own, cumulative, name = line.removeprefix("import time:").split("|")
        if name.strip() == module:
            return int(cumulative) / 1000
    raise SystemExit(f"-X importtime does not name {module}")


def main() -> None:
    import_time("zmq")  # compiles what is not compiled yet
    for module in ("zmq", "zmq.asyncio"):
        if importlib.util.find_spec(module) is None:
            continue
        times = [import_time(module) for _ in range(RUNS)]
        tell(f"import {module}", min(times), "ms")  # all else only adds to it


if __name__ == "__main__":
    main()
