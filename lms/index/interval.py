"""How sure: seeded draws of what was observed and of the method, and their percentiles."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan, Solo, Step, added, mean_of_present
from lms.index.figures import Figures, other_scales
from lms.index.methodology import Methodology
from lms.index.normalise import normalise
from lms.index.statistic import BETA, BOOTSTRAP, LOGIT, NO_DRAW, PLAIN, moved_in

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Beyond it a share is 0 or 1 in every digit, and its exponential still finite.
FARTHEST = 700.0


def subject_key(subject: str) -> int:
    """The first eight bytes of SHA-256 of the code: a subject's own stream of random numbers."""
    return int.from_bytes(hashlib.sha256(subject.encode("utf-8")).digest()[:8], "big")


def generator(seed: int, key: int) -> np.random.Generator:
    """The stream of a key under a seed; 0 is the method's."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key,))))


def student(nu: Floats, stream: np.random.Generator, out: Floats) -> None:
    """Fill rows with Student's t, each with its ν: √(ν(U^(−2/ν) − 1))·cos 2πV, U and V uniform.

    In half the time of a normal over the root of a gamma. −ln U is drawn as an exponential, and the
    angle in single precision, which moves no draw by more than 1e-6 of its size.
    Source: Bailey (1994), Polar generation of random variates with the t-distribution.
    """
    stream.standard_exponential(out=out)
    angle = stream.random(out.shape, dtype=np.float32)
    angle *= np.float32(2 * math.pi)
    np.cos(angle, out=angle)
    out *= 2 / nu[:, None]
    # Beyond it U is below the smallest float.
    np.minimum(out, FARTHEST, out=out)
    np.exp(out, out=out)
    out -= 1.0
    out *= nu[:, None]
    np.sqrt(out, out=out)
    out *= angle


class Sampler:
    """Draws of what was observed, subject by subject (section 9 of the specification).

    Means within a bounded range are drawn on the logit scale with Student's t, so that no draw
    leaves the range; rates from a Beta; quantiles from their resamples; what was filled in by its
    rule's error; the rest by t or normal. Figures of the sample (reference, shrinkage, outliers)
    stay as the data gave them; what was shrunk is drawn around its shrunk value by its own error.
    """

    def __init__(self, figures: Figures) -> None:
        cells = figures.cells
        self.figures = figures
        shrunk = ~np.isnan(figures.shrunk)
        self.centre = np.where(shrunk, figures.shrunk, cells.raw)
        self.error = np.where(shrunk, figures.shrunk_se, cells.se)
        self.how = np.where(figures.there, cells.draw, NO_DRAW)
        self.drawn = (self.how != NO_DRAW) | figures.imputed.mask.T
        self.indicators = indicators = figures.methodology.indicators
        spans = [one.span or (0.0, 1.0) for one in indicators]
        self.low = np.array([low for low, _ in spans])
        self.width = np.array([high - low for low, high in spans])
        logit = self.how == LOGIT
        y = np.where(logit, (self.centre - self.low) / self.width, 0.5)
        # A shrunk mean lies between means within the range, so that it is within it too.
        u = moved_in(np.clip(y, 0.0, 1.0), np.maximum(cells.m, 2))
        self.middle = np.log(u / (1 - u))
        self.slope = np.where(logit, self.error, 0.0) / self.width / (u * (1 - u))
        p = np.clip(np.where(self.how == BETA, self.centre, 0.5), 0.0, 1.0)
        trials = np.where(shrunk, p * (1 - p) / np.where(shrunk, self.error**2, 1.0), np.nan)
        trials = np.where(np.isnan(trials), cells.effective, trials)
        self.alpha, self.beta = p * trials + 0.5, (1 - p) * trials + 0.5
        #: Indicators whose goalposts are two numbers and nothing else: done in one go.
        self.simple = np.array(
            [
                one.normalise.method == "goalposts"
                and one.transform == "none"
                and one.outliers.method == "none"
                for one in indicators
            ]
        )
        self.floor = np.array([one.normalise.low for one in indicators])
        self.height = np.array([one.normalise.high - one.normalise.low for one in indicators])
        self.down = np.array([one.normalise.direction == "down" for one in indicators])

    def known(self) -> Bools:
        """Which rows of the plan rest on at least one known error, rows × subjects."""
        plan, found = self.figures.plan, self.figures.found
        told = np.zeros(found.shape, dtype=bool)
        told[: plan.indicators] = self.drawn.T & found[: plan.indicators]
        for parent in plan.parents:
            for child, share in zip(parent.children, parent.shares, strict=True):
                if share > 0:
                    told[parent.row] |= told[child]
            told[parent.row] &= found[parent.row]
        return told

    def raw(self, subject: int, stream: np.random.Generator, draws: int) -> Floats:
        """Raw values as they might have come out, indicators × draws.

        Those that were filled in, or of which no error is known, are left as they come.
        """
        how, error = self.how[subject], self.error[subject]
        drawn = np.empty((how.size, draws))
        around = (how == PLAIN) | (how == LOGIT)
        nu = self.figures.cells.nu[subject]
        rows = np.flatnonzero(around & np.isfinite(nu))
        if rows.size:
            # All at once where there is nothing else: then nothing is copied.
            block = drawn if rows.size == how.size else np.empty((rows.size, draws))
            student(nu[rows], stream, block)
            if block is not drawn:
                drawn[rows] = block
        for i in np.flatnonzero((how != NO_DRAW) & ~(around & np.isfinite(nu))).tolist():
            if how[i] == BETA:
                drawn[i] = stream.beta(self.alpha[subject, i], self.beta[subject, i], draws)
            elif how[i] == BOOTSTRAP:
                drawn[i] = self._resampled(subject, i, stream, draws)
            else:
                stream.standard_normal(out=drawn[i])
        rows = np.flatnonzero(how == LOGIT)
        if rows.size:
            block = drawn if rows.size == how.size else drawn[rows]
            self.logistic(block, subject, rows)
            if block is not drawn:
                drawn[rows] = block
        rows = np.flatnonzero(how == PLAIN)
        if rows.size:
            centre = self.centre[subject, rows, None]
            drawn[rows] = centre + drawn[rows] * error[rows, None]
        certain = np.flatnonzero(around & (error == 0))
        drawn[certain] = self.centre[subject, certain, None]
        return drawn

    def logistic(self, t: Floats, subject: int, rows: Ints) -> None:
        """Student's t to lo + (hi − lo)·logistic(logit u + t·s/(u(1 − u))), in place."""
        t *= -self.slope[subject, rows, None]
        t -= self.middle[subject, rows, None]
        np.clip(t, -FARTHEST, FARTHEST, out=t)
        np.exp(t, out=t)
        t += 1.0
        np.divide(self.width[rows, None], t, out=t)
        t += self.low[rows, None]

    def _resampled(
        self, subject: int, indicator: int, stream: np.random.Generator, draws: int
    ) -> Floats:
        """The bootstrap's values; of a shrunk quantile, drawn in as its error is."""
        cells = self.figures.cells
        resamples = cells.resamples[subject, indicator]
        picked = resamples[stream.integers(0, resamples.size, draws)]
        if np.isnan(self.figures.shrunk[subject, indicator]):
            return picked
        part = self.error[subject, indicator] / cells.se[subject, indicator]
        return self.centre[subject, indicator] + (picked - cells.raw[subject, indicator]) * part

    def normalised(self, subject: int, stream: np.random.Generator, draws: int) -> Floats:
        """The same, normalised and with what was filled in; what is certain stays as it is."""
        return self.scaled(subject, self.raw(subject, stream, draws), stream)

    def scaled(self, subject: int, z: Floats, stream: np.random.Generator) -> Floats:
        """Drawn raw values normalised, in place; what was filled in is drawn from the stream."""
        figures = self.figures
        drawn = self.how[subject] != NO_DRAW
        simple = np.flatnonzero(drawn & self.simple)
        if simple.size:
            block = z if simple.size == drawn.size else z[simple]
            block -= self.floor[simple, None]
            block /= self.height[simple, None]
            np.clip(block, 0.0, 1.0, out=block)
            down = self.down[simple]
            block[down] = 1.0 - block[down]
            if block is not z:
                z[simple] = block
        for i in np.flatnonzero(drawn & ~self.simple).tolist():
            limits = figures.treatments[i]
            kept = np.clip(z[i], limits.lowest, limits.highest)
            own = float(figures.used[subject, i])
            z[i] = normalise(self.indicators[i], kept, figures.references[i], own)
        for i in np.flatnonzero(figures.imputed.mask[:, subject]).tolist():
            spread = stream.standard_normal(z.shape[1]) * figures.imputed.error[i]
            z[i] = np.clip(figures.z[i, subject] + spread, 0.0, 1.0)
        still = np.flatnonzero(~self.drawn[subject])
        z[still] = figures.z[still, subject, None]
        return z


@dataclass(frozen=True, slots=True)
class MethodDraws:
    """Other sensible methods, the same for all subjects.

    Args:
        shares: for each parent of the plan, children × draws.
        kinds: aggregations of the index; which: the one of each draw.
        scales: other ways to normalise; empty: the file's. scale: the one of each draw.
    """

    shares: tuple[Floats, ...]
    kinds: tuple[str, ...]
    which: Ints
    scales: tuple[str, ...] = ()
    scale: Ints | None = None


def draw_methods(methodology: Methodology, plan: Plan, seed: int, draws: int) -> MethodDraws:
    """Weights from Dirichlet(κ·w) within each parent, the rest from the alternatives."""
    stream = generator(seed, 0)
    shares = []
    for parent in plan.parents:
        drawn = np.zeros((len(parent.children), draws))
        counted = parent.shares > 0
        kappa = parent.concentration or methodology.interval.concentration
        drawn[counted] = stream.dirichlet(kappa * parent.shares[counted], draws).T
        shares.append(drawn)
    kinds = methodology.interval.aggregates or (methodology.root.aggregate,)
    which = stream.integers(0, len(kinds), draws)
    scales = methodology.interval.normalises
    scale = stream.integers(0, len(scales), draws) if scales else None
    return MethodDraws(tuple(shares), kinds, which, scales, scale)


class Methods:
    """The index of each subject under each drawn method, with the data at their point values."""

    def __init__(self, figures: Figures, drawn: MethodDraws) -> None:
        self.figures, self.drawn = figures, drawn
        self.other = other_scales(figures, drawn.scales) if drawn.scales else None
        self.columns = drawn.which.size
        self.top = figures.plan.parents[-1]
        self.alone = drawn.kinds == (self.top.kind,)
        self._weights: dict[tuple[int, str], tuple[Floats, Floats]] = {}

    def index(self, subject: int, solo: Solo) -> Floats:
        """By draw; the subject has an index."""
        z = self.figures.z[:, subject, None]
        if self.other is not None:
            z = self.other[self.drawn.scale, :, subject].T
        methods = [self._drawn(step) for step in solo.steps]
        if self.alone:
            return solo.rows(z, self.columns, methods)[-1]
        children = solo.rows(z, self.columns, methods[:-1])[solo.steps[-1].rows]
        power = self.top.p if self.top.kind == "power" else 1.0
        by_kind = [
            np.clip(mean_of_present(kind, children, methods[-1][0], self.top.floor, power), 0, 1)
            for kind in self.drawn.kinds
        ]
        return np.choose(self.drawn.which, by_kind)

    def _drawn(self, step: Step) -> tuple[Floats, Floats]:
        """The drawn weights of a step's children and their sums; most subjects share them."""
        key = step.position, repr(step.counted)
        if key not in self._weights:
            shares = self.drawn.shares[step.position][step.counted]
            self._weights[key] = shares, added(shares)
        return self._weights[key]


def ends(values: NDArray[np.floating[Any]], level: float) -> Floats:
    """The two percentiles (type 7) that leave (1 − level)/2 outside each, along the last axis."""
    last = values.shape[-1] - 1
    places = [last * share for share in ((1 - level) / 2, (1 + level) / 2)]
    near = [math.floor(place) for place in places]
    wanted = sorted({min(one + step, last) for one in near for step in (0, 1)})
    parted = np.partition(values, wanted, axis=-1)
    found = []
    for place, low in zip(places, near, strict=True):
        below = parted[..., low].astype(np.float64)
        above = parted[..., min(low + 1, last)].astype(np.float64)
        found.append(below + (above - below) * (place - low))
    return np.array(found)
