"""One observation, read thoroughly; and columns of them, read quickly with the doubtful rows named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.methodology import Indicator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Column = list[Any] | NDArray[Any]
Table = dict[str, Column | None]
EPOCH = date(1970, 1, 1).toordinal()
#: Columns of text, besides the subject and the indicator.
TEXTS = ("id", "group", "kind", "source", "assessor", "verified_by")
#: What becomes a float as it stands. A bool is a number to Python and none to us.
PLAIN_NUMBERS = {float, int, np.float64, np.int64, type(None)}


class Fault(Exception):
    """What is wrong with a row: a permanent code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of an observation, NaN where empty; `day` counts from 1970-01-01."""

    value: float
    day: int
    weight: float
    numerator: float
    denominator: float
    se: float


def read_row(record: Mapping[str, Any], indicators: Sequence[Indicator], as_of: date) -> Row:
    """The numbers of a row.

    Raises:
        Fault: the first thing that is wrong with it.
    """
    if not isinstance(record["subject"], str) or not record["subject"]:
        raise Fault("subject", "a subject is needed")
    indicator = next((one for one in indicators if one.key == record["indicator"]), None)
    if indicator is None:
        raise Fault("unknown-indicator", f"no indicator {record['indicator']!r}")
    unit = record["unit"]
    if unit is not None and unit != indicator.unit:
        raise Fault("unit", f"the unit is {unit!r}, and {indicator.key} has {indicator.unit!r}")
    value = _value(record["value"], dict(indicator.normalise.levels))
    numbers = {
        name: _number(record[name], name) for name in ("weight", "numerator", "denominator", "se")
    }
    if math.isnan(numbers["weight"]):
        numbers["weight"] = 1.0
    for name, number in numbers.items():
        if number < 0:
            raise Fault(f"negative-{name}", f"{name} is below 0")
    top, bottom = numbers["numerator"], numbers["denominator"]
    if top > bottom:
        raise Fault("numerator-above-denominator", "the numerator is above the denominator")
    if indicator.statistic == "rate":
        if math.isnan(bottom) or (math.isnan(top) and math.isnan(value)):
            raise Fault("no-denominator", "a rate needs a numerator and a denominator")
        if math.isnan(top):
            numbers["numerator"] = value * bottom
            if not 0 <= value * bottom <= bottom:
                raise Fault("rate", "the value of a rate lies from 0 to 1")
    elif math.isnan(value):
        if math.isnan(top) or math.isnan(bottom):
            if indicator.statistic != "count":
                raise Fault("no-value", "a value is needed")
        elif bottom > 0:
            value = top / bottom
    day = record["observed_on"]
    if day is None:
        day = as_of
    elif isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        raise Fault("date", f"observed_on is no date: {day!r}")
    return Row(value, day.toordinal() - EPOCH, **numbers)


def _number(value: Any, name: str) -> float:
    """A finite float, NaN for None."""
    if value is None:
        return math.nan
    try:
        number = math.nan if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Fault("not-finite", f"{name} is no finite number: {value!r}")
    return number


def _value(value: Any, levels: Mapping[str, float]) -> float:
    if not levels:
        return _number(value, "value")
    if value is None:
        return math.nan
    name = f"{value:g}" if isinstance(value, int | float) else value
    if not isinstance(name, str) or name not in levels:
        raise Fault("unknown-level", f"no level {value!r}")
    return levels[name]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of text: positions in `words`, which are sorted and each once."""

    codes: Ints
    words: list[str]


def cell_of(column: Column, row: int) -> Any:
    """An entry as Python has it: a day of an array as a date."""
    value = column[row]
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[D]").item()
    return value


def coded(column: Column | None, size: int, default: str) -> tuple[Coded, Bools]:
    """A column of text as codes, None as empty, and rows whose entry is no text."""
    doubted = np.zeros(size, dtype=bool)
    if column is None:
        return Coded(np.zeros(size, dtype=np.int64), [default]), doubted
    if isinstance(column, np.ndarray):
        column = [cell_of(column, row) for row in range(size)]
    kinds = set(map(type, column))
    if not kinds <= {str}:
        doubted = np.fromiter((not isinstance(one, str) for one in column), bool, size)
        column = [one if isinstance(one, str) else str(one or "") for one in column]
    # Each once, in the order given: a column that is sorted in part is sorted sooner than a set.
    words = sorted(dict.fromkeys(column))
    places = {word: code for code, word in enumerate(words)}
    return Coded(np.fromiter(map(places.__getitem__, column), np.int64, size), words), doubted


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers, NaN where empty, and the rows of which that is not sure."""

    values: Floats
    doubted: Bools


def numbers_of(column: Column | None, size: int, nullable: bool) -> Numbers:
    """A column as floats; what is no finite number is NaN and doubted, and None is neither.

    Args:
        nullable: whether NaN in an array stands for an empty place.
    """
    if column is None:
        return Numbers(np.full(size, np.nan), np.zeros(size, dtype=bool))
    doubted = np.zeros(size, dtype=bool)
    if isinstance(column, np.ndarray):
        if column.dtype.kind not in "fiu":
            return Numbers(np.full(size, np.nan), ~doubted)
        values = column.astype(np.float64)
        doubted = np.isinf(values) if nullable else ~np.isfinite(values)
        return Numbers(np.where(doubted, np.nan, values), doubted)
    try:
        if set(map(type, column)) - PLAIN_NUMBERS:
            raise TypeError
        values = np.array(column, dtype=np.float64).reshape(size)
    except (OverflowError, TypeError):
        plain = [one if type(one) in PLAIN_NUMBERS else None for one in column]
        doubted = np.fromiter((type(one) not in PLAIN_NUMBERS for one in column), bool, size)
        values = np.fromiter(map(_float, plain), np.float64, size)
    odd = np.flatnonzero(~np.isfinite(values))
    doubted[odd] |= np.fromiter((column[row] is not None for row in odd), bool, odd.size)
    return Numbers(np.where(np.isfinite(values), values, np.nan), doubted)


def _float(value: float | None) -> float:
    try:
        return math.nan if value is None else float(value)
    except OverflowError:
        return math.inf


def days_of(column: Column | None, size: int, as_of: date) -> tuple[Ints, Bools]:
    """Days from 1970-01-01, empty as the as-of date; and rows whose entry is no plain date."""
    today = as_of.toordinal() - EPOCH
    doubted = np.zeros(size, dtype=bool)
    if column is None:
        return np.full(size, today), doubted
    if isinstance(column, np.ndarray):
        if column.dtype.kind != "M":
            return np.full(size, today), ~doubted
        days = column.astype("datetime64[D]")
        return np.where(np.isnat(days), today, days.astype(np.int64)), doubted
    kinds = set(map(type, column))
    if kinds <= {date}:
        days = np.fromiter(map(date.toordinal, column), np.int64, size) - EPOCH
    else:
        doubted = np.fromiter((type(one) not in (date, type(None)) for one in column), bool, size)
        days = np.fromiter(
            (one.toordinal() - EPOCH if type(one) is date else today for one in column),
            np.int64,
            size,
        )
    return days, doubted
