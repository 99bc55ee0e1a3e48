"""libzmq's queues between threads respect the alignment of their elements."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Tests a queue of commands, and a queue of a type whose alignment exceeds a cache line.
PROGRAM = """
#include <stdint.h>
#include <stdio.h>
#include "command.hpp"
#include "yqueue.hpp"

namespace zmq
{
void zmq_abort (const char *) { abort (); }
void print_backtrace () {}
void out_of_memory (const char *, int, bool) { abort (); }
}

struct alignas (256) wide_t
{
    char bytes[256];
};

//  How many of 3000 elements are not where their type asks for.
template <typename T> static int misplaced ()
{
    zmq::yqueue_t<T, 16> queue;
    queue.push ();
    int count = 0;
    for (int i = 0; i != 3000; i++) {
        queue.push ();
        count += reinterpret_cast<uintptr_t> (&queue.back ()) % alignof (T) != 0;
        if (i % 3 == 0)
            queue.unpush ();
        else if (i % 3 == 1)
            queue.pop ();
    }
    return count;
}

int main ()
{
    printf ("%d %d", misplaced<zmq::command_t> (), misplaced<wide_t> ());
}
"""


@pytest.fixture(scope="module")
def libzmq_tree(source_tree: Path, cmake: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """libzmq's source, patched."""
    folder = tmp_path_factory.mktemp("libzmq")
    script = source_tree / "cmake" / "fetch_vendored.cmake"
    done = subprocess.run(
        [
            *(cmake, "-DLIBRARY=libzmq", f"-DFETCHCONTENT_BASE_DIR={folder}"),
            *(f"-DPython_EXECUTABLE={sys.executable}", "-P", script),
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "its source could not be found or downloaded" in done.stderr:
        pytest.skip("libzmq's source is not in a cache and cannot be downloaded")
    assert done.returncode == 0, done.stderr
    bundled = source_tree / "vendor" / "libzmq" / "source"
    return folder / "libzmq-src" if (folder / "libzmq-src").exists() else bundled


@pytest.mark.parametrize("define", ["HAVE_POSIX_MEMALIGN=1", "NO_SUCH_FUNCTION=1"])
def test_queue_chunks_are_aligned(libzmq_tree: Path, tmp_path: Path, define: str) -> None:
    compiler = shutil.which("c++")
    if compiler is None:
        pytest.skip("no C++ compiler (c++) is on the PATH")
    (tmp_path / "platform.hpp").touch()  # libzmq's headers include this file
    source = tmp_path / "queue.cpp"
    source.write_text(PROGRAM, "utf-8")
    program = tmp_path / "queue"
    subprocess.run(
        [compiler, "-std=c++17", "-w", "-DZMQ_CUSTOM_PLATFORM_HPP", "-DZMQ_CACHELINE_SIZE=64",
         f"-D{define}",
         f"-I{tmp_path}", f"-I{libzmq_tree / 'src'}", f"-I{libzmq_tree / 'include'}",
         source, "-o", program],
        check=True,
        timeout=120,
    )  # fmt: skip
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "0 0"
