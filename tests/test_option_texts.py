"""Each option has a text that agrees with this libzmq, and help shows the text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings

import pytest

import zmq
from zmq import constants
from zmq._option_texts import OptionText, members_of, option_texts

SOCKET_TEXTS = option_texts()
CONTEXT_TEXTS = option_texts("ContextOption")
ENUMS = sorted(
    name
    for name, kind in vars(constants).items()
    if isinstance(kind, type) and issubclass(kind, int) and kind.__module__ == "zmq.constants"
)


@pytest.fixture(scope="module")
def one_of_each():
    """A socket of every type."""
    with zmq.Context() as context:
        yield [context.socket(kind) for kind in zmq.SocketType]
        context.destroy(0)


def values_of(sockets, option: zmq.SocketOption) -> set[object]:
    """Return the values of the option in the socket types that have it."""
    found = set()
    for socket in sockets:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", zmq.DraftFDWarning)
                found.add(socket.get(option))
        except zmq.ZMQError:
            pass
    return found


@pytest.mark.parametrize("enum", ENUMS)
def test_every_member_has_docstring(enum):
    documented = members_of(enum)
    assert [name for name in getattr(constants, enum).__members__ if name not in documented] == []


def test_every_socket_option_has_all_texts():
    assert set(SOCKET_TEXTS) == set(zmq.SocketOption.__members__)
    for text in SOCKET_TEXTS.values():
        headings = [heading for heading, _ in text.fields]
        wanted = ["Value", "Default", "Applies", "Sockets"]
        if "read only" in text.value:
            wanted.remove("Applies")
        assert (text.name, headings) == (text.name, wanted)
        assert text.meaning.endswith((".", "`"))


def test_every_context_option_has_all_texts():
    assert set(CONTEXT_TEXTS) == set(zmq.ContextOption.__members__)
    for text in CONTEXT_TEXTS.values():
        assert "" not in (text.value, text.default)
        assert text.sockets == ""
        assert bool(text.applies) is ("read only" not in text.value)


@pytest.mark.parametrize("option", zmq.SocketOption, ids=lambda option: option.name)
def test_text_says_type_of_value(option):
    kind = SOCKET_TEXTS[option.name].value.partition(",")[0].partition(";")[0]
    assert kind == ("bytes" if option._opt_type.name == "bytes" else "int")


def told_default(text: OptionText) -> int | bytes | None:
    """Return the value at the beginning of the text about the default, or None."""
    found = re.match(r"(-?\d+)\b|b\"\"", text.default)
    if found is None:
        return None
    return int(found[1]) if found[1] else b""


def test_defaults_are_those_of_new_sockets(one_of_each):
    checked = 0
    for option in zmq.SocketOption:
        # There is no value if the option is write-only, or if libzmq was built without it.
        values = values_of(one_of_each, option)
        told = told_default(SOCKET_TEXTS[option.name])
        if not values or told is None or option == zmq.SocketOption.LAST_ENDPOINT:
            continue
        checked += 1
        assert told in values, option
        if "; " not in SOCKET_TEXTS[option.name].default:
            assert values == {told}, option
    assert checked >= 50


@pytest.mark.parametrize("name", ["IO_THREADS", "MAX_MSGSZ", "MSG_T_SIZE", "SPIN_TIME"])
def test_default_is_that_of_new_contexts(name):
    with zmq.Context() as context:
        assert context.get(zmq.ContextOption[name]) == told_default(CONTEXT_TEXTS[name])


@pytest.mark.parametrize("name", ["rcvtimeo", "RCVTIMEO", "identity", "max_parts", "SUBSCRIBE"])
def test_attribute_of_class_has_text(name):
    docstring = getattr(zmq.Socket, name).__doc__
    assert docstring == str(SOCKET_TEXTS[name.upper()])
    assert "Default: " in docstring


def test_text_of_timeout():
    assert str(SOCKET_TEXTS["RCVTIMEO"]) == (
        "The time for which a receive waits before it raises `zmq.Again`.\n\n"
        "Value: int, in ms; -1 is for ever, 0 not at all\n"
        "Default: -1\n"
        "Applies: at once\n"
        "Sockets: all that receive"
    )


def run_options(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zmq", "options", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_command_lists_every_option():
    done = run_options()
    assert (done.returncode, done.stderr) == (0, "")
    first_words = {line.split()[0] for line in done.stdout.splitlines() if line.strip()}
    members = [*zmq.SocketOption, *zmq.ContextOption]
    assert {member.name.lower() for member in members} <= first_words


def test_command_explains_one_option():
    done = run_options("rcvtimeo", "IO_THREADS")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(SOCKET_TEXTS["RCVTIMEO"]) in re.sub(r"(?m)^  ", "", done.stdout)
    assert str(CONTEXT_TEXTS["IO_THREADS"]) in re.sub(r"(?m)^  ", "", done.stdout)


def test_command_names_option_most_like():
    done = run_options("rcvtimeout")
    assert done.returncode == 2
    assert "did you mean 'rcvtimeo'" in done.stderr


def test_command_prints_json():
    done = run_options("--json", "linger")
    (found,) = json.loads(done.stdout)
    assert (found["name"], found["of"], found["applies"]) == (
        "linger",
        "sockets",
        SOCKET_TEXTS["LINGER"].applies,
    )
