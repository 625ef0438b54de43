"""Item analysis: which questions are hard, and which tell people apart.

A matrix is persons × items, one row a person, each cell the share 0 to 1 earned, as a float. A cell
is None (or NaN) where a person was not given the item, as happens when attempts are drawn from a
bank. Too little to say anything is None, never a number.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.guard import NO_SPREAD
from lms.scoring.matrix import Floats, Totals, as_matrix, complete_rows, correlation

Matrix = Sequence[Sequence[float | None]] | NDArray[np.floating]

#: Shares at which an item is worth a second look (capacity specification, section 15).
HARD, EASY, WEAK = 0.2, 0.9, 0.2
#: The share at either end that tells most (Kelley 1939, Journal of Educational Psychology 30).
KELLEY = 0.27


def facility(
    marks: Sequence[Decimal | float | None] | NDArray[np.floating], maximum: Decimal | float = 1
) -> float:
    """Return the mean share of the maximum mark: 0 when nobody scored, 1 when all had full marks.

    Marks are those of finished attempts, one a person, in any order. Gaps are left out.

    Raises:
        ValueError: no marks, or a maximum that is not positive.
    Source: Crocker & Algina (1986), Introduction to Classical and Modern Test Theory, ch. 14.
    """
    values = np.asarray(marks, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not values.size or maximum <= 0:
        raise ValueError("no marks, or a maximum that is not positive")
    return float(values.mean()) / float(maximum)


def facility_word(value: float) -> str | None:
    """Return ``hard`` under 0.2, ``easy`` over 0.9, otherwise None."""
    if value < HARD:
        return "hard"
    return "easy" if value > EASY else None


def discrimination(matrix: Matrix, item: int) -> float | None:
    """Return the corrected item–total correlation, −1 to 1: the item against the rest without it.

    The rest of a person is the mean of the other items that the person was given; with no gaps that
    orders and correlates as their sum does. None when fewer than three persons have the item and a
    rest, or when item or rest do not vary.

    Source: Crocker & Algina (1986), ch. 14; Pearson's correlation.
    """
    values = as_matrix(matrix)
    own = item_column(values, item)
    return correlation(own, Totals.of(values).rests(own))


def discrimination_word(value: float) -> str | None:
    """Return ``check-key`` under 0 (good learners get it wrong), ``weak`` under 0.2, or None."""
    if value < 0:
        return "check-key"
    return "weak" if value < WEAK else None


def point_biserial(matrix: Matrix, item: int) -> float | None:
    """Return the uncorrected item–total correlation, −1 to 1: the total holds the item.

    It is never below `discrimination` by much and often above, as the item correlates with itself;
    shown because other programmes show it. With gaps the total is the mean of the given items. None
    when fewer than three persons have the item, or when item or total do not vary.

    Source: Crocker & Algina (1986), ch. 14.
    """
    values = as_matrix(matrix)
    return correlation(item_column(values, item), Totals.of(values).means())


def upper_lower(matrix: Matrix, item: int, share: float = KELLEY) -> float | None:
    """Return the mean mark of the best `share` of persons minus that of the last, −1 to 1.

    Best by total (with gaps: by the mean of the given items; persons without the item are left out).
    Where the cut falls among equal totals, all of them count with the same part weight, so that the
    figure does not depend on the order of rows. The groups hold exactly share · n persons, whole or
    not. None under two persons, or when all have the same total.

    Worked: totals 3, 2, 2, 1 and a share of 0.5: the best two are the first and half of each of the
    two with 2.

    Raises:
        ValueError: a share that is not above 0 and at most 0.5.
    Source: Kelley (1939), The selection of upper and lower groups, J. Educ. Psych. 30.
    """
    values = as_matrix(matrix)
    own = item_column(values, item)
    return spread_of_ends(own, Totals.of(values).means(), share)


def spread_of_ends(own: Floats, totals: Floats, share: float = KELLEY) -> float | None:
    """Return `upper_lower` of one column against totals that are known already."""
    if not 0 < share <= 0.5:
        raise ValueError("a share of the persons, above 0 and at most 0.5")
    known = ~(np.isnan(own) | np.isnan(totals))
    own, totals = own[known], totals[known]
    if len(own) < 2 or float(np.ptp(totals)) < NO_SPREAD:
        return None
    # Sums that differ by rounding only are the same total.
    levels, at = np.unique(np.round(totals, 12), return_inverse=True)
    counts = np.bincount(at, minlength=len(levels)).astype(float)
    sums = np.bincount(at, weights=own, minlength=len(levels))
    size = share * len(own)
    return _mean_of_first(sums[::-1], counts[::-1], size) - _mean_of_first(sums, counts, size)


def effective_weights(matrix: Matrix) -> tuple[float, ...] | None:
    """Return for each item cov(item, total)/var(total): its part in what tells persons apart.

    They sum to 1; one that is negative works against the test. Persons with a gap are left out.
    None when fewer than two persons are left, or when totals do not vary.

    Source: Crocker & Algina (1986), ch. 5 (variance of a composite).
    """
    values = complete_rows(as_matrix(matrix))
    if len(values) < 2 or not values.shape[1]:
        return None
    centred = values - values.mean(axis=0)
    total = centred.sum(axis=1)
    spread = float(total @ total)
    if spread < NO_SPREAD:
        return None
    return tuple(float(part) for part in (total @ centred) / spread)


def item_column(matrix: Floats, item: int) -> Floats:
    """Return the column of an item; an empty one where there are no persons.

    Raises:
        ValueError: no such item.
    """
    if not len(matrix):
        return np.empty(0)
    if not 0 <= item < matrix.shape[1]:
        raise ValueError(f"no item {item} among {matrix.shape[1]}")
    return matrix[:, item]


def _mean_of_first(sums: Any, counts: Any, size: float) -> float:
    """Mean over the first `size` persons, whose levels come in order, the last level in part."""
    before = np.concatenate([[0.0], np.cumsum(counts)[:-1]])
    part = np.clip((size - before) / counts, 0.0, 1.0)
    return float((sums * part).sum() / (counts * part).sum())
