"""Writing GIFT, so that Moodle and `gift_read` read back what was written.

Every sign that means something is escaped everywhere, and line breaks stand as ``\\n``, so a
question never falls apart at a blank line. What the format cannot say is told, never bent.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from lms.interchange.amounts import nearest_moodle_fraction, percent_of, plain
from lms.interchange.gift_read import TRUE_FALSE
from lms.interchange.parts import (
    moodle_fraction_loss,
    shown_unit,
    unsaid_parts,
    with_any_other_number,
)
from lms.interchange.questions import (
    TEXT_FORMATS,
    Answer,
    ExchangedQuestion,
    Option,
    Rich,
    Skipped,
    TextFormat,
    UnusableQuestion,
)
from lms.interchange.source_text import fault_in

ESCAPES = str.maketrans(
    {"\\": r"\\", "~": r"\~", "=": r"\=", "#": r"\#", "{": r"\{", "}": r"\}", ":": r"\:"}
    | {"\n": r"\n", "\r": ""}
)
#: Moodle takes a category as it stands and would keep any other sign's backslash in its name.
CATEGORY_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": ""})
#: At the beginning of a text these would be taken for a format or a weight.
TAKEN_FOR_MORE = re.compile(r"\[(?:" + "|".join(TEXT_FORMATS) + r")\]|%")
#: What a question in GIFT says, by type; anything else a question holds is left out.
SAID = frozenset({"general_feedback", "tags", "id", "category"})
SAID_BY_TYPE = {
    "single_choice": SAID | {"options", "option_feedback"},
    "multiple_choice": SAID | {"options", "option_feedback"},
    "true_false": SAID | {"correct", "feedback_right", "feedback_wrong"},
    "numeric": SAID | {"answers", "option_feedback", "shown_unit"},
    "short_text": SAID | {"answers", "option_feedback"},
    "matching": SAID | {"pairs"},
    "essay": SAID,
    "description": SAID - {"general_feedback"},
}
TRUTHS = {truth: word for word, truth in TRUE_FALSE.items() if len(word) > 1}
#: No id and no tag may hold these, even escaped.
NOT_IN_BRACKETS = re.compile("[\x00-\x1f\x7f<>`]")


def write_gift(questions: Sequence[ExchangedQuestion]) -> tuple[str, list[Skipped]]:
    """Return the questions as GIFT, and what was left out, in order."""
    written: list[str] = []
    left_out: list[Skipped] = []
    category: tuple[str, ...] | None = None
    for question in questions:
        lost: list[str] = []
        try:
            text = _question(question, lost)
        except UnusableQuestion as fault:
            left_out.append(Skipped(question.line, question.name, str(fault)))
            continue
        left_out += [Skipped(question.line, question.name, reason, False) for reason in lost]
        if question.category and question.category != category:
            path = "/".join(part.replace("/", "//") for part in question.category)
            written.append(f"$CATEGORY: {path.translate(CATEGORY_ESCAPES)}\n")
        if category and not question.category:
            inherited = f"that it has no category; it stands under {category[-1]} now"
            left_out.append(Skipped(question.line, question.name, inherited, False))
        category = question.category or category
        written.append(text)
    return "\n".join(written), left_out


def _question(question: ExchangedQuestion, lost: list[str]) -> str:
    kind = question.type
    if kind not in SAID_BY_TYPE:
        raise UnusableQuestion(f"GIFT has no questions of the type {kind}")
    question = with_any_other_number(question)
    lost += unsaid_parts(question, SAID_BY_TYPE[kind])
    asked = f"::{_escaped(question.name)}::{_rich(question.text, 'moodle')}"
    if not question.text.text:
        raise UnusableQuestion("the question has no text")
    if kind == "description":
        answers = ""
    elif kind == "essay":
        answers = "{" + _general(question) + "}"
    elif kind == "true_false":
        answers = "{" + _truth(question) + _general(question) + "}"
    else:
        lines = list(_answers(question, lost))
        general = _general(question)
        opening = "{#\n" if kind == "numeric" else "{\n"
        body = "".join(f"\t{line}\n" for line in [*lines, general] if line)
        answers = f"{opening}{body}}}"
    text = f"{_comment(question, lost)}{asked}{answers}\n"
    fault = fault_in(text)
    if fault:
        raise UnusableQuestion(fault)
    return text


def _answers(question: ExchangedQuestion, lost: list[str]) -> Iterator[str]:
    form = question.text.format
    match question.type:
        case "numeric":
            yield from _numbers(question, form, lost)
        case "short_text":
            yield from _words(question, form, lost)
        case "matching":
            yield from _pairs(question, form)
        case _:
            yield from _options(question, form, lost)


def _options(question: ExchangedQuestion, form: TextFormat, lost: list[str]) -> Iterator[str]:
    options = question.options
    is_single = question.type == "single_choice"
    whole = [is_single and option.fraction == 1 for option in options]
    if len(options) < 2:
        raise UnusableQuestion("a choice needs two options or more")
    if is_single and not any(whole):
        raise UnusableQuestion("GIFT has no single choice without an option of 100 %")
    if all(whole):
        raise UnusableQuestion("GIFT has no single choice in which every option is right")
    if not is_single and all(option.fraction <= 0 for option in options):
        raise UnusableQuestion("no option is right")
    for option, is_whole in zip(options, whole, strict=True):
        if not option.text.text:
            raise UnusableQuestion("an option has no text")
        sign = "=" if is_whole else "~" + _weight(option, lost)
        yield f"{sign}{_rich(option.text, form)}{_feedback(option.feedback, form)}"


def _words(question: ExchangedQuestion, form: TextFormat, lost: list[str]) -> Iterator[str]:
    texts = [part for answer in question.answers for part in _of_answer(answer)]
    if any("->" in text for text in texts):
        raise UnusableQuestion("GIFT takes -> in a short answer for a matching pair")
    if not any(answer.fraction > 0 for answer in question.answers):
        raise UnusableQuestion("no answer is right")
    for answer in question.answers:
        weight = percent_of(_known(answer.fraction, lost))
        text = answer.text or ""
        if not text:
            raise UnusableQuestion("an answer is empty")
        # With the question's own format in front, a text such as [html] stays a text.
        prefix = f"[{form}]" if TAKEN_FOR_MORE.match(text) else ""
        yield f"=%{weight}%{prefix}{_escaped(text)}{_feedback(answer.feedback, form)}"


def _numbers(question: ExchangedQuestion, form: TextFormat, lost: list[str]) -> Iterator[str]:
    if not any(answer.fraction > 0 for answer in question.answers):
        raise UnusableQuestion("no answer is right")
    otherwise = [answer for answer in question.answers if answer.value is None]
    if len(otherwise) > 1:
        raise UnusableQuestion("GIFT has one answer for all other numbers, not several")
    for answer in question.answers:
        weight = percent_of(_known(answer.fraction, lost))
        feedback = _feedback(answer.feedback, form)
        if answer.value is not None:
            yield f"=%{weight}%{plain(answer.value)}:{plain(answer.tolerance)}{feedback}"
        elif answer.fraction:
            yield f"=%{weight}%*{feedback}"
    if otherwise and not otherwise[0].fraction and otherwise[0].feedback:
        yield f"~{_feedback(otherwise[0].feedback, form)}"


def _pairs(question: ExchangedQuestion, form: TextFormat) -> Iterator[str]:
    if len(question.pairs) < 2:
        raise UnusableQuestion("matching needs two pairs or more")
    for pair in question.pairs:
        if "->" in pair.left.text:
            raise UnusableQuestion("GIFT cannot hold -> in the left side of a pair")
        if not pair.right.text:
            raise UnusableQuestion("a pair has no right side")
        left = _rich(pair.left, form) if pair.left.text else ""
        yield f"={left} -> {_escaped(pair.right.text)}"


def _truth(question: ExchangedQuestion) -> str:
    form = question.text.format
    wrong = _feedback(question.feedback_wrong, form)
    right = _feedback(question.feedback_right, form)
    return f"{TRUTHS[bool(question.correct)]}{wrong or ('#' if right else '')}{right}"


def _weight(option: Option, lost: list[str]) -> str:
    fraction = _known(option.fraction, lost)
    return f"%{percent_of(fraction)}%" if fraction else ""


def _known(fraction: Decimal, lost: list[str]) -> Decimal:
    loss = moodle_fraction_loss(fraction)
    if loss:
        lost.append(loss)
    return nearest_moodle_fraction(fraction)


def _general(question: ExchangedQuestion) -> str:
    feedback = question.general_feedback
    if feedback is None or not feedback.text:
        return ""
    return "####" + _rich(feedback, question.text.format)


def _feedback(feedback: Rich | None, form: TextFormat) -> str:
    return "#" + _rich(feedback, form) if feedback and feedback.text else ""


def _comment(question: ExchangedQuestion, lost: list[str]) -> str:
    bits = []
    unit = shown_unit(question)
    tags = [*question.tags, *([f"unit:{unit}"] if unit else [])]
    for kind, texts in (("id", [question.id] if question.id else []), ("tag", tags)):
        for text in texts:
            if NOT_IN_BRACKETS.search(text) or text.endswith("\\") or "\\]" in text:
                lost.append(f"the {kind} {text!r}, which GIFT cannot write")
            else:
                bits.append(f"[{kind}:" + text.replace("]", "\\]") + "]")
    return f"// {' '.join(bits)}\n" if bits else ""


def _rich(text: Rich, otherwise: TextFormat) -> str:
    needs = text.format != otherwise or TAKEN_FOR_MORE.match(text.text)
    prefix = f"[{text.format}]" if text.text and needs else ""
    return prefix + _escaped(text.text)


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


def _of_answer(answer: Answer) -> Iterator[str]:
    yield answer.text or ""
    if answer.feedback:
        yield answer.feedback.text
