"""What the two ways of fitting a Rasch model share: persons by score, and what a fit says."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lms.scoring.matrix import Floats

#: Gauss–Hermite points for persons with up to so many items: the more items, the narrower the
#: posterior that the points must catch. Chosen so that difficulties hold to five places.
POINTS = ((30, 61), (80, 121), (None, 181))
#: Points with less weight than this hold nobody, whatever the items.
FARTHEST_WEIGHT = 1e-30


class PersonMeasure(NamedTuple):
    """Where a person with a raw score stands on the scale of the items, in logits.

    Args:
        measure: an estimate.
        standard_error: of it.
    """

    measure: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """A fitted scale, for the items that were fitted.

    Args:
        difficulty, standard_error: by item.
        slope: common to all items.
        slope_error: None where the slope was given.
        log_likelihood: at the estimates.
        measures: by raw score from 0 to the number of items; None where there is no measure.
        infit, outfit: mean squares by item.
    """

    difficulty: Floats
    standard_error: Floats
    slope: float
    slope_error: float | None
    log_likelihood: float
    measures: tuple[PersonMeasure | None, ...]
    infit: Floats
    outfit: Floats


@dataclass(frozen=True, eq=False)
class ScoreGroups:
    """Persons who were given the same items and solved as many of them: alike in a Rasch model.

    Args:
        given: groups × items, 1 or 0.
        score: items solved, by group.
        count: persons, by group.
        right: groups × items, persons who solved the item.
    """

    given: Floats
    score: Floats
    count: Floats
    right: Floats

    @classmethod
    def of(cls, matrix: Floats) -> "ScoreGroups":
        """Return the groups of a matrix of 0, 1 and NaN."""
        given = ~np.isnan(matrix)
        solved = np.where(given, matrix, 0.0)
        scores = solved.sum(axis=1).astype(np.int64)
        key = scores
        if not given.all():
            # One number for each pattern of gaps, then one for each pattern and score.
            packed = np.ascontiguousarray(np.packbits(given, axis=1))
            pattern = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_inverse=True)[1]
            key = pattern.astype(np.int64) * (matrix.shape[1] + 1) + scores
        _, first, at, count = np.unique(
            key, return_index=True, return_inverse=True, return_counts=True
        )
        order = np.argsort(at, kind="stable")
        starts = np.concatenate([[0], np.cumsum(count)[:-1]])
        return cls(
            given[first].astype(np.float64),
            scores[first].astype(np.float64),
            count.astype(np.float64),
            np.add.reduceat(solved[order], starts, axis=0),
        )


def mean_squares(chance: Floats, right: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Return (infit, outfit) of each item: squared residuals, weighted by information and plainly.

    Args:
        chance: items × places, probability of a right answer, strictly between 0 and 1.
        right: items × places, persons (or expected persons) there who solved the item.
        count: items × places, persons there who were given it.

    Source: Wright & Masters (1982), Rating Scale Analysis, ch. 5.
    """
    missed = count - right
    spread = chance * (1 - chance)
    infit = (right * (1 - chance) ** 2 + missed * chance**2).sum(axis=1)
    infit = infit / (count * spread).sum(axis=1)
    outfit = (right * (1 - chance) / chance + missed * chance / (1 - chance)).sum(axis=1)
    return infit, outfit / count.sum(axis=1)


def normal_points(items: int) -> tuple[Floats, Floats]:
    """Return (points, logarithms of their weights) that stand for abilities N(0, 1).

    Args:
        items: most that a person was given.

    Source: Gauss–Hermite quadrature, as in Bock & Lieberman (1970), Psychometrika 35.
    """
    number = next(n for limit, n in POINTS if limit is None or items <= limit)
    points, weights = np.polynomial.hermite_e.hermegauss(number)
    kept = weights > FARTHEST_WEIGHT
    return points[kept], np.log(weights[kept] / np.sqrt(2 * np.pi))


def logistic(x: Floats) -> Floats:
    """1/(1 + e^−x), kept off 0 and 1 so that it can be divided by."""
    return 1 / (1 + np.exp(-np.clip(x, -300, 300)))


def inverse(matrix: Floats) -> NDArray[np.float64] | None:
    """Return the inverse of a symmetric matrix, None where it is not positive definite."""
    try:
        np.linalg.cholesky(matrix)
        return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
