"""Certificates for pages; the public page asks by code alone."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import joinedload

from lms import clock
from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped, scoped_get
from lms.certificates.models import Certificate
from lms.db import db
from lms.learning.models import Enrolment


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


def enrolment(key: UUID) -> Enrolment | None:
    """An enrolment of an organisation in which the viewer awards."""
    return scoped_get(Enrolment, key, Permission.AWARD)


def card(user: User) -> dict[str, Any] | None:
    """What the home page says of a person's certificates."""
    held = [one for one in of_person(user) if one.state(clock.today()).value == "valid"]
    return {"certificates": held} if held else None
