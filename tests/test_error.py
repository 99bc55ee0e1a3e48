"""The exceptions: their numbers and texts, how they are made, caught, copied and pickled."""

from __future__ import annotations

import copy
import errno
import pickle
import threading
import warnings

import pytest

import zmq
from zmq import error


@pytest.mark.parametrize("number", [zmq.EAGAIN, zmq.EFSM, zmq.ETERM, zmq.EMTHREAD, errno.EINVAL])
def test_error_has_the_number_and_libzmqs_text(number):
    err = zmq.ZMQError(number)
    assert err.errno == number
    assert err.strerror == zmq.strerror(number)
    assert str(err) == zmq.strerror(number)


def test_texts_of_zeromqs_own_errors():
    texts = {number: zmq.ZMQError(number).strerror for number in (zmq.EFSM, zmq.ETERM)}
    assert texts == {
        zmq.EFSM: "Operation cannot be accomplished in current state",
        zmq.ETERM: "Context was terminated",
    }
    assert zmq.ZMQError(zmq.EMTHREAD).strerror == "No thread available"


def test_error_keeps_the_number_as_it_was_given():
    assert zmq.ZMQError(zmq.EAGAIN).errno is zmq.EAGAIN
    assert type(zmq.ZMQError(11).errno) is int


def test_error_of_any_number_is_a_plain_zmqerror():
    assert type(zmq.ZMQError(zmq.EAGAIN)) is zmq.ZMQError
    assert type(zmq.ZMQError(errno=zmq.ETERM)) is zmq.ZMQError


def test_error_takes_a_text():
    err = zmq.ZMQError(errno.EINVAL, "no such thing")
    assert (err.errno, err.strerror, str(err)) == (22, "no such thing", "no such thing")
    assert zmq.ZMQError(errno.EINVAL, "").strerror == ""


def test_error_without_a_number_has_the_last_errno(ctx):
    with ctx.socket(zmq.PULL) as sock:
        with pytest.raises(zmq.Again):
            sock.recv(zmq.DONTWAIT)
        err = zmq.ZMQError()
    assert err.errno == zmq.zmq_errno()
    assert err.strerror == zmq.strerror(zmq.zmq_errno())


def test_error_without_a_number_can_have_a_text():
    err = zmq.ZMQError(msg="only text")
    assert err.errno == zmq.zmq_errno()
    assert str(err) == "only text"


@pytest.mark.parametrize("what", ["a text", 1.5, [1]])
def test_error_from_a_non_number_has_errno_none(what):
    err = zmq.ZMQError(what)
    assert err.errno is None
    assert str(err) == str(what)


def test_error_of_an_unknown_number_says_so():
    assert "99999" in str(zmq.ZMQError(99999))


def test_args_are_those_of_the_constructor():
    assert zmq.ZMQError(22, "text").args == (22, "text")
    assert zmq.ZMQError().args == ()


@pytest.mark.parametrize(
    ("err", "shown"),
    [
        (zmq.ZMQError(22, "text"), "ZMQError('text')"),
        (zmq.NotDone(), "NotDone()"),
        (zmq.ZMQBindError("text"), "ZMQBindError('text')"),
    ],
)
def test_repr(err, shown):
    assert repr(err) == shown


def test_repr_of_a_subclass_has_its_name():
    class MyError(zmq.ZMQError):
        pass

    assert repr(MyError(22, "text")) == "MyError('text')"


@pytest.mark.parametrize(
    ("cls", "number"),
    [
        (zmq.Again, zmq.EAGAIN),
        (zmq.ContextTerminated, zmq.ETERM),
        (zmq.InterruptedSystemCall, errno.EINTR),
    ],
)
@pytest.mark.parametrize("args", [(), (5,), (5, "text"), ("text",)])
def test_class_of_one_error_ignores_its_arguments(cls, number, args):
    err = cls(*args)
    assert err.errno == number
    assert err.strerror == zmq.strerror(number)


@pytest.mark.parametrize("cls", [zmq.Again, zmq.ContextTerminated, zmq.InterruptedSystemCall])
def test_class_of_one_error_accepts_keywords(cls):
    assert cls(errno=1, msg="text").errno == cls().errno


@pytest.mark.parametrize(
    ("cls", "bases"),
    [
        (zmq.ZMQBaseError, (Exception,)),
        (zmq.ZMQError, (zmq.ZMQBaseError,)),
        (zmq.Again, (zmq.ZMQError,)),
        (zmq.ContextTerminated, (zmq.ZMQError,)),
        (zmq.InterruptedSystemCall, (zmq.ZMQError, InterruptedError)),
        (zmq.NotDone, (zmq.ZMQBaseError,)),
        (zmq.ZMQBindError, (zmq.ZMQBaseError,)),
        (zmq.ZMQVersionError, (NotImplementedError,)),
        (zmq.DraftFDWarning, (RuntimeWarning,)),
    ],
)
def test_class_is_in_its_place(cls, bases):
    assert cls.__bases__ == bases
    assert getattr(error, cls.__name__) is cls


def test_interrupted_call_can_be_caught_as_oserror():
    with pytest.raises(OSError, match=zmq.strerror(errno.EINTR)) as caught:
        raise zmq.InterruptedSystemCall
    assert caught.value.errno == errno.EINTR


@pytest.mark.parametrize(
    "err",
    [
        zmq.ZMQError(22),
        zmq.ZMQError(22, "text"),
        zmq.ZMQError(errno=22, msg="text"),
        zmq.ZMQError("text"),
        zmq.Again(),
        zmq.ContextTerminated(),
        zmq.InterruptedSystemCall(),
        zmq.NotDone("text"),
        zmq.ZMQBindError("text"),
        zmq.ZMQVersionError("9.0"),
        zmq.ZMQVersionError("9.0", "It"),
        zmq.DraftFDWarning(),
        zmq.DraftFDWarning("text"),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda err: pickle.loads(pickle.dumps(err))]
)
def test_copy_says_the_same(err, duplicate):
    other = duplicate(err)
    assert type(other) is type(err)
    assert (str(other), repr(other), other.args) == (str(err), repr(err), err.args)
    assert getattr(other, "errno", None) == getattr(err, "errno", None)


def test_version_error_names_both_versions():
    err = zmq.ZMQVersionError("99.0", "Telepathy")
    assert (err.msg, err.min_version, err.version) == ("Telepathy", "99.0", zmq.zmq_version())
    assert "Telepathy" in str(err)
    assert "99.0" in str(err)
    assert zmq.zmq_version() in str(err)
    assert repr(err) == f"ZMQVersionError('{err}')"


def test_version_error_needs_no_name():
    assert zmq.ZMQVersionError("99.0").msg == "Feature"


def test_version_error_needs_a_version():
    with pytest.raises(TypeError, match="min_version"):
        zmq.ZMQVersionError()


def test_draft_fd_warning_says_how_to_hide_it():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(zmq.DraftFDWarning(), stacklevel=1)
        warnings.simplefilter("ignore", zmq.error.DraftFDWarning)
        warnings.warn(zmq.DraftFDWarning(), stacklevel=1)
    assert len(caught) == 1
    assert "DraftFDWarning" in str(caught[0].message)


def test_draft_fd_warning_takes_a_text():
    assert str(zmq.DraftFDWarning("text")) == "text"


@pytest.mark.parametrize("rc", [0, 1, -2, None])
def test_check_rc_lets_success_pass(rc):
    assert error._check_rc(rc, zmq.EAGAIN) is None


@pytest.mark.parametrize(
    ("number", "cls"),
    [
        (errno.EAGAIN, zmq.Again),
        (errno.EINTR, zmq.InterruptedSystemCall),
        (int(zmq.ETERM), zmq.ContextTerminated),
        (errno.EINVAL, zmq.ZMQError),
        (int(zmq.EMTHREAD), zmq.ZMQError),
    ],
)
def test_check_rc_raises_the_class_of_the_error(number, cls):
    with pytest.raises(zmq.ZMQError) as caught:
        error._check_rc(-1, number)
    assert type(caught.value) is cls
    assert caught.value.errno == number


def test_check_rc_raises_without_errno_unless_disabled():
    with pytest.raises(zmq.ZMQError):
        error._check_rc(-1, 0)
    assert error._check_rc(-1, 0, error_without_errno=False) is None


def test_check_rc_asks_for_the_last_error(ctx):
    with ctx.socket(zmq.PULL) as sock:
        with pytest.raises(zmq.Again):
            sock.recv(zmq.DONTWAIT)
        last = zmq.zmq_errno()
        with pytest.raises(zmq.ZMQError) as caught:
            error._check_rc(-1)
    assert caught.value.errno == last


def test_check_version_passes_for_our_version():
    assert error._check_version((4,)) is None
    assert error._check_version(zmq.zmq_version_info()) is None


def test_check_version_raises_for_a_newer_one():
    major, minor, patch = zmq.zmq_version_info()
    with pytest.raises(zmq.ZMQVersionError, match="Telepathy") as caught:
        error._check_version((major, minor, patch + 1), "Telepathy")
    assert caught.value.min_version == f"{major}.{minor}.{patch + 1}"


def test_dontwait_receive_raises_again(ctx):
    with ctx.socket(zmq.PULL) as sock, pytest.raises(zmq.Again) as caught:
        sock.recv(zmq.DONTWAIT)
    assert caught.value.errno == zmq.EAGAIN


def test_context_terminated_is_raised_in_a_waiting_receive():
    context = zmq.Context()
    raised = []
    waiting = threading.Event()

    def receive() -> None:
        with context.socket(zmq.PULL) as sock:
            sock.rcvtimeo = 10_000
            waiting.set()
            try:
                sock.recv()
            except zmq.ZMQError as err:
                raised.append(type(err))

    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    assert waiting.wait(10)
    context.term()
    thread.join(10)
    assert raised == [zmq.ContextTerminated]


def test_wrong_state_is_efsm(ctx):
    with ctx.socket(zmq.REP) as sock, pytest.raises(zmq.ZMQError) as caught:
        sock.send(b"a reply to nothing", zmq.DONTWAIT)
    assert caught.value.errno == zmq.EFSM


def test_bind_error_when_no_port_is_free(ctx):
    with ctx.socket(zmq.PULL) as sock, ctx.socket(zmq.PULL) as other:
        port = sock.bind_to_random_port("tcp://127.0.0.1")
        with pytest.raises(zmq.ZMQBindError):
            other.bind_to_random_port(
                "tcp://127.0.0.1", min_port=port, max_port=port + 1, max_tries=2
            )


def test_not_done_while_a_message_is_in_flight(ctx):
    with ctx.socket(zmq.PUSH) as push, ctx.socket(zmq.PULL) as pull:
        push.bind("inproc://not-done")
        pull.connect("inproc://not-done")
        tracker = push.send(b"x" * 100_000, copy=False, track=True)
        with pytest.raises(zmq.NotDone):
            tracker.wait(0.01)
        pull.rcvtimeo = 10_000
        pull.recv()
        tracker.wait(10)
