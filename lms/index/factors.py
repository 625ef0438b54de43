"""Which choices and which data move the index: Sobol' indices of its whole making."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Parent, aggregate, evaluate, presence
from lms.index.compute import gather
from lms.index.drawing import CHUNK, Progress
from lms.index.figures import Figures, on_other_scale
from lms.index.interval import MethodDraws, Sampler, draw_methods, generator, subject_key
from lms.index.methodology import Indicator, Methodology
from lms.index.normalise import Reference, normalise, reference_of
from lms.index.observations import Observation, Problem
from lms.index.ranks import drawn_ranks
from lms.index.sobol import Sobol, estimate
from lms.index.states import reaching
from lms.index.statistic import NO_DRAW

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: The stream of which indicator is left out; 0 is the method's, 1 that of resampled quantiles.
INCLUSION_STREAM = 2


@dataclass(frozen=True, slots=True)
class Factor:
    """An input of the index, which may be many numbers that are drawn together.

    Args:
        kind: weights (of a parent's children), aggregation, normalisation, inclusion (all, or one
            indicator left out) or data (of a dimension's indicators).
        key: of the dimension; of the methodology for the weights of the index; else empty.
    """

    kind: str
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """Which factor moves the index, by how much.

    Args:
        factors: those that vary, in the order of the indices.
        subjects: published ones, sorted; values: their index as the run has it.
        indices: by subject, of its value.
        rank_shift: of the mean absolute rank shift, R̄ = Σ|rank − drawn rank|/M (Handbook, 7).
        mean_rank_shift: R̄ itself, averaged over the samples; NaN without subjects.
        problems: faulty observations; unless the methodology leaves them out, nothing was done.
    """

    factors: tuple[Factor, ...]
    subjects: tuple[str, ...]
    values: Floats
    indices: tuple[Sobol, ...]
    rank_shift: Sobol
    mean_rank_shift: float
    base: int
    seed: int
    problems: tuple[Problem, ...] = ()

    def of(self, subject: str) -> Sobol:
        """The indices of a subject's value.

        Raises:
            KeyError: the subject has no value.
        """
        if subject not in self.subjects:
            raise KeyError(f"{subject!r} has no index, so that nothing moves it")
        return self.indices[self.subjects.index(subject)]

    def to_mapping(self) -> dict[str, Any]:
        """The figures as plain values for JSON."""
        figures = dict(zip(self.subjects, self.indices, strict=True))
        return {
            "base": self.base,
            "seed": self.seed,
            "factors": [{"kind": one.kind, "key": one.key} for one in self.factors],
            "mean_rank_shift": None if np.isnan(self.mean_rank_shift) else self.mean_rank_shift,
            "rank_shift": _plain(self.rank_shift),
            "subjects": [{"subject": name, **_plain(one)} for name, one in figures.items()],
            "problems": [
                {"id": one.id, "code": one.code, "message": one.message} for one in self.problems
            ],
        }


def _plain(sobol: Sobol) -> dict[str, Any]:
    names = ("first", "total", "first_interval", "total_interval")
    told = {name: getattr(sobol, name).tolist() for name in names}
    return told | {"no_variance": sobol.no_variance}


def sensitivity(
    methodology: Methodology,
    observations: Iterable[Observation] | Mapping[str, Sequence[Any]],
    as_of: date,
    base: int = 1024,
    seed: int | None = None,
    populations: Mapping[tuple[str, str], float] | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Sobol' indices of every subject's value, and of the mean absolute rank shift (section 9).

    Factors are the weights of each parent with two weighted children or more, aggregation and
    normalisation where the methodology lists alternatives, inclusion (all indicators or one left
    out, each as probable), and the data of each dimension that holds indicators with a known error.
    Draws are those of the two intervals. What is left out is no longer part of the methodology: the
    weights of the rest are raised, and no threshold of presence acts anew. A subject of which
    nothing would be left keeps all.

    Args:
        base: rows N of a sample, at least 2; the index is computed N(k + 2) times for k factors.
        seed: 0 … 2⁶⁴ − 1; None takes it from the hashes of methodology and evidence, as in a run.
        progress: called between chunks of subjects with (done, of how many). What it raises stops
            the work and comes out here.

    Raises:
        ValueError: base or seed out of range, or columns that do not fit.
    """
    if base < 2 or (seed is not None and not 0 <= seed < 2**64):
        raise ValueError("a base of two rows or more, and a seed from 0 to 2⁶⁴ − 1 are needed")
    gathered = gather(methodology, observations, as_of, populations, seed)
    seed, figures = gathered.evidence.seed, gathered.figures
    published = np.flatnonzero(~np.isnan(figures.values[-1]))
    design = _Design(figures, base, seed)
    blocks = len(design.factors) + 2
    told = np.empty((published.size, blocks * base))
    for start in range(0, published.size, CHUNK):
        for place in range(start, min(start + CHUNK, published.size)):
            told[place] = design.index(int(published[place]))
        if progress is not None:
            progress(min(start + CHUNK, published.size), published.size)
    shift = np.zeros(blocks * base)
    if published.size:
        reference = drawn_ranks(figures.values[-1, published][:, None])
        shift = np.abs(drawn_ranks(told) - reference).mean(axis=0)
    y = np.vstack([told, shift]).reshape(-1, blocks, base).transpose(1, 2, 0)
    found = estimate(y[0], y[1], y[2:], seed)
    return Sensitivity(
        tuple(design.factors),
        tuple(figures.subjects[s] for s in published.tolist()),
        figures.values[-1, published],
        tuple(found[:-1]),
        found[-1],
        float(shift[: 2 * base].mean()) if published.size else np.nan,
        base,
        seed,
        tuple(gathered.problems),
    )


class _Design:
    """The samples A and B of all factors; columns stand for A, B, and A with one factor from B."""

    def __init__(self, figures: Figures, base: int, seed: int) -> None:
        methodology, plan = figures.methodology, figures.plan
        self.figures, self.plan, self.base, self.seed = figures, plan, base, seed
        self.sampler = Sampler(figures)
        methods = draw_methods(methodology, plan, seed, 2 * base)
        self.kinds = methods.kinds
        self.scales = [_Scale(figures, method) for method in methods.scales]
        #: What is left out, by number: nothing first.
        self.left_out = [None, *np.flatnonzero(plan.weight[: plan.indicators] > 0).tolist()]
        stream = generator(seed, INCLUSION_STREAM)
        without = stream.integers(0, len(self.left_out), 2 * base)

        held = [
            (parent, [child for child in parent.children if child < plan.indicators])
            for parent in plan.parents
        ]
        varied = [(one, rows) for one, rows in held if self.sampler.drawn[:, rows].any()]
        self.factors = self._named(methods, [parent for parent, _ in varied])
        picks = _Picks(base, self.factors)
        names = self._names()
        self.size = base * (len(self.factors) + 2)
        self.shares = [
            drawn[:, picks.of("weights", names[parent.row])]
            for parent, drawn in zip(plan.parents, methods.shares, strict=True)
        ]
        self.which = methods.which[picks.of("aggregation")]
        scale = methods.scale
        self.scale = None if scale is None else scale[picks.of("normalisation")]
        left = without[picks.of("inclusion")]
        #: Indicators × columns: which are part of the methodology.
        self.within = np.ones((plan.indicators, self.size), dtype=bool)
        for number, row in enumerate(self.left_out[1:], start=1):
            self.within[row] = left != number
        #: Rows of indicators with the columns of their data.
        self.data = [(rows, picks.of("data", names[parent.row])) for parent, rows in varied]
        drawn_rows = {row for rows, _ in self.data for row in rows}
        self.still = [row for row in range(plan.indicators) if row not in drawn_rows]

    def _names(self) -> dict[int, str]:
        """Keys of the parents by row."""
        dimensions = (one.key for one in self.figures.methodology.dimensions)
        names = dict(zip(self.plan.dimension_rows, dimensions, strict=True))
        return names | {self.plan.rows - 1: self.figures.methodology.key}

    def _named(self, methods: MethodDraws, varied: Sequence[Parent]) -> list[Factor]:
        names = self._names()
        several = [one for one in self.plan.parents if (one.shares > 0).sum() > 1]
        found = [Factor("weights", names[one.row]) for one in several]
        if len(set(methods.kinds)) > 1:
            found.append(Factor("aggregation"))
        if len(set(methods.scales)) > 1:
            found.append(Factor("normalisation"))
        if len(self.left_out) > 2:
            found.append(Factor("inclusion"))
        return found + [Factor("data", names[one.row]) for one in varied]

    def index(self, subject: int) -> Floats:
        """The index of a published subject in all columns: blocks A, B, then one for each factor."""
        z = self._columns(subject)
        plan, found = self.plan, self.figures.found[:, subject : subject + 1]
        own = reaching(plan, found)
        there = own & self.within
        left = presence(plan, there, strict=False)
        if not left[-1].all():
            left = presence(plan, np.where(left[-1], there, own), strict=False)
        values = evaluate(plan, z, left, self.shares)
        top = plan.parents[-1]
        if self.kinds == (top.kind,):
            return np.asarray(values[-1])
        children = values[list(top.children)]
        power = top.p if top.kind == "power" else 1.0
        by_kind = [
            np.clip(aggregate(kind, children, self.shares[-1], top.floor, power), 0.0, 1.0)
            for kind in self.kinds
        ]
        return np.choose(self.which, by_kind)

    def _columns(self, subject: int) -> Floats:
        """Normalised indicators in all columns."""
        stream = generator(self.seed, subject_key(self.figures.subjects[subject]))
        raw = self.sampler.raw(subject, stream, 2 * self.base)
        own = self.sampler.scaled(subject, raw.copy(), stream)
        z = np.empty((self.plan.indicators, self.size))
        if self.scale is None:
            self._place(own, z, slice(None))
            return z
        drawn = self.sampler.how[subject] != NO_DRAW
        for number, scale in enumerate(self.scales):
            table = scale.of(subject, raw, drawn, own)
            self._place(table, z, np.flatnonzero(self.scale == number))
        return z

    def _place(self, table: Floats, z: Floats, columns: Any) -> None:
        for rows, pick in self.data:
            for row in rows:
                z[row, columns] = table[row, pick[columns]]
        for row in self.still:
            z[row, columns] = table[row, 0]


class _Picks:
    """Which row of a sample each column takes: 0 … base − 1 is A, the rest B."""

    def __init__(self, base: int, factors: Sequence[Factor]) -> None:
        self.base, self.factors = base, factors

    def of(self, kind: str, key: str = "") -> Ints:
        """Of a factor; what is none of the factors does not vary and takes A throughout."""
        blocks = np.zeros(len(self.factors) + 2, dtype=np.int64)
        factor = Factor(kind, key)
        if factor in self.factors:
            blocks[[1, 2 + self.factors.index(factor)]] = self.base
        return (blocks[:, None] + np.arange(self.base)).ravel()


class _Scale:
    """Indicators normalised by another method, where that stands for their own."""

    def __init__(self, figures: Figures, method: str) -> None:
        self.figures = figures
        self.others: dict[int, tuple[Indicator, Reference]] = {}
        for i, one in enumerate(figures.methodology.indicators):
            other = on_other_scale(one, method)
            if other is not None:
                self.others[i] = other, reference_of(other, figures.used[:, i])

    def of(self, subject: int, raw: Floats, drawn: Bools, own: Floats) -> Floats:
        """Indicators × draws, from raw draws where something is drawn, and the file's own scale."""
        figures, told = self.figures, own.copy()
        for i, (other, reference) in self.others.items():
            used = float(figures.used[subject, i])
            if figures.there[subject, i]:
                limits = figures.treatments[i]
                kept = np.clip(raw[i], limits.lowest, limits.highest) if drawn[i] else used
                told[i] = normalise(other, kept, reference, used)
        return told
