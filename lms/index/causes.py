"""Within one indicator: which cause moved it by how much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from lms.index.checking import check
from lms.index.coverage import still_valid
from lms.index.explanation import Cause, IndicatorPart
from lms.index.methodology import Dimension, Indicator, Methodology
from lms.index.observations import EPOCH, Observation
from lms.index.pieces import Observations, day_of, listed
from lms.index.result import Result
from lms.index.states import States
from lms.index.statistic import summarise

#: The order in which causes are added.
CAUSES = ("expired", "decayed", "corrected", "incumbent", "post", "new")
#: Those that a caller may give as the reason why an observation left or came.
REASONS = ("expired", "corrected", "incumbent", "post", "new")
#: A step below this share of the scale moves nothing.
NOTHING = 1e-12
#: What a raw value is made of, besides whose it is and how old.
TAKEN = (
    "value", "unit", "weight", "group", "numerator", "denominator", "se",
)  # fmt: skip
Populations = Mapping[tuple[str, str], float]


def causes(
    part: IndicatorPart,
    run_a: Result,
    run_b: Result,
    subject: str,
    observations_a: Observations,
    observations_b: Observations,
    populations_a: Populations | None = None,
    populations_b: Populations | None = None,
    reasons: Mapping[str, str] | None = None,
) -> tuple[Cause, ...]:
    """Share an indicator's part among its causes (section 11, item 4, of the specification).

    Each step recomputes the raw value with one more cause, under the later methodology, and takes
    its share of the part by its step in 0 … 1. Where the steps cancel to under 1e-12, each has 0. A
    step after which nothing is left waits for the next.

    Args:
        part: of `explain(run_a, run_b, subject)`.
        observations_a, observations_b: what the runs were computed from, each with its id.
        reasons: by id, one of `REASONS` for observations that left or came. Without a reason, one
            that left was corrected and one that came is new. An observation that stood for newer
            evidence in the same place leaves as ``new`` together with the one that comes.

    Returns:
        The causes that moved something or that brought or took observations.

    Raises:
        ValueError: a reason that is none of these.
    """
    return causes_of(
        (part,), run_a, run_b, subject, States(run_b), listed(observations_a), listed(observations_b),
        populations_a, populations_b, reasons,
    )[part.key]  # fmt: skip


def causes_of(
    parts: Sequence[IndicatorPart],
    run_a: Result,
    run_b: Result,
    subject: str,
    states: States,
    observations_a: Iterable[Observation],
    observations_b: Iterable[Observation],
    populations_a: Populations | None = None,
    populations_b: Populations | None = None,
    reasons: Mapping[str, str] | None = None,
) -> dict[str, tuple[Cause, ...]]:
    """The causes of several parts of one explanation, by indicator, from one computation.

    Args:
        states: of the later run.
    """
    told = reasons or {}
    wrong = sorted(set(told.values()) - set(REASONS))
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no reason; reasons are {', '.join(REASONS)}")
    wanted = [one.key for one in parts]
    before = _own(observations_a, subject, wanted)
    after = _own(observations_b, subject, wanted)
    indicators = {one.key: one for one in states.indicators}
    tracks = {}
    for key in wanted:
        ends = [(given or {}).get((subject, key)) for given in (populations_a, populations_b)]
        # The population is that of the later run from the posts on.
        sizes = [ends[CAUSES.index(name) >= CAUSES.index("post")] for name in CAUSES]
        own = before[key], after[key]
        tracks[key] = _track(indicators[key], run_a, run_b, *own, told, [ends[0], *sizes])
    steps = _measured(run_b.as_of, subject, states, tracks)
    return {one.key: _shared(one, steps[one.key], tracks[one.key].moved) for one in parts}


@dataclass(slots=True)
class _Track:
    """An indicator's way from one run to the other.

    Args:
        states: at the start and after each cause, the observations with the days on which they are
            as old on the later run's day as they are to be; None: as before.
        moved: by cause, ids that left or came.
        populations: expected numbers of groups at the same times.
    """

    states: list[list[tuple[Observation, date]] | None]
    moved: dict[str, set[str]]
    populations: list[float | None]


def _own(
    observations: Iterable[Observation], subject: str, keys: Sequence[str]
) -> dict[str, dict[str, Observation]]:
    found: dict[str, dict[str, Observation]] = {key: {} for key in keys}
    for one in observations:
        if one.subject == subject and one.indicator in found:
            found[one.indicator].setdefault(one.id, one)
    return found


def _track(
    indicator: Indicator,
    run_a: Result,
    run_b: Result,
    a: Mapping[str, Observation],
    b: Mapping[str, Observation],
    told: Mapping[str, str],
    populations: list[float | None],
) -> _Track:
    limit = np.inf if indicator.valid_days is None else indicator.valid_days

    def age(one: Observation, then: Result, run: Result) -> int:
        return (run.as_of - day_of(one, then.as_of)).days

    # Given the same observations for both days, each run still saw only those valid on its own.
    a = {key: one for key, one in a.items() if 0 <= age(one, run_a, run_a) <= limit}
    b = {key: one for key, one in b.items() if 0 <= age(one, run_b, run_b) <= limit}
    old_enough = {key for key, one in a.items() if age(one, run_a, run_b) > limit}
    moved: dict[str, set[str]] = {name: set() for name in CAUSES}
    moved["expired"] = old_enough
    for key in a.keys() - b.keys() - old_enough:
        moved[told.get(key, "corrected")].add(key)
    for key in b.keys() - a.keys():
        moved[told.get(key, "new")].add(key)
    # The same id with another content was corrected.
    moved["corrected"] |= {key for key in a.keys() & b.keys() - old_enough if a[key] != b[key]}
    # Until decay is added, what is there is as old as it was on the earlier day.
    younger = run_b.as_of - run_a.as_of
    state = dict(a)
    states: list[list[tuple[Observation, date]] | None] = [_dated(state, run_a, younger)]
    for time, name in enumerate(CAUSES, start=1):
        for key in moved[name]:
            state.pop(key, None)
            if key in b:
                state[key] = b[key]
        aged = name == "decayed" and indicator.half_life_days
        counted = populations[time] != populations[time - 1]
        same = not (moved[name] or aged or counted)
        later = younger if name == "expired" else timedelta(0)
        states.append(None if same else _dated(state, run_a, later))
    return _Track(states, moved, populations)


def _dated(
    state: Mapping[str, Observation], run_a: Result, later: timedelta
) -> list[tuple[Observation, date]]:
    return [(state[key], day_of(state[key], run_a.as_of) + later) for key in sorted(state)]


def _measured(
    day: date, subject: str, states: States, tracks: Mapping[str, _Track]
) -> dict[str, list[float]]:
    """Each indicator in 0 … 1 at each time, by the later run's figures: one computation.

    Times stand in for subjects, so that what a time lacks is missing and not an error; and
    indicators that are made alike are one, so that as few columns as can be are summarised.
    """
    if not tracks:
        return {}
    positions = {one.key: i for i, one in enumerate(states.indicators)}
    alike: dict[Indicator, str] = {}
    stands_for = {}
    for key in tracks:
        own = states.indicators[positions[key]]
        # Shrinkage looks at errors, and these at who else is in the column.
        form = own if own.shrinkage != "none" else replace(own, key="", weight=1.0)
        stands_for[key] = alike.setdefault(form, key)
    table: dict[str, list[Any]] = {
        name: [] for name in ("subject", "indicator", "observed_on", *TAKEN)
    }
    populations = {}
    for key, track in tracks.items():
        for time, (state, size) in enumerate(zip(track.states, track.populations, strict=True)):
            if state is None:
                continue
            table["subject"] += [f"{key} {time}"] * len(state)
            table["indicator"] += [stands_for[key]] * len(state)
            table["observed_on"] += [one_day for _, one_day in state]
            for name in TAKEN:
                table[name] += [getattr(one, name) for one, _ in state]
            if size is not None:
                populations[f"{key} {time}", stands_for[key]] = size
    methodology = _only(tuple(states.indicators[positions[key]] for key in alike.values()))
    columns, _ = check(methodology, table, day)
    used = still_valid(methodology, columns, day.toordinal() - EPOCH)
    cells = summarise(methodology, used.rows, used.decayed, populations, 0)
    rows = {name: row for row, name in enumerate(used.rows.subjects)}
    columns_of = {key: column for column, key in enumerate(alike.values())}
    found: dict[str, list[float]] = {}
    for key, track in tracks.items():
        column, steps = columns_of[stands_for[key]], list[float]()
        for time, state in enumerate(track.states):
            row = rows.get(f"{key} {time}")
            if state is None:
                steps.append(steps[-1])
            elif row is None:
                steps.append(math.nan)
            else:
                x, se = cells.raw[row, column], cells.se[row, column]
                steps.append(states.on_scale(subject, positions[key], x, se))
        found[key] = steps
    return found


def _only(indicators: tuple[Indicator, ...]) -> Methodology:
    """A methodology of these indicators, to summarise them by."""
    shares = (1 / len(indicators),) * len(indicators)
    root = Dimension("index", (Dimension("all", indicators, shares),), (1.0,))
    return Methodology("times", "1", root, faulty_observations="leave_out")


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
        step = step if abs(step) > NOTHING else 0.0
        last = last if np.isnan(after) else after
        share = part.part * step / total if abs(total) >= NOTHING and not whole else 0.0
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
