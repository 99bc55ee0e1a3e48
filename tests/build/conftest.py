"""Fixtures for the tests of the build: the source tree, tools, and distributions built once."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE_TREE = Path(__file__).resolve().parents[2]


def not_copied(folder: str, names: list[str]) -> set[str]:
    """The files that a copy of the source tree omits: builds, caches, environments."""
    left_out = {name for name in names if name == "__pycache__" or name.endswith((".so", ".pyc"))}
    if Path(folder) == SOURCE_TREE:
        left_out |= {"build", "dist", "wheelhouse", "node_modules"}
        left_out |= {name for name in names if name.startswith(".") and name != ".gitignore"}
    return left_out


@pytest.fixture(scope="session")
def source_tree() -> Path:
    if not (SOURCE_TREE / "CMakeLists.txt").exists():
        pytest.skip("these tests need the whole source tree")
    return SOURCE_TREE


@pytest.fixture(scope="session")
def cmake() -> str:
    # This environment's CMake comes first: the build uses it even if the environment is not
    # active.
    found = shutil.which("cmake", path=Path(sys.executable).parent) or shutil.which("cmake")
    if found is None:
        pytest.skip("CMake is neither in this environment nor on the PATH")
    return found


@pytest.fixture(scope="session")
def offline() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command that cannot reach any network.

    It runs in a new network namespace if the system allows that; otherwise every proxy variable
    names a closed port.
    """
    unshare = shutil.which("unshare")
    prefix: list[str] = []
    if unshare is not None:
        for command in ([unshare, "-n"], [unshare, "-r", "-n"]):
            with contextlib.suppress(OSError):
                if subprocess.run([*command, "true"], capture_output=True).returncode == 0:
                    prefix = command
                    break
    dead = "http://127.0.0.1:9"
    proxies = {f"{scheme}_proxy": dead for scheme in ("http", "https", "all")}
    proxies |= {name.upper(): value for name, value in proxies.items()}

    def run(
        command: list[str | Path],
        *,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        timeout: float = 600,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [*prefix, *map(str, command)],
            cwd=cwd,
            env={**os.environ, **proxies, "PIP_NO_INDEX": "1", **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        if check and result.returncode:
            pytest.fail(f"{command[0]} ended with {result.returncode}:\n{result.stdout[-6000:]}")
        return result

    return run


@pytest.fixture(scope="session")
def build_tools(cmake: str) -> None:
    """Skip the test if this environment lacks a build requirement: the tests download nothing."""
    for module in ("scikit_build_core", "Cython", "pip"):
        code = f"import {module}"
        if subprocess.run([sys.executable, "-c", code], capture_output=True).returncode:
            pytest.skip(f"{module} is not installed here")
    if shutil.which("c++") is None and shutil.which("g++") is None:
        pytest.skip("no C++ compiler (c++ or g++) is on the PATH")


@pytest.fixture(scope="session")
def make_sdist(
    build_tools: None, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Path]:
    """Make a source distribution of a tree: ``make_sdist(folder)``; return its path."""

    def make(tree: Path) -> Path:
        out = tmp_path_factory.mktemp("sdist")
        backend = "import sys; sys.path.insert(0, 'cmake'); import build_backend"
        code = f"{backend}; build_backend.build_sdist({str(out)!r})"
        result = subprocess.run(
            [sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, timeout=600
        )
        assert result.returncode == 0, result.stdout + result.stderr
        (made,) = out.glob("*.tar.gz")
        return made

    return make


@pytest.fixture(scope="session")
def sdist(
    source_tree: Path,
    make_sdist: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A source distribution, made from a copy of this source tree."""
    copy = tmp_path_factory.mktemp("tree") / "pyzmq"
    shutil.copytree(source_tree, copy, ignore=not_copied)
    return make_sdist(copy)


@pytest.fixture(scope="session")
def wheel(
    sdist: Path,
    offline: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A wheel, made from the source distribution with no network and an empty archive cache."""
    out = tmp_path_factory.mktemp("wheel")
    offline(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
         "--wheel-dir", out, sdist],
        # pip builds in a folder with a different name each time. With these settings, the user's
        # ccache finds its files nevertheless.
        env={
            "ZMQ_ARCHIVE_CACHE": "OFF",
            "CCACHE_BASEDIR": tempfile.gettempdir(),
            "CCACHE_NOHASHDIR": "1",
        },
    )  # fmt: skip
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def installed(
    wheel: Path,
    offline: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder that the wheel is installed into, to put on the module path."""
    target = tmp_path_factory.mktemp("site")
    offline([sys.executable, "-m", "pip", "install", "--no-deps", "--target", target, wheel])
    return target


@pytest.fixture(scope="session")
def environment(
    wheel: Path,
    offline: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Environment:
    """A virtual environment with the wheel, which also finds this environment's tools."""
    for module in ("setuptools", "scikit_build_core", "Cython", "ninja"):
        pytest.importorskip(module, reason=f"{module} is not installed here")
    made = Environment(tmp_path_factory.mktemp("environment") / "venv", offline)
    # A .pth file in the new environment adds the folder of this environment's packages. Python
    # reads no .pth files in a folder added in this way, so an editable install there has no effect.
    made.create(tools=Path(sysconfig.get_path("purelib")))
    made.pip_install("--ignore-installed", wheel)
    return made


class Environment:
    """A new virtual environment. The packages in it come from this machine."""

    def __init__(
        self, folder: Path, offline: Callable[..., subprocess.CompletedProcess[str]]
    ) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._offline = offline

    def create(self, tools: Path) -> None:
        self._offline([sys.executable, "-m", "venv", "--without-pip", self.folder])
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        (Path(self.run("-c", code).strip()) / "tools.pth").write_text(f"{tools}\n", "utf-8")

    @property
    def _variables(self) -> dict[str, str]:
        # Find CMake and ninja of the environment that runs the tests first, and ignore the user's
        # paths of modules and packages.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return {"PATH": path, "PYTHONPATH": "", "CMAKE_PREFIX_PATH": "", "PKG_CONFIG_PATH": ""}

    def run(self, *arguments: str | Path) -> str:
        """Run Python with `arguments`, outside of the source tree; return its output."""
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self.folder.parent,
            env=os.environ | self._variables,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def pip_install(self, *arguments: str | Path) -> None:
        command = [self.python, "-m", "pip", "install", "--no-deps", "--no-build-isolation"]
        self._offline(
            [*command, *arguments], cwd=self.folder.parent, env=self._variables, timeout=300
        )
