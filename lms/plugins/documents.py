"""Frozen values that exporters receive: finished, in one language, with names as they are to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | float | Decimal | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What all documents say: `language` is en, fr or ar; `made_at` is aware and in UTC."""

    title: str
    language: str
    site_name: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` is text, number or date. A code of digits is text."""

    key: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Document):
    """Rows in the columns' order; a cell that is not known is None, never zero."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class CertifiedCompetency:
    """A competency that a certificate speaks of: its title, and the level's name where one was reached."""

    title: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDocument(Document):
    """A certificate as issued: it is rendered once, and the file is kept."""

    code: str
    #: Where anybody checks it; the QR code holds this address.
    verify_url: str
    recipient: str
    organisation: str
    #: What was achieved, such as a course's title.
    achievement: str
    competencies: tuple[CertifiedCompetency, ...]
    issuer: str
    issued_on: date
    expires_on: date | None
    #: Result in percent, where one is stated.
    result_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedValue:
    """One figure of a report on 0 … 100: the value with its interval; None where it is missing."""

    key: str
    title: str
    value: float | None
    low: float | None = None
    high: float | None = None
    #: Share 0 … 1 of what should be known that is known.
    coverage: float | None = None
    weight: float | None = None
    #: What is measured in the indicator's own unit, in words.
    raw: str = ""
    evidence_count: int = 0
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReport(Document):
    """The capacity index of one organisation, with what it rests on and what it cannot say."""

    organisation: str
    as_of: date
    index: ReportedValue
    band: str
    dimensions: tuple[ReportedValue, ...]
    indicators: tuple[ReportedValue, ...]
    #: Sentences in plain words: how sure, how complete, weakest, what it cannot say.
    sentences: tuple[str, ...]
    methodology: str
    methodology_hash: str
    evidence_hash: str
    #: Earlier values of the index, oldest first; shares 0 … 1, unlike the figures above, which are 0 … 100.
    history: tuple[tuple[date, float | None], ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class BookPicture:
    """A picture of a book. HTML shows it as `<img src="NAME">`; a drawing speaks the book's language."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class BookOption:
    """An option of a check; `picture` names one of the book's, with what it shows, or is empty."""

    text: str
    right: bool
    picture: str = ""
    picture_text: str = ""


@dataclass(frozen=True, slots=True)
class BookCheck:
    """A check for understanding: options to choose from, or none where the answer is to be written."""

    key: str
    text: str
    options: tuple[BookOption, ...]
    #: One option alone is right.
    single: bool
    #: What is right where there are no options, each with what it is the answer to, perhaps empty.
    answers: tuple[tuple[str, str], ...]
    explanation: str
    picture: str = ""
    picture_text: str = ""


@dataclass(frozen=True, slots=True)
class BookLesson:
    """A lesson. `language` differs from the book's where the lesson is not translated.

    `parts` are safe HTML and checks in order. The HTML links to `#term-KEY`, `#source-KEY` and to
    ids of its own lesson; ids are unique within a lesson and not within the book.
    """

    key: str
    title: str
    language: str
    #: How long it takes, in words.
    duration: str
    parts: tuple[str | BookCheck, ...]
    #: Statements that nobody has checked against a source yet.
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookCriterion:
    """One thing to look at in a practical task, and what each level looks like: name and text."""

    text: str
    levels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BookTerm:
    """A key term and its meaning in plain words."""

    key: str
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class BookSource:
    """An entry of the source register; what is not known is empty."""

    key: str
    title: str
    organisation: str = ""
    year: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBook(Document):
    """A whole course in one language. `made_at` is when the content was published, not now.

    `language` is the course's own code and may be any. `words` are the book's headings and labels in
    that language by code: about, answer, answers, audience, back, check, competencies, contents,
    directions, lesson_language, licence, objectives, rubric, scenario, several, sources, task,
    terms, unverified, version.
    """

    key: str
    code: str
    version: str
    #: SHA-256 over the course's files.
    content_hash: str
    #: The language by its own name.
    language_name: str
    #: Whether the lines run from right to left.
    right_to_left: bool
    words: Mapping[str, str]
    #: On the cover besides: the date in words, how long the course takes, how far it was reviewed.
    cover: tuple[str, ...]
    #: What a reader must know before trusting the text: not reviewed, the original is newer.
    warnings: tuple[str, ...]
    summary: str
    audience: str
    objectives: tuple[str, ...]
    competencies: tuple[str, ...]
    lessons: tuple[BookLesson, ...]
    #: Safe HTML, or empty.
    scenario: str
    task: str
    rubric: tuple[BookCriterion, ...]
    terms: tuple[BookTerm, ...]
    sources: tuple[BookSource, ...]
    pictures: tuple[BookPicture, ...]
    #: Who may be named as author and publisher, and the licence in words, a paragraph each.
    author: str
    licence: tuple[str, ...]
    #: Where the course came from, a paragraph each.
    origin: tuple[str, ...]
    #: Sentences for machines that list books: what helps people who cannot see or cannot hold it.
    accessibility: str
