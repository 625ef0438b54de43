"""Overrides: other rules for one person or one cohort, granted with a reason, withdrawn but never deleted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Organisation, User
from lms.accounts.once import made_before, once_key
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped
from lms.assessments import operations
from lms.assessments.models import IN_PROGRESS, Attempt, Override
from lms.assessments.rules import Allowance, Rules, check_does_something
from lms.assessments.standing import allowances_of
from lms.audit.operations import record as audit
from lms.cohorts.models import Cohort, CohortMember
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused

MOST_MINUTES = 24 * 60
MOST_ATTEMPTS = 20


def grant(
    assessment: Rules,
    organisation: Organisation,
    allowance: Allowance,
    *,
    user: User | None = None,
    cohort: Cohort | None = None,
    reason: str,
    request_key: str,
    by: User,
    at: datetime,
) -> Override:
    """Grant an override; it holds at once, also for attempts that are under way. The same form twice is one.

    Args:
        organisation: the one that grants it, in which `by` manages assessments.

    Raises:
        Refused: `override.whom` unless it is for exactly one of a person and a cohort, `override.own`,
            `override.reason`, `override.nothing` when it changes nothing, `override.much`, `override.order`; as
            `rules.check_does_something`.
    """
    if (user is None) == (cohort is None):
        raise Refused("override.whom")
    if user is not None and user.id == by.id:
        raise Refused("override.own")
    if not reason.strip():
        raise Refused("override.reason")
    if allowance == Allowance():
        raise Refused("override.nothing")
    if allowance.extra_minutes > MOST_MINUTES or allowance.extra_attempts > MOST_ATTEMPTS:
        raise Refused("override.much", minutes=MOST_MINUTES, attempts=MOST_ATTEMPTS)
    if allowance.opens_at and allowance.closes_at and allowance.opens_at >= allowance.closes_at:
        raise Refused("override.order")
    check_does_something(assessment, allowance)
    once = once_key(by, request_key)
    known = made_before(Override, once)
    if known is not None:
        return known
    made = Override(
        once_key=once,
        assessment_key=assessment["key"],
        organisation_id=organisation.id,
        user_id=user.id if user else None,
        cohort_id=cohort.id if cohort else None,
        extra_minutes=allowance.extra_minutes,
        extra_attempts=allowance.extra_attempts,
        opens_at=allowance.opens_at,
        closes_at=allowance.closes_at,
        reason=reason.strip(),
        by_id=by.id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    _hold(made, assessment)
    audit(
        by,
        "override.granted",
        made,
        at=at,
        organisation_id=organisation.id,
        changes={"assessment": assessment["key"], "reason": made.reason},
    )
    return made


def withdraw(override: Override, assessment: Rules, *, reason: str, by: User, at: datetime) -> None:
    """Withdraw an override: attempts under way go by the rules without it from now on. The reason stays.

    Raises:
        Refused: `override.withdrawn` when it was withdrawn before, `override.reason`.
    """
    hold(override)
    if override.withdrawn_at is not None:
        raise Refused("override.withdrawn")
    if not reason.strip():
        raise Refused("override.reason")
    override.withdrawn_at, override.withdrawn_by_id = at, by.id
    override.withdrawn_reason = reason.strip()
    db.session.flush()
    _hold(override, assessment)
    audit(
        by,
        "override.withdrawn",
        override,
        at=at,
        organisation_id=override.organisation_id,
        changes={"assessment": assessment["key"], "reason": override.withdrawn_reason},
    )


def _people(override: Override) -> Sequence[UUID]:
    if override.user_id is not None:
        return [override.user_id]
    return db.session.scalars(
        select(CohortMember.user_id).where(
            CohortMember.cohort_id == override.cohort_id, CohortMember.left_at.is_(None)
        )
    ).all()


def _hold(override: Override, assessment: Rules) -> None:
    """Let the change reach the attempts that are under way."""
    for attempt in _under_way(_people(override), override.assessment_key):
        allowances = allowances_of(attempt.user, override.assessment_key)
        operations.move_deadline(attempt, allowances, assessment)


def _under_way(user_ids: Sequence[UUID], assessment_key: str) -> list[Attempt]:
    """The attempts of some people at an assessment that are under way."""
    statement = everywhere(Attempt).where(
        Attempt.user_id.in_(user_ids),
        Attempt.assessment_key == assessment_key,
        Attempt.state == IN_PROGRESS,
    )
    return list(db.session.scalars(statement))


def overrides_of(assessment_key: str) -> list[Override]:
    """The overrides of an assessment that the viewer manages, the newest first, withdrawn ones too."""
    statement = (
        scoped(Override, Permission.MANAGE_ASSESSMENTS)
        .where(Override.assessment_key == assessment_key)
        .options(
            joinedload(Override.user),
            joinedload(Override.cohort),
            joinedload(Override.by),
            joinedload(Override.withdrawn_by),
        )
        .order_by(Override.made_at.desc(), Override.id.desc())
    )
    return list(db.session.scalars(statement))
