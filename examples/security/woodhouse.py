"""Woodhouse, the third of five levels of security: clients need a password.

The PLAIN mechanism does not encrypt passwords and messages: use it on trusted networks, or inside
another layer of encryption.

Run it: ``python woodhouse.py``
"""

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message


def try_to_connect(endpoint: str, name: bytes, password: bytes) -> str:
    """Return whether a client was accepted, as its monitor reports."""
    with zmq.Context() as context, context.socket(zmq.PULL) as client:
        client.plain_username = name
        client.plain_password = password
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
    """Connect with the right password, then with a wrong one."""
    with zmq.Context() as context, ThreadAuthenticator(context) as auth:
        auth.configure_plain(domain="*", passwords={"alice": "open sesame"})
        with context.socket(zmq.PUSH) as server:
            server.plain_server = True
            endpoint = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
            for password in (b"open sesame", b"open barley"):
                outcome = try_to_connect(endpoint, b"alice", password)
                print(f"alice with {password.decode()!r}: {outcome}")


if __name__ == "__main__":
    main()
