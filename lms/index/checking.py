"""Observations judged all at once: what is wrong with each, and the rest as sorted columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.methodology import Methodology
from lms.index.observation_rows import (
    TEXTS,
    Coded,
    Column,
    Fault,
    Numbers,
    Table,
    cell_of,
    coded,
    days_of,
    numbers_of,
    read_row,
)
from lms.index.observations import DEFAULTS, NAMES, Columns, Observation, Problem, in_order

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Columns of numbers in which NaN, in a table, is how an empty place is written.
NULLABLE = ("value", "numerator", "denominator", "se")


def table_of(
    observations: Iterable[Observation] | Mapping[str, Sequence[Any]],
) -> tuple[Table, int]:
    """Columns by name, None where absent, and their length; of arrays, numbers and days stay so.

    Raises:
        ValueError: a column is unknown or shorter than another, or one that is needed is absent.
    """
    if not isinstance(observations, Mapping):
        rows = list(observations)
        return {name: [getattr(row, name) for row in rows] for name in NAMES}, len(rows)
    unknown = sorted(set(observations) - set(NAMES))
    absent = [name for name in ("subject", "indicator") if name not in observations]
    if unknown or absent:
        raise ValueError(f"columns unknown: {unknown}; absent: {absent}")
    table: Table = dict.fromkeys(NAMES)
    table |= {name: _listed(column) for name, column in observations.items()}
    sizes = {len(column) for column in table.values() if column is not None}
    if len(sizes) > 1:
        raise ValueError("columns are equally long")
    for name in NULLABLE:
        column = table[name]
        if isinstance(column, list):
            table[name] = [None if one is not None and one != one else one for one in column]
    return table, sizes.pop() if sizes else 0


def _listed(column: Sequence[Any]) -> Column:
    if not isinstance(column, np.ndarray):
        return list(column)
    if column.ndim == 1 and column.dtype.kind in "fiuM":
        return column
    return list(column.tolist())


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
    table, size = table_of(observations)
    draft = _Draft(methodology, table, size, as_of)
    problems: list[tuple[int, Problem]] = []
    for row in np.flatnonzero(draft.suspect).tolist():
        try:
            draft.take(row)
        except Fault as fault:
            draft.dropped[row] = True
            name = draft.name(row)
            problems.append((row, Problem(name, fault.code, f"{name}: {fault}")))
    for row, name in draft.doubled():
        draft.dropped[row] = True
        problems.append((row, Problem(name, "duplicate-id", f"the id {name} stands twice")))
    problems.sort(key=lambda one: one[0])
    return draft.columns(set(subjects)), [problem for _, problem in problems]


class _Draft:
    """Columns before they are sorted; rows that a quick look doubts wait for a thorough one."""

    def __init__(self, methodology: Methodology, table: Table, size: int, as_of: date) -> None:
        self.methodology, self.table, self.size, self.as_of = methodology, table, size, as_of
        self.suspect = np.zeros(size, dtype=bool)
        self.dropped = np.zeros(size, dtype=bool)
        places = {one.key: position for position, one in enumerate(methodology.indicators)}
        words, _ = coded(table["indicator"], size, "")
        found = np.array([places.get(word, -1) for word in words.words], dtype=np.int64)
        self.indicator = found[words.codes]
        self.suspect |= self.indicator < 0
        self.subject = self._text("subject")
        self.texts = {name: self._text(name) for name in TEXTS}
        self.numbers = {name: self._number(name) for name in ("numerator", "denominator", "se")}
        self.numbers["weight"] = self._number("weight", 1.0)
        self.numbers["value"] = self._values()
        self.day, doubted = days_of(table["observed_on"], size, as_of)
        self.suspect |= doubted
        self._units()
        self._rules()

    def _text(self, name: str) -> Coded:
        found, doubted = coded(self.table[name], self.size, DEFAULTS.get(name, ""))
        if name == "subject":
            nameless = np.array([not word for word in found.words], dtype=bool)
            doubted = doubted | nameless[found.codes]
            self.suspect |= doubted
            self.named = {found.words[code] for code in np.unique(found.codes[~doubted])}
        return found

    def _number(self, name: str, empty: float = np.nan) -> Floats:
        found: Numbers = numbers_of(self.table[name], self.size, name in NULLABLE)
        self.suspect |= found.doubted
        return np.where(np.isnan(found.values), empty, found.values)

    def _values(self) -> Floats:
        """The column `value`: numbers, and levels as the numbers that they stand for."""
        levels = [dict(one.normalise.levels) for one in self.methodology.indicators]
        column = self.table["value"]
        with_levels = np.array([bool(one) for one in levels], dtype=bool)
        chosen = with_levels[self.indicator] & (self.indicator >= 0)
        if column is None or not chosen.any():
            return self._number("value")
        found = np.full(self.size, np.nan)
        rest = np.flatnonzero(~chosen)
        told = numbers_of([cell_of(column, row) for row in rest.tolist()], rest.size, True)
        found[rest] = told.values
        self.suspect[rest] |= told.doubted
        for row in np.flatnonzero(chosen).tolist():
            given = column[row]
            level = levels[self.indicator[row]].get(given) if isinstance(given, str) else None
            if level is None:
                self.suspect[row] = True
            else:
                found[row] = level
        return found

    def _units(self) -> None:
        column = self.table["unit"]
        if column is None:
            return
        cells = (
            column if isinstance(column, list) else map(cell_of, repeat(column), range(self.size))
        )
        # What is no text is no unit, and `read_row` says so.
        column = [one if one is None or isinstance(one, str) else "\0" for one in cells]
        units = [one.unit for one in self.methodology.indicators]
        right = {None: np.ones(len(units), dtype=bool)}
        for word in dict.fromkeys(column):
            right.setdefault(word, np.array([word == unit for unit in units], dtype=bool))
        numbers = {word: number for number, word in enumerate(right)}
        codes = np.fromiter(map(numbers.__getitem__, column), np.int64, self.size)
        self.suspect |= ~np.array(list(right.values()))[codes, self.indicator]

    def _rules(self) -> None:
        """What `read_row` refuses, asked of all rows at once; and the values that it derives."""
        value, top, bottom = (self.numbers[one] for one in ("value", "numerator", "denominator"))
        kinds = [one.statistic for one in self.methodology.indicators]
        rate, count = (
            np.array([one == name for one in kinds])[self.indicator] for name in ("rate", "count")
        )
        for name in ("weight", "numerator", "denominator", "se"):
            self.suspect |= self.numbers[name] < 0
        self.suspect |= top > bottom
        with np.errstate(over="ignore"):
            filled = np.where(rate & np.isnan(top), value * bottom, top)
        # NaN compares as false: a rate without numerator or denominator is looked at as well.
        self.suspect |= rate & ~((filled >= 0) & (filled <= bottom))
        self.numbers["numerator"] = filled
        lacking = np.isnan(value) & ~rate
        self.suspect |= lacking & ~count & (np.isnan(top) | np.isnan(bottom))
        divided = lacking & (bottom > 0)
        self.numbers["value"] = np.where(divided, top / np.where(divided, bottom, 1.0), value)

    def take(self, row: int) -> None:
        """Look thoroughly at a row, and take what it says.

        Raises:
            Fault: what is wrong with it.
        """
        record = {
            name: DEFAULTS.get(name) if column is None else cell_of(column, row)
            for name, column in self.table.items()
        }
        for name in NULLABLE:
            if isinstance(self.table[name], np.ndarray) and record[name] != record[name]:
                record[name] = None
        found = read_row(record, self.methodology.indicators, self.as_of)
        self.day[row] = found.day
        for name in self.numbers:
            self.numbers[name][row] = getattr(found, name)

    def name(self, row: int) -> str:
        """The id of a row: as given, or made of its number."""
        codes = self.texts["id"]
        return codes.words[codes.codes[row]] or f"row-{row + 1}"

    def doubled(self) -> list[tuple[int, str]]:
        """Rows whose id an earlier one has, with it."""
        given = self.texts["id"]
        often = np.bincount(given.codes[~self.dropped], minlength=len(given.words))
        named = np.array([bool(word) for word in given.words], dtype=bool)
        made = bool(often[~named].sum()) and any(word.startswith("row-") for word in given.words)
        if not made and not (often[named] > 1).any():
            return []
        seen: set[str] = set()
        found = []
        for row in np.flatnonzero(~self.dropped).tolist():
            name = self.name(row)
            if name in seen:
                found.append((row, name))
            seen.add(name)
        return found

    def columns(self, listed: set[str]) -> Columns:
        """The rows that stand, sorted by what they say; subjects of faulty rows are listed as well."""
        kept = np.flatnonzero(~self.dropped)
        here = self.subject.words
        # A subject that nothing is left of is not passed over: it has no evidence.
        names = sorted(listed | self.named)
        places = {name: position for position, name in enumerate(names)}
        subject = np.array([places.get(word, -1) for word in here], dtype=np.int64)
        own: dict[str, Any] = {
            "subject": subject[self.subject.codes],
            "indicator": self.indicator,
            "day": self.day,
            **self.numbers,
        }
        texts = {name: one.codes for name, one in self.texts.items()}
        order = kept[in_order([{**own, **texts}[name][kept] for name in SORTED_BY])]
        group, cell = texts["group"][order], own["subject"][order] * max(1, self._width())
        cell += self.indicator[order]
        starts = np.ones(order.size, dtype=bool)
        nameless = group == _code_of_empty(self.texts["group"])
        starts[1:] = (cell[1:] != cell[:-1]) | (group[1:] != group[:-1]) | nameless[1:]
        given = self.texts["id"]
        assessor, verifier = (self.texts[one] for one in ("assessor", "verified_by"))
        return Columns(
            subjects=names,
            ids=_names(given, order),
            group=np.cumsum(starts) - 1,
            independent=_others(assessor, order, self.subject.codes, here),
            verified=_others(verifier, order, assessor.codes, assessor.words),
            texts={name: Coded(one.codes[order], one.words) for name, one in self.texts.items()},
            **{name: column[order] for name, column in own.items()},
        )

    def _width(self) -> int:
        return len(self.methodology.indicators)


#: Canonical order: what a row says, the most telling first.
SORTED_BY = (
    "subject", "indicator", "group", "day", "id", "value", "weight", "numerator", "denominator",
    "se", "kind", "source", "assessor", "verified_by",
)  # fmt: skip


def _names(given: Coded, rows: Ints) -> list[str]:
    """Ids of rows, as given or made of their numbers."""
    if given.words == [""]:
        return [f"row-{number}" for number in (rows + 1).tolist()]
    pairs = zip(given.codes[rows].tolist(), rows.tolist(), strict=True)
    return [given.words[code] or f"row-{row + 1}" for code, row in pairs]


def _code_of_empty(texts: Coded) -> int:
    return 0 if texts.words and not texts.words[0] else -1


def _others(texts: Coded, order: Ints, codes: Ints, words: list[str]) -> Bools:
    """Whether a text is there and is not the one in the other column."""
    places = {word: code for code, word in enumerate(words)}
    same = np.array([places.get(word, -1) for word in texts.words], dtype=np.int64)
    there = np.array([bool(word) for word in texts.words], dtype=bool)
    own = texts.codes[order]
    return there[own] & (same[own] != codes[order])
