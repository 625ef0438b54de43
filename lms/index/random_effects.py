"""How much of the spread between subjects is more than chance (DerSimonian & Laird 1986)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """A random-effects summary.

    Args:
        mean, se: the weighted mean μ and its error.
        tau2: variance between subjects, at least 0, in the square of the unit.
        q: Cochran's Q.
        shrunk: λx + (1 − λ)μ with λ = τ²/(τ² + variance), in the order given.
    """

    mean: float
    se: float
    tau2: float
    q: float
    shrunk: tuple[float, ...]


def random_effects(values: ArrayLike, variances: ArrayLike) -> RandomEffects:
    """The method-of-moments estimate of DerSimonian & Laird (1986).

    Args:
        values: one estimate a subject.
        variances: squares of their standard errors, above 0.

    Raises:
        ValueError: nothing given, unequal lengths, or a variance that is not above 0.
    """
    x = np.asarray(values, dtype=float)
    v = np.asarray(variances, dtype=float)
    if x.ndim != 1 or not x.size or x.shape != v.shape or not np.all(v > 0):
        raise ValueError("values and as many variances above 0 are needed")
    w = 1 / v
    fixed = float(np.sum(w * x) / np.sum(w))
    q = float(np.sum(w * (x - fixed) ** 2))
    spread = float(np.sum(w) - np.sum(w**2) / np.sum(w))
    tau2 = max(0.0, (q - (x.size - 1)) / spread) if x.size > 1 else 0.0
    weights = 1 / (v + tau2)
    mean = float(np.sum(weights * x) / np.sum(weights))
    part = tau2 / (tau2 + v)
    shrunk = tuple(map(float, part * x + (1 - part) * mean))
    return RandomEffects(mean, float(1 / np.sqrt(np.sum(weights))), tau2, q, shrunk)
