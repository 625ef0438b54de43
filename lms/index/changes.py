"""What changed between two runs, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Solo
from lms.index.drawing import CHUNK, Progress
from lms.index.interval import Sampler, ends, student, subject_key
from lms.index.redrawing import kept_figures
from lms.index.result import Result
from lms.index.statistic import BETA, LOGIT, NO_DRAW, PLAIN

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a subject's index.

    Args:
        value_a, value_b: of the two runs; None where missing.
        difference: the later minus the earlier; None where one is missing.
        low, high: interval of the difference, at the later run's level; None where a run has no
            draws, or no error is known.
        said: ``rose`` or ``fell`` where the interval leaves 0 out, else empty: nothing is said.
    """

    subject: str
    value_a: float | None
    value_b: float | None
    difference: float | None
    low: float | None
    high: float | None
    said: str

    def to_mapping(self) -> dict[str, Any]:
        """The change as plain values for JSON."""
        return {name: getattr(self, name) for name in Change.__dataclass_fields__}


def compare(run_a: Result, run_b: Result, progress: Progress | None = None) -> dict[str, Change]:
    """Changes from run A to run B by subject, with their intervals, sorted by code.

    Subjects that either run lists. What both runs rest on moves both together: of each indicator,
    with r the share of B's weight on observations that also stood in A, T_B = r·T_A + √(1 − r²)·T′
    (section 9, 'Change interval'). A Beta follows T by its rank. Medians and p90 are x + T·se, with
    the ν of a mean: their resamples belong to one run. Each run keeps its own methodology and the
    figures of its own sample. As many draws as the run that has more of them.

    Args:
        progress: called between chunks of subjects with (done, of how many).
    """
    subjects = sorted(set(run_a.subjects) | set(run_b.subjects))
    draws = max(run_a.draws, run_b.draws) if run_a.draws and run_b.draws else 0
    sides = (_Side(run_a), _Side(run_b)) if draws else None
    found = {}
    for number, subject in enumerate(subjects, start=1):
        found[subject] = _change(run_a, run_b, subject, sides, draws)
        if progress is not None and (number % CHUNK == 0 or number == len(subjects)):
            progress(number, len(subjects))
    return found


def _change(
    run_a: Result, run_b: Result, subject: str, sides: tuple[_Side, _Side] | None, draws: int
) -> Change:
    value_a, value_b = _value(run_a, subject), _value(run_b, subject)
    if value_a is None or value_b is None:
        return Change(subject, value_a, value_b, None, None, None, "")
    difference = value_b - value_a
    if sides is None or not all(side.known(subject) for side in sides):
        return Change(subject, value_a, value_b, difference, None, None, "")
    drawn = _drawn(*sides, subject, draws)
    inner = ends(drawn, run_b.methodology.interval.level)
    low, high = min(float(inner[0]), difference), max(float(inner[1]), difference)
    said = "rose" if low > 0 else "fell" if high < 0 else ""
    return Change(subject, value_a, value_b, difference, low, high, said)


def _value(run: Result, subject: str) -> float | None:
    if subject not in run.subjects:
        return None
    value = float(run.values[run.subjects.index(subject)])
    return None if np.isnan(value) else value


def _drawn(a: _Side, b: _Side, subject: str, draws: int) -> Floats:
    """Differences of the two indices, by draw."""
    seeds = np.random.SeedSequence((a.run.seed, b.run.seed), spawn_key=(subject_key(subject),))
    own, shared = seeds.spawn(2)
    stream = np.random.Generator(np.random.PCG64(own))
    s, t = a.rows[subject], b.rows[subject]
    t_a, t_b = a.deviates(s, stream, draws), b.deviates(t, stream, draws)
    for j, one in enumerate(b.indicators):
        i = a.places.get((one.key, one.unit))
        if i is not None and a.drawn[s, i] and b.drawn[t, j]:
            r = _shared(a.run, b.run, s, t, i, j)
            t_b[j] = r * t_a[i] + np.sqrt(1 - r * r) * t_b[j]
    # Betas of the two runs come from one stream: of equal ones the draws are equal.
    return b.index(t, t_b, shared, stream) - a.index(s, t_a, shared, stream)


def _shared(a: Result, b: Result, s: int, t: int, i: int, j: int) -> float:
    """The share of B's weight on observations that also stood in A."""
    before = set(a.observations[s][i])
    pairs = list(zip(b.observations[t][j], b.observation_weights[t][j], strict=True))
    whole = sum(weight for _, weight in pairs)
    both = sum(weight for name, weight in pairs if name in before)
    return min(1.0, both / whole) if whole > 0 else 0.0


class _Side:
    """A run, ready to be drawn from by deviates that another run has a part in."""

    def __init__(self, run: Result) -> None:
        self.run = run
        self.figures = kept_figures(run)
        self.sampler = Sampler(self.figures)
        self.indicators = self.sampler.indicators
        self.rows = {code: row for row, code in enumerate(run.subjects)}
        self.places = {(one.key, one.unit): i for i, one in enumerate(self.indicators)}
        self.drawn = self.sampler.how != NO_DRAW

    def known(self, subject: str) -> bool:
        """Whether the subject's index rests on at least one known error."""
        return not np.isnan(self.run.low[self.rows[subject]])

    def deviates(self, subject: int, stream: np.random.Generator, draws: int) -> Floats:
        """Student's t with each indicator's ν, or a normal where there is none: indicators × draws."""
        drawn = np.zeros((len(self.indicators), draws))
        how = self.sampler.how[subject]
        nu = np.where(how == BETA, np.inf, self.run.nu[subject])
        rows = np.flatnonzero((how != NO_DRAW) & np.isfinite(nu))
        if rows.size:
            block = np.empty((rows.size, draws))
            student(nu[rows], stream, block)
            drawn[rows] = block
        for row in np.flatnonzero((how != NO_DRAW) & ~np.isfinite(nu)).tolist():
            stream.standard_normal(out=drawn[row])
        return drawn

    def index(
        self, subject: int, t: Floats, seeds: np.random.SeedSequence, stream: np.random.Generator
    ) -> Floats:
        """The index of a subject by these deviates."""
        sampler, how = self.sampler, self.sampler.how[subject]
        x = np.empty_like(t)
        logit, plain = np.flatnonzero(how == LOGIT), np.flatnonzero(how == PLAIN)
        block = t[logit]
        sampler.logistic(block, subject, logit)
        x[logit] = block
        error = sampler.error[subject, plain, None]
        x[plain] = sampler.centre[subject, plain, None] + t[plain] * error
        certain = np.flatnonzero((how == LOGIT) & (sampler.error[subject] == 0))
        x[certain] = sampler.centre[subject, certain, None]
        for i in np.flatnonzero(how == BETA).tolist():
            # A Beta follows its deviate by rank.
            fresh = np.random.Generator(np.random.PCG64(seeds))
            shape = sampler.alpha[subject, i], sampler.beta[subject, i]
            x[i, np.argsort(t[i], kind="stable")] = np.sort(fresh.beta(*shape, t.shape[1]))
        z = sampler.scaled(subject, x, stream)
        found = self.figures.found[:, subject]
        return np.asarray(Solo(self.figures.plan, found).rows(z, t.shape[1])[-1])
