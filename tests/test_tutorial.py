"""The tutorial's programs run and print the documented output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples" / "tutorial"
TIMEOUT_S = 100

THREE_TEXTS = [
    "'to be or not to be' has 6 words",
    "'hello' has 1 words",
    "'good morning' has 2 words",
]
SHOWN = {
    "words_1": ["'to be or not to be' has 6 words", "'hello' has 1 words"],
    "words_2": [
        "'hello' has 1 words",
        "'to be or not to be' has 6 words",
        "news: long text, 6 words: to be or not to be",
    ],
    "words_3": ["1000 lines have 6000 words"],
    "words_4": THREE_TEXTS,
    "words_5": THREE_TEXTS,
    "words_6": [*THREE_TEXTS, "a stranger: the server refuses our key"],
}


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", str(FOLDER / f"{program}.py"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_every_program_is_tested() -> None:
    assert sorted(SHOWN) == sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("program", SHOWN)
def test_program_prints_the_documented_output(program: str) -> None:
    ended = run(program)
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == SHOWN[program]
    assert ended.returncode == 0


@pytest.mark.parametrize("program", SHOWN)
def test_program_prints_its_usage(program: str) -> None:
    ended = run(program, "no-such-command")
    assert ended.returncode == 1
    assert f"python {program}.py serve" in ended.stderr
