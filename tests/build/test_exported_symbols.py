"""The extension exports its init function, and nothing of libzmq, libsodium or libstdc++."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from zmq.backend.cython import _zmq


def test_only_the_init_function_is_exported() -> None:
    nm = shutil.which("nm")
    if nm is None or sys.platform == "win32":
        pytest.skip("needs the symbol tool nm")
    options = ["-gU"] if sys.platform == "darwin" else ["-D", "--defined-only"]
    listing = subprocess.run(
        [nm, *options, _zmq.__file__], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    names = [line.split()[-1].removeprefix("_") for line in listing.splitlines() if line.strip()]
    assert names == ["PyInit__zmq"]
