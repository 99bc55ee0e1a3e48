"""CURVE and PLAIN: checks the security options and sets them on sockets."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import zmq
from zmq.cli.outcome import UsageError

__all__ = ["authenticating", "check_security", "secure"]


def check_security(options: argparse.Namespace) -> None:
    """Raise if the options of CURVE and PLAIN do not fit together.

    Raises
    ------
    UsageError
        The message names the missing or superfluous option.
    """
    if options.curve_server and not options.curve_key:
        raise UsageError("--curve-server needs its certificate: --curve-key FILE")
    if options.curve_server and options.curve_server_key:
        raise UsageError("--curve-server is for the server, --curve-server-key for its clients")
    if options.curve_key and not (options.curve_server or options.curve_server_key):
        raise UsageError(
            "--curve-key alone does nothing: a client needs --curve-server-key as well, a server"
            " --curve-server"
        )
    if options.curve_allow and not options.curve_server:
        raise UsageError("--curve-allow is for the server: it needs --curve-server")
    if options.plain_user and options.plain_server:
        raise UsageError("--plain-user is for clients, --plain-server for their server")
    curve = options.curve_server or options.curve_server_key
    if curve and (options.plain_user or options.plain_server):
        raise UsageError("a socket has one mechanism: CURVE or PLAIN, not both")


def secure(sock: zmq.Socket[Any], options: argparse.Namespace) -> None:
    """Set the keys, or user and password, of a socket before it binds or connects.

    Raises
    ------
    UsageError
        If a certificate lacks the needed key.
    OSError
        If a file cannot be read.
    """
    if options.curve_server:
        sock.curve_publickey, sock.curve_secretkey = _key_pair(options.curve_key)
        sock.curve_server = 1
    elif options.curve_server_key:
        sock.curve_serverkey = _public_key(options.curve_server_key)
        pair = _key_pair(options.curve_key) if options.curve_key else zmq.curve_keypair()
        sock.curve_publickey, sock.curve_secretkey = pair
    elif options.plain_server:
        sock.plain_server = 1
    elif options.plain_user:
        password = os.environ.get("ZMQ_PLAIN_PASSWORD")
        if password is None:
            raise UsageError(
                "--plain-user takes the password from the environment: set ZMQ_PLAIN_PASSWORD"
            )
        sock.plain_username = options.plain_user.encode()
        sock.plain_password = password.encode()


@contextmanager
def authenticating(context: zmq.Context[Any], options: argparse.Namespace) -> Iterator[None]:
    """Run an authenticator during the block, if the options make this a server that needs one.

    Raises
    ------
    UsageError
        If the file or folder with the accepted clients is missing or malformed.
    """
    if not (options.curve_allow or options.plain_server):
        yield
        return
    from zmq.auth.thread import ThreadAuthenticator

    authenticator = ThreadAuthenticator(context)
    authenticator.start()
    try:
        if options.curve_allow:
            if not os.path.isdir(options.curve_allow):
                raise UsageError(f"--curve-allow: {options.curve_allow!r} is not a folder")
            authenticator.configure_curve(domain="*", location=options.curve_allow)
        else:
            authenticator.configure_plain(domain="*", passwords=_passwords(options.plain_server))
        yield
    finally:
        authenticator.stop()


def _key_pair(path: str) -> tuple[bytes, bytes]:
    public, secret = _load(path)
    if secret is None:
        raise UsageError(f"{path} has no secret key: give the file that ends in .key_secret")
    return public, secret


def _public_key(text: str) -> bytes:
    if len(text) == 40 and not os.path.exists(text):
        return text.encode()
    return _load(text)[0]


def _load(path: str) -> tuple[bytes, bytes | None]:
    from zmq.auth import load_certificate

    try:
        return load_certificate(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not a certificate: {error}") from error


def _passwords(path: str) -> dict[str, str]:
    users = {}
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                raise UsageError(f"{path}, line {number}: expected UTF-8 text") from None
            if not text or text.startswith("#"):
                continue
            name, colon, password = text.partition(":")
            if not (name and colon):
                raise UsageError(f"{path}, line {number}: expected NAME:PASSWORD")
            users[name] = password
    return users
