"""Forked processes, and the exit of the interpreter: no hangs, no silent losses."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")


# -- fork -------------------------------------------------------------------------------------

_FORK = """
import os, sys, zmq
context = zmq.Context()
one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
one.bind("inproc://x"); other.connect("inproc://x")
instance = zmq.Context.instance()
lent = bytearray(200000)
tracker = one.send(lent, copy=False, track=True)
pid = os.fork()
if pid == 0:
    try:
        child()
        os._exit(0)
    except BaseException:
        import traceback; traceback.print_exc()
        os._exit(1)
_, status = os.waitpid(pid, 0)
assert status == 0, status
one.send(b"still"); assert other.recv() == bytes(200000); assert other.recv() == b"still"
tracker.wait(20)
context.destroy(); instance.term()
print("ok")
"""


@pytest.mark.parametrize(
    "child",
    [
        # The child cannot use the parent's socket in any way.
        """
    for call in (lambda: one.send(b"x"), lambda: one.recv(), lambda: one.get(zmq.LINGER),
                 lambda: one.set(zmq.LINGER, 0), lambda: one.poll(0),
                 lambda: one.bind("inproc://y"), lambda: one.send_multipart([b"x"]),
                 lambda: one.send_many([b"x"]), lambda: one.recv_many(1),
                 lambda: zmq.select([one], [], [], 0), lambda: zmq.Socket(one),
                 lambda: zmq.proxy(one, other)):
        try:
            call()
        except zmq.ZMQError as error:
            assert error.errno == zmq.ENOTSOCK and "forked" in str(error), error
        else:
            raise AssertionError("no exception")
        """,
        # The child cannot use the parent's context either.
        """
    for call in (lambda: context.socket(zmq.PUSH), lambda: zmq.Context(context),
                 lambda: context.get(zmq.IO_THREADS), lambda: context.set(zmq.MAX_SOCKETS, 5)):
        try:
            call()
        except zmq.ZMQError as error:
            assert "forked" in str(error), error
        else:
            raise AssertionError("no exception")
        """,
        # Closing and terminating do nothing in the child.
        """
    one.close(); other.close(0); context.term(); context.destroy()
    assert one.closed and context.closed
        """,
        # Collecting the objects does nothing either.
        """
    global one, other, context, instance
    import gc
    del one, other, context, instance
    gc.collect()
        """,
        # Context.instance() is a new context in the child.
        """
    mine = zmq.Context.instance()
    assert mine is not instance
    a, b = mine.socket(zmq.PAIR), mine.socket(zmq.PAIR)
    a.bind("inproc://x"); b.connect("inproc://x")
    a.send(b"hello"); assert b.recv() == b"hello"
    data = bytearray(200000)
    tracker = a.send(data, copy=False, track=True)
    b.recv()
    tracker.wait(20)
    mine.destroy()
        """,
        # Closing does nothing in a child's child either.
        """
    pid = os.fork()
    if pid == 0:
        zmq.Context.instance().destroy(); one.close(); os._exit(7)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 7
        """,
        # A poller in the child refuses the parent's socket.
        """
    poller = zmq.Poller(); poller.register(one)
    try:
        poller.poll(0)
    except zmq.ZMQError as error:
        assert "forked" in str(error)
    else:
        raise AssertionError("no exception")
        """,
    ],
    ids=["socket", "context", "close", "collect", "instance", "grandchild", "poller"],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_objects_of_the_parent_in_a_forked_child(run_python, child):
    result = run_python("def child():" + child + _FORK, options=("-W", "ignore"))
    assert result.stdout == "ok\n"


def test_a_forked_child_that_ends_normally(run_python):
    result = run_python(
        _FORK.replace("        child()\n        os._exit(0)", "        sys.exit(0)").replace(
            "except BaseException:", "except OSError:"
        ),
        options=("-W", "ignore"),
    )
    assert result.stdout == "ok\n"


def test_multiprocessing_by_fork(run_python):
    result = run_python(
        """
        import multiprocessing, zmq

        def work(endpoint):
            with zmq.Context.instance() as context, context.socket(zmq.PUSH) as socket:
                socket.connect(endpoint)
                socket.send(b"from the child")

        context = zmq.Context.instance()
        with context.socket(zmq.PULL) as socket:
            socket.bind("tcp://127.0.0.1:*")
            children = [
                multiprocessing.get_context("fork").Process(
                    target=work, args=(socket.last_endpoint.decode(),))
                for _ in range(3)]
            for child in children:
                child.start()
            for child in children:
                print(socket.recv())
            for child in children:
                child.join(20)
                assert child.exitcode == 0, child.exitcode
        context.term()
        """,
        options=("-W", "ignore::DeprecationWarning"),
    )
    assert result.stdout == "b'from the child'\n" * 3
    assert result.stderr == ""


# -- exit -------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["tcp://127.0.0.1:*", "inproc://x"])
def test_open_sockets_do_not_hinder_the_end(run_python, transport):
    result = run_python(
        f"""
        import zmq
        context = zmq.Context()
        socket = context.socket(zmq.PUSH)
        socket.bind({transport!r})
        """,
        options=("-W", "default"),
    )
    assert "ResourceWarning: Unclosed socket <zmq.Socket(zmq.PUSH)" in result.stderr


def test_socket_may_outlive_the_interpreter(run_python):
    # A logger keeps the handler, and so the socket, until the interpreter ends. The modules that
    # show warnings are cleared before.
    result = run_python(
        """
        import logging
        import zmq
        from zmq.log.handlers import PUBHandler
        logging.getLogger("a").addHandler(PUBHandler(zmq.Context().socket(zmq.PUB)))
        """
    )
    assert result.stderr == ""


_WITH_UNSENT_MESSAGES = """
import zmq
context = zmq.Context{}
socket = context.socket(zmq.PUSH)
socket.connect("tcp://127.0.0.1:1")
for _ in range(100):
    socket.send(b"unsent" * 1000)
lent = bytearray(200000)
socket.send(lent, copy=False)
print("end")
"""


@pytest.mark.parametrize("make", ["()", ".instance()"])
@pytest.mark.parametrize("close", ["", "socket.close()"])
def test_unsent_messages_do_not_hinder_the_end(run_python, make, close):
    result = run_python(_WITH_UNSENT_MESSAGES.format(make) + close)
    assert result.stdout == "end\n"
    assert result.stderr == ""


def test_sys_exit_and_exceptions_end_the_program(run_python):
    result = run_python(
        _WITH_UNSENT_MESSAGES.format("()") + "\nraise ValueError('x')", returncode=1
    )
    assert result.stderr.rstrip().endswith("ValueError: x")


@pytest.mark.parametrize(
    "blocking",
    [
        "socket.recv()",
        "socket.poll()",
        "zmq.zmq_poll([(socket, zmq.POLLIN)])",
        "zmq.proxy(socket, context.socket(zmq.PUSH))",
        "zmq.MessageTracker(zmq.Frame(bytearray(200000), track=True, copy=False)).wait()",
        "context.term()",
    ],
)
def test_blocked_daemon_threads_do_not_hinder_the_end(run_python, blocking):
    result = run_python(
        f"""
        import threading, zmq
        context = zmq.Context()
        socket = context.socket(zmq.PULL)
        socket.bind("inproc://x")
        ready = threading.Event()
        def block():
            ready.set()
            {blocking}
        threading.Thread(target=block, daemon=True).start()
        ready.wait()
        print("end")
        """
    )
    assert result.stdout == "end\n"


def test_exit_does_not_wait_for_lent_memory(run_python):
    result = run_python(
        """
        import zmq
        context = zmq.Context()
        push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        push.hwm = pull.hwm = 0
        push.bind("tcp://127.0.0.1:*")
        pull.connect(push.last_endpoint.decode())
        for _ in range(2000):
            push.send(bytearray(100000), copy=False, track=True)
        assert len(pull.recv()) == 100000
        print("end")
        """
    )
    assert result.stdout == "end\n"


def test_views_that_live_until_the_end(run_python):
    result = run_python(
        """
        import sys, zmq
        context = zmq.Context()
        one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        one.bind("inproc://x"); other.connect("inproc://x")
        one.send(bytearray(100000), copy=False)
        frame = other.recv(copy=False)
        sys.kept = frame.buffer
        sys.frame = frame
        sys.event = zmq.Frame(bytearray(100000), copy=False, track=True).tracker
        """
    )
    assert result.stderr == ""


def test_context_outlives_the_globals_of_its_module(run_python):
    """A traceback can keep a context alive in this way while the interpreter clears the modules."""
    result = run_python(
        """
        import ctypes, sys, types
        keeper = sys.modules["keeper"] = types.ModuleType("keeper")
        import zmq
        keeper.context = zmq.Context()
        # Modules that are still referenced are cleared in the reverse order of their import.
        for module in (keeper, sys.modules["zmq.sugar.context"]):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(module))
        """
    )
    assert result.stderr == ""


def test_an_atexit_function_may_use_sockets(run_python):
    result = run_python(
        """
        import atexit, zmq
        context = zmq.Context()
        one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        one.bind("inproc://x"); other.connect("inproc://x")
        def last():
            one.send(bytearray(100000), copy=False)
            print(len(other.recv()))
            context.destroy()
        atexit.register(last)
        """
    )
    assert result.stdout == "100000\n"


def test_many_contexts_and_threads_at_the_end(run_python):
    result = run_python(
        """
        import threading, zmq
        def busy(number):
            context = zmq.Context()
            one, other = context.socket(zmq.PUSH), context.socket(zmq.PULL)
            one.bind("tcp://127.0.0.1:*"); other.connect(one.last_endpoint.decode())
            started.release()
            while True:
                one.send(bytearray(70000), copy=False)
                other.recv(copy=False)
        started = threading.Semaphore(0)
        for number in range(4):
            threading.Thread(target=busy, args=(number,), daemon=True).start()
        for _ in range(4):
            started.acquire()
        print("end")
        """
    )
    assert result.stdout == "end\n"
