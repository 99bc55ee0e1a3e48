"""The constants are those of libzmq's header, and of PyZMQ."""

from __future__ import annotations

import enum
import errno
import pickle
import re
import runpy
import sys
from pathlib import Path

import pytest

import zmq
import zmq.constants
from zmq.constants import (
    ContextOption,
    Errno,
    Event,
    Flag,
    PollEvent,
    SocketOption,
    SocketType,
    _OptType,
)

PYZMQ_CONSTANTS = Path(__file__).parent / "data" / "pyzmq-27.3.0-constants.txt"

# Names of zmq.h that are not constants for programs.
NOT_FOR_PROGRAMS = re.compile(
    r"VERSION|VERSION_(MAJOR|MINOR|PATCH)|HAUSNUMERO|DEFINED_STDINT|EXPORT|MAKE_VERSION"
    r"|HAS_CAPABILITIES|HAVE_.*|.*_DFLT|GROUP_MAX_LENGTH|CURRENT_EVENT_VERSION(_DRAFT)?"
    r"|DROPPED_.*|REFUSED_.*|PEER_(CONNECTING|WAITING|HANDSHAKE|CONNECTED|CLOSING|IGNORED|STOPPED|ERROR_.*)"
    r"|GSSAPI_NT_.*|MSG_PROPERTY_.*|ZERO_COPY_RECV|STATIC|NO_EXPORT|BUILD_DRAFT_API|BUNDLED_WITH_PYZMQ"
)

# Stock 4.3.4 has none of these constants; our libzmq has all of them.
SINCE_4_3_5 = {
    "BUSY_POLL": 113,
    "HICCUP_MSG": 114,
    "XSUB_VERBOSE_UNSUBSCRIBE": 115,
    "TOPICS_COUNT": 116,
    "NORM_MODE": 117,
    "NORM_UNICAST_NACK": 118,
    "NORM_BUFFER_SIZE": 119,
    "NORM_SEGMENT_SIZE": 120,
    "NORM_BLOCK_SIZE": 121,
    "NORM_NUM_PARITY": 122,
    "NORM_NUM_AUTOPARITY": 123,
    "NORM_PUSH": 124,
    "NORM_FIXED": 0,
    "NORM_CC": 1,
    "NORM_CCL": 2,
    "NORM_CCE": 3,
    "NORM_CCE_ECNONLY": 4,
}

# Only our libzmq has these.
OURS = {
    ("ContextOption", "SPIN_TIME"),
    ("SocketOption", "MAX_PARTS"),
    ("SocketOption", "MAX_PENDING_BYTES"),
    ("Event", "PROTOCOL_ERROR_ZMTP_TOO_MANY_PARTS"),
    ("Event", "PROTOCOL_ERROR_ZMTP_TOO_MANY_PENDING_BYTES"),
    ("Event", "PROTOCOL_ERROR_ZMTP_TOO_MANY_PROPERTIES"),
    ("Event", "PROTOCOL_ERROR_ZMTP_HANDSHAKE_TOO_LARGE"),
}

# These are the numbers of the POSIX errors in errno.h of Microsoft's C library.
WINDOWS_ERRNO = {
    "EAGAIN": 11,
    "EFAULT": 14,
    "EINVAL": 22,
    "EADDRINUSE": 100,
    "EADDRNOTAVAIL": 101,
    "EAFNOSUPPORT": 102,
    "ECONNABORTED": 106,
    "ECONNREFUSED": 107,
    "ECONNRESET": 108,
    "EHOSTUNREACH": 110,
    "EINPROGRESS": 112,
    "EMSGSIZE": 115,
    "ENETDOWN": 116,
    "ENETRESET": 117,
    "ENETUNREACH": 118,
    "ENOBUFS": 119,
    "ENOTCONN": 126,
    "ENOTSOCK": 128,
    "ENOTSUP": 129,
    "EPROTONOSUPPORT": 135,
    "ETIMEDOUT": 138,
}

ENUMS = [
    value
    for value in vars(zmq.constants).values()
    if isinstance(value, type) and issubclass(value, int) and value.__module__ == "zmq.constants"
]


def parse_header(text: str) -> dict[str, int]:
    """Return the numbers that zmq.h defines, by name; sums and references are evaluated."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace("\\\n", " ")
    numbers: dict[str, int] = {}

    def work_out(expression: str) -> int:
        total = 0
        operator = "+"
        for token in re.findall(r"\w+|[|+]", expression.strip("() ")):
            if token in "|+":
                operator = token
                continue
            value = int(token, 0) if token[0].isdigit() else numbers[token]
            total = total | value if operator == "|" else total + value
        return total

    pattern = r"^\s*#define[ \t]+((?:ZMQ_|E)[A-Z0-9_]+)[ \t]+([(\w][\w|+() ]*?)[ \t]*$"
    for name, expression in re.findall(pattern, text, flags=re.MULTILINE):
        if re.fullmatch(r"[\w|+() ]+", expression) and "__" not in expression:
            numbers[name] = work_out(expression)
    return numbers


@pytest.fixture(scope="module")
def header() -> dict[str, int]:
    """The constants that our zmq.h defines."""
    for directory in zmq.get_includes():
        path = Path(directory) / "zmq.h"
        if path.exists():
            return parse_header(path.read_text())
    raise AssertionError(f"no zmq.h in {zmq.get_includes()}")


def pyzmq_lines(kind: str) -> list[list[str]]:
    lines = [line.split() for line in PYZMQ_CONSTANTS.read_text().splitlines()]
    lines = [line for line in lines if line[0] != "#"]
    return [line for line in lines if (line[0] == "=") == (kind == "names")]


def test_parse_header_knows_all_forms_of_define():
    text = """
    #define ZMQ_A 5   /* ZMQ_NO 1 */
      #define ZMQ_B ZMQ_A
    #define ZMQ_C 0x10
    #define ZMQ_D ZMQ_B | ZMQ_C
    #define ZMQ_HAUSNUMERO 100
    #define ESOME (ZMQ_HAUSNUMERO + 51)
    #define ZMQ_TEXT "text"
    #define ZMQ_FUNCTION(a, b) ((a) *100 + (b))
    #define ZMQ_EXPORT __attribute__ ((visibility ("default")))
    #define ZMQ_FLAG
    """
    assert parse_header(text) == {
        "ZMQ_A": 5,
        "ZMQ_B": 5,
        "ZMQ_C": 16,
        "ZMQ_D": 21,
        "ZMQ_HAUSNUMERO": 100,
        "ESOME": 151,
    }


def test_every_number_of_the_header_is_ours(header):
    theirs = {
        name[4:]: number
        for name, number in header.items()
        if name.startswith("ZMQ_") and not NOT_FOR_PROGRAMS.fullmatch(name[4:])
    }
    assert len(theirs) > 200
    ours = {name: int(getattr(zmq.constants, name, -1)) for name in theirs}
    assert ours == theirs


def test_no_number_of_ours_is_unknown_to_libzmq(header):
    ours = {name for name in zmq.constants.__all__ if not hasattr(enum, name)}
    ours -= {cls.__name__ for cls in ENUMS}
    theirs = {name.removeprefix("ZMQ_") for name in header}
    # HWM is an option of libzmq 2. The three errors exist on every system.
    assert ours - theirs <= {"HWM", "EAGAIN", "EFAULT", "EINVAL"}


def test_reconnect_stop_flags_are_bits_of_their_own():
    assert zmq.RECONNECT_STOP_AFTER_DISCONNECT == 4


@pytest.mark.parametrize(("name", "number"), SINCE_4_3_5.items())
def test_numbers_of_libzmq_4_3_5(name, number, header):
    assert getattr(zmq, name) == number
    assert header[f"ZMQ_{name}"] == number


def test_zeromq_errors_are_the_headers(header):
    names = ["EFSM", "ENOCOMPATPROTO", "ETERM", "EMTHREAD"]
    assert {name: int(Errno[name]) for name in names} == {name: header[name] for name in names}


@pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows, Python's errno has Winsock's numbers"
)
def test_posix_errors_are_the_systems():
    names = [name for name in Errno.__members__ if hasattr(errno, name)]
    assert len(names) == 21
    assert {name: int(Errno[name]) for name in names} == {
        name: getattr(errno, name) for name in names
    }


def test_missing_posix_errors_have_numbers_of_the_header(header, monkeypatch):
    names = [name for name in header if re.fullmatch("E[A-Z]+", name)]
    for name in names:
        monkeypatch.delattr(errno, name, raising=False)
    monkeypatch.setattr(sys, "platform", "an old system")
    there = runpy.run_path(zmq.constants.__file__)["Errno"]
    assert {name: int(there[name]) for name in names} == {name: header[name] for name in names}


def test_posix_errors_on_windows_match_its_c_library(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    there = runpy.run_path(zmq.constants.__file__)["Errno"]
    assert {name: int(there[name]) for name in WINDOWS_ERRNO} == WINDOWS_ERRNO


def test_enums_have_the_members_of_pyzmq():
    theirs = {(cls, member) for cls, _base, member, *_ in pyzmq_lines("members")}
    ours = {(cls.__name__, member) for cls in ENUMS for member in cls.__members__}
    assert ours == theirs | OURS


def test_enums_are_ints_or_flags_as_in_pyzmq():
    theirs = {(cls, base) for cls, base, *_ in pyzmq_lines("members")}
    ours = {
        (cls.__name__, "IntFlag" if issubclass(cls, enum.IntFlag) else "IntEnum") for cls in ENUMS
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("cls", "member", "number", "alias_of", "opt_type"),
    [line[:1] + line[2:] for line in pyzmq_lines("members")],
)
def test_member_is_that_of_pyzmq(cls, member, number, alias_of, opt_type):
    ours = getattr(zmq, cls)[member]
    if number != "-":
        assert ours == int(number)
    assert ours.name == (member if alias_of == "-" else alias_of)
    if opt_type != "-":
        assert ours._opt_type is _OptType[opt_type]


@pytest.mark.parametrize(("name", "cls", "member"), [line[1:] for line in pyzmq_lines("names")])
def test_plain_name_is_the_member(name, cls, member):
    assert getattr(zmq, name) is getattr(zmq, cls)[member]


@pytest.mark.parametrize("module", [zmq, zmq.constants], ids=lambda module: module.__name__)
@pytest.mark.parametrize("cls", ENUMS, ids=lambda cls: cls.__name__)
def test_every_member_has_a_plain_name(cls, module):
    for name, member in cls.__members__.items():
        # zmq.h has no other prefixes.
        prefixes = ("", "EVENT_", "NOTIFY_", "NORM_", "RECONNECT_STOP_")
        plain = [
            prefix + name
            for prefix in prefixes
            if type(getattr(module, prefix + name, None)) is cls
        ]
        assert [getattr(module, one) for one in plain] == [member]
        assert plain[0] in module.__all__


def test_no_plain_name_means_two_members():
    members = sum(len(cls.__members__) for cls in ENUMS)
    assert len(zmq.constants.__all__) == len(set(zmq.constants.__all__))
    assert len(zmq.constants.__all__) == members + len(ENUMS) + len(["Enum", "IntEnum", "IntFlag"])


def test_all_lists_the_names_of_pyzmq():
    theirs = {line[1] for line in pyzmq_lines("names")}
    theirs |= {line[0] for line in pyzmq_lines("members")}
    theirs |= {"Enum", "IntEnum", "IntFlag"}
    assert sorted(zmq.constants.__all__) == sorted(theirs | {member for _, member in OURS})


@pytest.mark.parametrize("cls", ENUMS, ids=lambda cls: cls.__name__)
def test_enum_is_documented(cls):
    assert cls.__doc__ is not None
    assert len(cls.__doc__) > 10


@pytest.mark.parametrize("member", [zmq.PUSH, zmq.LINGER, zmq.AFFINITY, zmq.EVENT_ALL, zmq.EAGAIN])
def test_member_survives_pickling(member):
    assert pickle.loads(pickle.dumps(member)) is member


def test_member_is_an_int():
    assert zmq.PUSH == 8
    assert {8: "push"}[zmq.PUSH] == "push"
    assert f"{zmq.LINGER:d}" == "17"


def test_member_shows_its_name():
    assert repr(zmq.PUSH) == "<SocketType.PUSH: 8>"
    assert repr(zmq.AFFINITY) == "<SocketOption.AFFINITY: 4>"


def test_unknown_number_is_not_a_member():
    with pytest.raises(ValueError, match="9999"):
        SocketOption(9999)


def test_option_is_found_by_number_alone():
    assert SocketOption(4) is SocketOption.AFFINITY
    assert SocketOption.AFFINITY.value == 4


def test_flags_combine():
    assert (zmq.SNDMORE | zmq.DONTWAIT) is Flag(3)
    assert PollEvent.POLLIN in PollEvent(3)
    assert isinstance(zmq.POLLIN | zmq.POLLOUT, PollEvent)


def test_context_option_can_share_a_number():
    assert ContextOption.THREAD_PRIORITY is ContextOption.SOCKET_LIMIT


def test_old_names_are_the_new_members():
    assert zmq.XREQ is SocketType.DEALER
    assert zmq.IDENTITY is SocketOption.ROUTING_ID
    assert zmq.NOBLOCK is Flag.DONTWAIT
    assert zmq.EVENT_ALL is Event.ALL_V1


def test_64_bit_option_keeps_a_large_number(ctx):
    with ctx.socket(zmq.PULL) as sock:
        sock.set(zmq.MAXMSGSIZE, 2**40)
        assert sock.get(zmq.MAXMSGSIZE) == 2**40
