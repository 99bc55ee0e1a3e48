"""A pytest plugin that writes the outcome of each test as soon as it is known.

``DEPENDENTS_OUTCOMES`` names the file. Each line is a JSON object: the start of a test, or its
outcome. So after a hang or a crash the file names the test that ran, and has the outcomes of the
earlier tests. ``DEPENDENTS_BEFORE`` is Python code to run first, for tests that are older than the
interpreter.
"""

from __future__ import annotations

import json
import os

import pytest

exec(os.environ.get("DEPENDENTS_BEFORE", ""))

_phases: dict[str, dict[str, str]] = {}


def _write(entry: dict[str, str]) -> None:
    with open(os.environ["DEPENDENTS_OUTCOMES"], "a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    # A test may run pytest in a process that lacks this variable: write nothing there.
    if "DEPENDENTS_OUTCOMES" not in os.environ:
        config.pluginmanager.unregister(name=__name__)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that an earlier round has run, and excluded tests."""
    done = os.environ.get("DEPENDENTS_DONE")
    if not done:
        return
    with open(done, encoding="utf-8") as file:
        names = set(json.load(file))
    leave = [item for item in items if item.nodeid in names or _function(item.nodeid) in names]
    config.hook.pytest_deselected(items=leave)
    items[:] = [item for item in items if item not in leave]


def _function(nodeid: str) -> str:
    """Return the name of a test without its parameters."""
    return nodeid.partition("[")[0]


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _write({"test": report.nodeid, "outcome": "not collected", "why": str(report.longrepr)})


def pytest_runtest_logstart(nodeid: str) -> None:
    _phases[nodeid] = {}
    _write({"test": nodeid, "outcome": "started"})


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    outcome = report.outcome
    if outcome == "skipped" and hasattr(report, "wasxfail"):
        outcome = "xfailed"
    phases = _phases.setdefault(report.nodeid, {})
    # Some plugins run a test again; the last outcome counts.
    phases[report.when or "call"] = outcome
    if outcome in ("failed", "skipped"):
        crash = getattr(report.longrepr, "reprcrash", None)
        phases["why"] = crash.message if crash else str(report.longrepr)[-600:]


def pytest_runtest_logfinish(nodeid: str) -> None:
    phases = _phases.pop(nodeid, {})
    why = phases.pop("why", "")
    outcomes = set(phases.values())
    for outcome in ("failed", "skipped", "xfailed"):
        if outcome in outcomes:
            _write({"test": nodeid, "outcome": outcome, "why": why})
            return
    _write({"test": nodeid, "outcome": "passed"})
