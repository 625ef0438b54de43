"""Do several raters say the same of the same units? Agreement, with chance and without it.

A matrix is units × raters (or subjects × categories where counts are meant). A rating is any value
that can be compared: a letter, a number. None and NaN are no rating. Where one rating holds over
80 % of all, kappa misleads, as chance alone then explains nearly everything (Feinstein & Cicchetti
1990); every kappa therefore carries the plain agreement and Gwet's AC1 in that case.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lms.scoring.coefficient import Coefficient
from lms.scoring.guard import FEW, NO_SPREAD, guard_of
from lms.scoring.matrix import Floats, as_matrix

#: Fewer units, or fewer raters, and agreement beyond chance means nothing.
ENOUGH_UNITS, ENOUGH_RATERS = FEW, 2
#: Above this share of one category kappa misleads.
DOMINANT = 0.8
#: Krippendorff (2004), Content Analysis, ch. 11: from where on a figure counts, and counts firmly.
TENTATIVE, GOOD = 0.667, 0.80


@dataclass(frozen=True, eq=False)
class PercentAgreement(Coefficient):
    """Plain agreement; chance is not taken off.

    Args:
        value: share of units on which all raters agree, 0 to 1.
        pairwise: share of pairs of ratings of one unit that agree.
        units: with two ratings or more; others do not count.
        guard: as `guard_of` units.
    """

    pairwise: float
    units: int
    guard: str | None

    @property
    def all_agree(self) -> float:
        """The value under the name it has in `Agreement`."""
        return self.value


@dataclass(frozen=True, eq=False)
class Kappa(Coefficient):
    """Agreement beyond chance.

    Args:
        value: 1 full agreement, 0 what chance would give, negative below it.
        standard_error: None where it is not computed.
        observed: observed agreement (weighted where kappa is).
        expected: agreement that chance would give.
        units, raters, categories: how many.
        guard: as `guard_of` units.
        dominant_share: share of the most frequent category among all ratings.
        percent_agreement, ac1: pairwise agreement and Gwet's AC1; only where `misleading`.
    """

    standard_error: float | None
    observed: float
    expected: float
    units: int
    raters: int
    categories: int
    guard: str | None
    dominant_share: float
    percent_agreement: float | None
    ac1: float | None

    @property
    def misleading(self) -> bool:
        """Whether one category holds over 80 % of the ratings."""
        return self.dominant_share > DOMINANT


def agreement_word(value: float) -> str:
    """Return ``good`` from 0.80, ``tentative`` from 0.667, below that ``differ``.

    ``differ``: the ratings differ too much to count alone.
    """
    if value >= GOOD:
        return "good"
    return "tentative" if value >= TENTATIVE else "differ"


def percent_agreement(matrix: Any) -> PercentAgreement | None:
    """Return how often raters agree; units × raters, gaps allowed, units with one rating left out.

    A description and not an estimate, so that it is given, with its guard, for few units too. None
    when no unit has two ratings.
    """
    counts, _ = counts_of(matrix)
    ratings = counts.sum(axis=1)
    counts, ratings = counts[ratings > 1], ratings[ratings > 1]
    if not len(counts):
        return None
    pairs = float((ratings * (ratings - 1)).sum())
    return PercentAgreement(
        float((counts.max(axis=1) == ratings).mean()),
        float((counts * (counts - 1)).sum()) / pairs,
        len(counts),
        guard_of(len(counts)),
    )


def counts_of(
    matrix: Any, categories: Sequence[Hashable] | None = None
) -> tuple[Floats, tuple[Hashable, ...]]:
    """Return (units × categories counts, categories) of a matrix units × raters.

    Args:
        matrix: ratings, None or NaN where there is none.
        categories: all that could be given, in their order; by default those that occur, sorted.

    Raises:
        ValueError: rows of different length, or a rating outside the categories.
    """
    rows = [list(row) for row in matrix]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("a matrix has rows of equal length")
    codes, kinds = coded([cell for row in rows for cell in row], categories)
    table = np.zeros((len(rows), len(kinds)))
    if rows and rows[0]:
        units = np.repeat(np.arange(len(rows)), len(rows[0]))
        np.add.at(table, (units[codes >= 0], codes[codes >= 0]), 1)
    return table, kinds


def coded(
    ratings: Sequence[Any], categories: Sequence[Hashable] | None = None
) -> tuple[NDArray[np.int64], tuple[Hashable, ...]]:
    """Return (place of each rating among the categories, −1 for none; the categories).

    Raises:
        ValueError: a rating outside the categories, or ratings that cannot be sorted.
    """
    known = [None if cell is None or cell != cell else cell for cell in ratings]
    if categories is None:
        try:
            kinds = tuple(sorted({cell for cell in known if cell is not None}))
        except TypeError as error:
            raise ValueError("ratings of one kind, or name the categories") from error
    else:
        kinds = tuple(categories)
    at = {kind: number for number, kind in enumerate(kinds)}
    strange = {cell for cell in known if cell is not None and cell not in at}
    if strange:
        raise ValueError(f"not among the categories: {sorted(map(str, strange))}")
    return np.array([-1 if cell is None else at[cell] for cell in known], dtype=np.int64), kinds


def cohen_kappa(
    a: Sequence[Any] | NDArray[Any],
    b: Sequence[Any] | NDArray[Any],
    weights: str | None = None,
    categories: Sequence[Hashable] | None = None,
) -> Kappa | None:
    """Return agreement of two raters beyond chance: 1 − Σ d·observed / Σ d·expected.

    Args:
        a, b: what each said of the same units in the same order. Units that one of them left out
            do not count.
        weights: how bad a difference is. None: d = 1 for any. ``linear``: |i − j|/(q − 1) for places
            i, j among q categories; ``quadratic``: its square.
        categories: all that could be given, in their order. Unused ones count, which changes d. By
            default those that occur, sorted.

    Returns:
        None with fewer than ten units, or where chance would not disagree (one category only).

    Raises:
        ValueError: different lengths, an unknown weight, or a rating outside the categories.
    Source: Cohen (1960), (1968); standard error: Fleiss, Cohen & Everitt (1969), Psychological
        Bulletin 72.
    """
    if len(a) != len(b):
        raise ValueError("both raters rate the same units")
    if weights not in (None, "linear", "quadratic"):
        raise ValueError("weights are None, linear or quadratic")
    codes, kinds = coded([*a, *b], categories)
    both = (codes[: len(a)] >= 0) & (codes[len(a) :] >= 0)
    first, second = codes[: len(a)][both], codes[len(a) :][both]
    size, units = len(kinds), len(first)
    if units < ENOUGH_UNITS:
        return None
    places = np.arange(size)
    apart = np.abs(places[:, None] - places[None, :]) / max(1, size - 1)
    cost = (apart > 0) * 1.0 if weights is None else apart if weights == "linear" else apart**2
    table = np.bincount(first * size + second, minlength=size * size).reshape(size, size) / units
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    by_chance = float((cost * np.outer(rows, columns)).sum())
    if by_chance < NO_SPREAD:
        return None
    seen = float((cost * table).sum())
    return _kappa(
        1 - seen / by_chance,
        observed=1 - seen,
        expected=1 - by_chance,
        counts=_pair_counts(first, second, size),
        error=_cohen_error(table, 1 - cost, units),
    )


def fleiss_kappa(table: ArrayLike) -> Kappa | None:
    """Return the agreement of several raters beyond chance.

    Args:
        table: subjects × categories, how many raters put the subject there. The raters need not be
            the same for each subject, only as many. `counts_of` makes it from units × raters.

    Returns:
        (P̄ − P_e)/(1 − P_e), P̄ = mean of (Σ n² − m)/(m(m − 1)), P_e = Σ p², for m ratings of each
        subject. None with fewer than ten subjects or two raters, rows of different sums, a gap, or
        one category only.

    Raises:
        ValueError: a negative count.
    Source: Fleiss (1971), Psychological Bulletin 76; standard error: Fleiss, Nee & Landis (1979),
        Psychological Bulletin 86, for a true kappa of 0.
    """
    counts = as_matrix(table)
    ratings = counts.sum(axis=1)
    if np.any(counts < 0):
        raise ValueError("counts are not negative")
    if len(counts) < ENOUGH_UNITS or not np.all(ratings == ratings[0]):
        return None
    raters = float(ratings[0])
    if raters < ENOUGH_RATERS:
        return None
    shares = counts.sum(axis=0) / counts.sum()
    by_chance = float((shares**2).sum())
    if 1 - by_chance < NO_SPREAD:
        return None
    seen = float((counts * (counts - 1)).sum()) / (len(counts) * raters * (raters - 1))
    rest = shares * (1 - shares)
    error = sqrt(2 / (len(counts) * raters * (raters - 1))) / float(rest.sum())
    error *= sqrt(max(0.0, float(rest.sum()) ** 2 - float((rest * (1 - 2 * shares)).sum())))
    return _kappa(
        (seen - by_chance) / (1 - by_chance),
        observed=seen,
        expected=by_chance,
        counts=counts,
        error=error,
    )


def gwet_ac1(table: ArrayLike) -> float | None:
    """Return Gwet's first-order coefficient: chance p_e = Σ π(1 − π)/(q − 1), q categories.

    It stays near the plain agreement where nearly all ratings are the same and kappa falls to 0.

    Args:
        table: subjects × categories counts; rows may have different sums. A subject with one rating
            counts for π and not for agreement. Categories that nobody used count in q.

    Returns:
        None with fewer than ten subjects that have two ratings, or with one category.

    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61.
    """
    counts = as_matrix(table)
    ratings = counts.sum(axis=1)
    counts, ratings = counts[ratings > 0], ratings[ratings > 0]
    paired = ratings > 1
    if paired.sum() < ENOUGH_UNITS or counts.shape[1] < 2:
        return None
    return _ac1(counts, ratings, paired)


def _ac1(counts: Floats, ratings: Floats, paired: NDArray[np.bool_]) -> float:
    shares = (counts / ratings[:, None]).mean(axis=0)
    by_chance = float((shares * (1 - shares)).sum()) / (counts.shape[1] - 1)
    held, m = counts[paired], ratings[paired]
    seen = float(((held * (held - 1)).sum(axis=1) / (m * (m - 1))).mean())
    return (seen - by_chance) / (1 - by_chance)


def _kappa(
    value: float, *, observed: float, expected: float, counts: Floats, error: float
) -> Kappa:
    dominant = float(counts.sum(axis=0).max() / counts.sum())
    raters = int(counts[0].sum())
    misleads = dominant > DOMINANT
    pairs = len(counts) * raters * (raters - 1)
    return Kappa(
        value,
        error,
        observed,
        expected,
        len(counts),
        raters,
        counts.shape[1],
        guard_of(len(counts)),
        dominant,
        float((counts * (counts - 1)).sum()) / pairs if misleads else None,
        gwet_ac1(counts) if misleads else None,
    )


def _pair_counts(first: NDArray[np.int64], second: NDArray[np.int64], size: int) -> Floats:
    counts = np.zeros((len(first), size))
    units = np.arange(len(first))
    np.add.at(counts, (units, first), 1)
    np.add.at(counts, (units, second), 1)
    return counts


def _cohen_error(table: Floats, agree: Floats, units: int) -> float:
    """Standard error of (weighted) kappa, Fleiss, Cohen & Everitt (1969), eq. 10 and 13."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed = float((agree * table).sum())
    expected = float((agree * np.outer(rows, columns)).sum())
    margins = (agree @ columns)[:, None] + (rows @ agree)[None, :]
    inner = (table * (agree * (1 - expected) - margins * (1 - observed)) ** 2).sum()
    outer = (observed * expected - 2 * expected + observed) ** 2
    return sqrt(max(0.0, float(inner) - outer) / units) / (1 - expected) ** 2
