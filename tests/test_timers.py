"""Timers: functions called by the thread that polls."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

import zmq


@pytest.fixture
def timers():
    return zmq.Timers()


def run_until(timers, condition):
    """Wait for timers and execute them, like the loop of a program, until the condition is true."""
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        timeout = timers.timeout()
        assert timeout is not None
        pause.wait(timeout / 1000)
        timers.execute()
    raise AssertionError("the condition never became true")


def test_no_timers(timers):
    assert timers.timeout() is None
    assert timers.execute() == 0
    assert len(timers) == 0


def test_function_is_called_repeatedly_with_its_arguments(timers):
    calls = []
    timer = timers.add(1, lambda *args: calls.append(args), "a", 5)
    run_until(timers, lambda: len(calls) >= 3)
    assert set(calls) == {(timer, "a", 5)}
    assert timer in timers


def test_timeout_is_the_time_to_the_first(timers):
    timers.add(50_000, print)
    timers.add(20_000, print)
    assert 10_000 < timers.timeout() <= 20_000
    assert timers.execute() == 0


def test_timeout_is_zero_once_a_function_is_due(timers, until):
    timers.add(1, print)
    assert until(lambda: timers.timeout() == 0)


def test_functions_are_called_in_order_of_time(timers):
    calls = []
    late = timers.add(3, calls.append)
    early = timers.add(1, calls.append)
    threading.Event().wait(0.01)
    assert timers.execute() == 2
    assert calls == [early, late]


def test_cancelled_timer_does_not_fire(timers):
    timer = timers.add(1, pytest.fail)
    timers.cancel(timer)
    assert timer not in timers
    assert len(timers) == 0
    assert timers.timeout() is None
    for change in (timers.cancel, timers.reset, lambda timer: timers.set_interval(timer, 5)):
        with pytest.raises(zmq.ZMQError, match=f"there is no timer {timer}") as raised:
            change(timer)
        assert raised.value.errno == zmq.EINVAL


def test_set_interval_counts_from_now(timers):
    timer = timers.add(1, pytest.fail)
    threading.Event().wait(0.01)
    timers.set_interval(timer, 60_000)
    assert timers.execute() == 0
    assert 30_000 < timers.timeout() <= 60_000
    timers.set_interval(timer, 1)
    assert timers.timeout() <= 1


def test_reset_restarts_the_interval(timers):
    timer = timers.add(60_000, pytest.fail)
    threading.Event().wait(0.01)
    before = timers.timeout()
    timers.reset(timer)
    assert timers.timeout() > before


def test_functions_may_change_timers(timers):
    calls = []

    def once(timer):
        calls.append("once")
        timers.cancel(timer)
        timers.cancel(victim)
        timers.reset(put_off)
        timers.add(1, lambda _: calls.append("added"))
        timers.set_interval(slow, 1)

    timers.add(1, once)
    victim = timers.add(2, pytest.fail)
    put_off = timers.add(100, lambda _: calls.append("put off"))
    slow = timers.add(60_000, lambda _: calls.append("slow"))
    threading.Event().wait(0.01)
    assert timers.execute() == 1
    run_until(timers, lambda: {"added", "slow", "put off"} <= set(calls))
    assert calls.count("once") == 1


def test_exception_is_raised_and_the_others_follow(timers):
    calls = []

    def fail(timer):
        raise LookupError("mine")

    failing = timers.add(1, fail)
    timers.add(2, calls.append)
    threading.Event().wait(0.01)
    with pytest.raises(LookupError, match="mine"):
        timers.execute()
    assert calls == []
    assert timers.timeout() == 0
    timers.cancel(failing)
    assert timers.execute() == 1
    assert len(calls) == 1


def test_function_may_execute_the_others(timers):
    calls = []

    def nested(timer):
        timers.cancel(timer)
        calls.append(timers.execute())

    timers.add(1, nested)
    timers.add(2, lambda _: None)
    threading.Event().wait(0.01)
    assert timers.execute() == 1
    assert calls == [1]


@pytest.mark.parametrize("interval", [0, -1, 0.5, 2**31, float("nan"), float("inf")])
def test_interval_out_of_range_is_refused(timers, interval):
    timer = timers.add(5, print)
    with pytest.raises(ValueError, match="interval is from 1 to"):
        timers.add(interval, print)
    with pytest.raises(ValueError, match="interval is from 1 to"):
        timers.set_interval(timer, interval)


def test_wrong_types_are_refused(timers):
    with pytest.raises(TypeError, match="interval is a number of milliseconds, got '5'"):
        timers.add("5", print)
    with pytest.raises(TypeError, match="callback is a function to call, got 7"):
        timers.add(5, 7)
    with pytest.raises(zmq.ZMQError, match="there is no timer 'x'"):
        timers.cancel("x")
    assert len(timers) == 0


def test_fraction_is_rounded_up(timers):
    timers.add(60_000.5, print)
    assert timers.timeout() <= 60_001


def test_timers_that_refer_to_themselves_are_collected(timers):
    made = zmq.Timers()
    made.add(1000, made.execute)
    reference = weakref.ref(made)
    del made
    gc.collect()
    assert reference() is None


def test_timers_go_with_a_poller(timers, pair):
    one, other = pair
    poller = zmq.Poller()
    poller.register(other, zmq.POLLIN)
    sent = []

    def tick(timer):
        one.send(b"tick %d" % len(sent))
        sent.append(timer)

    timers.add(5, tick)
    received = []
    while len(received) < 3:
        for socket, _ in poller.poll(timers.timeout()):
            received.append(socket.recv())
        timers.execute()
    assert received == [b"tick 0", b"tick 1", b"tick 2"]
