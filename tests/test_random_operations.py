"""The process survives any sequence of operations on sockets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "fuzz" / "random_operations.py"


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("seed", range(10))
def test_random_operations(seed, threads):
    arguments = [str(seed), "--threads", str(threads), "--operations", "1000"]
    child = subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    assert child.returncode == 0, f"{PROGRAM.name} {' '.join(arguments)}:\n{child.stdout[-3000:]}"
