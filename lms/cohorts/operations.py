"""Making a cohort, adding and removing its members, closing it."""

from collections.abc import Iterable
from datetime import date, datetime

from lms.accounts.models import Organisation, User
from lms.accounts.once import made_before, once_key
from lms.accounts.rules import Permission
from lms.accounts.session import viewer_of
from lms.audit.operations import record as audit
from lms.cohorts import rules
from lms.cohorts.models import Cohort, CohortMember
from lms.db import db
from lms.db.at_once import hold


def make_cohort(
    title: str,
    *,
    course_key: str,
    organisation: Organisation,
    trainer: User,
    starts_on: date,
    ends_on: date,
    request_key: str,
    by: User,
    at: datetime,
) -> Cohort:
    """Make a cohort; the same form twice is one.

    Args:
        organisation: the one that holds it, in which `by` manages assessments.

    Raises:
        Refused: as `rules.check_cohort`.
    """
    once = once_key(by, request_key)
    known = made_before(Cohort, once)
    if known is not None:
        return known
    trainer_may = viewer_of(trainer).may(Permission.MANAGE_ASSESSMENTS, organisation.path)
    rules.check_cohort(title, starts_on, ends_on, trainer_may=trainer_may)
    made = Cohort(
        once_key=once,
        title=title.strip(),
        course_key=course_key,
        organisation_id=organisation.id,
        trainer_id=trainer.id,
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    _note(made, "cohort.made", by=by, at=at, changes={"title": made.title, "course": course_key})
    return made


def add_members(cohort: Cohort, people: Iterable[User], *, by: User, at: datetime) -> int:
    """Add people whom `by` sees; return how many were not in it before. Who had left is in it again.

    Raises:
        Refused: `cohort.closed`.
    """
    hold(cohort)
    rules.check_open(cohort.closed_at)
    statement = db.select(CohortMember).where(CohortMember.cohort_id == cohort.id)
    known = {member.user_id: member for member in db.session.scalars(statement)}
    added = 0
    for user in people:
        member = known.get(user.id)
        if member is None:
            known[user.id] = member = CohortMember(
                cohort_id=cohort.id, user_id=user.id, joined_at=at
            )
            db.session.add(member)
        elif member.left_at is not None:
            member.joined_at, member.left_at = at, None
        else:
            continue
        added += 1
    db.session.flush()
    if added:
        _note(cohort, "cohort.members-added", by=by, at=at, changes={"count": added})
    return added


def remove_member(cohort: Cohort, member: CohortMember, *, by: User, at: datetime) -> None:
    """Note that somebody left; who has left already stays as they are.

    Raises:
        Refused: `cohort.closed`.
    """
    hold(cohort)
    rules.check_open(cohort.closed_at)
    if member.left_at is None:
        member.left_at = at
        _note(cohort, "cohort.member-removed", by=by, at=at, changes={"user": str(member.user_id)})


def close_cohort(cohort: Cohort, *, by: User, at: datetime) -> None:
    """Close a cohort: its members stay in it, and nobody is added or removed any more. Twice is once."""
    hold(cohort)
    if cohort.closed_at is None:
        cohort.closed_at = at
        _note(cohort, "cohort.closed", by=by, at=at)


def _note(
    cohort: Cohort, action: str, *, by: User, at: datetime, changes: dict[str, object] | None = None
) -> None:
    audit(by, action, cohort, at=at, organisation_id=cohort.organisation_id, changes=changes)
