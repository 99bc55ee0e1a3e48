"""Stop processes gracefully: SIGTERM lets a worker end its task and send the result.

Run it: ``python stop_processes.py``. Ctrl-C or SIGTERM ends it; with ``--seconds 1`` it ends by
itself. It needs a POSIX system: Windows has no SIGTERM that a program could handle.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import time

import zmq

WORKERS = 3


class StopSignal:
    """Lets a poller wait for SIGINT and SIGTERM.

    The interpreter writes the number of each signal into a pipe, and the poller polls this pipe. A
    flag instead of a pipe would be too late if the signal came after the check of the flag and
    before the poll. Create this object in the main thread.
    """

    def __init__(self, *ignored: signal.Signals) -> None:
        self._read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            # an empty handler: without one, the interpreter would not write to the pipe
            signal.signal(number, signal.SIG_IGN if number in ignored else lambda *_: None)

    def fileno(self) -> int:
        """The descriptor that becomes readable."""
        return self._read_end


def work(tasks_at: str, results_at: str) -> None:
    """Square numbers until SIGTERM."""
    # Ctrl-C in a terminal reaches all its processes; only the parent handles it.
    stop = StopSignal(signal.SIGINT)
    with (
        zmq.Context() as context,
        context.socket(zmq.PULL) as tasks,
        context.socket(zmq.PUSH) as results,
    ):
        results.linger = 5000  # how long unsent results are kept after close, in ms
        tasks.rcvhwm = 1  # queue few tasks here, because they are lost at the end
        tasks.connect(tasks_at)
        results.connect(results_at)
        poller = zmq.Poller()
        poller.register(tasks, zmq.POLLIN)
        poller.register(stop, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if stop.fileno() in ready:
                return
            number = int(tasks.recv())
            results.send(b"%d" % number**2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, help="end after this time")
    seconds = parser.parse_args().seconds
    end = None if seconds is None else time.monotonic() + seconds
    under_way: set[int] = set()
    stop = StopSignal()
    with (
        zmq.Context() as context,
        context.socket(zmq.PUSH) as tasks,
        context.socket(zmq.PULL) as results,
    ):
        tasks.linger = 0
        tasks.bind("tcp://127.0.0.1:*")
        results.bind("tcp://127.0.0.1:*")
        endpoints = (tasks.last_endpoint.decode(), results.last_endpoint.decode())
        spawn = multiprocessing.get_context("spawn")  # do not fork a process with sockets
        workers = [spawn.Process(target=work, args=endpoints) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        poller = zmq.Poller()
        poller.register(results, zmq.POLLIN)
        poller.register(stop, zmq.POLLIN)

        sent = 0
        while end is None or time.monotonic() < end:
            if len(under_way) < 10 and tasks.poll(0, zmq.POLLOUT):
                tasks.send(b"%d" % sent)
                under_way.add(sent**2)
                sent += 1
                continue
            ready = dict(poller.poll(100))
            if stop.fileno() in ready:
                break
            if results in ready:
                under_way.remove(int(results.recv()))

        while under_way and results.poll(5000):  # all started tasks finish
            under_way.remove(int(results.recv()))
        for worker in workers:
            worker.terminate()  # SIGTERM
        for worker in workers:
            worker.join(10)
            if worker.exitcode is None:  # it hangs
                worker.kill()
                worker.join()
    print(f"every task has its result: {sent > 0 and not under_way}")
    print(f"exit codes: {sorted({worker.exitcode for worker in workers})}")


if __name__ == "__main__":
    main()
