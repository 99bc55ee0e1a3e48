"""Many threads use one object at once. This may be an error, but never a crash.

On a free-threaded build the threads really run at once; elsewhere they take turns.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable

import pytest
from limits import TIMEOUT_S

import zmq

THREADS = 4


def run_at_once(work: Callable[[int], None], threads: int = THREADS) -> None:
    """Call ``work(number)`` in several threads that start together; raise their exceptions."""
    barrier = threading.Barrier(threads)
    errors: list[BaseException] = []

    def call(number: int) -> None:
        try:
            barrier.wait(TIMEOUT_S)
            work(number)
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=call, args=(n,), daemon=True) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(TIMEOUT_S)
    assert not any(thread.is_alive() for thread in running)
    if errors:
        raise errors[0]


def test_sockets_are_counted_right() -> None:
    context = zmq.Context()

    def make_and_close(_: int) -> None:
        for _ in range(200):
            context.socket(zmq.PAIR).close()

    run_at_once(make_and_close)
    assert context._open_sockets == 0
    context.term()


def test_making_sockets_while_the_context_ends() -> None:
    for _ in range(20):
        context = zmq.Context()

        def use(number: int, context: zmq.Context = context) -> None:
            if number == 0:
                context.term()
                return
            try:
                while True:
                    context.get(zmq.IO_THREADS)
                    context.socket(zmq.PAIR).close(0)
            except (zmq.ZMQError, RuntimeError):
                pass  # the context has ended

        run_at_once(use)
        assert context.closed


def test_terminating_a_context_in_all_threads() -> None:
    for _ in range(50):
        context = zmq.Context()
        run_at_once(lambda _, context=context: context.term())
        assert context.closed


def test_a_socket_of_one_thread_refuses_the_others(context: zmq.Context) -> None:
    socket = context.socket(zmq.DEALER)
    refused = []

    def send(_: int) -> None:
        for _ in range(2000):
            try:
                socket.send(b"", zmq.DONTWAIT)
            except zmq.Again:
                pass
            except zmq.ZMQError as error:
                assert error.errno == zmq.EMTHREAD
                refused.append(error)

    run_at_once(send)
    assert all("in use by another thread" in str(error) for error in refused)


def test_closing_a_socket_in_all_threads(context: zmq.Context) -> None:
    for _ in range(50):
        socket = context.socket(zmq.PAIR)

        def close(_: int, socket: zmq.Socket = socket) -> None:
            try:
                socket.close()
            except zmq.ZMQError as error:
                assert error.errno == zmq.EMTHREAD

        run_at_once(close)
        assert socket.closed


def test_closing_a_thread_safe_socket_that_others_use(context: zmq.Context) -> None:
    for turn in range(20):
        server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
        server.bind(f"inproc://closing-{turn}")
        client.connect(f"inproc://closing-{turn}")

        def use(number: int, client: zmq.Socket = client) -> None:
            for _ in range(500):
                try:
                    if number == 0:
                        client.close()
                    else:
                        client.send(b"", zmq.DONTWAIT)
                except zmq.Again:
                    pass
                except zmq.ZMQError as error:
                    # The thread that closes may get "in use"; the others may get "closed".
                    assert error.errno in (zmq.EMTHREAD, zmq.ENOTSOCK)

        run_at_once(use)
        client.close()
        server.close()


def test_a_thread_safe_socket_sends_all_threads_messages(context: zmq.Context) -> None:
    server, client = context.socket(zmq.SERVER), context.socket(zmq.CLIENT)
    server.bind("inproc://threads")
    client.connect("inproc://threads")

    def send(number: int) -> None:
        for count in range(200):
            client.send(f"{number} {count}".encode())

    run_at_once(send)
    received = [server.recv().decode().split() for _ in range(THREADS * 200)]
    for number in range(THREADS):
        assert [int(c) for n, c in received if int(n) == number] == list(range(200))


@pytest.mark.parametrize("size", [16, 4096, 200_000])
def test_reading_and_sending_one_frame(context: zmq.Context, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    for copied in ("copied", "lent"):
        frame = zmq.Frame(content, copy=copied == "copied", track=True)

        def use(number: int, frame: zmq.Frame = frame, copied: str = copied) -> None:
            sender, receiver = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            sender.bind(f"inproc://{copied}-{number}")
            receiver.connect(f"inproc://{copied}-{number}")
            for _ in range(50):
                assert frame.bytes == content
                assert frame.tracker is not None
                assert copy.copy(frame).bytes == content
                sender.send(frame, copy=False)
                with frame.buffer as view:
                    assert len(view) == size
                assert receiver.recv(copy=False).bytes == content
            sender.close()
            receiver.close()

        run_at_once(use)


def test_one_poller(context: zmq.Context) -> None:
    poller = zmq.Poller()

    def use(number: int) -> None:
        socket = context.socket(zmq.PAIR)
        for _ in range(100):
            poller.register(socket, zmq.POLLIN)
            try:
                poller.poll(0)
            except zmq.ZMQError as error:
                assert error.errno == zmq.EMTHREAD
            poller.unregister(socket)
        socket.close()

    run_at_once(use)
    assert len(poller) == 0


def test_one_socket_poller(context: zmq.Context) -> None:
    poller = zmq.SocketPoller()

    def use(number: int) -> None:
        socket, peer = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        socket.bind(f"inproc://polled-{number}")
        peer.connect(f"inproc://polled-{number}")
        peer.send(b"")
        for _ in range(2000):
            for call, args in (
                (poller.add, (socket, zmq.POLLIN, object())),
                (poller.modify, (socket, zmq.POLLIN)),
                (poller.wait_all, (0,)),
                (len, (poller,)),
                (poller.remove, (socket,)),
            ):
                try:
                    call(*args)
                except KeyError:
                    pass  # the last add or remove failed, as another thread used the poller
                except zmq.ZMQError as error:
                    # EFAULT: nothing to wait for
                    assert error.errno in (zmq.EMTHREAD, zmq.EFAULT)
        # Do not close the sockets here: another thread may use the poller, and so the sockets. The
        # fixture closes them.

    run_at_once(use)


def test_one_socket_in_the_pollers_of_all_threads(context: zmq.Context) -> None:
    server = context.socket(zmq.SERVER)

    def use(_: int) -> None:
        for _ in range(300):
            with zmq.SocketPoller() as poller:
                poller.add(server)
                assert poller.wait(0) is None

    run_at_once(use)
    server.close()


def test_timers_of_one_thread_in_the_others() -> None:
    timers = zmq.Timers()

    def use(_: int) -> None:
        for _ in range(500):
            try:
                timer_id = timers.add(1, lambda timer_id: None)
                timers.timeout()
                timers.execute()
                timers.cancel(timer_id)
            except zmq.ZMQError as error:
                assert error.errno == zmq.EMTHREAD

    run_at_once(use)
