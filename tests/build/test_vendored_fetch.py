"""The search for the archive of a vendored library, and the message if it is not found."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import os
import random
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

WAYS_OUT = (
    "1. network:",
    "2. archive: put the file into",
    "3. source tree:",
    "-DFETCHCONTENT_SOURCE_DIR_LIBFOO=",
)


def archive_bytes(text: str = "one\n") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        data = text.encode()
        info = tarfile.TarInfo("libfoo-1.0/foo.c")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@dataclass
class Library:
    """A made-up vendored library, and a run of the fetching script on it."""

    cmake: str
    script: Path
    root: Path
    data: bytes = field(default_factory=archive_bytes)
    prefix: list[str] = field(default_factory=list)

    def pin(self, url: str, data: bytes | None = None) -> None:
        folder = self.root / "vendor" / "libfoo"
        folder.mkdir(parents=True, exist_ok=True)
        sha256 = hashlib.sha256(self.data if data is None else data).hexdigest()
        (folder / "pin.cmake").write_text(
            "set(ZMQ_PIN_libfoo_VERSION 1.0)\n"
            f"set(ZMQ_PIN_libfoo_URL {url})\n"
            f"set(ZMQ_PIN_libfoo_SHA256 {sha256})\n"
            "set(ZMQ_PIN_libfoo_DEBIAN_POOL pool/main/f/foo/foo_1.0.orig.tar.gz)\n"
            "set(ZMQ_PIN_libfoo_PROBE foo.c)\n"
        )

    def apt_names(self, *repositories: str) -> None:
        """Put an apt-get that knows these repositories at the front of the PATH."""
        folder = self.root / "bin"
        folder.mkdir(exist_ok=True)
        tool = folder / "apt-get"
        lines = "".join(f"echo '{repository}'\n" for repository in repositories)
        tool.write_text(f"#!/bin/sh\n{lines}")
        tool.chmod(0o755)

    @property
    def tree(self) -> Path:
        return self.root / "deps" / "libfoo-src"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def run(self, **defines: object) -> subprocess.CompletedProcess[str]:
        values: dict[str, object] = {
            "LIBRARY": "libfoo",
            "ZMQ_VENDOR_DIR": self.root / "vendor",
            "ZMQ_ARCHIVE_CACHE": self.cache,
            "FETCHCONTENT_BASE_DIR": self.root / "deps",
            "Python_EXECUTABLE": sys.executable,
            "ZMQ_FETCH_CONNECT_TIMEOUT": 5,
            **defines,
        }
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env.pop("ZMQ_ARCHIVE_DIR", None)
        env["PATH"] = os.pathsep.join([str(self.root / "bin"), env["PATH"]])
        return subprocess.run(
            [
                *self.prefix,
                self.cmake,
                *(f"-D{k}={v}" for k, v in values.items()),
                "-P",
                self.script,
            ],
            capture_output=True,
            text=True,
            env=env,
            timeout=60,
        )

    def fails(self, **defines: object) -> str:
        result = self.run(**defines)
        assert result.returncode != 0, result.stdout
        assert result.stderr.count("CMake Error") == 1, result.stderr
        assert not self.tree.exists()
        return result.stderr

    def succeeds(self, **defines: object) -> str:
        result = self.run(**defines)
        assert result.returncode == 0, result.stderr
        return result.stdout


@pytest.fixture
def library(cmake: str, source_tree: Path, tmp_path: Path) -> Library:
    if sys.platform == "win32":
        pytest.skip("replaces apt-get with a shell script, which Windows cannot run")
    made = Library(cmake, source_tree / "cmake" / "fetch_vendored.cmake", tmp_path)
    made.apt_names()
    made.pin(closed_port() + "/foo.tar.gz")
    return made


def closed_port() -> str:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[[str, bytes], str]]:
    """An HTTP server; call it with a path and bytes to get their address."""
    root = tmp_path / "served"
    root.mkdir()
    handler = functools.partial(QuietHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()

        def serve(path: str, data: bytes) -> str:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
            return f"http://127.0.0.1:{httpd.server_port}/{path}"

        yield serve
        httpd.shutdown()
        thread.join(10)


def test_upstream_comes_first(library: Library, server: Callable[[str, bytes], str]) -> None:
    library.pin(server("foo.tar.gz", library.data))
    library.succeeds()
    assert (library.tree / "foo.c").read_text() == "one\n"


def test_the_pool_under_apts_repositories_comes_next(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    address = server("debian/pool/main/f/foo/foo_1.0.orig.tar.gz", library.data)
    library.apt_names(closed_port() + "/debian/", address.partition("pool/")[0])
    library.succeeds()
    assert (library.tree / "foo.c").exists()


def test_error_without_network_names_attempts_and_remedies(library: Library) -> None:
    upstream = closed_port() + "/foo.tar.gz"
    mirror = closed_port() + "/debian"
    library.pin(upstream)
    library.apt_names(mirror + "/")
    said = library.fails()
    assert "libfoo 1.0: its source could not be found or downloaded" in said
    assert upstream in said
    assert mirror + "/pool/main/f/foo/foo_1.0.orig.tar.gz" in said
    assert all(way in said for way in WAYS_OUT)
    assert str(library.root / "vendor" / "archives") in said


def test_wrong_bytes_from_the_network_are_refused(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    other = archive_bytes("two\n")
    address = server("foo.tar.gz", other)
    library.pin(address)
    said = library.fails()
    assert f"{address}: {len(other)} bytes came, with sha256 {sha256(other)}" in said
    assert f"an archive with sha256 {sha256(library.data)}" in said
    assert all(way in said for way in WAYS_OUT)
    assert list(library.cache.iterdir()) == []


def test_mirror_replaces_an_upstream_with_wrong_bytes(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    library.pin(server("foo.tar.gz", library.data[:100]))
    address = server("debian/pool/main/f/foo/foo_1.0.orig.tar.gz", library.data)
    library.apt_names(address.partition("pool/")[0])
    library.succeeds()


def test_error_distinguishes_missing_file_from_missing_network(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    library.pin(server("other.tar.gz", b"").replace("other", "foo"))
    assert "the server says 404" in library.fails()


def test_fetch_asks_a_silent_host_only_once(library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"http://127.0.0.1:{silent.getsockname()[1]}"
        library.pin(f"{host}/foo.tar.gz")
        library.apt_names(f"{host}/debian")
        said = library.fails(ZMQ_FETCH_CONNECT_TIMEOUT=1)
    assert f"{host}/foo.tar.gz: no answer in 1 s" in said
    assert "orig.tar.gz: not asked again" in said


def test_a_second_build_needs_no_network(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    library.pin(server("foo.tar.gz", library.data))
    library.succeeds()
    library.pin(closed_port() + "/foo.tar.gz")
    said = library.succeeds(FETCHCONTENT_BASE_DIR=library.root / "deps2")
    assert "fetching" not in said


def test_broken_file_in_the_cache_is_fetched_again(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    library.cache.mkdir()
    (library.cache / "libfoo-1.0.tar.gz").write_bytes(library.data[:50])
    library.pin(server("foo.tar.gz", library.data))
    library.succeeds()
    assert (library.cache / "libfoo-1.0.tar.gz").read_bytes() == library.data


def test_unwritable_cache_is_done_without(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    library.pin(server("foo.tar.gz", library.data))
    (library.root / "file").write_text("not even root can make a folder below a file")
    said = library.succeeds(ZMQ_ARCHIVE_CACHE=library.root / "file" / "cache")
    assert "cannot be written: the archive is not kept there" in said
    assert (library.tree / "foo.c").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> list[str]:
    """Words that, put before a command, give the command a 16 KiB disk at ``tmp_path/small``."""
    (tmp_path / "small").mkdir()
    mount = 'mount -t tmpfs -o size=16k small "$0" && exec "$@"'
    prefix = ["unshare", "-r", "-m", "sh", "-c", mount, str(tmp_path / "small")]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*prefix, "true"], capture_output=True, timeout=30).returncode != 0
    ):
        pytest.skip("this process cannot mount a file system of its own")
    return prefix


def incompressible() -> bytes:
    return archive_bytes(random.Random(1).randbytes(50_000).hex())


def test_cache_without_room_is_done_without(
    library: Library, server: Callable[[str, bytes], str], small_disk: list[str]
) -> None:
    library.data = incompressible()
    library.pin(server("foo.tar.gz", library.data))
    library.prefix = small_disk
    said = library.succeeds(ZMQ_ARCHIVE_CACHE=library.root / "small")
    assert f"{library.root}/small: the disk is full" in said
    assert (library.tree / "foo.c").exists()


def test_disk_without_room_is_named(
    library: Library, server: Callable[[str, bytes], str], small_disk: list[str]
) -> None:
    library.data = incompressible()
    library.pin(server("foo.tar.gz", library.data))
    library.prefix = small_disk
    said = library.fails(
        ZMQ_ARCHIVE_CACHE="OFF", FETCHCONTENT_BASE_DIR=library.root / "small" / "deps"
    )
    assert "libfoo 1.0: the disk is full" in said
    assert f"{library.root}/small/deps" in said
    assert "network" not in said


def test_half_unpacked_archive_is_removed(
    library: Library, small_disk: list[str], tmp_path: Path
) -> None:
    library.data = archive_bytes("zeros\n" * 20_000)
    library.pin(closed_port() + "/foo.tar.gz")
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "libfoo-1.0.tar.gz").write_bytes(library.data)
    library.prefix = [
        *small_disk,
        "sh",
        "-c",
        '"$@"; e=$?; ls "$0" >&2; exit $e',
        str(tmp_path / "small"),
    ]
    said = library.fails(
        ZMQ_ARCHIVE_DIR=tmp_path / "archives", FETCHCONTENT_BASE_DIR=tmp_path / "small"
    )
    assert "cannot be unpacked into" in " ".join(said.split())
    assert "libfoo-src.new" not in said


@pytest.mark.parametrize("name", ["a;b [c]", "a 'b\" \u00fc $x", "a[b", "a*b?"])
def test_folder_may_have_any_name(
    cmake: str, source_tree: Path, tmp_path: Path, name: str, server: Callable[[str, bytes], str]
) -> None:
    folder = tmp_path / name
    shutil.copytree(source_tree / "cmake", folder / "cmake")
    library = Library(cmake, folder / "cmake" / "fetch_vendored.cmake", folder)
    library.pin(server("foo.tar.gz", library.data))
    patches = folder / "vendor" / "libfoo" / "patches"
    patches.mkdir()
    (patches / "series").write_text("words.patch\n")
    (patches / "words.patch").write_text("--- a/foo.c\n+++ b/foo.c\n@@ -1 +1 @@\n-one\n+two\n")
    library.succeeds()
    assert (library.tree / "foo.c").read_text() == "two\n"
    archives = tmp_path / "archives"
    (library.cache).rename(archives)
    library.pin(closed_port() + "/foo.tar.gz")
    shutil.rmtree(library.tree)
    shutil.move(archives, folder / "archives")
    library.succeeds(ZMQ_ARCHIVE_DIR=folder / "archives")
    assert (library.tree / "foo.c").read_text() == "two\n"


@pytest.mark.parametrize("name", ["libfoo-1.0.tar.gz", "foo_1.0.orig.tar.gz", "any.tgz"])
def test_an_archive_in_the_named_folder(library: Library, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "archives"
    folder.mkdir()
    (folder / name).write_bytes(library.data)
    library.succeeds(ZMQ_ARCHIVE_DIR=folder)
    assert (library.tree / "foo.c").exists()


def test_truncated_archive_in_the_named_folder_stops_build(
    library: Library, server: Callable[[str, bytes], str], tmp_path: Path
) -> None:
    library.pin(server("foo.tar.gz", library.data))  # a good archive must not hide the bad one
    folder = tmp_path / "archives"
    folder.mkdir()
    (folder / "libfoo-1.0.tar.gz").write_bytes(library.data[:77])
    said = library.fails(ZMQ_ARCHIVE_DIR=folder)
    assert "the archive in the named folder is not the right one" in said
    assert f"{folder / 'libfoo-1.0.tar.gz'}: 77 bytes, with sha256" in said
    assert all(way in said for way in WAYS_OUT)


def test_disconnected_build_uses_no_network(
    library: Library, server: Callable[[str, bytes], str]
) -> None:
    library.pin(server("foo.tar.gz", library.data))
    said = library.fails(FETCHCONTENT_FULLY_DISCONNECTED="ON")
    assert "network: switched off by FETCHCONTENT_FULLY_DISCONNECTED" in said


def test_a_source_tree_is_used_as_it_is(library: Library, tmp_path: Path) -> None:
    tree = tmp_path / "mine"
    tree.mkdir()
    (tree / "foo.c").write_text("mine\n")
    said = library.succeeds(FETCHCONTENT_SOURCE_DIR_LIBFOO=tree)
    assert f"tree: {tree}" in said
    assert not library.tree.exists()
    assert [path.name for path in tree.iterdir()] == ["foo.c"]


def test_folder_without_a_source_tree_is_refused(library: Library, tmp_path: Path) -> None:
    said = library.fails(FETCHCONTENT_SOURCE_DIR_LIBFOO=tmp_path)
    assert "FETCHCONTENT_SOURCE_DIR_LIBFOO" in said
    assert "which is no source tree of libfoo" in " ".join(said.split())


def test_a_patch_outside_the_series_is_refused(library: Library) -> None:
    folder = library.root / "vendor" / "libfoo" / "patches"
    folder.mkdir()
    (folder / "series").write_text("")
    (folder / "stray.patch").write_text("--- a/foo.c\n+++ b/foo.c\n@@ -1 +1 @@\n-one\n+two\n")
    said = " ".join(library.fails().split())
    assert "stray.patch is not in" in said
    assert "tools/patches.py add" in said


def test_an_edited_patch_is_applied_anew(library: Library, tmp_path: Path) -> None:
    folder = library.root / "vendor" / "libfoo" / "patches" / "topic"
    folder.mkdir(parents=True)
    (folder.parent / "series").write_text("topic/words.patch\n")
    archives = tmp_path / "archives"
    archives.mkdir()
    (archives / "libfoo-1.0.tar.gz").write_bytes(library.data)
    for word in ("two", "three"):
        patch = f"--- a/foo.c\n+++ b/foo.c\n@@ -1 +1 @@\n-one\n+{word}\n"
        (folder / "words.patch").write_text(patch)
        said = library.succeeds(ZMQ_ARCHIVE_DIR=archives)
        assert "patch: topic/words.patch" in said
        assert (library.tree / "foo.c").read_text() == f"{word}\n"


@pytest.mark.usefixtures("build_tools")
def test_pip_shows_the_message(source_tree: Path, tmp_path: Path) -> None:
    tree = tmp_path / "pyzmq"
    for part in (
        "CMakeLists.txt",
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "cmake",
        "src",
        "vendor",
    ):
        if (source_tree / part).is_dir():
            skip = shutil.ignore_patterns("source", "archives", "__pycache__")
            shutil.copytree(source_tree / part, tree / part, ignore=skip)
        else:
            tree.mkdir(exist_ok=True)
            shutil.copy(source_tree / part, tree)
    archives = tmp_path / "archives"
    archives.mkdir()
    (archives / "libsodium-1.0.22.tar.gz").write_bytes(b"not an archive")
    result = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
         "--wheel-dir", tmp_path, tree],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "ZMQ_ARCHIVE_DIR": str(archives)},
    )  # fmt: skip
    assert result.returncode != 0
    said = result.stdout + result.stderr
    assert "libsodium 1.0.22: the archive in the named folder is not the right one" in said
    assert "3. source tree:" in said


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
