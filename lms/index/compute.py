"""Methodology + observations + seed → Result, with the hashes that make it repeatable."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index import coverage, interval
from lms.index.aggregate import Plan, evaluate, floors, plan_of, presence
from lms.index.bands import Banded, band_of
from lms.index.canonical import digest
from lms.index.flags import Flag
from lms.index.methodology import Methodology
from lms.index.normalise import Reference, faulty, normalise, outside, reference_of
from lms.index.observations import EPOCH, Columns, Observation, Problem, check, evidence_record
from lms.index.random_effects import random_effects
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
) -> Result:
    """The index of every subject as of a day.

    Args:
        observations: `Observation`s, or a mapping of equally long columns with their names.
        populations: expected number of groups by (subject, indicator); absent is unknown. Subjects
            named here are listed although nothing was observed of them.
        draws: for the intervals; None takes the methodology's, 0 makes none.
        seed: 0 … 2⁶⁴ − 1; None takes it from the hashes of methodology and evidence.
        workers: threads; the result does not depend on it.

    Returns:
        The run. Faulty observations are in `problems`; unless the methodology leaves them out,
        there are no subjects then.

    Raises:
        ValueError: draws, seed or workers out of range, or columns that do not fit.
    """
    draws = methodology.interval.draws if draws is None else draws
    if draws < 0 or workers < 1 or (seed is not None and not 0 <= seed < 2**64):
        raise ValueError("draws ≥ 0, workers ≥ 1, and a seed from 0 to 2⁶⁴ − 1 are needed")
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    populations, problems = _populations(methodology, populations or {})
    listed = {subject for subject, _ in populations}
    columns, found = check(methodology, observations, day, listed)
    problems += found
    refuse = methodology.faulty_observations == "refuse"
    if problems and refuse:
        columns = columns.taken(np.zeros(len(columns), dtype=bool))
        columns.subjects = []
    used = coverage.still_valid(methodology, columns, day.toordinal() - EPOCH)
    evidence_hash = _evidence_hash(methodology, used.rows, populations)
    if seed is None:
        both = bytes.fromhex(methodology.hash) + bytes.fromhex(evidence_hash)
        seed = int.from_bytes(hashlib.sha256(both).digest()[:8], "big")
    cells = summarise(methodology, used.rows, used.decayed, populations, seed)
    found = _without_place(methodology, used.rows, cells)
    if found and refuse:
        return compute_nothing(methodology, day, evidence_hash, seed, draws, problems + found)
    coverage.mark_missing(cells, used.marks)
    coverage.trust(methodology, used, cells)
    run = _Run(methodology, plan_of(methodology), cells, used, seed, draws, workers)
    return run.result(day, evidence_hash, problems + found)


def compute_nothing(
    methodology: Methodology,
    day: date,
    evidence_hash: str,
    seed: int,
    draws: int,
    problems: list[Problem],
) -> Result:
    """A refused run: its problems, and no subject."""
    columns, _ = check(methodology, [], day)
    used = coverage.still_valid(methodology, columns, 0)
    cells = summarise(methodology, used.rows, used.decayed, {}, seed)
    run = _Run(methodology, plan_of(methodology), cells, used, seed, draws, 1)
    return run.result(day, evidence_hash, problems)


def _populations(
    methodology: Methodology, given: Mapping[tuple[str, str], float]
) -> tuple[dict[tuple[str, str], float], list[Problem]]:
    known = {one.key for one in methodology.indicators}
    taken, problems = {}, []
    for (subject, indicator), number in sorted(given.items()):
        size = float(number) if isinstance(number, int | float | np.number) else math.nan
        if indicator not in known:
            message = f"population of {subject}: no indicator {indicator!r}"
            problems.append(Problem("", "unknown-indicator", message))
        elif not math.isfinite(size) or size < 0:
            message = f"population of {subject}, {indicator}: no number from 0: {number!r}"
            problems.append(Problem("", "population", message))
        else:
            taken[subject, indicator] = size
    return taken, problems


def _evidence_hash(
    methodology: Methodology, rows: Columns, populations: Mapping[tuple[str, str], float]
) -> str:
    keys = [one.key for one in methodology.indicators]
    counted = [[subject, key, number] for (subject, key), number in sorted(populations.items())]
    records = [evidence_record(row, keys) for row in rows.records]
    return digest({"observations": records, "populations": counted})


def _without_place(methodology: Methodology, rows: Columns, cells: Cells) -> list[Problem]:
    """Raw values that have no place on their scale: a problem each, and missing."""
    problems = []
    for position, indicator in enumerate(methodology.indicators):
        for subject in np.flatnonzero(~np.isnan(cells.raw[:, position])):
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
class _Subject:
    """What the draws say of one subject."""

    ends: Floats
    index: Floats
    method: Floats
    banded: Banded


@dataclass(slots=True)
class _Run:
    methodology: Methodology
    plan: Plan
    cells: Cells
    used: coverage.Used
    seed: int
    draws: int
    workers: int

    def result(self, day: date, evidence_hash: str, problems: list[Problem]) -> Result:
        methodology, plan, cells = self.methodology, self.plan, self.cells
        count = len(self.used.rows.subjects)
        share, there = coverage.observed_share(methodology, cells)
        references = [
            reference_of(one, np.where(there[:, i], cells.raw[:, i], np.nan))
            for i, one in enumerate(methodology.indicators)
        ]
        z = np.full((plan.indicators, count), np.nan)
        for i, one in enumerate(methodology.indicators):
            z[i] = np.where(there[:, i], normalise(one, cells.raw[:, i], references[i]), np.nan)
        found = presence(plan, there.T)
        values = evaluate(plan, z, found)
        self._mark(z, values, references, there)
        everything = np.ones((plan.rows, 1), dtype=bool)
        bounds = np.array(
            [evaluate(plan, np.where(there.T, z, end), everything)[-1] for end in (0.0, 1.0)]
        ).T.reshape(count, 2)
        drawn = self._draw(references, z, found, values)
        rows = list(plan.dimension_rows)
        covered = coverage.upwards(plan, share, there)
        trusted = {
            name: coverage.weighted_trust(plan, getattr(cells, name), cells, there)
            for name in ("fresh", "independent", "verified")
        }
        bands, flags = self._bands(drawn, covered[-1], trusted["independent"])
        low, high, widened = self._ends(drawn, values, found)
        flags |= np.where(widened[-1], Flag.AT_EDGE, 0)
        method = np.array([one.method for one in drawn]).reshape(count, self.draws)
        ranked = self._ranks(drawn, method, values[-1])
        method_low, method_high = np.full((2, count), np.nan)
        if self.draws and count:
            inner = interval.ends(method, methodology.interval.level)
            method_low = np.minimum(inner[0], values[-1])
            method_high = np.maximum(inner[1], values[-1])
        return Result(
            methodology=methodology,
            as_of=day,
            evidence_hash=evidence_hash,
            seed=self.seed,
            draws=self.draws,
            algorithm=ALGORITHM,
            numpy=np.__version__,
            subjects=tuple(self.used.rows.subjects),
            values=values[-1],
            low=low[-1],
            high=high[-1],
            method_low=method_low,
            method_high=method_high,
            bounds=bounds,
            **ranked,
            band=tuple(one.band for one in bands),
            band_probability=np.array([one.probability for one in bands], dtype=float),
            band_between=tuple(one.between for one in bands),
            coverage=covered[-1],
            **trusted,
            flags=flags,
            reasons=tuple(
                coverage.reasons_of(methodology, plan, found, cells, s) for s in range(count)
            ),
            dimensions=values[rows].T,
            dimension_low=low[rows].T,
            dimension_high=high[rows].T,
            dimension_coverage=covered[rows].T,
            dimension_flags=self._floored(values)[rows].T,
            indicators=z.T,
            raw=cells.raw,
            se=cells.se,
            n=cells.n,
            indicator_coverage=share,
            reliability=self._reliability(there),
            indicator_flags=cells.flags,
            observations=self._behind(),
            unknown_error=tuple(
                one.key
                for i, one in enumerate(methodology.indicators)
                if (cells.flags[:, i] & Flag.UNKNOWN_ERROR).any()
            ),
            problems=tuple(problems),
            warnings=tuple(self._warnings()),
            left_out=self.used.left_out,
        )

    def _floored(self, values: Floats) -> NDArray[np.int64]:
        marks = np.zeros(values.shape, dtype=np.int64)
        for parent in self.plan.parents:
            if floors(parent.kind, parent.p):
                for child, share in zip(parent.children, parent.shares, strict=True):
                    if share > 0:
                        # NaN is below nothing.
                        marks[child] |= np.where(values[child] < parent.floor, Flag.FLOORED, 0)
        return marks

    def _mark(
        self, z: Floats, values: Floats, references: Sequence[Reference], there: Bools
    ) -> None:
        flags = self.cells.flags
        flags |= self._floored(values)[: self.plan.indicators].T
        flags |= np.where(there & np.isnan(self.cells.se), Flag.UNKNOWN_ERROR, 0)
        for i, one in enumerate(self.methodology.indicators):
            beyond = there[:, i] & outside(one, self.cells.raw[:, i])
            flags[:, i] |= np.where(beyond, Flag.CLIPPED, 0)
            if one.normalise.relative and references[i].no_spread:
                flags[:, i] |= np.where(there[:, i], Flag.NO_SPREAD, 0)

    def _draw(
        self, references: Sequence[Reference], z: Floats, found: Bools, values: Floats
    ) -> list[_Subject]:
        methodology, plan, draws = self.methodology, self.plan, self.draws
        subjects = self.used.rows.subjects
        methods = interval.draw_methods(methodology, plan, self.seed, draws) if draws else None
        sure = self._told(found)[-1]

        def one(s: int) -> _Subject:
            nothing = np.full((plan.rows, 2), np.nan)
            if methods is None or not found[:, s].any():
                banded = band_of(methodology, plan, values[:, s])
                return _Subject(nothing, np.full(draws, np.nan), np.full(draws, np.nan), banded)
            stream = interval.generator(self.seed, interval.subject_key(subjects[s]))
            drawn = interval.sampling_draws(
                methodology, plan, self.cells, references, found, s, stream, draws
            )
            ends = interval.ends(drawn, methodology.interval.level).T
            method = interval.apply_methods(plan, methods, z[:, s], found[:, s])
            told = drawn if sure[s] else None
            return _Subject(ends, drawn[-1], method, band_of(methodology, plan, values[:, s], told))

        if self.workers == 1:
            return [one(s) for s in range(len(subjects))]
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(one, range(len(subjects))))

    def _told(self, found: Bools) -> Bools:
        return interval.known_rows(self.plan, (self.cells.draw != NO_DRAW).T, found)

    def _ends(
        self, drawn: Sequence[_Subject], values: Floats, found: Bools
    ) -> tuple[Floats, Floats, Bools]:
        """Percentiles, widened to hold the value; missing where no error is known."""
        shape = values.shape
        both = np.array([one.ends for one in drawn]).reshape(shape[1], shape[0], 2).T
        told = self._told(found) if self.draws else np.zeros(shape, dtype=bool)
        low = np.where(told, np.minimum(both[0], values), np.nan)
        high = np.where(told, np.maximum(both[1], values), np.nan)
        return low, high, told & ((both[0] > values) | (both[1] < values))

    def _bands(
        self, drawn: Sequence[_Subject], covered: Floats, independent: Floats
    ) -> tuple[list[Banded], NDArray[np.int64]]:
        bands = []
        flags = np.zeros(len(drawn), dtype=np.int64)
        for s, one in enumerate(drawn):
            thin = covered[s] < self.methodology.min_coverage_for_band - 1e-9
            alone = independent[s] < self.methodology.min_independent - 1e-9
            flags[s] |= Flag.LOW_COVERAGE if thin else 0
            flags[s] |= Flag.LOW_INDEPENDENT if alone else 0
            flags[s] |= Flag.GUARDED if one.banded.guarded else 0
            bands.append(Banded() if thin or alone else one.banded)
        return bands, flags

    def _ranks(
        self, drawn: Sequence[_Subject], method: Floats, values: Floats
    ) -> dict[str, Floats]:
        ranks = interval.shown_ranks(values)
        told = {"rank": ranks}
        there = np.flatnonzero(~np.isnan(values))
        sampled = np.array([one.index for one in drawn]).reshape(values.size, self.draws)
        for name, table in (("rank", sampled), ("rank_method", method)):
            low, high = np.full((2, values.size), np.nan)
            if self.draws and there.size:
                inner = interval.rank_ends(table[there], self.methodology.interval.level)
                low[there] = np.minimum(inner[0], ranks[there])
                high[there] = np.maximum(inner[1], ranks[there])
            told[f"{name}_low"], told[f"{name}_high"] = low, high
        return told

    def _reliability(self, there: Bools) -> Floats:
        """τ²/(τ² + se²) of each subject's raw value; NaN with fewer than three known errors."""
        cells = self.cells
        found = np.full(cells.raw.shape, np.nan)
        for i in range(self.plan.indicators):
            known = there[:, i] & ~np.isnan(cells.se[:, i])
            above = known & (cells.se[:, i] > 0)
            if above.sum() < 3:
                continue
            variances = cells.se[above, i] ** 2
            tau2 = random_effects(cells.raw[above, i], variances).tau2
            total = tau2 + cells.se[:, i] ** 2
            found[known, i] = (tau2 / np.where(total > 0, total, 1.0))[known]
        return found

    def _behind(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        rows = self.used.rows
        names: list[list[list[str]]] = [
            [[] for _ in range(self.plan.indicators)] for _ in rows.subjects
        ]
        places = zip(rows.subject.tolist(), rows.indicator.tolist(), rows.ids, strict=True)
        for subject, indicator, name in places:
            names[subject][indicator].append(name)
        return tuple(tuple(tuple(sorted(cell)) for cell in row) for row in names)

    def _warnings(self) -> list[Problem]:
        rows, cells = self.used.rows, self.cells
        keys = [one.key for one in self.methodology.indicators]
        found = [Problem("", one.code, one.message) for one in self.methodology.warnings]
        for s, i in np.argwhere(cells.n > cells.population):
            message = f"{rows.subjects[s]}, {keys[i]}: more was observed than the population holds"
            found.append(Problem("", "population-exceeded", message))
        seen: dict[tuple[Any, ...], str] = {}
        for row in rows.records:
            subject, indicator, group, day, value, source = (row[p] for p in (3, 2, 10, 5, 4, 12))
            if group or source:
                first = seen.setdefault((subject, indicator, group, day, value, source), row[0])
                if first != row[0]:
                    message = f"{row[0]} says the same as {first}; both count"
                    found.append(Problem(row[0], "same-content", message))
        return found + self._double_counting()

    def _double_counting(self) -> list[Problem]:
        """Pairs of indicators that the same records feed."""
        fed: dict[tuple[str, str], set[int]] = {}
        for row in self.used.rows.records:
            if row[12]:
                fed.setdefault((row[3], row[12]), set()).add(row[2])
        keys = [one.key for one in self.methodology.indicators]
        pairs = Counter(
            pair for places in fed.values() for pair in itertools.combinations(sorted(places), 2)
        )
        return [
            Problem("", "double_counting", f"{keys[a]} and {keys[b]} share {count} records")
            for (a, b), count in sorted(pairs.items())
        ]
