"""The extension contains no large code that it does not use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zmq import _build_info
from zmq.backend.cython import _zmq


@pytest.mark.skipif(
    sys.platform != "linux", reason="only on Linux does the module contain the C++ library"
)
def test_extension_has_no_streams_of_cxx() -> None:
    if _build_info.sanitizers:
        pytest.skip("a sanitized build is linked in another way")
    module = Path(_zmq.__file__).read_bytes()
    # Every stream needs std::locale; the names of its symbols and types contain this text.
    assert b"St6locale" not in module


@pytest.mark.skipif(
    sys.platform != "linux", reason="only on Linux does the module contain the C++ library"
)
def test_extension_has_no_demangler_of_cxx() -> None:
    if _build_info.sanitizers or not _build_info.static_libstdcxx:
        pytest.skip("this copy does not contain the C++ library")
    module = Path(_zmq.__file__).read_bytes()
    # The demangler contains this text, which it writes into names.
    assert b"global constructors keyed to " not in module
