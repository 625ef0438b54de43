"""The queue's one table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Identified
from lms.db.types import UtcDateTime

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
STATES = (WAITING, RUNNING, DONE, FAILED, CANCELLED)


class Job(Identified, Base):
    """A piece of work: waiting → running → done, failed or cancelled."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index(None, "state", "run_at"),
    )

    #: Names the handler.
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: The same wish twice is one job.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text, default=WAITING)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Until then the worker that took it owns it; afterwards anybody may take it again.
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often it was taken; also the token by which its owner is known.
    attempts: Mapped[int] = mapped_column(default=0)
    percent: Mapped[int] = mapped_column(default=0)
    #: Why it failed the last time, for the administrator.
    error: Mapped[str] = mapped_column(Text, default="")
    #: Set by whoever wants it stopped; the job reads it between steps.
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    wanted_by_id: Mapped[UUID | None] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
