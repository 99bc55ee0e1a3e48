"""Runs one role of one workload: ``worker.py PATTERN ROLE key=value...``.

It writes lines for the runner: ``ready ENDPOINTS KEY`` from a server that is bound, and at the end
``result JSON`` or ``unsupported REASON``. worker.c does the same.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import awaiting
import blocking
import calls
from common import Meter, UnsupportedError, fail, new_context, tell, tell_result
from settings import Settings, parse


def announce(endpoints: str, server_key: str = "") -> None:
    """Report the endpoints of the server to the runner."""
    tell("ready", endpoints, server_key)


def run_blocking(settings: Settings, meter: Meter) -> None:
    """Run a role with blocking sockets; both roles of one process are two threads."""
    if settings.pattern not in blocking.PATTERNS:
        raise UnsupportedError(f"no blocking {settings.pattern}")
    server, client = blocking.PATTERNS[settings.pattern]
    context = new_context(settings)
    if settings.role == "server":
        server(context, settings, meter, announce)
    elif settings.role == "client":
        client(context, settings, meter)
    else:
        run_in_threads(server, client, context, settings, meter)
    context.term()
    meter.stop_processor()


def run_in_threads(
    server: blocking.ServerRole,
    client: blocking.ClientRole,
    context: Any,
    settings: Settings,
    meter: Meter,
) -> None:
    """Run the server in a thread and the client in this one."""
    bound = threading.Event()
    failures: list[BaseException] = []

    def note(endpoints: str, server_key: str = "") -> None:
        settings.endpoint, settings.server_key = endpoints, server_key
        bound.set()

    def serve() -> None:
        try:
            server(context, settings, meter, note)
        except Exception as error:
            failures.append(error)
            bound.set()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    bound.wait()
    if not failures:
        client(context, settings, meter)
    thread.join()
    if failures:
        raise failures[0]


def run_awaiting(settings: Settings, meter: Meter) -> None:
    """Run a role in an event loop; both roles of one process are two tasks."""
    if settings.pattern not in awaiting.PATTERNS:
        raise UnsupportedError(f"no {settings.pattern} with {settings.flavour}")
    server, client = awaiting.PATTERNS[settings.pattern]
    context = new_context(settings, awaiting.context_factory(settings))

    def note(endpoints: str, server_key: str = "") -> None:
        settings.endpoint = endpoints

    async def main() -> None:
        match settings.role:
            case "server":
                await server(context, settings, meter, announce)
            case "client":
                await client(context, settings, meter)
            case _:  # an inproc client may connect first
                note(f"{settings.transport}://benchmark-0")
                await awaiting.together(
                    settings,
                    server(context, settings, meter, note),  # type: ignore[arg-type]
                    client(context, settings, meter),  # type: ignore[arg-type]
                )

    awaiting.run(settings, main)
    context.term()
    meter.stop_processor()


def main(arguments: list[str]) -> int:
    """Run the role; return the exit code."""
    settings = parse(arguments)
    meter = Meter()
    try:
        if settings.pattern in calls.PATTERNS:
            calls.PATTERNS[settings.pattern](settings, meter)
        elif settings.flavour == "sync":
            run_blocking(settings, meter)
        else:
            run_awaiting(settings, meter)
    except Exception as error:
        return fail(error)
    tell_result(meter.result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
