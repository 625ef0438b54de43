"""What each type of question has of its own, as a bank writes it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count, product
from string import ascii_lowercase
from typing import Any

from lms.interchange.amounts import percent_of, plain, rounded
from lms.interchange.markup import plain_text
from lms.interchange.parts import ROUNDING
from lms.interchange.picture_texts import stand_in
from lms.interchange.pictures import kept_name
from lms.interchange.questions import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Picture,
    Rich,
    Unit,
    UnusableQuestion,
)
from lms.interchange.source_text import stripped
from lms.scoring import fold
from lms.scoring.types.file_upload import LARGEST_BYTES, MEBIBYTE

Spec = dict[str, Any]
STAR = "*"
#: Factors of units are written with at most this many decimals.
FACTOR_PLACES = Decimal("1e-20")


class Texts:
    """Texts by language out of texts with markup; collects what gets lost on the way."""

    def __init__(self, language: str, lost: list[str]) -> None:
        self.language = language
        self.lost = lost

    def of(self, text: Rich, picture: Picture | None = None, otherwise: str = "") -> dict[str, str]:
        """Return a text by language.

        Args:
            picture: that is shown with it.
            otherwise: what stands there where the text is this picture alone, and nothing says what it shows.

        Raises:
            UnusableQuestion: nothing is left of it as plain text.
        """
        said = stripped(plain_text(text, self.lost, picture)) or stand_in(picture, otherwise)
        if not said:
            raise UnusableQuestion("a text is empty, or holds a picture alone")
        return {self.language: said}

    def image(self, picture: Picture | None) -> Spec:
        """Return what a spec says of a picture, which the site keeps under a name of its own; or nothing."""
        if picture is None:
            return {}
        named: Spec = {"file": kept_name(picture.content)}
        return {"image": named | ({"alt": {self.language: picture.alt}} if picture.alt else {})}

    def optional(self, text: Rich | None) -> dict[str, str] | None:
        """Return a text by language; None where nothing is said."""
        said = stripped(plain_text(text, self.lost)) if text is not None else ""
        return {self.language: said} if said else None


def mapping_of_type(
    kind: str, question: ExchangedQuestion, fields: Mapping[str, str], texts: Texts
) -> Spec:
    """Return the fields of a spec that its type brings.

    Raises:
        UnusableQuestion: a bank cannot hold the question.
    """
    match kind:
        case "single_choice":
            return {"options": single_options(question.options, texts)}
        case "multiple_choice":
            return {"options": _several(question, texts)} | _grading(question)
        case "situational_judgement":
            return {
                "options": [_judged(key, option, texts) for key, option in _keyed(question.options)]
            }
        case "true_false":
            right, wrong = (
                texts.optional(question.feedback_right),
                texts.optional(question.feedback_wrong),
            )
            by_truth = {bool(question.correct): right, not question.correct: wrong}
            return {
                "answer": bool(question.correct),
                "feedback_true": by_truth[True],
                "feedback_false": by_truth[False],
            }
        case "numeric":
            return number_parts(question.answers, texts) | _units(question, fields, texts)
        case "short_text":
            return text_parts(question.answers, question.case_sensitive, texts)
        case "matching":
            return _pairs(question, texts) | _grading(question)
        case "ordering":
            items = [{"key": key, "text": texts.of(item)} for key, item in _keyed(question.items)]
            return {"items": items} | _grading(question)
        case "cloze":
            gaps = [_gap(gap, texts) for gap in question.gaps]
            return {"gaps": gaps} | _grading(question)
        case "essay" | "file_upload":
            return _by_hand(kind, question, fields, texts)
        case "description":
            return {}
    raise UnusableQuestion(f"a bank has no questions of the type {kind}")


def _grading(question: ExchangedQuestion) -> Spec:
    return {"grading": "exact"} if question.grading == "exact" else {}


def letters() -> Iterator[str]:
    """Yield a, b, … z, aa, ab, …"""
    for length in count(1):
        for signs in product(ascii_lowercase, repeat=length):
            yield "".join(signs)


def _keyed(things: Sequence[Any]) -> list[tuple[str, Any]]:
    return list(zip(letters(), things, strict=False))


def single_options(options: Sequence[Option], texts: Texts) -> list[Spec]:
    """Return the options of a single choice, exactly one of which earns the whole mark.

    Raises:
        UnusableQuestion: none does, or several do.
    """
    whole = sum(option.fraction == 1 for option in options)
    if whole != 1:
        said = "no option earns" if not whole else f"{whole} options earn"
        raise UnusableQuestion(f"{said} the whole mark; in a bank exactly one does")
    found = []
    for key, option in _keyed(options):
        written = _option(key, option, texts, option.fraction == 1)
        if option.fraction not in (0, 1):
            written["credit"] = plain(option.fraction)
        found.append(written)
    return found


def _several(question: ExchangedQuestion, texts: Texts) -> list[Spec]:
    options = question.options
    total = sum((option.fraction for option in options if option.fraction > 0), Decimal(0))
    has_wrong = any(option.fraction <= 0 for option in options)
    # Without a wrong option only weights say what each right one earns.
    weighted = question.grading != "exact" and (not has_wrong or not follows_our_formula(options))
    is_whole = abs(total - 1) <= ROUNDING * len(options)
    if weighted and total and not is_whole:
        texts.lost.append(
            f"its weights above 0 add up to {percent_of(total)} %; here the whole answer earns the mark, "
            "and each weight its share of it"
        )
    found = []
    for key, option in _keyed(options):
        written = _option(key, option, texts, option.fraction > 0)
        if weighted:
            share = option.fraction if is_whole or not total else option.fraction / total
            written["weight"] = plain(rounded(max(share, Decimal(-1))))
        found.append(written)
    return found


def follows_our_formula(options: Sequence[Option]) -> bool:
    """Whether fractions say what a bank says without weights.

    Each of R right options earns 1/R, each of W wrong ones costs 1/min(R, W).
    """
    right = [option.fraction for option in options if option.fraction > 0]
    wrong = [option.fraction for option in options if option.fraction <= 0]
    return bool(right and wrong) and (set(right), set(wrong)) == (
        {our_gain(len(right))},
        {our_cost(len(right), len(wrong))},
    )


def our_gain(right: int) -> Decimal:
    """Return what each of so many right options earns."""
    return rounded(Decimal(1) / right)


def our_cost(right: int, wrong: int) -> Decimal:
    """Return what each wrong option costs, as a number below 0."""
    return -rounded(Decimal(1) / min(right, wrong))


def _option(key: str, option: Option, texts: Texts, right: bool) -> Spec:
    said = texts.of(option.text, option.picture, key.upper())
    written: Spec = {"key": key, "text": said, "correct": right}
    feedback = texts.optional(option.feedback)
    written |= {"explanation": feedback} if feedback else {}
    return written | texts.image(option.picture)


def _judged(key: str, option: Option, texts: Texts) -> Spec:
    written = _option(key, option, texts, False)
    del written["correct"]
    return written | {"credit": plain(max(option.fraction, Decimal(0)))}


def number_parts(answers: Sequence[Answer], texts: Texts) -> Spec:
    """Return value and tolerance, or answers with credits, of a number."""
    parts: Spec = {}
    numbers = [answer for answer in answers if answer.value is not None]
    for answer in answers:
        if answer.value is None:
            _otherwise(answer, parts, texts)
    only = numbers[0] if len(numbers) == 1 else None
    if only is not None and only.fraction == 1 and only.feedback is None:
        return parts | _value(only)
    parts["answers"] = [
        _value(answer) | _credit(answer, texts) | _said(answer, texts) for answer in numbers
    ]
    return parts


def _value(answer: Answer) -> Spec:
    return {"value": plain(answer.value or Decimal(0)), "tolerance": plain(answer.tolerance)}


def text_parts(answers: Sequence[Answer], case_sensitive: bool, texts: Texts) -> Spec:
    """Return accepted texts, or answers with credits, of a word or phrase."""
    parts: Spec = {}
    words = []
    for answer in answers:
        if fold(answer.text or ""):
            words.append(answer)
        else:
            texts.lost.append(f"the answer {answer.text!r}: it has no letter and no digit")
    texts_alone = all(
        answer.fraction == 1
        and answer.feedback is None
        and STAR not in (answer.text or "").replace("\\*", "")
        for answer in words
    )
    if texts_alone and words and not case_sensitive:
        listed = [(answer.text or "").replace("\\*", STAR) for answer in words]
        return parts | {"accepted": {texts.language: list(dict.fromkeys(listed))}}
    parts["answers"] = [
        {"text": {texts.language: answer.text}} | _credit(answer, texts) | _said(answer, texts)
        for answer in words
    ]
    return parts | ({"case_sensitive": True} if case_sensitive else {})


def _otherwise(answer: Answer, parts: Spec, texts: Texts) -> None:
    """Take in what is said to any other number: a bank says that once, for wrong answers."""
    if answer.fraction > 0:
        texts.lost.append("that any other number earns something")
    feedback = texts.optional(answer.feedback)
    if feedback:
        parts.setdefault("feedback_wrong", feedback)


def _credit(answer: Answer, texts: Texts) -> Spec:
    if answer.fraction < 0:
        texts.lost.append("a weight below 0 of a typed answer, which counts as 0")
    credit = max(answer.fraction, Decimal(0))
    return {} if credit == 1 else {"credit": plain(credit)}


def _said(answer: Answer, texts: Texts) -> Spec:
    feedback = texts.optional(answer.feedback)
    return {"feedback": feedback} if feedback else {}


def _units(question: ExchangedQuestion, fields: Mapping[str, str], texts: Texts) -> Spec:
    units = question.units
    if not units:
        return {"unit": {texts.language: fields["unit"]}} if "unit" in fields else {}
    costs = question.unit_required or question.unit_penalty
    if len(units) == 1 and units[0].multiplier == 1 and not costs:
        return {"unit": {texts.language: units[0].name}}
    by_multiplier: dict[Decimal, list[str]] = {}
    for unit in units:
        by_multiplier.setdefault(unit.multiplier, []).append(unit.name)
    parts: Spec = {
        "units": [
            {"names": names, "factor": plain(_factor(Unit(names[0], multiplier), texts))}
            for multiplier, names in by_multiplier.items()
        ]
    }
    if question.unit_required:
        parts["unit_required"] = True
    if costs:
        parts["unit_penalty"] = plain(question.unit_penalty)
    return parts


def _factor(unit: Unit, texts: Texts) -> Decimal:
    """Return how many of the first unit one of this unit is: the inverse of its multiplier."""
    factor = (1 / unit.multiplier).quantize(FACTOR_PLACES)
    if factor * unit.multiplier != 1:
        texts.lost.append(f"the exact factor of the unit {unit.name!r}, which is rounded")
    return factor


def _pairs(question: ExchangedQuestion, texts: Texts) -> Spec:
    pairs = [pair for pair in question.pairs if pair.left.text]
    wrong = [pair for pair in question.pairs if not pair.left.text]
    return {
        "pairs": [{"left": texts.of(pair.left), "right": texts.of(pair.right)} for pair in pairs],
        "distractors": [texts.of(pair.right) for pair in wrong],
    }


def _gap(gap: Gap, texts: Texts) -> Spec:
    written: Spec = {"kind": gap.kind}
    if gap.kind == "choice":
        written["options"] = single_options(gap.options, texts)
    elif gap.kind == "number":
        written |= number_parts(gap.answers, texts)
    else:
        written |= text_parts(gap.answers, gap.case_sensitive, texts)
    if written.pop("feedback_wrong", None):
        texts.lost.append("the feedback for any other answer in a gap")
    return written | ({"weight": plain(gap.weight)} if gap.weight != 1 else {})


def _largest_file(fields: Mapping[str, str], texts: Texts) -> int:
    wanted = int(fields.get("max-bytes") or LARGEST_BYTES)
    if wanted > LARGEST_BYTES:
        most = LARGEST_BYTES // MEBIBYTE
        texts.lost.append(f"files of up to {wanted} bytes: the site takes {most} MiB at most")
    return min(wanted, LARGEST_BYTES)


def _by_hand(
    kind: str, question: ExchangedQuestion, fields: Mapping[str, str], texts: Texts
) -> Spec:
    for name, said in (
        ("notes for markers", question.grader_info),
        ("the beginning given to the answer", question.response_template),
    ):
        if said is not None and said.text:
            texts.lost.append(f"{name}: a bank has no place for it")
    if kind == "file_upload":
        return {
            "accept": (fields.get("accept") or "pdf").split(),
            "max_bytes": _largest_file(fields, texts),
        }
    if question.attachments:
        texts.lost.append("the files that may be attached: an essay of a bank takes none")
    limits = {"min_words": question.min_words, "max_words": question.max_words}
    return {name: words for name, words in limits.items() if words and words > 0}
