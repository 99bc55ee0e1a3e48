"""The faults of other implementations that these tests have found.

`docs/interoperability.md` shows each of them. A test that meets a fault is expected to fail. If it
passes, because a newer version has fixed the fault, pytest reports this as a failure. Then the
entry can be deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from test_peers import Case


class Fault(NamedTuple):
    """A fault of peers."""

    peers: tuple[str, ...]
    text: str
    """A description of the fault for users."""
    seen: str
    """The observation that showed the fault."""
    concerns: Callable[[Case], bool]
    """Returns whether a case meets the fault."""
    before: tuple[int, ...] = (999,)
    """The version that fixes the fault. If the peer uses libzmq, this is a version of libzmq."""


def _version(text: str) -> tuple[int, ...]:
    """Return the last version in a text such as ``27.3.0 with libzmq 4.3.5``."""
    return tuple(map(int, re.findall(r"\d+", text.split()[-1])))


FAULTS = [
    Fault(
        ("libzmq", "czmq"),
        "libzmq up to 4.3.4, and libraries that use it, such as czmq, send a wrong size with a"
        " subscription to a topic of 246 to 255 bytes. The other side cannot read it, and closes"
        " the connection and each later one. libzmq 4.3.5 and this package send the right size."
        " Use shorter topics.",
        "our XPUB receives subscriptions of up to 245 bytes; after one of 246 bytes, all"
        " subscriptions are cancelled.",
        lambda case: case.what == "long-commands" and case.theirs == "SUB",
        before=(4, 3, 5),
    ),
    Fault(
        ("jszmq",),
        "A socket that binds accepts the protocol that the other side offers first, ZWS2.0/NULL,"
        " but then speaks ZWS2.0, without the NULL handshake. Neither libzmq nor this package can"
        " connect to it. Let jszmq connect.",
        "its answer to `Sec-WebSocket-Protocol: ZWS2.0/NULL,ZWS2.0` chooses ZWS2.0/NULL, but its"
        " next frame is an empty routing id instead of a handshake; zeromq.js closes that"
        " connection, too.",
        lambda case: not case.ours_binds,
    ),
    Fault(
        ("jszmq",),
        "A PUB or XPUB sends every message to each peer that has a subscription, even if the topic"
        " does not match. A SUB of this package drops the messages that do not match, and counts"
        " them in `dropped.unsubscribed`. An XSUB receives them all: as in libzmq, it does not"
        " filter.",
        "our XSUB with a subscription to `a` receives messages of the topic `b`.",
        lambda case: case.what == "pattern" and case.ours == "XSUB" and case.ours_binds,
    ),
    Fault(
        ("czmq",),
        "A REQ of libzmq that binds as a PLAIN server exchanges no messages if its ZAP handler"
        " returns a user id, as czmq's handler does: libzmq takes the user id for a reply that was"
        " not requested, and ends each connection. Let the REQ connect.",
        "with PLAIN, no request of a REQ that binds arrives; with NULL and CURVE, requests arrive.",
        lambda case: (
            case.what == "pattern"
            and case.theirs == "REQ"
            and case.mechanism == "PLAIN"
            and not case.ours_binds
        ),
    ),
    Fault(
        ("pyomq",),
        "A REP drops the parts of a request up to its last empty part: if the parts are `a`, an"
        " empty part and `c`, only `c` arrives. A correct REP drops only the parts up to the first"
        " empty part, which ends the envelope. pyomq 0.27.3 has fixed this.",
        "in the requests that our REQ and DEALER send.",
        lambda case: case.what == "pattern" and case.theirs == "REP",
        before=(0, 27, 3),
    ),
]


def fault_of(case: Case, version: str) -> Fault | None:
    """Return the fault that a case meets with a peer of this version, if any."""
    for fault in FAULTS:
        if case.peer in fault.peers and fault.concerns(case) and _version(version) < fault.before:
            return fault
    return None
