"""Contexts: creation and end, options, shadows, the process-wide instance."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref

import pytest
from limits import TIMEOUT_MS

import zmq


def test_a_new_context_has_one_io_thread(context):
    assert context.get(zmq.IO_THREADS) == 1
    assert not context.closed
    assert context.underlying != 0


def test_io_threads_are_set_at_construction():
    with zmq.Context(io_threads=3) as made:
        assert made.io_threads == 3


@pytest.mark.parametrize("threads", [-1, -(2**31)])
def test_a_negative_number_of_io_threads_is_refused(threads):
    with pytest.raises(zmq.ZMQError) as caught:
        zmq.Context(threads)
    assert caught.value.errno == zmq.EINVAL
    assert str(threads) in str(caught.value)


@pytest.mark.parametrize("threads", ["1", [], b"x"])
def test_io_threads_of_a_wrong_type_are_refused(threads):
    with pytest.raises(TypeError):
        zmq.Context(threads)


def test_context_options_are_attributes(context):
    context.max_sockets = 7
    assert context.max_sockets == context.MAX_SOCKETS == context.get(zmq.MAX_SOCKETS) == 7
    context.set(zmq.IPV6, 1)
    assert context.get(zmq.IPV6) == 1


def test_max_sockets_in_use_is_said(context):
    context.max_sockets = 1
    context.socket(zmq.PUSH)
    with pytest.raises(zmq.ZMQError, match="MAX_SOCKETS") as caught:
        context.socket(zmq.PUSH)
    assert caught.value.errno == 24  # EMFILE


def test_sockets_that_are_being_freed_make_room(context):
    # Four threads create sockets faster than libzmq's single thread frees them.
    context.max_sockets = 20
    failed = []

    def make_and_close():
        try:
            for _ in range(500):
                context.socket(zmq.PUSH).close()
        except zmq.ZMQError as error:
            failed.append(error)

    threads = [threading.Thread(target=make_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT_MS / 1000)
    assert not failed


@pytest.mark.parametrize("option", [999, -5, zmq.THREAD_PRIORITY + 1000])
def test_an_unknown_context_option_is_refused(context, option):
    with pytest.raises(zmq.ZMQError, match=str(option)):
        context.get(option)
    with pytest.raises(zmq.ZMQError, match=str(option)):
        context.set(option, 1)


@pytest.mark.parametrize("value", ["1", 1.0, None, b"1"])
def test_a_context_option_takes_an_int(context, value):
    with pytest.raises(TypeError, match="MAX_SOCKETS"):
        context.set(zmq.MAX_SOCKETS, value)


def test_a_context_option_out_of_range_is_refused(context):
    with pytest.raises(zmq.ZMQError):
        context.set(zmq.MAX_SOCKETS, -3)
    with pytest.raises(OverflowError):
        context.set(zmq.MAX_SOCKETS, 2**40)


@pytest.mark.parametrize("prefix", ["abc", b"abc"])
def test_thread_name_prefix_takes_text(context, prefix):
    context.set(zmq.THREAD_NAME_PREFIX, prefix)
    context.socket(zmq.PUSH)


def test_default_socket_options_reach_new_sockets(context):
    context.linger = 5
    context.setsockopt(zmq.SNDHWM, 17)
    socket = context.socket(zmq.PUSH)
    assert (socket.linger, socket.sndhwm) == (5, 17)
    assert context.linger == 5
    assert context.getsockopt(zmq.SNDHWM) == 17


def test_socket_skips_a_default_that_its_type_lacks(context):
    context.subscribe = b"topic"
    assert context.socket(zmq.PUSH).type == zmq.PUSH
    subscriber, publisher = context.socket(zmq.SUB), context.socket(zmq.PUB)
    publisher.bind("inproc://topics")
    subscriber.connect("inproc://topics")
    publisher.send(b"topic")
    assert subscriber.recv() == b"topic"


def test_default_of_a_wrong_type_makes_no_socket(context):
    context.linger = b"x"
    with pytest.raises(TypeError, match="LINGER"):
        context.socket(zmq.PUSH)
    assert len(context._sockets) == 0
    del context.linger


def test_a_default_can_be_removed(context):
    context.sndhwm = 5
    del context.sndhwm
    with pytest.raises(AttributeError, match="SNDHWM"):
        context.sndhwm  # noqa: B018
    with pytest.raises(AttributeError):
        del context.sndhwm
    with pytest.raises(KeyError):
        context.getsockopt(zmq.SNDHWM)


def test_unknown_attributes_are_refused(context):
    with pytest.raises(AttributeError, match="FOO"):
        context.foo  # noqa: B018
    with pytest.raises(AttributeError, match="FOO"):
        context.foo = 1
    with pytest.raises(AttributeError):
        del context.foo


def test_dir_lists_the_options(context):
    assert "IO_THREADS" in dir(context)


def test_subclasses_may_declare_attributes():
    class Annotated(zmq.Context):
        name: str
        count = 0

    with Annotated() as made:
        made.name = "x"
        made.count = 5
        made._private = 7
        assert (made.name, made.count, made._private) == ("x", 5, 7)


def test_subclasses_may_have_any_signature():
    class Named(zmq.Context):
        def __init__(self, name, *, threads):
            super().__init__(threads)
            self._name = name

    with Named("x", threads=2) as made:
        assert made.io_threads == 2
        shadow = zmq.Context.shadow(made)
        assert shadow.underlying == made.underlying


def test_the_class_of_sockets_can_be_chosen(context):
    class Mine(zmq.Socket):
        pass

    assert type(context.socket(zmq.PUSH, socket_class=Mine)) is Mine
    assert context.socket(zmq.PUSH, copy_threshold=5).copy_threshold == 5


@pytest.mark.parametrize("kind", [99, 2**20])
def test_an_unknown_socket_type_is_named(context, kind):
    with pytest.raises(zmq.ZMQError, match=str(kind)) as caught:
        context.socket(kind)
    assert caught.value.errno == zmq.EINVAL


@pytest.mark.parametrize("kind", ["PUSH", None, -1, b"x"])
def test_socket_type_must_be_an_int(context, kind):
    with pytest.raises(TypeError):
        context.socket(kind)


# -- termination ------------------------------------------------------------------------------


def test_a_terminated_context_is_closed():
    context = zmq.Context()
    context.term()
    assert context.closed
    assert context.underlying == 0
    assert "closed" in repr(context)
    context.term()
    context.destroy()


def test_a_terminated_context_says_so():
    context = zmq.Context()
    context.term()
    with pytest.raises(zmq.ZMQError, match="terminated") as caught:
        context.socket(zmq.PUSH)
    assert caught.value.errno == zmq.ENOTSUP
    with pytest.raises(RuntimeError, match="destroyed"):
        context.get(zmq.IO_THREADS)
    with pytest.raises(RuntimeError, match="destroyed"):
        context.set(zmq.IO_THREADS, 1)
    with pytest.raises(zmq.ZMQError):
        zmq.Context(context)


def test_destroy_closes_the_sockets():
    context = zmq.Context()
    sockets = [context.socket(zmq.PUSH) for _ in range(3)]
    context.destroy()
    assert all(socket.closed for socket in sockets)


def test_leaving_a_with_block_destroys():
    with zmq.Context() as context:
        socket = context.socket(zmq.PUSH)
    assert context.closed
    assert socket.closed


def test_destroy_with_linger_drops_unsent_messages():
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    socket.connect("tcp://127.0.0.1:1")  # no listener
    socket.send(b"unsent")
    context.destroy(linger=0)
    assert context.closed


def test_destroy_wakes_a_thread_that_receives(in_thread, until):
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    socket.bind("inproc://waiting")
    entered = threading.Event()

    def receive():
        entered.set()
        try:
            socket.recv()
        except zmq.ContextTerminated:
            return "terminated"

    worker = in_thread(receive)
    assert entered.wait(30)
    until(socket._is_waited_in)
    context.destroy()
    assert worker.value() == "terminated"
    assert context.closed
    assert socket.closed


def test_term_waits_for_sockets_and_wakes_blocking_calls(in_thread, until):
    context = zmq.Context()
    socket = context.socket(zmq.PULL)

    def receive():
        try:
            socket.recv()
        except zmq.ContextTerminated:
            socket.close()
            return "closed"

    worker = in_thread(receive)
    until(socket._is_waited_in)
    context.term()
    assert worker.value() == "closed"
    assert context.closed


def test_two_threads_may_terminate_at_once(in_thread):
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    terminating = [in_thread(context.term) for _ in range(2)]
    with pytest.raises(zmq.ContextTerminated):
        while True:
            socket.poll(1)
    socket.close()
    for worker in terminating:
        worker.value()
    assert context.closed


def test_operations_after_shutdown_raise_context_terminated(in_thread):
    context = zmq.Context()
    socket = context.socket(zmq.PAIR)
    worker = in_thread(context.term)
    with pytest.raises(zmq.ContextTerminated):
        socket.poll(TIMEOUT_MS)
    for call in (
        lambda: socket.send(b""),
        lambda: socket.recv(),
        lambda: socket.get(zmq.EVENTS),
        lambda: socket.bind("inproc://late"),
        lambda: socket.poll(0),
    ):
        with pytest.raises(zmq.ContextTerminated):
            call()
    socket.close()
    worker.value()


def test_a_collected_context_is_destroyed_with_a_warning():
    context = zmq.Context()
    reference = weakref.ref(context)
    with pytest.warns(ResourceWarning, match="Unclosed context"):
        del context
        gc.collect()
    assert reference() is None


def test_a_collected_socket_is_closed_with_a_warning():
    with zmq.Context() as context:
        socket = context.socket(zmq.PUSH)
        with pytest.warns(ResourceWarning, match="Unclosed socket.*PUSH"):
            del socket
            gc.collect()
        assert len(context._sockets) == 0


def test_a_cycle_of_context_and_socket_is_collected():
    class Mine(zmq.Context):
        kept: object

    context = Mine()
    context.kept = context.socket(zmq.PUSH)
    with pytest.warns(ResourceWarning):
        del context
        gc.collect()


# -- shadows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda c: zmq.Context(c),
        lambda c: zmq.Context(shadow=c),
        lambda c: zmq.Context.shadow(c),
        lambda c: zmq.Context.shadow(c.underlying),
        lambda c: zmq.Context(shadow=c.underlying),
        copy.copy,
        copy.deepcopy,
    ],
    ids=["positional", "keyword", "shadow", "address", "keyword-address", "copy", "deepcopy"],
)
def test_a_shadow_uses_the_same_libzmq_context(context, make):
    shadow = make(context)
    assert shadow.underlying == context.underlying
    shadow.term()
    assert shadow.closed
    assert not context.closed


def test_shadow_starts_with_defaults_of_the_original(context):
    context.sndhwm = 3
    with zmq.Context(context).socket(zmq.PUSH) as socket:
        assert socket.sndhwm == 3


def test_sockets_of_a_context_and_its_shadow_talk(context):
    shadow = zmq.Context.shadow(context.underlying)
    one, other = context.socket(zmq.PAIR), shadow.socket(zmq.PAIR)
    one.bind("inproc://both")
    other.connect("inproc://both")
    one.send(b"x")
    assert other.poll(TIMEOUT_MS)
    assert other.recv() == b"x"
    other.close()


def test_destroying_the_owner_closes_sockets_of_its_shadows():
    context = zmq.Context()
    shadow = zmq.Context(context)
    socket = zmq.Context(shadow).socket(zmq.PUSH)
    context.destroy()
    assert socket.closed
    assert shadow.closed


def test_destroying_a_shadow_closes_only_its_own_sockets(context):
    mine = context.socket(zmq.PUSH)
    shadow = zmq.Context(context)
    its = shadow.socket(zmq.PUSH)
    shadow.destroy()
    assert its.closed
    assert not mine.closed
    assert not context.closed


def test_a_shadow_keeps_the_original_alive():
    context = zmq.Context()
    shadow = zmq.Context(context)
    reference = weakref.ref(context)
    del context
    gc.collect()
    assert reference() is not None
    shadow.socket(zmq.PUSH).close()
    reference().term()


@pytest.mark.parametrize("value", ["x", 1.5, object()])
def test_a_shadow_of_nonsense_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        zmq.Context.shadow(value)


def test_shadow_pyczmq_needs_pyczmq():
    with pytest.raises(ImportError):
        zmq.Context.shadow_pyczmq(None)


# -- the process-wide instance ----------------------------------------------------------------


def test_subclass_shares_the_instance_of_its_base():
    class Mine(zmq.Context):
        pass

    shared = zmq.Context.instance()
    try:
        assert Mine.instance() is shared
        assert zmq.Context.instance() is shared
    finally:
        shared.term()


def test_subclass_has_its_own_instance():
    class Mine(zmq.Context):
        pass

    class WithItsOwn(zmq.Context):
        _instance = None

    own = Mine.instance()
    base = zmq.Context.instance()
    other = WithItsOwn.instance()
    try:
        assert type(own) is Mine
        assert Mine.instance() is own
        assert base is not own
        assert type(other) is WithItsOwn
    finally:
        for context in (own, base, other):
            context.term()


def test_a_terminated_instance_is_replaced():
    first = zmq.Context.instance(io_threads=2)
    assert first.io_threads == 2
    first.term()
    second = zmq.Context.instance()
    assert second is not first
    assert not second.closed
    second.term()


def test_threads_get_the_same_instance(in_thread):
    barrier = threading.Barrier(8)

    def get():
        barrier.wait(30)
        return zmq.Context.instance()

    found = {id(worker.value()) for worker in [in_thread(get) for _ in range(8)]}
    assert len(found) == 1
    zmq.Context.instance().term()


# -- the rest ---------------------------------------------------------------------------------


def test_a_context_cannot_be_pickled(context):
    with pytest.raises(TypeError, match="process"):
        pickle.dumps(context)


def test_init_twice_is_refused(context):
    with pytest.raises(RuntimeError, match="twice"):
        context.__init__()
    assert not context.closed


def test_a_context_that_was_never_initialised_is_closed():
    made = zmq.Context.__new__(zmq.Context)
    assert made.closed
    with pytest.raises((zmq.ZMQError, AttributeError)):
        made.socket(zmq.PUSH)


def test_repr_counts_the_sockets(context):
    assert "()" in repr(context)
    context.socket(zmq.PUSH)
    assert "(1 socket)" in repr(context)
    context.socket(zmq.PUSH)
    assert "(2 sockets)" in repr(context)


def test_generic_contexts_have_an_alias():
    assert zmq.SyncContext.__origin__ is zmq.Context
    assert zmq.Context[zmq.Socket].__args__ == (zmq.Socket,)


@pytest.mark.parametrize("broken", ["__eq__", "__hash__"])
def test_sockets_that_cannot_be_compared_or_hashed(broken):
    def refuse(*args):
        raise TypeError("no")

    odd = type("Odd", (zmq.Socket,), {"__hash__": zmq.Socket.__hash__, broken: refuse})
    context = zmq.Context()
    sockets = [context.socket(zmq.PUSH, socket_class=odd) for _ in range(3)]
    sockets[0].close()
    context.destroy(linger=0)
    assert all(socket.closed for socket in sockets)


def test_with_block_warns_of_sockets_left_open():
    with pytest.warns(ResourceWarning) as caught, zmq.Context() as made:
        first, second = made.socket(zmq.PULL), made.socket(zmq.PUSH)
        made.socket(zmq.SUB).close()
    texts = sorted(str(warning.message) for warning in caught)
    assert len(texts) == 2
    assert all("Destroying context with unclosed socket" in text for text in texts)
    assert {warning.filename for warning in caught} == {__file__}
    assert made.closed
    assert first.closed
    assert second.closed


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_with_block_that_warns_as_an_error_destroys():
    with pytest.raises(ResourceWarning), zmq.Context() as made:
        socket = made.socket(zmq.PULL)
    assert made.closed
    assert socket.closed


def test_destroy_and_stopped_monitors_warn_of_nothing():
    made = zmq.Context()
    kept = made.socket(zmq.PULL)
    made.destroy()
    assert kept.closed
    with zmq.Context() as made, made.socket(zmq.PULL) as socket:
        monitor = socket.get_monitor_socket()
        socket.disable_monitor()
    assert monitor.closed


def test_socket_of_a_shadow_whose_context_has_ended():
    made = zmq.Context()
    for shadow in (zmq.Context.shadow(made), zmq.Context.shadow(made.underlying)):
        shadow.socket(zmq.PULL).close()
    made.term()
    for make in (shadow.socket, lambda kind: zmq.Socket(shadow, kind)):
        with pytest.raises(zmq.ZMQError) as caught:
            make(zmq.PULL)
        assert caught.value.errno == zmq.EFAULT
    shadow.term()
    with pytest.raises(zmq.ZMQError) as caught:
        shadow.socket(zmq.PULL)
    assert caught.value.errno == zmq.ENOTSUP


@pytest.mark.parametrize("by", [lambda c: c, lambda c: c.underlying], ids=["object", "address"])
@pytest.mark.parametrize(
    "use",
    [lambda c: c.get(zmq.IO_THREADS), lambda c: c.set(zmq.MAX_SOCKETS, 5)],
    ids=["get", "set"],
)
def test_options_of_a_shadow_whose_context_has_ended(by, use):
    made = zmq.Context()
    shadow = zmq.Context.shadow(by(made))
    made.term()
    with pytest.raises(zmq.ZMQError, match="shadows has been terminated") as caught:
        use(shadow)
    assert caught.value.errno == zmq.EFAULT
