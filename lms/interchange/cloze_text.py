"""Moodle's embedded answers: ``{1:SHORTANSWER:=water~%50%wet}`` inside a text, both ways.

Source: Moodle's documentation *Embedded answers (Cloze) question type*.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape

from lms.interchange.amounts import fraction_of_percent, number, percent_of, plain, trimmed
from lms.interchange.limits import MOST_PARTS
from lms.interchange.questions import (
    GAP,
    Answer,
    Gap,
    Option,
    Rich,
    TextFormat,
    UnusableQuestion,
)
from lms.interchange.source_text import stripped

CHOICES = ("MULTICHOICE", "MC")
LAYOUTS = ("", "_V", "_H", "_S", "_VS", "_HS", "V", "H", "S", "VS", "HS")
#: Kind of gap by what stands for it, and whether capitals count.
KINDS: dict[str, tuple[str, bool]] = {
    **{name + layout: ("choice", False) for name in CHOICES for layout in LAYOUTS},
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), ("text", False)),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), ("text", True)),
    **dict.fromkeys(("NUMERICAL", "NM"), ("number", False)),
    **{name + layout: ("several", False) for name in ("MULTIRESPONSE", "MR") for layout in LAYOUTS},
}
#: Every repetition is bounded: what follows a brace may be anything, and long.
OPENING = re.compile(r"\{\s{0,20}([0-9]{0,6})\s{0,20}:\s{0,20}([A-Z_]{2,20})\s{0,20}:")
#: What looks like a gap of a kind that nobody knows, or one written in small letters.
LIKE_A_GAP = re.compile(r"\{\s{0,20}[0-9]{1,6}\s{0,20}:\s{0,20}([A-Za-z_]{2,20})\s{0,20}:")
#: A sign behind a backslash stands as a character that no text may hold while a text is taken apart.
ESCAPED = re.compile(r"\\([}#~/\"\\])")
MARKS = {sign: chr(0xFDD0 + at) for at, sign in enumerate('}#~/"\\')}
SIGNS = str.maketrans({mark: sign for sign, mark in MARKS.items()})
WRITTEN_SIGNS = str.maketrans({mark: "\\" + sign for sign, mark in MARKS.items()})
#: The sign of a character by number (``&#8217;``) does not begin feedback.
HASH = re.compile(r"(?<!&)#")
WEIGHT = re.compile(r"%(-?[0-9]{1,20}(?:[.,][0-9]{0,20})?)%")
#: In HTML the signs are written as characters by number, which every version of Moodle reads.
SIGNS_IN_HTML = {"}": "&#125;", "#": "&#35;", "~": "&#126;", "\\": "&#92;"}
HTML_SIGNS = re.compile("&#(125|35|126|92);")
LONG_LINE = re.compile("_{5,}")
#: A gap: five underscores, no more and no fewer.
GAP_PLACE = re.compile(r"(?<!_)_{5}(?!_)")


def read_cloze(text: str, form: TextFormat) -> tuple[str, tuple[Gap, ...]]:
    """Return the text with ``_____`` for each gap, and the gaps in order.

    A line of five or more underscores in the text itself becomes one of three, or it would be
    taken for a gap.

    Raises:
        UnusableQuestion: no gap, or one that cannot be read; its number is named.
    """
    text = ESCAPED.sub(lambda found: MARKS[found[1]], text)
    told: list[str] = []
    gaps: list[Gap] = []
    at = 0
    for opening in OPENING.finditer(text):
        if opening.start() < at or opening[2] not in KINDS:
            continue
        end = text.find("}", opening.end())
        if end < 0:
            raise UnusableQuestion(f"gap {len(gaps) + 1} is not closed: }} is missing")
        told.append(_without_lines(text[at : opening.start()]))
        try:
            gaps.append(_gap(opening[1], opening[2], text[opening.end() : end], form))
        except UnusableQuestion as fault:
            raise UnusableQuestion(f"gap {len(gaps) + 1}: {fault}") from fault
        at = end + 1
        if len(gaps) > MOST_PARTS:
            raise UnusableQuestion(f"more than {MOST_PARTS} gaps")
    told.append(_without_lines(text[at:]))
    other = next(filter(None, map(LIKE_A_GAP.search, told)), None)
    if other:
        raise UnusableQuestion(_not_known(other[1]))
    if not gaps:
        raise UnusableQuestion("the text has no gap such as {1:SHORTANSWER:=answer}")
    return stripped(_joined(told)), tuple(gaps)


def _not_known(name: str) -> str:
    if name.upper() in KINDS:
        return f"the kind of a gap is written in capitals: {name.upper()}"
    return f"not supported: the gap {name}"


def _joined(told: list[str]) -> str:
    """Return the stretches of a text with gaps between them, which touch no other underscore."""
    text = told[0]
    for after in told[1:]:
        text += (" " if text.endswith("_") else "") + GAP + (" " if after.startswith("_") else "")
        text += after
    return text


def _without_lines(text: str) -> str:
    return LONG_LINE.sub("___", text.translate(WRITTEN_SIGNS))


def _gap(weight: str, name: str, body: str, form: TextFormat) -> Gap:
    kind, case_sensitive = KINDS[name]
    if kind == "several":
        raise UnusableQuestion(f"not supported: {name}")
    parts = [stripped(part) for part in body.split("~")]
    parts = [part for part in parts if part]
    if len(parts) > MOST_PARTS:
        raise UnusableQuestion(f"more than {MOST_PARTS} answers")
    counts = Decimal(weight or 1) or Decimal(1)
    if kind == "choice":
        options = tuple(_option(part, form) for part in parts)
        if len(options) < 2:
            raise UnusableQuestion("a choice needs two options or more")
        if all(option.fraction != 1 for option in options):
            raise UnusableQuestion("no option earns the whole mark")
        return Gap("choice", options=options, weight=counts)
    read = _number if kind == "number" else _word
    answers = tuple(read(part, form) for part in parts)
    if all(answer.fraction != 1 for answer in answers):
        raise UnusableQuestion("no answer earns the whole mark")
    if kind == "number":
        return Gap("number", answers=answers, weight=counts)
    return Gap("text", answers=answers, weight=counts, case_sensitive=case_sensitive)


def _option(part: str, form: TextFormat) -> Option:
    fraction, text, feedback = _alternative(part, form)
    return Option(Rich(_plain_signs(text, form), form), fraction, feedback)


def _word(part: str, form: TextFormat) -> Answer:
    fraction, text, feedback = _alternative(part, form)
    text = unescape(text) if form == "html" else text
    if not text:
        raise UnusableQuestion("an answer is empty")
    return Answer(text=text, fraction=fraction, feedback=feedback)


def _number(part: str, form: TextFormat) -> Answer:
    fraction, text, feedback = _alternative(part, form)
    if text == "*":
        return Answer(text="*", fraction=fraction, feedback=feedback)
    value, _, tolerance = text.replace(",", ".").partition(":")
    margin = number(tolerance) if tolerance.strip() else Decimal(0)
    if margin < 0:
        raise UnusableQuestion("the tolerance is less than 0")
    return Answer(
        value=trimmed(number(value)),
        tolerance=trimmed(margin),
        fraction=fraction,
        feedback=feedback,
    )


def _alternative(part: str, form: TextFormat) -> tuple[Decimal, str, Rich | None]:
    """Return what an answer earns, its text as written, and its feedback."""
    fraction = Decimal(0)
    weight = WEIGHT.match(part)
    if part.startswith("="):
        fraction, part = Decimal(1), part[1:]
    elif weight:
        fraction, part = fraction_of_percent(weight[1].replace(",", ".")), part[weight.end() :]
    text, *feedback = HASH.split(part, maxsplit=1)
    said = stripped(_plain_signs(feedback[0].translate(SIGNS), form)) if feedback else ""
    return fraction, stripped(text.translate(SIGNS)), Rich(said, form) if said else None


def _plain_signs(text: str, form: TextFormat) -> str:
    """Return an HTML text with the signs that `write_cloze` writes by number as themselves."""
    return HTML_SIGNS.sub(lambda found: chr(int(found[1])), text) if form == "html" else text


def write_cloze(text: Rich, gaps: tuple[Gap, ...]) -> str:
    """Return the text with Moodle's notation in its gaps.

    Raises:
        UnusableQuestion: as many gaps as places are not there, or one cannot be written.
    """
    parts = GAP_PLACE.split(text.text)
    if len(parts) != len(gaps) + 1:
        raise UnusableQuestion(f"the text has {len(parts) - 1} gaps, and {len(gaps)} are given")
    if any(OPENING.search(part) or LIKE_A_GAP.search(part) for part in parts):
        raise UnusableQuestion("the text itself holds what Moodle takes for a gap")
    written = [_written(gap, text.format, at) for at, gap in enumerate(gaps, start=1)]
    return "".join(part + gap for part, gap in zip(parts, [*written, ""], strict=True))


def _written(gap: Gap, form: TextFormat, at: int) -> str:
    names = {"choice": "MULTICHOICE", "number": "NUMERICAL"}
    name = names.get(gap.kind, "SHORTANSWER_C" if gap.case_sensitive else "SHORTANSWER")
    if gap.weight != gap.weight.to_integral_value() or not 0 < gap.weight < 1_000_000:
        raise UnusableQuestion(f"gap {at}: Moodle weighs gaps in whole numbers")
    answers = list(_alternatives(gap, form))
    whole = [option.fraction == 1 for option in gap.options]
    if not any([*whole, *(answer.fraction == 1 for answer in gap.answers)]):
        raise UnusableQuestion(f"gap {at}: no answer earns the whole mark")
    return f"{{{plain(gap.weight)}:{name}:{'~'.join(answers)}}}"


def _alternatives(gap: Gap, form: TextFormat) -> Iterator[str]:
    for option in gap.options:
        if option.text.format != form:
            raise UnusableQuestion("an option of a gap has another format than the text")
        yield (
            _weight(option.fraction)
            + _signed(option.text.text, form)
            + _said(option.feedback, form)
        )
    for answer in gap.answers:
        if answer.value is not None:
            text = f"{plain(answer.value)}:{plain(answer.tolerance)}"
        else:
            text = _entities(answer.text or "", form)
        yield _weight(answer.fraction) + text + _said(answer.feedback, form)


def _entities(text: str, form: TextFormat) -> str:
    if form == "html":
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _signed(text, form)


def _weight(fraction: Decimal) -> str:
    return "=" if fraction == 1 else f"%{percent_of(fraction)}%"


def _said(feedback: Rich | None, form: TextFormat) -> str:
    if feedback is None or not feedback.text:
        return ""
    if feedback.format != form:
        raise UnusableQuestion("feedback in a gap has another format than the text")
    return "#" + _signed(feedback.text, form)


def _signed(text: str, form: TextFormat) -> str:
    """Return a text in which no sign means anything."""
    if form == "html":
        # The sign of a character by number (&#8217;) stays: it is not taken for feedback.
        return re.sub(r"(?<!&)#|[}~\\]", lambda found: SIGNS_IN_HTML[found[0]], text)
    return re.sub(r"[}#~\\]", r"\\\g<0>", text)
