"""A signal every 0.2 ms, as profilers send them, interrupts no call and costs no message."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from limits import TIMEOUT_S

import zmq

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no interval timers")

# Runs `rounds()` repeatedly, while Python handles a signal every 0.2 ms.
HARNESS = """
    import signal, sys, threading, time
    import zmq

    handled = 0

    def handle(number, frame):
        global handled
        handled += 1

    def under_signals(rounds, seconds=1.5):
        signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                rounds()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        assert handled > 100
        print("uninterrupted")
"""

PAIRS = [
    ("PAIR", "PAIR"),
    ("PUSH", "PULL"),
    ("REQ", "REP"),
    ("DEALER", "ROUTER"),
    ("PUB", "SUB"),
    ("CLIENT", "SERVER"),
    ("CHANNEL", "CHANNEL"),
    ("SCATTER", "GATHER"),
    ("RADIO", "DISH"),
]


def run(program: str, says_nothing: bool = True) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c",
         textwrap.dedent(HARNESS) + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S * 2,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "uninterrupted\n"), done.stderr
    if says_nothing:
        assert done.stderr == ""


CALLS = """
    context = zmq.Context()

    def rounds():
        for endpoint in ("inproc://signals", "tcp://127.0.0.1:*"):
            left = context.socket(zmq.{left})
            right = context.socket(zmq.{right})
            poller = zmq.Poller()
            registered = zmq.SocketPoller()
            for socket in (left, right):
                socket.linger = 0
                poller.register(socket, zmq.POLLIN)
                registered.add(socket, zmq.POLLIN)
            left.bind(endpoint)
            bound = left.last_endpoint.decode()
            right.connect(bound)
            for socket in (left, right):
                assert socket.get(zmq.EVENTS) in (0, 1, 2, 3)
                socket.poll(1)
                socket.poll(0, zmq.POLLOUT)
                socket.rcvtimeo
                socket.sndhwm = 10
                zmq.zmq_poll([(socket, zmq.POLLIN)], 1)
            poller.poll(1)
            registered.wait(1)
            zmq.select([left, right], [], [], 0.001)
            monitor = right.get_monitor_socket()
            right.disable_monitor()
            right.disconnect(bound)
            left.unbind(bound)
            left.close()
            right.close()
            monitor.close()
        assert context.get(zmq.IO_THREADS) == 1
        zmq.curve_keypair()

    {call}
    context.term()
"""


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_calls_are_not_interrupted(pair):
    run(CALLS.format(left=pair[0], right=pair[1], call="under_signals(rounds)"))


def test_calls_of_other_threads_are_not_interrupted():
    call = """
    failed = []

    def work():
        end = time.monotonic() + 1
        try:
            while time.monotonic() < end:
                rounds()
        except BaseException as error:
            failed.append(error)

    def both():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    under_signals(both, 1)
    assert not failed, failed
    """
    program = textwrap.dedent(CALLS).replace("{call}", textwrap.dedent(call))
    run(program.format(left="DEALER", right="ROUTER").replace("inproc://signals", "ipc://@signals"
        if sys.platform == "linux" else "tcp://127.0.0.1:*"))  # fmt: skip


@pytest.mark.parametrize("pair", [("PAIR", "PAIR"), ("CLIENT", "SERVER"), ("CHANNEL", "CHANNEL")],
                         ids="-".join)  # fmt: skip
@pytest.mark.parametrize("endpoint", ["inproc://signals", "tcp://127.0.0.1:*"])
def test_blocking_receives_get_all_messages(pair, endpoint):
    run(f"""
        context = zmq.Context()
        left, right = context.socket(zmq.{pair[0]}), context.socket(zmq.{pair[1]})
        for socket in (left, right):
            socket.rcvtimeo = socket.sndtimeo = 20_000
        right.bind({endpoint!r})
        left.connect(right.last_endpoint.decode())
        numbers = iter(range(10**9))

        def rounds():
            expected = []

            def send():
                for _ in range(200):
                    number = next(numbers)
                    expected.append(b"%d" % number)
                    left.send(b"%d" % number)

            thread = threading.Thread(target=send)
            thread.start()
            received = [right.recv() for _ in range(200)]
            thread.join()
            assert received == expected

        under_signals(rounds)
        context.destroy(linger=0)
    """)


@pytest.mark.parametrize("endpoint", ["inproc://signals", "tcp://127.0.0.1:*"])
@pytest.mark.parametrize("pair", [("PAIR", "PAIR"), ("CLIENT", "SERVER")], ids="-".join)
def test_asyncio_is_always_woken(pair, endpoint):
    run(f"""
        import asyncio
        import zmq.asyncio

        async def main():
            context = zmq.asyncio.Context()
            left, right = context.socket(zmq.{pair[0]}), context.socket(zmq.{pair[1]})
            right.bind({endpoint!r})
            left.connect(right.last_endpoint.decode())

            async def send():
                for number in range(500):
                    await left.send(b"%d" % number)
                    await asyncio.sleep(0)

            task = asyncio.create_task(send())
            for number in range(500):
                assert await asyncio.wait_for(right.recv(), 20) == b"%d" % number
            await task
            context.destroy(linger=0)

        under_signals(lambda: asyncio.run(main()), 3)
    """)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio_is_always_woken(backend):
    pytest.importorskip("trio")
    run(
        f"""
        import anyio
        import zmq.anyio

        async def main():
            context = zmq.anyio.Context()
            left, right = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            right.bind("inproc://signals")
            left.connect("inproc://signals")

            async def send():
                for number in range(300):
                    await left.send(b"%d" % number)
                    await anyio.sleep(0)

            async with anyio.create_task_group() as group:
                group.start_soon(send)
                for number in range(300):
                    with anyio.fail_after(20):
                        assert await right.recv() == b"%d" % number
            context.destroy(linger=0)

        under_signals(lambda: anyio.run(main, backend={backend!r}), 2)
    """,
        # trio closes the descriptor that Python writes signals to, while signals still come
        says_nothing=backend != "trio",
    )


def test_green_sockets_are_always_woken():
    pytest.importorskip("gevent")
    run("""
        import gevent
        import zmq.green

        def rounds():
            context = zmq.green.Context()
            left, right = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            right.bind("inproc://signals")
            left.connect("inproc://signals")

            def send():
                for number in range(300):
                    left.send(b"%d" % number)
                    gevent.sleep(0)

            greenlet = gevent.spawn(send)
            with gevent.Timeout(20):
                for number in range(300):
                    assert right.recv() == b"%d" % number
            greenlet.join()
            context.destroy(linger=0)

        under_signals(rounds, 2)
    """)


# ---------------------------------------------------------------- signals that end a wait

ENDED = """
    import os, signal, sys, zmq

    def stop(*ignored):
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, stop)
    context = zmq.Context()
    socket = context.socket(zmq.{kind})
    socket.linger = 0
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        socket.{call}
    except KeyboardInterrupt:
        print("uninterrupted")
    context.destroy(linger=0)
"""
WAITS = [
    *(
        (kind, "recv()")
        for kind in ("PULL", "CLIENT", "SERVER", "PEER", "CHANNEL", "GATHER", "DISH")
    ),
    *((kind, "send(b'')") for kind in ("PUSH", "CLIENT", "CHANNEL", "SCATTER")),
    ("GATHER", "recv_multipart()"),
    ("GATHER", "recv_many(2)"),
    ("GATHER", "recv_into(bytearray(9))"),
    ("SERVER", "recv_routed()"),
    ("DISH", "recv_grouped()"),
    ("SCATTER", "send_many([b''])"),
    ("SCATTER", "send_multipart([b''])"),
]


@pytest.mark.parametrize(("kind", "call"), WAITS)
def test_handler_that_raises_ends_a_wait(kind, call):
    if not zmq.has("draft") and kind not in ("PULL", "PUSH"):
        pytest.skip("this build has no draft sockets")
    run(ENDED.format(kind=kind, call=call))


FORGOTTEN = """
    import gc, os, signal, sys, warnings, zmq

    warnings.simplefilter("ignore", ResourceWarning)

    def stop(*ignored):
        print("interrupted", flush=True)
        raise SystemExit

    signal.signal(signal.SIGALRM, stop)
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    socket.linger = -1
    socket.connect("tcp://127.0.0.1:9")
    socket.send(b"nobody will ever receive this")
    # Send signals repeatedly: on a busy machine the first signal may come before the wait.
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
    del socket, context
    gc.collect()
"""


@pytest.mark.parametrize("handler", ["raise SystemExit", "return"])
def test_signal_ends_the_wait_for_forgotten_contexts(handler):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FORGOTTEN).replace("raise SystemExit", handler)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    # Python reports on stderr that a function which ran at exit has raised.
    assert (done.returncode, set(done.stdout.split())) == (0, {"interrupted"})
