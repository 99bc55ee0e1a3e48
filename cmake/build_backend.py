"""The build backend: scikit-build-core, with metadata that it has no settings for.

- ``License-Expression`` depends on the system: wepoll is part of the extension on Windows alone.
- ``License-File`` also names the licences of libzmq and libsodium. CMake installs them; a checkout
  does not contain them.
- ``Project-URL`` names the repository that a release was built in. A source distribution gets its
  value from the environment variable ``ZMQ_PROJECT_URL``; wheels get the value from the source
  distribution.

The backend also compresses wheels at the highest level of deflate.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from scikit_build_core import build as scikit
from scikit_build_core.build import (
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings: TypeAlias = dict[str, str | list[str]] | None

# libzmq's static linking exception has no SPDX identifier of its own.
LICENCE = "BSD-3-Clause AND LicenseRef-LGPL-3.0-or-later-with-libzmq-linking-exception AND ISC"
# wepoll, which is part of libzmq's sources
LICENCE_OF_WINDOWS = f"{LICENCE} AND BSD-2-Clause"

LICENCE_FILES = [
    "LICENSE",
    "libsodium/AUTHORS",
    "libsodium/LICENSE",
    "libzmq/AUTHORS",
    "libzmq/COPYING",
    "libzmq/COPYING.LESSER",
    "libzmq/sha1/license.txt",
]
LICENCE_FILES_OF_WINDOWS = [*LICENCE_FILES, "libzmq/wepoll/license.txt"]

_NAMES_OF_LICENCES = re.compile(r"(LICEN[CS]E|COPYING|AUTHORS)\b.*", re.IGNORECASE)


def _for_windows() -> bool:
    # get_platform() returns the target's platform, if the build is for another system
    return sysconfig.get_platform().startswith(("win", "mingw"))


def _project_urls() -> list[str]:
    """Return the values of ``Project-URL``; a wheel takes those of its source distribution."""
    given = os.environ.get("ZMQ_PROJECT_URL", "").rstrip("/")
    if given:
        return [
            f"Source, {given}",
            f"Changelog, {given}/blob/main/CHANGELOG.md",
            f"Issues, {given}/issues",
            f"Security, {given}/security/policy",
        ]
    try:
        header = Path("PKG-INFO").read_text("utf-8").partition("\n\n")[0]
    except OSError:
        return []
    return re.findall(r"^Project-URL: (.*)$", header, re.MULTILINE)


def complete(metadata: str, licence: str, files: Iterable[str], dynamic: Iterable[str] = ()) -> str:
    """Return core metadata with the fields that scikit-build-core leaves out."""
    header, _, body = metadata.replace("\r\n", "\n").partition("\n\n")
    ours = ("Metadata-Version", "License-Expression", "License-File", "Project-URL", "Dynamic")
    fields = [line for line in header.split("\n") if line.partition(":")[0] not in ours]
    fields = [
        "Metadata-Version: 2.4",
        *fields,
        f"License-Expression: {licence}",
        *(f"License-File: {file}" for file in sorted(files)),
        *(f"Project-URL: {url}" for url in _project_urls()),
        *(f"Dynamic: {field}" for field in dynamic),
    ]
    return "\n".join(fields) + "\n\n" + body


def _complete_wheel(path: Path) -> None:
    licence = LICENCE_OF_WINDOWS if _for_windows() else LICENCE
    written = path.with_name(path.name + ".new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(written, "w") as new:
        (name,) = (n for n in old.namelist() if n.endswith(".dist-info/METADATA"))
        folder = name.rpartition("/")[0]
        start = f"{folder}/licenses/"
        files = [n[len(start) :] for n in old.namelist() if n.startswith(start)]
        metadata = complete(old.read(name).decode(), licence, files).encode()
        hash_ = base64.urlsafe_b64encode(hashlib.sha256(metadata).digest()).rstrip(b"=").decode()
        for info in old.infolist():
            content = old.read(info)
            if info.filename == name:
                content = metadata
            elif info.filename == f"{folder}/RECORD":
                lines = content.decode().splitlines(keepends=True)
                row = f"{name},sha256={hash_},{len(metadata)}\n"
                content = "".join(
                    row if line.startswith(f"{name},") else line for line in lines
                ).encode()
            new.writestr(info, content, zipfile.ZIP_DEFLATED, 9)
    written.replace(path)


def _complete_sdist(path: Path) -> None:
    packed = path.read_bytes()
    unpacked = io.BytesIO(gzip.decompress(packed))
    made = io.BytesIO()
    with (
        tarfile.open(fileobj=unpacked) as old,
        tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        names = {member.name.partition("/")[2] for member in old}
        files = [name for name in names if _NAMES_OF_LICENCES.fullmatch(PurePosixPath(name).name)]
        for member in old:
            content = old.extractfile(member) if member.isfile() else None
            if content is not None and member.name.partition("/")[2] == "PKG-INFO":
                # The sources include wepoll.
                text = complete(
                    content.read().decode(),
                    LICENCE_OF_WINDOWS,
                    files,
                    ["License-Expression", "License-File"],
                )
                content = io.BytesIO(text.encode())
                member.size = len(content.getvalue())
            new.addfile(member, content)
    # Keep the time in the gzip header, so that the same sources give the same bytes.
    time = int.from_bytes(packed[4:8], "little")
    path.write_bytes(gzip.compress(made.getvalue(), 9, mtime=time))


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    name = scikit.build_wheel(wheel_directory, config_settings)
    _complete_wheel(Path(wheel_directory) / name)
    return name


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    name = scikit.build_editable(wheel_directory, config_settings)
    _complete_wheel(Path(wheel_directory) / name)
    return name


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    name = scikit.build_sdist(sdist_directory, config_settings)
    _complete_sdist(Path(sdist_directory) / name)
    return name


def _complete_prepared(folder: Path, files: list[str]) -> None:
    path = folder / "METADATA"
    licence = LICENCE_OF_WINDOWS if _for_windows() else LICENCE
    path.write_bytes(complete(path.read_text("utf-8"), licence, files).encode())


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: Settings = None
) -> str:
    name = scikit.prepare_metadata_for_build_wheel(metadata_directory, config_settings)
    files = LICENCE_FILES_OF_WINDOWS if _for_windows() else LICENCE_FILES
    _complete_prepared(Path(metadata_directory) / name, files)
    return name


def prepare_metadata_for_build_editable(
    metadata_directory: str, config_settings: Settings = None
) -> str:
    name = scikit.prepare_metadata_for_build_editable(metadata_directory, config_settings)
    # CMake does not install the other licences for an editable install.
    _complete_prepared(Path(metadata_directory) / name, ["LICENSE"])
    return name
