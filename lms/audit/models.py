"""The trail's one table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Identified
from lms.db.types import UtcDateTime


class AuditEntry(Identified, Base):
    """One deed. Names are kept as they were, so that the trail reads on when people leave."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "thing_kind", "thing_id"), Index(None, "at"))

    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who did it; empty for the system itself.
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_name: Mapped[str] = mapped_column(Text)
    #: Dotted and in the past tense, such as ``exercise.closed``.
    action: Mapped[str] = mapped_column(Text)
    thing_kind: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[UUID | None] = mapped_column(Uuid)
    #: The organisation whose administrators may read the entry; empty: the site's alone.
    organisation_id: Mapped[UUID | None] = mapped_column(Uuid)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
