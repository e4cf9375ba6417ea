"""Small multiples as one SVG: a plot for each figure, with its axes and units."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 300, 170  # of a plot with its margins
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 30, 34
COLUMNS = 2
STYLE = (
    "svg{background:#fbfaf7;color:#1b1b19;font:11px system-ui,sans-serif}"
    "text{fill:currentColor}.title{font-weight:600;font-size:12px}"
    ".grid{stroke:#d8d5cc;stroke-width:1}.line{fill:none;stroke:#8a2b0e;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){svg{background:#161614;color:#e8e6e0}"
    ".grid{stroke:#3a3934}.line{stroke:#e09a78}}"
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure over time: points of (day, value), and the unit of the values."""

    title: str
    unit: str
    points: Sequence[tuple[float, float]]


def small_multiples(title: str, plots: Sequence[Plot]) -> str:
    """Return the plots, two in a row, as an SVG document."""
    rows = ceil(len(plots) / COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT + 24
    inside = "".join(
        f'<g transform="translate({number % COLUMNS * WIDTH},{number // COLUMNS * HEIGHT + 24})">'
        f"{_drawn(plot)}</g>"
        for number, plot in enumerate(plots)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f'<text class="title" x="8" y="16">{escape(title)}</text>{inside}</svg>\n'
    )


def _drawn(plot: Plot) -> str:
    days = max((day for day, _ in plot.points), default=1) or 1
    step = _step(max((value for _, value in plot.points), default=0))
    top = step * max(1, ceil(max((value for _, value in plot.points), default=0) / step))
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def across(day: float) -> float:
        return round(LEFT + day / days * width, 1)

    def up(value: float) -> float:
        return round(TOP + height - value / top * height, 1)

    levels = [step * number for number in range(round(top / step) + 1)]
    grid = "".join(
        f'<path class="grid" d="M{LEFT} {up(level)}h{width}"/>'
        f'<text x="{LEFT - 6}" y="{up(level) + 4}" text-anchor="end">{level:,g}</text>'
        for level in levels
    )
    ticks = "".join(
        f'<text x="{across(day)}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{day}</text>'
        for day in range(0, floor(days) + 1, max(1, round(days / 6)))
    )
    line = " ".join(f"{across(day)},{up(value)}" for day, value in plot.points)
    return (
        f'<text class="title" x="{LEFT}" y="18">{escape(plot.title)}, {escape(plot.unit)}</text>'
        f'{grid}{ticks}<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">days</text>'
        f'<polyline class="line" points="{line}"/>'
    )


def _step(most: float) -> float:
    """Return the distance of grid lines: 1, 2 or 5 times a power of ten, for three to six lines."""
    rough = (most or 1) / 5
    power = 10 ** floor(log10(rough))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough))
