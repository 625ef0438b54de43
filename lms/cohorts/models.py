"""A cohort and who is in it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import UtcDateTime


@scoped_by_organisation("organisation_id")
class Cohort(Identified, Base):
    """People who take a course together. It belongs to the organisation that holds it, whoever its members are."""

    __tablename__ = "cohorts"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="days"),)

    #: A form sent twice is one cohort.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    course_key: Mapped[str] = mapped_column(Text, index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    trainer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    trainer: Mapped[User] = relationship()
    members: Mapped[list["CohortMember"]] = relationship(back_populates="cohort")


class CohortMember(Identified, Base):
    """Somebody in a cohort, until they leave it. Reached through the cohort, which is scoped."""

    __tablename__ = "cohort_members"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id"),)

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohorts.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    cohort: Mapped[Cohort] = relationship(back_populates="members")
    user: Mapped[User] = relationship()
