"""Fixtures that compile C modules against the package that the tests run on."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from compilers import why_nothing_links
from limits import TIMEOUT_S

import zmq

HERE = Path(__file__).parent
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror"]


def load(path: Path) -> ModuleType:
    name = path.name.partition(".")[0]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def compiler() -> str:
    found = shutil.which("cc")
    if found is None or os.name == "nt":
        pytest.skip("needs a C compiler that is called like those of POSIX, cc")
    return found


@pytest.fixture(scope="session")
def compile_c(compiler: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a C or C++ compiler with the headers of Python and of this package."""

    def run(
        *arguments: str | Path, command: str = compiler, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [command, "-fPIC", f"-isystem{sysconfig.get_path('include')}",
             *(f"-I{folder}" for folder in zmq.get_includes()), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S * 4,
        )  # fmt: skip
        if check and done.returncode:
            pytest.fail(f"the compiler says:\n{done.stderr[-5000:]}")
        return done

    return run


@pytest.fixture(scope="session")
def link_flags() -> list[str]:
    undefined = ["-undefined", "dynamic_lookup"]
    return ["-shared", *(undefined if sysconfig.get_platform().startswith("macosx") else [])]


@pytest.fixture(scope="session")
def build_module(
    compile_c: Callable[..., object],
    link_flags: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Path]:
    """Compile sources to a module: ``build_module("name", "text in C", ...)``; return its path."""

    def build(name: str, *sources: str | Path, flags: tuple[str, ...] = ()) -> Path:
        folder = tmp_path_factory.mktemp(name)
        files = []
        for number, source in enumerate(sources):
            if isinstance(source, Path):
                files.append(source)
            else:
                files.append(folder / f"source{number}.c")
                files[-1].write_text(source, encoding="utf-8")
        path = folder / f"{name}.so"
        compile_c(*STRICT, *link_flags, *files, *flags, "-o", path)
        return path

    return build


@pytest.fixture(scope="session")
def probe(build_module: Callable[..., Path]) -> ModuleType:
    """The module in probe.c: it shares libzmq with Python."""
    return load(build_module("probe", HERE / "probe.c"))


@pytest.fixture(scope="session")
def probe_linked(build_module: Callable[..., Path]) -> ModuleType:
    """The module in probe.c with its own libzmq, linked by -lzmq with a C compiler."""
    reason = why_nothing_links()
    if reason is not None:
        pytest.skip(reason)
    (folder,) = zmq.get_library_dirs()
    flags = ("-DLINKED", f"-L{folder}", "-lzmq")
    return load(build_module("probe_linked", HERE / "probe.c", flags=flags))
