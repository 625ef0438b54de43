"""Methodology + observations + seed → Result, with the hashes that make it repeatable."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index import coverage
from lms.index.checking import check
from lms.index.drawing import Drawn, Progress, draw_all
from lms.index.evidence import double_counting, evidence_hash, repeated
from lms.index.figures import Figures, figures_of, floored, propagated, reliabilities
from lms.index.flags import Flag
from lms.index.methodology import Methodology
from lms.index.normalise import faulty
from lms.index.observations import EPOCH, Columns, Observation, Problem
from lms.index.outranking import cycles, outranking
from lms.index.ranks import rank_ends, shown_ranks
from lms.index.result import ALGORITHM, Result
from lms.index.statistic import NO_DRAW, Cells, summarise

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def compute(
    methodology: Methodology,
    observations: Iterable[Observation] | Mapping[str, Sequence[Any]],
    as_of: date,
    populations: Mapping[tuple[str, str], float] | None = None,
    draws: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Result:
    """The index of every subject as of a day.

    Args:
        observations: `Observation`s, or a mapping of equally long columns with their names.
        populations: expected number of groups by (subject, indicator); absent is unknown. Subjects
            named here are listed although nothing was observed of them.
        draws: for the intervals; None takes the methodology's, 0 makes none.
        seed: 0 … 2⁶⁴ − 1; None takes it from the hashes of methodology and evidence.
        workers: threads; the result does not depend on it.
        progress: called between chunks of subjects with (done, of how many). What it raises stops
            the run and comes out here.

    Returns:
        The run. Faulty observations are in `problems`; unless the methodology leaves them out,
        there are no subjects then.

    Raises:
        ValueError: draws, seed or workers out of range, or columns that do not fit.
    """
    draws = methodology.interval.draws if draws is None else draws
    if draws < 0 or workers < 1 or (seed is not None and not 0 <= seed < 2**64):
        raise ValueError("draws ≥ 0, workers ≥ 1, and a seed from 0 to 2⁶⁴ − 1 are needed")
    gathered = gather(methodology, observations, as_of, populations, seed)
    drawn = draw_all(gathered.figures, gathered.evidence.seed, draws, workers, progress)
    run = _Run(methodology, gathered.evidence, gathered.figures, drawn, draws)
    return run.result(gathered.day, gathered.problems)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a run rests on before any draw."""

    day: date
    evidence: _Evidence
    figures: Figures
    problems: list[Problem]


def gather(
    methodology: Methodology,
    observations: Iterable[Observation] | Mapping[str, Sequence[Any]],
    as_of: date,
    populations: Mapping[tuple[str, str], float] | None = None,
    seed: int | None = None,
) -> Gathered:
    """What `compute` draws from, by the same arguments."""
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    populations, problems = _populations(methodology, populations or {})
    columns, found = check(methodology, observations, day, {subject for subject, _ in populations})
    problems += found
    evidence = _evidence(methodology, columns, day, populations, seed)
    # Looked for among faulty observations as well: all that is wrong is told at once.
    found = _without_place(methodology, evidence)
    if methodology.faulty_observations == "refuse" and (problems or found):
        empty = _evidence(methodology, _nothing(methodology, day), day, {}, evidence.seed)
        empty.hash = evidence.hash
        evidence = empty
    coverage.mark_missing(evidence.cells, evidence.used.marks)
    coverage.trust(methodology, evidence.used, evidence.cells)
    subjects = evidence.used.rows.subjects
    figures = figures_of(methodology, evidence.cells, subjects, evidence.last)
    return Gathered(day, evidence, figures, problems + found)


def _populations(
    methodology: Methodology, given: Mapping[tuple[str, str], float]
) -> tuple[dict[tuple[str, str], float], list[Problem]]:
    known = {one.key for one in methodology.indicators}
    taken, problems = {}, []
    for (subject, indicator), number in sorted(given.items()):
        size = float(number) if isinstance(number, int | float | np.number) else math.nan
        if not subject:
            message = f"population of {subject}, {indicator}: a subject is needed"
            problems.append(Problem("", "subject", message))
        elif indicator not in known:
            message = f"population of {subject}: no indicator {indicator!r}"
            problems.append(Problem("", "unknown-indicator", message))
        elif not math.isfinite(size) or size < 0:
            message = f"population of {subject}, {indicator}: no number from 0: {number!r}"
            problems.append(Problem("", "population", message))
        else:
            taken[subject, indicator] = size
    return taken, problems


@dataclass(slots=True)
class _Evidence:
    """What counts of the observations, and what it comes to.

    Args:
        aged: expired observations that ``impute: last`` takes; last: their raw values.
    """

    used: coverage.Used
    aged: Columns
    cells: Cells
    last: Floats | None
    hash: str
    seed: int


def _nothing(methodology: Methodology, day: date) -> Columns:
    return check(methodology, [], day)[0]


def _evidence(
    methodology: Methodology,
    columns: Columns,
    day: date,
    populations: Mapping[tuple[str, str], float],
    seed: int | None,
) -> _Evidence:
    today = day.toordinal() - EPOCH
    used = coverage.still_valid(methodology, columns, today)
    aged = coverage.lately_expired(methodology, columns, today)
    keys = [one.key for one in methodology.indicators]
    # What was filled in from is evidence that was used, as well.
    told = evidence_hash((used.rows, aged), keys, populations)
    if seed is None:
        both = bytes.fromhex(methodology.hash) + bytes.fromhex(told)
        seed = int.from_bytes(hashlib.sha256(both).digest()[:8], "big")
    cells = summarise(methodology, used.rows, used.decayed, populations, seed)
    last = None
    if any(one.impute == "last" for one in methodology.indicators):
        last = summarise(methodology, aged, aged.weight, {}, seed).raw
    return _Evidence(used, aged, cells, last, told, seed)


def _without_place(methodology: Methodology, evidence: _Evidence) -> list[Problem]:
    """Raw values that have no place on their scale: a problem each, and missing."""
    rows, cells = evidence.used.rows, evidence.cells
    problems = []
    for position, indicator in enumerate(methodology.indicators):
        doubted = ~np.isnan(cells.raw[:, position])
        if indicator.transform == "none" and indicator.normalise.method != "target":
            doubted = np.isinf(cells.raw[:, position])
        for subject in np.flatnonzero(doubted):
            why = faulty(indicator, float(cells.raw[subject, position]))
            if why:
                mine = (rows.subject == subject) & (rows.indicator == position)
                first = np.flatnonzero(mine)
                name = rows.ids[first[0]] if first.size else ""
                message = f"{rows.subjects[subject]}, {indicator.key}: {why}"
                problems.append(Problem(name, "out-of-range", message))
                cells.raw[subject, position] = cells.se[subject, position] = np.nan
                cells.draw[subject, position] = NO_DRAW
                cells.flags[subject, position] |= Flag.OUT_OF_RANGE
    return problems


@dataclass(slots=True)
class _Run:
    methodology: Methodology
    evidence: _Evidence
    figures: Figures
    drawn: Drawn
    draws: int

    def result(self, day: date, problems: list[Problem]) -> Result:
        methodology, figures, drawn = self.methodology, self.figures, self.drawn
        cells, plan, there = figures.cells, figures.plan, figures.there
        values = figures.values
        rows = list(plan.dimension_rows)
        covered = coverage.upwards(plan, figures.share, there)
        trusted = {
            name: coverage.weighted_trust(plan, getattr(cells, name), cells, there)
            for name in ("fresh", "independent", "verified")
        }
        flags, banded = self._bands(covered[-1], trusted["independent"])
        marks = floored(plan, values) | np.where(drawn.widened, Flag.AT_EDGE, 0)
        for row in figures.equal:
            marks[row] |= Flag.EQUAL_WEIGHTS
        missing = coverage.missing_reasons(cells.flags, there)
        reasons = [
            coverage.reasons_of(methodology, plan, figures.found, missing[s], s) + banded[s].why
            for s in range(values.shape[1])
        ]
        base = np.where(np.isnan(figures.shrunk), cells.raw, figures.shrunk)
        copeland, circles = self._copeland()
        names, weights = self._behind()
        return Result(
            methodology=methodology,
            as_of=day,
            evidence_hash=self.evidence.hash,
            seed=self.evidence.seed,
            draws=self.draws,
            algorithm=ALGORITHM,
            numpy=np.__version__,
            subjects=tuple(figures.subjects),
            values=values[-1],
            low=drawn.low[-1],
            high=drawn.high[-1],
            method_low=drawn.method_low,
            method_high=drawn.method_high,
            bounds=figures.bounds,
            **self._ranks(),
            band=tuple(one.band for one in banded),
            band_probability=np.array([one.probability for one in banded], dtype=float),
            band_between=tuple(one.between for one in banded),
            coverage=covered[-1],
            **trusted,
            flags=flags | marks[-1],
            reasons=tuple(reasons),
            dimensions=values[rows].T,
            dimension_low=drawn.low[rows].T,
            dimension_high=drawn.high[rows].T,
            dimension_coverage=covered[rows].T,
            dimension_flags=marks[rows].T,
            indicators=figures.z.T,
            raw=cells.raw,
            se=cells.se,
            n=cells.n,
            indicator_coverage=figures.share,
            reliability=reliabilities(figures),
            indicator_flags=cells.flags,
            shrunk=figures.shrunk,
            shrunk_se=figures.shrunk_se,
            treated=np.where(there & (figures.used != base), figures.used, np.nan),
            normalised_se=propagated(figures),
            m=cells.m,
            nu=cells.nu,
            effective=cells.effective,
            drawn_as=cells.draw,
            missing=missing,
            observations=names,
            observation_weights=weights,
            copeland=copeland,
            cycles=circles,
            unknown_error=tuple(
                one.key
                for i, one in enumerate(methodology.indicators)
                if (cells.flags[:, i] & Flag.UNKNOWN_ERROR).any()
            ),
            problems=tuple(problems),
            warnings=tuple(self._warnings()),
            left_out={**self.evidence.used.left_out, "faulty": len(problems)},
            index_draws=drawn.index,
        )

    def _bands(self, covered: Floats, independent: Floats) -> tuple[NDArray[np.int64], list[Any]]:
        """Flags of the subjects, and their bands where evidence is enough for one."""
        method, bounds = self.methodology, self.figures.bounds
        published = ~np.isnan(self.figures.values[-1])
        thin = covered < method.min_coverage_for_band - 1e-9
        alone = independent < method.min_independent - 1e-9
        flags = np.zeros(published.size, dtype=np.int64)
        flags |= np.where(thin, Flag.LOW_COVERAGE, 0) | np.where(alone, Flag.LOW_INDEPENDENT, 0)
        if method.bands:
            starts = [band.start for band in method.bands]
            places = np.searchsorted(starts, bounds + 1e-12, "right")
            open_ = published & (places[:, 0] != places[:, 1])
            flags |= np.where(open_, Flag.BAND_OPEN, 0)
        banded = []
        for s, one in enumerate(self.drawn.banded):
            flags[s] |= Flag.GUARDED if one.guarded else 0
            banded.append(type(one)() if thin[s] or alone[s] else one)
        return flags, banded

    def _ranks(self) -> dict[str, Floats]:
        values = self.figures.values[-1]
        ranks = shown_ranks(values)
        told = {"rank": ranks}
        there = np.flatnonzero(~np.isnan(values))
        for name, table in (("rank", self.drawn.index), ("rank_method", self.drawn.method)):
            low, high = np.full((2, values.size), np.nan)
            if self.draws and there.size:
                inner = rank_ends(table[there], self.methodology.interval.level)
                low[there] = np.minimum(inner[0], ranks[there])
                high[there] = np.maximum(inner[1], ranks[there])
            told[f"{name}_low"], told[f"{name}_high"] = low, high
        return told

    def _copeland(self) -> tuple[Floats, tuple[tuple[str, ...], ...]]:
        """Copeland scores of the published subjects by their indicators, and circles among them."""
        figures = self.figures
        scores = np.full(len(figures.subjects), np.nan)
        there = np.flatnonzero(~np.isnan(figures.values[-1]))
        if self.methodology.ranking != "copeland" or not there.size:
            return scores, ()
        found = outranking(figures.z[:, there].T, figures.plan.weight[: figures.plan.indicators])
        scores[there] = np.array(found.copeland) / max(1, there.size - 1)
        codes = [figures.subjects[s] for s in there.tolist()]
        return scores, tuple(tuple(codes[place] for place in one) for one in cycles(found))

    def _behind(self) -> tuple[Any, Any]:
        """Ids of what stands behind each subject and indicator, sorted, and their weights."""
        used, aged = self.evidence.used, self.evidence.aged
        shape = self.figures.there.shape
        names: list[list[tuple[str, ...]]] = [[()] * shape[1] for _ in range(shape[0])]
        weights: list[list[tuple[float, ...]]] = [[()] * shape[1] for _ in range(shape[0])]
        for rows, decayed in ((used.rows, used.decayed), (aged, aged.weight)):
            cell = rows.subject * shape[1] + rows.indicator
            edges = [*np.flatnonzero(np.diff(cell, prepend=-1)).tolist(), len(rows)]
            own = decayed.tolist()
            for start, end in itertools.pairwise(edges):
                s, i = divmod(int(cell[start]), shape[1])
                filled = self.figures.imputed.mask[i, s]
                if rows is aged and not filled:
                    continue
                both = sorted(zip(rows.ids[start:end], own[start:end], strict=True))
                names[s][i] = tuple([one for one, _ in both])
                weights[s][i] = tuple([weight for _, weight in both])
        return tuple(map(tuple, names)), tuple(map(tuple, weights))

    def _warnings(self) -> list[Problem]:
        rows, cells = self.evidence.used.rows, self.figures.cells
        keys = [one.key for one in self.methodology.indicators]
        found = [Problem("", one.code, one.message) for one in self.methodology.warnings]
        plan = self.figures.plan
        for parent in plan.parents:
            heavy = np.flatnonzero(parent.shares > 0.5 + 1e-12)
            if parent.entropy and len(parent.children) > 1 and heavy.size:
                child = int(parent.children[heavy[0]])
                name = keys[child] if child < len(keys) else self._dimension(child)
                message = f"{name} has more than half the weight of its parent, by entropy"
                found.append(Problem("", "dominant", message))
        for s, i in np.argwhere(cells.n > cells.population):
            message = f"{rows.subjects[s]}, {keys[i]}: more was observed than the population holds"
            found.append(Problem("", "population-exceeded", message))
        return found + repeated(rows) + double_counting(rows, keys)

    def _dimension(self, row: int) -> str:
        place = self.figures.plan.dimension_rows.index(row)
        return self.methodology.dimensions[place].key
