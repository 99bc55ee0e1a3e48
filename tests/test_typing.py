"""Types: the programs in tests/typing and the package itself pass mypy and pyright."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import zmq

pytestmark = pytest.mark.slow

PROGRAMS = Path(__file__).parent / "typing"
NAMES = sorted(path.name for path in PROGRAMS.glob("*.py"))
RUNNABLE = [name for name in NAMES if "__main__" in (PROGRAMS / name).read_text(encoding="utf-8")]
IMPORTED = {"greenlets.py": "gevent"}
ROOT = PROGRAMS.parent.parent

# The folder of the tested package. The checkers get this path only for an editable installation,
# which they do not find themselves. mypy refuses the path of installed packages.
PACKAGES = Path(zmq.__file__).parent.parent
EDITABLE = PACKAGES.name != "site-packages"


def run(*command: str, cwd: Path | None = None, **environment: str) -> str:
    """Run a type checker, and return its output. Exit code 1 only means that it found errors."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, **environment},
        cwd=cwd,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.stdout


def skip_unless_it_runs(checker: str) -> None:
    """Skip a test whose checker is not installed, or does not support this Python or system."""
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    try:
        asked = subprocess.run(
            [sys.executable, "-m", checker, "--version"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"{checker} --version has not ended after two minutes")
    if asked.returncode:
        said = (asked.stderr + asked.stdout).strip() or f"it ends with {asked.returncode}"
        pytest.skip(f"{checker} does not run here: {said.splitlines()[-1]}")


def skip_without_its_package(name: str) -> None:
    """Skip if the package of a program is not available, as on some Pythons."""
    if name in IMPORTED:
        pytest.importorskip(IMPORTED[name], reason=f"{name} needs {IMPORTED[name]}: pip install it")


@pytest.fixture(scope="module")
def mypy_output(tmp_path_factory):
    """Return mypy's messages about all programs, by line."""
    skip_unless_it_runs("mypy")
    cache = tmp_path_factory.mktemp("mypy")
    return run(
        "mypy",
        "--strict",
        "--python-version=3.10",
        f"--cache-dir={cache}",
        "--config-file=",
        "--no-error-summary",
        "--show-absolute-path",
        *(str(PROGRAMS / name) for name in NAMES),
        **({"MYPYPATH": str(PACKAGES)} if EDITABLE else {}),
    ).splitlines()


@pytest.fixture(scope="module")
def pyright_output(tmp_path_factory):
    """The output of pyright for all programs."""
    skip_unless_it_runs("pyright")
    # Use a copy, so that the package's folder can be added to the configuration.
    project = tmp_path_factory.mktemp("pyright")
    for name in NAMES:
        shutil.copy(PROGRAMS / name, project)
    config = json.loads((PROGRAMS / "pyrightconfig.json").read_text())
    # pyright checks other packages strictly, too, if site-packages is an extra path.
    config["extraPaths"] = [str(PACKAGES)] if EDITABLE else []
    config["reportWildcardImportFromLibrary"] = False
    (project / "pyrightconfig.json").write_text(json.dumps(config))
    output = run("pyright", "--outputjson", f"--pythonpath={sys.executable}", "-p", str(project))
    return json.loads(output)


def test_there_are_programs():
    assert len(NAMES) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_mypy_has_nothing_to_say(mypy_output, name):
    skip_without_its_package(name)
    assert [line for line in mypy_output if line.startswith(str(PROGRAMS / name))] == []


def test_mypy_has_nothing_to_say_of_the_package(mypy_output):
    assert [line for line in mypy_output if not line.startswith(str(PROGRAMS))] == []


@pytest.mark.parametrize("name", NAMES)
def test_pyright_has_nothing_to_say(pyright_output, name):
    skip_without_its_package(name)
    found = [
        f"{one['range']['start']['line'] + 1}: {one['message']}"
        for one in pyright_output["generalDiagnostics"]
        if Path(one["file"]).name == name
    ]
    assert found == []


def test_pyright_has_looked_at_every_program(pyright_output):
    assert pyright_output["summary"]["filesAnalyzed"] == len(NAMES)


@pytest.mark.parametrize("name", RUNNABLE)
def test_program_runs(name, tmp_path):
    skip_without_its_package(name)
    # Programs that pass the checkers must also run, and close their sockets.
    done = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAMS / name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_package_passes_mypy(tmp_path):
    skip_unless_it_runs("mypy")
    found = run(
        "mypy",
        f"--config-file={ROOT / 'pyproject.toml'}",
        f"--cache-dir={tmp_path}",
        "--no-error-summary",
        cwd=ROOT,
    )
    assert found == ""


def test_package_passes_pyright():
    skip_unless_it_runs("pyright")
    output = run("pyright", "--outputjson", f"--pythonpath={sys.executable}", "-p", str(ROOT))
    report = json.loads(output)
    found = [
        f"{one['file']}:{one['range']['start']['line'] + 1}: {one['message']}"
        for one in report["generalDiagnostics"]
    ]
    assert found == []
    assert report["summary"]["filesAnalyzed"] > 20


def test_stub_agrees_with_compiled_module(tmp_path):
    skip_unless_it_runs("mypy")
    output = run(
        "mypy.stubtest",
        "zmq.backend.cython._zmq",
        "zmq._build_info",
        f"--allowlist={PROGRAMS / 'stubtest_allowlist.txt'}",
        "--ignore-unused-allowlist",
        "--ignore-disjoint-bases",
        cwd=tmp_path,  # mypy puts its cache there
        **({"MYPYPATH": str(PACKAGES)} if EDITABLE else {}),
    )
    if zmq.backend.cython._zmq.__file__.endswith(".abi3.so"):
        # With the stable ABI, compiled classes have no __del__. Python code adds it to Socket and
        # SocketPoller.
        assert output.count("__del__ is not present at runtime") == output.count("error: ") == 2
    else:
        assert output == "Success: no issues found in 2 modules\n"
