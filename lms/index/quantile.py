"""Weighted quantiles, and what they might have been: resamples over groups (Efron & Tibshirani 1993)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RESAMPLES = 200
#: Numbers held at a time; the result does not depend on it.
CHUNK = 1 << 20


def weighted_quantile(values: ArrayLike, weights: ArrayLike, share: float) -> float:
    """Quantile of weighted values; with equal weights the linear rule (type 7).

    Values sorted, C_1 = 0, C_k = Σ_{j=2..k} (w_{j−1} + w_j)/2, linear between (C_k/C_m, x_k).
    """
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    return float(weighted_quantiles(x[None, :], w[None, :], share)[0])


def weighted_quantiles(values: Floats, weights: Floats, share: float) -> Floats:
    """`weighted_quantile` of each row of values × weights above 0."""
    x, w = _sorted(values, weights)
    once = np.ones((1, x.shape[1]), dtype=np.int64)
    step = max(1, CHUNK // x.shape[1])
    parts = [
        _of_multiples(x[start : start + step], w[start : start + step], once, share)[:, 0]
        for start in range(0, len(x), step)
    ]
    return np.concatenate(parts)


def resampled_quantiles(values: Floats, weights: Floats, share: float, seed: int) -> Floats:
    """Quantiles of `RESAMPLES` samples of each row's groups, drawn with replacement.

    Args:
        values, weights: rows × groups, two groups or more.
        seed: the same seed and number of groups give the same picks (of the sorted groups).

    Returns:
        Rows × resamples.
    """
    x, w = _sorted(values, weights)
    rows, size = x.shape
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(1,))))
    found = np.empty((rows, RESAMPLES))
    some = max(1, min(RESAMPLES, CHUNK // size))
    for first in range(0, RESAMPLES, some):
        count = min(some, RESAMPLES - first)
        picks = np.array([stream.integers(0, size, size) for _ in range(count)])
        flat = (picks + np.arange(count)[:, None] * size).ravel()
        often = np.bincount(flat, minlength=count * size).reshape(count, size)
        step = max(1, CHUNK // (count * size))
        for start in range(0, rows, step):
            own = slice(start, start + step)
            found[own, first : first + count] = _of_multiples(x[own], w[own], often, share)
    return found


def _sorted(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(values, axis=1, kind="stable")
    return np.take_along_axis(values, order, 1), np.take_along_axis(weights, order, 1)


def _of_multiples(x: Floats, w: Floats, often: Ints, share: float) -> Floats:
    """Weighted quantiles of samples in which each sorted value stands so often: rows × samples.

    Copies of value j stand from S_{j−1} + w_j/2 to S_j − w_j/2 on the line of cumulated weight S,
    and the quantile is linear from one value's last copy to the next value's first.
    """
    size = x.shape[1]
    there = often > 0
    held = often * w[:, None, :]
    upto = np.cumsum(held, axis=2)
    half = w[:, None, :] / 2
    samples = np.arange(len(often))
    first, last = there.argmax(axis=1), size - 1 - there[:, ::-1].argmax(axis=1)
    whole = upto[:, :, -1] - half[:, 0, first] - half[:, 0, last]
    target = share * whole + half[:, 0, first]
    begun = there & (upto - held + half <= target[:, :, None])
    at = np.maximum(size - 1 - begun[:, :, ::-1].argmax(axis=2), first)
    # Rounding may begin none: then the first stands.
    at = np.where(begun.any(axis=2), at, first)
    following = _following(there)[samples, at]
    rows = np.arange(len(x))[:, None]
    start = upto[rows, samples, at] - half[rows, 0, at]
    gap = half[rows, 0, at] + half[rows, 0, following]
    part = np.clip((target - start) / gap, 0.0, 1.0)
    low, high = x[rows, at], x[rows, following]
    return np.where(part > 0, low + (high - low) * part, low)


def _following(there: NDArray[np.bool_]) -> Ints:
    """By sample and value, the next value that is there; the last is followed by itself."""
    size = there.shape[1]
    places = np.where(there, np.arange(size), size)
    after = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1]
    moved = np.concatenate([after[:, 1:], np.full((len(there), 1), size)], axis=1)
    return np.where(moved < size, moved, np.arange(size))
