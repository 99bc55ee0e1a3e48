"""Let C++ count words: on its own thread, and with a socket that Python created."""

import threading

import word_counter

import zmq

LINES = [b"to be or not to be", b"that is the question", b""]

with zmq.Context() as context:
    with context.socket(zmq.PAIR) as here:
        here.linger = 0
        here.rcvtimeo = here.sndtimeo = 10_000
        here.bind("inproc://words")
        word_counter.start(context, "inproc://words")
        for line in LINES:
            here.send(line)
        print("a thread counted:", *here.recv_multipart(), sep="\n  ")

    with context.socket(zmq.PAIR) as here, context.socket(zmq.PAIR) as there:
        for socket in (here, there):
            socket.linger = 0
            socket.rcvtimeo = socket.sndtimeo = 10_000
        here.bind("inproc://more-words")
        there.connect("inproc://more-words")
        worker = threading.Thread(target=word_counter.serve, args=(there,))
        worker.start()
        for line in LINES:
            here.send(line)
        print("the socket counted:", *here.recv_multipart(), sep="\n  ")
        worker.join()
