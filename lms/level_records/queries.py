"""Level records for pages: one's own, those that wait for one, one by its key."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import User
from lms.accounts.queries import home_organisation_id, may_in
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, organisations_within, scoped_get, unscoped, viewer
from lms.db import db
from lms.evidence.models import Evidence
from lms.level_records.models import RECORD, ImprovementUse, LevelRecord
from lms.level_records.rules import RecordKind, State
from lms.web import paging

#: Records that a page shows of those that wait for somebody.
MOST_WAITING = 50


def _may_confirm(user: User) -> ColumnElement[bool]:
    """The condition on a record that the person may confirm it, or say that it is not so.

    Coaching: whoever was coached, and who confirms work in their organisation. An improvement: who confirms work
    in an organisation that uses it, other than its author's, and does not belong to the author's. Never oneself.
    """
    within = organisations_within(Permission.CONFIRM_WORK)
    home = home_organisation_id(user)
    used = select(ImprovementUse.record_id).where(
        ImprovementUse.organisation_id.in_(within),
        ImprovementUse.organisation_id != LevelRecord.organisation_id,
    )
    elsewhere = LevelRecord.organisation_id != home if home is not None else false()
    return and_(
        LevelRecord.user_id != user.id,
        or_(
            and_(
                LevelRecord.kind == RecordKind.COACHING,
                or_(
                    LevelRecord.coachee_id == user.id,
                    LevelRecord.coachee_organisation_id.in_(within),
                ),
            ),
            and_(
                LevelRecord.kind == RecordKind.IMPROVEMENT,
                elsewhere,
                LevelRecord.id.in_(used.correlate(LevelRecord)),
            ),
        ),
    )


def _shown(statement: Any) -> Any:
    return unscoped(statement).options(
        joinedload(LevelRecord.user),
        joinedload(LevelRecord.coachee),
        joinedload(LevelRecord.coachee_organisation),
        joinedload(LevelRecord.organisation),
        selectinload(LevelRecord.used_by).joinedload(ImprovementUse.organisation),
    )


def waiting_for(user: User) -> list[LevelRecord]:
    """The records that wait for one's word, the oldest first."""
    statement = (
        select(LevelRecord)
        .where(
            _may_confirm(user),
            LevelRecord.confirmed_at.is_(None),
            LevelRecord.withdrawn_at.is_(None),
        )
        .order_by(LevelRecord.recorded_at, LevelRecord.id)
        .limit(MOST_WAITING)
    )
    return list(db.session.scalars(_shown(statement)))


def of_person(user: User, page: int) -> list[LevelRecord]:
    """Records about oneself, by oneself or confirmed by oneself, newest first; one more than a page holds."""
    statement = (
        select(LevelRecord)
        .where(
            or_(
                LevelRecord.user_id == user.id,
                LevelRecord.coachee_id == user.id,
                LevelRecord.recorded_by_id == user.id,
                LevelRecord.confirmed_by_id == user.id,
            )
        )
        .order_by(LevelRecord.recorded_at.desc(), LevelRecord.id)
    )
    return list(db.session.scalars(_shown(paging.window(statement, page))))


def may_confirm(record: LevelRecord, user: User) -> bool:
    """Whether the viewer may confirm a record, whatever its state."""
    statement = select(LevelRecord.id).where(LevelRecord.id == record.id, _may_confirm(user))
    return db.session.scalar(unscoped(statement)) is not None


def may_withdraw(record: LevelRecord, user: User) -> bool:
    """Whether the viewer may withdraw it: who recorded it, who confirmed or may confirm it, administrators."""
    if record.state is State.WITHDRAWN:
        return False
    if user.id in (record.recorded_by_id, record.confirmed_by_id):
        return True
    return may_in(Permission.ADMINISTER, record.organisation) or may_confirm(record, user)


def readable(key: UUID, user: User) -> LevelRecord | None:
    """A record that one has part in, that waits for one, or of somebody whose results one may see."""
    found = scoped_get(LevelRecord, key, Permission.SEE_RESULTS)
    if found is not None:
        return found
    statement = select(LevelRecord).where(LevelRecord.id == key, _may_confirm(user))
    return db.session.scalar(unscoped(statement))


def evidence_of(record: LevelRecord) -> Sequence[Evidence]:
    """The evidence that followed from a record, newest first, ended or not; none that the viewer may not open."""
    who = viewer()
    if who is None or not (
        who.user_id == record.user_id or who.may(Permission.SEE_RESULTS, record.organisation.path)
    ):
        return []
    statement = (
        everywhere(Evidence)
        .where(Evidence.record_kind == RECORD, Evidence.record_id == record.id)
        .options(joinedload(Evidence.end))
        .order_by(Evidence.id.desc())
    )
    return db.session.scalars(statement).all()


def names_coachee(record: LevelRecord) -> bool:
    """Whether the viewer may read the name of whoever was coached: a sign-in name alone gives nobody's away."""
    who = viewer()
    if who is None or record.coachee_organisation is None:
        return False
    return (
        record.confirmed_at is not None
        or who.user_id == record.coachee_id
        or who.may(Permission.SEE_PEOPLE, record.coachee_organisation.path)
    )


def card(user: User) -> dict[str, Any] | None:
    """What the home page says: records that wait for one's word."""
    found = waiting_for(user)
    return {"records": found, "kind": "turn"} if found else None
