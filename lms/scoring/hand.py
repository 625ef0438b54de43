"""Marks given by hand: from ratings by criterion to a share, and whether two markers agree.

Criteria are a list as an essay's spec holds it: mappings with ``key``, ``text`` and ``levels``,
each level with ``key``, ``text`` and ``credit``, a number in quotes from 0 to 1. Ratings are a
mapping from criterion to the level given. Where there are no criteria, one credit is given for the
whole, under the key ``overall``, as a number in quotes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.errors import Refused
from lms.scoring.presentation import Criterion, Label, Level, ReviewLine
from lms.scoring.question import (
    Mark,
    Spec,
    SpecProblem,
    credit_of,
    credit_problems,
    decimal_of,
    exact,
    marked,
    text_problems,
)

Criteria = Sequence[Mapping[str, Any]]
Ratings = Mapping[str, str]

OVERALL = "overall"
#: Two markers of one essay may differ by this much of the mark before a third has to decide.
TOLERANCE = Decimal("0.15")
MOST_CRITERIA = 20
MOST_LEVELS = 10


@dataclass(frozen=True)
class MarkerAgreement:
    """How near two markers come.

    Args:
        agree: the difference is within the tolerance, its limit included.
        difference: between their shares, 0 to 1, at most six decimal places.
        differing: keys of the criteria that they rated differently, in the order of the criteria.
    """

    agree: bool
    difference: Decimal
    differing: tuple[str, ...]


def share_of_ratings(criteria: Criteria, ratings: Ratings) -> Decimal:
    """Return the mean credit of the levels given, 0 to 1; below 1 unless every criterion has 1.

    All criteria weigh the same.

    Raises:
        Refused: ``marking.unrated`` with ``criteria``, the keys that lack a rating;
            ``marking.unknown-level`` with ``criterion`` and ``level``; ``marking.bad-credit`` with
            ``credit`` where the one for the whole is no number from 0 to 1.
    """
    return marked(_mean(criteria, ratings), {}).share


def hand_mark(spec: Spec, ratings: Ratings) -> Mark:
    """Return the mark that one marker gave, with the ratings as its detail.

    Raises:
        Refused: as `share_of_ratings`.
    """
    return marked(_mean(criteria_of(spec), ratings), {"ratings": dict(ratings)})


def compare_markers(
    criteria: Criteria, first: Ratings, second: Ratings, tolerance: Decimal = TOLERANCE
) -> MarkerAgreement:
    """Compare what two markers gave, who did not see each other's ratings.

    Raises:
        Refused: as `share_of_ratings`.
    """
    apart = abs(_mean(criteria, first) - _mean(criteria, second))
    keys = [criterion["key"] for criterion in criteria] or [OVERALL]
    differing = [key for key in keys if not _same(first[key], second[key], bool(criteria))]
    return MarkerAgreement(apart <= Fraction(tolerance), marked(apart, {}).share, tuple(differing))


def resolved_share(
    criteria: Criteria,
    first: Ratings,
    second: Ratings,
    third: Ratings | None = None,
    tolerance: Decimal = TOLERANCE,
) -> Decimal | None:
    """Return the share that counts: the mean of two markers who agree, otherwise the third's.

    None while a third decision is needed. Where the two agree, a third changes nothing.

    Raises:
        Refused: as `share_of_ratings`.
    """
    if compare_markers(criteria, first, second, tolerance).agree:
        mean = (_mean(criteria, first) + _mean(criteria, second)) / 2
        return marked(mean, {}).share
    return None if third is None else share_of_ratings(criteria, third)


def criteria_of(spec: Spec) -> Criteria:
    """Return the criteria of a question marked by hand; empty: one credit for the whole."""
    return spec.get("criteria") or ()


def shown_criteria(spec: Spec) -> tuple[Criterion, ...]:
    """Return the criteria as whoever answers reads them, with what each level is worth."""
    return tuple(
        Criterion(
            one["text"],
            tuple(Level(level["text"], Decimal(level["credit"])) for level in one["levels"]),
        )
        for one in criteria_of(spec)
    )


def markers_of(spec: Spec) -> int:
    """Return how many people mark it, 1 or 2."""
    return int(spec.get("markers") or 1)


def rating_lines(spec: Spec, mark: Mark) -> tuple[ReviewLine, ...]:
    """Return a line for each criterion with the level given; what is not rated yet has none."""
    ratings: Ratings = mark.detail.get("ratings") or {}
    criteria = criteria_of(spec)
    if not criteria:
        credit = decimal_of(ratings.get(OVERALL))
        return () if credit is None else (ReviewLine(OVERALL, credit=credit),)
    lines = []
    for criterion in criteria:
        levels = {level["key"]: level for level in criterion["levels"]}
        level = levels.get(ratings.get(criterion["key"], ""))
        text: Label = criterion["text"]
        credit = None if level is None else Decimal(level["credit"])
        lines.append(ReviewLine(text, credit=credit, given=level["text"] if level else None))
    return tuple(lines)


def marking_problems(spec: Spec) -> list[SpecProblem]:
    """Return the faults in ``criteria`` and ``markers``."""
    found: list[SpecProblem] = []
    markers = spec.get("markers")
    if markers is not None and (isinstance(markers, bool) or markers not in (1, 2)):
        found.append(SpecProblem(("markers",), "question.bad-markers", "markers is 1 or 2"))
    criteria = spec.get("criteria")
    if criteria is None:
        return found
    if not isinstance(criteria, list) or len(criteria) > MOST_CRITERIA:
        message = f"criteria are a list of {MOST_CRITERIA} at most"
        return [*found, SpecProblem(("criteria",), "question.bad-criteria", message)]
    seen: set[str] = set()
    for at, criterion in enumerate(criteria):
        where: tuple[str | int, ...] = ("criteria", at)
        levels = criterion.get("levels") if isinstance(criterion, dict) else None
        if not isinstance(levels, list) or not 2 <= len(levels) <= MOST_LEVELS:
            message = f"a criterion has key, text and 2 to {MOST_LEVELS} levels"
            found.append(SpecProblem(where, "question.bad-criteria", message))
            continue
        found += _keyed_problems(criterion, where, seen)
        keys: set[str] = set()
        faults: list[SpecProblem] = []
        for number, level in enumerate(levels):
            place = (*where, "levels", number)
            if not isinstance(level, dict):
                message = "a level has key, text and credit"
                faults.append(SpecProblem(place, "question.bad-criteria", message))
                continue
            faults += _keyed_problems(level, place, keys)
            faults += credit_problems(level, place, required=True)
        if not faults and all(Decimal(level["credit"]) != 1 for level in levels):
            message = 'one level at least has the credit "1"'
            faults.append(SpecProblem((*where, "levels"), "question.no-full-credit", message))
        found += faults
    return found


def _keyed_problems(
    part: Mapping[str, Any], where: tuple[str | int, ...], seen: set[str]
) -> list[SpecProblem]:
    found: list[SpecProblem] = []
    key = part.get("key")
    if not isinstance(key, str) or not key.strip() or key in seen:
        message = "give a key of its own in quotes"
        found.append(SpecProblem((*where, "key"), "question.criterion-key", message))
    else:
        seen.add(key)
    return found + list(text_problems(part.get("text"), (*where, "text")))


def _mean(criteria: Criteria, ratings: Ratings) -> Fraction:
    if not criteria:
        if not ratings.get(OVERALL):
            raise Refused("marking.unrated", criteria=[OVERALL])
        credit = decimal_of(ratings[OVERALL])
        if credit is None or not 0 <= credit <= 1:
            raise Refused("marking.bad-credit", credit=ratings[OVERALL])
        return exact(credit)
    unrated = [one["key"] for one in criteria if not ratings.get(one["key"])]
    if unrated:
        raise Refused("marking.unrated", criteria=unrated)
    total = Fraction(0)
    for criterion in criteria:
        levels = {level["key"]: level for level in criterion["levels"]}
        given = ratings[criterion["key"]]
        if given not in levels:
            raise Refused("marking.unknown-level", criterion=criterion["key"], level=given)
        total += credit_of(levels[given])
    return total / len(criteria)


def _same(first: str, second: str, are_levels: bool) -> bool:
    return first == second if are_levels else Decimal(first) == Decimal(second)
