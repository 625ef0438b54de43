"""A raw value onto 0 … 1: fixed goalposts, steps, targets, levels, or relative to the sample."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lms.index.methodology import Indicator

Floats = NDArray[np.float64]
#: What the logarithm of a drawn value at or below 0 is taken from: far below any goalpost.
TINY = 1e-300
#: Sums of squares of larger values may be more than a float holds.
HUGE = 1e150


def transform(kind: str, x: Any) -> Floats:
    """x, its natural logarithm, or its root; values without one count as the smallest there is."""
    values = np.asarray(x, dtype=float)
    if kind == "log":
        return np.log(np.where(values < TINY, TINY, values))
    if kind == "sqrt":
        return np.sqrt(np.where(values < 0, 0.0, values))
    return values


def standard_normal(x: ArrayLike) -> Floats:
    """Φ(x), elementwise."""
    values = np.asarray(x, dtype=float)
    flat = [0.5 * math.erfc(-one / math.sqrt(2)) for one in values.ravel().tolist()]
    return np.array(flat, dtype=float).reshape(values.shape)


def min_max(values: ArrayLike) -> Floats:
    """(x − smallest)/(largest − smallest); 0.5 for all where all are equal."""
    x = np.asarray(values, dtype=float)
    low, high = np.nanmin(x), np.nanmax(x)
    return (x - low) / (high - low) if high > low else np.where(np.isnan(x), np.nan, 0.5)


def z_score(values: ArrayLike) -> Floats:
    """(x − mean)/sd with the sample's sd (n − 1); 0 for all where there is no spread."""
    x = np.asarray(values, dtype=float)
    there = x[~np.isnan(x)]
    spread = float(np.std(there, ddof=1)) if there.size > 1 else 0.0
    return (x - np.mean(there)) / spread if spread > 0 else x * 0.0


def mean_rank(values: ArrayLike) -> Floats:
    """Ranks from 1 for the smallest; equal values get their mean rank."""
    x = np.asarray(values, dtype=float)
    ordered = np.sort(x[~np.isnan(x)])
    below = np.searchsorted(ordered, x, "left")
    upto = np.searchsorted(ordered, x, "right")
    return np.where(np.isnan(x), np.nan, (below + upto + 1) / 2)


def share_of_best(values: ArrayLike) -> Floats:
    """x over the largest x."""
    x = np.asarray(values, dtype=float)
    return x / np.nanmax(x)


@dataclass(frozen=True, slots=True)
class Reference:
    """Figures of the sample, transformed, that a relative method needs.

    Args:
        ordered: the present subjects' values, rising.
        mean, sd: of the same; sd with n − 1, 0 for fewer than two.
    """

    ordered: Floats
    mean: float = 0.0
    sd: float = 0.0

    @property
    def no_spread(self) -> bool:
        """Whether the sample tells no two subjects apart."""
        return self.ordered.size < 2 or not self.ordered[-1] > self.ordered[0]


def reference_of(indicator: Indicator, raw: Floats) -> Reference:
    """The reference figures of a column of raw values; NaN is left out."""
    if not indicator.normalise.relative:
        return Reference(np.empty(0))
    ordered = np.sort(transform(indicator.transform, raw[~np.isnan(raw)]))
    # In units of a power of two where squares would overflow; otherwise of 1, which moves no bit.
    largest = float(np.max(np.abs(ordered), initial=0.0))
    unit = 2.0 ** (math.frexp(largest)[1] - 1) if largest > HUGE else 1.0
    told = (ordered / unit).tolist()
    mean = math.fsum(told) / len(told) if told else 0.0
    squares = math.fsum((one - mean) ** 2 for one in told)
    sd = math.sqrt(squares / (len(told) - 1)) if len(told) > 1 else 0.0
    return Reference(ordered, mean * unit, sd * unit)


def normalise(
    indicator: Indicator, x: ArrayLike, reference: Reference, own: float | None = None
) -> Floats:
    """Raw values onto 0 … 1, NaN staying NaN.

    Args:
        x: raw values in the indicator's unit, any shape.
        reference: of the sample; fixed methods do not look at it.
        own: the subject's own raw value in the sample, for `rank`; None: each x is its own.
    """
    how = indicator.normalise
    raw = np.asarray(x, dtype=float)
    value = transform(indicator.transform, raw)
    if how.method == "levels":
        return np.clip(value, 0.0, 1.0)
    if how.method == "steps":
        places = transform(indicator.transform, [point[0] for point in how.points])
        return np.where(
            np.isnan(value), np.nan, np.interp(value, places, [point[1] for point in how.points])
        )
    if how.method == "target":
        target = float(transform(indicator.transform, how.target))
        if how.direction == "up":
            return np.clip(value / target, 0.0, 1.0)
        safe = np.where(value > 0, value, target)
        return np.where(np.isnan(value), np.nan, np.clip(target / safe, 0.0, 1.0))
    if how.method == "goalposts":
        low, high = (float(transform(indicator.transform, end)) for end in (how.low, how.high))
        up = np.clip((value - low) / (high - low), 0.0, 1.0)
    elif reference.no_spread:
        up = np.where(np.isnan(value), np.nan, 0.5)
    elif how.method == "minmax":
        low, high = float(reference.ordered[0]), float(reference.ordered[-1])
        up = np.clip((value - low) / (high - low), 0.0, 1.0)
    elif how.method == "zscore":
        up = standard_normal((value - reference.mean) / reference.sd)
    else:
        up = _rank(value, reference.ordered, transform(indicator.transform, own), own is None)
    return 1.0 - up if how.direction == "down" else up


def _rank(value: Floats, ordered: Floats, own: Floats, each: bool) -> Floats:
    """(r − 1)/(n − 1): the share of the *other* subjects below, ties half."""
    self_value = value if each else own
    below = np.searchsorted(ordered, value, "left") - (self_value < value)
    upto = np.searchsorted(ordered, value, "right") - (self_value <= value)
    share = (below + upto) / (2.0 * (ordered.size - 1))
    return np.where(np.isnan(value), np.nan, np.clip(share, 0.0, 1.0))


def slope(indicator: Indicator, x: ArrayLike, reference: Reference) -> Floats:
    """dz/dx, for the error that is shown beside a normalised value; 0 where z is clipped.

    NaN for `rank`, which has no derivative, and where x is NaN.
    """
    how = indicator.normalise
    raw = np.asarray(x, dtype=float)
    value = transform(indicator.transform, raw)
    inner = np.ones_like(raw)
    if indicator.transform == "log":
        inner = 1 / np.maximum(raw, TINY)
    elif indicator.transform == "sqrt":
        inner = 0.5 / np.sqrt(np.maximum(raw, TINY))
    sign = -1.0 if how.direction == "down" else 1.0
    if how.method == "rank":
        return np.full(raw.shape, np.nan)
    if how.method == "levels":
        told = np.ones_like(raw)
    elif how.method == "steps":
        places = transform(indicator.transform, [point[0] for point in how.points])
        heights = np.diff([point[1] for point in how.points]) / np.diff(places)
        at = np.searchsorted(places, value, "right") - 1
        inside = (value >= places[0]) & (value <= places[-1])
        told = np.where(inside, heights[np.clip(at, 0, heights.size - 1)], 0.0)
    elif how.method == "target":
        target = float(transform(indicator.transform, how.target))
        safe = np.where(value > 0, value, target)
        told = np.where(value < target, 1 / target, 0.0)
        if how.direction == "down":
            told = np.where(value > target, -target / safe**2, 0.0)
    elif how.method != "goalposts" and reference.no_spread:
        told = np.zeros_like(raw)
    elif how.method == "zscore":
        far = (value - reference.mean) / reference.sd
        told = sign * np.exp(-(far**2) / 2) / math.sqrt(2 * math.pi) / reference.sd
    else:
        if how.method == "goalposts":
            low, high = (float(transform(indicator.transform, end)) for end in (how.low, how.high))
        else:
            low, high = float(reference.ordered[0]), float(reference.ordered[-1])
        told = np.where((value >= low) & (value <= high), sign / (high - low), 0.0)
    return np.where(np.isnan(raw), np.nan, told * inner)


def outside(indicator: Indicator, x: Floats) -> NDArray[np.bool_]:
    """Whether values lie outside the goalposts, so that they are clipped."""
    how = indicator.normalise
    if how.method != "goalposts":
        return np.zeros(np.shape(x), dtype=bool)
    return (x < how.low) | (x > how.high)


def faulty(indicator: Indicator, x: float) -> str:
    """Why this raw value has no place on the scale; empty where it has one."""
    how = indicator.normalise
    if math.isinf(x):
        return "its figures come to more than a number can hold"
    if indicator.transform == "log" and x <= 0:
        return "a value at or below 0 has no logarithm"
    if indicator.transform == "sqrt" and x < 0:
        return "a value below 0 has no root"
    moved = float(transform(indicator.transform, x))
    if how.method == "target" and (moved < 0 or (how.direction == "down" and moved == 0)):
        what = "a value" if indicator.transform == "none" else f"a {indicator.transform} of a value"
        return f"{what} below 0 (or 0 where less is better) cannot be held against a target"
    return ""
