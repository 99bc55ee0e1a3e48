"""Grasslands, the first of five levels of security: every client may connect, nothing is encrypted.

The NULL mechanism has no encryption and no authentication. Use it only on trusted networks, such as
within one machine.

Run it: ``python grasslands.py``. The other levels are the files beside this one.
"""

import zmq


def main() -> None:
    """Send a message from a client to a server."""
    with zmq.Context() as context, context.socket(zmq.PUSH) as server:
        port = server.bind_to_random_port("tcp://127.0.0.1")
        with context.socket(zmq.PULL) as client:
            client.rcvtimeo = 5000
            client.connect(f"tcp://127.0.0.1:{port}")
            server.send(b"Hello")
            print("anyone got:", client.recv_string())


if __name__ == "__main__":
    main()
