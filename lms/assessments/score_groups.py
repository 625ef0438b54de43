"""People of like marks put together, to see who solves a question and who chooses what. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.surveys import wilson_interval

#: At most so many groups, with at least so many persons each.
MOST, LEAST = 5, 5
#: How sure the interval of a group is.
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """Persons whose marks lie next to each other.

    Args:
        low, high: lowest and highest mark in it, share of the maximum.
        n: persons.
        facility: mean share of the question's mark.
        interval: of the facility, nine times in ten. For part marks it is wider than need be: no marks from
            0 to 1 spread more than 0 and 1 do.
        chosen: by option, share of the group that chose it.
    """

    low: float
    high: float
    n: int
    facility: float
    interval: tuple[float, float]
    chosen: dict[str, float]


def score_groups(
    totals: NDArray[np.float64],
    own: NDArray[np.float64],
    choices: Sequence[Any],
    options: Sequence[str],
    *,
    most: int = MOST,
    least: int = LEAST,
) -> list[ScoreGroup]:
    """Divide those who were given a question by their marks, lowest first.

    Equal marks stay together, so groups differ in size; none is smaller than `least`. With fewer persons than
    that there is no group.

    Args:
        totals: by person, share of the maximum; NaN: none.
        own: by person, share of the question's mark; NaN: not given.
        choices: by person, an option, a tuple of options, or None.
        options: those whose shares are wanted.
    """
    given = np.flatnonzero(~(np.isnan(totals) | np.isnan(own)))
    if len(given) < least:
        return []
    # Totals that differ by rounding only are equal.
    levels = np.round(totals[given], 9)
    order = given[np.argsort(levels, kind="stable")]
    _, counts = np.unique(levels, return_counts=True)
    return [
        _group(order[start:end], totals, own, choices, options)
        for start, end in _cuts(counts.tolist(), max(least, -(-len(given) // most)), least)
    ]


def _cuts(counts: Sequence[int], size: int, least: int) -> list[tuple[int, int]]:
    """Where groups begin and end: levels are added until a group has its size; a small rest joins the last one."""
    ends: list[int] = []
    start = reached = 0
    for count in counts:
        reached += count
        if reached - start >= size:
            ends.append(reached)
            start = reached
    if reached > start:
        if reached - start < least and ends:
            ends.pop()
        ends.append(reached)
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _group(
    rows: NDArray[np.intp],
    totals: NDArray[np.float64],
    own: NDArray[np.float64],
    choices: Sequence[Any],
    options: Sequence[str],
) -> ScoreGroup:
    n = len(rows)
    solved = float(own[rows].sum())
    made = [_as_tuple(choices[row]) for row in rows]
    return ScoreGroup(
        float(totals[rows].min()),
        float(totals[rows].max()),
        n,
        solved / n,
        # Sums of binary fractions may pass the count by rounding.
        wilson_interval(min(solved, n), n, LEVEL),
        {option: sum(option in one for one in made) / n for option in options},
    )


def _as_tuple(chosen: Any) -> tuple[Any, ...]:
    if chosen is None:
        return ()
    return chosen if isinstance(chosen, tuple) else (chosen,)
