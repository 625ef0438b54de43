"""Geometry of charts with a start and an end: the waterfall of a change, and values before and after; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lms.capacity.charts import PAD, ROW, TOP, WIDTH


@dataclass(frozen=True, slots=True)
class Scale:
    """A part of 0 … 1 laid along the chart; in Arabic its lower end stands on the right."""

    low: float
    high: float
    mirrored: bool

    def x(self, value: float) -> float:
        """Where a value stands, in the chart's units."""
        share = (value - self.low) / (self.high - self.low)
        return round(PAD + (1 - share if self.mirrored else share) * (WIDTH - 2 * PAD), 1)

    def ticks(self) -> list[tuple[float, int]]:
        """Both ends and the middle, × 100."""
        places = (self.low, (self.low + self.high) / 2, self.high)
        return [(self.x(one), round(one * 100)) for one in places]


@dataclass(frozen=True, slots=True)
class Step:
    """One row: from where to where; `kind` is start, up, down, none or end."""

    label: str
    text: str
    kind: str
    y: int
    x: float
    width: float
    to: float


def scale_of(values: Sequence[float], mirrored: bool) -> Scale:
    """The stretch of 0 … 1 in tenths that holds the values, at least two tenths of it."""
    low = max(0, math.floor(min(values) * 10 - 0.2)) / 10
    high = min(10, math.ceil(max(values) * 10 + 0.2)) / 10
    if high - low < 0.2:
        low, high = (low, low + 0.2) if low <= 0.8 else (0.8, 1.0)
    return Scale(low, high, mirrored)


def waterfall(
    start: tuple[str, str, float],
    parts: Sequence[tuple[str, str, float]],
    end: tuple[str, str, float],
    mirrored: bool,
) -> tuple[list[Step], Scale]:
    """Rows of a waterfall from (label, text, value) of the start, of each part, of the end; values in 0 … 1."""
    levels = [start[2]]
    for _label, _text, part in parts:
        levels.append(levels[-1] + part)
    scale = scale_of([*levels, end[2]], mirrored)
    steps = [_mark(start, "start", 0, scale)]
    for number, ((label, text, part), level) in enumerate(
        zip(parts, levels[:-1], strict=True), start=1
    ):
        a, b = scale.x(level), scale.x(level + part)
        kind = "up" if part > 0 else "down" if part < 0 else "none"
        steps.append(
            Step(label, text, kind, _y(number), min(a, b), max(1.5, round(abs(b - a), 1)), b)
        )
    steps.append(_mark(end, "end", len(parts) + 1, scale))
    return steps, scale


def _mark(one: tuple[str, str, float], kind: str, number: int, scale: Scale) -> Step:
    label, text, value = one
    x = scale.x(value)
    return Step(label, text, kind, _y(number), x, 0, x)


def _y(number: int) -> int:
    return TOP + number * ROW + 32


@dataclass(frozen=True, slots=True)
class Pair:
    """A row with a value before (a ring) and after (a dot); None where one is missing."""

    label: str
    text: str
    y: int
    before: float | None
    after: float | None


def pairs(
    rows: Sequence[tuple[str, str, float | None, float | None]], mirrored: bool
) -> tuple[list[Pair], Scale]:
    """Rows of (label, text, before, after) on the whole scale."""
    scale = Scale(0, 1, mirrored)
    return [
        Pair(
            label,
            text,
            _y(number),
            None if before is None else scale.x(before),
            None if after is None else scale.x(after),
        )
        for number, (label, text, before, after) in enumerate(rows)
    ], scale
