"""Supervised sittings: a supervisor opens one, reads its code aloud, and sees who begins and who hands in."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import joinedload

from lms.accounts.credentials import check_tries, count_failure
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission, new_code, normal_code
from lms.accounts.scope import everywhere, scoped, scoped_get
from lms.accounts.session import Person
from lms.assessments.answers import read_answers
from lms.assessments.models import Attempt, Sitting
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused

#: Six signs hold 30 bits: enough for a code that works for hours, in one assessment, for people who are signed in.
CODE_LENGTH = 6
LONGEST = timedelta(hours=24)


def open_sitting(assessment_key: str, typed: str, *, at: datetime) -> Sitting | None:
    """The sitting whose code was typed; None when none was typed.

    Raises:
        Refused: `sitting.code` when no sitting of this assessment is open under that code.
    """
    code = normal_code(typed)
    if not code:
        return None
    statement = everywhere(Sitting).where(
        Sitting.assessment_key == assessment_key,
        Sitting.code == code,
        Sitting.opens_at <= at,
        Sitting.closes_at > at,
    )
    found = db.session.scalar(statement)
    if found is None:
        raise Refused("sitting.code")
    return found


def admit(user: Person, assessment_key: str, typed: str, *, at: datetime) -> Sitting | None:
    """As `open_sitting`, for somebody who types: wrong codes are counted, as wrong passwords are.

    The caller commits, also when this is refused.

    Raises:
        Refused: `sitting.code`; `sign-in.wait` with the `seconds` when too many codes were wrong.
    """
    if not normal_code(typed):
        # Nothing was guessed.
        return None
    counted_as, address = f"sitting {user.sign_in_name}", f"user {user.id}"
    check_tries(counted_as, address=address, at=at)
    try:
        return open_sitting(assessment_key, typed, at=at)
    except Refused:
        count_failure(counted_as, address=address, at=at)
        db.session.flush()
        raise


def hold_sitting(
    assessment_key: str,
    organisation: Organisation,
    *,
    opens_at: datetime,
    closes_at: datetime,
    place: str,
    by: User,
    at: datetime,
) -> Sitting:
    """Open a sitting with a code of its own.

    Raises:
        Refused: `sitting.order` when it ends before it begins or is over, `sitting.long` beyond 24 hours.
    """
    if closes_at <= opens_at or closes_at <= at:
        raise Refused("sitting.order")
    if closes_at - opens_at > LONGEST:
        raise Refused("sitting.long")
    made = Sitting(
        assessment_key=assessment_key,
        organisation_id=organisation.id,
        supervisor_id=by.id,
        place=place.strip(),
        code=new_code(CODE_LENGTH),
        opens_at=opens_at,
        closes_at=closes_at,
    )
    db.session.add(made)
    db.session.flush()
    audit(by, "sitting.opened", made, at=at, organisation_id=organisation.id)
    return made


def close_sitting(sitting: Sitting, remark: str, *, by: User, at: datetime) -> None:
    """Close a sitting to newcomers and keep the supervisor's remark; attempts begun go on to their deadline."""
    hold(sitting)
    sitting.closes_at = min(sitting.closes_at, max(at, sitting.opens_at))
    sitting.remark = remark.strip()
    db.session.flush()
    audit(by, "sitting.closed", sitting, at=at, organisation_id=sitting.organisation_id)


def sittings(assessment_key: str) -> list[Sitting]:
    """The sittings of an assessment that the viewer supervises, newest first."""
    statement = (
        scoped(Sitting, Permission.SUPERVISE)
        .where(Sitting.assessment_key == assessment_key)
        .options(joinedload(Sitting.organisation), joinedload(Sitting.supervisor))
        .order_by(Sitting.opens_at.desc(), Sitting.id.desc())
    )
    return list(db.session.scalars(statement))


def sitting(key: UUID) -> Sitting | None:
    """One sitting that the viewer supervises."""
    return scoped_get(Sitting, key, Permission.SUPERVISE)


def attempts_in(sitting: Sitting) -> list[Attempt]:
    """Who began in a sitting; a supervisor sees everybody in the room, whatever their organisation."""
    statement = (
        everywhere(Attempt)
        .where(Attempt.sitting_id == sitting.id)
        .options(joinedload(Attempt.user))
        .order_by(Attempt.started_at)
    )
    found = list(db.session.scalars(statement))
    read_answers(found)
    return found
