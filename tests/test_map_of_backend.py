"""The list at the top of _zmq.pyx names each part of the backend, in the order of dependence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

BACKEND = Path(__file__).parent.parent / "src" / "zmq" / "backend" / "cython"
PARTS = {".pxi", ".hpp", ".pxd"}


@pytest.fixture
def source():
    path = BACKEND / "_zmq.pyx"
    if not path.exists():
        pytest.skip("the sources of the extension are not here")
    return path.read_text(encoding="utf-8")


def map_of(source):
    """Return the names of files in the module's docstring, in their order."""
    first = source.index('"""')
    docstring = ast.literal_eval(source[first : source.index('"""', first + 3) + 3])
    return re.findall(r"^(\w+\.\w+)  +\S", docstring, re.MULTILINE)


def test_map_names_each_part_once(source):
    parts = [path.name for path in BACKEND.iterdir() if path.suffix in PARTS]
    parts.remove("__init__.pxd")  # makes the folder a package
    assert sorted(map_of(source)) == sorted(parts)


def test_map_has_the_order_of_includes(source):
    included = re.findall(r'^include "(.+)"$', source, re.MULTILINE)
    assert [name for name in map_of(source) if name.endswith(".pxi")] == included
