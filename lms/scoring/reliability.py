"""How reliable a whole test is, and how far to trust a mark near the pass mark.

A matrix is persons × items of marks, None or NaN where an item was not given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.coefficient import Coefficient
from lms.scoring.guard import NO_SPREAD, guard_of
from lms.scoring.matrix import Floats, as_matrix, complete_rows, correlation

#: Half width in errors of an interval that holds nine times in ten.
NINE_IN_TEN = 1.645


@dataclass(frozen=True, eq=False)
class Reliability(Coefficient):
    """Cronbach's alpha with what it rests on.

    Args:
        value: at most 1; may be negative.
        persons: rows without a gap, the only ones that count.
        alpha_if_deleted: by item, alpha of the others; None where two items are not left.
        guard: as `guard_of`.
        corrected_item_total: by item, correlation with the sum of the others; None where it is
            `discrimination`'s None.
    """

    persons: int
    alpha_if_deleted: tuple[float | None, ...]
    guard: str | None
    corrected_item_total: tuple[float | None, ...]


def cronbach_alpha(matrix: Any) -> Reliability | None:
    """Return alpha = k/(k − 1) · (1 − Σ variance of items / variance of totals), k items.

    Variances have n − 1 above and below the line. Persons with a gap are left out. None when
    fewer than two items or two persons are left, or when totals do not vary. For attempts drawn from
    a bank, in which everybody has gaps, see `drawn_reliability`.

    Source: Cronbach (1951), Psychometrika 16, eq. 2.
    """
    rows = complete_rows(as_matrix(matrix))
    persons, items = rows.shape
    if persons < 2 or items < 2:
        return None
    parts = rows.var(axis=0, ddof=1)
    total = rows.sum(axis=1)
    value = _alpha(float(parts.sum()), total, items)
    if value is None:
        return None
    rests = [total - rows[:, at] for at in range(items)]
    without = tuple(
        _alpha(float(parts.sum() - parts[at]), rest, items - 1) for at, rest in enumerate(rests)
    )
    with_rest = tuple(correlation(rows[:, at], rest) for at, rest in enumerate(rests))
    return Reliability(value, persons, without, guard_of(persons), with_rest)


def kr20(matrix: Any) -> float | None:
    """Return Kuder and Richardson's formula 20: k/(k − 1) · (1 − Σ p(1 − p) / variance of totals).

    For marks of 0 or 1 only; p is the share who were right, and both variances have n below, which
    makes it the same number as alpha. Persons with a gap are left out. None where alpha is None.

    Raises:
        ValueError: a mark other than 0 and 1.
    Source: Kuder & Richardson (1937), Psychometrika 2.
    """
    rows = _right_or_wrong(matrix, "KR-20")
    persons, items = rows.shape
    if persons < 2 or items < 2:
        return None
    share = rows.mean(axis=0)
    spread = float(rows.sum(axis=1).var())
    if spread < NO_SPREAD:
        return None
    return items / (items - 1) * (1 - float((share * (1 - share)).sum()) / spread)


def kr21(matrix: Any) -> float | None:
    """Return formula 21: k/(k − 1) · (1 − M(k − M)/(k · variance)), M mean and n below.

    It takes all items as equally hard and is therefore at most formula 20, equal where they are.
    For marks of 0 or 1; persons with a gap are left out; None where KR-20 is None.

    Raises:
        ValueError: a mark other than 0 and 1.
    Source: Kuder & Richardson (1937), Psychometrika 2.
    """
    rows = _right_or_wrong(matrix, "KR-21")
    persons, items = rows.shape
    if persons < 2 or items < 2:
        return None
    totals = rows.sum(axis=1)
    mean, spread = float(totals.mean()), float(totals.var())
    if spread < NO_SPREAD:
        return None
    return items / (items - 1) * (1 - mean * (items - mean) / (items * spread))


def drawn_reliability(matrix: Any) -> float | None:
    """Return the reliability of a person's mean when each is given items of their own.

    For attempts drawn from a bank: persons as targets, their items as ratings that nobody shares, a
    one-way analysis of variance: 1 − (mean square within persons)/(mean square between them). It
    takes the luck of the draw as error, so it is at most what alpha would be had all had one test.
    Persons with fewer than two items are left out. None with fewer than two persons, or when their
    means do not vary; it may be negative.

    Source: Brennan (2001), Generalizability Theory, design i:p; Shrout & Fleiss (1979), ICC(1,k).
    """
    values = as_matrix(matrix)
    given = ~np.isnan(values)
    counts = given.sum(axis=1)
    values, given, counts = values[counts > 1], given[counts > 1], counts[counts > 1]
    if len(values) < 2:
        return None
    sums = np.where(given, values, 0.0).sum(axis=1)
    means = sums / counts
    between = float((counts * (means - sums.sum() / counts.sum()) ** 2).sum()) / (len(values) - 1)
    inside = np.where(given, values - means[:, None], 0.0)
    within = float((inside**2).sum()) / float((counts - 1).sum())
    return None if between < NO_SPREAD else 1 - within / between


def sem(sd: float, reliability: float) -> float:
    """Return the standard error of measurement, in the unit of the marks: sd · √(1 − reliability).

    Raises:
        ValueError: a negative sd, or a reliability above 1.
    Source: Crocker & Algina (1986), ch. 7.
    """
    if sd < 0 or reliability > 1 + 1e-9:
        raise ValueError("an sd from 0, and a reliability of 1 at most")
    return sd * sqrt(max(0.0, 1 - reliability))


def mark_interval(mark: float, error: float, errors: float = NINE_IN_TEN) -> tuple[float, float]:
    """Return (low, high) = mark ± 1.645 · sem: the person's true mark, nine times in ten.

    Not cut off at 0 or at the maximum, which would make it look surer than it is.
    """
    return mark - errors * error, mark + errors * error


def spearman_brown(reliability: float, factor: float) -> float | None:
    """Return the reliability of a test `factor` times as long: r·f/(1 + (f − 1)·r).

    None where the line below is not above 0 (a negative reliability, stretched).

    Raises:
        ValueError: a factor that is not above 0.
    Worked: 0.6 at double length: 1.2/1.6 = 0.75.
    Source: Spearman (1910), Brown (1910), British Journal of Psychology 3.
    """
    if not factor > 0:
        raise ValueError("a test is more than 0 times as long")
    below = 1 + (factor - 1) * reliability
    return reliability * factor / below if below > 0 else None


def length_factor(reliability: float, wanted: float) -> float | None:
    """Return how many times as long a test must be to reach a wanted reliability.

    Spearman–Brown turned round: w(1 − r)/(r(1 − w)). Under 1 a shorter test would do. None where no
    length reaches it: r ≤ 0 or r ≥ 1.

    Raises:
        ValueError: wanted not strictly between 0 and 1.
    Worked: from 0.6 to 0.75: 0.75 · 0.4/(0.6 · 0.25) = 2.
    """
    if not 0 < wanted < 1:
        raise ValueError("a wanted reliability lies between 0 and 1")
    if not 0 < reliability < 1:
        return None
    return wanted * (1 - reliability) / (reliability * (1 - wanted))


def livingston_k2(reliability: float, mean: float, sd: float, pass_mark: float) -> float | None:
    """Return how reliably a test tells who is above the pass mark.

    K² = (α·s² + (x̄ − c)²)/(s² + (x̄ − c)²): alpha where the mean is at the pass mark, higher the
    farther away it is. None where all have the pass mark exactly.

    Source: Livingston (1972), Journal of Educational Measurement 9.
    """
    away = (mean - pass_mark) ** 2
    spread = sd * sd
    return None if spread + away < NO_SPREAD else (reliability * spread + away) / (spread + away)


def share_near(
    totals: Sequence[float] | NDArray[np.floating], pass_mark: float, error: float
) -> float | None:
    """Return the share of persons within one sem of the pass mark, both ends included, 0 to 1.

    They might as well have been on the other side of it. Gaps are left out; None without totals.
    """
    values = np.asarray(totals, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not values.size:
        return None
    # A total exactly one error away is near, whatever binary fractions make of it.
    return float((np.abs(values - pass_mark) <= error + 1e-9).mean())


def _alpha(parts: float, totals: Floats, items: int) -> float | None:
    if items < 2:
        return None
    spread = float(totals.var(ddof=1))
    return None if spread < NO_SPREAD else items / (items - 1) * (1 - parts / spread)


def _right_or_wrong(matrix: Any, name: str) -> Floats:
    values = as_matrix(matrix)
    if not ((values == 0) | (values == 1) | np.isnan(values)).all():
        raise ValueError(f"{name} is for marks of 0 and 1")
    return complete_rows(values)
