"""Reading Moodle XML: what each type of question has of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import unquote

from lms.interchange.amounts import fraction_of_percent, number, rounded, shortened, trimmed
from lms.interchange.cloze_text import LONG_LINE, read_cloze
from lms.interchange.limits import MOST_PARTS
from lms.interchange.markup import MOODLE_FILE, file_name, not_carried
from lms.interchange.moodle_texts import optional, rich, text_in
from lms.interchange.picture_texts import alt_missing, from_base64, picture_of
from lms.interchange.pictures import fault_of
from lms.interchange.questions import (
    GAP,
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    Picture,
    Rich,
    Unit,
    UnusableQuestion,
)
from lms.interchange.safe_xml import Element, child, children, text_of
from lms.interchange.source_text import fault_in, stripped

PLACE = re.compile(r"\[\[([0-9]{1,4})\]\]")
TRUE = {"true", "1"}


@dataclass(frozen=True)
class Read:
    """A question being read: its element, what all types have, and what is lost so far."""

    element: Element
    base: ExchangedQuestion
    lost: list[str]
    #: Elements of files that were looked at: their pictures are kept, or it was told why not.
    seen: list[Element] = field(default_factory=list)

    def said(self, name: str) -> str:
        """Return the text of a child element, stripped; empty where there is none."""
        return stripped(text_of(child(self.element, name)))

    def several(self, name: str) -> list[Element]:
        """Return the child elements of a name.

        Raises:
            UnusableQuestion: more than 500.
        """
        found = list(children(self.element, name))
        if len(found) > MOST_PARTS:
            raise UnusableQuestion(f"more than {MOST_PARTS} times <{name}>")
        return found

    def optional(self, element: Element | None) -> Rich | None:
        """Return a text in the question's own format unless it names another."""
        return optional(element, self.base.text.format, self.lost)

    def rich(self, element: Element | None) -> Rich:
        """Return a text in the question's own format unless it names another; may be empty."""
        return rich(element, self.base.text.format, self.lost)

    def picture(self, element: Element | None, text: Rich) -> Picture | None:
        """Return the picture that a text shows, out of the files that come with its element."""
        files = {} if element is None else _files_of(element)

        def bytes_at(address: str) -> bytes | None:
            found = files.get(unquote(address.removeprefix(MOODLE_FILE)))
            if found is None:
                return None
            self.seen.append(found)
            if (found.get("encoding") or "").strip() != "base64":
                raise ValueError("it is not written in base64")
            return from_base64(text_of(found))

        return picture_of(text, bytes_at, self.lost)

    def old_picture(self) -> Picture | None:
        """Return the picture of a question as Moodle 1 wrote it: beside the text."""
        written = self.said("image_base64")
        if not written:
            return None
        name = file_name(self.said("image")) or "picture.png"
        said = not_carried("img", name)
        try:
            content = from_base64(written)
        except ValueError as broken:
            self.lost.append(f"{said}: {broken}")
            return None
        fault = fault_of(content) or fault_in(name)
        self.lost.append(f"{said}: {fault}" if fault else alt_missing(name))
        return None if fault else Picture(content, name=name)


def _files_of(element: Element) -> dict[str, Element]:
    """Return the files of an element by the address under which its text names them."""
    return {
        f"{(found.get('path') or '/').strip('/')}/{stripped(found.get('name') or '')}".lstrip(
            "/"
        ): found
        for found in children(element, "file")
    }


def _choice(read: Read) -> ExchangedQuestion:
    options = []
    for answer in read.several("answer"):
        text, feedback = read.rich(answer), read.optional(child(answer, "feedback"))
        # Moodle's own form leaves options without a text behind.
        if text.text:
            picture = read.picture(answer, text)
            options.append(Option(text, _fraction(answer), feedback, picture))
        elif feedback or _fraction(answer):
            read.lost.append("an option without a text")
    if len(options) < 2:
        raise UnusableQuestion("a choice needs two options or more")
    if all(option.fraction <= 0 for option in options):
        raise UnusableQuestion("no option is right")
    is_single = (read.said("single") or "true") in TRUE
    kind = "single_choice" if is_single else "multiple_choice"
    return replace(read.base, type=kind, options=tuple(options))


def _choice_set(read: Read) -> ExchangedQuestion:
    """The type multichoiceset: the mark is earned by the exact set alone."""
    question = _choice(read)
    right = sum(option.fraction > 0 for option in question.options)
    shared = rounded(Decimal(1) / right)
    options = tuple(
        replace(option, fraction=shared if option.fraction > 0 else Decimal(0))
        for option in question.options
    )
    return replace(question, type="multiple_choice", options=options, grading="exact")


def _true_false(read: Read) -> ExchangedQuestion:
    correct: bool | None = None
    feedback: dict[bool, Rich | None] = {}
    for at, answer in enumerate(read.several("answer")):
        word = text_in(answer).lower()
        # In old files the words are in the language of the site; true comes first there.
        is_true = word == "true" if word in ("true", "false") else at == 0
        if _fraction(answer) == 1:
            correct = is_true
        feedback[is_true] = read.optional(child(answer, "feedback"))
    if correct is None or len(feedback) != 2:
        raise UnusableQuestion("expected two answers, true and false, one of them with 100 %")
    return replace(
        read.base,
        type="true_false",
        correct=correct,
        feedback_right=feedback[correct],
        feedback_wrong=feedback[not correct],
    )


def _short(read: Read) -> ExchangedQuestion:
    answers = [
        Answer(
            text=text_in(answer),
            fraction=_fraction(answer),
            feedback=read.optional(child(answer, "feedback")),
        )
        for answer in read.several("answer")
        if text_in(answer)
    ]
    read.lost.extend(
        "an answer without a text"
        for answer in read.several("answer")
        if not text_in(answer) and (_fraction(answer) or read.optional(child(answer, "feedback")))
    )
    _need_right(answers)
    case_sensitive = read.said("usecase") in TRUE
    return replace(
        read.base, type="short_text", answers=tuple(answers), case_sensitive=case_sensitive
    )


def _numerical(read: Read) -> ExchangedQuestion:
    answers = []
    for element in read.several("answer"):
        written, tolerance = text_in(element), stripped(text_of(child(element, "tolerance")))
        feedback = read.optional(child(element, "feedback"))
        if written in ("*", ""):
            found = Answer(text="*", fraction=_fraction(element), feedback=feedback)
        else:
            margin = abs(number(tolerance)) if tolerance else Decimal(0)
            found = Answer(
                value=trimmed(number(written)),
                tolerance=trimmed(margin),
                fraction=_fraction(element),
                feedback=feedback,
            )
        answers.append(found)
    _need_right([answer for answer in answers if answer.value is not None])
    units = tuple(
        Unit(
            stripped(text_of(child(unit, "unit_name"))),
            trimmed(number(stripped(text_of(child(unit, "multiplier"))) or "1")),
        )
        for group in children(read.element, "units")
        for unit in children(group, "unit")
    )
    if any(not unit.name or unit.multiplier <= 0 for unit in units):
        raise UnusableQuestion("a unit has no name, or a multiplier that is not above 0")
    if read.optional(child(read.element, "instructions")):
        read.lost.append("the instructions for the unit")
    graded = bool(units) and read.said("unitgradingtype") in ("1", "2")
    penalty = rounded(number(read.said("unitpenalty") or "0.1")) if graded else Decimal(0)
    if not 0 <= penalty <= 1:
        raise UnusableQuestion("unitpenalty is not between 0 and 1")
    return replace(
        read.base,
        type="numeric",
        answers=tuple(answers),
        units=units,
        unit_required=graded,
        unit_penalty=penalty,
    )


def _matching(read: Read) -> ExchangedQuestion:
    pairs = []
    for element in read.several("subquestion"):
        left, answer = read.rich(element), child(element, "answer")
        right = rich(answer, "plain", read.lost)
        if right.text:
            pairs.append(Pair(left, right))
        elif left.text:
            raise UnusableQuestion(f"{shortened(left.text)!r} has no right side")
    if sum(bool(pair.left.text) for pair in pairs) < 2:
        raise UnusableQuestion("matching needs two pairs or more")
    return replace(read.base, type="matching", pairs=tuple(pairs))


def _essay(read: Read) -> ExchangedQuestion:
    template = child(read.element, "responsetemplate")
    kinds = read.said("filetypeslist")
    if kinds:
        read.lost.append(f"which kinds of file are taken ({shortened(kinds, 60)})")
    if read.said("responseformat") == "noinline":
        read.lost.append("that nothing is written beside the files")
    if _whole(read.said("attachmentsrequired")):
        read.lost.append("that files have to be sent")
    return replace(
        read.base,
        type="essay",
        attachments=_whole(read.said("attachments") or "0") or 0,
        min_words=_whole(read.said("minwordlimit")),
        max_words=_whole(read.said("maxwordlimit")),
        grader_info=read.optional(child(read.element, "graderinfo")),
        response_template=read.optional(template),
    )


def _description(read: Read) -> ExchangedQuestion:
    return replace(read.base, type="description", weight=Decimal(1), penalty=None)


def _cloze(read: Read) -> ExchangedQuestion:
    text, gaps = read_cloze(read.base.text.text, read.base.text.format)
    name = read.base.name
    return replace(
        read.base, type="cloze", name=name, text=replace(read.base.text, text=text), gaps=gaps
    )


def _ordering(read: Read) -> ExchangedQuestion:
    placed = []
    for at, answer in enumerate(read.several("answer")):
        text = read.rich(answer)
        if text.text:
            placed.append((number(answer.get("fraction") or "0"), at, text))
    if len(placed) < 2:
        raise UnusableQuestion("an ordering needs two items or more")
    places = {place for place, _, _ in placed}
    # The fraction is the place of the item, unless a file gives all items the same.
    items = sorted(placed) if len(places) == len(placed) else placed
    count = _whole(read.said("selectcount") or "0") or 0
    if read.said("selecttype") not in ("", "ALL", "0") and 0 < count < len(items):
        read.lost.append(f"that only {count} of its {len(items)} items are shown")
    exact = read.said("gradingtype") in ("ALL_OR_NOTHING", "-1")
    return replace(
        read.base,
        type="ordering",
        items=tuple(text for _, _, text in items),
        grading="exact" if exact else None,
    )


def _missing_words(read: Read) -> ExchangedQuestion:
    """The types gapselect and ddwtos: ``[[2]]`` stands for the second choice, and its group."""
    choices = [
        (Rich(text_in(element), read.base.text.format), stripped(text_of(child(element, "group"))))
        for name in ("selectoption", "dragbox")
        for element in read.several(name)
    ]
    text = LONG_LINE.sub("___", read.base.text.text)
    gaps = []
    for found in PLACE.finditer(text):
        right = int(found[1]) - 1
        if not 0 <= right < len(choices):
            raise UnusableQuestion(f"[[{found[1]}]] has no choice")
        options = tuple(
            Option(choice, Decimal(int(at == right)))
            for at, (choice, group) in enumerate(choices)
            if group == choices[right][1]
        )
        gaps.append(Gap("choice", options=options))
        if len(gaps) * len(choices) > MOST_PARTS * 40:
            raise UnusableQuestion("too many gaps and choices")
    if not gaps:
        raise UnusableQuestion("the text has no gap such as [[1]]")
    if any(not option.text.text for gap in gaps for option in gap.options):
        raise UnusableQuestion("a choice has no text; pictures are not carried")
    told = stripped(PLACE.sub(GAP, text))
    return replace(
        read.base, type="cloze", text=replace(read.base.text, text=told), gaps=tuple(gaps)
    )


def _fraction(answer: Element) -> Decimal:
    """Return what an answer earns; old files of numbers have it as an element, 0 to 1."""
    written = answer.get("fraction")
    if written is None:
        inside = stripped(text_of(child(answer, "fraction")))
        return rounded(number(inside)) if inside else Decimal(0)
    return fraction_of_percent(written)


def _need_right(answers: list[Answer]) -> None:
    if all(answer.fraction <= 0 for answer in answers):
        raise UnusableQuestion("no answer is right")


def _whole(written: str) -> int | None:
    """Return a whole number; None where nothing is written. -1 stands for any number of files."""
    if not written:
        return None
    amount = number(written)
    if amount != amount.to_integral_value() or abs(amount) > 1_000_000:
        raise UnusableQuestion(f"{shortened(written)!r} is not a whole number")
    return int(amount)


READERS: dict[str, Callable[[Read], ExchangedQuestion]] = {
    "multichoice": _choice,
    "multichoiceset": _choice_set,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "essay": _essay,
    "description": _description,
    "cloze": _cloze,
    "multianswer": _cloze,
    "ordering": _ordering,
    "gapselect": _missing_words,
    "ddwtos": _missing_words,
}
