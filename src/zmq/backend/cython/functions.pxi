# Functions that need neither a context nor a socket.

import sys as _sys

# The longest path of an ipc:// endpoint: the size of sun_path without its terminating NUL.
IPC_PATH_MAX_LEN = {"linux": 107, "win32": 107, "cygwin": 107}.get(_sys.platform, 103)

PYZMQ_DRAFT_API = bool(libzmq.zmq_has(b"draft"))


def zmq_errno() -> int:
    """Return the errno that the last failed call to libzmq left in this thread.

    Returns
    -------
    int
        One of the values of `zmq.Errno`, or another errno of the platform.

    Notes
    -----
    Calls ``zmq_errno``. The attribute ``errno`` of an exception has the same number and is more
    reliable: any call after the failed one may have changed the value of this function.
    """
    return libzmq.zmq_errno()


def strerror(errno: int) -> str:
    """Return the text that libzmq has for an error number.

    Parameters
    ----------
    errno : int
        A value of `zmq.Errno` or an errno of the platform.

    Returns
    -------
    str
        The text, in English for libzmq's own errors.

    Notes
    -----
    Calls ``zmq_strerror``.
    """
    cdef int errnum = errno
    return _error_text(errnum)


def zmq_version_info() -> tuple[int, int, int]:
    """Return the version of the libzmq in use as three integers.

    Returns
    -------
    tuple of int
        (major, minor, patch)

    Notes
    -----
    Calls ``zmq_version``.
    """
    cdef int major, minor, patch
    libzmq.zmq_version(&major, &minor, &patch)
    return (major, minor, patch)


def has(capability: str) -> bool:
    """Return whether libzmq was built with a capability.

    Parameters
    ----------
    capability : str
        The name, such as ``"ipc"``, ``"curve"``, ``"draft"``, ``"ws"``, ``"gssapi"`` or ``"pgm"``.

    Returns
    -------
    bool
        False if the capability is off, or if libzmq does not know the name.

    Notes
    -----
    Calls ``zmq_has``.

    .. versionadded:: 14.1
    """
    if not isinstance(capability, (str, bytes)):
        raise TypeError(
            f"has() takes the name of a capability as str, got {type(capability).__name__}"
        )
    cdef object encoded = capability.encode("utf-8") if isinstance(capability, str) else capability
    cdef bytes name = encoded
    # libzmq has most names in lower case, but WS in upper case
    return bool(libzmq.zmq_has(name) or libzmq.zmq_has(name.upper()))


cdef object _transports():
    """Return the names of the transports that this build has."""
    optional = ("ipc", "ws", "wss", "pgm", "epgm", "norm", "tipc", "vmci")
    found = {"epgm": "pgm"}
    names = ["tcp", "inproc", "udp"]
    return names + [name for name in optional if has(found.get(name, name))]


def curve_keypair() -> tuple[bytes, bytes]:
    """Make a new CURVE key pair.

    Returns
    -------
    tuple of bytes
        (public key, secret key), each 40 bytes of Z85 text.

    Raises
    ------
    ZMQError
        ENOTSUP if libzmq was built without CURVE.

    Notes
    -----
    Calls ``zmq_curve_keypair``. Safe in any thread.

    .. versionadded:: 14.0
    """
    cdef char public_key[41]
    cdef char secret_key[41]
    if libzmq.zmq_curve_keypair(public_key, secret_key) < 0:
        _raise_errno(libzmq.zmq_errno(), "(curve_keypair needs a libzmq with CURVE)")
    return public_key[:40], secret_key[:40]


def curve_public(secret_key: bytes | str) -> bytes:
    """Compute the public key that belongs to a CURVE secret key.

    Parameters
    ----------
    secret_key : bytes or str
        40 characters of Z85.

    Returns
    -------
    bytes
        The public key, 40 bytes of Z85 text.

    Raises
    ------
    TypeError
        If `secret_key` is neither bytes nor str.
    ValueError
        If it is not 40 characters long.
    ZMQError
        EINVAL if it is not Z85; ENOTSUP without CURVE.

    Notes
    -----
    Calls ``zmq_curve_public``. Safe in any thread.
    """
    if isinstance(secret_key, str):
        secret_key = secret_key.encode("utf-8")
    if not isinstance(secret_key, bytes):
        raise TypeError(
            "curve_public() takes the secret key as 40 bytes of Z85 text,"
            f" got {type(secret_key).__name__}"
        )
    if len(secret_key) != 40:
        raise ValueError(
            f"secret key must be a 40 byte z85 encoded string, got {len(secret_key)} bytes"
            " (zmq.utils.z85.encode makes 40 from 32 raw bytes)"
        )
    cdef bytes key = secret_key
    cdef char public_key[41]
    if libzmq.zmq_curve_public(public_key, key) < 0:
        _raise_errno(libzmq.zmq_errno(), "(the secret key is not valid Z85)")
    return public_key[:40]
