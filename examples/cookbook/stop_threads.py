"""Stop threads gracefully: each finishes its task, sends the result and closes its sockets.

Run it: ``python stop_threads.py``. Ctrl-C or SIGTERM ends it; with ``--seconds 1`` it ends by
itself.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time

import zmq

WORKERS = 3


def work(tasks: zmq.Socket, results: zmq.Socket, control: zmq.Socket) -> None:
    """Square numbers until a message comes on the control socket."""
    with tasks, results, control:
        poller = zmq.Poller()
        poller.register(tasks, zmq.POLLIN)
        poller.register(control, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if control in ready:
                return  # between two tasks, never within one
            number = int(tasks.recv())
            results.send(b"%d" % number**2)


class Stop:
    """A flag that SIGINT and SIGTERM set."""

    def __init__(self) -> None:
        self.set = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle)

    def _handle(self, number: int, frame: object) -> None:
        self.set = True  # only set the flag, because a handler may run anywhere


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after this time")
    end = time.monotonic() + parser.parse_args().seconds
    stop = Stop()
    sent = received = 0
    with zmq.Context() as context:
        tasks, results = context.socket(zmq.PUSH), context.socket(zmq.PULL)
        tasks.bind("inproc://tasks")
        results.bind("inproc://results")
        threads, controls = [], []
        for number in range(WORKERS):
            sockets = [context.socket(kind) for kind in (zmq.PULL, zmq.PUSH, zmq.PAIR)]
            controls.append(context.socket(zmq.PAIR))
            controls[-1].bind(f"inproc://control-{number}")
            names = ("tasks", "results", f"control-{number}")
            for socket, name in zip(sockets, names, strict=True):
                socket.connect(f"inproc://{name}")
            # From here on these sockets belong to the thread.
            threads.append(threading.Thread(target=work, args=sockets))
            threads[-1].start()

        while not stop.set and time.monotonic() < end:
            if sent - received < 100 and tasks.poll(0, zmq.POLLOUT):
                tasks.send(b"%d" % sent)
                sent += 1
            else:
                results.poll(100)  # check the flag ten times a second
            while results.poll(0):
                results.recv()
                received += 1

        while received < sent and results.poll(5000):  # workers continue until the end
            results.recv()
            received += 1
        for control in controls:
            control.send(b"stop")
        for thread in threads:
            thread.join()
        for socket in (tasks, results, *controls):
            socket.close(linger=0)
    print(f"every task has its result: {sent > 0 and received == sent}")


if __name__ == "__main__":
    main()
