"""Subjects compared in pairs, indicator by indicator, without adding up values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


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
    subjects = values.shape[0]
    table = np.zeros((subjects, subjects))
    whole = shares.sum()
    for s in range(subjects):
        both = ~np.isnan(values[s]) & ~np.isnan(values)
        better = np.where(both, (values[s] > values) + 0.5 * (values[s] == values), 0.0) @ shares
        held = both @ shares
        table[s] = np.where(held > 0, better / np.where(held > 0, held, 1.0) * whole, whole / 2)
        table[s, s] = 0.0
    margin = table - table.T
    copeland = (margin > 1e-9 * whole).sum(axis=1) - (margin < -1e-9 * whole).sum(axis=1)
    return Outranking(
        tuple(tuple(map(float, row)) for row in table),
        tuple(map(int, copeland)),
        tuple(map(float, table.sum(axis=1))),
    )
