"""Print the requirements that pyproject.toml states, one a line, for ``pip install -r``.

Each argument is the name of a dependency group (PEP 735) or of an extra, or ``build`` for the build
system's own requirements. pip can read groups since release 25.1; this tool works with every pip. A
build without isolation also needs CMake and ninja in the list: the build backend requests them only
for an isolated build.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:  # pip brings a copy of tomli along on the versions that have no tomllib
    from pip._vendor import tomli as tomllib

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
BUILD_TOOLS = ["build", "cmake>=3.24", "ninja"]

# Packages that do not work with a free-threaded CPython 3.13. Some are not available for it (cffi,
# mypy, and paramiko because of cffi); others enable the GIL (gevent, uvloop). No environment marker
# can express that.
WITH_GIL_ONLY = {"cffi", "gevent", "mypy", "paramiko", "uvloop"}


def requirements(pyproject: dict[str, Any], names: list[str]) -> list[str]:
    """Return the requirement lines of the groups and extras in `names`, or raise SystemExit."""
    extras = pyproject["project"].get("optional-dependencies", {})
    groups = pyproject.get("dependency-groups", {})
    lines: list[str] = []
    for name in names:
        if name == "build":
            lines += pyproject["build-system"]["requires"] + BUILD_TOOLS
        elif name in groups:
            for entry in groups[name]:
                if isinstance(entry, str):
                    lines.append(entry)
                else:
                    lines += requirements(pyproject, [entry["include-group"]])
        elif name in extras:
            lines += extras[name]
        else:
            known = ", ".join(sorted({*groups, *extras}))
            sys.exit(f"pyproject.toml has no group and no extra {name!r}; it has: build, {known}")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        lines = [line for line in lines if distribution_of(line) not in WITH_GIL_ONLY]
    return list(dict.fromkeys(lines))


def distribution_of(requirement: str) -> str:
    """Return the name that a requirement line starts with."""
    return re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0].lower()


if __name__ == "__main__":
    print("\n".join(requirements(tomllib.loads(PYPROJECT.read_text("utf-8")), sys.argv[1:])))
