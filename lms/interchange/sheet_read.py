"""Reading spreadsheets: CSV and XLSX, one row a question."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl

from lms.interchange.amounts import fraction_of_percent, number, shortened, trimmed
from lms.interchange.archive import Archive
from lms.interchange.cloze_text import read_cloze
from lms.interchange.gift_read import category_path, fault_free
from lms.interchange.limits import MOST_QUESTIONS, refuse_many_questions
from lms.interchange.questions import (
    TEXT_FORMATS,
    TYPES,
    Answer,
    ExchangedQuestion,
    Option,
    Pair,
    Rich,
    Skipped,
    TextFormat,
    Unit,
    UnreadableFile,
    UnusableQuestion,
)
from lms.interchange.sheet_cells import column_name, is_column, restored, text_of_cell
from lms.interchange.source_text import beginning_of, fault_in, stripped

Row = tuple[int, list[str]]
Cells = Mapping[str, str]
TRUE, FALSE = ("true", "yes", "1", "vrai", "oui"), ("false", "no", "0", "faux", "non", "")
#: Beyond these, a sheet is empty but for a stray cell.
MOST_ROWS, MOST_COLUMNS = 5 * MOST_QUESTIONS, 2_100
#: XML that could hide a document type from a search in its bytes.
WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")


def read_csv(text: str) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of a CSV file and what was left out, each in file order.

    Commas, semicolons or tabs, whichever the first row has most of.

    Raises:
        UnreadableFile: no columns ``type`` and ``text``, or more than 20,000 questions.
    """
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    skipped: list[Skipped] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    return _read(_csv_rows(reader, skipped), skipped)


def _csv_rows(reader: Any, skipped: list[Skipped]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            skipped.append(Skipped(line, "", f"the row cannot be read: {error}"))
            continue
        yield line, cells


def read_xlsx(data: bytes) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of an Excel workbook and what was left out, each in file order.

    The sheet ``questions`` is read, else the first. Of a formula the value counts that Excel saw.

    Raises:
        UnreadableFile: no workbook, a dangerous one, no columns ``type`` and ``text``, or more than
            20,000 questions.
    """
    _refuse_entities(data)
    skipped: list[Skipped] = []
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book["questions"] if "questions" in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()
        rows = [
            (at, [_cell(value) for value in row])
            for at, row in enumerate(_bounded(sheet), start=1)
            if any(value is not None for value in row)
        ]
        book.close()
    except UnreadableFile:
        raise
    except Exception as error:
        # Of a broken workbook openpyxl raises whatever happens to go wrong; to the person who
        # brought it, it is one and the same: the file cannot be read.
        raise UnreadableFile("the workbook is broken and cannot be read") from error
    return _read(iter(rows), skipped)


def _bounded(sheet: Any) -> Iterator[tuple[Any, ...]]:
    rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=MOST_ROWS)
    for row in rows:
        yield row[:MOST_COLUMNS]


def _refuse_entities(data: bytes) -> None:
    """Refuse a workbook whose XML has a document type: no program of spreadsheets writes one."""
    archive = Archive(data)
    for name in archive.names:
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(name) or b""
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content.startswith(WIDE_XML):
            raise UnreadableFile("the workbook holds XML with a document type, which is refused")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def _read(
    rows: Iterator[Row], skipped: list[Skipped]
) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    questions: list[ExchangedQuestion] = []
    heading = next((row for row in rows if any(map(stripped, row[1]))), None)
    columns = [column_name(restored(cell)) for cell in heading[1]] if heading else []
    if heading is None or not {"type", "text"} <= set(columns):
        raise UnreadableFile("the first row of the sheet needs the columns type and text")
    for at, column in enumerate(columns):
        if column and (not is_column(column) or column in columns[:at]):
            said = "twice" if column in columns[:at] else "unknown"
            reason = f"the column {shortened(fault_free(column))!r} is {said}; it was not read"
            skipped.append(Skipped(heading[0], "", reason, False))
    places = {column: at for at, column in reversed(list(enumerate(columns))) if is_column(column)}
    for line, written in rows:
        cells = {
            column: restored(stripped(written[at]))
            for column, at in places.items()
            if at < len(written) and stripped(written[at])
        }
        if not cells:
            continue
        try:
            questions.append(_question(cells, line))
        except UnusableQuestion as fault:
            name = cells.get("name") or beginning_of(Rich(cells.get("text", "")))
            skipped.append(Skipped(line, fault_free(shortened(name, 80)), str(fault)))
        refuse_many_questions(len(questions) + len(skipped))
    return questions, sorted(skipped, key=lambda one: one.line)


def _question(cells: Cells, line: int) -> ExchangedQuestion:
    fault = fault_in("".join(cells.values()))
    if fault:
        raise UnusableQuestion(fault)
    kind = column_name(cells.get("type", ""))
    if kind not in TYPES:
        raise UnusableQuestion(f"not supported: the type {shortened(cells.get('type', ''))!r}")
    form = _format(cells.get("text_format", "plain").lower())
    text = Rich(cells.get("text", ""), form)
    if not text.text:
        raise UnusableQuestion("the question has no text")
    parts = _parts(kind, cells, form)
    if kind == "cloze":
        told, gaps = read_cloze(text.text, form)
        text, parts = Rich(told, form), {"gaps": gaps}
    return ExchangedQuestion(
        type=kind,
        name=" ".join(cells.get("name", "").split()) or beginning_of(text) or "Question",
        text=text,
        line=line,
        category=category_path(cells.get("category", "")),
        id=cells.get("id") or None,
        tags=tuple(tag for tag in map(str.strip, cells.get("tags", "").split(",")) if tag),
        general_feedback=_optional(cells, "general_feedback", form),
        feedback_right=_optional(cells, "feedback_right", form),
        feedback_partly=_optional(cells, "feedback_partly", form),
        feedback_wrong=_optional(cells, "feedback_wrong", form),
        hints=tuple(text_of_cell(cells[name], form) for name in _numbered(cells, "hint")),
        grader_info=_optional(cells, "grader_info", form),
        response_template=_optional(cells, "response_template", form),
        case_sensitive=_truth(cells, "case_sensitive") or False,
        grading="exact" if cells.get("grading", "").lower() == "exact" else None,
        unit_required=_truth(cells, "unit_required") or False,
        unit_penalty=_share(cells, "unit_penalty") or Decimal(0),
        penalty=_share(cells, "penalty"),
        weight=_amount(cells, "weight", Decimal(1)),
        min_words=_whole(cells, "min_words"),
        max_words=_whole(cells, "max_words"),
        attachments=_whole(cells, "attachments") or 0,
        **parts,
    )


def _format(written: str) -> TextFormat:
    if written not in TEXT_FORMATS:
        raise UnusableQuestion(f"text_format is one of {', '.join(TEXT_FORMATS)}")
    return written


def _parts(kind: str, cells: Cells, form: TextFormat) -> dict[str, Any]:
    if kind in ("single_choice", "multiple_choice"):
        options = tuple(
            Option(text_of_cell(cells[name], form), *_weighed(cells, name, form, Decimal(0)))
            for name in _numbered(cells, "answer")
        )
        if len(options) < 2:
            raise UnusableQuestion("a choice needs two options or more, in answer_1, answer_2 …")
        if all(option.fraction <= 0 for option in options):
            raise UnusableQuestion("no option is right: percent_1, percent_2 … say what is")
        return {"options": options}
    if kind in ("numeric", "short_text"):
        read = _number if kind == "numeric" else _word
        answers = tuple(read(cells, name, form) for name in _numbered(cells, "answer"))
        if all(answer.fraction <= 0 for answer in answers):
            raise UnusableQuestion("no answer is right: answer_1 is missing, or its percent is 0")
        units = tuple(_units(cells.get("units", "")))
        return {"answers": answers, "units": units}
    if kind == "true_false":
        correct = _truth(cells, "correct")
        if correct is None:
            raise UnusableQuestion("correct is true or false")
        return {"correct": correct}
    if kind == "matching":
        return {"pairs": _pairs(cells, form)}
    if kind == "ordering":
        items = tuple(text_of_cell(cells[name], form) for name in _numbered(cells, "answer"))
        if len(items) < 2:
            raise UnusableQuestion("an ordering needs two items or more, in answer_1, answer_2 …")
        return {"items": items}
    return {}


def _numbered(cells: Cells, name: str) -> list[str]:
    """Return the columns of a name that are filled, in the order of their numbers."""
    found = [column for column in cells if re.fullmatch(rf"{name}_[0-9]+", column)]
    return sorted(found, key=lambda column: int(column.rpartition("_")[2]))


def _weighed(
    cells: Cells, name: str, form: TextFormat, otherwise: Decimal
) -> tuple[Decimal, Rich | None]:
    at = name.rpartition("_")[2]
    percent = cells.get(f"percent_{at}", "").removesuffix("%").strip()
    return (
        fraction_of_percent(percent.replace(",", ".")) if percent else otherwise,
        _optional(cells, f"feedback_{at}", form),
    )


def _word(cells: Cells, name: str, form: TextFormat) -> Answer:
    fraction, feedback = _weighed(cells, name, form, Decimal(1))
    return Answer(text=cells[name], fraction=fraction, feedback=feedback)


def _number(cells: Cells, name: str, form: TextFormat) -> Answer:
    fraction, feedback = _weighed(cells, name, form, Decimal(1))
    if cells[name] == "*":
        return Answer(text="*", fraction=fraction, feedback=feedback)
    tolerance = _amount(cells, f"match_{name.rpartition('_')[2]}", Decimal(0))
    value = trimmed(number(cells[name]))
    return Answer(value=value, tolerance=tolerance, fraction=fraction, feedback=feedback)


def _pairs(cells: Cells, form: TextFormat) -> tuple[Pair, ...]:
    pairs = []
    for name in _numbered(cells, "match"):
        left = text_of_cell(cells.get(f"answer_{name.rpartition('_')[2]}", ""), form)
        pairs.append(Pair(left, text_of_cell(cells[name], "plain")))
    lefts = [
        name for name in _numbered(cells, "answer") if name.replace("answer", "match") not in cells
    ]
    if lefts:
        raise UnusableQuestion(
            f"{lefts[0]} has no right side in {lefts[0].replace('answer', 'match')}"
        )
    if sum(bool(pair.left.text) for pair in pairs) < 2:
        raise UnusableQuestion("matching needs two pairs or more: answer_1 and match_1 …")
    return tuple(pairs)


def _units(written: str) -> Iterator[Unit]:
    for part in filter(None, map(str.strip, written.split(";"))):
        name, _, multiplier = part.partition("=")
        amount = number(multiplier) if multiplier.strip() else Decimal(1)
        if not name.strip() or amount <= 0:
            raise UnusableQuestion("units are written as m=1; cm=100")
        yield Unit(name.strip(), trimmed(amount))


def _optional(cells: Cells, name: str, form: TextFormat) -> Rich | None:
    text = text_of_cell(cells.get(name, ""), form)
    return text if text.text else None


def _truth(cells: Cells, name: str) -> bool | None:
    written = cells.get(name, "").lower()
    if written not in (*TRUE, *FALSE):
        raise UnusableQuestion(f"{name} is true or false")
    return None if not written else written in TRUE


def _amount(cells: Cells, name: str, otherwise: Decimal) -> Decimal:
    amount = trimmed(number(cells[name].replace(",", "."))) if name in cells else otherwise
    if amount < 0:
        raise UnusableQuestion(f"{name} is less than 0")
    return amount


def _share(cells: Cells, name: str) -> Decimal | None:
    if name not in cells:
        return None
    share = _amount(cells, name, Decimal(0))
    if share > 1:
        raise UnusableQuestion(f"{name} is more than 1")
    return share


def _whole(cells: Cells, name: str) -> int | None:
    amount = _amount(cells, name, Decimal(0))
    if amount != amount.to_integral_value() or amount > 1_000_000:
        raise UnusableQuestion(f"{name} is not a whole number")
    return int(amount) if name in cells else None
