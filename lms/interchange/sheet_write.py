"""Writing spreadsheets: CSV and XLSX, one row a question."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter

from lms.interchange.amounts import json_number, percent_of, plain
from lms.interchange.cloze_text import write_cloze
from lms.interchange.parts import pictures_unsaid
from lms.interchange.questions import (
    TYPES,
    Answer,
    ExchangedQuestion,
    Option,
    Rich,
    Skipped,
    UnusableQuestion,
)
from lms.interchange.sheet_cells import (
    HINT,
    LEADING,
    LONGEST_CELL,
    PART_COLUMNS,
    TRAILING,
    cell_of,
    defused,
)
from lms.interchange.source_text import fault_in

#: A row: texts and numbers by column. Numbers stay numbers, so that people can count with them.
Row = dict[str, "str | Decimal"]
#: The same questions give the same bytes: no clock enters.
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
WIDE, NARROW = 40, 14


def write_csv(questions: Sequence[ExchangedQuestion]) -> tuple[bytes, list[Skipped]]:
    """Return the questions as CSV: UTF-8 with a mark that Excel knows, commas, CRLF (RFC 4180)."""
    rows, left_out = _rows(questions)
    columns = _columns(rows)
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row.get(column, "")) for column in columns])
    return buffer.getvalue().encode("utf-8-sig"), left_out


def _csv_cell(value: str | Decimal) -> str:
    return plain(value) if isinstance(value, Decimal) else defused(value)


def write_xlsx(questions: Sequence[ExchangedQuestion]) -> tuple[bytes, list[Skipped]]:
    """Return the questions as an Excel workbook with one sheet, ``questions``."""
    rows, left_out = _rows(questions, longest=LONGEST_CELL - 1)
    columns = _columns(rows)
    buffer = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": MOMENT})
        sheet = book.add_worksheet("questions")
        heading = book.add_format({"bold": True, "bottom": 1})
        # Text stays text when somebody edits it: 1-2 does not become a day in January.
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        number = book.add_format({"valign": "top"})
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            is_wide = column == "text" or column.startswith(("answer", "feedback", "general"))
            sheet.set_column(at, at, WIDE if is_wide else NARROW)
        sheet.write_row(0, 0, columns, heading)
        for down, row in enumerate(rows, start=1):
            for across, column in enumerate(columns):
                value = row.get(column, "")
                exact = json_number(value) if isinstance(value, Decimal) else None
                if isinstance(exact, int | float):
                    sheet.write_number(down, across, exact, number)
                elif isinstance(value, Decimal):
                    sheet.write_string(down, across, plain(value), text)
                elif value:
                    sheet.write_string(down, across, defused(value), text)
    return buffer.getvalue(), left_out


def _rows(
    questions: Sequence[ExchangedQuestion], longest: int | None = None
) -> tuple[list[Row], list[Skipped]]:
    rows: list[Row] = []
    left_out: list[Skipped] = []
    for question in questions:
        lost = [*question.losses, *pictures_unsaid(question)]
        try:
            row = _row(question, lost)
            texts = [value for value in row.values() if isinstance(value, str)]
            fault = fault_in("".join(texts))
            if fault:
                raise UnusableQuestion(fault)
            if longest is not None and any(len(text) > longest for text in texts):
                raise UnusableQuestion(f"a cell of Excel holds at most {longest:,} characters")
        except UnusableQuestion as reason:
            left_out.append(Skipped(question.line, question.name, str(reason)))
            continue
        left_out += [Skipped(question.line, question.name, reason, False) for reason in lost]
        rows.append(row)
    return rows, left_out


def _columns(rows: Sequence[Row]) -> list[str]:
    """Return the columns that are used, and those that every sheet has."""
    used = {column for row in rows for column, value in row.items() if value != ""}
    numbers = [int(column.rpartition("_")[2]) for column in used if column[-1].isdigit()]
    parts = [
        f"{name}_{at}" for at in range(1, max(numbers, default=0) + 1) for name in PART_COLUMNS
    ]
    hints = [f"{HINT}_{at}" for at in range(1, max(numbers, default=0) + 1)]
    always = ("id", "type", "name", "text", "text_format")
    ordered = [*LEADING, *parts, *TRAILING, *hints]
    return [column for column in ordered if column in used or column in always]


def _row(question: ExchangedQuestion, lost: list[str]) -> Row:
    if question.type not in TYPES:
        raise UnusableQuestion(f"a spreadsheet has no questions of the type {question.type}")
    form = question.text.format
    text = question.text
    if question.type == "cloze":
        text = Rich(write_cloze(text, question.gaps), form)
    row: Row = {
        "id": question.id or "",
        "type": question.type,
        "name": question.name,
        "text": text.text,
        "text_format": form,
        "category": "/".join(part.replace("/", "//") for part in question.category or ()),
        "tags": _tags(question, lost),
        "general_feedback": cell_of(question.general_feedback, form),
        "feedback_right": cell_of(question.feedback_right, form),
        "feedback_partly": cell_of(question.feedback_partly, form),
        "feedback_wrong": cell_of(question.feedback_wrong, form),
        "grading": question.grading or "",
        "units": "; ".join(f"{unit.name}={plain(unit.multiplier)}" for unit in question.units),
        "grader_info": cell_of(question.grader_info, form),
        "response_template": cell_of(question.response_template, form),
    }
    if question.type == "true_false":
        row["correct"] = "true" if question.correct else "false"
    if any(sign in unit.name for unit in question.units for sign in ";="):
        raise UnusableQuestion("a unit with ; or = cannot stand in a spreadsheet")
    return row | _numbers(question) | dict(_parts(question))


def _numbers(question: ExchangedQuestion) -> Row:
    row: Row = {}
    if question.weight != 1:
        row["weight"] = question.weight
    if question.penalty is not None:
        row["penalty"] = question.penalty
    for name in ("case_sensitive", "unit_required"):
        if getattr(question, name):
            row[name] = "true"
    if question.unit_penalty:
        row["unit_penalty"] = question.unit_penalty
    for name in ("min_words", "max_words", "attachments"):
        if getattr(question, name):
            row[name] = Decimal(getattr(question, name))
    return row


def _tags(question: ExchangedQuestion, lost: list[str]) -> str:
    kept = [tag for tag in question.tags if "," not in tag]
    lost += [f"the tag {tag!r}: a comma parts tags here" for tag in question.tags if "," in tag]
    return ", ".join(kept)


def _parts(question: ExchangedQuestion) -> Iterator[tuple[str, str | Decimal]]:
    form = question.text.format
    for at, option in enumerate(question.options, start=1):
        yield f"answer_{at}", cell_of(option.text, form)
        yield from _weighed(option, at, form)
    for at, answer in enumerate(question.answers, start=1):
        if question.type == "numeric":
            yield f"answer_{at}", "*" if answer.value is None else answer.value
            yield f"match_{at}", answer.tolerance
        else:
            yield f"answer_{at}", answer.text or ""
        yield from _weighed(answer, at, form)
    for at, pair in enumerate(question.pairs, start=1):
        yield f"answer_{at}", cell_of(pair.left, form)
        yield f"match_{at}", cell_of(pair.right, "plain")
    for at, item in enumerate(question.items, start=1):
        yield f"answer_{at}", cell_of(item, form)
    for at, hint in enumerate(question.hints, start=1):
        yield f"{HINT}_{at}", cell_of(hint, form)


def _weighed(part: Option | Answer, at: int, form: str) -> Iterator[tuple[str, str | Decimal]]:
    yield f"percent_{at}", Decimal(percent_of(part.fraction))
    yield f"feedback_{at}", cell_of(part.feedback, form)  # type: ignore[arg-type]
