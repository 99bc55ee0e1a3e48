# ruff: noqa: SIM117 (one block for each peer of a scenario)
"""Patches of options and descriptors that the system refuses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest
import wire
from wire import MS, bound, in_a_process

import zmq


# ---------------------------------------------------------------- listeners
@pytest.mark.skipif(not zmq.has("ipc"), reason="this build has no ipc://")
@wire.needs_resource
@in_a_process
def test_ipc_listener_survives_too_many_open_files() -> None:
    client = (
        "import socket, sys\n"
        "held = []\n"
        "for _ in range(40):\n"
        "    held.append(socket.socket(socket.AF_UNIX))\n"
        "    held[-1].connect('\\0' + sys.argv[1])\n"
        "print('connected', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.linger = 0
        pull.rcvtimeo = MS
        name = f"libzmq-patches-{time.monotonic_ns()}"
        pull.bind(f"ipc://@{name}")
        child = subprocess.Popen(
            [sys.executable, "-c", client, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (25, hard))
        try:
            assert child.stdout.readline() == b"connected\n"
            # Let the listener reach the limit: it cannot accept all connections.
            assert not pull.poll(200)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            child.stdin.close()
            child.wait(wire.PATIENCE)
            child.stdout.close()
        with context.socket(zmq.PUSH) as push:
            push.connect(f"ipc://@{name}")
            push.send(b"it listens")
            assert pull.recv() == b"it listens"


# ---------------------------------------------------------------- options
@in_a_process
def test_context_starts_with_a_missing_cpu() -> None:
    with zmq.Context() as context:
        context.set(zmq.THREAD_AFFINITY_CPU_ADD, 1000)
        context.set(zmq.THREAD_SCHED_POLICY, 77)
        with bound(context, zmq.PULL) as pull, context.socket(zmq.PUSH) as push:
            push.connect(pull.last_endpoint.decode())
            push.send(b"it runs")
            assert pull.recv() == b"it runs"


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="gives up the privileges of root with setuid")
@in_a_process
def test_a_socket_priority_that_is_a_privilege() -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    with zmq.Context() as context, bound(context, zmq.PULL, priority=7) as pull:
        with context.socket(zmq.PUSH) as push:
            push.linger = 0
            push.connect(pull.last_endpoint.decode())
            push.send(b"it listens")
            assert pull.recv() == b"it listens"


@in_a_process
def test_descriptor_without_a_listener_is_refused() -> None:
    with zmq.Context() as context, context.socket(zmq.PULL) as pull, socket.socket() as plain:
        with open(os.devnull) as file:
            for number in (9_999, plain.fileno(), file.fileno()):
                pull.use_fd = number
                for transport in ("tcp", "ws") if zmq.DRAFT_API else ("tcp",):
                    with pytest.raises(zmq.ZMQError):
                        pull.bind(f"{transport}://127.0.0.1:*")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            pull.use_fd = os.dup(listener.fileno())
            pull.bind("tcp://127.0.0.1:*")
