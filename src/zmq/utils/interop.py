"""Addresses of libzmq's objects, to exchange with other bindings of the same library."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["cast_int_addr"]


def cast_int_addr(n: Any) -> int:
    """Return an address as an int.

    Parameters
    ----------
    n : int, CFFI cdata, or ctypes pointer
        The address, such as :attr:`zmq.Context.underlying`, or a CFFI or ctypes pointer. NULL
        becomes 0.

    Returns
    -------
    int
        The address.

    Raises
    ------
    ValueError
        If `n` is none of these.
    """
    if isinstance(n, int):
        return n

    # A CFFI or ctypes pointer can exist only if its module is loaded already, so this module
    # imports neither. (Modules compiled by CFFI load only _cffi_backend.)
    if "_cffi_backend" in sys.modules:
        ffi = sys.modules["_cffi_backend"].FFI()
        if isinstance(n, ffi.CData):
            return int(ffi.cast("uintptr_t", n))

    if "ctypes" in sys.modules:
        import ctypes

        pointers = (ctypes._Pointer, ctypes.Array, ctypes.c_void_p, ctypes.c_char_p)
        if isinstance(n, pointers):
            return ctypes.cast(n, ctypes.c_void_p).value or 0

    raise ValueError(
        f"cannot take {type(n).__name__} {n!r} for an address: give an int, a CFFI pointer or a "
        "ctypes pointer"
    )
