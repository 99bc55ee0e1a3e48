"""zmq.Stopwatch, kept for old programs."""

from __future__ import annotations

import time

import pytest

import zmq


class Clock:
    """Replaces the clock; its time changes only when the test sets it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


@pytest.fixture
def stopwatch(clock):
    with pytest.warns(DeprecationWarning, match="Stopwatch"):
        return zmq.Stopwatch()


def test_stop_returns_microseconds(stopwatch, clock):
    stopwatch.start()
    clock.now += 2.5
    assert stopwatch.stop() == 2_500_000


def test_stop_returns_an_int(stopwatch, clock):
    stopwatch.start()
    clock.now += 0.0000015
    assert stopwatch.stop() == 1
    assert type(stopwatch.stop()) is int


def test_stopwatch_runs_on_after_stop(stopwatch, clock):
    stopwatch.start()
    clock.now += 1
    stopwatch.stop()
    clock.now += 1
    assert stopwatch.stop() == 2_000_000


def test_start_resets_the_clock(stopwatch, clock):
    stopwatch.start()
    clock.now += 1
    stopwatch.start()
    clock.now += 3
    assert stopwatch.stop() == 3_000_000


def test_it_begins_when_it_is_made(stopwatch, clock):
    clock.now += 1
    assert stopwatch.stop() == 1_000_000
