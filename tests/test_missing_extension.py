"""Importing a package whose extension module is missing, or made for another Python."""

from __future__ import annotations

import shutil
import sys
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import zmq

PACKAGE = Path(zmq.__file__).parent


def not_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if Path(folder, name).is_file() and not name.endswith(".py")}


@pytest.fixture
def without_extension(tmp_path: Path) -> Path:
    """A copy of the package's Python files; returns the folder that holds it."""
    shutil.copytree(PACKAGE, tmp_path / "zmq", ignore=not_python)
    return tmp_path


def failure(run_python, entry: Path) -> str:
    program = f"""
        import sys
        sys.meta_path[:] = [f for f in sys.meta_path if "Redirect" not in type(f).__name__]
        sys.path.insert(0, {str(entry)!r})
        import zmq
    """
    result = run_python(program, returncode=1)
    assert "ImportError: the extension module of zmq is missing" in result.stderr
    assert "circular import" not in result.stderr
    assert sys.executable in result.stderr
    return result.stderr


def test_missing_file_is_named(without_extension, run_python):
    said = failure(run_python, without_extension)
    assert str(without_extension / "zmq/backend/cython/_zmq") + EXTENSION_SUFFIXES[0] in said
    assert "no extension module" in said


def test_file_of_another_python_is_named(without_extension, run_python):
    other = without_extension / "zmq/backend/cython/_zmq.cpython-39-other.so"
    other.touch()
    said = failure(run_python, without_extension)
    assert f"found there: {other.name}" in said
    assert "pip install --force-reinstall" in said


def test_package_in_a_zip_file(without_extension, run_python):
    archive = without_extension / "application.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for file in (without_extension / "zmq").rglob("*.py"):
            opened.write(file, file.relative_to(without_extension).as_posix())
        opened.writestr(f"zmq/backend/cython/_zmq{EXTENSION_SUFFIXES[0]}", b"")
    said = failure(run_python, archive)
    assert f"found there: _zmq{EXTENSION_SUFFIXES[0]}" in said
    assert "cannot load extension modules from a zip file" in said
