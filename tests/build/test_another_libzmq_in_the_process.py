"""Our calls reach our own libzmq and libsodium, even if another copy was loaded globally first."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zmq import _build_info

MESSAGES = """
import zmq

public, secret = zmq.curve_keypair()
context = zmq.Context()
pull = context.socket(zmq.PULL)
push = context.socket(zmq.PUSH)
for sock in (pull, push):
    sock.setsockopt(zmq.LINGER, 0)
    sock.setsockopt(zmq.RCVTIMEO, 20_000)
    sock.setsockopt(zmq.SNDTIMEO, 20_000)
pull.setsockopt(zmq.CURVE_SERVER, 1)
pull.setsockopt(zmq.CURVE_SECRETKEY, secret)
push.setsockopt(zmq.CURVE_SERVERKEY, public)
mine = zmq.curve_keypair()
push.setsockopt(zmq.CURVE_PUBLICKEY, mine[0])
push.setsockopt(zmq.CURVE_SECRETKEY, mine[1])
pull.bind("tcp://127.0.0.1:*")
push.connect(pull.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\\0").decode())
for number in range(100):
    push.send(b"message %d" % number)
assert [pull.recv() for _ in range(100)] == [b"message %d" % n for n in range(100)]
push.close()
pull.close()
context.term()
print("libzmq", zmq.zmq_version(), "draft", zmq.has("draft"))
"""


def run_messages(first: str, timeout: float = 100) -> str:
    result = subprocess.run(
        [sys.executable, "-c", first + MESSAGES],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.strip()


def expected() -> str:
    return f"libzmq {_build_info.libzmq_version} draft {_build_info.draft_api}"


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="on Windows an imported function names its library, so two libzmqs cannot be confused",
)
def test_debian_libzmq_loaded_globally_first() -> None:
    name = ctypes.util.find_library("zmq")
    if name is None:
        pytest.skip("no system libzmq (Debian: libzmq5) is installed")
    first = f"import ctypes\nother = ctypes.CDLL({name!r}, mode=ctypes.RTLD_GLOBAL)\n"
    # The assertion makes sure that the other libzmq works in this process.
    first += "other.zmq_ctx_new.restype = ctypes.c_void_p\nassert other.zmq_ctx_new()\n"
    assert run_messages(first) == expected()


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="on Windows an imported function names its library, so two libzmqs cannot be confused",
)
def test_a_foreign_libzmq_is_never_called(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler, cc, for the other library")
    header = Path(_build_info.include_dir, "zmq.h").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"ZMQ_EXPORT [^;(]*?\b(zmq_\w+)\s*\(", header)))
    assert "zmq_ctx_new" in names
    names += ["sodium_init", "crypto_box_easy_afternm", "crypto_box_keypair", "randombytes_buf"]
    source = tmp_path / "other.c"
    source.write_text(
        "void abort(void);\n" + "".join(f"int {name}(void) {{ abort(); }}\n" for name in names)
    )
    library = tmp_path / "libother.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-w", "-o", library, source], check=True, timeout=60
    )
    first = f"import ctypes\nctypes.CDLL({str(library)!r}, mode=ctypes.RTLD_GLOBAL)\n"
    assert run_messages(first) == expected()
