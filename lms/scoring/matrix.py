"""Persons × items as an array: gaps are NaN, whatever they were on the way in."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.guard import NO_SPREAD

Floats = NDArray[np.float64]


def as_matrix(rows: Any) -> Floats:
    """Return rows × columns of float64; None becomes NaN. An array of float64 is not copied.

    Args:
        rows: rows of equal length with numbers (float, Fraction, Decimal, bool) or None; no row at
            all gives 0 × 0.

    Raises:
        ValueError: rows of different length, no table, or an infinite cell.
    """
    try:
        values = np.asarray(rows, dtype=np.float64)
    except ValueError as error:
        raise ValueError("a matrix has rows of equal length, with numbers or None") from error
    if values.ndim == 1 and values.size == 0:
        values = values.reshape(0, 0)
    if values.ndim != 2:
        raise ValueError("a matrix has rows and columns")
    # A sum is infinite or NaN where a cell is; the costly look is then due.
    if not np.isfinite(values.sum()) and np.isinf(values).any():
        raise ValueError("a cell is infinite")
    return values


def complete_rows(matrix: Floats) -> Floats:
    """Return the rows without a gap; the very same array where there is none."""
    gap = np.isnan(matrix).any(axis=1)
    return matrix[~gap] if gap.any() else matrix


@dataclass(frozen=True, eq=False)
class Totals:
    """What each person got over the items that the person was given.

    Args:
        sums: by person, sum of mark times weight.
        given: by person, sum of the weights of the items given.
        complete: whether every person was given every item.
    """

    sums: Floats
    given: Floats
    complete: bool

    @classmethod
    def of(cls, matrix: Floats, weights: Floats | None = None) -> "Totals":
        """Return the totals of a matrix from `as_matrix`; without weights each item counts 1."""
        counted = np.ones(matrix.shape[1]) if weights is None else weights
        # A weight of 0 leaves NaN where it is, so that gaps still show in the sums.
        sums = np.asarray(matrix @ counted)
        given = np.full(len(matrix), counted.sum())
        gapped = np.isnan(sums)
        if gapped.any():
            rows = matrix[gapped]
            sums[gapped] = np.nan_to_num(rows) @ counted
            given[gapped] = ~np.isnan(rows) @ counted
        return cls(sums, given, not gapped.any())

    def means(self) -> Floats:
        """Weighted mean over the given items, NaN for a person who was given none."""
        return np.divide(
            self.sums, self.given, out=np.full(len(self.sums), np.nan), where=self.given > 0
        )

    def rests(self, own: Floats, weight: float = 1.0) -> Floats:
        """Mean over the given items without one; NaN where that one is missing or alone.

        Args:
            own: the item's column of the same matrix.
            weight: the item's.
        """
        others = self.given - weight
        known = (others > 1e-9) & ~np.isnan(own)
        rest = self.sums - weight * own
        return np.divide(rest, others, out=np.full(len(own), np.nan), where=known)


def correlation(x: Floats, y: Floats) -> float | None:
    """Return Pearson's correlation over the pairs without NaN.

    None with fewer than three pairs, or where one of the two does not vary.
    """
    both = ~(np.isnan(x) | np.isnan(y))
    if not both.all():
        x, y = x[both], y[both]
    if len(x) < 3:
        return None
    dx, dy = x - x.mean(), y - y.mean()
    xx, yy, xy = _product(dx, dx), _product(dy, dy), _product(dx, dy)
    if xx < NO_SPREAD or yy < NO_SPREAD:
        return None
    return max(-1.0, min(1.0, xy / (sqrt(xx) * sqrt(yy))))


def _product(x: Floats, y: Floats) -> float:
    # Not x @ y: its threads cost more than they save on columns, the more so on a busy machine.
    return float(np.einsum("i,i->", x, y))
