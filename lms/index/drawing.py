"""All draws of a run, subject by subject: intervals, bands, and the index of each draw."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Solo
from lms.index.bands import Banded, Bander
from lms.index.figures import Figures
from lms.index.interval import Methods, Sampler, draw_methods, ends, generator, subject_key

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Called between chunks with how many subjects are done, and of how many. What it raises stops the
#: run.
Progress = Callable[[int, int], None]
#: Subjects between two calls; the result does not depend on it.
CHUNK = 50


@dataclass(slots=True)
class Drawn:
    """What draws say. Rows are those of the plan.

    Args:
        low, high: rows × subjects, percentiles of the sampling draws, widened to hold the value;
            NaN for indicators, and where no error is known. widened: where they were.
        method_low, method_high: by subject, widened alike.
        index, method: subjects × draws, the index of each draw, for ranks; NaN where there is none.
        banded: by subject.
    """

    low: Floats
    high: Floats
    widened: Bools
    method_low: Floats
    method_high: Floats
    index: NDArray[np.float32]
    method: NDArray[np.float32]
    banded: list[Banded]


def draw_all(
    figures: Figures, seed: int, draws: int, workers: int = 1, progress: Progress | None = None
) -> Drawn:
    """Draw for every subject. A subject's draws depend on the seed and on its code alone."""
    methodology, plan = figures.methodology, figures.plan
    count = len(figures.subjects)
    shape = (plan.rows, count)
    drawn = Drawn(
        low=np.full(shape, np.nan),
        high=np.full(shape, np.nan),
        widened=np.zeros(shape, dtype=bool),
        method_low=np.full(count, np.nan),
        method_high=np.full(count, np.nan),
        index=np.full((count, draws), np.nan, dtype=np.float32),
        method=np.full((count, draws), np.nan, dtype=np.float32),
        banded=[Banded()] * count,
    )
    bander = Bander(methodology, plan)
    if not draws:
        for s in range(count):
            drawn.banded[s] = bander.band(figures.values[:, s])
        return drawn
    sampler = Sampler(figures)
    methods = Methods(figures, draw_methods(methodology, plan, seed, draws))
    known = sampler.known()
    upper = slice(plan.indicators, plan.rows)
    level = methodology.interval.level

    def one(s: int) -> None:
        values = figures.values[:, s]
        solo = Solo(plan, figures.found[:, s])
        if not solo.steps:
            return
        stream = generator(seed, subject_key(figures.subjects[s]))
        rows = solo.rows(sampler.normalised(s, stream, draws), draws)
        told = known[upper, s]
        low, high = ends(rows[upper], level)
        drawn.low[upper, s] = np.where(told, np.minimum(low, values[upper]), np.nan)
        drawn.high[upper, s] = np.where(told, np.maximum(high, values[upper]), np.nan)
        # Rounding of the last digit is no edge.
        beyond = (low > values[upper] + 1e-12) | (high < values[upper] - 1e-12)
        drawn.widened[upper, s] = told & beyond
        if np.isnan(values[-1]):
            return
        drawn.index[s] = rows[-1]
        drawn.banded[s] = bander.band(values, rows if known[-1, s] else None)
        method = methods.index(s, solo)
        drawn.method[s] = method
        inner = ends(method, level)
        drawn.method_low[s] = np.minimum(inner[0], values[-1])
        drawn.method_high[s] = np.maximum(inner[1], values[-1])

    def some(start: int) -> None:
        for s in range(start, min(start + CHUNK, count)):
            one(s)

    done = 0
    with closing(_each(some, range(0, count, CHUNK), workers)) as chunks:
        for _ in chunks:
            done = min(done + CHUNK, count)
            if progress is not None:
                progress(done, count)
    return drawn


def _each(work: Callable[[int], None], starts: range, workers: int) -> Generator[None, None, None]:
    """Work on each start, in order; yield after each that is done."""
    if workers == 1:
        for start in starts:
            work(start)
            yield
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(work, starts)
    finally:
        # Somebody stopped the run: what has not begun is dropped.
        pool.shutdown(cancel_futures=True)
