"""CURVE and PLAIN in the shell: known clients are accepted, others refused."""

from __future__ import annotations

import sys

import pytest
from cli_helpers import Running, environment, run

from zmq.auth import load_certificate

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends the signals of POSIX systems"
)

ANY = "tcp://127.0.0.1:*"


@pytest.fixture
def keys(tmp_path):
    """A folder with certificates of server, alice and mallory; its folder may/ has only alice's."""
    for name in ("server", "alice", "mallory"):
        assert run("keygen", name, "-d", tmp_path).returncode == 0
    (tmp_path / "may").mkdir()
    (tmp_path / "may" / "alice.key").write_bytes((tmp_path / "alice.key").read_bytes())
    return tmp_path


def test_curve_with_certificates(keys):
    server = ("--curve-server", "--curve-key", keys / "server.key_secret")
    client = ("--curve-server-key", keys / "server.key", "--curve-key", keys / "alice.key_secret")
    with Running("pull", "-b", ANY, "-n", 1, *server) as receiving:
        assert run("push", receiving.endpoint(), *client, "-m", "secret").returncode == 0
        assert receiving.end() == (0, b"secret\n", b"")


def test_curve_with_the_key_of_the_server_alone(keys):
    public = load_certificate(keys / "server.key")[0].decode()
    server = ("--curve-server", "--curve-key", keys / "server.key_secret")
    with Running("pull", "-b", ANY, "-n", 1, *server) as receiving:
        done = run("push", receiving.endpoint(), f"--curve-server-key={public}", "-m", "x")
        assert done.returncode == 0
        assert receiving.end()[1] == b"x\n"


def test_curve_refuses_a_client_without_keys(keys):
    server = ("--curve-server", "--curve-key", keys / "server.key_secret")
    with Running("pull", "-b", ANY, "-v", *server) as receiving:
        done = run("push", receiving.endpoint(), "--peers", 1, "-m", "x")
        assert done.returncode == 1
        receiving.error(b"handshake failed")
        receiving.signal()
        assert receiving.end()[:2] == (130, b"")


def test_only_allowed_clients_connect(keys):
    server = ("--curve-server", "--curve-key", keys / "server.key_secret")
    with Running("pull", "-b", ANY, "-n", 1, *server, "--curve-allow", keys / "may") as receiving:
        endpoint = receiving.endpoint()
        for name, code in (("mallory", 1), ("alice", 0)):
            own = ("--curve-key", keys / f"{name}.key_secret", "--peers", 1)
            server_key = ("--curve-server-key", keys / "server.key")
            assert run("push", endpoint, *own, *server_key, "-m", name).returncode == code
        assert receiving.end()[1] == b"alice\n"


@pytest.mark.parametrize(("password", "code"), [("right", 0), ("wrong", 1)])
def test_plain(tmp_path, password, code):
    users = tmp_path / "users"
    users.write_text("# who may\nann:right\n")
    with Running("pull", "-b", ANY, "--plain-server", users) as receiving:
        endpoint = receiving.endpoint()
        env = environment(ZMQ_PLAIN_PASSWORD=password)
        arguments = ("--plain-user", "ann", "--peers", 1, "-m", "hello")
        assert run("push", endpoint, *arguments, env=env).returncode == code
        if code == 0:
            assert receiving.line() == b"hello"
        receiving.signal()
        assert receiving.end()[:2] == (130, b"")


def test_secured_server_that_sends(keys):
    server = ("--curve-server", "--curve-key", keys / "server.key_secret")
    with Running("push", "-b", ANY, "-m", "x", *server, "--curve-allow", keys / "may") as sending:
        client = ("--curve-server-key", keys / "server.key")
        own = ("--curve-key", keys / "alice.key_secret")
        assert run("pull", sending.endpoint(), "-n", 1, *client, *own).stdout == b"x\n"
        assert sending.end()[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--curve-server", "--curve-key", "server.key"), b"no secret key"),
        (("--curve-server", "--curve-key", "may"), b"may"),
        (
            ("--curve-server", "--curve-key", "server.key_secret", "--curve-allow", "none"),
            b"none",
        ),
        (("--plain-server", "no-users"), b"no-users"),
        (("--plain-server", "server.key"), b"NAME:PASSWORD"),
    ],
)
def test_files_that_do_not_fit(keys, arguments, said):
    done = run("pull", "-b", ANY, *arguments, cwd=keys)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


def test_users_in_another_encoding(tmp_path):
    (tmp_path / "users").write_bytes(b"alice:right\nzo\xe9:x\n")
    done = run("pull", "-b", ANY, "--plain-server", tmp_path / "users")
    assert done.returncode == 2
    assert b"users, line 2: expected UTF-8 text" in done.stderr


def test_users_of_a_windows_editor(tmp_path):
    (tmp_path / "users").write_bytes(b"\xef\xbb\xbfalice:right\r\n")
    with Running("pull", "-b", ANY, "-n", 1, "--plain-server", tmp_path / "users") as receiving:
        endpoint = receiving.endpoint()
        env = environment(ZMQ_PLAIN_PASSWORD="right")
        assert run("push", endpoint, "--plain-user", "alice", "-m", "x", env=env).returncode == 0
        assert receiving.end()[0] == 0


def test_passwords_are_not_printed():
    # longer than ZMTP allows
    env = environment(ZMQ_PLAIN_PASSWORD="tale" * 100)
    done = run("push", "tcp://127.0.0.1:1", "--plain-user", "alice", "-m", "x", env=env)
    assert done.returncode == 1
    assert b"PLAIN_PASSWORD" in done.stderr
    assert b"tale" not in done.stderr


def test_secret_keys_are_not_printed(keys):
    secret = load_certificate(keys / "server.key_secret")[1]
    done = run("pull", "-b", ANY, "--curve-server", "--curve-key", keys / "server.key_secret",
               "-v", "-t", "0.1")  # fmt: skip
    assert secret not in done.stdout + done.stderr
