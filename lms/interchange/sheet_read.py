"""Reading spreadsheets: CSV and XLSX, one row a question."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lms.interchange.amounts import fraction_of_percent, number, shortened, trimmed
from lms.interchange.cloze_text import read_cloze
from lms.interchange.gift_read import category_path, fault_free
from lms.interchange.limits import refuse_many_questions
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
from lms.interchange.sheet_cells import (
    PART_COLUMNS,
    column_name,
    is_column,
    restored,
    text_of_cell,
)
from lms.interchange.sheet_rows import Row, book_rows, csv_rows
from lms.interchange.source_text import beginning_of, fault_in, stripped

Cells = Mapping[str, str]
TRUE, FALSE = ("true", "yes", "1", "vrai", "oui"), ("false", "no", "0", "faux", "non", "")
#: The columns that only some types have, and which of them say something, by type.
OF_TYPES = ("correct", "units", "unit_required", "unit_penalty")
CHOICE = ("answer", "percent", "feedback")
USED: dict[str, tuple[str, ...]] = {
    "single_choice": CHOICE,
    "multiple_choice": CHOICE,
    "true_false": ("correct",),
    "numeric": (*CHOICE, "match", "units", "unit_required", "unit_penalty"),
    "short_text": CHOICE,
    "matching": ("answer", "match"),
    "ordering": ("answer",),
    "cloze": (),
    "essay": (),
    "description": (),
}


def read_csv(text: str) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of a CSV file and what was left out, each in file order.

    Raises:
        UnreadableFile: no columns ``type`` and ``text``, or more than 20,000 questions.
    """
    return _read(csv_rows(text), commas_part=True)


def read_xlsx(data: bytes) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of an Excel workbook and what was left out, each in file order.

    Raises:
        UnreadableFile: no workbook, a dangerous one, no columns ``type`` and ``text``, or more than
            20,000 questions.
    """
    return _read(iter(book_rows(data)), commas_part=False)


def _read(
    rows: Iterator[Row], *, commas_part: bool
) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    questions: list[ExchangedQuestion] = []
    skipped: list[Skipped] = []
    heading = next((row for row in rows if any(map(stripped, row.cells))), None)
    columns = [column_name(restored(cell)) for cell in heading.cells] if heading else []
    if heading is None or not {"type", "text"} <= set(columns):
        raise UnreadableFile("the first row of the sheet needs the columns type and text")
    for at, column in enumerate(columns):
        if column and (not is_column(column) or column in columns[:at]):
            said = "twice" if column in columns[:at] else "unknown"
            reason = f"the column {shortened(fault_free(column))!r} is {said}; it was not read"
            skipped.append(Skipped(heading.line, "", reason, False))
    places = {column: at for at, column in reversed(list(enumerate(columns))) if is_column(column)}
    for row in rows:
        written = row.cells
        cells = {
            column: restored(stripped(written[at]))
            for column, at in places.items()
            if at < len(written) and stripped(written[at])
        }
        unnamed = [
            at
            for at, cell in enumerate(written)
            if stripped(cell) and not (at < len(columns) and columns[at])
        ]
        if not cells and not unnamed and not row.fault:
            continue
        name = cells.get("name") or beginning_of(Rich(cells.get("text", "")))
        try:
            if row.fault:
                raise UnusableQuestion(row.fault)
            if commas_part and any(at >= len(columns) for at in unnamed):
                raise UnusableQuestion(
                    "the row has more cells than there are columns; a text with a separator in it "
                    "stands in quotation marks"
                )
            question = _question(cells, row.line)
        except UnusableQuestion as fault:
            skipped.append(Skipped(row.line, fault_free(shortened(name, 80)), str(fault)))
        else:
            questions.append(question)
            lost = [f"what stands in cell {at + 1}, whose column has no name" for at in unnamed]
            lost += _idle(question.type, cells)
            skipped += [Skipped(row.line, question.name, reason, False) for reason in lost]
        refuse_many_questions(len(questions) + len(skipped))
    return questions, sorted(skipped, key=lambda one: one.line)


def _idle(kind: str, cells: Cells) -> list[str]:
    """Return a sentence for each filled column that says nothing of a question of this type."""
    used = USED[kind]
    idle = []
    for column in cells:
        name, _, at = column.rpartition("_")
        if column in OF_TYPES:
            says_nothing = column not in used
        elif name in PART_COLUMNS and at.isdigit():
            # A right side by itself is one more wrong choice; anything else belongs to an answer.
            is_alone = f"answer_{at}" not in cells and not (kind == "matching" and name == "match")
            says_nothing = name not in used or is_alone
        else:
            continue
        if says_nothing:
            idle.append(f"the column {column}, which says nothing here")
    return idle


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
        grading=_grading(cells.get("grading", "").lower()),
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


def _grading(written: str) -> str | None:
    if written not in ("", "exact"):
        raise UnusableQuestion(f"grading is exact or empty, not {shortened(written)!r}")
    return written or None


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
    percent = cells.get(f"percent_{at}", "").removesuffix("%").strip().replace(",", ".")
    try:
        fraction = fraction_of_percent(percent) if percent else otherwise
    except UnusableQuestion as fault:
        raise UnusableQuestion(f"percent_{at}: {fault}") from fault
    return fraction, _optional(cells, f"feedback_{at}", form)


def _word(cells: Cells, name: str, form: TextFormat) -> Answer:
    fraction, feedback = _weighed(cells, name, form, Decimal(1))
    return Answer(text=cells[name], fraction=fraction, feedback=feedback)


def _number(cells: Cells, name: str, form: TextFormat) -> Answer:
    fraction, feedback = _weighed(cells, name, form, Decimal(1))
    if cells[name] == "*":
        return Answer(text="*", fraction=fraction, feedback=feedback)
    tolerance = _amount(cells, f"match_{name.rpartition('_')[2]}", Decimal(0))
    value = _figure(cells[name], name)
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
    if name not in cells:
        return otherwise
    written = cells[name].replace(",", ".")
    share = written.removesuffix("%")
    amount = _figure(share, name) / 100 if share != written else _figure(written, name)
    if amount < 0:
        raise UnusableQuestion(f"{name} is less than 0")
    return amount


def _figure(written: str, name: str) -> Decimal:
    try:
        return trimmed(number(written))
    except UnusableQuestion as fault:
        raise UnusableQuestion(f"{name}: {fault}") from fault


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
