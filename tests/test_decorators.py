"""@context and @socket: the objects that they pass, their context, and their closing."""

from __future__ import annotations

import asyncio
import inspect

import pytest

import zmq
from zmq.decorators import context, socket


@pytest.fixture
def default_context(monkeypatch):
    """Context.instance() for this test."""
    monkeypatch.setattr(zmq.Context, "_instance", None)
    with zmq.Context.instance() as instance:
        yield instance


def everything(*args, **kwargs):
    """Return the arguments."""
    return args, kwargs


def test_context_is_passed_after_the_arguments():
    args, kwargs = context()(everything)(1, 2, x=3)
    assert args[:2] == (1, 2)
    assert type(args[2]) is zmq.Context
    assert kwargs == {"x": 3}


@pytest.mark.parametrize("decorator", [context("ctx"), context(name="ctx")])
def test_context_is_passed_by_its_name(decorator):
    args, kwargs = decorator(everything)(1)
    assert args == (1,)
    assert type(kwargs["ctx"]) is zmq.Context


@pytest.mark.parametrize(
    "decorator",
    [context(3), context(io_threads=3), context("ctx", 3), context("ctx", io_threads=3)],
)
def test_context_is_made_with_the_other_arguments(decorator):
    @decorator
    def io_threads(ctx):
        return ctx.io_threads

    assert io_threads() == 3


def test_empty_name_counts_as_no_name():
    args, kwargs = context("")(everything)()
    assert len(args) == 1
    assert kwargs == {}


def test_each_call_has_its_own_context():
    decorated = context()(everything)
    assert decorated()[0][0] is not decorated()[0][0]


def test_context_is_open_only_during_the_call():
    @context()
    def look(ctx):
        return ctx, ctx.closed

    ctx, closed_within = look()
    assert not closed_within
    assert ctx.closed


def test_all_is_closed_when_the_function_raises():
    seen = []

    @context("ctx")
    @socket("sock", zmq.PUSH, context_name="ctx")
    def fail(ctx, sock):
        seen.extend([ctx, sock])
        raise KeyError("of the function")

    with pytest.raises(KeyError, match="of the function"):
        fail()
    assert [one.closed for one in seen] == [True, True]


def test_socket_is_passed_after_the_arguments(ctx):
    args, kwargs = socket(zmq.PUSH)(everything)(ctx, x=3)
    assert args[0] is ctx
    assert args[1].type == zmq.PUSH
    assert kwargs == {"x": 3}


@pytest.mark.parametrize(
    "decorator",
    [
        socket("sock", zmq.PUSH),
        socket(zmq.PUSH, name="sock"),
        socket("sock", socket_type=zmq.PUSH),
        socket(socket_type=zmq.PUSH, name="sock"),
    ],
)
def test_socket_is_passed_by_its_name(ctx, decorator):
    args, kwargs = decorator(everything)(ctx)
    assert args == (ctx,)
    assert kwargs["sock"].type == zmq.PUSH


def test_socket_type_can_be_a_keyword(ctx):
    args, _ = socket(socket_type=zmq.PUSH)(everything)(ctx)
    assert args[1].type == zmq.PUSH


def test_socket_is_made_with_the_other_arguments(ctx):
    @socket(zmq.PUSH, copy_threshold=10)
    def copy_threshold(_ctx, sock):
        return sock.copy_threshold

    assert copy_threshold(ctx) == 10


def test_socket_can_be_of_another_class(ctx):
    class MySocket(zmq.Socket):
        pass

    @socket(zmq.PUSH, socket_class=MySocket)
    def class_of(_ctx, sock):
        return type(sock)

    assert class_of(ctx) is MySocket


def test_socket_is_open_only_during_the_call(ctx):
    @socket(zmq.PUSH)
    def look(_ctx, sock):
        return sock, sock.closed

    sock, closed_within = look(ctx)
    assert not closed_within
    assert sock.closed


def test_decorators_stack_from_the_outside_in():
    @context()
    @socket(zmq.PUSH)
    @socket(zmq.PULL)
    def types(ctx, push, pull):
        assert push.context is ctx
        assert pull.context is ctx
        return push.type, pull.type

    assert types() == (zmq.PUSH, zmq.PULL)


def test_socket_uses_the_context_among_the_arguments(ctx):
    @socket("sock", zmq.PUSH)
    def look(_x, given, sock):
        return sock.context is given

    assert look(1, ctx)


def test_socket_uses_the_first_context_among_the_arguments(ctx):
    @socket("sock", zmq.PUSH)
    def look(first, _second, sock):
        return sock.context is first

    with zmq.Context() as second:
        assert look(ctx, second)


def test_socket_uses_a_context_of_a_subclass():
    class MyContext(zmq.Context):
        pass

    @socket(zmq.PUSH)
    def look(ctx, sock):
        return sock.context is ctx

    with MyContext() as ctx:
        assert look(ctx)


def test_socket_uses_the_keyword_argument_context(ctx):
    @socket("sock", zmq.PUSH)
    def look(_other, context, sock):
        return sock.context is context

    with zmq.Context() as other:
        assert look(other, context=ctx)


def test_socket_uses_the_named_keyword_argument(ctx):
    @socket("sock", zmq.PUSH, context_name="mine")
    def look(_other, mine, sock):
        return sock.context is mine

    with zmq.Context() as other:
        assert look(other, mine=ctx)


def test_socket_finds_the_decorator_context_by_name():
    @context("mine")
    @socket("sock", zmq.PUSH, context_name="mine")
    def look(mine, sock):
        return sock.context is mine

    assert look()


@pytest.mark.parametrize("kwargs", [{}, {"mine": 5}], ids=["missing", "no context"])
def test_socket_falls_back_to_the_arguments(ctx, kwargs):
    @socket("sock", zmq.PUSH, context_name="mine")
    def look(given, sock, mine=None):
        return sock.context is given

    assert look(ctx, **kwargs)


def test_socket_falls_back_to_the_instance(default_context):
    @socket(zmq.PUSH)
    def look(sock):
        return sock.context is default_context

    assert look()


def test_socket_does_not_look_at_other_keyword_arguments(ctx, default_context):
    @socket("sock", zmq.PUSH)
    def look(mine, sock):
        return sock.context is default_context

    assert look(mine=ctx)


def test_methods_can_be_decorated():
    class Thing:
        @context()
        @socket(zmq.PUSH)
        def method(self, x, ctx, sock, y=2):
            return type(self), x, y, sock.context is ctx

    assert Thing().method(1, y=3) == (Thing, 1, 3, True)


def test_decorated_function_keeps_its_name_and_docstring():
    decorated = context()(everything)
    assert decorated.__name__ == "everything"
    assert decorated.__doc__ == "Return the arguments."
    assert decorated.__wrapped__ is everything


def test_result_is_passed_on():
    assert context()(lambda _ctx: "result")() == "result"


@pytest.mark.parametrize("decorator", [context("x"), socket("x", zmq.PUSH)])
def test_caller_cannot_pass_an_argument_of_the_decorator(default_context, decorator):
    with pytest.raises(TypeError, match=r"multiple values for .*'x'"):
        decorator(everything)(x=1)


@pytest.mark.parametrize(("decorator", "name"), [(context, "context"), (socket, "socket")])
def test_use_without_parentheses_is_an_error_at_once(decorator, name):
    with pytest.raises(TypeError, match=rf"@{name}\(\.\.\.\)"):
        decorator(everything)


def test_socket_without_a_type_is_an_error(default_context):
    with pytest.raises(TypeError, match="socket_type"):
        socket("sock")(everything)()


@pytest.mark.parametrize("decorator", [context(nonsense=1), context(name=5)])
def test_unknown_argument_of_context_is_an_error(decorator):
    with pytest.raises(TypeError):
        decorator(everything)()


def test_nothing_stays_open_when_the_caller_is_wrong(ctx):
    @socket("sock", zmq.PUSH)
    def look(_ctx, sock):
        """Never called."""

    with pytest.raises(TypeError):
        look(ctx, no_such_argument=1)
    ctx.term()  # would wait for ever if a socket were open
    assert ctx.closed


def test_coroutine_function_has_it_open_while_it_runs():
    @context()
    @socket(zmq.PAIR)
    async def look(ctx, sock):
        await asyncio.sleep(0)
        return (ctx, sock), (ctx.closed, sock.closed)

    assert inspect.iscoroutinefunction(look)
    made, closed_within = asyncio.run(look())
    assert closed_within == (False, False)
    assert [one.closed for one in made] == [True, True]


def test_asynchronous_context_makes_asynchronous_sockets():
    from zmq import asyncio as zmq_asyncio

    @socket(zmq.PUSH)
    @socket(zmq.PULL)
    async def exchange(_ctx, push, pull):
        pull.bind("inproc://decorators")
        push.connect("inproc://decorators")
        await push.send(b"hello")
        return await asyncio.wait_for(pull.recv(), 10)

    with zmq_asyncio.Context() as ctx:
        assert asyncio.run(exchange(ctx)) == b"hello"


def test_decorated_functions_talk_to_each_other(ctx):
    @socket(zmq.PULL)
    def receive(_ctx, pull):
        pull.rcvtimeo = 10_000
        port = pull.bind_to_random_port("tcp://127.0.0.1")
        send(ctx, port)
        return pull.recv()

    @socket("push", zmq.PUSH)
    def send(_ctx, port, push):
        push.connect(f"tcp://127.0.0.1:{port}")
        push.send(b"hello")

    assert receive(ctx) == b"hello"
