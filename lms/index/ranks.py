"""Places in the table: as they are, and as they might be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lms.index.interval import ends

Floats = NDArray[np.float64]
#: Draws that are ranked at a time; the result does not depend on it.
BLOCK = 100
#: Values nearer than this are equal.
EQUAL = 1e-12


def shown_ranks(values: Floats) -> Floats:
    """1 + the number of strictly higher values (within 1e-12); NaN has no rank."""
    there = np.sort(values[~np.isnan(values)])
    higher = there.size - np.searchsorted(there, values + EQUAL, "right")
    return np.where(np.isnan(values), np.nan, 1.0 + higher)


def drawn_ranks(drawn: NDArray[np.floating]) -> NDArray[np.float32]:
    """Ranks in each draw, subjects × draws: 1 is the highest value, ties get their mean rank."""
    subjects, draws = drawn.shape
    ranks = np.empty((subjects, draws), dtype=np.float32)
    places = np.arange(subjects)
    for start in range(0, draws, BLOCK):
        block = -np.ascontiguousarray(drawn[:, start : start + BLOCK].T)
        order = np.argsort(block, axis=1)
        held = np.take_along_axis(block, order, 1)
        fresh = np.ones(held.shape, dtype=bool)
        fresh[:, 1:] = held[:, 1:] != held[:, :-1]
        own = np.broadcast_to(places.astype(np.float32), held.shape)
        if not fresh.all():
            # Of a tie: the mean of the first place and the last.
            first = np.maximum.accumulate(np.where(fresh, places, 0), axis=1)
            closing = np.ones(held.shape, dtype=bool)
            closing[:, :-1] = fresh[:, 1:]
            last = np.where(closing, places, subjects)[:, ::-1]
            own = ((first + np.minimum.accumulate(last, axis=1)[:, ::-1]) / 2).astype(np.float32)
        told = np.empty(held.shape, dtype=np.float32)
        np.put_along_axis(told, order, own, 1)
        ranks[:, start : start + BLOCK] = told.T + 1
    return ranks


def rank_ends(drawn: NDArray[np.floating], level: float) -> Floats:
    """Percentiles of ranks, rounded outwards: 2 × subjects, from subjects × draws."""
    low, high = ends(drawn_ranks(drawn), level)
    return np.array([np.floor(low + 1e-6), np.ceil(high - 1e-6)])


def share_above(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """P(s > t): the share of draws in which one is above the other, ties half; NaN without draws."""
    if not one.size or np.isnan(one[0]) or np.isnan(other[0]):
        return float("nan")
    return float(np.mean((one > other) + 0.5 * (one == other)))
