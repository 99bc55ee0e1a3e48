"""The source distribution builds with no network; the wheel has all it needs and no more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def sdist_names(sdist: Path) -> set[str]:
    with tarfile.open(sdist) as tar:
        return {name.partition("/")[2] for name in tar.getnames()}


@pytest.fixture(scope="session")
def wheel_names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_sdist_carries_the_vendored_sources_and_licences(sdist_names: set[str]) -> None:
    assert {
        "vendor/libzmq/source/src/zmq.cpp",
        "vendor/libzmq/source/COPYING.LESSER",
        "vendor/libsodium/source/src/libsodium/sodium/core.c",
        "vendor/libsodium/source/LICENSE",
        "src/zmq/backend/cython/_zmq.pyx",
        "LICENSE",
    } <= sdist_names


def test_sdist_carries_them_patched(sdist: Path) -> None:
    with tarfile.open(sdist) as tar:
        root = tar.getnames()[0].partition("/")[0]
        record = tar.extractfile(f"{root}/vendor/libzmq/source/ZMQ_VENDORED.txt")
        assert record is not None
        assert b"patch: build/" in record.read()


def test_sdist_carries_nothing_generated(sdist_names: set[str]) -> None:
    own = [name for name in sdist_names if name.startswith("src/")]
    assert [name for name in own if name.endswith((".c", ".cpp", ".so", ".pyc", ".o"))] == []
    assert not any(name.startswith(("build/", ".git/", "dist/")) for name in sdist_names)


def test_sdist_made_from_itself_has_the_same_bytes(
    sdist: Path, make_sdist: Callable[[Path], Path], tmp_path: Path
) -> None:
    with tarfile.open(sdist) as tar:
        # CPython 3.11.2 and older have no filters, and do not accept the argument.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # type: ignore[assignment]
        tar.extractall(tmp_path)
    (tree,) = tmp_path.iterdir()
    assert make_sdist(tree).read_bytes() == sdist.read_bytes()


def test_wheel_has_the_library_headers_and_types(wheel_names: set[str]) -> None:
    assert {
        "zmq/include/zmq.h",
        "zmq/include/zmq_utils.h",
        "zmq/py.typed",
        "zmq/_build_info.py",
    } <= wheel_names
    assert {"zmq/lib/zmq/libzmq.a", "zmq/lib/zmq/zmq.lib"} & wheel_names
    extensions = [name for name in wheel_names if name.startswith("zmq/backend/cython/_zmq.c")]
    assert len(extensions) == 1


def test_wheel_has_the_licences(wheel_names: set[str]) -> None:
    licences = {name.partition("licenses/")[2] for name in wheel_names if "/licenses/" in name}
    assert {
        "LICENSE",
        "libzmq/COPYING.LESSER",
        "libzmq/COPYING",
        "libzmq/sha1/license.txt",
        "libsodium/LICENSE",
    } <= licences


def test_wheel_has_a_bill_of_materials(wheel: Path, source_tree: Path) -> None:
    validation = pytest.importorskip("cyclonedx.validation.json", reason="needs cyclonedx")
    schema = pytest.importorskip("cyclonedx.schema", reason="needs cyclonedx")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if ".dist-info/sboms/" in n]
        text = archive.read(name).decode()
    assert validation.JsonStrictValidator(schema.SchemaVersion.V1_6).validate_str(text) is None
    parts = {part["name"]: part for part in json.loads(text)["components"]}
    assert set(parts) == {"libzmq", "libsodium"}
    for library, part in parts.items():
        pin = (source_tree / "vendor" / library / "pin.cmake").read_text()
        (reference,) = part["externalReferences"]
        assert reference["hashes"][0]["content"] in pin
        assert part["version"] in pin
        patches = list((source_tree / "vendor" / library).glob("patches/*/*.patch"))
        assert len(part.get("pedigree", {"patches": []})["patches"]) == len(patches)
    inside = {part["name"] for part in parts["libzmq"]["components"]}
    assert inside == ({"sha1", "wepoll"} if os.name == "nt" else {"sha1"})


def test_wheel_has_nothing_superfluous(wheel_names: set[str]) -> None:
    suffixes = {PurePosixPath(n).suffix for n in wheel_names if n.startswith("zmq/")}
    assert suffixes <= {
        ".py", ".pyi", ".pxd", ".typed", ".h", ".so", ".pyd", ".a", ".lib", ".pc",
        ".cmake",
    }  # fmt: skip
    tops = {name.partition("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"zmq"}


@pytest.mark.skipif(sys.platform != "linux", reason="manylinux is about Linux")
def test_wheel_needs_nothing_outside_the_manylinux_policy(wheel: Path) -> None:
    auditwheel = pytest.importorskip("auditwheel", reason="auditwheel is not installed")
    assert auditwheel
    report = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", wheel],
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = " ".join(report.stdout.split())
    assert 'platform tag: "manylinux_' in said or 'platform tag: "musllinux_' in said, said


def run_installed(installed: Path, code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        # not -I: only this variable puts the folder before an editable install
        env={**os.environ, "PYTHONPATH": str(installed)},
        cwd=installed,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


# An editable install handles imports before every folder, but this test checks the wheel.
NO_EDITABLE = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in type(f).__module__.lower()]
"""


def test_installed_wheel_moves_messages(installed: Path) -> None:
    code = NO_EDITABLE + (
        "import zmq\n"
        "context = zmq.Context()\n"
        "a, b = context.socket(zmq.PAIR), context.socket(zmq.PAIR)\n"
        "for sock in (a, b):\n"
        "    sock.setsockopt(zmq.LINGER, 0)\n"
        "    sock.setsockopt(zmq.RCVTIMEO, 20_000)\n"
        "a.bind('inproc://x')\n"
        "b.connect('inproc://x')\n"
        "a.send(b'hello')\n"
        "print(b.recv().decode(), zmq.__file__)\n"
        "a.close(), b.close(), context.term()\n"
    )
    word, file = run_installed(installed, code).split()
    assert word == "hello"
    assert Path(file).is_relative_to(installed)


C_EXTENSION = """
#include <Python.h>
#include <zmq.h>
static PyObject *version(PyObject *self, PyObject *ignored)
{
    int major, minor, patch;
    char public_key[41], secret_key[41];
    void *poller = zmq_poller_new();
    zmq_poller_destroy(&poller);
    zmq_version(&major, &minor, &patch);
    if (zmq_curve_keypair(public_key, secret_key))
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyUnicode_FromFormat("%d.%d.%d", major, minor, patch);
}
static PyMethodDef methods[] = {{"version", version, METH_NOARGS, 0}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "linked", 0, -1, methods};
PyMODINIT_FUNC PyInit_linked(void) { return PyModule_Create(&module); }
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a compiler's command line for ELF")
def test_a_c_extension_links_with_lzmq_alone(installed: Path, tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here")
    source = tmp_path / "linked.c"
    source.write_text(C_EXTENSION)
    made = tmp_path / "linked.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", f"-I{sysconfig.get_path('include')}",
         f"-I{installed / 'zmq' / 'include'}", source, f"-L{installed / 'zmq' / 'lib' / 'zmq'}",
         "-lzmq", "-Wl,--no-undefined-version", "-o", made],
        check=True,
        timeout=120,
    )  # fmt: skip
    info = json.loads(
        run_installed(
            tmp_path,
            "import json, linked; print(json.dumps(linked.version()))",
        )
    )
    assert info.startswith("4.3.")
