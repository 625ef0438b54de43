"""Observations and populations as CSV that reads back as exactly what was written.

Numbers stand as Python prints them, which reads back bit for bit; dates as 2026-03-31; nothing for
what is empty. A text that a spreadsheet would take for a formula, or a reader for a number or for
nothing, has an apostrophe in front that belongs to the file and not to the text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

import numpy as np

from lms.index.observations import Observation
from lms.index.pieces import Observations, listed

#: The columns of section 1 of the specification, in the order of the fields of an observation.
COLUMNS = tuple(Observation.__dataclass_fields__)
NUMBERS = frozenset({"weight", "numerator", "denominator", "se"})
#: Columns of which an empty text is not the same as nothing: it is a fault.
OPTIONAL = NUMBERS | {"value", "unit"}
POPULATION_COLUMNS = ("subject", "indicator", "population")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Populations = Mapping[tuple[str, str], Any]


class TableError(ValueError):
    """A table of a bundle cannot be read; the sentence names its line."""


def write_observations(observations: Observations, with_levels: Collection[str]) -> str:
    """The observations as CSV, in their order, with all columns.

    Args:
        with_levels: indicators whose value is a level, which stays text even where it looks like a
            number.
    """
    rows = listed(observations, numbered=False)
    return _written(
        COLUMNS,
        (
            [
                _level(value)
                if name == "value" and one.indicator in with_levels
                else _cell(value, name == "value" or name in NUMBERS, name in OPTIONAL)
                for name in COLUMNS
                for value in [getattr(one, name)]
            ]
            for one in rows
        ),
    )


def write_populations(populations: Populations) -> str:
    """The expected numbers of groups as CSV, sorted."""
    rows = sorted(populations.items())
    return _written(
        POPULATION_COLUMNS,
        ([_cell(subject), _cell(key), _cell(size, True)] for (subject, key), size in rows),
    )


def read_observations(text: str, with_levels: Collection[str]) -> list[Observation]:
    """The observations of `write_observations`.

    Raises:
        TableError: another header, or a row with more or fewer cells.
    """
    found = []
    for cells in _read(text, COLUMNS, "observations.csv"):
        held: dict[str, Any] = dict(zip(COLUMNS, map(_text, cells), strict=True))
        for name in NUMBERS:
            held[name] = _number(cells[COLUMNS.index(name)])
        value = cells[COLUMNS.index("value")]
        if held["indicator"] not in with_levels:
            held["value"] = _number(value)
        elif not value:
            held["value"] = None
        day = held["observed_on"]
        held["observed_on"] = _day(day) if day else None
        held["unit"] = held["unit"] or ("" if cells[COLUMNS.index("unit")] else None)
        found.append(Observation(**held))
    return found


def read_populations(text: str) -> dict[tuple[str, str], Any]:
    """The populations of `write_populations`.

    Raises:
        TableError: another header, a row with more or fewer cells, or one place twice.
    """
    found: dict[tuple[str, str], Any] = {}
    for subject, key, size in _read(text, POPULATION_COLUMNS, "populations.csv"):
        place = _text(subject), _text(key)
        if place in found:
            raise TableError(f"populations.csv: {place[0]}, {place[1]} stands twice; keep one")
        found[place] = _number(size)
    return found


def _written(header: Iterable[str], rows: Iterable[list[str]]) -> str:
    held = StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return held.getvalue()


def _cell(value: Any, number: bool = False, optional: bool = False) -> str:
    """A value as its cell.

    Args:
        number: the column holds numbers, so that a text is the exception.
        optional: nothing and an empty text are two things.
    """
    if value is None or (value == "" and not optional):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        plain = value and not value.startswith(FORMULA) and not (number and _is_number(value))
        return value if plain else f"'{value}"
    if isinstance(value, bool | np.bool_):
        return f"'{value}"
    try:
        return repr(int(value)) if isinstance(value, int) else repr(float(value))
    except (TypeError, ValueError):
        return _cell(str(value), number, optional)


def _level(value: Any) -> str:
    """A level as its cell: its name, which is a text however much it looks like a number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:g}"
    return _cell(value, optional=True)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _text(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def _number(cell: str) -> Any:
    """A number, None for nothing, and a text for what is neither: the engine says what is wrong."""
    if not cell:
        return None
    if cell.startswith("'") or not _is_number(cell):
        return _text(cell)
    # Digits by the thousand are no count, and Python refuses to read them as one.
    whole = len(cell) < 19 and cell.lstrip("-").isdigit()
    return int(cell) if whole else float(cell)


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text) if ISO_DAY.fullmatch(text) else text
    except ValueError:
        return text


def _read(text: str, header: tuple[str, ...], name: str) -> Iterable[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        if tuple(next(reader, ())) != header:
            raise TableError(f"{name}:1: the first line is to be {','.join(header)}")
        for cells in reader:
            if len(cells) != len(header):
                message = f"{len(cells)} cells where there are {len(header)} columns"
                raise TableError(f"{name}:{reader.line_num}: {message}")
            yield cells
    except csv.Error as error:
        raise TableError(f"{name}:{reader.line_num}: {error}; check quotation marks") from None
