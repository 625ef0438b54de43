"""The columns of a spreadsheet of questions, and what a cell holds.

One row is one question. Of the parts of a question the first has ``answer_1``, ``match_1``,
``percent_1`` and ``feedback_1``, the second ``answer_2`` and so on; `docs/questions.md` tells what
they hold by type.
"""

import re

from lms.interchange.gift_read import FORMAT
from lms.interchange.questions import Rich, TextFormat
from lms.interchange.source_text import stripped

#: Columns before and behind those of the parts, in the order in which they are written.
LEADING = ("id", "type", "name", "text", "text_format", "category", "tags", "correct")
TRAILING = (
    *("general_feedback", "feedback_right", "feedback_partly", "feedback_wrong"),
    *("weight", "penalty", "case_sensitive", "grading", "units", "unit_required", "unit_penalty"),
    *("min_words", "max_words", "attachments", "grader_info", "response_template"),
)
#: Columns of the parts, each with a number behind it; hints have numbers too.
PART_COLUMNS = ("answer", "match", "percent", "feedback")
HINT = "hint"
NUMBERED = re.compile(r"(answer|match|percent|feedback|hint)_([1-9][0-9]{0,2})")
#: A program of spreadsheets takes a cell that begins so for a formula. Source: OWASP, *CSV
#: Injection*.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
#: What Excel takes into a cell.
LONGEST_CELL = 32_767


def defused(text: str) -> str:
    """Return a text that no program takes for a formula: with an apostrophe before it if need be.

    >>> defused("=1+1"), defused("water")
    ("'=1+1", 'water')
    """
    return f"'{text}" if FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return what `defused` was given.

    >>> restored("'=1+1")
    '=1+1'
    """
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def column_name(heading: str) -> str:
    """Return the name of a column as people may have written it.

    >>> column_name(" Answer 1 ")
    'answer_1'
    """
    return re.sub(r"[\s_-]+", "_", heading.strip().lower()).strip("_")


def is_column(name: str) -> bool:
    """Whether a column is known."""
    return name in LEADING or name in TRAILING or NUMBERED.fullmatch(name) is not None


def cell_of(text: Rich | None, otherwise: TextFormat) -> str:
    """Return what stands in a cell for a text: its format in brackets where it is not the other."""
    if text is None or not text.text:
        return ""
    needs = text.format != otherwise or FORMAT.match(text.text)
    return f"[{text.format}]{text.text}" if needs else text.text


def text_of_cell(cell: str, otherwise: TextFormat) -> Rich:
    """Return the text of a cell."""
    form = FORMAT.match(cell)
    if form:
        return Rich(stripped(cell[form.end() :]), form[1])  # type: ignore[arg-type]
    return Rich(stripped(cell), otherwise)
