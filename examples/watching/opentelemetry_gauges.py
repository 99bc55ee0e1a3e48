"""Export the counters of this process's sockets to OpenTelemetry.

Needs the package opentelemetry-sdk: ``pip install opentelemetry-sdk``. This example exports to the
terminal; a real program exports to a collector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader

import zmq
import zmq.metrics

GAUGES = {"zmq.queued_out": "queued_out", "zmq.queued_in": "queued_in"}
COUNTERS = {"zmq.messages_sent": "messages_sent", "zmq.messages_received": "messages_received"}


def observing(member: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
    """Return a callback that reports one member of `zmq.SocketStats` for each socket."""

    def observe(options: CallbackOptions) -> Iterable[Observation]:
        for socket in zmq.metrics.snapshot()["sockets"]:
            labels = {name: socket[name] for name in ("socket", "type", "made_at")}
            yield Observation(socket["stats"][member], labels)

    return observe


def watch_sockets() -> None:
    """Register the instruments; the exporter reads them from now on."""
    meter = metrics.get_meter("zmq")
    for name, member in GAUGES.items():
        meter.create_observable_gauge(name, [observing(member)])
    for name, member in COUNTERS.items():
        meter.create_observable_counter(name, [observing(member)])


def main() -> None:
    """Send a few messages, and print their metrics."""
    reader = PeriodicExportingMetricReader(ConsoleMetricExporter())
    metrics.set_meter_provider(MeterProvider([reader]))
    watch_sockets()
    context = zmq.Context()
    with context, context.socket(zmq.PUSH) as push, context.socket(zmq.PULL) as pull:
        push.bind("inproc://jobs")
        pull.connect("inproc://jobs")
        for _ in range(3):
            push.send(b"a job")
        pull.recv()
        reader.force_flush()


if __name__ == "__main__":
    main()
