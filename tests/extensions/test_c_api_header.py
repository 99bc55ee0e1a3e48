"""The headers: complete, without compiler warnings, and with clear errors."""

from __future__ import annotations

import ctypes
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest
from limits import TIMEOUT_S

import zmq
from zmq import _build_info
from zmq.sugar.version import DISTRIBUTION_VERSION

ROOT = Path(__file__).parents[2]
INCLUDE = Path(_build_info.include_dir)
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-Wshadow", "-Wstrict-prototypes"]


def declared_in(header: str) -> set[str]:
    """The functions that a header declares for export."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", (INCLUDE / header).read_text("utf-8"), flags=re.S)
    return set(re.findall(r"ZMQ_EXPORT [^;()#]*?\b(zmq_\w+)\s*\(", text))


def pxd(name: str) -> str:
    return (Path(zmq.get_includes()[0]) / "zmq" / name).read_text("utf-8")


@pytest.fixture(scope="module")
def functions() -> list:
    """The list that pyzmq.h is generated from."""
    if not (ROOT / "src" / "capi").is_dir():
        pytest.skip("needs the list of functions, which only the source tree has")
    return runpy.run_path(str(ROOT / "src" / "capi" / "generate.py"))["read_functions"]()


# ---------------------------------------------------------------- complete


def test_table_has_every_function_of_zmq_h(functions):
    listed = {f.name for f in functions if f.kind != "python"}
    declared = declared_in("zmq.h") | declared_in("zmq_utils.h")
    if _build_info.draft_api:
        assert listed == declared
    else:
        assert {f.name for f in functions if f.kind == "stable"} == declared


def test_draft_functions_are_marked_as_such(functions):
    text = (INCLUDE / "zmq.h").read_text("utf-8")
    drafts = text[text.rindex("#ifdef ZMQ_BUILD_DRAFT_API") :]
    for function in functions:
        if function.kind != "python":
            found = re.search(rf"\b{function.name} *\(", drafts) is not None
            assert found == (function.kind == "draft"), function.name


def test_no_function_has_moved_in_the_table(functions):
    """Extensions built with an earlier header expect each function at its old position."""
    header = (INCLUDE / "pyzmq.h").read_text("utf-8")
    (abi,) = re.findall(r"#define PYZMQ_ABI (\d+)", header)
    then = (ROOT / "tests" / "data" / f"c-api-{abi}.txt").read_text("utf-8").splitlines()
    now = [f"{f.type}{f.name}({f.parameters})" for f in functions]
    assert now[: len(then)] == then


def test_signatures_match_zmq_h(compile_c, tmp_path, functions):
    """Each member of the table has the type of its function in zmq.h."""
    source = tmp_path / "signatures.c"
    checks = "".join(f"    api.{f.name} = {f.name};\n" for f in functions if f.kind != "python")
    source.write_text(
        "#define PYZMQ_TABLE_ONLY\n#include <pyzmq.h>\n"
        f"void fill(PyZMQ_API *);\nvoid fill(PyZMQ_API *table)\n{{\n{checks}}}\n".replace(
            "api.", "table->"
        )
    )
    compile_c(*STRICT, "-c", source, "-o", tmp_path / "signatures.o")


def test_libzmq_pxd_has_all_functions_and_constants():
    text = pxd("backend/cython/libzmq.pxd")
    functions = set(re.findall(r"\b(zmq_\w+)\(", text))
    assert declared_in("zmq.h") | declared_in("zmq_utils.h") <= functions
    header = (INCLUDE / "zmq.h").read_text("utf-8")
    constants = set(re.findall(r'^#define (ZMQ_\w+) +[-\w(0-9"]', header, re.MULTILINE))
    ours = {"ZMQ_STATIC", "ZMQ_NO_EXPORT", "ZMQ_BUILD_DRAFT_API", "ZMQ_BUNDLED_WITH_PYZMQ"}
    constants -= ours | {"ZMQ_EXPORT", "ZMQ_DEFINED_STDINT", "ZMQ_HAS_CAPABILITIES"}
    constants -= {"ZMQ_HAUSNUMERO", "ZMQ_MAKE_VERSION"}
    assert constants - set(re.findall(r"\bZMQ_\w+", text)) == set()


def test_capi_pxd_has_all_functions(functions):
    declared = set(re.findall(r"\b(PyZMQ\w+)\(", pxd("capi.pxd")))
    assert declared == {f.name for f in functions if f.kind == "python"}


def test_each_function_of_ours_is_explained(functions):
    header = (INCLUDE / "pyzmq.h").read_text("utf-8")
    _, _, comment = header.partition("The functions below")
    comment, _, _ = comment.partition("*/")
    for function in functions:
        if function.kind == "python":
            assert function.name in comment


def test_zmq_h_says_how_the_library_was_built(compile_c, tmp_path):
    source = tmp_path / "macros.c"
    source.write_text("#include <zmq.h>\n")
    for flags in ([], ["-DZMQ_BUILD_DRAFT_API=1"]):
        macros = compile_c("-E", "-dM", *flags, source).stdout
        assert ("#define ZMQ_BUILD_DRAFT_API 1" in macros) == _build_info.draft_api


# ---------------------------------------------------------------- strict compilers

HEADERS = {
    "pyzmq.h": "#include <pyzmq.h>\nint f(void);\nint f(void) { return import_pyzmq(); }\n",
    "zmq.h first": "#include <zmq.h>\n#include <pyzmq.h>\n"
    'int f(void *);\nint f(void *s) { return zmq_send(s, "", 0, 0); }\n',
    "zmq.h alone": "#include <zmq.h>\n"
    'int f(void *);\nint f(void *s) { return zmq_send(s, "", 0, 0); }\n',
}


@pytest.mark.parametrize("standard", ["c99", "c11", "c++11", "c++17"])
@pytest.mark.parametrize("included", HEADERS)
def test_no_warning_from_a_header(included, standard, compile_c, tmp_path):
    suffix, command = (".cpp", "c++") if "+" in standard else (".c", "cc")
    if shutil.which(command) is None:
        pytest.skip(f"no {command} here")
    source = tmp_path / f"source{suffix}"
    source.write_text(HEADERS[included])
    strict = [flag for flag in STRICT if suffix == ".c" or "prototypes" not in flag]
    done = compile_c(
        f"-std={standard}", *strict, "-O2", "-c", source, "-o", tmp_path / "o", command=command,
        check=False,
    )  # fmt: skip
    # Ignore warnings about CPython's own headers: parts of them need C11.
    ours = [line for line in done.stderr.splitlines() if "/zmq/include/" in line]
    assert ours == []
    assert done.returncode == 0, done.stderr


OLDEST, THIS = (f"0x03{minor:02x}0000" for minor in (10, sys.version_info[1]))


@pytest.mark.skipif(
    sysconfig.get_config_var("Py_GIL_DISABLED") == 1,
    reason="a free-threaded CPython has no limited API",
)
@pytest.mark.parametrize("version", sorted({OLDEST, THIS}))
def test_the_limited_api_is_enough(version, build_module, run_python):
    path = build_module(
        "limited",
        f"#define Py_LIMITED_API {version}\n#include <pyzmq.h>\n"
        "static PyObject *pair(PyObject *self, PyObject *context)\n"
        "{\n    void *handle = PyZMQContext_Handle(context);\n    (void) self;\n"
        "    return handle ? PyLong_FromVoidPtr(zmq_socket(handle, ZMQ_PAIR)) : NULL;\n}\n"
        'static PyMethodDef methods[] = {{"pair", pair, METH_O, NULL}, {NULL, NULL, 0, NULL}};\n'
        'static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "limited", NULL, -1, methods,'
        " NULL, NULL, NULL, NULL};\n"
        "PyMODINIT_FUNC PyInit_limited(void)\n"
        "{\n    return import_pyzmq() < 0 ? NULL : PyModule_Create(&module);\n}\n",
    )
    program = f"""
        import sys
        sys.path.insert(0, {str(path.parent)!r})
        import limited, zmq
        context = zmq.Context()
        socket = zmq.Socket.shadow(limited.pair(context))
        print(socket.type.name)
        socket.close()
    """
    assert run_python(program).stdout == "PAIR\n"


def test_a_header_of_another_libzmq_is_noticed(compile_c, tmp_path):
    (tmp_path / "zmq.h").write_text("#define __ZMQ_H_INCLUDED__\n#define ZMQ_VERSION 40304\n")
    source = tmp_path / "source.c"
    source.write_text('#include "zmq.h"\n#include <pyzmq.h>\n')
    done = compile_c("-fsyntax-only", source, check=False)
    assert done.returncode != 0
    assert "put the folders of zmq.get_includes() before all others" in done.stderr


def test_cppzmq_before_pyzmq_h_is_noticed(compile_c, tmp_path):
    source = tmp_path / "source.c"
    source.write_text("#define __ZMQ_HPP_INCLUDED__\n#include <pyzmq.h>\n")
    done = compile_c("-fsyntax-only", source, check=False)
    assert done.returncode != 0
    assert "Include pyzmq.h before zmq.hpp" in done.stderr


# ---------------------------------------------------------------- import_pyzmq()

MODULE = """
#include <pyzmq.h>
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "shares", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_shares(void)
{
    return import_pyzmq() < 0 ? NULL : PyModule_Create(&module);
}
"""


class Table(ctypes.Structure):
    """The head of the table, with its versions and size."""

    _fields_ = (
        ("abi", ctypes.c_uint),
        ("size", ctypes.c_uint),
        ("libzmq_version", ctypes.c_int),
        ("drafts", ctypes.c_int),
        ("version", ctypes.c_char_p),
    )


@pytest.fixture(scope="module")
def shares(build_module) -> Path:
    return build_module("shares", MODULE)


@pytest.fixture(scope="module")
def table() -> Table:
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    capsule = zmq.backend.cython._zmq._C_API
    return Table.from_address(get_pointer(capsule, b"zmq.backend.cython._zmq._C_API"))


def test_table_has_version_and_size(table):
    assert (table.abi, table.drafts) == (1, int(_build_info.draft_api))
    assert table.version.decode() == DISTRIBUTION_VERSION
    major, minor, patch = zmq.zmq_version_info()
    assert table.libzmq_version == major * 10000 + minor * 100 + patch


def import_beside(shares, folder, run_python, backend):
    """Import the module while another package is named zmq; return the error or "imported"."""
    package = folder / "zmq"
    (package / "backend" / "cython").mkdir(parents=True)
    for part in (package, package / "backend", package / "backend" / "cython"):
        (part / "__init__.py").touch()
    if backend is not None:
        (package / "backend" / "cython" / "_zmq.py").write_text(textwrap.dedent(backend))
    program = f"""
        import sys
        sys.meta_path[:] = [
            f for f in sys.meta_path if "editable" not in type(f).__module__.lower()
        ]
        sys.path[:0] = [{str(folder)!r}, {str(shares.parent)!r}]
        try:
            import shares
        except ImportError as error:
            print(type(error).__name__, error)
        else:
            print("imported")
    """
    return run_python(program).stdout.strip()


@pytest.mark.parametrize("backend", [None, "", "_C_API = 5", "import no_such_module"])
def test_a_zmq_package_without_the_table(backend, shares, tmp_path, run_python):
    said = import_beside(shares, tmp_path, run_python, backend)
    assert said.startswith("ImportError this module shares sockets with pyzmq")
    assert "has no C API to share" in said
    assert str(tmp_path / "zmq" / "__init__.py") in said


FAKE = """
    import ctypes
    from ctypes import c_char_p, c_int, c_uint, c_void_p

    class Table(ctypes.Structure):
        _fields_ = [("abi", c_uint), ("size", c_uint), ("libzmq", c_int), ("drafts", c_int),
                    ("version", c_char_p), ("functions", c_void_p * 400)]

    table = Table({abi}, {size}, {libzmq}, {drafts}, b"99.1")
    make = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [c_void_p, c_char_p, c_void_p]
    name = ctypes.create_string_buffer(b"zmq.backend.cython._zmq._C_API")
    _C_API = make(ctypes.addressof(table), ctypes.addressof(name), None)
"""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "imported"),
        ({"size": 5000}, "imported"),
        ({"libzmq": 40999}, "imported"),
        ({"abi": 2}, "tables of functions have different layouts"),
        ({"abi": 0}, "tables of functions have different layouts"),
        ({"size": -8}, "older and lacks functions"),
        ({"libzmq": 40000}, "versions of libzmq do not fit together"),
        ({"libzmq": 50000}, "versions of libzmq do not fit together"),
        ({"drafts": 0}, "without the draft API"),
    ],
)
def test_a_table_of_another_version(changed, expected, shares, table, tmp_path, run_python):
    if "drafts" in changed and not _build_info.draft_api:
        pytest.skip("this build is itself without drafts")
    values = {
        "abi": table.abi,
        "size": table.size,
        "libzmq": table.libzmq_version,
        "drafts": table.drafts,
    } | changed
    if values["size"] < 0:
        values["size"] += table.size
    fake = FAKE.replace("c_void_p, c_char_p, c_void_p]", "c_void_p, c_void_p, c_void_p]")
    said = import_beside(shares, tmp_path, run_python, fake.format(**values))
    assert expected in said
    if expected != "imported":
        built_with = f"this module was built with pyzmq {DISTRIBUTION_VERSION}"
        assert said.startswith(f"ImportError {built_with}")
        assert "pyzmq 99.1" in said
        assert str(tmp_path) in said


def test_no_zmq_package_at_all(shares, run_python):
    program = f"""
        import sys
        sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in type(f).__module__]
        sys.path[:] = [{str(shares.parent)!r}] + [p for p in sys.path if "site-packages" not in p]
        try:
            import shares
        except ModuleNotFoundError as error:
            print(error.name)
    """
    assert run_python(program, options=("-S",)).stdout == "zmq\n"


@pytest.fixture(scope="module")
def loads_at_first_call(build_module) -> Path:
    source = MODULE.replace("return import_pyzmq() < 0", "return zmq_errno() < 0")
    assert source != MODULE
    return build_module("shares", source)


def test_first_call_loads_the_table(loads_at_first_call, run_python):
    folder = str(loads_at_first_call.parent)
    run_python(f"import sys; sys.path.insert(0, {folder!r}); import shares")


def test_first_call_without_the_package_says_why(loads_at_first_call, run_python):
    program = f"""
        import sys
        sys.path.insert(0, {str(loads_at_first_call.parent)!r})
        sys.modules["zmq"] = None
        import shares
    """
    result = run_python(program, returncode=None)
    assert result.returncode != 0
    assert "import of zmq halted" in result.stderr
    assert "call import_pyzmq() where the module is initialized" in result.stderr


def test_one_import_is_enough_for_all_source_files(build_module, run_python):
    path = build_module(
        "shares",
        MODULE.replace("? NULL", "|| version() != ZMQ_VERSION ? NULL").replace(
            "static struct", "int version(void);\nstatic struct"
        ),
        "#include <pyzmq.h>\nint version(void);\nint version(void)\n"
        "{\n    int a, b, c;\n    zmq_version(&a, &b, &c);\n"
        "    return ZMQ_MAKE_VERSION(a, b, c);\n}\n",
    )
    run_python(f"import sys; sys.path.insert(0, {str(path.parent)!r}); import shares")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the symbols of ELF")
def test_sharing_module_neither_contains_nor_needs_libzmq(shares):
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("needs the symbol tool nm")
    listing = subprocess.run(
        [nm, "-D", shares], capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    ).stdout
    names = [line.split()[-1] for line in listing.splitlines()]
    assert "PyInit_shares" in names
    assert [name for name in names if "zmq" in name.lower()] == []
    assert os.path.getsize(shares) < 200_000
