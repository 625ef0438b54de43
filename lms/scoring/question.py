"""What a question type is, and the values that it takes and gives.

A *spec* is the question as it stands in its bank (key, type, text, explanation and what its type
needs), a plain mapping that can be written as JSON. An attempt keeps the spec that it showed, so an
old attempt marks and reads the same after the bank was edited.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from lms.scoring.pictures import is_kept
from lms.scoring.presentation import Presentation, ReviewLine, Texts

Spec = Mapping[str, Any]
Response = dict[str, Any]
#: Values by field name, as a web form sends them. Fields are named by the question alone
#: (``answer``, ``left-0``); whoever shows several questions on a page adds and removes a prefix.
Submitted = Mapping[str, list[str]]

SHARE_PLACES = Decimal("0.000001")
#: Two fractions with denominators up to this differ by far more than rounding to six places does.
LARGEST_DENOMINATOR = 100
#: Digits before and after the point that a number in a spec may have: more is a slip of the pen,
#: and an exponent of a thousand million would fill the memory when it is taken as a fraction.
LARGEST_EXPONENT = 50


class UnusableAnswer(ValueError):
    """What was submitted is no answer to this question: foreign, doubled or unreadable.

    Args:
        code: dotted and permanent: ``answer.not-an-option``, ``answer.more-than-one``,
            ``answer.not-in-question``, ``answer.not-a-number``, ``answer.too-long``,
            ``answer.position-twice``, ``answer.not-a-file``, ``answer.file-kind``,
            ``answer.file-too-large``, ``answer.file-empty``.
        value: what was submitted, shortened to 80 characters.
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value[:80]


@dataclass(frozen=True)
class SpecProblem:
    """A fault in a question as it was written.

    Args:
        where: the way to the place within the question, such as ``("options", 1, "text")``.
        code: dotted and permanent, such as ``question.no-right-option``.
        message: for the author, in English.
    """

    where: tuple[str | int, ...]
    code: str
    message: str


@dataclass(frozen=True)
class Mark:
    """What a response is worth.

    Args:
        share: of the question's weight, 0 to 1, at most six decimal places.
        right: the response is right in every part, which is when `share` is 1.
        detail: what feedback shows, by type; plain values that can be written as JSON. A question
            left unanswered has ``{"unanswered": True}``.
        pending: waits for somebody to mark it by hand; until then it counts as a share of 0.
    """

    share: Decimal
    right: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
    pending: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"a share of {self.share} is not between 0 and 1")
        if self.pending and self.share:
            raise ValueError("what is not marked yet has no share yet")

    @property
    def plain(self) -> dict[str, Any]:
        """The mark as it is kept: ``share`` as text, ``right``, ``detail``, ``pending`` if it is."""
        kept = {"share": str(self.share), "right": self.right, "detail": dict(self.detail)}
        return kept | ({"pending": True} if self.pending else {})

    @classmethod
    def of_plain(cls, kept: Mapping[str, Any]) -> "Mark":
        """Return the mark that was kept as `plain`, also by earlier releases."""
        return cls(
            Decimal(kept["share"]),
            kept["right"],
            kept.get("detail") or {},
            kept.get("pending") is True,
        )


#: A question left unanswered earns nothing and costs nothing.
UNANSWERED = Mark(Decimal(0), False, {"unanswered": True})


@runtime_checkable
class QuestionType(Protocol):
    """A kind of question: pure functions of a spec. A plugin may bring further ones.

    `lms.scoring.conformance.check_question_type` holds a type against all that is said here.
    """

    #: As written in a bank under ``type``.
    name: str
    #: A person marks what is handed in; `mark` gives a mark that is pending.
    marked_by_hand: bool
    #: False for what an attempt never holds by itself, such as a description: nothing is answered,
    #: `right_answer` is empty and `mark` is always that of a question left unanswered.
    asks: bool

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return every fault in what this type needs beside what every question has."""

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the response in a form that can be written as JSON; None when unanswered.

        Raises:
            UnusableAnswer: a ValueError; the answer does not belong to the question.
        """

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark a response that `parse` gave, of this spec or of an earlier version of it.

        A part that the spec no longer knows earns nothing; it is no error.
        """

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return in which order the parts are shown; the same for the same spec and seed."""

    def right_answer(self, spec: Spec) -> Response:
        """Return a response that earns full marks, in the form that `parse` gives.

        Of a type that is marked by hand: a response that could be handed in.
        """

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return what is asked, with what is answered so far filled in.

        Args:
            order: as `order` gave it, perhaps long ago; where it is empty, the order of the bank,
                or for parts whose order is the answer an order of their own.
        """

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return what a result page says of the response, line by line."""

    def formula_of(self, spec: Spec) -> str:
        """Return a permanent code for how this question is marked, so that a page can say it.

        It is the type's name, or the name with a variant: ``multiple_choice.weights``.
        """

    def guess_share(self, spec: Spec) -> Fraction | None:
        """Return the share that somebody who answers blindly can expect, 0 to 1.

        None where it cannot be said, as for what is marked by hand.
        """

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...] | None:
        """Return the keys of the options chosen, for option analysis; None: there are no options.

        Where several parts have options, a key is ``part:option``. Nothing chosen is an empty
        tuple.
        """

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return the keys of the right options, in the form of `choices_made`."""

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return a text for every key that `choices_made` can give."""


def share_of(value: Fraction) -> Decimal:
    """Return a fraction as a share: 0 to 1, half up to six decimal places.

    >>> share_of(Fraction(2, 3))
    Decimal('0.666667')
    """
    clamped = min(max(value, Fraction(0)), Fraction(1))
    return (Decimal(clamped.numerator) / clamped.denominator).quantize(SHARE_PLACES, ROUND_HALF_UP)


def marked(value: Fraction, detail: Mapping[str, Any]) -> Mark:
    """Return the mark of a response that is worth `value`: cut to 0 to 1, right when all is earned.

    >>> marked(Fraction(1999999999, 2000000000), {}).share
    Decimal('0.999999')
    """
    share, right = _worth(value.numerator, value.denominator)
    return Mark(share, right, detail)


@lru_cache(maxsize=4096)
def _worth(numerator: int, denominator: int) -> tuple[Decimal, bool]:
    """The share of a response that is worth a fraction, and whether it is right: nearly all are worth 0 or 1."""
    value = Fraction(numerator, denominator)
    right = value >= 1
    # Half up, what is only just not right would be shown as right.
    return (share_of(value) if right else min(share_of(value), 1 - SHARE_PLACES)), right


def pending(detail: Mapping[str, Any]) -> Mark:
    """Return the mark of what is handed in and waits for somebody to mark it."""
    return Mark(Decimal(0), False, detail, pending=True)


def decimal_of(written: Any) -> Decimal | None:
    """Return a number as it stands in a spec, a text or a whole number; None when it is neither.

    >>> decimal_of("12.50"), decimal_of(12.5), decimal_of("1e999")
    (Decimal('12.50'), None, None)
    """
    if isinstance(written, bool) or not isinstance(written, str | int):
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or max(abs(exponent), abs(number.adjusted())) > (
        LARGEST_EXPONENT
    ):
        return None
    return number


def plain_number(number: Decimal) -> str:
    """Return a number in digits, without an exponent.

    >>> plain_number(Decimal("1E+3"))
    '1000'
    """
    return format(number, "f")


@lru_cache(maxsize=65536)
def exact(share: Decimal) -> Fraction:
    """Return the fraction that a share stands for, so that three thirds make one.

    A share within half a unit of the sixth place of a fraction with a denominator up to 100 is that
    fraction; any other share is taken as it is written.

    >>> exact(Decimal("0.333333"))
    Fraction(1, 3)
    """
    written = Fraction(share)
    near = written.limit_denominator(LARGEST_DENOMINATOR)
    return near if abs(near - written) <= Fraction(SHARE_PLACES) / 2 else written


def answers(submitted: Submitted, name: str = "answer") -> list[str]:
    """Return the values of one field that are not blank, stripped, in the order sent."""
    return [value.strip() for value in submitted.get(name, []) if value.strip()]


def one_answer(submitted: Submitted, name: str = "answer") -> str | None:
    """Return the one value of a field; None when it is absent or blank.

    Raises:
        UnusableAnswer: ``answer.more-than-one``.
    """
    values = answers(submitted, name)
    if len(values) > 1:
        raise UnusableAnswer("answer.more-than-one", ", ".join(values))
    return values[0] if values else None


def text_problems(texts: Any, where: tuple[str | int, ...]) -> Iterator[SpecProblem]:
    """Yield a problem unless `texts` is a mapping from language to a text that is not blank."""
    if not isinstance(texts, Mapping) or not texts:
        yield SpecProblem(where, "question.no-text", "give a text by language, such as {en: …}")
        return
    for language, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            yield SpecProblem(
                (*where, language), "question.blank-text", f"the text in {language!r} is blank"
            )


def image_problems(holder: Mapping[str, Any], where: tuple[str | int, ...]) -> list[SpecProblem]:
    """Return the faults of a picture, where there is one: a plain file name, and a text for it.

    A picture that the site keeps may wait for its text: many files bring pictures without one.
    """
    image = holder.get("image")
    if image is None:
        return []
    place = (*where, "image")
    if not isinstance(image, dict):
        message = "an image is a mapping with file and alt"
        return [SpecProblem(place, "question.bad-image", message)]
    found: list[SpecProblem] = []
    file = image.get("file")
    if not isinstance(file, str) or not file.strip() or "/" in file or "\\" in file:
        message = "file is the name of a picture in the course's media folder"
        found.append(SpecProblem((*place, "file"), "question.bad-image", message))
    elif is_kept(file) and "alt" not in image:
        return found
    found += text_problems(image.get("alt"), (*place, "alt"))
    return found


def credit_problems(
    holder: Mapping[str, Any],
    where: tuple[str | int, ...],
    name: str = "credit",
    *,
    lowest: int = 0,
    required: bool = False,
) -> Iterator[SpecProblem]:
    """Yield a problem unless `holder` has under `name` a number in quotes from `lowest` to 1."""
    if not required and holder.get(name) is None:
        return
    number = decimal_of(holder.get(name))
    if number is None or not lowest <= number <= 1:
        message = f'{name} is a number in quotes from "{lowest}" to "1", such as "0.5"'
        yield SpecProblem((*where, name), f"question.bad-{name}", message)


def credit_of(holder: Mapping[str, Any], name: str = "credit", default: str = "0") -> Fraction:
    """Return a credit or weight as a fraction, so that three thirds make one."""
    written = holder.get(name)
    return exact(Decimal(default if written is None else written))


def weight_of(spec: Spec) -> Decimal:
    """Return what a question weighs among those of an attempt: 1 unless it says otherwise."""
    written = spec.get("weight")
    return Decimal(1) if written is None else Decimal(written)


def feedback_for(spec: Spec, mark: Mark) -> Texts | None:
    """Return what the author says to a right, partly right or wrong answer; None: nothing (yet)."""
    if mark.pending:
        return None
    name = "right" if mark.right else "partly" if mark.share else "wrong"
    found: Texts | None = spec.get(f"feedback_{name}")
    return found


def languages_of(*texts: Texts) -> list[str]:
    """Return the languages that all of these texts have, in the order of the first; at least one.

    Where they have none in common, the languages of the first.
    """
    shared = [language for language in texts[0] if all(language in other for other in texts)]
    return shared or list(texts[0])


def joined(separator: str, *texts: Texts) -> Texts:
    """Return texts put together, by language.

    >>> joined(": ", {"en": "Seal", "fr": "Joint"}, {"en": "Wears"})
    {'en': 'Seal: Wears'}
    """
    return {
        language: separator.join(
            text.get(language) or next(iter(text.values()), "") for text in texts
        )
        for language in languages_of(*texts)
    }
