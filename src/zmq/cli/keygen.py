"""``keygen``: key pairs for CURVE, printed or as certificate files."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

import zmq
from zmq.cli.options import add_command
from zmq.cli.outcome import CommandError, UsageError

__all__ = ["add_commands"]

_EXAMPLES = """\
examples:
  {prog}                       print a key pair
  {prog} server                create server.key (public) and server.key_secret
  {prog} alice -d keys -m mail=alice@example.org
  {prog} --public-of server.key_secret
"""


def add_commands(commands: Any) -> None:
    """Add the command ``keygen``."""
    parser = add_command(
        commands,
        "keygen",
        "create CURVE keys, 40 characters of Z85 text each",
        _EXAMPLES,
        positional="[NAME]",
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="write the certificate files NAME.key (public) and NAME.key_secret",
    )
    parser.add_argument(
        "-d",
        "--directory",
        metavar="DIR",
        help="folder for the files, created if missing (default: the current one)",
    )
    parser.add_argument(
        "-m",
        "--metadata",
        metavar="NAME=TEXT",
        action="append",
        help="note for the files; can be repeated",
    )
    parser.add_argument("--force", action="store_true", help="replace existing files")
    parser.add_argument(
        "--public-of",
        metavar="FILE",
        help="print the public key of this certificate instead of creating one",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    if options.public_of:
        if options.name or options.metadata or options.directory:
            raise UsageError("--public-of writes no files: omit NAME, -d and -m")
        from zmq.auth import load_certificate

        try:
            public = load_certificate(options.public_of)[0].decode()
        except (OSError, ValueError) as error:
            raise UsageError(str(error)) from error
        if options.json:
            _print({"public": public}, True)
        else:
            print(public)
        return
    if options.name is None:
        if options.metadata or options.directory:
            raise UsageError("-d and -m are for files: give a NAME, too")
        public_key, secret_key = zmq.curve_keypair()
        _print({"public": public_key.decode(), "secret": secret_key.decode()}, options.json)
        return
    _make_files(options)


def _make_files(options: argparse.Namespace) -> None:
    from zmq.auth import create_certificates

    folder = options.directory or "."
    if os.path.basename(options.name) != options.name or options.name in ("", ".", ".."):
        raise UsageError(
            f"NAME must be a file name without a folder, got {options.name!r}: pass the folder"
            " with -d"
        )
    metadata = {}
    for item in options.metadata or ():
        key, equals, text = item.partition("=")
        if not (key and equals):
            raise UsageError(f"-m takes NAME=TEXT, got {item!r}")
        metadata[key] = text
    for end in (".key", ".key_secret"):
        path = os.path.join(folder, options.name + end)
        if os.path.exists(path) and not options.force:
            raise CommandError(f"{path} exists already; use --force to replace it")
    os.makedirs(folder, exist_ok=True)
    try:
        public_file, secret_file = create_certificates(folder, options.name, metadata or None)
    except ValueError as error:
        raise UsageError(str(error)) from error
    _print({"public_file": str(public_file), "secret_file": str(secret_file)}, options.json)


def _print(values: dict[str, str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(values, indent=2))
    else:
        for name, value in values.items():
            print(f"{name.replace('_', ' ')}: {value}")
