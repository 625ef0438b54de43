"""The rows of a spreadsheet as text, out of CSV and XLSX, each with what is wrong with it."""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

import openpyxl

from lms.interchange.amounts import plain, shortened
from lms.interchange.archive import Archive
from lms.interchange.limits import MOST_QUESTIONS
from lms.interchange.questions import UnreadableFile

#: Beyond these, a sheet is empty but for a stray cell.
MOST_ROWS, MOST_COLUMNS = 5 * MOST_QUESTIONS, 2_100
#: Rows with an open quotation mark, behind each of which the reading begins anew.
MOST_OPEN = 100
#: XML that could hide a document type from a search in its bytes.
WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")
#: What Excel writes above a CSV file to tell its separator.
SEPARATOR = re.compile(r"sep=([,;\t])\s*", re.I)
SHEET = "questions"


class Row(NamedTuple):
    """A row: its number in the file, from 1, its cells, and why it cannot be read, or nothing."""

    line: int
    cells: list[str]
    fault: str = ""


def csv_rows(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV file; commas, semicolons or tabs, whichever the first row has most of.

    A quotation mark that is never closed would take all rows behind it: such a row is told by
    itself, and the reading goes on in the next line.
    """
    lines = text.split("\n")
    declared = SEPARATOR.fullmatch(lines[0])
    delimiter = declared[1] if declared else max(",;\t", key=lines[0].count)
    at = 1 if declared else 0
    for _ in range(MOST_OPEN):
        stopped = None
        for row in _csv_rows_from(lines, at, delimiter):
            yield row
            stopped = row.line if row.fault else None
        if stopped is None:
            return
        at = stopped
    yield Row(at + 1, [], f"more than {MOST_OPEN} rows cannot be read; the rest was not looked at")


def _csv_rows_from(lines: list[str], start: int, delimiter: str) -> Iterator[Row]:
    """Yield the rows from a line on, up to the first that cannot be read, which has a fault."""
    reader = csv.reader((f"{line}\n" for line in lines[start:]), delimiter=delimiter)
    while True:
        at = start + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(at + 1, _cells_of(lines[at], delimiter), f"the row cannot be read: {error}")
            return
        end = start + reader.line_num
        if end - at > 1 and not _is_closed(lines[at:end], delimiter):
            fault = "a quotation mark opens in this row and is not closed"
            yield Row(at + 1, _cells_of(lines[at], delimiter), fault)
            return
        yield Row(at + 1, cells)


def _is_closed(lines: list[str], delimiter: str) -> bool:
    """Whether a row over several lines is one: each quotation mark that opens a cell closes it."""
    try:
        next(csv.reader([f"{line}\n" for line in lines], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line by itself, as far as they can be told apart."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def book_rows(data: bytes) -> list[Row]:
    """Return the filled rows of an Excel workbook: of its sheet ``questions``, else of the first.

    Of a formula the value counts that Excel saw; a row with a formula without one, or with an
    error in the place of a value, has a fault.

    Raises:
        UnreadableFile: no workbook, or a dangerous one.
    """
    has_formulas = _looked_through(data)
    try:
        rows = _filled(data, formulas=False)
        unseen = _formulas_unseen(data, rows) if has_formulas else {}
    except UnreadableFile:
        raise
    except Exception as error:
        # Of a broken workbook openpyxl raises whatever happens to go wrong; to the person who
        # brought it, it is one and the same: the file cannot be read.
        raise UnreadableFile("the workbook is broken and cannot be read") from error
    told = [
        Row(at, [_text(cell) for cell in cells], unseen.get(at) or _error_in(cells))
        for at, cells in rows.items()
    ]
    told += [Row(at, [], fault) for at, fault in unseen.items() if at not in rows]
    return sorted(told, key=lambda row: row.line)


def _filled(data: bytes, *, formulas: bool) -> dict[int, tuple[Any, ...]]:
    """Return the cells of the rows in which something stands, by the number of the row."""
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=not formulas)
    named = [sheet for sheet in book.worksheets if sheet.title.strip().lower() == SHEET]
    sheet = named[0] if named else book.worksheets[0]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS)
    found = {
        at: row[:MOST_COLUMNS]
        for at, row in enumerate(rows, start=1)
        if any(cell.value is not None for cell in row)
    }
    book.close()
    return found


def _formulas_unseen(data: bytes, rows: dict[int, tuple[Any, ...]]) -> dict[int, str]:
    """Return a sentence for each row with a formula that no program has worked out yet."""
    unseen = {}
    for at, cells in _filled(data, formulas=True).items():
        values = rows.get(at, ())
        for across, cell in enumerate(cells):
            value = values[across].value if across < len(values) else None
            if value is None and getattr(cell, "data_type", "") == "f":
                unseen[at] = (
                    f"the formula in {cell.coordinate} has no value; save the file once in a "
                    "spreadsheet program"
                )
    return unseen


def _error_in(cells: tuple[Any, ...]) -> str:
    wrong = next((cell for cell in cells if getattr(cell, "data_type", "") == "e"), None)
    return "" if wrong is None else f"{wrong.coordinate} holds the error {shortened(wrong.value)}"


def _looked_through(data: bytes) -> bool:
    """Return whether a workbook has formulas, and refuse XML with a document type.

    Raises:
        UnreadableFile: there is one, which no program of spreadsheets writes; or a dangerous zip.
    """
    archive, has_formulas = Archive(data), False
    for name in archive.names:
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(name) or b""
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content.startswith(WIDE_XML):
            raise UnreadableFile("the workbook holds XML with a document type, which is refused")
        is_sheet = name.lower().startswith("xl/worksheets/")
        has_formulas = has_formulas or (
            is_sheet and re.search(rb"<(?:\w+:)?f[\s/>]", content) is not None
        )
    return has_formulas


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        # Excel keeps 50 % as 0.5 and shows it as 50 %.
        return f"{plain(Decimal(repr(value)) * 100)}%"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)
