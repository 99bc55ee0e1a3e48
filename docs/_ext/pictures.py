"""Draw pictures of sockets as SVG in the page itself, so that they follow its light or dark theme.

The directive ``diagram`` draws columns of boxes from one line of text::

    ```{diagram} Requests and replies
    REQ client; REQ client <-> [request/reply] REP server
    ```

Boxes of a column are separated by ``;``, columns by an arrow: ``->``, ``<-`` or ``<->``. An arrow
may have a label in brackets after it. ``/`` begins a new line in a label or a box. The first word
of a box is its socket type; ``-`` means no socket type. A box after ``~`` gets no message and is
dashed.

The role ``socket`` draws the small picture of one type, as in ``{socket}`PUSH```.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

BOX_WIDTH, BOX_HEIGHT = 96, 46  # a box is wider for longer words
GAP, ROW, MARGIN = 96, 62, 6

_ARROW = re.compile(r"\s+(<->|->|<-)(?:\s*\[([^\]]*)\])?\s+")

# For each type, how it sends and how it receives, as keys of _SENDS and _RECEIVES; None if it
# cannot send or cannot receive.
SOCKETS: dict[str, tuple[str | None, str | None]] = {
    "REQ": ("turn", "all"),
    "REP": ("chosen", "all"),
    "DEALER": ("turn", "all"),
    "ROUTER": ("chosen", "all"),
    "PUB": ("all", None),
    "SUB": (None, "all"),
    "XPUB": ("all", "all"),
    "XSUB": ("all", "all"),
    "PUSH": ("turn", None),
    "PULL": (None, "all"),
    "PAIR": ("only", "only"),
    "STREAM": ("chosen", "all"),
    "CLIENT": ("turn", "all"),
    "SERVER": ("chosen", "all"),
    "PEER": ("chosen", "all"),
    "RADIO": ("all", None),
    "DISH": (None, "all"),
    "SCATTER": ("turn", None),
    "GATHER": (None, "all"),
    "CHANNEL": ("only", "only"),
    "DGRAM": ("chosen", "all"),
}
_SENDS = {
    "all": "sends to all peers",
    "turn": "sends to one peer after the other",
    "chosen": "sends to the peer that the message names",
    "only": "sends to its only peer",
}
_RECEIVES = {"all": "receives from all peers", "only": "receives from its only peer"}
DRAFT = {"CLIENT", "SERVER", "PEER", "RADIO", "DISH", "SCATTER", "GATHER", "CHANNEL", "DGRAM"}


def _text(x: float, y: float, words: str, kind: str) -> str:
    """Return one or more lines of text, centred on a point."""
    lines = words.split("/")
    top = y - (len(lines) - 1) * 7.5
    spans = "".join(
        f'<tspan x="{x:g}" y="{top + number * 15:g}">{escape(line.strip())}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text class="{kind}">{spans}</text>'


def _head(x: float, y: float, from_x: float, from_y: float, kind: str = "zp-head") -> str:
    """Return the head, at one point, of an arrow that comes from another."""
    dx, dy = x - from_x, y - from_y
    length = (dx * dx + dy * dy) ** 0.5
    dx, dy = dx / length, dy / length
    back_x, back_y = x - 8 * dx, y - 8 * dy
    return (
        f'<path class="{kind}" d="M{x:.1f} {y:.1f}L{back_x - 4 * dy:.1f} {back_y + 4 * dx:.1f}'
        f'L{back_x + 4 * dy:.1f} {back_y - 4 * dx:.1f}z"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, dashed: bool) -> str:
    kind = "zp-line zp-dashed" if dashed else "zp-line"
    return f'<path class="{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def _width(box: str) -> float:
    """Return the width of a box for its words."""
    kind, _, name = box.removeprefix("~").strip().partition(" ")
    return max(BOX_WIDTH, 10 * len(kind) + 14, 7 * len(name) + 14)


def draw_diagram(text: str, title: str) -> str:
    """Return the SVG of a diagram."""
    pieces = _ARROW.split(" ".join(text.split()))
    columns = [[box.strip() for box in column.split(";") if box.strip()] for column in pieces[::3]]
    arrows = list(zip(pieces[1::3], pieces[2::3], strict=True))
    widths = [max(map(_width, column)) for column in columns]
    width = sum(widths) + len(arrows) * GAP + 2 * MARGIN
    rows = max(len(column) for column in columns)
    height = (rows - 1) * ROW + BOX_HEIGHT + 2 * MARGIN

    def place(column: int, row: int) -> tuple[float, float]:
        free = (rows - len(columns[column])) * ROW / 2
        return MARGIN + sum(widths[:column]) + column * GAP, MARGIN + free + row * ROW

    lines, labels, boxes = [], [], []
    for number, (arrow, label) in enumerate(arrows):
        for row, left in enumerate(columns[number]):
            for other, right in enumerate(columns[number + 1]):
                x1, y1 = place(number, row)
                x2, y2 = place(number + 1, other)
                x1, y1, y2 = x1 + widths[number], y1 + BOX_HEIGHT / 2, y2 + BOX_HEIGHT / 2
                dashed = left.startswith("~") or right.startswith("~")
                lines.append(_line(x1, y1, x2, y2, dashed))
                if "<" in arrow:
                    lines.append(_head(x1, y1, x2, y2))
                if ">" in arrow:
                    lines.append(_head(x2, y2, x1, y1))
        if label:
            x = place(number, 0)[0] + widths[number] + GAP / 2
            labels.append(_text(x, height / 2 - 5, label, "zp-label"))
    for number, column in enumerate(columns):
        for row, box in enumerate(column):
            x, y = place(number, row)
            kind, _, name = box.removeprefix("~").strip().partition(" ")
            dashed = " zp-dashed" if box.startswith("~") else ""
            boxes.append(
                f'<rect class="zp-box{dashed}" x="{x:g}" y="{y:g}" width="{widths[number]:g}" '
                f'height="{BOX_HEIGHT}" rx="6"/>'
            )
            middle = x + widths[number] / 2
            if kind == "-":
                boxes.append(_text(middle, y + BOX_HEIGHT / 2 + 5, name, "zp-name"))
            elif name:
                boxes.append(_text(middle, y + 19, kind, "zp-type"))
                boxes.append(_text(middle, y + 36, name, "zp-name"))
            else:
                boxes.append(_text(middle, y + BOX_HEIGHT / 2 + 5, kind, "zp-type"))
    return (
        f'<svg class="zp-diagram" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {width} {height:g}" style="max-width: {width * 1.15:g}px">'
        f"<title>{escape(title)}</title>{''.join(lines + labels + boxes)}</svg>"
    )


def draw_socket(kind: str) -> str:
    """Return the small SVG of a socket type."""
    sends, receives = SOCKETS[kind]
    title = f"{kind} " + " and ".join(
        words for words in (sends and _SENDS[sends], receives and _RECEIVES[receives]) if words
    )
    ends = [27] if "only" in (sends, receives) else [9, 27, 45]
    parts = []
    for number, y in enumerate(ends):
        x1, y1, x2 = 76, 27 + (y - 27) / 3, 116
        out = sends in ("all", "only") or (sends is not None and number == len(ends) // 2)
        dashed = not out and receives is None
        parts.append(_line(x1, y1, x2, y, dashed))
        if out or sends == "turn":
            parts.append(_head(x2, y, x1, y1, "zp-head" if out else "zp-head zp-later"))
        if receives:
            parts.append(_head(x1, y1, x2, y))
        parts.append(f'<circle class="zp-peer" cx="{x2 + 5}" cy="{y}" r="4.5"/>')
    dashed_box = " zp-dashed" if kind in DRAFT else ""
    return (
        f'<svg class="zp-socket" role="img" aria-label="{escape(title)}" viewBox="0 0 128 54">'
        f"<title>{escape(title)}</title>"
        f'<rect class="zp-box{dashed_box}" x="2" y="12" width="74" height="30" rx="5"/>'
        f"{_text(39, 32, kind, 'zp-type')}{''.join(parts)}</svg>"
    )


class Diagram(SphinxDirective):
    """The directive ``diagram``, with the caption as its argument."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        title = self.arguments[0]
        svg = draw_diagram(" ".join(self.content), title)
        html = f'<figure class="zp-figure">{svg}<figcaption>{escape(title)}</figcaption></figure>'
        return [nodes.raw("", html, format="html")]


def socket_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, *rest: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The role ``socket``."""
    return [nodes.raw("", draw_socket(text), format="html")], []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("diagram", Diagram)
    app.add_role("socket", socket_role)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
