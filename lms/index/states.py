"""A subject's index 'what if': other indicators present, other values, other figures of the sample."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan, evaluate, presence
from lms.index.figures import weighed_plan
from lms.index.methodology import Indicator, Methodology
from lms.index.normalise import Reference, faulty, normalise, reference_of
from lms.index.result import Result
from lms.index.treatment import Treatment, treatment_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures of the subjects of a run, by indicator: treatment first, then normalisation."""

    treatments: tuple[Treatment, ...]
    references: tuple[Reference, ...]


def sample_of(methodology: Methodology, raw: Floats, se: Floats) -> Sample:
    """The figures of raw values and their errors, subjects × indicators, NaN where not observed."""
    treatments, references = [], []
    for i, one in enumerate(methodology.indicators):
        treatment, used = Treatment(), raw[:, i]
        if looks_at_others(one):
            treatment = treatment_of(one, raw[:, i], se[:, i])
            used = treatment.used(raw[:, i], se[:, i])
        treatments.append(treatment)
        references.append(reference_of(one, used))
    return Sample(tuple(treatments), tuple(references))


def looks_at_others(indicator: Indicator) -> bool:
    """Whether other subjects move an indicator's normalised value."""
    how = indicator.shrinkage != "none" or indicator.outliers.method != "none"
    return how or indicator.normalise.relative


def observed(run: Result, values: Floats) -> Floats:
    """A table of a run, subjects × indicators, NaN where the indicator was not observed."""
    return np.where(run.observed, values, np.nan)


def reaching(plan: Plan, found: Bools) -> Bools:
    """Indicators that exist with all that is above them, × columns, from rows that exist."""
    told = found.copy()
    for parent in reversed(plan.parents):
        for child in parent.children:
            told[child] &= told[parent.row]
    return told[: plan.indicators]


@dataclass(frozen=True, slots=True)
class Data:
    """What a run knows of one subject, by the indicators of a methodology.

    Args:
        z: in 0 … 1 by the figures of that run's sample, with what was filled in; NaN where missing.
        raw, se: NaN where not observed.
        plan: the methodology's tree with the weights that the run gives it.
    """

    z: Floats
    raw: Floats
    se: Floats
    plan: Plan

    @classmethod
    def of(cls, run: Result, subject: str) -> Data:
        """Under the run's own methodology."""
        s = run.subjects.index(subject)
        raw, se = observed(run, run.raw)[s], observed(run, run.se)[s]
        return cls(run.indicators[s], raw, se, run.plan)

    @classmethod
    def mapped(cls, run: Result, methodology: Methodology, subject: str) -> Data:
        """Under another methodology, from the raw values that the run computed.

        An indicator is the same if its key and unit are. Coverage is judged anew; nothing is filled
        in.
        """
        places = {(one.key, one.unit): i for i, one in enumerate(run.methodology.indicators)}
        shape = len(run.subjects), len(methodology.indicators)
        raw, se = np.full(shape, np.nan), np.full(shape, np.nan)
        for i, one in enumerate(methodology.indicators):
            place = places.get((one.key, one.unit))
            if place is not None:
                least = 0.0 if one.unobserved == "zero" else one.min_coverage
                enough = run.indicator_coverage[:, place] >= least - 1e-12
                raw[:, i] = np.where(enough, run.raw[:, place], np.nan)
                se[:, i] = np.where(enough, run.se[:, place], np.nan)
        sample = sample_of(methodology, raw, se)
        z = np.full(shape, np.nan)
        for i, one in enumerate(methodology.indicators):
            used = sample.treatments[i].used(raw[:, i], se[:, i])
            placed = [np.isnan(x) or not faulty(one, x) for x in raw[:, i].tolist()]
            z[:, i] = np.where(placed, normalise(one, used, sample.references[i]), np.nan)
        s = run.subjects.index(subject)
        plan = weighed_plan(methodology, z.T, ~np.isnan(z.T))
        return cls(z[s], raw[s], se[s], plan)


class States:
    """A run's methodology, weights and sample, ready to be asked for indices of other states.

    Thresholds of presence act on the states that the runs found, never on those in between.
    """

    def __init__(self, run: Result) -> None:
        self.methodology = run.methodology
        self.indicators = run.methodology.indicators
        self.plan: Plan = run.plan
        self.used = dict(zip(run.subjects, run.used, strict=True))
        self.sample = sample_of(run.methodology, observed(run, run.raw), observed(run, run.se))

    def effective(self, there: Bools) -> Bools:
        """Indicators that reach the index: they and all above them exist.

        Where the index would not exist, all that are there.

        Args:
            there: indicators, or indicators × columns.
        """
        table = there if there.ndim == 2 else there[:, None]
        found = presence(self.plan, table)
        told = np.where(found[-1], reaching(self.plan, found), table)
        return told if there.ndim == 2 else told[:, 0]

    def on_scale(self, subject: str, indicator: int, x: float, se: float) -> float:
        """A raw value of a subject in 0 … 1, by the figures of the sample; NaN stays NaN."""
        one, treatment = self.indicators[indicator], self.sample.treatments[indicator]
        value = treatment.used(np.asarray(x), np.asarray(se))
        # Ranks are counted among the others, without the value that the subject itself has there.
        own = float(self.used[subject][indicator]) if subject in self.used else np.nan
        return float(normalise(one, value, self.sample.references[indicator], own))

    def on_scales(self, subject: str, data: Data) -> Floats:
        """A subject's data by the figures of this sample; what was filled in stays as it is."""
        z = data.z.copy()
        for i, one in enumerate(self.indicators):
            if looks_at_others(one) and not np.isnan(data.raw[i]):
                z[i] = self.on_scale(subject, i, data.raw[i], data.se[i])
        return z

    @property
    def looks_at_others(self) -> bool:
        """Whether other subjects have a part in a subject's index."""
        entropy = any(parent.entropy for parent in self.plan.parents)
        return entropy or any(map(looks_at_others, self.indicators))

    def rows(self, z: Floats, shares: Sequence[Floats] | None = None) -> Floats:
        """All rows of the plan from columns of normalised indicators, NaN being absent.

        No threshold of presence acts.
        """
        found = presence(self.plan, ~np.isnan(z), strict=False)
        return evaluate(self.plan, z, found, shares)

    def index(self, z: Floats) -> float:
        """The index of one column."""
        return float(self.rows(z[:, None])[-1, 0])

    def with_plan(self, plan: Plan) -> States:
        """The same with other weights, or other ways to aggregate."""
        other = copy(self)
        other.plan = plan
        return other

    def with_arithmetic(self) -> States:
        """The same with the arithmetic mean wherever the methodology takes the geometric one."""
        parents = [
            replace(one, kind="arithmetic") if one.kind == "geometric" else one
            for one in self.plan.parents
        ]
        return self.with_plan(replace(self.plan, parents=tuple(parents)))

    def earlier(self, run: Result, subject: str) -> Floats:
        """Another run's values of a subject on this run's scale, NaN where missing."""
        if run.methodology == self.methodology:
            return self.on_scales(subject, Data.of(run, subject))
        return self.on_scales(subject, Data.mapped(run, self.methodology, subject))
