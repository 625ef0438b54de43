"""Differential item functioning: is a question harder in one language for equally able people?"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from lms.scoring.items import Matrix, item_column
from lms.scoring.matrix import Floats, Totals, as_matrix

#: Fewer persons in one of the groups say nothing about the item.
ENOUGH_IN_GROUP = 50
#: Points of ETS's delta scale: below the first A (negligible), below the second B, else C.
SLIGHT, LARGE = 1.0, 1.5
#: Delta points of one unit of log odds (Holland & Thayer 1988).
DELTA_PER_LOGIT = 2.35


@dataclass(frozen=True, slots=True)
class Dif:
    """How an item behaves in two groups of equal totals.

    Args:
        alpha: common odds ratio of a right answer, reference against focal; above 1 the item is
            harder for the focal group.
        delta: −2.35 · ln alpha; negative is harder for the focal group.
        category: ``A`` |delta| < 1, ``B`` < 1.5, ``C``.
        standard_error: of delta.
        reference, focal: the groups' labels.
        persons: (reference, focal) who were given the item.
        corrected: whether ½ was added to the cells because one of the two sums was 0.
    """

    alpha: float
    delta: float
    category: str
    standard_error: float
    reference: Hashable
    focal: Hashable
    persons: tuple[int, int]
    corrected: bool

    @property
    def certain(self) -> bool:
        """Whether |delta| is above 1 by more than chance: ETS's rule for acting on category C.

        One-sided at 5 %. With 50 persons a group a delta of 1.5 comes by chance now and then; a
        trainer should not be sent after those.
        """
        return self.category == "C" and abs(self.delta) - 1.645 * self.standard_error > SLIGHT


def dif(
    matrix: Matrix,
    item: int,
    group: Sequence[Hashable] | NDArray,
    *,
    reference: Hashable = None,
    focal: Hashable = None,
) -> Dif | None:
    """Compare persons of equal total in two groups on one item (Mantel and Haenszel).

    Args:
        matrix: persons × items, shares 0 to 1. Right means the whole mark. With gaps persons are
            matched by the mean of their given items, in steps of one item; those who were not given
            the item are left out. Persons with part marks are matched to the nearest whole total.
        group: label of each person; None belongs to no group.
        reference: label to compare against; by default the first in sorted order.
        focal: the other; may be left out where there are just two.

    Returns:
        None with fewer than 50 persons in one of the groups, or where the item, or the groups at
        equal totals, do not vary together.

    Raises:
        ValueError: labels that do not fit the persons, or not two groups.
    Source: Holland & Thayer (1988), Differential item performance and the Mantel–Haenszel procedure,
        in Wainer & Braun, Test Validity; categories: Zieky (1993); error: Robins, Breslow &
        Greenland (1986), Biometrics 42.
    """
    values = as_matrix(matrix)
    labels = list(group)
    if len(labels) != len(values):
        raise ValueError("a group for each person")
    kinds = sorted({label for label in labels if label is not None}, key=str)
    if reference is None:
        reference = next((one for one in kinds if one != focal), None)
    if focal is None:
        others = [one for one in kinds if one != reference]
        if len(others) > 1:
            raise ValueError("more than two groups: name the two")
        focal = others[0] if others else None
    if reference is None or focal is None:
        return None
    sides = np.array([(label == reference) + 2 * (label == focal) for label in labels])
    own = item_column(values, item)
    return dif_of_column(own, levels_of(values), sides, reference, focal)


def levels_of(matrix: Floats) -> NDArray[np.int64]:
    """Return the total of each person in whole items, 0 to the number of items."""
    means = np.nan_to_num(Totals.of(matrix).means())
    return np.rint(np.clip(means, 0, 1) * matrix.shape[1]).astype(np.int64)


def dif_of_column(
    own: Floats,
    levels: NDArray[np.int64],
    sides: NDArray[np.int64],
    reference: Hashable,
    focal: Hashable,
) -> Dif | None:
    """Return `dif` of one column.

    Args:
        own: marks, NaN = not given.
        levels: whole totals from 0, one a person.
        sides: 1 reference, 2 focal, 0 neither.
    """
    kept = (sides > 0) & ~np.isnan(own)
    side, level = sides[kept] - 1, levels[kept]
    right = own[kept] >= 1 - 1e-9
    persons = (int((side == 0).sum()), int((side == 1).sum()))
    if min(persons) < ENOUGH_IN_GROUP:
        return None
    cells = np.bincount(level * 4 + side * 2 + ~right, minlength=4 * (int(level.max()) + 1))
    table = cells.reshape(-1, 4).astype(float)
    # A level at which one of the groups is absent compares nothing.
    both = (table[:, 0] + table[:, 1] > 0) & (table[:, 2] + table[:, 3] > 0)
    table = table[both]
    if not len(table) or not (table[:, [0, 2]].sum() and table[:, [1, 3]].sum()):
        return None
    corrected = not (_products(table, 0, 3).sum() and _products(table, 1, 2).sum())
    if corrected:
        table = table + 0.5
    alpha = float(_products(table, 0, 3).sum() / _products(table, 1, 2).sum())
    delta = -DELTA_PER_LOGIT * log(alpha)
    size = abs(delta)
    category = "A" if size < SLIGHT else "B" if size < LARGE else "C"
    error = DELTA_PER_LOGIT * _log_odds_error(table)
    return Dif(alpha, delta, category, error, reference, focal, persons, corrected)


def _products(table: Floats, one: int, other: int) -> Floats:
    return table[:, one] * table[:, other] / table.sum(axis=1)


def _log_odds_error(table: Floats) -> float:
    """Standard error of ln alpha (Robins, Breslow & Greenland 1986, eq. 3)."""
    size = table.sum(axis=1)
    with_key, against = _products(table, 0, 3), _products(table, 1, 2)
    agree, differ = (table[:, 0] + table[:, 3]) / size, (table[:, 1] + table[:, 2]) / size
    r, s = with_key.sum(), against.sum()
    variance = (
        (agree * with_key).sum() / (2 * r * r)
        + (agree * against + differ * with_key).sum() / (2 * r * s)
        + (differ * against).sum() / (2 * s * s)
    )
    return sqrt(float(variance))
