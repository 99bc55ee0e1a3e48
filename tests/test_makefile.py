"""The Makefile has the targets of the README."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs GNU make")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # Remove MAKEFLAGS and similar variables, because make often runs this suite.
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
        "interop",
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


def variables_of_recipes(folder: Path, **environment: str) -> dict[str, str]:
    """Return the environment variables of the commands that the Makefile runs."""
    rule = folder / "rule.mk"
    rule.write_text("show-variables:;@env\n", encoding="utf-8")
    result = run("make", "-s", "-f", "Makefile", "-f", str(rule), "show-variables", **environment)
    assert result.returncode == 0, result.stderr
    return dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)


def test_pip_installs_into_the_environment_alone(tmp_path: Path) -> None:
    settings = {"PIP_USER": "1", "PIP_TARGET": "/x", "PIP_PREFIX": "/x", "PIP_ROOT": "/x"}
    given = variables_of_recipes(tmp_path, **settings, PIP_INDEX_URL="file:///index")
    assert given["PIP_USER"] == "0"
    assert given["PIP_INDEX_URL"] == "file:///index"
    assert not {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"} & given.keys()


def test_pip_conf_of_the_user_names_no_target(tmp_path: Path) -> None:
    settings = tmp_path / "home" / ".pip" / "pip.conf"
    settings.parent.mkdir(parents=True)
    text = "target = {0}\nprefix = {0}\nroot = {0}\n".format(tmp_path / "elsewhere")
    settings.write_text(f"[global]\n{text}\n[install]\n{text}", encoding="utf-8")
    folder = tmp_path / "env"
    made = run("sh", "tools/make_environment.sh", str(folder), PYTHON=sys.executable)
    assert made.returncode == 0, made.stderr
    wheel = tmp_path / "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        metadata = "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n"
        archive.writestr("tiny-1.dist-info/METADATA", metadata)
        archive.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tiny-1.dist-info/RECORD", "")
    home = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "nowhere")}
    python = str(folder / "bin" / "python")
    installed = run(python, "-m", "pip", "install", "--no-index", str(wheel), **home)
    assert installed.returncode == 0, installed.stderr
    assert not (tmp_path / "elsewhere").exists()
    assert run(python, "-c", "import tiny").returncode == 0


def test_settings_of_pytest_stay_out(tmp_path: Path) -> None:
    names = ["PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS", "PYTHONOPTIMIZE"]
    given = variables_of_recipes(tmp_path, **dict.fromkeys(names, "1"))
    assert not set(names) & given.keys()


def test_the_shell_runs_nothing_in_the_folder_name(tmp_path: Path) -> None:
    folder = tmp_path / "a $(touch ran) `touch ran`"
    folder.mkdir()
    rule = tmp_path / "rule.mk"
    rule.write_text("show-path:;@$(BUILD_PATH) sh -c 'echo \"$$PATH\"'\n", encoding="utf-8")
    makefiles = ["-f", str(ROOT / "Makefile"), "-f", str(rule)]
    result = run("make", "-s", "-C", str(folder), *makefiles, "show-path")
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
    # a Python that reports another version and no headers
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


FAKE_PYTHON = """
case "$*" in
*"-m venv"*) mkdir "$3/bin" && cp '{path}' "$3/bin/python" ;;
*find_spec*) echo cpython-399 ;;
*) echo '{path}' ;;
esac"""


def fake_python(path: Path) -> Path:
    """Create a program that replaces Python when an environment is created, and returns at once."""
    return program(path, FAKE_PYTHON.format(path=path))


def make_environment(folder: Path, python: Path | None = None) -> str:
    """Create an environment in ``folder`` unless it exists; return the output."""
    named = "" if python is None else str(python)
    path = f"{folder.parent}:{os.environ['PATH']}"
    result = run("sh", "tools/make_environment.sh", str(folder), PYTHON=named, PATH=path)
    assert result.returncode == 0, result.stderr
    assert (folder / ".made").is_file()
    return result.stdout


def test_environment_that_fits_is_left_alone(tmp_path: Path) -> None:
    python, folder = fake_python(tmp_path / "python3"), tmp_path / "env"
    assert make_environment(folder) == f"Creating {folder} with {python}\n"
    stamp = (folder / ".made").stat().st_mtime_ns
    assert make_environment(folder) == ""
    assert make_environment(folder, python) == ""
    assert (folder / ".made").stat().st_mtime_ns == stamp


def test_half_made_environment_is_made_anew(tmp_path: Path) -> None:
    python, folder = fake_python(tmp_path / "python3"), tmp_path / "env"
    killed = '*\'-m venv\'*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; kill -9 $PPID; exit 1 ;;'
    text = f'case "$*" in\n{killed}\n*) echo "$0" ;;\nesac'
    dying = program(tmp_path / "dying", text)
    result = run("sh", "tools/make_environment.sh", str(folder), PYTHON=str(dying))
    assert result.returncode == -signal.SIGKILL
    assert (folder / "bin" / "python").exists()
    assert make_environment(folder) == f"Creating {folder} anew with {python}: it is half made\n"


def test_moved_environment_is_made_anew(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3")
    make_environment(tmp_path / "env")
    (tmp_path / "env").rename(tmp_path / "moved")
    assert f"it was made in {tmp_path}/env" in make_environment(tmp_path / "moved")


def test_environment_whose_python_changed_is_replaced(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3")
    folder = tmp_path / "env"
    make_environment(folder)
    python = folder / "bin" / "python"
    python.write_text(python.read_text("utf-8").replace("399", "3100"), encoding="utf-8")
    assert "its Python was cpython-399 and is cpython-3100" in make_environment(folder)
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert "does not run or has no pip" in make_environment(folder)


def test_named_python_replaces_that_of_the_environment(tmp_path: Path) -> None:
    first, folder = fake_python(tmp_path / "python3"), tmp_path / "env"
    other = fake_python(tmp_path / "other")
    make_environment(folder)
    assert f"its Python is {first}, not {other}" in make_environment(folder, other)
    result = run("sh", "tools/make_environment.sh", str(folder), PYTHON="/nowhere/python3")
    assert result.returncode == 1
    assert "/nowhere/python3: not found" in result.stderr


def test_foreign_environments_are_not_removed(tmp_path: Path) -> None:
    python, folder = fake_python(tmp_path / "python3"), tmp_path / "env"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    result = run("sh", "tools/make_environment.sh", str(folder), PYTHON=str(python))
    assert result.returncode == 1
    assert f"make did not make {folder}" in result.stderr
    assert (folder / "mine.txt").exists()


# With and without flock.
@pytest.mark.parametrize("flock", [True, False])
def test_two_makes_take_turns(tmp_path: Path, flock: bool) -> None:
    if flock and shutil.which("flock") is None:
        pytest.skip("no flock here")
    bin_folder, folder = tmp_path / "bin", tmp_path / "project"
    bin_folder.mkdir()
    folder.mkdir()
    for name in ["ln", "readlink", "rm", "sleep", "touch", "sh", "cat", *(["flock"] * flock)]:
        (bin_folder / name).symlink_to(str(shutil.which(name)))
    command = ["/bin/sh", str(ROOT / "tools" / "one_at_a_time.sh"), "sh", "-c"]
    settings = {"cwd": folder, "env": {"PATH": str(bin_folder)}, "text": True}

    def start(code: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **settings
        )

    with start("echo started; cat; touch first") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "started\n"
        with start("[ -e first ] && echo after") as second:
            assert second.stdout is not None
            said = second.stdout.readline()
            first.communicate(timeout=30)
            assert said == "Another make is building here; waiting for it to end\n"
            assert second.communicate(timeout=30)[0] == "after\n"

    # A killed make does not block another one.
    with start("echo started; cat") as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.kill()
        killed.wait(30)
        with start("echo free") as last:
            assert last.communicate(timeout=30)[0] == "free\n"


def test_missing_compiler_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "printf").symlink_to("/usr/bin/printf")
    result = run("/bin/sh", "tools/check_compiler.sh", PATH=str(tmp_path), CXX="", CMAKE_ARGS="")
    assert result.returncode == 1
    assert "apt-get install g++" in result.stderr
    named = run("/bin/sh", "tools/check_compiler.sh", CXX="/nowhere/g++ -m64", CMAKE_ARGS="")
    assert named.returncode == 1
    assert "CXX names '/nowhere/g++ -m64'" in named.stderr


def test_named_compiler_may_have_arguments(tmp_path: Path) -> None:
    text = '[ "$1" = -m64 ] && cat >/dev/null'
    compiler = program(tmp_path / "compiler", text)
    result = run("sh", "tools/check_compiler.sh", CXX=f"{compiler} -m64", CMAKE_ARGS="")
    assert (result.returncode, result.stderr) == (0, "")
