"""Reading the ledger: what counts, for whom, and which record it came from."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped
from lms.db import db
from lms.evidence.models import Evidence, EvidenceEnd

RecordAddress = Callable[[UUID], str]


def counting(statement: Select[Evidence], as_of: date | None = None) -> Select[Evidence]:
    """Narrow a selection of evidence to what counts: not ended, and observed by the day.

    On a day in the past it is what counted then: a piece that was withdrawn or superseded later still counts,
    and what took its place does not yet. So of each piece and its corrections one counts at most, and a run of
    that day computed today is the run of that day. Days are those of UTC.
    """
    ended = select(EvidenceEnd.id).where(EvidenceEnd.evidence_id == Evidence.id)
    if as_of is None:
        return statement.where(~ended.exists())
    next_day = datetime.combine(as_of, time.min, UTC) + timedelta(days=1)
    came_later = select(EvidenceEnd.successor_id).where(
        EvidenceEnd.at >= next_day, EvidenceEnd.successor_id.is_not(None)
    )
    return statement.where(
        Evidence.observed_on <= as_of,
        ~ended.where(EvidenceEnd.at < next_day).exists(),
        Evidence.id.not_in(came_later),
    )


def for_index(as_of: date) -> list[Evidence]:
    """Everything that counts on the day, for a computation over the whole site; sorted by key."""
    return list(db.session.scalars(counting(everywhere(Evidence), as_of).order_by(Evidence.id)))


def of_person(user_id: UUID, as_of: date | None = None) -> list[Evidence]:
    """What counts about one person, newest first. Whether the viewer may see the person is asked before."""
    return of_people([user_id], as_of)


def of_people(user_ids: Collection[UUID], as_of: date | None = None) -> list[Evidence]:
    """What counts about some people, newest first, with the organisations it was recorded in and assessed by.

    Whether the viewer may see the people is asked before.
    """
    statement = (
        everywhere(Evidence)
        .where(Evidence.user_id.in_(user_ids), Evidence.competency != "")
        .options(joinedload(Evidence.organisation), joinedload(Evidence.assessor))
        .order_by(Evidence.observed_on.desc(), Evidence.id)
    )
    return list(db.session.scalars(counting(statement, as_of)))


def get(piece_id: UUID) -> Evidence | None:
    """One piece, if the viewer may see it: one's own, or of an organisation whose results one may see."""
    statement = (
        scoped(Evidence, Permission.SEE_RESULTS)
        .where(Evidence.id == piece_id)
        .options(
            joinedload(Evidence.end), joinedload(Evidence.organisation), joinedload(Evidence.user)
        )
    )
    return db.session.scalar(statement)


def register_record(app: Flask, record_kind: str, address: RecordAddress) -> None:
    """Say where records of a kind have their page; called by source features in `init_app`."""
    app.extensions.setdefault("lms.evidence.records", {})[record_kind] = address


def record_address(piece: Evidence) -> str | None:
    """The page of the record that a piece of evidence came from, or None when its feature has none."""
    address = current_app.extensions.get("lms.evidence.records", {}).get(piece.record_kind)
    return address(piece.record_id) if address else None
