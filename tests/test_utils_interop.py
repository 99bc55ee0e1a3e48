"""Addresses as ints."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

import zmq
from zmq.utils.interop import cast_int_addr


@pytest.mark.parametrize("number", [0, 5, 2**63, 2**64 - 1, True])
def test_int_is_itself(number):
    assert cast_int_addr(number) == number


def test_ctypes_pointers():
    value = ctypes.c_int(5)
    address = ctypes.addressof(value)
    assert cast_int_addr(ctypes.c_void_p(address)) == address
    assert cast_int_addr(ctypes.pointer(value)) == address
    assert cast_int_addr(ctypes.cast(address, ctypes.c_char_p)) == address


def test_ctypes_array_gives_address_of_first_element():
    array = (ctypes.c_int * 3)()
    assert cast_int_addr(array) == ctypes.addressof(array)


@pytest.mark.parametrize("null", [ctypes.c_void_p(None), ctypes.POINTER(ctypes.c_int)()])
def test_ctypes_null_is_zero(null):
    assert cast_int_addr(null) == 0


def test_cffi_pointers():
    cffi = pytest.importorskip("cffi", reason="CFFI, which is optional, is not installed")
    ffi = cffi.FFI()
    array = ffi.new("int[3]")
    address = int(ffi.cast("uintptr_t", array))
    assert cast_int_addr(array) == address
    assert cast_int_addr(ffi.cast("void *", array)) == address
    assert cast_int_addr(ffi.NULL) == 0
    assert cast_int_addr(ffi.cast("void *", -1)) == 2 ** (8 * ffi.sizeof("void *")) - 1


def test_address_finds_the_same_context():
    with zmq.Context() as ctx:
        shadow = zmq.Context.shadow(cast_int_addr(ctypes.c_void_p(ctx.underlying)))
        assert shadow.underlying == ctx.underlying


class HasInt:
    def __int__(self):
        return 5


@pytest.mark.parametrize("wrong", ["5", 5.0, None, b"5", HasInt(), ctypes.c_double(5)])
def test_anything_else_is_refused(wrong):
    with pytest.raises(ValueError, match=type(wrong).__name__):
        cast_int_addr(wrong)


def test_neither_ctypes_nor_cffi_is_imported():
    code = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("interop", sys.argv[1])
interop = module_from_spec(spec)
spec.loader.exec_module(interop)
try:
    interop.cast_int_addr("no address")
except ValueError:
    print("ctypes" in sys.modules, "_cffi_backend" in sys.modules)
"""
    interop = sys.modules[cast_int_addr.__module__].__file__
    output = subprocess.run(
        [sys.executable, "-S", "-c", code, interop],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert output.split() == ["False", "False"]
