"""The extension was compiled and linked so that a memory error ends the process."""

from __future__ import annotations

import platform
import re
import struct
import sys
from pathlib import Path

import pytest

from zmq import _build_info
from zmq.backend.cython import _zmq

if sys.platform != "linux":
    pytest.skip("reads ELF files, the format of Linux", allow_module_level=True)
if not getattr(_build_info, "hardening", False):
    pytest.skip("this copy was built with ZMQ_HARDENING=OFF", allow_module_level=True)

PT_LOAD, PT_DYNAMIC = 1, 2
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
EXECUTABLE = 1
DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_RPATH, DT_TEXTREL, DT_BIND_NOW = 5, 6, 10, 15, 22, 24
DT_RUNPATH, DT_FLAGS = 29, 30
DF_BIND_NOW = 8

# the first instruction of a function that may be called through a pointer
LANDING_PADS = {
    "x86_64": [bytes.fromhex("f30f1efa")],  # endbr64
    "aarch64": [bytes.fromhex("3f2303d5"), bytes.fromhex("5f2403d5")],  # paciasp, bti c
}


class Module:
    """The properties of a 64-bit little-endian ELF file."""

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        assert self._bytes[:6] == b"\x7fELF\2\1", "not a 64-bit little-endian ELF file"
        start, size, count = (
            *struct.unpack_from("<Q", self._bytes, 32),
            *struct.unpack_from("<HH", self._bytes, 54),
        )
        # type, flags, offset, address, physical address, size in the file, size in memory,
        # alignment
        segments = [
            struct.unpack_from("<IIQQQQQQ", self._bytes, start + size * number)
            for number in range(count)
        ]
        self._loaded = [segment for segment in segments if segment[0] == PT_LOAD]
        self.flags = {segment[0]: segment[1] for segment in segments}
        (dynamic,) = (segment for segment in segments if segment[0] == PT_DYNAMIC)
        entries = struct.iter_unpack("<QQ", self._bytes[dynamic[2] : dynamic[2] + dynamic[5]])
        self.dynamic = dict(entries)

    def _at(self, address: int) -> int:
        """Return the position in the file of the data at an address in memory."""
        for _, _, offset, start, _, size, _, _ in self._loaded:
            if start <= address < start + size:
                return offset + address - start
        raise AssertionError(f"no part of the file is at {address:#x}")

    @property
    def names(self) -> set[str]:
        """Return the names that the module imports or exports."""
        start = self._at(self.dynamic[DT_STRTAB])
        table = self._bytes[start : start + self.dynamic[DT_STRSZ]]
        return {name.decode() for name in table.split(b"\0")}

    def first_bytes(self, function: str) -> bytes:
        """Return the first four bytes of the code of an exported function."""
        strings = self._at(self.dynamic[DT_STRTAB])
        symbols = self._at(self.dynamic[DT_SYMTAB])
        # name, type, visibility, section, address, size; the strings follow the symbols
        for at in range(symbols, strings, 24):
            name, _, _, _, address, _ = struct.unpack_from("<IBBHQQ", self._bytes, at)
            end = self._bytes.index(b"\0", strings + name)
            if self._bytes[strings + name : end].decode() == function:
                return self._bytes[self._at(address) :][:4]
        raise AssertionError(f"{function} is not exported")


@pytest.fixture(scope="module")
def module() -> Module:
    return Module(Path(_zmq.__file__))


def test_a_written_over_stack_is_noticed(module: Module) -> None:
    assert "__stack_chk_fail" in module.names


def test_a_buffer_too_small_is_noticed(module: Module) -> None:
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("this C library has no functions that check a buffer's size")
    if _build_info.sanitizers or _build_info.build_type == "Debug":
        pytest.skip("sanitized and debug builds do not call functions that check a buffer's size")
    assert any(re.fullmatch(r"__\w+_chk", name) for name in module.names)


def test_functions_begin_with_a_landing_pad(module: Module) -> None:
    pads = LANDING_PADS.get(platform.machine())
    if pads is None:
        pytest.skip("the test does not know the landing pads of this processor")
    assert module.first_bytes("PyInit__zmq") in pads


def test_no_stack_holds_code(module: Module) -> None:
    assert not module.flags[PT_GNU_STACK] & EXECUTABLE


def test_tables_of_addresses_are_read_only(module: Module) -> None:
    assert PT_GNU_RELRO in module.flags
    assert DT_BIND_NOW in module.dynamic or module.dynamic[DT_FLAGS] & DF_BIND_NOW


def test_no_folder_is_searched_for_libraries(module: Module) -> None:
    assert not {DT_RPATH, DT_RUNPATH} & module.dynamic.keys()


def test_code_is_read_only_while_it_loads(module: Module) -> None:
    assert DT_TEXTREL not in module.dynamic
