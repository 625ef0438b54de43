"""Who rates severely and who leniently, where raters saw partly the same units."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import sqrt
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.distributions import t_quantile
from lms.scoring.guard import guard_of
from lms.scoring.matrix import Floats

#: An offset is named when its whole interval lies more than this many levels from 0.
SLIGHT_OFFSET = 0.25
#: Level of the interval of an offset.
LEVEL = 0.95

Triple = tuple[Hashable, Hashable, float]


@dataclass(frozen=True, slots=True)
class RaterOffset:
    """How far one rater lies from the mean of all, on the same units.

    Args:
        rater: as given.
        offset: in levels; positive is lenient, negative severe. Offsets sum to 0.
        standard_error: None where nothing is left over to estimate it from.
        low, high: interval of 95 %; None likewise.
        ratings: how many the rater gave.
        named: whether the interval leaves out ± 0.25 level altogether.
    """

    rater: Hashable
    offset: float
    standard_error: float | None
    low: float | None
    high: float | None
    ratings: int
    named: bool


@dataclass(frozen=True, slots=True)
class Severity:
    """Offsets of the raters who can be compared. Ratings are not corrected by them.

    Args:
        raters: of the largest connected part, sorted by their names.
        units: objectives in that part that more than one rater rated.
        left_out: raters who share no unit with that part, directly or through others.
        residual_sd: what unit and rater do not explain, in levels; None where nothing is left over.
        guard: as `guard_of` units.
    """

    raters: tuple[RaterOffset, ...]
    units: int
    left_out: tuple[Hashable, ...]
    residual_sd: float | None
    guard: str | None

    @property
    def named(self) -> tuple[RaterOffset, ...]:
        """Raters clearly off the others."""
        return tuple(one for one in self.raters if one.named)


def severity(ratings: Iterable[Any] | NDArray[Any]) -> Severity | None:
    """Fit rating = objective + rater by least squares on the largest connected part.

    Args:
        ratings: triples (objective, rater, level), or a matrix units × raters of levels with None or
            NaN as gaps, whose raters are then called 0, 1, … Units with one rating do not count.

    Returns:
        None where no two raters rated the same unit.

    Raises:
        ValueError: a level that is no finite number, or rows that are neither.
    Source: two-way analysis of variance without interaction, unbalanced (Searle 1971, Linear
        Models, ch. 7); as a rater effect: Engelhard (1994), Journal of Educational Measurement 31.
    """
    triples = _triples(ratings)
    names = sorted({rater for _, rater, _ in triples}, key=str)
    part = _largest_part([(unit, rater) for unit, rater, _ in triples])
    inside = [one for one in triples if one[1] in part]
    raters = [name for name in names if name in part]
    by_unit: dict[Hashable, set[Hashable]] = {}
    for unit, rater, _ in inside:
        by_unit.setdefault(unit, set()).add(rater)
    shared = [unit for unit, who in by_unit.items() if len(who) > 1]
    if len(raters) < 2 or not shared:
        return None
    at_unit = {unit: number for number, unit in enumerate(shared)}
    at_rater = {rater: number for number, rater in enumerate(raters)}
    counted = [one for one in inside if one[0] in at_unit]
    units = np.array([at_unit[unit] for unit, _, _ in counted])
    who = np.array([at_rater[rater] for _, rater, _ in counted])
    levels = np.array([level for _, _, level in counted])
    offsets, inverse, left_over = _fit(units, who, levels, len(shared), len(raters))
    freedom = len(levels) - len(shared) - len(raters) + 1
    sd = sqrt(left_over / freedom) if freedom > 0 else None
    width = t_quantile(LEVEL, freedom) if freedom > 0 else None
    found = []
    for rater, number in at_rater.items():
        offset = float(offsets[number])
        error = low = high = None
        if sd is not None and width is not None:
            error = sd * sqrt(max(0.0, float(inverse[number, number])))
            low, high = offset - width * error, offset + width * error
        off = (
            low is not None and high is not None and (low > SLIGHT_OFFSET or high < -SLIGHT_OFFSET)
        )
        found.append(RaterOffset(rater, offset, error, low, high, int((who == number).sum()), off))
    left_out = tuple(name for name in names if name not in part)
    return Severity(tuple(found), len(shared), left_out, sd, guard_of(len(shared)))


def _fit(
    units: NDArray[np.int64], who: NDArray[np.int64], levels: Floats, size: int, raters: int
) -> tuple[Floats, Floats, float]:
    """Offsets that sum to 0, their covariance over the variance, and the sum of squares left over."""
    met = np.zeros((size, raters))
    np.add.at(met, (units, who), 1)
    of_unit = met.sum(axis=1)
    means = np.bincount(units, weights=levels, minlength=size) / of_unit
    # Units are taken out first; what is left is a graph of raters, whose inverse exists but for a
    # constant added to all, which the pseudo-inverse sets to 0.
    within = levels - means[units]
    right = np.bincount(who, weights=within, minlength=raters)
    inverse = np.linalg.pinv(np.diag(met.sum(axis=0)) - met.T @ (met / of_unit[:, None]))
    offsets: Floats = inverse @ right
    fitted = offsets[who] - (met @ offsets / of_unit)[units]
    return offsets, inverse, float(((within - fitted) ** 2).sum())


def _triples(ratings: Iterable[Any] | NDArray[Any]) -> list[Triple]:
    rows = [list(row) for row in ratings] if isinstance(ratings, np.ndarray) else list(ratings)
    if rows and all(_is_matrix_row(row) for row in rows):
        cells = [
            (unit, rater, level) for unit, row in enumerate(rows) for rater, level in enumerate(row)
        ]
    else:
        cells = [tuple(row) for row in rows]
    if any(len(cell) != 3 for cell in cells):
        raise ValueError("ratings are triples of objective, rater, level, or a matrix")
    kept = [cell for cell in cells if cell[2] is not None and cell[2] == cell[2]]
    try:
        found: list[Triple] = [(unit, rater, float(level)) for unit, rater, level in kept]
    except (TypeError, ValueError) as error:
        raise ValueError("a level is a number") from error
    if not np.all(np.isfinite([level for _, _, level in found])):
        raise ValueError("a level is finite")
    return found


def _is_matrix_row(row: Any) -> bool:
    if isinstance(row, tuple):
        return False
    return all(cell is None or isinstance(cell, Real) for cell in row)


def _largest_part(pairs: list[tuple[Hashable, Hashable]]) -> set[Hashable]:
    """Raters of the largest part that shared units tie together; the first by name among equals."""
    by_unit: dict[Hashable, list[Hashable]] = {}
    for unit, rater in pairs:
        by_unit.setdefault(unit, []).append(rater)
    met: dict[Hashable, set[Hashable]] = {rater: set() for _, rater in pairs}
    for together in by_unit.values():
        for rater in together:
            met[rater].update(together)
    parts: list[set[Hashable]] = []
    left = sorted(met, key=str)
    while left:
        part, edge = set(), [left[0]]
        while edge:
            rater = edge.pop()
            if rater not in part:
                part.add(rater)
                edge += met[rater]
        parts.append(part)
        left = [rater for rater in left if rater not in part]
    return max(parts, key=len, default=set())
