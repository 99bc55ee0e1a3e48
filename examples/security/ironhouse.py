"""Ironhouse, the last of five levels of security: encryption, and only known clients.

The CURVE mechanism uses certificates of the clients: a folder has the public keys of the accepted
clients. Each message has the user id of its sender.

Run it: ``python ironhouse.py``
"""

import tempfile
from pathlib import Path

import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message


def try_to_connect(endpoint: str, server_key: bytes, keys: tuple[bytes, bytes]) -> str:
    """Return whether a client was accepted, as its monitor reports."""
    with zmq.Context() as context, context.socket(zmq.PULL) as client:
        client.curve_publickey, client.curve_secretkey = keys
        client.curve_serverkey = server_key
        client.reconnect_ivl = -1  # once only
        events = client.get_monitor_socket()
        events.rcvtimeo = 5000
        client.connect(endpoint)
        while True:
            event = recv_monitor_message(events)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                outcome = "welcome"
                break
            if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
                outcome = "refused"
                break
        client.disable_monitor()
        return outcome


def main() -> None:
    """Connect with a known certificate, then with an unknown one."""
    with tempfile.TemporaryDirectory() as folder, zmq.Context() as context:
        own, clients = Path(folder, "own"), Path(folder, "clients")
        own.mkdir()
        clients.mkdir()
        # Each side creates its certificate, keeps NAME.key_secret secret, and publishes NAME.key.
        zmq.auth.create_certificates(own, "server")
        server_keys = load_keys(own / "server.key_secret")
        for name in ("alice", "mallory"):
            zmq.auth.create_certificates(own, name)
        Path(own, "alice.key").rename(clients / "alice.key")

        with ThreadAuthenticator(context) as auth, context.socket(zmq.PUSH) as server:
            auth.configure_curve(domain="*", location=clients)
            server.curve_publickey, server.curve_secretkey = server_keys
            server.curve_server = True
            endpoint = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
            for name in ("alice", "mallory"):
                keys = load_keys(own / f"{name}.key_secret")
                print(f"{name}: {try_to_connect(endpoint, server_keys[0], keys)}")


def load_keys(file: Path) -> tuple[bytes, bytes]:
    """Load both keys of a secret certificate."""
    public, secret = zmq.auth.load_certificate(file)
    assert secret is not None  # never None for a .key_secret file
    return public, secret


if __name__ == "__main__":
    main()
