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


FAULTS: list[Fault] = []


def fault_of(case: Case) -> Fault | None:
    """The fault that a case meets, if any."""
    return next((f for f in FAULTS if f.peer == case.peer and f.concerns(case)), None)
