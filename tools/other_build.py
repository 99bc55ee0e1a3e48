"""Creates an environment whose build of `zmq` differs from the one in this interpreter."""

from __future__ import annotations

import subprocess
import sysconfig
import venv
from pathlib import Path


def environment(folder: Path, package: Path) -> Path:
    """Make an environment in ``folder`` with `zmq` from ``package``.

    All other packages come from this interpreter's site-packages. Python ignores .pth files in that
    folder, so the import hook of an editable install does not take effect. Returns the Python to
    run.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    site = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
    (Path(site) / "other_build.pth").write_text(f"{package}\n{sysconfig.get_path('purelib')}\n")
    return python
