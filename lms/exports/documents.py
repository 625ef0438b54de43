"""Building the finished documents that exporters receive, as the person who wants them may see things."""

from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts import queries as accounts
from lms.accounts.models import Incumbency, Organisation, Post
from lms.accounts.rules import Permission
from lms.accounts.scope import scoped
from lms.capacity import queries as capacity
from lms.capacity.words import band_name, sentences
from lms.certificates import queries as certificates
from lms.certificates.models import Certificate
from lms.courses.queries import current_version
from lms.db import db
from lms.errors import Refused
from lms.evidence.models import Evidence
from lms.evidence.queries import counting
from lms.evidence.words import KIND_NAMES
from lms.exports.books import course_book
from lms.exports.models import Export
from lms.exports.words import DATASETS
from lms.learning import queries as learning
from lms.learning import rules as learning_rules
from lms.plugins import (
    CapacityReport,
    CertificateDocument,
    CertifiedCompetency,
    Column,
    CourseBook,
    Document,
    ReportedValue,
    Table,
)
from lms.web.language import in_language, language

CAPACITY_REPORT, CERTIFICATE, TABLE = "capacity-report", "certificate", "table"
COURSE_BOOK = "course-book"
ACCEPTS: dict[str, type[Document]] = {
    CAPACITY_REPORT: CapacityReport,
    CERTIFICATE: CertificateDocument,
    TABLE: Table,
    COURSE_BOOK: CourseBook,
}


def once_key(export: Export) -> str:
    """Under which key the file is kept: a certificate's is made once, any other belongs to its export."""
    if export.document_kind == CERTIFICATE:
        return f"{export.exporter}:{export.parameters['code']}"
    return f"export:{export.id}"


def build(export: Export) -> Document:
    """The document of an export, in its language.

    Raises:
        Refused: `export.no-run`, `export.no-organisation`, `export.no-certificate`, `export.dataset`,
            `export.no-course`, `export.no-language`.
    """
    parameters = export.parameters
    if export.document_kind == COURSE_BOOK:
        return published_book(parameters["course"], export.language)
    if export.document_kind == CERTIFICATE:
        return certificate(parameters["code"])
    if export.document_kind == CAPACITY_REPORT:
        return capacity_report(parameters["organisation"], export.wanted_at)
    return table(parameters["dataset"], parameters.get("organisation", ""), export.wanted_at)


def _common(title: str, at: datetime) -> dict[str, Any]:
    return {
        "title": title,
        "language": language(),
        "site_name": current_app.config["SITE_NAME"],
        "made_at": at,
    }


def certificate(code: str) -> CertificateDocument:
    """A certificate exactly as it was issued, in the language in which it was issued."""
    found = certificates.by_code(code)
    if found is None or certificates.get(found.id) is None:
        raise Refused("export.no-certificate", code=code)
    kept = dict(found.document)
    return CertificateDocument(
        **kept
        | {
            "made_at": datetime.fromisoformat(kept["made_at"]),
            "issued_on": date.fromisoformat(kept["issued_on"]),
            "expires_on": date.fromisoformat(kept["expires_on"]) if kept["expires_on"] else None,
            "competencies": tuple(CertifiedCompetency(**one) for one in kept["competencies"]),
        }
    )


def published_book(course_key: str, language: str) -> CourseBook:
    """A published course as a book, dated on the day of its publication: anybody may read it who may read courses.

    Raises:
        Refused: `export.no-course`, `export.no-language`.
    """
    course, version = learning.published_course(course_key), current_version(course_key)
    if course is None or version is None:
        raise Refused("export.no-course", course=course_key)
    if language not in course.languages:
        known = list(course.languages)
        raise Refused("export.no-language", course=course_key, language=language, known=known)
    return course_book(course, language, made_at=version.published_at)


def _organisation(code: str, permission: Permission) -> Organisation:
    organisation = accounts.organisation_by_code(code)
    if organisation is None or not accounts.may_in(permission, organisation):
        raise Refused("export.no-organisation", code=code)
    return organisation


def capacity_report(organisation_code: str, at: datetime) -> CapacityReport:
    """What the newest run says of one organisation."""
    organisation = _organisation(organisation_code, Permission.SEE_CAPACITY)
    runs = capacity.runs()
    value = capacity.value_of(runs[0], organisation) if runs else None
    if value is None:
        raise Refused("export.no-run", organisation=organisation.name)
    run, detail = runs[0], value.detail
    titles = {key: in_language(text) for key, text in capacity.titles_of(run.methodology).items()}
    name = organisation.name_in(language())
    history = [
        (point.run.as_of, point.value.value) for point in capacity.history(organisation, runs)
    ]
    base = current_app.config["PUBLIC_URL"].rstrip("/")

    def hundredfold(number: float | None) -> float | None:
        return None if number is None else number * 100

    return CapacityReport(
        **_common(_("Capacity of %(name)s", name=name), at),
        organisation=name,
        as_of=run.as_of,
        index=ReportedValue(
            key="index",
            title=_("Capacity index"),
            value=hundredfold(detail["value"]),
            low=hundredfold(detail["low"]),
            high=hundredfold(detail["high"]),
            coverage=detail["coverage"],
        ),
        band=band_name(detail["band"] or ""),
        dimensions=tuple(
            ReportedValue(
                key=one["key"],
                title=titles.get(one["key"], one["key"]),
                value=hundredfold(one["value"]),
                low=hundredfold(one["low"]),
                high=hundredfold(one["high"]),
                coverage=one["coverage"],
                weight=one["weight"],
            )
            for one in detail["dimensions"]
        ),
        indicators=tuple(
            ReportedValue(
                key=one["key"],
                title=titles.get(one["key"], one["key"]),
                value=hundredfold(one["normalised"]),
                coverage=one["coverage"],
                weight=one["weight"],
                evidence_count=len(one["observations"]),
                parent=one["dimension"],
            )
            for one in detail["indicators"]
        ),
        sentences=(
            *sentences(detail, titles),
            _("The index is no ranking of people, nor a reason by itself to end support."),
        ),
        methodology=f"{in_language(capacity.methodology_title(run.methodology_key))} {run.methodology_version}",
        methodology_hash=run.methodology_hash,
        evidence_hash=run.evidence_hash,
        history=tuple(history),
        address=f"{base}/capacity/organisations/{organisation.id}" if base else "",
    )


def table(dataset: str, organisation_code: str, at: datetime) -> Table:
    """One data set as a table, of one organisation and those below it, or of all that may be exported."""
    if dataset not in TABLES:
        raise Refused("export.dataset", name=dataset, known=sorted(TABLES))
    path = ""
    if organisation_code:
        path = _organisation(organisation_code, Permission.EXPORT).path
    columns, rows = TABLES[dataset](path)
    return Table(**_common(str(DATASETS[dataset]), at), columns=columns, rows=tuple(rows))


def _evidence(path: str) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    statement = (
        counting(scoped(Evidence, Permission.SEE_RESULTS))
        .join(Organisation, Evidence.organisation_id == Organisation.id)
        .where(Organisation.path.startswith(path))
        .options(joinedload(Evidence.organisation), joinedload(Evidence.user))
        .order_by(Evidence.observed_on, Evidence.id)
    )
    columns = (
        Column("id", _("Evidence")),
        Column("organisation", _("Organisation")),
        Column("person", _("Person")),
        Column("about", _("Competency or indicator")),
        Column("value", _("Value"), "number"),
        Column("unit", _("Unit")),
        Column("observed_on", _("Observed on"), "date"),
        Column("kind", _("Kind")),
        Column("record", _("Record")),
    )
    rows = [
        (
            str(piece.id),
            piece.organisation.name_in(language()),
            piece.user.name_in(language()) if piece.user else "",
            piece.competency or piece.indicator,
            piece.value,
            piece.unit,
            piece.observed_on,
            str(KIND_NAMES.get(piece.kind, piece.kind)),
            f"{piece.record_kind} {piece.record_id}",
        )
        for piece in db.session.scalars(statement)
    ]
    return columns, rows


def _learning(path: str) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("person", _("Person")),
        Column("organisation", _("Organisation")),
        Column("course", _("Course")),
        Column("enrolled", _("Enrolled"), "date"),
        Column("done", _("Lessons done"), "number"),
        Column("total", _("Lessons"), "number"),
        Column("passed", _("Assessment passed"), "date"),
        Column("completed", _("Completed"), "date"),
    )
    rows = []
    for enrolment in learning.enrolments():
        if not enrolment.organisation.path.startswith(path):
            continue
        progress = learning_rules.progress(enrolment.version.lesson_keys, enrolment.done_keys)
        rows.append(
            (
                enrolment.user.name_in(language()),
                enrolment.organisation.name_in(language()),
                in_language(enrolment.version.titles),
                enrolment.enrolled_at.date(),
                progress.done,
                progress.total,
                enrolment.passed_at.date() if enrolment.passed_at else None,
                enrolment.completed_at.date() if enrolment.completed_at else None,
            )
        )
    return columns, rows


def _index(path: str) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("code", _("Code")),
        Column("organisation", _("Organisation")),
        Column("pcode", _("P-code")),
        Column("as_of", _("As of"), "date"),
        Column("index", _("Index"), "number"),
        Column("low", _("Lower end"), "number"),
        Column("high", _("Upper end"), "number"),
        Column("band", _("Band")),
        Column("coverage", _("Coverage"), "number"),
    )
    run = capacity.newest_run()
    rows = [
        (
            value.organisation.code,
            value.organisation.name_in(language()),
            value.organisation.pcode,
            run.as_of,
            _rounded(value.value),
            _rounded(value.low),
            _rounded(value.high),
            band_name(value.band),
            _rounded(value.coverage),
        )
        for value in (capacity.values_of(run) if run else [])
        if run is not None and value.organisation.path.startswith(path)
    ]
    return columns, rows


def _rounded(share: float | None) -> float | None:
    """A share as it is shown, times hundred with one decimal: no decimals that the interval does not support."""
    return None if share is None else round(share * 100, 1)


def _posts(path: str) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("organisation", _("Organisation")),
        Column("post", _("Post")),
        Column("person", _("Person")),
        Column("since", _("Since"), "date"),
        Column("until", _("Until"), "date"),
    )
    statement = (
        scoped(Post, Permission.SEE_PEOPLE)
        .join(Organisation, Post.organisation_id == Organisation.id)
        .where(Organisation.path.startswith(path))
        .options(
            joinedload(Post.organisation),
            selectinload(Post.incumbencies).joinedload(Incumbency.user),
        )
        .order_by(Organisation.path, Post.key)
    )
    rows: list[tuple[Any, ...]] = []
    for post in db.session.scalars(statement):
        start = (post.organisation.name_in(language()), post.title_in(language()))
        for held in post.incumbencies:
            rows.append((*start, held.user.name_in(language()), held.starts_on, held.ends_on))
        if not post.incumbencies:
            rows.append((*start, "", None, None))
    return columns, rows


def _certificates(path: str) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("code", _("Code")),
        Column("person", _("Person")),
        Column("organisation", _("Organisation")),
        Column("achievement", _("For")),
        Column("issued_on", _("Issued"), "date"),
        Column("expires_on", _("Valid until"), "date"),
        Column("revoked", _("Revoked"), "date"),
    )
    statement = (
        scoped(Certificate, Permission.AWARD)
        .join(Organisation, Certificate.organisation_id == Organisation.id)
        .where(Organisation.path.startswith(path))
        .order_by(Certificate.issued_at)
    )
    rows = [
        (
            one.document["code"],
            one.document["recipient"],
            one.document["organisation"],
            one.document["achievement"],
            one.issued_at.date(),
            one.expires_on,
            one.ended_at.date() if one.revoked_by_id and one.ended_at else None,
        )
        for one in db.session.scalars(statement)
    ]
    return columns, rows


TABLES = {
    "evidence": _evidence,
    "learning": _learning,
    "index": _index,
    "posts": _posts,
    "certificates": _certificates,
}


def kind_for(accepts: type[Document]) -> str:
    """The kind of document that an exporter takes; empty for one that the site does not build."""
    return next((kind for kind, document in ACCEPTS.items() if document is accepts), "")
