"""Certificates for pages; the public page asks by code alone."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lms import clock
from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped, scoped_get
from lms.assessments.dependants import Dependant, Depended
from lms.certificates.models import Certificate
from lms.db import db
from lms.learning.models import Enrolment
from lms.web.language import day_text

#: People asked about at once.
CHUNK = 500


def by_code(code: str) -> Certificate | None:
    """The certificate with a code, whoever asks: that is what the code is for."""
    return (
        db.session.scalar(everywhere(Certificate).where(Certificate.code == code)) if code else None
    )


def get(key: UUID) -> Certificate | None:
    """A certificate that the viewer holds, or of an organisation in which they award."""
    return scoped_get(Certificate, key, Permission.AWARD)


def of_person(user: User) -> list[Certificate]:
    """A person's own certificates, newest first."""
    statement = everywhere(Certificate).where(Certificate.user_id == user.id)
    return list(db.session.scalars(statement.order_by(Certificate.issued_at.desc())))


def issued() -> list[Certificate]:
    """Certificates of the organisations in which the viewer awards, newest first."""
    statement = (
        scoped(Certificate, Permission.AWARD)
        .options(joinedload(Certificate.user), joinedload(Certificate.organisation))
        .order_by(Certificate.issued_at.desc())
        .limit(200)
    )
    return list(db.session.scalars(statement))


def eligible() -> list[Enrolment]:
    """Completed enrolments without a certificate in force, in organisations in which the viewer awards."""
    certified = everywhere(Certificate.id).where(
        Certificate.user_id == Enrolment.user_id,
        Certificate.course_key == Enrolment.course_key,
        Certificate.ended_at.is_(None),
    )
    statement = (
        scoped(Enrolment, Permission.AWARD)
        .where(
            Enrolment.completed_at.is_not(None),
            Enrolment.passed_at.is_not(None),
            ~certified.exists(),
        )
        .options(joinedload(Enrolment.user), joinedload(Enrolment.organisation))
        .order_by(Enrolment.completed_at)
    )
    return list(db.session.scalars(statement))


def to_be_looked_at() -> list[Certificate]:
    """Certificates in force whose course is no longer completed, in organisations in which the viewer awards.

    A regrade or a void attempt took the pass away; the certificate stays until somebody revokes it with a reason.
    """
    open_again = select(Enrolment.id).where(
        Enrolment.user_id == Certificate.user_id,
        Enrolment.course_key == Certificate.course_key,
        or_(Enrolment.completed_at.is_(None), Enrolment.passed_at.is_(None)),
    )
    statement = (
        scoped(Certificate, Permission.AWARD)
        .where(Certificate.ended_at.is_(None), open_again.exists())
        .options(joinedload(Certificate.user), joinedload(Certificate.organisation))
        .order_by(Certificate.issued_at, Certificate.id)
    )
    return list(db.session.scalars(statement))


def on_attempts(attempts: Sequence[Depended]) -> dict[UUID, list[Dependant]]:
    """The certificate in force for the same person and course, by attempt; for `lms.assessments.dependants`."""
    people = sorted({one.user_id for one in attempts})
    courses = {one.assessment.get("course") for one in attempts}
    held: dict[tuple[UUID, str | None], list[Dependant]] = defaultdict(list)
    for start in range(0, len(people), CHUNK):
        statement = everywhere(Certificate).where(
            Certificate.user_id.in_(people[start : start + CHUNK]),
            Certificate.course_key.in_(courses),
            Certificate.ended_at.is_(None),
        )
        for certificate in db.session.scalars(statement):
            label = _(
                "Certificate “%(title)s” of %(day)s",
                title=certificate.document["achievement"],
                day=day_text(certificate.issued_at),
            )
            address = url_for("certificates.show", key=certificate.id)
            held[certificate.user_id, certificate.course_key].append((label, address))
    return {
        one.id: held[one.user_id, one.assessment.get("course")]
        for one in attempts
        if (one.user_id, one.assessment.get("course")) in held
    }


def enrolment(key: UUID) -> Enrolment | None:
    """An enrolment of an organisation in which the viewer awards."""
    return scoped_get(Enrolment, key, Permission.AWARD)


def card(user: User) -> dict[str, Any] | None:
    """What the home page says of a person's certificates."""
    held = [one for one in of_person(user) if one.state(clock.today()).value == "valid"]
    return {"certificates": held} if held else None
