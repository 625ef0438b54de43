"""Patterns that chance would hardly make: crowded marks, equal answers, equal ratings."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.index.finding import Finding

#: Section 19: points on either side of the pass mark, marks needed, and how rare is rare.
WITHIN, LEAST_MARKS, RARE_SPLIT = 3.0, 20, 0.01
#: More equal patterns than this, and rarer than this by chance.
EQUAL_PATTERNS, RARE_PATTERN = 5, 0.001


@dataclass(frozen=True, slots=True)
class Rated:
    """What one evaluator gave: a rating by objective, and a free text."""

    evaluator: str
    ratings: Mapping[str, Hashable]
    text: str


def marks_crowd(
    marks: Iterable[float], pass_mark: float, within: float = WITHIN
) -> tuple[Finding, ...]:
    """Whether marks crowd above a pass mark, or below it.

    Among the marks from `within` points below the pass mark to just under `within` above it, so
    that whole marks have as many places on either side, the share at or above it should be about a
    half. Exact two-sided binomial test, p < 0.01, with 20 marks or more.

    Args:
        marks: in points, in any order.

    Returns:
        One finding or none; figures `n`, `above`, `share`, `p`.
    """
    near = [mark for mark in marks if pass_mark - within <= mark < pass_mark + within]
    n, above = len(near), sum(mark >= pass_mark for mark in near)
    if n < LEAST_MARKS:
        return ()
    p = min(1.0, 2 * at_least(max(above, n - above), n, 0.5))
    if p >= RARE_SPLIT:
        return ()
    figures = {
        "n": n, "above": above, "share": above / n, "p": p, "pass_mark": pass_mark,
        "within": within,
    }  # fmt: skip
    return (Finding("marks_crowd", figures),)


def at_least(count: int, n: int, p: float) -> float:
    """P(X ≥ count) of a binomial X with n trials of chance p in 0 … 1."""
    if count <= 0 or p >= 1:
        return 1.0 if count <= n else 0.0
    if p <= 0:
        return 0.0
    log_p, log_q = math.log(p), math.log1p(-p)
    whole = math.lgamma(n + 1)
    terms = [
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q)
        for k in range(count, n + 1)
    ]
    return min(1.0, math.fsum(terms))


def identical_patterns(responses: Sequence[Sequence[Hashable]]) -> tuple[Finding, ...]:
    """Response patterns that more than 5 persons of one sitting share beyond chance.

    A pattern's chance is the product of the shares of its options in the sitting, as if items were
    independent; the number of persons who have it is held against a binomial, p < 0.001. Good
    persons solve the same items, so that the pattern with everything right may be found where
    nobody copied: a finding is a reason to look, no more.

    Args:
        responses: persons × items: the option chosen, or None for none.

    Returns:
        Findings with figures `count`, `n`, `p`, and `persons`: their positions; largest first.

    Raises:
        ValueError: persons with different numbers of items.
    """
    rows = [tuple(row) for row in responses]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("every person of a sitting has as many items as the others")
    if not rows or not rows[0]:
        return ()
    shares = [Counter(column) for column in zip(*rows, strict=True)]
    holders: dict[tuple[Hashable, ...], list[int]] = {}
    for position, row in enumerate(rows):
        holders.setdefault(row, []).append(position)
    found = []
    for pattern, persons in holders.items():
        if len(persons) > EQUAL_PATTERNS:
            chance = math.prod(
                share[option] / len(rows) for share, option in zip(shares, pattern, strict=True)
            )
            p = at_least(len(persons), len(rows), chance)
            if p < RARE_PATTERN:
                figures = {"count": len(persons), "n": len(rows), "p": p, "persons": persons}
                found.append(Finding("identical_patterns", figures))
    return tuple(sorted(found, key=lambda one: -one.figures["count"]))


def identical_ratings(rated: Iterable[Rated]) -> tuple[Finding, ...]:
    """Pairs of evaluators of one exercise with equal ratings and the same free text.

    Texts are the same but for case and space; an empty one is nobody's. Ratings are compared as
    they are: the same objectives, the same values.
    """
    rows = [(one, " ".join(one.text.split()).casefold()) for one in rated]
    return tuple(
        Finding(
            "identical_ratings",
            {"first": one.evaluator, "second": other.evaluator, "ratings": len(one.ratings)},
        )
        for (one, text), (other, same) in itertools.combinations(rows, 2)
        if text and text == same and one.ratings and dict(one.ratings) == dict(other.ratings)
    )
