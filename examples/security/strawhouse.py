"""Strawhouse, the second of five levels of security: only some addresses may connect.

With the NULL mechanism, an authenticator allows or denies addresses. This protects against
mistakes, not against attackers: they can read messages and fake addresses.

Run it: ``python strawhouse.py``
"""

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message


def try_to_connect(endpoint: str) -> str:
    """Return whether a client was accepted, as its monitor reports."""
    with zmq.Context() as context, context.socket(zmq.PULL) as client:
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
    """Connect from an allowed address, then from the same address when it is not allowed."""
    with zmq.Context() as context:
        for allowed in ("127.0.0.1", "10.1.2.3"):
            with ThreadAuthenticator(context) as auth, context.socket(zmq.PUSH) as server:
                auth.allow(allowed)  # all others are refused; deny() does the opposite
                server.zap_domain = b"global"  # otherwise NULL clients are not checked
                port = server.bind_to_random_port("tcp://127.0.0.1")
                outcome = try_to_connect(f"tcp://127.0.0.1:{port}")
                print(f"a client at 127.0.0.1, where {allowed} is allowed: {outcome}")


if __name__ == "__main__":
    main()
