#!/usr/bin/env python3
"""Build a free-threaded CPython for tests, and print the path of its interpreter.

The tool gets the sources of a release from python.org, or from the package archive that this
machine's apt is set to use: Debian's source package ``python3.15`` in sid has the same bytes. The
tool checks their SHA-256, and keeps its builds below ``.cache`` in the project's folder:

    python3 tools/build_free_threaded_python.py 3.14
    make test VENV=.venv-3.15t PYTHON=$(python3 tools/build_free_threaded_python.py)

With ``--thread-sanitizer`` CPython itself is compiled for TSan, so that TSan also finds races
between threads that run Python code. The build takes some minutes. It needs a C compiler, make, and
the headers of OpenSSL, zlib and libffi.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

# These are the releases in Debian's sid, so that Debian's mirrors have the sources.
RELEASES = {
    "3.13": ("3.13.15", "1e66a7945a48390ee4c2a4268a0e4185884059a13c4aab6d148aa208deea4a76"),
    "3.14": ("3.14.10", "de414a57119abef52784d8993e341d53aed635fc2b05c2607d9f98a2c5b72032"),
    "3.15": ("3.15.2", "8b5536d280142ecf6cdfe15d12a21ba1c65e300bbf7b28a8d0cdb849575797de"),
}

CACHE = Path(__file__).resolve().parent.parent / ".cache"


def archive_addresses(release: str) -> Iterator[str]:
    """Yield the address at python.org, then one for each repository that apt uses here."""
    yield f"https://www.python.org/ftp/python/{release}/Python-{release}.tar.xz"
    if not shutil.which("apt-get"):
        return
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    for repository in dict.fromkeys(listed.stdout.split()):
        if repository.startswith(("http:", "https:", "file:")):
            package = f"python{release.rpartition('.')[0]}"
            path = f"pool/main/p/{package}/{package}_{release}.orig.tar.xz"
            yield f"{repository.rstrip('/')}/{path}"


def fetch_archive(target: Path, release: str, sha256: str) -> None:
    tried = []
    for address in archive_addresses(release):
        try:
            with urllib.request.urlopen(address, timeout=20) as response:
                content = response.read()
        except OSError as error:
            tried.append(f"{address}: {error}")
            continue
        got = hashlib.sha256(content).hexdigest()
        if got == sha256:
            partial = target.with_suffix(".part")
            partial.write_bytes(content)
            partial.replace(target)
            return
        tried.append(f"{address}: {len(content)} bytes came, with sha256 {got}")
    sys.exit(
        f"The sources of CPython {release} could not be downloaded:\n  "
        + "\n  ".join(tried)
        + f"\nPut the archive with sha256 {sha256} at {target}"
    )


def run(*command: str, cwd: Path, log: Path) -> None:
    with log.open("a") as out:
        out.write(f"$ {' '.join(command)}\n")
        out.flush()
        status = subprocess.run(command, cwd=cwd, stdout=out, stderr=subprocess.STDOUT).returncode
    if status:
        lines = log.read_text(errors="replace").splitlines()
        sys.exit("\n".join([*lines[-20:], f"{command[0]} failed; its whole output is in {log}"]))


def build(prefix: Path, release: str, sha256: str, *, thread_sanitizer: bool) -> None:
    archive = CACHE / f"Python-{release}.tar.xz"
    CACHE.mkdir(exist_ok=True)
    if not archive.exists() or hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
        fetch_archive(archive, release, sha256)
    options = ["--disable-gil", "--without-static-libpython", "--disable-test-modules"]
    if thread_sanitizer:
        options.append("--with-thread-sanitizer")
    log = CACHE / f"{prefix.name}.log"
    log.write_text("")
    with tempfile.TemporaryDirectory(prefix="cpython-") as folder:
        with tarfile.open(archive) as sources:
            sources.extractall(folder)
        source = Path(folder, f"Python-{release}")
        # Install into a neighbouring folder, and rename that at the end, so that an interrupted
        # build leaves no incomplete Python in `prefix`.
        staging = prefix.with_name(prefix.name + ".new")
        shutil.rmtree(staging, ignore_errors=True)
        run("./configure", f"--prefix={prefix}", *options, cwd=source, log=log)
        run("make", f"-j{os.cpu_count() or 1}", cwd=source, log=log)
        run("make", "install", f"DESTDIR={staging}", cwd=source, log=log)
        shutil.rmtree(prefix, ignore_errors=True)
        Path(f"{staging}{prefix}").replace(prefix)
        shutil.rmtree(staging)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--thread-sanitizer", action="store_true", help="compile CPython for ThreadSanitizer"
    )
    parser.add_argument(
        "version",
        nargs="?",
        choices=sorted(RELEASES),
        default=max(RELEASES),
        help="default: %(default)s",
    )
    arguments = parser.parse_args()
    release, sha256 = RELEASES[arguments.version]
    prefix = CACHE / f"python-{release}t{'-tsan' if arguments.thread_sanitizer else ''}"
    interpreter = prefix / "bin" / f"python{arguments.version}t"
    if not interpreter.exists():
        print(
            f"Building a free-threaded CPython {release}, which takes some minutes", file=sys.stderr
        )
        build(prefix, release, sha256, thread_sanitizer=arguments.thread_sanitizer)
    print(interpreter)


if __name__ == "__main__":
    main()
