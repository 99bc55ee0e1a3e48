"""Flags for those who build on the package: ``python -m zmq --cflags``."""

from __future__ import annotations

import argparse
import os
import shlex
import sys

import zmq
from zmq.cli.outcome import CommandError

__all__ = ["add_options", "print_asked"]

_FLAGS = {
    "includes": "folders with zmq.h and the pxd files, one a line",
    "libdir": "folder with the static library",
    "cmakedir": "folder for CMAKE_PREFIX_PATH, or ZeroMQ_DIR",
    "cflags": "flags for the compiler",
    "libs": "flags for the linker",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the flags, and ``--version``."""
    parser.add_argument(
        "--version",
        action="version",
        version=f"pyzmq {zmq.pyzmq_version()}, libzmq {zmq.zmq_version()}",
    )
    group = parser.add_argument_group("for builders")
    for name, text in _FLAGS.items():
        group.add_argument(f"--{name}", action="store_true", help=f"print the {text}")


def print_asked(options: argparse.Namespace) -> bool:
    """Print what the flags ask for; return whether they asked for anything.

    Raises
    ------
    CommandError
        If it is not there.
    """
    if options.includes:
        print("\n".join(zmq.get_includes()))
    if options.libdir:
        print("\n".join(zmq.get_library_dirs()))
    if options.cmakedir:
        print(_cmake_dir())
    flags = []
    if options.cflags:
        flags += [f"-I{folder}" for folder in zmq.get_includes()]
    if options.libs:
        flags += [f"-L{folder}" for folder in zmq.get_library_dirs()]
        flags += ["-lzmq", *_system_libraries()]
    if flags:
        # Shells split on spaces; there, quotes in the output of $(...) do not protect them.
        print(shlex.join(flags))
    return any(getattr(options, name) for name in _FLAGS)


def _system_libraries() -> list[str]:
    """What the static library itself needs."""
    if sys.platform == "darwin":
        return ["-lc++"]
    if sys.platform == "win32":
        return ["-lws2_32", "-liphlpapi", "-lrpcrt4", "-ladvapi32"]
    return ["-lstdc++", "-lpthread", "-lrt"]


def _cmake_dir() -> str:
    for library_dir in zmq.get_library_dirs():
        for folder, _, files in os.walk(os.path.dirname(library_dir)):
            if any(name.lower().startswith("zeromqconfig.cmake") for name in files):
                return folder
    raise CommandError("this copy was built without a CMake package; use --cflags and --libs")
