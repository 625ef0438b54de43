"""The ledger: `Evidence` rows are written once; how one ended stands in `EvidenceEnd`."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, event
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import Exact, UtcDateTime

SUPERSEDED, WITHDRAWN = "superseded", "withdrawn"


@scoped_by_organisation("organisation_id", own="user_id")
class Evidence(Identified, Base):
    """One observed fact, as `lms.evidence.facts.Fact` describes it."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(competency = '') <> (indicator = '')", name="subject"),
        CheckConstraint("competency = '' OR user_id IS NOT NULL", name="person"),
        Index(None, "organisation_id", "indicator", "observed_on"),
        Index(None, "user_id", "competency", "observed_on"),
        Index(None, "record_kind", "record_id"),
    )

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    competency: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(Text, default="")
    indicator: Mapped[str] = mapped_column(Text, default="")
    value: Mapped[Decimal] = mapped_column(Exact(6))
    unit: Mapped[str] = mapped_column(Text)
    numerator: Mapped[Decimal | None] = mapped_column(Exact(6))
    denominator: Mapped[Decimal | None] = mapped_column(Exact(6))
    #: When it was true, not when it was typed in.
    observed_on: Mapped[date]
    group: Mapped[str] = mapped_column("group_key", Text, default="")
    leading: Mapped[bool] = mapped_column(default=False)
    record_kind: Mapped[str] = mapped_column(Text)
    record_id: Mapped[UUID]
    assessor_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    assessor: Mapped[Organisation | None] = relationship(foreign_keys=[assessor_organisation_id])
    recorded_by: Mapped[User | None] = relationship(foreign_keys=[recorded_by_id])
    end: Mapped["EvidenceEnd | None"] = relationship(
        back_populates="evidence", foreign_keys="EvidenceEnd.evidence_id"
    )


class EvidenceEnd(Identified, Base):
    """Why a piece of evidence no longer counts, and what took its place."""

    __tablename__ = "evidence_ends"
    __table_args__ = (
        CheckConstraint(f"kind IN {(SUPERSEDED, WITHDRAWN)}", name="kind"),
        CheckConstraint("kind = 'withdrawn' OR successor_id IS NOT NULL", name="successor"),
    )

    #: Unique: evidence ends once.
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    evidence: Mapped[Evidence] = relationship(back_populates="end", foreign_keys=[evidence_id])
    successor: Mapped[Evidence | None] = relationship(foreign_keys=[successor_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])


@event.listens_for(Session, "before_flush")
def _append_only(session: Session, _context: object, _instances: object) -> None:
    """The ledger's first guard; the second is a trigger in the database."""
    for row in session.dirty:
        if isinstance(row, Evidence | EvidenceEnd) and session.is_modified(
            row, include_collections=False
        ):
            raise RuntimeError("evidence is never edited: supersede or withdraw it")
    for row in session.deleted:
        if isinstance(row, Evidence | EvidenceEnd):
            raise RuntimeError("evidence is never deleted: withdraw it")
