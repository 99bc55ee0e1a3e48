"""Plot benchmark results: in the terminal with plotext, in files with matplotlib."""

from __future__ import annotations

import importlib.util
import math
import os
from typing import Any

from zmq.cli.outcome import CommandError, UsageError

__all__ = ["check", "draw", "save"]

# The lines by name; each line has the message sizes and the measurement for each size.
_Lines = dict[str, tuple[list[int], list[float]]]
_TERMINAL_SIZE = (72, 18)


def check(in_terminal: bool, paths: list[str]) -> None:
    """Raise if the requested plots cannot be drawn.

    Parameters
    ----------
    in_terminal : bool
        True to draw in the terminal.
    paths : list of str
        The files to draw into.

    Raises
    ------
    UsageError
        If a file's name does not end in ``.png`` or ``.svg``.
    CommandError
        If a package or a folder is missing.
    """
    for path in paths:
        if not path.lower().endswith((".png", ".svg")):
            raise UsageError(f"--save draws .png and .svg files, got {path!r}")
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            raise CommandError(f"--save: there is no folder {folder!r}")
    if in_terminal and not _installed("plotext"):
        raise CommandError("--plot needs plotext, which is not installed: pip install plotext")
    if paths and not _installed("matplotlib"):
        raise CommandError(
            "--save needs matplotlib, which is not installed: pip install matplotlib"
        )


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # the module is in sys.modules without a spec
        return False


def _series(results: dict[str, Any]) -> list[tuple[str, _Lines]]:
    """Return the axes to draw: their titles, and their lines by name."""
    axes = []
    if "throughput" in results:
        rows = results["throughput"]
        sizes = [row["size"] for row in rows]
        rates = [row["messages_per_second"] for row in rows]
        axes.append(("messages/s", {"PUSH to PULL": (sizes, rates)}))
    if "latency" in results:
        rows = results["latency"]
        sizes = [row["size"] for row in rows]
        lines = {
            name: (sizes, [row["microseconds"][name] for row in rows]) for name in ("median", "p99")
        }
        axes.append(("round trip, µs", lines))
    return axes


def draw(results: dict[str, Any]) -> None:
    """Draw the results of ``bench`` in the terminal."""
    import plotext

    draw_axes = _draw_by_plotext_5 if hasattr(plotext, "clear_figure") else _draw_by_plotext_6
    for label, lines in _series(results):
        # Without colour a legend is useless, and it would cover lines.
        names = " below ".join(lines)
        draw_axes(plotext, f"{label} by {results['transport']}, against bytes: {names}", lines)


def _draw_by_plotext_5(plotext: Any, title: str, lines: _Lines) -> None:
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(*_TERMINAL_SIZE)
    plotext.xscale("log")
    plotext.yscale("log")
    for sizes, values in lines.values():
        plotext.plot(sizes, values, marker="braille")
    plotext.xticks(sizes, [str(size) for size in sizes])
    plotext.title(title)
    print(plotext.uncolorize(plotext.build()))


def _draw_by_plotext_6(plotext: Any, title: str, lines: _Lines) -> None:
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(*_TERMINAL_SIZE)
    figure.ruler("y").scale("log")
    for sizes, values in lines.values():
        signal = figure.signal([math.log2(size) for size in sizes], values)
        signal.lines()
        figure.draw(signal)
    labels = [str(size) for size in sizes]
    figure.ruler("x").ticks([math.log2(size) for size in sizes], labels)
    figure.title(title)
    figure.show(colorless=True)


def save(results: dict[str, Any], path: str) -> None:
    """Draw the results of ``bench`` into a file.

    Parameters
    ----------
    results : dict
        The results.
    path : str
        A name that ends in ``.png`` or ``.svg``.
    """
    # do not use pyplot, because it may need a display
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    axes = _series(results)
    figure = Figure(figsize=(5.5 * len(axes), 4), layout="constrained")
    FigureCanvasAgg(figure)
    for number, (label, lines) in enumerate(axes, 1):
        plot = figure.add_subplot(1, len(axes), number)
        for name, (sizes, values) in lines.items():
            plot.loglog(sizes, values, marker="o", label=name)
        plot.set_xscale("log", base=2)
        plot.set_xlabel("message size, bytes")
        plot.set_ylabel(label)
        plot.set_ylim(bottom=0.5 * min(min(values) for _, values in lines.values()))
        plot.grid(True, which="both", alpha=0.3)
        plot.legend()
    figure.suptitle(f"{results['transport']}, pyzmq {results['pyzmq']}")
    figure.savefig(path, dpi=150)
