"""Signals: handlers run while a call waits, and the call continues; Ctrl-C ends it at once."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows lacks the signals that the tests send"
)

_SETUP = """
import os, signal, threading, time
import zmq
context = zmq.Context()
socket = context.socket(zmq.PAIR)
peer = context.socket(zmq.PAIR)
socket.bind("inproc://x"); peer.connect("inproc://x")
lonely = context.socket(zmq.PUSH)
poller = zmq.Poller(); poller.register(socket, zmq.POLLIN)
tracker = zmq.MessageTracker(zmq.Frame(bytearray(200000), copy=False, track=True))
frame = zmq.Frame(bytearray(200000), copy=False, track=True)
"""

_BLOCKING = {
    "recv": "socket.recv()",
    "recv frame": "socket.recv(copy=False)",
    "recv_multipart": "socket.recv_multipart()",
    "recv_into": "socket.recv_into(bytearray(5))",
    "recv_many": "socket.recv_many(5)",
    "recv with a timeout": "socket.rcvtimeo = 60000; socket.recv()",
    "send": "lonely.send(b'x')",
    "send lent": "lonely.send(bytearray(200000), copy=False)",
    "send with a timeout": "lonely.sndtimeo = 60000; lonely.send(b'x')",
    "send_multipart": "lonely.send_multipart([b'x', b'y'])",
    "send_many": "lonely.send_many([b'x', b'y'])",
    "poll": "socket.poll()",
    "poll with a timeout": "socket.poll(60000)",
    "Poller.poll": "poller.poll()",
    "zmq_poll": "zmq.zmq_poll([(socket, zmq.POLLIN)])",
    "select": "zmq.select([socket], [], [])",
    "proxy": "zmq.proxy(socket, lonely)",
    "proxy_steerable": "zmq.proxy_steerable(socket, lonely, None, context.socket(zmq.PAIR))",
    "monitored_queue": "from zmq.backend.cython._zmq import monitored_queue;"
    " monitored_queue(socket, lonely, context.socket(zmq.PUB))",
    "proxy blocked on its capture": "peer.send(b'x'); back = context.socket(zmq.PUB);"
    " zmq.proxy(socket, back, lonely)",
    "term": "context.term()",
    "tracker.wait": "frame.tracker.wait()",
    "tracker.wait with a timeout": "frame.tracker.wait(60)",
    "iteration": "list(socket)",
}

# A thread sends the signal to the process repeatedly until the call has ended, because the first
# signal may come before the call waits.
_INTERRUPT = """
ended = threading.Event()
def interrupt(number):
    while not ended.wait(0.05):
        os.kill(os.getpid(), number)
"""


@pytest.mark.parametrize("call", _BLOCKING.values(), ids=_BLOCKING.keys())
def test_ctrl_c_gets_out(run_python, call):
    result = run_python(
        _SETUP
        + _INTERRUPT
        + f"""
class Out(Exception): pass
came = False
def handler(*args):
    global came
    if not came:  # another may be on its way when this one comes
        came = True
        ended.set()
        raise Out
signal.signal(signal.SIGINT, handler)
try:
    threading.Thread(target=interrupt, args=(signal.SIGINT,), daemon=True).start()
    {call}
except Out:
    print("out")
for s in (socket, peer, lonely):
    s.close(0)
"""
    )
    assert result.stdout == "out\n"


def test_the_usual_handler_raises_keyboard_interrupt(run_python):
    result = run_python(
        _SETUP
        + """
def interrupt():
    # while the main thread is in the call
    while not socket._is_waited_in():
        pass
    os.kill(os.getpid(), signal.SIGINT)
    while not ended.wait(2):  # it may come just before the call begins to wait
        os.kill(os.getpid(), signal.SIGINT)
ended = threading.Event()
threading.Thread(target=interrupt, daemon=True).start()
try:
    socket.recv()
except KeyboardInterrupt:
    ended.set()
    print("out")
context.destroy(0)
"""
    )
    assert result.stdout == "out\n"


_GOING_ON = {
    "recv": ("socket.recv()", "peer.send(b'x')", "b'x'"),
    "recv with a timeout": (
        "(setattr(socket, 'rcvtimeo', 60000), socket.recv())[1]",
        "peer.send(b'x')",
        "b'x'",
    ),
    "recv_multipart": (
        "socket.recv_multipart()",
        "peer.send_multipart([b'x', b'y'])",
        "[b'x', b'y']",
    ),
    "recv_many": ("socket.recv_many(5)", "peer.send(b'x')", "[b'x']"),
    "poll": ("socket.poll()", "peer.send(b'x')", "1"),
    "poll with a timeout": ("socket.poll(60000)", "peer.send(b'x')", "1"),
    "Poller.poll": ("len(poller.poll())", "peer.send(b'x')", "1"),
    "send": ("lonely.send(b'x')", "pull.connect('inproc://lonely')", "None"),
    "send with a timeout": (
        "(setattr(lonely, 'sndtimeo', 60000), lonely.send(b'x'))[1]",
        "pull.connect('inproc://lonely')",
        "None",
    ),
    "tracker.wait": ("frame_tracker.wait()", "frames.clear()", "None"),
}


@pytest.mark.parametrize(("call", "finish", "expected"), _GOING_ON.values(), ids=_GOING_ON.keys())
def test_handlers_run_and_the_call_continues(run_python, call, finish, expected):
    result = run_python(
        _SETUP
        + f"""
pull = context.socket(zmq.PULL)
lonely.bind("inproc://lonely")
frames = [frame]; frame_tracker = frame.tracker; del frame
seen = 0
enough = threading.Event()
def handler(*args):
    global seen
    seen += 1
    if seen == 5:  # once: a handler that interrupts set() would wait for its lock for ever
        enough.set()
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
def finish():
    enough.wait()
    {finish}
thread = threading.Thread(target=finish); thread.start()
result = {call}
thread.join()
signal.setitimer(signal.ITIMER_REAL, 0)
assert seen >= 5, seen
print(result)
for s in (socket, peer, lonely, pull):
    s.close(0)
context.term()
"""
    )
    assert result.stdout == f"{expected}\n"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("socket.recv()", "zmq.Again"),
        ("lonely.send(b'x')", "zmq.Again"),
        ("result(socket.poll(300))", "EOFError"),
        ("result(poller.poll(300))", "EOFError"),
        ("result(socket.recv_many(5))", "EOFError"),
        ("frame.tracker.wait(0.3)", "zmq.NotDone"),
    ],
)
def test_signals_do_not_lengthen_a_timeout(run_python, call, error):
    """If each of these frequent signals restarted the timeout, the wait would never end."""
    result = run_python(
        _SETUP
        + f"""
socket.rcvtimeo = lonely.sndtimeo = 300
def result(value):
    assert not value, value
    raise EOFError
signal.signal(signal.SIGALRM, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
try:
    {call}
except {error}:
    print("over")
signal.setitimer(signal.ITIMER_REAL, 0)
context.destroy(0)
"""
    )
    assert result.stdout == "over\n"


def test_no_message_is_lost_to_signals(run_python):
    result = run_python(
        """
        import signal, threading, zmq
        signal.signal(signal.SIGALRM, lambda *args: None)
        signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
        context = zmq.Context()
        count = 20000
        front, back, capture = (context.socket(k) for k in (zmq.PULL, zmq.PUSH, zmq.PUSH))
        for s in (front, back, capture):
            s.hwm = 10
        front.bind("inproc://front"); back.bind("inproc://back"); capture.bind("inproc://capture")
        received = {}
        def produce():
            with context.socket(zmq.PUSH) as s:
                s.connect("inproc://front")
                for n in range(count):
                    s.send(b"%d" % n)
        def consume(endpoint):
            with context.socket(zmq.PULL) as s:
                s.hwm = 10
                s.connect(endpoint)
                received[endpoint] = [int(s.recv()) for _ in range(count)]
        threads = [threading.Thread(target=produce)]
        threads += [threading.Thread(target=consume, args=("inproc://" + e,))
                    for e in ("back", "capture")]
        for t in threads:
            t.start()
        def end():
            for t in threads:
                t.join()
            context.term()
        ending = threading.Thread(target=end); ending.start()
        try:
            zmq.proxy(front, back, capture)  # in the main thread, which gets the signals
        except zmq.ContextTerminated:
            pass
        for s in (front, back, capture):
            s.close(0)
        ending.join()
        for numbers in received.values():
            assert numbers == list(range(count))
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(len(received))
        """
    )
    assert result.stdout == "2\n"


_CLOSING = {
    "recv": "socket.recv()",
    "send": "lonely.send(b'x')",
    "poll": "socket.poll()",
    "Poller.poll": "poller.poll()",
    "proxy": "zmq.proxy(socket, lonely)",
    "proxy_steerable": "zmq.proxy_steerable(socket, lonely, None, peer)",
}


@pytest.mark.parametrize("call", _CLOSING.values(), ids=_CLOSING.keys())
def test_handler_may_destroy_the_context_in_use(run_python, call):
    result = run_python(
        _SETUP
        + f"""
del frame
signal.signal(signal.SIGALRM, lambda *args: context.destroy(0))
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    {call}
except zmq.ZMQError as error:
    print(error.errno == zmq.ENOTSOCK, context.closed)
"""
    )
    assert result.stdout == "True True\n"


def test_handler_may_use_the_sockets_of_a_proxy(run_python):
    result = run_python(
        _SETUP
        + """
del frame
def handler(*args):
    peer.send(b"to be passed on")
    print(socket.recv())
    socket.close()
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    zmq.proxy(socket, lonely)
except zmq.ZMQError as error:
    print(error.errno == zmq.ENOTSOCK)
context.destroy(0)
"""
    )
    assert result.stdout == "b'to be passed on'\nTrue\n"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have notes since Python 3.11")
@pytest.mark.parametrize(
    ("before", "note"),
    [
        (
            "lonely.close(linger=None)",
            "waiting until these sockets are closed: [<zmq.Socket(zmq.PA",
        ),
        ("context.destroy()", "waiting for peers to take the unsent messages of closed sockets"),
    ],
    ids=["open sockets", "unsent messages"],
)
def test_interrupted_term_says_why_it_waits(run_python, before, note):
    run_python(
        _SETUP
        + _INTERRUPT
        + f"""
lonely.connect("tcp://127.0.0.1:1")
lonely.send(b"never sent")
threading.Thread(target=interrupt, args=(signal.SIGINT,)).start()
try:
    try:
        {before}
        context.term()
    finally:
        ended.set()
except KeyboardInterrupt as error:
    [found] = error.__notes__
    assert {note!r} in found, found
else:
    raise AssertionError("term() has ended")
os._exit(0)  # the message still waits for its peer
"""
    )


def test_handler_may_terminate_a_terminating_context(run_python):
    result = run_python(
        _SETUP
        + """
del frame
def handler(*args):
    for s in (socket, peer, lonely):
        s.close(0)
    context.term()
    print("inner", context.closed)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.1)
context.term()
print("outer", context.closed)
"""
    )
    assert result.stdout == "inner True\nouter True\n"


# Receives numbered messages. Meanwhile a signal comes every 0.2 ms, and its handler raises.
_RAISING = """
import collections, signal, threading, time
import zmq

class Out(Exception): pass

context = zmq.Context()
push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
pull.rcvhwm = push.sndhwm = 0
pull.rcvtimeo = 500
pull.bind("tcp://127.0.0.1:*")
endpoint = pull.last_endpoint.decode()
NUMBER = 1000
armed = False

def handler(number, frame):
    global armed
    if armed:
        armed = False
        raise Out

def feed():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    push.connect(endpoint)
    for number in range(NUMBER):
        push.send_multipart([b"%d" % number, *[b"part"] * 50])
        time.sleep(0.0003)

def receive(once):
    global armed
    raised = {"inside": 0, "after": 0}
    signal.signal(signal.SIGALRM, handler)
    thread = threading.Thread(target=feed)
    thread.start()
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    quiet = False
    while True:
        if not (quiet or thread.is_alive()):
            quiet = True
            signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            armed = True
            once()
            armed = False
        except Out as error:
            files = []
            trace = error.__traceback__
            while trace is not None:
                files.append(trace.tb_frame.f_code.co_filename)
                trace = trace.tb_next
            inside = any(name.endswith(".pxi") for name in files)
            raised["inside" if inside else "after"] += 1
        except zmq.Again:
            if quiet:
                break
        finally:
            armed = False
    thread.join()
    assert raised["inside"] > 10, raised
    push.close(0)
    pull.close(0)
    context.term()
    return raised
"""


def test_raising_handlers_lose_no_message(run_python):
    """C code stores the result of the call, so no handler runs before the result is stored."""
    result = run_python(
        _RAISING
        + """
inbox = collections.deque()
receive(lambda: inbox.extend(iter(pull.recv_multipart, None)))
assert [int(parts[0]) for parts in inbox] == list(range(NUMBER)), len(inbox)
assert {len(parts) for parts in inbox} == {51}
print("all")
"""
    )
    assert result.stdout == "all\n", result.stderr


def test_messages_are_lost_only_after_the_call(run_python):
    result = run_python(
        _RAISING
        + """
inbox = []
def once():
    parts = pull.recv_multipart()
    inbox.append(parts)
raised = receive(once)
assert {len(parts) for parts in inbox} == {51}
assert NUMBER - len(inbox) <= raised["after"], (len(inbox), raised)
print("accounted for")
"""
    )
    assert result.stdout == "accounted for\n", result.stderr
