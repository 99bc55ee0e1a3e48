"""The memory that malloc has given to this process."""

from __future__ import annotations

import ctypes

import pytest


class _MallInfo(ctypes.Structure):
    _fields_ = (("values", ctypes.c_size_t * 10),)


try:
    # Look the function up only once, because the objects that ctypes creates for it would be
    # counted.
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _MallInfo
except (AttributeError, OSError, TypeError):
    mallinfo = None

needs_mallinfo = pytest.mark.skipif(mallinfo is None, reason="needs mallinfo2 of glibc 2.33")


def memory_in_use() -> int:
    """The bytes allocated by malloc; 0 if the C library does not report them."""
    if mallinfo is None:
        return 0
    found = mallinfo()
    return found.values[4] + found.values[7]  # hblkhd, which is mapped, and uordblks
