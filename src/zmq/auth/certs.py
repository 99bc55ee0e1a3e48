"""CURVE certificates: keys in text files, in the ZPL format (ZeroMQ RFC 4) that other bindings use.

A certificate consists of two files: ``NAME.key`` contains the public key, for the peers;
``NAME.key_secret`` contains both keys, and only its owner can read it.
"""

from __future__ import annotations

import os
import re
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import zmq
from zmq.utils import z85

__all__ = ["create_certificates", "load_certificate", "load_certificates"]

_PUBLIC_SUFFIX = ".key"
_SECRET_SUFFIX = ".key_secret"
_KEY_LENGTH = 40  # characters of Z85, for 32 bytes

_PUBLIC_HEADER = """\
# CURVE public certificate, written {now}.
# # Give it to peers over a channel they trust: a person who replaces this file can pose as its
# owner.
"""
_SECRET_HEADER = """\
# CURVE SECRET certificate, written {now}.
# # Keep it secret: a person who reads this file can pose as its owner. Peers get the {public} file.
"""

# NAME = "VALUE", NAME = 'VALUE' or NAME = VALUE, and a comment. A key may contain a #.
_SETTING = re.compile(
    r"""(?P<name>[^=]+?)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>\S*))\s*(?:\#.*)?"""
)


def create_certificates(
    key_dir: str | os.PathLike[str], name: str, metadata: dict[str, str] | None = None
) -> tuple[str, str]:
    """Create a CURVE key pair and write its two files.

    Parameters
    ----------
    key_dir : str or path
        The folder, which must exist.
    name : str
        The name of the files, without suffix. Files of this name are replaced.
    metadata : dict of str to str, optional
        Notes for both files, such as the owner's name. They are for people; no function reads them.

    Returns
    -------
    tuple of str
        The paths of ``NAME.key`` and ``NAME.key_secret``. On systems with file modes, the second
        file is created with mode 0600.

    Raises
    ------
    ValueError
        If `name` is empty or contains a folder. If a name in `metadata` is empty or contains ``=``,
        ``#`` or a line break, or a value contains a line break or both kinds of quotes.
    OSError
        If a file cannot be written. Each file is written completely or not at all.

    Notes
    -----
    Calls ``zmq_curve_keypair``.

    .. versionadded:: 14.1
    """
    folder = Path(key_dir)
    if not name or Path(name).name != name:
        raise ValueError(
            f"name must be a file name without a folder or suffix, got {name!r}: pass the "
            "folder as key_dir"
        )
    notes = "".join(_setting(key, value) for key, value in (metadata or {}).items())
    public_key, secret_key = zmq.curve_keypair()
    now = datetime.now(timezone.utc).isoformat(sep=" ", timespec="seconds")
    keys = f'curve\n    public-key = "{public_key.decode()}"\n'
    body = f"\nmetadata\n{notes}{keys}"
    public_path = folder / f"{name}{_PUBLIC_SUFFIX}"
    secret_path = folder / f"{name}{_SECRET_SUFFIX}"
    _write(
        secret_path,
        _SECRET_HEADER.format(now=now, public=_PUBLIC_SUFFIX)
        + body
        + f'    secret-key = "{secret_key.decode()}"\n',
        0o600,
    )
    _write(public_path, _PUBLIC_HEADER.format(now=now) + body, 0o644)
    return str(public_path), str(secret_path)


def load_certificate(
    filename: str | os.PathLike[str], *, secret: bool = False
) -> tuple[bytes, bytes | None]:
    """Read the keys of a certificate file.

    Parameters
    ----------
    filename : str or path
        The file: either of the two that :func:`create_certificates` wrote, or one by another
        binding.
    secret : bool, default False
        True if the file must contain a secret key. A file whose name ends in ``.key_secret`` must
        always contain one.

    Returns
    -------
    public_key : bytes
        40 characters of Z85, as :attr:`zmq.CURVE_PUBLICKEY` takes it.
    secret_key : bytes or None
        The secret key in the same form; None if the file contains only the public key.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If the file is not a certificate, if a key in it is invalid, or if it must contain a secret
        key but does not.

    .. versionadded:: 14.1
    """
    path = Path(filename)
    if not path.is_file():
        raise OSError(f"Invalid certificate file: {path} does not exist or is not a file")
    keys = _read_keys(path)
    if "public-key" not in keys:
        raise ValueError(
            f'No public key found in {path}: a certificate has a line public-key = "..." '
            "in its section curve; create one with create_certificates()"
        )
    public_key = _checked_key(path, "public-key", keys["public-key"])
    if "secret-key" in keys:
        return public_key, _checked_key(path, "secret-key", keys["secret-key"])
    if secret or path.name.endswith(_SECRET_SUFFIX):
        raise ValueError(
            f"No secret key found in {path}: this is a public certificate; load the "
            f"{_SECRET_SUFFIX} file of the pair"
        )
    return public_key, None


def load_certificates(directory: str | os.PathLike[str] = ".") -> dict[bytes, bool]:
    """Read the public keys in a folder, such as those of the accepted clients.

    Parameters
    ----------
    directory : str or path, default "."
        The folder. The function reads all files named ``*.key`` in it, and no others.

    Returns
    -------
    dict of bytes to bool
        The public keys, each 40 characters of Z85; all values are True.

    Raises
    ------
    OSError
        If there is no such folder, or a file cannot be read.
    ValueError
        If one of the files is not a certificate.

    .. versionadded:: 14.1
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise OSError(f"Invalid certificate directory: {folder} does not exist or is not a folder")
    paths = sorted(path for path in folder.iterdir() if path.suffix == _PUBLIC_SUFFIX)
    return {load_certificate(path)[0]: True for path in paths}


def _setting(name: str, value: str) -> str:
    if not (isinstance(name, str) and isinstance(value, str)):
        raise TypeError(f"metadata must be a dict of str to str, got {name!r}: {value!r}")
    if not name.strip() or set("=\r\n#") & set(name):
        raise ValueError(
            f"cannot write metadata named {name!r}: a name must not contain '=', '#' or a line "
            "break"
        )
    if set("\r\n") & set(value) or ('"' in value and "'" in value):
        raise ValueError(
            f"cannot write metadata {name} = {value!r}: a value must be one line, and must not "
            "contain both kinds of quotes"
        )
    quote = "'" if '"' in value else '"'
    return f"    {name} = {quote}{value}{quote}\n"


def _write(path: Path, text: str, mode: int) -> None:
    # Write a new file that is private from the start, then replace the old one by it: the old file
    # may be readable by others, or be a link.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _read_keys(path: Path) -> dict[str, str]:
    # Keys are ASCII. A file of another program may begin with a byte order mark, and its comments
    # may have any encoding.
    lines = path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    section = ""
    keys: dict[str, str] = {}
    for line in map(str.strip, lines):
        if not line or line.startswith("#"):
            continue
        setting = _SETTING.fullmatch(line)
        if setting is None:
            section = line.partition("#")[0].strip()
        elif section in ("curve", ""):  # files written by hand may have no section
            keys[setting["name"]] = setting["double"] or setting["single"] or setting["bare"] or ""
    return keys


def _checked_key(path: Path, name: str, key: str) -> bytes:
    try:
        if len(key) == _KEY_LENGTH:
            z85.decode(key)
            return key.encode("ascii")
    except ValueError:
        pass
    # An error message must not contain a secret key.
    raise ValueError(
        f"{name} in {path} is not a CURVE key: expected {_KEY_LENGTH} characters of Z85"
    )
