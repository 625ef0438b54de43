"""The draws of a stored run made again, of those subjects alone that somebody asks about."""

from __future__ import annotations

import numpy as np

from lms.index.aggregate import Solo, presence
from lms.index.figures import Figures
from lms.index.flags import Flag
from lms.index.imputation import Imputed
from lms.index.interval import Sampler, generator, subject_key
from lms.index.ranks import share_above
from lms.index.result import Result
from lms.index.states import observed, sample_of
from lms.index.statistic import BOOTSTRAP, PLAIN, Cells


def probability_above(run: Result, one: str, other: str) -> float:
    """P(one > other) of a stored run: the share of its sampling draws in which one stands higher, ties half.

    A subject's draws depend on the seed and on its code alone, so that only these two are drawn: the
    number is that of `Result.probability_above` after computing the run anew, bit for bit. Two
    exceptions: medians and p90 are drawn as x + T·se, since a stored run keeps no resamples; and a
    run that keeps fewer subjects than it had must not use figures of the sample (relative methods,
    shrinkage, outliers, entropy weights, peers), which would be those of the few.

    NaN where one of them has no value.

    Raises:
        ValueError: the run was computed without draws.
        KeyError: it does not list a subject.
    """
    if not run.draws:
        raise ValueError("the run was computed without draws")
    figures = kept_figures(run)
    sampler = Sampler(figures)
    places = {code: place for place, code in enumerate(run.subjects)}
    drawn = []
    for code in (one, other):
        s = places[code]
        if np.isnan(run.values[s]):
            return float("nan")
        stream = generator(run.seed, subject_key(code))
        rows = Solo(figures.plan, figures.found[:, s]).rows(
            sampler.normalised(s, stream, run.draws), run.draws
        )
        # As a run keeps them.
        drawn.append(rows[-1].astype(np.float32))
    return share_above(*drawn)


def kept_figures(run: Result) -> Figures:
    """The figures that a run was drawn from, as far as it keeps them: without resamples."""
    shape = run.raw.shape
    nothing = np.full(shape, np.nan)
    sample = sample_of(run.methodology, observed(run, run.raw), observed(run, run.se))
    filled = (run.indicator_flags & Flag.IMPUTED) != 0
    error = np.where(filled, run.normalised_se, 0.0).max(axis=0, initial=0.0)
    z = run.indicators.T
    plan = run.plan
    cells = Cells(
        raw=run.raw,
        se=run.se,
        n=run.n,
        m=run.m,
        population=nothing,
        nu=run.nu,
        effective=run.effective,
        draw=np.where(run.drawn_as == BOOTSTRAP, PLAIN, run.drawn_as),
        flags=run.indicator_flags,
        weight=nothing,
        fresh=nothing,
        independent=nothing,
        verified=nothing,
    )
    return Figures(
        methodology=run.methodology,
        plan=plan,
        cells=cells,
        subjects=list(run.subjects),
        share=run.indicator_coverage,
        there=run.observed,
        shrunk=run.shrunk,
        shrunk_se=run.shrunk_se,
        used=run.used,
        treatments=list(sample.treatments),
        references=list(sample.references),
        imputed=Imputed(z, filled.T, error),
        found=presence(plan, ~np.isnan(z)),
        values=np.full((plan.rows, shape[0]), np.nan),
        bounds=run.bounds,
        equal=frozenset(),
    )
