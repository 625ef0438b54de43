"""Geometry of the charts of item analysis: numbers in, coordinates out; the SVG itself stands in the templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.assessments.score_groups import ScoreGroup

#: Drawn for a phone: at 360 px a label is still 12 px high, and on a wide screen the chart stays narrow.
WIDTH, HEIGHT = 420, 230
#: Room at the ends, above and below the field.
SIDE, TOP, FOOT = 34, 26, 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a histogram; `text` is its count, written above it."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot with its whisker, and what stands below it."""

    x: float
    y: float
    high: float
    low: float
    text: str


def across(share: float, mirrored: bool) -> float:
    """Where a share of 0 to 1 stands between the ends; in Arabic 0 is on the right."""
    return round(SIDE + (1 - share if mirrored else share) * (WIDTH - 2 * SIDE), 1)


def up(share: float) -> float:
    """How high a share of 0 to 1 stands."""
    return round(HEIGHT - FOOT - share * (HEIGHT - FOOT - TOP), 1)


def columns(counts: Sequence[int], mirrored: bool) -> list[Column]:
    """The columns of a histogram over 0 to 100; the fullest one is as high as the field."""
    most = max(counts, default=0) or 1
    steps = len(counts)
    found = []
    for at, count in enumerate(counts):
        ends = sorted((across(at / steps, mirrored), across((at + 1) / steps, mirrored)))
        top = up(count / most)
        found.append(
            Column(
                round(ends[0] + 1, 1),
                top,
                round(ends[1] - ends[0] - 2, 1),
                round(up(0) - top, 1),
                str(count) if count else "",
            )
        )
    return found


def dots(groups: Sequence[ScoreGroup], mirrored: bool) -> list[Dot]:
    """A dot for each group of marks, weakest first, with what share of the mark it gets."""
    return [
        Dot(
            across((at + 0.5) / len(groups), mirrored),
            up(group.facility),
            up(group.interval[1]),
            up(group.interval[0]),
            span(group),
        )
        for at, group in enumerate(groups)
    ]


def span(group: ScoreGroup) -> str:
    """From which to which mark a group reaches, 0 to 100."""
    low, high = f"{group.low * 100:.0f}", f"{group.high * 100:.0f}"
    return low if low == high else f"{low}–{high}"


def line(groups: Sequence[ScoreGroup], option: str, mirrored: bool) -> str:
    """Points of a line: what share of each group chose an option."""
    return " ".join(
        f"{across((at + 0.5) / len(groups), mirrored)},{up(group.chosen.get(option, 0.0))}"
        for at, group in enumerate(groups)
    )
