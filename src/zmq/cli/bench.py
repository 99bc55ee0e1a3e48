"""``bench``: throughput and latency between two processes."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import zmq
from zmq.cli import bench_peer, plot
from zmq.cli.options import add_command, seconds, size
from zmq.cli.outcome import CommandError, UsageError
from zmq.cli.progress import Progress, open_progress
from zmq.cli.sockets import opened_context
from zmq.constants import SocketOption, SocketType
from zmq.error import Again
from zmq.sugar.version import DISTRIBUTION_VERSION

__all__ = ["add_commands"]

_TRANSPORTS = ("tcp", "ipc", "ws", "inproc")
_DEFAULT_SIZES = [16, 256, 4096, 65536, 1048576]
# The time limit for replies of the other process, in ms.
_PATIENCE = 30_000

_OTHER_PROCESS = "import sys; from zmq.cli.bench_peer import run; run(sys.argv[1])"

_EXAMPLES = """\
examples:
  {prog}
  {prog} --transport ipc --sizes 64,1K,1M --seconds 3 --plot
  {prog} --only latency --json > latency.json
  {prog} --save bench.svg --save bench.png
"""


def add_commands(commands: Any) -> None:
    """Add the command ``bench``."""
    parser = add_command(
        commands,
        "bench",
        "measure throughput and latency between two processes",
        _EXAMPLES,
        "Throughput is measured from PUSH to PULL, latency as the round trip from REQ to REP and\n"
        "back. With inproc, both sides are threads of one process.",
    )
    parser.add_argument(
        "--transport",
        choices=_TRANSPORTS,
        default="tcp",
        help="transport between the processes (default: tcp)",
    )
    parser.add_argument(
        "--sizes",
        type=_sizes,
        default=_DEFAULT_SIZES,
        metavar="SIZES",
        help="sizes of the messages in bytes, separated by commas (default: 16,256,4K,64K,1M)",
    )
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=1.0,
        metavar="S",
        help="time for each measurement (default: 1)",
    )
    parser.add_argument(
        "--only", choices=("throughput", "latency"), help="measure only this (default: both)"
    )
    parser.add_argument(
        "--batch", action="store_true", help="use send_many and recv_many for the throughput"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument(
        "--plot", action="store_true", help="draw the results in the terminal (needs plotext)"
    )
    parser.add_argument(
        "--save",
        action="append",
        default=[],
        metavar="FILE",
        help="draw the results into a .png or .svg file (needs matplotlib); can be repeated",
    )
    parser.add_argument("--no-progress", action="store_true", help="do not show a progress bar")
    parser.set_defaults(run=_run)


def _sizes(text: str) -> list[int]:
    return sorted({size(item) for item in text.split(",")})


def _run(options: argparse.Namespace) -> None:
    # report missing packages before the measurement, not after it
    if options.seconds <= 0:
        raise UsageError("--seconds must be more than 0")
    plot.check(options.plot, options.save)
    if options.transport == "ws" and not zmq.has("WS"):
        raise CommandError("this libzmq was built without ws")
    if options.transport == "ipc" and not zmq.has("ipc"):
        raise CommandError("this system has no ipc")
    kinds = [options.only] if options.only else ["throughput", "latency"]
    steps = len(kinds) * len(options.sizes)
    results: dict[str, Any] = {
        "transport": options.transport,
        "seconds": options.seconds,
        "pyzmq": DISTRIBUTION_VERSION,
        "libzmq": zmq.zmq_version(),
    }
    with (
        open_progress(steps * options.seconds, show=not options.no_progress) as progress,
        opened_context() as context,
        _other_side(context, options.transport) as other,
    ):
        for kind in kinds:
            measure = _throughput if kind == "throughput" else _latency
            results[kind] = [
                measure(context, other, message_size, options, progress)
                for message_size in options.sizes
            ]
    if options.json:
        json.dump(results, sys.stdout, indent=2)
        print()
    else:
        _print_tables(results)
    if options.plot:
        sys.stdout.flush()
        plot.draw(results)
    for path in options.save:
        plot.save(results, path)


# ---------------------------------------------------------------------- the two sides


class _OtherSide:
    """Sends tasks to the other process, or thread."""

    def __init__(self, control: zmq.Socket[Any], new_endpoint: Callable[[], str]) -> None:
        self._control = control
        self.new_endpoint = new_endpoint

    def start(self, **task: Any) -> None:
        self._control.send_json(task)

    def finished(self) -> None:
        """Wait until the other side has finished the task."""
        try:
            answer = self._control.recv_json()
        except Again:
            raise CommandError("the other process does not answer") from None
        if answer.get("error"):
            raise CommandError(f"the other process failed: {answer['error']}")


@contextmanager
def _other_side(context: zmq.Context[Any], transport: str) -> Iterator[_OtherSide]:
    control = context.socket(SocketType.PAIR)
    control.linger = 0
    control.rcvtimeo = control.sndtimeo = _PATIENCE
    with control, tempfile.TemporaryDirectory(prefix="zmq-bench-") as folder:
        names = iter(range(1_000_000))

        def new_endpoint() -> str:
            if transport == "ipc":
                return f"ipc://{folder}/{next(names)}"
            if transport == "inproc":
                return f"inproc://zmq-bench-{next(names)}"
            return f"{transport}://127.0.0.1:*"

        other = _OtherSide(control, new_endpoint)
        if transport == "inproc":
            control.bind("inproc://zmq-bench-control")
            thread = threading.Thread(
                target=bench_peer.serve,
                args=(context, "inproc://zmq-bench-control"),
                daemon=True,
            )
            thread.start()
            try:
                yield other
            finally:
                control.send_json({"do": "quit"})
                thread.join(_PATIENCE / 1000)
            return
        port = control.bind_to_random_port("tcp://127.0.0.1")
        process = subprocess.Popen(
            [sys.executable, "-c", _OTHER_PROCESS, f"tcp://127.0.0.1:{port}"],
            # This pipe closes when our process ends, for any reason; then the other process ends,
            # too.
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # Ctrl-C in a terminal must reach only our process, which then ends the other one.
            start_new_session=True,
        )
        try:
            yield other
        finally:
            process.terminate()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()


# ---------------------------------------------------------------------- measurements


def _bound(context: zmq.Context[Any], kind: SocketType, endpoint: str, hwm: int) -> Any:
    sock = context.socket(kind)
    sock.linger = 0
    sock.rcvtimeo = sock.sndtimeo = _PATIENCE
    sock.set_hwm(hwm)
    sock.bind(endpoint)
    return sock


def _endpoint_of(sock: zmq.Socket[Any]) -> str:
    return sock.get_string(SocketOption.LAST_ENDPOINT)


def _throughput(
    context: zmq.Context[Any],
    other: _OtherSide,
    message_size: int,
    options: argparse.Namespace,
    progress: Progress,
) -> dict[str, Any]:
    progress.describe(f"throughput, {_size_text(message_size)}")
    # at most 64 MiB of unreceived messages
    hwm = max(2, min(1000, (64 << 20) // message_size))
    with _bound(context, SocketType.PULL, other.new_endpoint(), hwm) as pull:
        other.start(
            do="send",
            endpoint=_endpoint_of(pull),
            size=message_size,
            seconds=options.seconds,
            hwm=hwm,
            batch=options.batch,
        )
        try:
            received, elapsed = (_receive_batches if options.batch else _receive_each)(
                pull, options.seconds, progress
            )
        except Again:
            raise CommandError("the other process sends nothing") from None
        other.start()  # tells the other side that all messages have arrived
        other.finished()
    rate = received / elapsed if elapsed > 0 else 0.0
    return {
        "size": message_size,
        "messages": received,
        "elapsed": elapsed,
        "messages_per_second": rate,
        "megabytes_per_second": rate * message_size / 1e6,
    }


def _receive_each(pull: Any, duration: float, progress: Progress) -> tuple[int, float]:
    """Receive until an empty message; return number and time of the messages after the first."""
    recv = pull.recv
    recv()
    started = shown = time.perf_counter()
    received = 0
    while True:
        # read the clock rarely: reading it takes as long as receiving a message
        for _ in range(200):
            if not recv():
                elapsed = time.perf_counter() - started
                progress.advance(max(0.0, duration - (shown - started)))
                return received, elapsed
            received += 1
        now = time.perf_counter()
        if now - shown > 0.05 and now - started < duration:
            progress.advance(now - shown)
            shown = now


def _receive_batches(pull: Any, duration: float, progress: Progress) -> tuple[int, float]:
    """Receive like `_receive_each`, with ``recv_many``."""
    pull.recv()
    started = shown = time.perf_counter()
    received = 0
    while True:
        batch = pull.recv_many(500, _PATIENCE)
        received += len(batch)
        now = time.perf_counter()
        if not batch:
            raise Again
        if not batch[-1]:
            progress.advance(max(0.0, duration - (shown - started)))
            return received - 1, now - started
        if now - shown > 0.05 and now - started < duration:
            progress.advance(now - shown)
            shown = now


def _latency(
    context: zmq.Context[Any],
    other: _OtherSide,
    message_size: int,
    options: argparse.Namespace,
    progress: Progress,
) -> dict[str, Any]:
    progress.describe(f"latency, {_size_text(message_size)}")
    message = bytes(message_size)
    times = []
    with _bound(context, SocketType.REQ, other.new_endpoint(), 1000) as req:
        other.start(do="echo", endpoint=_endpoint_of(req))
        try:
            for _ in range(20):  # establish the connection and warm the caches
                req.send(message)
                req.recv()
            started = shown = time.perf_counter()
            while True:
                before = time.perf_counter()
                req.send(message)
                req.recv()
                now = time.perf_counter()
                times.append(now - before)
                if now - shown > 0.05:
                    progress.advance(min(now, started + options.seconds) - shown)
                    shown = now
                if now - started >= options.seconds:
                    break
            req.send(b"")
            req.recv()
        except Again:
            raise CommandError("the other process does not reply") from None
    progress.advance(max(0.0, options.seconds - (shown - started)))
    other.finished()
    times.sort()
    return {
        "size": message_size,
        "round_trips": len(times),
        "microseconds": {
            "min": times[0] * 1e6,
            "median": _quantile(times, 0.5),
            "p90": _quantile(times, 0.9),
            "p99": _quantile(times, 0.99),
            "max": times[-1] * 1e6,
        },
    }


def _quantile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] * 1e6


# ---------------------------------------------------------------------- tables


def _size_text(number: int) -> str:
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if number % factor == 0:
            return f"{number // factor} {unit}"
    return f"{number} B"


def _print_tables(results: dict[str, Any]) -> None:
    if "throughput" in results:
        _print_table(
            f"Throughput by {results['transport']}, PUSH to PULL",
            ("size", "messages/s", "MB/s"),
            [
                (
                    _size_text(row["size"]),
                    f"{row['messages_per_second']:,.0f}",
                    f"{row['megabytes_per_second']:,.1f}",
                )
                for row in results["throughput"]
            ],
        )
    if "latency" in results:
        if "throughput" in results:
            print()
        _print_table(
            f"Round trip by {results['transport']}, REQ to REP, in µs",
            ("size", "min", "median", "90 %", "99 %", "max"),
            [
                (_size_text(row["size"]), *(f"{us:,.1f}" for us in row["microseconds"].values()))
                for row in results["latency"]
            ],
        )


def _print_table(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.table import Table
        except ImportError:
            pass
        else:
            table = Table(title=title, title_justify="left")
            for name in header:
                table.add_column(name, justify="right")
            for row in rows:
                table.add_row(*row)
            Console().print(table)
            return
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [title]
    for row in (header, *rows):
        lines.append("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)))
    text = "\n".join(lines)
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding))
