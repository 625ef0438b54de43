"""Frozen values that exporters receive: finished, in one language, with names as they are to be shown."""

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
