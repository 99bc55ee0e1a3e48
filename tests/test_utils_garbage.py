"""The garbage collector of zmq.utils.garbage: it releases an object when its key arrives."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from struct import pack

import pytest

import zmq
from zmq.utils import garbage
from zmq.utils.garbage import GarbageCollector, GarbageCollectorThread, gcref


class Thing:
    """An object whose release a test can observe."""


@pytest.fixture
def collector():
    collector = GarbageCollector()
    yield collector
    collector.stop()


def send_key(collector, message):
    with collector.context.socket(zmq.PUSH) as push:
        push.connect(collector.url)
        push.send(message)


def test_nothing_runs_before_it_is_needed(collector):
    assert not collector.is_alive()
    assert collector.thread is None
    assert collector.refs == {}


def test_stored_object_is_kept_alive(collector):
    thing = Thing()
    watch = weakref.ref(thing)
    key = collector.store(thing)
    del thing
    gc.collect()
    assert watch() is collector.refs[key].obj


def test_arriving_key_releases_its_object(collector):
    thing = Thing()
    watch = weakref.ref(thing)
    gone = threading.Event()
    key = collector.store(thing, gone)
    del thing
    send_key(collector, pack("N", key))
    assert gone.wait(10)
    collector.stop()  # Until the thread has ended, it may still refer to the object.
    gc.collect()
    assert watch() is None


def test_key_releases_only_its_object(collector):
    events = [threading.Event() for _ in range(3)]
    keys = [collector.store(Thing(), event) for event in events]
    assert len(set(keys)) == 3
    send_key(collector, pack("N", keys[1]))
    assert events[1].wait(10)
    assert set(collector.refs) == {keys[0], keys[2]}
    assert not events[0].is_set()
    assert not events[2].is_set()


def test_same_object_can_be_stored_twice(collector):
    thing = Thing()
    first, second = collector.store(thing), collector.store(thing)
    assert first != second


def test_store_starts_the_thread(collector):
    collector.store(Thing())
    assert collector.is_alive()
    assert isinstance(collector.thread, GarbageCollectorThread)
    assert collector.thread.daemon


def test_start_can_be_repeated(collector):
    collector.start()
    thread = collector.thread
    collector.start()
    assert collector.thread is thread


@pytest.mark.parametrize("message", [b"", b"short", b"a longer message"])
def test_message_without_a_key_is_only_logged(collector, message, caplog):
    gone = threading.Event()
    key = collector.store(Thing(), gone)
    with collector.context.socket(zmq.PUSH) as push:
        push.connect(collector.url)
        push.send(message)
        push.send(pack("N", 12345))  # not the key of anything
        push.send(pack("N", key))
        assert gone.wait(10)
    assert [record.name for record in caplog.records] == ["zmq.utils.garbage"]
    assert repr(message) in caplog.text


def test_stop_lets_everything_go(collector):
    gone = threading.Event()
    collector.store(Thing(), gone)
    collector.store(Thing())
    collector.stop()
    assert collector.refs == {}
    assert not collector.is_alive()
    assert gone.is_set()


def test_stop_can_be_repeated(collector):
    collector.stop()
    collector.start()
    collector.stop()
    collector.stop()
    assert not collector.is_alive()


def test_it_works_again_after_stop(collector):
    collector.start()
    collector.stop()
    gone = threading.Event()
    key = collector.store(Thing(), gone)
    send_key(collector, pack("N", key))
    assert gone.wait(10)


def test_garbage_collector_has_its_own_context(collector):
    assert collector.context is not zmq.Context.instance()
    assert collector.context is collector.context


def test_its_own_context_is_terminated_by_stop(collector):
    collector.start()
    context = collector.context
    collector.stop()
    assert context.closed


def test_given_context_is_used_and_left_open():
    with zmq.Context() as ctx:
        collector = GarbageCollector(ctx)
        collector.start()
        assert collector.context is ctx
        collector.stop()
        assert not ctx.closed


def test_context_can_be_set(collector):
    with zmq.Context() as ctx:
        collector.context = ctx
        gone = threading.Event()
        key = collector.store(Thing(), gone)
        send_key(collector, pack("N", key))
        assert gone.wait(10)
        collector.stop()


def test_context_set_while_running_is_used_later(collector):
    collector.start()
    with zmq.Context() as ctx:
        with pytest.warns(RuntimeWarning, match="running"):
            collector.context = ctx
        collector.stop()
        gone = threading.Event()
        key = collector.store(Thing(), gone)
        send_key(collector, pack("N", key))
        assert gone.wait(10)
        collector.stop()


def test_terminated_context_ends_the_thread(collector):
    collector.start()
    thread = collector.thread
    collector.context.term()
    thread.join(10)
    assert not collector.is_alive()


def test_store_after_termination_starts_again(collector):
    collector.start()
    collector.context.term()
    gone = threading.Event()
    key = collector.store(Thing(), gone)
    send_key(collector, pack("N", key))
    assert gone.wait(10)


def test_two_collectors_cannot_share_a_context():
    with zmq.Context() as ctx:
        first, second = GarbageCollector(ctx), GarbageCollector(ctx)
        first.start()
        with pytest.raises(zmq.ZMQError) as caught:
            second.start()
        assert caught.value.errno == zmq.EADDRINUSE
        assert not second.is_alive()
        first.stop()


def test_running_collector_can_be_forgotten():
    collector = GarbageCollector()
    collector.start()
    thread = collector.thread
    watch = weakref.ref(collector)
    del collector
    gc.collect()
    assert watch() is None
    thread.join(10)
    assert not thread.is_alive()


def test_many_threads_can_store_at_once(collector):
    events = [threading.Event() for _ in range(200)]
    keys = []

    def store(some):
        keys.extend(collector.store(Thing(), event) for event in some)

    threads = [threading.Thread(target=store, args=(events[i::4],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    with collector.context.socket(zmq.PUSH) as push:
        push.connect(collector.url)
        for key in keys:
            push.send(pack("N", key))
        assert all(event.wait(10) for event in events)
    assert collector.refs == {}


def test_gcref_is_an_object_and_an_event():
    assert gcref._fields == ("obj", "event")
    assert gcref(1, None) == (1, None)


def test_there_is_one_for_all():
    assert isinstance(garbage.gc, GarbageCollector)
    assert garbage.gc.url.startswith("inproc://")


def run(code):
    """Run a program for at most a minute, and return its output."""
    # Newer Pythons warn of every fork with threads, and libzmq always has threads.
    command = [sys.executable, "-W", "ignore:This process:DeprecationWarning", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_program_ends_while_objects_are_stored():
    assert (
        run(
            "from zmq.utils.garbage import gc, GarbageCollector\n"
            "gc.store(b'x')\n"
            "mine = GarbageCollector(); mine.store(b'y')\n"
            "print('done')"
        )
        == "done\n"
    )


def test_store_at_exit_starts_no_thread():
    assert (
        run(
            "import atexit, threading\n"
            "def late():\n"
            "    gc.store(b'x'); print(gc.is_alive(), len(gc.refs))\n"
            "atexit.register(late)\n"
            "from zmq.utils.garbage import gc"
        )
        == "False 1\n"
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_forked_child_starts_with_nothing_and_works():
    assert run(
        """
import os, struct, threading, zmq
from zmq.utils.garbage import gc

def release(key, gone):
    with gc.context.socket(zmq.PUSH) as push:
        push.connect(gc.url)
        push.send(struct.pack("N", key))
        return gone.wait(10)

of_parent = threading.Event()
key = gc.store(b"x", of_parent)
child = os.fork()
if child == 0:
    empty = not gc.refs and not gc.is_alive()
    gone = threading.Event()
    worked = release(gc.store(b"y", gone), gone)
    gc.stop()
    os._exit(0 if empty and worked else 1)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(status, release(key, of_parent))
"""
    ).split() == ["0", "True"]
