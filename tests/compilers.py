"""Compiles programs against the package's archive libzmq.a, with this machine's C++ compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import zmq
from zmq import _build_info


def static_library() -> Path | None:
    """Return the folder of the archive libzmq.a, which other extensions link."""
    folders = map(Path, zmq.get_library_dirs())
    return next((folder for folder in folders if (folder / "libzmq.a").is_file()), None)


def archive_arguments() -> list[str]:
    """Return the archive and its libraries, for a compiler's command line."""
    folder = static_library()
    assert folder is not None
    return [str(folder / "libzmq.a"), *(f"-l{name}" for name in _build_info.link_libraries)]


@cache
def why_nothing_links() -> str | None:
    """Return why no program can be linked with the archive, or None if linking works."""
    if os.name == "nt":
        return "calls compilers by their POSIX names, cc and c++"
    if static_library() is None:
        return "needs the static library beside the package"
    if shutil.which("cc") is None or shutil.which("c++") is None:
        return "needs compilers for C and C++, cc and c++, to link with the archive"
    for name in _build_info.link_libraries if sys.platform == "linux" else ():
        # A program that links the archive needs the C++ library that the archive was compiled for.
        # The compiler prints a path if it finds the file, otherwise only the name.
        files = (f"lib{name}{suffix}" for suffix in (".so", ".a"))
        if not any(os.path.isabs(_printed(f"-print-file-name={file}")) for file in files):
            return f"the archive was built for lib{name}, which the C++ compiler here does not have"
    return None


def _printed(option: str) -> str:
    done = subprocess.run(["c++", option], capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


needs_linking = pytest.mark.skipif(
    why_nothing_links() is not None, reason=why_nothing_links() or "it can be linked"
)
"""A mark for tests that link a program with the archive."""
