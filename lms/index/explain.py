"""Why it changed: an exact split of the difference between two runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan, evaluate, plan_of, presence
from lms.index.methodology import Methodology
from lms.index.normalise import Reference, normalise, reference_of
from lms.index.owen import owen_values
from lms.index.result import Result

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class IndicatorPart:
    """What one indicator did to the index.

    Args:
        part: in index units (0 … 1); sums with the others to the difference.
        change: appeared, changed or disappeared.
        before, after: normalised under the later methodology and its reference figures; None:
            not there.
        arrived, departed: ids of observations that only the later, or only the earlier run used.
    """

    key: str
    dimension: str
    part: float
    change: str
    before: float | None
    after: float | None
    arrived: tuple[str, ...] = ()
    departed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a subject's index changed from one run to another.

    Args:
        value_a, value_b: the two values; None where missing, and then there are no parts.
        method: what another methodology changed. others: what other subjects changed (relative
            methods only).
        indicators: parts by indicator, in the later file's order; without parts, those that
            neither appeared, went nor changed are left out.
        appeared, disappeared: indicators that one run has and the other has not.
    """

    subject: str
    value_a: float | None
    value_b: float | None
    method: float
    others: float
    indicators: tuple[IndicatorPart, ...]
    appeared: tuple[str, ...]
    disappeared: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """The later value minus the earlier; None where one is missing."""
        if self.value_a is None or self.value_b is None:
            return None
        return self.value_b - self.value_a

    @property
    def dimensions(self) -> dict[str, float]:
        """Parts by dimension: the sums over their indicators, which are their Shapley values."""
        sums: dict[str, list[float]] = {}
        for one in self.indicators:
            sums.setdefault(one.dimension, []).append(one.part)
        return {key: math.fsum(parts) for key, parts in sums.items()}

    def points(self, decimals: int = 1) -> dict[str, float]:
        """Parts × 100 for a sentence, rounded so that they sum to the rounded difference.

        Keys are those of indicators, and ``method`` and ``others`` in front where they are not 0.
        """
        if self.difference is None:
            return {}
        named = [("method", self.method), ("others", self.others)]
        named = [(key, part) for key, part in named if part]
        named += [(one.key, one.part) for one in self.indicators]
        rounded = round_parts([part * 100 for _, part in named], decimals)
        return {key: part for (key, _), part in zip(named, rounded, strict=True)}

    def to_mapping(self) -> dict[str, Any]:
        """The explanation as plain values for JSON."""
        return {
            "subject": self.subject,
            "value_a": self.value_a,
            "value_b": self.value_b,
            "difference": self.difference,
            "method": self.method,
            "others": self.others,
            "indicators": [
                {name: getattr(one, name) for name in IndicatorPart.__dataclass_fields__}
                for one in self.indicators
            ],
            "appeared": list(self.appeared),
            "disappeared": list(self.disappeared),
        }


def round_parts(parts: Sequence[float], decimals: int = 1) -> tuple[float, ...]:
    """Parts rounded by largest remainder, so that they sum to their rounded sum."""
    scale = 10**decimals
    scaled = [part * scale for part in parts]
    floors = [math.floor(part) for part in scaled]
    spare = round(math.fsum(scaled)) - sum(floors)
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - scaled[i], i))
    for position in order[: max(0, spare)]:
        floors[position] += 1
    return tuple(whole / scale for whole in floors)


def explain(run_a: Result, run_b: Result, subject: str) -> Explanation:
    """Split a subject's change from run A to run B (section 11 of the specification).

    Method first (raw values of A under the methodology of B), then other subjects' figures, then
    by indicator: those that appear, those that change, those that go, each block by Owen values
    with the dimensions as groups. Raw values are those that run A computed: a changed statistic or
    decay shows in the indicator's part.

    Raises:
        KeyError: a run does not list the subject.
        ValueError: so many indicators changed that the exact split would not end.
    """
    a, b = _position(run_a, subject), _position(run_b, subject)
    present_a = {
        one.key
        for one, z in zip(run_a.methodology.indicators, run_a.indicators[a], strict=True)
        if not np.isnan(z)
    }
    state = _State(run_b)
    there_b = ~np.isnan(run_b.indicators[b])
    keys = [one.key for one in run_b.methodology.indicators]
    present_b = {key for key, there in zip(keys, there_b, strict=True) if there}
    lists = tuple(sorted(present_b - present_a)), tuple(sorted(present_a - present_b))
    value_a, value_b = float(run_a.values[a]), float(run_b.values[b])
    if math.isnan(value_a) or math.isnan(value_b):
        ends = [None if math.isnan(value) else value for value in (value_a, value_b)]
        return Explanation(subject, ends[0], ends[1], 0.0, 0.0, (), *lists)

    raw_a, covered_a, sample_a = _under(run_a, a, run_b.methodology)
    if run_a.methodology.hash == run_b.methodology.hash:
        data_a = ~np.isnan(run_a.indicators[a])
    else:
        data_a = _present(run_b.methodology, raw_a, covered_a)
    old = state.effective(data_a)
    if not old.any():
        # Nothing that run A saw has a place in the later methodology: that is the whole change.
        return Explanation(subject, value_a, value_b, value_b - value_a, 0.0, (), *lists)
    references_a = _references(run_b.methodology, sample_a)
    z_then = state.normalised(raw_a, references_a, raw_a)
    z_old = state.normalised(raw_a, state.references, run_b.raw[b])
    z_new = run_b.indicators[b]
    then = state.index(z_then, old)
    now = state.index(z_old, old)
    parts = state.blocks(z_old, old, z_new, state.effective(there_b))
    parts = tuple(_with_evidence(one, run_a, a, run_b, b) for one in parts)
    return Explanation(subject, value_a, value_b, then - value_a, now - then, parts, *lists)


def _position(run: Result, subject: str) -> int:
    try:
        return run.subjects.index(subject)
    except ValueError:
        raise KeyError(subject) from None


def _with_evidence(
    part: IndicatorPart, run_a: Result, a: int, run_b: Result, b: int
) -> IndicatorPart:
    """The part with the observations that came and went."""

    def behind(run: Result, subject: int) -> set[str]:
        keys = [one.key for one in run.methodology.indicators]
        known = part.key in keys
        return set(run.observations[subject][keys.index(part.key)]) if known else set()

    then, now = behind(run_a, a), behind(run_b, b)
    return replace(part, arrived=tuple(sorted(now - then)), departed=tuple(sorted(then - now)))


def _under(run: Result, subject: int, methodology: Methodology) -> tuple[Floats, Floats, Floats]:
    """A run's raw values, coverage and whole sample, by another methodology's indicators.

    An indicator counts as the same if its key and unit are.
    """
    places = {(one.key, one.unit): i for i, one in enumerate(run.methodology.indicators)}
    count = len(methodology.indicators)
    raw, covered = np.full(count, np.nan), np.zeros(count)
    sample = np.full((len(run.subjects), count), np.nan)
    for i, one in enumerate(methodology.indicators):
        place = places.get((one.key, one.unit))
        if place is not None:
            raw[i] = run.raw[subject, place]
            covered[i] = run.indicator_coverage[subject, place]
            there = ~np.isnan(run.indicators[:, place])
            sample[:, i] = np.where(there, run.raw[:, place], np.nan)
    return raw, covered, sample


def _present(methodology: Methodology, raw: Floats, covered: Floats) -> Bools:
    least = [
        0.0 if one.unobserved == "zero" else one.min_coverage for one in methodology.indicators
    ]
    return ~np.isnan(raw) & (covered >= np.array(least) - 1e-12)


def _references(methodology: Methodology, sample: Floats) -> list[Reference]:
    return [reference_of(one, sample[:, i]) for i, one in enumerate(methodology.indicators)]


class _State:
    """The later run's methodology, ready to be asked 'what if'."""

    def __init__(self, run: Result) -> None:
        self.methodology = run.methodology
        self.plan: Plan = plan_of(run.methodology)
        self._children = {parent.row: parent.children for parent in self.plan.parents}
        sample = np.where(np.isnan(run.indicators), np.nan, run.raw)
        self.references = _references(run.methodology, sample)

    def effective(self, there: Bools) -> Bools:
        """Indicators that reach the index: they and all above them exist.

        Where the index would not exist, all that are there: intermediate states have no thresholds.
        """
        found = presence(self.plan, there[:, None])[:, 0]
        if not found[-1]:
            return there.copy()
        reaching = there.copy()
        for i in np.flatnonzero(there):
            row = self.plan.parent_of[i]
            while row >= 0:
                reaching[i] &= found[row]
                row = self.plan.parent_of[row]
        return reaching

    def normalised(self, raw: Floats, references: Sequence[Reference], own: Floats) -> Floats:
        """Raw values of the subject by given reference figures."""
        told = [
            normalise(one, raw[i], references[i], float(own[i]))
            for i, one in enumerate(self.methodology.indicators)
        ]
        return np.array(told, dtype=float)

    def index(self, z: Floats, there: Bools) -> float:
        """The index of these indicators alone, without thresholds of presence."""
        return float(self._indices(z[:, None], there[:, None])[0])

    def _indices(self, z: Floats, there: Bools) -> Floats:
        found = presence(self.plan, there, strict=False)
        return evaluate(self.plan, z, found)[-1]

    def blocks(
        self, z_old: Floats, old: Bools, z_new: Floats, new: Bools
    ) -> tuple[IndicatorPart, ...]:
        """Parts of the indicators, block by block."""
        part = np.zeros(len(old))
        kind: dict[int, str] = {}
        z, there = np.where(old, z_old, np.nan), old.copy()
        for name, players in (
            ("appeared", new & ~old),
            ("changed", new & old & (z_old != z_new)),
            ("disappeared", old & ~new),
        ):
            rows = np.flatnonzero(players)
            if not rows.size:
                continue
            z_after, there_after = z.copy(), there.copy()
            z_after[rows] = np.where(new[rows], z_new[rows], np.nan)
            there_after[rows] = new[rows]
            part[rows] = self._owen(rows, z, there, z_after, there_after)
            kind.update({int(row): name for row in rows})
            z, there = z_after, there_after
        parents = [dimension.key for _, dimension in self.methodology.root.indicators()]
        return tuple(
            IndicatorPart(
                self.methodology.indicators[i].key,
                parents[i],
                float(part[i]),
                kind[i],
                float(z_old[i]) if old[i] else None,
                float(z_new[i]) if new[i] else None,
            )
            for i in sorted(kind)
        )

    def _owen(
        self, rows: NDArray[np.int64], z: Floats, there: Bools, z_after: Floats, after: Bools
    ) -> Floats:
        numbers = {int(row): number for number, row in enumerate(rows)}

        def tree(row: int) -> list[Any]:
            held: list[Any] = []
            for child in self._children[row]:
                if child < self.plan.indicators:
                    held += [numbers[child]] if child in numbers else []
                else:
                    inner = tree(child)
                    held += [inner] if inner else []
            return held

        def game(moved: Bools) -> Floats:
            whole = np.repeat(z[:, None], moved.shape[1], axis=1)
            found = np.repeat(there[:, None], moved.shape[1], axis=1)
            whole[rows] = np.where(moved, z_after[rows, None], whole[rows])
            found[rows] = np.where(moved, after[rows, None], found[rows])
            return self._indices(whole, found)

        return owen_values(tree(self.plan.rows - 1), game)
