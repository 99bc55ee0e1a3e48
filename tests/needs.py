"""Marks for tests that need a feature of the machine; without it, the test is skipped."""

from __future__ import annotations

import socket
import tempfile

import pytest


def _localhost_resolves() -> bool:
    try:
        return bool(socket.getaddrinfo("localhost", None, socket.AF_INET))
    except OSError:
        return False


needs_localhost = pytest.mark.skipif(
    not _localhost_resolves(), reason="the name localhost does not resolve here (/etc/hosts)"
)

# multiprocessing adds /pymp-xxxxxxxx/listener-xxxxxxxx, and a socket's path has at most 107 bytes
# (103 on macOS).
FORKSERVER_WORKS = len(tempfile.gettempdir().encode()) + 32 <= 103
needs_a_short_temporary_folder = pytest.mark.skipif(
    not FORKSERVER_WORKS,
    reason="TMPDIR is too long for the socket that multiprocessing makes there",
)


def start_methods(methods: list[str]) -> list[object]:
    """Return multiprocessing's start methods as parameters, with a mark where one is needed."""
    return [
        pytest.param(method, marks=needs_a_short_temporary_folder)
        if method == "forkserver"
        else method
        for method in methods
    ]
