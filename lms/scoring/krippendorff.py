"""Krippendorff's alpha: agreement of any number of raters, with gaps, on any scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lms.scoring.coefficient import Coefficient
from lms.scoring.guard import NO_SPREAD, guard_of
from lms.scoring.matrix import Floats
from lms.scoring.raters import (
    ENOUGH_RATERS,
    ENOUGH_UNITS,
    agreement_word,
    coded,
)

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, eq=False)
class KrippendorffAlpha(Coefficient):
    """Krippendorff's alpha with what it rests on.

    Args:
        value: 1 full agreement, 0 what chance would give, negative below it.
        level: of measurement.
        units: with two ratings or more, the only ones that count.
        ratings: of those units.
        guard: as `guard_of` units.
    """

    level: str
    units: int
    ratings: int
    guard: str | None

    @property
    def word(self) -> str:
        """``good``, ``tentative`` or ``differ``, as `agreement_word`."""
        return agreement_word(self.value)


def krippendorff_alpha(data: Any, level: str = "nominal") -> KrippendorffAlpha | None:
    """Return alpha = 1 − (n − 1)·Σ o δ² / Σ n_c n_k δ² over coincidences o.

    Args:
        data: raters × units (the other way round than elsewhere here, as in the source); None or NaN
            where there is no rating. Units with one rating are left out.
        level: what differences mean. ``nominal``: same or not; any values. ``ordinal``: how many
            ratings lie between; values in sorted order. ``interval``: (c − k)². ``ratio``:
            ((c − k)/(c + k))², values from 0.

    Returns:
        None with fewer than ten units of two ratings, fewer than two raters, or no variation.

    Raises:
        ValueError: an unknown level, rows of different length, values the level cannot take.
    Source: Krippendorff (2004), Content Analysis, 2nd ed., ch. 11; (2011), Computing Krippendorff's
        alpha-reliability.
    """
    if level not in LEVELS:
        raise ValueError(f"a level is one of {', '.join(LEVELS)}")
    rows = [list(row) for row in data]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("a matrix has rows of equal length")
    if len(rows) < ENOUGH_RATERS or not rows[0]:
        return None
    codes, kinds = coded([cell for row in rows for cell in row])
    units = np.tile(np.arange(len(rows[0])), len(rows))
    counts = np.zeros((len(rows[0]), len(kinds)))
    np.add.at(counts, (units[codes >= 0], codes[codes >= 0]), 1)
    held = counts.sum(axis=1)
    counts, held = counts[held > 1], held[held > 1]
    if len(counts) < ENOUGH_UNITS:
        return None
    margin = counts.sum(axis=0)
    cost = _differences(kinds, margin, level)
    by_chance = float(margin @ cost @ margin)
    if by_chance < NO_SPREAD:
        return None
    # The diagonal costs nothing, so that a rating paired with itself need not be taken off.
    coincidences = (counts / (held - 1)[:, None]).T @ counts
    seen = float((coincidences * cost).sum())
    total = float(margin.sum())
    value = 1 - (total - 1) * seen / by_chance
    return KrippendorffAlpha(value, level, len(counts), int(total), guard_of(len(counts)))


def _differences(kinds: tuple[Any, ...], margin: Floats, level: str) -> Floats:
    """Squared differences between all values."""
    if level == "nominal":
        return 1.0 - np.eye(len(kinds))
    if level == "ordinal":
        # Ratings from c to k, those at both ends by half.
        middles = np.cumsum(margin) - margin / 2
        return (middles[:, None] - middles[None, :]) ** 2
    try:
        values = np.array([float(kind) for kind in kinds])
    except (TypeError, ValueError) as error:
        raise ValueError(f"the {level} level needs numbers") from error
    apart = values[:, None] - values[None, :]
    if level == "interval":
        return apart**2
    if np.any(values < 0):
        raise ValueError("the ratio level needs numbers from 0")
    sums = values[:, None] + values[None, :]
    return np.divide(apart, sums, out=np.zeros_like(apart), where=sums > 0) ** 2
