"""Observations as columns, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.methodology import Indicator, Methodology

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing observed, as section 1 of the specification describes it.

    Args:
        value: in the indicator's unit, a level where the indicator has levels, or None for rates.
        observed_on: when it was true; None is the as-of date of the run.
        weight: relative, at least 0.
        group: what observations share and are not independent in; empty is a group of its own.
        se: standard error of this value, if the source knows it.
        assessor: organisation that assessed; equal to the subject is self-assessed.
        verified_by: organisation that checked; empty is nobody.
    """

    subject: str
    indicator: str
    value: float | str | None
    id: str = ""
    unit: str | None = None
    observed_on: date | None = None
    weight: float = 1.0
    group: str = ""
    numerator: float | None = None
    denominator: float | None = None
    se: float | None = None
    kind: str = "given"
    source: str = ""
    assessor: str = ""
    verified_by: str = ""


DEFAULTS: dict[str, Any] = {one.name: one.default for one in fields(Observation)[3:]}
NAMES = tuple(one.name for one in fields(Observation))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an observation (or, as a warning, odd about it).

    Args:
        id: of the observation; empty where it is about the run.
        code: permanent, such as ``unit``.
        message: one English sentence.
    """

    id: str
    code: str
    message: str


@dataclass(slots=True)
class Columns:
    """Observations as equally long columns, in canonical order once they were checked.

    `value`, `numerator`, `denominator`, `se` hold NaN where empty; `day` counts from 1970-01-01;
    `subject` and `indicator` are positions in `subjects` and in the methodology's indicators.
    """

    subjects: list[str]
    subject: Ints
    indicator: Ints
    ids: list[str]
    value: Floats
    day: Ints
    weight: Floats
    group: Ints
    numerator: Floats
    denominator: Floats
    se: Floats
    independent: Bools
    verified: Bools
    records: list[tuple[Any, ...]]

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, rows: NDArray[Any]) -> Columns:
        """These rows, in this order; subjects keep their positions."""
        positions = np.arange(len(self))[rows]
        arrays = {
            one.name: getattr(self, one.name)[positions]
            for one in fields(self)
            if isinstance(getattr(self, one.name), np.ndarray)
        }
        return Columns(
            subjects=self.subjects,
            ids=[self.ids[i] for i in positions],
            records=[self.records[i] for i in positions],
            **arrays,
        )


def table_of(
    observations: Iterable[Observation] | Mapping[str, Sequence[Any]],
) -> dict[str, list[Any]]:
    """Columns by name, absent ones filled with their defaults.

    Raises:
        ValueError: a column is unknown or shorter than another, or one that is needed is absent.
    """
    if not isinstance(observations, Mapping):
        rows = list(observations)
        return {name: [getattr(row, name) for row in rows] for name in NAMES}
    unknown = sorted(set(observations) - set(NAMES))
    absent = [name for name in ("subject", "indicator") if name not in observations]
    if unknown or absent:
        raise ValueError(f"columns unknown: {unknown}; absent: {absent}")
    table = {name: _listed(column) for name, column in observations.items()}
    sizes = {len(column) for column in table.values()}
    if len(sizes) > 1:
        raise ValueError("columns are equally long")
    size = sizes.pop() if sizes else 0
    for name in NAMES:
        table.setdefault(name, [DEFAULTS.get(name)] * size)
    for name in ("value", "numerator", "denominator", "se"):
        table[name] = [None if one is not None and one != one else one for one in table[name]]
    return table


def _listed(column: Sequence[Any]) -> list[Any]:
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        return list(column.astype("datetime64[D]").tolist())
    return list(column.tolist() if isinstance(column, np.ndarray) else column)


def check(
    methodology: Methodology,
    observations: Iterable[Observation] | Mapping[str, Sequence[Any]],
    as_of: date,
    subjects: Iterable[str] = (),
) -> tuple[Columns, list[Problem]]:
    """The faultless observations in canonical order, and every fault.

    The order depends on content alone, so that a shuffled file gives the same bits. `subjects` are
    listed although they may have no observation.
    """
    table = table_of(observations)
    indicators = methodology.indicators
    known = {one.key: position for position, one in enumerate(indicators)}
    levels = [dict(one.normalise.levels) for one in indicators]
    problems: list[Problem] = []
    seen: set[str] = set()
    kept: list[tuple[Any, ...]] = []
    columns = zip(*(table[name] for name in NAMES), strict=True)
    for number, row in enumerate(columns, start=1):
        record = dict(zip(NAMES, row, strict=True))
        given = str(record["id"] or "")
        name = given or f"row-{number}"
        position = known.get(record["indicator"], -1)
        try:
            if not isinstance(record["subject"], str) or not record["subject"]:
                raise _Fault("subject", "a subject is needed")
            if position < 0:
                raise _Fault("unknown-indicator", f"no indicator {record['indicator']!r}")
            if name in seen:
                raise _Fault("duplicate-id", f"the id {name} stands twice")
            indicator = indicators[position]
            kept.append((name, given, position, *_read(record, indicator, levels[position], as_of)))
            seen.add(name)
        except _Fault as fault:
            problems.append(Problem(name, fault.code, f"{name}: {fault}"))
    return _columns(kept, set(subjects)), problems


class _Fault(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _number(value: Any, name: str) -> float:
    """A finite float, NaN for None."""
    if value is None:
        return math.nan
    try:
        number = math.nan if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise _Fault("not-finite", f"{name} is no finite number: {value!r}")
    return number


def _read(
    record: Mapping[str, Any], indicator: Indicator, levels: Mapping[str, float], as_of: date
) -> tuple[Any, ...]:
    unit = record["unit"]
    if unit is not None and unit != indicator.unit:
        raise _Fault("unit", f"the unit is {unit!r}, and {indicator.key} has {indicator.unit!r}")
    value = _value(record["value"], levels)
    numbers = {
        name: _number(record[name], name) for name in ("weight", "numerator", "denominator", "se")
    }
    if math.isnan(numbers["weight"]):
        numbers["weight"] = 1.0
    for name, number in numbers.items():
        if number < 0:
            raise _Fault(f"negative-{name}", f"{name} is below 0")
    top, bottom = numbers["numerator"], numbers["denominator"]
    if top > bottom:
        raise _Fault("numerator-above-denominator", "the numerator is above the denominator")
    if indicator.statistic == "rate":
        if math.isnan(bottom) or (math.isnan(top) and math.isnan(value)):
            raise _Fault("no-denominator", "a rate needs a numerator and a denominator")
        if math.isnan(top):
            top = value * bottom
            if not 0 <= top <= bottom:
                raise _Fault("rate", "the value of a rate lies from 0 to 1")
    elif math.isnan(value):
        if math.isnan(top) or math.isnan(bottom):
            if indicator.statistic != "count":
                raise _Fault("no-value", "a value is needed")
        elif bottom > 0:
            value = top / bottom
    day = record["observed_on"]
    if day is None:
        day = as_of
    elif isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        raise _Fault("date", f"observed_on is no date: {day!r}")
    texts = [str(record[name] or "") for name in ("group", "kind", "source", "assessor")]
    checked = str(record["verified_by"] or "")
    subject = record["subject"]
    return (
        subject,
        value,
        day.toordinal() - EPOCH,
        numbers["weight"],
        top,
        bottom,
        numbers["se"],
        *texts,
        checked,
        bool(texts[3]) and texts[3] != subject,
        bool(checked) and checked != texts[3],
    )


def _value(value: Any, levels: Mapping[str, float]) -> float:
    if not levels:
        return _number(value, "value")
    if value is None:
        return math.nan
    name = value if isinstance(value, str) else f"{value:g}"
    if name not in levels:
        raise _Fault("unknown-level", f"no level {value!r}")
    return levels[name]


#: Positions in a kept row: name, given id, indicator, subject, value, day, weight, numerator,
#: denominator, se, group, kind, source, assessor, verified_by, independent, verified.
_ORDER = (3, 2, 10, 5, 1, 4, 6, 7, 8, 9, 11, 12, 13, 14)


def _columns(kept: list[tuple[Any, ...]], subjects: set[str]) -> Columns:
    def order(row: tuple[Any, ...]) -> tuple[Any, ...]:
        # NaN compares with nothing: it sorts as (1, 0), numbers as (0, number).
        return tuple(
            (one != one, 0.0 if one != one else one) if isinstance(one, float) else one
            for one in (row[position] for position in _ORDER)
        )

    kept.sort(key=order)
    names = sorted(subjects | {row[3] for row in kept})
    places = {name: position for position, name in enumerate(names)}

    def floats(position: int) -> Floats:
        return np.array([row[position] for row in kept], dtype=float)

    group = np.zeros(len(kept), dtype=np.int64)
    codes: dict[tuple[Any, ...], int] = {}
    for position, row in enumerate(kept):
        key = (row[3], row[2], row[10]) if row[10] else (position,)
        group[position] = codes.setdefault(key, len(codes))
    return Columns(
        subjects=names,
        subject=np.array([places[row[3]] for row in kept], dtype=np.int64),
        indicator=np.array([row[2] for row in kept], dtype=np.int64),
        ids=[row[0] for row in kept],
        value=floats(4),
        day=np.array([row[5] for row in kept], dtype=np.int64),
        weight=floats(6),
        group=group,
        numerator=floats(7),
        denominator=floats(8),
        se=floats(9),
        independent=np.array([row[15] for row in kept], dtype=bool),
        verified=np.array([row[16] for row in kept], dtype=bool),
        records=kept,
    )


def evidence_record(row: tuple[Any, ...], keys: Sequence[str]) -> list[Any]:
    """A kept row as the evidence hash takes it: given id, texts and numbers, NaN as None."""
    plain = [row[3], keys[row[2]], row[1], *row[4:15]]
    return [None if isinstance(one, float) and one != one else one for one in plain]
