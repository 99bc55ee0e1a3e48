"""SSH tunnels to endpoints that only another machine can reach.

.. code-block:: python

    from zmq import ssh

    ssh.tunnel_connection(socket, "tcp://10.0.0.7:5555", "user@gateway.example.org")

OpenSSH's ``ssh``, or paramiko (the default on Windows), opens the tunnel. OpenSSH uses its own
configuration, keys, agent and known hosts. For passwords, OpenSSH needs the package pexpect.
paramiko reads ``~/.ssh/known_hosts``, the usual keys and the agent, but not ``~/.ssh/config``.
"""

from __future__ import annotations

import atexit
import getpass
import multiprocessing
import os
import re
import shutil
import socket as _socket
import subprocess
import sys
import threading
import warnings
from contextlib import suppress
from multiprocessing import Process
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    import zmq

__all__ = [
    "openssh_tunnel",
    "paramiko_tunnel",
    "ssh_tunnel",
    "try_passwordless_ssh",
    "tunnel_connection",
]

# The maximum time of a login, in seconds.
_LOGIN_TIMEOUT = 60.0
_PASSWORD_TRIES = 3
# The remote side prints this after the login: everything before it is a banner or an error.
_READY = "zmq-tunnel-is-open"
_PROMPT = re.compile(r"(?i)(?:password|passphrase)[^\n]*:\s*$")
_PROMPT_HOST = re.compile(r"(?i)are you sure you want to continue connecting")


class _PasswordRefused(RuntimeError):
    """The server did not accept the password."""


# ---------------------------------------------------------------------- optional packages


def _import_paramiko() -> Any:
    try:
        import paramiko
    except ImportError as error:
        raise ImportError(
            "the package paramiko is not installed: install it with 'pip install paramiko', or"
            " use OpenSSH's ssh with paramiko=False"
        ) from error
    return paramiko


def _import_pexpect() -> Any:
    try:
        import pexpect
    except ImportError as error:
        raise ImportError(
            "passwords with OpenSSH need the package pexpect, which is not installed: install it "
            "with 'pip install pexpect', log in with a key or an agent, or use paramiko=True"
        ) from error
    if not hasattr(pexpect, "spawn"):
        raise ImportError("pexpect cannot run ssh on this system; use paramiko=True")
    return pexpect


def _ssh_program() -> str:
    program = shutil.which("ssh")
    if program is None:
        raise FileNotFoundError(
            "there is no program 'ssh' on the PATH: install OpenSSH's client, or use paramiko=True"
        )
    return program


# ---------------------------------------------------------------------- small parts


def _split_server(server: str) -> tuple[str, str, int]:
    """Split ``[user@]host[:port]`` into user, host and port; ``[::1]:22`` is IPv6."""
    user, _, host = server.rpartition("@")
    port = 22
    found = re.fullmatch(r"(\[[^\]]+\]|[^:]*):([0-9]+)", host)
    if found:
        host, port = found[1], int(found[2])
    host = host.removeprefix("[").removesuffix("]")
    if not host or host.startswith("-") or user.startswith("-") or not 0 < port < 65536:
        raise ValueError(f"expected an SSH server as [user@]host[:port], got {server!r}")
    return user or getpass.getuser(), host, port


def _openssh_destination(server: str) -> list[str]:
    """Return ssh's arguments for a server; ssh's configuration supplies a missing user or port."""
    user, host, port = _split_server(server)
    arguments = []
    if re.search(r":[0-9]+$", server) and (server.count(":") == 1 or "]:" in server):
        arguments += ["-p", str(port)]
    return [*arguments, "--", f"{user}@{host}" if "@" in server else host]


def _check_port(port: int, name: str) -> None:
    if not 0 < port < 65536:
        raise ValueError(f"{name} must be a port, 1 to 65535, got {port}")


def _uses_paramiko(paramiko: bool | None) -> bool:
    return sys.platform == "win32" if paramiko is None else paramiko


def select_random_ports(n: int) -> list[int]:
    """Return local ports that were free a moment ago.

    Parameters
    ----------
    n : int
        The number of ports.

    Returns
    -------
    list of int
        Different TCP ports, free on every interface.

    Raises
    ------
    OSError
        If the system has no more ports.
    """
    sockets: list[_socket.socket] = []
    try:
        for _ in range(n):
            sock = _socket.socket()
            sockets.append(sock)
            sock.bind(("", 0))
        return [int(sock.getsockname()[1]) for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()


# ---------------------------------------------------------------------- without a password?


def try_passwordless_ssh(server: str, keyfile: str | None, paramiko: bool | None = None) -> bool:
    """Check whether a login to an SSH server works without a password.

    Parameters
    ----------
    server : str
        ``[user@]host[:port]``.
    keyfile : str or None
        A private key to use in addition to the usual ones and the agent's.
    paramiko : bool, optional
        True to use paramiko instead of OpenSSH; by default on Windows only.

    Returns
    -------
    bool
        True if the login succeeds, False if the server wants a password or another key.

    Raises
    ------
    ImportError
        If paramiko is used and not installed.
    FileNotFoundError
        If OpenSSH is used and there is no ``ssh``.
    RuntimeError
        If OpenSSH got no answer from the server, or does not know its host key. (With paramiko,
        an OSError or paramiko's SSHException.)
    """
    if _uses_paramiko(paramiko):
        return _try_passwordless_paramiko(server, keyfile)
    return _try_passwordless_openssh(server, keyfile)


def _try_passwordless_openssh(server: str, keyfile: str | None) -> bool:
    command = [_ssh_program(), "-o", "BatchMode=yes", "-T"]
    if keyfile:
        command += ["-i", keyfile]
    try:
        done = subprocess.run(
            [*command, *_openssh_destination(server), "exit 0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_LOGIN_TIMEOUT,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(
            f"the SSH server {server!r} did not accept the login within {_LOGIN_TIMEOUT:.0f} s"
        ) from None
    # ssh returns 255 for its own failures; other codes come from the remote command.
    if done.returncode != 255:
        return True
    said = done.stderr.decode(errors="replace").strip()
    if "Permission denied" in said or "Too many authentication failures" in said:
        return False
    raise RuntimeError(f"ssh could not log in to {server!r}: {said or 'it gave no reason'}")


def _try_passwordless_paramiko(server: str, keyfile: str | None) -> bool:
    paramiko = _import_paramiko()
    try:
        _paramiko_client(paramiko, server, keyfile, None).close()
    except paramiko.AuthenticationException:
        return False
    except paramiko.SSHException as error:
        # paramiko's message if it has no key to try
        if "No authentication methods available" in str(error):
            return False
        raise
    return True


def _paramiko_client(paramiko: Any, server: str, keyfile: str | None, password: str | None) -> Any:
    """Return a logged-in client."""
    user, host, port = _split_server(server)
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    # This applies only to unknown hosts; a host with a wrong key is always refused.
    client.set_missing_host_key_policy(paramiko.WarningPolicy())
    try:
        client.connect(
            host,
            port,
            username=user,
            key_filename=keyfile,
            password=password,
            timeout=_LOGIN_TIMEOUT,
            look_for_keys=True,
        )
    except BaseException:
        client.close()
        raise
    return client


# ---------------------------------------------------------------------- tunnels


def tunnel_connection(
    socket: zmq.Socket[Any],
    addr: str,
    server: str,
    keyfile: str | None = None,
    password: str | None = None,
    paramiko: bool | None = None,
    timeout: int = 60,
) -> Process | int:
    """Connect a socket to an endpoint through an SSH tunnel.

    Parameters
    ----------
    socket : zmq.Socket
        The socket to connect.
    addr : str
        The endpoint, as the SSH server would connect to it: ``tcp://host:port``.
    server : str
        The SSH server: ``[user@]host[:port]``.
    keyfile : str, optional
        A private key, in addition to the usual ones and the agent's.
    password : str, optional
        The password. By default the user is asked, if the server accepts no key.
    paramiko : bool, optional
        True to use paramiko instead of OpenSSH; by default on Windows only.
    timeout : int, default 60
        The tunnel stays open for at least this many seconds, and while it has connections.

    Returns
    -------
    int or multiprocessing.Process
        OpenSSH's process id, or paramiko's process. The tunnel closes when the program ends.

    Raises
    ------
    ValueError
        If `addr` is not ``tcp://host:port``, or `server` not ``[user@]host[:port]``.
    ImportError, FileNotFoundError
        If a package or program is missing; the message says what to install.
    RuntimeError
        If the tunnel could not be opened; the message has the reason.

    Notes
    -----
    No other thread may use the socket during the call. Calls ``zmq_connect``.
    """
    endpoint, tunnel = open_tunnel(
        addr,
        server,
        keyfile=keyfile,
        password=password,
        paramiko=paramiko,
        timeout=timeout,
    )
    socket.connect(endpoint)
    return tunnel


def open_tunnel(
    addr: str,
    server: str,
    keyfile: str | None = None,
    password: str | None = None,
    paramiko: bool | None = None,
    timeout: int = 60,
) -> tuple[str, Process | int]:
    """Open an SSH tunnel to an endpoint; a socket can connect to it later.

    Parameters
    ----------
    addr : str
        The endpoint, as the SSH server would connect to it: ``tcp://host:port``.
    server, keyfile, password, paramiko, timeout
        See `tunnel_connection`.

    Returns
    -------
    (str, int or multiprocessing.Process)
        The endpoint on this machine, such as ``tcp://127.0.0.1:41231``, and the tunnel as
        `tunnel_connection` returns it.

    Raises
    ------
    ValueError, ImportError, FileNotFoundError, RuntimeError
        See `tunnel_connection`.
    """
    found = re.fullmatch(r"tcp://(\[[^\]]+\]|[^:/]+):([0-9]+)", addr)
    if not found:
        raise ValueError(f"a tunnel needs an endpoint tcp://host:port, got {addr!r}")
    host, port = found[1].strip("[]"), int(found[2])
    make = paramiko_tunnel if _uses_paramiko(paramiko) else openssh_tunnel
    ports_left = 3
    while True:
        local_port = select_random_ports(1)[0]
        try:
            tunnel = make(
                local_port,
                port,
                server,
                remoteip=host,
                keyfile=keyfile,
                password=password,
                timeout=timeout,
            )
        except RuntimeError as error:
            # Another program may have taken the port before the tunnel listened on it.
            if ports_left and "Address already in use" in str(error):
                ports_left -= 1
                continue
            raise
        return f"tcp://127.0.0.1:{local_port}", tunnel


# ---------------------------------------------------------------------- by OpenSSH

# The ssh processes of this program, by pid. Each is a subprocess.Popen or a pexpect.spawn; a
# spawn is kept because its terminal must stay open.
_openssh_tunnels: dict[int, Any] = {}
_openssh_lock = threading.Lock()


def _keep_openssh(pid: int, process: Any) -> None:
    with _openssh_lock:
        # reap the processes that have ended
        for other, kept in list(_openssh_tunnels.items()):
            running = kept.poll() is None if hasattr(kept, "poll") else kept.isalive()
            if not running:
                _openssh_tunnels.pop(other)
                if hasattr(kept, "poll"):
                    kept.stdout.close()
                else:
                    kept.close()
        _openssh_tunnels[pid] = process


@atexit.register
def _end_openssh_tunnels() -> None:
    for process in list(_openssh_tunnels.values()):
        with suppress(Exception):
            _end_openssh(process)
    _openssh_tunnels.clear()


def _end_openssh(process: Any) -> None:
    if isinstance(process, subprocess.Popen):
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
    else:
        process.close(force=True)


def _forget_after_fork() -> None:
    # the tunnels belong to the parent
    global _openssh_lock
    _openssh_lock = threading.Lock()
    _openssh_tunnels.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


def openssh_tunnel(
    lport: int,
    rport: int,
    server: str,
    remoteip: str = "127.0.0.1",
    keyfile: str | None = None,
    password: str | None = None,
    timeout: int = 60,
) -> int:
    """Forward a local port through OpenSSH's ``ssh``.

    If ``ssh`` shares connections (``ControlMaster``) and a connection to the server is open, the
    tunnel uses that one. Otherwise a new ``ssh`` starts, with a login by key, agent or password.

    Parameters
    ----------
    lport : int
        The port on 127.0.0.1 to listen on.
    rport : int
        The port that the SSH server connects to.
    server : str
        The SSH server: ``[user@]host[:port]``, or a host of ``~/.ssh/config``.
    remoteip : str, default "127.0.0.1"
        The host that the SSH server connects to; by default the server itself.
    keyfile : str, optional
        A private key, in addition to the usual ones and the agent's.
    password : str, optional
        The password, or the key's passphrase (needs pexpect). By default the user is asked, at most
        three times, if the server accepts no key.
    timeout : int, default 60
        The tunnel stays open for this many seconds, and then until its last connection ends. It
        also closes when the program ends.

    Returns
    -------
    int
        The id of the ``ssh`` process: end it to close the tunnel (unless the connection is
        shared).

    Raises
    ------
    ValueError
        If a port or the server is malformed.
    FileNotFoundError
        If there is no ``ssh``.
    ImportError
        If there is a password and pexpect is not installed.
    RuntimeError
        If the server cannot be reached, is unknown or refuses, or `lport` is taken; the message
        contains the output of ``ssh``.

    Notes
    -----
    Returns when the local port accepts connections. The server needs a shell with ``sleep``. Safe
    in any thread.
    """
    program = _ssh_program()
    _check_port(lport, "lport")
    _check_port(rport, "rport")
    destination = _openssh_destination(server)
    host = f"[{remoteip}]" if ":" in remoteip else remoteip
    forward = ["-L", f"127.0.0.1:{lport}:{host}:{rport}"]

    master = _shared_connection(program, destination)
    if master is not None:
        _forward_by_master(program, forward, destination)
        return master

    command = [program, "-S", "none", "-T", "-x", "-a", "-o", "ExitOnForwardFailure=yes"]
    if keyfile:
        command += ["-i", keyfile]
    # ssh sets up the forwarding before it runs the command, so the command's output means that the
    # tunnel is ready.
    command += [*forward, *destination, f"echo {_READY}; exec sleep {int(timeout)}"]
    if password is None:
        if try_passwordless_ssh(server, keyfile, paramiko=False):
            return _openssh_with_key(command, server)
        pid: int = _ask_password(
            server, lambda answer: _openssh_with_password(command, server, answer)
        )
        return pid
    return _openssh_with_password(command, server, password)


def _ask_password(server: str, log_in: Any) -> Any:
    """Try passwords that the user types."""
    for _ in range(_PASSWORD_TRIES - 1):
        try:
            return log_in(getpass.getpass(f"{server}'s password: "))
        except _PasswordRefused:
            print("Permission denied, please try again.", file=sys.stderr)
    return log_in(getpass.getpass(f"{server}'s password: "))


def _shared_connection(program: str, destination: list[str]) -> int | None:
    """Return the process id of the master of a shared connection, if there is one."""
    done = subprocess.run(
        [program, "-O", "check", *destination],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"\(pid=([0-9]+)\)", done.stderr + done.stdout)
    return int(found[1]) if done.returncode == 0 and found else None


def _forward_by_master(program: str, forward: list[str], destination: list[str]) -> None:
    done = subprocess.run(
        [program, "-O", "forward", *forward, *destination],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"the shared SSH connection to {destination[-1]!r} could not forward the port:"
            f" {done.stderr.strip()}"
        )
    made_by = os.getpid()

    def cancel() -> None:
        if os.getpid() == made_by:
            subprocess.run(
                [program, "-O", "cancel", *forward, *destination],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )

    atexit.register(cancel)


def _openssh_with_key(command: list[str], server: str) -> int:
    process = subprocess.Popen(
        [command[0], "-o", "BatchMode=yes", *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Ctrl-C in the terminal must end the program, not its tunnel
        start_new_session=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        text = line.decode(errors="replace").strip()
        if text == _READY:
            _keep_openssh(process.pid, process)
            return process.pid
        said.append(text)
    process.stdout.close()
    process.wait()
    raise _failed(server, "\n".join(said))


def _openssh_with_password(command: list[str], server: str, password: str) -> int:
    pexpect = _import_pexpect()
    arguments = ["-o", "NumberOfPasswordPrompts=1", *command[1:]]
    environment = dict(os.environ)
    # prompts must appear on the terminal that pexpect reads
    environment.pop("SSH_ASKPASS", None)
    environment.pop("SSH_ASKPASS_REQUIRE", None)
    process = pexpect.spawn(
        command[0], arguments, env=environment, timeout=_LOGIN_TIMEOUT, echo=False
    )
    answered = False
    said = ""
    try:
        while True:
            found = process.expect(
                [
                    _READY.encode(),
                    _PROMPT.pattern.encode(),
                    _PROMPT_HOST.pattern.encode(),
                    pexpect.EOF,
                    pexpect.TIMEOUT,
                ]
            )
            said += process.before.decode(errors="replace")
            if found == 0:
                _keep_openssh(process.pid, process)
                return int(process.pid)
            if found == 1 and not answered:
                answered = True
                process.sendline(password)
                continue
            break
    except BaseException:
        process.close(force=True)
        raise
    process.close(force=True)
    if found == 2:
        raise RuntimeError(
            f"the SSH server {server!r} is unknown: log in once by hand to confirm its host key, "
            "or add the key to ~/.ssh/known_hosts"
        )
    if found == 4:
        raise RuntimeError(
            f"the SSH server {server!r} did not accept the login within {_LOGIN_TIMEOUT:.0f} s"
        )
    if found == 1 or (answered and "Permission denied" in said):
        raise _PasswordRefused(f"the SSH server {server!r} refused the password")
    raise _failed(server, said.strip())


def _failed(server: str, said: str) -> RuntimeError:
    return RuntimeError(
        f"the SSH tunnel through {server!r} could not be made: {said or 'ssh gave no reason'}"
    )


# ---------------------------------------------------------------------- by paramiko


def paramiko_tunnel(
    lport: int,
    rport: int,
    server: str,
    remoteip: str = "127.0.0.1",
    keyfile: str | None = None,
    password: str | None = None,
    timeout: int = 60,
) -> Process:
    """Forward a local port with paramiko, in a separate process.

    Parameters
    ----------
    lport : int
        The port on 127.0.0.1 to listen on.
    rport : int
        The port that the SSH server connects to.
    server : str
        The SSH server: ``[user@]host[:port]``.
    remoteip : str, default "127.0.0.1"
        The host that the SSH server connects to; by default the server itself.
    keyfile : str, optional
        A private key, in addition to the usual ones and the agent's.
    password : str, optional
        The password, or the key's passphrase. By default the user is asked, at most three times, if
        the server accepts no key.
    timeout : int, default 60
        The tunnel closes after this many seconds without a connection.

    Returns
    -------
    multiprocessing.Process
        Terminate it to close the tunnel. It is a daemon: it ends with the program.

    Raises
    ------
    ImportError
        If paramiko is not installed.
    ValueError
        If a port or the server is malformed.
    RuntimeError
        If the server cannot be reached or refuses, its host key differs from the known one, or
        `lport` is taken.

    Warns
    -----
    UserWarning
        If the server is not in ``~/.ssh/known_hosts``, so that its identity is not verified.

    Notes
    -----
    Returns when the local port accepts connections. Uses the default start method of
    `multiprocessing`: if that is spawn or forkserver, scripts need ``if __name__ == "__main__":``.
    """
    paramiko = _import_paramiko()
    _check_port(lport, "lport")
    _check_port(rport, "rport")
    _split_server(server)
    keyfile = os.path.expanduser(keyfile) if keyfile else None

    def start(answer: str | None) -> Process:
        return _start_paramiko(lport, rport, server, remoteip, keyfile, answer, timeout)

    if password is not None:
        return start(password)
    try:
        without_password = _try_passwordless_paramiko(server, keyfile)
    except (OSError, paramiko.SSHException) as error:
        raise _failed(server, f"{type(error).__name__}: {error}") from error
    if without_password:
        return start(None)
    process: Process = _ask_password(server, start)
    return process


def _start_paramiko(
    lport: int,
    rport: int,
    server: str,
    remoteip: str,
    keyfile: str | None,
    password: str | None,
    timeout: float,
) -> Process:
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with receiver:
        with sender:
            process = Process(
                target=_run_paramiko,
                args=(sender, lport, rport, server, remoteip, keyfile, password, timeout),
                daemon=True,
            )
            with warnings.catch_warnings():
                # Forking is safe although libzmq has threads: the child does not use libzmq.
                warnings.filterwarnings("ignore", "This process.*fork", DeprecationWarning)
                process.start()
        try:
            outcome, text = receiver.recv()
        except EOFError:
            outcome, text = "failed", "its process ended before the tunnel was open"
    if outcome == "open":
        return process
    process.join()
    if outcome == "refused":
        raise _PasswordRefused(f"the SSH server {server!r} refused the password: {text}")
    raise _failed(server, text)


def _run_paramiko(
    outcome: Connection,
    lport: int,
    rport: int,
    server: str,
    remoteip: str,
    keyfile: str | None,
    password: str | None,
    timeout: float,
) -> None:
    """Open and run the tunnel, in the process that `paramiko_tunnel` starts."""
    import signal

    from zmq.ssh.forward import ForwardServer

    # The parent handles Ctrl-C, and ends this process when it exits.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    paramiko = _import_paramiko()
    try:
        client = _paramiko_client(paramiko, server, keyfile, password)
    except paramiko.AuthenticationException as error:
        outcome.send(("refused" if password is not None else "failed", str(error)))
        return
    except Exception as error:
        outcome.send(("failed", f"{type(error).__name__}: {error}"))
        return
    with client:
        try:
            forwarder = ForwardServer(lport, remoteip, rport, client.get_transport())
        except OSError as error:
            outcome.send(("failed", f"port {lport} of 127.0.0.1: {error}"))
            return
        with forwarder:
            outcome.send(("open", ""))
            outcome.close()
            _watch_parent()
            forwarder.serve_until_idle(timeout)


def _watch_parent() -> None:
    """End this process when its parent ends, even if the parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=watch, name="zmq-ssh-parent", daemon=True).start()


if sys.platform == "win32":
    ssh_tunnel = paramiko_tunnel
else:
    ssh_tunnel = openssh_tunnel
