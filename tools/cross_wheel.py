"""Build a wheel for another system with Zig's compilers, to see that the sources allow it.

    python -m pip install ziglang auditwheel
    python tools/cross_wheel.py x86_64-linux-gnu.2.17

Releases come from cibuildwheel. This is for a look at what a change does elsewhere: it needs no
container and no other machine, only this environment's own Python and the build requirements. The
headers are those of this Python, so the target has to have 64 bits and little endians, too; the
wheel is for the version of Python that runs this script.

Targets that end in a glibc version, or in ``musl``, are given their platform tag by auditwheel,
which refuses a wheel that needs newer symbols or other libraries. For other systems only the two
libraries and the generated C++ are compiled, since their Python's headers are not at hand.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# auditwheel's platform, and how a Python there names its extension modules
LINUX = {
    "x86_64-linux-gnu.2.17": ("manylinux_2_17_x86_64", "x86_64-linux-gnu"),
    "x86_64-linux-gnu.2.28": ("manylinux_2_28_x86_64", "x86_64-linux-gnu"),
    "x86_64-linux-musl": ("musllinux_1_2_x86_64", "x86_64-linux-musl"),
    "aarch64-linux-gnu.2.17": ("manylinux_2_17_aarch64", "aarch64-linux-gnu"),
    "aarch64-linux-gnu.2.28": ("manylinux_2_28_aarch64", "aarch64-linux-gnu"),
    "aarch64-linux-musl": ("musllinux_1_2_aarch64", "aarch64-linux-musl"),
}
LIBRARIES_ONLY = {
    "x86_64-windows-gnu": "Windows",
    "aarch64-windows-gnu": "Windows",
    "x86_64-macos.11.0": "Darwin",
    "aarch64-macos.11.0": "Darwin",
}


def write_tools(folder: Path, target: str) -> None:
    """Write cc, c++, ar, ranlib and rc, as CMake expects them: programs without arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in {
        "cc": ["cc", "-target", target],
        "c++": ["c++", "-target", target],
        "ar": ["ar"],
        "ranlib": ["ranlib"],
        "rc": ["rc"],
    }.items():
        program = folder / name
        line = shlex.join([sys.executable, "-m", "ziglang", *command])
        program.write_text(f'#!/bin/sh\nexec {line} "$@"\n', encoding="utf-8")
        program.chmod(0o755)


def toolchain(folder: Path, system: str, processor: str) -> str:
    lines = [
        f"set(CMAKE_SYSTEM_NAME {system})",
        f"set(CMAKE_SYSTEM_PROCESSOR {processor})",
        f'set(CMAKE_C_COMPILER "{folder}/cc")',
        f'set(CMAKE_CXX_COMPILER "{folder}/c++")',
        f'set(CMAKE_ASM_COMPILER "{folder}/cc")',
        f'set(CMAKE_AR "{folder}/ar")',
        f'set(CMAKE_RANLIB "{folder}/ranlib")',
        f'set(CMAKE_RC_COMPILER "{folder}/rc")',
        "set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)" if system == "Darwin" else "",
        "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)",
    ]
    return "\n".join(filter(None, lines)) + "\n"


def build_wheel(target: str, toolchain_file: Path, build: Path, out: Path) -> None:
    platform, soabi = LINUX[target]
    processor = target.partition("-")[0]
    version = f"{sys.version_info[0]}{sys.version_info[1]}"
    raw = build / "raw"
    subprocess.run(
        [
            sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
            f"--config-settings=build-dir={build / 'cmake'}",
            f"--config-settings=cmake.define.CMAKE_TOOLCHAIN_FILE={toolchain_file}",
            f"--wheel-dir={raw}", str(ROOT),
        ],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "_PYTHON_HOST_PLATFORM": f"linux-{processor}",
            "SETUPTOOLS_EXT_SUFFIX": f".cpython-{version}-{soabi}.so",
        },
        check=True,
    )  # fmt: skip
    for wheel in raw.glob("*.whl"):
        subprocess.run(
            [sys.executable, "-m", "auditwheel", "repair", "--only-plat",
             f"--plat={platform}", f"--wheel-dir={out}", str(wheel)],
            check=True,
        )  # fmt: skip


def build_libraries(toolchain_file: Path, build: Path) -> None:
    subprocess.run(
        ["cmake", "-S", str(ROOT), "-B", str(build / "cmake"), "-G", "Ninja",
         f"-DCMAKE_TOOLCHAIN_FILE={toolchain_file}", "-DZMQ_LIBRARIES_ONLY=ON"],
        check=True,
    )  # fmt: skip
    subprocess.run(["cmake", "--build", str(build / "cmake")], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", choices=[*LINUX, *LIBRARIES_ONLY])
    parser.add_argument("--out", type=Path, default=ROOT / "wheelhouse")
    args = parser.parse_args()
    build = ROOT / "build" / f"cross-{args.target}"
    tools = build / "tools"
    write_tools(tools, args.target)
    system = LIBRARIES_ONLY.get(args.target, "Linux")
    toolchain_file = build / "toolchain.cmake"
    toolchain_file.write_text(
        toolchain(tools, system, args.target.partition("-")[0]), encoding="utf-8"
    )
    if args.target in LINUX:
        build_wheel(args.target, toolchain_file, build, args.out)
    else:
        build_libraries(toolchain_file, build)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} ended with {error.returncode}")
