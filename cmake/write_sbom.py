"""Write a CycloneDX bill of materials for the libraries linked into the extension.

CMake installs the bill into the wheel as ``<dist-info>/sboms/pyzmq.cdx.json`` (PEP 770). The same
inputs give the same bytes: the bill contains neither a date nor a random serial number.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

LICENCES: dict[str, list[dict[str, Any]]] = {
    "libzmq": [{"license": {"name": "LGPL-3.0-or-later with libzmq's static linking exception"}}],
    "libsodium": [{"license": {"id": "ISC"}}],
}

# Third-party code in libzmq's own archive that is compiled with libzmq.
INSIDE_LIBZMQ: dict[str, dict[str, Any]] = {
    "sha1": {
        "description": "SHA-1 of the WIDE Project, for ws://",
        "licenses": [{"license": {"id": "BSD-3-Clause"}}],
    },
    "wepoll": {
        "description": "epoll for Windows",
        "version": "1.5.4",
        "purl": "pkg:github/piscisaureus/wepoll@v1.5.4",
        "licenses": [{"license": {"id": "BSD-2-Clause"}}],
    },
}


def component(
    library: list[str], folder: Path, patches: list[str], inside: list[str]
) -> dict[str, Any]:
    name, version, url, sha256 = library
    owner, repository = url.split("/")[3:5]
    purl = f"pkg:github/{owner}/{repository}@{url.rpartition('/')[2].removesuffix('.tar.gz')}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": LICENCES[name],
        "externalReferences": [
            {
                "type": "source-distribution",
                "url": url,
                "hashes": [{"alg": "SHA-256", "content": sha256}],
            }
        ],
    }
    if inside:
        made["components"] = [
            {"type": "library", "bom-ref": f"{name}/{part}", "name": part, **INSIDE_LIBZMQ[part]}
            for part in inside
        ]
    if patches:
        made["modified"] = True
        made["pedigree"] = {
            "patches": [
                {
                    "type": "unofficial",
                    "diff": {
                        "text": {
                            "contentType": "text/x-patch",
                            # plain text: base64 would need 50 % more room in the wheel
                            "content": (folder / patch).read_bytes().decode("utf-8"),
                        }
                    },
                }
                for patch in patches
            ],
            "notes": "Patches, in their order: " + ", ".join(patches),
        }
    return made


def bill(project_version: str, libraries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": "pyzmq",
                "name": "pyzmq",
                "version": project_version,
                "licenses": [{"license": {"id": "BSD-3-Clause"}}],
            }
        },
        "components": libraries,
        "dependencies": [
            {"ref": "pyzmq", "dependsOn": ["libzmq"]},
            {"ref": "libzmq", "dependsOn": ["libsodium"]},
            {"ref": "libsodium"},
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--project-version", required=True)
    parser.add_argument(
        "--library", nargs=4, action="append", metavar=("NAME", "VERSION", "URL", "SHA256")
    )
    parser.add_argument("--patches", type=Path, help="folder with <name>/patches")
    parser.add_argument("--applied", nargs="*", default=[], help="names of the patches applied")
    parser.add_argument(
        "--inside-libzmq", nargs="*", default=[], choices=list(INSIDE_LIBZMQ), metavar="NAME"
    )
    args = parser.parse_args()
    libraries = []
    for library in args.library:
        folder = args.patches / library[0] / "patches"
        patches = [name for name in args.applied if (folder / name).is_file()]
        inside = args.inside_libzmq if library[0] == "libzmq" else []
        libraries.append(component(library, folder, patches, inside))
    text = json.dumps(bill(args.project_version, libraries), indent=1) + "\n"
    args.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
