"""Salt parses zmq's version, and needs three numbers.

Run by ``make dependents`` where salt is installed.
"""

from __future__ import annotations

import logging

import pytest


def test_version_is_understood(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        from salt.utils import zeromq
    assert zeromq.ZMQ_VERSION_INFO == (27, 3, 0)
    assert zeromq.LIBZMQ_VERSION_INFO[:2] == (4, 3)
    assert [record.message for record in caplog.records if record.levelno > logging.INFO] == []
