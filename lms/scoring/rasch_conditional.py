"""Rasch by conditional maximum likelihood: nothing is assumed about the persons.

Given how many items a person solved, which ones they were depends on the difficulties alone.
"""

import numpy as np
from numpy.typing import NDArray

from lms.scoring.calibration import (
    Calibration,
    PersonMeasure,
    ScoreGroups,
    inverse,
    logistic,
    mean_squares,
)
from lms.scoring.matrix import Floats

Ints = NDArray[np.int64]

PRECISE = 1e-8
LONGEST = 200
#: Difficulties farther apart than this are not estimates: some items were never solved before others.
FARTHEST = 50.0
#: Two items are as good as equal below this relative difference of e^−b.
EQUAL = 1e-4


def fit_conditional(matrix: Floats) -> Calibration | None:
    """Return the scale of items that some but not all solved, difficulties centred on 0.

    Args:
        matrix: persons × items of 0 and 1 without gaps, without persons who solved all or none.

    Returns:
        None where no finite difficulties are likeliest: some items were always solved before others.

    Source: Andersen (1972), JRSS B 34; Fischer & Molenaar (1995), Rasch Models, ch. 3; persons:
        Wright & Masters (1982), ch. 4.
    """
    groups = ScoreGroups.of(matrix)
    scores = groups.score.astype(np.int64)
    solved = groups.right.sum(axis=0)
    share = solved / len(matrix)
    difficulty = np.log((1 - share) / share)
    difficulty -= difficulty.mean()
    likelihood = _log_likelihood(difficulty, solved, scores, groups.count)
    for _ in range(LONGEST):
        expected, information = _moments(difficulty, scores, groups.count)
        covariance = _centred_inverse(information)
        if covariance is None:
            return None
        step = covariance @ (expected - solved)
        if float(np.abs(step).max()) < PRECISE:
            break
        for _ in range(30):
            moved = difficulty + step
            now = _log_likelihood(moved, solved, scores, groups.count)
            if now >= likelihood - 1e-12 * abs(likelihood):
                break
            step = step / 2
        difficulty, likelihood = moved - moved.mean(), now
        if float(np.ptp(difficulty)) > FARTHEST:
            return None
    else:
        return None
    measures = _measures(difficulty)
    places = np.array([one.measure for one in (measures[s] for s in scores) if one is not None])
    infit, outfit = mean_squares(
        logistic(places[None, :] - difficulty[:, None]),
        groups.right.T,
        np.tile(groups.count, (len(difficulty), 1)),
    )
    errors = np.sqrt(np.diag(covariance))
    return Calibration(difficulty, errors, 1.0, None, likelihood, measures, infit, outfit)


def score_shares(chance: Floats) -> Floats:
    """Return the distribution of the number solved, 0 to k, from the chance of each item.

    It is the elementary symmetric functions of e^−b times Π(1 − chance), added up item by item from
    positive numbers only, so that nothing cancels and nothing overflows.
    """
    shares = np.zeros(len(chance) + 1)
    shares[0] = 1.0
    for one in chance:
        shares[1:] = shares[1:] * (1 - one) + shares[:-1] * one
        shares[0] *= 1 - one
    return shares


def _log_likelihood(difficulty: Floats, solved: Floats, scores: Ints, count: Floats) -> float:
    """−Σ b·solved − Σ n_s ln γ_s: the part of the likelihood that depends on difficulties."""
    chance = logistic(-difficulty)
    whole = float(np.log1p(-chance).sum())
    gammas = np.log(score_shares(chance)[scores]) - whole
    return float(-difficulty @ solved - count @ gammas)


def _moments(difficulty: Floats, scores: Ints, count: Floats) -> tuple[Floats, Floats]:
    """Expected numbers solved, and the information: Σ over persons of cov(x_i, x_j | score)."""
    items = len(difficulty)
    chance = logistic(-difficulty)
    whole = score_shares(chance)[scores]
    # Distribution of the score without item j, row j.
    without = np.zeros((items, items))
    without[:, 0] = 1.0
    for i, one in enumerate(chance):
        kept = without[i].copy()
        without[:, 1:] = without[:, 1:] * (1 - one) + without[:, :-1] * one
        without[:, 0] *= 1 - one
        without[i] = kept
    given = chance[:, None] * without[:, scores - 1] / whole
    expected = given @ count
    ease = np.exp(-difficulty)
    apart = ease[:, None] - ease[None, :]
    close = np.abs(apart) < EQUAL * np.maximum(ease[:, None], ease[None, :])
    # (π_i − π_ij)/ε_i = (π_j − π_ij)/ε_j gives both solved from the single expectations.
    both = (ease[:, None] * expected[None, :] - ease[None, :] * expected[:, None]) / np.where(
        close, 1.0, apart
    )
    first, second = np.nonzero(np.triu(close, 1))
    if len(first):
        both[first, second] = _both(chance, first, second, scores, whole, count)
        both[second, first] = both[first, second]
    np.fill_diagonal(both, expected)
    return expected, both - (given * count) @ given.T


def _both(
    chance: Floats, first: Ints, second: Ints, scores: Ints, whole: Floats, count: Floats
) -> Floats:
    """Expected persons who solved both of two equally hard items, by leaving both out."""
    without = np.zeros((len(first), len(chance) - 1))
    without[:, 0] = 1.0
    for i, one in enumerate(chance):
        rows = (first != i) & (second != i)
        moved = without[rows]
        moved[:, 1:] = moved[:, 1:] * (1 - one) + without[rows][:, :-1] * one
        moved[:, 0] *= 1 - one
        without[rows] = moved
    rest = np.where(scores >= 2, without[:, np.maximum(scores - 2, 0)], 0.0)
    return chance[first] * chance[second] * (rest / whole @ count)


def _centred_inverse(information: Floats) -> Floats | None:
    """Pseudo-inverse of a matrix whose only empty direction is the same shift of all items."""
    items = len(information)
    shift = np.full((items, items), float(np.trace(information)) / items / items)
    found = inverse(information + shift)
    if found is None:
        return None
    return found - 1 / (float(np.trace(information)) / items) / items


def _measures(difficulty: Floats) -> tuple[PersonMeasure | None, ...]:
    """Likeliest place for each raw score; none for 0 and for all, which have no finite one."""
    items = len(difficulty)
    found: list[PersonMeasure | None] = [None]
    for score in range(1, items):
        place = float(np.log(score / (items - score)))
        for _ in range(100):
            chance = logistic(place - difficulty)
            spread = float((chance * (1 - chance)).sum())
            step = (score - float(chance.sum())) / spread
            place += max(-1.0, min(1.0, step))
            if abs(step) < 1e-10:
                break
        found.append(PersonMeasure(place, 1 / float(np.sqrt(spread))))
    return (*found, None)
