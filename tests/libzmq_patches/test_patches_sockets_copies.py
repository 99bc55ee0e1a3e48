"""The patch about handles: libzmq refuses a handle from another copy of the library.

tests/extensions/test_two_copies.py has more tests of this patch.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from compilers import needs_linking
from wire import in_a_process

import zmq

SYSTEMS = None if sys.platform == "win32" else ctypes.util.find_library("zmq")

OTHER_COPY = """
#include <zmq.h>
int error_of_send(void *socket)
{
    return zmq_send(socket, "x", 1, ZMQ_DONTWAIT) < 0 ? zmq_errno() : 0;
}
"""


@needs_linking
@in_a_process
def test_second_copy_of_the_build_refuses_our_socket() -> None:
    includes = [f"-I{folder}" for folder in zmq.get_includes()]
    folders = [f"-L{folder}" for folder in zmq.get_library_dirs()]
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "other.c"), Path(folder, "other.so")
        source.write_text(OTHER_COPY)
        command = ["cc", "-shared", "-fPIC", *includes, source, *folders, "-lzmq"]
        subprocess.run([*command, "-o", library], check=True, timeout=50)
        other = ctypes.CDLL(str(library))
    with zmq.Context() as context, context.socket(zmq.PAIR) as socket:
        assert other.error_of_send(ctypes.c_void_p(socket.underlying)) == zmq.ENOTSOCK


@pytest.mark.skipif(SYSTEMS is None, reason="no system libzmq (Debian: libzmq5) is installed")
@in_a_process
def test_a_socket_of_another_libzmq_is_refused() -> None:
    other = ctypes.CDLL(str(SYSTEMS))
    other.zmq_ctx_new.restype = other.zmq_socket.restype = ctypes.c_void_p
    context = ctypes.c_void_p(other.zmq_ctx_new())
    handle = other.zmq_socket(context, zmq.PAIR)
    with pytest.raises(zmq.ZMQError) as caught:
        zmq.Socket.shadow(handle)
    assert caught.value.errno == zmq.ENOTSOCK
    other.zmq_close(ctypes.c_void_p(handle))
    other.zmq_ctx_term(context)
