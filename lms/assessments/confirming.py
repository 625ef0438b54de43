"""A supervisor confirms that a person applied a competency at work: recorded once, and evidence from then on.

The level practitioner asks for such a record beside an observed task (`lms.competencies.rules`). In the index it
is also who verified what others assessed, whatever the level.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.accounts.once import made_before, once_key
from lms.accounts.queries import home_organisation
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped_get, unscoped
from lms.assessments.models import WorkConfirmation
from lms.audit.operations import record as audit
from lms.courses.library import framework
from lms.db import db
from lms.errors import Refused
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.evidence.operations import record, withdraw
from lms.web import paging

#: The record behind the evidence, by the name that evidence has for it.
RECORD = "work-confirmation"


def confirm_work(
    user: User,
    competency: str,
    *,
    observed_on: date,
    seen: str,
    work_record: str = "",
    request_key: str,
    by: User,
    at: datetime,
) -> WorkConfirmation:
    """Record that the person applied the competency at work, and its evidence; the same form twice is one.

    Raises:
        Refused: `confirmation.own`, `confirmation.future`, `confirmation.seen`, `confirmation.competency`,
            `attempt.nowhere`.
    """
    if by.id == user.id:
        raise Refused("confirmation.own")
    if observed_on > at.date():
        raise Refused("confirmation.future", day=observed_on)
    if not seen.strip():
        raise Refused("confirmation.seen")
    if competency not in {one.key for _domain, one in framework().competencies()}:
        raise Refused("confirmation.competency", key=competency)
    once = once_key(by, request_key)
    known = made_before(WorkConfirmation, once)
    if known is not None:
        return known
    organisation, supervising = home_organisation(user), home_organisation(by)
    if organisation is None:
        raise Refused("attempt.nowhere")
    made = WorkConfirmation(
        once_key=once,
        user_id=user.id,
        organisation_id=organisation.id,
        supervisor_id=by.id,
        supervisor_organisation_id=supervising.id if supervising else None,
        competency=competency,
        observed_on=observed_on,
        seen=seen.strip(),
        work_record=work_record.strip(),
        recorded_at=at,
    )
    db.session.add(made)
    db.session.flush()
    record(fact_of(made), by=by, at=at)
    audit(by, "work.confirmed", made, at=at, organisation_id=organisation.id)
    return made


def fact_of(made: WorkConfirmation) -> Fact:
    """A confirmation as evidence: it was applied, which is 1; there is no half of it."""
    return Fact(
        once_key=_once_key(made),
        kind=Kind.WORK_CONFIRMATION,
        organisation_id=made.organisation_id,
        user_id=made.user_id,
        competency=made.competency,
        level="practitioner",
        value=Decimal(1),
        observed_on=made.observed_on,
        record_kind=RECORD,
        record_id=made.id,
        group=f"user:{made.user_id}",
        assessor_organisation_id=made.supervisor_organisation_id,
    )


def _once_key(made: WorkConfirmation) -> str:
    return f"{RECORD}:{made.id}"


def evidence_of(made: WorkConfirmation) -> Evidence:
    """The evidence of a confirmation, ended or not."""
    statement = everywhere(Evidence).where(Evidence.once_key == _once_key(made))
    return db.session.scalars(statement).one()


def withdraw_confirmation(made: WorkConfirmation, *, reason: str, by: User, at: datetime) -> None:
    """Let a confirmation count no longer, and say why; it stays readable. For whoever gave it.

    Raises:
        Refused: as `lms.evidence.operations.withdraw`, such as `evidence.ended` where it was withdrawn before.
    """
    withdraw(evidence_of(made), reason=reason, by=by, at=at)


def readable(key: UUID, user: User) -> WorkConfirmation | None:
    """A confirmation: one about oneself, one that one gave, or of somebody whose results one may see."""
    found = scoped_get(WorkConfirmation, key, Permission.SEE_RESULTS)
    if found is not None:
        return found
    given = select(WorkConfirmation).where(
        WorkConfirmation.id == key, WorkConfirmation.supervisor_id == user.id
    )
    return db.session.scalar(unscoped(given))


def given_by(user: User, page: int) -> list[WorkConfirmation]:
    """What one confirmed, newest first; one more than a page holds."""
    statement = (
        select(WorkConfirmation)
        .where(WorkConfirmation.supervisor_id == user.id)
        .options(joinedload(WorkConfirmation.user))
        .order_by(WorkConfirmation.recorded_at.desc(), WorkConfirmation.id)
    )
    return list(db.session.scalars(unscoped(paging.window(statement, page))))
