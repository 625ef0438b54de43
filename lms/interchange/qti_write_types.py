"""Writing QTI: what each type of question makes of an item."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from lxml import etree

from lms.interchange.amounts import plain, rounded
from lms.interchange.bank_parts import letters
from lms.interchange.cloze_text import GAP_PLACE
from lms.interchange.gift_write import TRUTHS
from lms.interchange.markup import plain_text
from lms.interchange.parts import WORDS
from lms.interchange.qti_build import Builder, Items, Parts
from lms.interchange.qti_read import FILE_UPLOAD, PART_MARKS
from lms.interchange.questions import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Rich,
    UnusableQuestion,
)
from lms.interchange.safe_xml import Element

#: Stands for a gap while a text becomes XHTML: no format takes it for markup.
PLACE = "\ue0a0"
RESPONSE = "RESPONSE"


def _asked(question: ExchangedQuestion, build: Builder) -> Element:
    return build.content(etree.Element("div"), question.text, question.picture)


def _interaction(build: Builder, name: str, **attributes: str) -> Element:
    return build.element(Items(name, responseIdentifier=RESPONSE, **attributes))


def _keys(things: Sequence[object]) -> list[str]:
    return [key.upper() for key, _ in zip(letters(), things, strict=False)]


def _choice(question: ExchangedQuestion, build: Builder) -> Parts:
    options = question.options
    is_single = question.type == "single_choice"
    if len(options) < 2 or any(not option.text.text for option in options):
        raise UnusableQuestion("a choice needs two options or more, each with a text")
    keys = _keys(options)
    whole = max(option.fraction for option in options) if is_single else Decimal(0)
    right = [
        key
        for key, option in zip(keys, options, strict=True)
        if option.fraction > 0 and (not is_single or option.fraction == whole)
    ]
    if not right or (is_single and whole != 1):
        raise UnusableQuestion("no option earns the whole mark")
    by_match = {option.fraction for option in options} <= {Decimal(0), Decimal(1)}
    exact = question.grading == "exact" or (is_single and by_match and len(right) == 1)
    mapping = [(key, option.fraction) for key, option in zip(keys, options, strict=True)]
    return Parts(
        declarations=[
            build.declaration(
                RESPONSE,
                "single" if is_single else "multiple",
                "identifier",
                right[:1] if is_single else right,
                [] if exact else mapping,
                # One answer alone may cost something; of several, the sum stays within.
                bounded=not is_single,
            )
        ],
        body=[
            _asked(question, build),
            _choices(build, list(zip(keys, options, strict=True)), "1" if is_single else "0"),
        ],
        template="match_correct" if exact else "map_response",
        shown=RESPONSE if any(option.feedback for option in options) else "",
        shown_cardinality="single" if is_single else "multiple",
    )


def _choices(build: Builder, options: Sequence[tuple[str, Option]], most: str) -> Element:
    interaction = _interaction(build, "choiceInteraction", shuffle="true", maxChoices=most)
    for key, option in options:
        choice = build.under(interaction, Items("simpleChoice", identifier=key))
        build.content(choice, option.text, option.picture)
        build.picture(choice, option.picture)
        if option.feedback and option.feedback.text:
            named = Items("feedbackInline", outcomeIdentifier="FEEDBACK", identifier=key)
            shown = build.under(choice, named | Items("", showHide="show"))
            build.content(shown, option.feedback)
    return interaction


def _truth(question: ExchangedQuestion, build: Builder) -> Parts:
    options = []
    for truth, word in sorted(TRUTHS.items(), reverse=True):
        said = question.feedback_right if truth == question.correct else question.feedback_wrong
        options.append((word.lower(), Option(Rich(word.capitalize()), feedback=said)))
    right = TRUTHS[bool(question.correct)].lower()
    return Parts(
        declarations=[build.declaration(RESPONSE, "single", "identifier", [right])],
        body=[_asked(question, build), _choices(build, options, "1")],
        template="match_correct",
        shown=RESPONSE if question.feedback_right or question.feedback_wrong else "",
    )


def _with_entry(question: ExchangedQuestion, build: Builder, entry: Element) -> list[Element]:
    """Return the text with the entry in its one gap, or in a paragraph below it."""
    if len(GAP_PLACE.findall(question.text.text)) == 1:
        return [_filled(question, [entry], build)]
    paragraph = etree.Element("p")
    paragraph.append(entry)
    holder = etree.Element("div")
    holder.append(paragraph)
    return [_asked(question, build), holder]


def _number(question: ExchangedQuestion, build: Builder) -> Parts:
    answers = _numbers(question.answers, build)
    entry = _interaction(build, "textEntryInteraction", expectedLength="15")
    best = next(answer for answer in answers if answer.fraction == 1)
    by_match = len(answers) == 1 and not best.tolerance
    declared = build.declaration(RESPONSE, "single", "float", [plain(best.value or Decimal(0))])
    return Parts(
        declarations=[declared],
        body=_with_entry(question, build, entry),
        template="match_correct" if by_match else "",
        scoring=[] if by_match else [_number_rule(build, RESPONSE, "SCORE", answers)],
    )


def _numbers(answers: Sequence[Answer], build: Builder) -> list[Answer]:
    """Return the numbers among the answers; one of them earns the whole mark."""
    numbers = [answer for answer in answers if answer.value is not None]
    if any(answer.value is None and answer.fraction for answer in answers):
        build.lost.append("the answer for any other number")
    if not any(answer.fraction == 1 for answer in numbers):
        raise UnusableQuestion("no answer earns the whole mark")
    return numbers


def _number_rule(build: Builder, response: str, outcome: str, answers: Sequence[Answer]) -> Element:
    rule = build.element(Items("responseCondition"))
    for at, answer in enumerate(answers):
        branch = build.under(rule, Items("responseElseIf" if at else "responseIf"))
        margin = plain(answer.tolerance)
        equal = build.under(
            branch, Items("equal", toleranceMode="absolute", tolerance=f"{margin} {margin}")
        )
        build.under(equal, Items("variable", identifier=response))
        value = plain(answer.value or Decimal(0))
        build.under(equal, Items("baseValue", baseType="float"), value)
        build.set_number(branch, outcome, answer.fraction)
    return rule


def _word(question: ExchangedQuestion, build: Builder) -> Parts:
    answers = _words(question.answers, build)
    entry = _interaction(build, "textEntryInteraction", expectedLength="30")
    return Parts(
        declarations=[_word_declaration(build, RESPONSE, answers, question.case_sensitive)],
        body=_with_entry(question, build, entry),
        template="map_response",
    )


def _words(answers: Sequence[Answer], build: Builder) -> list[tuple[str, Decimal]]:
    """Return texts with what they earn; a star that stands for any text is told as lost."""
    found, stars = [], []
    for answer in answers:
        text = answer.text or ""
        if "*" in text.replace("\\*", ""):
            stars.append(f"the answer {text[:60]!r}: QTI has no star for any text")
        elif text:
            found.append((text.replace("\\*", "*"), answer.fraction))
    if not any(fraction == 1 for _, fraction in found):
        raise UnusableQuestion("; ".join(["no answer earns the whole mark", *stars]))
    build.lost += stars
    return found


def _word_declaration(
    build: Builder, identifier: str, words: Sequence[tuple[str, Decimal]], case_sensitive: bool
) -> Element:
    best = next(text for text, fraction in words if fraction == 1)
    return build.declaration(
        identifier, "single", "string", [best], words, case_sensitive=case_sensitive
    )


def _matching(question: ExchangedQuestion, build: Builder) -> Parts:
    pairs = question.pairs
    count = sum(bool(pair.left.text) for pair in pairs)
    if count < 2 or any(not pair.right.text for pair in pairs):
        raise UnusableQuestion("matching needs two pairs or more, each with a right side")
    interaction = _interaction(
        build, "matchInteraction", shuffle="true", maxAssociations=str(count)
    )
    lefts, rights = (build.under(interaction, Items("simpleMatchSet")) for _ in range(2))
    correct = []
    for at, pair in enumerate(pairs, start=1):
        for side, name, text, most in (
            (lefts, f"L{at}", pair.left, "1"),
            (rights, f"R{at}", pair.right, "0"),
        ):
            if text.text:
                named = Items("simpleAssociableChoice", identifier=name, matchMax=most)
                build.content(build.under(side, named), text)
        if pair.left.text:
            correct.append(f"L{at} R{at}")
    exact = question.grading == "exact"
    share = rounded(Decimal(1) / count)
    mapping = [] if exact else [(pair, share) for pair in correct]
    return Parts(
        declarations=[
            build.declaration(RESPONSE, "multiple", "directedPair", correct, mapping, bounded=True)
        ],
        body=[_asked(question, build), interaction],
        template="match_correct" if exact else "map_response",
    )


def _ordering(question: ExchangedQuestion, build: Builder) -> Parts:
    if len(question.items) < 2 or any(not item.text for item in question.items):
        raise UnusableQuestion("an ordering needs two items or more, each with a text")
    keys = _keys(question.items)
    marks = {} if question.grading == "exact" else {"class": PART_MARKS}
    interaction = _interaction(build, "orderInteraction", shuffle="true", **marks)
    for key, item in zip(keys, question.items, strict=True):
        build.content(build.under(interaction, Items("simpleChoice", identifier=key)), item)
    if question.grading != "exact":
        build.lost.append("part marks for a partly right order: other programs count it whole")
    return Parts(
        declarations=[build.declaration(RESPONSE, "ordered", "identifier", keys)],
        body=[_asked(question, build), interaction],
        template="match_correct",
    )


def _cloze(question: ExchangedQuestion, build: Builder) -> Parts:
    gaps = question.gaps
    if len(GAP_PLACE.findall(question.text.text)) != len(gaps):
        raise UnusableQuestion(f"the text has not as many gaps as the {len(gaps)} that are given")
    said = [one.feedback for gap in gaps for one in gap.options]
    if any([*said, *(one.feedback for gap in gaps for one in gap.answers)]):
        build.lost.append("the feedback in its gaps")
    names = [f"G{at}" for at in range(1, len(gaps) + 1)]
    made = [_gap(gap, name, build) for gap, name in zip(gaps, names, strict=True)]
    if question.grading == "exact":
        if len(gaps) > 1 and all(map(_is_one_answer, gaps)):
            return Parts(
                declarations=[declaration for declaration, _ in made],
                body=[_filled(question, [entry for _, entry in made], build)],
                scoring=[_all_right(names, build)],
            )
        build.lost.append(
            f"{WORDS['grading']}: QTI says it of several gaps with one right answer each"
        )
    numbers = [name for gap, name in zip(gaps, names, strict=True) if gap.kind == "number"]
    return Parts(
        declarations=[declaration for declaration, _ in made],
        body=[_filled(question, [entry for _, entry in made], build)],
        scoring=list(_cloze_rules(gaps, names, build)),
        outcomes=[f"SCORE_{name}" for name in numbers],
    )


def _gap(gap: Gap, name: str, build: Builder) -> tuple[Element, Element]:
    """Return the declaration and the interaction of a gap."""
    if gap.kind != "choice":
        entry = build.element(Items("textEntryInteraction", responseIdentifier=name))
        if gap.kind == "text":
            words = _words(gap.answers, build)
            return _word_declaration(build, name, words, gap.case_sensitive), entry
        best = next(one for one in _numbers(gap.answers, build) if one.fraction == 1)
        value = plain(best.value or Decimal(0))
        return build.declaration(name, "single", "float", [value]), entry
    entry = build.element(Items("inlineChoiceInteraction", responseIdentifier=name, shuffle="true"))
    mapping = []
    for key, option in zip(_keys(gap.options), gap.options, strict=True):
        text = plain_text(option.text, build.lost)
        build.under(entry, Items("inlineChoice", identifier=name + key), text)
        mapping.append((name + key, option.fraction))
    right = [key for key, fraction in mapping if fraction == 1][:1]
    if not right:
        raise UnusableQuestion("an option of each gap earns the whole mark")
    return build.declaration(name, "single", "identifier", right, mapping), entry


def _is_one_answer(gap: Gap) -> bool:
    """Whether one declared answer says all that a gap takes, as a comparison in QTI sees it."""
    if gap.kind == "choice":
        earned = [option.fraction for option in gap.options]
        return set(earned) <= {Decimal(0), Decimal(1)} and earned.count(Decimal(1)) == 1
    if len(gap.answers) != 1 or gap.answers[0].fraction != 1 or gap.answers[0].tolerance:
        return False
    return gap.kind == "number" or (gap.case_sensitive and "*" not in (gap.answers[0].text or ""))


def _all_right(names: Sequence[str], build: Builder) -> Element:
    """Return the rule that gives the mark where each response is the declared one."""
    rule = build.element(Items("responseCondition"))
    branch = build.under(rule, Items("responseIf"))
    every = build.under(branch, Items("and"))
    for name in names:
        match = build.under(every, Items("match"))
        build.under(match, Items("variable", identifier=name))
        build.under(match, Items("correct", identifier=name))
    build.set_number(branch, "SCORE", Decimal(1))
    build.set_number(build.under(rule, Items("responseElse")), "SCORE", Decimal(0))
    return rule


def _cloze_rules(gaps: Sequence[Gap], names: Sequence[str], build: Builder) -> Iterator[Element]:
    """Yield the rules: the score is the mean of what the gaps earn, by their weights."""
    score = build.element(Items("setOutcomeValue", identifier="SCORE"))
    mean = build.under(score, Items("divide"))
    total = build.under(mean, Items("sum"))
    for gap, name in zip(gaps, names, strict=True):
        holder = total
        if gap.weight != 1:
            holder = build.under(total, Items("product"))
            build.under(holder, Items("baseValue", baseType="float"), plain(gap.weight))
        if gap.kind == "number":
            yield _number_rule(build, name, f"SCORE_{name}", _numbers(gap.answers, build))
            build.under(holder, Items("variable", identifier=f"SCORE_{name}"))
        else:
            build.under(holder, Items("mapResponse", identifier=name))
    whole = sum((gap.weight for gap in gaps), Decimal(0))
    build.under(mean, Items("baseValue", baseType="float"), plain(whole))
    yield score


def _filled(question: ExchangedQuestion, fillings: Sequence[Element], build: Builder) -> Element:
    """Return the text of a question as a block with elements in its gaps, in order."""
    text = question.text
    marked = Rich(GAP_PLACE.sub(PLACE, text.text), text.format)
    holder = build.content(etree.Element("div"), marked, question.picture)
    left = list(fillings)
    _fill(holder, left)
    if left:
        raise UnusableQuestion("a gap stands where XHTML cannot hold it")
    return holder


def _fill(element: Element, left: list[Element]) -> None:
    first, *others = (element.text or "").split(PLACE)
    children = list(element)
    element.text = first
    for at, text in enumerate(others):
        element.insert(at, _next(left, text))
    for child in children:
        _fill(child, left)
        behind, *others = (child.tail or "").split(PLACE)
        child.tail = behind
        place = element.index(child) + 1
        for at, text in enumerate(others):
            element.insert(place + at, _next(left, text))


def _next(left: list[Element], tail: str) -> Element:
    if not left:
        raise UnusableQuestion("the text has more gaps than are given")
    filling = left.pop(0)
    filling.tail = tail
    return filling


def is_upload(question: ExchangedQuestion) -> bool:
    """Whether an answer is one file, and nothing is written."""
    return question.type == "essay" and question.attachments == 1 and FILE_UPLOAD in question.tags


def _essay(question: ExchangedQuestion, build: Builder) -> Parts:
    name = "uploadInteraction" if is_upload(question) else "extendedTextInteraction"
    body = [_asked(question, build), _interaction(build, name)]
    if question.grader_info and question.grader_info.text:
        block = build.element(Items("rubricBlock", view="scorer", use="scoring"))
        if build.release == 2:
            del block.attrib["use"]
            body.append(build.content(block, question.grader_info))
        else:
            build.content(build.under(block, Items("contentBody")), question.grader_info)
            body.append(block)
    base_type = "file" if is_upload(question) else "string"
    return Parts(declarations=[build.declaration(RESPONSE, "single", base_type, [])], body=body)


def _description(question: ExchangedQuestion, build: Builder) -> Parts:
    return Parts(body=[_asked(question, build)])


WRITERS: dict[str, Callable[[ExchangedQuestion, Builder], Parts]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _truth,
    "numeric": _number,
    "short_text": _word,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
    "description": _description,
}
