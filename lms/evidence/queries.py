"""Reading the ledger: what counts, for whom, and which record it came from."""

from collections.abc import Callable
from datetime import date
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
    """Narrow a selection of evidence to what counts: not ended, and observed by the day."""
    statement = statement.where(
        ~select(EvidenceEnd.id).where(EvidenceEnd.evidence_id == Evidence.id).exists()
    )
    if as_of is not None:
        statement = statement.where(Evidence.observed_on <= as_of)
    return statement


def for_index(as_of: date) -> list[Evidence]:
    """Everything that counts on the day, for a computation over the whole site; sorted by key."""
    return list(db.session.scalars(counting(everywhere(Evidence), as_of).order_by(Evidence.id)))


def of_person(user_id: UUID, as_of: date | None = None) -> list[Evidence]:
    """What counts about one person, newest first. Whether the viewer may see the person is asked before."""
    statement = everywhere(Evidence).where(Evidence.user_id == user_id, Evidence.competency != "")
    return list(
        db.session.scalars(
            counting(statement, as_of).order_by(Evidence.observed_on.desc(), Evidence.id)
        )
    )


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
