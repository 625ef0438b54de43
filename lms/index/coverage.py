"""What is there and what is not: decay, validity, coverage, and why a value is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan
from lms.index.flags import Flag
from lms.index.methodology import Methodology
from lms.index.observations import Columns
from lms.index.statistic import Cells

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Weights from here to its inverse have squares, and sums of squares, that are floats.
NEAR = 1e-100


@dataclass(slots=True)
class Used:
    """The observations that count, their decayed weights, and how many were left out and why."""

    rows: Columns
    decayed: Floats
    age: NDArray[np.int64]
    left_out: dict[str, int]
    marks: NDArray[np.int64]


def still_valid(methodology: Methodology, rows: Columns, today: int) -> Used:
    """Leave out what is later than the day, expired, without denominator or without weight.

    Weight halves every `half_life_days`; an observation exactly `valid_days` old still counts.
    """
    indicators = methodology.indicators
    age = today - rows.day
    valid = np.array([np.inf if one.valid_days is None else one.valid_days for one in indicators])
    half = np.array([one.half_life_days or np.inf for one in indicators])
    rates = np.array([one.statistic == "rate" for one in indicators])
    counts = np.array([one.statistic == "count" for one in indicators])
    code = rows.indicator
    reasons = {
        "future": (age < 0, 0),
        "expired": (age > valid[code], Flag.EXPIRED),
        "denominator-zero": (
            (rows.denominator == 0) & (rates[code] | (np.isnan(rows.value) & ~counts[code])),
            Flag.NO_DENOMINATOR,
        ),
        "no-weight": (rows.weight == 0, Flag.NO_WEIGHT),
    }
    kept = np.ones(len(rows), dtype=bool)
    left_out = {}
    marks = np.zeros((len(rows.subjects), len(indicators)), dtype=np.int64)
    for name, (fails, flag) in reasons.items():
        fails = kept & fails
        left_out[name] = int(fails.sum())
        np.bitwise_or.at(marks, (rows.subject[fails], code[fails]), int(flag))
        kept &= ~fails
    decayed = _decayed(rows, np.maximum(age, 0), half[code], kept)
    # So old for its half-life, beside newer ones, that nothing is left of its weight.
    faded = kept & (decayed == 0)
    left_out["no-weight"] += int(faded.sum())
    np.bitwise_or.at(marks, (rows.subject[faded], code[faded]), int(Flag.NO_WEIGHT))
    kept &= ~faded
    return Used(rows.taken(kept), decayed[kept], age[kept], left_out, marks)


def _decayed(rows: Columns, age: NDArray[np.int64], half: Floats, kept: Bools) -> Floats:
    """Weights after decay; weights are relative inside a subject's indicator.

    Where the largest of them lies so far from 1 that squares leave the range of floats, they are
    taken in units of the newest and of a power of two: shares stay what they are, to the last bit.
    """
    decayed = rows.weight * 0.5 ** (age / half)
    if ((decayed >= NEAR) & (decayed <= 1 / NEAR))[kept].all():
        return decayed
    cell = rows.subject * (int(rows.indicator.max()) + 1) + rows.indicator
    largest, newest = np.zeros(cell.max() + 1), np.full(cell.max() + 1, np.inf)
    np.maximum.at(largest, cell[kept], decayed[kept])
    far = kept & ((largest < NEAR) | (largest > 1 / NEAR))[cell]
    np.minimum.at(newest, cell[far], age[far])
    np.maximum.at(largest, cell[far], rows.weight[far])
    scaled = np.ldexp(rows.weight[far], -np.frexp(largest)[1][cell[far]])
    decayed[far] = scaled * 0.5 ** ((age[far] - newest[cell[far]]) / half[far])
    return decayed


def trust(methodology: Methodology, used: Used, cells: Cells) -> None:
    """Fill in the weight that is fresh, independently assessed, and verified by another."""
    indicators = methodology.indicators
    valid = np.array([np.inf if one.valid_days is None else one.valid_days for one in indicators])
    rows = used.rows
    cell = rows.subject * len(indicators) + rows.indicator
    for target, counts in (
        (cells.fresh, used.age < valid[rows.indicator] / 2),
        (cells.independent, rows.independent),
        (cells.verified, rows.verified),
    ):
        sums = np.bincount(cell, used.decayed * counts, target.size)
        target[:] = sums.reshape(target.shape)


def observed_share(methodology: Methodology, cells: Cells) -> tuple[Floats, Bools]:
    """Coverage of every subject and indicator, and which of them are present.

    Coverage is observed groups over the population, at most 1; 1 where no population is known and
    something was observed. Below `min_coverage` an indicator is missing (not with `unobserved: zero`,
    where what was not observed counts already).
    """
    known = ~np.isnan(cells.population)
    divisor = np.where(known & (cells.population > 0), cells.population, 1.0)
    share = np.where(known, np.minimum(1.0, cells.n / divisor), 1.0)
    share = np.where(cells.n > 0, share, 0.0)
    least = np.array(
        [0.0 if one.unobserved == "zero" else one.min_coverage for one in methodology.indicators]
    )
    low = known & (share < least - 1e-12) & (cells.n > 0)
    valued = ~np.isnan(cells.raw)
    cells.flags |= np.where(low, Flag.LOW_COVERAGE, 0)
    return share, valued & ~low


def mark_missing(cells: Cells, marks: NDArray[np.int64]) -> None:
    """Say of each indicator without a raw value why it has none."""
    empty = np.isnan(cells.raw)
    cells.flags |= np.where(empty, marks, 0)
    unexplained = empty & (marks == 0) & (cells.flags & Flag.OUT_OF_RANGE == 0)
    cells.flags |= np.where(unexplained, Flag.NO_EVIDENCE, 0)


def upwards(plan: Plan, share: Floats, there: Bools) -> Floats:
    """Coverage of dimensions and index, rows × subjects: Σ weight × coverage, missing counts 0."""
    found = np.zeros((plan.rows, share.shape[0]))
    found[: plan.indicators] = np.where(there, share, 0.0).T
    for parent in plan.parents:
        for child, weight in zip(parent.children, parent.shares, strict=True):
            found[parent.row] += weight * found[child]
    return np.clip(found, 0.0, 1.0)


def weighted_trust(plan: Plan, part: Floats, cells: Cells, there: Bools) -> Floats:
    """By subject, the share of weight (fresh, independent, verified) over present indicators."""
    weight = plan.weight[: plan.indicators]
    counted = there & (cells.weight > 0)
    share = part / np.where(counted, cells.weight, 1.0)
    top = np.zeros(part.shape[0])
    bottom = np.zeros(part.shape[0])
    for position in range(plan.indicators):
        held = np.where(counted[:, position], weight[position], 0.0)
        top += held * share[:, position]
        bottom += held
    return np.where(bottom > 0, np.minimum(1.0, top / np.where(bottom > 0, bottom, 1.0)), np.nan)


def lately_expired(methodology: Methodology, rows: Columns, today: int) -> Columns:
    """By subject and indicator with ``impute: last``, what expired last: the newest day's rows.

    No older than twice `valid_days`, with weight, and with a denominator where one is needed.
    """
    indicators = methodology.indicators
    limit = np.array([one.valid_days or 0 for one in indicators])
    wanted = np.array([one.impute == "last" for one in indicators], dtype=bool)
    age, code = today - rows.day, rows.indicator
    there = wanted[code] & (age > limit[code]) & (age <= 2 * limit[code]) & (rows.weight > 0)
    there &= ~((rows.denominator == 0) & np.isnan(rows.value))
    newest = np.full((len(rows.subjects), len(indicators)), np.iinfo(np.int64).min)
    np.maximum.at(newest, (rows.subject[there], code[there]), rows.day[there])
    return rows.taken(there & (rows.day == newest[rows.subject, code]))


#: Why an indicator is missing, by the flag that says so, the most telling first.
MISSING = {
    Flag.OUT_OF_RANGE: "out of range",
    Flag.LOW_COVERAGE: "low coverage",
    Flag.NO_WEIGHT: "no weight",
    Flag.NO_DENOMINATOR: "no denominator",
    Flag.EXPIRED: "expired",
    Flag.NO_EVIDENCE: "no evidence",
}


def missing_reasons(flags: NDArray[np.int64], there: Bools) -> tuple[tuple[str, ...], ...]:
    """Why each subject's indicators have no value of their own; empty where they have one."""
    told = np.full(flags.shape, "", dtype=object)
    for flag, reason in reversed(MISSING.items()):
        told[~there & (flags & int(flag) != 0)] = reason
    return tuple(tuple(row) for row in told.tolist())


def reasons_of(
    methodology: Methodology, plan: Plan, found: Bools, missing: Sequence[str], subject: int
) -> tuple[str, ...]:
    """Why a subject has no index, in words; empty where it has one."""
    if found[-1, subject]:
        return ()
    if not found[: plan.indicators, subject].any():
        # Nothing at all: what kept out what there was says more than the names of dimensions.
        told = [one for one in dict.fromkeys(missing) if one != "no evidence"]
        return tuple(told) or ("no evidence",)
    names: Mapping[int, str] = dict(
        zip(plan.dimension_rows, (one.key for one in methodology.dimensions), strict=True)
    )
    top = plan.parents[-1].children
    lacking = [names[row] for row in top if not found[row, subject]]
    return tuple(f"too little evidence on {name}" for name in lacking)
