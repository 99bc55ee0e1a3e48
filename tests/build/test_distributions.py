"""The source distribution builds with no network; the wheel contains exactly what it needs."""

from __future__ import annotations

import base64
import csv
import email
import hashlib
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
        # CPython 3.11.2 and older have no tar filters: extractall() has no argument `filter`.
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


LICENCES = {
    "LICENSE",
    "libsodium/AUTHORS",
    "libsodium/LICENSE",
    "libzmq/AUTHORS",
    "libzmq/COPYING",
    "libzmq/COPYING.LESSER",
    "libzmq/sha1/license.txt",
}
WEPOLL = {"libzmq/wepoll/license.txt"} if os.name == "nt" else set()


def test_wheel_has_the_licences_and_names_them(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        message = email.message_from_bytes(archive.read(metadata))
    there = {name.partition("/licenses/")[2] for name in names if "/licenses/" in name}
    assert there == LICENCES | WEPOLL
    assert message.get_all("License-File") == sorted(there)
    assert ("BSD-2-Clause" in message["License-Expression"]) == (os.name == "nt")


def test_wheel_record_has_the_hash_of_each_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (record,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        rows = {row[0]: row for row in csv.reader(archive.read(record).decode().splitlines())}
        assert set(rows) == set(archive.namelist())
        for name in rows.keys() - {record}:
            content = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            assert rows[name][1:] == [f"sha256={digest.decode()}", str(len(content))]


def test_sdist_names_its_licences(sdist: Path, sdist_names: set[str]) -> None:
    with tarfile.open(sdist) as tar:
        root = tar.getnames()[0].partition("/")[0]
        file = tar.extractfile(f"{root}/PKG-INFO")
        assert file is not None
        message = email.message_from_bytes(file.read())
    files = set(message.get_all("License-File", []))
    assert files <= sdist_names
    assert {
        "LICENSE",
        "vendor/libsodium/source/LICENSE",
        "vendor/libzmq/source/COPYING.LESSER",
        "vendor/libzmq/source/external/sha1/license.txt",
        "vendor/libzmq/source/external/wepoll/license.txt",
    } <= files
    assert "BSD-2-Clause" in message["License-Expression"]
    # These fields differ in wheels: wepoll's license is only in those for Windows, and the license
    # texts have other paths.
    assert message.get_all("Dynamic") == ["License-Expression", "License-File"]


def test_metadata_before_the_build_is_the_wheels(
    source_tree: Path, wheel: Path, tmp_path: Path
) -> None:
    code = (
        "import pathlib, sys; sys.path.insert(0, 'cmake'); import build_backend\n"
        "folder = pathlib.Path(sys.argv[2])\n"
        "name = build_backend.prepare_metadata_for_build_wheel(str(folder))\n"
        "pathlib.Path(sys.argv[1]).write_bytes((folder / name / 'METADATA').read_bytes())\n"
    )
    out = tmp_path / "METADATA"
    subprocess.run(
        [sys.executable, "-c", code, out, tmp_path],
        cwd=source_tree,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        assert out.read_bytes() == archive.read(name)


def test_address_of_the_project_reaches_the_wheel(
    source_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(source_tree / "cmake"))
    backend = pytest.importorskip("build_backend", reason="scikit-build-core is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZMQ_PROJECT_URL", "https://example.org/somebody/pyzmq/")
    plain = "Metadata-Version: 2.2\nName: pyzmq\nVersion: 1\n\nThe text.\n\nLicense-File: no\n"
    of_sdist = backend.complete(plain, "ISC", ["LICENSE"])
    assert "\nProject-URL: Source, https://example.org/somebody/pyzmq\n" in of_sdist
    assert of_sdist.endswith("\n\nThe text.\n\nLicense-File: no\n")

    monkeypatch.delenv("ZMQ_PROJECT_URL")
    assert "Project-URL" not in backend.complete(plain, "ISC", [])
    (tmp_path / "PKG-INFO").write_text(of_sdist, encoding="utf-8")
    assert backend.complete(plain, "ISC", ["LICENSE"]) == of_sdist


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
        # Do not use -I: it ignores PYTHONPATH, which puts the folder before site-packages.
        env={**os.environ, "PYTHONPATH": str(installed)},
        cwd=installed,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


# An editable install takes precedence over all folders, but this test must import the wheel.
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


@pytest.mark.skipif(sys.platform != "linux", reason="calls the compiler with options for ELF")
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
