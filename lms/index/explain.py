"""Why it changed: an exact split of the difference between two runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lms.index.causes import causes_of
from lms.index.compute import compute
from lms.index.explanation import Explanation, IndicatorPart
from lms.index.methodology import Methodology
from lms.index.observations import Observation
from lms.index.owen import owen_of_plan
from lms.index.pieces import Observations, behind, listed
from lms.index.result import Result
from lms.index.states import Data, States

Floats = NDArray[np.float64]
Populations = Mapping[tuple[str, str], float]


def explain(
    run_a: Result,
    run_b: Result,
    subject: str,
    observations_a: Observations | None = None,
    observations_b: Observations | None = None,
    populations_a: Populations | None = None,
    populations_b: Populations | None = None,
    reasons: Mapping[str, str] | None = None,
) -> Explanation:
    """Split a subject's change from run A to run B (section 11 of the specification).

    Method first (the data of A under the methodology of B), then other subjects' figures, then by
    indicator: those that appear, those that change, those that go, each block by Owen values with
    the dimensions as groups, level within level. With both sets of observations each part is shared
    among its causes.

    Args:
        observations_a, observations_b: what the runs were computed from, each with its id. Without
            those of A, the data of A under another methodology are the raw values that run A
            computed: a changed statistic, expiry or decay then shows in the indicator's part and
            not in that of the method.
        populations_a, populations_b: expected numbers of groups, by (subject, indicator).
        reasons: by id, why an observation left or came: ``corrected``, ``incumbent`` or ``post``.
            Without one, what left was corrected and what came is new.

    Raises:
        KeyError: neither run lists the subject.
        ValueError: so many indicators changed that the exact split would not end, or a reason that
            is none.
    """
    if subject not in run_a.subjects and subject not in run_b.subjects:
        raise KeyError(f"neither run lists the subject {subject!r}")
    there_a, there_b = _there(run_a, subject), _there(run_b, subject)
    known = {one.key for one in run_b.methodology.indicators}
    lists = (
        tuple(sorted(there_b - there_a)),
        tuple(sorted((there_a - there_b) & known)),
        tuple(sorted(there_a - known)),
    )
    value_a, value_b = _value(run_a, subject), _value(run_b, subject)
    if value_a is None or value_b is None:
        return Explanation(subject, value_a, value_b, 0.0, 0.0, (), *lists)

    own_a = None if observations_a is None else list(listed(observations_a))
    states = States(run_b)
    data = _data(run_a, run_b.methodology, subject, own_a, populations_a)
    then = states.with_plan(data.plan)
    old = then.effective(~np.isnan(data.z))
    if not old.any():
        # Nothing that run A saw has a place in the later methodology: that is the whole change.
        return Explanation(subject, value_a, value_b, value_b - value_a, 0.0, (), *lists)
    z_then = np.where(old, data.z, np.nan)
    z_old = np.where(old, states.on_scales(subject, data), np.nan)
    z_b = run_b.indicators[run_b.subjects.index(subject)]
    z_new = np.where(states.effective(~np.isnan(z_b)), z_b, np.nan)
    same = run_a.methodology == run_b.methodology
    value_then = value_a if same else then.index(z_then)
    value_now = states.index(z_old) if states.looks_at_others else value_then
    parts = _blocks(states, z_old, z_new)
    parts = _with_evidence(parts, behind(run_a, subject), behind(run_b, subject))
    if own_a is not None and observations_b is not None:
        told = causes_of(
            parts, run_a, run_b, subject, states, own_a, listed(observations_b),
            populations_a, populations_b, reasons,
        )  # fmt: skip
        parts = tuple(replace(one, causes=told[one.key]) for one in parts)
    method, others = value_then - value_a, value_now - value_then
    return Explanation(subject, value_a, value_b, method, others, parts, *lists)


def _there(run: Result, subject: str) -> set[str]:
    """Keys of the indicators that a run has a value for; none where it does not list the subject."""
    if subject not in run.subjects:
        return set()
    row = run.indicators[run.subjects.index(subject)]
    pairs = zip(run.methodology.indicators, row, strict=True)
    return {one.key for one, z in pairs if not np.isnan(z)}


def _value(run: Result, subject: str) -> float | None:
    if subject not in run.subjects:
        return None
    value = float(run.values[run.subjects.index(subject)])
    return None if math.isnan(value) else value


def _with_evidence(
    parts: tuple[IndicatorPart, ...],
    then: Mapping[str, frozenset[str]],
    now: Mapping[str, frozenset[str]],
) -> tuple[IndicatorPart, ...]:
    """The parts with the observations that came and went."""
    nothing: frozenset[str] = frozenset()
    told = []
    for one in parts:
        old, new = then.get(one.key, nothing), now.get(one.key, nothing)
        told.append(
            replace(one, arrived=tuple(sorted(new - old)), departed=tuple(sorted(old - new)))
        )
    return tuple(told)


def _data(
    run: Result,
    methodology: Methodology,
    subject: str,
    observations: list[Observation] | None,
    populations: Populations | None,
) -> Data:
    """The data of a run under another methodology."""
    if run.methodology != methodology and observations is not None:
        again = _computed(methodology, observations, run.as_of, populations or {}, run.seed)
        if subject in again.subjects:
            run = again
    if run.methodology == methodology:
        return Data.of(run, subject)
    return Data.mapped(run, methodology, subject)


def _computed(
    methodology: Methodology,
    observations: list[Observation],
    day: date,
    populations: Populations,
    seed: int,
) -> Result:
    """The observations under another methodology, without those that have no place in it."""
    units = {one.key: one.unit for one in methodology.indicators}
    rows = [
        one
        for one in observations
        if one.indicator in units and one.unit in (None, units[one.indicator])
    ]
    known = {place: size for place, size in populations.items() if place[1] in units}
    patient = replace(methodology, faulty_observations="leave_out")
    run = compute(patient, rows, day, populations=known, draws=0, seed=seed)
    return replace(run, methodology=methodology)


def _blocks(states: States, z_old: Floats, z_new: Floats) -> tuple[IndicatorPart, ...]:
    """Parts of the indicators, block by block."""
    old, new = ~np.isnan(z_old), ~np.isnan(z_new)
    part = np.zeros(len(old))
    kind: dict[int, str] = {}
    z = z_old
    for name, players in (
        ("appeared", new & ~old),
        ("changed", new & old & (z_old != z_new)),
        ("disappeared", old & ~new),
    ):
        if players.any():
            after = np.where(players, z_new, z)
            part += np.where(players, owen_of_plan(states.plan, z, after), 0.0)
            kind.update({int(row): name for row in np.flatnonzero(players)})
            z = after
    rows = list(states.methodology.root.indicators())
    return tuple(
        IndicatorPart(
            rows[i][0].key,
            rows[i][1].key,
            float(part[i]),
            kind[i],
            float(z_old[i]) if old[i] else None,
            float(z_new[i]) if new[i] else None,
        )
        for i in sorted(kind)
    )
