"""Warnings name the line of the program that causes them."""

from __future__ import annotations

import inspect

import pytest

import zmq


def line() -> int:
    """Return the number of the caller's line."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_unclosed_socket_names_where_it_was_dropped(context):
    sockets = [zmq.Socket(context, zmq.PULL)]

    def drop() -> int:
        del sockets[0]
        return line() - 1

    with pytest.warns(ResourceWarning, match="Unclosed socket") as caught:
        expected = drop()
    assert [(warning.filename, warning.lineno) for warning in caught] == [(__file__, expected)]


@pytest.mark.parametrize("get", [lambda s: s.get(zmq.FD), lambda s: s.fileno(), lambda s: s.FD])
def test_descriptor_of_a_draft_socket_names_its_reader(context, get):
    socket = context.socket(zmq.SERVER)
    with pytest.warns(zmq.DraftFDWarning) as caught:
        get(socket)
    assert [warning.filename for warning in caught] == [__file__]
