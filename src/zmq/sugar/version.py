"""Versions of the bindings and of libzmq."""

from __future__ import annotations

from zmq.backend import zmq_version_info

DISTRIBUTION_VERSION: str = "27.3.0+static.1"
"""Version of the distribution, as pip shows it; the part after the ``+`` counts our releases."""

# Without the part after the "+": programs split this at the dots and parse each part as an int.
__version__: str = DISTRIBUTION_VERSION.partition("+")[0]
"""Version of PyZMQ whose API this package implements."""

__revision__: str = ""
"""Commit of a development build; empty in a release."""


def _split(version: str) -> tuple[int, int, int, str]:
    """Split a version into its three numbers and its development suffix."""
    major, minor, patch, *extra = version.split(".", 3)
    return int(major), int(minor), int(patch), "".join(extra)


VERSION_MAJOR, VERSION_MINOR, VERSION_PATCH, VERSION_EXTRA = _split(__version__)

version_info: tuple[int, int, int] | tuple[int, int, int, float] = (
    VERSION_MAJOR,
    VERSION_MINOR,
    VERSION_PATCH,
)
"""The result of :func:`pyzmq_version_info`."""

if VERSION_EXTRA:
    version_info = (VERSION_MAJOR, VERSION_MINOR, VERSION_PATCH, float("inf"))


def pyzmq_version() -> str:
    """Return the version of PyZMQ whose API this package implements, such as ``"27.3.0"``.

    A development version has the first six characters of its commit added. The version of the
    distribution, which also counts our own releases, is
    ``importlib.metadata.version("pyzmq")``; ``python -m zmq info`` shows it.
    """
    if __revision__:
        return f"{__version__}+{__revision__[:6]}"
    return __version__


def pyzmq_version_info() -> tuple[int, int, int] | tuple[int, int, int, float]:
    """Return the version of PyZMQ whose API this package implements, as a tuple.

    Returns
    -------
    tuple
        Three ints, such as ``(27, 3, 0)``. A development version has ``inf`` after them, so that it
        is greater than the release before it.
    """
    return version_info


def zmq_version() -> str:
    """Return the version of libzmq, such as ``"4.3.4"`` (``zmq_version``)."""
    major, minor, patch = zmq_version_info()
    return f"{major}.{minor}.{patch}"


__all__ = [
    "DISTRIBUTION_VERSION",
    "__revision__",
    "__version__",
    "pyzmq_version",
    "pyzmq_version_info",
    "zmq_version",
    "zmq_version_info",
]
