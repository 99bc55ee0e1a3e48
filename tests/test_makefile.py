"""The Makefile offers what the README names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs GNU make")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # MAKEFLAGS and the like: this suite itself is often run by make.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=inherited | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [[], ["help"]])
def test_help_lists_every_target(arguments: list[str]) -> None:
    result = run("make", *arguments)
    assert result.returncode == 0
    listed = {line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")}
    assert listed == {
        "help",
        "demo",
        "dependents",
        "test",
        "test-each",
        "test-wheels",
        "coverage",
        "docs",
        "bench",
        "bench-calls",
        "fuzz",
        "fuzz-random",
        "sanitize",
        "lint",
        "wheel",
        "sdist",
        "clean",
    }


def test_find_python_takes_the_named_interpreter(tmp_path: Path) -> None:
    wanted = tmp_path / "my python"
    wanted.write_text("#!/bin/sh\necho /opt/mine/python\n", encoding="utf-8")
    wanted.chmod(0o755)
    result = run("sh", "tools/find_python.sh", PYTHON=str(wanted))
    assert (result.returncode, result.stdout) == (0, "/opt/mine/python\n")


def test_find_python_passes_over_a_program_that_fails(tmp_path: Path) -> None:
    for name, text in {
        "python3": "#!/bin/sh\necho 'version not active' >&2\nexit 127\n",
        "python3.14": "#!/bin/sh\necho /opt/python3.14\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    result = run("sh", "tools/find_python.sh", PYTHON="", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (result.returncode, result.stdout) == (0, "/opt/python3.14\n")


def variables_of_recipes(**environment: str) -> dict[str, str]:
    """Return the environment variables of the commands that the Makefile runs."""
    rule = "show-variables:;@env"
    result = run("make", "--silent", f"--eval={rule}", "show-variables", **environment)
    assert result.returncode == 0, result.stderr
    return dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)


def test_pip_installs_into_the_environment_alone() -> None:
    settings = {"PIP_USER": "1", "PIP_TARGET": "/x", "PIP_PREFIX": "/x", "PIP_ROOT": "/x"}
    given = variables_of_recipes(**settings, PIP_INDEX_URL="file:///index")
    assert given["PIP_USER"] == "0"
    assert given["PIP_INDEX_URL"] == "file:///index"
    assert not {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"} & given.keys()


def test_settings_of_pytest_stay_out() -> None:
    names = ["PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS", "PYTHONOPTIMIZE"]
    assert not set(names) & variables_of_recipes(**dict.fromkeys(names, "1")).keys()


def test_the_shell_runs_nothing_in_the_folder_name(tmp_path: Path) -> None:
    folder = tmp_path / "a $(touch ran) `touch ran`"
    folder.mkdir()
    rule = "show-path:;@$(BUILD_PATH) sh -c 'echo \"$$PATH\"'"
    makefile = ROOT / "Makefile"
    result = run("make", "--silent", "-C", str(folder), "-f", str(makefile), f"--eval={rule}",
                 "show-path")  # fmt: skip
    assert result.stdout.startswith(f"{folder}/.venv/bin:"), result.stderr
    assert list(folder.iterdir()) == []


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "setting", ["WARNINGS=ignore::nosuch.Warning", "VERBOSE=1", "PROFILEIMPORTTIME=1"]
)
def test_find_python_separates_stderr_from_the_path(setting: str) -> None:
    name, _, value = setting.partition("=")
    plain = run("sh", "tools/find_python.sh", PYTHON=sys.executable)
    if plain.returncode != 0:
        pytest.skip(f"this interpreter cannot build: {plain.stderr}")
    result = run("sh", "tools/find_python.sh", PYTHON=sys.executable, **{f"PYTHON{name}": value})
    assert (result.returncode, result.stdout) == (0, plain.stdout)


def test_find_python_passes_over_lines_before_the_path(tmp_path: Path) -> None:
    wanted = program(tmp_path / "python", "echo hello from a .pth file; echo /opt/mine/python")
    result = run("sh", "tools/find_python.sh", PYTHON=str(wanted))
    assert (result.returncode, result.stdout) == (0, "/opt/mine/python\n")


def test_find_python_shows_the_error_after_other_lines(tmp_path: Path) -> None:
    text = "printf 'a warning\\n\\nImportError: no ssl\\n\\nthread:\\n  <no frame>\\n' >&2; exit 1"
    broken = program(tmp_path / "python", text)
    result = run("sh", "tools/find_python.sh", PYTHON=str(broken))
    assert result.returncode == 1
    assert f"{broken}: ImportError: no ssl\n" in result.stderr


def test_find_python_names_the_package_of_the_version(tmp_path: Path) -> None:
    # Python itself, told that it is another version and that it has no headers
    code = (
        "import sys, sysconfig\n"
        "sys.version_info = (3, 99, 0)\n"
        f"sysconfig.get_path = lambda name: {str(tmp_path)!r}\n"
        "exec(sys.argv[1])\n"
    )
    (tmp_path / "other.py").write_text(code, encoding="utf-8")
    python = program(tmp_path / "python", f"exec '{sys.executable}' '{tmp_path}/other.py' \"$2\"")
    result = run("sh", "tools/find_python.sh", PYTHON=str(python))
    assert result.returncode == 1
    assert f"lacks its C header {tmp_path}/Python.h" in result.stderr
    assert "apt-get install python3.99-dev" in result.stderr


def test_find_python_names_the_attempts() -> None:
    result = run("sh", "tools/find_python.sh", PYTHON="/nowhere/python3")
    assert result.returncode == 1
    assert "/nowhere/python3: not found" in result.stderr
    assert "make PYTHON=" in result.stderr
