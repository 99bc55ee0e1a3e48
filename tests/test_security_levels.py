"""The five levels of ZeroMQ security: the examples work as documented."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples" / "security"

SHOWN = {
    "grasslands": ["anyone got: Hello"],
    "strawhouse": [
        "a client at 127.0.0.1, where 127.0.0.1 is allowed: welcome",
        "a client at 127.0.0.1, where 10.1.2.3 is allowed: refused",
    ],
    "woodhouse": ["alice with 'open sesame': welcome", "alice with 'open barley': refused"],
    "stonehouse": [
        "a client that expects this server: welcome",
        "a client that expects another one: no such server",
    ],
    "ironhouse": ["alice: welcome", "mallory: refused"],
}


@pytest.mark.parametrize("level", SHOWN)
def test_example(level):
    ended = subprocess.run(
        [sys.executable, "-W", "error", str(FOLDER / f"{level}.py")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == SHOWN[level]
    assert ended.returncode == 0


def test_every_example_is_tested():
    assert {path.stem for path in FOLDER.glob("*.py")} == set(SHOWN)
