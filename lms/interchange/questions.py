"""What travels between banks and other programs: a question, what was left out, a whole file.

An `ExchangedQuestion` holds what a file of some format said, as it was written there: texts keep
their markup and their format, nothing is sanitised. `lms.interchange.json_form` shows it as JSON,
`lms.interchange.specs` turns it into a question of a bank and back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

#: How a text is to be read. ``moodle`` is Moodle's own automatic format: line breaks count, HTML
#: is let through.
TextFormat = Literal["markdown", "html", "plain", "moodle"]
TEXT_FORMATS: tuple[TextFormat, ...] = ("markdown", "html", "plain", "moodle")

#: The types that files of other programs can hold.
TYPES = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "numeric",
    "short_text",
    "matching",
    "ordering",
    "cloze",
    "essay",
    "description",
)
#: A gap in the sentence, in the text of a question.
GAP = "_____"


class UnreadableFile(ValueError):
    """A file that gives no question at all: another format, broken, too large, or dangerous.

    Args:
        message: for the person who brought the file, in English, one sentence.
    """


class UnusableQuestion(ValueError):
    """One question that cannot be read or written; the message says why, in English.

    Readers and writers catch it for each question and go on with the next.
    """


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and how it is to be read. Stripped of space around it; may be empty."""

    text: str
    format: TextFormat = "plain"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands with a question or an option: one that was looked at and is taken.

    Args:
        content: its bytes; of a kind and size that `lms.interchange.pictures` takes.
        alt: what it shows, for whoever does not see it; empty where the file does not say.
        name: of its file, without folders; where it comes from our own bank, the name there.
        source: the address by which the text names it; empty where it stands beside the text.
        within: it stands within a sentence, which needs a word in its place.
    """

    content: bytes = field(repr=False)
    alt: str = ""
    name: str = field(default="", compare=False)
    source: str = field(default="", compare=False, repr=False)
    within: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice.

    Args:
        fraction: the share of the mark that choosing it earns, −1 to 1, at most 7 decimal places.
    """

    text: Rich
    fraction: Decimal = Decimal(0)
    feedback: Rich | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is typed: a text, perhaps with ``*`` for any characters, or a number.

    Args:
        text: of a word or phrase; ``*`` for *any other number*, with no value; otherwise None.
        value, tolerance: of a number, which is right within the tolerance, limits included.
        fraction: as of an `Option`.
    """

    text: str | None = None
    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    fraction: Decimal = Decimal(1)
    feedback: Rich | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A left side and the right side that belongs to it; an empty left makes a wrong choice."""

    left: Rich
    right: Rich


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in which a number may be given.

    Args:
        name: as it is typed, such as ``cm``.
        multiplier: how many of this unit one of the first unit is: 100 for ``cm`` under ``m``.
    """

    name: str
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of a cloze text: a choice with options, or a word or number with answers.

    Args:
        weight: how much it counts among the gaps of its question; more than 0.
    """

    kind: Literal["choice", "text", "number"]
    options: tuple[Option, ...] = ()
    answers: tuple[Answer, ...] = ()
    weight: Decimal = Decimal(1)
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ExchangedQuestion:
    """A question as a file holds it.

    Args:
        type: one of `TYPES`, or one of the project's own where `spec` is given.
        name: the title, else the beginning of the text.
        text: with ``_____`` for each gap in the sentence.
        line: where it begins in its file, from 1; 0 where it never stood in a file.
        category: the parts of its path, outermost first; None when the file names none.
        id: the author's own; None when there is none.
        correct: of a true/false question.
        feedback_right, feedback_partly, feedback_wrong: shown by result.
        items: of an ordering, in the right order.
        grading: ``exact`` where anything but the whole right answer earns nothing; else None.
        units: the first is the one in which the answers stand.
        unit_penalty: share lost for a wrong or missing unit, 0 to 1.
        penalty: share lost for each further try, 0 to 1; None when the file does not say.
        weight: how much the question counts; 0 or more.
        attachments: how many files may be sent with an essay.
        picture: shown with the text.
        children: the questions about a scenario of our own bank, whose text this is.
        spec: the whole question of our own bank where it comes from one, with all languages.
        losses: what of `spec` the other fields do not hold.
        file: the name of the file in a package in which it stands, on whose lines `line` counts.
        place: of that file in its package, from 1; 0 where there is no package.
    """

    type: str
    name: str
    text: Rich
    line: int = 0
    category: tuple[str, ...] | None = None
    id: str | None = None
    tags: tuple[str, ...] = ()
    general_feedback: Rich | None = None
    options: tuple[Option, ...] = ()
    correct: bool | None = None
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    items: tuple[Rich, ...] = ()
    gaps: tuple[Gap, ...] = ()
    feedback_right: Rich | None = None
    feedback_partly: Rich | None = None
    feedback_wrong: Rich | None = None
    case_sensitive: bool = False
    grading: str | None = None
    units: tuple[Unit, ...] = ()
    unit_required: bool = False
    unit_penalty: Decimal = Decimal(0)
    hints: tuple[Rich, ...] = ()
    penalty: Decimal | None = None
    weight: Decimal = Decimal(1)
    min_words: int | None = None
    max_words: int | None = None
    attachments: int = 0
    grader_info: Rich | None = None
    response_template: Rich | None = None
    picture: Picture | None = None
    children: "tuple[ExchangedQuestion, ...]" = ()
    spec: Mapping[str, Any] | None = field(default=None, compare=False)
    losses: tuple[str, ...] = field(default=(), compare=False)
    file: str = field(default="", compare=False)
    place: int = field(default=0, compare=False)


def pictures_of(question: ExchangedQuestion) -> Iterator[Picture]:
    """Yield the pictures of a question, of its options and of the questions about a scenario."""
    yield from own_pictures(question)
    for child in question.children:
        yield from pictures_of(child)


def own_pictures(question: ExchangedQuestion) -> list[Picture]:
    """Return the pictures of a question and of its options."""
    held = [question.picture, *(option.picture for option in question.options)]
    return [one for one in held if one is not None]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left out.

    Args:
        line: where the question begins in its file, from 1; 0 when it stands in none.
        name: of the question; empty where it has none, or where a whole file is meant.
        reason: for people, in English.
        whole: the question is missing; otherwise it is there, without the part that is named.
        place: of the file in its package, from 1; 0 where there is no package.
    """

    line: int
    name: str
    reason: str
    whole: bool = True
    place: int = field(default=0, compare=False)

    @property
    def order(self) -> tuple[int, int]:
        """What puts entries in the order of their file."""
        return self.place, self.line


def in_file(file: str, reason: str) -> str:
    """Return a reason with the name of the file of a package that it is about."""
    return f"{file}: {reason}" if file else reason


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a file held: questions and what was left out, each in file order."""

    questions: tuple[ExchangedQuestion, ...]
    skipped: tuple[Skipped, ...]
    format: str


@dataclass(frozen=True, slots=True)
class WriteResult:
    """A file: its bytes, its extension without the dot, its media type, and what it lacks."""

    content: bytes
    extension: str
    media_type: str
    left_out: tuple[Skipped, ...]
