"""A broker between clients and workers that can be paused, watched and stopped.

    client REQ -> ROUTER broker DEALER -> REP worker

Run it: ``python broker.py``.
"""

from __future__ import annotations

import struct
import threading

import zmq


class Broker:
    """A proxy in a thread of its own, with a control socket.

    Only one thread at a time may call its methods. It binds its endpoints before the thread starts.

    Parameters
    ----------
    context : zmq.Context
        The context of its sockets.
    clients_at, workers_at : str
        The endpoints to bind; the attributes of the same names are the bound endpoints.
    """

    def __init__(self, context: zmq.Context, clients_at: str, workers_at: str) -> None:
        self._clients = context.socket(zmq.ROUTER)
        self._workers = context.socket(zmq.DEALER)
        self._control, self._steered = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        self._clients.bind(clients_at)
        self._workers.bind(workers_at)
        self.clients_at = self._clients.last_endpoint.decode()
        self.workers_at = self._workers.last_endpoint.decode()
        address = f"inproc://broker-{id(self)}"
        self._control.bind(address)
        self._steered.connect(address)
        self._control.rcvtimeo = self._control.sndtimeo = 5000
        self._thread = threading.Thread(target=self._run, name="broker")
        self._thread.start()

    def _run(self) -> None:
        with self._clients, self._workers, self._steered:
            try:
                zmq.proxy_steerable(self._clients, self._workers, None, self._steered)
            except zmq.ContextTerminated:
                pass

    def pause(self) -> None:
        """Leave messages in the queues of the sockets."""
        self._control.send(b"PAUSE")

    def resume(self) -> None:
        """Pass messages on again."""
        self._control.send(b"RESUME")

    def statistics(self) -> dict[str, int]:
        """Return the statistics of the proxy.

        Returns
        -------
        dict
            The messages and bytes that were received from and sent to clients and workers.
        """
        self._control.send(b"STATISTICS")
        counts = [struct.unpack("=Q", part)[0] for part in self._control.recv_multipart()]
        names = [
            f"{what}_{way}_{side}"
            for side in ("clients", "workers")
            for way in ("from", "to")
            for what in ("messages", "bytes")
        ]
        return dict(zip(names, counts, strict=True))

    def stop(self) -> None:
        """End the proxy and close its sockets."""
        if self._thread.is_alive():
            self._control.send(b"TERMINATE")
            self._thread.join()
        self._control.close()

    def __enter__(self) -> Broker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def work(context: zmq.Context, endpoint: str) -> None:
    """Reply in upper case until the context is terminated."""
    with context.socket(zmq.REP) as socket:
        socket.connect(endpoint)
        try:
            while True:
                socket.send(socket.recv().upper())
        except zmq.ContextTerminated:
            pass


def main() -> None:
    """Send requests, pause, send more, resume, and print the statistics."""
    context = zmq.Context()
    workers = []
    try:
        with (
            Broker(context, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*") as broker,
            context.socket(zmq.REQ) as client,
        ):
            for _ in range(2):
                workers.append(threading.Thread(target=work, args=(context, broker.workers_at)))
                workers[-1].start()
            client.connect(broker.clients_at)
            client.rcvtimeo = 5000
            client.send(b"hello")
            print(client.recv())
            broker.pause()
            client.send(b"still there?")
            print("while paused:", "a reply" if client.poll(200) else "no reply")
            broker.resume()
            print(client.recv())
            counts = broker.statistics()
            requests, replies = counts["messages_from_clients"], counts["messages_to_clients"]
            print(f"{requests} requests, {replies} replies")
    finally:
        context.term()
        for worker in workers:
            worker.join()


if __name__ == "__main__":
    main()
