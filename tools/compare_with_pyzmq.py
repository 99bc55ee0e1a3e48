"""Run small programs under this package and under PyZMQ 27.3.0, and print where they differ.

Usage::

    python tools/compare_with_pyzmq.py [--peer /path/to/python] [--ours /path/to/python] [--all]

Without ``--peer`` a virtual environment with PyZMQ 27.3.0 is made in a temporary folder. Each
program is an expression, and runs in a process of its own, with what `PREPARE` defines.
Compared are the result (addresses and the like left out) or the type and errno of the
exception. The wording of messages is ours and shown only with ``--all``. Ends with 1 if there
is a difference that `EXPLAINED` does not explain, or an explanation that no longer applies.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PREPARE = """
import copy, gc, os, pickle, struct, sys, tempfile, threading, warnings
warnings.simplefilter("ignore")
import zmq
os.chdir(tempfile.mkdtemp())
ctx = zmq.Context()
ctx.linger = 0
ctx.rcvtimeo = ctx.sndtimeo = 2000
def sock(kind=zmq.DEALER):
    return ctx.socket(kind)
def pair(first=zmq.PAIR, second=zmq.PAIR):
    a, b = ctx.socket(first), ctx.socket(second)
    a.bind("inproc://pair"); b.connect("inproc://pair")
    return a, b
def closed():
    s = sock(); s.close(); return s
def sent(data, **kw):
    a, b = pair(); r = a.send(data, **kw); return r is None, b.recv()
def parts(data, **kw):
    a, b = pair(); r = a.send_multipart(data, **kw); return r is None, b.recv_multipart()
def got(data, **kw):
    a, b = pair(); a.send(data); return b.recv(copy=False, **kw)
def poller(*entries):
    p = zmq.Poller()
    for entry in entries: p.register(*entry)
    return p
class Sub(zmq.Socket):
    declared: int
    given = 5
class SubContext(zmq.Context):
    declared: int
BIG = b"x" * 100000
"""

PROGRAMS = """
zmq.Context().io_threads
zmq.Context(3).io_threads
zmq.Context(0).io_threads
zmq.Context(-1)
zmq.Context("a")
zmq.Context(io_threads=2).get(zmq.IO_THREADS)
zmq.Context(ctx).underlying == ctx.underlying
zmq.Context.shadow(ctx).underlying == ctx.underlying
zmq.Context.shadow(ctx.underlying).closed
zmq.Context.shadow("x")
copy.copy(ctx).underlying == ctx.underlying
copy.deepcopy(ctx).underlying == ctx.underlying
pickle.dumps(ctx)
ctx.max_sockets
ctx.MAX_SOCKETS
ctx.socket_limit
ctx.get(999)
ctx.set(999, 1)
ctx.set(zmq.MAX_SOCKETS, "a")
ctx.set(zmq.MAX_SOCKETS, b"a")
ctx.set(zmq.MAX_SOCKETS, -1)
ctx.set(zmq.THREAD_NAME_PREFIX, b"a")
ctx.foo
setattr(ctx, "foo", 1)
setattr(ctx, "_foo", 1)
setattr(SubContext(), "declared", 1)
ctx.sndhwm
(setattr(ctx, "sndhwm", 5), ctx.sndhwm, sock().sndhwm)
(ctx.setsockopt(zmq.RCVHWM, 5), ctx.getsockopt(zmq.RCVHWM), sock().rcvhwm)
ctx.getsockopt(zmq.SNDHWM)
(setattr(ctx, "subscribe", b"x"), sock(zmq.PUSH).type)
(setattr(ctx, "hwm", b"x"), sock())
(setattr(ctx, "sndhwm", 5), delattr(ctx, "sndhwm"), ctx.sndhwm)
delattr(ctx, "rcvhwm")
(ctx.destroy(), ctx.closed, ctx.underlying, repr(ctx)[-8:])
(ctx.term(), ctx.socket(zmq.PUB))
(ctx.term(), ctx.get(zmq.IO_THREADS))
(ctx.term(), ctx.set(zmq.MAX_SOCKETS, 5))
(ctx.term(), ctx.term(), ctx.destroy())
zmq.Context.instance() is zmq.Context.instance()
SubContext.instance() is zmq.Context.instance()
ctx.socket(99)
ctx.socket(-1)
ctx.socket("PUB")
ctx.socket(zmq.PUB, linger=5)
ctx.socket(zmq.PUB, copy_threshold=5).copy_threshold
type(ctx.socket(zmq.PUB, Sub)) is Sub
zmq.Socket()
zmq.Socket(None, zmq.PUB)
zmq.Socket(5, zmq.PUB)
zmq.Socket(ctx, zmq.PUB).type
zmq.Socket(closed())
zmq.Socket.shadow("x")
sock().type
sock().TYPE
sock().socket_type
repr(sock())[:25]
repr(closed())[-8:]
closed().underlying
closed().close()
closed().send(b"x")
closed().recv()
closed().linger
setattr(closed(), "linger", 0)
closed().poll(0)
closed().fileno()
closed().bind("inproc://x")
closed().get_monitor_socket()
poller((closed(), 1)).poll(0)
pickle.dumps(sock())
sock() == sock()
copy.copy(sock()).type
sock().foo
setattr(sock(), "foo", 1)
setattr(sock(), "_foo", 1)
setattr(ctx.socket(zmq.PUB, Sub), "declared", 1)
setattr(ctx.socket(zmq.PUB, Sub), "given", 1)
setattr(sock(), "closed", 1)
delattr(sock(), "linger")
hasattr(sock(), "router_mandatory")
hasattr(sock(), "HWM")
sock().hwm
sock().get_hwm()
(lambda s: (s.set_hwm(3), s.sndhwm, s.rcvhwm))(sock())
setattr(sock(), "HWM", 5)
setattr(sock(zmq.SUB), "subscribe", "x")
setattr(sock(zmq.SUB), "SUBSCRIBE", "x")
setattr(sock(zmq.SUB), "unsubscribe", b"x")
sock(zmq.SUB).subscribe("x")
sock(zmq.SUB).subscribe(5)
sock(zmq.PUSH).subscribe("x")
sock().identity
(lambda s: (setattr(s, "identity", b"me"), s.IDENTITY, s.routing_id))(sock())
setattr(sock(), "identity", "me")
(lambda s: (s.set_string(zmq.ROUTING_ID, "me"), s.get_string(zmq.ROUTING_ID)))(sock())
sock().set_string(zmq.ROUTING_ID, b"me")
sock().get_string(zmq.LINGER)
sock().set(zmq.LINGER, "x")
sock().set(zmq.LINGER, b"x")
sock().set(zmq.LINGER, 1.0)
sock().set(zmq.LINGER, None)
sock().set(zmq.LINGER, True)
sock().set(zmq.LINGER, 2**40)
sock().set(zmq.MAXMSGSIZE, 2**40)
sock().set(zmq.ROUTING_ID, 5)
sock().set(zmq.ROUTING_ID, None)
sock().set(zmq.ROUTING_ID, bytearray(b"x"))
sock().set(9999, 5)
sock().get(9999)
sock().get("LINGER")
sock().set(zmq.EVENTS, 1)
sock().get(zmq.SUBSCRIBE)
sock(zmq.SUB).SUBSCRIBE
sock().last_endpoint
sock().rcvmore
sock().mechanism
sock().affinity
sock().maxmsgsize
sock().get(zmq.CURVE_PUBLICKEY)
sock().set(zmq.CURVE_PUBLICKEY, b"abc")
sock().plain_username
sock().zap_domain
sock().reconnect_stop
sock().events
sock().EVENTS
sock().set(zmq.METADATA, b"X-a:b")
setattr(sock(), "copy_threshold", 5)
setattr(sock(), "copy_threshold", "x")
sock().bind("tcp://nonsense")
sock().bind("foo://x")
sock().bind("nonsense")
sock().bind(5)
sock().bind(b"inproc://x") is None
sock().bind("ipc:///no/such/folder/x")
sock().bind("ipc://" + "x" * 200)
sock().connect("ipc://" + "x" * 200)
sock().connect("tcp://x")
sock().connect(5)
sock().unbind("tcp://127.0.0.1:9")
sock().disconnect("tcp://127.0.0.1:9")
repr(sock().bind("inproc://a"))
repr(sock().connect("inproc://a"))
sock().bind_to_random_port("tcp://127.0.0.1") > 0
sock().bind_to_random_port("tcp://127.0.0.1", 50000, 50001, 0)
sock().bind_to_random_port("tcp://127.0.0.1", 6, 5)
type(sock().bind_to_random_port("ipc://name"))
type(sock().bind_to_random_port("inproc://name"))
zmq.IPC_PATH_MAX_LEN
sent(b"x")
sent(b"")
sent(bytearray(b"x"))
sent(memoryview(b"abc"))
sent(memoryview(b"abcdef")[::2])
sent(b"x", copy=False)
sent(b"x", track=True)
sent(b"x", copy=False, track=True)
sent(zmq.Frame(b"x"))
sent(zmq.Frame(b"x"), copy=False)
sent(zmq.Frame(b"x"), copy=False, track=True)
sent(zmq.Frame(b"x", track=True), copy=False, track=True)
sent("text")
sent(5)
sent(None)
sent(b"x", flags="a")
sent(b"x", group=5)
parts([b"a", b"b"])
parts((b"a", b"b"))
parts(iter([b"a", b"b"]))
parts([])
parts(b"abc")
parts("abc")
parts([b"a", "b"])
parts([b"a", 5])
parts([b"a", zmq.Frame(b"b")], copy=False)
parts([BIG, b"b"], copy=False, track=True)
sock(zmq.PUSH).send(b"x", zmq.DONTWAIT)
sock(zmq.PULL).recv(zmq.DONTWAIT)
sock(zmq.PULL).recv_multipart(zmq.DONTWAIT)
sock(zmq.PUSH).recv(zmq.DONTWAIT)
sock(zmq.PULL).send(b"x")
sock(zmq.REQ).recv(zmq.DONTWAIT)
sock(zmq.REP).send(b"x")
(lambda p: (p[0].send_string("ü"), p[1].recv_string()))(pair())
(lambda p: (p[0].send_json({"a": 1}), p[1].recv()))(pair())
(lambda p: (p[0].send_json({"b": 1, "a": "ü"}, sort_keys=True), p[1].recv_json()))(pair())
(lambda p: (p[0].send_pyobj({1: 2}), p[1].recv_pyobj()))(pair())
(lambda p: (p[0].send_serialized(5, lambda n: [b"%d" % n]), p[1].recv_serialized(list)))(pair())
(lambda p: (p[0].send(b"{"), p[1].recv_json()))(pair())
(lambda p: (p[0].send(b"\\xff"), p[1].recv_string()))(pair())
pair()[0].send_string(b"x")
(lambda p, b: (p[0].send(b"abc"), p[1].recv_into(b), b))(pair(), bytearray(5))
(lambda p, b: (p[0].send(b"abcdef"), p[1].recv_into(b), b))(pair(), bytearray(5))
(lambda p, b: (p[0].send(b"abc"), p[1].recv_into(b, nbytes=2), b))(pair(), bytearray(5))
pair()[0].recv_into(b"read-only")
pair()[0].recv_into(bytearray(5), nbytes=6)
pair()[0].recv_into(bytearray(5), nbytes=-1)
pair()[0].recv_into("x")
sock().poll(0)
sock().poll(1.5)
sock().poll("x")
(lambda p: p[0].poll(10, zmq.POLLOUT))(pair())
zmq.Frame(b"abc").bytes
zmq.Frame().bytes
zmq.Frame(b"abc") == zmq.Frame(b"abc")
repr(zmq.Frame(b"abc"))
repr(zmq.Frame(BIG))
len(zmq.Frame(b"abc"))
bytes(zmq.Frame(b"abc"))
zmq.Frame("text")
zmq.Frame(5)
zmq.Frame(b"x").more
zmq.Frame(b"x").tracker
zmq.Frame(b"x", track=True).tracker.done
(lambda f: f.tracker.done)(zmq.Frame(BIG, track=True))
zmq.Frame(BIG, copy=True, track=True).tracker.done
zmq.Frame(b"abc").buffer.readonly
zmq.Frame(BIG).buffer.readonly
zmq.Frame(b"abc")["nonsense"]
zmq.Frame(b"abc").get(zmq.MORE)
zmq.Frame(b"abc").get(999)
zmq.Frame(b"abc").set(zmq.MORE, 1)
zmq.Frame(b"abc").foo
setattr(zmq.Frame(b"abc"), "foo", 1)
zmq.Frame(b"abc").routing_id
zmq.Frame(b"abc").group
copy.copy(zmq.Frame(b"abc")).bytes
copy.deepcopy(zmq.Frame(b"abc"))
pickle.dumps(zmq.Frame(b"abc"))
got(b"abc").bytes
got(b"abc").more
got(b"abc").tracker
got(b"abc", track=True).tracker.done
got(b"abc")["Socket-Type"]
zmq.MessageTracker().done
zmq.MessageTracker().wait()
zmq.MessageTracker().wait(0)
zmq.MessageTracker(5)
zmq.MessageTracker(zmq.Frame(b"x"))
zmq.MessageTracker(threading.Event()).done
zmq.MessageTracker(threading.Event()).wait(0.01)
zmq.Poller().poll(0)
zmq.Poller().poll(0.5)
poller((0, 1)).sockets
poller((0,)).sockets
poller((0, 1), (0, 0)).sockets
poller(("x",))
poller((-1, 1))
poller((None, 1))
0 in poller((0, 1))
poller((0, 1)).unregister(5)
poller((0, 1)).modify(0, 2)
poller((0, 1)).poll("x")
(lambda p: [e for _, e in poller((p[0], 3)).poll(100)])(pair())
zmq.zmq_poll([], 0)
zmq.zmq_poll([(5,)], 0)
zmq.zmq_poll([("a", 1)], 0)
(lambda p: len(zmq.zmq_poll([(p[0], 2), (p[0], 2)], 100)))(pair())
zmq.select([], [], [], 0)
zmq.select(["x"], [], [], 0)
(lambda p: zmq.select([p[0]], [p[0]], [], 0.1) == ([], [p[0]], []))(pair())
zmq.has("curve")
zmq.has("ipc")
zmq.has("nonsense")
zmq.has("draft")
zmq.has("WS")
zmq.has(5)
zmq.strerror(zmq.ETERM)
zmq.strerror("x")
[len(k) for k in zmq.curve_keypair()]
zmq.curve_public(b"abc")
zmq.curve_public(5)
zmq.curve_public(b"\\xff" * 40)
zmq.proxy(sock(), 5)
zmq.device(zmq.QUEUE, sock(), 5)
zmq.proxy_steerable(5, 5)
zmq.DRAFT_API
zmq.COPY_THRESHOLD
str(zmq.ZMQError(zmq.EAGAIN))
repr(zmq.ZMQError(zmq.ETERM))
zmq.Again().errno
issubclass(zmq.InterruptedSystemCall, InterruptedError)
zmq.SyncSocket is not None
zmq.Context(1.5).get(zmq.IO_THREADS)
zmq.Context(2**70)
zmq.Context.instance(io_threads=3).get(zmq.IO_THREADS)
(zmq.Context.instance().term(), zmq.Context.instance().closed)
zmq.Context(shadow=ctx.underlying) == ctx
zmq.Context().__enter__().closed
zmq.Context().destroy(linger="1")
ctx.socket(1.0).type
ctx.socket(True).type
ctx.socket(None)
ctx.socket(zmq.PUB, None).type
pair()[0].send(b"x", 2.0)
pair()[0].send(b"x", None)
pair()[0].send(b"x", copy=None, track=None).done
pair()[0].recv(zmq.NOBLOCK, True, True)
pair()[0].recv(flags="x")
pair()[0].close(linger=1.5)
pair()[0].close(linger="1")
pair()[0].get(None)
pair()[0].get(17.0)
pair()[0].set(None, 1)
sock().bind(None)
sock().bind("inproc://a\\0b")
repr(sock().connect("tcp://127.0.0.1:99999"))
sock().connect("")
sock().bind("inproc://")
sock().bind("inproc://\\udc80")
(lambda s: (s.bind("inproc://a"), s.bind("inproc://a")))(sock())
(lambda s: (s.bind("inproc://a"), s.unbind("inproc://a"), s.unbind("inproc://a")))(sock())
(lambda s: (s.connect("inproc://a"), s.disconnect("inproc://a"), s.last_endpoint)[2:])(sock())
sock().bind_to_random_port("tcp://127.0.0.1", "50000", "60000") > 0
sock().bind_to_random_port("tcp://127.0.0.1", "a")
sock().bind_to_random_port("nothing://127.0.0.1", max_tries=3)
sock().monitor("tcp://127.0.0.1:*")
sock().monitor(None, 0)
(lambda s: s.get_monitor_socket() is s.get_monitor_socket())(sock())
sock().disable_monitor()
sock().getsockopt_string(zmq.LAST_ENDPOINT)
sock().getsockopt_unicode(zmq.LAST_ENDPOINT)
sock().setsockopt_string(zmq.LINGER, "5")
sock().set_string(zmq.ROUTING_ID, "me", "nonsense")
sock().get_string(zmq.LAST_ENDPOINT, encoding="ascii")
pair()[0].send_string("ü", encoding="ascii")
pair()[0].send_json(object())
pair()[0].send_pyobj(lambda: 0)
pair()[0].send_serialized(1, None)
(lambda p: (p[0].send_json([1], zmq.SNDMORE), p[1].recv_json(), p[1].rcvmore))(pair())
(lambda p: (p[0].send(b"a", zmq.SNDMORE), p[0].send(b"c"), p[1].recv_multipart()))(pair())
sent(b"x", flags=zmq.SNDMORE | zmq.DONTWAIT)
sent(memoryview(b"ab").cast("B", (2, 1)))
sent(memoryview(struct.pack("2i", 1, 2)).cast("i"))
sent(__import__("array").array("i", [1, 2]))
sent(__import__("array").array("i", [1, 2]), copy=False)
sent(BIG, copy=False)[1] == BIG
sent(zmq.Frame(BIG), copy=False, track=False)[1] == BIG
(lambda f: (sent(f), f.bytes))(zmq.Frame(b"again"))
parts([memoryview(b"a"), bytearray(b"b"), zmq.Frame(b"c")])
parts([zmq.Frame(b"a")], copy=False, track=True)
parts(["a".encode(), None])
parts({b"a": 1})
parts(5)
parts(None)
zmq.Frame(b"x", track="yes").tracker.done
zmq.Frame(b"x", copy_threshold="q")
zmq.Frame(data=b"x", track=False, copy=None, copy_threshold=5).bytes
zmq.Frame(b"x", foo=1)
zmq.Frame(None).bytes
zmq.Frame(zmq.Frame(b"abc")).bytes
list(zmq.Frame(b"abc"))
zmq.Frame(b"abc")[0]
str(zmq.Frame(b"abc"))
str(zmq.Frame(b"\\xff"))
bool(zmq.Frame())
zmq.Frame(b"abc") == b"abc"
zmq.Frame(b"abc") < b"abd"
isinstance(hash(zmq.Frame(b"abc")), int)
memoryview(zmq.Frame(b"abc")).tobytes()
zmq.Frame(b"abc").get(b"nonsense")
zmq.Frame(b"abc").get(None)
zmq.Frame(b"abc").set("group", "x")
(lambda f: (setattr(f, "group", "g"), f.group))(zmq.Frame(b"abc"))
(lambda f: (f.bytes is f.bytes, f.buffer == f.buffer))(got(b"abc"))
(lambda f: (gc.collect(), bytes(f))[1])(got(BIG).buffer)[:3]
zmq.MessageTracker(zmq.Frame(b"x", track=True)).done
zmq.MessageTracker(zmq.MessageTracker()).done
zmq.MessageTracker().wait("x")
zmq.MessageTracker().wait(-5)
type(copy.copy(zmq.MessageTracker())).__name__
bool(zmq.Poller())
len(zmq.Poller())
zmq.Poller().modify(5, 1)
zmq.Poller().unregister(5)
(lambda p: (p.register(0, 1), p.register(0, 2), len(p.sockets)))(zmq.Poller())
zmq.Poller().register(1.0, 1)
zmq.Poller().register(0, "a")
zmq.Poller().register(type("X", (), {"fileno": lambda s: "a"})(), 1)
zmq.zmq_poll(None, 0)
zmq.zmq_poll([(98765, 1)], 10)
zmq.zmq_poll([(0, "x")], 10)
zmq.select([0.5], [], [], 0)
zmq.ZMQError().errno >= 0
str(zmq.ZMQError("abc"))
str(zmq.ZMQError(-1)) != ""
zmq.ZMQError(11, "x").args
zmq.ZMQError(11) == zmq.ZMQError(11)
(zmq.ZMQError(11, "m").strerror, str(zmq.ZMQError(11, msg="m")))
repr(pickle.loads(pickle.dumps(zmq.ZMQError(11))))
repr(pickle.loads(pickle.dumps(zmq.Again())))
repr(pickle.loads(pickle.dumps(zmq.ContextTerminated())))
repr(pickle.loads(pickle.dumps(zmq.ZMQBindError("x"))))
repr(zmq.NotDone("x"))
repr(zmq.ZMQVersionError("1", "2", "m"))
issubclass(zmq.ZMQError, OSError)
issubclass(zmq.Again, BlockingIOError)
issubclass(zmq.ContextTerminated, zmq.ZMQError)
sorted(set(dir(sock())) & {"LINGER", "SNDHWM", "send_json", "poll"})
sorted(set(dir(ctx)) & {"LINGER", "IO_THREADS", "term"})
bool(sock())
sock() in {sock()}
[s.close() for s in [sock()] * 2]
(lambda s: (s.close(), s.close(), s.context is ctx))(sock())
(lambda s: (s.__exit__(), s.closed))(sock().__enter__())
iter(sock()) is not None
zmq.SocketType.PUB == 1
repr(zmq.PUB)
zmq.SocketOption(17)
zmq.POLLIN | zmq.POLLOUT
zmq.DONTWAIT | zmq.SNDMORE
f"{zmq.PUB} {zmq.POLLIN}"
int(zmq.Errno.EAGAIN) > 0
zmq.EVENT_CONNECTED | zmq.EVENT_ACCEPTED
zmq.SocketOption.LINGER._opt_type.name
zmq.pyzmq_version_info()[:2] == (27, 3)
zmq.zmq_version_info()
zmq.get_includes() != []
zmq.curve_public(zmq.curve_keypair()[1].decode()) != b""
zmq.curve_public("é" * 40)
zmq.has(b"curve")
zmq.strerror(-5) != ""
zmq.strerror(2**40)
zmq.proxy(None, None)
zmq.device(99, sock(), sock())
""".strip().splitlines()

_DRAFT = "the draft API is on in every build of ours, and off in PyZMQ's wheels"
_READ_ONLY = "memory of bytes must not change: PyZMQ lets one write into an immutable object"
_LENIENT = "private names are the business of subclasses"
_EARLY = "refused when registered; PyZMQ fails in poll()"
_ITERABLE = "any iterable of parts is taken"

EXPLAINED = {
    'ctx.set(zmq.THREAD_NAME_PREFIX, b"a")': "the prefix is text, as libzmq's draft API takes it",
    'setattr(ctx, "_foo", 1)': _LENIENT,
    'setattr(sock(), "_foo", 1)': _LENIENT,
    "sock().get(zmq.CURVE_PUBLICKEY)": "keys are read as Z85; PyZMQ asks with a wrong size",
    "closed().poll(0)": "ENOTSOCK as for every other call; PyZMQ says ENOTSUP",
    'type(sock().bind_to_random_port("ipc://name"))': "PyZMQ takes '*' for a port number",
    'type(sock().bind_to_random_port("inproc://name"))': "PyZMQ takes '*' for a port number",
    "zmq.Socket(closed())": "ENOTSOCK, and told that it is closed; PyZMQ asks for a context",
    "poller((closed(), 1)).poll(0)": "an error; PyZMQ reports an event of descriptor 0",
    'sock().set(zmq.ROUTING_ID, bytearray(b"x"))': "bytes options take any buffer",
    'parts([b"a", zmq.Frame(b"b")], copy=False)': "a tracker that is done, whatever came last",
    "poller((0,)).sockets": "an int where PyZMQ has a PollEvent; they are equal",
    'poller(("x",))': "refused when registered; PyZMQ fails in poll()",
    "poller((-1, 1))": "refused when registered; PyZMQ fails in poll()",
    "poller((None, 1))": "refused when registered; PyZMQ fails in poll()",
    'sent(memoryview(b"abcdef")[::2])': "memory with gaps is copied in order, not refused",
    'sent(b"x", group=5)': _DRAFT,
    'parts(iter([b"a", b"b"]))': _ITERABLE,
    "parts([])": "ValueError: a message has at least one part; PyZMQ stumbles with IndexError",
    "zmq.Frame(BIG).buffer.readonly": _READ_ONLY,
    'zmq.Frame(b"abc").routing_id': _DRAFT,
    'zmq.Frame(b"abc").group': _DRAFT,
    'zmq.has("draft")': _DRAFT,
    'zmq.has("WS")': "ws:// is on in every build of ours",
    "zmq.DRAFT_API": _DRAFT,
    '(lambda f: (setattr(f, "group", "g"), f.group))(zmq.Frame(b"abc"))': _DRAFT,
    r'sock().bind("inproc://a\0b")': "refused; PyZMQ binds what stands before the NUL",
    'repr(sock().connect("tcp://127.0.0.1:99999"))': "no such port; libzmq takes its last 16 bits",
    'sock().bind_to_random_port("tcp://127.0.0.1", "50000", "60000") > 0': "numbers as text do",
    'zmq.Frame(b"x", foo=1)': "arguments that do not exist are refused, not ignored",
    "len(zmq.Poller())": "ours has a length, too",
    "zmq.Poller().register(1.0, 1)": _EARLY,
    'zmq.Poller().register(0, "a")': _EARLY,
    'zmq.Poller().register(type("X", (), {"fileno": lambda s: "a"})(), 1)': _EARLY,
    "iter(sock()) is not None": "ours are iterated over: for message in socket",
    "zmq.zmq_version_info()": "PyZMQ's wheels have 4.3.5",
    'zmq.has(b"curve")': "bytes are taken, too",
}

_RUN = """
import json, sys
namespace = {}
exec(sys.argv[1], namespace)
try:
    result = {"result": repr(eval(sys.argv[2], namespace))}
except BaseException as error:
    result = {"exception": type(error).__name__, "errno": getattr(error, "errno", None),
              "message": str(error)}
print("RESULT" + json.dumps(result))
sys.stdout.flush()
import os
os._exit(0)
"""


def run(python: str, program: str) -> dict[str, object]:
    """Run one program; a crash or a program that does not end is a result, too."""
    try:
        completed = subprocess.run(
            [python, "-c", _RUN, PREPARE, program],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"exception": "does not end", "errno": None, "message": ""}
    for line in completed.stdout.splitlines():
        if line.startswith("RESULT"):
            found = json.loads(line[6:])
            if "result" in found:
                found["result"] = re.sub(r"0x[0-9a-f]+", "0x...", found["result"])
            return found
    return {
        "exception": f"ended with {completed.returncode}",
        "errno": None,
        "message": completed.stderr[-300:],
    }


def shown(outcome: dict[str, object]) -> str:
    """An outcome in one line."""
    if "result" in outcome:
        return str(outcome["result"])
    number = "" if outcome["errno"] is None else f" errno {outcome['errno']}"
    return f"{outcome['exception']}{number}: {outcome['message']}"


def meaning(outcome: dict[str, object]) -> object:
    """What has to be the same."""
    return outcome.get("result") or (outcome["exception"], outcome["errno"])


def make_peer(folder: str) -> str:
    """Make a virtual environment with PyZMQ 27.3.0; the path of its interpreter."""
    venv.create(folder, with_pip=True)
    python = str(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "pyzmq==27.3.0"], check=True)
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", help="an interpreter that has PyZMQ 27.3.0")
    parser.add_argument("--ours", default=sys.executable, help="one that has this package")
    parser.add_argument("--all", action="store_true", help="also print the other wordings")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peer = options.peer or make_peer(folder)
        with ThreadPoolExecutor(2) as pool:
            theirs = list(pool.map(lambda program: run(peer, program), PROGRAMS))
            ours = list(pool.map(lambda program: run(options.ours, program), PROGRAMS))
    unexplained = 0
    for program, their, our in zip(PROGRAMS, theirs, ours, strict=True):
        differs = meaning(their) != meaning(our)
        reason = EXPLAINED.get(program)
        if differs and reason is None:
            unexplained += 1
            print(f"DIFFERS    {program}\n    PyZMQ: {shown(their)}\n    ours:  {shown(our)}")
        elif differs:
            print(
                f"explained  {program}\n    PyZMQ: {shown(their)}\n    ours:  {shown(our)}"
                f"\n    why:   {reason}"
            )
        elif reason is not None:
            unexplained += 1
            print(f"NO LONGER  {program}: {shown(our)}")
        elif options.all and shown(their) != shown(our):
            print(f"wording    {program}\n    PyZMQ: {shown(their)}\n    ours:  {shown(our)}")
    print(f"{len(PROGRAMS)} programs, {unexplained} differences without an explanation")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
