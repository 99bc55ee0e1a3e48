"""Compiler flags for extensions: ``python -m zmq --cflags``."""

from __future__ import annotations

import argparse
import os
import shlex

import zmq
from zmq import _build_info
from zmq.cli.outcome import CommandError
from zmq.sugar.version import DISTRIBUTION_VERSION

__all__ = ["add_options", "print_asked"]

_FLAGS = {
    "includes": "folders with zmq.h and the pxd files, one per line",
    "libdir": "folder with the static library",
    "cmakedir": "folder with the CMake package: ZeroMQ_DIR, or an entry of CMAKE_PREFIX_PATH",
    "pkgconfigdir": "folder with zmq.pc, for PKG_CONFIG_PATH",
    "cflags": "flags for the compiler",
    "libs": "flags for the linker",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the flags, and ``--version``."""
    parser.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"pyzmq {DISTRIBUTION_VERSION}, libzmq {zmq.zmq_version()}",
    )
    group = parser.add_argument_group("for builders")
    for name, text in _FLAGS.items():
        group.add_argument(f"--{name}", action="store_true", help=f"print the {text}")


def print_asked(options: argparse.Namespace) -> bool:
    """Print the requested paths and flags; return whether there was a request.

    Raises
    ------
    CommandError
        If a requested file does not exist.
    """
    if options.includes:
        print("\n".join(zmq.get_includes()))
    if options.libdir:
        print("\n".join(zmq.get_library_dirs()))
    if options.cmakedir:
        print(_existing(_build_info.cmake_dir))
    if options.pkgconfigdir:
        print(_existing(_build_info.pkgconfig_dir))
    flags = []
    if options.cflags:
        flags += [f"-I{folder}" for folder in zmq.get_includes()]
    if options.libs:
        flags += [f"-L{folder}" for folder in zmq.get_library_dirs()]
        flags += ["-lzmq", *(f"-l{name}" for name in _build_info.link_libraries)]
    if flags:
        # Shells split the output of $(...) at spaces, even inside quotes, so escape them.
        print(shlex.join(flags))
    return any(getattr(options, name) for name in _FLAGS)


def _existing(folder: str) -> str:
    if not os.path.isdir(folder):
        raise CommandError(f"{folder} does not exist: install pyzmq again")
    return folder
