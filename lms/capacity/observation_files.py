"""Observations and populations as plain CSV files: text into columns, for `lms.index` to judge.

Commas, semicolons or tabs, whichever the first line has most of; UTF-8 with or without a byte order mark.
A fault of the file as a whole (no such column, not UTF-8) is a `Problem` with its line. A fault of one row
keeps that row in its place, so that it is refused under its own id and the others keep their numbers.
"""

import csv
import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from lms.content.problems import Problem
from lms.index import Observation

#: The columns of section 1 of the specification, which are the fields of an observation.
COLUMNS = tuple(Observation.__dataclass_fields__)
REQUIRED = ("subject", "indicator", "value")
NUMBERS = frozenset({"weight", "numerator", "denominator", "se"})
#: What an empty cell stands for where the engine's default is not "nothing".
EMPTY: dict[str, Any] = {"weight": 1.0, "kind": "given"}
TEXTS = frozenset({"subject", "indicator", "id", "group", "source", "assessor", "verified_by"})
#: The third column of a file of populations; with three columns in all, it may be called anything.
POPULATION = "population"
NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DELIMITERS = ",;\t"
#: How a text begins that was kept from becoming a formula; the tables of a bundle are written so.
DEFUSED = re.compile(r"'([=+\-@']|\Z)")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What keeps a row from being read: the engine refuses the row, and this says why in plain words."""

    code: str
    message: str


@dataclass(slots=True)
class ObservationTable:
    """A file of observations as columns.

    `columns` are equally long, by name, with None for what is empty; `lines` is the line of each row, from 1;
    `faults` are by position of the row, from 0. `newest` is the latest `observed_on` that could be read.
    """

    path: Path
    columns: dict[str, list[Any]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    faults: dict[int, RowFault] = field(default_factory=dict)
    newest: date | None = None

    def name(self, position: int) -> str:
        """The id of a row, as the engine names it: its own, or ``row-<n>`` counted from 1."""
        own = self.columns["id"][position] if "id" in self.columns else ""
        return own or f"row-{position + 1}"


@dataclass(slots=True)
class PopulationTable:
    """A file of populations: counts by (subject, indicator), and the line of each."""

    path: Path
    counts: dict[tuple[str, str], Any] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)


def read_observations(
    path: Path, with_levels: Collection[str] = ()
) -> tuple[ObservationTable, list[Problem]]:
    """Read a file of observations: its table, and what is wrong with the file as a whole.

    Args:
        with_levels: keys of the indicators whose value is a level, which stays text.
    """
    table = ObservationTable(path)
    header, rows, problems = _opened(path, ",".join(REQUIRED))
    if header is None:
        return table, problems
    problems += _header_faults(path, header, REQUIRED, COLUMNS)
    if any(one.severity == "error" for one in problems):
        return table, problems
    places = {name: header.index(name) for name in COLUMNS if name in header}
    table.columns = {name: [] for name in places}
    for line, cells in rows:
        if isinstance(cells, Problem):
            problems.append(cells)
            break
        _take(table, line, cells, places, len(header), with_levels)
    return table, problems


def read_populations(path: Path) -> tuple[PopulationTable, list[Problem]]:
    """Read a file of populations: ``subject,indicator,population``, one line for each count."""
    table = PopulationTable(path)
    needed = ("subject", "indicator", POPULATION)
    header, rows, problems = _opened(path, ",".join(needed))
    if header is None:
        return table, problems
    if len(header) == len(needed) and POPULATION not in header:
        header = [name if name in needed else POPULATION for name in header]
    problems += _header_faults(path, header, needed, needed)
    if any(one.severity == "error" for one in problems):
        return table, problems
    places = [header.index(name) for name in needed]
    for line, cells in rows:
        if isinstance(cells, Problem):
            problems.append(cells)
            break
        if len(cells) != len(header):
            message = f"{len(cells)} cells where the first line names {len(header)} columns"
            problems.append(Problem(path, line, "csv.cells", message))
            continue
        subject, indicator, count = (cells[place] for place in places)
        if (subject, indicator) in table.counts:
            message = f"the population of {subject}, {indicator} is given twice; keep one"
            problems.append(Problem(path, line, "csv.population-twice", message))
            continue
        table.counts[subject, indicator] = float(count) if NUMBER.fullmatch(count) else count
        table.lines[subject, indicator] = line
    return table, problems


Rows = Iterator[tuple[int, "list[str] | Problem"]]


def _opened(path: Path, example: str) -> tuple[list[str] | None, Rows, list[Problem]]:
    """The names of the columns, an iterator over the rows, and why there are none."""

    def nothing(line: int, code: str, message: str) -> tuple[None, Rows, list[Problem]]:
        return None, iter(()), [Problem(path, line, code, message)]

    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        return nothing(1, "file.unreadable", f"cannot read the file: {reason}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as CSV in UTF-8"
        return nothing(line, "file.not-utf-8", message)
    if not text.strip():
        return nothing(1, "csv.empty", f"the file is empty; its first line is to be {example}")
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = _rows(path, text, delimiter)
    line, names = next(rows)
    if isinstance(names, Problem):
        return None, iter(()), [names]
    return [name.casefold() for name in names], rows, []


def _rows(path: Path, text: str, delimiter: str) -> Rows:
    """Line and stripped cells of each row that is not blank; a row that cannot be read ends the file."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"the row cannot be read ({error}); check its quotation marks"
            yield line, Problem(path, line, "csv.row", message)
            return
        stripped = [_restored(cell.strip()) for cell in cells]
        if any(stripped):
            yield line, stripped


def _restored(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if cell[:1] == "'" and DEFUSED.fullmatch(cell[:2]) else cell


def _header_faults(
    path: Path, header: Sequence[str], required: Sequence[str], known: Sequence[str]
) -> list[Problem]:
    problems = []
    absent = [name for name in required if name not in header]
    if absent:
        found = ", ".join(header)
        message = (
            f"the first line lacks the column {' and the column '.join(absent)}; it has: {found}"
        )
        problems.append(Problem(path, 1, "csv.column-missing", message))
    for at, name in enumerate(header):
        if name and name in header[:at]:
            message = f"the column {name} stands twice; keep one"
            problems.append(Problem(path, 1, "csv.column-twice", message))
        elif name and name not in known:
            # What stands under its right name is not misspelt beside it.
            rest = [one for one in known if one not in header]
            near = difflib.get_close_matches(name, rest, 1, 0.75)
            if near:
                message = f"the column {name} is unknown; {near[0]} may be meant"
                problems.append(Problem(path, 1, "csv.column-unknown", message))
            elif not absent:
                message = f"the column {name} is not used; those that are: {', '.join(known)}"
                problems.append(Problem(path, 1, "csv.column-unused", message, "warning"))
    return problems


def _take(
    table: ObservationTable,
    line: int,
    cells: list[str],
    places: dict[str, int],
    width: int,
    with_levels: Collection[str],
) -> None:
    """Add a row to the table, in its place although it may be faulty."""
    position = len(table.lines)
    table.lines.append(line)
    if len(cells) != width:
        # Nothing in such a row is where it seems to be; without a subject the engine refuses it.
        for name, column in table.columns.items():
            column.append("" if name in TEXTS else None)
        message = f"{len(cells)} cells where the first line names {width} columns"
        table.faults[position] = RowFault("cells", message)
        return
    for name, place in places.items():
        cell = cells[place]
        value: Any = cell
        fault = None
        if name in TEXTS:
            pass
        elif name == "value" and cells[places["indicator"]] in with_levels:
            value = cell or None
        elif name == "value" or name in NUMBERS:
            value, fault = _number(name, cell)
        elif name == "observed_on":
            value, fault = _day(cell)
            if isinstance(value, date) and (table.newest is None or value > table.newest):
                table.newest = value
        elif not cell:
            value = EMPTY.get(name)
        table.columns[name].append(value)
        if fault is not None:
            table.faults.setdefault(position, fault)


def _number(name: str, cell: str) -> tuple[Any, RowFault | None]:
    """A float, None or the default for an empty cell; else the text as it stands, which the engine refuses."""
    if not cell:
        return EMPTY.get(name), None
    if NUMBER.fullmatch(cell):
        return float(cell), None
    remedy = "write a decimal point" if DECIMAL_COMMA.fullmatch(cell) else "write it as 0.75"
    return cell, RowFault("not-finite", f"{name} is no finite number: {cell!r}; {remedy}")


@lru_cache(maxsize=4096)
def _day(cell: str) -> tuple[Any, RowFault | None]:
    if not cell:
        return None, None
    try:
        if ISO_DAY.fullmatch(cell):
            return date.fromisoformat(cell), None
    except ValueError:
        pass
    return cell, RowFault("date", f"observed_on is no date: {cell!r}; write it as 2026-03-31")
