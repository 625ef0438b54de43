"""Writing to the trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from uuid_utils.compat import uuid7

from lms.audit.models import AuditEntry
from lms.db import db
from lms.db.bulk import insert_rows


class Doer(Protocol):
    """Whoever can be named in the trail: a user."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One of many deeds of a kind: the id of the row that it was done to; `changes` as in `record`."""

    thing_id: UUID
    organisation_id: UUID | None = None
    changes: dict[str, Any] = field(default_factory=dict)


def record(
    by: Doer | None,
    action: str,
    thing: Any,
    *,
    at: datetime,
    organisation_id: UUID | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Append a deed: `thing` is the row that it was done to; `changes` holds JSON values and no secrets."""
    record_all(
        by, action, thing.__tablename__, [Deed(thing.id, organisation_id, changes or {})], at=at
    )


def record_all(
    by: Doer | None, action: str, thing_kind: str, deeds: Sequence[Deed], *, at: datetime
) -> None:
    """Append many deeds of a kind, done to rows of the table `thing_kind`, in one statement for all."""
    # What was done is written before what is said of it.
    db.session.flush()
    insert_rows(AuditEntry, [_entry(by, action, thing_kind, deed, at) for deed in deeds])


def _entry(
    by: Doer | None, action: str, thing_kind: str, deed: Deed, at: datetime
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "at": at,
        "by_id": by.id if by else None,
        "by_name": by.name if by else "",
        "action": action,
        "thing_kind": thing_kind,
        "thing_id": deed.thing_id,
        "organisation_id": deed.organisation_id,
        "changes": deed.changes,
    }
