"""Stonehouse, the fourth of five levels of security: encryption, but every client may connect.

The CURVE mechanism encrypts all messages, and the client authenticates the server by its public
key. The server does not authenticate its clients.

Run it: ``python stonehouse.py``
"""

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
            if event in (zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.EVENT_DISCONNECTED):
                outcome = "no such server"
                break
        client.disable_monitor()
        return outcome


def main() -> None:
    """Connect to the right server, then to an impostor."""
    server_public, server_secret = zmq.curve_keypair()
    other_public, _ = zmq.curve_keypair()
    with zmq.Context() as context, ThreadAuthenticator(context) as auth:
        auth.configure_curve(domain="*", location=zmq.auth.CURVE_ALLOW_ANY)
        with context.socket(zmq.PUSH) as server:
            server.curve_secretkey = server_secret
            server.curve_server = True
            endpoint = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
            for expected, key in (("this server", server_public), ("another one", other_public)):
                outcome = try_to_connect(endpoint, key, zmq.curve_keypair())
                print(f"a client that expects {expected}: {outcome}")


if __name__ == "__main__":
    main()
