"""Request and reply: the smallest example.

Run it in one terminal as ``python req_rep.py serve`` and in another as
``python req_rep.py ask NAME``. With no argument it does both, with a thread as the server.
"""

import sys
import threading

import zmq

ENDPOINT = "tcp://127.0.0.1:5555"


def serve(socket: zmq.Socket) -> None:
    """Reply to every request until an empty one arrives."""
    while name := socket.recv_string():
        socket.send_string(f"Hello, {name}!")
    socket.send_string("Goodbye.")


def ask(endpoint: str, name: str) -> None:
    """Send one request and print the reply; give up after 5 s."""
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0  # do not wait for a request that no server has received
        socket.rcvtimeo = 5000
        socket.connect(endpoint)
        socket.send_string(name)
        try:
            print(socket.recv_string())
        except zmq.Again:
            sys.exit(f"no server replied at {endpoint} within 5 s")


def main() -> None:
    """Run the command of the command line."""
    match sys.argv[1:]:
        case ["serve"]:
            with zmq.Context() as context, context.socket(zmq.REP) as socket:
                socket.bind(ENDPOINT)
                print(f"answering at {ENDPOINT}; Ctrl-C ends it")
                serve(socket)
        case ["ask", name]:
            ask(ENDPOINT, name)
        case []:
            with zmq.Context() as context, context.socket(zmq.REP) as socket:
                socket.bind("tcp://127.0.0.1:*")  # a free port
                endpoint = socket.last_endpoint.decode()
                server = threading.Thread(target=serve, args=(socket,), daemon=True)
                server.start()  # until the thread ends, only the thread uses the socket
                for name in ("Ada", "Grace", ""):
                    ask(endpoint, name)
                server.join()
        case _:
            sys.exit("usage: python req_rep.py [serve | ask NAME]")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()
