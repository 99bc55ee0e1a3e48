"""A program to watch: jobs that pile up, a subscriber that is too slow, clients that come and go.

Run ``python busy_program.py ipc:///tmp/busy``, and beside it ``python -m zmq top ipc:///tmp/busy``
or ``python dashboard.py ipc:///tmp/busy``. Ctrl-C ends it; a second argument is the number of
seconds after which it ends by itself.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time

import zmq
import zmq.metrics

over = threading.Event()


def jobs(context: zmq.Context) -> None:
    """Send jobs in bursts to two workers, who do them at an even pace."""
    with context.socket(zmq.PUSH) as push:
        push.linger = 0
        push.sndhwm = 0  # jobs wait in memory, however many
        port = push.bind_to_random_port("tcp://127.0.0.1")
        for pause in (0.002, 0.003):
            start(work, context, f"tcp://127.0.0.1:{port}", pause)
        while not over.is_set():
            with contextlib.suppress(zmq.Again):  # no worker has connected yet
                for _ in range(2500):
                    push.send(b"a job", zmq.DONTWAIT)
            over.wait(5)


def work(context: zmq.Context, endpoint: str, pause: float) -> None:
    """Do one job after the other."""
    with context.socket(zmq.PULL) as pull:
        pull.rcvhwm = 10
        pull.connect(endpoint)
        while not over.wait(pause):
            pull.poll(100) and pull.recv()


def news(context: zmq.Context) -> None:
    """Publish to a subscriber that pauses from time to time."""
    with context.socket(zmq.PUB) as pub:
        pub.linger = 0
        pub.sndhwm = 100
        port = pub.bind_to_random_port("tcp://127.0.0.1")
        start(read, context, f"tcp://127.0.0.1:{port}")
        while not over.wait(0.001):
            pub.send(b"n" * 10_000)


def read(context: zmq.Context, endpoint: str) -> None:
    """Read for some seconds, then pause for some seconds, and repeat this."""
    with context.socket(zmq.SUB) as sub:
        sub.rcvhwm = 100
        sub.rcvbuf = 10_000
        sub.subscribe(b"")
        sub.connect(endpoint)
        while not over.wait(3):
            resumed = time.monotonic()
            while time.monotonic() < resumed + 4 and not over.is_set():
                sub.poll(100) and sub.recv()


def service(context: zmq.Context) -> None:
    """Answer the requests of clients, whose number grows and then shrinks."""
    with context.socket(zmq.ROUTER) as router:
        router.linger = 0
        port = router.bind_to_random_port("tcp://127.0.0.1")
        start(clients, context, f"tcp://127.0.0.1:{port}")
        while not over.is_set():
            if router.poll(100):
                router.send_multipart(router.recv_multipart())


def clients(context: zmq.Context, endpoint: str) -> None:
    """Let the clients ask in turn; add or remove a client every second."""
    asking: list[zmq.SyncSocket] = []
    grows = True
    while not over.is_set():
        grows = len(asking) < 6 if grows else len(asking) < 2
        if grows:
            asking.append(context.socket(zmq.REQ))
            asking[-1].linger = 0
            asking[-1].connect(endpoint)
        else:
            asking.pop().close()
        changed = time.monotonic()
        while time.monotonic() < changed + 1 and not over.is_set():
            for req in asking:
                req.send(b"a question")
                while not over.is_set() and not req.poll(100):
                    pass
                if not over.is_set():
                    req.recv()
            over.wait(0.005)
    for req in asking:
        req.close()


def start(run: object, *arguments: object) -> None:
    """Start a thread that ends when the program ends."""
    threading.Thread(target=run, args=arguments).start()  # type: ignore[arg-type]


def main() -> None:
    """Run until Ctrl-C, or for some seconds."""
    with zmq.metrics.serve(sys.argv[1]) as server, zmq.Context() as context:
        print("answers at", server.endpoint, flush=True)
        for run in (jobs, news, service):
            start(run, context)
        try:
            over.wait(float(sys.argv[2]) if len(sys.argv) > 2 else None)
        except KeyboardInterrupt:
            pass
        over.set()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()


if __name__ == "__main__":
    main()
