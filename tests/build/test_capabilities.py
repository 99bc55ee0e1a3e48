"""The features of the linked library."""

from __future__ import annotations

import pytest

import zmq
from zmq import _build_info


@pytest.mark.parametrize("capability", ["ipc", "curve", "WS", "draft"])
def test_built_in(capability: str) -> None:
    if capability == "draft" and not _build_info.draft_api:
        assert not zmq.has(capability)
    else:
        assert zmq.has(capability)


@pytest.mark.parametrize("capability", ["pgm", "norm", "gssapi", "tipc", "vmci", "WSS"])
def test_never_picked_up_from_the_machine(capability: str) -> None:
    assert not zmq.has(capability)


def test_build_info_names_the_version_that_runs() -> None:
    assert _build_info.libzmq_version == zmq.zmq_version()
