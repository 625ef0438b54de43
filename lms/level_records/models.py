"""Level records: a partner survey, coaching or an improvement, and the organisations that use the last."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by
from lms.db import Base, Identified
from lms.db.types import Exact, UtcDateTime
from lms.level_records.rules import RecordKind, State

#: The record behind the evidence, by the name that evidence has for it.
RECORD = "level-record"


@scoped_by(
    lambda cls, within, viewer: or_(
        cls.organisation_id.in_(within),
        cls.user_id == viewer.user_id,
        cls.coachee_id == viewer.user_id,
        cls.recorded_by_id == viewer.user_id,
        cls.confirmed_by_id == viewer.user_id,
    )
)
class LevelRecord(Identified, Base):
    """Something that a level asks for, about one person and one competency; withdrawn, never changed.

    `user_id` is whom it speaks for: whom the survey was about, who coached, who made the improvement.
    """

    __tablename__ = "level_records"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(one.value for one in RecordKind)}", name="kind"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("(kind = 'coaching') = (coachee_id IS NOT NULL)", name="coaching"),
        CheckConstraint("coachee_id <> user_id", name="other"),
        CheckConstraint("(kind = 'survey') = (mean IS NOT NULL)", name="survey"),
        CheckConstraint("(kind = 'survey') = (answered IS NOT NULL)", name="answered"),
        CheckConstraint("mean BETWEEN 100 AND 500", name="mean"),
        CheckConstraint("answered >= 5", name="enough"),
        CheckConstraint("confirmed_by_id <> user_id", name="confirmed"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_reason <> ''", name="withdrawn"),
        # Nobody is coached to the same level twice by the same person.
        Index(
            "uq_level_records_coaching",
            "user_id",
            "coachee_id",
            "competency",
            unique=True,
            sqlite_where=text("kind = 'coaching' AND withdrawn_at IS NULL"),
            postgresql_where=text("kind = 'coaching' AND withdrawn_at IS NULL"),
        ),
    )

    #: A form sent twice is one record.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    competency: Mapped[str] = mapped_column(Text)
    #: Days of the survey or of the coaching; an improvement is in use from the first to the second at least.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Of an improvement.
    title: Mapped[str] = mapped_column(Text, default="")
    #: What was done while coaching; what the improvement changed. Empty for surveys.
    described: Mapped[str] = mapped_column(Text, default="")
    coachee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    coachee_organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisations.id"), index=True
    )
    #: Whose people answered the survey.
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    survey_key: Mapped[str] = mapped_column(Text, default="")
    item_key: Mapped[str] = mapped_column(Text, default="")
    answered: Mapped[int | None]
    #: Of the answers, on the scale from 1 to 5.
    mean: Mapped[Decimal | None] = mapped_column(Exact(2))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    #: The organisation for which whoever confirmed it spoke.
    confirming_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    #: When the joint committee confirmed an improvement, and where its minutes say so.
    decided_on: Mapped[date | None]
    minutes: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    coachee: Mapped[User | None] = relationship(foreign_keys=[coachee_id])
    coachee_organisation: Mapped[Organisation | None] = relationship(
        foreign_keys=[coachee_organisation_id]
    )
    partner: Mapped[Organisation | None] = relationship(foreign_keys=[partner_id])
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    confirming_organisation: Mapped[Organisation | None] = relationship(
        foreign_keys=[confirming_organisation_id]
    )
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])
    used_by: Mapped[list["ImprovementUse"]] = relationship(back_populates="record")

    @property
    def state(self) -> State:
        """Where it stands; a survey needs nobody to confirm it."""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if self.confirmed_at is None and self.kind != RecordKind.SURVEY:
            return State.WAITING
        return State.CONFIRMED


class ImprovementUse(Identified, Base):
    """An organisation that uses an improvement. Reached through its record, which is scoped."""

    __tablename__ = "level_record_uses"
    __table_args__ = (UniqueConstraint("record_id", "organisation_id"),)

    record_id: Mapped[UUID] = mapped_column(ForeignKey("level_records.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)

    record: Mapped[LevelRecord] = relationship(back_populates="used_by")
    organisation: Mapped[Organisation] = relationship()
