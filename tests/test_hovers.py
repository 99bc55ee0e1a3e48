"""An editor that hovers over a name of the package shows its docstring."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import pkgutil
import runpy
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from language_server import language_server

import zmq
from zmq.backend.cython import _zmq

pytestmark = pytest.mark.slow

PACKAGES = Path(zmq.__file__).parent.parent

# Modules that programs do not import, or that need an extra requirement.
NOT_LOOKED_AT = ("zmq.cli", "zmq.__main__", "zmq.log.__main__", "zmq.green")

# Names of socket options that no socket has, and a name from another package in a module without
# __all__.
NOT_SHOWN = {"HWM", "blocky", "BLOCKY", "TYPE_CHECKING"}


def public_modules() -> list[str]:
    """Return all modules with public names that can be imported here."""
    found = ["zmq"]
    for module in pkgutil.walk_packages(zmq.__path__, "zmq."):
        words = module.name.split(".")
        if any(word.startswith("_") for word in words) or module.name.startswith(NOT_LOOKED_AT):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                importlib.import_module(module.name)
            except ImportError:
                continue
        found.append(module.name)
    return found


def public_names(module: ModuleType) -> list[str]:
    """Return the names that the module itself defines: classes, functions and constants."""
    names = getattr(module, "__all__", None) or [
        name for name in vars(module) if not name.startswith("_")
    ]
    return [
        name
        for name in dict.fromkeys(names)
        if not name.startswith("_")
        and name not in NOT_SHOWN
        and hasattr(module, name)
        and not inspect.ismodule(getattr(module, name))
        and str(getattr(getattr(module, name), "__module__", "zmq")).startswith("zmq")
    ]


def public_attributes(cls: type) -> list[str]:
    """Return the attributes of a class that come from classes of this package."""
    found = []
    for name in dir(cls):
        if name.startswith("_") or name in NOT_SHOWN:
            continue
        owner = next((one for one in cls.__mro__ if name in vars(one)), None)
        if owner is not None and owner.__module__.startswith("zmq"):
            found.append(name)
    return found


def expressions() -> Iterator[tuple[str, list[str]]]:
    """Return each public name as a program uses it, with the lines needed before it."""
    number = 0
    for module_name in public_modules():
        module = importlib.import_module(module_name)
        alias = module_name.replace(".", "_")
        for name in public_names(module):
            yield f"{alias}.{name}", [f"import {module_name} as {alias}"]
            found: Any = getattr(module, name)
            if not inspect.isclass(found) or name != found.__name__:
                continue
            if module_name not in (found.__module__, "zmq"):
                continue
            number += 1
            for attribute in public_attributes(found):
                yield (
                    f"one{number}.{attribute}",
                    [
                        f"import {module_name} as {alias}",
                        f"def make{number}() -> {alias}.{name}: ...",
                        f"one{number} = make{number}()",
                    ],
                )


def skip_without_pyright() -> None:
    if importlib.util.find_spec("pyright") is None:
        pytest.skip("pyright is not installed")
    try:
        asked = subprocess.run(
            [sys.executable, "-m", "pyright", "--version"],
            capture_output=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("pyright --version has not ended after two minutes")
    if asked.returncode:
        pytest.skip("pyright does not run here")


def has_text(hover: str) -> bool:
    """Return whether the hover has more text than the signature, which is between fences."""
    text = hover.removeprefix("```python").partition("```")[2]
    return bool(text.replace("---", "").strip())


def test_hover_shows_docstring_of_each_name(tmp_path):
    skip_without_pyright()
    config = {"pythonVersion": "3.10", "extraPaths": [str(PACKAGES)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
    lines: list[str] = []
    places: dict[str, tuple[int, int]] = {}
    for expression, before in expressions():
        lines += [line for line in before if line not in lines]
        places[expression] = (len(lines), len(expression) - 1)
        lines.append(expression)
    program = tmp_path / "program.py"
    program.write_text("\n".join(lines) + "\n", encoding="utf-8")
    silent = []
    with language_server(tmp_path) as server:
        server.open(program)
        for expression, (line, column) in places.items():
            hover = server.hover(program, line, column)
            if not has_text(hover):
                silent.append((expression, hover))
    described = {line.split()[1].split("(")[0]: line for line in lines if line.startswith("def ")}
    shown = [
        f"{described.get(name.partition('.')[0].replace('one', 'make'), '')} {name}: {hover!r}"
        for name, hover in silent
    ]
    assert len(places) > 2000
    assert shown == []


def test_stub_has_docstrings_of_module():
    tool = Path(__file__).parent.parent / "tools" / "write_docstrings.py"
    if not tool.exists():
        pytest.skip("needs tools/write_docstrings.py, which only the source tree has")
    stub = PACKAGES / "zmq" / "backend" / "cython" / "_zmq.pyi"
    text = stub.read_text(encoding="utf-8")
    made = runpy.run_path(str(tool))["with_docstrings"](text, _zmq)
    assert text == made, "build the package, then run tools/write_docstrings.py"
