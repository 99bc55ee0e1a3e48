"""CURVE certificates: files of keys."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zmq
import zmq.auth
from zmq.auth import create_certificates, load_certificate, load_certificates

PUBLIC = b"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"  # the examples of ZeroMQ's own documentation
SECRET = b"JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

# Other bindings write certificates in this form.
WRITTEN_ELSEWHERE = f"""\
#   ZeroMQ CURVE Certificate

metadata
    name = "Alice"
    public-key = "not this one"
curve
    public-key = "{PUBLIC.decode()}"
    secret-key = "{SECRET.decode()}"
"""


def mode_of(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_pair_is_written_and_read(tmp_path):
    public_file, secret_file = create_certificates(tmp_path, "alice")
    assert (public_file, secret_file) == (
        str(tmp_path / "alice.key"),
        str(tmp_path / "alice.key_secret"),
    )
    public, secret = load_certificate(secret_file)
    assert zmq.curve_public(secret) == public
    assert load_certificate(public_file) == (public, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alice.key", "alice.key_secret"]


def test_folder_may_be_str(tmp_path):
    public_file, _ = create_certificates(str(tmp_path), "alice")
    assert load_certificate(str(public_file))[0] in load_certificates(str(tmp_path))


def test_secret_key_is_not_in_the_public_file(tmp_path):
    public_file, secret_file = create_certificates(tmp_path, "alice")
    _, secret = load_certificate(secret_file)
    assert secret not in Path(public_file).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_secret_file_is_for_its_owner_only(tmp_path):
    old_mask = os.umask(0)
    try:
        public_file, secret_file = create_certificates(tmp_path, "alice")
    finally:
        os.umask(old_mask)
    assert mode_of(secret_file) == 0o600
    assert mode_of(public_file) == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_secret_file_replaces_one_that_others_can_read(tmp_path):
    old = tmp_path / "alice.key_secret"
    old.write_text("old")
    old.chmod(0o644)
    with open(old) as opened_by_another:
        create_certificates(tmp_path, "alice")
        assert mode_of(old) == 0o600
        assert opened_by_another.read() == "old"


def test_keys_differ_each_time(tmp_path):
    first = load_certificate(create_certificates(tmp_path, "alice")[1])
    second = load_certificate(create_certificates(tmp_path, "alice")[1])
    assert len({*first, *second}) == 4


def test_metadata_is_written_to_both_files(tmp_path):
    for path in create_certificates(tmp_path, "alice", {"name": "Alice", "quote": 'say "hi"'}):
        text = Path(path).read_text(encoding="utf-8")
        assert 'name = "Alice"' in text
        assert "quote = 'say \"hi\"'" in text
        load_certificate(path)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=3))
def test_metadata_never_changes_the_keys(tmp_path_factory, metadata):
    folder = tmp_path_factory.mktemp("certificates")
    metadata["public-key"] = PUBLIC.decode()
    try:
        _, secret_file = create_certificates(folder, "alice", metadata)
    except ValueError:
        assert list(folder.iterdir()) == []
        return
    public, secret = load_certificate(secret_file)
    assert public != PUBLIC
    assert zmq.curve_public(secret) == public


@pytest.mark.parametrize(
    "metadata", [{"a": "b\ncurve"}, {"a=b": "c"}, {"a\nb": "c"}, {"": "c"}, {"a": "'\""}]
)
def test_metadata_of_several_lines_is_refused(tmp_path, metadata):
    with pytest.raises(ValueError, match="cannot write metadata"):
        create_certificates(tmp_path, "alice", metadata)


@pytest.mark.parametrize("name", ["", "sub/alice", "../alice"])
def test_name_with_a_folder_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="pass the folder as key_dir"):
        create_certificates(tmp_path, name)


def test_missing_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        create_certificates(tmp_path / "none", "alice")


def test_file_of_another_binding_is_read(tmp_path):
    path = tmp_path / "alice.key_secret"
    path.write_text(WRITTEN_ELSEWHERE)
    assert load_certificate(path) == (PUBLIC, SECRET)


@pytest.mark.parametrize(
    "line",
    [
        'public-key = "KEY"',
        "public-key = 'KEY'",
        "public-key=KEY",
        '\t  public-key   =   "KEY"   ',
        'public-key = "KEY" # mine',
    ],
)
def test_ways_to_write_a_key(tmp_path, line):
    path = tmp_path / "alice.key"
    path.write_text("\n# comment\n\ncurve # the keys\n" + line.replace("KEY", PUBLIC.decode()))
    assert load_certificate(path) == (PUBLIC, None)


def test_key_with_a_number_sign_is_read(tmp_path):
    key = next(
        candidate
        for candidate in (zmq.curve_keypair()[0] for _ in range(10_000))
        if b"#" in candidate
    )
    path = tmp_path / "alice.key"
    path.write_text(f"curve\n    public-key = {key.decode()} # mine")
    assert load_certificate(path) == (key, None)


def test_public_file_is_not_a_secret_one(tmp_path):
    public_file, _ = create_certificates(tmp_path, "alice")
    with pytest.raises(ValueError, match=r"No secret key found in .*alice\.key: .*\.key_secret"):
        load_certificate(public_file, secret=True)


def test_public_file_named_as_secret_is_refused(tmp_path):
    public_file, secret_file = create_certificates(tmp_path, "alice")
    os.replace(public_file, secret_file)
    with pytest.raises(ValueError, match="this is a public certificate"):
        load_certificate(secret_file)


def test_secret_file_passes_as_one(tmp_path):
    _, secret_file = create_certificates(tmp_path, "alice")
    assert load_certificate(secret_file, secret=True) == load_certificate(secret_file)


@pytest.mark.parametrize(
    "text",
    ["", "hello", "curve\n", "metadata\n  public-key = x", f'curve\n  secret-key="{SECRET!s}"'],
)
def test_file_without_public_key_is_refused(tmp_path, text):
    path = tmp_path / "bad.key"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"No public key found in {re.escape(str(path))}"):
        load_certificate(path)


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"# caf\xe9\n"], ids=["mark", "latin-1"])
def test_file_by_another_editor_is_read(tmp_path, start):
    path = tmp_path / "alice.key"
    path.write_bytes(start + b'curve\r\n  public-key = "' + PUBLIC + b'"\r\n')
    assert load_certificate(path) == (PUBLIC, None)


def test_file_without_sections_is_read(tmp_path):
    path = tmp_path / "alice.key"
    path.write_text(f'public-key = "{PUBLIC.decode()}"\n')
    assert load_certificate(path) == (PUBLIC, None)


def test_other_line_breaks_in_metadata_begin_no_section(tmp_path):
    forged = "x\u2028curve\u2028other-key = 1"
    public_path, _ = create_certificates(tmp_path, "alice", {"note": forged})
    text = Path(public_path).read_text(encoding="utf-8")
    (tmp_path / "cut.key").write_text(text.replace("\ncurve\n", "\n"), encoding="utf-8")
    with pytest.raises(ValueError, match="No public key found"):
        load_certificate(tmp_path / "cut.key")


def test_metadata_other_than_text_are_refused(tmp_path):
    with pytest.raises(TypeError, match="metadata must be a dict of str to str, got 'mail': None"):
        create_certificates(tmp_path, "alice", {"mail": None})
    assert list(tmp_path.iterdir()) == []


def test_binary_file_is_refused(tmp_path):
    path = tmp_path / "bad.key"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="No public key found"):
        load_certificate(path)


@pytest.mark.parametrize(
    "key",
    ["", "abc", PUBLIC.decode()[:-1], PUBLIC.decode() + "x", "," * 40, "\u20ac" * 40, "#" * 40],
)
def test_invalid_key_is_refused(tmp_path, key):
    path = tmp_path / "bad.key"
    path.write_text(f'curve\n  public-key = "{key}"', encoding="utf-8")
    with pytest.raises(ValueError, match="is not a CURVE key: expected 40 characters"):
        load_certificate(path)


def test_bad_secret_key_is_not_shown(tmp_path):
    path = tmp_path / "alice.key_secret"
    path.write_text(WRITTEN_ELSEWHERE.replace(SECRET.decode(), SECRET.decode()[1:]))
    with pytest.raises(ValueError, match=r"secret-key in .* is not a CURVE key") as raised:
        load_certificate(path)
    assert SECRET.decode()[1:10] not in str(raised.value)


@pytest.mark.parametrize("name", ["none.key", ""])
def test_missing_file_is_an_os_error(tmp_path, name):
    with pytest.raises(OSError, match="Invalid certificate file"):
        load_certificate(tmp_path / name)


def test_folder_is_read(tmp_path):
    publics = {
        load_certificate(create_certificates(tmp_path, name)[0])[0] for name in ("alice", "bob")
    }
    (tmp_path / "notes.txt").write_text("not a certificate")
    assert load_certificates(tmp_path) == dict.fromkeys(publics, True)


def test_secret_files_of_a_folder_are_not_read(tmp_path):
    os.remove(create_certificates(tmp_path, "alice")[0])
    assert load_certificates(tmp_path) == {}


def test_current_folder_is_read_by_default(tmp_path, monkeypatch):
    public, _ = load_certificate(create_certificates(tmp_path, "alice")[0])
    monkeypatch.chdir(tmp_path)
    assert load_certificates() == {public: True}


def test_bad_file_in_a_folder_is_named(tmp_path):
    create_certificates(tmp_path, "alice")
    (tmp_path / "bad.key").write_text("hello")
    with pytest.raises(ValueError, match=r"bad\.key"):
        load_certificates(tmp_path)


def test_missing_folder_of_certificates_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="Invalid certificate directory"):
        load_certificates(tmp_path / "none")


def test_names_are_exported():
    assert zmq.auth.load_certificate is load_certificate
    assert zmq.auth.CURVE_ALLOW_ANY == "*"
