"""Many observations → one raw value with its error, for every subject and indicator at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lms.index.flags import Flag
from lms.index.methodology import Indicator, Methodology
from lms.index.observations import Columns
from lms.index.quantile import resampled_quantiles, weighted_quantiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: How a cell is drawn: not at all, by plain t or normal, by logit-t, by Beta, from a bootstrap.
NO_DRAW, PLAIN, LOGIT, BETA, BOOTSTRAP = range(5)


@dataclass(slots=True)
class Cells:
    """Raw values and their errors; every array is subjects × indicators, NaN is missing.

    Args:
        raw, se: in the indicator's unit.
        n: observed groups. m: groups that the value rests on, with those counted as zero.
        population: NaN where unknown.
        nu: degrees of freedom; infinite for a normal. effective: n_eff of rates.
        draw: how a draw is made.
        weight, fresh, independent, verified: sums of decayed weight.
        resamples: by (subject, indicator), the bootstrap values of quantiles.
    """

    raw: Floats
    se: Floats
    n: Ints
    m: Ints
    population: Floats
    nu: Floats
    effective: Floats
    draw: Ints
    flags: Ints
    weight: Floats
    fresh: Floats
    independent: Floats
    verified: Floats
    resamples: dict[tuple[int, int], Floats] = field(default_factory=dict)


def _sum(places: Ints, numbers: Floats, size: int) -> Floats:
    """Sums by place, added in the order of the rows: no other place moves a bit of them."""
    return np.bincount(places, numbers, size).astype(np.float64)


@dataclass(slots=True)
class _Groups:
    """Groups of one indicator, sorted by subject: weight, mean value, numerator, denominator."""

    subject: Ints
    w: Floats
    x: Floats
    top: Floats
    bottom: Floats
    trials: Floats


def summarise(
    methodology: Methodology,
    rows: Columns,
    decayed: Floats,
    populations: Mapping[tuple[str, str], float],
    seed: int,
) -> Cells:
    """Raw values of all subjects and indicators.

    Args:
        rows: observations in canonical order, with weight above 0 after decay.
        decayed: their weights.
        populations: expected number of groups by (subject, indicator).
        seed: of the resamples of quantiles.
    """
    subjects, indicators = len(rows.subjects), len(methodology.indicators)
    shape = (subjects, indicators)
    cell = rows.subject * indicators + rows.indicator
    cells = Cells(
        raw=np.full(shape, np.nan),
        se=np.full(shape, np.nan),
        n=np.zeros(shape, dtype=np.int64),
        m=np.zeros(shape, dtype=np.int64),
        population=np.full(shape, np.nan),
        nu=np.full(shape, np.inf),
        effective=np.full(shape, np.nan),
        draw=np.zeros(shape, dtype=np.int64),
        flags=np.zeros(shape, dtype=np.int64),
        weight=_sum(cell, decayed, subjects * indicators).reshape(shape),
        fresh=np.zeros(shape),
        independent=np.zeros(shape),
        verified=np.zeros(shape),
    )
    places = {name: subject for subject, name in enumerate(rows.subjects)}
    columns = {one.key: position for position, one in enumerate(methodology.indicators)}
    for (name, key), known in populations.items():
        if name in places and key in columns:
            cells.population[places[name], columns[key]] = known
    for position, indicator in enumerate(methodology.indicators):
        chosen = np.flatnonzero(rows.indicator == position)
        part = _Part(**{name: getattr(rows, name)[chosen] for name in _Part.__slots__})
        # Squares of values near the largest float overflow: then the error is not known.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            _one(indicator, position, part, decayed[chosen], cells, seed)
    return cells


@dataclass(slots=True)
class _Part:
    """The columns of one indicator's observations that its statistic looks at."""

    subject: Ints
    group: Ints
    value: Floats
    day: Ints
    numerator: Floats
    denominator: Floats
    se: Floats


def _one(
    indicator: Indicator, position: int, rows: _Part, w: Floats, cells: Cells, seed: int
) -> None:
    groups = _grouped(indicator, rows, w)
    subjects = cells.raw.shape[0]
    cells.n[:, position] = np.bincount(groups.subject, minlength=subjects)
    if indicator.unobserved == "zero":
        groups = _with_zeros(groups, cells.n[:, position], cells.population[:, position])
    cells.m[:, position] = np.bincount(groups.subject, minlength=subjects)
    if indicator.statistic == "latest":
        _latest(position, rows, w, cells)
    elif indicator.statistic == "sum":
        there = cells.n[:, position] > 0
        total = _sum(rows.subject, rows.value, subjects)
        cells.raw[there, position] = total[there]
    elif indicator.statistic == "count":
        there = cells.n[:, position] > 0
        cells.raw[there, position] = cells.n[there, position]
    elif indicator.statistic in ("rate", "share_at_least"):
        _rate(position, groups, cells)
    else:
        _mean_or_quantile(indicator, position, groups, cells, seed)


def _grouped(indicator: Indicator, rows: _Part, w: Floats) -> _Groups:
    if not w.size:
        empty = np.empty(0)
        return _Groups(np.empty(0, dtype=np.int64), empty, empty, empty, empty, empty)
    # Rows come sorted by subject and group: a group starts where its code changes.
    starts = np.concatenate([[True], rows.group[1:] != rows.group[:-1]])
    number = np.cumsum(starts) - 1
    total = _sum(number, w, 0)

    def mean(column: Floats) -> Floats:
        return _sum(number, w * column, 0) / total

    subject = rows.subject[starts]
    x = mean(rows.value)
    if indicator.statistic == "share_at_least":
        # Rounding of a mean puts nobody below the threshold.
        top = (x >= float(indicator.threshold or 0) - 1e-12).astype(float)
        bottom = trials = np.ones_like(top)
    else:
        top, bottom = mean(rows.numerator), mean(rows.denominator)
        trials = _sum(number, rows.denominator, 0)
    shares = np.ones_like(total) if indicator.groups == "equal" else total
    return _Groups(subject, shares, x, top, bottom, trials)


def _with_zeros(groups: _Groups, n: Ints, population: Floats) -> _Groups:
    """Groups that should be there and were not observed, as zeros of weight 1."""
    lacking = np.where(np.isnan(population), 0, np.maximum(0, np.floor(population) - n))
    extra = np.repeat(np.arange(n.size), lacking.astype(np.int64))
    subject = np.concatenate([groups.subject, extra])
    order = np.argsort(subject, kind="stable")
    zeros, ones = np.zeros(extra.size), np.ones(extra.size)

    def joined(column: Floats, added: Floats) -> Floats:
        return np.concatenate([column, added])[order]

    return _Groups(
        subject[order],
        joined(groups.w, ones),
        joined(groups.x, zeros),
        joined(groups.top, zeros),
        joined(groups.bottom, ones),
        joined(groups.trials, ones),
    )


def _latest(position: int, rows: _Part, w: Floats, cells: Cells) -> None:
    subjects = cells.raw.shape[0]
    newest = np.full(subjects, np.iinfo(np.int64).min)
    np.maximum.at(newest, rows.subject, rows.day)
    chosen = rows.day == newest[rows.subject]
    subject, weight = rows.subject[chosen], w[chosen]
    total = _sum(subject, weight, subjects)
    there = total > 0
    divisor = np.where(there, total, 1.0)
    value = _sum(subject, weight * rows.value[chosen], subjects) / divisor
    # NaN spreads: the error is known only if each of the day's values has one.
    error = np.sqrt(_sum(subject, (weight * rows.se[chosen]) ** 2, subjects)) / divisor
    error = np.where(np.isfinite(error), error, np.nan)
    cells.raw[there, position] = value[there]
    cells.se[there, position] = error[there]
    cells.draw[there & ~np.isnan(error), position] = PLAIN


@dataclass(slots=True)
class _Moments:
    """By subject: number, weight and effective number of groups, and n/(n − 1)."""

    m: Floats
    there: NDArray[np.bool_]
    several: NDArray[np.bool_]
    weight: Floats
    effective: Floats
    correction: Floats


def _moments(groups: _Groups, subjects: int) -> _Moments:
    m = np.bincount(groups.subject, minlength=subjects).astype(float)
    weight = _sum(groups.subject, groups.w, subjects)
    squares = _sum(groups.subject, groups.w**2, subjects)
    there = weight > 0
    effective = np.where(there, weight**2 / np.where(squares > 0, squares, 1.0), 0.0)
    correction = np.where(m > 1, m / np.where(m > 1, m - 1, 1.0), 0.0)
    safe = np.where(there, weight, 1.0)
    return _Moments(m, there, there & (m > 1), safe, effective, correction)


def _mean_or_quantile(
    indicator: Indicator, position: int, groups: _Groups, cells: Cells, seed: int
) -> None:
    subjects = cells.raw.shape[0]
    got = _moments(groups, subjects)
    mean = _sum(groups.subject, groups.w * groups.x, subjects) / got.weight
    residual = groups.x - mean[groups.subject]
    unweighted = _sum(groups.subject, residual**2, subjects)
    population = cells.population[:, position]
    share = np.where(np.isnan(population), 0.0, np.minimum(1.0, got.m / np.maximum(population, 1)))
    x = mean
    if indicator.statistic == "mean":
        squares = _sum(groups.subject, (groups.w * residual) ** 2, subjects)
        se = np.sqrt(got.correction * squares) / got.weight * np.sqrt(1 - share)
    else:
        x, se = _quantiles(indicator, position, groups, got, cells, seed)
        se = np.where(got.there & (share >= 1), 0.0, se)
    nu = np.maximum(1.0, got.effective - 1)
    flags = cells.flags[:, position]
    # Of one group the spread is borrowed from the subjects that have several.
    freedom = float(np.sum(got.m[got.several] - 1))
    pooled = np.sqrt(unweighted[got.several].sum() / freedom) if freedom else np.nan
    pooled = pooled if np.isfinite(pooled) else np.nan
    single = got.there & (got.m == 1) & (share < 1)
    se = np.where(single, pooled, se)
    nu = np.where(single, min(max(freedom, 1.0), 30.0), nu)
    flags |= np.where(got.there & (got.m == 1), Flag.SINGLE_GROUP, 0)
    # Written so that the square of a value near the largest float does not overflow.
    flat = got.several & (np.sqrt(unweighted) <= 1e-12 * np.maximum(1.0, np.abs(x))) & (share < 1)
    # Resamples of a quantile may all fall on one value although the groups differ.
    flat |= got.several & (se == 0) & (share < 1)
    flags |= np.where(flat, Flag.NO_SPREAD_OBSERVED, 0)
    se = np.where(flat, _unseen_spread(indicator, x, unweighted, got), se)
    if indicator.measurement_error:
        error = np.float64(indicator.measurement_error) ** 2 / np.where(
            got.there, got.effective, 1.0
        )
        se = np.sqrt(se**2 + error)
    se = np.where(np.isfinite(se), se, np.nan)
    cells.raw[got.there, position] = x[got.there]
    cells.se[got.there, position] = se[got.there]
    cells.nu[:, position] = nu
    known = got.there & ~np.isnan(se)
    draw = np.where(known, PLAIN, NO_DRAW)
    if indicator.statistic == "mean":
        if indicator.span is not None:
            low, high = indicator.span
            draw = np.where(known & (got.m > 1) & (x >= low) & (x <= high), LOGIT, draw)
    else:
        draw = np.where(known & got.several & ~flat & (share < 1), BOOTSTRAP, draw)
    cells.draw[:, position] = draw


def moved_in(y: Floats, m: Floats) -> Floats:
    """A share, but 1/(2(m + 1)) and 1 less that in place of 0 and 1 (within 1e-12)."""
    edge = 1 / (2 * (m + 1))
    return np.where(y <= 1e-12, edge, np.where(y >= 1 - 1e-12, 1 - edge, y))


def _unseen_spread(indicator: Indicator, x: Floats, unweighted: Floats, got: _Moments) -> Floats:
    """The error where all groups are equal: a share of the largest variance the range allows."""
    unknown = np.full(x.shape, np.nan)
    if indicator.span is None:
        return unknown
    low, high = indicator.span
    u = moved_in((np.where(got.there, x, low) - low) / (high - low), got.m)
    largest = u * (1 - u)
    spread = unweighted / np.where(got.m > 1, got.m - 1, 1.0) / np.float64(high - low) ** 2
    part = min(1.0, float(spread[got.several].sum() / max(largest[got.several].sum(), 1e-300)))
    # Nobody showed any spread: how large it is, is not known.
    return np.sqrt(part * largest / np.maximum(got.m, 1)) * (high - low) if part else unknown


def _quantiles(
    indicator: Indicator,
    position: int,
    groups: _Groups,
    got: _Moments,
    cells: Cells,
    seed: int,
) -> tuple[Floats, Floats]:
    share = 0.5 if indicator.statistic == "median" else 0.9
    x, se = np.full(got.m.shape, np.nan), np.full(got.m.shape, np.nan)
    m = got.m.astype(np.int64)
    starts = np.cumsum(m) - m
    for size in np.unique(m[got.there]).tolist():
        # Subjects with as many groups are done together, and with the same picks: nobody's
        # resamples depend on the others.
        alike = np.flatnonzero(got.there & (m == size))
        rows = starts[alike][:, None] + np.arange(size)
        values, weights = groups.x[rows], groups.w[rows]
        x[alike] = weighted_quantiles(values, weights, share)
        if size > 1:
            resampled = resampled_quantiles(values, weights, share, seed)
            se[alike] = np.std(resampled, axis=1, ddof=1)
            places = zip(alike.tolist(), resampled, strict=True)
            cells.resamples.update({(subject, position): own for subject, own in places})
    return x, se


def _rate(position: int, groups: _Groups, cells: Cells) -> None:
    subjects = cells.raw.shape[0]
    got = _moments(groups, subjects)
    top = _sum(groups.subject, groups.w * groups.top, subjects)
    bottom = _sum(groups.subject, groups.w * groups.bottom, subjects)
    trials = _sum(groups.subject, groups.trials, subjects)
    there = got.there & (bottom > 0)
    divisor = np.where(there, bottom, 1.0)
    p = np.clip(top / divisor, 0.0, 1.0)
    residual = groups.w * (groups.top - p[groups.subject] * groups.bottom)
    squares = _sum(groups.subject, residual**2, subjects)
    linear = got.correction * squares / divisor**2
    n = np.where(there, np.maximum(trials, 1e-300), 1.0)
    binomial = p * (1 - p) / n
    inner = there & (p > 0) & (p < 1)
    pooling = inner & (got.m > 1)
    effect = 1.0
    if pooling.any():
        ratio = linear[pooling] / binomial[pooling]
        effect = max(1.0, float(np.sum(n[pooling] * ratio) / np.sum(n[pooling])))
    single = there & (got.m == 1)
    variance = np.where(single, binomial * effect, np.maximum(linear, binomial))
    effective = np.where(inner, p * (1 - p) / np.where(inner, variance, 1.0), n / effect)
    # At 0 and 1 the error shown is that of the Beta that is drawn from.
    a, b = p * effective + 0.5, (1 - p) * effective + 0.5
    edge = np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    cells.raw[there, position] = p[there]
    cells.se[there, position] = np.where(inner, np.sqrt(variance), edge)[there]
    cells.effective[there, position] = effective[there]
    cells.draw[there, position] = BETA
    cells.flags[:, position] |= np.where(single, Flag.SINGLE_GROUP, 0)
