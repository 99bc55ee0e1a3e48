"""The cookbook's programs run within a time limit, and print what they should."""

from __future__ import annotations

import importlib.util
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples" / "cookbook"
TIMEOUT_S = 100

SHOWN = {
    "broker": [
        "b'HELLO'",
        "while paused: no reply",
        "b'STILL THERE?'",
        "2 requests, 2 replies",
    ],
    "clone": ["a client that came late has {b'colour': b'blue'}"],
    "last_value_cache": ["[b'temperature/Lagos', b'31']"] * 2,
    "lazy_pirate": ["b'HELLO' was handled 1 time", "no reply in 3 tries of 100 ms"],
    "majordomo": [
        "[b'HELLO']",
        "[b'5', b'3']",
        "[b'200']",
        "[b'404']",
        "no reply from b'coffee' in 3 tries of 100 ms",
    ],
    "numpy_arrays": [
        "(1080, 1920, 3) uint8 0.0 False",
        "(1080, 1920, 3) uint8 1.0 False",
    ],
    "paranoid_pirate": ["20 requests, 20 replies"],
}
STOPPED = {
    "stop_asyncio": ["at least one reply was sent: True", "at most one request is left: True"],
    "stop_processes": ["every task has its result: True", "exit codes: [0]"],
    "stop_threads": ["every task has its result: True"],
}
OTHERS = {"logging_to_one_place", "test_word_service", "word_service"}
NEEDS = {"numpy_arrays": "numpy"}


def command(program: str, *arguments: str) -> list[str]:
    path = str(FOLDER / f"{program}.py")
    return [sys.executable, "-W", "error", "-X", "utf8", path, *arguments]


def run(program: str, *arguments: str) -> list[str]:
    """The lines that a program prints; it must end well, and print no error."""
    ended = subprocess.run(
        command(program, *arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.returncode == 0
    return ended.stdout.splitlines()


def test_every_program_is_tested() -> None:
    assert {*SHOWN, *STOPPED, *OTHERS} == {path.stem for path in FOLDER.glob("*.py")}


@pytest.mark.parametrize("program", SHOWN)
def test_program_prints_what_it_should(program: str) -> None:
    if program in NEEDS and importlib.util.find_spec(NEEDS[program]) is None:
        pytest.skip(f"needs the package {NEEDS[program]}")
    assert run(program) == SHOWN[program]


@pytest.mark.parametrize("program", STOPPED)
def test_program_stops_when_its_time_is_over(program: str) -> None:
    if sys.platform == "win32" and program == "stop_processes":
        pytest.skip("Windows has no SIGTERM to handle")
    assert run(program, "--seconds", "2") == STOPPED[program]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("program", STOPPED)
def test_program_stops_gracefully_by_signal(program: str, number: signal.Signals) -> None:
    # It says nothing when it is ready: one that a signal ends before that is started again.
    for pause_s in (1, 2, 4, 8, 16):
        process = subprocess.Popen(
            command(program),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Event().wait(pause_s)
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=TIMEOUT_S)
        finally:
            process.kill()
            process.wait()
        if process.returncode == 0 and "False" not in out:
            break
    assert err == ""
    assert out.splitlines() == STOPPED[program]


def test_logs_of_all_processes_arrive() -> None:
    lines = run("logging_to_one_place")
    records = [line for line in lines if re.match(r"(INFO|ERROR) ", line)]
    assert sorted(records) == [
        "ERROR worker: worker 0 fails",
        "ERROR worker: worker 2 fails",
        *(f"INFO worker: worker {number} starts" for number in range(4)),
    ]
    assert lines.count("ZeroDivisionError: integer division or modulo by zero") == 2


def test_tests_of_the_word_service_pass() -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-W", "error"),
            *("-p", "no:cacheprovider", "-p", "no:asyncio", "-c", "/dev/null", "--rootdir", "."),
            "test_word_service.py",
        ],
        capture_output=True,
        text=True,
        cwd=FOLDER,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " passed" in ended.stdout


@pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="needs the package numpy")
def test_arrays_arrive_and_others_are_refused(
    monkeypatch: pytest.MonkeyPatch, pair: tuple[object, object]
) -> None:
    import numpy as np

    monkeypatch.syspath_prepend(str(FOLDER))
    arrays = importlib.import_module("numpy_arrays")
    one, other = pair
    for array in (
        np.zeros(0),
        np.array(3.5),
        np.arange(12).reshape(3, 4)[:, ::2],
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.ones(100_000),
    ):
        arrays.send_array(one, array)
        received = arrays.recv_array(other)
        assert (received.shape, received.dtype) == (array.shape, array.dtype)
        assert (received == array).all()
    for message in (
        [b"one part"],
        [b"{", b""],
        [b"[]", b""],
        [b'{"dtype": "|O", "shape": [1]}', b"12345678"],
        [b'{"dtype": "<f8", "shape": [-1]}', b""],
        [b'{"dtype": "<f8", "shape": [1e400]}', b""],
        [b'{"dtype": "<f8", "shape": [2]}', b"12345678"],
    ):
        one.send_multipart(message)
        with pytest.raises(ValueError, match=r"array|part|bytes|Expecting"):
            arrays.recv_array(other)
