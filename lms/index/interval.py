"""How sure: seeded draws of what was observed and of the method, percentiles and ranks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan, aggregate, evaluate
from lms.index.methodology import Methodology
from lms.index.normalise import Reference, normalise
from lms.index.statistic import BETA, BOOTSTRAP, LOGIT, PLAIN, Cells

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def subject_key(subject: str) -> int:
    """The first eight bytes of SHA-256 of the code: a subject's own stream of random numbers."""
    return int.from_bytes(hashlib.sha256(subject.encode("utf-8")).digest()[:8], "big")


def generator(seed: int, key: int) -> np.random.Generator:
    """The stream of a key under a seed; 0 is the method's."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key,))))


def draw_raw(
    methodology: Methodology, cells: Cells, subject: int, stream: np.random.Generator, draws: int
) -> Floats:
    """Raw values as they might have come out, indicators × draws; NaN where there is none.

    Means within a bounded range are drawn on the logit scale with Student's t, so that no draw
    leaves the range; rates from a Beta; quantiles from their resamples; the rest by t or normal.
    """
    raw = cells.raw[subject]
    drawn = np.repeat(raw[:, None], draws, axis=1)
    for position, indicator in enumerate(methodology.indicators):
        how, x, se = cells.draw[subject, position], raw[position], cells.se[subject, position]
        if how in (PLAIN, LOGIT):
            nu = cells.nu[subject, position]
            t = stream.standard_normal(draws) if np.isinf(nu) else stream.standard_t(nu, draws)
            if se == 0:
                continue
            if how == PLAIN or indicator.span is None:
                drawn[position] = x + t * se
            else:
                m = max(cells.n[subject, position], 2)
                drawn[position] = _logit(x, se, t, indicator.span, int(m))
        elif how == BETA:
            p, n = min(max(x, 0.0), 1.0), cells.effective[subject, position]
            drawn[position] = stream.beta(p * n + 0.5, (1 - p) * n + 0.5, draws)
        elif how == BOOTSTRAP:
            resamples = cells.resamples[subject, position]
            drawn[position] = resamples[stream.integers(0, resamples.size, draws)]
    return drawn


def _logit(x: float, se: float, t: Floats, span: tuple[float, float], m: int) -> Floats:
    low, high = span
    y = (x - low) / (high - low)
    edge = 1 / (2 * (m + 1))
    u = edge if y <= 1e-12 else 1 - edge if y >= 1 - 1e-12 else y
    shifted = np.log(u / (1 - u)) + t * se / (high - low) / (u * (1 - u))
    # exp stays finite: beyond ± 700 the share is 0 or 1 in every digit.
    share = 1 / (1 + np.exp(-np.clip(shifted, -700, 700)))
    return low + (high - low) * share


def sampling_draws(
    methodology: Methodology,
    plan: Plan,
    cells: Cells,
    references: Sequence[Reference],
    found: Bools,
    subject: int,
    stream: np.random.Generator,
    draws: int,
) -> Floats:
    """Values of all rows of the plan, rows × draws."""
    raw = draw_raw(methodology, cells, subject, stream, draws)
    z = np.empty_like(raw)
    for position, indicator in enumerate(methodology.indicators):
        own = float(cells.raw[subject, position])
        z[position] = normalise(indicator, raw[position], references[position], own)
    return evaluate(plan, z, found[:, subject : subject + 1])


def known_rows(plan: Plan, known: Bools, found: Bools) -> Bools:
    """Which rows rest on at least one known error, rows × subjects."""
    told = np.zeros(found.shape, dtype=bool)
    told[: plan.indicators] = known & found[: plan.indicators]
    for parent in plan.parents:
        for child, share in zip(parent.children, parent.shares, strict=True):
            if share > 0:
                told[parent.row] |= told[child]
        told[parent.row] &= found[parent.row]
    return told


@dataclass(frozen=True, slots=True)
class MethodDraws:
    """Other sensible methods, the same for all subjects.

    Args:
        shares: for each parent of the plan, children × draws.
        kinds: aggregations of the index; which: the one of each draw.
    """

    shares: tuple[Floats, ...]
    kinds: tuple[str, ...]
    which: NDArray[np.int64]


def draw_methods(methodology: Methodology, plan: Plan, seed: int, draws: int) -> MethodDraws:
    """Weights from Dirichlet(κ·w) within each parent, aggregation from the alternatives."""
    stream = generator(seed, 0)
    shares = []
    for parent in plan.parents:
        drawn = np.zeros((len(parent.children), draws))
        counted = parent.shares > 0
        alpha = methodology.interval.concentration * parent.shares[counted]
        drawn[counted] = stream.dirichlet(alpha, draws).T
        shares.append(drawn)
    kinds = methodology.interval.aggregates or (methodology.root.aggregate,)
    return MethodDraws(tuple(shares), kinds, stream.integers(0, len(kinds), draws))


def apply_methods(plan: Plan, methods: MethodDraws, z: Floats, found: Bools) -> Floats:
    """The index of one subject under each method: draws, from its indicators and present rows."""
    values = evaluate(plan, z[:, None], found[:, None], methods.shares)
    top = plan.parents[-1]
    children = values[list(top.children)]
    weights = methods.shares[-1]
    power = top.p if top.kind == "power" else 1.0
    by_kind = [
        np.clip(aggregate(kind, children, weights, top.floor, power), 0, 1)
        for kind in methods.kinds
    ]
    return np.choose(methods.which, by_kind)


def ends(values: Floats, level: float) -> Floats:
    """The two percentiles (type 7) that leave (1 − level)/2 outside each, along the last axis."""
    return np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=-1)


def shown_ranks(values: Floats) -> Floats:
    """1 + the number of strictly higher values (within 1e-12); NaN has no rank."""
    there = np.sort(values[~np.isnan(values)])
    higher = there.size - np.searchsorted(there, values + 1e-12, "right")
    return np.where(np.isnan(values), np.nan, 1.0 + higher)


def rank_ends(drawn: Floats, level: float) -> Floats:
    """Percentiles of ranks, rounded outwards: 2 × subjects, from subjects × draws.

    In a draw ties get their mean rank; 1 is the highest value.
    """
    subjects, draws = drawn.shape
    ranks = np.empty((subjects, draws), dtype=np.float32)
    for column in range(draws):
        values = drawn[:, column]
        ordered = np.sort(values)
        below = np.searchsorted(ordered, values, "left")
        upto = np.searchsorted(ordered, values, "right")
        ranks[:, column] = subjects + 0.5 - (below + upto) / 2
    low, high = ends(ranks.astype(np.float64), level)
    return np.array([np.floor(low + 1e-6), np.ceil(high - 1e-6)])
