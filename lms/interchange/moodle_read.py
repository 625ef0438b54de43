"""Reading Moodle XML: the file, its categories, and what every question of it has.

Source: the format that Moodle's own export writes (version 4), older forms that its import still
takes, and the XML of the types ordering, ddwtos, gapselect, ddmatch and multichoiceset.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from lms.interchange.amounts import number, rounded
from lms.interchange.gift_read import category_path, fault_free
from lms.interchange.limits import refuse_many_questions
from lms.interchange.markup import not_carried, tag_of_file, told_of
from lms.interchange.moodle_texts import optional, rich, text_in
from lms.interchange.moodle_types import READERS, Read
from lms.interchange.questions import (
    ExchangedQuestion,
    Rich,
    Skipped,
    UnreadableFile,
    UnusableQuestion,
)
from lms.interchange.safe_xml import Element, child, children, line_of, local_name, parsed, text_of
from lms.interchange.source_text import beginning_of, decoded, fault_in, stripped

START = re.compile(r"<question\b")
END = re.compile(r"</question\s{0,20}>")
LINE = re.compile(r"\bline ([0-9]{1,9})\b")
THIRD = Decimal("0.3333333")


def read_moodle_xml(data: bytes) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of a Moodle XML file and what was left out, each in file order.

    A file that is not well-formed is read question by question, so that one broken question does
    not cost the others.

    Raises:
        UnreadableFile: no Moodle XML, a document type with entities, or too many questions.
    """
    try:
        root = parsed(data)
    except UnreadableFile:
        return _salvaged(decoded(data))
    if local_name(root) != "quiz":
        raise UnreadableFile(
            f"expected <quiz> at the top of Moodle XML, found <{local_name(root)}>"
        )
    reading, elements = _Reading(), list(children(root, "question"))
    refuse_many_questions(len(elements))
    for element in elements:
        reading.take(element, line_of(element))
    return reading.questions, reading.skipped


def _salvaged(text: str) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Read what is well-formed of a broken file, question by question.

    Raises:
        UnreadableFile: what `parsed` raises, where no question can be told apart.
    """
    starts = [found.start() for found in START.finditer(text)]
    if not starts or "<!ENTITY" in text[: starts[0]] or "<!DOCTYPE" in text[: starts[0]]:
        parsed(text.encode("utf-8", "replace"))
        raise UnreadableFile("the XML holds no <question>")
    refuse_many_questions(len(starts))
    reading = _Reading()
    line, counted = 1, 0
    for start, after in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", counted, start)
        counted = start
        written = text[start:after]
        end = END.search(written)
        whole = written[: end.end()] if end else written
        fault = fault_in(whole)
        try:
            if fault:
                raise UnreadableFile(fault)
            reading.take(parsed(whole.encode()), line)
        except UnreadableFile as broken:
            name = re.search(r"<text>\s*(?:<!\[CDATA\[)?([^<\]]{1,200})", written)
            title = fault_free(" ".join(name[1].split())) if name else ""
            reading.skipped.append(Skipped(line, title, _counted_from(line, str(broken))))
    return reading.questions, reading.skipped


def _counted_from(first: int, reason: str) -> str:
    """Return what was said of a question read by itself with the lines of its file."""
    return LINE.sub(lambda at: f"line {int(at[1]) + first - 1}", reason)


class _Reading:
    """The questions of one file so far, and the category in force."""

    def __init__(self) -> None:
        self.questions: list[ExchangedQuestion] = []
        self.skipped: list[Skipped] = []
        self.category: tuple[str, ...] | None = None

    def take(self, element: Element, line: int) -> None:
        kind = (element.get("type") or "").strip()
        if kind == "category":
            self.category = category_path(text_in(child(element, "category")))
            return
        lost: list[str] = []
        try:
            question = _question(element, kind, lost)
            self.questions.append(replace(question, line=line, category=self.category))
            name = question.name
        except UnusableQuestion as fault:
            name = _name(element)
            self.skipped.append(Skipped(line, fault_free(name), str(fault)))
            return
        self.skipped += [Skipped(line, name, reason, False) for reason in lost]


def _question(element: Element, kind: str, lost: list[str]) -> ExchangedQuestion:
    read: Callable[[Read], ExchangedQuestion] | None = READERS.get(kind)
    if read is None:
        raise UnusableQuestion(f"not supported: {kind or 'a question without a type'}")
    text = rich(child(element, "questiontext"), "html", lost)
    general = optional(child(element, "generalfeedback"), text.format, lost)
    base = ExchangedQuestion(
        type="description",
        name=_name(element) or "Question",
        text=text,
        id=stripped(text_of(child(element, "idnumber"))) or None,
        tags=_tags(element),
        general_feedback=general,
        hints=_hints(element, text.format, lost),
        penalty=_penalty(element),
        weight=_amount(element, "defaultgrade", Decimal(1)),
        feedback_right=optional(child(element, "correctfeedback"), text.format, lost),
        feedback_partly=optional(child(element, "partiallycorrectfeedback"), text.format, lost),
        feedback_wrong=optional(child(element, "incorrectfeedback"), text.format, lost),
    )
    reading = Read(element, base, lost)
    question = read(reading)
    if not _title(element):
        question = replace(question, name=beginning_of(question.text) or "Question")
    if not question.text.text:
        raise UnusableQuestion("the question has no text")
    fault = fault_in("\n".join((question.name, question.id or "", *question.tags)))
    if fault:
        raise UnusableQuestion(fault)
    picture = reading.picture(child(element, "questiontext"), question.text)
    question = replace(question, picture=picture or reading.old_picture())
    lost += _files(element, reading.seen, lost)
    return question


def _title(element: Element) -> str:
    return " ".join(text_in(child(element, "name")).split())


def _name(element: Element) -> str:
    """Return the title of a question, else the beginning of its text."""
    asked = child(element, "questiontext")
    return _title(element) or beginning_of(Rich(text_in(asked), "html"))


def _tags(element: Element) -> tuple[str, ...]:
    found = [
        text_in(tag)
        for name in ("tags", "coursetags")
        for group in children(element, name)
        for tag in children(group, "tag")
    ]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _hints(element: Element, form: str, lost: list[str]) -> tuple[Rich, ...]:
    found = []
    for hint in children(element, "hint"):
        content = child(hint, "hintcontent")
        text = rich(hint if content is None else content, form, lost)
        found += [text] if text.text else []
    return tuple(found)


def _penalty(element: Element) -> Decimal | None:
    written = stripped(text_of(child(element, "penalty")))
    if not written:
        return None
    penalty = rounded(number(written))
    # Files of old versions say 0.33 or 0.333 for a third.
    return THIRD if abs(penalty - THIRD) < Decimal("0.005") else penalty


def _amount(element: Element, name: str, otherwise: Decimal) -> Decimal:
    written = stripped(text_of(child(element, name)))
    amount = rounded(number(written)) if written else otherwise
    if amount < 0:
        raise UnusableQuestion(f"{name} is less than 0")
    return amount


def _files(element: Element, seen: Collection[Element], lost: Iterable[str]) -> list[str]:
    """Return a sentence for each file that comes with a question and was not looked at: none is carried."""
    names = [
        stripped(found.get("name") or "")
        for found in element.iter()
        if local_name(found) == "file"
        and found not in seen
        and (found.get("encoding") or found.get("name"))
    ]
    known = told_of(lost)
    said = [not_carried(tag_of_file(name), fault_free(name)) for name in names]
    return [one for one in said if one not in known]
