"""Within one indicator: which cause moved it by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from lms.index.compute import compute
from lms.index.explain import IndicatorPart
from lms.index.methodology import Dimension, Indicator, Methodology
from lms.index.normalise import normalise, reference_of
from lms.index.observations import Observation
from lms.index.result import Result

#: The order in which causes are added.
CAUSES = ("expired", "decayed", "corrected", "incumbent", "post", "new")


@dataclass(frozen=True, slots=True)
class Cause:
    """One step of an indicator's change.

    Args:
        name: one of `CAUSES`: evidence expired; decayed; was corrected (superseded or withdrawn);
            an incumbent came or left; a post was added or removed; new evidence.
        part: in index units; the causes of an indicator sum to its part.
        before, after: the indicator in 0 … 1; None where the step leaves nothing to compute from.
        observations: ids that left or came with this step.
    """

    name: str
    part: float
    before: float | None
    after: float | None
    observations: tuple[str, ...]


def causes(
    part: IndicatorPart,
    run_a: Result,
    run_b: Result,
    subject: str,
    observations_a: Iterable[Observation],
    observations_b: Iterable[Observation],
    populations_a: Mapping[tuple[str, str], float] | None = None,
    populations_b: Mapping[tuple[str, str], float] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> tuple[Cause, ...]:
    """Share an indicator's part among its causes (section 11, item 4, of the specification).

    Each step recomputes the raw value with one more cause, under the later methodology, and takes
    its share of the part by its step in 0 … 1. Where the steps cancel to under 1e-12, each has 0. A
    step after which nothing is left waits for the next.

    Args:
        part: of `explain(run_a, run_b, subject)`.
        observations_a, observations_b: what the runs were computed from, each with its id.
        reasons: by id, ``corrected``, ``incumbent`` or ``post`` for observations that left or came.
            Without a reason, one that left was corrected and one that came is new.

    Returns:
        The causes that moved something or that brought or took observations.
    """
    indicator = next(one for one in run_b.methodology.indicators if one.key == part.key)
    a = _own(observations_a, subject, part.key)
    b = _own(observations_b, subject, part.key)
    told = reasons or {}
    limit = np.inf if indicator.valid_days is None else indicator.valid_days
    old_enough = {
        key
        for key, one in a.items()
        if (run_b.as_of - (one.observed_on or run_a.as_of)).days > limit
    }
    moved: dict[str, set[str]] = {name: set() for name in CAUSES}
    moved["expired"] = old_enough
    for key in a.keys() - b.keys() - old_enough:
        moved[told.get(key, "corrected")].add(key)
    for key in b.keys() - a.keys():
        moved[told.get(key, "new")].add(key)
    # The same id with another content was corrected.
    moved["corrected"] |= {key for key in a.keys() & b.keys() - old_enough if a[key] != b[key]}
    place = (subject, part.key)
    population = (populations_a or {}).get(place)
    measure = _Measure(run_b, indicator, subject)
    state, day = dict(a), run_a.as_of
    steps = [measure(state, day, population)]
    for name in CAUSES:
        for key in moved[name]:
            state.pop(key, None)
            if key in b and name != "expired":
                state[key] = b[key]
        if name == "decayed":
            day = run_b.as_of
        if name == "post":
            population = (populations_b or {}).get(place)
        steps.append(measure(state, day, population))
    return _shared(part, steps, moved)


def _own(observations: Iterable[Observation], subject: str, key: str) -> dict[str, Observation]:
    return {one.id: one for one in observations if (one.subject, one.indicator) == (subject, key)}


class _Measure:
    """The indicator in 0 … 1 of some observations on some day, among the later run's subjects."""

    def __init__(self, run: Result, indicator: Indicator, subject: str) -> None:
        position = [one.key for one in run.methodology.indicators].index(indicator.key)
        there = ~np.isnan(run.indicators[:, position])
        sample = np.where(there, run.raw[:, position], np.nan)
        self.reference = reference_of(indicator, sample)
        self.own = float(run.raw[run.subjects.index(subject), position])
        self.indicator = replace(indicator, weight=1.0)
        root = Dimension("index", (Dimension("only", (self.indicator,), (1.0,)),), (1.0,))
        self.methodology = Methodology("only", "1", root, faulty_observations="leave_out")

    def __call__(
        self, state: Mapping[str, Observation], day: date, population: float | None
    ) -> float:
        rows = [state[key] for key in sorted(state)]
        known = {}
        if rows and population is not None:
            known = {(rows[0].subject, self.indicator.key): population}
        run = compute(self.methodology, rows, day, populations=known, draws=0, seed=0)
        if not run.subjects or np.isnan(run.raw[0, 0]):
            return np.nan
        return float(normalise(self.indicator, run.raw[0, 0], self.reference, self.own))


def _shared(
    part: IndicatorPart, steps: list[float], moved: Mapping[str, set[str]]
) -> tuple[Cause, ...]:
    defined = [z for z in steps if not np.isnan(z)]
    total = defined[-1] - defined[0] if defined else 0.0
    whole = np.isnan(steps[0]) or np.isnan(steps[-1])
    found = []
    last = steps[0]
    for name, before, after in zip(CAUSES, steps[:-1], steps[1:], strict=True):
        step = 0.0 if np.isnan(after) or np.isnan(last) else after - last
        step = step if abs(step) > 1e-12 else 0.0
        last = last if np.isnan(after) else after
        share = part.part * step / total if abs(total) >= 1e-12 and not whole else 0.0
        if step or moved[name]:
            ends = [None if np.isnan(z) else z for z in (before, after)]
            found.append(Cause(name, share, ends[0], ends[1], tuple(sorted(moved[name]))))
    if whole and found:
        # It appeared or went: the last step that moved it carries the whole part.
        carrier = max(
            (i for i, one in enumerate(found) if (one.before is None) != (one.after is None)),
            default=len(found) - 1,
        )
        found[carrier] = replace(found[carrier], part=part.part)
    return tuple(found)
