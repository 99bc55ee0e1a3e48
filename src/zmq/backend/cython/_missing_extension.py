"""The error message for an extension module that is missing or does not fit."""

from __future__ import annotations

import os
import platform
import sys
import zipfile


def explanation(folder: str, wanted: str) -> str:
    """Return a message that names the missing file, this Python, and the files that were found.

    Parameters
    ----------
    folder : str
        The folder of the package that should contain the extension module; it may be in a zip file.
    wanted : str
        The file name of the extension module for this Python.

    Returns
    -------
    str
        The text for an ImportError.
    """
    archive = _enclosing_archive(folder)
    if archive is not None:
        inside = os.path.relpath(folder, archive).replace(os.sep, "/")
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if os.path.dirname(name) == inside]
    else:
        names = os.listdir(folder) if os.path.isdir(folder) else []
    found = sorted(
        os.path.basename(name)
        for name in names
        if os.path.basename(name).startswith("_zmq.") and name.endswith((".so", ".pyd"))
    )
    version = f"{platform.python_implementation()} {platform.python_version()}"
    lines = [
        f"the extension module of zmq is missing: {os.path.join(folder, wanted)}",
        f"  this Python: {version} on {sys.platform} {platform.machine()} ({sys.executable})",
        f"  found there: {', '.join(found) or 'no extension module'}",
    ]
    if archive is not None:
        lines.append(
            " Python cannot load extension modules from a zip file: unpack it, or install pyzmq "
            "outside of it"
        )
    else:
        lines.append(
            "  A wheel of pyzmq fits one version of Python and one platform: install pyzmq again"
            f" with {sys.executable} -m pip install --force-reinstall"
        )
    return "\n".join(lines)


def _enclosing_archive(path: str) -> str | None:
    """Return the zip file that contains a path, or None."""
    while not os.path.exists(path):
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
    return path if os.path.isfile(path) and zipfile.is_zipfile(path) else None
