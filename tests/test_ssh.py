"""Tunnels through a real sshd, by OpenSSH and by paramiko: keys, agent, passphrase, password.

sshd runs on loopback as a process of the test, with a host key, a configuration and authorized
keys of its own. sshd can check passwords only with the system's accounts. So the tests of passwords
use a server made with paramiko, which forwards like sshd.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pathlib
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest

import zmq
from zmq import ssh
from zmq.ssh import tunnel

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="runs sshd, which needs a POSIX system"
)

SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
PASSWORD = "correct horse, battery staple"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_until(condition, message, seconds=20.0):
    """Wait until a condition is true; check it every 20 ms."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, message
        time.sleep(0.02)


def listens(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def make_key(path, passphrase=""):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path], check=True
    )
    return path


class Site:
    """A home folder, and an ``ssh`` on the PATH that uses it instead of the user's own."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.home = folder / "home" / ".ssh"
        self.home.mkdir(parents=True, mode=0o700)
        self.known_hosts = self.home / "known_hosts"
        self.known_hosts.touch()
        self.config = folder / "ssh_config"
        self.config.write_text(
            f"UserKnownHostsFile {self.known_hosts}\nGlobalKnownHostsFile none\nIdentityFile none\n"
        )
        programs = folder / "bin"
        programs.mkdir()
        wrapper = programs / "ssh"
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {self.config} "$@"\n')
        wrapper.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        monkeypatch.setenv("HOME", str(folder / "home"))
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)

    def know(self, port, public_key):
        kind, key = public_key.split()[:2]
        with self.known_hosts.open("a") as file:
            file.write(f"[127.0.0.1]:{port} {kind} {key}\n")


@pytest.fixture
def site(tmp_path, monkeypatch):
    if shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH's client is not installed (Debian: openssh-client)")
    yield Site(tmp_path, monkeypatch)
    # End the test's tunnels: otherwise they last as long as the program.
    tunnel._end_openssh_tunnels()


class Server:
    """The address of an SSH server, and the key that it accepts."""

    def __init__(self, port, keyfile, public_host_key):
        self.port = port
        self.keyfile = str(keyfile)
        self.public_host_key = public_host_key
        self.address = f"{getpass.getuser()}@127.0.0.1:{port}"


@pytest.fixture
def sshd(site):
    """Run a real sshd whose host key is known, and which accepts ``keyfile``."""
    if SSHD is None:
        pytest.skip("sshd is not installed (Debian: openssh-server)")
    if os.geteuid() == 0 and not os.path.isdir("/run/sshd"):
        with contextlib.suppress(OSError):
            os.mkdir("/run/sshd", 0o755)
    host_key = make_key(site.folder / "host_key")
    key = make_key(site.folder / "key")
    authorized = site.folder / "authorized_keys"
    authorized.write_text(pathlib.Path(f"{key}.pub").read_text())
    port = free_port()
    config = site.folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host_key}\nPidFile none\n"
        f"AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nAllowTcpForwarding yes\n"
        "PrintMotd no\n"
    )
    log = site.folder / "sshd.log"
    with log.open("wb") as output:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=output)
        try:
            wait_until(lambda: process.poll() is not None or listens(port), "sshd does not listen")
            if process.poll() is not None:
                pytest.skip(f"sshd does not run as this user: {log.read_text().strip()}")
            public = pathlib.Path(f"{host_key}.pub").read_text()
            site.know(port, public)
            yield Server(port, key, public)
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def echo():
    """The endpoint of a REP socket in a thread that replies with the content of each request."""
    with zmq.Context() as context, context.socket(zmq.REP) as rep:
        rep.linger = 0
        port = rep.bind_to_random_port("tcp://127.0.0.1")
        stop_receiver, stop_sender = (context.socket(zmq.PAIR) for _ in range(2))
        with stop_receiver, stop_sender:
            stop_receiver.bind("inproc://stop")
            stop_sender.connect("inproc://stop")

            def answer():
                poller = zmq.Poller()
                poller.register(rep, zmq.POLLIN)
                poller.register(stop_receiver, zmq.POLLIN)
                while True:
                    ready = dict(poller.poll())
                    if stop_receiver in ready:
                        return
                    rep.send(b"echo " + rep.recv())

            thread = threading.Thread(target=answer)
            thread.start()
            yield f"tcp://127.0.0.1:{port}"
            stop_sender.send(b"")
            thread.join(10)


@pytest.fixture
def req():
    with zmq.Context() as context, context.socket(zmq.REQ) as sock:
        sock.linger = 0
        sock.rcvtimeo = sock.sndtimeo = 20_000
        yield sock


@pytest.fixture
def ending():
    """A list of tunnels to end after the test."""
    tunnels = []
    yield tunnels
    for made in tunnels:
        made.terminate()
        made.join(10)
        made.close()


def ask(sock):
    sock.send(b"hello")
    return sock.recv()


# ------------------------------------------------------------------ small parts


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("host", (None, "host", 22)),
        ("ann@host", ("ann", "host", 22)),
        ("ann@host:2222", ("ann", "host", 2222)),
        ("host:2222", (None, "host", 2222)),
        ("ann@[::1]:2222", ("ann", "::1", 2222)),
        ("[::1]", (None, "::1", 22)),
        ("::1", (None, "::1", 22)),
    ],
)
def test_server_is_split(server, expected):
    user, host, port = expected
    assert tunnel._split_server(server) == (user or getpass.getuser(), host, port)


@pytest.mark.parametrize(
    "server", ["", "ann@", "host:0", "host:99999", "-oProxyCommand=x", "-l@host"]
)
def test_malformed_server_is_refused(server):
    with pytest.raises(ValueError, match=r"\[user@\]host\[:port\]"):
        tunnel._split_server(server)


def test_random_ports_are_different_and_free():
    ports = tunnel.select_random_ports(20)
    assert len(set(ports)) == 20
    assert not any(listens(port) for port in ports)


@pytest.mark.parametrize("addr", ["ipc:///tmp/x", "inproc://x", "udp://127.0.0.1:5", "tcp://host"])
def test_tunnel_accepts_only_tcp(addr):
    with pytest.raises(ValueError, match="tcp://host:port"):
        tunnel.open_tunnel(addr, "127.0.0.1")


@pytest.mark.parametrize("make", [ssh.openssh_tunnel, ssh.paramiko_tunnel])
def test_port_out_of_range_is_refused(site, make):
    if make is ssh.paramiko_tunnel:
        pytest.importorskip("paramiko", reason="paramiko is not installed")
    with pytest.raises(ValueError, match="lport"):
        make(0, 5555, "127.0.0.1")


def test_ssh_tunnel_is_that_of_openssh_here():
    assert ssh.ssh_tunnel is ssh.openssh_tunnel


def test_missing_paramiko_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(ImportError, match="pip install paramiko"):
        ssh.try_passwordless_ssh("127.0.0.1", None, paramiko=True)


def test_missing_pexpect_is_said(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "pexpect", None)
    with pytest.raises(ImportError, match="pip install pexpect"):
        ssh.openssh_tunnel(free_port(), 5555, "127.0.0.1", password="x")


def test_missing_ssh_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="ssh"):
        ssh.openssh_tunnel(free_port(), 5555, "127.0.0.1")


# ------------------------------------------------------------------ OpenSSH and sshd


def test_passwordless_with_the_right_key(sshd):
    assert ssh.try_passwordless_ssh(sshd.address, sshd.keyfile) is True


def test_not_passwordless_with_another_key(sshd, site):
    other = make_key(site.folder / "other")
    assert ssh.try_passwordless_ssh(sshd.address, str(other)) is False


def test_passwordless_login_without_a_server_says_why(site):
    with pytest.raises(RuntimeError, match="refused"):
        ssh.try_passwordless_ssh(f"127.0.0.1:{free_port()}", None)


def test_passwordless_login_at_an_unknown_host_says_so(sshd, site):
    site.known_hosts.write_text("")
    with pytest.raises(RuntimeError, match="Host key verification failed"):
        ssh.try_passwordless_ssh(sshd.address, sshd.keyfile)


def test_messages_go_through_openssh_with_a_key(sshd, echo, req):
    pid = ssh.tunnel_connection(req, echo, sshd.address, keyfile=sshd.keyfile)
    assert isinstance(pid, int)
    assert ask(req) == b"echo hello"
    assert not req.last_endpoint.startswith(echo.encode())


def test_ending_the_process_closes_the_tunnel(sshd, echo):
    endpoint, pid = tunnel.open_tunnel(echo, sshd.address, keyfile=sshd.keyfile)
    port = int(endpoint.rpartition(":")[2])
    assert listens(port)
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not listens(port), "the tunnel stays open")


def test_openssh_uses_the_agent(sshd, echo, req, site, monkeypatch):
    path = site.folder / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
    try:
        wait_until(path.exists, "no agent")
        monkeypatch.setenv("SSH_AUTH_SOCK", str(path))
        subprocess.run(["ssh-add", "-q", sshd.keyfile], check=True)
        ssh.tunnel_connection(req, echo, sshd.address, paramiko=False)
        assert ask(req) == b"echo hello"
    finally:
        agent.terminate()
        agent.wait(10)


def test_openssh_tunnel_closes_after_its_timeout(sshd, echo):
    endpoint, _ = tunnel.open_tunnel(echo, sshd.address, keyfile=sshd.keyfile, timeout=1)
    port = int(endpoint.rpartition(":")[2])
    wait_until(lambda: not listens(port), "an unused tunnel stays open")


def test_openssh_says_that_the_port_is_taken(sshd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RuntimeError, match="Address already in use"):
            ssh.openssh_tunnel(taken.getsockname()[1], 5555, sshd.address, keyfile=sshd.keyfile)


def test_shared_connection_forwards_the_port(sshd, echo, req, site):
    control = site.folder / "control"
    with site.config.open("a") as config:
        config.write(f"ControlPath {control}\n")
    destination = tunnel._openssh_destination(sshd.address)
    master = subprocess.Popen(
        ["ssh", "-M", "-N", "-i", sshd.keyfile, "-o", "BatchMode=yes", *destination]
    )
    try:
        wait_until(control.exists, "no master")
        # This call passes no key, so ssh must use the master, which has logged in.
        pid = ssh.tunnel_connection(req, echo, sshd.address, paramiko=False)
        assert pid == master.pid
        assert ask(req) == b"echo hello"
    finally:
        master.terminate()
        master.wait(10)


def test_tunnel_ends_with_the_program(sshd, echo):
    code = (
        "import sys\n"
        "from zmq.ssh.tunnel import open_tunnel\n"
        "print(*open_tunnel(sys.argv[1], sys.argv[2], keyfile=sys.argv[3]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, echo, sshd.address, sshd.keyfile],
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    endpoint, pid = done.stdout.split()
    assert not listens(int(endpoint.rpartition(":")[2]))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_key_with_a_passphrase(sshd, echo, req, site):
    pytest.importorskip("pexpect", reason="pexpect is not installed")
    locked = make_key(site.folder / "locked", PASSWORD)
    with (site.folder / "authorized_keys").open("a") as file:
        file.write(pathlib.Path(f"{locked}.pub").read_text())
    ssh.tunnel_connection(
        req, echo, sshd.address, keyfile=str(locked), password=PASSWORD, paramiko=False
    )
    assert ask(req) == b"echo hello"


# ------------------------------------------------------------------ paramiko and sshd


def test_messages_go_through_paramiko_with_a_key(sshd, echo, req, ending):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    process = ssh.tunnel_connection(req, echo, sshd.address, keyfile=sshd.keyfile, paramiko=True)
    ending.append(process)
    assert process.daemon
    assert ask(req) == b"echo hello"


def test_paramiko_passwordless(sshd, site):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    other = make_key(site.folder / "other")
    assert ssh.try_passwordless_ssh(sshd.address, sshd.keyfile, paramiko=True) is True
    assert ssh.try_passwordless_ssh(sshd.address, str(other), paramiko=True) is False


def test_paramiko_refuses_a_host_with_another_key(sshd, site):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    site.known_hosts.write_text("")
    site.know(sshd.port, pathlib.Path(f"{make_key(site.folder / 'other')}.pub").read_text())
    with pytest.raises(RuntimeError, match="BadHostKeyException"):
        ssh.paramiko_tunnel(free_port(), 5555, sshd.address, keyfile=sshd.keyfile)


def test_paramiko_warns_of_an_unknown_host(sshd, site):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    site.known_hosts.write_text("")
    with pytest.warns(UserWarning, match="Unknown ssh-ed25519 host key"):
        assert ssh.try_passwordless_ssh(sshd.address, sshd.keyfile, paramiko=True)


def test_paramiko_tunnel_closes_when_it_is_idle(sshd, echo, ending):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    endpoint, process = tunnel.open_tunnel(
        echo, sshd.address, keyfile=sshd.keyfile, paramiko=True, timeout=1
    )
    ending.append(process)
    process.join(20)
    assert process.exitcode == 0
    assert not listens(int(endpoint.rpartition(":")[2]))


def test_paramiko_says_that_the_port_is_taken(sshd):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RuntimeError, match="in use"):
            ssh.paramiko_tunnel(taken.getsockname()[1], 5555, sshd.address, keyfile=sshd.keyfile)


def test_paramiko_reports_a_refused_connection(site):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    with pytest.raises(RuntimeError, match="could not be made"):
        ssh.paramiko_tunnel(free_port(), 5555, f"127.0.0.1:{free_port()}")


def test_paramiko_carries_large_messages(sshd, echo, req, ending):
    pytest.importorskip("paramiko", reason="paramiko is not installed")
    ending.append(
        ssh.tunnel_connection(req, echo, sshd.address, keyfile=sshd.keyfile, paramiko=True)
    )
    large = os.urandom(3_000_000)
    req.send(large)
    assert req.recv() == b"echo " + large


# ------------------------------------------------------------------ passwords


class PasswordServer:
    """An SSH server that accepts one password, runs commands, and forwards direct-tcpip."""

    def __init__(self, paramiko):
        outer = self
        self.passwords = []
        self.transports = []
        self.targets = {}
        self.key = paramiko.RSAKey.generate(2048)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.closing = False

        class Interface(paramiko.ServerInterface):
            def get_allowed_auths(self, username):
                return "password"

            def check_auth_password(self, username, password):
                outer.passwords.append(password)
                right = username == "ann" and password == PASSWORD
                return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

            def check_channel_request(self, kind, number):
                return (
                    paramiko.OPEN_SUCCEEDED
                    if kind == "session"
                    else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
                )

            def check_channel_direct_tcpip_request(self, number, origin, destination):
                try:
                    target = socket.create_connection(destination, 10)
                except OSError:
                    return paramiko.OPEN_FAILED_CONNECT_FAILED
                outer.targets[number] = target
                return paramiko.OPEN_SUCCEEDED

            def check_channel_exec_request(self, channel, command):
                outer.start(outer.run, channel, command)
                return True

        self.interface = Interface
        self.paramiko = paramiko
        self.threads = []
        self.start(self.accept)

    def start(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            transport = self.paramiko.Transport(connection)
            transport.add_server_key(self.key)
            self.transports.append(transport)
            self.start(self.serve, transport)

    def serve(self, transport):
        try:
            transport.start_server(server=self.interface())
        except (self.paramiko.SSHException, EOFError, OSError):
            transport.close()
            return
        while transport.is_active() and not self.closing:
            channel = transport.accept(0.2)
            if channel is not None and channel.get_id() in self.targets:
                self.start(self.carry, channel, self.targets.pop(channel.get_id()))

    def run(self, channel, command):
        process = subprocess.Popen(["/bin/sh", "-c", command], stdout=subprocess.PIPE, text=True)
        with process:
            try:
                line = process.stdout.readline()
                if line:
                    channel.sendall(line.encode())
                while process.poll() is None and not channel.closed and not self.closing:
                    time.sleep(0.02)
            except OSError:
                pass
            finally:
                if process.poll() is None:
                    process.kill()
        with contextlib.suppress(OSError, EOFError, self.paramiko.SSHException):
            channel.send_exit_status(abs(process.returncode))
            channel.close()

    def carry(self, channel, target):
        with target:
            other = {channel: target, target: channel}
            # Paramiko raises this error for a connection that has just ended.
            with contextlib.suppress(OSError, EOFError, self.paramiko.SSHException):
                while not self.closing:
                    for end in select.select([channel, target], [], [], 0.2)[0]:
                        data = end.recv(65536)
                        if not data:
                            channel.close()
                            return
                        other[end].sendall(data)

    def close(self):
        self.closing = True
        # A close in another thread does not wake accept(), but a shutdown does.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for transport in self.transports:
            transport.close()
        for thread in self.threads:
            thread.join(10)


@pytest.fixture
def password_server(site):
    paramiko = pytest.importorskip("paramiko", reason="paramiko is not installed")
    server = PasswordServer(paramiko)
    server.address = f"ann@127.0.0.1:{server.port}"
    site.know(server.port, f"{server.key.get_name()} {server.key.get_base64()}")
    yield server
    tunnel._end_openssh_tunnels()
    server.close()


@pytest.fixture(params=["openssh", "paramiko"])
def make(request, ending):
    """Make a tunnel in one of the two ways."""
    if request.param == "openssh":
        pytest.importorskip("pexpect", reason="pexpect is not installed")
        return ssh.openssh_tunnel

    def make_by_paramiko(*args, **kwargs):
        process = ssh.paramiko_tunnel(*args, **kwargs)
        ending.append(process)
        return process

    return make_by_paramiko


def connect(make, req, echo, server, **kwargs):
    for tries_left in reversed(range(3)):
        port = free_port()
        try:
            made = make(port, int(echo.rpartition(":")[2]), server.address, **kwargs)
            break
        except RuntimeError as error:
            # another test may have taken the port since
            if not tries_left or "Address already in use" not in str(error):
                raise
    req.connect(f"tcp://127.0.0.1:{port}")
    return made


def test_taken_port_is_replaced(password_server, echo, req, monkeypatch):
    pytest.importorskip("pexpect", reason="pexpect is not installed")
    select_ports = tunnel.select_random_ports
    with socket.create_server(("127.0.0.1", 0)) as taken:
        offered = [taken.getsockname()[1]]
        monkeypatch.setattr(
            tunnel,
            "select_random_ports",
            lambda count: [offered.pop()] if offered else select_ports(count),
        )
        endpoint, _ = tunnel.open_tunnel(
            echo, password_server.address, password=PASSWORD, paramiko=False
        )
    assert offered == []
    req.connect(endpoint)
    assert ask(req) == b"echo hello"


def test_messages_go_through_with_a_password(make, password_server, echo, req):
    connect(make, req, echo, password_server, password=PASSWORD)
    assert ask(req) == b"echo hello"


def test_wrong_password_is_refused_at_once(make, password_server, echo, req):
    with pytest.raises(RuntimeError, match="refused the password"):
        connect(make, req, echo, password_server, password="wrong")
    assert password_server.passwords == ["wrong"]


def test_password_is_asked_for(make, password_server, echo, req, monkeypatch, capfd):
    answers = ["wrong", PASSWORD]
    prompts = []

    def answer(prompt):
        prompts.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr(getpass, "getpass", answer)
    connect(make, req, echo, password_server)
    assert ask(req) == b"echo hello"
    assert prompts == [f"{password_server.address}'s password: "] * 2
    assert "try again" in capfd.readouterr().err


def test_password_is_asked_for_three_times(make, password_server, echo, req, monkeypatch):
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "wrong")
    with pytest.raises(RuntimeError, match="refused the password"):
        connect(make, req, echo, password_server)
    assert password_server.passwords == ["wrong"] * 3


def test_password_never_goes_to_an_unknown_host(password_server, site, echo, req):
    pytest.importorskip("pexpect", reason="pexpect is not installed")
    site.known_hosts.write_text("")
    with pytest.raises(RuntimeError, match="is unknown"):
        connect(ssh.openssh_tunnel, req, echo, password_server, password=PASSWORD)
    assert password_server.passwords == []


def test_not_passwordless_where_only_passwords_count(password_server):
    assert ssh.try_passwordless_ssh(password_server.address, None, paramiko=False) is False
    assert ssh.try_passwordless_ssh(password_server.address, None, paramiko=True) is False


def test_programs_see_no_password_in_the_process_list(password_server, echo, req):
    pytest.importorskip("pexpect", reason="pexpect is not installed")
    if not os.path.isdir("/proc/self"):
        pytest.skip("reads the arguments of a process from /proc")
    pid = connect(ssh.openssh_tunnel, req, echo, password_server, password=PASSWORD)
    assert PASSWORD.encode() not in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    assert stat.S_ISCHR(os.stat(f"/proc/{pid}/fd/0").st_mode)
