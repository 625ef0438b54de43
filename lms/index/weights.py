"""Weights of siblings: from comparisons in pairs (AHP), experts' points, or the spread of values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
#: Mean consistency index of random matrices for n = 1 … 10 (Saaty 1980).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)


@dataclass(frozen=True, slots=True)
class AhpResult:
    """What comparisons in pairs say.

    Args:
        weights: sum 1, in the order of the matrix.
        lambda_max: the principal eigenvalue, at least the number of siblings.
        consistency_index: (lambda_max − n)/(n − 1); 0 for n ≤ 2.
        consistency_ratio: the index over that of random matrices; above 0.10 the judgements conflict.
        worst: at most three (row, column, |ln(a·w_column/w_row)|), largest deviation first.
    """

    weights: tuple[float, ...]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    worst: tuple[tuple[int, int, float], ...]


def ahp_weights(matrix: ArrayLike) -> AhpResult:
    """Weights by the principal right eigenvector of a positive reciprocal matrix (Saaty 1980).

    Raises:
        ValueError: not square, not positive, not reciprocal within 1e-6, or more than ten siblings.
    """
    judgements = np.asarray(matrix, dtype=float)
    if judgements.ndim != 2 or judgements.shape[0] != judgements.shape[1] or not judgements.size:
        raise ValueError("comparisons form a square matrix")
    size = judgements.shape[0]
    if size > len(RANDOM_INDEX):
        raise ValueError("more than ten siblings: group them")
    if not np.all(np.isfinite(judgements)) or np.any(judgements <= 0):
        raise ValueError("comparisons are positive numbers")
    if np.any(np.abs(judgements * judgements.T - 1) > 1e-6):
        raise ValueError("comparisons are reciprocal: a_ji = 1/a_ij, and 1 on the diagonal")
    values, vectors = np.linalg.eig(judgements)
    principal = int(np.argmax(values.real))
    vector = np.abs(vectors[:, principal].real)
    weights = vector / vector.sum()
    lambda_max = float(values[principal].real)
    if size <= 2:
        lambda_max, index, ratio = float(size), 0.0, 0.0
    else:
        index = (lambda_max - size) / (size - 1)
        ratio = index / RANDOM_INDEX[size - 1]
    deviation = np.abs(np.log(judgements * weights[None, :] / weights[:, None]))
    pairs = [(i, j, float(deviation[i, j])) for i in range(size) for j in range(i + 1, size)]
    pairs.sort(key=lambda pair: -pair[2])
    return AhpResult(tuple(map(float, weights)), lambda_max, index, ratio, tuple(pairs[:3]))


def reciprocal_matrix(triangle: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """The whole matrix from the rows of its upper triangle (without the diagonal).

    Raises:
        ValueError: the rows do not shrink by one, or an entry is not positive.
    """
    size = len(triangle) + 1
    matrix = np.ones((size, size))
    for i, row in enumerate(triangle):
        if len(row) != size - 1 - i:
            raise ValueError(f"row {i + 1} of the comparisons needs {size - 1 - i} entries")
        for j, entry in enumerate(row, start=i + 1):
            if not entry > 0:
                raise ValueError("comparisons are positive numbers")
            matrix[i, j], matrix[j, i] = entry, 1 / entry
    return matrix


def joined_experts(matrices: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """One matrix of several experts': the geometric mean of each entry."""
    return np.exp(np.mean([np.log(matrix) for matrix in matrices], axis=0))


def _points(points: ArrayLike) -> Floats:
    table = np.asarray(points, dtype=float)
    right = table.ndim == 2 and table.size and bool(np.all(np.isfinite(table) & (table >= 0)))
    if not right or np.any(np.abs(table.sum(axis=1) - 100) > 0.01):
        raise ValueError("each expert gives 100 points in all, none negative")
    return table


def budget_weights(points: ArrayLike) -> tuple[float, ...]:
    """Mean share of points, experts × siblings; each expert gives 100 in all (± 0.01).

    Raises:
        ValueError: a row has negative points or does not sum to 100.
    """
    shares = _points(points).mean(axis=0)
    return tuple(map(float, shares / shares.sum()))


def budget_spread(points: ArrayLike) -> tuple[float, ...]:
    """Standard deviation (n − 1) of each sibling's share across experts; of one expert, none."""
    table = _points(points) / 100
    return tuple(map(float, table.std(axis=0, ddof=1))) if len(table) > 1 else ()


def budget_concentration(points: ArrayLike) -> float | None:
    """κ of a Dirichlet distribution whose spread is that of the experts, within 5 … 1000.

    The variance of a share w is w(1 − w)/(κ + 1): κ is the mean over siblings of w(1 − w)/variance,
    minus 1. None for one expert or one sibling; 1000 where a weight is the same with all.
    """
    table = _points(points) / 100
    if min(table.shape) < 2:
        return None
    weights, variances = table.mean(axis=0), table.var(axis=0, ddof=1)
    if not np.all(variances > 0):
        return 1000.0
    return float(np.clip(np.mean(weights * (1 - weights) / variances) - 1, 5, 1000))


def entropy_weights(values: ArrayLike) -> tuple[tuple[float, ...], bool]:
    """Weights by how much the children tell subjects apart (Handbook 6; Shannon's entropy).

    With p = z/Σz over the n subjects that have the child, e = −Σ p ln p / ln n (0·ln 0 = 0), the
    weight goes with 1 − e. A child that is 0 for everybody, or that fewer than two have, tells
    nobody apart. For study: the weights depend on who is in the table.

    Args:
        values: subjects × children, at least 0, NaN where missing.

    Returns:
        Weights that sum to 1, and whether they are equal because no child tells anybody apart.
    """
    table = np.asarray(values, dtype=float)
    told = [_told_apart(column[~np.isnan(column)]) for column in table.T]
    whole = math.fsum(told)
    if whole <= 0:
        return tuple(1 / len(told) for _ in told), True
    return tuple(one / whole for one in told), False


def _told_apart(values: Floats) -> float:
    total = math.fsum(values.tolist())
    if values.size < 2 or total <= 0:
        return 0.0
    shares = [one / total for one in sorted(values.tolist())]
    entropy = -math.fsum(one * math.log(one) for one in shares if one > 0) / math.log(values.size)
    # Equal shares leave a rest of rounding.
    return 1 - entropy if 1 - entropy > 1e-12 else 0.0
