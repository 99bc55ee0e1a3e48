"""The plots of docs/performance.md and of the README, as SVG, in light and in dark colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from .competitors import TITLES
from .results import Line, Report
from .tables import amount
from .workloads import SIZES, size_name


@dataclass(frozen=True)
class Theme:
    """The colours of one version of a plot."""

    background: str
    text: str
    grid: str
    series: dict[str, str]


# colours that colour-blind people can distinguish
THEMES = {
    "light": Theme(
        "#ffffff",
        "#1f2328",
        "#d8dee4",
        {"ours": "#0b62c4", "pyzmq": "#c2570c", "pyomq": "#2d8a4e", "c": "#6e7781"},
    ),
    "dark": Theme(
        "#0d1117",
        "#e6edf3",
        "#30363d",
        {"ours": "#58a6ff", "pyzmq": "#f0883e", "pyomq": "#56d364", "c": "#9ea7b3"},
    ),
}
MARKERS = {"ours": "o", "pyzmq": "s", "pyomq": "^", "c": "D"}

Value = Callable[[Line, str], float | None]


@dataclass(frozen=True)
class Panel:
    """One pair of axes of a plot."""

    title: str
    lines: list[Line]
    x: Callable[[Line], int]
    y: Value


@dataclass(frozen=True)
class Plot:
    """One picture: some panels side by side."""

    name: str
    description: str
    x_label: str
    y_label: str
    panels: list[Panel]
    ticks: dict[int, str]


def rate(line: Line, key: str) -> float | None:
    """Return the median rate."""
    return line.of(key).median("rate")


def processor_time(line: Line, key: str) -> float | None:
    """Return the median processor time per message in us."""
    return line.of(key).median("processor_us")


def plots_of(report: Report) -> list[Plot]:
    """Return the plots for which the report has lines."""
    by_transport = {
        name: [line for line in report.group(f"one way, {name}") if not line.workload.many]
        for name in ("tcp", "ipc", "inproc", "ws")
    }
    sizes = {size: size_name(size) for size in SIZES[::2]}

    def by_size(name: str, description: str, y_label: str, value: Value) -> Plot:
        panels = [
            Panel(transport, lines, lambda line: line.workload.size, value)
            for transport, lines in by_transport.items()
        ]
        return Plot(name, description, "size of a message", y_label, panels, sizes)

    numbers = {1: "1", 10: "10", 100: "100", 1000: "1,000"}
    fan_out = [line for line in report.group("fan-out") if line.workload.size == 128]
    plots = [
        by_size("rate-by-size", "Messages a second by size", "messages a second", rate),
        by_size(
            "processor-by-size",
            "Processor time a message by size",
            "processor time a message, us",
            processor_time,
        ),
        Plot(
            "growth-by-peers",
            "Messages a second by the number of peers",
            "peers",
            "messages a second",
            [
                Panel(title, lines, lambda line: line.workload.peers, rate)
                for title, lines in (
                    ("requests to a ROUTER", report.group("peers")),
                    ("messages received by SUB sockets, 128 B", fan_out),
                )
            ],
            numbers,
        ),
    ]
    return [plot for plot in plots if any(panel.lines for panel in plot.panels)]


def draw(plot: Plot, theme: Theme, keys: Sequence[str], path: Path) -> None:
    """Write one plot in one theme."""
    panels = [panel for panel in plot.panels if panel.lines]
    style: dict[Any, Any] = {
        "axes.facecolor": theme.background,
        "axes.edgecolor": theme.grid,
        "axes.labelcolor": theme.text,
        "axes.titlecolor": theme.text,
        "figure.facecolor": theme.background,
        "font.family": "sans-serif",
        "font.size": 9.0,
        "grid.color": theme.grid,
        "svg.fonttype": "none",  # keep text as text: a tenth of the size, and searchable
        "svg.hashsalt": plot.name,  # the same figures give the same file
        "text.color": theme.text,
        "xtick.color": theme.text,
        "ytick.color": theme.text,
    }
    with mpl.rc_context(style):
        figure, axes = pyplot.subplots(
            1, len(panels), figsize=(2.3 * len(panels) + 1.2, 3.2), sharey=True, squeeze=False
        )
        for panel, one in zip(panels, axes[0], strict=True):
            draw_panel(panel, one, theme, keys)
            one.set_xticks(list(plot.ticks), list(plot.ticks.values()))
            one.set_xlabel(plot.x_label)
        axes[0][0].set_ylabel(plot.y_label)
        handles, labels = axes[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper center", ncols=len(labels), frameon=False)
        figure.tight_layout(rect=(0, 0, 1, 0.92))
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None, "Title": plot.description})
        pyplot.close(figure)


def draw_panel(panel: Panel, axes: Axes, theme: Theme, keys: Sequence[str]) -> None:
    """Draw a line for each competitor that has figures."""
    for key in keys:
        points = sorted(
            (panel.x(line), value)
            for line in panel.lines
            if (value := panel.y(line, key)) is not None
        )
        if points:
            axes.plot(
                [x for x, _ in points],
                [y for _, y in points],
                color=theme.series[key],
                label=TITLES[key],
                linewidth=2.2 if key == "ours" else 1.4,
                marker=MARKERS[key],
                markersize=4,
                zorder=3 if key == "ours" else 2,
            )
    axes.set_title(panel.title, fontsize=9.5)
    axes.set_xscale("log", base=2 if panel.lines[0].workload.pattern == "one_way" else 10)
    axes.set_yscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.grid(True, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def plain(value: float) -> str:
    """Return the number of a tick: 0.1, 1, 10k, 1M."""
    return amount(value).replace(".00", "").replace(".0", "").replace("0.10", "0.1")


def draw_all(report: Report, folder: Path) -> list[Plot]:
    """Write all plots of a report into `folder`, each light and dark; return them."""
    keys = [key for key in TITLES if key in report.versions]
    plots = plots_of(report)
    for plot in plots:
        for name, theme in THEMES.items():
            draw(plot, theme, keys, folder / f"{plot.name}-{name}.svg")
    return plots
