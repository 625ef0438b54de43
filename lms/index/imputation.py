"""Values filled in where a methodology says by which rule, each with the error of that rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan, aggregate
from lms.index.methodology import Methodology

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Subjects on which a rule's error must be known, and peers whose median is taken.
FEWEST = 5
#: The error of a rule on which too little is known: the spread of a uniform, 1/√12.
UNKNOWN = 0.29
#: The share of a parent's weight that may be filled in.
MOST = 1 / 3


@dataclass(frozen=True, slots=True)
class Imputed:
    """What was filled in.

    Args:
        z: indicators × subjects, observed and filled in; NaN where there is neither.
        mask: which were filled in.
        error: by indicator, in 0 … 1: root mean square of the rule where the truth is known.
    """

    z: Floats
    mask: Bools
    error: Floats


def impute(
    methodology: Methodology,
    plan: Plan,
    z: Floats,
    there: Bools,
    last: Floats,
    subjects: Sequence[str],
    published: Bools,
) -> Imputed:
    """Fill in missing indicators by the rules that the methodology declares (section 8).

    Only what was observed is filled in from. Where more than a third of a parent's weight would be
    filled in, none of it is.

    Args:
        z, there: indicators × subjects, and which are present.
        last: of indicators with ``impute: last``, the last value that expired, normalised.
        published: subjects that have an index without anything filled in.
    """
    error = np.full(plan.indicators, np.nan)
    filled, mask = z.copy(), np.zeros(there.shape, dtype=bool)
    groups = peer_groups(methodology.peers, subjects)
    for i, one in enumerate(methodology.indicators):
        if one.impute == "none":
            continue
        if one.impute == "siblings":
            guess = _siblings(plan, i, z, there)
        elif one.impute == "peers":
            guess = _peers(np.where(there[i], z[i], np.nan), published, groups)
        else:
            guess = last[i]
        both = there[i] & ~np.isnan(guess)
        error[i] = UNKNOWN
        if both.sum() >= FEWEST:
            squares = ((guess[both] - z[i, both]) ** 2).tolist()
            error[i] = math.sqrt(math.fsum(squares) / len(squares))
        mask[i] = ~there[i] & ~np.isnan(guess)
        filled[i] = np.where(mask[i], guess, z[i])
    for parent in plan.parents:
        own = [child for child in parent.children if child < plan.indicators]
        shares = parent.shares[[parent.children.index(child) for child in own]]
        weight = np.zeros(there.shape[1])
        for child, share in zip(own, shares, strict=True):
            weight += np.where(mask[child], share, 0.0)
        mask[own] &= weight <= MOST + 1e-9
    return Imputed(np.where(there | mask, filled, np.nan), mask, error)


def peer_groups(peers: Sequence[tuple[str, tuple[str, ...]]], subjects: Sequence[str]) -> list[int]:
    """By subject, the number of its group; without groups all are in one, outside of them alone."""
    if not peers:
        return [0] * len(subjects)
    numbers = {code: number for number, (_, codes) in enumerate(peers) for code in codes}
    return [numbers.get(code, len(peers) + s) for s, code in enumerate(subjects)]


def _siblings(plan: Plan, indicator: int, z: Floats, there: Bools) -> Floats:
    """The weighted mean of the present siblings."""
    parent = next(one for one in plan.parents if one.row == plan.parent_of[indicator])
    others = [
        (child, share)
        for child, share in zip(parent.children, parent.shares, strict=True)
        if child != indicator
    ]
    if not others:
        return np.full(z.shape[1], np.nan)
    values = [np.where(there[child], z[child], np.nan) for child, _ in others]
    return aggregate("arithmetic", values, [share for _, share in others])


def _peers(z: Floats, published: Bools, groups: Sequence[int]) -> Floats:
    """The median of the *other* published subjects of the same group, at least five."""
    guess = np.full(z.shape, np.nan)
    codes = np.array(groups, dtype=np.int64)
    for group in np.unique(codes):
        members = np.flatnonzero(codes == group)
        known = members[published[members] & ~np.isnan(z[members])]
        ordered = np.sort(z[known])
        if known.size >= FEWEST:
            guess[members] = np.median(ordered)
        for subject in known.tolist():
            others = np.delete(ordered, np.searchsorted(ordered, z[subject]))
            guess[subject] = np.median(others) if others.size >= FEWEST else np.nan
    return guess
