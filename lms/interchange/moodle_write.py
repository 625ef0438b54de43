"""Writing Moodle XML, the format that loses least on the way to Moodle."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape
from urllib.parse import quote, unquote

from lxml import etree

from lms.interchange.amounts import nearest_moodle_fraction, percent_of, plain
from lms.interchange.cloze_text import write_cloze
from lms.interchange.markup import MOODLE_FILE, html_of
from lms.interchange.moodle_texts import FORMAT_NAMES
from lms.interchange.parts import moodle_fraction_loss, unsaid_parts, with_any_other_number
from lms.interchange.picture_texts import is_inline
from lms.interchange.pictures import kept_name
from lms.interchange.questions import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    Picture,
    Rich,
    Skipped,
    UnusableQuestion,
)
from lms.interchange.safe_xml import Element
from lms.interchange.source_text import fault_in

TYPE_NAMES = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "numeric": "numerical",
    "short_text": "shortanswer",
    "matching": "matching",
    "ordering": "ordering",
    "cloze": "cloze",
    "essay": "essay",
    "description": "description",
}
SAID = frozenset({"category", "id", "tags", "general_feedback", "weight", "penalty", "picture"})
TRIED = SAID | {"hints"}
BY_RESULT = TRIED | {"feedback_right", "feedback_partly", "feedback_wrong"}
SAID_BY_TYPE = {
    "single_choice": BY_RESULT | {"option_feedback"},
    "multiple_choice": BY_RESULT | {"option_feedback"},
    "true_false": TRIED | {"feedback_right", "feedback_wrong"},
    "numeric": TRIED | {"option_feedback", "units", "unit_required"},
    "short_text": TRIED | {"option_feedback", "case_sensitive"},
    "matching": BY_RESULT,
    "ordering": BY_RESULT | {"grading"},
    "cloze": TRIED - {"weight"},
    "essay": SAID | {"min_words", "max_words", "attachments", "grader_info", "response_template"},
    "description": SAID,
}


def write_moodle_xml(
    questions: Sequence[ExchangedQuestion],
) -> tuple[bytes, list[Skipped]]:
    """Return the questions as a Moodle XML file, and what was left out, in order."""
    quiz = etree.Element("quiz")
    left_out: list[Skipped] = []
    category: tuple[str, ...] | None = None
    for question in questions:
        lost: list[str] = []
        try:
            element = _question(question, lost)
        except UnusableQuestion as fault:
            left_out.append(Skipped(question.line, question.name, str(fault)))
            continue
        left_out += [Skipped(question.line, question.name, reason, False) for reason in lost]
        if question.category and question.category != category:
            path = "/".join(part.replace("/", "//") for part in question.category)
            switch = etree.SubElement(quiz, "question", type="category")
            _text(etree.SubElement(switch, "category"), path)
        elif category and not question.category:
            inherited = f"that it has no category; it stands under {category[-1]} now"
            left_out.append(Skipped(question.line, question.name, inherited, False))
        category = question.category or category
        quiz.append(element)
    etree.indent(quiz)
    content: bytes = etree.tostring(quiz, encoding="UTF-8", xml_declaration=True)
    return content + b"\n", left_out


def _question(question: ExchangedQuestion, lost: list[str]) -> Element:
    kind = question.type
    if kind not in TYPE_NAMES:
        raise UnusableQuestion(f"Moodle XML has no questions of the type {kind}")
    if not question.text.text:
        raise UnusableQuestion("the question has no text")
    question = with_any_other_number(question)
    lost += unsaid_parts(question, SAID_BY_TYPE[kind])
    is_set = kind == "multiple_choice" and question.grading == "exact"
    if is_set:
        lost.append("that only the exact set counts: Moodle gives part marks")
    element = etree.Element("question", type=TYPE_NAMES[kind])
    _text(etree.SubElement(element, "name"), question.name)
    text = _shown(question.text, question.picture)
    if kind == "cloze":
        gaps = question.gaps
        if text.format != question.text.format:
            gaps = tuple(_gap_in_html(gap) for gap in gaps)
        text = Rich(write_cloze(text, gaps), text.format)
    _file(_rich(element, "questiontext", text), text, question.picture)
    _rich(element, "generalfeedback", question.general_feedback or Rich("", text.format))
    if kind != "cloze":
        _plain(element, "defaultgrade", plain(question.weight))
    if question.penalty is not None:
        _plain(element, "penalty", plain(question.penalty))
    _plain(element, "hidden", "0")
    _plain(element, "idnumber", question.id or "")
    for part in _parts(question, lost):
        element.append(part)
    for name, feedback in _combined(question):
        if feedback:
            _rich(element, name, feedback)
    for hint in question.hints:
        _rich(element, "hint", hint)
    if question.tags:
        tags = etree.SubElement(element, "tags")
        for tag in question.tags:
            _text(etree.SubElement(tags, "tag"), tag)
    return element


def _combined(question: ExchangedQuestion) -> Iterator[tuple[str, Rich | None]]:
    if "feedback_partly" in SAID_BY_TYPE[question.type]:
        yield "correctfeedback", question.feedback_right
        yield "partiallycorrectfeedback", question.feedback_partly
        yield "incorrectfeedback", question.feedback_wrong


def _parts(question: ExchangedQuestion, lost: list[str]) -> Iterator[Element]:
    form = question.text.format
    match question.type:
        case "single_choice" | "multiple_choice":
            yield _flag("single", "true" if question.type == "single_choice" else "false")
            yield _flag("shuffleanswers", "true")
            yield _flag("answernumbering", "abc")
            for option in _usable(question):
                yield _option(option, lost)
        case "true_false":
            for truth in (True, False):
                right = truth == question.correct
                said = question.feedback_right if right else question.feedback_wrong
                word = Option(
                    Rich("true" if truth else "false", "moodle"), Decimal(int(right)), said
                )
                yield _option(word, lost)
        case "numeric" | "short_text":
            if question.type == "short_text":
                yield _flag("usecase", "1" if question.case_sensitive else "0")
            if not any(answer.fraction > 0 for answer in question.answers):
                raise UnusableQuestion("no answer is right")
            for answer in question.answers:
                yield _answer(answer, question.type == "numeric", lost)
            if question.units:
                yield from _units(question)
        case "matching":
            yield _flag("shuffleanswers", "true")
            for pair in question.pairs:
                yield _pair(pair, lost)
        case "ordering":
            yield _flag("selecttype", "ALL")
            exact = question.grading == "exact"
            yield _flag("gradingtype", "ALL_OR_NOTHING" if exact else "ABSOLUTE_POSITION")
            for at, item in enumerate(question.items, start=1):
                answer = etree.Element("answer", fraction=str(at), format=FORMAT_NAMES[item.format])
                _text(answer, item.text)
                yield answer
        case "essay":
            yield from _essay(question, form)


def _usable(question: ExchangedQuestion) -> tuple[Option, ...]:
    options = question.options
    if len(options) < 2 or any(not option.text.text for option in options):
        raise UnusableQuestion("a choice needs two options or more, each with a text")
    if all(option.fraction <= 0 for option in options):
        raise UnusableQuestion("no option is right")
    return options


def _option(option: Option, lost: list[str]) -> Element:
    text = _shown(option.text, option.picture)
    answer = etree.Element(
        "answer", fraction=_percent(option.fraction, lost), format=FORMAT_NAMES[text.format]
    )
    _text(answer, text.text)
    _file(answer, text, option.picture)
    _rich(answer, "feedback", option.feedback or Rich("", option.text.format))
    return answer


def _answer(answer: Answer, is_number: bool, lost: list[str]) -> Element:
    element = etree.Element(
        "answer", fraction=_percent(answer.fraction, lost), format="moodle_auto_format"
    )
    text = answer.text if answer.value is None else plain(answer.value)
    if not text:
        raise UnusableQuestion("an answer is empty")
    _text(element, text)
    if answer.feedback:
        _rich(element, "feedback", answer.feedback)
    if is_number:
        _plain(element, "tolerance", plain(answer.tolerance))
    return element


def _units(question: ExchangedQuestion) -> Iterator[Element]:
    units = etree.Element("units")
    for unit in question.units:
        element = etree.SubElement(units, "unit")
        _plain(element, "multiplier", plain(unit.multiplier))
        _plain(element, "unit_name", unit.name)
    yield units
    yield _flag("unitgradingtype", "1" if question.unit_required else "0")
    yield _flag("unitpenalty", plain(question.unit_penalty))
    yield _flag("showunits", "0")


def _pair(pair: Pair, lost: list[str]) -> Element:
    if not pair.right.text:
        raise UnusableQuestion("a pair has no right side")
    if pair.right.format != "plain":
        lost.append("the markup of a right side, which is plain text in Moodle")
    element = etree.Element("subquestion", format=FORMAT_NAMES[pair.left.format])
    _text(element, pair.left.text)
    _text(etree.SubElement(element, "answer"), pair.right.text)
    return element


def _essay(question: ExchangedQuestion, form: str) -> Iterator[Element]:
    yield _flag("responseformat", "editorfilepicker" if question.attachments else "editor")
    yield _flag("responserequired", "1")
    for name, count in (("min", question.min_words), ("max", question.max_words)):
        if count is not None:
            yield _flag(f"{name}wordlimit", str(count))
    yield _flag("attachments", str(question.attachments))
    for name, text in (
        ("graderinfo", question.grader_info),
        ("responsetemplate", question.response_template),
    ):
        holder = etree.Element("holder")
        _rich(holder, name, text or Rich("", form))  # type: ignore[arg-type]
        yield holder[0]


def _percent(fraction: Decimal, lost: list[str]) -> str:
    loss = moodle_fraction_loss(fraction)
    if loss:
        lost.append(loss)
    return percent_of(nearest_moodle_fraction(fraction))


def _flag(name: str, value: str) -> Element:
    element = etree.Element(name)
    element.text = value
    return element


def _plain(parent: Element, name: str, value: str) -> None:
    _refuse_fault(value)
    parent.append(_flag(name, value))


def _rich(parent: Element, name: str, text: Rich) -> Element:
    made = etree.SubElement(parent, name, format=FORMAT_NAMES[text.format])
    _text(made, text.text)
    return made


def _shown(text: Rich, picture: Picture | None) -> Rich:
    """Return a text that shows its picture: as it is where it names it, else with the picture below it."""
    if picture is None or (picture.source and picture.source in text.text):
        return text
    address = MOODLE_FILE + quote(kept_name(picture.content))
    shown = f'<p><img src="{address}" alt="{escape(picture.alt)}"></p>'
    return Rich(f"{html_of(text)}{shown}", "html")


def _file(parent: Element, text: Rich, picture: Picture | None) -> None:
    """Put the file of a picture beside the text that shows it, unless the text holds it."""
    if picture is None or is_inline(picture.source):
        return
    path, name = "/", kept_name(picture.content)
    if picture.source and picture.source in text.text:
        folder, _, name = unquote(picture.source.removeprefix(MOODLE_FILE)).rpartition("/")
        path = f"/{folder}/" if folder else "/"
    _refuse_fault(path + name)
    file = etree.SubElement(parent, "file", name=name, path=path, encoding="base64")
    file.text = b64encode(picture.content).decode()


def _gap_in_html(gap: Gap) -> Gap:
    """Return a gap whose texts have the format of a text that became HTML."""
    return replace(
        gap,
        options=tuple(
            replace(one, text=_html(one.text), feedback=one.feedback and _html(one.feedback))
            for one in gap.options
        ),
        answers=tuple(
            replace(one, feedback=one.feedback and _html(one.feedback)) for one in gap.answers
        ),
    )


def _html(text: Rich) -> Rich:
    return Rich(html_of(text), "html")


def _text(parent: Element, text: str) -> None:
    """Add ``<text>``, as CDATA where there is markup, which keeps the file readable."""
    _refuse_fault(text)
    element = etree.SubElement(parent, "text")
    wants = any(sign in text for sign in "<>&") and "]]>" not in text
    element.text = etree.CDATA(text) if wants else text


def _refuse_fault(text: str) -> None:
    fault = fault_in(text)
    if fault:
        raise UnusableQuestion(fault)
