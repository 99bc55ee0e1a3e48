"""``info``: print versions, features, the build of the extension, and the locations of files."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from typing import Any

import zmq
from zmq.cli.options import add_command
from zmq.sugar.version import DISTRIBUTION_VERSION

__all__ = ["add_commands", "collect"]

_CAPABILITIES = ("ipc", "curve", "draft", "WS", "WSS", "gssapi", "norm", "pgm", "tipc", "vmci")

_EXAMPLES = """\
examples:
  {prog}
  {prog} --verbose
  {prog} --json | jq .build.libzmq_patches
"""


def add_commands(commands: Any) -> None:
    """Add the command ``info``."""
    parser = add_command(
        commands, "info", "print versions, features, build settings and paths", _EXAMPLES
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="print all build settings, and the patches of libzmq",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=_run)


def collect() -> dict[str, Any]:
    """Return the data that ``info`` prints.

    Returns
    -------
    dict
        ``versions``, ``features`` (the results of `zmq.has`), ``build`` (`zmq._build_info`) and
        ``paths``.
    """
    from zmq import _build_info
    from zmq.backend.cython import _zmq

    build = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(_build_info).items()
        if not name.startswith("_") and isinstance(value, (str, bool, tuple))
    }
    paths = {
        "package": os.path.dirname(zmq.__file__),
        "installed": _installed(),
        "extension": _zmq.__file__,
        "includes": zmq.get_includes(),
        "libraries": zmq.get_library_dirs(),
    }
    for name in ("prefix", "include_dir", "library_dir"):
        build.pop(name, None)
    return {
        "versions": {
            "pyzmq": DISTRIBUTION_VERSION,
            "libzmq": zmq.zmq_version(),
            "libsodium": build.pop("libsodium_version", ""),
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "platform": platform.platform(),
        },
        "features": {name.lower(): zmq.has(name) for name in _CAPABILITIES},
        "build": build,
        "paths": paths,
    }


def _installed() -> list[str]:
    """Return each distribution named pyzmq that Python finds, in its search order."""
    from importlib.metadata import distributions

    return [
        f"{found.version} in {os.path.normpath(str(found.locate_file('')))}"
        for found in distributions(name="pyzmq")
    ]


def _run(options: argparse.Namespace) -> None:
    found = collect()
    if options.json:
        json.dump(found, sys.stdout, indent=2)
        print()
        return
    width = max(len(name) for section in found.values() for name in section) + 2
    if not options.verbose:
        _shorten(found)
    for title, section in found.items():
        print(title)
        for name, value in section.items():
            lines = value if isinstance(value, list) else [_text(value)]
            for number, line in enumerate(lines or ["none"]):
                print(f"  {name if number == 0 else '':{width}}{line}")


_BRIEF = ("compiler", "build_type", "libzmq_patches")


def _shorten(found: dict[str, Any]) -> None:
    """Leave out details that few users need."""
    build = found["build"]
    found["build"] = {name: build[name] for name in _BRIEF if name in build}
    patches = build.get("libzmq_patches")
    if patches:
        found["build"]["libzmq_patches"] = (
            f"{len(patches)}; listed with --verbose, explained in the documentation:"
            f' "Differences from libzmq {found["versions"]["libzmq"]}"'
        )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"
