"""Awarding, correcting, revoking."""

from datetime import UTC, datetime

from flask import current_app
from flask_babel import force_locale

from lms.accounts.models import Organisation, User
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.certificates import rules
from lms.certificates.models import Certificate
from lms.competencies.queries import level_titles, profile, titles
from lms.competencies.rules import months_after
from lms.courses.library import library
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.learning.models import Enrolment
from lms.web.language import in_language


def in_force(user: User, course_key: str) -> Certificate | None:
    """The certificate of a person for a course that has not ended."""
    return db.session.scalar(
        everywhere(Certificate).where(
            Certificate.user_id == user.id,
            Certificate.course_key == course_key,
            Certificate.ended_at.is_(None),
        )
    )


def award(enrolment: Enrolment, *, language: str, by: User, at: datetime) -> Certificate:
    """Issue the certificate of a completed course; asked twice, it is one certificate.

    Raises:
        Refused: `certificate.incomplete` while lessons or a passed assessment are missing,
            `certificate.own` to the person it would certify.
    """
    known = in_force(enrolment.user, enrolment.course_key)
    if known is not None and known.state(at.date()) is rules.State.VALID:
        return known
    if enrolment.completed_at is None or enrolment.passed_at is None:
        raise Refused("certificate.incomplete", name=enrolment.user.name)
    if by.id == enrolment.user_id:
        raise Refused("certificate.own")
    certificate = _issue(enrolment, language=language, by=by, at=at)
    _put_in_force(certificate, known, at)
    audit(by, "certificate.issued", certificate, at=at, organisation_id=certificate.organisation_id)
    return certificate


def reissue(
    certificate: Certificate, enrolment: Enrolment, *, by: User, at: datetime
) -> Certificate:
    """Issue a corrected certificate, with today's names, that supersedes this one and is linked to it.

    Raises:
        Refused: `certificate.ended` when it ended before.
    """
    hold(certificate)
    if certificate.ended_at is not None:
        raise Refused("certificate.ended")
    corrected = _issue(enrolment, language=certificate.language, by=by, at=at)
    _put_in_force(corrected, certificate, at)
    audit(by, "certificate.reissued", corrected, at=at, organisation_id=corrected.organisation_id)
    return corrected


def _put_in_force(certificate: Certificate, former: Certificate | None, at: datetime) -> None:
    if former is not None:
        # The old one leaves the place in force before the new one takes it.
        former.ended_at = at
        db.session.flush()
    db.session.add(certificate)
    db.session.flush()
    if former is not None:
        former.successor_id = certificate.id


def _issue(enrolment: Enrolment, *, language: str, by: User, at: datetime) -> Certificate:
    course = library().courses[enrolment.course_key]
    code = rules.new_code()
    day = at.astimezone(UTC).date()
    expires = months_after(day, rules.VALID_MONTHS)
    levels, names = level_titles(), titles()
    held = {line.key: line.standing.level for line in profile(enrolment.user, day)}
    with force_locale(language):
        document = {
            "title": in_language(course.title, course.language),
            "language": language,
            "site_name": current_app.config["SITE_NAME"],
            "made_at": at.isoformat(),
            "code": rules.shown_code(code),
            "verify_url": verify_address(code),
            "recipient": enrolment.user.name_in(language),
            "organisation": enrolment.organisation.name_in(language),
            "achievement": in_language(course.title, course.language),
            "competencies": [
                {
                    "title": in_language(names[one.key]),
                    "level": in_language(levels.get(held.get(one.key, 0))),
                }
                for one in course.competencies
                if one.key in names
            ],
            "issuer": _issuer(enrolment).name_in(language),
            "issued_on": day.isoformat(),
            "expires_on": expires.isoformat(),
        }
    return Certificate(
        code=code,
        user=enrolment.user,
        organisation=enrolment.organisation,
        course_key=enrolment.course_key,
        language=language,
        document=document,
        issued_at=at,
        issued_by_id=by.id,
        expires_on=expires,
    )


def _issuer(enrolment: Enrolment) -> Organisation:
    """The body at the root of the tree that the person belongs to."""
    body = enrolment.organisation
    while body.parent is not None:
        body = body.parent
    return body


def verify_address(code: str) -> str:
    """The public page of a code, absolute where the site's address is known."""
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}/verify/{code}"


def revoke(certificate: Certificate, *, reason: str, by: User, at: datetime) -> None:
    """Revoke a certificate; its page says so from now on.

    Raises:
        Refused: `certificate.reason` without a reason, `certificate.ended` when it ended before.
    """
    reason = rules.check_reason(reason)
    hold(certificate)
    if certificate.ended_at is not None:
        raise Refused("certificate.ended")
    certificate.ended_at, certificate.revoked_by_id = at, by.id
    certificate.revoke_reason = reason
    audit(
        by,
        "certificate.revoked",
        certificate,
        at=at,
        organisation_id=certificate.organisation_id,
        changes={"reason": reason},
    )
