"""The paper version: a sheet with a code, a code for each row, and the way back from the sheet to answers. Pure.

A row is one control of a question: row 3 for the only control of question 3, rows 3a and 3b for two of them. What
may be chosen has a letter; on the sheet one writes the letters, or the word, or the number. Choices that are
numbers themselves, the places of an order, have no letters: one writes the number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from lms.scoring.folding import western_digits
from lms.scoring.presentation import Choice, Control, Presentation

#: Letters for choices: after Z come AA, AB, …
_LETTERS = (*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase))
LETTERED = frozenset({"radio", "checkbox", "select"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet.

    Args:
        code: what stands before it, such as ``3`` or ``3b``.
        question: key of the question.
        control: what is to be filled in.
        letters: of the choices, in the order shown; empty where a word or a number is written.
        places: the choices are numbers, which are written as they are.
    """

    code: str
    question: str
    control: Control
    letters: tuple[tuple[str, Choice], ...]
    places: bool = False

    @property
    def writes(self) -> str:
        """What belongs into the row: ``letter``, ``letters``, ``place``, ``number``, ``number-with-unit``,
        ``line`` or ``text``. The page that prints it and the page that takes it say the same.
        """
        if self.places:
            return "place"
        if self.letters:
            return "letters" if self.control.kind == "checkbox" else "letter"
        if self.control.kind == "number":
            return "number-with-unit" if self.control.hint == "number-with-unit" else "number"
        return "text" if self.control.kind == "text" else "line"


def rows_of(number: int, key: str, presentation: Presentation) -> list[Row]:
    """The rows of a question; a file cannot be handed in on paper and has none."""
    controls = [one for one in presentation.controls if one.kind != "file"]
    rows = []
    for place, control in enumerate(controls):
        suffix = "" if len(controls) == 1 else (_LETTERS[place].lower())
        places = control.kind in LETTERED and _are_numbers(control)
        letters = (
            tuple(zip(_LETTERS, control.choices, strict=False))
            if control.kind in LETTERED and not places
            else ()
        )
        rows.append(Row(f"{number}{suffix}", key, control, letters, places))
    return rows


def _are_numbers(control: Control) -> bool:
    return bool(control.choices) and all(
        isinstance(one.label, str) and one.label.isdecimal() and one.label == one.value
        for one in control.choices
    )


def fields_of(
    rows: Sequence[Row], written: Mapping[str, str]
) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """Turn what stands on a sheet into what a form would send.

    Args:
        written: by row code. Letters may be in any case and parted by anything: ``b``, ``A, C``, ``AC``; the
            number of a place in digits of any script, perhaps with a full stop or bracket: ``3``, ``3.``, ``٣``.

    Returns:
        Fields by question key, only for questions with something written; and faults by row code
        (`answer.not-a-letter`, `answer.not-a-place`).
    """
    fields: dict[str, dict[str, list[str]]] = {}
    faults: dict[str, str] = {}
    for row in rows:
        text = written.get(row.code, "").strip()
        if not text:
            continue
        if row.places:
            place = western_digits(text).strip(" .)(")
            if any(choice.value == place for choice in row.control.choices):
                fields.setdefault(row.question, {})[row.control.field] = [place]
            else:
                faults[row.code] = "answer.not-a-place"
            continue
        if not row.letters:
            fields.setdefault(row.question, {})[row.control.field] = [text]
            continue
        values = _chosen(row, text)
        if values is None:
            faults[row.code] = "answer.not-a-letter"
        else:
            fields.setdefault(row.question, {})[row.control.field] = values
    return fields, faults


def _chosen(row: Row, text: str) -> list[str] | None:
    """The values of the letters written, or None when one of them stands before no choice."""
    known = {letter: choice.value for letter, choice in row.letters}
    text = text.upper()
    parts = [
        part for part in "".join(c if c in ascii_uppercase else " " for c in text).split() if part
    ]
    letters: list[str] = []
    for part in parts:
        # Letters written without a gap are letters each, unless the row goes beyond Z.
        letters += [part] if part in known else list(part)
    if not letters or any(letter not in known for letter in letters):
        return None
    return [known[letter] for letter in dict.fromkeys(letters)]


def written_of(rows: Sequence[Row]) -> dict[str, str]:
    """What stands on the sheet as it was entered so far, by row code: the way back from answers."""
    found = {}
    for row in rows:
        if row.letters:
            chosen = [
                letter for letter, choice in row.letters if choice.value in row.control.values
            ]
            found[row.code] = " ".join(chosen)
        else:
            found[row.code] = row.control.values[0] if row.control.values else ""
    return found
