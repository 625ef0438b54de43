"""Geometry of the dashboard's charts: numbers in, coordinates out; the SVG itself stands in the templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Drawn for a phone: at 360 px a label is still 12 px high, and on a wide screen the chart stays narrow.
WIDTH = 420
PAD = 24
ROW = 50
TOP = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a dot-and-whisker chart; coordinates in the chart's units, None where a value is missing."""

    label: str
    y: int
    x: float | None
    low: float | None
    high: float | None
    text: str
    band: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One dot of a line over time."""

    x: float
    y: float
    day: date
    value: float


def _x(share: float, mirrored: bool) -> float:
    span = WIDTH - 2 * PAD
    return round(PAD + (1 - share if mirrored else share) * span, 1)


def bars(
    rows: Sequence[tuple[str, float | None, float | None, float | None, str, str]], mirrored: bool
) -> list[Bar]:
    """Rows of (label, value, low, high, text, band), values in 0 … 1; in Arabic zero stands on the right."""
    return [
        Bar(
            label,
            TOP + number * ROW + 32,
            None if value is None else _x(value, mirrored),
            None if low is None else _x(low, mirrored),
            None if high is None else _x(high, mirrored),
            text,
            band,
        )
        for number, (label, value, low, high, text, band) in enumerate(rows)
    ]


def ticks(mirrored: bool) -> list[tuple[float, int]]:
    """Where 0, 25, 50, 75 and 100 stand."""
    return [(_x(percent / 100, mirrored), percent) for percent in (0, 25, 50, 75, 100)]


def height(rows: int) -> int:
    """Height of a chart with so many rows."""
    return TOP + rows * ROW + 8


def line(
    points: Sequence[tuple[date, float | None]], width: float, tall: float, pad: float = 6
) -> list[Mark]:
    """A line over time, left to right in every language: time axes are not mirrored. Missing values are gaps."""
    known = [(day, value) for day, value in points if value is not None]
    if not known:
        return []
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    span = max(1, last - first)
    return [
        Mark(
            round(pad + (day.toordinal() - first) / span * (width - 2 * pad), 1),
            round(tall - pad - value * (tall - 2 * pad), 1),
            day,
            value,
        )
        for day, value in known
    ]
