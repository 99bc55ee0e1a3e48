"""Watch messages flow: each line of the table is two programs (or threads) that exchange messages.

Run it with ``python examples/demo``; ``--quick`` moves fewer messages. Every message is checked.
The exit code is 0 if all patterns passed, 1 if one failed, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import faulthandler
import platform
import sys
import tempfile
import time
from functools import partial
from importlib.metadata import version

import classic
import draft
import zmq
from harness import Pattern, play
from report import Report, make_report

TIME_LIMIT_S = 300.0
"""The program ends after this many seconds in any case."""

PATTERNS = [
    Pattern("REQ/REP", "tcp", "CURVE", 10_000, classic.req_rep_curve),
    Pattern("PUB/SUB, topics", "ipc", "none", 300_000, classic.pub_sub),
    Pattern("PUSH/PULL", "tcp", "none", 1_000_000, classic.push_pull),
    Pattern("PUSH/PULL, many", "tcp", "none", 2_000_000, classic.push_pull_many),
    Pattern("PUSH/PULL 1 MiB", "tcp", "none", 1_000, classic.push_pull_zero_copy),
    Pattern("ROUTER/DEALER", "tcp", "none", 50_000, classic.router_dealer),
    Pattern("PAIR, 2 threads", "inproc", "none", 500_000, classic.pair_threads),
    Pattern("REQ/REP", "ws", "none", 10_000, classic.req_rep_websocket),
    Pattern("CLIENT/SERVER", "tcp", "none", 100_000, draft.client_server),
    Pattern("RADIO/DISH", "udp", "none", 20_000, draft.radio_dish),
    Pattern("SCATTER/GATHER", "ipc", "none", 200_000, draft.scatter_gather),
    Pattern("CHANNEL", "tcp", "none", 100_000, draft.channel_pair),
]


def parse_arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        prog="examples/demo", description="Messages between processes, in every pattern."
    )
    parser.add_argument("--quick", action="store_true", help="move a hundredth of the messages")
    parser.add_argument("--plain", action="store_true", help="plain lines, even on a terminal")
    parser.add_argument(
        "--only", metavar="TEXT", help="run only patterns whose line contains TEXT, e.g. --only ws"
    )
    return parser.parse_args()


def chosen(only: str | None) -> list[Pattern]:
    """Return the patterns to run; raise SystemExit if none is left."""
    patterns = [
        p
        for p in PATTERNS
        if only is None or only.lower() in f"{p.name} {p.transport} {p.security}".lower()
    ]
    if not patterns:
        sys.exit(f"--only {only}: no pattern contains that; run without it to see them all")
    return patterns


def run_all(patterns: list[Pattern], report: Report, quick: bool) -> int:
    """Run the patterns one after the other; return how many failed."""
    failures = 0
    with tempfile.TemporaryDirectory(prefix="zmq-demo-") as folder:
        for pattern in patterns:
            report.started(pattern)
            messages = max(pattern.messages // 100, 10) if quick else pattern.messages
            try:
                measure = play(pattern, messages, folder, partial(report.progressed, pattern))
            except Exception as error:  # one broken pattern must not hide the others
                failures += 1
                report.failed(pattern, error)
            else:
                report.passed(pattern, measure)
    return failures


def main() -> int:
    """Run the demo and return its exit code."""
    arguments = parse_arguments()
    faulthandler.dump_traceback_later(TIME_LIMIT_S, exit=True)
    patterns = chosen(arguments.only)
    title = (
        f"pyzmq {version('pyzmq')}, libzmq {zmq.zmq_version()}"
        f" (draft API {'on' if zmq.has('draft') else 'off'}),"
        f" {platform.python_implementation()} {platform.python_version()}"
    )
    start = time.perf_counter()
    report = make_report(title, patterns, arguments.plain)
    report.begin()
    try:
        failures = run_all(patterns, report, arguments.quick)
    except KeyboardInterrupt:
        failures = None
    finally:
        report.end()
    if failures is None:
        print("interrupted", file=sys.stderr)
        return 130
    seconds = time.perf_counter() - start
    print(f"{len(patterns) - failures} of {len(patterns)} passed in {seconds:.1f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
