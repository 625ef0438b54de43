"""Gaming and robustness checks (section 19 of the specification).

Each returns findings: a code, its figures, a sentence, and the ids of the evidence behind it. None
changes a number, none accuses: a finding is a place worth a look. Those that need only runs and
observations are gathered by `of_run` and `of_change`; those on marks, response patterns, evaluators
and posts are given what they look at.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.bands import positions
from lms.index.compute import compute
from lms.index.finding import Finding
from lms.index.observations import Observation
from lms.index.patterns import Rated, identical_patterns, identical_ratings, marks_crowd
from lms.index.pieces import Observations, Piece, behind, listed, pieces
from lms.index.ranks import shown_ranks
from lms.index.result import Result
from lms.index.states import States

__all__ = [
    "Rated",
    "fragile",
    "identical_patterns",
    "identical_ratings",
    "jumps",
    "last_days",
    "marks_crowd",
    "of_change",
    "of_run",
    "one_assessor",
    "rose_while_coverage_fell",
    "selective_posts",
    "self_assessed",
]

Floats = NDArray[np.float64]
#: Thresholds of section 19, each beside its check there.
COVERAGE_FELL = 0.1
INDEPENDENT, ERRORS_APART = 0.5, 2.0
LAST_DAYS, LAST_SHARE = 7, 0.5
ONE_PERSON = 0.6
JUMP_ERRORS, JUMP_GROUPS = 3.0, 5
TENTH = 0.1
SLACK = 1e-12


def of_run(run: Result, observations: Observations) -> tuple[Finding, ...]:
    """What the checks on one run find: self-assessment and fragility."""
    rows = list(listed(observations))
    return (*self_assessed(run, rows), *fragile(run))


def of_change(run_a: Result, run_b: Result, observations_b: Observations) -> tuple[Finding, ...]:
    """What the checks on two runs find: coverage that fell, last days, jumps."""
    rows = list(listed(observations_b))
    return (
        *rose_while_coverage_fell(run_a, run_b),
        *last_days(run_a, run_b, rows),
        *jumps(run_a, run_b, rows),
    )


def rose_while_coverage_fell(run_a: Result, run_b: Result) -> tuple[Finding, ...]:
    """Subjects whose index rose while their coverage fell by 0.1 or more.

    Beside the two values stand those on the indicators common to both runs, under the later
    methodology and its reference figures: what was dropped may be all that rose. Where none are
    common the code says so. The evidence named is that which the later run no longer has.
    """
    states = States(run_b)
    found = []
    for subject in run_b.subjects:
        if subject not in run_a.subjects:
            continue
        a, b = run_a.subjects.index(subject), run_b.subjects.index(subject)
        rose = run_b.values[b] > run_a.values[a]
        if rose and run_a.coverage[a] - run_b.coverage[b] >= COVERAGE_FELL - SLACK:
            z_a, z_b = states.earlier(run_a, subject), run_b.indicators[b]
            both = ~(np.isnan(z_a) | np.isnan(z_b))
            figures: dict[str, Any] = {
                "value_a": float(run_a.values[a]),
                "value_b": float(run_b.values[b]),
                "coverage_a": float(run_a.coverage[a]),
                "coverage_b": float(run_b.coverage[b]),
                "common": int(both.sum()),
            }
            if both.any():
                common = [states.index(np.where(both, z, np.nan)) for z in (z_a, z_b)]
                figures |= {"common_a": common[0], "common_b": common[1]}
            code = "rose_while_coverage_fell" if both.any() else "rose_on_other_indicators"
            now = {key for own in run_b.observations[b] for key in own}
            gone = sorted(key for own in run_a.observations[a] for key in own if key not in now)
            found.append(Finding(code, figures, subject, observations=tuple(gone)))
    return tuple(found)


def self_assessed(run: Result, observations: Observations) -> tuple[Finding, ...]:
    """Subjects assessed mostly by themselves, and indicators where others see something else.

    The second where a subject's own assessments of an indicator and those of other organisations,
    each summarised as the methodology says, differ by more than 2 errors of the difference. Where
    an error is unknown nothing is said.
    """
    rows = list(listed(observations))
    used = pieces(run, rows)
    found = []
    for s, subject in enumerate(run.subjects):
        share = float(run.independent[s])
        if share < INDEPENDENT:
            own = [
                piece.observation.id
                for (name, _), behind_it in used.items()
                if name == subject
                for piece in behind_it
                if piece.observation.assessor in ("", subject)
            ]
            figures = {"independent": share}
            found.append(
                Finding("self_assessed", figures, subject, observations=tuple(sorted(own)))
            )
    return (*found, *_assessments_differ(run, rows))


def _assessments_differ(run: Result, rows: list[Observation]) -> list[Finding]:
    ids = {key for row in run.observations for cell in row for key in cell}
    used = [one for one in rows if one.id in ids and one.assessor]
    sides = (
        [one for one in used if one.assessor == one.subject],
        [one for one in used if one.assessor != one.subject],
    )
    if not all(sides):
        return []
    patient = replace(run.methodology, faulty_observations="leave_out")
    own, others = (compute(patient, side, run.as_of, draws=0, seed=run.seed) for side in sides)
    found = []
    for subject in sorted(set(own.subjects) & set(others.subjects)):
        x, y = own.subjects.index(subject), others.subjects.index(subject)
        for i, indicator in enumerate(run.methodology.indicators):
            error = math.hypot(own.se[x, i], others.se[y, i])
            apart = abs(own.raw[x, i] - others.raw[y, i])
            # NaN, where one side or its error is missing, is above nothing.
            if error > 0 and apart > ERRORS_APART * error:
                figures = {
                    "own": float(own.raw[x, i]),
                    "others": float(others.raw[y, i]),
                    "error": error,
                    "errors": float(apart / error),
                }
                names = (*own.observations[x][i], *others.observations[y][i])
                found.append(Finding("assessments_differ", figures, subject, indicator.key, names))
    return found


def last_days(run_a: Result, run_b: Result, observations_b: Observations) -> tuple[Finding, ...]:
    """Indicators of which over half the new weight was observed in the last 7 days.

    New is what the later run used and the earlier did not; the days are those before the later
    run's day, which itself counts.
    """
    found = []
    for (subject, indicator), own in sorted(pieces(run_b, observations_b).items()):
        new = _new(run_a, subject, indicator, own)
        whole = math.fsum(piece.weight for piece in new)
        late = [piece for piece in new if piece.age <= LAST_DAYS]
        share = math.fsum(piece.weight for piece in late) / whole if whole > 0 else 0.0
        if share > LAST_SHARE:
            figures = {"share": share, "days": LAST_DAYS, "new": len(new), "late": len(late)}
            names = tuple(sorted(piece.observation.id for piece in late))
            found.append(Finding("last_days", figures, subject, indicator, names))
    return tuple(found)


def _new(run: Result, subject: str, indicator: str, own: Iterable[Piece]) -> list[Piece]:
    known = behind(run, subject).get(indicator, frozenset())
    return [piece for piece in own if piece.observation.id not in known]


def one_assessor(
    run: Result,
    observations: Observations,
    assessors: Mapping[str, str],
    severity: Mapping[str, float] | None = None,
) -> tuple[Finding, ...]:
    """Subjects of whose weight over 60 % comes from one person.

    A subject's weight is spread over its present indicators by their global weights, and within an
    indicator over its observations by theirs, as with the share that is independent.

    Args:
        assessors: by id of the observation, a code of the person who assessed; without one, nobody.
        severity: by code, the person's offset as `lms.scoring.severity` found it; in the figures
            where it is known, else None.
    """
    weights = run.plan.weight
    keys = [one.key for one in run.methodology.indicators]
    held: dict[str, float] = defaultdict(float)
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (subject, indicator), own in pieces(run, observations).items():
        s, i = run.subjects.index(subject), keys.index(indicator)
        whole = math.fsum(piece.weight for piece in own)
        if np.isnan(run.indicators[s, i]) or whole <= 0:
            continue
        held[subject] += weights[i]
        for piece in own:
            person = assessors.get(piece.observation.id, "")
            if person:
                shares[subject][person] += weights[i] * piece.weight / whole
                names[subject, person].append(piece.observation.id)
    found = []
    for subject in sorted(shares):
        person, weight = max(shares[subject].items(), key=lambda one: (one[1], one[0]))
        if held[subject] > 0 and weight / held[subject] > ONE_PERSON:
            figures: dict[str, Any] = {
                "share": weight / held[subject],
                "assessor": person,
                "severity": (severity or {}).get(person),
            }
            ids = tuple(sorted(names[subject, person]))
            found.append(Finding("one_assessor", figures, subject, observations=ids))
    return tuple(found)


def jumps(run_a: Result, run_b: Result, observations_b: Observations) -> tuple[Finding, ...]:
    """Indicators that changed by over 3 errors on fewer than 5 new groups.

    The error is that of the difference of two independent values: with shared evidence it is
    smaller, so that what merely expired does not ring. Where an error is unknown, or both values
    are known without one, nothing is said.
    """
    used = pieces(run_b, observations_b)
    places = {(one.key, one.unit): i for i, one in enumerate(run_a.methodology.indicators)}
    found = []
    for b, subject in enumerate(run_b.subjects):
        if subject not in run_a.subjects:
            continue
        a = run_a.subjects.index(subject)
        for j, indicator in enumerate(run_b.methodology.indicators):
            i = places.get((indicator.key, indicator.unit))
            if i is None:
                continue
            error = math.hypot(run_a.se[a, i], run_b.se[b, j])
            apart = abs(run_b.raw[b, j] - run_a.raw[a, i])
            if not (error > 0 and apart > JUMP_ERRORS * error):
                continue
            new = _new(run_a, subject, indicator.key, used.get((subject, indicator.key), ()))
            groups = len({piece.group for piece in new})
            if groups < JUMP_GROUPS:
                figures = {
                    "before": float(run_a.raw[a, i]),
                    "after": float(run_b.raw[b, j]),
                    "error": error,
                    "errors": float(apart / error),
                    "groups": groups,
                }
                names = tuple(sorted(piece.observation.id for piece in new))
                found.append(Finding("jump", figures, subject, indicator.key, names))
    return tuple(found)


def selective_posts(
    run_a: Result,
    observations_a: Observations,
    removed: Iterable[tuple[str, str, str]],
) -> tuple[Finding, ...]:
    """Posts that left the population in the period in which their value was low.

    Low is worse, in the indicator's direction, than the mean of the posts that stayed. A removed
    post that was not observed has no value and is only counted.

    Args:
        run_a, observations_a: of the earlier day, when the posts were still counted.
        removed: (subject, indicator, group) of each post that is no longer counted.
    """
    gone: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, indicator, group in removed:
        gone[subject, indicator].add(group)
    directions = {one.key: one.normalise.direction for one in run_a.methodology.indicators}
    used = pieces(run_a, observations_a)
    found = []
    for (subject, indicator), groups in sorted(gone.items()):
        own = [
            piece
            for piece in used.get((subject, indicator), ())
            if isinstance(piece.observation.value, int | float)
        ]
        left = [piece for piece in own if piece.observation.group in groups]
        kept = [piece for piece in own if piece.observation.group not in groups]
        if not left or not kept:
            continue
        low, mean = _mean(left), _mean(kept)
        if (low < mean) if directions[indicator] == "up" else (low > mean):
            observed = {piece.observation.group for piece in left}
            figures = {
                "removed": len(observed),
                "unobserved": len(groups - observed),
                "kept": len({piece.group for piece in kept}),
                "low": low,
                "mean": mean,
            }
            names = tuple(sorted(piece.observation.id for piece in left))
            found.append(Finding("selective_posts", figures, subject, indicator, names))
    return tuple(found)


def _mean(own: Iterable[Piece]) -> float:
    pairs = [(piece.weight, float(piece.observation.value or 0)) for piece in own]
    return math.fsum(w * x for w, x in pairs) / math.fsum(w for w, _ in pairs)


def fragile(run: Result) -> tuple[Finding, ...]:
    """Subjects whose band, or rank by over a tenth of the table, rests on one choice of method.

    Choices: each indicator left out, equal weights everywhere, the arithmetic mean wherever the
    methodology takes the geometric one. What is missing stays missing, and no threshold of presence
    acts on what is left; a subject of which nothing is left is passed over.
    """
    published = ~np.isnan(run.values)
    if not published.any():
        return ()
    states = States(run)
    z = run.indicators[published].T
    z = np.where(states.effective(~np.isnan(z)), z, np.nan)
    names = [name for name, there in zip(run.subjects, published, strict=True) if there]
    shown = np.array([bool(band) for band, there in zip(run.band, published, strict=True) if there])
    choices: dict[tuple[str, str], Floats] = {}
    columns = {one.key: i for i, one in enumerate(states.indicators)}
    for key, i in columns.items():
        if states.plan.weight[i] > 0:
            without = z.copy()
            without[i] = np.nan
            choices[f"without {key}", key] = states.rows(without)
    equal = [np.full(len(one.children), 1 / len(one.children)) for one in states.plan.parents]
    choices["equal weights", ""] = states.rows(z, equal)
    if any(one.kind == "geometric" for one in states.plan.parents):
        choices["arithmetic mean", ""] = states.with_arithmetic().rows(z)
    base = _Placed(states, states.rows(z))
    found = []
    for (choice, key), rows in choices.items():
        other = _Placed(states, rows)
        there = ~np.isnan(other.values)
        moved = np.abs(other.ranks - base.ranks) > TENTH * len(names) + SLACK
        crossed = shown & (other.bands != base.bands)
        for s in np.flatnonzero(there & (moved | crossed)).tolist():
            figures = {
                "choice": choice,
                "value": float(base.values[s]),
                "other_value": float(other.values[s]),
                "rank": int(base.ranks[s]),
                "other_rank": int(other.ranks[s]),
                "subjects": len(names),
                "band": base.band(s),
                "other_band": other.band(s),
            }
            ids: tuple[str, ...] = ()
            if key:
                ids = run.observations[run.subjects.index(names[s])][columns[key]]
            found.append(Finding("fragile", figures, names[s], key, ids))
    return tuple(sorted(found, key=lambda one: one.subject))


class _Placed:
    """Values, ranks and bands of subjects under one method."""

    def __init__(self, states: States, rows: Floats) -> None:
        self.keys = [band.key for band in states.methodology.bands]
        self.values = rows[-1]
        self.ranks = shown_ranks(self.values)
        there = ~np.isnan(self.values)
        self.bands = np.full(self.values.shape, -1)
        if self.keys and there.any():
            _, held = positions(states.methodology, states.plan, rows[:, there])
            self.bands[there] = held

    def band(self, subject: int) -> str:
        return self.keys[self.bands[subject]] if self.keys else ""
