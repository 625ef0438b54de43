"""Subjects compared in pairs, indicator by indicator, without adding up values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Subjects compared with all others at a time: a block's arrays stay in the processor's cache.
BLOCK = 64
#: A margin below this share of the whole weight is a tie: sums of weights carry rounding.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Outranking:
    """Comparisons in pairs (Handbook on Constructing Composite Indicators, 6.12).

    Args:
        matrix: row s, column t: the weight of the indicators in which s is better, ties half.
        copeland: number beaten minus number that beat it.
        borda: weighted sum of the numbers of subjects below, ties half: the matrix's row sums.
    """

    matrix: tuple[tuple[float, ...], ...]
    copeland: tuple[int, ...]
    borda: tuple[float, ...]


def outranking(matrix: ArrayLike, weights: ArrayLike) -> Outranking:
    """Outranking matrix, Copeland and Borda scores; more is better, NaN is missing.

    Where an indicator is missing for one of a pair, the pair is compared on the others, and their
    weights are raised so that every pair has the whole weight; with none in common, half each.

    Args:
        matrix: subjects × indicators.
        weights: one an indicator, at least 0; they need not sum to 1.

    Raises:
        ValueError: shapes that do not fit, or no weight above 0.
    """
    values = np.asarray(matrix, dtype=float)
    shares = np.asarray(weights, dtype=float)
    fits = values.ndim == 2 and shares.shape == values.shape[1:]
    if not fits or np.any(shares < 0) or not shares.sum() > 0:
        raise ValueError("subjects × indicators, and a weight from 0 for each indicator")
    whole = float(shares.sum())
    table = _compared(values, shares, whole)
    beats = _beats(table, whole)
    copeland = beats.sum(axis=1) - beats.sum(axis=0)
    return Outranking(
        tuple(map(tuple, table.tolist())),
        tuple(map(int, copeland)),
        tuple(map(float, table.sum(axis=1))),
    )


def cycles(compared: Outranking) -> tuple[tuple[int, ...], ...]:
    """Groups in which each beats another that, along a chain, beats it: no order fits them.

    Positions of subjects, rising within a group; groups by their first member; empty where the
    comparisons in pairs contradict nothing (Condorcet's paradox, Handbook 6.12). They are named,
    not resolved.
    """
    table = np.array(compared.matrix, dtype=float).reshape(len(compared.copeland), -1)
    pair = table + table.T
    beats = _beats(table, float(pair.max(initial=0.0)))
    # Kosaraju (Sharir 1981): in the order in which a search leaves them, whoever reaches back over
    # turned arrows belongs together.
    left = _order(beats)
    unseen = np.ones(len(table), dtype=bool)
    found = []
    for start in reversed(left):
        if unseen[start]:
            group = _reached(beats.T, start, unseen)
            if len(group) > 1:
                found.append(tuple(sorted(group)))
    return tuple(sorted(found))


def _compared(values: Floats, shares: Floats, whole: float) -> Floats:
    subjects, indicators = values.shape
    columns = np.ascontiguousarray(values.T)
    there = ~np.isnan(columns)
    complete = bool(there.all())
    table = np.zeros((subjects, subjects))
    for start in range(0, subjects, BLOCK):
        rows = slice(start, min(start + BLOCK, subjects))
        block = table[rows]
        # Indicators are added one after the other: the bits do not depend on the blocks.
        held = np.zeros(() if complete else block.shape)
        for position in range(indicators):
            own, all_ = columns[position, rows, None], columns[position]
            # Better counts twice and level once, so that half the weight is one product; what is
            # missing compares as neither.
            points = (own > all_).view(np.int8) + (own >= all_).view(np.int8)
            block += points * (shares[position] / 2)
            if not complete:
                held += (there[position, rows, None] & there[position]) * shares[position]
        if not complete:
            some = held > 0
            block[:] = np.where(some, block / np.where(some, held, 1.0) * whole, whole / 2)
    np.fill_diagonal(table, 0.0)
    return table


def _beats(table: Floats, whole: float) -> Bools:
    return table - table.T > TIE * whole


def _order(beats: Bools) -> list[int]:
    """All subjects in the order in which a search in depth leaves them."""
    unseen = np.ones(len(beats), dtype=bool)
    left: list[int] = []
    for start in range(len(beats)):
        if not unseen[start]:
            continue
        unseen[start] = False
        path = [start]
        while path:
            following = beats[path[-1]] & unseen
            at = int(following.argmax())
            if following[at]:
                unseen[at] = False
                path.append(at)
            else:
                left.append(path.pop())
    return left


def _reached(beats: Bools, start: int, unseen: Bools) -> list[int]:
    """Whom a chain from the start reaches among the unseen, who are seen after it."""
    unseen[start] = False
    found, waiting = [start], [start]
    while waiting:
        following = np.flatnonzero(beats[waiting.pop()] & unseen).tolist()
        unseen[following] = False
        found += following
        waiting += following
    return found
