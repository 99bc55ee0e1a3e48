"""Check the GitHub workflows and the list of wheels, with no network.

python -m pip install check-jsonschema zizmor cibuildwheel
python tools/check_workflows.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ["cp310", "cp311", "cp312", "cp313", "cp314", "cp314t", "cp315", "cp315t"]
# cibuildwheel's --platform and --archs, and the platforms in the build identifiers that it prints
PLATFORMS = [
    ("linux", "x86_64", ["manylinux_x86_64", "musllinux_x86_64"]),
    ("linux", "aarch64", ["manylinux_aarch64", "musllinux_aarch64"]),
    ("macos", "x86_64", ["macosx_x86_64"]),
    ("macos", "arm64", ["macosx_arm64"]),
    ("windows", "AMD64", ["win_amd64"]),
    ("windows", "ARM64", ["win_arm64"]),
]


def tool(name: str) -> str:
    found = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    if found is None:
        sys.exit(
            f"{name} is not installed: python -m pip install check-jsonschema zizmor cibuildwheel"
        )
    return found


def main() -> int:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    failed = 0
    for command in (
        [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *workflows],
        [tool("check-jsonschema"), "--builtin-schema", "vendor.dependabot",
         ROOT / ".github" / "dependabot.yml"],
        [tool("zizmor"), "--offline", ROOT / ".github"],
    ):  # fmt: skip
        failed |= subprocess.run(command).returncode
    for platform, archs, tags in PLATFORMS:
        listed = subprocess.run(
            [tool("cibuildwheel"), "--print-build-identifiers", "--platform", platform,
             "--archs", archs, ROOT],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.split()  # fmt: skip
        wanted = [f"{python}-{tag}" for tag in tags for python in PYTHONS]
        print(f"{platform} {archs}: {len(listed)} wheels")
        if sorted(listed) != sorted(wanted):
            print(f"  expected {sorted(wanted)}\n  cibuildwheel lists {sorted(listed)}")
            failed = 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
