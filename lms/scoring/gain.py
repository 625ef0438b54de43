"""What a course added: before and after, the same persons, the same items or a linked scale.

Gain is reported beside the capacity index and does not enter it: the level reached already does.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lms.scoring.coefficient import Coefficient
from lms.scoring.guard import NO_SPREAD, guard_of
from lms.scoring.matrix import Floats

#: By person, or in the same order before and after; None or NaN where one was not there.
Scores = Mapping[Hashable, float | None] | Sequence[float | None] | NDArray[np.floating]

RESAMPLES, LEVEL, SEED = 2000, 0.9, 20260101
#: The correction for few persons is 0 at two of them: no size of effect can be told.
ENOUGH_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Matched:
    """Persons with both scores.

    Args:
        pre, post: in the same order.
        dropped: persons with only one of the two.
    """

    pre: Floats
    post: Floats
    dropped: int


@dataclass(frozen=True, eq=False)
class HakeGain(Coefficient):
    """Share of what could be gained that was gained.

    Args:
        value: 1 everything that was missing, 0 nothing; losses are negative.
        low, high: bootstrap interval over persons, nine times in ten; None where a resample has no
            gain, or with fewer than two persons.
        pre, post: means of shares.
        persons: matched.
        dropped: persons with one score only.
        guard: as `guard_of` persons.
    """

    low: float | None
    high: float | None
    pre: float
    post: float
    persons: int
    dropped: int
    guard: str | None


@dataclass(frozen=True, slots=True)
class PairedEffect:
    """Size of a change in standard deviations (Cohen's d for pairs), corrected for few persons.

    Args:
        dz: mean difference over the sd of differences; None where all differ by the same.
        dav: mean difference over √((s²_pre + s²_post)/2); None where neither varies.
        dz_interval, dav_interval: bootstrap over persons, nine times in ten; None where a resample
            has no value.
        persons: matched.
        dropped: persons with one score only.
        guard: as `guard_of` persons.
    """

    dz: float | None
    dav: float | None
    dz_interval: tuple[float, float] | None
    dav_interval: tuple[float, float] | None
    persons: int
    dropped: int
    guard: str | None


def matched(pre: Scores, post: Scores) -> Matched:
    """Return the persons with both scores.

    Args:
        pre, post: mappings from person to score, or two sequences in the same order of persons.

    Raises:
        ValueError: one mapping and one sequence, or sequences of different length.
    """
    if isinstance(pre, Mapping) and isinstance(post, Mapping):
        persons = list(dict.fromkeys([*pre, *post]))
        before = [pre.get(person) for person in persons]
        after = [post.get(person) for person in persons]
    elif isinstance(pre, Mapping) or isinstance(post, Mapping):
        raise ValueError("both by person, or both in the same order")
    else:
        before, after = list(pre), list(post)
        if len(before) != len(after):
            raise ValueError("two sequences of the same persons")
    first = np.array(before, dtype=np.float64)
    second = np.array(after, dtype=np.float64)
    both = ~(np.isnan(first) | np.isnan(second))
    one = np.isnan(first) ^ np.isnan(second)
    return Matched(first[both], second[both], int(one.sum()))


def hake_gain(pre: Scores, post: Scores, *, seed: int = SEED) -> HakeGain | None:
    """Return the normalised gain (x̄_post − x̄_pre)/(1 − x̄_pre) of means, matched persons only.

    Never the mean of personal gains, in which one person who began near the top outweighs the rest.

    Args:
        pre, post: shares 0 to 1, as `matched`.
        seed: of the bootstrap.

    Returns:
        None without a matched person, or where all had everything right before.

    Raises:
        ValueError: a share outside 0 to 1, or as `matched`.
    Worked: means 0.4 and 0.7: 0.3/0.6 = 0.5.
    Source: Hake (1998), American Journal of Physics 66.
    """
    pairs = matched(pre, post)
    if np.any((pairs.pre < 0) | (pairs.pre > 1) | (pairs.post < 0) | (pairs.post > 1)):
        raise ValueError("shares from 0 to 1")
    value = _gain(pairs.pre, pairs.post) if len(pairs.pre) else None
    if value is None:
        return None
    interval = bootstrap_interval(_gain, pairs.pre, pairs.post, seed=seed)
    low, high = interval if interval is not None else (None, None)
    return HakeGain(
        value,
        low,
        high,
        float(pairs.pre.mean()),
        float(pairs.post.mean()),
        len(pairs.pre),
        pairs.dropped,
        guard_of(len(pairs.pre)),
    )


def cohens_d_paired(pre: Scores, post: Scores, *, seed: int = SEED) -> PairedEffect | None:
    """Return how large a change is in standard deviations, each × (1 − 3/(4ν − 1)), ν = n − 1.

    Args:
        pre, post: scores in one unit, as `matched`.
        seed: of the bootstrap.

    Returns:
        None with fewer than three matched persons, or where neither figure exists.

    Raises:
        ValueError: as `matched`.
    Source: Cohen (1988), Statistical Power Analysis, ch. 2; dav: Cumming (2012); correction:
        Hedges (1981), Journal of Educational Statistics 6.
    """
    pairs = matched(pre, post)
    persons = len(pairs.pre)
    if persons < ENOUGH_PAIRS:
        return None
    dz, dav = _dz(pairs.pre, pairs.post), _dav(pairs.pre, pairs.post)
    if dz is None and dav is None:
        return None
    return PairedEffect(
        dz,
        dav,
        bootstrap_interval(_dz, pairs.pre, pairs.post, seed=seed) if dz is not None else None,
        bootstrap_interval(_dav, pairs.pre, pairs.post, seed=seed) if dav is not None else None,
        persons,
        pairs.dropped,
        guard_of(persons),
    )


def bootstrap_interval(
    statistic: Callable[..., float | None],
    *columns: Floats,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float] | None:
    """Return (low, high): percentiles of a statistic over persons drawn again with replacement.

    Args:
        statistic: of the columns; None where it has no value.
        columns: one value a person each, the same persons in all; a person is drawn as a whole.
        level: share of resamples between the two ends (percentiles of type 7).
        resamples: how many.
        seed: the same gives the same interval, on any machine with the same numpy.

    Returns:
        None with fewer than two persons, or where more than one resample in twenty has no value.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    persons = len(columns[0]) if columns else 0
    if persons < 2:
        return None
    random = np.random.Generator(np.random.PCG64(seed))
    values = []
    for _ in range(resamples):
        drawn = random.integers(0, persons, persons)
        value = statistic(*(column[drawn] for column in columns))
        if value is not None:
            values.append(value)
    if len(values) < 0.95 * resamples:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _gain(pre: Floats, post: Floats) -> float | None:
    before, after = float(pre.mean()), float(post.mean())
    return (after - before) / (1 - before) if 1 - before > NO_SPREAD else None


def _dz(pre: Floats, post: Floats) -> float | None:
    change = post - pre
    spread = float(change.var(ddof=1))
    if spread < NO_SPREAD:
        return None
    return float(change.mean()) / sqrt(spread) * _correction(len(change))


def _dav(pre: Floats, post: Floats) -> float | None:
    spread = (float(pre.var(ddof=1)) + float(post.var(ddof=1))) / 2
    if spread < NO_SPREAD:
        return None
    return float((post - pre).mean()) / sqrt(spread) * _correction(len(pre))


def _correction(persons: int) -> float:
    return 1 - 3 / (4 * (persons - 1) - 1)
