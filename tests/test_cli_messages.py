"""Messages as text: formatted messages can be parsed again, even from pieces of any size."""

from __future__ import annotations

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmq.cli.messages import Format, routing_id_from_text, routing_id_to_text
from zmq.cli.options import count, escaped_bytes, seconds, size, timeout_ms
from zmq.cli.outcome import CommandError

parts_lists = st.lists(st.binary(max_size=20), min_size=1, max_size=4)


def cut(data, sizes):
    """Cut data into pieces of these sizes, repeatedly."""
    pieces = []
    while data:
        for number in sizes:
            pieces.append(data[:number])
            data = data[number:]
    return pieces


@given(messages=st.lists(parts_lists, max_size=5), sizes=st.lists(st.integers(1, 7), min_size=1))
def test_hex_is_read_as_it_was_written(messages, sizes):
    form = Format("hex")
    text = b"".join(form.encode(parts) for parts in messages)
    assert [form.decode(record)[1] for record in form.records(cut(text, sizes))] == messages


@given(
    messages=st.lists(st.binary().map(lambda data: data.replace(b"\n", b"")), max_size=5),
    sizes=st.lists(st.integers(1, 7), min_size=1),
)
def test_lines_are_read_as_they_were_written(messages, sizes):
    form = Format("lines")
    text = b"".join(form.encode([message]) for message in messages)
    assert list(form.records(cut(text, sizes))) == messages


@given(data=st.binary(), sizes=st.lists(st.integers(1, 7), min_size=1))
def test_whole_is_one_message(data, sizes):
    form = Format("whole")
    assert list(form.records(cut(data, sizes))) == [data]
    assert form.encode([data]) == data


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("lines", b"a\nb\n", [b"a", b"b"]),
        ("lines", b"a\nb", [b"a", b"b"]),
        ("lines", b"a\n\nb\n", [b"a", b"", b"b"]),
        ("lines", b"", []),
        ("nul", b"a\nb\0c\0", [b"a\nb", b"c"]),
        ("whole", b"", [b""]),
    ],
)
def test_input_is_cut_into_messages(kind, text, expected):
    assert list(Format(kind).records([text])) == expected


def test_a_line_is_given_before_the_input_ends():
    def chunks():
        yield b"first\nsec"
        raise AssertionError("more input is read before the first message was taken")

    assert next(Format("lines").records(chunks())) == b"first"


def test_parts_are_split_only_where_asked():
    assert Format("lines", b"|").decode(b"a|b") == (b"", [b"a|b"])
    assert Format("lines", b"|", split=True).decode(b"a|b|") == (b"", [b"a", b"b", b""])


def test_address_is_split_from_the_rest():
    assert Format("lines").decode(b"id\ta\tb", addressed=True) == (b"id", [b"a\tb"])
    assert Format("hex").decode(b"id 6161 6262", addressed=True) == (b"id", [b"aa", b"bb"])
    assert Format("hex").decode(b"id", addressed=True) == (b"id", [b""])


@pytest.mark.parametrize("record", [b"", b"id", b"\tmessage"])
def test_missing_address_is_refused(record):
    with pytest.raises(CommandError, match="must begin with its address"):
        Format("lines").decode(record, addressed=True)


@pytest.mark.parametrize("record", [b"abc", b"zz", b"\xff"])
def test_wrong_hexadecimal_is_refused(record):
    with pytest.raises(CommandError, match="hexadecimal"):
        Format("hex").decode(record)


@given(st.binary(min_size=1, max_size=255))
def test_routing_ids_are_read_as_they_were_written(routing_id):
    text = routing_id_to_text(routing_id)
    assert not set(text) & set(b" \t\n\0")
    assert routing_id_from_text(text) == routing_id


def test_printable_routing_id_stays_as_it_is():
    assert routing_id_to_text(b"worker-7") == b"worker-7"


def test_malformed_routing_id_is_refused():
    with pytest.raises(CommandError, match="0x"):
        routing_id_from_text(b"0x123")


@pytest.mark.parametrize(
    ("text", "expected"),
    [(r"\t", b"\t"), (r"a\nb", b"a\nb"), (r"\x00\xff", b"\0\xff"), (r"\\t", rb"\t"), ("|", b"|")],
)
def test_escapes(text, expected):
    assert escaped_bytes(text) == expected


@pytest.mark.parametrize("text", [r"\q", "\\", r"\x1"])
def test_unknown_escapes_are_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        escaped_bytes(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("1", 1), ("100", 100), ("4K", 4096), ("2m", 2 << 20), ("1G", 1 << 30)]
)
def test_sizes(text, expected):
    assert size(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [(size, bad) for bad in ("0", "-1", "2G", "x", "", "1.5K", "99999999999999")]
    + [(count, bad) for bad in ("0", "-1", "1.5", "")]
    + [(seconds, bad) for bad in ("-1", "nan", "inf", "x", "")],
)
def test_malformed_numbers_are_refused(read, text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected"):
        read(text)


def test_timeouts_in_ms():
    assert [timeout_ms(value) for value in (None, 0, 0.0001, 0.5, 2)] == [-1, 1, 1, 500, 2000]
