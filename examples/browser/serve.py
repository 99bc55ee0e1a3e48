"""Serve a page that subscribes to this program: ZeroMQ in a browser, over ws://.

    python examples/browser/serve.py

Open the address that the program prints. The program ends on Ctrl-C, or after the time of
`--seconds`.

The program uses only the loopback interface. But any page in a browser of this machine can connect
to a ws:// endpoint there, because libzmq does not check the Origin header. So publish no secrets,
and trust no request. A service that needs users and TLS belongs behind a proxy such as nginx.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import zmq

INTERVAL_MS = 200


class PageHandler(SimpleHTTPRequestHandler):
    """Serves the files of this folder, and the endpoints of the sockets as a JSON file."""

    def __init__(self, *args: object, endpoints: dict[str, str], **kwargs: object) -> None:
        self.endpoints = endpoints
        # The system's list may have another type for .js, and browsers would not run the modules.
        self.extensions_map = {**self.extensions_map, ".js": "text/javascript"}
        super().__init__(*args, directory=str(Path(__file__).parent), **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path != "/endpoints.json":
            super().do_GET()
            return
        body = json.dumps(self.endpoints).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def publish(publisher: zmq.Socket[bytes], timer_id: int) -> None:
    """Publish the current state; a timer calls this."""
    publisher.send_multipart([b"time", time.strftime("%H:%M:%S").encode()])
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    publisher.send_multipart([b"load", b"%.2f" % load])


def run(seconds: float | None) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.PUB) as publisher,
        context.socket(zmq.REP) as answerer,
    ):
        context.linger = publisher.linger = answerer.linger = 0
        publisher.maxmsgsize = answerer.maxmsgsize = 1 << 20
        publisher.bind("ws://127.0.0.1:*")
        answerer.bind("ws://127.0.0.1:*")
        endpoints = {
            "publisher": publisher.last_endpoint.decode(),
            "answerer": answerer.last_endpoint.decode(),
        }
        handler = partial(PageHandler, endpoints=endpoints)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            serving = threading.Thread(target=server.serve_forever)
            serving.start()
            try:
                print(f"http://127.0.0.1:{server.server_port}/", flush=True)
                exchange(publisher, answerer, seconds)
            finally:
                server.shutdown()
                serving.join()


def exchange(
    publisher: zmq.Socket[bytes], answerer: zmq.Socket[bytes], seconds: float | None
) -> None:
    """Publish and reply until the time has passed."""
    end = None if seconds is None else time.monotonic() + seconds
    timers = zmq.Timers()
    timers.add(INTERVAL_MS, lambda timer_id: publish(publisher, timer_id))
    while end is None or time.monotonic() < end:
        if answerer.poll(timers.timeout()):
            answerer.send(answerer.recv().upper())
        timers.execute()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, help="end after this time (default: never)")
    try:
        run(parser.parse_args().seconds)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
