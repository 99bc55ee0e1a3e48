"""Send requests from Python to the server in C."""

import echo_server

import zmq

with (
    echo_server.EchoServer("tcp://127.0.0.1:*") as server,
    zmq.Context() as context,
    context.socket(zmq.REQ) as client,
):
    client.linger = 0
    client.rcvtimeo = 10_000
    client.connect(server.endpoint)
    for text in ("two", "copies", "of libzmq, one process"):
        client.send_string(text)
        print("answer:", client.recv_string())
