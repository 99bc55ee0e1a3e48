"""A dashboard of the sockets of a process, in a browser, without other packages.

Run ``python dashboard.py ipc:///tmp/busy`` and open http://127.0.0.1:8000. It asks the process
once a second, as `zmq top` does, and draws the counters of the last two minutes.
``--save NAME --seconds 60`` writes the pictures ``NAME-light.svg`` and ``NAME-dark.svg`` instead.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import zmq

SECONDS = 120
COLOURS = {
    "light": [
        "#ffffff",
        "#1f2328",
        "#d8dee4",
        "#0b62c4",
        "#c2570c",
        "#2d8a4e",
        "#8250df",
        "#bf3989",
        "#1b7c83",
    ],
    "dark": [
        "#0d1117",
        "#e6edf3",
        "#30363d",
        "#58a6ff",
        "#f0883e",
        "#56d364",
        "#bc8cff",
        "#f778ba",
        "#39c5cf",
    ],
}
PAGE = b"""<!DOCTYPE html>
<meta charset="utf-8">
<title>Sockets</title>
<style>:root { color-scheme: light dark } body { margin: 2em } img { width: 100% }</style>
<picture><source media="(prefers-color-scheme: dark)" srcset="dark.svg"><img src="light.svg">
</picture>
<script>
setInterval(() => document.querySelectorAll("source, img").forEach(element => {
  const name = element.localName == "img" ? "src" : "srcset"
  element[name] = element[name].replace(/[?].*|$/, "?" + Date.now())
}), 1000)
</script>
"""


class Panel(NamedTuple):
    """A chart: a number of each socket over time."""

    title: str
    value: Callable[[dict[str, Any]], float]
    is_rate: bool = False


PANELS = [
    Panel("messages a second", lambda s: s["messages_out"] + s["messages_in"], is_rate=True),
    Panel("messages that wait", lambda s: s["queued_out"] + s["queued_in"]),
    Panel("messages dropped a second", lambda s: sum(s["dropped"].values()), is_rate=True),
    Panel("connections", lambda s: s["connections"]),
]


def lines_of(panel: Panel, told: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Return the points of each socket, as (seconds before now, value)."""
    lines: dict[str, list[tuple[float, float]]] = {}
    past: dict[int, tuple[float, float]] = {}
    for snapshot in told:
        for socket in snapshot["sockets"]:
            number, time, value = socket["socket"], snapshot["time"], panel.value(socket["stats"])
            before = past.get(number)
            past[number] = time, value
            if panel.is_rate:
                if before is None or time <= before[0]:
                    continue
                value = (value - before[1]) / (time - before[0])
            name = f"{number} {socket['type']}"
            lines.setdefault(name, []).append((time - told[-1]["time"], value))
    # show only the sockets with the highest values
    sums = {name: sum(value for _, value in line) for name, line in lines.items()}
    busiest = sorted(filter(sums.get, lines), key=lambda name: -sums[name])[:4]
    return {name: lines[name] for name in sorted(busiest, key=lambda name: int(name.split()[0]))}


def top_of_scale(highest: float) -> float:
    """Return a maximum for the axis: at least `highest`, and its quarters are round numbers."""
    end = 4.0
    while end < highest:
        end *= 2.5 if f"{end:.0f}"[0] == "8" else 2
    return end


def draw(told: list[dict[str, Any]], theme: str) -> str:
    """Return the SVG of all panels."""
    background, text, grid, *colours = COLOURS[theme]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 520"'
        ' font-family="sans-serif" font-size="13">',
        f'<rect width="960" height="520" fill="{background}"/>',
    ]
    colour_of: dict[str, str] = {}
    seconds = max(10, told[-1]["time"] - told[0]["time"]) if told else SECONDS
    for index, panel in enumerate(PANELS):
        left, top = 60 + index % 2 * 480, 45 + index // 2 * 250
        lines = lines_of(panel, told)
        highest = top_of_scale(max((y for line in lines.values() for _, y in line), default=0))
        parts.append(
            f'<text x="{left}" y="{top - 18}" fill="{text}" font-weight="bold">{panel.title}</text>'
        )
        for part in range(5):
            y = top + 160 - part * 40
            parts.append(
                f'<path d="M{left} {y}h390" stroke="{grid}"/><text x="{left - 8}" y="{y + 4}"'
                f' fill="{text}" text-anchor="end">{highest * part / 4:,.0f}</text>'
            )
        parts += [
            f'<text x="{left}" y="{top + 178}" fill="{text}">{seconds:.0f} s ago</text>',
            f'<text x="{left + 390}" y="{top + 178}" fill="{text}" text-anchor="end">now</text>',
        ]
        for place, (name, line) in enumerate(lines.items()):
            colour = colour_of.setdefault(name, colours[len(colour_of) % len(colours)])
            points = " ".join(
                f"{left + 390 + 390 * time / seconds:.1f},{top + 160 - 160 * value / highest:.1f}"
                for time, value in line
            )
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}"'
                ' stroke-width="2" stroke-linejoin="round"/>'
                f'<text x="{left + place * 98}" y="{top + 198}" fill="{colour}">'
                f"{escape(name)}</text>"
            )
    return "\n".join([*parts, "</svg>", ""])


def ask(endpoint: str) -> Iterator[dict[str, Any]]:
    """Ask the process again and again, and wait if it does not answer."""
    with zmq.Context() as context:
        while True:
            with context.socket(zmq.REQ) as req:
                req.linger = 0
                req.connect(endpoint)
                while True:
                    req.send(b"json")
                    if not req.poll(5000):
                        break
                    yield json.loads(req.recv())


def serve(told: deque[dict[str, Any]], port: int) -> ThreadingHTTPServer:
    """Answer browsers in a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/").partition(".svg")[0]
            content = draw(list(told), name).encode() if name in COLOURS else PAGE
            self.send_response(200)
            self.send_header("Content-Type", "image/svg+xml" if name in COLOURS else "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    """Ask, draw and serve."""
    parser = argparse.ArgumentParser(description="A dashboard of the sockets of a process.")
    parser.add_argument("endpoint", help="endpoint that the process passes to zmq.metrics.serve")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--interval", type=float, default=1, help="seconds between two updates")
    parser.add_argument("--seconds", type=float, help="end after this time")
    parser.add_argument("--save", help="write NAME-light.svg and NAME-dark.svg at the end")
    options = parser.parse_args()
    told: deque[dict[str, Any]] = deque(maxlen=int(SECONDS / options.interval))
    server = serve(told, options.port)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    pause = threading.Event()
    try:
        for snapshot in ask(options.endpoint):
            told.append(snapshot)
            if options.seconds and told[-1]["time"] - told[0]["time"] >= options.seconds:
                break
            pause.wait(options.interval)
    except KeyboardInterrupt:
        pass
    server.shutdown()
    server.server_close()
    for theme in COLOURS if options.save else ():
        path = Path(f"{options.save}-{theme}.svg")
        path.write_text(draw(list(told), theme), encoding="utf-8")


if __name__ == "__main__":
    main()
