"""What was gained between a baseline and the assessment paired with it: the same persons, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lms.assessments.analysis_rows import FIRST, LEAST_SHOWN, Filters, Sat, read
from lms.assessments.rules import spec_for_marking
from lms.courses.library import library
from lms.scoring.gain import HakeGain, PairedEffect, cohens_d_paired, hake_gain
from lms.scoring.matrix import Totals
from lms.scoring.question import weight_of
from lms.scoring.reliability import NINE_IN_TEN


@dataclass(frozen=True, slots=True)
class Pair:
    """Keys of two assessments that the same people sit: the baseline, and the one after it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean mark as a share of the maximum, with where it lies nine times in ten (normal approximation)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CompetencyGain:
    """Before and after in the questions of one competency: means over persons who were asked both times."""

    competency: str
    persons: int
    before: float
    after: float
    gain: HakeGain | None


@dataclass(frozen=True, slots=True)
class Gain:
    """A gain of matched persons. Where fewer than five are, everything but the counts is empty.

    Args:
        persons: with both attempts, in the right order.
        only_before, only_after: persons with one of the two.
        wrong_order: persons whose attempt at the second was begun before the one at the baseline.
        common: share of all questions asked that were asked both times, 0 to 1; with little in common the two
            marks are not on one scale.
        hake, effect: of the marks; None where they mean nothing.
    """

    persons: int
    only_before: int
    only_after: int
    wrong_order: int
    before: Mean | None = None
    after: Mean | None = None
    common: float | None = None
    hake: HakeGain | None = None
    effect: PairedEffect | None = None
    competencies: tuple[CompetencyGain, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether enough persons stand behind the figures."""
        return self.persons >= LEAST_SHOWN


def pairs() -> list[Pair]:
    """The pairs that the library's assessments name, each once, by the key of the second."""
    assessments = library().assessments
    found = set()
    for one in assessments.values():
        other = assessments.get(one.paired_with or "")
        if other is None or (one.role == "baseline") == (other.role == "baseline"):
            continue
        first, second = (one, other) if one.role == "baseline" else (other, one)
        found.add(Pair(first.key, second.key))
    return sorted(found, key=lambda pair: (pair.after, pair.before))


def pair_with(key: str) -> Pair | None:
    """The pair in which an assessment stands, as the second if it stands in several; None: in none."""
    standing = [pair for pair in pairs() if key in (pair.before, pair.after)]
    return min(standing, key=lambda pair: pair.after != key, default=None)


def gain_of(pair: Pair, filters: Filters) -> Gain:
    """Work out the gain of the persons whose results the viewer sees.

    Args:
        filters: of the second assessment. Of the baseline the first attempt counts, whenever it was, as it was sat
            without having seen the questions.
    """
    of_baseline = replace(filters, which=FIRST, since=None, until=None, language=None)
    before = read(pair.before, of_baseline, choices_of=())
    after = read(pair.after, filters, choices_of=())
    return gain_between(before, after)


def gain_between(before: Sat, after: Sat) -> Gain:
    """Match the persons of two readings and work out what they gained."""
    first = {person: at for at, person in enumerate(before.persons)}
    second = {person: at for at, person in enumerate(after.persons)}
    both = [person for person in first if person in second]
    matched = [
        (first[person], second[person])
        for person in both
        if before.begun[first[person]] < after.begun[second[person]]
    ]
    counts = (
        len(matched),
        len(first) - len(both),
        len(second) - len(both),
        len(both) - len(matched),
    )
    if len(matched) < LEAST_SHOWN:
        return Gain(*counts)
    rows, later = (list(column) for column in zip(*matched, strict=True))
    pre = np.array([float(before.percents[row]) / 100 for row in rows])
    post = np.array([float(after.percents[row]) / 100 for row in later])
    return Gain(
        *counts,
        _mean(pre),
        _mean(post),
        _common(before, after),
        hake_gain(pre, post),
        cohens_d_paired(pre, post),
        tuple(_by_competency(before, after, rows, later)),
    )


def _mean(shares: NDArray[np.float64]) -> Mean:
    value = float(shares.mean())
    half = NINE_IN_TEN * float(shares.std(ddof=1)) / sqrt(len(shares))
    return Mean(value, max(0.0, value - half), min(1.0, value + half))


def _common(before: Sat, after: Sat) -> float:
    first, second = set(before.keys), set(after.keys)
    return len(first & second) / len(first | second) if first | second else 0.0


def _by_competency(
    before: Sat, after: Sat, rows: Sequence[int], later: Sequence[int]
) -> list[CompetencyGain]:
    found = []
    for competency in _competencies(before, after):
        pre = _shares_of(before, rows, competency)
        post = _shares_of(after, later, competency)
        asked = ~(np.isnan(pre) | np.isnan(post))
        persons = int(asked.sum())
        if persons < LEAST_SHOWN:
            continue
        pre, post = pre[asked], post[asked]
        means = float(pre.mean()), float(post.mean())
        found.append(CompetencyGain(competency, persons, *means, hake_gain(pre, post)))
    return found


def _competencies(before: Sat, after: Sat) -> list[str]:
    asked = [
        {one["spec"]["competency"] for one in sat.questions if one["spec"].get("competency")}
        for sat in (before, after)
    ]
    return sorted(asked[0] & asked[1])


def _shares_of(sat: Sat, rows: Sequence[int], competency: str) -> NDArray[np.float64]:
    """Share of the marks of a competency's questions that each person got, of those given; NaN without one."""
    places = [
        at for at, one in enumerate(sat.questions) if one["spec"].get("competency") == competency
    ]
    weights = np.array([float(weight_of(spec_for_marking(sat.questions[at]))) for at in places])
    return Totals.of(sat.shares[np.ix_(rows, places)], weights).means()
