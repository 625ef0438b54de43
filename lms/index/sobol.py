"""Which input moves a figure: first-order and total Sobol' indices with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
#: Bootstrap resamples of rows, and the share of them inside an interval (specification, section 9).
RESAMPLES, LEVEL = 200, 0.90
#: A spread below this share of the values' size is rounding: nothing varies.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Sobol:
    """Sobol' indices of one figure.

    Args:
        first: by input, the share of the figure's variance that the input explains alone.
        total: the share that it has a part in, alone or with others; at least `first` but for
            chance. Both lie in 0 … 1 but for chance.
        first_interval, total_interval: inputs × 2, 90 % bootstrap intervals.
        no_variance: nothing varied, so that all figures are 0.
    """

    first: Floats
    total: Floats
    first_interval: Floats
    total_interval: Floats
    no_variance: bool = False


def sobol_indices(
    function: Callable[[Floats], ArrayLike],
    bounds: Sequence[tuple[float, float]],
    base: int,
    seed: int,
) -> Sobol:
    """Sobol' indices of a function of independent, uniform inputs.

    First order by Saltelli et al. (2010), S_i = mean(y_B (y_ABi − y_A))/V, total by Jansen (1999),
    T_i = mean((y_A − y_ABi)²)/(2V): A and B are independent samples, AB_i is A with input i from B,
    V is the variance over A and B together. The y are centred first, which changes no expectation
    and keeps a large mean from drowning the products.

    Args:
        function: of rows × inputs, returns one finite number a row; called inputs + 2 times.
        bounds: (low, high) of each input.
        base: rows N of a sample; the function sees N(k + 2) rows.
        seed: 0 … 2⁶⁴ − 1; the same seed gives the same samples.

    Raises:
        ValueError: no input, bounds that do not rise, fewer than two rows, a seed out of range, or
            a function that does not return one finite number a row.
    """
    ends = np.asarray(bounds, dtype=float)
    if ends.ndim != 2 or ends.shape[1] != 2 or not np.all(ends[:, 0] < ends[:, 1]):
        raise ValueError("bounds: a pair (low, high) with low < high for each input")
    if base < 2:
        raise ValueError(f"base is {base}; a sample needs two rows or more")
    stream = np.random.Generator(np.random.PCG64(sequence(seed, 0)))
    low, span = ends[:, 0], ends[:, 1] - ends[:, 0]
    a = low + span * stream.random((base, len(ends)))
    b = low + span * stream.random((base, len(ends)))

    def mixed(position: int) -> Floats:
        rows = a.copy()
        rows[:, position] = b[:, position]
        return rows

    told = [_told(function, rows) for rows in (a, b, *map(mixed, range(len(ends))))]
    return estimate(told[0], told[1], np.array(told[2:]), seed)[0]


def sequence(seed: int, key: int) -> np.random.SeedSequence:
    """The seed of a stream: 0 samples, 1 resamples.

    Raises:
        ValueError: the seed is out of range.
    """
    if not 0 <= seed < 2**64:
        raise ValueError(f"the seed is {seed}; it lies from 0 to 2⁶⁴ − 1")
    return np.random.SeedSequence(seed, spawn_key=(key,))


def _told(function: Callable[[Floats], ArrayLike], rows: Floats) -> Floats:
    y = np.asarray(function(rows), dtype=float)
    if y.shape != (len(rows),) or not np.all(np.isfinite(y)):
        raise ValueError("the function returns one finite number for each row")
    return y[:, None]


def estimate(y_a: Floats, y_b: Floats, y_mixed: Floats, seed: int) -> list[Sobol]:
    """The indices of several figures at once, from their values.

    Args:
        y_a, y_b: rows × figures, of the two samples.
        y_mixed: inputs × rows × figures, of A with one input from B.
        seed: of the resamples of rows.
    """
    rows = len(y_a)
    centre = (y_a.mean(axis=0) + y_b.mean(axis=0)) / 2
    a, b = y_a - centre, y_b - centre
    # A resample is how often each row stands in it; the first one is the sample itself.
    picks = np.random.Generator(np.random.PCG64(sequence(seed, 1))).integers(
        0, rows, (RESAMPLES, rows)
    )
    counts = np.array([np.bincount(pick, minlength=rows) for pick in picks], dtype=float)
    shares = np.vstack([np.ones(rows), counts]) / rows

    mean = shares @ ((a + b) / 2)
    variance = shares @ ((a * a + b * b) / 2) - mean * mean
    size = np.maximum(np.abs(y_a).max(axis=0), np.abs(y_b).max(axis=0))
    varies = variance > (ROUNDING * size) ** 2
    divisor = np.where(varies, variance, 1.0)
    first, total = [], []
    for y in y_mixed:
        gain = y - y_a
        first.append(np.where(varies, shares @ (b * gain) / divisor, 0.0))
        total.append(np.where(varies, shares @ (gain * gain) / (2 * divisor), 0.0))
    # inputs × (sample and resamples) × figures
    both = np.array([first, total]).reshape(2, len(y_mixed), RESAMPLES + 1, y_a.shape[1])
    ends = np.quantile(both[:, :, 1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=2)
    return [
        Sobol(
            both[0, :, 0, figure],
            both[1, :, 0, figure],
            ends[:, 0, :, figure].T,
            ends[:, 1, :, figure].T,
            not bool(varies[0, figure]),
        )
        for figure in range(y_a.shape[1])
    ]
