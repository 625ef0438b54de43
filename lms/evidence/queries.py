"""Reading the ledger: what counts, for whom, and which record it came from."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import joinedload

from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped
from lms.db import db
from lms.db.bulk import read_columns
from lms.db.chunks import in_chunks
from lms.db.types import key_text, millionths
from lms.evidence.models import Evidence, EvidenceEnd

RecordAddress = Callable[[UUID], str]


def counting(statement: Select[Any], as_of: date | None = None) -> Select[Any]:
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


#: Columns of `of_indicators`, in its order.
INDICATOR_COLUMNS = (
    "id", "organisation_id", "indicator", "kind", "value", "unit", "observed_on", "group",
    "numerator", "denominator", "assessor_organisation_id", "record",
)  # fmt: skip


def of_indicators(indicators: Collection[str], as_of: date) -> Iterator[dict[str, tuple[Any, ...]]]:
    """All that counts on the day about some indicators, over the whole site; in the order of its keys.

    It comes as columns of `INDICATOR_COLUMNS`, some thousand rows at a time: keys as text, numbers as whole
    millionths, the record such as ``exercise:…``.
    """
    columns = [
        _PLAIN.get(name, lambda column: column)(getattr(Evidence, name))
        for name in INDICATOR_COLUMNS[:-1]
    ]
    statement = (
        everywhere(*columns, record_text())
        .where(Evidence.indicator.in_(indicators))
        .order_by(Evidence.id)
    )
    for part in read_columns(counting(statement, as_of)):
        yield dict(zip(INDICATOR_COLUMNS, part, strict=True))


#: How long columns are read past the making of an object for each cell.
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "id": key_text,
    "organisation_id": key_text,
    "assessor_organisation_id": key_text,
    "value": millionths,
    "numerator": millionths,
    "denominator": millionths,
}


def record_text() -> ColumnElement[str]:
    """The record that a piece came from, such as ``exercise:…``."""
    return Evidence.record_kind + ":" + key_text(Evidence.record_id)


def records_about_people(
    records: Collection[tuple[str, UUID]], as_of: date
) -> set[tuple[str, UUID]]:
    """Those of some records, by kind and key, from which something counts on the day about a person."""
    found: set[tuple[str, UUID]] = set()
    record = Evidence.record_kind, Evidence.record_id
    for some in in_chunks(sorted(records)):
        statement = everywhere(*record).where(Evidence.competency != "", tuple_(*record).in_(some))
        found.update(map(tuple, db.session.execute(counting(statement.distinct(), as_of))))
    return found


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
