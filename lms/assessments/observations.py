"""Observed tasks for pages: those that wait for one's signature, one's own, those one recorded."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped_get, unscoped
from lms.assessments.models import PracticalObservation
from lms.db import db
from lms.web import paging


def readable(key: UUID, user: User) -> PracticalObservation | None:
    """An observed task: one's own, one that one recorded, or of somebody whose results one may see."""
    found = scoped_get(PracticalObservation, key, Permission.SEE_RESULTS)
    if found is not None:
        return found
    recorded = select(PracticalObservation).where(
        PracticalObservation.id == key, PracticalObservation.observer_id == user.id
    )
    return db.session.scalar(unscoped(recorded))


def own(key: UUID, user: User) -> PracticalObservation | None:
    """An observed task of one's own."""
    statement = everywhere(PracticalObservation).where(
        PracticalObservation.id == key, PracticalObservation.user_id == user.id
    )
    return db.session.scalar(statement)


def of_person(user: User) -> list[PracticalObservation]:
    """One's own observed tasks: those that wait for a signature first, then the newest."""
    statement = (
        everywhere(PracticalObservation)
        .where(PracticalObservation.user_id == user.id)
        .options(joinedload(PracticalObservation.observer))
        .order_by(
            PracticalObservation.countersigned_at.is_not(None),
            PracticalObservation.observed_on.desc(),
            PracticalObservation.id,
        )
    )
    return list(db.session.scalars(statement))


def to_sign(user: User) -> list[PracticalObservation]:
    """One's own observed tasks that wait for one's signature."""
    return [one for one in of_person(user) if one.countersigned_at is None]


def recorded_by(user: User, page: int) -> list[PracticalObservation]:
    """The tasks that one observed, newest first; one more than a page holds."""
    statement = (
        select(PracticalObservation)
        .where(PracticalObservation.observer_id == user.id)
        .options(joinedload(PracticalObservation.user))
        .order_by(PracticalObservation.recorded_at.desc(), PracticalObservation.id)
    )
    return list(db.session.scalars(unscoped(paging.window(statement, page))))


def card(user: User) -> dict[str, Any] | None:
    """What the home page says: observations that wait for one's signature."""
    found = to_sign(user)
    return {"observations": found, "kind": "turn"} if found else None
