"""Collect the logs of many processes in one place, and lose no record that is queued.

    process PUSH -> PULL collector -> the collector's own logging

Run it: ``python logging_to_one_place.py``. To watch logs, rather than keep them, use
`zmq.log.handlers.PUBHandler`.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import sys

import zmq


class PushHandler(logging.Handler):
    """Sends each record to a collector, as JSON.

    When the queue is full, records are dropped and counted: logging never blocks a program. After a
    fork, create a new handler in the child.

    Parameters
    ----------
    endpoint : str
        The endpoint of the collector.
    context : zmq.Context, optional
        The context of the socket; by default :meth:`zmq.Context.instance`.
    queue_length : int, default 10000
        The number of records that are queued while the collector is away.
    linger_ms : int, default 2000
        The time for which queued records are kept after `close`, in milliseconds.
    """

    def __init__(
        self,
        endpoint: str,
        context: zmq.Context | None = None,
        queue_length: int = 10_000,
        linger_ms: int = 2000,
    ) -> None:
        super().__init__()
        self.dropped = 0
        self._socket = (context or zmq.Context.instance()).socket(zmq.PUSH)
        self._socket.sndhwm = queue_length
        self._socket.linger = linger_ms
        self._socket.connect(endpoint)

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record; logging calls this method in one thread at a time."""
        try:
            text = record.getMessage()
            if record.exc_info:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            fields = {
                "name": record.name,
                "levelno": record.levelno,
                "created": record.created,
                "process": record.process,
                "pathname": record.pathname,
                "lineno": record.lineno,
                "msg": text,
            }
            if self.dropped:
                fields["dropped"] = self.dropped
            try:
                self._socket.send_json(fields, zmq.DONTWAIT)
                self.dropped = 0
            except zmq.Again:
                self.dropped += 1
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Close the socket.

        The termination of its context waits until the queued records are sent, for at most
        `linger_ms`.
        """
        self.acquire()
        try:
            self._socket.close()
        finally:
            self.release()
        super().close()


def collect(socket: zmq.Socket) -> bool:
    """Receive one record and log it here; return False if there was none within RCVTIMEO.

    Records are JSON and not pickles, because a pickle could run any code in the collector.
    """
    try:
        message = socket.recv()
    except zmq.Again:
        return False
    try:
        fields = json.loads(message)
        record = logging.makeLogRecord(
            {
                "name": str(fields["name"]),
                "levelno": int(fields["levelno"]),
                "levelname": logging.getLevelName(int(fields["levelno"])),
                "created": float(fields["created"]),
                "process": int(fields["process"]),
                "pathname": str(fields["pathname"]),
                "lineno": int(fields["lineno"]),
                "msg": str(fields["msg"]),
            }
        )
    except (ValueError, TypeError, KeyError) as error:
        logging.getLogger(__name__).warning("not a record: %r (%s)", message[:100], error)
        return True
    logging.getLogger(record.name).handle(record)
    if fields.get("dropped"):
        logging.getLogger(record.name).warning("%s records were dropped", fields["dropped"])
    return True


def work(endpoint: str, number: int) -> None:
    """Log from a process."""
    with zmq.Context() as context:
        handler = PushHandler(endpoint, context)
        logger = logging.getLogger("worker")
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        logger.info("worker %d starts", number)
        try:
            _ = 1 // (number % 2)
        except ZeroDivisionError:
            logger.exception("worker %d fails", number)
        logger.removeHandler(handler)
        handler.close()


def main() -> None:
    """Let four processes log, and print the records."""
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    with zmq.Context() as context, context.socket(zmq.PULL) as socket:
        socket.rcvtimeo = 100
        socket.bind("tcp://127.0.0.1:*")
        endpoint = socket.last_endpoint.decode()
        spawn = multiprocessing.get_context("spawn")
        workers = [spawn.Process(target=work, args=(endpoint, number)) for number in range(4)]
        for worker in workers:
            worker.start()
        while any(worker.is_alive() for worker in workers) or socket.poll(0):
            collect(socket)
        for worker in workers:
            worker.join()


if __name__ == "__main__":
    main()
