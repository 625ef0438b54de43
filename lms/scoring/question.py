"""What a question type is, and the values that it takes and gives.

A *spec* is the question as it stands in its bank (key, type, text, explanation and what its type
needs), a plain mapping that can be written as JSON. An attempt keeps the spec that it showed, so an
old attempt marks and reads the same after the bank was edited.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

Spec = Mapping[str, Any]
Response = dict[str, Any]
#: Values by field name, as a web form sends them. Fields are named by the question alone
#: (``answer``, ``left-0``); whoever shows several questions on a page adds and removes a prefix.
Submitted = Mapping[str, list[str]]

SHARE_PLACES = Decimal("0.000001")
#: Two fractions with denominators up to this differ by far more than rounding to six places does.
LARGEST_DENOMINATOR = 100


class UnusableAnswer(ValueError):
    """What was submitted is no answer to this question: foreign, doubled or unreadable.

    Args:
        code: dotted and permanent: ``answer.not-an-option``, ``answer.more-than-one``,
            ``answer.not-in-question``, ``answer.not-a-number``, ``answer.too-long``.
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
    """

    share: Decimal
    right: bool
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"a share of {self.share} is not between 0 and 1")


#: A question left unanswered earns nothing and costs nothing.
UNANSWERED = Mark(Decimal(0), False, {"unanswered": True})


@runtime_checkable
class QuestionType(Protocol):
    """A kind of question: pure functions of a spec. A plugin may bring further ones."""

    #: As written in a bank under ``type``.
    name: str

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return every fault in what this type needs beside key, text and explanation."""

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
        """Return a response that earns full marks, in the form that `parse` gives."""


def share_of(value: Fraction) -> Decimal:
    """Return a fraction as a share: 0 to 1, half up to six decimal places.

    >>> share_of(Fraction(2, 3))
    Decimal('0.666667')
    """
    clamped = min(max(value, Fraction(0)), Fraction(1))
    return (Decimal(clamped.numerator) / clamped.denominator).quantize(SHARE_PLACES, ROUND_HALF_UP)


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
