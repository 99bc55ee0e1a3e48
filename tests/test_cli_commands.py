"""The commands that are not pipes: info, keygen, flags for builders, and the common options."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shlex
import shutil
import stat
import subprocess
import sys

import pytest
from cli_helpers import TIMEOUT, environment, run
from compilers import needs_linking

import zmq
from zmq import cli
from zmq.auth import load_certificate
from zmq.cli.main import make_parser
from zmq.sugar.version import DISTRIBUTION_VERSION

COMMANDS = sorted(make_parser("zmq")._subparsers._group_actions[0].choices)
Z85 = rb"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}"


def keygen_module(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "zmq.curve_keygen", *arguments],
        capture_output=True,
        timeout=TIMEOUT,
        env=environment(),
        check=False,
    )


# ------------------------------------------------------------------ help and version


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(command, capsys):
    assert cli.main([command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert f" {command} [OPTION]..." in out
    assert "examples:" in out or "example:" in out or command == "info"
    assert all(len(line) <= 100 for line in out.splitlines())


def test_help_explains_the_exit_codes():
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, b"")
    for code in (b"124 timeout", b"130 Ctrl-C", b"143 SIGTERM", b"141"):
        assert code in done.stdout
    for command in COMMANDS:
        assert re.search(rf"^ +{command}  ".encode(), done.stdout, re.MULTILINE)


def test_every_socket_type_has_a_command():
    types = {name.lower() for name in zmq.SocketType.__members__}
    assert types - set(COMMANDS) == {"xreq", "xrep"}


def test_help_of_a_command_by_name(capsys):
    assert cli.main(["help", "sub"]) == 0
    helped = capsys.readouterr().out
    assert cli.main(["sub", "--help"]) == 0
    assert helped == capsys.readouterr().out
    assert cli.main(["help"]) == 0
    assert "exit codes:" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_can_be_typed_in_zsh(command, capsys):
    # In zsh, a * that is not quoted and matches no file is an error.
    cli.main(["help", command])
    for line in capsys.readouterr().out.partition("example")[2].splitlines():
        assert "*" not in re.sub(r"'[^']*'|~/\S+", "", line), line


def test_unknown_option_shows_the_usage(capsys):
    assert cli.main(["sub", "--tpoic", "x"]) == 2
    said = capsys.readouterr().err
    assert re.match(r"usage: .* sub \[OPTION\]... \[ENDPOINT\]...", said)


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion(shell):
    pytest.importorskip("shtab", reason="shtab writes the script: pip install shtab")
    done = run("completion", shell)
    assert (done.returncode, done.stderr) == (0, b"")
    for word in (b"zmq", b"push", b"curve-server-key"):
        assert word in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_and_options():
    pytest.importorskip("shtab", reason="shtab writes the script: pip install shtab")
    script = run("completion", "bash").stdout.decode()
    ask = "\nCOMP_WORDS=({words}); COMP_CWORD={at}; _shtab_zmq; echo ${{COMPREPLY[*]}}"
    for words, expected in (("zmq pu", {"push", "pull", "pub"}), ("zmq push --ti", {"--timeout"})):
        program = script + ask.format(words=words, at=words.count(" "))
        done = subprocess.run(
            ["bash", "-c", program], capture_output=True, timeout=TIMEOUT, check=True
        )
        assert set(done.stdout.decode().split()) == expected


def test_completion_without_its_library(tmp_path):
    (tmp_path / "shtab.py").write_text("raise ImportError('not here')\n")
    done = run("completion", "bash", env=environment(PYTHONPATH=str(tmp_path)))
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"pip install shtab" in done.stderr


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(option):
    done = run(option)
    assert done.returncode == 0
    assert zmq.zmq_version().encode() in done.stdout


def test_no_command_is_a_usage_error():
    done = run()
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"usage:" in done.stderr


def test_unknown_command_is_a_usage_error(capsys):
    assert cli.main(["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_script_is_declared():
    tomllib = pytest.importorskip("tomllib", reason="tomllib is new in Python 3.11")
    project = pathlib.Path(__file__).parents[1] / "pyproject.toml"
    scripts = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"zmq": "zmq.cli:main"}


# ------------------------------------------------------------------ info


def test_info_as_json():
    done = run("info", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert found["versions"]["libzmq"] == zmq.zmq_version()
    assert found["versions"]["pyzmq"] == DISTRIBUTION_VERSION
    assert found["features"]["curve"] is zmq.has("curve")
    assert found["features"]["gssapi"] is zmq.has("gssapi")
    assert all(name.endswith(".patch") for name in found["build"]["libzmq_patches"])
    assert os.path.isfile(found["paths"]["extension"])
    assert os.path.isfile(os.path.join(found["paths"]["package"], "__init__.py"))


def test_info_is_short():
    lines = run("info").stdout.decode().splitlines()
    assert len(lines) < 35
    assert not any(line.endswith(".patch") for line in lines)


def test_info_as_text_has_the_same():
    found = json.loads(run("info", "--json").stdout)
    text = run("info", "--verbose").stdout.decode()
    for patch in found["build"]["libzmq_patches"]:
        assert patch in text
    assert found["paths"]["extension"] in text
    assert re.search(r"^ +curve +yes$", text, re.MULTILINE)


def test_info_counts_patches_and_names_their_page():
    patches = json.loads(run("info", "--json").stdout)["build"]["libzmq_patches"]
    text = run("info").stdout.decode()
    assert patches[0] not in text
    assert f"{len(patches)}; listed with --verbose" in text
    assert f"Differences from libzmq {zmq.zmq_version()}" in text


def test_info_lists_each_pyzmq_that_python_finds(tmp_path):
    metadata = tmp_path / "pyzmq-28.0.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pyzmq\nVersion: 28.0.0\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = run("info", "--json", env={**os.environ, "PYTHONPATH": path})
    installed = json.loads(done.stdout)["paths"]["installed"]
    assert installed[0] == f"28.0.0 in {tmp_path}"
    assert any(line.startswith(f"{DISTRIBUTION_VERSION} in ") for line in installed[1:])


# ------------------------------------------------------------------ for builders


def test_includes():
    assert run("--includes").stdout.decode().splitlines() == zmq.get_includes()


def test_libdir():
    folder = run("--libdir").stdout.decode().strip()
    assert [folder] == zmq.get_library_dirs()
    assert os.listdir(folder)


def test_cflags_and_libs():
    done = run("--cflags", "--libs")
    flags = shlex.split(done.stdout.decode())
    assert done.stdout.count(b"\n") == 1
    assert [flag[2:] for flag in flags if flag.startswith("-I")] == zmq.get_includes()
    assert [flag[2:] for flag in flags if flag.startswith("-L")] == zmq.get_library_dirs()
    assert "-lzmq" in flags


@needs_linking
def test_flags_build_a_program(tmp_path):
    source = tmp_path / "app.cpp"
    source.write_text(
        "#include <zmq.h>\n#include <stdio.h>\n"
        "int main () { int a, b, c; zmq_version (&a, &b, &c); void *x = zmq_ctx_new ();\n"
        '  printf ("%d.%d.%d", a, b, c); return zmq_ctx_term (x); }\n'
    )
    flags = shlex.split(run("--cflags", "--libs").stdout.decode())
    program = tmp_path / "app"
    subprocess.run(["c++", source, *flags, "-o", program], check=True, timeout=TIMEOUT * 4)
    found = subprocess.run([program], capture_output=True, check=True, timeout=TIMEOUT)
    assert found.stdout.decode() == zmq.zmq_version()


def test_cmakedir():
    folder = run("--cmakedir").stdout.decode().rstrip("\n")
    assert {"ZeroMQConfig.cmake", "ZeroMQConfigVersion.cmake"} <= set(os.listdir(folder))


def test_pkgconfigdir():
    folder = run("--pkgconfigdir").stdout.decode().rstrip("\n")
    assert sorted(os.listdir(folder)) == ["libzmq.pc", "zmq.pc"]


# ------------------------------------------------------------------ keys


def test_keygen_prints_a_pair():
    done = run("keygen")
    found = re.fullmatch(rb"public: (%s)\nsecret: (%s)\n" % (Z85, Z85), done.stdout)
    assert found
    assert zmq.curve_public(found[2]) == found[1]


def test_keygen_as_json():
    found = json.loads(run("keygen", "--json").stdout)
    assert zmq.curve_public(found["secret"].encode()) == found["public"].encode()


def test_keygen_makes_new_keys_each_time():
    assert run("keygen").stdout != run("keygen").stdout


def test_keygen_makes_certificates(tmp_path):
    done = run("keygen", "alice", "-d", tmp_path / "keys", "-m", "mail=alice@example.org")
    assert (done.returncode, done.stderr) == (0, b"")
    public_file, secret_file = (
        tmp_path / "keys" / name for name in ("alice.key", "alice.key_secret")
    )
    public, secret = load_certificate(secret_file)
    assert zmq.curve_public(secret) == public
    assert load_certificate(public_file) == (public, None)
    assert "alice@example.org" in public_file.read_text()
    assert secret.decode() not in public_file.read_text()
    for path in (public_file, secret_file):
        assert str(path).encode() in done.stdout
    if os.name == "posix":
        assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600


def test_keygen_replaces_nothing(tmp_path):
    run("keygen", "alice", cwd=tmp_path)
    before = (tmp_path / "alice.key_secret").read_bytes()
    done = run("keygen", "alice", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"--force" in done.stderr
    assert (tmp_path / "alice.key_secret").read_bytes() == before
    assert run("keygen", "alice", "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / "alice.key_secret").read_bytes() != before


def test_public_key_of_a_certificate(tmp_path):
    run("keygen", "alice", cwd=tmp_path)
    done = run("keygen", "--public-of", tmp_path / "alice.key_secret")
    public, _ = load_certificate(tmp_path / "alice.key")
    assert done.stdout == public + b"\n"
    as_json = run("keygen", "--json", "--public-of", tmp_path / "alice.key")
    assert json.loads(as_json.stdout) == {"public": public.decode()}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("keygen", "a/b"), 2),
        (("keygen", ".."), 2),
        (("keygen", "-m", "a=b"), 2),
        (("keygen", "x", "-m", "nonsense"), 2),
        (("keygen", "x", "--public-of", "y"), 2),
        (("keygen", "x", "-m", "a=two\nlines"), 2),
        (("keygen", "--public-of", "/no/such/file"), 2),
    ],
)
def test_wrong_arguments_of_keygen(arguments, code, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.startswith(b"python -m zmq keygen:")
    assert b"Traceback" not in done.stderr
    assert os.listdir(tmp_path) == []


def test_curve_keygen_prints_a_pair():
    done = keygen_module()
    found = re.fullmatch(
        rb"== CURVE PUBLIC KEY ==\r?\n(%s)\r?\n\r?\n== CURVE SECRET KEY ==\r?\n(%s)\r?\n"
        % (Z85, Z85),
        done.stdout,
    )
    assert found
    assert zmq.curve_public(found[2]) == found[1]


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_curve_keygen_has_a_help(option):
    done = keygen_module(option)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(
        b"usage: python3 -m zmq.curve_keygen [-h] [--json] [--secret SECRET]"
    )


def test_curve_keygen_of_a_secret_key():
    public, secret = (key.decode() for key in zmq.curve_keypair())
    found = json.loads(keygen_module("--json", f"--secret={secret}").stdout)
    assert found == {"public": public, "secret": secret}


@pytest.mark.parametrize("secret", ["short", "~" * 40])
def test_curve_keygen_refuses_invalid_keys(secret):
    done = keygen_module("--secret", secret)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Traceback" not in done.stderr
    assert done.stderr
