"""CURVE with a peer that runs another libzmq: the same bytes on the wire, at every size."""

from __future__ import annotations

import ctypes.util
import subprocess
import sys

import pytest
from limits import TIMEOUT_MS

import zmq

# Sizes around several limits: messages stored inside zmq_msg_t, short frames, the blocks of the
# cipher, and the buffers for one read or write.
SIZES = [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 221, 222, 223, 255, 256, 8_150, 8_192, 8_193, 70_001]

OTHER_PEER = """
import ctypes, sys

library, endpoint, server_key, public_key, secret_key, count = sys.argv[1:]
zmq = ctypes.CDLL(library)
zmq.zmq_ctx_new.restype = zmq.zmq_socket.restype = ctypes.c_void_p
zmq.zmq_ctx_term.argtypes = zmq.zmq_close.argtypes = [ctypes.c_void_p]
zmq.zmq_socket.argtypes = [ctypes.c_void_p, ctypes.c_int]
zmq.zmq_connect.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
zmq.zmq_setsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t]
zmq.zmq_send.argtypes = zmq.zmq_recv.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
DEALER, CURVE_PUBLICKEY, CURVE_SECRETKEY, CURVE_SERVERKEY, RCVTIMEO, LINGER = 5, 48, 49, 50, 27, 17
context = zmq.zmq_ctx_new()
socket = zmq.zmq_socket(context, DEALER)
for option, key in (
    (CURVE_PUBLICKEY, public_key), (CURVE_SECRETKEY, secret_key), (CURVE_SERVERKEY, server_key)
):
    if zmq.zmq_setsockopt(socket, option, key.encode(), 40):
        sys.exit(77)  # it has no CURVE
for option in (RCVTIMEO, LINGER):
    zmq.zmq_setsockopt(socket, option, (30_000).to_bytes(4, sys.byteorder), 4)
zmq.zmq_connect(socket, endpoint.encode())
zmq.zmq_send(socket, b"ready", 5, 0)
buffer = ctypes.create_string_buffer(100_000)
for _ in range(int(count)):
    size = zmq.zmq_recv(socket, buffer, len(buffer), 0)
    if size < 0:
        sys.exit("nothing came")
    zmq.zmq_send(socket, buffer, size, 0)
zmq.zmq_close(socket)
zmq.zmq_ctx_term(context)
"""


@pytest.mark.skipif(not zmq.has("curve"), reason="this build has no CURVE")
@pytest.mark.skipif(
    ctypes.util.find_library("zmq") is None, reason="needs the system's libzmq, such as libzmq5"
)
def test_another_libzmq_exchanges_encrypted_messages_with_ours() -> None:
    public, secret = zmq.curve_keypair()
    with zmq.Context() as context, context.socket(zmq.DEALER) as server:
        server.linger = 0
        server.rcvtimeo = server.sndtimeo = TIMEOUT_MS
        server.curve_server = True
        server.curve_secretkey = secret
        port = server.bind_to_random_port("tcp://127.0.0.1")
        keys = [key.decode() for key in (public, *zmq.curve_keypair())]
        library = str(ctypes.util.find_library("zmq"))
        arguments = [library, f"tcp://127.0.0.1:{port}", *keys, str(len(SIZES))]
        peer = subprocess.Popen([sys.executable, "-c", OTHER_PEER, *arguments])
        try:
            while not server.poll(100):
                if peer.poll() == 77:
                    pytest.skip("the system's libzmq has no CURVE")
                assert peer.poll() is None
            assert server.recv() == b"ready"
            for size in SIZES:
                content = bytes((7 * index + size) % 256 for index in range(size))
                server.send(content)
                assert server.recv() == content
            assert peer.wait(30) == 0
        finally:
            peer.kill()
            peer.wait()
