"""Creates an environment with another build of `zmq` than this interpreter has."""

from __future__ import annotations

import subprocess
import sysconfig
import venv
from pathlib import Path


def environment(folder: Path, package: Path) -> Path:
    """Make one in ``folder``, with `zmq` from ``package`` and all else from this interpreter.

    The files of an editable install are not read there; its import hook would come first.
    Returns the Python to run.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    site = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
    (Path(site) / "other_build.pth").write_text(f"{package}\n{sysconfig.get_path('purelib')}\n")
    return python
