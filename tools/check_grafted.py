"""Print the sizes of wheels, and fail if one contains an added shared library.

    python tools/check_grafted.py wheelhouse

Every library that the extension needs is linked in or is part of every system. So auditwheel,
delocate and delvewheel must find nothing to copy. Arguments are wheels, or folders with wheels.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

# Tools put added libraries into folders: auditwheel and delvewheel into <distribution>.libs,
# delocate into .dylibs in the package.
GRAFTED_SUFFIXES = (".libs", ".dylibs")


def grafted(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    return [
        name
        for name in names
        if any(part.endswith(GRAFTED_SUFFIXES) for part in name.split("/")[:-1])
        or (name.endswith((".dll", ".dylib")) or ".so." in name.rpartition("/")[2])
    ]


def sizes(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (extension,) = (
            info
            for info in archive.infolist()
            if info.filename.startswith("zmq/backend/cython/_zmq.")
            and info.filename.endswith((".so", ".pyd"))
        )
        unpacked = sum(info.file_size for info in archive.infolist())
    return (
        f"{wheel.stat().st_size / 1e6:.2f} MB, unpacked {unpacked / 1e6:.2f} MB, "
        f"the extension {extension.file_size / 1e6:.2f} MB"
    )


def main(arguments: list[str]) -> int:
    wheels: list[Path] = []
    for path in map(Path, arguments):
        wheels += sorted(path.glob("*.whl")) if path.is_dir() else [path]
    if not wheels:
        sys.exit("no wheel found; name wheels, or folders with wheels")
    failed = 0
    for wheel in wheels:
        print(f"{wheel.name}: {sizes(wheel)}")
        for name in grafted(wheel):
            print(f"  has a library of its own: {name}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
