"""``top``: a live table of the sockets of running processes."""

from __future__ import annotations

import argparse
import glob
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any, NamedTuple, NoReturn

import zmq
from zmq.cli.messages import printable
from zmq.cli.options import add_command, count, endpoint_to_connect, seconds
from zmq.cli.outcome import CommandError, TimeoutExpired, UsageError
from zmq.cli.sockets import GLANCE_MS, opening, patiently
from zmq.error import Again

__all__ = ["add_commands"]

_EXAMPLES = """\
examples:
  PYZMQ_METRICS=ipc:///tmp/app python app.py   serves its metrics
  {prog} ipc:///tmp/app                        its sockets, once a second
  {prog} ipc:///tmp/app --peers --sort dropped
  {prog} 'ipc:///tmp/app-{{pid}}'                all processes that serve by this pattern
  {prog} ipc:///tmp/app --once --format json | jq '.[].sockets[].stats.queued_out'
"""

_ENVIRONMENT_VARIABLE = "PYZMQ_METRICS"


class _Row(NamedTuple):
    """A line of the table; rates are per second, and None at first."""

    process: str
    socket: str
    where: str
    sent: float | None
    received: float | None
    out_bytes: float | None
    in_bytes: float | None
    queued_out: int
    queued_in: int
    dropped: int
    dropping: float | None
    peers: str
    state: str


_SORT_KEYS: dict[str, Callable[[_Row], Any]] = {
    "socket": lambda row: 0,
    "type": lambda row: row.socket,
    "sent": lambda row: -(row.sent or 0),
    "received": lambda row: -(row.received or 0),
    "queued": lambda row: -(row.queued_out + row.queued_in),
    "dropped": lambda row: (-(row.dropping or 0), -row.dropped),
    "peers": lambda row: row.peers,
}


def add_commands(commands: Any) -> None:
    """Add the command ``top``."""
    parser = add_command(
        commands,
        "top",
        "watch the sockets of running processes: rates, queues, drops, peers",
        _EXAMPLES,
        "A process can be watched if it has called zmq.metrics.serve(), or was started with the\n"
        f"environment variable {_ENVIRONMENT_VARIABLE}. Without an endpoint, the command uses\n"
        "the one in that variable.\n"
        "For several processes use ipc:///tmp/app-{pid}.\n"
        "The live table needs the package rich; without it, lines are printed. A narrow terminal\n"
        "shows fewer columns.",
        "[ENDPOINT]...",
    )
    parser.add_argument(
        "endpoint", nargs="*", metavar="ENDPOINT", help="endpoints of one or more processes"
    )
    parser.add_argument(
        "-i",
        "--interval",
        type=seconds,
        default=1.0,
        metavar="SECONDS",
        help="time between two updates (default: 1)",
    )
    parser.add_argument("-n", "--count", type=count, metavar="N", help="exit after N updates")
    parser.add_argument("--once", action="store_true", help="print once and exit")
    parser.add_argument(
        "-f",
        "--format",
        choices=("table", "json"),
        default="table",
        help="output format (default: table); json is a list of the processes' replies",
    )
    parser.add_argument("-p", "--peers", action="store_true", help="show each peer, too")
    parser.add_argument(
        "-s",
        "--sort",
        choices=sorted(_SORT_KEYS),
        default="socket",
        metavar="KEY",
        help="sort order of the sockets (default: socket, the oldest first): "
        + ", ".join(sorted(_SORT_KEYS)),
    )
    parser.add_argument(
        "--filter",
        metavar="TEXT",
        help="show only sockets with TEXT in their type, place or endpoints",
    )
    parser.add_argument(
        "-t",
        "--timeout",
        type=seconds,
        default=5.0,
        metavar="SECONDS",
        help="exit with code 124 when a process does not answer for this many seconds (default: 5)",
    )
    parser.add_argument("--save", metavar="FILE", help="draw the last table into an SVG file")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    # remove the variable, because this process serves no metrics
    told_where = os.environ.pop(_ENVIRONMENT_VARIABLE, "").split()
    asked = options.endpoint or told_where
    endpoints = [
        endpoint_to_connect(endpoint) for pattern in asked for endpoint in _with_processes(pattern)
    ]
    if not endpoints:
        raise UsageError(f"an endpoint is missing, and {_ENVIRONMENT_VARIABLE} is not set")
    if options.save and not options.save.lower().endswith(".svg"):
        raise UsageError(f"--save draws .svg files, got {options.save!r}")
    if options.interval <= 0:
        raise UsageError("--interval must be more than 0 s")
    looks = 1 if options.once else options.count
    with zmq.Context() as context, ExitStack() as opened:
        processes = [opened.enter_context(_Process(context, endpoint)) for endpoint in endpoints]
        show = opened.enter_context(_shower(options, looks))
        number = 0
        before: list[dict[str, Any]] = []
        while True:
            started = time.monotonic()
            told = [process.ask(options.timeout) for process in processes]
            show(told, before)
            number += 1
            if number == looks:
                return
            before = told
            time.sleep(max(0.0, options.interval - (time.monotonic() - started)))


def _with_processes(endpoint: str) -> list[str]:
    """Replace ``{pid}`` by the process ids for which there is a socket file."""
    before, found, after = endpoint.partition("{pid}")
    if not found:
        return [endpoint]
    if not before.startswith("ipc://"):
        raise UsageError(
            f"{endpoint}: {{pid}} works only in ipc paths; give the endpoint of each process"
        )
    start = len(before.removeprefix("ipc://"))
    paths = glob.glob(glob.escape(before[6:]) + "[0-9]*" + glob.escape(after))
    pids = [path[start : len(path) - len(after)] for path in paths]
    endpoints = [f"{before}{pid}{after}" for pid in sorted(filter(str.isdecimal, pids), key=int)]
    if not endpoints:
        raise UsageError(f"{endpoint}: no process serves its metrics at such a path")
    return endpoints


class _Process:
    """The connection to a process that serves its metrics."""

    def __init__(self, context: zmq.Context[Any], endpoint: str) -> None:
        self._context = context
        self._endpoint = endpoint

    def __enter__(self) -> _Process:
        self._socket = self._context.socket(zmq.REQ)
        self._socket.linger = 0
        self._socket.rcvtimeo = self._socket.sndtimeo = GLANCE_MS
        opening(self._socket.connect, self._endpoint)
        return self

    def __exit__(self, *exception: object) -> None:
        self._socket.close(0)

    def ask(self, timeout: float) -> dict[str, Any]:
        try:
            patiently(lambda: self._socket.send(b"json"), timeout)
            answer = patiently(self._socket.recv, timeout)
        except Again:
            raise TimeoutExpired(
                f"{self._endpoint}: no answer for {timeout:g} s; has the process called"
                " zmq.metrics.serve()?"
            ) from None
        try:
            told = _checked(json.loads(answer, parse_constant=_refuse))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise CommandError(
                f"{self._endpoint}: the answer does not come from zmq.metrics"
            ) from None
        told["endpoint"] = self._endpoint
        return told


# ------------------------------------------------------------------ answers


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # not a JSON number


_NUMBERS = (
    "messages_sent",
    "messages_received",
    "bytes_out",
    "bytes_in",
    "queued_out",
    "queued_in",
    "connections",
    "connections_lost",
)
_PEER_NUMBERS = (
    "id",
    "messages_out",
    "messages_in",
    "bytes_out",
    "bytes_in",
    "queued_out",
    "queued_in",
    "dropped",
)
_PEER_TEXTS = ("endpoint", "state", "last_error", "user_id", "address", "remote")


def _checked(told: Any) -> dict[str, Any]:
    """Check that an answer has all fields that we use, with the right types, and return it.

    The program at the endpoint may send anything.
    """
    _check_number(told["pid"])
    _check_number(told["time"], float)
    for socket in _checked_list(told["sockets"]):
        _check_number(socket["socket"])
        for name in ("type", "made_at"):
            _check_text(socket[name])
        stats = socket["stats"]
        for name in _NUMBERS:
            _check_number(stats[name])
        for name in ("dropped", "refused"):
            for reason, number in stats[name].items():
                _check_text(reason)
                _check_number(number)
        for peer in _checked_list(socket["peers"]):
            for name in _PEER_NUMBERS:
                _check_number(peer[name])
            for name in _PEER_TEXTS:
                _check_text(peer[name])
            if peer["socket_type"] is not None:
                _check_text(peer["socket_type"])
            if peer["retry_in"] is not None:
                _check_number(peer["retry_in"], float)
    json.dumps(told)  # fails if the answer is nested too deeply to be written again
    found: dict[str, Any] = told
    return found


def _checked_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _check_number(value: Any, *others: type) -> None:
    if type(value) not in (int, *others) or not -(2**64) < value < 2**64:
        raise TypeError(value)


def _check_text(value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError(value)


# ------------------------------------------------------------------ rows


def _rows(
    told: list[dict[str, Any]], before: list[dict[str, Any]], options: argparse.Namespace
) -> list[_Row]:
    rows = []
    for number, process in enumerate(told):
        earlier = before[number] if number < len(before) else None
        if earlier is not None and earlier["pid"] != process["pid"]:
            earlier = None  # another process has started at this endpoint
        of_process = list(_rows_of(process, earlier, options))
        for row, peers in sorted(of_process, key=lambda found: _SORT_KEYS[options.sort](found[0])):
            rows.append(row)
            if options.peers:
                rows += peers
    return rows


def _rows_of(
    process: dict[str, Any], earlier: dict[str, Any] | None, options: argparse.Namespace
) -> Iterator[tuple[_Row, list[_Row]]]:
    known = {} if earlier is None else {s["socket"]: s for s in earlier["sockets"]}
    elapsed = 0.0 if earlier is None else process["time"] - earlier["time"]
    for socket in process["sockets"]:
        if options.filter and not _matches(socket, options.filter):
            continue
        stats = socket["stats"]
        old = known.get(socket["socket"])
        past = None if old is None else old["stats"]

        def rate(
            member: str, now: dict[str, Any] = stats, then: dict[str, Any] | None = past
        ) -> float | None:
            return _rate(now[member], None if then is None else then[member], elapsed)

        dropped = sum(stats["dropped"].values())
        yield (
            _Row(
                str(process["pid"]),
                f"{socket['socket']} {socket['type']}",
                socket["made_at"],
                rate("messages_sent"),
                rate("messages_received"),
                rate("bytes_out"),
                rate("bytes_in"),
                stats["queued_out"],
                stats["queued_in"],
                dropped,
                _rate(dropped, sum(past["dropped"].values()) if past else None, elapsed),
                f"{stats['connections']}",
                _trouble(stats),
            ),
            list(_peer_rows(socket, old, elapsed)),
        )


def _peer_rows(
    socket: dict[str, Any], earlier: dict[str, Any] | None, elapsed: float
) -> Iterator[_Row]:
    known = {} if earlier is None else {peer["id"]: peer for peer in earlier["peers"]}
    for peer in socket["peers"]:
        past = known.get(peer["id"], {})
        state = peer["state"].lower()
        if peer["retry_in"] is not None:
            state += f", again in {peer['retry_in']:.1f} s"
        if peer["last_error"] and peer["state"] != "CONNECTED":
            state += f" ({peer['last_error']})"
        name = peer["user_id"] or peer["address"] or peer["remote"]
        yield _Row(
            "",
            f"  {peer['socket_type'] or '?'}",
            f"{peer['endpoint']} {name}".rstrip(),
            _rate(peer["messages_out"], past.get("messages_out"), elapsed),
            _rate(peer["messages_in"], past.get("messages_in"), elapsed),
            _rate(peer["bytes_out"], past.get("bytes_out"), elapsed),
            _rate(peer["bytes_in"], past.get("bytes_in"), elapsed),
            peer["queued_out"],
            peer["queued_in"],
            peer["dropped"],
            _rate(peer["dropped"], past.get("dropped"), elapsed),
            "",
            state,
        )


def _matches(socket: dict[str, Any], text: str) -> bool:
    names = [socket["type"], socket["made_at"], *(peer["endpoint"] for peer in socket["peers"])]
    return any(text.lower() in name.lower() for name in names)


def _rate(now: int, then: int | None, elapsed: float) -> float | None:
    return None if then is None or elapsed <= 0 else max(0, now - then) / elapsed


def _trouble(stats: dict[str, Any]) -> str:
    """Return the problems of a socket as a short text."""
    found = [
        f"{reason.replace('_', ' ')} {number:,}"
        for reason, number in stats["dropped"].items()
        if number
    ]
    refused = sum(stats["refused"].values())
    if refused:
        found.append(f"{refused:,} refused")
    if stats["connections_lost"]:
        found.append(f"{stats['connections_lost']:,} lost")
    return ", ".join(found)


def _short(value: float | None) -> str:
    """Format a number briefly: 12.3k."""
    if value is None:
        return "-"
    if value < 10 and value != int(value):
        return f"{value:.1f}"
    for unit in ("", "k", "M", "G", "T"):
        if value < 999.5 or unit == "T":
            return f"{value:.0f}{unit}" if value >= 99.5 or not unit else f"{value:.1f}{unit}"
        value /= 1000
    raise AssertionError


_HEADER = (
    "pid",
    "socket",
    "created at, or peer",
    "sent/s",
    "recv/s",
    "B out/s",
    "B in/s",
    "out queue",
    "in queue",
    "dropped",
    "dropped/s",
    "peers",
    "what happened",
)
_LEFT = {"socket", "created at, or peer", "what happened"}


# The columns that a narrow terminal leaves out, in this order.
_LEAST_FIRST = (
    "B in/s",
    "B out/s",
    "what happened",
    "dropped/s",
    "peers",
    "recv/s",
    "sent/s",
    "pid",
    "dropped",
    "in queue",
    "out queue",
    "created at, or peer",
)
# The columns that may wrap, and their smallest widths.
_NARROWEST = {"created at, or peer": 20, "what happened": 13}


def _fitting(table: list[tuple[str, ...]], width: int) -> dict[str, int]:
    """Return the columns that fit, and the smallest width of each."""
    needed = {
        name: min(max(map(len, column)), _NARROWEST.get(name, width))
        for name, column in zip(_HEADER, zip(*table, strict=True), strict=True)
    }
    for name in _LEAST_FIRST:
        # two spaces between columns, plus the edges
        if sum(needed.values()) + 2 * len(needed) + 1 <= width:
            break
        del needed[name]
    return needed


def _shown(text: str) -> str:
    """Escape control characters: texts of peers must not control the terminal."""
    shown = printable(text.encode("utf-8", "backslashreplace")).decode()
    return shown.replace("\t", r"\x09").replace("\n", r"\x0a")


def _cells(row: _Row) -> tuple[str, ...]:
    return (
        row.process,
        _shown(row.socket),
        _shown(row.where),
        _short(row.sent),
        _short(row.received),
        _short(row.out_bytes),
        _short(row.in_bytes),
        f"{row.queued_out:,}",
        f"{row.queued_in:,}",
        f"{row.dropped:,}",
        _short(row.dropping),
        row.peers,
        _shown(row.state),
    )


# ------------------------------------------------------------------ output


class _shower:
    """Prints the answers: as a live table, as lines, or as JSON."""

    def __init__(self, options: argparse.Namespace, looks: int | None) -> None:
        self._options = options
        self._looks = looks
        self._live: Any = None
        self._last: Any = None

    def __enter__(self) -> Callable[[list[dict[str, Any]], list[dict[str, Any]]], None]:
        if self._options.save:
            _rich_table([], "", _WIDTH_OF_PICTURES)  # fails at once if rich is missing
        if self._options.format == "json":
            return self._print_json
        if self._looks != 1 and sys.stdout.isatty():
            try:
                from rich.live import Live
            except ImportError:
                return self._print_lines
            self._live = Live(auto_refresh=False, screen=True)
            self._live.__enter__()
            return self._draw
        return self._print_lines

    def __exit__(self, *exception: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)
            from rich.console import Console

            if self._last is not None:
                Console().print(self._last)

    def _title(self) -> str:
        sorted_by = f", sorted by {self._options.sort}" if self._options.sort != "socket" else ""
        return f"zmq top, {datetime.now():%H:%M:%S}{sorted_by}"

    def _print_json(self, told: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
        shown = [
            process
            | {
                "sockets": [
                    socket
                    for socket in process["sockets"]
                    if not self._options.filter or _matches(socket, self._options.filter)
                ]
            }
            for process in told
        ]
        sys.stdout.write(json.dumps(shown) + "\n")
        sys.stdout.flush()

    def _draw(self, told: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
        rows = _rows(told, before, self._options)
        self._last = _rich_table(rows, self._title(), self._live.console.width)
        self._live.update(self._last, refresh=True)
        self._save(rows)

    def _print_lines(self, told: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
        rows = _rows(told, before, self._options)
        table = [_HEADER, *map(_cells, rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for cells in table:
            line = "  ".join(
                f"{cell:<{width}}" if name in _LEFT else f"{cell:>{width}}"
                for name, cell, width in zip(_HEADER, cells, widths, strict=True)
            )
            print(line.rstrip())
        sys.stdout.flush()
        self._save(rows)

    def _save(self, rows: list[_Row]) -> None:
        if not self._options.save:
            return
        from rich.console import Console

        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            console = Console(
                record=True, width=_WIDTH_OF_PICTURES, file=nowhere, force_terminal=True
            )
            console.print(_rich_table(rows, self._title(), _WIDTH_OF_PICTURES))
            picture = console.export_svg(title="zmq top")
        # Without this, viewers of the file would download fonts.
        picture = re.sub(r"@font-face \{.*?\}|<!--.*?-->", "", picture, flags=re.DOTALL)
        with open(self._options.save, "w", encoding="utf-8") as file:
            file.write(picture)


_WIDTH_OF_PICTURES = 190


def _rich_table(rows: list[_Row], title: str, width: int) -> Any:
    try:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        raise CommandError("--save needs rich, which is not installed: pip install rich") from None
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    every = [_cells(row) for row in rows]
    fitting = _fitting([_HEADER, *every], width)
    for name, narrowest in fitting.items():
        table.add_column(
            name,
            justify="left" if name in _LEFT else "right",
            no_wrap=name not in _NARROWEST,
            overflow="fold",
            min_width=narrowest,
        )
    for row, cells in zip(rows, every, strict=True):
        is_peer = not row.process
        style = "dim" if is_peer else ""
        if row.dropping:
            style = "bold red"
        elif row.queued_out + row.queued_in > 0 and not is_peer:
            style = "yellow"
        shown: dict[str, str] = dict(zip(_HEADER, cells, strict=True))
        table.add_row(*(Text(shown[name]) for name in fitting), style=style)
    return table
