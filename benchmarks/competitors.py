"""The competitors: how to find, start and name them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WORKERS = Path(__file__).parent / "workers"

TITLES = {"ours": "ours", "pyzmq": "PyZMQ", "pyomq": "pyomq", "c": "libzmq in C"}
"""Key of a competitor -> its name in tables and plots."""


@dataclass(frozen=True)
class Competitor:
    """A competitor that can be measured."""

    key: str
    command: tuple[str, ...]
    """The command that starts a worker; the worker's arguments follow it."""
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return the competitor's name in tables and plots."""
        return TITLES[self.key]


class MissingError(Exception):
    """A competitor is not available; the text says why."""


def with_python(key: str, python: str, package: str = "zmq") -> Competitor:
    """Return the competitor that is installed as `package` in an interpreter."""
    code = (
        "import importlib, json, platform, sys\n"
        "from importlib.metadata import version\n"
        "zmq = importlib.import_module(sys.argv[1])\n"
        "name = 'pyomq' if sys.argv[1] == 'pyomq' else 'pyzmq'\n"
        "print(json.dumps([version(name), zmq.zmq_version(), platform.python_version()]))\n"
    )
    try:
        told = subprocess.run(
            [python, "-c", code, package], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError as error:
        raise MissingError(f"{python} does not run: {error.strerror}") from error
    if told.returncode:
        last = told.stderr.strip().splitlines()[-1:] or ["no message"]
        raise MissingError(f"{python} cannot import {package}: {last[0]}")
    version, libzmq, python_version = json.loads(told.stdout)
    text = f"{package if package == 'pyomq' else 'pyzmq'} {version}, CPython {python_version}"
    if package == "zmq":
        text += f", libzmq {libzmq}"
    return Competitor(
        key, (python, str(WORKERS / "worker.py")), text, {"BENCHMARK_PACKAGE": package}
    )


def with_libzmq(folder: Path) -> Competitor:
    """Return libzmq in C: worker.c, compiled into `folder` against the system's libzmq.

    LIBZMQ_PREFIX may name another root folder for libzmq, for example that of unpacked packages.
    """
    flags, environment = libzmq_flags()
    program = compile_worker(folder, [*flags, "-lzmq"])
    version = subprocess.run(
        [program, "version"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env=os.environ | environment,
    )
    if version.returncode:
        raise MissingError(f"the C program does not start: {version.stderr.strip()}")
    return Competitor("c", (str(program),), f"libzmq {version.stdout.strip()}", environment)


def compile_worker(folder: Path, flags: Sequence[str]) -> Path:
    """Compile worker.c into `folder`, with `flags` for libzmq, and return its path."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if shutil.which(compiler[0]) is None:
        raise MissingError(f"no C compiler {compiler[0]!r}: set CC")
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "worker"
    command = [*compiler, "-O2", "-Wall", str(WORKERS / "worker.c"), "-o", str(program), *flags]
    built = subprocess.run(
        [*command, "-lpthread"], capture_output=True, text=True, timeout=120, check=False
    )
    if built.returncode:
        reason = "no zmq.h: install libzmq3-dev" if "zmq.h" in built.stderr else built.stderr
        raise MissingError(reason.strip())
    return program


def libzmq_flags() -> tuple[list[str], dict[str, str]]:
    """Return the compiler's arguments and the environment for LIBZMQ_PREFIX."""
    prefix = os.environ.get("LIBZMQ_PREFIX")
    if not prefix:
        return [], {}
    folders = [
        str(folder)
        for pattern in ("lib", "lib/*-linux-gnu", "usr/lib", "usr/lib/*-linux-gnu")
        for folder in Path(prefix).glob(pattern)
    ]
    flags = [f"-I{prefix}/usr/include", f"-I{prefix}/include", *(f"-L{f}" for f in folders)]
    flags += [f"-Wl,-rpath-link,{folder}" for folder in folders]
    return flags, {"LD_LIBRARY_PATH": ":".join(folders)}


def find(
    ours: str, pyzmq: str | None, pyomq: str | None, names: Sequence[str], folder: Path
) -> tuple[list[Competitor], dict[str, str]]:
    """Return the available competitors of `names`, and the reasons why others are missing."""
    finders = {
        "ours": lambda: with_python("ours", ours),
        "pyzmq": lambda: with_python("pyzmq", pyzmq or missing("--pyzmq names no interpreter")),
        "pyomq": lambda: with_python(
            "pyomq", pyomq or missing("--pyomq names no interpreter"), "pyomq"
        ),
        "c": lambda: with_libzmq(folder),
    }
    found, reasons = [], {}
    for name in names:
        try:
            found.append(finders[name]())
        except MissingError as error:
            reasons[name] = str(error)
    return found, reasons


def missing(reason: str) -> str:
    """Raise MissingError, in an expression."""
    raise MissingError(reason)
