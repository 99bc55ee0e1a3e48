"""Lets the tests import the modules in this folder, and keeps the results for the table."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "libzmq_patches")]

from remote_peer import PEERS, Remote  # noqa: E402

RESULTS = os.environ.get("INTEROP_RESULTS", "")
"""Each result is appended to this file as a line of JSON; `make interop` sets the variable."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[object]:
    """Store the result of a test of the matrix; the workers of xdist append to the same file."""
    report = yield
    case = getattr(item, "callspec", None) and item.callspec.params.get("case")
    if RESULTS and case is not None and (report.when == "call" or not report.passed):
        outcome = "fault" if hasattr(report, "wasxfail") else report.outcome
        line = json.dumps({"test": item.name, "outcome": outcome, **case._asdict()})
        with open(RESULTS, "a", encoding="utf-8") as file:
            file.write(line + "\n")
    return report


@pytest.fixture
def start_peer() -> Iterator[object]:
    """Start the process of a peer: ``start_peer("PyZMQ")``; it ends with the test."""
    started: list[Remote] = []

    def start(name: str) -> Remote:
        reason = PEERS[name].why_missing()
        if reason is not None:
            pytest.skip(reason)
        started.append(Remote(PEERS[name]))
        return started[-1]

    yield start
    for remote in started:
        remote.end()
