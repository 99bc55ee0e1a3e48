"""The page about other implementations agrees with the data of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from known_faults import FAULTS, Fault

PAGE = Path(__file__).parents[2] / "docs" / "interoperability.md"


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.text[:30] for fault in FAULTS])
def test_page_has_each_fault(fault: Fault) -> None:
    assert f"- {fault.text} *Seen:* {fault.seen}\n" in PAGE.read_text("utf-8")
