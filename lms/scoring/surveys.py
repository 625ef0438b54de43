"""Shares with their intervals, survey scales, and which groups are large enough to be shown."""

from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from lms.scoring.distributions import normal_quantile
from lms.scoring.guard import guard_of
from lms.scoring.matrix import as_matrix
from lms.scoring.reliability import cronbach_alpha

#: A smaller group is never shown, nor may one be found by taking shown groups apart.
SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class SurveyScale:
    """What a group answered on the questions of one scale.

    Args:
        mean: of all answers, on the scale of the answers.
        top_two: share of answers on the two highest levels, 0 to 1.
        alpha: Cronbach's, over persons who answered everything; None where it has no value or
            fewer than five did.
        persons: with an answer.
        answers: that count.
        guard: as `guard_of` persons.
    """

    mean: float
    top_two: float
    alpha: float | None
    persons: int
    answers: int
    guard: str | None


def wilson_interval(k: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Return (low, high) of a share k/n: Wilson's score interval, without continuity correction.

    It stays within 0 to 1 and has a width at 0 of n and at n of n too. n = 0 gives (0, 1): nothing
    is known.

    Raises:
        ValueError: k outside 0 to n, or a level that is not strictly between 0 and 1.
    Worked: 15 of 148 at 0.95: 0.0624 to 0.1605.
    Source: Wilson (1927), JASA 22; Newcombe (1998), Statistics in Medicine 17, method 3.
    """
    if not 0 <= k <= n:
        raise ValueError("k lies between 0 and n")
    z = normal_quantile(level)
    if n == 0:
        return 0.0, 1.0
    below = n + z * z
    middle = (k + z * z / 2) / below
    half = z * sqrt(k * (n - k) / n + z * z / 4) / below
    return (
        0.0 if k == 0 else max(0.0, middle - half),
        1.0 if k == n else min(1.0, middle + half),
    )


def survey_scale(answers: Any, levels: int) -> SurveyScale | None:
    """Return mean, top-two share and alpha of persons × questions.

    Args:
        answers: levels 1 to `levels`, higher is better; None or NaN where somebody passed. Persons
            without any answer do not count.
        levels: of the scale, at least 3.

    Returns:
        None for fewer than five persons: their answers could be told apart.

    Raises:
        ValueError: an answer outside the scale, or a scale of fewer than three levels.
    """
    if levels < 3:
        raise ValueError("a scale has three levels or more")
    values = as_matrix(answers)
    if np.any((values < 1) | (values > levels)):
        raise ValueError(f"answers lie between 1 and {levels}")
    given = ~np.isnan(values)
    persons = int(given.any(axis=1).sum()) if values.size else 0
    if persons < SMALLEST_GROUP:
        return None
    known = values[given]
    found = cronbach_alpha(values)
    return SurveyScale(
        float(known.mean()),
        float((known >= levels - 1).mean()),
        found.value if found is not None and found.persons >= SMALLEST_GROUP else None,
        persons,
        int(given.sum()),
        guard_of(persons),
    )


def groups_to_show(
    groups: Mapping[str, Iterable[Hashable]], smallest: int = SMALLEST_GROUP
) -> frozenset[str]:
    """Return the names of the groups that may be shown beside one another.

    Not shown: a group under the smallest size, and one that would, taken off another shown group,
    leave fewer than that: 23 in all and 20 in one district tell of the 3 others. The same holds for
    all shown parts of a group together. Where groups stand in each other's way the smaller is
    hidden, among equals the later by name.

    Args:
        groups: name of each group and its persons; groups may overlap.
        smallest: persons that a shown group, or a difference, holds at least.
    """
    members: dict[str, Set[Hashable]] = {name: frozenset(who) for name, who in groups.items()}
    shown = [name for name in members if len(members[name]) >= smallest]
    # Larger groups first: they stay, and each further one must not lay a remainder bare.
    shown.sort(key=lambda name: (-len(members[name]), name))
    kept: list[str] = []
    for name in shown:
        if not _lays_bare([members[one] for one in [*kept, name]], smallest):
            kept.append(name)
    return frozenset(kept)


def _lays_bare(groups: list[Set[Hashable]], smallest: int) -> bool:
    """Whether some group less shown groups leaves a few persons, but not none."""
    for whole in groups:
        parts = [one for one in groups if one < whole]
        overlapping = [one for one in groups if one != whole and one & whole]
        rests = [whole - one for one in overlapping]
        if parts:
            rests.append(whole - frozenset().union(*parts))
        if any(0 < len(rest) < smallest for rest in rests):
            return True
    return False
