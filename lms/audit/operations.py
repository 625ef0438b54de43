"""Writing to the trail."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from lms.audit.models import AuditEntry
from lms.db import db


class Doer(Protocol):
    """Whoever can be named in the trail: a user."""

    id: UUID
    name: str


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
    db.session.add(
        AuditEntry(
            at=at,
            by_id=by.id if by else None,
            by_name=by.name if by else "",
            action=action,
            thing_kind=thing.__tablename__,
            thing_id=thing.id,
            organisation_id=organisation_id,
            changes=changes or {},
        )
    )
