"""What other implementations do wrong, as these tests have seen it.

`docs/interoperability.md` shows each of them. A test that meets one has to fail: when a newer
version has mended it, the test says so, and the entry goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from test_peers import Case


class Fault(NamedTuple):
    """A fault of a peer."""

    peer: str
    text: str
    """What it does, for users."""
    seen: str
    """How it was seen."""
    concerns: Callable[[Case], bool]
    """Whether a case meets it."""


FAULTS = [
    Fault(
        "jszmq",
        "A socket that binds agrees to whichever protocol is offered first, which is ZWS2.0/NULL,"
        " and then speaks ZWS2.0, without the NULL handshake. Neither libzmq nor ours can connect"
        " to it. Let jszmq connect.",
        "its answer to `Sec-WebSocket-Protocol: ZWS2.0/NULL,ZWS2.0` names the first of them, and"
        " its next frame is an empty routing id; zeromq.js ends that connection, too.",
        lambda case: not case.ours_binds,
    ),
    Fault(
        "pyomq",
        "A REP drops the parts of a request up to its last empty part: of `a`, an empty part and"
        " `c`, `c` alone arrives. The delimiter of the envelope is the first empty part.",
        "in the requests that our REQ and DEALER send.",
        lambda case: case.what == "pattern" and case.theirs == "REP",
    ),
]


def fault_of(case: Case) -> Fault | None:
    """The fault that a case meets, if any."""
    return next((f for f in FAULTS if f.peer == case.peer and f.concerns(case)), None)
