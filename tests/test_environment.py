"""Other installed packages do not break the suite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from limits import TIMEOUT_S

HERE = Path(__file__).parent


@pytest.mark.skipif(
    not (HERE.parent / "pyproject.toml").exists(),
    reason="needs the source tree's pyproject.toml, which is not here",
)
def test_suite_runs_beside_pytest_asyncio(tmp_path):
    # Replace the package with a module that fails on import: the suite must not even import the
    # package.
    (tmp_path / "pytest_asyncio.py").write_text("raise SystemExit('pytest-asyncio is loaded')\n")
    metadata = tmp_path / "pytest_asyncio-99.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-asyncio\nVersion: 99\n")
    (metadata / "entry_points.txt").write_text("[pytest11]\nasyncio = pytest_asyncio\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider",
         HERE / "test_version.py"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S * 2,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
