"""Rasch by marginal maximum likelihood: persons are taken from a normal distribution N(0, 1).

The probability of a right answer is 1/(1 + e^−(aθ + d)), difficulty b = −d/a. Persons with gaps
count with the items that they were given, which is right where the draw did not look at ability.
"""

from dataclasses import dataclass

import numpy as np

from lms.scoring.calibration import (
    Calibration,
    PersonMeasure,
    ScoreGroups,
    inverse,
    logistic,
    mean_squares,
    normal_points,
)
from lms.scoring.likeliest import climb
from lms.scoring.matrix import Floats

#: A slope below this says that the items have nothing in common; above, that they are one rule.
FLATTEST, STEEPEST = 0.05, 25.0


@dataclass(frozen=True, eq=False)
class _Place:
    """The likelihood at one set of parameters, with what it takes to move on."""

    parameters: Floats
    easiness: Floats
    slope: float
    log_likelihood: float
    posterior: Floats
    chance: Floats
    expected: Floats
    gradient: Floats
    complete: Floats


def fit_marginal(matrix: Floats, slope: float | None) -> Calibration | None:
    """Return the scale of items that some but not all solved.

    Args:
        matrix: persons × items of 0, 1 and NaN; each person has at least one item.
        slope: common to all items; None estimates it.

    Returns:
        None where the search does not end: items without anything in common, or a perfect scale.

    Source: Bock & Aitkin (1981), Psychometrika 46 (EM); Thissen (1982), Psychometrika 47 (common
        slope); Louis (1982), JRSS B 44 (information); fit over the posterior: Wu (1997).
    """
    model = _Model(ScoreGroups.of(matrix), slope)
    place = climb(model, model.start())
    if place is None:
        return None
    information = model.information(place)
    covariance = inverse(information)
    if covariance is None:
        return None
    items, a = matrix.shape[1], place.slope
    difficulty = -place.easiness / a
    moves = np.zeros((items, len(covariance)))
    moves[:, :items] = -np.eye(items) / a
    if slope is None:
        moves[:, items] = place.easiness / a**2
    errors = np.sqrt(np.einsum("ij,jk,ik->i", moves, covariance, moves))
    right = model.groups.right.T @ place.posterior
    infit, outfit = mean_squares(place.chance, right, place.expected)
    return Calibration(
        difficulty,
        errors,
        a,
        float(np.sqrt(covariance[-1, -1])) if slope is None else None,
        place.log_likelihood,
        model.measures(place),
        infit,
        outfit,
    )


class _Model:
    """Groups of persons against quadrature points."""

    def __init__(self, groups: ScoreGroups, slope: float | None) -> None:
        points, log_weights = normal_points(int(groups.given.sum(axis=1).max()))
        self.groups = groups
        self.fixed = slope
        self.points = points
        self.log_weights = log_weights
        self.solved: Floats = groups.right.sum(axis=0)
        self.asked: Floats = groups.given.T @ groups.count
        self.complete = bool(groups.given.all())

    def start(self) -> Floats:
        """Easiness by the share of right answers, slope 1."""
        share = self.solved / self.asked
        # A normal ability flattens the logistic curve by about √(1 + 0.346).
        easiness: Floats = np.log(share / (1 - share)) * 1.16
        return easiness if self.fixed is not None else np.append(easiness, 1.0)

    def sane(self, parameters: Floats) -> bool:
        """Whether the slope is one."""
        return self.fixed is not None or FLATTEST < float(parameters[-1]) < STEEPEST

    def at(self, parameters: Floats) -> _Place:
        """Return likelihood, posterior, gradient and complete-data information."""
        groups, points = self.groups, self.points
        easiness = parameters[: groups.given.shape[1]]
        slope = float(parameters[-1]) if self.fixed is None else self.fixed
        logits = easiness[:, None] + slope * points[None, :]
        chance = logistic(logits)
        joint = groups.given @ -np.logaddexp(0.0, logits) if not self.complete else None
        if joint is None:
            joint = np.tile(-np.logaddexp(0.0, logits).sum(axis=0), (len(groups.score), 1))
        joint += slope * groups.score[:, None] * points[None, :] + self.log_weights
        peak = joint.max(axis=1, keepdims=True)
        posterior = np.exp(joint - peak)
        whole = posterior.sum(axis=1, keepdims=True)
        posterior /= whole
        likelihood = float(groups.count @ (peak + np.log(whole)).ravel())
        counted = posterior * groups.count[:, None]
        expected = groups.given.T @ counted
        residual = self.solved - (expected * chance).sum(axis=1)
        weight = expected * chance * (1 - chance)
        complete = np.diag(weight.sum(axis=1))
        gradient = residual
        if self.fixed is None:
            of_slope = groups.score @ (counted @ points)
            of_slope -= float(((expected * chance) @ points).sum())
            gradient = np.append(residual, of_slope)
            border = weight @ points
            complete = np.block(
                [
                    [complete, border[:, None]],
                    [border[None, :], np.array([[(weight @ points**2).sum()]])],
                ]
            )
        likelihood += float(self.solved @ easiness)
        return _Place(
            parameters,
            easiness,
            slope,
            likelihood,
            posterior,
            chance,
            expected,
            gradient,
            complete,
        )

    def information(self, place: _Place) -> Floats:
        """Observed information: complete less what not knowing θ takes away (Louis 1982).

        What is taken away is the covariance, over each person's posterior, of the score vector.
        """
        groups, points, chance = self.groups, self.points, place.chance
        counted = place.posterior * groups.count[:, None]
        means = groups.given * (place.posterior @ chance.T)
        items = len(chance)
        lost = np.zeros_like(place.complete)
        lost[:items, :items] = -(means * groups.count[:, None]).T @ means
        if self.complete:
            lost[:items, :items] += (chance * counted.sum(axis=0)) @ chance.T
        else:
            # Points far out hold next to nobody: their part is below rounding.
            for q in np.flatnonzero(counted.sum(axis=0) > 1e-12 * groups.count.sum()):
                part = groups.given * np.sqrt(counted[:, q : q + 1])
                lost[:items, :items] += (part.T @ part) * np.outer(chance[:, q], chance[:, q])
        if self.fixed is None:
            # Score of the slope: what θ contributes to a person's own sum and takes from chance.
            own = groups.score[:, None] * points - groups.given @ (chance * points)
            own_mean = (place.posterior * own).sum(axis=1)
            together = (groups.given.T @ (counted * own) * chance).sum(axis=1)
            lost[:items, items] = -(together - (means * groups.count[:, None]).T @ own_mean)
            lost[items, :items] = lost[:items, items]
            lost[items, items] = float((counted * own**2).sum() - groups.count @ own_mean**2)
        return place.complete - lost

    def measures(self, place: _Place) -> tuple[PersonMeasure, ...]:
        """Mean and sd of the posterior for each raw score on all items."""
        logits = place.easiness[:, None] + place.slope * self.points[None, :]
        joint = self.log_weights - np.logaddexp(0.0, logits).sum(axis=0)
        scores = np.arange(len(logits) + 1)[:, None]
        joint = joint + place.slope * scores * self.points
        posterior = np.exp(joint - joint.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
        means = posterior @ self.points
        spread = posterior @ self.points**2 - means**2
        return tuple(
            PersonMeasure(float(mean), float(np.sqrt(max(0.0, one))))
            for mean, one in zip(means, spread, strict=True)
        )
