"""Two steps of .github/workflows/release.yml, which you can also run before you push a tag.

    python tools/release.py notes v27.3.0+static.1    # what CHANGELOG.md says of that version
    python tools/release.py collect dist              # checks the files, adds SBOMs and hashes

``notes`` fails if the tag does not match the version in src/zmq/sugar/version.py, or if
CHANGELOG.md has no section for that version. ``collect`` fails if a file has another version, or if
a required file is missing. Required are a source distribution, and for each system a wheel of the
stable ABI and a wheel for one version of Python. ``collect`` writes SHA256SUMS, and copies the
bills of materials from the wheels.
"""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SYSTEMS = ["manylinux", "musllinux", "macosx", "win_"]


def version_of(tree: Path = ROOT) -> str:
    text = (tree / "src" / "zmq" / "sugar" / "version.py").read_text("utf-8")
    found = re.search(r'^DISTRIBUTION_VERSION: str = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        sys.exit("src/zmq/sugar/version.py has no line with DISTRIBUTION_VERSION")
    return found[1]


def notes(tag: str, tree: Path = ROOT) -> str:
    """Return the text of the changelog for a tag, which must match the version."""
    version = version_of(tree)
    if tag != f"v{version}":
        sys.exit(f"the tag is {tag}, but the version is {version}: tag it v{version}")
    text = (tree / "CHANGELOG.md").read_text("utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        if heading.split()[:1] == [version]:
            return body.strip() + "\n"
    sys.exit(f"CHANGELOG.md has no section '## {version} (date)': replace 'Unreleased' by that")


def bill_of(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if ".dist-info/sboms/" in n)
        return archive.read(name)


def collect(folder: Path, version: str) -> None:
    files = sorted(path for path in folder.iterdir() if path.suffix in (".whl", ".gz"))
    strangers = [path.name for path in files if not path.name.startswith(f"pyzmq-{version}")]
    if strangers:
        sys.exit(f"not of version {version}: {', '.join(strangers)}")
    if sum(path.name.endswith(".tar.gz") for path in files) != 1:
        sys.exit(f"{folder} must contain exactly one source distribution")
    wheels = {
        system: [path for path in files if system in path.name and path.suffix == ".whl"]
        for system in SYSTEMS
    }
    for system, found in wheels.items():
        if not any("-abi3-" in path.name for path in found):
            sys.exit(f"{folder} has no wheel of the stable ABI for {system}")
        if all("-abi3-" in path.name for path in found):
            sys.exit(f"{folder} has no wheel of a version of Python for {system}")
    (folder / "pyzmq.cdx.json").write_bytes(bill_of(wheels["manylinux"][0]))
    (folder / "pyzmq-windows.cdx.json").write_bytes(bill_of(wheels["win_"][0]))
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    print(f"{len(files)} files of {version}")


def main(arguments: list[str]) -> None:
    if len(arguments) != 2 or arguments[0] not in ("notes", "collect"):
        sys.exit(__doc__)
    if arguments[0] == "notes":
        print(notes(arguments[1]), end="")
    else:
        collect(Path(arguments[1]), version_of())


if __name__ == "__main__":
    main(sys.argv[1:])
