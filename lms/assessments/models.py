"""Attempts with their frozen questions, responses, and practical observations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import Exact, UtcDateTime

IN_PROGRESS, SUBMITTED = "in-progress", "submitted"


@scoped_by_organisation("organisation_id", own="user_id")
class Attempt(Identified, Base):
    """One try of one person. What was asked is kept word for word."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("user_id", "assessment_key", "number"),
        CheckConstraint(f"state IN {(IN_PROGRESS, SUBMITTED)}", name="state"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    assessment_key: Mapped[str] = mapped_column(Text, index=True)
    number: Mapped[int]
    #: The rules and texts as they stood at the start.
    assessment: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: The questions in order, each with its `spec` and the `order` in which its parts are shown.
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    seed: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=IN_PROGRESS)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Empty without a time limit.
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Closed by the site after the deadline, with the answers saved until then.
    closed_by_site: Mapped[bool] = mapped_column(default=False)
    #: Two places, rounded down; empty until submitted.
    percent: Mapped[Decimal | None] = mapped_column(Exact(2))
    passed: Mapped[bool | None]
    #: By question key: `{"share": "0.500000", "right": false, "detail": {…}}`.
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()
    responses: Mapped[list["Response"]] = relationship(back_populates="attempt")

    def given(self) -> dict[str, dict[str, Any]]:
        """The answers by question key."""
        return {row.question_key: row.response for row in self.responses if row.response}


class Response(Identified, Base):
    """The answer to one question as it was last given. Reached through its attempt, which is scoped."""

    __tablename__ = "responses"
    __table_args__ = (UniqueConstraint("attempt_id", "question_key"),)

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"))
    question_key: Mapped[str] = mapped_column(Text)
    #: Empty when the answer was taken back.
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    attempt: Mapped[Attempt] = relationship(back_populates="responses")


@scoped_by_organisation("organisation_id", own="user_id")
class PracticalObservation(Identified, Base):
    """A practical task, seen by an observer and rated criterion by criterion against a rubric."""

    __tablename__ = "practical_observations"

    #: A form sent twice is one observation.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    observer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    observer_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    #: The rubric as it stood.
    rubric: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Level by criterion key: not-yet, partly or meets.
    ratings: Mapped[dict[str, str]] = mapped_column(JSON)
    competencies: Mapped[list[str]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(Text, default="")
    observed_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    observer: Mapped[User] = relationship(foreign_keys=[observer_id])
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
