"""A run's figures before any draw: what is there, normalised, filled in, weighed and aggregated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lms.index import coverage
from lms.index.aggregate import Plan, evaluate, floors, plan_of, presence, reweighted
from lms.index.flags import Flag
from lms.index.imputation import Imputed, impute
from lms.index.methodology import Indicator, Methodology, Normalise
from lms.index.normalise import Reference, faulty, normalise, outside, reference_of, slope
from lms.index.statistic import Cells
from lms.index.treatment import Treatment, reliability, treatment_of
from lms.index.weights import entropy_weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Figures:
    """What a run finds without draws. Rows are those of the plan; columns of it are subjects.

    Args:
        subjects: their codes.
        share: coverage, subjects × indicators. there: which indicators were observed well enough.
        shrunk, shrunk_se, used: subjects × indicators: raw values after shrinkage, with their
            errors, and what was normalised; NaN where shrinkage did nothing.
        treatments, references: by indicator, figures of the sample; draws do not move them.
        imputed: normalised values, indicators × subjects, with what was filled in.
        found: which rows exist. values: rows × subjects.
        bounds: subjects × 2: the index if all that is missing were 0, and if it were 1.
        equal: rows of parents whose weights by entropy tell no child from another.
    """

    methodology: Methodology
    plan: Plan
    cells: Cells
    subjects: list[str]
    share: Floats
    there: Bools
    shrunk: Floats
    shrunk_se: Floats
    used: Floats
    treatments: list[Treatment]
    references: list[Reference]
    imputed: Imputed
    found: Bools
    values: Floats
    bounds: Floats
    equal: frozenset[int]

    @property
    def z(self) -> Floats:
        """Normalised indicators, indicators × subjects, with what was filled in."""
        return self.imputed.z


def figures_of(
    methodology: Methodology, cells: Cells, subjects: list[str], last: Floats | None = None
) -> Figures:
    """The figures of raw values; marks what is odd on the cells.

    Args:
        last: subjects × indicators, raw values of what expired last, for ``impute: last``.
    """
    indicators = methodology.indicators
    share, there = coverage.observed_share(methodology, cells)
    treatments, references = [], []
    shape = cells.raw.shape
    shrunk, shrunk_se, used = (np.full(shape, np.nan) for _ in range(3))
    z = np.full(shape[::-1], np.nan)
    for i, one in enumerate(indicators):
        raw, se = (np.where(there[:, i], table[:, i], np.nan) for table in (cells.raw, cells.se))
        treatments.append(treatment_of(one, raw, se))
        shrunk[:, i], shrunk_se[:, i] = treatments[i].shrunk(raw, se)
        used[:, i] = treatments[i].used(raw, se)
        references.append(reference_of(one, used[:, i]))
        z[i] = normalise(one, used[:, i], references[i])
    plan, equal = _weighed(plan_of(methodology), z, there.T)
    published = presence(plan, there.T)[-1]
    aged = _aged(methodology, treatments, references, last)
    imputed = impute(methodology, plan, z, there.T, aged, subjects, published)
    found = presence(plan, there.T | imputed.mask)
    values = evaluate(plan, imputed.z, found)
    everything = np.ones((plan.rows, 1), dtype=bool)
    ends = [evaluate(plan, np.where(there.T, z, end), everything)[-1] for end in (0.0, 1.0)]
    figures = Figures(
        methodology=methodology,
        plan=plan,
        cells=cells,
        subjects=subjects,
        share=share,
        there=there,
        shrunk=shrunk,
        shrunk_se=shrunk_se,
        used=used,
        treatments=treatments,
        references=references,
        imputed=imputed,
        found=found,
        values=values,
        bounds=np.array(ends).T.reshape(shape[0], 2),
        equal=equal,
    )
    _mark(figures)
    return figures


def _weighed(plan: Plan, z: Floats, there: Bools) -> tuple[Plan, frozenset[int]]:
    """The plan with weights by entropy, children before parents; and parents that they cannot tell."""
    equal = set()
    for parent in plan.parents:
        if parent.entropy:
            values = evaluate(plan, z, presence(plan, there))[list(parent.children)]
            shares, same = entropy_weights(values.T)
            plan = reweighted(plan, {parent.row: np.array(shares)})
            equal |= {parent.row} if same else set()
    return plan, frozenset(equal)


def weighed_plan(methodology: Methodology, z: Floats, there: Bools) -> Plan:
    """The plan of a methodology with the weights that a run's observed indicators give it.

    Args:
        z, there: indicators × subjects, and which were observed (not filled in).
    """
    return _weighed(plan_of(methodology), z, there)[0]


def _aged(
    methodology: Methodology,
    treatments: list[Treatment],
    references: list[Reference],
    last: Floats | None,
) -> Floats:
    """What expired last, normalised by the figures of what is present: indicators × subjects."""
    if last is None:
        return np.empty((0, 0))
    aged = np.full(last.shape[::-1], np.nan)
    for i, one in enumerate(methodology.indicators):
        if one.impute == "last":
            placed = [np.isnan(x) or not faulty(one, x) for x in last[:, i].tolist()]
            raw = treatments[i].used(last[:, i], np.full(last.shape[0], np.nan))
            aged[i] = np.where(placed, normalise(one, raw, references[i], np.nan), np.nan)
    return aged


def _mark(figures: Figures) -> None:
    cells, there = figures.cells, figures.there
    flags = cells.flags
    flags |= floored(figures.plan, figures.values)[: figures.plan.indicators].T
    flags |= np.where(there & np.isnan(cells.se), Flag.UNKNOWN_ERROR, 0)
    flags |= np.where(figures.imputed.mask.T, Flag.IMPUTED, 0)
    flags |= np.where(~np.isnan(figures.shrunk), Flag.SHRUNK, 0)
    base = np.where(np.isnan(figures.shrunk), cells.raw, figures.shrunk)
    flags |= np.where(there & (figures.used != base), Flag.TREATED, 0)
    for i, one in enumerate(figures.methodology.indicators):
        beyond = there[:, i] & outside(one, figures.used[:, i])
        flags[:, i] |= np.where(beyond, Flag.CLIPPED, 0)
        whole = figures.treatments[i].flags
        if one.normalise.relative and figures.references[i].no_spread:
            whole |= Flag.NO_SPREAD
        flags[:, i] |= np.where(there[:, i], whole, 0)


def floored(plan: Plan, values: Floats) -> Ints:
    """The flag `floored`, rows × subjects: children that a parent's floor lifts."""
    marks = np.zeros(values.shape, dtype=np.int64)
    for parent in plan.parents:
        if floors(parent.kind, parent.p):
            for child, share in zip(parent.children, parent.shares, strict=True):
                if share > 0:
                    # NaN is below nothing.
                    marks[child] |= np.where(values[child] < parent.floor, Flag.FLOORED, 0)
    return marks


def reliabilities(figures: Figures) -> Floats:
    """ρ of each subject's raw value, subjects × indicators."""
    cells, there = figures.cells, figures.there
    columns = [
        reliability(
            np.where(there[:, i], cells.raw[:, i], np.nan),
            np.where(there[:, i], cells.se[:, i], np.nan),
        )
        for i in range(figures.plan.indicators)
    ]
    return np.array(columns).T.reshape(cells.raw.shape)


def propagated(figures: Figures) -> Floats:
    """|dz/dx|·se, subjects × indicators, for display: the draws do it properly.

    What was filled in has the error of its rule; NaN where there is no derivative.
    """
    told = np.full(figures.there.shape, np.nan)
    for i, one in enumerate(figures.methodology.indicators):
        error = np.where(np.isnan(figures.shrunk_se[:, i]), figures.cells.se[:, i],
                         figures.shrunk_se[:, i])  # fmt: skip
        told[:, i] = np.abs(slope(one, figures.used[:, i], figures.references[i])) * error
    filled = np.broadcast_to(figures.imputed.error, told.shape)
    return np.where(figures.imputed.mask.T, filled, told)


def other_scales(figures: Figures, methods: tuple[str, ...]) -> Floats:
    """Indicators normalised by other methods, methods × indicators × subjects.

    A relative method takes the place of goalposts, a target or another relative one, in the same
    direction. A fixed one has its figures in the file of the indicator that uses it, so that it
    stands for the indicator's own; steps and levels are declared value by value and stay. What was
    filled in stays as it is.
    """
    told = np.repeat(figures.z[None], len(methods), axis=0)
    for number, method in enumerate(methods):
        for i, one in enumerate(figures.methodology.indicators):
            other = on_other_scale(one, method)
            if other is not None:
                reference = reference_of(other, figures.used[:, i])
                z = normalise(other, figures.used[:, i], reference)
                told[number, i] = np.where(figures.imputed.mask[i], figures.z[i], z)
    return told


def on_other_scale(indicator: Indicator, method: str) -> Indicator | None:
    """The indicator normalised by another method; None where that does not stand for its own."""
    own = indicator.normalise
    other = Normalise(method=method, direction=own.direction)
    if method == own.method or not other.relative or own.method in ("steps", "levels"):
        return None
    return replace(indicator, normalise=other)
