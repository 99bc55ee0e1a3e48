"""CURVE certificates: keys in text files, in the ZPL format (ZeroMQ RFC 4) that other bindings use.

A certificate is two files: ``NAME.key`` has the public key, to be given to peers, and
``NAME.key_secret`` has both keys and is readable by its owner only.
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
# Give it to peers over a channel they trust: who swaps this file can pose as its owner.
"""
_SECRET_HEADER = """\
# CURVE SECRET certificate, written {now}.
# Keep it: who reads this file can pose as its owner. Peers get the {public} file.
"""

# NAME = "VALUE", NAME = 'VALUE' or NAME = VALUE, and a comment. A key may have a # within.
_SETTING = re.compile(
    r"""(?P<name>[^=]+?)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>\S*))\s*(?:\#.*)?"""
)


def create_certificates(
    key_dir: str | os.PathLike[str], name: str, metadata: dict[str, str] | None = None
) -> tuple[str, str]:
    """Make a CURVE key pair and write its two files.

    Parameters
    ----------
    key_dir : str or path
        The folder, which must exist.
    name : str
        The name of the files, without suffix. Files of this name are replaced.
    metadata : dict of str to str, optional
        Notes to write into both files, such as the owner's name. Nothing reads them back.

    Returns
    -------
    tuple of str
        The paths of ``NAME.key`` and ``NAME.key_secret``. The second has mode 0600 from the
        start, where the system knows modes.

    Raises
    ------
    ValueError
        If the name has a folder in it, or the metadata an ``=`` in a name or a line break
        anywhere: they would make another file than meant.
    OSError
        If a file cannot be written. Each is written whole or not at all.

    Notes
    -----
    Calls ``zmq_curve_keypair``.

    .. versionadded:: 14.1
    """
    folder = Path(key_dir)
    if not name or Path(name).name != name:
        raise ValueError(
            f"name is that of the files, without a folder or suffix, got {name!r}: give the "
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
        Whether a secret key is needed. It always is of a file whose name ends in
        ``.key_secret``.

    Returns
    -------
    public_key : bytes
        40 characters of Z85, as :attr:`zmq.CURVE_PUBLICKEY` takes it.
    secret_key : bytes or None
        Likewise; None if the file is the public one.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is not a certificate, if a key in it is not one, or if it has the public key only
        where the secret one is needed.

    .. versionadded:: 14.1
    """
    path = Path(filename)
    if not path.is_file():
        raise OSError(f"Invalid certificate file: {path} does not exist or is not a file")
    keys = _read_keys(path)
    if "public-key" not in keys:
        raise ValueError(
            f'No public key found in {path}: a certificate has a line public-key = "..." '
            "in its section curve; make one with create_certificates()"
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
    """Read the public keys of a folder, such as those of the clients to let in.

    Parameters
    ----------
    directory : str or path, default "."
        The folder. All its files named ``*.key`` are read, others are not.

    Returns
    -------
    dict of bytes to bool
        Each public key, 40 characters of Z85, with True.

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
        raise TypeError(f"metadata is a dict of str to str, got {name!r}: {value!r}")
    if not name.strip() or set("=\r\n#") & set(name):
        raise ValueError(f"cannot write metadata named {name!r}: no '=', '#' or line break in it")
    if set("\r\n") & set(value) or ('"' in value and "'" in value):
        raise ValueError(
            f"cannot write metadata {name} = {value!r}: one line, with one kind of quotes in it"
        )
    quote = "'" if '"' in value else '"'
    return f"    {name} = {quote}{value}{quote}\n"


def _write(path: Path, text: str, mode: int) -> None:
    # Into a new file, private from its first byte, that then takes the place of an old one: the
    # old one may be readable by others, or be a link.
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
    # Keys are ASCII; notes by other programs may be in any encoding, after a byte order mark.
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
    # A secret key is not to be seen in an error message.
    raise ValueError(
        f"{name} in {path} is not a CURVE key: expected {_KEY_LENGTH} characters of Z85"
    )
