"""The two-parameter logistic model: each item has a difficulty and a slope of its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.calibration import inverse, logistic, normal_points
from lms.scoring.likeliest import climb
from lms.scoring.matrix import Floats, as_matrix

#: Slopes of fewer persons are mostly chance.
ENOUGH_PERSONS, ENOUGH_ITEMS = 500, 3
#: An item this flat has no place where it would be difficult; one this steep is no estimate.
FLATTEST, STEEPEST = 0.05, 25.0


@dataclass(frozen=True, slots=True)
class TwoParameter:
    """Difficulties and slopes. Fields by item have None for items left out.

    Args:
        difficulty, difficulty_error: by item, persons having mean 0 and sd 1; None also where the
            slope is under 0.05, which gives an item no place on the scale.
        slope, slope_error: by item; negative where good persons get it wrong.
        log_likelihood: at the estimates.
        solved_by_all, solved_by_none: items left out for that.
        persons: that the estimates rest on.
        persons_left_out: without any item.
    """

    difficulty: tuple[float | None, ...]
    difficulty_error: tuple[float | None, ...]
    slope: tuple[float | None, ...]
    slope_error: tuple[float | None, ...]
    log_likelihood: float
    solved_by_all: tuple[int, ...]
    solved_by_none: tuple[int, ...]
    persons: int
    persons_left_out: int


def two_parameter(matrix: Any) -> TwoParameter | None:
    """Fit a two-parameter model to persons × items of 0 and 1 by marginal maximum likelihood.

    Args:
        matrix: None or NaN where an item was not given; persons count with what they were given.

    Returns:
        None with fewer than 500 persons or three items (after those that all or none solved are left
        out), or where no finite estimate is likeliest.

    Raises:
        ValueError: a mark other than 0 and 1.
    Source: Birnbaum (1968), in Lord & Novick, ch. 17; Bock & Aitkin (1981), Psychometrika 46.
    """
    values = as_matrix(matrix)
    given = ~np.isnan(values)
    if not ((values == 0) | (values == 1) | ~given).all():
        raise ValueError("the two-parameter model is for marks of 0 and 1")
    solved, asked = np.nansum(values, axis=0), given.sum(axis=0)
    items = np.flatnonzero((solved > 0) & (solved < asked))
    rows = values[:, items]
    rows = rows[~np.isnan(rows).all(axis=1)] if len(items) else rows[:0]
    if len(rows) < ENOUGH_PERSONS or len(items) < ENOUGH_ITEMS:
        return None
    model = _Model(rows)
    place = climb(model, model.start())
    covariance = None if place is None else inverse(model.information(place))
    if place is None or covariance is None:
        return None
    size, total = len(items), values.shape[1]
    easiness, slope = place.parameters[:size], place.parameters[size:]
    errors = np.sqrt(np.diag(covariance))
    steep = slope > FLATTEST
    safe = np.where(steep, slope, 1.0)
    moves = np.hstack([np.diag(-1 / safe), np.diag(easiness / safe**2)])
    of_difficulty = np.sqrt(np.einsum("ij,jk,ik->i", moves, covariance, moves))
    return TwoParameter(
        _by_item(-easiness / safe, items, total, steep),
        _by_item(of_difficulty, items, total, steep),
        _by_item(slope, items, total),
        _by_item(errors[size:], items, total),
        place.log_likelihood,
        tuple(map(int, np.flatnonzero((asked > 0) & (solved == asked)))),
        tuple(map(int, np.flatnonzero((asked > 0) & (solved == 0)))),
        len(rows),
        len(values) - len(rows),
    )


@dataclass(frozen=True, eq=False)
class _Place:
    parameters: Floats
    log_likelihood: float
    posterior: Floats
    chance: Floats
    gradient: Floats
    complete: Floats


class _Model:
    """Different patterns of answers against quadrature points; easiness first, then slopes."""

    def __init__(self, rows: Floats) -> None:
        patterns, counts = np.unique(np.nan_to_num(rows, nan=-1.0), axis=0, return_counts=True)
        self.given: Floats = (patterns >= 0).astype(np.float64)
        self.right: Floats = (patterns == 1).astype(np.float64)
        self.count: Floats = counts.astype(np.float64)
        self.points, self.log_weights = normal_points(int(self.given.sum(axis=1).max()))

    def start(self) -> Floats:
        """Easiness by the share of right answers, slopes 1."""
        share = (self.count @ self.right) / (self.count @ self.given)
        return np.concatenate([np.log(share / (1 - share)) * 1.16, np.ones(len(share))])

    def sane(self, parameters: Floats) -> bool:
        """Whether no slope has run away."""
        return bool(np.abs(parameters[len(parameters) // 2 :]).max() < STEEPEST)

    def at(self, parameters: Floats) -> _Place:
        """Return likelihood, posterior, gradient and complete-data information."""
        size, points = len(parameters) // 2, self.points
        logits = parameters[:size, None] + parameters[size:, None] * points
        chance = logistic(logits)
        joint = self.right @ logits - self.given @ np.logaddexp(0.0, logits) + self.log_weights
        peak = joint.max(axis=1, keepdims=True)
        posterior = np.exp(joint - peak)
        whole = posterior.sum(axis=1, keepdims=True)
        posterior /= whole
        counted = posterior * self.count[:, None]
        asked = self.given.T @ counted
        residual = self.right.T @ counted - asked * chance
        weight = asked * chance * (1 - chance)
        own, cross, square = (np.diag(weight @ points**power) for power in range(3))
        return _Place(
            parameters,
            float(self.count @ (peak + np.log(whole)).ravel()),
            posterior,
            chance,
            np.concatenate([residual.sum(axis=1), residual @ points]),
            np.block([[own, cross], [cross, square]]),
        )

    def information(self, place: _Place) -> Floats:
        """Observed information: complete less the covariance of the scores over each posterior."""
        size = len(place.chance)
        sums = np.zeros((3, size, size))
        means = np.zeros((2, *self.given.shape))
        for q, point in enumerate(self.points):
            held = place.posterior[:, q : q + 1]
            residual = self.right - self.given * place.chance[:, q]
            means += np.array([1.0, point])[:, None, None] * (held * residual)
            part = np.sqrt(held * self.count[:, None]) * residual
            sums += np.array([1.0, point, point**2])[:, None, None] * (part.T @ part)
        mean = np.hstack([means[0], means[1]])
        lost = np.block([[sums[0], sums[1]], [sums[1], sums[2]]])
        return place.complete - (lost - (mean * self.count[:, None]).T @ mean)


def _by_item(
    values: Floats, items: NDArray[np.int64], total: int, known: NDArray[np.bool_] | None = None
) -> tuple[float | None, ...]:
    found: list[float | None] = [None] * total
    for at, item in enumerate(items):
        if known is None or known[at]:
            found[int(item)] = float(values[at])
    return tuple(found)
